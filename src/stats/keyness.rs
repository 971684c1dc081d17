//! Keyness: how much more frequent a word is in one subcorpus than in another.

use super::{Interval, Z_95};

/// The counts of a word in a target and a reference, and the measures of their difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keyness {
    /// Mentions in the target.
    pub n_target: u64,
    /// Words of the target. Above 0.
    pub n_tokens_target: u64,
    /// Mentions in the reference.
    pub n_reference: u64,
    /// Words of the reference. Above 0.
    pub n_tokens_reference: u64,
}

/// With fewer mentions on a side the normal approximation of the interval does not hold.
const MENTIONS_MIN: u64 = 5;

impl Keyness {
    /// Dunning's log-likelihood with all four cells, those of the other words too (quanteda's `lr` without correction).
    ///
    /// It orders words by evidence and is not used as a test, because it treats every word as an independent draw.
    /// Source: Dunning 1993, Comput. Linguist. 19:61.
    pub fn g2(&self) -> f64 {
        let (a, b) = (self.n_target, self.n_reference);
        let others = |n: u64, n_tokens: u64| n_tokens.saturating_sub(n);
        g2_of_table(
            [a, b, others(a, self.n_tokens_target), others(b, self.n_tokens_reference)].map(|n| n as f64),
        )
    }

    /// Log-likelihood from the two cells of the word only, as the UCREL calculator computes it.
    pub fn g2_2term(&self) -> f64 {
        let all = (self.n_tokens_target + self.n_tokens_reference) as f64;
        let n = (self.n_target + self.n_reference) as f64;
        let cell = |observed: u64, n_tokens: u64| term(observed as f64, n_tokens as f64 * n / all);
        2.0 * (cell(self.n_target, self.n_tokens_target) + cell(self.n_reference, self.n_tokens_reference))
    }

    /// log₂ of the ratio of the rates; a count of 0 is replaced by 0.5. `None` when neither has a mention.
    ///
    /// 1 is twice as often in the target, −1 half as often. Source: Hardie 2014 (CQPweb).
    pub fn log_ratio(&self) -> Option<f64> {
        let count = |n: u64| if n == 0 { 0.5 } else { n as f64 };
        let rate = |n: u64, n_tokens: u64| count(n) / n_tokens as f64;
        let ratio =
            rate(self.n_target, self.n_tokens_target) / rate(self.n_reference, self.n_tokens_reference);
        (self.n_target + self.n_reference > 0).then(|| ratio.log2())
    }

    /// The 95 % interval of [`Keyness::log_ratio`], with every word an independent draw. `None` with fewer than five mentions on a
    /// side.
    pub fn log_ratio_interval(&self) -> Option<Interval> {
        self.log_ratio_interval_overdispersed([1.0, 1.0])
    }

    /// As [`Keyness::log_ratio_interval`], with the variance of each side, target and reference, multiplied by the overdispersion of
    /// the word there, which counts as 1 where it is less: bursts widen the interval.
    pub fn log_ratio_interval_overdispersed(&self, overdispersion: [f64; 2]) -> Option<Interval> {
        if self.n_target.min(self.n_reference) < MENTIONS_MIN {
            return None;
        }
        let [target, reference] = overdispersion.map(|factor| factor.max(1.0));
        let variance = target / self.n_target as f64 + reference / self.n_reference as f64;
        let half = Z_95 * variance.sqrt() / std::f64::consts::LN_2;
        let middle = self.log_ratio()?;
        Some(Interval { low: middle - half, high: middle + half })
    }

    /// The difference of the rates in percent of the reference's. `None` when the reference has no mention.
    ///
    /// Source: Gabrielatos and Marchi 2011.
    pub fn percent_difference(&self) -> Option<f64> {
        let target = self.n_target as f64 / self.n_tokens_target as f64;
        let reference = self.n_reference as f64 / self.n_tokens_reference as f64;
        (self.n_reference > 0).then(|| 100.0 * (target - reference) / reference)
    }
}

/// G² of a table of two rows and two columns, its cells row by row.
pub(super) fn g2_of_table([a, b, c, d]: [f64; 4]) -> f64 {
    let all = a + b + c + d;
    let expected = |row: f64, column: f64| row * column / all;
    let terms = [
        term(a, expected(a + b, a + c)),
        term(b, expected(a + b, b + d)),
        term(c, expected(c + d, a + c)),
        term(d, expected(c + d, b + d)),
    ];
    2.0 * terms.iter().sum::<f64>()
}

/// observed × ln(observed ÷ expected); 0 × ln 0 is 0.
fn term(observed: f64, expected: f64) -> f64 {
    if observed == 0.0 { 0.0 } else { observed * (observed / expected).ln() }
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::*;

    fn of(n_target: u64, n_tokens_target: u64, n_reference: u64, n_tokens_reference: u64) -> Keyness {
        Keyness { n_target, n_tokens_target, n_reference, n_tokens_reference }
    }

    #[test]
    fn measures_are_those_of_the_reference_programs() {
        // scipy 1.17.1 chi2_contingency(lambda_="log-likelihood", correction=False); the UCREL formula.
        let word = of(120, 12_000, 80, 26_000);
        assert_close(word.g2(), 68.552_698_699_650_32);
        assert_close(word.g2_2term(), 68.156_755_054_294_55);
        assert_close(word.log_ratio().unwrap(), 1.700_439_718_141_092_2);
        assert_close(word.percent_difference().unwrap(), 225.0);
        let interval = word.log_ratio_interval().unwrap();
        // log2(3.25) ± 1.959964 × √(1/120 + 1/80) ÷ ln 2.
        assert_close(interval.low, 1.292_306_436_417_994_6);
        assert_close(interval.high, 2.108_572_999_864_19);
        // log2(3.25) ± 1.959964 × √(4/120 + 1/80) ÷ ln 2.
        let wide = word.log_ratio_interval_overdispersed([4.0, 0.3]).unwrap();
        let half = 1.959_963_984_540_054 * (4.0_f64 / 120.0 + 1.0 / 80.0).sqrt() / std::f64::consts::LN_2;
        assert_close(wide.high - wide.low, 2.0 * half);
    }

    #[test]
    fn a_word_that_the_reference_lacks_has_a_log_ratio_but_no_percentage() {
        let word = of(5, 40_000, 0, 500_000);
        assert_close(word.log_ratio().unwrap(), 6.965_784_284_662_087);
        assert_close(word.g2(), 26.027_475_583_968_01);
        assert_eq!((word.percent_difference(), word.log_ratio_interval()), (None, None));
        assert_eq!(of(0, 10, 0, 10).log_ratio(), None);
    }
}
