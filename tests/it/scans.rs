//! Pages that are pictures, read by OCR: by tesseract, and by scripts in its place.

use crate::pdf::{at, pdf};
use crate::scan_twin::{Scanner, scores, twin};
use crate::support::{Corpus, program, run};
use ordskifte::pipeline::{Parsers, read_with_ocr};
use ordskifte::sandbox::{Limits, OcrSettings};
use ordskifte::text::TextSource;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn sample(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/documents").join(name)).expect("a sample")
}

fn parsers() -> Parsers {
    Parsers::new(program().to_owned(), Limits::default())
}

/// Puts a program in the place of tesseract into `folder`: it says that it is `version`, and writes a page that says `text`, after
/// the shell commands `body`, which find the picture in `$1`.
fn engine(folder: &Path, version: &str, text: &str, body: &str) -> PathBuf {
    let words: String = (0..)
        .zip(text.split(' '))
        .map(|(at, word)| {
            let (left, right) = (200 + 100 * at, 290 + 100 * at);
            format!("<span class='ocrx_word' title='bbox {left} 300 {right} 330; x_wconf 95'>{word}</span>")
        })
        .collect();
    let hocr = format!(
        "<html><div class='ocr_page'><span class='ocr_line' title='bbox 200 300 1400 336; baseline 0 -6; x_size 26'>{words}\
         </span></div></html>"
    );
    fs::write(folder.join("page.hocr"), hocr).expect("a folder of the test");
    fs::write(folder.join("nor.traineddata"), "model").expect("a folder of the test");
    let script = format!(
        "#!/bin/sh\nhere=$(dirname \"$0\")\ncase \"$*\" in\n*--version*) echo '{version}'; exit 0;;\n\
         *--list-langs*) echo \"List of available languages in \\\"$here\\\" (1):\"; echo nor; exit 0;;\nesac\n{body}\n\
         cp \"$here/page.hocr\" \"$2.hocr\"\n"
    );
    let path = folder.join("tesseract");
    fs::write(&path, script).expect("a folder of the test");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("our file");
    path
}

/// A PDF of pages without text: the first of them is 500 points wide, each further one 10 more.
fn drawings(count: u32) -> Vec<u8> {
    let drawn = pdf(&vec!["100 100 200 200 re f"; count as usize]);
    let mut text = String::from_utf8(drawn).expect("ASCII");
    for page in 0..count {
        text = text.replacen("[0 0 595 842]", &format!("[0 0 {} 842]", 500 + 10 * page), 1);
    }
    text.into_bytes()
}

/// A corpus of one document whose pages are drawings, read by the program in `engine`.
fn corpus_of(bytes: &[u8], engine: &Path, more: &str) -> (Corpus, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("brev.pdf"), bytes).expect("room");
    let ocr = format!("program = '{}'\n{more}", engine.display());
    (Corpus::with_scans(folder.path(), &ocr), folder)
}

fn rejected(corpus: &Corpus) -> Vec<String> {
    corpus.rows("rejected.csv").into_iter().map(|mut row| row.remove("reason").expect("a column")).collect()
}

fn notices(corpus: &Corpus) -> String {
    corpus
        .rows("documents.csv")
        .pop()
        .map(|mut row| row.remove("notices").expect("a column"))
        .unwrap_or_default()
}

#[test]
fn the_scanned_sample_document_is_read_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("referat.pdf"), sample("odd/referat-skannet-2007.pdf")).expect("room");
    let corpus = Corpus::with_scans(folder.path(), "");
    corpus.refresh(&[]);
    assert_eq!(rejected(&corpus), [""; 0]);
    assert!(notices(&corpus).contains("text of 1 page read by OCR, confidence 9"), "{}", notices(&corpus));
    let found = corpus.run(&["search", "detaljstyringen"]);
    assert_eq!(found.code, 0, "{}{}", found.out, found.err);
    assert_eq!(corpus.run(&["verify"]).code, 0);
    assert_eq!(corpus.run(&["verify", "--recount"]).code, 0);
    let row = corpus.rows("documents.csv").remove(0);
    assert_eq!(row["ocr_share"], "1");
    assert_eq!(corpus.run(&["search", "detaljstyringen source:ocr"]).code, 0);
    assert_eq!(corpus.run(&["search", "detaljstyringen NOT source:ocr"]).code, 1);
    let status = corpus.run(&["status"]).out;
    assert!(status.contains("OCR: 1 pages read, mean confidence 9"), "{status}");
    // Where a word stands on the picture.
    let shown = corpus.run(&["documents", "show", "referat.pdf", "--page", "1"]);
    let shown: serde_json::Value = serde_json::from_str(&shown.out).expect("JSON");
    let words = shown["words"].as_array().expect("a list");
    let word = words.iter().find(|word| word["text"] == "Innovasjon").expect("it is on the page");
    assert!(word["place"]["passage"].as_u64() > Some(2), "{word}");
}

#[test]
fn a_scan_turned_and_with_noise_has_the_words_of_the_page_in_order() {
    let bytes = sample("tildelingsbrev/tildelingsbrev-2022.pdf");
    let known = parsers().read(&bytes).expect("children start").expect("text").document;
    let scan = twin(&parsers(), &bytes, Scanner::Office);
    let read = read_with_ocr(&parsers(), program().to_owned(), &OcrSettings::default(), &scan);
    let read = read.expect("tesseract and its Norwegian model are installed").expect("text").document;
    let (f1, order) = scores(&read.plain_text(), &known.plain_text());
    assert!(f1 >= 0.993 && order >= 0.99, "f1 {f1}, order {order}");
    let is_marked = read
        .passages()
        .all(|(_, passage)| passage.source == Some(TextSource::Ocr) && passage.confidence > Some(60));
    assert!(is_marked && read.pages_for_ocr.is_empty());
    let kinds = |document: &ordskifte::text::Document| {
        document.passages().map(|(_, passage)| passage.kind).collect::<Vec<_>>()
    };
    assert!(kinds(&read).len() * 10 > kinds(&known).len() * 8, "{:?}", kinds(&read));
}

#[test]
fn a_page_that_lies_on_its_side_or_its_head_is_read_and_its_words_are_where_they_are_shown() {
    let bytes = sample("arsrapporter/annual-report-2021-summary.pdf");
    let known = parsers().read(&bytes).expect("children start").expect("text").document.plain_text();
    for quarters in [1, 2, 3] {
        let scan = twin(&parsers(), &bytes, Scanner::Turned(quarters));
        let read = read_with_ocr(&parsers(), program().to_owned(), &OcrSettings::default(), &scan);
        let read = read.expect("tesseract and its Norwegian model are installed").expect("text").document;
        let (f1, order) = scores(&read.plain_text(), &known);
        assert!(f1 >= 0.99 && order >= 0.98, "{quarters}: f1 {f1}, order {order}");
        // The first passage is at the top of the letter: on the right, the lower and the left edge of the page as it is shown.
        let (_, first) = read.passages().next().expect("a passage");
        let area = serde_json::to_value(first).expect("it has only string keys")["area"].clone();
        let edge = |name: &str| area[name].as_f64().expect("it has a place");
        let (x, y) = ((edge("left") + edge("right")) / 2.0, (edge("top") + edge("bottom")) / 2.0);
        match quarters {
            1 => assert!(x > 600.0 && y < 595.0, "{area:?}"),
            2 => assert!(y > 600.0 && x > 250.0, "{area:?}"),
            _ => assert!(x < 240.0 && y < 595.0, "{area:?}"),
        }
    }
}

#[test]
fn without_tesseract_the_rejection_names_the_package() {
    let (corpus, _documents) = corpus_of(&drawings(1), Path::new("/nowhere/tesseract"), "");
    corpus.refresh(&[]);
    assert_eq!(rejected(&corpus), ["no text layer: 1 page of drawings"]);
    assert!(corpus.report("rejected.csv").contains("tesseract-ocr-nor"));
}

#[test]
fn a_document_waits_until_the_budget_allows_all_its_pages() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = engine(folder.path(), "tesseract 9", "Samskaping i kommunen", "");
    let (corpus, _documents) = corpus_of(&drawings(2), &engine, "minutes = 0");
    corpus.refresh(&[]);
    let waiting = ["no text layer: 2 pages of drawings; waiting for OCR: 0 of 2 pages are read"];
    assert_eq!(rejected(&corpus), waiting);
    corpus.refresh(&[]);
    assert_eq!(rejected(&corpus), waiting);
    corpus.set_ocr(&format!("program = '{}'", engine.display()));
    corpus.refresh(&[]);
    assert_eq!(rejected(&corpus), [""; 0]);
    assert!(notices(&corpus).contains("text of 2 pages read by OCR, confidence 95"), "{}", notices(&corpus));
}

#[test]
fn status_tells_what_is_read_what_waits_and_how_long_that_takes() {
    let folder = tempfile::tempdir().expect("a folder");
    // The second page fails; each takes some processor time.
    let body = "i=0; while [ $i -lt 40000 ]; do i=$((i+1)); done; head -c 20 \"$1\" | grep -q 1416 && exit 1";
    let engine = engine(folder.path(), "tesseract 9", "Samskaping i kommunen", body);
    let bytes =
        pdf(&[&at(72, 700, 10, "Tillit i hele staten"), "100 100 200 200 re f", "100 100 200 200 re f"]);
    let (corpus, documents) = corpus_of(&drawings(2), &engine, "minutes = 0");
    fs::write(documents.path().join("halv.pdf"), bytes).expect("room");
    let ocr = |corpus: &Corpus| {
        let status = corpus.run(&["status", "--format", "json"]).out;
        let status: serde_json::Value = serde_json::from_str(&status).expect("JSON");
        status["ocr"].clone()
    };
    corpus.refresh(&[]);
    let waiting = ocr(&corpus);
    assert_eq!(
        (&waiting["waiting_documents"], &waiting["waiting_pages"]),
        (&2.into(), &4.into()),
        "{waiting}"
    );
    assert_eq!((&waiting["pages"], &waiting["refreshes_left"]), (&0.into(), &serde_json::Value::Null));
    corpus.set_ocr(&format!("program = '{}'", engine.display()));
    corpus.refresh(&[]);
    let read = ocr(&corpus);
    assert_eq!(
        (&read["pages"], &read["pages_not_worth_reading"], &read["confidence"]),
        (&3.into(), &1.into(), &95.0.into())
    );
    assert_eq!((&read["waiting_pages"], &read["refreshes_left"]), (&0.into(), &0.into()));
    let seconds = read["seconds_per_page"].as_f64().expect("a number");
    assert!(seconds > 0.0 && seconds < 2.0, "{seconds}");
}

#[test]
fn a_page_is_read_again_by_another_version_and_not_by_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = |corpus: &Corpus| corpus.run(&["search", "kommunen"]).out;
    let program = engine(folder.path(), "tesseract 9", "Samskaping i kommunen", "");
    let (corpus, _documents) = corpus_of(&drawings(1), &program, "");
    corpus.refresh(&[]);
    engine(folder.path(), "tesseract 9", "Styring av kommunen", "");
    corpus.refresh(&["--rehash"]);
    assert!(text(&corpus).contains("Samskaping"), "{}", text(&corpus));
    engine(folder.path(), "tesseract 10", "Styring av kommunen", "");
    corpus.refresh(&[]);
    assert!(text(&corpus).contains("Styring"), "{}", text(&corpus));
    // Nothing is lost when it is no longer installed; with "never" its text is not counted.
    fs::remove_file(&program).expect("our file");
    corpus.refresh(&[]);
    assert_eq!(rejected(&corpus), [""; 0]);
    corpus.set_ocr("mode = 'never'");
    corpus.refresh(&[]);
    assert_eq!(rejected(&corpus), ["no text layer: 1 page of drawings"]);
}

#[test]
fn a_page_that_ocr_fails_on_costs_that_page() {
    let folder = tempfile::tempdir().expect("a folder");
    // 510 points are 1,416 pixels.
    let body = "head -c 20 \"$1\" | grep -q 1416 && { echo 'cannot read it' >&2; exit 1; }";
    let engine = engine(folder.path(), "tesseract 9", "Samskaping i kommunen", body);
    let (corpus, _documents) = corpus_of(&drawings(2), &engine, "");
    corpus.refresh(&[]);
    assert_eq!(rejected(&corpus), [""; 0]);
    let notices = notices(&corpus);
    assert!(notices.contains("not read by OCR: cannot read it"), "{notices}");
    assert!(notices.contains("text of 1 page read by OCR"), "{notices}");
}

#[test]
fn a_page_of_low_confidence_is_not_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = engine(folder.path(), "tesseract 9", "Samskaping i kommunen", "");
    let (corpus, _documents) = corpus_of(&drawings(1), &engine, "confidence_min = 96");
    corpus.refresh(&[]);
    assert_eq!(rejected(&corpus), ["no text layer, and OCR of 1 page found no text of a confidence of 96"]);
}

#[test]
fn a_document_with_text_keeps_it_while_its_pictures_wait() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = engine(folder.path(), "tesseract 9", "Samskaping i kommunen", "");
    let bytes = pdf(&[&at(72, 700, 10, "Tillit i staten"), "100 100 200 200 re f"]);
    let (corpus, _documents) = corpus_of(&bytes, &engine, "minutes = 0");
    corpus.refresh(&[]);
    assert_eq!((rejected(&corpus), corpus.run(&["search", "tillit"]).code), (vec![], 0));
    assert_eq!(corpus.run(&["search", "samskaping"]).code, 1);
    corpus.set_ocr(&format!("program = '{}'", engine.display()));
    corpus.refresh(&[]);
    assert_eq!(corpus.run(&["search", "samskaping"]).code, 0);
    assert_eq!(corpus.run(&["search", "tillit"]).code, 0);
}

/// A corpus of one document with a page of text, "tillit" in four words, and a page that OCR reads, "tillit" in three.
fn half_scanned(more: &str) -> (Corpus, tempfile::TempDir, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = engine(folder.path(), "tesseract 9", "Tillit i kommunen", "");
    let bytes = pdf(&[&at(72, 700, 10, "Tillit i hele staten"), "100 100 200 200 re f"]);
    let (corpus, documents) = corpus_of(&bytes, &engine, more);
    corpus.refresh(&[]);
    (corpus, documents, folder)
}

#[test]
fn ocr_is_left_out_by_passage_of_numerator_and_denominator() {
    let (corpus, _documents, _engine) = half_scanned("");
    let counts = |by: &str, restriction: &str| {
        let arguments = ["trends", "tillit*", "--by", by, "--where", restriction, "--format", "json"];
        let run = corpus.run(&arguments);
        let rows: Vec<serde_json::Value> = serde_json::from_str(&run.out).expect("JSON");
        let [row] = rows.as_slice() else { panic!("{}", run.out) };
        [&row["n"], &row["n_tokens"], &row["ocr_share"]].map(|cell| cell.as_f64().expect("a number"))
    };
    for by in ["year", "kind", "document"] {
        assert_eq!(counts(by, "NOT source:ocr"), [1.0, 4.0, 0.0], "{by}");
        assert_eq!(counts(by, "source:ocr"), [1.0, 3.0, 1.0], "{by}");
        assert_eq!(counts(by, "source:ocr OR NOT source:ocr"), [2.0, 7.0, 0.429], "{by}");
    }
    let found = |query: &str| {
        let lines = corpus.run(&["concordance", query, "--format", "json"]).out;
        serde_json::from_str::<Vec<serde_json::Value>>(&lines).expect("JSON").len()
    };
    assert_eq!([found("tillit*"), found("tillit* source:ocr"), found("tillit* NOT source:ocr")], [2, 1, 1]);
    // What counts the words of whole documents says so, and does not count the wrong ones.
    let refused = corpus.run(&["words", "--where", "NOT source:ocr"]);
    assert!(refused.code == 2 && refused.err.contains("about passages"), "{}", refused.err);
}

#[test]
fn every_table_of_counts_has_the_share_of_words_that_ocr_read() {
    let (corpus, _documents, _engine) = half_scanned("");
    for file in ["term_year.csv", "term_document.csv", "coverage.csv", "documents.csv"] {
        let rows = corpus.rows(file);
        let of_words = rows.iter().filter(|row| row["n_tokens"] != "0");
        let shares: Vec<&str> = of_words.map(|row| row["ocr_share"].as_str()).collect();
        assert!(!shares.is_empty(), "{file}");
        assert!(shares.iter().all(|share| *share == "0.429"), "{file}: {shares:?}");
    }
    for arguments in [&["words"][..], &["dispersion", "tillit*"]] {
        let table = corpus.run(&[arguments, &["--format", "json"]].concat()).out;
        let rows: Vec<serde_json::Value> = serde_json::from_str(&table).expect("JSON");
        assert_eq!(rows.first().expect("a row")["ocr_share"], 0.429, "{arguments:?}");
    }
}

#[test]
fn a_run_that_is_killed_with_a_half_read_document_is_finished_by_the_next() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = |number: u32, body: &str| {
        format!("head -c 20 \"$1\" | grep -q {} && {body}", 1388 + 28 * (number - 1))
    };
    // The second page never ends.
    let program_of_ocr =
        engine(folder.path(), "tesseract 9", "Samskaping i kommunen", &page(2, "while :; do :; done"));
    let (corpus, documents) = corpus_of(&drawings(2), &program_of_ocr, "");
    let mut refresh = Command::new(program())
        .args(["refresh", "--quiet", "--corpus"])
        .arg(corpus.path(""))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let files = corpus.path("data/ocr/files");
    let n_read = || {
        walkdir::WalkDir::new(&files).into_iter().flatten().filter(|found| found.file_name() == "1").count()
    };
    while n_read() == 0 {
        assert!(refresh.try_wait().expect("a child").is_none(), "it ended before it was killed");
        std::thread::yield_now();
    }
    refresh.kill().expect("our child");
    refresh.wait().expect("our child");
    // The first page would fail now: that it does not shows that it is not read again.
    engine(folder.path(), "tesseract 9", "Samskaping i kommunen", &page(1, "exit 1"));
    corpus.refresh(&["--quiet"]);
    assert_eq!((rejected(&corpus).len(), corpus.run(&["verify"]).code), (0, 0));
    engine(folder.path(), "tesseract 9", "Samskaping i kommunen", "");
    let undisturbed =
        Corpus::with_scans(documents.path(), &format!("program = '{}'\n", program_of_ocr.display()));
    undisturbed.refresh(&["--quiet"]);
    let (found, wanted) = (corpus.reports(), undisturbed.reports());
    let differing: Vec<&String> =
        wanted.keys().chain(found.keys()).filter(|name| found.get(*name) != wanted.get(*name)).collect();
    assert!(differing.is_empty() && !wanted.is_empty(), "{differing:?}");
}

#[test]
fn a_page_whose_text_layer_is_illegible_is_read_by_ocr() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = engine(folder.path(), "tesseract 9", "Kommunene skal levere beredskap", "");
    // Each letter is the third after the one that is shown.
    let shifted = "Nrppxqhqh vndo ohyhuh ehuhgvnds rj wudqvsruw lqqhq iulvwhq iru ghwwh";
    let page = |text: &str| (0..8).map(|line| at(72, 700 - 14 * line, 10, text)).collect::<String>();
    let sound = "Tillit i hele staten gir bedre tjenester og mer til innbyggerne";
    let bytes = pdf(&[&page(sound), &page(shifted)]);
    let (corpus, _documents) = corpus_of(&bytes, &engine, "");
    corpus.refresh(&[]);
    let found = |word: &str| corpus.run(&["search", word]).code == 0;
    assert_eq!([found("tillit"), found("kommunene"), found("nrppxqhqh")], [true, true, false]);
    // Four words of OCR beside eighty-eight of the text.
    assert_eq!(corpus.rows("documents.csv")[0]["ocr_share"], "0.04348");
}

#[test]
fn a_page_in_sami_that_ocr_read_is_flagged() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "Sámediggi ovddida sámegiela geavaheami ja dáhkida ahte mánát ja nuorat ožžot oahpahusa sámegillii skuvllain ja mánáidgárddiin";
    let program = engine(folder.path(), "tesseract 9", text, "");
    let (corpus, _documents) = corpus_of(&drawings(1), &program, "");
    corpus.refresh(&[]);
    assert!(notices(&corpus).contains("text in Sámi read by OCR"), "{}", notices(&corpus));
    engine(folder.path(), "tesseract 10", "Kommunene skal levere beredskap og transport innen fristen", "");
    corpus.refresh(&[]);
    assert!(!notices(&corpus).contains("Sámi"), "{}", notices(&corpus));
}

#[test]
fn extract_shows_what_ocr_reads_of_a_file() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/documents/odd/referat-skannet-2007.pdf");
    let shown = run(&["extract", path.to_str().expect("UTF-8"), "--ocr", "--format", "json"]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    assert!(shown.out.contains("\"source\": \"ocr\""));
    assert!(shown.out.contains("\"confidence\": 9"));
}
