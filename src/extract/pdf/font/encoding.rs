//! Codes of simple fonts and names of glyphs → characters.

use std::{collections::HashMap, sync::LazyLock};

/// Upper halves (128–255) of the named encodings; NUL where nothing is assigned.
const WIN_ANSI: &str = "€•‚ƒ„…†‡ˆ‰Š‹Œ•Ž••‘’“”•–—˜™š›œ•žŸ\u{a0}¡¢£¤¥¦§¨©ª«¬-®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ";
const MAC_ROMAN: &str = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u{a0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";
const STANDARD: &str = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ\0–†‡·\0¶•‚„”»…‰\0¿\0`´ˆ˜¯˘˙¨\0˚¸\0˝˛ˇ—\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0Æ\0ª\0\0\0\0ŁØŒº\0\0\0\0\0æ\0\0\0ı\0\0łøœß\0\0\0\0";

/// Codes 0–31 and 127–255 of TeX's Cork encoding.
const CORK_LOW: &str = "`´ˆ˜¨˝˚ˇ˘¯˙¸˛‚‹›“”„«»–—\0\0ıȷﬀﬁﬂﬃﬄ";
const CORK_HIGH: &str = "-ĂĄĆČĎĚĘĞĹĽŁŃŇŊŐŔŘŚŠŞŤŢŰŮŸŹŽŻĲİđ§ăąćčďěęğĺľłńňŋőŕřśšşťţűůÿźžżĳ¡¿£ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖŒØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöœøùúûüýþß";
/// Codes 0–31 of OT1.
const OT1_LOW: &str = "ΓΔΘΛΞΠΣΥΦΨΩﬀﬁﬂﬃﬄıȷ`´ˇ˘¯˚¸ßæœøÆŒØ";

/// Codes 128–191 of TS1, the signs that go with T1.
const TS1: &str = "˘ˇ˝\u{30f}†‡‖‰•℃$¢ƒ₡₩₦₲₱₤℞‽⸘₫™‱¶฿№⁒℮◦℠⁅⁆¢£¤¥¦§¨©ª\0¬℗®¯°±²³´µ¶·※¹º√¼½¾€";

/// Codes 32–126 and 160–254 of the font Symbol.
const SYMBOL_LOW: &str =
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼";
const SYMBOL_HIGH: &str =
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\0〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭";

/// The named encodings of simple fonts, and those of the standard fonts of signs (PDF 32000-1, annex D).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Encoding {
    WinAnsi,
    MacRoman,
    Standard,
    /// That of the font Symbol.
    Symbol,
    /// That of the font ZapfDingbats.
    Dingbats,
    /// TeX's Cork encoding, T1.
    Cork,
    /// TeX's first encoding, OT1: accents are glyphs of their own.
    Ot1,
    /// TeX's text companion, TS1: signs without letters.
    Ts1,
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

    /// The encoding of a TeX font that has glyphs for these codes.
    ///
    /// OT1 ends at 127, and has ligatures, "˚" and "æ" where Cork has signs that no text needs.
    pub(crate) fn of_tex(codes: &[u8]) -> Encoding {
        let is_ot1 = |code: &u8| matches!(code, 11..=15 | 23 | 26);
        if codes.iter().all(|code| *code < 128) && codes.iter().any(is_ot1) {
            return Encoding::Ot1;
        }
        // Of these, T1 has letters of other languages, and none that stands in a font without others.
        let is_ts1 = !codes.is_empty() && codes.iter().all(|code| (128..192).contains(code));
        if is_ts1 { Encoding::Ts1 } else { Encoding::Cork }
    }

    /// The 256 characters, NUL where nothing is assigned.
    pub(crate) fn characters(self) -> Vec<char> {
        let unused = |count: usize| std::iter::repeat_n('\0', count);
        let ascii = |code: u8| match code {
            0..32 => '\0',
            // Unused codes of WinAnsi are bullets (ISO 32000-1, annex D.2, note 3).
            127 if self == Encoding::WinAnsi => '•',
            127 => '\0',
            _ => char::from(code),
        };
        let upper = match self {
            Encoding::Cork => {
                return CORK_LOW.chars().chain((32..127).map(ascii)).chain(CORK_HIGH.chars()).collect();
            }
            Encoding::Symbol => {
                let low = unused(32).chain(SYMBOL_LOW.chars()).chain(unused(33));
                return low.chain(SYMBOL_HIGH.chars()).chain(unused(1)).collect();
            }
            Encoding::Dingbats => return (0..=255).map(dingbat).collect(),
            Encoding::Ot1 => {
                return OT1_LOW.chars().chain((32..128).map(ascii)).chain(unused(128)).collect();
            }
            Encoding::Ts1 => return unused(128).chain(TS1.chars()).chain(unused(64)).collect(),
            Encoding::WinAnsi => WIN_ANSI,
            Encoding::MacRoman => MAC_ROMAN,
            Encoding::Standard => STANDARD,
        };
        (0u8..128).map(ascii).chain(upper.chars()).collect()
    }
}

/// The sign of a code of ZapfDingbats. Unicode took them over in their order, but for those that it had already.
fn dingbat(code: u8) -> char {
    let sign = |first: u32, offset: u8| char::from_u32(first + u32::from(offset)).unwrap_or('\0');
    match code {
        0x20 => ' ',
        0x25 => '☎',
        0x2a => '☛',
        0x2b => '☞',
        0x48 => '★',
        0x6c => '●',
        0x6e => '■',
        0x73 => '▲',
        0x74 => '▼',
        0x75 => '◆',
        0x77 => '◗',
        0x21..=0x7e => sign(0x2701, code - 0x21),
        0x80..=0x8d => sign(0x2768, code - 0x80),
        0xa8..=0xab => ['♣', '♦', '♥', '♠'][usize::from(code - 0xa8)],
        0xac..=0xb5 => sign(0x2460, code - 0xac),
        0xd5 => '→',
        0xd6 | 0xd7 => sign(0x2194, code - 0xd6),
        0xa1..=0xef | 0xf1..=0xfe => sign(0x2761, code - 0xa1),
        _ => '\0',
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
