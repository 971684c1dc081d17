//! Word patterns → the words of a vocabulary that they admit, each with its analysis, and the near misses.

use super::pattern::{Literal, TermPosition, WordPattern};
use crate::morphology::{Basis, Position, Refusal, Term, inflections, lemmas};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use regex::Regex;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

/// Raised whenever a pattern admits or refuses other words of the same vocabulary.
pub(crate) const MATCHER_VERSION: u32 = 8;

/// The verdict of a word pattern on a word that shares letters with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It matches.
    Admitted(Admission),
    /// It has the letters of the pattern and does not match, for this reason.
    Refused(String),
}

/// How a word matches a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admission {
    /// Where the pattern's term stands in the word. `None` for a regular expression.
    pub(crate) position: Option<Position>,
    /// The analysis, to be shown: "tjeneste + innovasjon + en".
    pub(crate) why: String,
}

impl Verdict {
    fn admitted(position: impl Into<Option<Position>>, why: impl Into<String>) -> Verdict {
        Verdict::Admitted(Admission { position: position.into(), why: why.into() })
    }
}

/// Many word patterns, compiled to be matched against each word of a vocabulary.
pub struct Matcher<'a> {
    words: Vec<(&'a WordPattern, bool)>,
    terms: Vec<Option<Term>>,
    /// Finds the letters of forms and compounds.
    letters: AhoCorasick,
    /// The word pattern that each literal of `letters` belongs to.
    owners: Vec<usize>,
    /// Inflected form → the lemma patterns that it is a form of, and the lemma of the other written form that it belongs
    /// to, if it is that one's: *haldning* for `[lemma=holdning]`.
    inflected: HashMap<String, Vec<(usize, Option<String>)>>,
    /// Form that only the other written form has → the compound patterns that do not match it.
    counterparts: HashMap<String, Vec<(usize, String)>>,
    /// Regular expressions that can begin with anything.
    regexes: Vec<usize>,
}

impl<'a> Matcher<'a> {
    /// A matcher for `words`, each with whether it is case-sensitive.
    pub fn new(words: Vec<(&'a WordPattern, bool)>) -> Matcher<'a> {
        let (mut literals, mut owners, mut regexes) = (Vec::<String>::new(), Vec::new(), Vec::new());
        let mut inflected = HashMap::<String, Vec<(usize, Option<String>)>>::new();
        let mut counterparts = HashMap::<String, Vec<(usize, String)>>::new();
        let mut terms = vec![None; words.len()];
        for (index, (word, _)) in words.iter().enumerate() {
            match word {
                WordPattern::Form(literal) => {
                    inflected.entry(literal.folded.clone()).or_default().push((index, None));
                }
                WordPattern::Compound(literal, _) => {
                    let term = Term::new(&literal.folded);
                    owners.extend(term.stems().map(|_| index));
                    literals.extend(term.stems().map(str::to_owned));
                    terms[index] = Some(term);
                    for found in
                        inflections(&literal.folded).into_iter().filter(|found| found.of != literal.folded)
                    {
                        counterparts.entry(found.form).or_default().push((index, found.of));
                    }
                }
                WordPattern::Lemma(literal) => {
                    for found in inflections(&literal.folded) {
                        let indices = inflected.entry(found.form).or_default();
                        // A form of the lemma itself needs no bridge; it comes first.
                        if !indices.iter().any(|(known, _)| *known == index) {
                            indices.push((index, (found.of != literal.folded).then_some(found.of)));
                        }
                    }
                    literals.push(stem(&literal.folded).to_owned());
                    owners.push(index);
                }
                WordPattern::Regex(expression) => match beginnings(&expression.as_written) {
                    Some(beginnings) => {
                        owners.extend(beginnings.iter().map(|_| index));
                        literals.extend(beginnings);
                    }
                    None => regexes.push(index),
                },
            }
        }
        // An automaton with a row for each letter is the fastest and the largest: 1 kB for each letter of a literal.
        let size: usize = literals.iter().map(String::len).sum();
        let kind = (size <= DFA_LITERAL_BYTES_MAX).then_some(AhoCorasickKind::DFA);
        let letters = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(kind)
            .build(literals)
            .expect("literals of a codebook fit an automaton");
        Matcher { words, terms, letters, owners, inflected, counterparts, regexes }
    }

    /// Where the words that any pattern can admit or nearly admit stand, in a sorted vocabulary in small letters.
    pub(crate) fn lookups(&self) -> Lookups {
        let (mut beginnings_of, mut literals) = (BTreeSet::new(), Vec::new());
        for (index, (word, _)) in self.words.iter().enumerate() {
            match word {
                WordPattern::Form(_) => {}
                WordPattern::Compound(..) => {
                    let term = self.terms[index].as_ref().expect("a compound has a term");
                    literals.extend(term.stems().map(str::to_owned));
                    beginnings_of.extend(hanging_beginnings(term.letters()));
                }
                WordPattern::Lemma(literal) => {
                    beginnings_of.insert(stem(&literal.folded).to_owned());
                }
                WordPattern::Regex(expression) => {
                    beginnings_of.extend(beginnings(&expression.as_written).into_iter().flatten());
                }
            }
        }
        beginnings_of.extend(self.inflected.keys().flat_map(|form| hanging_beginnings(form)));
        if !self.inflected.is_empty() || !literals.is_empty() {
            // Words that lack their beginning; they are few.
            beginnings_of.insert("(".to_owned());
        }
        Lookups {
            words: self.inflected.keys().chain(self.counterparts.keys()).cloned().collect(),
            beginnings: beginnings_of.into_iter().collect(),
            letters: (!literals.is_empty())
                .then(|| AhoCorasick::new(literals).expect("literals of a codebook fit an automaton")),
            is_about_every_word: !self.regexes.is_empty(),
        }
    }

    /// Calls `each` with the verdict of every pattern that shares letters with `word`, which is as it stands in the vocabulary.
    pub fn verdicts(&self, word: &str, mut each: impl FnMut(usize, Verdict)) {
        let folded = fold(word);
        let mut asked = Vec::new();
        for (index, bridged) in self.inflected.get(folded.as_ref()).into_iter().flatten() {
            asked.push(*index);
            each(*index, self.form(*index, bridged.as_deref(), word));
        }
        if let Some(conjunct) = Conjunct::parse(&folded) {
            self.conjunct_verdicts(&conjunct, word, &mut asked, each);
            return;
        }
        let places = self.letters.find_overlapping_iter(folded.as_ref());
        let mut found: Vec<(usize, usize)> =
            places.map(|found| (self.owners[found.pattern().as_usize()], found.start())).collect();
        // Each pattern once, with its first place: thousands of patterns can share the letters of one word.
        found.sort_by_key(|(index, _)| *index);
        found.dedup_by_key(|(index, _)| *index);
        found.retain(|(index, _)| !asked.contains(index));
        asked.extend(found.iter().map(|(index, _)| *index));
        for (index, start) in found {
            if let Some(verdict) = self.letters_found(index, word, &folded, start) {
                each(index, verdict);
            }
        }
        for (index, of) in self.counterparts.get(folded.as_ref()).into_iter().flatten() {
            if !asked.contains(index) {
                asked.push(*index);
                each(
                    *index,
                    Verdict::Refused(format!("form of {of}, the word of the other written form: add *{of}*")),
                );
            }
        }
        for &index in &self.regexes {
            if let Some(verdict) = self.regex_matched(index, word) {
                each(index, verdict);
            }
        }
    }

    /// The verdicts on a hanging word, by what its missing part makes of it.
    fn conjunct_verdicts(
        &self,
        conjunct: &Conjunct<'_>,
        word: &str,
        asked: &mut Vec<usize>,
        mut each: impl FnMut(usize, Verdict),
    ) {
        let wholes = conjunct.wholes();
        for whole in &wholes {
            for (index, _) in self.inflected.get(whole).into_iter().flatten() {
                self.admit(*index, Position::Simplex, conjunct, word, asked, &mut each);
            }
        }
        for (index, term) in self.terms.iter().enumerate() {
            let Some(term) = term else { continue };
            let position = match conjunct.partner.contains(term.letters()) {
                true => conjunct.shared_position(term),
                false => wholes.iter().find_map(|whole| conjunct.spanned_position(term, whole)),
            };
            let WordPattern::Compound(_, place) = self.words[index].0 else { continue };
            if let Some(position) = position.filter(|position| place.has(*position)) {
                self.admit(index, position, conjunct, word, asked, &mut each);
            }
        }
    }

    fn admit(
        &self,
        index: usize,
        position: Position,
        conjunct: &Conjunct<'_>,
        word: &str,
        asked: &mut Vec<usize>,
        each: &mut impl FnMut(usize, Verdict),
    ) {
        let (pattern, is_case_sensitive) = self.words[index];
        let is_written_so = pattern.literal().is_none_or(|literal| word.contains(&literal.written));
        if asked.contains(&index) || (is_case_sensitive && !is_written_so) {
            return;
        }
        asked.push(index);
        let why = format!("coordination: its missing part is that of {}", conjunct.partner);
        each(index, Verdict::admitted(position, why));
    }

    /// The verdict on a form that the pattern lists, itself or as an inflection.
    fn form(&self, index: usize, bridged: Option<&str>, word: &str) -> Verdict {
        let (pattern, is_case_sensitive) = self.words[index];
        let literal = pattern.literal().expect("only words with a literal have forms");
        if is_case_sensitive && !has_case_of(word, literal) {
            return Verdict::Refused(format!("not written as in {}", literal.written));
        }
        let why = match (pattern, bridged) {
            (WordPattern::Lemma(_), Some(of)) => {
                format!("form of {of}, which corresponds to {}", literal.folded)
            }
            (WordPattern::Lemma(_), None) => format!("form of {}", literal.folded),
            _ => "as written".to_owned(),
        };
        Verdict::admitted(Position::Simplex, why)
    }

    /// The verdict on a word that has the letters of the pattern at `start`.
    fn letters_found(&self, index: usize, word: &str, folded: &str, start: usize) -> Option<Verdict> {
        let (pattern, is_case_sensitive) = self.words[index];
        if matches!(pattern, WordPattern::Regex(_)) {
            return self.regex_matched(index, word);
        }
        let literal = pattern.literal()?;
        let WordPattern::Compound(_, place) = pattern else {
            // A near miss of a lemma begins with its stem; other words with these letters are too many.
            let is_near = start == 0 && !folded.contains('-');
            return is_near.then(|| Verdict::Refused(not_of(folded, &literal.folded)));
        };
        let member = match self.terms[index].as_ref()?.member(folded) {
            Ok(member) => member,
            Err(Refusal::Absent) => return None,
            Err(refusal) => return Some(Verdict::Refused(refusal.to_string())),
        };
        if !place.has(member.position) {
            return Some(Verdict::Refused(format!("{} is {}", literal.folded, member.position.name())));
        }
        if is_case_sensitive && !has_case_of(word, literal) {
            return Some(Verdict::Refused(format!("not written as in {}", literal.written)));
        }
        Some(Verdict::admitted(member.position, member.why))
    }

    fn regex_matched(&self, index: usize, word: &str) -> Option<Verdict> {
        let (WordPattern::Regex(expression), is_case_sensitive) = self.words[index] else { return None };
        let regex = if is_case_sensitive { &expression.as_written } else { &expression.any_case };
        regex.is_match(word).then(|| Verdict::admitted(None, "regular expression"))
    }
}

/// The words of a vocabulary that a [`Matcher`] must be given: the union of these sets.
pub(crate) struct Lookups {
    pub(crate) words: Vec<String>,
    /// The words that begin with one of these.
    pub(crate) beginnings: Vec<String>,
    /// The words that contain one of these.
    pub(crate) letters: Option<AhoCorasick>,
    /// All words, and so none of the others.
    pub(crate) is_about_every_word: bool,
}

/// What hanging words begin with that can stand for `word` or a part of it: `m-(`, `må-(`, `mål-(` … of *målstyring*.
fn hanging_beginnings(word: &str) -> impl Iterator<Item = String> {
    let ends = word.char_indices().map(|(at, _)| at).chain([word.len()]);
    ends.map(move |end| format!("{}-(", &word[..end]))
}

/// Why `word` is not a form of `lemma`: what it is instead, when that is known.
fn not_of(word: &str, lemma: &str) -> String {
    match lemmas(word).first() {
        Some(other) if other.basis == Basis::Lexicon && other.lemma != lemma => {
            format!("not a form of {lemma}: it is of {}", other.lemma)
        }
        _ => format!("not a form of {lemma}"),
    }
}

/// What every word that `regex` matches begins with, in small letters. `None` when that can be nearly anything.
pub(super) fn beginnings(regex: &Regex) -> Option<Vec<String>> {
    let expression = regex_syntax::parse(regex.as_str()).ok()?;
    let found = regex_syntax::hir::literal::Extractor::new().extract(&expression);
    let texts = found.literals()?.iter().map(|literal| {
        let text = std::str::from_utf8(literal.as_bytes()).ok()?;
        (text.chars().count() >= BEGINNING_CHARS_MIN).then(|| text.to_lowercase())
    });
    texts.collect()
}

/// What the inflected forms of a lemma have in common, roughly: near misses begin so.
fn stem(lemma: &str) -> &str {
    let length = lemma.chars().count();
    let kept = length.saturating_sub(2).max(4).min(length);
    lemma.char_indices().nth(kept).map_or(lemma, |(end, _)| &lemma[..end])
}

fn has_case_of(word: &str, literal: &Literal) -> bool {
    word.contains(literal.written.as_str())
}

fn fold(word: &str) -> Cow<'_, str> {
    let has_upper = match word.is_ascii() {
        true => word.bytes().any(|byte| byte.is_ascii_uppercase()),
        false => word.chars().any(char::is_uppercase),
    };
    match has_upper {
        true => Cow::Owned(word.to_lowercase()),
        false => Cow::Borrowed(word),
    }
}

impl TermPosition {
    /// Whether a term that stands at `position` stands here. The term alone stands everywhere.
    fn has(self, position: Position) -> bool {
        match self {
            TermPosition::Any => true,
            TermPosition::Head => matches!(position, Position::Simplex | Position::Last),
            TermPosition::Modifier => matches!(position, Position::Simplex | Position::First),
        }
    }
}

/// A hanging word with the word that shares its missing part, as the index has it: `mål-(resultatstyring)`.
struct Conjunct<'a> {
    /// Without its hyphen.
    hanging: &'a str,
    partner: &'a str,
    /// Whether what is missing is the end of the word.
    lacks_end: bool,
}

/// Above it the automaton for literals is left to its library, which then makes the small kind: 20 MB here.
const DFA_LITERAL_BYTES_MAX: usize = 20_000;
/// Shorter beginnings hold back too few words.
const BEGINNING_CHARS_MIN: usize = 2;
/// Letters of a part that is shared, and of what is left of the partner without it.
const PART_CHARS_MIN: usize = 3;

impl<'a> Conjunct<'a> {
    fn parse(word: &'a str) -> Option<Conjunct<'a>> {
        if let Some((hanging, partner)) = word.strip_suffix(')').and_then(|word| word.split_once("-(")) {
            return Some(Conjunct { hanging, partner, lacks_end: true });
        }
        let (partner, hanging) = word.strip_prefix('(')?.split_once(")-")?;
        Some(Conjunct { hanging, partner, lacks_end: false })
    }

    /// The words that the hanging word can stand for, by every part of the partner that it may share, the longest first.
    fn wholes(&self) -> Vec<String> {
        let letters = self.partner.chars().count();
        let cuts = self.partner.char_indices().enumerate().filter_map(move |(before, (at, _))| {
            (before >= PART_CHARS_MIN && letters - before >= PART_CHARS_MIN).then_some(at)
        });
        let mut wholes: Vec<String> = cuts
            .map(|at| match self.lacks_end {
                true => format!("{}{}", self.hanging, &self.partner[at..]),
                false => format!("{}{}", &self.partner[..at], self.hanging),
            })
            .collect();
        wholes.sort_by_key(|whole| std::cmp::Reverse(whole.len()));
        wholes
    }

    /// Where `term` stands in the hanging word when it is in the part that the partner shares: *styring* ends
    /// *mål(styring)* and is in the middle of *mål(styringssystem)*, whose partner is *resultatstyringssystem*.
    fn shared_position(&self, term: &Term) -> Option<Position> {
        let position = term.member(self.partner).ok()?.position;
        let is_shared = match self.lacks_end {
            true => matches!(position, Position::Last | Position::Middle),
            false => matches!(position, Position::First | Position::Middle),
        };
        is_shared.then_some(position)
    }

    /// Where `term` stands in `whole` when it reaches over the place where hanging word and shared part meet.
    fn spanned_position(&self, term: &Term, whole: &str) -> Option<Position> {
        let letters = term.letters();
        let reaches_over = match self.lacks_end {
            true => letters.starts_with(self.hanging) && whole.starts_with(letters),
            false => letters.contains(self.hanging) && whole.contains(letters),
        };
        let member = (reaches_over && letters.len() > self.hanging.len()).then(|| term.member(whole).ok());
        member.flatten().map(|member| member.position)
    }
}
