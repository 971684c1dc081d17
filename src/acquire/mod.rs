//! Stage 1: sources → captured bytes, kept for ever in a WARC archive. Has never heard of words.

pub mod archive;
mod error;
pub mod fetch;
pub mod host;
pub mod source;
mod store;

pub use archive::{Archive, Digest, Extraction, Failure, Holding, HoldingRow, Run, RunCounts};
pub use error::{Error, ErrorKind};
pub use fetch::{FetchSettings, SystemClock};
pub use source::SourceSettings;

use fetch::{Fetched, Fetcher, Validators};
use host::{Clock, Pace};
use jiff::Timestamp;
use source::{SourceKind, folder, folder::FolderFile, url_list, url_list::ListedUrl};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, UNIX_EPOCH};

/// How a run of this stage is done.
pub struct AcquireOptions<'a> {
    /// Sources on the network are passed over with a notice.
    pub offline: bool,
    /// Tells what would be done and writes nothing; nothing is fetched either.
    pub dry_run: bool,
    /// The limits of fetching.
    pub fetch: FetchSettings,
    /// The time that captures are dated with.
    pub now: Timestamp,
    /// The clock that the pace is kept by.
    pub clock: &'a dyn Clock,
    /// Looked at between locations.
    pub stop: &'a AtomicBool,
}

/// What happened to one location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Name of the source.
    pub source: String,
    /// The place within the source; empty for the source as a whole.
    pub location: String,
    /// What happened.
    pub outcome: Outcome,
}

/// The outcomes of a location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// So many locations are to be looked at in this source.
    Listed(u64),
    /// Captured for the first time.
    New,
    /// Its bytes or its metadata changed.
    Changed,
    /// As before.
    Unchanged,
    /// Gone; what was captured stays.
    Vanished,
    /// Not read this time.
    Failed(Error),
    /// The source was passed over, and why.
    Skipped(String),
}

/// How many locations had which outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Captured for the first time.
    pub n_new: u64,
    /// With new bytes or metadata.
    pub n_changed: u64,
    /// As before.
    pub n_unchanged: u64,
    /// With a new tombstone.
    pub n_vanished: u64,
    /// Not read.
    pub n_failed: u64,
    /// Whether the run was stopped before its end.
    pub is_stopped: bool,
}

impl Summary {
    fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::New => self.n_new += 1,
            Outcome::Changed => self.n_changed += 1,
            Outcome::Unchanged => self.n_unchanged += 1,
            Outcome::Vanished => self.n_vanished += 1,
            Outcome::Failed(_) => self.n_failed += 1,
            Outcome::Listed(_) | Outcome::Skipped(_) => {}
        }
    }
}

/// The joint state of a run.
struct Round<'a, 'b> {
    archive: &'a mut Archive,
    options: &'a AcquireOptions<'b>,
    summary: Summary,
    news: &'a mut dyn FnMut(News),
}

/// Brings the archive up to date with the enabled `sources`; paths in them are relative to `corpus_root`.
///
/// A location that cannot be read is news, not an error. Errors: the archive cannot be written, or a setting is wrong.
pub fn acquire(
    archive: &mut Archive,
    sources: &[SourceSettings],
    corpus_root: &Path,
    options: &AcquireOptions<'_>,
    news: &mut dyn FnMut(News),
) -> Result<Summary, Error> {
    source::check_names(sources)?;
    let mut round = Round { archive, options, summary: Summary::default(), news };
    for source in sources.iter().filter(|source| source.enabled) {
        match &source.kind {
            SourceKind::Folder { path, include } => round.folder(&source.name, corpus_root, path, include)?,
            SourceKind::Urls { file } => round.urls(&source.name, &corpus_root.join(file))?,
        }
        if !options.dry_run {
            round.archive.commit()?;
        }
    }
    round.summary.is_stopped = round.is_stopped();
    Ok(round.summary)
}

impl Round<'_, '_> {
    fn tell(&mut self, source: &str, location: &str, outcome: Outcome) {
        self.summary.count(&outcome);
        (self.news)(News { source: source.to_string(), location: location.to_string(), outcome });
    }

    fn is_stopped(&self) -> bool {
        self.options.stop.load(Ordering::Relaxed)
    }

    fn folder(&mut self, source: &str, root: &Path, path: &Path, include: &[String]) -> Result<(), Error> {
        let listing = folder::list(&root.join(path), include);
        self.tell(source, "", Outcome::Listed(listing.files.len() as u64));
        for file in &listing.files {
            if self.is_stopped() {
                return Ok(());
            }
            let outcome = match self.file(source, path, file) {
                Err(FileError::Document(error)) => self.failed(source, &file.location, error)?,
                Err(FileError::Archive(error)) => return Err(error),
                Ok(outcome) => outcome,
            };
            self.tell(source, &file.location, outcome);
        }
        let present: BTreeSet<&str> = listing.files.iter().map(|file| file.location.as_str()).collect();
        if listing.failures.is_empty() {
            self.bury_missing(source, &present)?;
        }
        for (location, error) in listing.failures {
            let outcome = self.failed(source, &location, error)?;
            self.tell(source, &location, outcome);
        }
        Ok(())
    }

    /// Gives a tombstone to what a complete listing no longer has.
    fn bury_missing(&mut self, source: &str, present: &BTreeSet<&str>) -> Result<(), Error> {
        let rows = self.archive.catalogue().holding_rows()?.into_iter().filter(|row| row.source == source);
        let missing =
            rows.filter(|row| row.vanished_at.is_none() && !present.contains(row.location.as_str()));
        for mut row in missing.collect::<Vec<_>>() {
            row.vanished_at = Some(archive::iso(self.options.now));
            row.failure = None;
            self.put(&row)?;
            if row.capture.is_some() {
                self.tell(source, &row.location, Outcome::Vanished);
            }
        }
        Ok(())
    }

    fn put(&mut self, row: &HoldingRow) -> Result<(), Error> {
        if self.options.dry_run { Ok(()) } else { self.archive.put_holding(row, self.options.now) }
    }

    /// Notes a failure with what is known of the location, which stays.
    fn failed(&mut self, source: &str, location: &str, error: Error) -> Result<Outcome, Error> {
        let mut row = self.row(source, location)?;
        row.failure = Some(Failure::from(&error));
        row.vanished_at.take_if(|_| row.capture.is_none());
        self.put(&row)?;
        Ok(Outcome::Failed(error))
    }

    fn row(&self, source: &str, location: &str) -> Result<HoldingRow, Error> {
        let known = self.archive.catalogue().holding(source, location)?;
        Ok(known.unwrap_or_else(|| HoldingRow {
            source: source.to_string(),
            location: location.to_string(),
            public_url: location.to_string(),
            ..HoldingRow::default()
        }))
    }

    fn file(&mut self, source: &str, root: &Path, file: &FolderFile) -> Result<Outcome, FileError> {
        let metadata = file.metadata.clone().map_err(FileError::Document)?;
        let unreadable = |e: std::io::Error| {
            let error = Error::new(format!("cannot read {}", file.path.display()), e);
            FileError::Document(error.hint("check the permissions"))
        };
        let stat = std::fs::metadata(&file.path).map_err(unreadable)?;
        if stat.len() > archive::PAYLOAD_BYTES_MAX {
            let cause = format!("{} bytes are more than {}", stat.len(), archive::PAYLOAD_BYTES_MAX);
            let error = Error::new(format!("cannot read {}", file.path.display()), cause);
            return Err(FileError::Document(error.hint("split it, or leave it out of the source")));
        }
        let mtime = stat.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let mut row = self.row(source, &file.location).map_err(FileError::Archive)?;
        let stamp = (Some(stat.len() as i64), mtime.map(|time| time.as_nanos() as i64));
        let is_held = store::current(self, &row).map_err(FileError::Archive)?.is_some();
        let is_same_file = is_held && (row.file_size, row.file_mtime_ns) == stamp;
        (row.file_size, row.file_mtime_ns) = stamp;
        let is_back = row.vanished_at.take().is_some() | row.failure.take().is_some();
        row.public_url = metadata.url.clone().unwrap_or_else(|| public_path(root, &file.location));
        let bytes = if is_same_file { None } else { Some(std::fs::read(&file.path).map_err(unreadable)?) };
        let outcome =
            store::file(self, &mut row, &file.path, bytes, &metadata).map_err(FileError::Archive)?;
        if outcome != Outcome::Unchanged || !is_same_file || is_back {
            self.put(&row).map_err(FileError::Archive)?;
        }
        Ok(if is_back && outcome == Outcome::Unchanged { Outcome::Changed } else { outcome })
    }

    fn urls(&mut self, source: &str, file: &Path) -> Result<(), Error> {
        if self.options.offline || self.options.dry_run {
            let why = if self.options.offline { "offline" } else { "a dry run fetches nothing" };
            self.tell(source, "", Outcome::Skipped(why.to_string()));
            return Ok(());
        }
        // Made once to refuse early: the workers have a client each.
        Fetcher::new(&self.options.fetch)?;
        let rows = match url_list::list(file) {
            Ok(rows) => rows,
            Err(error) => {
                self.tell(source, "", Outcome::Failed(error));
                return Ok(());
            }
        };
        self.tell(source, "", Outcome::Listed(rows.len() as u64));
        let mut by_host: BTreeMap<String, Vec<(ListedUrl, Validators)>> = BTreeMap::new();
        for row in rows {
            match row {
                Err((location, error)) => self.tell(source, &location, Outcome::Failed(error)),
                Ok(listed) => {
                    let known = self.validators(source, listed.url.as_str())?;
                    let host = listed.url.host_str().unwrap_or_default().to_string();
                    by_host.entry(host).or_default().push((listed, known));
                }
            }
        }
        self.fetch_all(source, by_host)
    }

    /// What the last capture's server gave; nothing when the page seemed gone since, so that it is asked anew.
    fn validators(&self, source: &str, location: &str) -> Result<Validators, Error> {
        let row = self.row(source, location)?;
        let known =
            store::current(self, &row)?.map(|c| Validators { etag: c.etag, last_modified: c.last_modified });
        Ok(known.unwrap_or_default())
    }

    /// Hosts side by side, each one at a time; the archive is written here alone, in the order of the answers.
    fn fetch_all(
        &mut self,
        source: &str,
        by_host: BTreeMap<String, Vec<(ListedUrl, Validators)>>,
    ) -> Result<(), Error> {
        let options = self.options;
        let n_workers = options.fetch.hosts_max.clamp(1, by_host.len().max(1));
        let hosts = Mutex::new(by_host.into_values());
        let (sender, answers) = sync_channel(n_workers);
        std::thread::scope(|scope| {
            for sender in std::iter::repeat_n(sender, n_workers) {
                scope.spawn(|| {
                    fetch_hosts(&hosts, options.fetch.clone(), options.clock, options.stop, sender)
                });
            }
            // An error ends the loop and drops the receiver, which ends the workers.
            answers.into_iter().try_for_each(|(listed, fetched)| {
                let outcome = self.answer(source, &listed, fetched)?;
                self.tell(source, listed.url.as_str(), outcome);
                Ok(())
            })
        })
    }

    fn answer(&mut self, source: &str, listed: &ListedUrl, fetched: Fetched) -> Result<Outcome, Error> {
        let location = listed.url.as_str();
        let mut row = self.row(source, location)?;
        let outcome = match fetched {
            Fetched::Failed(error) => return self.failed(source, location, error),
            Fetched::Gone(status) => gone(&mut row, status, self.options.now),
            Fetched::Given(exchange) => {
                store::response(self, &mut row, &listed.url, &exchange, &listed.metadata)?
            }
            Fetched::NotModified(exchange) => {
                store::not_modified(self, &mut row, &exchange, &listed.metadata)?
            }
        };
        self.put(&row)?;
        Ok(outcome)
    }
}

enum FileError {
    Document(Error),
    Archive(Error),
}

/// `path/location` with `/`, as a reader of the corpus folder would write it.
fn public_path(path: &Path, location: &str) -> String {
    path.join(location).to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// A tombstone needs 404 or 410 on two different dates.
fn gone(row: &mut HoldingRow, status: u16, now: Timestamp) -> Outcome {
    let today = now.strftime("%Y-%m-%d").to_string();
    let is_second_night = row.gone_on.as_ref().is_some_and(|first| *first != today);
    row.gone_on.get_or_insert(today);
    if row.vanished_at.is_some() {
        return Outcome::Unchanged;
    }
    if is_second_night && row.capture.is_some() {
        row.vanished_at = Some(archive::iso(now));
        return Outcome::Vanished;
    }
    let error = Error::new(format!("cannot fetch {}", row.location), format!("the server answered {status}"))
        .hint("it counts as gone when the server says so on another date too");
    row.failure = Some(Failure::from(&error));
    Outcome::Failed(error)
}

type HostQueue = Mutex<std::collections::btree_map::IntoValues<String, Vec<(ListedUrl, Validators)>>>;

/// Takes hosts one after the other and their addresses in the order of the list.
fn fetch_hosts(
    hosts: &HostQueue,
    settings: FetchSettings,
    clock: &dyn Clock,
    stop: &AtomicBool,
    sender: SyncSender<(ListedUrl, Fetched)>,
) {
    let Ok(fetcher) = Fetcher::new(&settings) else { return };
    loop {
        let Some(urls) = hosts.lock().ok().and_then(|mut hosts| hosts.next()) else { return };
        let mut pace = Pace::new(Duration::from_millis(settings.gap_ms));
        for (listed, known) in urls {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            let fetched = fetcher.fetch(&listed.url, &known, &mut pace, clock, stop);
            let is_cut_short = matches!(fetched, Fetched::Failed(_)) && stop.load(Ordering::Relaxed);
            if is_cut_short || sender.send((listed, fetched)).is_err() {
                return;
            }
        }
    }
}
