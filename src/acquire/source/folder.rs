//! A folder of files → its files and the metadata of their sidecars. Reads names and sidecars, never documents.
//!
//! Links are followed within the folder. One that leads out of it is refused, unless the source has `follow_links`:
//! a folder that others can write to could otherwise name any file of this machine.

use super::listing::{Absence, FileStamp, ListedDocument, Listing, Origin};
use super::metadata::{METADATA_FILE, MetadataTables};
use crate::acquire::Error;
use crate::acquire::input::read_settings_text;
use crate::text::{SourceMetadata, with_short_lines};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use walkdir::{DirEntry, WalkDir};

/// Settings of a folder source.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folder {
    /// Relative to the corpus folder.
    path: PathBuf,
    /// Extensions of the files that are taken. When it is left out, all files but sidecars are taken, and
    /// a file that is not a document is rejected with its format.
    #[serde(default)]
    include: Option<Vec<String>>,
    /// Whether links may lead out of the folder.
    #[serde(default)]
    follow_links: bool,
}

impl Folder {
    /// Relative to the corpus folder.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The files that the source takes, sorted by location; hidden files and sidecars are passed over.
    pub(super) fn list(&self, corpus_root: &Path) -> Listing {
        let root = corpus_root.join(&self.path);
        let canonical_root = match root.canonicalize() {
            Ok(path) => path,
            Err(e) => return Listing::unreadable(Absence::Gone, unlistable(&root, &e)),
        };
        let mut walk = Walk {
            folder: self,
            root: &root,
            canonical_root: &canonical_root,
            listing: Listing::new(Absence::Gone),
            tables: MetadataTables::default(),
        };
        walk.run();
        let (mut listing, tables) = (walk.listing, walk.tables);
        describe(&mut listing, tables);
        // Files below an unreadable table stay as they were, and are not listed.
        let entries = std::mem::take(&mut listing.entries).into_iter();
        let entries: Vec<ListedDocument> =
            entries.filter(|entry| !listing.is_unread(&entry.location)).collect();
        listing.entries = entries;
        listing.entries.sort_by(|a, b| a.location.cmp(&b.location));
        listing
    }
}

/// A folder being listed.
struct Walk<'a> {
    folder: &'a Folder,
    root: &'a Path,
    canonical_root: &'a Path,
    listing: Listing,
    tables: MetadataTables,
}

/// Adds the metadata of the tables to that of the sidecars, which take precedence.
fn describe(listing: &mut Listing, mut tables: MetadataTables) {
    for mut entry in std::mem::take(&mut listing.entries) {
        match tables.of_file(&entry.location) {
            Ok(said) => {
                entry.metadata = entry.metadata.or(said);
                if let Some(url) = &entry.metadata.url {
                    entry.public_url.clone_from(url);
                }
                listing.entries.push(entry);
            }
            Err(error) => listing.failures.push((entry.location, error)),
        }
    }
    listing.notices.extend(tables.notices());
}

impl Walk<'_> {
    fn run(&mut self) {
        let files = WalkDir::new(self.root).follow_links(true).sort_by_file_name();
        let mut files = files.into_iter();
        while let Some(found) = files.next() {
            let entry = match found {
                Ok(entry) => entry,
                Err(error) => {
                    self.note_unlistable(&error);
                    continue;
                }
            };
            if entry.depth() > 0 && is_hidden(&entry) {
                self.listing.n_hidden += 1;
                if entry.file_type().is_dir() {
                    files.skip_current_dir();
                }
                continue;
            }
            let is_folder = entry.file_type().is_dir();
            if !is_folder && is_metadata_table(&entry) {
                self.add_table(&entry);
                continue;
            }
            if !is_folder && !self.is_included(entry.path()) {
                continue;
            }
            if let Err(error) = self.check_link(&entry) {
                self.refuse(entry.path(), error);
                if is_folder {
                    files.skip_current_dir();
                }
            } else if !is_folder {
                self.add_file(&entry);
            }
        }
    }

    /// A folder or a link that cannot be read: what is below it is not known.
    fn note_unlistable(&mut self, error: &walkdir::Error) {
        if error.loop_ancestor().is_some() {
            // A link to a folder above it: what it leads to is listed there.
            return;
        }
        let path = error.path().unwrap_or(self.root);
        if path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".")) {
            return;
        }
        self.refuse(path, unlistable(path, error));
    }

    /// Rejects a path. The source may have more documents below it.
    fn refuse(&mut self, path: &Path, error: Error) {
        match location(self.root, path) {
            Some(location) => {
                self.listing.unread.push(location.clone());
                self.listing.failures.push((location, error));
            }
            // No location that was ever listed lies below it: all locations are UTF-8.
            None => self.listing.failures.push((lossy_location(self.root, path), error)),
        }
    }

    /// Refuses a link out of the folder.
    fn check_link(&self, entry: &DirEntry) -> Result<(), Error> {
        let is_checked = entry.depth() > 0 && entry.path_is_symlink();
        if is_checked { self.check_is_inside(entry.path()) } else { Ok(()) }
    }

    fn check_is_inside(&self, path: &Path) -> Result<(), Error> {
        let attempt = || format!("cannot follow the link {}", path.display());
        let target = path.canonicalize().map_err(|e| Error::new(attempt(), e))?;
        if self.folder.follow_links || target.starts_with(self.canonical_root) {
            return Ok(());
        }
        let cause = format!("it leads out of the folder of its source, to {}", target.display());
        Err(Error::new(attempt(), cause)
            .hint("set `follow_links = true` in the source if everything it leads to may be read"))
    }

    /// Whether the file is taken; one that the source's own `include` leaves out is counted under its extension.
    fn is_included(&mut self, path: &Path) -> bool {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if extension.eq_ignore_ascii_case("toml") {
            return false;
        }
        let Some(include) = &self.folder.include else { return true };
        let is_wanted = include.iter().any(|wanted| wanted.eq_ignore_ascii_case(extension));
        if !is_wanted {
            *self.listing.skipped.entry(extension.to_ascii_lowercase()).or_default() += 1;
        }
        is_wanted
    }

    /// Reads a table of metadata. While it cannot be read, its folder counts as unread: documents would lose its metadata.
    fn add_table(&mut self, entry: &DirEntry) {
        let path = entry.path();
        let Some(name) = location(self.root, path) else { return };
        let folder = &name[..name.len() - METADATA_FILE.len()];
        let added = self.check_link(entry).and_then(|()| self.tables.add(folder, path));
        if let Err(error) = added {
            self.listing.unread.push(folder.trim_end_matches('/').to_owned());
            self.listing.failures.push((name, error));
        }
    }

    fn add_file(&mut self, entry: &DirEntry) {
        let path = entry.path();
        let Some(location) = location(self.root, path) else {
            let error = Error::new(format!("cannot name {}", path.display()), "its name is not UTF-8")
                .hint("rename the file");
            self.listing.failures.push((lossy_location(self.root, path), error));
            return;
        };
        match self.described(entry) {
            Ok((stamp, metadata)) => {
                let public_url =
                    metadata.url.clone().unwrap_or_else(|| public_path(&self.folder.path, &location));
                let origin = Origin::File { path: path.to_path_buf(), stamp };
                self.listing.entries.push(ListedDocument { location, origin, public_url, metadata });
            }
            Err(error) => self.listing.failures.push((location, error)),
        }
    }

    fn described(&self, entry: &DirEntry) -> Result<(FileStamp, SourceMetadata), Error> {
        let attempt = || format!("cannot read {}", entry.path().display());
        if !entry.file_type().is_file() {
            return Err(Error::new(attempt(), "it is not a regular file")
                .hint("rename it, or leave it out of the source's folder"));
        }
        let metadata =
            entry.metadata().map_err(|e| Error::new(attempt(), e).hint("check the permissions"))?;
        let mtime = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let mtime_ns = mtime.and_then(|time| i64::try_from(time.as_nanos()).ok());
        Ok((FileStamp { size: metadata.len(), mtime_ns }, self.sidecar(entry.path())?))
    }

    /// The metadata in `NAME.pdf.toml` or `NAME.toml` next to `NAME.pdf`; empty when there is neither.
    fn sidecar(&self, path: &Path) -> Result<SourceMetadata, Error> {
        let mut long_name = path.as_os_str().to_os_string();
        long_name.push(".toml");
        let candidates = [PathBuf::from(long_name), path.with_extension("toml")];
        // Not `exists`, which passes over a link that leads nowhere.
        let found = candidates.iter().find_map(|path| Some((path, path.symlink_metadata().ok()?)));
        let Some((sidecar, metadata)) = found else { return Ok(SourceMetadata::default()) };
        if metadata.is_symlink() {
            self.check_is_inside(sidecar)?;
        }
        let text = read_settings_text(sidecar)?;
        toml::from_str(&text).map_err(|e| {
            let line = e.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            let attempt = format!("cannot read the sidecar {}", sidecar.display());
            Error::new(attempt, format!("line {line}: {}", with_short_lines(e.message()))).hint("correct it")
        })
    }
}

fn unlistable(path: &Path, cause: &dyn std::fmt::Display) -> Error {
    Error::new(format!("cannot list {}", path.display()), cause).hint("check the path and the permissions")
}

fn is_metadata_table(entry: &DirEntry) -> bool {
    entry.file_name().to_str().is_some_and(|name| name.eq_ignore_ascii_case(METADATA_FILE))
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// The path relative to the folder, with `/`. `None` when it is not UTF-8.
fn location(root: &Path, path: &Path) -> Option<String> {
    let parts = path.strip_prefix(root).ok()?.iter();
    let parts: Option<Vec<&str>> = parts.map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}

/// A name for messages: what is not UTF-8 is replaced.
fn lossy_location(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned()
}

/// `path/location` with `/`, as a reader of the corpus folder would write it.
fn public_path(path: &Path, location: &str) -> String {
    path.join(location).to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}
