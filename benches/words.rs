//! How fast words are given their lemmas, and lemmas their forms.
//!
//! Times are of one machine: compare ratios within one run (`normalise` is the yardstick).

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ordskifte::morphology::{forms_of, lemma};
use ordskifte::text::{Language, normalise};
use std::hint::black_box;

const MODIFIERS: [&str; 10] =
    ["tømmer", "ulve", "kommune", "helse", "fiske", "forvaltnings", "kvalitets", "brukar", "skule", "miljø"];
const HEADS: [&str; 10] =
    ["reformen", "arbeidet", "planar", "politikken", "lista", "kampen", "loven", "boka", "rådet", "sakene"];
/// A hundred thousand words.
fn vocabulary() -> Vec<String> {
    let word = |index: usize| format!("{}{}{}", MODIFIERS[index % 10], HEADS[index / 10 % 10], index / 100);
    (0..100_000).map(word).collect()
}

fn bench(criterion: &mut Criterion) {
    let words = vocabulary();
    let mut group = criterion.benchmark_group("words");
    group.throughput(Throughput::Elements(words.len() as u64)).sample_size(10);
    group.bench_function("normalise", |bench| {
        bench.iter(|| words.iter().map(|word| normalise(word).len()).sum::<usize>());
    });
    let listed: Vec<&str> = HEADS.into_iter().cycle().take(words.len()).collect();
    for (name, language) in [("lemma_nb", Language::BOKMAL), ("lemma_nn", Language::NYNORSK)] {
        group.bench_function(name, |bench| {
            bench.iter(|| listed.iter().map(|word| lemma(word, language).lemma.len()).sum::<usize>());
        });
    }
    group.finish();
    criterion.bench_function("forms_of", |bench| bench.iter(|| forms_of(black_box("tjeneste")).len()));
}

criterion_group!(benches, bench);
criterion_main!(benches);
