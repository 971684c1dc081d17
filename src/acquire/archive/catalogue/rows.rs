//! Rows of the catalogue to and from values, each with a checksum over its columns.
//!
//! SQLite finds a damaged page only where its structure breaks. A flipped bit inside a value stays a value, so every row
//! carries a checksum that is compared whenever the row is read.

use super::super::Error;
use crate::text::{Digest, DocName, Limit, Rejection, SourceMetadata};
use rusqlite::Row;
use rusqlite::types::{Value, ValueRef};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

/// The hint for a damaged catalogue.
pub(super) const REBUILD_HINT: &str =
    "run `ordskifte archive reindex`, which rebuilds the catalogue from the WARC files";

/// A type whose values are rows of one table.
pub(in super::super) trait TableRow: Sized {
    /// Name of the table.
    const TABLE: &'static str;
    /// Its columns, without `checksum`; those of the primary key first.
    const COLUMNS: &'static [&'static str];
    /// How many columns make the primary key.
    const KEY_COLUMNS: usize;

    /// One value for each of [`TableRow::COLUMNS`].
    fn values(&self) -> Vec<Value>;

    /// The value of a row whose columns have the names of [`TableRow::COLUMNS`].
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self>;
}

/// The index of the column `name` of the table of `T`: computed when the program is compiled, since finding a column by name in
/// each row compared all names, a twentieth of a run that finds nothing new.
const fn column<T: TableRow>(name: &str) -> usize {
    let (columns, name) = (T::COLUMNS, name.as_bytes());
    let mut index = 0;
    loop {
        let candidate = columns[index].as_bytes();
        let mut at = 0;
        while at < name.len() && at < candidate.len() && candidate[at] == name[at] {
            at += 1;
        }
        if at == name.len() && at == candidate.len() {
            return index;
        }
        index += 1;
    }
}

/// `SELECT` of all columns and the checksum, without a clause.
pub(super) fn select<T: TableRow>() -> String {
    format!("SELECT {}, checksum FROM {} ", T::COLUMNS.join(", "), T::TABLE)
}

/// `INSERT OR REPLACE` or `INSERT` of one row.
pub(super) fn insert<T: TableRow>(verb: &str) -> String {
    let marks = vec!["?"; T::COLUMNS.len() + 1].join(", ");
    format!("{verb} INTO {} ({}, checksum) VALUES ({marks})", T::TABLE, T::COLUMNS.join(", "))
}

/// The values of `row` and their checksum, in the order of [`insert`].
pub(super) fn values_with_checksum<T: TableRow>(row: &T) -> Vec<Value> {
    let mut values = row.values();
    let checksum = checksum(T::TABLE, &values);
    values.push(Value::Text(checksum));
    values
}

/// The row as a value. `Err` with [`ErrorKind::Damaged`](super::super::super::ErrorKind) when its checksum is wrong.
pub(super) fn checked<T: TableRow>(row: &Row<'_>) -> Result<T, Error> {
    check_row::<T>(row)?;
    Ok(T::from_row(row)?)
}

/// `Err` with [`ErrorKind::Damaged`](super::super::super::ErrorKind) when the checksum of the row is wrong. Its columns are those
/// of [`select`], in that order: a column is read by its index, since finding it by name compares all names.
pub(super) fn check_row<T: TableRow>(row: &Row<'_>) -> Result<(), Error> {
    let mut hasher = sha2::Sha256::new();
    hasher.update(T::TABLE);
    for index in 0..T::COLUMNS.len() {
        hash_value(&mut hasher, row.get_ref(index)?);
    }
    let wanted = data_encoding::HEXLOWER.encode(&hasher.finalize()[..CHECKSUM_BYTES]);
    if row.get_ref(T::COLUMNS.len())? == ValueRef::Text(wanted.as_bytes()) {
        return Ok(());
    }
    let key = (0..T::KEY_COLUMNS).map(|index| Ok(shown(&row.get(index)?)));
    let key: Vec<String> = key.collect::<rusqlite::Result<_>>()?;
    let attempt = format!("cannot read row {} of table {} in the catalogue", key.join(" "), T::TABLE);
    Err(Error::new(attempt, "its checksum is wrong").damaged().hint(REBUILD_HINT))
}

const CHECKSUM_BYTES: usize = 8;

/// 64 bits of SHA-256 over the table's name and the values with their types.
fn checksum(table: &str, values: &[Value]) -> String {
    let mut hasher = sha2::Sha256::new();
    hasher.update(table);
    values.iter().for_each(|value| hash_value(&mut hasher, value.into()));
    data_encoding::HEXLOWER.encode(&hasher.finalize()[..CHECKSUM_BYTES])
}

fn hash_value(hasher: &mut sha2::Sha256, value: ValueRef<'_>) {
    let number_bytes;
    let (tag, bytes): (u8, &[u8]) = match value {
        ValueRef::Null => (0, &[]),
        ValueRef::Integer(number) => {
            number_bytes = number.to_le_bytes();
            (1, &number_bytes)
        }
        ValueRef::Real(number) => {
            number_bytes = number.to_le_bytes();
            (2, &number_bytes)
        }
        ValueRef::Text(text) => (3, text),
        ValueRef::Blob(bytes) => (4, bytes),
    };
    hasher.update([tag]);
    hasher.update((bytes.len() as u64).to_le_bytes());
    hasher.update(bytes);
}

/// A value for messages.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => format!("'{text}'"),
        Value::Blob(bytes) => format!("{} bytes", bytes.len()),
    }
}

/// Where a record is stored, and the digest of its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordLocation {
    /// `<urn:uuid:…>`
    pub record_id: String,
    /// `response`, `resource`, …
    pub kind: String,
    /// Name of the file in the archive's folder.
    pub warc_file: String,
    /// Offset of the gzip member's first byte.
    pub warc_offset: u64,
    /// Length of the gzip member.
    pub warc_length: u64,
    /// Of the gzip member's bytes. It covers every bit, also those of the header that no checksum of gzip covers.
    pub sha256: Digest,
}

impl TableRow for RecordLocation {
    const TABLE: &'static str = "record";
    const COLUMNS: &'static [&'static str] =
        &["warc_file", "warc_offset", "warc_length", "record_id", "kind", "sha256"];
    const KEY_COLUMNS: usize = 2;

    fn values(&self) -> Vec<Value> {
        vec![
            self.warc_file.clone().into(),
            (self.warc_offset as i64).into(),
            (self.warc_length as i64).into(),
            self.record_id.clone().into(),
            self.kind.clone().into(),
            self.sha256.to_string().into(),
        ]
    }

    fn from_row(row: &Row<'_>) -> rusqlite::Result<RecordLocation> {
        Ok(RecordLocation {
            record_id: row.get(const { column::<Self>("record_id") })?,
            kind: row.get(const { column::<Self>("kind") })?,
            warc_file: row.get(const { column::<Self>("warc_file") })?,
            warc_offset: row.get::<_, i64>(const { column::<Self>("warc_offset") })? as u64,
            warc_length: row.get::<_, i64>(const { column::<Self>("warc_length") })? as u64,
            sha256: digest(row, const { column::<Self>("sha256") })?,
        })
    }
}

/// One retrieval of a location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// The WARC record that holds it.
    pub record_id: String,
    /// Name of the source.
    pub source: String,
    /// The location within the source.
    pub location: String,
    /// The URI that the WARC record names.
    pub target_uri: String,
    /// ISO 8601 in UTC.
    pub captured_at: String,
    /// As declared by the server or by the file name.
    pub media_type: Option<String>,
    /// `None` for files.
    pub http_status: Option<u16>,
    /// Of the content-decoded payload.
    pub sha256: Digest,
    /// Of the payload as archived: content-encoded.
    pub body_sha256: Digest,
    /// Of the content-decoded payload.
    pub size_bytes: u64,
    /// The server's validator for the next conditional request.
    pub etag: Option<String>,
    /// The server's date for the next conditional request.
    pub last_modified: Option<String>,
    /// Id of the record that holds the bytes, when this one is a revisit.
    pub revisit_of: Option<String>,
}

impl TableRow for Capture {
    const TABLE: &'static str = "capture";
    const COLUMNS: &'static [&'static str] = &[
        "record_id",
        "source",
        "location",
        "target_uri",
        "captured_at",
        "media_type",
        "http_status",
        "sha256",
        "body_sha256",
        "size_bytes",
        "etag",
        "last_modified",
        "revisit_of",
    ];
    const KEY_COLUMNS: usize = 1;

    fn values(&self) -> Vec<Value> {
        vec![
            self.record_id.clone().into(),
            self.source.clone().into(),
            self.location.clone().into(),
            self.target_uri.clone().into(),
            self.captured_at.clone().into(),
            self.media_type.clone().into(),
            self.http_status.map(i64::from).into(),
            self.sha256.to_string().into(),
            self.body_sha256.to_string().into(),
            (self.size_bytes as i64).into(),
            self.etag.clone().into(),
            self.last_modified.clone().into(),
            self.revisit_of.clone().into(),
        ]
    }

    fn from_row(row: &Row<'_>) -> rusqlite::Result<Capture> {
        Ok(Capture {
            record_id: row.get(const { column::<Self>("record_id") })?,
            source: row.get(const { column::<Self>("source") })?,
            location: row.get(const { column::<Self>("location") })?,
            target_uri: row.get(const { column::<Self>("target_uri") })?,
            captured_at: row.get(const { column::<Self>("captured_at") })?,
            media_type: row.get(const { column::<Self>("media_type") })?,
            http_status: row.get(const { column::<Self>("http_status") })?,
            sha256: digest(row, const { column::<Self>("sha256") })?,
            body_sha256: digest(row, const { column::<Self>("body_sha256") })?,
            size_bytes: row.get::<_, i64>(const { column::<Self>("size_bytes") })? as u64,
            etag: row.get(const { column::<Self>("etag") })?,
            last_modified: row.get(const { column::<Self>("last_modified") })?,
            revisit_of: row.get(const { column::<Self>("revisit_of") })?,
        })
    }
}

/// Why the last attempt to read a location failed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FailedAttempt {
    /// Attempt and cause: lower case, no full stop.
    pub reason: String,
    /// The hint; may be empty.
    #[serde(default)]
    pub hint: String,
}

impl From<&Error> for FailedAttempt {
    fn from(error: &Error) -> FailedAttempt {
        let reason = format!("{}: {}", error.attempt, error.cause);
        FailedAttempt { reason, hint: error.hint.clone().unwrap_or_default() }
    }
}

/// The state of one location of a source.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HoldingRow {
    /// Name of the source.
    pub source: String,
    /// The location within the source.
    pub location: String,
    /// The address shown to readers.
    pub public_url: String,
    /// Record id of the current capture. `None` when no attempt has succeeded.
    pub capture: Option<String>,
    /// The metadata that the source declares for the document.
    pub metadata: SourceMetadata,
    /// The tombstone: since when the location is gone, ISO 8601 in UTC.
    pub vanished_at: Option<String>,
    /// Size of the file when it was last read.
    pub file_size: Option<i64>,
    /// Modification time of the file when it was last read, in nanoseconds since 1970.
    pub file_mtime_ns: Option<i64>,
    /// First date on which the server answered 404 or 410 since it last sent the page.
    pub gone_on: Option<String>,
    /// Why the last attempt failed. `None` when it succeeded.
    pub failure: Option<FailedAttempt>,
}

impl HoldingRow {
    /// The name of the document that this location gives.
    pub(crate) fn docname(&self) -> DocName {
        DocName::new(&self.source, &self.location)
    }
}

impl TableRow for HoldingRow {
    const TABLE: &'static str = "holding";
    const COLUMNS: &'static [&'static str] = &[
        "source",
        "location",
        "public_url",
        "capture",
        "metadata",
        "vanished_at",
        "file_size",
        "file_mtime_ns",
        "gone_on",
        "failure_reason",
        "failure_hint",
    ];
    const KEY_COLUMNS: usize = 2;

    fn values(&self) -> Vec<Value> {
        let metadata = toml::to_string(&self.metadata).expect("a flat table of strings and numbers is TOML");
        vec![
            self.source.clone().into(),
            self.location.clone().into(),
            self.public_url.clone().into(),
            self.capture.clone().into(),
            metadata.into(),
            self.vanished_at.clone().into(),
            self.file_size.into(),
            self.file_mtime_ns.into(),
            self.gone_on.clone().into(),
            self.failure.as_ref().map(|failure| failure.reason.clone()).into(),
            self.failure.as_ref().map(|failure| failure.hint.clone()).into(),
        ]
    }

    fn from_row(row: &Row<'_>) -> rusqlite::Result<HoldingRow> {
        let reason: Option<String> = row.get(const { column::<Self>("failure_reason") })?;
        let hint =
            row.get::<_, Option<String>>(const { column::<Self>("failure_hint") })?.unwrap_or_default();
        Ok(HoldingRow {
            source: row.get(const { column::<Self>("source") })?,
            location: row.get(const { column::<Self>("location") })?,
            public_url: row.get(const { column::<Self>("public_url") })?,
            capture: row.get(const { column::<Self>("capture") })?,
            metadata: toml::from_str(&row.get::<_, String>(const { column::<Self>("metadata") })?)
                .map_err(|e| invalid("metadata", e))?,
            vanished_at: row.get(const { column::<Self>("vanished_at") })?,
            file_size: row.get(const { column::<Self>("file_size") })?,
            file_mtime_ns: row.get(const { column::<Self>("file_mtime_ns") })?,
            gone_on: row.get(const { column::<Self>("gone_on") })?,
            failure: reason.map(|reason| FailedAttempt { reason, hint }),
        })
    }
}

/// How an extraction ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extraction {
    /// The payload that was read.
    pub sha256: Digest,
    /// The version of the extractor that read it.
    pub extractor_version: String,
    /// Why the payload was rejected. `None` when its text was extracted.
    pub rejection: Option<Rejection>,
    /// Whether the archive could read the bytes. If not, the rejection has the reason, and every run tries again.
    pub is_archived: bool,
}

impl TableRow for Extraction {
    const TABLE: &'static str = "extraction";
    const COLUMNS: &'static [&'static str] = &[
        "sha256",
        "extractor_version",
        "is_archived",
        "outcome",
        "reason",
        "hint",
        "limit_kind",
        "limit_value",
    ];
    const KEY_COLUMNS: usize = 2;

    fn values(&self) -> Vec<Value> {
        let rejection = self.rejection.as_ref();
        let limit = rejection.and_then(|rejection| rejection.limit).map(|limit| match limit {
            Limit::Time { seconds } => ("time".to_owned(), Some(seconds as i64)),
            Limit::Memory { mebibytes } => ("memory".to_owned(), Some(mebibytes as i64)),
            Limit::Converter => ("converter".to_owned(), None),
            Limit::Unwanted => ("unwanted".to_owned(), None),
            Limit::Ocr { pages } => ("ocr".to_owned(), Some(i64::from(pages))),
            Limit::Outside => ("outside".to_owned(), None),
        });
        let (limit_kind, limit_value) = limit.unzip();
        vec![
            self.sha256.to_string().into(),
            self.extractor_version.clone().into(),
            self.is_archived.into(),
            if rejection.is_some() { "rejected" } else { "ok" }.to_owned().into(),
            rejection.map(|rejection| rejection.reason.clone()).into(),
            rejection.map(|rejection| rejection.hint.clone()).into(),
            limit_kind.into(),
            limit_value.flatten().into(),
        ]
    }

    fn from_row(row: &Row<'_>) -> rusqlite::Result<Extraction> {
        let rejection = match row.get::<_, String>(const { column::<Self>("outcome") })?.as_str() {
            "rejected" => Some(Rejection {
                reason: row.get(const { column::<Self>("reason") })?,
                hint: row.get(const { column::<Self>("hint") })?,
                limit: limit(row)?,
            }),
            _ => None,
        };
        Ok(Extraction {
            sha256: digest(row, const { column::<Self>("sha256") })?,
            extractor_version: row.get(const { column::<Self>("extractor_version") })?,
            rejection,
            is_archived: row.get(const { column::<Self>("is_archived") })?,
        })
    }
}

fn limit(row: &Row<'_>) -> rusqlite::Result<Option<Limit>> {
    let value =
        row.get::<_, Option<i64>>(const { column::<Extraction>("limit_value") })?.unwrap_or_default() as u64;
    Ok(match row.get::<_, Option<String>>(const { column::<Extraction>("limit_kind") })?.as_deref() {
        Some("time") => Some(Limit::Time { seconds: value }),
        Some("memory") => Some(Limit::Memory { mebibytes: value }),
        Some("converter") => Some(Limit::Converter),
        Some("unwanted") => Some(Limit::Unwanted),
        Some("ocr") => Some(Limit::Ocr { pages: value as u32 }),
        Some("outside") => Some(Limit::Outside),
        _ => None,
    })
}

/// The counts of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RunCounts {
    /// Locations captured for the first time.
    pub(crate) n_new: u64,
    /// Locations whose bytes or metadata changed.
    pub(crate) n_changed: u64,
    /// Locations without a change.
    pub(crate) n_unchanged: u64,
    /// Locations that got a tombstone.
    pub(crate) n_vanished: u64,
    /// Locations that could not be read.
    pub(crate) n_failed: u64,
    /// Documents that were rejected.
    pub(crate) n_rejected: u64,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub(crate) id: i64,
    pub(crate) started_at: String,
    /// `None` while it runs, or when it was killed.
    pub(crate) ended_at: Option<String>,
    /// "done", "stopped", "failed", …; `None` as for `ended_at`.
    pub(crate) outcome: Option<String>,
    /// All 0 until it ended.
    pub(crate) counts: RunCounts,
}

impl TableRow for Run {
    const TABLE: &'static str = "run";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "started_at",
        "ended_at",
        "outcome",
        "n_new",
        "n_changed",
        "n_unchanged",
        "n_vanished",
        "n_failed",
        "n_rejected",
    ];
    const KEY_COLUMNS: usize = 1;

    fn values(&self) -> Vec<Value> {
        let counts = &self.counts;
        let numbers = [
            counts.n_new,
            counts.n_changed,
            counts.n_unchanged,
            counts.n_vanished,
            counts.n_failed,
            counts.n_rejected,
        ];
        let mut values: Vec<Value> = vec![
            self.id.into(),
            self.started_at.clone().into(),
            self.ended_at.clone().into(),
            self.outcome.clone().into(),
        ];
        values.extend(numbers.map(|number| Value::Integer(number as i64)));
        values
    }

    fn from_row(row: &Row<'_>) -> rusqlite::Result<Run> {
        let count = |column: usize| Ok::<_, rusqlite::Error>(row.get::<_, i64>(column)? as u64);
        Ok(Run {
            id: row.get(const { column::<Self>("id") })?,
            started_at: row.get(const { column::<Self>("started_at") })?,
            ended_at: row.get(const { column::<Self>("ended_at") })?,
            outcome: row.get(const { column::<Self>("outcome") })?,
            counts: RunCounts {
                n_new: count(const { column::<Self>("n_new") })?,
                n_changed: count(const { column::<Self>("n_changed") })?,
                n_unchanged: count(const { column::<Self>("n_unchanged") })?,
                n_vanished: count(const { column::<Self>("n_vanished") })?,
                n_failed: count(const { column::<Self>("n_failed") })?,
                n_rejected: count(const { column::<Self>("n_rejected") })?,
            },
        })
    }
}

/// A state of the corpus that was indexed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct SnapshotRow {
    pub(crate) serial: i64,
    pub(crate) id: String,
    pub(crate) made_at: String,
    pub(crate) n_documents: u64,
}

impl TableRow for SnapshotRow {
    const TABLE: &'static str = "snapshot";
    const COLUMNS: &'static [&'static str] = &["serial", "id", "made_at", "n_documents"];
    const KEY_COLUMNS: usize = 1;

    fn values(&self) -> Vec<Value> {
        vec![
            self.serial.into(),
            self.id.clone().into(),
            self.made_at.clone().into(),
            (self.n_documents as i64).into(),
        ]
    }

    fn from_row(row: &Row<'_>) -> rusqlite::Result<SnapshotRow> {
        Ok(SnapshotRow {
            serial: row.get(const { column::<Self>("serial") })?,
            id: row.get(const { column::<Self>("id") })?,
            made_at: row.get(const { column::<Self>("made_at") })?,
            n_documents: row.get::<_, i64>(const { column::<Self>("n_documents") })? as u64,
        })
    }
}

fn digest(row: &Row<'_>, column: usize) -> rusqlite::Result<Digest> {
    row.get::<_, String>(column)?.parse().map_err(|cause| invalid("of a digest", cause))
}

pub(super) fn invalid(column: &str, cause: impl std::fmt::Display) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(
        0,
        rusqlite::types::Type::Text,
        format!("column {column}: {cause}").into(),
    )
}

#[cfg(test)]
mod tests {
    use super::super::Catalogue;
    use super::*;

    #[test]
    fn the_limit_that_ended_a_parser_is_kept() {
        let mut catalogue = Catalogue::temporary().unwrap();
        let limits = [
            Limit::Time { seconds: 20 },
            Limit::Memory { mebibytes: 64 },
            Limit::Converter,
            Limit::Unwanted,
            Limit::Ocr { pages: 12 },
            Limit::Outside,
        ];
        for (limit, byte) in limits.into_iter().zip(0u8..) {
            let sha256 = Digest::of(&[byte]);
            let rejection = Rejection::new("parsing ended", "try again").with_limit(limit);
            let extraction = Extraction {
                sha256,
                extractor_version: "1".to_owned(),
                rejection: Some(rejection),
                is_archived: true,
            };
            catalogue.record_extractions(&[extraction]).unwrap();
            let kept = catalogue.extractions("1").unwrap().remove(&sha256).and_then(|kept| kept.rejection);
            assert_eq!(kept.and_then(|rejection| rejection.limit), Some(limit));
        }
    }
}
