//! A pattern as it is written → its slots: words of one kind or another, and gaps.

use super::is_one_word;
use crate::text::normalise;
use regex::{Regex, RegexBuilder};

/// More slots than any phrase of a codebook has; a longer one is a mistake (or an attack, in a query).
const SLOTS_MAX: usize = 16;
/// The widest gap: words further apart are no phrase.
const GAP_MAX: u32 = 20;
/// Bytes of a compiled regular expression: 1 MiB.
const REGEX_BYTES_MAX: usize = 1 << 20;

/// A phrase: what its slots match must follow each other within one passage.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// As it is written.
    pub text: String,
    /// At least one; the first and the last are words.
    pub slots: Vec<Slot>,
}

/// A place in a phrase.
#[derive(Debug, Clone)]
pub enum Slot {
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

/// What one word of the text is asked for.
#[derive(Debug, Clone)]
pub enum WordPattern {
    /// `innovasjon`: this form.
    Form(Literal),
    /// `[lemma=innovasjon]`: any inflection, bokmål and nynorsk.
    Lemma(Literal),
    /// `*innovasjon`, `innovasjon*`, `*innovasjon*`: the word itself, inflected, and compounds that have it in this place.
    Compound(Literal, Place),
    /// `/innov.*/`: a regular expression for the whole word.
    Regex(Expression),
}

/// A regular expression for a whole word.
#[derive(Debug, Clone)]
pub struct Expression {
    /// Where upper and lower case are told apart.
    pub as_written: Regex,
    /// Where they are not.
    pub any_case: Regex,
}

/// Where in a compound its term stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
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
    /// As it is written.
    pub written: String,
    /// In small letters.
    pub folded: String,
}

impl Pattern {
    /// The pattern that `text` writes down.
    ///
    /// # Errors
    /// Says what is wrong with it, for people.
    pub fn parse(text: &str) -> Result<Pattern, String> {
        let text = normalise(text);
        let slots = tokens(&text)?.into_iter().map(Slot::parse).collect::<Result<Vec<_>, _>>()?;
        match slots.as_slice() {
            [] => return Err("it is empty".to_owned()),
            [Slot::Gap { .. }, ..] | [.., Slot::Gap { .. }] => {
                return Err("'*' alone is a gap; it stands between two words".to_owned());
            }
            slots if slots.len() > SLOTS_MAX => {
                return Err(format!("{} words are more than {SLOTS_MAX}", slots.len()));
            }
            _ => {}
        }
        Ok(Pattern { text, slots })
    }

    /// The pattern of just this `form`.
    pub fn of_form(form: &str) -> Pattern {
        let slots = form.split(' ').map(|word| Slot::Word(WordPattern::Form(Literal::new(word))));
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
    pub fn single_word(&self) -> Option<&WordPattern> {
        match self.slots.as_slice() {
            [Slot::Word(word)] => Some(word),
            _ => None,
        }
    }
}

/// `text` cut at its spaces, but not within brackets.
fn tokens(text: &str) -> Result<Vec<&str>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = match rest.strip_prefix('[') {
            Some(inside) => 2 + inside.find(']').ok_or_else(|| format!("'{rest}' has no ']'"))?,
            None => rest.find(' ').unwrap_or(rest.len()),
        };
        tokens.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    Ok(tokens)
}

impl Slot {
    fn parse(token: &str) -> Result<Slot, String> {
        if token == "*" {
            return Ok(Slot::Gap { min: 1, max: 1 });
        }
        if let Some(range) = token.strip_prefix("*{").and_then(|rest| rest.strip_suffix('}')) {
            return gap(range).ok_or_else(|| {
                format!("'{token}' is no gap; write *{{0,3}} for up to three words, at most {GAP_MAX}")
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

impl WordPattern {
    fn parse(token: &str) -> Result<WordPattern, String> {
        if let Some(inside) = token.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return bracketed(inside);
        }
        if token.len() > 1 && token.starts_with('/') && token.ends_with('/') {
            return regex(&token[1..token.len() - 1]);
        }
        let literal = token.trim_matches('*');
        if literal.contains('*') {
            return Err(format!("'*' stands inside '{token}'; it may stand at either end"));
        }
        let place = match (token.starts_with('*'), token.ends_with('*')) {
            (false, false) => return word(literal).map(WordPattern::Form),
            (true, false) => Place::Head,
            (false, true) => Place::Modifier,
            (true, true) => Place::Any,
        };
        compound(literal, place)
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

/// The word that `[inside]` asks for: `attribute=value`.
fn bracketed(inside: &str) -> Result<WordPattern, String> {
    let wrong = || {
        format!(
            "'[{inside}]' is not understood; write [lemma=…], [form=…], [head=…], [modifier=…], [part=…] or [regex=…]"
        )
    };
    let (attribute, value) = inside.split_once('=').ok_or_else(wrong)?;
    let value = value.trim().trim_matches('"');
    match attribute.trim() {
        "lemma" => word(value).map(WordPattern::Lemma),
        "form" => word(value).map(WordPattern::Form),
        "head" => compound(value, Place::Head),
        "modifier" => compound(value, Place::Modifier),
        "part" => compound(value, Place::Any),
        "regex" => regex(value),
        _ => Err(wrong()),
    }
}

fn compound(literal: &str, place: Place) -> Result<WordPattern, String> {
    if literal.chars().count() < 2 {
        return Err(format!(
            "'*' beside '{literal}' would match nearly everything; write at least two letters"
        ));
    }
    word(literal).map(|literal| WordPattern::Compound(literal, place))
}

fn word(literal: &str) -> Result<Literal, String> {
    if !is_one_word(literal) {
        return Err(format!("'{literal}' is not one word; use letters, digits and hyphens"));
    }
    Ok(Literal::new(literal))
}

fn regex(expression: &str) -> Result<WordPattern, String> {
    let whole = |is_any_case| {
        RegexBuilder::new(&format!("^(?:{expression})$"))
            .case_insensitive(is_any_case)
            .size_limit(REGEX_BYTES_MAX)
            .build()
            .map_err(|error| format!("'/{expression}/' is no regular expression: {}", last_line(&error)))
    };
    Ok(WordPattern::Regex(Expression { as_written: whole(false)?, any_case: whole(true)? }))
}

/// The cause, which regex's errors say last.
fn last_line(error: &regex::Error) -> String {
    error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
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
            ("/(/", "no regular expression"),
            ("a *{3,1} b", "no gap"),
            ("aa *{0,99} b", "at most 20"),
            (&long, "more than 16"),
        ];
        for (text, wanted) in cases {
            let error = Pattern::parse(text).unwrap_err();
            assert!(error.contains(wanted), "{text}: {error}");
        }
    }
}
