//! A WARC file → its records in order, and the stretches of bytes between them that are no record.
//!
//! Needs no catalogue. Behind damaged bytes it goes on at the next whole record.

use super::warc::{MemberError, WarcRecord};
use super::{Error, RecordLocation};
use crate::text::Digest;
use sha2::Digest as _;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// How the gzip header of each member begins: magic number, deflate, no flags. All of ours are written so.
const MEMBER_START: [u8; 4] = [0x1f, 0x8b, 8, 0];

/// A stretch of a WARC file.
pub(super) enum ByteStretch {
    /// A whole record.
    Record(Box<WarcRecord>, RecordLocation),
    /// Bytes that are no record.
    Damaged(DamagedBytes),
}

/// Bytes that are no record.
#[derive(Debug)]
pub(super) struct DamagedBytes {
    pub(crate) offset: u64,
    pub(crate) length: u64,
    /// Why the record that may begin here cannot be read.
    pub(crate) text: String,
    /// Whether this is what a crash leaves: the begin of a record, or zeros, with nothing after it.
    pub(crate) is_torn_end: bool,
}

/// Passes each stretch of the file `name` in `folder`, from the byte `start` to the byte `end`, to `on_stretch`.
pub(super) fn scan(
    folder: &Path,
    name: &str,
    (start, end): (u64, u64),
    on_stretch: &mut dyn FnMut(ByteStretch) -> Result<(), Error>,
) -> Result<(), Error> {
    let failed = |e: io::Error| {
        Error::new(format!("cannot read {name}"), e).hint("check the permissions and the disk")
    };
    let mut file = File::open(folder.join(name)).map_err(failed)?;
    let mut offset = start;
    while offset < end {
        match member_at(&mut file, name, offset, end).map_err(failed)? {
            Ok((record, place)) => {
                offset += place.warc_length;
                on_stretch(ByteStretch::Record(Box::new(record), place))?;
            }
            Err(error) => {
                let next = next_member(&mut file, name, offset + 1, end).map_err(failed)?;
                let length = next.unwrap_or(end) - offset;
                let is_cut_short = matches!(error, MemberError::CutShort(_));
                let is_torn = is_cut_short || is_zero(&mut file, offset, length).map_err(failed)?;
                on_stretch(ByteStretch::Damaged(DamagedBytes {
                    offset,
                    length,
                    text: error.to_string(),
                    is_torn_end: next.is_none() && is_torn,
                }))?;
                offset += length;
            }
        }
    }
    Ok(())
}

/// The record that begins at `offset`. The outer error is one of reading the file.
fn member_at(
    file: &mut File,
    name: &str,
    offset: u64,
    end: u64,
) -> io::Result<Result<(WarcRecord, RecordLocation), MemberError>> {
    file.seek(SeekFrom::Start(offset))?;
    let mut input = Measured::new(BufReader::new(file.take(end - offset)));
    let read = WarcRecord::read(&mut input);
    if let Some(error) = input.failure.take() {
        return Err(error);
    }
    Ok(read.map(|record| {
        let place = RecordLocation {
            record_id: record.id().to_string(),
            kind: record.kind().to_string(),
            warc_file: name.to_string(),
            warc_offset: offset,
            warc_length: input.length,
            sha256: Digest::from_hasher(input.hasher),
        };
        (record, place)
    }))
}

/// The first offset from `start` on where a whole record begins.
fn next_member(file: &mut File, name: &str, start: u64, end: u64) -> io::Result<Option<u64>> {
    const CHUNK: u64 = 1 << 20;
    let mut from = start;
    while from < end {
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        // A little more than a chunk, so that a beginning on the border is seen.
        file.take((CHUNK + 3).min(end - from)).read_to_end(&mut bytes)?;
        for (at, window) in bytes.windows(MEMBER_START.len()).enumerate() {
            let offset = from + at as u64;
            if window == MEMBER_START && member_at(file, name, offset, end)?.is_ok() {
                return Ok(Some(offset));
            }
        }
        from += CHUNK;
    }
    Ok(None)
}

fn is_zero(file: &mut File, offset: u64, length: u64) -> io::Result<bool> {
    file.seek(SeekFrom::Start(offset))?;
    for byte in BufReader::new(file.take(length)).bytes() {
        if byte? != 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Counts and hashes what is consumed, and keeps an error of reading, which a decoder would take for damage.
struct Measured<R> {
    inner: R,
    hasher: sha2::Sha256,
    length: u64,
    failure: Option<io::Error>,
}

impl<R: BufRead> Measured<R> {
    fn new(inner: R) -> Measured<R> {
        Measured { inner, hasher: sha2::Sha256::new(), length: 0, failure: None }
    }
}

impl<R: BufRead> Read for Measured<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buffer.len());
        buffer[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Measured<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf().inspect_err(|error| {
            self.failure = Some(io::Error::new(error.kind(), error.to_string()));
        })
    }

    fn consume(&mut self, amount: usize) {
        // The buffer is still filled, so this reads nothing.
        if let Ok(available) = self.inner.fill_buf() {
            self.hasher.update(&available[..amount]);
        }
        self.length += amount as u64;
        self.inner.consume(amount);
    }
}
