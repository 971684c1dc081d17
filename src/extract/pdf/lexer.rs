//! Bytes of a content stream → operators and operands, without an allocation per operator.
//!
//! Refuses nothing: bytes that are no token are skipped, inline images are jumped over.

use std::borrow::Cow;

/// A token of a content stream or CMap. A string is copied only when escapes or digits have to be resolved.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    Number(f32),
    Name(&'a [u8]),
    Text(Cow<'a, [u8]>),
    Word(&'a [u8]),
    ArrayStart,
    ArrayEnd,
    DictStart,
    DictEnd,
}

/// Reads tokens one by one.
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    position: usize,
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// Whether a byte belongs to a word, by its value: asked of nearly every byte.
const REGULAR: [bool; 256] = {
    let mut regular = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        regular[byte] = !is_space(byte as u8) && !is_delimiter(byte as u8);
        byte += 1;
    }
    regular
};

fn is_regular(byte: u8) -> bool {
    REGULAR[usize::from(byte)]
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Lexer<'a> {
        Lexer { bytes, position: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.position).copied()
    }

    /// The next token; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let byte = self.peek()?;
            self.position += 1;
            match byte {
                b if is_space(b) => {}
                b'%' => self.skip_comment(),
                b'/' => return Some(Token::Name(self.regular())),
                b'(' => return Some(Token::Text(self.literal())),
                b'<' if self.peek() == Some(b'<') => return Some(self.two(Token::DictStart)),
                b'>' if self.peek() == Some(b'>') => return Some(self.two(Token::DictEnd)),
                b'<' => return Some(Token::Text(Cow::Owned(self.hexadecimal()))),
                b'[' => return Some(Token::ArrayStart),
                b']' => return Some(Token::ArrayEnd),
                b if is_regular(b) => {
                    self.position -= 1;
                    let word = self.regular();
                    return Some(number(word).map_or(Token::Word(word), Token::Number));
                }
                _ => {}
            }
        }
    }

    fn two(&mut self, token: Token<'a>) -> Token<'a> {
        self.position += 1;
        token
    }

    fn skip_comment(&mut self) {
        while self.peek().is_some_and(|b| b != b'\n' && b != b'\r') {
            self.position += 1;
        }
    }

    fn regular(&mut self) -> &'a [u8] {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        let end = rest.iter().position(|byte| !is_regular(*byte)).unwrap_or(rest.len());
        self.position += end;
        rest.get(..end).unwrap_or_default()
    }

    fn literal(&mut self) -> Cow<'a, [u8]> {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        let plain = rest.iter().position(|byte| matches!(byte, b'(' | b')' | b'\\'));
        if let Some(end) = plain.filter(|end| rest.get(*end) == Some(&b')')) {
            self.position += end + 1;
            return Cow::Borrowed(rest.get(..end).unwrap_or_default());
        }
        Cow::Owned(self.escaped())
    }

    fn escaped(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut depth = 1;
        while let Some(byte) = self.peek() {
            self.position += 1;
            match byte {
                b'(' => depth += 1,
                b')' if depth == 1 => break,
                b')' => depth -= 1,
                b'\\' => {
                    self.escape(&mut out);
                    continue;
                }
                _ => {}
            }
            out.push(byte);
        }
        out
    }

    fn escape(&mut self, out: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.position += 1;
        match byte {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'\n' => {}
            b'\r' => self.position += usize::from(self.peek() == Some(b'\n')),
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    self.position += 1;
                    value = value * 8 + u32::from(digit - b'0');
                }
                out.push(value as u8);
            }
            other => out.push(other),
        }
    }

    fn hexadecimal(&mut self) -> Vec<u8> {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        let end = rest.iter().position(|byte| *byte == b'>').unwrap_or(rest.len());
        self.position = (self.position + end + 1).min(self.bytes.len());
        let mut out = Vec::with_capacity(end / 2 + 1);
        let mut high = None;
        for byte in rest.iter().take(end) {
            let Some(digit) = char::from(*byte).to_digit(16) else { continue };
            match high.take() {
                None => high = Some(digit),
                Some(left) => out.push((left * 16 + digit) as u8),
            }
        }
        out.extend(high.map(|left| (left * 16) as u8));
        out
    }

    /// Jumps behind the `EI` of an inline image whose `ID` was just read.
    pub(super) fn skip_inline_image(&mut self) {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        let ends = |window: &[u8]| matches!(window, [a, b'E', b'I', b] if is_space(*a) && is_space(*b));
        let end = rest.windows(4).position(ends).map_or(rest.len(), |at| at + 3);
        self.position += end;
    }
}

fn number(word: &[u8]) -> Option<f32> {
    let (negative, digits) = match word {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, word),
    };
    let mut value = 0f64;
    let mut scale = 0f64;
    for &byte in digits {
        match byte {
            b'0'..=b'9' if scale == 0.0 => value = value * 10.0 + f64::from(byte - b'0'),
            b'0'..=b'9' => {
                value += f64::from(byte - b'0') * scale;
                scale /= 10.0;
            }
            b'.' if scale == 0.0 => scale = 0.1,
            b'-' => {}
            _ => return None,
        }
    }
    (!digits.is_empty()).then_some(if negative { -value } else { value } as f32)
}
