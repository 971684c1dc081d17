//! Stage 3: documents → an inverted index of their passages, and back to postings, passages and entries.
//!
//! One tantivy document for each passage, with word positions, and one more for each document, which holds its
//! [`Entry`](crate::text::Entry). So one commit of tantivy is one snapshot of the corpus, text and records together: a
//! reader never sees a count with the wrong denominator, and a killed refresh leaves the previous snapshot intact.
//! Every byte that is read is checked (`directory`). Only this module and `query` use tantivy.

mod cut;
mod directory;
#[cfg(test)]
mod memory;
mod numbers;
mod pages;
mod schema;
mod snapshot;
mod tables;
mod tokenizer;
mod vocabulary;
mod writer;

pub use cut::CutDocument;
#[cfg(test)]
pub(crate) use memory::TestDocument;
pub(crate) use pages::WordPage;
pub(crate) use schema::INDEX_FORMAT;
pub use snapshot::{PassageRow, PassageText, Segment, Snapshot};
pub(crate) use tables::NO_DOCUMENT;
pub(crate) use vocabulary::Vocabulary;
pub use writer::{Changes, IndexSummary, clear, update};

/// Joins the headings of a section path. A control character, so that no heading has it.
pub(crate) const SECTION_SEPARATOR: char = '\u{1f}';

/// The kinds of passages in the order of the numbers that stand for them in the index. `INDEX_FORMAT` must be raised when it changes.
const PASSAGE_KINDS: [PassageKind; 6] = [
    PassageKind::Paragraph,
    PassageKind::Heading,
    PassageKind::ListItem,
    PassageKind::Table,
    PassageKind::Footnote,
    PassageKind::Caption,
];

/// The term at the first word of a sentence, in the field of sentences.
pub(crate) const SENTENCE_TERM: &str = "s";

use crate::text::PassageKind;
use std::error::Error as StdError;
use std::path::Path;
use std::{fmt, io};
use tantivy::TantivyError;

/// A failed operation on the index.
#[derive(Debug, thiserror::Error)]
#[error("cannot {attempt}: {cause}")]
pub struct Error {
    attempt: String,
    #[source]
    cause: Box<dyn StdError + Send + Sync>,
    kind: ErrorKind,
}

/// The kinds of failure, by what must be done before a retry can succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ErrorKind {
    /// A file of the index is missing or damaged: the index has to be made again.
    Damaged,
    /// A permission is missing.
    NotPermitted,
    /// The disk is full.
    DiskFull,
    /// Anything else.
    Other,
}

impl Error {
    fn new(folder: &Path, attempt: &str, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        let attempt = format!("{attempt} the index in {}", folder.display());
        Error { attempt, cause: cause.into(), kind: ErrorKind::Other }
    }

    /// A file or folder of the index could not be read or written.
    fn of_file(folder: &Path, attempt: &str, path: &Path, cause: &io::Error) -> Error {
        let kind = ErrorKind::of(cause);
        Error { kind, ..Error::new(folder, attempt, format!("{}: {cause}", path.display())) }
    }

    fn of_tantivy(folder: &Path, attempt: &str, cause: &TantivyError) -> Error {
        let file_failure = directory::io_error(cause);
        let kind = match file_failure {
            _ if directory::is_damage(cause) => ErrorKind::Damaged,
            Some(file_failure) => ErrorKind::of(file_failure),
            None => ErrorKind::Other,
        };
        let cause = file_failure.map_or_else(|| cause.to_string(), ToString::to_string);
        Error { kind, ..Error::new(folder, attempt, cause) }
    }

    /// The file of the index is missing or damaged.
    pub(crate) fn damaged(file: &Path) -> Error {
        let cause = "it is missing or damaged".into();
        Error { attempt: format!("read {}", file.display()), cause, kind: ErrorKind::Damaged }
    }

    /// A part of the open index could not be read.
    pub(crate) fn reading(cause: &dyn fmt::Display) -> Error {
        Error {
            attempt: "read the index".to_owned(),
            cause: cause.to_string().into(),
            kind: ErrorKind::Damaged,
        }
    }

    /// Whether the index has to be made again.
    pub(crate) fn is_damage(&self) -> bool {
        self.kind == ErrorKind::Damaged
    }

    /// What can be done about it.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self.kind {
            ErrorKind::Damaged => Some("run `ordskifte refresh`: it rebuilds the index from the archive"),
            ErrorKind::NotPermitted => {
                Some("give this user the permission, or run as the user who owns the data folder")
            }
            ErrorKind::DiskFull => Some("free space on the disk and run `ordskifte refresh` again"),
            ErrorKind::Other => None,
        }
    }
}

impl ErrorKind {
    fn of(cause: &io::Error) -> ErrorKind {
        match cause.kind() {
            io::ErrorKind::PermissionDenied => ErrorKind::NotPermitted,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ErrorKind::DiskFull,
            _ => ErrorKind::Other,
        }
    }
}
