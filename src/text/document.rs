//! The text of a document: pages of passages, and the metadata of its file.

use super::{Language, PartialDate};
use serde::{Deserialize, Serialize};

/// The content of one file: its metadata, its pages, and notices about the reading.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// The metadata of the file: evidence for its record, which may be wrong.
    pub metadata: Metadata,
    /// The pages in order. A document without pages (HTML, DOCX) is one page whose number is `None`.
    pub pages: Vec<Page>,
    /// What a reader of the numbers should know: limits reached, fonts that could not be read, …
    pub notices: Vec<Notice>,
    /// Pages whose text is missing here until OCR has read them, counted from 1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pages_for_ocr: Vec<u32>,
}

/// A page: its number, its printed label, and its passages in reading order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Counted from 1. `None` when the format has no pages.
    pub number: Option<u32>,
    /// The number that is printed on the page ("iii"), where it is known.
    #[serde(default, rename = "page_label", skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// In reading order, furniture last. Use [`Page::counted`] for the text.
    pub passages: Vec<Passage>,
}

impl Page {
    /// The passages that are text of the document: all but furniture.
    pub fn counted(&self) -> impl Iterator<Item = &Passage> + Clone {
        self.passages.iter().filter(|passage| passage.kind != PassageKind::Furniture)
    }
}

/// A unit of text: a paragraph, a heading, a list item, a table row, a footnote, a caption.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    /// What the passage is.
    pub kind: PassageKind,
    /// Normalised text ([`super::normalise`]): one line, no line-end hyphens, no footnote marks.
    pub text: String,
    /// The headings that the passage stands under, outermost first. A heading's own path ends before itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub section: Vec<String>,
    /// `None` when it has no letters, is mixed, or is short with no sure language around it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// The evidence for its language. `None` when it has no language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_basis: Option<LanguageBasis>,
    /// Its place on the page. `None` when the format has no places.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<Area>,
    /// Where the passage continues on later pages, in order. Empty when all of it stands on the page that lists it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub page_starts: Vec<PageStart>,
    /// Where its text comes from, when not from the file's own text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<TextSource>,
    /// The mean confidence of its characters, from 0 to 100, where OCR of ours read them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<u8>,
}

/// Where the text of a passage comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextSource {
    /// OCR of a picture of the page: ours, or that of the program that made the scan, which left it as a hidden layer.
    Ocr,
}

/// The start of a page within a passage that began on an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageStart {
    /// The page, counted from 1.
    pub page: u32,
    /// The number that is printed on it, where it is known.
    #[serde(default, rename = "page_label", skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The first character on that page, counted from 0 in the passage. A word that is divided by the page break begins before it.
    pub char_start: u32,
}

impl Passage {
    /// A passage without section, language and place.
    pub fn new(kind: PassageKind, text: impl Into<String>) -> Passage {
        Passage {
            kind,
            text: text.into(),
            section: Vec::new(),
            language: None,
            language_basis: None,
            area: None,
            page_starts: Vec::new(),
            source: None,
            confidence: None,
        }
    }

    /// Replaces the text by what `change` makes of it; `false` when that is nothing.
    ///
    /// The starts of pages stay at the same text: `change` must give the same for the text from there on as it does for it within
    /// the whole.
    pub(crate) fn rewrite(&mut self, change: impl Fn(&str) -> Option<String>) -> bool {
        let Some(text) = change(&self.text) else { return false };
        let length = text.chars().count();
        for start in &mut self.page_starts {
            let rest: String = self.text.chars().skip(start.char_start as usize).collect();
            let rest = change(&rest).unwrap_or(rest);
            start.char_start = length.saturating_sub(rest.chars().count()) as u32;
        }
        self.text = text;
        true
    }
}

/// The evidence for the language of a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LanguageBasis {
    /// Its own text, with a high confidence.
    Identified,
    /// It is short or unsure; the passages around it are in this language.
    Inherited,
}

/// What a passage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassageKind {
    /// A title or heading of any level.
    Heading,
    /// Running text.
    Paragraph,
    /// One item of a list.
    ListItem,
    /// One row of a table, its cells separated by a tab.
    Table,
    /// A note, without its mark.
    Footnote,
    /// The caption of a figure, table or box.
    Caption,
    /// Text of the page and not of the document: running heads, page numbers, menus, and the lines of a table of
    /// contents, which repeat the headings. It is kept so that what was left out can be checked. It is not counted or indexed,
    /// and its language is not identified.
    Furniture,
}

/// A rectangle on a page in points (1/72 inch), from the top left corner of the page as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Area {
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) right: f32,
    pub(crate) bottom: f32,
}

/// The metadata of the file, unchanged. `extract::record` decides what the record says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Metadata {
    /// Title of the document (HTML meta or `h1`, PDF XMP or Info, DOCX core properties); known nonsense left out.
    pub title: Option<String>,
    /// Author, creator or publisher.
    pub creator: Option<String>,
    /// The source's own word for what it is: `DC.Type`, "Stortingsmelding".
    pub(crate) document_type: Option<String>,
    /// When it was published, as the file says.
    pub published: Option<PartialDate>,
    /// When the file was made: a weaker date than `published`.
    pub created: Option<PartialDate>,
    pub(crate) language: Option<Language>,
    /// The canonical address that the file gives for itself.
    pub(crate) url: Option<String>,
    /// The program that made the file ("LibreOffice 7.4").
    pub(crate) producer: Option<String>,
}

/// Something about a document that users of the numbers should know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Notice {
    /// The page it concerns, counted from 1. `None` for the whole document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Lower case, no full stop: "text of 2 fonts cannot be read".
    pub text: String,
}

impl Notice {
    /// A notice about the whole document.
    pub fn of_document(text: impl Into<String>) -> Notice {
        Notice { page: None, text: text.into() }
    }

    /// A notice about one page.
    pub(crate) fn of_page(page: u32, text: impl Into<String>) -> Notice {
        Notice { page: Some(page), text: text.into() }
    }
}

/// Why a document is left out, and what the user can do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Lower case, no full stop, object then cause: "encrypted: a password is needed".
    pub reason: String,
    /// What can be done: "ask the issuer for a file without a password".
    pub hint: String,
    /// The limit that parsing ran into. `None` when the file itself is the cause, whatever the limits.
    #[serde(default)]
    pub limit: Option<Limit>,
}

impl Rejection {
    /// A rejection for `reason`, with a `hint` at what can be done.
    pub(crate) fn new(reason: impl Into<String>, hint: impl Into<String>) -> Rejection {
        Rejection { reason: reason.into(), hint: hint.into(), limit: None }
    }

    /// The same rejection, caused by `limit`.
    pub(crate) fn with_limit(self, limit: Limit) -> Rejection {
        Rejection { limit: Some(limit), ..self }
    }

    /// The number of pages that OCR can read and has not. `None` when that is not why the document is rejected.
    pub(crate) fn pages_for_ocr(&self) -> Option<u32> {
        match self.limit {
            Some(Limit::Ocr { pages }) => Some(pages),
            _ => None,
        }
    }
}

/// A limit that ended the parsing process, with the value that was in force. None of them is a property of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Limit {
    /// Processor time for one document, in seconds.
    Time {
        /// The value in force.
        seconds: u64,
    },
    /// Memory of the process, in MiB.
    Memory {
        /// The value in force.
        mebibytes: u64,
    },
    /// Another program must convert the file first, and it is not installed.
    Converter,
    /// Another program could convert the file, and the settings leave files of its kind out.
    Unwanted,
    /// Its pages are pictures that OCR has not read yet, or cannot read because it is not installed or turned off.
    Ocr {
        /// How many.
        pages: u32,
    },
    /// None of the process's own: something outside ended it, such as the kernel when the machine ran out of memory.
    Outside,
}

/// The formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MediaType {
    /// `application/pdf`
    #[serde(rename = "application/pdf")]
    Pdf,
    /// `text/html`
    #[serde(rename = "text/html")]
    Html,
    /// `application/vnd.openxmlformats-officedocument.wordprocessingml.document`
    #[serde(rename = "application/vnd.openxmlformats-officedocument.wordprocessingml.document")]
    Docx,
    /// `application/vnd.oasis.opendocument.text`
    #[serde(rename = "application/vnd.oasis.opendocument.text")]
    Odt,
    /// `application/epub+zip`
    #[serde(rename = "application/epub+zip")]
    Epub,
    /// `text/xml` as the Storting's export interface gives publications
    #[serde(rename = "text/xml")]
    StortingXml,
    /// `text/plain`, Markdown among it
    #[serde(rename = "text/plain")]
    Text,
}

impl MediaType {
    /// The registered name, as in an HTTP `Content-Type`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            MediaType::Pdf => "application/pdf",
            MediaType::Html => "text/html",
            MediaType::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            MediaType::Odt => "application/vnd.oasis.opendocument.text",
            MediaType::Epub => "application/epub+zip",
            MediaType::StortingXml => "text/xml",
            MediaType::Text => "text/plain",
        }
    }
}

impl Document {
    /// All passages that count, in reading order, each with its page. Furniture is left out.
    pub fn passages(&self) -> impl Iterator<Item = (&Page, &Passage)> {
        self.pages.iter().flat_map(|page| page.counted().map(move |passage| (page, passage)))
    }

    /// The text that character offsets point into: passages end with a newline, pages are separated by a form feed.
    /// Furniture is left out.
    pub fn plain_text(&self) -> String {
        self.text_of(|passage| passage.kind != PassageKind::Furniture)
    }

    /// What [`Document::plain_text`] leaves out, in the same form. Where the rule that left a passage out is known, it
    /// stands before the text, separated by a tab.
    pub fn furniture_text(&self) -> String {
        self.text_of(|passage| passage.kind == PassageKind::Furniture)
    }

    fn text_of(&self, is_wanted: impl Fn(&Passage) -> bool) -> String {
        let mut text = String::new();
        for (index, page) in self.pages.iter().enumerate() {
            if index > 0 {
                text.push('\u{c}');
            }
            for passage in page.passages.iter().filter(|passage| is_wanted(passage)) {
                if let (PassageKind::Furniture, [rule]) = (passage.kind, passage.section.as_slice()) {
                    text.push_str(rule);
                    text.push('\t');
                }
                text.push_str(&passage.text);
                text.push('\n');
            }
        }
        text
    }

    /// Where each passage starts in [`Document::plain_text`], in characters (Unicode scalar values), counted from 0.
    pub(crate) fn char_starts(&self) -> Vec<u32> {
        let mut starts = Vec::new();
        let mut offset = 0;
        for (index, page) in self.pages.iter().enumerate() {
            offset += u32::from(index > 0);
            for passage in page.counted() {
                starts.push(offset);
                offset += passage.text.chars().count() as u32 + 1;
            }
        }
        starts
    }

    /// Whether text of it is a hidden layer that came with a scan.
    pub(crate) fn has_ocr_layer(&self) -> bool {
        let is_of_layer = |passage: &Passage| passage.source.is_some() && passage.confidence.is_none();
        self.pages.iter().flat_map(|page| &page.passages).any(is_of_layer)
    }

    /// The languages of the document with their share of its letters (0–1), the largest first.
    ///
    /// Passages whose language is unsure have no part in the shares.
    pub fn language_shares(&self) -> Vec<(Language, f64)> {
        let mut letters = std::collections::BTreeMap::<Language, usize>::new();
        for (_, passage) in self.passages() {
            if let Some(language) = passage.language {
                *letters.entry(language).or_default() +=
                    passage.text.chars().filter(|c| c.is_alphabetic()).count();
            }
        }
        let total: usize = letters.values().sum();
        let mut shares: Vec<_> = letters
            .into_iter()
            .map(|(language, count)| (language, count as f64 / total.max(1) as f64))
            .collect();
        shares.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        shares
    }
}

/// The language of more than half of the letters in these shares, the largest first. `None` when no language has that much.
pub(crate) fn main_language(shares: &[(Language, f64)]) -> Option<Language> {
    shares.first().filter(|(_, share)| *share > 0.5).map(|(language, _)| *language)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(number: u32, texts: &[&str]) -> Page {
        let passages = texts.iter().map(|text| Passage::new(PassageKind::Paragraph, *text)).collect();
        Page { number: Some(number), label: None, passages }
    }

    #[test]
    fn furniture_is_kept_but_is_no_part_of_the_text() {
        let mut document =
            Document { pages: vec![page(1, &["Mål"]), page(2, &["Måte"])], ..Document::default() };
        for (index, page) in document.pages.iter_mut().enumerate() {
            let head = Passage::new(PassageKind::Furniture, format!("Side {}", index + 1));
            page.passages.insert(0, head);
        }
        assert_eq!(document.plain_text(), "Mål\n\u{c}Måte\n");
        assert_eq!(document.furniture_text(), "Side 1\n\u{c}Side 2\n");
        assert_eq!(document.char_starts(), [0, 5]);
        assert_eq!(document.passages().count(), 2);
    }

    #[test]
    fn character_starts_point_into_the_plain_text() {
        let document = Document {
            pages: vec![page(1, &["Mål", "og måte"]), page(2, &[]), page(3, &["Å"])],
            ..Document::default()
        };
        let text: Vec<char> = document.plain_text().chars().collect();
        assert_eq!(text.iter().collect::<String>(), "Mål\nog måte\n\u{c}\u{c}Å\n");
        let starts = document.char_starts();
        assert_eq!(starts, [0, 4, 14]);
        for ((_, passage), start) in document.passages().zip(starts) {
            let found: String = text[start as usize..].iter().take(passage.text.chars().count()).collect();
            assert_eq!(found, passage.text);
        }
    }
}
