//! Normalisation of text: composed letters, no ligatures, no invisible characters, one kind of space and hyphen.

use super::COORDINATORS;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Whether a character controls a terminal or an editor instead of being shown: control characters (C0, DEL, C1) but the tab, which
/// separates the cells of a table row; line and paragraph separators, the marks, embeddings, overrides and isolates of
/// bidirectional text, and the characters that XML forbids.
pub fn is_steering(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// `text` with each control character written out as `\u{202e}`, so that it can be shown and written anywhere. Different texts
/// stay different.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    // Most cells of a report are plain ASCII, which is quicker to check than characters.
    let is_plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if is_plain || !text.contains(is_steering) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_steering(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    Cow::Owned(shown)
}

/// `message` with each line cut to 300 characters: parsers repeat the line of a file that they cannot read, and a line can have
/// a megabyte.
pub(crate) fn with_short_lines(message: &str) -> String {
    const LINE_CHARS_MAX: usize = 300;
    let cut = |line: &str| match line.char_indices().nth(LINE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line.to_owned(),
    };
    message.trim_end().lines().map(cut).collect::<Vec<_>>().join("\n")
}

/// `text` as it is counted: NFC, ligatures split, soft hyphens, zero-width and bidirectional control characters gone, hyphens as
/// `-`, every run of white space and control characters as one space, trimmed.
///
/// Compatibility characters other than Latin ligatures stay as they are (`²`, `½`, `№`): they are not letters of a word.
pub fn normalise(text: &str) -> String {
    // Composing took half the time of a web page; most texts are composed.
    if text.is_ascii() {
        without_wide_spaces(text)
    } else if text.chars().all(is_composed) {
        with_hanging_hyphens(without_variants(text))
    } else {
        with_hanging_hyphens(without_variants(&text.nfc().collect::<String>()))
    }
}

/// Whether a string of such characters is its own NFC: the letters of Latin, and the dashes, quotation marks and dots of print.
fn is_composed(c: char) -> bool {
    c < '\u{300}' || ('\u{2010}'..='\u{2027}').contains(&c)
}

/// Text of ASCII with one space for each run of white space and control characters: copied in runs of what stays.
fn without_wide_spaces(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c <= ' ' || c == '\u{7f}').filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

fn without_variants(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        // What stays as it is, up to the next character that does not, or may not.
        let plain = rest.find(|c: char| !is_plain(c)).unwrap_or(rest.len());
        out.push_str(&rest[..plain]);
        let mut after = rest[plain..].chars();
        let Some(character) = after.next() else { break };
        rest = after.as_str();
        match character {
            'ﬀ' => out.push_str("ff"),
            'ﬁ' => out.push_str("fi"),
            'ﬂ' => out.push_str("fl"),
            'ﬃ' => out.push_str("ffi"),
            'ﬄ' => out.push_str("ffl"),
            'ﬅ' | 'ﬆ' => out.push_str("st"),
            '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => {}
            '\u{2010}' | '\u{2011}' => out.push('-'),
            c if c.is_whitespace() || c.is_control() => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c if is_steering(c) => {}
            c => out.push(c),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Whether a character certainly stays: the visible ones of ASCII and the letters of Latin-1.
fn is_plain(c: char) -> bool {
    matches!(c, '!'..='~' | '\u{ae}'..='\u{2ff}')
}

/// `text` with a hyphen where a dash is written for one that hangs: "mål– og resultatstyring". A dash that is one has a space
/// before it, too.
fn with_hanging_hyphens(text: String) -> String {
    if !text.contains("– ") {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("– ") {
        let (before, after) = (&rest[..at], &rest[at + "–".len()..]);
        let next = after.trim_start().split(' ').next().unwrap_or_default();
        let hangs = before.ends_with(char::is_alphabetic) && COORDINATORS.contains(&next);
        out.push_str(before);
        out.push(if hangs { '-' } else { '–' });
        rest = after;
    }
    out + rest
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
            ("mål– og resultatstyring", "mål- og resultatstyring"),
            ("tiltak – og mål, 2014– og NAV– som", "tiltak – og mål, 2014– og NAV- som"),
            ("Oslo– Bergen", "Oslo– Bergen"),
            ("  1\u{a0}000\n\tkr ", "1 000 kr"),
            ("Sa\u{301}mediggi", "Sámediggi"),
            ("\u{202e}tilsyn\u{202c} \u{2067}og\u{2069} \u{200f}frist\u{61c}", "tilsyn og frist"),
            ("rød\u{1b}[31m\u{7}tekst\u{9b}0m", "rød [31m tekst 0m"),
        ];
        for (raw, wanted) in cases {
            assert_eq!(normalise(raw), wanted);
        }
    }

    #[test]
    fn characters_that_are_composed_are_left_alone_by_composing() {
        use unicode_normalization::{IsNormalized, is_nfc_quick};
        for c in (0..=0x10_ffffu32).filter_map(char::from_u32).filter(|c| is_composed(*c)) {
            // "Yes" also of a character that begins nothing and joins nothing before it.
            assert_eq!(is_nfc_quick(std::iter::once(c)), IsNormalized::Yes, "{c:?}");
            assert_eq!(unicode_normalization::char::canonical_combining_class(c), 0, "{c:?}");
        }
    }

    #[test]
    fn what_is_shown_has_no_steering_characters_and_tells_texts_apart() {
        assert_eq!(visible("mål – «én» 🙂"), "mål – «én» 🙂");
        assert_eq!(visible("a\u{1b}[0m\u{202e}b\nc"), "a\\u{1b}[0m\\u{202e}b\\u{a}c");
        let steering = (0..=0x10_ffffu32).filter_map(char::from_u32).filter(|c| is_steering(*c));
        for c in steering {
            assert!(
                !visible(&c.to_string()).contains(is_steering)
                    && !normalise(&c.to_string()).contains(is_steering)
            );
        }
    }

    #[test]
    fn a_message_does_not_repeat_a_long_line() {
        let long = format!("wrong\n{}\n  ^\n", "å".repeat(1_000));
        assert_eq!(with_short_lines(&long), format!("wrong\n{}…\n  ^", "å".repeat(300)));
    }
}
