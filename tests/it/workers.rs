//! Parsing children that die: each costs its document, with the reason.

use ordskifte::pipeline::{Reply, WorkerLimits, Workers};
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// The reason that a child gives which is the shell script `body`.
fn reason(body: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("child.sh");
    fs::write(&program, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let limits = WorkerLimits { time_s: 1, ..WorkerLimits::default() };
    match Workers::new(program, limits).parse(b"bytes").unwrap() {
        Reply::Rejected(rejection) => rejection.reason,
        Reply::Extracted(_) => panic!("a script extracts nothing"),
    }
}

#[test]
fn a_child_that_hangs_is_ended_and_named() {
    assert_eq!(reason("exec tail -f /dev/null"), "parsing took longer than 1 s");
}

#[test]
fn a_child_that_is_killed_costs_its_document() {
    assert!(reason("kill -9 $$").starts_with("the parser died (signal: 9"));
}

#[test]
fn a_child_out_of_memory_says_so() {
    assert_eq!(
        reason("echo memory allocation of 99 bytes failed >&2; exit 1"),
        "parsing needs more than 2048 MiB of memory"
    );
}

#[test]
fn a_child_whose_stack_overflows_says_so() {
    let words = "echo \"thread 'main' has overflowed its stack\" >&2; kill -6 $$";
    assert_eq!(reason(words), "parsing overflowed the stack: the file is nested too deeply");
}

#[test]
fn a_document_that_parses_after_a_bad_one_is_not_harmed() {
    let workers = Workers::new(crate::support::program().to_owned(), WorkerLimits::default());
    assert!(matches!(workers.parse(b"no document").unwrap(), Reply::Rejected(_)));
    let page = b"<!DOCTYPE html><html><body><p>Et avsnitt med flere ord i.</p></body></html>";
    let Reply::Extracted(extracted) = workers.parse(page).unwrap() else { panic!("the page is rejected") };
    assert_eq!(extracted.document.plain_text(), "Et avsnitt med flere ord i.\n");
}
