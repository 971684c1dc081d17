//! Files and folders that survive a crash: replaced in one step, on disk when the function returns; and the removal of what
//! a killed run left.

use super::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::NamedTempFile;

/// The prefix of the names of temporary files. Those of the crate `tempfile` begin with `.tmp` too.
const TEMPORARY: &str = ".tmp";
/// The prefix outside the data folder, where users may have files called `.tmp…` of their own.
const OUR_TEMPORARY: &str = ".tmp-ordskifte-";

/// Writes `bytes` to `path` so that a crash leaves either the old file or the new one. Its name is durable after [`sync`] of the folder.
///
/// # Errors
/// When the folder cannot be written.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    replace_with_parts(path, &[bytes])
}

/// As [`replace`], for the concatenated bytes of `parts`.
pub(super) fn replace_with_parts(path: &Path, parts: &[&[u8]]) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    write_and_rename(folder, path, parts, true).map_err(|e| Error::world("write", path, &e))
}

/// The same for a copy that can be made again: readers see the old file or the new one, and a power loss may leave neither. The
/// temporary file is made in `folder`.
pub(super) fn replace_unsynced(folder: &Path, path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write_and_rename(folder, path, &[bytes], false).map_err(|e| Error::world("write", path, &e))
}

fn write_and_rename(folder: &Path, path: &Path, parts: &[&[u8]], is_synced: bool) -> std::io::Result<()> {
    let mut file = temporary_file(folder)?;
    parts.iter().try_for_each(|part| file.write_all(part))?;
    rename_to(file, path, is_synced)
}

fn temporary_file(folder: &Path) -> std::io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(OUR_TEMPORARY).permissions(readable_by_all()).tempfile_in(folder)
}

fn rename_to(file: NamedTempFile, path: &Path, is_synced: bool) -> std::io::Result<()> {
    if is_synced {
        file.as_file().sync_all()?;
    }
    // Not tempfile's `persist`: it makes the system call without libc, where tests/crash/faults.c would not see it.
    let temporary = file.into_temp_path();
    fs::rename(&temporary, path)?;
    temporary.keep()?;
    Ok(())
}

/// A file that is written piece by piece and then takes the place of another. Without [`Replacement::finish`] it is removed.
pub(super) struct Replacement {
    path: PathBuf,
    out: BufWriter<NamedTempFile>,
}

impl Replacement {
    /// A file that is to stand at `path`.
    pub(super) fn new(path: PathBuf) -> Result<Replacement, Error> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let file = temporary_file(folder).map_err(|e| Error::world("write", &path, &e))?;
        Ok(Replacement { out: BufWriter::new(file), path })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.out.write_all(bytes).map_err(|e| Error::world("write", &self.path, &e))
    }

    /// Puts it in its place, as [`replace`] does.
    pub(super) fn finish(self) -> Result<(), Error> {
        let Replacement { path, out } = self;
        let file = out.into_inner().map_err(|e| Error::world("write", &path, e.error()))?;
        rename_to(file, &path, true).map_err(|e| Error::world("write", &path, &e))
    }
}

/// The usual permissions of a new file; `tempfile` creates files that only their owner may read.
fn readable_by_all() -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o644)
}

/// Syncs the directory `folder`, so that the names in it survive a power loss.
pub(super) fn sync(folder: &Path) -> Result<(), Error> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|e| Error::world("sync", folder, &e))
}

/// Creates `folder` and its missing parents, and syncs their names.
pub(super) fn create_folder(folder: &Path) -> Result<(), Error> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder.parent().filter(|above| *above != Path::new("")).unwrap_or(Path::new("."));
    create_folder(above)?;
    match fs::create_dir(folder) {
        // Another thread may have created it in the meantime.
        Err(_) if folder.is_dir() => Ok(()),
        Err(error) => Err(Error::world("create", folder, &error)),
        Ok(()) => sync(above),
    }
}

/// Removes the temporary files and folders that killed runs left directly in `folder`. The caller holds the lock of the archive.
pub(super) fn remove_temporaries(folder: &Path) -> Result<(), Error> {
    remove_matching(folder, |entry| entry.file_name().to_string_lossy().starts_with(TEMPORARY))
}

/// Removes our temporary files in the folder of the corpus: those older than an hour, since commands that take no lock write here.
pub(super) fn remove_old_temporaries(folder: &Path) -> Result<(), Error> {
    const AGE_MIN: Duration = Duration::from_secs(3_600);
    remove_matching(folder, |entry| {
        let age = entry
            .metadata()
            .and_then(|metadata| metadata.modified())
            .ok()
            .and_then(|time| time.elapsed().ok());
        entry.file_name().to_string_lossy().starts_with(OUR_TEMPORARY) && age.is_some_and(|age| age > AGE_MIN)
    })
}

fn remove_matching(folder: &Path, is_stray: impl Fn(&fs::DirEntry) -> bool) -> Result<(), Error> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries.flatten().filter(is_stray) {
        remove(&entry.path())?;
    }
    Ok(())
}

/// Removes a file, a link, or a folder with all that is in it.
pub(super) fn remove(path: &Path) -> Result<(), Error> {
    let is_folder = path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
    let removed = if is_folder { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    removed.map_err(|e| Error::world("remove", path, &e))
}
