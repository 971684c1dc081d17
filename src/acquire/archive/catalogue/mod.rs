//! The catalogue: captures with their times, the places of their records, and the outcomes of extraction. The only user of SQLite.
//!
//! A cache: the tables `record`, `capture` and `holding` are made from the WARC records and can be rebuilt from them; the
//! other tables are bookkeeping that a rebuild loses. Rows are committed after the bytes that they describe are on disk.

mod rows;
mod schema;

pub use rows::{Capture, Extraction, FailedAttempt, HoldingRow, RecordLocation, Run, RunCounts};
pub(super) use rows::{SnapshotRow, TableRow};
pub use schema::FORMAT;
pub(super) use schema::Format1;

use super::Error;
use crate::text::Digest;
use jiff::Timestamp;
use rows::{REBUILD_HINT, check_row, checked, insert, select, shown, values_with_checksum};
use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, OpenFlags, params, params_from_iter};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// The catalogue of one archive.
#[derive(Debug)]
pub struct Catalogue {
    connection: Connection,
}

/// The contents of the file of a catalogue.
pub(super) enum Opened {
    /// A catalogue of the current format.
    Current(Catalogue),
    /// The facts of a catalogue of format 1.
    Format1(Format1),
}

/// `time` as ISO 8601 to the second, in UTC.
pub fn iso(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        let code = error.sqlite_error_code();
        let error = Error::new("cannot read or write the catalogue", &error);
        match code {
            Some(ErrorCode::DiskFull) => error.hint("is there room on the disk?"),
            Some(ErrorCode::PermissionDenied | ErrorCode::ReadOnly | ErrorCode::CannotOpen) => {
                error.hint("check the permissions of the archive folder and of catalogue.sqlite, and that the disk has room")
            }
            Some(ErrorCode::SystemIoFailure) => error.hint("check the disk"),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                error.hint("another program uses the catalogue; try again when it has ended")
            }
            // A wrong type, a missing table or column, or what SQLite itself calls corrupt.
            _ => error.damaged().hint(REBUILD_HINT),
        }
    }
}

/// The rows of one version of the extractor.
const BY_VERSION: &str = "WHERE (extractor_version = ?1 OR extractor_version GLOB ?1 || '; *')";

impl Catalogue {
    /// A catalogue without rows in the file at `path`, which does not exist or is empty.
    pub(super) fn create(path: &Path) -> Result<Catalogue, Error> {
        let catalogue = Catalogue { connection: Connection::open(path)? };
        catalogue.prepare_for_writing()?;
        catalogue.create_tables()?;
        Ok(catalogue)
    }

    /// A catalogue without rows that is gone when it is closed. SQLite keeps it in memory or in a temporary file.
    pub(super) fn temporary() -> Result<Catalogue, Error> {
        let catalogue = Catalogue { connection: Connection::open("")? };
        catalogue.create_tables()?;
        Ok(catalogue)
    }

    /// A new catalogue at `path` for a rebuild: fast, and in a single file, which the caller syncs after closing it.
    pub(super) fn create_for_rebuild(path: &Path) -> Result<Catalogue, Error> {
        let catalogue = Catalogue { connection: Connection::open(path)? };
        catalogue.connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
        catalogue.create_tables()?;
        Ok(catalogue)
    }

    fn create_tables(&self) -> Result<(), Error> {
        let sql = format!("BEGIN; {} PRAGMA user_version = {FORMAT}; COMMIT;", schema::SCHEMA);
        Ok(self.connection.execute_batch(&sql)?)
    }

    fn prepare_for_writing(&self) -> Result<(), Error> {
        Ok(self.connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?)
    }

    /// The catalogue in the file at `path`, for writing, with all of it checked.
    ///
    /// The kind of the error is `Damaged` when the file is not a whole catalogue.
    pub(super) fn open(path: &Path) -> Result<Opened, Error> {
        let catalogue = Catalogue { connection: Connection::open(path)? };
        match catalogue.format()? {
            1 => Ok(Opened::Format1(Format1::read(&catalogue.connection)?)),
            FORMAT => {
                catalogue.prepare_for_writing()?;
                catalogue.check(&mut |cause| Err(damaged(cause)))?;
                Ok(Opened::Current(catalogue))
            }
            // A number that a flipped bit made, over the tables of our own format.
            newer if newer > FORMAT && !catalogue.has_current_schema()? => Err(catalogue.newer(path, newer)),
            other => Err(damaged(format!("its format is {other}"))),
        }
    }

    /// The catalogue in the file at `path`, which must exist, for reading. It need not be writable: without permission to
    /// write, SQLite can make no files of its own beside it, and reads the file as one that does not change.
    pub(crate) fn open_read_only(path: &Path) -> Result<Catalogue, Error> {
        let attempt = || format!("cannot open the catalogue {}", path.display());
        // Opening alone would succeed: the first read needs the files beside it.
        if let Err(error) = std::fs::File::open(path) {
            let hint = match error.kind() {
                std::io::ErrorKind::NotFound => "run `ordskifte refresh` first",
                _ => "check the permissions",
            };
            return Err(Error::new(attempt(), error).hint(hint));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let catalogue = Catalogue { connection: Connection::open_with_flags(path, flags)? };
        let catalogue =
            match catalogue.connection.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |_| Ok(())) {
                Ok(()) => catalogue,
                Err(error) if is_lack_of_permission(&error) => Catalogue::open_immutable(path)?,
                Err(error) => return Err(error.into()),
            };
        match catalogue.format()? {
            FORMAT => Ok(catalogue),
            newer if newer > FORMAT && !catalogue.has_current_schema()? => Err(catalogue.newer(path, newer)),
            older @ 1 => Err(Error::new(attempt(), format!("format {older}, this program reads {FORMAT}"))
                .hint("run `ordskifte refresh`, which brings it to the new format")),
            other => Err(damaged(format!("its format is {other}"))),
        }
    }

    fn open_immutable(path: &Path) -> Result<Catalogue, Error> {
        let attempt = || format!("cannot open the catalogue {}", path.display());
        let absolute = std::path::absolute(path).map_err(|e| Error::new(attempt(), e))?;
        let url = url::Url::from_file_path(absolute)
            .map_err(|()| Error::new(attempt(), "its path is not absolute"))?;
        let flags =
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        Ok(Catalogue { connection: Connection::open_with_flags(format!("{url}?immutable=1"), flags)? })
    }

    fn format(&self) -> Result<i64, Error> {
        Ok(self.connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
    }

    fn newer(&self, path: &Path, format: i64) -> Error {
        let attempt = format!("cannot open the catalogue {}", path.display());
        Error::new(attempt, format!("format {format}, this program reads {FORMAT}"))
            .hint("use a newer version of the program")
    }

    fn has_current_schema(&self) -> Result<bool, Error> {
        let statements = |connection: &Connection| -> Result<Vec<String>, rusqlite::Error> {
            let sql = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";
            connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
        };
        Ok(statements(&self.connection)? == statements(&Catalogue::temporary()?.connection)?)
    }

    /// Checks the structure of the file and the checksum of each row; passes each fault to `on_fault`, which may end it.
    pub(super) fn check(&self, on_fault: &mut dyn FnMut(String) -> Result<(), Error>) -> Result<(), Error> {
        let mut statement = self.connection.prepare("PRAGMA integrity_check")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let text: String = row.get(0)?;
            if text != "ok" {
                on_fault(text)?;
            }
        }
        if !self.has_current_schema()? {
            on_fault("its tables are not those of this format".to_owned())?;
        }
        self.check_rows::<RecordLocation>(on_fault)?;
        self.check_rows::<Capture>(on_fault)?;
        self.check_rows::<HoldingRow>(on_fault)?;
        self.check_rows::<Extraction>(on_fault)?;
        self.check_rows::<Run>(on_fault)?;
        self.check_rows::<SnapshotRow>(on_fault)
    }

    fn check_rows<T: TableRow>(
        &self,
        on_fault: &mut dyn FnMut(String) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut statement = self.connection.prepare(&select::<T>())?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if let Err(error) = check_row::<T>(row) {
                on_fault(format!("{}: {}", error.attempt, error.cause))?;
            }
        }
        Ok(())
    }

    /// Begins a transaction, unless one is open. Its rows are visible to this catalogue and kept by [`Catalogue::commit`].
    pub(super) fn begin(&self) -> Result<(), Error> {
        if self.connection.is_autocommit() {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
        }
        Ok(())
    }

    /// Begins a transaction of reading, unless one is open: until [`Catalogue::commit`], all reads see the state of now.
    pub(super) fn begin_reading(&self) -> Result<(), Error> {
        if self.connection.is_autocommit() {
            self.connection.execute_batch("BEGIN")?;
        }
        Ok(self.connection.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |_| Ok(()))?)
    }

    /// Runs `work`, whose reads all see one state of the catalogue.
    pub(super) fn in_one_reading<T>(&self, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        if !self.connection.is_autocommit() {
            // Rows of a batch that is being written are kept only after their records are on disk.
            return work();
        }
        self.begin_reading()?;
        let read = work();
        self.commit()?;
        read
    }

    /// Keeps the rows of the open transaction.
    pub(super) fn commit(&self) -> Result<(), Error> {
        if !self.connection.is_autocommit() {
            self.connection.execute_batch("COMMIT")?;
        }
        Ok(())
    }

    /// Drops the rows of the open transaction.
    pub(super) fn roll_back(&self) -> Result<(), Error> {
        if !self.connection.is_autocommit() {
            self.connection.execute_batch("ROLLBACK")?;
        }
        Ok(())
    }

    /// Closes the file, so that all of the catalogue is in it.
    pub(super) fn close(self) -> Result<(), Error> {
        self.commit()?;
        self.connection.close().map_err(|(_, error)| error.into())
    }

    pub(super) fn put<T: TableRow>(&self, row: &T) -> Result<(), Error> {
        let mut statement = self.connection.prepare_cached(&insert::<T>("INSERT OR REPLACE"))?;
        statement.execute(params_from_iter(values_with_checksum(row)))?;
        Ok(())
    }

    fn one<T: TableRow>(&self, clause: &str, values: &[&str]) -> Result<Option<T>, Error> {
        let mut statement = self.connection.prepare_cached(&(select::<T>() + clause))?;
        let mut rows = statement.query(params_from_iter(values))?;
        rows.next()?.map(checked).transpose()
    }

    fn all<T: TableRow>(&self, clause: &str, values: &[&str]) -> Result<Vec<T>, Error> {
        let mut statement = self.connection.prepare_cached(&(select::<T>() + clause))?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(checked(row)?);
        }
        Ok(found)
    }

    /// The capture whose record has that id.
    pub(crate) fn capture(&self, record_id: &str) -> Result<Option<Capture>, Error> {
        self.one("WHERE record_id = ?", &[record_id])
    }

    /// The current captures of all locations, or of those of one source, by the ids of their records. A location whose capture is
    /// lost has none.
    pub(crate) fn current_captures(&self, source: Option<&str>) -> Result<HashMap<String, Capture>, Error> {
        let captures = match source {
            Some(source) => {
                let clause = "WHERE record_id IN (SELECT capture FROM holding WHERE source = ?)";
                self.all::<Capture>(clause, &[source])?
            }
            None => self.all::<Capture>("WHERE record_id IN (SELECT capture FROM holding)", &[])?,
        };
        Ok(captures.into_iter().map(|capture| (capture.record_id.clone(), capture)).collect())
    }

    /// All captures, also earlier ones.
    pub(super) fn all_captures(&self) -> Result<Vec<Capture>, Error> {
        self.all("ORDER BY target_uri, captured_at, record_id", &[])
    }

    /// The captures of the location and of the locations below it, the oldest first.
    pub(crate) fn captures_of(&self, source: &str, location: &str) -> Result<Vec<Capture>, Error> {
        // No LIKE: a location may have signs that it reads as patterns. '0' follows '/'.
        let clause = "WHERE source = ?1 AND (location = ?2 OR location >= ?2 || '/' AND location < ?2 || '0')
                      ORDER BY captured_at, record_id";
        self.all(clause, &[source, location])
    }

    /// The records of all captures.
    pub(super) fn places_of_captures(&self) -> Result<Vec<RecordLocation>, Error> {
        self.all("WHERE record_id IN (SELECT record_id FROM capture)", &[])
    }

    /// A capture that holds these bytes itself, not as a revisit.
    pub fn capture_of_payload(&self, sha256: &Digest) -> Result<Option<Capture>, Error> {
        let clause = "WHERE sha256 = ? AND revisit_of IS NULL ORDER BY captured_at, record_id LIMIT 1";
        self.one(clause, &[&sha256.to_string()])
    }

    /// A capture that holds this body, content-encoded, and with it these bytes, itself and not as a revisit.
    pub(crate) fn capture_of_body(
        &self,
        body_sha256: &Digest,
        sha256: &Digest,
    ) -> Result<Option<Capture>, Error> {
        let clause = "WHERE sha256 = ? AND body_sha256 = ? AND revisit_of IS NULL
                      ORDER BY captured_at, record_id LIMIT 1";
        self.one(clause, &[&sha256.to_string(), &body_sha256.to_string()])
    }

    /// The place of the record with that id.
    pub fn place(&self, record_id: &str) -> Result<Option<RecordLocation>, Error> {
        self.one("WHERE record_id = ? ORDER BY warc_file, warc_offset LIMIT 1", &[record_id])
    }

    /// Each WARC file that the catalogue knows, with the end of its last known record.
    pub(crate) fn file_lengths(&self) -> Result<BTreeMap<String, u64>, Error> {
        let sql = "SELECT warc_file, MAX(warc_offset + warc_length) FROM record GROUP BY warc_file";
        let mut statement = self.connection.prepare(sql)?;
        let lengths = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as u64)))?;
        Ok(lengths.collect::<Result<_, _>>()?)
    }

    /// The known records of a WARC file by offset.
    pub fn places_in(&self, warc_file: &str) -> Result<Vec<RecordLocation>, Error> {
        self.all("WHERE warc_file = ? ORDER BY warc_offset", &[warc_file])
    }

    /// The last known record of a WARC file.
    pub(super) fn last_place_in(&self, warc_file: &str) -> Result<Option<RecordLocation>, Error> {
        self.one("WHERE warc_file = ? ORDER BY warc_offset DESC LIMIT 1", &[warc_file])
    }

    /// The state of a location.
    pub(crate) fn holding(&self, source: &str, location: &str) -> Result<Option<HoldingRow>, Error> {
        self.one("WHERE source = ? AND location = ?", &[source, location])
    }

    /// The state of all locations, by source and location.
    pub fn holding_rows(&self) -> Result<Vec<HoldingRow>, Error> {
        self.all("ORDER BY source, location", &[])
    }

    /// The state of the locations of a source, by location.
    pub(crate) fn holding_rows_of(&self, source: &str) -> Result<BTreeMap<String, HoldingRow>, Error> {
        let rows = self.all::<HoldingRow>("WHERE source = ?", &[source])?;
        Ok(rows.into_iter().map(|row| (row.location.clone(), row)).collect())
    }

    /// The locations whose last attempt failed, whose current capture is missing, or whose current capture this version of the
    /// extractor rejected, by source and location. One scan of the table.
    pub(super) fn rows_without_text(&self, version: &str) -> Result<Vec<HoldingRow>, Error> {
        let clause = "WHERE failure_reason IS NOT NULL
            OR capture NOT IN (SELECT record_id FROM capture)
            OR capture IN (SELECT record_id FROM capture WHERE sha256 IN
                (SELECT sha256 FROM extraction WHERE extractor_version = ? AND outcome <> 'ok'))
            ORDER BY source, location";
        self.all(clause, &[version])
    }

    /// Removes the locations that have the capture `record_id` under another name than `location`.
    pub(super) fn remove_other_names(&self, record_id: &str, location: &str) -> Result<(), Error> {
        let sql = "DELETE FROM holding WHERE capture = ? AND location <> ?";
        self.connection.prepare_cached(sql)?.execute([record_id, location])?;
        Ok(())
    }

    /// How the extractions by this version of the extractor ended, by payload; also those of files that another program
    /// converted first, whose version goes on with a semicolon and the program.
    pub(super) fn extractions(&self, version: &str) -> Result<HashMap<Digest, Extraction>, Error> {
        self.extractions_where(BY_VERSION, version)
    }

    /// As [`Catalogue::extractions`], only those that were rejected.
    pub(super) fn rejections(&self, version: &str) -> Result<HashMap<Digest, Extraction>, Error> {
        self.extractions_where(&format!("{BY_VERSION} AND outcome <> 'ok'"), version)
    }

    /// The extractions by versions of the extractor that match the pattern `glob` of SQLite.
    pub(crate) fn extractions_like(&self, glob: &str) -> Result<HashMap<Digest, Extraction>, Error> {
        self.extractions_where("WHERE extractor_version GLOB ?1", glob)
    }

    fn extractions_where(&self, clause: &str, version: &str) -> Result<HashMap<Digest, Extraction>, Error> {
        let extractions = self.all::<Extraction>(clause, &[version])?;
        Ok(extractions.into_iter().map(|extraction| (extraction.sha256, extraction)).collect())
    }

    /// Keeps how extractions ended, all or none.
    pub(crate) fn record_extractions(&mut self, extractions: &[Extraction]) -> Result<(), Error> {
        self.begin()?;
        self.put_extractions(extractions)?;
        self.commit()
    }

    /// Adds how extractions ended to the open transaction.
    pub(super) fn put_extractions(&self, extractions: &[Extraction]) -> Result<(), Error> {
        // One row for each payload: a file that was converted has no other text than by that converter.
        let sql = "DELETE FROM extraction WHERE sha256 = ? AND extractor_version <> ?";
        let mut others = self.connection.prepare_cached(sql)?;
        extractions.iter().try_for_each(|extraction| {
            others.execute([&extraction.sha256.to_string(), &extraction.extractor_version])?;
            self.put(extraction)
        })
    }

    /// Begins a run and returns its row.
    pub(crate) fn begin_run(&self, now: Timestamp) -> Result<Run, Error> {
        let id =
            self.connection.query_row("SELECT COALESCE(MAX(id), 0) + 1 FROM run", [], |row| row.get(0))?;
        let counts = RunCounts::default();
        let run = Run { id, started_at: iso(now), ended_at: None, outcome: None, counts };
        self.put(&run)?;
        Ok(run)
    }

    /// Ends a run with its counts.
    pub(crate) fn end_run(
        &self,
        run: Run,
        now: Timestamp,
        outcome: &str,
        counts: RunCounts,
    ) -> Result<(), Error> {
        self.put(&Run { ended_at: Some(iso(now)), outcome: Some(outcome.to_owned()), counts, ..run })
    }

    /// The last runs, newest first.
    pub(crate) fn runs(&self, limit: usize) -> Result<Vec<Run>, Error> {
        self.all(&format!("ORDER BY id DESC LIMIT {limit}"), &[])
    }

    /// Keeps a snapshot. One with the same id is replaced and becomes the latest.
    pub(crate) fn record_snapshot(
        &mut self,
        id: &str,
        now: Timestamp,
        n_documents: u64,
    ) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        transaction.execute("DELETE FROM snapshot WHERE id = ?", params![id])?;
        let sql = "SELECT COALESCE(MAX(serial), 0) + 1 FROM snapshot";
        let serial = transaction.query_row(sql, [], |row| row.get(0))?;
        let row = SnapshotRow { serial, id: id.to_owned(), made_at: iso(now), n_documents };
        transaction
            .prepare(&insert::<SnapshotRow>("INSERT"))?
            .execute(params_from_iter(values_with_checksum(&row)))?;
        Ok(transaction.commit()?)
    }

    /// The snapshot that was recorded last.
    pub(crate) fn latest_snapshot(&self) -> Result<Option<String>, Error> {
        Ok(self.one::<SnapshotRow>("ORDER BY serial DESC LIMIT 1", &[])?.map(|row| row.id))
    }

    /// Copies the rows that cannot be made from WARC records from `other`: extractions, runs and snapshots.
    pub(super) fn copy_bookkeeping(&self, other: &Catalogue) -> Result<(), Error> {
        self.copy_rows::<Extraction>(other)?;
        self.copy_rows::<Run>(other)?;
        self.copy_rows::<SnapshotRow>(other)
    }

    fn copy_rows<T: TableRow>(&self, other: &Catalogue) -> Result<(), Error> {
        other.all::<T>("", &[])?.iter().try_for_each(|row| self.put(row))
    }

    /// Compares the rows of one table with those of `other`, which is right, and passes on each difference: the key's
    /// values, and what differs.
    pub(super) fn differences<T: TableRow>(
        &self,
        other: &Catalogue,
        on_difference: &mut dyn FnMut(&[String], String),
    ) -> Result<(), Error> {
        let mut wanted = other.keyed_values::<T>()?;
        for (key, found) in self.keyed_values::<T>()? {
            match wanted.remove(&key) {
                None => on_difference(&key, "no WARC record has this row".to_owned()),
                Some(wanted) => {
                    let columns = T::COLUMNS.iter().zip(found.iter().zip(&wanted));
                    let differing = columns.filter(|(_, (found, wanted))| found != wanted);
                    for (column, (found, wanted)) in differing {
                        let (found, wanted) = (shown(found), shown(wanted));
                        on_difference(&key, format!("{column} is {found}, the WARC records give {wanted}"));
                    }
                }
            }
        }
        for key in wanted.keys() {
            on_difference(key, "the WARC records give this row, which is missing".to_owned());
        }
        Ok(())
    }

    fn keyed_values<T: TableRow>(&self) -> Result<BTreeMap<Vec<String>, Vec<Value>>, Error> {
        let mut statement = self.connection.prepare(&select::<T>())?;
        let rows = statement.query_map([], |row| {
            T::COLUMNS.iter().map(|column| row.get::<_, Value>(*column)).collect::<Result<Vec<_>, _>>()
        })?;
        let keyed = rows.map(|row| {
            let values = row?;
            let key = values[..T::KEY_COLUMNS].iter().map(|value| match value {
                Value::Text(text) => text.clone(),
                other => shown(other),
            });
            Ok((key.collect(), values))
        });
        keyed.collect()
    }
}

fn damaged(cause: String) -> Error {
    Error::new("cannot use the catalogue", cause).damaged().hint(REBUILD_HINT)
}

/// Whether SQLite could not make the files that it needs beside a catalogue.
fn is_lack_of_permission(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied)
    )
}
