//! A document as the index and the reports list it, and the counts that are taken of it.

use super::{AnalysisYear, Digest, DocName, Kind, Language, MediaType, Notice, Record};
use serde::{Deserialize, Serialize};

/// One document of a snapshot: what it is, where it came from, how long it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its unique name in this corpus.
    pub docname: DocName,
    /// Who says what to whom, when.
    pub record: Record,
    /// The language of most of its text, or the one its source declares. `None` when unsure.
    pub language: Option<Language>,
    /// The languages of its passages with their shares of its letters in thousandths, the largest first; those below one
    /// thousandth left out.
    pub language_shares: Vec<(Language, u16)>,
    /// What its bytes are.
    pub media_type: MediaType,
    /// Pages. `None` when the format has none.
    pub n_pages: Option<u32>,
    /// Passages.
    pub n_passages: u32,
    /// Word tokens: those with a letter.
    pub n_tokens: u64,
    /// Those that OCR read.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub n_tokens_ocr: u64,
    /// Where the document was published, or the path that it was read from.
    pub source_url: String,
    /// SHA-256 of its bytes in the archive.
    pub source_sha256: Digest,
    /// Other places that hold the same bytes.
    pub also_at: Vec<DocName>,
    /// The document that has the same text and is counted in its place. `None` when it is counted itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<DocName>,
    /// Whether its source no longer has it. Its text is kept and counted.
    pub is_vanished: bool,
    /// Findings about it.
    pub notices: Vec<Notice>,
    /// What the entry was made from: bytes, metadata and the versions of our own rules.
    pub made_from: Digest,
}

/// What a document adds to the totals of the corpus: the part of its [`Entry`] that each count uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stratum {
    /// The year that its words are counted in.
    pub(crate) year: Option<i16>,
    /// Whether only the metadata of its file give that year.
    pub(crate) is_year_of_file: bool,
    pub(crate) kind: Kind,
    /// The language of most of its text.
    pub(crate) language: Option<Language>,
    /// Word tokens: those with a letter.
    pub(crate) n_tokens: u64,
    /// Those that OCR read.
    pub(crate) n_tokens_ocr: u64,
    pub(crate) n_passages: u32,
    /// Whether another document has its text and counts in its place.
    pub(crate) is_copy: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Entry {
    /// The entry of a document of which nothing else is known.
    pub fn new(docname: DocName, media_type: MediaType) -> Entry {
        Entry {
            docname,
            record: Record::default(),
            language: None,
            language_shares: Vec::new(),
            media_type,
            n_pages: None,
            n_passages: 0,
            n_tokens: 0,
            n_tokens_ocr: 0,
            source_url: String::new(),
            source_sha256: Digest::of(b""),
            also_at: Vec::new(),
            copy_of: None,
            is_vanished: false,
            notices: Vec::new(),
            made_from: Digest::of(b""),
        }
    }

    /// The part of this entry that every count needs.
    pub(crate) fn stratum(&self) -> Stratum {
        Stratum {
            year: self.record.year.as_ref().map(|year| year.year),
            is_year_of_file: self.record.year.as_ref().is_some_and(AnalysisYear::is_of_file),
            kind: self.record.kind,
            language: self.language,
            n_tokens: self.n_tokens,
            n_tokens_ocr: self.n_tokens_ocr,
            n_passages: self.n_passages,
            is_copy: self.copy_of.is_some(),
        }
    }
}

/// How often one form of a concept occurs in one document and language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    /// The document, as its index in the snapshot's entries.
    pub(crate) document: u32,
    /// The matched form, as its index in the forms of the same count.
    pub(crate) form: u32,
    /// The language of the passages. `None` where it is unsure.
    pub(crate) language: Option<Language>,
    pub(crate) n: u64,
    /// The first page that has it. `None` without pages.
    pub(crate) page_first: Option<u32>,
}

/// The count of one concept over a whole snapshot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Count {
    pub(crate) concept: String,
    /// What was matched, in small letters, sorted.
    pub(crate) forms: Vec<String>,
    /// Sorted by document, form, language.
    pub(crate) tallies: Vec<Tally>,
}

/// A document that was left out: one row of `rejected.csv`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rejected {
    /// The document, or the other item of the source.
    pub(crate) location: DocName,
    /// The stage that stopped it: `acquire`, `archive` or `extract`.
    pub stage: String,
    pub(crate) reason: String,
    /// What can be done about it.
    pub(crate) hint: String,
    /// SHA-256 of its bytes. `None` when there are none.
    pub(crate) source_sha256: Option<Digest>,
}
