//! Rates at a fixed composition: a year of many letters and a year of many reports are compared as if each had the same mixture.
//!
//! Direct standardisation: the rate of each group of documents, those of one kind say, with the share of the group in all words of
//! the table as its weight. A row that lacks a group has the weights of the others, and says how much of the standard they are.

use super::StratumRow;
use crate::stats::{Interval, StandardGroup, bootstrap_standardised};
use std::collections::BTreeMap;

/// The same seed for every row, so that a table is reproducible.
const SEED: u64 = 1;

/// The standardised rate of a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StandardisedRate {
    /// Mentions per million words at the composition of all rows together. `None` without words.
    pub(crate) per_million: Option<f64>,
    /// Its 95 % interval by bootstrap within the groups. `None` where too little is known.
    pub(crate) interval: Option<Interval>,
    /// The share of the standard whose groups have words in this row, from 0 to 1.
    pub(crate) standard_share: f64,
}

/// The standardised rate of each of `rows`, from `crossed`: the same rows, split by one dimension more.
pub(crate) fn standardised(rows: &[StratumRow<'_>], crossed: &[StratumRow<'_>]) -> Vec<StandardisedRate> {
    let weights = weights(crossed);
    let total: f64 = weights.values().sum();
    let mut parts = BTreeMap::<(&str, &[Option<&str>]), Vec<&StratumRow<'_>>>::new();
    for row in crossed.iter().filter(|row| row.counts.frequency.n_tokens > 0) {
        let (_, shared) = row.values.split_last().expect("it is split by one dimension more");
        parts.entry((row.counts.concept, shared)).or_default().push(row);
    }
    let rate = |row: &StratumRow<'_>| {
        let of_row = parts.get(&(row.counts.concept, row.values.as_slice()));
        let group = |part: &&StratumRow<'_>| StandardGroup {
            weight: weights[&last(part)],
            documents: part.counts.documents.clone(),
        };
        let groups: Vec<StandardGroup> = of_row.into_iter().flatten().map(group).collect();
        let weight: f64 = groups.iter().map(|group| group.weight).sum();
        let weighted = |part: &&StratumRow<'_>| {
            part.counts.frequency.per_million().unwrap_or_default() * weights[&last(part)]
        };
        let sum: f64 = of_row.into_iter().flatten().map(weighted).sum();
        StandardisedRate {
            per_million: (weight > 0.0).then(|| sum / weight),
            interval: bootstrap_standardised(&groups, SEED).map(|interval| interval.scaled(1e6)),
            standard_share: if total > 0.0 { weight / total } else { 0.0 },
        }
    };
    rows.iter().map(rate).collect()
}

fn last<'r>(row: &StratumRow<'r>) -> Option<&'r str> {
    row.values.last().copied().flatten()
}

/// The words of each group in all rows: the same for every query.
fn weights<'r>(crossed: &[StratumRow<'r>]) -> BTreeMap<Option<&'r str>, f64> {
    let mut weights = BTreeMap::new();
    let Some(first) = crossed.first() else { return weights };
    for row in crossed.iter().filter(|row| row.counts.concept == first.counts.concept) {
        *weights.entry(last(row)).or_insert(0.0) += row.counts.frequency.n_tokens as f64;
    }
    weights
}
