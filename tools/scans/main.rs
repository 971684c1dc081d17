//! Makes scanned twins of PDFs, and measures what OCR makes of them against the text of the originals.
//!
//! ```text
//! cargo run --release --example scans -- make KIND FOLDER OUT    clean, office, fax or sideways twins of the PDFs of FOLDER, for a corpus
//! cargo run --release --example scans -- measure [KIND] FILE...  words and time per page, each kind or one
//! cargo run --release --example scans -- confusions KIND FILE... what is read instead of what, the commonest first
//! ```
//!
//! The program itself, `ordskifte`, must be built beside this one: it is the parsing child.

mod twin;

use ordskifte::pipeline::{Parsers, read_with_ocr};
use ordskifte::sandbox::{Limits, OcrSettings};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;
use twin::{Scanner, confusions, scores, twin};

const KINDS: [(&str, Scanner); 4] = [
    ("clean", Scanner::Clean),
    ("office", Scanner::Office),
    ("fax", Scanner::Fax),
    ("sideways", Scanner::Turned(1)),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let program = program();
    let parsers = Parsers::new(program.clone(), Limits::default());
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["make", kind, folder, out] => {
            let scanner = scanner(kind).expect("clean, office, fax or sideways");
            make(&parsers, scanner, Path::new(folder), Path::new(out));
        }
        ["measure", kind, files @ ..] if !files.is_empty() && scanner(kind).is_some() => {
            measure(&parsers, &program, kind, files)
        }
        ["measure", files @ ..] if !files.is_empty() => {
            KINDS.iter().for_each(|(kind, _)| measure(&parsers, &program, kind, files))
        }
        ["confusions", kind, files @ ..] if !files.is_empty() => {
            list_confusions(&parsers, &program, kind, files)
        }
        _ => panic!("usage: make KIND FOLDER OUT, measure [KIND] FILE... or confusions KIND FILE..."),
    }
}

fn scanner(kind: &str) -> Option<Scanner> {
    KINDS.iter().find(|(name, _)| *name == kind).map(|(_, scanner)| *scanner)
}

/// `target/PROFILE/ordskifte`, beside `target/PROFILE/examples/scans`.
fn program() -> PathBuf {
    let here = std::env::current_exe().expect("a program has a path");
    let folder = here.parent().and_then(Path::parent).expect("it is in target/PROFILE/examples");
    folder.join("ordskifte")
}

fn make(parsers: &Parsers, scanner: Scanner, folder: &Path, out: &Path) {
    for entry in
        walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file())
    {
        let target = out.join(entry.path().strip_prefix(folder).expect("it is in the folder"));
        std::fs::create_dir_all(target.parent().expect("a folder")).expect("room");
        let bytes = std::fs::read(entry.path()).expect("readable");
        let is_pdf = entry.path().extension().is_some_and(|extension| extension == "pdf");
        let has_text = is_pdf && parsers.read(&bytes).is_ok_and(|read| read.is_ok());
        std::fs::write(&target, if has_text { twin(parsers, &bytes, scanner) } else { bytes }).expect("room");
    }
}

/// The text of a file, that of its twin as OCR reads it, the pages, and the seconds that OCR took.
fn read_both(
    parsers: &Parsers,
    program: &Path,
    scanner: Scanner,
    file: &str,
) -> Option<(String, String, usize, f64)> {
    let bytes = std::fs::read(file).expect("readable");
    let known = parsers.read(&bytes).expect("children start").ok()?;
    let scan = twin(parsers, &bytes, scanner);
    let started = Instant::now();
    let read = read_with_ocr(parsers, program.to_owned(), &OcrSettings::default(), &scan);
    let seconds = started.elapsed().as_secs_f64();
    let text = read.expect("OCR is installed").map_or(String::new(), |read| read.document.plain_text());
    Some((known.document.plain_text(), text, known.document.pages.len(), seconds))
}

#[allow(clippy::print_stdout, reason = "a program of the maintainers")]
fn measure(parsers: &Parsers, program: &Path, kind: &str, files: &[&str]) {
    let scanner = scanner(kind).expect("a kind of scan");
    let (mut found_all, mut n_pages, mut seconds) = (Vec::new(), 0, 0.0);
    for file in files {
        let Some((known, text, pages, time)) = read_both(parsers, program, scanner, file) else { continue };
        n_pages += pages;
        seconds += time;
        let (f1, order) = scores(&text, &known);
        println!("{kind}\t{f1:.4}\t{order:.4}\t{file}");
        found_all.push((f1, order, known.split_whitespace().count() as f64));
    }
    let words: f64 = found_all.iter().map(|(_, _, words)| words).sum();
    let mean = |of: fn(&(f64, f64, f64)) -> f64| found_all.iter().map(of).sum::<f64>() / words;
    let (f1, order) = (mean(|(f1, _, words)| f1 * words), mean(|(_, order, words)| order * words));
    println!(
        "{kind}: {n_pages} pages, f1 {f1:.4}, order {order:.4}, {:.2} s a page",
        seconds / n_pages as f64
    );
}

#[allow(clippy::print_stdout, reason = "a program of the maintainers")]
fn list_confusions(parsers: &Parsers, program: &Path, kind: &str, files: &[&str]) {
    let scanner = scanner(kind).expect("clean, office, fax or sideways");
    let mut counts = BTreeMap::<(String, String), usize>::new();
    for file in files {
        let Some((known, text, ..)) = read_both(parsers, program, scanner, file) else { continue };
        confusions(&text, &known).into_iter().for_each(|pair| *counts.entry(pair).or_default() += 1);
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for ((known, found), count) in counts {
        println!("{count}\t{known}\t{found}");
    }
}
