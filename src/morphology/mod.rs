//! The build of Norwegian words: their lemmas, and whether a term is a constituent of a word. Pure.
//!
//! Bokmål and nynorsk are handled together: a document mixes them, and a term of one is looked for in both.

mod affixes;
mod bridges;
mod compound;
mod evidence;
mod lemma;
mod lexicon;
mod nynorsk;
mod short_nouns;
mod words;

pub use bridges::{Bridge, bridges};
pub(crate) use compound::UNKNOWN_PART;
pub use compound::{Member, Position, Refusal, Term, member};
pub(crate) use lemma::counterparts;
pub use lemma::{Basis, Inflection, Lemma, forms_of, inflections, lemma, lemmas};
pub use lexicon::{Lexicon, Rewrite, WordClass};
