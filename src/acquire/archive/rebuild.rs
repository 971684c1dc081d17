//! The WARC files → the catalogue: missing rows are read back, and a catalogue that cannot be used is rebuilt.
//!
//! Nothing is deleted here. A catalogue that is replaced is renamed, and the torn end of a file, which is all that a
//! crash can leave, is copied to the folder `torn` before it is removed.

use super::catalogue::{Format1, Opened};
use super::facts;
use super::files::{failed, member_at, sync_folder, warc_files};
use super::scan::{ByteStretch, DamagedBytes, scan};
use super::{Catalogue, Error, HoldingRow};
use crate::acquire::error::ErrorKind;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Name of the catalogue in the folder of the archive.
pub(super) const CATALOGUE: &str = "catalogue.sqlite";
/// Folder for copies of torn ends.
const TORN: &str = "torn";

/// A catalogue that fits the WARC files.
pub(super) struct Restored {
    pub(crate) catalogue: Catalogue,
    /// Notices for the user about how it was obtained: sentences.
    pub(crate) notices: Vec<String>,
    /// Locations that an earlier catalogue knew and whose records are in none of the files.
    pub(crate) lost: Vec<HoldingRow>,
    /// Facts that are in no WARC record yet.
    pub(crate) format_1: Option<Format1>,
}

/// The state of a catalogue, compared with the WARC files.
enum CatalogueState {
    /// It fits; it may lack records at the ends of files.
    Usable(Catalogue),
    /// There is no archive yet.
    Nothing,
    /// It is of format 1.
    Format1(Format1),
    /// It cannot be used, for this reason. The catalogue is included when its rows are whole and only the files differ.
    Unusable(String, Option<Catalogue>),
}

/// The catalogue of the archive in `folder`, with everything that the WARC files hold.
///
/// # Errors
/// When a WARC file is missing that the catalogue knows, or a file cannot be read or written.
pub(super) fn restored(folder: &Path) -> Result<Restored, Error> {
    match examined(folder)? {
        CatalogueState::Usable(catalogue) => {
            let mut restored = Restored { catalogue, notices: Vec::new(), lost: Vec::new(), format_1: None };
            read_back(folder, &mut restored)?;
            Ok(restored)
        }
        CatalogueState::Nothing => {
            let catalogue = Catalogue::create(&folder.join(CATALOGUE))?;
            Ok(Restored { catalogue, notices: Vec::new(), lost: Vec::new(), format_1: None })
        }
        CatalogueState::Format1(format_1) => {
            let why = "the catalogue is of an earlier format";
            Ok(Restored { format_1: Some(format_1), ..rebuilt(folder, why, None)? })
        }
        CatalogueState::Unusable(why, earlier) => rebuilt(folder, &why, earlier),
    }
}

/// Compares the catalogue with itself and with the lengths of the WARC files.
fn examined(folder: &Path) -> Result<CatalogueState, Error> {
    let path = folder.join(CATALOGUE);
    let files = file_lengths(folder)?;
    let length = fs::metadata(&path).map_or(0, |metadata| metadata.len());
    match (length, files.is_empty()) {
        (0, true) => return Ok(CatalogueState::Nothing),
        (0, false) => {
            let what = if path.exists() { "is empty" } else { "is missing" };
            return Ok(CatalogueState::Unusable(format!("the catalogue {what}"), None));
        }
        _ => {}
    }
    let catalogue = match Catalogue::open(&path) {
        Ok(Opened::Current(catalogue)) => catalogue,
        Ok(Opened::Format1(format_1)) => return Ok(CatalogueState::Format1(format_1)),
        Err(error) if error.kind == ErrorKind::Damaged => {
            return Ok(CatalogueState::Unusable(format!("the catalogue is damaged: {}", error.cause), None));
        }
        Err(error) => return Err(error),
    };
    let known = catalogue.file_lengths()?;
    refuse_missing(folder, known.keys().filter(|name| !files.contains_key(*name)))?;
    for (name, end) in known {
        if files[&name] < end {
            let why = format!("{name} ends before the last record that the catalogue knows in it");
            return Ok(CatalogueState::Unusable(why, Some(catalogue)));
        }
        let last = catalogue.last_place_in(&name)?;
        if last.is_some_and(|place| member_at(folder, &place).is_ok_and(|(_, digest)| digest != place.sha256))
        {
            let why = format!("the last record that the catalogue knows in {name} is not as it says");
            return Ok(CatalogueState::Unusable(why, Some(catalogue)));
        }
    }
    Ok(CatalogueState::Usable(catalogue))
}

/// An error when WARC files are missing: what they held cannot be made again.
fn refuse_missing<'a>(folder: &Path, missing: impl Iterator<Item = &'a String>) -> Result<(), Error> {
    let missing: Vec<&str> = missing.map(String::as_str).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let attempt = format!("cannot open the archive in {}", folder.display());
    let hint = "restore the file from a backup; if there is none, `ordskifte archive reindex --accept-loss` goes on without it";
    Err(Error::new(
        attempt,
        format!("the catalogue knows WARC files that are missing: {}", missing.join(", ")),
    )
    .damaged()
    .hint(hint))
}

/// A catalogue of just the WARC files, in place of the one in `folder`.
///
/// # Errors
/// With `keeps_all`, when the catalogue in `folder` can be read and knows WARC files that are missing.
pub(super) fn reindexed(folder: &Path, keeps_all: bool) -> Result<Restored, Error> {
    match examined(folder) {
        Ok(CatalogueState::Usable(catalogue)) => rebuilt(folder, "a rebuild was asked for", Some(catalogue)),
        Ok(CatalogueState::Nothing | CatalogueState::Format1(_)) => restored(folder),
        Ok(CatalogueState::Unusable(why, earlier)) => rebuilt(folder, &why, earlier),
        Err(error) if error.kind == ErrorKind::Damaged && !keeps_all => {
            let earlier = match Catalogue::open(&folder.join(CATALOGUE))? {
                Opened::Current(catalogue) => Some(catalogue),
                Opened::Format1(_) => None,
            };
            rebuilt(folder, &error.cause, earlier)
        }
        Err(error) => Err(error),
    }
}

fn rebuilt(folder: &Path, why: &str, earlier: Option<Catalogue>) -> Result<Restored, Error> {
    let path = folder.join(CATALOGUE);
    let fresh = folder.join("catalogue.rebuilt");
    if fresh.exists() {
        // Of a rebuild that was killed.
        fs::remove_file(&fresh).map_err(failed("remove", &fresh))?;
    }
    let mut notices = Vec::new();
    let catalogue = Catalogue::create_for_rebuild(&fresh)?;
    catalogue.begin()?;
    let mut n_records = 0;
    let files = file_lengths(folder)?;
    for (name, length) in &files {
        n_records += append_missing(folder, name, (0, *length), &catalogue, &mut notices)?;
    }
    let lost =
        earlier.as_ref().map(|earlier| lost_locations(earlier, &catalogue)).transpose()?.unwrap_or_default();
    if let Some(earlier) = earlier {
        catalogue.copy_bookkeeping(&earlier)?;
    }
    catalogue.close()?;
    File::open(&fresh).and_then(|file| file.sync_all()).map_err(failed("sync", &fresh))?;
    let kept = set_aside(folder)?;
    fs::rename(&fresh, &path).map_err(failed("rename", &fresh))?;
    sync_folder(folder)?;
    let kept = kept.map(|name| format!("; the one before is kept as {name}")).unwrap_or_default();
    let what = format!("{n_records} records of {} WARC files", files.len());
    notices.insert(0, format!("{why}: the catalogue was rebuilt from {what}{kept}"));
    if !lost.is_empty() {
        notices.push(format!(
            "{} locations have lost their archived bytes; they are listed as rejected",
            lost.len()
        ));
    }
    match Catalogue::open(&path)? {
        Opened::Current(catalogue) => Ok(Restored { catalogue, notices, lost, format_1: None }),
        Opened::Format1(_) => unreachable!("it was made in the current format"),
    }
}

/// The locations of `earlier` whose captures are not in `rebuilt`.
fn lost_locations(earlier: &Catalogue, rebuilt: &Catalogue) -> Result<Vec<HoldingRow>, Error> {
    let mut lost = Vec::new();
    for row in earlier.holding_rows()? {
        let now = rebuilt.holding(&row.source, &row.location)?;
        let capture = now.and_then(|now| now.capture).map(|id| rebuilt.capture(&id)).transpose()?.flatten();
        if row.capture.is_some() && capture.is_none() {
            lost.push(row);
        }
    }
    Ok(lost)
}

/// Renames the catalogue and the files that SQLite keeps beside it, and returns the new name.
fn set_aside(folder: &Path) -> Result<Option<String>, Error> {
    let names = (1..).map(|number| format!("{CATALOGUE}.set-aside-{number}"));
    let name = names.into_iter().find(|name| !folder.join(name).exists()).expect("numbers do not end");
    let mut is_kept = false;
    // The log first: without it the file is an older state, with it and under another name it is what it was.
    for suffix in ["-wal", "-shm", ""] {
        let (from, to) =
            (folder.join(format!("{CATALOGUE}{suffix}")), folder.join(format!("{name}{suffix}")));
        if from.exists() {
            fs::rename(&from, &to).map_err(failed("rename", &from))?;
            is_kept |= suffix.is_empty();
        }
    }
    Ok(is_kept.then_some(name))
}

/// Enters the records after the last known one of each file, and removes a torn end.
fn read_back(folder: &Path, restored: &mut Restored) -> Result<(), Error> {
    let known = restored.catalogue.file_lengths()?;
    for (name, length) in file_lengths(folder)? {
        let start = known.get(&name).copied().unwrap_or(0);
        if length > start || length == 0 {
            restored.catalogue.begin()?;
            let n_records =
                append_missing(folder, &name, (start, length), &restored.catalogue, &mut restored.notices)?;
            restored.catalogue.commit()?;
            if n_records > 0 {
                restored.notices.push(format!(
                    "{n_records} records of {name} were not in the catalogue and were read back into it"
                ));
            }
        }
    }
    Ok(())
}

/// Enters the records between two bytes of a file into the catalogue, and returns how many.
fn append_missing(
    folder: &Path,
    name: &str,
    range: (u64, u64),
    catalogue: &Catalogue,
    notices: &mut Vec<String>,
) -> Result<u64, Error> {
    let mut n_records = 0;
    let mut torn = None;
    scan(folder, name, range, &mut |stretch| {
        match stretch {
            ByteStretch::Record(record, place) => {
                n_records += 1;
                catalogue.put(&place)?;
                match facts::apply(catalogue, &record, name) {
                    Err(error) if error.kind == ErrorKind::Damaged => {
                        notices.push(format!("{}: {}", error.attempt, error.cause));
                    }
                    applied => applied?,
                }
            }
            ByteStretch::Damaged(bytes) if bytes.is_torn_end => torn = Some(bytes),
            ByteStretch::Damaged(bytes) => notices.push(format!(
                "{} bytes of {name} from byte {} are no record and are left as they are: {}",
                bytes.length, bytes.offset, bytes.text
            )),
        }
        Ok(())
    })?;
    if range.1 == 0 {
        // Begun, and not written before the crash. It holds nothing, and `gzip -t` refuses an empty file.
        torn = Some(DamagedBytes { offset: 0, length: 0, text: String::new(), is_torn_end: true });
    }
    if let Some(torn) = torn {
        let copy = remove_torn_end(folder, name, &torn)?;
        if torn.length > 0 {
            notices.push(format!(
                "the last {} bytes of {name} were a record that a crash cut short; they were moved to {copy}",
                torn.length
            ));
        }
    }
    Ok(n_records)
}

/// Copies the torn end of a file to the folder `torn`, then removes it; moves the whole file when it has no record.
fn remove_torn_end(folder: &Path, name: &str, torn: &DamagedBytes) -> Result<String, Error> {
    let home = folder.join(TORN);
    fs::create_dir_all(&home).map_err(failed("create", &home))?;
    let (path, copy) = (folder.join(name), free_name(&home, &format!("{name}-{}", torn.offset)));
    if torn.offset == 0 {
        fs::rename(&path, &copy).map_err(failed("rename", &path))?;
        sync_folder(&home)?;
        sync_folder(folder)?;
    } else {
        let file = OpenOptions::new().read(true).write(true).open(&path).map_err(failed("open", &path))?;
        copied(&file, torn, &copy).map_err(failed("write", &copy))?;
        sync_folder(&home)?;
        sync_folder(folder)?;
        let cut = file.set_len(torn.offset).and_then(|()| file.sync_all());
        cut.map_err(failed("remove the torn end of", &path))?;
    }
    let copy = copy.strip_prefix(folder).unwrap_or(&copy);
    Ok(copy.display().to_string())
}

fn copied(mut file: &File, torn: &DamagedBytes, copy: &Path) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(torn.offset))?;
    file.take(torn.length).read_to_end(&mut bytes)?;
    let mut copy = File::create_new(copy)?;
    copy.write_all(&bytes)?;
    copy.sync_all()
}

fn free_name(folder: &Path, stem: &str) -> PathBuf {
    let numbered = (2..).map(|number| folder.join(format!("{stem}-{number}")));
    let mut names = std::iter::once(folder.join(stem)).chain(numbered);
    names.find(|name| !name.exists()).expect("numbers do not end")
}

/// The WARC files in `folder` and their lengths.
fn file_lengths(folder: &Path) -> Result<BTreeMap<String, u64>, Error> {
    let length = |name: String| {
        let path = folder.join(&name);
        let length = fs::metadata(&path).map_err(failed("read", &path))?.len();
        Ok((name, length))
    };
    warc_files(folder)?.into_iter().map(length).collect()
}
