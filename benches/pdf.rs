//! How fast PDF bytes become pages of text: all sample documents together, and a few alone.
//!
//! `cargo bench --bench pdf` prints the figures. Times are of one machine: compare ratios within one run.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ordskifte::extract::pdf::{self, Limits};
use std::{
    fs,
    hint::black_box,
    path::{Path, PathBuf},
};

/// Name and bytes of the sample documents that are sound.
fn samples() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/documents");
    let mut paths: Vec<PathBuf> = Vec::new();
    for folder in fs::read_dir(root).expect("the sample corpus is committed").flatten() {
        if folder.file_name() != "odd" {
            paths.extend(fs::read_dir(folder.path()).expect("a folder").flatten().map(|entry| entry.path()));
        }
    }
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "pdf"));
    paths.sort();
    let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    paths.iter().map(|path| (stem(path), fs::read(path).expect("a file"))).collect()
}

fn characters(bytes: &[u8]) -> usize {
    let content = pdf::open(bytes, &Limits::default()).expect("a sound file").pages();
    content.pages.iter().flat_map(|page| &page.blocks).map(|block| block.text.len()).sum()
}

fn text(criterion: &mut Criterion) {
    let samples = samples();
    let mut group = criterion.benchmark_group("pdf");
    group.throughput(Throughput::Bytes(samples.iter().map(|(_, bytes)| bytes.len() as u64).sum()));
    group.bench_function("all samples", |bencher| {
        bencher.iter(|| samples.iter().map(|(_, bytes)| characters(black_box(bytes))).sum::<usize>());
    });
    for (name, bytes) in samples.iter().filter(|(name, _)| name.starts_with("nou") || name.ends_with("2020"))
    {
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| characters(black_box(bytes))));
    }
    group.finish();
}

criterion_group!(benches, text);
criterion_main!(benches);
