//! Where a concept is mentioned in one segment: rows and word positions, overlaps resolved.

use crate::codebook::{Pattern, WordPattern};
use crate::index::{NO_DOCUMENT, Segment};
use std::collections::HashMap;
use std::io;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, TERMINATED};

/// One mention: a run of words in one passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    /// The passage, as its row in the segment.
    pub row: u32,
    /// The first word, counted from 0 in the passage.
    pub position: u32,
    /// Words.
    pub length: u32,
    /// What was matched, as an index into [`Mentions::forms`].
    pub form: u32,
}

/// The mentions of one concept in one segment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentions {
    /// The matched forms, in small letters.
    pub forms: Vec<String>,
    /// Sorted by row and position; no two overlap.
    pub mentions: Vec<Mention>,
}

/// A word of the vocabulary and where to find its postings.
pub(super) type Term = (String, TermInfo);

/// All places in `segment` where one of `patterns` matches. Where matches overlap, the leftmost counts, of two that
/// start together the longer.
pub fn mentions(segment: &Segment, patterns: &[Pattern]) -> io::Result<Mentions> {
    let words: Vec<&WordPattern> = patterns.iter().flat_map(|pattern| &pattern.words).collect();
    let terms = matching_terms(segment, &words)?;
    let mut found = Found::default();
    let mut word = 0;
    for pattern in patterns {
        let slots = &terms[word..word + pattern.words.len()];
        word += slots.len();
        match slots {
            [single] => found.add_words(segment, single)?,
            phrase => found.add_phrase(segment, phrase)?,
        }
    }
    Ok(found.resolved())
}

/// For each of `words` the terms of the vocabulary that match it.
///
/// One pass over the dictionary serves all words that can match anywhere; exact words are looked up.
pub(super) fn matching_terms(segment: &Segment, words: &[&WordPattern]) -> io::Result<Vec<Vec<Term>>> {
    let dictionary = segment.words.terms();
    let mut terms = vec![Vec::new(); words.len()];
    for (word, matched) in words.iter().zip(&mut terms) {
        match word {
            WordPattern::Exact(literal) => {
                matched.extend(dictionary.get(literal)?.map(|info| (literal.clone(), info)));
            }
            WordPattern::Prefix(literal) => {
                let mut stream = dictionary.range().ge(literal.as_bytes()).into_stream()?;
                while stream.advance() && stream.key().starts_with(literal.as_bytes()) {
                    matched.push((text(stream.key()), stream.value().clone()));
                }
            }
            WordPattern::Suffix(_) | WordPattern::Infix(_) => {}
        }
    }
    let is_open = |word: &WordPattern| matches!(word, WordPattern::Suffix(_) | WordPattern::Infix(_));
    if words.iter().any(|word| is_open(word)) {
        let mut stream = dictionary.stream()?;
        while stream.advance() {
            let term = std::str::from_utf8(stream.key()).unwrap_or("");
            for (word, matched) in words.iter().zip(&mut terms) {
                if is_open(word) && word.matches(term) {
                    matched.push((term.to_owned(), stream.value().clone()));
                }
            }
        }
    }
    Ok(terms)
}

fn text(key: &[u8]) -> String {
    String::from_utf8_lossy(key).into_owned()
}

/// Matches as they are found, not yet in order.
#[derive(Default)]
struct Found {
    forms: HashMap<String, u32>,
    matches: Vec<Mention>,
}

impl Found {
    fn form(&mut self, form: &str) -> u32 {
        let next = self.forms.len() as u32;
        *self.forms.entry(form.to_owned()).or_insert(next)
    }

    /// Every occurrence of every term.
    fn add_words(&mut self, segment: &Segment, terms: &[Term]) -> io::Result<()> {
        let mut positions = Vec::new();
        for (term, info) in terms {
            let form = self.form(term);
            let mut postings = read(segment, info)?;
            let mut row = postings.doc();
            while row != TERMINATED {
                if segment.document[row as usize] != NO_DOCUMENT {
                    postings.positions(&mut positions);
                    let here = positions.iter().map(|&position| Mention { row, position, length: 1, form });
                    self.matches.extend(here);
                }
                row = postings.advance();
            }
        }
        Ok(())
    }

    /// Every place where a term of each slot follows one of the slot before it.
    fn add_phrase(&mut self, segment: &Segment, slots: &[Vec<Term>]) -> io::Result<()> {
        let Some(rows) = candidate_rows(segment, slots)? else { return Ok(()) };
        let mut occurrences: Vec<HashMap<(u32, u32), usize>> = Vec::new();
        for terms in slots {
            occurrences.push(occurrences_in(segment, terms, &rows)?);
        }
        let length = slots.len() as u32;
        for (&(row, position), &first) in &occurrences[0] {
            let rest = (1..slots.len()).map(|i| occurrences[i].get(&(row, position + i as u32)).copied());
            let Some(rest) = rest.collect::<Option<Vec<usize>>>() else { continue };
            let chosen = std::iter::once(first).chain(rest).zip(slots);
            let words: Vec<&str> = chosen.map(|(term, slot)| slot[term].0.as_str()).collect();
            let form = self.form(&words.join(" "));
            self.matches.push(Mention { row, position, length, form });
        }
        Ok(())
    }

    /// The matches in order, with the overlapping ones left out.
    fn resolved(mut self) -> Mentions {
        self.matches.sort_unstable_by_key(|m| (m.row, m.position, std::cmp::Reverse(m.length), m.form));
        let mut mentions: Vec<Mention> = Vec::with_capacity(self.matches.len());
        for candidate in self.matches {
            let is_free = mentions.last().is_none_or(|last| {
                last.row != candidate.row || last.position + last.length <= candidate.position
            });
            if is_free {
                mentions.push(candidate);
            }
        }
        let mut forms = vec![String::new(); self.forms.len()];
        for (form, index) in self.forms {
            forms[index as usize] = form;
        }
        Mentions { forms, mentions }
    }
}

fn read(segment: &Segment, info: &TermInfo) -> io::Result<SegmentPostings> {
    segment.words.read_postings_from_terminfo(info, IndexRecordOption::WithFreqsAndPositions)
}

/// The passages that hold the rarest slot of a phrase, in order. `None` when some slot matches nothing.
fn candidate_rows(segment: &Segment, slots: &[Vec<Term>]) -> io::Result<Option<Vec<u32>>> {
    let cost = |terms: &Vec<Term>| terms.iter().map(|(_, info)| u64::from(info.doc_freq)).sum::<u64>();
    let Some(rarest) = slots.iter().min_by_key(|terms| cost(terms)) else { return Ok(None) };
    let mut rows = Vec::new();
    for (_, info) in rarest {
        let mut postings = read(segment, info)?;
        while postings.doc() != TERMINATED {
            rows.push(postings.doc());
            postings.advance();
        }
    }
    rows.retain(|&row| segment.document[row as usize] != NO_DOCUMENT);
    rows.sort_unstable();
    rows.dedup();
    Ok((!rows.is_empty()).then_some(rows))
}

/// Where in `rows` each of `terms` stands: (row, position) → index of the term.
fn occurrences_in(segment: &Segment, terms: &[Term], rows: &[u32]) -> io::Result<HashMap<(u32, u32), usize>> {
    let mut found = HashMap::new();
    let mut positions = Vec::new();
    for (index, (_, info)) in terms.iter().enumerate() {
        let mut postings = read(segment, info)?;
        for &row in rows {
            if postings.doc() < row {
                postings.seek(row);
            }
            if postings.doc() == row {
                postings.positions(&mut positions);
                found.extend(positions.iter().map(|&position| ((row, position), index)));
            }
        }
    }
    Ok(found)
}
