//! The tables of a report, one file for each: a table is a list of columns, and a column is its description and its value.
//!
//! Headers of CSV, objects of JSON and the data package follow from the list; a new column is one line in its table.

mod changes;
mod collocations;
mod columns;
mod cooccurrence;
mod coverage;
mod dispersion;
mod documents;
mod features;
mod form_review;
mod forms;
mod keyness;
mod kwic;
mod metadata;
mod rejected;
mod search;
mod strata;
mod term_document;
mod term_year;
mod trend_test;
mod word_list;

pub(crate) use changes::{ChangeRow, changes};
pub(crate) use collocations::collocations;
pub(crate) use columns::{ColumnRow, column_rows, columns};
pub(crate) use cooccurrence::cooccurrence;
pub(crate) use coverage::coverage;
pub(crate) use dispersion::{StripRow, dispersion, strips};
pub(crate) use documents::{documents, text_metadata};
pub(crate) use features::{FeatureRow, features};
pub(crate) use form_review::{FormReview, form_review};
pub(crate) use forms::forms;
pub(crate) use keyness::keyness;
pub(crate) use kwic::{KwicRow, concordance, kwic, mark_headings};
pub(crate) use metadata::{document_list, metadata};
pub(crate) use rejected::rejected;
pub(crate) use search::{FacetRow, SearchRow, facets, search};
pub(crate) use strata::{standard_cells, standard_headings, strata_cells, strata_headings};
pub(crate) use term_document::{term_document, write_term_document_csv};
pub(crate) use term_year::{term_year, term_year_all};
pub(crate) use trend_test::trend_test;
pub(crate) use word_list::word_list;

use super::table::ValueType::{Integer, Number, PartialDate, Text};
use super::table::{Column, Heading, Table, heading};
use crate::text::Entry;
use crate::trend::YearRow;
use std::collections::BTreeSet;

/// A row about one document.
pub(crate) trait OfDocument {
    /// The document's entry.
    fn entry(&self) -> &Entry;
}

impl OfDocument for Entry {
    fn entry(&self) -> &Entry {
        self
    }
}

impl<Row: OfDocument> Table<Row> {
    /// This table with a column at its end for each of the columns `own` of the user's own. One that has the name of a column
    /// of the table is called `own_…`.
    pub(crate) fn with_own(mut self, own: &[String]) -> Table<Row> {
        let known: Vec<String> = self.headings().iter().map(|heading| heading.name.to_string()).collect();
        for column in own {
            let is_taken = known.iter().any(|name| name.eq_ignore_ascii_case(column));
            let name = if is_taken { format!("own_{column}") } else { column.clone() };
            let description = "From the metadata of the source; missing where that says nothing";
            let heading = Heading { name: name.into(), value_type: Text, unit: None, description };
            let own = heading.of_named(column, |row: &Row, column| {
                row.entry().record.own.get(column).map(String::as_str).into()
            });
            self.columns.push(own);
        }
        self
    }
}

/// The columns of the user's own that `entries` have, each once, sorted.
pub(crate) fn own_columns<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<String> {
    let names = entries.into_iter().flat_map(|entry| entry.record.own.keys());
    names.collect::<BTreeSet<_>>().into_iter().cloned().collect()
}

/// The columns with which every table describes its document.
fn identity<Row: OfDocument>() -> Vec<Column<Row>> {
    vec![
        docname(),
        title(),
        DESIGNATION.of(|row: &Row| row.entry().record.designation.as_ref().map(ToString::to_string).into()),
        kind(),
        ISSUER.of(|row: &Row| row.entry().record.issuer.as_deref().into()),
        ADDRESSEE.of(|row: &Row| row.entry().record.addressee.as_deref().into()),
        year(),
        YEAR_BASIS.of(|row: &Row| row.entry().record.year.as_ref().map(|year| year.basis.as_str()).into()),
        DATE.of(|row: &Row| row.entry().record.published.as_ref().map(|dated| dated.date.to_string()).into()),
        LANG.of(|row: &Row| row.entry().language.map(|language| language.to_string()).into()),
    ]
}

fn docname<Row: OfDocument>() -> Column<Row> {
    DOCNAME.of(|row: &Row| row.entry().docname.as_str().into())
}

fn title<Row: OfDocument>() -> Column<Row> {
    TITLE.of(|row: &Row| row.entry().record.title.as_deref().into())
}

fn kind<Row: OfDocument>() -> Column<Row> {
    KIND.of(|row: &Row| row.entry().record.kind.name().into())
}

fn year<Row: OfDocument>() -> Column<Row> {
    YEAR.of(|row: &Row| row.entry().record.year.as_ref().map(|year| year.year).into())
}

fn n_tokens<Row: OfDocument>() -> Column<Row> {
    N_TOKENS.of(|row: &Row| row.entry().n_tokens.into())
}

fn ocr_share<Row: OfDocument>() -> Column<Row> {
    OCR_SHARE.of(|row: &Row| proportion(row.entry().n_tokens_ocr, row.entry().n_tokens).into())
}

fn ocr_share_of_row<'a>() -> Column<YearRow<'a>> {
    OCR_SHARE
        .of(|row: &YearRow<'_>| row.n_tokens_ocr.and_then(|n| proportion(n, row.frequency.n_tokens)).into())
}

fn source_url<Row: OfDocument>() -> Column<Row> {
    SOURCE_URL.of(|row: &Row| row.entry().source_url.as_str().into())
}

fn source_sha256<Row: OfDocument>() -> Column<Row> {
    SOURCE_SHA256.of(|row: &Row| row.entry().source_sha256.to_string().into())
}

/// `n_with` ÷ `n`. `None` when `n` is 0.
fn proportion(n_with: u64, n: u64) -> Option<f64> {
    (n > 0).then(|| n_with as f64 / n as f64)
}

const CONCEPT: Heading = heading("concept", Text, "Name of the concept in the codebook");
const DOCNAME: Heading = heading(
    "docname",
    Text,
    "Unique name of the document in this corpus: source and location; key into documents.csv",
);
const TITLE: Heading =
    heading("title", Text, "Title without the designation; missing when the document has none");
const DESIGNATION: Heading = heading(
    "designation",
    Text,
    "Place in a numbered series in its official form, as Meld. St. 30 (2019–2020); missing for letters and reports",
);
const KIND: Heading = heading(
    "kind",
    Text,
    "Kind of document: stortingsmelding, proposisjon, innstilling, nou, tildelingsbrev, instruks, årsrapport, rapport, \
     høring, høringssvar, strategi, referat, protokoll, dokument, notat, veileder, rundskriv, lov, partiprogram, \
     pressemelding, tale, annet or one of the user's own",
);
const ISSUER: Heading =
    heading("issuer", Text, "Who issued it, by the name it had then; missing when unknown");
const ADDRESSEE: Heading =
    heading("addressee", Text, "Whom a letter is addressed to; missing when unknown or no letter");
const ISSUER_TODAY: Heading = heading(
    "issuer_today",
    Text,
    "Name of today of the issuer or of its single successor; missing when there is none, or when the name is not in the table \
     of dated names",
);
const ADDRESSEE_TODAY: Heading = heading(
    "addressee_today",
    Text,
    "Name of today of the addressee or of its single successor, as issuer_today",
);
const YEAR: Heading =
    heading("year", Integer, "Year of analysis; missing when it cannot be told from what is known");
const YEAR_BASIS: Heading = heading(
    "year_basis",
    Text,
    "The rule that gave the year: published, concerned (letters and annual reports: the year they are about), number (a \
     NOU's) or declared (by the source), file (only the file's metadata give a date)",
);
const DATE: Heading = heading(
    "date",
    PartialDate,
    "Date of publication, or of a letter, as precise as its source; missing when unknown",
);
const LANG: Heading = heading(
    "lang",
    Text,
    "BCP 47 tag of the language of most of the text (nb, nn, se, en, …); missing when unsure",
);
const N: Heading =
    heading("n", Integer, "Mentions; those of one concept that overlap count once").in_unit("mentions");
const N_TOKENS: Heading =
    heading("n_tokens", Integer, "Word tokens, those with a letter: the denominator of per_million")
        .in_unit("words");
const OCR_SHARE: Heading = heading(
    "ocr_share",
    Number,
    "Share of n_tokens that OCR read, of ours or of the program that made the scan, from 0 to 1; missing without words",
);
const PER_MILLION: Heading =
    heading("per_million", Number, "1,000,000 × n ÷ n_tokens; missing without words")
        .in_unit("mentions per million words");
const N_DOCS: Heading =
    heading("n_docs", Integer, "Documents of the row, with or without mentions").in_unit("documents");
const N_DOCS_WITH: Heading =
    heading("n_docs_with", Integer, "Documents with at least one mention").in_unit("documents");
const PAGE: Heading = heading(
    "page",
    Integer,
    "Page of the file where the mention begins, counted from 1; missing when the format has no pages",
);
const PAGE_LABEL: Heading = heading(
    "page_label",
    Text,
    "Number that is printed on that page, to be cited; missing when it is not known",
);
const DP: Heading = heading(
    "dp",
    Number,
    "Deviation of proportions over documents (Gries 2008): ½ Σ |share of occurrences − share of words|; 0 is even, near 1 all in one \
     small document; missing below ten occurrences or two documents",
);
const DP_NORM: Heading = heading(
    "dp_norm",
    Number,
    "dp ÷ (1 − the share of words of the shortest document) (Lijffijt and Gries 2012): 0 is even, 1 all in one document; missing \
     below ten occurrences or two documents",
);
const DOC_PROP: Heading =
    heading("doc_prop", Number, "n_docs_with ÷ n_docs, from 0 to 1; missing without documents");
const OVERDISPERSION: Heading = heading(
    "overdispersion",
    Number,
    "Pearson's χ² of the mentions by document ÷ (documents − 1): 1 when mentions are independent, more when they come in bursts; \
     missing without mentions or with one document",
);
const LARGEST_DOC_SHARE: Heading = heading(
    "largest_doc_share",
    Number,
    "Share of the mentions in the document with most of them, from 0 to 1; missing without mentions",
);
const SECTION: Heading =
    heading("section", Text, "Headings above the passage, outermost first, separated by ›");
const PRE: Heading = heading("pre", Text, "Text before the key word, within the passage");
const KEYWORD: Heading = heading("keyword", Text, "The matched words as they are written");
const POST: Heading = heading("post", Text, "Text after the key word, within the passage");
const SOURCE_URL: Heading =
    heading("source_url", Text, "Where the document was published, or the path that it was read from");
const SOURCE_SHA256: Heading =
    heading("source_sha256", Text, "SHA-256 of the archived bytes, in hexadecimal");
