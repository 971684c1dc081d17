//! Any single damage to an archive is found.

use crate::acquire::{folder_source, run_on, write_corpus};
use ordskifte::acquire::Archive;
use ordskifte::acquire::fetch::FetchSettings;
use std::fs;
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
    // Three captures and the states of their three locations, each in a file of its own.
    assert_eq!(archive.verify(&mut |fault| panic!("{fault:?}")).unwrap().n_files, 6);
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
