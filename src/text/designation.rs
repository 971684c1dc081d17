//! Designations: the numbers of documents in the series of the Storting and the government, and their official form.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A place in a numbered series. Equal designations name the same work, however they were written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Designation {
    pub(crate) series: Series,
    /// The number: "30", "8:135", "1".
    pub(crate) number: String,
    /// S, L or LS of the series that have it since October 2009; empty otherwise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) chamber: String,
    /// "Tillegg 1" and the like; empty otherwise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) part: String,
    /// The session, or the year of a NOU as a session of one year. `None` when it was not given.
    pub(crate) session: Option<Session>,
}

/// The numbered series, before and after the change of names on 1 October 2009.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Series {
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
pub(crate) struct Session {
    /// The year it opened (in October).
    pub(crate) first: i16,
    pub(crate) last: i16,
}

/// Formats the designation in its official form, with an en dash between the years: "Prop. 1 S (2024–2025)".
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
