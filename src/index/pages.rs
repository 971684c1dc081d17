//! The pages on which the words of passages stand: how they are kept for each passage, and how they are read in constant time.
//!
//! A passage lists the page where it begins. Few passages continue on another page; each start of a page in one is a record of 12
//! bytes: the first word there, the page, its label. Labels are kept once for each segment.

use super::numbers::u32_at;
use crate::text::PageStart;
use std::collections::HashMap;
use std::io;
use tantivy::directory::FileSlice;

/// Between the starts of pages of one passage, and between the parts of one: control characters, so that no label has them.
const START_SEPARATOR: char = '\u{1e}';
const PART_SEPARATOR: char = '\u{1f}';
const START_BYTES: usize = 12;
/// The place of the label of a page without one.
const NO_LABEL: u32 = 0;

/// The page of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WordPage {
    /// Counted from 1. `None` when the document has no pages.
    pub(crate) page: Option<u32>,
    /// The number that is printed on it, where it is known.
    pub(crate) label: Option<String>,
}

/// The starts of pages in a passage, as the index keeps them until the tables are written.
pub(super) fn encode(starts: &[PageStart], first_words: &[u32]) -> String {
    let part = |(start, word): (&PageStart, &u32)| {
        let label = start.label.as_deref().unwrap_or_default();
        format!("{word}{PART_SEPARATOR}{}{PART_SEPARATOR}{label}", start.page)
    };
    let parts: Vec<String> = starts.iter().zip(first_words).map(part).collect();
    parts.join(&START_SEPARATOR.to_string())
}

/// The labels and starts of the pages of a segment while its file is made.
pub(super) struct PagesWriter {
    labels: HashMap<String, u32>,
    label_bytes: Vec<u8>,
    starts: Vec<u8>,
}

impl PagesWriter {
    pub(super) fn new() -> PagesWriter {
        // The empty text stands first, for pages without a label.
        PagesWriter { labels: HashMap::new(), label_bytes: vec![0; 2], starts: Vec::new() }
    }

    /// Takes up a label and returns its place.
    pub(super) fn label(&mut self, label: &str) -> u32 {
        if label.is_empty() {
            return NO_LABEL;
        }
        if let Some(known) = self.labels.get(label) {
            return *known;
        }
        let place = self.label_bytes.len() as u32;
        let length = u16::try_from(label.len()).unwrap_or(0);
        self.label_bytes.extend(length.to_le_bytes());
        self.label_bytes.extend(&label.as_bytes()[..usize::from(length)]);
        self.labels.insert(label.to_owned(), place);
        place
    }

    /// Takes up what [`encode`] made of the starts in a passage.
    pub(super) fn add(&mut self, encoded: &str) {
        for start in encoded.split(START_SEPARATOR) {
            let mut parts = start.splitn(3, PART_SEPARATOR);
            let mut number = || parts.next().and_then(|part| part.parse::<u32>().ok());
            let (Some(word), Some(page)) = (number(), number()) else { continue };
            let label = self.label(parts.next().unwrap_or_default());
            [word, page, label].iter().for_each(|cell| self.starts.extend(cell.to_le_bytes()));
        }
    }

    /// The number of starts until now.
    pub(super) fn n_starts(&self) -> u32 {
        (self.starts.len() / START_BYTES) as u32
    }

    /// The section of the starts and that of the labels.
    pub(super) fn finish(self) -> [Vec<u8>; 2] {
        [self.starts, self.label_bytes]
    }
}

/// The labels and starts of the pages of a segment.
pub(super) struct Pages {
    pub(super) starts: FileSlice,
    pub(super) labels: FileSlice,
}

impl Pages {
    /// The page on which word number `word` of a passage stands, and the place of its label: one of `starts`, or where the
    /// passage begins.
    pub(super) fn of_word(
        &self,
        starts: std::ops::Range<u32>,
        begins: (u32, u32),
        word: u32,
    ) -> io::Result<(u32, u32)> {
        if starts.is_empty() {
            return Ok(begins);
        }
        let bytes = START_BYTES * starts.start as usize..START_BYTES * starts.end as usize;
        let bytes = self.starts.read_bytes_slice(bytes)?;
        let records = bytes.chunks_exact(START_BYTES);
        let last = records.take_while(|record| u32_at(record, 0) <= word).last();
        Ok(last.map_or(begins, |record| (u32_at(record, 4), u32_at(record, 8))))
    }

    /// The label at a place; `None` for a page without one.
    pub(super) fn label(&self, place: u32) -> io::Result<Option<String>> {
        if place == NO_LABEL {
            return Ok(None);
        }
        let start = place as usize + 2;
        let length = self.labels.read_bytes_slice(start - 2..start)?;
        let length = usize::from(u16::from_le_bytes([length[0], length[1]]));
        let bytes = self.labels.read_bytes_slice(start..start + length)?;
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }
}
