//! The text store: what was extracted from each file, under the digest of its bytes.
//!
//! `text/ab/abcd….json` is the [`Extracted`] document, `text/ab/abcd….txt` the plain text that the character offsets of
//! `kwic.csv` point into. The JSON begins with the SHA-256 of all that follows it, and names the SHA-256 of the plain text; a
//! text that differs from its digest is never read and is extracted again by the next refresh.

use super::checked::CheckedFiles;
use super::durable::{create_folder, remove_temporaries, replace, sync};
use super::{Error, rules_version};
use crate::text::{Digest, Document, MediaType};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// A document as it was extracted, with the versions that it was made with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Extracted {
    /// Names the rules that made it, see [`super::rules_version`].
    pub made_with: String,
    /// The format of the bytes.
    pub media_type: MediaType,
    /// The text.
    pub document: Document,
}

/// The folder that holds the texts.
#[derive(Debug, Clone)]
pub struct TextStore {
    folder: PathBuf,
}

impl TextStore {
    /// The store in `folder`, which need not exist yet.
    pub fn new(folder: impl Into<PathBuf>) -> TextStore {
        TextStore { folder: folder.into() }
    }

    /// Where the document from the bytes with this digest is kept, as JSON.
    pub fn json_path(&self, sha256: &Digest) -> PathBuf {
        self.folder_of(sha256).join(format!("{sha256}.json"))
    }

    /// The folder of the files of this digest, so that no folder has too many files.
    fn folder_of(&self, sha256: &Digest) -> PathBuf {
        self.folder.join(&sha256.to_string()[..2])
    }

    fn plain_path(&self, sha256: &Digest) -> PathBuf {
        self.json_path(sha256).with_extension("txt")
    }

    /// Keeps a document and its plain text. The files are on disk when this returns, their names after
    /// [`TextStore::sync_folders`].
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn put(&self, sha256: &Digest, extracted: &Extracted) -> Result<(), Error> {
        create_folder(&self.folder_of(sha256))?;
        let plain_text = extracted.document.plain_text();
        replace(&self.plain_path(sha256), plain_text.as_bytes())?;
        replace(&self.json_path(sha256), &encode(extracted, &plain_text))
    }

    /// Makes the names of the files of these digests durable.
    ///
    /// # Errors
    /// When a folder cannot be synced.
    pub fn sync_folders(&self, digests: impl Iterator<Item = Digest>) -> Result<(), Error> {
        let mut folders: Vec<PathBuf> = digests.map(|sha256| self.folder_of(&sha256)).collect();
        folders.sort();
        folders.dedup();
        folders
            .iter()
            .chain([&self.folder])
            .filter(|folder| folder.exists())
            .try_for_each(|folder| sync(folder))
    }

    /// The document from the bytes with this digest. `Ok(None)` when it is missing, damaged, or made by other rules.
    ///
    /// # Errors
    /// When the file exists and cannot be read.
    pub fn get(&self, sha256: &Digest) -> Result<Option<Extracted>, Error> {
        let path = self.json_path(sha256);
        match fs::read(&path) {
            Ok(bytes) => Ok(decode(&bytes).filter(is_current)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::world("read", &path, &error)),
        }
    }

    /// Whether document and plain text are as they were written, by the current rules. Files that are known to `checked` are not
    /// read again.
    pub(super) fn is_whole(&self, sha256: &Digest, checked: &CheckedFiles) -> bool {
        let (json, plain) = (self.json_path(sha256), self.plain_path(sha256));
        let read = || fs::read(&json).ok().filter(|bytes| is_whole_and_current(bytes));
        // What was read for the first check serves the second one too: small corpora are checked whole in every run.
        let mut bytes = None;
        checked.is_whole(&json, || {
            bytes = read();
            bytes.is_some()
        }) && checked.is_whole(&plain, || {
            let bytes = bytes.or_else(read);
            let wanted = bytes.as_deref().and_then(text_digest);
            wanted.is_some_and(|wanted| {
                digest_of_file(&plain).is_some_and(|found| found.to_string().as_bytes() == wanted)
            })
        })
    }

    /// Tells `checked` that the files of this digest have just been written.
    pub(super) fn mark_whole(&self, sha256: &Digest, checked: &CheckedFiles) {
        checked.mark_whole(&self.json_path(sha256));
        checked.mark_whole(&self.plain_path(sha256));
    }

    /// Removes the temporary files that killed runs left. The caller holds the lock of the archive.
    pub(super) fn remove_temporaries(&self) -> Result<(), Error> {
        let Ok(folders) = fs::read_dir(&self.folder) else { return Ok(()) };
        folders.flatten().try_for_each(|folder| remove_temporaries(&folder.path()))?;
        remove_temporaries(&self.folder)
    }

    /// The first file of this digest that differs from what `extracted` gives.
    pub(super) fn differing_file(&self, sha256: &Digest, extracted: &Extracted) -> Option<PathBuf> {
        let plain_text = extracted.document.plain_text();
        let differs = |path: &Path, wanted: &[u8]| fs::read(path).ok().as_deref() != Some(wanted);
        let (json, plain) = (self.json_path(sha256), self.plain_path(sha256));
        if differs(&json, &encode(extracted, &plain_text)) {
            return Some(json);
        }
        differs(&plain, plain_text.as_bytes()).then_some(plain)
    }
}

fn is_current(extracted: &Extracted) -> bool {
    extracted.made_with == rules_version()
}

const BEFORE_DIGEST: &[u8] = b"{\"sha256\":\"";
const BEFORE_TEXT_DIGEST: &[u8] = b"\",\"text_sha256\":\"";
const DIGEST_CHARS: usize = 64;

/// The JSON file of a text: an object whose first member is the digest of all that follows it.
fn encode(extracted: &Extracted, plain_text: &str) -> Vec<u8> {
    let json = serde_json::to_vec(extracted).expect("a document has only string keys");
    let text_digest = hexadecimal(plain_text.as_bytes());
    let rest = [BEFORE_TEXT_DIGEST, text_digest.as_bytes(), b"\",", &json[1..]].concat();
    [BEFORE_DIGEST, hexadecimal(&rest).as_bytes(), &rest].concat()
}

/// What [`encode`] wrote. `None` when it is damaged.
fn decode(bytes: &[u8]) -> Option<Extracted> {
    if is_whole(bytes) { serde_json::from_slice(bytes).ok() } else { None }
}

/// Whether the digest in the JSON file of a text is that of what follows it.
fn is_whole(bytes: &[u8]) -> bool {
    let parts = bytes.strip_prefix(BEFORE_DIGEST).and_then(|bytes| bytes.split_at_checked(DIGEST_CHARS));
    parts.is_some_and(|(digest, rest)| hexadecimal(rest).as_bytes() == digest)
}

/// Whether [`decode`] gives a text by the current rules. Parses none of it: the name of the rules is the first member of
/// [`Extracted`], so it follows the digests.
fn is_whole_and_current(bytes: &[u8]) -> bool {
    let made_with = serde_json::to_string(&rules_version()).expect("a text is JSON");
    let member = format!("\",\"made_with\":{made_with},");
    let after_digests = bytes.get(TEXT_DIGEST_START + DIGEST_CHARS..);
    after_digests.is_some_and(|rest| rest.starts_with(member.as_bytes())) && is_whole(bytes)
}

const TEXT_DIGEST_START: usize = BEFORE_DIGEST.len() + DIGEST_CHARS + BEFORE_TEXT_DIGEST.len();

/// The digest of the plain text that the JSON file of a whole text names.
fn text_digest(bytes: &[u8]) -> Option<&[u8]> {
    bytes.get(TEXT_DIGEST_START..TEXT_DIGEST_START + DIGEST_CHARS)
}

fn hexadecimal(bytes: &[u8]) -> String {
    Digest::of(bytes).to_string()
}

/// The SHA-256 of a file; `None` when it cannot be read.
pub(super) fn digest_of_file(path: &Path) -> Option<Digest> {
    let mut file = BufReader::with_capacity(1 << 16, fs::File::open(path).ok()?);
    let mut hasher = Sha256::new();
    loop {
        let bytes = file.fill_buf().ok()?;
        if bytes.is_empty() {
            break;
        }
        hasher.update(bytes);
        let count = bytes.len();
        file.consume(count);
    }
    Some(Digest::from_hasher(hasher))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extracted() -> Extracted {
        let reply = super::super::parse(b"<html lang=\"nb\"><p>Samskaping i kommunen.</p></html>");
        let super::super::Reply::Extracted(extracted) = reply else { panic!("it is HTML") };
        *extracted
    }

    #[test]
    fn a_text_is_read_as_it_was_put() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = TextStore::new(folder.path());
        let name = Digest::of(b"the bytes");
        store.put(&name, &extracted()).expect("room");
        assert_eq!(store.get(&name).expect("readable"), Some(extracted()));
        let json: serde_json::Value =
            serde_json::from_slice(&fs::read(store.json_path(&name)).expect("readable")).expect("JSON");
        assert_eq!(
            json["text_sha256"],
            digest_of_file(&store.plain_path(&name)).expect("readable").to_string()
        );
    }

    #[test]
    fn a_text_by_other_rules_is_not_current() {
        let other = Extracted { made_with: "extract 0".to_owned(), ..extracted() };
        let bytes = encode(&other, &other.document.plain_text());
        assert!(is_whole(&bytes) && !is_whole_and_current(&bytes));
    }

    #[test]
    fn a_text_with_a_flipped_byte_is_none() {
        let extracted = extracted();
        let whole = encode(&extracted, &extracted.document.plain_text());
        assert!(decode(&whole).is_some() && is_whole_and_current(&whole));
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            assert!(decode(&flipped).is_none() && decode(&whole[..at]).is_none(), "byte {at}");
            assert!(!is_whole_and_current(&flipped) && !is_whole_and_current(&whole[..at]), "byte {at}");
        }
    }
}
