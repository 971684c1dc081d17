//! One commit of the index, open for reading: its entries, and for each segment the postings and the places of passages.

use super::schema::{self, Fields, INDEX_FORMAT};
use super::{Error, SECTION_SEPARATOR};
use crate::text::{Entry, Language};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tantivy::columnar::Column;
use tantivy::schema::Value;
use tantivy::store::StoreReader;
use tantivy::{DocId, Index, InvertedIndexReader, SegmentReader, TantivyDocument};

/// Marks a row that is no passage of a current document: deleted, or a document's entry.
pub const NO_DOCUMENT: u32 = u32::MAX;

/// The state of the corpus that one commit left.
pub struct Snapshot {
    /// The name of the state: equal names, equal reports.
    pub id: String,
    /// Sorted by docname.
    pub entries: Vec<Entry>,
    /// The parts of the index.
    pub segments: Vec<Segment>,
}

/// One part of the index. What is asked of every posting stands in dense arrays, twelve bytes a passage: an array access
/// costs a tenth of a look-up in a column. The rest is looked up for the passages that are shown.
pub struct Segment {
    /// The words' postings.
    pub words: Arc<InvertedIndexReader>,
    /// For each row the index of its document in [`Snapshot::entries`], or [`NO_DOCUMENT`].
    pub document: Vec<u32>,
    /// For each row its page, 0 when there is none.
    pub page: Vec<u32>,
    /// For each row its language.
    pub language: Vec<Option<Language>>,
    ordinal: Column<u64>,
    char_start: Column<u64>,
    n_tokens: Column<u64>,
    store: StoreReader,
    fields: Fields,
}

/// The text of a passage and the headings it stands under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassageText {
    /// As it was extracted.
    pub text: String,
    /// Outermost first.
    pub section: Vec<String>,
}

impl Snapshot {
    /// The last commit of the index in `folder`. `Ok(None)` when there is no index, no commit, or one of another format.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn open(folder: &Path) -> Result<Option<Snapshot>, Error> {
        let format = fs::read_to_string(folder.join("format")).unwrap_or_default();
        if format.trim() != INDEX_FORMAT.to_string() || !folder.join("meta.json").exists() {
            return Ok(None);
        }
        Snapshot::read(folder).map_err(|cause| Error::new(folder, "read", cause))
    }

    /// Files of the index in `folder` whose checksum is wrong, sorted. Empty when there is no index.
    ///
    /// # Errors
    /// When the index cannot be opened.
    pub fn damaged_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
        if !folder.join("meta.json").exists() {
            return Ok(Vec::new());
        }
        let damaged = Index::open_in_dir(folder).and_then(|index| index.validate_checksum());
        let mut files: Vec<PathBuf> =
            damaged.map_err(|cause| Error::new(folder, "check", cause))?.into_iter().collect();
        files.sort();
        Ok(files)
    }

    fn read(folder: &Path) -> tantivy::Result<Option<Snapshot>> {
        Snapshot::of(&Index::open_in_dir(folder)?)
    }

    /// The last commit of `index`, on disk or in memory. `Ok(None)` when there is none.
    pub(super) fn of(index: &Index) -> tantivy::Result<Option<Snapshot>> {
        schema::register_tokenizer(index);
        let (_, fields) = schema::schema();
        let Some(id) = index.load_metas()?.payload else { return Ok(None) };
        let searcher = index.reader()?.searcher();
        let mut entries = Vec::new();
        for reader in searcher.segment_readers() {
            entries.extend(segment_entries(reader, &fields)?);
        }
        entries.sort_by(|a, b| a.docname.cmp(&b.docname));
        let documents: HashMap<&str, u32> =
            entries.iter().zip(0..).map(|(entry, index)| (entry.docname.as_str(), index)).collect();
        let segments = searcher
            .segment_readers()
            .iter()
            .map(|reader| Segment::open(reader, fields, &documents))
            .collect::<tantivy::Result<_>>()?;
        Ok(Some(Snapshot { id, entries, segments }))
    }
}

/// The entries of the documents in one segment.
fn segment_entries(reader: &SegmentReader, fields: &Fields) -> tantivy::Result<Vec<Entry>> {
    let ordinal = reader.fast_fields().u64("ordinal")?;
    let store = reader.get_store_reader(1)?;
    let headers = reader.doc_ids_alive().filter(|row| ordinal.first(*row).is_none());
    headers
        .map(|row| {
            let document: TantivyDocument = store.get(row)?;
            let json = first_text(&document, fields.entry);
            serde_json::from_str(json).map_err(|e| tantivy::TantivyError::InternalError(e.to_string()))
        })
        .collect()
}

impl Segment {
    fn open(
        reader: &SegmentReader,
        fields: Fields,
        documents: &HashMap<&str, u32>,
    ) -> tantivy::Result<Segment> {
        let columns = reader.fast_fields();
        let pages = columns.u64("page")?;
        let names: Vec<Option<u32>> = strings(reader, "docname", |name| documents.get(name).copied())?;
        let language = strings(reader, "language", |code| code.parse::<Language>().ok())?;
        let ordinal = columns.u64("ordinal")?;
        let document = (0..reader.max_doc())
            .map(|row| match ordinal.first(row) {
                Some(_) if !reader.is_deleted(row) => names[row as usize].unwrap_or(NO_DOCUMENT),
                _ => NO_DOCUMENT,
            })
            .collect();
        Ok(Segment {
            words: reader.inverted_index(fields.text)?,
            document,
            page: (0..reader.max_doc()).map(|row| pages.first(row).unwrap_or(0) as u32).collect(),
            language,
            ordinal,
            char_start: columns.u64("char_start")?,
            n_tokens: columns.u64("n_tokens")?,
            store: reader.get_store_reader(8)?,
            fields,
        })
    }

    /// The place of the passage in `row` among its document's passages, from 0.
    pub fn ordinal(&self, row: DocId) -> u32 {
        self.ordinal.first(row).unwrap_or(0) as u32
    }

    /// The first character of the passage in `row` in its document's plain text, from 0.
    pub fn char_start(&self, row: DocId) -> u32 {
        self.char_start.first(row).unwrap_or(0) as u32
    }

    /// The number of words of the passage in `row`.
    pub fn n_tokens(&self, row: DocId) -> u64 {
        self.n_tokens.first(row).unwrap_or(0)
    }

    /// Every passage of a current document: its row and the index of its document.
    pub fn passages(&self) -> impl Iterator<Item = (DocId, u32)> {
        let documents = self.document.iter().copied();
        (0..).zip(documents).filter(|(_, document)| *document != NO_DOCUMENT)
    }

    /// The text of the passage in `row`.
    ///
    /// # Errors
    /// When the index is damaged.
    pub fn passage(&self, row: DocId) -> Result<PassageText, Error> {
        let document: TantivyDocument = self.store.get(row).map_err(|cause| Error::reading(&cause))?;
        let path = first_text(&document, self.fields.section);
        let section = path.split(SECTION_SEPARATOR).filter(|heading| !heading.is_empty()).map(str::to_owned);
        Ok(PassageText {
            text: first_text(&document, self.fields.text).to_owned(),
            section: section.collect(),
        })
    }
}

/// The value that `parse` makes of each row's string in the column `name`; each different string is parsed once.
fn strings<T: Copy>(
    reader: &SegmentReader,
    name: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> tantivy::Result<Vec<Option<T>>> {
    let Some(column) = reader.fast_fields().str(name)? else {
        return Ok(vec![None; reader.max_doc() as usize]);
    };
    let mut text = String::new();
    let mut values = Vec::with_capacity(column.num_terms());
    for ordinal in 0..column.num_terms() as u64 {
        column.ord_to_str(ordinal, &mut text)?;
        values.push(parse(&text));
    }
    let of_row = |row| column.term_ords(row).next().and_then(|ordinal| values[ordinal as usize]);
    Ok((0..reader.max_doc()).map(of_row).collect())
}

fn first_text(document: &TantivyDocument, field: tantivy::schema::Field) -> &str {
    document.get_first(field).and_then(|value| value.as_str()).unwrap_or("")
}
