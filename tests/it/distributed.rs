//! Extraction on other machines: plan, workers, commit.

use crate::support::{Corpus, Run, SAMPLE, program};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// A corpus whose sources are archived and not read, and its plan.
fn planned(corpus: Corpus) -> (Corpus, String) {
    let run = corpus.run(&["refresh", "--archive-only"]);
    assert!(run.code == 0 && run.out.contains("archived"), "{run:?}");
    assert!(!corpus.path("data/reports").exists());
    let plan = corpus.run(&["plan"]);
    assert_eq!(plan.code, 0, "{plan:?}");
    (corpus, plan.out)
}

/// A worker that reads `jobs`.
fn worker(corpus: &Corpus, jobs: &str, args: &[&str]) -> Run {
    let mut child = Command::new(program())
        .arg("worker")
        .arg("--archive")
        .arg(corpus.path("data/archive"))
        .arg("--outcomes")
        .arg(corpus.path("outcomes"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(jobs.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn commit(corpus: &Corpus, plan: &str) -> Run {
    let file = corpus.path("plan.jsonl");
    fs::write(&file, plan).unwrap();
    let outcomes = corpus.path("outcomes");
    corpus.run(&["commit", file.to_str().unwrap(), "--outcomes", outcomes.to_str().unwrap()])
}

fn part(plan: &str, remainder: usize) -> String {
    let lines = plan.lines().enumerate().filter(|(number, _)| number % 2 == remainder);
    lines.map(|(_, line)| format!("{line}\n")).collect()
}

fn first_outcome(folder: &Path) -> std::path::PathBuf {
    let mut folders: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    fs::read_dir(&folders[0]).unwrap().next().unwrap().unwrap().path()
}

#[test]
fn two_workers_give_the_reports_of_one_machine() {
    let (corpus, plan) = planned(Corpus::of_sample());
    for remainder in [0, 1] {
        let jobs = part(&plan, remainder);
        let run = worker(&corpus, &jobs, &[]);
        assert_eq!(run.code, 0, "{run:?}");
        let rows: Vec<Value> = run.out.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
        let (end, rows) = rows.split_last().unwrap();
        assert_eq!((end["end"].as_bool(), end["rows"].as_u64()), (Some(true), Some(rows.len() as u64)));
        assert_eq!(rows.len(), jobs.lines().count());
        // The same jobs give the same files and rows, and are not done again.
        assert_eq!(worker(&corpus, &jobs, &[]).out, run.out);
    }
    let run = commit(&corpus, &plan);
    assert!(run.code == 0 && run.out.is_empty(), "{run:?}");
    assert!(run.err.contains(", 0 are missing"), "{run:?}");
    corpus.refresh(&["--offline"]);
    assert!(corpus.reports() == SAMPLE.reports());
    // What is known is not planned, and a second commit changes nothing.
    assert_eq!(corpus.run(&["plan"]).out, "");
    let run = commit(&corpus, &plan);
    assert!(run.code == 0 && run.err.starts_with("0 outcomes taken in"), "{run:?}");
}

#[test]
fn what_a_worker_did_not_do_is_named_and_done_again() {
    let page = |text: &str| format!("<html lang=\"nb\"><h1>Rapport 2020</h1><p>{text}</p></html>");
    let (texts, names) =
        (["Samskaping.", "Innovasjon.", "Tillit."].map(page), ["a.html", "b.html", "c.html"]);
    let files: Vec<(&str, &str)> = names.into_iter().zip(texts.iter().map(String::as_str)).collect();
    let (corpus, _files) = Corpus::of_files(&files);
    let (corpus, plan) = planned(corpus);
    let run = worker(&corpus, &part(&plan, 0), &[]);
    assert_eq!(run.out.lines().count(), 3, "{run:?}");
    // A file that was copied in part.
    let outcome = first_outcome(&corpus.path("outcomes"));
    let bytes = fs::read(&outcome).unwrap();
    fs::write(&outcome, &bytes[..bytes.len() / 2]).unwrap();
    let run = commit(&corpus, &plan);
    let again = run.out;
    assert!(run.code == 1 && run.err.contains("1 outcomes taken in"), "{}", run.err);
    assert_eq!(again.lines().count(), 2);
    assert!(again.lines().all(|line| plan.contains(line)));
    let run = worker(&corpus, again.lines().next().unwrap(), &[]);
    assert_eq!(run.code, 0, "{run:?}");
    // The last is given up after some tries: its document is rejected with the reason, and the next refresh tries it again.
    let run = worker(&corpus, &again, &["--give-up", "the worker ended three times"]);
    assert!(run.code == 0 && run.err.contains("1 jobs are given up"), "{run:?}");
    let run = commit(&corpus, &again);
    assert!(run.code == 0 && run.err.contains("2 outcomes taken in"), "{run:?}");
    corpus.refresh(&["--offline"]);
    assert_eq!((corpus.rows("documents.csv").len(), corpus.rows("rejected.csv").len()), (3, 0));
}

#[test]
fn bytes_that_the_archive_lacks_are_an_outcome_and_a_wrong_line_is_an_error() {
    let (corpus, _files) =
        Corpus::of_files(&[("a.html", "<html lang=\"nb\"><p>Samskaping i kommunen.</p></html>")]);
    let (corpus, plan) = planned(corpus);
    let mut job: Value = serde_json::from_str(&plan).unwrap();
    job["record"] = Value::Null;
    let run = worker(&corpus, &job.to_string(), &[]);
    let row: Value = serde_json::from_str(run.out.lines().next().unwrap()).unwrap();
    assert!(run.code == 0 && row["outcome"] == "rejected", "{run:?}");
    job["sha256"] = Value::from("0".repeat(64));
    for (line, cause) in
        [(job.to_string(), "its id is not that of its job"), ("{}".to_owned(), "missing field")]
    {
        let run = worker(&corpus, &format!("\n{line}"), &[]);
        assert!(
            run.code == 2 && run.err.contains("line 2 of the plan") && run.err.contains(cause),
            "{run:?}"
        );
        assert!(!run.out.contains("\"end\""));
    }
}
