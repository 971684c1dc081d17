//! Stage 4: a question → where it is answered in a snapshot: grammar → syntax tree → forms → mentions.
//!
//! One tree serves `search`, the concepts of the codebook and `trends`. Its leaves are phrases in the codebook's patterns,
//! its inner nodes are operators ([`operator`]: how each is written, and how it combines mentions). Every number comes from
//! postings; no text is read.

mod all_words;
mod condition;
mod evaluate;
mod expand;
mod form_numbers;
mod grammar;
mod mention;
mod near;
mod nearest;
mod operator;
mod phrase;
mod postings;
#[cfg(test)]
mod tests;
mod tree;

pub(crate) use all_words::{WordPostings, each_frequency, each_word};
pub use condition::Condition;
#[cfg(test)]
pub use evaluate::work;
pub use evaluate::{Error, MentionBatches, Mentions, mentions, mentions_of_words};
pub use expand::{ExpandedPhrase, ExpandedSlot, Expansion, Forms, Node, expand, expansion, match_vocabulary};
pub use grammar::Restriction;
pub use mention::Mention;
pub use nearest::nearest;
pub use operator::Operator;
pub use postings::frequencies;
pub use tree::{Phrase, Query};
