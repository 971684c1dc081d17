//! The WARC files are only added to, and the catalogue is what they say, whatever happens to it.

use crate::acquire::{folder_source, run_on, write_corpus};
use crate::support::Corpus;
use ordskifte::acquire::archive::warc::WarcRecord;
use ordskifte::acquire::archive::{HoldingRow, RecordLocation};
use ordskifte::acquire::fetch::FetchSettings;
use ordskifte::acquire::{Archive, ErrorKind, Holding};
use ordskifte::text::Digest;
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// An archive with a history: three files; then one changed, one moved, one gone; then one back, one that failed.
fn archive_with_history() -> (tempfile::TempDir, PathBuf) {
    let root = tempfile::tempdir().unwrap();
    write_corpus(root.path());
    let (folder, docs) = (root.path().join("archive"), root.path().join("docs"));
    night(root.path(), "2026-01-01T01:00:00Z");
    fs::write(docs.join("a.pdf"), "%PDF another").unwrap();
    fs::rename(docs.join("c.html"), docs.join("d «e».html")).unwrap();
    night(root.path(), "2026-01-02T01:00:00Z");
    fs::rename(docs.join("d «e».html"), docs.join("c.html")).unwrap();
    fs::write(docs.join("a.toml"), "yaer = 2014").unwrap();
    night(root.path(), "2026-01-03T01:00:00Z");
    (root, folder)
}

fn night(root: &Path, now: &str) {
    let mut archive = Archive::open(&root.join("archive")).unwrap();
    run_on(&mut archive, root, &folder_source(), FetchSettings::default(), now);
}

/// Everything that later stages and later nights take from the catalogue.
#[derive(Debug, PartialEq)]
struct Facts {
    rows: Vec<HoldingRow>,
    holdings: Vec<Holding>,
    places: Vec<RecordLocation>,
}

fn facts(archive: &Archive, folder: &Path) -> Facts {
    let catalogue = archive.catalogue();
    let names = warc_files(folder).into_keys();
    Facts {
        rows: catalogue.holding_rows().unwrap(),
        holdings: archive.holdings().unwrap(),
        places: names.flat_map(|name| catalogue.places_in(&name).unwrap()).collect(),
    }
}

fn warc_files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().flatten();
    let named = files.map(|file| (file.file_name().into_string().unwrap(), file.path()));
    named
        .filter(|(name, _)| name.ends_with(".warc.gz"))
        .map(|(name, path)| (name, fs::read(path).unwrap()))
        .collect()
}

#[track_caller]
fn assert_only_added_to(folder: &Path, before: &BTreeMap<String, Vec<u8>>) {
    let after = warc_files(folder);
    for (name, bytes) in before {
        assert!(
            after.get(name).is_some_and(|now| now.starts_with(bytes)),
            "{name} is not what it was and more"
        );
    }
}

/// A sequence that looks random and is the same each time (Knuth's MMIX constants).
fn seeded() -> impl FnMut(usize) -> usize {
    let mut state = 11u64;
    move |below| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % below
    }
}

/// Opens the archive, which must then have these facts, and its WARC files all that they had.
#[track_caller]
fn assert_restored(folder: &Path, wanted: &Facts, files: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let archive = Archive::open(folder).unwrap();
    assert_eq!(&facts(&archive, folder), wanted);
    assert_only_added_to(folder, files);
    assert_eq!(archive.verify(&mut |fault| panic!("{fault:?}")).unwrap().n_faults, 0);
    archive.notices().to_vec()
}

fn remove_log(folder: &Path) {
    for name in ["catalogue.sqlite-wal", "catalogue.sqlite-shm"] {
        let _ = fs::remove_file(folder.join(name));
    }
}

#[test]
fn a_missing_empty_or_cut_catalogue_is_rebuilt_with_the_same_rows() {
    let (_root, folder) = archive_with_history();
    let path = folder.join("catalogue.sqlite");
    let (whole, files) = (fs::read(&path).unwrap(), warc_files(&folder));
    let wanted = facts(&Archive::open_read_only(&folder).unwrap(), &folder);
    assert_eq!((wanted.rows.len(), wanted.holdings.len()), (4, 4));
    remove_log(&folder);
    fs::remove_file(&path).unwrap();
    assert!(assert_restored(&folder, &wanted, &files)[0].starts_with("the catalogue is missing"));
    let mut random = seeded();
    let mut n_rebuilt = 0;
    for length in [0, 1, 16, 99, 100, 512, 4096].into_iter().chain((0..23).map(|_| random(whole.len()))) {
        remove_log(&folder);
        fs::write(&path, &whole[..length]).unwrap();
        n_rebuilt += u32::from(!assert_restored(&folder, &wanted, &files).is_empty());
    }
    assert!(n_rebuilt >= 25, "{n_rebuilt}");
}

#[test]
fn an_older_catalogue_gets_the_records_that_it_lacks() {
    let (root, folder) = archive_with_history();
    let older = fs::read(folder.join("catalogue.sqlite")).unwrap();
    fs::write(root.path().join("docs/new.pdf"), "%PDF new").unwrap();
    fs::remove_file(root.path().join("docs/c.html")).unwrap();
    night(root.path(), "2026-01-04T01:00:00Z");
    let (files, wanted) = (warc_files(&folder), facts(&Archive::open_read_only(&folder).unwrap(), &folder));
    remove_log(&folder);
    fs::write(folder.join("catalogue.sqlite"), older).unwrap();
    let notices = assert_restored(&folder, &wanted, &files);
    assert!(notices[0].contains("records of letters-20260101010000-00000.warc.gz"), "{notices:?}");
}

#[test]
fn each_of_200_flipped_bits_in_the_catalogue_is_healed_or_says_nothing_else() {
    let (_root, folder) = archive_with_history();
    let path = folder.join("catalogue.sqlite");
    let (whole, files) = (fs::read(&path).unwrap(), warc_files(&folder));
    let wanted = facts(&Archive::open_read_only(&folder).unwrap(), &folder);
    let mut random = seeded();
    let (mut n_found, mut n_rebuilt) = (0, 0);
    for trial in 0..200 {
        let mut damaged = whole.clone();
        damaged[random(whole.len())] ^= 1 << random(8);
        remove_log(&folder);
        fs::write(&path, &damaged).unwrap();
        let n_faults = match Archive::open_read_only(&folder) {
            Ok(archive) => {
                let n_faults = archive.verify(&mut |_| ()).unwrap().n_faults;
                // What verify does not find makes no difference.
                assert!(n_faults > 0 || facts(&archive, &folder) == wanted, "trial {trial}");
                n_faults
            }
            Err(error) => {
                assert_eq!(error.kind, ErrorKind::Damaged, "trial {trial}: {error}");
                1
            }
        };
        n_found += u32::from(n_faults > 0);
        n_rebuilt += u32::from(!assert_restored(&folder, &wanted, &files).is_empty());
    }
    assert_eq!(n_found, n_rebuilt);
    // The pages of a small catalogue are mostly empty.
    assert!(n_found >= 40, "{n_found}");
}

#[test]
fn a_forged_row_is_found_and_the_rebuild_puts_it_right() {
    let (_root, folder) = archive_with_history();
    let (files, wanted) = (warc_files(&folder), facts(&Archive::open_read_only(&folder).unwrap(), &folder));
    let forgeries = [
        "UPDATE holding SET vanished_at = '2026-01-01' WHERE location = 'a.pdf'",
        "UPDATE holding SET public_url = 'https://example.org/' WHERE location = 'a.pdf'",
        "UPDATE capture SET location = 'b.pdf' WHERE location = 'a.pdf'",
        "UPDATE record SET warc_length = warc_length - 1 WHERE kind = 'warcinfo'",
        "DELETE FROM holding WHERE location = 'a.pdf'",
        "DELETE FROM capture WHERE location = 'a.pdf'",
        "DELETE FROM record WHERE kind = 'resource'",
        "INSERT INTO extraction VALUES ('00', 'x', 1, 'rejected', 'forged', '', NULL, NULL, '0123456789abcdef')",
    ];
    for forgery in forgeries {
        rusqlite::Connection::open(folder.join("catalogue.sqlite")).unwrap().execute(forgery, []).unwrap();
        let found = Archive::open_read_only(&folder).unwrap().verify(&mut |_| ()).unwrap();
        assert!(found.n_faults > 0, "{forgery}");
        Archive::reindex(&folder, false).unwrap();
        assert_restored(&folder, &wanted, &files);
    }
}

#[test]
fn a_torn_end_is_copied_before_it_is_removed() {
    let (_root, folder) = archive_with_history();
    let (name, whole) = warc_files(&folder).pop_first().unwrap();
    let wanted = facts(&Archive::open_read_only(&folder).unwrap(), &folder);
    let torn_ends = [whole[..100].to_vec(), whole[..3].to_vec(), vec![0; 500]];
    for torn in &torn_ends {
        OpenOptions::new().append(true).open(folder.join(&name)).unwrap().write_all(torn).unwrap();
        assert!(Archive::open_read_only(&folder).unwrap().verify(&mut |_| ()).unwrap().n_faults > 0);
        assert_restored(&folder, &wanted, &BTreeMap::from([(name.clone(), whole.clone())]));
        assert_eq!(fs::read(folder.join(&name)).unwrap(), whole);
    }
    let mut kept: Vec<Vec<u8>> = fs::read_dir(folder.join("torn"))
        .unwrap()
        .map(|file| fs::read(file.unwrap().path()).unwrap())
        .collect();
    kept.sort();
    let mut wanted = torn_ends.to_vec();
    wanted.sort();
    assert_eq!(kept, wanted);
}

#[test]
fn a_file_that_a_crash_left_without_a_record_is_moved_away() {
    let (_root, folder) = archive_with_history();
    let (files, wanted) = (warc_files(&folder), facts(&Archive::open_read_only(&folder).unwrap(), &folder));
    let whole = files.values().next().unwrap();
    for (number, start) in [&[][..], &whole[..50]].into_iter().enumerate() {
        fs::write(folder.join("letters-20260109010000-00000.warc.gz"), start).unwrap();
        assert_restored(&folder, &wanted, &files);
        assert_eq!(fs::read_dir(folder.join("torn")).unwrap().count(), number + 1);
    }
}

#[test]
fn damage_in_a_warc_file_costs_its_record_and_is_never_cut() {
    let (_root, folder) = archive_with_history();
    let (name, whole) = warc_files(&folder).pop_first().unwrap();
    let wanted = facts(&Archive::open_read_only(&folder).unwrap(), &folder);
    let mut random = seeded();
    let (mut n_found, mut n_unseen, n_trials) = (0, 0, 100);
    for trial in 0..n_trials {
        let place = &wanted.places[random(wanted.places.len())];
        let mut damaged = whole.clone();
        // Behind the gzip header, whose flags and times may be anything, before the last record's end.
        let at = place.warc_offset + 10 + random(place.warc_length as usize - 10) as u64;
        damaged[at as usize] ^= 1 << random(8);
        fs::write(folder.join(&name), &damaged).unwrap();
        n_found +=
            u32::from(Archive::open_read_only(&folder).unwrap().verify(&mut |_| ()).unwrap().n_faults > 0);
        remove_log(&folder);
        fs::remove_file(folder.join("catalogue.sqlite")).unwrap();
        let archive = Archive::open(&folder).unwrap();
        let n_lost = archive.lost_locations().unwrap().len();
        // The last byte of a deflate stream may have bits that mean nothing: without the catalogue's digest of the member, a
        // flip there cannot be seen, and damages nothing.
        let is_read_whole = archive.notices().len() == 1 && n_lost == 0;
        assert!(is_read_whole || archive.notices().len() >= 2, "trial {trial}: {:?}", archive.notices());
        n_unseen += u32::from(is_read_whole);
        assert!(archive.holdings().unwrap().len() + n_lost >= 3, "trial {trial}");
        let kept: Vec<Vec<u8>> = fs::read_dir(folder.join("torn"))
            .map(|files| files.map(|file| fs::read(file.unwrap().path()).unwrap()).collect())
            .unwrap_or_default();
        let now = fs::read(folder.join(&name)).unwrap();
        let is_all_there = now.starts_with(&damaged)
            || kept.iter().any(|torn| {
                damaged.ends_with(torn) && now.starts_with(&damaged[..damaged.len() - torn.len()])
            });
        assert!(is_all_there, "trial {trial}");
        drop(archive);
        let _ = fs::remove_dir_all(folder.join("torn"));
        fs::write(folder.join(&name), &whole).unwrap();
        Archive::reindex(&folder, true).unwrap();
        assert_restored(&folder, &wanted, &BTreeMap::new());
    }
    assert_eq!(n_found, n_trials);
    assert!(n_unseen <= 5, "{n_unseen} flips were not seen without the catalogue");
}

#[test]
fn a_missing_warc_file_is_an_error_until_the_loss_is_accepted() {
    let (_root, folder) = archive_with_history();
    let (name, _) = warc_files(&folder).pop_first().unwrap();
    let elsewhere = folder.join("elsewhere");
    fs::rename(folder.join(&name), &elsewhere).unwrap();
    for _ in 0..2 {
        let error = Archive::open(&folder).unwrap_err();
        assert!(error.cause.contains(&name) && error.hint.unwrap().contains("--accept-loss"));
    }
    assert!(Archive::reindex(&folder, false).is_err());
    assert!(Archive::open_read_only(&folder).unwrap().verify(&mut |_| ()).unwrap().n_faults > 0);
    let archive = Archive::reindex(&folder, true).unwrap();
    assert_eq!((archive.holdings().unwrap().len(), archive.lost_locations().unwrap().len()), (0, 4));
    drop(archive);
    fs::rename(&elsewhere, folder.join(&name)).unwrap();
    assert_eq!(Archive::open(&folder).unwrap().holdings().unwrap().len(), 4);
}

#[test]
fn a_lost_record_is_captured_again_from_a_source_that_has_it() {
    let (root, folder) = archive_with_history();
    let (name, whole) = warc_files(&folder).pop_first().unwrap();
    fs::write(folder.join(&name), &whole[..400]).unwrap();
    assert!(!Archive::open(&folder).unwrap().lost_locations().unwrap().is_empty());
    night(root.path(), "2026-01-05T01:00:00Z");
    let archive = Archive::open(&folder).unwrap();
    let lost = archive.lost_locations().unwrap();
    let names: Vec<&str> = lost.iter().map(|row| row.location.as_str()).collect();
    // One is gone from the source, and the sidecar of the other is wrong.
    assert_eq!(names, ["a.pdf", "d «e».html"]);
}

#[test]
fn a_folder_that_sqlite_cannot_write_to_is_read() {
    let (_root, folder) = archive_with_history();
    let wanted = facts(&Archive::open_read_only(&folder).unwrap(), &folder);
    remove_log(&folder);
    // SQLite can make no log here, as in a folder without permission, also when the test is run by root.
    fs::create_dir(folder.join("catalogue.sqlite-wal")).unwrap();
    fs::create_dir(folder.join("catalogue.sqlite-shm")).unwrap();
    let archive = Archive::open_read_only(&folder).unwrap();
    assert_eq!(facts(&archive, &folder), wanted);
    assert_eq!(archive.verify(&mut |fault| panic!("{fault:?}")).unwrap().n_faults, 0);
}

#[test]
fn what_a_running_refresh_has_not_committed_is_no_fault() {
    let (_root, folder) = archive_with_history();
    let (name, whole) = warc_files(&folder).pop_first().unwrap();
    let writer = Archive::open(&folder).unwrap();
    OpenOptions::new().append(true).open(folder.join(&name)).unwrap().write_all(&whole[..100]).unwrap();
    fs::write(folder.join("letters-20260109010000-00000.warc.gz"), &whole[..50]).unwrap();
    let reader = Archive::open_read_only(&folder).unwrap();
    assert_eq!(reader.verify(&mut |fault| panic!("{fault:?}")).unwrap().n_faults, 0);
    drop(writer);
    assert_eq!(reader.verify(&mut |_| ()).unwrap().n_faults, 2);
}

/// An archive as format 1 wrote it: facts in the catalogue that are in no record.
fn archive_of_format_1(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let file = "letters-20260101010000-00000.warc.gz";
    let sha256 = Digest::of(b"%PDF one");
    let record = WarcRecord::new("resource", "2026-01-01T01:00:00Z", b"%PDF one".to_vec())
        .with("WARC-Target-URI", "file:///docs/a.pdf")
        .with("Content-Type", "application/pdf")
        .with("WARC-Payload-Digest", &sha256.labelled());
    let member = record.to_member();
    fs::write(folder.join(file), &member).unwrap();
    let (id, length, digest) = (record.id(), member.len(), Digest::of(&member));
    let sql = format!(
        "CREATE TABLE record (record_id, kind, warc_file, warc_offset, warc_length, sha256);
         CREATE TABLE capture (id, source, location, target_uri, captured_at, media_type, http_status, sha256,
           body_sha256, size_bytes, etag, last_modified, record_id, warc_file, warc_offset, warc_length, revisit_of);
         CREATE TABLE holding (source, location, public_url, capture, metadata, first_seen, vanished_at, file_size,
           file_mtime_ns, gone_on, failure);
         INSERT INTO record VALUES ('{id}', 'resource', '{file}', 0, {length}, '{digest}');
         INSERT INTO capture VALUES (7, 'letters', 'a.pdf', 'file:///docs/a.pdf', '2026-01-01T01:00:00Z',
           'application/pdf', NULL, '{sha256}', '{sha256}', 8, NULL, NULL, '{id}', '{file}', 0, {length}, NULL);
         INSERT INTO holding VALUES ('letters', 'a.pdf', 'docs/a.pdf', 7, 'year = 2014', '2026-01-01', '2026-01-02',
           8, 5, NULL, NULL);
         INSERT INTO holding VALUES ('letters', 'b.pdf', 'docs/b.pdf', NULL, '', '2026-01-01', NULL, NULL, NULL, NULL,
           'cannot read b.pdf: no' || char(10) || 'hint: check it');
         PRAGMA user_version = 1;"
    );
    rusqlite::Connection::open(folder.join("catalogue.sqlite")).unwrap().execute_batch(&sql).unwrap();
}

#[test]
fn an_archive_of_format_1_is_made_sufficient() {
    let root = tempfile::tempdir().unwrap();
    archive_of_format_1(root.path());
    let files = warc_files(root.path());
    let wanted = facts(&Archive::open(root.path()).unwrap(), root.path());
    let row = &wanted.rows[0];
    assert_eq!(
        (row.location.as_str(), row.metadata.year, row.vanished_at.as_deref(), row.file_mtime_ns),
        ("a.pdf", Some(2014), Some("2026-01-02"), Some(5))
    );
    let failure = wanted.rows[1].failure.clone().unwrap();
    assert_eq!((failure.reason.as_str(), failure.hint.as_str()), ("cannot read b.pdf: no", "check it"));
    assert_eq!((wanted.rows.len(), wanted.holdings.len()), (2, 1));
    remove_log(root.path());
    fs::remove_file(root.path().join("catalogue.sqlite")).unwrap();
    assert_restored(root.path(), &wanted, &files);
}

#[test]
fn an_archive_of_format_1_without_its_catalogue_keeps_its_bytes() {
    let root = tempfile::tempdir().unwrap();
    archive_of_format_1(root.path());
    fs::remove_file(root.path().join("catalogue.sqlite")).unwrap();
    let archive = Archive::open(root.path()).unwrap();
    let holdings = archive.holdings().unwrap();
    assert_eq!(holdings[0].location, "file:///docs/a.pdf");
    assert_eq!(archive.payload(&holdings[0].sha256).unwrap(), b"%PDF one");
}

#[test]
fn a_catalogue_of_a_newer_format_is_left_alone() {
    let (_root, folder) = archive_with_history();
    let connection = rusqlite::Connection::open(folder.join("catalogue.sqlite")).unwrap();
    connection.execute_batch("ALTER TABLE holding ADD COLUMN more; PRAGMA user_version = 3;").unwrap();
    drop(connection);
    let error = Archive::open(&folder).unwrap_err();
    assert!(error.hint.unwrap().contains("newer version"));
}

fn page(title: &str, text: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"nb\"><head><title>{title}</title></head><body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
    )
}

/// A corpus whose source is gone: only the archive has its documents.
fn corpus_of_the_archive_alone() -> (Corpus, tempfile::TempDir) {
    let (corpus, files) = Corpus::of_files(&[
        ("a.html", &page("Rapport 2019", "Samskaping med kommunene i praksis.")),
        ("b.html", &page("Rapport 2020", "Innovasjon og tillitsbasert ledelse i etaten.")),
        ("b.toml", "year = 2001\n"),
        ("empty.pdf", ""),
    ]);
    corpus.refresh(&[]);
    fs::remove_file(files.path().join("a.html")).unwrap();
    fs::remove_file(files.path().join("b.html")).unwrap();
    corpus.refresh(&[]);
    (corpus, files)
}

#[test]
fn reports_are_the_same_after_the_catalogue_is_lost_and_rebuilt() {
    let (corpus, _files) = corpus_of_the_archive_alone();
    let (archive, reports) = (corpus.path("data/archive"), corpus.reports());
    let files = warc_files(&archive);
    fs::write(archive.join("catalogue.sqlite"), "").unwrap();
    let run = corpus.refresh(&[]);
    assert!(
        run.err.contains("warning: the catalogue is empty: the catalogue was rebuilt from"),
        "{}",
        run.err
    );
    assert_eq!(corpus.reports(), reports);
    for derived in ["text", "index", "snapshots"] {
        fs::remove_dir_all(corpus.path("data").join(derived)).unwrap();
    }
    fs::remove_file(archive.join("catalogue.sqlite")).unwrap();
    let run = corpus.run(&["archive", "reindex"]);
    assert!(
        run.code == 0 && run.out.contains("3 locations with archived bytes, 0 whose"),
        "{}{}",
        run.out,
        run.err
    );
    corpus.refresh(&[]);
    assert_eq!(corpus.reports(), reports);
    assert_only_added_to(&archive, &files);
    let run = corpus.run(&["verify"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

#[test]
fn status_lists_what_rejected_csv_lists_without_reading_the_rest() {
    use ordskifte::pipeline::Holdings;
    let (corpus, files) = Corpus::of_files(&[
        ("a.html", &page("Rapport 2019", "Samskaping med kommunene i praksis.")),
        ("b.html", &page("Rapport 2020", "Innovasjon i etaten.")),
        ("empty.pdf", ""),
        ("empty.html", ""),
        ("failed.html", &page("Rapport 2021", "Tillit.")),
        ("failed.toml", "kind = 7\n"),
    ]);
    corpus.refresh(&[]);
    fs::remove_file(files.path().join("empty.html")).unwrap();
    corpus.refresh(&[]);
    let folder = corpus.path("data/archive");
    let connection = rusqlite::Connection::open(folder.join("catalogue.sqlite")).unwrap();
    let sql = "DELETE FROM capture WHERE location LIKE '%b.html'";
    assert_eq!(connection.execute(sql, []).unwrap(), 1);
    drop(connection);
    let archive = Archive::open_read_only(&folder).unwrap();
    let config = ordskifte::config::Config::load(&corpus.path("")).unwrap();
    let scope = ordskifte::pipeline::Corpus::new(&config).scope();
    let all = Holdings::read(&archive, &scope).unwrap();
    let found = Holdings::read_rejected(&archive, &scope).unwrap();
    let rejected = all.rejected();
    let stages: Vec<&str> = rejected.iter().map(|row| row.stage.as_str()).collect();
    assert_eq!(stages.len(), 3, "{rejected:?}");
    assert!(["acquire", "archive", "extract"].iter().all(|stage| stages.contains(stage)), "{rejected:?}");
    assert_eq!(found.rejected(), rejected);
    assert!(all.files.len() == 2 && found.files.len() == 1, "only files of rejected documents are read");
}

#[test]
fn lost_bytes_are_not_kept_from_a_quiet_night() {
    let (corpus, _files) = corpus_of_the_archive_alone();
    let archive = corpus.path("data/archive");
    for name in warc_files(&archive).into_keys() {
        fs::write(archive.join(name), "").unwrap();
    }
    let run = corpus.refresh(&["--quiet"]);
    assert!(run.code == 1 && run.err.contains("have lost their archived bytes"), "{run:?}");
    // The loss is told when it is found; what cannot be had again stays listed.
    let run = corpus.refresh(&["--quiet"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
    assert!(corpus.rows("rejected.csv").iter().any(|row| row["reason"].contains("bytes are lost")));
}

#[test]
fn a_forged_rejection_is_found_by_reading_the_bytes_again() {
    let (corpus, _files) = corpus_of_the_archive_alone();
    let catalogue = corpus.path("data/archive/catalogue.sqlite");
    let connection = rusqlite::Connection::open(catalogue).unwrap();
    let sql = "UPDATE extraction SET outcome = 'rejected', reason = 'no text layer', hint = 'scan it'";
    connection.execute(sql, []).unwrap();
    drop(connection);
    let run = corpus.run(&["verify"]);
    assert!(run.code == 2 && run.out.contains("extraction"), "{}", run.out);
    let before = corpus.reports();
    corpus.refresh(&[]);
    assert_eq!(corpus.reports(), before);
    assert_eq!(corpus.run(&["verify"]).code, 0);
}

#[test]
fn a_damaged_record_costs_one_row_and_not_the_run() {
    let (corpus, _files) = corpus_of_the_archive_alone();
    let archive = Archive::open_read_only(&corpus.path("data/archive")).unwrap();
    let places = warc_files(&corpus.path("data/archive")).into_keys();
    let places: Vec<RecordLocation> =
        places.flat_map(|name| archive.catalogue().places_in(&name).unwrap()).collect();
    let place = places.iter().find(|place| place.kind == "resource").unwrap();
    let path = corpus.path("data/archive").join(&place.warc_file);
    let whole = fs::read(&path).unwrap();
    let mut damaged = whole.clone();
    damaged[(place.warc_offset + place.warc_length / 2) as usize] ^= 1;
    drop(archive);
    let reports = corpus.reports();
    fs::write(&path, damaged).unwrap();
    for derived in ["text", "index"] {
        fs::remove_dir_all(corpus.path("data").join(derived)).unwrap();
    }
    let run = corpus.refresh(&["--quiet"]);
    assert!(run.code == 1 && run.err.contains("not a whole gzip member"), "{run:?}");
    let rejected = corpus.rows("rejected.csv");
    let row = rejected.iter().find(|row| row["stage"] == "archive").unwrap();
    assert!(row["hint"].contains("restore the WARC file"), "{rejected:?}");
    assert_eq!((rejected.len(), corpus.rows("documents.csv").len()), (2, 1), "{rejected:?}");
    let run = corpus.run(&["verify"]);
    assert_eq!((run.code, run.out.matches("fault: ").count()), (2, 1), "{}", run.out);
    fs::write(&path, whole).unwrap();
    corpus.refresh(&[]);
    assert_eq!(corpus.reports(), reports);
}
