//! Where a query is mentioned in a snapshot: passages and word positions, overlaps resolved.

use super::budget::spend;
use super::expand::{ExpandedNode, ExpandedPhrase, ExpandedSlot, Expansion};
use super::mention::Mention;
use super::operator::EvaluationScope;
use super::phrase::{StepCount, phrase_matches};
use super::postings::{IndexTerm, STEPS_PER_TERM, read, terms};
use crate::index::{Segment, Snapshot};
use crate::text::Stratum;
use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};
use std::io;
use std::ops::Range;
use tantivy::postings::Postings;
use tantivy::{DocSet, TERMINATED};

/// Maximum number of positions that one query may hold in memory for one segment, twelve bytes each. "/.*en/ /.*er/" reads 9 million of the
/// 59 million words of 30,000 documents.
const POSITIONS_MAX: u64 = 1 << 26;

/// Postings of a query that are evaluated together: this bounds the mentions in memory, about 60 bytes each while they are found.
/// Documents outside the batch cost 5 ns a posting; the lines of a concordance cost 1,000 times that.
const BATCH_POSTINGS: u64 = 1 << 21;

/// Why a query was not answered.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The index cannot be read.
    #[error("{0}")]
    Read(#[from] io::Error),
    /// A limit was reached.
    #[error("the words of the query occur more than {POSITIONS_MAX} times")]
    TooCostly,
}

/// The mentions of one query in one snapshot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Mentions {
    /// The matched forms, in small letters.
    pub(crate) forms: Vec<String>,
    /// For each segment its mentions, sorted by row and position; no two overlap.
    pub(crate) segments: Vec<Vec<Mention>>,
}

/// All mentions of an expanded query. Where they overlap, the leftmost counts, of two that start together the longer.
///
/// # Errors
/// When the index cannot be read, or the query reaches a limit.
pub(crate) fn mentions(snapshot: &Snapshot, expansion: &Expansion) -> Result<Mentions, Error> {
    let mut evaluation = Evaluation::new(snapshot);
    let segments = evaluation.mentions(&expansion.root)?;
    Ok(Mentions { forms: evaluation.scope.forms.forms, segments })
}

/// The mentions of an expanded query in `documents`, by their index in the snapshot.
///
/// # Errors
/// When the index cannot be read, or the query reaches a limit.
pub(crate) fn mentions_in(
    snapshot: &Snapshot,
    expansion: &Expansion,
    documents: Range<u32>,
) -> Result<Mentions, Error> {
    let mut evaluation = Evaluation::new(snapshot);
    evaluation.documents = documents;
    let segments = evaluation.mentions(&expansion.root)?;
    Ok(Mentions { forms: evaluation.scope.forms.forms, segments })
}

/// The mentions of an expanded query, some documents at a time, so that those of a frequent word need not be in memory together.
pub(crate) struct MentionBatches<'s> {
    evaluation: Evaluation<'s>,
    root: &'s ExpandedNode,
    /// The documents of each batch that is left, in their order.
    documents: VecDeque<Range<u32>>,
}

impl<'s> MentionBatches<'s> {
    /// The mentions that [`mentions`] gives, in the order of the documents.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn new(snapshot: &'s Snapshot, expansion: &'s Expansion) -> Result<MentionBatches<'s>, Error> {
        MentionBatches::of_size(snapshot, expansion, BATCH_POSTINGS)
    }

    /// Batches of about `batch_postings` each.
    pub(super) fn of_size(
        snapshot: &'s Snapshot,
        expansion: &'s Expansion,
        batch_postings: u64,
    ) -> Result<MentionBatches<'s>, Error> {
        let n_batches = n_postings(snapshot, &expansion.root)?.div_ceil(batch_postings);
        let documents = match n_batches {
            0 | 1 => VecDeque::from([snapshot.documents()]),
            _ => equal_parts(&snapshot.strata().map_err(io::Error::other)?, n_batches),
        };
        Ok(MentionBatches { evaluation: Evaluation::new(snapshot), root: &expansion.root, documents })
    }

    /// The mentions in the next documents. `None` after the last.
    ///
    /// # Errors
    /// When the index cannot be read, or the query reaches a limit.
    pub(crate) fn next_batch(&mut self) -> Result<Option<Mentions>, Error> {
        let Some(documents) = self.documents.pop_front() else { return Ok(None) };
        self.evaluation.documents = documents;
        let segments = self.evaluation.mentions(self.root)?;
        Ok(Some(Mentions { forms: self.evaluation.scope.forms.forms.clone(), segments }))
    }
}

/// The postings of all words of an expanded query: what finding its mentions costs, in memory too.
///
/// # Errors
/// When the index cannot be read.
pub(crate) fn cost(snapshot: &Snapshot, expansion: &Expansion) -> io::Result<u64> {
    n_postings(snapshot, &expansion.root)
}

/// The postings of all words of the query.
fn n_postings(snapshot: &Snapshot, node: &ExpandedNode) -> io::Result<u64> {
    let mut sum = 0;
    for segment in &snapshot.segments {
        for forms in node.phrases().flat_map(ExpandedPhrase::words) {
            let terms = terms(segment, forms.admitted.keys().map(String::as_str))?;
            spend(STEPS_PER_TERM * terms.len() as u64)?;
            sum += terms.iter().map(|(_, info)| u64::from(info.doc_freq)).sum::<u64>();
        }
    }
    Ok(sum)
}

/// The documents in `n_parts` runs with about as many words each.
fn equal_parts(strata: &[Stratum], n_parts: u64) -> VecDeque<Range<u32>> {
    let n_tokens: u64 = strata.iter().map(|stratum| stratum.n_tokens).sum();
    let part_tokens = n_tokens / n_parts + 1;
    let (mut parts, mut start, mut sum) = (VecDeque::new(), 0, 0);
    for (end, stratum) in (1..).zip(strata) {
        sum += stratum.n_tokens;
        if sum >= part_tokens || end as usize == strata.len() {
            parts.push_back(start..end);
            (start, sum) = (end, 0);
        }
    }
    parts
}

/// The steps that `expansion` costs in `snapshot`: postings visited and positions read or visited again.
#[cfg(test)]
pub(crate) fn work(snapshot: &Snapshot, expansion: &Expansion) -> Result<u64, Error> {
    let mut evaluation = Evaluation::new(snapshot);
    evaluation.mentions(&expansion.root)?;
    Ok(evaluation.work.postings + evaluation.work.positions)
}

/// The mentions of single `words`.
///
/// # Errors
/// When the index cannot be read.
pub(crate) fn mentions_of_words<'w>(
    snapshot: &Snapshot,
    words: impl Iterator<Item = &'w str> + Clone,
) -> Result<Mentions, Error> {
    let mut evaluation = Evaluation::new(snapshot);
    let mut segments = Vec::new();
    for segment in &snapshot.segments {
        let found = evaluation.words(segment, &terms(segment, words.clone())?)?;
        segments.push(resolved(found, &evaluation.scope.forms.forms));
    }
    Ok(Mentions { forms: evaluation.scope.forms.forms, segments })
}

/// The mentions in order, without those that overlap an earlier one.
///
/// Two forms of the same words, as "tillit ledelse" and "tillit * ledelse", are ordered by their text, since the number of a form
/// depends on the segment that has it first: the one without a gap counts, and `mål-(styring)` before the bare `mål-`.
fn resolved(mut mentions: Vec<Mention>, forms: &[String]) -> Vec<Mention> {
    let words = |mention: &Mention| (mention.row, mention.position, Reverse(mention.length));
    let text = |mention: &Mention| {
        let form = forms[mention.form as usize].as_str();
        (form.contains(" * "), Reverse(form))
    };
    mentions.sort_by(|a, b| words(a).cmp(&words(b)).then_with(|| text(a).cmp(&text(b))));
    let mut end = (0, 0);
    mentions.retain(|mention| {
        let is_free = mention.row != end.0 || end.1 <= mention.position;
        if is_free {
            end = (mention.row, mention.end());
        }
        is_free
    });
    mentions
}

/// The state of one evaluation: the forms found so far, and the number of steps.
struct Evaluation<'s> {
    scope: EvaluationScope<'s>,
    /// The documents whose mentions are wanted.
    documents: Range<u32>,
    work: StepCount,
}

impl<'s> Evaluation<'s> {
    fn new(snapshot: &'s Snapshot) -> Evaluation<'s> {
        Evaluation {
            scope: EvaluationScope::new(snapshot),
            documents: snapshot.documents(),
            work: StepCount::default(),
        }
    }

    /// The mentions of the query in each segment.
    fn mentions(&mut self, root: &ExpandedNode) -> Result<Vec<Vec<Mention>>, Error> {
        let mut segments = Vec::new();
        for segment in &self.scope.snapshot.segments {
            let found = self.node(segment, root)?;
            segments.push(resolved(found, &self.scope.forms.forms));
        }
        Ok(segments)
    }

    fn form(&mut self, form: &str) -> u32 {
        self.scope.forms.number(form)
    }

    /// Every match of `node` in `segment`, in order.
    fn node(&mut self, segment: &Segment, node: &ExpandedNode) -> Result<Vec<Mention>, Error> {
        match node {
            ExpandedNode::Phrase(phrase) => self.phrase(segment, phrase),
            ExpandedNode::Joined(operator, operands) => {
                let mut found = Vec::new();
                for operand in operands {
                    found.push(self.node(segment, operand)?);
                }
                spend(10 * found.iter().map(Vec::len).sum::<usize>() as u64)?;
                Ok(operator.combine(segment, &mut self.scope, found)?)
            }
        }
    }

    fn phrase(&mut self, segment: &Segment, phrase: &ExpandedPhrase) -> Result<Vec<Mention>, Error> {
        let mut mentions = match phrase.single_forms() {
            // A completed conjunct, `mål-(styring)`, before the bare `mål-` that stands at the same place.
            Some(forms) => {
                let words = forms.admitted.keys().rev().map(String::as_str);
                self.words(segment, &terms(segment, words)?)?
            }
            None => self.several_words(segment, phrase)?,
        };
        mentions.sort_by_key(Mention::order);
        Ok(mentions)
    }

    /// Every occurrence of every term.
    fn words(&mut self, segment: &Segment, terms: &[IndexTerm]) -> Result<Vec<Mention>, Error> {
        let mut mentions = Vec::new();
        let mut positions = Vec::new();
        let mut rows = segment.rows()?;
        for (term, info) in terms {
            let form = self.form(term);
            let mut postings = read(segment, info)?;
            let mut row = postings.doc();
            while row != TERMINATED {
                if rows.is_in(&self.documents, row)? {
                    postings.positions(&mut positions);
                    let here = positions.iter().map(|&position| Mention { row, position, length: 1, form });
                    mentions.extend(here);
                }
                row = postings.advance();
            }
            self.work.postings += u64::from(info.doc_freq);
            spend(STEPS_PER_TERM + u64::from(info.doc_freq))?;
            if mentions.len() as u64 > POSITIONS_MAX {
                return Err(Error::TooCostly);
            }
        }
        self.work.positions += mentions.len() as u64;
        Ok(mentions)
    }

    /// Every place where the words of `phrase` follow each other.
    fn several_words(&mut self, segment: &Segment, phrase: &ExpandedPhrase) -> Result<Vec<Mention>, Error> {
        let mut slots = Vec::new();
        for forms in phrase.words() {
            slots.push(terms(segment, forms.admitted.keys().map(String::as_str))?);
        }
        let steps = steps(&phrase.slots);
        let mut mentions = Vec::new();
        // The form of each combination of terms, so that its text is put together once.
        let mut known = HashMap::<Box<[u32]>, u32>::new();
        let documents = self.documents.clone();
        let work = phrase_matches(segment, &documents, &slots, &steps, POSITIONS_MAX, |found| {
            let form = known.get(found.terms).copied().unwrap_or_else(|| {
                let words =
                    slots.iter().zip(found.terms).map(|(terms, &term)| terms[term as usize].0.as_str());
                let form = self.form(&shown(&words.collect::<Vec<_>>(), &steps));
                known.insert(found.terms.into(), form);
                form
            });
            let (first, last) = (found.positions[0], found.positions[found.positions.len() - 1]);
            mentions.push(Mention { row: found.row, position: first, length: last - first + 1, form });
        })?;
        let work = work.ok_or(Error::TooCostly)?;
        self.work.postings += work.postings;
        self.work.positions += work.positions;
        Ok(mentions)
    }
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
