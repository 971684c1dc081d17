//! The metadata of a page of regjeringen.no before it is read. Pure.

use super::page_address::{page_address, page_of_document};
use crate::acquire::archive::HoldingRow;
use crate::text::{Kind, SourceMetadata};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use url::Url;

/// A page that a list names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct FoundPage {
    /// Its address.
    pub(super) public: String,
    pub(super) metadata: SourceMetadata,
    /// The departments that the list names, by today's names.
    pub(super) departments: Vec<String>,
    /// When the page was changed last.
    pub(super) modified: Option<Timestamp>,
}

/// Whether the archive has the page, and the site had it at the last run.
pub(super) fn is_known_page(row: &HoldingRow) -> bool {
    row.location == page_of_document(&row.location) && row.capture.is_some() && row.vanished_at.is_none()
}

/// A page that is held and that no list has at the moment.
pub(super) fn known_page(row: &HoldingRow, base: &Url) -> Option<FoundPage> {
    let public = page_address(&Url::parse(&row.public_url).ok()?, base)?.public.to_string();
    Some(FoundPage { public, metadata: row.metadata.clone(), departments: Vec::new(), modified: None })
}

/// How many pages of a kind are held.
pub(super) fn n_known(known: &BTreeMap<String, HoldingRow>, kind: Kind) -> u64 {
    known.values().filter(|row| is_known_page(row) && row.metadata.kind == Some(kind)).count() as u64
}

impl FoundPage {
    /// Adds the metadata of another list for the same page.
    pub(super) fn merged(self, other: FoundPage) -> FoundPage {
        FoundPage {
            public: self.public,
            metadata: self.metadata.or(other.metadata),
            departments: [self.departments, other.departments].concat(),
            modified: self.modified.max(other.modified),
        }
    }
}

/// The metadata of a page of which only the kind is known.
pub(super) fn of_kind(kind: Option<Kind>) -> SourceMetadata {
    SourceMetadata { kind, ..SourceMetadata::default() }
}
