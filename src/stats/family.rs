//! Correction for multiple tests.

/// The q-value of each of `p_values`: the expected share of false findings among the tests with a p no larger.
///
/// The tests are one family, declared before looking. In the order of `p_values`; a missing p has no q and does not count.
/// Source: Benjamini and Hochberg 1995, J. R. Stat. Soc. B 57:289.
pub fn q_values(p_values: &[Option<f64>]) -> Vec<Option<f64>> {
    q_values_of_tested(p_values, p_values.iter().flatten().count())
}

/// As [`q_values`] for a family of `family_size` tests of which only some were made, `p_values`. The others could only lower a
/// q-value, so each q is an upper bound of that of the whole family.
pub fn q_values_of_tested(p_values: &[Option<f64>], family_size: usize) -> Vec<Option<f64>> {
    let mut order: Vec<(usize, f64)> =
        p_values.iter().enumerate().filter_map(|(index, p)| Some((index, (*p)?))).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (n_tested, mut smallest) = (order.len(), 1.0_f64);
    let size = family_size.max(n_tested) as f64;
    let mut q_values = vec![None; p_values.len()];
    for (from_largest, (index, p)) in order.into_iter().enumerate() {
        smallest = smallest.min(p * size / (n_tested - from_largest) as f64);
        q_values[index] = Some(smallest);
    }
    q_values
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::*;

    #[test]
    fn q_values_are_those_of_benjamini_and_hochberg() {
        let p = [0.212, 0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.216];
        // statsmodels 0.15.0 and R agree on these.
        let wanted = [0.216, 0.01, 0.04, 0.084, 0.084, 0.084, 0.1, 0.105_714_285_714_285_72, 0.216, 0.216];
        let found = q_values(&p.map(Some));
        for (found, wanted) in found.iter().zip(wanted) {
            assert_close(found.unwrap(), wanted);
        }
    }

    #[test]
    fn a_q_of_some_tests_bounds_that_of_the_whole_family() {
        let p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216].map(Some);
        let whole = q_values(&p);
        let some = q_values_of_tested(&p[..3], p.len());
        assert!(some.iter().zip(&whole).all(|(bound, q)| bound.unwrap() >= q.unwrap() - 1e-12), "{some:?}");
        assert_close(some[0].unwrap(), 0.01);
    }

    #[test]
    fn a_missing_p_is_not_a_test() {
        assert_eq!(q_values(&[Some(0.03), None, Some(0.04)]), [Some(0.04), None, Some(0.04)]);
    }
}
