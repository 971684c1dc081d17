//! `coverage.csv`: what the corpus holds by kind and year.

use super::{KIND, N_TOKENS, OCR_SHARE, YEAR, proportion};
use crate::report::table::ValueType::{Boolean, Integer};
use crate::report::table::{Table, heading};
use crate::stats::THIN_DOCUMENTS;
use crate::trend::CoverageRow;

pub(crate) fn coverage() -> Table<CoverageRow> {
    type Row = CoverageRow;
    let columns = vec![
        KIND.of(|row: &Row| row.kind.as_ref().map(|kind| kind.name()).into()),
        YEAR.of(|row: &Row| row.year.into()),
        heading("n_docs", Integer, "Documents, without copies of others")
            .in_unit("documents")
            .of(|row| row.n_docs.into()),
        N_TOKENS.of(|row: &Row| row.n_tokens.into()),
        OCR_SHARE.of(|row: &Row| proportion(row.n_tokens_ocr, row.n_tokens).into()),
        heading("n_copies", Integer, "Copies of other documents, which do not count")
            .in_unit("documents")
            .of(|row| row.n_copies.into()),
        heading("n_docs_of_file", Integer, "Documents whose year only the metadata of their file give")
            .in_unit("documents")
            .of(|row| row.n_docs_of_file.into()),
        heading("is_thin", Boolean, "Whether the year has fewer than three documents; missing for documents without a year")
            .of(|row| row.year.map(|_| row.n_docs < THIN_DOCUMENTS as u64).into()),
        heading(
            "is_complete",
            Boolean,
            "false for the latest years while they have fewer than half as many documents as the median year; missing for a year without documents",
        )
        .of(|row| row.is_complete.into()),
    ];
    Table {
        description: "One row for each kind and year from its first document to its last, first for all kinds together, where kind is missing; documents without a year have the last row",
        columns,
    }
}
