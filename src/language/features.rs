//! The features of a text: for each word its character n-grams and the word itself, as numbers.
//!
//! Training and identification use the same functions; a change here needs a new table.

/// Longest character n-gram.
const NGRAM_MAX: usize = 5;
/// Of a longer word only this many letters are used: such a token is seldom a word.
const LETTERS_MAX: usize = 64;
/// The edge of a word, as a character of its n-grams.
const EDGE: u32 = ' ' as u32;

/// Features are numbers below this: 24 bits.
pub const KEYS: u32 = 1 << 24;

/// Calls `found` with each word of `text`: a run of Latin letters, in small, with the edge of the word on either side.
///
/// Digits, hyphens, marks and letters of other scripts separate words. Combining marks without a composed form are passed over.
pub fn words(text: &str, mut found: impl FnMut(&[u32])) {
    let mut word = [EDGE; LETTERS_MAX + 2];
    let mut length = 0;
    let mut close = |word: &mut [u32; LETTERS_MAX + 2], length: &mut usize| {
        if *length > 0 {
            word[*length + 1] = EDGE;
            found(&word[..*length + 2]);
            *length = 0;
        }
    };
    for character in text.chars() {
        let Some(letter) = small_letter(character) else {
            if !is_combining(character) {
                close(&mut word, &mut length);
            }
            continue;
        };
        if length < LETTERS_MAX {
            length += 1;
            word[length] = letter;
        }
    }
    close(&mut word, &mut length);
}

/// `character` in lower case. `None` when it is not a Latin letter.
fn small_letter(character: char) -> Option<u32> {
    match character {
        'a'..='z' => Some(character as u32),
        'A'..='Z' => Some(character as u32 | 0x20),
        // Latin-1, Extended-A and -B, Extended Additional
        '\u{a0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' if character.is_alphabetic() => {
            Some(character.to_lowercase().next().unwrap_or(character) as u32)
        }
        _ => None,
    }
}

fn is_combining(character: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&character)
}

/// Calls `found` with the key of each feature of `word` (with its edges): n-grams of one to five characters, and the word.
#[inline]
pub fn of_word(word: &[u32], mut found: impl FnMut(u32)) {
    for start in 0..word.len() {
        let mut hash = 0;
        for (length, character) in word[start..].iter().take(NGRAM_MAX).enumerate() {
            hash = step(hash, *character);
            // An edge alone occurs in every word.
            if length > 0 || *character != EDGE {
                found(key(hash));
            }
        }
    }
    if word.len() > NGRAM_MAX {
        found(key(word.iter().fold(0, |hash, character| step(hash, *character))));
    }
}

/// Multiplicative hashing: 2654435769 is 2³² divided by the golden ratio (Knuth, The Art of Computer Programming 3, 6.4).
fn step(hash: u32, character: u32) -> u32 {
    (hash.rotate_left(5) ^ character).wrapping_mul(0x9E37_79B1)
}

/// The upper 24 bits, which depend on all characters.
fn key(hash: u32) -> u32 {
    hash >> 8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word_list(text: &str) -> Vec<String> {
        let mut list = Vec::new();
        words(text, |word| {
            list.push(word.iter().map(|c| char::from_u32(*c).expect("a character")).collect::<String>());
        });
        list
    }

    #[test]
    fn words_are_runs_of_letters_in_small() {
        assert_eq!(word_list("Mål- og ÅRSrapport 2019, §3a"), [" mål ", " og ", " årsrapport ", " a "]);
        assert_eq!(word_list("Sámi m\u{308}a"), [" sámi ", " ma "]);
        assert_eq!(word_list("12 – 34"), [""; 0]);
        assert_eq!(word_list(&"x".repeat(100)), [format!(" {} ", "x".repeat(64))]);
    }

    #[test]
    fn a_word_of_four_letters_has_eighteen_ngrams_and_itself() {
        let mut keys = Vec::new();
        words("mål", |word| of_word(word, |key| keys.push(key)));
        // By length: "m", " m", " må", " mål", " mål " and so on; three letters with edges are the word itself.
        assert_eq!(keys.len(), 3 + 4 + 3 + 2 + 1);
        keys.clear();
        words("måla", |word| of_word(word, |key| keys.push(key)));
        assert_eq!(keys.len(), 4 + 5 + 4 + 3 + 2 + 1);
        assert!(keys.iter().all(|key| *key < KEYS));
    }
}
