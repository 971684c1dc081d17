//! A CSV file of addresses → canonical URLs and the metadata of each. Fetches nothing.

use super::listing::{Absence, ListedDocument, Listing, Origin};
use crate::acquire::Error;
use crate::acquire::input::read_settings_file;
use crate::text::{CellError, RowError, Sheet, SheetRow, SourceMetadata};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use url::Url;

/// Settings of a list of addresses.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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
            Listing::unreadable(Absence::NotFetched, error)
        };
        let bytes = match read_settings_file(&file) {
            Ok(bytes) => bytes,
            Err(error) => return unreadable(&error.cause),
        };
        let sheet = match Sheet::read(&bytes, "url") {
            Ok(sheet) => sheet,
            Err(cause) => return unreadable(&cause),
        };
        let mut listing = Listing::new(Absence::NotFetched);
        let mut lines = BTreeMap::new();
        for row in &sheet.rows {
            let (line, entry) = match row {
                Ok(row) => (row.line, entry(&sheet.columns, row)),
                Err(error) => (error.line, Err(RowFault::Row(error.clone()))),
            };
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

    /// The locations that the list has; `None` when it cannot be read, or not all of it.
    pub(super) fn locations(&self, corpus_root: &Path) -> Option<BTreeSet<String>> {
        let listing = self.list(corpus_root);
        let is_whole = listing.unread.is_empty() && listing.failures.is_empty();
        is_whole.then(|| listing.entries.into_iter().map(|entry| entry.location).collect())
    }
}

/// Why a row of the list cannot be used.
#[derive(Debug, thiserror::Error)]
enum RowFault {
    #[error(transparent)]
    Row(#[from] RowError),
    #[error(transparent)]
    Cell(#[from] CellError),
    #[error("it has no address")]
    NoAddress,
    #[error("'{}' is not an address: {cause}", quoted(.cell))]
    NotAnAddress { cell: String, cause: url::ParseError },
    #[error("line {0} has the same address with other columns")]
    OtherColumns(u64),
}

fn entry(columns: &[String], row: &SheetRow) -> Result<ListedDocument, RowFault> {
    let cells = columns.iter().zip(&row.cells);
    let mut metadata = SourceMetadata::of_cells(cells.map(|(name, cell)| (name.as_str(), cell.as_str())))?;
    let cell = metadata.url.take().ok_or(RowFault::NoAddress)?;
    let mut url = Url::parse(&cell).map_err(|cause| RowFault::NotAnAddress { cell, cause })?;
    url.set_fragment(None);
    let location = url.to_string();
    Ok(ListedDocument { public_url: location.clone(), location, origin: Origin::web(url), metadata })
}

/// `None` when an earlier line is the same; an error when an earlier line has the same address and other metadata.
fn first_of_its_address(
    entry: ListedDocument,
    line: u64,
    lines: &mut BTreeMap<String, (u64, SourceMetadata)>,
) -> Result<Option<ListedDocument>, RowFault> {
    match lines.get(&entry.location) {
        None => {
            lines.insert(entry.location.clone(), (line, entry.metadata.clone()));
            Ok(Some(entry))
        }
        Some((_, metadata)) if *metadata == entry.metadata => Ok(None),
        Some((first, _)) => Err(RowFault::OtherColumns(*first)),
    }
}

fn quoted(cell: &str) -> String {
    let end = cell.char_indices().nth(QUOTED_MAX);
    end.map_or(cell.to_string(), |(at, _)| format!("{}…", &cell[..at]))
}
