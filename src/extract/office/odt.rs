//! OpenDocument text → one page of passages. Tracked changes are accepted.
//!
//! Hidden text, comments, note marks and tables of contents are left out. Pictures and formulas are not read, but counted in
//! notices.

use super::package::{OfficePackage, attribute, events};
use super::section::OpenSections;
use super::xml::{self, Elements, Name};
use crate::extract::marks;
use crate::text::{Document, Notice, Page, Passage, PassageKind, Rejection, normalise};
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use std::collections::HashMap;

/// How many styles a style may be based on, one upon the other.
const STYLE_CHAIN_MAX: usize = 16;

/// The document of an ODT file.
pub(in crate::extract) fn read(bytes: &[u8]) -> Result<Document, Rejection> {
    let mut package = OfficePackage::open(bytes, "ODT")?;
    if package.text("META-INF/manifest.xml")?.is_some_and(|manifest| manifest.contains("encryption-data")) {
        return Err(Rejection::new(
            "encrypted: a password is needed",
            "ask the issuer for a file without a password",
        ));
    }
    let content = package.text("content.xml")?.ok_or_else(|| package.missing("content.xml"))?;
    let mut styles = HashMap::new();
    read_styles(&package.text("styles.xml")?.unwrap_or_default(), &mut styles);
    read_styles(&content, &mut styles);
    let mut writer = OdtWriter::new(&styles);
    let fault = xml::read(&content, &mut writer);
    writer.notices.extend(fault);
    let (passages, notices) = writer.finish();
    let page = Page { number: None, label: None, passages };
    if page.counted().next().is_none() {
        return Err(Rejection::new("no text: the file has no readable content", "it may hold pictures only"));
    }
    let metadata = xml::metadata(&package.text("meta.xml")?.unwrap_or_default());
    Ok(Document { metadata, pages: vec![page], notices, ..Document::default() })
}

/// The properties of text that a style sets.
#[derive(Debug, Default)]
struct OdtStyle {
    parent: Option<String>,
    is_hidden: bool,
    is_raised: bool,
}

type OdtStyles = HashMap<String, OdtStyle>;

fn read_styles(xml: &str, styles: &mut OdtStyles) {
    let mut name = String::new();
    for event in events(xml) {
        let (Event::Start(tag) | Event::Empty(tag)) = &event else { continue };
        match tag.local_name().as_ref() {
            "style" => {
                name = attribute(tag, "name").unwrap_or_default();
                let parent = attribute(tag, "parent-style-name");
                styles.insert(name.clone(), OdtStyle { parent, ..OdtStyle::default() });
            }
            "text-properties" => {
                if let Some(style) = styles.get_mut(&name) {
                    style.is_hidden = attribute(tag, "display").is_some_and(|display| display == "none");
                    style.is_raised = attribute(tag, "text-position").is_some_and(|place| {
                        place.starts_with("super") || place.starts_with(|c: char| c.is_ascii_digit())
                    });
                }
            }
            "body" => return,
            _ => {}
        }
    }
}

/// A style's name and those that it is based on.
fn chain<'a>(styles: &'a OdtStyles, name: &'a str) -> impl Iterator<Item = &'a str> {
    std::iter::successors(Some(name), |name| styles.get(*name)?.parent.as_deref()).take(STYLE_CHAIN_MAX)
}

#[derive(Default)]
struct OdtParagraph {
    text: String,
    kind: Option<PassageKind>,
    level: Option<u8>,
    is_hidden: bool,
    is_contents: bool,
}

/// Text of one format within a paragraph.
#[derive(Default)]
struct Span {
    is_hidden: bool,
    is_raised: bool,
    raised: String,
}

struct OdtWriter<'a> {
    styles: &'a OdtStyles,
    passages: Vec<Passage>,
    notes: Vec<Passage>,
    contents: Vec<Passage>,
    notices: Vec<Notice>,
    sections: OpenSections,
    paragraphs: Vec<OdtParagraph>,
    spans: Vec<Span>,
    /// Cells of the open rows, the innermost last.
    rows: Vec<Vec<Vec<(PassageKind, String)>>>,
    lists: usize,
    open_notes: usize,
    open_contents: usize,
    pictures: usize,
    formulas: usize,
}

impl<'a> OdtWriter<'a> {
    fn new(styles: &'a OdtStyles) -> OdtWriter<'a> {
        OdtWriter {
            styles,
            passages: Vec::new(),
            notes: Vec::new(),
            contents: Vec::new(),
            notices: Vec::new(),
            sections: OpenSections::default(),
            paragraphs: Vec::new(),
            spans: Vec::new(),
            rows: Vec::new(),
            lists: 0,
            open_notes: 0,
            open_contents: 0,
            pictures: 0,
            formulas: 0,
        }
    }

    fn finish(mut self) -> (Vec<Passage>, Vec<Notice>) {
        self.notices.extend(xml::unread(self.formulas, "formula is", "formulas are"));
        self.notices.extend(xml::unread(self.pictures, "picture is", "pictures are"));
        let mut passages = self.passages;
        passages.append(&mut self.notes);
        passages.append(&mut self.contents);
        (passages, self.notices)
    }

    fn start_paragraph(&mut self, is_heading: bool, tag: &BytesStart) {
        let style = attribute(tag, "style-name").unwrap_or_default();
        let names: Vec<String> =
            chain(self.styles, &style).map(|name| name.replace("_20_", " ").to_lowercase()).collect();
        let is = |wanted: &str| names.iter().any(|name| name.starts_with(wanted));
        let is_hidden =
            chain(self.styles, &style).any(|name| self.styles.get(name).is_some_and(|style| style.is_hidden));
        let declared = || attribute(tag, "outline-level")?.parse().ok();
        let is_titled = names.iter().any(|name| name == "title");
        let level = if is_heading { declared().or(Some(1)) } else { is_titled.then_some(1) };
        let kind = if self.open_notes > 0 {
            PassageKind::Footnote
        } else if level.is_some() {
            PassageKind::Heading
        } else if ["caption", "illustration", "table index", "figure", "drawing"]
            .iter()
            .any(|wanted| is(wanted))
        {
            PassageKind::Caption
        } else if self.lists > 0 {
            PassageKind::ListItem
        } else {
            PassageKind::Paragraph
        };
        let is_contents = self.open_contents > 0 || is("contents ");
        self.paragraphs.push(OdtParagraph {
            kind: Some(kind),
            level,
            is_hidden,
            is_contents,
            ..OdtParagraph::default()
        });
    }

    fn push_text(&mut self, text: &str) {
        if self.spans.iter().any(|span| span.is_hidden) {
            return;
        }
        match (self.spans.iter_mut().rev().find(|span| span.is_raised), self.paragraphs.last_mut()) {
            (Some(span), _) => span.raised.push_str(text),
            (None, Some(paragraph)) => paragraph.text.push_str(text),
            (None, None) => {}
        }
    }

    fn end_span(&mut self) {
        let (Some(span), Some(paragraph)) = (self.spans.pop(), self.paragraphs.last_mut()) else { return };
        let raised = span.raised.trim();
        if !marks::looks_like_mark(raised) || marks::is_exponent(raised, &paragraph.text) {
            paragraph.text.push_str(&span.raised);
        }
    }

    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        let text = normalise(&paragraph.text);
        if text.is_empty() || paragraph.is_hidden {
            return;
        }
        let kind = paragraph.kind.unwrap_or(PassageKind::Paragraph);
        if paragraph.is_contents {
            let section = vec!["contents".to_owned()];
            return self.contents.push(Passage { section, ..Passage::new(PassageKind::Furniture, text) });
        }
        if kind == PassageKind::Footnote {
            return self.notes.push(Passage::new(kind, text));
        }
        match self.rows.last_mut().and_then(|row| row.last_mut()) {
            Some(cell) => cell.push((kind, text)),
            None => self.push(kind, paragraph.level, text),
        }
    }

    /// A row of several cells is one passage; the single cell of a box keeps its paragraphs.
    fn end_row(&mut self) {
        let Some(mut cells) = self.rows.pop() else { return };
        let lines: Vec<(PassageKind, String)> = if cells.len() == 1 {
            cells.remove(0)
        } else if cells.iter().all(Vec::is_empty) {
            return;
        } else {
            vec![(PassageKind::Table, xml::row_text(&cells, |(_, text)| text))]
        };
        match self.rows.last_mut().and_then(|row| row.last_mut()) {
            Some(outer) => outer.extend(lines),
            None => lines.into_iter().for_each(|(kind, text)| self.push(kind, None, text)),
        }
    }

    fn push(&mut self, kind: PassageKind, level: Option<u8>, text: String) {
        let section = match level {
            Some(level) => self.sections.close(level),
            None => self.sections.path(),
        };
        if let Some(level) = level {
            self.sections.open(level, &text);
        }
        self.passages.push(Passage { section, ..Passage::new(kind, text) });
    }
}

/// The vocabularies of OpenDocument that are read, by the word that their namespaces have for them.
const VOCABULARIES: [&str; 6] = ["text", "table", "office", "draw", "svg", "math"];

impl Elements for OdtWriter<'_> {
    /// "urn:oasis:names:tc:opendocument:xmlns:text:1.0" is text; a namespace that is declared nowhere goes by its prefix.
    fn name<'n>(namespace: &ResolveResult, local_name: &'n str) -> Name<'n> {
        let is_of = |vocabulary: &&&str| match namespace {
            ResolveResult::Bound(namespace) => match **vocabulary {
                "math" => namespace.0.ends_with("/MathML"),
                "svg" => namespace.0.contains(":svg-compatible:"),
                word => namespace.0.split(':').rev().nth(1) == Some(word),
            },
            ResolveResult::Unknown(prefix) => prefix == **vocabulary,
            ResolveResult::Unbound => false,
        };
        (VOCABULARIES.iter().find(is_of).copied().unwrap_or_default(), local_name)
    }

    /// Deleted text, comments, marks of notes and declarations are left out.
    fn is_left_out(&self, name: Name, _: &BytesStart) -> bool {
        matches!(
            name,
            ("svg", "title" | "desc")
                | ("office", "annotation" | "forms" | "event-listeners" | "font-face-decls")
                | ("office", "automatic-styles" | "scripts")
                | ("text", "tracked-changes" | "note-citation" | "ruby-text" | "hidden-text")
                | ("text", "sequence-decls" | "variable-decls" | "user-field-decls")
                | ("text", "index-title-template" | "alphabetical-index")
        )
    }

    fn start(&mut self, name: Name, tag: &BytesStart) {
        match name {
            ("text", "p" | "h") => self.start_paragraph(name.1 == "h", tag),
            ("text", "span") => {
                let style = attribute(tag, "style-name").unwrap_or_default();
                let has = |property: fn(&OdtStyle) -> bool| {
                    chain(self.styles, &style).any(|name| self.styles.get(name).is_some_and(property))
                };
                let (is_hidden, is_raised) = (has(|style| style.is_hidden), has(|style| style.is_raised));
                self.spans.push(Span { is_hidden, is_raised, raised: String::new() });
            }
            ("text", "list") => self.lists += 1,
            ("text", "note") => self.open_notes += 1,
            ("text", "table-of-content" | "illustration-index" | "table-index") => self.open_contents += 1,
            ("table", "table-row") => self.rows.push(Vec::new()),
            ("table", "table-cell") => {
                if let Some(row) = self.rows.last_mut() {
                    row.push(Vec::new());
                }
            }
            ("draw", "image") => self.pictures += 1,
            ("math", "math") => self.formulas += 1,
            ("text", "s" | "tab" | "line-break") => self.push_text(" "),
            _ => {}
        }
    }

    fn end(&mut self, name: Name) {
        match name {
            ("text", "p" | "h") => self.end_paragraph(),
            ("text", "span") => self.end_span(),
            ("text", "list") => self.lists = self.lists.saturating_sub(1),
            ("text", "note") => self.open_notes = self.open_notes.saturating_sub(1),
            ("text", "table-of-content" | "illustration-index" | "table-index") => {
                self.open_contents = self.open_contents.saturating_sub(1);
            }
            ("table", "table-row") => self.end_row(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        self.push_text(text);
    }
}
