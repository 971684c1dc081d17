//! A permutation test of many words at once: whether each is more frequent in the target than in the reference, by exchanging
//! whole documents between the two within their stratum.
//!
//! The permuted groups are the same for all words, so a word costs only the documents that have it.

use super::Random;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A document of the target or of the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupedDocument {
    /// Words. A document without words takes no part.
    pub n_tokens: u64,
    /// Whether it belongs to the target.
    pub is_target: bool,
    /// Only documents of one stratum are exchanged.
    pub stratum: u32,
}

/// Permutations that are made from one seed by one thread. The sum over all batches does not depend on the threads.
pub const BATCH_PERMUTATIONS: usize = 111;

/// The two-sided p of each of `words`, given as the documents that have it (indices into `documents`, ascending, with the word's
/// frequency): (1 + as large) ÷ (1 + all) for U = |Σ over the target (frequency − expected frequency)|, where a document's expected
/// frequency is its words times the word's rate in its stratum.
///
/// `None` where no exchange can change U, because each stratum that has the word is all target or all reference. `permutations` is
/// rounded up to a multiple of 111. Source: as [`super::permutation_p`], which gives the same for one word.
pub fn word_permutation_p(
    documents: &[GroupedDocument],
    words: &[&[(u32, u64)]],
    permutations: usize,
    seed: u64,
) -> Vec<Option<f64>> {
    let design = Design::new(documents);
    let words: Vec<TestedWord<'_>> = words.iter().map(|word| design.word(word)).collect();
    let labels: Vec<bool> = documents.iter().map(|document| document.is_target).collect();
    let found: Vec<f64> = design.statistics(&words, &labels);
    let batch = |number: usize| -> Vec<usize> {
        let mut random = Random::new(seed.wrapping_add(number as u64 * 0x9e37_79b9));
        let mut labels = labels.clone();
        let mut n_as_large = vec![0; words.len()];
        for _ in 0..BATCH_PERMUTATIONS {
            design.permute(&mut labels, &mut random);
            let permuted = design.statistics(&words, &labels);
            for ((n, permuted), (found, word)) in
                n_as_large.iter_mut().zip(permuted).zip(found.iter().zip(&words))
            {
                // Sums of the same terms in another order differ in their last digits.
                *n += usize::from(permuted >= found - 1e-12 * word.n);
            }
        }
        n_as_large
    };
    let n_batches = permutations.div_ceil(BATCH_PERMUTATIONS);
    let add = |a: Vec<usize>, b: Vec<usize>| a.iter().zip(b).map(|(a, b)| a + b).collect();
    let n_as_large = (0..n_batches).into_par_iter().map(batch).reduce(|| vec![0; words.len()], add);
    let all = n_batches * BATCH_PERMUTATIONS;
    let p = |(n, word): (usize, &TestedWord<'_>)| word.can_change.then(|| (1 + n) as f64 / (1 + all) as f64);
    n_as_large.into_iter().zip(&words).map(p).collect()
}

/// The documents by stratum.
struct Design<'d> {
    documents: &'d [GroupedDocument],
    /// For each stratum its documents with words.
    strata: Vec<Vec<u32>>,
    /// For each document the index of its stratum; of one without words any.
    stratum_of: Vec<u32>,
}

/// A word with its rate in each stratum.
struct TestedWord<'w> {
    documents: &'w [(u32, u64)],
    rates: Vec<f64>,
    n: f64,
    can_change: bool,
}

impl<'d> Design<'d> {
    fn new(documents: &'d [GroupedDocument]) -> Design<'d> {
        let mut by_stratum = BTreeMap::<u32, Vec<u32>>::new();
        for (number, document) in (0..).zip(documents).filter(|(_, document)| document.n_tokens > 0) {
            by_stratum.entry(document.stratum).or_default().push(number);
        }
        let strata: Vec<Vec<u32>> = by_stratum.into_values().collect();
        let mut stratum_of = vec![0; documents.len()];
        for (index, members) in (0..).zip(&strata) {
            members.iter().for_each(|document| stratum_of[*document as usize] = index);
        }
        Design { documents, strata, stratum_of }
    }

    fn word<'w>(&self, documents: &'w [(u32, u64)]) -> TestedWord<'w> {
        let mut sums = vec![0_u64; self.strata.len()];
        for (document, n) in documents {
            sums[self.stratum_of[*document as usize] as usize] += n;
        }
        let n_tokens = |members: &Vec<u32>| -> u64 {
            members.iter().map(|document| self.documents[*document as usize].n_tokens).sum()
        };
        let rate = |(n, members): (&u64, &Vec<u32>)| *n as f64 / n_tokens(members) as f64;
        let is_mixed = |members: &Vec<u32>| {
            let first = self.documents[members[0] as usize].is_target;
            members.iter().any(|document| self.documents[*document as usize].is_target != first)
        };
        TestedWord {
            documents,
            rates: sums.iter().zip(&self.strata).map(rate).collect(),
            n: sums.iter().sum::<u64>() as f64,
            can_change: sums.iter().zip(&self.strata).any(|(n, members)| *n > 0 && is_mixed(members)),
        }
    }

    /// U of each word when the documents with a true label are the target.
    fn statistics(&self, words: &[TestedWord<'_>], labels: &[bool]) -> Vec<f64> {
        let n_tokens_target = |members: &Vec<u32>| {
            let target = members.iter().filter(|document| labels[**document as usize]);
            target.map(|document| self.documents[*document as usize].n_tokens).sum::<u64>() as f64
        };
        let n_tokens: Vec<f64> = self.strata.iter().map(n_tokens_target).collect();
        let statistic = |word: &TestedWord<'_>| {
            let in_target = word.documents.iter().filter(|(document, _)| labels[*document as usize]);
            let n: u64 = in_target.map(|(_, n)| n).sum();
            let expected: f64 = word.rates.iter().zip(&n_tokens).map(|(rate, n)| rate * n).sum();
            (n as f64 - expected).abs()
        };
        words.iter().map(statistic).collect()
    }

    fn permute(&self, labels: &mut [bool], random: &mut Random) {
        for members in &self.strata {
            let mut of_stratum: Vec<bool> =
                members.iter().map(|document| labels[*document as usize]).collect();
            random.shuffle(&mut of_stratum);
            members.iter().zip(of_stratum).for_each(|(document, label)| labels[*document as usize] = label);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Observation, permutation_p};
    use super::*;

    fn document(n_tokens: u64, is_target: bool, stratum: u32) -> GroupedDocument {
        GroupedDocument { n_tokens, is_target, stratum }
    }

    #[test]
    fn a_word_has_the_p_of_the_test_of_one_word() {
        let documents: Vec<GroupedDocument> =
            (0..24).map(|i| document(800 + 37 * (i % 5), i % 3 == 0, u32::from(i >= 15))).collect();
        let words: [Vec<(u32, u64)>; 2] =
            [(0..24).filter(|i| i % 3 == 0).map(|i| (i, 2)).collect(), vec![(1, 9), (4, 1), (20, 3)]];
        let listed: Vec<&[(u32, u64)]> = words.iter().map(Vec::as_slice).collect();
        let found = word_permutation_p(&documents, &listed, 9_990, 1);
        for (found, word) in found.iter().zip(&words) {
            let observation = |(i, one): (u32, &GroupedDocument)| Observation {
                n: word.iter().find(|(document, _)| *document == i).map_or(0, |(_, n)| *n),
                n_tokens: one.n_tokens,
                score: f64::from(u8::from(one.is_target)),
                stratum: one.stratum,
            };
            let observations: Vec<Observation> = (0..).zip(&documents).map(observation).collect();
            let plain = permutation_p(&observations, 9_999, 7).unwrap();
            let error = (plain * (1.0 - plain) / 9_999.0).sqrt().max(1e-4);
            // Two independent simulations: five standard errors of their difference.
            assert!((found.unwrap() - plain).abs() < 5.0 * 1.5 * error, "{found:?} {plain}");
        }
    }

    #[test]
    fn a_word_of_one_group_only_because_its_kind_is_has_no_p() {
        let documents = [document(100, true, 0), document(100, true, 0), document(100, false, 1)];
        assert_eq!(word_permutation_p(&documents, &[&[(0, 3)]], 111, 1), [None]);
        assert_eq!(word_permutation_p(&[], &[&[]], 111, 1), [None]);
    }
}
