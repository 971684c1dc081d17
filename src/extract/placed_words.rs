//! The words of a page where they stand → the same with their place in the passages that were made of them.
//!
//! A passage is the text of its lines with hyphens resolved, bullets and note marks taken off, characters normalised and mended:
//! its words are found again in it by their letters, in order. A word that is not found has no place; nothing is guessed.

use crate::text::{Area, Passage, normalise};
use serde::{Deserialize, Serialize};

/// A word of a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlacedWord {
    /// As it stands on the page; a hyphen at the line's end is kept.
    pub text: String,
    /// Where it stands, in points from the top left corner of the page as it is shown.
    pub area: Area,
    /// Its place in the text of the document. `None` for furniture of the page, bullets and note marks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<WordPlace>,
}

/// Characters of a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordPlace {
    /// The index of the passage among those of the document that count, from 0.
    pub passage: u32,
    /// Its first character in the passage, from 0.
    pub char_start: u32,
    /// One past its last character.
    pub char_end: u32,
}

/// A word that was left out of the text is skipped when the next one is found this near: a note mark and its neighbours are
/// shorter; what is further away is looked for after all other words have found their places.
const SKIPPED_CHARS_MAX: usize = 24;
/// A shorter word is not looked for ahead: "i" and "og" are everywhere.
const SOUGHT_CHARS_MIN: usize = 4;

/// Finds `words`, in the order in which they were read, in `passage` from its character `from` on: for each of them its characters.
pub(super) fn find(words: &[&str], passage: &Passage, from: u32) -> Vec<Option<(u32, u32)>> {
    let mut text = PassageText::of(&passage.text, from);
    let letters: Vec<Vec<char>> = words.iter().map(|word| letters(word)).collect();
    let mut found: Vec<Option<(u32, u32)>> = letters.iter().map(|word| text.next(word)).collect();
    // Cells of a table are read line by line and written cell by cell.
    for (place, word) in found.iter_mut().zip(&letters).filter(|(place, _)| place.is_none()) {
        *place = text.anywhere(word);
    }
    for index in 0..found.len() {
        if found[index].is_none() {
            found[index] = text.between(&found, index);
        }
    }
    found
}

/// The characters of a word as the text has them.
fn letters(word: &str) -> Vec<char> {
    normalise(word).chars().filter(|c| !c.is_whitespace()).collect()
}

/// The forms in which a word can stand in the text: whole, without the hyphen that its line ends with, without the bullet before it.
fn forms(word: &[char]) -> impl Iterator<Item = &[char]> {
    let without_hyphen = word.strip_suffix(&['-']);
    let mark = word.iter().take_while(|c| !c.is_alphanumeric()).count();
    let without_mark = (mark > 0).then(|| &word[mark..]);
    let bare = without_mark.and_then(|word| word.strip_suffix(&['-']));
    let all = [Some(word), without_hyphen, without_mark, bare];
    all.into_iter().flatten().filter(|form| !form.is_empty())
}

/// The characters of a passage without its white space.
struct PassageText {
    characters: Vec<char>,
    /// The place of each in the passage.
    places: Vec<u32>,
    is_taken: Vec<bool>,
    next: usize,
}

impl PassageText {
    fn of(text: &str, from: u32) -> PassageText {
        let with_places = (0..).zip(text.chars()).filter(|(_, c)| !c.is_whitespace());
        let (places, characters): (Vec<u32>, Vec<char>) = with_places.unzip();
        let next = places.partition_point(|place| *place < from);
        PassageText { is_taken: vec![false; characters.len()], characters, places, next }
    }

    /// The characters of the next word, behind those of the one before.
    fn next(&mut self, word: &[char]) -> Option<(u32, u32)> {
        let here = forms(word)
            .find(|form| self.characters[self.next..].starts_with(form))
            .map(|form| (self.next, form.len()));
        let (start, length) = here.or_else(|| self.ahead(word))?;
        self.next = start + length;
        self.take(start, length)
    }

    /// Where a word stands soon after the next character.
    fn ahead(&self, word: &[char]) -> Option<(usize, usize)> {
        let end = (self.next + SKIPPED_CHARS_MAX).min(self.characters.len());
        forms(word).filter(|form| form.len() >= SOUGHT_CHARS_MIN).find_map(|form| {
            let mut starts = self.next..end;
            let start = starts
                .find(|start| self.begins_word(*start) && self.characters[*start..].starts_with(form))?;
            Some((start, form.len()))
        })
    }

    /// The characters of a word among those that no other word has.
    fn anywhere(&mut self, word: &[char]) -> Option<(u32, u32)> {
        let (start, length) = forms(word).find_map(|form| {
            let is_free = |start: &usize| {
                let free = self.is_taken.get(*start..start + form.len());
                free.is_some_and(|free| !free.contains(&true))
                    && self.begins_word(*start)
                    && self.characters[*start..].starts_with(form)
            };
            (0..self.characters.len()).find(is_free).map(|start| (start, form.len()))
        })?;
        self.take(start, length)
    }

    /// The one word that stands between those before and behind the word `index`: it was mended ("oWentlig" → "offentlig").
    fn between(&mut self, found: &[Option<(u32, u32)>], index: usize) -> Option<(u32, u32)> {
        let (before, behind) = (found[..index].last()?.as_ref()?, found.get(index + 1)?.as_ref()?);
        let start = self.places.partition_point(|place| *place < before.1);
        let end = self.places.partition_point(|place| *place < behind.0);
        let is_one_word =
            start < end && self.begins_word(start) && !(start + 1..end).any(|at| self.begins_word(at));
        if is_one_word { self.take(start, end - start) } else { None }
    }

    /// Whether white space, or the beginning of the passage, is before a character.
    fn begins_word(&self, index: usize) -> bool {
        index == 0 || self.places[index] > self.places[index - 1] + 1
    }

    fn take(&mut self, start: usize, length: usize) -> Option<(u32, u32)> {
        self.is_taken[start..start + length].fill(true);
        Some((self.places[start], self.places[start + length - 1] + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::PassageKind;

    fn found(words: &[&str], text: &str, from: u32) -> Vec<String> {
        let passage = Passage::new(PassageKind::Paragraph, text);
        let cut = |(start, end): (u32, u32)| {
            text.chars().skip(start as usize).take((end - start) as usize).collect()
        };
        find(words, &passage, from).into_iter().map(|place| place.map_or("–".to_owned(), cut)).collect()
    }

    #[test]
    fn the_halves_of_a_divided_word_are_found_apart() {
        let words = ["•", "Økt", "sam-", "skaping", "i", "kommu\u{ad}", "nen"];
        let wanted = ["–", "Økt", "sam", "skaping", "i", "kommu", "nen"];
        assert_eq!(found(&words, "Økt samskaping i kommunen", 0), wanted);
        assert_eq!(found(&["ping", "i", "byen"], "samskaping i byen", 6), ["ping", "i", "byen"]);
    }

    #[test]
    fn a_bullet_or_a_mark_without_a_space_does_not_hide_its_word() {
        assert_eq!(
            found(&["–Mål", "og", "midler", "3", "følges"], "Mål og midler følges", 0),
            ["Mål", "og", "midler", "–", "følges"]
        );
    }

    #[test]
    fn cells_that_are_read_line_by_line_are_found_cell_by_cell() {
        let words = ["Antall", "Andel", "brukere", "ansatte"];
        assert_eq!(found(&words, "Antall brukere\tAndel ansatte", 0), words);
    }

    #[test]
    fn a_mended_word_is_the_one_between_its_neighbours() {
        let words = ["i", "oWentlig", "sektor"];
        assert_eq!(found(&words, "i offentlig sektor", 0), ["i", "offentlig", "sektor"]);
        assert_eq!(found(&words, "i den offentlige sektor", 0), ["i", "–", "sektor"]);
    }
}
