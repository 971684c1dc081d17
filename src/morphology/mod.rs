//! The build of Norwegian words: whether a term is a constituent of a word. Pure.
//!
//! Bokmål and nynorsk are handled together: a document mixes them, and a term of one is looked for in both.

mod affixes;
mod compound;

pub use compound::{Member, Position, Refusal, Term, member};
