//! OpenDocument text → one page of passages. Text as it reads with all changes accepted.
//!
//! Leaves out hidden text, comments, note marks and tables of contents; reads no picture and no formula.

use super::package::{Package, attribute, events};
use super::section::Sections;
use crate::extract::marks;
use crate::text::{
    Document, Metadata, Notice, Page, PartialDate, Passage, PassageKind, Rejection, normalise,
};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;

/// As for DOCX: a choice far above what documents nest.
const XML_DEPTH_MAX: usize = 512;
/// How many styles a style may be based on, one upon the other.
const STYLE_CHAIN_MAX: usize = 16;

/// The document of an ODT file.
pub(in crate::extract) fn read(bytes: &[u8]) -> Result<Document, Rejection> {
    let mut package = Package::open(bytes, "ODT")?;
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
    let mut writer = Writer::new(&styles);
    writer.read(&content);
    let (passages, notices) = writer.finish();
    let page = Page { number: None, label: None, passages };
    if page.counted().next().is_none() {
        return Err(Rejection::new("no text: the file has no readable content", "it may hold pictures only"));
    }
    let metadata = metadata(&package.text("meta.xml")?.unwrap_or_default());
    Ok(Document { metadata, pages: vec![page], notices })
}

/// What a style says of its text.
#[derive(Debug, Default)]
struct Style {
    parent: Option<String>,
    is_hidden: bool,
    is_raised: bool,
}

type Styles = HashMap<String, Style>;

fn read_styles(xml: &str, styles: &mut Styles) {
    let mut name = String::new();
    for event in events(xml) {
        let (Event::Start(tag) | Event::Empty(tag)) = &event else { continue };
        match tag.name().as_ref() {
            "style:style" => {
                name = attribute(tag, "name").unwrap_or_default();
                let parent = attribute(tag, "parent-style-name");
                styles.insert(name.clone(), Style { parent, ..Style::default() });
            }
            "style:text-properties" => {
                if let Some(style) = styles.get_mut(&name) {
                    style.is_hidden = attribute(tag, "display").is_some_and(|display| display == "none");
                    style.is_raised = attribute(tag, "text-position").is_some_and(|place| {
                        place.starts_with("super") || place.starts_with(|c: char| c.is_ascii_digit())
                    });
                }
            }
            "office:body" => return,
            _ => {}
        }
    }
}

/// A style's name and those that it is based on.
fn chain<'a>(styles: &'a Styles, name: &'a str) -> impl Iterator<Item = &'a str> {
    std::iter::successors(Some(name), |name| styles.get(*name)?.parent.as_deref()).take(STYLE_CHAIN_MAX)
}

/// Whether an element and all in it is left out: deleted text, comments, marks of notes, declarations.
fn is_left_out(name: &str) -> bool {
    matches!(
        name,
        "text:tracked-changes"
            | "office:annotation"
            | "text:note-citation"
            | "text:ruby-text"
            | "svg:title"
            | "svg:desc"
            | "office:forms"
            | "text:sequence-decls"
            | "text:variable-decls"
            | "text:hidden-text"
            | "text:user-field-decls"
            | "office:event-listeners"
            | "office:font-face-decls"
            | "office:automatic-styles"
            | "text:index-title-template"
            | "text:alphabetical-index"
            | "office:scripts"
    )
}

#[derive(Default)]
struct Paragraph {
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

struct Writer<'a> {
    styles: &'a Styles,
    passages: Vec<Passage>,
    notes: Vec<Passage>,
    contents: Vec<Passage>,
    notices: Vec<Notice>,
    sections: Sections,
    paragraphs: Vec<Paragraph>,
    spans: Vec<Span>,
    /// Cells of the open rows, the innermost last.
    rows: Vec<Vec<Vec<(PassageKind, String)>>>,
    lists: usize,
    open_notes: usize,
    open_contents: usize,
    pictures: usize,
    formulas: usize,
    skipped: usize,
    depth: usize,
}

impl<'a> Writer<'a> {
    fn new(styles: &'a Styles) -> Writer<'a> {
        Writer {
            styles,
            passages: Vec::new(),
            notes: Vec::new(),
            contents: Vec::new(),
            notices: Vec::new(),
            sections: Sections::default(),
            paragraphs: Vec::new(),
            spans: Vec::new(),
            rows: Vec::new(),
            lists: 0,
            open_notes: 0,
            open_contents: 0,
            pictures: 0,
            formulas: 0,
            skipped: 0,
            depth: 0,
        }
    }

    fn finish(mut self) -> (Vec<Passage>, Vec<Notice>) {
        for (count, one, many) in
            [(self.formulas, "formula is", "formulas are"), (self.pictures, "picture is", "pictures are")]
        {
            if count > 0 {
                let what = if count == 1 { one } else { many };
                self.notices.push(Notice::of_document(format!("{count} {what} not read")));
            }
        }
        let mut passages = self.passages;
        passages.append(&mut self.notes);
        passages.append(&mut self.contents);
        (passages, self.notices)
    }

    fn read(&mut self, xml: &str) {
        let mut reader = Reader::from_str(xml);
        loop {
            match reader.read_event() {
                Ok(Event::Eof) => return,
                Ok(event) => self.event(&event),
                Err(error) => {
                    let notice = format!("damaged XML, the rest is not read: {error}");
                    return self.notices.push(Notice::of_document(notice));
                }
            }
            if self.depth > XML_DEPTH_MAX {
                let notice = format!("XML nested deeper than {XML_DEPTH_MAX}, the rest is not read");
                return self.notices.push(Notice::of_document(notice));
            }
        }
    }

    fn event(&mut self, event: &Event) {
        match event {
            Event::Start(tag) => {
                self.depth += 1;
                if self.skipped > 0 || is_left_out(tag.name().as_ref()) {
                    self.skipped += 1;
                } else {
                    self.start(tag);
                }
            }
            Event::Empty(tag) if self.skipped == 0 && !is_left_out(tag.name().as_ref()) => {
                self.start(tag);
                self.end(tag.name().as_ref());
            }
            Event::End(tag) => {
                self.depth = self.depth.saturating_sub(1);
                match self.skipped {
                    0 => self.end(tag.name().as_ref()),
                    _ => self.skipped -= 1,
                }
            }
            Event::Text(text) if self.skipped == 0 => self.push_text(&text.xml10_content()),
            Event::GeneralRef(reference) if self.skipped == 0 => {
                let character = reference.resolve_char_ref().ok().flatten().map(String::from);
                let named = quick_xml::escape::resolve_predefined_entity(&reference.xml10_content())
                    .map(str::to_owned);
                self.push_text(&character.or(named).unwrap_or_default());
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: &BytesStart) {
        match tag.name().as_ref() {
            "text:p" | "text:h" => self.start_paragraph(tag),
            "text:span" => {
                let style = attribute(tag, "style-name").unwrap_or_default();
                let has = |property: fn(&Style) -> bool| {
                    chain(self.styles, &style).any(|name| self.styles.get(name).is_some_and(property))
                };
                let (is_hidden, is_raised) = (has(|style| style.is_hidden), has(|style| style.is_raised));
                self.spans.push(Span { is_hidden, is_raised, raised: String::new() });
            }
            "text:list" => self.lists += 1,
            "text:note" => self.open_notes += 1,
            "text:table-of-content" | "text:illustration-index" | "text:table-index" => {
                self.open_contents += 1
            }
            "table:table-row" => self.rows.push(Vec::new()),
            "table:table-cell" => {
                if let Some(row) = self.rows.last_mut() {
                    row.push(Vec::new());
                }
            }
            "draw:image" => self.pictures += 1,
            "math:math" => self.formulas += 1,
            "text:s" | "text:tab" | "text:line-break" => self.push_text(" "),
            _ => {}
        }
    }

    fn start_paragraph(&mut self, tag: &BytesStart) {
        let style = attribute(tag, "style-name").unwrap_or_default();
        let names: Vec<String> =
            chain(self.styles, &style).map(|name| name.replace("_20_", " ").to_lowercase()).collect();
        let is = |wanted: &str| names.iter().any(|name| name.starts_with(wanted));
        let is_hidden =
            chain(self.styles, &style).any(|name| self.styles.get(name).is_some_and(|style| style.is_hidden));
        let level = match tag.name().as_ref() {
            "text:h" => {
                Some(attribute(tag, "outline-level").and_then(|level| level.parse().ok()).unwrap_or(1))
            }
            _ if names.iter().any(|name| name == "title") => Some(1),
            _ => None,
        };
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
        self.paragraphs.push(Paragraph {
            kind: Some(kind),
            level,
            is_hidden,
            is_contents,
            ..Paragraph::default()
        });
    }

    fn end(&mut self, name: &str) {
        match name {
            "text:p" | "text:h" => self.end_paragraph(),
            "text:span" => self.end_span(),
            "text:list" => self.lists = self.lists.saturating_sub(1),
            "text:note" => self.open_notes = self.open_notes.saturating_sub(1),
            "text:table-of-content" | "text:illustration-index" | "text:table-index" => {
                self.open_contents = self.open_contents.saturating_sub(1);
            }
            "table:table-row" => self.end_row(),
            _ => {}
        }
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
            let texts = cells
                .iter()
                .map(|cell| cell.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" "));
            vec![(PassageKind::Table, texts.collect::<Vec<_>>().join("\t"))]
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

/// What `meta.xml` says.
fn metadata(xml: &str) -> Metadata {
    let mut metadata = Metadata::default();
    let mut name = String::new();
    for event in events(xml) {
        match &event {
            Event::Start(tag) => name = tag.name().as_ref().to_owned(),
            Event::End(_) => name.clear(),
            Event::Text(text) => {
                let value = normalise(&text.xml10_content());
                match name.as_str() {
                    _ if value.is_empty() => {}
                    "dc:title" => metadata.title = Some(value),
                    "meta:initial-creator" => metadata.creator = Some(value),
                    "dc:creator" if metadata.creator.is_none() => metadata.creator = Some(value),
                    "meta:creation-date" => {
                        metadata.created = value.get(..10).and_then(|date| date.parse::<PartialDate>().ok());
                    }
                    "meta:generator" => metadata.producer = Some(value),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    metadata
}
