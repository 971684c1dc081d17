//! Every byte of every WARC file against the catalogue, and every row of the catalogue against its record.

use super::warc::Record;
use super::{Capture, Catalogue, Digest, Error, PAYLOAD_BYTES_MAX, Place, bytes_at, warc_files};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The WARC file.
    pub warc_file: String,
    /// The byte where it begins.
    pub offset: u64,
    /// The record that belongs there. `None` for bytes that belong to no record.
    pub record_id: Option<String>,
    /// Lower case, no full stop.
    pub text: String,
}

/// What was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VerifySummary {
    /// WARC files.
    pub n_files: u64,
    /// Records that the catalogue knows.
    pub n_records: u64,
    /// Their bytes.
    pub n_bytes: u64,
    /// Faults told.
    pub n_faults: u64,
}

pub(super) fn verify(
    folder: &Path,
    catalogue: &Catalogue,
    tell: &mut dyn FnMut(Fault),
) -> Result<VerifySummary, Error> {
    let known = catalogue.file_lengths()?.into_keys();
    let names: BTreeSet<String> = warc_files(folder)?.into_iter().chain(known).collect();
    let mut summary = VerifySummary::default();
    for name in &names {
        let expected = catalogue.places_in(name)?;
        let captures = catalogue.captures_in(name)?;
        let captures =
            captures.into_iter().map(|capture| (capture.place.record_id.clone(), capture)).collect();
        summary.n_files += 1;
        summary.n_records += expected.len() as u64;
        summary.n_bytes += expected.iter().map(|place| place.warc_length).sum::<u64>();
        verify_file(folder, name, &expected, &captures, &mut |fault| {
            summary.n_faults += 1;
            tell(fault);
        });
    }
    Ok(summary)
}

fn verify_file(
    folder: &Path,
    name: &str,
    expected: &[Place],
    captures: &BTreeMap<String, Capture>,
    tell: &mut dyn FnMut(Fault),
) {
    let fault = |offset, record_id: Option<&str>, text: String| Fault {
        warc_file: name.to_string(),
        offset,
        record_id: record_id.map(str::to_string),
        text,
    };
    let opened = File::open(folder.join(name)).and_then(|file| Ok((file.metadata()?.len(), file)));
    let (length, mut file) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            let first = expected.first().map(|place| place.record_id.as_str());
            return tell(fault(0, first, format!("the file cannot be read: {error}")));
        }
    };
    let mut end = 0;
    for place in expected {
        if place.warc_offset != end {
            tell(fault(end, None, format!("no record is known for the bytes up to {}", place.warc_offset)));
        }
        end = place.warc_offset + place.warc_length;
        if let Err(text) = verify_place(&mut file, place, captures.get(&place.record_id)) {
            tell(fault(place.warc_offset, Some(&place.record_id), text));
        }
    }
    if length > end {
        tell(fault(end, None, format!("{} stray bytes after the last known record", length - end)));
    }
}

fn verify_place(file: &mut File, place: &Place, capture: Option<&Capture>) -> Result<(), String> {
    let member = bytes_at(file, place.warc_offset, place.warc_length).map_err(|e| e.to_string())?;
    if Digest::of(&member) != place.sha256 {
        return Err(match Record::from_member(&member) {
            Ok(found) if found.id() != place.record_id => format!("another record is here: {}", found.id()),
            Ok(_) => "the bytes differ from those written, though their checksums agree".to_string(),
            Err(text) => format!("the bytes differ from those written: {text}"),
        });
    }
    let record = Record::from_member(&member)?;
    if record.id() != place.record_id || record.kind() != place.kind {
        return Err("the catalogue names another record".to_string());
    }
    match (capture, place.kind.as_str()) {
        (None, "response" | "resource" | "revisit") => {
            Err("no capture in the catalogue names it".to_string())
        }
        (Some(capture), _) => verify_capture(&record, capture),
        (None, _) => Ok(()),
    }
}

fn verify_capture(record: &Record, capture: &Capture) -> Result<(), String> {
    if record.field("WARC-Target-URI") != Some(&capture.target_uri) {
        return Err("its target URI differs from the catalogue's".to_string());
    }
    if record.kind() == "revisit" {
        return Ok(());
    }
    let payload = record.decoded_payload(PAYLOAD_BYTES_MAX)?;
    let is_same = Digest::of(&payload) == capture.sha256 && payload.len() as u64 == capture.size_bytes;
    is_same.then_some(()).ok_or_else(|| "its payload differs from the catalogue's digest or size".to_string())
}
