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
}
