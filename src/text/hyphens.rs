//! How a hyphen at the end of a line is read: one rule and one table for HTML, DOCX, PDF and queries.
//!
//! This file uses no other: the PDF engine, which is to become a crate of its own, includes it by its path.

/// How a hyphen at the end of a line is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineEnd {
    /// The typesetter's hyphen: the two halves are one word.
    Join,
    /// The word's own hyphen: it stays, and the next line follows without a space ("e-post").
    Keep,
    /// A hanging hyphen: it stays, and a space follows ("mål- og resultatstyring").
    Hang,
}

/// Words before which a hyphen hangs, in bokmål, nynorsk, Northern Sámi, English and German.
pub(crate) const COORDINATORS: [&str; 13] =
    ["og", "eller", "og/eller", "samt", "til", "men", "som", "ja", "dahje", "sihke", "and", "or", "sowie"];

/// Those that words also end in, with the endings of other forms of such words: "reformen" and "reform", "virksom" and "virksomhet".
const WORD_ENDS: [(&str, &[&str]); 3] = [
    ("men", &["m", "mer", "mene", "mens", "mar"]),
    ("som", &["somt", "somme", "somhet", "somheten", "somheter", "somhets"]),
    ("samt", &["sam", "samme", "samhet", "samheten"]),
];

/// Halves that no word of its own hangs with before "men": of "reform", "plattform", "norm", and of what doubles its "m" ("dom", "strøm").
const HALVES_BEFORE_MEN: [&str; 3] = ["for", "nor", "m"];

const VOWELS: [char; 18] =
    ['a', 'e', 'i', 'o', 'u', 'y', 'æ', 'ø', 'å', 'ä', 'ö', 'ü', 'á', 'é', 'è', 'ê', 'ò', 'ô'];

/// Words that keep their hyphen before any word: "ikke-statlige".
const NEGATIONS: [&str; 2] = ["ikke", "ikkje"];

/// Whether a vocabulary has a word.
type Vocabulary<'a> = &'a dyn Fn(&str) -> bool;

/// How the hyphen is read between `left` (the last word of a line, without its hyphen) and `right` (the first word
/// of the next); `vocabulary` says which words the document writes elsewhere.
///
/// In this order: a coordinating word on the right makes it *hang*, unless that ends the sentence, or the document writes both as one
/// word or another form of that word ([`WORD_ENDS`]); digits or
/// a capital on either side of the hyphen, or a left part that is one letter, has no vowel or is an abbreviation in capitals, make
/// it the word's own, so *keep*; so does a negation, and a document that writes the word with the hyphen and never without; a
/// small letter on both sides means *join*.
pub(crate) fn hyphen_at_line_end(left: &str, right: &str, vocabulary: Option<Vocabulary<'_>>) -> LineEnd {
    let has = |word: &str| vocabulary.is_some_and(|has| has(word));
    let right_word = right.trim_end_matches(|c: char| !c.is_alphanumeric());
    let ends_sentence = right.ends_with(['.', '!', '?']);
    if COORDINATORS.contains(&right_word) && !ends_sentence && !has(&format!("{left}{right}")) {
        let is_half = right_word == "men"
            && vocabulary.is_some()
            && !has(left.rsplit('-').next().unwrap_or(left))
            && !left.ends_with('s');
        let joins = makes_a_word(left, right_word, is_half, has);
        return if joins { LineEnd::Join } else { LineEnd::Hang };
    }
    let is_lower = |c: Option<char>| c.is_some_and(char::is_lowercase);
    let part = left.rsplit(['-', '/', '(']).next().unwrap_or(left);
    let letters = part.chars().filter(|c| c.is_alphabetic()).count();
    if !is_lower(part.chars().next_back()) || !is_lower(right.chars().next()) || letters < 2 {
        return LineEnd::Keep;
    }
    // No syllable is without a vowel ("tv-|avgift"); a path may be cut anywhere.
    if !part.to_lowercase().contains(VOWELS) && !left.contains('/') {
        return LineEnd::Keep;
    }
    let is_hyphenated = NEGATIONS.contains(&part.to_lowercase().as_str()) || has(&format!("{left}-{right}"));
    if is_hyphenated && !has(&format!("{left}{right}")) { LineEnd::Keep } else { LineEnd::Join }
}

/// Whether both halves make a word: the document writes another form of it ("vinterstor-|men" where it has "vinterstorm"), or of what
/// follows its own hyphen, or the left is no word that could hang.
///
/// In 13 MB of reports and speeches no word hangs before "men", and 2,400 words end so: what `is_half`, no word that the document writes
/// and none with the "s" of a compound, goes on ("spørreti-|men").
fn makes_a_word(left: &str, right: &str, is_half: bool, has: impl Fn(&str) -> bool) -> bool {
    let endings = WORD_ENDS.iter().find(|(end, _)| *end == right).map_or(&[][..], |(_, endings)| endings);
    let part = left.rsplit('-').next().unwrap_or(left);
    let knows = |stem: &str| endings.iter().any(|ending| has(&format!("{stem}{ending}")));
    let has_half = right == "men" && HALVES_BEFORE_MEN.iter().any(|half| left.ends_with(half));
    !endings.is_empty() && (is_half || has_half || knows(left) || part.len() < left.len() && knows(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use LineEnd::{Hang, Join, Keep};

    #[test]
    fn the_hyphen_of_a_word_survives_the_line_end() {
        let cases = [
            ("effek", "tivisering", Join),
            ("mål", "og", Hang),
            ("innovasjons", "eller", Hang),
            ("innovasjons", "men", Hang),
            ("plan", "som", Hang),
            ("e", "post", Keep),
            ("IKT", "utviklingen", Keep),
            ("Nord", "Trøndelag", Keep),
            ("2019", "2020", Keep),
            ("arbeids", "og", Hang),
            ("FoU", "innsats", Keep),
            ("ikke", "statlige", Keep),
            ("fattigdom", "men", Join),
            ("avgif", "til.", Join),
            ("arbeidsmarkeds", "tiltak", Join),
            ("COVID", "19", Keep),
            ("tv", "avgiften", Keep),
        ];
        for (left, right, wanted) in cases {
            assert_eq!(hyphen_at_line_end(left, right, None), wanted, "{left}-|{right}");
        }
    }

    #[test]
    fn the_words_of_the_document_decide_between_two_ways_to_write() {
        let cases = [
            ("barne", "hage", "barne-hage", Keep),
            ("barne", "hage", "barnehage", Join),
            ("rege", "ja", "regeja", Join),
            ("mål", "og", "målstyring", Hang),
            ("vinterstor", "men", "vinterstormer", Join),
            ("høst-stor", "men.", "storm", Join),
            ("barnevernsrefor", "men", "barnevern", Join),
            ("lønn", "som", "lønnsomhet", Join),
            ("lang", "samt", "langsam", Join),
            ("spørreti", "men", "tid", Join),
            ("plan", "som", "tid", Hang),
            ("innovasjons", "men", "innovasjon", Hang),
            ("plan", "som", "plan", Hang),
            ("Tillitsrefor", "og", "Tillitsreform", Hang),
        ];
        for (left, right, known, wanted) in cases {
            let has = |word: &str| word == known;
            assert_eq!(hyphen_at_line_end(left, right, Some(&has)), wanted, "{left}-|{right} with {known}");
        }
    }
}
