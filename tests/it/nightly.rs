//! What a run leaves for those who watch it: changes, the state for programs, what is known of a document.

use crate::support::Corpus;
use std::fs;

fn page(text: &str) -> String {
    let sentences: String = (1..8)
        .map(|number| {
            format!(
                "<p>{text} i avsnitt {} av dette brevet her.</p>",
                "abcdefgh".chars().nth(number).unwrap()
            )
        })
        .collect();
    format!(
        "<!doctype html><html lang=nb><head><title>Brev</title><meta name='DC.Date' content='2020-06-19'></head><body><main><h1>Brev</h1>{sentences}</main></body></html>"
    )
}

fn changes(corpus: &Corpus) -> Vec<(String, String, String)> {
    let text = fs::read_to_string(corpus.path("data/changes.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader
        .records()
        .map(Result::unwrap)
        .map(|row| (row[0].to_owned(), row[1].to_owned(), row[6].to_owned()))
        .collect()
}

#[test]
fn the_changes_of_a_run_are_listed_with_concepts_and_fed() {
    let (corpus, folder) = Corpus::of_files(&[
        ("a.html", &page("Samskaping er et mål")),
        ("b.html", &page("Etaten skal rapportere")),
        ("c.html", &page("Rapporten er levert")),
    ]);
    corpus.refresh(&[]);
    assert!(changes(&corpus).iter().all(|(_, change, _)| change == "new"));
    let first = fs::read_to_string(corpus.path("data/changes.atom")).unwrap();
    assert_eq!(first.matches("<entry>").count(), 3);
    fs::write(folder.path().join("b.html"), page("Etaten skal bygge på samskaping")).unwrap();
    fs::write(folder.path().join("d.html"), page("Departementet ber om tillit")).unwrap();
    corpus.refresh(&[]);
    let found = changes(&corpus);
    let shown: Vec<(&str, &str)> =
        found.iter().map(|(name, change, _)| (name.rsplit('/').next().unwrap(), change.as_str())).collect();
    assert_eq!(shown, [("b.html", "bytes"), ("d.html", "new")]);
    assert!(found[0].2.contains("samskaping (7)"), "{found:?}");
    let feed = fs::read_to_string(corpus.path("data/changes.atom")).unwrap();
    assert_eq!(feed.matches("<entry>").count(), 5);
    // A run that finds nothing leaves both as they are.
    corpus.refresh(&[]);
    assert_eq!(fs::read_to_string(corpus.path("data/changes.atom")).unwrap(), feed);
}

#[test]
fn another_dialect_changes_no_document() {
    let text = page("Brukerne har medvirkning og samskaping");
    let (corpus, _folder) =
        Corpus::of_files(&[("a.html", &text), ("b.html", &text), ("c.html", &page("Rapport"))]);
    let codebook = "\n[[concept]]\nname = \"-medvirkning\"\npatterns = [\"*medvirkning\"]\n";
    let path = corpus.path("codebook.toml");
    fs::write(&path, fs::read_to_string(&path).unwrap() + codebook).unwrap();
    corpus.refresh(&[]);
    assert!(changes(&corpus)[0].2.contains("-medvirkning (7)"), "{:?}", changes(&corpus));
    // Now the reports of before are read, and in the second run in the dialect that has an apostrophe before the name.
    for dialect in ["excel-no", "standard"] {
        corpus.refresh(&["--dialect", dialect]);
        let text = fs::read_to_string(corpus.path("data/changes.csv")).unwrap();
        assert_eq!(text.lines().count(), 1, "{text}");
    }
}

#[test]
fn a_run_that_is_not_due_does_nothing() {
    let (corpus, folder) = Corpus::of_files(&[("a.html", &page("Etaten skal rapportere"))]);
    assert_eq!(corpus.run(&["refresh", "--if-due"]).code, 0);
    fs::write(folder.path().join("b.html"), page("Rapporten er levert")).unwrap();
    let run = corpus.run(&["refresh", "--if-due"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    assert_eq!(corpus.rows("documents.csv").len(), 1);
    corpus.refresh(&[]);
    assert_eq!(corpus.rows("documents.csv").len(), 2);
}

#[test]
fn editions_that_sources_name_alike_count_once_and_say_why() {
    let (corpus, folder) = Corpus::of_files(&[
        ("kort.html", &page("Meldingen handler om styring")),
        ("lang.html", &page("Innovasjon i offentlig sektor er viktig. Meldingen har flere kapitler")),
        ("annen.html", &page("Dette er et annet dokument")),
    ]);
    fs::write(
        folder.path().join("metadata.csv"),
        "file,publication_code\nkort.html,stm201920200030000\nlang.html,stm201920200030000\nannen.html,stm201920200031000\n",
    )
    .unwrap();
    corpus.refresh(&[]);
    let rows = corpus.rows("documents.csv");
    let copies: Vec<&str> = rows.iter().map(|row| row["copy_of"].rsplit('/').next().unwrap()).collect();
    assert_eq!(copies.iter().filter(|copy| !copy.is_empty()).count(), 1, "{copies:?}");
    let run = corpus.run(&["documents", "show", "stm201920200030000"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("by its publication code stm201920200030000"), "{}", run.out);
    assert!(run.out.contains("its text counts") && run.out.contains("(basis: "), "{}", run.out);
    let captures = run.out.lines().filter(|line| line.contains("file  ") && line.contains("Z  ")).count();
    assert_eq!(captures, 2, "{}", run.out);
    let unknown = corpus.run(&["documents", "show", "stm1"]);
    assert!(unknown.code == 2 && unknown.err.contains("there is no document 'stm1'"), "{}", unknown.err);
}

#[test]
fn a_document_shows_the_others_of_its_case_and_which_are_not_held() {
    let named = |name: &str, text: &str| page(text).replace("Brev<", &format!("{name}<"));
    let (corpus, folder) = Corpus::of_files(&[
        (
            "melding.html",
            &named("Meld. St. 30 (2019–2020) En innovativ sektor", "Meldingen handler om styring"),
        ),
        (
            "innst.html",
            &named("Innst. 191 S (2020–2021) Innstilling om sektoren", "Komiteen viser til meldingen"),
        ),
        ("ref-28.html", &named("Møte torsdag 28. januar 2021", "Presidenten åpnet debatten")),
    ]);
    fs::write(
        folder.path().join("metadata.csv"),
        "file,case_documents,case_debates\n\
         innst.html,Meld. St. 30 (2019-2020),ref-28.html; ref-29.html\n\
         ref-28.html,Innst. 191 S (2020-2021); Meld. St. 30 (2019-2020); Meld. St. 7 (2018-2019),\n",
    )
    .unwrap();
    corpus.refresh(&[]);
    let shown = |name: &str| {
        let run = corpus.run(&["documents", "show", name]);
        assert_eq!(run.code, 0, "{}", run.err);
        let (_, case) = run.out.split_once("Cases of the Storting\n").expect("it is of a case");
        let (case, _) = case.split_once("\n\n").unwrap_or((case, ""));
        case.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let innstilling = shown("innst.html");
    assert!(
        innstilling.contains("Meld. St. 30 (2019-2020): ") && innstilling.contains("melding.html"),
        "{innstilling}"
    );
    assert!(
        innstilling.contains("debate ref-28.html: ") && innstilling.contains("debate ref-29.html: not held"),
        "{innstilling}"
    );
    let debate = shown("ref-28.html");
    assert!(
        debate.contains("Meld. St. 7 (2018-2019): not held") && debate.contains("innst.html"),
        "{debate}"
    );
    let melding = shown("melding.html");
    assert!(melding.contains("innst.html") && melding.contains("ref-28.html"), "{melding}");
}

#[test]
fn the_state_for_programs_has_sources_coverage_and_runs() {
    let (corpus, _folder) = Corpus::of_files(&[("a.html", &page("Etaten skal rapportere"))]);
    corpus.refresh(&[]);
    let run = corpus.run(&["status", "--format", "json"]);
    let status: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&status["documents"], &status["rejected"]), (&1.into(), &0.into()));
    let source = &status["sources"][0];
    assert_eq!((&source["held"], &source["failed"]), (&1.into(), &0.into()));
    assert!(source["last_capture"].as_str().is_some_and(|time| time.ends_with('Z')));
    assert_eq!(status["coverage"][0]["documents"], 1);
    assert_eq!(status["runs"][0]["outcome"], "done");
}
