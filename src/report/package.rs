//! `datapackage.json`: a Frictionless Data Package (v2) that types and describes every column of the tables.

use super::table::{Dialect, Heading, ValueType};
use crate::text::Digest;
use serde_json::{Value, json};

/// What describes a package.
pub(crate) struct Package<'a> {
    /// The id of these reports: packages with the same id have the same tables.
    pub(crate) snapshot_id: &'a str,
    /// The id of the state of the documents, independent of the codebook.
    pub(crate) documents_id: &'a str,
    /// The version of the program that made it.
    pub(crate) program_version: &'a str,
    /// SHA-256 of the codebook.
    pub(crate) codebook_sha256: Digest,
    /// What others may do with it.
    pub(crate) licence: &'a Licence,
    /// How its tables are written.
    pub(crate) dialect: Dialect,
    pub(crate) resources: &'a [Resource],
}

/// A licence: its name on opendefinition.org or SPDX, and the address of its text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    pub(crate) name: String,
    /// The address of its text.
    pub(crate) url: String,
}

/// A file of the package.
pub(crate) struct Resource {
    pub(crate) path: String,
    /// What a row is.
    pub(crate) description: &'static str,
    /// The columns. `None` for a file that is no table.
    pub(crate) columns: Option<Vec<Heading>>,
    pub(crate) bytes: u64,
    /// SHA-256 of the file.
    pub(crate) sha256: Digest,
}

/// The package descriptor as JSON, indented, with a newline at its end.
pub(crate) fn data_package(package: &Package<'_>) -> String {
    let resources: Vec<Value> =
        package.resources.iter().map(|resource| resource_json(resource, package.dialect)).collect();
    let descriptor = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "ordskifte-report",
        "id": package.snapshot_id,
        "title": "Term trends in policy documents",
        "description": "Counts of the codebook's concepts by document and year, each traceable to passage, page and archived bytes.",
        "version": package.snapshot_id,
        "licenses": [{ "name": package.licence.name, "path": package.licence.url }],
        "snapshot_id": package.snapshot_id,
        "documents_id": package.documents_id,
        "codebook_sha256": package.codebook_sha256,
        "program": { "name": "ordskifte", "version": package.program_version },
        "resources": resources,
    });
    format!("{descriptor:#}\n")
}

fn resource_json(resource: &Resource, dialect: Dialect) -> Value {
    let name = resource.path.replace('.', "-");
    let mut value = json!({
        "name": name,
        "path": resource.path,
        "description": resource.description,
        "bytes": resource.bytes,
        "hash": format!("sha256:{}", resource.sha256),
    });
    match &resource.columns {
        Some(columns) => {
            let fields: Vec<Value> = columns.iter().map(|column| field_json(column, dialect)).collect();
            let delimiter = match dialect {
                Dialect::Standard => ",",
                Dialect::ExcelNo => ";",
            };
            value["type"] = json!("table");
            value["format"] = json!("csv");
            value["mediatype"] = json!("text/csv");
            value["encoding"] = json!(if dialect == Dialect::ExcelNo { "utf-8-sig" } else { "utf-8" });
            value["dialect"] = json!({ "delimiter": delimiter, "lineTerminator": "\r\n", "header": true });
            value["schema"] = json!({ "fields": fields, "missingValues": [""] });
        }
        None => value["mediatype"] = json!(media_type(&resource.path)),
    }
    value
}

/// The media type of a file that is not a table, by its ending.
fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("svg") => "image/svg+xml",
        Some("html") => "text/html",
        Some("csv") => "text/csv",
        Some("toml") => "application/toml",
        Some("bib") => "application/x-bibtex",
        _ => "application/octet-stream",
    }
}

fn field_json(column: &Heading, dialect: Dialect) -> Value {
    let mut field = json!({ "name": column.name, "description": column.description });
    field["type"] = json!(column.value_type.name());
    if let Some(unit) = column.unit {
        field["unit"] = json!(unit);
    }
    if column.value_type == ValueType::PartialDate {
        field["constraints"] = json!({ "pattern": "[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?" });
    }
    if column.value_type == ValueType::Number && dialect == Dialect::ExcelNo {
        field["decimalChar"] = json!(",");
    }
    field
}
