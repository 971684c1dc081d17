//! Errors in a pattern or a query with their character. A message shows a part of the text, never all of it.

use std::fmt;

/// Characters of the text shown before and after the place of the error.
const EXCERPT_CHARS: usize = 30;
/// Characters of a word repeated in a message.
const WORD_CHARS: usize = 40;

/// A mistake in a pattern or a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    message: String,
    pub(crate) character: usize,
    excerpt: String,
    /// Characters of the excerpt before the mistake.
    indent: usize,
}

impl SyntaxError {
    /// The mistake `message` at byte `at` of `text`.
    pub(crate) fn new(text: &str, at: usize, message: impl Into<String>) -> SyntaxError {
        let before = text.get(..at).unwrap_or(text);
        let character = before.chars().count();
        let first = character.saturating_sub(EXCERPT_CHARS);
        let shown: String =
            text.chars().skip(first).take(character - first + EXCERPT_CHARS).map(visible).collect();
        let cut_before = if first > 0 { "…" } else { "" };
        let cut_after = if text.chars().count() > character + EXCERPT_CHARS { "…" } else { "" };
        SyntaxError {
            message: message.into(),
            character: character + 1,
            excerpt: format!("{cut_before}{shown}{cut_after}"),
            indent: character - first + usize::from(first > 0),
        }
    }

    /// The mistake `message` in a text that is not shown because it is empty or much too long.
    pub(crate) fn of_whole(message: impl Into<String>) -> SyntaxError {
        SyntaxError { message: message.into(), character: 1, excerpt: String::new(), indent: 0 }
    }

    /// This mistake, found in a part of `text` that begins at byte `at`, as a mistake of the whole.
    pub(crate) fn within(self, text: &str, at: usize) -> SyntaxError {
        let part = &text[at..];
        let offset = part.char_indices().nth(self.character - 1).map_or(part.len(), |(offset, _)| offset);
        SyntaxError::new(text, at + offset, self.message)
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if self.excerpt.is_empty() {
            return Ok(());
        }
        write!(f, ", at character {}\n  {}\n  {}^", self.character, self.excerpt, " ".repeat(self.indent))
    }
}

impl std::error::Error for SyntaxError {}

/// `word` as a message repeats it: cut when it is long.
pub(super) fn shown(word: &str) -> String {
    let cut = if word.chars().count() > WORD_CHARS { "…" } else { "" };
    word.chars().take(WORD_CHARS).map(visible).chain(cut.chars()).collect()
}

/// A character that a terminal shows as itself: neither a control character nor one that turns the direction of a line.
fn visible(character: char) -> char {
    let turns = matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    if turns || character.is_control() { '\u{fffd}' } else { character }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_points_at_its_character_in_a_short_excerpt() {
        let error = SyntaxError::new("måling in*nov", "måling ".len(), "wrong");
        assert_eq!(error.to_string(), "wrong, at character 8\n  måling in*nov\n         ^");
        let long = format!("{}*{}", "å".repeat(2_000), "b".repeat(2_000));
        let error = SyntaxError::new(&long, 4_000, "wrong").to_string();
        assert!(error.contains("at character 2001") && error.chars().count() < 150, "{error}");
        let lines: Vec<&str> = error.lines().collect();
        assert_eq!(lines[1].chars().nth(lines[2].chars().count() - 1), Some('*'));
    }

    #[test]
    fn an_excerpt_holds_no_character_that_acts_on_a_terminal() {
        let error = SyntaxError::new("a\u{1b}[31m \u{202e}b", 0, "wrong").to_string();
        assert!(!error.contains(['\u{1b}', '\u{202e}']), "{error:?}");
    }
}
