//! A permutation test of whether mentions are associated with time or with a group: whole documents are permuted within their stratum.

use super::Random;
use std::collections::BTreeMap;

/// Permutations of a printed p: its standard error at 0.05 is 0.002.
pub const PERMUTATIONS: usize = 9_999;

/// Documents that are dealt one by one: those with the largest excesses, which make the tails. The sum over the others is drawn from
/// its limit, a normal distribution with their exact mean and variance, so that a test costs the same however large the corpus is.
/// In `tools/false_positives.rs` 4.5 to 5.0 % of the p of 2,000 documents without a trend are below 5 %, as with 400 documents dealt.
const DEALT_MAX: usize = 100;

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
/// Source: score statistic of a Poisson trend; Davison and Hinkley 1997, Bootstrap Methods, 4.3 on p; Hoeffding 1951, Ann. Math.
/// Stat. 22:558, on the limit of a permutation sum and its exact mean and variance.
pub fn permutation_p(observations: &[Observation], permutations: usize, seed: u64) -> Option<f64> {
    let mut strata = strata(observations);
    strata.retain(|stratum| stratum.can_change());
    if strata.is_empty() {
        return None;
    }
    let found = strata.iter().map(ExchangeGroup::statistic).sum::<f64>().abs();
    // Sums of the same terms in another order differ in their last digits.
    let scale: f64 = strata.iter().map(ExchangeGroup::scale).sum();
    let mut strata = SplitStrata::new(strata, DEALT_MAX);
    let mut random = Random::new(seed);
    let mut n_as_large = 0;
    for _ in 0..permutations {
        let u = strata.permuted(&mut random);
        n_as_large += usize::from(u.abs() >= found - 1e-12 * scale);
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

    fn statistic(&self) -> f64 {
        self.excesses.iter().zip(&self.scores).map(|(excess, score)| excess * score).sum()
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

/// A stratum whose largest excesses are dealt scores one by one.
struct SplitGroup {
    /// The largest excesses.
    dealt: Vec<f64>,
    /// The sum of the other excesses.
    rest_sum: f64,
    /// Σ (excess − mean)² of the others.
    rest_squares: f64,
    /// The scores of all documents, in the order of the last deal.
    scores: Vec<f64>,
    /// Σ score and Σ score².
    score_sums: (f64, f64),
}

/// All strata.
struct SplitStrata {
    /// Those with documents that are dealt scores.
    dealt: Vec<SplitGroup>,
    /// Mean and variance of Σ excess × score in the others, together.
    rest: (f64, f64),
}

impl SplitStrata {
    /// Splits each stratum, so that the `dealt_max` largest excesses of all together are dealt.
    fn new(strata: Vec<ExchangeGroup>, dealt_max: usize) -> SplitStrata {
        let mut sizes: Vec<f64> =
            strata.iter().flat_map(|stratum| &stratum.excesses).map(|e| e.abs()).collect();
        sizes.sort_unstable_by(|a, b| b.total_cmp(a));
        let smallest = sizes.get(dealt_max).copied();
        let split_one = |ExchangeGroup { excesses, scores }: ExchangeGroup| {
            let (dealt, rest): (Vec<f64>, Vec<f64>) = excesses
                .into_iter()
                .partition(|excess| smallest.is_none_or(|smallest| excess.abs() > smallest));
            let rest_sum: f64 = rest.iter().sum();
            let mean = rest_sum / rest.len().max(1) as f64;
            let rest_squares = rest.iter().map(|excess| (excess - mean).powi(2)).sum();
            let score_sums = (scores.iter().sum(), scores.iter().map(|score| score * score).sum());
            SplitGroup { dealt, rest_sum, rest_squares, scores, score_sums }
        };
        let (dealt, others): (Vec<SplitGroup>, Vec<SplitGroup>) =
            strata.into_iter().map(split_one).partition(|stratum| !stratum.dealt.is_empty());
        let rest = others.iter().map(|stratum| stratum.of_rest(stratum.score_sums));
        SplitStrata { dealt, rest: rest.fold((0.0, 0.0), add) }
    }

    /// Σ excess × score after the scores of all strata were dealt out anew. What is not dealt is drawn for all of them at once: a sum
    /// of normal numbers is one whose variance is the sum of theirs.
    fn permuted(&mut self, random: &mut Random) -> f64 {
        let (u, variance) =
            self.dealt.iter_mut().map(|stratum| stratum.permuted(random)).fold(self.rest, add);
        if variance > 0.0 { u + f64::sqrt(variance) * random.normal() } else { u }
    }
}

fn add(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    (a.0 + b.0, a.1 + b.1)
}

impl SplitGroup {
    /// Mean and variance of Σ excess × score after the scores were dealt out anew; the variance is that of the excesses that are not dealt.
    fn permuted(&mut self, random: &mut Random) -> (f64, f64) {
        let (mut u, (mut sum, mut squares)) = (0.0, self.score_sums);
        let n = self.scores.len();
        for (index, excess) in self.dealt.iter().enumerate() {
            self.scores.swap(index, index + random.below(n - index));
            let score = self.scores[index];
            u += excess * score;
            (sum, squares) = (sum - score, squares - score * score);
        }
        add((u, 0.0), self.of_rest((sum, squares)))
    }

    /// Mean and variance of Σ excess × score over the excesses that are not dealt, when `sum` and `squares` are Σ score and Σ score²
    /// of the scores that are left for them.
    fn of_rest(&self, (sum, squares): (f64, f64)) -> (f64, f64) {
        let n_rest = (self.scores.len() - self.dealt.len()) as f64;
        if n_rest < 2.0 {
            return (if n_rest > 0.0 { self.rest_sum * sum } else { 0.0 }, 0.0);
        }
        let mean = sum / n_rest;
        let variance = self.rest_squares * (squares - sum * mean).max(0.0) / (n_rest - 1.0);
        (self.rest_sum * mean, variance)
    }
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
    fn a_large_corpus_has_the_p_of_dealing_every_document() {
        // A bursty term: one document in ten has it, and some have it often. The slope is chosen to be near p = 0.05.
        let mut random = Random::new(5);
        let mut document = |index: usize| {
            let n = if random.below(10) == 0 { random.below(4).pow(3) as u64 } else { 0 };
            let n_tokens = 200 + random.below(4_000) as u64;
            Observation { n, n_tokens, score: (index % 20) as f64, stratum: (index % 3) as u32 }
        };
        let documents: Vec<_> = (0..3_000).map(&mut document).collect();
        let p = |dealt_max: usize| {
            let strata = || strata(&documents);
            let found = strata().iter().map(ExchangeGroup::statistic).sum::<f64>().abs();
            let (mut split, mut random) = (SplitStrata::new(strata(), dealt_max), Random::new(2));
            let is_as_large = |_: &usize| split.permuted(&mut random).abs() >= found;
            (0..4_000).filter(is_as_large).count() as f64 / 4_000.0
        };
        let (some, all) = (p(DEALT_MAX), p(usize::MAX));
        // Three standard errors of the difference of two p near 0.3.
        assert!((some - all).abs() < 0.03 && some > 0.01, "{some} {all}");
    }

    #[test]
    fn strata_that_are_not_dealt_vary_as_if_they_were() {
        // Each stratum has another rate, and lengths that differ.
        let document = |index: usize| {
            let n_tokens = 500 + 37 * (index % 11) as u64;
            let n = (index * index % 7) as u64 + 2 * (index % 3) as u64;
            Observation { n, n_tokens, score: (index % 20) as f64, stratum: (index % 3) as u32 }
        };
        let documents: Vec<_> = (0..120).map(document).collect();
        let variance = |dealt_max: usize| {
            let mut random = Random::new(8);
            let mut split = SplitStrata::new(strata(&documents), dealt_max);
            assert_eq!(split.dealt.is_empty(), dealt_max == 0);
            let drawn: Vec<f64> = (0..8_000).map(|_| split.permuted(&mut random)).collect();
            let mean = drawn.iter().sum::<f64>() / 8_000.0;
            (drawn.iter().map(|u| (u - mean).powi(2)).sum::<f64>() / 8_000.0, mean)
        };
        let ((none, mean), (all, _)) = (variance(0), variance(usize::MAX));
        // Three standard errors: 1.6 % of each variance, 1.1 % of the deviation.
        assert!((none / all - 1.0).abs() < 0.07 && mean.abs() < 0.034 * none.sqrt(), "{none} {all} {mean}");
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
