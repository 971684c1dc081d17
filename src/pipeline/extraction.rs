//! Plan → map → commit of texts: jobs are handed to parsing children by several threads, and one committer, the thread of the run,
//! keeps what came of them in batches: the texts in one file, then how the jobs ended in the catalogue.
//!
//! Jobs begin while the sources are still being read: the archive hands on what is durable ([`Archive::connect`]).

use super::checked::CheckedFiles;
use super::corpus::{Corpus, Holdings, stage_of};
use super::job::{Job, Outcome, PackedText};
use super::parsers::Parsers;
use super::run::{Options, emit};
use super::store::TextStore;
use super::{Error, ErrorKind as Kind, Event};
use crate::acquire::{Archive, Archived, ErrorKind, Extraction, Holding, PayloadReader, RecordLocation};
use crate::text::{Digest, DocName, Rejection};
use rayon::prelude::*;
use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, TrySendError, channel, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

/// Jobs whose outcomes are committed together: a crash loses the work on at most this many.
const BATCH_JOBS: usize = 64;
/// So many bytes of texts are committed at once, so that a batch of long documents does not fill the memory.
const BATCH_BYTES: usize = 64 << 20;

/// A file to be read.
struct Task {
    /// The document, for messages.
    docname: DocName,
    sha256: Digest,
    bytes: Bytes,
}

/// Where the bytes of a task are.
enum Bytes {
    /// Here: they have just been archived.
    Here(Vec<u8>),
    /// In the archive; `None` when it knows no record of them.
    Archived(Option<RecordLocation>),
}

/// What came of a task.
struct Ended {
    extraction: Extraction,
    text: Option<(Job, PackedText)>,
}

type TaskResult = (DocName, Result<Option<Ended>, Error>);

/// What the threads of an extractor share.
pub(super) struct Work<'a> {
    parsers: Parsers,
    reader: PayloadReader,
    options: &'a Options<'a>,
    tasks: Mutex<Receiver<Task>>,
    threads_max: usize,
}

/// Both ends of the queue of tasks: for the extractor, and for its threads.
pub(super) fn work<'a>(
    corpus: &Corpus<'_>,
    archive: &Archive,
    options: &'a Options<'a>,
) -> (Queue, Work<'a>) {
    let threads_max = rayon::current_num_threads();
    // Enough that no thread waits for the next file to be archived.
    let (sender, tasks) = sync_channel(2 * threads_max);
    let work = Work {
        parsers: Parsers::new(options.worker_program.clone(), corpus.config.settings.worker),
        reader: archive.payload_reader(),
        options,
        tasks: Mutex::new(tasks),
        threads_max,
    };
    (Queue(sender), work)
}

/// The end of the queue that takes tasks.
pub(super) struct Queue(SyncSender<Task>);

impl Work<'_> {
    /// Does tasks until no more can come. A run that is stopped passes over those that are left.
    fn serve(&self, store_job: &dyn Fn(Digest) -> Job, ended: &Sender<TaskResult>) {
        loop {
            let task = self.tasks.lock().expect("no thread panics while it waits").recv();
            let Ok(Task { docname, sha256, bytes }) = task else { return };
            let result = match self.options.stop.load(Ordering::Relaxed) {
                true => Ok(None),
                false => self.run(store_job(sha256), bytes).map(Some),
            };
            if ended.send((docname, result)).is_err() {
                return;
            }
        }
    }

    /// Reads one file.
    fn run(&self, job: Job, bytes: Bytes) -> Result<Ended, Error> {
        let bytes = match bytes {
            Bytes::Here(bytes) => Ok(bytes),
            Bytes::Archived(place) => self.reader.payload(&job.sha256, place.as_ref()),
        };
        let (outcome, is_archived) = match bytes {
            Ok(bytes) => (self.parsers.run(&job, &bytes).map_err(|cause| cannot_parse(&cause))?, true),
            // A damaged record costs its document, not the run.
            Err(error) if error.kind == ErrorKind::Damaged => {
                let reason = format!("{}: {}", error.attempt, error.cause);
                (Outcome::Rejected(Rejection::new(reason, error.hint.unwrap_or_default())), false)
            }
            Err(error) => return Err(error.into()),
        };
        let (rejection, text) = match outcome {
            Outcome::Extracted(text) => (None, Some(text)),
            Outcome::Rejected(rejection) => (Some(rejection), None),
        };
        let extractor_version = job.settings.name().to_owned();
        let extraction = Extraction { sha256: job.sha256, extractor_version, rejection, is_archived };
        Ok(Ended { extraction, text: text.map(|text| (job, text)) })
    }
}

/// Why no child can be started.
pub(super) fn cannot_parse(cause: &std::io::Error) -> Error {
    let hint = "check the limits of processes and memory of this machine";
    Error::new(format!("cannot run the parser: {cause}"), hint).of_kind(Kind::World)
}

/// The files of a run as they are being read.
pub(super) struct Extractor<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    work: &'env Work<'env>,
    store: &'env Mutex<TextStore>,
    checked: &'env CheckedFiles,
    queue: Queue,
    threads: Vec<ScopedJoinHandle<'scope, ()>>,
    results: (Sender<TaskResult>, Receiver<TaskResult>),
    n_in_work: usize,
    /// Ended and not committed yet.
    waiting: Vec<Ended>,
    waiting_bytes: usize,
    /// The files that were tried in this run.
    tried: HashSet<Digest>,
    stage: Option<Stage>,
    summary: ExtractionSummary,
}

/// The progress of the stage.
struct Stage {
    started: Instant,
    done: u64,
    total: u64,
}

/// What was read in a run.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ExtractionSummary {
    /// Files.
    pub(super) n_extracted: u64,
    /// Those that the archive could not give.
    pub(super) n_unreadable: u64,
}

impl<'scope, 'env> Extractor<'scope, 'env> {
    pub(super) fn new(
        scope: &'scope Scope<'scope, 'env>,
        work: &'env Work<'env>,
        queue: Queue,
        store: &'env Mutex<TextStore>,
        checked: &'env CheckedFiles,
    ) -> Extractor<'scope, 'env> {
        Extractor {
            scope,
            work,
            store,
            checked,
            queue,
            threads: Vec::new(),
            results: channel(),
            n_in_work: 0,
            waiting: Vec::new(),
            waiting_bytes: 0,
            tried: HashSet::new(),
            stage: None,
            summary: ExtractionSummary::default(),
        }
    }

    pub(super) fn summary(&self) -> ExtractionSummary {
        self.summary
    }

    /// Begins to read what has just been archived, unless its text is there already. Returns how jobs ended whose texts are durable.
    pub(super) fn take_archived(
        &mut self,
        archived: impl Iterator<Item = Archived>,
    ) -> Result<Vec<Extraction>, Error> {
        let mut ended = Vec::new();
        for Archived { docname, sha256, bytes } in archived {
            let is_known = {
                let store = self.store();
                store.has(&store.job(sha256))
            };
            if !is_known && !self.tried.contains(&sha256) {
                self.begin(Task { docname, sha256, bytes: Bytes::Here(bytes) })?;
                ended.extend(self.commit_texts(false)?);
            }
        }
        Ok(ended)
    }

    /// Waits for all that is being read and commits it.
    pub(super) fn finish(&mut self, archive: &mut Archive) -> Result<Vec<Extraction>, Error> {
        let mut ended = Vec::new();
        while self.n_in_work > 0 {
            let result = self.next_result();
            self.note(result)?;
            ended.extend(self.commit(archive, false)?);
        }
        ended.extend(self.commit(archive, true)?);
        Ok(ended)
    }

    /// Reads every file of which the store has no whole text, and notes in `holdings` how that ended.
    pub(super) fn extract_missing(
        &mut self,
        archive: &mut Archive,
        holdings: &mut Holdings,
    ) -> Result<(), Error> {
        let pending = self.pending(holdings)?;
        let digests: Vec<Digest> = pending.iter().map(|place| place.sha256).collect();
        let mut ended = Vec::new();
        for (place, stored) in pending.into_iter().zip(archive.places(&digests)?) {
            if self.work.options.stop.load(Ordering::Relaxed) {
                break;
            }
            let (docname, sha256) = (place.docname(), place.sha256);
            self.begin(Task { docname, sha256, bytes: Bytes::Archived(stored) })?;
            ended.extend(self.commit(archive, false)?);
        }
        ended.extend(self.finish(archive)?);
        if self.summary.n_extracted > 0 {
            self.store().remove_superseded()?;
        }
        self.end_stage();
        holdings.note(ended);
        Ok(())
    }

    /// The first place of each file whose text is missing or damaged, and which is not known to be rejected. Files that ran into
    /// a limit are among them: each is tried once in every run.
    fn pending<'h>(&self, holdings: &'h Holdings) -> Result<Vec<&'h Holding>, Error> {
        self.store().forget_damaged(self.checked);
        let (store, checked, tried) = (self.store(), self.checked, &self.tried);
        let store: &TextStore = &store;
        let is_pending = |(sha256, place): &(&Digest, &Holding)| -> Result<bool, Error> {
            match holdings.extraction(sha256).map(|known| (known.rejection.as_ref(), known.is_archived)) {
                None => Ok(true),
                Some((None, _)) => Ok(!store.restore_plain(sha256, checked)?),
                Some(_) if tried.contains(&place.sha256) => Ok(false),
                // The record may have been restored since; a limit may be raised, and a busy machine may be idle next time.
                Some((Some(rejection), is_archived)) => Ok(!is_archived || rejection.limit.is_some()),
            }
        };
        let files: Vec<(&Digest, &Holding)> =
            holdings.files.iter().map(|(sha256, places)| (sha256, &places[0])).collect();
        let pending = files.into_par_iter().filter_map(|file| match is_pending(&file) {
            Ok(true) => Some(Ok(file.1)),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        });
        pending.collect()
    }

    fn store(&self) -> std::sync::MutexGuard<'env, TextStore> {
        self.store.lock().expect("no thread panics with the store")
    }

    /// Hands a task to the threads; while all are busy, notes what they ended.
    fn begin(&mut self, mut task: Task) -> Result<(), Error> {
        self.tried.insert(task.sha256);
        self.begin_stage();
        self.add_thread();
        loop {
            match self.queue.0.try_send(task) {
                Ok(()) => break,
                Err(TrySendError::Full(unsent)) => task = unsent,
                Err(TrySendError::Disconnected(_)) => unreachable!("the other end outlives the extractor"),
            }
            let result = self.next_result();
            self.note(result)?;
        }
        self.n_in_work += 1;
        Ok(())
    }

    /// One more thread, as long as there are fewer than the run may use.
    fn add_thread(&mut self) {
        if self.threads.len() < self.work.threads_max {
            let (work, ended) = (self.work, self.results.0.clone());
            let settings = self.store().job(Digest::of(b"")).settings;
            self.threads.push(self.scope.spawn(move || {
                work.serve(&|sha256| Job { sha256, settings: settings.clone() }, &ended);
            }));
        }
    }

    fn next_result(&self) -> TaskResult {
        loop {
            match self.results.1.recv_timeout(Duration::from_secs(1)) {
                Ok(result) => return result,
                Err(RecvTimeoutError::Timeout) => {
                    let is_lost = self.threads.iter().any(ScopedJoinHandle::is_finished);
                    assert!(!is_lost, "a thread that reads files panicked");
                }
                Err(RecvTimeoutError::Disconnected) => unreachable!("the extractor has a sender itself"),
            }
        }
    }

    fn note(&mut self, (docname, result): TaskResult) -> Result<(), Error> {
        self.n_in_work -= 1;
        let Some(ended) = result? else { return Ok(()) };
        let options = self.work.options;
        if let Some(Rejection { reason, hint, .. }) = ended.extraction.rejection.clone() {
            let stage = stage_of(&ended.extraction);
            emit(options, Event::Rejected { location: docname, stage, reason, hint });
        }
        self.summary.n_extracted += 1;
        self.summary.n_unreadable += u64::from(!ended.extraction.is_archived);
        if let Some(Stage { done, total, .. }) = &mut self.stage {
            *done += 1;
            emit(options, Event::Progress { stage: "extract", done: *done, total: *total });
        }
        self.waiting_bytes += ended.text.as_ref().map_or(0, |(_, text)| text.packed.len() + text.plain.len());
        self.waiting.push(ended);
        Ok(())
    }

    /// Commits texts and catalogue when a batch is full, or whatever is waiting.
    fn commit(&mut self, archive: &mut Archive, is_all: bool) -> Result<Vec<Extraction>, Error> {
        let ended = self.commit_texts(is_all)?;
        if !ended.is_empty() {
            archive.catalogue_mut()?.record_extractions(&ended)?;
        }
        Ok(ended)
    }

    /// Makes the waiting texts durable when they are a full batch, or all of them; returns how their jobs ended.
    fn commit_texts(&mut self, is_all: bool) -> Result<Vec<Extraction>, Error> {
        let is_full = self.waiting.len() >= BATCH_JOBS || self.waiting_bytes >= BATCH_BYTES;
        if !is_full && !is_all {
            return Ok(Vec::new());
        }
        self.waiting_bytes = 0;
        let (mut extractions, mut texts) = (Vec::new(), Vec::new());
        for Ended { extraction, text } in self.waiting.drain(..) {
            extractions.push(extraction);
            texts.extend(text);
        }
        self.store().put(texts, self.checked)?;
        Ok(extractions)
    }

    fn begin_stage(&mut self) {
        let options = self.work.options;
        let stage = self.stage.get_or_insert_with(|| {
            emit(options, Event::StageStarted { stage: "extract", total: None });
            Stage { started: Instant::now(), done: 0, total: 0 }
        });
        stage.total += 1;
    }

    fn end_stage(&mut self) {
        if let Some(Stage { started, done, .. }) = self.stage.take() {
            let seconds = started.elapsed().as_secs_f64();
            emit(self.work.options, Event::StageFinished { stage: "extract", done, seconds });
        }
    }
}

/// The archive's side of an extractor: what it hands on, and what it is told.
pub(super) struct Connection {
    pub(super) archived: Receiver<Archived>,
    pub(super) ended: Sender<Vec<Extraction>>,
}

/// Connects `archive` with an extractor.
pub(super) fn connect(archive: &mut Archive) -> Connection {
    let ((archived_in, archived), (ended, ended_out)) = (channel(), channel());
    archive.connect(archived_in, ended_out);
    Connection { archived, ended }
}

/// The first error of the extractor while the sources are read: they are read to their end all the same.
pub(super) type FirstError = Option<Error>;

impl Connection {
    /// Hands what was archived to `extractor`.
    pub(super) fn pass_on(&self, extractor: &mut Extractor<'_, '_>, error: &mut FirstError) {
        if error.is_some() {
            return;
        }
        match extractor.take_archived(self.archived.try_iter()) {
            Ok(ended) if ended.is_empty() => {}
            // The archive has ended when an error ended it, which it reports itself.
            Ok(ended) => drop(self.ended.send(ended)),
            Err(failure) => *error = Some(failure),
        }
    }
}
