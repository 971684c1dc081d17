//! The bytes of a stream as they stand in the file → what they stand for.
//!
//! Deflate, the filter of nearly every stream, is done here, so that a damaged or too long stream keeps what was inflated
//! until then; the others are lopdf's. Refuses filters of images.

use flate2::{Decompress, FlushDecompress, Status};
use libdeflater::Decompressor;
use lopdf::{Dictionary, Object, Stream};

/// How much is inflated at once when the result is larger than expected.
const STEP_BYTES: usize = 64 << 10;

/// Room for a stream that is inflated at once: the content of a page, an object stream. Longer ones are inflated step by step.
const WHOLE_BYTES_MAX: usize = 1 << 19;

/// Inflates streams, one after the other.
pub(crate) struct Inflater {
    /// Reads sound streams whole, in half the time.
    whole: Decompressor,
    /// What it writes to; untouched memory costs nothing.
    room: Vec<u8>,
    /// Reads what is damaged or long, as far as it goes.
    stepwise: Decompress,
}

impl Default for Inflater {
    fn default() -> Inflater {
        Inflater { whole: Decompressor::new(), room: Vec::new(), stepwise: Decompress::new(true) }
    }
}

/// Whether a stream was decoded to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decoded {
    /// All of it, or all that could be read.
    Read,
    /// The limit was reached.
    Cut,
}

/// Appends the decoded stream to `out`, at most `max` bytes of it.
pub(crate) fn decode(
    raw: &[u8],
    dictionary: &Dictionary,
    inflater: &mut Inflater,
    max: usize,
    out: &mut Vec<u8>,
) -> Decoded {
    let filters = names(dictionary);
    match filters.as_slice() {
        [] => {
            let kept = raw.get(..max).unwrap_or(raw);
            out.extend_from_slice(kept);
            if kept.len() < raw.len() { Decoded::Cut } else { Decoded::Read }
        }
        [b"FlateDecode" | b"Fl"] => {
            let start = out.len();
            let outcome = inflate(raw, inflater, max, out);
            unpredict(dictionary, start, out);
            outcome
        }
        _ => others(raw, dictionary, max, out),
    }
}

fn names(dictionary: &Dictionary) -> Vec<&[u8]> {
    match dictionary.get(b"Filter").or_else(|_| dictionary.get(b"F")) {
        Ok(Object::Name(name)) => vec![name],
        Ok(Object::Array(names)) => names.iter().filter_map(|name| name.as_name().ok()).collect(),
        _ => Vec::new(),
    }
}

fn others(raw: &[u8], dictionary: &Dictionary, max: usize, out: &mut Vec<u8>) -> Decoded {
    let stream = Stream::new(dictionary.clone(), raw.to_vec());
    match stream.get_plain_content_with_limit(max) {
        Ok(bytes) => {
            out.extend_from_slice(&bytes);
            Decoded::Read
        }
        Err(lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. })) => Decoded::Cut,
        Err(_) => Decoded::Read,
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
    let outcome = inflate_as(raw, inflater, true, max, out);
    // Some producers leave out the two bytes of zlib's head, or write them wrong.
    if out.len() == start && !raw.is_empty() {
        let body = raw.get(2..).filter(|_| raw.first().is_some_and(|byte| byte & 0x0f == 8)).unwrap_or(raw);
        return inflate_as(body, inflater, false, max, out);
    }
    outcome
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
                return Decoded::Read;
            }
        }
    }
}

/// Undoes the predictor of a stream's parameters over `out[start..]`.
fn unpredict(dictionary: &Dictionary, start: usize, out: &mut Vec<u8>) {
    let parameters = match dictionary.get(b"DecodeParms").or_else(|_| dictionary.get(b"DP")) {
        Ok(Object::Dictionary(found)) => found,
        Ok(Object::Array(list)) => match list.first() {
            Some(Object::Dictionary(found)) => found,
            _ => return,
        },
        _ => return,
    };
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
