//! The text of a pattern → its slots: conditions on words, and gaps.

use super::syntax::{SyntaxError, shown};
use crate::text::{normalise, words};
use regex::{Regex, RegexBuilder};
use std::hash::Hash;

/// No phrase of a real codebook has more slots; a longer one is a mistake, or an attack in a query.
const SLOTS_MAX: usize = 16;
/// The widest gap. Words further apart are not a phrase.
const GAP_MAX: u32 = 20;
/// Sizes that a compiled regular expression is tried at, in bytes. `/samskap(ing|te?)/` fits the first, `/\w+styring/` the second.
const REGEX_BYTES_STEPS: [usize; 3] = [8 << 10, 64 << 10, REGEX_BYTES_MAX];
/// Bytes of a compiled regular expression: 1 MiB.
const REGEX_BYTES_MAX: usize = 1 << 20;

/// A phrase: what its slots match must follow each other within one passage.
#[derive(Debug, Clone)]
pub struct Pattern {
    pub(crate) text: String,
    /// At least one; the first and the last are words.
    pub(crate) slots: Vec<Slot>,
}

/// A place in a phrase.
#[derive(Debug, Clone)]
pub(crate) enum Slot {
    /// One word.
    Word(WordPattern),
    /// Any words: `*` is one, `*{0,3}` up to three.
    Gap {
        /// At least so many.
        min: u32,
        /// At most so many.
        max: u32,
    },
}

/// Condition on one word of the text.
#[derive(Debug, Clone)]
pub enum WordPattern {
    /// `innovasjon`: this form.
    Form(Literal),
    /// `[lemma=innovasjon]`: any inflection, bokmål and nynorsk.
    Lemma(Literal),
    /// `*innovasjon`, `innovasjon*`, `*innovasjon*`: the word itself, inflected, and compounds that have it in this place.
    Compound(Literal, TermPosition),
    /// `/innov.*/`: a regular expression for the whole word.
    Regex(Expression),
}

/// A regular expression for a whole word.
#[derive(Debug, Clone)]
pub struct Expression {
    pub(crate) as_written: Regex,
    pub(crate) any_case: Regex,
    /// Upper limit of its compiled size, which its cost goes with.
    pub(super) size_bytes_max: usize,
}

/// Where in a compound its term stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TermPosition {
    /// Last: `*innovasjon`.
    Head,
    /// First: `innovasjon*`.
    Modifier,
    /// Anywhere: `*innovasjon*`.
    Any,
}

/// A word of a pattern as it is written and in small letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    pub(crate) written: String,
    /// In small letters.
    pub folded: String,
}

impl Pattern {
    /// The pattern that `text` describes.
    ///
    /// # Errors
    /// Says what is wrong with it, and at which character.
    pub fn parse(text: &str) -> Result<Pattern, SyntaxError> {
        let mut slots = Vec::new();
        for (at, token) in tokens(text)? {
            // What is wrong inside a token is pointed at only where the token is written as it is read.
            let normal = normalise(token);
            if normal.is_empty() {
                continue;
            }
            let inside = |offset: usize| if normal == token { at + offset } else { at };
            slots.push(
                Slot::parse(&normal)
                    .map_err(|wrong| SyntaxError::new(text, inside(wrong.at), wrong.message))?,
            );
            if slots.len() > SLOTS_MAX {
                return Err(SyntaxError::new(text, at, format!("a phrase of more than {SLOTS_MAX} words")));
            }
        }
        let gap = "'*' alone is a gap; it stands between two words";
        match slots.as_slice() {
            [] => Err(SyntaxError::of_whole("it is empty")),
            [Slot::Gap { .. }, ..] => Err(SyntaxError::new(text, text.find('*').unwrap_or(0), gap)),
            [.., Slot::Gap { .. }] => Err(SyntaxError::new(text, text.rfind('*').unwrap_or(0), gap)),
            _ => Ok(Pattern { text: normalise(text), slots }),
        }
    }

    /// The pattern of just this `form`.
    pub(crate) fn of_form(form: &str) -> Pattern {
        let words = form.split(' ').scan(0, |at, word| {
            let start = *at;
            *at += word.len() + 1;
            Some((start, word))
        });
        let words = with_grouped_digits(form, words.collect());
        let slots = words.into_iter().map(|(_, word)| Slot::Word(WordPattern::Form(Literal::new(word))));
        Pattern { text: form.to_owned(), slots: slots.collect() }
    }

    /// Its words, without the gaps.
    pub fn words(&self) -> impl Iterator<Item = &WordPattern> {
        self.slots.iter().filter_map(|slot| match slot {
            Slot::Word(word) => Some(word),
            Slot::Gap { .. } => None,
        })
    }

    /// Its word, when it has just one.
    pub(crate) fn single_word(&self) -> Option<&WordPattern> {
        match self.slots.as_slice() {
            [Slot::Word(word)] => Some(word),
            _ => None,
        }
    }
}

/// `text` cut at its spaces, but not within brackets; each token with its first byte.
fn tokens(text: &str) -> Result<Vec<(usize, &str)>, SyntaxError> {
    let is_space = |c: char| c.is_whitespace() || c.is_control();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(|c| !is_space(c)).map(|offset| at + offset) {
        let rest = &text[start..];
        let length = match rest.starts_with('[') {
            true => 1 + rest.find(']').ok_or_else(|| SyntaxError::new(text, start, "'[' has no ']'"))?,
            false => rest.find(is_space).unwrap_or(rest.len()),
        };
        tokens.push((start, &rest[..length]));
        at = start + length;
    }
    Ok(with_grouped_digits(text, tokens))
}

/// The `tokens` of `text`, those that are one number joined: "1 000" is one word of a text.
fn with_grouped_digits<'t>(text: &'t str, tokens: Vec<(usize, &'t str)>) -> Vec<(usize, &'t str)> {
    let mut joined: Vec<(usize, &str)> = Vec::new();
    for (start, token) in tokens {
        let number = joined.last().map(|(first, _)| (*first, &text[*first..start + token.len()]));
        match number.filter(|(_, number)| is_one_number(number)) {
            Some(number) => *joined.last_mut().expect("a token was joined to it") = number,
            None => joined.push((start, token)),
        }
    }
    joined
}

/// Whether the tokenizer makes one word of `text`, which has digits and spaces only.
fn is_one_number(text: &str) -> bool {
    let normal = normalise(text);
    let is_of_digits = normal.chars().all(|c| c.is_ascii_digit() || c == ' ');
    is_of_digits && words(&normal).next().is_some_and(|word| word.text == normal)
}

/// What is wrong with a token, and at which of its bytes.
struct Wrong {
    at: usize,
    message: String,
}

impl Wrong {
    fn new(at: usize, message: impl Into<String>) -> Wrong {
        Wrong { at, message: message.into() }
    }
}

impl Slot {
    fn parse(token: &str) -> Result<Slot, Wrong> {
        if token == "*" {
            return Ok(Slot::Gap { min: 1, max: 1 });
        }
        if let Some(range) = token.strip_prefix("*{").and_then(|rest| rest.strip_suffix('}')) {
            return gap(range).ok_or_else(|| {
                let message = format!(
                    "'{}' is not a gap; write *{{0,3}} for up to three words, at most {GAP_MAX}",
                    shown(token)
                );
                Wrong::new(0, message)
            });
        }
        WordPattern::parse(token).map(Slot::Word)
    }
}

fn gap(range: &str) -> Option<Slot> {
    let (min, max) = range.split_once(',').unwrap_or((range, range));
    let (min, max) = (min.trim().parse().ok()?, max.trim().parse().ok()?);
    (min <= max && max <= GAP_MAX).then_some(Slot::Gap { min, max })
}

/// Word patterns with the same key match the same words.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct WordKey(std::mem::Discriminant<WordPattern>, Option<TermPosition>, bool, String);

impl WordPattern {
    fn parse(token: &str) -> Result<WordPattern, Wrong> {
        if let Some(inside) = token.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return bracketed(inside);
        }
        if let Some(inside) = token.strip_prefix('/') {
            let Some(expression) = inside.strip_suffix('/') else {
                return Err(Wrong::new(0, "the regular expression has no '/' at its end"));
            };
            return regex(expression, 1);
        }
        let literal = token.trim_matches('*');
        let before = token.len() - token.trim_start_matches('*').len();
        if let Some(star) = literal.find('*') {
            let message = format!("'*' stands inside '{}'; it may stand at either end", shown(token));
            return Err(Wrong::new(before + star, message));
        }
        let place = match (token.starts_with('*'), token.ends_with('*')) {
            (false, false) => return word(literal, 0).map(WordPattern::Form),
            (true, false) => TermPosition::Head,
            (false, true) => TermPosition::Modifier,
            (true, true) => TermPosition::Any,
        };
        compound(literal, place, before)
    }

    /// Equal for word patterns that give every word the same verdict.
    pub(crate) fn key(&self, is_case_sensitive: bool) -> WordKey {
        let text = |literal: &'_ Literal| match is_case_sensitive {
            true => literal.written.clone(),
            false => literal.folded.clone(),
        };
        let (place, text) = match self {
            WordPattern::Form(literal) | WordPattern::Lemma(literal) => (None, text(literal)),
            WordPattern::Compound(literal, place) => (Some(*place), text(literal)),
            WordPattern::Regex(expression) => (None, expression.as_written.as_str().to_owned()),
        };
        WordKey(std::mem::discriminant(self), place, is_case_sensitive, text)
    }

    /// What is looked for in the words of a vocabulary; `None` for a regular expression.
    pub fn literal(&self) -> Option<&Literal> {
        match self {
            WordPattern::Form(literal) | WordPattern::Lemma(literal) | WordPattern::Compound(literal, _) => {
                Some(literal)
            }
            WordPattern::Regex(_) => None,
        }
    }
}

/// The word that `[inside]` describes: `attribute=value`.
fn bracketed(inside: &str) -> Result<WordPattern, Wrong> {
    let wrong = || {
        let message = format!(
            "'[{}]' is not understood; write [lemma=…], [form=…], [head=…], [modifier=…], [part=…] or [regex=…]",
            shown(inside)
        );
        Wrong::new(0, message)
    };
    let (attribute, written) = inside.split_once('=').ok_or_else(wrong)?;
    let value = written.trim().trim_matches('"');
    let at = "[".len() + attribute.len() + "=".len() + written.find(value).unwrap_or(0);
    match attribute.trim() {
        "lemma" => word(value, at).map(WordPattern::Lemma),
        "form" => word(value, at).map(WordPattern::Form),
        "head" => compound(value, TermPosition::Head, at),
        "modifier" => compound(value, TermPosition::Modifier, at),
        "part" => compound(value, TermPosition::Any, at),
        "regex" => regex(value, at),
        _ => Err(wrong()),
    }
}

/// The compounds of `literal`, which is written at byte `at` of its token.
fn compound(literal: &str, place: TermPosition, at: usize) -> Result<WordPattern, Wrong> {
    if literal.chars().count() < 2 {
        let message =
            format!("'*' beside '{literal}' would match nearly everything; write at least two letters");
        return Err(Wrong::new(at, message));
    }
    word(literal, at).map(|literal| WordPattern::Compound(literal, place))
}

fn word(literal: &str, at: usize) -> Result<Literal, Wrong> {
    if !is_one_word(literal) {
        let message = format!("'{}' is not one word; use letters, digits and hyphens", shown(literal));
        return Err(Wrong::new(at, message));
    }
    Ok(Literal::new(literal))
}

/// Whether `literal` is one word of the tokenizer, hyphens included.
fn is_one_word(literal: &str) -> bool {
    // A hyphen hangs only before a space: without it "mål-" would be "mål".
    let spaced = format!("{literal} ");
    let mut tokens = words(&spaced);
    tokens.next().is_some_and(|word| word.text == literal) && tokens.next().is_none()
}

/// The regular expression that is written at byte `at` of its token.
fn regex(expression: &str, at: usize) -> Result<WordPattern, Wrong> {
    // Parsed alone first: "a)|(?:b" is right only between our own parentheses, and would no longer match whole words.
    if let Err(error) = regex_syntax::parse(expression) {
        let (offset, cause) = regex_error(&error);
        return Err(Wrong::new(at + offset, format!("not a regular expression: {cause}")));
    }
    let whole = |is_any_case, size_bytes_max| {
        let built = RegexBuilder::new(&format!("^(?:{expression})$"))
            .case_insensitive(is_any_case)
            .size_limit(size_bytes_max)
            .build();
        built.map_err(|error| {
            let cause = match error {
                regex::Error::CompiledTooBig(limit) => format!("needs more than {limit} bytes of memory"),
                _ => "cannot be closed; it may end in a comment".to_owned(),
            };
            Wrong::new(at, format!("the regular expression {cause}"))
        })
    };
    let smallest = REGEX_BYTES_STEPS.into_iter().find_map(|size| Some((whole(true, size).ok()?, size)));
    let (any_case, size_bytes_max) = match smallest {
        Some(found) => found,
        None => (whole(true, REGEX_BYTES_MAX)?, REGEX_BYTES_MAX),
    };
    let as_written = whole(false, REGEX_BYTES_MAX)?;
    Ok(WordPattern::Regex(Expression { as_written, any_case, size_bytes_max }))
}

/// The byte at which a regular expression is wrong, and the cause.
fn regex_error(error: &regex_syntax::Error) -> (usize, String) {
    match error {
        regex_syntax::Error::Parse(error) => (error.span().start.offset, error.kind().to_string()),
        regex_syntax::Error::Translate(error) => (error.span().start.offset, error.kind().to_string()),
        other => (0, shown(other.to_string().lines().last().unwrap_or_default())),
    }
}

impl Literal {
    fn new(written: &str) -> Literal {
        Literal { written: written.to_owned(), folded: written.to_lowercase() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> String {
        let pattern = Pattern::parse(text).unwrap();
        let slots = pattern.slots.iter().map(|slot| match slot {
            Slot::Gap { min, max } => format!("{min}-{max}"),
            Slot::Word(WordPattern::Form(literal)) => literal.folded.clone(),
            Slot::Word(WordPattern::Lemma(literal)) => format!("lemma {}", literal.folded),
            Slot::Word(WordPattern::Compound(literal, place)) => format!("{place:?} {}", literal.folded),
            Slot::Word(WordPattern::Regex(expression)) => expression.as_written.to_string(),
        });
        slots.collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn digits_that_are_grouped_are_one_word() {
        let words = |text: &str| Pattern::parse(text).unwrap().words().count();
        let counts =
            ["1 000", "10 000 kroner", "1\u{a0}000\u{a0}000", "2020 000", "1 0000", "NOU 2020 15"].map(words);
        assert_eq!(counts, [1, 2, 1, 2, 2, 3]);
        assert_eq!(Pattern::of_form("om 1 000 kroner").slots.len(), 3);
    }

    #[test]
    fn a_pattern_is_written_with_stars_brackets_and_slashes() {
        let cases = [
            ("Innovasjon", "innovasjon"),
            ("*innovasjon", "Head innovasjon"),
            ("innovasjon*", "Modifier innovasjon"),
            ("*innovasjon*", "Any innovasjon"),
            ("[head=styring] [part = \"mål\"]", "Head styring | Any mål"),
            ("[lemma=tillit] * [lemma=ledelse]", "lemma tillit | 1-1 | lemma ledelse"),
            ("tillit *{0,3} ledelse", "tillit | 0-3 | ledelse"),
            ("/samskap(ing|te?)/", "^(?:samskap(ing|te?))$"),
            ("mål- og *resultatstyring", "mål- | og | Head resultatstyring"),
            ("St.meld.", "st.meld."),
        ];
        for (text, wanted) in cases {
            assert_eq!(shape(text), wanted, "{text}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused_with_its_reason() {
        let long = "ord ".repeat(17);
        let cases = [
            ("", "empty"),
            (" ", "empty"),
            ("*", "between two words"),
            ("tillit *", "between two words"),
            ("a*", "nearly everything"),
            ("in*nov", "inside"),
            ("og/eller", "not one word"),
            ("[lemma=tillit", "no ']'"),
            ("[pos=noun]", "not understood"),
            ("/(/", "not a regular expression"),
            ("a *{3,1} b", "not a gap"),
            ("aa *{0,99} b", "at most 20"),
            (&long, "more than 16"),
            ("/tillit", "no '/' at its end"),
            ("/a)|(?:b/", "unopened group"),
            ("[regex=(?x)a #b]", "comment"),
            ("/[a-z]{5000}/", "bytes of memory"),
        ];
        for (text, wanted) in cases {
            let error = Pattern::parse(text).unwrap_err().to_string();
            assert!(error.contains(wanted), "{text}: {error}");
        }
    }
    #[test]
    fn an_error_points_at_the_character_that_is_wrong() {
        let cases = [
            ("tillit in*nov", 10),
            ("tillit *", 8),
            ("* tillit", 1),
            ("mål- og/eller", 6),
            ("aa [lemma=b c]", 11),
            ("aa /b(c/", 6),
            ("aa [lemma=b", 4),
            ("a\u{ad}a b*c", 6),
        ];
        for (text, character) in cases {
            assert_eq!(Pattern::parse(text).unwrap_err().character, character, "{text}");
        }
    }

    #[test]
    fn a_regular_expression_matches_whole_words_only() {
        let Some(WordPattern::Regex(expression)) =
            Pattern::parse("/styr|mål/").unwrap().single_word().cloned()
        else {
            panic!("not a regular expression");
        };
        assert!(expression.as_written.is_match("styr") && !expression.as_written.is_match("styring"));
        assert!(!expression.any_case.is_match("utmål"));
    }
}
