//! Statistics of term counts: intervals, tests and measures as pure functions of numbers.
//!
//! The exchangeable unit is the document, not the word: policy terms come in bursts (one letter has a term forty times, nine have
//! none), so tests that treat every word as an independent draw reject far too often. A function returns `None` where the data
//! are insufficient. Randomness is seeded: equal input gives equal output.
//! `tools/false_positives.rs` measures how often each test rejects when nothing has changed.

mod agreement;
mod bootstrap;
mod change_point;
mod collocation;
mod dispersion;
mod family;
mod fragile;
mod interval;
mod keyness;
mod mann_kendall;
mod permutation;
mod random;
mod theil_sen;
mod word_permutation;

pub use agreement::{cohen_kappa, krippendorff_alpha, observed_agreement};
pub use bootstrap::{BOOTSTRAP_DRAWS, Resamples, StandardGroup, bootstrap_standardised};
pub use change_point::{ChangePoint, change_point, step_explains_best};
pub use collocation::Collocation;
pub use dispersion::{Dispersion, dp, dp_norm, largest_share, overdispersion};
pub use family::{q_values, q_values_of_tested};
pub use fragile::{THIN_DOCUMENTS, is_fragile};
pub use interval::{Interval, poisson, poisson_overdispersed, rate_ratio, wilson};
pub use keyness::Keyness;
pub use mann_kendall::{MannKendall, POINTS_MIN, mann_kendall};
pub use permutation::{Observation, PERMUTATIONS, permutation_p};
pub use random::Random;
pub use theil_sen::{Slope, lag_1, sen_slope_within, theil_sen};
pub use word_permutation::{BATCH_PERMUTATIONS, GroupedDocument, word_permutation_p};

/// What was counted in one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentCount {
    /// Mentions.
    pub n: u64,
    /// Words.
    pub n_tokens: u64,
}

/// The standard normal quantile of 0.975: intervals are 95 % everywhere.
const Z_95: f64 = 1.959_963_984_540_054;

/// Mentions and words of all `documents`.
fn totals(documents: &[DocumentCount]) -> (u64, u64) {
    documents.iter().fold((0, 0), |(n, n_tokens), document| (n + document.n, n_tokens + document.n_tokens))
}

#[cfg(test)]
fn assert_close(found: f64, wanted: f64) {
    let scale = wanted.abs().max(1.0);
    assert!((found - wanted).abs() <= 1e-9 * scale, "{found} is not {wanted}");
}

/// Years 2012–2023 of a rising term, the reference series of the tests: mentions and words.
#[cfg(test)]
const REFERENCE: [(u64, u64); 12] = [
    (3, 41_000),
    (5, 39_500),
    (4, 42_000),
    (6, 40_250),
    (9, 43_800),
    (8, 45_100),
    (12, 44_000),
    (11, 46_900),
    (15, 48_250),
    (14, 47_000),
    (21, 50_100),
    (19, 49_800),
];

/// The rates per million of the reference series.
#[cfg(test)]
fn reference_rates() -> Vec<f64> {
    REFERENCE.iter().map(|&(n, n_tokens)| 1e6 * n as f64 / n_tokens as f64).collect()
}
