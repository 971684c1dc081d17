//! Where a concept is mentioned in one segment: rows and word positions, overlaps resolved.

use super::expand::{ExpandedPattern, ExpandedRule, ExpandedSlot, Expansion};
use super::phrase::phrase_matches;
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
        let steps = steps(slots);
        // The form of each combination of terms, so that its text is put together once.
        let mut known = HashMap::<Box<[u32]>, u32>::new();
        phrase_matches(segment, &of_slots, &steps, |found| {
            let form = known.get(found.terms).copied().unwrap_or_else(|| {
                let words =
                    of_slots.iter().zip(found.terms).map(|(terms, &term)| terms[term as usize].0.as_str());
                let form = self.form(&shown(&words.collect::<Vec<_>>(), &steps));
                known.insert(found.terms.into(), form);
                form
            });
            let (first, last) = (found.positions[0], found.positions[found.positions.len() - 1]);
            self.matches.push(Mention { row: found.row, position: first, length: last - first + 1, form });
        })?;
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
