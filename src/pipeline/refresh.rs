//! One run of the main job.

use super::corpus::{Corpus, Holdings, Planned, docname, entries, snapshot_id, stage_of, text};
use super::parse::{Parsers, Reply};
use super::reports;
use super::{Error, Event, rules_version};
use crate::acquire::{
    self, AcquireOptions, Archive, Digest, ErrorKind, Extraction, Holding, News, Outcome, RunCounts,
    SourceSettings, SystemClock,
};
use crate::config::Config;
use crate::index::{self, Snapshot};
use crate::text::{Entry, Rejected, Rejection};
use rayon::prelude::*;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// Files that are extracted between two entries in the books. A crash costs at most so many.
const BATCH_FILES: usize = 64;

/// How a run is to be done.
pub struct Options<'a> {
    /// Only the sources of these names; all enabled ones when empty.
    pub sources: Vec<String>,
    /// Fetch nothing from the network.
    pub offline: bool,
    /// Change nothing; say what would be done.
    pub dry_run: bool,
    /// The program that is run as parsing child: ourselves.
    pub worker_program: PathBuf,
    /// The time of the run.
    pub now: jiff::Timestamp,
    /// Set from outside to end the run early and cleanly.
    pub stop: &'a AtomicBool,
    /// Hears what happens; called from several threads, never at once.
    pub listener: &'a Mutex<dyn FnMut(Event) + Send>,
}

/// What a run did and left.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// What the sources gave.
    pub acquired: acquire::Summary,
    /// Files whose text was extracted in this run.
    pub n_extracted: u64,
    /// Documents that entered the index or were replaced.
    pub n_indexed: u64,
    /// Documents in the snapshot.
    pub n_documents: u64,
    /// What is left out of it.
    pub rejected: Vec<Rejected>,
    /// Sources that a person should look at: they could not be read, or were passed over without being asked to.
    pub n_warnings: u64,
    /// The name of the snapshot; empty after a dry run.
    pub snapshot_id: String,
    /// What was counted for the reports. `None` when they were not written.
    pub counted: Option<reports::Counted>,
    /// Whether the run was ended early.
    pub was_stopped: bool,
}

/// Brings archive, text, index and reports up to date with the sources.
///
/// Bytes first, then text, then the index in one commit, then the reports: each step is on disk before the next begins,
/// and what a killed run left undone the next run finds undone.
///
/// # Errors
/// When the world fails: a full disk, a second run, a broken archive. Bad documents are no errors.
pub fn refresh(config: &Config, options: &Options<'_>) -> Result<Summary, Error> {
    let corpus = Corpus::new(config);
    if options.dry_run {
        return dry_run(&corpus, options);
    }
    let mut archive = Archive::open(&corpus.archive_folder())?;
    for notice in archive.notices() {
        say(options, Event::Warning { text: notice.clone() });
    }
    let run = archive.catalogue_mut()?.begin_run(options.now)?;
    let result = run_stages(&corpus, &mut archive, options);
    let outcome = match &result {
        Ok(summary) if summary.was_stopped => "stopped",
        Ok(_) => "done",
        Err(_) => "failed",
    };
    let summary = result.as_ref().ok().cloned().unwrap_or_default();
    let ended = jiff::Timestamp::now().max(options.now);
    archive.catalogue_mut()?.end_run(run, ended, outcome, counts(&summary))?;
    result
}

/// What the sources have that the archive, or an empty one where there is none, has not.
fn dry_run(corpus: &Corpus<'_>, options: &Options<'_>) -> Result<Summary, Error> {
    let folder = corpus.archive_folder();
    let empty =
        tempfile::tempdir().map_err(|e| Error::world("create a folder in", &std::env::temp_dir(), &e))?;
    let mut archive = match folder.exists() {
        true => Archive::open_read_only(&folder)?,
        false => Archive::open(empty.path())?,
    };
    let (acquired, n_warnings) = acquire_all(corpus, &mut archive, options)?;
    Ok(Summary { acquired, n_warnings, ..Summary::default() })
}

fn run_stages(corpus: &Corpus<'_>, archive: &mut Archive, options: &Options<'_>) -> Result<Summary, Error> {
    let (acquired, n_warnings) = acquire_all(corpus, archive, options)?;
    let n_extracted = extract_all(corpus, archive, options)?;
    let mut summary = Summary { acquired, n_warnings, n_extracted, ..Summary::default() };
    if options.stop.load(Ordering::Relaxed) {
        summary.was_stopped = true;
        return Ok(summary);
    }
    let holdings = Holdings::read(archive)?;
    summary.rejected = holdings.rejected(archive)?;
    let planned = holdings.plan(archive)?;
    summary.n_documents = planned.len() as u64;
    summary.snapshot_id = snapshot_id(planned.iter());
    match index_all(corpus, &planned, &summary.snapshot_id, options)? {
        Some(indexed) => summary.n_indexed = indexed,
        None => {
            summary.was_stopped = true;
            return Ok(summary);
        }
    }
    record_snapshot(archive, &planned, &summary.snapshot_id, options.now)?;
    summary.counted = reports::write_all(corpus, &summary.rejected, options)?;
    Ok(summary)
}

/// Says `event` to the listener.
pub(super) fn say(options: &Options<'_>, event: Event) {
    let mut listener = options.listener.lock().expect("a listener does not panic");
    listener(event);
}

/// Runs a stage between its two events; `work` returns its result and the steps done.
pub(super) fn stage<T>(
    options: &Options<'_>,
    name: &'static str,
    total: Option<u64>,
    work: impl FnOnce() -> Result<(T, u64), Error>,
) -> Result<T, Error> {
    say(options, Event::StageStarted { stage: name, total });
    let started = Instant::now();
    let (result, done) = work()?;
    say(options, Event::StageFinished { stage: name, done, seconds: started.elapsed().as_secs_f64() });
    Ok(result)
}

/// Reads the sources. Returns what they gave, and how many of them a person should look at.
fn acquire_all(
    corpus: &Corpus<'_>,
    archive: &mut Archive,
    options: &Options<'_>,
) -> Result<(acquire::Summary, u64), Error> {
    let sources = chosen_sources(corpus, options)?;
    let acquire_options = AcquireOptions {
        offline: options.offline,
        dry_run: options.dry_run,
        fetch: corpus.config.settings.fetch.clone(),
        now: options.now,
        clock: &SystemClock::default(),
        stop: options.stop,
    };
    stage(options, "acquire", None, || {
        let (mut done, mut total, mut n_warnings) = (0, 0, 0);
        let mut hear = |news: News| {
            match news.outcome {
                Outcome::Listed(n) => total += n,
                Outcome::Skipped(_) => {}
                _ => done += 1,
            }
            n_warnings += u64::from(is_about_a_source(&news, options));
            say_news(options, news);
            say(options, Event::Progress { stage: "acquire", done, total });
        };
        let summary = acquire::acquire(archive, &sources, &corpus.config.root, &acquire_options, &mut hear)?;
        Ok(((summary, n_warnings), done))
    })
}

/// Whether a source as a whole could not be read, or was passed over without being asked to.
fn is_about_a_source(news: &News, options: &Options<'_>) -> bool {
    match news.outcome {
        Outcome::Failed(_) => news.location.is_empty(),
        Outcome::Skipped(_) => !options.offline && !options.dry_run,
        _ => false,
    }
}

/// The sources that were asked for by name, or else those that are enabled.
fn chosen_sources(corpus: &Corpus<'_>, options: &Options<'_>) -> Result<Vec<SourceSettings>, Error> {
    let known = &corpus.config.settings.sources;
    if let Some(unknown) =
        options.sources.iter().find(|name| known.iter().all(|source| source.name != **name))
    {
        let names: Vec<&str> = known.iter().map(|source| source.name.as_str()).collect();
        return Err(Error::new(
            format!("there is no source '{unknown}'"),
            format!("the sources are: {}", names.join(", ")),
        ));
    }
    let mut chosen = known.clone();
    if options.sources.is_empty() {
        chosen.retain(|source| source.enabled);
    } else {
        chosen.retain(|source| options.sources.contains(&source.name));
        // Asked for by name is enabled for this run.
        chosen.iter_mut().for_each(|source| source.enabled = true);
    }
    Ok(chosen)
}

fn say_news(options: &Options<'_>, news: News) {
    let location = format!("{}/{}", news.source, news.location);
    let event = match news.outcome {
        Outcome::Listed(_) => return,
        Outcome::Skipped(why) => Event::Warning { text: format!("{} is skipped: {why}", news.source) },
        Outcome::Failed(error) => Event::Rejected {
            location,
            stage: "acquire",
            reason: format!("{}: {}", error.attempt, error.cause),
            hint: error.hint.unwrap_or_default(),
        },
        Outcome::New => Event::Acquired { location, outcome: "new" },
        Outcome::Changed => Event::Acquired { location, outcome: "changed" },
        Outcome::Unchanged => Event::Acquired { location, outcome: "unchanged" },
        Outcome::Vanished => Event::Acquired { location, outcome: "vanished" },
    };
    say(options, event);
}

/// Records the snapshot, unless it is the latest already.
fn record_snapshot(
    archive: &mut Archive,
    planned: &[Planned<'_>],
    id: &str,
    now: jiff::Timestamp,
) -> Result<(), Error> {
    if archive.catalogue().latest_snapshot()?.as_deref() == Some(id) {
        return Ok(());
    }
    Ok(archive.catalogue_mut()?.record_snapshot(id, now, planned.len() as u64)?)
}

fn counts(summary: &Summary) -> RunCounts {
    let acquired = summary.acquired;
    RunCounts {
        n_new: acquired.n_new,
        n_changed: acquired.n_changed,
        n_unchanged: acquired.n_unchanged,
        n_vanished: acquired.n_vanished,
        n_failed: acquired.n_failed,
        n_rejected: summary.rejected.len() as u64,
    }
}

/// Extracts every file that the archive holds and the text store lacks. Returns how many.
fn extract_all(corpus: &Corpus<'_>, archive: &mut Archive, options: &Options<'_>) -> Result<u64, Error> {
    let holdings = Holdings::read(archive)?;
    let jobs = pending(corpus, archive, &holdings)?;
    if jobs.is_empty() {
        return Ok(0);
    }
    let parsers = Parsers::new(options.worker_program.clone(), corpus.config.settings.worker);
    let total = jobs.len() as u64;
    stage(options, "extract", Some(total), || {
        let done = AtomicU64::new(0);
        let tell = |place: &Holding, outcome: &Extraction| {
            if let Some(Rejection { reason, hint, .. }) = outcome.rejection.clone() {
                let stage = stage_of(outcome);
                say(options, Event::Rejected { location: docname(place), stage, reason, hint });
            }
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            say(options, Event::Progress { stage: "extract", done, total });
        };
        for batch in jobs.chunks(BATCH_FILES) {
            let outcomes = extract_batch(corpus, &parsers, archive, batch, options.stop, &tell)?;
            corpus.texts.sync_folders(outcomes.iter().map(|outcome| outcome.sha256.to_string()))?;
            archive.catalogue_mut()?.record_extractions(&outcomes)?;
        }
        let done = done.load(Ordering::Relaxed);
        Ok((done, done))
    })
}

/// The first place of each file that has no text yet, and is not known to have none. Files that ran into a limit are among them:
/// each is tried once in every run.
fn pending<'a>(
    corpus: &Corpus<'_>,
    archive: &Archive,
    holdings: &'a Holdings,
) -> Result<Vec<&'a Holding>, Error> {
    let version = rules_version();
    let mut jobs = Vec::new();
    for (sha256, places) in &holdings.files {
        let known = archive.catalogue().extraction(&places[0].sha256, &version)?;
        let is_done = known.is_some_and(|known| match known.rejection {
            // The record may have been restored since.
            Some(_) if !known.is_archived => false,
            // A limit may be raised, and a busy machine may be idle next time.
            Some(rejection) => rejection.limit.is_none(),
            None => corpus.texts.json_path(sha256).exists(),
        });
        if !is_done {
            jobs.push(&places[0]);
        }
    }
    Ok(jobs)
}

/// Extracts the files of `batch` side by side; those that are left when `stop` is set are passed over.
fn extract_batch(
    corpus: &Corpus<'_>,
    parsers: &Parsers,
    archive: &mut Archive,
    batch: &[&Holding],
    stop: &AtomicBool,
    tell: &(dyn Fn(&Holding, &Extraction) + Sync),
) -> Result<Vec<Extraction>, Error> {
    let archive = Mutex::new(archive);
    let outcomes = batch.par_iter().map(|place| {
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let payload = archive.lock().expect("no thread panics with the archive").payload(&place.sha256);
        let outcome = extract_one(corpus, parsers, place.sha256, payload)?;
        tell(place, &outcome);
        Ok(Some(outcome))
    });
    let outcomes: Vec<Option<Extraction>> = outcomes.collect::<Result<_, Error>>()?;
    Ok(outcomes.into_iter().flatten().collect())
}

/// Extracts one file and keeps its text.
fn extract_one(
    corpus: &Corpus<'_>,
    parsers: &Parsers,
    sha256: Digest,
    payload: Result<Vec<u8>, acquire::Error>,
) -> Result<Extraction, Error> {
    let extractor_version = rules_version();
    let payload = match payload {
        Ok(payload) => payload,
        // A damaged record costs its document, not the run.
        Err(error) if error.kind == ErrorKind::Damaged => {
            let reason = format!("{}: {}", error.attempt, error.cause);
            let rejection = Some(Rejection::new(reason, error.hint.unwrap_or_default()));
            return Ok(Extraction { sha256, extractor_version, rejection, is_archived: false });
        }
        Err(error) => return Err(error.into()),
    };
    let reply = parsers.parse(&payload).map_err(|cause| {
        Error::new(
            format!("cannot run the parser: {cause}"),
            "check the limits of processes and memory of this machine",
        )
    })?;
    match reply {
        Reply::Extracted(extracted) => {
            let json = serde_json::to_vec(&extracted).expect("a document has only string keys");
            let document = &extracted.document;
            corpus.texts.put(&sha256.to_string(), &json, &document.plain_text())?;
            Ok(Extraction { sha256, extractor_version, rejection: None, is_archived: true })
        }
        Reply::Rejected(rejection) => {
            Ok(Extraction { sha256, extractor_version, rejection: Some(rejection), is_archived: true })
        }
    }
}

/// Brings the index to the state `snapshot_id`. Returns the documents that entered it; `None` when stopped.
fn index_all(
    corpus: &Corpus<'_>,
    planned: &[Planned<'_>],
    snapshot_id: &str,
    options: &Options<'_>,
) -> Result<Option<u64>, Error> {
    let folder = corpus.index_folder();
    let current = Snapshot::open(&folder)?;
    if current.as_ref().is_some_and(|snapshot| snapshot.id == snapshot_id) {
        return Ok(Some(0));
    }
    let present: HashMap<&str, &str> = current
        .iter()
        .flat_map(|snapshot| &snapshot.entries)
        .map(|entry| (entry.docname.as_str(), entry.made_from.as_str()))
        .collect();
    let wanted: HashMap<&str, &str> =
        planned.iter().map(|planned| (planned.docname.as_str(), planned.made_from.as_str())).collect();
    let changed =
        |planned: &&Planned<'_>| present.get(planned.docname.as_str()) != Some(&planned.made_from.as_str());
    let adding: Vec<&Planned<'_>> = planned.iter().filter(changed).collect();
    let removed: Vec<String> = present
        .iter()
        .filter(|(docname, made_from)| wanted.get(**docname) != Some(made_from))
        .map(|(docname, _)| (*docname).to_owned())
        .collect();
    stage(options, "index", Some(adding.len() as u64), || {
        let added = entries(&adding, &corpus.texts)?;
        let done = AtomicU64::new(0);
        let load = |entry: &Entry| {
            let step = done.fetch_add(1, Ordering::Relaxed) + 1;
            say(options, Event::Progress { stage: "index", done: step, total: adding.len() as u64 });
            text(&corpus.texts, &entry.source_sha256)
                .map(|extracted| extracted.document)
                .map_err(|e| e.to_string())
        };
        let changes = index::Changes { removed: &removed, added: &added, load, snapshot_id };
        let heap = corpus.config.settings.index.heap_mb << 20;
        let summary = index::update(&folder, &changes, heap, options.stop)?;
        Ok((summary.map(|summary| summary.documents), added.len() as u64))
    })
}
