//! Stage 1: sources → captured bytes, kept for ever in a WARC archive. Does not depend on text processing.

pub mod archive;
mod coverage;
mod editions;
mod error;
pub mod fetch;
pub mod host;
mod input;
mod robots;
mod round;
pub mod source;
mod store;
pub mod web;

pub use archive::{
    Archive, Archived, Capture, Extraction, FailedAttempt, Holding, HoldingRow, Inventory, PayloadReader,
    RecordLocation, Run, RunCounts,
};
pub(crate) use coverage::{CoverageCell, SourceCoverage, coverage_cells};
pub use error::{Error, ErrorKind};
pub(crate) use fetch::FetchSettings;
pub(crate) use host::SystemClock;
pub(crate) use input::{open_regular_file, read_document_file, read_settings_file, read_settings_text};
pub use round::{AcquireOptions, AcquireSummary, LocationOutcome, SourceEvent};
pub(crate) use source::{ID_COLUMN, MOVED_COLUMN, Scope, SourceSettings, document_id};

use crate::text::Digest;
use fetch::{Exchange, Fetched, Validators};
use jiff::Timestamp;
use round::{Known, Round, SharedArchive};
use source::{Absence, FileStamp, ListedDocument, Listing, ListingContext, Origin, SourceKind, TarPlace};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use url::Url;
use web::{Network, PageRequest};

/// "4 files are left out by `include`: 3 .xls, 1 without an extension"
fn skipped_by_extension(skipped: &BTreeMap<String, u64>) -> String {
    let total: u64 = skipped.values().sum();
    let (files, are) = if total == 1 { ("file", "is") } else { ("files", "are") };
    let name = |extension: &String| match extension.as_str() {
        "" => "without an extension".to_owned(),
        extension => format!(".{extension}"),
    };
    let parts: Vec<String> =
        skipped.iter().map(|(extension, count)| format!("{count} {}", name(extension))).collect();
    format!("{total} {files} {are} left out by `include`: {}", parts.join(", "))
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
) -> Result<AcquireSummary, Error> {
    source::check_names(sources)?;
    let network = Network::new(options.fetch.clone(), options.clock, options.stop);
    let archive = SharedArchive::new(archive);
    let enabled = sources.iter().filter(|source| source.enabled);
    // Sources on the network wait for their hosts most of the time; those on disk are read one after the other meanwhile.
    let is_apart = |source: &&SourceSettings| source.kind.is_remote() && options.fetch.hosts_max > 1;
    let (remote, local): (Vec<_>, Vec<_>) = enabled.partition(is_apart);
    let lanes = remote.into_iter().map(|source| vec![source]).chain([local]);
    let (sender, events) = sync_channel(EVENTS_MAX);
    let read = |lane: Vec<&SourceSettings>, events: SyncSender<SourceEvent>| {
        let read = read_sources(&archive, &network, (&lane, corpus_root), options, events);
        // The others end too.
        read.inspect_err(|_| network.end())
    };
    std::thread::scope(|scope| {
        let read = &read;
        let threads: Vec<_> = lanes
            .map(|lane| {
                let sender = sender.clone();
                scope.spawn(move || read(lane, sender))
            })
            .collect();
        drop(sender);
        events.into_iter().for_each(on_event);
        let mut summary = AcquireSummary::default();
        for thread in threads {
            summary.add(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        summary.is_stopped = network.is_stopped();
        Ok(summary)
    })
}

/// Events that wait for the thread that takes them.
const EVENTS_MAX: usize = 64;

/// Reads `sources` one after the other.
fn read_sources(
    archive: &SharedArchive<'_>,
    network: &Network<'_>,
    (sources, corpus_root): (&[&SourceSettings], &Path),
    options: &AcquireOptions<'_>,
    events: SyncSender<SourceEvent>,
) -> Result<AcquireSummary, Error> {
    let mut summary = AcquireSummary::default();
    for source in sources {
        let (known, kind, editions) = (Known::default(), source.kind.clone(), Vec::new());
        let (web, events) = (network.web(), events.clone());
        let mut round = Round { archive, options, web: &web, known, kind, editions, summary, events };
        round.source(source, corpus_root)?;
        if !options.dry_run {
            archive.with(Archive::commit)?;
        }
        summary = round.summary;
    }
    Ok(summary)
}

impl Round<'_, '_, '_> {
    fn emit(&mut self, source: &str, location: &str, outcome: LocationOutcome) {
        // A page that leads to a document is not counted besides the document, unless it leads to none.
        let is_part = self.kind.is_part(location);
        if !is_part || matches!(outcome, LocationOutcome::Failed(_)) {
            self.summary.count(&outcome);
        }
        let event = SourceEvent { source: source.to_string(), location: location.to_string(), outcome };
        // The thread that takes the events does so until all sources are read.
        let _ = self.events.send(event);
    }

    fn is_stopped(&self) -> bool {
        self.web.is_stopped()
    }

    fn source(&mut self, settings: &SourceSettings, corpus_root: &Path) -> Result<(), Error> {
        let source = settings.name.as_str();
        if settings.kind.is_remote() && self.options.offline {
            self.emit(source, "", LocationOutcome::Skipped("skipped: offline".to_owned()));
            return Ok(());
        }
        self.known = self.archive.with(|archive| {
            let catalogue = archive.catalogue();
            let (rows, captures) =
                (catalogue.holding_rows_of(source)?, catalogue.current_captures(Some(source))?);
            Ok::<_, Error>(Known { rows, captures })
        })?;
        if settings.kind.is_remote() && self.options.dry_run {
            let text = self.planned(&settings.kind, corpus_root);
            self.emit(source, "", LocationOutcome::Skipped(text));
            return Ok(());
        }
        if settings.kind.is_listed_on_network() {
            self.web.check_contact()?;
        }
        self.web.begin_budget(settings.budget);
        let checkpoint = self.options.listings.as_ref().map(|folder| folder.join(source));
        let context = ListingContext {
            corpus_root,
            web: self.web,
            checkpoint: checkpoint.as_deref(),
            defaults: &settings.defaults,
            known: &self.known.rows,
            now: self.options.now,
        };
        let mut listing = settings.list(&context, self.options.own_kinds);
        self.emit(source, "", LocationOutcome::Listed(listing.entries.len() as u64));
        self.emit(source, "", LocationOutcome::LeftOut(listing.left_out()));
        if !listing.skipped.is_empty() {
            self.emit(source, "", LocationOutcome::Skipped(skipped_by_extension(&listing.skipped)));
        }
        for (location, text) in std::mem::take(&mut listing.notices) {
            self.emit(source, &location, LocationOutcome::Notice(text));
        }
        if !self.is_stopped() {
            self.note_coverage(settings, &listing)?;
        }
        let mut n_waiting = self.entries(source, &listing)?;
        n_waiting += self.read_editions(source, &listing)?;
        if self.is_stopped() {
            return Ok(());
        }
        self.mark_absent(source, &listing)?;
        for (location, error) in std::mem::take(&mut listing.failures) {
            let outcome = self.failed(source, &location, error)?;
            self.emit(source, &location, outcome);
        }
        self.end_source(source, &listing, n_waiting, checkpoint)
    }

    /// The requests that a run would make, and the time that they take at least.
    fn planned(&self, kind: &SourceKind, corpus_root: &Path) -> String {
        let plan = kind.plan(corpus_root, self.options.now);
        let n_held =
            self.known.rows.values().filter(|row| row.capture.is_some() && row.vanished_at.is_none()).count();
        let n_addresses = plan.n_addresses.unwrap_or(n_held);
        // One for robots.txt.
        let n_requests = (1 + plan.n_lists + n_addresses) as u64;
        let seconds = (n_requests * self.options.fetch.gap_ms).div_ceil(1000);
        let new_documents = if plan.n_lists > 0 { ", and what is new" } else { "" };
        format!(
            "skipped: a dry run fetches nothing; a run asks for robots.txt, at least {} pages of lists and {n_addresses} \
             documents{new_documents}, which takes {} min {} s or more if all are of one host",
            plan.n_lists,
            seconds / 60,
            seconds % 60
        )
    }

    /// Reads the listed documents. Returns how many were not reached.
    fn entries(&mut self, source: &str, listing: &Listing) -> Result<u64, Error> {
        let mut pages = Vec::new();
        for entry in &listing.entries {
            match &entry.origin {
                Origin::File { path, stamp } => self.file_entry(source, entry, path, *stamp)?,
                Origin::Member { tar, place, sha256 } => {
                    if !self.is_as_declared(source, entry, Some(*sha256), None)? {
                        let outcome = self.member(source, entry, tar, *place, *sha256)?;
                        self.emit(source, &entry.location, outcome);
                    }
                }
                Origin::Web { url, sha256, modified } => {
                    if !self.is_as_declared(source, entry, *sha256, *modified)? {
                        pages.push((entry, url));
                    }
                }
            }
            if self.is_stopped() {
                return Ok(0);
            }
        }
        self.pages(source, pages)
    }

    /// Reports the documents that are left for the next run. When none are left, removes the checkpoint of the listing.
    fn end_source(
        &mut self,
        source: &str,
        listing: &Listing,
        n_waiting: u64,
        checkpoint: Option<PathBuf>,
    ) -> Result<(), Error> {
        let is_left = listing.is_cut || n_waiting > 0;
        if let Some(spent) = self.web.spent_budget().filter(|_| is_left) {
            let what = match (listing.is_cut, n_waiting) {
                (true, _) => "its list is read further in the next run".to_owned(),
                (false, 1) => "1 document waits for the next run".to_owned(),
                (false, count) => format!("{count} documents wait for the next run"),
            };
            let text = format!("the budget of {spent} is used up: {what}");
            self.emit(source, "", LocationOutcome::Notice(text));
        }
        match checkpoint.filter(|folder| !is_left && !self.is_stopped() && folder.exists()) {
            Some(folder) => std::fs::remove_dir_all(&folder)
                .map_err(|e| Error::new(format!("cannot remove {}", folder.display()), e)),
            None => Ok(()),
        }
    }

    /// Whether the source declares the bytes that are held, so that no request is needed.
    fn is_as_declared(
        &mut self,
        source: &str,
        entry: &ListedDocument,
        sha256: Option<Digest>,
        modified: Option<Timestamp>,
    ) -> Result<bool, Error> {
        let row = self.row(source, &entry.location);
        let is_held = store::current(self, &row).is_some_and(|current| {
            let captured = current.captured_at.parse::<Timestamp>().ok();
            let is_later = captured.zip(modified).is_some_and(|(captured, modified)| captured > modified);
            Some(current.sha256) == sha256 || is_later && row.failure.is_none() && row.gone_on.is_none()
        });
        if is_held {
            let mut changed = row.clone();
            let outcome = store::as_declared(&mut changed, &entry.public_url, &entry.metadata);
            if changed != row {
                self.put(&changed)?;
            }
            self.emit(source, &entry.location, outcome);
        }
        Ok(is_held)
    }

    /// Handles the locations that the listing lacks: marks them as vanished, or clears a failure that no longer matters.
    fn mark_absent(&mut self, source: &str, listing: &Listing) -> Result<(), Error> {
        let entries = listing.entries.iter().map(|entry| entry.location.as_str());
        let failures = listing.failures.iter().map(|(location, _)| location.as_str());
        let excluded = listing.excluded.iter().map(String::as_str);
        let present: BTreeSet<&str> = entries.chain(failures).chain(excluded).collect();
        let lists_pages = self.kind.lists_pages();
        let is_absent = |row: &&HoldingRow| {
            let has_page = lists_pages && present.contains(source::page_of_document(&row.location).as_str());
            !present.contains(row.location.as_str()) && !has_page
        };
        let absent: Vec<HoldingRow> = self.known.rows.values().filter(is_absent).cloned().collect();
        if self.is_alarming(source, listing, &absent) {
            return Ok(());
        }
        let (mut n_hidden, mut unlisted) = (0, Vec::new());
        for mut row in absent {
            let is_held = is_held(&row);
            if listing.is_unread(&row.location) {
                n_hidden += u64::from(is_held);
            } else if is_held && listing.absence == Absence::Gone {
                row.vanished_at = Some(archive::iso(self.options.now));
                row.failure = None;
                self.put(&row)?;
                self.emit(source, &row.location, LocationOutcome::Vanished);
            } else if is_held && listing.absence == Absence::RequestPage {
                unlisted.extend(self.unlisted(row)?);
            } else if row.failure.take().is_some() {
                self.put(&row)?;
            }
        }
        self.request_unlisted(source, unlisted)?;
        if n_hidden > 0 {
            let unread = listing.unread.iter().map(|name| if name.is_empty() { "its folder" } else { name });
            let text = format!(
                "{n_hidden} documents could not be looked for and are kept as they are, since these cannot be read: {}",
                unread.collect::<Vec<_>>().join(", ")
            );
            self.emit(source, "", LocationOutcome::Notice(text));
        }
        Ok(())
    }

    /// A document that the service no longer lists: its absence is noted on the first date, and its page is requested on a later one.
    fn unlisted(&mut self, mut row: HoldingRow) -> Result<Option<(HoldingRow, Url)>, Error> {
        let today = date(self.options.now);
        match &row.gone_on {
            Some(first) if *first != today => {
                let page = self.kind.page_address(&row.location);
                Ok(page.map(|url| (row, url)))
            }
            Some(_) => Ok(None),
            None => {
                row.gone_on = Some(today);
                self.put(&row)?;
                Ok(None)
            }
        }
    }

    /// Requests the pages of documents that are missing from the list for the second time. 404 and 410 mark the document as vanished.
    fn request_unlisted(&mut self, source: &str, unlisted: Vec<(HoldingRow, Url)>) -> Result<(), Error> {
        if unlisted.is_empty() {
            return Ok(());
        }
        let known = Validators::default();
        let requests = unlisted.iter().map(|(_, url)| PageRequest { url: url.clone(), known: known.clone() });
        let requests: Vec<PageRequest> = requests.collect();
        let web = self.web;
        web.fetch_all(&requests, &mut |index, fetched| {
            let mut row = unlisted[index].0.clone();
            match fetched {
                Fetched::Gone(_) => {
                    row.vanished_at = Some(archive::iso(self.options.now));
                    row.failure = None;
                    self.put(&row)?;
                    self.emit(source, &row.location, LocationOutcome::Vanished);
                }
                Fetched::Given(exchange) | Fetched::NotModified(exchange) => {
                    match self.kind.moved_to(&row.location, &exchange.url) {
                        Some(id) => self.moved(source, row, id)?,
                        // The page exists: the list has a gap.
                        None => {
                            row.gone_on = None;
                            self.put(&row)?;
                        }
                    }
                }
                Fetched::Failed(_) | Fetched::Unprocessable(_) => {}
            }
            Ok(())
        })
    }

    /// The document goes on under another id of the service: this one is an alias of it.
    fn moved(&mut self, source: &str, mut row: HoldingRow, id: String) -> Result<(), Error> {
        self.emit(source, &row.location, LocationOutcome::Notice(format!("it has the id {id} now")));
        row.metadata.own.insert(source::MOVED_COLUMN.to_owned(), id);
        row.vanished_at = Some(archive::iso(self.options.now));
        row.failure = None;
        self.put(&row)?;
        self.emit(source, &row.location, LocationOutcome::Vanished);
        Ok(())
    }

    /// Whether so many documents are gone that the source is probably incomplete. If so, nothing is marked as vanished, and a notice
    /// reports it.
    fn is_alarming(&mut self, source: &str, listing: &Listing, absent: &[HoldingRow]) -> bool {
        let gone =
            absent.iter().filter(|row| is_held(row) && !listing.is_unread(&row.location)).count() as u64;
        let held = self.known.rows.values().filter(|row| is_held(row)).count() as u64;
        let is_alarming = listing.absence == Absence::Gone && source::is_large_loss(gone, held);
        if !is_alarming || self.options.accept_loss {
            return false;
        }
        let text = format!(
            "{gone} of its {held} documents are gone; nothing is marked as vanished, since the source may not be whole \
             (a share that is not mounted?): run `ordskifte refresh --accept-loss` if they are really gone"
        );
        self.emit(source, "", LocationOutcome::Notice(text));
        true
    }

    fn put(&mut self, row: &HoldingRow) -> Result<(), Error> {
        if self.options.dry_run {
            return Ok(());
        }
        self.archive.with(|archive| archive.put_holding(row, self.options.now))
    }

    /// Records a failure. The state of the location is kept.
    fn failed(&mut self, source: &str, location: &str, error: Error) -> Result<LocationOutcome, Error> {
        let mut row = self.row(source, location);
        row.failure = Some(FailedAttempt::from(&error));
        row.vanished_at.take_if(|_| row.capture.is_none());
        self.put(&row)?;
        Ok(LocationOutcome::Failed(error))
    }

    /// The state of a location before this run.
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
        entry: &ListedDocument,
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
            match read_document_file(path) {
                Ok(bytes) => Some(bytes),
                Err(error) => {
                    let outcome = self.failed(source, &entry.location, error)?;
                    self.emit(source, &entry.location, outcome);
                    return Ok(());
                }
            }
        };
        let archive = self.archive;
        let _held = archive.hold();
        (row.file_size, row.file_mtime_ns) = stamp;
        let is_back = row.vanished_at.take().is_some() | row.failure.take().is_some();
        row.public_url.clone_from(&entry.public_url);
        let mut outcome = store::file(self, &mut row, path, bytes, &entry.metadata)?;
        if outcome != LocationOutcome::Unchanged || !is_same_file || is_back {
            self.put(&row)?;
        }
        if is_back && outcome == LocationOutcome::Unchanged {
            outcome = LocationOutcome::Changed;
        }
        self.emit(source, &entry.location, outcome);
        Ok(())
    }

    /// Archives a member of a tar.
    fn member(
        &mut self,
        source: &str,
        entry: &ListedDocument,
        tar: &Path,
        place: TarPlace,
        sha256: Digest,
    ) -> Result<LocationOutcome, Error> {
        let attempt = || format!("cannot read {} in {}", entry.location, tar.display());
        let bytes = match source::bytes_at(tar, place) {
            Ok(bytes) if Digest::of(&bytes) == sha256 => bytes,
            Ok(bytes) => {
                let cause = format!("its SHA-256 is {}, and the table declares {sha256}", Digest::of(&bytes));
                let error = Error::new(attempt(), cause).hint("the tar is damaged: fetch it again");
                return self.failed(source, &entry.location, error);
            }
            Err(cause) => return self.failed(source, &entry.location, Error::new(attempt(), cause)),
        };
        let archive = self.archive;
        let _held = archive.hold();
        let mut row = self.row(source, &entry.location);
        let outcome = store::member(self, &mut row, tar, &entry.public_url, bytes, &entry.metadata)?;
        self.put(&row)?;
        Ok(outcome)
    }

    /// Fetches from several hosts at a time. This thread alone writes the archive, in the order of the responses. Returns how many
    /// documents were not reached.
    ///
    /// Documents that were never captured come first, then those captured longest ago: a budget that is too small for all
    /// reaches every document over several runs.
    fn pages(&mut self, source: &str, mut pages: Vec<(&ListedDocument, &Url)>) -> Result<u64, Error> {
        if pages.is_empty() {
            return Ok(0);
        }
        pages.sort_by_cached_key(|(entry, _)| {
            store::current(self, &self.row(source, &entry.location)).map(|current| current.captured_at)
        });
        let requests = pages.iter().map(|(entry, url)| {
            let known = self.validators(source, &entry.location);
            PageRequest { url: (*url).clone(), known }
        });
        let requests: Vec<PageRequest> = requests.collect();
        let mut n_waiting = requests.len() as u64;
        let (web, archive) = (self.web, self.archive);
        web.fetch_all(&requests, &mut |index, fetched| {
            n_waiting -= 1;
            let entry = pages[index].0;
            let _held = archive.hold();
            let outcome = self.answer(source, entry, fetched)?;
            self.emit(source, &entry.location, outcome);
            Ok(())
        })?;
        Ok(n_waiting)
    }

    /// The validators of the last capture, for a conditional request.
    fn validators(&self, source: &str, location: &str) -> Validators {
        let current = store::current(self, &self.row(source, location));
        let known = current.map(|c| Validators { etag: c.etag, last_modified: c.last_modified });
        known.unwrap_or_default()
    }

    fn answer(
        &mut self,
        source: &str,
        entry: &ListedDocument,
        fetched: Fetched,
    ) -> Result<LocationOutcome, Error> {
        let location = entry.location.as_str();
        let mut row = self.row(source, location);
        let outcome = match fetched {
            Fetched::Failed(error) => return self.failed(source, location, error),
            Fetched::Gone(status) => gone(&mut row, status, self.options.now),
            Fetched::Unprocessable(_) => {
                let error = Error::new(
                    format!("cannot fetch {location}"),
                    "the server refuses the address (400 or 422)",
                );
                return self.failed(source, location, error.hint("check the address in a browser"));
            }
            Fetched::Given(exchange) => {
                let refused = self.kind.refusal(&exchange).map(|cause| {
                    Error::new(format!("cannot use {}", exchange.url), cause)
                        .hint("it is tried again in the next run")
                });
                if let Some(error) = refused.or_else(|| not_as_declared(entry, &exchange)) {
                    return self.failed(source, location, error);
                }
                let metadata = &entry.metadata;
                let outcome = match self.of_same_content(&row, &exchange)? {
                    Some(current) => store::same_content(self, &mut row, &exchange, current, metadata)?,
                    None => store::response(self, &mut row, &entry.public_url, &exchange, metadata)?,
                };
                self.note_unknown_end(source, location, &exchange, &outcome);
                self.note_editions(entry, &exchange, outcome != LocationOutcome::Unchanged);
                outcome
            }
            Fetched::NotModified(exchange) => {
                store::not_modified(self, &mut row, &exchange, &entry.metadata)?
            }
        };
        self.put(&row)?;
        Ok(outcome)
    }

    /// The current capture, when the response has no validators and the page has the same content: then only nonces, menus
    /// and the like differ.
    fn of_same_content(&mut self, row: &HoldingRow, exchange: &Exchange) -> Result<Option<Capture>, Error> {
        let Some(current) = store::current(self, row) else { return Ok(None) };
        let has_validator = exchange.validators != Validators::default();
        let is_page = |media_type: &Option<String>| {
            media_type.as_deref().is_some_and(|name| name.starts_with("text/html") || name.contains("xhtml"))
        };
        let is_compared = !has_validator && is_page(&exchange.media_type) && is_page(&current.media_type);
        if !is_compared || current.sha256 == Digest::of(&exchange.payload) {
            return Ok(None);
        }
        // A capture that cannot be read is captured again.
        let Ok(before) = self.archive.with(|archive| archive.payload(&current.sha256)) else {
            return Ok(None);
        };
        let content = |payload: &[u8]| source::content_lines(&source::page_text(payload));
        Ok((content(&before) == content(&exchange.payload)).then_some(current))
    }

    fn note_unknown_end(
        &mut self,
        source: &str,
        location: &str,
        exchange: &Exchange,
        outcome: &LocationOutcome,
    ) {
        if exchange.is_end_unknown && *outcome != LocationOutcome::Unchanged {
            let text = "the server did not say how long the body is, so it is not known whether it is whole";
            self.emit(source, location, LocationOutcome::Notice(text.to_string()));
        }
    }
}

/// The error for bytes that do not have the digest that the source declares.
fn not_as_declared(entry: &ListedDocument, exchange: &Exchange) -> Option<Error> {
    let Origin::Web { url, sha256: Some(declared), .. } = &entry.origin else { return None };
    let sha256 = Digest::of(&exchange.payload);
    (sha256 != *declared).then(|| {
        let cause = format!("its SHA-256 is {sha256}, and the source declares {declared}");
        Error::new(format!("cannot use {url}"), cause)
            .hint("the source's list and its file do not agree; it is tried again in the next run")
    })
}

fn date(now: Timestamp) -> String {
    now.strftime("%Y-%m-%d").to_string()
}

/// Whether the archive has the document, and the source had it at the last run.
fn is_held(row: &HoldingRow) -> bool {
    row.capture.is_some() && row.vanished_at.is_none()
}

/// A tombstone needs 404 or 410 on two different dates.
fn gone(row: &mut HoldingRow, status: u16, now: Timestamp) -> LocationOutcome {
    let today = date(now);
    let is_second_night = row.gone_on.as_ref().is_some_and(|first| *first != today);
    row.gone_on.get_or_insert(today);
    if row.vanished_at.is_some() {
        return LocationOutcome::Unchanged;
    }
    if is_second_night && row.capture.is_some() {
        row.vanished_at = Some(archive::iso(now));
        return LocationOutcome::Vanished;
    }
    let error = Error::new(format!("cannot fetch {}", row.location), format!("the server answered {status}"))
        .hint("the page is marked as vanished when the server answers the same on another date");
    row.failure = Some(FailedAttempt::from(&error));
    LocationOutcome::Failed(error)
}
