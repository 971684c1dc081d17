//! Where a series breaks: Pettitt's test with its exact p, and whether a step explains the series better than a line.

use super::{PERMUTATIONS, POINTS_MIN, Random};

/// With up to so many points p is exact: the sets of points that can come first are 2¹⁶. With more points it is
/// found by permutation: 2²⁰ sets took a tenth of a second for each concept.
const EXACT_POINTS_MAX: usize = 16;

/// A break.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChangePoint {
    /// The index of the last point before it.
    pub last_before: usize,
    /// Pettitt's U: the largest difference between pairs that rise and pairs that fall across a break.
    pub u: i64,
    /// The probability of a U as large when all orders of the points are equally likely.
    pub p: f64,
}

/// The most marked break of `values`, in order of time. `None` with fewer than five points, or equal ones.
///
/// A straight trend always has a break: see [`step_explains_best`]. Of equal breaks the first.
/// Source: Pettitt 1979, Appl. Stat. 28:126; the usual approximation of p is ten times off at 12 points.
pub fn change_point(values: &[f64], seed: u64) -> Option<ChangePoint> {
    let sign_sums = sign_sums(values);
    if values.len() < POINTS_MIN || sign_sums.iter().all(|sum| *sum == 0) {
        return None;
    }
    let (last_before, u) = largest(&sign_sums);
    let p = match values.len() <= EXACT_POINTS_MAX {
        true => exact_p(&sign_sums, u),
        false => permuted_p(sign_sums, u, seed),
    };
    Some(ChangePoint { last_before, u, p })
}

/// For each point the number of points below it minus that of points above it: U of a set of points is the sum over its members,
/// since pairs within the set cancel.
fn sign_sums(values: &[f64]) -> Vec<i64> {
    let sum = |x: &f64| values.iter().map(|y| i64::from(x > y) - i64::from(x < y)).sum();
    values.iter().map(sum).collect()
}

fn largest(sign_sums: &[i64]) -> (usize, i64) {
    let (mut sum, mut best) = (0_i64, (0, 0));
    for (index, one) in sign_sums.iter().enumerate() {
        sum += one;
        if sum.abs() > best.1 {
            best = (index, sum.abs());
        }
    }
    best
}

/// Goes through the sets of points that can come first, each with the probability that it does and that no set before it
/// reached `u`.
fn exact_p(sign_sums: &[i64], u: i64) -> f64 {
    let n = sign_sums.len();
    let mut reached = vec![0.0_f64; 1 << n];
    let mut sums = vec![0_i32; 1 << n];
    reached[0] = 1.0;
    let mut p = 0.0;
    for set in 0..1_usize << n {
        if set > 0 {
            let lowest = set.trailing_zeros() as usize;
            sums[set] = sums[set & (set - 1)] + sign_sums[lowest] as i32;
        }
        if i64::from(sums[set].abs()) >= u {
            p += reached[set];
            continue;
        }
        let share = reached[set] / (n - set.count_ones() as usize).max(1) as f64;
        for next in (0..n).filter(|next| set >> next & 1 == 0) {
            reached[set | 1 << next] += share;
        }
    }
    p.min(1.0)
}

fn permuted_p(mut sign_sums: Vec<i64>, u: i64, seed: u64) -> f64 {
    let mut random = Random::new(seed);
    let mut n_as_large = 0;
    for _ in 0..PERMUTATIONS {
        random.shuffle(&mut sign_sums);
        n_as_large += usize::from(largest(&sign_sums).1 >= u);
    }
    (1 + n_as_large) as f64 / (1 + PERMUTATIONS) as f64
}

/// Whether two levels explain `values` better than a straight line and than a line with a bend, by Schwarz's criterion (BIC).
/// Only then a year of change may be named.
pub fn step_explains_best(times: &[f64], values: &[f64]) -> bool {
    let n = values.len();
    if n < POINTS_MIN || times.len() != n {
        return false;
    }
    // Parameters besides the variance: two levels and where they change; a level and a slope; these, the change of slope and where.
    let bic =
        |squares: f64, parameters: f64| n as f64 * (squares / n as f64).ln() + parameters * (n as f64).ln();
    let mean_square = squares_of_fit(&[], values).max(f64::MIN_POSITIVE);
    // The residual of an exact fit is rounding error.
    let floor = |squares: f64| squares.max(1e-20 * mean_square);
    let column = |from: f64| times.iter().map(|time| (time - from).max(0.0)).collect::<Vec<f64>>();
    let line = column(times[0]);
    let step = |at: usize| (0..n).map(|index| f64::from(u8::from(index >= at))).collect::<Vec<f64>>();
    let best_step = (1..n).map(|at| squares_of_fit(&[&step(at)], values)).fold(f64::INFINITY, f64::min);
    let bend = |at: usize| squares_of_fit(&[&line, &column(times[at])], values);
    let best_bend = (1..n - 1).map(bend).fold(f64::INFINITY, f64::min);
    let of_step = bic(floor(best_step), 3.0);
    of_step < bic(floor(squares_of_fit(&[&line], values)), 2.0) && of_step < bic(floor(best_bend), 4.0)
}

/// The sum of squares that the least-squares fit of a constant and `columns` leaves of `values`: each column is made orthogonal to
/// those before it (Gram and Schmidt) and its part taken out.
fn squares_of_fit(columns: &[&[f64]], values: &[f64]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let mut rest = values.to_vec();
    let ones = vec![1.0; values.len()];
    for column in std::iter::once(ones.as_slice()).chain(columns.iter().copied()) {
        let mut own = column.to_vec();
        for other in &basis {
            let part = dot(&own, other);
            own.iter_mut().zip(other).for_each(|(x, y)| *x -= part * y);
        }
        let length = dot(&own, &own).sqrt();
        if length < 1e-9 {
            continue;
        }
        own.iter_mut().for_each(|x| *x /= length);
        let part = dot(&rest, &own);
        rest.iter_mut().zip(&own).for_each(|(x, y)| *x -= part * y);
        basis.push(own);
    }
    dot(&rest, &rest)
}

#[cfg(test)]
mod tests {
    use super::super::{assert_close, reference_rates};
    use super::*;

    #[test]
    fn p_is_exact() {
        let found = change_point(&reference_rates(), 1).unwrap();
        assert_eq!((found.u, found.last_before), (36, 5));
        // Only the orders with the six lowest or the six highest first: 2 · 6! · 6! ÷ 12!.
        assert_close(found.p, 2.0 / 924.0);
    }

    #[test]
    fn exact_and_permuted_p_agree_with_ties() {
        let values = [1.0, 1.0, 2.0, 1.0, 3.0, 3.0, 2.0, 4.0, 4.0, 3.0];
        let found = change_point(&values, 1).unwrap();
        let permuted = permuted_p(sign_sums(&values), found.u, 5);
        // Four standard errors of 9,999 permutations.
        assert!((found.p - permuted).abs() < 4.0 * (found.p / 9_999.0).sqrt(), "{} {permuted}", found.p);
    }

    #[test]
    fn a_long_series_has_a_p_by_permutation() {
        let values: Vec<f64> =
            (0..30).map(|x| f64::from(u8::from(x >= 15)) * 10.0 + f64::from(x % 4)).collect();
        let found = change_point(&values, 1).unwrap();
        assert_eq!((found.last_before, found.p), (14, 1e-4));
    }

    #[test]
    fn a_step_beats_a_line_only_where_there_is_one() {
        let times: Vec<f64> = (2000..2014).map(f64::from).collect();
        let noise = [0.3, -0.2, 0.1, -0.4, 0.2, 0.0, -0.1, 0.3, -0.3, 0.1, 0.2, -0.2, 0.0, 0.1];
        let of = |shape: fn(f64) -> f64| -> Vec<f64> {
            times.iter().zip(noise).map(|(time, noise)| shape(time - 2000.0) + noise).collect()
        };
        assert!(step_explains_best(&times, &of(|x| if x < 7.0 { 2.0 } else { 8.0 })));
        assert!(!step_explains_best(&times, &of(|x| x)));
        assert!(!step_explains_best(&times, &of(|x| if x < 7.0 { 2.0 } else { 2.0 + x - 7.0 })));
        assert!(!step_explains_best(&times[..4], &of(|x| x)[..4]));
    }
}
