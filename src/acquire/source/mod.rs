//! Sources of documents: each kind is a file here that turns its settings into a [`Listing`].
//!
//! A new kind is a file with its settings and their `list`, a variant of [`SourceKind`], and a line in
//! [`SourceKind::list`]. Nothing else depends on what kinds there are.

mod folder;
mod urls;

use super::Error;
use crate::text::SourceMetadata;
use folder::Folder;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use url::Url;
use urls::Urls;

/// A source as the configuration declares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceSettings {
    /// Unique; small letters, digits, `_` and `-`.
    pub name: String,
    /// Whether it is read; true unless it says otherwise.
    #[serde(default = "yes")]
    pub enabled: bool,
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

    /// Whether its documents, or its listing, come from the network.
    pub(super) fn is_remote(&self) -> bool {
        matches!(self, SourceKind::Urls(_))
    }
}

/// What a source has, as far as it can be listed.
#[derive(Debug)]
pub(super) struct Listing {
    /// The documents that can be read, each location once.
    pub(super) entries: Vec<Entry>,
    /// Locations of which the source says something that cannot be used, and why: rows of `rejected.csv`.
    pub(super) failures: Vec<(String, Error)>,
    /// Beginnings of locations below which the source may have more than is listed. An empty one stands for the whole
    /// source: the listing is partial, and a location's absence means nothing.
    pub(super) unread: Vec<String>,
    /// What it means when a location is neither listed nor below something unread.
    pub(super) absence: Absence,
}

/// What it means that a location is absent from a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Absence {
    /// The source no longer has it.
    Gone,
    /// Somebody took it off a list: it is no longer asked for, but not known to be gone.
    NotAskedFor,
}

impl Listing {
    /// A listing without any entry yet.
    fn new(absence: Absence) -> Listing {
        Listing { entries: Vec::new(), failures: Vec::new(), unread: Vec::new(), absence }
    }

    /// The listing of a source that cannot be read at all.
    fn unreadable(absence: Absence, error: Error) -> Listing {
        Listing {
            failures: vec![(String::new(), error)],
            unread: vec![String::new()],
            ..Listing::new(absence)
        }
    }

    /// Whether the listing cannot say if the source has `location`.
    pub(super) fn is_unread(&self, location: &str) -> bool {
        self.unread.iter().any(|prefix| {
            let rest = location.strip_prefix(prefix.as_str());
            rest.is_some_and(|rest| prefix.is_empty() || rest.is_empty() || rest.starts_with('/'))
        })
    }
}

/// A document of a source, and what is known before it is read.
#[derive(Debug)]
pub(super) struct Entry {
    /// Names the document within its source for good: a path, an address, an identifier of the site. Not what is asked.
    pub(super) location: String,
    /// Where its bytes are.
    pub(super) origin: Origin,
    /// The address that readers are given.
    pub(super) public_url: String,
    /// What the source says of it.
    pub(super) metadata: SourceMetadata,
}

/// Where the bytes of a document are, and how it is seen whether they changed.
#[derive(Debug)]
pub(super) enum Origin {
    /// In a file. Unchanged while its stamp is, unless the run is told to read all files again.
    File {
        /// Where it can be opened.
        path: PathBuf,
        /// When it was listed.
        stamp: FileStamp,
    },
    /// At an address. The server is asked whether they changed since the last capture.
    Web(Url),
}

/// Size and modification time of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileStamp {
    /// Bytes.
    pub(super) size: u64,
    /// In nanoseconds since 1970. `None` when the file system has none.
    pub(super) mtime_ns: Option<i64>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unread_folder_hides_what_is_below_it_and_nothing_else() {
        let listing = Listing { unread: vec!["a/b".to_string()], ..Listing::new(Absence::Gone) };
        let hidden = ["a/b", "a/b/c.pdf", "a/bc.pdf", "a/c.pdf"].map(|location| listing.is_unread(location));
        assert_eq!(hidden, [true, true, false, false]);
        let partial = Listing { unread: vec![String::new()], ..Listing::new(Absence::Gone) };
        assert!(partial.is_unread("a.pdf"));
    }
}
