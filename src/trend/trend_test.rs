//! Whether a concept rises or falls over the years: tests and effect sizes, one row for each concept.
//!
//! The years are those with documents. With fewer than five years no p is computed: no result could be significant.

use super::{Frequency, document_totals};
use crate::stats::{
    ChangePoint, DocumentCount, MannKendall, Observation, PERMUTATIONS, POINTS_MIN, Slope, change_point,
    is_fragile, lag_1, mann_kendall, overdispersion, permutation_p, q_values, sen_slope_within,
    step_explains_best, theil_sen,
};
use crate::text::{Count, Stratum};
use std::collections::{BTreeMap, BTreeSet};

/// The same seed for every concept, so that a report is reproducible. The report has it in a column.
pub(crate) const TEST_SEED: u64 = 1;

/// A concept over all years that have documents.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TrendTest<'a> {
    pub(crate) concept: &'a str,
    /// The first and the last year with words.
    pub(crate) years: Option<(i16, i16)>,
    pub(crate) n_years: u64,
    /// Mentions and words in documents with a year.
    pub(crate) frequency: Frequency,
    /// Documents with a year.
    pub(crate) n_docs: u64,
    /// Theil–Sen slope, in mentions per million words per year.
    pub(crate) slope: Option<Slope>,
    /// The median slope within the issuers, in the same unit. `None` when no issuer has two years.
    pub(crate) slope_within: Option<f64>,
    /// Issuers with at least two years.
    pub(crate) n_issuers: u64,
    /// Exact test of the yearly rates.
    pub(crate) mann_kendall: Option<MannKendall>,
    /// The p of the permutation of documents within their kind and issuer.
    pub(crate) permutation_p: Option<f64>,
    /// Its q-value among all concepts of the report.
    pub(crate) q: Option<f64>,
    /// The number of those tests.
    pub(crate) family_size: u64,
    /// Whether the direction hangs on one document or one thin year. `None` where there is no direction to test.
    pub(crate) is_fragile: Option<bool>,
    /// Correlation of the yearly rates with those of the year before.
    pub(crate) lag_1: Option<f64>,
    /// Pearson's χ² by document over its degrees of freedom.
    pub(crate) overdispersion: Option<f64>,
    /// The last year before a break, and the break; only where two levels explain the rates better than a line.
    pub(crate) change: Option<(i16, ChangePoint)>,
}

/// A row for each of `counts`. Without mentions in documents with a year nothing is tested. `issuers` has the issuer of each document.
pub(crate) fn trend_tests<'a>(
    documents: &[Stratum],
    issuers: &[Option<&str>],
    counts: &'a [Count],
) -> Vec<TrendTest<'a>> {
    let groups = Groups::of(documents, issuers);
    let mut tests: Vec<TrendTest<'a>> =
        counts.iter().map(|count| of_count(documents, &groups, count)).collect();
    let q = q_values(&tests.iter().map(|test| test.permutation_p).collect::<Vec<_>>());
    let family_size = q.iter().flatten().count() as u64;
    for (test, q) in tests.iter_mut().zip(q) {
        (test.q, test.family_size) = (q, family_size);
    }
    tests
}

/// For each document its group.
struct Groups {
    /// Documents of one kind and issuer have the same number.
    strata: Vec<u32>,
    /// Documents of one issuer have the same number. `None` when it is unknown.
    issuers: Vec<Option<u32>>,
}

impl Groups {
    fn of(documents: &[Stratum], issuers: &[Option<&str>]) -> Groups {
        let keys = || documents.iter().map(|document| document.kind).zip(issuers);
        let different: BTreeSet<_> = keys().collect();
        let number_of: BTreeMap<_, u32> = different.into_iter().zip(0..).collect();
        let different: BTreeSet<&str> = issuers.iter().flatten().copied().collect();
        let issuer_of: BTreeMap<&str, u32> = different.into_iter().zip(0..).collect();
        Groups {
            strata: keys().map(|key| number_of[&key]).collect(),
            issuers: issuers.iter().map(|issuer| issuer.map(|issuer| issuer_of[issuer])).collect(),
        }
    }
}

fn of_count<'a>(documents: &[Stratum], groups: &Groups, count: &'a Count) -> TrendTest<'a> {
    let mut by_issuer = BTreeMap::<u32, BTreeMap<i16, Frequency>>::new();
    let mut years = BTreeMap::<i16, Frequency>::new();
    let (mut parts, mut observations, mut by_year) =
        (Vec::new(), Vec::new(), BTreeMap::<i16, Vec<DocumentCount>>::new());
    for ((index, document), (n, _)) in
        documents.iter().enumerate().zip(document_totals(documents.len(), count))
    {
        let Some(year) = document.year.filter(|_| document.n_tokens > 0 && !document.is_copy) else {
            continue;
        };
        let n_tokens = document.n_tokens;
        let of_issuer = groups.issuers[index].map(|issuer| by_issuer.entry(issuer).or_default());
        for of_year in [Some(&mut years), of_issuer].into_iter().flatten() {
            let of_year = of_year.entry(year).or_default();
            of_year.n += n;
            of_year.n_tokens += n_tokens;
        }
        parts.push(DocumentCount { n, n_tokens });
        by_year.entry(year).or_default().push(DocumentCount { n, n_tokens });
        let stratum = groups.strata[index];
        observations.push(Observation { n, n_tokens, score: f64::from(year), stratum });
    }
    let frequency = years.values().fold(Frequency::default(), |sum, year| Frequency {
        n: sum.n + year.n,
        n_tokens: sum.n_tokens + year.n_tokens,
    });
    let times: Vec<f64> = years.keys().map(|year| f64::from(*year)).collect();
    let rates: Vec<f64> = years.values().filter_map(|year| year.per_million()).collect();
    by_issuer.retain(|_, years| years.len() >= 2);
    let points = |years: &BTreeMap<i16, Frequency>| {
        years.iter().filter_map(|(year, of_year)| Some((f64::from(*year), of_year.per_million()?))).collect()
    };
    let within: Vec<Vec<(f64, f64)>> = by_issuer.values().map(points).collect();
    let is_testable = frequency.n > 0 && years.len() >= POINTS_MIN;
    // In this order: the exact p of a step is by far the costliest.
    let has_step = is_testable && step_explains_best(&times, &rates);
    let change = has_step.then(|| change_point(&rates, TEST_SEED)).flatten();
    TrendTest {
        concept: &count.concept,
        years: years.keys().next().copied().zip(years.keys().last().copied()),
        n_years: years.len() as u64,
        frequency,
        n_docs: parts.len() as u64,
        slope: theil_sen(&times, &rates).filter(|_| frequency.n > 0),
        slope_within: sen_slope_within(&within).filter(|_| frequency.n > 0),
        n_issuers: within.len() as u64,
        mann_kendall: mann_kendall(&rates).filter(|_| is_testable),
        permutation_p: is_testable.then(|| permutation_p(&observations, PERMUTATIONS, TEST_SEED)).flatten(),
        q: None,
        family_size: 0,
        is_fragile: is_testable.then(|| is_fragile(&by_year.into_values().collect::<Vec<_>>())).flatten(),
        lag_1: lag_1(&rates).filter(|_| is_testable),
        overdispersion: overdispersion(&parts),
        change: change.and_then(|change| Some((*years.keys().nth(change.last_before)?, change))),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::text::{Kind, Tally};

    pub(in crate::trend) fn letters(years: &[i16]) -> Vec<Stratum> {
        let letter = |year: &i16| Stratum {
            year: Some(*year),
            kind: Kind::Tildelingsbrev,
            language: None,
            n_tokens: 1_000,
            n_tokens_ocr: 0,
            n_passages: 0,
            is_year_of_file: false,
            is_copy: false,
        };
        years.iter().map(letter).collect()
    }

    fn count(mentions: &[u64]) -> Count {
        let tally =
            |(document, n): (u32, &u64)| Tally { document, form: 0, language: None, n: *n, page_first: None };
        let tallies = (0..).zip(mentions).filter(|(_, n)| **n > 0).map(tally).collect();
        Count { concept: "x".to_owned(), forms: vec!["x".to_owned()], tallies }
    }

    fn tests_of<'a>(documents: &[Stratum], counts: &'a [Count]) -> Vec<TrendTest<'a>> {
        trend_tests(documents, &vec![None; documents.len()], counts)
    }

    #[test]
    fn an_issuer_that_enters_later_is_no_trend_within_issuers() {
        // One issuer never has the term, the other always does and enters in 2014; within each nothing changes.
        let years: Vec<i16> = (2010..2016).chain(2014..2020).collect();
        let counts = [count(&[0, 0, 0, 0, 0, 0, 5, 6, 5, 6, 5, 6])];
        let issuers: Vec<Option<&str>> =
            (0..12).map(|index| Some(if index < 6 { "a" } else { "b" })).collect();
        let within = &trend_tests(&letters(&years), &issuers, &counts)[0];
        assert_eq!((within.slope_within, within.n_issuers), (Some(0.0), 2));
        assert!(within.slope.unwrap().slope > 0.0 && within.permutation_p.unwrap() > 0.2, "{within:?}");
        let pooled = &tests_of(&letters(&years), &counts)[0];
        assert!(pooled.permutation_p.unwrap() < 0.05 && pooled.slope_within.is_none(), "{pooled:?}");
    }

    #[test]
    fn a_concept_that_rises_every_year_has_the_smallest_p() {
        let counts = [count(&[0, 1, 2, 3, 4, 5, 6, 7])];
        let tests = tests_of(&letters(&[2010, 2011, 2012, 2013, 2014, 2015, 2016, 2017]), &counts);
        let test = &tests[0];
        assert_eq!((test.n_years, test.years), (8, Some((2010, 2017))));
        assert!((test.slope.unwrap().slope - 1_000.0).abs() < 1e-9);
        assert!((test.mann_kendall.unwrap().p - 2.0 / 40_320.0).abs() < 1e-12);
        assert!(test.permutation_p.unwrap() < 0.001 && test.q == test.permutation_p);
        // A line, not a step.
        assert_eq!(test.change, None);
    }

    #[test]
    fn four_years_have_no_p() {
        let counts = [count(&[0, 1, 2, 3])];
        let test = &tests_of(&letters(&[2010, 2011, 2012, 2013]), &counts)[0];
        assert_eq!((test.mann_kendall, test.permutation_p, test.q), (None, None, None));
        assert!(test.slope.is_some());
    }

    #[test]
    fn a_step_has_its_year() {
        let counts = [count(&[1, 0, 1, 0, 1, 9, 8, 9, 8, 9])];
        let years: Vec<i16> = (2010..2020).collect();
        let test = &tests_of(&letters(&years), &counts)[0];
        let (year, change) = test.change.unwrap();
        assert_eq!((year, change.u), (2014, 25));
        assert!((change.p - 2.0 / 252.0).abs() < 1e-9);
    }

    #[test]
    fn without_mentions_nothing_is_tested() {
        let years: Vec<i16> = (2010..2020).collect();
        let counts = [count(&[])];
        let test = &tests_of(&letters(&years), &counts)[0];
        assert_eq!(
            (test.slope, test.mann_kendall, test.permutation_p, test.family_size),
            (None, None, None, 0)
        );
    }
}
