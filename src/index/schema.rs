//! What the index stores: for each passage its words with positions and where it stands; for each document one entry.

use super::tokenizer::TermSplitter;
use tantivy::Index;
use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};

/// Changes whenever an older index can no longer be read, or would count differently.
pub const INDEX_FORMAT: u32 = 5;

/// The content of the file that names the format.
pub(super) fn format_text() -> String {
    format!("{INDEX_FORMAT}\n")
}

const TOKENIZER: &str = "terms";

/// The fields of the index. A passage has all but `entry`; a document has `docname` and `entry`.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// The document's name: on each of its passages too, so that they can be replaced together.
    pub docname: Field,
    /// The document's [`crate::text::Entry`] as JSON.
    pub entry: Field,
    /// The words of the passage, cut ([`super::cut`]): the postings.
    pub text: Field,
    /// The text of the passage.
    pub passage: Field,
    /// The path of headings that the passage stands under, joined by [`super::SECTION_SEPARATOR`].
    pub section: Field,
    /// The index of the passage among the document's passages, from 0.
    pub ordinal: Field,
    /// The page, from 1; 0 when the document has no pages.
    pub page: Field,
    /// Where the passage starts in the document's plain text, in characters.
    pub char_start: Field,
    /// Its words (tokens with a letter).
    pub n_tokens: Field,
    /// Its language; absent when unsure.
    pub language: Field,
}

/// The schema and its fields.
pub fn schema() -> (Schema, Fields) {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(TOKENIZER)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = TextOptions::default().set_indexing_options(indexing);
    let mut builder = Schema::builder();
    let fields = Fields {
        docname: builder.add_text_field("docname", STRING | FAST),
        entry: builder.add_text_field("entry", STORED),
        text: builder.add_text_field("text", text),
        passage: builder.add_text_field("passage", STORED),
        section: builder.add_text_field("section", STORED),
        ordinal: builder.add_u64_field("ordinal", FAST),
        page: builder.add_u64_field("page", FAST),
        char_start: builder.add_u64_field("char_start", FAST),
        n_tokens: builder.add_u64_field("n_tokens", FAST),
        language: builder.add_text_field("language", STRING | FAST),
    };
    (builder.build(), fields)
}

/// Registers our tokenizer with `index`.
pub fn register_tokenizer(index: &Index) {
    index.tokenizers().register(TOKENIZER, TermSplitter);
}
