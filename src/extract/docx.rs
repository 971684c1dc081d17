//! DOCX → one page of passages. Text as it reads with all changes accepted: insertions in, deletions out.
//!
//! Leaves out headers, footers, comments, field codes and tables of contents. Reads no picture and follows no link.

use crate::text::{
    Document, Metadata, Notice, Page, PartialDate, Passage, PassageKind, Rejection, normalise,
};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// A choice far above a real melding (26 entries, ten of them pictures).
const ENTRIES_MAX: usize = 10_000;
/// A choice: some sixty times the text of a real melding (1.1 MB of XML).
const PART_BYTES_MAX: u64 = 64 << 20;
/// A choice: a real melding nests 13 deep; boxes within tables within boxes stay far below.
const XML_DEPTH_MAX: usize = 512;
/// How many styles a style may be based on, one upon the other.
const STYLE_CHAIN_MAX: usize = 16;

/// The first bytes of an OLE container: an encrypted DOCX, or Word's format before 2007.
const OLE: [u8; 4] = [0xd0, 0xcf, 0x11, 0xe0];

/// Whether `bytes` are a Word document, or an OLE container that could be one.
pub(super) fn is_word(bytes: &[u8]) -> bool {
    let is_zip = bytes.starts_with(b"PK\x03\x04");
    let holds_text = || {
        ZipArchive::new(Cursor::new(bytes)).is_ok_and(|zip| zip.index_for_name("word/document.xml").is_some())
    };
    bytes.starts_with(&OLE) || is_zip && holds_text()
}

/// The document of a Word file.
pub(super) fn read(bytes: &[u8]) -> Result<Document, Rejection> {
    if bytes.starts_with(&OLE) {
        return Err(Rejection::new("encrypted or old Word format", "save it as DOCX without a password"));
    }
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(error.to_string()))?;
    if zip.len() > ENTRIES_MAX {
        return Err(Rejection::new(
            format!("too many entries: more than {ENTRIES_MAX}"),
            "save it again from Word",
        ));
    }
    let styles = styles(&part(&mut zip, "word/styles.xml")?.unwrap_or_default());
    let body = part(&mut zip, "word/document.xml")?.ok_or_else(|| damaged("word/document.xml is missing"))?;
    let mut writer = Writer::new(&styles, None);
    writer.read(&body);
    for notes in ["word/footnotes.xml", "word/endnotes.xml"] {
        if let Some(text) = part(&mut zip, notes)? {
            writer.begin_notes();
            writer.read(&text);
        }
    }
    let metadata = metadata(&part(&mut zip, "docProps/core.xml")?.unwrap_or_default());
    if writer.passages.is_empty() {
        return Err(Rejection::new("no text: the file has no readable content", "it may hold pictures only"));
    }
    let page = Page { number: None, label: None, passages: writer.passages };
    Ok(Document { metadata, pages: vec![page], notices: writer.notices })
}

fn damaged(cause: impl Into<String>) -> Rejection {
    Rejection::new(format!("damaged DOCX: {}", cause.into()), "fetch or save the file again")
}

/// The text of one entry. `None` when there is no such entry.
fn part(zip: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Option<String>, Rejection> {
    if zip.index_for_name(name).is_none() {
        return Ok(None);
    }
    let entry = zip.by_name(name).map_err(|error| damaged(format!("{name}: {error}")))?;
    let mut bytes = Vec::new();
    entry
        .take(PART_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| damaged(format!("{name}: {error}")))?;
    if bytes.len() as u64 > PART_BYTES_MAX {
        return Err(Rejection::new(
            format!("too large: {name} inflates to more than {PART_BYTES_MAX} bytes"),
            "split the document",
        ));
    }
    let (text, _, _) = encoding_rs::UTF_8.decode(&bytes);
    Ok(Some(text.into_owned()))
}

/// What a paragraph style makes of its paragraphs.
#[derive(Debug, Clone, Default)]
struct Style {
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
    is_numbered: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Heading(u8),
    Plain(PassageKind),
    /// A line of a table of contents.
    Contents,
}

type Styles = HashMap<String, Role>;

fn styles(xml: &str) -> Styles {
    let declared = declared_styles(xml);
    declared.keys().map(|id| (id.clone(), role(id, &declared))).collect()
}

fn declared_styles(xml: &str) -> HashMap<String, Style> {
    let mut styles = HashMap::new();
    let mut id = String::new();
    let mut style = Style::default();
    for event in events(xml) {
        match &event {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "style" => (id, style) = (attribute(tag, "w:styleId").unwrap_or_default(), Style::default()),
                "name" => style.name = attribute(tag, "w:val").unwrap_or_default().to_lowercase(),
                "basedOn" => style.based_on = attribute(tag, "w:val"),
                "outlineLvl" => style.outline = attribute(tag, "w:val").and_then(|level| level.parse().ok()),
                "numPr" => style.is_numbered = true,
                _ => {}
            },
            Event::End(tag) if tag.local_name().as_ref() == "style" => {
                styles.insert(std::mem::take(&mut id), std::mem::take(&mut style));
            }
            _ => {}
        }
    }
    styles
}

/// The role of the style `id`: its own, or that of the style that it is based on.
fn role(id: &str, styles: &HashMap<String, Style>) -> Role {
    let mut next = Some(id.to_owned());
    for _ in 0..STYLE_CHAIN_MAX {
        let Some(id) = next else { break };
        let style = styles.get(&id).cloned().unwrap_or_default();
        if let Some(role) = role_by_name(&id.to_lowercase(), &style.name) {
            return role;
        }
        match style.outline {
            Some(level @ 0..9) => return Role::Heading(level + 1),
            _ if style.is_numbered => return Role::Plain(PassageKind::ListItem),
            _ => next = style.based_on,
        }
    }
    Role::Plain(PassageKind::Paragraph)
}

/// The role that a style's id or name tells, in English or Norwegian. `None` when they tell none.
fn role_by_name(id: &str, name: &str) -> Option<Role> {
    let level = |word: &str| {
        let rest = id.strip_prefix(word).or_else(|| name.strip_prefix(word))?.trim();
        rest.parse::<u8>().ok().filter(|level| (1..=9).contains(level))
    };
    if let Some(level) = level("heading").or_else(|| level("overskrift")) {
        return Some(Role::Heading(level));
    }
    let is_contents = ["toc", "innh"].iter().any(|word| level(word).is_some())
        || matches!(name, "toc heading" | "table of figures");
    let is_caption = matches!(name, "caption" | "bildetekst") || matches!(id, "caption" | "bildetekst");
    let is_list = ["list ", "liste", "opplisting", "alfaliste", "nummerert", "romertall"]
        .iter()
        .any(|word| name.starts_with(word));
    match (name, id) {
        _ if is_contents => Some(Role::Contents),
        ("title" | "tittel", _) | (_, "title" | "tittel") => Some(Role::Heading(1)),
        _ if is_caption || id.contains("tabell-tit") || id.contains("figur-tit") => {
            Some(Role::Plain(PassageKind::Caption))
        }
        _ if is_list => Some(Role::Plain(PassageKind::ListItem)),
        _ => None,
    }
}

#[derive(Default)]
struct Paragraph {
    text: String,
    role: Option<Role>,
    is_listed: bool,
}

type Line = (Role, String);

/// Open rows and cells of one table.
#[derive(Default)]
struct Table {
    cells: Vec<Vec<Line>>,
}

struct Writer<'a> {
    styles: &'a Styles,
    /// What every paragraph is, where the part says it: a footnote.
    fixed: Option<PassageKind>,
    passages: Vec<Passage>,
    notices: Vec<Notice>,
    section: Vec<(u8, String)>,
    paragraphs: Vec<Paragraph>,
    tables: Vec<Table>,
    is_in_text: bool,
    /// How many elements are open below and with the one that is left out.
    skipped: usize,
    depth: usize,
}

impl<'a> Writer<'a> {
    fn new(styles: &'a Styles, fixed: Option<PassageKind>) -> Writer<'a> {
        Writer {
            styles,
            fixed,
            passages: Vec::new(),
            notices: Vec::new(),
            section: Vec::new(),
            paragraphs: Vec::new(),
            tables: Vec::new(),
            is_in_text: false,
            skipped: 0,
            depth: 0,
        }
    }

    /// What follows is notes, which stand under no heading.
    fn begin_notes(&mut self) {
        *self = Writer {
            passages: std::mem::take(&mut self.passages),
            notices: std::mem::take(&mut self.notices),
            ..Writer::new(self.styles, Some(PassageKind::Footnote))
        };
    }

    fn read(&mut self, xml: &str) {
        let mut reader = Reader::from_str(xml);
        loop {
            match reader.read_event() {
                Ok(Event::Eof) => return,
                Ok(event) => self.event(&event),
                Err(error) => {
                    self.notices
                        .push(Notice::of_document(format!("damaged XML, the rest is not read: {error}")));
                    return;
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
                if self.skipped > 0 || is_left_out(tag) {
                    self.skipped += 1;
                } else {
                    self.start(tag);
                }
            }
            Event::Empty(tag) if self.skipped == 0 => {
                self.start(tag);
                self.end(tag.local_name().as_ref());
            }
            Event::End(tag) => {
                self.depth = self.depth.saturating_sub(1);
                match self.skipped {
                    0 => self.end(tag.local_name().as_ref()),
                    _ => self.skipped -= 1,
                }
            }
            Event::Text(text) if self.is_in_text && self.skipped == 0 => {
                self.push_text(&text.xml10_content())
            }
            Event::CData(text) if self.is_in_text && self.skipped == 0 => {
                self.push_text(&text.xml10_content())
            }
            Event::GeneralRef(reference) if self.is_in_text && self.skipped == 0 => {
                let character = reference.resolve_char_ref().ok().flatten().map(String::from);
                let named = quick_xml::escape::resolve_predefined_entity(&reference.xml10_content())
                    .map(str::to_owned);
                self.push_text(&character.or(named).unwrap_or_default());
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: &BytesStart) {
        match tag.local_name().as_ref() {
            "p" if is_word_tag(tag) => self.paragraphs.push(Paragraph::default()),
            "pStyle" => {
                let role = attribute(tag, "w:val").and_then(|id| self.styles.get(&id).copied());
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.role = role;
                }
            }
            "outlineLvl" => self.set_outline(tag),
            "numId" => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.is_listed = attribute(tag, "w:val").is_some_and(|id| id != "0");
                }
            }
            "tbl" => self.tables.push(Table::default()),
            "tc" => {
                if let Some(table) = self.tables.last_mut() {
                    table.cells.push(Vec::new());
                }
            }
            "t" if is_word_tag(tag) => self.is_in_text = true,
            // A tab stop is declared with the same name, before any text: the space is trimmed.
            "tab" | "br" | "cr" => self.push_text(" "),
            "noBreakHyphen" => self.push_text("-"),
            _ => {}
        }
    }

    fn set_outline(&mut self, tag: &BytesStart) {
        let level =
            attribute(tag, "w:val").and_then(|level| level.parse::<u8>().ok()).filter(|level| *level < 9);
        if let (Some(paragraph), Some(level)) = (self.paragraphs.last_mut(), level) {
            paragraph.role = Some(Role::Heading(level + 1));
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "p" => self.end_paragraph(),
            "tr" => self.end_row(),
            "tbl" => {
                self.tables.pop();
            }
            "t" => self.is_in_text = false,
            _ => {}
        }
    }

    fn push_text(&mut self, text: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.text.push_str(text);
        }
    }

    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        let text = normalise(&paragraph.text);
        let role = match (self.fixed, paragraph.role) {
            (Some(kind), _) => Role::Plain(kind),
            (None, None | Some(Role::Plain(PassageKind::Paragraph))) if paragraph.is_listed => {
                Role::Plain(PassageKind::ListItem)
            }
            (None, role) => role.unwrap_or(Role::Plain(PassageKind::Paragraph)),
        };
        if !text.is_empty() && role != Role::Contents {
            self.line((role, text));
        }
    }

    /// Puts a finished line into the open cell, or out.
    fn line(&mut self, line: Line) {
        match self.tables.last_mut().and_then(|table| table.cells.last_mut()) {
            Some(cell) => cell.push(line),
            None => self.push(line),
        }
    }

    /// A row of several cells is one passage; the single cell of a box keeps its paragraphs.
    fn end_row(&mut self) {
        let Some(table) = self.tables.last_mut() else { return };
        let mut cells = std::mem::take(&mut table.cells);
        let outer = self.tables.pop();
        if cells.len() == 1 {
            cells.remove(0).into_iter().for_each(|line| self.line(line));
        } else if cells.iter().any(|cell| !cell.is_empty()) {
            let texts = cells
                .iter()
                .map(|cell| cell.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" "));
            let row = texts.collect::<Vec<_>>().join("\t");
            self.line((Role::Plain(PassageKind::Table), row));
        }
        self.tables.extend(outer);
    }

    fn push(&mut self, (role, text): Line) {
        let (kind, level) = match role {
            Role::Heading(level) => (PassageKind::Heading, Some(level)),
            Role::Plain(kind) => (kind, None),
            Role::Contents => return,
        };
        if let Some(level) = level {
            self.section.retain(|(outer, _)| *outer < level);
        }
        let section = self.section.iter().map(|(_, heading)| heading.clone()).collect();
        self.passages.push(Passage { section, ..Passage::new(kind, text.clone()) });
        self.section.extend(level.map(|level| (level, text)));
    }
}

/// Whether an element and all in it is left out: deletions, moved text at its old place, the second copy of a text box,
/// the properties before a change, the separators among the notes.
fn is_left_out(tag: &BytesStart) -> bool {
    match tag.local_name().as_ref() {
        "del" | "moveFrom" | "Fallback" | "pPrChange" | "rPrChange" | "sectPrChange" | "tblPrChange"
        | "tabs" | "instrText" => true,
        "footnote" | "endnote" => attribute(tag, "w:type").is_some_and(|kind| kind != "normal"),
        _ => false,
    }
}

/// Whether a tag is WordprocessingML and no drawing's (`a:p`, `a:t`) or formula's (`m:t`).
fn is_word_tag(tag: &BytesStart) -> bool {
    tag.name().as_ref().starts_with("w:")
}

fn attribute(tag: &BytesStart, name: &str) -> Option<String> {
    let attribute =
        tag.attributes().with_checks(false).flatten().find(|attribute| attribute.key.as_ref() == name)?;
    Some(attribute.value.to_string())
}

/// The events of a part up to its end or first fault.
fn events(xml: &str) -> impl Iterator<Item = Event<'_>> {
    let mut reader = Reader::from_str(xml);
    std::iter::from_fn(move || reader.read_event().ok().filter(|event| *event != Event::Eof))
}

/// What `docProps/core.xml` says.
fn metadata(xml: &str) -> Metadata {
    let mut metadata = Metadata::default();
    let mut name = String::new();
    for event in events(xml) {
        match &event {
            Event::Start(tag) => name = tag.local_name().as_ref().to_owned(),
            Event::End(_) => name.clear(),
            Event::Text(text) => set(&mut metadata, &name, normalise(&text.xml10_content())),
            _ => {}
        }
    }
    metadata
}

fn set(metadata: &mut Metadata, name: &str, value: String) {
    if value.is_empty() {
        return;
    }
    match name {
        "title" => metadata.title = Some(value),
        "creator" => metadata.creator = Some(value),
        "created" => metadata.created = value.get(..10).and_then(|date| date.parse::<PartialDate>().ok()),
        _ => {}
    }
}
