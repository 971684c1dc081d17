//! Whether a series rises or falls: the exact test of Mann and Kendall.

/// Fewer points cannot show anything: of four, the most extreme order still has p = 0.083.
pub const POINTS_MIN: usize = 5;

/// More points than any series of years or quarters has; the exact distribution takes n⁴ steps.
const POINTS_MAX: usize = 120;

/// The result of the test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannKendall {
    /// Pairs that rise minus pairs that fall.
    pub s: i64,
    /// Kendall's τ-b: from −1 (each point lower than all before it) to 1.
    pub tau: f64,
    /// The exact two-sided probability of an |S| as large when all orders of the points are equally likely.
    pub p: f64,
}

/// The exact test of the series `values`, in order of time. Ties are taken into account exactly.
///
/// `None` with fewer than [`POINTS_MIN`] points, more than 120, or when all are equal.
/// Source: Mann 1945, Econometrica 13:245; the distribution with ties is that of the inversions of a multiset (MacMahon 1916).
pub fn mann_kendall(values: &[f64]) -> Option<MannKendall> {
    if !(POINTS_MIN..=POINTS_MAX).contains(&values.len()) {
        return None;
    }
    let mut s = 0;
    for (later, value) in values.iter().enumerate() {
        for earlier in &values[..later] {
            s += i64::from(value > earlier) - i64::from(value < earlier);
        }
    }
    let ties = tie_groups(values);
    let distribution = inversions(&ties);
    let untied = distribution.len() as i64 - 1;
    if untied == 0 {
        return None;
    }
    let is_as_large = |inversions: usize| (untied - 2 * inversions as i64).abs() >= s.abs();
    let p = distribution.iter().enumerate().filter(|(k, _)| is_as_large(*k)).map(|(_, p)| p).sum::<f64>();
    let pairs = (values.len() * (values.len() - 1) / 2) as f64;
    Some(MannKendall { s, tau: s as f64 / (pairs * untied as f64).sqrt(), p: p.min(1.0) })
}

/// The sizes of the groups of equal values.
fn tie_groups(values: &[f64]) -> Vec<usize> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.chunk_by(|a, b| a == b).map(<[f64]>::len).collect()
}

/// The probability of each number of inversions among the orders of groups of equal values.
fn inversions(groups: &[usize]) -> Vec<f64> {
    let (mut distribution, mut placed) = (vec![1.0], 0);
    for &group in groups {
        distribution = convolved(&distribution, &inversions_of_two(placed, group));
        placed += group;
    }
    distribution
}

/// The same for two groups: the distribution of the Mann–Whitney statistic.
fn inversions_of_two(m: usize, k: usize) -> Vec<f64> {
    // ways[j][u]: of the places so far, j hold a member of the second group, with u inversions.
    let mut ways = vec![vec![0.0; m * k + 1]; k + 1];
    ways[0][0] = 1.0;
    for place in 0..m + k {
        for j in (1..=k.min(place + 1)).rev() {
            let before = place + 1 - j;
            if before > m {
                continue;
            }
            for u in (before..=m * k).rev() {
                let more = ways[j - 1][u - before];
                ways[j][u] += more;
            }
        }
    }
    let total: f64 = ways[k].iter().sum();
    ways.swap_remove(k).into_iter().map(|n| n / total).collect()
}

fn convolved(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; a.len() + b.len() - 1];
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            sums[i + j] += x * y;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::super::{assert_close, reference_rates};
    use super::*;

    #[test]
    fn p_is_exact() {
        let found = mann_kendall(&reference_rates()).unwrap();
        assert_eq!(found.s, 56);
        assert_close(found.tau, 0.848_484_848_484_848_4);
        // scipy 1.17.1 kendalltau(method="exact"), R cor.test(exact = TRUE).
        assert!((found.p / 1.634_232_537_010_314_8e-5 - 1.0).abs() < 1e-9, "{}", found.p);
    }

    #[test]
    fn the_smallest_p_is_that_of_a_series_that_only_rises() {
        let smallest = |n: usize| mann_kendall(&(0..n).map(|x| x as f64).collect::<Vec<_>>()).map(|r| r.p);
        assert_eq!(smallest(4), None);
        assert_close(smallest(5).unwrap(), 2.0 / 120.0);
        assert_close(smallest(8).unwrap(), 2.0 / 40_320.0);
        assert_eq!(mann_kendall(&[1.0; 8]), None);
    }

    #[test]
    fn with_ties_p_is_that_of_trying_all_orders() {
        fn orders(rest: &[f64], order: &mut Vec<f64>, each: &mut dyn FnMut(&[f64])) {
            if rest.is_empty() {
                each(order);
            }
            for index in 0..rest.len() {
                let mut others = rest.to_vec();
                order.push(others.remove(index));
                orders(&others, order, each);
                order.pop();
            }
        }
        let s = |values: &[f64]| -> i64 {
            let pairs = (0..values.len()).flat_map(|j| (0..j).map(move |i| (i, j)));
            pairs.map(|(i, j)| i64::from(values[j] > values[i]) - i64::from(values[j] < values[i])).sum()
        };
        for values in [[1.0, 1.0, 2.0, 2.0, 2.0, 5.0, 4.0], [0.0, 3.0, 0.0, 0.0, 1.0, 2.0, 2.0]] {
            let (mut n, mut n_as_large) = (0.0, 0.0);
            orders(&values, &mut Vec::new(), &mut |order| {
                n += 1.0;
                n_as_large += f64::from(u8::from(s(order).abs() >= s(&values).abs()));
            });
            assert_close(mann_kendall(&values).unwrap().p, n_as_large / n);
        }
    }
}
