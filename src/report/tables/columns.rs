//! A listing of the columns of the reports, from the tables themselves.

use super::{
    collocations, cooccurrence, coverage, documents, forms, keyness, kwic, rejected, term_document,
    term_year, trend_test,
};
use crate::report::table::ValueType::Text;
use crate::report::table::{Column, Heading, Table, heading};

/// One column of one report.
#[derive(Debug, Clone)]
pub(crate) struct ColumnRow {
    /// The file name of the report.
    pub(crate) report: &'static str,
    /// Its name, type, unit and definition.
    pub(crate) heading: Heading,
}

/// The columns of all reports, in the order of the reports and of their columns.
pub(crate) fn column_rows() -> Vec<ColumnRow> {
    let reports = [
        ("term_document.csv", term_document().headings()),
        ("term_year.csv", term_year().headings()),
        ("trend_test.csv", trend_test().headings()),
        ("forms.csv", forms().headings()),
        ("kwic.csv", kwic().headings()),
        ("keyness.csv", keyness().headings()),
        ("collocations.csv", collocations().headings()),
        ("cooccurrence.csv", cooccurrence().headings()),
        ("documents.csv", documents().headings()),
        ("coverage.csv", coverage().headings()),
        ("rejected.csv", rejected().headings()),
    ];
    let rows = |(report, headings): (&'static str, Vec<Heading>)| {
        headings.into_iter().map(move |heading| ColumnRow { report, heading })
    };
    let reports = reports.into_iter().chain([("codebook.csv", columns().headings())]);
    reports.into_iter().flat_map(rows).collect()
}

pub(crate) fn columns() -> Table<ColumnRow> {
    let columns: Vec<Column<ColumnRow>> = vec![
        heading("report", Text, "File name of the report").of(|row: &ColumnRow| row.report.into()),
        heading("column", Text, "Name of the column").of(|row| row.heading.name.as_ref().into()),
        heading("type", Text, "Type of its values: string, integer, number or boolean")
            .of(|row| row.heading.value_type.name().into()),
        heading("unit", Text, "Unit of its values; missing where there is none")
            .of(|row| row.heading.unit.into()),
        heading("description", Text, "Definition, range, and what a missing value means")
            .of(|row| row.heading.description.into()),
    ];
    Table { description: "One row for each column of each report", columns }
}
