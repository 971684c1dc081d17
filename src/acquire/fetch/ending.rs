//! A body that only the end of its connection delimits → whether it is whole, by the end that its format requires.
//!
//! A body with a length, or in chunks, needs none of this: the HTTP client refuses it when it is short.

/// The completeness of such a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// It ends as its format must.
    Whole,
    /// It lacks the end that its format must have, and which.
    CutShort(&'static str),
    /// Its format has no end to look for.
    Unknown,
}

/// A PDF may have rubbish after its end: readers look for the mark in the last 1,024 bytes (ISO 32000-1, annex H.3.4.4).
const PDF_TAIL: usize = 1024;
/// The end record of a ZIP file has 22 bytes and a comment of at most 65,535.
const ZIP_TAIL: usize = 22 + 65_535;
/// Servers append comments and scripts after `</html>`; a few hundred bytes in what was seen.
const HTML_TAIL: usize = 4096;
/// `<html` stands after byte order mark, XML declaration, comments and doctype.
const HTML_HEAD: usize = 4096;

/// Whether `payload`, content-decoded, is whole.
pub(super) fn ending(payload: &[u8]) -> Ending {
    let head = &payload[..payload.len().min(HTML_HEAD)];
    let has = |part: &[u8], mark: &[u8]| part.windows(mark.len()).any(|it| it.eq_ignore_ascii_case(mark));
    let tail = |length: usize| &payload[payload.len().saturating_sub(length)..];
    let (is_whole, missing) = if has(&head[..head.len().min(PDF_TAIL)], b"%PDF-") {
        (has(tail(PDF_TAIL), b"%%EOF"), "a PDF without %%EOF at its end")
    } else if payload.starts_with(b"PK\x03\x04") {
        (has(tail(ZIP_TAIL), b"PK\x05\x06"), "a ZIP file without its directory")
    } else if has(head, b"<html") || has(head, b"<!doctype html") {
        (has(tail(HTML_TAIL), b"</html"), "a page without </html> at its end")
    } else {
        return Ending::Unknown;
    };
    if is_whole { Ending::Whole } else { Ending::CutShort(missing) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_with_an_end_shows_whether_it_is_whole() {
        let cases: [(&[u8], bool); 8] = [
            (b"%PDF-1.7\n1 0 obj\n%%EOF\n", true),
            (b"%PDF-1.7\n1 0 obj\n", false),
            (b"<!DOCTYPE html><HTML><p>a</p></HTML>\n<!-- cache -->", true),
            (b"<!DOCTYPE html><html><p>a</p></bo", false),
            (b"<!doctype html><title>a</title><p>b", false),
            (b"\xef\xbb\xbf<?xml version='1.0'?><html xmlns='x'></html>", true),
            (b"PK\x03\x04 member PK\x05\x06 directory", true),
            (b"PK\x03\x04 member", false),
        ];
        for (body, is_whole) in cases {
            assert_eq!(ending(body) == Ending::Whole, is_whole, "{}", String::from_utf8_lossy(body));
            assert_ne!(ending(body), Ending::Unknown);
        }
    }

    #[test]
    fn an_early_end_of_a_pdf_does_not_count() {
        let body = [b"%PDF-1.7\n%%EOF\n".to_vec(), vec![b' '; 5000]].concat();
        assert!(matches!(ending(&body), Ending::CutShort(_)));
    }

    #[test]
    fn plain_text_does_not_show_it() {
        assert_eq!(ending(b"text"), Ending::Unknown);
        assert_eq!(ending(b""), Ending::Unknown);
    }
}
