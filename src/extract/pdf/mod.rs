//! PDF bytes → pages of text blocks in reading order, each with its place, its size and what it is.
//!
//! Objects are read when they are asked for (`file`); lopdf reads those of damaged and encrypted files. The way of a
//! page: content stream → glyphs (`content`) → segments of lines (`lines`) → furniture told apart over the whole
//! document (`furniture`) → gutters (`gutters`) and columns (`columns`) → blocks (`blocks`) with hyphens at line ends
//! resolved (`hyphen`), one page after the other (`pages`). `README.md` beside this file says what decides in each.
//!
//! Refuses: files that need a password, files without pages. It reads no images: a page without a text layer is empty.
//! Knows nothing of the rest of the program.

mod blocks;
mod budget;
mod cjk;
mod cmap;
mod columns;
mod content;
mod encoding;
mod file;
mod filters;
mod font;
mod forms;
mod furniture;
mod gutters;
mod hyphen;
mod layers;
mod lexer;
mod lines;
mod metadata;
mod objects;
mod outline;
mod pages;
mod program;
mod repair;
mod roles;
mod shape;
mod structure;
mod syntax;
mod widths;

pub use metadata::Metadata;
pub use outline::OutlineEntry;
pub use pages::Pages;

use content::{Cache, Matrix, Tag};
use layers::Layers;
use lines::Segment;
use lopdf::Dictionary;
use objects::{Objects, Source};
use std::fmt;

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
    /// Operators read in forms that were drawn before and look otherwise now: ten million, a second of work.
    pub repeated_operators_max: usize,
    /// Glyphs read per page: 200,000, forty times a dense page.
    pub page_glyphs_max: usize,
    /// Forms drawn within forms: 16.
    pub form_depth_max: usize,
    /// Bytes that object streams and cross-references may inflate to, all together: 128 MiB, three times what two million values take.
    pub structure_bytes_max: usize,
    /// Numbers, names, strings, arrays and dictionaries read from objects, entries of dictionaries four times: two million,
    /// forty times a real file of 246 pages.
    pub values_max: usize,
    /// Bytes of shown text read per document, one or two a glyph: 64 MiB, a report of 10,000 pages.
    pub shown_bytes_max: usize,
    /// Bytes kept of all fonts' tables: 64 MiB, five times a report of 2,000 fonts.
    pub font_bytes_max: usize,
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
            repeated_operators_max: 10_000_000,
            page_glyphs_max: 200_000,
            form_depth_max: 16,
            structure_bytes_max: 128 << 20,
            values_max: 2_000_000,
            shown_bytes_max: 64 << 20,
            font_bytes_max: 64 << 20,
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

/// A word where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// As it stands: a hyphen at the line's end is kept.
    pub text: String,
    /// From its first glyph's origin to the end of its last one's advance; 0.8 of the font size above the baseline, 0.2
    /// below it. Of turned text, the box around that.
    pub area: Rect,
}

/// Words on one baseline without a wide gap; cells of a table are lines of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The page it stands on, counted from 1: a block that goes on over a break belongs to the page where it starts.
    pub page: u32,
    /// The box around its words.
    pub area: Rect,
    /// In order, note marks left out.
    pub words: Vec<Word>,
}

impl Line {
    fn of(words: Vec<Word>) -> Option<Line> {
        let area = words.iter().map(|word| word.area).reduce(Rect::union)?;
        Some(Line { page: 0, area, words })
    }

    /// Its words with spaces between them.
    pub fn text(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Adds what stands on the same baseline behind a space.
    fn go_on(&mut self, next: Line) {
        self.area = self.area.union(next.area);
        self.words.extend(next.words);
    }

    /// Adds what stands on the same baseline without a space between.
    fn glue(&mut self, mut next: Line) {
        if let Some(last) = self.words.last_mut().filter(|_| !next.words.is_empty()) {
            let first = next.words.remove(0);
            last.text.push_str(&first.text);
            last.area = last.area.union(first.area);
        }
        self.go_on(next);
    }
}

/// What is kept of the places of text.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Detail {
    Blocks,
    Words,
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
    /// Its lines and their words where they stand; empty unless asked for with [`Pdf::pages_with_lines`].
    pub lines: Vec<Line>,
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

    /// The pages one by one, each finished: kind, text and place of its blocks.
    ///
    /// All content streams are read at once, since furniture and hyphens are decided over the whole document; what was
    /// read of a page is dropped when the page is handed out.
    pub fn pages(&self) -> Pages {
        self.read(Detail::Blocks)
    }

    /// The same, with the place of every line and word: costs a sixth more time.
    pub fn pages_with_lines(&self) -> Pages {
        self.read(Detail::Words)
    }

    /// All pages, and what was noticed.
    pub fn content(&self) -> Content {
        let mut pages = self.pages();
        let notices = pages.take_notices();
        Content { pages: pages.collect(), notices }
    }

    fn read(&self, detail: Detail) -> Pages {
        let mut reader = Reader {
            objects: &self.objects,
            cache: Cache::default(),
            layers: layers::read(&self.objects),
            notices: Vec::new(),
            detail,
        };
        if self.was_rebuilt {
            reader.note(None, "damaged: the cross-reference table was rebuilt".into());
        }
        let ids = self.objects.page_ids();
        if ids.len() >= self.objects.limits.pages_max {
            reader.note(None, format!("limit reached: {} pages", ids.len()));
        }
        let empty = Dictionary::new();
        let mut sheets = Vec::with_capacity(ids.len());
        for (number, id) in (1..).zip(&ids) {
            let page = self.objects.dictionary_of(*id).unwrap_or(&empty);
            sheets.push(reader.sheet(page, number));
        }
        let outline = outline::read(&self.objects, &ids);
        let labels = metadata::page_labels(&self.objects, ids.len());
        let has_tags = sheets.iter().any(|sheet| !sheet.tags.is_empty());
        let structure = if has_tags { structure::open(&self.objects) } else { None };
        let mut notices = reader.notices;
        notices.extend(unreadable_notice(reader.cache.unreadable_font_count()));
        note_limits(outline.limit_reached, None, &mut notices);
        let mut pages = Pages::new(sheets, labels, outline.entries, structure.as_ref());
        note_limits(self.objects.budget.take_reached(), None, &mut notices);
        pages.notices = notices;
        pages
    }
}

/// What is known while the pages of a file are read.
struct Reader<'a> {
    objects: &'a Objects<'a>,
    cache: Cache,
    layers: Layers,
    notices: Vec<Notice>,
    detail: Detail,
}

impl Reader<'_> {
    fn note(&mut self, page: Option<u32>, text: String) {
        self.notices.push(Notice { page, text });
    }

    fn sheet(&mut self, page: &Dictionary, number: u32) -> Sheet {
        let (width, height, base) = frame(self.objects, page);
        let shown = content::interpret(self.objects, &mut self.cache, &self.layers, page, base);
        let of_page = shown.limits_reached.iter().copied();
        note_limits(of_page.chain(self.objects.budget.take_reached()), Some(number), &mut self.notices);
        if shown.white_count >= WHITE_NOTED_MIN {
            self.note(Some(number), format!("{} characters in white on white", shown.white_count));
        }
        let mut segments = lines::segments(&shown, width, height, self.detail);
        // Where anything is visible, only that is read.
        let is_visible = shown.shown().any(|(style, _)| !style.is_invisible);
        let source = if is_visible { BlockSource::Visible } else { BlockSource::InvisibleLayer };
        let (has_image, has_drawing) = (shown.has_image, shown.has_drawing);
        let tags = tags_in_use(shown.tags, &mut segments);
        Sheet { width, height, segments, tags, source, has_image, has_drawing }
    }
}

/// Those of `tags` that a segment begins with, which are fewer than its lines; the segments name them by their new numbers.
fn tags_in_use(tags: Vec<Tag>, segments: &mut [Segment]) -> Vec<Tag> {
    let mut numbers = vec![0u16; tags.len() + 1];
    for segment in segments.iter() {
        numbers[usize::from(segment.tag)] = 1;
    }
    numbers[0] = 0;
    let mut found = Vec::new();
    for (number, tag) in numbers.iter_mut().skip(1).zip(tags).filter(|(number, _)| **number > 0) {
        found.push(tag);
        *number = found.len() as u16;
    }
    for segment in segments {
        segment.tag = numbers[usize::from(segment.tag)];
    }
    found
}

fn ordered([x0, y0, x1, y1]: [f32; 4]) -> [f32; 4] {
    [x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)]
}

/// The part of `crop` that lies in `media`; `media` when there is none.
fn within(crop: [f32; 4], media: [f32; 4]) -> [f32; 4] {
    let both = [crop[0].max(media[0]), crop[1].max(media[1]), crop[2].min(media[2]), crop[3].min(media[3])];
    if both[0] < both[2] && both[1] < both[3] { both } else { media }
}

/// Names each limit once: the first page that reaches it names it for those that follow.
fn note_limits(names: impl IntoIterator<Item = &'static str>, page: Option<u32>, notices: &mut Vec<Notice>) {
    for name in names {
        let text = format!("limit reached: {name}");
        if !notices.iter().any(|notice| notice.text == text) {
            notices.push(Notice { page, text });
        }
    }
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
