//! What a user meets at the terminal when something is wrong.

use crate::support::run;

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
    assert!(again.err.contains("exists already"), "{}", again.err);
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
