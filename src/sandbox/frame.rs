//! Frames on the pipes between parent and child: a length, a number, then so many bytes.
//!
//! Length and number are 8 bytes each, little-endian. The number is a time in milliseconds: with a job, the processor time
//! that it may use; with an answer, the processor time that the child has used in its life.

use std::io::{self, Read, Write};

/// A longer frame is an error of the other process: the archive accepts no document of this size.
const FRAME_BYTES_MAX: u64 = 1 << 30;

/// A number and the bytes that came with it.
pub(crate) type Frame = (u64, Vec<u8>);

/// The next frame. `None` at the end of the stream.
///
/// # Errors
/// When the stream ends inside a frame, or the frame is too long.
pub(crate) fn read_frame(input: &mut dyn Read) -> io::Result<Option<Frame>> {
    let mut head = [0; 16];
    match input.read(&mut head)? {
        0 => return Ok(None),
        count => input.read_exact(&mut head[count..])?,
    }
    let [length, number] = [&head[..8], &head[8..]]
        .map(|half| u64::from_le_bytes(half.try_into().expect("half of 16 is 8 bytes")));
    if length > FRAME_BYTES_MAX {
        return Err(io::Error::other(format!("a frame of {length} bytes is longer than {FRAME_BYTES_MAX}")));
    }
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some((number, bytes)))
}

/// Writes one frame of the bytes of all `parts` and flushes it.
pub(crate) fn write_frame(output: &mut dyn Write, number: u64, parts: &[&[u8]]) -> io::Result<()> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    output.write_all(&(length as u64).to_le_bytes())?;
    output.write_all(&number.to_le_bytes())?;
    parts.iter().try_for_each(|part| output.write_all(part))?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_as_it_was_written() {
        let mut stream = Vec::new();
        write_frame(&mut stream, 7, &[b"by", b"tes"]).unwrap();
        write_frame(&mut stream, 0, &[]).unwrap();
        let mut input = stream.as_slice();
        assert_eq!(read_frame(&mut input).unwrap(), Some((7, b"bytes".to_vec())));
        assert_eq!(read_frame(&mut input).unwrap(), Some((0, Vec::new())));
        assert_eq!(read_frame(&mut input).unwrap(), None);
    }

    #[test]
    fn a_frame_that_is_cut_short_or_too_long_is_an_error() {
        let mut stream = Vec::new();
        write_frame(&mut stream, 7, &[b"by", b"tes"]).unwrap();
        assert!(read_frame(&mut &stream[..stream.len() - 1]).is_err());
        assert!(read_frame(&mut &stream[..9]).is_err());
        stream[6] = 1;
        assert!(read_frame(&mut stream.as_slice()).is_err());
    }
}
