//! `term_year.csv`: a concept in a year.

use super::{CONCEPT, KIND, N, N_DOCS, N_DOCS_WITH, N_TOKENS, PER_MILLION, YEAR};
use crate::report::table::Table;
use crate::trend::YearRow;

/// The table, with a row for each kind of document.
pub fn term_year<'a>() -> Table<YearRow<'a>> {
    let mut columns = term_year_all().columns;
    columns.insert(2, KIND.of(|row: &YearRow<'_>| row.kind.as_ref().map(|kind| kind.name()).into()));
    Table {
        description: "One row for each concept, year and kind of document that the corpus has; without a year come the documents whose year is unknown",
        columns,
    }
}

/// The table over all kinds together.
pub fn term_year_all<'a>() -> Table<YearRow<'a>> {
    let columns = vec![
        CONCEPT.of(|row: &YearRow<'_>| row.concept.into()),
        YEAR.of(|row: &YearRow<'_>| row.year.into()),
        N.of(|row: &YearRow<'_>| row.frequency.n.into()),
        N_TOKENS.of(|row: &YearRow<'_>| row.frequency.n_tokens.into()),
        PER_MILLION.of(|row: &YearRow<'_>| row.frequency.per_million().into()),
        N_DOCS.of(|row: &YearRow<'_>| row.n_docs.into()),
        N_DOCS_WITH.of(|row: &YearRow<'_>| row.n_docs_with.into()),
    ];
    Table { description: "One row for each concept and year", columns }
}
