//! The sample corpus through the whole path, against its true texts, records and counts.

use crate::support::{Corpus, golden, run};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The sample corpus after one refresh; tests only read it.
static SAMPLE: LazyLock<(Corpus, i32)> = LazyLock::new(|| {
    let corpus = Corpus::of_sample();
    let run = corpus.refresh(&["--threads", "2"]);
    (corpus, run.code)
});

fn truth(ending: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/truth");
    let mut found = Vec::new();
    for folder in fs::read_dir(&root).unwrap().flatten().filter(|entry| entry.path().is_dir()) {
        let files = fs::read_dir(folder.path()).unwrap().flatten().map(|entry| entry.path());
        found.extend(files.filter(|path| path.extension().is_some_and(|e| e == ending)));
    }
    found.sort();
    found
}

/// `letters/2014.pdf` of a document: its folder and name.
fn name(document: &str) -> String {
    let parts: Vec<&str> = document.rsplit('/').take(2).collect();
    format!("{}/{}", parts[1], parts[0])
}

/// The document whose truth stands in `path`: `truth/letters/2014.pdf.txt` tells of `letters/2014.pdf`.
fn document_of(path: &Path) -> String {
    name(path.with_extension("").to_str().unwrap())
}

/// The rows of documents.csv by folder and name.
fn documents() -> HashMap<String, HashMap<String, String>> {
    let rows = SAMPLE.0.rows("documents.csv").into_iter();
    rows.map(|row| (name(&row["docname"]), row)).collect()
}

fn bag(text: &str) -> BTreeMap<String, i64> {
    let mut bag = BTreeMap::new();
    // The truth keeps the no-break spaces of the source.
    for word in ordskifte::text::words(&text.replace('\u{a0}', " ")) {
        *bag.entry(word.text.to_lowercase()).or_default() += 1;
    }
    bag
}

/// Harmonic mean of precision and recall over the bags of words.
fn f1(found: &str, wanted: &str) -> f64 {
    let (found, wanted) = (bag(found), bag(wanted));
    let common: i64 = wanted.iter().map(|(word, n)| (*n).min(found.get(word).copied().unwrap_or(0))).sum();
    2.0 * common as f64 / (found.values().sum::<i64>() + wanted.values().sum::<i64>()) as f64
}

#[test]
fn every_text_is_nearly_the_true_text() {
    let documents = documents();
    let mut table = String::new();
    let mut compared = 0;
    for path in truth("txt") {
        let Some(row) = documents.get(&document_of(&path)) else { continue };
        compared += 1;
        let sha256 = &row["source_sha256"];
        let file = SAMPLE.0.path("data/text").join(&sha256[..2]).join(format!("{sha256}.txt"));
        let score = f1(&fs::read_to_string(file).unwrap(), &fs::read_to_string(&path).unwrap());
        if score < 0.995 {
            table.push_str(&format!("{} {score:.4}\n", document_of(&path)));
        }
    }
    assert!(compared > 30, "only {compared} texts were compared");
    assert_eq!(table, "", "documents whose words differ from the truth");
}

#[test]
fn every_record_is_the_true_record() {
    let documents = documents();
    let mut wrong = String::new();
    for path in truth("json") {
        let truth: serde_json::Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let document = document_of(&path);
        if !truth["rejected"].is_null() {
            assert!(!documents.contains_key(&document), "{document} should be rejected");
            continue;
        }
        let row = documents.get(&document).unwrap_or_else(|| panic!("{document} is missing"));
        let columns = [
            ("kind", "kind"),
            ("designation", "designation"),
            ("title", "title"),
            ("issuer", "issuer"),
            ("addressee", "addressee"),
            ("published", "date"),
            ("year", "year"),
            ("year_basis", "year_basis"),
            ("language", "lang"),
            ("pages", "n_pages"),
        ];
        for (key, column) in columns {
            let wanted = match &truth[key] {
                serde_json::Value::String(text) => text.clone(),
                serde_json::Value::Null => String::new(),
                other => other.to_string(),
            };
            if row[column] != wanted {
                wrong.push_str(&format!("{document} {column}: '{}' is '{wanted}'\n", row[column]));
            }
        }
    }
    assert_eq!(wrong, "");
}

#[test]
fn every_count_is_the_true_count() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/truth/counts.csv");
    let mut wanted = BTreeMap::<(String, String), u64>::new();
    for row in csv::Reader::from_path(root).unwrap().deserialize::<(String, String, u64)>() {
        let (concept, document, n) = row.unwrap();
        wanted.insert((concept, name(&document)), n);
    }
    let mut wrong = String::new();
    let mut compared = 0;
    for row in SAMPLE.0.rows("term_document.csv") {
        let key = (row["concept"].clone(), name(&row["docname"]));
        let (found, truth) = (row["n"].parse::<u64>().unwrap(), wanted.get(&key).copied().unwrap_or(0));
        compared += truth;
        if found != truth {
            wrong.push_str(&format!("{} in {}: {found}, truly {truth}\n", key.0, key.1));
        }
    }
    assert!(compared > 500, "only {compared} mentions were compared");
    assert_eq!(wrong, "");
}

#[test]
fn the_odd_documents_are_rejected_with_their_reason() {
    let found: BTreeMap<String, String> = SAMPLE
        .0
        .rows("rejected.csv")
        .into_iter()
        .map(|row| (row["location"].clone(), row["reason"].clone()))
        .collect();
    for path in truth("json") {
        let truth: serde_json::Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let Some(reason) = truth["rejected"].as_str() else { continue };
        let row = found.iter().find(|(location, _)| name(location) == document_of(&path));
        let (_, given) = row.unwrap_or_else(|| panic!("{} is not rejected", path.display()));
        assert!(given.starts_with(reason), "{}: '{given}' does not begin with '{reason}'", path.display());
    }
    assert_eq!(SAMPLE.1, 0, "a run that did its job exits with 0, whatever it rejected");
}

#[test]
fn every_mention_is_found_at_its_characters() {
    let mut checked = 0;
    for row in SAMPLE.0.rows("kwic.csv") {
        let sha256 = &row["source_sha256"];
        let file = SAMPLE.0.path("data/text").join(&sha256[..2]).join(format!("{sha256}.txt"));
        let text: Vec<char> = fs::read_to_string(file).unwrap().chars().collect();
        let (start, end) = (row["char_start"].parse().unwrap(), row["char_end"].parse().unwrap());
        assert_eq!(text[start..end].iter().collect::<String>(), row["keyword"]);
        checked += 1;
    }
    assert!(checked > 500, "only {checked} mentions");
}

#[test]
fn the_concordance_has_one_line_a_mention() {
    let mut lines = HashMap::<(String, String), u64>::new();
    for row in SAMPLE.0.rows("kwic.csv") {
        *lines.entry((row["concept"].clone(), row["docname"].clone())).or_default() += 1;
    }
    for row in SAMPLE.0.rows("term_document.csv") {
        let n = lines.get(&(row["concept"].clone(), row["docname"].clone())).copied().unwrap_or(0);
        assert_eq!(n.to_string(), row["n"], "{} in {}", row["concept"], row["docname"]);
    }
}

#[test]
fn the_reports_are_as_they_were_reviewed() {
    for name in ["term_year.csv", "forms.csv", "rejected.csv"] {
        golden(&format!("reports/{name}"), &SAMPLE.0.report(name).replace("\r\n", "\n"));
    }
    let folder = format!("{}/", env!("CARGO_MANIFEST_DIR"));
    golden(
        "reports/documents.csv",
        &SAMPLE.0.report("documents.csv").replace("\r\n", "\n").replace(&folder, ""),
    );
}

#[test]
fn the_texts_are_as_they_were_reviewed() {
    let documents =
        ["meldinger/meldst-28-2019-2020.html", "arsrapporter/arsrapport-2018.docx", "nou/nou-2009-21.pdf"];
    for document in documents {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/documents").join(document);
        let text = run(&["extract", path.to_str().unwrap()]).out;
        golden(&format!("text/{}.txt", document.replace('/', "_")), &text);
    }
}

#[test]
fn one_thread_and_eight_give_the_same_bytes() {
    let corpus = Corpus::of_sample();
    corpus.refresh(&["--threads", "8"]);
    let one = Corpus::of_sample();
    one.refresh(&["--threads", "1"]);
    assert_eq!(corpus.reports(), one.reports());
    assert!(one.reports().len() == 19, "{:?}", one.reports().keys());
}

#[test]
fn the_listed_columns_are_those_of_the_data_package() {
    let listed: serde_json::Value = serde_json::from_str(&run(&["columns", "--format", "json"]).out).unwrap();
    let of_listing = listed.as_array().unwrap().iter().map(|row| {
        let text = |name: &str| row[name].as_str().unwrap_or("").to_owned();
        ["report", "column", "type", "unit", "description"].map(text)
    });
    let package: serde_json::Value = serde_json::from_str(&SAMPLE.0.report("datapackage.json")).unwrap();
    let of_package = package["resources"].as_array().unwrap().iter().flat_map(|resource| {
        let path = resource["path"].as_str().unwrap().to_owned();
        resource["schema"]["fields"].as_array().into_iter().flatten().map(move |field| {
            let text = |name: &str| field[name].as_str().unwrap_or("").to_owned();
            [path.clone(), text("name"), text("type"), text("unit"), text("description")]
        })
    });
    assert_eq!(of_listing.collect::<Vec<_>>(), of_package.collect::<Vec<_>>());
    let one = run(&["columns", "term_year.csv"]);
    assert!(one.out.contains("per_million (number, mentions per million words)"), "{}", one.out);
    let unknown = run(&["columns", "term_yaer"]);
    assert!(unknown.code == 2 && unknown.err.contains("term_year, trend_test"), "{}", unknown.err);
}

#[test]
fn search_finds_a_phrase_with_its_page() {
    let found = SAMPLE.0.run(&["search", "«mål- og resultatstyring*»", "--format", "json", "--limit", "3"]);
    let hits: serde_json::Value = serde_json::from_str(&found.out).unwrap();
    assert_eq!((found.code, hits.as_array().unwrap().len()), (0, 3));
    assert!(hits[0]["keyword"].as_str().unwrap().to_lowercase().starts_with("mål- og resultatstyring"));
}

#[test]
fn help_is_as_it_was_reviewed() {
    let mut text = run(&["--help"]).out;
    for command in
        ["init", "refresh", "extract", "search", "concordance", "trends", "columns", "status", "verify"]
    {
        text.push_str(&format!("\n== {command}\n{}", run(&[command, "--help"]).out));
    }
    golden("help.txt", &text);
}
