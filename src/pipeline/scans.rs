//! The scans of a run: documents with pages that OCR can read, newest and smallest first, until the budget of the night is used up.
//!
//! Which documents these are follows from how their extraction ended: rejected for want of text, or stored with pages for OCR, or
//! read by another version of OCR. A document whose pages are not all read keeps the text that it has, or none.

use super::Error;
use super::corpus::Holdings;
use super::extraction::{Ended, Extractor};
use super::job::{Job, Outcome, Settings};
use super::ocr::{Budget, Ocr, ScanRead};
use super::parsers::Parsers;
use crate::acquire::{Archive, Extraction, Holding, RecordLocation};
use crate::sandbox::{OcrMode, OcrSettings};
use crate::text::{Limit, Rejection};
use std::cmp::Reverse;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// What a refresh does with scans.
pub(super) struct ScanOptions<'a> {
    pub(super) settings: &'a OcrSettings,
    /// Where pages are kept.
    pub(super) folder: PathBuf,
    /// The path of this program.
    pub(super) program: &'a Path,
}

/// A document with pages for OCR.
struct Candidate<'h> {
    place: &'h Holding,
    stored: Option<RecordLocation>,
}

/// Whether OCR by `version` can add to a file whose extraction ended so.
pub(super) fn is_for_ocr(extraction: &Extraction, version: Option<&str>, mode: OcrMode) -> bool {
    let settings = Settings::named(&extraction.extractor_version);
    let is_rejected_for_it = extraction.rejection.as_ref().is_some_and(|no| no.pages_for_ocr().is_some());
    let is_by_another =
        settings.ocr().is_some_and(|read_by| version.is_some_and(|version| version != read_by));
    let has_layer = mode == OcrMode::Always && settings.have_ocr_layer();
    extraction.is_archived
        && mode != OcrMode::Never
        && (is_rejected_for_it || settings.are_waiting_for_ocr() || is_by_another || has_layer)
}

/// Reads the scans among `holdings` and records in them what came of it.
pub(super) fn read_scans(
    extractor: &mut Extractor<'_, '_>,
    options: &ScanOptions<'_>,
    archive: &mut Archive,
    holdings: &mut Holdings,
) -> Result<(), Error> {
    // Without any version: whether there is something to look for OCR for.
    let is_any = |extraction: &Extraction| is_for_ocr(extraction, Some(""), options.settings.mode);
    if !holdings.files.keys().any(|sha256| holdings.extraction(sha256).is_some_and(is_any)) {
        return Ok(());
    }
    let found = Ocr::find(options.program.to_owned(), options.settings, options.folder.clone())?;
    let Some(ocr) = found else { return Ok(()) };
    let candidates = candidates(&ocr, options.settings.mode, archive, holdings)?;
    if candidates.is_empty() {
        return Ok(());
    }
    let budget = Budget::new(options.settings.minutes, extractor.stop());
    let mut ended = Vec::new();
    extractor.begin_ocr(candidates.len() as u64);
    for Candidate { place, stored } in candidates {
        if extractor.stop().load(std::sync::atomic::Ordering::Relaxed) {
            break;
        }
        let bytes = extractor.payload(&place.sha256, stored.as_ref())?;
        let known = holdings.extraction(&place.sha256);
        if let Some(outcome) = read_scan(extractor.parsers(), &ocr, place, &bytes, &budget, known)? {
            extractor.end_scan(place.docname(), outcome);
        }
        ended.extend(extractor.commit(archive, false)?);
    }
    ended.extend(extractor.commit(archive, true)?);
    extractor.end_ocr()?;
    holdings.note(ended);
    Ok(())
}

/// The documents for OCR: newest first, of one year the smallest first.
fn candidates<'h>(
    ocr: &Ocr,
    mode: OcrMode,
    archive: &Archive,
    holdings: &'h Holdings,
) -> Result<Vec<Candidate<'h>>, Error> {
    let is_candidate = |place: &&Holding| {
        let extraction = holdings.extraction(&place.sha256);
        extraction.is_some_and(|extraction| is_for_ocr(extraction, Some(ocr.version()), mode))
    };
    let places: Vec<&Holding> =
        holdings.files.values().map(|places| &places[0]).filter(is_candidate).collect();
    let digests: Vec<_> = places.iter().map(|place| place.sha256).collect();
    let stored = archive.places(&digests)?;
    let mut candidates: Vec<Candidate<'h>> =
        places.into_iter().zip(stored).map(|(place, stored)| Candidate { place, stored }).collect();
    candidates.sort_by_cached_key(|Candidate { place, stored }| {
        let published = place.metadata.published.as_ref().map(ToString::to_string);
        let year = published.or_else(|| place.metadata.year.map(|year| year.to_string()));
        let size = stored.as_ref().map_or(0, |stored| stored.warc_length);
        (Reverse(year.map(|date| date.chars().take(4).collect::<String>())), size, place.docname())
    });
    Ok(candidates)
}

/// What comes of a document; `None` when it stays as it is `known`.
fn read_scan(
    parsers: &Parsers,
    ocr: &Ocr,
    place: &Holding,
    bytes: &[u8],
    budget: &Budget<'_>,
    known: Option<&Extraction>,
) -> Result<Option<Ended>, Error> {
    let read = ocr.read(parsers, &place.sha256, bytes, budget)?;
    let job = Job { sha256: place.sha256, settings: Settings::current().with_ocr(ocr.version()) };
    if read.is_complete() {
        let outcome = parsers.run_scan(&job, bytes, &read.scan);
        let outcome = outcome.map_err(|cause| super::extraction::cannot_parse(&cause))?;
        return Ok(Some(Ended::of(job, outcome)));
    }
    // What has a text keeps it until all pages are read.
    let rejection = known.and_then(|known| known.rejection.as_ref());
    let waiting = rejection.map(|known| waiting(known, &read)).filter(|waiting| Some(waiting) != rejection);
    let job = Job { settings: Settings::current(), ..job };
    Ok(waiting.map(|waiting| Ended::of(job, Outcome::Rejected(waiting))))
}

/// The rejection of a document whose pages are not all read.
fn waiting(known: &Rejection, read: &ScanRead) -> Rejection {
    let reason = known.reason.split("; waiting for OCR").next().unwrap_or_default();
    let (n_read, n_pages) = (read.scan.pages.len(), read.n_pages);
    Rejection {
        reason: format!("{reason}; waiting for OCR: {n_read} of {n_pages} pages are read"),
        hint: "the next refresh goes on; raise ocr.minutes in ordskifte.toml to read more at once".to_owned(),
        limit: Some(Limit::Ocr { pages: (n_pages - n_read) as u32 }),
    }
}

/// The text in `bytes` with that of the pages that OCR reads, or why there is none. Nothing is kept.
///
/// # Errors
/// When no child can be started, or OCR is not installed.
pub fn read_with_ocr(
    parsers: &Parsers,
    program: PathBuf,
    settings: &OcrSettings,
    bytes: &[u8],
) -> Result<Result<super::Extracted, Rejection>, Error> {
    let cannot_parse = |cause: std::io::Error| super::extraction::cannot_parse(&cause);
    let folder = tempfile::tempdir().map_err(cannot_parse)?;
    let ocr = Ocr::find(program, settings, folder.path().to_owned())?.ok_or_else(|| {
        Error::new("OCR is not installed", "install tesseract (Debian: tesseract-ocr, tesseract-ocr-nor)")
    })?;
    let (sha256, stop) = (crate::text::Digest::of(bytes), AtomicBool::new(false));
    let read = ocr.read(parsers, &sha256, bytes, &Budget::new(u64::MAX, &stop))?;
    if read.n_pages == 0 {
        return parsers.read(bytes).map_err(cannot_parse);
    }
    let job = Job { sha256, settings: Settings::current().with_ocr(ocr.version()) };
    match parsers.run_scan(&job, bytes, &read.scan).map_err(cannot_parse)? {
        Outcome::Extracted(text) => Ok(Ok(text
            .unpack()
            .ok_or_else(|| cannot_parse(std::io::Error::other("its answer is not an outcome")))?)),
        Outcome::Rejected(rejection) => Ok(Err(rejection)),
    }
}
