//! An answer before it becomes one of HTTP: status, type, bytes; and the tables of answers in each format.

use super::params::Params;
use super::problem::Problem;
use crate::report::{Cell, Dialect, Format, Heading, write};
use std::io::Write;

/// An answer.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) media_type: &'static str,
    pub(super) body: Vec<u8>,
    /// The name under which a browser saves it.
    pub(super) file_name: Option<String>,
    /// Where the browser is sent to, after a form.
    pub(super) location: Option<String>,
    /// Whether it may be given again while the view is the same.
    pub(super) is_kept: bool,
    /// Whether the body is compressed.
    pub(super) is_gzip: bool,
}

pub(super) const HTML: &str = "text/html; charset=utf-8";
pub(super) const JSON: &str = "application/json";
pub(super) const PROBLEM: &str = "application/problem+json";

/// Less fits into one packet as it is.
const GZIP_BYTES_MIN: usize = 1_400;

impl Reply {
    pub(super) fn new(media_type: &'static str, body: impl Into<Vec<u8>>) -> Reply {
        let body = body.into();
        Reply {
            status: 200,
            media_type,
            body,
            file_name: None,
            location: None,
            is_kept: true,
            is_gzip: false,
        }
    }

    pub(super) fn html(body: String) -> Reply {
        Reply::new(HTML, body)
    }

    pub(super) fn json(value: &serde_json::Value) -> Reply {
        Reply::new(JSON, value.to_string())
    }

    /// Sends the browser to `location` after a form.
    pub(super) fn see_other(location: String) -> Reply {
        let reply = Reply::new("text/plain", Vec::new());
        Reply { status: 303, location: Some(location), is_kept: false, ..reply }
    }

    /// Compressed, when that is worth its time.
    pub(super) fn compressed(self) -> Reply {
        let is_text = ["text/", "application/json", "application/problem", "image/svg"];
        if self.body.len() < GZIP_BYTES_MIN || !is_text.iter().any(|kind| self.media_type.starts_with(kind)) {
            return self;
        }
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(5));
        match encoder.write_all(&self.body).and_then(|()| encoder.finish()) {
            Ok(body) => Reply { body, is_gzip: true, ..self },
            Err(_) => self,
        }
    }

    pub(super) fn named(self, file_name: impl Into<String>) -> Reply {
        Reply { file_name: Some(file_name.into()), ..self }
    }
}

/// A format of tables that an address can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TableFormat {
    Json,
    Csv,
    /// CSV for a Norwegian Excel.
    CsvExcel,
    Xlsx,
    Parquet,
}

pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub(super) const PARQUET: &str = "application/vnd.apache.parquet";
const CSV: &str = "text/csv; charset=utf-8";

impl TableFormat {
    /// The names that `format=` takes.
    pub(super) const NAMES: [&'static str; 5] = ["json", "csv", "csv-excel", "xlsx", "parquet"];

    pub(super) fn of_name(name: &str) -> Option<TableFormat> {
        Some(match name {
            "json" => TableFormat::Json,
            "csv" => TableFormat::Csv,
            "csv-excel" => TableFormat::CsvExcel,
            "xlsx" => TableFormat::Xlsx,
            "parquet" => TableFormat::Parquet,
            _ => return None,
        })
    }

    /// The first format that the header `Accept` names and we have; JSON without one. `None` when none fits.
    pub(super) fn accepted(accept: &str) -> Option<TableFormat> {
        if accept.trim().is_empty() {
            return Some(TableFormat::Json);
        }
        let types = accept.split(',').map(|part| part.split(';').next().unwrap_or_default().trim());
        types.into_iter().find_map(|media_type| match media_type {
            "application/json" | "application/*" | "*/*" | "application/problem+json" => {
                Some(TableFormat::Json)
            }
            "text/csv" | "text/*" => Some(TableFormat::Csv),
            XLSX => Some(TableFormat::Xlsx),
            PARQUET => Some(TableFormat::Parquet),
            _ => None,
        })
    }

    fn ending(self) -> &'static str {
        match self {
            TableFormat::Json => "json",
            TableFormat::Csv | TableFormat::CsvExcel => "csv",
            TableFormat::Xlsx => "xlsx",
            TableFormat::Parquet => "parquet",
        }
    }
}

/// The rows of a table that an answer has, of all there are.
pub(super) struct Rows {
    pub(super) name: &'static str,
    pub(super) headings: Vec<Heading>,
    pub(super) rows: Vec<Vec<Cell>>,
    /// The number of all rows.
    pub(super) total: u64,
    /// The cursor of the next ones.
    pub(super) next: Option<String>,
}

impl Rows {
    /// Rows that are all there are.
    pub(super) fn all(name: &'static str, headings: Vec<Heading>, rows: Vec<Vec<Cell>>) -> Rows {
        let total = rows.len() as u64;
        Rows { name, headings, rows, total, next: None }
    }

    /// The rows in `format`. JSON has them in `rows`, besides `snapshot`, `total` and `next`.
    pub(super) fn reply(self, format: TableFormat, snapshot: &str) -> Result<Reply, Problem> {
        let mut body = Vec::new();
        let written = match format {
            TableFormat::Json => return self.json(snapshot),
            TableFormat::Csv => Format::Csv(Dialect::Standard),
            TableFormat::CsvExcel => Format::Csv(Dialect::ExcelNo),
            TableFormat::Xlsx => Format::Xlsx,
            TableFormat::Parquet => Format::Parquet,
        };
        write(&self.headings, self.rows.into_iter(), written, &mut body)?;
        let media_type = match format {
            TableFormat::Xlsx => XLSX,
            TableFormat::Parquet => PARQUET,
            _ => CSV,
        };
        Ok(Reply::new(media_type, body).named(format!("{}-{snapshot}.{}", self.name, format.ending())))
    }

    fn json(self, snapshot: &str) -> Result<Reply, Problem> {
        let mut body = Vec::new();
        let head = serde_json::json!({"snapshot": snapshot, "total": self.total, "next": self.next});
        let head = head.to_string();
        body.extend_from_slice(head.trim_end_matches('}').as_bytes());
        body.extend_from_slice(b",\"rows\":");
        write(&self.headings, self.rows.into_iter(), Format::Json, &mut body)?;
        body.write_all(b"}")?;
        Ok(Reply::new(JSON, body))
    }
}

/// Where a form came from: an address of this server's page `path`, never another.
pub(super) fn back(form: &Params, path: &str) -> String {
    let back = form.get("back").unwrap_or(path);
    let is_ours =
        back.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['?', '/', '#']));
    let is_plain = !back.starts_with("//") && back.chars().all(|c| c.is_ascii_graphic());
    if is_ours && is_plain { back.to_owned() } else { path.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_leads_back_to_its_page_and_nowhere_else() {
        let back_of = |text: &str| back(&Params::read(&format!("back={text}")).unwrap(), "/concordance");
        assert_eq!(back_of("/concordance%3Fq%3Da"), "/concordance?q=a");
        for other in ["https://elsewhere.example/", "//elsewhere.example", "/concordances", "/%0d%0aX:"] {
            assert_eq!(back_of(other), "/concordance");
        }
    }
}
