//! `cooccurrence.csv`: two concepts in the same unit of text.

use crate::report::table::ValueType::{Integer, Number, Text};
use crate::report::table::{Table, heading};
use crate::trend::PairRow;

pub(crate) fn cooccurrence<'a>() -> Table<PairRow<'a>> {
    type Row<'a> = PairRow<'a>;
    const UNIT: &str = "sentences, passages or documents";
    let columns = vec![
        heading("concept_a", Text, "The concept that comes first in the codebook").of(|row: &Row<'_>| row.concepts[0].into()),
        heading("concept_b", Text, "The other concept").of(|row| row.concepts[1].into()),
        heading("n_a", Integer, "Units of text that have concept_a; units are passages, or what --within names")
            .in_unit(UNIT)
            .of(|row| row.n_units[0].into()),
        heading("n_b", Integer, "Units of text that have concept_b").in_unit(UNIT).of(|row| row.n_units[1].into()),
        heading("n_both", Integer, "Units of text that have both").in_unit(UNIT).of(|row| row.n_both.into()),
        heading("n_units", Integer, "All units of text; missing for sentences, which are not counted")
            .in_unit(UNIT)
            .of(|row| row.n_total.into()),
        heading("n_docs_with", Integer, "Documents with a unit that has both")
            .in_unit("documents")
            .of(|row| row.n_docs.into()),
        heading("expected", Number, "n_a × n_b ÷ n_units: what n_both would be by chance; missing for sentences")
            .in_unit(UNIT)
            .of(|row| row.collocation().map(|pair| pair.expected()).into()),
        heading("log_dice", Number, "14 + log₂(2 n_both ÷ (n_a + n_b)), at most 14 (Rychlý 2008)")
            .of(|row| row.log_dice().into()),
        heading("mi", Number, "log₂(n_both ÷ expected): mutual information; missing for sentences")
            .of(|row| row.collocation().map(|pair| pair.mi()).into()),
        heading(
            "g2",
            Number,
            "Log-likelihood of Dunning 1993 with four cells; it has no p, since it treats each unit as an independent draw; missing for sentences",
        )
        .of(|row| row.collocation().and_then(|pair| pair.g2()).into()),
    ];
    Table { description: "One row for each pair of concepts that occur together", columns }
}
