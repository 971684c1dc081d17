//! Stage 2: bytes → [`Document`] or a rejection. Pure: no file, clock or socket. Too large input is refused with the name of
//! the limit.

mod html;
mod legibility;
mod marks;
mod ocr_page;
mod ocr_words;
mod office;
mod page_image;
pub mod pdf;
mod pdf_document;
mod placed_words;
mod plain;
pub mod record;
mod storting_xml;
mod wrapper;

pub(crate) use ocr_page::OcrPage;
pub(crate) use page_image::turned;
pub(crate) use pdf_document::{OcrPages, OcrSurvey};
pub use placed_words::{PlacedWord, WordPlace};

use crate::text::{Document, MediaType, Rejection};
use std::borrow::Cow;

/// The version of extraction: raised whenever its output for the same bytes changes.
pub(crate) const EXTRACTOR_VERSION: u32 = 12;

/// The format of the document in `bytes`, determined by their content and never by a name. `None` when the format is not read.
///
/// The format of a gzip file or of a web page saved as one message (.mht) is that of the document within.
pub fn sniff(bytes: &[u8]) -> Option<MediaType> {
    let bytes = wrapper::unwrapped(bytes).ok()?;
    let head = &bytes[..bytes.len().min(1024)];
    if head.windows(5).any(|window| window == b"%PDF-") {
        return Some(MediaType::Pdf);
    }
    match office::format(&bytes) {
        Some(office::OfficeFormat::Word) => return Some(MediaType::Docx),
        Some(office::OfficeFormat::OpenDocumentText) => return Some(MediaType::Odt),
        Some(office::OfficeFormat::Epub) => return Some(MediaType::Epub),
        Some(office::OfficeFormat::Other(_)) => return None,
        None => {}
    }
    if html::is_html(&bytes) {
        return Some(MediaType::Html);
    }
    if storting_xml::is_publication(&bytes) {
        return Some(MediaType::StortingXml);
    }
    plain::is_text(&bytes).then_some(MediaType::Text)
}

/// The document that `bytes` hold, read as `media_type`.
///
/// # Errors
/// A [`Rejection`] when there is no text that can be read: no text at all, an error page, a damaged or encrypted file.
pub fn document(bytes: &[u8], media_type: MediaType) -> Result<Document, Rejection> {
    let bytes = &wrapper::unwrapped(bytes)?;
    match media_type {
        MediaType::Html => html::read(bytes),
        MediaType::Docx => office::read_docx(bytes),
        MediaType::Odt => office::read_odt(bytes),
        MediaType::Epub => office::read_epub(bytes),
        MediaType::Pdf => pdf_document::read(bytes),
        MediaType::StortingXml => storting_xml::read(bytes),
        MediaType::Text => plain::read(bytes),
    }
}

/// A page of a PDF as it is shown.
pub(crate) struct ShownPage {
    pub(crate) png: Vec<u8>,
    pub(crate) width_px: u32,
    pub(crate) height_px: u32,
    /// Its size in points, the unit of the areas of words.
    pub(crate) width_pt: f32,
    pub(crate) height_pt: f32,
    pub(crate) words: Vec<PlacedWord>,
    /// What [`document`] gives for the file: the text that the words are placed in, or why there is none.
    pub(crate) document: Result<Document, Rejection>,
}

/// Page `number` of a PDF, counted from 1, as a picture `width_px` wide, with its words. `ocr` are the pages that OCR has read.
///
/// # Errors
/// When the page cannot be drawn.
pub(crate) fn shown_page(
    bytes: &[u8],
    ocr: &OcrPages,
    confidence_min: u8,
    number: u32,
    width_px: u32,
) -> Result<ShownPage, Rejection> {
    let bytes = &wrapper::unwrapped(bytes)?;
    let image = page_image::page_image(bytes, number, page_image::Size::Width(width_px))?;
    let (width_px, height_px) = (u32::from(image.width()), u32::from(image.height()));
    let png = image.into_png().map_err(page_image::undrawn)?;
    let (document, shown) = pdf_document::read_with_words(bytes, ocr, confidence_min, number);
    let pdf_document::PageWords { width_pt, height_pt, words } = shown;
    Ok(ShownPage { png, width_px, height_px, width_pt, height_pt, words, document })
}

/// Which pages of a PDF OCR can read.
pub(crate) fn ocr_survey(bytes: &[u8]) -> OcrSurvey {
    wrapper::unwrapped(bytes).map(|bytes| pdf_document::survey(&bytes)).unwrap_or_default()
}

/// Page `number` of a PDF, counted from 1, in shades of grey as a file of Netpbm, and its width in pixels.
///
/// # Errors
/// When it cannot be drawn.
pub(crate) fn ocr_picture(bytes: &[u8], number: u32, dpi: u32) -> Result<(u32, Vec<u8>), Rejection> {
    let bytes = wrapper::unwrapped(bytes)?;
    let picture = page_image::page_image(&bytes, number, page_image::Size::Dpi(dpi))?;
    Ok((u32::from(picture.width()), page_image::grey(&picture)))
}

/// The document in a PDF with the text of `ocr` on the pages that OCR has read.
///
/// # Errors
/// A [`Rejection`] as from [`document`].
pub(crate) fn scanned_document(
    bytes: &[u8],
    ocr: &OcrPages,
    confidence_min: u8,
) -> Result<Document, Rejection> {
    pdf_document::read_scanned(&wrapper::unwrapped(bytes)?, ocr, confidence_min)
}

/// Why bytes that [`sniff`] does not know are not read: their format where it is known, and what can be done.
pub fn refusal(bytes: &[u8]) -> Rejection {
    if bytes.is_empty() {
        return Rejection::new("empty file", "fetch or copy it again");
    }
    let bytes = match wrapper::unwrapped(bytes) {
        Ok(bytes) => bytes,
        Err(rejection) => return rejection,
    };
    if office::is_ole(&bytes) {
        return office::refuse_ole(&bytes);
    }
    if bytes.starts_with(RTF) {
        return office::needs_converter("RTF document", "libreoffice-writer-nogui");
    }
    if let Some(office::OfficeFormat::Other(name)) = office::format(&bytes) {
        return Rejection::new(
            format!("{name}: not read"),
            "convert it to PDF or DOCX, or leave it out of the source",
        );
    }
    let Some((_, name, hint)) = KNOWN.iter().find(|(start, _, _)| bytes.starts_with(start)) else {
        return Rejection::new(
            "unknown format: neither PDF, HTML, DOCX, ODT, EPUB nor text",
            "convert it to one of these, or leave it out of the source",
        );
    };
    Rejection::new(format!("{name}: not read"), *hint)
}

/// What RTF begins with.
const RTF: &[u8] = b"{\\rtf";

/// What a converter is asked for.
pub(crate) struct Conversion<'a> {
    /// Not the gzip file around it, which a child has read within its limits to find that out.
    pub(crate) document: Cow<'a, [u8]>,
    pub(crate) extension: &'static str,
    /// The extension of what it is to become.
    pub(crate) wanted: &'static str,
}

/// How the file `bytes` is converted, when [`refusal`] asks for it.
pub(crate) fn conversion(bytes: &[u8]) -> Conversion<'_> {
    let document = wrapper::unwrapped(bytes).unwrap_or(Cow::Borrowed(bytes));
    let (extension, wanted) = match office::low_value(&document) {
        Some(form) => (form.extension, form.converted),
        None if document.starts_with(RTF) => ("rtf", "docx"),
        None => ("doc", "docx"),
    };
    Conversion { document, extension, wanted }
}

/// Why a spreadsheet or slides are not read where the settings ask for them and no converter is installed.
pub(crate) fn refusal_without_converter(bytes: &[u8]) -> Rejection {
    let form = wrapper::unwrapped(bytes).ok().and_then(|document| office::low_value(&document));
    form.map_or_else(|| refusal(bytes), |form| office::needs_converter(form.name, form.package))
}

const LEAVE_OUT: &str = "leave it out of the source";

/// First bytes of formats that are not read, their name and what can be done.
const KNOWN: [(&[u8], &str, &str); 10] = [
    (b"%!PS", "PostScript file", "convert it to PDF with ps2pdf (package ghostscript)"),
    (b"\x89PNG", "PNG picture", LEAVE_OUT),
    (b"\xff\xd8\xff", "JPEG picture", LEAVE_OUT),
    (b"GIF8", "GIF picture", LEAVE_OUT),
    (b"II*\0", "TIFF picture", "run OCR on it, or leave it out of the source"),
    (b"MM\0*", "TIFF picture", "run OCR on it, or leave it out of the source"),
    (b"\xffWPC", "WordPerfect document", "convert it with LibreOffice (package libreoffice-writer)"),
    (b"<?xml", "XML that is no web page", LEAVE_OUT),
    (b"Rar!", "RAR archive", "unpack it into the source's folder"),
    (b"7z\xbc\xaf", "7-Zip archive", "unpack it into the source's folder"),
];
