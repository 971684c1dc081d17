//! The shared vocabulary of all stages: documents, their records and languages, words and counts.
//!
//! Pure: no clock, file, socket or thread. The stages exchange data in these types.

mod coordination;
mod date;
mod designation;
mod digest;
mod docname;
mod document;
mod entry;
mod hyphens;
mod kind;
mod language;
mod normalise;
mod record;
mod sentences;
mod sheet;
mod words;

pub use coordination::coordinations;
pub use date::PartialDate;
pub use designation::{Designation, Series, Session};
pub use digest::{Digest, DigestWriter, InvalidDigest};
pub use docname::DocName;
pub use document::{
    Area, Document, LanguageBasis, Limit, MediaType, Metadata, Notice, Page, PageStart, Passage, PassageKind,
    Rejection, main_language,
};
pub use entry::{Count, Entry, Rejected, Stratum, Tally};
pub use hyphens::{COORDINATORS, LineEnd, hyphen_at_line_end};
pub use kind::{KINDS, Kind, KindRow, OwnKind, YearRule};
pub use language::Language;
pub use normalise::{is_steering, normalise, visible, with_short_lines};
pub use record::{AnalysisYear, CellError, Dated, Record, SourceMetadata};
pub use sentences::sentences;
pub use sheet::{RowError, Sheet, SheetError, SheetRow};
pub use words::{WORD_BYTES_MAX, Word, is_counted, words};
