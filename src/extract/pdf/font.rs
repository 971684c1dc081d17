//! A font dictionary → for each code its characters and its advance.

use super::{
    cmap,
    embedded::{self, Embedded},
    encoding::{self, Encoding},
    objects::Objects,
};
use lopdf::{Dictionary, Object};
use std::collections::HashMap;

/// Advance of a glyph whose width nobody states, in thousandths of the font size: the average of Latin text faces.
const WIDTH_DEFAULT: f32 = 500.0;

/// A digit up to this share of the width of another is a superior one.
const SUPERIOR_WIDTH_MAX: f32 = 0.8;

/// Codes below this stand in a flat table, so that a glyph costs no hashing; subset fonts rarely go beyond.
const TABLE_CODES_MAX: u32 = 4096;

/// What is needed of a font to read text set in it.
#[derive(Debug)]
pub(super) struct Font {
    /// Bytes per code: 1 or 2.
    pub(super) code_bytes: usize,
    /// Characters and widths of the lowest codes.
    simple: Vec<(String, f32)>,
    /// Characters of the codes beyond the table.
    characters: HashMap<u32, String>,
    widths: HashMap<u32, f32>,
    width_default: f32,
    /// Width of a glyph-space unit: 0.001, or what the matrix of a Type 3 font says.
    unit: f32,
    pub(super) is_bold: bool,
    /// Codes of digits that are drawn raised and small in the font itself, in order.
    superiors: Vec<u32>,
    /// No code of the font has a character.
    pub(super) is_unreadable: bool,
}

impl Font {
    /// The characters of a code; `None` when the font does not say.
    pub(super) fn character(&self, code: u32) -> Option<&str> {
        let text = match self.simple.get(code as usize) {
            Some((text, _)) => text,
            None => self.characters.get(&code)?,
        };
        (!text.is_empty()).then_some(text.as_str())
    }

    /// Whether the glyph is a digit made for note marks and exponents.
    pub(super) fn is_superior(&self, code: u32) -> bool {
        !self.superiors.is_empty() && self.superiors.binary_search(&code).is_ok()
    }

    /// The advance of a code as a share of the font size.
    pub(super) fn width(&self, code: u32) -> f32 {
        let width = match self.simple.get(code as usize) {
            Some((_, width)) => *width,
            None => self.widths.get(&code).copied().unwrap_or(self.width_default),
        };
        width * self.unit
    }
}

/// Reads the font that `dictionary` describes.
pub(super) fn read(objects: &Objects, dictionary: &Dictionary) -> Font {
    let to_unicode =
        objects.stream(dictionary, b"ToUnicode").map(|stream| cmap::parse(&objects.inflate(stream)));
    match objects.name(dictionary, b"Subtype") {
        Some(b"Type0") => composite(objects, dictionary, to_unicode.unwrap_or_default()),
        subtype => simple(objects, dictionary, to_unicode.unwrap_or_default(), subtype == Some(b"Type3")),
    }
}

fn composite(objects: &Objects, dictionary: &Dictionary, map: cmap::CMap) -> Font {
    let empty = Dictionary::new();
    let descendant = objects.array(dictionary, b"DescendantFonts").and_then(|fonts| fonts.first());
    let descendant = descendant.and_then(|font| objects.resolve(font)?.as_dict().ok()).unwrap_or(&empty);
    let map_characters =
        if map.characters.is_empty() { of_glyphs(objects, descendant) } else { map.characters };
    let is_unreadable = map_characters.is_empty();
    let mut characters: HashMap<u32, String> =
        map_characters.into_iter().map(|(code, text)| (code, legible(&text))).collect();
    let mut widths = cid_widths(objects, descendant);
    let width_default = objects.number(descendant, b"DW").unwrap_or(1000.0);
    let highest =
        characters.keys().copied().filter(|code| *code < TABLE_CODES_MAX).max().map_or(0, |code| code + 1);
    let entry =
        |code| (characters.remove(&code).unwrap_or_default(), widths.remove(&code).unwrap_or(width_default));
    let table: Vec<_> = (0..highest).map(entry).collect();
    Font {
        code_bytes: 2,
        is_unreadable,
        superiors: superiors(&table),
        simple: table,
        characters,
        widths,
        width_default,
        unit: 0.001,
        is_bold: is_bold(objects, dictionary, descendant),
    }
}

/// The characters of a composite font without `ToUnicode`: those of its glyphs, by way of `CIDToGIDMap`.
fn of_glyphs(objects: &Objects, descendant: &Dictionary) -> HashMap<u32, String> {
    let glyphs = program(objects, descendant).by_glyph;
    let map = objects.stream(descendant, b"CIDToGIDMap").map(|stream| objects.inflate(stream));
    match map {
        Some(map) => {
            let pairs = (0u32..).zip(map.chunks_exact(2));
            let glyph = |pair: &[u8]| pair.iter().fold(0, |value, byte| value << 8 | u32::from(*byte));
            pairs.filter_map(|(code, pair)| Some((code, glyphs.get(&glyph(pair))?.clone()))).collect()
        }
        None => glyphs,
    }
}

/// What the embedded font program says; nothing when none is embedded.
fn program(objects: &Objects, dictionary: &Dictionary) -> Embedded {
    let keys: [&[u8]; 3] = [b"FontFile", b"FontFile2", b"FontFile3"];
    let descriptor = objects.dictionary(dictionary, b"FontDescriptor");
    let stream = descriptor.and_then(|found| keys.into_iter().find_map(|key| objects.stream(found, key)));
    stream.map(|stream| embedded::read(&objects.inflate(stream))).unwrap_or_default()
}

/// The codes of narrow digits in a font that also has wide ones for the same characters.
fn superiors(table: &[(String, f32)]) -> Vec<u32> {
    let digits: Vec<(u32, &str, f32)> = (0u32..)
        .zip(table)
        .filter(|(_, (text, _))| matches!(text.as_bytes(), [b'0'..=b'9']))
        .map(|(code, (text, width))| (code, text.as_str(), *width))
        .collect();
    let widest = digits.iter().map(|digit| digit.2).fold(0.0, f32::max);
    let is_narrow = |digit: &&(u32, &str, f32)| digit.2 > 0.0 && digit.2 < SUPERIOR_WIDTH_MAX * widest;
    let has_both = digits
        .iter()
        .filter(is_narrow)
        .any(|narrow| digits.iter().any(|wide| wide.1 == narrow.1 && narrow.2 < SUPERIOR_WIDTH_MAX * wide.2));
    if has_both { digits.iter().filter(is_narrow).map(|digit| digit.0).collect() } else { Vec::new() }
}

/// The `W` array: `c [w1 w2 …]` and `first last w`.
fn cid_widths(objects: &Objects, descendant: &Dictionary) -> HashMap<u32, f32> {
    let mut widths = HashMap::new();
    let mut items = objects.array(descendant, b"W").unwrap_or_default().iter();
    let number = |object: &Object| objects.resolve(object)?.as_float().ok();
    while let Some(first) = items.next().and_then(number) {
        let Some(second) = items.next().and_then(|item| objects.resolve(item)) else { break };
        if let Object::Array(list) = second {
            widths.extend((first as u32..).zip(list.iter().filter_map(number)));
            continue;
        }
        let (Ok(last), Some(width)) = (second.as_float(), items.next().and_then(number)) else { break };
        let last = (last as u32).min((first as u32).saturating_add(0xffff));
        widths.extend((first as u32..=last).map(|code| (code, width)));
    }
    widths
}

fn simple(objects: &Objects, dictionary: &Dictionary, map: cmap::CMap, is_type3: bool) -> Font {
    let mut characters = encoded(objects, dictionary, is_type3);
    for (code, text) in map.characters {
        if let Some(slot) = characters.get_mut(code as usize)
            && !text.contains('\u{fffd}')
        {
            *slot = text;
        }
    }
    let widths = simple_widths(objects, dictionary);
    let descriptor = objects.dictionary(dictionary, b"FontDescriptor");
    let missing = descriptor.and_then(|descriptor| objects.number(descriptor, b"MissingWidth"));
    let name =
        String::from_utf8_lossy(objects.name(dictionary, b"BaseFont").unwrap_or_default()).into_owned();
    let table: Vec<_> = (0u32..)
        .zip(&characters)
        .map(|(code, text)| {
            let width = widths.get(&code).copied().or(missing);
            (legible(text), width.unwrap_or_else(|| standard_width(&name, text)))
        })
        .collect();
    Font {
        code_bytes: 1,
        superiors: superiors(&table),
        is_unreadable: table.iter().all(|(text, _)| text.is_empty()),
        characters: HashMap::new(),
        simple: table,
        widths: HashMap::new(),
        width_default: WIDTH_DEFAULT,
        unit: if is_type3 { type3_unit(objects, dictionary) } else { 0.001 },
        is_bold: is_bold(objects, dictionary, dictionary),
    }
}

fn type3_unit(objects: &Objects, dictionary: &Dictionary) -> f32 {
    let matrix = objects.numbers(dictionary, b"FontMatrix").unwrap_or_default();
    matrix.first().copied().filter(|unit| *unit != 0.0).map_or(0.001, f32::abs)
}

/// The 256 characters by encoding and differences.
fn encoded(objects: &Objects, dictionary: &Dictionary, is_type3: bool) -> Vec<String> {
    let entry = objects.get(dictionary, b"Encoding");
    let table = entry.and_then(|entry| entry.as_dict().ok());
    let named = entry.and_then(|entry| entry.as_name().ok());
    let base = named.or_else(|| objects.name(table?, b"BaseEncoding")).and_then(Encoding::named);
    let base = if is_type3 { None } else { Some(base.unwrap_or(Encoding::WinAnsi)) };
    let mut characters = match base {
        Some(base) => base.characters().into_iter().filter(|c| *c != '\u{fffd}').map(of_char).collect(),
        None => vec![String::new(); 256],
    };
    // The program's own encoding holds where the dictionary names none.
    let is_named = named.is_some() || table.is_some_and(|table| table.has(b"BaseEncoding"));
    if !is_named && !is_type3 && !dictionary.has(b"ToUnicode") {
        for (code, text) in program(objects, dictionary).by_code {
            if let Some(slot) = characters.get_mut(code as usize) {
                *slot = text;
            }
        }
    }
    let mut code = 0usize;
    for item in table.and_then(|table| objects.array(table, b"Differences")).unwrap_or_default() {
        match item {
            Object::Name(name) => {
                if let Some(slot) = characters.get_mut(code) {
                    *slot = encoding::of_glyph_name(&String::from_utf8_lossy(name)).unwrap_or_default();
                }
                code += 1;
            }
            number => code = number.as_i64().ok().and_then(|n| usize::try_from(n).ok()).unwrap_or(code),
        }
    }
    characters
}

fn of_char(character: char) -> String {
    if character == '\0' { String::new() } else { character.to_string() }
}

fn simple_widths(objects: &Objects, dictionary: &Dictionary) -> HashMap<u32, f32> {
    let first = objects.number(dictionary, b"FirstChar").unwrap_or(0.0) as u32;
    let widths = objects.array(dictionary, b"Widths").unwrap_or_default();
    let number = |object: &Object| objects.resolve(object)?.as_float().ok();
    (first..).zip(widths).filter_map(|(code, width)| Some((code, number(width)?))).collect()
}

/// Rough advances of the fourteen standard fonts: enough to tell a gap from a letter.
fn standard_width(name: &str, text: &str) -> f32 {
    if name.contains("Courier") {
        return 600.0;
    }
    match text.chars().next() {
        Some(' ' | '.' | ',' | 'i' | 'l' | 'j' | 't' | 'I' | ':' | ';' | '!' | '\'' | '|' | '/') => 275.0,
        Some('f' | 'r' | '-' | '(' | ')' | '[' | ']') => 333.0,
        Some('m' | 'W' | 'M' | '—' | 'æ' | '%' | '…') => 850.0,
        Some('Æ') => 1000.0,
        Some(c) if c.is_uppercase() => 690.0,
        _ => WIDTH_DEFAULT,
    }
}

fn is_bold(objects: &Objects, dictionary: &Dictionary, descendant: &Dictionary) -> bool {
    let name =
        String::from_utf8_lossy(objects.name(dictionary, b"BaseFont").unwrap_or_default()).to_lowercase();
    let descriptor = objects.dictionary(descendant, b"FontDescriptor");
    let weight = descriptor.and_then(|descriptor| objects.number(descriptor, b"FontWeight"));
    weight.is_some_and(|weight| weight >= 600.0)
        || ["bold", "black", "heavy", "demi"].iter().any(|weight| name.contains(weight))
}

/// `text` without private-use characters and controls, ligatures split; symbol fonts' bullets become `•`.
fn legible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{f0b7}' | '\u{f0a7}' | '\u{f0d8}' | '\u{f0fc}' | '\u{f02d}' => out.push('•'),
            '\u{e000}'..='\u{f8ff}' | '\u{fffd}' | '\u{f0000}'..='\u{10ffff}' => {}
            '\u{fb00}'..='\u{fb04}' => {
                out.push_str(["ff", "fi", "fl", "ffi", "ffl"][character as usize - 0xfb00]);
            }
            '\t' | '\n' | '\r' | '\u{a0}' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
