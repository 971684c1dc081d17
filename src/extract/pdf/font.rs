//! A font dictionary → for each code its characters and its advance.

use super::{
    cmap::{self, CMap},
    encoding::{self, Encoding},
    objects::Objects,
    program::{self, Program},
    widths,
};
use lopdf::{Dictionary, Object};
use std::{collections::HashMap, sync::LazyLock};

/// Advance of a glyph whose width nobody states, in thousandths of the font size: the average of Latin text faces.
const WIDTH_DEFAULT: f32 = 500.0;

/// A digit up to this share of the width of another is a superior one.
const SUPERIOR_WIDTH_MAX: f32 = 0.8;
/// Codes whose width comes from ranges: three times what two bytes can hold.
const RANGED_WIDTHS_MAX: usize = 200_000;

/// A map with so many codes or more and one character for all of them says nothing.
const ONE_FOR_ALL_MIN: usize = 5;

/// Codes below this stand in a flat table, so that a glyph costs no hashing; subset fonts rarely go beyond.
const TABLE_CODES_MAX: u32 = 4096;

/// What is needed of a font to read text set in it.
#[derive(Debug)]
pub(super) struct Font {
    /// Bytes per code: 1 or 2.
    pub(super) code_bytes: usize,
    /// Character and width of the lowest codes; NUL for none, [`MANY`] for a text in `texts`.
    simple: Vec<(char, f32)>,
    /// The codes are UTF-16 themselves (a predefined CMap such as `UniJIS-UTF16-H`).
    is_utf16: bool,
    /// Texts of more than one character, and all of the codes beyond the table.
    texts: HashMap<u32, String>,
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

/// Stands in the table for a text of more than one character: no character itself.
const MANY: char = '\u{ffff}';

/// What a code stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Characters<'a> {
    /// The font does not say.
    None,
    One(char),
    Some(&'a str),
}

impl Font {
    /// Whether the glyph is a digit made for note marks and exponents.
    pub(super) fn is_superior(&self, code: u32) -> bool {
        !self.superiors.is_empty() && self.superiors.binary_search(&code).is_ok()
    }

    #[inline]
    /// The characters of a code, and its advance as a share of the font size.
    pub(super) fn code(&self, code: u32) -> (Characters<'_>, f32) {
        let known = || self.texts.get(&code).filter(|text| !text.is_empty());
        let text = || known().map_or(Characters::None, |text| Characters::Some(text));
        match self.simple.get(code as usize) {
            Some(('\0', width)) => (Characters::None, width * self.unit),
            Some((MANY, width)) => (text(), width * self.unit),
            Some((character, width)) => (Characters::One(*character), width * self.unit),
            None if self.is_utf16 => (utf16(code), self.width_default * self.unit),
            None => (text(), self.widths.get(&code).copied().unwrap_or(self.width_default) * self.unit),
        }
    }
}

fn utf16(code: u32) -> Characters<'static> {
    char::from_u32(code).filter(|c| !c.is_control()).map_or(Characters::None, Characters::One)
}

/// The entry of a table for `text`; a text of several characters goes to `texts`.
fn entry(code: u32, text: String, texts: &mut HashMap<u32, String>) -> char {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (None, _) => '\0',
        (Some(one), None) if one != MANY => one,
        _ => {
            texts.insert(code, text);
            MANY
        }
    }
}

/// Reads the font that `dictionary` describes.
pub(super) fn read(objects: &Objects, dictionary: &Dictionary) -> Font {
    let to_unicode =
        objects.stream(dictionary, b"ToUnicode").map(|stream| cmap::parse(&objects.inflate(stream)));
    let to_unicode = to_unicode.filter(|map| !is_senseless(map)).unwrap_or_default();
    match objects.name(dictionary, b"Subtype") {
        Some(b"Type0") => composite(objects, dictionary, to_unicode),
        subtype => simple(objects, dictionary, to_unicode, subtype == Some(b"Type3")),
    }
}

/// Whether a map sends all of its codes to one character, as some producers' do that have none to give.
fn is_senseless(map: &CMap) -> bool {
    let mut texts = map.characters.values();
    let first = texts.next();
    map.characters.len() >= ONE_FOR_ALL_MIN && texts.all(|text| Some(text) == first)
}

/// How the codes of a composite font are to be read.
fn code_map(objects: &Objects, dictionary: &Dictionary) -> CMap {
    let embedded = objects.stream(dictionary, b"Encoding");
    embedded.map(|stream| cmap::parse(&objects.inflate(stream))).unwrap_or_default()
}

fn composite(objects: &Objects, dictionary: &Dictionary, map: CMap) -> Font {
    let empty = Dictionary::new();
    let descendant = objects.array(dictionary, b"DescendantFonts").and_then(|fonts| fonts.first());
    let descendant = descendant.and_then(|font| objects.resolve(font)?.as_dict().ok()).unwrap_or(&empty);
    let predefined = objects.name(dictionary, b"Encoding").unwrap_or_default();
    let is_utf16 = [&b"UCS2"[..], b"UTF16"].iter().any(|kind| contains(predefined, kind));
    let codes = code_map(objects, dictionary);
    let mut characters: HashMap<u32, String> =
        map.characters.into_iter().map(|(code, text)| (code, legible(&text))).collect();
    if characters.values().all(String::is_empty) && !is_utf16 {
        characters = own_characters(objects, descendant, &codes);
    }
    let mut widths = cid_widths(objects, descendant);
    if !codes.cids.is_empty() {
        let width = |(code, cid): (&u32, &u32)| Some((*code, *widths.get(cid)?));
        widths = codes.cids.iter().filter_map(width).collect();
    }
    let width_default = objects.number(descendant, b"DW").unwrap_or(1000.0);
    let is_unreadable = characters.is_empty() && !is_utf16 && !is_pictorial(objects, dictionary);
    let highest =
        characters.keys().copied().filter(|code| *code < TABLE_CODES_MAX).max().map_or(0, |code| code + 1);
    let mut simple = Vec::with_capacity(highest as usize);
    for code in 0..highest {
        let text = characters.remove(&code).unwrap_or_default();
        let width = widths.remove(&code).unwrap_or(width_default);
        simple.push((entry(code, text, &mut characters), width));
    }
    Font {
        code_bytes: codes.code_bytes.unwrap_or(2),
        is_unreadable,
        superiors: superiors(&simple),
        simple,
        is_utf16,
        texts: characters,
        widths,
        width_default,
        unit: 0.001,
        is_bold: is_bold(objects, dictionary, descendant),
    }
}

/// The codes of narrow digits in a font that also has wide ones for the same characters.
fn superiors(table: &[(char, f32)]) -> Vec<u32> {
    let digits: Vec<(u32, char, f32)> = (0u32..)
        .zip(table)
        .filter(|(_, (character, _))| character.is_ascii_digit())
        .map(|(code, (character, width))| (code, *character, *width))
        .collect();
    let widest = digits.iter().map(|digit| digit.2).fold(0.0, f32::max);
    let is_narrow = |digit: &&(u32, char, f32)| digit.2 > 0.0 && digit.2 < SUPERIOR_WIDTH_MAX * widest;
    let has_both = digits
        .iter()
        .filter(is_narrow)
        .any(|narrow| digits.iter().any(|wide| wide.1 == narrow.1 && narrow.2 < SUPERIOR_WIDTH_MAX * wide.2));
    if has_both { digits.iter().filter(is_narrow).map(|digit| digit.0).collect() } else { Vec::new() }
}

/// Whether the font draws bullets and arrows: no words are lost with it.
fn is_pictorial(objects: &Objects, dictionary: &Dictionary) -> bool {
    let name = objects.name(dictionary, b"BaseFont").unwrap_or_default();
    [&b"Wingdings"[..], b"Webdings", b"Dingbats", b"Symbol"].iter().any(|kind| contains(name, kind))
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// What the embedded program says of the codes, for fonts without `ToUnicode`.
fn own_characters(objects: &Objects, descendant: &Dictionary, codes: &CMap) -> HashMap<u32, String> {
    let descriptor = objects.dictionary(descendant, b"FontDescriptor");
    let program = descriptor.and_then(|descriptor| program::embedded(objects, descriptor));
    let glyphs = program.map(|program| program.glyphs()).unwrap_or_default();
    let by_cid = match objects.stream(descendant, b"CIDToGIDMap") {
        Some(stream) => {
            let map = objects.inflate(stream);
            let glyph = |pair: &[u8]| glyphs.get(&u32::from(u16::from_be_bytes([pair[0], pair[1]])));
            let pairs = (0u32..).zip(map.chunks_exact(2));
            pairs.filter_map(|(cid, pair)| Some((cid, glyph(pair)?.clone()))).collect()
        }
        None => glyphs,
    };
    if codes.cids.is_empty() {
        return by_cid;
    }
    let of_code = |(code, cid): (&u32, &u32)| Some((*code, by_cid.get(cid)?.clone()));
    codes.cids.iter().filter_map(of_code).collect()
}

/// The `W` array: `c [w1 w2 …]` and `first last w`.
fn cid_widths(objects: &Objects, descendant: &Dictionary) -> HashMap<u32, f32> {
    let mut widths = HashMap::new();
    let mut ranged = 0;
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
        ranged += (last.saturating_sub(first as u32)) as usize;
        if ranged > RANGED_WIDTHS_MAX {
            break;
        }
        widths.extend((first as u32..=last).map(|code| (code, width)));
    }
    widths
}

fn simple(objects: &Objects, dictionary: &Dictionary, map: CMap, is_type3: bool) -> Font {
    let mut characters = encoded(objects, dictionary, is_type3);
    for (code, text) in map.characters {
        if let Some(slot) = characters.get_mut(code as usize)
            && (slot.is_empty() || !is_garbage(&text))
        {
            *slot = text;
        }
    }
    let widths = simple_widths(objects, dictionary);
    let descriptor = objects.dictionary(dictionary, b"FontDescriptor");
    let missing = descriptor.and_then(|descriptor| objects.number(descriptor, b"MissingWidth"));
    let name =
        String::from_utf8_lossy(objects.name(dictionary, b"BaseFont").unwrap_or_default()).into_owned();
    let mut texts = HashMap::new();
    let mut table = Vec::with_capacity(256);
    for (code, text) in (0u32..).zip(&characters) {
        let width = widths.get(&code).copied().or(missing).unwrap_or_else(|| likely_width(&name, text));
        table.push((entry(code, legible(text), &mut texts), width));
    }
    Font {
        code_bytes: 1,
        superiors: superiors(&table),
        is_unreadable: table.iter().all(|(character, _)| *character == '\0')
            && !is_pictorial(objects, dictionary),
        simple: table,
        is_utf16: false,
        texts,
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

/// Whether a text from `ToUnicode` says nothing: U+FFFD, or private use other than the symbol fonts' bullets.
fn is_garbage(text: &str) -> bool {
    text.contains('\u{fffd}') || (!text.is_empty() && legible(text).is_empty())
}

/// The 256 characters by encoding, the font program and differences.
fn encoded(objects: &Objects, dictionary: &Dictionary, is_type3: bool) -> Vec<String> {
    let entry = objects.get(dictionary, b"Encoding");
    let table = entry.and_then(|entry| entry.as_dict().ok());
    let named = entry.and_then(|entry| entry.as_name().ok());
    let base = named.or_else(|| objects.name(table?, b"BaseEncoding")).and_then(Encoding::named);
    let program = LazyLock::new(|| own_program(objects, dictionary));
    let mut characters = match base {
        _ if is_type3 => vec![String::new(); 256],
        Some(base) => of_encoding(base),
        None => built_in(program.as_ref()),
    };
    let glyphs = LazyLock::new(|| program.as_ref().map(Program::glyphs).unwrap_or_default());
    let mut code = 0usize;
    for item in table.and_then(|table| objects.array(table, b"Differences")).unwrap_or_default() {
        match item {
            Object::Name(name) => {
                if let Some(slot) = characters.get_mut(code) {
                    let name = String::from_utf8_lossy(name);
                    let by_number = || glyphs.get(&glyph_number(&name)?).cloned();
                    *slot = encoding::of_glyph_name(&name).or_else(by_number).unwrap_or_default();
                }
                code += 1;
            }
            number => code = number.as_i64().ok().and_then(|n| usize::try_from(n).ok()).unwrap_or(code),
        }
    }
    characters
}

fn of_encoding(base: Encoding) -> Vec<String> {
    base.characters().into_iter().filter(|c| *c != '\u{fffd}').map(of_char).collect()
}

/// The encoding of the program itself; WinAnsi for what it does not say, the most frequent of all.
fn built_in(program: Option<&Program>) -> Vec<String> {
    let mut characters = of_encoding(Encoding::WinAnsi);
    let own = program.map(Program::codes).unwrap_or_default();
    for (slot, own) in characters.iter_mut().zip(own).filter(|(_, own)| !own.is_empty()) {
        *slot = own;
    }
    characters
}

fn own_program(objects: &Objects, dictionary: &Dictionary) -> Option<Program> {
    program::embedded(objects, objects.dictionary(dictionary, b"FontDescriptor")?)
}

/// The number in names such as `g12`, `cid7`, `glyph33`: a glyph of the program, and nothing more.
fn glyph_number(name: &str) -> Option<u32> {
    let digits = name.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    (digits.len() < name.len()).then(|| digits.parse().ok())?
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

/// The advance where the file states none: that of the standard fonts, else the average.
fn likely_width(name: &str, text: &str) -> f32 {
    let character = text.chars().next();
    character.and_then(|character| widths::standard(name, character)).unwrap_or(WIDTH_DEFAULT)
}

fn is_bold(objects: &Objects, dictionary: &Dictionary, descendant: &Dictionary) -> bool {
    let name =
        String::from_utf8_lossy(objects.name(dictionary, b"BaseFont").unwrap_or_default()).to_lowercase();
    let descriptor = objects.dictionary(descendant, b"FontDescriptor");
    let weight = descriptor.and_then(|descriptor| objects.number(descriptor, b"FontWeight"));
    weight.is_some_and(|weight| weight >= 600.0)
        || ["bold", "black", "heavy", "demi"].iter().any(|weight| name.contains(weight))
}

/// `text` without private-use characters and controls; symbol fonts' bullets become `•`, ligatures their letters.
fn legible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{f0b7}' | '\u{f0a7}' | '\u{f0d8}' | '\u{f0fc}' | '\u{f02d}' => out.push('•'),
            '\u{e000}'..='\u{f8ff}' | '\u{fffd}' | '\u{f0000}'..='\u{10ffff}' => {}
            '\t' | '\n' | '\r' | '\u{a0}' => out.push(' '),
            'ﬀ' => out.push_str("ff"),
            'ﬁ' => out.push_str("fi"),
            'ﬂ' => out.push_str("fl"),
            'ﬃ' => out.push_str("ffi"),
            'ﬄ' => out.push_str("ffl"),
            'ﬅ' | 'ﬆ' => out.push_str("st"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
