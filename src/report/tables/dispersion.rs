//! How a concept or query is spread over documents: one row for each, and strips with one row for each document.

use super::{
    CONCEPT, DOC_PROP, DP, DP_NORM, KIND, N, N_DOCS, N_DOCS_WITH, N_TOKENS, PER_MILLION, TITLE, YEAR,
    ocr_share, ocr_share_of_row, proportion,
};
use super::{DOCNAME, LARGEST_DOC_SHARE, OVERDISPERSION, OfDocument};
use crate::report::table::ValueType::{Number, Text};
use crate::report::table::{Table, heading};
use crate::text::Entry;
use crate::trend::{Frequency, YearRow};

/// All documents of a concept or query as one row.
pub(crate) fn dispersion<'a>() -> Table<YearRow<'a>> {
    type Row<'a> = YearRow<'a>;
    let columns = vec![
        CONCEPT.of(|row: &Row<'_>| row.concept.into()),
        N.of(|row: &Row<'_>| row.frequency.n.into()),
        N_TOKENS.of(|row: &Row<'_>| row.frequency.n_tokens.into()),
        ocr_share_of_row(),
        PER_MILLION.of(|row: &Row<'_>| row.frequency.per_million().into()),
        N_DOCS.of(|row: &Row<'_>| row.n_docs.into()),
        N_DOCS_WITH.of(|row: &Row<'_>| row.n_docs_with.into()),
        DOC_PROP.of(|row: &Row<'_>| proportion(row.n_docs_with, row.n_docs).into()),
        DP.of(|row: &Row<'_>| row.estimate().dp.into()),
        DP_NORM.of(|row: &Row<'_>| row.estimate().dp_norm.into()),
        OVERDISPERSION.of(|row: &Row<'_>| row.estimate().overdispersion.into()),
        LARGEST_DOC_SHARE.of(|row: &Row<'_>| row.estimate().largest_share.into()),
    ];
    Table {
        description: "One row for each concept or query: how its mentions are spread over the documents",
        columns,
    }
}

/// A document with mentions.
pub(crate) struct StripRow<'a> {
    pub(crate) concept: &'a str,
    pub(crate) entry: &'a Entry,
    /// Mentions in each part of the document.
    pub(crate) parts: &'a [u64],
}

impl OfDocument for StripRow<'_> {
    fn entry(&self) -> &Entry {
        self.entry
    }
}

impl StripRow<'_> {
    fn n(&self) -> u64 {
        self.parts.iter().sum()
    }

    /// A mark for each part: `·` without mentions, or the number of mentions, `+` from ten on.
    fn strip(&self) -> String {
        let mark = |n: &u64| match n {
            0 => '·',
            1..=9 => char::from(b'0' + *n as u8),
            _ => '+',
        };
        self.parts.iter().map(mark).collect()
    }

    /// Mentions of each part, separated by spaces.
    fn numbers(&self) -> String {
        self.parts.iter().map(u64::to_string).collect::<Vec<_>>().join(" ")
    }
}

pub(crate) fn strips<'a>() -> Table<StripRow<'a>> {
    type Row<'a> = StripRow<'a>;
    let columns = vec![
        CONCEPT.of(|row: &Row<'_>| row.concept.into()),
        DOCNAME.of(|row: &Row<'_>| row.entry.docname.as_str().into()),
        TITLE.of(|row: &Row<'_>| row.entry.record.title.as_deref().into()),
        KIND.of(|row: &Row<'_>| row.entry.record.kind.name().into()),
        YEAR.of(|row: &Row<'_>| row.entry.record.year.as_ref().map(|year| year.year).into()),
        N.of(|row: &Row<'_>| row.n().into()),
        N_TOKENS.of(|row: &Row<'_>| row.entry.n_tokens.into()),
        ocr_share(),
        PER_MILLION.of(|row: &Row<'_>| Frequency { n: row.n(), n_tokens: row.entry.n_tokens }.per_million().into()),
        heading(
            "dp_parts",
            Number,
            "Deviation of proportions over the twenty parts of the document: ½ Σ |share of mentions − 1/20|; 0 is even, 0.95 all in one part; \
             missing below ten mentions",
        )
        .of(|row: &Row<'_>| dp_of_parts(row.parts).into()),
        heading("strip", Text, "A mark for each twentieth of the document's words: · without mentions, their number, + from ten on")
            .of(|row| row.strip().into()),
        heading("parts", Text, "Mentions in each twentieth of the document's words, separated by spaces")
            .of(|row| row.numbers().into()),
    ];
    Table {
        description: "One row for each document that has mentions: where in the document they are",
        columns,
    }
}

fn dp_of_parts(parts: &[u64]) -> Option<f64> {
    let of_part = |n: &u64| crate::stats::DocumentCount { n: *n, n_tokens: 1 };
    crate::stats::dp(&parts.iter().map(of_part).collect::<Vec<_>>())
}
