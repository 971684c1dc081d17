//! Queries that are not in the codebook: their mentions, the documents that fulfil a restriction, suggestions for misspelt words.

use super::{DocumentTotals, Error, Results, count};
use crate::index::PassageRow;
use crate::query::{Mentions, PASSAGE_STEPS, Query, Restriction, mentions, nearest, spend};
use crate::text::{Count, Stratum};
use std::collections::BTreeSet;

/// A word of the vocabulary and its mentions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Suggestion {
    /// As it stands in the texts, in small letters.
    pub(crate) word: String,
    pub(crate) n: u64,
}

/// Maximum number of candidates for one misspelt word: words that begin with its first letter.
const CANDIDATES_MAX: usize = 200_000;
/// Maximum number of suggestions for a query without mentions.
const SUGGESTIONS_MAX: usize = 3;

impl Results {
    /// Where `query` is mentioned, as it is counted: a mention has at least one word with a letter.
    ///
    /// # Errors
    /// When the index cannot be read, or a limit is reached.
    pub(crate) fn mentions_of(&self, query: &Query) -> Result<Mentions, Error> {
        let query = query.clone().counted();
        let expansion = self.expand_queries(std::slice::from_ref(&query))?;
        self.check_cost(&expansion[0])?;
        Ok(mentions(&self.snapshot, &expansion[0])?)
    }

    /// How often `query` occurs in each document, in the order of [`Results::documents`].
    ///
    /// # Errors
    /// When the index cannot be read, or a limit is reached.
    pub(crate) fn totals_of(&self, query: &Query) -> Result<DocumentTotals, Error> {
        let query = query.clone().counted();
        let expansion = self.expand_queries(std::slice::from_ref(&query))?;
        count::totals(&self.snapshot, &expansion[0])
    }

    /// The columns of the user's own that documents have, sorted.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn own_columns(&self) -> Result<Vec<String>, Error> {
        let names = self.documents()?.iter().flat_map(|entry| entry.record.own.keys());
        Ok(names.collect::<BTreeSet<_>>().into_iter().cloned().collect())
    }

    /// As [`Results::strata`], each with the passages that the restriction is about and their words: with all when it is not about
    /// passages, or there is none.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn strata_where(&self, restriction: Option<&Restriction>) -> Result<Vec<Stratum>, Error> {
        let mut strata = self.strata()?.to_vec();
        let Some(condition) = restriction.and_then(Restriction::passages) else { return Ok(strata) };
        for stratum in &mut strata {
            (stratum.n_tokens, stratum.n_tokens_ocr, stratum.n_passages) = (0, 0, 0);
        }
        let add = |row: PassageRow| {
            let (stratum, n) = (&mut strata[row.document as usize], u64::from(row.n_tokens));
            stratum.n_tokens += n;
            stratum.n_passages += 1;
            stratum.n_tokens_ocr += if row.is_ocr { n } else { 0 };
        };
        condition.each_passage(&self.snapshot, add).map_err(Error::reading)?;
        Ok(strata)
    }

    /// The strata of `restriction`, and for each document whether it is counted: it fulfils the restriction, and no other document counts
    /// in its place.
    ///
    /// # Errors
    /// When the index cannot be read, or a limit is reached.
    pub(crate) fn counted_where(
        &self,
        restriction: Option<&Restriction>,
    ) -> Result<(Vec<Stratum>, Vec<bool>), Error> {
        let strata = self.strata_where(restriction)?;
        let mut is_kept = match restriction {
            Some(restriction) => self.documents_where(restriction)?,
            None => vec![true; strata.len()],
        };
        is_kept.iter_mut().zip(&strata).for_each(|(is_kept, stratum)| *is_kept &= !stratum.is_copy);
        Ok((strata, is_kept))
    }

    /// As [`Results::documents_where`], for counts of the words of whole documents.
    ///
    /// # Errors
    /// When the restriction is about passages, too.
    pub(crate) fn whole_documents_where(&self, restriction: &Restriction) -> Result<Vec<bool>, Error> {
        match restriction.passages() {
            Some(_) => Err(Error::about_passages()),
            None => self.documents_where(restriction),
        }
    }

    /// For each document, in the order of [`Results::documents`], whether it fulfils `restriction`: its fields have the values, and it
    /// has a mention of the query.
    ///
    /// # Errors
    /// When the index cannot be read, or a limit is reached.
    pub(crate) fn documents_where(&self, restriction: &Restriction) -> Result<Vec<bool>, Error> {
        let mut is_kept = match &restriction.condition {
            Some(condition) => condition.documents(&self.snapshot).map_err(Error::reading)?,
            None => vec![true; self.snapshot.n_documents()],
        };
        if let Some(query) = &restriction.query {
            let mut has_mention = vec![false; is_kept.len()];
            for tally in self.count_of_query(query)?.tallies {
                has_mention[tally.document as usize] = true;
            }
            is_kept.iter_mut().zip(has_mention).for_each(|(kept, has)| *kept &= has);
        }
        Ok(is_kept)
    }

    fn count_of_query(&self, query: &Query) -> Result<Count, Error> {
        let counts = self.counts_of_queries(vec![(String::new(), query.clone())])?;
        Ok(counts.into_iter().next().expect("there is a count for each query"))
    }

    /// The words of the texts that are most like the plain words of `query` that no text has, with their mentions.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn suggestions(&self, query: &Query) -> Result<Vec<Suggestion>, Error> {
        let mut found = Vec::new();
        for wanted in query.plain_forms() {
            let Some(first) = wanted.chars().next() else { continue };
            let mut words = Vec::new();
            for segment in &self.snapshot.segments {
                segment
                    .vocabulary()
                    .with_prefix(&first.to_string(), &mut |word: &str| {
                        if words.len() < CANDIDATES_MAX {
                            words.push(word.to_lowercase());
                        }
                    })
                    .map_err(Error::reading)?;
            }
            words.sort_unstable();
            words.dedup();
            if words.binary_search(&wanted).is_ok() {
                continue;
            }
            // An edit distance is some 200 ns.
            spend(PASSAGE_STEPS + 20 * words.len() as u64).map_err(Error::reading)?;
            for word in nearest(&wanted, words.iter().map(String::as_str), SUGGESTIONS_MAX) {
                // A word of the vocabulary is a query, but for signs that patterns give a meaning to.
                let Ok(query) = Query::parse(word) else { continue };
                let n = self.count_of_query(&query)?.tallies.iter().map(|tally| tally.n).sum();
                if n > 0 {
                    found.push(Suggestion { word: word.to_owned(), n });
                }
            }
        }
        Ok(found)
    }
}
