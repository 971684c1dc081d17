//! A page of a PDF → its picture and its words where they stand: the job of a parsing child.

use super::job::{Scan, head_and_rest, line};
use crate::extract::{self, PlacedWord, ShownPage};
use crate::text::{Area, Digest, MediaType, Rejection};
use serde::{Deserialize, Serialize};

/// A page as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageView {
    /// The picture as PNG.
    #[serde(skip)]
    pub png: Vec<u8>,
    /// The width of the picture, in pixels.
    pub width_px: u32,
    /// The height of the picture, in pixels.
    pub height_px: u32,
    /// The width of the page in points: the unit of the areas of words, whose origin is its top left corner.
    pub width_pt: f32,
    /// The height of the page, in points.
    pub height_pt: f32,
    /// The words of the page in the order of the text.
    pub words: Vec<PlacedWord>,
    /// Of the plain text that the words are placed in. `None` when the file is rejected.
    pub(super) text_sha256: Option<Digest>,
    /// What a reader of the page should know: why its words have no places.
    pub notices: Vec<String>,
}

impl PageView {
    /// Where the characters from `char_start` to before `char_end` of a passage stand on this page, one area for each word or part
    /// of one; a divided word has two. Empty when they stand on another page.
    ///
    /// `passage` is the index among the passages of the document that count, from 0; characters are counted from 0 in the passage.
    pub fn areas(&self, passage: u32, char_start: u32, char_end: u32) -> Vec<Area> {
        let is_meant = |word: &&PlacedWord| {
            let place = word.place.filter(|place| place.passage == passage);
            place.is_some_and(|place| place.char_start < char_end && char_start < place.char_end)
        };
        self.words.iter().filter(is_meant).map(|word| word.area).collect()
    }
}

/// A page to be shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct PageJob {
    pub(super) page: u32,
    pub(super) width_px: u32,
    /// What OCR read of the file.
    pub(super) scan: Scan,
}

impl PageJob {
    /// Draws the page of the PDF in `bytes` and places its words. The answer is a line of JSON, then the picture.
    pub(super) fn run(&self, bytes: &[u8]) -> Vec<u8> {
        let view = match extract::sniff(bytes) {
            Some(MediaType::Pdf) => {
                let Scan { pages, confidence_min } = &self.scan;
                extract::shown_page(bytes, pages, *confidence_min, self.page, self.width_px).map(view)
            }
            _ => Err(no_pages()),
        };
        let mut message = line(&view);
        message.extend(view.map(|view| view.png).unwrap_or_default());
        message
    }

    /// What [`PageJob::run`] answered. `None` when it is something else.
    pub(super) fn answer(message: &[u8]) -> Option<Result<PageView, Rejection>> {
        let (view, png) = head_and_rest::<Result<PageView, Rejection>>(message)?;
        Some(view.map(|view| PageView { png: png.to_vec(), ..view }))
    }
}

fn no_pages() -> Rejection {
    Rejection::new(
        "the file has no pages to show: it is no PDF",
        "open its archived bytes with another program",
    )
}

fn view(shown: ShownPage) -> PageView {
    let ShownPage { png, width_px, height_px, width_pt, height_pt, words, document } = shown;
    let notices = document.as_ref().err().map(|rejection| rejection.reason.clone());
    let text_sha256 = document.ok().map(|document| Digest::of(document.plain_text().as_bytes()));
    PageView {
        png,
        width_px,
        height_px,
        width_pt,
        height_pt,
        words,
        text_sha256,
        notices: notices.into_iter().collect(),
    }
}
