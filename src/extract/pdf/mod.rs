//! PDF bytes → pages of text blocks in reading order, each with its place, its size and what it is.
//!
//! The folders in the order of the data's path, each using only those before it: `model` (the types of the result),
//! `objects` (bytes → objects, read when they are asked for), `font` (codes → characters), `content` (content streams →
//! glyphs), `declared` (tags, outline, metadata), `layout` (glyphs → lines → blocks → pages). `README.md` beside this file
//! says what decides in each.
//!
//! Refuses: files that need a password, files without pages. It reads no images: a page without a text layer is empty.
//! Uses nothing of the rest of the program.

mod content;
mod declared;
mod font;
mod layout;
mod model;
mod objects;

pub use declared::{Metadata, OutlineEntry, Placeholder};
pub(crate) use layout::MONTHS;
pub use layout::Pages;
pub use model::{
    Block, BlockKind, BlockSource, Content, Error, Limits, Line, Overleaf, PdfNotice, PdfPage, Rect,
    ScannedLine, ScannedPage, ScannedWord, Word,
};

use content::{Cache, Layers};
use declared::{container, metadata, outline, structure};
use layout::{Detail, Sheet};
use lopdf::Dictionary;
use objects::{Objects, file, frame, repair, syntax};
use std::collections::BTreeMap;

/// Where the head of a file is looked for, as other readers do.
const HEAD_BYTES: usize = 1_024;

/// Of as many glyphs without a character in a document one notice is made: fewer are bullets and signs.
const NAMELESS_NOTED_MIN: usize = 16;
/// White characters on a page that are worth a notice: a few are spacing, a folio or a producer's mark.
const WHITE_NOTED_MIN: usize = 16;

/// An open file.
pub struct Pdf<'a> {
    objects: Objects<'a>,
    was_rebuilt: bool,
}

/// Opens a PDF; repairs the cross-reference table where it must.
pub fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Pdf<'a>, Error> {
    let pdf = match well_formed(bytes, limits) {
        Some(pdf) => pdf,
        None => repaired(bytes, limits)?,
    };
    if pdf.objects.is_locked() { Err(Error::Encrypted) } else { Ok(pdf) }
}

fn well_formed<'a>(bytes: &'a [u8], limits: &Limits) -> Option<Pdf<'a>> {
    let objects = Objects::new(file::open(without_prefix(bytes), limits)?, limits);
    (objects.is_locked() || objects.has_page_tree()).then_some(Pdf { objects, was_rebuilt: false })
}

/// What can be read of a damaged file by looking for its objects.
fn repaired<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Pdf<'a>, Error> {
    let file = repair::rebuild(bytes, limits);
    let file = file.ok_or_else(|| Error::Damaged("no objects can be found".into()))?;
    let objects = Objects::new(file, limits);
    let has_pages = objects.is_locked() || !objects.page_ids().is_empty();
    if has_pages { Ok(Pdf { objects, was_rebuilt: true }) } else { Err(Error::NoPages) }
}

/// The file from its head on: offsets count from there when something was put before it.
fn without_prefix(bytes: &[u8]) -> &[u8] {
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    let start = syntax::find(head, b"%PDF-").unwrap_or(0);
    bytes.get(start..).unwrap_or(bytes)
}

impl Pdf<'_> {
    /// What the file says of itself.
    pub fn metadata(&self) -> Metadata {
        metadata::read(&self.objects)
    }

    /// What the pages stand for; `None` when they are the document.
    pub fn placeholder(&self) -> Option<Placeholder> {
        container::placeholder(&self.objects)
    }

    /// How many files are attached; they are not read.
    pub fn attachment_count(&self) -> usize {
        container::attachment_count(&self.objects)
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
        self.read(|_| Detail::Blocks, &BTreeMap::new())
    }

    /// The same, with the place of every line and word: costs a sixth more time.
    pub fn pages_with_lines(&self) -> Pages {
        self.read(|_| Detail::Words, &BTreeMap::new())
    }

    /// All pages, and what was noticed.
    pub fn content(&self) -> Content {
        content(self.pages())
    }

    /// The same with the text of `scans`, pages that OCR read, in place of what these show; and with the place of the lines and words
    /// of page `lines_of`.
    pub fn content_with(&self, scans: &BTreeMap<u32, ScannedPage>, lines_of: Option<u32>) -> Content {
        let detail = |page| if lines_of == Some(page) { Detail::Words } else { Detail::Blocks };
        content(self.read(detail, scans))
    }

    fn read(&self, detail: impl Fn(u32) -> Detail, scans: &BTreeMap<u32, ScannedPage>) -> Pages {
        let mut reader = Reader {
            objects: &self.objects,
            cache: Cache::default(),
            layers: content::layers(&self.objects),
            notices: Vec::new(),
            nameless_count: 0,
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
            sheets.push(reader.sheet(page, number, detail(number)));
        }
        let sheets = with_scans(sheets, scans, detail);
        let outline = outline::read(&self.objects, &ids);
        let labels = metadata::page_labels(&self.objects, ids.len());
        let has_tags = sheets.iter().any(|sheet| !sheet.tags.is_empty());
        let structure = if has_tags { structure::open(&self.objects) } else { None };
        if reader.nameless_count >= NAMELESS_NOTED_MIN {
            let text = format!("{} glyphs have no character: their text is missing", reader.nameless_count);
            reader.note(None, text);
        }
        let mut notices = reader.notices;
        notices.extend(unreadable_notice(reader.cache.unreadable_font_count()));
        note_limits(outline.limit_reached, None, &mut notices);
        let mut pages = Pages::new(sheets, labels, outline.entries, structure.as_ref());
        note_limits(self.objects.budget.take_reached(), None, &mut notices);
        pages.set_notices(notices);
        pages
    }
}

/// The sheets with the text of `scans` on those that OCR read.
fn with_scans(
    sheets: Vec<Sheet>,
    scans: &BTreeMap<u32, ScannedPage>,
    detail: impl Fn(u32) -> Detail,
) -> Vec<Sheet> {
    if scans.is_empty() {
        return sheets;
    }
    let width =
        |number: u32, scan| sheets.get(number as usize - 1).map_or(0.0, |sheet| sheet.size_of(scan).0);
    let body = layout::scanned_body_size(scans.iter().map(|(number, scan)| (scan, width(*number, scan))));
    let with_scan = |(number, sheet): (u32, Sheet)| match scans.get(&number) {
        Some(scan) => sheet.with_scan(number, scan, body, detail(number)),
        None => sheet,
    };
    (1..).zip(sheets).map(with_scan).collect()
}

fn content(mut pages: Pages) -> Content {
    let notices = pages.take_notices();
    Content { pages: pages.collect(), notices }
}

/// What is known while the pages of a file are read.
struct Reader<'a> {
    objects: &'a Objects<'a>,
    cache: Cache,
    layers: Layers,
    notices: Vec<PdfNotice>,
    /// Glyphs without a character.
    nameless_count: usize,
}

impl Reader<'_> {
    fn note(&mut self, page: Option<u32>, text: String) {
        self.notices.push(PdfNotice { page, text });
    }

    fn sheet(&mut self, page: &Dictionary, number: u32, detail: Detail) -> Sheet {
        let (width, height, base) = frame::frame(self.objects, page);
        let mut shown = content::interpret(self.objects, &mut self.cache, &self.layers, page, base);
        let of_page = shown.limits_reached.iter().copied();
        note_limits(of_page.chain(self.objects.budget.take_reached()), Some(number), &mut self.notices);
        if self.objects.take_lost_content() {
            self.note(Some(number), "content cannot be decoded: its text is missing".into());
        }
        if shown.white_count >= WHITE_NOTED_MIN {
            self.note(Some(number), format!("{} characters in white on white", shown.white_count));
        }
        self.nameless_count += shown.nameless_count;
        let sheet = Sheet::new(&mut shown, width, height, detail);
        self.cache.take_back(shown);
        sheet
    }
}

/// Names each limit once: the first page that reaches it names it for those that follow.
fn note_limits(
    names: impl IntoIterator<Item = &'static str>,
    page: Option<u32>,
    notices: &mut Vec<PdfNotice>,
) {
    for name in names {
        let text = format!("limit reached: {name}");
        if !notices.iter().any(|notice| notice.text == text) {
            notices.push(PdfNotice { page, text });
        }
    }
}

fn unreadable_notice(font_count: usize) -> Option<PdfNotice> {
    let noun = if font_count == 1 { "font" } else { "fonts" };
    let text = format!("text of {font_count} {noun} cannot be read");
    (font_count > 0).then_some(PdfNotice { page: None, text })
}
