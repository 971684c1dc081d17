//! Stage 2: bytes → [`Document`] or a rejection. Pure: no file, clock or socket; what is too large is refused by a named limit.

mod docx;
mod html;
mod legibility;
pub mod pdf;
mod pdf_document;
pub mod record;

use crate::text::{Document, MediaType, Rejection};

/// The version of what extraction makes of the same bytes: raised whenever its output changes.
pub const EXTRACTOR_VERSION: u32 = 3;

/// The format of `bytes`, told by their content and never by a name. `None` when it is none that is read.
pub fn sniff(bytes: &[u8]) -> Option<MediaType> {
    let head = &bytes[..bytes.len().min(1024)];
    if head.windows(5).any(|window| window == b"%PDF-") {
        return Some(MediaType::Pdf);
    }
    if docx::is_word(bytes) {
        return Some(MediaType::Docx);
    }
    html::is_html(bytes).then_some(MediaType::Html)
}

/// The document that `bytes` hold, read as `media_type`.
///
/// # Errors
/// A [`Rejection`] when there is no text to be had: no text at all, an error page, a damaged or encrypted file.
pub fn document(bytes: &[u8], media_type: MediaType) -> Result<Document, Rejection> {
    match media_type {
        MediaType::Html => html::read(bytes),
        MediaType::Docx => docx::read(bytes),
        MediaType::Pdf => pdf_document::read(bytes),
    }
}
