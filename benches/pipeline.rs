//! How fast documents are archived and become text, text an index, and an index trends: the sample corpus, times N where a size is given.
//!
//! `cargo bench` prints the figures; a line of each release's goes into `benches/runs/`. Times are of one machine: compare
//! ratios within one run.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use flate2::Compression;
use flate2::write::{DeflateDecoder, DeflateEncoder};
use ordskifte::acquire::archive::warc::WarcRecord;
use ordskifte::codebook::Codebook;
use ordskifte::index::{self, Changes, CutDocument, Snapshot};
use ordskifte::pipeline::{Extracted, extracted};
use ordskifte::results::{Results, ResultsSource};
use ordskifte::text::{Digest, DocName, Document, Entry, MediaType, coordinations, words};
use ordskifte::{extract, language};
use std::fs;
use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

fn sample_files(ending: &str) -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/documents");
    for folder in fs::read_dir(root).expect("the sample corpus is committed").flatten() {
        if folder.file_name() != "odd" {
            paths.extend(fs::read_dir(folder.path()).expect("a folder").flatten().map(|entry| entry.path()));
        }
    }
    paths.retain(|path| path.extension().is_some_and(|e| e == ending));
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("a file")).collect()
}

fn texts() -> Vec<Extracted> {
    let files = ["pdf", "html", "docx"].into_iter().flat_map(sample_files);
    files.map(|bytes| extracted(&bytes).expect("a sample document is read")).collect()
}

fn entry(number: usize) -> Entry {
    Entry::new(DocName::new("bench", &format!("{number:06}")), MediaType::Pdf)
}

/// An index of every sample text, `times` times.
fn build(folder: &Path, texts: &[Extracted], times: usize) {
    let added: Vec<usize> = (0..texts.len() * times).collect();
    let load = |number: &usize| -> Result<_, index::Error> {
        Ok((entry(*number), CutDocument::new(texts[number % texts.len()].document.clone())))
    };
    let changes = Changes { removed: &[], added: &added, load, snapshot_id: "bench" };
    index::update(folder, &changes, 256 << 20, &AtomicBool::new(false)).expect("the index is written");
}

/// What a file costs in the archive, and the floors of that: deflate, inflate and SHA-256 alone.
fn bench_archive(c: &mut Criterion) {
    let mut group = c.benchmark_group("archive");
    for ending in ["pdf", "html"] {
        let files = sample_files(ending);
        let records: Vec<WarcRecord> = files.iter().map(|bytes| record(bytes)).collect();
        let members: Vec<Vec<u8>> = records.iter().map(WarcRecord::to_member).collect();
        let packed: Vec<Vec<u8>> = files.iter().map(|bytes| deflated(bytes, 6)).collect();
        group.throughput(Throughput::Bytes(files.iter().map(|bytes| bytes.len() as u64).sum()));
        let mut bench = |name: &str, work: &dyn Fn()| {
            group.bench_function(BenchmarkId::new(name, ending), |b| b.iter(work));
        };
        bench("record to member", &|| records.iter().for_each(|record| drop(black_box(record.to_member()))));
        for level in [1, 6] {
            let name = format!("deflate alone, level {level}");
            bench(&name, &|| files.iter().for_each(|bytes| drop(black_box(deflated(bytes, level)))));
        }
        bench("member to record", &|| {
            members.iter().for_each(|member| drop(black_box(WarcRecord::from_member(member))))
        });
        bench("inflate alone", &|| packed.iter().for_each(|bytes| drop(black_box(inflated(bytes)))));
        bench("SHA-256 alone", &|| files.iter().for_each(|bytes| _ = black_box(Digest::of(bytes))));
    }
    group.finish();
}

fn record(bytes: &[u8]) -> WarcRecord {
    WarcRecord::new("resource", "2026-01-01T00:00:00Z", bytes.to_vec())
        .with("WARC-Target-URI", "file:///bench")
        .with("WARC-Payload-Digest", &Digest::of(bytes).labelled())
}

fn deflated(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory")
}

fn inflated(bytes: &[u8]) -> Vec<u8> {
    let mut decoder = DeflateDecoder::new(Vec::new());
    decoder.write_all(bytes).and_then(|()| decoder.finish()).expect("memory")
}

fn bench_extract(c: &mut Criterion) {
    let mut group = c.benchmark_group("extract");
    for ending in ["pdf", "html", "docx"] {
        let files = sample_files(ending);
        group.throughput(Throughput::Bytes(files.iter().map(|bytes| bytes.len() as u64).sum()));
        group.bench_function(ending, |b| {
            b.iter(|| files.iter().for_each(|bytes| drop(black_box(extracted(bytes)))))
        });
    }
    group.finish();
}

/// What the text of the sample's PDFs costs after it is read: language and words, beside the reading.
fn bench_text(c: &mut Criterion) {
    let files = sample_files("pdf");
    let read = |bytes: &Vec<u8>| extract::document(bytes, MediaType::Pdf).expect("a sample PDF is read");
    let documents: Vec<Document> = files.iter().map(read).collect();
    let mut group = c.benchmark_group("text of PDFs");
    group.bench_function("read", |b| b.iter(|| files.iter().for_each(|bytes| drop(black_box(read(bytes))))));
    group.bench_function("languages", |b| {
        b.iter_batched_ref(
            || documents.clone(),
            |documents| documents.iter_mut().for_each(language::label),
            BatchSize::LargeInput,
        );
    });
    group.bench_function("words", |b| {
        b.iter(|| {
            documents
                .iter()
                .flat_map(Document::passages)
                .map(|(_, passage)| tokens(&passage.text))
                .sum::<usize>()
        })
    });
    group.finish();
}

/// What the index makes of a passage before it is inverted.
fn tokens(text: &str) -> usize {
    let words: Vec<_> = words(text).collect();
    let written: Vec<String> = words.iter().map(|word| word.text.to_owned()).collect();
    black_box(written).len() + black_box(coordinations(text, &words)).len()
}

fn bench_index(c: &mut Criterion) {
    let texts = texts();
    let bytes: u64 = texts.iter().map(|text| text.document.plain_text().len() as u64).sum();
    let mut group = c.benchmark_group("index");
    group.sample_size(10);
    for times in [1, 50] {
        group.throughput(Throughput::Bytes(bytes * times as u64));
        group.bench_function(BenchmarkId::new("build", times), |b| {
            b.iter_with_large_drop(|| {
                let folder = tempfile::tempdir().expect("a folder");
                build(folder.path(), &texts, times);
                folder
            });
        });
    }
    group.finish();
}

/// The words of all texts cut, and tantivy alone on words that are cut already: the floor of building an index.
fn bench_floor_of_index(c: &mut Criterion) {
    const TIMES: usize = 50;
    let texts = texts();
    let bytes: u64 = texts.iter().map(|text| text.document.plain_text().len() as u64).sum();
    let mut group = c.benchmark_group("index");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(bytes));
    group.bench_function("cut words", |b| {
        b.iter_batched(
            || texts.iter().map(|text| text.document.clone()).collect::<Vec<_>>(),
            |documents| documents.into_iter().map(CutDocument::new).collect::<Vec<_>>(),
            BatchSize::LargeInput,
        );
    });
    let lines: Vec<String> = texts
        .iter()
        .flat_map(|text| text.document.passages())
        .map(|(_, passage)| words(&passage.text).map(|word| word.text.to_owned() + " ").collect())
        .collect();
    group.throughput(Throughput::Bytes(bytes * TIMES as u64));
    group.bench_function(BenchmarkId::new("tantivy alone", TIMES), |b| {
        b.iter_with_large_drop(|| tantivy_alone(&lines, TIMES));
    });
    group.finish();
}

/// An index of words with positions, in memory, written by as many threads as ours.
fn tantivy_alone(lines: &[String], times: usize) -> tantivy::Index {
    use tantivy::schema::{IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("whitespace")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let mut schema = Schema::builder();
    let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
    let index = tantivy::Index::create_in_ram(schema.build());
    let threads = rayon::current_num_threads();
    let mut writer = index.writer_with_num_threads(threads, 256 << 20).expect("memory");
    for line in lines.iter().cycle().take(lines.len() * times) {
        writer.add_document(tantivy::doc!(text => line.as_str())).expect("memory");
    }
    writer.commit().expect("memory");
    index
}

fn bench_trends(c: &mut Criterion) {
    let codebook = Codebook::parse(include_str!("../config/codebook.toml")).expect("the codebook is right");
    let texts = texts();
    let mut group = c.benchmark_group("trends");
    for times in [1, 50] {
        let folder = tempfile::tempdir().expect("a folder");
        build(folder.path(), &texts, times);
        group.bench_function(BenchmarkId::new("open", times), |b| {
            b.iter(|| black_box(Snapshot::open(folder.path()).is_ok()))
        });
        let source = ResultsSource {
            index: folder.path().to_owned(),
            forms: folder.path().join("expansion.json"),
            codebook: codebook.clone(),
            codebook_sha256: Digest::of(b""),
        };
        let results = Results::open(source).expect("the index opens");
        group.bench_function(BenchmarkId::new("count", times), |b| {
            b.iter(|| black_box(results.counts_of(&codebook.concepts).expect("the index is read")));
        });
    }
    group.finish();
}

criterion_group!(
    benches,
    bench_archive,
    bench_extract,
    bench_text,
    bench_index,
    bench_floor_of_index,
    bench_trends
);
criterion_main!(benches);
