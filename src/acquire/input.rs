//! A path → the bytes of a regular file, within a limit. Never waits for a FIFO and never reads a device.

use super::Error;
use super::archive::PAYLOAD_BYTES_MAX;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{Read, Result as IoResult};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

/// Largest sidecar, configuration, codebook, file of decisions or URL list. The largest written by hand so far has
/// some 40 kB; a list of 10,000 addresses fits.
const SETTINGS_BYTES_MAX: u64 = 1_000_000;

/// The text of a file that people write by hand: sidecar, configuration, codebook, decisions, URL list.
///
/// Errors: it cannot be read, is not a regular file, has more than 1,000,000 bytes, or is not UTF-8.
pub(crate) fn read_settings_text(path: &Path) -> Result<String, Error> {
    let bytes = read_settings_file(path)?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        Error::new(attempt(path), format!("line {line} is not UTF-8")).hint("save it as UTF-8")
    })
}

/// The bytes of such a file.
///
/// Errors: as of [`read_settings_text`], but for UTF-8.
pub(crate) fn read_settings_file(path: &Path) -> Result<Vec<u8>, Error> {
    read_regular_file(path, SETTINGS_BYTES_MAX)
}

/// The bytes of a document, of at most as many as the archive takes.
///
/// Errors: it cannot be read, is not a regular file, or is too large.
pub(crate) fn read_document_file(path: &Path) -> Result<Vec<u8>, Error> {
    read_regular_file(path, PAYLOAD_BYTES_MAX)
}

/// A regular file, opened for reading.
///
/// Errors: it cannot be opened, or is not a regular file.
pub(crate) fn open_regular_file(path: &Path) -> Result<File, Error> {
    // Checked before opening as well: opening a device can have effects.
    check_is_regular(path, &std::fs::metadata(path).map_err(unreadable(path))?)?;
    let file = opened_without_waiting(path).map_err(unreadable(path))?;
    check_is_regular(path, &file.metadata().map_err(unreadable(path))?)?;
    Ok(file)
}

/// The bytes of a regular file with at most `size_bytes_max` of them.
fn read_regular_file(path: &Path, size_bytes_max: u64) -> Result<Vec<u8>, Error> {
    let file = open_regular_file(path)?;
    let metadata = file.metadata().map_err(unreadable(path))?;
    let too_large = |size: String| {
        Error::new(attempt(path), format!("it has {size} bytes, and at most {size_bytes_max} are read"))
    };
    if metadata.len() > size_bytes_max {
        return Err(too_large(metadata.len().to_string()));
    }
    let mut bytes = Vec::new();
    // The size that a file declares can be 0 (/proc), or out of date when it grows.
    file.take(size_bytes_max + 1).read_to_end(&mut bytes).map_err(unreadable(path))?;
    let is_too_large = bytes.len() as u64 > size_bytes_max;
    if is_too_large { Err(too_large(format!("more than {size_bytes_max}"))) } else { Ok(bytes) }
}

fn unreadable(path: &Path) -> impl Fn(std::io::Error) -> Error + '_ {
    move |error| Error::new(attempt(path), error).hint("check the path and the permissions")
}

fn attempt(path: &Path) -> String {
    format!("cannot read {}", path.display())
}

/// The path may have become a FIFO since it was looked at: opening one waits for a writer, but for this flag.
fn opened_without_waiting(path: &Path) -> IoResult<File> {
    OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path)
}

fn check_is_regular(path: &Path, metadata: &Metadata) -> Result<(), Error> {
    let kind = metadata.file_type();
    if kind.is_file() {
        return Ok(());
    }
    let name = match () {
        () if kind.is_dir() => "a folder",
        () if kind.is_fifo() => "a FIFO",
        () if kind.is_socket() => "a socket",
        () => "a device",
    };
    Err(Error::new(attempt(path), format!("it is {name}, and only regular files are read")))
}
