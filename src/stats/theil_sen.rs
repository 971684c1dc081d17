//! How fast a series rises or falls: the robust slope of Theil and Sen.

use super::{Interval, Z_95};

/// A slope with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slope {
    /// The median of the slopes between all pairs of points.
    pub slope: f64,
    /// Its 95 % interval.
    pub interval: Interval,
    /// The value of the line through the medians at the first point. An intercept at year 0 would mean nothing.
    pub fitted_first: f64,
}

/// Theil–Sen slope of `values` over `times`, which ascend and differ. Robust up to 29 % outliers.
///
/// `None` with fewer than three points. Source: Sen 1968, J. Am. Stat. Assoc. 63:1379.
pub fn theil_sen(times: &[f64], values: &[f64]) -> Option<Slope> {
    if times.len() < 3 || times.len() != values.len() {
        return None;
    }
    let mut slopes = Vec::new();
    for later in 1..times.len() {
        for earlier in 0..later {
            slopes.push((values[later] - values[earlier]) / (times[later] - times[earlier]));
        }
    }
    slopes.sort_by(f64::total_cmp);
    let slope = median(&slopes);
    // The ranks of Sen's interval, rounded as scipy's theilslopes rounds them: half to even.
    let (n, half) = (slopes.len() as f64, Z_95 * variance_of_s(values).sqrt());
    let upper = ((n + half) / 2.0).round_ties_even().min(n - 1.0).max(0.0);
    let lower = (((n - half) / 2.0).round_ties_even() - 1.0).max(0.0);
    let interval = Interval { low: slopes[lower as usize], high: slopes[upper as usize] };
    let fitted_first = median_of(values) + slope * (times[0] - median_of(times));
    Some(Slope { slope, interval, fitted_first })
}

/// The slope within several series, each of points (time, value) whose times ascend and differ: the median of the slopes between all pairs
/// of points of one series. Series that begin or end, or lie higher than others, do not change it.
///
/// `None` when no series has two points. Source: Helsel and Frans 2006, Environ. Sci. Technol. 40:4066 (the slope of their regional
/// Kendall test).
pub fn sen_slope_within(series: &[Vec<(f64, f64)>]) -> Option<f64> {
    let mut slopes = Vec::new();
    for points in series {
        for (later, (time, value)) in points.iter().enumerate() {
            slopes
                .extend(points[..later].iter().map(|(earlier, before)| (value - before) / (time - earlier)));
        }
    }
    slopes.sort_by(f64::total_cmp);
    (!slopes.is_empty()).then(|| median(&slopes))
}

/// The correlation of `values` with themselves one step later. `None` with fewer than three points or equal ones.
///
/// A warning, not a test: above about 0.3 the tests of trend reject too often.
pub fn lag_1(values: &[f64]) -> Option<f64> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let products: f64 = values.windows(2).map(|pair| (pair[0] - mean) * (pair[1] - mean)).sum();
    (values.len() >= 3 && squares > 0.0).then(|| products / squares)
}

/// The variance of Kendall's S when all orders are equally likely, with ties.
fn variance_of_s(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let term = |n: usize| (n * (n - 1) * (2 * n + 5)) as f64;
    let ties = sorted.chunk_by(|a, b| a == b).map(|tied| term(tied.len())).sum::<f64>();
    (term(values.len()) - ties) / 18.0
}

fn median_of(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    median(&sorted)
}

/// The median of `sorted` values, at least one.
fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    match sorted.len() % 2 {
        1 => sorted[middle],
        _ => (sorted[middle - 1] + sorted[middle]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{assert_close, reference_rates};
    use super::*;

    fn years() -> Vec<f64> {
        (2012..2024).map(f64::from).collect()
    }

    #[test]
    fn slope_and_interval_are_sens() {
        let found = theil_sen(&years(), &reference_rates()).unwrap();
        // scipy 1.17.1 theilslopes(method="separate").
        assert_close(found.slope, 29.002_485_996_014_49);
        assert_close(found.interval.low, 23.052_978_016_834_693);
        assert_close(found.interval.high, 35.940_455_629_574_81);
        assert_close(found.fitted_first, -58_292.504_982_019_26 + 29.002_485_996_014_49 * 2012.0);
        assert_eq!(theil_sen(&[1.0, 2.0], &[1.0, 2.0]), None);
    }

    #[test]
    fn a_series_that_enters_later_is_no_slope() {
        // Each falls by 1 a year, and the second lies 100 above the first.
        let series =
            [vec![(2000.0, 5.0), (2001.0, 4.0), (2002.0, 3.0)], vec![(2002.0, 105.0), (2004.0, 103.0)]];
        assert_close(sen_slope_within(&series).unwrap(), -1.0);
        assert_eq!(sen_slope_within(&[vec![(2000.0, 5.0)], vec![(2001.0, 9.0)]]), None);
    }

    #[test]
    fn years_without_documents_widen_the_steps() {
        let found = theil_sen(&[2000.0, 2001.0, 2005.0, 2010.0], &[0.0, 1.0, 5.0, 10.0]).unwrap();
        assert_close(found.slope, 1.0);
    }

    #[test]
    fn lag_one_is_that_of_the_definition() {
        assert_close(lag_1(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap(), 0.4);
        assert_eq!(lag_1(&[2.0, 2.0, 2.0]), None);
    }
}
