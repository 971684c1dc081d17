//! The words of a document as index terms, and their number. A text is tokenised once.
//!
//! Cutting is the costly part of reading a text for the index, and both its entry (how many words) and its postings need it. The
//! words are as they are written, so that patterns can be case-sensitive. Where a word hangs, a second term at its
//! position names the word that shares its missing part: `mål-(resultatstyring)`.

use crate::text::{Document, PageStart, Passage, Word, coordinations, sentences, words};

/// Ends a term in [`CutPassage::terms`]. A passage is one line, so that no term has it.
pub(super) const TERM_END: char = '\n';
/// Begins a term that has the position of the one before it. A control character, so that no word has it.
pub(super) const SAME_POSITION: char = '\u{1}';

/// A document whose words are cut.
#[derive(Debug, Clone, PartialEq)]
pub struct CutDocument {
    pub(super) document: Document,
    /// One for each passage that counts, in their order.
    pub(super) passages: Vec<CutPassage>,
}

/// The words of a passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CutPassage {
    /// The terms in the order of their positions, each ended by [`TERM_END`].
    pub(super) terms: String,
    /// Words: those with a letter.
    pub(super) n_tokens: u64,
    /// Of each start of a page in the passage the index of the first word that begins there.
    pub(super) first_words: Vec<u32>,
    /// Of each sentence but the first the index of its first word.
    pub(super) sentence_starts: Vec<u32>,
}

impl CutDocument {
    /// Cuts the words of all passages of `document` that count.
    pub fn new(document: Document) -> CutDocument {
        let passages = document.passages().map(|(_, passage)| cut(passage)).collect();
        CutDocument { document, passages }
    }

    /// The number of words of the document: those with a letter.
    pub(crate) fn n_tokens(&self) -> u64 {
        self.passages.iter().map(|passage| passage.n_tokens).sum()
    }

    /// Those that OCR read.
    pub(crate) fn n_tokens_ocr(&self) -> u64 {
        let with_words = self.document.passages().zip(&self.passages);
        with_words.filter(|((_, passage), _)| passage.source.is_some()).map(|(_, cut)| cut.n_tokens).sum()
    }

    pub(crate) fn document(&self) -> &Document {
        &self.document
    }
}

fn cut(passage: &Passage) -> CutPassage {
    let text = passage.text.as_str();
    let words: Vec<Word<'_>> = words(text).collect();
    let mut partners = coordinations(text, &words).into_iter().peekable();
    let mut terms = String::with_capacity(text.len() + 1);
    for (position, word) in words.iter().enumerate() {
        terms.push_str(word.text);
        terms.push(TERM_END);
        if let Some((_, partner)) = partners.next_if(|(hanging, _)| *hanging == position) {
            push_conjunct(&mut terms, word.text, words[partner].text);
        }
    }
    CutPassage {
        terms,
        n_tokens: words.iter().filter(|word| word.is_counted).count() as u64,
        sentence_starts: sentence_starts(text, &words),
        first_words: passage.page_starts.iter().map(|start| first_word(text, &words, start)).collect(),
    }
}

/// The index of the first of `words` that begins on the page of `start`; their number when none does.
fn first_word(text: &str, words: &[Word<'_>], start: &PageStart) -> u32 {
    let byte = text.char_indices().nth(start.char_start as usize).map_or(text.len(), |(byte, _)| byte);
    words.partition_point(|word| word.range.start < byte) as u32
}

/// Of each sentence of `text` but the first the index of its first word.
fn sentence_starts(text: &str, words: &[Word<'_>]) -> Vec<u32> {
    let first_word = |start: usize| words.partition_point(|word| word.range.start < start) as u32;
    let mut starts: Vec<u32> = sentences(text).skip(1).map(|sentence| first_word(sentence.start)).collect();
    starts.dedup();
    starts.retain(|start| (1..words.len() as u32).contains(start));
    starts
}

/// A hanging word with the word that shares its missing part, on the side where that is missing.
fn push_conjunct(terms: &mut String, hanging: &str, partner: &str) {
    terms.push(SAME_POSITION);
    if hanging.starts_with('-') {
        terms.extend(["(", partner, ")", hanging]);
    } else {
        // The hyphen may be written apart: "mål - og resultatstyring".
        terms.extend([hanging.trim_end_matches('-'), "-(", partner, ")"]);
    }
    terms.push(TERM_END);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::PassageKind;

    #[test]
    fn a_word_that_a_page_break_divides_belongs_to_the_earlier_page() {
        let mut passage = Passage::new(PassageKind::Paragraph, "Én innovasjon til");
        let start = |char_start| PageStart { page: 2, label: None, char_start };
        passage.page_starts = vec![start(3), start(8), start(14), start(99)];
        assert_eq!(cut(&passage).first_words, [1, 2, 2, 3]);
    }

    #[test]
    fn a_sentence_begins_at_a_word() {
        let starts = |text: &str| cut(&Passage::new(PassageKind::Paragraph, text)).sentence_starts;
        assert_eq!(starts("Mer tillit. «Mindre styring!» Nok."), [2, 4]);
        assert_eq!(starts("Én setning, jf. kap. 3"), [0; 0]);
        assert_eq!(starts("Slutt. – . –"), [0; 0]);
    }

    #[test]
    fn a_hanging_word_has_a_second_term_at_its_position() {
        let passage = cut(&Passage::new(PassageKind::Paragraph, "Mål- og resultatstyring, 2 år"));
        assert_eq!(passage.terms, "Mål-\n\u{1}Mål-(resultatstyring)\nog\nresultatstyring\n2\når\n");
        assert_eq!(passage.n_tokens, 4);
        let apart = cut(&Passage::new(PassageKind::Paragraph, "mål - og resultatstyring"));
        assert_eq!(apart.terms, "mål\n\u{1}mål-(resultatstyring)\nog\nresultatstyring\n");
    }
}
