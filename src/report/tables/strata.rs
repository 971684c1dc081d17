//! The table of `trends --by`: a query in a stratum.

use super::{
    ADDRESSEE, ADDRESSEE_TODAY, CONCEPT, DOCNAME, ISSUER, ISSUER_TODAY, KIND, LANG, YEAR, proportion,
    term_year_all,
};
use crate::report::table::ValueType::{Integer, Number, Text};
use crate::report::table::{Cell, Heading, Table, heading};
use crate::trend::{Dimension, StandardisedRate, StratumRow, TimeAxis, YearRow};

const COVERAGE: Heading = heading(
    "coverage",
    Text,
    "none: no document, so there is no rate; thin: fewer than three documents, or less than a quarter of the words of the median \
     year of the same series; full: all others. A row with coverage full and n 0 is a true zero",
);

const N_PASSAGES: Heading =
    heading("n_passages", Integer, "Passages (paragraphs, headings, items, cells) of the documents")
        .in_unit("passages");
const N_PASSAGES_WITH: Heading =
    heading("n_passages_with", Integer, "Passages with at least one mention").in_unit("passages");
const PASSAGE_PROP: Heading =
    heading("passage_prop", Number, "n_passages_with ÷ n_passages, from 0 to 1; missing without passages");

/// The headings of the table by `dimensions`.
pub(crate) fn strata_headings(dimensions: &[Dimension], axis: TimeAxis) -> Vec<Heading> {
    let (before, estimates) = number_headings();
    let dimensions = dimensions.iter().map(|dimension| dimension_heading(dimension, axis));
    std::iter::once(CONCEPT)
        .chain(dimensions)
        .chain(before)
        .chain([COVERAGE])
        .chain([N_PASSAGES, N_PASSAGES_WITH, PASSAGE_PROP])
        .chain(estimates)
        .collect()
}

/// The cells of `row`.
pub(crate) fn strata_cells(row: &StratumRow<'_>, dimensions: &[Dimension], axis: TimeAxis) -> Vec<Cell> {
    let numbers = numbers();
    let mut cells = vec![Cell::from(row.counts.concept)];
    cells.extend(
        row.values.iter().zip(dimensions).map(|(value, dimension)| value_cell(*value, dimension, axis)),
    );
    let of_counts = numbers.cells(&row.counts);
    let (before, estimates) = of_counts.split_at(COUNT_COLUMNS);
    cells.extend(before.iter().cloned());
    cells.push(Cell::from(row.coverage.name()));
    cells.extend([row.n_passages.into(), row.n_passages_with.into()]);
    cells.push(proportion(row.n_passages_with, row.n_passages).into());
    cells.extend(estimates.iter().cloned());
    cells
}

/// The headings of the columns that standardisation adds.
pub(crate) fn standard_headings() -> [Heading; 4] {
    const UNIT: &str = "mentions per million words";
    let rate = heading(
        "per_million_standardised",
        Number,
        "Σ share × per_million of the groups of documents: each group's share in all words of the table is its weight, so that rows \
         of another mixture of documents compare; missing without words",
    );
    let limit = |name, description| heading(name, Number, description).in_unit(UNIT);
    [
        rate.in_unit(UNIT),
        limit(
            "standardised_lo95",
            "Lower limit of its 95 % interval by document bootstrap within the groups; missing with fewer than five documents that have a \
             mention, or with a group of fewer than three documents",
        ),
        limit("standardised_hi95", "Upper limit of its 95 % interval"),
        heading(
            "standard_share",
            Number,
            "Share of the standard whose groups have words in this row, from 0 to 1; below 1 the weights are those of the groups that \
             are there",
        ),
    ]
}

/// Their cells.
pub(crate) fn standard_cells(rate: &StandardisedRate) -> [Cell; 4] {
    let interval = rate.interval;
    [
        rate.per_million.into(),
        interval.map(|interval| interval.low).into(),
        interval.map(|interval| interval.high).into(),
        rate.standard_share.into(),
    ]
}

fn value_cell(value: Option<&str>, dimension: &Dimension, axis: TimeAxis) -> Cell {
    match dimension {
        Dimension::Year if axis != TimeAxis::Session => {
            value.and_then(|year| year.parse::<i16>().ok()).into()
        }
        _ => value.into(),
    }
}

/// n, n_tokens, ocr_share, per_million, n_docs and n_docs_with.
const COUNT_COLUMNS: usize = 6;

/// The numbers of `term_year.csv`, without concept and year.
fn numbers<'a>() -> Table<YearRow<'a>> {
    let mut table = term_year_all();
    table.columns.drain(..2);
    table
}

fn number_headings() -> (Vec<Heading>, Vec<Heading>) {
    let mut before = numbers().headings();
    let estimates = before.split_off(COUNT_COLUMNS);
    (before, estimates)
}

fn dimension_heading(dimension: &Dimension, axis: TimeAxis) -> Heading {
    match dimension {
        Dimension::Year => match axis {
            TimeAxis::Analysis => YEAR,
            TimeAxis::Published => heading("year", Integer, "Year of publication; missing when unknown"),
            TimeAxis::Concerned => heading(
                "year",
                Integer,
                "Year that the document is about; missing when it does not say, or is about several years",
            ),
            TimeAxis::Session => {
                heading("session", Text, "Session of the Storting; missing for documents without one")
            }
        },
        Dimension::Quarter => {
            heading("quarter", Text, "Quarter of publication, as 2019-Q3; missing when the month is unknown")
        }
        Dimension::Document => DOCNAME,
        Dimension::Kind => KIND,
        Dimension::Issuer => ISSUER,
        Dimension::IssuerToday => ISSUER_TODAY,
        Dimension::Addressee => ADDRESSEE,
        Dimension::AddresseeToday => ADDRESSEE_TODAY,
        Dimension::Language => LANG,
        Dimension::Source => heading("source", Text, "Name of the source in the configuration"),
        Dimension::Own(column) => Heading {
            name: column.clone().into(),
            value_type: Text,
            unit: None,
            description: "From the metadata of the source; missing where that says nothing",
        },
    }
}
