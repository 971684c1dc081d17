//! A table: described columns and rows of cells, written as CSV in two dialects, as JSON, or for the eye.

use crate::text::visible;
use serde_json::{Map, Value};
use std::io::{self, Write};

/// A table of a report: what it is about, its columns, its rows.
pub struct Table<Rows> {
    /// Its schema.
    pub columns: &'static [Column],
    /// Each with one cell for every column.
    pub rows: Rows,
}

/// A column: its name, the type of its values, and what they mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// `snake_case`
    pub name: &'static str,
    /// The type of every value that is not missing.
    pub value_type: ValueType,
    /// Definition, unit, range, and what a missing value means.
    pub description: &'static str,
}

/// The type of a column, as in a Table Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// Text.
    Text,
    /// Whole number.
    Integer,
    /// Decimal number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `2020`, `2020-06` or `2020-06-19`: ISO 8601 with the precision of its source.
    PartialDate,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Missing.
    Empty,
    /// Text.
    Text(String),
    /// Whole number.
    Integer(i64),
    /// Decimal number; written with at most three decimals.
    Number(f64),
    /// Truth value.
    Boolean(bool),
}

/// How a CSV file is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// RFC 4180: UTF-8 without a byte order mark, comma, decimal point, CRLF.
    #[default]
    Standard,
    /// What a Norwegian Excel opens by a double click: UTF-8 with a byte order mark, semicolon, decimal comma, CRLF, and
    /// an apostrophe before text that a spreadsheet would run as a formula.
    ExcelNo,
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Aligned columns for the eye.
    Text,
    /// CSV.
    Csv(Dialect),
    /// An array of objects.
    Json,
}

/// Writes `table` to `out` in `format`, and returns the number of its rows.
///
/// # Errors
/// Those of `out`.
pub fn write<Rows>(table: Table<Rows>, format: Format, out: &mut dyn Write) -> io::Result<u64>
where
    Rows: IntoIterator<Item = Vec<Cell>>,
{
    match format {
        Format::Text => write_text(table, out),
        Format::Csv(dialect) => write_csv(table, dialect, out),
        Format::Json => write_json(table, out),
    }
}

fn write_csv<Rows>(table: Table<Rows>, dialect: Dialect, out: &mut dyn Write) -> io::Result<u64>
where
    Rows: IntoIterator<Item = Vec<Cell>>,
{
    let delimiter = match dialect {
        Dialect::Standard => b',',
        Dialect::ExcelNo => {
            out.write_all("\u{feff}".as_bytes())?;
            b';'
        }
    };
    let mut writer =
        csv::WriterBuilder::new().delimiter(delimiter).terminator(csv::Terminator::CRLF).from_writer(out);
    writer.write_record(table.columns.iter().map(|column| column.name))?;
    let mut rows = 0;
    for row in table.rows {
        writer.write_record(row.iter().map(|cell| csv_text(cell, dialect)))?;
        rows += 1;
    }
    writer.flush()?;
    Ok(rows)
}

fn csv_text(cell: &Cell, dialect: Dialect) -> String {
    match (cell, dialect) {
        (Cell::Number(_), Dialect::ExcelNo) => plain_text(cell).replace('.', ","),
        (Cell::Text(text), Dialect::ExcelNo) if runs_as_formula(text) => format!("'{text}"),
        _ => plain_text(cell),
    }
}

/// Whether a spreadsheet would take `text` for a formula.
fn runs_as_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

fn plain_text(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Integer(number) => number.to_string(),
        Cell::Number(number) => decimal(*number),
        Cell::Boolean(truth) => truth.to_string(),
    }
}

/// `number` with at most three decimals: more than any count of words can tell.
fn decimal(number: f64) -> String {
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn write_json<Rows>(table: Table<Rows>, out: &mut dyn Write) -> io::Result<u64>
where
    Rows: IntoIterator<Item = Vec<Cell>>,
{
    let mut rows = 0;
    out.write_all(b"[")?;
    for row in table.rows {
        out.write_all(if rows == 0 { b"\n" } else { b",\n" })?;
        let names = table.columns.iter().map(|column| column.name.to_owned());
        let object: Map<String, Value> = names.zip(row.iter().map(json_value)).collect();
        serde_json::to_writer(&mut *out, &object)?;
        rows += 1;
    }
    out.write_all(b"\n]\n")?;
    Ok(rows)
}

fn json_value(cell: &Cell) -> Value {
    match cell {
        Cell::Empty => Value::Null,
        Cell::Text(text) => Value::from(text.as_str()),
        Cell::Integer(number) => Value::from(*number),
        Cell::Number(number) => decimal(*number).parse::<f64>().map_or(Value::Null, Value::from),
        Cell::Boolean(truth) => Value::from(*truth),
    }
}

/// The widest a column of text gets before its cells are cut with an ellipsis.
const TEXT_WIDTH_MAX: usize = 60;

fn write_text<Rows>(table: Table<Rows>, out: &mut dyn Write) -> io::Result<u64>
where
    Rows: IntoIterator<Item = Vec<Cell>>,
{
    let header: Vec<String> = table.columns.iter().map(|column| column.name.to_owned()).collect();
    let rows: Vec<Vec<String>> =
        table.rows.into_iter().map(|row| row.iter().map(|cell| cut(&plain_text(cell))).collect()).collect();
    let width = |column: usize| {
        std::iter::once(&header).chain(&rows).map(|row| row[column].chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    for row in std::iter::once(&header).chain(&rows) {
        let cells = row.iter().zip(table.columns).zip(&widths);
        let line: Vec<String> = cells.map(|((text, column), width)| aligned(text, column, *width)).collect();
        writeln!(out, "{}", line.join("  ").trim_end())?;
    }
    Ok(rows.len() as u64)
}

fn aligned(text: &str, column: &Column, width: usize) -> String {
    match column.value_type {
        ValueType::Integer | ValueType::Number => format!("{text:>width$}"),
        _ => format!("{text:<width$}"),
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= TEXT_WIDTH_MAX {
        return text.to_owned();
    }
    let kept: String = text.chars().take(TEXT_WIDTH_MAX - 1).collect();
    format!("{kept}…")
}

/// A cell is one line of text without steering characters, whatever a file was named or a server answered.
impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        let line = text.replace(['\n', '\r', '\t'], " ");
        if text.is_empty() { Cell::Empty } else { Cell::Text(visible(&line).into_owned()) }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::from(text.as_str())
    }
}

impl From<bool> for Cell {
    fn from(truth: bool) -> Cell {
        Cell::Boolean(truth)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Cell {
        Cell::Number(number)
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Cell {
        Cell::Integer(number as i64)
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Cell {
        Cell::Integer(i64::from(number))
    }
}

impl From<i16> for Cell {
    fn from(number: i16) -> Cell {
        Cell::Integer(i64::from(number))
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Cell {
        value.map_or(Cell::Empty, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[
        Column { name: "term", value_type: ValueType::Text, description: "" },
        Column { name: "per_million", value_type: ValueType::Number, description: "" },
    ];

    fn written(format: Format) -> String {
        let rows = vec![
            vec![Cell::from("=SUM(A1)"), Cell::from(1234.5)],
            vec![Cell::from("mål; «a», \"b\""), Cell::Empty],
        ];
        let mut out = Vec::new();
        assert_eq!(write(Table { columns: COLUMNS, rows }, format, &mut out).unwrap(), 2);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn standard_csv_is_rfc_4180() {
        let wanted = "term,per_million\r\n=SUM(A1),1234.5\r\n\"mål; «a», \"\"b\"\"\",\r\n";
        assert_eq!(written(Format::Csv(Dialect::Standard)), wanted);
    }

    #[test]
    fn excel_csv_opens_in_norwegian_and_runs_nothing() {
        let wanted = "\u{feff}term;per_million\r\n'=SUM(A1);1234,5\r\n\"mål; «a», \"\"b\"\"\";\r\n";
        assert_eq!(written(Format::Csv(Dialect::ExcelNo)), wanted);
    }

    #[test]
    fn json_has_null_for_what_is_missing() {
        let value: Value = serde_json::from_str(&written(Format::Json)).unwrap();
        assert_eq!(value[1]["per_million"], Value::Null);
        assert_eq!(value[0]["per_million"], 1234.5);
    }

    #[test]
    fn text_aligns_numbers_to_the_right() {
        let wanted = "term           per_million\n=SUM(A1)            1234.5\nmål; «a», \"b\"\n";
        assert_eq!(written(Format::Text), wanted);
    }

    #[test]
    fn no_control_character_reaches_a_cell() {
        let cell = Cell::from("line\n\u{1b}[31m\u{202e}red\u{9b}");
        assert_eq!(cell, Cell::Text("line \\u{1b}[31m\\u{202e}red\\u{9b}".to_owned()));
    }

    #[test]
    fn a_table_without_rows_has_its_header() {
        let mut out = Vec::new();
        write(Table { columns: COLUMNS, rows: Vec::new() }, Format::Csv(Dialect::Standard), &mut out)
            .unwrap();
        assert_eq!(out, b"term,per_million\r\n");
    }
}
