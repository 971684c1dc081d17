//! Intervals of counts, proportions and ratios of rates. All are two-sided, 95 %.

use super::Z_95;
use statrs::distribution::{Beta, ContinuousCDF, Gamma};
use statrs::function::beta::beta_reg;

/// A lower and an upper limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower limit.
    pub low: f64,
    /// The upper limit; infinite where there is none.
    pub high: f64,
}

impl Interval {
    /// Both limits multiplied by `factor`, which is positive.
    pub fn scaled(self, factor: f64) -> Interval {
        Interval { low: self.low * factor, high: self.high * factor }
    }
}

/// The exact interval of the expected count when `n` events were counted.
///
/// Unit: events. It is too narrow for terms that come in bursts; see [`super::Resamples`].
/// Source: Garwood 1936, Biometrika 28:437.
pub fn poisson(n: u64) -> Interval {
    let quantile = |shape: u64, p: f64| {
        Gamma::new(shape as f64, 1.0).expect("shape and rate are positive").inverse_cdf(p)
    };
    let low = if n == 0 { 0.0 } else { quantile(n, 0.025) };
    Interval { low, high: quantile(n + 1, 0.975) }
}

/// As [`poisson`], its distance to `n` on either side multiplied by the square root of `overdispersion`, which counts as 1
/// where it is less: a sample that looks too even is not evidence of precision. Not below 0.
pub fn poisson_overdispersed(n: u64, overdispersion: f64) -> Interval {
    let (factor, n_events) = (overdispersion.max(1.0).sqrt(), n as f64);
    let exact = poisson(n);
    let low = n_events - factor * (n_events - exact.low);
    Interval { low: low.max(0.0), high: n_events + factor * (exact.high - n_events) }
}

/// Wilson's score interval of the proportion `n_with` ÷ `n`. `None` when `n` is 0.
///
/// Source: Wilson 1927, J. Am. Stat. Assoc. 22:209.
pub fn wilson(n_with: u64, n: u64) -> Option<Interval> {
    if n == 0 {
        return None;
    }
    let (n_with, total) = (n_with as f64, n as f64);
    let z2 = Z_95 * Z_95;
    let share = n_with / total;
    let middle = (share + z2 / (2.0 * total)) / (1.0 + z2 / total);
    let half =
        Z_95 / (1.0 + z2 / total) * (share * (1.0 - share) / total + z2 / (4.0 * total * total)).sqrt();
    // At 0 and 1 the limits are exact; subtraction would leave a rest of the last digit.
    let low = if n_with == 0.0 { 0.0 } else { (middle - half).max(0.0) };
    let high = if n_with == total { 1.0 } else { (middle + half).min(1.0) };
    Some(Interval { low, high })
}

/// The ratio of the rates `a` in `n_a` words and `b` in `n_b` words, with its exact conditional interval and the two-sided p of
/// the ratio being 1. `None` without words, or when neither has an event. The ratio is infinite when only `b` is 0.
///
/// Every word counts as an independent draw: p is far too small for terms that come in bursts.
/// Source: given a + b, a is binomial; Clopper and Pearson 1934, Biometrika 26:404; p sums the outcomes that are no more
/// likely than the one found.
pub fn rate_ratio(a: u64, n_a: u64, b: u64, n_b: u64) -> Option<(f64, Interval, f64)> {
    if n_a == 0 || n_b == 0 || a + b == 0 {
        return None;
    }
    let (rate_a, rate_b) = (a as f64 / n_a as f64, b as f64 / n_b as f64);
    let odds = |share: f64| share / (1.0 - share) * n_b as f64 / n_a as f64;
    let quantile =
        |x: u64, y: u64, p: f64| Beta::new(x as f64, y as f64).expect("shapes are positive").inverse_cdf(p);
    let low = if a == 0 { 0.0 } else { odds(quantile(a, b + 1, 0.025)) };
    let high = if b == 0 { f64::INFINITY } else { odds(quantile(a + 1, b, 0.975)) };
    let p = binomial_p(a, a + b, n_a as f64 / (n_a as f64 + n_b as f64));
    Some((rate_a / rate_b, Interval { low, high }, p))
}

/// The two-sided p of `n_with` of `n` when each is drawn with probability `share`: the probability of all outcomes that are
/// no more likely.
fn binomial_p(n_with: u64, n: u64, share: f64) -> f64 {
    let at_most = |k: u64| if k >= n { 1.0 } else { beta_reg((n - k) as f64, k as f64 + 1.0, 1.0 - share) };
    let ln_mass = |k: u64| {
        let (k, n) = (k as f64, n as f64);
        use statrs::function::gamma::ln_gamma;
        ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0)
            + k * share.ln()
            + (n - k) * (1.0 - share).ln()
    };
    // Equal masses differ in their last digits (the tolerance of R's binom.test).
    let limit = ln_mass(n_with) + 1e-7;
    let mode = ((n as f64 + 1.0) * share).floor().min(n as f64) as u64;
    // The masses fall on either side of the mode: the first outcome that is no more likely is found by halving.
    let search = |mut near: u64, mut far: u64| {
        while near.abs_diff(far) > 1 {
            let middle = near.min(far) + near.abs_diff(far) / 2;
            if ln_mass(middle) <= limit { far = middle } else { near = middle }
        }
        far
    };
    let p = if n_with == mode {
        1.0
    } else if n_with < mode {
        let other = if ln_mass(n) <= limit { Some(search(mode, n)) } else { None };
        at_most(n_with) + other.map_or(0.0, |k| 1.0 - at_most(k - 1))
    } else {
        let other = if ln_mass(0) <= limit { Some(search(mode, 0)) } else { None };
        1.0 - at_most(n_with - 1) + other.map_or(0.0, at_most)
    };
    p.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::*;

    #[test]
    fn the_poisson_interval_is_garwoods() {
        // scipy 1.17.1: chi2.ppf(0.025, 2n) / 2, chi2.ppf(0.975, 2n + 2) / 2.
        let cases = [
            (0, 0.0, 3.688_879_454_113_935_4),
            (1, 0.025_317_807_984_289_876, 5.571_643_390_938_898),
            (3, 0.618_672_122_895_601_4, 8.767_273_069_742_323),
            (5, 1.623_486_390_118_420_7, 11.668_332_079_322_67),
            (21, 12.999_330_984_076_186, 32.100_730_734_943_404),
            (100, 81.363_991_250_923_14, 121.626_793_792_426_38),
        ];
        for (n, low, high) in cases {
            assert_close(poisson(n).low, low);
            assert_close(poisson(n).high, high);
        }
    }

    #[test]
    fn overdispersion_widens_an_interval_and_evenness_does_not_narrow_it() {
        let (exact, wide) = (poisson(21), poisson_overdispersed(21, 4.0));
        assert_close(wide.low, 21.0 - 2.0 * (21.0 - exact.low));
        assert_close(wide.high, 21.0 + 2.0 * (exact.high - 21.0));
        assert_eq!(poisson_overdispersed(21, 0.2), exact);
        assert_eq!(poisson_overdispersed(3, 100.0).low, 0.0);
    }

    #[test]
    fn a_proportion_has_wilsons_interval() {
        // scipy 1.17.1: binomtest(k, n).proportion_ci(method="wilson").
        let cases = [
            (0, 10, 0.0, 0.277_532_799_862_889_77),
            (10, 10, 0.722_467_200_137_110_3, 1.0),
            (3, 40, 0.025_836_025_774_588_198, 0.198_642_335_243_105_43),
        ];
        for (n_with, n, low, high) in cases {
            let found = wilson(n_with, n).unwrap();
            assert_close(found.low, low);
            assert_close(found.high, high);
        }
        assert_eq!(wilson(0, 0), None);
    }

    #[test]
    fn a_ratio_of_rates_has_its_exact_interval() {
        // scipy 1.17.1: binomtest(21, 24, 50100 / 91100) and its exact interval as odds.
        let (ratio, interval, p) = rate_ratio(21, 50_100, 3, 41_000).unwrap();
        assert_close(ratio, 5.728_542_914_171_657);
        assert_close(p, 0.001_454_903_718_154_758_1);
        assert_close(interval.low, 1.710_482_679_400_958_4);
        assert_close(interval.high, 29.994_301_657_015_6);
        let cases = [
            ((2, 1_000, 9, 1_500), 0.218_269_388_8, (0.035_046_961_579_572_99, 1.610_457_653_744_617_6)),
            ((7, 3_000, 7, 3_000), 1.0, (0.299_309_681_810_58, 3.341_021_225_744_565_7)),
            (
                (30, 20_000, 5, 9_000),
                0.042_366_436_626_518_71,
                (1.037_252_502_542_386, 8.913_144_230_013_971),
            ),
        ];
        for ((a, n_a, b, n_b), p_wanted, (low, high)) in cases {
            let (_, interval, p) = rate_ratio(a, n_a, b, n_b).unwrap();
            assert_close(p, p_wanted);
            assert_close(interval.low, low);
            assert_close(interval.high, high);
        }
        let (ratio, interval, _) = rate_ratio(3, 1_000, 0, 1_000).unwrap();
        assert!(ratio.is_infinite() && interval.high.is_infinite());
        assert_eq!(rate_ratio(0, 1_000, 0, 1_000), None);
    }
}
