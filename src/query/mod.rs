//! Stage 4: a query → its mentions in a snapshot. The steps are grammar → syntax tree → forms → mentions.
//!
//! One tree serves `search`, the concepts of the codebook and `trends`. Its leaves are phrases in the codebook's patterns,
//! its inner nodes are operators ([`operator`]: how each is written, and how it combines mentions). Every number comes from
//! postings; no text is read.

mod all_words;
mod budget;
mod condition;
mod evaluate;
mod expand;
mod form_numbers;
mod forms;
mod grammar;
mod mention;
mod near;
mod nearest;
mod operator;
mod phrase;
mod plain;
mod postings;
mod sentences;
#[cfg(test)]
mod tests;
mod tree;

pub(crate) use all_words::{WordPostings, each_frequency, each_word, postings_of};
pub(crate) use budget::{Budget, Exceeded, PASSAGE_STEPS, is_slow_now, spend, within};
pub(crate) use condition::Condition;
#[cfg(test)]
pub(crate) use evaluate::work;
pub(crate) use evaluate::{Error, MentionBatches, Mentions, cost, mentions, mentions_in, mentions_of_words};
#[cfg(test)]
pub(crate) use expand::expand;
pub(crate) use expand::{ExpandedPhrase, Expansion, expand_with, expansion, match_vocabulary};
pub(crate) use forms::{Forms, KnownForms};
pub(crate) use grammar::{Names, Restriction};
pub(crate) use mention::Mention;
pub(crate) use nearest::nearest;
pub(crate) use plain::PlainCounter;
pub(crate) use postings::first_position;
pub use postings::frequencies;
pub use tree::{Phrase, Query};
