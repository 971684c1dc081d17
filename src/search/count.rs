//! How often a concept occurs, by document, form and language: from postings alone.

use super::expand::Expansion;
use super::mention::{mentions, mentions_of_patterns, mentions_of_words, terms};
use crate::index::{NO_DOCUMENT, Segment, Snapshot};
use crate::text::{Count, Language, Tally};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io;
use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, TERMINATED};

/// Mentions of a form in a document and language, and the first page that has one.
type Cells = BTreeMap<(u32, String, Option<Language>), (u64, u32)>;

/// The count of each expanded concept over `snapshot`, in their order.
///
/// # Errors
/// When the index cannot be read.
pub fn count(snapshot: &Snapshot, expansions: &[Expansion<'_>]) -> io::Result<Vec<Count>> {
    expansions.par_iter().map(|expansion| count_concept(snapshot, expansion)).collect()
}

pub(super) fn count_concept(snapshot: &Snapshot, expansion: &Expansion<'_>) -> io::Result<Count> {
    let mut cells = Cells::new();
    let name = &expansion.concept.name;
    if expansion.is_of_plain_words() {
        let words: Vec<&str> = expansion.words().into_iter().collect();
        return count_words(snapshot, name, &words);
    }
    for segment in &snapshot.segments {
        let found = mentions(segment, expansion)?;
        for mention in found.mentions {
            add(segment, &mut cells, mention.row, &found.forms[mention.form as usize], 1);
        }
    }
    Ok(tallies(name, cells))
}

/// Counts single `words` under the name `concept`.
///
/// Different words never overlap, so the frequencies in their postings do, and no positions are read; but a conjunct whose
/// missing part was found, `mål-(styring)`, stands at the place of the bare `mål-`.
pub(super) fn count_words(snapshot: &Snapshot, concept: &str, words: &[&str]) -> io::Result<Count> {
    let mut cells = Cells::new();
    let (hanging, plain): (Vec<&str>, Vec<&str>) =
        words.iter().partition(|word| word.starts_with(['-', '(']) || word.ends_with(['-', ')']));
    for segment in &snapshot.segments {
        for (word, info) in terms(segment, plain.iter().copied())? {
            let word = word.to_lowercase();
            let mut postings =
                segment.words.read_postings_from_terminfo(&info, IndexRecordOption::WithFreqs)?;
            let mut row = postings.doc();
            while row != TERMINATED {
                add(segment, &mut cells, row, &word, u64::from(postings.term_freq()));
                row = postings.advance();
            }
        }
        let found = mentions_of_words(segment, hanging.iter().rev().copied())?;
        for mention in found.mentions {
            add(segment, &mut cells, mention.row, &found.forms[mention.form as usize], 1);
        }
    }
    Ok(tallies(concept, cells))
}

/// Counts what the exceptions of a concept match in the text: phrases, and words where a mention can be a phrase.
pub(super) fn count_exceptions(snapshot: &Snapshot, expansion: &Expansion<'_>) -> io::Result<Count> {
    let mut cells = Cells::new();
    for segment in &snapshot.segments {
        let exceptions = expansion.rules.iter().flat_map(|rule| &rule.except);
        let found = mentions_of_patterns(segment, exceptions)?;
        for mention in found.mentions {
            add(segment, &mut cells, mention.row, &found.forms[mention.form as usize], 1);
        }
    }
    Ok(tallies(&expansion.concept.name, cells))
}

fn add(segment: &Segment, cells: &mut Cells, row: u32, form: &str, n: u64) {
    let document = segment.document[row as usize];
    if document == NO_DOCUMENT {
        return;
    }
    let page = segment.page[row as usize];
    let cell = cells.entry((document, form.to_owned(), segment.language[row as usize])).or_insert((0, page));
    cell.0 += n;
    cell.1 = cell.1.min(page);
}

fn tallies(concept: &str, cells: Cells) -> Count {
    let forms: BTreeMap<String, u32> = cells.keys().map(|(_, form, _)| (form.clone(), 0)).collect();
    let forms: BTreeMap<String, u32> = forms.into_keys().zip(0..).collect();
    let mut tallies: Vec<Tally> = cells
        .into_iter()
        .map(|((document, form, language), (n, page))| {
            let page_first = (page > 0).then_some(page);
            Tally { document, form: forms[&form], language, n, page_first }
        })
        .collect();
    tallies.sort_by_key(|tally| (tally.document, tally.form, tally.language));
    Count { concept: concept.to_owned(), forms: forms.into_keys().collect(), tallies }
}
