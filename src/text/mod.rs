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
mod institutions;
mod kind;
mod language;
mod normalise;
mod record;
mod sentences;
mod sheet;
#[cfg(test)]
mod test_random;
mod words;

pub use coordination::coordinations;
pub use date::PartialDate;
pub use designation::Designation;
pub(crate) use designation::{Series, Session};
pub(crate) use digest::DigestWriter;
pub use digest::{Digest, InvalidDigest};
pub use docname::DocName;
pub(crate) use document::main_language;
pub use document::{
    Area, Document, LanguageBasis, Limit, MediaType, Metadata, Notice, Page, PageStart, Passage, PassageKind,
    Rejection, TextSource,
};
pub(crate) use entry::Tally;
pub use entry::{Count, Entry, Rejected, Stratum};
pub(crate) use hyphens::{COORDINATORS, LineEnd, hyphen_at_line_end};
pub(crate) use institutions::name_today;
pub(crate) use kind::{KINDS, YearRule};
pub use kind::{Kind, OwnKind};
pub use language::Language;
pub use normalise::{is_steering, normalise};
pub(crate) use normalise::{visible, with_short_lines};
pub(crate) use record::CellError;
pub use record::{AnalysisYear, Dated, Record, SourceMetadata};
pub use sentences::sentences;
pub use sheet::{RowError, SheetError};
pub(crate) use sheet::{Sheet, SheetRow, runs_as_formula, without_apostrophe};
#[cfg(test)]
pub(crate) use test_random::TestRandom;
pub use words::{Word, is_counted, words};
