//! A CMap → what each code stands for: characters (`ToUnicode`) or glyph numbers (an embedded encoding).

use super::lexer::{Lexer, Token};
use std::collections::HashMap;

/// No range of a CMap is followed further than this: a code has at most two bytes.
const RANGE_MAX: u32 = 0xffff;
/// Codes read from ranges of one CMap: three times what two bytes can hold.
const RANGED_CODES_MAX: usize = 200_000;

/// Codes and their characters, and how many bytes a code takes.
#[derive(Debug, Default)]
pub(super) struct CMap {
    pub(super) characters: HashMap<u32, String>,
    /// CIDs by code.
    pub(super) cids: HashMap<u32, u32>,
    /// 1 or 2, from the code space; `None` when it declares none.
    pub(super) code_bytes: Option<usize>,
    /// How many codes came from ranges.
    ranged_codes: usize,
}

impl CMap {
    /// The codes of a range, as far as the map may still grow.
    fn codes(&mut self, low: u32, high: u32) -> std::ops::RangeInclusive<u32> {
        let left = RANGED_CODES_MAX.saturating_sub(self.ranged_codes) as u32;
        let count = high.saturating_sub(low).min(RANGE_MAX);
        self.ranged_codes += count as usize;
        low..=low.saturating_add(count.min(left))
    }
}

/// Reads `bfchar`, `bfrange`, `cidchar`, `cidrange` and `codespacerange`; everything else is passed over.
pub(super) fn parse(bytes: &[u8]) -> CMap {
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
            map.characters.insert(code_of(&code.bytes()), utf16(&target.bytes()));
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
        let codes = map.codes(low, high);
        map.cids.extend(codes.zip(u32::try_from(first).unwrap_or(0)..));
    }
}

fn ranges(lexer: &mut Lexer, map: &mut CMap) {
    while let Some(Token::Text(low)) = lexer.next() {
        let Some(Token::Text(high)) = lexer.next() else { return };
        let (low, high) = (code_of(&low.bytes()), code_of(&high.bytes()));
        match lexer.next() {
            Some(Token::Text(target)) => range(map, low, high, &target.bytes()),
            Some(Token::ArrayStart) => {
                let mut code = low;
                while let Some(Token::Text(target)) = lexer.next() {
                    map.characters.insert(code, utf16(&target.bytes()));
                    code = code.wrapping_add(1);
                }
            }
            _ => return,
        }
    }
}

fn range(map: &mut CMap, low: u32, high: u32, target: &[u8]) {
    let mut units = units(target);
    if low == high {
        map.characters.insert(low, utf16(target));
        return;
    }
    for code in map.codes(low, high) {
        map.characters.insert(code, String::from_utf16_lossy(&units));
        if let Some(last) = units.last_mut() {
            *last = last.wrapping_add(1);
        }
    }
}

fn code_of(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |code, byte| code << 8 | u32::from(*byte))
}

fn units(bytes: &[u8]) -> Vec<u16> {
    if let [one] = bytes {
        return vec![u16::from(*one)];
    }
    bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
}

/// UTF-16BE; ligature strings that Ghostscript 10.0 wrote in the wrong byte order ("fi" as U+6600 U+6900) are righted.
fn utf16(bytes: &[u8]) -> String {
    let mut units = units(bytes);
    let is_swapped = |unit: &u16| unit & 0xff == 0 && (unit >> 8) as u8 >= b'A' && unit >> 8 < 0x80;
    if units.len() > 1 && units.iter().all(is_swapped) {
        units.iter_mut().for_each(|unit| *unit = unit.swap_bytes());
    }
    String::from_utf16_lossy(&units)
}
