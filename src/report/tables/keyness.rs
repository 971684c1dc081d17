//! `keyness.csv`: the words that distinguish a target from a reference.

use super::proportion;
use crate::report::table::ValueType::{Integer, Number, Text};
use crate::report::table::{Column, Heading, Table, heading};
use crate::trend::{KEYNESS_SEED, KeynessRow};

type Row = KeynessRow;

pub(crate) fn keyness() -> Table<Row> {
    let mut columns = vec![
        heading("feature", Text, "The word in small letters, or the lemma")
            .of(|row: &Row| row.word.as_str().into()),
    ];
    columns.extend(counts());
    columns.extend(effects());
    columns.extend(tests());
    Table {
        description: "One row for each word that distinguishes the target from the reference: first those that are more frequent in the target, \
                      then those that are less frequent, each by g2; in the file of a refresh the target is the latest three \
                      complete years and the reference the years before",
        columns,
    }
}

/// The columns of the target and of the reference under `names`.
fn pair([target, reference]: [Heading; 2], of: [fn(&Row) -> crate::report::Cell; 2]) -> [Column<Row>; 2] {
    [target.of(of[0]), reference.of(of[1])]
}

fn counts() -> Vec<Column<Row>> {
    let n = |name, description| heading(name, Integer, description).in_unit("occurrences");
    let words = |name, description| heading(name, Integer, description).in_unit("words");
    let docs = |name, description| heading(name, Integer, description).in_unit("documents");
    let rate =
        |name, description| heading(name, Number, description).in_unit("occurrences per million words");
    [
        pair(
            [n("n_target", "Occurrences in the target"), n("n_reference", "Occurrences in the reference")],
            [|row| row.keyness.n_target.into(), |row| row.keyness.n_reference.into()],
        ),
        pair(
            [
                words("n_tokens_target", "Words of the target"),
                words("n_tokens_reference", "Words of the reference"),
            ],
            [|row| row.keyness.n_tokens_target.into(), |row| row.keyness.n_tokens_reference.into()],
        ),
        pair(
            [
                heading("ocr_share_target", Number, "Share of n_tokens_target that OCR read, from 0 to 1"),
                heading("ocr_share_reference", Number, "Share of n_tokens_reference that OCR read, from 0 to 1"),
            ],
            [
                |row| proportion(row.n_tokens_ocr[0], row.keyness.n_tokens_target).into(),
                |row| proportion(row.n_tokens_ocr[1], row.keyness.n_tokens_reference).into(),
            ],
        ),
        pair(
            [
                rate("per_million_target", "1,000,000 × n_target ÷ n_tokens_target"),
                rate("per_million_reference", "1,000,000 × n_reference ÷ n_tokens_reference"),
            ],
            [
                |row| (1e6 * row.keyness.n_target as f64 / row.keyness.n_tokens_target as f64).into(),
                |row| (1e6 * row.keyness.n_reference as f64 / row.keyness.n_tokens_reference as f64).into(),
            ],
        ),
        pair(
            [
                docs("docfreq_target", "Documents of the target that have the word"),
                docs("docfreq_reference", "Documents of the reference that have the word"),
            ],
            [|row| row.n_docs_with[0].into(), |row| row.n_docs_with[1].into()],
        ),
        pair(
            [
                docs("n_docs_target", "Documents of the target that have words"),
                docs("n_docs_reference", "Documents of the reference that have words"),
            ],
            [|row| row.n_docs[0].into(), |row| row.n_docs[1].into()],
        ),
        pair(
            [
                heading(
                    "dp_norm_target",
                    Number,
                    "Deviation of proportions over the documents of the target, normalised (Lijffijt and Gries 2012): \
                     ½ Σ |share of occurrences − share of words| ÷ (1 − smallest share of words); 0 is even, 1 all in one document; \
                     missing below ten occurrences or two documents",
                ),
                heading("dp_norm_reference", Number, "The same over the documents of the reference"),
            ],
            [|row| row.dp_norm[0].into(), |row| row.dp_norm[1].into()],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn effects() -> [Column<Row>; 5] {
    [
        heading(
            "log_ratio",
            Number,
            "log₂ of (n_target ÷ n_tokens_target) ÷ (n_reference ÷ n_tokens_reference), a count of 0 taken as 0.5: 1 is twice as \
             frequent in the target, −1 half as frequent (Hardie 2014)",
        )
        .of(|row: &Row| row.keyness.log_ratio().into()),
        heading(
            "log_ratio_lo95",
            Number,
            "Lower limit of its 95 % interval: log_ratio ± 1.96 × √(φ_target ÷ n_target + φ_reference ÷ n_reference) ÷ ln 2, where φ is \
             the overdispersion of the word over the documents of the group, at least 1; missing with fewer than five occurrences in a group",
        )
        .of(|row| row.interval.map(|interval| interval.low).into()),
        heading("log_ratio_hi95", Number, "Upper limit of its 95 % interval")
            .of(|row| row.interval.map(|interval| interval.high).into()),
        heading(
            "pct_diff",
            Number,
            "100 × (per_million_target − per_million_reference) ÷ per_million_reference; missing when the reference has no occurrence",
        )
        .in_unit("percent")
        .of(|row| row.keyness.percent_difference().into()),
        heading(
            "g2",
            Number,
            "Log-likelihood of Dunning 1993 with four cells, 2 Σ observed × ln(observed ÷ expected). It orders the words and has no p, since it \
             treats each word as an independent draw",
        )
        .of(|row| row.keyness.g2().into()),
    ]
}

fn tests() -> [Column<Row>; 5] {
    [
        heading(
            "perm_p",
            Number,
            "Two-sided p of the document permutation: whole documents are exchanged between target and reference within their kind, \
             or among all when the two have no kind in common; missing where no kind with the word is in both",
        )
        .of(|row: &Row| row.p.into()),
        heading("perm_b", Integer, "Permutations of perm_p: 9,990, with more than 400 documents fewer, at least 999")
            .of(|row| row.p.map(|_| row.permutations as u64).into()),
        heading("seed", Integer, "Seed of the permutations").of(|row| row.p.map(|_| KEYNESS_SEED).into()),
        heading(
            "q_bh",
            Number,
            "Upper bound of the q-value of perm_p among all words with enough occurrences and documents, listed or not (Benjamini and Hochberg)",
        )
        .of(|row| row.q.into()),
        heading("family_size", Integer, "Words with enough occurrences and documents: the tests that q_bh takes into account")
            .in_unit("tests")
            .of(|row| row.family_size.into()),
    ]
}
