//! `changes.csv`: what is new in the corpus.

use super::{DOCNAME, SOURCE_URL, TITLE};
use crate::report::table::ValueType::{Integer, Text};
use crate::report::table::{Table, heading};

/// A document that differs from the snapshot before.
pub(crate) struct ChangeRow {
    pub(crate) docname: String,
    /// `new`, `gone`, `bytes`, `record` or `counts`.
    pub(crate) change: &'static str,
    pub(crate) title: String,
    pub(crate) url: String,
    /// Before and after; `None` where the snapshot lacks the document.
    pub(crate) n_tokens: [Option<u64>; 2],
    /// "samskaping (3)"
    pub(crate) concepts: Vec<String>,
}

pub(crate) fn changes() -> Table<ChangeRow> {
    let number = |name| heading(name, Integer, "Words in that snapshot; missing when it lacks the document");
    let change = "new, gone, bytes (the file differs), record (its year or kind differs) or counts";
    let columns = vec![
        DOCNAME.of(|row: &ChangeRow| row.docname.as_str().into()),
        heading("change", Text, change).of(|row| row.change.into()),
        TITLE.of(|row| row.title.as_str().into()),
        SOURCE_URL.of(|row| row.url.as_str().into()),
        number("n_tokens_before").of(|row| row.n_tokens[0].into()),
        number("n_tokens_after").of(|row| row.n_tokens[1].into()),
        heading(
            "concepts",
            Text,
            "The concepts that it mentions, each with its mentions, separated by semicolons",
        )
        .of(|row| row.concepts.join("; ").into()),
    ];
    Table {
        description: "One row for each document that is new, changed or gone since the snapshot before",
        columns,
    }
}
