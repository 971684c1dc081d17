//! Any single damage to an archive is found.

use crate::acquire::{folder_source, run_on, write_corpus};
use ordskifte::acquire::Archive;
use ordskifte::acquire::fetch::FetchSettings;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

fn small_archive() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let root = tempfile::tempdir().unwrap();
    write_corpus(root.path());
    let folder = root.path().join("archive");
    let mut archive = Archive::open(&folder).unwrap();
    run_on(&mut archive, root.path(), &folder_source(), FetchSettings::default(), "2026-01-02T03:04:05Z");
    let file = folder.join("letters-20260102030405-00000.warc.gz");
    (root, folder, file)
}

/// A sequence that looks random and is the same each time (Knuth's MMIX constants).
fn seeded() -> impl FnMut(usize) -> usize {
    let mut state = 7u64;
    move |below| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % below
    }
}

#[test]
fn a_full_file_is_followed_by_another() {
    let root = tempfile::tempdir().unwrap();
    write_corpus(root.path());
    let folder = root.path().join("archive");
    let mut archive = Archive::open(&folder).unwrap();
    archive.file_bytes_max = 1;
    run_on(&mut archive, root.path(), &folder_source(), FetchSettings::default(), "2026-01-02T03:04:05Z");
    // Two payloads, the revisit of one of them, and a sidecar, each in a file of its own.
    assert_eq!(archive.verify(&mut |fault| panic!("{fault:?}")).unwrap().n_files, 4);
    for holding in archive.holdings().unwrap() {
        assert!(!archive.payload(&holding.sha256).unwrap().is_empty());
    }
}

#[test]
fn each_of_200_random_damages_is_found() {
    let (_root, folder, file) = small_archive();
    let whole = fs::read(&file).unwrap();
    let archive = Archive::open_read_only(&folder).unwrap();
    let places = archive.catalogue().places_in(file.file_name().unwrap().to_str().unwrap()).unwrap();
    let mut random = seeded();
    for trial in 0..200 {
        let mut damaged = whole.clone();
        let place = &places[random(places.len())];
        let (start, end) = (place.warc_offset as usize, (place.warc_offset + place.warc_length) as usize);
        match trial % 5 {
            0 => damaged[random(whole.len())] ^= 1 << random(8),
            1 => damaged.truncate(random(whole.len())),
            2 => drop(damaged.drain(start..end)),
            3 => drop(damaged.splice(end..end, whole[start..end].to_vec())),
            _ => drop(damaged.splice(end..end, b"stray".to_vec())),
        }
        fs::write(&file, &damaged).unwrap();
        let summary = archive.verify(&mut |_| ()).unwrap();
        assert!(summary.n_faults > 0, "trial {trial}");
    }
}

#[test]
fn a_crashed_tail_is_cut_when_the_archive_is_opened_again() {
    let (_root, folder, file) = small_archive();
    let whole = fs::read(&file).unwrap();
    OpenOptions::new().append(true).open(&file).unwrap().write_all(&whole[..100]).unwrap();
    let archive = Archive::open(&folder).unwrap();
    assert_eq!(fs::read(&file).unwrap(), whole);
    assert_eq!(archive.verify(&mut |_| ()).unwrap().n_faults, 0);
}

#[test]
fn warc_files_without_a_catalogue_are_not_touched() {
    let (_root, folder, file) = small_archive();
    let whole = fs::read(&file).unwrap();
    fs::remove_file(folder.join("catalogue.sqlite")).unwrap();
    assert!(Archive::open(&folder).unwrap_err().to_string().contains("no catalogue.sqlite"));
    assert_eq!(fs::read(&file).unwrap(), whole);
}
