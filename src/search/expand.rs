//! Concepts → the forms that they match in the vocabulary of a snapshot, each with the analysis that admitted it, and the
//! near misses with the reason for their refusal. Counting then reads the postings of these forms and nothing else.

use crate::codebook::{Admission, Concept, Matcher, Pattern, Rule, Slot, Verdict, WordPattern};
use crate::index::{Segment, Snapshot};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// What a concept matches in one snapshot.
pub struct Expansion<'a> {
    /// The concept.
    pub concept: &'a Concept,
    /// Its rules, and one more for the forms that a person has admitted.
    pub rules: Vec<ExpandedRule<'a>>,
}

/// A rule and the forms that its patterns match.
pub struct ExpandedRule<'a> {
    /// As it is written. `None` for the forms that a person has admitted.
    pub rule: Option<&'a Rule>,
    /// A mention matches any of them.
    pub patterns: Vec<ExpandedPattern<'a>>,
    /// And overlaps none of these.
    pub except: Vec<ExpandedPattern<'a>>,
}

/// A pattern and the forms of its slots.
pub struct ExpandedPattern<'a> {
    /// As it is written.
    pub pattern: &'a Pattern,
    /// One for each slot of the pattern.
    pub slots: Vec<ExpandedSlot>,
}

/// A slot and what can stand in it.
pub enum ExpandedSlot {
    /// One of these.
    Forms(Forms),
    /// Any words.
    Gap {
        /// At least so many.
        min: u32,
        /// At most so many.
        max: u32,
    },
}

/// What a word pattern says to the vocabulary.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Forms {
    /// Words as they stand in the vocabulary, and the analysis of each.
    pub admitted: BTreeMap<String, Admission>,
    /// Near misses, and why they are none.
    pub refused: BTreeMap<String, String>,
}

impl Expansion<'_> {
    /// Whether different forms of the concept never overlap and all count: single words without further conditions.
    pub fn is_of_plain_words(&self) -> bool {
        self.rules.iter().all(|rule| {
            let is_single = |pattern: &ExpandedPattern<'_>| pattern.slots.len() == 1;
            let is_limited = rule.rule.is_some_and(|rule| !rule.languages.is_empty());
            rule.patterns.iter().all(is_single) && rule.except.is_empty() && !is_limited
        })
    }

    /// All words that single-word patterns admit, sorted.
    pub fn words(&self) -> BTreeSet<&str> {
        self.rules
            .iter()
            .flat_map(|rule| &rule.patterns)
            .filter_map(ExpandedPattern::single)
            .flatten()
            .collect()
    }
}

impl ExpandedPattern<'_> {
    /// The forms of the pattern when it is one word.
    pub fn single_forms(&self) -> Option<&Forms> {
        match self.slots.as_slice() {
            [ExpandedSlot::Forms(forms)] => Some(forms),
            _ => None,
        }
    }

    fn single(&self) -> Option<impl Iterator<Item = &str>> {
        self.single_forms().map(|forms| forms.admitted.keys().map(String::as_str))
    }
}

/// The expansion of each of `concepts` in `snapshot`, in their order.
///
/// # Errors
/// When the index cannot be read.
pub fn expand<'a>(snapshot: &Snapshot, concepts: &'a [Concept]) -> io::Result<Vec<Expansion<'a>>> {
    let forms = match_vocabulary(snapshot, concepts)?;
    Ok(expansions(concepts, forms).expect("the forms are of these concepts"))
}

/// What each word of `concepts` says to the vocabulary of `snapshot`. One pass serves all.
///
/// # Errors
/// When the index cannot be read.
pub fn match_vocabulary(snapshot: &Snapshot, concepts: &[Concept]) -> io::Result<Vec<Forms>> {
    matched(snapshot, words(concepts))
}

/// The expansions of `concepts`, from what [`match_vocabulary`] gave for them. `None` when that is of other concepts.
pub fn expansions(concepts: &[Concept], forms: Vec<Forms>) -> Option<Vec<Expansion<'_>>> {
    if forms.len() != words(concepts).len() {
        return None;
    }
    let mut forms = forms.into_iter();
    Some(concepts.iter().map(|concept| expansion(concept, &mut forms)).collect())
}

/// The words of all patterns, each with whether case is told apart, in the order in which [`expansion`] takes them.
fn words(concepts: &[Concept]) -> Vec<(&WordPattern, bool)> {
    let patterns = concepts.iter().flat_map(|concept| {
        let of_rules = concept.rules.iter().flat_map(|rule| {
            let case = rule.is_case_sensitive;
            rule.patterns.iter().chain(exceptions(concept, rule)).map(move |pattern| (pattern, case))
        });
        of_rules.chain(concept.admitted.iter().map(|pattern| (pattern, false)))
    });
    patterns.flat_map(|(pattern, case)| pattern.words().map(move |word| (word, case))).collect()
}

/// What each of `words` says to the vocabulary of `snapshot`.
fn matched(snapshot: &Snapshot, words: Vec<(&WordPattern, bool)>) -> io::Result<Vec<Forms>> {
    let count = words.len();
    let matcher = Matcher::new(words);
    let of_segments: Vec<Vec<Forms>> = snapshot
        .segments
        .par_iter()
        .map(|segment| matched_in(segment, &matcher, count))
        .collect::<io::Result<_>>()?;
    let mut all = vec![Forms::default(); count];
    for (found, more) in of_segments.into_iter().flat_map(|forms| forms.into_iter().enumerate()) {
        all[found].admitted.extend(more.admitted);
        all[found].refused.extend(more.refused);
    }
    Ok(all)
}

fn matched_in(segment: &Segment, matcher: &Matcher<'_>, count: usize) -> io::Result<Vec<Forms>> {
    let mut forms = vec![Forms::default(); count];
    let mut stream = segment.words.terms().stream()?;
    while stream.advance() {
        let Ok(word) = std::str::from_utf8(stream.key()) else { continue };
        matcher.verdicts(word, |index, verdict| match verdict {
            Verdict::Refused(why) => {
                forms[index].refused.insert(word.to_owned(), why);
            }
            Verdict::Admitted(admission) => {
                forms[index].admitted.insert(word.to_owned(), admission);
            }
        });
    }
    Ok(forms)
}

/// What a mention by `rule` must not overlap: what the rule excepts, and what a person has refused for `concept`.
fn exceptions<'a>(concept: &'a Concept, rule: &'a Rule) -> impl Iterator<Item = &'a Pattern> {
    rule.except.iter().chain(&concept.refused)
}

/// The expansion of `concept`; takes the forms of its words from `forms`, in the order in which [`words`] lists them.
fn expansion<'a>(concept: &'a Concept, forms: &mut impl Iterator<Item = Forms>) -> Expansion<'a> {
    let mut rules = Vec::new();
    for rule in &concept.rules {
        let patterns = expanded(rule.patterns.iter(), forms);
        let except = expanded(exceptions(concept, rule), forms);
        rules.push(without_excepted_words(ExpandedRule { rule: Some(rule), patterns, except }));
    }
    let patterns = expanded(concept.admitted.iter(), forms);
    rules.push(ExpandedRule { rule: None, patterns, except: Vec::new() });
    Expansion { concept, rules }
}

fn expanded<'a>(
    patterns: impl Iterator<Item = &'a Pattern>,
    forms: &mut impl Iterator<Item = Forms>,
) -> Vec<ExpandedPattern<'a>> {
    let mut slot = |slot: &Slot| match *slot {
        Slot::Gap { min, max } => ExpandedSlot::Gap { min, max },
        Slot::Word(_) => ExpandedSlot::Forms(forms.next().expect("every word was asked for")),
    };
    patterns
        .map(|pattern| ExpandedPattern { pattern, slots: pattern.slots.iter().map(&mut slot).collect() })
        .collect()
}

/// The rule with its excepted words taken out of its single words. What is left of the exceptions has to be looked for in
/// the text: phrases, and all of them when a mention can be a phrase.
fn without_excepted_words(mut rule: ExpandedRule<'_>) -> ExpandedRule<'_> {
    for except in &rule.except {
        let Some(excepted) = except.single_forms() else { continue };
        for pattern in &mut rule.patterns {
            if let [ExpandedSlot::Forms(forms)] = pattern.slots.as_mut_slice() {
                for word in excepted.admitted.keys() {
                    if forms.admitted.remove(word).is_some() {
                        forms.refused.insert(word.clone(), format!("excepted: {}", except.pattern.text));
                    }
                }
            }
        }
    }
    if rule.patterns.iter().all(|pattern| pattern.slots.len() == 1) {
        rule.except.retain(|except| except.slots.len() > 1);
    }
    rule
}
