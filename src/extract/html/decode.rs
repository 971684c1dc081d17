//! Bytes → text. The encoding is decided in this order: byte order mark, zeros of UTF-16, valid UTF-8, UTF-8 with a few wrong
//! bytes, the declaration of the page; else windows-1252, as browsers assume in Western Europe.

use crate::extract::legibility::wrong_encoding;
use crate::text::Notice;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use regex::bytes::Regex;
use std::sync::LazyLock;

/// Zeros of UTF-16 are looked for in this many bytes.
const SAMPLE_BYTES: usize = 4096;
/// A declaration after more bytes is not looked for. A choice: the longest head of our pages has 24 kB.
const DECLARATION_BYTES_MAX: usize = 1 << 20;

static DECLARATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?i-u)<meta\s[^>]{0,500}?charset\s*=\s*["']?\s*([a-z0-9_:.-]+)|<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([a-z0-9_:.-]+)"#,
    )
    .expect("a constant pattern")
});

/// The text of `bytes`, and notices about bytes that do not fit the encoding and about letters that were damaged before.
pub(in crate::extract) fn decode(bytes: &[u8]) -> (String, Vec<Notice>) {
    let (text, repaired) = text(bytes);
    let mut notices = Vec::new();
    if let Some(fault) = repaired {
        notices.push(Notice::of_document(fault));
    }
    notices.extend(mojibake(&text));
    // Markup has the braces of the seven-bit encoding.
    if let Some(wrong) = wrong_encoding(text.lines()).filter(|wrong| !wrong.is_of_seven_bits()) {
        notices.push(Notice::of_document(format!(
            "letters were spoilt before the file was saved: {}",
            wrong.name
        )));
    }
    (text, notices)
}

/// The text, and what is wrong with its bytes.
fn text(bytes: &[u8]) -> (String, Option<String>) {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return decoded(bytes, encoding);
    }
    if let Some(encoding) = utf_16(bytes) {
        return decoded(bytes, encoding);
    }
    let declared = declared(bytes);
    let is_valid = match std::str::from_utf8(bytes) {
        // ISO-2022-JP hides letters in escapes of ASCII.
        Ok(text) if declared != Some(encoding_rs::ISO_2022_JP) => return (text.to_owned(), None),
        Ok(_) => true,
        Err(_) => false,
    };
    if !is_valid && is_nearly_utf_8(bytes) {
        return mended_utf_8(bytes);
    }
    // A page that declares UTF-8 and is not in UTF-8 is in Latin-1: an old editor has saved its template.
    let encoding = declared.filter(|encoding| *encoding != UTF_8).unwrap_or(WINDOWS_1252);
    decoded(bytes, encoding)
}

fn decoded(bytes: &[u8], encoding: &'static Encoding) -> (String, Option<String>) {
    let (text, encoding, has_errors) = encoding.decode(bytes);
    let fault = has_errors.then(|| format!("some bytes are not {} and were replaced", encoding.name()));
    (text.into_owned(), fault)
}

/// UTF-16 without a mark: nearly every second byte of its tags is zero.
fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES) & !1];
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (first, second, pairs) = (zeros(0), zeros(1), sample.len() / 2);
    // 0.7: letters of Greek or Cyrillic text have no zero, the tags around them have.
    let is_most = |count: usize| pairs >= 4 && count * 10 >= pairs * 7;
    match (is_most(first), is_most(second)) {
        (false, true) if first * 10 < pairs => Some(UTF_16LE),
        (true, false) if second * 10 < pairs => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether letters of two or more bytes are more frequent than bytes that belong to none.
fn is_nearly_utf_8(bytes: &[u8]) -> bool {
    let (mut letters, mut stray) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        letters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        stray += chunk.invalid().len();
    }
    letters > stray
}

/// UTF-8 with each stray byte read as windows-1252: a quotation from an old page pasted into a new one.
fn mended_utf_8(bytes: &[u8]) -> (String, Option<String>) {
    let mut text = String::with_capacity(bytes.len());
    let mut stray = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
        stray += chunk.invalid().len();
    }
    let bytes = if stray == 1 { "byte is" } else { "bytes are" };
    (text, Some(format!("{stray} {bytes} not UTF-8 and were read as windows-1252")))
}

/// The encoding that the page declares in a `meta` or in its XML declaration, at any place.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(DECLARATION_BYTES_MAX)];
    let found = DECLARATION.captures(head)?;
    let label = found.get(1).or_else(|| found.get(2))?.as_bytes();
    // A page whose declaration of UTF-16 is readable as ASCII is not in UTF-16.
    Encoding::for_label(label).filter(|encoding| encoding.is_ascii_compatible())
}

/// A notice when letters were damaged before the page was saved: "mÃ¥l", "tj�neste".
fn mojibake(text: &str) -> Option<Notice> {
    // UTF-8 read as windows-1252 once: æ, ø, å, Å, Ø, Æ, é, the apostrophe and the dash.
    const SPOILT: [&str; 10] = ["Ã¦", "Ã¸", "Ã¥", "Ã…", "Ã˜", "Ã†", "Ã©", "â€™", "â€“", "â€œ"];
    // A text about encodings quotes one or two; a damaged page has one in every line.
    const COUNT_MIN: usize = 3;
    let lost = text.matches('\u{fffd}').count();
    let spoilt: usize = if text.contains('Ã') || text.contains('â') {
        SPOILT.iter().map(|letter| text.matches(letter).count()).sum()
    } else {
        0
    };
    if spoilt >= COUNT_MIN {
        return Some(Notice::of_document(format!(
            "{spoilt} letters were spoilt before the file was saved, as «Ã¥» for «å»"
        )));
    }
    (lost > 0).then(|| Notice::of_document(format!("{lost} characters were lost before the file was read")))
}
