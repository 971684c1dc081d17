//! Derived files that are damaged, missing or left over: found by who reads them, made again by a refresh.

use crate::support::Corpus;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

fn page(title: &str, text: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"nb\"><head><title>{title}</title></head><body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
    )
}

/// A corpus of two documents, refreshed twice, so that its index has a segment with a deletion. Without the text of the earlier version
/// of `a.html`, which nothing reads.
fn corpus() -> (Corpus, tempfile::TempDir) {
    let (corpus, files) = Corpus::of_files(&[
        ("a.html", &page("Rapport 2019", "Samskaping med kommunene i praksis.")),
        ("b.html", &page("Rapport 2020", "Mer samskaping og mindre detaljstyring.")),
    ]);
    corpus.refresh(&[]);
    fs::write(files.path().join("a.html"), page("Rapport 2019", "Mindre samskaping enn før.")).unwrap();
    corpus.refresh(&[]);
    let current: Vec<String> =
        corpus.rows("documents.csv").iter().map(|row| row["source_sha256"].clone()).collect();
    for path in files_below(&corpus.path("data/text")) {
        let digest = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.extension().unwrap() == "txt" && !current.contains(&digest) {
            fs::remove_file(path).unwrap();
        }
    }
    (corpus, files)
}

/// Every file in `folder` and the folders below.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()) {
        match path.is_dir() && !path.is_symlink() {
            true => found.extend(files_below(&path)),
            false => found.push(path),
        }
    }
    found.sort();
    found
}

/// The answers of commands that read the index.
fn answers(corpus: &Corpus) -> Vec<(i32, String, String)> {
    let commands: [&[&str]; 3] =
        [&["search", "samskaping"], &["search", "\"mindre detaljstyring\""], &["trends", "--format", "csv"]];
    commands.iter().map(|args| corpus.run(args)).map(|run| (run.code, run.out, run.err)).collect()
}

/// The first file of each kind, which its ending tells; of an index all segments have the same kinds.
fn one_of_each_kind(files: Vec<PathBuf>) -> Vec<PathBuf> {
    let kinds: BTreeMap<_, _> =
        files.into_iter().rev().map(|file| (file.extension().map(ToOwned::to_owned), file)).collect();
    kinds.into_values().collect()
}

/// Damages a file of each kind in `folder` in turn. A reader gives the same answer or an error with a hint; a refresh heals it.
fn each_damage_heals(folder: &str, is_content_restored: bool) {
    let (corpus, _files) = corpus();
    let (wanted, reports) = (answers(&corpus), corpus.reports());
    let names = |path: &Path| path.strip_prefix(corpus.path("")).unwrap().to_owned();
    let files = || one_of_each_kind(files_below(&corpus.path(folder)));
    for number in 0..files().len() {
        // An index that was made anew has other names.
        let file = files().into_iter().cycle().nth(number).unwrap();
        let whole = fs::read(&file).unwrap();
        let place = whole.len() * 2 / 5;
        let mut damaged = whole.clone();
        damaged[place] ^= 4;
        fs::write(&file, damaged).unwrap();
        for (answer, wanted) in answers(&corpus).iter().zip(&wanted) {
            let is_error = answer.0 == 2 && answer.2.contains("hint: ") && !answer.2.contains("panicked");
            assert!(answer == wanted || is_error, "{}: {answer:?}", names(&file).display());
        }
        let run = corpus.refresh(&[]);
        assert_eq!(answers(&corpus), wanted, "{}: {}{}", names(&file).display(), run.out, run.err);
        assert_eq!(corpus.reports(), reports, "{}", names(&file).display());
        // A file of texts loses those that were superseded, and with them its name.
        let is_gone = file.extension().is_some_and(|kind| kind == "texts") && !file.exists();
        let is_restored = || is_gone || fs::read(&file).unwrap() == whole;
        assert!(!is_content_restored || is_restored(), "{}", names(&file).display());
    }
    let verified = corpus.run(&["verify"]);
    assert_eq!(verified.code, 0, "{verified:?}");
}

#[test]
fn a_damaged_text_is_extracted_again() {
    each_damage_heals("data/text", true);
}

#[test]
fn a_damaged_report_is_written_again() {
    each_damage_heals("data/reports", true);
}

#[test]
fn a_damaged_index_is_an_error_with_a_hint_and_is_made_again() {
    each_damage_heals("data/index", false);
}

#[test]
fn a_missing_text_or_report_is_made_again_although_nothing_changed() {
    let (corpus, _files) = corpus();
    let text =
        files_below(&corpus.path("data/text")).into_iter().find(|path| path.extension().unwrap() == "txt");
    let (text, report) = (text.unwrap(), corpus.path("data/reports/forms.csv"));
    let whole = (fs::read(&text).unwrap(), fs::read(&report).unwrap());
    fs::remove_file(&text).unwrap();
    fs::remove_file(&report).unwrap();
    corpus.refresh(&[]);
    assert_eq!((fs::read(&text).unwrap(), fs::read(&report).unwrap()), whole);
}

#[test]
fn a_damaged_expansion_is_not_counted() {
    let (corpus, _files) = corpus();
    let wanted = answers(&corpus);
    let file = corpus.path("data/expansion.json");
    let whole = fs::read_to_string(&file).unwrap();
    assert!(whole.contains("samskaping"));
    fs::write(&file, whole.replace("samskaping", "detaljstyring")).unwrap();
    assert_eq!(answers(&corpus), wanted);
    corpus.refresh(&[]);
    assert_eq!(fs::read_to_string(&file).unwrap(), whole);
}

#[test]
fn the_forms_of_new_segments_are_added_to_those_that_are_kept() {
    let (corpus, files) = corpus();
    let file = corpus.path("data/expansion.json");
    let before = fs::read_to_string(&file).unwrap();
    fs::write(
        files.path().join("d.html"),
        page("Rapport 2018", "Om detaljstyringen og samskapingens vilkår."),
    )
    .unwrap();
    corpus.refresh(&[]);
    let added = fs::read_to_string(&file).unwrap();
    assert!(!before.contains("detaljstyringen") && added.contains("detaljstyringen"), "{added}");
    fs::remove_file(&file).unwrap();
    corpus.refresh(&[]);
    assert_eq!(fs::read_to_string(&file).unwrap(), added);
}

#[test]
fn the_deletions_of_a_killed_commit_do_not_block_the_next() {
    let (corpus, files) = corpus();
    // The list of segments is JSON; its checksums follow.
    let meta = fs::read(corpus.path("data/index/meta.json")).unwrap();
    let mut values = serde_json::Deserializer::from_slice(&meta).into_iter::<serde_json::Value>();
    let meta = values.next().unwrap().unwrap();
    let opstamp = meta["opstamp"].as_u64().unwrap();
    for segment in meta["segments"].as_array().unwrap() {
        let id = segment["segment_id"].as_str().unwrap().replace('-', "");
        for later in 1..50 {
            let name = format!("data/index/{id}.{}.del", opstamp + later);
            fs::write(corpus.path(&name), "torn").unwrap();
        }
    }
    fs::write(files.path().join("a.html"), page("Rapport 2019", "Tredje utgave om styring.")).unwrap();
    fs::remove_file(files.path().join("b.html")).unwrap();
    corpus.refresh(&[]);
    assert_eq!(corpus.run(&["verify"]).code, 0);
    let torn =
        files_below(&corpus.path("data/index")).into_iter().filter(|path| fs::read(path).unwrap() == b"torn");
    assert_eq!(torn.count(), 0);
}

#[test]
fn temporary_files_of_a_killed_run_are_removed() {
    let (corpus, _files) = corpus();
    let stray = [
        corpus.path("data/.tmp1"),
        corpus.path("data/index/.tmp2"),
        corpus.path("data/snapshots/.tmp3"),
        corpus.path("data/text/.tmp4"),
    ];
    stray.iter().for_each(|path| fs::write(path, "").unwrap());
    fs::create_dir(corpus.path("data/snapshots/older")).unwrap();
    let of_user = corpus.path(".tmp-mine");
    fs::write(&of_user, "").unwrap();
    corpus.refresh(&[]);
    assert!(stray.iter().all(|path| !path.exists()));
    assert!(!corpus.path("data/snapshots/older").exists() && of_user.exists());
}

#[test]
fn a_reader_writes_nothing() {
    let (corpus, _files) = corpus();
    // What SQLite does beside the catalogue is not of the index.
    let state = || -> BTreeMap<PathBuf, SystemTime> {
        let files = files_below(&corpus.path("data")).into_iter();
        let files = files.filter(|path| !path.starts_with(corpus.path("data/archive")));
        files.map(|path| (path.clone(), fs::symlink_metadata(path).unwrap().modified().unwrap())).collect()
    };
    fs::remove_file(corpus.path("data/expansion.json")).unwrap();
    let before = state();
    answers(&corpus);
    for command in [&["forms"][..], &["status"], &["verify"]] {
        let run = corpus.run(command);
        assert_eq!(run.code, 0, "{command:?}: {}{}", run.out, run.err);
    }
    assert_eq!(state(), before);
}
