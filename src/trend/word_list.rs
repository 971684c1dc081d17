//! Frequency lists: words or n-grams with their frequency, documents and dispersion.

use super::Frequency;
use crate::stats::{Dispersion, DocumentCount};
use crate::text::Stratum;

/// A word, a lemma or an n-gram in the documents that are kept.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WordRow {
    pub(crate) word: String,
    pub(crate) frequency: Frequency,
    /// Words of the documents that OCR read.
    pub(crate) n_tokens_ocr: u64,
    /// Documents that are kept and have words.
    pub(crate) n_docs: u64,
    pub(crate) n_docs_with: u64,
    /// Deviation of proportions over the documents. `None` below ten occurrences or two documents. So is the next.
    pub(crate) dp: Option<f64>,
    pub(crate) dp_norm: Option<f64>,
}

/// Documents whose words are listed.
pub(crate) struct ListedDocuments<'d> {
    documents: &'d [Stratum],
    dispersion: Dispersion,
    n_tokens_ocr: u64,
}

impl<'d> ListedDocuments<'d> {
    /// Those of `documents` for which `is_kept` is true.
    pub(crate) fn new(documents: &'d [Stratum], is_kept: &[bool]) -> ListedDocuments<'d> {
        let kept = documents.iter().zip(is_kept).filter(|(_, is_kept)| **is_kept);
        let kept = kept.map(|(document, _)| document);
        ListedDocuments {
            documents,
            dispersion: Dispersion::of(kept.clone().map(|document| document.n_tokens)),
            n_tokens_ocr: kept.map(|document| document.n_tokens_ocr).sum(),
        }
    }

    /// Their number of words.
    pub(crate) fn n_tokens(&self) -> u64 {
        self.dispersion.n_tokens
    }

    /// The row of `word`, which the documents `found` have.
    pub(crate) fn row(&self, word: &str, found: &[(u32, u64)]) -> WordRow {
        let counts = found.iter().map(|(document, n)| DocumentCount {
            n: *n,
            n_tokens: self.documents[*document as usize].n_tokens,
        });
        WordRow {
            word: word.to_owned(),
            frequency: Frequency { n: found.iter().map(|(_, n)| n).sum(), n_tokens: self.n_tokens() },
            n_tokens_ocr: self.n_tokens_ocr,
            n_docs: self.dispersion.n_parts,
            n_docs_with: found.len() as u64,
            dp: self.dispersion.dp(counts.clone()),
            dp_norm: self.dispersion.dp_norm(counts),
        }
    }
}

/// The `limit` of `rows` with the largest `value`, which is computed once for each, the largest first; of equal ones the first by letters.
pub(super) fn first_by<Row>(
    rows: Vec<Row>,
    limit: usize,
    value: impl Fn(&Row) -> f64,
    word: impl Fn(&Row) -> &str,
) -> Vec<Row> {
    let mut valued: Vec<(f64, Row)> = rows.into_iter().map(|row| (value(&row), row)).collect();
    let order = |a: &(f64, Row), b: &(f64, Row)| b.0.total_cmp(&a.0).then_with(|| word(&a.1).cmp(word(&b.1)));
    if limit < valued.len() {
        valued.select_nth_unstable_by(limit, order);
        valued.truncate(limit);
    }
    valued.sort_unstable_by(order);
    valued.into_iter().map(|(_, row)| row).collect()
}

/// Sorts `rows` by frequency, the highest first; of equal ones the first by letters.
pub(crate) fn sort_by_frequency(rows: &mut [WordRow]) {
    rows.sort_by(|a, b| b.frequency.n.cmp(&a.frequency.n).then_with(|| a.word.cmp(&b.word)));
}
