//! A page of a document of the corpus, as it is shown, with the places of its words in the text that the index has.

use super::Error;
use super::corpus::Corpus;
use super::extraction::cannot_parse;
use super::ocr::kept_scans;
use super::page_job::PageView;
use super::parsers::Parsers;
use super::store::{digest_of_file, plain_path};
use crate::acquire::Archive;
use crate::text::{Entry, Rejection};

/// Page `number` of the document of `entry`, counted from 1, as a picture `width_px` wide; why it cannot be shown when it cannot.
///
/// The words have places only when the text that is made of the file now is the one that the index has.
///
/// # Errors
/// When the archive cannot be read or does not hold the bytes as they were written, or no child can be started.
pub fn page_view(
    corpus: &Corpus<'_>,
    parsers: &Parsers,
    entry: &Entry,
    number: u32,
    width_px: u32,
) -> Result<Result<PageView, Rejection>, Error> {
    let archive = Archive::open_read_only(&corpus.archive_folder())?;
    let bytes = archive.payload(&entry.source_sha256)?;
    let view = parsers.page_view(&bytes, number, width_px).map_err(|cause| cannot_parse(&cause))?;
    let Ok(mut view) = view else { return Ok(view) };
    let stored = digest_of_file(&plain_path(&corpus.text_folder(), &entry.source_sha256));
    if view.text_sha256 == stored {
        return Ok(Ok(view));
    }
    for scan in kept_scans(corpus, &entry.source_sha256) {
        let scanned =
            parsers.scan_view(&bytes, number, width_px, scan).map_err(|cause| cannot_parse(&cause))?;
        if scanned.as_ref().is_ok_and(|scanned| scanned.text_sha256 == stored) {
            return Ok(scanned);
        }
    }
    for word in &mut view.words {
        word.place = None;
    }
    view.notices.push("the index has another text of this file: run `ordskifte refresh`".to_owned());
    Ok(Ok(view))
}
