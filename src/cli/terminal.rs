//! Standard output and standard error. All output goes through this module, which escapes control characters in the text of
//! documents, names of files and messages of servers.

use crate::text::{is_steering, visible};
use std::io::{self, Write};

/// The longest character in UTF-8, in bytes.
const CHARACTER_BYTES_MAX: usize = 4;

pub(crate) fn stdout() -> Harmless<io::BufWriter<io::Stdout>> {
    Harmless::new(io::BufWriter::new(io::stdout()))
}

/// Writes the bytes of a document to standard output as they are, for another program to read.
pub(crate) fn write_bytes(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

pub(crate) fn stderr() -> Harmless<io::StderrLock<'static>> {
    Harmless::new(io::stderr().lock())
}

/// A writer of UTF-8 that shows each steering character as `\u{1b}`. Line ends, tabs and form feeds pass.
pub(crate) struct Harmless<W: Write> {
    out: W,
    /// The first bytes of a character that is not complete yet.
    begun: Vec<u8>,
}

impl<W: Write> Harmless<W> {
    fn new(out: W) -> Harmless<W> {
        Harmless { out, begun: Vec::new() }
    }

    fn pass(&mut self, text: &str) -> io::Result<()> {
        let layout = |c: char| matches!(c, '\n' | '\r' | '\u{c}');
        for part in text.split_inclusive(|c| is_steering(c) && !layout(c)) {
            match part.char_indices().next_back() {
                Some((at, last)) if is_steering(last) && !layout(last) => {
                    self.out.write_all(&part.as_bytes()[..at])?;
                    self.out.write_all(visible(&part[at..]).as_bytes())?;
                }
                _ => self.out.write_all(part.as_bytes())?,
            }
        }
        Ok(())
    }
}

impl<W: Write> Write for Harmless<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut pending = std::mem::take(&mut self.begun);
        pending.extend_from_slice(bytes);
        for chunk in pending.utf8_chunks() {
            self.pass(chunk.valid())?;
            let invalid = chunk.invalid();
            let is_last = invalid.as_ptr_range().end == pending.as_ptr_range().end;
            let may_go_on = std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
            if is_last && may_go_on && invalid.len() < CHARACTER_BYTES_MAX {
                self.begun = invalid.to_vec();
            } else if !invalid.is_empty() {
                self.out.write_all("\u{fffd}".as_bytes())?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What reaches the terminal of `bytes`, written in pieces of `size`.
    fn shown(bytes: &[u8], size: usize) -> String {
        let mut out = Harmless::new(Vec::new());
        bytes.chunks(size).for_each(|piece| out.write_all(piece).unwrap());
        String::from_utf8(out.out).unwrap()
    }

    #[test]
    fn no_text_steers_the_terminal() {
        let hostile = "a\u{1b}[2Jb\u{7}\u{9b}31m\u{202e}fdp.exe\u{2066}\r\n\tæ…";
        let wanted = "a\\u{1b}[2Jb\\u{7}\\u{9b}31m\\u{202e}fdp.exe\\u{2066}\r\n\tæ…";
        for size in 1..hostile.len() {
            assert_eq!(shown(hostile.as_bytes(), size), wanted, "in pieces of {size}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        assert_eq!(shown(b"a\xffb\x9b31m", 2), "a\u{fffd}b\u{fffd}31m");
    }
}
