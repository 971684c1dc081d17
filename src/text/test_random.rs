//! Made-up input of tests.

/// A generator with a seed, so that a failure can be repeated (Knuth's MMIX constants).
pub(crate) struct TestRandom(pub(crate) u64);

impl TestRandom {
    /// A number of `0..bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}
