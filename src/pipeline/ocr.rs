//! A PDF whose pages are pictures → what OCR reads of them, page by page, within a budget of time.
//!
//! A page that was read is kept ([`OcrStore`]): so a document is resumed at any page, and a page is read once. A page that OCR fails
//! on costs that page.

use super::Error;
use super::corpus::Corpus;
use super::extraction::cannot_parse;
use super::job::{Extracted, Job, Outcome, Scan, Settings};
use super::ocr_store::{OcrStore, PageNote};
use super::parsers::Parsers;
use crate::extract::{OcrPage, OcrPages, OcrSurvey, turned};
use crate::sandbox::{ConversionError, OcrEngine, OcrMode, OcrSettings};
use crate::text::{Digest, Rejection};
use rayon::prelude::*;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// How pictures are drawn and hOCR is read: raised when the same page gives another text.
const READER_VERSION: u32 = 4;

/// An installed OCR, and what it has read.
pub(super) struct Ocr {
    engine: OcrEngine,
    settings: OcrSettings,
    store: OcrStore,
    version: String,
}

/// Processor time that OCR may take, all its processes together.
#[derive(Debug)]
pub(super) struct Budget<'a> {
    left_ms: AtomicU64,
    stop: &'a AtomicBool,
}

impl<'a> Budget<'a> {
    pub(super) fn new(minutes: u64, stop: &'a AtomicBool) -> Budget<'a> {
        Budget { left_ms: AtomicU64::new(minutes.saturating_mul(60_000)), stop }
    }

    pub(super) fn is_used_up(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.left_ms.load(Ordering::Relaxed) == 0
    }

    fn spend(&self, time: Duration) {
        let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let spend = |left: u64| Some(left.saturating_sub(ms));
        self.left_ms.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend).unwrap_or_default();
    }
}

/// What OCR has read of a file, once for each version of it that has read some.
pub(super) fn kept_scans(corpus: &Corpus<'_>, sha256: &Digest) -> Vec<Scan> {
    let confidence_min = corpus.config.settings.ocr.confidence_min;
    let kept = OcrStore::new(corpus.ocr_folder()).all_pages_of(sha256);
    kept.into_iter().map(|pages| Scan { pages, confidence_min }).collect()
}

/// The text in `bytes`, with that of pages that OCR has read when only so it is the text whose digest is `stored`.
pub(super) fn read_as_stored(
    corpus: &Corpus<'_>,
    parsers: &Parsers,
    bytes: &[u8],
    stored: Option<Digest>,
) -> io::Result<Result<Extracted, Rejection>> {
    let is_stored = |text: &Extracted| Some(Digest::of(text.document.plain_text().as_bytes())) == stored;
    let read = parsers.read(bytes)?;
    if read.as_ref().is_ok_and(is_stored) {
        return Ok(read);
    }
    let sha256 = Digest::of(bytes);
    for scan in kept_scans(corpus, &sha256) {
        let job = Job { sha256, settings: Settings::current() };
        if let Outcome::Extracted(text) = parsers.run_scan(&job, bytes, &scan)?
            && let Some(text) = text.unpack().filter(is_stored)
        {
            return Ok(Ok(text));
        }
    }
    Ok(read)
}

/// What OCR of that version has read of a file.
pub(super) fn kept_scan(corpus: &Corpus<'_>, sha256: &Digest, version: &str) -> Scan {
    let confidence_min = corpus.config.settings.ocr.confidence_min;
    Scan { pages: OcrStore::new(corpus.ocr_folder()).pages_of(sha256, version), confidence_min }
}

/// What has been read of a file.
pub(super) struct ScanRead {
    /// The pages that OCR is to read.
    pub(super) n_pages: usize,
    /// Those that it has read.
    pub(super) scan: Scan,
}

impl ScanRead {
    pub(super) fn is_complete(&self) -> bool {
        self.scan.pages.len() == self.n_pages
    }
}

impl Ocr {
    /// The OCR that `settings` name, keeping its pages in `folder`; `None` when it is not installed.
    pub(super) fn find(
        program: PathBuf,
        settings: &OcrSettings,
        folder: PathBuf,
    ) -> Result<Option<Ocr>, Error> {
        let engine = OcrEngine::find(program, settings).map_err(|cause| cannot_parse(&cause))?;
        Ok(engine.map(|engine| {
            let settings = settings.clone();
            let always = if settings.mode == OcrMode::Always { ", hidden layers too" } else { "" };
            let version =
                format!("{} v{READER_VERSION}, from {}{always}", engine.version(), settings.confidence_min);
            Ocr { engine, settings, store: OcrStore::new(folder), version }
        }))
    }

    /// Names all that the text depends on besides the file.
    pub(super) fn version(&self) -> &str {
        &self.version
    }

    /// Reads the pages of the file `bytes` that are for OCR, as far as the budget goes. Several pages are read at once.
    ///
    /// # Errors
    /// When no child can be started, or the results cannot be kept.
    pub(super) fn read(
        &self,
        parsers: &Parsers,
        sha256: &Digest,
        bytes: &[u8],
        budget: &Budget<'_>,
    ) -> Result<ScanRead, Error> {
        let OcrSurvey { mut without_text, with_layer } =
            parsers.ocr_survey(bytes).map_err(|cause| cannot_parse(&cause))?;
        if self.settings.mode == OcrMode::Always {
            without_text.extend(with_layer);
        }
        let read = |number: &u32| {
            let page = self.page(parsers, sha256, bytes, *number, budget);
            page.map(|page| page.map(|page| (*number, page))).transpose()
        };
        let pages = without_text.par_iter().filter_map(read).collect::<Result<OcrPages, Error>>()?;
        let scan = Scan { pages, confidence_min: self.settings.confidence_min };
        Ok(ScanRead { n_pages: without_text.len(), scan })
    }

    /// A page; `None` when it has not been read, and the budget is used up.
    fn page(
        &self,
        parsers: &Parsers,
        sha256: &Digest,
        bytes: &[u8],
        number: u32,
        budget: &Budget<'_>,
    ) -> Result<Option<OcrPage>, Error> {
        if let Some(page) = self.store.page_of(sha256, &self.version, number) {
            return Ok(Some(page));
        }
        if budget.is_used_up() {
            return Ok(None);
        }
        let picture = parsers.ocr_picture(bytes, number).map_err(|cause| cannot_parse(&cause))?;
        let (key, (page, cpu)) = match picture {
            Ok((width_px, picture)) => {
                let key = OcrStore::key(&self.reader(), &picture);
                let page = match self.store.get(&key) {
                    Some(page) => (page, Duration::ZERO),
                    None => self.read_picture(parsers, width_px, &picture)?,
                };
                (key, page)
            }
            Err(rejection) => {
                let failure = rejection.reason;
                let key = OcrStore::key(&self.reader(), format!("{sha256} {number} {failure}").as_bytes());
                (key, (OcrPage { failure: Some(failure), ..OcrPage::default() }, Duration::ZERO))
            }
        };
        budget.spend(cpu);
        self.store.put(&key, &page)?;
        let note = PageNote { key, confidence: page.confidence(), cpu_ms: cpu.as_millis() as u64 };
        self.store.note(sha256, &self.version, number, &note)?;
        Ok(Some(page))
    }

    /// Names what turns a picture into a page.
    fn reader(&self) -> String {
        format!("{} v{READER_VERSION}", self.engine.version())
    }

    /// The page in a picture, which may lie on its side or its head, and the processor time that OCR took.
    fn read_picture(
        &self,
        parsers: &Parsers,
        width_px: u32,
        picture: &[u8],
    ) -> Result<(OcrPage, Duration), Error> {
        let (page, cpu) = self.read_upright(parsers, width_px, picture)?;
        let quarter_turns = page.quarter_turns_wanted();
        let Some((width_px, picture)) = turned(picture, quarter_turns).filter(|_| quarter_turns > 0) else {
            return Ok((page, cpu));
        };
        let (again, cpu_again) = self.read_upright(parsers, width_px, &picture)?;
        let page = if again.is_better_than(&page) { OcrPage { quarter_turns, ..again } } else { page };
        Ok((page, cpu + cpu_again))
    }

    fn read_upright(
        &self,
        parsers: &Parsers,
        width_px: u32,
        picture: &[u8],
    ) -> Result<(OcrPage, Duration), Error> {
        let (read, cpu) = self.engine.read(picture).map_err(|cause| cannot_parse(&cause))?;
        let failure = match read {
            Ok(hocr) => match parsers.ocr_page(&hocr, width_px).map_err(|cause| cannot_parse(&cause))? {
                Ok(page) => return Ok((page, cpu)),
                Err(rejection) => rejection.reason,
            },
            Err(ConversionError::Time { seconds }) => format!("it took longer than {seconds} s"),
            Err(ConversionError::Failed(cause)) => cause,
        };
        Ok((OcrPage { width_px, failure: Some(failure), ..OcrPage::default() }, cpu))
    }
}
