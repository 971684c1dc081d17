//! Where a concept is mentioned in one segment: rows and word positions, overlaps resolved.

use super::expand::{ExpandedPattern, ExpandedRule, ExpandedSlot, Expansion};
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

/// All mentions of an expanded concept in `segment`. Where they overlap, the leftmost counts, of two that start together
/// the longer.
///
/// # Errors
/// When the index cannot be read.
pub fn mentions(segment: &Segment, expansion: &Expansion<'_>) -> io::Result<Mentions> {
    let mut found = Found::default();
    for rule in &expansion.rules {
        found.add_rule(segment, rule)?;
    }
    Ok(found.resolved())
}

/// The mentions of single `words` in `segment`.
pub(super) fn mentions_of_words<'w>(
    segment: &Segment,
    words: impl Iterator<Item = &'w str>,
) -> io::Result<Mentions> {
    let mut found = Found::default();
    found.add_words(segment, &terms(segment, words)?)?;
    Ok(found.resolved())
}

/// The matches of `patterns` in `segment`, whatever else is asked of a mention.
pub(super) fn mentions_of_patterns<'p>(
    segment: &Segment,
    patterns: impl Iterator<Item = &'p ExpandedPattern<'p>>,
) -> io::Result<Mentions> {
    Ok(matches(segment, patterns)?.resolved())
}

fn matches<'p>(
    segment: &Segment,
    patterns: impl Iterator<Item = &'p ExpandedPattern<'p>>,
) -> io::Result<Found> {
    let mut found = Found::default();
    for pattern in patterns {
        found.add_pattern(segment, pattern)?;
    }
    Ok(found)
}

/// Those of `words` that `segment` has.
pub(super) fn terms<'w>(segment: &Segment, words: impl Iterator<Item = &'w str>) -> io::Result<Vec<Term>> {
    let dictionary = segment.words.terms();
    let mut terms = Vec::new();
    for word in words {
        terms.extend(dictionary.get(word)?.map(|info| (word.to_owned(), info)));
    }
    Ok(terms)
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
        *self.forms.entry(form.to_lowercase()).or_insert(next)
    }

    /// Every match of a rule that fulfils its conditions.
    fn add_rule(&mut self, segment: &Segment, rule: &ExpandedRule<'_>) -> io::Result<()> {
        let first = self.matches.len();
        for pattern in &rule.patterns {
            self.add_pattern(segment, pattern)?;
        }
        let languages = rule.rule.map_or(&[][..], |rule| &rule.languages);
        let excepted = excepted(segment, rule)?;
        let added = self.matches.split_off(first);
        self.matches.extend(added.into_iter().filter(|mention| {
            let language = segment.language[mention.row as usize];
            let is_in_language =
                languages.is_empty() || language.is_some_and(|language| languages.contains(&language));
            let overlaps = |&(start, end): &(u32, u32)| {
                mention.position < end && start < mention.position + mention.length
            };
            is_in_language && !excepted.get(&mention.row).is_some_and(|places| places.iter().any(overlaps))
        }));
        Ok(())
    }

    fn add_pattern(&mut self, segment: &Segment, pattern: &ExpandedPattern<'_>) -> io::Result<()> {
        match pattern.slots.as_slice() {
            // A completed conjunct, `mål-(styring)`, before the bare `mål-` that stands at the same place.
            [ExpandedSlot::Forms(forms)] => {
                let words = forms.admitted.keys().rev().map(String::as_str);
                self.add_words(segment, &terms(segment, words)?)
            }
            slots => self.add_phrase(segment, slots),
        }
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

    /// Every place where the slots follow each other.
    fn add_phrase(&mut self, segment: &Segment, slots: &[ExpandedSlot]) -> io::Result<()> {
        let mut of_slots = Vec::new();
        for slot in slots {
            if let ExpandedSlot::Forms(forms) = slot {
                of_slots.push(terms(segment, forms.admitted.keys().map(String::as_str))?);
            }
        }
        let Some(rows) = candidate_rows(segment, &of_slots)? else { return Ok(()) };
        let mut occurrences: Vec<HashMap<(u32, u32), usize>> = Vec::new();
        for terms in &of_slots {
            occurrences.push(occurrences_in(segment, terms, &rows)?);
        }
        let steps = steps(slots);
        for &(row, position) in occurrences[0].keys() {
            let Some(places) = follow(&occurrences, &steps, row, position) else { continue };
            let words = places.iter().zip(&occurrences).zip(&of_slots);
            let words: Vec<&str> =
                words.map(|((&place, found), terms)| terms[found[&(row, place)]].0.as_str()).collect();
            let length = places.last().map_or(1, |last| last - position + 1);
            let form = self.form(&shown(&words, &steps));
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

/// The places, by row, that mentions of `rule` must not overlap: first position and one past the last.
fn excepted(segment: &Segment, rule: &ExpandedRule<'_>) -> io::Result<HashMap<u32, Vec<(u32, u32)>>> {
    let mut places = HashMap::<u32, Vec<(u32, u32)>>::new();
    for mention in matches(segment, rule.except.iter())?.matches {
        places.entry(mention.row).or_default().push((mention.position, mention.position + mention.length));
    }
    Ok(places)
}

/// For each word of a phrase but the first, how many words may stand between it and the one before.
fn steps(slots: &[ExpandedSlot]) -> Vec<(u32, u32)> {
    let mut steps = Vec::new();
    let mut gap = (0, 0);
    for slot in &slots[1..] {
        match slot {
            ExpandedSlot::Gap { min, max } => gap = (gap.0 + min, gap.1 + max),
            ExpandedSlot::Forms(_) => steps.push(std::mem::take(&mut gap)),
        }
    }
    steps
}

/// The positions of the words of a phrase that starts at `position`, with the narrowest gaps. `None` when it does not.
fn follow(
    occurrences: &[HashMap<(u32, u32), usize>],
    steps: &[(u32, u32)],
    row: u32,
    position: u32,
) -> Option<Vec<u32>> {
    let Some((&(min, max), steps)) = steps.split_first() else { return Some(vec![position]) };
    (min..=max).find_map(|gap| {
        let next = position + 1 + gap;
        occurrences[1].get(&(row, next))?;
        let mut places = follow(&occurrences[1..], steps, row, next)?;
        places.insert(0, position);
        Some(places)
    })
}

/// The words of a phrase, with `*` where others may stand between.
fn shown(words: &[&str], steps: &[(u32, u32)]) -> String {
    let mut text = words[0].to_owned();
    for (word, (_, max)) in words[1..].iter().zip(steps) {
        text.push_str(if *max > 0 { " * " } else { " " });
        text.push_str(word);
    }
    text
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
