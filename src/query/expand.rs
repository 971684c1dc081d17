//! The words of queries → the forms that they match in the vocabulary of a snapshot, each with the analysis that admitted
//! it, and the near misses with the reason for their refusal. Mentions are then found in the postings of these forms.

use super::budget::{spend, spend_forms};
use super::forms::{Forms, KnownForms};
use super::operator::Operator;
use super::tree::Query;
use crate::codebook::{Lookups, Matcher, Slot, Verdict, WordPattern};
use crate::index::{Segment, Snapshot};
use crate::text::is_counted;
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::sync::Arc;

/// A query with the forms that its words match in one snapshot.
#[derive(Debug, Clone)]
pub(crate) struct Expansion {
    pub(crate) root: ExpandedNode,
}

/// A node of an expanded query.
#[derive(Debug, Clone)]
pub(crate) enum ExpandedNode {
    /// A leaf.
    Phrase(ExpandedPhrase),
    /// Operands and the operator that joins them.
    Joined(Operator, Vec<ExpandedNode>),
}

/// A phrase and the forms of its words.
#[derive(Debug, Clone)]
pub(crate) struct ExpandedPhrase {
    /// The name shown in lists.
    pub(crate) label: String,
    /// One for each slot of the pattern.
    pub(crate) slots: Vec<ExpandedSlot>,
}

/// A slot and what can stand in it.
#[derive(Debug, Clone)]
pub(crate) enum ExpandedSlot {
    /// One of these.
    Forms(Arc<Forms>),
    /// Any words.
    Gap {
        /// Minimum number of words.
        min: u32,
        /// Maximum number of words.
        max: u32,
    },
}

impl Expansion {
    /// The words that the query counts, when it is about single words only and each of their occurrences counts: different
    /// words never overlap then. `None` when mentions depend on what stands around them.
    pub(crate) fn plain_words(&self) -> Option<BTreeSet<&str>> {
        self.root.is_of_plain_words().then(|| self.words())
    }

    /// All words that single-word phrases admit, sorted; without those of exceptions.
    pub(crate) fn words(&self) -> BTreeSet<&str> {
        let forms = self.counted_phrases().filter_map(ExpandedPhrase::single_forms);
        forms.flat_map(|forms| forms.admitted.keys().map(String::as_str)).collect()
    }

    /// The phrases whose matches can be mentions, from left to right.
    pub(crate) fn counted_phrases(&self) -> impl Iterator<Item = &ExpandedPhrase> {
        self.root.split_phrases().0.into_iter()
    }

    /// The exceptions of the query as a query of their own.
    pub(crate) fn exceptions(&self) -> Expansion {
        let phrases =
            self.root.split_phrases().1.into_iter().map(|phrase| ExpandedNode::Phrase(phrase.clone()));
        Expansion { root: ExpandedNode::Joined(Operator::Any, phrases.collect()) }
    }
}

impl ExpandedNode {
    fn is_of_plain_words(&self) -> bool {
        match self {
            ExpandedNode::Phrase(phrase) => phrase.single_forms().is_some(),
            ExpandedNode::Joined(operator, operands) => {
                operator.is_of_words(operands.len()) && operands.iter().all(ExpandedNode::is_of_plain_words)
            }
        }
    }

    /// All phrases below this node, from left to right.
    pub(super) fn phrases(&self) -> Box<dyn Iterator<Item = &ExpandedPhrase> + '_> {
        match self {
            ExpandedNode::Phrase(phrase) => Box::new(std::iter::once(phrase)),
            ExpandedNode::Joined(_, operands) => Box::new(operands.iter().flat_map(ExpandedNode::phrases)),
        }
    }

    /// The phrases that can be mentions, and those that are exceptions.
    fn split_phrases(&self) -> (Vec<&ExpandedPhrase>, Vec<&ExpandedPhrase>) {
        let (mut counted, mut excepted) = (Vec::new(), Vec::new());
        match self {
            ExpandedNode::Phrase(phrase) => counted.push(phrase),
            ExpandedNode::Joined(operator, operands) => {
                for (index, operand) in operands.iter().enumerate() {
                    if operator.takes_away() && index > 0 {
                        excepted.extend(operand.phrases());
                        continue;
                    }
                    let (more_counted, more_excepted) = operand.split_phrases();
                    counted.extend(more_counted);
                    excepted.extend(more_excepted);
                }
            }
        }
        (counted, excepted)
    }

    /// Makes near misses of the single words for which `reason` gives one.
    fn refuse_single_words(&mut self, reason: &mut dyn FnMut(&str) -> Option<String>) {
        match self {
            ExpandedNode::Phrase(phrase) => {
                if let [ExpandedSlot::Forms(forms)] = phrase.slots.as_mut_slice() {
                    let refused: Vec<(String, String)> = forms
                        .admitted
                        .keys()
                        .filter_map(|word| reason(word).map(|why| (word.clone(), why)))
                        .collect();
                    if !refused.is_empty() {
                        let forms = Arc::make_mut(forms);
                        refused.iter().for_each(|(word, _)| drop(forms.admitted.remove(word)));
                        forms.refused.extend(refused);
                    }
                }
            }
            // A neighbouring word can make a number part of a mention.
            ExpandedNode::Joined(operator, operands) if operator.keeps_mentions_apart() => {
                operands.iter_mut().for_each(|operand| operand.refuse_single_words(reason));
            }
            ExpandedNode::Joined(..) => {}
        }
    }
}

impl ExpandedPhrase {
    /// The forms of the phrase when it is one word.
    pub(crate) fn single_forms(&self) -> Option<&Forms> {
        match self.slots.as_slice() {
            [ExpandedSlot::Forms(forms)] => Some(forms),
            _ => None,
        }
    }

    /// The forms of each of its words.
    pub(crate) fn words(&self) -> impl Iterator<Item = &Forms> {
        self.slots.iter().filter_map(|slot| match slot {
            ExpandedSlot::Forms(forms) => Some(&**forms),
            ExpandedSlot::Gap { .. } => None,
        })
    }
}

/// The expansion of each of `queries` in `snapshot`, in their order.
#[cfg(test)]
pub(crate) fn expand(snapshot: &Snapshot, queries: &[Query]) -> io::Result<Vec<Expansion>> {
    expand_with(snapshot, &KnownForms::default(), queries)
}

/// The expansion of each of `queries` in `snapshot`, in their order. What is `known` is not looked for again.
///
/// # Errors
/// When the index cannot be read.
pub(crate) fn expand_with(
    snapshot: &Snapshot,
    known: &KnownForms,
    queries: &[Query],
) -> io::Result<Vec<Expansion>> {
    let (words, places) = distinct(queries.iter().flat_map(Query::words));
    let mut forms: Vec<Option<Arc<Forms>>> =
        words.iter().map(|(word, is_case_sensitive)| known.get(&word.key(*is_case_sensitive))).collect();
    let is_missing: Vec<bool> = forms.iter().map(Option::is_none).collect();
    let missing = || words.iter().zip(&is_missing).filter(|(_, is_missing)| **is_missing);
    if missing().next().is_some() {
        let segments: Vec<&Segment> = snapshot.segments.iter().collect();
        let made = matched(&segments, missing().map(|(word, _)| *word).collect())?.into_iter().map(Arc::new);
        let places = forms.iter_mut().filter(|forms| forms.is_none());
        for ((place, made), ((word, is_case_sensitive), _)) in places.zip(made).zip(missing()) {
            known.keep(word.key(*is_case_sensitive), &made);
            *place = Some(made);
        }
    }
    let mut places = places.into_iter().map(|place| forms[place].clone().expect("each word has its forms"));
    Ok(queries.iter().map(|query| Expansion { root: node(query, &mut places) }).collect())
}

/// For each of `queries` what each of its words matches in the vocabulary of `segments`. One scan serves all.
///
/// # Errors
/// When the index cannot be read.
pub(crate) fn match_vocabulary(segments: &[&Segment], queries: &[Query]) -> io::Result<Vec<Vec<Forms>>> {
    let (words, places) = distinct(queries.iter().flat_map(Query::words));
    let all = matched(segments, words)?;
    let mut places = places.into_iter();
    let of_query = |query: &Query| {
        let of_words = places.by_ref().take(query.words().len());
        of_words.map(|place| all[place].clone()).collect()
    };
    Ok(queries.iter().map(of_query).collect())
}

/// What each of `words` matches in the vocabulary of `segments`.
fn matched(segments: &[&Segment], words: Vec<(&WordPattern, bool)>) -> io::Result<Vec<Forms>> {
    let count = words.len();
    let matcher = Matcher::new(words);
    let lookups = matcher.lookups();
    let of_segments: Vec<Vec<Forms>> = segments
        .par_iter()
        .map(|segment| matched_in(segment, &matcher, &lookups, count))
        .collect::<io::Result<_>>()?;
    let mut all = vec![Forms::default(); count];
    for (found, more) in of_segments.into_iter().flat_map(|forms| forms.into_iter().enumerate()) {
        all[found].extend(more);
    }
    Ok(all)
}

/// Each different word of `words` once, and for each of `words` its place among them. A concept's words are those of the
/// concepts above it too.
fn distinct<'a>(
    words: impl Iterator<Item = (&'a WordPattern, bool)>,
) -> (Vec<(&'a WordPattern, bool)>, Vec<usize>) {
    let (mut distinct, mut known) = (Vec::new(), HashMap::new());
    let places = words.map(|(word, is_case_sensitive)| {
        *known.entry(word.key(is_case_sensitive)).or_insert_with(|| {
            distinct.push((word, is_case_sensitive));
            distinct.len() - 1
        })
    });
    let places = places.collect();
    (distinct, places)
}

/// Of the budget of a question: a regular expression takes some 200 ns for a word.
const STEPS_PER_PATTERN: u64 = 20;

/// The verdicts of `matcher` on the words of `segment` that it can match or nearly match.
fn matched_in(
    segment: &Segment,
    matcher: &Matcher<'_>,
    lookups: &Lookups,
    count: usize,
) -> io::Result<Vec<Forms>> {
    let mut forms = vec![Forms::default(); count];
    let mut within_budget = Ok(());
    let mut ask = |word: &str| {
        if within_budget.is_err() {
            return;
        }
        let mut n_verdicts = 0;
        matcher.verdicts(word, |index, verdict| {
            n_verdicts += 1;
            match verdict {
                Verdict::Refused(why) => forms[index].refused.insert(word.to_owned(), why).map(drop),
                Verdict::Admitted(admission) => {
                    forms[index].admitted.insert(word.to_owned(), admission).map(drop)
                }
            };
        });
        within_budget = spend(STEPS_PER_PATTERN * (1 + count as u64)).and_then(|()| spend_forms(n_verdicts));
    };
    let vocabulary = segment.vocabulary();
    if lookups.is_about_every_word {
        vocabulary.all(&mut ask)?;
        return within_budget.map(|()| forms);
    }
    lookups.words.iter().try_for_each(|word| vocabulary.spellings(word, &mut ask))?;
    lookups.beginnings.iter().try_for_each(|prefix| vocabulary.with_prefix(prefix, &mut ask))?;
    if let Some(letters) = &lookups.letters {
        vocabulary.containing(letters, &mut ask)?;
    }
    within_budget.map(|()| forms)
}

/// The expansion of `query`, from what [`match_vocabulary`] gave for it. `None` when that is of another query.
pub(crate) fn expansion(query: &Query, forms: Vec<Forms>) -> Option<Expansion> {
    let is_of_query = forms.len() == query.words().len();
    is_of_query.then(|| Expansion { root: node(query, &mut forms.into_iter().map(Arc::new)) })
}

/// The expansion of `query`; takes the forms of its words from `forms`.
fn node(query: &Query, forms: &mut impl Iterator<Item = Arc<Forms>>) -> ExpandedNode {
    match query {
        Query::Phrase(phrase) => {
            let mut slot = |slot: &Slot| match *slot {
                Slot::Gap { min, max } => ExpandedSlot::Gap { min, max },
                Slot::Word(_) => ExpandedSlot::Forms(forms.next().expect("there are forms of every word")),
            };
            let slots = phrase.pattern.slots.iter().map(&mut slot).collect();
            ExpandedNode::Phrase(ExpandedPhrase { label: phrase.label.clone(), slots })
        }
        Query::Joined(operator, operands) => {
            let mut operands: Vec<ExpandedNode> =
                operands.iter().map(|operand| node(operand, forms)).collect();
            decide_on_words(operator, &mut operands);
            ExpandedNode::Joined(operator.clone(), operands)
        }
    }
}

/// What can be decided on the forms of single words alone, before postings are read: forms that `operator` takes from its
/// operands become near misses, with the reason.
fn decide_on_words(operator: &Operator, operands: &mut Vec<ExpandedNode>) {
    match operator {
        Operator::Except => remove_excepted_words(operands),
        Operator::Counted => {
            for operand in operands {
                operand.refuse_single_words(&mut |word| {
                    let what = if word.contains(char::is_alphabetic) { "an address" } else { "a number" };
                    (!is_counted(word)).then(|| format!("{what}: no word, and not in n_tokens"))
                });
            }
        }
        // Other operators need positions.
        _ => {}
    }
}

/// Takes the single words of the excepted operands out of the single words of the first. What is left of the exceptions has
/// to be looked for in the text: phrases, and all of them when a mention can be a phrase.
fn remove_excepted_words(operands: &mut Vec<ExpandedNode>) {
    let excepted = operands.split_off(1);
    for operand in &excepted {
        let ExpandedNode::Phrase(phrase) = operand else { continue };
        let Some(forms) = phrase.single_forms() else { continue };
        let reason = format!("excepted: {}", phrase.label);
        for first in operands.iter_mut() {
            first.refuse_single_words(&mut |word| forms.admitted.contains_key(word).then(|| reason.clone()));
        }
    }
    let is_single = |phrase: &ExpandedPhrase| matches!(phrase.slots.as_slice(), [ExpandedSlot::Forms(_)]);
    let is_of_words = operands.iter().all(|operand| operand.phrases().all(is_single));
    let is_needed = |operand: &ExpandedNode| !is_of_words || !operand.phrases().all(is_single);
    operands.extend(excepted.into_iter().filter(is_needed));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_ups_find_every_word_that_has_a_verdict() {
        let text = "Målstyring målstyring mål- og resultatstyring, bruker- og pasientmedvirkning, resultatstyring \
                    og -ledelse, brukermedvirkning og -styring, Mål- og resultatstyringen, styringen STYRING \
                    styringsrett mistillit tillitens tillit Tillitsbasert samskaping samskape samskapt skaping";
        let snapshot = Snapshot::of_texts(&[text, text]);
        let patterns = [
            "styring",
            "målstyring",
            "*styring*",
            "*målstyring",
            "*brukermedvirkning*",
            "*resultatledelse*",
            "*styring",
            "tillit*",
            "[lemma=samskape]",
            "[lemma=tillit]",
            "/samskap.*/",
            "/.*ing/",
            "mål-",
            "finnesikke",
        ];
        for pattern in patterns {
            let query = Query::parse(pattern).unwrap();
            let matcher = Matcher::new(query.words());
            let everything = Lookups { is_about_every_word: true, ..matcher.lookups() };
            let segment = &snapshot.segments[0];
            let plain = matched_in(segment, &matcher, &everything, 1).unwrap();
            let quick = matched_in(segment, &matcher, &matcher.lookups(), 1).unwrap();
            assert_eq!(format!("{quick:?}"), format!("{plain:?}"), "{pattern}");
            assert_eq!(plain[0].admitted.is_empty(), pattern == "finnesikke", "{pattern}");
        }
    }
}
