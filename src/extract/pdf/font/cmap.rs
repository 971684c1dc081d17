//! A CMap → what each code stands for: characters (`ToUnicode`) or glyph numbers (an embedded encoding).
//!
//! Ranges are kept as ranges; `Range::texts` and `Range::cids` expand them code by code.

use super::super::objects::lexer::{Lexer, Token};

/// Maximum number of codes that one CMap may define: three times what two bytes can hold.
const CODES_MAX: usize = 200_000;
/// Bytes of the text that a code stands for (Adobe Technical Note 5014, 4.2).
const TARGET_BYTES_MAX: usize = 512;
/// Bytes of all texts of more than one character in one CMap: a hundred times a large font's ligatures.
const TEXTS_MAX: usize = 1 << 20;

/// What is said of the codes from `low` to `high`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Range<T> {
    pub(crate) low: u32,
    pub(crate) high: u32,
    /// Of the lowest; what the others stand for counts up from it.
    pub(crate) first: T,
}

/// Codes and what they stand for, and how many bytes a code takes.
#[derive(Debug, Default)]
pub(crate) struct CMap {
    /// UTF-16 of the characters; later ranges overrule earlier ones.
    pub(crate) characters: Vec<Range<Target>>,
    pub(crate) cids: Vec<Range<u32>>,
    /// 1 or 2, from the code space; `None` when it declares none.
    pub(crate) code_bytes: Option<usize>,
    /// Whether it had more codes or text than are read.
    pub(crate) is_cut: bool,
    /// Of all ranges.
    pub(crate) code_count: usize,
    text_bytes: usize,
}

/// What a code stands for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Target {
    One(u16),
    Many(Box<[u16]>),
}

impl Range<Target> {
    /// Each code up to `code_max` and its text.
    pub(crate) fn texts(&self, code_max: u32) -> impl Iterator<Item = (u32, String)> + '_ {
        (self.low..=self.high.min(code_max)).zip(0u16..=u16::MAX).map(|(code, step)| {
            let mut units = match &self.first {
                Target::One(unit) => vec![*unit],
                Target::Many(units) => units.to_vec(),
            };
            if let Some(last) = units.last_mut() {
                *last = last.wrapping_add(step);
            }
            (code, String::from_utf16_lossy(&units))
        })
    }
}

impl Range<Target> {
    /// The last unit of what the highest code stands for.
    pub(crate) fn last_unit(&self) -> u16 {
        let first = match &self.first {
            Target::One(unit) => *unit,
            Target::Many(units) => units.last().copied().unwrap_or(0),
        };
        let step = self.high.saturating_sub(self.low).min(u32::from(u16::MAX));
        first.saturating_add(step as u16)
    }
}

impl Range<u32> {
    /// Each code and its glyph number.
    pub(crate) fn cids(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        (self.low..=self.high).zip(self.first..)
    }
}

impl CMap {
    /// How many of the codes from `low` to `high` the map may still take.
    fn take(&mut self, low: u32, high: u32) -> Option<u32> {
        let left = CODES_MAX.saturating_sub(self.code_count);
        let count = (high.saturating_sub(low) as usize).saturating_add(1);
        self.is_cut |= count > left;
        let count = count.min(left);
        self.code_count += count;
        (count > 0).then(|| low.saturating_add(count as u32 - 1))
    }

    fn add_characters(&mut self, low: u32, high: u32, target: &[u8]) {
        let units = units(target.get(..TARGET_BYTES_MAX).unwrap_or(target));
        let first = match *units.as_slice() {
            [one] => Target::One(one),
            _ => Target::Many(units.into()),
        };
        if let Target::Many(units) = &first {
            self.text_bytes += 2 * units.len();
        }
        self.is_cut |= self.text_bytes > TEXTS_MAX || target.len() > TARGET_BYTES_MAX;
        if self.text_bytes <= TEXTS_MAX
            && let Some(high) = self.take(low, high)
        {
            self.characters.push(Range { low, high, first });
        }
    }
}

/// Reads `bfchar`, `bfrange`, `cidchar`, `cidrange` and `codespacerange`; everything else is passed over.
pub(crate) fn parse(bytes: &[u8]) -> CMap {
    let mut map = CMap::default();
    let mut lexer = Lexer::new(bytes);
    while let Some(token) = lexer.next() {
        match token {
            Token::Word(b"begincodespacerange") => code_space(&mut lexer, &mut map),
            Token::Word(b"beginbfchar") => characters(&mut lexer, &mut map),
            Token::Word(b"beginbfrange") => ranges(&mut lexer, &mut map),
            Token::Word(b"begincidchar") => cids(&mut lexer, &mut map, false),
            Token::Word(b"begincidrange") => cids(&mut lexer, &mut map, true),
            _ => {}
        }
    }
    map
}

fn code_space(lexer: &mut Lexer, map: &mut CMap) {
    while let Some(Token::Text(low)) = lexer.next() {
        let bytes = low.bytes().len().clamp(1, 2);
        map.code_bytes = Some(map.code_bytes.map_or(bytes, |known| known.max(bytes)));
        lexer.next();
    }
}

fn characters(lexer: &mut Lexer, map: &mut CMap) {
    while let Some(Token::Text(code)) = lexer.next() {
        if let Some(Token::Text(target)) = lexer.next() {
            let code = code_of(&code.bytes());
            map.add_characters(code, code, &target.bytes());
        }
    }
}

fn cids(lexer: &mut Lexer, map: &mut CMap, is_range: bool) {
    while let Some(Token::Text(low)) = lexer.next() {
        let low = code_of(&low.bytes());
        let high = match is_range.then(|| lexer.next()) {
            Some(Some(Token::Text(high))) => code_of(&high.bytes()),
            _ => low,
        };
        let Some(Token::Integer(first)) = lexer.next() else { return };
        if let Some(high) = map.take(low, high) {
            map.cids.push(Range { low, high, first: u32::try_from(first).unwrap_or(0) });
        }
    }
}

fn ranges(lexer: &mut Lexer, map: &mut CMap) {
    while let Some(Token::Text(low)) = lexer.next() {
        let Some(Token::Text(high)) = lexer.next() else { return };
        let (low, high) = (code_of(&low.bytes()), code_of(&high.bytes()));
        match lexer.next() {
            Some(Token::Text(target)) => map.add_characters(low, high, &target.bytes()),
            Some(Token::ArrayStart) => {
                let mut code = low;
                while let Some(Token::Text(target)) = lexer.next() {
                    map.add_characters(code, code, &target.bytes());
                    code = code.wrapping_add(1);
                }
            }
            _ => return,
        }
    }
}

fn code_of(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |code, byte| code << 8 | u32::from(*byte))
}

/// UTF-16BE; ligature strings that Ghostscript 10.0 wrote in the wrong byte order ("fi" as U+6600 U+6900) are righted.
fn units(bytes: &[u8]) -> Vec<u16> {
    if let [one] = bytes {
        return vec![u16::from(*one)];
    }
    let mut units: Vec<u16> =
        bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    let is_swapped = |unit: &u16| unit & 0xff == 0 && (unit >> 8) as u8 >= b'A' && unit >> 8 < 0x80;
    if units.len() > 1 && units.iter().all(is_swapped) {
        units.iter_mut().for_each(|unit| *unit = unit.swap_bytes());
    }
    units
}
