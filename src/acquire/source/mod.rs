//! Sources of documents: each kind is a file here that turns its settings into a [`Listing`].
//!
//! A new kind is a file with its settings and their `list`, a variant of [`SourceKind`], and a line in
//! [`SourceKind::list`]. Nothing else depends on what kinds there are.

mod address;
mod folder;
mod kudos;
mod listing;
mod names;
mod urls;

pub(super) use listing::{Absence, FileStamp, ListedDocument, Listing, ListingContext, Origin};

use super::Error;
use super::web::Budget;
use folder::Folder;
use kudos::Kudos;
use serde::Deserialize;
use std::collections::BTreeSet;
use urls::Urls;

/// A source as the configuration declares it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SourceSettings {
    /// Unique; small letters, digits, `_` and `-`.
    pub name: String,
    /// Whether it is read; true unless it says otherwise.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// How much it may cost in one run.
    #[serde(default)]
    pub budget: Budget,
    /// What it is. Its own fields stand next to `kind`; unknown fields are refused.
    #[serde(flatten)]
    pub kind: SourceKind,
}

/// The kinds of source and the settings of each.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SourceKind {
    /// A folder of files, read recursively.
    Folder(Folder),
    /// A list of addresses.
    Urls(Urls),
    /// DFØ's collection of documents.
    Kudos(Kudos),
}

impl SourceKind {
    /// What the source has.
    pub(super) fn list(&self, context: &ListingContext<'_>) -> Listing {
        match self {
            SourceKind::Folder(folder) => folder.list(context.corpus_root),
            SourceKind::Urls(urls) => urls.list(context.corpus_root),
            SourceKind::Kudos(kudos) => kudos.list(context),
        }
    }

    /// Whether its documents, or its listing, come from the network.
    pub(super) fn is_remote(&self) -> bool {
        !matches!(self, SourceKind::Folder(_))
    }
}

fn yes() -> bool {
    true
}

/// Checks that names are well formed and unique.
pub fn check_names(sources: &[SourceSettings]) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    for SourceSettings { name, .. } in sources {
        let attempt = format!("cannot use the source '{name}'");
        let is_allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-');
        if name.is_empty() || !name.bytes().all(is_allowed) {
            return Err(Error::new(attempt, "its name is not of small letters, digits, '_' and '-'")
                .hint("rename it in the configuration"));
        }
        if !seen.insert(name) {
            return Err(Error::new(attempt, "two sources have this name").hint("rename one of them"));
        }
    }
    Ok(())
}
