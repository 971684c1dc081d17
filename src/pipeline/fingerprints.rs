//! Fingerprints of texts, by which copies are found, in the file `fingerprints` of the data folder. They are not kept in memory:
//! those of 45,000 reports take 250 MB. They are read from the file one after another, and a refresh appends those of new texts.
//!
//! The file begins with a line that names the rules. A record for each text follows: the digest of its job, that of its words, how
//! many words and sentences, the numbers of its sentences, and the CRC-32 of all this. What follows a damaged record is made again.

use super::Error;
use super::durable::replace;
use crate::text::{Digest, Document, sentences, words};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

/// Words of a sentence that is compared: shorter ones stand in many documents.
const SENTENCE_WORDS_MIN: usize = 6;

const DIGEST_BYTES: usize = 32;
/// The bytes of a record before its sentences.
const HEAD_BYTES: usize = 2 * DIGEST_BYTES + 8;
const CRC_BYTES: usize = 4;

/// The features of a text that are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fingerprint {
    /// Of its words, in small letters.
    pub(super) words: Digest,
    pub(super) n_words: u32,
    /// Numbers of its sentences, sorted, each once; odd where the sentence has a digit.
    pub(super) sentences: Vec<u32>,
}

impl Fingerprint {
    pub(super) fn of(document: &Document) -> Fingerprint {
        let (mut all, mut n_words, mut numbers) = (String::new(), 0, Vec::new());
        for (_, passage) in document.passages() {
            for range in sentences(&passage.text) {
                let start = all.len();
                let mut count = 0;
                for word in words(&passage.text[range.clone()]) {
                    all.push_str(&word.text.to_lowercase());
                    all.push(' ');
                    count += 1;
                }
                n_words += count;
                if count as usize >= SENTENCE_WORDS_MIN {
                    let sentence = &all[start..];
                    let has_digit = sentence.bytes().any(|byte| byte.is_ascii_digit());
                    numbers.push(crc32fast::hash(sentence.as_bytes()) & !1 | u32::from(has_digit));
                }
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        Fingerprint { words: Digest::of(all.as_bytes()), n_words, sentences: numbers }
    }

    fn encoded(&self, job: &Digest) -> Vec<u8> {
        let mut bytes = [job.as_bytes().as_slice(), self.words.as_bytes()].concat();
        bytes.extend(self.n_words.to_le_bytes());
        bytes.extend((self.sentences.len() as u32).to_le_bytes());
        bytes.extend(self.sentences.iter().flat_map(|number| number.to_le_bytes()));
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        bytes
    }
}

/// The kept fingerprints, and those that were made since it was opened.
pub(super) struct Fingerprints {
    path: PathBuf,
    /// The line that names the rules.
    rules: String,
    kept: RecordRange,
    /// In an unnamed file, until [`Fingerprints::save`].
    made: RecordRange,
}

/// Records that follow each other in a file.
struct RecordRange {
    /// `None` when it has none.
    file: Option<File>,
    start: u64,
    /// One past the last whole record.
    end: u64,
    /// Where the record of each job begins.
    starts: HashMap<Digest, u64>,
}

impl RecordRange {
    fn empty() -> RecordRange {
        RecordRange { file: None, start: 0, end: 0, starts: HashMap::new() }
    }

    /// The whole records at the beginning of `file`, after the line `rules`.
    fn of(mut file: File, rules: &str) -> RecordRange {
        let mut line = vec![0; rules.len()];
        if file.read_exact(&mut line).is_err() || line != rules.as_bytes() {
            return RecordRange::empty();
        }
        let start = line.len() as u64;
        let mut part = RecordRange { file: None, start, end: start, starts: HashMap::new() };
        let mut reader = BufReader::new(&file);
        while let Ok(Some((job, _, length))) = read_record(&mut reader) {
            part.starts.insert(job, part.end);
            part.end += length;
        }
        part.file = Some(file);
        part
    }

    fn get(&self, job: &Digest) -> io::Result<Option<Fingerprint>> {
        let (Some(file), Some(&start)) = (&self.file, self.starts.get(job)) else { return Ok(None) };
        Ok(read_record(&mut BufReader::new(ReadAt { file, at: start }))?
            .map(|(_, fingerprint, _)| fingerprint))
    }

    fn each(&self, each: &mut dyn FnMut(&Digest, &Fingerprint)) -> io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let mut reader = BufReader::with_capacity(1 << 20, ReadAt { file, at: self.start });
        let mut at = self.start;
        while at < self.end {
            let Some((job, fingerprint, length)) = read_record(&mut reader)? else { break };
            // A job that was written twice has its place at the later record.
            if self.starts.get(&job) == Some(&at) {
                each(&job, &fingerprint);
            }
            at += length;
        }
        Ok(())
    }
}

/// Reads a file from a place on, without moving the place that others read from.
struct ReadAt<'f> {
    file: &'f File,
    at: u64,
}

impl Read for ReadAt<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

/// The next record and its length. `None` at the end, and where no whole record follows.
fn read_record(reader: &mut impl Read) -> io::Result<Option<(Digest, Fingerprint, u64)>> {
    let mut bytes = Vec::with_capacity(HEAD_BYTES);
    if reader.take(HEAD_BYTES as u64).read_to_end(&mut bytes)? < HEAD_BYTES {
        return Ok(None);
    }
    let count = number(&bytes[HEAD_BYTES - 4..]);
    let rest = 4 * u64::from(count) + CRC_BYTES as u64;
    if reader.take(rest).read_to_end(&mut bytes)? as u64 != rest {
        return Ok(None);
    }
    let (record, crc) = bytes.split_at(bytes.len() - CRC_BYTES);
    if crc32fast::hash(record) != number(crc) {
        return Ok(None);
    }
    let digest =
        |start: usize| Digest::from_bytes(record[start..start + DIGEST_BYTES].try_into().expect("32 bytes"));
    let fingerprint = Fingerprint {
        words: digest(DIGEST_BYTES),
        n_words: number(&record[2 * DIGEST_BYTES..][..4]),
        sentences: record[HEAD_BYTES..].chunks_exact(4).map(number).collect(),
    };
    Ok(Some((digest(0), fingerprint, bytes.len() as u64)))
}

fn number(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(bytes.try_into().expect("four bytes were taken"))
}

impl Fingerprints {
    /// Those in the file `path` that were made by `rules`, a text of one line. None when the file is missing or damaged.
    pub(super) fn open(path: PathBuf, rules: &str) -> Fingerprints {
        let rules = format!("{rules}\n");
        let kept =
            File::open(&path).map_or_else(|_| RecordRange::empty(), |file| RecordRange::of(file, &rules));
        Fingerprints { path, rules, kept, made: RecordRange::empty() }
    }

    /// Discards all kept fingerprints when fewer than half of them are needed, so that the file does not grow without bound.
    pub(super) fn forget_if_old(&mut self, n_wanted: usize) {
        if self.kept.starts.len() > 2 * n_wanted {
            self.kept = RecordRange::empty();
        }
    }

    pub(super) fn has(&self, job: &Digest) -> bool {
        self.kept.starts.contains_key(job) || self.made.starts.contains_key(job)
    }

    /// Takes in the fingerprints of more texts.
    pub(super) fn add(&mut self, added: &[(Digest, Fingerprint)]) -> io::Result<()> {
        if self.made.file.is_none() {
            self.made.file = Some(tempfile::tempfile()?);
        }
        let Some(file) = &mut self.made.file else { return Ok(()) };
        let mut out = BufWriter::new(file);
        for (job, fingerprint) in added {
            let record = fingerprint.encoded(job);
            out.write_all(&record)?;
            self.made.starts.insert(*job, self.made.end);
            self.made.end += record.len() as u64;
        }
        out.flush()
    }

    /// The fingerprint of a text. `None` when there is none.
    pub(super) fn get(&self, job: &Digest) -> io::Result<Option<Fingerprint>> {
        Ok(match self.made.get(job)? {
            Some(made) => Some(made),
            None => self.kept.get(job)?,
        })
    }

    /// Calls `each` with every text and its fingerprint.
    pub(super) fn each(&self, mut each: impl FnMut(&Digest, &Fingerprint)) -> io::Result<()> {
        self.kept.each(&mut each)?;
        self.made.each(&mut each)
    }

    /// Appends what was made to the file. It is not synced: what a crash damages is made again.
    pub(super) fn save(&mut self) -> Result<(), Error> {
        if self.made.starts.is_empty() {
            return Ok(());
        }
        if self.kept.file.is_none() {
            replace(&self.path, self.rules.as_bytes())?;
            self.kept.end = self.rules.len() as u64;
        }
        self.append().map_err(|cause| Error::world("write", &self.path, &cause))
    }

    fn append(&mut self) -> io::Result<()> {
        let Some(made) = &mut self.made.file else { return Ok(()) };
        let mut file = File::options().write(true).open(&self.path)?;
        file.set_len(self.kept.end)?;
        file.seek(SeekFrom::Start(self.kept.end))?;
        made.seek(SeekFrom::Start(0))?;
        io::copy(made, &mut file)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn fingerprint(number: u32) -> Fingerprint {
        Fingerprint { words: Digest::of(&[1]), n_words: 30 + number, sentences: vec![2, 5, 8 + number] }
    }

    /// The jobs and fingerprints of the file at `path`, in their order.
    fn kept(path: &Path) -> Vec<(Digest, Fingerprint)> {
        let mut all = Vec::new();
        let fingerprints = Fingerprints::open(path.to_owned(), "rules 1");
        fingerprints.each(|job, fingerprint| all.push((*job, fingerprint.clone()))).unwrap();
        for (job, fingerprint) in &all {
            assert_eq!(fingerprints.get(job).unwrap().as_ref(), Some(fingerprint));
        }
        all
    }

    #[test]
    fn fingerprints_are_read_as_they_were_kept_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fingerprints");
        let of = |number: u8| (Digest::of(&[number]), fingerprint(u32::from(number)));
        for added in [[of(1), of(2)], [of(3), of(4)]] {
            let mut fingerprints = Fingerprints::open(path.clone(), "rules 1");
            fingerprints.add(&added).unwrap();
            assert!(fingerprints.has(&added[1].0));
            assert_eq!(fingerprints.get(&added[0].0).unwrap(), Some(added[0].1.clone()));
            fingerprints.save().unwrap();
        }
        let all: Vec<_> = (1..5).map(of).collect();
        assert_eq!(kept(&path), all);
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            for damaged in [&flipped[..], &whole[..at]] {
                std::fs::write(&path, damaged).unwrap();
                let found = kept(&path);
                assert!(found.len() < 4 && all.starts_with(&found), "byte {at}");
            }
        }
        // What is made again is appended after the last whole record.
        std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        let mut fingerprints = Fingerprints::open(path.clone(), "rules 1");
        fingerprints.add(&[of(4)]).unwrap();
        fingerprints.save().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), whole);
    }

    #[test]
    fn other_rules_and_a_corpus_that_shrank_begin_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fingerprints");
        let all: Vec<_> = (0..5_u8).map(|number| (Digest::of(&[number]), fingerprint(0))).collect();
        let mut fingerprints = Fingerprints::open(path.clone(), "rules 1");
        fingerprints.add(&all).unwrap();
        fingerprints.save().unwrap();
        assert!(!Fingerprints::open(path.clone(), "rules 2").has(&all[0].0));
        let mut fingerprints = Fingerprints::open(path.clone(), "rules 1");
        fingerprints.forget_if_old(3);
        assert!(fingerprints.has(&all[0].0));
        fingerprints.forget_if_old(2);
        fingerprints.add(&all[..1]).unwrap();
        fingerprints.save().unwrap();
        assert_eq!(kept(&path), all[..1]);
    }
}
