//! Bytes of a file → one object in lopdf's terms.
//!
//! Refuses objects nested deeper than [`DEPTH_MAX`]. Tokens that are wrong inside an array or dictionary are skipped.

use super::{
    budget::Budget,
    lexer::{self, Lexer, Text, Token},
};
use lopdf::{Dictionary, Object, ObjectId, Stream, StringFormat};

/// Objects up to this many bytes are not counted as searches for their ends; hardly any are longer.
const SEARCHED_MIN: usize = 16 << 10;

/// Arrays and dictionaries within one another; real files stay below ten.
const DEPTH_MAX: usize = 100;

/// The object that the lexer stands before; `None` when there is none.
pub(crate) fn object(lexer: &mut Lexer, budget: &Budget) -> Option<Object> {
    counted(lexer, budget, |lexer| {
        let token = lexer.next()?;
        value(lexer, token, budget, 0)
    })
}

/// The result of `read`, unless too many bytes have been read.
///
/// A string, dictionary or comment without an end is read to the end of the file. Without this limit a file with many of them
/// would be read as many times.
pub(crate) fn counted<'a, T>(
    lexer: &mut Lexer<'a>,
    budget: &Budget,
    read: impl FnOnce(&mut Lexer<'a>) -> Option<T>,
) -> Option<T> {
    if !budget.can_search() {
        return None;
    }
    let start = lexer.position();
    let found = read(lexer);
    let length = lexer.position().saturating_sub(start);
    if length > SEARCHED_MIN {
        budget.take_searched(length);
    }
    found
}

/// `12 0 obj`: the id, with the lexer behind it.
pub(crate) fn header(lexer: &mut Lexer) -> Option<ObjectId> {
    let Some(Token::Integer(number)) = lexer.next() else { return None };
    let Some(Token::Integer(generation)) = lexer.next() else { return None };
    let id = (u32::try_from(number).ok()?, u16::try_from(generation).ok()?);
    match lexer.next() {
        Some(Token::Word(b"obj")) => Some(id),
        // `obj` and a number without a space between: the number is lost, the object is not.
        Some(Token::Word(word)) if word.starts_with(b"obj") => {
            *lexer = lexer.back(word.len() - 3);
            Some(id)
        }
        _ => None,
    }
}

/// The object with its stream, if it has one. Streams keep their bytes in the file: `Length` says how many, and
/// `start_position` where. `length` resolves an indirect `Length`.
pub(crate) fn indirect(
    bytes: &[u8],
    lexer: &mut Lexer,
    budget: &Budget,
    length: impl Fn(ObjectId) -> Option<i64>,
) -> Option<Object> {
    let object = object(lexer, budget)?;
    let Object::Dictionary(mut dictionary) = object else { return Some(object) };
    if counted(lexer, budget, Lexer::next) != Some(Token::Word(b"stream")) {
        return Some(Object::Dictionary(dictionary));
    }
    let start = stream_start(bytes, lexer.position());
    let declared = match dictionary.get(b"Length") {
        Ok(Object::Integer(length)) => Some(*length),
        Ok(Object::Reference(id)) => length(*id),
        _ => None,
    };
    let end = stream_end(bytes, start, declared.and_then(|length| usize::try_from(length).ok()), budget);
    dictionary.set("Length", Object::Integer((end - start) as i64));
    Some(Object::Stream(Stream::with_position(dictionary, start)))
}

fn stream_start(bytes: &[u8], position: usize) -> usize {
    match bytes.get(position..) {
        Some([b'\r', b'\n', ..]) => position + 2,
        Some([b'\r' | b'\n', ..]) => position + 1,
        // Spaces before the line break.
        Some([b' ', ..]) => stream_start(bytes, position + 1),
        _ => position,
    }
}

/// Where the declared length ends if the object ends there too, else before the next `endstream` or `endobj`, else at the
/// end of the file.
fn stream_end(bytes: &[u8], start: usize, declared: Option<usize>, budget: &Budget) -> usize {
    let declared = declared.and_then(|length| start.checked_add(length)).filter(|end| *end <= bytes.len());
    if let Some(end) = declared
        && matches!(Lexer::at(bytes, end).next(), Some(Token::Word(b"endstream" | b"endobj")))
    {
        return end;
    }
    let rest = bytes.get(start..).unwrap_or_default();
    // Checked before the search: a budget that is used up must not be overdrawn once for each stream.
    if !budget.take_searched(1) {
        return start;
    }
    let end = end_keyword(rest).map_or(bytes.len(), |at| start + at);
    if !budget.take_searched(end.saturating_sub(start)) {
        return start;
    }
    match bytes.get(start..end) {
        Some([.., b'\r', b'\n']) => end - 2,
        Some([.., b'\r' | b'\n']) => end - 1,
        _ => end.max(start),
    }
}

/// The first place of `endstream` or `endobj`.
fn end_keyword(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + find(bytes.get(from..)?, b"end")?;
        let rest = bytes.get(at + 3..)?;
        if rest.starts_with(b"stream") || rest.starts_with(b"obj") {
            return Some(at);
        }
        from = at + 3;
    }
}

/// The first place of `needle` in `bytes`.
pub(crate) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(at) = bytes.get(from..)?.iter().position(|byte| *byte == first) {
        if bytes.get(from + at..)?.starts_with(needle) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

fn value(lexer: &mut Lexer, token: Token, budget: &Budget, depth: usize) -> Option<Object> {
    if !budget.take_value() {
        return None;
    }
    Some(match token {
        Token::Integer(number) => reference(lexer, number).unwrap_or(Object::Integer(number)),
        Token::Real(number) => Object::Real(number),
        Token::Name(raw) => Object::Name(lexer::name(raw).into_owned()),
        Token::Text(text) => string(text),
        Token::Word(b"true") => Object::Boolean(true),
        Token::Word(b"false") => Object::Boolean(false),
        Token::Word(b"endobj" | b"endstream" | b"obj" | b"stream") => return None,
        Token::Word(_) => Object::Null,
        Token::ArrayStart if depth < DEPTH_MAX => array(lexer, budget, depth + 1),
        Token::DictStart if depth < DEPTH_MAX => Object::Dictionary(dictionary(lexer, budget, depth + 1)),
        Token::ArrayStart | Token::DictStart => {
            budget.reach("arrays and dictionaries within one another");
            return None;
        }
        _ => return None,
    })
}

fn string(text: Text) -> Object {
    let format = if text.is_hexadecimal() { StringFormat::Hexadecimal } else { StringFormat::Literal };
    Object::String(text.bytes().into_owned(), format)
}

/// `12 0 R` with its number already read.
fn reference(lexer: &mut Lexer, number: i64) -> Option<Object> {
    let mut ahead = lexer.clone();
    let Some(Token::Integer(generation)) = ahead.next() else { return None };
    if ahead.next() != Some(Token::Word(b"R")) {
        return None;
    }
    *lexer = ahead;
    Some(Object::Reference((u32::try_from(number).ok()?, u16::try_from(generation).ok()?)))
}

fn array(lexer: &mut Lexer, budget: &Budget, depth: usize) -> Object {
    let mut items = Vec::new();
    loop {
        match lexer.next() {
            None | Some(Token::ArrayEnd) => return Object::Array(items),
            Some(token) => match value(lexer, token, budget, depth) {
                Some(item) => items.push(item),
                None => return Object::Array(items),
            },
        }
    }
}

fn dictionary(lexer: &mut Lexer, budget: &Budget, depth: usize) -> Dictionary {
    let mut entries = Dictionary::new();
    while let Some(token) = lexer.next() {
        let Token::Name(key) = token else {
            match token {
                Token::DictEnd | Token::Word(b"endobj" | b"endstream" | b"obj" | b"stream") => break,
                _ => continue,
            }
        };
        let Some(next) = lexer.next() else { break };
        if next == Token::DictEnd {
            break;
        }
        match value(lexer, next, budget, depth) {
            Some(Object::Null) => {}
            // An entry takes four times the room of an item of an array.
            Some(object) if (0..3).all(|_| budget.take_value()) => {
                entries.set(lexer::name(key).into_owned(), object);
            }
            Some(_) => break,
            None => break,
        }
    }
    entries
}
