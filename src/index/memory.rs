//! An index in memory for tests, with the same schema, tokenizer and tables as on disk.

use super::cut::CutDocument;
use super::snapshot::Snapshot;
use super::writer::add;
use super::{schema, tables};
use crate::text::{
    AnalysisYear, Document, Entry, Language, MediaType, Page, PageStart, Passage, PassageKind, Record,
};
use tantivy::directory::RamDirectory;
use tantivy::indexer::NoMergePolicy;
use tantivy::{Index, IndexWriter, TantivyDocument, Term};

/// A document of a test: its passages, each with its language.
pub(crate) struct TestDocument<'a> {
    pub(crate) docname: &'a str,
    /// Its year of analysis.
    pub(crate) year: i16,
    /// Each begins on a page of its own, from 1. A form feed in a text is the start of the next page.
    pub(crate) passages: &'a [(&'a str, Option<Language>)],
}

impl Snapshot {
    /// A snapshot of `segments`, each a list of documents: the documents of one list are in one segment. A document replaces
    /// one of the same name in an earlier segment.
    pub(crate) fn in_memory(segments: &[&[TestDocument<'_>]]) -> Snapshot {
        let (schema, fields) = schema::schema();
        let index = Index::create_in_ram(schema);
        schema::register_tokenizer(&index);
        let mut writer: IndexWriter<TantivyDocument> = index.writer_with_num_threads(1, 15_000_001).unwrap();
        writer.set_merge_policy(Box::new(NoMergePolicy));
        for documents in segments {
            for document in *documents {
                writer.delete_term(Term::from_field_text(fields.docname, document.docname));
                let text = CutDocument::new(text(document));
                add(&writer, &fields, &entry(document, text.n_tokens()), &text).unwrap();
            }
            let mut commit = writer.prepare_commit().unwrap();
            commit.set_payload("in memory");
            commit.commit().unwrap();
        }
        let tables = RamDirectory::create();
        tables::write(&index, fields, &tables).unwrap();
        Snapshot::of(&index, &tables).unwrap().unwrap()
    }

    /// A snapshot of one document whose passages are `texts`.
    pub(crate) fn of_texts(texts: &[&str]) -> Snapshot {
        let passages: Vec<_> = texts.iter().map(|text| (*text, Some(Language::BOKMAL))).collect();
        Snapshot::in_memory(&[&[TestDocument { docname: "test/a.html", year: 2020, passages: &passages }]])
    }
}

fn text(document: &TestDocument<'_>) -> Document {
    let page = |(number, (text, language)): (u32, &(&str, Option<Language>))| {
        let mut passage = Passage::new(PassageKind::Paragraph, text.replace('\u{c}', ""));
        passage.language = *language;
        let parts: Vec<usize> = text.split('\u{c}').map(|part| part.chars().count()).collect();
        let start = |index: usize| PageStart {
            page: number + index as u32,
            label: Some(label(number + index as u32)),
            char_start: parts[..index].iter().sum::<usize>() as u32,
        };
        passage.page_starts = (1..parts.len()).map(start).collect();
        Page { number: Some(number), label: Some(label(number)), passages: vec![passage] }
    };
    Document { pages: (1..).zip(document.passages).map(page).collect(), ..Document::default() }
}

/// The label of a page: two pages of the file stand before the page with the printed number 1.
fn label(page: u32) -> String {
    if page > 2 { (page - 2).to_string() } else { "i".repeat(page as usize) }
}

fn entry(document: &TestDocument<'_>, n_tokens: u64) -> Entry {
    let year = Some(AnalysisYear { year: document.year, basis: "published".to_owned() });
    Entry {
        record: Record { year, ..Record::default() },
        n_passages: document.passages.len() as u32,
        n_tokens,
        source_url: document.docname.to_owned(),
        ..Entry::new(document.docname.to_owned().into(), MediaType::Html)
    }
}
