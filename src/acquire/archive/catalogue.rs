//! The catalogue: what was captured when, where its record lies, and what became of it. The only user of SQLite.
//!
//! Rows are added after the bytes that they speak of are on disk; a row is the acknowledgement.

use super::{Digest, Error};
use crate::text::{Limit, Rejection};
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};
use std::collections::BTreeMap;
use std::path::Path;

/// The format that this program writes and reads; stored as SQLite's `user_version`.
pub const FORMAT: i64 = 2;

const SCHEMA: &str = "
CREATE TABLE record (record_id TEXT PRIMARY KEY, kind TEXT NOT NULL, warc_file TEXT NOT NULL,
  warc_offset INTEGER NOT NULL, warc_length INTEGER NOT NULL, sha256 TEXT NOT NULL, UNIQUE (warc_file, warc_offset));
CREATE TABLE capture (id INTEGER PRIMARY KEY, source TEXT NOT NULL, location TEXT NOT NULL, target_uri TEXT NOT NULL,
  captured_at TEXT NOT NULL, media_type TEXT, http_status INTEGER, sha256 TEXT NOT NULL, body_sha256 TEXT NOT NULL,
  size_bytes INTEGER NOT NULL, etag TEXT, last_modified TEXT, record_id TEXT NOT NULL REFERENCES record,
  warc_file TEXT NOT NULL, warc_offset INTEGER NOT NULL, warc_length INTEGER NOT NULL, revisit_of INTEGER REFERENCES capture);
CREATE INDEX capture_by_sha256 ON capture (sha256);
CREATE INDEX capture_by_body ON capture (body_sha256);
CREATE TABLE holding (source TEXT NOT NULL, location TEXT NOT NULL, public_url TEXT NOT NULL,
  capture INTEGER REFERENCES capture, metadata TEXT NOT NULL, first_seen TEXT NOT NULL, vanished_at TEXT,
  file_size INTEGER, file_mtime_ns INTEGER, gone_on TEXT, failure TEXT, PRIMARY KEY (source, location));
CREATE TABLE extraction (sha256 TEXT NOT NULL, extractor_version TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT,
  hint TEXT, limit_kind TEXT, limit_value INTEGER, PRIMARY KEY (sha256, extractor_version));
CREATE TABLE run (id INTEGER PRIMARY KEY, started_at TEXT NOT NULL, ended_at TEXT, outcome TEXT, n_new INTEGER,
  n_changed INTEGER, n_unchanged INTEGER, n_vanished INTEGER, n_failed INTEGER, n_rejected INTEGER);
CREATE TABLE snapshot (serial INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, made_at TEXT NOT NULL, n_documents INTEGER NOT NULL);
CREATE TABLE document (snapshot TEXT NOT NULL, docname TEXT NOT NULL, source TEXT NOT NULL, location TEXT NOT NULL,
  sha256 TEXT NOT NULL, PRIMARY KEY (snapshot, docname));
";

/// What was extracted is forgotten and extracted again: format 1 has the limit only in the text of the reason.
const FROM_FORMAT_1: &str = "
DROP TABLE extraction;
CREATE TABLE extraction (sha256 TEXT NOT NULL, extractor_version TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT,
  hint TEXT, limit_kind TEXT, limit_value INTEGER, PRIMARY KEY (sha256, extractor_version));
";

/// The catalogue of one archive.
#[derive(Debug)]
pub struct Catalogue {
    connection: Connection,
}

/// One retrieval, and where its record lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// Number of the row; 0 for one not yet stored.
    pub id: i64,
    /// Name of the source.
    pub source: String,
    /// The place within the source.
    pub location: String,
    /// What the WARC record names.
    pub target_uri: String,
    /// When, ISO 8601 in UTC.
    pub captured_at: String,
    /// As declared by the server or the file name.
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
    /// Where the record lies.
    pub place: Place,
    /// The capture that holds the bytes, when this one is a revisit.
    pub revisit_of: Option<i64>,
}

/// Where a record lies, and what its bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// `<urn:uuid:…>`
    pub record_id: String,
    /// `response`, `resource`, …
    pub kind: String,
    /// Name of the file in the archive's folder.
    pub warc_file: String,
    /// Of the gzip member's first byte.
    pub warc_offset: u64,
    /// Of the gzip member.
    pub warc_length: u64,
    /// Of the gzip member's bytes: every bit counts, also those that no checksum of gzip covers.
    pub sha256: Digest,
}

/// What is known of one location of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HoldingRow {
    /// Name of the source.
    pub source: String,
    /// The place within the source.
    pub location: String,
    /// The address that readers are given.
    pub public_url: String,
    /// The current capture. `None` when it never succeeded.
    pub capture: Option<i64>,
    /// `SourceMetadata` as TOML.
    pub metadata: String,
    /// When it was first seen.
    pub first_seen: String,
    /// The tombstone: since when it is gone.
    pub vanished_at: Option<String>,
    /// Size of the file when it was last read.
    pub file_size: Option<i64>,
    /// Modification time of the file when it was last read, in nanoseconds since 1970.
    pub file_mtime_ns: Option<i64>,
    /// First date on which the server said 404 or 410, since it last gave the page.
    pub gone_on: Option<String>,
    /// Why the last attempt failed. `None` when it did not.
    pub failure: Option<String>,
}

/// How an extraction ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extraction {
    /// The payload that was read.
    pub sha256: Digest,
    /// The version of the extractor that read it.
    pub extractor_version: String,
    /// Why it has no text. `None` when it has one.
    pub rejection: Option<Rejection>,
}

/// The counts of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RunCounts {
    /// Locations captured for the first time.
    pub n_new: u64,
    /// Locations whose bytes or metadata changed.
    pub n_changed: u64,
    /// Locations without a change.
    pub n_unchanged: u64,
    /// Locations that got a tombstone.
    pub n_vanished: u64,
    /// Locations that could not be read.
    pub n_failed: u64,
    /// Documents that were rejected.
    pub n_rejected: u64,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Counted from 1.
    pub id: i64,
    /// ISO 8601, UTC.
    pub started_at: String,
    /// `None` while it runs, or when it was killed.
    pub ended_at: Option<String>,
    /// "done", "stopped", "failed", …; `None` as for `ended_at`.
    pub outcome: Option<String>,
    /// All 0 until it ended.
    pub counts: RunCounts,
}

/// A document of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// Its name in reports.
    pub docname: String,
    /// Name of the source.
    pub source: String,
    /// The place within the source.
    pub location: String,
    /// The payload it was read from.
    pub sha256: Digest,
}

/// `time` as ISO 8601 to the second, in UTC.
pub fn iso(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        Error::new("cannot read or write the catalogue", error).hint("is the disk full or the file damaged?")
    }
}

impl Catalogue {
    /// The catalogue in the file at `path`, made when there is none. Refuses one of a newer format.
    pub fn open(path: &Path) -> Result<Catalogue, Error> {
        let connection = Connection::open(path)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
        )?;
        let mut catalogue = Catalogue { connection };
        let format = catalogue.checked_format(path)?;
        if format < FORMAT {
            let transaction = catalogue.connection.transaction()?;
            transaction.execute_batch(if format == 0 { SCHEMA } else { FROM_FORMAT_1 })?;
            transaction.pragma_update(None, "user_version", FORMAT)?;
            transaction.commit()?;
        }
        Ok(catalogue)
    }

    /// The catalogue in the file at `path`, which must exist, for reading.
    pub fn open_read_only(path: &Path) -> Result<Catalogue, Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)
            .map_err(|e| Error::new(format!("cannot open the catalogue {}", path.display()), e))?;
        let catalogue = Catalogue { connection };
        catalogue.checked_format(path)?;
        Ok(catalogue)
    }

    fn checked_format(&self, path: &Path) -> Result<i64, Error> {
        let format: i64 = self.connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if format > FORMAT {
            let attempt = format!("cannot open the catalogue {}", path.display());
            return Err(Error::new(attempt, format!("format {format}, this program reads {FORMAT}"))
                .hint("use a newer version of the program"));
        }
        Ok(format)
    }

    /// Begins a batch of rows, unless one is open. They are seen by this catalogue and kept by [`Catalogue::commit`].
    pub(super) fn begin(&self) -> Result<(), Error> {
        if self.connection.is_autocommit() {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
        }
        Ok(())
    }

    /// Keeps the rows of the open batch.
    pub(super) fn commit(&self) -> Result<(), Error> {
        if !self.connection.is_autocommit() {
            self.connection.execute_batch("COMMIT")?;
        }
        Ok(())
    }

    pub(super) fn add_record(&self, place: &Place) -> Result<(), Error> {
        let row = params![
            place.record_id,
            place.kind,
            place.warc_file,
            place.warc_offset as i64,
            place.warc_length as i64,
            place.sha256.to_string()
        ];
        self.connection.prepare("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?)")?.execute(row)?;
        Ok(())
    }

    pub(super) fn add_capture(&self, capture: &Capture) -> Result<i64, Error> {
        let row = params![
            capture.source,
            capture.location,
            capture.target_uri,
            capture.captured_at,
            capture.media_type,
            capture.http_status,
            capture.sha256.to_string(),
            capture.body_sha256.to_string(),
            capture.size_bytes as i64,
            capture.etag,
            capture.last_modified,
            capture.place.record_id,
            capture.place.warc_file,
            capture.place.warc_offset as i64,
            capture.place.warc_length as i64,
            capture.revisit_of
        ];
        let sql = "INSERT INTO capture VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        self.connection.prepare(sql)?.execute(row)?;
        Ok(self.connection.last_insert_rowid())
    }

    /// The capture of that number.
    pub fn capture(&self, id: i64) -> Result<Option<Capture>, Error> {
        self.one_capture("capture.id = ?", id)
    }

    /// The first capture that holds bytes with this digest itself, not as a revisit.
    pub fn capture_of_payload(&self, sha256: &Digest) -> Result<Option<Capture>, Error> {
        self.one_capture("capture.sha256 = ? AND revisit_of IS NULL", sha256.to_string())
    }

    /// The first capture whose archived, still content-encoded payload has this digest.
    pub fn capture_of_body(&self, sha256: &Digest) -> Result<Option<Capture>, Error> {
        self.one_capture("capture.body_sha256 = ? AND revisit_of IS NULL", sha256.to_string())
    }

    fn one_capture(&self, clause: &str, value: impl rusqlite::ToSql) -> Result<Option<Capture>, Error> {
        let sql = format!(
            "SELECT capture.*, record.kind, record.sha256 FROM capture JOIN record USING (record_id)
             WHERE {clause} ORDER BY capture.id LIMIT 1"
        );
        let mut statement = self.connection.prepare(&sql)?;
        Ok(statement.query_row([value], capture_of_row).optional()?)
    }

    /// The captures whose records are in a WARC file.
    pub fn captures_in(&self, warc_file: &str) -> Result<Vec<Capture>, Error> {
        let sql = "SELECT capture.*, record.kind, record.sha256 FROM capture JOIN record USING (record_id)
                   WHERE record.warc_file = ?";
        let mut statement = self.connection.prepare(sql)?;
        Ok(statement.query_map([warc_file], capture_of_row)?.collect::<Result<_, _>>()?)
    }

    /// Each WARC file that the catalogue knows, with the bytes of it that are acknowledged.
    pub fn file_lengths(&self) -> Result<BTreeMap<String, u64>, Error> {
        let sql = "SELECT warc_file, MAX(warc_offset + warc_length) FROM record GROUP BY warc_file";
        let mut statement = self.connection.prepare(sql)?;
        let lengths = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as u64)))?;
        Ok(lengths.collect::<Result<_, _>>()?)
    }

    /// The acknowledged records of a WARC file by offset.
    pub fn places_in(&self, warc_file: &str) -> Result<Vec<Place>, Error> {
        let sql = "SELECT record_id, kind, warc_file, warc_offset, warc_length, sha256 FROM record
                   WHERE warc_file = ? ORDER BY warc_offset";
        let mut statement = self.connection.prepare(sql)?;
        let places = statement.query_map([warc_file], |row| {
            Ok(Place {
                record_id: row.get(0)?,
                kind: row.get(1)?,
                warc_file: row.get(2)?,
                warc_offset: row.get::<_, i64>(3)? as u64,
                warc_length: row.get::<_, i64>(4)? as u64,
                sha256: digest_at(row, 5)?,
            })
        })?;
        Ok(places.collect::<Result<_, _>>()?)
    }

    /// What is known of a location.
    pub fn holding(&self, source: &str, location: &str) -> Result<Option<HoldingRow>, Error> {
        let sql = "SELECT * FROM holding WHERE source = ? AND location = ?";
        let mut statement = self.connection.prepare(sql)?;
        Ok(statement.query_row([source, location], holding_of_row).optional()?)
    }

    /// What is known of all locations, by source and location.
    pub fn holding_rows(&self) -> Result<Vec<HoldingRow>, Error> {
        let mut statement = self.connection.prepare("SELECT * FROM holding ORDER BY source, location")?;
        Ok(statement.query_map([], holding_of_row)?.collect::<Result<_, _>>()?)
    }

    /// The locations that hold bytes, with the digest of these, by source and location.
    pub fn held_rows(&self) -> Result<Vec<(HoldingRow, Digest)>, Error> {
        let sql = "SELECT holding.*, capture.sha256 FROM holding JOIN capture ON capture.id = holding.capture
                   ORDER BY holding.source, holding.location";
        let mut statement = self.connection.prepare(sql)?;
        let rows = statement.query_map([], |row| Ok((holding_of_row(row)?, digest_at(row, 11)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(super) fn put_holding(&self, row: &HoldingRow) -> Result<(), Error> {
        let sql = "INSERT OR REPLACE INTO holding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        self.connection.prepare(sql)?.execute(params![
            row.source,
            row.location,
            row.public_url,
            row.capture,
            row.metadata,
            row.first_seen,
            row.vanished_at,
            row.file_size,
            row.file_mtime_ns,
            row.gone_on,
            row.failure
        ])?;
        Ok(())
    }

    /// How the extraction of a payload by this version of the extractor ended. `None` when it was not tried.
    pub fn extraction(&self, sha256: &Digest, version: &str) -> Result<Option<Extraction>, Error> {
        let sql = "SELECT outcome, reason, hint, limit_kind, limit_value FROM extraction
                   WHERE sha256 = ? AND extractor_version = ?";
        let mut statement = self.connection.prepare(sql)?;
        let extraction = statement.query_row(params![sha256.to_string(), version], |row| {
            let is_rejected = row.get::<_, String>("outcome")? == "rejected";
            let rejection = is_rejected.then(|| {
                let (reason, hint) = (row.get("reason")?, row.get("hint")?);
                Ok::<_, rusqlite::Error>(Rejection { reason, hint, limit: limit_of_row(row)? })
            });
            Ok(Extraction {
                sha256: *sha256,
                extractor_version: version.to_string(),
                rejection: rejection.transpose()?,
            })
        });
        Ok(extraction.optional()?)
    }

    /// Keeps how extractions ended, all or none.
    pub fn record_extractions(&mut self, extractions: &[Extraction]) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        for extraction in extractions {
            let outcome = if extraction.rejection.is_some() { "rejected" } else { "ok" };
            let rejection = extraction.rejection.as_ref();
            let (limit_kind, limit_value) =
                rejection.and_then(|rejection| rejection.limit).map(limit_columns).unzip();
            transaction.prepare("INSERT OR REPLACE INTO extraction VALUES (?, ?, ?, ?, ?, ?, ?)")?.execute(
                params![
                    extraction.sha256.to_string(),
                    extraction.extractor_version,
                    outcome,
                    rejection.map(|rejection| &rejection.reason),
                    rejection.map(|rejection| &rejection.hint),
                    limit_kind,
                    limit_value
                ],
            )?;
        }
        Ok(transaction.commit()?)
    }

    /// Begins a run and gives its number.
    pub fn begin_run(&self, now: Timestamp) -> Result<i64, Error> {
        self.connection.execute("INSERT INTO run (started_at) VALUES (?)", [iso(now)])?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Ends a run with its counts.
    pub fn end_run(&self, id: i64, now: Timestamp, outcome: &str, counts: &RunCounts) -> Result<(), Error> {
        let sql = "UPDATE run SET ended_at = ?, outcome = ?, n_new = ?, n_changed = ?, n_unchanged = ?,
                   n_vanished = ?, n_failed = ?, n_rejected = ? WHERE id = ?";
        self.connection.execute(
            sql,
            params![
                iso(now),
                outcome,
                counts.n_new as i64,
                counts.n_changed as i64,
                counts.n_unchanged as i64,
                counts.n_vanished as i64,
                counts.n_failed as i64,
                counts.n_rejected as i64,
                id
            ],
        )?;
        Ok(())
    }

    /// The last runs, newest first.
    pub fn runs(&self, limit: usize) -> Result<Vec<Run>, Error> {
        let mut statement = self.connection.prepare("SELECT * FROM run ORDER BY id DESC LIMIT ?")?;
        let runs = statement.query_map([limit as i64], |row| {
            let count =
                |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.unwrap_or(0) as u64);
            Ok(Run {
                id: row.get(0)?,
                started_at: row.get(1)?,
                ended_at: row.get(2)?,
                outcome: row.get(3)?,
                counts: RunCounts {
                    n_new: count(4)?,
                    n_changed: count(5)?,
                    n_unchanged: count(6)?,
                    n_vanished: count(7)?,
                    n_failed: count(8)?,
                    n_rejected: count(9)?,
                },
            })
        })?;
        Ok(runs.collect::<Result<_, _>>()?)
    }

    /// Keeps a snapshot and its documents, all or nothing. One with the same id is replaced and becomes the latest.
    pub fn record_snapshot(
        &mut self,
        id: &str,
        now: Timestamp,
        documents: &[DocumentRow],
    ) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        transaction.execute("DELETE FROM document", [])?;
        transaction.execute("DELETE FROM snapshot WHERE id = ?", [id])?;
        transaction.execute(
            "INSERT INTO snapshot (id, made_at, n_documents) VALUES (?, ?, ?)",
            params![id, iso(now), documents.len() as i64],
        )?;
        for document in documents {
            let row = params![
                id,
                document.docname,
                document.source,
                document.location,
                document.sha256.to_string()
            ];
            transaction.prepare("INSERT INTO document VALUES (?, ?, ?, ?, ?)")?.execute(row)?;
        }
        Ok(transaction.commit()?)
    }

    /// The snapshot that was recorded last.
    pub fn latest_snapshot(&self) -> Result<Option<String>, Error> {
        let sql = "SELECT id FROM snapshot ORDER BY serial DESC LIMIT 1";
        Ok(self.connection.query_row(sql, [], |row| row.get(0)).optional()?)
    }
}

fn limit_columns(limit: Limit) -> (&'static str, i64) {
    match limit {
        Limit::Time { seconds } => ("time", seconds as i64),
        Limit::Memory { mebibytes } => ("memory", mebibytes as i64),
    }
}

fn limit_of_row(row: &Row<'_>) -> rusqlite::Result<Option<Limit>> {
    let value = row.get::<_, Option<i64>>("limit_value")?.unwrap_or_default() as u64;
    Ok(match row.get::<_, Option<String>>("limit_kind")?.as_deref() {
        Some("time") => Some(Limit::Time { seconds: value }),
        Some("memory") => Some(Limit::Memory { mebibytes: value }),
        _ => None,
    })
}

fn digest_at(row: &Row<'_>, column: usize) -> rusqlite::Result<Digest> {
    row.get::<_, String>(column)?
        .parse()
        .map_err(|_| rusqlite::Error::InvalidColumnType(column, "digest".into(), rusqlite::types::Type::Text))
}

fn capture_of_row(row: &Row<'_>) -> rusqlite::Result<Capture> {
    Ok(Capture {
        id: row.get(0)?,
        source: row.get(1)?,
        location: row.get(2)?,
        target_uri: row.get(3)?,
        captured_at: row.get(4)?,
        media_type: row.get(5)?,
        http_status: row.get(6)?,
        sha256: digest_at(row, 7)?,
        body_sha256: digest_at(row, 8)?,
        size_bytes: row.get::<_, i64>(9)? as u64,
        etag: row.get(10)?,
        last_modified: row.get(11)?,
        place: Place {
            record_id: row.get(12)?,
            warc_file: row.get(13)?,
            warc_offset: row.get::<_, i64>(14)? as u64,
            warc_length: row.get::<_, i64>(15)? as u64,
            kind: row.get(17)?,
            sha256: digest_at(row, 18)?,
        },
        revisit_of: row.get(16)?,
    })
}

fn holding_of_row(row: &Row<'_>) -> rusqlite::Result<HoldingRow> {
    Ok(HoldingRow {
        source: row.get(0)?,
        location: row.get(1)?,
        public_url: row.get(2)?,
        capture: row.get(3)?,
        metadata: row.get(4)?,
        first_seen: row.get(5)?,
        vanished_at: row.get(6)?,
        file_size: row.get(7)?,
        file_mtime_ns: row.get(8)?,
        gone_on: row.get(9)?,
        failure: row.get(10)?,
    })
}
