//! Conditions on documents, from the fields of a query: `kind:nou year:2015..2023 NOT issuer:finans`.

use crate::codebook::SyntaxError;
use crate::index::Snapshot;
use crate::text::{Entry, KINDS, Kind, Language, Stratum};
use std::io;

/// A condition on documents.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Condition {
    /// One field.
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
    /// Part of the name of the addressee, in small letters.
    Addressee(String),
    /// Part of the designation, in small letters.
    Designation(String),
    /// Part of the title, in small letters.
    Title(String),
}

/// The names of the fields, in the order of the documentation.
pub(super) const NAMES: [&str; 8] =
    ["kind", "year", "issuer", "addressee", "lang", "designation", "title", "source"];

impl Field {
    /// The field `name` with `value`, which stands at byte `at` of `text`.
    ///
    /// # Errors
    /// Says which names or values there are.
    pub(super) fn parse(name: &str, value: &str, text: &str, at: usize) -> Result<Field, SyntaxError> {
        let wrong = |message: String| SyntaxError::new(text, at, message);
        let small = value.trim().to_lowercase();
        if small.is_empty() {
            return Err(wrong(format!("{name}: has no value")));
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
            "source" => Field::Source(value.trim().to_owned()),
            "issuer" => Field::Issuer(small),
            "addressee" => Field::Addressee(small),
            "designation" => Field::Designation(small),
            "title" => Field::Title(small),
            _ => {
                return Err(wrong(format!(
                    "there is no field of this name; the fields are {}, concept",
                    NAMES.join(", ")
                )));
            }
        })
    }

    /// Whether the field can be evaluated on the stratum of a document, without its entry.
    fn is_of_stratum(&self) -> bool {
        matches!(self, Field::Kind(_) | Field::Years(..) | Field::Language(_))
    }

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
            Field::Addressee(part) => contains(record.and_then(|record| record.addressee.clone()), part),
            Field::Title(part) => contains(record.and_then(|record| record.title.clone()), part),
            Field::Designation(part) => {
                contains(record.and_then(|record| record.designation.as_ref().map(ToString::to_string)), part)
            }
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
    /// For each document of `snapshot`, in the order of its entries, whether the condition holds.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn documents(&self, snapshot: &Snapshot) -> io::Result<Vec<bool>> {
        if self.is_of_stratum() {
            let strata = snapshot.strata().map_err(io::Error::other)?;
            return Ok(strata.iter().map(|stratum| self.holds(stratum, None)).collect());
        }
        let entries = snapshot.entries().map_err(io::Error::other)?;
        Ok(entries.iter().map(|entry| self.holds(&entry.stratum(), Some(entry))).collect())
    }

    /// First and last year, when the condition names both.
    pub(crate) fn years(&self) -> Option<(i16, i16)> {
        match self {
            Condition::Field(Field::Years(Some(first), Some(last))) => Some((*first, *last)),
            Condition::All(parts) => parts.iter().find_map(Condition::years),
            _ => None,
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
