//! One run of the main job.

use super::checked::CheckedFiles;
use super::corpus::{Corpus, Holdings, Planned, entries, snapshot_id, stage_of, text};
use super::durable::{create_folder, remove_old_temporaries, remove_temporaries};
use super::parse::{Parsers, Reply};
use super::reports;
use super::run::{Options, emit, stage};
use super::{Damage, Error, Event, rules_version};
use crate::acquire::{
    self, AcquireOptions, Archive, ErrorKind, Extraction, Holding, LocationOutcome, RunCounts, SourceEvent,
    SourceSettings, SystemClock,
};
use crate::config::Config;
use crate::index::{self, Snapshot};
use crate::text::{Digest, DocName, Entry, Rejected, Rejection};
use rayon::prelude::*;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Files that are extracted between two commits of the catalogue: a crash loses the work on at most this many.
const BATCH_FILES: usize = 64;

/// What a run did and left.
#[derive(Debug, Clone, Default)]
pub struct RefreshSummary {
    /// What was fetched from the sources.
    pub acquired: acquire::AcquireSummary,
    /// Files whose text was extracted in this run.
    pub n_extracted: u64,
    /// Documents that entered the index or were replaced.
    pub n_indexed: u64,
    /// Documents in the snapshot.
    pub n_documents: u64,
    /// What is left out of it.
    pub rejected: Vec<Rejected>,
    /// What a person should look at: sources that could not be read, or were passed over without being asked to; places
    /// whose archived bytes were found to be lost or damaged.
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
/// Bytes first, then text, then the index in one commit, then the reports: each step is on disk before the next begins.
/// What a killed run left undone, and what is missing or damaged, is made by the next run.
///
/// # Errors
/// When the disk is full or a permission is missing, another run holds the lock, or the archive is damaged. A bad document is
/// not an error.
pub fn refresh(config: &Config, options: &Options<'_>) -> Result<RefreshSummary, Error> {
    let corpus = Corpus::new(config);
    if options.dry_run {
        return dry_run(&corpus, options);
    }
    create_folder(&corpus.archive_folder())?;
    let mut archive = Archive::open(&corpus.archive_folder())?;
    for notice in archive.notices() {
        emit(options, Event::Warning { text: notice.clone() });
    }
    remove_leftovers(&corpus)?;
    let run = archive.catalogue_mut()?.begin_run(options.now)?;
    let result = run_stages(&corpus, &mut archive, options);
    let outcome = match &result {
        Ok(summary) if summary.was_stopped => "stopped",
        Ok(_) => "done",
        Err(_) => "failed",
    };
    let result =
        result.map(|summary| RefreshSummary { n_warnings: summary.n_warnings + archive.n_lost(), ..summary });
    let summary = result.as_ref().ok().cloned().unwrap_or_default();
    let ended_at = jiff::Timestamp::now().max(options.now);
    let ended = archive
        .catalogue_mut()
        .and_then(|catalogue| catalogue.end_run(run, ended_at, outcome, counts(&summary)));
    // On a full disk both fail; the first failure is the one to report.
    let summary = result?;
    ended?;
    Ok(summary)
}

/// Removes the temporary files that killed runs left. The lock is held, so no run is writing them.
fn remove_leftovers(corpus: &Corpus<'_>) -> Result<(), Error> {
    remove_old_temporaries(&corpus.config.root)?;
    let data = corpus.config.data();
    remove_temporaries(&data)?;
    remove_temporaries(&corpus.index_folder())?;
    corpus.texts.remove_temporaries()?;
    reports::remove_leftovers(corpus)
}

/// What the sources have that the archive, or an empty one where there is none, has not.
fn dry_run(corpus: &Corpus<'_>, options: &Options<'_>) -> Result<RefreshSummary, Error> {
    let folder = corpus.archive_folder();
    let empty =
        tempfile::tempdir().map_err(|e| Error::world("create a folder in", &std::env::temp_dir(), &e))?;
    let mut archive = match folder.exists() {
        true => Archive::open_read_only(&folder)?,
        false => Archive::open(empty.path())?,
    };
    let (acquired, n_warnings) = acquire_all(corpus, &mut archive, options)?;
    Ok(RefreshSummary { acquired, n_warnings, ..RefreshSummary::default() })
}

fn run_stages(
    corpus: &Corpus<'_>,
    archive: &mut Archive,
    options: &Options<'_>,
) -> Result<RefreshSummary, Error> {
    let (acquired, n_warnings) = acquire_all(corpus, archive, options)?;
    let acquired = RefreshSummary { acquired, n_warnings, ..RefreshSummary::default() };
    let checked = CheckedFiles::load(&corpus.config.data(), options.now);
    if options.rehash {
        checked.clear();
    }
    let mut result = derive(corpus, archive, acquired.clone(), &checked, options);
    // A file was damaged although it had been found whole: everything is checked again, once.
    if let Err(Error { damage: Some(damage), message, .. }) = &result {
        emit(options, Event::Warning { text: format!("{message}; it is made again from the archive") });
        checked.clear();
        if *damage == Damage::Index {
            index::clear(&corpus.index_folder())?;
        }
        result = derive(corpus, archive, acquired, &checked, options);
    }
    checked.save()?;
    result
}

/// Makes texts, index and reports from what the archive holds.
fn derive(
    corpus: &Corpus<'_>,
    archive: &mut Archive,
    mut summary: RefreshSummary,
    checked: &CheckedFiles,
    options: &Options<'_>,
) -> Result<RefreshSummary, Error> {
    let mut holdings = Holdings::read(archive)?;
    let n_unreadable;
    (summary.n_extracted, n_unreadable) = extract_all(corpus, archive, &mut holdings, checked, options)?;
    summary.n_warnings += n_unreadable;
    if options.stop.load(Ordering::Relaxed) {
        summary.was_stopped = true;
        return Ok(summary);
    }
    summary.rejected = holdings.rejected();
    let planned = holdings.plan();
    summary.n_documents = planned.len() as u64;
    summary.snapshot_id = snapshot_id(planned.iter());
    match index_all(corpus, &planned, &summary.snapshot_id, checked, options)? {
        Some(indexed) => summary.n_indexed = indexed,
        None => {
            summary.was_stopped = true;
            return Ok(summary);
        }
    }
    record_snapshot(archive, &planned, &summary.snapshot_id, options.now)?;
    summary.counted = reports::write_all(corpus, &summary.snapshot_id, &summary.rejected, checked, options)?;
    Ok(summary)
}

/// Reads the sources. Returns what they gave, and how many of them a person should look at.
fn acquire_all(
    corpus: &Corpus<'_>,
    archive: &mut Archive,
    options: &Options<'_>,
) -> Result<(acquire::AcquireSummary, u64), Error> {
    let sources = chosen_sources(corpus, options)?;
    let acquire_options = AcquireOptions {
        offline: options.offline,
        dry_run: options.dry_run,
        rehash: options.rehash,
        fetch: corpus.config.settings.fetch.clone(),
        listings: Some(corpus.config.data().join("listings")),
        now: options.now,
        clock: &SystemClock::default(),
        stop: options.stop,
    };
    stage(options, "acquire", None, || {
        let (mut done, mut total, mut n_warnings) = (0, 0, 0);
        let mut on_event = |event: SourceEvent| {
            match event.outcome {
                LocationOutcome::Listed(n) => total += n,
                LocationOutcome::Notice(_) | LocationOutcome::Skipped(_) => {}
                _ => done += 1,
            }
            n_warnings += u64::from(concerns_a_whole_source(&event));
            emit_acquired(options, event);
            emit(options, Event::Progress { stage: "acquire", done, total });
        };
        let summary =
            acquire::acquire(archive, &sources, &corpus.config.root, &acquire_options, &mut on_event)?;
        Ok(((summary, n_warnings), done))
    })
}

/// Whether a source as a whole could not be read, or was passed over without being asked to.
fn concerns_a_whole_source(event: &SourceEvent) -> bool {
    event.location.is_empty()
        && matches!(event.outcome, LocationOutcome::Failed(_) | LocationOutcome::Notice(_))
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

fn emit_acquired(options: &Options<'_>, event: SourceEvent) {
    let location = event.docname();
    let event = match event.outcome {
        LocationOutcome::Listed(_) => return,
        LocationOutcome::Notice(text) | LocationOutcome::Skipped(text) => {
            Event::Warning { text: format!("{}: {text}", location.as_str().trim_end_matches('/')) }
        }
        LocationOutcome::Failed(error) => Event::Rejected {
            location,
            stage: "acquire",
            reason: format!("{}: {}", error.attempt, error.cause),
            hint: error.hint.unwrap_or_default(),
        },
        LocationOutcome::New => Event::Acquired { location, outcome: "new" },
        LocationOutcome::Changed => Event::Acquired { location, outcome: "changed" },
        LocationOutcome::Unchanged => Event::Acquired { location, outcome: "unchanged" },
        LocationOutcome::Vanished => Event::Acquired { location, outcome: "vanished" },
    };
    emit(options, event);
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

fn counts(summary: &RefreshSummary) -> RunCounts {
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

/// Extracts every file that the archive holds and of which the text store has no whole text. Returns how many, and how many of
/// them the archive could not give.
fn extract_all(
    corpus: &Corpus<'_>,
    archive: &mut Archive,
    holdings: &mut Holdings,
    checked: &CheckedFiles,
    options: &Options<'_>,
) -> Result<(u64, u64), Error> {
    let jobs = pending(corpus, holdings, checked);
    if jobs.is_empty() {
        return Ok((0, 0));
    }
    let parsers = Parsers::new(options.worker_program.clone(), corpus.config.settings.worker);
    let total = jobs.len() as u64;
    let mut ended = Vec::new();
    let counts = stage(options, "extract", Some(total), || {
        let done = AtomicU64::new(0);
        let mut n_unreadable = 0;
        let on_outcome = |place: &Holding, outcome: &Extraction| {
            if let Some(Rejection { reason, hint, .. }) = outcome.rejection.clone() {
                let stage = stage_of(outcome);
                emit(options, Event::Rejected { location: place.docname(), stage, reason, hint });
            }
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            emit(options, Event::Progress { stage: "extract", done, total });
        };
        for batch in jobs.chunks(BATCH_FILES) {
            let outcomes = extract_batch(corpus, &parsers, archive, batch, options.stop, &on_outcome)?;
            corpus.texts.sync_folders(outcomes.iter().map(|outcome| outcome.sha256))?;
            archive.catalogue_mut()?.record_extractions(&outcomes)?;
            n_unreadable += outcomes.iter().filter(|outcome| !outcome.is_archived).count() as u64;
            for outcome in outcomes.iter().filter(|outcome| outcome.rejection.is_none()) {
                corpus.texts.mark_whole(&outcome.sha256, checked);
            }
            ended.extend(outcomes);
        }
        let done = done.load(Ordering::Relaxed);
        Ok(((done, n_unreadable), done))
    })?;
    holdings.note(ended);
    Ok(counts)
}

/// The first place of each file whose text is missing or damaged, and which is not known to be rejected. Files that ran into a
/// limit are among them: each is tried once in every run.
fn pending<'a>(corpus: &Corpus<'_>, holdings: &'a Holdings, checked: &CheckedFiles) -> Vec<&'a Holding> {
    let (mut jobs, mut extracted) = (Vec::new(), Vec::new());
    for (sha256, places) in &holdings.files {
        let known = holdings.extraction(&places[0].sha256);
        match known.map(|known| (known.rejection.as_ref(), known.is_archived)) {
            None => jobs.push(&places[0]),
            Some((None, _)) => extracted.push((sha256, &places[0])),
            // The record may have been restored since.
            Some((Some(_), false)) => jobs.push(&places[0]),
            // A limit may be raised, and a busy machine may be idle next time.
            Some((Some(rejection), true)) if rejection.limit.is_some() => jobs.push(&places[0]),
            Some((Some(_), true)) => {}
        }
    }
    let is_damaged = |(sha256, _): &&(&Digest, &Holding)| !corpus.texts.is_whole(sha256, checked);
    let damaged: Vec<&Holding> = extracted.par_iter().filter(is_damaged).map(|(_, place)| *place).collect();
    jobs.extend(damaged);
    jobs
}

/// Extracts the files of `batch` side by side; those that are left when `stop` is set are passed over.
fn extract_batch(
    corpus: &Corpus<'_>,
    parsers: &Parsers,
    archive: &mut Archive,
    batch: &[&Holding],
    stop: &AtomicBool,
    on_outcome: &(dyn Fn(&Holding, &Extraction) + Sync),
) -> Result<Vec<Extraction>, Error> {
    let archive = Mutex::new(archive);
    let outcomes = batch.par_iter().map(|place| {
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let payload = archive.lock().expect("no thread panics with the archive").payload(&place.sha256);
        let outcome = extract_one(corpus, parsers, place.sha256, payload)?;
        on_outcome(place, &outcome);
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
            corpus.texts.put(&sha256, &extracted)?;
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
    checked: &CheckedFiles,
    options: &Options<'_>,
) -> Result<Option<u64>, Error> {
    let folder = corpus.index_folder();
    let current = whole_snapshot(&folder, checked, options)?;
    if current.as_ref().is_some_and(|snapshot| snapshot.id == snapshot_id) {
        return Ok(Some(0));
    }
    let listed = current.map_or(Ok(Vec::new()), |snapshot| snapshot.entries())?;
    let present: HashMap<&DocName, Digest> =
        listed.iter().map(|entry| (&entry.docname, entry.made_from)).collect();
    let wanted: HashMap<&DocName, Digest> =
        planned.iter().map(|planned| (&planned.docname, planned.made_from)).collect();
    let changed = |planned: &&Planned<'_>| present.get(&planned.docname) != Some(&planned.made_from);
    let adding: Vec<&Planned<'_>> = planned.iter().filter(changed).collect();
    let removed: Vec<DocName> = present
        .iter()
        .filter(|(docname, made_from)| wanted.get(*docname) != Some(made_from))
        .map(|(docname, _)| (*docname).clone())
        .collect();
    stage(options, "index", Some(adding.len() as u64), || {
        let added = entries(&adding, &corpus.texts)?;
        let done = AtomicU64::new(0);
        let load = |entry: &Entry| {
            let step = done.fetch_add(1, Ordering::Relaxed) + 1;
            emit(options, Event::Progress { stage: "index", done: step, total: adding.len() as u64 });
            text(&corpus.texts, &entry.source_sha256)
                .map(|extracted| extracted.document)
                .map_err(|e| e.to_string())
        };
        let changes = index::Changes { removed: &removed, added: &added, load, snapshot_id };
        let heap = corpus.config.settings.index.heap_mb << 20;
        let summary = index::update(&folder, &changes, heap, options.stop)?;
        Snapshot::files(&folder)?.iter().for_each(|path| checked.mark_whole(path));
        Ok((summary.map(|summary| summary.documents), added.len() as u64))
    })
}

/// The last commit of the index. `None` when there is none, or it is damaged: then the index is removed, to be made anew.
fn whole_snapshot(
    folder: &Path,
    checked: &CheckedFiles,
    options: &Options<'_>,
) -> Result<Option<Snapshot>, Error> {
    let open = || -> Result<Option<Snapshot>, index::Error> {
        let is_damaged = |path: &&PathBuf| !checked.is_whole(path, || Snapshot::is_file_whole(path));
        match Snapshot::files(folder)?.iter().find(is_damaged) {
            Some(path) => Err(index::Error::damaged(path)),
            None => Snapshot::open(folder),
        }
    };
    match open() {
        Err(error) if error.is_damage() => {
            emit(options, Event::Warning { text: format!("{error}; the index is made anew") });
            index::clear(folder)?;
            Ok(None)
        }
        snapshot => Ok(snapshot?),
    }
}
