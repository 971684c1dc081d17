//! Parsing children: what they are confined by, and what a document that is too much for them costs.

use ordskifte::pipeline::Parsers;
use ordskifte::sandbox::{Enforcement, Limits};

const PAGE: &[u8] = b"<!DOCTYPE html><html><body><p>Et avsnitt med flere ord i.</p></body></html>";

fn parsers(limits: Limits) -> Parsers {
    Parsers::new(crate::support::program().to_owned(), limits)
}

fn text(parsers: &Parsers, bytes: &[u8]) -> String {
    match parsers.read(bytes).unwrap() {
        Ok(extracted) => extracted.document.plain_text(),
        Err(rejection) => panic!("rejected: {rejection:?}"),
    }
}

#[test]
fn a_document_that_parses_after_a_bad_one_is_not_harmed() {
    let parsers = parsers(Limits::default());
    assert!(parsers.read(b"\0no document").unwrap().is_err());
    assert_eq!(text(&parsers, PAGE), "Et avsnitt med flere ord i.\n");
}

/// A page whose tree needs more than 100 MiB.
fn large_page() -> Vec<u8> {
    let paragraphs = "<p>ord</p>".repeat(160_000);
    format!("<!DOCTYPE html><html><body>{paragraphs}</body></html>").into_bytes()
}

#[test]
fn a_document_that_needs_too_much_memory_is_rejected_with_the_limit() {
    // The address space has the code of the program too: 70 MiB without optimisation.
    let small = parsers(Limits { memory_mb: 112, ..Limits::default() });
    assert_eq!(text(&small, PAGE), "Et avsnitt med flere ord i.\n");
    let Err(rejection) = small.read(&large_page()).unwrap() else { panic!("it is extracted") };
    assert_eq!(rejection.reason, "parsing needs more than 112 MiB of memory");
    assert_eq!(text(&small, PAGE), "Et avsnitt med flere ord i.\n");
}

#[cfg(target_os = "linux")]
#[test]
fn documents_are_read_also_where_the_kernel_confines_nothing() {
    use seccompiler::{SeccompAction, SeccompFilter};
    // Children inherit the filter of the thread that starts them: to them it is a kernel without these calls.
    let missing = [libc::SYS_landlock_create_ruleset, libc::SYS_seccomp];
    let rules = missing.iter().map(|call| (*call, Vec::new())).collect();
    let absent = SeccompAction::Errno(libc::ENOSYS as u32);
    let architecture = std::env::consts::ARCH.try_into().unwrap();
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, absent, architecture).unwrap();
    let filter: seccompiler::BpfProgram = filter.try_into().unwrap();
    let confined = parsers(Limits::default());
    std::thread::spawn(move || {
        seccompiler::apply_filter(&filter).unwrap();
        let unconfined = parsers(Limits::default());
        let confinement = unconfined.confinement().unwrap();
        assert_eq!((confinement.landlock, confinement.seccomp), (Enforcement::Absent, Enforcement::Absent));
        assert_eq!(text(&unconfined, PAGE), text(&confined, PAGE));
    })
    .join()
    .unwrap();
}
