//! Measures that need the frequencies of all words: they are read from the results of a snapshot and compared by `trend`.

use crate::query::Mentions;
use crate::results::{
    DocumentFrequency, Error, InDocument, Neighbours, Results, Span, UnitOfText, WantedWords, WordUnit,
    WordsAround,
};
use crate::text::Stratum;
use crate::trend::{
    Candidate, CollocateOrder, CollocateRow, Comparison, Floor, KeynessRow, ListedDocuments, PairRow,
    Surroundings, WordRow, first_collocates, pairs, recent_groups, sort_by_frequency, strongest,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The words that distinguish the documents `is_target` from those `is_reference`: the `limit` with the strongest evidence in either
/// direction. `None` when one of the two has no words.
///
/// The index is read twice: once for the totals of all words, once for the documents that have the chosen ones. So memory holds the
/// totals of the words that pass the floor, not their documents.
///
/// # Errors
/// When the index cannot be read.
pub(crate) fn keyness(
    results: &Results,
    strata: &[Stratum],
    (is_target, is_reference): (&[bool], &[bool]),
    (unit, floor, limit): (WordUnit, Floor, usize),
) -> Result<Option<Vec<KeynessRow>>, Error> {
    let comparison = Comparison::new(strata, is_target, is_reference, floor);
    if comparison.n_docs().contains(&0) {
        return Ok(None);
    }
    let make = |word: &str, found: &[DocumentFrequency]| comparison.candidate(word, found);
    let wanted = WantedWords::InPassages(floor.n_docs_min);
    let candidates = results.each_frequency(unit, &comparison.is_kept(), wanted, make)?;
    Ok(Some(keyness_of(results, &comparison, candidates, (unit, limit))?))
}

/// The rows of the `limit` strongest of `candidates`, which are all that pass the floor.
fn keyness_of(
    results: &Results,
    comparison: &Comparison<'_>,
    candidates: Vec<Candidate>,
    (unit, limit): (WordUnit, usize),
) -> Result<Vec<KeynessRow>, Error> {
    let family_size = candidates.len() as u64;
    let chosen = strongest(candidates, limit);
    let names: BTreeSet<&str> = chosen.iter().map(|candidate| candidate.word.as_str()).collect();
    let listed = |word: &str, found: &[DocumentFrequency]| Some((word.to_owned(), found.to_vec()));
    let is_kept = comparison.is_kept();
    let mut found: BTreeMap<String, Vec<DocumentFrequency>> =
        results.each_frequency(unit, &is_kept, WantedWords::Words(&names), listed)?.into_iter().collect();
    let with_documents = |candidate: Candidate| {
        let documents = found.remove(&candidate.word).unwrap_or_default();
        (candidate, documents)
    };
    let chosen: Vec<_> = chosen.into_iter().map(with_documents).collect();
    Ok(comparison.rows(&chosen, family_size))
}

/// The wanted words of the documents `is_kept` with at least `n_min` occurrences, the most frequent first, and how many those are in all;
/// at most `limit` are listed.
///
/// # Errors
/// When the index cannot be read.
pub(crate) fn words(
    results: &Results,
    (strata, is_kept): (&[Stratum], &[bool]),
    (unit, n_min, limit): (WordUnit, u64, usize),
    is_wanted: &dyn Fn(&str) -> bool,
) -> Result<(Vec<WordRow>, usize), Error> {
    let documents = ListedDocuments::new(strata, is_kept);
    let row = |word: &str, found: &[DocumentFrequency]| {
        let n: u64 = found.iter().map(|(_, n)| n).sum();
        (n >= n_min).then(|| documents.row(word, found))
    };
    let mut rows = results.each_frequency(unit, is_kept, WantedWords::Matching(is_wanted), row)?;
    sort_by_frequency(&mut rows);
    let total = rows.len();
    rows.truncate(limit);
    Ok((rows, total))
}

/// Which collocates are listed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CollocateChoice {
    pub(crate) span: Span,
    pub(crate) unit: WordUnit,
    /// Minimum number of times around a mention.
    pub(crate) n_min: u64,
    pub(crate) order: CollocateOrder,
    /// Maximum number of rows for a period.
    pub(crate) limit: usize,
}

/// The first and the last year of a period, both included; open where `None`.
pub(crate) type Years = (Option<i16>, Option<i16>);

/// The words around `mentions` in the documents `is_kept`, in each of `periods`; in all years when there are none.
///
/// # Errors
/// When the index cannot be read.
pub(crate) fn collocates(
    results: &Results,
    mentions: &Mentions,
    (strata, is_kept): (&[Stratum], &[bool]),
    periods: &[Years],
    choice: CollocateChoice,
) -> Result<Vec<CollocateRow>, Error> {
    if periods.is_empty() {
        return collocates_of_period(results, mentions, (strata, is_kept), None, choice);
    }
    let mut rows = Vec::new();
    for (first, last) in periods {
        let is_in =
            |year: i16| first.is_none_or(|first| year >= first) && last.is_none_or(|last| year <= last);
        let of_period: Vec<bool> = strata
            .iter()
            .zip(is_kept)
            .map(|(stratum, is_kept)| *is_kept && stratum.year.is_some_and(is_in))
            .collect();
        let years = Some((*first, *last));
        rows.extend(collocates_of_period(results, mentions, (strata, &of_period), years, choice)?);
    }
    Ok(rows)
}

fn collocates_of_period(
    results: &Results,
    mentions: &Mentions,
    (strata, is_kept): (&[Stratum], &[bool]),
    years: Option<Years>,
    choice: CollocateChoice,
) -> Result<Vec<CollocateRow>, Error> {
    let mut found = results.neighbours(mentions, choice.span, choice.unit, is_kept)?;
    found.words.retain(|_, documents| sum(documents) >= choice.n_min);
    let names: BTreeSet<&str> = found.words.keys().map(String::as_str).collect();
    let totals = totals(results, is_kept, choice.unit, &names)?;
    Ok(collocate_rows(&found, years, n_tokens(strata, is_kept), &totals, choice))
}

/// The occurrences of `words` in the documents `is_kept`.
fn totals(
    results: &Results,
    is_kept: &[bool],
    unit: WordUnit,
    words: &BTreeSet<&str>,
) -> Result<HashMap<String, u64>, Error> {
    let total = |word: &str, found: &[DocumentFrequency]| Some((word.to_owned(), sum(found)));
    Ok(results.each_frequency(unit, is_kept, WantedWords::Words(words), total)?.into_iter().collect())
}

fn collocate_rows(
    found: &Neighbours,
    years: Option<Years>,
    n_tokens: (u64, u64),
    totals: &HashMap<String, u64>,
    choice: CollocateChoice,
) -> Vec<CollocateRow> {
    let Neighbours { n_mentions, places, words } = found;
    let surroundings = Surroundings::new(years, *n_mentions, places, n_tokens);
    let row = |(word, around): (&String, &Vec<DocumentFrequency>)| {
        surroundings.row(word, around, totals.get(word).copied().unwrap_or_default())
    };
    let mut rows: Vec<CollocateRow> = words.iter().map(row).collect();
    first_collocates(&mut rows, choice.order, choice.limit);
    rows
}

fn sum(documents: &[DocumentFrequency]) -> u64 {
    documents.iter().map(|(_, n)| n).sum()
}

/// The words of the documents `is_kept`, and those of them that OCR read.
fn n_tokens(strata: &[Stratum], is_kept: &[bool]) -> (u64, u64) {
    let kept = strata.iter().zip(is_kept).filter(|(_, is_kept)| **is_kept).map(|(stratum, _)| stratum);
    (kept.clone().map(|stratum| stratum.n_tokens).sum(), kept.map(|stratum| stratum.n_tokens_ocr).sum())
}

/// The runs of `length` words in the documents `is_kept` with at least `n_min` occurrences, the most frequent first, and how many
/// those are in all; at most `limit` are listed.
///
/// # Errors
/// When the index cannot be read.
pub(crate) fn ngrams(
    results: &Results,
    (strata, is_kept): (&[Stratum], &[bool]),
    length: usize,
    (unit, n_min, limit): (WordUnit, u64, usize),
) -> Result<(Vec<WordRow>, usize), Error> {
    let mut counted = results.ngrams(length, unit, is_kept, n_min)?;
    let total = counted.len();
    counted.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counted.truncate(limit);
    let chosen: BTreeSet<&str> = counted.iter().map(|(ngram, _)| ngram.as_str()).collect();
    let found = results.documents_of_ngrams(length, unit, is_kept, &chosen)?;
    let documents = ListedDocuments::new(strata, is_kept);
    let row = |(ngram, _): &(String, u64)| documents.row(ngram, &found[ngram.as_str()]);
    Ok((counted.iter().map(row).collect(), total))
}

/// What a refresh lists of the words around each concept: those of the sentence.
pub(super) const REPORT_COLLOCATES: CollocateChoice = CollocateChoice {
    span: Span::Sentence,
    unit: WordUnit::Form,
    n_min: 3,
    order: CollocateOrder::G2,
    limit: 25,
};

/// A collocate and the concept that it is near.
pub(super) type NamedCollocate<'a> = (&'a str, CollocateRow);

/// What a refresh makes of the frequencies of all words, which are read once for both.
pub(super) struct AllWords {
    /// The rows of `keyness.csv`: the latest three complete years against those before; none with fewer than two complete years.
    pub(super) keyness: Vec<KeynessRow>,
    /// Occurrences of each word that is in some passages and so can be listed as a collocate; of others they are looked up.
    pub(super) totals: HashMap<String, u64>,
}

/// Rows of `keyness.csv` in either direction.
const REPORT_KEY_WORDS: usize = 50;

/// Of the documents of `strata` that are no copies.
///
/// # Errors
/// When the index cannot be read.
pub(super) fn all_words(results: &Results, strata: &[Stratum]) -> Result<AllWords, Error> {
    let floor = Floor::default();
    let comparison = recent_groups(strata)
        .map(|[is_target, is_reference]| Comparison::new(strata, &is_target, &is_reference, floor))
        .filter(|comparison| !comparison.n_docs().contains(&0));
    let unit = REPORT_COLLOCATES.unit;
    let make = |word: &str, found: &[DocumentFrequency]| {
        let candidate = comparison.as_ref().and_then(|comparison| comparison.candidate(word, found));
        Some((word.to_owned(), sum(found), candidate))
    };
    let (mut totals, mut candidates) = (HashMap::new(), Vec::new());
    let wanted = WantedWords::InPassages(floor.n_docs_min);
    for (word, total, candidate) in results.each_frequency(unit, &are_no_copies(strata), wanted, make)? {
        totals.insert(word, total);
        candidates.extend(candidate);
    }
    let keyness = match comparison {
        Some(comparison) => keyness_of(results, &comparison, candidates, (unit, REPORT_KEY_WORDS))?,
        None => Vec::new(),
    };
    Ok(AllWords { keyness, totals })
}

fn are_no_copies(strata: &[Stratum]) -> Vec<bool> {
    strata.iter().map(|stratum| !stratum.is_copy).collect()
}

/// What is gathered from the mentions of each concept while they are listed, so that they are found once: the words around them and the
/// passages that have them. In memory are the words around one concept, the listed collocates, and 12 bytes for each passage and concept.
pub(super) struct Gathered<'r> {
    results: &'r Results,
    is_kept: Vec<bool>,
    /// With those that OCR read.
    n_tokens: (u64, u64),
    totals: HashMap<String, u64>,
    collocates: Vec<NamedCollocate<'r>>,
    passages: Vec<Vec<UnitOfText>>,
}

/// What is gathered from the mentions of one concept.
#[derive(Default)]
pub(super) struct OfConcept {
    neighbours: Neighbours,
    passages: Vec<UnitOfText>,
}

impl<'r> Gathered<'r> {
    /// Of the documents of `strata` that are no copies, whose words have these `totals`.
    pub(super) fn new(
        results: &'r Results,
        strata: &[Stratum],
        totals: HashMap<String, u64>,
    ) -> Gathered<'r> {
        let is_kept = are_no_copies(strata);
        Gathered {
            results,
            n_tokens: n_tokens(strata, &is_kept),
            is_kept,
            totals,
            collocates: Vec::new(),
            passages: Vec::new(),
        }
    }

    /// Adds the mentions of a concept in one document, and the words around them.
    pub(super) fn add(&self, concept: &mut OfConcept, found: &InDocument<'_>, around: &WordsAround) {
        if self.is_kept[found.document as usize] {
            concept.neighbours.add(found, around);
            concept.passages.extend(found.passages());
        }
    }

    /// Takes in all mentions of the concept `name`, of which only the listed words are kept.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(super) fn end(&mut self, name: &'r str, concept: OfConcept) -> Result<(), Error> {
        let OfConcept { mut neighbours, passages } = concept;
        neighbours.words.retain(|_, documents| sum(documents) >= REPORT_COLLOCATES.n_min);
        let names = neighbours.words.keys().map(String::as_str);
        let unknown: BTreeSet<&str> = names.filter(|word| !self.totals.contains_key(*word)).collect();
        self.totals.extend(totals(self.results, &self.is_kept, REPORT_COLLOCATES.unit, &unknown)?);
        let rows = collocate_rows(&neighbours, None, self.n_tokens, &self.totals, REPORT_COLLOCATES);
        self.collocates.extend(rows.into_iter().map(|row| (name, row)));
        self.passages.push(passages);
        Ok(())
    }

    /// The rows of `collocations.csv` and of `cooccurrence.csv` for the concepts `names`.
    pub(super) fn rows<'a>(
        self,
        names: &[&'a str],
    ) -> Result<(Vec<NamedCollocate<'r>>, Vec<PairRow<'a>>), Error> {
        let kept = self.results.documents()?.iter().zip(&self.is_kept).filter(|(_, is_kept)| **is_kept);
        let n_passages = kept.map(|(entry, _)| u64::from(entry.n_passages)).sum();
        Ok((self.collocates, pairs(names, &self.passages, Some(n_passages))))
    }
}
