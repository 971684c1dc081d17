//! Errors of questions to a corpus.

use crate::codebook::{Concept, SyntaxError};
use crate::index;
use crate::query::{self, nearest};
use std::error::Error as StdError;
use std::fmt;

/// A question could not be answered: what was tried, why it failed, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{attempt}: {cause}")]
pub struct Error {
    /// What kind of failure it is.
    pub(crate) kind: ErrorKind,
    /// What was tried, for example "cannot read the index".
    pub(crate) attempt: &'static str,
    /// Why it failed.
    #[source]
    pub(crate) cause: Box<dyn StdError + Send + Sync>,
    /// What to do about it, where something can be done.
    pub(crate) hint: Option<String>,
}

/// The kinds of failure, for an exit code or an HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    /// There is no snapshot yet.
    NoIndex,
    /// A file of the index is missing or damaged.
    Damaged,
    /// The index cannot be read, for example because a permission is missing.
    Unreadable,
    /// The codebook has no such concept.
    UnknownConcept,
    /// A query has a mistake.
    Syntax,
    /// Answering would exceed a limit.
    TooCostly,
}

impl Error {
    pub(super) fn no_index() -> Error {
        Error {
            kind: ErrorKind::NoIndex,
            attempt: "cannot open the results",
            cause: "there is no index yet".into(),
            hint: Some("run `ordskifte refresh` first".to_owned()),
        }
    }

    /// The index is open, and a part of it could not be read.
    pub(super) fn reading(cause: impl fmt::Display) -> Error {
        index::Error::reading(&cause).into()
    }

    /// The words of a query stand in more passages than the `limit`.
    pub(super) fn too_costly(postings: u64, limit: u64) -> Error {
        Error {
            kind: ErrorKind::TooCostly,
            attempt: "cannot answer",
            cause: format!("the words of the query stand in {postings} passages, more than {limit}").into(),
            hint: Some("make its most frequent word more specific".to_owned()),
        }
    }

    /// A query has the mistake `cause`.
    pub(super) fn syntax(cause: SyntaxError) -> Error {
        Error {
            kind: ErrorKind::Syntax,
            attempt: "cannot understand the query",
            cause: Box::new(cause),
            hint: Some("`ordskifte search --help` describes the query language".to_owned()),
        }
    }

    /// A restriction is about passages, where whole documents are counted.
    pub(super) fn about_passages() -> Error {
        Error {
            kind: ErrorKind::Syntax,
            attempt: "cannot count",
            cause: "section:, passage: and source:ocr are about passages, and this counts the words of whole documents".into(),
            hint: Some("`trends`, `chart` and `concordance` count within passages".to_owned()),
        }
    }

    /// The codebook, which has `concepts`, has no concept called `name`.
    pub(crate) fn unknown_concept(name: &str, concepts: &[Concept]) -> Error {
        let known: Vec<&str> = concepts.iter().map(|concept| concept.name.as_str()).collect();
        Error {
            kind: ErrorKind::UnknownConcept,
            attempt: "cannot count",
            cause: format!("there is no concept '{name}'").into(),
            hint: Some(match nearest(name, known.iter().copied(), 3).as_slice() {
                [] => format!("the codebook has: {}", known.join(", ")),
                near => format!("did you mean {}? The codebook has: {}", near.join(" or "), known.join(", ")),
            }),
        }
    }

    /// As [`Error::unknown_concept`], where `text` could be a query too.
    pub(crate) fn neither_concept_nor_query(text: &str, concepts: &[Concept]) -> Error {
        let mut error = Error::unknown_concept(text, concepts);
        let compounds =
            if text.contains(' ') { String::new() } else { format!(", with its compounds as '*{text}*'") };
        let known = error.hint.unwrap_or_default();
        error.hint =
            Some(format!("{known}. A word that is no concept is asked for as '\"{text}\"'{compounds}"));
        error
    }
}

impl From<index::Error> for Error {
    fn from(error: index::Error) -> Error {
        let kind = if error.is_damage() { ErrorKind::Damaged } else { ErrorKind::Unreadable };
        let hint = error.hint().map(str::to_owned);
        Error { kind, attempt: "cannot answer", cause: error.to_string().into(), hint }
    }
}

impl From<query::Error> for Error {
    fn from(error: query::Error) -> Error {
        match error {
            query::Error::Read(cause) => Error::reading(cause),
            query::Error::TooCostly => Error {
                kind: ErrorKind::TooCostly,
                attempt: "cannot answer",
                cause: Box::new(error),
                hint: Some("make its most frequent word more specific".to_owned()),
            },
        }
    }
}
