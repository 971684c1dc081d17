//! Checks what is kept: every archived byte against its digest, every derived file against what it was made from.

use super::Error;
use super::corpus::{Corpus, Holdings, Planned, snapshot_id};
use super::duplicates::copies;
use super::extraction::cannot_parse;
use super::job::{Job, Outcome, Settings};
use super::ocr::kept_scan;
use super::parsers::Parsers;
use super::snapshots::{self, ReportFile};
use super::store::TextStore;
use super::{kept, reports};
use crate::acquire::{Archive, Extraction, Holding, PayloadReader, RecordLocation, archive};
use crate::config::Config;
use crate::index::Snapshot;
use crate::report::Dialect;
use crate::text::{Digest, Entry, Rejection};
use rayon::prelude::*;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// A file, a record, a document.
    pub object: String,
    /// How it differs.
    pub text: String,
}

/// What was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VerifySummary {
    /// WARC records.
    pub records: u64,
    /// Bytes of WARC files.
    pub archive_bytes: u64,
    /// Texts and rejections that were made again and compared.
    pub texts: u64,
    /// Documents of the index that were compared with their texts.
    pub documents: u64,
    /// Report files.
    pub reports: u64,
    /// Faults.
    pub faults: u64,
    /// Whether a refresh was running, so that index and reports were not compared.
    pub is_refresh_running: bool,
}

/// Checks everything that `config` keeps and passes each fault to `on_fault` as it is found.
///
/// The text of every document is extracted again from its archived bytes, so this costs as much as a first refresh.
/// Nothing is changed. While a refresh is running, index and reports change and are not compared.
///
/// # Errors
/// When the archive's folder cannot be listed, or no parser can be started.
pub fn verify(
    config: &Config,
    worker_program: PathBuf,
    on_fault: &mut (dyn FnMut(Fault) + Send),
) -> Result<VerifySummary, Error> {
    let corpus = Corpus::new(config);
    let mut summary = VerifySummary::default();
    let mut n_faults = 0;
    let mut emit = |object: String, text: String| {
        n_faults += 1;
        on_fault(Fault { object, text });
    };
    let writer = writer(&corpus);
    let held = archived(&corpus, &mut summary, &mut emit)?;
    let derived = match &held {
        Some((archive, holdings)) => {
            let mut store = TextStore::open(corpus.text_folder())?;
            holdings.tell_converters(&mut store);
            let planned = holdings.plan(&copies(&corpus, &store, holdings)?, config);
            summary.texts = text_faults(&corpus, &store, archive, holdings, worker_program, &mut emit)?;
            summary.documents = planned.len() as u64;
            derived_faults(&corpus, &store, holdings, &planned, &mut summary)
        }
        None => Faults::new(),
    };
    // A run that began meanwhile has another line in the lock, or holds it still.
    summary.is_refresh_running = writer.is_running || self::writer(&corpus) != writer;
    if !summary.is_refresh_running {
        derived.into_iter().for_each(|(object, text)| emit(object, text));
    }
    summary.faults = n_faults;
    Ok(summary)
}

/// Whether a run is writing, and which wrote last.
#[derive(PartialEq, Eq)]
struct Writer {
    is_running: bool,
    lock: Vec<u8>,
}

fn writer(corpus: &Corpus<'_>) -> Writer {
    let folder = corpus.archive_folder();
    let lock = fs::read(folder.join("archive.lock")).unwrap_or_default();
    Writer { is_running: archive::is_written(&folder), lock }
}

/// Checks the archive, and gives it with what it holds when the catalogue can be used for more.
fn archived(
    corpus: &Corpus<'_>,
    summary: &mut VerifySummary,
    emit: &mut dyn FnMut(String, String),
) -> Result<Option<(Archive, Holdings)>, Error> {
    let folder = corpus.archive_folder();
    let opened = Archive::open_read_only(&folder);
    let mut on_fault = |fault: archive::ArchiveFault| emit(fault.object, fault.text);
    let checked = match &opened {
        Ok(archive) => archive.verify(&mut on_fault)?,
        Err(error) if !folder.exists() => return Err(error.clone().into()),
        Err(_) => archive::verify(&folder, None, &mut on_fault)?,
    };
    summary.records = checked.n_records;
    summary.archive_bytes = checked.n_bytes;
    let read = opened.map_err(Error::from).and_then(|archive| {
        let (scope, _) = corpus.scope_without_large_loss().unwrap_or_else(|_| (corpus.scope(), Vec::new()));
        let holdings = Holdings::read(&archive, &scope)?;
        Ok((archive, holdings))
    });
    match read {
        Ok(held) => Ok(Some(held)),
        Err(error) => {
            let text = format!("{error}; texts, index and reports cannot be compared with it");
            emit(folder.join("catalogue.sqlite").display().to_string(), text);
            Ok(None)
        }
    }
}

type Faults = Vec<(String, String)>;

/// Emits each text that differs from what its archived bytes give today, and each rejection that does not follow from
/// them. Returns how many files were compared.
fn text_faults(
    corpus: &Corpus<'_>,
    store: &TextStore,
    archive: &Archive,
    holdings: &Holdings,
    worker_program: PathBuf,
    emit: &mut (dyn FnMut(String, String) + Send),
) -> Result<u64, Error> {
    let parsers = Parsers::with_converter(
        worker_program,
        corpus.config.settings.worker,
        corpus.config.settings.converter.clone(),
    );
    let reader = archive.payload_reader();
    let extracted = holdings.files.iter().filter_map(|(sha256, places)| {
        Some(ExtractedFile { sha256, place: &places[0], extraction: holdings.extraction(sha256)? })
    });
    let files: Vec<ExtractedFile<'_>> = extracted.collect();
    let digests: Vec<Digest> = files.iter().map(|file| *file.sha256).collect();
    let stored = archive.places(&digests)?;
    let emit = Mutex::new(emit);
    files.par_iter().zip(&stored).try_for_each(|(file, stored)| {
        let fault = file.fault(corpus, (store, &parsers, &reader), stored.as_ref())?;
        if let Some((object, text)) = fault {
            (emit.lock().expect("no thread panics while it emits"))(object, text);
        }
        Ok::<(), Error>(())
    })?;
    Ok(files.len() as u64)
}

/// A file, and what the catalogue says of its extraction.
struct ExtractedFile<'a> {
    sha256: &'a Digest,
    place: &'a Holding,
    extraction: &'a Extraction,
}

impl ExtractedFile<'_> {
    /// How what is kept differs from what the archived bytes give: the object and the fault.
    fn fault(
        &self,
        corpus: &Corpus<'_>,
        (store, parsers, reader): (&TextStore, &Parsers, &PayloadReader),
        stored: Option<&RecordLocation>,
    ) -> Result<Option<(String, String)>, Error> {
        let docname = self.place.docname().to_string();
        let payload = match (reader.payload(self.sha256, stored), &self.extraction.rejection) {
            (Err(_), Some(_)) if !self.extraction.is_archived => return Ok(None),
            (Err(error), _) => {
                let text = format!("its bytes cannot be read: {}: {}", error.attempt, error.cause);
                return Ok(Some((docname, text)));
            }
            (Ok(payload), _) => payload,
        };
        let wanted = store.job(*self.sha256);
        let job = Job { sha256: *self.sha256, settings: Settings::current() };
        let (job, outcome) = match wanted.settings.ocr() {
            Some(version) => {
                let scan = kept_scan(corpus, self.sha256, version);
                let outcome = parsers.run_scan(&wanted, &payload, &scan);
                let outcome = outcome.map_err(|cause| cannot_parse(&cause))?;
                // A page that OCR read is no longer kept: the text cannot be made again to be compared.
                if matches!(&outcome, Outcome::Extracted(text) if text.n_pages_for_ocr > 0)
                    || scan.pages.is_empty()
                {
                    return Ok(None);
                }
                (wanted.clone(), outcome)
            }
            None => parsers.run(job, &payload).map_err(|cause| cannot_parse(&cause))?,
        };
        // The converter that made the text is not installed: it cannot be made again to be compared.
        if wanted.settings.converter().is_some() && job.settings.converter() != wanted.settings.converter() {
            return Ok(None);
        }
        match &self.extraction.rejection {
            None => text_fault(store, self.sha256, &outcome),
            Some(rejection) => Ok(rejection_fault(rejection, &outcome).map(|text| (docname, text))),
        }
    }
}

/// How the kept text differs from what its bytes gave again.
fn text_fault(
    store: &TextStore,
    sha256: &Digest,
    outcome: &Outcome,
) -> Result<Option<(String, String)>, Error> {
    let again = match outcome {
        Outcome::Extracted(again) => again,
        // The limits of this run, not the bytes.
        Outcome::Rejected(rejection) if rejection.limit.is_some() => return Ok(None),
        Outcome::Rejected(rejection) => {
            let file = store.path(sha256).display().to_string();
            return Ok(Some((file, format!("the bytes of {sha256} are rejected now: {}", rejection.reason))));
        }
    };
    let file = store.differing_file(sha256, again)?;
    Ok(file.map(|file| {
        let text = format!(
            "the text of {sha256} differs from what its archived bytes give; run `ordskifte refresh`"
        );
        (file.display().to_string(), text)
    }))
}

/// How the kept rejection differs from what the bytes gave again. One by a limit is tried again by every refresh.
fn rejection_fault(kept: &Rejection, outcome: &Outcome) -> Option<String> {
    match outcome {
        _ if kept.limit.is_some() => None,
        Outcome::Rejected(again) if again == kept || again.limit.is_some() => None,
        Outcome::Rejected(again) => Some(format!(
            "the catalogue says it is rejected: {}; its bytes give: {}",
            kept.reason, again.reason
        )),
        Outcome::Extracted(_) => {
            Some(format!("the catalogue says it is rejected: {}; its bytes give a text", kept.reason))
        }
    }
}

/// Faults of index and reports.
fn derived_faults(
    corpus: &Corpus<'_>,
    store: &TextStore,
    holdings: &Holdings,
    planned: &[Planned<'_>],
    summary: &mut VerifySummary,
) -> Faults {
    let index = corpus.index_folder().display().to_string();
    let (snapshot, mut faults) = match whole_snapshot(corpus) {
        Ok(found) => found,
        Err(error) => (None, vec![(index.clone(), error.to_string())]),
    };
    if let Some(snapshot) = &snapshot {
        match index_faults(corpus, store, snapshot, planned) {
            Ok(found) => faults.extend(found),
            Err(error) => faults.push((index, error.to_string())),
        }
    }
    match report_faults(corpus, snapshot.as_ref(), holdings) {
        Ok((n_reports, found)) => {
            summary.reports = n_reports;
            faults.extend(found);
        }
        Err(error) => {
            faults.push((snapshots::current_folder(corpus).display().to_string(), error.to_string()))
        }
    }
    faults
}

/// The snapshot of the index when all its files are whole: reading others is not safe.
fn whole_snapshot(corpus: &Corpus<'_>) -> Result<(Option<Snapshot>, Faults), Error> {
    let folder = corpus.index_folder();
    let damaged = Snapshot::damaged_files(&folder)?;
    if !damaged.is_empty() {
        let fault = |file: &PathBuf| {
            (file.display().to_string(), "is missing or damaged; run `ordskifte refresh`".to_owned())
        };
        return Ok((None, damaged.iter().map(fault).collect()));
    }
    let snapshot = Snapshot::open(&folder)?;
    let is_missing = snapshot.is_none();
    let missing = is_missing.then(|| (folder.display().to_string(), "there is no snapshot".to_owned()));
    Ok((snapshot, missing.into_iter().collect()))
}

/// Documents of the index that differ from their texts and records.
fn index_faults(
    corpus: &Corpus<'_>,
    store: &TextStore,
    snapshot: &Snapshot,
    planned: &[Planned<'_>],
) -> Result<Faults, Error> {
    let mut faults = Faults::new();
    if snapshot.id != snapshot_id(planned.iter()) {
        let folder = corpus.index_folder().display().to_string();
        faults.push((folder, "is not of what the archive holds; run `ordskifte refresh`".to_owned()));
        return Ok(faults);
    }
    let wanted = planned.par_iter().map(|planned| Ok(planned.read(store)?.0));
    let wanted: Vec<Entry> = wanted.collect::<Result<_, Error>>()?;
    let mut tokens = vec![(0u64, 0u64); snapshot.n_documents()];
    for segment in &snapshot.segments {
        segment.each_passage(|row| {
            let (n_tokens, n_tokens_ocr) = &mut tokens[row.document as usize];
            *n_tokens += u64::from(row.n_tokens);
            *n_tokens_ocr += if row.is_ocr { u64::from(row.n_tokens) } else { 0 };
        })?;
    }
    for ((entry, wanted), tokens) in snapshot.entries()?.iter().zip(&wanted).zip(tokens) {
        if entry != wanted || (entry.n_tokens, entry.n_tokens_ocr) != tokens {
            faults.push((entry.docname.to_string(), "the index differs from its text".to_owned()));
        }
    }
    Ok(faults)
}

/// Report files that are missing, changed, or not of the current snapshot.
fn report_faults(
    corpus: &Corpus<'_>,
    snapshot: Option<&Snapshot>,
    holdings: &Holdings,
) -> Result<(u64, Faults), Error> {
    let folder = snapshots::current_folder(corpus);
    let Some(files) = snapshots::files(corpus) else {
        let text = "has no whole datapackage.json; run `ordskifte refresh`".to_owned();
        return Ok((0, vec![(folder.display().to_string(), text)]));
    };
    let mut faults = Faults::new();
    for file in files.iter().filter(|file| !file.is_whole()) {
        let text = "differs from its digest in datapackage.json; run `ordskifte refresh`".to_owned();
        faults.push((file.path.display().to_string(), text));
    }
    for kept in kept::kept_snapshots(corpus)?.iter().filter(|kept| !kept.is_current) {
        let is_whole = |files: Vec<ReportFile>| files.iter().all(ReportFile::is_whole);
        if !snapshots::files_in(&kept.folder).is_some_and(is_whole) {
            let text = format!(
                "differs from its digests and cannot be made again; `ordskifte snapshot remove {}` removes it",
                kept.id
            );
            faults.push((kept.folder.display().to_string(), text));
        }
    }
    if let Some(snapshot) = snapshot {
        let rejected = holdings.rejected();
        // The dialect may have been chosen on the command line.
        let is_current = [Dialect::Standard, Dialect::ExcelNo].into_iter().any(|dialect| {
            let made_from = reports::made_from(corpus, &snapshot.id, &rejected, dialect);
            fs::read_link(&folder).is_ok_and(|target| target.ends_with(snapshots::id_of(made_from)))
        });
        if !is_current {
            faults.push((
                folder.display().to_string(),
                "are not of this snapshot; run `ordskifte refresh`".to_owned(),
            ));
        }
    }
    Ok((files.len() as u64, faults))
}
