//! Declared origins and the places they name. A site of its own kind becomes a file here and a kind of [`SourceKind`].

pub mod folder;
pub mod url_list;

use super::Error;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// A source as the configuration declares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceSettings {
    /// Unique; small letters, digits, `_` and `-`.
    pub name: String,
    /// Whether it is read; true unless it says otherwise.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// What it is. Its own fields stand beside `kind`; unknown fields are refused.
    #[serde(flatten)]
    pub kind: SourceKind,
}

/// The kinds of source and what each needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum SourceKind {
    /// A folder of files, read recursively.
    Folder {
        /// Relative to the corpus folder.
        path: PathBuf,
        /// Extensions of the files that are taken.
        #[serde(default = "readable_extensions")]
        include: Vec<String>,
    },
    /// A list of addresses.
    Urls {
        /// A CSV file with a column `url`, relative to the corpus folder.
        file: PathBuf,
    },
}

fn yes() -> bool {
    true
}

fn readable_extensions() -> Vec<String> {
    ["pdf", "html", "htm", "xhtml", "docx"].map(str::to_string).to_vec()
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
