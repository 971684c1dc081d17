//! The bootstrap interval of a rate, by resampling whole documents.

use super::{DocumentCount, Interval, Random, totals};
use statrs::distribution::{ContinuousCDF, Normal};
use std::sync::OnceLock;

/// Resamples of a bootstrap: with 2,000 a limit varies by about 3 % of the interval's width between seeds.
pub const BOOTSTRAP_DRAWS: usize = 2_000;

/// Documents drawn in all resamples, above which there are fewer resamples, down to [`BOOTSTRAP_DRAWS_MIN`]: a rate of more than 62
/// documents has fewer. With so many documents the distribution is nearly normal, and fewer resamples are enough.
const DRAWN_DOCUMENTS_MAX: usize = 125_000;
/// Minimum number of resamples: a limit varies by about 6 % of the interval's width between seeds.
const BOOTSTRAP_DRAWS_MIN: usize = 500;

/// With so many documents that have no mention, those of a resample are not drawn one by one. Only the sum of their words enters the rate,
/// and it is drawn from its limit, a normal distribution with their mean and variance. So a resample costs the documents that
/// have a mention, of most concepts one in ten.
const WITHOUT_MENTIONS_MIN: usize = 50;

/// With fewer documents that have mentions, the interval would be far too narrow.
const DOCUMENTS_WITH_MIN: usize = 5;

/// Resamples of documents, for the rates of several terms in the same documents: what is drawn whatever the term is, is drawn once.
#[derive(Debug)]
pub struct Resamples {
    seed: u64,
    drawn: OnceLock<DrawnDocuments>,
}

impl Resamples {
    /// Those of `seed`.
    pub fn new(seed: u64) -> Resamples {
        Resamples { seed, drawn: OnceLock::new() }
    }

    /// The 95 % interval of the pooled rate of `documents`, mentions per word, by drawing documents with replacement
    /// [`BOOTSTRAP_DRAWS`] times, fewer where they are many; bias-corrected and accelerated (BCa). Bursts of a term within documents
    /// widen it.
    ///
    /// `None` with fewer than five documents that have a mention, or when all draws are equal.
    /// Source: Efron 1987, J. Am. Stat. Assoc. 82:171.
    pub fn interval(&self, documents: &[DocumentCount]) -> Option<Interval> {
        let documents: Vec<DocumentCount> =
            documents.iter().copied().filter(|document| document.n_tokens > 0).collect();
        if documents.iter().filter(|document| document.n > 0).count() < DOCUMENTS_WITH_MIN {
            return None;
        }
        let (n, n_tokens) = totals(&documents);
        let rate = n as f64 / n_tokens as f64;
        interval_of(&documents, rate, self.rates(&documents, WITHOUT_MENTIONS_MIN))
    }

    /// The rates of the resamples, in the order of the draws.
    fn rates(&self, documents: &[DocumentCount], without_min: usize) -> Vec<f64> {
        let (with, without): (Vec<DocumentCount>, Vec<DocumentCount>) =
            documents.iter().partition(|document| document.n > 0);
        if without.len() < without_min {
            let first = self.drawn.get_or_init(|| DrawnDocuments::of(documents, self.seed));
            let has_same =
                first.n_tokens.iter().copied().eq(documents.iter().map(|document| document.n_tokens));
            return if has_same {
                first.rates(documents)
            } else {
                DrawnDocuments::of(documents, self.seed).rates(documents)
            };
        }
        let mut random = Random::new(self.seed);
        let without = Moments::of(&without);
        let n_with = Binomial::new(documents.len(), with.len());
        let rate = |_| {
            let n_drawn = n_with.draw(&mut random);
            let (n, n_tokens) = drawn(&with, n_drawn, &mut random);
            n as f64 / (n_tokens as f64 + without.sum_of(documents.len() - n_drawn, &mut random))
        };
        (0..n_draws(documents.len())).map(rate).collect()
    }
}

fn n_draws(n_documents: usize) -> usize {
    (DRAWN_DOCUMENTS_MAX / n_documents).clamp(BOOTSTRAP_DRAWS_MIN, BOOTSTRAP_DRAWS)
}

/// The documents of each resample.
#[derive(Debug)]
struct DrawnDocuments {
    /// Words of the documents that were drawn from.
    n_tokens: Vec<u64>,
    /// For each document how often each resample has it: more than 255 times in one of 10⁵⁰⁰ resamples.
    times: Vec<Vec<u8>>,
    /// Words of each resample.
    n_tokens_drawn: Vec<u64>,
}

impl DrawnDocuments {
    fn of(documents: &[DocumentCount], seed: u64) -> DrawnDocuments {
        let mut random = Random::new(seed);
        let n_tokens: Vec<u64> = documents.iter().map(|document| document.n_tokens).collect();
        let n_draws = n_draws(documents.len());
        let mut times = vec![vec![0; n_draws]; documents.len()];
        let resample = |draw: usize| {
            let mut sum = 0;
            each_drawn(documents.len(), documents.len(), &mut random, |index| {
                times[index][draw] += 1;
                sum += n_tokens[index];
            });
            sum
        };
        let n_tokens_drawn = (0..n_draws).map(resample).collect();
        DrawnDocuments { n_tokens, times, n_tokens_drawn }
    }

    /// The rate of each resample.
    fn rates(&self, documents: &[DocumentCount]) -> Vec<f64> {
        // Whole numbers, which are exact in an f64 and faster than in a u64.
        let mut n = vec![0.0; self.n_tokens_drawn.len()];
        for (document, times) in documents.iter().zip(&self.times).filter(|(document, _)| document.n > 0) {
            n.iter_mut().zip(times).for_each(|(n, times)| *n += document.n as f64 * f64::from(*times));
        }
        n.iter().zip(&self.n_tokens_drawn).map(|(n, n_tokens)| n / *n_tokens as f64).collect()
    }
}

/// The interval of `rate` by the rates of the resamples.
fn interval_of(documents: &[DocumentCount], rate: f64, mut draws: Vec<f64>) -> Option<Interval> {
    let normal = Normal::standard();
    let n_below = draws.iter().filter(|draw| **draw < rate).count();
    let n_equal = draws.iter().filter(|draw| **draw == rate).count();
    let share_below = (n_below as f64 + 0.5 * n_equal as f64) / draws.len() as f64;
    if draws.iter().all(|draw| *draw == draws[0]) || share_below <= 0.0 || share_below >= 1.0 {
        return None;
    }
    let bias = normal.inverse_cdf(share_below);
    let acceleration = acceleration(documents);
    let mut limit = |z: f64| {
        let shifted = bias + z;
        let p = normal.cdf(bias + shifted / (1.0 - acceleration * shifted));
        let index = (p * draws.len() as f64).floor() as usize;
        let index = index.min(draws.len() - 1);
        *draws.select_nth_unstable_by(index, f64::total_cmp).1
    };
    Some(Interval { low: limit(-super::Z_95), high: limit(super::Z_95) })
}

/// A group of documents and its weight in a standardised rate.
#[derive(Debug, Clone, PartialEq)]
pub struct StandardGroup {
    /// Its share of the standard: above 0.
    pub weight: f64,
    /// Its documents, at least one with words.
    pub documents: Vec<DocumentCount>,
}

/// With fewer documents a resample of a group says little of how much the group varies.
const GROUP_DOCUMENTS_MIN: usize = 3;

/// The 95 % interval of the standardised rate of `groups`, Σ weight × rate ÷ Σ weight, by drawing documents with replacement within
/// each group; the percentiles of the resamples.
///
/// `None` with fewer than five documents that have a mention, or when a group has fewer than three documents with words.
/// Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, 8.2 (several samples) and 13.3 (percentiles).
pub fn bootstrap_standardised(groups: &[StandardGroup], seed: u64) -> Option<Interval> {
    let with_words = |group: &StandardGroup| -> Vec<DocumentCount> {
        group.documents.iter().copied().filter(|document| document.n_tokens > 0).collect()
    };
    let samples: Vec<(f64, Vec<DocumentCount>)> =
        groups.iter().map(|group| (group.weight, with_words(group))).collect();
    let all = || samples.iter().flat_map(|(_, documents)| documents);
    let is_small = samples.iter().any(|(_, documents)| documents.len() < GROUP_DOCUMENTS_MIN);
    if is_small || all().filter(|document| document.n > 0).count() < DOCUMENTS_WITH_MIN {
        return None;
    }
    let mut random = Random::new(seed);
    let n_draws = n_draws(all().count());
    let total: f64 = samples.iter().map(|(weight, _)| weight).sum();
    let mut resample = |_| {
        let rate = |(weight, documents): &(f64, Vec<DocumentCount>)| {
            let (n, n_tokens) = drawn(documents, documents.len(), &mut random);
            weight * n as f64 / n_tokens as f64
        };
        samples.iter().map(rate).sum::<f64>() / total
    };
    let mut draws: Vec<f64> = (0..n_draws).map(&mut resample).collect();
    draws.sort_by(f64::total_cmp);
    let at = |share: f64| draws[(share * (n_draws - 1) as f64).round() as usize];
    Some(Interval { low: at(0.025), high: at(0.975) })
}

/// The mentions and words of `n_drawn` documents drawn with replacement.
fn drawn(documents: &[DocumentCount], n_drawn: usize, random: &mut Random) -> (u64, u64) {
    let (mut n, mut n_tokens) = (0, 0);
    each_drawn(documents.len(), n_drawn, random, |index| {
        n += documents[index].n;
        n_tokens += documents[index].n_tokens;
    });
    (n, n_tokens)
}

/// Draws `n_drawn` of `n_documents` with replacement.
fn each_drawn(n_documents: usize, n_drawn: usize, random: &mut Random, mut each: impl FnMut(usize)) {
    let bound = u32::try_from(n_documents).unwrap_or(u32::MAX);
    for _ in 0..n_drawn / 2 {
        random.two_below(bound).into_iter().for_each(&mut each);
    }
    if n_drawn % 2 == 1 {
        each(random.two_below(bound)[0]);
    }
}

/// The words of documents without a mention.
struct Moments {
    mean: f64,
    deviation: f64,
}

impl Moments {
    fn of(documents: &[DocumentCount]) -> Moments {
        let count = documents.len() as f64;
        let mean = documents.iter().map(|document| document.n_tokens as f64).sum::<f64>() / count;
        let squares = documents.iter().map(|document| (document.n_tokens as f64 - mean).powi(2)).sum::<f64>();
        Moments { mean, deviation: (squares / count).sqrt() }
    }

    /// The sum of `n_drawn` of them; that of none is 0.
    fn sum_of(&self, n_drawn: usize, random: &mut Random) -> f64 {
        let count = n_drawn as f64;
        (count * self.mean + count.sqrt() * self.deviation * random.normal()).max(0.0)
    }
}

/// The number of successes among trials.
struct Binomial {
    /// P(at most 0, 1, 2 … successes).
    cumulative: Vec<f64>,
}

impl Binomial {
    /// `n` trials, each with the probability `k / n`; `k` is above 0 and below `n`.
    fn new(n: usize, k: usize) -> Binomial {
        let odds = k as f64 / (n - k) as f64;
        let mut weights = vec![0.0; n + 1];
        // From the mode outwards: the probability of 0 successes is too small for a number when both are large.
        weights[k] = 1.0;
        for successes in k..n {
            weights[successes + 1] =
                weights[successes] * odds * (n - successes) as f64 / (successes + 1) as f64;
        }
        for successes in (0..k).rev() {
            weights[successes] =
                weights[successes + 1] * (successes + 1) as f64 / odds / (n - successes) as f64;
        }
        let total: f64 = weights.iter().sum();
        let mut sum = 0.0;
        let cumulative = weights.iter().map(|weight| {
            sum += weight / total;
            sum
        });
        Binomial { cumulative: cumulative.collect() }
    }

    fn draw(&self, random: &mut Random) -> usize {
        let unit = random.unit();
        self.cumulative.partition_point(|cumulative| *cumulative <= unit).min(self.cumulative.len() - 1)
    }
}

/// The acceleration of BCa: the skewness of the rates without one document each, over 6.
fn acceleration(documents: &[DocumentCount]) -> f64 {
    let (n, n_tokens) = totals(documents);
    let without =
        |document: &DocumentCount| (n - document.n) as f64 / (n_tokens - document.n_tokens).max(1) as f64;
    let rates: Vec<f64> = documents.iter().map(without).collect();
    let mean = rates.iter().sum::<f64>() / rates.len() as f64;
    let (mut squares, mut cubes) = (0.0, 0.0);
    for rate in rates {
        squares += (mean - rate).powi(2);
        cubes += (mean - rate).powi(3);
    }
    if squares == 0.0 { 0.0 } else { cubes / (6.0 * squares.powf(1.5)) }
}

#[cfg(test)]
mod tests {
    use super::super::{REFERENCE, poisson};
    use super::*;

    fn documents(counts: &[u64]) -> Vec<DocumentCount> {
        counts.iter().map(|&n| DocumentCount { n, n_tokens: 1_000 }).collect()
    }

    #[test]
    fn the_interval_is_that_of_another_implementation() {
        let documents: Vec<_> =
            REFERENCE.iter().map(|&(n, n_tokens)| DocumentCount { n, n_tokens }).collect();
        let found = Resamples::new(1).interval(&documents).unwrap();
        // scipy 1.17.1 bootstrap(method="BCa", n_resamples=200000). Draws of another generator: 3 % of the width.
        let (low, high) = (1.787_833_7e-4, 3.003_754_7e-4);
        assert!((found.low - low).abs() < 0.03 * (high - low), "{found:?}");
        assert!((found.high - high).abs() < 0.03 * (high - low), "{found:?}");
        // Whatever was asked before.
        let of_other: Vec<_> = (1..12).map(|n| DocumentCount { n, n_tokens: 700 }).collect();
        for before in [&documents, &of_other] {
            let resamples = Resamples::new(1);
            assert!(resamples.interval(before).is_some());
            assert_eq!(resamples.interval(&documents), Some(found));
        }
    }

    #[test]
    fn bursts_widen_the_interval() {
        let bursty = documents(&[0, 0, 20, 0, 0, 1, 0, 15, 0, 3, 0, 2]);
        let found = Resamples::new(7).interval(&bursty).unwrap().scaled(12_000.0);
        let naive = poisson(41);
        assert!(found.low < naive.low && found.high > naive.high, "{found:?} {naive:?}");
    }

    #[test]
    fn a_draw_of_documents_without_a_mention_is_their_sum() {
        // One document in six has the term, and lengths are as skewed as those of a real corpus.
        let mut random = Random::new(9);
        let mut document = |index: usize| DocumentCount {
            n: if index.is_multiple_of(6) { 1 + random.below(4).pow(2) as u64 } else { 0 },
            n_tokens: 200 + (300.0 * (0.8 * random.normal()).exp()) as u64 * 5,
        };
        let documents: Vec<_> = (0..90).map(&mut document).collect();
        let (n, n_tokens) = totals(&documents);
        // The limits of 60 seeds, so that the noise of one set of draws is not what is compared.
        let mean = |without_min: usize| {
            let of_seed = |seed| {
                let draws = Resamples::new(seed).rates(&documents, without_min);
                interval_of(&documents, n as f64 / n_tokens as f64, draws).unwrap()
            };
            let found: Vec<Interval> = (0..60).map(of_seed).collect();
            let mean = |limit: fn(&Interval) -> f64| found.iter().map(limit).sum::<f64>() / 60.0;
            (mean(|interval| interval.low), mean(|interval| interval.high))
        };
        let (sums, each) = (mean(WITHOUT_MENTIONS_MIN), mean(usize::MAX));
        let width = each.1 - each.0;
        assert!((sums.0 - each.0).abs() < 0.01 * width, "{sums:?} {each:?}");
        assert!((sums.1 - each.1).abs() < 0.01 * width, "{sums:?} {each:?}");
    }

    #[test]
    fn the_interval_of_one_group_is_that_of_its_rate() {
        let documents: Vec<_> =
            REFERENCE.iter().map(|&(n, n_tokens)| DocumentCount { n, n_tokens }).collect();
        let group = |weight| StandardGroup { weight, documents: documents.clone() };
        // scipy 1.17.1 bootstrap(method="percentile", n_resamples=200000). Draws of another generator: 3 % of the width.
        let (low, high) = (1.746_808_7e-4, 2.964_304_5e-4);
        for groups in [vec![group(0.3)], vec![group(0.2), group(0.8)]] {
            let found = bootstrap_standardised(&groups, 1).unwrap();
            // Two samples of the same documents vary less than one.
            let share = if groups.len() == 1 { 1.0 } else { (0.2f64.powi(2) + 0.8f64.powi(2)).sqrt() };
            assert!(((found.high - found.low) / (high - low) / share - 1.0).abs() < 0.06, "{found:?}");
            if groups.len() == 1 {
                assert!((found.low - low).abs() < 0.03 * (high - low), "{found:?}");
                assert!((found.high - high).abs() < 0.03 * (high - low), "{found:?}");
            }
        }
        let small = StandardGroup { weight: 1.0, documents: documents[..2].to_vec() };
        assert_eq!(bootstrap_standardised(&[group(1.0), small], 1), None);
    }

    #[test]
    fn successes_have_the_mean_and_variance_of_the_binomial_distribution() {
        let mut random = Random::new(4);
        for (n, k) in [(60, 5), (5_000, 4_900), (40_000, 20_000)] {
            let binomial = Binomial::new(n, k);
            let drawn: Vec<f64> = (0..20_000).map(|_| binomial.draw(&mut random) as f64).collect();
            let mean = drawn.iter().sum::<f64>() / 20_000.0;
            let variance = drawn.iter().map(|drawn| (drawn - mean).powi(2)).sum::<f64>() / 20_000.0;
            let wanted = k as f64 * (1.0 - k as f64 / n as f64);
            // Four standard errors of the mean, 5 % of the variance.
            assert!((mean - k as f64).abs() < 4.0 * (wanted / 20_000.0).sqrt(), "{n} {k}: {mean}");
            assert!((variance / wanted - 1.0).abs() < 0.05, "{n} {k}: {variance} {wanted}");
        }
    }

    #[test]
    fn too_few_documents_have_no_interval() {
        for counts in [&[9, 0, 0, 4, 0, 0, 3, 1][..], &[2, 2, 2, 2, 2, 2]] {
            assert_eq!(Resamples::new(1).interval(&documents(counts)), None);
        }
    }
}
