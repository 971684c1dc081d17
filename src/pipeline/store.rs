//! The text store: what was extracted from each file, under the digest of its bytes.
//!
//! `text/ab/abcd….json` is the [`Extracted`] document, `text/ab/abcd….txt` the plain text that the character offsets of
//! `kwic.csv` point into. Derived: deleting the folder costs time, nothing else.

use super::Error;
use crate::text::{Document, MediaType};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A document as it was extracted, with the versions that it was made with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Extracted {
    /// Names the rules that made it, see [`super::rules_version`].
    pub made_with: String,
    /// What the bytes were found to be.
    pub media_type: MediaType,
    /// The text.
    pub document: Document,
}

/// The folder that holds the texts.
#[derive(Debug, Clone)]
pub struct TextStore {
    folder: PathBuf,
}

impl TextStore {
    /// The store in `folder`, which need not exist yet.
    pub fn new(folder: impl Into<PathBuf>) -> TextStore {
        TextStore { folder: folder.into() }
    }

    /// Where the document from the bytes with this digest (hexadecimal) is kept, as JSON.
    pub fn json_path(&self, sha256: &str) -> PathBuf {
        self.folder.join(&sha256[..2]).join(format!("{sha256}.json"))
    }

    /// Keeps `json`, an [`Extracted`], and its plain text. The files are on disk when this returns, their names after
    /// [`TextStore::sync_folders`].
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn put(&self, sha256: &str, json: &[u8], plain_text: &str) -> Result<(), Error> {
        let path = self.json_path(sha256);
        let folder = self.folder.join(&sha256[..2]);
        fs::create_dir_all(&folder).map_err(|e| Error::world("create", &folder, &e))?;
        replace(&path.with_extension("txt"), plain_text.as_bytes())?;
        replace(&path, json)
    }

    /// Makes the names of the files of these digests durable.
    ///
    /// # Errors
    /// When a folder cannot be synced.
    pub fn sync_folders(&self, digests: impl Iterator<Item = String>) -> Result<(), Error> {
        let mut folders: Vec<PathBuf> = digests.map(|sha256| self.folder.join(&sha256[..2])).collect();
        folders.sort();
        folders.dedup();
        folders
            .iter()
            .chain([&self.folder])
            .filter(|folder| folder.exists())
            .try_for_each(|folder| sync(folder))
    }

    /// The document from the bytes with this digest. `Ok(None)` when it was never put or is damaged.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn get(&self, sha256: &str) -> Result<Option<Extracted>, Error> {
        let path = self.json_path(sha256);
        match fs::read(&path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::world("read", &path, &error)),
        }
    }
}

/// Writes `bytes` to `path` so that a crash leaves either the old file or the new one.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let write = |path: &Path| -> std::io::Result<()> {
        let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        let mut file = tempfile::Builder::new().permissions(readable()).tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write(path).map_err(|e| Error::world("write", path, &e))
}

/// A file that others may read, as any that a program writes; temporary files may not be.
fn readable() -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o644)
}

/// Makes what `folder` lists durable.
pub(super) fn sync(folder: &Path) -> Result<(), Error> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|e| Error::world("sync", folder, &e))
}
