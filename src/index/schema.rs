//! The fields of the index: for each passage its words with positions and its place in the document; for each document an entry.

use super::tokenizer::TermSplitter;
use tantivy::Index;
use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};

/// Raised when an older index can no longer be read, or would count differently.
pub(crate) const INDEX_FORMAT: u32 = 13;

/// The content of the file that names the format.
pub(super) fn format_text() -> String {
    format!("{INDEX_FORMAT}\n")
}

const TOKENIZER: &str = "terms";

/// The fields of the index. A passage has all but `entry`; a document has `docname` and `entry`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    /// The document's name: on each of its passages too, so that they can be replaced together.
    pub(super) docname: Field,
    /// The document's [`crate::text::Entry`] as JSON.
    pub(super) entry: Field,
    /// The words of the passage, cut ([`super::cut`]): the postings.
    pub(super) text: Field,
    /// The text of the passage.
    pub(super) passage: Field,
    /// What the passage is: its index in [`super::PASSAGE_KINDS`].
    pub(super) kind: Field,
    /// The sentences of the passage: a term at the first word of each but the first.
    pub(super) sentences: Field,
    /// The headings above the passage, outermost first, joined by [`super::SECTION_SEPARATOR`].
    pub(super) section: Field,
    /// The index of the passage among the document's passages, from 0.
    pub(super) ordinal: Field,
    /// The page, from 1; 0 when the document has no pages.
    pub(super) page: Field,
    /// The number printed on that page; absent when it is not known.
    pub(super) page_label: Field,
    /// Where the passage continues on later pages ([`super::pages`]); absent when it does not.
    pub(super) page_starts: Field,
    /// Where the passage starts in the document's plain text, in characters.
    pub(super) char_start: Field,
    /// Its words (tokens with a letter).
    pub(super) n_tokens: Field,
    /// True when OCR read it; absent when not.
    pub(super) ocr: Field,
    /// Its language; absent when it is uncertain.
    pub(super) language: Field,
}

/// The schema and its fields.
pub(super) fn schema() -> (Schema, Fields) {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(TOKENIZER)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = TextOptions::default().set_indexing_options(indexing.clone());
    let sentences = TextOptions::default().set_indexing_options(indexing);
    let mut builder = Schema::builder();
    let fields = Fields {
        docname: builder.add_text_field("docname", STRING | FAST),
        entry: builder.add_text_field("entry", STORED),
        text: builder.add_text_field("text", text),
        passage: builder.add_text_field("passage", STORED),
        kind: builder.add_u64_field("kind", FAST),
        sentences: builder.add_text_field("sentences", sentences),
        section: builder.add_text_field("section", STORED | FAST),
        ordinal: builder.add_u64_field("ordinal", FAST),
        page: builder.add_u64_field("page", FAST),
        page_label: builder.add_text_field("page_label", FAST),
        page_starts: builder.add_text_field("page_starts", FAST),
        char_start: builder.add_u64_field("char_start", FAST),
        n_tokens: builder.add_u64_field("n_tokens", FAST),
        ocr: builder.add_bool_field("ocr", FAST),
        language: builder.add_text_field("language", STRING | FAST),
    };
    (builder.build(), fields)
}

/// Registers our tokenizer with `index`.
pub(super) fn register_tokenizer(index: &Index) {
    index.tokenizers().register(TOKENIZER, TermSplitter);
}
