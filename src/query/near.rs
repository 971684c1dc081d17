//! Mentions that are close to each other: `A NEAR/5 B` in either order, `A THEN/3 B` in this order, `A NEAR/s B` in one sentence.
//!
//! The combined mention extends from one to the other. Each mention of A is joined with the nearest mention of B that it does not
//! overlap, so the work is proportional to the number of mentions and not of pairs.

use super::form_numbers::FormNumbers;
use super::mention::Mention;
use super::sentences::SentenceStarts;
use std::collections::HashMap;

/// How far apart the two mentions of a pair may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Maximum number of words between them. `None`: any number.
    pub(super) words_max: Option<u32>,
    /// Whether they must be in one sentence; otherwise in one passage.
    pub(super) is_in_sentence: bool,
}

/// The pairs of the two `operands` within `reach`, in order; both operands are in order.
pub(super) fn pairs(
    operands: &[Vec<Mention>],
    reach: Reach,
    is_either_order: bool,
    mut sentences: SentenceStarts,
    forms: &mut FormNumbers,
) -> Vec<Mention> {
    let [first, second] = operands else { return Vec::new() };
    let words_max = reach.words_max.unwrap_or(u32::MAX);
    let mut by_end = second.clone();
    by_end.sort_by_key(|mention| (mention.row, mention.end()));
    let mut names = HashMap::new();
    let mut found = Vec::new();
    for mention in first {
        let after = next_after(second, mention).filter(|after| after.position - mention.end() <= words_max);
        let before = is_either_order
            .then(|| last_before(&by_end, mention))
            .flatten()
            .filter(|before| mention.position - before.end() <= words_max);
        let (mut after, mut before) = (after, before);
        if reach.is_in_sentence {
            if let Some(right) = after {
                after = sentences.are_together(mention, right).then_some(right);
            }
            if let Some(left) = before {
                before = sentences.are_together(left, mention).then_some(left);
            }
        }
        let is_after_nearer = match (before, after) {
            (Some(before), Some(after)) => after.position - mention.end() <= mention.position - before.end(),
            _ => after.is_some(),
        };
        let pair = match is_after_nearer {
            true => after.map(|after| (mention, after)),
            false => before.map(|before| (before, mention)),
        };
        let Some((left, right)) = pair else { continue };
        let form = *names.entry((left.form, right.form)).or_insert_with(|| {
            let name = format!("{} * {}", forms.forms[left.form as usize], forms.forms[right.form as usize]);
            forms.number(&name)
        });
        let length = right.end() - left.position;
        found.push(Mention { row: left.row, position: left.position, length, form });
    }
    found.sort_by_key(Mention::order);
    found.dedup();
    found
}

/// The first of `mentions` that begins at the end of `mention` or later, in its passage.
fn next_after<'m>(mentions: &'m [Mention], mention: &Mention) -> Option<&'m Mention> {
    let index = mentions.partition_point(|other| (other.row, other.position) < (mention.row, mention.end()));
    mentions.get(index).filter(|other| other.row == mention.row)
}

/// The last of `by_end` that ends at the beginning of `mention` or earlier, in its passage.
fn last_before<'m>(by_end: &'m [Mention], mention: &Mention) -> Option<&'m Mention> {
    let index = by_end.partition_point(|other| (other.row, other.end()) <= (mention.row, mention.position));
    by_end[..index].last().filter(|other| other.row == mention.row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(
        first: &[(u32, u32)],
        second: &[(u32, u32)],
        words_max: u32,
        is_either_order: bool,
    ) -> Vec<(u32, u32)> {
        let mut forms = FormNumbers::default();
        let numbers = [forms.number("a"), forms.number("b")];
        let of = |places: &[(u32, u32)], form| -> Vec<Mention> {
            places.iter().map(|&(position, length)| Mention { row: 1, position, length, form }).collect()
        };
        let operands = [of(first, numbers[0]), of(second, numbers[1])];
        let reach = Reach { words_max: Some(words_max), is_in_sentence: false };
        let pairs = pairs(&operands, reach, is_either_order, SentenceStarts::unread(), &mut forms);
        pairs.iter().map(|pair| (pair.position, pair.end())).collect()
    }

    #[test]
    fn near_joins_each_mention_with_the_nearest_on_either_side() {
        assert_eq!(found(&[(4, 1)], &[(0, 1), (9, 1)], 5, true), [(0, 5)]);
        assert_eq!(found(&[(4, 1)], &[(0, 1), (6, 1)], 5, true), [(4, 7)]);
        assert_eq!(found(&[(4, 1)], &[(0, 1), (10, 1)], 2, true), []);
    }

    #[test]
    fn then_looks_only_ahead() {
        assert_eq!(found(&[(4, 1)], &[(3, 1), (8, 2)], 3, false), [(4, 10)]);
        assert_eq!(found(&[(4, 1)], &[(3, 1), (9, 1)], 3, false), []);
    }

    #[test]
    fn a_mention_is_not_near_itself() {
        assert_eq!(found(&[(2, 2), (7, 1)], &[(2, 2), (3, 1)], 5, true), [(3, 8)]);
    }
}
