use crate::support::Corpus;
use std::fs;

fn page(text: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"nb\"><title>Rapport 2019</title><p>Utgitt 5. mai 2019</p><p>{text}</p></html>"
    )
}

/// A corpus that was refreshed before and after one document changed, another came and a third left.
fn corpus() -> (Corpus, tempfile::TempDir) {
    let (corpus, files) = Corpus::of_files(&[
        ("a.html", &page("Samskaping med kommunene i praksis.")),
        ("b.html", &page("Mer samskaping i etaten enn noen gang.")),
    ]);
    corpus.refresh(&[]);
    fs::write(files.path().join("a.html"), page("Samskaping gir mer samskaping i praksis.")).unwrap();
    fs::remove_file(files.path().join("b.html")).unwrap();
    fs::write(files.path().join("c.html"), page("Detaljstyring hindrer samskaping i etaten.")).unwrap();
    corpus.refresh(&[]);
    (corpus, files)
}

/// The ids of the kept snapshots, the current one first.
fn ids(corpus: &Corpus) -> Vec<String> {
    let run = corpus.run(&["snapshot", "list", "--format", "json"]);
    let kept: Vec<serde_json::Value> = serde_json::from_str(&run.out).unwrap();
    kept.iter().map(|snapshot| snapshot["snapshot"].as_str().unwrap().to_owned()).collect()
}

fn difference(corpus: &Corpus, args: &[&str]) -> Vec<serde_json::Value> {
    let run = corpus.run(&[&["snapshot", "diff"], args, &["--format", "json"]].concat());
    serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{}{}", run.out, run.err))
}

#[test]
fn an_earlier_snapshot_can_still_be_read() {
    let (corpus, _files) = Corpus::of_files(&[("a.html", &page("Samskaping i praksis."))]);
    corpus.refresh(&[]);
    let (reports, first) = (corpus.reports(), ids(&corpus).remove(0));
    corpus.refresh(&["--dialect", "excel-no"]);
    assert_ne!(corpus.reports(), reports);
    assert!(ids(&corpus).contains(&first), "the other dialect has an id of its own");
    let folder = corpus.path("exported");
    assert_eq!(corpus.run(&["snapshot", "export", &first, folder.to_str().unwrap()]).code, 0);
    for (name, content) in &reports {
        assert_eq!(&fs::read(folder.join(name)).unwrap(), content, "{name}");
    }
    for settings in ["codebook.toml", "ordskifte.toml"] {
        assert_eq!(fs::read(folder.join(settings)).unwrap(), fs::read(corpus.path(settings)).unwrap());
    }
    assert_eq!(corpus.run(&["snapshot", "export", &first, folder.to_str().unwrap()]).code, 2);
}

#[test]
fn a_difference_names_the_numbers_and_the_documents_behind_them() {
    let (corpus, _files) = corpus();
    let [after, before] = &ids(&corpus)[..] else { panic!("two snapshots") };
    let numbers = difference(&corpus, &[before, "current"]);
    let of_concept = |name: &str| {
        let found = numbers.iter().find(|row| row["concept"] == name);
        found.unwrap_or_else(|| panic!("no row of {name} in {numbers:?}"))
    };
    let detaljstyring = of_concept("detaljstyring");
    assert_eq!((&detaljstyring["n_before"], &detaljstyring["n_after"]), (&0.into(), &1.into()));
    assert!(detaljstyring["because_of"].as_str().unwrap().ends_with("/c.html (+1)"));
    let documents = difference(&corpus, &[before, after, "--documents"]);
    let changes: Vec<&str> = documents.iter().map(|row| row["change"].as_str().unwrap()).collect();
    // A document that left its source stays in the corpus.
    assert_eq!(changes, ["bytes", "new"]);
    assert!(difference(&corpus, &[after, "current"]).is_empty());
    assert_eq!(corpus.run(&["snapshot", "diff", after, "current"]).code, 0);
    assert_eq!(corpus.run(&["snapshot", "diff", before, "current"]).code, 1);
}

#[test]
fn only_a_named_snapshot_outlives_the_number_that_is_kept() {
    let (corpus, files) = corpus();
    let first = ids(&corpus).remove(1);
    assert_eq!(corpus.run(&["snapshot", "name", &first[..6], "thesis"]).code, 0);
    let settings = corpus.path("ordskifte.toml");
    let text = fs::read_to_string(&settings).unwrap().replace("# kept = 10", "kept = 1");
    fs::write(&settings, text).unwrap();
    fs::write(files.path().join("a.html"), page("Ingen av ordene.")).unwrap();
    corpus.refresh(&[]);
    let kept = ids(&corpus);
    assert!(kept.len() == 2 && kept[1] == first, "{kept:?}");
    assert!(!difference(&corpus, &["thesis", "current"]).is_empty());
    assert_eq!(corpus.run(&["verify"]).code, 0);
}

#[test]
fn what_is_no_snapshot_or_no_name_is_an_error_with_a_hint() {
    let (corpus, _files) = corpus();
    for args in [
        &["snapshot", "show", "ukjent"][..],
        &["snapshot", "name", "current", "current"],
        &["snapshot", "name", "current", "a/b"],
        &["snapshot", "remove", "current"],
    ] {
        let run = corpus.run(args);
        assert!(run.code == 2 && run.err.contains("hint: "), "{args:?}: {}", run.err);
    }
    let earlier = ids(&corpus).remove(1);
    assert_eq!(corpus.run(&["snapshot", "remove", &earlier]).code, 0);
    assert_eq!(ids(&corpus).len(), 1);
}

#[test]
fn a_damaged_earlier_snapshot_is_found_by_verify() {
    let (corpus, _files) = corpus();
    let earlier = ids(&corpus).remove(1);
    fs::write(corpus.path(&format!("data/snapshots/{earlier}/term_year.csv")), "concept\n").unwrap();
    let run = corpus.run(&["verify"]);
    assert!(
        run.code == 2 && run.out.contains(&format!("snapshot remove {earlier}")),
        "{}{}",
        run.out,
        run.err
    );
}
