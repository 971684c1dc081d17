//! Words that OCR mistook → what they are, where the words beside them leave no doubt.
//!
//! Each rule is of a confusion that tesseract makes of the sample documents as scans and faxes. A word that could be right as it is stays.

use super::pdf::MONTHS;
use serde::{Deserialize, Serialize};

/// A word as OCR read it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct OcrWord {
    pub(crate) text: String,
    /// Left, top, right, bottom.
    pub(crate) area: [i32; 4],
    /// From 0 to 100.
    pub(crate) confidence: u8,
}

/// What has a number behind it, which is seldom a Roman one: "Tabell I Hovedtall".
const NUMBERED: [&str; 3] = ["Tabell", "Figur", "Boks"];
/// What a decimal number stands before: "38.2 prosent" is no number of a section.
const UNITS: [&str; 10] =
    ["prosent", "%", "pst", "pst.", "mill.", "mrd.", "millioner", "millionar", "milliarder", "milliardar"];
/// Beginnings of words that are words only with Å: "Arsverk", "Apne". Not "ar", "al" and "at", which are words too.
const WITH_RING: [&str; 16] = [
    "aret",
    "arlig",
    "arleg",
    "arsak",
    "arsverk",
    "arsrapport",
    "arsregnskap",
    "arsrekneskap",
    "arsmelding",
    "arsbudsjett",
    "arsplan",
    "arsoppgj",
    "apne",
    "apning",
    "apent",
    "apenhet",
];
/// Of the height of the line: words further apart are not one number. The pieces of "89, 9" stand at 0 to .25, words at .35 and more.
const PIECE_GAP: f32 = 0.3;
/// Of the height of the line: the groups of "1 657 350" stand at .35, the cells of a table at 1 and more.
const GROUP_GAP: f32 = 0.6;
/// Of the height of the line: a hyphen has .25 and stands at .3 at most in a stretched line; a dash has .5.
const HYPHEN_SHARE: f32 = 0.36;
/// A lone sign thinner than this share of the line's height, and of a lower confidence than this, is a piece of an upright rule: 1 to 4
/// pixels at 200 dpi beside lines of 28, read as "1", "I" and "k". A printed "I" has a confidence of 90.
const THIN_SHARE: f32 = 0.15;
const THIN_CONFIDENCE_MAX: u8 = 60;
/// A heading in larger type has no more words: "I Innledning og sammendrag", but not "I Norge er det slik at …".
const HEADING_WORDS_MAX: usize = 8;

/// Whether a line begins with the Arabic number of a section: "2 Mandat", "1.1 Mandatet".
pub(super) fn has_section_number(words: &[OcrWord]) -> bool {
    let [number, title, ..] = words else { return false };
    let mut parts = number.text.trim_end_matches('.').split('.');
    parts.all(|part| is_digits(part, 1, 2)) && title.text.starts_with(char::is_uppercase)
}

/// Mends the words of a line of `height`; `is_heading` is whether it is a heading among others with Arabic numbers. How many were mended.
pub(super) fn mend(words: &mut Vec<OcrWord>, height: f32, is_heading: bool) -> u32 {
    words.retain(|word| !is_rule(word, height));
    let mut n_mended = join_dates(words, height) + join_numbers(words, height) + join_hyphen(words, height);
    for index in 0..words.len() {
        let before = index.checked_sub(1).and_then(|index| words.get(index)).map(|word| word.text.as_str());
        let after = words.get(index + 1).map(|word| word.text.as_str());
        let is_first_of_heading = is_heading && index == 0 && words.len() <= HEADING_WORDS_MAX;
        let text = &words[index].text;
        let found = number(text, before, after, is_first_of_heading).or_else(|| word(text, before));
        if let Some(found) = found {
            words[index].text = found;
            n_mended += 1;
        }
    }
    n_mended
}

/// Whether a word is a piece of an upright rule.
fn is_rule(word: &OcrWord, height: f32) -> bool {
    let [left, _, right, _] = word.area;
    ((right - left) as f32) < THIN_SHARE * height
        && word.confidence < THIN_CONFIDENCE_MAX
        && word.text.chars().all(char::is_alphanumeric)
}

/// Joins a hyphen at the end of the line with the word that it cuts: "Forskjel -". A dash, which stands for itself, is wider.
fn join_hyphen(words: &mut Vec<OcrWord>, height: f32) -> u32 {
    let [.., word, hyphen] = words.as_mut_slice() else { return 0 };
    let (gap, width) = (hyphen.area[0] - word.area[2], hyphen.area[2] - hyphen.area[0]);
    let is_cut = hyphen.text == "-"
        && word.text.ends_with(char::is_lowercase)
        && (gap as f32) < HYPHEN_SHARE * height
        && (width as f32) < HYPHEN_SHARE * height;
    if is_cut {
        word.text.push('-');
        word.area[2] = hyphen.area[2];
        words.pop();
    }
    u32::from(is_cut)
}

/// Joins the pieces of a date: "20. 12. 2017", "04.01 2013".
fn join_dates(words: &mut Vec<OcrWord>, height: f32) -> u32 {
    let mut n_mended = 0;
    for index in (0..words.len()).rev() {
        for count in [3, 2] {
            let Some(parts) = words.get(index..index + count) else { continue };
            let gap = |pair: &[OcrWord]| (pair[1].area[0] - pair[0].area[2]) as f32;
            let are_near = parts.windows(2).all(|pair| (0.0..GROUP_GAP * height).contains(&gap(pair)));
            let (last, before) = parts.split_last().expect("there are two or three");
            let begin: String =
                before.iter().map(|part| format!("{}.", part.text.trim_end_matches('.'))).collect();
            let text = begin + &last.text;
            if are_near && is_date(text.trim_end_matches(['.', ',', ';', ')'])) {
                let right = parts[count - 1].area[2];
                let confidence = parts.iter().map(|part| part.confidence).min().unwrap_or_default();
                words.drain(index + 1..index + count);
                words[index] = OcrWord {
                    text,
                    confidence,
                    area: [words[index].area[0], words[index].area[1], right, words[index].area[3]],
                };
                n_mended += 1;
                break;
            }
        }
    }
    n_mended
}

/// Whether `text` is a date in figures, its day and month with two each.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let [day, month, year] = parts.as_slice() else { return false };
    let is_within = |part: &str, last: u8| {
        is_digits(part, 2, 2) && part.parse().is_ok_and(|number: u8| (1..=last).contains(&number))
    };
    is_within(day, 31) && is_within(month, 12) && is_year(year)
}

/// Joins the pieces of a decimal number before its unit, "89," and "9", and the groups of one with a group of four digits, "1657 350".
fn join_numbers(words: &mut Vec<OcrWord>, height: f32) -> u32 {
    let mut n_mended = 0;
    for index in (1..words.len()).rev() {
        let unit = words.get(index + 1).is_some_and(|unit| UNITS.contains(&unit.text.as_str()));
        let (head, tail) = words.split_at(index);
        let (Some(first), Some(next)) = (head.last(), tail.first()) else { continue };
        let gap = (next.area[0] - first.area[2]) as f32;
        let whole = first.text.trim_start_matches('|');
        let is_decimal = gap < PIECE_GAP * height
            && unit
            && match (whole.strip_suffix([',', '.']), next.text.strip_prefix([',', '.'])) {
                (Some(whole), None) => is_digits(whole, 1, 3) && is_digits(&next.text, 1, 2),
                (None, Some(decimals)) => is_digits(whole, 1, 3) && is_digits(decimals, 1, 2),
                _ => false,
            };
        let is_grouped = (0.0..GROUP_GAP * height).contains(&gap)
            && is_digits(whole, 4, 4)
            && !is_year(whole)
            && is_digits(&next.text, 3, 3);
        let text = match (is_decimal, is_grouped) {
            (true, _) => format!("{whole}{}", next.text).replace('.', ","),
            (_, true) => format!("{} {} {}", &whole[..1], &whole[1..], next.text),
            _ => continue,
        };
        let last = words.remove(index);
        let first = &mut words[index - 1];
        first.text = text;
        first.area[2] = last.area[2];
        first.confidence = first.confidence.min(last.confidence);
        n_mended += 1;
    }
    n_mended
}

/// The number that `text` is between its neighbours.
fn number(
    text: &str,
    before: Option<&str>,
    after: Option<&str>,
    is_first_of_heading: bool,
) -> Option<String> {
    let is_one = ["I", "l", "|"].contains(&text);
    // "1. juni" is read as "I. juni".
    let is_month = after.is_some_and(|after| MONTHS.contains(&after.trim_end_matches([',', '.'])));
    if is_month && (["I.", "l.", "L.", "|."].contains(&text) || ["L", "l", "|"].contains(&text)) {
        return Some("1.".to_owned());
    }
    let is_capitalised = after.is_some_and(|after| after.starts_with(char::is_uppercase));
    if is_one && is_capitalised && before.is_some_and(|before| NUMBERED.contains(&before)) {
        return Some("1".to_owned());
    }
    if is_one && is_capitalised && is_first_of_heading {
        return Some("1".to_owned());
    }
    let is_post = after.is_some_and(|after| after.starts_with("Driftsutgifter"));
    if ["o1", "O1"].contains(&text) || is_post && ["OL", "Ol", "ol", "or", "OI"].contains(&text) {
        return Some("01".to_owned());
    }
    if after.is_some_and(|after| UNITS.contains(&after))
        && let Some((whole, decimals)) = text.split_once('.')
        && is_digits(whole, 1, 3)
        && is_digits(decimals, 1, 1)
    {
        return Some(format!("{whole},{decimals}"));
    }
    years(text).or_else(|| with_digits(text))
}

/// Two years with the dash between them that a range has: "(2004-2005)".
fn years(text: &str) -> Option<String> {
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    let (from, to) = bare.split_once(['-', '—'])?;
    (is_year(from) && is_year(to) && from < to).then(|| text.replacen(bare, &format!("{from}–{to}"), 1))
}

/// "6l" is 61.
fn with_digits(text: &str) -> Option<String> {
    let is_number = text.len() >= 2
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || c == 'l' || c == 'I')
        && !text.chars().all(|c| c.is_ascii_digit());
    is_number.then(|| text.replace(['l', 'I'], "1"))
}

/// The word that `text` is: with Å where only that makes a word, and "òg" where a capital stands in the middle of a sentence.
fn word(text: &str, before: Option<&str>) -> Option<String> {
    let first = text.chars().next()?;
    if text == "Og" && before.is_some_and(|before| before.ends_with(char::is_lowercase)) {
        return Some("òg".to_owned());
    }
    let lower = if matches!(first, 'A' | 'a') { text.to_lowercase() } else { return None };
    let ring = if first == 'A' { 'Å' } else { 'å' };
    WITH_RING.iter().any(|with_ring| lower.starts_with(with_ring)).then(|| format!("{ring}{}", &text[1..]))
}

fn is_year(text: &str) -> bool {
    is_digits(text, 4, 4) && (text.starts_with("19") || text.starts_with("20"))
}

fn is_digits(text: &str, count_min: usize, count_max: usize) -> bool {
    (count_min..=count_max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words in a row, 10 pixels apart or, where "\t" is in front, 60.
    fn words(line: &str) -> Vec<OcrWord> {
        let mut left = 0;
        let place = |text: &str| {
            left += if text.starts_with('\t') { 60 } else { 10 };
            let right = left + 12 * text.trim().chars().count() as i32;
            let area = [left, 0, right, 28];
            left = right;
            OcrWord { text: text.trim().to_owned(), area, confidence: 90 }
        };
        line.split(' ').map(place).collect()
    }

    fn mended(line: &str, is_heading: bool) -> String {
        let mut words = words(line);
        mend(&mut words, 28.0, is_heading);
        words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_date_has_its_points() {
        assert_eq!(
            mended("dato 20. 12. 2017 og 04.01 2013, i dag", false),
            "dato 20.12.2017 og 04.01.2013, i dag"
        );
        assert_eq!(mended("rad 20 13 2017 og 20 12 1817", false), "rad 20 13 2017 og 20 12 1817");
        assert_eq!(mended("20 \t12 2017", false), "20 12 2017");
        assert_eq!(mended("side 4 12 2017", false), "side 4 12 2017");
    }

    #[test]
    fn a_letter_is_a_one_before_a_month_and_behind_the_name_of_a_table() {
        assert_eq!(mended("innen I. juni og l september", false), "innen 1. juni og 1. september");
        assert_eq!(mended("I november kom svaret", false), "I november kom svaret");
        assert_eq!(mended("Tabell I Hovedtall", false), "Tabell 1 Hovedtall");
        assert_eq!(mended("Tabell I viser", false), "Tabell I viser");
        assert_eq!(mended("Del I Innledning", true), "Del I Innledning");
    }

    #[test]
    fn a_heading_in_larger_type_begins_with_its_number() {
        assert_eq!(mended("I Innledning og sammendrag", true), "1 Innledning og sammendrag");
        assert_eq!(mended("I Norge er det mange", false), "I Norge er det mange");
        assert_eq!(mended("I år er det mange", true), "I år er det mange");
    }

    #[test]
    fn the_pieces_of_a_number_are_one() {
        let mut split = words("ble 89, 9 prosent");
        split[2].area[0] = split[1].area[2] + 3;
        assert_eq!(mend(&mut split, 28.0, false), 1);
        assert_eq!((split.len(), split[1].text.as_str(), split[1].area[2]), (3, "89,9", split[1].area[2]));
        assert_eq!(mended("ble 38.2 prosent av 38.2", false), "ble 38,2 prosent av 38.2");
        assert_eq!(mended("punkt 3, 4 og 5", false), "punkt 3, 4 og 5");
        assert_eq!(mended("sum 1657 350", false), "sum 1 657 350");
        assert_eq!(mended("i 2017 350 saker", false), "i 2017 350 saker");
        assert_eq!(mended("1657 \t350", false), "1657 350");
    }

    #[test]
    fn a_hyphen_at_the_end_of_a_line_goes_with_its_word() {
        let line = |width: i32| {
            let mut line = words("dette er Forskjel -");
            line[3].area = [line[2].area[2] + 8, 10, line[2].area[2] + 8 + width, 12];
            mend(&mut line, 28.0, false);
            line.last().map(|word| word.text.clone()).unwrap_or_default()
        };
        assert_eq!((line(7), line(14)), ("Forskjel-".to_owned(), "-".to_owned()));
    }

    #[test]
    fn letters_among_digits_are_digits() {
        assert_eq!(mended("6l saker og o1 sak", false), "61 saker og 01 sak");
        assert_eq!(mended("OL Driftsutgifter etter OL i Oslo", false), "01 Driftsutgifter etter OL i Oslo");
        assert_eq!(mended("11 og II", false), "11 og II");
    }

    #[test]
    fn years_have_a_dash_between_them() {
        assert_eq!(mended("(2004-2005) og 3805-3830", false), "(2004–2005) og 3805-3830");
    }

    #[test]
    fn words_that_exist_only_with_a_ring_have_one() {
        assert_eq!(mended("Arsverk og arsrapport i Aret", false), "Årsverk og årsrapport i Året");
        assert_eq!(mended("Arv er bra Arne har Artikler", false), "Arv er bra Arne har Artikler");
    }

    #[test]
    fn a_capital_in_a_sentence_stands_for_the_accent() {
        assert_eq!(mended("vil Og samle. Og vi", false), "vil òg samle. Og vi");
    }

    #[test]
    fn thin_signs_of_low_confidence_are_rules() {
        let mut line = words("driftsutgifter 1 232 k");
        line[1].area[2] = line[1].area[0] + 1;
        line[1].confidence = 5;
        line[3].area[2] = line[3].area[0] + 3;
        line[3].confidence = 90;
        mend(&mut line, 28.0, false);
        assert_eq!(
            line.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(),
            ["driftsutgifter", "232", "k"]
        );
    }
}
