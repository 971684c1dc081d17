//! Why the results of a corpus do not answer.

use crate::codebook::Concept;
use crate::query;
use std::error::Error as StdError;
use std::fmt;

/// A question that was not answered: what was tried, why it failed, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{attempt}: {cause}")]
pub struct Error {
    /// What kind of failure it is.
    pub kind: ErrorKind,
    /// What was tried, as "cannot read the index".
    pub attempt: &'static str,
    /// Why it failed.
    #[source]
    pub cause: Box<dyn StdError + Send + Sync>,
    /// What to do about it, where something can be done.
    pub hint: Option<String>,
}

/// The kinds of failure, for an exit code or an HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// There is no snapshot yet.
    NoIndex,
    /// The index is damaged or cannot be read.
    Unreadable,
    /// The codebook has no such concept.
    UnknownConcept,
    /// The question reached a limit.
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

    pub(super) fn reading(cause: impl fmt::Display) -> Error {
        Error {
            kind: ErrorKind::Unreadable,
            attempt: "cannot read the results",
            cause: cause.to_string().into(),
            hint: Some("run `ordskifte verify`, then `ordskifte refresh`; the archive is kept".to_owned()),
        }
    }

    /// The codebook has no concept `name`, but `concepts`.
    pub fn unknown_concept(name: &str, concepts: &[Concept]) -> Error {
        let known: Vec<&str> = concepts.iter().map(|concept| concept.name.as_str()).collect();
        Error {
            kind: ErrorKind::UnknownConcept,
            attempt: "cannot count",
            cause: format!("there is no concept '{name}'").into(),
            hint: Some(format!("the codebook has: {}", known.join(", "))),
        }
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
