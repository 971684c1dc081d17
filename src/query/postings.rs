//! The postings of single words in one segment.

use super::budget::spend;
use crate::index::Segment;
use std::io;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, TERMINATED};

/// A word of the vocabulary and where to find its postings.
pub(super) type IndexTerm = (String, TermInfo);

/// Of the budget of a question: the postings of a word are found and opened in some 2 µs.
pub(super) const STEPS_PER_TERM: u64 = 200;

/// Calls `each` with every passage of `segment` that has `word`, and how often.
///
/// # Errors
/// When the index cannot be read.
pub fn frequencies(
    segment: &Segment,
    word: &str,
    mut each: impl FnMut(u32, u64) -> io::Result<()>,
) -> io::Result<()> {
    let Some(info) = segment.words.terms().get(word)? else { return Ok(()) };
    spend(STEPS_PER_TERM + u64::from(info.doc_freq))?;
    let mut postings = segment.words.read_postings_from_terminfo(&info, IndexRecordOption::WithFreqs)?;
    let mut row = postings.doc();
    while row != TERMINATED {
        each(row, u64::from(postings.term_freq()))?;
        row = postings.advance();
    }
    Ok(())
}

/// The place of the first `word` in the passage `row`, which has it.
///
/// # Errors
/// When the index cannot be read.
pub(crate) fn first_position(segment: &Segment, word: &str, row: u32) -> io::Result<u32> {
    let Some(info) = segment.words.terms().get(word)? else { return Ok(0) };
    let mut postings = read(segment, &info)?;
    let mut positions = Vec::new();
    if postings.seek(row) == row {
        postings.positions(&mut positions);
    }
    Ok(positions.first().copied().unwrap_or(0))
}

/// Those of `words` that `segment` has.
pub(super) fn terms<'w>(
    segment: &Segment,
    words: impl Iterator<Item = &'w str>,
) -> io::Result<Vec<IndexTerm>> {
    let dictionary = segment.words.terms();
    let mut terms = Vec::new();
    for word in words {
        terms.extend(dictionary.get(word)?.map(|info| (word.to_owned(), info)));
    }
    Ok(terms)
}

pub(super) fn read(segment: &Segment, info: &TermInfo) -> io::Result<SegmentPostings> {
    segment.words.read_postings_from_terminfo(info, IndexRecordOption::WithFreqsAndPositions)
}
