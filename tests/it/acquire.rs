//! A folder of files comes into the archive, and comes out again as it was.

use jiff::Timestamp;
use ordskifte::acquire::fetch::FetchSettings;
use ordskifte::acquire::host::Clock;
use ordskifte::acquire::source::SourceSettings;
use ordskifte::acquire::{AcquireOptions, Archive, News, Outcome, Summary, acquire};
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A clock whose time passes by sleeping only.
#[derive(Default)]
pub struct VirtualClock(pub AtomicU64);

impl Clock for VirtualClock {
    fn now(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::SeqCst))
    }

    fn sleep(&self, duration: Duration) {
        self.0.fetch_add(duration.as_millis() as u64, Ordering::SeqCst);
    }
}

pub fn run_on(
    archive: &mut Archive,
    root: &Path,
    sources: &[SourceSettings],
    fetch: FetchSettings,
    now: &str,
) -> (Summary, Vec<News>) {
    let (clock, stop) = (VirtualClock::default(), AtomicBool::new(false));
    let now: Timestamp = now.parse().unwrap();
    let options = AcquireOptions { offline: false, dry_run: false, fetch, now, clock: &clock, stop: &stop };
    let mut news = Vec::new();
    let summary = acquire(archive, sources, root, &options, &mut |piece| news.push(piece)).unwrap();
    (summary, news)
}

pub fn folder_source() -> Vec<SourceSettings> {
    vec![toml::from_str("name = 'letters'\nkind = 'folder'\npath = 'docs'").unwrap()]
}

fn run(archive: &mut Archive, root: &Path) -> (Summary, Vec<News>) {
    run_on(archive, root, &folder_source(), FetchSettings::default(), "2026-01-02T03:04:05Z")
}

/// Three files, two of them the same, one with a sidecar.
pub fn write_corpus(root: &Path) {
    let docs = root.join("docs");
    fs::create_dir_all(docs.join("under")).unwrap();
    fs::write(docs.join("a.pdf"), "%PDF one").unwrap();
    fs::write(docs.join("a.toml"), "title = 'En'\nyear = 2014").unwrap();
    fs::write(docs.join("under/b å.pdf"), "%PDF one").unwrap();
    fs::write(docs.join("c.html"), "<p>to</p>").unwrap();
    fs::write(docs.join(".hidden.pdf"), "no").unwrap();
}

fn archive_bytes(folder: &Path) -> u64 {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    files
        .filter(|f| f.path().extension().is_some_and(|e| e == "gz"))
        .map(|f| f.metadata().unwrap().len())
        .sum()
}

#[test]
fn a_folder_comes_out_as_it_went_in_and_costs_nothing_the_second_time() {
    let root = tempfile::tempdir().unwrap();
    write_corpus(root.path());
    let folder = root.path().join("archive");
    let mut archive = Archive::open(&folder).unwrap();
    let (summary, _) = run(&mut archive, root.path());
    assert_eq!(summary, Summary { n_new: 3, ..Summary::default() });
    let holdings = archive.holdings().unwrap();
    let locations: Vec<&str> = holdings.iter().map(|h| h.location.as_str()).collect();
    assert_eq!(locations, ["a.pdf", "c.html", "under/b å.pdf"]);
    assert_eq!(holdings[0].metadata.year, Some(2014));
    assert_eq!(holdings[0].public_url, "docs/a.pdf");
    assert_eq!(archive.payload(&holdings[2].sha256).unwrap(), b"%PDF one");
    let before = archive_bytes(&folder);
    let (summary, _) = run(&mut archive, root.path());
    assert_eq!(summary, Summary { n_unchanged: 3, ..Summary::default() });
    assert_eq!(archive_bytes(&folder), before);
    assert_eq!(archive.verify(&mut |fault| panic!("{fault:?}")).unwrap().n_faults, 0);
}

#[test]
fn a_file_that_is_gone_gets_a_tombstone_until_it_is_back() {
    let root = tempfile::tempdir().unwrap();
    write_corpus(root.path());
    let mut archive = Archive::open(&root.path().join("archive")).unwrap();
    run(&mut archive, root.path());
    fs::rename(root.path().join("docs/c.html"), root.path().join("c.html")).unwrap();
    assert_eq!(run(&mut archive, root.path()).0.n_vanished, 1);
    assert!(archive.holdings().unwrap()[1].is_vanished);
    fs::rename(root.path().join("c.html"), root.path().join("docs/c.html")).unwrap();
    assert_eq!(run(&mut archive, root.path()).0.n_changed, 1);
    assert!(!archive.holdings().unwrap()[1].is_vanished);
}

#[test]
fn a_folder_that_cannot_be_read_buries_nothing() {
    let root = tempfile::tempdir().unwrap();
    write_corpus(root.path());
    let mut archive = Archive::open(&root.path().join("archive")).unwrap();
    run(&mut archive, root.path());
    fs::rename(root.path().join("docs"), root.path().join("elsewhere")).unwrap();
    let (summary, _) = run(&mut archive, root.path());
    assert_eq!(summary, Summary { n_failed: 1, ..Summary::default() });
}

#[test]
fn a_bad_sidecar_costs_its_document_and_names_the_line() {
    let root = tempfile::tempdir().unwrap();
    write_corpus(root.path());
    fs::write(root.path().join("docs/a.toml"), "title = 'En'\nyeer = 2014").unwrap();
    let mut archive = Archive::open(&root.path().join("archive")).unwrap();
    let (summary, news) = run(&mut archive, root.path());
    assert_eq!((summary.n_new, summary.n_failed), (2, 1));
    let failed = news.iter().find_map(|n| match &n.outcome {
        Outcome::Failed(error) => Some(error.to_string()),
        _ => None,
    });
    assert!(failed.unwrap().contains("line 2: unknown field `yeer`"));
}

#[test]
fn a_second_writer_is_told_who_holds_the_lock() {
    let root = tempfile::tempdir().unwrap();
    let _first = Archive::open(root.path()).unwrap();
    let text = Archive::open(root.path()).unwrap_err().to_string();
    assert!(text.contains("archive.lock") && text.contains(&format!("pid {}", std::process::id())), "{text}");
}

#[test]
fn an_unknown_field_of_a_source_is_refused() {
    let text = "name = 'x'\nkind = 'folder'\npath = 'docs'\npth = 'y'";
    assert!(toml::from_str::<SourceSettings>(text).is_err());
}
