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

/// Words that keep their hyphen before any word: "ikke-statlige".
const NEGATIONS: [&str; 2] = ["ikke", "ikkje"];

/// Whether a vocabulary has a word.
type Vocabulary<'a> = &'a dyn Fn(&str) -> bool;

/// How the hyphen is read between `left` (the last word of a line, without its hyphen) and `right` (the first word
/// of the next); `vocabulary` says which words the document writes elsewhere.
///
/// In this order: a coordinating word on the right makes it *hang*, unless the document writes both as one word; digits or
/// a capital on either side of the hyphen, or a left part that is one letter or an abbreviation in capitals, make it the
/// word's own, so *keep*; so does a negation, and a document that writes the word with the hyphen and never without; a
/// small letter on both sides means *join*.
pub(crate) fn hyphen_at_line_end(left: &str, right: &str, vocabulary: Option<Vocabulary<'_>>) -> LineEnd {
    let has = |word: &str| vocabulary.is_some_and(|has| has(word));
    let right_word = right.trim_end_matches(|c: char| !c.is_alphanumeric());
    if COORDINATORS.contains(&right_word) && !has(&format!("{left}{right}")) {
        return LineEnd::Hang;
    }
    let is_lower = |c: Option<char>| c.is_some_and(char::is_lowercase);
    let part = left.rsplit(['-', '/', '(']).next().unwrap_or(left);
    let letters = part.chars().filter(|c| c.is_alphabetic()).count();
    if !is_lower(part.chars().next_back()) || !is_lower(right.chars().next()) || letters < 2 {
        return LineEnd::Keep;
    }
    let is_hyphenated = NEGATIONS.contains(&part.to_lowercase().as_str()) || has(&format!("{left}-{right}"));
    if is_hyphenated && !has(&format!("{left}{right}")) { LineEnd::Keep } else { LineEnd::Join }
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
            ("arbeidsmarkeds", "tiltak", Join),
            ("COVID", "19", Keep),
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
        ];
        for (left, right, known, wanted) in cases {
            let has = |word: &str| word == known;
            assert_eq!(hyphen_at_line_end(left, right, Some(&has)), wanted, "{left}-|{right} with {known}");
        }
    }
}
