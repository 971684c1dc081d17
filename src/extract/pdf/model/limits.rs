//! What reading one file may cost, and why nothing can be read at all.

use std::fmt;

/// Bounds on what one file may cost. A limit that is reached is named in a notice, and what was read until then is kept.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes that one stream, or all content of a page, may inflate to: 64 MiB, some thousand times a page of text.
    pub stream_bytes_max: usize,
    /// Bytes that all streams of a document may inflate to, what each filter of a chain gives counted: 1 GiB.
    pub document_bytes_max: usize,
    /// Operators read per page, forms included: two million.
    pub page_operators_max: usize,
    /// Operators read per document: a hundred million, half a minute of work and ten times a report of 5,000 pages.
    pub document_operators_max: usize,
    /// Operators read in forms that were drawn before and look otherwise now: ten million, a second of work.
    pub repeated_operators_max: usize,
    /// Glyphs read per page: 200,000, forty times a dense page.
    pub page_glyphs_max: usize,
    /// Forms drawn within forms: 16.
    pub form_depth_max: usize,
    /// Bytes that object streams and cross-references may inflate to, all together: 128 MiB, three times what two million values take.
    pub structure_bytes_max: usize,
    /// Numbers, names, strings, arrays and dictionaries read from objects, entries of dictionaries four times: two million,
    /// forty times a real file of 246 pages.
    pub values_max: usize,
    /// Bytes of shown text read per document, one or two a glyph: 64 MiB, a report of 10,000 pages.
    pub shown_bytes_max: usize,
    /// Bytes kept of all fonts' tables: 64 MiB, five times a report of 2,000 fonts.
    pub font_bytes_max: usize,
    /// Pages read: 20,000.
    pub pages_max: usize,
    /// Entries read of the outline, and names of destinations: 20,000, a hundred times a large report.
    pub outline_entries_max: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            stream_bytes_max: 64 << 20,
            document_bytes_max: 1 << 30,
            page_operators_max: 2_000_000,
            document_operators_max: 100_000_000,
            repeated_operators_max: 10_000_000,
            page_glyphs_max: 200_000,
            form_depth_max: 16,
            structure_bytes_max: 128 << 20,
            values_max: 2_000_000,
            shown_bytes_max: 64 << 20,
            font_bytes_max: 64 << 20,
            pages_max: 20_000,
            outline_entries_max: 20_000,
        }
    }
}

/// Why nothing can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// A password is needed; the empty one does not do.
    Encrypted,
    /// The objects cannot be read, even after repair; says what stands in the way.
    Damaged(String),
    /// The objects are there, but no page among them.
    NoPages,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Encrypted => f.write_str("encrypted: a password is needed"),
            Error::Damaged(cause) => write!(f, "damaged: {cause}"),
            Error::NoPages => f.write_str("damaged: no pages"),
        }
    }
}

impl std::error::Error for Error {}
