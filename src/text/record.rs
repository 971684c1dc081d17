//! The record of a document: kind, title, issuer, addressee and dates, each date with its evidence.

use super::date::NotADate;
use super::kind::NotAKind;
use super::language::NotALanguage;
use super::{Designation, Kind, Language, PartialDate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a document is, who issued it to whom, and which year it belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Which series or genre.
    pub kind: Kind,
    /// Its place in a numbered series, "Meld. St. 30 (2019–2020)". `None` for letters and reports without one.
    pub designation: Option<Designation>,
    /// The title without the designation.
    pub title: Option<String>,
    /// Who issued it, by the name it had then.
    pub issuer: Option<String>,
    /// The name that the issuer, or its single successor, has today. `None` when there is none, or it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer_today: Option<String>,
    /// Whom a letter is addressed to.
    pub addressee: Option<String>,
    /// The name that the addressee, or its single successor, has today, as `issuer_today`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addressee_today: Option<String>,
    /// When it was published, or a letter dated.
    pub published: Option<Dated>,
    /// First and last year that the document is about.
    pub concerned: Option<(i16, i16)>,
    /// The year that its words are counted in. `None` when it does not follow from what is known.
    pub year: Option<AnalysisYear>,
    /// The user's own columns, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub own: BTreeMap<String, String>,
}

/// The year of analysis and the rule that gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnalysisYear {
    /// Calendar year.
    pub year: i16,
    /// The rule: `published`, `concerned`, `number` (a NOU's or a report's), `declared` (by the source), `file` (only the
    /// file's own metadata give a date, which may be that of a copy).
    pub basis: String,
}

impl AnalysisYear {
    /// The basis of a year that only the file's own metadata give.
    pub(crate) const OF_FILE: &str = "file";

    /// Whether only the file's own metadata give it.
    pub(crate) fn is_of_file(&self) -> bool {
        self.basis == AnalysisYear::OF_FILE
    }
}

impl Dated {
    /// The basis of a date that only the file's own metadata give: when the file was made, or made again.
    pub(crate) const OF_FILE: &str = "file created";

    /// Whether only the file's own metadata give it.
    pub(crate) fn is_of_file(&self) -> bool {
        self.basis == Dated::OF_FILE
    }
}

/// A date and where it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated {
    /// As precise as the source.
    pub date: PartialDate,
    /// Where it was read: `declared`, `dc.date`, `letter head`, `place and date`, `file created`, …
    pub basis: String,
}

/// The metadata that a source declares for a document, in a sidecar file, a row of `metadata.csv` or of a URL list. It takes
/// precedence over the file.
///
/// Example of a sidecar `letter-2014.toml` beside `letter-2014.pdf`:
///
/// ```toml
/// kind = "tildelingsbrev"
/// title = "Tildelingsbrev 2014"
/// issuer = "Departementet for eksempler"
/// addressee = "Eksempeldirektoratet"
/// published = "2013-12-20"
/// year = 2014
/// url = "https://eksempel.example/tildelingsbrev-2014.pdf"
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SourceMetadata {
    /// The kind of document.
    pub kind: Option<Kind>,
    /// The designation, in any of its written forms.
    pub designation: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// Whom it is addressed to.
    pub addressee: Option<String>,
    /// When it was published: `2020`, `2020-06` or `2020-06-19`.
    pub published: Option<PartialDate>,
    /// The year of analysis, where the source knows better than the rules.
    pub year: Option<i16>,
    /// The language, where the whole document is in one.
    pub language: Option<Language>,
    /// The address that the document was published at.
    pub url: Option<String>,
    /// The user's own columns, by name: they are columns of the reports.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub own: BTreeMap<String, String>,
}

/// Why a cell is not a value of its column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column '{column}': {cause}")]
pub(crate) struct CellError {
    /// The name of the column.
    pub(crate) column: String,
    /// What is wrong with the cell.
    pub(crate) cause: CellCause,
}

/// What is wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CellCause {
    /// Not a kind.
    #[error(transparent)]
    Kind(#[from] NotAKind),
    /// Not a date.
    #[error("{0}, or 19.06.2020")]
    Date(#[from] NotADate),
    /// Not a year.
    #[error("'{0}' is not a year as 2020")]
    Year(String),
    /// Not a language.
    #[error(transparent)]
    Language(#[from] NotALanguage),
}

impl SourceMetadata {
    /// The metadata of a row of a table. Empty cells declare nothing.
    ///
    /// # Errors
    /// The first cell that cannot be read.
    pub(crate) fn of_cells<'a>(
        cells: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Result<SourceMetadata, CellError> {
        let mut metadata = SourceMetadata::default();
        for (column, cell) in cells.filter(|(_, cell)| !cell.is_empty()) {
            metadata.set(column, cell).map_err(|cause| CellError { column: column.to_owned(), cause })?;
        }
        Ok(metadata)
    }

    fn set(&mut self, column: &str, cell: &str) -> Result<(), CellCause> {
        let text = || Some(cell.to_owned());
        match column.to_lowercase().as_str() {
            "kind" => {
                let name = cell.to_lowercase();
                self.kind = Some(Kind::of_name(&name).ok_or(NotAKind(name))?);
            }
            "designation" => self.designation = text(),
            "title" => self.title = text(),
            "issuer" => self.issuer = text(),
            "addressee" => self.addressee = text(),
            "published" => self.published = Some(PartialDate::of_cell(cell)?),
            "year" => self.year = Some(year_of_cell(cell).ok_or_else(|| CellCause::Year(cell.to_owned()))?),
            "language" => self.language = Some(cell.to_lowercase().parse()?),
            "url" => self.url = text(),
            _ => {
                self.own.insert(column.to_owned(), cell.to_owned());
            }
        }
        Ok(())
    }

    /// This metadata, with the fields that it does not have from `other`.
    pub(crate) fn or(self, other: SourceMetadata) -> SourceMetadata {
        let mut own = other.own;
        own.extend(self.own);
        SourceMetadata {
            kind: self.kind.or(other.kind),
            designation: self.designation.or(other.designation),
            title: self.title.or(other.title),
            issuer: self.issuer.or(other.issuer),
            addressee: self.addressee.or(other.addressee),
            published: self.published.or(other.published),
            year: self.year.or(other.year),
            language: self.language.or(other.language),
            url: self.url.or(other.url),
            own,
        }
    }
}

/// "2014", also as a spreadsheet writes it that takes years for quantities: "2014,0".
fn year_of_cell(cell: &str) -> Option<i16> {
    let (year, decimals) = cell.split_once([',', '.']).unwrap_or((cell, ""));
    let is_whole = year.len() == 4 && decimals.bytes().all(|byte| byte == b'0');
    year.parse().ok().filter(|year: &i16| is_whole && *year > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_cells(cells: &[(&str, &str)]) -> Result<SourceMetadata, String> {
        SourceMetadata::of_cells(cells.iter().copied()).map_err(|error| error.to_string())
    }

    #[test]
    fn each_column_is_its_field_and_any_other_is_of_the_users_own() {
        let all = SourceMetadata {
            kind: Some(Kind::Notat),
            designation: Some("Meld. St. 1 (2010–2011)".to_owned()),
            title: Some("-tittel".to_owned()),
            issuer: Some("NAV".to_owned()),
            addressee: Some("KS".to_owned()),
            published: Some("2014-03-01".parse().unwrap()),
            year: Some(2014),
            language: Some(Language::NYNORSK),
            url: Some("https://eksempel.example/".to_owned()),
            own: BTreeMap::from([("Tema".to_owned(), "helse".to_owned())]),
        };
        let serde_json::Value::Object(fields) = serde_json::to_value(&all).unwrap() else {
            panic!("it is an object")
        };
        let mut columns: Vec<&str> =
            fields.keys().map(String::as_str).filter(|name| *name != "own").collect();
        let mut known =
            ["kind", "designation", "title", "issuer", "addressee", "published", "year", "language", "url"];
        columns.sort_unstable();
        known.sort_unstable();
        assert_eq!(columns, known);
        let cells = [
            ("Kind", "Notat"),
            ("designation", "Meld. St. 1 (2010–2011)"),
            ("title", "-tittel"),
            ("issuer", "NAV"),
            ("addressee", "KS"),
            ("published", "01.03.2014"),
            ("year", "2014,0"),
            ("language", "NN"),
            ("url", "https://eksempel.example/"),
            ("Tema", "helse"),
            ("Merknad", ""),
        ];
        assert_eq!(of_cells(&cells), Ok(all));
    }

    #[test]
    fn a_cell_that_cannot_be_read_is_named_with_its_column() {
        for (column, cell, wanted) in [
            ("year", "2014/15", "column 'year': '2014/15' is not a year as 2020"),
            ("year", "2014,5", "column 'year': '2014,5' is not a year as 2020"),
            (
                "published",
                "01/03/2014",
                "'01/03/2014' is not a date as 2020, 2020-06 or 2020-06-19, or 19.06.2020",
            ),
            ("kind", "rapport;notat", "'rapport;notat' is not a kind of document"),
            ("language", "norsk", "'norsk' is not a language tag"),
        ] {
            let error = of_cells(&[(column, cell)]).unwrap_err();
            assert!(error.contains(wanted), "{error}");
        }
    }

    #[test]
    fn the_nearer_source_of_metadata_is_believed_field_by_field() {
        let near = of_cells(&[("kind", "notat"), ("tema", "helse")]).unwrap();
        let far =
            of_cells(&[("kind", "rapport"), ("issuer", "NAV"), ("tema", "skole"), ("bolk", "1")]).unwrap();
        let wanted = [("kind", "notat"), ("issuer", "NAV"), ("tema", "helse"), ("bolk", "1")];
        assert_eq!(near.or(far), of_cells(&wanted).unwrap());
    }
}
