//! Joins the stages: acquire → extract → index → report; keeps the records of runs, survives crashes.
//!
//! The work to be done is derived from the files on disk; no state of a previous run is needed. A file is extracted when the archive holds it and the
//! text store has no whole text of it; a document is indexed when it differs from its entry in the index; the reports are
//! written when what they are made from changed or one of them is damaged. So the next run finishes what a killed run left, and
//! makes again what was damaged.

mod changes;
mod checked;
mod copies;
mod corpus;
mod difference;
mod distributed;
mod duplicates;
mod durable;
mod event;
mod evidence;
mod extraction;
mod fingerprints;
mod form_rows;
mod identity;
mod job;
mod kept;
mod kwic;
mod left_out;
mod marks;
mod measures;
mod ocr;
mod ocr_state;
mod ocr_store;
mod own_reports;
mod page_job;
mod page_view;
mod parsers;
mod png;
mod recount;
mod refresh;
mod reports;
mod run;
mod scans;
mod snapshots;
mod split;
mod status;
mod store;
mod verify;

pub(crate) use changes::changes_file;
pub use copies::Relation;
pub use corpus::{Corpus, Holdings};
pub use difference::{Difference, DocumentChange, NumberChange, description, difference};
pub(crate) use difference::{document_changes, number_changes};
pub use distributed::{Committed, commit, give_up, open_plan, plan, work};
pub use duplicates::{NamedCopy, last_copies};
pub use durable::replace;
pub use event::Event;
pub(crate) use evidence::{Evidence, RowChoice, evidence};
pub(crate) use form_rows::{decided_rows, decision, form_row};
pub use job::{Extracted, extracted, is_document};
pub(crate) use kept::snapshots_table;
pub use kept::{
    KeptSnapshot, export_snapshot, find_snapshot, kept_snapshots, name_snapshot, remove_snapshot,
};
pub use kwic::kwic_row;
pub(crate) use kwic::search_row;
pub(crate) use left_out::LeftOut;
pub(crate) use marks::{MarkMeasure, Marks, mark_name, marks_file};
pub(crate) use measures::{CollocateChoice, Years, collocates, keyness, ngrams, words};
pub(crate) use ocr_state::{OcrState, ocr_state};
pub use page_job::PageView;
pub use page_view::page_view;
pub use parsers::{Parsers, serve_parser};
pub(crate) use png::png_of;
pub(crate) use recount::recount;
pub use refresh::{RefreshSummary, refresh};
pub use reports::{Counted, open_results};
pub use run::Options;
pub use scans::read_with_ocr;
pub use snapshots::{current_folder, current_id};
pub(crate) use split::{Split, SplitQuestion, totals};
pub(crate) use status::status;
pub use verify::{Fault, VerifySummary, verify};

use std::fmt;
use std::path::Path;

/// Names the rules that turn bytes into text: another version gives another text.
fn rules_version() -> String {
    format!("extract {}, language {}", crate::extract::EXTRACTOR_VERSION, crate::language::IDENTIFIER_VERSION)
}

/// The reason why a run failed.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// The category, by which callers decide.
    pub kind: ErrorKind,
    /// Attempt, object and cause: lower case, no full stop.
    message: String,
    /// A remedy for the user, where there is one.
    pub hint: Option<String>,
}

/// The kinds of failure that callers treat differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The disk, a permission, a limit of the machine.
    World,
    /// A setting or an argument is wrong.
    Settings,
    /// The archive does not hold what was archived.
    DamagedArchive,
    /// A text is not as it was stored. A refresh makes it again.
    DamagedText,
    /// The index is not as it was written. A refresh makes it again.
    DamagedIndex,
}

impl Error {
    /// A failure outside the program: `attempt` on `path` did not work.
    pub(crate) fn world(attempt: &str, path: &Path, cause: &dyn fmt::Display) -> Error {
        let message = format!("cannot {attempt} {}: {cause}", path.display());
        Error { kind: ErrorKind::World, message, hint: None }
    }

    /// A wrong setting or argument.
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Error {
        Error { kind: ErrorKind::Settings, message: message.into(), hint: Some(hint.into()) }
    }

    /// The same failure, of another kind.
    fn of_kind(self, kind: ErrorKind) -> Error {
        Error { kind, ..self }
    }
}

impl From<crate::index::Error> for Error {
    fn from(error: crate::index::Error) -> Error {
        let kind = if error.is_damage() { ErrorKind::DamagedIndex } else { ErrorKind::World };
        Error { kind, message: error.to_string(), hint: error.hint().map(str::to_owned) }
    }
}

impl From<crate::results::Error> for Error {
    fn from(error: crate::results::Error) -> Error {
        let is_damage = error.kind == crate::results::ErrorKind::Damaged;
        let kind = if is_damage { ErrorKind::DamagedIndex } else { ErrorKind::World };
        Error { kind, message: error.to_string(), hint: error.hint }
    }
}

impl From<crate::acquire::Error> for Error {
    fn from(error: crate::acquire::Error) -> Error {
        let is_damage = error.kind == crate::acquire::ErrorKind::Damaged;
        let kind = if is_damage { ErrorKind::DamagedArchive } else { ErrorKind::World };
        Error { kind, message: format!("{}: {}", error.attempt, error.cause), hint: error.hint }
    }
}
