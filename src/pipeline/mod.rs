//! Joins the stages: acquire → extract → index → report; keeps the records of runs, survives crashes.
//!
//! What has to be done is derived from what is on disk, never remembered. A file is extracted when the archive holds it and the
//! text store has no whole text of it; a document is indexed when it differs from its entry in the index; the reports are
//! written when what they are made from changed or one of them is damaged. So the next run finishes what a killed run left, and
//! makes again what was damaged.

mod checked;
mod corpus;
mod difference;
mod durable;
mod event;
mod extraction;
mod job;
mod kept;
mod kwic;
mod parsers;
mod refresh;
mod reports;
mod run;
mod snapshots;
mod store;
mod verify;

pub use corpus::{Corpus, Holdings, snapshot_id};
pub use difference::{Difference, DocumentChange, NumberChange, description, difference};
pub use durable::replace;
pub use event::Event;
pub use job::{Extracted, Job, Outcome, PackedText, Settings, extracted, is_document};
pub use kept::{
    KeptSnapshot, export_snapshot, find_snapshot, kept_snapshots, name_snapshot, remove_snapshot,
};
pub use kwic::kwic_row;
pub use parsers::{Parsers, serve_parser};
pub use refresh::{RefreshSummary, refresh};
pub use reports::{Counted, open_results};
pub use run::Options;
pub use snapshots::{current_folder, current_id};
pub use store::TextStore;
pub use verify::{Fault, VerifySummary, verify};

use std::fmt;
use std::path::Path;

/// Names the rules that turn bytes into text: another version gives another text.
pub fn rules_version() -> String {
    format!("extract {}, language {}", crate::extract::EXTRACTOR_VERSION, crate::language::IDENTIFIER_VERSION)
}

/// Why a run could not go on.
#[derive(Debug)]
pub struct Error {
    message: String,
    /// What to do about it, where something can be done.
    pub hint: Option<String>,
    damage: Option<Damage>,
}

/// Derived files that are not as they were written. A refresh makes them anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Damage {
    Text,
    Index,
}

impl Error {
    /// A failure outside the program: `attempt` on `path` did not work.
    pub(crate) fn world(attempt: &str, path: &Path, cause: &dyn fmt::Display) -> Error {
        Error { message: format!("cannot {attempt} {}: {cause}", path.display()), hint: None, damage: None }
    }

    /// Any other failure.
    pub(crate) fn new(message: impl Into<String>, hint: impl Into<String>) -> Error {
        Error { message: message.into(), hint: Some(hint.into()), damage: None }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<crate::index::Error> for Error {
    fn from(error: crate::index::Error) -> Error {
        let damage = error.is_damage().then_some(Damage::Index);
        Error { message: error.to_string(), hint: error.hint().map(str::to_owned), damage }
    }
}

impl From<crate::results::Error> for Error {
    fn from(error: crate::results::Error) -> Error {
        let damage = (error.kind == crate::results::ErrorKind::Damaged).then_some(Damage::Index);
        Error { message: error.to_string(), hint: error.hint, damage }
    }
}

impl From<crate::acquire::Error> for Error {
    fn from(error: crate::acquire::Error) -> Error {
        Error { message: format!("{}: {}", error.attempt, error.cause), hint: error.hint, damage: None }
    }
}
