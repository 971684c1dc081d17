//! The syntax tree of a query.

use super::condition::Condition;
use super::operator::Operator;
use crate::codebook::{Concept, Pattern, Rule, WordPattern};

/// A query: a phrase, or operands joined by an operator.
#[derive(Debug, Clone)]
pub enum Query {
    /// One or more words that follow each other.
    Phrase(Phrase),
    /// Operands and the operator that joins them.
    Joined(Operator, Vec<Query>),
}

/// A leaf of the tree.
#[derive(Debug, Clone)]
pub struct Phrase {
    /// Its words and gaps.
    pub(crate) pattern: Pattern,
    /// The name shown in lists: the pattern as the user wrote it, or [`DECISION`].
    pub(crate) label: String,
    /// Whether a mention must have upper and lower case as the pattern has.
    pub(crate) is_case_sensitive: bool,
}

/// The label of forms that a person has admitted.
const DECISION: &str = "decision";

impl Query {
    /// What counts as a mention of `concept`: any match of its rules or a form that a person has admitted, with at least one
    /// word that the denominators count too.
    pub(crate) fn of_concept(concept: &Concept) -> Query {
        let rules = concept.rules.iter().map(|rule| Query::of_rule(rule, &concept.refused));
        let admitted = concept.admitted.iter().map(|pattern| {
            let pattern = pattern.clone();
            Query::Phrase(Phrase { pattern, label: DECISION.to_owned(), is_case_sensitive: false })
        });
        let any = Query::Joined(Operator::Any, rules.chain(admitted).collect());
        any.counted()
    }

    /// The matches of the patterns of `rule` that fulfil its conditions and overlap none of `refused`.
    fn of_rule(rule: &Rule, refused: &[Pattern]) -> Query {
        let phrases = |patterns: &[Pattern]| -> Vec<Query> {
            let phrase = |pattern: &Pattern| {
                let label = pattern.text.clone();
                let is_case_sensitive = rule.is_case_sensitive;
                Query::Phrase(Phrase { pattern: pattern.clone(), label, is_case_sensitive })
            };
            patterns.iter().map(phrase).collect()
        };
        let mut operands = vec![Query::Joined(Operator::Any, phrases(&rule.patterns))];
        operands.extend(phrases(&rule.except));
        operands.extend(phrases(refused));
        let mentions = Query::Joined(Operator::Except, operands);
        match rule.languages.is_empty() {
            true => mentions,
            false => Query::Joined(Operator::InLanguages(rule.languages.clone()), vec![mentions]),
        }
    }

    /// This query, restricted to mentions with at least one word that the denominators count too.
    pub(crate) fn counted(self) -> Query {
        Query::Joined(Operator::Counted, vec![self])
    }

    /// This query in the passages that fulfil `condition`.
    pub(crate) fn in_passages(self, condition: Condition) -> Query {
        Query::Joined(Operator::In(condition), vec![self])
    }

    /// The operands that a passage must all have; the query itself when it does not join any.
    pub(crate) fn clauses(&self) -> &[Query] {
        match self {
            Query::Joined(Operator::All, operands) => operands,
            query => std::slice::from_ref(query),
        }
    }

    /// Number of words of all phrases.
    #[cfg(test)]
    pub(crate) fn n_words(&self) -> usize {
        self.words().len()
    }

    /// The words that are written out in full, in small letters, from left to right.
    pub(crate) fn plain_forms(&self) -> Vec<String> {
        let words = self.words().into_iter();
        words
            .filter_map(|(word, _)| match word {
                WordPattern::Form(literal) => Some(literal.folded.clone()),
                WordPattern::Lemma(literal) | WordPattern::Compound(literal, _) => {
                    Some(literal.folded.clone())
                }
                WordPattern::Regex(_) => None,
            })
            .collect()
    }

    /// The words of all phrases from left to right, each with whether it is case-sensitive.
    pub(super) fn words(&self) -> Vec<(&WordPattern, bool)> {
        match self {
            Query::Phrase(phrase) => {
                phrase.pattern.words().map(|word| (word, phrase.is_case_sensitive)).collect()
            }
            Query::Joined(_, operands) => operands.iter().flat_map(Query::words).collect(),
        }
    }
}
