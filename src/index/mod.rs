//! Stage 3: documents → an inverted index of their passages, and back to postings, passages and entries.
//!
//! One tantivy document for each passage, with word positions, and one more for each document, which holds its
//! [`Entry`](crate::text::Entry). So one commit of tantivy is one snapshot of the corpus, text and records together: a
//! reader never sees a count with the wrong denominator, and a killed refresh leaves the previous snapshot whole.
//! Together with `query` the only user of tantivy.

#[cfg(test)]
mod memory;
mod schema;
mod snapshot;
mod tokenizer;
mod writer;

#[cfg(test)]
pub use memory::TestDocument;
pub use schema::INDEX_FORMAT;
pub use snapshot::{NO_DOCUMENT, PassageText, Segment, Snapshot};
pub use writer::{Changes, Summary, count_tokens, update};

/// Joins the headings of a section path. A control character, so that no heading has it.
pub const SECTION_SEPARATOR: char = '\u{1f}';

use std::{fmt, path::Path};

/// What could not be done with the index.
#[derive(Debug)]
pub struct Error {
    attempt: String,
    cause: String,
}

impl Error {
    fn new(folder: &Path, attempt: &'static str, cause: impl fmt::Display) -> Error {
        Error { attempt: format!("{attempt} the index in {}", folder.display()), cause: cause.to_string() }
    }

    /// The index is open, and a part of it could not be read.
    pub fn reading(cause: &dyn fmt::Display) -> Error {
        Error { attempt: "read the index".to_owned(), cause: cause.to_string() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {}: {}", self.attempt, self.cause)
    }
}

impl std::error::Error for Error {}
