//! Plan → map → commit of texts: jobs are handed to parsing children by several threads, and one committer, the thread of the run,
//! keeps what came of them in batches: the texts in one file, then how the jobs ended in the catalogue.
//!
//! Jobs begin while the sources are still being read: the archive hands on what is durable ([`Archive::connect`]).

use super::checked::CheckedFiles;
use super::corpus::{Corpus, Holdings, stage_of};
use super::job::{Job, Outcome, PackedText, Settings};
use super::parsers::Parsers;
use super::run::{Options, emit};
use super::store::TextStore;
use super::{Error, ErrorKind as Kind, Event};
use crate::acquire::{
    self, Archive, Archived, ErrorKind, Extraction, Holding, PayloadReader, RecordLocation,
};
use crate::sandbox::{Converter, OcrMode};
use crate::text::{Digest, DocName, Limit, Rejection};
use rayon::prelude::*;
use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, TrySendError, channel, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

/// Jobs whose outcomes are committed together: a crash loses the work on at most this many.
pub(super) const BATCH_JOBS: usize = 64;
/// A batch is also committed when its texts reach this size, so that long documents do not fill the memory.
pub(super) const BATCH_BYTES: usize = 64 << 20;

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

/// The outcome of a task.
pub(super) struct Ended {
    pub(super) extraction: Extraction,
    pub(super) text: Option<(Job, PackedText)>,
}

type TaskResult = (DocName, Result<Option<Ended>, Error>);

/// What the threads of an extractor share.
pub(super) struct Work<'a> {
    parsers: Parsers,
    reader: PayloadReader,
    options: &'a Options<'a>,
    tasks: Mutex<Receiver<Task>>,
    threads_max: usize,
    ocr_mode: OcrMode,
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
        parsers: Parsers::with_converter(
            options.worker_program.clone(),
            corpus.config.settings.worker,
            corpus.config.settings.converter.clone(),
        ),
        reader: archive.payload_reader(),
        options,
        tasks: Mutex::new(tasks),
        threads_max,
        ocr_mode: corpus.config.settings.ocr.mode,
    };
    (Queue(sender), work)
}

/// The end of the queue that takes tasks.
pub(super) struct Queue(SyncSender<Task>);

impl Work<'_> {
    /// Runs tasks until the queue is closed. After a stop request the remaining tasks are skipped.
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
        let (job, outcome, is_archived) = outcome_of(job, bytes, &self.parsers)?;
        let mut ended = Ended::of(job, outcome);
        ended.extraction.is_archived = is_archived;
        Ok(ended)
    }
}

/// The outcome of `job`, whose bytes are `bytes`, and whether the archive had them. A damaged WARC record rejects its document.
///
/// # Errors
/// When the archive cannot be read, or no child can be started.
pub(super) fn outcome_of(
    job: Job,
    bytes: Result<Vec<u8>, acquire::Error>,
    parsers: &Parsers,
) -> Result<(Job, Outcome, bool), Error> {
    match bytes {
        Ok(bytes) => {
            let (job, outcome) = parsers.run(job, &bytes).map_err(|cause| cannot_parse(&cause))?;
            Ok((job, outcome, true))
        }
        Err(error) if error.kind == ErrorKind::Damaged => {
            let reason = format!("{}: {}", error.attempt, error.cause);
            let rejection = Rejection::new(reason, error.hint.unwrap_or_default());
            Ok((job, Outcome::Rejected(rejection), false))
        }
        Err(error) => Err(error.into()),
    }
}

impl Ended {
    /// What came of `job`.
    pub(super) fn of(job: Job, outcome: Outcome) -> Ended {
        let (sha256, is_archived) = (job.sha256, true);
        match outcome {
            Outcome::Extracted(text) => {
                let job = Job { settings: job.settings.noting(&text), ..job };
                let extractor_version = job.settings.name();
                let extraction = Extraction { sha256, extractor_version, rejection: None, is_archived };
                Ended { extraction, text: Some((job, text)) }
            }
            Outcome::Rejected(rejection) => {
                let (extractor_version, rejection) = (job.settings.name(), Some(rejection));
                Ended {
                    extraction: Extraction { sha256, extractor_version, rejection, is_archived },
                    text: None,
                }
            }
        }
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
    /// Outcomes that are not committed yet.
    waiting: Vec<Ended>,
    waiting_bytes: usize,
    /// The files that were tried in this run.
    tried: HashSet<Digest>,
    stage: Option<Stage>,
    ocr: Option<Stage>,
    summary: ExtractionSummary,
}

/// The progress of the stage.
struct Stage {
    started: Instant,
    done: u64,
    total: u64,
}

/// The counts of an extraction run.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ExtractionSummary {
    /// Files.
    pub(super) n_extracted: u64,
    /// Files whose bytes could not be read from the archive.
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
            ocr: None,
            summary: ExtractionSummary::default(),
        }
    }

    pub(super) fn summary(&self) -> ExtractionSummary {
        self.summary
    }

    /// Queues a file that has just been archived, unless the store has its text. Returns the outcomes of jobs whose texts are synced.
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

    /// Waits for all running tasks and commits their outcomes.
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

    /// Extracts every file whose text is missing or damaged in the store, and records the outcomes in `holdings`.
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
        let converted = self.converted_by_others(holdings)?;
        let has_converter = self.is_conversion_waited_for(holdings) && self.converter()?.is_some();
        let ocr_is_off = self.work.ocr_mode == OcrMode::Never;
        let was_read_by_ocr = |sha256: &Digest| {
            let extraction = holdings.extraction(sha256);
            extraction.is_some_and(|known| Settings::named(&known.extractor_version).ocr().is_some())
        };
        let reads_spreadsheets = self.work.parsers.reads_spreadsheets_and_slides();
        let is_unwanted_spreadsheet = |sha256: &Digest| {
            let extraction = holdings.extraction(sha256).filter(|_| !reads_spreadsheets);
            extraction.is_some_and(|known| Settings::named(&known.extractor_version).are_of_spreadsheet())
        };
        let has_other_converter = |sha256: &Digest| converted.contains(sha256) && !tried.contains(sha256);
        let is_pending = |(sha256, place): &(&Digest, &Holding)| -> Result<bool, Error> {
            match holdings.extraction(sha256).map(|known| (known.rejection.as_ref(), known.is_archived)) {
                None => Ok(true),
                Some(_) if has_other_converter(sha256) => Ok(true),
                Some((Some(rejection), _)) if rejection.limit == Some(Limit::Unwanted) => {
                    Ok(reads_spreadsheets && !tried.contains(&place.sha256))
                }
                // Read at once when the converter is installed.
                Some((Some(rejection), _)) if rejection.limit == Some(Limit::Converter) => {
                    Ok(has_converter && !tried.contains(&place.sha256))
                }
                Some((None, _)) => {
                    let is_unwanted =
                        ocr_is_off && was_read_by_ocr(sha256) || is_unwanted_spreadsheet(sha256);
                    Ok(is_unwanted || !store.restore_plain(sha256, checked)?)
                }
                // Read by the stage for scans.
                Some((Some(rejection), true)) if rejection.pages_for_ocr().is_some() => Ok(false),
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

    /// The files that another version of the converter converted than the one that is installed.
    fn converted_by_others<'h>(&self, holdings: &'h Holdings) -> Result<HashSet<&'h Digest>, Error> {
        let mut others = HashSet::new();
        for sha256 in holdings.files.keys() {
            let Some(extraction) = holdings.extraction(sha256) else { continue };
            let settings = Settings::named(&extraction.extractor_version);
            if let Some(converter) = settings.converter()
                && self.converter()?.is_some_and(|installed| installed.version() != converter)
            {
                others.insert(sha256);
            }
        }
        Ok(others)
    }

    /// Whether a file is not read because no converter was installed.
    fn is_conversion_waited_for(&self, holdings: &Holdings) -> bool {
        let rejection = |sha256| holdings.extraction(sha256)?.rejection.as_ref();
        let limit = |sha256| rejection(sha256).and_then(|rejection| rejection.limit);
        holdings.files.keys().any(|sha256| limit(sha256) == Some(Limit::Converter))
    }

    /// The converter, when it is installed. It is looked for once, and only when a file needs it.
    fn converter(&self) -> Result<Option<&'env Converter>, Error> {
        self.work.parsers.converter().map_err(|cause| cannot_parse(&cause))
    }

    pub(super) fn parsers(&self) -> &'env Parsers {
        &self.work.parsers
    }

    pub(super) fn stop(&self) -> &'env AtomicBool {
        self.work.options.stop
    }

    /// The archived bytes of a file.
    pub(super) fn payload(&self, sha256: &Digest, place: Option<&RecordLocation>) -> Result<Vec<u8>, Error> {
        Ok(self.work.reader.payload(sha256, place)?)
    }

    pub(super) fn begin_ocr(&mut self, total: u64) {
        emit(self.work.options, Event::StageStarted { stage: "ocr", total: Some(total) });
        self.ocr = Some(Stage { started: Instant::now(), done: 0, total });
    }

    /// Takes what came of a scan.
    pub(super) fn end_scan(&mut self, docname: DocName, ended: Ended) {
        if let Some(Stage { done, total, .. }) = &mut self.ocr {
            *done += 1;
            emit(self.work.options, Event::Progress { stage: "ocr", done: *done, total: *total });
        }
        self.take(docname, ended);
    }

    pub(super) fn end_ocr(&mut self) -> Result<(), Error> {
        if let Some(Stage { started, done, .. }) = self.ocr.take() {
            let seconds = started.elapsed().as_secs_f64();
            emit(self.work.options, Event::StageFinished { stage: "ocr", done, seconds });
            if done > 0 {
                self.store().remove_superseded()?;
            }
        }
        Ok(())
    }

    fn store(&self) -> std::sync::MutexGuard<'env, TextStore> {
        self.store.lock().expect("no thread panics with the store")
    }

    /// Queues a task; while the queue is full, collects outcomes.
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

    /// Starts another thread unless the maximum is reached.
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
        if let Some(Stage { done, total, .. }) = &mut self.stage {
            *done += 1;
            emit(self.work.options, Event::Progress { stage: "extract", done: *done, total: *total });
        }
        self.take(docname, ended);
        Ok(())
    }

    /// Takes what came of a file, to be committed.
    fn take(&mut self, docname: DocName, ended: Ended) {
        let options = self.work.options;
        if let Some(Rejection { reason, hint, .. }) = ended.extraction.rejection.clone() {
            let stage = stage_of(&ended.extraction);
            emit(options, Event::Rejected { location: docname, stage, reason, hint });
        }
        self.summary.n_extracted += 1;
        self.summary.n_unreadable += u64::from(!ended.extraction.is_archived);
        self.waiting_bytes += ended.text.as_ref().map_or(0, |(_, text)| text.packed.len() + text.plain.len());
        self.waiting.push(ended);
    }

    /// Commits texts and catalogue when a batch is full, or whatever is waiting.
    pub(super) fn commit(&mut self, archive: &mut Archive, is_all: bool) -> Result<Vec<Extraction>, Error> {
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
        for Ended { extraction, text } in std::mem::take(&mut self.waiting) {
            self.store().note_converter(&extraction);
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
    /// Queues the newly archived files in `extractor`.
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
