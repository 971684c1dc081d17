//! A folder of files comes into the archive, and comes out again as it was. Lists of addresses: see `network`.

use ordskifte::acquire::fetch::FetchSettings;
use ordskifte::acquire::host::Clock;
use ordskifte::acquire::source::SourceSettings;
use ordskifte::acquire::{AcquireOptions, AcquireSummary, Archive, LocationOutcome, SourceEvent, acquire};
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A clock whose time passes by sleeping only; those who sleep at the same time do not add up.
#[derive(Default)]
pub struct VirtualClock(pub AtomicU64);

impl Clock for VirtualClock {
    fn now(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::SeqCst))
    }

    fn sleep(&self, duration: Duration) {
        let end = self.0.load(Ordering::SeqCst) + duration.as_millis() as u64;
        self.0.fetch_max(end, Ordering::SeqCst);
    }
}

pub fn run_on(
    archive: &mut Archive,
    root: &Path,
    sources: &[SourceSettings],
    fetch: FetchSettings,
    now: &str,
) -> (AcquireSummary, Vec<SourceEvent>) {
    let stop = AtomicBool::new(false);
    let clock = VirtualClock::default();
    let options = AcquireOptions { fetch, now: now.parse().unwrap(), ..options(&clock, &stop) };
    run_with(archive, root, sources, &options)
}

/// The options of a run that reads everything it may.
pub fn options<'a>(clock: &'a VirtualClock, stop: &'a AtomicBool) -> AcquireOptions<'a> {
    let now = "2026-01-02T03:04:05Z".parse().unwrap();
    let fetch = FetchSettings::default();
    AcquireOptions {
        offline: false,
        dry_run: false,
        rehash: false,
        accept_loss: false,
        own_kinds: &[],
        fetch,
        listings: None,
        now,
        clock,
        stop,
    }
}

pub fn run_with(
    archive: &mut Archive,
    root: &Path,
    sources: &[SourceSettings],
    options: &AcquireOptions<'_>,
) -> (AcquireSummary, Vec<SourceEvent>) {
    let mut events = Vec::new();
    let summary = acquire(archive, sources, root, options, &mut |event| events.push(event)).unwrap();
    (summary, events)
}

pub fn folder_source() -> Vec<SourceSettings> {
    vec![toml::from_str("name = 'letters'\nkind = 'folder'\npath = 'docs'").unwrap()]
}

fn run(archive: &mut Archive, root: &Path) -> (AcquireSummary, Vec<SourceEvent>) {
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
    assert_eq!(summary, AcquireSummary { n_new: 3, ..AcquireSummary::default() });
    let holdings = archive.holdings().unwrap();
    let locations: Vec<&str> = holdings.iter().map(|h| h.location.as_str()).collect();
    assert_eq!(locations, ["a.pdf", "c.html", "under/b å.pdf"]);
    assert_eq!(holdings[0].metadata.year, Some(2014));
    assert_eq!(holdings[0].public_url, "docs/a.pdf");
    assert_eq!(archive.payload(&holdings[2].sha256).unwrap(), b"%PDF one");
    let before = archive_bytes(&folder);
    let (summary, _) = run(&mut archive, root.path());
    assert_eq!(summary, AcquireSummary { n_unchanged: 3, ..AcquireSummary::default() });
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
fn a_folder_that_cannot_be_read_gives_no_tombstones() {
    let root = tempfile::tempdir().unwrap();
    write_corpus(root.path());
    let mut archive = Archive::open(&root.path().join("archive")).unwrap();
    run(&mut archive, root.path());
    fs::rename(root.path().join("docs"), root.path().join("elsewhere")).unwrap();
    let (summary, events) = run(&mut archive, root.path());
    assert_eq!(summary, AcquireSummary { n_failed: 1, ..AcquireSummary::default() });
    assert!(notices(&events)[0].starts_with("3 documents could not be looked for"), "{events:?}");
}

#[test]
fn a_bad_sidecar_costs_its_document_and_names_the_line() {
    let root = tempfile::tempdir().unwrap();
    write_corpus(root.path());
    fs::write(root.path().join("docs/a.toml"), "title = 'En'\nyeer = 2014").unwrap();
    let mut archive = Archive::open(&root.path().join("archive")).unwrap();
    let (summary, events) = run(&mut archive, root.path());
    assert_eq!((summary.n_new, summary.n_failed), (2, 1));
    let failed = failures(&events);
    assert_eq!(failed.len(), 1);
    assert!(failed[0].1.contains("line 2: unknown field `yeer`, expected one of `kind`"), "{failed:?}");
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

/// The locations that failed, and why.
pub fn failures(events: &[SourceEvent]) -> Vec<(String, String)> {
    let failed = events.iter().filter_map(|event| match &event.outcome {
        LocationOutcome::Failed(error) => Some((event.location.clone(), error.to_string())),
        _ => None,
    });
    failed.collect()
}

/// The notices of a run.
pub fn notices(events: &[SourceEvent]) -> Vec<String> {
    let notices = events.iter().filter_map(|event| match &event.outcome {
        LocationOutcome::Notice(text) => Some(text.clone()),
        _ => None,
    });
    notices.collect()
}

#[test]
fn an_edit_that_keeps_size_and_time_is_seen_by_a_rehash() {
    let root = tempfile::tempdir().unwrap();
    write_corpus(root.path());
    let mut archive = Archive::open(&root.path().join("archive")).unwrap();
    run(&mut archive, root.path());
    let file = root.path().join("docs/c.html");
    let time = fs::metadata(&file).unwrap().modified().unwrap();
    fs::write(&file, "<p>tr</p>").unwrap();
    fs::File::options().write(true).open(&file).unwrap().set_modified(time).unwrap();
    assert_eq!(
        run(&mut archive, root.path()).0,
        AcquireSummary { n_unchanged: 3, ..AcquireSummary::default() }
    );
    let (clock, stop) = (VirtualClock::default(), AtomicBool::new(false));
    let rehash = AcquireOptions { rehash: true, ..options(&clock, &stop) };
    let (summary, _) = run_with(&mut archive, root.path(), &folder_source(), &rehash);
    assert_eq!(summary, AcquireSummary { n_changed: 1, n_unchanged: 2, ..AcquireSummary::default() });
    let held = &archive.holdings().unwrap()[1];
    assert_eq!(archive.payload(&held.sha256).unwrap(), b"<p>tr</p>");
}

#[test]
fn one_name_that_cannot_be_written_down_stops_no_tombstone() {
    use std::os::unix::ffi::OsStrExt;
    let root = tempfile::tempdir().unwrap();
    write_corpus(root.path());
    let mut archive = Archive::open(&root.path().join("archive")).unwrap();
    run(&mut archive, root.path());
    fs::remove_file(root.path().join("docs/c.html")).unwrap();
    let docs = root.path().join("docs");
    fs::write(docs.join(std::ffi::OsStr::from_bytes(b"b\xe5t.pdf")), "%PDF").unwrap();
    let (summary, events) = run(&mut archive, root.path());
    assert_eq!(
        summary,
        AcquireSummary { n_unchanged: 2, n_vanished: 1, n_failed: 1, ..AcquireSummary::default() }
    );
    let failed = failures(&events);
    assert!(failed[0].0 == "b\u{fffd}t.pdf" && failed[0].1.contains("not UTF-8"), "{failed:?}");
}

/// A link that leads nowhere stands for a folder that cannot be read: the tests may run as root, who reads all.
#[test]
fn what_is_below_an_unreadable_folder_is_kept_and_the_rest_gets_its_tombstone() {
    let root = tempfile::tempdir().unwrap();
    write_corpus(root.path());
    let mut archive = Archive::open(&root.path().join("archive")).unwrap();
    run(&mut archive, root.path());
    let docs = root.path().join("docs");
    fs::remove_file(docs.join("c.html")).unwrap();
    fs::rename(docs.join("under"), root.path().join("elsewhere")).unwrap();
    std::os::unix::fs::symlink("nowhere", docs.join("under")).unwrap();
    let (summary, events) = run(&mut archive, root.path());
    assert_eq!(
        summary,
        AcquireSummary { n_unchanged: 1, n_vanished: 1, n_failed: 1, ..AcquireSummary::default() }
    );
    assert_eq!(failures(&events)[0].0, "under");
    let notice =
        "1 documents could not be looked for and are kept as they are, since these cannot be read: under";
    assert_eq!(notices(&events), [notice]);
    let vanished: Vec<bool> = archive.holdings().unwrap().iter().map(|h| h.is_vanished).collect();
    assert_eq!(vanished, [false, true, false]);
    fs::remove_file(docs.join("under")).unwrap();
    assert_eq!(run(&mut archive, root.path()).0.n_vanished, 1);
    assert_eq!(rows_with_failure(&archive), Vec::<String>::new());
}

/// The locations that `rejected.csv` would have.
pub fn rows_with_failure(archive: &Archive) -> Vec<String> {
    let rows = archive.catalogue().holding_rows().unwrap().into_iter();
    rows.filter(|row| row.failure.is_some()).map(|row| row.location).collect()
}

#[test]
fn a_link_out_of_the_folder_is_followed_only_when_its_source_says_so() {
    use std::os::unix::fs::symlink;
    let root = tempfile::tempdir().unwrap();
    write_corpus(root.path());
    let docs = root.path().join("docs");
    let outside = root.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("secret.pdf"), "%PDF secret").unwrap();
    fs::write(outside.join("secret.toml"), "title = 'Secret'").unwrap();
    symlink("c.html", docs.join("inner.html")).unwrap();
    symlink("../outside/secret.pdf", docs.join("file.pdf")).unwrap();
    symlink(&outside, docs.join("folder")).unwrap();
    symlink("../outside/secret.toml", docs.join("c.html.toml")).unwrap();
    symlink("..", docs.join("under/loop")).unwrap();
    let mut archive = Archive::open(&root.path().join("archive")).unwrap();
    let (summary, events) = run(&mut archive, root.path());
    assert_eq!(summary, AcquireSummary { n_new: 3, n_failed: 3, ..AcquireSummary::default() });
    let failed = failures(&events);
    let locations: Vec<&str> = failed.iter().map(|(location, _)| location.as_str()).collect();
    assert_eq!(locations, ["c.html", "file.pdf", "folder"]);
    for (_, reason) in &failed {
        assert!(reason.contains("leads out of the folder of its source") && reason.contains("follow_links"));
    }
    let mut source = folder_source();
    let text = "name = 'letters'\nkind = 'folder'\npath = 'docs'\nfollow_links = true";
    source[0] = toml::from_str(text).unwrap();
    let (summary, _) =
        run_on(&mut archive, root.path(), &source, FetchSettings::default(), "2026-01-03T03:04:05Z");
    assert_eq!(summary, AcquireSummary { n_new: 3, n_unchanged: 3, ..AcquireSummary::default() });
    assert_eq!(rows_with_failure(&archive), Vec::<String>::new());
}

#[test]
fn a_sidecar_that_is_no_small_regular_file_costs_its_document_alone() {
    use std::os::unix::fs::symlink;
    let root = tempfile::tempdir().unwrap();
    let docs = root.path().join("docs");
    fs::create_dir(&docs).unwrap();
    for name in ["device", "fifo", "folder", "large", "nowhere", "text", "good"] {
        fs::write(docs.join(name).with_extension("pdf"), format!("%PDF {name}")).unwrap();
    }
    symlink("/dev/zero", docs.join("device.toml")).unwrap();
    let fifo = |path: &Path| std::process::Command::new("mkfifo").arg(path).status().unwrap();
    assert!(fifo(&docs.join("fifo.toml")).success() && fifo(&docs.join("document.pdf")).success());
    fs::create_dir(docs.join("folder.toml")).unwrap();
    fs::write(docs.join("large.toml"), vec![b'#'; 1_000_001]).unwrap();
    symlink("nothing", docs.join("nowhere.toml")).unwrap();
    fs::write(docs.join("text.toml"), b"title = 'En'\nissuer = '\xe5'").unwrap();
    fs::write(docs.join("good.toml"), vec![b'#'; 1_000_000]).unwrap();
    let text = "name = 'letters'\nkind = 'folder'\npath = 'docs'\nfollow_links = true";
    let mut archive = Archive::open(&root.path().join("archive")).unwrap();
    let source = [toml::from_str(text).unwrap()];
    let (summary, events) =
        run_on(&mut archive, root.path(), &source, FetchSettings::default(), "2026-01-03T03:04:05Z");
    assert_eq!(summary, AcquireSummary { n_new: 1, n_failed: 8, ..AcquireSummary::default() });
    let wanted = [
        ("device.pdf", "it is a device, and only regular files are read"),
        ("document.pdf", "it is not a regular file"),
        ("fifo.pdf", "it is a FIFO, and only regular files are read"),
        ("folder.pdf", "it is a folder, and only regular files are read"),
        ("large.pdf", "it has 1000001 bytes, and at most 1000000 are read"),
        ("nowhere.pdf", "No such file"),
        ("nowhere.toml", "No such file"),
        ("text.pdf", "line 2 is not UTF-8"),
    ];
    for ((location, reason), (wanted_location, wanted)) in failures(&events).iter().zip(wanted) {
        assert!(location == wanted_location && reason.contains(wanted), "{location}: {reason}");
    }
}

#[test]
fn every_file_of_a_folder_is_taken_or_named_as_left_out() {
    let dir = tempfile::tempdir().unwrap();
    write_corpus(dir.path());
    for name in ["tabell.xls", "kopi.XLS", "uten-endelse", "notat.txt"] {
        fs::write(dir.path().join("docs").join(name), name).unwrap();
    }
    let mut archive = Archive::open(&dir.path().join("archive")).unwrap();
    let (all, _) = run(&mut archive, dir.path());
    let mut other = Archive::open(&dir.path().join("other")).unwrap();
    let chosen: Vec<SourceSettings> = vec![
        toml::from_str("name = 'letters'\nkind = 'folder'\npath = 'docs'\ninclude = ['pdf', 'html', 'txt']")
            .unwrap(),
    ];
    let (some, events) =
        run_on(&mut other, dir.path(), &chosen, FetchSettings::default(), "2026-01-02T03:04:05Z");
    assert_eq!(all.n_new, some.n_new + 3);
    let notices: Vec<String> = events
        .iter()
        .filter_map(|event| match &event.outcome {
            LocationOutcome::Skipped(text) => Some(text.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(notices, ["3 files are left out by `include`: 1 without an extension, 2 .xls"]);
}
