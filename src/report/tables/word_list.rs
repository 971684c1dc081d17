//! The frequency list of words, lemmas or n-grams.

use super::{DOC_PROP, DP, DP_NORM, N_DOCS, N_DOCS_WITH, N_TOKENS, OCR_SHARE, proportion};
use crate::report::table::ValueType::{Integer, Number, Text};
use crate::report::table::{Table, heading};
use crate::trend::WordRow;

pub(crate) fn word_list() -> Table<WordRow> {
    let columns = vec![
        heading("feature", Text, "The word in small letters, its lemma, or the words of the n-gram")
            .of(|row: &WordRow| row.word.as_str().into()),
        heading("n", Integer, "Occurrences in the documents that are listed")
            .in_unit("occurrences")
            .of(|row| row.frequency.n.into()),
        N_TOKENS.of(|row: &WordRow| row.frequency.n_tokens.into()),
        OCR_SHARE.of(|row: &WordRow| proportion(row.n_tokens_ocr, row.frequency.n_tokens).into()),
        heading("per_million", Number, "1,000,000 × n ÷ n_tokens")
            .in_unit("occurrences per million words")
            .of(|row| row.frequency.per_million().into()),
        N_DOCS.of(|row: &WordRow| row.n_docs.into()),
        N_DOCS_WITH.of(|row: &WordRow| row.n_docs_with.into()),
        DOC_PROP.of(|row: &WordRow| proportion(row.n_docs_with, row.n_docs).into()),
        DP.of(|row: &WordRow| row.dp.into()),
        DP_NORM.of(|row: &WordRow| row.dp_norm.into()),
    ];
    Table { description: "One row for each word or n-gram, the most frequent first", columns }
}
