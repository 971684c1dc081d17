//! A CSV file of addresses → canonical URLs and what the columns say of each. Fetches nothing.

use crate::acquire::Error;
use crate::text::{Kind, Language, PartialDate, SourceMetadata};
use serde::Deserialize;
use std::path::Path;
use url::Url;

/// A row of the list.
#[derive(Debug, Clone)]
pub struct ListedUrl {
    /// The address without fragment.
    pub url: Url,
    /// What the columns say.
    pub metadata: SourceMetadata,
}

/// A row, or which row it is and why it cannot be used.
pub type ListedRow = Result<ListedUrl, (String, Error)>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    url: String,
    kind: Option<Kind>,
    designation: Option<String>,
    title: Option<String>,
    issuer: Option<String>,
    addressee: Option<String>,
    published: Option<PartialDate>,
    year: Option<i16>,
    language: Option<Language>,
}

/// The rows of the list; a bad row is a failure with its line, the others are kept. A repeated address counts once.
pub fn list(file: &Path) -> Result<Vec<ListedRow>, Error> {
    let attempt = format!("cannot read the list of addresses {}", file.display());
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_path(file)
        .map_err(|e| Error::new(&attempt, e).hint("a CSV file with a column 'url' is needed"))?;
    let mut seen = std::collections::BTreeSet::new();
    let rows = reader.deserialize::<Row>().enumerate().map(|(index, row)| {
        let failure = |text: String| {
            (format!("row {}", index + 1), Error::new(&attempt, text).hint("correct the row in the list"))
        };
        let row = row.map_err(|e| failure(e.to_string()))?;
        listed(row).map_err(failure)
    });
    Ok(rows.filter(|row| row.as_ref().map_or(true, |row| seen.insert(row.url.clone()))).collect())
}

fn listed(row: Row) -> Result<ListedUrl, String> {
    let mut url = Url::parse(&row.url).map_err(|e| format!("'{}' is not an address: {e}", row.url))?;
    url.set_fragment(None);
    let metadata = SourceMetadata {
        kind: row.kind,
        designation: row.designation,
        title: row.title,
        issuer: row.issuer,
        addressee: row.addressee,
        published: row.published,
        year: row.year,
        language: row.language,
        url: None,
    };
    Ok(ListedUrl { url, metadata })
}
