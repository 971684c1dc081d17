//! The endings of nynorsk: there is no free word list of it, so its forms are derived from its endings and from spellings
//! that correspond to bokmål (`bridges.rs`). What follows neither is in `words.rs`.

use super::lexicon::WordClass::{self, Adjective, Noun, Verb};

/// Genders of a noun, added up.
pub(crate) type Genders = u8;
pub(crate) const MASCULINE: Genders = 1;
pub(crate) const FEMININE: Genders = 2;
pub(crate) const NEUTER: Genders = 4;
const ANY: Genders = MASCULINE | FEMININE | NEUTER;

/// A nynorsk ending: what it is taken off, what the lemma has there instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NynorskEnding {
    pub(crate) class: WordClass,
    /// The genders of the nouns that take it: *arbeidar* is not the plural of a neuter.
    pub(crate) genders: Genders,
    /// At the end of the form.
    pub(crate) form: &'static str,
    /// At the end of the lemma.
    pub(crate) lemma: &'static str,
}

const fn noun(genders: Genders, form: &'static str, lemma: &'static str) -> NynorskEnding {
    NynorskEnding { class: Noun, genders, form, lemma }
}

const fn other(class: WordClass, form: &'static str, lemma: &'static str) -> NynorskEnding {
    NynorskEnding { class, genders: ANY, form, lemma }
}

/// The endings of nynorsk that bokmål does not have or uses otherwise. Those that leave a lemma in `-e` come before those
/// that leave the bare stem: *hagane* is of *hage* when there is such a word. The old `-i` of *soli* is left out: it made
/// *økonomi* of *økonom* (239 of 249 hits in speeches).
pub(crate) static ENDINGS: [NynorskEnding; 73] = [
    noun(MASCULINE | FEMININE, "arane", "ar"),
    noun(MASCULINE | FEMININE, "ane", "e"),
    noun(MASCULINE | FEMININE, "ane", ""),
    noun(MASCULINE | FEMININE, "ene", "e"),
    noun(MASCULINE | FEMININE, "ene", ""),
    noun(MASCULINE | FEMININE, "ar", "e"),
    noun(MASCULINE | FEMININE, "ar", ""),
    noun(MASCULINE | FEMININE, "er", "e"),
    noun(MASCULINE | FEMININE, "er", ""),
    noun(MASCULINE, "en", "e"),
    noun(MASCULINE, "en", ""),
    noun(NEUTER, "et", ""),
    noun(NEUTER, "t", ""),
    noun(FEMININE | NEUTER, "a", "e"),
    noun(FEMININE | NEUTER, "a", ""),
    noun(MASCULINE, "lane", "el"),
    noun(MASCULINE, "lar", "el"),
    noun(NEUTER | FEMININE, "la", "el"),
    noun(MASCULINE, "klar", "kkel"),
    noun(MASCULINE, "klane", "kkel"),
    noun(MASCULINE, "rane", "er"),
    noun(MASCULINE, "rar", "er"),
    noun(NEUTER | FEMININE, "ra", "er"),
    noun(MASCULINE, "nar", "en"),
    noun(MASCULINE, "nane", "en"),
    noun(NEUTER | FEMININE, "mma", "m"),
    noun(NEUTER, "mmet", "m"),
    noun(MASCULINE | NEUTER, "mmene", "m"),
    noun(MASCULINE, "mmar", "m"),
    noun(MASCULINE, "mmane", "m"),
    noun(MASCULINE | NEUTER, "dlar", "ddel"),
    noun(MASCULINE | NEUTER, "dlane", "ddel"),
    noun(MASCULINE | NEUTER, "tlar", "ttel"),
    noun(MASCULINE | NEUTER, "tlane", "ttel"),
    noun(NEUTER, "et", "e"),
    noun(NEUTER, "dla", "ddel"),
    other(Verb, "ar", "e"),
    other(Verb, "er", "e"),
    other(Verb, "a", "e"),
    other(Verb, "te", "e"),
    other(Verb, "de", "e"),
    other(Verb, "t", "e"),
    other(Verb, "d", "e"),
    other(Verb, "dde", ""),
    other(Verb, "dd", ""),
    other(Verb, "dt", ""),
    other(Verb, "ast", "e"),
    other(Verb, "ande", "e"),
    other(Verb, "r", ""),
    other(Adjective, "are", ""),
    other(Adjective, "ast", ""),
    other(Adjective, "aste", ""),
    other(Adjective, "e", ""),
    other(Adjective, "t", ""),
    other(Adjective, "ande", "e"),
    other(Adjective, "ne", "en"),
    other(Adjective, "e", "en"),
    other(Adjective, "nare", "en"),
    other(Adjective, "nast", "en"),
    other(Adjective, "naste", "en"),
    other(Adjective, "lare", "el"),
    other(Adjective, "last", "el"),
    other(Adjective, "laste", "el"),
    other(Adjective, "krare", "kker"),
    other(Adjective, "krast", "kker"),
    other(Adjective, "kraste", "kker"),
    other(Adjective, "mme", "m"),
    other(Adjective, "lle", "l"),
    other(Adjective, "tt", ""),
    other(Verb, "tt", "te"),
    other(Verb, "ast", ""),
    other(Verb, "st", ""),
    other(Verb, "ande", ""),
];
