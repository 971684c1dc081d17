//! Text as it stands on a line, from left to right → the order in which it is read, where letters of Hebrew or Arabic are among it.
//!
//! A simple inverse of the Unicode bidirectional algorithm (UAX 9): numbers and Latin words keep their order, everything else between
//! such letters is turned round. Refuses embedded directions of more than two levels, and does not mirror brackets.

/// Whether a text holds letters that are read from right to left; asked of every line.
pub(crate) fn has_right_to_left(text: &str) -> bool {
    // Of all first bytes, only these begin such letters, and some that are none. Looked at without a way out: many at once.
    let may_have = |found, byte| found | matches!(byte, 0xd6..=0xdf | 0xef);
    text.bytes().fold(false, may_have) && text.chars().any(is_right_to_left)
}

fn is_right_to_left(character: char) -> bool {
    matches!(character, '\u{590}'..='\u{7ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
        && !character.is_numeric()
}

/// Whether a character keeps the direction of Latin text.
fn is_left_to_right(character: char) -> bool {
    character.is_alphanumeric() && !is_right_to_left(character)
}

/// The text of a line in the order in which it is read; of a text in that order, how it stands on a line.
pub(crate) fn read_order(line: &str) -> String {
    let mut characters: Vec<char> = line.chars().collect();
    let is_latin = |c: &&char| c.is_alphabetic() && is_left_to_right(**c);
    let latin = characters.iter().filter(is_latin).count();
    let other = characters.iter().filter(|c| is_right_to_left(**c)).count();
    if other >= latin {
        turn(&mut characters);
        return characters.into_iter().collect();
    }
    // In a Latin line each stretch between letters of the other direction is turned round for itself.
    let mut start = 0;
    while let Some(first) = position(&characters, start, is_right_to_left) {
        let end = position(&characters, first, |c| c.is_alphabetic() && is_left_to_right(c));
        let stretch = &characters[first..end.unwrap_or(characters.len())];
        let length = stretch.iter().rposition(|c| is_right_to_left(*c)).map_or(1, |last| last + 1);
        turn(&mut characters[first..first + length]);
        start = first + length;
    }
    characters.into_iter().collect()
}

fn position(characters: &[char], start: usize, wanted: impl Fn(char) -> bool) -> Option<usize> {
    let found = characters.get(start..)?.iter().position(|character| wanted(*character))?;
    Some(start + found)
}

/// Turns a stretch round, and the numbers and Latin words in it back.
fn turn(characters: &mut [char]) {
    characters.reverse();
    let mut start = 0;
    while let Some(first) = position(characters, start, is_left_to_right) {
        let end = position(characters, first, is_right_to_left).unwrap_or(characters.len());
        let last = characters[first..end].iter().rposition(|c| is_left_to_right(*c)).unwrap_or(0);
        characters[first..=first + last].reverse();
        start = first + last + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hebrew_and_arabic_are_read_from_the_right() {
        assert!(has_right_to_left("םולש"));
        assert_eq!(read_order("םלוע ,םולש"), "שלום, עולם");
        assert_eq!(read_order("2024 תנשב NAV לש"), "של NAV בשנת 2024");
    }

    #[test]
    fn words_in_a_latin_line_are_turned_for_themselves() {
        assert_eq!(
            read_order("Ordet (םלוע םולש) er hebraisk, םולש også."),
            "Ordet (שלום עולם) er hebraisk, שלום også."
        );
    }

    #[test]
    fn a_text_that_is_turned_twice_is_the_same() {
        for text in ["של NAV בשנת 2024", "Ordet (שלום עולם) er hebraisk."] {
            assert_eq!(read_order(&read_order(text)), text);
        }
    }

    #[test]
    fn other_lines_have_no_such_letters() {
        assert!(!has_right_to_left("på norsk – og ﬁn Ελληνικά Русский 日本語 Ж"));
    }
}
