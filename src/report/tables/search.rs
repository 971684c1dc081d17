//! The answer to a query.

use super::{
    KEYWORD, KwicRow, OfDocument, PAGE, PAGE_LABEL, POST, PRE, SECTION, docname, kind, source_sha256,
    source_url, title, year,
};
use crate::report::table::ValueType::{Integer, Number, Text};
use crate::report::table::{Table, heading};
use crate::text::Entry;

/// A passage that a query found.
pub(crate) struct SearchRow<'a> {
    /// 1 is the best.
    pub(crate) rank: u32,
    pub(crate) score: f64,
    /// Mentions in the passage, or of a document in all passages that answer the query.
    pub(crate) n: u32,
    pub(crate) n_passages: u32,
    /// The words around the first mention, with every mention marked.
    pub(crate) snippet: &'a str,
    pub(crate) line: KwicRow<'a>,
}

impl OfDocument for SearchRow<'_> {
    fn entry(&self) -> &Entry {
        self.line.entry
    }
}

pub(crate) fn search<'a>() -> Table<SearchRow<'a>> {
    type Row<'a> = SearchRow<'a>;
    let n = heading(
        "n",
        Integer,
        "Mentions in the passage; with --by document in all passages of the document that answer the query",
    )
    .in_unit("mentions");
    let n_passages = heading(
        "n_passages",
        Integer,
        "Passages that answer the query: 1, or with --by document those of the document",
    )
    .in_unit("passages");
    let snippet =
        heading("snippet", Text, "Text around the first mention; each mention stands between [ and ]");
    let columns = vec![
        heading("rank", Integer, "1 is the best").of(|row: &Row<'_>| row.rank.into()),
        heading("score", Number, "Okapi BM25; comparable within one answer only")
            .of(|row: &Row<'_>| row.score.into()),
        docname(),
        title(),
        kind(),
        year(),
        PAGE.of(|row: &Row<'_>| row.line.page.into()),
        PAGE_LABEL.of(|row: &Row<'_>| row.line.page_label.into()),
        SECTION.of(|row: &Row<'_>| row.line.section.join(" › ").into()),
        PRE.of(|row: &Row<'_>| row.line.words[0].into()),
        KEYWORD.of(|row: &Row<'_>| row.line.words[1].into()),
        POST.of(|row: &Row<'_>| row.line.words[2].into()),
        n.of(|row: &Row<'_>| row.n.into()),
        n_passages.of(|row: &Row<'_>| row.n_passages.into()),
        snippet.of(|row: &Row<'_>| row.snippet.into()),
        source_url(),
        source_sha256(),
    ];
    Table {
        description: "One row for each passage or document, best first; the passages of one document stand together",
        columns,
    }
}

/// The number of answers in documents that have a value in common.
pub(crate) struct FacetRow {
    pub(crate) facet: &'static str,
    pub(crate) value: Option<String>,
    pub(crate) n_passages: u64,
    pub(crate) n_docs: u64,
}

pub(crate) fn facets() -> Table<FacetRow> {
    let columns = vec![
        heading("facet", Text, "kind, year, issuer or language of the document")
            .of(|row: &FacetRow| row.facet.into()),
        heading("value", Text, "Its value; missing where it is not known")
            .of(|row| row.value.as_deref().into()),
        heading("n_passages", Integer, "Passages that answer the query").of(|row| row.n_passages.into()),
        heading("n_docs", Integer, "Documents with such passages").of(|row| row.n_docs.into()),
    ];
    Table { description: "One row for each value of each facet", columns }
}
