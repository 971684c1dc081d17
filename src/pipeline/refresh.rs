//! One run of the main job.

use super::checked::CheckedFiles;
use super::corpus::{Corpus, Holdings, Planned, snapshot_id};
use super::duplicates::update_copies;
use super::durable::{create_folder, remove_old_temporaries, remove_temporaries};
use super::extraction::{Extractor, connect, work};
use super::left_out::LeftOut;
use super::run::{Options, emit, stage};
use super::scans::{ScanOptions, read_scans};
use super::store::TextStore;
use super::{Error, ErrorKind, Event};
use super::{kept, reports, snapshots};
use crate::acquire::{
    self, AcquireOptions, Archive, LocationOutcome, RunCounts, Scope, SourceEvent, SourceSettings,
    SystemClock,
};
use crate::config::Config;
use crate::index::{self, Snapshot};
use crate::text::{Digest, DocName, Rejected};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// The result of a run.
#[derive(Debug, Clone, Default)]
pub struct RefreshSummary {
    /// The counts of the acquisition.
    pub acquired: acquire::AcquireSummary,
    /// Files whose text was extracted in this run.
    pub n_extracted: u64,
    /// Documents that entered the index or were replaced.
    pub n_indexed: u64,
    /// Documents in the snapshot.
    pub n_documents: u64,
    /// The documents that were rejected.
    pub rejected: Vec<Rejected>,
    /// What a person should look at: sources that could not be read, or were passed over without being asked to; places
    /// whose archived bytes were found to be lost or damaged; reports of the user's own that could not be made.
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
    remove_temporaries(&corpus.text_folder())?;
    kept::clean(corpus)
}

/// Compares the sources with the archive, or with an empty one when there is none yet, without changing anything.
fn dry_run(corpus: &Corpus<'_>, options: &Options<'_>) -> Result<RefreshSummary, Error> {
    let folder = corpus.archive_folder();
    let empty =
        tempfile::tempdir().map_err(|e| Error::world("create a folder in", &std::env::temp_dir(), &e))?;
    let mut archive = match folder.exists() {
        true => Archive::open_read_only(&folder)?,
        false => Archive::open(empty.path())?,
    };
    let (acquired, n_warnings) = acquire_all(corpus, &mut archive, options, &mut || {})?;
    Ok(RefreshSummary { acquired, n_warnings, ..RefreshSummary::default() })
}

fn run_stages(
    corpus: &Corpus<'_>,
    archive: &mut Archive,
    options: &Options<'_>,
) -> Result<RefreshSummary, Error> {
    let checked = CheckedFiles::load(&corpus.config.data(), options.now);
    if options.rehash {
        checked.clear();
    }
    let store = Mutex::new(TextStore::open(corpus.text_folder())?);
    let (queue, work) = work(corpus, archive, options);
    let result = thread::scope(|scope| {
        let mut run = RefreshRun {
            corpus,
            options,
            checked: &checked,
            store: &store,
            extractor: Extractor::new(scope, &work, queue, &store, &checked),
        };
        run.stages(archive)
    });
    checked.save()?;
    result
}

/// The state shared by the stages of one run.
struct RefreshRun<'r, 'scope, 'env> {
    corpus: &'r Corpus<'r>,
    options: &'r Options<'r>,
    checked: &'r CheckedFiles,
    store: &'r Mutex<TextStore>,
    extractor: Extractor<'scope, 'env>,
}

impl RefreshRun<'_, '_, '_> {
    fn stages(&mut self, archive: &mut Archive) -> Result<RefreshSummary, Error> {
        if self.options.archive_only {
            let (acquired, n_warnings) = acquire_all(self.corpus, archive, self.options, &mut || {})?;
            archive.commit()?;
            let was_stopped = self.options.stop.load(Ordering::Relaxed);
            return Ok(RefreshSummary { acquired, n_warnings, was_stopped, ..RefreshSummary::default() });
        }
        let (acquired, n_warnings) = self.acquire(archive)?;
        let acquired = RefreshSummary { acquired, n_warnings, ..RefreshSummary::default() };
        let result = self.derive(archive, acquired.clone());
        let damage = [ErrorKind::DamagedText, ErrorKind::DamagedIndex];
        let Some(error) = result.as_ref().err().filter(|error| damage.contains(&error.kind)) else {
            return result;
        };
        // A file was damaged although it had been found whole: everything is checked again, once.
        let text = format!("{error}; it is made again from the archive");
        emit(self.options, Event::Warning { text });
        self.checked.clear();
        if error.kind == ErrorKind::DamagedIndex {
            index::clear(&self.corpus.index_folder())?;
        }
        self.derive(archive, acquired)
    }

    /// Reads the sources, and begins to extract what they give.
    fn acquire(&mut self, archive: &mut Archive) -> Result<(acquire::AcquireSummary, u64), Error> {
        let connection = connect(archive);
        let mut failure = None;
        let acquired = acquire_all(self.corpus, archive, self.options, &mut || {
            connection.pass_on(&mut self.extractor, &mut failure);
        })?;
        archive.commit()?;
        connection.pass_on(&mut self.extractor, &mut failure);
        archive.disconnect()?;
        self.extractor.finish(archive)?;
        failure.map_or(Ok(acquired), Err)
    }

    /// Makes texts, index and reports from what the archive holds.
    fn derive(
        &mut self,
        archive: &mut Archive,
        mut summary: RefreshSummary,
    ) -> Result<RefreshSummary, Error> {
        let scope = scope(self.corpus, &mut summary, self.options)?;
        let mut holdings = Holdings::read(archive, &scope)?;
        holdings.tell_converters(&mut self.store.lock().expect("no thread panics with the store"));
        self.extractor.extract_missing(archive, &mut holdings)?;
        let scans = ScanOptions {
            settings: &self.corpus.config.settings.ocr,
            folder: self.corpus.ocr_folder(),
            program: &self.options.worker_program,
        };
        read_scans(&mut self.extractor, &scans, archive, &mut holdings)?;
        let extracted = self.extractor.summary();
        summary.n_extracted = extracted.n_extracted;
        summary.n_warnings += extracted.n_unreadable;
        if self.options.stop.load(Ordering::Relaxed) {
            return Ok(RefreshSummary { was_stopped: true, ..summary });
        }
        summary.rejected = holdings.rejected();
        let copies = {
            let store = self.store.lock().expect("no thread panics with the store");
            update_copies(self.corpus, &store, &holdings)?
        };
        let planned = holdings.plan(&copies, self.corpus.config);
        emit_departed(self.corpus, &scope, self.options)?;
        summary.n_documents = planned.len() as u64;
        let documents_id = snapshot_id(planned.iter());
        match self.index(&planned, &documents_id)? {
            Some(indexed) => summary.n_indexed = indexed,
            None => return Ok(RefreshSummary { was_stopped: true, ..summary }),
        }
        record_snapshot(archive, &planned, &documents_id, self.options.now)?;
        let rejected = &summary.rejected;
        let written = reports::write_all(self.corpus, &documents_id, rejected, self.checked, self.options)?;
        (summary.counted, summary.n_warnings) = (written.counted, summary.n_warnings + written.n_failed);
        summary.snapshot_id = snapshots::current_id(self.corpus).unwrap_or_default();
        Ok(summary)
    }

    /// Brings the index to the state `snapshot_id`. Returns the documents that entered it; `None` when stopped.
    fn index(&self, planned: &[Planned<'_>], snapshot_id: &str) -> Result<Option<u64>, Error> {
        let folder = self.corpus.index_folder();
        let current = whole_snapshot(&folder, self.checked, self.options)?;
        if current.as_ref().is_some_and(|snapshot| snapshot.id == snapshot_id) {
            return Ok(Some(0));
        }
        let listed = current.map_or(Ok(Vec::new()), |snapshot| snapshot.entries())?;
        let present: HashMap<&DocName, Digest> =
            listed.iter().map(|entry| (&entry.docname, entry.made_from)).collect();
        let wanted: HashMap<&DocName, Digest> =
            planned.iter().map(|planned| (&planned.docname, planned.made_from)).collect();
        let changed = |planned: &&Planned<'_>| present.get(&planned.docname) != Some(&planned.made_from);
        let added: Vec<&Planned<'_>> = planned.iter().filter(changed).collect();
        let removed: Vec<DocName> = present
            .iter()
            .filter(|(docname, made_from)| wanted.get(*docname) != Some(made_from))
            .map(|(docname, _)| (*docname).clone())
            .collect();
        self.update_index(&folder, &removed, &added, snapshot_id)
    }

    fn update_index(
        &self,
        folder: &Path,
        removed: &[DocName],
        added: &[&Planned<'_>],
        snapshot_id: &str,
    ) -> Result<Option<u64>, Error> {
        let total = added.len() as u64;
        stage(self.options, "index", Some(total), || {
            let store = self.store.lock().expect("no thread panics with the store");
            let done = AtomicU64::new(0);
            let load = |planned: &&Planned<'_>| -> Result<_, Error> {
                let read = planned.read(&store)?;
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                emit(self.options, Event::Progress { stage: "index", done, total });
                Ok(read)
            };
            let changes = index::Changes { removed, added, load, snapshot_id };
            let heap = self.corpus.config.settings.index.heap_mb << 20;
            let summary = index::update(folder, &changes, heap, self.options.stop)?;
            Snapshot::files(folder)?.iter().for_each(|path| self.checked.mark_whole(path));
            Ok((summary.map(|summary| summary.documents), total))
        })
    }
}

/// Which documents belong to the corpus. A list that lost far too many of its documents is a warning, and is not believed
/// unless the user says so.
fn scope(corpus: &Corpus<'_>, summary: &mut RefreshSummary, options: &Options<'_>) -> Result<Scope, Error> {
    if options.accept_loss {
        return Ok(corpus.scope());
    }
    let (scope, alarms) = corpus.scope_without_large_loss()?;
    for text in alarms {
        summary.n_warnings += 1;
        emit(options, Event::Warning { text });
    }
    Ok(scope)
}

/// Warns about documents of the current snapshot that are no longer in `scope`.
fn emit_departed(corpus: &Corpus<'_>, scope: &Scope, options: &Options<'_>) -> Result<(), Error> {
    let Some(snapshot) = Snapshot::open(&corpus.index_folder())? else { return Ok(()) };
    let departed: Vec<DocName> =
        snapshot.docnames()?.into_iter().filter(|name| !scope.has(name.source(), name.location())).collect();
    if let Some(first) = departed.first() {
        let text = format!(
            "{} documents leave the corpus, since the configuration or the list of their source no longer has them \
             (the first is {first}); their bytes stay in the archive",
            departed.len()
        );
        emit(options, Event::Warning { text });
    }
    Ok(())
}

/// Reads the sources and calls `after_each` after each location. Returns what they gave, and how many of them a person should look at.
fn acquire_all(
    corpus: &Corpus<'_>,
    archive: &mut Archive,
    options: &Options<'_>,
    after_each: &mut dyn FnMut(),
) -> Result<(acquire::AcquireSummary, u64), Error> {
    let sources = chosen_sources(corpus, options)?;
    let acquire_options = AcquireOptions {
        offline: options.offline,
        dry_run: options.dry_run,
        rehash: options.rehash,
        accept_loss: options.accept_loss,
        own_kinds: &corpus.config.settings.kinds,
        fetch: corpus.config.settings.fetch.clone(),
        listings: Some(corpus.config.listings()),
        now: options.now,
        clock: &SystemClock::default(),
        stop: options.stop,
    };
    stage(options, "acquire", None, || {
        let (mut done, mut total, mut n_warnings) = (0, 0, 0);
        let mut left_out = LeftOut::read(corpus);
        let mut on_event = |event: SourceEvent| {
            match &event.outcome {
                LocationOutcome::Listed(n) => total += n,
                LocationOutcome::LeftOut(counts) => left_out.set(&event.source, counts),
                LocationOutcome::Notice(_) | LocationOutcome::Skipped(_) => {}
                _ => done += 1,
            }
            n_warnings += u64::from(concerns_a_whole_source(&event));
            emit_acquired(options, event);
            emit(options, Event::Progress { stage: "acquire", done, total });
            after_each();
        };
        let summary =
            acquire::acquire(archive, &sources, &corpus.config.root, &acquire_options, &mut on_event)?;
        if !options.dry_run {
            left_out.save(corpus)?;
        }
        Ok(((summary, n_warnings), done))
    })
}

/// Whether a source as a whole could not be read, or was passed over without being asked to.
fn concerns_a_whole_source(event: &SourceEvent) -> bool {
    event.location.is_empty()
        && matches!(event.outcome, LocationOutcome::Failed(_) | LocationOutcome::Notice(_))
}

/// The sources named on the command line, or all that are enabled.
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
        // A source that is named on the command line is enabled for this run.
        chosen.iter_mut().for_each(|source| source.enabled = true);
    }
    Ok(chosen)
}

fn emit_acquired(options: &Options<'_>, event: SourceEvent) {
    let location = event.docname();
    let event = match event.outcome {
        LocationOutcome::Listed(_) | LocationOutcome::LeftOut(_) => return,
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
