//! The tokens of the index: the words of [`crate::text::words`] in small letters.

use crate::text::words;
use std::vec::IntoIter;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Hands the words of a passage to tantivy.
#[derive(Clone)]
pub struct WordTokenizer;

/// The words of one passage.
pub struct WordStream {
    tokens: IntoIter<Token>,
    token: Token,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream {
        let tokens: Vec<Token> = words(text)
            .enumerate()
            .map(|(position, word)| Token {
                offset_from: word.range.start,
                offset_to: word.range.end,
                position,
                text: word.text.to_lowercase(),
                position_length: 1,
            })
            .collect();
        WordStream { tokens: tokens.into_iter(), token: Token::default() }
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
