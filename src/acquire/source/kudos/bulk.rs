//! The bulk release of Kudos, offline: a table of its documents and a tar of their files → a listing. A file is read where it lies in the
//! tar, which is not unpacked.
//!
//! In the tar a file is called `abc/<sha256>/<name>`. The table has a row for each file, with the digest that names it; the fields have
//! the names of the API. The files are those of the API, with the same locations.

use super::document::KudosDocument;
use crate::acquire::input::read_settings_file;
use crate::acquire::source::decoding::page_text;
use crate::acquire::source::tar_index::{TarPlace, members};
use crate::text::{Digest, Sheet};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The files of the bulk release.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bulk {
    /// The tar of the files.
    pub(super) tar: PathBuf,
    /// The table of the documents, CSV or gzip of it.
    csv: PathBuf,
}

/// Names of columns for fields of the API, besides their own.
const ALIASES: [(&str, &str); 6] = [
    ("document_uuid", "uuid"),
    ("document_id", "uuid"),
    ("document_type", "type"),
    ("published_at", "publish_date"),
    ("file_sha256", "sha256"),
    ("authors", "authoring_actors"),
];
/// Columns that name institutions, with semicolons between them.
const ACTORS: [&str; 4] = ["owners", "publishers", "recipients", "authoring_actors"];
/// Columns that are about a file of the document.
const OF_FILE: [&str; 6] =
    ["sha256", "filename", "file_uuid", "description", "source_file_url", "is_primary"];

/// Why the release cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum BulkFault {
    #[error("cannot read {0}: {1}")]
    File(String, String),
    #[error("{0} has no column for the id of a document (uuid)")]
    NoId(String),
}

/// Rows that cannot be read: their lines, and why.
type RowFaults = Vec<(u64, String)>;

/// The contents of the release: its documents, and the places of the bytes of each digest.
pub(super) struct Release {
    pub(super) documents: Vec<KudosDocument>,
    pub(super) places: BTreeMap<Digest, TarPlace>,
    pub(super) faults: RowFaults,
}

impl Bulk {
    /// # Errors
    /// When the table or the tar cannot be read.
    pub(super) fn read(&self, corpus_root: &Path) -> Result<Release, BulkFault> {
        let (tar, csv) = (corpus_root.join(&self.tar), corpus_root.join(&self.csv));
        let file_fault = |path: &Path, cause: &dyn std::fmt::Display| {
            BulkFault::File(path.display().to_string(), cause.to_string())
        };
        let found = members(&tar).map_err(|cause| file_fault(&tar, &cause))?;
        let places = found.into_iter().filter_map(|(name, place)| Some((digest_in(&name)?, place))).collect();
        let bytes = read_settings_file(&csv).map_err(|error| file_fault(&csv, &error.cause))?;
        let text = page_text(&bytes);
        let (documents, faults) = documents(&text, &csv)?;
        Ok(Release { documents, places, faults })
    }
}

/// The part of a name that is a digest.
fn digest_in(name: &str) -> Option<Digest> {
    name.split('/').find_map(|part| part.to_ascii_lowercase().parse().ok())
}

/// The documents of the table, each with all its files, and the rows that cannot be read.
fn documents(text: &str, path: &Path) -> Result<(Vec<KudosDocument>, RowFaults), BulkFault> {
    let fault = |cause: String| BulkFault::File(path.display().to_string(), cause);
    let sheet =
        Sheet::read(text.as_bytes(), "sha256").or_else(|_| Sheet::read(text.as_bytes(), "file_sha256"));
    let sheet = sheet.map_err(|cause| fault(cause.to_string()))?;
    let field = |column: &String| {
        let column = column.to_lowercase();
        ALIASES.iter().find(|(alias, _)| *alias == column).map_or(column, |(_, field)| (*field).to_owned())
    };
    let fields: Vec<String> = sheet.columns.iter().map(field).collect();
    if !fields.iter().any(|field| field == "uuid") {
        return Err(BulkFault::NoId(path.display().to_string()));
    }
    let mut values = BTreeMap::<String, Map<String, Value>>::new();
    let mut faults = Vec::new();
    for row in &sheet.rows {
        match row {
            Ok(row) => add_row(&fields, &row.cells, &mut values),
            Err(error) => faults.push((error.line, error.to_string())),
        }
    }
    let documents = values.into_values().filter_map(|value| KudosDocument::of_json(&Value::Object(value)));
    Ok((documents.collect(), faults))
}

/// Adds a row in the form of the API's answers.
fn add_row(fields: &[String], cells: &[String], values: &mut BTreeMap<String, Map<String, Value>>) {
    let cell = |name: &str| {
        let found = fields.iter().zip(cells).find(|(field, _)| *field == name);
        found.map(|(_, cell)| cell.trim()).filter(|cell| !cell.is_empty())
    };
    let Some(uuid) = cell("uuid") else { return };
    let value = values.entry(uuid.to_owned()).or_default();
    for (field, cell) in fields.iter().zip(cells).filter(|(_, cell)| !cell.trim().is_empty()) {
        if ACTORS.contains(&field.as_str()) {
            let names = cell.split(';').map(str::trim).filter(|name| !name.is_empty());
            value.insert(field.clone(), names.map(|name| json!({"name": name})).collect());
        } else if !OF_FILE.contains(&field.as_str()) {
            value.insert(field.clone(), json!(cell.trim()));
        }
    }
    let is_primary =
        cell("is_primary").is_some_and(|text| ["1", "true", "t"].contains(&text.to_lowercase().as_str()));
    // Without an id of the file, readers are sent to the page of the document.
    let address = cell("file_uuid").is_none().then(|| format!("dokument/{uuid}"));
    let file = json!({
        "url": address,
        "uuid": cell("file_uuid"),
        "sha256": cell("sha256"),
        "filename": cell("filename").unwrap_or("fil.pdf"),
        "description": cell("description"),
        "source_file_url": cell("source_file_url"),
        "is_primary": is_primary,
    });
    if let Some(files) = value.entry("files").or_insert_with(|| json!([])).as_array_mut() {
        files.push(file);
    }
}
