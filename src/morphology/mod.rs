//! The build of Norwegian words: their lemmas, and whether a term is a constituent of a word. Pure.
//!
//! Bokmål and nynorsk are handled together: a document mixes them, and a term of one is looked for in both.

mod affixes;
mod compound;
mod evidence;
mod lemma;
mod lexicon;
mod nynorsk;
mod words;

pub use compound::{Member, Position, Refusal, Term, UNKNOWN_PART, member};
pub use lemma::{Basis, Lemma, Lemmatizer, Written, forms_of, lemma, lemmas};
pub use lexicon::{Lexicon, Rewrite, WordClass};
pub use nynorsk::{Bridge, BridgePlace, bridges};
