//! The bootstrap interval of a rate, by resampling whole documents.

use super::{DocumentCount, Interval, Random, totals};
use statrs::distribution::{ContinuousCDF, Normal};

/// Resamples of a bootstrap: with 2,000 a limit varies by about 3 % of the interval's width between seeds.
pub const BOOTSTRAP_DRAWS: usize = 2_000;

/// Maximum number of documents drawn in all resamples. A rate of more than 62 documents has fewer resamples, so that an interval
/// costs the same however large the corpus is. With so many documents the distribution is nearly normal, and fewer resamples are enough.
const DRAWN_DOCUMENTS_MAX: usize = 125_000;
/// Minimum number of resamples: a limit varies by about 6 % of the interval's width between seeds.
const BOOTSTRAP_DRAWS_MIN: usize = 500;

/// With fewer documents that have mentions, the interval would be far too narrow.
const DOCUMENTS_WITH_MIN: usize = 5;

/// The 95 % interval of the pooled rate of `documents`, mentions per word, by drawing documents with replacement
/// [`BOOTSTRAP_DRAWS`] times, fewer where they are many; bias-corrected and accelerated (BCa). Bursts of a term within documents widen it.
///
/// `None` with fewer than five documents that have a mention, or when all draws are equal.
/// Source: Efron 1987, J. Am. Stat. Assoc. 82:171.
pub fn bootstrap_rate(documents: &[DocumentCount], seed: u64) -> Option<Interval> {
    let documents: Vec<DocumentCount> =
        documents.iter().copied().filter(|document| document.n_tokens > 0).collect();
    if documents.iter().filter(|document| document.n > 0).count() < DOCUMENTS_WITH_MIN {
        return None;
    }
    let (n, n_tokens) = totals(&documents);
    let rate = n as f64 / n_tokens as f64;
    let draws = sorted_draws(&documents, seed);
    let normal = Normal::standard();
    let n_below = draws.partition_point(|draw| *draw < rate);
    let n_equal = draws.partition_point(|draw| *draw <= rate) - n_below;
    let share_below = (n_below as f64 + 0.5 * n_equal as f64) / draws.len() as f64;
    if draws.first() == draws.last() || share_below <= 0.0 || share_below >= 1.0 {
        return None;
    }
    let bias = normal.inverse_cdf(share_below);
    let acceleration = acceleration(&documents);
    let limit = |z: f64| {
        let shifted = bias + z;
        let p = normal.cdf(bias + shifted / (1.0 - acceleration * shifted));
        let index = (p * draws.len() as f64).floor() as usize;
        draws[index.min(draws.len() - 1)]
    };
    Some(Interval { low: limit(-super::Z_95), high: limit(super::Z_95) })
}

/// The rates of the draws, the smallest first.
fn sorted_draws(documents: &[DocumentCount], seed: u64) -> Vec<f64> {
    let mut random = Random::new(seed);
    let n_draws = (DRAWN_DOCUMENTS_MAX / documents.len()).clamp(BOOTSTRAP_DRAWS_MIN, BOOTSTRAP_DRAWS);
    let bound = u32::try_from(documents.len()).unwrap_or(u32::MAX);
    let mut draws: Vec<f64> = (0..n_draws)
        .map(|_| {
            let (mut n, mut n_tokens) = (0, 0);
            for pair in documents.chunks(2) {
                for index in &random.two_below(bound)[..pair.len()] {
                    let document = documents[*index];
                    n += document.n;
                    n_tokens += document.n_tokens;
                }
            }
            n as f64 / n_tokens as f64
        })
        .collect();
    draws.sort_by(f64::total_cmp);
    draws
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
        let found = bootstrap_rate(&documents, 1).unwrap();
        // scipy 1.17.1 bootstrap(method="BCa", n_resamples=200000). Draws of another generator: 3 % of the width.
        let (low, high) = (1.787_833_7e-4, 3.003_754_7e-4);
        assert!((found.low - low).abs() < 0.03 * (high - low), "{found:?}");
        assert!((found.high - high).abs() < 0.03 * (high - low), "{found:?}");
        assert_eq!(bootstrap_rate(&documents, 1), Some(found));
    }

    #[test]
    fn bursts_widen_the_interval() {
        let bursty = documents(&[0, 0, 20, 0, 0, 1, 0, 15, 0, 3, 0, 2]);
        let found = bootstrap_rate(&bursty, 7).unwrap().scaled(12_000.0);
        let naive = poisson(41);
        assert!(found.low < naive.low && found.high > naive.high, "{found:?} {naive:?}");
    }

    #[test]
    fn too_few_documents_have_no_interval() {
        assert_eq!(bootstrap_rate(&documents(&[9, 0, 0, 4, 0, 0, 3, 1]), 1), None);
        assert_eq!(bootstrap_rate(&documents(&[2, 2, 2, 2, 2, 2]), 1), None);
    }
}
