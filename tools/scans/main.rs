//! Makes scanned twins of PDFs, and measures what OCR makes of them against the text of the originals.
//!
//! ```text
//! cargo run --release --example scans -- make KIND FOLDER OUT    clean, office, fax or sideways twins of the PDFs of FOLDER, for a corpus
//! cargo run --release --example scans -- measure FILE...         words and time per page, each kind
//! ```
//!
//! The program itself, `ordskifte`, must be built beside this one: it is the parsing child.

mod twin;

use ordskifte::pipeline::{Parsers, read_with_ocr};
use ordskifte::sandbox::{Limits, OcrSettings};
use std::path::{Path, PathBuf};
use std::time::Instant;
use twin::{Scanner, scores, twin};

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
            let (_, scanner) =
                KINDS.iter().find(|(name, _)| name == kind).expect("clean, office, fax or sideways");
            make(&parsers, *scanner, Path::new(folder), Path::new(out));
        }
        ["measure", files @ ..] if !files.is_empty() => measure(&parsers, &program, files),
        _ => panic!("usage: make KIND FOLDER OUT, or measure FILE..."),
    }
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

#[allow(clippy::print_stdout, reason = "a program of the maintainers")]
fn measure(parsers: &Parsers, program: &Path, files: &[&str]) {
    for (name, scanner) in KINDS {
        let (mut found_all, mut n_pages, mut seconds) = (Vec::new(), 0, 0.0);
        for file in files {
            let bytes = std::fs::read(file).expect("readable");
            let Ok(known) = parsers.read(&bytes).expect("children start") else { continue };
            let scan = twin(parsers, &bytes, scanner);
            let started = Instant::now();
            let read = read_with_ocr(parsers, program.to_owned(), &OcrSettings::default(), &scan);
            seconds += started.elapsed().as_secs_f64();
            n_pages += known.document.pages.len();
            let text =
                read.expect("OCR is installed").map_or(String::new(), |read| read.document.plain_text());
            let known = known.document.plain_text();
            let (f1, order) = scores(&text, &known);
            println!("{name}\t{f1:.4}\t{order:.4}\t{file}");
            found_all.push((f1, order, known.split_whitespace().count() as f64));
        }
        let words: f64 = found_all.iter().map(|(_, _, words)| words).sum();
        let mean = |of: fn(&(f64, f64, f64)) -> f64| found_all.iter().map(of).sum::<f64>() / words;
        let (f1, order) = (mean(|(f1, _, words)| f1 * words), mean(|(_, order, words)| order * words));
        println!(
            "{name}: {n_pages} pages, f1 {f1:.4}, order {order:.4}, {:.2} s a page",
            seconds / n_pages as f64
        );
    }
}
