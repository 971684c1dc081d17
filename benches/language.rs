//! How fast texts get their language: our own identifier beside whatlang choosing among all of its languages, one thread.
//!
//! Times are of one machine: compare ratios within one run. The bar is four times whatlang's characters a second.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ordskifte::language::{identify, label};
use ordskifte::text::{Document, sentences};
use std::{fs, hint::black_box, path::Path};

/// The true texts of the sample corpus: bokmål, nynorsk, English and Northern Sámi, a passage a line.
fn sample_texts() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/truth");
    let folders = fs::read_dir(root).expect("the sample corpus is committed").flatten();
    let folders = folders.filter(|folder| folder.path().is_dir());
    let files = folders.flat_map(|folder| fs::read_dir(folder.path()).expect("a folder").flatten());
    let mut paths: Vec<_> =
        files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|e| e == "txt")).collect();
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).expect("a text")).collect()
}

fn documents(texts: &[String]) -> Vec<Document> {
    use ordskifte::text::{Page, Passage, PassageKind};
    let document = |text: &String| {
        let passages = text.lines().map(|line| Passage::new(PassageKind::Paragraph, line)).collect();
        Document { pages: vec![Page { number: None, label: None, passages }], ..Document::default() }
    };
    texts.iter().map(document).collect()
}

fn language(criterion: &mut Criterion) {
    let texts = sample_texts();
    let lines: Vec<&str> = texts.iter().flat_map(|text| text.lines()).collect();
    let characters: usize = lines.iter().map(|line| line.chars().count()).sum();
    let mut group = criterion.benchmark_group("language");
    group.throughput(Throughput::Elements(characters as u64));
    group.bench_function("whatlang, all its languages, by line", |bencher| {
        bencher.iter(|| lines.iter().filter(|line| whatlang::detect(black_box(line)).is_some()).count());
    });
    group.bench_function("identify, by line", |bencher| {
        bencher.iter(|| lines.iter().filter(|line| identify(black_box(line)).is_some()).count());
    });
    group.bench_function("label, by document", |bencher| {
        bencher.iter_batched_ref(
            || documents(&texts),
            |documents| documents.iter_mut().for_each(label),
            criterion::BatchSize::LargeInput,
        );
    });
    group.bench_function("sentences, by line", |bencher| {
        bencher.iter(|| lines.iter().map(|line| sentences(black_box(line)).count()).sum::<usize>());
    });
    group.finish();
}

criterion_group!(benches, language);
criterion_main!(benches);
