//! The archive: WARC files, which hold everything, and their catalogue, a cache of their contents.
//!
//! Order of writing: records → fsync of the file (and of the folder when it is new) → catalogue rows. Records wait in memory and
//! rows in an open transaction until [`Archive::commit`], which compresses the records side by side and syncs them together. What a crash leaves behind the last known record is read back into the catalogue
//! when the archive is opened for writing again. Nothing is deleted, and no file becomes shorter, but for the torn end of
//! a file, which is copied first.

mod catalogue;
mod cdxj;
mod export;
mod facts;
mod files;
mod payload;
mod rebuild;
mod scan;
mod verify;
pub mod warc;

pub use super::Error;
pub use catalogue::{
    Capture, Catalogue, Extraction, FORMAT, FailedAttempt, HoldingRow, RecordLocation, Run, RunCounts, iso,
};
pub use export::ExportSummary;
pub(super) use facts::CaptureFacts;
pub(super) use files::PAYLOAD_BYTES_MAX;
pub use files::is_written;
pub use payload::PayloadReader;
pub use verify::{ArchiveFault, ArchiveVerifySummary, verify};

use crate::text::{Digest, DocName, SourceMetadata};
use files::{LOCK_FILE, failed, source_of_file, sync_folder, warc_files};
use jiff::Timestamp;
use rayon::prelude::*;
use rebuild::{CATALOGUE, Restored};
use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender};
use warc::WarcRecord;

/// A WARC file is closed at this size, the usual one of web archives.
pub(crate) const FILE_BYTES_MAX: u64 = 1_000_000_000;
/// So many records, or [`BATCH_BYTES_MAX`], share one fsync.
const BATCH_RECORDS_MAX: usize = 64;
const BATCH_BYTES_MAX: u64 = 16 << 20;
/// An archive in a folder: `*.warc.gz` and `catalogue.sqlite`.
#[derive(Debug)]
pub struct Archive {
    folder: PathBuf,
    catalogue: Catalogue,
    /// Size at which a new file is begun.
    pub file_bytes_max: u64,
    open_file: Option<OpenFile>,
    /// Records of the open file that are not written yet.
    batch: Vec<Pending>,
    /// Bytes of their blocks.
    batch_bytes: u64,
    next_stage: Option<NextStage>,
    /// Held, and with it the lock, as long as the archive is open for writing.
    lock: Option<Lock>,
    notices: Vec<String>,
    n_lost: u64,
}

#[derive(Debug)]
struct OpenFile {
    source: String,
    name: String,
    file: File,
    length: u64,
}

/// A record that waits to be written.
#[derive(Debug)]
struct Pending {
    record: WarcRecord,
    /// The document whose bytes the record holds, and their digest. `None` for a record without bytes of its own.
    payload: Option<(DocName, Digest)>,
}

/// The stage that reads archived bytes while more are being archived.
#[derive(Debug)]
struct NextStage {
    archived: Sender<Archived>,
    ended: Receiver<Vec<Extraction>>,
}

/// Bytes that are durable in the archive.
#[derive(Debug)]
pub struct Archived {
    /// The document that they were captured for.
    pub docname: DocName,
    /// Of the bytes.
    pub sha256: Digest,
    /// Content-decoded.
    pub bytes: Vec<u8>,
}

/// A location whose bytes the archive holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Name of the source.
    pub source: String,
    /// The place within the source.
    pub location: String,
    /// The address shown to readers.
    pub public_url: String,
    /// The address that sent the current bytes, after redirects.
    pub answered_at: String,
    /// Of the current, content-decoded bytes.
    pub sha256: Digest,
    /// Whether the location is gone; the bytes stay.
    pub is_vanished: bool,
    /// The metadata that the source declares for the document.
    pub metadata: SourceMetadata,
}

impl Holding {
    /// The name of the document that this location gives.
    pub(crate) fn docname(&self) -> DocName {
        DocName::new(&self.source, &self.location)
    }
}

/// The contents of the archive, and the outcome of each extraction.
#[derive(Debug, Default)]
pub struct Inventory {
    /// All locations with bytes, vanished ones too, by source and location.
    pub holdings: Vec<Holding>,
    /// The locations whose last attempt failed.
    pub failed: Vec<HoldingRow>,
    /// The locations whose current capture is in no WARC file: its record is damaged or was lost.
    pub lost: Vec<HoldingRow>,
    /// How extractions ended, by payload.
    pub extractions: HashMap<Digest, Extraction>,
}

impl Archive {
    /// The archive in `folder` for writing, made when there is none. Missing rows of the catalogue are read back from the WARC
    /// files; a catalogue that is missing or damaged is rebuilt from them. [`Archive::notices`] reports it.
    ///
    /// Errors: another run holds the lock; a WARC file is missing; the catalogue is of a newer format.
    pub fn open(folder: &Path) -> Result<Archive, Error> {
        Archive::open_with(folder, rebuild::restored)
    }

    /// The archive in `folder` for writing, with a catalogue that is rebuilt from the WARC files.
    ///
    /// Errors: as of [`Archive::open`]; with `accepts_loss`, WARC files that the catalogue knows may be missing.
    pub fn reindex(folder: &Path, accepts_loss: bool) -> Result<Archive, Error> {
        if !folder.exists() {
            let attempt = format!("cannot open the archive in {}", folder.display());
            return Err(
                Error::new(attempt, "the folder does not exist").hint("run `ordskifte refresh` first")
            );
        }
        Archive::open_with(folder, |folder| rebuild::reindexed(folder, !accepts_loss))
    }

    fn open_with(
        folder: &Path,
        restore: impl FnOnce(&Path) -> Result<Restored, Error>,
    ) -> Result<Archive, Error> {
        let attempt = || format!("cannot open the archive in {}", folder.display());
        fs::create_dir_all(folder).map_err(|e| Error::new(attempt(), e).hint("check the permissions"))?;
        let lock = locked(folder)?;
        let Restored { catalogue, notices, lost, format_1 } = restore(folder)?;
        let n_lost = lost.len() as u64;
        let mut archive = Archive { lock: Some(lock), notices, n_lost, ..Archive::new(folder, catalogue) };
        let now = Timestamp::now();
        for row in lost {
            archive.put_holding(&row, now)?;
        }
        if let Some(format_1) = format_1 {
            archive.adopt(&format_1, now)?;
        }
        archive.commit()?;
        Ok(archive)
    }

    /// The archive in `folder`, which must exist, for reading; a run may be writing at the same time.
    pub fn open_read_only(folder: &Path) -> Result<Archive, Error> {
        Ok(Archive::new(folder, Catalogue::open_read_only(&folder.join(CATALOGUE))?))
    }

    fn new(folder: &Path, catalogue: Catalogue) -> Archive {
        Archive {
            folder: folder.to_path_buf(),
            catalogue,
            file_bytes_max: FILE_BYTES_MAX,
            open_file: None,
            batch: Vec::new(),
            batch_bytes: 0,
            next_stage: None,
            lock: None,
            notices: Vec::new(),
            n_lost: 0,
        }
    }

    /// Archives the facts of a catalogue of format 1 that its WARC files do not hold.
    fn adopt(&mut self, format_1: &catalogue::Format1, now: Timestamp) -> Result<(), Error> {
        for capture in &format_1.captures {
            let record = CaptureFacts::of_capture(capture).later_record(capture, &iso(now));
            self.append(&capture.source, now, record)?;
            self.commit_full_batch()?;
        }
        for row in &format_1.holdings {
            self.put_holding(row, now)?;
        }
        Ok(())
    }

    /// Notices about the opening of the archive; sentences without full stop.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// Number of locations whose bytes were found to be lost when the archive was opened.
    pub(crate) fn n_lost(&self) -> u64 {
        self.n_lost
    }

    /// The catalogue, for reading.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The catalogue, for the bookkeeping of later stages. Commits what was archived first.
    pub(crate) fn catalogue_mut(&mut self) -> Result<&mut Catalogue, Error> {
        self.commit()?;
        Ok(&mut self.catalogue)
    }

    /// The contents of the archive, and the outcomes of the extractions by `extractor_version`, all from one state of the catalogue,
    /// read table by table.
    pub fn inventory(&self, extractor_version: &str) -> Result<Inventory, Error> {
        self.catalogue.in_one_reading(|| {
            let captures = self.catalogue.current_captures(None)?;
            let extractions = self.catalogue.extractions(extractor_version)?;
            let mut inventory = Inventory { extractions, ..Inventory::default() };
            for row in self.catalogue.holding_rows()? {
                if row.failure.is_some() {
                    inventory.failed.push(row.clone());
                }
                match row.capture.as_ref().map(|id| captures.get(id)) {
                    Some(Some(capture)) => inventory.holdings.push(holding(row, capture)),
                    Some(None) => inventory.lost.push(row),
                    None => {}
                }
            }
            Ok(inventory)
        })
    }

    /// The part of [`Archive::inventory`] without text: failed attempts, lost captures, rejected extractions and the
    /// locations of their bytes. SQLite filters the rows, which costs a fraction of reading and checking all of them.
    pub(crate) fn rejected_inventory(&self, extractor_version: &str) -> Result<Inventory, Error> {
        self.catalogue.in_one_reading(|| {
            let rejections = self.catalogue.rejections(extractor_version)?;
            let mut inventory = Inventory { extractions: rejections, ..Inventory::default() };
            for row in self.catalogue.rows_without_text(extractor_version)? {
                if row.failure.is_some() {
                    inventory.failed.push(row.clone());
                }
                let Some(record_id) = &row.capture else { continue };
                match self.catalogue.capture(record_id)? {
                    Some(capture) => inventory.holdings.push(holding(row, &capture)),
                    None => inventory.lost.push(row),
                }
            }
            Ok(inventory)
        })
    }

    /// All locations with bytes, vanished ones too, by source and location.
    pub fn holdings(&self) -> Result<Vec<Holding>, Error> {
        Ok(self.inventory("")?.holdings)
    }

    /// The locations whose current capture is in no WARC file: its record is damaged or was lost.
    pub fn lost_locations(&self) -> Result<Vec<HoldingRow>, Error> {
        Ok(self.inventory("")?.lost)
    }

    /// Where the bytes with these digests are stored, each as in [`Archive::payload`]: all from one state of the catalogue.
    pub(crate) fn places(&self, digests: &[Digest]) -> Result<Vec<Option<RecordLocation>>, Error> {
        self.catalogue.in_one_reading(|| digests.iter().map(|sha256| self.place(sha256)).collect())
    }

    fn place(&self, sha256: &Digest) -> Result<Option<RecordLocation>, Error> {
        let capture = self.catalogue.capture_of_payload(sha256)?;
        Ok(capture.map(|capture| self.catalogue.place(&capture.record_id)).transpose()?.flatten())
    }

    /// Reads payloads; several threads may.
    pub fn payload_reader(&self) -> PayloadReader {
        PayloadReader::new(&self.folder)
    }

    /// The bytes with that digest, content-decoded and checked.
    ///
    /// The kind of the error is `Damaged` when the archive does not hold them as they were written.
    pub fn payload(&self, sha256: &Digest) -> Result<Vec<u8>, Error> {
        self.payload_reader().payload(sha256, self.place(sha256)?.as_ref())
    }

    /// From now on, hands the bytes of each capture to the next stage when they are durable, and records the extractions that it
    /// ended in the same transaction as the next captures.
    pub fn connect(&mut self, archived: Sender<Archived>, ended: Receiver<Vec<Extraction>>) {
        self.next_stage = Some(NextStage { archived, ended });
    }

    /// Disconnects the stage of [`Archive::connect`]. Commits what was archived first.
    pub fn disconnect(&mut self) -> Result<(), Error> {
        self.commit()?;
        self.next_stage = None;
        Ok(())
    }

    /// Compares every byte of every file with the catalogue; passes each fault to `on_fault` as it is found.
    pub fn verify(&self, on_fault: &mut dyn FnMut(ArchiveFault)) -> Result<ArchiveVerifySummary, Error> {
        verify::verify(&self.folder, Some(&self.catalogue), on_fault)
    }

    /// Appends the record of a capture with its facts, and makes it the current capture of its location.
    pub(super) fn append_capture(
        &mut self,
        facts: &CaptureFacts,
        now: Timestamp,
        record: WarcRecord,
    ) -> Result<String, Error> {
        let record = facts.in_record(record);
        let id = record.id().to_owned();
        let has_payload = record.kind() != "revisit";
        let payload = has_payload.then(|| (DocName::new(&facts.source, &facts.location), facts.sha256));
        self.append_pending(&facts.source, now, Pending { record, payload })?;
        Ok(id)
    }

    /// Appends a record to the files of `source`; it is durable after the next [`Archive::commit`].
    pub(super) fn append(&mut self, source: &str, now: Timestamp, record: WarcRecord) -> Result<(), Error> {
        self.append_pending(source, now, Pending { record, payload: None })
    }

    fn append_pending(&mut self, source: &str, now: Timestamp, pending: Pending) -> Result<(), Error> {
        if self.lock.is_none() {
            return Err(Error::new("cannot write to the archive", "it was opened for reading"));
        }
        self.prepare_file(source, now)?;
        self.catalogue.begin()?;
        self.add_to_batch(pending)
    }

    /// Enters the facts of a record into the catalogue, so that later records of the batch can refer to it. Its place follows when
    /// it is known.
    fn add_to_batch(&mut self, pending: Pending) -> Result<(), Error> {
        let open = self.open_file.as_ref().expect("a file was prepared");
        facts::apply(&self.catalogue, &pending.record, &open.name)?;
        self.batch_bytes += pending.record.block.len() as u64;
        self.batch.push(pending);
        Ok(())
    }

    /// Archives the state of a location when it differs from what is known, and commits a batch that is full.
    pub(super) fn put_holding(&mut self, row: &HoldingRow, now: Timestamp) -> Result<(), Error> {
        if self.catalogue.holding(&row.source, &row.location)?.as_ref() != Some(row) {
            let capture = row.capture.as_ref().map(|id| self.catalogue.capture(id)).transpose()?.flatten();
            let target = capture.map(|capture| capture.target_uri);
            let record = facts::state_record(row, target.as_deref(), &iso(now));
            self.append(&row.source, now, record)?;
        }
        self.commit_full_batch()
    }

    fn commit_full_batch(&mut self) -> Result<(), Error> {
        let is_full = self.batch.len() >= BATCH_RECORDS_MAX || self.batch_bytes >= BATCH_BYTES_MAX;
        if is_full { self.commit() } else { Ok(()) }
    }

    /// Makes everything appended so far durable: the file first, then the catalogue's rows. Then the next stage gets the bytes.
    pub(crate) fn commit(&mut self) -> Result<(), Error> {
        let batch = std::mem::take(&mut self.batch);
        self.batch_bytes = 0;
        if let Err(error) = self.write_batch(&batch) {
            // The file may end with a part of the batch now, which the next run reads back or moves away. Nothing is added behind it.
            self.open_file = None;
            self.catalogue.roll_back()?;
            return Err(error);
        }
        if let Some(next) = &self.next_stage {
            for extractions in next.ended.try_iter() {
                self.catalogue.begin()?;
                self.catalogue.put_extractions(&extractions)?;
            }
        }
        self.catalogue.commit()?;
        self.hand_on(batch);
        Ok(())
    }

    /// Writes the records of `batch` behind each other and syncs the file once. Their places wait in the open transaction.
    fn write_batch(&mut self, batch: &[Pending]) -> Result<(), Error> {
        let Some(open) = self.open_file.as_mut().filter(|_| !batch.is_empty()) else { return Ok(()) };
        let members: Vec<Vec<u8>> = batch.par_iter().map(|pending| pending.record.to_member()).collect();
        for (pending, member) in batch.iter().zip(&members) {
            open.file.write_all(member).map_err(failed("write to", Path::new(&open.name)))?;
            let place = RecordLocation {
                record_id: pending.record.id().to_string(),
                kind: pending.record.kind().to_string(),
                warc_file: open.name.clone(),
                warc_offset: open.length,
                warc_length: member.len() as u64,
                sha256: Digest::of(member),
            };
            open.length += place.warc_length;
            self.catalogue.put(&place)?;
        }
        open.file.sync_all().map_err(|e| Error::new(format!("cannot sync {}", open.name), e))
    }

    fn hand_on(&mut self, batch: Vec<Pending>) {
        let Some(next) = &self.next_stage else { return };
        for Pending { record, payload } in batch {
            let Some((docname, sha256)) = payload else { continue };
            // Bytes that cannot be decoded are rejected when the next stage finds that they have no text.
            let Ok(bytes) = record.into_payload(PAYLOAD_BYTES_MAX) else { continue };
            // The next stage has ended when an error ended it, which it reports itself.
            let _ = next.archived.send(Archived { docname, sha256, bytes });
        }
    }

    /// Makes sure that the open file belongs to `source` and has room.
    fn prepare_file(&mut self, source: &str, now: Timestamp) -> Result<(), Error> {
        let bytes_max = self.file_bytes_max;
        let has_room = |open: &OpenFile, more: u64| open.source == source && open.length + more < bytes_max;
        if self.open_file.as_ref().is_some_and(|open| has_room(open, self.batch_bytes)) {
            return Ok(());
        }
        self.commit()?;
        // Compressed, the batch may be smaller than it was.
        if self.open_file.as_ref().is_some_and(|open| has_room(open, 0)) {
            return Ok(());
        }
        if let Some(open) =
            self.last_file(source)?.map(|name| self.reopened(source, name)).transpose()?.flatten()
        {
            self.open_file = Some(open);
            return Ok(());
        }
        self.begin_file(source, now)
    }

    /// The file for appending. `None` when it is full, or does not agree with the catalogue.
    fn reopened(&self, source: &str, name: String) -> Result<Option<OpenFile>, Error> {
        let attempt = format!("cannot open {name}");
        let file = OpenOptions::new().append(true).open(self.folder.join(&name));
        let file = file.map_err(|e| Error::new(&attempt, e))?;
        let length = file.metadata().map_err(|e| Error::new(&attempt, e))?.len();
        let acknowledged = self.catalogue.file_lengths()?.get(&name).copied().unwrap_or(0);
        let is_usable = length == acknowledged && length > 0 && length < self.file_bytes_max;
        Ok(is_usable.then(|| OpenFile { source: source.to_string(), name, file, length }))
    }

    /// The last WARC file of a source: their names sort by the time at which they were begun.
    fn last_file(&self, source: &str) -> Result<Option<String>, Error> {
        Ok(warc_files(&self.folder)?.into_iter().rfind(|name| source_of_file(name) == Some(source)))
    }

    fn begin_file(&mut self, source: &str, now: Timestamp) -> Result<(), Error> {
        let stem = format!("{source}-{}", now.strftime("%Y%m%d%H%M%S"));
        // Records are read back in the order of the names, also when the clock was set back.
        let last = self.last_file(source)?.unwrap_or_default();
        let last_stem = last.len().checked_sub("-00000.warc.gz".len()).map_or("", |end| &last[..end]);
        let stem = stem.as_str().max(last_stem);
        let mut names = (0..100_000).map(|number| format!("{stem}-{number:05}.warc.gz"));
        let name = names
            .find(|name| *name > last)
            .ok_or_else(|| Error::new("cannot begin a WARC file", "100000 files of this second exist"))?;
        let attempt = format!("cannot begin {name}");
        let file = OpenOptions::new().append(true).create_new(true).open(self.folder.join(&name));
        let file = file.map_err(|e| Error::new(&attempt, e))?;
        sync_folder(&self.folder)?;
        let version = env!("CARGO_PKG_VERSION");
        let text = format!("software: ordskifte/{version}\r\nformat: WARC File Format 1.1\r\n");
        let record = WarcRecord::new("warcinfo", &iso(now), text.into_bytes())
            .with("WARC-Filename", &name)
            .with("Content-Type", "application/warc-fields");
        self.open_file = Some(OpenFile { source: source.to_string(), name, file, length: 0 });
        self.catalogue.begin()?;
        self.add_to_batch(Pending { record, payload: None })
    }
}

fn holding(row: HoldingRow, capture: &Capture) -> Holding {
    Holding {
        answered_at: capture.target_uri.clone(),
        source: row.source,
        location: row.location,
        public_url: row.public_url,
        sha256: capture.sha256,
        is_vanished: row.vanished_at.is_some(),
        metadata: row.metadata,
    }
}

/// The writers' lock, until it is dropped.
#[derive(Debug)]
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing is not enough: a child process that is just being started by another thread still has a copy of the file.
        // An error leaves the lock to the end of the process.
        let _ = self.0.unlock();
    }
}

/// Takes the writers' lock. The error names the run that holds it.
fn locked(folder: &Path) -> Result<Lock, Error> {
    let path = folder.join(LOCK_FILE);
    let attempt = || format!("cannot lock {}", path.display());
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
    let mut file = file.map_err(failed("open the lock", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => {
            let mut holder = String::new();
            file.read_to_string(&mut holder).map_err(|e| Error::new(attempt(), e))?;
            return Err(Error::new(attempt(), format!("another run holds the lock: {}", holder.trim()))
                .hint("wait for it to end, or stop it"));
        }
        Err(fs::TryLockError::Error(e)) => return Err(Error::new(attempt(), e)),
    }
    let text = format!("pid {} since {}\n", std::process::id(), iso(Timestamp::now()));
    file.set_len(0).and_then(|()| file.write_all(text.as_bytes())).map_err(|e| Error::new(attempt(), e))?;
    Ok(Lock(file))
}
