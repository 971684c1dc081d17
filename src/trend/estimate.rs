//! The uncertainty of a rate, and the dispersion of mentions over the documents of a row.

use crate::stats::{
    DocumentCount, Interval, Resamples, dp, dp_norm, largest_share, overdispersion, poisson_overdispersed,
    wilson,
};
use std::sync::Arc;

/// The same seed for every row, so that a report is reproducible.
const SEED: u64 = 1;

/// Resamples for the rates of one row, or of the rows of all concepts in the same documents.
pub(super) fn resamples() -> Arc<Resamples> {
    Arc::new(Resamples::new(SEED))
}

/// Uncertainty and dispersion of a rate. Each value is `None` where too little is known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Estimate {
    /// The 95 % interval of the rate, in mentions per million words.
    pub(crate) interval: Option<Interval>,
    /// How it was made: `bootstrap`, or with fewer than five documents that have a mention `poisson`, widened by the overdispersion
    /// where it is above 1: `poisson_overdispersed`.
    pub(crate) method: Option<&'static str>,
    /// The 95 % interval of the share of documents with a mention, from 0 to 1 (Wilson).
    pub(crate) doc_prop: Option<Interval>,
    /// The mean of the rates of the documents, each with the same weight, in mentions per million words.
    pub(crate) doc_mean: Option<f64>,
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
    pub(super) fn of(documents: &[DocumentCount], resamples: &Resamples) -> Estimate {
        let n = documents.iter().map(|document| document.n).sum();
        let n_tokens: u64 = documents.iter().map(|document| document.n_tokens).sum();
        let overdispersion = overdispersion(documents);
        let (interval, method) = match resamples.interval(documents) {
            _ if n_tokens == 0 => (None, None),
            Some(interval) => (Some(interval.scaled(1e6)), Some("bootstrap")),
            None => {
                let factor = overdispersion.unwrap_or(1.0);
                let method = if factor > 1.0 { "poisson_overdispersed" } else { "poisson" };
                (Some(poisson_overdispersed(n, factor).scaled(1e6 / n_tokens as f64)), Some(method))
            }
        };
        let n_docs_with = documents.iter().filter(|document| document.n > 0).count() as u64;
        Estimate {
            doc_prop: wilson(n_docs_with, documents.len() as u64),
            doc_mean: doc_mean(documents),
            interval,
            method,
            dp: dp(documents),
            dp_norm: dp_norm(documents),
            overdispersion,
            largest_share: largest_share(documents),
        }
    }
}

/// The mean of the rates of the documents that have words, in mentions per million words.
fn doc_mean(documents: &[DocumentCount]) -> Option<f64> {
    let with_words = documents.iter().filter(|document| document.n_tokens > 0);
    let rates: Vec<f64> =
        with_words.map(|document| 1e6 * document.n as f64 / document.n_tokens as f64).collect();
    (!rates.is_empty()).then(|| rates.iter().sum::<f64>() / rates.len() as f64)
}
