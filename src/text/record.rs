//! A record: who says what to whom, and when; each date with the reason to believe it.

use super::{Kind, Language, PartialDate};
use serde::{Deserialize, Serialize};
use std::fmt;

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
    /// Whom a letter is addressed to.
    pub addressee: Option<String>,
    /// When it was published, or a letter dated.
    pub published: Option<Dated>,
    /// First and last year that the document is about.
    pub concerned: Option<(i16, i16)>,
    /// The year that its words are counted in. `None` when it cannot be told from what is known.
    pub year: Option<AnalysisYear>,
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

/// A date and where it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated {
    /// As precise as the source.
    pub date: PartialDate,
    /// Where it was read: `declared`, `dc.date`, `letter head`, `place and date`, `file created`, …
    pub basis: String,
}

/// A place in a numbered series. Equal designations name the same work, however they were written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Designation {
    /// Which series.
    pub series: Series,
    /// The number: "30", "8:135", "1".
    pub number: String,
    /// S, L or LS of the series that have it since October 2009; empty otherwise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub chamber: String,
    /// "Tillegg 1" and the like; empty otherwise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub part: String,
    /// The session, or the year of a NOU as a session of one year. `None` when it was not given.
    pub session: Option<Session>,
}

/// The numbered series, before and after the change of names on 1 October 2009.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Series {
    /// Meld. St.
    MeldSt,
    /// St.meld. nr.
    StMeld,
    /// Ot.meld. nr.
    OtMeld,
    /// Prop.
    Prop,
    /// St.prp. nr.
    StPrp,
    /// Ot.prp. nr.
    OtPrp,
    /// Innst.
    Innst,
    /// Innst. S. nr.
    InnstS,
    /// Innst. O. nr.
    InnstO,
    /// Budsjett-innst. S. nr.
    BudsjettInnstS,
    /// Dokument (earlier Dok. nr.)
    Dokument,
    /// Lovvedtak
    Lovvedtak,
    /// NOU
    Nou,
}

/// A session of the Storting by its two years; a NOU has the same year twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Session {
    /// The year it opened (in October).
    pub first: i16,
    /// The year it closed.
    pub last: i16,
}

/// The designation in its official form, with an en dash between the years: "Prop. 1 S (2024–2025)".
impl fmt::Display for Designation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = match self.series {
            Series::MeldSt => "Meld. St.",
            Series::StMeld => "St.meld. nr.",
            Series::OtMeld => "Ot.meld. nr.",
            Series::Prop => "Prop.",
            Series::StPrp => "St.prp. nr.",
            Series::OtPrp => "Ot.prp. nr.",
            Series::Innst => "Innst.",
            Series::InnstS => "Innst. S. nr.",
            Series::InnstO => "Innst. O. nr.",
            Series::BudsjettInnstS => "Budsjett-innst. S. nr.",
            Series::Dokument => "Dokument",
            Series::Lovvedtak => "Lovvedtak",
            Series::Nou => {
                return match self.session {
                    Some(session) => write!(f, "NOU {}: {}", session.first, self.number),
                    None => write!(f, "NOU {}", self.number),
                };
            }
        };
        write!(f, "{prefix} {}", self.number)?;
        for word in [&self.chamber, &self.part].into_iter().filter(|word| !word.is_empty()) {
            write!(f, " {word}")?;
        }
        match self.session {
            Some(session) => write!(f, " ({}–{})", session.first, session.last),
            None => Ok(()),
        }
    }
}

/// What a source says of a document, in a sidecar file or a column of a URL list. It outranks what the file says.
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
}
