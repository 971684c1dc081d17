//! The bytes of a stream as they stand in the file → what they stand for.
//!
//! Deflate, the filter of nearly every stream, is done here, so that a damaged or too long stream keeps what was inflated
//! until then; the others are lopdf's. Refuses filters of images.

use flate2::{Decompress, FlushDecompress, Status};
use libdeflater::Decompressor;
use lopdf::{Dictionary, Object, Stream};
use std::borrow::Cow;

/// How much is inflated at once when the result is larger than expected.
const STEP_BYTES: usize = 64 << 10;

/// Room for a stream that is inflated at once: the content of a page, an object stream. Longer ones are inflated step by step.
const WHOLE_BYTES_MAX: usize = 1 << 19;

/// What follows the compressed bytes, a checksum that some producers write wrong, and a line break: nothing is lost there.
const CHECKSUM_BYTES_MAX: usize = 64;

/// Inflates streams, one after the other.
pub(crate) struct Inflater {
    /// Reads sound streams whole, in half the time.
    whole: Decompressor,
    /// What it writes to; untouched memory costs nothing.
    room: Vec<u8>,
    /// Reads what is damaged or long, as far as it goes.
    stepwise: Decompress,
    /// Bytes that all filters of all streams have given.
    pub(crate) written: usize,
}

impl Default for Inflater {
    fn default() -> Inflater {
        Inflater { whole: Decompressor::new(), room: Vec::new(), stepwise: Decompress::new(true), written: 0 }
    }
}

/// Whether a stream was decoded to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decoded {
    /// All of it, or all that there is of a stream that was cut off.
    Read,
    /// The limit was reached.
    Cut,
    /// A filter is not known, or the bytes are not what it wrote.
    Broken,
}

/// Filters of one stream that are undone; real files have up to three.
const FILTERS_MAX: usize = 8;

/// Appends the decoded stream to `out`, at most `max` bytes of it.
pub(crate) fn decode(
    raw: &[u8],
    dictionary: &Dictionary,
    inflater: &mut Inflater,
    max: usize,
    out: &mut Vec<u8>,
) -> Decoded {
    let filters = filters(dictionary);
    let Some(((last, parameters), before)) = filters.split_last() else {
        inflater.written += raw.len().min(max);
        return copy(raw, max, out);
    };
    if filters.len() > FILTERS_MAX {
        return Decoded::Broken;
    }
    let mut is_broken = false;
    let mut bytes = Cow::Borrowed(raw);
    for (name, parameters) in before {
        let mut next = Vec::new();
        let outcome = undo(name, *parameters, &bytes, inflater, max, &mut next);
        inflater.written += next.len();
        if outcome == Decoded::Cut {
            return Decoded::Cut;
        }
        is_broken |= outcome == Decoded::Broken;
        bytes = Cow::Owned(next);
    }
    let start = out.len();
    let outcome = undo(last, *parameters, &bytes, inflater, max, out);
    inflater.written += out.len() - start;
    if is_broken { Decoded::Broken } else { outcome }
}

fn copy(raw: &[u8], max: usize, out: &mut Vec<u8>) -> Decoded {
    let kept = raw.get(..max).unwrap_or(raw);
    out.extend_from_slice(kept);
    if kept.len() < raw.len() { Decoded::Cut } else { Decoded::Read }
}

/// The filters in the order in which they are undone, with their parameters.
fn filters(dictionary: &Dictionary) -> Vec<(&[u8], Option<&Dictionary>)> {
    let entry = |long: &[u8], short: &[u8]| dictionary.get(long).or_else(|_| dictionary.get(short)).ok();
    let parameters = |index: usize| match entry(b"DecodeParms", b"DP")? {
        Object::Dictionary(found) => Some(found),
        Object::Array(list) => list.get(index)?.as_dict().ok(),
        _ => None,
    };
    match entry(b"Filter", b"F") {
        Some(Object::Name(name)) => vec![(name, parameters(0))],
        Some(Object::Array(names)) => {
            let names = names.iter().filter_map(|name| name.as_name().ok());
            names.enumerate().map(|(index, name)| (name, parameters(index))).collect()
        }
        _ => Vec::new(),
    }
}

/// Appends what `raw` was before a filter wrote it.
fn undo(
    filter: &[u8],
    parameters: Option<&Dictionary>,
    raw: &[u8],
    inflater: &mut Inflater,
    max: usize,
    out: &mut Vec<u8>,
) -> Decoded {
    let name: &[u8] = match filter {
        b"FlateDecode" | b"Fl" => {
            let start = out.len();
            let outcome = inflate(raw, inflater, max, out);
            parameters.into_iter().for_each(|parameters| unpredict(parameters, start, out));
            return outcome;
        }
        // Bytes of an encrypted file, which were decrypted when they were read.
        b"Crypt" => return copy(raw, max, out),
        b"LZW" => b"LZWDecode",
        b"A85" => b"ASCII85Decode",
        b"AHx" => b"ASCIIHexDecode",
        b"RL" => b"RunLengthDecode",
        other => other,
    };
    let mut dictionary = Dictionary::new();
    dictionary.set("Filter", Object::Name(name.to_vec()));
    if let Some(parameters) = parameters {
        dictionary.set("DecodeParms", parameters.clone());
    }
    match Stream::new(dictionary, raw.to_vec()).get_plain_content_with_limit(max) {
        Ok(bytes) => {
            out.extend_from_slice(&bytes);
            Decoded::Read
        }
        Err(lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. })) => Decoded::Cut,
        Err(_) => Decoded::Broken,
    }
}

/// At once where the stream is sound and short; else step by step.
fn inflate(raw: &[u8], inflater: &mut Inflater, max: usize, out: &mut Vec<u8>) -> Decoded {
    if inflater.room.is_empty() {
        inflater.room = vec![0; WHOLE_BYTES_MAX];
    }
    let room = &mut inflater.room[..max.min(WHOLE_BYTES_MAX)];
    if let Ok(length) = inflater.whole.zlib_decompress(raw, room) {
        out.extend_from_slice(&room[..length]);
        return Decoded::Read;
    }
    let inflater = &mut inflater.stepwise;
    let start = out.len();
    let mut outcome = inflate_as(raw, inflater, true, max, out);
    // Some producers leave out the two bytes of zlib's head, or write them wrong.
    if out.len() == start && !raw.is_empty() {
        let body = raw.get(2..).filter(|_| raw.first().is_some_and(|byte| byte & 0x0f == 8)).unwrap_or(raw);
        outcome = inflate_as(body, inflater, false, max, out);
    }
    if out.len() == start && !raw.trim_ascii().is_empty() { Decoded::Broken } else { outcome }
}

fn inflate_as(
    raw: &[u8],
    inflater: &mut Decompress,
    has_head: bool,
    max: usize,
    out: &mut Vec<u8>,
) -> Decoded {
    let start = out.len();
    inflater.reset(has_head);
    out.reserve(raw.len().saturating_mul(4).max(1 << 10).min(max));
    loop {
        let read = usize::try_from(inflater.total_in()).unwrap_or(usize::MAX);
        let written = out.len() - start;
        if written >= max {
            out.truncate(start + max);
            return Decoded::Cut;
        }
        if out.len() == out.capacity() {
            out.reserve(written.max(STEP_BYTES).min(max - written));
        }
        let rest = raw.get(read..).unwrap_or_default();
        let status = inflater.decompress_vec(rest, out, FlushDecompress::None);
        let made_progress = out.len() - start > written || inflater.total_in() as usize > read;
        match status {
            Ok(Status::Ok | Status::BufError) if made_progress => {}
            _ => {
                out.truncate(start.saturating_add(max));
                let is_broken = status.is_err() && rest.len() > CHECKSUM_BYTES_MAX;
                return if is_broken { Decoded::Broken } else { Decoded::Read };
            }
        }
    }
}

/// Undoes the predictor of a stream's parameters over `out[start..]`.
fn unpredict(parameters: &Dictionary, start: usize, out: &mut Vec<u8>) {
    let number = |key: &[u8], default: i64| {
        let found = parameters.get(key).and_then(Object::as_i64).unwrap_or(default);
        usize::try_from(found.clamp(1, 1 << 20)).unwrap_or(1)
    };
    // 2 is TIFF's, which no stream of text or cross-references uses.
    if number(b"Predictor", 1) < 10 {
        return;
    }
    let pixel_bits = number(b"Colors", 1).min(64) * number(b"BitsPerComponent", 8).min(16);
    let row_bytes = (pixel_bits * number(b"Columns", 1)).div_ceil(8);
    let rows = png_rows(out.get(start..).unwrap_or_default(), row_bytes, pixel_bits.div_ceil(8));
    out.truncate(start);
    out.extend_from_slice(&rows);
}

fn png_rows(bytes: &[u8], row_bytes: usize, pixel_bytes: usize) -> Vec<u8> {
    // Above the first row stand zeros.
    let mut out = vec![0u8; row_bytes];
    for row in bytes.chunks(row_bytes + 1) {
        let Some((kind, row)) = row.split_first() else { break };
        let start = out.len();
        for (index, byte) in row.iter().enumerate() {
            let above = out[start + index - row_bytes];
            let (left, corner) = match index.checked_sub(pixel_bytes) {
                Some(before) => (out[start + before], out[start + before - row_bytes]),
                None => (0, 0),
            };
            let guess = match kind {
                1 => left,
                2 => above,
                3 => ((u16::from(left) + u16::from(above)) / 2) as u8,
                4 => paeth(left, above, corner),
                _ => 0,
            };
            out.push(byte.wrapping_add(guess));
        }
    }
    out.drain(..row_bytes);
    out
}

fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, above, corner].map(i32::from);
    let estimate = a + b - c;
    let (to_a, to_b, to_c) = ((estimate - a).abs(), (estimate - b).abs(), (estimate - c).abs());
    if to_a <= to_b && to_a <= to_c {
        left
    } else if to_b <= to_c {
        above
    } else {
        corner
    }
}
