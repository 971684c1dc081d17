//! Which words distinguish two groups of documents: the words with the strongest evidence in either direction, each with its
//! effect size, interval and a test by permuting whole documents.

use super::word_list::first_by;
use crate::stats::{
    BATCH_PERMUTATIONS, Dispersion, DocumentCount, GroupedDocument, Interval, Keyness, q_values_of_tested,
    word_permutation_p,
};
use crate::text::{Kind, Stratum};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The same seed for every table, so that it is reproducible.
pub(crate) const KEYNESS_SEED: u64 = 1;

/// Documents × permutations: with 400 documents a word has 9,990 permutations.
const EXCHANGES_MAX: usize = 4_000_000;
/// Batches of permutations: 999 permutations at least, however many documents there are, 9,990 at most.
const BATCHES: (usize, usize) = (9, 90);

/// Which words are compared, decided before the counts are seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Floor {
    /// Minimum number of occurrences in both groups together.
    pub(crate) n_min: u64,
    /// Minimum number of documents that have the word: a word of one document tells about this document only.
    pub(crate) n_docs_min: u64,
}

impl Default for Floor {
    fn default() -> Floor {
        Floor { n_min: 10, n_docs_min: 3 }
    }
}

/// Two groups of documents that are compared. No document is in both.
pub(crate) struct Comparison<'d> {
    documents: &'d [Stratum],
    /// For each document its group: 0 the target, 1 the reference. `None` for those in neither, and for copies of others.
    group_of: Vec<Option<usize>>,
    groups: [Dispersion; 2],
    /// Words of each group that OCR read.
    n_tokens_ocr: [u64; 2],
    floor: Floor,
}

/// A word that passes the floor.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) word: String,
    keyness: Keyness,
    n_docs_with: [u64; 2],
}

/// A word and how it differs between the groups.
#[derive(Debug, Clone)]
pub(crate) struct KeynessRow {
    pub(crate) word: String,
    pub(crate) keyness: Keyness,
    /// Documents with the word, in the target and in the reference. So are all pairs.
    pub(crate) n_docs_with: [u64; 2],
    pub(crate) n_docs: [u64; 2],
    /// Words that OCR read.
    pub(crate) n_tokens_ocr: [u64; 2],
    pub(crate) dp_norm: [Option<f64>; 2],
    /// Interval of the log-ratio, widened by the overdispersion.
    pub(crate) interval: Option<Interval>,
    /// p of the permutation of documents.
    pub(crate) p: Option<f64>,
    pub(crate) permutations: usize,
    pub(crate) q: Option<f64>,
    /// Words that passed the floor.
    pub(crate) family_size: u64,
}

impl<'d> Comparison<'d> {
    /// The documents for which `is_target` is true against those for which `is_reference` is.
    pub(crate) fn new(
        documents: &'d [Stratum],
        is_target: &[bool],
        is_reference: &[bool],
        floor: Floor,
    ) -> Comparison<'d> {
        let group = |(document, (target, reference)): (&Stratum, (&bool, &bool))| match (target, reference) {
            _ if document.is_copy => None,
            (true, false) => Some(0),
            (false, true) => Some(1),
            _ => None,
        };
        let group_of: Vec<Option<usize>> =
            documents.iter().zip(is_target.iter().zip(is_reference)).map(group).collect();
        let of_group = |wanted: usize| {
            let of_group = documents.iter().zip(&group_of).filter(move |(_, group)| **group == Some(wanted));
            of_group.map(|(document, _)| document)
        };
        let groups = [0, 1].map(|group| Dispersion::of(of_group(group).map(|document| document.n_tokens)));
        let n_tokens_ocr = [0, 1].map(|group| of_group(group).map(|document| document.n_tokens_ocr).sum());
        Comparison { documents, group_of, groups, n_tokens_ocr, floor }
    }

    /// Whether each document is in one of the groups.
    pub(crate) fn is_kept(&self) -> Vec<bool> {
        self.group_of.iter().map(Option::is_some).collect()
    }

    /// Documents with words in the target and in the reference.
    pub(crate) fn n_docs(&self) -> [u64; 2] {
        self.groups.map(|group| group.n_parts)
    }

    /// `word`, which occurs in the documents `found`. `None` below the floor.
    pub(crate) fn candidate(&self, word: &str, found: &[(u32, u64)]) -> Option<Candidate> {
        let (mut n, mut n_docs_with) = ([0; 2], [0; 2]);
        for (document, count) in found {
            let Some(group) = self.group_of[*document as usize] else { continue };
            n[group] += count;
            n_docs_with[group] += 1;
        }
        let is_listed = n[0] + n[1] >= self.floor.n_min.max(1)
            && n_docs_with[0] + n_docs_with[1] >= self.floor.n_docs_min
            && self.groups.iter().all(|group| group.n_tokens > 0);
        let keyness = Keyness {
            n_target: n[0],
            n_tokens_target: self.groups[0].n_tokens,
            n_reference: n[1],
            n_tokens_reference: self.groups[1].n_tokens,
        };
        is_listed.then(|| Candidate { word: word.to_owned(), keyness, n_docs_with })
    }

    /// The rows of `chosen`, words with the documents that have them, from a family of `family_size` candidates. In their order.
    pub(crate) fn rows(&self, chosen: &[(Candidate, Vec<(u32, u64)>)], family_size: u64) -> Vec<KeynessRow> {
        let n_batches = EXCHANGES_MAX / self.documents.len().max(1) / BATCH_PERMUTATIONS;
        let permutations = n_batches.clamp(BATCHES.0, BATCHES.1) * BATCH_PERMUTATIONS;
        let words: Vec<&[(u32, u64)]> = chosen.iter().map(|(_, found)| found.as_slice()).collect();
        let p = word_permutation_p(&self.grouped(), &words, permutations, KEYNESS_SEED);
        let q = q_values_of_tested(&p, family_size as usize);
        let rows = chosen.iter().zip(p.into_iter().zip(q)).map(|((candidate, found), (p, q))| KeynessRow {
            p,
            permutations,
            q,
            family_size,
            ..self.untested(candidate, found)
        });
        rows.collect()
    }

    /// The row of a word without its test.
    fn untested(&self, candidate: &Candidate, found: &[(u32, u64)]) -> KeynessRow {
        let groups = [0, 1].map(|group| (&self.groups[group], self.of_group(found, group)));
        let overdispersion =
            groups.clone().map(|(group, counts)| group.overdispersion(counts).unwrap_or(1.0));
        KeynessRow {
            word: candidate.word.clone(),
            keyness: candidate.keyness,
            n_docs_with: candidate.n_docs_with,
            n_docs: self.n_docs(),
            n_tokens_ocr: self.n_tokens_ocr,
            dp_norm: groups.map(|(group, counts)| group.dp_norm(counts)),
            interval: candidate.keyness.log_ratio_interval_overdispersed(overdispersion),
            p: None,
            permutations: 0,
            q: None,
            family_size: 0,
        }
    }

    /// The documents as the test exchanges them, within their kind. When the groups have no kind in common, the kind is what is
    /// compared, and all documents are exchanged. Those in neither group have no words there.
    fn grouped(&self) -> Vec<GroupedDocument> {
        let [target, reference] = [0, 1].map(|group| self.kinds(group));
        let kinds: Vec<Kind> = target.union(&reference).copied().collect();
        let has_common = !target.is_disjoint(&reference);
        let stratum = |kind: Kind| match has_common {
            true => kinds.binary_search(&kind).unwrap_or_default() as u32,
            false => 0,
        };
        let grouped = |(document, group): (&Stratum, &Option<usize>)| GroupedDocument {
            n_tokens: if group.is_some() { document.n_tokens } else { 0 },
            is_target: *group == Some(0),
            stratum: stratum(document.kind),
        };
        self.documents.iter().zip(&self.group_of).map(grouped).collect()
    }

    fn kinds(&self, group: usize) -> BTreeSet<Kind> {
        let of_group = self.documents.iter().zip(&self.group_of).filter(|(_, of)| **of == Some(group));
        of_group.map(|(document, _)| document.kind).collect()
    }

    fn of_group<'f>(
        &'f self,
        found: &'f [(u32, u64)],
        group: usize,
    ) -> impl Iterator<Item = DocumentCount> + Clone + 'f {
        let of_group =
            found.iter().filter(move |(document, _)| self.group_of[*document as usize] == Some(group));
        of_group.map(|(document, n)| DocumentCount {
            n: *n,
            n_tokens: self.documents[*document as usize].n_tokens,
        })
    }
}

/// The `limit` candidates with the strongest evidence (G²) of being more frequent in the target, then the `limit` of being less
/// frequent; of equal ones the first by letters.
pub(crate) fn strongest(candidates: Vec<Candidate>, limit: usize) -> Vec<Candidate> {
    let is_key = |candidate: &Candidate| candidate.keyness.log_ratio().is_some_and(|ratio| ratio > 0.0);
    let (more, less): (Vec<Candidate>, Vec<Candidate>) = candidates.into_iter().partition(is_key);
    let best = |candidates: Vec<Candidate>| {
        let g2 = |candidate: &Candidate| candidate.keyness.g2();
        first_by(candidates, limit, g2, |candidate| &candidate.word)
    };
    [best(more), best(less)].concat()
}

/// For each document whether it is of the latest three complete years, and whether it is of the years before, the earliest of
/// which is never in the target. `None` with fewer than two complete years.
pub(crate) fn recent_groups(documents: &[Stratum]) -> Option<[Vec<bool>; 2]> {
    let (first, last) = recent_years(documents)?;
    let is_in = |is_of_group: &dyn Fn(i16) -> bool| {
        documents.iter().map(|document| document.year.is_some_and(is_of_group)).collect::<Vec<bool>>()
    };
    Some([is_in(&|year| (first..=last).contains(&year)), is_in(&|year| year < first)])
}

/// The first and the last of the latest three complete years.
fn recent_years(documents: &[Stratum]) -> Option<(i16, i16)> {
    let counts = documents_by_year(documents);
    let years: Vec<i16> = counts.iter().filter(|(_, year)| year.is_complete).map(|(year, _)| *year).collect();
    let later = years.get(1..)?;
    Some((*later.get(later.len().saturating_sub(RECENT_YEARS))?, *later.last()?))
}

/// Complete years that make up the target of `keyness.csv`.
const RECENT_YEARS: usize = 3;

/// The documents of one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct YearDocuments {
    pub(crate) n_docs: u64,
    /// False for the latest years while they have fewer than half of the documents of the median year.
    pub(crate) is_complete: bool,
}

/// The years that have documents, in order, without copies of other documents.
pub(crate) fn documents_by_year(documents: &[Stratum]) -> Vec<(i16, YearDocuments)> {
    let mut years: Vec<i16> =
        documents.iter().filter(|document| !document.is_copy).filter_map(|document| document.year).collect();
    years.sort_unstable();
    let mut counts: Vec<(i16, YearDocuments)> = years
        .chunk_by(|a, b| a == b)
        .map(|of_year| (of_year[0], YearDocuments { n_docs: of_year.len() as u64, is_complete: true }))
        .collect();
    let mut sorted: Vec<u64> = counts.iter().map(|(_, year)| year.n_docs).collect();
    sorted.sort_unstable_by_key(|n| Reverse(*n));
    let median = sorted.get(sorted.len() / 2).copied().unwrap_or(0);
    for (_, year) in counts.iter_mut().rev().take_while(|(_, year)| 2 * year.n_docs < median) {
        year.is_complete = false;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::super::trend_test::tests::letters;
    use super::*;

    #[test]
    fn words_of_either_group_are_found_and_tested() {
        let documents = letters(&[2020; 20]);
        let is_target: Vec<bool> = (0..20).map(|document| document < 10).collect();
        let is_reference: Vec<bool> = is_target.iter().map(|is| !is).collect();
        let comparison = Comparison::new(&documents, &is_target, &is_reference, Floor::default());
        let of_target: Vec<(u32, u64)> = (0..10).map(|document| (document, 3)).collect();
        let of_both: Vec<(u32, u64)> = (0..20).map(|document| (document, 2)).collect();
        let of_reference: Vec<(u32, u64)> = (9..20).map(|document| (document, 4)).collect();
        let lists = [("ny", of_target), ("og", of_both), ("gammel", of_reference)];
        let candidates: Vec<Candidate> =
            lists.iter().map(|(word, found)| comparison.candidate(word, found).unwrap()).collect();
        assert!(comparison.candidate("sjelden", &[(0, 9)]).is_none());
        let chosen = strongest(candidates, 1);
        let words: Vec<&str> = chosen.iter().map(|candidate| candidate.word.as_str()).collect();
        assert_eq!(words, ["ny", "gammel"]);
        let found = |word: &str| lists.iter().find(|(name, _)| *name == word).unwrap().1.clone();
        let chosen: Vec<_> =
            chosen.into_iter().map(|candidate| (candidate.clone(), found(&candidate.word))).collect();
        let rows = comparison.rows(&chosen, 3);
        assert!(rows.iter().all(|row| row.p.unwrap() < 0.001 && row.q.unwrap() < 0.003), "{rows:?}");
        assert_eq!((rows[0].n_docs_with, rows[0].keyness.n_target), ([10, 0], 30));
    }

    #[test]
    fn a_latest_year_with_few_documents_is_incomplete() {
        let mut years = [2015, 2016, 2017, 2018, 2019, 2020].repeat(10);
        years.extend([2021, 2021]);
        assert_eq!(recent_years(&letters(&years)), Some((2018, 2020)));
        let [is_target, is_reference] = recent_groups(&letters(&[2015, 2016, 2017, 2018, 2019])).unwrap();
        assert_eq!(
            (is_target, is_reference),
            (vec![false, false, true, true, true], vec![true, true, false, false, false])
        );
        let complete = |years: &[i16]| {
            documents_by_year(&letters(years)).iter().map(|(_, year)| year.is_complete).collect::<Vec<_>>()
        };
        assert_eq!(complete(&[2019, 2019, 2019, 2020, 2020, 2020, 2021]), [true, true, false]);
        assert_eq!(recent_years(&letters(&[2019, 2020])), Some((2020, 2020)));
        assert_eq!(recent_years(&letters(&[2019])), None);
    }
}
