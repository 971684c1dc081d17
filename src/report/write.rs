//! Writes a table in each of the formats.

use super::parquet_file::write_parquet;
use super::table::{Cell, Format, Heading, Table, write_csv, write_json, write_text};
use super::workbook::write_xlsx;
use std::borrow::Borrow;
use std::io::{self, Write};

impl<Row> Table<Row> {
    /// Writes the table with `rows` to `out` in `format`, and returns their number.
    ///
    /// # Errors
    /// Those of `out`.
    pub(crate) fn write<R: Borrow<Row>>(
        &self,
        rows: impl IntoIterator<Item = R>,
        format: Format,
        out: &mut dyn Write,
    ) -> io::Result<u64> {
        write(&self.headings(), rows.into_iter().map(|row| self.cells(row.borrow())), format, out)
    }
}

/// Writes `rows`, each with one cell for every heading, to `out` in `format`, and returns their number.
///
/// # Errors
/// Those of `out`.
pub(crate) fn write(
    headings: &[Heading],
    rows: impl Iterator<Item = Vec<Cell>>,
    format: Format,
    out: &mut dyn Write,
) -> io::Result<u64> {
    match format {
        Format::Text => write_text(headings, rows, out),
        Format::Csv(dialect) => write_csv(headings, rows, dialect, out),
        Format::Json => write_json(headings, rows, out),
        Format::Xlsx => write_xlsx(headings, rows, out),
        Format::Parquet => write_parquet(headings, rows, out),
    }
}
