//! A pattern: a phrase of one or more words, each with an optional `*` at either end.

use super::is_one_word;
use crate::text::normalise;

/// More words than any phrase of a codebook has; a longer one is a mistake (or an attack, in a query).
const WORDS_MAX: usize = 16;

/// A phrase: its words must follow each other within one passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// At least one.
    pub words: Vec<WordPattern>,
}

/// A word of a pattern, in small letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WordPattern {
    /// The whole word.
    Exact(String),
    /// `styring*`: a word that begins so.
    Prefix(String),
    /// `*styring`: a word that ends so.
    Suffix(String),
    /// `*styring*`: a word that has it anywhere.
    Infix(String),
}

impl Pattern {
    /// The pattern that `text` writes down.
    ///
    /// # Errors
    /// Says what is wrong with it, for people.
    pub fn parse(text: &str) -> Result<Pattern, String> {
        let text = normalise(text).to_lowercase();
        let words = text.split_whitespace().map(WordPattern::parse).collect::<Result<Vec<_>, _>>()?;
        match words.len() {
            0 => Err("it is empty".to_owned()),
            1..=WORDS_MAX => Ok(Pattern { words }),
            count => Err(format!("{count} words are more than {WORDS_MAX}")),
        }
    }
}

impl WordPattern {
    fn parse(word: &str) -> Result<WordPattern, String> {
        let literal = word.trim_matches('*');
        if literal.contains('*') {
            return Err(format!("'*' stands inside '{word}'; it may stand at either end"));
        }
        if word.len() > literal.len() && literal.chars().count() < 2 {
            return Err(format!(
                "'{word}' would match nearly everything; write at least two letters beside '*'"
            ));
        }
        if !is_one_word(literal) {
            return Err(format!("'{word}' is not one word; use letters, digits and hyphens"));
        }
        let literal = literal.to_owned();
        Ok(match (word.starts_with('*'), word.ends_with('*')) {
            (false, false) => WordPattern::Exact(literal),
            (false, true) => WordPattern::Prefix(literal),
            (true, false) => WordPattern::Suffix(literal),
            (true, true) => WordPattern::Infix(literal),
        })
    }

    /// Whether the word `term`, in small letters, matches.
    pub fn matches(&self, term: &str) -> bool {
        match self {
            WordPattern::Exact(literal) => term == literal,
            WordPattern::Prefix(literal) => term.starts_with(literal.as_str()),
            WordPattern::Suffix(literal) => term.ends_with(literal.as_str()),
            WordPattern::Infix(literal) => term.contains(literal.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, term: &str) -> bool {
        Pattern::parse(pattern).unwrap().words[0].matches(term)
    }

    #[test]
    fn a_star_stands_for_any_letters_at_its_end() {
        assert!(matches("Innovasjon", "innovasjon") && !matches("innovasjon", "innovasjoner"));
        assert!(matches("innovasjon*", "innovasjons-") && !matches("innovasjon*", "tjenesteinnovasjon"));
        assert!(matches("*innovasjon", "fou-innovasjon") && !matches("*innovasjon", "innovasjonen"));
        assert!(matches("*innovasjon*", "tjenesteinnovasjoner"));
    }

    #[test]
    fn hyphens_belong_to_their_word() {
        let pattern = Pattern::parse("mål- og resultatstyring*").unwrap();
        assert_eq!(pattern.words[0], WordPattern::Exact("mål-".to_owned()));
    }

    #[test]
    fn what_is_no_pattern_is_refused_with_its_reason() {
        for text in ["", " ", "*", "a*", "in*nov", "St.meld.", "og/eller", &"ord ".repeat(17)] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }
}
