//! How far coders agree who judged the same units.

use std::collections::BTreeMap;

/// Cohen's κ of two coders: `pairs` has the categories that they gave to each unit.
///
/// 1 is full agreement, 0 what chance would give. `None` without units, or when both use only one and the same category.
/// Source: Cohen 1960, Educ. Psychol. Meas. 20:37.
pub fn cohen_kappa(pairs: &[(u32, u32)]) -> Option<f64> {
    let n = pairs.len() as f64;
    let observed = observed_agreement(pairs)?;
    let mut marginals = BTreeMap::<u32, (f64, f64)>::new();
    for (first, second) in pairs {
        marginals.entry(*first).or_default().0 += 1.0;
        marginals.entry(*second).or_default().1 += 1.0;
    }
    let expected: f64 = marginals.values().map(|(first, second)| first * second / (n * n)).sum();
    (expected < 1.0).then(|| (observed - expected) / (1.0 - expected))
}

/// The share of units to which both coders gave the same category. `None` without units.
pub fn observed_agreement(pairs: &[(u32, u32)]) -> Option<f64> {
    let n_equal = pairs.iter().filter(|(first, second)| first == second).count();
    (!pairs.is_empty()).then(|| n_equal as f64 / pairs.len() as f64)
}

/// Krippendorff's α of any number of coders for categories without an order; each of `units` has the categories given to it, one for
/// each coder who judged it.
///
/// 1 is full agreement, 0 what chance would give. Units that only one coder judged have no part in it. `None` when there are no
/// others, or when all of their categories are the same.
/// Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability.
pub fn krippendorff_alpha(units: &[Vec<u32>]) -> Option<f64> {
    let mut totals = BTreeMap::<u32, f64>::new();
    let mut disagreement = 0.0;
    for unit in units.iter().filter(|unit| unit.len() >= 2) {
        let mut counts = BTreeMap::<u32, f64>::new();
        unit.iter().for_each(|category| *counts.entry(*category).or_default() += 1.0);
        let m = unit.len() as f64;
        let equal: f64 = counts.values().map(|count| count * count).sum();
        disagreement += (m * m - equal) / (m - 1.0);
        counts.into_iter().for_each(|(category, count)| *totals.entry(category).or_default() += count);
    }
    let n: f64 = totals.values().sum();
    let equal: f64 = totals.values().map(|total| total * total).sum();
    let expected = (n * n - equal) / (n - 1.0);
    (expected > 0.0).then(|| 1.0 - disagreement / expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The units of coders who wrote a digit for each unit, `*` where they gave none.
    fn units(coders: &[&str]) -> Vec<Vec<u32>> {
        let categories =
            |index: usize| coders.iter().filter_map(move |of| of.chars().nth(index)?.to_digit(10));
        (0..coders[0].len()).map(|index| categories(index).collect()).collect()
    }

    #[test]
    fn alpha_has_the_values_of_its_author() {
        let binary = units(&["0100000010", "1110010000"]);
        let four = units(&["123321412***", "1233224125*3", "*3332342251*", "12332441251*"]);
        let three = units(&["*****34121133*3", "1*213343*******", "**21344*21133*4"]);
        let cases = [
            (binary, 0.095_238_095_238_095_34),
            (four, 0.743_421_052_631_579),
            (three, 0.691_358_024_691_358),
        ];
        for (units, wanted) in cases {
            assert!((krippendorff_alpha(&units).unwrap() - wanted).abs() < 1e-9, "{wanted}");
        }
    }

    #[test]
    fn kappa_has_the_value_of_the_textbook() {
        let pairs = [vec![(1, 1); 20], vec![(1, 0); 5], vec![(0, 1); 10], vec![(0, 0); 15]].concat();
        assert!((cohen_kappa(&pairs).unwrap() - 0.4).abs() < 1e-9);
        assert!((observed_agreement(&pairs).unwrap() - 0.7).abs() < 1e-9);
    }

    #[test]
    fn without_variation_there_is_no_value() {
        assert_eq!(cohen_kappa(&[(1, 1), (1, 1)]), None);
        assert_eq!(cohen_kappa(&[]), None);
        assert_eq!(krippendorff_alpha(&[vec![1, 1], vec![1]]), None);
        assert_eq!(krippendorff_alpha(&[]), None);
    }
}
