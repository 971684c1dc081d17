//! Checks what is kept: every archived byte against its digest, every derived file against what it was made from.

use super::Error;
use super::corpus::{Corpus, Holdings, Planned, entries, snapshot_id};
use super::duplicates::copies;
use super::parse::{Parsers, Reply};
use super::reports;
use crate::acquire::{Archive, Extraction, Holding, archive};
use crate::config::Config;
use crate::index::Snapshot;
use crate::report::Dialect;
use crate::text::{Digest, Rejection};
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
    let mut held = archived(&corpus, &mut summary, &mut emit)?;
    let derived = match &mut held {
        Some((archive, holdings)) => {
            let planned = holdings.plan(&copies(&corpus, holdings), config);
            summary.texts = text_faults(&corpus, archive, holdings, worker_program, &mut emit)?;
            summary.documents = planned.len() as u64;
            derived_faults(&corpus, holdings, &planned, &mut summary)
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
    archive: &mut Archive,
    holdings: &Holdings,
    worker_program: PathBuf,
    emit: &mut (dyn FnMut(String, String) + Send),
) -> Result<u64, Error> {
    let parsers = Parsers::new(worker_program, corpus.config.settings.worker);
    let mut files = Vec::new();
    for (sha256, places) in &holdings.files {
        files.extend(holdings.extraction(&places[0].sha256).map(|extraction| (sha256, places, extraction)));
    }
    let (archive, emit) = (Mutex::new(archive), Mutex::new(emit));
    let check = |(sha256, places, extraction): &(&Digest, &Vec<Holding>, &Extraction)| -> Result<(), Error> {
        let payload = archive.lock().expect("no thread panics with the archive").payload(&places[0].sha256);
        let fault = match (payload, &extraction.rejection) {
            (Err(_), Some(_)) if !extraction.is_archived => None,
            (Err(error), _) => {
                let text = format!("its bytes cannot be read: {}: {}", error.attempt, error.cause);
                Some((places[0].docname().to_string(), text))
            }
            (Ok(payload), rejection) => {
                let reply = parsers
                    .parse(&payload)
                    .map_err(|e| Error::new(format!("cannot run the parser: {e}"), ""))?;
                match rejection {
                    None => text_fault(corpus, sha256, &reply),
                    Some(rejection) => {
                        rejection_fault(rejection, &reply).map(|text| (places[0].docname().to_string(), text))
                    }
                }
            }
        };
        if let Some((object, text)) = fault {
            (emit.lock().expect("no thread panics while it emits"))(object, text);
        }
        Ok(())
    };
    files.par_iter().try_for_each(check)?;
    Ok(files.len() as u64)
}

/// How the kept text differs from what its bytes gave again.
fn text_fault(corpus: &Corpus<'_>, sha256: &Digest, reply: &Reply) -> Option<(String, String)> {
    let path = corpus.texts.json_path(sha256);
    let again = match reply {
        Reply::Extracted(again) => again,
        // The limits of this run, not the bytes.
        Reply::Rejected(rejection) if rejection.limit.is_some() => return None,
        Reply::Rejected(rejection) => {
            return Some((
                path.display().to_string(),
                format!("its bytes are rejected now: {}", rejection.reason),
            ));
        }
    };
    let file = corpus.texts.differing_file(sha256, again)?;
    Some((
        file.display().to_string(),
        "differs from what its archived bytes give; run `ordskifte refresh`".to_owned(),
    ))
}

/// How the kept rejection differs from what the bytes gave again. One by a limit is tried again by every refresh.
fn rejection_fault(kept: &Rejection, reply: &Reply) -> Option<String> {
    match reply {
        _ if kept.limit.is_some() => None,
        Reply::Rejected(again) if again == kept || again.limit.is_some() => None,
        Reply::Rejected(again) => Some(format!(
            "the catalogue says it is rejected: {}; its bytes give: {}",
            kept.reason, again.reason
        )),
        Reply::Extracted(_) => {
            Some(format!("the catalogue says it is rejected: {}; its bytes give a text", kept.reason))
        }
    }
}

/// Faults of index and reports.
fn derived_faults(
    corpus: &Corpus<'_>,
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
        match index_faults(corpus, snapshot, planned) {
            Ok(found) => faults.extend(found),
            Err(error) => faults.push((index, error.to_string())),
        }
    }
    match report_faults(corpus, snapshot.as_ref(), holdings) {
        Ok((n_reports, found)) => {
            summary.reports = n_reports;
            faults.extend(found);
        }
        Err(error) => faults.push((reports::current_folder(corpus).display().to_string(), error.to_string())),
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
fn index_faults(corpus: &Corpus<'_>, snapshot: &Snapshot, planned: &[Planned<'_>]) -> Result<Faults, Error> {
    let mut faults = Faults::new();
    if snapshot.id != snapshot_id(planned.iter()) {
        let folder = corpus.index_folder().display().to_string();
        faults.push((folder, "is not of what the archive holds; run `ordskifte refresh`".to_owned()));
        return Ok(faults);
    }
    let wanted = entries(&planned.iter().collect::<Vec<_>>(), &corpus.texts)?;
    let mut tokens = vec![0u64; snapshot.n_documents()];
    for segment in &snapshot.segments {
        segment.each_passage(|row| tokens[row.document as usize] += u64::from(row.n_tokens))?;
    }
    for ((entry, wanted), n_tokens) in snapshot.entries()?.iter().zip(&wanted).zip(tokens) {
        if entry != wanted || entry.n_tokens != n_tokens {
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
    let folder = reports::current_folder(corpus);
    let Some(files) = reports::files(corpus) else {
        let text = "has no whole datapackage.json; run `ordskifte refresh`".to_owned();
        return Ok((0, vec![(folder.display().to_string(), text)]));
    };
    let mut faults = Faults::new();
    for file in files.iter().filter(|file| !file.is_whole()) {
        let text = "differs from its digest in datapackage.json; run `ordskifte refresh`".to_owned();
        faults.push((file.path.display().to_string(), text));
    }
    if let Some(snapshot) = snapshot {
        let rejected = holdings.rejected();
        // The dialect may have been chosen on the command line.
        let is_current = [Dialect::Standard, Dialect::ExcelNo].into_iter().any(|dialect| {
            let made_from = reports::made_from(corpus, &snapshot.id, &rejected, dialect);
            fs::read_link(&folder).is_ok_and(|target| target.ends_with(&made_from.to_string()[..16]))
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
