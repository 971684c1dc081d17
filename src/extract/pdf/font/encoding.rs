//! Codes of simple fonts and names of glyphs → characters.

use std::{collections::HashMap, sync::LazyLock};

/// Upper halves (128–255) of the named encodings; NUL where nothing is assigned.
const WIN_ANSI: &str = "€•‚ƒ„…†‡ˆ‰Š‹Œ•Ž••‘’“”•–—˜™š›œ•žŸ\u{a0}¡¢£¤¥¦§¨©ª«¬-®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ";
const MAC_ROMAN: &str = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u{a0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";
const STANDARD: &str = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ\0–†‡·\0¶•‚„”»…‰\0¿\0`´ˆ˜¯˘˙¨\0˚¸\0˝˛ˇ—\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0Æ\0ª\0\0\0\0ŁØŒº\0\0\0\0\0æ\0\0\0ı\0\0łøœß\0\0\0\0";

/// The named encodings of simple fonts (PDF 32000-1, annex D).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Encoding {
    WinAnsi,
    MacRoman,
    Standard,
}

impl Encoding {
    /// The encoding called `name`.
    pub(crate) fn named(name: &[u8]) -> Option<Encoding> {
        match name {
            b"WinAnsiEncoding" => Some(Encoding::WinAnsi),
            b"MacRomanEncoding" => Some(Encoding::MacRoman),
            b"StandardEncoding" => Some(Encoding::Standard),
            _ => None,
        }
    }

    /// The 256 characters, NUL where nothing is assigned.
    pub(crate) fn characters(self) -> Vec<char> {
        let upper = match self {
            Encoding::WinAnsi => WIN_ANSI,
            Encoding::MacRoman => MAC_ROMAN,
            Encoding::Standard => STANDARD,
        };
        let lower = (0u8..128).map(|code| if code < 32 { '\0' } else { char::from(code) });
        lower.chain(upper.chars()).collect()
    }
}

/// The Adobe Glyph List, cut to Latin, Greek, Cyrillic, punctuation and symbols.
static GLYPH_NAMES: LazyLock<HashMap<&str, char>> = LazyLock::new(|| {
    let row = |line: &'static str| {
        let (name, code) = line.split_once(' ')?;
        Some((name, char::from_u32(u32::from_str_radix(code, 16).ok()?)?))
    };
    include_str!("glyph_names.txt").lines().filter_map(row).collect()
});

/// The characters that a glyph name stands for: `aring`, `uni00E5`, `u1D400`, `f_i`, `one.superior`. `None` for
/// names that say nothing (`g12`, `cid7`).
pub(crate) fn of_glyph_name(name: &str) -> Option<String> {
    let base = name.split('.').next().filter(|base| !base.is_empty())?;
    base.split('_').map(component).collect()
}

fn component(name: &str) -> Option<char> {
    if let Some(found) = GLYPH_NAMES.get(name) {
        return Some(*found);
    }
    let code = name.strip_prefix("uni").or_else(|| name.strip_prefix('u')).filter(|code| code.len() >= 4)?;
    char::from_u32(u32::from_str_radix(code, 16).ok()?)
}
