//! A table: a list of columns, each with its description and its value in a row; written as CSV in two dialects, as JSON, or as
//! aligned text.

use crate::text::{runs_as_formula, visible};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::io::{self, Write};

/// A table of a report, declared: what a row is, and its columns.
pub(crate) struct Table<Row> {
    /// What a row is.
    pub(crate) description: &'static str,
    /// From left to right.
    pub(crate) columns: Vec<Column<Row>>,
}

impl<Row> Table<Row> {
    pub(crate) fn headings(&self) -> Vec<Heading> {
        self.columns.iter().map(|column| column.heading.clone()).collect()
    }

    /// The values of a row, one for each column.
    pub(crate) fn cells(&self, row: &Row) -> Vec<Cell> {
        let cell = |column: &Column<Row>| match &column.value {
            ValueOf::Row(value) => value(row),
            ValueOf::Named(name, value) => value(row, name),
        };
        self.columns.iter().map(cell).collect()
    }

    /// The same table with only the columns `names`, in its own order.
    pub(crate) fn only(mut self, names: &[&str]) -> Table<Row> {
        self.columns.retain(|column| names.contains(&column.heading.name.as_ref()));
        self
    }
}

/// A column: its heading, and its value in a row.
pub(crate) struct Column<Row> {
    heading: Heading,
    value: ValueOf<Row>,
}

enum ValueOf<Row> {
    /// A value that every row has.
    Row(fn(&Row) -> Cell),
    /// The value of a row under this name.
    Named(String, fn(&Row, &str) -> Cell),
}

/// The name of a column, the type and unit of its values, and their definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heading {
    /// `snake_case`, except for columns of the user's own
    pub(crate) name: Cow<'static, str>,
    /// The type of every value that is not missing.
    pub(crate) value_type: ValueType,
    /// The unit of a number. `None` where it has none, or the column is no number.
    pub(crate) unit: Option<&'static str>,
    /// Definition, range, and what a missing value means.
    pub(crate) description: &'static str,
}

/// A heading without a unit.
pub(crate) const fn heading(name: &'static str, value_type: ValueType, description: &'static str) -> Heading {
    Heading { name: Cow::Borrowed(name), value_type, unit: None, description }
}

impl Heading {
    /// This heading with the unit of its values, in the plural.
    pub(crate) const fn in_unit(mut self, unit: &'static str) -> Heading {
        self.unit = Some(unit);
        self
    }

    /// The column under this heading whose value in a row is `value`.
    pub(crate) fn of<Row>(self, value: fn(&Row) -> Cell) -> Column<Row> {
        Column { heading: self, value: ValueOf::Row(value) }
    }

    /// The column under this heading whose value in a row is the `value` of `name`.
    pub(super) fn of_named<Row>(self, name: &str, value: fn(&Row, &str) -> Cell) -> Column<Row> {
        Column { heading: self, value: ValueOf::Named(name.to_owned(), value) }
    }
}

/// The type of a column, as in a Table Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueType {
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

impl ValueType {
    /// Its name in a Table Schema.
    pub(crate) fn name(self) -> &'static str {
        match self {
            ValueType::Text | ValueType::PartialDate => "string",
            ValueType::Integer => "integer",
            ValueType::Number => "number",
            ValueType::Boolean => "boolean",
        }
    }
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// Missing.
    Empty,
    /// Text.
    Text(String),
    /// Whole number.
    Integer(i64),
    /// Decimal number; written with three decimals, below 0.1 with four significant digits.
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

impl Dialect {
    /// What separates the fields of a row.
    pub(super) fn delimiter(self) -> char {
        match self {
            Dialect::Standard => ',',
            Dialect::ExcelNo => ';',
        }
    }
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Aligned columns for reading.
    Text,
    /// CSV.
    Csv(Dialect),
    /// An array of objects.
    Json,
    /// A workbook of Excel.
    Xlsx,
    /// Parquet.
    Parquet,
}

pub(super) fn write_csv(
    headings: &[Heading],
    rows: impl Iterator<Item = Vec<Cell>>,
    dialect: Dialect,
    out: &mut dyn Write,
) -> io::Result<u64> {
    write_csv_header(headings, dialect, out)?;
    write_csv_rows(rows, dialect, out)
}

/// Writes how a CSV file begins.
///
/// # Errors
/// Those of `out`.
pub(crate) fn write_csv_header(
    headings: &[Heading],
    dialect: Dialect,
    out: &mut dyn Write,
) -> io::Result<()> {
    if dialect == Dialect::ExcelNo {
        out.write_all("\u{feff}".as_bytes())?;
    }
    let mut writer = csv_writer(dialect, out);
    writer.write_record(headings.iter().map(|heading| heading.name.as_bytes()))?;
    writer.flush()
}

fn csv_writer(dialect: Dialect, out: &mut dyn Write) -> csv::Writer<&mut dyn Write> {
    csv::WriterBuilder::new()
        .delimiter(dialect.delimiter() as u8)
        .terminator(csv::Terminator::CRLF)
        .from_writer(out)
}

/// Writes rows of a CSV file, each with one cell for every heading, and returns their number.
///
/// # Errors
/// Those of `out`.
pub(crate) fn write_csv_rows(
    rows: impl Iterator<Item = Vec<Cell>>,
    dialect: Dialect,
    out: &mut dyn Write,
) -> io::Result<u64> {
    let mut writer = csv_writer(dialect, out);
    let mut count = 0;
    for row in rows {
        for cell in &row {
            writer.write_field(csv_text(cell, dialect).as_bytes())?;
        }
        writer.write_record(None::<&[u8]>)?;
        count += 1;
    }
    writer.flush()?;
    Ok(count)
}

/// The fields of `cells` as they stand in a CSV row, to be joined to others.
pub(super) fn csv_fields(cells: &[Cell], dialect: Dialect) -> String {
    let mut fields = String::new();
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            fields.push(dialect.delimiter());
        }
        let text = csv_text(cell, dialect);
        if text.contains([dialect.delimiter(), '"', '\r', '\n']) {
            fields.push('"');
            fields.push_str(&text.replace('"', "\"\""));
            fields.push('"');
        } else {
            fields.push_str(&text);
        }
    }
    fields
}

fn csv_text(cell: &Cell, dialect: Dialect) -> Cow<'_, str> {
    match (cell, dialect) {
        (Cell::Text(text), Dialect::ExcelNo) if runs_as_formula(text) => Cow::Owned(format!("'{text}")),
        (Cell::Text(text), _) => Cow::Borrowed(text),
        (Cell::Number(_), Dialect::ExcelNo) => Cow::Owned(plain_text(cell).replace('.', ",")),
        _ => Cow::Owned(plain_text(cell)),
    }
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

/// `number` with at most three decimals, more than any count of words can tell; below 0.1 with four significant digits, since a
/// probability may be small. What cannot be told from 0 is 0.
fn decimal(number: f64) -> String {
    let decimals = match number.abs() {
        small if (1e-12..0.1).contains(&small) => 3 - small.log10().floor() as i32,
        _ => 3,
    };
    let text = format!("{number:.0$}", decimals.max(3) as usize);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

pub(super) fn write_json(
    headings: &[Heading],
    rows: impl Iterator<Item = Vec<Cell>>,
    out: &mut dyn Write,
) -> io::Result<u64> {
    let mut count = 0;
    out.write_all(b"[")?;
    for row in rows {
        out.write_all(if count == 0 { b"\n" } else { b",\n" })?;
        let names = headings.iter().map(|heading| heading.name.to_string());
        let object: Map<String, Value> = names.zip(row.iter().map(json_value)).collect();
        serde_json::to_writer(&mut *out, &object)?;
        count += 1;
    }
    out.write_all(b"\n]\n")?;
    Ok(count)
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

pub(super) fn write_text(
    headings: &[Heading],
    rows: impl Iterator<Item = Vec<Cell>>,
    out: &mut dyn Write,
) -> io::Result<u64> {
    let header: Vec<String> = headings.iter().map(|heading| heading.name.to_string()).collect();
    let rows: Vec<Vec<String>> =
        rows.map(|row| row.iter().map(|cell| cut(&plain_text(cell))).collect()).collect();
    let width = |column: usize| {
        std::iter::once(&header).chain(&rows).map(|row| row[column].chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    for row in std::iter::once(&header).chain(&rows) {
        let cells = row.iter().zip(headings).zip(&widths);
        let line: Vec<String> =
            cells.map(|((text, heading), width)| aligned(text, heading.value_type, *width)).collect();
        writeln!(out, "{}", line.join("  ").trim_end())?;
    }
    Ok(rows.len() as u64)
}

fn aligned(text: &str, value_type: ValueType, width: usize) -> String {
    match value_type {
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
        let line = text.replace(['\n', '\r'], " ");
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

    type Row = (&'static str, Option<f64>);

    fn table() -> Table<Row> {
        let columns = vec![
            heading("term", ValueType::Text, "").of(|row: &Row| row.0.into()),
            heading("per_million", ValueType::Number, "").of(|row: &Row| row.1.into()),
        ];
        Table { description: "", columns }
    }

    fn written(format: Format) -> String {
        let rows: [Row; 2] = [("=SUM(A1)", Some(1234.5)), ("mål; «a», \"b\"", None)];
        let mut out = Vec::new();
        assert_eq!(table().write(rows, format, &mut out).unwrap(), 2);
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
    fn small_numbers_keep_four_significant_digits() {
        let cases = [
            (1_234.567_89, "1234.568"),
            (0.5, "0.5"),
            (0.012_345_6, "0.01235"),
            (1.634_232_5e-5, "0.00001634"),
            (-0.05, "-0.05"),
            (0.0, "0"),
            (1e-15, "0"),
        ];
        for (number, wanted) in cases {
            assert_eq!(decimal(number), wanted);
        }
    }

    #[test]
    fn text_aligns_numbers_to_the_right() {
        let wanted = "term           per_million\n=SUM(A1)            1234.5\nmål; «a», \"b\"\n";
        assert_eq!(written(Format::Text), wanted);
    }

    #[test]
    fn no_control_character_but_the_tab_of_a_table_row_reaches_a_cell() {
        assert_eq!(Cell::from("cell\tcell"), Cell::Text("cell\tcell".to_owned()));
        let cell = Cell::from("line\n\u{1b}[31m\u{202e}red\u{9b}");
        assert_eq!(cell, Cell::Text("line \\u{1b}[31m\\u{202e}red\\u{9b}".to_owned()));
    }

    #[test]
    fn a_table_without_rows_has_its_header() {
        let mut out = Vec::new();
        table().write([] as [Row; 0], Format::Csv(Dialect::Standard), &mut out).unwrap();
        assert_eq!(out, b"term,per_million\r\n");
    }
}
