//! Lines of a paragraph → its text: which hyphen at a line end is the typesetter's, which the word's own.
//!
//! A soft hyphen joins, and so does U+2010 where no word is written with it; U+2011 stays; a hyphen is decided by the rule of
//! all formats (`hyphens`) with the document's own words. Dashes and slashes between letters stay without a space.

use super::hyphens::{LineEnd, hyphen_at_line_end};
use std::{
    collections::HashSet,
    hash::{BuildHasherDefault, Hasher},
};

/// The hyphens that a line can end in.
pub(crate) const LINE_HYPHENS: [char; 3] = ['-', '\u{ad}', '\u{2010}'];
/// Letters of a word behind a name and its hyphen: shorter ones are the ends of names ("Erik-|sen").
const NAMED_LETTERS_MIN: usize = 4;
/// Letters of a name whose hyphen is kept without the name being known: "Johannesburg-|toppmøtet"; longer ones are compounds.
const NAME_LETTERS_MAX: usize = 12;

/// In a document that breaks words at line ends a tenth to a third of the lines end so; in thin justified ones of TeX and Typst 0.02 to
/// 0.04. In others up to 0.014 of the lines end in a hyphen.
const BROKEN_SHARE_MIN: f32 = 0.015;
/// Fewer lines tell nothing of the document.
const LINES_MIN: usize = 60;

/// The words of a document that stand within lines: what a joined word is compared with.
///
/// Only their hashes are kept, for each [`Case`] apart. Two words with one hash, one in 2^64, could cost a hyphen.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    words: HashSet<u64, BuildHasherDefault<AsIs>>,
    /// Whether words are written with U+2010: where none is, that hyphen is the typesetter's.
    writes_u2010: bool,
    line_count: usize,
    /// Lines that end in a hyphen behind a small letter.
    broken_count: usize,
}

impl Vocabulary {
    /// Takes up the words of a line, but not the first and the last, which a line break may have cut.
    pub(crate) fn add_line(&mut self, line: &str) {
        let mut has_u2010 = false;
        let mut word: Option<WordHash> = None;
        // The word before, unless it was the first.
        let mut before: Option<u64> = None;
        let mut is_first = true;
        let (mut case, mut last) = (Case::Capital, ' ');
        // Whether the word before is one in small letters without a sign behind it.
        let mut goes_on = false;
        for character in line.chars() {
            if character.is_whitespace() {
                if let Some(word) = word.take() {
                    before = Some(case.marked(word.finish())).filter(|_| !is_first);
                    is_first = false;
                    goes_on = case == Case::Small && last.is_alphabetic();
                }
                continue;
            }
            has_u2010 |= character == '\u{2010}';
            if word.is_none() {
                self.words.extend(before.take());
                case = Case::of(character, goes_on);
            }
            last = character;
            word.get_or_insert_default().add(character);
        }
        self.line_count += 1;
        self.broken_count +=
            usize::from(last == '-' && line.trim_end_matches(['-', ' ']).ends_with(char::is_lowercase));
        let writes_it = || line.split_whitespace().skip(1).any(|word| core(word).contains('\u{2010}'));
        self.writes_u2010 |= has_u2010 && writes_it();
    }

    fn has(&self, word: &str) -> bool {
        let hash = hash(word);
        Case::ALL.iter().any(|case| self.words.contains(&case.marked(hash)))
    }

    /// Whether the typesetter of the document breaks words: in one in a hundred lines or fewer the hyphens are the words' own.
    fn breaks_words(&self) -> bool {
        self.line_count < LINES_MIN || self.broken_count as f32 > BROKEN_SHARE_MIN * self.line_count as f32
    }

    /// Whether the document writes `word` with a capital within a sentence, and never in small letters.
    fn is_name(&self, word: &str) -> bool {
        let hash = hash(word);
        self.words.contains(&Case::Name.marked(hash)) && !self.words.contains(&Case::Small.marked(hash))
    }
}

/// How a word stands in a document.
#[derive(Clone, Copy, PartialEq)]
enum Case {
    /// With a capital, behind a word in small letters.
    Name,
    /// With a capital elsewhere, which may be that of a sentence, or behind a sign.
    Capital,
    Small,
}

impl Case {
    const ALL: [Case; 3] = [Case::Name, Case::Capital, Case::Small];

    /// That of a word that opens with `first`; `goes_on` within a sentence.
    #[inline(always)]
    fn of(first: char, goes_on: bool) -> Case {
        match first {
            'a'..='z' => Case::Small,
            'A'..='Z' if goes_on => Case::Name,
            _ if first.is_lowercase() => Case::Small,
            _ if goes_on && first.is_uppercase() => Case::Name,
            _ => Case::Capital,
        }
    }

    /// The hash under which the vocabulary keeps a word.
    #[inline(always)]
    fn marked(self, hash: u64) -> u64 {
        hash ^ match self {
            Case::Name => 0x5bd1_e995_85eb_ca6b,
            Case::Capital => 0xc2b2_ae35_27d4_eb2f,
            Case::Small => 0,
        }
    }
}

fn hash(word: &str) -> u64 {
    let mut hash = WordHash::default();
    word.chars().for_each(|character| hash.add(character));
    hash.finish()
}

/// The FNV-1a hash of the characters of a word in lower case, without the signs around it.
struct WordHash {
    /// Of all from the first letter or digit on.
    all: u64,
    /// Of those up to the last letter or digit; `None` before the first.
    core: Option<u64>,
}

impl Default for WordHash {
    fn default() -> WordHash {
        WordHash { all: 0xcbf2_9ce4_8422_2325, core: None }
    }
}

impl WordHash {
    #[inline(always)]
    fn add(&mut self, character: char) {
        match character {
            'a'..='z' | '0'..='9' => self.add_alphanumeric(character),
            'A'..='Z' => self.add_alphanumeric(character.to_ascii_lowercase()),
            _ if character.is_alphanumeric() => {
                character.to_lowercase().for_each(|character| self.add_alphanumeric(character));
            }
            _ if self.core.is_some() => self.step(character),
            _ => {}
        }
    }

    fn add_alphanumeric(&mut self, character: char) {
        self.step(character);
        self.core = Some(self.all);
    }

    fn step(&mut self, character: char) {
        self.all = (self.all ^ u64::from(character)).wrapping_mul(0x0000_0100_0000_01b3);
    }

    /// The hash, mixed once more since a set uses its highest bits.
    fn finish(self) -> u64 {
        let hash = self.core.unwrap_or_default();
        (hash ^ hash >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

/// Takes a hash for what it is.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("only numbers are hashed")
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

fn core(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// Adds the next line to `text`.
pub(crate) fn append(text: &mut String, line: &str, vocabulary: &Vocabulary) {
    let line = line.trim();
    if text.is_empty() || line.is_empty() {
        text.push_str(line);
        return;
    }
    match joint(text, line, vocabulary) {
        Joint::Drop => {
            text.pop();
        }
        Joint::Keep => {}
        Joint::Space => text.push(' '),
    }
    text.push_str(line);
}

/// `text` without the soft hyphens within its lines, and with plain hyphens for those that forbid a break. The last
/// character stays: it may meet another line on the next page.
pub(crate) fn settled(text: String) -> String {
    if !['\u{ad}', '\u{2011}'].iter().any(|hyphen| text.contains(*hyphen)) {
        return text;
    }
    let last = text.char_indices().next_back().map_or(0, |(at, _)| at);
    let (body, end) = text.split_at(last);
    body.replace('\u{ad}', "").replace('\u{2011}', "-") + end
}

enum Joint {
    /// The hyphen goes, nothing comes between.
    Drop,
    /// What is there stays, nothing comes between.
    Keep,
    Space,
}

fn joint(text: &str, line: &str, vocabulary: &Vocabulary) -> Joint {
    let left = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let right = line.split_whitespace().next().unwrap_or_default();
    let Some(last) = left.chars().next_back() else { return Joint::Space };
    let stem = left.strip_suffix(last).unwrap_or_default();
    let follows_letter = stem.chars().next_back().is_some_and(char::is_alphanumeric);
    let starts_word = right.chars().next().is_some_and(char::is_alphanumeric);
    match last {
        '\u{ad}' => Joint::Drop,
        '\u{2011}' => Joint::Keep,
        // TeX breaks behind any hyphen: "kunnskaps-|, kultur- og verdigrunnlag".
        '-' | '\u{2010}' if follows_letter && right.starts_with([',', ';', ')']) => Joint::Keep,
        _ if !follows_letter || !starts_word => Joint::Space,
        '\u{2010}' if !vocabulary.writes_u2010 => Joint::Drop,
        '-' | '\u{2010}' => hyphen(stem, right, vocabulary),
        // A dash between words without a space before it is a compound's: "Høyre–|Fremskrittsparti", "2019–|2020".
        '/' if is_address(left) => {
            if goes_on_address(right) {
                Joint::Keep
            } else {
                Joint::Space
            }
        }
        '–' | '/' if is_digit(stem.chars().next_back()) != is_digit(right.chars().next()) => Joint::Space,
        '–' | '/' => Joint::Keep,
        _ => Joint::Space,
    }
}

fn is_address(word: &str) -> bool {
    word.contains("://") || word.starts_with("www.")
}

/// Whether a word goes on with an address that a line's end has cut: it is in small letters, a number like a year, or has the
/// signs of an address itself. A capital begins what stands below it ("…/rapporter/|Hovedorganisasjonen"), a small number is a mark.
fn goes_on_address(right: &str) -> bool {
    let inner = right.trim_end_matches(|c: char| !c.is_alphanumeric());
    let has_sign = inner.contains(['/', '-', '_', '.', '?', '=', '&', '#', '%']);
    let is_year = inner.len() >= 4 && inner.starts_with(|c: char| c.is_ascii_digit());
    has_sign || is_year || right.starts_with(char::is_lowercase)
}

fn is_digit(character: Option<char>) -> bool {
    character.is_some_and(|c| c.is_ascii_digit())
}

/// Whether `text` ends in the middle of a range of numbers: "2019–".
pub(crate) fn ends_in_range(text: &str) -> bool {
    text.strip_suffix(['–', '-', '/']).is_some_and(|rest| is_digit(rest.chars().next_back()))
}

/// Words that no sentence, heading or item ends with: what follows them goes on, even if it begins with a capital.
const OPEN_WORDS: [&str; 20] = [
    "og", "eller", "samt", "både", "enten", "anten", "i", "på", "til", "av", "for", "fra", "frå", "mellom",
    "gjennom", "mot", "som", "at", "ved", "hos",
];

/// What a number goes on that stands below it: "i tabell" above "3.12".
const NUMBERED_WORDS: [&str; 9] =
    ["tabell", "figur", "boks", "kapittel", "kap.", "punkt", "pkt.", "avsnitt", "§"];

/// Whether `text` ends with a word that does not end anything.
pub(crate) fn ends_openly(text: &str) -> bool {
    let last = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    last.len() < text.len() && OPEN_WORDS.contains(&last)
}

/// Whether `text` ends with what has a number behind it.
pub(crate) fn wants_number(text: &str) -> bool {
    let last = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    last.len() < text.len() && NUMBERED_WORDS.contains(&last)
}

fn hyphen(stem: &str, right: &str, vocabulary: &Vocabulary) -> Joint {
    match hyphen_at_line_end(stem, right, Some(&|word| vocabulary.has(word))) {
        LineEnd::Join if joins_name(stem, right, vocabulary) => Joint::Keep,
        LineEnd::Join => Joint::Drop,
        LineEnd::Keep => Joint::Keep,
        LineEnd::Hang => Joint::Space,
    }
}

/// Whether the hyphen joins a name and a word, which the document never writes without it: "Moria-|erklæringen". It writes both for
/// themselves, or its typesetter breaks no words.
///
/// In two reports, three manuals and 665 speeches the former keeps 152 hyphens of names, and 46 of the 16,000 that a typesetter could
/// set in other words with a capital, half of them behind a name too ("Oslo-|politiet").
fn joins_name(stem: &str, right: &str, vocabulary: &Vocabulary) -> bool {
    let name = stem.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let word = core(right);
    name.starts_with(char::is_uppercase)
        && word.chars().count() >= NAMED_LETTERS_MIN
        && (vocabulary.is_name(name) && vocabulary.has(word)
            || name.chars().count() <= NAME_LETTERS_MAX && !vocabulary.breaks_words())
        && !vocabulary.has(&format!("{stem}{right}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(lines: &[&str]) -> String {
        let mut vocabulary = Vocabulary::default();
        lines.iter().for_each(|line| vocabulary.add_line(line));
        let mut text = String::new();
        lines.iter().for_each(|line| append(&mut text, line, &vocabulary));
        text
    }

    #[test]
    fn an_address_goes_on_behind_a_slash_and_ends_before_a_capital() {
        let cases: [(&[&str], &str); 6] = [
            (
                &["se https://eks.no/tall/", "rapport-2024.pdf her"],
                "se https://eks.no/tall/rapport-2024.pdf her",
            ),
            (&["se https://eks.no/", "Hjelp/Start"], "se https://eks.no/Hjelp/Start"),
            (&["www.eks.no/tall/", "Hovedkontoret (2018)"], "www.eks.no/tall/ Hovedkontoret (2018)"),
            (&["avtalen i EU/", "EØS"], "avtalen i EU/EØS"),
            (&["https://eks.no/tall/", "2024 her"], "https://eks.no/tall/2024 her"),
            (&["https://eks.no/tall/", "3 Neste"], "https://eks.no/tall/ 3 Neste"),
        ];
        for (lines, wanted) in cases {
            assert_eq!(joined(lines), wanted);
        }
    }

    #[test]
    fn a_comma_follows_a_hanging_hyphen() {
        assert_eq!(
            joined(&["et felles kunnskaps-", ", kultur- og verdigrunnlag"]),
            "et felles kunnskaps-, kultur- og verdigrunnlag"
        );
    }

    #[test]
    fn the_hyphen_between_a_name_and_a_word_is_its_own() {
        let known = "i dag har Moria ingen erklæring eller en lang erklæringen om noe";
        let broken =
            |text: &str, lines: [&str; 2]| joined(&[text, lines[0], lines[1]]).split_off(text.len() + 1);
        assert_eq!(broken(known, ["se Moria-", "erklæringen, der"]), "se Moria-erklæringen, der");
        assert_eq!(broken(known, ["se Noria-", "erklæringen, der"]), "se Noriaerklæringen, der");
        assert_eq!(broken(known, ["se Moria-", "planen, der"]), "se Moriaplanen, der");
        let common = "i dag har Moria en moria og en lang erklæringen om noe";
        assert_eq!(broken(common, ["se Moria-", "erklæringen, der"]), "se Moriaerklæringen, der");
        let written = "i dag har Moria en Moriaerklæringen og en lang erklæringen om noe";
        assert_eq!(broken(written, ["se Moria-", "erklæringen, der"]), "se Moriaerklæringen, der");
    }

    #[test]
    fn where_no_words_are_broken_a_hyphen_behind_a_name_is_its_own() {
        let cases = [(2 * LINES_MIN, "se Noria-erklæringen"), (LINES_MIN / 2, "se Noriaerklæringen")];
        for (count, wanted) in cases {
            let mut lines = vec!["en linje til"; count];
            lines.extend(["se Noria-", "erklæringen"]);
            assert!(joined(&lines).ends_with(wanted), "{count} lines");
        }
    }

    #[test]
    fn half_a_word_does_not_hang_before_its_own_ending() {
        let lines = ["en tillitsreform er en plan: tillitsrefor-", "men er målet"];
        assert_eq!(joined(&lines), "en tillitsreform er en plan: tillitsreformen er målet");
        assert_eq!(
            joined(&["en plan for plan-", "men ikke byggesak"]),
            "en plan for plan- men ikke byggesak"
        );
    }
}
