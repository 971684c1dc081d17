//! Endings, prefixes and derivational suffixes of Norwegian. Tables made by hand for both written forms, from the inventories
//! of the reference grammars.

/// Endings of nouns and verbs, without the genitive `s`. The term of a verb is its infinitive.
const ENDINGS: [&str; 23] = [
    "", "en", "et", "a", "i", "er", "ar", "ene", "ane", "n", "r", "ne", "e",
    "t", // nouns; "t" of -e: *byrået*
    "rne", "ra", // agents: *brukerne*, *forskera*
    "s", "st", "nde", "ande", "ende", "dd", "d", // verbs
];

/// More endings of adjectives. *reformere* is a verb, no comparative of *reform*.
const ADJECTIVE_ENDINGS: [&str; 7] = ["ere", "est", "este", "are", "ast", "aste", "te"];

/// Whether `rest` after `term` inflects it, a genitive `s` included.
pub(crate) fn is_ending(term: &str, rest: &str) -> bool {
    let rest = rest.strip_suffix("'s").or(rest.strip_suffix("’s")).unwrap_or(rest);
    let is_plain = |text: &str| {
        ENDINGS.contains(&text) || (ADJECTIVE_ENDINGS.contains(&text) && looks_like_adjective(term))
    };
    // The -i of old nynorsk has no genitive: *digitalis* is a plant.
    is_plain(rest) || rest.strip_suffix('s').is_some_and(|rest| rest != "i" && is_plain(rest))
}

/// Whether `term` ends as adjectives do.
pub(crate) fn looks_like_adjective(term: &str) -> bool {
    const SUFFIXES: [&str; 14] =
        ["iv", "al", "ell", "sk", "ig", "eg", "løs", "laus", "bar", "som", "ær", "ent", "ant", "full"];
    SUFFIXES.iter().any(|suffix| term.ends_with(suffix))
}

/// Prefixes that make another word of any word: *mistillit* is not a form of *tillit*, nor *ineffektiv* of *effektiv*.
pub(crate) const PREFIXES: [&str; 16] =
    ["mis", "be", "av", "an", "inn", "u", "in", "van", "bal", "dis", "des", "frå", "fra", "ge", "er", "unn"];

/// Particles that make another word of a verb and of what is derived from it: *opplæring* is of *opplære*, but *oppgave*
/// and *forprosjekt* are of no such verb.
pub(crate) const PARTICLES: [&str; 14] =
    ["for", "opp", "til", "fram", "frem", "ned", "fore", "hen", "gjen", "gjennom", "ved", "føre", "om", "ut"];

/// Prefixes that join the first constituent of a term rather than the whole: *samhandling + s + rom* is not a
/// *handlingsrom*.
pub(crate) const CLOSE_PREFIXES: [&str; 6] = ["sam", "med", "u", "mis", "over", "under"];

/// Particles that make another verb of *leie* and *lede*: *rettleiing*, *vegleiing*.
pub(crate) const LEADING_PARTICLES: [&str; 4] = ["rett", "vill", "vei", "veg"];

/// Words of two letters that compounds begin with.
pub(crate) const SHORT_MODIFIERS: [&str; 17] =
    ["by", "bo", "el", "øl", "ap", "ny", "øy", "tv", "eu", "it", "pc", "is", "ti", "to", "sy", "ås", "ki"];

/// First parts that are not words of their own.
pub(crate) const MODIFIERS: [&str; 38] = [
    "hoved", "hovud", "fjern", "fler", "fleir", "tverr", "mikro", "makro", "multi", "sam", "super", "tele",
    "sosio", "øko", "inter", "intra", "kvasi", "mini", "meta", "psyko", "euro", "kyber", "syke", "sjuke",
    "med", "anti", "bio", "geo", "hel", "heil", "sær", "ultra", "nano", "pseudo", "elektro", "foto", "bi",
    "eks",
];

/// Latin and Greek prefixes: with a term they make another word where the word list has the two together.
/// *internasjonal* is not a kind of *nasjonal*, *refusjon* not of *fusjon*; *interimsløsning* is unaffected.
pub(crate) const LATIN_PREFIXES: [&str; 31] = [
    "inter", "tele", "trans", "kon", "kor", "kom", "kol", "ko", "re", "di", "pro", "sub", "sus", "sur", "at",
    "attr", "ad", "ab", "de", "pre", "per", "in", "im", "il", "ir", "ef", "eks", "op", "ob", "dia", "intro",
];

/// Words that are such prefixes before an adjective only: *radioaktiv*, *ekstraordinær*; *radioprogram* is a program.
pub(crate) const ADJECTIVE_PREFIXES: [&str; 5] = ["radio", "ekstra", "hyper", "para", "over"];

/// What stands between, over or across makes another adjective, whether the word list has it or not: *multinasjonal*,
/// *tverrnasjonal* and *flerspråklig* are not kinds of *nasjonal* and *språklig*.
pub(crate) const RELATION_PREFIXES: [&str; 14] = [
    "multi", "trans", "fler", "fleir", "tverr", "mellom", "sub", "supra", "anti", "ekstra", "over", "bi",
    "uni", "pan",
];

/// Latin prefixes that make another word of every noun in *-sjon*, whether the word list has it or not: *perfusjon*.
pub(crate) const PREFIXES_OF_SJON: [&str; 9] =
    ["inter", "trans", "kon", "per", "pro", "sub", "re", "in", "de"];

/// Words of two letters that compounds end with.
pub(crate) const SHORT_HEADS: [&str; 5] = ["år", "ur", "by", "øy", "el"];

/// Beginnings of what follows a stem directly and derives a word from it, rather than adding one: *reform|ere*,
/// *kontroll|ør*.
const SUFFIXES: [&str; 15] = [
    "else", "er", "ing", "isk", "ism", "ist", "asjon", "ør", "ative", "ativ", "abel", "abil", "al", "ell",
    "is",
];

/// Suffixes that keep the term what it is: *digital|isering*, *effektiv|itet*, *ansvar|lig*, *bærekraft|ig*.
const KEEPING_SUFFIXES: [&str; 10] =
    ["iser", "isér", "itet", "lig", "leg", "ighet", "igheit", "løs", "laus", "messig"];

/// Such suffixes that are whole words' beginnings too, so that only an ending may follow: *byråkrati|ske*.
const KEEPING_ENDS: [&str; 4] = ["ig", "sk", "lig", "leg"];

/// Beginnings of words that contain the letters of a term by accident, where neither prefix nor suffix shows it.
pub(crate) const OTHER_WORDS: [&str; 10] = [
    "etterforsk",
    "tilsynelat",
    "underhandl",
    "overhandl",
    "supervisjon",
    "operasjonell",
    "samordn",
    "underordn",
    "overordn",
    "kravatt",
];

/// Whether `rest` begins with a suffix that keeps the term what it is.
pub(crate) fn derives(rest: &str) -> bool {
    KEEPING_SUFFIXES.iter().any(|suffix| rest.starts_with(suffix)) || is_keeping_end(rest)
}

fn is_keeping_end(rest: &str) -> bool {
    let ends = KEEPING_ENDS.iter().filter_map(|suffix| rest.strip_prefix(suffix));
    ends.into_iter().any(|end| {
        ["", "e", "t", "ere", "st", "ste", "are", "ast", "aste", "het", "heten", "heit"].contains(&end)
    })
}

/// Whether `rest`, right after a term, derives another word from it.
pub(crate) fn is_suffix(rest: &str) -> bool {
    !derives(rest) && SUFFIXES.iter().any(|suffix| rest.starts_with(suffix))
}

/// Whether `text` has a vowel, so that it can be a word or a syllable.
pub(crate) fn has_vowel(text: &str) -> bool {
    text.chars().any(|c| "aeiouyæøåäöüéèêóòôáà".contains(c))
}
