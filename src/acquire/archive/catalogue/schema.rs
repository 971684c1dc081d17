//! The tables of the catalogue, and the reading of tables of earlier formats.

use super::super::Error;
use super::rows::{Capture, FailedAttempt, HoldingRow};
use crate::text::Digest;
use rusqlite::{Connection, Row};
use std::collections::BTreeMap;

/// The format that this program reads and writes; stored as SQLite's `user_version`.
///
/// There are no migrations from table to table: a catalogue of an earlier format is replaced by one that is rebuilt from
/// the WARC files. Format 1 is the exception that [`Format1`] covers, since its WARC files did not hold everything.
pub const FORMAT: i64 = 2;

/// Every table has a checksum over the other columns. Tables with a key of text are stored by it, so that there is no
/// second copy of the key that could differ.
pub(super) const SCHEMA: &str = "
CREATE TABLE record (warc_file TEXT NOT NULL, warc_offset INTEGER NOT NULL, warc_length INTEGER NOT NULL,
  record_id TEXT NOT NULL, kind TEXT NOT NULL, sha256 TEXT NOT NULL, checksum TEXT NOT NULL,
  PRIMARY KEY (warc_file, warc_offset)) WITHOUT ROWID;
CREATE INDEX record_by_id ON record (record_id);
CREATE TABLE capture (record_id TEXT PRIMARY KEY, source TEXT NOT NULL, location TEXT NOT NULL,
  target_uri TEXT NOT NULL, captured_at TEXT NOT NULL, media_type TEXT, http_status INTEGER, sha256 TEXT NOT NULL,
  body_sha256 TEXT NOT NULL, size_bytes INTEGER NOT NULL, etag TEXT, last_modified TEXT, revisit_of TEXT,
  checksum TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX capture_by_sha256 ON capture (sha256);
CREATE TABLE holding (source TEXT NOT NULL, location TEXT NOT NULL, public_url TEXT NOT NULL, capture TEXT,
  metadata TEXT NOT NULL, vanished_at TEXT, file_size INTEGER, file_mtime_ns INTEGER, gone_on TEXT,
  failure_reason TEXT, failure_hint TEXT, checksum TEXT NOT NULL, PRIMARY KEY (source, location)) WITHOUT ROWID;
CREATE TABLE extraction (sha256 TEXT NOT NULL, extractor_version TEXT NOT NULL, is_archived INTEGER NOT NULL,
  outcome TEXT NOT NULL, reason TEXT, hint TEXT, limit_kind TEXT, limit_value INTEGER, checksum TEXT NOT NULL,
  PRIMARY KEY (sha256, extractor_version)) WITHOUT ROWID;
CREATE TABLE run (id INTEGER PRIMARY KEY, started_at TEXT NOT NULL, ended_at TEXT, outcome TEXT,
  n_new INTEGER NOT NULL, n_changed INTEGER NOT NULL, n_unchanged INTEGER NOT NULL, n_vanished INTEGER NOT NULL,
  n_failed INTEGER NOT NULL, n_rejected INTEGER NOT NULL, checksum TEXT NOT NULL);
CREATE TABLE snapshot (serial INTEGER PRIMARY KEY, id TEXT NOT NULL, made_at TEXT NOT NULL,
  n_documents INTEGER NOT NULL, checksum TEXT NOT NULL);
";

/// The facts of a catalogue of format 1 that its WARC files do not hold.
#[derive(Debug)]
pub(in super::super) struct Format1 {
    pub(crate) captures: Vec<Capture>,
    pub(crate) holdings: Vec<HoldingRow>,
}

impl Format1 {
    pub(super) fn read(connection: &Connection) -> Result<Format1, Error> {
        let mut statement = connection.prepare("SELECT * FROM capture ORDER BY id")?;
        let rows =
            statement.query_map([], |row| Ok((row.get("id")?, row.get("revisit_of")?, capture(row)?)))?;
        let rows: Vec<(i64, Option<i64>, Capture)> = rows.collect::<Result<_, _>>()?;
        let ids: BTreeMap<i64, String> =
            rows.iter().map(|(id, _, capture)| (*id, capture.record_id.clone())).collect();
        let captures = rows.iter().map(|(_, revisit_of, capture)| {
            let revisit_of = revisit_of.and_then(|id| ids.get(&id).cloned());
            Capture { revisit_of, ..capture.clone() }
        });
        let mut statement = connection.prepare("SELECT * FROM holding ORDER BY source, location")?;
        let holdings = statement.query_map([], |row| holding(row, &ids))?.collect::<Result<_, _>>()?;
        Ok(Format1 { captures: captures.collect(), holdings })
    }
}

fn capture(row: &Row<'_>) -> rusqlite::Result<Capture> {
    let digest = |column| -> rusqlite::Result<Digest> {
        row.get::<_, String>(column)?.parse().map_err(|cause| super::rows::invalid(column, cause))
    };
    Ok(Capture {
        record_id: row.get("record_id")?,
        source: row.get("source")?,
        location: row.get("location")?,
        target_uri: row.get("target_uri")?,
        captured_at: row.get("captured_at")?,
        media_type: row.get("media_type")?,
        http_status: row.get("http_status")?,
        sha256: digest("sha256")?,
        body_sha256: digest("body_sha256")?,
        size_bytes: row.get::<_, i64>("size_bytes")? as u64,
        etag: row.get("etag")?,
        last_modified: row.get("last_modified")?,
        revisit_of: None,
    })
}

fn holding(row: &Row<'_>, ids: &BTreeMap<i64, String>) -> rusqlite::Result<HoldingRow> {
    let failure = row.get::<_, Option<String>>("failure")?.map(|text| {
        let (reason, hint) = text.split_once("\nhint: ").unwrap_or((&text, ""));
        FailedAttempt { reason: reason.to_owned(), hint: hint.to_owned() }
    });
    let metadata: String = row.get("metadata")?;
    Ok(HoldingRow {
        source: row.get("source")?,
        location: row.get("location")?,
        public_url: row.get("public_url")?,
        capture: row.get::<_, Option<i64>>("capture")?.and_then(|id| ids.get(&id).cloned()),
        metadata: toml::from_str(&metadata).map_err(|e| super::rows::invalid("metadata", e))?,
        vanished_at: row.get("vanished_at")?,
        file_size: row.get("file_size")?,
        file_mtime_ns: row.get("file_mtime_ns")?,
        gone_on: row.get("gone_on")?,
        failure,
    })
}
