//! How fast pages become text, beside the parser alone: the pages of the sample corpus, and a long page made here.
//!
//! Times are of one machine: compare ratios within one run.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ordskifte::{extract, text::MediaType};
use scraper::Html;
use std::{fs, hint::black_box, path::Path};

const CHAPTERS: usize = 60;
const PARAGRAPHS: usize = 40;

fn sample_pages() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/documents");
    let folders = fs::read_dir(root).expect("the sample corpus is committed").flatten();
    let files = folders.flat_map(|folder| fs::read_dir(folder.path()).expect("a folder").flatten());
    let mut paths: Vec<_> = files.map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "html"));
    paths.sort();
    let pages = paths.iter().map(|path| fs::read(path).expect("a file"));
    pages.filter(|page| extract::document(page, MediaType::Html).is_ok()).collect()
}

/// A report of half a megabyte with menu, sidebar, notes and footer.
fn generated() -> Vec<u8> {
    let words = ["Departementet", "legger", "vekt", "på", "tillit", "og", "styring", "i", "etaten"];
    let sentence = |from: usize| {
        let words: Vec<&str> = (0..14).map(|index| words[(from * 7 + index) % words.len()]).collect();
        format!("{}. ", words.join(" "))
    };
    let paragraph = |from: usize| {
        let text: String = (0..3).map(|index| sentence(from + index)).collect();
        format!("<p>{text}<a href=\"/note/{from}\">Se <em>notat</em> {from}</a>.</p>\n")
    };
    let chapter = |chapter: usize| {
        let text: String = (0..PARAGRAPHS).map(|index| paragraph(chapter * PARAGRAPHS + index)).collect();
        format!("<section><h2 id=\"k{chapter}\">{chapter} Kapittel</h2>\n{text}</section>\n")
    };
    let links: String =
        (0..80).map(|index| format!("<li><a href=\"/s/{index}\">Side {index}</a></li>")).collect();
    let body: String = (0..CHAPTERS).map(chapter).collect();
    format!(
        "<!DOCTYPE html><html lang=\"nb\"><head><meta charset=\"utf-8\"><title>Rapport</title></head><body>\
         <header><nav><ul>{links}</ul></nav></header><main><h1>Rapport</h1>{body}</main>\
         <aside class=\"related\"><ul>{links}</ul></aside><footer><p>Kontakt oss</p></footer></body></html>"
    )
    .into_bytes()
}

fn html(c: &mut Criterion) {
    let pages = [("sample", sample_pages()), ("generated", vec![generated()])];
    for (name, pages) in pages {
        let mut group = c.benchmark_group(format!("html {name}"));
        group.throughput(Throughput::Bytes(pages.iter().map(|page| page.len() as u64).sum()));
        group.sample_size(20);
        group.bench_function("parser alone", |bencher| {
            bencher.iter(|| {
                for page in &pages {
                    black_box(Html::parse_document(&String::from_utf8_lossy(page)));
                }
            });
        });
        group.bench_function("document", |bencher| {
            bencher.iter(|| {
                for page in &pages {
                    black_box(extract::document(page, MediaType::Html).expect("a document"));
                }
            });
        });
        group.finish();
    }
}

criterion_group!(benches, html);
criterion_main!(benches);
