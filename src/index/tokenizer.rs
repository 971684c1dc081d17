//! The tokens of the index: the words of [`crate::text::words`] as they are written, so that patterns can tell upper from
//! lower case. For a word with a hanging hyphen, a second token at the same position names the word that shares its missing
//! part: `mål-(resultatstyring)`.

use crate::text::{Word, coordinations, words};
use std::vec::IntoIter;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Splits a passage into words for tantivy.
#[derive(Clone)]
pub(super) struct WordTokenizer;

/// The words of one passage.
pub(super) struct WordStream {
    tokens: IntoIter<Token>,
    token: Token,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream {
        let words: Vec<Word<'_>> = words(text).collect();
        let mut partners = coordinations(text, &words).into_iter().peekable();
        let mut tokens = Vec::with_capacity(words.len());
        for (position, word) in words.iter().enumerate() {
            tokens.push(token(position, word, word.text.to_owned()));
            if let Some((_, partner)) = partners.next_if(|(hanging, _)| *hanging == position) {
                tokens.push(token(position, word, conjunct(word.text, words[partner].text)));
            }
        }
        WordStream { tokens: tokens.into_iter(), token: Token::default() }
    }
}

fn token(position: usize, word: &Word<'_>, text: String) -> Token {
    Token { offset_from: word.range.start, offset_to: word.range.end, position, text, position_length: 1 }
}

/// A hanging word with the word that shares its missing part, on the side where that is missing.
fn conjunct(hanging: &str, partner: &str) -> String {
    match hanging.ends_with('-') {
        true => format!("{hanging}({partner})"),
        false => format!("({partner}){hanging}"),
    }
}

impl TokenStream for WordStream {
    fn advance(&mut self) -> bool {
        self.tokens.next().map(|token| self.token = token).is_some()
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
