//! The bytes of a list on the web → its text: inflated where it is a gzip file, in the encoding that it declares. Pure.

use crate::acquire::archive::warc::content_decoded;
use crate::acquire::fetch::Exchange;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use regex::bytes::Regex;
use std::sync::LazyLock;

/// A list that is larger is cut. The sitemaps of the largest site seen have 15 MB together.
const TEXT_BYTES_MAX: usize = 50 << 20;
/// Encodings are declared at the beginning.
const HEAD_BYTES: usize = 1024;

/// The text of a list.
pub(super) struct ListText {
    pub(super) text: String,
    /// Whether the text is cut at its limit, or cannot be inflated to its end.
    pub(super) is_cut: bool,
}

/// The text of what was fetched.
pub(super) fn list_text(exchange: &Exchange) -> ListText {
    text_of(&exchange.payload, exchange.media_type.as_deref().unwrap_or_default())
}

/// The text of a web page that was archived.
pub(in crate::acquire) fn page_text(payload: &[u8]) -> String {
    text_of(payload, "").text
}

/// The text of bytes of that media type, which may be unknown.
pub(super) fn text_of(payload: &[u8], media_type: &str) -> ListText {
    // `sitemap.xml.gz` is a gzip file, which its server does not declare as an encoding.
    let is_gzip = payload.starts_with(b"\x1f\x8b");
    let inflated = is_gzip.then(|| content_decoded("gzip", payload, TEXT_BYTES_MAX as u64));
    let (bytes, is_broken) = match &inflated {
        Some(Ok(bytes)) => (&bytes[..], false),
        Some(Err(_)) => (&[][..], true),
        None => (payload, false),
    };
    let is_cut = is_broken || bytes.len() > TEXT_BYTES_MAX;
    let bytes = &bytes[..bytes.len().min(TEXT_BYTES_MAX)];
    let text = encoding(bytes, media_type).decode(bytes).0.into_owned();
    ListText { text, is_cut }
}

/// Of the media type, else of the XML declaration or the `meta` element, else by what the bytes are.
fn encoding(bytes: &[u8], media_type: &str) -> &'static Encoding {
    static DECLARED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?i)(?:charset|encoding)\s*=\s*["']?\s*([a-z0-9_-]+)"#).expect("it is a pattern")
    });
    let label = |bytes: &[u8]| {
        let found = DECLARED.captures(bytes)?.get(1)?.as_bytes();
        Encoding::for_label(found)
    };
    let declared = label(media_type.as_bytes()).or_else(|| label(&bytes[..bytes.len().min(HEAD_BYTES)]));
    let guessed = || if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { WINDOWS_1252 };
    declared.unwrap_or_else(guessed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_text_is_read_in_the_encoding_that_it_declares_or_shows() {
        let of = |bytes: &[u8], media_type: &str| text_of(bytes, media_type).text;
        assert_eq!(of("å".as_bytes(), "text/xml"), "å");
        assert_eq!(of(b"\xe5", "text/html"), "å");
        assert_eq!(of(b"\xe5", "text/html; charset=iso-8859-1"), "å");
        assert_eq!(
            of(b"<?xml version='1.0' encoding='ISO-8859-1'?>\xe5", ""),
            "<?xml version='1.0' encoding='ISO-8859-1'?>å"
        );
        assert_eq!(of(b"\xef\xbb\xbf\xc3\xa5", "text/xml; charset=unknown"), "å");
    }

    #[test]
    fn a_gzip_file_is_inflated_and_a_broken_one_is_cut() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"<urlset/>").unwrap();
        let bytes = gzip.finish().unwrap();
        assert_eq!(text_of(&bytes, "application/x-gzip").text, "<urlset/>");
        let broken = text_of(&bytes[..bytes.len() - 9], "");
        assert!(broken.is_cut && broken.text.is_empty());
    }
}
