//! What joins the operands of a query: how it is written, how tightly it binds, and what it makes of their mentions.
//! A new operator is a variant and its arms in this file.

use super::evaluate::Mention;
use super::expand::{ExpandedSlot, Node};
use super::tree::Query;
use crate::index::Segment;
use crate::text::Language;

/// What joins the operands of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operator {
    /// The mentions of all operands, in passages that have each of them. Written by putting operands side by side.
    All,
    /// The mentions of any operand. A concept has any of its patterns.
    Any,
    /// The mentions of the first operand that overlap no mention of the others. `except` in the codebook.
    Except,
    /// The mentions in passages of these languages. `languages` in the codebook.
    InLanguages(Vec<Language>),
    /// The mentions with at least one word that has a letter: only such words are in the denominators (`n_tokens`), so a
    /// number alone is found by a search but not counted.
    Counted,
}

impl Operator {
    /// The operator that `rest` begins with; `rest` begins after it then.
    pub(super) fn written_at(_rest: &mut &str) -> Operator {
        // Nothing is written between operands that stand side by side.
        Operator::All
    }

    /// `left` and `right` joined by this operator.
    pub(super) fn join(self, left: Query, right: Query) -> Query {
        match left {
            Query::Joined(operator, mut operands) if operator == self => {
                operands.push(right);
                Query::Joined(operator, operands)
            }
            left => Query::Joined(self, vec![left, right]),
        }
    }

    /// What can be decided on the forms of single words alone, before postings are read: forms that this operator takes
    /// from its operands become near misses, with the reason.
    pub(super) fn decide_on_words(&self, operands: &mut Vec<Node>) {
        match self {
            Operator::Except => remove_excepted_words(operands),
            Operator::Counted => {
                for operand in operands {
                    operand.refuse_single_words(&mut |word| {
                        let is_number = !word.contains(char::is_alphabetic);
                        is_number.then(|| "a number: words without a letter are not in n_tokens".to_owned())
                    });
                }
            }
            Operator::All | Operator::Any | Operator::InLanguages(_) => {}
        }
    }

    /// The mentions of the whole in `segment` from those of its operands, each in order.
    pub(super) fn combine(
        &self,
        segment: &Segment,
        forms: &[String],
        mut operands: Vec<Vec<Mention>>,
    ) -> Vec<Mention> {
        match self {
            Operator::All => all(operands),
            Operator::Any => merged(operands),
            Operator::Except => {
                let excepted = merged(operands.split_off(1));
                let first = operands.pop().unwrap_or_default();
                without_overlaps(first, &excepted)
            }
            Operator::InLanguages(languages) => {
                let is_in = |row: u32| segment.language[row as usize].is_some_and(|l| languages.contains(&l));
                retained(operands, |mention| is_in(mention.row))
            }
            Operator::Counted => {
                let has_letter: Vec<bool> =
                    forms.iter().map(|form| form.contains(char::is_alphabetic)).collect();
                retained(operands, |mention| has_letter[mention.form as usize])
            }
        }
    }

    /// Whether single words that match are all counted, whatever stands around them.
    pub(super) fn is_of_words(&self, operands: &[Node]) -> bool {
        match self {
            // Decided on words already, when nothing is left that can overlap.
            Operator::Except => operands.len() == 1,
            Operator::Any | Operator::Counted => true,
            Operator::All | Operator::InLanguages(_) => false,
        }
    }
}

fn merged(operands: Vec<Vec<Mention>>) -> Vec<Mention> {
    let mut mentions = operands.concat();
    // Stable: the sort finds the sorted runs and merges them.
    mentions.sort_by_key(Mention::order);
    mentions
}

fn retained(operands: Vec<Vec<Mention>>, is_kept: impl Fn(&Mention) -> bool) -> Vec<Mention> {
    let mut mentions = merged(operands);
    mentions.retain(is_kept);
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

/// Takes the single words of the excepted operands out of the single words of the first. What is left of the exceptions has
/// to be looked for in the text: phrases, and all of them when a mention can be a phrase.
fn remove_excepted_words(operands: &mut Vec<Node>) {
    let excepted = operands.split_off(1);
    for operand in &excepted {
        let Node::Phrase(phrase) = operand else { continue };
        let Some(forms) = phrase.single_forms() else { continue };
        let reason = format!("excepted: {}", phrase.label);
        for first in operands.iter_mut() {
            first.refuse_single_words(&mut |word| forms.admitted.contains_key(word).then(|| reason.clone()));
        }
    }
    let is_single =
        |phrase: &super::ExpandedPhrase| matches!(phrase.slots.as_slice(), [ExpandedSlot::Forms(_)]);
    let is_of_words = operands.iter().all(|operand| operand.phrases().all(is_single));
    let is_needed = |operand: &Node| !is_of_words || !operand.phrases().all(is_single);
    operands.extend(excepted.into_iter().filter(is_needed));
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
    fn all_keeps_the_passages_that_have_every_operand() {
        let a = vec![mention(1, 0, 1), mention(2, 0, 1), mention(2, 4, 1), mention(5, 0, 1)];
        let b = vec![mention(2, 3, 1), mention(3, 0, 1), mention(5, 1, 1), mention(5, 9, 1)];
        let rows: Vec<(u32, u32)> = all(vec![a, b]).iter().map(|m| (m.row, m.position)).collect();
        assert_eq!(rows, [(2, 0), (2, 3), (2, 4), (5, 0), (5, 1), (5, 9)]);
        assert!(all(vec![vec![mention(1, 0, 1)], Vec::new()]).is_empty());
    }
}
