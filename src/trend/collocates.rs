//! Which words are around the mentions of a query more often than elsewhere.

use super::word_list::first_by;
use crate::stats::{Collocation, Dispersion, DocumentCount};

/// A word around the mentions of a query in one period.
#[derive(Debug, Clone)]
pub(crate) struct CollocateRow {
    /// The first and the last year, where only some years are looked at.
    pub(crate) years: Option<(Option<i16>, Option<i16>)>,
    pub(crate) word: String,
    /// `n_both`: times that it is around a mention; `n_node`: words around mentions; `n_collocate`: all its occurrences; `n_total`:
    /// all words.
    pub(crate) collocation: Collocation,
    /// Words of the documents that OCR read.
    pub(crate) n_tokens_ocr: u64,
    pub(crate) n_mentions: u64,
    /// Documents where it is around a mention.
    pub(crate) n_docs: u64,
    /// How evenly it is spread over the places around mentions, by document.
    pub(crate) dp_norm: Option<f64>,
}

impl CollocateRow {
    /// logDice of the mentions and the word: 14 + log₂(2 n ÷ (mentions + all occurrences of the word)), as the workbenches of corpus
    /// linguists have it. The places around mentions are no event of their own, so they are not its denominator.
    pub(crate) fn log_dice(&self) -> f64 {
        Collocation { n_node: self.n_mentions, ..self.collocation }.log_dice()
    }
}

/// The words around the mentions of a query: how many mentions, and for each document the number of words around them.
pub(crate) struct Surroundings<'n> {
    /// The first and the last year, where only some years are looked at.
    years: Option<(Option<i16>, Option<i16>)>,
    n_mentions: u64,
    places: &'n [(u32, u64)],
    /// Words of all documents that are looked at.
    n_tokens: u64,
    /// Those that OCR read.
    n_tokens_ocr: u64,
    dispersion: Dispersion,
}

impl<'n> Surroundings<'n> {
    /// Of `n_mentions` mentions with so many words around them in each document (`places`), among `n_tokens` words in all, of which OCR read
    /// `n_tokens_ocr`.
    pub(crate) fn new(
        years: Option<(Option<i16>, Option<i16>)>,
        n_mentions: u64,
        places: &'n [(u32, u64)],
        (n_tokens, n_tokens_ocr): (u64, u64),
    ) -> Surroundings<'n> {
        let dispersion = Dispersion::of(places.iter().map(|(_, n)| *n));
        Surroundings { years, n_mentions, places, n_tokens, n_tokens_ocr, dispersion }
    }

    /// The row of `word`, which is around mentions in the documents `around` and has `n_collocate` occurrences in all.
    pub(crate) fn row(&self, word: &str, around: &[(u32, u64)], n_collocate: u64) -> CollocateRow {
        let count = |(document, n): &(u32, u64)| {
            let index = self.places.binary_search_by_key(document, |(document, _)| *document);
            DocumentCount { n: *n, n_tokens: index.map_or(0, |index| self.places[index].1) }
        };
        CollocateRow {
            years: self.years,
            word: word.to_owned(),
            collocation: Collocation {
                n_both: around.iter().map(|(_, n)| n).sum(),
                n_node: self.dispersion.n_tokens,
                n_collocate,
                n_total: self.n_tokens,
            },
            n_tokens_ocr: self.n_tokens_ocr,
            n_mentions: self.n_mentions,
            n_docs: around.len() as u64,
            dp_norm: self.dispersion.dp_norm(around.iter().map(count)),
        }
    }
}

/// What collocates are ordered by, the highest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CollocateOrder {
    LogDice,
    G2,
    Mi,
    TScore,
    Count,
}

/// Keeps the `limit` first of `rows`; of equal ones the first by letters.
pub(crate) fn first_collocates(rows: &mut Vec<CollocateRow>, order: CollocateOrder, limit: usize) {
    let value = |row: &CollocateRow| match order {
        CollocateOrder::LogDice => row.log_dice(),
        // A word that is rarer around the mentions than elsewhere is no collocate, whatever its G².
        CollocateOrder::G2 => row.collocation.g2().unwrap_or(0.0).copysign(row.collocation.mi()),
        CollocateOrder::Mi => row.collocation.mi(),
        CollocateOrder::TScore => row.collocation.t_score(),
        CollocateOrder::Count => row.collocation.n_both as f64,
    };
    *rows = first_by(std::mem::take(rows), limit, value, |row| &row.word);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collocate_has_its_table_and_its_documents() {
        let places = [(0, 10), (3, 30)];
        let node = Surroundings::new(None, 4, &places, (1_000, 0));
        let row = node.row("kommune", &[(0, 2), (3, 6)], 20);
        let wanted = Collocation { n_both: 8, n_node: 40, n_collocate: 20, n_total: 1_000 };
        assert_eq!((row.collocation, row.n_docs, row.dp_norm), (wanted, 2, None));
        assert!((row.log_dice() - (14.0 + (16.0_f64 / 24.0).log2())).abs() < 1e-12);
        let row = node.row("og", &[(0, 5), (3, 15)], 20);
        assert_eq!(row.dp_norm, Some(0.0));
    }
}
