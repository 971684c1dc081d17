//! Hands the terms of a passage to tantivy: they are cut already ([`super::cut`]).

use super::cut::{SAME_POSITION, TERM_END};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Splits the terms of a passage.
#[derive(Clone)]
pub(super) struct TermSplitter;

/// The terms of one passage.
pub(super) struct Terms<'a> {
    rest: &'a str,
    token: Token,
}

impl Tokenizer for TermSplitter {
    type TokenStream<'a> = Terms<'a>;

    fn token_stream<'a>(&'a mut self, terms: &'a str) -> Terms<'a> {
        // The first term moves it from before the first position to 0.
        let token = Token { position: usize::MAX, ..Token::default() };
        Terms { rest: terms, token }
    }
}

impl TokenStream for Terms<'_> {
    fn advance(&mut self) -> bool {
        let Some((term, rest)) = self.rest.split_once(TERM_END) else { return false };
        self.rest = rest;
        let same_position = term.strip_prefix(SAME_POSITION);
        if same_position.is_none() {
            self.token.position = self.token.position.wrapping_add(1);
        }
        self.token.text.clear();
        self.token.text.push_str(same_position.unwrap_or(term));
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_given_with_their_positions() {
        let mut terms = Vec::new();
        let mut splitter = TermSplitter;
        splitter
            .token_stream("mål-\n\u{1}mål-(styring)\nog\n")
            .process(&mut |token| terms.push((token.position, token.text.clone())));
        let wanted = [(0, "mål-"), (0, "mål-(styring)"), (1, "og")];
        assert_eq!(terms, wanted.map(|(position, text)| (position, text.to_owned())));
    }
}
