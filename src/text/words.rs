//! Where the words of a text are: the one tokenizer that counting, indexing and queries share.

use std::ops::Range;

/// Longer tokens are no words but debris (a URL in base64, a line of a table glued together); they are left out.
pub const WORD_BYTES_MAX: usize = 255;

/// One token: its place in the text and whether it counts as a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<'a> {
    /// As it is written.
    pub text: &'a str,
    /// Bytes of the token in the text.
    pub range: Range<usize>,
    /// Whether it has a letter. Only such tokens count in the denominators (`n_tokens`); numbers are indexed, not counted.
    pub has_letter: bool,
}

/// The tokens of a normalised `text`, in order.
///
/// A token is a run of letters, marks and digits. A hyphen or apostrophe between two of them belongs to the token
/// ("e-post", "COVID-19", "regjeringa's"); so does a hyphen at the end or the beginning of a word, where it stands for a
/// part left out ("mål- og resultatstyring", "bruker- og pårørende", "-styring"). A dash is no hyphen.
pub fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        loop {
            let start = rest + text[rest..].find(char::is_alphanumeric)?;
            let end = token_end(text, start);
            rest = end;
            let start = with_leading_hyphen(text, start);
            let token = &text[start..end];
            if token.len() <= WORD_BYTES_MAX {
                let has_letter = token.chars().any(char::is_alphabetic);
                return Some(Word { text: token, range: start..end, has_letter });
            }
        }
    })
}

/// The end of the token whose first letter or digit is at `start`.
fn token_end(text: &str, start: usize) -> usize {
    let mut characters = text[start..].char_indices().peekable();
    while let Some((offset, character)) = characters.next() {
        if is_word_character(character) {
            continue;
        }
        let next_is_word = characters.peek().is_some_and(|(_, next)| next.is_alphanumeric());
        match character {
            '-' | '\'' | '’' if next_is_word => {}
            '-' if hangs(&text[start..start + offset], &text[start + offset + 1..]) => {
                return start + offset + 1;
            }
            _ => return start + offset,
        }
    }
    text.len()
}

fn is_word_character(character: char) -> bool {
    // Combining marks that have no composed form ("m̈") belong to their letter.
    character.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&character)
}

/// Whether the hyphen between `word` and `rest` stands for a part left out: after a letter, before a space or a comma.
fn hangs(word: &str, rest: &str) -> bool {
    let after_letter = word.chars().next_back().is_some_and(char::is_alphabetic);
    after_letter && rest.chars().next().is_some_and(|c| c.is_whitespace() || matches!(c, ',' | '/' | ')'))
}

/// `start`, or the hyphen before it when that opens the token ("-styring" after a space).
fn with_leading_hyphen(text: &str, start: usize) -> usize {
    let before = &text[..start];
    let Some(lead) = before.strip_suffix('-') else { return start };
    let opens = lead.chars().next_back().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '/' | '«'));
    let letter_follows = text[start..].chars().next().is_some_and(char::is_alphabetic);
    if opens && letter_follows { start - 1 } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<&str> {
        words(text).map(|word| word.text).collect()
    }

    #[test]
    fn a_word_keeps_its_hyphens() {
        let cases: [(&str, &[&str]); 12] = [
            ("Mål- og resultatstyring.", &["Mål-", "og", "resultatstyring"]),
            (
                "innovasjons-, omstillings- og FoU-arbeid",
                &["innovasjons-", "omstillings-", "og", "FoU-arbeid"],
            ),
            ("send e-post – nå", &["send", "e-post", "nå"]),
            ("2019–2020 og 2019/2020", &["2019", "2020", "og", "2019", "2020"]),
            ("brukerstyring og -medvirkning", &["brukerstyring", "og", "-medvirkning"]),
            ("«tillitsreformen»", &["tillitsreformen"]),
            ("og/eller", &["og", "eller"]),
            ("regjeringa's tiltak'", &["regjeringa's", "tiltak"]),
            ("COVID-19, § 3-1", &["COVID-19", "3-1"]),
            ("Sámedikki ođasmahttin Ruoŧŧa", &["Sámedikki", "ođasmahttin", "Ruoŧŧa"]),
            ("- punkt -5 grader", &["punkt", "5", "grader"]),
            ("", &[]),
        ];
        for (text, wanted) in cases {
            assert_eq!(tokens(text), wanted, "{text}");
        }
    }

    #[test]
    fn only_tokens_with_a_letter_count_as_words() {
        let counted = words("12,5 pst. av 1 000 kr i 2024").filter(|word| word.has_letter).count();
        assert_eq!(counted, 4);
    }

    #[test]
    fn ranges_cut_the_token_out_of_the_text() {
        let text = "Å gå – sånn-omtrent og -medvirkning";
        for word in words(text) {
            assert_eq!(&text[word.range.clone()], word.text);
        }
    }

    #[test]
    fn debris_is_no_word() {
        let long = "x".repeat(256);
        assert_eq!(tokens(&format!("før {long} etter")), ["før", "etter"]);
        assert_eq!(tokens(&"ø".repeat(127)).len(), 1);
    }
}
