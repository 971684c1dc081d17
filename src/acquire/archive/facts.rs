//! Facts of the catalogue that are not in the archived bytes, to and from WARC records.
//!
//! - The record of a capture has a field `Ordskifte-Capture`: one JSON object, a [`CaptureFacts`].
//! - The state of a location is a `metadata` record that refers to the current capture: TOML, a [`LocationState`].
//!
//! The tables `record`, `capture` and `holding` are written only by applying these records in their order. So a rebuilt
//! catalogue equals the one that was lost.

use super::files::{PAYLOAD_BYTES_MAX, source_of_file};
use super::warc::WarcRecord;
use super::{Capture, Catalogue, Error, FailedAttempt, HoldingRow};
use crate::text::{Digest, SourceMetadata};
use serde::{Deserialize, Serialize};

/// Field of the record of a capture.
const CAPTURE_FIELD: &str = "Ordskifte-Capture";
/// Content type of the state of a location.
const STATE_TYPE: &str = "application/vnd.ordskifte.location+toml";
/// Content type of the facts of a capture whose record was written before records had the field.
const LATER_FACTS_TYPE: &str = "application/vnd.ordskifte.capture+json";
/// Content type of the metadata of a source in format 1.
const OLD_METADATA_TYPE: &str = "application/toml";

/// The facts of a capture that its record does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct CaptureFacts {
    /// Name of the source.
    pub(crate) source: String,
    /// The location within the source.
    pub(crate) location: String,
    /// Of the content-decoded payload.
    pub(crate) sha256: Digest,
    /// Of the content-decoded payload.
    pub(crate) size_bytes: u64,
    /// As declared by the server or by the file name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) media_type: Option<String>,
    /// `None` for files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) http_status: Option<u16>,
    /// The validator of the server, or that of the capture before when a 304 had none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) etag: Option<String>,
    /// The date of the server, or that of the capture before when a 304 had none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last_modified: Option<String>,
}

impl CaptureFacts {
    /// `record` with these facts.
    pub(super) fn in_record(&self, record: WarcRecord) -> WarcRecord {
        record.with(CAPTURE_FIELD, &self.json())
    }

    fn json(&self) -> String {
        serde_json::to_string(self).expect("facts have only string keys")
    }

    /// The facts of a row of format 1.
    pub(super) fn of_capture(capture: &Capture) -> CaptureFacts {
        CaptureFacts {
            source: capture.source.clone(),
            location: capture.location.clone(),
            sha256: capture.sha256,
            size_bytes: capture.size_bytes,
            media_type: capture.media_type.clone(),
            http_status: capture.http_status,
            etag: capture.etag.clone(),
            last_modified: capture.last_modified.clone(),
        }
    }

    /// A `metadata` record of these facts about a capture that is archived without them.
    pub(super) fn later_record(&self, capture: &Capture, date: &str) -> WarcRecord {
        WarcRecord::new("metadata", date, self.json().into_bytes())
            .with("WARC-Target-URI", &capture.target_uri)
            .with("WARC-Refers-To", &capture.record_id)
            .with("Content-Type", LATER_FACTS_TYPE)
    }

    /// The facts of a record alone: the URI takes the place of the location.
    fn of_bare(
        catalogue: &Catalogue,
        record: &WarcRecord,
        warc_file: &str,
    ) -> Result<Option<CaptureFacts>, Error> {
        let Some(target) = record.field("WARC-Target-URI") else { return Ok(None) };
        let (sha256, size_bytes) = match record.kind() {
            "revisit" => {
                let origin = record.field("WARC-Refers-To").map(|id| catalogue.capture(id)).transpose()?;
                let Some(origin) = origin.flatten() else { return Ok(None) };
                (origin.sha256, origin.size_bytes)
            }
            _ => match record.decoded_payload(PAYLOAD_BYTES_MAX) {
                Ok(payload) => (Digest::of(&payload), payload.len() as u64),
                Err(_) => return Ok(None),
            },
        };
        let source = source_of_file(warc_file).unwrap_or_default();
        Ok(Some(CaptureFacts::of_payload(source, target, sha256, size_bytes)))
    }

    /// The facts of bytes without a response of a server.
    pub(in crate::acquire) fn of_payload(
        source: &str,
        location: &str,
        sha256: Digest,
        size_bytes: u64,
    ) -> CaptureFacts {
        CaptureFacts {
            source: source.to_owned(),
            location: location.to_owned(),
            sha256,
            size_bytes,
            media_type: None,
            http_status: None,
            etag: None,
            last_modified: None,
        }
    }
}

/// The block of a state record. Absent values are left out.
#[derive(Debug, Serialize, Deserialize)]
struct LocationState {
    source: String,
    location: String,
    public_url: String,
    vanished_at: Option<String>,
    file_size: Option<i64>,
    file_mtime_ns: Option<i64>,
    gone_on: Option<String>,
    failure: Option<FailedAttempt>,
    #[serde(default)]
    metadata: SourceMetadata,
}

/// The state of a location as a record of `date`; `target` is the URI of its current capture.
pub(super) fn state_record(row: &HoldingRow, target: Option<&str>, date: &str) -> WarcRecord {
    let state = LocationState {
        source: row.source.clone(),
        location: row.location.clone(),
        public_url: row.public_url.clone(),
        vanished_at: row.vanished_at.clone(),
        file_size: row.file_size,
        file_mtime_ns: row.file_mtime_ns,
        gone_on: row.gone_on.clone(),
        failure: row.failure.clone(),
        metadata: row.metadata.clone(),
    };
    let block = toml::to_string(&state).expect("tables of strings and numbers are TOML").into_bytes();
    let record = WarcRecord::new("metadata", date, block).with("Content-Type", STATE_TYPE);
    let record = match (target, url::Url::parse(&row.location)) {
        (Some(target), _) => record.with("WARC-Target-URI", target),
        (None, Ok(url)) => record.with("WARC-Target-URI", url.as_str()),
        // A file that was never captured: the record needs no URI.
        (None, Err(_)) => record,
    };
    match &row.capture {
        Some(capture) => record.with("WARC-Refers-To", capture),
        None => record,
    }
}

/// Enters all facts of a record of the file `warc_file` into the catalogue, except its place. Harmless when repeated.
///
/// The kind of the error is `Damaged` when a whole record lacks facts that it should have.
pub(super) fn apply(catalogue: &Catalogue, record: &WarcRecord, warc_file: &str) -> Result<(), Error> {
    match (record.kind(), record.field("Content-Type")) {
        ("response" | "resource" | "revisit", _) => apply_capture(catalogue, record, warc_file),
        ("metadata", Some(STATE_TYPE)) => apply_state(catalogue, record, warc_file),
        ("metadata", Some(LATER_FACTS_TYPE)) => apply_later_facts(catalogue, record, warc_file),
        ("metadata", Some(OLD_METADATA_TYPE)) => apply_old_metadata(catalogue, record),
        _ => Ok(()),
    }
}

fn apply_capture(catalogue: &Catalogue, record: &WarcRecord, warc_file: &str) -> Result<(), Error> {
    let facts = match record.field(CAPTURE_FIELD) {
        Some(json) => Some(serde_json::from_str(json).map_err(|e| unreadable(record, warc_file, e))?),
        None => CaptureFacts::of_bare(catalogue, record, warc_file)?,
    };
    let Some(facts) = facts else { return Ok(()) };
    let digest = record.field("WARC-Payload-Digest").and_then(|digest| digest.strip_prefix("sha256:"));
    let bare = BareCapture {
        record_id: record.id().to_owned(),
        target_uri: record.field("WARC-Target-URI").unwrap_or_default().to_owned(),
        captured_at: record.field("WARC-Date").unwrap_or_default().to_owned(),
        body_sha256: digest.and_then(|digest| digest.parse().ok()).unwrap_or(facts.sha256),
        revisit_of: record.field("WARC-Refers-To").map(str::to_owned),
    };
    put_capture(catalogue, &bare.with(facts))
}

/// The facts of a capture that its record alone holds.
struct BareCapture {
    record_id: String,
    target_uri: String,
    captured_at: String,
    body_sha256: Digest,
    revisit_of: Option<String>,
}

impl BareCapture {
    fn with(self, facts: CaptureFacts) -> Capture {
        Capture {
            record_id: self.record_id,
            target_uri: self.target_uri,
            captured_at: self.captured_at,
            body_sha256: self.body_sha256,
            revisit_of: self.revisit_of,
            source: facts.source,
            location: facts.location,
            sha256: facts.sha256,
            size_bytes: facts.size_bytes,
            media_type: facts.media_type,
            http_status: facts.http_status,
            etag: facts.etag,
            last_modified: facts.last_modified,
        }
    }
}

fn put_capture(catalogue: &Catalogue, capture: &Capture) -> Result<(), Error> {
    catalogue.put(capture)?;
    let known = catalogue.holding(&capture.source, &capture.location)?;
    let row = known.unwrap_or_else(|| HoldingRow {
        source: capture.source.clone(),
        location: capture.location.clone(),
        public_url: capture.location.clone(),
        ..HoldingRow::default()
    });
    catalogue.put(&HoldingRow { capture: Some(capture.record_id.clone()), ..row })
}

fn apply_state(catalogue: &Catalogue, record: &WarcRecord, warc_file: &str) -> Result<(), Error> {
    let text = String::from_utf8_lossy(&record.block);
    let state: LocationState =
        toml::from_str(&text).map_err(|e| unreadable(record, warc_file, e.message()))?;
    catalogue.put(&HoldingRow {
        source: state.source,
        location: state.location,
        public_url: state.public_url,
        // Also when its record is lost: then the location is one whose bytes are missing, not one without bytes.
        capture: record.field("WARC-Refers-To").map(str::to_owned),
        metadata: state.metadata,
        vanished_at: state.vanished_at,
        file_size: state.file_size,
        file_mtime_ns: state.file_mtime_ns,
        gone_on: state.gone_on,
        failure: state.failure,
    })
}

fn apply_later_facts(catalogue: &Catalogue, record: &WarcRecord, warc_file: &str) -> Result<(), Error> {
    let facts: CaptureFacts =
        serde_json::from_slice(&record.block).map_err(|e| unreadable(record, warc_file, e))?;
    let known = record.field("WARC-Refers-To").map(|id| catalogue.capture(id)).transpose()?;
    let Some(known) = known.flatten() else { return Ok(()) };
    catalogue.remove_other_names(&known.record_id, &facts.location)?;
    let Capture { record_id, target_uri, captured_at, body_sha256, revisit_of, .. } = known;
    let bare = BareCapture { record_id, target_uri, captured_at, body_sha256, revisit_of };
    put_capture(catalogue, &bare.with(facts))
}

fn apply_old_metadata(catalogue: &Catalogue, record: &WarcRecord) -> Result<(), Error> {
    let capture = record.field("WARC-Refers-To").map(|id| catalogue.capture(id)).transpose()?.flatten();
    let metadata = toml::from_str(&String::from_utf8_lossy(&record.block));
    let (Some(capture), Ok(metadata)) = (capture, metadata) else { return Ok(()) };
    match catalogue.holding(&capture.source, &capture.location)? {
        Some(row) => catalogue.put(&HoldingRow { metadata, ..row }),
        None => Ok(()),
    }
}

fn unreadable(record: &WarcRecord, warc_file: &str, cause: impl std::fmt::Display) -> Error {
    let attempt = format!("cannot read record {} in {warc_file}", record.id());
    Error::new(attempt, cause).damaged().hint("was it written by a newer version of the program?")
}
