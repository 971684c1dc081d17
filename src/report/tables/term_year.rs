//! `term_year.csv`: a concept in a year.

use super::{
    CONCEPT, DOC_PROP, DP_NORM, KIND, LARGEST_DOC_SHARE, N, N_DOCS, N_DOCS_WITH, N_TOKENS, OVERDISPERSION,
    PER_MILLION, YEAR, proportion,
};
use crate::report::table::ValueType::{Number, Text};
use crate::report::table::{Column, Table, heading};
use crate::trend::YearRow;

/// The table, with a row for each kind of document.
pub(crate) fn term_year<'a>() -> Table<YearRow<'a>> {
    let mut columns = term_year_all().columns;
    columns.insert(2, KIND.of(|row: &YearRow<'_>| row.kind.as_ref().map(|kind| kind.name()).into()));
    Table {
        description: "One row for each concept, year and kind of document, from the first year of the kind to its last; a year without documents has n_docs 0 and no rate; last, without a year, come the documents whose year is unknown",
        columns,
    }
}

/// The table over all kinds together.
pub(crate) fn term_year_all<'a>() -> Table<YearRow<'a>> {
    let mut columns = vec![
        CONCEPT.of(|row: &YearRow<'_>| row.concept.into()),
        YEAR.of(|row: &YearRow<'_>| row.year.into()),
        N.of(|row: &YearRow<'_>| row.frequency.n.into()),
        N_TOKENS.of(|row: &YearRow<'_>| row.frequency.n_tokens.into()),
        PER_MILLION.of(|row: &YearRow<'_>| row.frequency.per_million().into()),
        N_DOCS.of(|row: &YearRow<'_>| row.n_docs.into()),
        N_DOCS_WITH.of(|row: &YearRow<'_>| row.n_docs_with.into()),
    ];
    columns.extend(estimates());
    Table {
        description: "One row for each concept and year; a year without documents has n_docs 0 and no rate",
        columns,
    }
}

fn estimates<'a>() -> [Column<YearRow<'a>>; 7] {
    let lo95 = heading(
        "per_million_lo95",
        Number,
        "Lower limit of the 95 % interval of per_million; missing without words",
    )
    .in_unit("mentions per million words");
    let hi95 = heading(
        "per_million_hi95",
        Number,
        "Upper limit of the 95 % interval of per_million; missing without words",
    )
    .in_unit("mentions per million words");
    let method = heading(
        "ci_method",
        Text,
        "How the interval was made: bootstrap (documents drawn again 2,000 times, down to 500 for more than 125 documents, BCa, seed 1); with fewer than five documents \
         that have a mention, poisson (exact, Garwood) or poisson_overdispersed (its distances times √overdispersion)",
    );
    [
        lo95.of(|row: &YearRow<'_>| row.estimate().interval.map(|interval| interval.low).into()),
        hi95.of(|row: &YearRow<'_>| row.estimate().interval.map(|interval| interval.high).into()),
        method.of(|row: &YearRow<'_>| row.estimate().method.into()),
        DOC_PROP.of(|row: &YearRow<'_>| proportion(row.n_docs_with, row.n_docs).into()),
        DP_NORM.of(|row: &YearRow<'_>| row.estimate().dp_norm.into()),
        OVERDISPERSION.of(|row: &YearRow<'_>| row.estimate().overdispersion.into()),
        LARGEST_DOC_SHARE.of(|row: &YearRow<'_>| row.estimate().largest_share.into()),
    ]
}
