//! Sources of documents: each kind is a file here that turns its settings into a [`Listing`].
//!
//! A new kind is a file with its settings and their `list`, a variant of [`SourceKind`], and a line in
//! `SourceKind::list`. Nothing else depends on what kinds there are.

mod address;
mod checkpoint;
mod choice;
mod decoding;
mod feed;
mod folder;
mod forvaltningsdatabasen;
mod kudos;
mod listing;
mod metadata;
mod names;
mod page;
mod page_links;
mod regjeringen;
mod scope;
mod settings;
mod sitemap;
mod stortinget;
mod tar_index;
mod urls;
mod xml;
mod xml_list;

pub(super) use decoding::page_text;
pub(crate) use kudos::{ID_COLUMN, MOVED_COLUMN, document_id};
pub(crate) use listing::DeclaredCount;
pub(super) use listing::{
    Absence, Composed, Editions, FileStamp, ListedDocument, Listing, ListingContext, Origin,
};
pub(super) use page::{content_lines, joined_pages};
pub(super) use regjeringen::page_of_document;
pub use scope::Scope;
pub(super) use scope::is_large_loss;
pub use settings::{SourceKind, SourceSettings};
pub(super) use tar_index::{TarPlace, bytes_at};

use super::Error;
use std::collections::BTreeSet;

/// `source:ocr` in a query is no source but how a text was read.
const RESERVED_NAME: &str = "ocr";

/// Checks that names are well formed and unique.
pub(crate) fn check_names(sources: &[SourceSettings]) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    for source in sources {
        let name = &source.name;
        let attempt = format!("cannot use the source '{name}'");
        let is_allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-');
        if name.is_empty() || !name.bytes().all(is_allowed) {
            return Err(Error::new(attempt, "its name is not of small letters, digits, '_' and '-'")
                .hint("rename it in the configuration"));
        }
        if name == RESERVED_NAME {
            return Err(Error::new(attempt, "in queries source:ocr stands for the text that OCR read")
                .hint("rename it in the configuration"));
        }
        scope::check(source)
            .map_err(|cause| Error::new(&attempt, cause).hint("correct it in the configuration"))?;
        if !seen.insert(name) {
            return Err(Error::new(attempt, "two sources have this name").hint("rename one of them"));
        }
    }
    Ok(())
}
