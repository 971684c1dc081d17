//! Bytes → text: byte order mark, then `<meta charset>`, then UTF-8 where valid, else windows-1252.

use crate::text::Notice;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// As much of a page as browsers search for its `<meta charset>`.
const PRESCAN_BYTES: usize = 1024;

/// The text of `bytes`, and a notice when some bytes fit no encoding.
pub(super) fn decode(bytes: &[u8]) -> (String, Vec<Notice>) {
    let (text, encoding, has_errors) = encoding(bytes).decode(bytes);
    let notices = has_errors
        .then(|| Notice::of_document(format!("some bytes are no {} and were replaced", encoding.name())));
    (text.into_owned(), notices.into_iter().collect())
}

fn encoding(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    // Valid UTF-8 with letters beyond ASCII is UTF-8, whatever a template's old declaration says.
    if std::str::from_utf8(bytes).is_ok() && !declares_seven_bit(bytes) {
        return UTF_8;
    }
    declared(bytes).unwrap_or(WINDOWS_1252)
}

/// Whether the declared encoding hides letters in ASCII escapes (ISO-2022-JP).
fn declares_seven_bit(bytes: &[u8]) -> bool {
    declared(bytes) == Some(encoding_rs::ISO_2022_JP)
}

fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(PRESCAN_BYTES)]).to_ascii_lowercase();
    let (_, after) = head.split_once("charset")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start_matches([' ', '"', '\'']);
    let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c))).unwrap_or(value.len());
    // A page that can say in ASCII that it is UTF-16 is not UTF-16.
    Encoding::for_label(&value.as_bytes()[..end]).filter(|encoding| encoding.is_ascii_compatible())
}
