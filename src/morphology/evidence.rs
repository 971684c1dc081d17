//! Evidence of the word list for or against an analysis of a word: whether its parts are words, and whether it is another
//! compound.

use super::affixes::{LATIN_PREFIXES, MODIFIERS, SHORT_HEADS, SHORT_MODIFIERS, derives};
use super::lemma::Lemmatizer;
use super::lexicon::{Lexicon, WordClass};
use super::short_nouns::{self, Trait};

/// Longer words are not searched for other analyses: the work grows with the square of the number of letters.
const LETTERS_MAX: usize = 48;

/// Whether `part` is a word, an inflected one or a compound of words; as it stands, or before a linking `s` or `e`.
///
/// `next` is what follows without a hyphen: of three equal consonants one is not written (*trafikk + kontroll* is
/// *trafikkontroll*).
pub(crate) fn is_constituent(part: &str, next: &str) -> bool {
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
pub(crate) fn doubled(part: &str, next: &str) -> Option<String> {
    let last = part.chars().next_back()?;
    (next.starts_with(last) && !"aeiouyæøå".contains(last)).then(|| format!("{part}{last}"))
}

/// Whether `word` is known, or made of two known words.
fn is_compound_or_word(word: &str) -> bool {
    is_word(word) || splits(word).any(|(first, last)| is_word(last) && is_modifier(first, last))
}

/// Whether `word` is a word of three letters or more in either written form.
pub(crate) fn is_word(word: &str) -> bool {
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
pub(crate) fn other_compound(word: &str, span: std::ops::Range<usize>) -> Option<(&str, &str)> {
    // *medan + svar* is not a compound: conjunctions and prepositions of three letters or more begin none.
    let lemmatizer = Lemmatizer::embedded();
    // By the list or the table of irregular words: the rules of nynorsk would give *kontrol* for *kontroll*.
    let has = |first: &str| lemmatizer.is_in_list(first) || lemmatizer.is_irregular(first);
    // Nor does one end in a determiner or the like: *mål + tall* is not *målt + all*.
    splits(word).find(|(first, last)| {
        let is_function = lemmatizer.is_function_word(first) || lemmatizer.is_function_word(last);
        let is_seam = span.start < first.len() && first.len() < span.end && !is_function;
        is_seam && is_word(last) && (has(first) || first.strip_suffix('s').is_some_and(has))
    })
}

/// Whether `particle` makes another verb of the one that `noun` is derived from: *opp* in *opplæring*, of *opplære*.
pub(crate) fn makes_a_verb(particle: &str, noun: &str) -> bool {
    const DERIVATIONS: [&str; 9] = ["ning", "ing", "else", "nad", "ste", "er", "ar", "e", ""];
    DERIVATIONS.iter().any(|suffix| {
        noun.strip_suffix(suffix).is_some_and(|stem| {
            let stem = stem.strip_suffix('e').unwrap_or(stem);
            stem.len() >= 2 && Lemmatizer::embedded().is_verb(&format!("{particle}{stem}e"))
        })
    })
}

/// Whether `rest`, right after a stem, is an agent's suffix with its own endings: *kontroll|arar*, *arbeid|erne*.
pub(crate) fn is_agent_ending(rest: &str) -> bool {
    const AFTER_AGENT: [&str; 12] =
        ["e", "ar", "ane", "arne", "en", "ene", "ens", "enes", "es", "ars", "anes", "ne"];
    ["ar", "er"].iter().any(|suffix| rest.strip_prefix(suffix).is_some_and(|end| AFTER_AGENT.contains(&end)))
}

/// Whether `rest`, right after a stem, makes an agent of it that another word follows: *oppdrag|ar + gjerning*,
/// *arbeid|er + parti*. *reform|erfaring* and *reform|arkiv* begin with words of their own.
pub(crate) fn begins_with_agent(rest: &str) -> bool {
    let is_agent = ["ar", "er"].iter().any(|suffix| {
        let next = rest.strip_prefix(suffix).unwrap_or_default();
        is_compound_or_word(next) || next.strip_prefix('s').is_some_and(is_compound_or_word)
    });
    is_agent && !starts_with_lemma(rest)
}

/// Whether `text` is a word of the list or a compound that begins with one of four letters or more.
fn starts_with_lemma(text: &str) -> bool {
    let ends = text.char_indices().map(|(end, _)| end).skip(4).chain([text.len()]);
    let mut firsts = ends.map(|end| text.split_at(end)).filter(|(first, _)| is_listed_lemma(first));
    firsts.any(|(_, rest)| {
        rest.is_empty() || is_constituent(rest, "") || is_constituent(rest.trim_start_matches('s'), "")
    }) || is_word(text)
}

/// Whether the word list has `word` as the lemma of a noun, verb or adjective.
pub(crate) fn is_listed_lemma(word: &str) -> bool {
    word.chars().count() >= 3 && Lemmatizer::embedded().is_listed_lemma(word)
}

/// Whether `part` can begin a compound by itself: a word of the list or a lemma, not an inflection that only nynorsk has
/// (*ope*, *open*, in *operasjonell*); also before a linking `s` or `e`, and what stands in no list because it only begins
/// words.
pub(crate) fn is_first_part(part: &str, next: &str) -> bool {
    if SHORT_MODIFIERS.contains(&part) || (MODIFIERS.contains(&part) && !LATIN_PREFIXES.contains(&part)) {
        return true;
    }
    let lemmatizer = Lemmatizer::embedded();
    let is_base = |part: &str| {
        let is_long = part.chars().count() >= 2;
        is_long
            && (lemmatizer.is_in_list(part) || lemmatizer.is_lemma(part) || lemmatizer.is_function_word(part))
    };
    let doubled = doubled(part, next);
    let with_e = format!("{part}e");
    let bases =
        [Some(part), part.strip_suffix('s'), part.strip_suffix('e'), doubled.as_deref(), Some(&with_e)];
    bases.into_iter().flatten().any(is_base)
        || splits(part).any(|(first, last)| is_word(last) && is_modifier(first, last))
}

/// Whether the word list itself has `part`, or two words that it is made of. Forms that only the rules of nynorsk give do
/// not count: *ulere* of *reformulere* would be one.
pub(crate) fn is_listed_part(part: &str) -> bool {
    let lemmatizer = Lemmatizer::embedded();
    let has = |part: &str| part.chars().count() >= 3 && lemmatizer.is_in_list(part);
    let has_first = |part: &str| has(part) || part.strip_suffix('s').is_some_and(has);
    has_first(part) || splits(part).any(|(first, last)| has(last) && has_first(first))
}

/// The words that `term` begins with, where a word follows them in it: *handling* in *handlingsrom*.
pub(crate) fn split_word(term: &str) -> impl Iterator<Item = &str> {
    splits(term).filter(|(_, last)| is_word(last)).map(|(first, _)| first.strip_suffix('s').unwrap_or(first))
}

/// The word of the list that `term` is the beginning of, and what follows it: *pensjonat* and *skole* in *pensjonatskole*.
pub(crate) fn longer_first_part(term: &str, tail: &str) -> Option<(String, String)> {
    let ends = tail.char_indices().map(|(end, _)| end).skip(1);
    ends.map(|end| (format!("{term}{}", &tail[..end]), &tail[end..]))
        .filter(|(_, last)| {
            let more = &tail[..tail.len() - last.len()];
            last.chars().count() >= 4 && !derives(more) && !is_word(more.strip_prefix('s').unwrap_or(more))
        })
        .find(|(first, last)| is_listed_lemma(first) && is_constituent(last, ""))
        .map(|(first, last)| (first, last.to_owned()))
}

/// Whether the word list has `word` as a noun of three letters or more.
pub(crate) fn is_listed_noun(word: &str) -> bool {
    word.chars().count() >= 3 && Lexicon::embedded().has_lemma(word, WordClass::Noun)
}

/// The lemma of the list that begins with `term` and is no compound of it, when `term` and `tail` are a form of that lemma or it
/// and another word. Before another word an `e` may be a linking one (*barn + e + hage*), unless a noun has it.
pub(crate) fn longer_lemma(term: &str, tail: &str) -> Option<String> {
    longer_lemma_of_form(term, tail).or_else(|| {
        let is_after_e = |rest: &str| links_by_e(term) && is_listed_noun(rest);
        if is_listed_noun(tail) || tail.strip_prefix('e').is_some_and(is_after_e) {
            return None;
        }
        let ends = tail.char_indices().map(|(end, _)| end).skip(1);
        let mut firsts = ends.map(|end| (format!("{term}{}", &tail[..end]), &tail[end..]));
        let found = firsts.find(|(first, last)| {
            let is_lemma = match first.strip_prefix(term) {
                Some("e") => is_listed_noun(first) && !links_by_e(term),
                // A linking s, whatever else is spelled so: *saks|gang* is no word of *saks*.
                Some("s") => false,
                _ => is_listed_lemma(first),
            };
            is_lemma && is_longer(first, term) && is_listed_noun(last)
        });
        found.map(|(first, _)| first)
    })
}

/// The same where `term` and `tail` are a form of the longer lemma.
pub(crate) fn longer_lemma_of_form(term: &str, tail: &str) -> Option<String> {
    let of_whole = Lemmatizer::embedded().known_lemmas(&format!("{term}{tail}"));
    of_whole.iter().all(|lemma| is_longer(lemma, term)).then(|| of_whole.first().cloned()).flatten()
}

/// A form of so many letters is no accident, also where the list has no lemma of it: *lov|pålagt*, *helse|fagleg*.
const HEAD_LETTERS_SURE: usize = 6;

/// Whether `lemma` begins with `term` and is neither a compound of it nor derived from it.
fn is_longer(lemma: &str, term: &str) -> bool {
    let more = lemma.strip_prefix(term).unwrap_or_default();
    !more.is_empty() && !derives_from(term, more) && !is_head(term, more)
}

/// Whether `more` after `term` is the rest of a compound: a noun, verb or adjective of the list, by itself, after a linking `s`
/// (*retts|vesen*) or a linking `e` (*barne|vern*).
fn is_head(term: &str, more: &str) -> bool {
    let is_noun_of_verb = |rest: &str| {
        // *lov|givning*, *råd|givning*: only compounds have the noun, but others are formed of the verb as well.
        rest.strip_suffix("ning").is_some_and(|stem| is_listed_noun(&format!("{stem}er")))
    };
    let is_long_word =
        |rest: &str| rest.chars().count() >= HEAD_LETTERS_SURE && is_word(rest) && !is_definite_noun(rest);
    let is_rest = |rest: &str| is_listed_lemma(rest) || is_noun_of_verb(rest) || is_long_word(rest);
    let after_e = || more.strip_prefix('e').filter(|_| links_by_e(term));
    let is_rest_after_s = |rest: &str| is_rest(rest) || rest.starts_with("messig");
    is_rest(more)
        || more.strip_prefix('s').is_some_and(is_rest_after_s)
        || after_e().is_some_and(|rest| is_constituent(rest, ""))
}

/// Whether `word` is only a noun with its article, in which no lemma ends: *rettskaffen* is not of *kaffe*.
fn is_definite_noun(word: &str) -> bool {
    (word.ends_with("en") || word.ends_with("et")) && {
        let all = Lexicon::embedded().analyses(word);
        !all.is_empty()
            && all.iter().all(|rewrite| rewrite.class == WordClass::Noun && rewrite.apply(word) != word)
    }
}

/// Whether an `e` after `term`, before another word, is a linking one: not where a noun has it (*krave|bein*), nor a verb that makes
/// nouns beside a neuter (*måle|enhet*, of *måle*, *måling*; there is no *barning* beside *barne|hage*). Compounds of a short noun can
/// tell otherwise (*verne|plikt*).
pub(crate) fn links_by_e(term: &str) -> bool {
    if short_nouns::has(term, Trait::LinkingE) {
        return true;
    }
    let lemmatizer = Lemmatizer::embedded();
    let with_e = format!("{term}e");
    let is_neuter = || lemmatizer.known_lemmas(&format!("{term}et")).iter().any(|lemma| lemma == term);
    let is_of_verb = || lemmatizer.is_verb(&with_e) && is_listed_noun(&format!("{term}ing")) && is_neuter();
    !is_listed_noun(&with_e) && !is_of_verb()
}

/// Whether `rest` is a suffix that keeps the term what it is; a noun in *-ighet* does where an adjective in *-ig* stands between:
/// *kraftighet* is of *kraftig*, but *rettighet* a word of its own.
pub(crate) fn derives_from(term: &str, rest: &str) -> bool {
    let is_noun = rest.starts_with("ighet") || rest.starts_with("igheit");
    derives(rest) && (!is_noun || is_listed_lemma(&format!("{term}ig")))
}

/// The word that `term` with `ending` is, when that is a form of other words only: *arbeider*, *økonomi*, *middels*.
/// `None` when it is a form of the term, or of nothing known.
pub(crate) fn other_word_with_ending(term: &str, ending: &str) -> Option<String> {
    if ending.is_empty() {
        return None;
    }
    let lemmatizer = Lemmatizer::embedded();
    let head = head(&lemmatizer, term)?;
    let form = format!("{head}{ending}");
    lemmatizer.is_of_others_only(&form, head).then_some(form)
}

/// The last constituent of `term` that is a lemma: the term itself, or *styring* of *målstyring*.
fn head<'t>(lemmatizer: &Lemmatizer, term: &'t str) -> Option<&'t str> {
    if lemmatizer.is_lemma(term) {
        return Some(term);
    }
    let starts = term.char_indices().map(|(start, _)| start).skip(3);
    starts.map(|start| term.split_at(start)).find_map(|(first, last)| {
        let is_head = last.chars().count() >= 4 && lemmatizer.is_lemma(last);
        (is_head && is_constituent(first, last)).then_some(last)
    })
}
