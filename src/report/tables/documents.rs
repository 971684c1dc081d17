//! `documents.csv`: a document.

use super::{
    ADDRESSEE_TODAY, ISSUER_TODAY, OfDocument, identity, n_tokens, ocr_share, source_sha256, source_url,
};
use crate::report::table::ValueType::{Boolean, Integer, Text};
use crate::report::table::{Column, Table, heading};
use crate::text::{DocName, Entry, Notice};

pub(crate) fn documents() -> Table<Entry> {
    let mut columns = identity();
    columns.extend(record());
    columns.extend(size());
    columns.extend([
        heading("media_type", Text, "Registered media type of the bytes")
            .of(|entry: &Entry| entry.media_type.name().into()),
        heading("is_vanished", Boolean, "Whether its source no longer has it; its text stays and counts")
            .of(|entry| entry.is_vanished.into()),
        heading("also_at", Text, "Other locations that hold the same bytes, separated by |")
            .of(|entry| entry.also_at.iter().map(DocName::as_str).collect::<Vec<_>>().join(" | ").into()),
        heading(
            "copy_of",
            Text,
            "The document that has its text as well and counts in its place; missing for most",
        )
        .of(|entry| entry.copy_of.as_ref().map(DocName::as_str).into()),
        heading(
            "notices",
            Text,
            "What a reader of the numbers should know, separated by |; p. N: names the page",
        )
        .of(|entry| entry.notices.iter().map(notice).collect::<Vec<_>>().join(" | ").into()),
        source_url(),
        source_sha256(),
    ]);
    Table { description: "One row for each document", columns }
}

/// The table of exported texts, by file: as [`documents`], with the columns `own` of the user's own.
pub(crate) fn text_metadata(own: &[String]) -> Table<(String, Entry)> {
    let doc_id = heading("doc_id", Text, "The name of the file with the text");
    let mut columns = vec![doc_id.of(|row: &(String, Entry)| row.0.as_str().into())];
    columns.extend(identity());
    columns.extend([n_tokens(), ocr_share(), source_url(), source_sha256()]);
    Table { description: "One row for each text", columns }.with_own(own)
}

impl OfDocument for (String, Entry) {
    fn entry(&self) -> &Entry {
        &self.1
    }
}

fn record() -> [Column<Entry>; 6] {
    let shares = heading(
        "lang_shares",
        Text,
        "Languages of the text with their shares of its letters, the largest first, separated by |: nb 0.973 | en 0.027",
    );
    [
        ISSUER_TODAY.of(|entry: &Entry| entry.record.issuer_today.as_deref().into()),
        ADDRESSEE_TODAY.of(|entry: &Entry| entry.record.addressee_today.as_deref().into()),
        shares.of(|entry: &Entry| lang_shares(entry).into()),
        heading("date_basis", Text, "Where the date was read: declared, letter head, file created, …")
            .of(|entry| entry.record.published.as_ref().map(|dated| dated.basis.as_str()).into()),
        heading(
            "concerned_from",
            Integer,
            "First year that the document is about; missing when it does not say",
        )
        .of(|entry| entry.record.concerned.map(|(first, _)| first).into()),
        heading("concerned_to", Integer, "Last year that the document is about")
            .of(|entry| entry.record.concerned.map(|(_, last)| last).into()),
    ]
}

fn size() -> [Column<Entry>; 4] {
    let passages = heading(
        "n_passages",
        Integer,
        "Passages: headings, paragraphs, list items, table rows, footnotes, captions",
    );
    [
        heading("n_pages", Integer, "Pages; missing when the format has none")
            .in_unit("pages")
            .of(|entry: &Entry| entry.n_pages.into()),
        passages.of(|entry| entry.n_passages.into()),
        n_tokens(),
        ocr_share(),
    ]
}

fn lang_shares(entry: &Entry) -> String {
    let shares = entry.language_shares.iter();
    let shares = shares.map(|(language, share)| format!("{language} {:.3}", f64::from(*share) / 1000.0));
    shares.collect::<Vec<_>>().join(" | ")
}

fn notice(notice: &Notice) -> String {
    match notice.page {
        Some(page) => format!("p. {page}: {}", notice.text),
        None => notice.text.clone(),
    }
}
