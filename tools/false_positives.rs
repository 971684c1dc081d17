//! How often each test says "changed" when nothing has, and how often the interval of a rate holds the true rate, for terms
//! that come in bursts of different strength. The seed is fixed: the table is always the same.
//!
//!     cargo run --release --example false_positives
//!
//! A document has some 20,000 words (lognormal, σ = 0.7) and a term of 100 per million whose rate varies between documents
//! by a gamma distribution of shape k: k = ∞ is a Poisson process, k = 0.2 a term that most documents never have and a few have
//! again and again. Tests are at 5 %, intervals at 95 %.

#![allow(clippy::print_stdout)] // The table is what the program is for.

use ordskifte::stats::{
    DocumentCount, GroupedDocument, Keyness, Observation, Random, Resamples, change_point, mann_kendall,
    overdispersion, permutation_p, poisson, poisson_overdispersed, word_permutation_p,
};

/// With 4,000 runs a rate of 5 % has a standard error of 0.34 %.
const RUNS: usize = 4_000;
/// Enough to decide at 5 %.
const PERMUTATIONS: usize = 199;
const YEARS: usize = 12;
const DOCUMENTS_A_YEAR: usize = 6;
const RATE: f64 = 1e-4;
/// A corpus of which most documents are not dealt one by one.
const LARGE: usize = 2_000;

fn main() {
    tests_and_intervals();
    keyness_of_words();
}

fn tests_and_intervals() {
    println!(
        "rejections at 5 % when nothing changed, {RUNS} runs; then intervals that hold the true rate (95 %)\n"
    );
    println!("k     G²     keyness  trend   2,000   Mann-K.  Pettitt  Poisson  φ·Poisson  bootstrap");
    for shape in [f64::INFINITY, 2.0, 0.5, 0.2] {
        let mut random = Random::new(20_261_127);
        let mut counts = [0_usize; 9];
        let mut n_bootstraps = 0;
        for run in 0..RUNS {
            let documents: Vec<DocumentCount> = (0..40).map(|_| document(&mut random, shape)).collect();
            counts[0] += usize::from(g2(&documents) > 3.841_458_820_694_124);
            let groups = documents.iter().enumerate().map(|(i, one)| observation(*one, (i / 20) as f64));
            counts[1] += usize::from(is_rejected(&groups.collect::<Vec<_>>(), run));
            let series: Vec<DocumentCount> =
                (0..YEARS * DOCUMENTS_A_YEAR).map(|_| document(&mut random, shape)).collect();
            let years =
                series.iter().enumerate().map(|(i, one)| observation(*one, (i / DOCUMENTS_A_YEAR) as f64));
            counts[2] += usize::from(is_rejected(&years.collect::<Vec<_>>(), run));
            let large = (0..LARGE).map(|i| observation(document(&mut random, shape), (i % YEARS) as f64));
            counts[8] += usize::from(is_rejected(&large.collect::<Vec<_>>(), run));
            let rates: Vec<f64> = series.chunks(DOCUMENTS_A_YEAR).map(rate).collect();
            counts[3] += usize::from(mann_kendall(&rates).is_some_and(|found| found.p <= 0.05));
            // Exact on ten years: twelve would take a minute for each k.
            counts[4] += usize::from(change_point(&rates[..10], 1).is_some_and(|found| found.p <= 0.05));
            let (n, n_tokens) = total(&documents);
            let holds = |low: f64, high: f64| usize::from(low <= RATE && RATE <= high);
            let (plain, factor) = (poisson(n), 1.0 / n_tokens as f64);
            counts[5] += holds(plain.low * factor, plain.high * factor);
            let wide = poisson_overdispersed(n, overdispersion(&documents).unwrap_or(1.0));
            counts[6] += holds(wide.low * factor, wide.high * factor);
            if let Some(interval) = Resamples::new(run as u64).interval(&documents) {
                n_bootstraps += 1;
                counts[7] += holds(interval.low, interval.high);
            }
        }
        let share = |index: usize| counts[index] as f64 / RUNS as f64;
        let [g2, keyness, trend, mann_kendall, pettitt, plain, wide] = std::array::from_fn(share);
        let large = share(8);
        let drawn = counts[7] as f64 / n_bootstraps.max(1) as f64;
        println!(
            "{shape:<5} {g2:.3}  {keyness:.3}    {trend:.3}   {large:.3}   {mann_kendall:.3}    {pettitt:.3}    {plain:.3}    {wide:.3}      {drawn:.3}"
        );
    }
}

/// The test of `keyness`, within two kinds of documents of which the target has more of one, and the intervals of its log-ratio.
fn keyness_of_words() {
    println!("\nk     keyness within kinds  log-ratio, independent  log-ratio, overdispersed");
    for shape in [f64::INFINITY, 2.0, 0.5, 0.2] {
        let mut random = Random::new(20_261_128);
        let (mut n_rejected, mut n_plain, mut n_wide, mut n_intervals) = (0, 0, 0, 0);
        for run in 0..RUNS {
            let documents: Vec<DocumentCount> = (0..40).map(|_| document(&mut random, shape)).collect();
            // 15 of 20 documents of the target are of the first kind, 5 of 20 of the reference.
            let grouped: Vec<GroupedDocument> = documents
                .iter()
                .enumerate()
                .map(|(i, one)| GroupedDocument {
                    n_tokens: one.n_tokens,
                    is_target: i < 20,
                    stratum: u32::from(!(5..=19).contains(&i) && !(20..25).contains(&i)),
                })
                .collect();
            let found: Vec<(u32, u64)> =
                (0..).zip(&documents).filter(|(_, one)| one.n > 0).map(|(i, one)| (i, one.n)).collect();
            let p = word_permutation_p(&grouped, &[&found], 222, run as u64)[0];
            n_rejected += usize::from(p.is_some_and(|p| p <= 0.05));
            let keyness = keyness(&documents);
            let factors =
                [&documents[..20], &documents[20..]].map(|part| overdispersion(part).unwrap_or(1.0));
            let intervals =
                keyness.log_ratio_interval().zip(keyness.log_ratio_interval_overdispersed(factors));
            if let Some((plain, wide)) = intervals {
                n_intervals += 1;
                n_plain += usize::from(plain.low <= 0.0 && 0.0 <= plain.high);
                n_wide += usize::from(wide.low <= 0.0 && 0.0 <= wide.high);
            }
        }
        let share = |n: usize, of: usize| n as f64 / of.max(1) as f64;
        println!(
            "{shape:<5} {:.3}                 {:.3}                   {:.3}",
            share(n_rejected, RUNS),
            share(n_plain, n_intervals),
            share(n_wide, n_intervals)
        );
    }
}

fn observation(document: DocumentCount, score: f64) -> Observation {
    Observation { n: document.n, n_tokens: document.n_tokens, score, stratum: 0 }
}

fn is_rejected(observations: &[Observation], run: usize) -> bool {
    permutation_p(observations, PERMUTATIONS, run as u64).is_some_and(|p| p <= 0.05)
}

fn total(documents: &[DocumentCount]) -> (u64, u64) {
    documents.iter().fold((0, 0), |(n, n_tokens), one| (n + one.n, n_tokens + one.n_tokens))
}

fn rate(documents: &[DocumentCount]) -> f64 {
    let (n, n_tokens) = total(documents);
    n as f64 / n_tokens as f64
}

fn g2(documents: &[DocumentCount]) -> f64 {
    keyness(documents).g2()
}

/// The first twenty documents against the others.
fn keyness(documents: &[DocumentCount]) -> Keyness {
    let ((n_target, n_tokens_target), (n_reference, n_tokens_reference)) =
        (total(&documents[..20]), total(&documents[20..]));
    Keyness { n_target, n_tokens_target, n_reference, n_tokens_reference }
}

fn document(random: &mut Random, shape: f64) -> DocumentCount {
    let n_tokens = (20_000.0 * (0.7 * random.normal()).exp()).round().max(100.0);
    let burst = if shape.is_infinite() { 1.0 } else { gamma(random, shape) / shape };
    DocumentCount { n: poisson_draw(random, RATE * n_tokens * burst), n_tokens: n_tokens as u64 }
}

/// Marsaglia and Tsang 2000; below shape 1 by the power of a uniform.
fn gamma(random: &mut Random, shape: f64) -> f64 {
    if shape < 1.0 {
        return gamma(random, shape + 1.0) * (1.0 - random.unit()).powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = random.normal();
        let v = (1.0 + c * x).powi(3);
        if v > 0.0 && (1.0 - random.unit()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

/// By multiplication, in parts of at most 10, so that nothing underflows.
fn poisson_draw(random: &mut Random, mean: f64) -> u64 {
    let (mut rest, mut n) = (mean, 0);
    while rest > 0.0 {
        let part = rest.min(10.0);
        rest -= part;
        let limit = (-part).exp();
        let mut product = 1.0 - random.unit();
        while product > limit {
            n += 1;
            product *= 1.0 - random.unit();
        }
    }
    n
}
