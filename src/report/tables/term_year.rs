//! `term_year.csv`: a concept in a year.

use super::{
    CONCEPT, DOC_PROP, DP, DP_NORM, KIND, LARGEST_DOC_SHARE, N, N_DOCS, N_DOCS_WITH, N_TOKENS,
    OVERDISPERSION, PER_MILLION, YEAR, ocr_share_of_row, proportion,
};
use crate::report::table::ValueType::{Integer, Number, Text};
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
        ocr_share_of_row(),
        PER_MILLION.of(|row: &YearRow<'_>| row.frequency.per_million().into()),
        N_DOCS.of(|row: &YearRow<'_>| row.n_docs.into()),
        N_DOCS_WITH.of(|row: &YearRow<'_>| row.n_docs_with.into()),
    ];
    columns.extend(estimates());
    columns.extend(positions());
    columns.push(of_file());
    Table {
        description: "One row for each concept and year; a year without documents has n_docs 0 and no rate",
        columns,
    }
}

fn estimates<'a>() -> [Column<YearRow<'a>>; 11] {
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
        "How the interval was made: bootstrap (documents drawn again 2,000 times, down to 500 for more than 62 documents, BCa, seed 1); with fewer than five documents \
         that have a mention, poisson (exact, Garwood) or poisson_overdispersed (its distances times √overdispersion)",
    );
    let prop_lo95 = heading(
        "doc_prop_lo95",
        Number,
        "Lower limit of the 95 % interval of doc_prop (Wilson 1927); missing without documents",
    );
    let prop_hi95 = heading(
        "doc_prop_hi95",
        Number,
        "Upper limit of the 95 % interval of doc_prop; missing without documents",
    );
    let doc_mean = heading(
        "per_million_doc_mean",
        Number,
        "Mean of the documents' rates, 1,000,000 × mentions ÷ words of each; a short document weighs as much as a long one, other than in \
         per_million; missing without words",
    )
    .in_unit("mentions per million words");
    [
        lo95.of(|row: &YearRow<'_>| row.estimate().interval.map(|interval| interval.low).into()),
        hi95.of(|row: &YearRow<'_>| row.estimate().interval.map(|interval| interval.high).into()),
        method.of(|row: &YearRow<'_>| row.estimate().method.into()),
        DOC_PROP.of(|row: &YearRow<'_>| proportion(row.n_docs_with, row.n_docs).into()),
        prop_lo95.of(|row: &YearRow<'_>| row.estimate().doc_prop.map(|interval| interval.low).into()),
        prop_hi95.of(|row: &YearRow<'_>| row.estimate().doc_prop.map(|interval| interval.high).into()),
        doc_mean.of(|row: &YearRow<'_>| row.estimate().doc_mean.into()),
        DP.of(|row: &YearRow<'_>| row.estimate().dp.into()),
        DP_NORM.of(|row: &YearRow<'_>| row.estimate().dp_norm.into()),
        OVERDISPERSION.of(|row: &YearRow<'_>| row.estimate().overdispersion.into()),
        LARGEST_DOC_SHARE.of(|row: &YearRow<'_>| row.estimate().largest_share.into()),
    ]
}

fn positions<'a>() -> [Column<YearRow<'a>>; 4] {
    const SIMPLEX: &str =
        "Mentions whose word is the term itself or an inflection of it; missing for queries";
    const FIRST: &str = "Mentions whose word is a compound that begins with the term; missing for queries";
    const MIDDLE: &str = "Mentions whose word is a compound with the term in the middle; missing for queries";
    const LAST: &str = "Mentions whose word is a compound that ends in the term; missing for queries. The four are less than n where phrases \
                        are counted, which have no such position";
    let column = |name, description| heading(name, Integer, description).in_unit("mentions");
    [
        column("n_simplex", SIMPLEX).of(|row: &YearRow<'_>| row.by_position.map(|n| n[0]).into()),
        column("n_first", FIRST).of(|row: &YearRow<'_>| row.by_position.map(|n| n[1]).into()),
        column("n_middle", MIDDLE).of(|row: &YearRow<'_>| row.by_position.map(|n| n[2]).into()),
        column("n_last", LAST).of(|row: &YearRow<'_>| row.by_position.map(|n| n[3]).into()),
    ]
}

fn of_file<'a>() -> Column<YearRow<'a>> {
    heading(
        "n_docs_of_file",
        Integer,
        "Documents of the row whose year only the metadata of their file give; missing where documents are not split by year",
    )
    .in_unit("documents")
    .of(|row: &YearRow<'_>| row.n_docs_of_file.into())
}
