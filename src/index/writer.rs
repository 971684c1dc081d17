//! Replaces documents in the index, all in one commit.

use super::schema::{self, Fields, INDEX_FORMAT};
use super::{Error, SECTION_SEPARATOR};
use crate::text::{Document, Entry, words};
use rayon::prelude::*;
use std::fs::{self, File};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use tantivy::directory::MmapDirectory;
use tantivy::{Index, IndexWriter, TantivyDocument, Term};

/// What one commit changes.
pub struct Changes<'a, Load> {
    /// Documents whose passages and entry leave the index (they may come back in `added`).
    pub removed: &'a [String],
    /// Documents that enter it.
    pub added: &'a [Entry],
    /// Gives the text of an added document; called from several threads.
    pub load: Load,
    /// The name of the snapshot that the commit makes.
    pub snapshot_id: &'a str,
}

/// What an update cost and gave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Documents that entered.
    pub documents: u64,
    /// Their passages.
    pub passages: u64,
}

/// Applies `changes` to the index in `folder` in one commit, which is on disk when this returns.
///
/// Makes the index when there is none. Threads: as many as the current rayon pool has; `heap_bytes` is shared by them.
/// When `stop` is set while it works, nothing is committed and `Ok(None)` is returned.
///
/// # Errors
/// When the folder cannot be written, or `load` fails; the previous snapshot is untouched.
pub fn update<Load>(
    folder: &Path,
    changes: &Changes<'_, Load>,
    heap_bytes: usize,
    stop: &AtomicBool,
) -> Result<Option<Summary>, Error>
where
    Load: Fn(&Entry) -> Result<Document, String> + Sync,
{
    let fail = |cause: &dyn std::fmt::Display| Error::new(folder, "write", cause);
    let (index, fields) = open_or_create(folder)?;
    // tantivy asks for 15 MB a thread at least.
    let threads = rayon::current_num_threads().clamp(1, (heap_bytes / 15_000_001).clamp(1, 8));
    let mut writer: IndexWriter =
        index.writer_with_num_threads(threads, heap_bytes.max(15_000_001)).map_err(|e| fail(&e))?;
    for docname in changes.removed {
        writer.delete_term(Term::from_field_text(fields.docname, docname));
    }
    let passages: u64 = changes
        .added
        .par_iter()
        .map(|entry| {
            if stop.load(Ordering::Relaxed) {
                return Ok(0);
            }
            let document = (changes.load)(entry).map_err(|e| fail(&e))?;
            add(&writer, &fields, entry, &document).map_err(|e| fail(&e))
        })
        .try_reduce(|| 0, |a, b| Ok(a + b))?;
    if stop.load(Ordering::Relaxed) {
        writer.rollback().map_err(|e| fail(&e))?;
        return Ok(None);
    }
    let mut commit = writer.prepare_commit().map_err(|e| fail(&e))?;
    commit.set_payload(changes.snapshot_id);
    commit.commit().map_err(|e| fail(&e))?;
    writer.wait_merging_threads().map_err(|e| fail(&e))?;
    // tantivy's commit is atomic, but not on disk before its folder is.
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|e| fail(&e))?;
    Ok(Some(Summary { documents: changes.added.len() as u64, passages }))
}

/// The number of word tokens in `text`: those with a letter.
pub fn count_tokens(text: &str) -> u64 {
    words(text).filter(|word| word.has_letter).count() as u64
}

/// The index in `folder`, emptied when its format is not ours.
fn open_or_create(folder: &Path) -> Result<(Index, Fields), Error> {
    let fail = |cause: &dyn std::fmt::Display| Error::new(folder, "open", cause);
    let format_file = folder.join("format");
    let is_ours = fs::read_to_string(&format_file).is_ok_and(|text| text.trim() == INDEX_FORMAT.to_string());
    if !is_ours && folder.exists() {
        fs::remove_dir_all(folder).map_err(|e| fail(&e))?;
    }
    fs::create_dir_all(folder).map_err(|e| fail(&e))?;
    let (schema, fields) = schema::schema();
    let directory = MmapDirectory::open(folder).map_err(|e| fail(&e))?;
    let index = Index::open_or_create(directory, schema).map_err(|e| fail(&e))?;
    schema::register_tokenizer(&index);
    if !is_ours {
        fs::write(&format_file, format!("{INDEX_FORMAT}\n")).map_err(|e| fail(&e))?;
    }
    Ok((index, fields))
}

/// Adds `document` to the index and returns the number of its passages.
pub(super) fn add(
    writer: &IndexWriter,
    fields: &Fields,
    entry: &Entry,
    document: &Document,
) -> tantivy::Result<u64> {
    let mut header = TantivyDocument::default();
    header.add_text(fields.docname, &entry.docname);
    header.add_text(fields.entry, serde_json::to_string(entry).expect("an entry has only string keys"));
    writer.add_document(header)?;
    let starts = document.char_starts();
    for (ordinal, ((page, passage), char_start)) in document.passages().zip(starts).enumerate() {
        let mut row = TantivyDocument::default();
        row.add_text(fields.docname, &entry.docname);
        row.add_text(fields.text, &passage.text);
        row.add_text(fields.section, passage.section.join(&SECTION_SEPARATOR.to_string()));
        row.add_u64(fields.ordinal, ordinal as u64);
        row.add_u64(fields.page, u64::from(page.number.unwrap_or(0)));
        row.add_u64(fields.char_start, u64::from(char_start));
        row.add_u64(fields.n_tokens, count_tokens(&passage.text));
        if let Some(language) = passage.language {
            row.add_text(fields.language, language.code());
        }
        writer.add_document(row)?;
    }
    Ok(document.passages().count() as u64)
}
