//! The options of a run of this stage, the events that it reports, and the state that its parts share.

use super::Error;
use super::archive::{Archive, Capture, HoldingRow};
use super::fetch::FetchSettings;
use super::host::Clock;
use super::source::{Editions, SourceKind};
use super::web::Web;
use crate::text::DocName;
use jiff::Timestamp;
use parking_lot::ReentrantMutex;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::SyncSender;

/// The options of a run of this stage.
pub struct AcquireOptions<'a> {
    /// Sources on the network are passed over with a notice.
    pub offline: bool,
    /// Reports the planned requests. Writes and fetches nothing.
    pub dry_run: bool,
    /// Reads files again whose size and modification time are those of their last capture.
    pub rehash: bool,
    /// A source may have lost most of its documents.
    pub accept_loss: bool,
    /// Kinds of document that the user has declared.
    pub own_kinds: &'a [String],
    /// The limits of fetching.
    pub fetch: FetchSettings,
    /// A folder in which sources keep listings that are not yet at their end. `None`: they begin anew in each run.
    pub listings: Option<PathBuf>,
    /// The time that captures are dated with.
    pub now: Timestamp,
    /// The clock that the pace is kept by.
    pub clock: &'a dyn Clock,
    /// Set from outside to end the run; checked between locations.
    pub stop: &'a AtomicBool,
}

/// The outcome of one location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceEvent {
    /// Name of the source.
    pub source: String,
    /// The place within the source; empty for the source as a whole.
    pub location: String,
    /// The outcome.
    pub outcome: LocationOutcome,
}

impl SourceEvent {
    /// The name of the document that the location gives.
    pub(crate) fn docname(&self) -> DocName {
        DocName::new(&self.source, &self.location)
    }
}

/// The outcomes of a location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LocationOutcome {
    /// Number of locations that will be read in this source.
    Listed(u64),
    /// For each listed source, the number of files that the corpus does not take, by reason.
    LeftOut(BTreeMap<String, u64>),
    /// Captured for the first time.
    New,
    /// Its bytes or its metadata changed.
    Changed,
    /// As before.
    Unchanged,
    /// Gone; its captures are kept.
    Vanished,
    /// Not read this time.
    Failed(Error),
    /// A notice for the user about the source or the location, besides its outcome.
    Notice(String),
    /// The source, or a part of it, was left out by a setting or an option: a sentence without full stop.
    Skipped(String),
}

/// How many locations had which outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AcquireSummary {
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

impl AcquireSummary {
    /// Adds what another source gave.
    pub(super) fn add(&mut self, other: AcquireSummary) {
        self.n_new += other.n_new;
        self.n_changed += other.n_changed;
        self.n_unchanged += other.n_unchanged;
        self.n_vanished += other.n_vanished;
        self.n_failed += other.n_failed;
    }

    pub(super) fn count(&mut self, outcome: &LocationOutcome) {
        match outcome {
            LocationOutcome::New => self.n_new += 1,
            LocationOutcome::Changed => self.n_changed += 1,
            LocationOutcome::Unchanged => self.n_unchanged += 1,
            LocationOutcome::Vanished => self.n_vanished += 1,
            LocationOutcome::Failed(_) => self.n_failed += 1,
            LocationOutcome::Listed(_)
            | LocationOutcome::LeftOut(_)
            | LocationOutcome::Notice(_)
            | LocationOutcome::Skipped(_) => {}
        }
    }
}

/// The archive, which several sources write. A source that holds it may take it again.
pub(super) struct SharedArchive<'a>(ReentrantMutex<RefCell<&'a mut Archive>>);

impl<'a> SharedArchive<'a> {
    pub(super) fn new(archive: &'a mut Archive) -> SharedArchive<'a> {
        SharedArchive(ReentrantMutex::new(RefCell::new(archive)))
    }

    /// Keeps the other sources from the archive until the result is dropped, so that the records of one answer stand together.
    pub(super) fn hold(&self) -> impl Drop + use<'_, 'a> {
        self.0.lock()
    }

    /// What `work` makes of the archive; no other source writes it meanwhile. `work` must not call this again.
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Archive) -> T) -> T {
        work(&mut self.0.lock().borrow_mut())
    }
}

/// The reading of one source.
pub(super) struct Round<'a, 'b, 'w> {
    pub(super) archive: &'a SharedArchive<'w>,
    pub(super) options: &'a AcquireOptions<'b>,
    pub(super) web: &'a Web<'a>,
    pub(super) known: Known,
    /// The kind of the source.
    pub(super) kind: SourceKind,
    /// The editions of its pages that were found in this run and have not been read yet.
    pub(super) editions: Vec<FoundEditions>,
    pub(super) summary: AcquireSummary,
    /// Takes what happens to the thread that reports it.
    pub(super) events: SyncSender<SourceEvent>,
}

/// The editions of the document of a page.
pub(super) struct FoundEditions {
    /// The location of the page.
    pub(super) page: String,
    pub(super) editions: Editions,
    /// Whether the page is new or has changed.
    pub(super) has_changed: bool,
}

/// The state of a source in the catalogue before this run, read at once: a query for each location cost more than all the rest of a
/// run that finds nothing new.
#[derive(Default)]
pub(super) struct Known {
    pub(super) rows: BTreeMap<String, HoldingRow>,
    pub(super) captures: HashMap<String, Capture>,
}
