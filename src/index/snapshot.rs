//! One commit of the index, open for reading: its documents, and for each segment the postings and the places of its passages.
//! Opening it takes constant time; a question reads only the parts of the files that it needs.

use super::directory::{CheckedDirectory, FORMAT_FILE, META_FILE, is_file_whole};
use super::numbers::u32_at;
use super::schema::{self, Fields, format_text};
use super::tables::{
    self, CROSSES_PAGES, KIND_SHIFT, NO_DOCUMENT, PassagePlace, READ_BY_OCR, ROW_BYTES, SegmentTables,
    SnapshotTables,
};
use super::{Error, PASSAGE_KINDS, SECTION_SEPARATOR, Vocabulary, WordPage};
use crate::text::{DocName, Entry, Language, PassageKind, Stratum};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use std::{fs, io};
use tantivy::directory::{Directory, FileSlice, OwnedBytes};
use tantivy::schema::Value;
use tantivy::store::StoreReader;
use tantivy::{DocId, HasLen, Index, InvertedIndexReader, SegmentReader, TantivyDocument};

/// The state of the corpus that one commit left.
pub struct Snapshot {
    /// The name of the state. Snapshots with the same name give the same reports.
    pub(crate) id: String,
    /// The parts of the index.
    pub segments: Vec<Segment>,
    tables: SnapshotTables,
}

/// One part of the index.
pub struct Segment {
    pub(crate) words: Arc<InvertedIndexReader>,
    /// The postings of the starts of sentences.
    pub(crate) sentences: Arc<InvertedIndexReader>,
    tables: SegmentTables,
    /// For each document of the segment its index in the snapshot, four bytes.
    numbers: FileSlice,
    /// For each row its document. Set by [`Snapshot::keep_documents`].
    documents: OnceLock<Vec<u32>>,
    reader: SegmentReader,
    /// Opened when the first passage is shown, because opening it reads the list of its blocks.
    store: Mutex<Option<Arc<StoreReader>>>,
    fields: Fields,
}

/// The values of a passage that every count needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassageRow {
    /// The index of its document in the snapshot, or [`NO_DOCUMENT`].
    pub(crate) document: u32,
    /// The page where it begins, 0 when there is none.
    pub(crate) page: u32,
    /// Whether it continues on another page.
    pub(crate) crosses_pages: bool,
    /// Whether OCR read it.
    pub(crate) is_ocr: bool,
    pub(crate) kind: PassageKind,
    /// Its language.
    pub(crate) language: Option<Language>,
    /// Its words: tokens with a letter.
    pub(crate) n_tokens: u32,
}

/// Reads rows of a segment. Keeps the block of the last row, so reading in order is fast.
pub(crate) struct PassageRows<'s> {
    segment: &'s Segment,
    numbers: OwnedBytes,
    block: usize,
    bytes: OwnedBytes,
}

/// 1,024 rows of 16 bytes fill one checked block of the file.
const BLOCK_ROWS: usize = 1 << 10;

impl PassageRows<'_> {
    /// The row of a passage.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn at(&mut self, row: DocId) -> io::Result<PassageRow> {
        let document = self.document(row)?;
        let at = self.read_block(row)?;
        let last = u32_at(&self.bytes, at + 12);
        let [a, b, c, _] = last.to_le_bytes();
        Ok(PassageRow {
            document,
            page: u32_at(&self.bytes, at + 4),
            crosses_pages: last & CROSSES_PAGES != 0,
            is_ocr: last & READ_BY_OCR != 0,
            kind: PASSAGE_KINDS.get((last >> KIND_SHIFT) as usize).copied().unwrap_or(PASSAGE_KINDS[0]),
            language: Language::from_bytes([a, b, c]),
            n_tokens: u32_at(&self.bytes, at + 8),
        })
    }

    /// The document of a passage.
    fn document(&mut self, row: DocId) -> io::Result<u32> {
        if let Some(known) = self.segment.documents.get() {
            return Ok(known[row as usize]);
        }
        let at = self.read_block(row)?;
        Ok(match u32_at(&self.bytes, at) {
            NO_DOCUMENT => NO_DOCUMENT,
            local => u32_at(&self.numbers, 4 * local as usize),
        })
    }

    /// Reads the block of `row` unless it is that of the last one. Returns where the row is in it.
    fn read_block(&mut self, row: DocId) -> io::Result<usize> {
        let (block, at) = (row as usize / BLOCK_ROWS, row as usize % BLOCK_ROWS * ROW_BYTES);
        if block != self.block {
            let rows = &self.segment.tables.rows;
            let start = block * BLOCK_ROWS * ROW_BYTES;
            self.bytes = rows.read_bytes_slice(start..(start + BLOCK_ROWS * ROW_BYTES).min(rows.len()))?;
            self.block = block;
        }
        Ok(at)
    }

    /// Whether the row is a passage of one of `documents`, by their index in the snapshot.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn is_in(&mut self, documents: &Range<u32>, row: DocId) -> io::Result<bool> {
        Ok(documents.contains(&self.document(row)?))
    }
}

/// The text of a passage and the headings it stands under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassageText {
    /// As it was extracted.
    pub(crate) text: String,
    pub(crate) section: Vec<String>,
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

    /// The files of the last commit in `folder` that a reader needs, sorted. Empty when there is no index of our format.
    ///
    /// # Errors
    /// When the list of files is damaged or cannot be read.
    pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
        if !has_commit_of_our_format(folder)? {
            return Ok(Vec::new());
        }
        let read = || -> tantivy::Result<Vec<PathBuf>> {
            let metas = Index::open(CheckedDirectory::open(folder)?)?.load_metas()?;
            let names = metas.list_segment_files().into_iter();
            let mut paths: Vec<PathBuf> = names.map(|name| folder.join(name)).collect();
            paths.push(folder.join(META_FILE));
            let tables = tables::file_names(&metas.segments).into_iter();
            paths.extend(tables.map(|name| folder.join(tables::FOLDER).join(name)));
            // tantivy lists for every segment a file of deletions and a temporary file; both may be absent.
            let is_optional =
                |path: &PathBuf| path.extension().is_some_and(|kind| kind == "del" || kind == "temp");
            paths.retain(|path| !is_optional(path) || path.exists());
            paths.sort();
            Ok(paths)
        };
        read().map_err(|cause| Error::of_tantivy(folder, "read", &cause))
    }

    /// Whether a file of the index can be read and is undamaged. Reads all of it.
    pub(crate) fn is_file_whole(path: &Path) -> bool {
        is_file_whole(path).unwrap_or(false)
    }

    /// Files of the index in `folder` that are missing or damaged, sorted. Empty when there is no index.
    ///
    /// # Errors
    /// When the list of them cannot be read.
    pub(crate) fn damaged_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
        let mut files = match Snapshot::files(folder) {
            Err(error) if error.is_damage() => return Ok(vec![folder.join(META_FILE)]),
            files => files?,
        };
        files.retain(|path| !Snapshot::is_file_whole(path));
        Ok(files)
    }

    fn read(folder: &Path) -> tantivy::Result<Option<Snapshot>> {
        let directory = CheckedDirectory::open(folder)?;
        Snapshot::of(&Index::open(directory.clone())?, &directory.tables()?)
    }

    /// The last commit of `index`, on disk or in memory, with its tables. `Ok(None)` when there is none.
    pub(super) fn of(index: &Index, tables: &dyn Directory) -> tantivy::Result<Option<Snapshot>> {
        let (_, fields) = schema::schema();
        let metas = index.load_metas()?;
        let Some(id) = metas.payload else { return Ok(None) };
        let readers = tables::readers(index)?;
        let opened = readers.iter().map(|reader| SegmentTables::open(tables, reader));
        let opened: Vec<SegmentTables> = opened.collect::<tantivy::Result<_>>()?;
        let of_snapshot = SnapshotTables::open(tables, &metas.segments, &opened.iter().collect::<Vec<_>>())?;
        let mut segments = Vec::new();
        for (index, (reader, tables)) in readers.into_iter().zip(opened).enumerate() {
            let numbers = of_snapshot.map(index, tables.n_documents());
            let (words, store) = (reader.inverted_index(fields.text)?, Mutex::new(None));
            let sentences = reader.inverted_index(fields.sentences)?;
            let documents = OnceLock::new();
            segments.push(Segment { words, sentences, tables, numbers, documents, reader, store, fields });
        }
        Ok(Some(Snapshot { id, segments, tables: of_snapshot }))
    }

    /// Reads which document each row belongs to, four bytes a passage, for a program that answers many questions: a posting needs it to be
    /// counted, and the rows of 30,000 documents are larger than the caches of a processor.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn keep_documents(&self) -> io::Result<()> {
        for segment in &self.segments {
            let mut rows = segment.rows()?;
            let documents = (0..segment.n_rows() as DocId).map(|row| rows.document(row));
            let documents = documents.collect::<io::Result<Vec<u32>>>()?;
            segment.documents.get_or_init(|| documents);
        }
        Ok(())
    }

    /// The number of documents.
    pub(crate) fn n_documents(&self) -> usize {
        self.tables.n_documents
    }

    /// The indices of all documents.
    pub(crate) fn documents(&self) -> Range<u32> {
        0..self.n_documents() as u32
    }

    /// The number of passages of all documents.
    pub(crate) fn n_passages(&self) -> u64 {
        self.tables.n_passages
    }

    /// The number of words of all passages.
    pub(crate) fn n_tokens(&self) -> u64 {
        self.tables.n_tokens
    }

    /// The entries of all documents, sorted by docname.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn entries(&self) -> Result<Vec<Entry>, Error> {
        self.tables.entries(&self.segment_tables(), 0..self.n_documents())
    }

    /// The entry of one document; its index is that in [`Snapshot::entries`].
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn entry(&self, document: u32) -> Result<Entry, Error> {
        let document = document as usize;
        let mut entries = self.tables.entries(&self.segment_tables(), document..document + 1)?;
        Ok(entries.pop().expect("an entry is read for each document"))
    }

    /// The names of all documents, sorted.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn docnames(&self) -> Result<Vec<DocName>, Error> {
        self.tables.names(&self.segment_tables())
    }

    /// The stratum of each document, in the order of the entries.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn strata(&self) -> Result<Vec<Stratum>, Error> {
        self.tables.strata(&self.segment_tables())
    }

    fn segment_tables(&self) -> Vec<&SegmentTables> {
        self.segments.iter().map(|segment| &segment.tables).collect()
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

impl Segment {
    /// Its name, which no other segment ever has: its vocabulary never changes.
    pub(crate) fn name(&self) -> String {
        self.reader.segment_id().uuid_string()
    }

    /// Reads rows: passages, and documents' entries between them.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn rows(&self) -> io::Result<PassageRows<'_>> {
        let numbers = self.numbers.read_bytes()?;
        Ok(PassageRows { segment: self, numbers, block: usize::MAX, bytes: OwnedBytes::empty() })
    }

    /// The number of rows.
    pub(crate) fn n_rows(&self) -> usize {
        self.tables.rows.len() / ROW_BYTES
    }

    pub(crate) fn vocabulary(&self) -> &Vocabulary {
        &self.tables.vocabulary
    }

    /// Where the passage in `row` stands in its document.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn place(&self, row: DocId) -> io::Result<PassagePlace> {
        self.tables.place(row)
    }

    /// The page on which word number `word` of a passage stands, from its place and its row.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn page_of_word(
        &self,
        place: &PassagePlace,
        row: PassageRow,
        word: u32,
    ) -> io::Result<WordPage> {
        let (page, label) = self.tables.page_of_word(place, row.page, word)?;
        Ok(WordPage { page: (page > 0).then_some(page), label: self.tables.label(label)? })
    }

    /// The number of that page only, 0 when there is none; `row` is that of the passage `passage`.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn page_number(&self, row: DocId, passage: PassageRow, word: u32) -> io::Result<u32> {
        if !passage.crosses_pages {
            return Ok(passage.page);
        }
        Ok(self.tables.page_of_word(&self.place(row)?, passage.page, word)?.0)
    }

    /// For each path of headings whether `is_wanted`; its number is that of [`Segment::section`]. The headings of a path are joined by
    /// [`SECTION_SEPARATOR`].
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn sections_where(&self, is_wanted: impl Fn(&str) -> bool) -> io::Result<Vec<bool>> {
        self.tables.sections_where(is_wanted)
    }

    /// The number of the path of headings above the passage in `row`.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn section(&self, row: DocId) -> io::Result<u32> {
        self.tables.section(row)
    }

    /// Calls `each` with every passage of a current document.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn each_passage(&self, mut each: impl FnMut(PassageRow)) -> Result<(), Error> {
        let mut read = || -> io::Result<()> {
            let mut rows = self.rows()?;
            for row in 0..self.n_rows() as DocId {
                let row = rows.at(row)?;
                if row.document != NO_DOCUMENT {
                    each(row);
                }
            }
            Ok(())
        };
        read().map_err(|cause| Error::reading(&cause))
    }

    /// The text of the passage in `row`.
    ///
    /// # Errors
    /// When the index is damaged.
    pub(crate) fn passage(&self, row: DocId) -> Result<PassageText, Error> {
        let store = self.store().map_err(|cause| Error::reading(&cause))?;
        let document: TantivyDocument = store.get(row).map_err(|cause| Error::reading(&cause))?;
        let path = first_text(&document, self.fields.section);
        let section = path.split(SECTION_SEPARATOR).filter(|heading| !heading.is_empty()).map(str::to_owned);
        Ok(PassageText {
            text: first_text(&document, self.fields.passage).to_owned(),
            section: section.collect(),
        })
    }

    fn store(&self) -> io::Result<Arc<StoreReader>> {
        let mut store = self.store.lock().expect("no thread panics while it opens the store");
        if let Some(store) = &*store {
            return Ok(Arc::clone(store));
        }
        let opened = Arc::new(self.reader.get_store_reader(STORE_BLOCKS)?);
        *store = Some(Arc::clone(&opened));
        Ok(opened)
    }
}

/// Unpacked blocks of the store in the cache: passages that are shown one after the other often share a block.
const STORE_BLOCKS: usize = 8;

fn first_text(document: &TantivyDocument, field: tantivy::schema::Field) -> &str {
    document.get_first(field).and_then(|value| value.as_str()).unwrap_or("")
}
