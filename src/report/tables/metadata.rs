//! The table of the metadata of one source, to be corrected and read back as `metadata.csv` or as a list of addresses; and a
//! list of documents for the eye.

use super::{ADDRESSEE, DESIGNATION, ISSUER, KIND, N_TOKENS, TITLE, YEAR, YEAR_BASIS, docname, ocr_share};
use crate::report::table::ValueType::{Integer, PartialDate, Text};
use crate::report::table::{Cell, Column, Table, heading};
use crate::text::{Entry, Kind};

/// The table whose first column, the location within the source, is called `location`.
///
/// What only the file's metadata tell of year and date is left empty: read back it would count as declared.
pub(crate) fn metadata(location: &'static str) -> Table<Entry> {
    let columns = vec![
        heading(location, Text, "Location within the source")
            .of(|entry: &Entry| entry.docname.location().into()),
        KIND.of(|entry: &Entry| known_kind(entry)),
        designation(),
        TITLE.of(|entry: &Entry| entry.record.title.as_deref().into()),
        ISSUER.of(|entry: &Entry| entry.record.issuer.as_deref().into()),
        ADDRESSEE.of(|entry: &Entry| entry.record.addressee.as_deref().into()),
        heading("published", PartialDate, "When it was published").of(|entry: &Entry| {
            let printed = entry.record.published.as_ref().filter(|dated| !dated.is_of_file());
            printed.map(|dated| dated.date.to_string()).into()
        }),
        heading("year", Integer, "Year of analysis").of(|entry: &Entry| {
            let printed = entry.record.year.as_ref().filter(|year| !year.is_of_file());
            printed.map(|year| year.year).into()
        }),
        heading("language", Text, "BCP 47 tag of the language of most of the text")
            .of(|entry: &Entry| entry.language.map(|language| language.to_string()).into()),
    ];
    Table { description: "One row for each document of the source", columns }
}

/// A list of documents.
pub(crate) fn document_list() -> Table<Entry> {
    let columns = vec![
        docname(),
        KIND.of(|entry: &Entry| entry.record.kind.name().into()),
        designation(),
        TITLE.of(|entry: &Entry| entry.record.title.as_deref().into()),
        ISSUER.of(|entry: &Entry| entry.record.issuer.as_deref().into()),
        ADDRESSEE.of(|entry: &Entry| entry.record.addressee.as_deref().into()),
        YEAR.of(|entry: &Entry| entry.record.year.as_ref().map(|year| year.year).into()),
        YEAR_BASIS.of(|entry: &Entry| entry.record.year.as_ref().map(|year| year.basis.as_str()).into()),
        N_TOKENS.of(|entry: &Entry| entry.n_tokens.into()),
        ocr_share(),
    ];
    Table { description: "One row for each document", columns }
}

fn designation() -> Column<Entry> {
    DESIGNATION.of(|entry: &Entry| entry.record.designation.as_ref().map(ToString::to_string).into())
}

/// The kind, but not `annet`: read back it would outrank what a later version of the program finds.
fn known_kind(entry: &Entry) -> Cell {
    match entry.record.kind {
        Kind::Annet => Cell::Empty,
        kind => kind.name().into(),
    }
}
