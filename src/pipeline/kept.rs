//! The snapshots that are kept: the reports of one state of the corpus with the codebook, the decisions and the settings that they were
//! made with. `names.toml` holds the names that users gave; a snapshot with a name is never removed by a refresh.

use super::Error;
use super::corpus::Corpus;
use super::durable::{create_folder, remove, replace, sync};
use super::snapshots::{self, FOLDER, current_id, is_id};
use crate::report::ValueType::{Boolean, Text};
use crate::report::{Table, heading};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the reports up to report version 5.
const FOLDER_BEFORE: &str = "report-snapshots";
const NAMES_FILE: &str = "names.toml";
/// Minimum length of an abbreviated id.
const ID_DIGITS_MIN: usize = 4;

/// A snapshot that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSnapshot {
    /// The first 16 hexadecimal digits of the digest of all that its reports are made from.
    pub id: String,
    /// Its names, chosen by users.
    pub names: Vec<String>,
    /// When its reports were written.
    pub made_at: Option<Timestamp>,
    /// Whether `reports` points at it.
    pub is_current: bool,
    /// Its folder.
    pub folder: PathBuf,
}

fn home(corpus: &Corpus<'_>) -> PathBuf {
    corpus.config.data().join(FOLDER)
}

impl KeptSnapshot {
    /// When it was made, to the second, in UTC.
    pub(crate) fn made_at_text(&self) -> Option<String> {
        self.made_at.map(crate::acquire::archive::iso)
    }
}

/// The table of kept snapshots.
pub(crate) fn snapshots_table() -> Table<KeptSnapshot> {
    let columns = vec![
        heading("snapshot", Text, "Its id").of(|snapshot: &KeptSnapshot| snapshot.id.as_str().into()),
        heading("names", Text, "Names that people gave it, separated by |")
            .of(|snapshot| snapshot.names.join(" | ").into()),
        heading("made_at", Text, "When its reports were written, in UTC")
            .of(|snapshot| snapshot.made_at_text().into()),
        heading("is_current", Boolean, "Whether it is the one that `reports` leads to")
            .of(|snapshot| snapshot.is_current.into()),
    ];
    Table { description: "One row for each kept snapshot", columns }
}

/// All kept snapshots, the newest first.
///
/// # Errors
/// When the file of names is damaged.
pub fn kept_snapshots(corpus: &Corpus<'_>) -> Result<Vec<KeptSnapshot>, Error> {
    let (home, current, names) = (home(corpus), current_id(corpus), names(corpus)?);
    let Ok(folders) = fs::read_dir(&home) else { return Ok(Vec::new()) };
    let ids = folders.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut found: Vec<KeptSnapshot> = ids
        .filter(|id| is_id(id) && home.join(id).is_dir())
        .map(|id| KeptSnapshot {
            names: names.iter().filter(|(_, named)| **named == id).map(|(name, _)| name.clone()).collect(),
            made_at: made_at(&home.join(&id)),
            is_current: current.as_ref() == Some(&id),
            folder: home.join(&id),
            id,
        })
        .collect();
    found.sort_by(|a, b| (b.is_current, b.made_at, &b.id).cmp(&(a.is_current, a.made_at, &a.id)));
    Ok(found)
}

/// Replaces damaged files of the other snapshots by equal files of the current reports, which have just been written again. A file that
/// several snapshots share is damaged in all of them.
pub(super) fn repair_shared(corpus: &Corpus<'_>) -> Result<(), Error> {
    let current = snapshots::files(corpus).unwrap_or_default();
    for kept in kept_snapshots(corpus)?.iter().filter(|kept| !kept.is_current) {
        let damaged = snapshots::files_in(&kept.folder).into_iter().flatten().filter(|file| !file.is_whole());
        for file in damaged {
            let Some(equal) = current.iter().find(|other| other.sha256 == file.sha256) else { continue };
            let repaired = file.path.with_extension("repaired");
            // A file left by a killed run may be a link to `equal` itself, which a copy would truncate.
            remove_if_present(&repaired)?;
            // A file system without hard links keeps two copies.
            fs::hard_link(&equal.path, &repaired)
                .or_else(|_| fs::copy(&equal.path, &repaired).map(|_| ()))
                .and_then(|()| fs::rename(&repaired, &file.path))
                .map_err(|e| Error::world("repair", &file.path, &e))?;
        }
    }
    Ok(())
}

fn remove_if_present(path: &Path) -> Result<(), Error> {
    if path.exists() { remove(path) } else { Ok(()) }
}

/// When the description of the snapshot in `folder` was written, which is the last of its files.
fn made_at(folder: &Path) -> Option<Timestamp> {
    let modified = fs::metadata(folder.join(snapshots::DESCRIPTOR)).ok()?.modified().ok()?;
    Timestamp::try_from(modified).ok()
}

/// The snapshot that `text` identifies: `current`, a name, an id, or the beginning of an id.
///
/// # Errors
/// When there is none, or the beginning is that of several.
pub fn find_snapshot(corpus: &Corpus<'_>, text: &str) -> Result<KeptSnapshot, Error> {
    let kept = kept_snapshots(corpus)?;
    let is_meant = |snapshot: &&KeptSnapshot| match text {
        "current" => snapshot.is_current,
        _ => snapshot.id == text || snapshot.names.iter().any(|name| name == text),
    };
    if let Some(found) = kept.iter().find(is_meant) {
        return Ok(found.clone());
    }
    let begun: Vec<&KeptSnapshot> =
        kept.iter().filter(|snapshot| text.len() >= ID_DIGITS_MIN && snapshot.id.starts_with(text)).collect();
    match begun[..] {
        [found] => Ok(found.clone()),
        [] => Err(Error::new(
            format!("no snapshot '{text}' is kept"),
            "`ordskifte snapshot list` shows which are; [snapshots] kept in ordskifte.toml is how many",
        )),
        _ => Err(Error::new(format!("'{text}' begins several ids"), "write more of the id")),
    }
}

fn names(corpus: &Corpus<'_>) -> Result<BTreeMap<String, String>, Error> {
    let path = home(corpus).join(NAMES_FILE);
    match fs::read_to_string(&path) {
        Ok(text) => toml::from_str(&text).map_err(|e| {
            let message = format!("cannot read the names of the snapshots in {}: {e}", path.display());
            Error::new(message, "correct the file: a line for each name, `name = \"id\"`")
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(Error::world("read", &path, &error)),
    }
}

fn write_names(corpus: &Corpus<'_>, names: &BTreeMap<String, String>) -> Result<(), Error> {
    let text = toml::to_string(names).expect("a table of strings is TOML");
    replace(&home(corpus).join(NAMES_FILE), text.as_bytes())?;
    sync(&home(corpus))
}

/// Gives the name `name` to the snapshot that `text` identifies.
///
/// # Errors
/// When there is no such snapshot, another one has the name, or the name could be taken for something else.
pub fn name_snapshot(corpus: &Corpus<'_>, text: &str, name: &str) -> Result<KeptSnapshot, Error> {
    let is_allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || !name.chars().all(is_allowed) || is_id(name) || name == "current" {
        let message = format!("'{name}' cannot be the name of a snapshot");
        return Err(Error::new(message, "use letters, digits, '-', '_' and '.', and not 'current' or an id"));
    }
    let snapshot = find_snapshot(corpus, text)?;
    let mut names = names(corpus)?;
    if let Some(other) = names.get(name).filter(|id| **id != snapshot.id) {
        let message = format!("the snapshot {other} has the name '{name}' already");
        return Err(Error::new(message, "choose another name"));
    }
    names.insert(name.to_owned(), snapshot.id.clone());
    write_names(corpus, &names)?;
    find_snapshot(corpus, name)
}

/// Removes the snapshot that `text` identifies, with its names.
///
/// # Errors
/// When there is none, or it is the current one.
pub fn remove_snapshot(corpus: &Corpus<'_>, text: &str) -> Result<KeptSnapshot, Error> {
    let snapshot = find_snapshot(corpus, text)?;
    if snapshot.is_current {
        let message = format!("{} is the current snapshot", snapshot.id);
        return Err(Error::new(message, "a refresh replaces it when something has changed"));
    }
    remove_files(&snapshot.folder)?;
    let mut names = names(corpus)?;
    names.retain(|_, id| *id != snapshot.id);
    write_names(corpus, &names)?;
    Ok(snapshot)
}

/// The digest is removed first, so that a folder left by a killed run is not taken for a snapshot.
fn remove_files(folder: &Path) -> Result<(), Error> {
    let digest = snapshots::descriptor_digest_path(folder);
    if digest.exists() {
        remove(&digest)?;
    }
    remove(folder)
}

/// Removes what killed runs left, and the oldest snapshots without a name beyond the number that the configuration keeps.
pub(super) fn clean(corpus: &Corpus<'_>) -> Result<(), Error> {
    let fresh = corpus.config.data().join(snapshots::FRESH_LINK);
    if fresh.symlink_metadata().is_ok() {
        remove(&fresh)?;
    }
    let before = corpus.config.data().join(FOLDER_BEFORE);
    let current = fs::read_link(snapshots::current_folder(corpus)).unwrap_or_default();
    if before.exists() && !current.starts_with(FOLDER_BEFORE) {
        remove(&before)?;
    }
    let Ok(entries) = fs::read_dir(home(corpus)) else { return Ok(()) };
    for path in entries.flatten().map(|entry| entry.path()) {
        let folder = path.with_extension("");
        let has_id = folder.file_name().and_then(|name| name.to_str()).is_some_and(is_id);
        let is_whole = folder.is_dir() && snapshots::descriptor_digest_path(&folder).exists();
        let is_names = path.file_name().is_some_and(|name| name == NAMES_FILE);
        if !(is_names || has_id && is_whole) {
            remove(&path)?;
        }
    }
    let unnamed = kept_snapshots(corpus)?.into_iter().filter(|snapshot| snapshot.names.is_empty());
    unnamed
        .skip(corpus.config.settings.snapshots.kept.get())
        .try_for_each(|snapshot| remove_files(&snapshot.folder))
}

/// Copies the files of a snapshot into `target`, which must not exist.
///
/// # Errors
/// When it exists or cannot be written.
pub fn export_snapshot(snapshot: &KeptSnapshot, target: &Path) -> Result<u64, Error> {
    if target.exists() {
        let message = format!("{} exists already", target.display());
        return Err(Error::new(message, "name a folder that does not exist yet"));
    }
    create_folder(target)?;
    let folder = &snapshot.folder;
    let mut n_files = 0;
    for entry in fs::read_dir(folder).map_err(|e| Error::world("read", folder, &e))?.flatten() {
        let path = target.join(entry.file_name());
        fs::copy(entry.path(), &path).map_err(|e| Error::world("write", &path, &e))?;
        n_files += 1;
    }
    Ok(n_files)
}
