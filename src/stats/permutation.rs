//! A permutation test of whether mentions are associated with time or with a group: whole documents are permuted within their stratum.

use super::Random;
use std::collections::BTreeMap;

/// Permutations of a printed p: its standard error at 0.05 is 0.002.
pub const PERMUTATIONS: usize = 9_999;

/// A document in a test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// Mentions.
    pub n: u64,
    /// Words.
    pub n_tokens: u64,
    /// The variable that is tested: the year; or 1 in the target and 0 in the reference.
    pub score: f64,
    /// Only documents of one stratum are exchanged: those of one kind and issuer, say.
    pub stratum: u32,
}

/// The two-sided p of U = |Σ score × (mentions − expected mentions)|, where a document's expected mentions are its words times
/// the rate of its stratum, when the scores within each stratum are permuted `permutations` times: (1 + as large) ÷ (1 + all).
///
/// Keeps its level however bursty the term is (`tools/false_positives.rs`). `None` when no exchange can change U: without
/// mentions, or when every stratum has one score.
/// Source: score statistic of a Poisson trend; Davison and Hinkley 1997, Bootstrap Methods, 4.3 on p.
pub fn permutation_p(observations: &[Observation], permutations: usize, seed: u64) -> Option<f64> {
    let mut strata = strata(observations);
    strata.retain(|stratum| stratum.can_change());
    if strata.is_empty() {
        return None;
    }
    let found = statistic(&strata);
    // Sums of the same terms in another order differ in their last digits.
    let scale: f64 = strata.iter().map(ExchangeGroup::scale).sum();
    let mut random = Random::new(seed);
    let mut n_as_large = 0;
    for _ in 0..permutations {
        strata.iter_mut().for_each(|stratum| random.shuffle(&mut stratum.scores));
        n_as_large += usize::from(statistic(&strata) >= found - 1e-12 * scale);
    }
    Some((1 + n_as_large) as f64 / (1 + permutations) as f64)
}

/// The documents of a stratum: mentions minus expected mentions of each, and the centred scores.
struct ExchangeGroup {
    excesses: Vec<f64>,
    scores: Vec<f64>,
}

impl ExchangeGroup {
    fn can_change(&self) -> bool {
        let differ = |values: &[f64]| values.iter().any(|value| (value - values[0]).abs() > 1e-12);
        differ(&self.excesses) && differ(&self.scores)
    }

    fn scale(&self) -> f64 {
        self.excesses.iter().zip(&self.scores).map(|(excess, score)| (excess * score).abs()).sum()
    }
}

fn strata(observations: &[Observation]) -> Vec<ExchangeGroup> {
    let mut by_stratum = BTreeMap::<u32, Vec<&Observation>>::new();
    for observation in observations.iter().filter(|observation| observation.n_tokens > 0) {
        by_stratum.entry(observation.stratum).or_default().push(observation);
    }
    let stratum = |observations: Vec<&Observation>| {
        let n: u64 = observations.iter().map(|observation| observation.n).sum();
        let n_tokens: u64 = observations.iter().map(|observation| observation.n_tokens).sum();
        let rate = n as f64 / n_tokens as f64;
        let mean = observations.iter().map(|one| one.score).sum::<f64>() / observations.len() as f64;
        ExchangeGroup {
            excesses: observations.iter().map(|one| one.n as f64 - rate * one.n_tokens as f64).collect(),
            // The excesses of a stratum sum to 0, so the mean does not change U; without it digits would be lost.
            scores: observations.iter().map(|one| one.score - mean).collect(),
        }
    };
    by_stratum.into_values().map(stratum).collect()
}

fn statistic(strata: &[ExchangeGroup]) -> f64 {
    let of_stratum = |stratum: &ExchangeGroup| {
        stratum.excesses.iter().zip(&stratum.scores).map(|(e, s)| e * s).sum::<f64>()
    };
    strata.iter().map(of_stratum).sum::<f64>().abs()
}

#[cfg(test)]
mod tests {
    use super::super::REFERENCE;
    use super::*;

    fn one(n: u64, score: f64, stratum: u32) -> Observation {
        Observation { n, n_tokens: 1_000, score, stratum }
    }

    #[test]
    fn p_is_the_share_of_orders_that_are_as_extreme() {
        // Of the 6 ways to choose two of four documents, two are as extreme as (9, 8 | 1, 0): p = 1/3.
        let documents = [one(9, 1.0, 0), one(8, 1.0, 0), one(1, 0.0, 0), one(0, 0.0, 0)];
        let p = permutation_p(&documents, 20_000, 3).unwrap();
        assert!((p - 1.0 / 3.0).abs() < 0.02, "{p}");
        assert_eq!(permutation_p(&documents, 20_000, 3), Some(p));
    }

    #[test]
    fn a_series_that_rises_is_found() {
        let documents: Vec<_> = (2012..)
            .zip(REFERENCE)
            .map(|(year, (n, n_tokens))| Observation { n, n_tokens, score: f64::from(year), stratum: 0 })
            .collect();
        assert!(permutation_p(&documents, 999, 1).unwrap() <= 0.002);
    }

    #[test]
    fn a_new_kind_of_document_is_no_trend() {
        // Letters never have the term and reports always do; reports come later. Within each kind nothing changes.
        let letters = (0..20).map(|year| one(u64::from(year % 3 == 0), f64::from(year), 0));
        let reports = (20..40).map(|year| one(10 + u64::from(year % 3 == 0), f64::from(year), 1));
        let mut documents: Vec<_> = letters.chain(reports).collect();
        assert!(permutation_p(&documents, 999, 1).unwrap() > 0.2);
        documents.iter_mut().for_each(|document| document.stratum = 0);
        assert!(permutation_p(&documents, 999, 1).unwrap() < 0.01);
    }

    #[test]
    fn where_nothing_can_change_there_is_no_p() {
        assert_eq!(permutation_p(&[one(0, 1.0, 0), one(0, 2.0, 0)], 99, 1), None);
        assert_eq!(permutation_p(&[one(3, 1.0, 0), one(5, 1.0, 0)], 99, 1), None);
        assert_eq!(permutation_p(&[one(3, 1.0, 0), one(5, 2.0, 1)], 99, 1), None);
        assert_eq!(permutation_p(&[], 99, 1), None);
    }
}
