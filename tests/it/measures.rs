//! Frequency lists, collocates, keyness, co-occurrence and dispersion at the command line.

use crate::support::{Corpus, SAMPLE, rows};
use serde_json::Value;

fn asked(args: &[&str]) -> Vec<Value> {
    rows(&SAMPLE.run(&[args, &["--format", "json"]].concat()))
}

fn sum(rows: &[Value], column: &str) -> u64 {
    rows.iter().map(|row| row[column].as_u64().unwrap()).sum()
}

#[test]
fn the_frequencies_of_all_words_sum_up_to_the_words_of_the_corpus() {
    let all = asked(&["words", "--limit", "100000"]);
    assert_eq!(sum(&all, "n"), all[0]["n_tokens"].as_u64().unwrap());
    let lemmas = asked(&["words", "--lemma", "--limit", "100000"]);
    assert!(lemmas.len() < all.len());
    assert_eq!(sum(&lemmas, "n"), sum(&all, "n"));
    let years = asked(&["trends", "/samskaping/"]);
    let word = all.iter().find(|row| row["feature"] == "samskaping").unwrap();
    assert_eq!(word["n"].as_u64().unwrap(), sum(&years, "n"));
}

#[test]
fn an_ngram_is_counted_as_the_phrase_is() {
    let found = asked(&["ngrams", "2", "--limit", "400"]);
    for ngram in found.iter().take(10) {
        let phrase = format!("\"{}\"", ngram["feature"].as_str().unwrap());
        let n = sum(&asked(&["trends", &phrase]), "n");
        // The phrase may go over the end of a sentence, the n-gram may not.
        assert!(ngram["n"].as_u64().unwrap() <= n, "{ngram} {n}");
    }
    let n: Vec<u64> = found.iter().map(|row| row["n"].as_u64().unwrap()).collect();
    assert!(n.is_sorted_by(|a, b| a >= b) && n[0] > 10, "{n:?}");
}

#[test]
fn collocates_are_around_the_mentions_and_their_totals_are_those_of_the_corpus() {
    let found = asked(&["collocates", "samskaping*", "--window", "3", "--limit", "1000", "--min", "1"]);
    let n_window = found[0]["n_window"].as_u64().unwrap();
    assert_eq!(sum(&found, "n"), n_window);
    assert_eq!(found[0]["n_mentions"].as_u64().unwrap(), sum(&asked(&["trends", "samskaping*"]), "n"));
    let words = asked(&["words", "--limit", "100000"]);
    for row in &found {
        let word = words.iter().find(|word| word["feature"] == row["collocate"]).unwrap();
        assert_eq!(row["n_collocate"], word["n"], "{row}");
        assert!(row["n"].as_u64() <= row["n_collocate"].as_u64(), "{row}");
    }
    let periods =
        asked(&["collocates", "samskaping*", "--period", "..2016", "--period", "2017..", "--min", "1"]);
    let first = |row: &&Value| row["year_last"] == 2016;
    assert!(periods.iter().any(|row| first(&row)) && periods.iter().any(|row| row["year_first"] == 2017));
}

#[test]
fn keyness_compares_both_directions_and_refuses_overlapping_groups() {
    let found = asked(&["keyness", "--target", "year:2018..", "--limit", "5"]);
    let is_more = |row: &Value| row["log_ratio"].as_f64().unwrap() > 0.0;
    assert_eq!(found.iter().map(is_more).collect::<Vec<_>>(), [[true; 5], [false; 5]].concat());
    for row in &found {
        assert!(row["perm_p"].as_f64() <= row["q_bh"].as_f64(), "{row}");
        assert!(row["family_size"].as_u64().unwrap() > 100, "{row}");
    }
    let mirrored = asked(&["keyness", "--target", "NOT year:2018..", "--limit", "5"]);
    assert_eq!(mirrored[5]["feature"], found[0]["feature"]);
    let run = SAMPLE.run(&["keyness", "--target", "year:2010..", "--reference", "year:..2012"]);
    assert!(run.code == 2 && run.err.contains("in the target and in the reference"), "{run:?}");
}

#[test]
fn concepts_occur_together_in_fewer_sentences_than_passages_than_documents() {
    let n = |within: &str| sum(&asked(&["cooccur", "--within", within]), "n_both");
    let (sentences, passages, documents) = (n("sentence"), n("passage"), n("document"));
    assert!(sentences > 0 && sentences < passages, "{sentences} {passages}");
    assert!(documents > 0);
    let graph = SAMPLE.run(&["cooccur", "--graphml"]);
    assert_eq!(graph.out.matches("<edge ").count(), asked(&["cooccur"]).len());
}

#[test]
fn a_strip_has_every_mention_of_its_document() {
    let strips = asked(&["dispersion", "innovasjon", "--strips"]);
    for row in &strips {
        let parts: Vec<u64> = row["parts"].as_str().unwrap().split(' ').map(|n| n.parse().unwrap()).collect();
        assert_eq!((parts.len(), parts.iter().sum()), (20, row["n"].as_u64().unwrap()), "{row}");
    }
    let all = asked(&["dispersion", "innovasjon"]);
    assert_eq!(all[0]["n"].as_u64().unwrap(), sum(&strips, "n"));
    assert_eq!(all[0]["n_docs_with"].as_u64().unwrap(), strips.len() as u64);
}

#[test]
fn the_reports_say_what_is_key_near_and_covered() {
    let keyness = SAMPLE.rows("keyness.csv");
    assert!(!keyness.is_empty() && keyness.iter().all(|row| row["perm_b"] == "9990"), "{keyness:?}");
    let collocations = SAMPLE.rows("collocations.csv");
    let rows = asked(&["collocates", "innovasjon", "--sentence", "--sort", "g2"]);
    let of_concept: Vec<&str> = collocations
        .iter()
        .filter(|row| row["concept"] == "innovasjon")
        .map(|row| row["collocate"].as_str())
        .collect();
    assert_eq!(of_concept, rows.iter().map(|row| row["collocate"].as_str().unwrap()).collect::<Vec<_>>());
    let pairs = asked(&["cooccur"]);
    assert_eq!(SAMPLE.rows("cooccurrence.csv").len(), pairs.len());
    let coverage = SAMPLE.rows("coverage.csv");
    let all = coverage.iter().filter(|row| row["kind"].is_empty());
    let n: u64 = all.map(|row| row["n_docs"].parse::<u64>().unwrap()).sum();
    assert_eq!(n, asked(&["words", "--limit", "1"])[0]["n_docs"].as_u64().unwrap());
    let columns = SAMPLE.rows("codebook.csv");
    assert!(columns.iter().any(|row| row["report"] == "coverage.csv" && row["column"] == "is_thin"));
}

#[test]
fn mentions_by_position_are_at_most_all_mentions() {
    let rows = SAMPLE.rows("term_year.csv");
    let number = |text: &str| text.parse::<u64>().unwrap();
    for row in &rows {
        let parts = ["n_simplex", "n_first", "n_middle", "n_last"].map(|column| number(&row[column]));
        assert!(parts.iter().sum::<u64>() <= number(&row["n"]), "{row:?}");
    }
    let of_word = rows.iter().filter(|row| row["concept"] == "innovasjon");
    assert!(of_word.map(|row| number(&row["n_simplex"])).sum::<u64>() > 0);
}

#[test]
fn the_page_of_the_reports_needs_nothing_else() {
    let page = SAMPLE.report("index.html");
    assert!(page.contains("<html lang=\"nb\">") && page.contains("<svg "));
    for outside in ["<script", "<link", "src=\"http", "@import", "url(http"] {
        assert!(!page.contains(outside), "{outside}");
    }
    for file in page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(file.starts_with("https://") || SAMPLE.path("data/reports").join(file).exists(), "{file}");
    }
}

#[test]
fn an_export_has_all_documents_and_all_occurrences() {
    let features = asked(&["export", "features"]);
    assert_eq!(sum(&features, "n"), asked(&["words"])[0]["n_tokens"].as_u64().unwrap());
    let wide = SAMPLE.run(&["export", "features", "--concepts", "--wide"]);
    let n_documents = asked(&["words"])[0]["n_docs"].as_u64().unwrap() as usize;
    assert_eq!(wide.out.lines().count(), n_documents + 1);
    let folder = SAMPLE.path("texts");
    let run = SAMPLE.run(&["export", "texts", folder.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{run:?}");
    let texts = std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(texts, n_documents + 1);
    let metadata = std::fs::read_to_string(folder.join("metadata.csv")).unwrap();
    let first = metadata.lines().nth(1).unwrap().split(',').next().unwrap();
    assert!(std::fs::read_to_string(folder.join(first)).unwrap().len() > 100, "{first}");
    let again = SAMPLE.run(&["export", "texts", folder.to_str().unwrap()]);
    assert!(again.code == 2 && again.err.contains("already exists"), "{again:?}");
    let bib = SAMPLE.run(&["export", "bibtex", "--where", "kind:nou"]);
    assert!(bib.out.starts_with("@techreport{"), "{bib:?}");
    assert!(rows(&SAMPLE.run(&["export", "csl"])).len() == n_documents);
    assert!(SAMPLE.run(&["export", "citation"]).out.contains("cff-version: 1.2.0"));
}

#[test]
fn a_table_is_written_to_a_file_with_what_it_was_made_from() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for name in ["a.csv", "a.json", "a.xlsx", "a.parquet"] {
        let run = SAMPLE.run(&["trends", "innovasjon", "-o", &path(name)]);
        assert!(run.code == 0 && run.out.is_empty(), "{run:?}");
        let sidecar = std::fs::read_to_string(path(&format!("{name}.meta.json"))).unwrap();
        let sidecar: Value = serde_json::from_str(&sidecar).unwrap();
        assert!(sidecar["arguments"].as_array().unwrap().iter().any(|arg| arg == "innovasjon"), "{sidecar}");
        assert_eq!(sidecar["reports_snapshot"].as_str().unwrap().len(), 16);
        assert_eq!(sidecar["bytes"].as_u64().unwrap(), std::fs::metadata(path(name)).unwrap().len());
    }
    let bytes = |name: &str| std::fs::read(path(name)).unwrap();
    assert!(bytes("a.xlsx").starts_with(b"PK") && bytes("a.parquet").starts_with(b"PAR1"));
    assert!(bytes("a.csv").starts_with(b"concept,year,"));
    let rows: Vec<Value> = serde_json::from_slice(&bytes("a.json")).unwrap();
    assert_eq!(rows, asked(&["trends", "innovasjon"]));
}

#[test]
fn a_chart_is_drawn_for_each_kind_as_svg_and_png() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let svg = SAMPLE.run(&["chart", "innovasjon", "--by", "kind", "--language", "nb", "-o", &path("a.svg")]);
    assert_eq!(svg.code, 0, "{svg:?}");
    let text = std::fs::read_to_string(path("a.svg")).unwrap();
    assert!(text.contains("Treff per million ord") && text.contains("søk: innovasjon"), "{text}");
    assert!(text.contains(">tildelingsbrev</text>") && text.matches("class=\"name\"").count() > 3);
    let png = SAMPLE.run(&["chart", "innovasjon", "-o", &path("a.png")]);
    // A machine without fonts cannot draw the text of a picture, and says so.
    match png.code {
        0 => assert!(std::fs::read(path("a.png")).unwrap().starts_with(b"\x89PNG")),
        _ => assert!(png.err.contains("has no fonts"), "{png:?}"),
    }
    let lines = SAMPLE.run(&[
        "chart",
        "innovasjon",
        "tillit*",
        "--overlay",
        "--language",
        "nb",
        "-o",
        &path("b.svg"),
    ]);
    let overlay = std::fs::read_to_string(path("b.svg")).unwrap();
    assert!(lines.code == 0 && lines.out.contains("2 lines"), "{lines:?}");
    assert!(
        overlay.contains(">tillit*</text>") && overlay.matches("class=\"line c2\"").count() > 0,
        "{overlay}"
    );
    let six = SAMPLE.run(&["chart", "a", "b", "c", "d", "e", "f", "--overlay", "-o", &path("c.svg")]);
    assert!(six.code == 2 && six.err.contains("room for 5"), "{six:?}");
    let wrong = SAMPLE.run(&["chart", "innovasjon", "-o", &path("a.gif")]);
    assert!(wrong.code == 2 && wrong.err.contains(".svg or .png"), "{wrong:?}");
}

#[test]
fn own_reports_are_written_by_a_refresh_and_mistakes_are_named() {
    let corpus = Corpus::of_sample();
    let file = corpus.path("reports.toml");
    let own = "[[report]]\nname = \"letters\"\nquery = [\"innovasjon\", \"tillit* NEAR/3 leder*\"]\nby = [\"year\", \"kind\"]\n\
               where = \"kind:tildelingsbrev\"\nmeasures = [\"n\", \"per_million\"]\nchart = \"nb\"\n";
    std::fs::write(&file, own).unwrap();
    corpus.refresh(&[]);
    let report = corpus.report("own-letters.csv");
    assert!(report.starts_with("concept,year,kind,n,per_million\r\n"), "{report}");
    let rows = corpus.rows("own-letters.csv");
    assert!(rows.iter().all(|row| row["kind"] == "tildelingsbrev"));
    assert!(rows.iter().any(|row| row["concept"] == "innovasjon" && row["n"] != "0"));
    assert!(corpus.report("own-letters.svg").contains("Treff per million ord"));
    // A mistake costs its own report only, and is named as long as it is there.
    let second = own.replace("letters", "again").replace("per_million", "per_thousand");
    std::fs::write(&file, format!("{own}{second}")).unwrap();
    for _ in 0..2 {
        let run = corpus.run(&["refresh"]);
        assert!(run.code == 1 && run.err.contains("no measure 'per_thousand'"), "{run:?}");
        assert_eq!(corpus.report("own-letters.csv"), report);
        assert!(!corpus.path("data/reports/own-again.csv").exists());
    }
    std::fs::write(&file, own.replace("NEAR/3 leder*", "NEAR/3")).unwrap();
    let run = corpus.run(&["refresh"]);
    assert!(
        run.code == 1 && run.err.contains("the report 'letters' of reports.toml cannot be made"),
        "{run:?}"
    );
    std::fs::write(&file, own).unwrap();
    assert_eq!((corpus.run(&["refresh"]).code, corpus.report("own-letters.csv")), (0, report));
}
