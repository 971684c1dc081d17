//! Lines of a concordance: chosen, sorted, cut to a page.

use super::{Context, Countable, Error, ErrorKind, InDocument, Results};
use crate::query::Mentions;
use crate::text::{Entry, words};
use std::collections::{BTreeMap, btree_map};
use std::ops::Range;

/// What the lines of a concordance are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SortKey {
    /// The first, second or third word to the left, by its index.
    Left(usize),
    /// The first, second or third word to the right, by its index.
    Right(usize),
    /// The matched words.
    Keyword,
    /// The name of the document.
    Document,
    /// The year of analysis.
    Year,
}

impl SortKey {
    /// The key called `name`: L1 to L3, R1 to R3, keyword, document or year, in any case.
    pub(crate) fn of_name(name: &str) -> Option<SortKey> {
        Some(match name.to_lowercase().as_str() {
            "l1" => SortKey::Left(0),
            "l2" => SortKey::Left(1),
            "l3" => SortKey::Left(2),
            "r1" => SortKey::Right(0),
            "r2" => SortKey::Right(1),
            "r3" => SortKey::Right(2),
            "keyword" => SortKey::Keyword,
            "document" => SortKey::Document,
            "year" => SortKey::Year,
            _ => return None,
        })
    }

    /// Whether all mentions of a document have the same value.
    fn is_of_document(self) -> bool {
        matches!(self, SortKey::Document | SortKey::Year)
    }
}

/// Most mentions that are sorted by their words for one page: their passages are all read, some 10 µs each.
pub(crate) const SORTED_MAX: usize = 50_000;

/// The mentions of a query in the documents that are kept.
pub(crate) struct Found<'m> {
    documents: Vec<(InDocument<'m>, usize)>,
    /// The number of all mentions.
    pub(crate) total: usize,
}

impl<'m> Found<'m> {
    /// Those of the mentions for which `is_wanted` is true, in the order of the texts.
    pub(crate) fn only(&self, is_wanted: &[bool]) -> Found<'m> {
        let mut is_wanted = is_wanted.iter();
        let mut documents = Vec::new();
        for (found, _) in &self.documents {
            let mut passages = Vec::new();
            for (ordinal, segment, mentions) in &found.passages {
                let mentions: &'m [_] = mentions;
                let wanted = mentions.iter().filter(|_| is_wanted.next() == Some(&true));
                passages.extend(wanted.map(|mention| (*ordinal, *segment, std::slice::from_ref(mention))));
            }
            if !passages.is_empty() {
                let count = passages.len();
                documents.push((InDocument { document: found.document, passages }, count));
            }
        }
        let total = documents.iter().map(|(_, count)| count).sum();
        Found { documents, total }
    }

    /// For each document that has mentions its index and their number.
    pub(crate) fn by_document(&self) -> impl Iterator<Item = (u32, usize)> {
        self.documents.iter().map(|(found, count)| (found.document, *count))
    }

    /// For each form of the query, by its index in [`Mentions::forms`], the number of its mentions.
    pub(crate) fn by_form(&self) -> BTreeMap<u32, usize> {
        let mut counts = BTreeMap::new();
        for form in self.documents.iter().flat_map(|(found, _)| found.forms()) {
            *counts.entry(form).or_default() += 1;
        }
        counts
    }
}

impl Results {
    /// The `mentions` in the documents that are kept, in the order of the texts.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn found<'m>(
        &self,
        mentions: &'m Mentions,
        is_kept: Option<&[bool]>,
    ) -> Result<Found<'m>, Error> {
        let documents: Vec<(InDocument<'m>, usize)> = self
            .by_document(mentions)?
            .filter(|found| is_kept.is_none_or(|is_kept| is_kept[found.document as usize]))
            .map(|found| {
                let count = found.places().count();
                (found, count)
            })
            .collect();
        let total = documents.iter().map(|(_, count)| count).sum();
        Ok(Found { documents, total })
    }

    /// The lines of the mentions `found` for which `is_shown` is true, in the order of the texts. The text of a document is read only when
    /// one of its mentions is shown.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn lines(&self, found: &Found<'_>, is_shown: &[bool]) -> Result<Vec<Context>, Error> {
        let mut rest = is_shown;
        let mut lines = Vec::new();
        for (of_document, count) in &found.documents {
            let (here, later) = rest.split_at(*count);
            if here.contains(&true) {
                let all = self.concordance(of_document)?.into_iter().zip(here);
                lines.extend(all.filter(|(_, is_shown)| **is_shown).map(|(line, _)| line));
            }
            rest = later;
        }
        Ok(lines)
    }

    /// The lines `range` of the mentions `found` when they are sorted by `keys`. By document and year only the passages of the page are
    /// read.
    ///
    /// # Errors
    /// When the index cannot be read, or there are too many mentions to be sorted by their words.
    pub(crate) fn page_of_lines(
        &self,
        found: &Found<'_>,
        keys: &[SortKey],
        range: Range<usize>,
    ) -> Result<Vec<Context>, Error> {
        if keys.iter().all(|key| key.is_of_document()) {
            return self.page_by_document(found, keys, range);
        }
        if found.total > SORTED_MAX {
            return Err(Error {
                kind: ErrorKind::TooCostly,
                attempt: "cannot sort",
                cause: format!(
                    "{} mentions are more than the {SORTED_MAX} that are sorted by their words",
                    found.total
                )
                .into(),
                hint: Some("restrict the documents, or sort by document or year".to_owned()),
            });
        }
        let mut lines = self.lines(found, &vec![true; found.total])?;
        let entries = self.entries_of(&lines)?;
        sort_lines(&mut lines, &entries, keys);
        let end = range.end.min(lines.len());
        Ok(lines.drain(range.start.min(end)..end).collect())
    }

    fn page_by_document(
        &self,
        found: &Found<'_>,
        keys: &[SortKey],
        range: Range<usize>,
    ) -> Result<Vec<Context>, Error> {
        let mut documents: Vec<&(InDocument<'_>, usize)> = found.documents.iter().collect();
        if keys.first() == Some(&SortKey::Year) {
            let strata = self.strata()?;
            documents.sort_by_key(|(found, _)| strata[found.document as usize].year);
        }
        let (mut lines, mut start) = (Vec::new(), 0);
        for (of_document, count) in documents {
            let end = start + count;
            if end > range.start && start < range.end {
                let wanted = range.start.max(start) - start..range.end.min(end) - start;
                lines.extend(self.concordance(of_document)?.drain(wanted));
            }
            start = end;
        }
        Ok(lines)
    }

    /// The lines of the mentions of `asked` in one document.
    ///
    /// # Errors
    /// When the index cannot be read, or a limit is reached.
    pub(crate) fn lines_in(&self, asked: &Countable, document: usize) -> Result<Vec<Context>, Error> {
        let mentions = self.mentions_in(asked, document)?;
        let found = self.by_document(&mentions)?.find(|found| found.document as usize == document);
        found.map_or_else(|| Ok(Vec::new()), |found| self.concordance(&found))
    }

    /// The documents of `lines` by their index.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn entries_of(&self, lines: &[Context]) -> Result<BTreeMap<u32, Entry>, Error> {
        let mut entries = BTreeMap::new();
        for line in lines {
            if let btree_map::Entry::Vacant(place) = entries.entry(line.document) {
                place.insert(self.document_of(line)?);
            }
        }
        Ok(entries)
    }
}

/// Sorts `lines`; those with equal keys stay in the order of the texts.
pub(crate) fn sort_lines(lines: &mut [Context], entries: &BTreeMap<u32, Entry>, keys: &[SortKey]) {
    lines.sort_by_cached_key(|line| {
        keys.iter().map(|key| value(*key, line, entries)).collect::<Vec<String>>()
    });
}

/// What `line` is sorted by. Letters of words in small letters; a missing word or year comes first.
fn value(key: SortKey, line: &Context, entries: &BTreeMap<u32, Entry>) -> String {
    let from_left = |text: &str, index| words(text).nth(index).map(|word| word.text.to_lowercase());
    let from_right = |text: &str, index| {
        let all: Vec<String> = words(text).map(|word| word.text.to_lowercase()).collect();
        all.into_iter().rev().nth(index)
    };
    let entry = &entries[&line.document];
    let value = match key {
        SortKey::Left(index) => from_right(&line.pre, index),
        SortKey::Right(index) => from_left(&line.post, index),
        SortKey::Keyword => Some(line.keyword.to_lowercase()),
        SortKey::Document => Some(entry.docname.as_str().to_owned()),
        SortKey::Year => entry.record.year.as_ref().map(|year| year.year.to_string()),
    };
    value.unwrap_or_default()
}
