//! A font dictionary → for each code its characters and its advance.

mod cjk;
mod cmap;
mod encoding;
mod implied;
mod program;
mod widths;

use super::objects::{Objects, budget::Budget};
use cjk::Codes;
use cmap::{CMap, Range, Target};
use encoding::Encoding;
use implied::Implied;
use lopdf::{Dictionary, Object, ObjectId, Stream};
use program::Program;
use std::{
    cell::{Cell, OnceCell},
    collections::{HashMap, HashSet},
    sync::LazyLock,
};
use unicode_normalization::UnicodeNormalization;
use widths::Standard;

/// Advance of a glyph whose width nobody states, in thousandths of the font size: the average of Latin text faces.
const WIDTH_DEFAULT: f32 = 500.0;

/// A digit up to this share of the width of another can be a superior one. Width alone does not tell: proportional and
/// tabular figures of one font differ as much (a "1" of 0.33 em beside one of 0.56).
const SUPERIOR_WIDTH_MAX: f32 = 0.8;
/// In ems: the outline of a superior digit begins so far above the baseline; those of other digits begin on it.
const SUPERIOR_BOTTOM_MIN: f32 = 0.2;
/// Codes whose width comes from ranges: three times what two bytes can hold.
const RANGED_WIDTHS_MAX: usize = 200_000;
/// Boxes around Type 3 fonts so high, in ems, are those of ordinary fonts: accents and descenders make 0.5 to 2.5.
const TYPE3_EMS: std::ops::RangeInclusive<f32> = 0.3..=3.0;
/// The highest code that is read: codes have at most two bytes.
const CODE_MAX: u32 = 0xffff;

/// A map that gives the same character for so many codes or more is not used: producers write one when they have no characters to
/// give. Fewer codes can share a character in a sound map, as a space and a no-break space do.
const ONE_FOR_ALL_MIN: usize = 5;

/// What is needed of a font to read text set in it.
#[derive(Debug)]
pub(crate) struct Font {
    /// Bytes per code: 1 or 2.
    pub(crate) code_bytes: usize,
    table: CodeTable,
    /// The codes are those of a predefined CMap; what `table` says goes first.
    pub(crate) codes: Option<Codes>,
    /// Texts of more than one character.
    texts: HashMap<u32, Box<str>>,
    /// Width of a glyph-space unit: 0.001, or what the matrix of a Type 3 font says.
    unit: f32,
    /// The height of an em in units of the font size: 1, unless a Type 3 font draws its glyphs in other units.
    pub(crate) em: f32,
    pub(crate) is_bold: bool,
    /// Codes of digits that are drawn raised and small in the font itself, in order.
    superiors: Vec<u32>,
    /// No code of the font has a character.
    is_unreadable: bool,
    /// It draws bullets and arrows.
    is_pictorial: bool,
    /// What the codes of a font without a program seem to stand for.
    implied: Option<Implied>,
    /// Where the program is that may say more than an incomplete `ToUnicode`.
    descendant: Option<ObjectId>,
    /// What it says; read when a code without a character is shown.
    own: OnceCell<HashMap<u32, String>>,
    /// Whether any text is set in it.
    pub(crate) is_shown: Cell<bool>,
}

/// Character and width of each code: NUL for none, [`MANY`] for a text elsewhere.
///
/// Codes stand in rows of 256, and only rows that say something are there: a glyph costs no hashing, a subset of a large
/// font little room.
#[derive(Debug)]
struct CodeTable {
    /// The row of each high byte; [`NO_ROW`] where nothing is said.
    rows: Vec<u16>,
    cells: Vec<(char, f32)>,
    width_default: f32,
}

const NO_ROW: u16 = u16::MAX;
const ROW: usize = 256;

impl CodeTable {
    fn new(width_default: f32) -> CodeTable {
        CodeTable { rows: Vec::new(), cells: Vec::new(), width_default }
    }

    #[inline(always)]
    fn cell(&self, code: u32) -> Option<&(char, f32)> {
        let row = usize::from(*self.rows.get((code >> 8) as usize)?);
        self.cells.get(row * ROW + (code & 0xff) as usize)
    }

    /// The cell of a code, made where there is none; `None` beyond two bytes, and when the document has no room left.
    fn slot(&mut self, code: u32, budget: &Budget) -> Option<&mut (char, f32)> {
        let high = (code >> 8) as usize;
        if code > CODE_MAX {
            return None;
        }
        if self.rows.len() <= high {
            self.rows.resize(high + 1, NO_ROW);
        }
        if self.rows[high] == NO_ROW {
            budget.take_font_bytes(ROW * size_of::<(char, f32)>()).then_some(())?;
            self.rows[high] = (self.cells.len() / ROW) as u16;
            self.cells.resize(self.cells.len() + ROW, ('\0', self.width_default));
        }
        let row = usize::from(self.rows[high]);
        self.cells.get_mut(row * ROW + (code & 0xff) as usize)
    }

    /// All codes in rows that are there, in order.
    fn iter(&self) -> impl Iterator<Item = (u32, char, f32)> + '_ {
        let rows = (0u32..).zip(&self.rows).filter(|(_, row)| **row != NO_ROW);
        rows.flat_map(|(high, row)| {
            let cells = self.cells.iter().skip(usize::from(*row) * ROW).take(ROW);
            (high << 8..).zip(cells).map(|(code, (character, width))| (code, *character, *width))
        })
    }
}

/// Stands in the table for a text of more than one character: no character itself.
const MANY: char = '\u{ffff}';

/// What a text in `texts` costs beside its bytes.
const TEXT_BYTES: usize = 64;

/// What a code stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Characters<'a> {
    /// The font does not say.
    None,
    One(char),
    Some(&'a str),
}

impl Font {
    /// Whether the glyph is a digit made for note marks and exponents.
    pub(crate) fn is_superior(&self, code: u32) -> bool {
        !self.superiors.is_empty() && self.superiors.binary_search(&code).is_ok()
    }

    /// Whether any of its codes is such a digit.
    pub(crate) fn has_superiors(&self) -> bool {
        !self.superiors.is_empty()
    }

    /// The characters of a code, and its advance as a share of the font size.
    #[inline(always)]
    pub(crate) fn code(&self, code: u32) -> (Characters<'_>, f32) {
        let (character, width) = *self.table.cell(code).unwrap_or(&('\0', self.table.width_default));
        let characters = match character {
            '\0' | MANY => self.other_characters(code, character),
            _ => Characters::One(character),
        };
        (characters, width * self.unit)
    }

    /// What a code stands for that the table gives no character.
    fn other_characters(&self, code: u32, character: char) -> Characters<'_> {
        match character {
            MANY => self.texts.get(&code).map_or(Characters::None, |text| Characters::Some(text)),
            _ => self.by_encoding(code),
        }
    }

    fn by_encoding(&self, code: u32) -> Characters<'_> {
        let implied = || self.implied.as_ref().and_then(|implied| implied.character(code));
        let character = self.codes.and_then(|codes| codes.character(code)).or_else(implied);
        character.map_or(Characters::None, Characters::One)
    }

    /// What the embedded program says of a code that `ToUnicode` leaves out.
    #[cold]
    pub(crate) fn by_program(&self, objects: &Objects, code: u32) -> Characters<'_> {
        let Some(descendant) = self.descendant else { return Characters::None };
        let read = || objects.dictionary_of(descendant).map(|found| own_characters(objects, found));
        let text = self.own.get_or_init(|| read().unwrap_or_default()).get(&code).map_or("", String::as_str);
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (None, _) => Characters::None,
            (Some(one), None) => Characters::One(one),
            _ => Characters::Some(text),
        }
    }

    /// Takes up a string of codes before it is shown.
    pub(crate) fn learn(&self, codes: &[u8]) {
        if let Some(implied) = &self.implied {
            implied.learn(codes);
        }
    }

    /// Whether the font has characters for some of its codes, and is not one of pictures: then a code without one may be lost text.
    pub(crate) fn has_words(&self) -> bool {
        !self.is_unreadable && !self.is_pictorial && self.unit == 0.001
    }

    /// Whether text was set in the font, and it cannot be read.
    pub(crate) fn has_unread_text(&self) -> bool {
        let is_read = self.implied.as_ref().is_some_and(Implied::is_read);
        self.is_unreadable && self.is_shown.get() && !is_read
    }

    /// Whether each of its codes takes two bytes.
    pub(crate) fn has_pairs(&self) -> bool {
        self.code_bytes == 2 && self.codes.is_none()
    }

    /// How many bytes the code at the start of `bytes` takes.
    pub(crate) fn code_length(&self, bytes: &[u8]) -> usize {
        self.codes.map_or(self.code_bytes, |codes| codes.length(bytes))
    }

    /// Sets what the codes of a range stand for; whether there was room for them.
    fn set_range(&mut self, range: &Range<Target>, budget: &Budget) -> bool {
        match range.first {
            // Nearly all ranges, and without a string for each code.
            Target::One(first) if are_plain(first, range.last_unit()) => {
                let characters = (u32::from(first)..).map_while(char::from_u32);
                (range.low..=range.high.min(CODE_MAX)).zip(characters).all(|(code, character)| {
                    let slot = self.table.slot(code, budget);
                    slot.map(|slot| slot.0 = character).is_some()
                })
            }
            _ => range.texts(CODE_MAX).all(|(code, text)| self.set(code, &legible(&text), budget)),
        }
    }

    /// Sets what a code stands for; a text of several characters goes to `texts`. Whether there was room for it.
    fn set(&mut self, code: u32, text: &str, budget: &Budget) -> bool {
        let mut characters = text.chars();
        let character = match (characters.next(), characters.next()) {
            (None, _) => '\0',
            (Some(one), None) if one != MANY => one,
            _ if budget.take_font_bytes(text.len() + TEXT_BYTES) => {
                self.texts.insert(code, text.into());
                MANY
            }
            _ => return false,
        };
        let slot = self.table.slot(code, budget);
        slot.map(|slot| slot.0 = character).is_some()
    }

    fn has_characters(&self) -> bool {
        self.table.cells.iter().any(|(character, _)| *character != '\0')
    }
}

/// Reads the font that `dictionary` describes.
pub(crate) fn read(objects: &Objects, dictionary: &Dictionary) -> Font {
    let to_unicode = objects.stream(dictionary, b"ToUnicode").map(|stream| code_map(objects, stream));
    let to_unicode = to_unicode.filter(|map| !is_senseless(map)).unwrap_or_default();
    let mut font = match objects.name(dictionary, b"Subtype") {
        Some(b"Type0") => composite(objects, dictionary, &to_unicode),
        subtype => simple(objects, dictionary, &to_unicode, subtype == Some(b"Type3")),
    };
    font.superiors = raised(objects, dictionary, superiors(&font.table));
    font.is_pictorial = is_pictorial(objects, dictionary);
    font.is_unreadable = !font.has_characters() && font.codes.is_none() && !font.is_pictorial;
    font
}

fn code_map(objects: &Objects, stream: &Stream) -> CMap {
    let map = cmap::parse(&objects.inflate(stream));
    if map.is_cut {
        objects.budget.reach("codes of a character map");
    }
    if objects.budget.take_lookups(map.code_count) { map } else { CMap::default() }
}

/// Whether a map sends all of its codes to one character, as some producers' do that have none to give.
fn is_senseless(map: &CMap) -> bool {
    let mut ranges = map.characters.iter();
    let first = ranges.next().map(|range| &range.first);
    map.characters.len() >= ONE_FOR_ALL_MIN
        && map.characters.iter().all(|range| range.low >= range.high)
        && ranges.all(|range| Some(&range.first) == first)
}

fn composite(objects: &Objects, dictionary: &Dictionary, map: &CMap) -> Font {
    let empty = Dictionary::new();
    let budget = &objects.budget;
    let descendant = objects.array(dictionary, b"DescendantFonts").and_then(|fonts| fonts.first());
    let descendant = descendant.and_then(|font| objects.resolve(font)?.as_dict().ok()).unwrap_or(&empty);
    let embedded = objects.stream(dictionary, b"Encoding").map(|stream| code_map(objects, stream));
    let name = objects.name(dictionary, b"Encoding").unwrap_or_default();
    let codes = embedded.unwrap_or_default();
    let mut font = Font {
        code_bytes: codes.code_bytes.unwrap_or(2),
        table: CodeTable::new(objects.number(descendant, b"DW").unwrap_or(1000.0)),
        codes: cjk::codes(name),
        texts: HashMap::new(),
        unit: 0.001,
        em: 1.0,
        is_bold: is_bold(objects, dictionary, descendant),
        superiors: Vec::new(),
        is_unreadable: false,
        is_pictorial: false,
        implied: None,
        descendant: None,
        own: OnceCell::new(),
        is_shown: Cell::new(false),
    };
    map.characters.iter().all(|range| font.set_range(range, budget));
    // The codes of other predefined CMaps are no glyph numbers.
    let are_cids = name.is_empty() || name.starts_with(b"Identity");
    if !font.has_characters() && font.codes.is_none() && are_cids {
        let own = own_characters(objects, descendant);
        let texts = by_code(&codes, |cid| own.get(&cid).cloned(), own.keys().copied());
        texts.iter().all(|(code, text)| font.set(*code, text, budget));
    }
    let is_identity = codes.cids.is_empty() && font.codes.is_none() && are_cids;
    let descriptor = objects.dictionary(descendant, b"FontDescriptor");
    let has_program = descriptor.is_some_and(program::is_embedded);
    // Some producers say in place of a map that the codes are Unicode; in files of others that say so they are glyph numbers.
    let is_declared =
        objects.name(dictionary, b"ToUnicode").is_some_and(|name| name.starts_with(b"Identity"));
    if is_identity && !font.has_characters() && (is_declared || !has_program) {
        let name = objects.name(dictionary, b"BaseFont").unwrap_or_default();
        font.implied = Some(Implied::new(name, is_declared));
    } else if is_identity && has_program && !map.characters.is_empty() {
        font.descendant = descendant_id(objects, dictionary);
    }
    set_widths(objects, &mut font, &codes, &cid_widths(objects, descendant));
    font
}

fn descendant_id(objects: &Objects, dictionary: &Dictionary) -> Option<ObjectId> {
    objects.array(dictionary, b"DescendantFonts")?.first()?.as_reference().ok()
}

/// The values of glyph numbers, by the codes that stand for them: the same numbers where the map says nothing.
fn by_code<T>(
    codes: &CMap,
    of_cid: impl Fn(u32) -> Option<T>,
    cids: impl Iterator<Item = u32>,
) -> Vec<(u32, T)> {
    let value = |(code, cid)| Some((code, of_cid(cid).filter(|_| code <= CODE_MAX)?));
    if codes.cids.is_empty() {
        return cids.filter_map(|cid| value((cid, cid))).collect();
    }
    codes.cids.iter().flat_map(Range::cids).filter_map(value).collect()
}

/// Sets the advances that the font states for its glyph numbers.
fn set_widths(objects: &Objects, font: &mut Font, codes: &CMap, widths: &[(u32, f32)]) {
    let default = font.table.width_default;
    let of_cid = |cid: u32| {
        let at = widths.binary_search_by_key(&cid, |(cid, _)| *cid).ok()?;
        widths.get(at).map(|(_, width)| *width)
    };
    let widths = match font.codes {
        None => by_code(codes, of_cid, widths.iter().map(|(cid, _)| *cid)),
        // Of predefined CMaps only this much is known: all four collections begin with ASCII.
        Some(_) => (0x20u32..0x7f).filter_map(|code| Some((code, of_cid(code - 0x1f)?))).collect(),
    };
    for (code, width) in widths.into_iter().filter(|(_, width)| *width != default) {
        if let Some(slot) = font.table.slot(code, &objects.budget) {
            slot.1 = width;
        }
    }
}

/// The codes of narrow digits in a font that also has wide ones for the same characters.
fn superiors(table: &CodeTable) -> Vec<u32> {
    let digits: Vec<(u32, char, f32)> =
        table.iter().filter(|(_, character, _)| character.is_ascii_digit()).collect();
    let widest = digits.iter().map(|digit| digit.2).fold(0.0, f32::max);
    let is_narrow = |digit: &&(u32, char, f32)| digit.2 > 0.0 && digit.2 < SUPERIOR_WIDTH_MAX * widest;
    let has_both = digits
        .iter()
        .filter(is_narrow)
        .any(|narrow| digits.iter().any(|wide| wide.1 == narrow.1 && narrow.2 < SUPERIOR_WIDTH_MAX * wide.2));
    if has_both { digits.iter().filter(is_narrow).map(|digit| digit.0).collect() } else { Vec::new() }
}

/// Those of `codes` whose glyphs are raised: by their names, or by their outlines in the embedded program.
fn raised(objects: &Objects, dictionary: &Dictionary, mut codes: Vec<u32>) -> Vec<u32> {
    if codes.is_empty() {
        return codes;
    }
    let descendant = objects.array(dictionary, b"DescendantFonts").and_then(|fonts| fonts.first());
    let descendant = descendant.and_then(|font| objects.resolve(font)?.as_dict().ok());
    let program = own_program(objects, descendant.unwrap_or(dictionary));
    let is_high = |bottom: Option<f32>| bottom.is_some_and(|bottom| bottom >= SUPERIOR_BOTTOM_MIN);
    if let Some(descendant) = descendant {
        let map = objects.stream(descendant, b"CIDToGIDMap").map(|stream| objects.inflate(stream));
        let glyph = |cid: u32| match &map {
            Some(map) => {
                let at = 2 * cid as usize;
                Some(u16::from_be_bytes([*map.get(at)?, *map.get(at + 1)?]))
            }
            None => u16::try_from(cid).ok(),
        };
        codes.retain(|code| is_high(program.as_ref().and_then(|program| program.bottom(glyph(*code)?))));
        return codes;
    }
    let names = differences(objects, dictionary);
    let is_named = |code: u32| {
        names.iter().any(|(at, name)| {
            *at == code && [&b".sup"[..], b"superior"].iter().any(|part| contains(name, part))
        })
    };
    codes.retain(|code| {
        is_named(*code) || is_high(program.as_ref().and_then(|program| program.bottom_of_code(*code)))
    });
    codes
}

/// Codes and glyph names of `Differences`.
fn differences<'a>(objects: &'a Objects, dictionary: &'a Dictionary) -> Vec<(u32, &'a [u8])> {
    let table = objects.get(dictionary, b"Encoding").and_then(|entry| entry.as_dict().ok());
    let list = table.and_then(|table| objects.array(table, b"Differences"));
    let mut code = 0u32;
    let mut found = Vec::new();
    for item in listed(objects, list) {
        match item {
            Object::Name(name) => {
                found.push((code, name.as_slice()));
                code = code.saturating_add(1);
            }
            number => code = number.as_i64().ok().and_then(|n| u32::try_from(n).ok()).unwrap_or(code),
        }
    }
    found
}

/// Whether the font draws bullets and arrows: no words are lost with it.
fn is_pictorial(objects: &Objects, dictionary: &Dictionary) -> bool {
    let name = objects.name(dictionary, b"BaseFont").unwrap_or_default();
    [&b"Wingdings"[..], b"Webdings", b"Dingbats", b"Symbol"].iter().any(|kind| contains(name, kind))
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// What the embedded program says of the glyph numbers, for fonts without `ToUnicode`.
fn own_characters(objects: &Objects, descendant: &Dictionary) -> HashMap<u32, String> {
    let descriptor = objects.dictionary(descendant, b"FontDescriptor");
    let program = descriptor.and_then(|descriptor| program::embedded(objects, descriptor));
    let glyphs = program.map(|program| program.glyphs(&objects.budget)).unwrap_or_default();
    let Some(stream) = objects.stream(descendant, b"CIDToGIDMap") else { return glyphs };
    let map = objects.inflate(stream);
    let glyph = |pair: &[u8]| glyphs.get(&u32::from(u16::from_be_bytes([pair[0], pair[1]])));
    let pairs = (0..=CODE_MAX).zip(map.chunks_exact(2));
    pairs.filter_map(|(cid, pair)| Some((cid, glyph(pair)?.clone()))).collect()
}

/// The items of a list, which many fonts may share; none when too many were read.
fn listed<'a>(objects: &Objects, list: Option<&'a [Object]>) -> &'a [Object] {
    list.filter(|list| objects.budget.take_lookups(list.len())).unwrap_or_default()
}

/// The `W` array: `c [w1 w2 …]` and `first last w`. In the order of the glyph numbers.
fn cid_widths(objects: &Objects, descendant: &Dictionary) -> Vec<(u32, f32)> {
    let mut widths = Vec::new();
    let mut ranged = 0;
    let mut items = listed(objects, objects.array(descendant, b"W")).iter();
    let number = |object: &Object| objects.resolve(object)?.as_float().ok();
    while let Some(first) = items.next().and_then(number) {
        let Some(second) = items.next().and_then(|item| objects.resolve(item)) else { break };
        if let Object::Array(list) = second {
            let list = listed(objects, Some(list));
            widths.extend((first as u32..=CODE_MAX).zip(list.iter().filter_map(number)));
            continue;
        }
        let (Ok(last), Some(width)) = (second.as_float(), items.next().and_then(number)) else { break };
        let last = (last as u32).min((first as u32).saturating_add(0xffff));
        ranged += (last.saturating_sub(first as u32)) as usize;
        if ranged > RANGED_WIDTHS_MAX {
            objects.budget.reach("codes of a list of widths");
            break;
        }
        widths.extend((first as u32..=last).map(|code| (code, width)));
    }
    // Of two widths for one glyph the later one holds.
    widths.reverse();
    widths.sort_by_key(|(cid, _)| *cid);
    widths.dedup_by_key(|(cid, _)| *cid);
    widths
}

fn simple(objects: &Objects, dictionary: &Dictionary, map: &CMap, is_type3: bool) -> Font {
    let mut characters = encoded(objects, dictionary, is_type3);
    for (code, text) in map.characters.iter().flat_map(|range| range.texts(0xff)) {
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
    let mut font = Font {
        code_bytes: 1,
        table: CodeTable::new(WIDTH_DEFAULT),
        codes: None,
        texts: HashMap::new(),
        unit: if is_type3 { type3_unit(objects, dictionary) } else { 0.001 },
        em: if is_type3 { type3_em(objects, dictionary) } else { 1.0 },
        is_bold: is_bold(objects, dictionary, dictionary),
        superiors: Vec::new(),
        is_unreadable: false,
        is_pictorial: false,
        implied: None,
        descendant: None,
        own: OnceCell::new(),
        is_shown: Cell::new(false),
    };
    let standard = Standard::named(&name);
    // Nothing is drawn for a code of a standard font that its encoding does not name.
    let named = widths.iter().all(Option::is_none).then(|| differences(objects, dictionary));
    let is_drawn =
        |code: u32| named.as_ref().is_none_or(|named| named.iter().any(|(known, _)| *known == code));
    let likely = |code: u32, text: &str| {
        if text.is_empty() && !is_drawn(code) { 0.0 } else { likely_width(standard.as_ref(), text) }
    };
    for (code, text) in (0u32..).zip(&characters) {
        let stated = widths.get(code as usize).copied().flatten().or(missing);
        let width = stated.unwrap_or_else(|| likely(code, text));
        font.set(code, &legible(text), &objects.budget);
        if let Some(slot) = font.table.slot(code, &objects.budget) {
            slot.1 = width;
        }
    }
    font
}

fn type3_unit(objects: &Objects, dictionary: &Dictionary) -> f32 {
    let matrix = objects.numbers(dictionary, b"FontMatrix").unwrap_or_default();
    matrix.first().copied().filter(|unit| *unit != 0.0).map_or(0.001, f32::abs)
}

/// The height of the box around a Type 3 font's glyphs, where that is far from one em: fonts with a unit matrix are set in
/// sizes such as 0.24.
fn type3_em(objects: &Objects, dictionary: &Dictionary) -> f32 {
    let matrix = objects.numbers(dictionary, b"FontMatrix").unwrap_or_default();
    let unit = matrix.get(3).copied().unwrap_or(0.001);
    let height = match objects.numbers(dictionary, b"FontBBox").as_deref() {
        Some([_, low, _, high]) => (high - low).abs() * unit.abs(),
        _ => 1.0,
    };
    if TYPE3_EMS.contains(&height) || height == 0.0 || !height.is_finite() { 1.0 } else { height }
}

/// Whether a text from `ToUnicode` says nothing: none, U+FFFD, or private use other than the symbol fonts' bullets.
fn is_garbage(text: &str) -> bool {
    let is_unseen = |c: char| ('\u{200b}'..='\u{2064}').contains(&c) || c == '\u{feff}';
    text.contains('\u{fffd}') || legible(text).is_empty() && !text.contains(is_unseen)
}

/// The 256 characters by encoding, the font program and differences.
fn encoded(objects: &Objects, dictionary: &Dictionary, is_type3: bool) -> Vec<String> {
    let entry = objects.get(dictionary, b"Encoding");
    let table = entry.and_then(|entry| entry.as_dict().ok());
    let named = entry.and_then(|entry| entry.as_name().ok());
    let base = named.or_else(|| objects.name(table?, b"BaseEncoding")).and_then(Encoding::named);
    let base = base.or_else(|| of_standard_font(objects, dictionary));
    let program = LazyLock::new(|| own_program(objects, dictionary));
    let mut characters = match base {
        _ if is_type3 => vec![String::new(); 256],
        Some(base) => of_encoding(base),
        None => built_in(program.as_ref(), &objects.budget),
    };
    let glyphs =
        LazyLock::new(|| program.as_ref().map(|program| program.glyphs(&objects.budget)).unwrap_or_default());
    let mut code = 0usize;
    for item in listed(objects, table.and_then(|table| objects.array(table, b"Differences"))) {
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
    if is_type3 {
        of_drawn_glyphs(objects, dictionary, base, &mut characters);
    }
    characters
}

/// The encoding of the two standard fonts of signs, which files use without a program.
fn of_standard_font(objects: &Objects, dictionary: &Dictionary) -> Option<Encoding> {
    let descriptor = objects.dictionary(dictionary, b"FontDescriptor");
    match objects.name(dictionary, b"BaseFont")? {
        _ if descriptor.is_some_and(program::is_embedded) => None,
        b"Symbol" => Some(Encoding::Symbol),
        b"ZapfDingbats" => Some(Encoding::Dingbats),
        _ => None,
    }
}

/// What the codes of a Type 3 font stand for beside its `Differences`: by the named encoding where it has a glyph of that name,
/// or by TeX's codes.
fn of_drawn_glyphs(
    objects: &Objects,
    dictionary: &Dictionary,
    base: Option<Encoding>,
    characters: &mut [String],
) {
    let Some(glyphs) = objects.dictionary(dictionary, b"CharProcs") else { return };
    if !objects.budget.take_lookups(glyphs.len()) {
        return;
    }
    if let Some(base) = base {
        let names = glyphs.iter().filter_map(|(name, _)| std::str::from_utf8(name).ok());
        let drawn: HashSet<String> = names.filter_map(encoding::of_glyph_name).collect();
        let encoded = characters.iter_mut().zip(of_encoding(base));
        for (slot, text) in encoded.filter(|(slot, text)| slot.is_empty() && drawn.contains(text)) {
            *slot = text;
        }
    }
    if characters.iter().all(String::is_empty) {
        let mut names = differences(objects, dictionary);
        names.retain(|(_, name)| glyphs.has(name));
        by_tex_codes(&names, characters);
    }
}

/// Bitmap fonts of TeX name their glyphs by their codes (`a229`), which are those of TeX's own encodings.
fn by_tex_codes(names: &[(u32, &[u8])], characters: &mut [String]) {
    let number = |name: &[u8]| std::str::from_utf8(name.strip_prefix(b"a")?).ok()?.parse::<u32>().ok();
    let of_code =
        |(code, name): &(u32, &[u8])| (number(name) == Some(*code)).then(|| u8::try_from(*code).ok())?;
    let codes: Vec<u8> = names.iter().filter_map(of_code).collect();
    if are_counted(&codes) {
        return;
    }
    let encoding = Encoding::of_tex(&codes).characters();
    for code in codes.into_iter().map(usize::from) {
        if let (Some(slot), Some(character)) = (characters.get_mut(code), encoding.get(code)) {
            *slot = of_char(*character);
        }
    }
}

/// Whether codes count the glyphs in the order of their first use, as Ghostscript's do that names its glyphs in the same way: they have
/// no gaps, or most of the lowest. Those of a text in TeX's codes have gaps, between capitals and small letters at least, and the lowest
/// are accents and Greek capitals.
fn are_counted(codes: &[u8]) -> bool {
    /// More than the letters of one case, or the digits, which stand together in any encoding.
    const TOGETHER_MAX: usize = 26;
    const LOWEST: u8 = 10;
    const LOWEST_MAX: usize = 5;
    let codes: HashSet<u8> = codes.iter().copied().collect();
    let Some((first, last)) = codes.iter().min().zip(codes.iter().max()) else { return false };
    let has_no_gaps = usize::from(last - first) + 1 == codes.len();
    has_no_gaps && (codes.len() > TOGETHER_MAX || *first == 0)
        || codes.iter().filter(|code| **code <= LOWEST).count() > LOWEST_MAX
}

fn of_encoding(base: Encoding) -> Vec<String> {
    base.characters().into_iter().filter(|c| *c != '\u{fffd}').map(of_char).collect()
}

/// The encoding of the program itself; WinAnsi for what it does not say, the most frequent of all.
fn built_in(program: Option<&Program>, budget: &Budget) -> Vec<String> {
    let mut characters = of_encoding(Encoding::WinAnsi);
    let own = program.map(|program| program.codes(budget)).unwrap_or_default();
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

/// The advances that a simple font states, by codes of one byte.
fn simple_widths(objects: &Objects, dictionary: &Dictionary) -> [Option<f32>; 256] {
    let first = objects.number(dictionary, b"FirstChar").unwrap_or(0.0) as usize;
    let stated = listed(objects, objects.array(dictionary, b"Widths"));
    let number = |object: &Object| objects.resolve(object)?.as_float().ok();
    let mut widths = [None; 256];
    for (slot, width) in widths.iter_mut().skip(first).zip(stated) {
        *slot = number(width);
    }
    widths
}

/// The advance where the file states none: that of the standard fonts, else the average.
fn likely_width(standard: Option<&Standard>, text: &str) -> f32 {
    let advance = |standard: &Standard| standard.advance(text.chars().next()?);
    standard.and_then(advance).unwrap_or(WIDTH_DEFAULT)
}

fn is_bold(objects: &Objects, dictionary: &Dictionary, descendant: &Dictionary) -> bool {
    let name =
        String::from_utf8_lossy(objects.name(dictionary, b"BaseFont").unwrap_or_default()).to_lowercase();
    let descriptor = objects.dictionary(descendant, b"FontDescriptor");
    let weight = descriptor.and_then(|descriptor| objects.number(descriptor, b"FontWeight"));
    weight.is_some_and(|weight| weight >= 600.0)
        || ["bold", "black", "heavy", "demi"].iter().any(|weight| name.contains(weight))
}

/// Whether all UTF-16 units from `first` to `last` are characters that [`legible`] leaves as they are.
fn are_plain(first: u16, last: u16) -> bool {
    let plain = [0x20..=0x7e, 0xa1..=0x200a, 0x2010..=0x205f, 0x2065..=0xd7ff];
    plain.iter().any(|range| range.contains(&first) && range.contains(&last))
}

/// `text` without private-use characters and controls; symbol fonts' bullets become `•`, ligatures their letters.
fn legible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{f0b7}' | '\u{f0a7}' | '\u{f0d8}' | '\u{f0fc}' | '\u{f02d}' => out.push('•'),
            '\u{e000}'..='\u{f8ff}' | '\u{fffd}' | '\u{f0000}'..='\u{10ffff}' => {}
            '\t' | '\n' | '\r' | '\u{a0}' => out.push(' '),
            // Break opportunities, joiners and directions: they are no part of a word.
            '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' => {}
            'ﬀ' => out.push_str("ff"),
            'ﬁ' => out.push_str("fi"),
            'ﬂ' => out.push_str("fl"),
            'ﬃ' => out.push_str("ffi"),
            'ﬄ' => out.push_str("ffl"),
            'ﬅ' | 'ﬆ' => out.push_str("st"),
            // The shapes of Hebrew and Arabic letters within a word are the same letters.
            c @ ('\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}') => out.extend(std::iter::once(c).nfkc()),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
