//! Runs over a corpus that changes: what is done again, what is kept, what is refused.

use crate::support::Corpus;
use sha2::{Digest, Sha256};
use std::fs;

fn page(title: &str, text: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"nb\"><head><title>{title}</title></head><body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
    )
}

fn n_of(corpus: &Corpus, concept: &str) -> u64 {
    let rows = corpus.rows("term_document.csv").into_iter();
    rows.filter(|row| row["concept"] == concept).map(|row| row["n"].parse::<u64>().unwrap()).sum()
}

#[test]
fn a_second_run_says_that_nothing_changed_and_writes_nothing() {
    let (corpus, _files) =
        Corpus::of_files(&[("a.html", &page("Rapport 2019", "Samskaping med kommunene i praksis."))]);
    corpus.refresh(&[]);
    let before = corpus.reports();
    let archive = || {
        fs::read_dir(corpus.path("data/archive"))
            .unwrap()
            .flatten()
            .filter(|f| f.path().extension().is_some_and(|e| e == "gz"))
            .count()
    };
    let files = archive();
    let second = corpus.refresh(&[]);
    assert!(second.out.starts_with("Nothing changed: 1 documents"), "{}", second.out);
    assert_eq!((corpus.reports(), archive(), second.code), (before, files, 0));
}

#[test]
fn a_changed_document_replaces_its_passages() {
    let (corpus, files) =
        Corpus::of_files(&[("a.html", &page("Rapport 2019", "Samskaping og samskaping i kommunene."))]);
    corpus.refresh(&[]);
    assert_eq!(n_of(&corpus, "samskaping"), 2);
    fs::write(
        files.path().join("a.html"),
        page("Rapport 2019", "Bare én gang samskaping i kommunene, og så noe helt annet."),
    )
    .unwrap();
    let run = corpus.refresh(&[]);
    assert!(run.out.contains("0 new, 1 changed"), "{}", run.out);
    assert_eq!(n_of(&corpus, "samskaping"), 1);
}

#[test]
fn a_vanished_document_stays_with_a_tombstone() {
    let (corpus, files) =
        Corpus::of_files(&[("a.html", &page("Rapport 2019", "Samskaping med kommunene i praksis."))]);
    corpus.refresh(&[]);
    fs::remove_file(files.path().join("a.html")).unwrap();
    corpus.refresh(&[]);
    assert_eq!(
        (n_of(&corpus, "samskaping"), corpus.rows("documents.csv")[0]["is_vanished"].as_str()),
        (1, "true")
    );
}

#[test]
fn a_source_folder_that_is_gone_is_no_heap_of_tombstones() {
    let (corpus, files) =
        Corpus::of_files(&[("a.html", &page("Rapport 2019", "Samskaping med kommunene i praksis."))]);
    corpus.refresh(&[]);
    drop(files);
    let run = corpus.refresh(&[]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert_eq!(corpus.rows("documents.csv")[0]["is_vanished"], "false");
    assert_eq!(corpus.rows("rejected.csv")[0]["stage"], "acquire");
}

#[test]
fn the_concordance_lines_of_an_unchanged_document_are_copied() {
    let (corpus, files) =
        Corpus::of_files(&[("a.html", &page("Rapport 2019", "Samskaping med kommunene i praksis."))]);
    corpus.refresh(&[]);
    // A mark that no run would make: it is in the new report only if the line was copied.
    let marked = corpus.report("kwic.csv").replace("kommunene", "KOMMUNENE");
    fs::write(corpus.path("data/reports/kwic.csv"), &marked).unwrap();
    let list = corpus.path("data/kwic-lines");
    let mut bytes = fs::read(&list).unwrap();
    bytes[32..96].copy_from_slice(data_encoding::HEXLOWER.encode(&Sha256::digest(&marked)).as_bytes());
    let digest = Sha256::digest(&bytes[32..]);
    bytes[..32].copy_from_slice(&digest);
    fs::write(&list, &bytes).unwrap();
    fs::write(files.path().join("b.html"), page("Rapport 2020", "Samskaping i fylket.")).unwrap();
    corpus.refresh(&[]);
    let kwic = corpus.report("kwic.csv");
    assert!(kwic.contains("KOMMUNENE") && kwic.contains("fylket"), "{kwic}");
}

#[test]
fn a_concordance_that_differs_from_its_digest_is_not_copied() {
    let (corpus, files) =
        Corpus::of_files(&[("a.html", &page("Rapport 2019", "Samskaping med kommunene i praksis."))]);
    corpus.refresh(&[]);
    let marked = corpus.report("kwic.csv").replace("kommunene", "KOMMUNENE");
    fs::write(corpus.path("data/reports/kwic.csv"), &marked).unwrap();
    fs::write(files.path().join("b.html"), page("Rapport 2020", "Samskaping i fylket.")).unwrap();
    corpus.refresh(&[]);
    let kwic = corpus.report("kwic.csv");
    assert!(kwic.contains("kommunene") && kwic.contains("fylket"), "{kwic}");
}

#[test]
fn the_words_around_the_mentions_of_an_unchanged_document_are_copied_unless_they_are_damaged() {
    for (is_whole, word) in [(true, "KOMMUNENE"), (false, "kommunene")] {
        let text = "Samskaping med kommunene. ".repeat(3);
        let (corpus, files) = Corpus::of_files(&[("a.html", &page("Rapport 2019", &text))]);
        corpus.refresh(&[]);
        // A mark that no run would make: it is in the new report only if the words were copied.
        let (path, list) = (corpus.path("data/kwic-words"), corpus.path("data/kwic-lines"));
        let words = fs::read_to_string(&path).unwrap().replace("kommunene", "KOMMUNENE");
        fs::write(&path, &words).unwrap();
        if is_whole {
            let mut bytes = fs::read(&list).unwrap();
            let checksum = bytes.len() - 4;
            bytes[checksum..].copy_from_slice(&crc32fast::hash(words.as_bytes()).to_le_bytes());
            let digest = Sha256::digest(&bytes[32..]);
            bytes[..32].copy_from_slice(&digest);
            fs::write(&list, &bytes).unwrap();
        }
        fs::write(files.path().join("b.html"), page("Rapport 2020", "Et annet tema.")).unwrap();
        corpus.refresh(&[]);
        let report = corpus.report("collocations.csv");
        assert!(report.contains(word), "{report}");
    }
}

#[test]
fn step_by_step_and_at_once_give_the_same_reports() {
    let (grown, files) =
        Corpus::of_files(&[("a.html", &page("Rapport 2019", "Samskaping med kommunene i praksis."))]);
    grown.refresh(&[]);
    fs::write(
        files.path().join("b.html"),
        page("Rapport 2020", "Innovasjon og tillitsbasert ledelse i etaten."),
    )
    .unwrap();
    grown.refresh(&[]);
    fs::write(
        files.path().join("a.html"),
        page("Rapport 2019", "Mindre detaljstyring i praksis, mer samskaping."),
    )
    .unwrap();
    grown.refresh(&[]);
    let fresh = Corpus::of_folder(files.path());
    fresh.refresh(&[]);
    assert_eq!(grown.reports(), fresh.reports());
}

#[test]
fn the_same_bytes_in_two_places_are_one_document() {
    let text = page("Rapport 2019", "Samskaping med kommunene i praksis.");
    let (corpus, _files) = Corpus::of_files(&[("a.html", &text), ("b.html", &text)]);
    corpus.refresh(&[]);
    let rows = corpus.rows("documents.csv");
    assert_eq!(rows.len(), 1);
    assert!(
        rows[0]["docname"].ends_with("/a.html") && rows[0]["also_at"].ends_with("/b.html"),
        "{:?}",
        rows[0]
    );
    assert_eq!(n_of(&corpus, "samskaping"), 1);
}

#[test]
fn a_new_sidecar_changes_the_record_and_not_the_text() {
    let (corpus, files) =
        Corpus::of_files(&[("a.html", &page("Rapport", "Samskaping med kommunene i praksis."))]);
    corpus.refresh(&[]);
    fs::write(files.path().join("a.toml"), "year = 1999\nkind = \"rapport\"\n").unwrap();
    corpus.refresh(&[]);
    let row = &corpus.rows("documents.csv")[0];
    assert_eq!(
        (row["year"].as_str(), row["year_basis"].as_str(), row["kind"].as_str()),
        ("1999", "declared", "rapport")
    );
}

#[test]
fn a_wrong_sidecar_costs_one_row() {
    let (corpus, _files) = Corpus::of_files(&[
        ("a.html", &page("Rapport 2019", "Samskaping med kommunene i praksis.")),
        ("b.html", &page("Rapport 2020", "Samskaping med kommunene en gang til.")),
        ("b.toml", "yaer = 2020\n"),
    ]);
    let run = corpus.refresh(&[]);
    assert_eq!((run.code, corpus.rows("documents.csv").len()), (0, 1), "{}", run.err);
    let row = &corpus.rows("rejected.csv")[0];
    assert!(row["location"].ends_with("/b.html") && row["reason"].contains("yaer"), "{row:?}");
}

#[test]
fn a_dry_run_changes_nothing() {
    let (corpus, _files) = Corpus::of_files(&[("a.html", &page("Rapport 2019", "Samskaping."))]);
    let run = corpus.refresh(&["--dry-run"]);
    assert!(run.out.contains("1 new"), "{}", run.out);
    assert!(!corpus.path("data/index").exists() && !corpus.path("data/reports").exists());
}

#[test]
fn another_codebook_gives_other_reports_without_a_new_index() {
    let (corpus, _files) =
        Corpus::of_files(&[("a.html", &page("Rapport 2019", "Samskaping med kommunene i praksis."))]);
    corpus.refresh(&[]);
    fs::write(corpus.path("codebook.toml"), "[[concept]]\nname = \"kommune\"\npatterns = [\"kommun*\"]\n")
        .unwrap();
    let run = corpus.refresh(&[]);
    assert!(!run.err.contains("index "), "{}", run.err);
    assert_eq!(n_of(&corpus, "kommune"), 1);
}

#[test]
fn excel_no_is_chosen_on_the_command_line() {
    let (corpus, _files) =
        Corpus::of_files(&[("a.html", &page("Rapport 2019", "Samskaping med kommunene i praksis."))]);
    corpus.refresh(&["--dialect", "excel-no"]);
    assert!(corpus.report("term_year.csv").starts_with("\u{feff}concept;year;kind;n;"));
}

#[test]
fn events_are_json_lines() {
    let (corpus, _files) =
        Corpus::of_files(&[("a.html", &page("Rapport 2019", "Samskaping med kommunene i praksis."))]);
    let log = corpus.path("events.jsonl");
    corpus.refresh(&["--events", log.to_str().unwrap()]);
    let text = fs::read_to_string(log).unwrap();
    let events: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events[0]["event"], "stage_started");
    assert!(events.iter().any(|event| event["event"] == "acquired" && event["outcome"] == "new"));
    assert!(events.iter().all(|event| event["time"].as_str().is_some_and(|time| time.ends_with('Z'))));
    let summary = events.last().unwrap();
    assert_eq!((&summary["event"], &summary["outcome"]), (&"summary".into(), &"done".into()));
}

#[test]
fn a_second_run_at_once_is_refused() {
    let (corpus, _files) = Corpus::of_files(&[("a.html", &page("Rapport 2019", "Samskaping."))]);
    corpus.refresh(&[]);
    let _held = ordskifte::acquire::Archive::open(&corpus.path("data/archive")).unwrap();
    let run = corpus.run(&["refresh"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("lock") && run.err.contains("hint:"), "{}", run.err);
}

#[test]
fn verify_is_content_after_a_refresh_and_finds_each_damage() {
    let (corpus, _files) =
        Corpus::of_files(&[("a.html", &page("Rapport 2019", "Samskaping med kommunene i praksis."))]);
    corpus.refresh(&[]);
    assert_eq!(corpus.run(&["verify"]).code, 0, "{}", corpus.run(&["verify"]).out);
    let text = walk(&corpus.path("data/text")).into_iter().find(|path| path.ends_with("txt")).unwrap();
    let warc = walk(&corpus.path("data/archive")).into_iter().find(|path| path.ends_with("warc.gz")).unwrap();
    let report = corpus.path("data/reports/forms.csv").to_str().unwrap().to_owned();
    // A segment without passages has hardly more than its footer, which tantivy's checksum leaves out.
    let postings = walk(&corpus.path("data/index")).into_iter().filter(|path| path.ends_with(".idx"));
    let index = postings.max_by_key(|path| fs::metadata(path).unwrap().len()).unwrap();
    for file in [text, warc, report, index] {
        let whole = fs::read(&file).unwrap();
        let mut damaged = whole.clone();
        let place = damaged.len() / 3;
        damaged[place] ^= 1;
        fs::write(&file, damaged).unwrap();
        let run = corpus.run(&["verify"]);
        assert!(run.code == 2, "damage of {file} was not found: {}", run.out);
        fs::write(&file, whole).unwrap();
    }
    assert_eq!(corpus.run(&["verify"]).code, 0);
}

#[test]
fn text_index_and_reports_can_be_made_again_from_the_archive_alone() {
    let (corpus, files) =
        Corpus::of_files(&[("a.html", &page("Rapport 2019", "Samskaping med kommunene i praksis."))]);
    corpus.refresh(&[]);
    let before = corpus.reports();
    for derived in ["text", "index", "snapshots"] {
        fs::remove_dir_all(corpus.path("data").join(derived)).unwrap();
    }
    let _keep = files;
    corpus.refresh(&[]);
    assert_eq!(corpus.reports(), before);
}

fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        match entry.path().is_dir() {
            true => found.extend(walk(&entry.path())),
            false => found.push(entry.path().to_str().unwrap().to_owned()),
        }
    }
    found.sort();
    found
}
