//! A CSV file of addresses → canonical URLs and what the columns say of each. Fetches nothing.

use super::listing::{Absence, ListedDocument, Listing, Origin};
use crate::acquire::Error;
use crate::acquire::input::read_settings_file;
use crate::text::SourceMetadata;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use url::Url;

/// Settings of a list of addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Urls {
    /// A CSV file with a column `url`, and others named as the fields of [`SourceMetadata`]; relative to the corpus folder.
    file: PathBuf,
}

/// Longest part of a wrong cell that a message repeats, in characters.
const QUOTED_MAX: usize = 100;

impl Urls {
    /// The addresses of the list, each once, in its order. A bad row is a failure with its line; the others are kept.
    pub(super) fn list(&self, corpus_root: &Path) -> Listing {
        let file = corpus_root.join(&self.file);
        let attempt = format!("cannot read the list of addresses {}", file.display());
        let unreadable = |cause: &dyn std::fmt::Display| {
            let error = Error::new(&attempt, cause).hint("a CSV file with a column 'url' is needed");
            Listing::unreadable(Absence::NotAskedFor, error)
        };
        let bytes = match read_settings_file(&file) {
            Ok(bytes) => bytes,
            Err(error) => return unreadable(&error.cause),
        };
        let mut rows = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(&bytes[..]);
        let headers = match rows.headers() {
            Ok(headers) if headers.iter().any(|name| name == "url") => headers.clone(),
            Ok(_) => return unreadable(&"its first line does not name a column 'url'"),
            Err(e) => return unreadable(&e),
        };
        let mut listing = Listing::new(Absence::NotAskedFor);
        let mut lines = BTreeMap::new();
        for row in rows.records() {
            let line = match &row {
                Ok(row) => row.position().map_or(0, csv::Position::line),
                Err(e) => e.position().map_or(0, csv::Position::line),
            };
            let entry = row.map_err(|e| e.to_string()).and_then(|row| entry(&row, &headers));
            match entry.and_then(|entry| first_of_its_address(entry, line, &mut lines)) {
                Ok(entry) => listing.entries.extend(entry),
                Err(cause) => {
                    let error = Error::new(format!("{attempt}, line {line}"), cause);
                    let error = error.hint("correct the line in the list");
                    listing.failures.push((format!("line {line}"), error));
                }
            }
        }
        listing
    }
}

fn entry(row: &csv::StringRecord, headers: &csv::StringRecord) -> Result<ListedDocument, String> {
    let mut metadata: SourceMetadata = row.deserialize(Some(headers)).map_err(|e| match e.kind() {
        csv::ErrorKind::Deserialize { err, .. } => {
            let column = err.field().and_then(|index| headers.get(index as usize));
            column.map_or(err.to_string(), |name| format!("column '{name}': {}", err.kind()))
        }
        _ => e.to_string(),
    })?;
    let address = metadata.url.take().ok_or("it has no address")?;
    let mut url =
        Url::parse(&address).map_err(|e| format!("'{}' is not an address: {e}", quoted(&address)))?;
    url.set_fragment(None);
    let location = url.to_string();
    Ok(ListedDocument { public_url: location.clone(), location, origin: Origin::web(url), metadata })
}

/// `None` when an earlier line says the same; an error when it says something else of the same address.
fn first_of_its_address(
    entry: ListedDocument,
    line: u64,
    lines: &mut BTreeMap<String, (u64, SourceMetadata)>,
) -> Result<Option<ListedDocument>, String> {
    match lines.get(&entry.location) {
        None => {
            lines.insert(entry.location.clone(), (line, entry.metadata.clone()));
            Ok(Some(entry))
        }
        Some((_, metadata)) if *metadata == entry.metadata => Ok(None),
        Some((first, _)) => Err(format!("line {first} has the same address with other columns")),
    }
}

fn quoted(cell: &str) -> String {
    let end = cell.char_indices().nth(QUOTED_MAX);
    end.map_or(cell.to_string(), |(at, _)| format!("{}…", &cell[..at]))
}
