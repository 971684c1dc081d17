//! Stage 1: sources → captured bytes, kept for ever in a WARC archive. Does not depend on text processing.

pub mod archive;
mod error;
pub mod fetch;
pub mod host;
mod input;
pub mod source;
mod store;
pub mod web;

pub use archive::{Archive, Digest, Extraction, Failure, Holding, HoldingRow, Inventory, Run, RunCounts};
pub use error::{Error, ErrorKind};
pub use fetch::FetchSettings;
pub use host::SystemClock;
pub use input::{read_settings_file, read_settings_text};
pub use source::SourceSettings;

use archive::Capture;
use fetch::{Exchange, Fetched, Validators};
use host::Clock;
use jiff::Timestamp;
use source::{Absence, Entry, FileStamp, Listing, Origin};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use url::Url;
use web::{Request, Web};

/// How a run of this stage is done.
pub struct AcquireOptions<'a> {
    /// Sources on the network are passed over with a notice.
    pub offline: bool,
    /// Reports what would be done and writes nothing; nothing is fetched either.
    pub dry_run: bool,
    /// Reads files again whose size and modification time are those of their last capture.
    pub rehash: bool,
    /// The limits of fetching.
    pub fetch: FetchSettings,
    /// The time that captures are dated with.
    pub now: Timestamp,
    /// The clock that the pace is kept by.
    pub clock: &'a dyn Clock,
    /// Set from outside to end the run; checked between locations.
    pub stop: &'a AtomicBool,
}

/// What happened to one location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceEvent {
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
    /// Number of locations that will be read in this source.
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
    /// Something that the user should know of the source or the location, besides its outcome.
    Notice(String),
    /// The whole source was left out as the user asked, and why.
    Skipped(&'static str),
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
            Outcome::Listed(_) | Outcome::Notice(_) | Outcome::Skipped(_) => {}
        }
    }
}

/// The joint state of a run.
struct Round<'a, 'b> {
    archive: &'a mut Archive,
    options: &'a AcquireOptions<'b>,
    web: &'a Web<'b>,
    /// Of the source that is being read.
    known: Known,
    summary: Summary,
    on_event: &'a mut dyn FnMut(SourceEvent),
}

/// What the catalogue knew of a source before this run, read at once: a query for each location cost more than all the rest of a
/// run that finds nothing new.
#[derive(Default)]
struct Known {
    rows: BTreeMap<String, HoldingRow>,
    captures: HashMap<String, Capture>,
}

/// Brings the archive up to date with the enabled `sources`; paths in them are relative to `corpus_root`.
///
/// A location that cannot be read is an event, not an error. Errors: the archive cannot be written, or a setting is wrong.
pub fn acquire(
    archive: &mut Archive,
    sources: &[SourceSettings],
    corpus_root: &Path,
    options: &AcquireOptions<'_>,
    on_event: &mut dyn FnMut(SourceEvent),
) -> Result<Summary, Error> {
    source::check_names(sources)?;
    let web = Web::new(options.fetch.clone(), options.clock, options.stop);
    let known = Known::default();
    let mut round = Round { archive, options, web: &web, known, summary: Summary::default(), on_event };
    for source in sources.iter().filter(|source| source.enabled) {
        round.source(source, corpus_root)?;
        if !options.dry_run {
            round.archive.commit()?;
        }
    }
    round.summary.is_stopped = round.is_stopped();
    Ok(round.summary)
}

impl Round<'_, '_> {
    fn emit(&mut self, source: &str, location: &str, outcome: Outcome) {
        self.summary.count(&outcome);
        (self.on_event)(SourceEvent { source: source.to_string(), location: location.to_string(), outcome });
    }

    fn is_stopped(&self) -> bool {
        self.options.stop.load(Ordering::Relaxed)
    }

    fn source(&mut self, settings: &SourceSettings, corpus_root: &Path) -> Result<(), Error> {
        let source = settings.name.as_str();
        if settings.kind.is_remote() && (self.options.offline || self.options.dry_run) {
            let why = if self.options.offline { "offline" } else { "a dry run fetches nothing" };
            self.emit(source, "", Outcome::Skipped(why));
            return Ok(());
        }
        self.known = Known {
            rows: self.archive.catalogue().holding_rows_of(source)?,
            captures: self.archive.catalogue().current_captures(Some(source))?,
        };
        let listing = settings.kind.list(corpus_root);
        self.emit(source, "", Outcome::Listed(listing.entries.len() as u64));
        let mut pages = Vec::new();
        for entry in &listing.entries {
            match &entry.origin {
                Origin::File { path, stamp } => self.file_entry(source, entry, path, *stamp)?,
                Origin::Web(url) => pages.push((entry, url)),
            }
            if self.is_stopped() {
                return Ok(());
            }
        }
        self.pages(source, &pages)?;
        if self.is_stopped() {
            return Ok(());
        }
        self.mark_absent(source, &listing)?;
        for (location, error) in listing.failures {
            let outcome = self.failed(source, &location, error)?;
            self.emit(source, &location, outcome);
        }
        Ok(())
    }

    /// Concludes from what the listing lacks: a tombstone, or the end of a failure that no longer matters.
    fn mark_absent(&mut self, source: &str, listing: &Listing) -> Result<(), Error> {
        let entries = listing.entries.iter().map(|entry| entry.location.as_str());
        let failures = listing.failures.iter().map(|(location, _)| location.as_str());
        let present: BTreeSet<&str> = entries.chain(failures).collect();
        let is_absent = |row: &&HoldingRow| !present.contains(row.location.as_str());
        let absent: Vec<HoldingRow> = self.known.rows.values().filter(is_absent).cloned().collect();
        let mut n_hidden = 0;
        for mut row in absent {
            let is_held = row.capture.is_some() && row.vanished_at.is_none();
            if listing.is_unread(&row.location) {
                n_hidden += u64::from(is_held);
            } else if is_held && listing.absence == Absence::Gone {
                row.vanished_at = Some(archive::iso(self.options.now));
                row.failure = None;
                self.put(&row)?;
                self.emit(source, &row.location, Outcome::Vanished);
            } else if row.failure.take().is_some() {
                self.put(&row)?;
            }
        }
        if n_hidden > 0 {
            let unread = listing.unread.iter().map(|name| if name.is_empty() { "its folder" } else { name });
            let text = format!(
                "{n_hidden} documents could not be looked for and are kept as they are, since these cannot be read: {}",
                unread.collect::<Vec<_>>().join(", ")
            );
            self.emit(source, "", Outcome::Notice(text));
        }
        Ok(())
    }

    fn put(&mut self, row: &HoldingRow) -> Result<(), Error> {
        if self.options.dry_run { Ok(()) } else { self.archive.put_holding(row, self.options.now) }
    }

    /// Notes a failure with what is known of the location, which stays.
    fn failed(&mut self, source: &str, location: &str, error: Error) -> Result<Outcome, Error> {
        let mut row = self.row(source, location);
        row.failure = Some(Failure::from(&error));
        row.vanished_at.take_if(|_| row.capture.is_none());
        self.put(&row)?;
        Ok(Outcome::Failed(error))
    }

    /// What was known of a location before this run.
    fn row(&self, source: &str, location: &str) -> HoldingRow {
        self.known.rows.get(location).cloned().unwrap_or_else(|| HoldingRow {
            source: source.to_string(),
            location: location.to_string(),
            public_url: location.to_string(),
            ..HoldingRow::default()
        })
    }

    fn file_entry(
        &mut self,
        source: &str,
        entry: &Entry,
        path: &Path,
        stamp: FileStamp,
    ) -> Result<(), Error> {
        let mut row = self.row(source, &entry.location);
        let stamp = (i64::try_from(stamp.size).ok(), stamp.mtime_ns);
        let is_held = store::current(self, &row).is_some();
        let is_same_file = is_held && (row.file_size, row.file_mtime_ns) == stamp;
        let bytes = if is_same_file && !self.options.rehash {
            None
        } else {
            match input::read_regular_file(path, archive::PAYLOAD_BYTES_MAX) {
                Ok(bytes) => Some(bytes),
                Err(error) => {
                    let outcome = self.failed(source, &entry.location, error)?;
                    self.emit(source, &entry.location, outcome);
                    return Ok(());
                }
            }
        };
        (row.file_size, row.file_mtime_ns) = stamp;
        let is_back = row.vanished_at.take().is_some() | row.failure.take().is_some();
        row.public_url.clone_from(&entry.public_url);
        let mut outcome = store::file(self, &mut row, path, bytes, &entry.metadata)?;
        if outcome != Outcome::Unchanged || !is_same_file || is_back {
            self.put(&row)?;
        }
        if is_back && outcome == Outcome::Unchanged {
            outcome = Outcome::Changed;
        }
        self.emit(source, &entry.location, outcome);
        Ok(())
    }

    /// Several hosts at a time; the archive is written by this thread alone, in the order of the answers.
    fn pages(&mut self, source: &str, pages: &[(&Entry, &Url)]) -> Result<(), Error> {
        if pages.is_empty() {
            return Ok(());
        }
        let requests = pages.iter().map(|(entry, url)| {
            let known = self.validators(source, &entry.location);
            Request { url: (*url).clone(), known }
        });
        let requests: Vec<Request> = requests.collect();
        let web = self.web;
        web.fetch_all(&requests, &mut |index, fetched| {
            let (entry, url) = pages[index];
            let outcome = self.answer(source, entry, url, fetched)?;
            self.emit(source, &entry.location, outcome);
            Ok(())
        })
    }

    /// What the last capture's server gave.
    fn validators(&self, source: &str, location: &str) -> Validators {
        let current = store::current(self, &self.row(source, location));
        let known = current.map(|c| Validators { etag: c.etag, last_modified: c.last_modified });
        known.unwrap_or_default()
    }

    fn answer(&mut self, source: &str, entry: &Entry, url: &Url, fetched: Fetched) -> Result<Outcome, Error> {
        let location = entry.location.as_str();
        let mut row = self.row(source, location);
        let outcome = match fetched {
            Fetched::Failed(error) => return self.failed(source, location, error),
            Fetched::Gone(status) => gone(&mut row, status, self.options.now),
            Fetched::Given(exchange) => {
                let outcome = store::response(self, &mut row, url, &exchange, &entry.metadata)?;
                self.note_unknown_end(source, location, &exchange, &outcome);
                outcome
            }
            Fetched::NotModified(exchange) => {
                store::not_modified(self, &mut row, &exchange, &entry.metadata)?
            }
        };
        self.put(&row)?;
        Ok(outcome)
    }

    fn note_unknown_end(&mut self, source: &str, location: &str, exchange: &Exchange, outcome: &Outcome) {
        if exchange.is_end_unknown && *outcome != Outcome::Unchanged {
            let text = "the server did not say how long the body is, so it is not known whether it is whole";
            self.emit(source, location, Outcome::Notice(text.to_string()));
        }
    }
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
