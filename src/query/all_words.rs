//! The postings of every word of a segment, for frequency lists.

use super::budget::spend;
use super::postings::STEPS_PER_TERM;
use crate::index::Segment;
use std::io;
use tantivy::postings::{Postings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, TERMINATED};

/// Where the postings of one word are in its segment.
#[derive(Debug, Clone)]
pub(crate) struct WordPostings(TermInfo);

impl WordPostings {
    /// Passages of the segment that have the word, also those of documents that were removed.
    pub(crate) fn n_passages(&self) -> u64 {
        u64::from(self.0.doc_freq)
    }
}

/// Calls `each` with every word of `segment` as it is written, in the order of the bytes.
///
/// The second terms of hanging words, `mål-(resultatstyring)`, are left out: their positions are those of `mål-`, which would be
/// counted twice.
///
/// # Errors
/// When the index cannot be read.
pub(crate) fn each_word(segment: &Segment, mut each: impl FnMut(&str, WordPostings)) -> io::Result<()> {
    let mut stream = segment.words.terms().stream()?;
    while stream.advance() {
        let word = std::str::from_utf8(stream.key()).ok().filter(|word| !names_its_completion(word));
        if let Some(word) = word {
            each(word, WordPostings(stream.value().clone()));
        }
    }
    Ok(())
}

/// The postings of `word` as it is written. `None` when no passage of `segment` has it.
///
/// # Errors
/// When the index cannot be read.
pub(crate) fn postings_of(segment: &Segment, word: &str) -> io::Result<Option<WordPostings>> {
    Ok(segment.words.terms().get(word)?.map(WordPostings))
}

/// Whether a term is the second one of a hanging word. No counted word has a parenthesis (`text::words`).
fn names_its_completion(term: &str) -> bool {
    term.starts_with('(') || term.ends_with(')')
}

/// Calls `each` with every row of `segment` that has the word, and how often.
///
/// # Errors
/// When the index cannot be read.
pub(crate) fn each_frequency(
    segment: &Segment,
    word: &WordPostings,
    mut each: impl FnMut(u32, u64),
) -> io::Result<()> {
    spend(STEPS_PER_TERM + u64::from(word.0.doc_freq))?;
    let mut postings = segment.words.read_postings_from_terminfo(&word.0, IndexRecordOption::WithFreqs)?;
    let mut row = postings.doc();
    while row != TERMINATED {
        each(row, u64::from(postings.term_freq()));
        row = postings.advance();
    }
    Ok(())
}
