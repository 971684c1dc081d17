//! The tables of a report: their columns, each described once for CSV, JSON and the data package, and their rows.

use super::table::ValueType::{Boolean, Integer, Number, PartialDate, Text};
use super::table::{Cell, Column, ValueType};
use crate::text::{Entry, Language, Notice, Rejected};
use crate::trend::{DocumentRow, FormRow, Frequency, YearRow};

const fn column(name: &'static str, value_type: ValueType, description: &'static str) -> Column {
    Column { name, value_type, description }
}

const CONCEPT: Column = column("concept", Text, "Name of the concept in the codebook");
const DOCNAME: Column = column(
    "docname",
    Text,
    "Unique name of the document in this corpus: source and location; key into documents.csv",
);
const TITLE: Column =
    column("title", Text, "Title without the designation; missing when the document has none");
const DESIGNATION: Column = column(
    "designation",
    Text,
    "Place in a numbered series in its official form, as Meld. St. 30 (2019–2020); missing for letters and reports",
);
const KIND: Column = column(
    "kind",
    Text,
    "Kind of document: stortingsmelding, proposisjon, innstilling, nou, tildelingsbrev, instruks, årsrapport, rapport, \
     høring, strategi, referat, dokument or annet",
);
const ISSUER: Column = column("issuer", Text, "Who issued it, by the name it had then; missing when unknown");
const ADDRESSEE: Column =
    column("addressee", Text, "Whom a letter is addressed to; missing when unknown or no letter");
const YEAR: Column =
    column("year", Integer, "Year of analysis; missing when it cannot be told from what is known");
const YEAR_BASIS: Column = column(
    "year_basis",
    Text,
    "The rule that gave the year: published, concerned (letters and annual reports: the year they are about), number (a \
     NOU's) or declared (by the source)",
);
const DATE: Column = column(
    "date",
    PartialDate,
    "Date of publication, or of a letter, as precise as its source; missing when unknown",
);
const LANG: Column = column(
    "lang",
    Text,
    "BCP 47 tag of the language of most of the text (nb, nn, se, en, …); missing when unsure",
);
const N: Column = column("n", Integer, "Mentions; those of one concept that overlap count once");
const N_TOKENS: Column =
    column("n_tokens", Integer, "Word tokens, those with a letter: the denominator of per_million");
const PER_MILLION: Column =
    column("per_million", Number, "1,000,000 × n ÷ n_tokens, at most three decimals; missing without words");
const N_DOCS: Column = column("n_docs", Integer, "Documents of the row, with or without mentions");
const N_DOCS_WITH: Column = column("n_docs_with", Integer, "Documents with at least one mention");
const PAGE: Column = column("page", Integer, "Page, counted from 1; missing when the format has no pages");
const SECTION: Column =
    column("section", Text, "Headings above the passage, outermost first, separated by ›");
const PRE: Column = column("pre", Text, "Text before the key word, within the passage");
const KEYWORD: Column = column("keyword", Text, "The matched words as they are written");
const POST: Column = column("post", Text, "Text after the key word, within the passage");
const SOURCE_URL: Column =
    column("source_url", Text, "Where the document was published, or the path that it was read from");
const SOURCE_SHA256: Column = column("source_sha256", Text, "SHA-256 of the archived bytes, in hexadecimal");

/// `term_document.csv`
pub const TERM_DOCUMENT: &[Column] = &[
    CONCEPT,
    DOCNAME,
    TITLE,
    DESIGNATION,
    KIND,
    ISSUER,
    ADDRESSEE,
    YEAR,
    YEAR_BASIS,
    DATE,
    LANG,
    N,
    N_TOKENS,
    PER_MILLION,
    column("page_first", Integer, "First page with a mention; missing without mentions or pages"),
    SOURCE_URL,
    SOURCE_SHA256,
];

/// The row of [`TERM_DOCUMENT`].
pub fn term_document(row: &DocumentRow<'_>) -> Vec<Cell> {
    let frequency = Frequency { n: row.n, n_tokens: row.entry.n_tokens };
    let mut cells = vec![row.concept.into()];
    cells.extend(identity(row.entry));
    cells.extend([
        row.n.into(),
        row.entry.n_tokens.into(),
        frequency.per_million().into(),
        row.page_first.into(),
        row.entry.source_url.as_str().into(),
        row.entry.source_sha256.as_str().into(),
    ]);
    cells
}

/// docname, title, designation, kind, issuer, addressee, year, year_basis, date, lang
fn identity(entry: &Entry) -> [Cell; 10] {
    let record = &entry.record;
    [
        entry.docname.as_str().into(),
        record.title.as_deref().into(),
        record.designation.as_ref().map(ToString::to_string).into(),
        record.kind.name().into(),
        record.issuer.as_deref().into(),
        record.addressee.as_deref().into(),
        record.year.as_ref().map(|year| year.year).into(),
        record.year.as_ref().map(|year| year.basis.as_str()).into(),
        record.published.as_ref().map(|dated| dated.date.to_string()).into(),
        entry.language.map(|language| language.to_string()).into(),
    ]
}

/// `term_year.csv`
pub const TERM_YEAR: &[Column] = &[CONCEPT, YEAR, KIND, N, N_TOKENS, PER_MILLION, N_DOCS, N_DOCS_WITH];

/// The row of [`TERM_YEAR`].
pub fn term_year(row: &YearRow<'_>) -> Vec<Cell> {
    let mut cells = term_year_all(row);
    cells.insert(2, row.kind.map(|kind| kind.name()).into());
    cells
}

/// A trend over all kinds together: [`TERM_YEAR`] without its kind.
pub const TERM_YEAR_ALL: &[Column] = &[CONCEPT, YEAR, N, N_TOKENS, PER_MILLION, N_DOCS, N_DOCS_WITH];

/// The row of [`TERM_YEAR_ALL`].
pub fn term_year_all(row: &YearRow<'_>) -> Vec<Cell> {
    vec![
        row.concept.into(),
        row.year.into(),
        row.frequency.n.into(),
        row.frequency.n_tokens.into(),
        row.frequency.per_million().into(),
        row.n_docs.into(),
        row.n_docs_with.into(),
    ]
}

/// `forms.csv`
pub const FORMS: &[Column] = &[
    CONCEPT,
    column("form", Text, "What was matched, in small letters"),
    column("lang", Text, "BCP 47 tag of the language of the passages; missing where it is unsure"),
    N,
];

/// The row of [`FORMS`].
pub fn forms(row: &FormRow<'_>) -> Vec<Cell> {
    let language = row.language.map(|language| language.to_string());
    vec![row.concept.into(), row.form.into(), language.into(), row.n.into()]
}

/// The forms of a concept for a person to review, and the file that holds the decisions.
pub const FORM_REVIEW: &[Column] = &[
    CONCEPT,
    column(
        "form",
        Text,
        "A form in the texts, in small letters; a conjunct has the word that shares its part in parentheses",
    ),
    column(
        "decision",
        Text,
        "Of a person: yes, the form counts; no, it does not; missing: the patterns decide",
    ),
    column("is_counted", Boolean, "Whether the form is counted now; otherwise it is a near miss"),
    column("n", Integer, "Mentions; of a near miss, occurrences"),
    column("languages", Text, "Mentions by language of the passage, as nb 12, nn 3; ? where it is unsure"),
    column(
        "year_first",
        Integer,
        "First year of a document that has the form; missing when no such year is known",
    ),
    column(
        "position",
        Text,
        "Where the pattern's term stands in the form: simplex, first, middle, last; missing for phrases",
    ),
    column("pattern", Text, "The pattern that the form matches, or nearly"),
    column("why", Text, "The analysis that admitted the form, or why it was refused"),
];

/// What a person and a concept say to a form: the row of [`FORM_REVIEW`].
pub struct FormReview<'a> {
    /// The concept's name.
    pub concept: &'a str,
    /// The form.
    pub form: &'a str,
    /// Of a person.
    pub decision: Option<&'static str>,
    /// Whether it is counted.
    pub is_counted: bool,
    /// Mentions or occurrences.
    pub n: u64,
    /// The same by language.
    pub languages: &'a [(Option<Language>, u64)],
    /// First year.
    pub year_first: Option<i16>,
    /// Place of the term.
    pub position: Option<&'static str>,
    /// Pattern.
    pub pattern: &'a str,
    /// Analysis, or reason.
    pub why: &'a str,
}

/// The row of [`FORM_REVIEW`].
pub fn form_review(row: &FormReview<'_>) -> Vec<Cell> {
    let languages = row.languages.iter().map(|(language, n)| match language {
        Some(language) => format!("{language} {n}"),
        None => format!("? {n}"),
    });
    vec![
        row.concept.into(),
        row.form.into(),
        row.decision.into(),
        row.is_counted.into(),
        row.n.into(),
        languages.collect::<Vec<_>>().join(", ").into(),
        row.year_first.into(),
        row.position.into(),
        row.pattern.into(),
        row.why.into(),
    ]
}

/// `kwic.csv`
pub const KWIC: &[Column] = &[
    CONCEPT,
    DOCNAME,
    PAGE,
    SECTION,
    PRE,
    KEYWORD,
    POST,
    column(
        "char_start",
        Integer,
        "First character of the key word in the document's plain text, counted from 0",
    ),
    column("char_end", Integer, "One past its last character"),
    SOURCE_URL,
    SOURCE_SHA256,
];

/// A line of a concordance, as [`KWIC`] and [`SEARCH`] show it.
pub struct KwicRow<'a> {
    /// The document.
    pub entry: &'a Entry,
    /// Counted from 1.
    pub page: Option<u32>,
    /// Outermost first.
    pub section: &'a [String],
    /// Left context, key word, right context.
    pub words: [&'a str; 3],
    /// Characters of the key word in the plain text.
    pub chars: (u32, u32),
}

/// The row of [`KWIC`].
pub fn kwic(concept: &str, row: &KwicRow<'_>) -> Vec<Cell> {
    let [pre, keyword, post] = row.words;
    vec![
        concept.into(),
        row.entry.docname.as_str().into(),
        row.page.into(),
        row.section.join(" › ").into(),
        pre.into(),
        keyword.into(),
        post.into(),
        row.chars.0.into(),
        row.chars.1.into(),
        row.entry.source_url.as_str().into(),
        row.entry.source_sha256.as_str().into(),
    ]
}

/// The answer to a query.
pub const SEARCH: &[Column] = &[
    column("rank", Integer, "1 is the best"),
    column("score", Number, "Okapi BM25; comparable within one answer only"),
    DOCNAME,
    TITLE,
    KIND,
    YEAR,
    PAGE,
    SECTION,
    PRE,
    KEYWORD,
    POST,
    column("n", Integer, "Mentions of all words and phrases of the query in the passage"),
    SOURCE_URL,
    SOURCE_SHA256,
];

/// The row of [`SEARCH`].
pub fn search(rank: u32, score: f64, n: u32, row: &KwicRow<'_>) -> Vec<Cell> {
    let [pre, keyword, post] = row.words;
    let record = &row.entry.record;
    vec![
        rank.into(),
        score.into(),
        row.entry.docname.as_str().into(),
        record.title.as_deref().into(),
        record.kind.name().into(),
        record.year.as_ref().map(|year| year.year).into(),
        row.page.into(),
        row.section.join(" › ").into(),
        pre.into(),
        keyword.into(),
        post.into(),
        n.into(),
        row.entry.source_url.as_str().into(),
        row.entry.source_sha256.as_str().into(),
    ]
}

/// `documents.csv`
pub const DOCUMENTS: &[Column] = &[
    DOCNAME,
    TITLE,
    DESIGNATION,
    KIND,
    ISSUER,
    ADDRESSEE,
    YEAR,
    YEAR_BASIS,
    DATE,
    LANG,
    column(
        "lang_shares",
        Text,
        "Languages of the text with their shares of its letters, the largest first, separated by |: nb 0.973 | en 0.027",
    ),
    column("date_basis", Text, "Where the date was read: declared, letter head, file created, …"),
    column("concerned_from", Integer, "First year that the document is about; missing when it does not say"),
    column("concerned_to", Integer, "Last year that the document is about"),
    column("n_pages", Integer, "Pages; missing when the format has none"),
    column(
        "n_passages",
        Integer,
        "Passages: headings, paragraphs, list items, table rows, footnotes, captions",
    ),
    N_TOKENS,
    column("media_type", Text, "Registered media type of the bytes"),
    column("is_vanished", Boolean, "Whether its source no longer has it; its text stays and counts"),
    column("also_at", Text, "Other locations that hold the same bytes, separated by |"),
    column("notices", Text, "What a reader of the numbers should know, separated by |; p. N: names the page"),
    SOURCE_URL,
    SOURCE_SHA256,
];

/// The row of [`DOCUMENTS`].
pub fn documents(entry: &Entry) -> Vec<Cell> {
    let record = &entry.record;
    let mut cells = identity(entry).to_vec();
    let shares = entry.language_shares.iter();
    let shares: Vec<String> =
        shares.map(|(language, share)| format!("{language} {:.3}", f64::from(*share) / 1000.0)).collect();
    cells.extend([
        shares.join(" | ").into(),
        record.published.as_ref().map(|dated| dated.basis.as_str()).into(),
        record.concerned.map(|(first, _)| first).into(),
        record.concerned.map(|(_, last)| last).into(),
        entry.n_pages.into(),
        entry.n_passages.into(),
        entry.n_tokens.into(),
        entry.media_type.name().into(),
        entry.is_vanished.into(),
        entry.also_at.join(" | ").into(),
        entry.notices.iter().map(notice).collect::<Vec<_>>().join(" | ").into(),
        entry.source_url.as_str().into(),
        entry.source_sha256.as_str().into(),
    ]);
    cells
}

fn notice(notice: &Notice) -> String {
    match notice.page {
        Some(page) => format!("p. {page}: {}", notice.text),
        None => notice.text.clone(),
    }
}

/// `rejected.csv`
pub const REJECTED: &[Column] = &[
    column("location", Text, "Source and location of what was left out"),
    column("stage", Text, "The stage that stopped it: acquire, archive or extract"),
    column("reason", Text, "Why"),
    column("hint", Text, "What can be done about it"),
    column(
        "source_sha256",
        Text,
        "SHA-256 of the archived bytes, in hexadecimal; missing when there are none",
    ),
];

/// The row of [`REJECTED`].
pub fn rejected(row: &Rejected) -> Vec<Cell> {
    vec![
        row.location.as_str().into(),
        row.stage.as_str().into(),
        row.reason.as_str().into(),
        row.hint.as_str().into(),
        row.source_sha256.as_deref().into(),
    ]
}
