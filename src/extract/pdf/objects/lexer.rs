//! Bytes of a content stream, a CMap or an object → tokens, without an allocation.
//!
//! Refuses nothing: bytes that are no token are skipped, inline images are jumped over.

use std::borrow::Cow;

/// A token. Strings and names are borrowed as they stand in the file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Token<'a> {
    Integer(i64),
    Real(f32),
    Name(&'a [u8]),
    Text(Text<'a>),
    Word(&'a [u8]),
    ArrayStart,
    ArrayEnd,
    DictStart,
    DictEnd,
}

impl Token<'_> {
    /// The value of a number of either kind.
    pub(crate) fn number(&self) -> Option<f32> {
        match self {
            Token::Integer(value) => Some(*value as f32),
            Token::Real(value) => Some(*value),
            _ => None,
        }
    }
}

/// How a string is written.
#[derive(Debug, Clone, Copy, PartialEq)]
enum TextForm {
    Plain,
    Escaped,
    Hexadecimal,
}

/// A string between its brackets, not yet decoded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Text<'a> {
    raw: &'a [u8],
    form: TextForm,
}

impl<'a> Text<'a> {
    /// The bytes that the string stands for; copied only when something has to be resolved.
    pub(crate) fn bytes(self) -> Cow<'a, [u8]> {
        match self.form {
            TextForm::Plain => Cow::Borrowed(self.raw),
            TextForm::Escaped => Cow::Owned(unescaped(self.raw)),
            TextForm::Hexadecimal => Cow::Owned(from_hexadecimal(self.raw)),
        }
    }

    /// The same, into `scratch` when something has to be resolved.
    pub(crate) fn bytes_in<'s>(self, scratch: &'s mut Vec<u8>) -> &'s [u8]
    where
        'a: 's,
    {
        if self.form == TextForm::Plain {
            return self.raw;
        }
        scratch.clear();
        match self.form {
            TextForm::Hexadecimal => push_hexadecimal(self.raw, scratch),
            _ => scratch.extend(unescaped(self.raw)),
        }
        scratch
    }

    pub(crate) fn is_hexadecimal(self) -> bool {
        self.form == TextForm::Hexadecimal
    }
}

const REGULAR: u8 = 0;
/// A regular byte that numbers begin with.
const NUMERIC: u8 = 1;
const SPACE: u8 = 2;
const DELIMITER: u8 = 3;

/// The class of each byte (PDF 32000-1, 7.2.2).
const CLASSES: [u8; 256] = {
    let mut classes = [REGULAR; 256];
    let mut index = 0;
    while index < 256 {
        classes[index] = match index as u8 {
            0 | 9 | 10 | 12 | 13 | 32 => SPACE,
            b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%' => DELIMITER,
            b'0'..=b'9' | b'+' | b'-' | b'.' => NUMERIC,
            _ => REGULAR,
        };
        index += 1;
    }
    classes
};

#[inline(always)]
fn class(byte: u8) -> u8 {
    CLASSES[usize::from(byte)]
}

#[inline(always)]
fn is_regular(byte: u8) -> bool {
    class(byte) <= NUMERIC
}

pub(crate) fn is_space(byte: u8) -> bool {
    class(byte) == SPACE
}

/// Reads tokens one by one.
#[derive(Debug, Clone)]
pub(crate) struct Lexer<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Lexer<'a> {
        Lexer::at(bytes, 0)
    }

    /// Reads from `position` on.
    pub(crate) fn at(bytes: &'a [u8], position: usize) -> Lexer<'a> {
        Lexer { bytes, position }
    }

    /// Where the next token is looked for.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// The same lexer `count` bytes earlier.
    pub(crate) fn back(&self, count: usize) -> Lexer<'a> {
        Lexer::at(self.bytes, self.position.saturating_sub(count))
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.position).copied()
    }

    /// The next token; `None` at the end.
    #[inline(always)]
    pub(crate) fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let byte = self.peek()?;
            match class(byte) {
                SPACE => self.position += 1,
                NUMERIC => return Some(self.number()),
                REGULAR => return Some(Token::Word(self.regular())),
                _ => {
                    self.position += 1;
                    if let Some(token) = self.delimited(byte) {
                        return Some(token);
                    }
                }
            }
        }
    }

    /// Adds the strings and numbers that come next to `items`, which holds `max` at most: what arrays of text are made of.
    #[inline]
    pub(crate) fn text_items(&mut self, items: &mut Vec<Token<'a>>, max: usize) {
        let bytes = self.bytes;
        let mut at = self.position;
        while let Some(&byte) = bytes.get(at)
            && items.len() < max
        {
            let mut inner = Lexer::at(bytes, at);
            let token = match class(byte) {
                SPACE => {
                    at += 1;
                    continue;
                }
                NUMERIC => inner.number(),
                _ if byte == b'(' => {
                    inner.position += 1;
                    Token::Text(inner.literal())
                }
                _ if byte == b'<' && bytes.get(at + 1) != Some(&b'<') => {
                    inner.position += 1;
                    Token::Text(inner.hexadecimal())
                }
                _ => break,
            };
            // A lone "-" is a word.
            if matches!(token, Token::Word(_)) {
                break;
            }
            items.push(token);
            at = inner.position;
        }
        self.position = at;
    }

    /// The next token if it is a number; otherwise the lexer stays where it is.
    pub(crate) fn next_if_number(&mut self) -> Option<Token<'a>> {
        let mut ahead = self.clone();
        let token = ahead.next().filter(|token| token.number().is_some())?;
        *self = ahead;
        Some(token)
    }

    /// A number, or a word that begins like one.
    #[inline(always)]
    fn number(&mut self) -> Token<'a> {
        if let Some((token, length)) = plain_number(self.rest()) {
            self.position += length;
            return token;
        }
        let word = self.regular();
        odd_number(word).unwrap_or(Token::Word(word))
    }

    #[inline(always)]
    fn delimited(&mut self, byte: u8) -> Option<Token<'a>> {
        match byte {
            b'%' => {
                self.skip_comment();
                None
            }
            b'/' => Some(Token::Name(self.regular())),
            b'(' => Some(Token::Text(self.literal())),
            b'<' if self.peek() == Some(b'<') => Some(self.two(Token::DictStart)),
            b'>' if self.peek() == Some(b'>') => Some(self.two(Token::DictEnd)),
            b'<' => Some(Token::Text(self.hexadecimal())),
            b'[' => Some(Token::ArrayStart),
            b']' => Some(Token::ArrayEnd),
            _ => None,
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

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.position..).unwrap_or_default()
    }

    #[inline(always)]
    fn regular(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let length = rest.iter().position(|byte| !is_regular(*byte)).unwrap_or(rest.len());
        self.position += length;
        &rest[..length]
    }

    #[inline(always)]
    fn literal(&mut self) -> Text<'a> {
        let rest = self.rest();
        let mut form = TextForm::Plain;
        let mut depth = 1;
        let mut length = 0;
        while let Some(byte) = rest.get(length) {
            match byte {
                b'(' => depth += 1,
                b')' if depth == 1 => break,
                b')' => depth -= 1,
                b'\\' => {
                    form = TextForm::Escaped;
                    length += 1;
                }
                _ => {}
            }
            length += 1;
        }
        self.position += length + 1;
        Text { raw: rest.get(..length).unwrap_or(rest), form }
    }

    #[inline(always)]
    fn hexadecimal(&mut self) -> Text<'a> {
        let rest = self.rest();
        let length = rest.iter().position(|byte| *byte == b'>').unwrap_or(rest.len());
        self.position += length + 1;
        Text { raw: &rest[..length], form: TextForm::Hexadecimal }
    }

    /// Jumps behind the `EI` of an inline image whose `ID` was just read; `length` is that of its bytes, if known.
    pub(crate) fn skip_inline_image(&mut self, length: Option<usize>) {
        let rest = self.rest();
        let ends = |window: &[u8]| matches!(window, [a, b'E', b'I', b] if is_space(*a) && is_space(*b));
        // One space stands between `ID` and the first byte.
        let after = length.and_then(|length| Some(Lexer::at(rest, length.checked_add(1)?)));
        if let Some(mut after) = after
            && after.next() == Some(Token::Word(b"EI"))
        {
            self.position += after.position;
            return;
        }
        let mut all = rest.windows(4).enumerate().filter(|(_, window)| ends(window)).map(|(at, _)| at + 3);
        let first = all.next();
        let is_before_operators = |end: &usize| looks_like_operators(rest.get(*end..).unwrap_or_default());
        let end = first.into_iter().chain(all.take(ENDS_MAX)).find(is_before_operators).or(first);
        self.position += end.unwrap_or(rest.len());
    }
}

/// Places in an inline image that look like its end and are asked whether they are.
const ENDS_MAX: usize = 1_000;

/// Whether what follows is no image: images are compressed, and sixteen bytes of them are hardly ever all text.
fn looks_like_operators(bytes: &[u8]) -> bool {
    let start = bytes.get(..16).unwrap_or(bytes);
    start.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~'))
}

fn unescaped(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if byte == b'\\' {
            escape(&mut rest, &mut out);
        } else {
            out.push(byte);
        }
    }
    out
}

fn escape(rest: &mut std::iter::Peekable<impl Iterator<Item = u8>>, out: &mut Vec<u8>) {
    match rest.next() {
        Some(b'n') => out.push(b'\n'),
        Some(b'r') => out.push(b'\r'),
        Some(b't') => out.push(b'\t'),
        Some(b'b') => out.push(8),
        Some(b'f') => out.push(12),
        Some(b'\r') => {
            rest.next_if_eq(&b'\n');
        }
        Some(b'\n') | None => {}
        Some(digit @ b'0'..=b'7') => {
            let mut value = u32::from(digit - b'0');
            for _ in 0..2 {
                let Some(digit) = rest.next_if(|byte| (b'0'..=b'7').contains(byte)) else { break };
                value = value * 8 + u32::from(digit - b'0');
            }
            out.push(value as u8);
        }
        Some(other) => out.push(other),
    }
}

fn from_hexadecimal(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() / 2 + 1);
    push_hexadecimal(raw, &mut out);
    out
}

fn push_hexadecimal(raw: &[u8], out: &mut Vec<u8>) {
    let mut high = None;
    for digit in raw.iter().filter_map(|byte| hexadecimal_digit(*byte)) {
        match high.take() {
            None => high = Some(digit),
            Some(left) => out.push(left << 4 | digit),
        }
    }
    out.extend(high.map(|left| left << 4));
}

fn hexadecimal_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// A name with its `#20` escapes resolved.
pub(crate) fn name(raw: &[u8]) -> Cow<'_, [u8]> {
    if !raw.contains(&b'#') {
        return Cow::Borrowed(raw);
    }
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&byte, after)) = rest.split_first() {
        let digits = after.first().zip(after.get(1)).filter(|_| byte == b'#');
        let pair = digits.and_then(|(a, b)| Some(hexadecimal_digit(*a)? << 4 | hexadecimal_digit(*b)?));
        out.push(pair.unwrap_or(byte));
        rest = if pair.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    Cow::Owned(out)
}

/// Powers of ten by the count of digits behind the point; more digits change no `f32`.
const SCALES: [f64; 16] =
    [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// Digits, and a point, of the numbers that are read at once: as many as a `f64` holds.
const DIGITS_MAX: usize = 15;

/// A number of up to fifteen digits with at most one point, which is nearly all of them, and its length; the rest is
/// [`odd_number`]'s.
#[inline(always)]
fn plain_number<'a>(rest: &[u8]) -> Option<(Token<'a>, usize)> {
    let sign = usize::from(matches!(rest, [b'-' | b'+', ..]));
    let mut length = sign;
    let mut value = digits(rest, &mut length, 0);
    let mut point = 0;
    if rest.get(length) == Some(&b'.') {
        length += 1;
        point = length;
        value = digits(rest, &mut length, value);
    }
    let is_whole = !rest.get(length).is_some_and(|byte| is_regular(*byte));
    if !is_whole || length == sign || length - sign > DIGITS_MAX {
        return None;
    }
    let signed = if rest.first() == Some(&b'-') { -value } else { value };
    let token = match point {
        0 => Token::Integer(signed),
        point => Token::Real((signed as f64 / SCALES[length - point]) as f32),
    };
    Some((token, length))
}

/// `value` with the digits behind it that stand from `at` on; of more digits than [`DIGITS_MAX`] it says nothing.
#[inline(always)]
fn digits(bytes: &[u8], at: &mut usize, mut value: i64) -> i64 {
    while let Some(digit) = bytes.get(*at).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10) {
        value = value.wrapping_mul(10).wrapping_add(i64::from(digit));
        *at += 1;
    }
    value
}

/// Reads as other readers do what producers get wrong: `--5`, `5-3`, and numbers of any length.
fn odd_number<'a>(word: &[u8]) -> Option<Token<'a>> {
    let (is_negative, digits) = match word {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, word),
    };
    let mut value = 0f64;
    let mut decimals = None;
    for &byte in digits {
        match (byte, decimals) {
            (b'0'..=b'9', Some(15)) => {}
            (b'0'..=b'9', _) => {
                value = value * 10.0 + f64::from(byte - b'0');
                decimals = decimals.map(|count| count + 1);
            }
            (b'.', None) => decimals = Some(0usize),
            (b'-', _) => {}
            _ => return None,
        }
    }
    if digits.is_empty() {
        return None;
    }
    let signed = if is_negative { -value } else { value };
    Some(match decimals {
        None => Token::Integer(signed as i64),
        Some(count) => Token::Real((signed / SCALES[count]) as f32),
    })
}
