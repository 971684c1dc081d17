//! Counts a query by document, form and language, from postings only.
//!
//! Each posting adds to the last item of a list when that belongs to the same document, form and language, and appends an item
//! otherwise. The list is sorted once at the end. So there is no map, string or allocation per posting.

use super::Error;
use crate::index::{NO_DOCUMENT, PassageRow, Snapshot};
use crate::query::{Expansion, MentionBatches, Mentions, first_position, frequencies, mentions_of_words};
use crate::text::{Count, Language, Tally};
use std::collections::BTreeMap;
use std::io;

/// The count of an expanded query under the name `concept`.
pub(super) fn count(snapshot: &Snapshot, concept: &str, expansion: &Expansion) -> Result<Count, Error> {
    match expansion.plain_words() {
        Some(words) => count_words(snapshot, concept, &words.into_iter().collect::<Vec<_>>()),
        None => count_mentions(snapshot, concept, expansion, |_| Ok(())),
    }
}

/// The count of an expanded query under the name `concept`. Calls `each` with its mentions, some documents at a time.
pub(super) fn count_mentions<E: From<Error>>(
    snapshot: &Snapshot,
    concept: &str,
    expansion: &Expansion,
    mut each: impl FnMut(&Mentions) -> Result<(), E>,
) -> Result<Count, E> {
    let mut batches = MentionBatches::new(snapshot, expansion).map_err(Error::from)?;
    let mut cells = PartialTallies::default();
    let mut forms = Vec::new();
    while let Some(mentions) = batches.next_batch().map_err(Error::from)? {
        cells.add_mentions(snapshot, &mentions).map_err(Error::reading)?;
        each(&mentions)?;
        // Each batch has the forms of those before it too.
        forms = mentions.forms;
    }
    Ok(cells.count(concept, &forms))
}

/// Counts single `words` under the name `concept`.
///
/// Different words never overlap, so the frequencies in their postings suffice and no positions are read. The exception is a
/// hanging word whose missing part was found, `mål-(styring)`: it has the same position as the bare `mål-`.
pub(super) fn count_words(snapshot: &Snapshot, concept: &str, words: &[&str]) -> Result<Count, Error> {
    count_frequencies(snapshot, concept, words).map_err(Error::from)
}

fn count_frequencies(
    snapshot: &Snapshot,
    concept: &str,
    words: &[&str],
) -> Result<Count, crate::query::Error> {
    let (hanging, plain) = split_hanging(words);
    let hanging = mentions_of_words(snapshot, hanging.iter().rev().copied())?;
    let mut forms = hanging.forms.clone();
    let mut cells = PartialTallies::default();
    cells.add_mentions(snapshot, &hanging)?;
    let first = forms.len() as u32;
    forms.extend(plain.iter().map(|word| word.to_lowercase()));
    for segment in &snapshot.segments {
        let mut rows = segment.rows()?;
        for (form, word) in (first..).zip(&plain) {
            frequencies(segment, word, |row, n| {
                let passage = rows.at(row)?;
                cells.add(passage, form, n, || {
                    let position = first_position(segment, word, row)?;
                    segment.page_number(row, passage, position)
                })
            })?;
        }
    }
    Ok(cells.count(concept, &forms))
}

/// How often a query occurs in each document of a snapshot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DocumentTotals {
    /// Mentions.
    pub(crate) n: Vec<u64>,
    /// Passages with a mention.
    pub(crate) n_passages: Vec<u32>,
}

/// How often an expanded query occurs in each document: every posting adds to an array.
pub(super) fn totals(snapshot: &Snapshot, expansion: &Expansion) -> Result<DocumentTotals, Error> {
    let n_documents = snapshot.n_documents();
    let mut totals = DocumentTotals { n: vec![0; n_documents], n_passages: vec![0; n_documents] };
    let Some(words) = expansion.plain_words() else {
        let mut batches = MentionBatches::new(snapshot, expansion)?;
        while let Some(mentions) = batches.next_batch()? {
            totals.add_mentions(snapshot, &mentions).map_err(Error::reading)?;
        }
        return Ok(totals);
    };
    let words: Vec<&str> = words.into_iter().collect();
    let (hanging, plain) = split_hanging(&words);
    let hanging = mentions_of_words(snapshot, hanging.iter().rev().copied())?;
    for (segment, hanging) in snapshot.segments.iter().zip(&hanging.segments) {
        let mut rows = segment.rows().map_err(Error::reading)?;
        let mut seen = SeenRows::default();
        for mention in hanging {
            let row = rows.at(mention.row).map_err(Error::reading)?;
            totals.add(row, 1, seen.is_first(mention.row));
        }
        for word in &plain {
            frequencies(segment, word, |row, n| {
                totals.add(rows.at(row)?, n, seen.is_first(row));
                Ok(())
            })
            .map_err(Error::reading)?;
        }
    }
    Ok(totals)
}

/// The words that may stand at the same position as another term, `mål-(styring)` and `mål-`, and the others.
fn split_hanging<'w>(words: &[&'w str]) -> (Vec<&'w str>, Vec<&'w str>) {
    words.iter().partition(|word| word.starts_with(['-', '(']) || word.ends_with(['-', ')']))
}

/// The rows of a segment that were seen: a bit for each, up to the last.
#[derive(Default)]
struct SeenRows(Vec<u64>);

impl SeenRows {
    /// Whether `row` was not seen before.
    fn is_first(&mut self, row: u32) -> bool {
        let (word, bit) = (row as usize / 64, 1 << (row % 64));
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        let is_first = self.0[word] & bit == 0;
        self.0[word] |= bit;
        is_first
    }
}

impl DocumentTotals {
    /// Adds `n` mentions in a passage. `is_first` when there were none in it before.
    fn add(&mut self, row: PassageRow, n: u64, is_first: bool) {
        if row.document != NO_DOCUMENT {
            self.n[row.document as usize] += n;
            self.n_passages[row.document as usize] += u32::from(is_first);
        }
    }

    fn add_mentions(&mut self, snapshot: &Snapshot, mentions: &Mentions) -> io::Result<()> {
        for (segment, mentions) in snapshot.segments.iter().zip(&mentions.segments) {
            let mut rows = segment.rows()?;
            let mut before = None;
            for mention in mentions {
                // The mentions of a passage follow each other.
                let is_first = before.replace(mention.row) != Some(mention.row);
                self.add(rows.at(mention.row)?, 1, is_first);
            }
        }
        Ok(())
    }
}

/// Mentions of a form in a document and language, and the first page that has one.
struct PartialTally {
    document: u32,
    form: u32,
    language: Option<Language>,
    n: u64,
    page: u32,
}

/// The tallies so far. Rows of several documents alternate in a segment, so a document can have many items; they are joined
/// whenever the list has doubled, which bounds it by the tallies and not by the mentions.
#[derive(Default)]
struct PartialTallies {
    items: Vec<PartialTally>,
    n_joined: usize,
}

/// Shorter lists are joined once, at the end.
const JOINED_ITEMS_MIN: usize = 1 << 16;

impl PartialTallies {
    fn add_mentions(&mut self, snapshot: &Snapshot, mentions: &Mentions) -> io::Result<()> {
        for (segment, mentions) in snapshot.segments.iter().zip(&mentions.segments) {
            let mut rows = segment.rows()?;
            for mention in mentions {
                let passage = rows.at(mention.row)?;
                self.add(passage, mention.form, 1, || {
                    segment.page_number(mention.row, passage, mention.position)
                })?;
            }
        }
        Ok(())
    }

    /// Adds `n` mentions in the passage `row`. `page` gives the page of the first of them; it is asked only where the passage continues
    /// on another page and no earlier one is known.
    fn add(
        &mut self,
        row: PassageRow,
        form: u32,
        n: u64,
        page: impl FnOnce() -> io::Result<u32>,
    ) -> io::Result<()> {
        let PassageRow { document, language, .. } = row;
        if document == NO_DOCUMENT {
            return Ok(());
        }
        let last = self.items.last_mut();
        let last =
            last.filter(|last| (last.document, last.form, last.language) == (document, form, language));
        let is_first = last.as_ref().is_none_or(|last| row.page < last.page);
        let page = if row.crosses_pages && is_first { page()? } else { row.page };
        match last {
            Some(last) => {
                last.n += n;
                last.page = last.page.min(page);
            }
            None => self.items.push(PartialTally { document, form, language, n, page }),
        }
        if self.items.len() >= 2 * self.n_joined.max(JOINED_ITEMS_MIN) {
            self.join();
        }
        Ok(())
    }

    /// Sorts the items and joins those of the same document, form and language.
    fn join(&mut self) {
        self.items.sort_unstable_by_key(|item| (item.document, item.form, item.language));
        self.items.dedup_by(|item, kept| {
            let is_same =
                (item.document, item.form, item.language) == (kept.document, kept.form, kept.language);
            if is_same {
                kept.n += item.n;
                kept.page = kept.page.min(item.page);
            }
            is_same
        });
        self.n_joined = self.items.len();
    }

    /// Sums up what was counted. `forms` may contain a form more than once, from words that differ in case only.
    fn count(mut self, concept: &str, forms: &[String]) -> Count {
        let mut used = vec![false; forms.len()];
        self.items.iter().for_each(|cell| used[cell.form as usize] = true);
        let names =
            forms.iter().zip(used).filter(|(_, is_used)| *is_used).map(|(form, _)| (form.as_str(), 0));
        let mut numbers: BTreeMap<&str, u32> = names.collect();
        numbers.values_mut().zip(0..).for_each(|(number, next)| *number = next);
        let number_of: Vec<u32> =
            forms.iter().map(|form| numbers.get(form.as_str()).copied().unwrap_or_default()).collect();
        self.items.iter_mut().for_each(|cell| cell.form = number_of[cell.form as usize]);
        self.join();
        let tallies = self.items.into_iter().map(|item| Tally {
            document: item.document,
            form: item.form,
            language: item.language,
            n: item.n,
            page_first: (item.page > 0).then_some(item.page),
        });
        let tallies = tallies.collect();
        let forms = numbers.into_keys().map(str::to_owned).collect();
        Count { concept: concept.to_owned(), forms, tallies }
    }
}
