//! Where the reports of a snapshot lie: in a folder below `snapshots`, named by the digest of all that they are made from, whose files
//! never change. `reports` is a symbolic link to the current one, so a reader sees either the old reports or the new ones, never a mixture.
//!
//! `datapackage.json` has the digest of each file, and a file next to the folder has that of `datapackage.json`. The next refresh writes
//! reports that do not have their digest again.

use super::Error;
use super::checked::CheckedFiles;
use super::corpus::Corpus;
use super::durable::sync;
use super::store::digest_of_file;
use crate::text::Digest;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder below the data folder that holds the snapshots.
pub(super) const FOLDER: &str = "snapshots";
/// The link to the new reports, before it replaces `reports`.
pub(super) const FRESH_LINK: &str = "reports.new";
pub(super) const DESCRIPTOR: &str = "datapackage.json";
/// Hexadecimal digits of an id: 64 bits, so that two snapshots of one corpus never share it by chance.
const ID_DIGITS: usize = 16;

/// The id of the snapshot whose reports are made from what has the digest `made_from`.
pub(super) fn id_of(made_from: Digest) -> String {
    made_from.to_string()[..ID_DIGITS].to_owned()
}

pub(super) fn is_id(name: &str) -> bool {
    name.len() == ID_DIGITS && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Where the current reports are.
pub fn current_folder(corpus: &Corpus<'_>) -> PathBuf {
    corpus.config.data().join("reports")
}

/// The id of the current snapshot. `None` before the first refresh.
pub fn current_id(corpus: &Corpus<'_>) -> Option<String> {
    let target = fs::read_link(current_folder(corpus)).ok()?;
    Some(target.file_name()?.to_str()?.to_owned())
}

/// A file of the reports and the digest that it should have.
pub(super) struct ReportFile {
    pub(super) path: PathBuf,
    pub(super) sha256: Digest,
}

impl ReportFile {
    /// Whether it has its digest. Reads all of it.
    pub(super) fn is_whole(&self) -> bool {
        digest_of_file(&self.path).is_some_and(|found| found == self.sha256)
    }
}

/// The current report files as `datapackage.json` lists them. `None` when that is missing or damaged.
pub(super) fn files(corpus: &Corpus<'_>) -> Option<Vec<ReportFile>> {
    files_in(&corpus.config.data().join(fs::read_link(current_folder(corpus)).ok()?))
}

/// The report files of the snapshot in `folder`, in the same way.
pub(super) fn files_in(folder: &Path) -> Option<Vec<ReportFile>> {
    let descriptor = fs::read(folder.join(DESCRIPTOR)).ok()?;
    let digest = fs::read(descriptor_digest_path(folder)).ok()?;
    if digest != descriptor_digest(folder, &descriptor).as_bytes() {
        return None;
    }
    let package: serde_json::Value = serde_json::from_slice(&descriptor).ok()?;
    let file = |resource: &serde_json::Value| {
        let sha256 = resource["hash"].as_str()?.strip_prefix("sha256:")?.parse().ok()?;
        Some(ReportFile { path: folder.join(resource["path"].as_str()?), sha256 })
    };
    package["resources"].as_array()?.iter().map(file).collect()
}

/// The file with the digest of `datapackage.json` in `folder`. It is next to the folder, which holds only the reports.
pub(super) fn descriptor_digest_path(folder: &Path) -> PathBuf {
    folder.with_extension("sha256")
}

/// The content of that file; `sha256sum -c` can check it in the folder of all reports.
pub(super) fn descriptor_digest(folder: &Path, descriptor: &[u8]) -> String {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    format!("{}  {name}/{DESCRIPTOR}\n", Digest::of(descriptor))
}

pub(super) fn are_whole(corpus: &Corpus<'_>, checked: &CheckedFiles) -> bool {
    let is_whole = |file: &ReportFile| checked.is_whole(&file.path, || file.is_whole());
    files(corpus).is_some_and(|files| files.iter().all(is_whole))
}

/// Gives the finished `folder` its name, points `reports` at it.
pub(super) fn point_link(corpus: &Corpus<'_>, folder: PathBuf, target: &Path) -> Result<(), Error> {
    let data = corpus.config.data();
    let (home, named) = (data.join(FOLDER), data.join(target));
    if named.exists() {
        // Damaged reports of the same name are moved away first, so that `reports` is missing only for a moment.
        let aside = home.join(".tmp-damaged");
        fs::rename(&named, &aside).map_err(|e| Error::world("rename", &named, &e))?;
    }
    fs::rename(&folder, &named).map_err(|e| Error::world("rename", &folder, &e))?;
    sync(&home)?;
    let (link, fresh) = (current_folder(corpus), data.join(FRESH_LINK));
    std::os::unix::fs::symlink(target, &fresh).map_err(|e| Error::world("create", &fresh, &e))?;
    fs::rename(&fresh, &link).map_err(|e| Error::world("replace", &link, &e))?;
    sync(&data)
}

/// Replaces files in `folder`, with their digests in `digests`, by links to equal files in the folder `earlier`, so that they are stored
/// once. A file system without hard links keeps two copies.
pub(super) fn share<'a>(
    folder: &Path,
    digests: impl Iterator<Item = (&'a str, Digest)>,
    earlier: &[ReportFile],
) -> Result<(), Error> {
    for (name, sha256) in digests {
        let path = folder.join(name);
        let equal = earlier.iter().find(|file| file.sha256 == sha256 && file.is_whole());
        let Some(equal) = equal else { continue };
        let linked = folder.join(format!(".tmp-{name}"));
        if fs::hard_link(&equal.path, &linked).is_ok() {
            fs::rename(&linked, &path).map_err(|e| Error::world("rename", &linked, &e))?;
        }
    }
    Ok(())
}
