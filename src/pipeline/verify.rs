//! Checks what is kept: every archived byte against its digest, every derived thing against what it was made from.

use super::Error;
use super::corpus::{Corpus, Holdings, Planned, entries, snapshot_id};
use super::reports;
use super::worker::Reply;
use super::workers::Workers;
use crate::acquire::Archive;
use crate::config::Config;
use crate::index::Snapshot;
use crate::report::Dialect;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What: a file, a record, a document.
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
    /// Texts that were extracted again and compared.
    pub texts: u64,
    /// Documents of the index that were compared with their texts.
    pub documents: u64,
    /// Report files.
    pub reports: u64,
    /// Faults.
    pub faults: u64,
}

/// Checks everything that `config` keeps; tells `report` each fault.
///
/// The text of every document is extracted again from its archived bytes, so this costs as much as a first refresh.
///
/// # Errors
/// When something cannot be read at all.
pub fn verify(
    config: &Config,
    worker_program: PathBuf,
    report: &mut dyn FnMut(Fault),
) -> Result<VerifySummary, Error> {
    let corpus = Corpus::new(config);
    let mut archive = Archive::open_read_only(&corpus.archive_folder())?;
    let mut summary = VerifySummary::default();
    let mut tell = |object: String, text: String| {
        summary.faults += 1;
        report(Fault { object, text });
    };
    let archived = archive.verify(&mut |fault| {
        let record = fault.record_id.map_or("no record".to_owned(), |id| format!("record {id}"));
        tell(format!("{} at byte {}, {record}", fault.warc_file, fault.offset), fault.text);
    })?;
    let holdings = Holdings::read(&archive)?;
    let planned = holdings.plan(&archive)?;
    for (object, text) in text_faults(&corpus, &mut archive, &planned, worker_program)? {
        tell(object, text);
    }
    let (snapshot, faults) = whole_snapshot(&corpus)?;
    for (object, text) in faults {
        tell(object, text);
    }
    if let Some(snapshot) = &snapshot {
        for (object, text) in index_faults(&corpus, snapshot, &planned)? {
            tell(object, text);
        }
    }
    let (reports, faults) = report_faults(&corpus, snapshot.as_ref(), &archive, &holdings)?;
    for (object, text) in faults {
        tell(object, text);
    }
    summary.records = archived.n_records;
    summary.archive_bytes = archived.n_bytes;
    summary.texts = planned.len() as u64;
    summary.documents = planned.len() as u64;
    summary.reports = reports;
    Ok(summary)
}

type Faults = Vec<(String, String)>;

/// Texts that differ from what their archived bytes give today.
fn text_faults(
    corpus: &Corpus<'_>,
    archive: &mut Archive,
    planned: &[Planned<'_>],
    worker_program: PathBuf,
) -> Result<Faults, Error> {
    let workers = Workers::new(worker_program, corpus.config.settings.worker);
    let archive = Mutex::new(archive);
    let check = |document: &Planned<'_>| -> Result<Option<(String, String)>, Error> {
        let path = corpus.texts.json_path(document.sha256);
        let fault = |text: String| Ok(Some((path.display().to_string(), text)));
        let payload =
            archive.lock().expect("no thread panics with the archive").payload(&document.places[0].sha256);
        let payload = match payload {
            Ok(payload) => payload,
            Err(error) => return fault(format!("its bytes cannot be read: {error}")),
        };
        let reply =
            workers.parse(&payload).map_err(|e| Error::new(format!("cannot run the parser: {e}"), ""))?;
        let Reply::Extracted(again) = reply else { return fault("its bytes are rejected now".to_owned()) };
        let json = serde_json::to_vec(&again).expect("a document has only string keys");
        if fs::read(&path).ok().as_deref() != Some(&json) {
            return fault("differs from what its archived bytes give".to_owned());
        }
        let plain = again.document.plain_text();
        if fs::read(path.with_extension("txt")).ok().as_deref() != Some(plain.as_bytes()) {
            return Ok(Some((
                path.with_extension("txt").display().to_string(),
                "differs from its document".to_owned(),
            )));
        }
        Ok(None)
    };
    let faults = planned.par_iter().map(check).collect::<Result<Vec<_>, _>>()?;
    Ok(faults.into_iter().flatten().collect())
}

/// The snapshot of the index when all its files are whole: reading others is not safe.
fn whole_snapshot(corpus: &Corpus<'_>) -> Result<(Option<Snapshot>, Faults), Error> {
    let folder = corpus.index_folder();
    let damaged = Snapshot::damaged_files(&folder)?;
    if !damaged.is_empty() {
        let fault =
            |file: &PathBuf| (folder.join(file).display().to_string(), "its checksum is wrong".to_owned());
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
    let mut tokens = vec![0u64; snapshot.entries.len()];
    for segment in &snapshot.segments {
        for (row, document) in segment.passages() {
            tokens[document as usize] += segment.n_tokens(row);
        }
    }
    for ((entry, wanted), n_tokens) in snapshot.entries.iter().zip(&wanted).zip(tokens) {
        if entry != wanted || entry.n_tokens != n_tokens {
            faults.push((entry.docname.clone(), "the index differs from its text".to_owned()));
        }
    }
    Ok(faults)
}

/// Report files that are missing, changed, or not of the current snapshot.
fn report_faults(
    corpus: &Corpus<'_>,
    snapshot: Option<&Snapshot>,
    archive: &Archive,
    holdings: &Holdings,
) -> Result<(u64, Faults), Error> {
    let folder = reports::current_folder(corpus);
    let descriptor = fs::read_to_string(folder.join("datapackage.json")).unwrap_or_default();
    let package: serde_json::Value = serde_json::from_str(&descriptor).unwrap_or_default();
    let Some(resources) = package["resources"].as_array() else {
        return Ok((0, vec![(folder.display().to_string(), "has no readable datapackage.json".to_owned())]));
    };
    let mut faults = Faults::new();
    for resource in resources {
        let path = folder.join(resource["path"].as_str().unwrap_or_default());
        if resource["hash"].as_str() != Some(&hash(&path)) {
            faults
                .push((path.display().to_string(), "differs from its digest in datapackage.json".to_owned()));
        }
    }
    if let Some(snapshot) = snapshot {
        let rejected = holdings.rejected(archive)?;
        // The dialect may have been chosen on the command line.
        let is_current = [Dialect::Standard, Dialect::ExcelNo].into_iter().any(|dialect| {
            let made_from = reports::made_from(corpus, &snapshot.id, &rejected, dialect);
            fs::read_link(&folder).is_ok_and(|target| target.ends_with(&made_from[..16]))
        });
        if !is_current {
            faults.push((
                folder.display().to_string(),
                "are not of this snapshot; run `ordskifte refresh`".to_owned(),
            ));
        }
    }
    Ok((resources.len() as u64, faults))
}

fn hash(path: &Path) -> String {
    let digest = fs::read(path).map(|bytes| data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes)));
    format!("sha256:{}", digest.unwrap_or_default())
}
