//! `term_document.csv`: a concept in a document.

use super::{CONCEPT, N, OfDocument, PER_MILLION, identity, n_tokens, source_sha256, source_url};
use crate::report::table::ValueType::Integer;
use crate::report::table::{Table, heading};
use crate::text::Entry;
use crate::trend::{DocumentRow, Frequency};

impl OfDocument for DocumentRow<'_> {
    fn entry(&self) -> &Entry {
        self.entry
    }
}

/// The table.
pub fn term_document<'a>() -> Table<DocumentRow<'a>> {
    let page_first =
        heading("page_first", Integer, "First page with a mention; missing without mentions or pages");
    let mut columns = vec![CONCEPT.of(|row: &DocumentRow<'_>| row.concept.into())];
    columns.extend(identity());
    columns.extend([
        N.of(|row: &DocumentRow<'_>| row.n.into()),
        n_tokens(),
        PER_MILLION.of(|row| Frequency { n: row.n, n_tokens: row.entry.n_tokens }.per_million().into()),
        page_first.of(|row| row.page_first.into()),
        source_url(),
        source_sha256(),
    ]);
    Table { description: "One row for each concept and document, with and without mentions", columns }
}
