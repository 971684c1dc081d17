//! What OCR read, kept: each page under the digest of its picture and the version of OCR, so that nothing is read twice; and for each
//! file which picture each of its pages was.
//!
//! `ocr/pages/ab/abcd…` is a page: the digest of what follows, then JSON. `ocr/files/ab/abcd…-VERSION/N` names the page that is page N of
//! the file with that digest, with its confidence and the milliseconds that it took. A page that differs from its digest is read again.

use super::Error;
use super::durable::{create_folder, replace};
use crate::extract::{OcrPage, OcrPages};
use crate::text::Digest;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What is noted of a page of a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PageNote {
    /// The page that it is.
    pub(super) key: Digest,
    /// Of its characters, from 0 to 100. `None` without any.
    pub(super) confidence: Option<f32>,
    /// Processor time that OCR took. 0 when the page had been read for another file.
    pub(super) cpu_ms: u64,
}

impl PageNote {
    fn text(&self) -> String {
        let confidence = self.confidence.map_or_else(|| "-".to_owned(), |confidence| confidence.to_string());
        format!("{} {confidence} {}", self.key, self.cpu_ms)
    }

    fn of_text(text: &str) -> Option<PageNote> {
        let mut parts = text.split(' ');
        let key = parts.next()?.parse().ok()?;
        let confidence = parts.next().and_then(|part| part.parse().ok());
        Some(PageNote {
            key,
            confidence,
            cpu_ms: parts.next().and_then(|part| part.parse().ok()).unwrap_or(0),
        })
    }
}

/// The folder of the pages that OCR has read.
#[derive(Debug, Clone)]
pub(super) struct OcrStore {
    folder: PathBuf,
}

impl OcrStore {
    pub(super) fn new(folder: PathBuf) -> OcrStore {
        OcrStore { folder }
    }

    /// The name of what OCR of that version reads in a picture.
    pub(super) fn key(version: &str, picture: &[u8]) -> Digest {
        let mut hasher = Sha256::new();
        hasher.update(version.as_bytes());
        hasher.update([0]);
        hasher.update(picture);
        Digest::from_hasher(hasher)
    }

    fn page_path(&self, key: &Digest) -> PathBuf {
        let name = key.to_string();
        self.folder.join("pages").join(&name[..2]).join(name)
    }

    fn file_folder(&self, sha256: &Digest, version: &str) -> PathBuf {
        let name = sha256.to_string();
        let version = &Digest::of(version.as_bytes()).to_string()[..8];
        self.folder.join("files").join(&name[..2]).join(format!("{name}-{version}"))
    }

    /// The page of that name; `None` when it is not there or damaged.
    pub(super) fn get(&self, key: &Digest) -> Option<OcrPage> {
        let bytes = fs::read(self.page_path(key)).ok()?;
        let (digest, json) = bytes.split_at_checked(Digest::of(b"").as_bytes().len())?;
        (Digest::of(json).as_bytes() == digest).then(|| serde_json::from_slice(json).ok()).flatten()
    }

    /// Keeps a page. It is on disk when this returns.
    pub(super) fn put(&self, key: &Digest, page: &OcrPage) -> Result<(), Error> {
        let json = serde_json::to_vec(page).expect("a page has only string keys");
        let bytes = [Digest::of(&json).as_bytes().as_slice(), &json].concat();
        replace_in_folder(&self.page_path(key), &bytes)
    }

    /// Notes what page `number` of a file is.
    pub(super) fn note(
        &self,
        sha256: &Digest,
        version: &str,
        number: u32,
        note: &PageNote,
    ) -> Result<(), Error> {
        let path = self.file_folder(sha256, version).join(number.to_string());
        replace_in_folder(&path, note.text().as_bytes())
    }

    /// Page `number` of a file, when OCR of that version has read it.
    pub(super) fn page_of(&self, sha256: &Digest, version: &str, number: u32) -> Option<OcrPage> {
        page_at(self, &self.file_folder(sha256, version).join(number.to_string()))
    }

    /// The pages of a file that OCR of that version has read.
    pub(super) fn pages_of(&self, sha256: &Digest, version: &str) -> OcrPages {
        self.pages_in(&self.file_folder(sha256, version))
    }

    /// The pages of a file, once for each version of OCR that has read some.
    pub(super) fn all_pages_of(&self, sha256: &Digest) -> Vec<OcrPages> {
        let name = sha256.to_string();
        let folders =
            fs::read_dir(self.folder.join("files").join(&name[..2])).into_iter().flatten().flatten();
        let is_of_file = |path: &PathBuf| {
            path.file_name().is_some_and(|found| found.as_encoded_bytes().starts_with(name.as_bytes()))
        };
        let mut folders: Vec<PathBuf> = folders.map(|entry| entry.path()).filter(is_of_file).collect();
        folders.sort();
        folders.iter().map(|folder| self.pages_in(folder)).collect()
    }

    /// The notes of all pages. Of a file that several versions have read, those of the version that has read most of its pages.
    pub(super) fn notes(&self) -> Vec<PageNote> {
        let entries = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
        let mut of_files = BTreeMap::<Vec<u8>, Vec<PageNote>>::new();
        for prefix in entries(&self.folder.join("files")) {
            for folder in entries(&prefix.path()) {
                let notes: Vec<PageNote> =
                    entries(&folder.path()).filter_map(|page| note_at(&page.path())).collect();
                // The digest of the file, before the version.
                let file = folder
                    .file_name()
                    .as_encoded_bytes()
                    .split(|byte| *byte == b'-')
                    .next()
                    .map(<[u8]>::to_vec);
                let of_file = of_files.entry(file.unwrap_or_default()).or_default();
                if notes.len() > of_file.len() {
                    *of_file = notes;
                }
            }
        }
        of_files.into_values().flatten().collect()
    }

    fn pages_in(&self, folder: &Path) -> OcrPages {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let page = |path: PathBuf| {
            let number = path.file_name()?.to_str()?.parse().ok()?;
            Some((number, page_at(self, &path)?))
        };
        entries.filter_map(|entry| page(entry.path())).collect()
    }
}

fn note_at(path: &Path) -> Option<PageNote> {
    PageNote::of_text(&fs::read_to_string(path).ok()?)
}

fn page_at(store: &OcrStore, path: &Path) -> Option<OcrPage> {
    store.get(&note_at(path)?.key)
}

fn replace_in_folder(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    create_folder(path.parent().expect("it is in a folder of the store"))?;
    replace(path, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_as_it_was_kept_and_not_when_a_byte_differs() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = OcrStore::new(folder.path().to_owned());
        let page = OcrPage { width_px: 1_654, n_mended: 2, ..OcrPage::default() };
        let key = OcrStore::key("OCR 1", b"picture");
        store.put(&key, &page).expect("room");
        assert_eq!(store.get(&key), Some(page.clone()));
        assert_eq!(store.get(&OcrStore::key("OCR 2", b"picture")), None);
        let file = Digest::of(b"file");
        let note = PageNote { key, confidence: Some(93.25), cpu_ms: 2_400 };
        store.note(&file, "OCR 1", 3, &note).expect("room");
        assert_eq!(store.notes(), [note]);
        assert_eq!(store.pages_of(&file, "OCR 1"), OcrPages::from([(3, page)]));
        assert!(store.pages_of(&file, "OCR 2").is_empty());
        let path = store.page_path(&key);
        let whole = fs::read(&path).expect("readable");
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            fs::write(&path, flipped).expect("room");
            assert_eq!(store.get(&key), None, "byte {at}");
        }
    }
}
