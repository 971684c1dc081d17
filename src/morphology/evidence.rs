//! What the word list says for or against a reading of a word: whether its parts are words, and whether it is rather
//! another compound.

use super::affixes::{MODIFIERS, SHORT_HEADS, SHORT_MODIFIERS, derives};
use super::lemma::Lemmatizer;

/// Longer words are not searched for other readings: the work grows with the square of the letters.
const LETTERS_MAX: usize = 48;

/// Whether `part` is a word, an inflected one or a compound of words; as it stands, or before a linking `s` or `e`.
///
/// `next` is what follows without a hyphen: of three equal consonants one is not written (*trafikk + kontroll* is
/// *trafikkontroll*).
pub fn is_constituent(part: &str, next: &str) -> bool {
    let is_short = |part: &str| SHORT_MODIFIERS.contains(&part) || SHORT_HEADS.contains(&part);
    if MODIFIERS.contains(&part)
        || derives(part)
        || is_short(part)
        || part.strip_suffix('s').is_some_and(is_short)
    {
        return true;
    }
    let doubled = doubled(part, next);
    [Some(part), part.strip_suffix('s'), part.strip_suffix('e'), doubled.as_deref()]
        .into_iter()
        .flatten()
        .any(is_compound_or_word)
}

/// `part` with the consonant that `next` has taken from it.
pub fn doubled(part: &str, next: &str) -> Option<String> {
    let last = part.chars().next_back()?;
    (next.starts_with(last) && !"aeiouyæøå".contains(last)).then(|| format!("{part}{last}"))
}

/// Whether `word` is known, or made of two known words.
fn is_compound_or_word(word: &str) -> bool {
    is_word(word) || splits(word).any(|(first, last)| is_word(last) && is_modifier(first, last))
}

/// Whether `word` is a word of three letters or more in either written form.
pub fn is_word(word: &str) -> bool {
    word.chars().count() >= 3 && Lemmatizer::embedded().knows(word)
}

fn is_modifier(part: &str, next: &str) -> bool {
    is_word(part)
        || part.strip_suffix('s').is_some_and(is_word)
        || part.strip_suffix('e').is_some_and(is_word)
        || doubled(part, next).is_some_and(|part| is_word(&part))
}

/// All ways to cut `word` in two parts of three letters or more; none for words that are too long.
fn splits(word: &str) -> impl Iterator<Item = (&str, &str)> {
    let letters = word.chars().count();
    let starts = word.char_indices().map(|(start, _)| start).skip(3);
    let count = if letters > LETTERS_MAX { 0 } else { letters.saturating_sub(5) };
    starts.take(count).map(|start| word.split_at(start))
}

/// The compound that `word` is when it is cut within bytes `span`, where a term would stand: *høyre + formenn*. Both parts
/// must be in the list as they are, or nearly every word has another reading.
pub fn other_compound(word: &str, span: std::ops::Range<usize>) -> Option<(&str, &str)> {
    splits(word).find(|(first, last)| {
        let is_seam = span.start < first.len() && first.len() < span.end;
        is_seam && is_word(last) && (is_word(first) || first.strip_suffix('s').is_some_and(is_word))
    })
}

/// Whether `particle` makes another verb of the one that `noun` is derived from: *opp* in *opplæring*, of *opplære*.
pub fn makes_a_verb(particle: &str, noun: &str) -> bool {
    const DERIVATIONS: [&str; 9] = ["ning", "ing", "else", "nad", "ste", "er", "ar", "e", ""];
    DERIVATIONS.iter().any(|suffix| {
        noun.strip_suffix(suffix).is_some_and(|stem| {
            let stem = stem.strip_suffix('e').unwrap_or(stem);
            stem.len() >= 2 && Lemmatizer::embedded().is_verb(&format!("{particle}{stem}e"))
        })
    })
}

/// Whether `rest`, right after a stem, makes an agent of it that another word follows: *oppdrag|ar + gjerning*.
pub fn begins_with_agent(rest: &str) -> bool {
    ["ar", "er"].iter().any(|suffix| rest.strip_prefix(suffix).is_some_and(is_compound_or_word))
}
