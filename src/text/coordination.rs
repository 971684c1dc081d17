//! Which word shares its part with a word that hangs: "mål- og resultatstyring", "brukerstyring og -medvirkning".

use super::{COORDINATORS, Word};

/// The number of tokens that are searched from a hanging word: four conjuncts and what stands between them.
const REACH: usize = 8;
/// Shorter words share no part: a part of three letters and one of two.
const PARTNER_CHARS_MIN: usize = 5;
/// After a hyphen with a space on either side the partner is a compound of two words or more: in running text 29 of 29 such
/// hyphens are dashes, and only one of them stands before a word of this length.
const APART_PARTNER_CHARS_MIN: usize = 10;

/// For each hanging word of `text` its index in `words` and the index of the word that shares its missing part, in order.
///
/// A word with a hyphen at its end looks ahead: over other hanging words and coordinators, or a slash, to the first whole
/// word. A word with a hyphen at its beginning looks back. A word before a hyphen that is written apart ("mål - og
/// resultatstyring") looks at the word right after the coordinator only, and stays a word of its own.
pub fn coordinations(text: &str, words: &[Word<'_>]) -> Vec<(usize, usize)> {
    let hanging = words.iter().enumerate().filter_map(|(index, word)| {
        let partner = if word.text.ends_with('-') {
            partner(text, words, index, words.len().min(index + 1 + REACH), |at| at + 1)
        } else if word.text.starts_with('-') {
            partner(text, words, index, index.saturating_sub(REACH).wrapping_sub(1), |at| at.wrapping_sub(1))
        } else {
            partner_apart(text, words, index)
        };
        partner.map(|partner| (index, partner))
    });
    hanging.collect()
}

/// The partner of a word whose hyphen is written apart from it.
fn partner_apart(text: &str, words: &[Word<'_>], index: usize) -> Option<usize> {
    let [word, coordinator, partner] = words.get(index..index + 3)? else { return None };
    let is_small = |word: &Word<'_>| word.text.chars().all(|c| c.is_lowercase() || c == '-');
    let is_apart = between(text, word, coordinator) == " - "
        && COORDINATORS.contains(&coordinator.text)
        && between(text, coordinator, partner) == " "
        && is_small(partner)
        && word.text.chars().all(char::is_alphabetic)
        && word.text.chars().count() > 2
        && partner.text.chars().count() >= APART_PARTNER_CHARS_MIN;
    is_apart.then_some(index + 2)
}

/// The first whole word from `from` on towards `end`, when a coordinator or a slash was passed on the way.
fn partner(
    text: &str,
    words: &[Word<'_>],
    from: usize,
    end: usize,
    next: impl Fn(usize) -> usize,
) -> Option<usize> {
    let mut is_coordinated = false;
    let (mut last, mut at) = (from, next(from));
    while at != end {
        let word = words.get(at)?;
        is_coordinated |= between(text, &words[last], word).contains('/');
        if COORDINATORS.contains(&word.text) {
            is_coordinated = true;
        } else if !hangs(word.text) {
            return (is_coordinated && is_long(word)).then_some(at);
        }
        (last, at) = (at, next(at));
    }
    None
}

fn between<'t>(text: &'t str, a: &Word<'_>, b: &Word<'_>) -> &'t str {
    let (first, second) = if a.range.start < b.range.start { (a, b) } else { (b, a) };
    &text[first.range.end..second.range.start]
}

fn hangs(word: &str) -> bool {
    word.starts_with('-') || word.ends_with('-')
}

fn is_long(word: &Word<'_>) -> bool {
    word.is_counted && word.text.chars().count() >= PARTNER_CHARS_MIN
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words;

    #[test]
    fn a_hanging_word_finds_the_word_that_shares_its_part() {
        let cases: [(&str, &[(&str, &str)]); 11] = [
            ("Mål- og resultatstyring er", &[("Mål-", "resultatstyring")]),
            ("plan-, vann- og veimyndigheter", &[("plan-", "veimyndigheter"), ("vann-", "veimyndigheter")]),
            ("mål-/resultatstyring", &[("mål-", "resultatstyring")]),
            ("mål- og/eller resultatstyring", &[("mål-", "resultatstyring")]),
            ("brukerstyring og -medvirkning", &[("-medvirkning", "brukerstyring")]),
            ("giella- ja kulturguovddážiin", &[("giella-", "kulturguovddážiin")]),
            ("mål - og resultatstyring", &[("mål", "resultatstyring")]),
            ("et tydelig mål - og vi har", &[]),
            ("mål- resultatstyring", &[]),
            ("inn- og ut", &[]),
            ("slutt på mål- og", &[]),
        ];
        for (text, wanted) in cases {
            let words: Vec<Word<'_>> = words(text).collect();
            let found = coordinations(text, &words);
            let found: Vec<_> = found.iter().map(|&(a, b)| (words[a].text, words[b].text)).collect();
            assert_eq!(found, wanted, "{text}");
        }
    }
}
