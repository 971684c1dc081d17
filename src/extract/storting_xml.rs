//! A publication of the Storting as its export interface gives it, XML for the printer → one page of passages.
//!
//! Two generations: `innstilling`, `dok8`, `forhandling` with small letters until the session 2015–2016, `Innstilling`,
//! `Forhandlinger` in PascalCase after it. Both are read by one table of element names in small letters; an element that the table
//! does not know is a block of its own outside of paragraphs, and part of the line within them, so that no text is lost. The document
//! type is never fetched.

use crate::text::{Document, Metadata, Notice, Page, Passage, PassageKind, Rejection, normalise};
use encoding_rs::{Encoding, UTF_8};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// The outermost elements of publications, in small letters.
const ROOTS: [&str; 9] = [
    "innstilling",
    "dok8",
    "dok12",
    "forhandling",
    "forhandlinger",
    "lovvedtak",
    "lovanmerkning",
    "innberetning",
    "dokumentserie",
];
/// Elements that are sections: a heading in one stands above all that follows in it.
const SECTIONS: [&str; 9] =
    ["kapittel", "kap", "seksjon", "delkapittel", "vedlegg", "sak", "subsek", "undersek", "underkapittel"];
const HEADINGS: [&str; 4] = ["tit", "tittel", "overskrift", "doktit"];
/// Elements within which others are part of the line.
const LINES: [&str; 12] = [
    "a",
    "p",
    "tit",
    "tittel",
    "overskrift",
    "doktit",
    "ingress",
    "pkt",
    "li",
    "listepunkt",
    "fotnote",
    "entry",
];
const ITEMS: [&str; 3] = ["pkt", "li", "listepunkt"];
const ROWS: [&str; 3] = ["row", "rad", "tr"];
const CELLS: [&str; 4] = ["entry", "celle", "td", "th"];
/// The number and the session of a publication are two elements of one line: "Innst. 14 S" "(2025–2026)".
const NAMES: [&str; 2] = ["navn", "innst"];
const SESSION: &str = "aar";
/// Deeper elements are not read. The deepest seen are 15.
const DEPTH_MAX: usize = 200;
/// The root stands after a declaration, a document type and comments.
const HEAD_BYTES: usize = 4096;

/// Whether `bytes` are such a publication.
pub(super) fn is_publication(bytes: &[u8]) -> bool {
    let head = text_of(&bytes[..bytes.len().min(HEAD_BYTES)]);
    let mut reader = Reader::from_str(head.trim_start());
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) => return ROOTS.contains(&name_of(&tag).as_str()),
            Event::Empty(_) | Event::Eof => return false,
            _ => {}
        }
    }
    false
}

/// The document of a publication.
///
/// # Errors
/// When it has no text, or breaks off before its end.
pub(super) fn read(bytes: &[u8]) -> Result<Document, Rejection> {
    let text = text_of(bytes);
    let mut builder = Builder::default();
    let mut reader = Reader::from_str(text.trim_start());
    reader.config_mut().check_end_names = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => builder.open(&tag),
            Ok(Event::End(_)) => builder.close(),
            Ok(Event::Text(text)) => builder.add(&text.xml10_content()),
            Ok(Event::CData(text)) => builder.add(&text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => match reference.resolve_char_ref() {
                Ok(Some(character)) => builder.add(character.encode_utf8(&mut [0; 4])),
                _ => builder.add(&entity(&reference)),
            },
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                let cause = format!("damaged XML: {error}");
                return Err(Rejection::new(cause, "fetch or copy it again"));
            }
        }
    }
    if !builder.open.is_empty() {
        return Err(Rejection::new("cut short: the XML ends within an element", "fetch or copy it again"));
    }
    builder.document()
}

/// The elements that are open, and the passages so far.
#[derive(Default)]
struct Builder {
    open: Vec<String>,
    passages: Vec<Passage>,
    /// Text of the block that is open.
    line: String,
    /// Cells of the row that is open.
    cells: Vec<String>,
    /// The headings of the sections that are open, by their depth.
    headings: Vec<(usize, String)>,
    /// The number that a section declares, for its heading.
    number: Option<String>,
    title: Option<String>,
    n_too_deep: u64,
}

impl Builder {
    fn open(&mut self, tag: &BytesStart<'_>) {
        let name = name_of(tag);
        if !self.is_in_line(&name) {
            self.flush();
        }
        if is_section(&name) {
            let number = tag.attributes().with_checks(false).flatten().find_map(|attribute| {
                let is_number = attribute.key.local_name().as_ref().eq_ignore_ascii_case("num");
                is_number.then(|| attribute.value.to_string())
            });
            self.number = number.filter(|number| !number.is_empty());
        }
        self.open.push(name);
    }

    fn close(&mut self) {
        let Some(name) = self.open.last().cloned() else { return };
        if CELLS.contains(&name.as_str()) {
            let cell = std::mem::take(&mut self.line);
            self.cells.push(normalise(&cell));
        } else if ROWS.contains(&name.as_str()) {
            let cells = std::mem::take(&mut self.cells);
            self.push(PassageKind::Table, cells.join("\t").trim().to_owned());
        } else if NAMES.contains(&name.as_str()) && !self.is_in_paragraph() {
            // The session follows.
            self.line.push(' ');
        } else if !self.is_in_line(&name) || LINES.contains(&name.as_str()) {
            self.flush();
        }
        self.open.pop();
        if is_section(&name) {
            let depth = self.open.len();
            self.headings.retain(|(at, _)| *at <= depth);
            self.number = None;
        }
    }

    fn add(&mut self, text: &str) {
        if self.open.len() > DEPTH_MAX {
            self.n_too_deep += u64::from(!text.trim().is_empty());
        } else {
            self.line.push_str(text);
        }
    }

    /// Whether an element called `name` is part of the line that is open.
    fn is_in_line(&self, name: &str) -> bool {
        let is_block =
            LINES.contains(&name) || ROWS.contains(&name) || CELLS.contains(&name) || is_section(name);
        let follows_name = name == SESSION && !self.line.trim().is_empty();
        follows_name || (!is_block && self.is_in_paragraph())
    }

    fn is_in_paragraph(&self) -> bool {
        self.open.iter().any(|name| LINES.contains(&name.as_str()) || CELLS.contains(&name.as_str()))
    }

    /// Ends the block that is open.
    fn flush(&mut self) {
        let line = std::mem::take(&mut self.line);
        let text = normalise(&line);
        let has = |names: &[&str]| self.open.iter().rev().any(|name| names.contains(&name.as_str()));
        let innermost = self.open.iter().rev().find(|name| LINES.contains(&name.as_str()));
        let innermost = innermost.map_or("", String::as_str);
        if text.is_empty() || has(&ROWS) {
            // The text of a cell belongs to its row.
            if has(&ROWS) {
                self.line = line;
            }
            return;
        }
        let kind = match innermost {
            "fotnote" => PassageKind::Footnote,
            name if HEADINGS.contains(&name) => PassageKind::Heading,
            _ if has(&ITEMS) => PassageKind::ListItem,
            _ => PassageKind::Paragraph,
        };
        if kind == PassageKind::Heading {
            self.heading(text);
        } else {
            self.push(kind, text);
        }
    }

    fn heading(&mut self, text: String) {
        let text = match self.number.take() {
            Some(number) if !text.starts_with(&number) => format!("{number} {text}"),
            _ => text,
        };
        if self.title.is_none() {
            self.title = Some(text.clone());
        }
        // It stands above what follows in the innermost section; that of the document stands above nothing.
        let depth = self.open.iter().rposition(|name| is_section(name)).map(|at| at + 1);
        self.headings.retain(|(at, _)| depth.is_none_or(|depth| *at < depth));
        self.push(PassageKind::Heading, text.clone());
        self.headings.extend(depth.map(|depth| (depth, text)));
    }

    fn push(&mut self, kind: PassageKind, text: String) {
        if !text.is_empty() {
            let section = self.headings.iter().map(|(_, heading)| heading.clone()).collect();
            self.passages.push(Passage { section, ..Passage::new(kind, text) });
        }
    }

    fn document(self) -> Result<Document, Rejection> {
        if self.passages.is_empty() {
            return Err(Rejection::new("no text: the publication is empty", "look at it on stortinget.no"));
        }
        let too_deep = (self.n_too_deep > 0).then(|| {
            let text =
                format!("{} texts in elements more than {DEPTH_MAX} deep are left out", self.n_too_deep);
            Notice::of_document(text)
        });
        Ok(Document {
            metadata: Metadata { title: self.title, ..Metadata::default() },
            pages: vec![Page { number: None, label: None, passages: self.passages }],
            notices: too_deep.into_iter().collect(),
            ..Document::default()
        })
    }
}

/// `Seksjon2` in one source and `Subsek2` in another are sections of one level.
fn is_section(name: &str) -> bool {
    SECTIONS.contains(&name.trim_end_matches(|c: char| c.is_ascii_digit()))
}

fn name_of(tag: &BytesStart<'_>) -> String {
    tag.local_name().as_ref().to_lowercase()
}

fn entity(reference: &str) -> String {
    let written = format!("&{reference};");
    quick_xml::escape::unescape(&written).map(std::borrow::Cow::into_owned).unwrap_or(written)
}

/// In the declared encoding; without a declaration, as most have none, in UTF-8.
fn text_of(bytes: &[u8]) -> String {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    let declared =
        head.split_once("encoding=").and_then(|(_, rest)| rest.get(1..)?.split(['"', '\'']).next());
    let encoding = declared.and_then(|label| Encoding::for_label(label.as_bytes())).unwrap_or(UTF_8);
    encoding.decode(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each passage with its section: "1 Sammendrag > Tekst".
    fn lines(xml: &str) -> Vec<String> {
        let document = read(xml.as_bytes()).unwrap();
        let passages = document.pages.into_iter().flat_map(|page| page.passages);
        passages
            .map(|passage| {
                format!("{:?} {}", passage.kind, [passage.section, vec![passage.text]].concat().join(" > "))
            })
            .collect()
    }

    #[test]
    fn a_publication_of_the_new_generation_is_read_in_its_sections() {
        let xml = "<!DOCTYPE Innstilling SYSTEM \"http://x.example/a.dtd\"><Innstilling Status=\"Komplett\"><Startseksjon>\
            <Navn>Innst. 14\u{a0}S</Navn><Aar>(2025–2026)</Aar><Doktit>Innstilling om eksempler</Doktit>\
            <Kildedok>Meld. St. 3 (2025–2026)</Kildedok></Startseksjon><Hovedseksjon><Kapittel Num=\"1\"><Tittel>Sammendrag</Tittel>\
            <A Type=\"Innrykk\">Komiteen <Uth>viser</Uth> til<Fotnote>Se vedlegg.</Fotnote> meldingen.</A>\
            <Seksjon2><Tittel>Mål</Tittel><Liste><Pkt><A>Første</A></Pkt><Pkt>Andre</Pkt></Liste></Seksjon2></Kapittel>\
            <Kapittel Num=\"2\"><Tittel>Tilrådning</Tittel><Tbl><row><entry><A>Kap.</A></entry><entry>551</entry></row></Tbl>\
            </Kapittel></Hovedseksjon></Innstilling>";
        assert!(is_publication(xml.as_bytes()));
        assert_eq!(
            lines(xml),
            [
                "Paragraph Innst. 14 S (2025–2026)",
                "Heading Innstilling om eksempler",
                "Paragraph Meld. St. 3 (2025–2026)",
                "Heading 1 Sammendrag",
                "Paragraph 1 Sammendrag > Komiteen viser til",
                "Footnote 1 Sammendrag > Se vedlegg.",
                "Paragraph 1 Sammendrag > meldingen.",
                "Heading 1 Sammendrag > Mål",
                "ListItem 1 Sammendrag > Mål > Første",
                "ListItem 1 Sammendrag > Mål > Andre",
                "Heading 2 Tilrådning",
                "Table 2 Tilrådning > Kap.\t551",
            ]
        );
    }

    #[test]
    fn a_publication_of_the_old_generation_is_read_with_the_same_table() {
        let xml = "<innstilling><front><titgrp><innst>Innst. S. nr. 210</innst><aar>(2002-2003)</aar><doktit>Innstilling fra komiteen</doktit>\
            <kildedok>St.meld. nr. 8 (2002-2003)</kildedok></titgrp></front><til><kapittel><tit>1. Sammendrag</tit>\
            <a type=\"innrykk\">Det er &amp; var &#230;.</a></kapittel></til></innstilling>";
        assert_eq!(
            lines(xml),
            [
                "Paragraph Innst. S. nr. 210 (2002-2003)",
                "Heading Innstilling fra komiteen",
                "Paragraph St.meld. nr. 8 (2002-2003)",
                "Heading 1. Sammendrag",
                "Paragraph 1. Sammendrag > Det er & var æ.",
            ]
        );
    }

    #[test]
    fn in_a_debate_the_name_of_a_speaker_stands_in_the_line() {
        let xml = "<Forhandlinger><Mote><Sak><Tittel>Sak nr. 1</Tittel><Hovedinnlegg><A><Navn>Kari Eksempel (X) [10:02]:</Navn> \
            Takk, president.</A></Hovedinnlegg></Sak></Mote></Forhandlinger>";
        assert_eq!(
            lines(xml),
            ["Heading Sak nr. 1", "Paragraph Sak nr. 1 > Kari Eksempel (X) [10:02]: Takk, president."]
        );
    }

    #[test]
    fn what_breaks_off_or_is_empty_is_rejected_and_other_xml_is_no_publication() {
        for (xml, reason) in [
            ("<Innstilling><A>Tekst</A>", "cut short"),
            ("<Innstilling></Innstilling>", "no text"),
            ("<Innstilling><A x=>Tekst</A", "damaged XML"),
        ] {
            assert!(read(xml.as_bytes()).unwrap_err().reason.contains(reason), "{xml}");
        }
        for other in [
            "<feil><feilkode>3</feilkode></feil>",
            "<html/>",
            "",
            "Innstilling",
            "<?xml version='1.0'?><rss>",
        ] {
            assert!(!is_publication(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn deep_elements_end_in_a_notice() {
        let xml = format!("<dok8><a>Tekst</a>{}x{}</dok8>", "<b>".repeat(5000), "</b>".repeat(5000));
        let document = read(xml.as_bytes()).unwrap();
        assert_eq!(document.notices[0].text, "1 texts in elements more than 200 deep are left out");
    }
}
