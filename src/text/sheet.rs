//! The bytes of a table that people keep in a spreadsheet → its columns and rows.
//!
//! One reader for `metadata.csv`, lists of addresses and decisions. It takes what spreadsheets save: comma, semicolon or
//! tab; a line `sep=;`; a byte order mark or none; UTF-8, UTF-16 or Windows-1252; empty columns and rows at the end. A row
//! that does not fit the header is refused, because its cells may stand under the wrong columns.

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::collections::BTreeSet;

/// A table with a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// The names of its columns as they are written, each once in any case.
    pub(crate) columns: Vec<String>,
    /// Its rows in order, without the empty ones; a row that cannot be used with the reason.
    pub(crate) rows: Vec<Result<SheetRow, RowError>>,
}

/// A row of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SheetRow {
    /// The line of the file that it begins in, counted from 1.
    pub(crate) line: u64,
    /// One for each column, without spaces around it and without the apostrophe that [`runs_as_formula`] asks for; empty when there is
    /// nothing.
    pub(crate) cells: Vec<String>,
}

/// Why a sheet cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// It has not even a header.
    #[error("it is empty")]
    Empty,
    /// The header lacks the column that the sheet is read for.
    #[error("the column '{0}' is missing")]
    MissingColumn(String),
    /// Two columns of one name.
    #[error("two columns are named '{0}'")]
    DoubledColumn(String),
    /// A quotation mark opens a cell and none closes it: the rows after it are lost in that cell.
    #[error("line {0}: a quotation mark is not closed")]
    OpenQuote(u64),
}

/// Why a row cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it has a value in cell {cell}, where the header names no column")]
pub struct RowError {
    /// The line of the file that it begins in, counted from 1.
    pub(crate) line: u64,
    /// The number of the cell, counted from 1.
    pub(crate) cell: usize,
}

impl Sheet {
    /// The sheet that the file consists of, which must have the column `wanted`.
    ///
    /// # Errors
    /// Says what is wrong with the header, or with the quotation marks.
    pub(crate) fn read(bytes: &[u8], wanted: &str) -> Result<Sheet, SheetError> {
        let text = decoded(bytes);
        let (separator, body) = declared_separator(&text);
        let line_offset = u64::from(body.len() < text.len());
        let first = body.lines().find(|line| !line.trim().is_empty()).ok_or(SheetError::Empty)?;
        let delimiter = separator.unwrap_or_else(|| delimiter_of(first, wanted));
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(body.as_bytes());
        let mut records = reader.records().map(|record| record.expect("the text is UTF-8, of any length"));
        let header = records.find(|record| !is_empty(record)).ok_or(SheetError::Empty)?;
        let columns = columns(&header)?;
        if !columns.iter().any(|column| is_named(column, wanted)) {
            return Err(SheetError::MissingColumn(wanted.to_owned()));
        }
        let mut rows = Vec::new();
        for record in records.filter(|record| !is_empty(record)) {
            let line = record.position().map_or(0, |position| line_of(position, body)) + line_offset;
            rows.push(row(&record, &columns, line));
        }
        check_last_quote(&text, &rows)?;
        Ok(Sheet { columns, rows })
    }

    /// The place of the column called `name`, in any case.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| is_named(column, name))
    }
}

/// The cell `text` without the apostrophe that [`runs_as_formula`] asks for.
pub(crate) fn without_apostrophe(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| runs_as_formula(rest)).unwrap_or(text)
}

/// Whether a spreadsheet would take the cell `text` for a formula ("-medvirkning"). In tables for spreadsheets an apostrophe stands
/// before such a cell.
pub(crate) fn runs_as_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// The line in which a record begins. Its position is before the line end of the record above it, when that is CRLF, and before empty
/// lines.
fn line_of(position: &csv::Position, body: &str) -> u64 {
    let rest = body.as_bytes()[position.byte() as usize..].iter();
    let line_ends = rest.take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n');
    position.line() + line_ends.count() as u64
}

fn is_named(column: &str, name: &str) -> bool {
    column.to_lowercase() == name.to_lowercase()
}

/// The text of `bytes` without its byte order mark. What is not UTF-8 is from an older Excel, which saves Windows-1252.
fn decoded(bytes: &[u8]) -> String {
    let encoding = match bytes {
        [0xFF, 0xFE, ..] => UTF_16LE,
        [0xFE, 0xFF, ..] => UTF_16BE,
        _ if std::str::from_utf8(bytes).is_ok() => UTF_8,
        _ => WINDOWS_1252,
    };
    encoding.decode(bytes).0.into_owned()
}

/// The separator of a first line `sep=;`, which Excel reads and writes, and the text after that line.
fn declared_separator(text: &str) -> (Option<u8>, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let first = first.trim_end_matches('\r').trim_end_matches([';', ',']).trim_matches('"');
    // Trimming can take the separator itself: then it is read from the whole line below.
    let Some(separator) = first.to_lowercase().strip_prefix("sep=").map(str::to_owned) else {
        return (None, text);
    };
    let line = text.lines().next().unwrap_or_default().to_lowercase();
    let separator = separator.bytes().next().or_else(|| line.trim_matches('"').as_bytes().get(4).copied());
    (separator.filter(u8::is_ascii), rest)
}

/// The delimiter of a `header`: the one with which it has the column `wanted`, and the most columns.
fn delimiter_of(header: &str, wanted: &str) -> u8 {
    let fitness = |delimiter: &u8| {
        let mut reader =
            csv::ReaderBuilder::new().delimiter(*delimiter).has_headers(false).from_reader(header.as_bytes());
        let record = reader.records().next().and_then(Result::ok).unwrap_or_default();
        (record.iter().any(|name| is_named(name.trim(), wanted)), record.len())
    };
    // The first of equals: `max_by_key` would take the last.
    [b'\t', b';', b','].into_iter().max_by_key(fitness).unwrap_or(b',')
}

fn is_empty(record: &csv::StringRecord) -> bool {
    record.iter().all(|cell| cell.trim().is_empty())
}

/// The names of the columns, without empty ones at the end.
fn columns(header: &csv::StringRecord) -> Result<Vec<String>, SheetError> {
    let mut columns: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
    while columns.last().is_some_and(String::is_empty) {
        columns.pop();
    }
    let mut known = BTreeSet::new();
    for column in columns.iter().filter(|column| !column.is_empty()) {
        if !known.insert(column.to_lowercase()) {
            return Err(SheetError::DoubledColumn(column.clone()));
        }
    }
    Ok(columns)
}

fn row(record: &csv::StringRecord, columns: &[String], line: u64) -> Result<SheetRow, RowError> {
    let is_nameless = |index: usize| columns.get(index).is_none_or(String::is_empty);
    let stray =
        record.iter().enumerate().find(|(index, cell)| is_nameless(*index) && !cell.trim().is_empty());
    if let Some((index, _)) = stray {
        return Err(RowError { line, cell: index + 1 });
    }
    let cell = |index: usize| {
        let cell = record.get(index).unwrap_or_default().trim();
        without_apostrophe(cell).to_owned()
    };
    Ok(SheetRow { line, cells: (0..columns.len()).map(cell).collect() })
}

/// Refuses a text whose last cell took in the rows after it: it has line breaks, and the quotation marks do not pair.
fn check_last_quote(text: &str, rows: &[Result<SheetRow, RowError>]) -> Result<(), SheetError> {
    let is_odd = text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1;
    match rows.last() {
        Some(Ok(row)) if is_odd && row.cells.iter().any(|cell| cell.contains('\n')) => {
            Err(SheetError::OpenQuote(row.line))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(sheet: &Sheet) -> Vec<Vec<&str>> {
        let rows = sheet.rows.iter().map(|row| row.as_ref().unwrap());
        rows.map(|row| row.cells.iter().map(String::as_str).collect()).collect()
    }

    #[test]
    fn a_sheet_is_read_however_a_spreadsheet_saves_it() {
        let plain = "file,title\nbrev/a.pdf,Brev; til å lese\n";
        let utf16: Vec<u8> = std::iter::once(0xFEFF)
            .chain("file\ttitle\r\nbrev/a.pdf\tBrev; til å lese\r\n".encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let cases: [(&str, Vec<u8>); 8] = [
            ("comma", plain.into()),
            ("mark", format!("\u{feff}{plain}").into()),
            ("semicolon", "file;title\r\nbrev/a.pdf;\"Brev; til å lese\"\r\n".into()),
            ("sep", "sep=;\r\nfile;title\r\nbrev/a.pdf;\"Brev; til å lese\"\r\n".into()),
            ("quoted sep", "\u{feff}\"sep=,\"\nFile , Title\nbrev/a.pdf,\"Brev; til å lese\"\n".into()),
            ("trailing", "file;title;;\r\nbrev/a.pdf;\"Brev; til å lese\";;\r\n;;;\r\n\r\n".into()),
            ("windows", b"file;title\r\nbrev/a.pdf;\"Brev; til \xe5 lese\"\r\n".to_vec()),
            ("unicode text", utf16),
        ];
        for (name, bytes) in cases {
            let sheet = Sheet::read(&bytes, "file").unwrap();
            assert_eq!(rows(&sheet), [["brev/a.pdf", "Brev; til å lese"]], "{name}");
            assert_eq!(sheet.column("TITLE"), Some(1), "{name}");
        }
    }

    #[test]
    fn a_header_that_names_no_such_column_or_one_twice_is_refused() {
        let cases = [
            ("", "it is empty"),
            ("\u{feff}\r\n;;\r\n", "it is empty"),
            ("title;kind\na;b\n", "the column 'file' is missing"),
            ("file;kind;Kind\na;b;c\n", "two columns are named 'Kind'"),
            ("file;title\na;\"Brev\nb;Svar\n", "line 2: a quotation mark is not closed"),
        ];
        for (text, wanted) in cases {
            assert_eq!(Sheet::read(text.as_bytes(), "file").unwrap_err().to_string(), wanted);
        }
    }

    #[test]
    fn a_row_has_the_line_that_an_editor_shows() {
        for text in ["file\na\nb\n", "file\r\na\r\nb\r\n"] {
            let sheet = Sheet::read(text.as_bytes(), "file").unwrap();
            let lines: Vec<u64> = sheet.rows.into_iter().map(|row| row.unwrap().line).collect();
            assert_eq!(lines, [2, 3], "{text:?}");
        }
        let sheet = Sheet::read(b"sep=;\r\nfile;t\r\n\r\na;\"x\r\ny\"\r\nb;z\r\n", "file").unwrap();
        let lines: Vec<u64> = sheet.rows.into_iter().map(|row| row.unwrap().line).collect();
        assert_eq!(lines, [4, 6]);
    }

    #[test]
    fn a_row_with_more_cells_than_the_header_is_refused_and_the_others_are_kept() {
        let text =
            "sep=,\nfile,title\na.pdf,Mål, midler og meninger\nb.pdf\nc.pdf,\"To\nlinjer\"\nd.pdf,Fire\n";
        let sheet = Sheet::read(text.as_bytes(), "file").unwrap();
        assert_eq!(sheet.rows[0], Err(RowError { line: 3, cell: 3 }));
        let found: Vec<(u64, &str)> =
            sheet.rows[1..].iter().flatten().map(|row| (row.line, row.cells[1].as_str())).collect();
        assert_eq!(found, [(4, ""), (5, "To\nlinjer"), (7, "Fire")]);
    }

    #[test]
    fn the_apostrophe_before_a_formula_is_no_part_of_the_cell() {
        let sheet = Sheet::read("form,note\n'-medvirkning,'=1+1\n'sitat',+47\n".as_bytes(), "form").unwrap();
        assert_eq!(rows(&sheet), [["-medvirkning", "=1+1"], ["'sitat'", "+47"]]);
    }
}
