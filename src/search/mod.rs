//! Stage 4: a question → where it is answered: mentions, counts, concordance lines, ranked passages.
//!
//! Reads `index`, asks with the patterns of `codebook`. Every number comes from postings; the text of a passage is read
//! only to show it.

mod concordance;
mod count;
mod expand;
mod forms;
mod mention;
mod passages;
mod phrase;

pub use concordance::{CONTEXT_WORDS, Context, concordance};
pub use count::count;
pub use expand::{
    ExpandedPattern, ExpandedRule, ExpandedSlot, Expansion, Forms, expand, expansions, match_vocabulary,
};
pub use forms::{FormUse, forms};
pub use mention::{Mention, Mentions, mentions};
pub use passages::{Hit, Query, search};
