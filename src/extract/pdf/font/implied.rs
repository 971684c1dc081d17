//! Codes of a composite font that neither maps them nor has a program that says → characters, where the shown codes tell.
//!
//! Two kinds of codes are met: Unicode, which poppler takes them for, and the numbers of glyphs in the fonts of Windows, whose first ones
//! stand in the order of the Macintosh's, which MuPDF takes them for. A string with a space tells which; until there is one, nothing is
//! read, and the font is noted as unreadable.

use super::encoding::Encoding;
use std::cell::Cell;

/// Fonts whose glyphs stand in the order of the Macintosh's.
const MACINTOSH_ORDER: [&[u8]; 6] =
    [b"Arial", b"TimesNewRoman", b"CourierNew", b"Verdana", b"Georgia", b"TrebuchetMS"];
/// The number of the space in that order; in Unicode it is a control code.
const SPACE_GLYPH: u32 = 3;
/// The last of the glyphs that have the codes of Mac Roman.
const LAST_GLYPH: u32 = 225;
/// What is added to a glyph's number to make it the code of its character.
const ASCII_SHIFT: u32 = 29;
/// The same from "Ä" on, the first glyph beyond ASCII.
const HIGH_SHIFT: u32 = 30;
const FIRST_HIGH_GLYPH: u32 = 98;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Reading {
    Unicode,
    GlyphOrder,
}

/// What is known of the codes of a font.
#[derive(Debug)]
pub(crate) struct Implied {
    has_macintosh_order: bool,
    /// The file says that its codes are Unicode: letters tell, without a space among them.
    is_declared: bool,
    reading: Cell<Option<Reading>>,
    /// Whether a string was shown before its codes could be read.
    has_lost: Cell<bool>,
}

impl Implied {
    /// Of a font called `name`, which may begin with the tag of a subset; `is_declared` if the file says that the codes are Unicode.
    pub(crate) fn new(name: &[u8], is_declared: bool) -> Implied {
        let bare = match name {
            [_, _, _, _, _, _, b'+', bare @ ..] => bare,
            _ => name,
        };
        let has_macintosh_order = MACINTOSH_ORDER.iter().any(|known| bare.starts_with(known));
        Implied { has_macintosh_order, is_declared, reading: Cell::new(None), has_lost: Cell::new(false) }
    }

    /// Takes up a string that is shown: its codes may tell how all are read.
    pub(crate) fn learn(&self, codes: &[u8]) {
        if self.reading.get().is_none() {
            self.reading.set(self.told_by(codes));
            self.has_lost.set(self.has_lost.get() || self.reading.get().is_none() && !codes.is_empty());
        }
    }

    fn told_by(&self, codes: &[u8]) -> Option<Reading> {
        let codes = || codes.chunks_exact(2).map(|code| u32::from(u16::from_be_bytes([code[0], code[1]])));
        if self.has_macintosh_order
            && codes().any(|code| code == SPACE_GLYPH)
            && codes().all(|code| (SPACE_GLYPH..=LAST_GLYPH).contains(&code))
        {
            return Some(Reading::GlyphOrder);
        }
        let is_lower = |code: &u32| char::from_u32(*code).is_some_and(char::is_lowercase);
        let has_space = codes().any(|code| code == 0x20);
        let is_text = codes().all(|code| code >= 0x20) && (has_space || self.is_declared);
        (is_text && 2 * codes().filter(is_lower).count() > codes().count()).then_some(Reading::Unicode)
    }

    pub(crate) fn character(&self, code: u32) -> Option<char> {
        match self.reading.get()? {
            Reading::Unicode => char::from_u32(code).filter(|character| !character.is_control()),
            Reading::GlyphOrder => {
                let shift = if code < FIRST_HIGH_GLYPH { ASCII_SHIFT } else { HIGH_SHIFT };
                let place = (SPACE_GLYPH..=LAST_GLYPH).contains(&code).then_some(code + shift)?;
                Encoding::MacRoman.characters().get(place as usize).copied()
            }
        }
    }

    /// Whether all that was shown could be read.
    pub(crate) fn is_read(&self) -> bool {
        self.reading.get().is_some() && !self.has_lost.get()
    }
}
