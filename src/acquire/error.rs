//! Failures outside the program: the attempt and its object, the cause, and a hint.

use std::fmt;

/// A failed attempt. The first line has attempt and cause; the hint, where there is one, is a second line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The kind, by which callers decide.
    pub kind: ErrorKind,
    /// Attempt and object: "cannot open the archive in data/archive".
    pub attempt: String,
    /// Why: lower case, no full stop.
    pub cause: String,
    /// The hint: what the user can do.
    pub hint: Option<String>,
}

/// The kinds of failure that callers treat differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The disk, the network, a permission, a setting.
    World,
    /// Bytes that were kept are not as they were written, or are missing.
    Damaged,
}

impl Error {
    /// An error without a hint.
    pub(crate) fn new(attempt: impl Into<String>, cause: impl fmt::Display) -> Error {
        Error { kind: ErrorKind::World, attempt: attempt.into(), cause: cause.to_string(), hint: None }
    }

    /// The same error with a hint.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Error {
        Error { hint: Some(hint.into()), ..self }
    }

    /// The same error, caused by kept bytes that are not as they were written.
    pub(crate) fn damaged(self) -> Error {
        Error { kind: ErrorKind::Damaged, ..self }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.attempt, self.cause)?;
        self.hint.iter().try_for_each(|hint| write!(f, "\nhint: {hint}"))
    }
}

impl std::error::Error for Error {}
