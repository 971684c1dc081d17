//! Pages, their blocks, lines and words.

use super::Rect;

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
    pub(crate) fn of(words: Vec<Word>) -> Option<Line> {
        let area = words.iter().map(|word| word.area).reduce(Rect::union)?;
        Some(Line { page: 0, area, words })
    }

    /// Its words with spaces between them.
    pub fn text(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Adds what stands on the same baseline behind a space.
    pub(crate) fn go_on(&mut self, next: Line) {
        self.area = self.area.union(next.area);
        self.words.extend(next.words);
    }

    /// Adds what stands on the same baseline without a space between.
    pub(crate) fn glue(&mut self, mut next: Line) {
        if let Some(last) = self.words.last_mut().filter(|_| !next.words.is_empty()) {
            let first = next.words.remove(0);
            last.text.push_str(&first.text);
            last.area = last.area.union(first.area);
        }
        self.go_on(next);
    }
}

/// A page as OCR read it. Places are in pixels of the picture, from its top left corner.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScannedPage {
    /// The width of the picture.
    pub width: f32,
    /// Whether it lies on its side: the picture was turned by a quarter before it was read.
    pub is_sideways: bool,
    /// In any order.
    pub lines: Vec<ScannedLine>,
}

/// A line as OCR read it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScannedLine {
    /// The box around its words.
    pub area: Rect,
    /// Where its baseline is at the left edge.
    pub baseline: f32,
    /// How much the baseline falls with each pixel to the right.
    pub slope: f32,
    /// The size of its type.
    pub size: f32,
    /// From left to right.
    pub words: Vec<ScannedWord>,
}

/// A word as OCR read it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScannedWord {
    /// What was read.
    pub text: String,
    /// Where.
    pub area: Rect,
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
    /// The mark that a footnote opens with, or the bullet that a list item is typed with.
    pub mark: Option<String>,
    /// How deep a heading stands, from 1, where the file says so itself.
    pub level: Option<u8>,
    /// The language that the file declares for this text (`nn-NO`), where it declares one beside the document's.
    pub language: Option<String>,
    /// Whether the page shows it.
    pub source: BlockSource,
    /// Where it continues on later pages, in order. The block belongs to the page where it starts.
    pub overleaf: Vec<Overleaf>,
    /// The first tag of its text, by its number on the page; 0 for none.
    pub(crate) tag: u16,
    /// Its lines and their words where they stand; empty unless asked for with `Pdf::pages_with_lines`.
    pub lines: Vec<Line>,
}

/// The start of a page within the text of a block that starts on an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overleaf {
    /// Counted from 1.
    pub page: u32,
    /// The first byte in the block's text. A word that the page break divides begins before it.
    pub start: usize,
}

/// A page in the form in which it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct PdfPage {
    /// Counted from 1.
    pub number: u32,
    /// The printed number: as it was found on the page or must be between its neighbours, else as the file declares it.
    pub label: Option<String>,
    /// In points.
    pub width: f32,
    /// In points.
    pub height: f32,
    /// Body in reading order, then notes, then furniture.
    pub blocks: Vec<Block>,
    /// Whether the page draws an image.
    pub has_image: bool,
    /// Whether one image covers the page, as in a scan.
    pub is_scan: bool,
    /// Whether it draws lines or areas.
    pub has_drawing: bool,
}

/// Something noticed on the way, on a page (counted from 1) or in the whole document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PdfNotice {
    /// `None` for the whole document.
    pub page: Option<u32>,
    /// Lower case, no full stop.
    pub text: String,
}

/// Everything read from a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// In order.
    pub pages: Vec<PdfPage>,
    /// What was noticed.
    pub notices: Vec<PdfNotice>,
}
