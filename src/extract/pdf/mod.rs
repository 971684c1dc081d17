//! PDF bytes → pages of text blocks in reading order, each with its place, its size and what it is.
//!
//! Objects are read when they are asked for (`file`); lopdf reads those of damaged and encrypted files. The way of a
//! page: content stream → glyphs (`content`) → segments of lines (`lines`) → furniture told apart over the whole
//! document (`furniture`) → gutters (`gutters`) and columns (`columns`) → blocks (`blocks`) with hyphens at line ends
//! resolved (`hyphen`). `README.md` beside this file says what decides in each.
//!
//! Refuses: files that need a password, files without pages. It reads no images: a page without a text layer is empty.
//! Knows nothing of the rest of the program.

mod blocks;
mod budget;
mod cmap;
mod columns;
mod content;
mod encoding;
mod file;
mod filters;
mod font;
mod furniture;
mod gutters;
mod hyphen;
mod layers;
mod lexer;
mod lines;
mod metadata;
mod objects;
mod outline;
mod program;
mod repair;
mod roles;
mod shape;
mod structure;
mod syntax;
mod widths;

pub use metadata::Metadata;
pub use outline::OutlineEntry;

use content::{FontCache, Matrix, Tag};
use font::Font;
use furniture::PageView;
use gutters::{Grid, Place};
use hyphen::Vocabulary;
use layers::Layers;
use lines::Segment;
use lopdf::Dictionary;
use objects::{Objects, Source};
use std::{collections::BTreeMap, fmt, rc::Rc};

/// Where the head of a file is looked for, as other readers do.
const HEAD_BYTES: usize = 1_024;

/// Files up to this size, 1 MiB, are worth lopdf's try at repair: it takes up to seventy times the size in memory.
const EAGER_BYTES_MAX: usize = 1 << 20;
/// White characters on a page that are worth a notice: a few are spacing, a folio or a producer's mark.
const WHITE_NOTED_MIN: usize = 16;

/// Bounds on what one file may cost. A limit that is reached is named in a notice, and what was read until then is kept.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes that one stream may inflate to: 64 MiB, some thousand times a page of text.
    pub stream_bytes_max: usize,
    /// Bytes that all streams of a document may inflate to: 1 GiB.
    pub document_bytes_max: usize,
    /// Operators read per page, forms included: two million.
    pub page_operators_max: usize,
    /// Operators read per document: a hundred million, half a minute of work and ten times a report of 5,000 pages.
    pub document_operators_max: usize,
    /// Glyphs read per page: 200,000, forty times a dense page.
    pub page_glyphs_max: usize,
    /// Forms drawn within forms: 16.
    pub form_depth_max: usize,
    /// Bytes that object streams and cross-references may inflate to, all together: 256 MiB.
    pub structure_bytes_max: usize,
    /// Numbers, names, strings, arrays and dictionaries read from objects: two million, ten times a large real file.
    pub values_max: usize,
    /// Pages read: 20,000.
    pub pages_max: usize,
    /// Entries read of the outline, and names of destinations: 20,000, a hundred times a large report.
    pub outline_entries_max: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            stream_bytes_max: 64 << 20,
            document_bytes_max: 1 << 30,
            page_operators_max: 2_000_000,
            document_operators_max: 100_000_000,
            page_glyphs_max: 200_000,
            form_depth_max: 16,
            structure_bytes_max: 256 << 20,
            values_max: 2_000_000,
            pages_max: 20_000,
            outline_entries_max: 20_000,
        }
    }
}

/// Why nothing can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// A password is needed; the empty one does not do.
    Encrypted,
    /// The objects cannot be read, even after repair; says what stands in the way.
    Damaged(String),
    /// The objects are there, but no page among them.
    NoPages,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Encrypted => f.write_str("encrypted: a password is needed"),
            Error::Damaged(cause) => write!(f, "damaged: {cause}"),
            Error::NoPages => f.write_str("damaged: no pages"),
        }
    }
}

impl std::error::Error for Error {}

/// A rectangle in points, origin at the top left of the page as it is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub left: f32,
    /// Upper edge.
    pub top: f32,
    /// Right edge.
    pub right: f32,
    /// Lower edge.
    pub bottom: f32,
}

impl Rect {
    fn union(self, other: Rect) -> Rect {
        Rect {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// A heading of any level.
    Heading,
    /// Running text.
    Paragraph,
    /// One item of a list.
    ListItem,
    /// One row of a table; cells are parted by a tab.
    TableRow,
    /// A line of a table of contents: title and page, parted by a tab, without leaders. The title stands again as a
    /// heading, so that a count may leave it out.
    ContentsEntry,
    /// A note at the foot of the page; its mark is in [`Block::mark`].
    Footnote,
    /// The caption of a figure, table or box.
    Caption,
    /// Repeats on other pages: no text to count.
    RunningHead,
    /// The page's own number.
    PageNumber,
    /// The number of a line, beside it.
    LineNumber,
}

impl BlockKind {
    /// Whether the block belongs to the page rather than to the text.
    pub fn is_furniture(self) -> bool {
        matches!(self, BlockKind::RunningHead | BlockKind::PageNumber | BlockKind::LineNumber)
    }
}

/// Where the text of a block comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockSource {
    /// Text that the page shows.
    Visible,
    /// Text without ink over an image, as OCR programs leave it. Text that a caller's own OCR finds belongs here too.
    InvisibleLayer,
}

/// A piece of text that stands for itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its lines joined, line-end hyphens resolved, note marks left out.
    pub text: String,
    /// How many lines it was set in.
    pub line_count: usize,
    /// Where it stands.
    pub area: Rect,
    /// In points, of its first line.
    pub font_size: f32,
    /// Whether all its lines are mostly bold.
    pub is_bold: bool,
    /// The mark that a footnote opens with.
    pub mark: Option<String>,
    /// How deep a heading stands, from 1, where the file says so itself.
    pub level: Option<u8>,
    /// The language that the file declares for this text (`nn-NO`), where it declares one beside the document's.
    pub language: Option<String>,
    /// Whether the page shows it.
    pub source: BlockSource,
    /// The first tag of its text, by its number on the page; 0 for none.
    tag: u16,
}

/// A page in the form in which it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Counted from 1.
    pub number: u32,
    /// The printed number, where the file declares one.
    pub label: Option<String>,
    /// In points.
    pub width: f32,
    /// In points.
    pub height: f32,
    /// Body in reading order, then notes, then furniture.
    pub blocks: Vec<Block>,
    /// Whether the page draws an image.
    pub has_image: bool,
    /// Whether it draws lines or areas.
    pub has_drawing: bool,
}

/// Something noticed on the way, on a page (counted from 1) or in the whole document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// `None` for the whole document.
    pub page: Option<u32>,
    /// Lower case, no full stop.
    pub text: String,
}

/// An open file.
pub struct Pdf<'a> {
    objects: Objects<'a>,
    was_rebuilt: bool,
}

/// Everything read from a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// In order.
    pub pages: Vec<Page>,
    /// What was noticed.
    pub notices: Vec<Notice>,
}

/// Opens a PDF; repairs the cross-reference table where it must.
pub fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Pdf<'a>, Error> {
    if let Some(pdf) = well_formed(bytes, limits).or_else(|| repaired(bytes, limits)) {
        return Ok(pdf);
    }
    // lopdf reads every value of a file at once, without a limit: of large files, only what needs its keys is left to it.
    if bytes.len() > EAGER_BYTES_MAX && syntax::find(bytes, b"/Encrypt").is_none() {
        return Err(Error::Damaged("no pages can be found".into()));
    }
    let first = into_pdf(objects::load(bytes, limits, false), limits);
    match first {
        Err(Error::Damaged(_) | Error::NoPages) => {
            let rebuilt = into_pdf(objects::load(bytes, limits, true), limits);
            rebuilt
                .map(|pdf| Pdf { was_rebuilt: true, ..pdf })
                .map_err(|_| first.err().unwrap_or(Error::NoPages))
        }
        other => other,
    }
}

fn well_formed<'a>(bytes: &'a [u8], limits: &Limits) -> Option<Pdf<'a>> {
    let file = file::open(without_prefix(bytes), limits)?;
    let objects = Objects::new(Source::File(Box::new(file)), limits);
    objects.has_page_tree().then_some(Pdf { objects, was_rebuilt: false })
}

/// What can be read of a damaged file by looking for its objects.
fn repaired<'a>(bytes: &'a [u8], limits: &Limits) -> Option<Pdf<'a>> {
    let file = repair::rebuild(bytes, limits)?;
    let objects = Objects::new(Source::File(Box::new(file)), limits);
    (!objects.page_ids().is_empty()).then_some(Pdf { objects, was_rebuilt: true })
}

/// The file from its head on: offsets count from there when something was put before it.
fn without_prefix(bytes: &[u8]) -> &[u8] {
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    let start = syntax::find(head, b"%PDF-").unwrap_or(0);
    bytes.get(start..).unwrap_or(bytes)
}

fn into_pdf<'a>(loaded: lopdf::Result<lopdf::Document>, limits: &Limits) -> Result<Pdf<'a>, Error> {
    let document = match loaded {
        Ok(document) => document,
        Err(lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_)) => return Err(Error::Encrypted),
        Err(cause) => return Err(Error::Damaged(cause.to_string())),
    };
    if document.is_encrypted() && document.encryption_state.is_none() {
        return Err(Error::Encrypted);
    }
    let was_rebuilt = document.xref_recovery.is_some();
    let objects = Objects::new(Source::Loaded(Box::new(document)), limits);
    if objects.page_ids().is_empty() { Err(Error::NoPages) } else { Ok(Pdf { objects, was_rebuilt }) }
}

/// A page before its layout is known.
struct Sheet {
    width: f32,
    height: f32,
    segments: Vec<Segment>,
    tags: Vec<Tag>,
    source: BlockSource,
    has_image: bool,
    has_drawing: bool,
}

impl Pdf<'_> {
    /// What the file says of itself.
    pub fn metadata(&self) -> Metadata {
        metadata::read(&self.objects)
    }

    /// The bookmarks of the file in order, each with the page it leads to; empty when it has none.
    pub fn outline(&self) -> Vec<OutlineEntry> {
        outline::read(&self.objects, &self.objects.page_ids()).entries
    }

    /// All pages with their text. Each content stream is dropped once its text is taken; the text itself is kept, since
    /// furniture and hyphens are decided over the whole document.
    pub fn pages(&self) -> Content {
        let mut notices = Vec::new();
        if self.was_rebuilt {
            notices
                .push(Notice { page: None, text: "damaged: the cross-reference table was rebuilt".into() });
        }
        let ids = self.objects.page_ids();
        if ids.len() >= self.objects.limits.pages_max {
            notices.push(Notice { page: None, text: format!("limit reached: {} pages", ids.len()) });
        }
        let mut fonts = FontCache::new();
        let layers = layers::read(&self.objects);
        let mut unreadable = Vec::new();
        let empty = Dictionary::new();
        let mut sheets = Vec::with_capacity(ids.len());
        for (number, id) in (1..).zip(&ids) {
            let page = self.objects.dictionary_of(*id).unwrap_or(&empty);
            sheets.push(self.sheet(page, number, &mut fonts, &layers, &mut unreadable, &mut notices));
        }
        notices.extend(unreadable_notice(unreadable.len()));
        let outline = outline::read(&self.objects, &ids);
        let pages = self.lay_out(sheets, &outline.entries);
        for name in outline.limit_reached.into_iter().chain(self.objects.take_limit()) {
            notices.push(Notice { page: None, text: format!("limit reached: {name}") });
        }
        Content { pages, notices }
    }

    fn sheet(
        &self,
        page: &Dictionary,
        number: u32,
        fonts: &mut FontCache,
        layers: &Layers,
        unreadable: &mut Vec<Rc<Font>>,
        notices: &mut Vec<Notice>,
    ) -> Sheet {
        let (width, height, base) = frame(&self.objects, page);
        let shown = content::interpret(&self.objects, fonts, layers, page, base);
        let limit = shown.limit_reached.or_else(|| self.objects.take_limit());
        if let Some(name) = limit {
            let text = format!("limit reached: {name}");
            // One page names it for those that follow.
            if !notices.iter().any(|notice| notice.text == text) {
                notices.push(Notice { page: Some(number), text });
            }
        }
        if shown.white_count >= WHITE_NOTED_MIN {
            let text = format!("{} characters in white on white", shown.white_count);
            notices.push(Notice { page: Some(number), text });
        }
        for font in shown.unreadable_fonts.iter().cloned() {
            if !unreadable.iter().any(|known| Rc::ptr_eq(known, &font)) {
                unreadable.push(font);
            }
        }
        let segments = lines::segments(&shown, width, height);
        // Where anything is visible, only that is read.
        let is_visible = shown.glyphs.iter().any(|glyph| !glyph.is_invisible);
        let source = if is_visible { BlockSource::Visible } else { BlockSource::InvisibleLayer };
        let (has_image, has_drawing) = (shown.has_image, shown.has_drawing);
        Sheet { width, height, segments, tags: shown.tags, source, has_image, has_drawing }
    }

    fn lay_out(&self, sheets: Vec<Sheet>, outline: &[OutlineEntry]) -> Vec<Page> {
        let views: Vec<_> =
            sheets.iter().map(|sheet| PageView { segments: &sheet.segments, height: sheet.height }).collect();
        let body_size = body_size(&sheets);
        let furniture = furniture::find(&views, body_size);
        let grid = Grid::of(sheets.iter().zip(&furniture).map(|(sheet, kinds)| places(sheet, kinds)));
        let mut vocabulary = Vocabulary::default();
        for segment in sheets.iter().flat_map(|sheet| &sheet.segments) {
            vocabulary.add_line(&segment.text);
        }
        let labels = metadata::page_labels(&self.objects, sheets.len());
        let mut pages = Vec::with_capacity(sheets.len());
        let mut tags = Vec::with_capacity(sheets.len());
        for ((number, mut sheet), kinds) in (1..).zip(sheets).zip(furniture) {
            let context = blocks::Context {
                vocabulary: &vocabulary,
                body_size,
                page_height: sheet.height,
                grid: &grid,
            };
            let label = labels.get(number as usize - 1).cloned();
            let page_tags = std::mem::take(&mut sheet.tags);
            pages.push(page(number, label, sheet, kinds, &context, &page_tags));
            tags.push(page_tags);
        }
        if let Some(structure) = structure::open(&self.objects).filter(|_| has_tags(&pages)) {
            roles::revise(&mut pages, &tags, &structure, body_size);
        }
        mark_headings(&mut pages, outline);
        join_over_breaks(&mut pages, &vocabulary);
        pages
    }
}

fn ordered([x0, y0, x1, y1]: [f32; 4]) -> [f32; 4] {
    [x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)]
}

/// The part of `crop` that lies in `media`; `media` when there is none.
fn within(crop: [f32; 4], media: [f32; 4]) -> [f32; 4] {
    let both = [crop[0].max(media[0]), crop[1].max(media[1]), crop[2].min(media[2]), crop[3].min(media[3])];
    if both[0] < both[2] && both[1] < both[3] { both } else { media }
}

fn unreadable_notice(font_count: usize) -> Option<Notice> {
    let noun = if font_count == 1 { "font" } else { "fonts" };
    let text = format!("text of {font_count} {noun} cannot be read");
    (font_count > 0).then_some(Notice { page: None, text })
}

/// Width and height of the page as shown, and the matrix from its user space to points from the top left.
fn frame(objects: &Objects, page: &Dictionary) -> (f32, f32, Matrix) {
    let numbers = |key: &[u8]| {
        let array = objects.inherited(page, key)?.as_array().ok()?;
        let numbers: Vec<f32> =
            array.iter().filter_map(|item| objects.resolve(item)?.as_float().ok()).collect();
        <[f32; 4]>::try_from(numbers).ok().filter(|r| r[0] != r[2] && r[1] != r[3])
    };
    let [left, low, right, high] = match (numbers(b"CropBox"), numbers(b"MediaBox")) {
        (Some(crop), Some(media)) => within(ordered(crop), ordered(media)),
        (Some(only), None) | (None, Some(only)) => ordered(only),
        (None, None) => [0.0, 0.0, 595.0, 842.0],
    };
    let unit = objects.number(page, b"UserUnit").filter(|unit| *unit > 0.0).unwrap_or(1.0);
    let (w, h) = ((right - left) * unit, (high - low) * unit);
    let turn = objects.inherited(page, b"Rotate").and_then(|turn| turn.as_float().ok()).unwrap_or(0.0) as i32;
    let u = unit;
    match turn.rem_euclid(360) {
        90 => (h, w, [0.0, u, u, 0.0, -low * u, -left * u]),
        180 => (w, h, [-u, 0.0, 0.0, u, right * u, -low * u]),
        270 => (h, w, [0.0, -u, -u, 0.0, high * u, right * u]),
        _ => (w, h, [u, 0.0, 0.0, -u, -left * u, high * u]),
    }
}

/// The font size in which most characters of the document are set.
fn body_size(sheets: &[Sheet]) -> f32 {
    let mut counts = BTreeMap::<i32, usize>::new();
    for segment in sheets.iter().flat_map(|sheet| &sheet.segments) {
        *counts.entry((segment.size * 5.0).round() as i32).or_default() += segment.text.len();
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map_or(10.0, |(size, _)| size as f32 / 5.0)
}

fn page(
    number: u32,
    label: Option<String>,
    sheet: Sheet,
    kinds: Vec<Option<BlockKind>>,
    context: &blocks::Context,
    tags: &[Tag],
) -> Page {
    let mut body = Vec::with_capacity(sheet.segments.len());
    let mut furniture = Vec::new();
    for (segment, kind) in sheet.segments.into_iter().zip(kinds) {
        match kind {
            Some(kind) => furniture.push(furniture_block(segment, kind)),
            None => body.push(segment),
        }
    }
    let has_tags = structure::covers(&body);
    let columns = columns::columns(body, context.grid);
    let mut found: Vec<Block> =
        columns.into_iter().flat_map(|lines| blocks::blocks(lines, context)).collect();
    for block in &mut found {
        block.language = language(block, tags);
        block.tag = if has_tags { block.tag } else { 0 };
    }
    let (notes, mut all): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|block| block.kind == BlockKind::Footnote);
    all.extend(notes);
    all.extend(furniture);
    for block in &mut all {
        block.source = sheet.source;
    }
    let (has_image, has_drawing) = (sheet.has_image, sheet.has_drawing);
    Page { number, label, width: sheet.width, height: sheet.height, blocks: all, has_image, has_drawing }
}

/// Makes headings of what the outline leads to.
fn mark_headings(pages: &mut [Page], outline: &[OutlineEntry]) {
    let mut by_page: BTreeMap<u32, Vec<&OutlineEntry>> = BTreeMap::new();
    for entry in outline {
        by_page.entry(entry.page.unwrap_or(0)).or_default().push(entry);
    }
    for page in pages {
        if let Some(entries) = by_page.get(&page.number) {
            outline::mark_headings(page, entries);
        }
    }
}

fn has_tags(pages: &[Page]) -> bool {
    pages.iter().flat_map(|page| &page.blocks).any(|block| block.tag > 0)
}

/// The language that the tag of a block declares.
fn language(block: &Block, tags: &[Tag]) -> Option<String> {
    tags.get(usize::from(block.tag).checked_sub(1)?)?.language.clone()
}

/// Where the upright text of a page stands, without furniture.
fn places(sheet: &Sheet, kinds: &[Option<BlockKind>]) -> Vec<Place> {
    let body =
        sheet.segments.iter().zip(kinds).filter(|(segment, kind)| kind.is_none() && segment.angle == 0);
    body.map(|(segment, _)| Place::of(segment)).collect()
}

fn furniture_block(segment: Segment, kind: BlockKind) -> Block {
    Block {
        kind,
        area: segment.area(),
        line_count: 1,
        font_size: segment.size,
        is_bold: segment.is_bold,
        mark: None,
        level: None,
        language: None,
        source: BlockSource::Visible,
        tag: segment.tags.0,
        text: segment.text,
    }
}

/// Whether `next` can be the rest of `text`: it begins in the middle of a sentence, or of a range of numbers.
fn goes_on(text: &str, next: &str) -> bool {
    let first = next.chars().next();
    match hyphen::ends_in_range(text) {
        true => first.is_some_and(|c| c.is_ascii_digit()),
        false => first.is_some_and(char::is_lowercase),
    }
}

/// Joins paragraphs that go on in the next column or on the next page; the whole belongs to where it starts.
fn join_over_breaks(pages: &mut [Page], vocabulary: &Vocabulary) {
    let mut open: Option<(usize, usize)> = None;
    for page_index in 0..pages.len() {
        let mut index = 0;
        while let Some(block) = pages[page_index].blocks.get(index) {
            let is_text = matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem);
            if let Some((at_page, at)) = open
                && block.kind == BlockKind::Paragraph
                && goes_on(&pages[at_page].blocks[at].text, &block.text)
                && pages[at_page].blocks[at].font_size - block.font_size < 0.6
                && block.font_size - pages[at_page].blocks[at].font_size < 0.6
            {
                let tail = pages[page_index].blocks.remove(index);
                let head = &mut pages[at_page].blocks[at];
                hyphen::append(&mut head.text, &tail.text, vocabulary);
                head.line_count += tail.line_count;
                if blocks::ends_sentence(&head.text) {
                    open = None;
                }
                continue;
            }
            let waits = open.is_some_and(|(at_page, at)| {
                at_page + 1 >= page_index
                    && (pages[at_page].blocks[at].text.ends_with(['-', '\u{2010}', '\u{ad}'])
                        || hyphen::ends_in_range(&pages[at_page].blocks[at].text))
            });
            if waits {
                // Half a word waits for its other half past captions, tables and boxes.
            } else if is_text {
                open = (!blocks::ends_sentence(&block.text)).then_some((page_index, index));
            } else if block.kind == BlockKind::Heading {
                open = None;
            }
            index += 1;
        }
    }
}
