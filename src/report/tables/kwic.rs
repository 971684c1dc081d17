//! `kwic.csv`: a mention in its context.

use super::{
    CONCEPT, KEYWORD, OfDocument, PAGE, PAGE_LABEL, POST, PRE, SECTION, docname, source_sha256, source_url,
};
use super::{ISSUER, LANG, kind, title, year};
use crate::report::table::ValueType::{Integer, Text};
use crate::report::table::{Heading, Table, heading};
use crate::text::{Entry, MediaType};

/// A line of a concordance.
pub struct KwicRow<'a> {
    /// The concept, or the query.
    pub(crate) concept: &'a str,
    /// The document.
    pub(crate) entry: &'a Entry,
    /// Counted from 1.
    pub(crate) page: Option<u32>,
    /// The number printed on it.
    pub(crate) page_label: Option<&'a str>,
    /// Outermost first.
    pub(crate) section: &'a [String],
    /// Left context, key word, right context.
    pub(crate) words: [&'a str; 3],
    /// Characters of the key word in the plain text.
    pub(crate) chars: (u32, u32),
}

impl OfDocument for KwicRow<'_> {
    fn entry(&self) -> &Entry {
        self.entry
    }
}

pub(crate) fn kwic<'a>() -> Table<KwicRow<'a>> {
    let char_start = heading(
        "char_start",
        Integer,
        "First character of the key word in the document's plain text, counted from 0",
    )
    .in_unit("characters");
    let columns = vec![
        CONCEPT.of(|row: &KwicRow<'_>| row.concept.into()),
        docname(),
        PAGE.of(|row: &KwicRow<'_>| row.page.into()),
        PAGE_LABEL.of(|row: &KwicRow<'_>| row.page_label.into()),
        SECTION.of(|row: &KwicRow<'_>| row.section.join(" › ").into()),
        PRE.of(|row: &KwicRow<'_>| row.words[0].into()),
        KEYWORD.of(|row: &KwicRow<'_>| row.words[1].into()),
        POST.of(|row: &KwicRow<'_>| row.words[2].into()),
        char_start.of(|row: &KwicRow<'_>| row.chars.0.into()),
        heading("char_end", Integer, "One past its last character")
            .in_unit("characters")
            .of(|row: &KwicRow<'_>| row.chars.1.into()),
        source_url(),
        source_sha256(),
    ];
    Table { description: "One row for each mention: the key word in its context", columns }
}

/// The table of a concordance: as [`kwic`], with the record of each document.
pub(crate) fn concordance<'a>() -> Table<KwicRow<'a>> {
    let mut columns = kwic().columns;
    let record = vec![
        title(),
        kind(),
        year(),
        ISSUER.of(|row: &KwicRow<'_>| row.entry.record.issuer.as_deref().into()),
        LANG.of(|row: &KwicRow<'_>| row.entry.language.map(|language| language.to_string()).into()),
    ];
    columns.splice(2..2, record);
    columns.push(LINK.of(|row: &KwicRow<'_>| link(row).into()));
    Table { description: "One row for each mention of a query: the key word in its context", columns }
}

const LINK: Heading = heading(
    "link",
    Text,
    "Address of the document, of a PDF with the page as #page=N, which browsers open there",
);

/// The address at which a reader finds the mention.
fn link(row: &KwicRow<'_>) -> Option<String> {
    let address = row.entry.source_url.as_str();
    let address = match address.starts_with('/') {
        true => format!("file://{}", address.replace('%', "%25").replace('#', "%23").replace('?', "%3F")),
        false => address.split('#').next().unwrap_or(address).to_owned(),
    };
    let is_address = address.contains("://");
    let page = row.page.filter(|_| row.entry.media_type == MediaType::Pdf);
    let page = page.map(|page| format!("#page={page}")).unwrap_or_default();
    is_address.then(|| format!("{address}{page}"))
}

/// The columns of a coder's marks.
pub(crate) fn mark_headings() -> [Heading; 2] {
    [
        heading("mark", Text, "relevant or not relevant, by the coder; missing when not judged"),
        heading("note", Text, "A remark of the coder"),
    ]
}
