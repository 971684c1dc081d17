//! DOCX → one page of passages. Tracked changes are accepted: insertions are text, deletions are not.
//!
//! Hidden text, comments, field codes, note marks and tables of contents are left out. Pictures and formulas are not read, but
//! counted in notices. Links out of the file are not followed.

use super::package::{OfficePackage, PartRelation, attribute};
use super::section::OpenSections;
use super::styles::{ParagraphRole, WordStyles, is_on, styles};
use super::symbols;
use super::xml::{self, Elements, Name};
use crate::extract::marks;
use crate::text::{Document, MediaType, Notice, Page, Passage, PassageKind, Rejection, normalise};
use quick_xml::events::BytesStart;
use quick_xml::name::ResolveResult;
use std::collections::{BTreeMap, HashSet};

/// Largest depth of imported files: an imported part may import parts.
const IMPORT_DEPTH_MAX: usize = 2;

/// The document of a Word file.
pub(in crate::extract) fn read(bytes: &[u8]) -> Result<Document, Rejection> {
    read_imported(bytes, 0)
}

fn read_imported(bytes: &[u8], depth: usize) -> Result<Document, Rejection> {
    let mut package = OfficePackage::open(bytes, "DOCX")?;
    let main = main_part(&mut package)?;
    let body = package.text(&main)?.ok_or_else(|| package.missing(&main))?;
    let relations = package.relations(&main)?;
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    // Old programs leave out the relationships; the usual names are tried then.
    let part_of = |kind: &str| {
        let related = relations.iter().find(|relation| relation.kind == kind);
        related.map_or_else(|| format!("{folder}/{kind}.xml"), |relation| relation.part.clone())
    };
    let styles = styles(&package.text(&part_of("styles"))?.unwrap_or_default());
    let mut writer = DocxWriter::new(&styles);
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
    let metadata = xml::metadata(&package.text("docProps/core.xml")?.unwrap_or_default());
    Ok(Document {
        metadata,
        pages: vec![Page { number: None, label: None, passages }],
        notices,
        ..Document::default()
    })
}

/// The part that holds the document, by the package's relationships.
fn main_part(package: &mut OfficePackage) -> Result<String, Rejection> {
    let related = package.relations("")?.into_iter().find(|relation| relation.kind == "officeDocument");
    Ok(related.map_or_else(|| "word/document.xml".to_owned(), |relation| relation.part))
}

fn furniture(rule: &str, text: String) -> Passage {
    Passage { section: vec![rule.to_owned()], ..Passage::new(PassageKind::Furniture, text) }
}

/// The passages of headers and footers, as furniture; each text once.
fn running_heads(
    package: &mut OfficePackage,
    relations: &[PartRelation],
    styles: &WordStyles,
) -> Result<Vec<Passage>, Rejection> {
    let mut heads: Vec<Passage> = Vec::new();
    for relation in relations.iter().filter(|relation| matches!(relation.kind.as_str(), "header" | "footer"))
    {
        let Some(text) = package.text(&relation.part)? else { continue };
        let mut writer = DocxWriter::new(styles);
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
    package: &mut OfficePackage,
    relations: &[PartRelation],
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
struct DocxParagraph {
    text: String,
    role: Option<ParagraphRole>,
    is_listed: bool,
    /// Whether the next paragraph goes on in its line: its mark is deleted, or it is a dropped initial.
    joins_next: bool,
}

type StyledLine = (ParagraphRole, String);

/// Open rows and cells of one table.
#[derive(Default)]
struct OpenTable {
    cells: Vec<Vec<StyledLine>>,
    row_is_deleted: bool,
}

/// A run of characters of one format.
#[derive(Default)]
struct TextRun {
    is_hidden: bool,
    is_raised: bool,
    raised: String,
}

/// A field that is open: its code is not shown, its result is.
struct OpenField {
    is_in_code: bool,
    code: String,
}

impl OpenField {
    fn is_contents(&self) -> bool {
        self.code.trim_start().get(..3).is_some_and(|word| word.eq_ignore_ascii_case("TOC"))
    }
}

struct DocxWriter<'a> {
    styles: &'a WordStyles,
    imported: BTreeMap<String, Vec<Passage>>,
    /// The name of a note's element while notes are read ("footnote").
    note: Option<&'static str>,
    passages: Vec<Passage>,
    /// Lines of tables of contents.
    contents: Vec<String>,
    notices: Vec<Notice>,
    sections: OpenSections,
    paragraphs: Vec<DocxParagraph>,
    /// Text that waits for the paragraph that it is joined to.
    joined: String,
    tables: Vec<OpenTable>,
    run: TextRun,
    fields: Vec<OpenField>,
    /// Notes that the text refers to: element name and identifier.
    cited: HashSet<(&'static str, String)>,
    /// How many content controls are open, and the number of the outermost one that holds a table of contents.
    controls: usize,
    contents_control: Option<usize>,
    is_in_text: bool,
    is_in_code: bool,
    is_in_paragraph_properties: bool,
    is_in_row_properties: bool,
    formulas: usize,
    pictures: usize,
    unread_symbols: usize,
}

impl<'a> DocxWriter<'a> {
    fn new(styles: &'a WordStyles) -> DocxWriter<'a> {
        DocxWriter {
            styles,
            imported: BTreeMap::new(),
            note: None,
            passages: Vec::new(),
            contents: Vec::new(),
            notices: Vec::new(),
            sections: OpenSections::default(),
            paragraphs: Vec::new(),
            joined: String::new(),
            tables: Vec::new(),
            run: TextRun::default(),
            fields: Vec::new(),
            cited: HashSet::new(),
            controls: 0,
            contents_control: None,
            is_in_text: false,
            is_in_code: false,
            is_in_paragraph_properties: false,
            is_in_row_properties: false,
            formulas: 0,
            pictures: 0,
            unread_symbols: 0,
        }
    }

    /// What follows is notes, which stand under no heading.
    fn begin_notes(&mut self, note: &'static str) {
        *self = DocxWriter {
            passages: std::mem::take(&mut self.passages),
            contents: std::mem::take(&mut self.contents),
            notices: std::mem::take(&mut self.notices),
            cited: std::mem::take(&mut self.cited),
            formulas: self.formulas,
            pictures: self.pictures,
            unread_symbols: self.unread_symbols,
            note: Some(note),
            ..DocxWriter::new(self.styles)
        };
    }

    fn finish(mut self) -> (Vec<Passage>, Vec<Notice>, Vec<String>) {
        self.notices.extend(xml::unread(self.formulas, "formula is", "formulas are"));
        self.notices.extend(xml::unread(self.pictures, "picture is", "pictures are"));
        let (one, many) = ("symbol of an unknown font is", "symbols of unknown fonts are");
        self.notices.extend(xml::unread(self.unread_symbols, one, many));
        (self.passages, self.notices, self.contents)
    }

    fn read(&mut self, xml: &str) {
        let fault = xml::read(xml, self);
        self.notices.extend(fault);
        let rest = std::mem::take(&mut self.joined);
        self.line((self.plain_role(), normalise(&rest)));
    }

    /// An element that is not WordprocessingML: formulas and pictures are counted.
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
                paragraph.role = level.map(|level| ParagraphRole::Heading(level + 1)).or(paragraph.role);
            }
            "del" | "moveFrom" if is_in_properties => paragraph.joins_next = true,
            "framePr" => paragraph.joins_next = attribute(tag, "dropCap").is_some_and(|kind| kind != "none"),
            _ => {}
        }
    }

    fn field(&mut self, tag: &BytesStart) {
        match attribute(tag, "fldCharType").as_deref() {
            Some("begin") => self.fields.push(OpenField { is_in_code: true, code: String::new() }),
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
            _ if self.is_in_contents() => ParagraphRole::Contents,
            (None, None | Some(ParagraphRole::Plain(PassageKind::Paragraph))) if paragraph.is_listed => {
                ParagraphRole::Plain(PassageKind::ListItem)
            }
            (None, role) => role.unwrap_or(self.plain_role()),
        };
        self.line((role, text));
    }

    fn plain_role(&self) -> ParagraphRole {
        ParagraphRole::Plain(if self.note.is_some() { PassageKind::Footnote } else { PassageKind::Paragraph })
    }

    fn is_in_contents(&self) -> bool {
        self.contents_control.is_some() || self.fields.iter().any(OpenField::is_contents)
    }

    /// Adds a finished line to the open cell, or to the passages.
    fn line(&mut self, line: StyledLine) {
        if line.1.is_empty() {
            return;
        }
        if line.0 == ParagraphRole::Contents {
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
            let row = xml::row_text(&cells, |(_, text)| text);
            self.line((ParagraphRole::Plain(PassageKind::Table), row));
        }
        self.tables.extend(outer);
    }

    fn push(&mut self, (role, text): StyledLine) {
        let (kind, level) = match role {
            ParagraphRole::Heading(level) => (PassageKind::Heading, Some(level)),
            ParagraphRole::Plain(kind) => (kind, None),
            ParagraphRole::Contents => return,
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
}

/// The vocabulary of WordprocessingML.
const WORD: &str = "w";

impl Elements for DocxWriter<'_> {
    /// WordprocessingML, transitional or strict, apart from the elements of drawings (`a:p`, `a:t`) and formulas (`m:t`).
    fn name<'n>(namespace: &ResolveResult, local_name: &'n str) -> Name<'n> {
        let is_word = match namespace {
            ResolveResult::Bound(namespace) => {
                namespace.0.contains("wordprocessingml") && namespace.0.ends_with("main")
            }
            // A prefix that is declared nowhere: files written by hand.
            ResolveResult::Unknown(prefix) => prefix == WORD,
            ResolveResult::Unbound => false,
        };
        (if is_word { WORD } else { "" }, local_name)
    }

    /// Whether an element and all in it is left out: deletions, moved text at its old place, the second copy of a text
    /// box, properties before a change, separators and uncited notes, the reading beside a word.
    fn is_left_out(&self, (vocabulary, name): Name, tag: &BytesStart) -> bool {
        match name {
            "Fallback" => true,
            _ if vocabulary != WORD => false,
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

    fn start(&mut self, (vocabulary, name): Name, tag: &BytesStart) {
        if vocabulary != WORD {
            return self.start_foreign(name);
        }
        match name {
            "p" => self.paragraphs.push(DocxParagraph::default()),
            "pPr" => self.is_in_paragraph_properties = true,
            "trPr" => self.is_in_row_properties = true,
            "r" => self.run = TextRun::default(),
            "tbl" => self.tables.push(OpenTable::default()),
            "tc" => {
                if let Some(table) = self.tables.last_mut() {
                    table.cells.push(Vec::new());
                }
            }
            "sdt" => self.controls += 1,
            "docPartGallery"
                if attribute(tag, "val").is_some_and(|gallery| gallery == "Table of Contents") =>
            {
                self.contents_control.get_or_insert(self.controls);
            }
            "t" => self.is_in_text = true,
            "instrText" => self.is_in_code = true,
            "fldChar" => self.field(tag),
            "fldSimple" => {
                let code = attribute(tag, "instr").unwrap_or_default();
                self.fields.push(OpenField { is_in_code: false, code });
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

    fn end(&mut self, (vocabulary, name): Name) {
        if vocabulary != WORD {
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
                self.contents_control = self.contents_control.filter(|contents| *contents < self.controls);
                self.controls = self.controls.saturating_sub(1);
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
}
