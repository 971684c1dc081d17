//! How evenly a term is spread over documents.

use super::{DocumentCount, totals};

/// Fewer mentions say nothing about dispersion: DP depends on frequency alone then.
const MENTIONS_MIN: u64 = 10;

/// Gries' deviation of proportions: half the sum of |share of the mentions − share of the words| over documents.
///
/// Range: 0 (even) to nearly 1 (all in one small document). `None` with fewer than ten mentions or two documents with words.
/// Source: Gries 2008, Int. J. Corpus Linguist. 13:403.
pub fn dp(documents: &[DocumentCount]) -> Option<f64> {
    let (n, n_tokens) = totals(documents);
    let n_parts = documents.iter().filter(|document| document.n_tokens > 0).count();
    if n < MENTIONS_MIN || n_parts < 2 {
        return None;
    }
    Some(deviation(documents, n, n_tokens))
}

/// [`dp`] divided by its maximum, 1 − the share of the words in the shortest document.
///
/// Range: 0 (even) to 1. `None` as for [`dp`]. Source: Lijffijt and Gries 2012, Int. J. Corpus Linguist. 17:147.
pub fn dp_norm(documents: &[DocumentCount]) -> Option<f64> {
    let (_, n_tokens) = totals(documents);
    let shortest = documents.iter().map(|document| document.n_tokens).filter(|&n| n > 0).min()?;
    Some(dp(documents)? / (1.0 - shortest as f64 / n_tokens as f64))
}

/// The documents over which the dispersion of words is measured, when only those that have a word are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dispersion {
    /// Words of all documents.
    pub n_tokens: u64,
    /// Words of the shortest document that has any.
    pub n_tokens_shortest: u64,
    /// Documents with words.
    pub n_parts: u64,
}

impl Dispersion {
    /// Of documents with so many words each.
    pub fn of(n_tokens: impl Iterator<Item = u64>) -> Dispersion {
        let mut all = Dispersion { n_tokens: 0, n_tokens_shortest: u64::MAX, n_parts: 0 };
        for n_tokens in n_tokens.filter(|n_tokens| *n_tokens > 0) {
            all.n_tokens += n_tokens;
            all.n_tokens_shortest = all.n_tokens_shortest.min(n_tokens);
            all.n_parts += 1;
        }
        all
    }

    /// [`dp`] of a word that only `documents` have.
    pub fn dp(&self, documents: impl Iterator<Item = DocumentCount> + Clone) -> Option<f64> {
        let (n, n_tokens_with) = documents
            .clone()
            .fold((0, 0), |(n, n_tokens), document| (n + document.n, n_tokens + document.n_tokens));
        if n < MENTIONS_MIN || self.n_parts < 2 {
            return None;
        }
        let all = self.n_tokens as f64;
        let difference =
            |document: DocumentCount| (document.n as f64 / n as f64 - document.n_tokens as f64 / all).abs();
        let without = self.n_tokens.saturating_sub(n_tokens_with) as f64 / all;
        Some((documents.map(difference).sum::<f64>() + without) / 2.0)
    }

    /// [`dp_norm`] of a word that only `documents` have.
    pub fn dp_norm(&self, documents: impl Iterator<Item = DocumentCount> + Clone) -> Option<f64> {
        Some(self.dp(documents)? / (1.0 - self.n_tokens_shortest as f64 / self.n_tokens as f64))
    }

    /// [`overdispersion`] of a word that only `documents` have.
    pub fn overdispersion(&self, documents: impl Iterator<Item = DocumentCount> + Clone) -> Option<f64> {
        let n: u64 = documents.clone().map(|document| document.n).sum();
        if n == 0 || self.n_parts < 2 {
            return None;
        }
        // Σ (observed − expected)² ÷ expected is Σ observed² ÷ expected − n, to which documents without the word add nothing.
        let rate = n as f64 / self.n_tokens as f64;
        let term = |document: DocumentCount| (document.n as f64).powi(2) / (rate * document.n_tokens as f64);
        Some((documents.map(term).sum::<f64>() - n as f64) / (self.n_parts - 1) as f64)
    }
}

/// The share of the mentions that stands in the document with most of them. `None` without mentions.
pub fn largest_share(documents: &[DocumentCount]) -> Option<f64> {
    let (n, _) = totals(documents);
    let largest = documents.iter().map(|document| document.n).max()?;
    (n > 0).then(|| largest as f64 / n as f64)
}

/// Pearson's χ² of the mentions by document over its degrees of freedom: 1 when mentions are independent, more when they
/// come in bursts. `None` without mentions or with fewer than two documents with words.
pub fn overdispersion(documents: &[DocumentCount]) -> Option<f64> {
    let (n, n_tokens) = totals(documents);
    let parts: Vec<_> = documents.iter().filter(|document| document.n_tokens > 0).collect();
    if n == 0 || parts.len() < 2 {
        return None;
    }
    let rate = n as f64 / n_tokens as f64;
    let term = |document: &&DocumentCount| {
        let expected = rate * document.n_tokens as f64;
        (document.n as f64 - expected).powi(2) / expected
    };
    Some(parts.iter().map(term).sum::<f64>() / (parts.len() - 1) as f64)
}

fn deviation(documents: &[DocumentCount], n: u64, n_tokens: u64) -> f64 {
    let difference = |document: &DocumentCount| {
        (document.n as f64 / n as f64 - document.n_tokens as f64 / n_tokens as f64).abs()
    };
    documents.iter().map(difference).sum::<f64>() / 2.0
}

#[cfg(test)]
mod tests {
    use super::super::{REFERENCE, assert_close};
    use super::*;

    /// Lyne's ALLEMAND, ten parts.
    fn allemand() -> Vec<DocumentCount> {
        let counts = [2, 0, 1, 1, 3, 0, 3, 0, 0, 0];
        let sizes = [8143, 8058, 8271, 8125, 7959, 7941, 8146, 8001, 8009, 8013];
        counts.into_iter().zip(sizes).map(|(n, n_tokens)| DocumentCount { n, n_tokens }).collect()
    }

    #[test]
    fn dispersion_is_that_of_the_published_example() {
        assert_close(dp(&allemand()).unwrap(), 0.499_402_474_400_614_9);
        assert_close(dp_norm(&allemand()).unwrap(), 0.553_933_310_415_950_5);
        assert_close(largest_share(&allemand()).unwrap(), 0.3);
    }

    #[test]
    fn dispersion_from_the_documents_with_a_word_is_that_from_all() {
        let all = allemand();
        let dispersion = Dispersion::of(all.iter().map(|document| document.n_tokens));
        let with = all.iter().copied().filter(|document| document.n > 0);
        assert_close(dispersion.dp(with.clone()).unwrap(), 0.499_402_474_400_614_9);
        assert_close(dispersion.dp_norm(with.clone()).unwrap(), 0.553_933_310_415_950_5);
        assert_close(dispersion.overdispersion(with.clone()).unwrap(), overdispersion(&all).unwrap());
        assert_eq!(dispersion.dp(with.take(2)), None);
    }

    #[test]
    fn fewer_than_ten_mentions_have_no_dispersion() {
        let mut documents = allemand();
        documents[0].n = 1;
        assert_eq!(dp(&documents), None);
        assert!(overdispersion(&documents).is_some());
    }

    #[test]
    fn overdispersion_is_pearsons_chi_square_over_its_degrees_of_freedom() {
        let documents: Vec<_> =
            REFERENCE.iter().map(|&(n, n_tokens)| DocumentCount { n, n_tokens }).collect();
        // scipy 1.17.1: chisquare(n, tokens * sum(n) / sum(tokens)).statistic / 11.
        assert_close(overdispersion(&documents).unwrap(), 2.362_258_234_751_688_5);
        assert_eq!(overdispersion(&documents[..1]), None);
    }
}
