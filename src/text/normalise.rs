//! One way to write each word: composed letters, no ligatures, no invisible characters, one kind of space and hyphen.

use unicode_normalization::UnicodeNormalization;

/// `text` as it is counted: NFC, ligatures split, soft hyphens and zero-width characters gone, hyphens as `-`,
/// every run of white space as one space, trimmed.
///
/// Compatibility characters other than Latin ligatures stay as they are (`²`, `½`, `№`): they are not letters of a word.
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.nfc() {
        match character {
            'ﬀ' => out.push_str("ff"),
            'ﬁ' => out.push_str("fi"),
            'ﬂ' => out.push_str("fl"),
            'ﬃ' => out.push_str("ffi"),
            'ﬄ' => out.push_str("ffl"),
            'ﬅ' | 'ﬆ' => out.push_str("st"),
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => {}
            '\u{2010}' | '\u{2011}' => out.push('-'),
            c if c.is_whitespace() || c.is_control() => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// What becomes of the hyphen at the end of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// The typesetter's hyphen: the two halves are one word.
    Join,
    /// The word's own hyphen: it stays, and the next line follows without a space ("e-post").
    Keep,
    /// A hanging hyphen: it stays, and a space follows ("mål- og resultatstyring").
    Hang,
}

/// What becomes of the hyphen between `left` (the last word of a line, without its hyphen) and `right` (the first word
/// of the next).
///
/// In this order: a coordinating word on the right makes it *hang*; digits or a capital on either side of the hyphen, or
/// a left part that is one letter or an abbreviation in capitals, make it the word's own, so *keep*; a small letter on
/// both sides means *join*.
pub fn hyphen_at_line_end(left: &str, right: &str) -> LineEnd {
    // bokmål, nynorsk, English, Northern Sámi
    const COORDINATORS: [&str; 12] =
        ["og", "eller", "og/eller", "samt", "til", "men", "som", "and", "or", "ja", "dahje", "sowie"];
    let right_word = right.trim_end_matches(|c: char| !c.is_alphanumeric());
    if COORDINATORS.contains(&right_word) {
        return LineEnd::Hang;
    }
    let is_lower = |c: Option<char>| c.is_some_and(|c| c.is_lowercase());
    let last_part = left.rsplit(['-', '/']).next().unwrap_or(left);
    let letters = last_part.chars().filter(|c| c.is_alphabetic()).count();
    let splits_a_word = is_lower(left.chars().next_back()) && is_lower(right.chars().next()) && letters > 1;
    if splits_a_word { LineEnd::Join } else { LineEnd::Keep }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_composed_and_visible() {
        let cases = [
            ("ma\u{30a}lstyring", "målstyring"),
            ("o\u{338}kt", "o\u{338}kt"),
            ("eﬀektiv ﬁnansiering", "effektiv finansiering"),
            ("innova\u{ad}sjons\u{ad}arbeid", "innovasjonsarbeid"),
            ("tillits\u{200b}basert", "tillitsbasert"),
            ("NAV\u{2011}reformen", "NAV-reformen"),
            ("  1\u{a0}000\n\tkr ", "1 000 kr"),
            ("Sa\u{301}mediggi", "Sámediggi"),
        ];
        for (raw, wanted) in cases {
            assert_eq!(normalise(raw), wanted);
        }
    }

    #[test]
    fn the_hyphen_of_a_word_survives_the_line_end() {
        use LineEnd::{Hang, Join, Keep};
        let cases = [
            ("effek", "tivisering", Join),
            ("mål", "og", Hang),
            ("innovasjons", "eller", Hang),
            ("e", "post", Keep),
            ("IKT", "utviklingen", Keep),
            ("Nord", "Trøndelag", Keep),
            ("2019", "2020", Keep),
            ("arbeids", "og", Hang),
            ("FoU", "innsats", Keep),
            ("arbeidsmarkeds", "tiltak", Join),
            ("COVID", "19", Keep),
        ];
        for (left, right, wanted) in cases {
            assert_eq!(hyphen_at_line_end(left, right), wanted, "{left}-|{right}");
        }
    }
}
