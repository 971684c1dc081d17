//! From a number to its passages, from a passage to a judgement, from the archived bytes to the number again; and what an export says
//! of itself.

use crate::support::{Corpus, SAMPLE, rows, run};
use std::collections::BTreeSet;
use std::fs;

#[test]
fn every_number_has_as_many_passages_behind_it() {
    let mut n_passages = 0;
    for (index, row) in SAMPLE.rows("term_year.csv").iter().enumerate().step_by(23) {
        let why = SAMPLE.run(&["why", &format!("term_year:{}", index + 2), "--format", "json"]);
        let lines = rows(&why);
        assert_eq!(lines.len().to_string(), row["n"], "{row:?}");
        assert!(lines.iter().all(|line| line["concept"] == row["concept"].as_str()), "{row:?}");
        n_passages += lines.len();
    }
    assert!(n_passages > 20, "{n_passages}");
    let by_values = SAMPLE.run(&["why", "trend_test.csv", "concept=innovasjon"]);
    let n: usize = SAMPLE.rows("kwic.csv").iter().filter(|row| row["concept"] == "innovasjon").count();
    assert!(by_values.code == 0 && by_values.err.contains(&format!("{n} of {n} mentions")), "{by_values:?}");
    assert!(by_values.out.contains("sha256 ") && by_values.out.contains("p. "), "{}", by_values.out);
    let several = SAMPLE.run(&["why", "term_year", "concept=innovasjon"]);
    assert!(several.code == 2 && several.err.contains("add values of more columns"), "{several:?}");
    let unknown = SAMPLE.run(&["why", "documents:2"]);
    assert!(unknown.code == 2 && unknown.err.contains("term_document"), "{unknown:?}");
}

#[test]
fn a_kept_snapshot_answers_as_it_did_when_it_was_made() {
    let page = |text: &str| format!("<html lang=\"nb\"><h1>Rapport 2019</h1><p>{text}</p></html>");
    let (corpus, folder) = Corpus::of_files(&[("a.html", &page("Mer samskaping i kommunen."))]);
    corpus.refresh(&[]);
    assert_eq!(corpus.run(&["snapshot", "name", "current", "before"]).code, 0);
    fs::write(folder.path().join("a.html"), page("Samskaping og samskaping.")).unwrap();
    corpus.refresh(&["--rehash"]);
    let of = |snapshot: &str| {
        let args = ["why", "trend_test", "concept=samskaping", "--snapshot", snapshot, "--format", "json"];
        rows(&corpus.run(&args)).len()
    };
    assert_eq!((of("before"), of("current")), (1, 2));
}

#[test]
fn a_recount_from_the_archived_bytes_agrees_with_the_reports() {
    let recount = SAMPLE.run(&["verify", "--recount", "120"]);
    assert_eq!((recount.code, recount.out.as_str()), (0, "120 of 120 recounted rows agree\n"), "{recount:?}");
}

#[test]
fn a_recount_finds_a_number_that_was_changed() {
    let page = "<html lang=\"nb\"><h1>Rapport 2019</h1><p>Mer samskaping.</p></html>";
    let (corpus, _folder) = Corpus::of_files(&[("a.html", page)]);
    fs::write(
        corpus.path("codebook.toml"),
        "[[concept]]\nname = \"samskaping\"\npatterns = [\"samskaping\"]\n",
    )
    .unwrap();
    corpus.refresh(&[]);
    let report = corpus.path("data/reports/term_document.csv");
    let text = fs::read_to_string(&report).unwrap();
    assert!(text.contains(",1,3,"), "{text}");
    fs::write(&report, text.replace(",1,3,", ",2,3,")).unwrap();
    let recount = corpus.run(&["verify", "--recount"]);
    assert!(recount.code == 2 && recount.out.contains("the recount 1 in 3"), "{recount:?}");
}

/// The table that `coder` is to fill in, with `mark` in every row for which `is_marked`.
fn filled_in(table: &str, mark: &str, is_marked: impl Fn(usize) -> bool) -> String {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let at = headers.iter().position(|name| name == "mark").unwrap();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(&headers).unwrap();
    for (index, record) in reader.records().map(Result::unwrap).enumerate() {
        let cells = record.iter().enumerate().map(|(column, cell)| {
            if column == at && is_marked(index) { mark.to_owned() } else { cell.to_owned() }
        });
        writer.write_record(cells.collect::<Vec<_>>()).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

#[test]
fn marks_survive_a_refresh_and_give_precision_and_agreement() {
    let page = |text: &str| format!("<html lang=\"nb\"><h1>Rapport 2019</h1><p>{text}</p></html>");
    let text = "Samskaping i by. Samskaping på land. Samskaping til vanns. Samskaping i luft.";
    let (corpus, folder) = Corpus::of_files(&[("a.html", &page(text))]);
    corpus.refresh(&[]);
    let table =
        |coder: &str| corpus.run(&["concordance", "samskaping", "--coder", coder, "--format", "csv"]).out;
    let import = |coder: &str, table: &str| {
        let file = folder.path().join(format!("{coder}.csv"));
        fs::write(&file, table).unwrap();
        let run = corpus.run(&["marks", "import", file.to_str().unwrap(), "--coder", coder]);
        fs::remove_file(file).unwrap();
        run
    };
    import("anna", &filled_in(&table("anna"), "relevant", |_| true));
    let again = import("anna", &filled_in(&table("anna"), "nei", |index| index == 3));
    assert!(again.out.contains("0 new, 1 changed, 3 unchanged, 0 removed"), "{again:?}");
    let both =
        filled_in(&filled_in(&table("berit"), "ja", |index| index < 2), "not relevant", |index| index == 3);
    assert!(import("berit", &both).out.contains("3 new"));
    let wrong = import("berit", &filled_in(&table("berit"), "kanskje", |index| index == 1));
    assert!(wrong.code == 2 && wrong.err.contains("line 3: 'kanskje' is not a mark"), "{wrong:?}");
    fs::write(folder.path().join("b.html"), page("Noe annet om samskaping.")).unwrap();
    corpus.refresh(&[]);
    let marks: Vec<String> =
        rows(&corpus.run(&["concordance", "samskaping", "--coder", "anna", "--format", "json"]))
            .iter()
            .map(|row| row["mark"].as_str().unwrap_or("").to_owned())
            .collect();
    assert_eq!(marks, ["relevant", "relevant", "relevant", "not relevant", ""]);
    let measures = rows(&corpus.run(&["marks", "agreement", "--format", "json"]));
    let of = |measure: &str, coders: &str| {
        let row = measures.iter().find(|row| row["measure"] == measure && row["coders"] == coders).unwrap();
        (row["n"].as_u64().unwrap(), row["value"].as_f64().unwrap())
    };
    assert_eq!(of("precision", "anna"), (4, 0.75));
    assert_eq!(of("precision", "berit"), (3, 0.667));
    assert_eq!(of("agreement", "anna | berit"), (3, 1.0));
    assert_eq!(of("cohen_kappa", "anna | berit"), (3, 1.0));
    assert_eq!(of("krippendorff_alpha", "anna | berit"), (3, 1.0));
    let removed = import("berit", &filled_in(&table("berit"), "-", |index| index == 0));
    assert!(removed.out.contains("1 removed"), "{removed:?}");
}

#[test]
fn a_mark_is_found_by_its_words_when_its_characters_have_moved() {
    let page = "<html lang=\"nb\"><h1>Rapport 2019</h1><p>Samskaping i by. Mer samskaping.</p></html>";
    let (corpus, folder) = Corpus::of_files(&[("a.html", page)]);
    corpus.refresh(&[]);
    let args = ["concordance", "samskaping", "--coder", "anna", "--format", "csv"];
    let file = folder.path().join("anna.csv");
    fs::write(&file, filled_in(&corpus.run(&args).out, "relevant", |index| index == 1)).unwrap();
    corpus.run(&["marks", "import", file.to_str().unwrap(), "--coder", "anna"]);
    let marks = fs::read_to_string(corpus.path("marks.csv")).unwrap();
    let start =
        rows(&corpus.run(&["concordance", "samskaping", "--format", "json"]))[1]["char_start"].clone();
    let moved = marks.replace(&format!(",{start},"), ",7777,");
    assert_ne!(moved, marks);
    fs::write(corpus.path("marks.csv"), moved).unwrap();
    let again = corpus.run(&["concordance", "samskaping", "--coder", "anna", "--format", "json"]);
    let marks: Vec<serde_json::Value> = rows(&again).iter().map(|row| row["mark"].clone()).collect();
    assert_eq!(marks, [serde_json::Value::Null, "relevant".into()]);
}

#[test]
fn an_export_is_described_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("innovasjon.csv");
    let path = file.to_str().unwrap();
    let args = ["concordance", "innovasjon", "--where", "year:2015..", "--format", "csv", "-o", path];
    let exported = SAMPLE.run(&args);
    assert!(exported.code == 0 && exported.out.is_empty(), "{exported:?}");
    assert!(exported.err.contains(" mentions") && exported.err.contains("innovasjon.csv.meta.json"));
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("concept,docname,"), "{text}");
    let beside = fs::read_to_string(folder.path().join("innovasjon.csv.meta.json")).unwrap();
    let description: serde_json::Value = serde_json::from_str(&beside).unwrap();
    let arguments: Vec<&str> =
        description["arguments"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    assert_eq!(arguments[..args.len()], args);
    assert_eq!(description["bytes"].as_u64().unwrap(), text.len() as u64);
    let id = fs::read_link(SAMPLE.path("data/reports")).unwrap();
    assert!(id.ends_with(description["reports_snapshot"].as_str().unwrap()));
    assert_eq!(description["version"], env!("CARGO_PKG_VERSION"));
    assert!(description["sha256"].as_str().is_some() && description["codebook_sha256"].as_str().is_some());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    let failed = SAMPLE.run(&["trends", "innovsjon", "-o", folder.path().join("b.csv").to_str().unwrap()]);
    assert!(failed.code == 2 && fs::read_dir(folder.path()).unwrap().count() == 2, "{failed:?}");
}

/// The commands that `help` lists.
fn commands(help: &str) -> Vec<String> {
    let list = help.split("Commands:\n").nth(1).unwrap_or_default().lines();
    let names = list
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_command_shows_an_example_and_has_completions_and_a_man_page() {
    let folder = tempfile::tempdir().unwrap();
    let man = run(&["man", folder.path().to_str().unwrap()]);
    assert_eq!(man.code, 0, "{man:?}");
    let pages: BTreeSet<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let completions = run(&["completions", "bash"]).out;
    let names = commands(&run(&["--help"]).out);
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        let help = run(&[&name, "--help"]).out;
        let inner: Vec<String> =
            commands(&help).iter().map(|inner| run(&[&name, inner, "--help"]).out).collect();
        let has_example = |help: &String| help.contains("\nExample") && help.contains("  ordskifte ");
        assert!(has_example(&help) || !inner.is_empty() && inner.iter().all(has_example), "{name}: {help}");
        assert!(pages.contains(&format!("ordskifte-{name}.1")), "{name}: {pages:?}");
        assert!(completions.contains(&format!("ordskifte__subcmd__{}", name.replace('-', "__"))), "{name}");
    }
    assert!(run(&["man"]).out.contains(".TH ordskifte 1"));
    for shell in ["zsh", "fish", "elvish", "powershell"] {
        assert!(run(&["completions", shell]).out.contains("concordance"), "{shell}");
    }
}
