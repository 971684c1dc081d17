//! The archive: WARC files and their catalogue; bytes kept for ever under their digest. Nothing is ever deleted.
//!
//! Order of writing: record → fsync of the file (and of the folder when it is new) → catalogue row. Rows wait in an
//! open transaction until [`Archive::commit`]; what a crash leaves behind the last acknowledged record is cut off when
//! the archive is opened for writing again.

mod catalogue;
mod digest;
mod verify;
pub mod warc;

pub use super::Error;
pub use catalogue::{
    Capture, Catalogue, DocumentRow, Extraction, FORMAT, HoldingRow, Place, Run, RunCounts, iso,
};
pub use digest::Digest;
pub use verify::{Fault, VerifySummary};

use crate::text::SourceMetadata;
use jiff::Timestamp;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use warc::Record;

/// A WARC file is closed at this size, the usual one of web archives.
pub const FILE_BYTES_MAX: u64 = 1_000_000_000;
/// So many records, or [`BATCH_BYTES_MAX`], share one fsync.
const BATCH_RECORDS_MAX: usize = 64;
const BATCH_BYTES_MAX: u64 = 16 << 20;
/// A larger file is not captured, and a payload that inflates to more is not given out. Half a gigabyte is ten times the
/// largest report seen; records are held in memory while they are written and read.
pub(super) const PAYLOAD_BYTES_MAX: u64 = 512 << 20;

/// An archive in a folder: `*.warc.gz` and `catalogue.sqlite`.
#[derive(Debug)]
pub struct Archive {
    folder: PathBuf,
    catalogue: Catalogue,
    /// Size at which a new file is begun.
    pub file_bytes_max: u64,
    open_file: Option<OpenFile>,
    batch_records: usize,
    batch_bytes: u64,
    /// Held, and with it the lock, as long as the archive is open for writing.
    lock: Option<File>,
}

#[derive(Debug)]
struct OpenFile {
    source: String,
    name: String,
    file: File,
    length: u64,
}

/// A location of which the archive holds bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Name of the source.
    pub source: String,
    /// The place within the source.
    pub location: String,
    /// The address that readers are given.
    pub public_url: String,
    /// Of the current, content-decoded bytes.
    pub sha256: Digest,
    /// Whether the location is gone; the bytes stay.
    pub is_vanished: bool,
    /// What the source says of the document.
    pub metadata: SourceMetadata,
}

impl Archive {
    /// The archive in `folder` for writing, made when there is none.
    ///
    /// Errors: another run holds the lock; WARC files without a catalogue; a newer format.
    pub fn open(folder: &Path) -> Result<Archive, Error> {
        let attempt = || format!("cannot open the archive in {}", folder.display());
        fs::create_dir_all(folder).map_err(|e| Error::new(attempt(), e))?;
        let lock = locked(folder)?;
        let path = folder.join("catalogue.sqlite");
        if !path.exists() && !warc_files(folder)?.is_empty() {
            return Err(Error::new(attempt(), "there are WARC files but no catalogue.sqlite")
                .hint("restore catalogue.sqlite from the backup; the WARC files are left as they are"));
        }
        let catalogue = Catalogue::open(&path)?;
        cut_unacknowledged(folder, &catalogue)?;
        Ok(Archive { lock: Some(lock), ..Archive::new(folder, catalogue) })
    }

    /// The archive in `folder`, which must exist, for reading; a run may be writing at the same time.
    pub fn open_read_only(folder: &Path) -> Result<Archive, Error> {
        Ok(Archive::new(folder, Catalogue::open_read_only(&folder.join("catalogue.sqlite"))?))
    }

    fn new(folder: &Path, catalogue: Catalogue) -> Archive {
        Archive {
            folder: folder.to_path_buf(),
            catalogue,
            file_bytes_max: FILE_BYTES_MAX,
            open_file: None,
            batch_records: 0,
            batch_bytes: 0,
            lock: None,
        }
    }

    /// The catalogue, for reading.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The catalogue for the books of later stages. Keeps what was archived first.
    pub fn catalogue_mut(&mut self) -> Result<&mut Catalogue, Error> {
        self.commit()?;
        Ok(&mut self.catalogue)
    }

    /// All locations with bytes, vanished ones too, by source and location.
    pub fn holdings(&self) -> Result<Vec<Holding>, Error> {
        self.catalogue.held_rows()?.into_iter().map(|(row, sha256)| holding(row, sha256)).collect()
    }

    /// The bytes with that digest, content-decoded and checked.
    pub fn payload(&self, sha256: &Digest) -> Result<Vec<u8>, Error> {
        let attempt = || format!("cannot read {sha256} from the archive");
        let capture = self
            .catalogue
            .capture_of_payload(sha256)?
            .ok_or_else(|| Error::new(attempt(), "the catalogue does not know it"))?;
        let record = self.record(&capture.place)?;
        let payload =
            record.decoded_payload(PAYLOAD_BYTES_MAX).map_err(|cause| Error::new(attempt(), cause))?;
        let found = Digest::of(&payload);
        if found != *sha256 {
            return Err(Error::new(attempt(), format!("the bytes have the digest {found}"))
                .hint("run `ordskifte verify`"));
        }
        Ok(payload)
    }

    /// The record at a place, with its own digests checked.
    pub fn record(&self, place: &Place) -> Result<Record, Error> {
        let attempt = || format!("cannot read {} at byte {}", place.warc_file, place.warc_offset);
        let mut file =
            File::open(self.folder.join(&place.warc_file)).map_err(|e| Error::new(attempt(), e))?;
        let member = bytes_at(&mut file, place.warc_offset, place.warc_length)
            .map_err(|e| Error::new(attempt(), e))?;
        Record::from_member(&member)
            .map_err(|cause| Error::new(attempt(), cause).hint("run `ordskifte verify`"))
    }

    /// Reads every byte of every file and tells each fault.
    pub fn verify(&self, tell: &mut dyn FnMut(Fault)) -> Result<VerifySummary, Error> {
        verify::verify(&self.folder, &self.catalogue, tell)
    }

    /// Appends a record to the files of `source`; it is kept by the next [`Archive::commit`].
    pub(super) fn append(&mut self, source: &str, now: Timestamp, record: &Record) -> Result<Place, Error> {
        if self.lock.is_none() {
            return Err(Error::new("cannot write to the archive", "it was opened for reading"));
        }
        let member = record.to_member();
        self.prepare_file(source, now)?;
        self.catalogue.begin()?;
        self.append_member(record, &member)
    }

    fn append_member(&mut self, record: &Record, member: &[u8]) -> Result<Place, Error> {
        let open = self.open_file.as_mut().expect("a file was prepared");
        let attempt = || format!("cannot write to {}", open.name);
        if let Err(e) = open.file.write_all(member) {
            // What was written of it goes, so that the file still ends with a record; if not now, then at the next open.
            let _ = open.file.set_len(open.length);
            return Err(Error::new(attempt(), e).hint("is there room on the disk?"));
        }
        let place = Place {
            record_id: record.id().to_string(),
            kind: record.kind().to_string(),
            warc_file: open.name.clone(),
            warc_offset: open.length,
            warc_length: member.len() as u64,
            sha256: Digest::of(member),
        };
        open.length += place.warc_length;
        self.batch_records += 1;
        self.batch_bytes += place.warc_length;
        self.catalogue.add_record(&place)?;
        Ok(place)
    }

    /// Adds a capture to the open batch.
    pub(super) fn add_capture(&mut self, capture: &Capture) -> Result<i64, Error> {
        self.catalogue.begin()?;
        self.catalogue.add_capture(capture)
    }

    /// Adds or replaces what is known of a location in the open batch, which is kept when it is large enough.
    pub(super) fn put_holding(&mut self, row: &HoldingRow) -> Result<(), Error> {
        self.catalogue.begin()?;
        self.catalogue.put_holding(row)?;
        let is_full = self.batch_records >= BATCH_RECORDS_MAX || self.batch_bytes >= BATCH_BYTES_MAX;
        if is_full { self.commit() } else { Ok(()) }
    }

    /// Makes everything appended so far durable: the file first, then the catalogue's rows.
    pub fn commit(&mut self) -> Result<(), Error> {
        if let Some(open) = self.open_file.as_ref().filter(|_| self.batch_records > 0) {
            open.file.sync_all().map_err(|e| Error::new(format!("cannot keep {}", open.name), e))?;
        }
        self.catalogue.commit()?;
        (self.batch_records, self.batch_bytes) = (0, 0);
        Ok(())
    }

    /// Makes sure that the open file belongs to `source` and has room.
    fn prepare_file(&mut self, source: &str, now: Timestamp) -> Result<(), Error> {
        let fits = |open: &OpenFile| open.source == source && open.length < self.file_bytes_max;
        if self.open_file.as_ref().is_some_and(fits) {
            return Ok(());
        }
        // One file at a time has an unacknowledged tail: what opening the archive relies on.
        self.commit()?;
        let last = warc_files(&self.folder)?.into_iter().rfind(|name| source_of_file(name) == Some(source));
        if let Some(open) = last.map(|name| self.reopened(source, name)).transpose()?.flatten() {
            self.open_file = Some(open);
            return Ok(());
        }
        self.begin_file(source, now)
    }

    /// The file for appending. `None` when it is full, or is not what the catalogue says.
    fn reopened(&self, source: &str, name: String) -> Result<Option<OpenFile>, Error> {
        let attempt = format!("cannot open {name}");
        let file = OpenOptions::new().append(true).open(self.folder.join(&name));
        let file = file.map_err(|e| Error::new(&attempt, e))?;
        let length = file.metadata().map_err(|e| Error::new(&attempt, e))?.len();
        let acknowledged = self.catalogue.file_lengths()?.get(&name).copied().unwrap_or(0);
        let is_usable = length == acknowledged && length > 0 && length < self.file_bytes_max;
        Ok(is_usable.then(|| OpenFile { source: source.to_string(), name, file, length }))
    }

    fn begin_file(&mut self, source: &str, now: Timestamp) -> Result<(), Error> {
        let stem = format!("{source}-{}", now.strftime("%Y%m%d%H%M%S"));
        let mut names = (0..100_000).map(|number| format!("{stem}-{number:05}.warc.gz"));
        let name = names
            .find(|name| !self.folder.join(name).exists())
            .ok_or_else(|| Error::new("cannot begin a WARC file", "100000 files of this second exist"))?;
        let attempt = format!("cannot begin {name}");
        let file = OpenOptions::new().append(true).create_new(true).open(self.folder.join(&name));
        let file = file.map_err(|e| Error::new(&attempt, e))?;
        sync_folder(&self.folder)?;
        let version = env!("CARGO_PKG_VERSION");
        let text = format!("software: ordskifte/{version}\r\nformat: WARC File Format 1.1\r\n");
        let record = Record::new("warcinfo", &iso(now), text.into_bytes())
            .with("WARC-Filename", &name)
            .with("Content-Type", "application/warc-fields");
        self.open_file = Some(OpenFile { source: source.to_string(), name, file, length: 0 });
        self.catalogue.begin()?;
        self.append_member(&record, &record.to_member()).map(|_| ())
    }
}

fn holding(row: HoldingRow, sha256: Digest) -> Result<Holding, Error> {
    let metadata = toml::from_str(&row.metadata)
        .map_err(|e| Error::new(format!("cannot read the metadata of {}", row.location), e.message()))?;
    Ok(Holding {
        source: row.source,
        location: row.location,
        public_url: row.public_url,
        sha256,
        is_vanished: row.vanished_at.is_some(),
        metadata,
    })
}

/// Takes the writers' lock, or says who holds it.
fn locked(folder: &Path) -> Result<File, Error> {
    let path = folder.join("archive.lock");
    let attempt = || format!("cannot lock {}", path.display());
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
    let mut file = file.map_err(|e| Error::new(attempt(), e))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => {
            let mut holder = String::new();
            file.read_to_string(&mut holder).map_err(|e| Error::new(attempt(), e))?;
            return Err(Error::new(attempt(), format!("another run holds it: {}", holder.trim()))
                .hint("wait for it to end, or stop it"));
        }
        Err(fs::TryLockError::Error(e)) => return Err(Error::new(attempt(), e)),
    }
    let text = format!("pid {} since {}\n", std::process::id(), iso(Timestamp::now()));
    file.set_len(0).and_then(|()| file.write_all(text.as_bytes())).map_err(|e| Error::new(attempt(), e))?;
    Ok(file)
}

/// The names of the WARC files in `folder`, sorted.
fn warc_files(folder: &Path) -> Result<Vec<String>, Error> {
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
fn source_of_file(name: &str) -> Option<&str> {
    let mut parts = name.rsplitn(3, '-');
    parts.nth(2)
}

/// Cuts off what a crash left after the last acknowledged record. More than one such file is no crash of ours.
fn cut_unacknowledged(folder: &Path, catalogue: &Catalogue) -> Result<(), Error> {
    let attempt = || format!("cannot repair the archive in {}", folder.display());
    let acknowledged = catalogue.file_lengths()?;
    let mut longer = Vec::new();
    for name in warc_files(folder)? {
        let length = fs::metadata(folder.join(&name)).map_err(|e| Error::new(attempt(), e))?.len();
        let keep = acknowledged.get(&name).copied().unwrap_or(0);
        if length > keep || keep == 0 {
            longer.push((name, keep));
        }
    }
    if longer.len() > 1 {
        return Err(Error::new(attempt(), format!("{} files have records unknown to it", longer.len()))
            .hint("is catalogue.sqlite an old copy? restore the newest one; nothing was cut"));
    }
    for (name, keep) in longer {
        let path = folder.join(name);
        // Not left empty: `gzip -t` refuses a file without a member.
        let cut = if keep == 0 { fs::remove_file(path) } else { cut_at(&path, keep) };
        cut.map_err(|e| Error::new(attempt(), e))?;
    }
    Ok(())
}

fn cut_at(path: &Path, length: u64) -> std::io::Result<()> {
    let file = OpenOptions::new().write(true).open(path)?;
    file.set_len(length)?;
    file.sync_all()
}

fn sync_folder(folder: &Path) -> Result<(), Error> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|e| Error::new(format!("cannot keep the folder {}", folder.display()), e))
}

/// Exactly `length` bytes at `offset`.
fn bytes_at(file: &mut File, offset: u64, length: u64) -> std::io::Result<Vec<u8>> {
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
