//! The words around the mentions of a query: those of a window or of the sentence, each counted once however many windows it is in.

use super::{DocumentFrequency, Error, InDocument, Results, WordUnit};
use crate::index::Segment;
use crate::query::{Mention, Mentions, PASSAGE_STEPS, spend};
use crate::text::{Word, sentences, words};
use std::collections::{BTreeMap, HashMap};

/// Which words are around a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    /// So many tokens to the left and to the right, within the passage.
    Window { left: usize, right: usize },
    /// Those of the sentence that it is in, or of both when it begins in one and ends in another.
    Sentence,
}

/// The words around the mentions of a query in the documents that are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Neighbours {
    pub(crate) n_mentions: u64,
    /// Words around mentions by document: the places that a neighbour can be in. Documents in their order.
    pub(crate) places: Vec<DocumentFrequency>,
    /// For each word that is around a mention, the documents where it is.
    pub(crate) words: HashMap<String, Vec<DocumentFrequency>>,
}

impl Results {
    /// The words around `mentions`, without the words of the mentions themselves.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn neighbours(
        &self,
        mentions: &Mentions,
        span: Span,
        unit: WordUnit,
        is_kept: &[bool],
    ) -> Result<Neighbours, Error> {
        let mut around = Neighbours::default();
        for found in self.by_document(mentions)?.filter(|found| is_kept[found.document as usize]) {
            around.add(&found, &self.words_around(&found, span, unit)?);
        }
        Ok(around)
    }

    /// The words around the mentions `found` in one document.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn words_around(
        &self,
        found: &InDocument<'_>,
        span: Span,
        unit: WordUnit,
    ) -> Result<WordsAround, Error> {
        let mut counts = BTreeMap::<String, u64>::new();
        for (_, segment, mentions) in &found.passages {
            spend(2 * PASSAGE_STEPS).map_err(Error::reading)?;
            let segment: &Segment = &self.snapshot.segments[*segment];
            let row = mentions[0].row;
            let passage = segment.rows().and_then(|mut rows| rows.at(row)).map_err(Error::reading)?;
            let text = segment.passage(row)?.text;
            let tokens: Vec<Word<'_>> = words(&text).collect();
            let is_around = around(&text, &tokens, mentions, span);
            for (token, _) in tokens.iter().zip(is_around).filter(|(token, is)| *is && token.is_counted) {
                *counts.entry(unit.name(token.text, passage.language)).or_default() += 1;
            }
        }
        let lines = counts.iter().map(|(word, n)| format!("{n} {word}\n"));
        Ok(WordsAround(lines.collect()))
    }
}

/// The words around the mentions of a query in one document, each with the number of its occurrences there: a line `3 kommune` for
/// each word, in their order. It is one text, so that it can be kept in a file as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WordsAround(String);

impl WordsAround {
    /// Those that were kept as `bytes`. `None` when the bytes are no text.
    pub(crate) fn of_bytes(bytes: Vec<u8>) -> Option<WordsAround> {
        String::from_utf8(bytes).ok().map(WordsAround)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Each word and the number of its occurrences.
    fn words(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.lines().filter_map(|line| {
            let (n, word) = line.split_once(' ')?;
            Some((word, n.parse().ok()?))
        })
    }
}

impl Neighbours {
    /// Adds the words `around` the mentions `found` in a document, which is after those that were added before.
    pub(crate) fn add(&mut self, found: &InDocument<'_>, around: &WordsAround) {
        self.n_mentions += found.passages.iter().map(|(_, _, mentions)| mentions.len() as u64).sum::<u64>();
        let mut n_places = 0;
        for (word, n) in around.words() {
            n_places += n;
            let of_word = (found.document, n);
            match self.words.get_mut(word) {
                Some(documents) => documents.push(of_word),
                None => {
                    self.words.insert(word.to_owned(), vec![of_word]);
                }
            }
        }
        if n_places > 0 {
            self.places.push((found.document, n_places));
        }
    }
}

/// For each of `tokens` whether it is around one of `mentions` and not part of one.
fn around(text: &str, tokens: &[Word<'_>], mentions: &[Mention], span: Span) -> Vec<bool> {
    let mut is_around = vec![false; tokens.len()];
    let sentences: Vec<usize> = match span {
        Span::Window { .. } => Vec::new(),
        Span::Sentence => sentence_numbers(text, tokens),
    };
    for mention in mentions {
        let (first, end) = (mention.position as usize, (mention.end() as usize).min(tokens.len()));
        let (from, to) = match span {
            Span::Window { left, right } => (first.saturating_sub(left), (end + right).min(tokens.len())),
            Span::Sentence => {
                let Some(own) = sentences.get(first..end).filter(|own| !own.is_empty()) else { continue };
                let from = sentences.partition_point(|number| *number < own[0]);
                (from, sentences.partition_point(|number| *number <= own[own.len() - 1]))
            }
        };
        is_around[from..to].fill(true);
    }
    for mention in mentions {
        let end = (mention.end() as usize).min(tokens.len());
        is_around[(mention.position as usize).min(end)..end].fill(false);
    }
    is_around
}

/// For each of `tokens` the number of its sentence in `text`, from 0.
pub(super) fn sentence_numbers(text: &str, tokens: &[Word<'_>]) -> Vec<usize> {
    let ends: Vec<usize> = sentences(text).map(|sentence| sentence.end).collect();
    tokens.iter().map(|token| ends.partition_point(|end| *end <= token.range.start)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::results;
    use super::*;
    use crate::index::Snapshot;

    fn neighbours(text: &str, query: &str, span: Span) -> (u64, u64, Vec<String>) {
        let results = results(Snapshot::of_texts(&[text]), "[[concept]]\nname = \"c\"\npatterns = [\"x\"]");
        let mentions = results.mentions_of(&crate::query::Query::parse(query).unwrap()).unwrap();
        let found = results.neighbours(&mentions, span, WordUnit::Form, &[true]).unwrap();
        let mut words: Vec<String> = found
            .words
            .iter()
            .map(|(word, documents)| format!("{word} {}", documents.iter().map(|(_, n)| n).sum::<u64>()))
            .collect();
        words.sort();
        (found.n_mentions, found.places.iter().map(|(_, n)| n).sum(), words)
    }

    #[test]
    fn a_word_in_two_windows_is_counted_once() {
        let window = Span::Window { left: 2, right: 2 };
        let found = neighbours("en to tillit tre tillit fire 5 fem", "tillit", window);
        assert_eq!(found, (2, 4, ["en 1", "fire 1", "to 1", "tre 1"].map(str::to_owned).to_vec()));
    }

    #[test]
    fn the_words_of_a_sentence_are_around_a_mention() {
        let text = "Første setning her. Den har tillit i dag. Tredje setning.";
        let (n, places, words) = neighbours(text, "tillit", Span::Sentence);
        assert_eq!((n, places, words.join(", ").as_str()), (1, 4, "dag 1, den 1, har 1, i 1"));
    }
}
