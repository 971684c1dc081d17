//! Tables that tantivy cannot open in constant time: for each segment and each snapshot one file in the folder `tables`, which
//! is memory-mapped and read in place.
//!
//! The file of a segment, `<segment>.segment`, has these sections: a row of 16 bytes for each passage (document, page, words,
//! language, kind, whether OCR read it); 20 bytes for each passage that are needed only to show it (ordinal, first character, label of its page,
//! number of starts of pages in it and the passages before it, number of its headings); a record of 76 bytes for
//! each document that has rows in the segment, sorted by name; the names; the entries as JSON; the starts of pages within
//! passages and the labels of pages ([`super::pages`]); the paths of headings; the vocabulary. It is written once. The file of a snapshot, `<digest>.snapshot`, has what deletions change: the totals, the order of the documents
//! of all segments, and for each document of each segment its index in that order.
//!
//! Both are on disk before the `meta.json` that names their segments ([`super::directory`]), so a reader always has them.

use super::Error;
use super::numbers::{u32_at, u64_at};
use super::pages::{Pages, PagesWriter};
use super::schema::Fields;
use super::vocabulary::{Vocabulary, write_lines};
use crate::text::{DocName, Entry, KINDS, Kind, Language, OwnKind, Stratum};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use tantivy::columnar::Column;
use tantivy::directory::error::{DeleteError, OpenReadError};
use tantivy::directory::{Directory, FileSlice, OwnedBytes, TerminatingWrite};
use tantivy::schema::Value;
use tantivy::{HasLen, Index, SegmentMeta, SegmentReader, TantivyDocument, TantivyError};

/// The folder of these files in the folder of the index.
pub(super) const FOLDER: &str = "tables";

/// Marks a row that is not a passage of a current document: it is deleted, or is a document's entry.
pub(crate) const NO_DOCUMENT: u32 = u32::MAX;

/// Divides the size of a checked block, so that no row lies in two blocks.
pub(super) const ROW_BYTES: usize = 16;
const PLACE_BYTES: usize = 20;
/// Where the kind of the passage stands in the last cell of a row, beside its language, [`CROSSES_PAGES`] and [`READ_BY_OCR`].
pub(super) const KIND_SHIFT: u32 = 26;
/// Where the name of a kind of the user's own stands in a record.
const OWN_KIND_START: usize = 76;
const RECORD_BYTES: usize = OWN_KIND_START + OwnKind::BYTES_MAX;
const SECTIONS: usize = 10;
/// In the last cell of a row, beside its language: the passage continues on another page.
pub(super) const CROSSES_PAGES: u32 = 1 << 24;
/// There too: OCR read the passage.
pub(super) const READ_BY_OCR: u32 = 1 << 25;
const NO_YEAR: u32 = i32::MIN as u32;

/// The name of the file of the segment called `id`.
fn segment_file(id: &str) -> PathBuf {
    PathBuf::from(format!("{id}.segment"))
}

/// The name of the file of the snapshot that has these segments, each with the mark of its deletions.
fn snapshot_file(segments: &[(String, Option<u64>)]) -> PathBuf {
    let mut hasher = Sha256::new();
    for (id, deletions) in segments {
        hasher.update(format!("{id} {deletions:?}\n"));
    }
    PathBuf::from(format!("{}.snapshot", data_encoding::HEXLOWER.encode(&hasher.finalize()[..16])))
}

/// The names of the segments of `metas` with the marks of their deletions, in their order here.
fn segment_names(metas: &[SegmentMeta]) -> Vec<(String, Option<u64>)> {
    let mut names: Vec<_> =
        metas.iter().map(|meta| (meta.id().uuid_string(), meta.delete_opstamp())).collect();
    names.sort();
    names
}

/// The names of the files that the segments of `metas` need.
pub(super) fn file_names(metas: &[SegmentMeta]) -> Vec<PathBuf> {
    let segments = segment_names(metas);
    let files = segments.iter().map(|(id, _)| segment_file(id));
    files.chain([snapshot_file(&segments)]).collect()
}

/// The segments that the last commit of `index` has, in the order of their names.
pub(super) fn readers(index: &Index) -> tantivy::Result<Vec<SegmentReader>> {
    let mut segments = index.searchable_segments()?;
    segments.sort_by_key(|segment| segment.id().uuid_string());
    segments.iter().map(SegmentReader::open).collect()
}

/// Writes into `tables` the files of the last commit of `index` that it does not have. They are on disk when this returns.
pub(super) fn write(index: &Index, fields: Fields, tables: &dyn Directory) -> tantivy::Result<()> {
    let readers = readers(index)?;
    for reader in &readers {
        let name = segment_file(&reader.segment_id().uuid_string());
        if !tables.exists(&name)? {
            write_file(tables, &name, |out| write_segment(reader, fields, out))?;
        }
    }
    let name = snapshot_file(&segment_names(&index.searchable_segment_metas()?));
    if !tables.exists(&name)? {
        let segments = readers.iter().map(|reader| SegmentTables::open(tables, reader));
        let segments: Vec<SegmentTables> = segments.collect::<tantivy::Result<_>>()?;
        write_file(tables, &name, |out| write_snapshot(&readers, &segments, out))?;
    }
    Ok(tables.sync_directory()?)
}

/// Removes the files `names` of a folder of tables except those in `kept`: leftovers of killed commits and earlier snapshots.
pub(super) fn remove_others(tables: &dyn Directory, names: Vec<PathBuf>, kept: &[PathBuf]) -> io::Result<()> {
    let kept: HashSet<&PathBuf> = kept.iter().collect();
    for name in names.iter().filter(|name| !kept.contains(name)) {
        match tables.delete(name) {
            Ok(()) | Err(DeleteError::FileDoesNotExist(_)) => {}
            Err(DeleteError::IoError { io_error, .. }) => return Err(io::Error::other(io_error)),
        }
    }
    Ok(())
}

fn write_file(
    tables: &dyn Directory,
    name: &Path,
    write: impl FnOnce(&mut dyn Write) -> tantivy::Result<()>,
) -> tantivy::Result<()> {
    let mut out = tables.open_write(name)?;
    write(&mut out)?;
    Ok(out.terminate()?)
}

/// The rows of one document in one segment. [`records`] defines the layout on disk.
#[derive(Default)]
struct DocumentPart {
    first_row: Option<u32>,
    n_passages: u32,
    n_tokens: u64,
    entry: Option<(Entry, Vec<u8>)>,
}

fn write_segment(reader: &SegmentReader, fields: Fields, out: &mut dyn Write) -> tantivy::Result<()> {
    let names = strings(reader, "docname", str::to_owned)?;
    let mut locals: Vec<DocumentPart> = (0..names.values.len()).map(|_| DocumentPart::default()).collect();
    let (places, pages) = write_rows(reader, fields, &names, &mut locals, out)?;
    let jsons = locals.iter().flat_map(|local| &local.entry).flat_map(|(_, json)| json).copied();
    let [starts, labels] = pages.finish();
    let headings = headings(reader)?;
    let names_section = names.values.concat().into_bytes();
    let sections =
        [places, records(&names.values, &locals), names_section, jsons.collect(), starts, labels, headings];
    let mut ends = vec![u64::from(reader.max_doc()) * ROW_BYTES as u64];
    for section in &sections {
        ends.push(ends[ends.len() - 1] + section.len() as u64);
        out.write_all(section)?;
    }
    let mut lines = CountingWriter { out: &mut *out, count: 0 };
    let groups = write_lines(&*reader.inverted_index(fields.text)?, &mut lines)?;
    ends.push(ends[ends.len() - 1] + lines.count);
    ends.push(ends[ends.len() - 1] + groups.len() as u64);
    out.write_all(&groups)?;
    Ok(ends.iter().try_for_each(|end| out.write_all(&end.to_le_bytes()))?)
}

/// Writes the rows and returns the places and pages. Adds the rows of each document to its item in `locals`.
fn write_rows(
    reader: &SegmentReader,
    fields: Fields,
    names: &Strings<String>,
    locals: &mut [DocumentPart],
    out: &mut dyn Write,
) -> tantivy::Result<(Vec<u8>, PagesWriter)> {
    let columns = reader.fast_fields();
    let (page, n_tokens) = (columns.u64("page")?, columns.u64("n_tokens")?);
    let (ordinal, char_start) = (columns.u64("ordinal")?, columns.u64("char_start")?);
    let languages = strings(reader, "language", |code| code.parse::<Language>().ok())?;
    let (labels, starts) =
        (strings(reader, "page_label", str::to_owned)?, strings(reader, "page_starts", str::to_owned)?);
    // A segment without such passages has no column.
    let ocr = columns.column_opt::<bool>("ocr")?;
    let (kinds, sections) = (columns.u64("kind")?, strings(reader, "section", |_| ())?);
    let store = reader.get_store_reader(1)?;
    let (mut places, mut pages) = (Vec::new(), PagesWriter::new());
    for row in 0..reader.max_doc() {
        let document = names.ordinal(row);
        let is_passage = ordinal.first(row).is_some();
        let tokens = n_tokens.first(row).unwrap_or(0);
        let language = languages.value(row).copied().flatten();
        let page_starts = starts.value(row);
        let kind = kinds.first(row).unwrap_or(0) as u32;
        let cells = [
            document.filter(|_| is_passage).unwrap_or(NO_DOCUMENT),
            page.first(row).unwrap_or(0) as u32,
            tokens as u32,
            tag(language)
                | kind << KIND_SHIFT
                | flag(page_starts.is_some(), CROSSES_PAGES)
                | flag(ocr.as_ref().is_some_and(|ocr| ocr.first(row) == Some(true)), READ_BY_OCR),
        ];
        cells.iter().try_for_each(|cell| out.write_all(&cell.to_le_bytes()))?;
        page_starts.into_iter().for_each(|encoded| pages.add(encoded));
        let number = |column: &Column<u64>| column.first(row).unwrap_or(0) as u32;
        let label = labels.value(row).map_or(0, |label| pages.label(label));
        let section = sections.ordinal(row).unwrap_or(u32::MAX);
        for cell in [section, number(&ordinal), number(&char_start), label, pages.n_starts()] {
            places.extend(cell.to_le_bytes());
        }
        let Some(local) = document.map(|document| &mut locals[document as usize]) else { continue };
        local.first_row.get_or_insert(row);
        if is_passage {
            local.n_passages += 1;
            local.n_tokens += tokens;
        } else {
            let header: TantivyDocument = store.get(row)?;
            let json = header.get_first(fields.entry).and_then(|value| value.as_str()).unwrap_or("");
            let entry = serde_json::from_str(json).map_err(|e| TantivyError::InternalError(e.to_string()))?;
            local.entry = Some((entry, json.as_bytes().to_vec()));
        }
    }
    Ok((places, pages))
}

/// The different paths of headings of a segment, sorted, a line each. Headings are single lines.
fn headings(reader: &SegmentReader) -> tantivy::Result<Vec<u8>> {
    let sections = strings(reader, "section", str::to_owned)?;
    Ok(sections.values.iter().flat_map(|path| [path.as_str(), "\n"]).collect::<String>().into_bytes())
}

/// The records of the documents of a segment.
fn records(names: &[String], locals: &[DocumentPart]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(locals.len() * RECORD_BYTES);
    let (mut name_start, mut entry_start) = (0u64, 0u64);
    for (name, local) in names.iter().zip(locals) {
        let stratum = local.entry.as_ref().map(|(entry, _)| entry.stratum());
        let length = local.entry.as_ref().map_or(0, |(_, json)| json.len() as u32);
        bytes.extend(name_start.to_le_bytes());
        bytes.extend((name.len() as u32).to_le_bytes());
        bytes.extend(length.to_le_bytes());
        bytes.extend(entry_start.to_le_bytes());
        bytes.extend(local.n_tokens.to_le_bytes());
        bytes.extend(stratum.map_or(0, |stratum| stratum.n_tokens).to_le_bytes());
        bytes.extend(local.first_row.unwrap_or(NO_DOCUMENT).to_le_bytes());
        bytes.extend(local.n_passages.to_le_bytes());
        let year = stratum.and_then(|stratum| stratum.year).map_or(NO_YEAR, |year| i32::from(year) as u32);
        bytes.extend(year.to_le_bytes());
        let kind = stratum.map(|stratum| stratum.kind).unwrap_or_default();
        bytes.extend(kind_place(kind).to_le_bytes());
        bytes.extend(tag(stratum.and_then(|stratum| stratum.language)).to_le_bytes());
        bytes.extend(stratum.map_or(0, |stratum| flags(&stratum)).to_le_bytes());
        bytes.extend(stratum.map_or(0, |stratum| stratum.n_tokens_ocr).to_le_bytes());
        bytes.extend(stratum.map_or(0, |stratum| stratum.n_passages).to_le_bytes());
        bytes.extend(own_name(kind));
        name_start += name.len() as u64;
        entry_start += u64::from(length);
    }
    bytes
}

const YEAR_OF_FILE: u32 = 1;
const COPY: u32 = 2;

fn flag(is_set: bool, flag: u32) -> u32 {
    if is_set { flag } else { 0 }
}

fn flags(stratum: &Stratum) -> u32 {
    flag(stratum.is_year_of_file, YEAR_OF_FILE) | flag(stratum.is_copy, COPY)
}

/// The place of `kind` in [`KINDS`]; past their end for a kind of the user's own.
fn kind_place(kind: Kind) -> u32 {
    KINDS.iter().position(|row| row.kind == kind).unwrap_or(KINDS.len()) as u32
}

/// The name of a kind of the user's own, filled up with zeros.
fn own_name(kind: Kind) -> [u8; OwnKind::BYTES_MAX] {
    let mut bytes = [0; OwnKind::BYTES_MAX];
    if let Kind::Own(own) = kind {
        bytes[..own.name().len()].copy_from_slice(own.name().as_bytes());
    }
    bytes
}

fn tag(language: Option<Language>) -> u32 {
    language.map_or(0, |language| {
        let [a, b, c] = language.to_bytes();
        u32::from_le_bytes([a, b, c, 0])
    })
}

fn language(tag: u32) -> Option<Language> {
    let [a, b, c, _] = tag.to_le_bytes();
    Language::from_bytes([a, b, c])
}

/// Counts the bytes that are written.
struct CountingWriter<'o> {
    out: &'o mut dyn Write,
    count: u64,
}

impl Write for CountingWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.count += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A column of strings: each distinct string as `parse` reads it, in the order of the strings, and which of them each row has.
struct Strings<T> {
    column: Option<tantivy::columnar::StrColumn>,
    values: Vec<T>,
}

impl<T> Strings<T> {
    fn value(&self, row: u32) -> Option<&T> {
        self.values.get(self.ordinal(row)? as usize)
    }

    fn ordinal(&self, row: u32) -> Option<u32> {
        self.column.as_ref()?.term_ords(row).next().map(|ordinal| ordinal as u32)
    }
}

fn strings<T>(reader: &SegmentReader, name: &str, parse: impl Fn(&str) -> T) -> tantivy::Result<Strings<T>> {
    let column = reader.fast_fields().str(name)?;
    let mut text = String::new();
    let mut values = Vec::new();
    if let Some(column) = &column {
        for ordinal in 0..column.num_terms() as u64 {
            column.ord_to_str(ordinal, &mut text)?;
            values.push(parse(&text));
        }
    }
    Ok(Strings { column, values })
}

fn write_snapshot(
    readers: &[SegmentReader],
    segments: &[SegmentTables],
    out: &mut dyn Write,
) -> tantivy::Result<()> {
    let (mut n_passages, mut n_tokens) = (0u64, 0u64);
    // A document's entry and its passages can be in different segments.
    let mut documents = BTreeMap::<String, Option<(u32, u32)>>::new();
    let mut current = Vec::new();
    for (segment, (reader, tables)) in (0..).zip(readers.iter().zip(segments)) {
        for local in 0..tables.n_documents() as u32 {
            let record = tables.record(local)?;
            let is_current = !reader.is_deleted(record.first_row());
            let mut name = None;
            if is_current {
                let text = tables.name(&record)?;
                n_passages += u64::from(record.n_passages());
                n_tokens += record.n_tokens_here();
                let entry = documents.entry(text.clone()).or_default();
                *entry = if record.has_entry() { Some((segment, local)) } else { *entry };
                name = Some(text);
            }
            current.push(name);
        }
    }
    documents.retain(|_, entry| entry.is_some());
    for total in [documents.len() as u64, n_passages, n_tokens] {
        out.write_all(&total.to_le_bytes())?;
    }
    for (segment, local) in documents.values().flatten() {
        out.write_all(&segment.to_le_bytes())?;
        out.write_all(&local.to_le_bytes())?;
    }
    let numbers: BTreeMap<&str, u32> = documents.keys().map(String::as_str).zip(0..).collect();
    for name in current {
        let number = name.and_then(|name| numbers.get(name.as_str()).copied()).unwrap_or(NO_DOCUMENT);
        out.write_all(&number.to_le_bytes())?;
    }
    Ok(())
}

/// The file of a segment, open.
pub(super) struct SegmentTables {
    pub(super) rows: FileSlice,
    places: FileSlice,
    records: FileSlice,
    names: FileSlice,
    entries: FileSlice,
    pages: Pages,
    /// The different paths of headings, sorted, a line each.
    headings: FileSlice,
    pub(super) vocabulary: Vocabulary,
}

/// What is needed of a passage only to show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassagePlace {
    /// Its index among the passages of its document, from 0.
    pub ordinal: u32,
    /// Its first character in the plain text of its document, from 0.
    pub char_start: u32,
    /// The place of the label of its page.
    label: u32,
    /// Which starts of pages stand in it.
    page_starts: Range<u32>,
}

impl SegmentTables {
    pub(super) fn open(tables: &dyn Directory, reader: &SegmentReader) -> tantivy::Result<SegmentTables> {
        let name = segment_file(&reader.segment_id().uuid_string());
        let file = tables.open_read(&name)?;
        let before_ends = file.len().checked_sub(8 * SECTIONS).ok_or_else(|| shorter(&name))?;
        let ends = file.read_bytes_slice(before_ends..file.len())?;
        let end = |index: usize| u64_at(&ends, 8 * index) as usize;
        let is_right = (1..SECTIONS).all(|index| end(index - 1) <= end(index))
            && end(SECTIONS - 1) == before_ends
            && end(0) == reader.max_doc() as usize * ROW_BYTES;
        if !is_right {
            return Err(shorter(&name).into());
        }
        let section = |index: usize| file.slice(end(index - 1)..end(index));
        Ok(SegmentTables {
            rows: file.slice(0..end(0)),
            places: section(1),
            records: section(2),
            names: section(3),
            entries: section(4),
            pages: Pages { starts: section(5), labels: section(6) },
            headings: section(7),
            vocabulary: Vocabulary::new(section(8), section(9)),
        })
    }

    /// For each path of headings whether `is_wanted`; its number is that of [`SegmentTables::section`].
    pub(super) fn sections_where(&self, is_wanted: impl Fn(&str) -> bool) -> io::Result<Vec<bool>> {
        let bytes = self.headings.read_bytes()?;
        let text = String::from_utf8_lossy(&bytes);
        Ok(text.split_terminator('\n').map(is_wanted).collect())
    }

    /// The number of the path of headings of the passage in `row`.
    pub(super) fn section(&self, row: u32) -> io::Result<u32> {
        let start = row as usize * PLACE_BYTES;
        Ok(u32_at(&self.places.read_bytes_slice(start..start + 4)?, 0))
    }

    pub(super) fn n_documents(&self) -> usize {
        self.records.len() / RECORD_BYTES
    }

    /// The place of the passage in `row`.
    pub(super) fn place(&self, row: u32) -> io::Result<PassagePlace> {
        let start = row as usize * PLACE_BYTES;
        let bytes = self.places.read_bytes_slice(start..start + PLACE_BYTES)?;
        let starts_before = match start.checked_sub(4) {
            Some(before) => u32_at(&self.places.read_bytes_slice(before..start)?, 0),
            None => 0,
        };
        Ok(PassagePlace {
            ordinal: u32_at(&bytes, 4),
            char_start: u32_at(&bytes, 8),
            label: u32_at(&bytes, 12),
            page_starts: starts_before..u32_at(&bytes, 16).max(starts_before),
        })
    }

    /// The page, 0 for none, of word number `word` of the passage at `place`, which begins on `page`; and the place of its label.
    pub(super) fn page_of_word(&self, place: &PassagePlace, page: u32, word: u32) -> io::Result<(u32, u32)> {
        self.pages.of_word(place.page_starts.clone(), (page, place.label), word)
    }

    /// The label at a place.
    pub(super) fn label(&self, place: u32) -> io::Result<Option<String>> {
        self.pages.label(place)
    }

    fn record(&self, local: u32) -> io::Result<PartRecord> {
        let start = local as usize * RECORD_BYTES;
        Ok(PartRecord(self.records.read_bytes_slice(start..start + RECORD_BYTES)?))
    }

    fn name(&self, record: &PartRecord) -> io::Result<String> {
        let start = u64_at(&record.0, 0) as usize;
        let bytes = self.names.read_bytes_slice(start..start + u32_at(&record.0, 8) as usize)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn entry(&self, record: &PartRecord) -> io::Result<Entry> {
        let start = u64_at(&record.0, 16) as usize;
        let bytes = self.entries.read_bytes_slice(start..start + u32_at(&record.0, 12) as usize)?;
        Ok(serde_json::from_slice(&bytes)?)
    }
}

/// The record of the rows that one document has in a segment. Its kind is a place in [`KINDS`], or past their end with the name of a
/// kind of the user's own. `INDEX_FORMAT` must be raised when the order or the number of kinds changes.
struct PartRecord(OwnedBytes);

impl PartRecord {
    fn has_entry(&self) -> bool {
        u32_at(&self.0, 12) > 0
    }

    fn n_tokens_here(&self) -> u64 {
        u64_at(&self.0, 24)
    }

    fn first_row(&self) -> u32 {
        u32_at(&self.0, 40)
    }

    fn n_passages(&self) -> u32 {
        u32_at(&self.0, 44)
    }

    fn kind(&self) -> Kind {
        if let Some(row) = KINDS.get(u32_at(&self.0, 52) as usize) {
            return row.kind;
        }
        let name = &self.0[OWN_KIND_START..OWN_KIND_START + OwnKind::BYTES_MAX];
        let name = std::str::from_utf8(name).unwrap_or_default().trim_end_matches('\0');
        Kind::of_name(name).unwrap_or_default()
    }

    fn stratum(&self) -> Stratum {
        let year = u32_at(&self.0, 48);
        Stratum {
            year: (year != NO_YEAR).then_some(year as i32 as i16),
            is_year_of_file: u32_at(&self.0, 60) & YEAR_OF_FILE != 0,
            is_copy: u32_at(&self.0, 60) & COPY != 0,
            kind: self.kind(),
            language: language(u32_at(&self.0, 56)),
            n_tokens: u64_at(&self.0, 32),
            n_tokens_ocr: u64_at(&self.0, 64),
            n_passages: u32_at(&self.0, 72),
        }
    }
}

/// The file of a snapshot, open.
pub(super) struct SnapshotTables {
    file: FileSlice,
    /// Where the map of each segment begins.
    maps: Vec<usize>,
    pub(super) n_documents: usize,
    pub(super) n_passages: u64,
    pub(super) n_tokens: u64,
}

const TOTALS_BYTES: usize = 24;

impl SnapshotTables {
    pub(super) fn open(
        tables: &dyn Directory,
        metas: &[SegmentMeta],
        segments: &[&SegmentTables],
    ) -> tantivy::Result<SnapshotTables> {
        let name = snapshot_file(&segment_names(metas));
        let file = tables.open_read(&name)?;
        if file.len() < TOTALS_BYTES {
            return Err(shorter(&name).into());
        }
        let totals = file.read_bytes_slice(0..TOTALS_BYTES)?;
        let n_documents = u64_at(&totals, 0) as usize;
        let mut end = TOTALS_BYTES + 8 * n_documents;
        let mut maps = Vec::new();
        for segment in segments {
            maps.push(end);
            end += 4 * segment.n_documents();
        }
        if end != file.len() {
            return Err(shorter(&name).into());
        }
        Ok(SnapshotTables {
            file,
            maps,
            n_documents,
            n_passages: u64_at(&totals, 8),
            n_tokens: u64_at(&totals, 16),
        })
    }

    /// For each document of a segment its index in the snapshot, four bytes.
    pub(super) fn map(&self, segment: usize, n_documents: usize) -> FileSlice {
        self.file.slice(self.maps[segment]..self.maps[segment] + 4 * n_documents)
    }

    /// Calls `each` with the segment and the record of each document, in their order. The records of a segment are read at once:
    /// a single read costs more than what is computed from a record.
    fn all_records<'s>(
        &self,
        segments: &[&'s SegmentTables],
        mut each: impl FnMut(&'s SegmentTables, &PartRecord) -> io::Result<()>,
    ) -> io::Result<()> {
        let order = self.file.read_bytes_slice(TOTALS_BYTES..TOTALS_BYTES + 8 * self.n_documents)?;
        let records: Vec<OwnedBytes> =
            segments.iter().map(|segment| segment.records.read_bytes()).collect::<io::Result<_>>()?;
        for at in (0..order.len()).step_by(8) {
            let (segment, part) = (u32_at(&order, at) as usize, u32_at(&order, at + 4) as usize);
            let start = part * RECORD_BYTES;
            let is_known = records.get(segment).is_some_and(|records| start + RECORD_BYTES <= records.len());
            if !is_known {
                return Err(io::ErrorKind::InvalidData.into());
            }
            each(segments[segment], &PartRecord(records[segment].slice(start..start + RECORD_BYTES)))?;
        }
        Ok(())
    }

    /// Calls `each` with the segment and the record of each of `documents`.
    fn records<'s>(
        &self,
        segments: &[&'s SegmentTables],
        documents: std::ops::Range<usize>,
        mut each: impl FnMut(&'s SegmentTables, &PartRecord) -> io::Result<()>,
    ) -> io::Result<()> {
        let start = TOTALS_BYTES + 8 * documents.start;
        let order = self.file.read_bytes_slice(start..start + 8 * documents.len())?;
        for at in (0..order.len()).step_by(8) {
            let segment = segments.get(u32_at(&order, at) as usize).copied();
            let segment = segment.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
            each(segment, &segment.record(u32_at(&order, at + 4))?)?;
        }
        Ok(())
    }

    /// The entries of `documents`, in their order.
    pub(super) fn entries(
        &self,
        segments: &[&SegmentTables],
        documents: std::ops::Range<usize>,
    ) -> Result<Vec<Entry>, Error> {
        let mut entries = Vec::with_capacity(documents.len());
        let read = self.records(segments, documents, |segment, record| {
            entries.push(segment.entry(record)?);
            Ok(())
        });
        read.map(|()| entries).map_err(|cause| Error::reading(&cause))
    }

    /// The strata of all documents, in their order.
    pub(super) fn strata(&self, segments: &[&SegmentTables]) -> Result<Vec<Stratum>, Error> {
        let mut strata = Vec::with_capacity(self.n_documents);
        let read = self.all_records(segments, |_, record| {
            strata.push(record.stratum());
            Ok(())
        });
        read.map(|()| strata).map_err(|cause| Error::reading(&cause))
    }

    /// The names of all documents, in their order.
    pub(super) fn names(&self, segments: &[&SegmentTables]) -> Result<Vec<DocName>, Error> {
        let mut names = Vec::with_capacity(self.n_documents);
        let read = self.all_records(segments, |segment, record| {
            names.push(segment.name(record)?.into());
            Ok(())
        });
        read.map(|()| names).map_err(|cause| Error::reading(&cause))
    }
}

/// The error for a file whose sections do not have the expected length.
fn shorter(name: &Path) -> OpenReadError {
    let cause = io::Error::new(io::ErrorKind::InvalidData, "its sections do not fit its length");
    OpenReadError::wrap_io_error(cause, name.to_path_buf())
}
