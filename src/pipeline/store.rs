//! The text store: the texts of all files, each under the digest of its job.
//!
//! Texts that were made together are in one file, `text/NAME.texts`, which never changes: so one fsync makes them all durable. It
//! begins with a directory: for each text the digest of its job, those of the packed and of the plain text, and its length. The
//! packed texts follow. A text that differs from its digest is never read and is extracted again by the next refresh.
//!
//! `text/ab/abcd….txt` is the plain text that the character offsets of `kwic.csv` point into, under the digest of the bytes of the
//! file. It is a copy for readers: it is not synced, and is written again from the packed text when it is missing or damaged.

use super::Error;
use super::checked::CheckedFiles;
use super::durable::{create_folder, remove, replace_unsynced, replace_with_parts, sync};
use super::job::{Extracted, Job, PackedText, Settings, unpack};
use crate::acquire::Extraction;
use crate::text::Digest;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// The folder that holds the texts.
#[derive(Debug)]
pub(super) struct TextStore {
    folder: PathBuf,
    settings: Settings,
    /// The settings of the files that another program had a part in, by the digests of the files.
    converted: HashMap<Digest, Settings>,
    /// By the digests of their jobs.
    places: HashMap<Digest, TextPlace>,
    /// The files of texts of the current settings, by number.
    files: Vec<PathBuf>,
    /// Whether it may have texts of the earlier form, a JSON file each: it had no file of texts when it was opened.
    may_be_older: bool,
}

/// Where a text is stored.
#[derive(Debug, Clone, Copy)]
struct TextPlace {
    /// Its file, as an index in [`TextStore::files`].
    file: usize,
    start: u64,
    length: u64,
    packed_sha256: Digest,
    plain_sha256: Digest,
}

impl TextStore {
    /// The store in `folder`, which need not exist yet. Reads the directories of its files; a file whose directory is damaged, or
    /// that is of other settings, has no texts.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub(super) fn open(folder: impl Into<PathBuf>) -> Result<TextStore, Error> {
        let (folder, settings) = (folder.into(), Settings::current());
        let paths = files_of_texts(&folder)?;
        let may_be_older = paths.is_empty();
        let (converted, places, files) = (HashMap::new(), HashMap::new(), Vec::new());
        let mut store = TextStore { folder, settings, converted, places, files, may_be_older };
        let read = |path: &PathBuf| Directory::read(path).ok().flatten();
        let directories: Vec<Option<Directory>> = paths.par_iter().map(read).collect();
        for (path, directory) in paths.into_iter().zip(directories) {
            if let Some(directory) = directory.filter(|found| found.settings == store.settings.digest()) {
                store.enter(path, &directory);
            }
        }
        Ok(store)
    }

    fn enter(&mut self, path: PathBuf, directory: &Directory) {
        let file = self.files.len();
        self.files.push(path);
        let mut start = directory.encoded_bytes();
        for text in &directory.texts {
            let StoredText { job, packed_sha256, plain_sha256, length } = *text;
            self.places.insert(job, TextPlace { file, start, length, packed_sha256, plain_sha256 });
            start += length;
        }
    }

    /// The job whose text the store has for the file with this digest.
    pub(super) fn job(&self, sha256: Digest) -> Job {
        Job { sha256, settings: self.converted.get(&sha256).unwrap_or(&self.settings).clone() }
    }

    /// Takes note of the other program that had a part in the text of a file.
    pub(super) fn note_converter(&mut self, extraction: &Extraction) {
        let settings = Settings::named(&extraction.extractor_version);
        if settings.program().is_some() && settings.digest() == self.settings.digest() {
            self.converted.insert(extraction.sha256, settings);
        }
    }

    /// Whether the store has the text of `job`; not whether it is whole.
    pub(super) fn has(&self, job: &Job) -> bool {
        self.places.contains_key(&job.id())
    }

    /// The plain text of the file with this digest.
    fn plain_path(&self, sha256: &Digest) -> PathBuf {
        plain_path(&self.folder, sha256)
    }

    /// Keeps the texts of `jobs` in one file. They are on disk when this returns.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub(super) fn put(
        &mut self,
        mut texts: Vec<(Job, PackedText)>,
        checked: &CheckedFiles,
    ) -> Result<(), Error> {
        if texts.is_empty() {
            return Ok(());
        }
        create_folder(&self.folder)?;
        // The same texts give the same file, in whatever order they were made.
        texts.sort_by_cached_key(|(job, _)| job.id());
        texts.par_iter().try_for_each(|(job, text)| self.write_plain(&job.sha256, &text.plain, checked))?;
        let directory = Directory {
            settings: self.settings.digest(),
            texts: texts.iter().map(|(job, text)| StoredText::new(job, text)).collect(),
        };
        let head = directory.encoded();
        let path = self.folder.join(format!("{}.{TEXTS}", &Digest::of(&head).to_string()[..16]));
        let parts: Vec<&[u8]> = std::iter::once(&head)
            .chain(texts.iter().map(|(_, text)| &text.packed))
            .map(Vec::as_slice)
            .collect();
        replace_with_parts(&path, &parts)?;
        sync(&self.folder)?;
        checked.mark_whole(&path);
        self.enter(path, &directory);
        Ok(())
    }

    fn write_plain(&self, sha256: &Digest, plain: &[u8], checked: &CheckedFiles) -> Result<(), Error> {
        let path = self.plain_path(sha256);
        let parent = path.parent().expect("it is in a folder of the store");
        if let Err(error) = fs::create_dir(parent)
            && error.kind() != io::ErrorKind::AlreadyExists
        {
            return Err(Error::world("create", parent, &error));
        }
        replace_unsynced(&self.folder, &path, plain)?;
        checked.mark_whole(&path);
        Ok(())
    }

    /// The text of the file with this digest. `Ok(None)` when it is missing, damaged, or made with other settings.
    ///
    /// # Errors
    /// When its file exists and cannot be read.
    pub(super) fn get(&self, sha256: &Digest) -> Result<Option<Extracted>, Error> {
        let Some(place) = self.places.get(&self.job(*sha256).id()) else { return Ok(None) };
        let path = &self.files[place.file];
        match packed_at(path, place) {
            Ok(packed) if Digest::of(&packed) == place.packed_sha256 => Ok(unpack(&packed)),
            Ok(_) => Ok(None),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof) => {
                Ok(None)
            }
            Err(error) => Err(Error::world("read", path, &error)),
        }
    }

    /// Where the text of the file with this digest is stored.
    pub(super) fn path(&self, sha256: &Digest) -> PathBuf {
        let place = self.places.get(&self.job(*sha256).id());
        place.map_or_else(|| self.folder.clone(), |place| self.files[place.file].clone())
    }

    /// Forgets the texts of damaged files, so that they are made again. Files that are known to `checked` are not read again.
    pub(super) fn forget_damaged(&mut self, checked: &CheckedFiles) {
        let is_whole = |path: &PathBuf| checked.is_whole(path, || is_file_whole(path).unwrap_or(false));
        let are_whole: Vec<bool> = self.files.par_iter().map(is_whole).collect();
        self.places.retain(|_, place| are_whole[place.file]);
    }

    /// Writes the plain text of the file with this digest again when it is missing or damaged. `false` when its text is needed
    /// for that and is damaged itself.
    pub(super) fn restore_plain(&self, sha256: &Digest, checked: &CheckedFiles) -> Result<bool, Error> {
        let Some(place) = self.places.get(&self.job(*sha256).id()) else { return Ok(false) };
        let path = self.plain_path(sha256);
        if checked.is_whole(&path, || digest_of_file(&path) == Some(place.plain_sha256)) {
            return Ok(true);
        }
        let Some(extracted) = self.get(sha256)? else { return Ok(false) };
        self.write_plain(sha256, extracted.document.plain_text().as_bytes(), checked)?;
        Ok(true)
    }

    /// Removes the files that have no text of the current settings: damaged and superseded ones, and those of the earlier form of
    /// the store, a JSON file for each text. Their texts have been made again.
    pub(super) fn remove_superseded(&self) -> Result<(), Error> {
        let used: HashSet<&Path> =
            self.places.values().map(|place| self.files[place.file].as_path()).collect();
        for path in files_of_texts(&self.folder)?.iter().filter(|path| !used.contains(path.as_path())) {
            remove(path)?;
        }
        if !self.may_be_older {
            return Ok(());
        }
        for folder in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            for file in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
                if file.path().extension() == Some(OsStr::new("json")) {
                    remove(&file.path())?;
                }
            }
        }
        Ok(())
    }

    /// The first file of this digest that does not hold `text`.
    pub(super) fn differing_file(
        &self,
        sha256: &Digest,
        text: &PackedText,
    ) -> Result<Option<PathBuf>, Error> {
        // Not the packed bytes, which another version of the compressor may write in another way.
        if self.get(sha256)?.as_ref() != text.unpack().as_ref() {
            return Ok(Some(self.path(sha256)));
        }
        let plain = self.plain_path(sha256);
        Ok((digest_of_file(&plain) != Some(text.plain_sha256)).then_some(plain))
    }
}

/// The plain text of the file with this digest in the store in `folder`.
pub(super) fn plain_path(folder: &Path, sha256: &Digest) -> PathBuf {
    let name = sha256.to_string();
    // A folder for each beginning, so that none has too many files.
    folder.join(&name[..2]).join(name).with_extension("txt")
}

/// The extension of the files of texts.
const TEXTS: &str = "texts";

fn files_of_texts(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::world("list", folder, &error)),
    };
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>();
    let mut paths = paths.map_err(|error| Error::world("list", folder, &error))?;
    paths.retain(|path| path.extension() == Some(OsStr::new(TEXTS)));
    paths.sort();
    Ok(paths)
}

fn packed_at(path: &Path, place: &TextPlace) -> io::Result<Vec<u8>> {
    let mut packed = vec![0; place.length as usize];
    File::open(path)?.read_exact_at(&mut packed, place.start)?;
    Ok(packed)
}

/// What a file of texts begins with.
struct Directory {
    settings: Digest,
    texts: Vec<StoredText>,
}

/// One text of a directory.
struct StoredText {
    job: Digest,
    packed_sha256: Digest,
    plain_sha256: Digest,
    length: u64,
}

impl StoredText {
    fn new(job: &Job, text: &PackedText) -> StoredText {
        let (packed_sha256, plain_sha256) = (text.packed_sha256, text.plain_sha256);
        StoredText { job: job.id(), packed_sha256, plain_sha256, length: text.packed.len() as u64 }
    }
}

const MAGIC: [u8; 16] = *b"ordskifte text 1";
const DIGEST_BYTES: usize = 32;
const TEXT_BYTES: usize = 3 * DIGEST_BYTES + 8;
/// The magic bytes, the digest of what follows up to the packed texts, and the number of texts.
const HEAD_BYTES: usize = MAGIC.len() + DIGEST_BYTES + 8;

impl Directory {
    fn encoded_bytes(&self) -> u64 {
        (HEAD_BYTES + DIGEST_BYTES + self.texts.len() * TEXT_BYTES) as u64
    }

    fn encoded(&self) -> Vec<u8> {
        let mut rest = (self.texts.len() as u64).to_le_bytes().to_vec();
        rest.extend(self.settings.as_bytes());
        for text in &self.texts {
            for digest in [&text.job, &text.packed_sha256, &text.plain_sha256] {
                rest.extend(digest.as_bytes());
            }
            rest.extend(text.length.to_le_bytes());
        }
        [&MAGIC, Digest::of(&rest).as_bytes().as_slice(), &rest].concat()
    }

    /// The directory of the file at `path`. `Ok(None)` when it is damaged.
    fn read(path: &Path) -> io::Result<Option<Directory>> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut head = [0; HEAD_BYTES];
        if length < HEAD_BYTES as u64 {
            return Ok(None);
        }
        file.read_exact(&mut head)?;
        let (before_count, count) = head.split_at(HEAD_BYTES - 8);
        let n_texts = u64::from_le_bytes(count.try_into().expect("eight bytes"));
        let rest_bytes =
            n_texts.checked_mul(TEXT_BYTES as u64).and_then(|bytes| bytes.checked_add(DIGEST_BYTES as u64));
        let Some(rest_bytes) = rest_bytes.filter(|bytes| *bytes <= length - HEAD_BYTES as u64) else {
            return Ok(None);
        };
        let mut rest = vec![0; rest_bytes as usize];
        file.read_exact(&mut rest)?;
        let mut hasher = Sha256::new();
        hasher.update(count);
        hasher.update(&rest);
        let wanted = [&MAGIC, Digest::from_hasher(hasher).as_bytes().as_slice()].concat();
        Ok((before_count == wanted).then(|| Directory::decoded(&rest)))
    }

    fn decoded(rest: &[u8]) -> Directory {
        let digest = |bytes: &[u8], index: usize| {
            let bytes = &bytes[index * DIGEST_BYTES..(index + 1) * DIGEST_BYTES];
            Digest::from_bytes(bytes.try_into().expect("as many as a digest has"))
        };
        let texts = rest[DIGEST_BYTES..].chunks_exact(TEXT_BYTES).map(|text| StoredText {
            job: digest(text, 0),
            packed_sha256: digest(text, 1),
            plain_sha256: digest(text, 2),
            length: u64::from_le_bytes(text[3 * DIGEST_BYTES..].try_into().expect("eight bytes")),
        });
        Directory { settings: digest(rest, 0), texts: texts.collect() }
    }
}

/// Whether a file of texts is as it was written. Reads all of it.
fn is_file_whole(path: &Path) -> io::Result<bool> {
    let Some(directory) = Directory::read(path)? else { return Ok(false) };
    let bytes = fs::read(path)?;
    let mut rest = &bytes[directory.encoded_bytes() as usize..];
    for text in &directory.texts {
        let Some((packed, after)) = rest.split_at_checked(text.length as usize) else { return Ok(false) };
        if Digest::of(packed) != text.packed_sha256 {
            return Ok(false);
        }
        rest = after;
    }
    Ok(rest.is_empty())
}

/// The SHA-256 of a file; `None` when it cannot be read.
pub(super) fn digest_of_file(path: &Path) -> Option<Digest> {
    let mut file = BufReader::with_capacity(1 << 16, File::open(path).ok()?);
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
    use super::super::job::{Outcome, extracted};
    use super::*;

    const PAGES: [&[u8]; 2] = [
        b"<html lang=\"nb\"><p>Samskaping i kommunen.</p></html>",
        b"<html lang=\"nb\"><p>Tillit.</p></html>",
    ];

    fn checked(folder: &Path) -> CheckedFiles {
        CheckedFiles::load(folder, jiff::Timestamp::UNIX_EPOCH)
    }

    /// A store of both pages.
    fn store(folder: &Path) -> TextStore {
        let mut store = TextStore::open(folder.join("text")).expect("an empty store");
        let texts = PAGES.map(|page| {
            let job = store.job(Digest::of(page));
            let Outcome::Extracted(text) = job.run(page) else { panic!("it is HTML") };
            (job, text)
        });
        store.put(texts.to_vec(), &checked(folder)).expect("room");
        store
    }

    #[test]
    fn texts_are_read_as_they_were_put_also_when_the_store_is_opened_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let put = store(folder.path());
        let opened = TextStore::open(folder.path().join("text")).expect("readable");
        for store in [put, opened] {
            for page in PAGES {
                let text = store.get(&Digest::of(page)).expect("readable");
                assert_eq!(text, extracted(page).ok());
            }
            assert_eq!(store.get(&Digest::of(b"another")).expect("readable"), None);
        }
    }

    #[test]
    fn a_file_of_texts_with_a_flipped_byte_is_not_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = store(folder.path()).files.remove(0);
        let whole = fs::read(&path).expect("readable");
        assert!(is_file_whole(&path).expect("readable"));
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            for damaged in [&flipped, &whole[..at].to_vec(), &[&whole[..], b"x"].concat()] {
                fs::write(&path, damaged).expect("room");
                assert!(!is_file_whole(&path).is_ok_and(|is_whole| is_whole), "byte {at}");
            }
        }
    }

    #[test]
    fn texts_of_other_settings_are_not_read_and_their_file_is_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = store(folder.path());
        let other = Directory { settings: Digest::of(b"extract 0"), texts: Vec::new() };
        let path = store.folder.join("0000000000000000.texts");
        fs::write(&path, other.encoded()).expect("room");
        let store = TextStore::open(&store.folder).expect("readable");
        assert_eq!(store.files.len(), 1);
        store.remove_superseded().expect("removable");
        assert!(!path.exists() && store.files[0].exists());
    }

    #[test]
    fn texts_of_the_earlier_form_are_removed_when_they_have_been_made_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let earlier = folder.path().join("text/ab/abcd.json");
        fs::create_dir_all(earlier.parent().expect("a folder")).expect("room");
        fs::write(&earlier, "{}").expect("room");
        store(folder.path()).remove_superseded().expect("removable");
        assert!(!earlier.exists());
    }

    #[test]
    fn a_plain_text_that_is_missing_is_written_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = store(folder.path());
        let sha256 = Digest::of(PAGES[1]);
        fs::remove_file(store.plain_path(&sha256)).expect("removable");
        assert!(store.restore_plain(&sha256, &checked(folder.path())).expect("room"));
        assert_eq!(fs::read(store.plain_path(&sha256)).expect("readable"), b"Tillit.\n");
    }
}
