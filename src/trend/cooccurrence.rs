//! Which concepts occur together: in how many sentences, passages or documents.

use crate::stats::Collocation;
use std::collections::BTreeMap;

/// Two concepts and the units of text that have them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PairRow<'a> {
    /// The concept that comes first in the list of concepts, and the other.
    pub(crate) concepts: [&'a str; 2],
    /// Units that have the one, and the other.
    pub(crate) n_units: [u64; 2],
    /// Units that have both.
    pub(crate) n_both: u64,
    /// Documents that have both in one unit.
    pub(crate) n_docs: u64,
    /// All units. `None` where they were not counted.
    pub(crate) n_total: Option<u64>,
}

impl PairRow<'_> {
    /// The table of the pair. `None` without the number of all units.
    pub(crate) fn collocation(&self) -> Option<Collocation> {
        let [n_node, n_collocate] = self.n_units;
        Some(Collocation { n_both: self.n_both, n_node, n_collocate, n_total: self.n_total? })
    }

    /// 14 + log₂ of Dice's coefficient. `None` when they never occur together.
    pub(crate) fn log_dice(&self) -> Option<f64> {
        let [a, b] = self.n_units;
        (self.n_both > 0).then(|| 14.0 + (2.0 * self.n_both as f64 / (a + b) as f64).log2())
    }
}

/// A row for each pair of `concepts`, whose units are `units`, that occurs together at least once; in the order of the concepts.
pub(crate) fn pairs<'a>(
    concepts: &[&'a str],
    units: &[Vec<[u32; 3]>],
    n_total: Option<u64>,
) -> Vec<PairRow<'a>> {
    let mut places: Vec<([u32; 3], u32)> = (0..)
        .zip(units)
        .flat_map(|(concept, units): (u32, _)| units.iter().map(move |unit| (*unit, concept)))
        .collect();
    places.sort_unstable();
    // Units, documents, and the last document that was counted.
    let mut together = BTreeMap::<(u32, u32), (u64, u64, Option<u32>)>::new();
    for of_unit in places.chunk_by(|a, b| a.0 == b.0) {
        for (index, (unit, a)) in of_unit.iter().enumerate() {
            for (_, b) in &of_unit[index + 1..] {
                let (n, n_docs, last) = together.entry((*a, *b)).or_default();
                *n += 1;
                *n_docs += u64::from(*last != Some(unit[0]));
                *last = Some(unit[0]);
            }
        }
    }
    let row = |((a, b), (n_both, n_docs, _)): ((u32, u32), (u64, u64, Option<u32>))| {
        let of = [a as usize, b as usize];
        PairRow {
            concepts: of.map(|concept| concepts[concept]),
            n_units: of.map(|concept| units[concept].len() as u64),
            n_both,
            n_docs,
            n_total,
        }
    };
    together.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_counted_by_unit_and_document() {
        let units = [
            vec![[0, 1, 0], [0, 2, 0], [3, 0, 0]],
            vec![[0, 1, 0], [0, 2, 0], [1, 1, 0], [3, 0, 0]],
            vec![[1, 1, 0]],
        ];
        let rows = pairs(&["a", "b", "c"], &units, Some(100));
        let found: Vec<_> =
            rows.iter().map(|row| (row.concepts, row.n_units, row.n_both, row.n_docs)).collect();
        assert_eq!(found, [(["a", "b"], [3, 4], 3, 2), (["b", "c"], [4, 1], 1, 1)]);
        assert!((rows[0].log_dice().unwrap() - (14.0 + (6.0_f64 / 7.0).log2())).abs() < 1e-12);
        let wanted = Collocation { n_both: 3, n_node: 3, n_collocate: 4, n_total: 100 };
        assert_eq!(rows[0].collocation(), Some(wanted));
    }
}
