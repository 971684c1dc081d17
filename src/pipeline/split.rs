//! Concepts and queries counted by strata: what is counted, in which documents, and how the counts are split.

use crate::query::{Condition, Restriction};
use crate::results::{Countable, DocumentTotals, Error, Results};
use crate::trend::{Dimension, Sample, Strata, StratumRow, TimeAxis};

/// What is counted, in which documents, and how the counts are split.
pub(crate) struct SplitQuestion<'q> {
    pub(crate) dimensions: &'q [Dimension],
    pub(crate) axis: TimeAxis,
    pub(crate) asked: &'q [Countable],
    /// The passages that count.
    pub(crate) restriction: Option<&'q Restriction>,
    /// For each document whether it takes part.
    pub(crate) is_kept: Option<&'q [bool]>,
    /// First and last year that shall have rows whether or not there are documents.
    pub(crate) years: Option<(i16, i16)>,
}

/// How often each query occurs in each document, and the strata of the documents.
pub(crate) struct Split {
    strata: Strata,
    totals: Vec<(String, DocumentTotals)>,
}

impl SplitQuestion<'_> {
    /// Counts.
    ///
    /// # Errors
    /// When the index cannot be read, or a limit is reached.
    pub(crate) fn count(&self, results: &Results) -> Result<Split, Error> {
        let totals = totals(results, self.asked)?;
        self.of_totals(results, totals)
    }

    /// As [`SplitQuestion::count`] with the `totals` that were counted for another split of the same queries.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn of_totals(
        &self,
        results: &Results,
        totals: Vec<(String, DocumentTotals)>,
    ) -> Result<Split, Error> {
        let strata = results.strata_where(self.restriction)?;
        let needs_entries = !self.dimensions.iter().all(|dimension| dimension.is_of_stratum(self.axis));
        let condition = self.restriction.and_then(|restriction| restriction.condition.as_ref());
        let sample = Sample {
            strata: &strata,
            entries: if needs_entries { Some(results.documents()?) } else { None },
            is_kept: self.is_kept,
            years: self.years.or_else(|| condition.and_then(Condition::years)),
        };
        Ok(Split { strata: Strata::new(self.dimensions, self.axis, sample), totals })
    }
}

/// How often each of `asked` occurs in each document, with its name.
///
/// # Errors
/// When the index cannot be read, or a limit is reached.
pub(crate) fn totals(results: &Results, asked: &[Countable]) -> Result<Vec<(String, DocumentTotals)>, Error> {
    asked.iter().map(|asked| Ok((asked.name().to_owned(), asked.totals(results)?))).collect()
}

impl Split {
    /// What was counted, for another split of the same queries.
    pub(crate) fn totals(&self) -> Vec<(String, DocumentTotals)> {
        self.totals.clone()
    }

    /// The rows of each query, those of one query together.
    pub(crate) fn rows(&self) -> Vec<StratumRow<'_>> {
        self.totals
            .iter()
            .flat_map(|(name, totals)| self.strata.rows(name, &totals.n, &totals.n_passages))
            .collect()
    }
}
