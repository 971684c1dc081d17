//! The child process that parses untrusted bytes: one request a document, one answer, within limits of memory and time.
//!
//! Frames on stdin and stdout: a length (8 bytes, little-endian), then so many bytes. A request is the bytes of a file; an
//! answer is a [`Reply`] as JSON. A child that is killed by a limit, a stack overflow or a bug costs the document it had.

use super::store::Extracted;
use crate::extract;
use crate::language;
use crate::text::Rejection;
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};

/// An answer longer than this is a bug, not a document.
const FRAME_BYTES_MAX: u64 = 1 << 30;

/// What a child makes of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// Its text.
    Extracted(Box<Extracted>),
    /// Why it has none.
    Rejected(Rejection),
}

/// Whether `bytes` are of a format that is read.
pub fn is_document(bytes: &[u8]) -> bool {
    extract::sniff(bytes).is_some()
}

/// The document in `bytes`, with the language of each passage.
pub fn parse(bytes: &[u8]) -> Reply {
    let Some(media_type) = extract::sniff(bytes) else { return Reply::Rejected(unknown_format(bytes)) };
    match extract::document(bytes, media_type) {
        Ok(mut document) => {
            language::label(&mut document);
            let made_with = super::rules_version();
            Reply::Extracted(Box::new(Extracted { made_with, media_type, document }))
        }
        Err(rejection) => Reply::Rejected(rejection),
    }
}

fn unknown_format(bytes: &[u8]) -> Rejection {
    if bytes.is_empty() {
        return Rejection::new("empty file", "fetch or copy it again");
    }
    Rejection::new(
        "unknown format: neither PDF, HTML nor DOCX",
        "convert it to one of these, or leave it out of the source",
    )
}

/// The loop of a child process: answers requests until `input` ends.
///
/// `memory_mb` limits its address space, `cpu_s` the processor time of its whole life.
///
/// # Errors
/// When the parent is gone.
pub fn serve(memory_mb: u64, cpu_s: u64, input: &mut dyn Read, output: &mut dyn Write) -> io::Result<()> {
    limit(memory_mb, cpu_s)?;
    while let Some(bytes) = read_frame(input)? {
        let reply = serde_json::to_vec(&parse(&bytes))?;
        write_frame(output, &reply)?;
    }
    Ok(())
}

#[cfg(unix)]
fn limit(memory_mb: u64, cpu_s: u64) -> io::Result<()> {
    use rlimit::Resource;
    let bytes = memory_mb.saturating_mul(1 << 20);
    rlimit::setrlimit(Resource::AS, bytes, bytes)?;
    rlimit::setrlimit(Resource::CPU, cpu_s, cpu_s)?;
    rlimit::setrlimit(Resource::CORE, 0, 0)
}

#[cfg(not(unix))]
fn limit(_memory_mb: u64, _cpu_s: u64) -> io::Result<()> {
    Ok(())
}

/// One frame. `None` at the end of the stream.
///
/// # Errors
/// When the stream ends inside a frame, or the frame is too long.
pub(super) fn read_frame(input: &mut dyn Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 8];
    match input.read(&mut length)? {
        0 => return Ok(None),
        count => input.read_exact(&mut length[count..])?,
    }
    let length = u64::from_le_bytes(length);
    if length > FRAME_BYTES_MAX {
        return Err(io::Error::other(format!("a frame of {length} bytes is longer than {FRAME_BYTES_MAX}")));
    }
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(bytes))
}

/// Writes one frame and flushes it.
pub(super) fn write_frame(output: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    output.write_all(&(bytes.len() as u64).to_le_bytes())?;
    output.write_all(bytes)?;
    output.flush()
}
