//! The operators of a query: how each is written, and how it combines the mentions of its operands.
//! A new operator is a variant and its arms in this file.

use super::condition::{Condition, ConditionTest, KnownDocuments};
use super::form_numbers::FormNumbers;
use super::mention::Mention;
use super::near::{Reach, pairs};
use super::sentences::SentenceStarts;
use crate::index::{Segment, Snapshot};
use crate::text::{Language, is_counted};
use std::collections::HashMap;
use std::io;
use std::rc::Rc;

/// An operator that joins the operands of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operator {
    /// The mentions of all operands, in passages that have each of them: `AND`, or operands side by side.
    All,
    /// The mentions of any operand: `OR`. A concept has any of its patterns.
    Any,
    /// The mentions of the first operand in passages that have none of the others: `NOT`.
    Without,
    /// From a mention of one operand to the nearest of the other, in either order: `NEAR/5`, `NEAR/s`.
    Near(Reach),
    /// From a mention of the first operand to the next of the second: `THEN/3`.
    Then(Reach),
    /// The mentions in documents that fulfil a condition: `kind:nou`.
    In(Condition),
    /// The mentions of the first operand that overlap no mention of the others. `except` in the codebook.
    Except,
    /// The mentions in passages of these languages. `languages` in the codebook.
    InLanguages(Vec<Language>),
    /// The mentions with at least one counted word ([`is_counted`]): only such words are in the denominators (`n_tokens`), so a
    /// number alone is found by a search but not counted.
    Counted,
}

/// What the operators need besides the mentions of their operands.
pub(super) struct EvaluationScope<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) forms: FormNumbers,
    /// The conditions met so far, by the index of the segment that they are evaluated for.
    tests: HashMap<(usize, Condition), Rc<ConditionTest>>,
    documents: KnownDocuments,
}

impl<'s> EvaluationScope<'s> {
    pub(super) fn new(snapshot: &'s Snapshot) -> EvaluationScope<'s> {
        EvaluationScope {
            snapshot,
            forms: FormNumbers::default(),
            tests: HashMap::new(),
            documents: KnownDocuments::new(),
        }
    }

    fn test(&mut self, segment: &Segment, condition: &Condition) -> io::Result<Rc<ConditionTest>> {
        let index = self.snapshot.segments.iter().position(|other| std::ptr::eq(other, segment));
        let key = (index.expect("it is a segment of the snapshot"), condition.clone());
        if let Some(known) = self.tests.get(&key) {
            return Ok(Rc::clone(known));
        }
        let test = Rc::new(condition.test(self.snapshot, segment, &mut self.documents)?);
        self.tests.insert(key, Rc::clone(&test));
        Ok(test)
    }
}

/// The pairs of the operands of NEAR or THEN.
fn near(
    segment: &Segment,
    operands: &[Vec<Mention>],
    reach: Reach,
    is_either_order: bool,
    forms: &mut FormNumbers,
) -> io::Result<Vec<Mention>> {
    let sentences =
        if reach.is_in_sentence { SentenceStarts::of(segment)? } else { SentenceStarts::unread() };
    Ok(pairs(operands, reach, is_either_order, sentences, forms))
}

impl Operator {
    /// Combines the mentions of the operands in `segment`; each list is in order, and so is the result.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(super) fn combine(
        &self,
        segment: &Segment,
        scope: &mut EvaluationScope<'_>,
        mut operands: Vec<Vec<Mention>>,
    ) -> io::Result<Vec<Mention>> {
        Ok(match self {
            Operator::All => all(operands),
            Operator::Any => merged(operands),
            Operator::Without => {
                let unwanted = merged(operands.split_off(1));
                in_other_passages(operands.pop().unwrap_or_default(), &unwanted)
            }
            Operator::Near(reach) => near(segment, &operands, *reach, true, &mut scope.forms)?,
            Operator::Then(reach) => near(segment, &operands, *reach, false, &mut scope.forms)?,
            Operator::In(condition) => {
                let test = scope.test(segment, condition)?;
                let (mut rows, mut mentions) = (segment.rows()?, Vec::new());
                for mention in merged(operands) {
                    if test.holds(segment, mention.row, &rows.at(mention.row)?)? {
                        mentions.push(mention);
                    }
                }
                mentions
            }
            Operator::Except => {
                let excepted = merged(operands.split_off(1));
                let first = operands.pop().unwrap_or_default();
                without_overlaps(first, &excepted)
            }
            Operator::InLanguages(languages) => {
                let mut rows = segment.rows()?;
                let mut mentions = Vec::new();
                for mention in merged(operands) {
                    if rows.at(mention.row)?.language.is_some_and(|language| languages.contains(&language)) {
                        mentions.push(mention);
                    }
                }
                mentions
            }
            Operator::Counted => {
                let forms = &scope.forms.forms;
                let has_word: Vec<bool> = forms.iter().map(|form| form.split(' ').any(is_counted)).collect();
                let mut mentions = merged(operands);
                mentions.retain(|mention| has_word[mention.form as usize]);
                mentions
            }
        })
    }

    /// Whether every occurrence of a single word below one of `n_operands` is a mention, whatever stands around it.
    pub(super) fn is_of_words(&self, n_operands: usize) -> bool {
        match self {
            // Excepted words are taken out of the forms already; what is left can overlap a mention.
            Operator::Except => n_operands == 1,
            Operator::Any | Operator::Counted => true,
            Operator::All
            | Operator::Without
            | Operator::Near(_)
            | Operator::Then(_)
            | Operator::In(_)
            | Operator::InLanguages(_) => false,
        }
    }

    /// Whether a mention of one operand is kept or dropped independently of the other operands.
    pub(super) fn keeps_mentions_apart(&self) -> bool {
        !matches!(self, Operator::All | Operator::Without | Operator::Near(_) | Operator::Then(_))
    }

    /// Whether the operands after the first remove mentions.
    pub(super) fn takes_away(&self) -> bool {
        matches!(self, Operator::Except | Operator::Without)
    }
}

fn merged(mut operands: Vec<Vec<Mention>>) -> Vec<Mention> {
    if operands.len() == 1 {
        // Moved and not copied: the mentions of a frequent word take most of the memory of a query.
        return operands.swap_remove(0);
    }
    let mut mentions = operands.concat();
    // Stable: the sort finds the sorted runs and merges them.
    mentions.sort_by_key(Mention::order);
    mentions
}

/// The mentions in passages that have one of every operand.
fn all(mut operands: Vec<Vec<Mention>>) -> Vec<Mention> {
    let mut rows: Vec<u32> = operands.first().into_iter().flatten().map(|mention| mention.row).collect();
    for operand in &operands {
        let mut here = operand.iter().map(|mention| mention.row).peekable();
        rows.retain(|&row| {
            while here.next_if(|other| *other < row).is_some() {}
            here.peek() == Some(&row)
        });
    }
    rows.dedup();
    for operand in &mut operands {
        let mut rows = rows.iter().copied().peekable();
        operand.retain(|mention| {
            while rows.next_if(|row| *row < mention.row).is_some() {}
            rows.peek() == Some(&mention.row)
        });
    }
    merged(operands)
}

/// The `mentions` in passages without any of `unwanted`; both in order.
fn in_other_passages(mut mentions: Vec<Mention>, unwanted: &[Mention]) -> Vec<Mention> {
    let mut unwanted = unwanted.iter().map(|mention| mention.row).peekable();
    mentions.retain(|mention| {
        while unwanted.next_if(|row| *row < mention.row).is_some() {}
        unwanted.peek() != Some(&mention.row)
    });
    mentions
}

/// The `mentions` that overlap none of `excepted`; both in order.
fn without_overlaps(mut mentions: Vec<Mention>, excepted: &[Mention]) -> Vec<Mention> {
    // Joined to runs that do not overlap, so that one walk over both lists is enough.
    let mut runs: Vec<(u32, u32, u32)> = Vec::new();
    for mention in excepted {
        match runs.last_mut() {
            Some((row, _, end)) if *row == mention.row && mention.position < *end => {
                *end = (*end).max(mention.end());
            }
            _ => runs.push((mention.row, mention.position, mention.end())),
        }
    }
    let mut runs = runs.into_iter().peekable();
    mentions.retain(|mention| {
        while runs.next_if(|&(row, _, end)| (row, end) <= (mention.row, mention.position)).is_some() {}
        runs.peek().is_none_or(|&(row, start, _)| row != mention.row || mention.end() <= start)
    });
    mentions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mention(row: u32, position: u32, length: u32) -> Mention {
        Mention { row, position, length, form: 0 }
    }

    #[test]
    fn an_exception_takes_every_mention_that_it_overlaps() {
        let mentions = vec![mention(1, 0, 2), mention(1, 4, 1), mention(1, 6, 3), mention(2, 1, 1)];
        let excepted = [mention(1, 1, 1), mention(1, 5, 4), mention(1, 6, 1), mention(2, 0, 1)];
        assert_eq!(without_overlaps(mentions, &excepted), [mention(1, 4, 1), mention(2, 1, 1)]);
    }

    #[test]
    fn a_passage_with_what_is_unwanted_has_no_mention() {
        let mentions = vec![mention(1, 0, 1), mention(2, 0, 1), mention(2, 5, 1), mention(4, 0, 1)];
        let unwanted = [mention(0, 3, 1), mention(2, 9, 1), mention(3, 0, 1)];
        assert_eq!(in_other_passages(mentions, &unwanted), [mention(1, 0, 1), mention(4, 0, 1)]);
    }

    #[test]
    fn all_keeps_the_passages_that_have_every_operand() {
        let a = vec![mention(1, 0, 1), mention(2, 0, 1), mention(2, 4, 1), mention(5, 0, 1)];
        let b = vec![mention(2, 3, 1), mention(3, 0, 1), mention(5, 1, 1), mention(5, 9, 1)];
        let rows: Vec<(u32, u32)> = all(vec![a, b]).iter().map(|m| (m.row, m.position)).collect();
        assert_eq!(rows, [(2, 0), (2, 3), (2, 4), (5, 0), (5, 1), (5, 9)]);
        assert!(all(vec![vec![mention(1, 0, 1)], Vec::new()]).is_empty());
    }
}
