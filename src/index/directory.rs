//! The folder of the index as tantivy sees it: every file has checksums, and each byte is checked before it is used.
//!
//! A file is its content, then a CRC-32 for each block of [`BLOCK_BYTES`], then a trailer. A block is checked when it is first
//! read, so a query checks only the blocks that it reads, and a damaged byte causes an error, never a wrong number. A checksum
//! of the whole file would have to read all of it before the first answer; tantivy writes such a checksum and does not
//! check it when it opens a file.
//!
//! No lock files are made: the lock of the archive admits one writer, and a reader that meets a commit opens the index again
//! (see [`super::Snapshot::open`]). So reading an index needs no permission to write.

use super::{schema, tables};
use crc32fast::Hasher;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, OwnedBytes, TerminatingWrite,
    WatchCallback, WatchHandle, WritePtr,
};
use tantivy::{HasLen, Index, TantivyError};

/// CRC-32 takes about two microseconds for a block of this size, and the checksums are 1/4096 of the file.
const BLOCK_BYTES: usize = 16 << 10;
/// The length of the content (8 bytes, little-endian), the checksum of what precedes the magic number (4), the magic number (8).
const TRAILER_BYTES: usize = 20;
const MAGIC: [u8; 8] = *b"ordskift";

/// tantivy's list of the files it has written, from which it removes those that no segment uses.
const MANAGED_FILE: &str = ".managed.json";
/// The file that names the format of the index.
pub(super) const FORMAT_FILE: &str = "format";
/// The file that lists the segments of the last commit.
pub(super) const META_FILE: &str = "meta.json";

/// The files of one index.
#[derive(Debug, Clone)]
pub(super) struct CheckedDirectory {
    folder: PathBuf,
    mapped: MmapDirectory,
    first_failure: FirstFailure,
    /// The list of segments that is about to be written. This directory reads it in place of the file.
    pending_meta: Option<Arc<[u8]>>,
}

/// The first failure while the index was written, with its file: tantivy reports the failure of a thread without either.
type FirstFailure = Arc<OnceLock<(PathBuf, io::Error)>>;

impl CheckedDirectory {
    pub(super) fn open(folder: &Path) -> Result<CheckedDirectory, OpenDirectoryError> {
        let mapped = MmapDirectory::open(folder)?;
        Ok(CheckedDirectory {
            folder: folder.to_path_buf(),
            mapped,
            first_failure: Arc::default(),
            pending_meta: None,
        })
    }

    /// The folder of the tables. If it is missing, the error is that of a missing file: the index has to be made again.
    pub(super) fn tables(&self) -> Result<CheckedDirectory, OpenReadError> {
        let folder = self.folder.join(tables::FOLDER);
        if !folder.is_dir() {
            return Err(OpenReadError::FileDoesNotExist(folder));
        }
        let opened = CheckedDirectory::open(&folder);
        let opened = opened.map_err(|e| OpenReadError::wrap_io_error(io::Error::other(e), folder))?;
        Ok(CheckedDirectory { first_failure: Arc::clone(&self.first_failure), ..opened })
    }

    /// The names of all files.
    pub(super) fn file_names(&self) -> io::Result<Vec<PathBuf>> {
        fs::read_dir(&self.folder)?.map(|entry| Ok(PathBuf::from(entry?.file_name()))).collect()
    }

    /// Writes the tables of the segments that `meta` lists. They are on disk before `meta` is written, so every commit that can be
    /// read has its tables.
    fn write_tables(&self, meta: &[u8]) -> io::Result<()> {
        let write = || -> tantivy::Result<()> {
            let pending = CheckedDirectory { pending_meta: Some(meta.into()), ..self.clone() };
            tables::write(&Index::open(pending)?, schema::schema().1, &self.tables()?)
        };
        write().map_err(|error| {
            let kind = io_error(&error).map_or(io::ErrorKind::Other, io::Error::kind);
            io::Error::new(kind, error)
        })
    }

    /// The file that could not be written first, and why.
    pub(super) fn first_failure(&self) -> Option<&(PathBuf, io::Error)> {
        self.first_failure.get()
    }

    fn path(&self, name: &Path) -> PathBuf {
        self.folder.join(name)
    }

    /// Remembers the first failure and gives an error that names the file.
    fn failed(&self, name: &Path, error: io::Error) -> io::Error {
        fail(&self.first_failure, &self.path(name), error)
    }

    /// All files that tantivy may remove, also those that a killed commit left. tantivy's own list would miss them after a power
    /// loss, and costs an fsync for each file.
    fn managed_files(&self) -> io::Result<Vec<u8>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            names.extend(entry?.file_name().into_string());
        }
        names.retain(|name| !name.starts_with('.') && name != FORMAT_FILE && name != tables::FOLDER);
        Ok(serde_json::to_vec(&names)?)
    }
}

fn fail(first: &FirstFailure, path: &Path, error: io::Error) -> io::Error {
    let named = named(path, &error);
    let _ = first.set((path.to_path_buf(), error));
    named
}

/// The same failure, with its file in the message.
fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

impl Directory for CheckedDirectory {
    fn get_file_handle(&self, name: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let wrap = |error| OpenReadError::wrap_io_error(error, self.path(name));
        let mapped = self.mapped.get_file_handle(name).map_err(|error| match error {
            OpenReadError::IoError { io_error, .. } => wrap(named(&self.path(name), &io_error)),
            error => error,
        })?;
        Ok(Arc::new(CheckedFile::open(self.path(name), mapped).map_err(wrap)?))
    }

    fn delete(&self, name: &Path) -> Result<(), DeleteError> {
        self.mapped.delete(name)
    }

    fn exists(&self, name: &Path) -> Result<bool, OpenReadError> {
        self.mapped.exists(name)
    }

    fn open_write(&self, name: &Path) -> Result<WritePtr, OpenWriteError> {
        let opened = OpenOptions::new().write(true).create_new(true).open(self.path(name));
        let file = opened.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => OpenWriteError::FileAlreadyExists(name.to_owned()),
            _ => OpenWriteError::wrap_io_error(self.failed(name, error), name.to_owned()),
        })?;
        Ok(BufWriter::new(Box::new(CheckedWriter {
            path: self.path(name),
            file,
            checksums: BlockChecksums::default(),
            first_failure: Arc::clone(&self.first_failure),
        })))
    }

    fn atomic_read(&self, name: &Path) -> Result<Vec<u8>, OpenReadError> {
        let wrap = |error| OpenReadError::wrap_io_error(error, self.path(name));
        if name == Path::new(MANAGED_FILE) {
            return self.managed_files().map_err(wrap);
        }
        if let Some(meta) = self.pending_meta.as_ref().filter(|_| name == Path::new(META_FILE)) {
            return Ok(meta.to_vec());
        }
        let handle = self.get_file_handle(name)?;
        Ok(handle.read_bytes(0..handle.len()).map_err(wrap)?.to_vec())
    }

    fn atomic_write(&self, name: &Path, content: &[u8]) -> io::Result<()> {
        if name == Path::new(MANAGED_FILE) {
            return Ok(());
        }
        if name == Path::new(META_FILE) {
            self.write_tables(content)?;
        }
        let write = || -> io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
            let mut checksums = BlockChecksums::default();
            checksums.add(content);
            file.write_all(content)?;
            file.write_all(&checksums.finish())?;
            // tempfile creates files that only their owner may read, but an index may be shared.
            let readable = std::os::unix::fs::PermissionsExt::from_mode(0o644);
            file.as_file().set_permissions(readable)?;
            file.as_file().sync_all()?;
            // Not tempfile's `persist`: it makes the system call without libc, where tests/crash/faults.c would not see it.
            let temporary = file.into_temp_path();
            fs::rename(&temporary, self.path(name))?;
            temporary.keep()?;
            // The commit is durable before tantivy removes the files of the previous one.
            self.sync_directory()
        };
        write().map_err(|error| self.failed(name, error))
    }

    fn sync_directory(&self) -> io::Result<()> {
        File::open(&self.folder)
            .and_then(|folder| folder.sync_all())
            .map_err(|e| self.failed(Path::new(""), e))
    }

    fn acquire_lock(&self, _lock: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

/// Whether the file at `path` is undamaged. Reads all of it.
///
/// # Errors
/// When it cannot be read.
pub(super) fn is_file_whole(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let Some(before_trailer) = file.metadata()?.len().checked_sub(TRAILER_BYTES as u64) else {
        return Ok(false);
    };
    file.seek(SeekFrom::Start(before_trailer))?;
    let mut length = [0; 8];
    file.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    if length > before_trailer {
        return Ok(false);
    }
    file.rewind()?;
    let (mut found, mut buffer) = (BlockChecksums::default(), vec![0; 16 * BLOCK_BYTES]);
    let mut content = (&mut file).take(length);
    loop {
        match content.read(&mut buffer)? {
            0 => break,
            count => found.add(&buffer[..count]),
        }
    }
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    Ok(found.finish() == end)
}

/// The checksums of the blocks of a file that grows.
#[derive(Default)]
struct BlockChecksums {
    checksums: Vec<u8>,
    length: u64,
    block: Hasher,
}

impl BlockChecksums {
    fn add(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = BLOCK_BYTES - (self.length % BLOCK_BYTES as u64) as usize;
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.block.update(now);
            self.length += now.len() as u64;
            if now.len() == room {
                self.end_block();
            }
            bytes = later;
        }
    }

    fn end_block(&mut self) {
        let checksum = std::mem::take(&mut self.block).finalize();
        self.checksums.extend(checksum.to_le_bytes());
    }

    /// The bytes that follow the content of the file: checksums and trailer.
    fn finish(mut self) -> Vec<u8> {
        if !self.length.is_multiple_of(BLOCK_BYTES as u64) {
            self.end_block();
        }
        let mut bytes = self.checksums;
        bytes.extend(self.length.to_le_bytes());
        let checksum = crc32fast::hash(&bytes);
        bytes.extend(checksum.to_le_bytes());
        bytes.extend(MAGIC);
        bytes
    }
}

/// Writes a file with its checksums; it is on disk when it is terminated.
struct CheckedWriter {
    path: PathBuf,
    file: File,
    checksums: BlockChecksums,
    first_failure: FirstFailure,
}

impl Write for CheckedWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes).map_err(|e| fail(&self.first_failure, &self.path, e))?;
        self.checksums.add(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for CheckedWriter {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        let end = std::mem::take(&mut self.checksums).finish();
        let kept = self.file.write_all(&end).and_then(|()| self.file.sync_all());
        kept.map_err(|error| fail(&self.first_failure, &self.path, error))
    }
}

/// A file that is open for reading.
#[derive(Debug)]
struct CheckedFile {
    path: PathBuf,
    mapped: Arc<dyn FileHandle>,
    length: usize,
    /// The checksum of each block, four bytes.
    checksums: OwnedBytes,
    /// One bit for each block that was checked.
    checked: Vec<AtomicU64>,
}

impl CheckedFile {
    fn open(path: PathBuf, mapped: Arc<dyn FileHandle>) -> io::Result<CheckedFile> {
        let (length, checksums) =
            checksums(&*mapped)?.ok_or_else(|| damaged(&path, "its checksums are missing or wrong"))?;
        let checked = (0..length.div_ceil(BLOCK_BYTES).div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Ok(CheckedFile { path, mapped, length, checksums, checked })
    }

    fn check(&self, block: usize) -> io::Result<()> {
        let (word, bit) = (&self.checked[block / 64], 1 << (block % 64));
        if word.load(Ordering::Relaxed) & bit != 0 {
            return Ok(());
        }
        let start = block * BLOCK_BYTES;
        let bytes = self.mapped.read_bytes(start..(start + BLOCK_BYTES).min(self.length))?;
        if self.checksums[block * 4..block * 4 + 4] != crc32fast::hash(&bytes).to_le_bytes() {
            return Err(damaged(&self.path, &format!("wrong checksum of the block at byte {start}")));
        }
        word.fetch_or(bit, Ordering::Relaxed);
        Ok(())
    }
}

/// The length of the content of a file and the checksums of its blocks. `None` when these are damaged.
fn checksums(mapped: &dyn FileHandle) -> io::Result<Option<(usize, OwnedBytes)>> {
    let size = mapped.len();
    let Some(before_trailer) = size.checked_sub(TRAILER_BYTES) else { return Ok(None) };
    let trailer = mapped.read_bytes(before_trailer..size)?;
    let length = trailer.first_chunk().map_or(0, |length| u64::from_le_bytes(*length));
    let Some(length) = usize::try_from(length).ok().filter(|length| *length <= before_trailer) else {
        return Ok(None);
    };
    let end = mapped.read_bytes(length..size)?;
    let is_whole = (end.len() - TRAILER_BYTES) / 4 == length.div_ceil(BLOCK_BYTES)
        && (end.len() - TRAILER_BYTES).is_multiple_of(4)
        && end[end.len() - 12..end.len() - 8] == crc32fast::hash(&end[..end.len() - 12]).to_le_bytes()
        && end[end.len() - 8..] == MAGIC;
    Ok(is_whole.then_some((length, end)))
}

fn damaged(path: &Path, how: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{} is damaged: {how}", path.display()))
}

impl HasLen for CheckedFile {
    fn len(&self) -> usize {
        self.length
    }
}

impl FileHandle for CheckedFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.start > range.end || range.end > self.length {
            return Err(damaged(
                &self.path,
                &format!("bytes {} to {} were requested", range.start, range.end),
            ));
        }
        if !range.is_empty() {
            (range.start / BLOCK_BYTES..=(range.end - 1) / BLOCK_BYTES)
                .try_for_each(|block| self.check(block))?;
        }
        self.mapped.read_bytes(range)
    }
}

/// Whether making the index again would help: always, except for a missing permission or a lack of disk space, open files or
/// memory.
pub(super) fn is_damage(error: &TantivyError) -> bool {
    match io_error(error) {
        Some(cause) => !is_environmental(cause),
        None => !matches!(error, TantivyError::OpenDirectoryError(_) | TantivyError::LockFailure(..)),
    }
}

/// The failure of a file that is behind `error`.
pub(super) fn io_error(error: &TantivyError) -> Option<&io::Error> {
    match error {
        TantivyError::IoError(cause)
        | TantivyError::OpenReadError(OpenReadError::IoError { io_error: cause, .. })
        | TantivyError::OpenWriteError(OpenWriteError::IoError { io_error: cause, .. })
        | TantivyError::OpenDirectoryError(OpenDirectoryError::IoError { io_error: cause, .. }) => {
            Some(cause)
        }
        _ => None,
    }
}

fn is_environmental(error: &io::Error) -> bool {
    use io::ErrorKind::{OutOfMemory, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    const TOO_MANY_OPEN_FILES: [i32; 2] = [23, 24];
    matches!(error.kind(), OutOfMemory | PermissionDenied | QuotaExceeded | ReadOnlyFilesystem | StorageFull)
        || error.raw_os_error().is_some_and(|code| TOO_MANY_OPEN_FILES.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(content: &[u8]) -> (tempfile::TempDir, CheckedDirectory) {
        let folder = tempfile::tempdir().expect("a folder");
        let directory = CheckedDirectory::open(folder.path()).expect("it exists");
        let mut file = directory.open_write(Path::new("a")).expect("a new file");
        file.write_all(content).and_then(|()| file.terminate()).expect("room");
        (folder, directory)
    }

    /// All bytes of the file `a`, each read alone.
    fn read(directory: &CheckedDirectory) -> Result<Vec<u8>, String> {
        let file = directory.get_file_handle(Path::new("a")).map_err(|e| e.to_string())?;
        let bytes = (0..file.len()).map(|at| file.read_bytes(at..at + 1).map(|byte| byte[0]));
        bytes.collect::<io::Result<_>>().map_err(|e| e.to_string())
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        for length in [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 3 * BLOCK_BYTES] {
            let content: Vec<u8> = (0..length).map(|i| (i * 7 % 251) as u8).collect();
            let (folder, directory) = written(&content);
            assert_eq!(read(&directory).as_ref(), Ok(&content), "{length} bytes");
            assert!(is_file_whole(&folder.path().join("a")).expect("readable"));
        }
    }

    #[test]
    fn every_flipped_byte_and_every_cut_is_an_error() {
        let content = b"styring og samskaping".repeat(3);
        let (folder, directory) = written(&content);
        let path = folder.path().join("a");
        let whole = fs::read(&path).expect("readable");
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << (at % 8);
            for bytes in [&flipped[..], &whole[..at]] {
                fs::write(&path, bytes).expect("room");
                assert!(read(&directory).is_err(), "byte {at} of {}", bytes.len());
                assert!(!is_file_whole(&path).expect("readable"), "byte {at} of {}", bytes.len());
            }
        }
    }

    #[test]
    fn damage_in_one_block_leaves_the_others_readable() {
        let (folder, directory) = written(&vec![1; 2 * BLOCK_BYTES]);
        let path = folder.path().join("a");
        let mut bytes = fs::read(&path).expect("readable");
        bytes[BLOCK_BYTES] = 2;
        fs::write(&path, bytes).expect("room");
        let file = directory.get_file_handle(Path::new("a")).expect("its checksums are whole");
        assert!(file.read_bytes(0..BLOCK_BYTES).is_ok());
        let error = file.read_bytes(BLOCK_BYTES - 1..BLOCK_BYTES + 1).expect_err("damaged").to_string();
        assert!(error.contains("/a is damaged: wrong checksum of the block at byte 16384"), "{error}");
    }
}
