//! Every byte of every WARC file against the catalogue, and every row of the catalogue against the WARC records.
//!
//! Changes nothing, and does not stop at a fault. A run may be writing at the same time: what is compared is the state of
//! the catalogue at the beginning, whose bytes are all on disk.

use super::files::{PAYLOAD_BYTES_MAX, bytes_at, is_written, source_of_file, warc_files};
use super::scan::{ByteStretch, scan};
use super::warc::{ContentError, MemberError, WarcRecord};
use super::{Capture, Catalogue, Error, HoldingRow, RecordLocation, facts};
use crate::text::Digest;
use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

/// A difference between the archive and what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveFault {
    /// The record, the bytes or the row.
    pub(crate) object: String,
    /// Lower case, no full stop.
    pub(crate) text: String,
}

/// The extent of a check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ArchiveVerifySummary {
    /// WARC files.
    pub n_files: u64,
    /// Records.
    pub n_records: u64,
    /// Their bytes.
    pub n_bytes: u64,
    /// Faults.
    pub n_faults: u64,
}

/// Checks the WARC files in `folder`, and `catalogue` where there is one that can be opened.
pub fn verify(
    folder: &Path,
    catalogue: Option<&Catalogue>,
    on_fault: &mut dyn FnMut(ArchiveFault),
) -> Result<ArchiveVerifySummary, Error> {
    let mut check = Verification {
        folder,
        is_written: is_written(folder),
        from_records: Catalogue::temporary()?,
        damaged_records: BTreeSet::new(),
        damaged_sources: BTreeSet::new(),
        summary: ArchiveVerifySummary::default(),
        on_fault,
    };
    check.from_records.begin()?;
    // Before the files are listed: what the catalogue knows now is in them.
    let catalogue = catalogue.filter(|catalogue| check.catalogue_alone(catalogue));
    let known = match catalogue.map(Catalogue::file_lengths) {
        Some(Ok(known)) => Some(known),
        Some(Err(error)) => {
            check.on_catalogue_error(&error);
            None
        }
        None => None,
    };
    let names: BTreeSet<String> = warc_files(folder)?
        .into_iter()
        .chain(known.into_iter().flat_map(|known| known.into_keys()))
        .collect();
    for name in &names {
        check.file(name, catalogue);
    }
    if let Some(catalogue) = catalogue {
        check.rows(catalogue);
        if let Err(error) = catalogue.commit() {
            check.on_catalogue_error(&error);
        }
    }
    Ok(check.summary)
}

/// A fault of a record.
#[derive(Debug, thiserror::Error)]
enum RecordFault {
    #[error("{0}")]
    Unreadable(std::io::Error),
    #[error("another record is here: {0}")]
    OtherRecord(String),
    #[error("the bytes differ from those written, though their checksums agree")]
    OtherBytes,
    #[error("the bytes differ from those written: {0}")]
    Changed(MemberError),
    #[error("{0}")]
    NotARecord(MemberError),
    #[error("the catalogue names another record")]
    OtherName,
    #[error("{}: {}", .0.attempt, .0.cause)]
    Facts(#[from] Error),
    #[error("its payload cannot be read")]
    NoPayload,
    #[error("{0}")]
    Content(#[from] ContentError),
    #[error("its payload differs from the digest or size in its header")]
    OtherPayload,
}

struct Verification<'a> {
    folder: &'a Path,
    /// Whether a run is writing: then bytes that the catalogue does not know are not a fault.
    is_written: bool,
    /// The catalogue made from the whole records.
    from_records: Catalogue,
    damaged_records: BTreeSet<String>,
    damaged_sources: BTreeSet<String>,
    summary: ArchiveVerifySummary,
    on_fault: &'a mut dyn FnMut(ArchiveFault),
}

impl Verification<'_> {
    fn fault(&mut self, object: impl Into<String>, text: impl Into<String>) {
        self.summary.n_faults += 1;
        (self.on_fault)(ArchiveFault { object: object.into(), text: text.into() });
    }

    fn on_catalogue_error(&mut self, error: &Error) {
        self.fault(CATALOGUE_NAME, format!("{}: {}", error.attempt, error.cause));
    }

    /// Begins reading and checks the file's structure and checksums. `false` when it cannot be read at all.
    fn catalogue_alone(&mut self, catalogue: &Catalogue) -> bool {
        if let Err(error) = catalogue.begin_reading() {
            self.on_catalogue_error(&error);
            return false;
        }
        let checked = catalogue.check(&mut |text| {
            self.fault(CATALOGUE_NAME, text);
            Ok(())
        });
        if let Err(error) = checked {
            self.on_catalogue_error(&error);
        }
        true
    }

    fn file(&mut self, name: &str, catalogue: Option<&Catalogue>) {
        self.summary.n_files += 1;
        let opened = File::open(self.folder.join(name)).and_then(|file| Ok((file.metadata()?.len(), file)));
        let (length, mut file) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                self.damaged_sources.extend(source_of_file(name).map(str::to_owned));
                return self.fault(name, format!("the file cannot be read: {error}"));
            }
        };
        let expected = match catalogue.map(|catalogue| catalogue.places_in(name)) {
            Some(Ok(expected)) => Some(expected),
            Some(Err(error)) => {
                self.on_catalogue_error(&error);
                None
            }
            None => None,
        };
        let Some(expected) = expected else { return self.unknown_bytes(name, (0, length), false) };
        let mut end = 0;
        for place in expected {
            if place.warc_offset > end {
                self.unknown_bytes(name, (end, place.warc_offset), true);
            }
            end = place.warc_offset.saturating_add(place.warc_length);
            self.summary.n_records += 1;
            self.summary.n_bytes += place.warc_length;
            if let Err(fault) = self.place(&mut file, &place) {
                self.damaged_records.insert(place.record_id.clone());
                self.damaged_sources.extend(source_of_file(name).map(str::to_owned));
                self.fault(object(name, place.warc_offset, &place.record_id), fault.to_string());
            }
        }
        if length > end && !self.is_written {
            self.unknown_bytes(name, (end, length), true);
        }
    }

    fn place(&mut self, file: &mut File, place: &RecordLocation) -> Result<(), RecordFault> {
        let member = bytes_at(file, place.warc_offset, place.warc_length).map_err(RecordFault::Unreadable)?;
        if Digest::of(&member) != place.sha256 {
            return Err(match WarcRecord::from_member(&member) {
                Ok(found) if found.id() != place.record_id => RecordFault::OtherRecord(found.id().to_owned()),
                Ok(_) => RecordFault::OtherBytes,
                Err(error) => RecordFault::Changed(error),
            });
        }
        let record = WarcRecord::from_member(&member).map_err(RecordFault::NotARecord)?;
        if record.id() != place.record_id || record.kind() != place.kind {
            return Err(RecordFault::OtherName);
        }
        self.record(&record, place)
    }

    /// Checks a whole record against its own facts, and keeps these.
    fn record(&mut self, record: &WarcRecord, place: &RecordLocation) -> Result<(), RecordFault> {
        let applied = self.from_records.put(place);
        applied.and_then(|()| facts::apply(&self.from_records, record, &place.warc_file))?;
        if !matches!(record.kind(), "response" | "resource") {
            return Ok(());
        }
        let capture = self.from_records.capture(&place.record_id)?.ok_or(RecordFault::NoPayload)?;
        let payload = record.decoded_payload(PAYLOAD_BYTES_MAX)?;
        let is_same = Digest::of(&payload) == capture.sha256 && payload.len() as u64 == capture.size_bytes;
        if is_same { Ok(()) } else { Err(RecordFault::OtherPayload) }
    }

    /// Checks bytes that no row of the catalogue covers. Whole records among them are a fault, unless a run is writing.
    fn unknown_bytes(&mut self, name: &str, range: (u64, u64), should_be_known: bool) {
        let folder = self.folder;
        let scanned = scan(folder, name, range, &mut |stretch| {
            let (object, text) = match stretch {
                ByteStretch::Record(_, place) if should_be_known => {
                    let text = "the catalogue does not know it; `ordskifte refresh` reads back what is new";
                    (object(name, place.warc_offset, &place.record_id), text.to_owned())
                }
                ByteStretch::Record(record, place) => {
                    self.summary.n_records += 1;
                    self.summary.n_bytes += place.warc_length;
                    let Err(fault) = self.record(&record, &place) else { return Ok(()) };
                    (object(name, place.warc_offset, &place.record_id), fault.to_string())
                }
                ByteStretch::Damaged(bytes) => {
                    let text = format!("{} bytes are no record: {}", bytes.length, bytes.text);
                    (format!("{name} at byte {}", bytes.offset), text)
                }
            };
            self.damaged_sources.extend(source_of_file(name).map(str::to_owned));
            self.fault(object, text);
            Ok(())
        });
        if let Err(error) = scanned {
            self.fault(name, format!("{}: {}", error.attempt, error.cause));
        }
    }

    /// Compares the rows with those made from the records. Consequences of damaged records are not reported again.
    fn rows(&mut self, catalogue: &Catalogue) {
        let mut differences = Vec::new();
        let damaged_records = &self.damaged_records;
        let captures = catalogue.differences::<Capture>(&self.from_records, &mut |key, text| {
            if !damaged_records.contains(&key[0]) {
                differences.push((format!("{CATALOGUE_NAME}, capture {}", key[0]), text));
            }
        });
        let damaged_sources = &self.damaged_sources;
        let holdings = catalogue.differences::<HoldingRow>(&self.from_records, &mut |key, text| {
            if !damaged_sources.contains(&key[0]) {
                differences.push((format!("{CATALOGUE_NAME}, location {}", key.join("/")), text));
            }
        });
        for (object, text) in differences {
            self.fault(object, text);
        }
        for compared in [captures, holdings] {
            if let Err(error) = compared {
                self.on_catalogue_error(&error);
            }
        }
    }
}

/// Faults in the catalogue are reported under this name.
const CATALOGUE_NAME: &str = super::rebuild::CATALOGUE;

fn object(warc_file: &str, offset: u64, record_id: &str) -> String {
    format!("{warc_file} at byte {offset}, record {record_id}")
}
