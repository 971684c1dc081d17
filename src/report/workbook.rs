//! A table as a workbook of Excel: typed cells on one sheet, the definitions of its columns on another.

use super::table::{Cell, Heading, ValueType};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::io::{self, Write};

/// Rows of a sheet, with its header.
const ROWS_MAX: u32 = 1 << 20;
/// Characters of a cell, in UTF-16.
const CELL_CHARS_MAX: usize = 32_767;

/// Writes `rows` to `out`, and returns their number. Text is never a formula.
///
/// # Errors
/// Those of `out`; and when there are more rows, or a longer text, than a sheet can have: nothing is cut.
pub(super) fn write_xlsx(
    headings: &[Heading],
    rows: impl Iterator<Item = Vec<Cell>>,
    out: &mut dyn Write,
) -> io::Result<u64> {
    let mut workbook = Workbook::new();
    // The same table gives the same bytes on any day.
    let made = ExcelDateTime::from_ymd(2000, 1, 1).map_err(io::Error::other)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let n_rows = write_rows(workbook.add_worksheet(), headings, rows)?;
    write_definitions(workbook.add_worksheet(), headings).map_err(io::Error::other)?;
    out.write_all(&workbook.save_to_buffer().map_err(io::Error::other)?)?;
    Ok(n_rows)
}

fn write_rows(
    sheet: &mut Worksheet,
    headings: &[Heading],
    rows: impl Iterator<Item = Vec<Cell>>,
) -> io::Result<u64> {
    let header = Format::new().set_bold();
    sheet.set_name("table").map_err(io::Error::other)?;
    for (column, heading) in (0..).zip(headings) {
        sheet
            .write_string_with_format(0, column, heading.name.as_ref(), &header)
            .map_err(io::Error::other)?;
    }
    sheet.set_freeze_panes(1, 0).map_err(io::Error::other)?;
    let mut n_rows = 0;
    for row in rows {
        n_rows += 1;
        if n_rows >= ROWS_MAX {
            return Err(too_much("a sheet of Excel has 1,048,576 rows at most; write csv or parquet"));
        }
        for (column, cell) in (0..).zip(&row) {
            write_cell(sheet, n_rows, column, cell)?;
        }
    }
    Ok(u64::from(n_rows))
}

fn write_cell(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> io::Result<()> {
    let written = match cell {
        Cell::Empty => return Ok(()),
        Cell::Text(text) if text.encode_utf16().count() > CELL_CHARS_MAX => {
            return Err(too_much("a cell of Excel has 32,767 characters at most; write csv or parquet"));
        }
        Cell::Text(text) => sheet.write_string(row, column, text).map(drop),
        Cell::Integer(number) => sheet.write_number(row, column, *number as f64).map(drop),
        Cell::Number(number) => sheet.write_number(row, column, *number).map(drop),
        Cell::Boolean(truth) => sheet.write_boolean(row, column, *truth).map(drop),
    };
    written.map_err(io::Error::other)
}

fn write_definitions(sheet: &mut Worksheet, headings: &[Heading]) -> Result<(), XlsxError> {
    let header = Format::new().set_bold();
    sheet.set_name("columns")?;
    for (column, name) in (0..).zip(["column", "type", "unit", "description"]) {
        sheet.write_string_with_format(0, column, name, &header)?;
    }
    for (row, heading) in (1..).zip(headings) {
        let value_type = match heading.value_type {
            ValueType::PartialDate => "date",
            other => other.name(),
        };
        let cells = [heading.name.as_ref(), value_type, heading.unit.unwrap_or(""), heading.description];
        for (column, text) in (0..).zip(cells) {
            sheet.write_string(row, column, text)?;
        }
    }
    Ok(())
}

fn too_much(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, text)
}

#[cfg(test)]
mod tests {
    use super::super::table::heading;
    use super::*;

    fn written(rows: Vec<Vec<Cell>>) -> io::Result<Vec<u8>> {
        let headings = [heading("a", ValueType::Text, "Text"), heading("n", ValueType::Integer, "Number")];
        let mut out = Vec::new();
        write_xlsx(&headings, rows.into_iter(), &mut out)?;
        Ok(out)
    }

    #[test]
    fn cells_are_typed_and_a_text_is_no_formula() {
        let bytes = written(vec![vec![Cell::Text("=1+1".to_owned()), Cell::Integer(2019)]]).unwrap();
        let mut archive = zip::ZipArchive::new(io::Cursor::new(&bytes)).unwrap();
        let mut sheet = String::new();
        io::Read::read_to_string(&mut archive.by_name("xl/worksheets/sheet1.xml").unwrap(), &mut sheet)
            .unwrap();
        assert!(sheet.contains("<v>2019</v>") && !sheet.contains("<f>"), "{sheet}");
        assert_eq!(bytes, written(vec![vec![Cell::Text("=1+1".to_owned()), Cell::Integer(2019)]]).unwrap());
    }

    #[test]
    fn a_text_that_no_cell_can_hold_is_refused_and_not_cut() {
        let error = written(vec![vec![Cell::Text("a".repeat(40_000)), Cell::Empty]]).unwrap_err();
        assert!(error.to_string().contains("32,767"), "{error}");
    }
}
