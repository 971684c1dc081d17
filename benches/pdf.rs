//! How fast PDFs become text: the sample corpus, and a document of 200 pages made here.
//!
//! Times are of one machine: compare ratios within one run.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ordskifte::extract::pdf::{self, Limits};
use std::{
    fs,
    hint::black_box,
    path::{Path, PathBuf},
};

const PAGES: usize = 200;
const LINES_A_PAGE: usize = 48;

fn sample_files() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/documents");
    let folders = fs::read_dir(root).expect("the sample corpus is committed").flatten();
    let files = folders.filter(|folder| folder.file_name() != "odd").flat_map(|folder| {
        fs::read_dir(folder.path()).expect("a folder").flatten().map(|entry| entry.path())
    });
    let mut paths: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|ending| ending == "pdf")).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("a file")).collect()
}

/// A page set line by line in Helvetica, each word placed on its own as office programs do.
fn content(page: usize) -> String {
    let words = ["Departementet", "legger", "vekt", "p\\345", "tillit", "og", "styring", "i", "etaten"];
    let line = |line: usize| {
        let word = |index: usize| format!("({}) -280 ", words[(page + line + index) % words.len()]);
        let placed: String = (0..9).map(word).collect();
        format!("BT /F1 10 Tf 1 0 0 1 72 {} Tm [{placed}] TJ ET\n", 780 - 14 * line)
    };
    (0..LINES_A_PAGE).map(line).collect()
}

/// A sound file of 200 pages without compression.
fn generated() -> Vec<u8> {
    let kids: String = (0..PAGES).map(|page| format!("{} 0 R ", 4 + 2 * page)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!(
            "<< /Type /Pages /Count {PAGES} /Kids [{kids}] /MediaBox [0 0 595 842] \
             /Resources << /Font << /F1 3 0 R >> >> >>"
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    for page in 0..PAGES {
        let content = content(page);
        objects.push(format!("<< /Type /Page /Parent 2 0 R /Contents {} 0 R >>", 5 + 2 * page));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len() + 1));
    }
    let mut out = "%PDF-1.7\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(&objects) {
        table += &format!("{:010} 00000 n \n", out.len());
        out += &format!("{number} 0 obj\n{object}\nendobj\n");
    }
    let start = out.len();
    let size = objects.len() + 1;
    out += &format!("{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    out.into_bytes()
}

fn read(bytes: &[u8]) -> usize {
    let limits = Limits::default();
    pdf::open(black_box(bytes), &limits).map_or(0, |file| file.content().pages.len())
}

fn pdf_text(criterion: &mut Criterion) {
    let samples = sample_files();
    let generated = generated();
    assert_eq!(read(&generated), PAGES, "all pages are read");
    let mut damaged = generated.clone();
    damaged.truncate(generated.len() - 64);
    let mut group = criterion.benchmark_group("pdf");
    group.throughput(Throughput::Bytes(samples.iter().map(|bytes| bytes.len() as u64).sum()));
    group.bench_function("sample corpus", |bencher| {
        bencher.iter(|| samples.iter().map(|bytes| read(bytes)).sum::<usize>());
    });
    group.throughput(Throughput::Elements(PAGES as u64));
    group.bench_function("200 pages", |bencher| bencher.iter(|| read(&generated)));
    group.bench_function("200 pages, repaired", |bencher| bencher.iter(|| read(&damaged)));
    group.bench_function("200 pages, opened only", |bencher| {
        bencher.iter(|| pdf::open(black_box(&generated), &Limits::default()).is_ok());
    });
    group.finish();
}

criterion_group!(benches, pdf_text);
criterion_main!(benches);
