//! Pages of words → which of them cannot be read, because their letters stand for others.
//!
//! A file can map its glyphs to the wrong letters ("Ghsduwhphqwhw" for "Departementet"): the page looks right, and its text is
//! useless. Two tests must both fail, since tables of names have few small words: the share of the commonest words, and the share
//! of vowels. Short pages and other scripts than Latin are not judged.

use crate::text::words;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A page with fewer words is not judged.
const WORDS_MIN: usize = 40;
/// Fewer different words tell nothing of a language: "Test", a hundred times.
const FORMS_MIN: usize = 8;
/// Of a hundred words of running text thirty or more are in [`SMALL_WORDS`]; of tables of names still one or two.
const SMALL_WORDS_MIN_PERCENT: usize = 3;
/// The share of vowels among Latin letters: .38 in bokmål and English, .45 in Northern Sámi, .30 in tables of abbreviations;
/// .15 in text shifted by three letters.
const VOWELS: std::ops::RangeInclusive<f64> = 0.27..=0.58;
/// Signs that are rare in text and in tables, and frequent where letters stand for others. Without those of shares, sums and leaders.
const ODD_SIGNS: &str = "#$&@\\^`{}~";
/// Of a hundred characters of text one is such a sign, of program code up to eight; of letters shifted by 29 twenty-five.
const ODD_SIGNS_MAX_PERCENT: usize = 12;
/// How many of the commonest forms a notice shows.
const FORMS_SHOWN: usize = 5;

/// The commonest words of bokmål, nynorsk, English, Swedish, Danish and the Sámi languages.
const SMALL_WORDS: [&str; 44] = [
    "og", "i", "er", "det", "som", "på", "til", "av", "for", "en", "et", "å", "at", "med", "den", "de",
    "ikke", "har", "om", "fra", "ein", "eit", "ikkje", "frå", "dei", "the", "of", "and", "in", "to", "is",
    "a", "att", "och", "är", "af", "ja", "lea", "leat", "dat", "go", "jïh", "lij", "mij",
];

/// Counts of the words and letters of one page or document.
#[derive(Debug, Default)]
pub(super) struct Legibility {
    words: usize,
    small_words: usize,
    latin: usize,
    letters: usize,
    vowels: usize,
    forms: HashMap<String, usize>,
    /// Strings between spaces, their characters, and those that stand for no letter, figure or common punctuation.
    strings: usize,
    characters: usize,
    odd_signs: usize,
}

impl Legibility {
    /// Adds the words of a text.
    pub(super) fn add(&mut self, text: &str) {
        for string in text.split_whitespace() {
            self.strings += 1;
            self.characters += string.chars().count();
            self.odd_signs += string.chars().filter(|sign| ODD_SIGNS.contains(*sign)).count();
        }
        for word in words(text).filter(|word| word.is_counted) {
            let lower = word.text.to_lowercase();
            self.words += 1;
            // Not "I": OCR reads it for any lonely stroke.
            self.small_words += usize::from(SMALL_WORDS.contains(&lower.as_str()) && word.text != "I");
            for letter in lower.chars().filter(|c| c.is_alphabetic()) {
                self.letters += 1;
                self.latin += usize::from(letter < '\u{250}');
                self.vowels += usize::from("aeiouyæøåäöáéíóúý".contains(letter));
            }
            *self.forms.entry(word.text.to_owned()).or_default() += 1;
        }
    }

    /// Whether the text is certainly not in a language.
    pub(super) fn is_illegible(&self) -> bool {
        if self.strings >= WORDS_MIN && self.odd_signs * 100 > ODD_SIGNS_MAX_PERCENT * self.characters {
            return true;
        }
        let share = self.vowels as f64 / self.latin.max(1) as f64;
        self.words >= WORDS_MIN
            && self.forms.len() >= FORMS_MIN
            && self.small_words * 100 < SMALL_WORDS_MIN_PERCENT * self.words
            && self.latin * 10 >= self.letters * 9
            && !VOWELS.contains(&share)
    }

    /// The commonest forms, as a notice shows them.
    pub(super) fn commonest(&self) -> String {
        let mut forms: BTreeMap<(std::cmp::Reverse<usize>, &str), ()> = BTreeMap::new();
        forms.extend(self.forms.iter().map(|(form, count)| ((std::cmp::Reverse(*count), form.as_str()), ())));
        forms.keys().take(FORMS_SHOWN).map(|(_, form)| *form).collect::<Vec<_>>().join(", ")
    }
}

/// `text` with UTF-8 that was read as Windows-1252 set right ("pÃ¥" → "på"), and in how many places; no Norwegian or English
/// word has such pairs.
pub(super) fn without_mojibake(text: &str) -> Option<(String, usize)> {
    if !text.contains(['Ã', 'Â']) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut count = 0;
    let mut rest = text.chars().peekable();
    while let Some(first) = rest.next() {
        let pair = rest.peek().filter(|_| matches!(first, 'Ã' | 'Â')).and_then(|next| decoded(first, *next));
        match pair {
            Some(character) => {
                out.push(character);
                count += 1;
                rest.next();
            }
            None => out.push(first),
        }
    }
    (count > 0).then_some((out, count))
}

/// The letter whose two bytes in UTF-8 are these two characters in Windows-1252.
fn decoded(first: char, second: char) -> Option<char> {
    if second.is_alphabetic() && second.is_ascii() || second == ' ' {
        return None;
    }
    let pair = String::from_iter([first, second]);
    let (bytes, _, has_failed) = encoding_rs::WINDOWS_1252.encode(&pair);
    let text = std::str::from_utf8(&bytes).ok().filter(|_| !has_failed)?;
    let mut characters = text.chars();
    characters.next().filter(|c| c.is_alphabetic() && characters.next().is_none())
}

/// A mistake of encoding: what æ, ø and å became, in small letters and capitals as far as the sign is in no ordinary text.
#[derive(Debug, PartialEq)]
pub(super) struct WrongEncoding {
    /// "Mac Roman read as Windows-1252"
    pub(super) name: &'static str,
    /// The sign and the letter that it stands for.
    letters: &'static [(char, char)],
}

static WRONG_ENCODINGS: [WrongEncoding; 5] = [
    WrongEncoding {
        name: "Mac Roman read as Windows-1252",
        letters: &[('Œ', 'å'), ('¾', 'æ'), ('¿', 'ø'), ('\u{81}', 'Å'), ('®', 'Æ'), ('¯', 'Ø')],
    },
    WrongEncoding {
        name: "Windows-1252 read as Mac Roman",
        letters: &[('Â', 'å'), ('Ê', 'æ'), ('¯', 'ø'), ('≈', 'Å'), ('∆', 'Æ'), ('ÿ', 'Ø')],
    },
    WrongEncoding {
        name: "CP850 read as Windows-1252",
        letters: &[('†', 'å'), ('‘', 'æ'), ('›', 'ø'), ('\u{8f}', 'Å'), ('\u{9d}', 'Ø')],
    },
    WrongEncoding {
        name: "Windows-1252 read as CP850",
        letters: &[('Õ', 'å'), ('µ', 'æ'), ('°', 'ø'), ('┼', 'Å'), ('Ï', 'Ø')],
    },
    WrongEncoding {
        name: "seven bits of Norwegian read as ASCII",
        letters: &[('}', 'å'), ('{', 'æ'), ('|', 'ø'), (']', 'Å'), ('[', 'Æ'), ('\\', 'Ø')],
    },
];

/// Common words with æ, ø or å: a text that has them with other signs instead is damaged, whatever else it says.
const WORDS_WITH_LETTERS: [&str; 25] = [
    "på", "så", "må", "få", "når", "også", "både", "år", "året", "før", "får", "gå", "stå", "være", "nær",
    "større", "gjør", "gjøre", "økt", "måte", "mål", "språk", "råd", "nå", "år.",
];
/// The longest of them has six letters, and a sign three bytes.
const DAMAGED_BYTES_MAX: usize = 18;
/// A text about encodings quotes one or two damaged words.
const DAMAGED_WORDS_MIN: usize = 3;

/// The mistake by which the letters of a text became signs, told by its common words. `None` where as many of them are whole.
pub(super) fn wrong_encoding<'a>(
    texts: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'static WrongEncoding> {
    let mut counts = [0; WRONG_ENCODINGS.len()];
    // Few texts have any of the signs, and few words of those: only these are looked at.
    for piece in texts.clone().filter(|text| text.contains(may_be_letter)).flat_map(str::split_whitespace) {
        if !piece.contains(may_be_letter) {
            continue;
        }
        let word = bare(piece);
        for (count, encoding) in counts.iter_mut().zip(&WRONG_ENCODINGS) {
            let is_damaged =
                word.len() <= DAMAGED_BYTES_MAX && word.contains(|sign| encoding.letter(sign).is_some());
            *count +=
                usize::from(is_damaged && WORDS_WITH_LETTERS.contains(&encoding.righted(word).0.as_str()));
        }
    }
    let best = (0..counts.len()).max_by_key(|index| counts[*index])?;
    if counts[best] < DAMAGED_WORDS_MIN {
        return None;
    }
    let words = texts.flat_map(str::split_whitespace).map(bare);
    let whole = words.filter(|word| WORDS_WITH_LETTERS.contains(word)).count();
    (counts[best] > whole).then_some(&WRONG_ENCODINGS[best])
}

/// A word without the punctuation around it.
fn bare(piece: &str) -> &str {
    piece.trim_matches([',', '.', ':', ';', '(', ')', '«', '»', '"'])
}

/// Whether a sign can stand for a letter that was damaged in words of small letters.
fn may_be_letter(sign: char) -> bool {
    if sign.is_ascii() {
        return matches!(sign, '{' | '|' | '}');
    }
    // Most texts have no other letters beyond ASCII.
    !matches!(sign, 'æ' | 'ø' | 'å') && WRONG_ENCODINGS.iter().any(|encoding| encoding.letter(sign).is_some())
}

impl WrongEncoding {
    /// Whether its signs are those of ASCII, which markup and programs are full of.
    pub(super) fn is_of_seven_bits(&self) -> bool {
        self.letters.iter().all(|(sign, _)| sign.is_ascii())
    }

    fn letter(&self, sign: char) -> Option<char> {
        self.letters.iter().find(|(of, _)| *of == sign).map(|(_, letter)| *letter)
    }

    /// `text` with the letters, and how many. A sign is a letter beside a small letter (*p†*); å also where it stands alone.
    pub(super) fn righted(&self, text: &str) -> (String, usize) {
        let characters: Vec<char> = text.chars().collect();
        let is_small = |index: Option<usize>| {
            index.and_then(|index| characters.get(index)).is_some_and(|c| c.is_lowercase())
        };
        let is_space = |index: Option<usize>| {
            index.and_then(|index| characters.get(index)).is_none_or(|c| c.is_whitespace())
        };
        let mut count = 0;
        let right = |(index, sign): (usize, &char)| {
            let Some(letter) = self.letter(*sign) else { return *sign };
            let (before, after) = (index.checked_sub(1), Some(index + 1));
            let is_alone = is_space(before) && is_space(after);
            if !(is_small(before) || is_small(after) || is_alone && letter == 'å') {
                return *sign;
            }
            count += 1;
            letter
        };
        let righted = characters.iter().enumerate().map(right).collect();
        (righted, count)
    }
}

/// Ligatures that fonts map to a single wrong sign.
const LIGATURES: [&str; 8] = ["ff", "fi", "fl", "ffi", "ti", "tt", "ft", "fj"];
/// A sign that replaces another occurs more often than a typing error.
const WRONG_SIGNS_MIN: usize = 10;
/// The number of different words that must become words that the document has elsewhere.
const RIGHTED_WORDS_MIN: usize = 2;

/// A sign within words that stands for another: what it stands for, if that is certain, how often, and in which words.
#[derive(Debug, PartialEq)]
pub(super) struct WrongSign {
    pub(super) sign: char,
    pub(super) ligature: Option<&'static str>,
    pub(super) count: usize,
    pub(super) forms: Vec<String>,
}

/// The signs that stand for ligatures ("oWentlig"): capitals within small letters, or brackets and the like before them.
///
/// A ligature is certain when the words that it makes stand elsewhere in the document, and no other ligature makes as many.
/// Names in camel case, whose second part is a word, are not damage.
pub(super) fn wrong_signs<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<WrongSign> {
    let mut vocabulary: HashSet<&str> = HashSet::new();
    let mut forms: BTreeMap<(char, &str), usize> = BTreeMap::new();
    for piece in texts.flat_map(str::split_whitespace) {
        match odd_sign(piece) {
            Some(sign) => *forms.entry((sign, piece)).or_default() += 1,
            None => drop(vocabulary.insert(piece.trim_matches(|c: char| !c.is_alphanumeric()))),
        }
    }
    let mut found: Vec<WrongSign> = Vec::new();
    for ((sign, form), count) in forms {
        match found.last_mut().filter(|last| last.sign == sign) {
            Some(last) => {
                last.count += count;
                last.forms.push(form.to_owned());
            }
            None => found.push(WrongSign { sign, ligature: None, count, forms: vec![form.to_owned()] }),
        }
    }
    for wrong in &mut found {
        wrong.ligature = ligature_for(wrong, &vocabulary);
    }
    let is_damage = |wrong: &WrongSign| {
        let is_camel = |form: &&String| {
            let tail = form.split_once(wrong.sign).map_or("", |(_, tail)| tail);
            vocabulary.contains(format!("{}{tail}", wrong.sign.to_lowercase()).as_str())
        };
        wrong.count >= WRONG_SIGNS_MIN
            && (wrong.ligature.is_some()
                || !wrong.sign.is_alphabetic()
                    && wrong.forms.len() >= WRONG_SIGNS_MIN
                    && wrong.forms.iter().filter(|form| is_within_word(form, wrong.sign)).count() * 3
                        >= wrong.forms.len()
                || "WXQZ".contains(wrong.sign)
                    && wrong.forms.iter().filter(is_camel).count() * 3 < wrong.forms.len())
    };
    found.retain(is_damage);
    found
}

/// Whether a sign stands between letters of a word. Markup stands around words ("<dato>", "*arkiv*"), and addresses have signs of their own.
fn is_within_word(form: &str, sign: char) -> bool {
    let stands_between = |(at, _)| {
        let (before, after) = (form[..at].chars().next_back(), form[at..].chars().nth(1));
        before.is_some_and(char::is_alphabetic) && after.is_some_and(char::is_alphabetic)
    };
    !form.contains('/') && form.match_indices(sign).any(stands_between)
}

/// The sign that does not belong where it stands in a word of small letters. "kWh" is a unit.
fn odd_sign(piece: &str) -> Option<char> {
    if piece.trim_start_matches(|c: char| !c.is_alphanumeric()).starts_with("kW") {
        return None;
    }
    let mut last: Option<char> = None;
    let mut found = None;
    for (character, next) in piece.chars().zip(piece.chars().skip(1)) {
        let is_within = last.is_some_and(char::is_lowercase) && character.is_uppercase()
            || matches!(character, ')' | ']' | '%' | '#' | '<' | '>' | '*' | '+')
                && !last.is_some_and(|c| "([".contains(c));
        if is_within && next.is_lowercase() {
            if found.is_some() && found != Some(character) {
                return None;
            }
            found = Some(character);
        }
        last = Some(character);
    }
    found
}

fn ligature_for(wrong: &WrongSign, vocabulary: &HashSet<&str>) -> Option<&'static str> {
    let righted = |ligature: &str| {
        let is_word = |form: &&String| {
            let word = form.replace(wrong.sign, ligature);
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            vocabulary.contains(word) || SMALL_WORDS.contains(&word)
        };
        wrong.forms.iter().filter(is_word).count()
    };
    let mut counts: Vec<(usize, &str)> =
        LIGATURES.iter().map(|ligature| (righted(ligature), *ligature)).collect();
    counts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let [(best, ligature), (second, _), ..] = counts.as_slice() else { return None };
    (*best >= RIGHTED_WORDS_MIN && *best > 2 * second).then_some(*ligature)
}

/// `text` with the ligature that a sign stands for.
pub(super) fn righted(text: &str, sign: char, ligature: &str) -> Option<String> {
    if !text.contains(sign) {
        return None;
    }
    let mut out = String::with_capacity(text.len() + 8);
    for piece in text.split_inclusive(char::is_whitespace) {
        match odd_sign(piece.trim_end()) {
            Some(found) if found == sign => out.push_str(&piece.replace(sign, ligature)),
            _ => out.push_str(piece),
        }
    }
    (out != text).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_that_stands_for_a_ligature_is_told_by_the_documents_own_words() {
        let sound = "offentlig stoff effekt innovasjon til staten";
        let damaged = "oWentlig stoW eWekt oWentlige".to_owned()
            + " oWentlig stoWet eWekter"
            + " oWentlig".repeat(4).as_str();
        let found = wrong_signs([sound, damaged.as_str()].into_iter());
        assert_eq!((found[0].sign, found[0].ligature, found[0].count), ('W', Some("ff"), 10));
        assert_eq!(righted("det oWentlige W", 'W', "ff").as_deref(), Some("det offentlige W"));
    }

    #[test]
    fn names_in_camel_case_are_no_damage() {
        let names = "arkivWeb mappeWeb saksWeb postWeb journalWeb ".repeat(3);
        assert_eq!(wrong_signs(["web og arkiv", names.as_str()].into_iter()), []);
    }

    #[test]
    fn kilowatt_hours_are_no_damage() {
        let text = "Det ble brukt 120 kWh, (kWh) eller kWh/m² per år, og kWh. ".repeat(6);
        assert_eq!(wrong_signs(std::iter::once(text.as_str())), []);
    }

    #[test]
    fn markup_and_addresses_are_no_damaged_words() {
        let letters = "abcdefghijkl".chars();
        let text: String =
            letters.map(|c| format!("<{c}dato> *{c}arkiv* /hjem/skole+{c}tjener 5.0+{c}edu ")).collect();
        assert_eq!(wrong_signs(std::iter::once(text.as_str())), []);
        let letters = "abcdefghijkl".chars();
        let damaged: String = letters.map(|c| format!("bene<{c}t <{c}nne ")).collect();
        assert_eq!(wrong_signs(std::iter::once(damaged.as_str())).len(), 1);
    }

    fn legibility(text: &str) -> Legibility {
        let mut found = Legibility::default();
        (0..8).for_each(|_| found.add(text));
        found
    }

    #[test]
    fn shifted_letters_are_no_language() {
        let shifted = legibility("Nrppxqhqh vndo ohyhuh ehuhgvnds rj wudqvsruw lqqhq iulvwhq");
        assert!(shifted.is_illegible());
        assert!(shifted.commonest().starts_with("Nrppxqhqh, "));
        // As OCR reads such a page: a stroke is "I", and some letters are others.
        assert!(legibility("Nrppxqhqh I vndo ohyhuh ehuhgvnds rj wudqvsruw I Iqqhq iulvwhq").is_illegible());
        assert!(!legibility("Kommunene skal levere beredskap og transport innen fristen").is_illegible());
    }

    #[test]
    fn letters_that_became_signs_are_no_language() {
        assert!(legibility("a#.~02#+#,2#2 *#%%#0 4#)2 .~ ~2 #2~2#,#").is_illegible());
        assert!(!legibility("+ 3 % | 4 % | - 12 % = 5 % * 7 % ________").is_illegible());
    }

    #[test]
    fn a_table_of_names_can_be_read() {
        assert!(!legibility("Tromsø Bodø Steinkjer Trondheim Molde Bergen Stavanger Arendal").is_illegible());
        assert!(!legibility("SFTP HTML XML KPMG").is_illegible());
        assert!(!legibility("Test Test Header r t1 t2").is_illegible());
    }

    #[test]
    fn letters_of_another_encoding_are_told_by_common_words_and_set_right() {
        let sound = "De må også få mål på året, for å gjøre språk større og være på øya når 20 °C er nådd.";
        for encoding in &WRONG_ENCODINGS {
            let sign = |letter| {
                encoding.letters.iter().find(|(_, of)| *of == letter).map_or(letter, |(sign, _)| *sign)
            };
            let damaged: String = sound.replace("20 °C", "20 C").chars().map(sign).collect();
            let found = wrong_encoding(damaged.lines()).map(|found| found.name);
            assert_eq!(found, Some(encoding.name), "{damaged}");
            assert_eq!(encoding.righted(&damaged), (sound.replace("20 °C", "20 C"), 15), "{damaged}");
        }
        for text in [
            sound,
            "Feilen viser p† for på, m† for må og s† for så: på, må, så, få, år.",
            "‘Quoted’ words † and ° signs, Œuvre, ¿qué? {a|b} p.",
        ] {
            assert_eq!(wrong_encoding(text.lines()), None, "{text}");
        }
    }

    #[test]
    fn utf8_that_was_read_as_windows_1252_is_set_right() {
        assert_eq!(without_mojibake("pÃ¥ Ã¸konomi"), Some(("på økonomi".to_owned(), 2)));
        assert_eq!(without_mojibake("SÃO PAULO og på"), None);
        assert_eq!(without_mojibake("på økonomi"), None);
    }
}
