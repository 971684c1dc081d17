//! A generator of random numbers whose output never changes: the same seed gives the same report with every version.

/// SplitMix64. Written here because a library may change its generator between versions. Passes BigCrush.
///
/// Source: Steele, Lea and Flood 2014, OOPSLA, 453.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The generator of `seed`.
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in 0..`bound`, which is above 0. The bias, `bound` in 2⁶⁴, cannot be seen.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.bits()) * bound as u128) >> 64) as usize
    }

    /// Two numbers in 0..`bound`, which is above 0 and below 2³². The bias, `bound` in 2³², cannot be seen; both cost little more
    /// than one of [`Random::below`].
    pub fn two_below(&mut self, bound: u32) -> [usize; 2] {
        let bits = self.bits();
        [bits >> 32, bits & 0xffff_ffff].map(|half| ((half * u64::from(bound)) >> 32) as usize)
    }

    /// A number in 0..1, with 53 random bits.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A number of the standard normal distribution.
    ///
    /// Source: Box and Muller 1958, Ann. Math. Stat. 29:610.
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Puts `items` into random order, each order with the same probability (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_published_numbers() {
        // The first outputs for seed 1234567 in the test vectors of the reference implementation (prng.di.unimi.it).
        let mut random = Random::new(1_234_567);
        let found = [random.bits(), random.bits(), random.bits()];
        assert_eq!(found, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn normal_numbers_have_mean_0_and_variance_1() {
        let mut random = Random::new(3);
        let numbers: Vec<f64> = (0..10_000).map(|_| random.normal()).collect();
        let mean = numbers.iter().sum::<f64>() / 10_000.0;
        let variance = numbers.iter().map(|number| number * number).sum::<f64>() / 10_000.0;
        // Four standard errors: 0.01 of the mean, 0.014 of the variance.
        assert!(mean.abs() < 0.04 && (variance - 1.0).abs() < 0.057, "{mean} {variance}");
    }

    #[test]
    fn every_order_is_as_likely() {
        let mut random = Random::new(1);
        let mut counts = std::collections::BTreeMap::<Vec<u8>, u32>::new();
        for _ in 0..6_000 {
            let mut items = vec![1, 2, 3];
            random.shuffle(&mut items);
            *counts.entry(items).or_default() += 1;
        }
        // 1,000 each; five standard deviations are 144.
        assert!(counts.len() == 6 && counts.values().all(|n| n.abs_diff(1_000) < 144), "{counts:?}");
    }
}
