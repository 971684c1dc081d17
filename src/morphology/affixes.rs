//! What is put before and after Norwegian stems: endings, prefixes, derivational suffixes. Tables made by hand for both
//! written forms, from the reference grammars' inventories.

/// Endings of nouns and verbs, without the genitive `s`. A verb is looked for by its infinitive.
const ENDINGS: [&str; 23] = [
    "", "en", "et", "a", "i", "er", "ar", "ene", "ane", "n", "r", "ne", "e",
    "t", // nouns; "t" of -e: *byrået*
    "rne", "ra", // agents: *brukerne*, *forskera*
    "s", "st", "nde", "ande", "ende", "dd", "d", // verbs
];

/// More endings of adjectives. *reformere* is a verb, no comparative of *reform*.
const ADJECTIVE_ENDINGS: [&str; 7] = ["ere", "est", "este", "are", "ast", "aste", "te"];

/// Whether `rest` after `term` inflects it, a genitive `s` included.
pub fn is_ending(term: &str, rest: &str) -> bool {
    let rest = rest.strip_suffix("'s").or(rest.strip_suffix("’s")).unwrap_or(rest);
    let is_plain = |text: &str| {
        ENDINGS.contains(&text) || (ADJECTIVE_ENDINGS.contains(&text) && looks_like_adjective(term))
    };
    // The -i of old nynorsk has no genitive: *digitalis* is a plant.
    is_plain(rest) || rest.strip_suffix('s').is_some_and(|rest| rest != "i" && is_plain(rest))
}

/// Whether `term` ends as adjectives do.
fn looks_like_adjective(term: &str) -> bool {
    const SUFFIXES: [&str; 14] =
        ["iv", "al", "ell", "sk", "ig", "eg", "løs", "laus", "bar", "som", "ær", "ent", "ant", "full"];
    SUFFIXES.iter().any(|suffix| term.ends_with(suffix))
}

/// Prefixes that make another word of the one they stand before: *mistillit* is no *tillit*.
pub const PREFIXES: [&str; 17] = [
    "mis", "for", "be", "av", "an", "inn", "u", "in", "van", "bal", "frå", "fra", "ge", "er", "unn", "gjen",
    "hen",
];

/// Particles that make another verb of *leie* and *lede*: *rettleiing*, *veiledning*, *vegleiing*.
pub const LEADING_PARTICLES: [&str; 4] = ["rett", "vill", "vei", "veg"];

/// Words of two letters that begin compounds.
pub const SHORT_MODIFIERS: [&str; 10] = ["by", "el", "øl", "ap", "ny", "øy", "tv", "eu", "it", "pc"];

/// Words of two letters that end compounds.
pub const SHORT_HEADS: [&str; 5] = ["år", "ur", "by", "øy", "el"];

/// Beginnings of what follows a stem directly and derives a word from it, rather than adding one: *reform|ere*,
/// *kontroll|ør*.
const SUFFIXES: [&str; 14] =
    ["er", "ing", "isk", "ism", "ist", "asjon", "ør", "ative", "ativ", "abel", "abil", "al", "ell", "is"];

/// Suffixes that keep the term what it is: *digital|isering*, *effektiv|itet*.
const KEEPING_SUFFIXES: [&str; 3] = ["iser", "isér", "itet"];

/// Whether `rest`, right after a term, derives another word from it.
pub fn is_suffix(rest: &str) -> bool {
    let keeps = KEEPING_SUFFIXES.iter().any(|suffix| rest.starts_with(suffix));
    !keeps && SUFFIXES.iter().any(|suffix| rest.starts_with(suffix))
}

/// Whether `text` has a vowel, so that it can be a word or a syllable.
pub fn has_vowel(text: &str) -> bool {
    text.chars().any(|c| "aeiouyæøåäöüéèêóòôáà".contains(c))
}
