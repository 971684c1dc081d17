//! What a user meets at the terminal when something is wrong.

use crate::support::{Corpus, run};
use std::fs;

#[test]
fn a_folder_without_configuration_is_named_with_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    let run = run(&["refresh", "--corpus", folder.path().to_str().unwrap()]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("cannot find ordskifte.toml") && run.err.contains("hint: "), "{}", run.err);
}

#[test]
fn init_does_not_write_over_a_corpus() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    assert_eq!(run(&["init", path]).code, 0);
    let again = run(&["init", path]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("already exists"), "{}", again.err);
}

#[test]
fn init_writes_the_chosen_sources_for_the_addressee_and_with_the_contact() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let name = "Arbeids- og \"velferds\"direktoratet";
    let made =
        run(&["init", path, "--sources", "kudos", "--addressee", name, "--contact", "me@university.example"]);
    assert_eq!((made.code, made.out.contains("contact")), (0, false), "{}", made.err);
    let config = ordskifte::config::Config::load(folder.path()).unwrap();
    assert_eq!(config.settings.fetch.contact.as_deref(), Some("me@university.example"));
    let source = format!("{:?}", config.settings.sources);
    assert_eq!(config.settings.sources.len(), 1);
    assert!(source.contains("Kudos") && source.contains(&format!("{name:?}")), "{source}");
    let offline = run(&["refresh", "--offline", "--corpus", path]);
    assert!(offline.err.contains("skipped: offline"), "{}", offline.err);
}

#[test]
fn init_names_the_sources_that_there_are_and_asks_for_a_contact() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let unknown = run(&["init", path, "--sources", "kudos,kudus"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.err.contains("there is no source 'kudus'") && unknown.err.contains("kudos"),
        "{}",
        unknown.err
    );
    let made = run(&["init", path, "--sources", "kudos"]);
    assert!(made.code == 0 && made.out.contains("Next:  set `contact`"), "{}", made.out);
    let refresh = run(&["refresh", "--corpus", path]);
    assert!(refresh.err.contains("no contact is configured"), "{}", refresh.err);
}

#[test]
fn a_wrong_setting_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    run(&["init", path]);
    std::fs::write(folder.path().join("ordskifte.toml"), "data = \"data\"\nthreads = 3\n").unwrap();
    let run = run(&["status", "--corpus", path]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("threads") && run.err.contains("line 2"), "{}", run.err);
}

#[test]
fn before_the_first_refresh_trends_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    run(&["init", path]);
    let run = run(&["trends", "--corpus", path]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("hint: run `ordskifte refresh` first"), "{}", run.err);
}

#[test]
fn an_unknown_concept_lists_the_known_ones() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    run(&["init", path]);
    let run = run(&["trends", "innovsjon", "--corpus", path]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("no concept 'innovsjon'") && run.err.contains("innovasjon, "), "{}", run.err);
}

#[test]
fn wrong_usage_exits_with_two() {
    assert_eq!(run(&["trends", "--by", "moon"]).code, 2);
}

/// A page with a title and a sentence.
fn page(title: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1><p>Mer samskaping.</p></body></html>"
    )
}

/// Steering characters as they come in names, titles, sidecars and codebooks.
const HOSTILE: &str = "\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}fdp\u{2066}";

fn has_steering_characters(text: &str) -> bool {
    text.contains(|c| !matches!(c, '\n' | '\r' | '\t') && ordskifte::text::is_steering(c))
}

#[test]
fn nothing_that_others_wrote_steers_the_terminal() {
    let (corpus, files) = Corpus::of_files(&[
        (&format!("a{HOSTILE}.html"), &page(&format!("Rapport{HOSTILE} 2019"))),
        (&format!("b{HOSTILE}.html"), "\0neither"),
        ("c.html", &page("Rapport 2020")),
        ("c.toml", "title = \"Rapport\\u001b[2J\\u202e\"\nissuer = \"A\\u0007B\\nC\"\nyear = 2020\n"),
    ]);
    let concept = "[[concept]]\nname = \"sam\\u001b\\u0001\\u202e\"\npatterns = [\"samskaping\"]\n";
    fs::write(corpus.path("codebook.toml"), concept).unwrap();
    let rejected = files.path().join(format!("b{HOSTILE}.html"));
    let commands: [&[&str]; 8] = [
        &["refresh"],
        &["status"],
        &["search", "samskaping"],
        &["search", "samskaping", "--format", "json"],
        &["trends"],
        &["forms", "--format", "csv"],
        &["trends", HOSTILE],
        &["nonsense", HOSTILE],
    ];
    for command in commands {
        let run = corpus.run(command);
        assert!(
            !has_steering_characters(&run.out) && !has_steering_characters(&run.err),
            "{command:?}: {run:?}"
        );
    }
    let extract = run(&["extract", rejected.to_str().unwrap()]);
    assert!(extract.code == 1 && extract.err.contains("\\u{1b}]0;owned"), "{}", extract.err);
    assert!(!has_steering_characters(&extract.err));
    for (name, bytes) in corpus.reports() {
        assert!(!has_steering_characters(&String::from_utf8(bytes).unwrap()), "{name}");
    }
    let titles: Vec<String> = corpus.rows("documents.csv").iter().map(|row| row["title"].clone()).collect();
    assert!(titles.contains(&"Rapport [2J".to_owned()), "{titles:?}");
    let chart = corpus.report("trends.svg");
    assert!(chart.contains("sam\\u{1b}\\u{1}\\u{202e}"), "{chart}");
}

#[test]
fn a_quiet_refresh_is_silent_when_all_is_well() {
    let (corpus, files) = Corpus::of_files(&[("a.html", &page("Rapport 2019")), ("b.html", "")]);
    let first = corpus.run(&["refresh", "--quiet"]);
    assert_eq!((first.code, first.out.as_str(), first.err.as_str()), (0, "", ""));
    drop(files);
    let gone = corpus.run(&["refresh", "--quiet"]);
    assert_eq!(gone.code, 1);
    assert!(gone.err.contains("rejected ") && gone.out.contains("rejected"), "{gone:?}");
}

#[test]
fn rejections_are_listed_and_fail_a_run_only_when_asked() {
    let (corpus, _files) = Corpus::of_files(&[("a.html", &page("Rapport 2019")), ("b.html", "")]);
    for _ in 0..2 {
        let run = corpus.run(&["refresh"]);
        assert!(run.code == 0 && run.out.contains("b.html: empty file"), "{run:?}");
        let strict = corpus.run(&["refresh", "--fail-on-rejected", "--quiet"]);
        assert!(strict.code == 1 && strict.out.contains("b.html: empty file"), "{strict:?}");
    }
}

#[test]
fn a_document_that_ran_into_a_limit_is_tried_again_and_listed_by_status() {
    let large =
        format!("<!DOCTYPE html><html><body>{}</body></html>", "<p>Mer samskaping.</p>".repeat(160_000));
    let (corpus, _files) = Corpus::of_files(&[("a.html", &large), ("b.html", &page("Rapport 2019"))]);
    let settings = fs::read_to_string(corpus.path("ordskifte.toml")).unwrap();
    fs::write(corpus.path("ordskifte.toml"), settings.replace("# memory_mb = 2048", "memory_mb = 112"))
        .unwrap();
    corpus.refresh(&[]);
    let reports = corpus.reports();
    let again = corpus.refresh(&[]);
    assert!(again.err.contains("extract  1 in"), "{}", again.err);
    assert_eq!(corpus.reports(), reports);
    let status = corpus.run(&["status"]).out;
    assert!(status.contains("The next refresh tries again: 1\n") && status.contains("sandbox: "), "{status}");
    assert!(status.contains("a.html: parsing needs more than 112 MiB of memory"), "{status}");
    fs::write(corpus.path("ordskifte.toml"), settings).unwrap();
    corpus.refresh(&[]);
    assert_eq!((corpus.rows("documents.csv").len(), corpus.rows("rejected.csv").len()), (2, 0));
}

#[test]
fn no_command_waits_for_a_fifo_or_reads_a_device() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (fifo, fifo_yaml) = (path("fifo"), path("fifo.yml"));
    for name in [&fifo, &fifo_yaml] {
        assert!(std::process::Command::new("mkfifo").arg(name).status().unwrap().success());
    }
    let (device, device_yaml) = ("/dev/zero", path("device.yml"));
    std::os::unix::fs::symlink(device, &device_yaml).unwrap();
    for (file, yaml, wanted) in [(fifo.as_str(), &fifo_yaml, "a FIFO"), (device, &device_yaml, "a device")] {
        let commands: [&[&str]; 6] = [
            &["extract", file],
            &["language", file],
            &["language", "--lines", file],
            &["lemma", file],
            &["forms", "--term", "innovasjon", "--words", file],
            &["codebook", "import", yaml.as_str()],
        ];
        for command in commands {
            let run = run(command);
            let is_refused = run.err.contains(wanted) && run.err.contains("only regular files are read");
            assert!(run.code == 2 && is_refused, "{command:?}: {run:?}");
        }
    }
}

#[test]
fn a_dictionary_that_is_too_large_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large.dic");
    fs::write(&file, vec![b'a'; 1_000_001]).unwrap();
    let run = run(&["codebook", "import", file.to_str().unwrap()]);
    assert!(run.code == 2 && run.err.contains("at most 1000000 are read"), "{run:?}");
}
