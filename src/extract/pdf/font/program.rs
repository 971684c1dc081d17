//! An embedded font program → what its codes and glyphs stand for, where the PDF itself does not say.
//!
//! TrueType and OpenType: the `cmap` reversed, else the names in `post`. CFF: the names of its charset, and its built-in
//! encoding. Type 1: the encoding in its clear-text part. Refuses to guess: a glyph without name or character stays without.

use super::{
    super::objects::{
        Objects,
        budget::Budget,
        lexer::{Lexer, Token},
    },
    encoding::{self, Encoding},
};
use lopdf::Dictionary;
use std::collections::HashMap;
use ttf_parser::{GlyphId, RawFace, Tag, cff, cmap, post};

/// Unicode subtables of a `cmap` that are read: those of the basic plane and of all planes, for two platforms.
const SUBTABLES_MAX: usize = 4;

/// Bytes of the `post` table before the number of its glyphs.
const POST_HEAD_BYTES: usize = 32;
/// Names that a `post` table need not spell out.
const MACINTOSH_NAMES: u16 = 258;

/// Glyph numbers, or CIDs of a CID-keyed font, and their characters.
pub(crate) type Glyphs = HashMap<u32, String>;

/// An embedded font program.
pub(crate) struct Program {
    bytes: Vec<u8>,
}

/// The entries of a font descriptor that embed a program.
const PROGRAM_KEYS: [&[u8]; 3] = [b"FontFile2", b"FontFile3", b"FontFile"];

/// Whether a font descriptor embeds a program.
pub(crate) fn is_embedded(descriptor: &Dictionary) -> bool {
    PROGRAM_KEYS.iter().any(|key| descriptor.has(key))
}

/// The program that a font descriptor embeds.
pub(crate) fn embedded(objects: &Objects, descriptor: &Dictionary) -> Option<Program> {
    let stream = PROGRAM_KEYS.iter().find_map(|key| objects.stream(descriptor, key))?;
    Some(Program { bytes: objects.inflate(stream) })
}

impl Program {
    /// The characters of the 256 codes by the font's own encoding; empty strings where it says nothing.
    pub(crate) fn codes(&self, budget: &Budget) -> Vec<String> {
        if let Some(face) = Face::parse(&self.bytes, budget) {
            return (0..256).map(|code| face.of_code(code).unwrap_or_default()).collect();
        }
        if let Some(table) = cff::Table::parse(&self.bytes) {
            return (0..=255).map(|code| cff_code(&table, code).unwrap_or_default()).collect();
        }
        type1_codes(&self.bytes)
    }

    /// How far above the baseline the outline of a glyph begins, in ems. `None` when it has none.
    pub(crate) fn bottom(&self, glyph: u16) -> Option<f32> {
        if let Ok(raw) = RawFace::parse(&self.bytes, 0) {
            let table = |name: &[u8; 4]| raw.table(Tag::from_bytes(name));
            if let (Some(head), Some(loca), Some(glyf)) = (table(b"head"), table(b"loca"), table(b"glyf")) {
                return outline_bottom(head, loca, glyf, glyph);
            }
            return cff_bottom(&cff::Table::parse(table(b"CFF ")?)?, glyph);
        }
        cff_bottom(&cff::Table::parse(&self.bytes)?, glyph)
    }

    /// The same of the glyph of a code of a simple font.
    pub(crate) fn bottom_of_code(&self, code: u32) -> Option<f32> {
        let raw = RawFace::parse(&self.bytes, 0).ok();
        let glyph = match raw {
            Some(raw) => {
                let cmap = cmap::Table::parse(raw.table(Tag::from_bytes(b"cmap"))?)?;
                let mut subtables = cmap.subtables.into_iter();
                subtables.find_map(|subtable| {
                    let at = |code| subtable.glyph_index(code).filter(|glyph| glyph.0 != 0);
                    at(0xf000 + code).or_else(|| at(code))
                })?
            }
            None => cff::Table::parse(&self.bytes)?.glyph_index(u8::try_from(code).ok()?)?,
        };
        self.bottom(glyph.0)
    }

    /// The characters of all glyphs, by glyph number or CID.
    pub(crate) fn glyphs(&self, budget: &Budget) -> Glyphs {
        if let Some(face) = Face::parse(&self.bytes, budget) {
            return face.by_cid(budget);
        }
        match cff::Table::parse(&self.bytes) {
            Some(table) => cff_glyphs(&table, budget),
            None => Glyphs::new(),
        }
    }
}

/// The tables of a TrueType or OpenType font from which characters can be found.
struct Face<'a> {
    cmap: Option<cmap::Table<'a>>,
    post: Option<post::Table<'a>>,
    post_bytes: &'a [u8],
    cff: Option<cff::Table<'a>>,
    of_glyph: Glyphs,
}

impl<'a> Face<'a> {
    fn parse(bytes: &'a [u8], budget: &Budget) -> Option<Face<'a>> {
        let raw = RawFace::parse(bytes, 0).ok()?;
        let table = |name| raw.table(Tag::from_bytes(name));
        let mut face = Face {
            cmap: table(b"cmap").and_then(cmap::Table::parse),
            post: table(b"post").and_then(post::Table::parse),
            post_bytes: table(b"post").unwrap_or_default(),
            cff: table(b"CFF ").and_then(cff::Table::parse),
            of_glyph: Glyphs::new(),
        };
        face.of_glyph = face.reversed(budget);
        Some(face)
    }

    /// The character of each glyph by the Unicode `cmap`; of several, the lowest.
    ///
    /// Asks for each code of the basic plane: a damaged table can list four thousand million.
    fn reversed(&self, budget: &Budget) -> Glyphs {
        let mut glyphs = Glyphs::new();
        let subtables = self.cmap.iter().flat_map(|table| table.subtables);
        for subtable in subtables.filter(cmap::Subtable::is_unicode).take(SUBTABLES_MAX) {
            if !budget.take_lookups(0xffff) {
                break;
            }
            for character in ' '..='\u{ffef}' {
                let glyph = subtable.glyph_index(u32::from(character)).filter(|glyph| glyph.0 != 0);
                if let Some(glyph) = glyph.filter(|_| !('\u{e000}'..='\u{f8ff}').contains(&character)) {
                    glyphs.entry(u32::from(glyph.0)).or_insert_with(|| character.to_string());
                }
            }
        }
        glyphs
    }

    fn of_glyph(&self, glyph: GlyphId) -> Option<String> {
        let known = self.of_glyph.get(&u32::from(glyph.0)).cloned();
        known.or_else(|| encoding::of_glyph_name(self.post?.glyph_name(glyph)?))
    }

    /// By the symbol encoding (codes from U+F000) or that of the Macintosh, as PDF 32000-1, 9.6.6.4 has it.
    fn of_code(&self, code: u32) -> Option<String> {
        let mut subtables = self.cmap?.subtables.into_iter().filter(|subtable| !subtable.is_unicode());
        let glyph = subtables.find_map(|subtable| {
            let at = |code| subtable.glyph_index(code).filter(|glyph| glyph.0 != 0);
            at(0xf000 + code).or_else(|| at(code))
        });
        self.of_glyph(glyph?)
    }

    fn by_cid(&self, budget: &Budget) -> Glyphs {
        let mut glyphs = self.of_glyph.clone();
        for (index, name) in self.post_names() {
            if let Some(text) = encoding::of_glyph_name(name) {
                glyphs.entry(u32::from(index)).or_insert(text);
            }
        }
        let Some(cff) = self.cff else { return glyphs };
        if glyphs.is_empty() {
            return cff_glyphs(&cff, budget);
        }
        let cid = |(glyph, text): (u32, String)| {
            let cid = cff.glyph_cid(GlyphId(glyph as u16)).map_or(glyph, u32::from);
            (cid, text)
        };
        if takes_lookups(&cff, budget) { glyphs.into_iter().map(cid).collect() } else { Glyphs::new() }
    }

    /// The names in `post`, by glyph number. Not by `Table::glyph_name`, which looks through all of them for each.
    fn post_names(&self) -> Vec<(u16, &'a str)> {
        let Some(post) = self.post else { return Vec::new() };
        let own: Vec<&str> = post.names().collect();
        let word = |pair: &[u8]| u16::from_be_bytes([pair[0], pair[1]]);
        let mut words = self.post_bytes.get(POST_HEAD_BYTES..).unwrap_or_default().chunks_exact(2).map(word);
        let count = words.next().unwrap_or(0);
        let name = |(glyph, index): (u16, u16)| match index.checked_sub(MACINTOSH_NAMES) {
            Some(own_index) => Some((glyph, *own.get(usize::from(own_index))?)),
            None => Some((glyph, post.glyph_name(GlyphId(glyph))?)),
        };
        (0..count).zip(words).filter_map(name).collect()
    }
}

/// The lower edge of a TrueType glyph's box, which stands at the head of its outline.
fn outline_bottom(head: &[u8], loca: &[u8], glyf: &[u8], glyph: u16) -> Option<f32> {
    let word = |bytes: &[u8], at: usize| Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
    let units_per_em = word(head, 18).filter(|units| *units > 0)?;
    let index = usize::from(glyph);
    let (start, end) = match word(head, 50)? {
        0 => (2 * usize::from(word(loca, 2 * index)?), 2 * usize::from(word(loca, 2 * index + 2)?)),
        _ => {
            let long = |at| Some(usize::from(word(loca, at)?) << 16 | usize::from(word(loca, at + 2)?));
            (long(4 * index)?, long(4 * index + 4)?)
        }
    };
    let bottom = word(glyf.get(start..end)?, 4)? as i16;
    Some(f32::from(bottom) / f32::from(units_per_em))
}

fn cff_bottom(table: &cff::Table, glyph: u16) -> Option<f32> {
    /// CFF fonts count a thousand units to the em.
    const UNITS_PER_EM: f32 = 1000.0;
    let area = table.outline(GlyphId(glyph), &mut NoOutline).ok()?;
    Some(f32::from(area.y_min) / UNITS_PER_EM)
}

/// Takes no outline: the box around it is enough.
struct NoOutline;

impl ttf_parser::OutlineBuilder for NoOutline {
    fn move_to(&mut self, _: f32, _: f32) {}
    fn line_to(&mut self, _: f32, _: f32) {}
    fn quad_to(&mut self, _: f32, _: f32, _: f32, _: f32) {}
    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, _: f32, _: f32) {}
    fn close(&mut self) {}
}

/// Whether the glyphs of a CFF font can be asked for their names: each is looked for in a list of ranges.
fn takes_lookups(table: &cff::Table, budget: &Budget) -> bool {
    let count = usize::from(table.number_of_glyphs());
    budget.take_lookups(count * count / 16)
}

fn cff_code(table: &cff::Table, code: u8) -> Option<String> {
    let glyph = table.glyph_index(code).filter(|glyph| glyph.0 != 0)?;
    encoding::of_glyph_name(table.glyph_name(glyph)?)
}

fn cff_glyphs(table: &cff::Table, budget: &Budget) -> Glyphs {
    if !takes_lookups(table, budget) {
        return Glyphs::new();
    }
    let named = |glyph| {
        let text = encoding::of_glyph_name(table.glyph_name(GlyphId(glyph))?)?;
        Some((u32::from(glyph), text))
    };
    (1..table.number_of_glyphs()).filter_map(named).collect()
}

/// `/Encoding 256 array … dup 65 /A put …` or `/Encoding StandardEncoding def` in the clear-text part.
fn type1_codes(bytes: &[u8]) -> Vec<String> {
    let mut codes = vec![String::new(); 256];
    let mut lexer = Lexer::new(bytes);
    while let Some(token) = lexer.next() {
        match token {
            Token::Name(b"Encoding") => break,
            Token::Word(b"eexec") => return codes,
            _ => {}
        }
    }
    if lexer.next() == Some(Token::Word(b"StandardEncoding")) {
        let standard = Encoding::Standard.characters().into_iter();
        return standard.map(|c| if c == '\0' { String::new() } else { c.to_string() }).collect();
    }
    while let Some(token) = lexer.next() {
        match token {
            Token::Word(b"def" | b"readonly" | b"eexec") => break,
            Token::Word(b"dup") => type1_entry(&mut lexer, &mut codes),
            _ => {}
        }
    }
    codes
}

fn type1_entry(lexer: &mut Lexer, codes: &mut [String]) {
    let (Some(Token::Integer(code)), Some(Token::Name(name))) = (lexer.next(), lexer.next()) else { return };
    let slot = usize::try_from(code).ok().and_then(|code| codes.get_mut(code));
    if let (Some(slot), Ok(name)) = (slot, std::str::from_utf8(name)) {
        *slot = encoding::of_glyph_name(name).unwrap_or_default();
    }
}
