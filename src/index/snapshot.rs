//! One commit of the index, open for reading: its entries, and for each segment the postings and where its passages stand.

use super::directory::{CheckedDirectory, FORMAT_FILE, META_FILE, is_file_whole};
use super::schema::{self, Fields, format_text};
use super::{Error, SECTION_SEPARATOR};
use crate::text::{Entry, Language};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};
use tantivy::columnar::Column;
use tantivy::schema::Value;
use tantivy::store::StoreReader;
use tantivy::{DocId, Index, IndexReader, InvertedIndexReader, ReloadPolicy, SegmentReader, TantivyDocument};

/// Marks a row that is not a passage of a current document: it is deleted, or is a document's entry.
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

/// One part of the index. What is needed for every posting is held in dense arrays, twelve bytes a passage: an array access
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
    /// Writes nothing and takes no lock. A refresh may remove the files of an older commit between the moment when its list is
    /// read and the moment when they are opened; then the newer commit is opened.
    ///
    /// # Errors
    /// When the index is damaged or cannot be read.
    pub fn open(folder: &Path) -> Result<Option<Snapshot>, Error> {
        if !has_commit_of_our_format(folder)? {
            return Ok(None);
        }
        let meta_file = folder.join(META_FILE);
        let mut listed = fs::read(&meta_file).ok();
        loop {
            let failure = match Snapshot::read(folder) {
                Ok(snapshot) => return Ok(snapshot),
                Err(failure) => failure,
            };
            let listed_now = fs::read(&meta_file).ok();
            if listed_now == listed {
                return Err(Error::of_tantivy(folder, "read", &failure));
            }
            listed = listed_now;
        }
    }

    /// The files of the last commit in `folder`, sorted: those that a reader needs. Empty when there is no index of our format.
    ///
    /// # Errors
    /// When the list of them is damaged or cannot be read.
    pub fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
        if !has_commit_of_our_format(folder)? {
            return Ok(Vec::new());
        }
        let read = || -> tantivy::Result<Vec<PathBuf>> {
            let metas = Index::open(CheckedDirectory::open(folder)?)?.load_metas()?;
            let names = metas.list_segment_files().into_iter();
            let mut paths: Vec<PathBuf> = names.map(|name| folder.join(name)).collect();
            paths.push(folder.join(META_FILE));
            // Listed for every segment: its deletions, which it need not have, and a file that it has only while it is written.
            let is_optional =
                |path: &PathBuf| path.extension().is_some_and(|kind| kind == "del" || kind == "temp");
            paths.retain(|path| !is_optional(path) || path.exists());
            paths.sort();
            Ok(paths)
        };
        read().map_err(|cause| Error::of_tantivy(folder, "read", &cause))
    }

    /// Whether a file of the index is as it was written; a file that cannot be read is not. Reads all of it.
    pub fn is_file_whole(path: &Path) -> bool {
        is_file_whole(path).unwrap_or(false)
    }

    /// Files of the index in `folder` that are missing or damaged, sorted. Empty when there is no index.
    ///
    /// # Errors
    /// When the list of them cannot be read.
    pub fn damaged_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
        let mut files = match Snapshot::files(folder) {
            Err(error) if error.is_damage() => return Ok(vec![folder.join(META_FILE)]),
            files => files?,
        };
        files.retain(|path| !Snapshot::is_file_whole(path));
        Ok(files)
    }

    fn read(folder: &Path) -> tantivy::Result<Option<Snapshot>> {
        Snapshot::of(&Index::open(CheckedDirectory::open(folder)?)?)
    }

    /// The last commit of `index`, on disk or in memory. `Ok(None)` when there is none.
    pub(super) fn of(index: &Index) -> tantivy::Result<Option<Snapshot>> {
        schema::register_tokenizer(index);
        let (_, fields) = schema::schema();
        let Some(id) = index.load_metas()?.payload else { return Ok(None) };
        // A snapshot stays as it is: nothing has to watch for later commits.
        let reader: IndexReader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let searcher = reader.searcher();
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

/// Whether `folder` has a commit that this program can read.
fn has_commit_of_our_format(folder: &Path) -> Result<bool, Error> {
    let format_file = folder.join(FORMAT_FILE);
    let format = match fs::read(&format_file) {
        Ok(format) => format,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(Error::of_file(folder, "read", &format_file, &error)),
    };
    Ok(format == format_text().as_bytes() && folder.join(META_FILE).exists())
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

    /// The index of the passage in `row` among its document's passages, from 0.
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
