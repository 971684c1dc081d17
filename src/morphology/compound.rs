//! A term and a word → where the term is a constituent of the word, or why it is not.
//!
//! *tjenesteinnovasjonen* is *tjeneste + innovasjon + en*; *mistillit* has the letters of *tillit* and is another word.
//! The rules are tried at each place where the letters stand; the first that holds decides:
//!
//! 1. What follows must be an ending (*innovasjon + ene*), or a linking `s`, `e`, hyphen or nothing and another word of
//!    three letters or more (*innovasjon + s + evne*). Directly after the term it must not be a derivational suffix.
//! 2. What precedes must be nothing, end in a hyphen, or be a possible word: three letters with a vowel. It must not be
//!    a prefix that makes another word, nor end in one after a linking `s` or a hyphen.
//!
//! 3. Where a part is not a known word, the word must not be another compound whose seam runs through the term: *venstre +
//!    formann* has the letters of *reform*.
//!
//! Not decided here: whether the word means what the researcher wants (*utstyr*, *gudstjeneste*); that is what `except`
//! lists are for, and terms of five letters or fewer cannot do without ([`Term::needs_exceptions`]).

use super::affixes::{
    ADJECTIVE_PREFIXES, CLOSE_PREFIXES, LATIN_PREFIXES, LEADING_PARTICLES, MODIFIERS, OTHER_WORDS, PARTICLES,
    PREFIXES, PREFIXES_OF_SJON, RELATION_PREFIXES, SHORT_HEADS, SHORT_MODIFIERS, derives, has_vowel,
    is_ending, is_suffix,
};
use super::evidence::{
    begins_with_agent, derives_from, doubled, is_agent_ending, is_constituent, is_first_part,
    is_listed_lemma, is_listed_part, is_word, links_by_e, longer_first_part, longer_lemma,
    longer_lemma_of_form, makes_a_verb, other_compound, other_word_with_ending, split_word,
};
use super::lemma::Lemmatizer;
use super::short_nouns::{self, SHORT_TERM_LETTERS, Trait};
use std::borrow::Cow;
use std::fmt;

/// Where a term stands in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Position {
    /// The word is the term, in any inflection.
    Simplex,
    /// Other constituents follow: `innovasjon` in *innovasjonsevne*.
    First,
    /// Others precede and follow: `styring` in *prosjektstyringsverktøy*.
    Middle,
    /// Others precede, and the term is the head: `innovasjon` in *tjenesteinnovasjonene*.
    Last,
}

impl Position {
    /// The name in tables and on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Position::Simplex => "simplex",
            Position::First => "first",
            Position::Middle => "middle",
            Position::Last => "last",
        }
    }
}

/// A term is a constituent of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Where it stands.
    pub position: Position,
    /// The parts of the word, to be shown: "tjeneste + innovasjon + en". [`UNKNOWN_PART`] stands after a part that is in no
    /// list: a name, a rare word, or two words whose space was lost.
    pub(crate) why: String,
}

/// Marks a part of a word that is in no list.
pub(crate) const UNKNOWN_PART: &str = "(unknown)";

/// A term is not a constituent of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The word does not have the term's letters in a row.
    Absent,
    /// The prefix makes another word: *mis-tillit*.
    Prefix(String),
    /// What precedes the term cannot be a word: `s` in *stillits*.
    NoWordBefore(String),
    /// What follows is neither an ending nor a linking and a word.
    NoWordAfter(String),
    /// What follows derives another word: *reform-ere*.
    Suffix(String),
    /// It has this stem, which has the letters of the term by accident.
    OtherWord(String),
    /// It is a compound of these two words.
    OtherCompound(String, String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Absent => f.write_str("its letters are not there"),
            Refusal::Prefix(prefix) => write!(f, "'{prefix}-' before it makes another word"),
            Refusal::NoWordBefore(before) => write!(f, "'{before}' before it is no word"),
            Refusal::NoWordAfter(after) => write!(f, "'{after}' after it is no ending and no word"),
            Refusal::OtherWord(stem) => write!(f, "'{stem}' is another word"),
            Refusal::OtherCompound(first, last) => write!(f, "it is {first} + {last}"),
            Refusal::Suffix(suffix) => write!(f, "'-{suffix}' after it derives another word"),
        }
    }
}

/// Where `term` is a constituent of `word`, or why it is not. Case is ignored.
///
/// # Errors
/// The refusal of the last place where the letters stand.
pub fn member(term: &str, word: &str) -> Result<Member, Refusal> {
    Term::new(term).member(word)
}

/// A term, prepared for a search in many words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    letters: String,
    /// Forms that do not begin with the letters: *midler* of *middel*.
    other_forms: Vec<String>,
    /// The forms of a short term that is in the word list; no other endings are taken: *krav* has no *kravi*.
    own_forms: Vec<String>,
}

impl Term {
    /// The term in small letters, normalised.
    pub fn new(term: &str) -> Term {
        let letters = crate::text::normalise(term).to_lowercase();
        let mut other_forms = Lemmatizer::embedded().own_forms(&letters);
        let own_forms = match letters.chars().count() <= SHORT_TERM_LETTERS && is_listed_lemma(&letters) {
            true => without_forms_of_others(&letters, other_forms.clone()),
            false => Vec::new(),
        };
        other_forms.retain(|form| !form.starts_with(&letters) && form.chars().count() >= 3);
        Term { letters, other_forms, own_forms }
    }

    /// The term in small letters.
    pub(crate) fn letters(&self) -> &str {
        &self.letters
    }

    /// Strings of letters; every word with the term contains one of them, so a search can look for them first.
    pub(crate) fn stems(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.letters).chain(&self.other_forms).map(String::as_str)
    }

    /// Whether the term is so short (five letters or fewer) that its letters stand in many other words by accident, so
    /// that a list of exceptions is needed.
    ///
    /// Measured on the labelled lists of `tests/morphology`: precision is 99 % from six letters up, 60 % for *mål*.
    pub fn needs_exceptions(&self) -> bool {
        self.letters.chars().count() <= SHORT_TERM_LETTERS
    }

    /// Where the term is a constituent of `word`, or why it is not.
    ///
    /// # Errors
    /// The refusal of the last place where the letters stand.
    pub fn member(&self, word: &str) -> Result<Member, Refusal> {
        let word = small(word);
        let mut refusal = Refusal::Absent;
        if self.letters.is_empty() {
            return Err(refusal);
        }
        for (start, _) in word.match_indices(self.letters.as_str()) {
            let place = Occurrence {
                before: &word[..start],
                term: &self.letters,
                after: &word[start + self.letters.len()..],
                own_forms: &self.own_forms,
            };
            match place.judge() {
                Ok(member) => return Ok(member),
                Err(reason) => refusal = reason,
            }
        }
        for form in &self.other_forms {
            let (whole, after) = word.strip_suffix('s').map_or((&*word, ""), |whole| (whole, "s"));
            let at_end = word.strip_suffix(form.as_str()).map(|before| (before, ""));
            let Some((before, after)) = at_end.or_else(|| Some((whole.strip_suffix(form.as_str())?, after)))
            else {
                continue;
            };
            match (Occurrence { before, term: form, after, own_forms: &[] }).judge() {
                Ok(member) => return Ok(member),
                Err(reason) => refusal = reason,
            }
        }
        Err(refusal)
    }
}

/// The forms of a short neuter without those of another noun beside it: *kraven* and *kraver* are of *krave*, not of *krav*, and
/// *låner* is not of *lån*.
fn without_forms_of_others(letters: &str, mut forms: Vec<String>) -> Vec<String> {
    if short_nouns::has(letters, Trait::Neuter) {
        let is_of_other = |form: &String| {
            let ending = form.strip_prefix(letters).unwrap_or_default().trim_end_matches('s');
            matches!(ending, "e" | "en" | "er" | "ar" | "ane")
        };
        forms.retain(|form| !is_of_other(form));
    }
    forms
}

/// `word` normalised in small letters; most words of a vocabulary are so already.
fn small(word: &str) -> Cow<'_, str> {
    let is_small = |c: char| c.is_ascii_lowercase() || matches!(c, 'æ' | 'ø' | 'å' | '-');
    if word.chars().all(is_small) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(crate::text::normalise(word).to_lowercase())
}

/// One place where the letters of a term stand in a word.
struct Occurrence<'a> {
    before: &'a str,
    term: &'a str,
    after: &'a str,
    /// The forms of the term; empty when it may have any ending.
    own_forms: &'a [String],
}

/// What follows the term in the word.
enum Right<'a> {
    Ending(&'a str),
    Linked { link: &'a str, rest: &'a str },
}

impl Occurrence<'_> {
    fn judge(&self) -> Result<Member, Refusal> {
        let right = self.right()?;
        self.check_left()?;
        self.check_seam()?;
        self.check_other_compounds(&right)?;
        let has_left = !self.before.trim_end_matches('-').is_empty();
        let has_right = matches!(right, Right::Linked { .. });
        let position = match (has_left || self.before.starts_with('-'), has_right) {
            (false, false) => Position::Simplex,
            (false, true) => Position::First,
            (true, true) => Position::Middle,
            (true, false) => Position::Last,
        };
        Ok(Member { position, why: self.parts(&right) })
    }

    /// "tjeneste + innovasjon + en". A part that is in no list is marked: "sinde (unknown) + detaljstyring".
    fn parts(&self, right: &Right) -> String {
        let is_known_before = self.before.ends_with('-') || is_constituent(self.before, self.term);
        let (link, rest, is_known_after) = match right {
            Right::Ending(ending) => ("", *ending, true),
            Right::Linked { link, rest } => (*link, *rest, link.ends_with('-') || is_constituent(rest, "")),
        };
        let parts = [(self.before, is_known_before), (self.term, true), (link, true), (rest, is_known_after)];
        let shown =
            parts.iter().filter(|(part, _)| !part.is_empty()).map(|(part, is_known)| match is_known {
                true => (*part).to_owned(),
                false => format!("{part} {UNKNOWN_PART}"),
            });
        shown.collect::<Vec<_>>().join(" + ")
    }

    fn right(&self) -> Result<Right<'_>, Refusal> {
        let after = self.after;
        if self.is_own_ending(after) || self.is_doubled_ending() {
            return match other_word_with_ending(self.term, after) {
                Some(word) => Err(Refusal::OtherWord(word)),
                None => Ok(Right::Ending(after)),
            };
        }
        // Before agents: *lån|e|regning* is not *låner + egning*.
        if let Some(rest) = after.strip_prefix('e').filter(|rest| self.takes_linking_e(rest)) {
            return Ok(Right::Linked { link: "e", rest });
        }
        if (begins_with_agent(after) || is_agent_ending(after)) && !self.inflects_before_agent() {
            return Err(Refusal::Suffix(after.to_owned()));
        }
        // A hyphen ends what can inflect or derive the term: "reformen-og", "tillits-".
        if let Some((linked, rest)) = after.split_once('-')
            && (is_ending(self.term, linked) || linked == "e")
        {
            return Ok(Right::Linked { link: &after[..=linked.len()], rest });
        }
        if derives(after) && (self.term.ends_with('i') || !after.starts_with("sk")) {
            let word = format!("{}{after}", self.term);
            return match derives_from(self.term, after) {
                true => Ok(Right::Linked { link: "", rest: after }),
                false => Err(Refusal::OtherWord(word)),
            };
        }
        let linked = after.strip_prefix('s').filter(|rest| is_word_like(rest));
        let is_direct = !is_suffix(after) && (is_word_like(after) || SHORT_HEADS.contains(&after));
        match linked {
            // *tillit|skapende*: the s may belong to the next word.
            Some(rest) if !is_direct || is_constituent(rest, "") || !is_constituent(after, "") => {
                Ok(Right::Linked { link: "s", rest })
            }
            _ if is_direct => Ok(Right::Linked { link: "", rest: after }),
            _ if is_suffix(after) && !is_long_word(after) => Err(Refusal::Suffix(after.to_owned())),
            _ if self.takes_its_last_letter() => Ok(Right::Linked { link: "", rest: after }),
            _ if is_suffix(after) => Ok(Right::Linked { link: "", rest: after }),
            _ => Err(Refusal::NoWordAfter(after.to_owned())),
        }
    }

    /// Whether `rest` inflects the term; of a short one, whether it gives one of its own forms, with or without the genitive.
    fn is_own_ending(&self, rest: &str) -> bool {
        let is_own =
            |rest: &str| self.own_forms.iter().any(|form| form.strip_prefix(self.term) == Some(rest));
        is_ending(self.term, rest)
            && (self.own_forms.is_empty()
                || is_own(rest)
                || ["'s", "’s", "s"].iter().filter_map(|end| rest.strip_suffix(*end)).any(is_own))
    }

    /// Whether `rest` follows a short noun after a linking `e`: *skatt|e|system*, *trygd|e|ytelse*. Before an `r` the list must show that
    /// the noun has it: *skatt|e|regel*, but *konstatering* is not of *stat* and *ring*.
    fn takes_linking_e(&self, rest: &str) -> bool {
        !self.own_forms.is_empty()
            && rest.chars().count() >= 3
            && (!rest.starts_with('r') || short_nouns::has(self.term, Trait::LinkingE))
            && links_by_e(self.term)
            && is_constituent(rest, "")
    }

    /// Of three equal consonants one is not written: *kontroll + lov* is *kontrollov*.
    fn takes_its_last_letter(&self) -> bool {
        let mut letters = self.term.chars().rev();
        let Some(last) = letters.next().filter(|last| letters.next() == Some(*last)) else { return false };
        is_word(&format!("{last}{}", self.after))
    }

    /// A final m is doubled before a vowel: *handlingsrom*, *handlingsrommet*.
    fn is_doubled_ending(&self) -> bool {
        self.term.ends_with('m')
            && self.after.strip_prefix('m').is_some_and(|rest| !rest.is_empty() && is_ending(self.term, rest))
    }

    fn check_left(&self) -> Result<(), Refusal> {
        let before = self.before.trim_end_matches('-');
        if before.is_empty() {
            return Ok(());
        }
        let last_part = before.rsplit('-').next().unwrap_or(before);
        if let Some(prefix) = self.prefix(last_part) {
            return Err(Refusal::Prefix(prefix));
        }
        let hyphen = self.before.ends_with('-');
        if hyphen || is_word_like(last_part) || SHORT_MODIFIERS.contains(&last_part) {
            return Ok(());
        }
        Err(Refusal::NoWordBefore(last_part.to_owned()))
    }

    /// Whether `-er` or `-ar` after the term is its plural rather than an agent's: *student + ar + beid* does not arise.
    fn inflects_before_agent(&self) -> bool {
        self.term.ends_with("er") || self.term.ends_with("ar")
    }

    /// Refuses a word whose seam lies within what precedes the term: *riks + revisjon* has no *visjon*, *rente + usikkerhet*
    /// no *sikkerhet*. One rule at every seam: where the end of what precedes is not a first part of its own, and is a word
    /// of the list together with the term, that word is meant.
    fn check_seam(&self) -> Result<(), Refusal> {
        let before = self.before.rsplit('-').next().unwrap_or_default();
        for (start, _) in before.char_indices() {
            let (rest, prefix) = before.split_at(start);
            if !rest.is_empty() && !is_constituent(rest, prefix) {
                continue;
            }
            let whole = format!("{prefix}{}", self.term);
            let is_other = self.is_other_prefix(rest, prefix) && is_word(&whole);
            if is_other || self.always_makes_another(prefix) || self.is_close_prefix(prefix) {
                return Err(Refusal::Prefix(prefix.to_owned()));
            }
            let letters = prefix.chars().count();
            let is_short = (2..=UNKNOWN_PREFIX_LETTERS_MAX).contains(&letters);
            if is_short && !is_first_part(prefix, self.term) && is_listed_lemma(&whole) {
                return Err(Refusal::OtherWord(whole));
            }
        }
        Ok(())
    }

    /// Whether `prefix`, after the constituent `rest`, makes another word where the word list knows it with the term.
    fn is_other_prefix(&self, rest: &str, prefix: &str) -> bool {
        let is_adjective = super::affixes::looks_like_adjective(self.term);
        LATIN_PREFIXES.contains(&prefix)
            || (is_adjective && ADJECTIVE_PREFIXES.contains(&prefix))
            || (prefix == "u" && !rest.is_empty() && !is_word(&format!("{rest}{prefix}")))
    }

    /// Whether `prefix` makes another word of a term of this class, in the word list or not.
    fn always_makes_another(&self, prefix: &str) -> bool {
        RELATION_PREFIXES.contains(&prefix) && super::affixes::looks_like_adjective(self.term)
            || PREFIXES_OF_SJON.contains(&prefix) && self.term.ends_with("sjon")
    }

    /// Whether `prefix` joins the first constituent of the term: *samhandling + s + rom*.
    fn is_close_prefix(&self, prefix: &str) -> bool {
        CLOSE_PREFIXES.contains(&prefix)
            && split_word(self.term)
                .any(|first| is_listed_lemma(&format!("{prefix}{first}")) && is_listed_lemma(first))
    }

    /// The prefix that makes another word of the term: all that precedes, or the end of it after a word.
    fn prefix(&self, before: &str) -> Option<String> {
        let leads = ["leiing", "ledning", "leing"].iter().any(|stem| self.term.starts_with(stem));
        let particles = if leads { &LEADING_PARTICLES[..] } else { &[] };
        let makes_another = |prefix: &str| {
            PREFIXES.contains(&prefix)
                || particles.contains(&prefix)
                || (PARTICLES.contains(&prefix) && makes_a_verb(prefix, self.term))
        };
        if let Some(prefix) =
            doubled(before, self.term).into_iter().chain([before.to_owned()]).find(|p| makes_another(p))
        {
            return Some(prefix);
        }
        let mut ends = PREFIXES.iter().filter(|prefix| prefix.len() > 1).chain(particles).chain(&PARTICLES);
        let after_word = |prefix: &&&str| {
            let Some(word) = before.strip_suffix(**prefix).filter(|word| is_word_like(word)) else {
                return false;
            };
            let is_seam = word.ends_with('s') && !is_constituent(before, self.term);
            makes_another(prefix) && (is_seam || self.is_longer_word(prefix))
        };
        ends.find(after_word).map(|prefix| (*prefix).to_owned())
    }

    /// Whether `prefix` and the term are a word together: *forteneste* in *meirforteneste*.
    fn is_longer_word(&self, prefix: &str) -> bool {
        is_word(&format!("{prefix}{}", self.term))
    }

    /// Refuses a word that is rather a compound whose seam runs through the term.
    fn check_other_compounds(&self, right: &Right) -> Result<(), Refusal> {
        let part_before = self.before.rsplit('-').next().unwrap_or_default();
        let part_after = match right {
            Right::Ending(_) => "",
            Right::Linked { rest, .. } => rest.split('-').next().unwrap_or_default(),
        };
        let letters_before = part_before.chars().count();
        let known_before = letters_before == 0 || is_constituent(part_before, self.term);
        let is_hyphened = matches!(right, Right::Linked { link, .. } if link.ends_with('-'));
        let known_after = part_after.is_empty() || is_hyphened || is_constituent(part_after, "");
        let whole = format!("{part_before}{}{}", self.term, self.after);
        if let Some(other) =
            OTHER_WORDS.iter().find(|stem| whole.contains(**stem) && !self.term.contains(**stem))
        {
            return Err(Refusal::OtherWord((*other).to_owned()));
        }
        // What follows a linking e is known.
        let is_linked_by_e = matches!(right, Right::Linked { link: "e", .. });
        if !part_after.is_empty() && !is_hyphened && !is_linked_by_e && !derives(part_after) {
            self.check_unknown_rest(part_after)?;
        }
        if !part_after.is_empty() && !is_hyphened {
            self.check_longer_lemma(part_after)?;
            self.check_adjective(right)?;
        }
        let is_safe_before =
            letters_before == 0 || letters_before > SHORT_LETTERS || MODIFIERS.contains(&part_before);
        if known_before && known_after && is_safe_before {
            return Ok(());
        }
        if letters_before == 2 && !known_after {
            return Err(Refusal::NoWordAfter(part_after.to_owned()));
        }
        let tail = self.after.split('-').next().unwrap_or_default();
        let word = format!("{part_before}{}{tail}", self.term);
        let (start, end) = (part_before.len(), part_before.len() + self.term.len());
        // Where both parts are words, only a first part that is nearly all of a longer one is doubted.
        let end = if known_before && known_after { start + LONGER_BY + 1 } else { end };
        // *høys + kole* is no other seam than *høy + skole*.
        let is_other = |(first, _): &(&str, &str)| {
            !(known_before && known_after)
                || first.strip_suffix('s') != Some(part_before)
                || makes_a_verb(part_before, self.term)
        };
        match other_compound(&word, start..end).filter(is_other) {
            Some((first, last)) => Err(Refusal::OtherCompound(first.to_owned(), last.to_owned())),
            None => Ok(()),
        }
    }
}

impl Occurrence<'_> {
    /// Refuses a word whose unknown rest is known with letters of the term: *re + formulere* has no *reform*, *pensjonat +
    /// skole* no *pensjon*.
    fn check_unknown_rest(&self, rest: &str) -> Result<(), Refusal> {
        let tail = self.after.split('-').next().unwrap_or_default();
        let prefixes = LATIN_PREFIXES.iter().filter_map(|prefix| self.term.strip_prefix(*prefix));
        if let Some(word) = prefixes.map(|rest| format!("{rest}{tail}")).find(|word| is_listed_lemma(word)) {
            return Err(Refusal::OtherWord(word));
        }
        if is_listed_part(rest) {
            return Ok(());
        }
        let inner =
            self.term.char_indices().skip(1).map(|(start, _)| format!("{}{tail}", &self.term[start..]));
        let is_long = |word: &String| word.chars().count() >= REST_LETTERS_MIN;
        if let Some(word) =
            inner.take_while(|word| word.len() > tail.len() + 1).find(|word| is_long(word) && is_word(word))
        {
            return Err(Refusal::OtherWord(word));
        }
        match longer_first_part(self.term, tail) {
            Some((first, last)) if !rest.is_empty() => Err(Refusal::OtherCompound(first, last)),
            _ => Ok(()),
        }
    }
}

impl Occurrence<'_> {
    /// Refuses what follows a noun without its linking `s` where that is of the adjective spelled alike: *rett|ferdig*, *rett|skriving*;
    /// suffixes keep the noun (*rett|løs*).
    fn check_adjective(&self, right: &Right) -> Result<(), Refusal> {
        let is_direct = match right {
            Right::Linked { link: "", rest } => !derives(rest),
            Right::Linked { link: "s", rest } => {
                !derives(rest) && !is_listed_lemma(rest) && is_listed_lemma(self.after)
            }
            _ => false,
        };
        match is_direct && short_nouns::has(self.term, Trait::AdjectiveJoinsDirectly) {
            true => Err(Refusal::OtherWord(format!("{}{}", self.term, self.after))),
            false => Ok(()),
        }
    }

    /// Refuses a term that is the beginning of a longer word of the list where the rest is no word: *økonomien* is of *økonomi*, not of
    /// *økonom*. A short term also where that word stands before another: *kravler* is of *kravle*, *kravattnål* and *kraveben* begin
    /// with *kravatt* and *krave*. A compound that the list has ends in a word (*kravmål*).
    fn check_longer_lemma(&self, rest: &str) -> Result<(), Refusal> {
        let tail = self.after.split('-').next().unwrap_or_default();
        let other = match self.own_forms.is_empty() {
            false => longer_lemma(self.term, tail),
            true if !is_constituent(rest, "") && !derives(rest) => longer_lemma_of_form(self.term, tail),
            true => None,
        };
        match other {
            Some(lemma) => Err(Refusal::OtherWord(lemma)),
            None => Ok(()),
        }
    }
}

/// A longer beginning of a word of the list is a first part that only compounds have: *laboratorie|ledelse*, *medie|politikk*.
const UNKNOWN_PREFIX_LETTERS_MAX: usize = 4;
/// A word that takes letters of the term has so many: shorter ones end many unknown words by accident.
const REST_LETTERS_MIN: usize = 6;

/// A first part of three letters or fewer is often the beginning of a longer one: *bar|reform* is *barre|form*.
const SHORT_LETTERS: usize = 3;
/// By so many letters more: *bar* and *barre*.
const LONGER_BY: usize = 2;

/// Whether `text`, which begins as a suffix does, is a word all the same: *reform|erfaring*, *kontroll|ingeniør*.
fn is_long_word(text: &str) -> bool {
    const INFLECTED_SUFFIXES: [&str; 6] = ["ering", "erte", "ingar", "ingan", "ingen", "elsen"];
    let is_suffix =
        INFLECTED_SUFFIXES.iter().any(|suffix| text.starts_with(suffix)) && !text.starts_with("ingeni");
    text.chars().count() >= 6 && is_word(text) && !is_suffix
}

/// Whether `text` can be a constituent: three letters or more, one of them a vowel.
fn is_word_like(text: &str) -> bool {
    text.chars().count() >= 3 && has_vowel(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(term: &str, word: &str) -> String {
        match member(term, word) {
            Ok(member) => format!("{}: {}", member.position.name(), member.why),
            Err(refusal) => refusal.to_string(),
        }
    }

    #[test]
    fn a_word_is_taken_apart_round_its_term() {
        let cases = [
            ("innovasjon", "Tjenesteinnovasjonen", "last: tjeneste + innovasjon + en"),
            ("innovasjon", "innovasjonanes", "simplex: innovasjon + anes"),
            ("innovasjon", "innovasjonsevne", "first: innovasjon + s + evne"),
            ("innovasjon", "innovasjons-", "first: innovasjon + s-"),
            ("styring", "prosjektstyringsverktøy", "middle: prosjekt + styring + s + verktøy"),
            ("styring", "-styringa", "last: - + styring + a"),
            ("reform", "NAV-reforma", "last: nav- + reform + a"),
            ("handlingsrom", "handlingsrommet", "simplex: handlingsrom + met"),
            ("krav", "lønnskravenes", "last: lønns + krav + enes"),
            ("samordning", "samordningen", "simplex: samordning + en"),
        ];
        for (term, word, wanted) in cases {
            assert_eq!(answer(term, word), wanted);
        }
    }

    #[test]
    fn the_letters_of_a_term_in_another_word_are_refused_with_the_reason() {
        let cases = [
            ("tillit", "mistillitsforslag", "'mis-' before it makes another word"),
            ("tillit", "stillitsen", "'s' before it is no word"),
            ("reform", "venstreformann", "'formann' is another word"),
            ("teneste", "meirforteneste", "'for-' before it makes another word"),
            ("reform", "reformere", "'-ere' after it derives another word"),
            ("innovasjon", "nyskaping", "its letters are not there"),
            ("ordning", "samordning", "'samordn' is another word"),
            ("krav", "sølvkravi", "'i' after it is no ending and no word"),
            ("økonom", "økonomien", "'økonomi' is another word"),
            ("økonom", "økonomiane", "'økonomi' is another word"),
        ];
        for (term, word, wanted) in cases {
            assert_eq!(answer(term, word), wanted);
        }
    }
}
