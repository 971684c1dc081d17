//! How often every word, or every lemma, occurs in each of the documents that are kept: the basis of frequency lists and keyness.
//!
//! The words are taken one after the other, and only what the caller makes of each is kept. In memory are the vocabulary, four
//! bytes for each passage and a number for each document, not the postings.

use super::{Error, Results};
use crate::index::{NO_DOCUMENT, Segment};
use crate::query::{WordPostings, each_frequency, each_word, postings_of, spend};
use crate::text::{Language, is_counted};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::io;

/// What counts as one word of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) enum WordUnit {
    /// The word as it is written, in small letters.
    Form,
    /// Its lemma by this function, which gets the word in small letters and the language of the passage: nynorsk, or else bokmål.
    Lemma(fn(&str, Language) -> String),
}

impl WordUnit {
    /// The name of `word` in a list when it stands in a passage of `language`.
    pub(crate) fn name(self, word: &str, language: Option<Language>) -> String {
        let folded = word.to_lowercase();
        match self {
            WordUnit::Form => folded,
            WordUnit::Lemma(lemma) => lemma(&folded, written_form(language)),
        }
    }
}

/// The written form by which a passage of `language` is lemmatised.
fn written_form(language: Option<Language>) -> Language {
    language.filter(|language| *language == Language::NYNORSK).unwrap_or(Language::BOKMAL)
}

/// A document, as its index in [`Results::documents`], and how often it has a word.
pub(crate) type DocumentFrequency = (u32, u64);

/// Words that are taken together by one thread.
const CHUNK_WORDS: usize = 1 << 12;

/// A word of one segment under its name in the list.
struct ListedWord {
    name: String,
    segment: u32,
    /// The only language of passages that it stands for; any when `None`.
    language: Option<Language>,
    postings: WordPostings,
}

impl Results {
    /// Calls `make` with each word that is wanted and occurs in the kept documents, and with the documents that have it, in their
    /// order; returns what it made, in the order of the words. Words without a letter and addresses are not counted, so that the sum
    /// over all words is the number of words of the kept documents.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn each_frequency<T: Send>(
        &self,
        unit: WordUnit,
        is_kept: &[bool],
        wanted: WantedWords<'_>,
        make: impl Fn(&str, &[DocumentFrequency]) -> Option<T> + Sync,
    ) -> Result<Vec<T>, Error> {
        let mut occurrences = Vec::new();
        for (number, segment) in (0..).zip(&self.snapshot.segments) {
            match (wanted, unit) {
                (WantedWords::Words(words), WordUnit::Form) => {
                    looked_up(segment, number, words, &mut occurrences)
                }
                _ => streamed(segment, number, unit, wanted, &mut occurrences),
            }
            .map_err(Error::reading)?;
        }
        if occurrences.is_empty() {
            return Ok(Vec::new());
        }
        // Each segment is in order but for its capitals, and a stable sort finds that order.
        occurrences.sort_by(|a, b| a.name.cmp(&b.name));
        let passages: Vec<Passages> = self
            .snapshot
            .segments
            .iter()
            .map(|segment| Passages::read(segment, is_kept, matches!(unit, WordUnit::Lemma(_))))
            .collect::<io::Result<_>>()
            .map_err(Error::reading)?;
        let words: Vec<&[ListedWord]> = occurrences.chunk_by(|a, b| a.name == b.name).collect();
        let limits = (is_kept.len(), wanted.n_passages_min());
        let of_chunk = |words: &[&[ListedWord]]| self.chunk(words, &passages, limits, &make);
        let made: Vec<Vec<T>> = words.par_chunks(CHUNK_WORDS).map(of_chunk).collect::<Result<_, _>>()?;
        Ok(made.into_iter().flatten().collect())
    }

    fn chunk<T>(
        &self,
        words: &[&[ListedWord]],
        passages: &[Passages],
        (n_documents, n_passages_min): (usize, u64),
        make: impl Fn(&str, &[DocumentFrequency]) -> Option<T>,
    ) -> Result<Vec<T>, Error> {
        let mut sums = vec![0_u64; n_documents];
        let (mut touched, mut found, mut made) = (Vec::new(), Vec::new(), Vec::new());
        for word in words {
            if word.iter().map(|spelling| spelling.postings.n_passages()).sum::<u64>() < n_passages_min {
                continue;
            }
            for occurrence in *word {
                let number = occurrence.segment as usize;
                let add = |row: u32, n: u64| {
                    if let Some(document) = passages[number].document(row, occurrence.language) {
                        let sum = &mut sums[document as usize];
                        if *sum == 0 {
                            touched.push(document);
                        }
                        *sum += n;
                    }
                };
                each_frequency(&self.snapshot.segments[number], &occurrence.postings, add)
                    .map_err(Error::reading)?;
            }
            touched.sort_unstable();
            found.clear();
            let take = |document: u32| (document, std::mem::take(&mut sums[document as usize]));
            found.extend(touched.drain(..).map(take));
            if !found.is_empty() {
                made.extend(make(&word[0].name, &found));
            }
        }
        Ok(made)
    }
}

/// Which words of a list are read.
#[derive(Clone, Copy)]
pub(crate) enum WantedWords<'w> {
    All,
    /// Those in so many passages, whether or not these are kept. Half of a vocabulary is in one passage, and is not read.
    InPassages(u64),
    Matching(&'w dyn Fn(&str) -> bool),
    /// These, by their names in the list. Forms are looked up, so the cost does not depend on the vocabulary.
    Words(&'w BTreeSet<&'w str>),
}

impl WantedWords<'_> {
    fn has(self, name: &str) -> bool {
        match self {
            WantedWords::All | WantedWords::InPassages(_) => true,
            WantedWords::Matching(is_wanted) => is_wanted(name),
            WantedWords::Words(words) => words.contains(name),
        }
    }

    fn n_passages_min(self) -> u64 {
        if let WantedWords::InPassages(n_min) = self { n_min } else { 0 }
    }
}

/// Adds the wanted words of the vocabulary of `segment`, going through all of it.
fn streamed(
    segment: &Segment,
    number: u32,
    unit: WordUnit,
    wanted: WantedWords<'_>,
    occurrences: &mut Vec<ListedWord>,
) -> io::Result<()> {
    let steps = match unit {
        WordUnit::Form => 20,
        // Two lemmas, some 10 µs each.
        WordUnit::Lemma(_) => 2_000,
    };
    let mut within_budget = Ok(());
    each_word(segment, |word, postings| {
        within_budget = std::mem::replace(&mut within_budget, Ok(())).and_then(|()| spend(steps));
        if within_budget.is_err() || !is_counted(word) {
            return;
        }
        names(unit, word, |name, language| {
            if wanted.has(&name) {
                occurrences.push(ListedWord { name, segment: number, language, postings: postings.clone() });
            }
        });
    })?;
    within_budget
}

/// Adds the forms `words` in every spelling that `segment` has.
fn looked_up(
    segment: &Segment,
    number: u32,
    words: &BTreeSet<&str>,
    occurrences: &mut Vec<ListedWord>,
) -> io::Result<()> {
    for name in words {
        let mut spellings = Vec::new();
        segment.vocabulary().spellings(name, &mut |spelling: &str| spellings.push(spelling.to_owned()))?;
        for spelling in spellings.iter().filter(|spelling| is_counted(spelling)) {
            if let Some(postings) = postings_of(segment, spelling)? {
                let name = (*name).to_owned();
                occurrences.push(ListedWord { name, segment: number, language: None, postings });
            }
        }
    }
    Ok(())
}

/// Calls `each` with the name of `word`, or with its two names where the lemmas of bokmål and nynorsk differ.
fn names(unit: WordUnit, word: &str, mut each: impl FnMut(String, Option<Language>)) {
    let bokmal = unit.name(word, Some(Language::BOKMAL));
    let nynorsk = match unit {
        WordUnit::Form => return each(bokmal, None),
        WordUnit::Lemma(_) => unit.name(word, Some(Language::NYNORSK)),
    };
    if bokmal == nynorsk {
        return each(bokmal, None);
    }
    each(bokmal, Some(Language::BOKMAL));
    each(nynorsk, Some(Language::NYNORSK));
}

/// For each row of a segment its document, [`NO_DOCUMENT`] where it is not kept; and whether the passage is nynorsk, when that is
/// needed.
struct Passages {
    documents: Vec<u32>,
    is_nynorsk: Vec<bool>,
}

impl Passages {
    fn read(segment: &Segment, is_kept: &[bool], with_languages: bool) -> io::Result<Passages> {
        let mut rows = segment.rows()?;
        let mut passages =
            Passages { documents: Vec::with_capacity(segment.n_rows()), is_nynorsk: Vec::new() };
        for row in 0..segment.n_rows() as u32 {
            let passage = rows.at(row)?;
            let is_counted = passage.document != NO_DOCUMENT && is_kept[passage.document as usize];
            passages.documents.push(if is_counted { passage.document } else { NO_DOCUMENT });
            if with_languages {
                passages.is_nynorsk.push(passage.language == Some(Language::NYNORSK));
            }
        }
        Ok(passages)
    }

    fn document(&self, row: u32, language: Option<Language>) -> Option<u32> {
        let document = self.documents[row as usize];
        let fits =
            language.is_none_or(|language| self.is_nynorsk[row as usize] == (language == Language::NYNORSK));
        (document != NO_DOCUMENT && fits).then_some(document)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::results;
    use super::*;
    use crate::index::{Snapshot, TestDocument};

    fn frequencies(results: &Results, unit: WordUnit, is_kept: &[bool]) -> Vec<(String, Vec<(u32, u64)>)> {
        let make = |word: &str, found: &[DocumentFrequency]| Some((word.to_owned(), found.to_vec()));
        results.each_frequency(unit, is_kept, WantedWords::All, make).unwrap()
    }

    fn sample() -> Results {
        let nb = Some(Language::BOKMAL);
        let document = |docname, passages| TestDocument { docname, year: 2020, passages };
        let snapshot = Snapshot::in_memory(&[
            &[document("a", &[("Mål- og resultatstyring, mål 12", nb), ("post@nav.no OG mål", nb)])],
            &[document("b", &[("og eit mål", Some(Language::NYNORSK))])],
        ]);
        results(snapshot, "[[concept]]\nname = \"c\"\npatterns = [\"x\"]")
    }

    #[test]
    fn the_frequencies_of_all_words_sum_up_to_the_words_of_the_documents() {
        let results = sample();
        let found = frequencies(&results, WordUnit::Form, &[true, true]);
        let n: u64 = found.iter().flat_map(|(_, found)| found).map(|(_, n)| n).sum();
        let n_tokens: u64 = results.strata().unwrap().iter().map(|stratum| stratum.n_tokens).sum();
        assert_eq!(n, n_tokens);
        let words: Vec<&str> = found.iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(words, ["eit", "mål", "mål-", "og", "resultatstyring"]);
        assert_eq!(found[1].1, [(0, 2), (1, 1)]);
    }

    #[test]
    fn words_in_enough_passages_have_the_frequencies_of_the_list() {
        let results = sample();
        let make = |word: &str, found: &[DocumentFrequency]| Some((word.to_owned(), found.to_vec()));
        let found =
            results.each_frequency(WordUnit::Form, &[true; 2], WantedWords::InPassages(2), make).unwrap();
        let mut all = frequencies(&results, WordUnit::Form, &[true; 2]);
        all.retain(|(word, _)| ["mål", "og"].contains(&word.as_str()));
        assert!(found == all && found.len() == 2, "{found:?}");
    }

    #[test]
    fn words_that_are_looked_up_have_the_frequencies_of_the_list() {
        let results = sample();
        let words = BTreeSet::from(["og", "mål", "mangler"]);
        let make = |word: &str, found: &[DocumentFrequency]| Some((word.to_owned(), found.to_vec()));
        let found =
            results.each_frequency(WordUnit::Form, &[true; 2], WantedWords::Words(&words), make).unwrap();
        let mut all = frequencies(&results, WordUnit::Form, &[true; 2]);
        all.retain(|(word, _)| words.contains(word.as_str()));
        assert!(found == all && found.len() == 2, "{found:?}");
    }

    #[test]
    fn documents_that_are_not_kept_have_no_words() {
        let found = frequencies(&sample(), WordUnit::Form, &[false, true]);
        let words: Vec<&str> = found.iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(words, ["eit", "mål", "og"]);
    }

    #[test]
    fn a_word_has_the_lemma_of_the_language_of_its_passage() {
        fn lemma(word: &str, language: Language) -> String {
            if language == Language::NYNORSK { format!("nn {word}") } else { "nb".to_owned() }
        }
        let found = frequencies(&sample(), WordUnit::Lemma(lemma), &[true, true]);
        let words: Vec<&str> = found.iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(words, ["nb", "nn eit", "nn mål", "nn og"]);
    }
}
