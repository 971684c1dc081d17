//! Conditions on documents and passages, from the fields of a query: `kind:nou year:2015..2023 NOT issuer:finans section:mål`.

use crate::codebook::SyntaxError;
use crate::index::{NO_DOCUMENT, PassageRow, SECTION_SEPARATOR, Segment, Snapshot};
use crate::text::{Entry, KINDS, Kind, Language, PassageKind, Stratum};
use std::collections::HashMap;
use std::io;
use std::rc::Rc;

/// A condition on documents or passages.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Condition {
    Field(Field),
    /// All of these hold.
    All(Vec<Condition>),
    /// Any of these holds.
    Any(Vec<Condition>),
    /// This does not hold. A document without the value does not fulfil a field, so it fulfils the negation.
    Not(Box<Condition>),
}

/// A field and the value that it must have.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Field {
    /// `kind:nou`
    Kind(Kind),
    /// `year:2015`, `year:2015..2023`, `year:..2010`: the year of analysis, both ends included.
    Years(Option<i16>, Option<i16>),
    /// `lang:nn`: the language of most of the document.
    Language(Language),
    /// `source:letters`: the name of the source.
    Source(String),
    /// Part of the name of the issuer, in small letters.
    Issuer(String),
    /// Part of the name that the issuer has today, in small letters.
    IssuerToday(String),
    /// Part of the name of the addressee, in small letters.
    Addressee(String),
    /// Part of the name that the addressee has today, in small letters.
    AddresseeToday(String),
    /// Part of the designation, in small letters.
    Designation(String),
    /// Part of the title, in small letters.
    Title(String),
    /// A column of the user's own, and its whole value in small letters.
    Own(String, String),
    /// Part of a heading above the passage, in small letters.
    Section(String),
    /// `passage:heading`: the passage is one of these.
    Passage(Vec<PassageKind>),
    /// `source:ocr`: OCR read the passage.
    Ocr,
}

/// The names of the fields, in the order of the documentation.
pub(super) const NAMES: [&str; 12] = [
    "kind",
    "year",
    "issuer",
    "issuer_today",
    "addressee",
    "addressee_today",
    "lang",
    "designation",
    "title",
    "source",
    "section",
    "passage",
];

/// The value of the field `source` that is no source but how a passage was read.
const OCR: &str = "ocr";

/// The values of the field `passage`.
const PASSAGES: [(&str, &[PassageKind]); 7] = [
    ("body", &[PassageKind::Paragraph, PassageKind::ListItem]),
    ("heading", &[PassageKind::Heading]),
    ("paragraph", &[PassageKind::Paragraph]),
    ("list", &[PassageKind::ListItem]),
    ("table", &[PassageKind::Table]),
    ("footnote", &[PassageKind::Footnote]),
    ("caption", &[PassageKind::Caption]),
];

impl Field {
    /// The field `name` with `value`, which stands at byte `at` of `text`.
    ///
    /// # Errors
    /// Says which values there are.
    pub(super) fn parse(name: &str, value: &str, text: &str, at: usize) -> Result<Field, SyntaxError> {
        let wrong = |message: String| SyntaxError::new(text, at, message);
        let small = value.trim().to_lowercase();
        if small.is_empty() {
            return Err(wrong(format!("{name}: has no value")));
        }
        if small.contains('*') {
            return Err(wrong(
                "a field takes no patterns; leave out '*', a part of the text is enough".to_owned(),
            ));
        }
        Ok(match name {
            "kind" => {
                let kind = KINDS.iter().find(|row| row.name == small).map(|row| row.kind);
                let names: Vec<&str> = KINDS.iter().map(|row| row.name).collect();
                Field::Kind(
                    kind.ok_or_else(|| wrong(format!("not a kind; the kinds are {}", names.join(", "))))?,
                )
            }
            "year" => years(&small)
                .ok_or_else(|| wrong("not a year; write 2015, 2015..2023, 2015.. or ..2023".to_owned()))?,
            "lang" => Field::Language(
                small
                    .parse()
                    .map_err(|_| wrong("not a language; write a code such as nb, nn or se".to_owned()))?,
            ),
            "passage" => {
                let found = PASSAGES.iter().find(|(known, _)| *known == small);
                let names: Vec<&str> = PASSAGES.iter().map(|(known, _)| *known).collect();
                let kinds = found.map(|(_, kinds)| kinds.to_vec());
                Field::Passage(
                    kinds.ok_or_else(|| wrong(format!("no such passage; write {}", names.join(", "))))?,
                )
            }
            "source" if small == OCR => Field::Ocr,
            "source" => Field::Source(value.trim().to_owned()),
            "issuer" => Field::Issuer(small),
            "issuer_today" => Field::IssuerToday(small),
            "addressee" => Field::Addressee(small),
            "addressee_today" => Field::AddresseeToday(small),
            "designation" => Field::Designation(small),
            "section" => Field::Section(small),
            _ => Field::Title(small),
        })
    }

    /// Whether the field can be evaluated on the stratum of a document, without its entry.
    fn is_of_stratum(&self) -> bool {
        matches!(self, Field::Kind(_) | Field::Years(..) | Field::Language(_))
    }

    /// Whether it is about passages and not about documents.
    fn is_about_passages(&self) -> bool {
        matches!(self, Field::Section(_) | Field::Passage(_) | Field::Ocr)
    }

    /// Whether a document fulfils it. A field about passages is fulfilled by none.
    fn holds(&self, stratum: &Stratum, entry: Option<&Entry>) -> bool {
        let contains =
            |found: Option<String>, part: &str| found.is_some_and(|text| text.to_lowercase().contains(part));
        let record = entry.map(|entry| &entry.record);
        match self {
            Field::Kind(kind) => stratum.kind == *kind,
            Field::Years(first, last) => stratum.year.is_some_and(|year| {
                first.is_none_or(|first| first <= year) && last.is_none_or(|last| year <= last)
            }),
            Field::Language(language) => stratum.language == Some(*language),
            Field::Source(source) => entry.is_some_and(|entry| entry.docname.source() == source),
            Field::Issuer(part) => contains(record.and_then(|record| record.issuer.clone()), part),
            Field::IssuerToday(part) => contains(record.and_then(|record| record.issuer_today.clone()), part),
            Field::Addressee(part) => contains(record.and_then(|record| record.addressee.clone()), part),
            Field::AddresseeToday(part) => {
                contains(record.and_then(|record| record.addressee_today.clone()), part)
            }
            Field::Title(part) => contains(record.and_then(|record| record.title.clone()), part),
            Field::Designation(part) => {
                contains(record.and_then(|record| record.designation.as_ref().map(ToString::to_string)), part)
            }
            Field::Own(column, value) => record
                .and_then(|record| record.own.get(column))
                .is_some_and(|found| found.to_lowercase() == *value),
            Field::Section(_) | Field::Passage(_) | Field::Ocr => false,
        }
    }
}

/// `2015`, `2015..2023`, `2015..`, `..2023`. The two dots are inclusive, as in the search of other archives.
fn years(text: &str) -> Option<Field> {
    let year = |text: &str| text.parse::<i16>().ok().filter(|year| (1000..=9999).contains(year));
    let end = |text: &str| if text.is_empty() { Some(None) } else { year(text).map(Some) };
    match text.split_once("..") {
        None => year(text).map(|year| Field::Years(Some(year), Some(year))),
        Some(("", "")) => None,
        Some((first, last)) => {
            let (first, last) = (end(first)?, end(last)?);
            let is_in_order = first.zip(last).is_none_or(|(first, last)| first <= last);
            is_in_order.then_some(Field::Years(first, last))
        }
    }
}

impl Condition {
    /// For each document of `snapshot`, in the order of its entries, whether the condition holds; of a condition about passages,
    /// whether it holds for any of its passages.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn documents(&self, snapshot: &Snapshot) -> io::Result<Vec<bool>> {
        if self.is_about_passages() {
            let mut holds = vec![false; snapshot.n_documents()];
            self.each_passage(snapshot, |row| holds[row.document as usize] = true)?;
            return Ok(holds);
        }
        if self.is_of_stratum() {
            let strata = snapshot.strata().map_err(io::Error::other)?;
            return Ok(strata.iter().map(|stratum| self.holds(stratum, None)).collect());
        }
        let entries = snapshot.entries().map_err(io::Error::other)?;
        Ok(entries.iter().map(|entry| self.holds(&entry.stratum(), Some(entry))).collect())
    }

    /// Calls `each` with every passage of `snapshot` for which the condition holds. Reads the row of every passage, 16 bytes.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn each_passage(
        &self,
        snapshot: &Snapshot,
        mut each: impl FnMut(PassageRow),
    ) -> io::Result<()> {
        let mut known = KnownDocuments::new();
        for segment in &snapshot.segments {
            let test = self.test(snapshot, segment, &mut known)?;
            let mut rows = segment.rows()?;
            for row in 0..segment.n_rows() as u32 {
                let passage = rows.at(row)?;
                if passage.document != NO_DOCUMENT && test.holds(segment, row, &passage)? {
                    each(passage);
                }
            }
        }
        Ok(())
    }

    /// The condition, prepared for the passages of `segment`. `known` spares other segments from reading the documents again.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(super) fn test(
        &self,
        snapshot: &Snapshot,
        segment: &Segment,
        known: &mut KnownDocuments,
    ) -> io::Result<ConditionTest> {
        if !self.is_about_passages() {
            if let Some(documents) = known.get(self) {
                return Ok(ConditionTest::Documents(Rc::clone(documents)));
            }
            let documents = Rc::new(self.documents(snapshot)?);
            known.insert(self.clone(), Rc::clone(&documents));
            return Ok(ConditionTest::Documents(documents));
        }
        let mut all = |parts: &[Condition]| -> io::Result<Vec<ConditionTest>> {
            parts.iter().map(|part| part.test(snapshot, segment, known)).collect()
        };
        Ok(match self {
            Condition::Field(Field::Section(part)) => {
                ConditionTest::Sections(segment.sections_where(|path| {
                    path.split(SECTION_SEPARATOR).any(|heading| heading.to_lowercase().contains(part))
                })?)
            }
            Condition::Field(Field::Passage(kinds)) => ConditionTest::Kinds(kinds.clone()),
            Condition::Field(Field::Ocr) => ConditionTest::Ocr,
            // A field about documents: answered above.
            Condition::Field(_) => ConditionTest::Any(Vec::new()),
            Condition::All(parts) => ConditionTest::All(all(parts)?),
            Condition::Any(parts) => ConditionTest::Any(all(parts)?),
            Condition::Not(part) => ConditionTest::Not(Box::new(part.test(snapshot, segment, known)?)),
        })
    }

    /// First and last year, when the condition names both.
    pub(crate) fn years(&self) -> Option<(i16, i16)> {
        match self {
            Condition::Field(Field::Years(Some(first), Some(last))) => Some((*first, *last)),
            Condition::All(parts) => parts.iter().find_map(Condition::years),
            _ => None,
        }
    }

    /// Whether any part is about passages and not about documents.
    pub(crate) fn is_about_passages(&self) -> bool {
        match self {
            Condition::Field(field) => field.is_about_passages(),
            Condition::All(parts) | Condition::Any(parts) => parts.iter().any(Condition::is_about_passages),
            Condition::Not(part) => part.is_about_passages(),
        }
    }

    fn is_of_stratum(&self) -> bool {
        match self {
            Condition::Field(field) => field.is_of_stratum(),
            Condition::All(parts) | Condition::Any(parts) => parts.iter().all(Condition::is_of_stratum),
            Condition::Not(part) => part.is_of_stratum(),
        }
    }

    fn holds(&self, stratum: &Stratum, entry: Option<&Entry>) -> bool {
        match self {
            Condition::Field(field) => field.holds(stratum, entry),
            Condition::All(parts) => parts.iter().all(|part| part.holds(stratum, entry)),
            Condition::Any(parts) => parts.iter().any(|part| part.holds(stratum, entry)),
            Condition::Not(part) => !part.holds(stratum, entry),
        }
    }
}

/// For conditions on documents the documents that fulfil them.
pub(super) type KnownDocuments = HashMap<Condition, Rc<Vec<bool>>>;

/// A condition that is prepared for the passages of one segment.
pub(super) enum ConditionTest {
    /// For each document whether it holds.
    Documents(Rc<Vec<bool>>),
    /// For each path of headings whether it holds.
    Sections(Vec<bool>),
    Kinds(Vec<PassageKind>),
    /// OCR read it.
    Ocr,
    All(Vec<ConditionTest>),
    Any(Vec<ConditionTest>),
    Not(Box<ConditionTest>),
}

impl ConditionTest {
    /// Whether the condition holds for the passage in `row`, whose values are `passage`.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(super) fn holds(&self, segment: &Segment, row: u32, passage: &PassageRow) -> io::Result<bool> {
        Ok(match self {
            ConditionTest::Documents(holds) => {
                holds.get(passage.document as usize).is_some_and(|holds| *holds)
            }
            ConditionTest::Kinds(kinds) => kinds.contains(&passage.kind),
            ConditionTest::Ocr => passage.is_ocr,
            ConditionTest::Sections(holds) => {
                holds.get(segment.section(row)? as usize).is_some_and(|holds| *holds)
            }
            ConditionTest::All(parts) => {
                for part in parts {
                    if !part.holds(segment, row, passage)? {
                        return Ok(false);
                    }
                }
                true
            }
            ConditionTest::Any(parts) => {
                for part in parts {
                    if part.holds(segment, row, passage)? {
                        return Ok(true);
                    }
                }
                false
            }
            ConditionTest::Not(part) => !part.holds(segment, row, passage)?,
        })
    }
}
