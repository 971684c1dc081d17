//! DOCX → one page of passages. Text as it reads with all changes accepted: insertions in, deletions out.
//!
//! Leaves out hidden text, comments, field codes, note marks and tables of contents. Reads no picture and no formula: both
//! are counted in notices. Follows no link out of the file.

use super::package::{Package, Relation, attribute, events};
use super::section::Sections;
use super::styles::{Role, Styles, is_on, styles};
use super::symbols;
use crate::extract::marks;
use crate::text::{
    Document, MediaType, Metadata, Notice, Page, PartialDate, Passage, PassageKind, Rejection, normalise,
};
use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use std::collections::{BTreeMap, HashSet};

/// A choice: a real melding nests 13 deep; boxes within tables within boxes stay far below.
const XML_DEPTH_MAX: usize = 512;
/// Files within files are read this deep: an imported part may import parts.
const IMPORT_DEPTH_MAX: usize = 2;

/// The document of a Word file.
pub(in crate::extract) fn read(bytes: &[u8]) -> Result<Document, Rejection> {
    read_imported(bytes, 0)
}

fn read_imported(bytes: &[u8], depth: usize) -> Result<Document, Rejection> {
    let mut package = Package::open(bytes, "DOCX")?;
    let main = main_part(&mut package)?;
    let body = package.text(&main)?.ok_or_else(|| package.missing(&main))?;
    let relations = package.relations(&main)?;
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    // Old writers leave out the relationships: the usual names are tried then.
    let part_of = |kind: &str| {
        let related = relations.iter().find(|relation| relation.kind == kind);
        related.map_or_else(|| format!("{folder}/{kind}.xml"), |relation| relation.part.clone())
    };
    let styles = styles(&package.text(&part_of("styles"))?.unwrap_or_default());
    let mut writer = Writer::new(&styles);
    writer.imported = imported(&mut package, &relations, depth)?;
    writer.read(&body);
    for (kind, cited) in [("footnotes", "footnote"), ("endnotes", "endnote")] {
        if let Some(text) = package.text(&part_of(kind))? {
            writer.begin_notes(cited);
            writer.read(&text);
        }
    }
    let (mut passages, mut notices, contents) = writer.finish();
    if passages.is_empty() {
        return Err(Rejection::new("no text: the file has no readable content", "it may hold pictures only"));
    }
    notices.sort();
    notices.dedup();
    passages.extend(contents.into_iter().map(|text| furniture("contents", text)));
    passages.extend(running_heads(&mut package, &relations, &styles)?);
    let metadata = metadata(&package.text("docProps/core.xml")?.unwrap_or_default());
    Ok(Document { metadata, pages: vec![Page { number: None, label: None, passages }], notices })
}

/// The part that holds the document, by the package's relationships.
fn main_part(package: &mut Package) -> Result<String, Rejection> {
    let related = package.relations("")?.into_iter().find(|relation| relation.kind == "officeDocument");
    Ok(related.map_or_else(|| "word/document.xml".to_owned(), |relation| relation.part))
}

fn furniture(rule: &str, text: String) -> Passage {
    Passage { section: vec![rule.to_owned()], ..Passage::new(PassageKind::Furniture, text) }
}

/// The passages of headers and footers, as furniture; each text once.
fn running_heads(
    package: &mut Package,
    relations: &[Relation],
    styles: &Styles,
) -> Result<Vec<Passage>, Rejection> {
    let mut heads: Vec<Passage> = Vec::new();
    for relation in relations.iter().filter(|relation| matches!(relation.kind.as_str(), "header" | "footer"))
    {
        let Some(text) = package.text(&relation.part)? else { continue };
        let mut writer = Writer::new(styles);
        writer.read(&text);
        for passage in writer.finish().0 {
            let head = furniture(&relation.kind, passage.text);
            if !heads.contains(&head) {
                heads.push(head);
            }
        }
    }
    Ok(heads)
}

/// The passages of whole files that are imported by reference (`altChunk`), by the identifier of their relationship.
fn imported(
    package: &mut Package,
    relations: &[Relation],
    depth: usize,
) -> Result<BTreeMap<String, Vec<Passage>>, Rejection> {
    let mut imported = BTreeMap::new();
    for relation in relations.iter().filter(|relation| relation.kind == "aFChunk") {
        let Some(bytes) = package.bytes(&relation.part)? else { continue };
        let document = match crate::extract::sniff(&bytes) {
            Some(MediaType::Docx) if depth < IMPORT_DEPTH_MAX => read_imported(&bytes, depth + 1),
            Some(media_type @ (MediaType::Html | MediaType::Text)) => {
                crate::extract::document(&bytes, media_type)
            }
            _ => continue,
        };
        let pages = document.map(|document| document.pages).unwrap_or_default();
        let passages = pages.into_iter().flat_map(|page| page.passages).collect();
        imported.insert(relation.id.clone(), passages);
    }
    Ok(imported)
}

#[derive(Default)]
struct Paragraph {
    text: String,
    role: Option<Role>,
    is_listed: bool,
    /// Whether the next paragraph goes on in its line: its mark is deleted, or it is a dropped initial.
    joins_next: bool,
}

type Line = (Role, String);

/// Open rows and cells of one table.
#[derive(Default)]
struct Table {
    cells: Vec<Vec<Line>>,
    row_is_deleted: bool,
}

/// A run of characters of one format.
#[derive(Default)]
struct Run {
    is_hidden: bool,
    is_raised: bool,
    raised: String,
}

/// A field that is open: its code is not shown, its result is.
struct Field {
    is_in_code: bool,
    code: String,
}

impl Field {
    fn is_contents(&self) -> bool {
        self.code.trim_start().get(..3).is_some_and(|word| word.eq_ignore_ascii_case("TOC"))
    }
}

struct Writer<'a> {
    styles: &'a Styles,
    imported: BTreeMap<String, Vec<Passage>>,
    /// The name of a note's element while notes are read ("footnote").
    note: Option<&'static str>,
    passages: Vec<Passage>,
    /// Lines of tables of contents.
    contents: Vec<String>,
    notices: Vec<Notice>,
    sections: Sections,
    paragraphs: Vec<Paragraph>,
    /// Text that waits for the paragraph that it is joined to.
    joined: String,
    tables: Vec<Table>,
    run: Run,
    fields: Vec<Field>,
    /// Notes that the text refers to: element name and identifier.
    cited: HashSet<(&'static str, String)>,
    /// Depth of the content control that holds a table of contents.
    contents_depth: Option<usize>,
    controls: Vec<usize>,
    is_in_text: bool,
    is_in_code: bool,
    is_in_paragraph_properties: bool,
    is_in_row_properties: bool,
    formulas: usize,
    pictures: usize,
    unread_symbols: usize,
    /// How many elements are open below and with the one that is left out.
    skipped: usize,
    depth: usize,
}

impl<'a> Writer<'a> {
    fn new(styles: &'a Styles) -> Writer<'a> {
        Writer {
            styles,
            imported: BTreeMap::new(),
            note: None,
            passages: Vec::new(),
            contents: Vec::new(),
            notices: Vec::new(),
            sections: Sections::default(),
            paragraphs: Vec::new(),
            joined: String::new(),
            tables: Vec::new(),
            run: Run::default(),
            fields: Vec::new(),
            cited: HashSet::new(),
            contents_depth: None,
            controls: Vec::new(),
            is_in_text: false,
            is_in_code: false,
            is_in_paragraph_properties: false,
            is_in_row_properties: false,
            formulas: 0,
            pictures: 0,
            unread_symbols: 0,
            skipped: 0,
            depth: 0,
        }
    }

    /// What follows is notes, which stand under no heading.
    fn begin_notes(&mut self, note: &'static str) {
        *self = Writer {
            passages: std::mem::take(&mut self.passages),
            contents: std::mem::take(&mut self.contents),
            notices: std::mem::take(&mut self.notices),
            cited: std::mem::take(&mut self.cited),
            formulas: self.formulas,
            pictures: self.pictures,
            unread_symbols: self.unread_symbols,
            note: Some(note),
            ..Writer::new(self.styles)
        };
    }

    fn finish(mut self) -> (Vec<Passage>, Vec<Notice>, Vec<String>) {
        let counted = [
            (self.formulas, "formula is", "formulas are"),
            (self.pictures, "picture is", "pictures are"),
            (self.unread_symbols, "symbol of an unknown font is", "symbols of unknown fonts are"),
        ];
        for (count, one, many) in counted {
            if count > 0 {
                let what = if count == 1 { one } else { many };
                self.notices.push(Notice::of_document(format!("{count} {what} not read")));
            }
        }
        (self.passages, self.notices, self.contents)
    }

    fn read(&mut self, xml: &str) {
        let mut reader = NsReader::from_str(xml);
        loop {
            match reader.read_resolved_event() {
                Ok((_, Event::Eof)) => break,
                Ok((namespace, event)) => {
                    let is_word = is_word(&namespace);
                    self.event(&event, is_word);
                }
                Err(error) => {
                    self.notices
                        .push(Notice::of_document(format!("damaged XML, the rest is not read: {error}")));
                    break;
                }
            }
            if self.depth > XML_DEPTH_MAX {
                let notice = format!("XML nested deeper than {XML_DEPTH_MAX}, the rest is not read");
                return self.notices.push(Notice::of_document(notice));
            }
        }
        let rest = std::mem::take(&mut self.joined);
        self.line((self.plain_role(), normalise(&rest)));
    }

    fn event(&mut self, event: &Event, is_word: bool) {
        match event {
            Event::Start(tag) => {
                self.depth += 1;
                if self.skipped > 0 || self.is_left_out(tag, is_word) {
                    self.skipped += 1;
                } else {
                    self.start(tag, is_word);
                }
            }
            Event::Empty(tag) if self.skipped == 0 => {
                self.start(tag, is_word);
                self.end(tag.local_name().as_ref(), is_word);
            }
            Event::End(tag) => {
                match self.skipped {
                    0 => self.end(tag.local_name().as_ref(), is_word),
                    _ => self.skipped -= 1,
                }
                self.depth = self.depth.saturating_sub(1);
            }
            Event::Text(text) if self.skipped == 0 => self.text(&text.xml10_content()),
            Event::CData(text) if self.skipped == 0 => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) if self.skipped == 0 => {
                let character = reference.resolve_char_ref().ok().flatten().map(String::from);
                let named = quick_xml::escape::resolve_predefined_entity(&reference.xml10_content())
                    .map(str::to_owned);
                self.text(&character.or(named).unwrap_or_default());
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.is_in_code {
            if let Some(field) = self.fields.last_mut() {
                field.code.push_str(text);
            }
        } else if self.is_in_text {
            self.push_text(text);
        }
    }

    fn start(&mut self, tag: &BytesStart, is_word: bool) {
        let name = tag.local_name();
        if !is_word {
            return self.start_foreign(name.as_ref());
        }
        match name.as_ref() {
            "p" => self.paragraphs.push(Paragraph::default()),
            "pPr" => self.is_in_paragraph_properties = true,
            "trPr" => self.is_in_row_properties = true,
            "r" => self.run = Run::default(),
            "tbl" => self.tables.push(Table::default()),
            "tc" => {
                if let Some(table) = self.tables.last_mut() {
                    table.cells.push(Vec::new());
                }
            }
            "sdt" => self.controls.push(self.depth),
            "docPartGallery"
                if attribute(tag, "val").is_some_and(|gallery| gallery == "Table of Contents") =>
            {
                self.contents_depth = self.contents_depth.or(self.controls.last().copied());
            }
            "t" => self.is_in_text = true,
            "instrText" => self.is_in_code = true,
            "fldChar" => self.field(tag),
            "fldSimple" => {
                let code = attribute(tag, "instr").unwrap_or_default();
                self.fields.push(Field { is_in_code: false, code });
            }
            "footnoteReference" => self.cite("footnote", tag),
            "endnoteReference" => self.cite("endnote", tag),
            "altChunk" => self.import(tag),
            "sym" => self.symbol(tag),
            // A tab stop is declared with the same name, before any text: the space is trimmed.
            "tab" | "br" | "cr" | "ptab" => self.push_text(" "),
            "noBreakHyphen" => self.push_text("-"),
            _ => self.property(tag),
        }
    }

    /// What is no WordprocessingML: formulas and pictures are counted.
    fn start_foreign(&mut self, name: &str) {
        match name {
            "oMath" => self.formulas += 1,
            "blip" | "imagedata" => self.pictures += 1,
            _ => {}
        }
    }

    /// Properties of the paragraph, run or row that is open.
    fn property(&mut self, tag: &BytesStart) {
        let value = || attribute(tag, "val");
        match tag.local_name().as_ref() {
            "vanish" if !self.is_in_paragraph_properties => self.run.is_hidden = is_on(tag),
            "rStyle" => self.run.is_hidden |= value().is_some_and(|id| self.styles.is_hidden(&id)),
            "vertAlign" if !self.is_in_paragraph_properties => {
                self.run.is_raised = value().is_some_and(|align| align == "superscript");
            }
            // Before its changed row is accepted, Word still shows it struck out.
            "del" | "moveFrom" if self.is_in_row_properties => {
                if let Some(table) = self.tables.last_mut() {
                    table.row_is_deleted = true;
                }
            }
            _ => self.paragraph_property(tag),
        }
    }

    fn paragraph_property(&mut self, tag: &BytesStart) {
        let value = || attribute(tag, "val");
        let styles = self.styles;
        let is_in_properties = self.is_in_paragraph_properties;
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        match tag.local_name().as_ref() {
            "pStyle" => paragraph.role = value().and_then(|id| styles.role(&id)),
            "numId" => paragraph.is_listed = value().is_some_and(|id| id != "0"),
            "outlineLvl" => {
                let level = value().and_then(|level| level.parse::<u8>().ok()).filter(|level| *level < 9);
                paragraph.role = level.map(|level| Role::Heading(level + 1)).or(paragraph.role);
            }
            "del" | "moveFrom" if is_in_properties => paragraph.joins_next = true,
            "framePr" => paragraph.joins_next = attribute(tag, "dropCap").is_some_and(|kind| kind != "none"),
            _ => {}
        }
    }

    fn field(&mut self, tag: &BytesStart) {
        match attribute(tag, "fldCharType").as_deref() {
            Some("begin") => self.fields.push(Field { is_in_code: true, code: String::new() }),
            Some("separate") => {
                if let Some(field) = self.fields.last_mut() {
                    field.is_in_code = false;
                }
            }
            Some("end") => drop(self.fields.pop()),
            _ => {}
        }
    }

    fn cite(&mut self, note: &'static str, tag: &BytesStart) {
        if !self.run.is_hidden {
            self.cited.extend(attribute(tag, "id").map(|id| (note, id)));
        }
    }

    /// Puts the passages of an imported file in its place, or notes that they are missing.
    fn import(&mut self, tag: &BytesStart) {
        let passages = attribute(tag, "id").and_then(|id| self.imported.remove(&id));
        match passages {
            Some(passages) => self.passages.extend(passages),
            None => self
                .notices
                .push(Notice::of_document("an imported part (altChunk) is missing or not readable")),
        }
    }

    fn symbol(&mut self, tag: &BytesStart) {
        let font = attribute(tag, "font").unwrap_or_default();
        let code = attribute(tag, "char").and_then(|code| u32::from_str_radix(&code, 16).ok());
        match code.and_then(|code| symbols::character(&font, code)) {
            Some(character) => self.push_text(character.encode_utf8(&mut [0; 4])),
            None => self.unread_symbols += usize::from(!symbols::is_ornament(&font)),
        }
    }

    fn end(&mut self, name: &str, is_word: bool) {
        if !is_word {
            return;
        }
        match name {
            "p" => self.end_paragraph(),
            "pPr" => self.is_in_paragraph_properties = false,
            "trPr" => self.is_in_row_properties = false,
            "r" => self.end_run(),
            "tr" => self.end_row(),
            "tbl" => drop(self.tables.pop()),
            "t" => self.is_in_text = false,
            "instrText" => self.is_in_code = false,
            "fldSimple" => drop(self.fields.pop()),
            "sdt" => {
                let depth = self.controls.pop();
                self.contents_depth = self.contents_depth.filter(|contents| Some(*contents) != depth);
            }
            _ => {}
        }
    }

    fn push_text(&mut self, text: &str) {
        if self.run.is_hidden || self.fields.iter().any(|field| field.is_in_code) {
            return;
        }
        if self.run.is_raised {
            self.run.raised.push_str(text);
        } else if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.text.push_str(text);
        }
    }

    /// A raised number is the mark of a note unless it is an exponent.
    fn end_run(&mut self) {
        let run = std::mem::take(&mut self.run);
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        let is_mark = marks::looks_like_mark(run.raised.trim())
            && !marks::is_exponent(run.raised.trim(), &paragraph.text);
        if !is_mark {
            paragraph.text.push_str(&run.raised);
        }
    }

    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        let whole = std::mem::take(&mut self.joined) + &paragraph.text;
        if paragraph.joins_next {
            self.joined = whole;
            return;
        }
        let text = normalise(&whole);
        let role = match (self.note, paragraph.role) {
            (Some(_), _) => self.plain_role(),
            _ if self.is_in_contents() => Role::Contents,
            (None, None | Some(Role::Plain(PassageKind::Paragraph))) if paragraph.is_listed => {
                Role::Plain(PassageKind::ListItem)
            }
            (None, role) => role.unwrap_or(self.plain_role()),
        };
        self.line((role, text));
    }

    fn plain_role(&self) -> Role {
        Role::Plain(if self.note.is_some() { PassageKind::Footnote } else { PassageKind::Paragraph })
    }

    fn is_in_contents(&self) -> bool {
        self.contents_depth.is_some() || self.fields.iter().any(Field::is_contents)
    }

    /// Puts a finished line into the open cell, or out.
    fn line(&mut self, line: Line) {
        if line.1.is_empty() {
            return;
        }
        if line.0 == Role::Contents {
            return self.contents.push(line.1);
        }
        match self.tables.last_mut().and_then(|table| table.cells.last_mut()) {
            Some(cell) => cell.push(line),
            None => self.push(line),
        }
    }

    /// A row of several cells is one passage; the single cell of a box keeps its paragraphs.
    fn end_row(&mut self) {
        let Some(table) = self.tables.last_mut() else { return };
        let mut cells = std::mem::take(&mut table.cells);
        if std::mem::take(&mut table.row_is_deleted) {
            return;
        }
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
        let section = match level {
            Some(level) => self.sections.close(level),
            None => self.sections.path(),
        };
        if let Some(level) = level {
            self.sections.open(level, &text);
        }
        self.passages.push(Passage { section, ..Passage::new(kind, text) });
    }

    /// Whether an element and all in it is left out: deletions, moved text at its old place, the second copy of a text
    /// box, properties before a change, separators and uncited notes, the reading beside a word.
    fn is_left_out(&self, tag: &BytesStart, is_word: bool) -> bool {
        let name = tag.local_name();
        match name.as_ref() {
            "Fallback" => true,
            _ if !is_word => false,
            "del" | "moveFrom" => !self.is_in_paragraph_properties && !self.is_in_row_properties,
            "pPrChange" | "rPrChange" | "sectPrChange" | "tblPrChange" | "trPrChange" | "tcPrChange"
            | "tabs" | "rt" | "delText" | "delInstrText" => true,
            name if Some(name) == self.note => {
                let is_separator = attribute(tag, "type").is_some_and(|kind| kind != "normal");
                let id = attribute(tag, "id").unwrap_or_default();
                is_separator || !self.cited.iter().any(|(note, cited)| *note == name && *cited == id)
            }
            _ => false,
        }
    }
}

/// Whether a tag is WordprocessingML, transitional or strict, and no drawing's (`a:p`, `a:t`) or formula's (`m:t`).
fn is_word(namespace: &ResolveResult) -> bool {
    match namespace {
        ResolveResult::Bound(namespace) => {
            namespace.0.contains("wordprocessingml") && namespace.0.ends_with("main")
        }
        // A prefix that is declared nowhere: files written by hand.
        ResolveResult::Unknown(prefix) => prefix == "w",
        ResolveResult::Unbound => false,
    }
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
