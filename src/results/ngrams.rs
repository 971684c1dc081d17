//! How often runs of words occur, from the texts: within a sentence, of words that are counted.
//!
//! Memory is bounded: where a corpus has too many different n-grams, they are counted in several passes over the texts, each of a
//! part of them, so that no pass holds more than a set number.

use super::{DocumentFrequency, Error, Results, WordUnit, neighbours::sentence_numbers};
use crate::index::NO_DOCUMENT;
use crate::text::{Language, Word, words};
use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

/// N-grams that one pass holds, about 60 bytes each. A corpus has at most one for each of its words.
const NGRAMS_OF_PASS: u64 = 8_000_000;

/// An n-gram and its totals.
pub(crate) type NgramTotal = (String, u64);

impl Results {
    /// The runs of `length` words with at least `n_min` occurrences in the kept documents, with their totals; no particular order.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn ngrams(
        &self,
        length: usize,
        unit: WordUnit,
        is_kept: &[bool],
        n_min: u64,
    ) -> Result<Vec<NgramTotal>, Error> {
        let n_passes = self.snapshot.n_tokens().div_ceil(NGRAMS_OF_PASS).max(1);
        let mut all = Vec::new();
        for pass in 0..n_passes {
            let mut counts = HashMap::<String, u64>::new();
            self.each_ngram(length, unit, is_kept, |_, ngram| {
                if hash(ngram) % n_passes == pass {
                    match counts.get_mut(ngram) {
                        Some(n) => *n += 1,
                        None => drop(counts.insert(ngram.to_owned(), 1)),
                    }
                }
            })?;
            all.extend(counts.into_iter().filter(|(_, n)| *n >= n_min));
        }
        Ok(all)
    }

    /// For each of `chosen` n-grams of `length` words the documents that have it, in their order.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn documents_of_ngrams<'n>(
        &self,
        length: usize,
        unit: WordUnit,
        is_kept: &[bool],
        chosen: &BTreeSet<&'n str>,
    ) -> Result<HashMap<&'n str, Vec<DocumentFrequency>>, Error> {
        let mut found = HashMap::<&str, HashMap<u32, u64>>::new();
        self.each_ngram(length, unit, is_kept, |document, ngram| {
            if let Some(ngram) = chosen.get(ngram) {
                *found.entry(ngram).or_default().entry(document).or_default() += 1;
            }
        })?;
        let sorted = |documents: HashMap<u32, u64>| {
            let mut documents: Vec<DocumentFrequency> = documents.into_iter().collect();
            documents.sort_unstable();
            documents
        };
        Ok(found.into_iter().map(|(ngram, documents)| (ngram, sorted(documents))).collect())
    }

    /// Calls `each` with every run of `length` words of the kept documents.
    fn each_ngram(
        &self,
        length: usize,
        unit: WordUnit,
        is_kept: &[bool],
        mut each: impl FnMut(u32, &str),
    ) -> Result<(), Error> {
        let mut names = LemmaNames { unit, known: HashMap::new() };
        for segment in &self.snapshot.segments {
            let mut rows = segment.rows().map_err(Error::reading)?;
            for row in 0..segment.n_rows() as u32 {
                let passage = rows.at(row).map_err(Error::reading)?;
                if passage.document != NO_DOCUMENT && is_kept[passage.document as usize] {
                    let text = segment.passage(row)?.text;
                    in_passage(&text, passage.language, length, &mut names, |ngram| {
                        each(passage.document, ngram);
                    });
                }
            }
        }
        Ok(())
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// The names of words that were made before: lemmatising costs more than looking up.
struct LemmaNames {
    unit: WordUnit,
    known: HashMap<(bool, String), String>,
}

impl LemmaNames {
    fn name(&mut self, word: &str, language: Option<Language>) -> String {
        let key = (language == Some(Language::NYNORSK), word.to_owned());
        let unit = self.unit;
        match unit {
            WordUnit::Form => unit.name(word, language),
            WordUnit::Lemma(_) => self.known.entry(key).or_insert_with(|| unit.name(word, language)).clone(),
        }
    }
}

/// Calls `each` with every run of `length` words of one sentence. A number or an address ends a run, as it is no word.
fn in_passage(
    text: &str,
    language: Option<Language>,
    length: usize,
    names: &mut LemmaNames,
    mut each: impl FnMut(&str),
) {
    let tokens: Vec<Word<'_>> = words(text).collect();
    let sentences = sentence_numbers(text, &tokens);
    let mut run: Vec<String> = Vec::new();
    let mut sentence = 0;
    for (token, number) in tokens.iter().zip(sentences) {
        if !token.is_counted || number != sentence {
            run.clear();
            sentence = number;
        }
        if token.is_counted {
            run.push(names.name(token.text, language));
        }
        if run.len() > length {
            run.remove(0);
        }
        if run.len() == length {
            each(&run.join(" "));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::results;
    use super::*;
    use crate::index::Snapshot;

    #[test]
    fn runs_of_words_end_with_the_sentence_and_at_a_number() {
        let codebook = "[[concept]]\nname = \"c\"\npatterns = [\"x\"]";
        let results = results(Snapshot::of_texts(&["Mål og midler. Mål og 3 midler. Og mål og"]), codebook);
        let mut found = results.ngrams(2, WordUnit::Form, &[true], 1).unwrap();
        found.sort();
        let found: Vec<(&str, u64)> = found.iter().map(|(ngram, n)| (ngram.as_str(), *n)).collect();
        assert_eq!(found, [("mål og", 3), ("og midler", 1), ("og mål", 1)]);
        let chosen = BTreeSet::from(["mål og"]);
        let documents = results.documents_of_ngrams(2, WordUnit::Form, &[true], &chosen).unwrap();
        assert_eq!(documents["mål og"], [(0, 3)]);
        assert_eq!(results.ngrams(2, WordUnit::Form, &[true], 2).unwrap().len(), 1);
    }
}
