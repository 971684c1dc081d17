//! The answer to a query.

use super::{
    KEYWORD, KwicRow, OfDocument, PAGE, PAGE_LABEL, POST, PRE, SECTION, docname, kind, source_sha256,
    source_url, title, year,
};
use crate::report::table::ValueType::{Integer, Number};
use crate::report::table::{Table, heading};
use crate::text::Entry;

/// A passage that a query found.
pub(crate) struct SearchRow<'a> {
    /// 1 is the best.
    pub(crate) rank: u32,
    pub(crate) score: f64,
    /// Mentions in the passage.
    pub(crate) n: u32,
    pub(crate) line: KwicRow<'a>,
}

impl OfDocument for SearchRow<'_> {
    fn entry(&self) -> &Entry {
        self.line.entry
    }
}

pub(crate) fn search<'a>() -> Table<SearchRow<'a>> {
    type Row<'a> = SearchRow<'a>;
    let n = heading("n", Integer, "Mentions of all words and phrases of the query in the passage")
        .in_unit("mentions");
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
        source_url(),
        source_sha256(),
    ];
    Table { description: "One row for each passage, best first", columns }
}
