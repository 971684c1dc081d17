//! `kwic.csv` of a snapshot, from that of the one before: the lines of a document are copied where it has the same mentions in the
//! same text, and are made from its passages where not. So a run reads the passages of the documents that changed.
//!
//! The file `kwic-lines` in the data folder says where the lines of each document and concept stand in the current `kwic.csv`. It
//! names the digest of that file; without it, or when they do not fit each other, all lines are made.

use super::Error;
use super::durable::replace;
use super::store::digest_of_file;
use crate::report::{Dialect, tables, write_csv_rows};
use crate::results::{Context, InDocument, Results};
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
/// Number of documents whose lines are formatted in parallel before they are written, which bounds the lines in memory.
const CHUNK_DOCUMENTS: usize = 64;

/// Identifies the lines of one document and concept by a digest of their inputs.
type LinesKey = [u8; 16];

/// A range of bytes in a file.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    start: u64,
    length: u64,
}

/// The lines of the previous `kwic.csv`, which can be copied.
pub(super) struct EarlierLines {
    /// `None` when there are none.
    file: Option<File>,
    stretches: HashMap<LinesKey, Stretch>,
}

impl EarlierLines {
    /// The lines of the `kwic.csv` in the folder of the current reports.
    pub(super) fn open(data_folder: &Path, reports: &Path) -> EarlierLines {
        let path = reports.join(KWIC);
        let kept = fs::read(data_folder.join(LINES_FILE)).ok().and_then(|bytes| decode(&bytes));
        let kept = kept.filter(|(sha256, _)| digest_of_file(&path).is_some_and(|found| found == *sha256));
        let opened = kept.and_then(|(_, stretches)| Some((File::open(path).ok()?, stretches)));
        match opened {
            Some((file, stretches)) => EarlierLines { file: Some(file), stretches },
            None => EarlierLines { file: None, stretches: HashMap::new() },
        }
    }

    /// The lines with this key. `None` when they must be formatted anew.
    fn copy(&self, key: &LinesKey) -> io::Result<Option<Vec<u8>>> {
        let (Some(file), Some(stretch)) = (&self.file, self.stretches.get(key)) else { return Ok(None) };
        let mut lines = vec![0; stretch.length as usize];
        file.read_exact_at(&mut lines, stretch.start)?;
        Ok(Some(lines))
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
    written: Vec<(LinesKey, Stretch)>,
}

impl<'a> LinesWriter<'a> {
    /// Lines after a header of `header_bytes`, by `rules` and with the columns `own` at their end.
    pub(super) fn new(
        results: &'a Results,
        (rules, own): (String, &'a [String]),
        dialect: Dialect,
        earlier: EarlierLines,
        header_bytes: u64,
    ) -> LinesWriter<'a> {
        LinesWriter { results, rules, own, dialect, earlier, end: header_bytes, written: Vec::new() }
    }

    /// Writes the lines of `concept` to `out`.
    pub(super) fn write<'m>(
        &mut self,
        concept: &str,
        mut by_document: impl Iterator<Item = InDocument<'m>>,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        let fail = |e: io::Error| Error::world("write", Path::new(KWIC), &e);
        loop {
            let documents: Vec<InDocument<'_>> = by_document.by_ref().take(CHUNK_DOCUMENTS).collect();
            if documents.is_empty() {
                return Ok(());
            }
            let lines: Vec<(LinesKey, Vec<u8>)> =
                documents.par_iter().map(|found| self.lines(concept, found)).collect::<Result<_, _>>()?;
            for (key, lines) in lines {
                out.write_all(&lines).map_err(fail)?;
                let stretch = Stretch { start: self.end, length: lines.len() as u64 };
                self.end += stretch.length;
                self.written.push((key, stretch));
            }
        }
    }

    fn lines(&self, concept: &str, found: &InDocument<'_>) -> Result<(LinesKey, Vec<u8>), Error> {
        let entry = &self.results.documents()?[found.document as usize];
        let key = self.key(concept, entry, found);
        // If the previous file cannot be read, the lines are formatted anew.
        if let Ok(Some(lines)) = self.earlier.copy(&key) {
            return Ok((key, lines));
        }
        let table = tables::kwic().with_own(self.own);
        let contexts = self.results.concordance(found)?;
        let rows = contexts.iter().map(|line| table.cells(&kwic_row(entry, concept, line)));
        let mut lines = Vec::new();
        write_csv_rows(rows, self.dialect, &mut lines).expect("writing to memory does not fail");
        Ok((key, lines))
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

    /// Where the lines stand.
    pub(super) fn finish(self) -> KeptLines {
        KeptLines(self.written)
    }
}

/// Where the lines of a `kwic.csv` stand.
pub(super) struct KeptLines(Vec<(LinesKey, Stretch)>);

impl KeptLines {
    /// Keeps where the lines stand in the `kwic.csv` with the digest `sha256`, which is the current one now.
    pub(super) fn keep(&self, data_folder: &Path, sha256: Digest) -> Result<(), Error> {
        replace(&data_folder.join(LINES_FILE), &encode(sha256, &self.0))
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

/// The SHA-256 of all that follows it, that of `kwic.csv`, and for each document and concept its key, start and length.
fn encode(sha256: Digest, written: &[(LinesKey, Stretch)]) -> Vec<u8> {
    let mut rest = sha256.to_string().into_bytes();
    for (key, stretch) in written {
        rest.extend_from_slice(key);
        rest.extend_from_slice(&stretch.start.to_le_bytes());
        rest.extend_from_slice(&stretch.length.to_le_bytes());
    }
    [Sha256::digest(&rest).as_slice(), &rest].concat()
}

/// Reverses [`encode`]. `None` when the bytes are damaged.
fn decode(bytes: &[u8]) -> Option<(Digest, HashMap<LinesKey, Stretch>)> {
    const SHA256_BYTES: usize = 32;
    const STRETCH_BYTES: usize = size_of::<LinesKey>() + 16;
    let (digest, rest) = bytes.split_at_checked(SHA256_BYTES)?;
    if Sha256::digest(rest).as_slice() != digest {
        return None;
    }
    let (sha256, stretches) = rest.split_at_checked(2 * SHA256_BYTES)?;
    let number = |bytes: &[u8]| Some(u64::from_le_bytes(bytes.try_into().ok()?));
    let stretch = |bytes: &[u8]| {
        let (key, place) = bytes.split_at(size_of::<LinesKey>());
        let stretch = Stretch { start: number(&place[..8])?, length: number(&place[8..])? };
        Some((key.try_into().ok()?, stretch))
    };
    let stretches = stretches.chunks_exact(STRETCH_BYTES).map(stretch).collect::<Option<_>>()?;
    Some((std::str::from_utf8(sha256).ok()?.parse().ok()?, stretches))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_lines_stand_is_read_as_it_was_kept_or_not_at_all() {
        let kept = encode(Digest::of(b"lines"), &[([7; 16], Stretch { start: 40, length: 9 })]);
        let (sha256, stretches) = decode(&kept).expect("it is whole");
        assert_eq!(
            (sha256, stretches[&[7; 16]].start, stretches[&[7; 16]].length),
            (Digest::of(b"lines"), 40, 9)
        );
        for at in 0..kept.len() {
            let mut flipped = kept.clone();
            flipped[at] ^= 1;
            assert!(decode(&flipped).is_none() && decode(&kept[..at]).is_none(), "byte {at}");
        }
    }
}
