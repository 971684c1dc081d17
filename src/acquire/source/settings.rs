//! The settings of a source, and what kinds of source there are.

use super::folder::Folder;
use super::listing::Listing;
use super::urls::Urls;
use crate::text::SourceMetadata;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A source as the configuration declares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceSettings {
    /// Unique; small letters, digits, `_` and `-`.
    pub name: String,
    /// Whether it is read; true unless it says otherwise.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// What holds for each of its documents of which neither the source nor a table says otherwise.
    #[serde(default)]
    pub defaults: SourceMetadata,
    /// Documents that are left out, as patterns of their locations: `*.xlsx`, `utkast`, `2014/**/vedlegg-*`.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// What it is. Its own fields stand next to `kind`; unknown fields are refused.
    #[serde(flatten)]
    pub kind: SourceKind,
}

/// The kinds of source and the settings of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SourceKind {
    /// A folder of files, read recursively.
    Folder(Folder),
    /// A list of addresses.
    Urls(Urls),
}

impl SourceKind {
    /// What the source has; paths in its settings are relative to `corpus_root`.
    pub(super) fn list(&self, corpus_root: &Path) -> Listing {
        match self {
            SourceKind::Folder(folder) => folder.list(corpus_root),
            SourceKind::Urls(urls) => urls.list(corpus_root),
        }
    }

    /// What the column of a table of its documents is called that names each of them.
    pub fn location_column(&self) -> &'static str {
        match self {
            SourceKind::Folder(_) => "file",
            SourceKind::Urls(_) => "url",
        }
    }

    /// Whether its documents, or its listing, come from the network.
    pub(in crate::acquire) fn is_remote(&self) -> bool {
        matches!(self, SourceKind::Urls(_))
    }
}

fn yes() -> bool {
    true
}
