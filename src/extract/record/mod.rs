//! A document → its record: kind, title, issuer, addressee, date, and the year that it belongs to.
//!
//! Each field is taken from the first of these that gives it: the source's own metadata, the first page, the file's metadata,
//! the location. A field is `None` when none of them is sure.

mod dates;
mod designation;
mod head;
mod kind;
mod location;
mod year;

pub(in crate::extract) use dates::date_in;
pub use designation::{Found, find_all, parse, session_fault};

use crate::text::{Document, Kind, Notice, Record, SourceMetadata, name_today, normalise};
use designation::own;
use head::DocumentHead;
use location::file_name;

/// The version of [`describe`]: raised whenever the record of the same document changes.
pub(crate) const RECORDER_VERSION: u32 = 9;

/// The record of `document`, and what is doubtful in it.
///
/// `location` is its URL or file name: the last resort for designation and kind.
pub fn describe(document: &Document, source: &SourceMetadata, location: &str) -> (Record, Vec<Notice>) {
    let head = DocumentHead::of(document);
    let declared = source.kind.or_else(|| kind::of_type(document.metadata.document_type.as_deref()?));
    let designation =
        designation_of(&head, document, source, location).filter(|_| declared.is_none_or(is_numbered));
    let by_series = designation.as_ref().map(|designation| kind::of_series(designation.series));
    let title = clean(source.title.as_deref()).or_else(|| head.title(document));
    let words = || {
        let texts = [title.as_deref(), head.first_heading(), document.metadata.title.as_deref()];
        let told = texts.into_iter().flatten().find_map(kind::of_title);
        told.or_else(|| head.kind()).or_else(|| kind::of_title(&file_name(location)))
    };
    let kind = source.kind.or(by_series).or(declared).or_else(words).unwrap_or_default();
    let mut notices = Vec::new();
    notices.extend(designation.as_ref().and_then(session_fault));
    let mut record = Record { kind, designation, title, ..Record::default() };
    record.issuer = clean(source.issuer.as_deref()).or_else(|| head.issuer(&record));
    if record.issuer.is_none() {
        record.issuer = head.issuer_of_metadata(document);
        notices.extend(head::label_doubt(record.issuer.as_deref(), document));
    }
    record.addressee = clean(source.addressee.as_deref()).or_else(|| head.addressee(&record));
    record.published = year::published(document, source, &head, &record, &mut notices);
    record.concerned = year::concerned(&record, &head, document, location);
    record.year = year::analysis(&record, &head, source, &mut notices);
    record.own.clone_from(&source.own);
    set_names_today(&mut record);
    (record, notices.into_iter().map(Notice::of_document).collect())
}

/// The names of today. What a source declares in columns of these names is no column of the user's own.
fn set_names_today(record: &mut Record) {
    let published =
        record.published.as_ref().filter(|dated| !dated.is_of_file()).map(|dated| dated.date.year());
    let counted = || record.year.as_ref().filter(|year| !year.is_of_file()).map(|year| year.year);
    let session = || record.designation.as_ref()?.session.map(|session| session.first);
    let year = published.or_else(counted).or_else(session);
    let declared = record.own.remove("issuer_today");
    record.issuer_today = name_today(declared.as_deref(), record.issuer.as_deref(), year);
    let declared = record.own.remove("addressee_today");
    record.addressee_today = name_today(declared.as_deref(), record.addressee.as_deref(), year);
}

/// Leaves out a year that only the file's own metadata give, with a notice in place of the doubt.
pub(crate) fn leave_out_year_of_file(record: &mut Record, notices: &mut Vec<Notice>) {
    let Some(year) = record.year.take_if(|year| year.is_of_file()) else { return };
    notices.retain(|notice| notice.text != year::doubt(year.year));
    let text = format!("year not known: {} is that of the file's metadata only, and is left out", year.year);
    notices.push(Notice::of_document(text));
}

/// A value that a source declares, normalised like the texts. `None` when nothing is left of it.
fn clean(declared: Option<&str>) -> Option<String> {
    declared.map(normalise).filter(|text| !text.is_empty())
}

/// The document's own designation; one that it only mentions is not its own.
fn designation_of(
    head: &DocumentHead,
    document: &Document,
    source: &SourceMetadata,
    location: &str,
) -> Option<crate::text::Designation> {
    let declared = source.designation.as_deref().and_then(parse);
    let of_title = || own(document.metadata.title.as_deref()?);
    let of_url = || document.metadata.url.as_deref().and_then(parse);
    declared
        .or_else(|| head.designation())
        // A letter or a meeting that names a document is not that document.
        .or_else(|| of_title().filter(|_| head.kind_of_first_line().is_none_or(is_numbered)))
        .or_else(of_url)
        // "otprp2.html" may be any file name.
        .or_else(|| parse(&file_name(location)).filter(|designation| designation.session.is_some()))
}

fn is_numbered(kind: Kind) -> bool {
    use Kind::{Dokument, Innstilling, Nou, Proposisjon, Stortingsmelding};
    matches!(kind, Stortingsmelding | Proposisjon | Innstilling | Nou | Dokument)
}
