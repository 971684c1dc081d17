//! What OCR has read, what waits for it, and how long that takes, for `status`.
//!
//! Numbers of pages are those of the notes in the folder of pages, so that pages of documents that still wait are among them.

use super::Error;
use super::corpus::{Corpus, Holdings};
use super::job::Settings;
use super::ocr_store::{OcrStore, PageNote};
use crate::acquire::Archive;
use crate::sandbox::OcrMode;
use serde_json::{Value, json};

/// A page of A4 at 200 dpi takes tesseract 2.4 s; used until pages of this corpus have been measured.
const PAGE_S: f64 = 2.4;

/// What OCR has read and what waits for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OcrState {
    /// Pages that were read and have text that counts.
    pub(crate) n_pages: u64,
    /// Pages that gave no text, or whose confidence is too low for it to count.
    pub(crate) n_pages_not_worth: u64,
    /// The mean confidence of the pages that count, from 0 to 100. `None` without such pages.
    pub(crate) confidence: Option<f64>,
    pub(crate) n_waiting_documents: u64,
    /// Pages of these that OCR has not read.
    pub(crate) n_waiting_pages: u64,
    /// Seconds of processor time for one page, as measured here.
    pub(crate) page_s: f64,
    /// Whether that was measured.
    pub(crate) is_measured: bool,
    /// Minutes of processor time in one refresh.
    pub(crate) minutes: u64,
    /// Why nothing is read. `None` when it is.
    pub(crate) off: Option<&'static str>,
}

/// The state of OCR; `None` when it has read nothing and nothing waits for it. `holdings` are at least those that were rejected.
///
/// # Errors
/// When the catalogue cannot be read.
pub(crate) fn ocr_state(
    corpus: &Corpus<'_>,
    archive: &Archive,
    holdings: &Holdings,
) -> Result<Option<OcrState>, Error> {
    let settings = &corpus.config.settings.ocr;
    let notes = OcrStore::new(corpus.ocr_folder()).notes();
    let waiting = waiting_pages(archive, holdings)?;
    if notes.is_empty() && waiting.is_empty() {
        return Ok(None);
    }
    let worth: Vec<f64> = notes.iter().filter_map(|note| worth(note, settings.confidence_min)).collect();
    let measured: Vec<f64> =
        notes.iter().filter(|note| note.cpu_ms > 0).map(|note| note.cpu_ms as f64 / 1e3).collect();
    let mean =
        |values: &[f64]| (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
    Ok(Some(OcrState {
        n_pages: worth.len() as u64,
        n_pages_not_worth: (notes.len() - worth.len()) as u64,
        confidence: mean(&worth),
        n_waiting_documents: waiting.len() as u64,
        n_waiting_pages: waiting.iter().sum(),
        page_s: mean(&measured).unwrap_or(PAGE_S),
        is_measured: !measured.is_empty(),
        minutes: settings.minutes,
        off: match settings.mode {
            OcrMode::Never => Some("off (ocr.mode in ordskifte.toml)"),
            _ if !settings.is_installed() => Some("not installed (Debian: tesseract-ocr, tesseract-ocr-nor)"),
            _ => None,
        },
    }))
}

/// The confidence of a page whose text counts.
fn worth(note: &PageNote, confidence_min: u8) -> Option<f64> {
    note.confidence.map(f64::from).filter(|confidence| *confidence >= f64::from(confidence_min))
}

/// Of each document that waits for OCR, with a text or without, the number of its pages that are not read.
fn waiting_pages(archive: &Archive, holdings: &Holdings) -> Result<Vec<u64>, Error> {
    let of_rejected = |sha256| holdings.extraction(sha256)?.rejection.as_ref()?.pages_for_ocr();
    let mut waiting: Vec<u64> = holdings.files.keys().filter_map(of_rejected).map(u64::from).collect();
    let with_text = archive.catalogue().extractions_like(&Settings::waiting_for_ocr_glob())?;
    let pages = |name: &str| Settings::named(name).waiting_pages().map(u64::from);
    waiting.extend(with_text.values().filter_map(|extraction| pages(&extraction.extractor_version)));
    Ok(waiting)
}

impl OcrState {
    /// Hours of processor time until nothing waits.
    pub(crate) fn hours_left(&self) -> f64 {
        self.n_waiting_pages as f64 * self.page_s / 3_600.0
    }

    /// Refreshes until nothing waits. `None` when OCR reads nothing.
    pub(crate) fn refreshes_left(&self) -> Option<u64> {
        let reads = self.off.is_none() && self.minutes > 0;
        reads.then(|| (self.hours_left() * 60.0 / self.minutes as f64).ceil() as u64)
    }

    /// As an object of JSON.
    pub(crate) fn json(&self) -> Value {
        json!({
            "pages": self.n_pages,
            "pages_not_worth_reading": self.n_pages_not_worth,
            "confidence": self.confidence,
            "waiting_documents": self.n_waiting_documents,
            "waiting_pages": self.n_waiting_pages,
            "seconds_per_page": self.page_s,
            "minutes_per_refresh": self.minutes,
            "hours_left": self.hours_left(),
            "refreshes_left": self.refreshes_left(),
            "off": self.off,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(n_waiting_pages: u64, minutes: u64, off: Option<&'static str>) -> OcrState {
        OcrState {
            n_pages: 0,
            n_pages_not_worth: 0,
            confidence: None,
            n_waiting_documents: 1,
            n_waiting_pages,
            page_s: 2.4,
            is_measured: false,
            minutes,
            off,
        }
    }

    #[test]
    fn the_time_left_is_of_the_pages_that_wait() {
        // All scans of Kudos, at 60 minutes a night.
        let kudos = state(170_000, 60, None);
        assert_eq!((kudos.hours_left().round(), kudos.refreshes_left()), (113.0, Some(114)));
        assert_eq!(state(10, 0, None).refreshes_left(), None);
        assert_eq!(state(10, 60, Some("off")).refreshes_left(), None);
        assert_eq!(state(0, 60, None).refreshes_left(), Some(0));
    }
}
