//! The files of an archive: their names, reading their bytes, and errors that name them.

use super::{Error, RecordLocation};
use crate::text::Digest;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// A larger file is not captured, and a payload that inflates to more is refused. Half a gigabyte is ten times the
/// largest report seen; records are held in memory while they are written and read.
pub(in crate::acquire) const PAYLOAD_BYTES_MAX: u64 = 512 << 20;
/// Name of the file that a writer locks.
pub(super) const LOCK_FILE: &str = "archive.lock";

/// Whether a run holds the writers' lock.
pub fn is_written(folder: &Path) -> bool {
    let lock = File::open(folder.join(LOCK_FILE));
    lock.is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(fs::TryLockError::WouldBlock)))
}

/// The names of the WARC files in `folder`, sorted.
pub(super) fn warc_files(folder: &Path) -> Result<Vec<String>, Error> {
    let attempt = || format!("cannot list {}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(|e| Error::new(attempt(), e))? {
        let name = entry.map_err(|e| Error::new(attempt(), e))?.file_name();
        names.extend(name.into_string().ok().filter(|name| name.ends_with(".warc.gz")));
    }
    names.sort();
    Ok(names)
}

/// The source in `SOURCE-YYYYMMDDhhmmss-NNNNN.warc.gz`.
pub(super) fn source_of_file(name: &str) -> Option<&str> {
    let mut parts = name.rsplitn(3, '-');
    parts.nth(2)
}

/// The gzip member at a place, and its digest.
pub(super) fn member_at(folder: &Path, place: &RecordLocation) -> std::io::Result<(Vec<u8>, Digest)> {
    let mut file = File::open(folder.join(&place.warc_file))?;
    let member = bytes_at(&mut file, place.warc_offset, place.warc_length)?;
    let digest = Digest::of(&member);
    Ok((member, digest))
}

/// Returns a function that turns an error of the file at `path` into one that names the attempt.
pub(super) fn failed<'a>(attempt: &'a str, path: &'a Path) -> impl FnOnce(std::io::Error) -> Error + 'a {
    move |error| {
        let hint = match error.kind() {
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                "check the permissions"
            }
            std::io::ErrorKind::StorageFull => "is there room on the disk?",
            _ => "check the disk",
        };
        Error::new(format!("cannot {attempt} {}", path.display()), error).hint(hint)
    }
}

/// Makes the names of new and renamed files in `folder` durable.
pub(super) fn sync_folder(folder: &Path) -> Result<(), Error> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|e| Error::new(format!("cannot sync the folder {}", folder.display()), e))
}

/// Exactly `length` bytes at `offset`.
pub(super) fn bytes_at(file: &mut File, offset: u64, length: u64) -> std::io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length {
        return Err(std::io::Error::new(
            std::io::ErrorKind::UnexpectedEof,
            "the file ends before the record",
        ));
    }
    Ok(bytes)
}
