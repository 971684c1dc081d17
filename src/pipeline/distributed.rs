//! Extraction on other machines: a plan of jobs → outcomes that workers write → the text store and the catalogue of this corpus.
//!
//! A plan has one job a line. A worker reads jobs, in any number and order, and writes each outcome to a file of its own, named by the
//! job, and a row that describes the file. The last row of a worker gives the number of rows: without it the worker did not read all of
//! its input. Everything can be repeated: the same job gives the same file, and what was committed is not committed again.

use super::checked::CheckedFiles;
use super::corpus::{Corpus, Holdings};
use super::durable::{create_folder, replace};
use super::extraction::{BATCH_BYTES, BATCH_JOBS, Ended, outcome_of};
use super::job::{Job, Outcome, PackedText, Settings, head_and_rest, line};
use super::parsers::Parsers;
use super::store::TextStore;
use super::{Error, ErrorKind};
use crate::acquire::{Archive, Extraction, PayloadReader, RecordLocation};
use crate::text::{Digest, Limit, Rejection};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io::{self, BufRead, Write};
use std::path::Path;

/// A line of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct PlannedJob {
    /// [`Job::id`], which names the file of the outcome.
    id: Digest,
    #[serde(flatten)]
    job: Job,
    /// Where its bytes are in the WARC files; `None` when no record of them is known.
    record: Option<RecordLocation>,
}

/// A row of a worker.
#[derive(Debug, Serialize)]
struct OutcomeRow<'a> {
    id: Digest,
    outcome: &'a str,
    /// Relative to the folder of outcomes.
    file: String,
    bytes: u64,
    /// Of the file.
    sha256: Digest,
}

/// The last row of a worker.
#[derive(Debug, Serialize)]
struct EndRow {
    end: bool,
    rows: u64,
    /// Of the ids of all rows, each followed by a line feed, in their order.
    sha256: Digest,
}

/// The job in an outcome's file, before the message of the outcome.
#[derive(Debug, Serialize, Deserialize)]
struct FileHead {
    /// Of the planned job; the job that was done names the converter, if there was one.
    id: Digest,
    done: Job,
    is_archived: bool,
}

/// Writes a plan of all files of `corpus` that have no text yet, and returns how many there are.
///
/// # Errors
/// When there is no archive, or it cannot be read.
pub fn plan(corpus: &Corpus<'_>, out: &mut dyn Write) -> Result<u64, Error> {
    let archive = Archive::open_read_only(&corpus.archive_folder())?;
    let holdings = Holdings::read(&archive, &corpus.scope())?;
    let mut store = TextStore::open(corpus.text_folder())?;
    holdings.tell_converters(&mut store);
    let digests: Vec<Digest> =
        holdings.files.keys().filter(|sha256| is_pending(&holdings, &store, sha256)).copied().collect();
    for (sha256, record) in digests.iter().zip(archive.places(&digests)?) {
        let job = Job { sha256: *sha256, settings: Settings::current() };
        let planned = PlannedJob { id: job.id(), job, record };
        out.write_all(&line(&planned)).map_err(|e| Error::world("write", Path::new("the plan"), &e))?;
    }
    Ok(digests.len() as u64)
}

/// Whether a refresh would read the file with the digest `sha256`.
fn is_pending(holdings: &Holdings, store: &TextStore, sha256: &Digest) -> bool {
    match holdings.extraction(sha256) {
        None => true,
        Some(Extraction { rejection: Some(rejection), is_archived, .. }) => {
            // Pages for OCR are read by the refresh of the corpus itself.
            !is_archived || rejection.limit.is_some() && rejection.pages_for_ocr().is_none()
        }
        Some(_) => !store.has(&store.job(*sha256)),
    }
}

/// Does the jobs of `plan`: reads their bytes from the WARC files in `archive`, writes the outcomes to the folder `outcomes` and a row for
/// each to `out`. Returns the number of rows.
///
/// # Errors
/// When a line is no job, or a folder cannot be read or written. A bad document is not an error.
pub fn work(
    plan: &mut dyn BufRead,
    (archive, outcomes): (&Path, &Path),
    parsers: &Parsers,
    out: &mut dyn Write,
) -> Result<u64, Error> {
    let reader = PayloadReader::new(archive);
    let (mut rows, mut ids) = (0, Sha256::new());
    let mut emit = |row: &[u8]| out.write_all(row).and_then(|()| out.flush()).map_err(|e| no_rows(&e));
    for (planned, _) in planned_jobs(plan) {
        let planned = planned?;
        let (outcome, bytes) = match whole_outcome(outcomes, &planned.id) {
            Some((_, outcome, bytes)) => (outcome, bytes),
            None => done(&planned, &reader, parsers, outcomes)?,
        };
        rows += 1;
        ids.update(format!("{}\n", planned.id));
        emit(&line(&OutcomeRow {
            id: planned.id,
            outcome: if matches!(outcome, Outcome::Extracted(_)) { "extracted" } else { "rejected" },
            file: relative_file(&planned.id),
            bytes: bytes.len() as u64,
            sha256: Digest::of(&bytes),
        }))?;
    }
    emit(&line(&EndRow { end: true, rows, sha256: Digest::from_hasher(ids) }))?;
    Ok(rows)
}

fn no_rows(cause: &io::Error) -> Error {
    Error::world("write", Path::new("the rows"), cause)
}

/// The outcome of a job, and its file, which is written.
fn done(
    planned: &PlannedJob,
    reader: &PayloadReader,
    parsers: &Parsers,
    outcomes: &Path,
) -> Result<(Outcome, Vec<u8>), Error> {
    let bytes = reader.payload(&planned.job.sha256, planned.record.as_ref());
    let (done, outcome, is_archived) = outcome_of(planned.job.clone(), bytes, parsers)?;
    let head = FileHead { id: planned.id, done, is_archived };
    let bytes = write_outcome(outcomes, &head, &outcome)?;
    Ok((outcome, bytes))
}

/// Writes for each job of `plan` that it is given up for `reason`. A refresh tries such a file again.
///
/// # Errors
/// As of [`work`].
pub fn give_up(plan: &mut dyn BufRead, outcomes: &Path, reason: &str) -> Result<u64, Error> {
    let mut count = 0;
    for (planned, _) in planned_jobs(plan) {
        let PlannedJob { id, job, .. } = planned?;
        if whole_outcome(outcomes, &id).is_none() {
            let hint = "look at the log of the worker; `ordskifte refresh` tries the file again";
            let outcome = Outcome::Rejected(Rejection::new(reason, hint).with_limit(Limit::Outside));
            write_outcome(outcomes, &FileHead { id, done: job, is_archived: true }, &outcome)?;
            count += 1;
        }
    }
    Ok(count)
}

fn write_outcome(outcomes: &Path, head: &FileHead, outcome: &Outcome) -> Result<Vec<u8>, Error> {
    let message = [line(head), outcome.message()].concat();
    // A checksum at the end, so that a file which was copied in part is not taken for a whole one.
    let bytes = [&message, Digest::of(&message).to_string().as_bytes()].concat();
    let path = outcomes.join(relative_file(&head.id));
    create_folder(path.parent().expect("it is in a folder"))?;
    replace(&path, &bytes)?;
    Ok(bytes)
}

/// What the file of an outcome says, and its bytes. `None` when it is missing or damaged.
fn whole_outcome(outcomes: &Path, id: &Digest) -> Option<(FileHead, Outcome, Vec<u8>)> {
    const SHA256_CHARS: usize = 64;
    let bytes = fs::read(outcomes.join(relative_file(id))).ok()?;
    let (message, checksum) = bytes.split_at_checked(bytes.len().checked_sub(SHA256_CHARS)?)?;
    if Digest::of(message).to_string().as_bytes() != checksum {
        return None;
    }
    let (head, message): (FileHead, _) = head_and_rest(message)?;
    let outcome = Outcome::read(message)?;
    (head.id == *id).then_some((head, outcome, bytes))
}

/// `1f/1f4a…`: a folder of a million files would be slow on shared storage.
fn relative_file(id: &Digest) -> String {
    let name = id.to_string();
    format!("{}/{name}.outcome", &name[..2])
}

/// The jobs of a plan with their lines; empty lines are passed over.
fn planned_jobs(plan: &mut dyn BufRead) -> impl Iterator<Item = (Result<PlannedJob, Error>, String)> {
    let numbered = (1..).zip(plan.lines());
    numbered.filter(|(_, text)| text.as_ref().map_or(true, |text| !text.trim().is_empty())).map(
        |(number, text)| {
            let text = match text {
                Ok(text) => text,
                Err(error) => return (Err(no_plan(number, &error)), String::new()),
            };
            let planned = serde_json::from_str::<PlannedJob>(&text).map_err(|error| no_plan(number, &error));
            let planned = planned.and_then(|planned| match planned.id == planned.job.id() {
                true => Ok(planned),
                false => Err(no_plan(number, &"its id is not that of its job")),
            });
            (planned, text)
        },
    )
}

fn no_plan(number: usize, cause: &dyn std::fmt::Display) -> Error {
    let hint = "a plan is what `ordskifte plan` writes: one job a line";
    Error::new(format!("line {number} of the plan is no job: {cause}"), hint).of_kind(ErrorKind::Settings)
}

/// What a commit did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Committed {
    /// Outcomes that were taken in.
    pub n_committed: u64,
    /// Outcomes that the corpus had already.
    pub n_known: u64,
    /// Jobs of the plan whose outcome is missing or damaged, as their lines.
    pub missing: Vec<String>,
}

/// Takes the outcomes of the jobs of `plan` in, as if they had been made here.
///
/// # Errors
/// When a line is no job, another run holds the lock, or the corpus cannot be written.
pub fn commit(corpus: &Corpus<'_>, plan: &mut dyn BufRead, outcomes: &Path) -> Result<Committed, Error> {
    let mut archive = Archive::open(&corpus.archive_folder())?;
    let holdings = Holdings::read(&archive, &corpus.scope())?;
    let mut store = TextStore::open(corpus.text_folder())?;
    holdings.tell_converters(&mut store);
    let checked = CheckedFiles::load(&corpus.config.data(), jiff::Timestamp::now());
    let mut committed = Committed::default();
    let mut batch = Batch::default();
    for (planned, text) in planned_jobs(plan) {
        let planned = planned?;
        let is_held = holdings.files.contains_key(&planned.job.sha256);
        if is_held && !is_pending(&holdings, &store, &planned.job.sha256) {
            committed.n_known += 1;
            continue;
        }
        let is_current = planned.job.settings == Settings::current();
        match whole_outcome(outcomes, &planned.id).filter(|_| is_current && is_held) {
            None => committed.missing.push(text),
            Some((head, outcome, _)) => {
                committed.n_committed += 1;
                batch.add(head, outcome);
                if batch.is_full() {
                    std::mem::take(&mut batch).write(&mut archive, &mut store, &checked)?;
                }
            }
        }
    }
    batch.write(&mut archive, &mut store, &checked)?;
    checked.save()?;
    Ok(committed)
}

/// Outcomes that are committed together: the texts first, then what the catalogue says of them.
#[derive(Default)]
struct Batch {
    extractions: Vec<Extraction>,
    texts: Vec<(Job, PackedText)>,
    n_bytes: usize,
}

impl Batch {
    fn add(&mut self, FileHead { done, is_archived, .. }: FileHead, outcome: Outcome) {
        let Ended { extraction, text } = Ended::of(done, outcome);
        self.extractions.push(Extraction { is_archived, ..extraction });
        self.n_bytes += text.as_ref().map_or(0, |(_, text)| text.packed.len() + text.plain.len());
        self.texts.extend(text);
    }

    fn is_full(&self) -> bool {
        self.extractions.len() >= BATCH_JOBS || self.n_bytes >= BATCH_BYTES
    }

    fn write(
        self,
        archive: &mut Archive,
        store: &mut TextStore,
        checked: &CheckedFiles,
    ) -> Result<(), Error> {
        self.extractions.iter().for_each(|extraction| store.note_converter(extraction));
        store.put(self.texts, checked)?;
        if !self.extractions.is_empty() {
            archive.catalogue_mut()?.record_extractions(&self.extractions)?;
        }
        Ok(())
    }
}

/// Reads a plan from a file, or from stdin when it is `-`.
///
/// # Errors
/// When the file cannot be opened.
pub fn open_plan(path: &Path) -> Result<Box<dyn BufRead>, Error> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = fs::File::open(path).map_err(|e| Error::world("read", path, &e))?;
    Ok(Box::new(io::BufReader::new(file)))
}
