//! Replaces documents in the index, all in one commit.

use super::cut::CutDocument;
use super::directory::{CheckedDirectory, FORMAT_FILE};
use super::schema::{self, Fields, format_text};
use super::{Error, PASSAGE_KINDS, SECTION_SEPARATOR, SENTENCE_TERM, pages, tables};
use crate::text::{DocName, Entry, PassageKind};
use rayon::prelude::*;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{Index, IndexWriter, TantivyDocument, Term};

/// The changes of one commit.
pub struct Changes<'a, Item, Load> {
    /// Documents whose passages and entry leave the index (they may come back in `added`).
    pub removed: &'a [DocName],
    /// Documents that enter it.
    pub added: &'a [Item],
    /// Gives the entry and the text of an added document; called once for each, from several threads.
    pub load: Load,
    /// The name of the snapshot that the commit makes.
    pub snapshot_id: &'a str,
}

/// The numbers of what an update added.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IndexSummary {
    pub(crate) documents: u64,
    pub(crate) passages: u64,
}

/// Applies `changes` to the index in `folder` in one commit, which is on disk when this returns.
///
/// Makes the index when there is none. Threads: as many as the current rayon pool has; `heap_bytes` is shared by them.
/// When `stop` is set while it works, nothing is committed and `Ok(None)` is returned. The caller holds the lock of the archive.
///
/// # Errors
/// When the folder cannot be written, or `load` fails; the previous snapshot is untouched.
pub fn update<Item, Failure, Load>(
    folder: &Path,
    changes: &Changes<'_, Item, Load>,
    heap_bytes: usize,
    stop: &AtomicBool,
) -> Result<Option<IndexSummary>, Failure>
where
    Item: Sync,
    Failure: From<Error> + Send,
    Load: Fn(&Item) -> Result<(Entry, CutDocument), Failure> + Sync,
{
    prepare_folder(folder)?;
    let directory =
        CheckedDirectory::open(folder).map_err(|e| Error::of_tantivy(folder, "open", &e.into()))?;
    let committed = commit(folder, &directory, changes, heap_bytes, stop);
    committed.map_err(|error| match directory.first_failure() {
        Some((path, cause)) => Error::of_file(folder, "write", path, cause).into(),
        None => error,
    })
}

fn commit<Item, Failure, Load>(
    folder: &Path,
    directory: &CheckedDirectory,
    changes: &Changes<'_, Item, Load>,
    heap_bytes: usize,
    stop: &AtomicBool,
) -> Result<Option<IndexSummary>, Failure>
where
    Item: Sync,
    Failure: From<Error> + Send,
    Load: Fn(&Item) -> Result<(Entry, CutDocument), Failure> + Sync,
{
    let fail = |cause: tantivy::TantivyError| Error::of_tantivy(folder, "write", &cause);
    let (schema, fields) = schema::schema();
    let index = Index::open_or_create(directory.clone(), schema).map_err(fail)?;
    schema::register_tokenizer(&index);
    // tantivy needs 15 MB a thread at least.
    let threads = rayon::current_num_threads().clamp(1, (heap_bytes / 15_000_001).clamp(1, 8));
    let mut writer: IndexWriter =
        index.writer_with_num_threads(threads, heap_bytes.max(15_000_001)).map_err(fail)?;
    remove_leftovers(folder, &writer)?;
    remove_old_tables(&index, directory).map_err(fail)?;
    for docname in changes.removed {
        writer.delete_term(Term::from_field_text(fields.docname, docname.as_str()));
    }
    let add = |item: &Item| -> Result<u64, Failure> {
        if stop.load(Ordering::Relaxed) {
            return Ok(0);
        }
        let (entry, document) = (changes.load)(item)?;
        Ok(add(&writer, &fields, &entry, &document).map_err(fail)?)
    };
    let passages = changes.added.par_iter().map(add).try_reduce(|| 0, |a, b| Ok(a + b))?;
    if stop.load(Ordering::Relaxed) {
        writer.rollback().map_err(fail)?;
        return Ok(None);
    }
    let mut commit = writer.prepare_commit().map_err(fail)?;
    commit.set_payload(changes.snapshot_id);
    commit.commit().map_err(fail)?;
    writer.wait_merging_threads().map_err(fail)?;
    remove_old_tables(&index, directory).map_err(fail)?;
    Ok(Some(IndexSummary { documents: changes.added.len() as u64, passages }))
}

/// Removes what a killed commit left. tantivy would otherwise refuse to write the deletions of a segment again, since
/// their file has the same name (`FileAlreadyExists`).
fn remove_leftovers(folder: &Path, writer: &IndexWriter) -> Result<(), Error> {
    let removed = writer.garbage_collect_files().wait();
    let removed = removed.map_err(|cause| Error::of_tantivy(folder, "clean", &cause))?;
    match removed.failed_to_delete_files.first() {
        Some(name) => {
            Err(Error::new(folder, "clean", format!("{} cannot be removed", folder.join(name).display())))
        }
        None => Ok(()),
    }
}

/// Removes the tables that the last commit does not need: of earlier commits, and those that a killed one left.
fn remove_old_tables(index: &Index, directory: &CheckedDirectory) -> tantivy::Result<()> {
    let kept = tables::file_names(&index.searchable_segment_metas()?);
    let tables = directory.tables()?;
    Ok(tables::remove_others(&tables, tables.file_names()?, &kept)?)
}

/// Removes the index in `folder`, so that the next update rebuilds it.
///
/// # Errors
/// When a file cannot be removed.
pub fn clear(folder: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::of_file(folder, "remove", folder, &error))
        }
        _ => Ok(()),
    }
}

/// Makes the folder of the index when there is none, and empties it when its format is not ours.
///
/// The format is on disk before the first file of the index, so that after a crash an index is never taken for one of an older format.
fn prepare_folder(folder: &Path) -> Result<(), Error> {
    let format_file = folder.join(FORMAT_FILE);
    if fs::read(&format_file).is_ok_and(|text| text == format_text().as_bytes()) {
        return Ok(());
    }
    clear(folder)?;
    let fail = |path: &Path, cause: &io::Error| Error::of_file(folder, "create", path, cause);
    let tables = folder.join(tables::FOLDER);
    fs::create_dir_all(&tables).map_err(|e| fail(&tables, &e))?;
    let write = || {
        let mut file = File::create(&format_file)?;
        file.write_all(format_text().as_bytes())?;
        file.sync_all()
    };
    write().map_err(|e| fail(&format_file, &e))?;
    for folder in [Some(folder), folder.parent()].into_iter().flatten() {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(|e| fail(folder, &e))?;
    }
    Ok(())
}

fn kind_number(kind: PassageKind) -> u64 {
    PASSAGE_KINDS.iter().position(|known| *known == kind).expect("furniture is not indexed") as u64
}

fn sentence_tokens(starts: &[u32]) -> PreTokenizedString {
    let token =
        |start: &u32| Token { position: *start as usize, text: SENTENCE_TERM.to_owned(), ..Token::default() };
    PreTokenizedString { text: String::new(), tokens: starts.iter().map(token).collect() }
}

/// Adds `cut` to the index and returns the number of its passages.
pub(super) fn add(
    writer: &IndexWriter,
    fields: &Fields,
    entry: &Entry,
    cut: &CutDocument,
) -> tantivy::Result<u64> {
    let mut header = TantivyDocument::default();
    header.add_text(fields.docname, entry.docname.as_str());
    header.add_text(fields.entry, serde_json::to_string(entry).expect("an entry has only string keys"));
    writer.add_document(header)?;
    let starts = cut.document.char_starts();
    let passages = cut.document.passages().zip(&cut.passages).zip(starts);
    for (ordinal, (((page, passage), words), char_start)) in passages.enumerate() {
        let mut row = TantivyDocument::default();
        row.add_text(fields.docname, entry.docname.as_str());
        row.add_text(fields.text, &words.terms);
        row.add_text(fields.passage, &passage.text);
        row.add_text(fields.section, passage.section.join(&SECTION_SEPARATOR.to_string()));
        row.add_u64(fields.kind, kind_number(passage.kind));
        if !words.sentence_starts.is_empty() {
            row.add_pre_tokenized_text(fields.sentences, sentence_tokens(&words.sentence_starts));
        }
        row.add_u64(fields.ordinal, ordinal as u64);
        row.add_u64(fields.page, u64::from(page.number.unwrap_or(0)));
        if let Some(label) = &page.label {
            row.add_text(fields.page_label, label);
        }
        if !passage.page_starts.is_empty() {
            row.add_text(fields.page_starts, pages::encode(&passage.page_starts, &words.first_words));
        }
        row.add_u64(fields.char_start, u64::from(char_start));
        row.add_u64(fields.n_tokens, words.n_tokens);
        if passage.source.is_some() {
            row.add_bool(fields.ocr, true);
        }
        if let Some(language) = passage.language {
            row.add_text(fields.language, language.code());
        }
        writer.add_document(row)?;
    }
    Ok(cut.passages.len() as u64)
}
