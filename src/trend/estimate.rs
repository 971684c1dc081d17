//! The uncertainty of a rate, and the dispersion of mentions over the documents of a row.

use crate::stats::{
    DocumentCount, Interval, bootstrap_rate, dp, dp_norm, largest_share, overdispersion,
    poisson_overdispersed,
};

/// The same seed for every row, so that a report is reproducible.
const SEED: u64 = 1;

/// Uncertainty and dispersion of a rate. Each value is `None` where too little is known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Estimate {
    /// The 95 % interval of the rate, in mentions per million words.
    pub(crate) interval: Option<Interval>,
    /// How it was made: `bootstrap`, or with fewer than five documents that have a mention `poisson`, widened by the overdispersion
    /// where it is above 1: `poisson_overdispersed`.
    pub(crate) method: Option<&'static str>,
    /// Deviation of proportions over documents.
    pub(crate) dp: Option<f64>,
    /// Deviation of proportions, normalised: 0 is even, 1 all in one document.
    pub(crate) dp_norm: Option<f64>,
    /// Pearson's χ² by document over its degrees of freedom.
    pub(crate) overdispersion: Option<f64>,
    /// Share of the mentions in the document with most of them.
    pub(crate) largest_share: Option<f64>,
}

impl Estimate {
    pub(super) fn of(documents: &[DocumentCount]) -> Estimate {
        let n = documents.iter().map(|document| document.n).sum();
        let n_tokens: u64 = documents.iter().map(|document| document.n_tokens).sum();
        let overdispersion = overdispersion(documents);
        let (interval, method) = match bootstrap_rate(documents, SEED) {
            _ if n_tokens == 0 => (None, None),
            Some(interval) => (Some(interval.scaled(1e6)), Some("bootstrap")),
            None => {
                let factor = overdispersion.unwrap_or(1.0);
                let method = if factor > 1.0 { "poisson_overdispersed" } else { "poisson" };
                (Some(poisson_overdispersed(n, factor).scaled(1e6 / n_tokens as f64)), Some(method))
            }
        };
        Estimate {
            interval,
            method,
            dp: dp(documents),
            dp_norm: dp_norm(documents),
            overdispersion,
            largest_share: largest_share(documents),
        }
    }
}
