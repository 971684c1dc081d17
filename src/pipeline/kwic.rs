//! `kwic.csv` of a snapshot, from that of the one before: the lines of a document are copied where it has the same mentions in the
//! same text, and are made from its passages where not. The words around its mentions, from which `collocations.csv` is made, are
//! kept in the same way. So a run reads the passages of the documents that changed.
//!
//! The file `kwic-words` in the data folder holds these words; the file `kwic-lines` says where the lines of each document and concept
//! stand in the current `kwic.csv`, and their words in `kwic-words`. It names the digest of that `kwic.csv`; without it, or when they do
//! not fit each other, all is made.

use super::Error;
use super::durable::{Replacement, replace};
use super::measures::{CollocateChoice, REPORT_COLLOCATES};
use super::store::digest_of_file;
use crate::report::{Dialect, tables, write_csv_rows};
use crate::results::{Context, Hit, InDocument, Results, WordsAround};
use crate::text::{Digest, Entry};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

/// The name of the report.
pub(super) const KWIC: &str = "kwic.csv";
/// Where the lines of each document and concept stand in it; in the data folder.
const LINES_FILE: &str = "kwic-lines";
/// The name of the file of the words around the mentions; in the data folder.
const WORDS_FILE: &str = "kwic-words";
/// Number of documents whose lines are formatted in parallel before they are written, which bounds the lines in memory.
const CHUNK_DOCUMENTS: usize = 64;

/// Identifies what is kept of one document and concept by a digest of its inputs.
type LinesKey = [u8; 16];

/// A range of bytes in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    start: u64,
    length: u64,
}

impl Stretch {
    fn read(self, file: &File) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; self.length as usize];
        file.read_exact_at(&mut bytes, self.start)?;
        Ok(bytes)
    }
}

/// Where that which is kept of one document and concept stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretches {
    /// In `kwic.csv`, whose digest is checked when it is opened.
    lines: Stretch,
    /// In the file of words, with their checksum.
    words: Stretch,
    words_crc: u32,
}

/// What was kept of the previous `kwic.csv` and can be copied.
pub(super) struct EarlierLines {
    /// `kwic.csv` and the file of words. `None` when there are none.
    files: Option<[File; 2]>,
    stretches: HashMap<LinesKey, Stretches>,
}

impl EarlierLines {
    /// The lines of the `kwic.csv` in the folder of the current reports.
    pub(super) fn open(data_folder: &Path, reports: &Path) -> EarlierLines {
        let path = reports.join(KWIC);
        let kept = fs::read(data_folder.join(LINES_FILE)).ok().and_then(|bytes| decode(&bytes));
        let kept = kept.filter(|(sha256, _)| digest_of_file(&path).is_some_and(|found| found == *sha256));
        let opened = kept.and_then(|(_, stretches)| {
            let files = [File::open(path).ok()?, File::open(data_folder.join(WORDS_FILE)).ok()?];
            Some((files, stretches))
        });
        match opened {
            Some((files, stretches)) => EarlierLines { files: Some(files), stretches },
            None => EarlierLines { files: None, stretches: HashMap::new() },
        }
    }

    /// The lines with this key and the words around their mentions. `None` when they must be made anew.
    fn copy(&self, key: &LinesKey) -> Option<(Vec<u8>, WordsAround)> {
        let ([kwic, words], stretches) = (self.files.as_ref()?, self.stretches.get(key)?);
        let around = stretches.words.read(words).ok()?;
        let is_whole = crc32fast::hash(&around) == stretches.words_crc;
        Some((stretches.lines.read(kwic).ok()?, WordsAround::of_bytes(around).filter(|_| is_whole)?))
    }
}

/// The lines of a new `kwic.csv` as it is written, concept by concept.
pub(super) struct LinesWriter<'a> {
    results: &'a Results,
    /// The inputs that all lines share: versions and dialect.
    rules: String,
    /// The columns of the user's own.
    own: &'a [String],
    dialect: Dialect,
    earlier: EarlierLines,
    /// Where the next line goes.
    end: u64,
    words: Replacement,
    /// Where the next words go.
    words_end: u64,
    written: Vec<(LinesKey, Stretches)>,
}

impl<'a> LinesWriter<'a> {
    /// Lines after a header of `header_bytes`, by `rules` and with the columns `own` at their end; what is kept goes to `data_folder`.
    pub(super) fn new(
        results: &'a Results,
        (rules, own): (String, &'a [String]),
        dialect: Dialect,
        (earlier, data_folder): (EarlierLines, &Path),
        header_bytes: u64,
    ) -> Result<LinesWriter<'a>, Error> {
        let words = Replacement::new(data_folder.join(WORDS_FILE))?;
        let (end, words_end, written) = (header_bytes, 0, Vec::new());
        Ok(LinesWriter { results, rules, own, dialect, earlier, end, words, words_end, written })
    }

    /// Writes the lines of `concept` to `out`, and calls `each` with each document and the words around its mentions.
    pub(super) fn write<'m>(
        &mut self,
        concept: &str,
        mut by_document: impl Iterator<Item = InDocument<'m>>,
        out: &mut dyn Write,
        mut each: impl FnMut(&InDocument<'m>, &WordsAround),
    ) -> Result<(), Error> {
        let fail = |e: io::Error| Error::world("write", Path::new(KWIC), &e);
        loop {
            let documents: Vec<InDocument<'_>> = by_document.by_ref().take(CHUNK_DOCUMENTS).collect();
            if documents.is_empty() {
                return Ok(());
            }
            let made: Vec<(LinesKey, Vec<u8>, WordsAround)> =
                documents.par_iter().map(|found| self.lines(concept, found)).collect::<Result<_, _>>()?;
            for (found, (key, lines, around)) in documents.iter().zip(made) {
                out.write_all(&lines).map_err(fail)?;
                self.words.write(around.as_bytes())?;
                let stretches = Stretches {
                    lines: Stretch { start: self.end, length: lines.len() as u64 },
                    words: Stretch { start: self.words_end, length: around.as_bytes().len() as u64 },
                    words_crc: crc32fast::hash(around.as_bytes()),
                };
                self.end += stretches.lines.length;
                self.words_end += stretches.words.length;
                self.written.push((key, stretches));
                each(found, &around);
            }
        }
    }

    fn lines(
        &self,
        concept: &str,
        found: &InDocument<'_>,
    ) -> Result<(LinesKey, Vec<u8>, WordsAround), Error> {
        let entry = &self.results.documents()?[found.document as usize];
        let key = self.key(concept, entry, found);
        // If the previous files cannot be read, all is made anew.
        if let Some((lines, around)) = self.earlier.copy(&key) {
            return Ok((key, lines, around));
        }
        let table = tables::kwic().with_own(self.own);
        let contexts = self.results.concordance(found)?;
        let rows = contexts.iter().map(|line| table.cells(&kwic_row(entry, concept, line)));
        let mut lines = Vec::new();
        write_csv_rows(rows, self.dialect, &mut lines).expect("writing to memory does not fail");
        let CollocateChoice { span, unit, .. } = REPORT_COLLOCATES;
        Ok((key, lines, self.results.words_around(found, span, unit)?))
    }

    fn key(&self, concept: &str, entry: &Entry, found: &InDocument<'_>) -> LinesKey {
        let mut hasher = Sha256::new();
        for part in [self.rules.as_str(), concept, &entry.made_from.to_string()] {
            hasher.update(part.as_bytes());
            hasher.update([0]);
        }
        for place in found.places().flatten() {
            hasher.update(place.to_le_bytes());
        }
        let digest = hasher.finalize();
        digest[..size_of::<LinesKey>()].try_into().expect("a digest is longer")
    }

    /// What the next run can copy.
    pub(super) fn finish(self) -> KeptLines {
        KeptLines { words: self.words, written: self.written }
    }
}

/// Where the lines of a `kwic.csv` stand, and the words around their mentions.
pub(super) struct KeptLines {
    words: Replacement,
    written: Vec<(LinesKey, Stretches)>,
}

impl KeptLines {
    /// Keeps them for the `kwic.csv` with the digest `sha256`, which is the current one now.
    pub(super) fn keep(self, data_folder: &Path, sha256: Digest) -> Result<(), Error> {
        self.words.finish()?;
        replace(&data_folder.join(LINES_FILE), &encode(sha256, &self.written))
    }
}

/// A concordance line of the document of `entry` as a row of a table.
pub fn kwic_row<'a>(entry: &'a Entry, concept: &'a str, line: &'a Context) -> tables::KwicRow<'a> {
    tables::KwicRow {
        concept,
        entry,
        page: line.page,
        page_label: line.page_label.as_deref(),
        section: &line.section,
        words: [&line.pre, &line.keyword, &line.post],
        chars: (line.char_start, line.char_end),
    }
}

/// The hit with that rank, in the document of `entry`, as a row of a table.
pub(crate) fn search_row<'a>(rank: u32, hit: &'a Hit, entry: &'a Entry) -> tables::SearchRow<'a> {
    tables::SearchRow {
        rank,
        score: hit.score,
        n: hit.n,
        n_passages: hit.n_passages,
        snippet: &hit.snippet,
        line: kwic_row(entry, "", &hit.context),
    }
}

/// The SHA-256 of all that follows it, that of `kwic.csv`, and for each document and concept its key and its stretches.
fn encode(sha256: Digest, written: &[(LinesKey, Stretches)]) -> Vec<u8> {
    let mut rest = sha256.to_string().into_bytes();
    for (key, Stretches { lines, words, words_crc }) in written {
        rest.extend_from_slice(key);
        for number in [lines.start, lines.length, words.start, words.length] {
            rest.extend_from_slice(&number.to_le_bytes());
        }
        rest.extend_from_slice(&words_crc.to_le_bytes());
    }
    [Sha256::digest(&rest).as_slice(), &rest].concat()
}

/// Reverses [`encode`]. `None` when the bytes are damaged.
fn decode(bytes: &[u8]) -> Option<(Digest, HashMap<LinesKey, Stretches>)> {
    const SHA256_BYTES: usize = 32;
    const ROW_BYTES: usize = size_of::<LinesKey>() + 4 * 8 + 4;
    let (digest, rest) = bytes.split_at_checked(SHA256_BYTES)?;
    if Sha256::digest(rest).as_slice() != digest {
        return None;
    }
    let (sha256, rows) = rest.split_at_checked(2 * SHA256_BYTES)?;
    let row = |bytes: &[u8]| {
        let (key, bytes) = bytes.split_first_chunk()?;
        let (numbers, crc) = bytes.split_last_chunk()?;
        let number = |index: usize| Some(u64::from_le_bytes(*numbers.as_chunks().0.get(index)?));
        let stretches = Stretches {
            lines: Stretch { start: number(0)?, length: number(1)? },
            words: Stretch { start: number(2)?, length: number(3)? },
            words_crc: u32::from_le_bytes(*crc),
        };
        Some((*key, stretches))
    };
    let stretches = rows.chunks_exact(ROW_BYTES).map(row).collect::<Option<_>>()?;
    Some((std::str::from_utf8(sha256).ok()?.parse().ok()?, stretches))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_lines_stand_is_read_as_it_was_kept_or_not_at_all() {
        let stretches = Stretches {
            lines: Stretch { start: 40, length: 9 },
            words: Stretch { start: 3, length: 5 },
            words_crc: 7,
        };
        let kept = encode(Digest::of(b"lines"), &[([7; 16], stretches)]);
        let (sha256, found) = decode(&kept).expect("it is whole");
        assert_eq!((sha256, found), (Digest::of(b"lines"), HashMap::from([([7; 16], stretches)])));
        for at in 0..kept.len() {
            let mut flipped = kept.clone();
            flipped[at] ^= 1;
            assert!(decode(&flipped).is_none() && decode(&kept[..at]).is_none(), "byte {at}");
        }
    }
}
