//! Joins the stages: acquire → extract → index → report; keeps the books, survives crashes.
//!
//! Nothing here is remembered that can be derived. What must be extracted is what the archive holds and the text store
//! lacks; what must be indexed is what differs from the entries of the index; the reports are rewritten when what they
//! were made from changed. So a run that was killed anywhere is finished by the next one.

mod corpus;
mod event;
mod parse;
mod refresh;
mod reports;
mod store;
mod verify;

pub use corpus::{Corpus, Holdings, snapshot_id};
pub use event::Event;
pub use parse::{Parsers, Reply, is_document, parse, serve_parser};
pub use refresh::{Options, Summary, refresh};
pub use reports::{Counted, current_folder, kwic_row, open_results};
pub use store::{Extracted, TextStore, replace};
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
}

impl Error {
    /// A failure of the world: `attempt` on `path` did not work.
    pub(crate) fn world(attempt: &str, path: &Path, cause: &dyn fmt::Display) -> Error {
        Error { message: format!("cannot {attempt} {}: {cause}", path.display()), hint: None }
    }

    /// Any other failure, said by `message`.
    pub(crate) fn new(message: impl Into<String>, hint: impl Into<String>) -> Error {
        Error { message: message.into(), hint: Some(hint.into()) }
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
        let hint = "delete the index folder and run `ordskifte refresh`; the archive is kept".to_owned();
        Error { message: error.to_string(), hint: Some(hint) }
    }
}

impl From<crate::results::Error> for Error {
    fn from(error: crate::results::Error) -> Error {
        Error { message: error.to_string(), hint: error.hint }
    }
}

impl From<crate::acquire::Error> for Error {
    fn from(error: crate::acquire::Error) -> Error {
        Error { message: format!("{}: {}", error.attempt, error.cause), hint: error.hint }
    }
}
