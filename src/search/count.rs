//! How often a concept occurs, by document, form and language: from postings alone.

use super::mention::{matching_terms, mentions};
use crate::codebook::{Concept, WordPattern};
use crate::index::{NO_DOCUMENT, Segment, Snapshot};
use crate::text::{Count, Language, Tally};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashSet};
use std::io;
use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, TERMINATED};

/// Mentions of a form in a document and language, and the first page that has one.
type Cells = BTreeMap<(u32, String, Option<Language>), (u64, u32)>;

/// The count of each concept over `snapshot`, in the order of `concepts`.
///
/// # Errors
/// When the index cannot be read.
pub fn count(snapshot: &Snapshot, concepts: &[Concept]) -> io::Result<Vec<Count>> {
    concepts.par_iter().map(|concept| count_concept(snapshot, concept)).collect()
}

fn count_concept(snapshot: &Snapshot, concept: &Concept) -> io::Result<Count> {
    let mut cells = Cells::new();
    for segment in &snapshot.segments {
        if concept.patterns.iter().all(|pattern| pattern.words.len() == 1) {
            count_words(segment, concept, &mut cells)?;
        } else {
            count_mentions(segment, concept, &mut cells)?;
        }
    }
    Ok(tallies(concept, cells))
}

/// Counts a concept of single words by the frequencies in their postings: no positions are read, since different words
/// never overlap.
fn count_words(segment: &Segment, concept: &Concept, cells: &mut Cells) -> io::Result<()> {
    let words: Vec<&WordPattern> = concept.patterns.iter().flat_map(|pattern| &pattern.words).collect();
    let mut counted = HashSet::new();
    for (term, info) in matching_terms(segment, &words)?.into_iter().flatten() {
        if !counted.insert(term.clone()) {
            continue;
        }
        let mut postings = segment.words.read_postings_from_terminfo(&info, IndexRecordOption::WithFreqs)?;
        let mut row = postings.doc();
        while row != TERMINATED {
            add(segment, cells, row, &term, u64::from(postings.term_freq()));
            row = postings.advance();
        }
    }
    Ok(())
}

fn count_mentions(segment: &Segment, concept: &Concept, cells: &mut Cells) -> io::Result<()> {
    let found = mentions(segment, &concept.patterns)?;
    for mention in found.mentions {
        add(segment, cells, mention.row, &found.forms[mention.form as usize], 1);
    }
    Ok(())
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

fn tallies(concept: &Concept, cells: Cells) -> Count {
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
    Count { concept: concept.name.clone(), forms: forms.into_keys().collect(), tallies }
}
