//! What the configuration and the tables beside the files say of a corpus: metadata, columns of the user's own, which
//! documents belong to it, and copies.

use crate::support::{Corpus, run};
use std::collections::HashMap;
use std::fs;
use std::path::Path;

fn page(title: &str, text: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"nb\"><head><title>{title}</title></head><body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
    )
}

/// A page with text of its own.
fn own_page(number: usize) -> String {
    page(&format!("Rapport nummer {number}"), &format!("Samskaping i kommune nummer {number} dette året."))
}

/// The row of the document called `name` in its source.
fn row(corpus: &Corpus, name: &str) -> HashMap<String, String> {
    let mut rows = corpus.rows("documents.csv").into_iter();
    rows.find(|row| row["docname"].ends_with(&format!("/{name}"))).unwrap_or_else(|| panic!("no {name}"))
}

fn names(corpus: &Corpus) -> Vec<String> {
    corpus
        .rows("documents.csv")
        .into_iter()
        .map(|row| row["docname"].rsplit('/').next().unwrap().to_owned())
        .collect()
}

/// Writes `extra` into the configuration: `top` before the first table, `source` at the end of the last source.
fn configure(corpus: &Corpus, top: &str, source: &str) {
    let path = corpus.path("ordskifte.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{top}\n{text}\n{source}\n")).unwrap();
}

#[test]
fn a_table_beside_the_files_gives_metadata_and_columns_of_ones_own_to_every_report() {
    let table = "sep=;\r\nfile;kind;issuer;addressee;published;year;Tema;kind note;;\r\n\
                 a.html;notat;Etaten;Direktoratet;04.12.2014;2015,0;helse;x;;\r\n\
                 gone.html;notat;;;;;;;;\r\n";
    let (corpus, _files) =
        Corpus::of_files(&[("a.html", &own_page(1)), ("b.html", &own_page(2)), ("metadata.csv", table)]);
    let run = corpus.refresh(&[]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.err.contains("line 4: there is no file 'gone.html'"), "{}", run.err);
    let found = row(&corpus, "a.html");
    let cells = ["kind", "issuer", "addressee", "date", "year", "year_basis", "Tema", "kind note"];
    assert_eq!(
        cells.map(|column| found[column].as_str()),
        ["notat", "Etaten", "Direktoratet", "2014-12-04", "2015", "declared", "helse", "x"]
    );
    assert_eq!(row(&corpus, "b.html")["Tema"], "");
    for report in ["kwic.csv", "term_document.csv"] {
        let rows = corpus.rows(report);
        let of_a = rows.iter().find(|row| row["docname"].ends_with("/a.html")).unwrap();
        assert_eq!(of_a["Tema"], "helse", "{report}");
    }
    assert_eq!(names(&corpus).len(), 2);
    assert!(corpus.report("datapackage.json").contains("\"Tema\""));
}

#[test]
fn names_of_today_stand_beside_those_of_the_time_and_split_and_restrict_the_counts() {
    let table = "file,issuer,addressee,published,issuer_today\n\
                 a.html,Arbeids- og inkluderingsdepartementet,Direktoratet for forvaltning og IKT,2008-12-20,\n\
                 b.html,Kommunal- og moderniseringsdepartementet,,2019-03-01,Digitaliserings- og forvaltningsdepartementet\n\
                 c.html,ASD,,2016,\n\
                 d.html,Miljøverndepartementet,Eksempeletaten,2010,\n";
    let pages: Vec<String> = (1..=4).map(own_page).collect();
    let [a, b, c, d] = [&pages[0], &pages[1], &pages[2], &pages[3]];
    let files = [("a.html", a), ("b.html", b), ("c.html", c), ("d.html", d)]
        .map(|(name, text)| (name, text.as_str()));
    let (corpus, _files) = Corpus::of_files(&[&files[..], &[("metadata.csv", table)]].concat());
    let run = corpus.refresh(&[]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let today =
        |name: &str| ["issuer_today", "addressee_today"].map(|column| row(&corpus, name)[column].clone());
    assert_eq!(today("a.html"), ["Arbeids- og inkluderingsdepartementet", "Digitaliseringsdirektoratet"]);
    assert_eq!(today("b.html"), ["Digitaliserings- og forvaltningsdepartementet", ""]);
    assert_eq!(today("c.html"), ["Arbeids- og inkluderingsdepartementet", ""]);
    assert_eq!(today("d.html"), ["", ""]);
    assert_eq!(row(&corpus, "c.html")["issuer"], "ASD");
    assert!(!corpus.report("documents.csv").contains("own_issuer_today"));
    let trends = corpus.run(&["trends", "samskaping", "--by", "issuer_today", "--format", "csv"]);
    assert!(trends.out.contains("samskaping,Arbeids- og inkluderingsdepartementet,2,"), "{trends:?}");
    let found = corpus.run(&["search", "samskaping addressee_today:digitaliseringsdir", "--format", "csv"]);
    assert!(found.out.contains("/a.html") && !found.out.contains("/b.html"), "{found:?}");
}

#[test]
fn the_table_that_is_written_changes_nothing_when_it_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    copy(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/documents")), folder.path());
    let corpus = Corpus::of_folder(folder.path());
    corpus.refresh(&[]);
    let columns = ["docname", "kind", "designation", "title", "issuer", "addressee", "year", "lang"];
    let records = || -> Vec<Vec<String>> {
        corpus
            .rows("documents.csv")
            .iter()
            .map(|row| columns.map(|column| row[column].clone()).to_vec())
            .collect()
    };
    let before = records();
    for dialect in ["standard", "excel-no"] {
        let table = corpus.run(&["documents", "--format", "csv", "--dialect", dialect]);
        assert_eq!(table.code, 0, "{}", table.err);
        fs::write(folder.path().join("metadata.csv"), &table.out).unwrap();
        let run = corpus.refresh(&[]);
        assert!(!run.err.contains("metadata.csv"), "{}", run.err);
        assert_eq!(records(), before, "{dialect}");
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

#[test]
fn a_corrected_table_is_believed() {
    let (corpus, files) = Corpus::of_files(&[("a.html", &own_page(1)), ("b.html", &own_page(2))]);
    corpus.refresh(&[]);
    let table = corpus.run(&["documents", "--format", "csv"]).out;
    let corrected: String = table
        .lines()
        .map(|line| match line.strip_prefix("a.html,") {
            Some(rest) => format!("a.html,pressemelding{}\r\n", &rest[rest.find(',').unwrap()..]),
            None => format!("{line}\r\n"),
        })
        .collect();
    assert_ne!(corrected, table);
    fs::write(files.path().join("metadata.csv"), corrected).unwrap();
    corpus.refresh(&[]);
    assert_eq!((row(&corpus, "a.html")["kind"].as_str(), names(&corpus).len()), ("pressemelding", 2));
}

#[test]
fn defaults_of_a_source_hold_where_nothing_nearer_says_otherwise() {
    let table = "file,issuer,tema\na.html,Etaten,\nb.html,,skole\n";
    let (corpus, _files) =
        Corpus::of_files(&[("a.html", &own_page(1)), ("b.html", &own_page(2)), ("metadata.csv", table)]);
    configure(
        &corpus,
        "kinds = [\"politisk plattform\"]",
        "[source.defaults]\nkind = \"politisk plattform\"\nissuer = \"Partiet\"\nyear = 2013\nown = { tema = \"helse\" }",
    );
    corpus.refresh(&[]);
    let cells = |name: &str| {
        let found = row(&corpus, name);
        ["kind", "issuer", "year", "tema"].map(|column| found[column].clone())
    };
    assert_eq!(cells("a.html"), ["politisk plattform", "Etaten", "2013", "helse"]);
    assert_eq!(cells("b.html"), ["politisk plattform", "Partiet", "2013", "skole"]);
    let kinds: Vec<String> =
        corpus.rows("term_year.csv").into_iter().map(|row| row["kind"].clone()).collect();
    assert!(kinds.iter().all(|kind| kind == "politisk plattform"), "{kinds:?}");
    assert!(corpus.run(&["status"]).out.contains("politisk plattform"));
    assert_eq!(corpus.run(&["verify"]).code, 0);
}

#[test]
fn a_kind_that_nobody_declared_is_refused_with_the_kinds_that_there_are() {
    let table = "file,kind\na.html,politsk plattform\n";
    let (corpus, _files) =
        Corpus::of_files(&[("a.html", &own_page(1)), ("b.html", &own_page(2)), ("metadata.csv", table)]);
    corpus.refresh(&[]);
    let rejected = corpus.rows("rejected.csv");
    assert!(rejected[0]["reason"].contains("'politsk plattform' is not a kind"), "{rejected:?}");
    assert!(rejected[0]["hint"].contains("kinds = ["), "{rejected:?}");
    assert_eq!(names(&corpus), ["b.html"]);
}

#[test]
fn a_table_that_cannot_be_read_changes_no_document() {
    let (corpus, files) =
        Corpus::of_files(&[("a.html", &own_page(1)), ("metadata.csv", "file,kind\na.html,notat\n")]);
    corpus.refresh(&[]);
    fs::write(files.path().join("metadata.csv"), "file,kind\na.html,\"notat\nb.html,notat\n").unwrap();
    let run = corpus.refresh(&[]);
    assert_eq!((run.code, row(&corpus, "a.html")["kind"].as_str()), (1, "notat"), "{}", run.err);
    assert!(corpus.rows("rejected.csv")[0]["reason"].contains("a quotation mark is not closed"));
}

#[test]
fn excluded_documents_and_removed_sources_leave_the_next_snapshot_and_can_come_back() {
    let pages: Vec<(String, String)> = (0..4).map(|n| (format!("{n}.html"), own_page(n))).collect();
    let files: Vec<(&str, &str)> = pages.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let (corpus, _folder) = Corpus::of_files(&files);
    corpus.refresh(&[]);
    let config = fs::read_to_string(corpus.path("ordskifte.toml")).unwrap();
    configure(&corpus, "", "exclude = [\"0.*\"]");
    let run = corpus.refresh(&[]);
    assert!(run.err.contains("1 documents leave the corpus"), "{}", run.err);
    assert_eq!(
        (run.code, names(&corpus)),
        (0, vec!["1.html".to_owned(), "2.html".to_owned(), "3.html".to_owned()])
    );
    assert_eq!(corpus.run(&["verify"]).code, 0);

    let docname = corpus.rows("documents.csv")[0]["docname"].clone();
    let excluded = corpus.run(&["documents", "exclude", &docname, "--reason", "utkast"]);
    assert_eq!(excluded.code, 0, "{}", excluded.err);
    assert_eq!(corpus.run(&["documents", "exclude", "a/unknown.html"]).code, 2);
    corpus.refresh(&[]);
    assert_eq!(names(&corpus), ["2.html", "3.html"]);
    assert!(fs::read_to_string(corpus.path("excluded.csv")).unwrap().contains("utkast"));
    assert_eq!(corpus.run(&["documents", "include", &docname]).code, 0);
    corpus.refresh(&[]);
    assert_eq!(names(&corpus).len(), 3);

    let (other, _other_folder) = Corpus::of_files(&[("z.html", &own_page(9))]);
    let other_config = fs::read_to_string(other.path("ordskifte.toml")).unwrap();
    fs::write(corpus.path("ordskifte.toml"), other_config.replace("name = \"", "name = \"other-")).unwrap();
    corpus.refresh(&[]);
    assert_eq!(names(&corpus), ["z.html"]);
    assert_eq!(corpus.run(&["verify"]).code, 0);
    fs::write(corpus.path("ordskifte.toml"), config).unwrap();
    corpus.refresh(&["--offline"]);
    assert_eq!(names(&corpus).len(), 4);
}

#[test]
fn a_source_that_lost_most_of_its_documents_is_an_alarm_and_buries_nothing() {
    let pages: Vec<(String, String)> = (0..8).map(|n| (format!("{n}.html"), own_page(n))).collect();
    let files: Vec<(&str, &str)> = pages.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let (corpus, folder) = Corpus::of_files(&files);
    corpus.refresh(&[]);
    (0..8).for_each(|n| fs::remove_file(folder.path().join(format!("{n}.html"))).unwrap());
    for _ in 0..2 {
        let run = corpus.refresh(&[]);
        assert_eq!(run.code, 1, "{}{}", run.out, run.err);
        assert!(
            run.err.contains("8 of its 8 documents are gone") && run.err.contains("--accept-loss"),
            "{}",
            run.err
        );
        assert!(corpus.rows("documents.csv").iter().all(|row| row["is_vanished"] == "false"));
    }
    let run = corpus.refresh(&["--accept-loss"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(corpus.rows("documents.csv").iter().all(|row| row["is_vanished"] == "true"));
}

const LONG: &str = "Departementet legger vekt på samskaping med innbyggerne i kommunen. Etaten skal rapportere om \
    arbeidet med tillit to ganger i året. Styringen skal bygge på tillit til de ansatte i tjenestene. Ledere skal gi \
    rom for faglig skjønn i det daglige arbeidet. Innbyggerne skal møte en åpen og tilgjengelig forvaltning her. \
    Rapporten skal sendes til departementet innen utgangen av året.";

#[test]
fn a_text_that_the_corpus_has_twice_is_counted_once_unless_the_user_says_otherwise() {
    let edition = format!(
        "Forord av ministeren til denne nye utgaven av rapporten. {LONG} Etterord av utvalgets leder om samskaping."
    );
    let (corpus, _folder) = Corpus::of_files(&[
        ("a.html", &page("Rapport om styring", LONG)),
        ("b.html", &page("Rapport om styring", LONG).replace("<p>", "<div><p>")),
        ("c.html", &page("Rapport om styring", &edition)),
        ("d.html", &own_page(1)),
    ]);
    corpus.refresh(&[]);
    let n_docs = || -> u64 {
        let rows = corpus.rows("term_year.csv").into_iter().filter(|row| row["concept"] == "samskaping");
        rows.map(|row| row["n_docs"].parse::<u64>().unwrap()).sum()
    };
    assert_eq!((names(&corpus).len(), n_docs()), (4, 2));
    let counted = row(&corpus, "c.html");
    assert!(counted["notices"].contains("holds the whole text of") && counted["copy_of"].is_empty());
    let copy = row(&corpus, "a.html");
    assert!(copy["copy_of"].ends_with("/c.html") && copy["notices"].contains("counted once"), "{copy:?}");
    let n_of_copy = corpus
        .rows("term_document.csv")
        .into_iter()
        .find(|row| row["concept"] == "samskaping" && row["docname"].ends_with("/a.html"));
    assert_eq!(n_of_copy.unwrap()["n"], "1");
    let status = corpus.run(&["status"]).out;
    assert!(status.contains("Copies of other documents: 2 (counted once)"), "{status}");
    assert_eq!(corpus.run(&["verify"]).code, 0);

    configure(&corpus, "duplicates = \"count\"", "");
    corpus.refresh(&[]);
    assert_eq!((names(&corpus).len(), n_docs()), (4, 4));
    assert!(row(&corpus, "a.html")["notices"].contains("both are counted"));
    assert_eq!(corpus.run(&["verify"]).code, 0);
}

#[test]
fn a_table_of_several_sources_has_to_be_of_one() {
    let (corpus, _a) = Corpus::of_files(&[("a.html", &own_page(1))]);
    let (_other, b) = Corpus::of_files(&[("b.html", &own_page(2))]);
    configure(
        &corpus,
        "",
        &format!("[[source]]\nname = \"second\"\nkind = \"folder\"\npath = \"{}\"", b.path().display()),
    );
    corpus.refresh(&[]);
    let all = corpus.run(&["documents", "--format", "csv"]);
    assert!(all.code == 2 && all.err.contains("--source"), "{}", all.err);
    let one = corpus.run(&["documents", "--format", "csv", "--source", "second"]);
    assert!(one.code == 0 && one.out.contains("\r\nb.html,"), "{}{}", one.out, one.err);
    assert_eq!(run(&["documents", "--help"]).code, 0);
}

#[test]
fn status_counts_the_files_that_the_corpus_does_not_take_by_reason() {
    let files = [("a.html", own_page(1)), ("utkast.html", own_page(2))];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let others = [("tall.xls", "x"), ("mer.XLS", "x"), ("uten-endelse", "x"), (".skjult", "x")];
    let (corpus, folder) = Corpus::of_files(&[&files[..], &others].concat());
    configure(&corpus, "", "include = ['html']\nexclude = ['utkast*']");
    corpus.refresh(&[]);
    let status = || corpus.run(&["status"]).out;
    let name = corpus.rows("documents.csv")[0]["docname"].split('/').next().unwrap().to_owned();
    for line in [
        "1 hidden, its name begins with a dot",
        "1 matches a pattern of `exclude`",
        "1 not in `include`: no extension",
        "2 not in `include`: xls",
    ] {
        assert!(status().contains(&format!("\n  {name}: {line}\n")), "{line}: {}", status());
    }
    let json: serde_json::Value =
        serde_json::from_str(&corpus.run(&["status", "--format", "json"]).out).unwrap();
    assert_eq!(json["sources"][0]["left_out"]["not in `include`: xls"], 2);
    // What is no longer there is no longer told; a damaged file costs nothing.
    for name in ["tall.xls", "mer.XLS", "uten-endelse", ".skjult", "utkast.html"] {
        fs::remove_file(folder.path().join(name)).unwrap();
    }
    fs::write(corpus.path("data/left-out"), "{").unwrap();
    corpus.refresh(&[]);
    assert!(!status().contains("left out"), "{}", status());
}

/// A page that tells a year only in the metadata of its file.
fn undated_page() -> String {
    page("Om samskaping", "Samskaping i en kommune.")
        .replace("<title>", "<meta name=\"last-modified\" content=\"2019-03-04\"><title>")
}

#[test]
fn a_year_of_the_files_metadata_is_marked_everywhere_and_left_out_on_request() {
    let dated = page("Om samskaping i 2014", "Samskaping.").replace(
        "<title>",
        "<meta name=\"last-modified\" content=\"2019-03-04\"><meta name=\"dc.date\" content=\"2014-05-06\"><title>",
    );
    let (corpus, _files) = Corpus::of_files(&[("a.html", &undated_page()), ("b.html", &dated)]);
    let cells = |name: &str| {
        let found = row(&corpus, name);
        ["year", "year_basis", "date", "date_basis"].map(|column| found[column].clone())
    };
    let of_file = |year: &str| -> Vec<String> {
        let rows = corpus.rows("coverage.csv");
        let of_year = rows.iter().filter(|row| row["year"] == year && row["n_docs"] != "0");
        of_year.map(|row| row["n_docs_of_file"].clone()).collect()
    };
    corpus.refresh(&[]);
    assert_eq!(cells("a.html"), ["2019", "file", "2019-03-04", "file created"]);
    assert_eq!(cells("b.html"), ["2014", "published", "2014-05-06", "dc.date"]);
    assert!(row(&corpus, "a.html")["notices"].contains("from the file's metadata only"));
    // One row of the kind and one of all kinds.
    assert_eq!((of_file("2014"), of_file("2019")), (vec!["0".to_owned(); 2], vec!["1".to_owned(); 2]));
    let status = corpus.run(&["status"]).out;
    assert!(status.contains("the file's metadata only"), "{status}");

    configure(&corpus, "year_from_file = false", "");
    corpus.refresh(&[]);
    assert_eq!(cells("a.html"), ["", "", "2019-03-04", "file created"]);
    assert_eq!(cells("b.html"), ["2014", "published", "2014-05-06", "dc.date"]);
    let notices = row(&corpus, "a.html")["notices"].clone();
    assert!(notices.contains("2019 is that of the file's metadata only, and is left out"), "{notices}");
    assert_eq!(of_file("2019"), Vec::<String>::new());
    assert!(!corpus.rows("term_year.csv").iter().any(|row| row["year"] == "2019"));
    assert!(!corpus.run(&["status"]).out.contains("the file's metadata only"));
    let found = corpus.run(&["search", "samskaping year:2019"]);
    assert_eq!(found.code, 1, "{}", found.out);
}
