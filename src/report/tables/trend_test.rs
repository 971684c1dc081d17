//! `trend_test.csv`: whether a concept rises or falls.

use super::{CONCEPT, N, N_DOCS};
use crate::report::table::ValueType::{Boolean, Integer, Number, Text};
use crate::report::table::{Column, Heading, Table, heading};
use crate::stats::PERMUTATIONS;
use crate::stats::POINTS_MIN;
use crate::trend::{TEST_SEED, TrendTest};

type Row<'a> = TrendTest<'a>;

pub(crate) fn trend_test<'a>() -> Table<Row<'a>> {
    let mut columns = vec![
        CONCEPT.of(|row: &Row<'_>| row.concept.into()),
        heading("year_first", Integer, "First year that has words; missing when no document has a year")
            .of(|row| row.years.map(|(first, _)| first).into()),
        heading("year_last", Integer, "Last year that has words")
            .of(|row| row.years.map(|(_, last)| last).into()),
        heading("n_years", Integer, "Years that have words: the points of the tests")
            .in_unit("years")
            .of(|row| row.n_years.into()),
        N.of(|row: &Row<'_>| row.frequency.n.into()),
        N_DOCS.of(|row: &Row<'_>| row.n_docs.into()),
    ];
    columns.extend(slope());
    columns.extend(tests());
    columns.extend(change());
    columns.push(
        heading(
            "warning",
            Text,
            "Why the figures should not be trusted, separated by |; missing when nothing was noticed",
        )
        .of(|row| warnings(row).join(" | ").into()),
    );
    Table {
        description: "One row for each concept: its course over the years, all kinds of documents together",
        columns,
    }
}

fn slope<'a>() -> [Column<Row<'a>>; 5] {
    const UNIT: &str = "mentions per million words per year";
    let limit = |name, description| heading(name, Number, description).in_unit(UNIT);
    let slope: Heading = heading(
        "sen_slope",
        Number,
        "Theil–Sen slope of the yearly rates: the median over all pairs of years; missing with fewer than three years",
    )
    .in_unit(UNIT);
    [
        slope.of(|row: &Row<'_>| row.slope.map(|slope| slope.slope).into()),
        limit("sen_lo95", "Lower limit of its 95 % interval (Sen 1968)")
            .of(|row| row.slope.map(|slope| slope.interval.low).into()),
        limit("sen_hi95", "Upper limit of its 95 % interval")
            .of(|row| row.slope.map(|slope| slope.interval.high).into()),
        limit(
            "sen_slope_within_issuer",
            "Median of the slopes between all pairs of years of one issuer (by the name of today where it is known): beside sen_slope it shows \
             whether issuers changed, or only which of them have documents; missing when no issuer has two years",
        )
        .of(|row| row.slope_within.into()),
        heading("n_issuers", Integer, "Issuers with at least two years, which sen_slope_within_issuer rests on")
            .in_unit("issuers")
            .of(|row| row.n_issuers.into()),
    ]
}

fn tests<'a>() -> [Column<Row<'a>>; 11] {
    let tau = heading(
        "tau",
        Number,
        "Kendall's τ-b of rate and year, from −1 to 1; missing with fewer than five years",
    );
    let p = heading(
        "mk_p_exact",
        Number,
        "Two-sided p of the Mann–Kendall test, exact also with ties; missing with fewer than five years",
    );
    let perm_p = heading(
        "perm_p",
        Number,
        "Two-sided p of the document permutation: the years of whole documents are exchanged within their kind and issuer; the p to use, since \
         bursts of a term do not make it too small; missing with fewer than five years or without mentions",
    );
    [
        tau.of(|row: &Row<'_>| row.mann_kendall.map(|test| test.tau).into()),
        heading("mk_s", Integer, "Mann–Kendall S: pairs of years that rise minus pairs that fall")
            .of(|row| row.mann_kendall.map(|test| test.s as f64).into()),
        p.of(|row| row.mann_kendall.map(|test| test.p).into()),
        perm_p.of(|row| row.permutation_p.into()),
        heading("perm_b", Integer, "Permutations of perm_p, of which the 100 documents with the largest excesses are dealt one by one")
            .of(|row| row.permutation_p.map(|_| PERMUTATIONS as u64).into()),
        heading("seed", Integer, "Seed of the permutations")
            .of(|row| row.permutation_p.map(|_| TEST_SEED).into()),
        heading(
            "q_bh",
            Number,
            "q-value of perm_p among all concepts of this table (Benjamini and Hochberg)",
        )
        .of(|row| row.q.into()),
        heading("family_size", Integer, "Tests that q_bh takes into account")
            .in_unit("tests")
            .of(|row| row.family_size.into()),
        heading(
            "fragile",
            Boolean,
            "Whether the direction, the sign of mk_s, becomes another when one document is left out, or one year with fewer than three \
             documents; missing with fewer than five years or without a direction",
        )
        .of(|row| row.is_fragile.into()),
        heading(
            "lag1",
            Number,
            "Correlation of the yearly rates with those of the year before; above 0.3 every p is too small",
        )
        .of(|row| row.lag_1.into()),
        heading("overdispersion", Number, "Pearson's χ² of the mentions by document ÷ (documents − 1)")
            .of(|row| row.overdispersion.into()),
    ]
}

fn change<'a>() -> [Column<Row<'a>>; 2] {
    let year = heading(
        "pettitt_year",
        Integer,
        "Last year before a break; only where two levels explain the rates better than a line and than a line with a bend (BIC)",
    );
    [
        year.of(|row: &Row<'_>| row.change.map(|(year, _)| year).into()),
        heading("pettitt_p", Number, "p of Pettitt's test, exact up to 16 years, above by permutation")
            .of(|row| row.change.map(|(_, change)| change.p).into()),
    ]
}

/// A correlation of neighbouring years above this makes the tests reject too often (23 % instead of 5 at 0.6 and 12 years).
const LAG_MAX: f64 = 0.3;
/// With fewer mentions a single document decides.
const MENTIONS_MIN: u64 = 10;

fn warnings(row: &Row<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    if row.n_years < POINTS_MIN as u64 {
        warnings.push(format!("fewer than {POINTS_MIN} years"));
    }
    if row.frequency.n < MENTIONS_MIN {
        warnings.push(format!("fewer than {MENTIONS_MIN} mentions"));
    }
    if row.lag_1.is_some_and(|lag| lag > LAG_MAX) {
        warnings.push("neighbouring years are correlated".to_owned());
    }
    if row.is_fragile == Some(true) {
        warnings.push("one document or thin year decides the direction".to_owned());
    }
    warnings
}
