//! `collocations.csv`: the words around the mentions of a concept or query.

use super::{CONCEPT, DP_NORM, OCR_SHARE, proportion};
use crate::report::table::ValueType::{Integer, Number, Text};
use crate::report::table::{Column, Table, heading};
use crate::trend::CollocateRow;

/// A word around the mentions of a concept or query, its name.
pub(crate) type CollocationRow<'a> = (&'a str, CollocateRow);

type Row<'a> = CollocationRow<'a>;

pub(crate) fn collocations<'a>() -> Table<Row<'a>> {
    let mut columns = vec![
        CONCEPT.of(|row: &Row<'_>| row.0.into()),
        heading("year_first", Integer, "First year of the period; missing when it has no first year")
            .of(|row| row.1.years.and_then(|(first, _)| first).into()),
        heading("year_last", Integer, "Last year of the period; missing when it has no last year")
            .of(|row| row.1.years.and_then(|(_, last)| last).into()),
        heading("collocate", Text, "The word in small letters, or its lemma")
            .of(|row| row.1.word.as_str().into()),
    ];
    columns.extend(counts());
    columns.extend(measures());
    Table {
        description: "One row for each word around the mentions of a concept or query, by period; in the file of a refresh the words of the sentence, 25 for each concept by g2",
        columns,
    }
}

fn counts<'a>() -> [Column<Row<'a>>; 7] {
    [
        heading(
            "n",
            Integer,
            "Times that the word is around a mention; a place in the windows of several mentions counts once, the mentions themselves do not",
        )
        .in_unit("occurrences")
        .of(|row: &Row<'_>| row.1.collocation.n_both.into()),
        heading("n_window", Integer, "Words around all mentions: the places that the word could be in")
            .in_unit("words")
            .of(|row| row.1.collocation.n_node.into()),
        heading("n_collocate", Integer, "All occurrences of the word in the documents of the period")
            .in_unit("occurrences")
            .of(|row| row.1.collocation.n_collocate.into()),
        heading("n_tokens", Integer, "Words of the documents of the period")
            .in_unit("words")
            .of(|row| row.1.collocation.n_total.into()),
        OCR_SHARE.of(|row: &Row<'_>| proportion(row.1.n_tokens_ocr, row.1.collocation.n_total).into()),
        heading("n_mentions", Integer, "Mentions of the concept or query in the documents of the period")
            .in_unit("mentions")
            .of(|row| row.1.n_mentions.into()),
        heading("n_docs_with", Integer, "Documents where the word is around a mention")
            .in_unit("documents")
            .of(|row| row.1.n_docs.into()),
    ]
}

fn measures<'a>() -> [Column<Row<'a>>; 6] {
    [
        heading("expected", Number, "n_window × n_collocate ÷ n_tokens: what n would be by chance")
            .in_unit("occurrences")
            .of(|row: &Row<'_>| row.1.collocation.expected().into()),
        heading("log_dice", Number, "14 + log₂(2 n ÷ (n_mentions + n_collocate)) (Rychlý 2008): comparable between corpora")
            .of(|row| row.1.log_dice().into()),
        heading("mi", Number, "log₂(n ÷ expected): mutual information; favours rare words")
            .of(|row| row.1.collocation.mi().into()),
        heading("t_score", Number, "(n − expected) ÷ √n; favours frequent words")
            .of(|row| row.1.collocation.t_score().into()),
        heading(
            "g2",
            Number,
            "Log-likelihood of Dunning 1993 with four cells, 2 Σ observed × ln(observed ÷ expected). It orders the words and has no p, since it \
             treats each word as an independent draw",
        )
        .of(|row| row.1.collocation.g2().into()),
        DP_NORM.of(|row: &Row<'_>| row.1.dp_norm.into()),
    ]
}
