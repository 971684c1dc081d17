//! Characters of Word's symbol fonts (`w:sym`) → Unicode.

/// The character at `code` of a symbol font. `None` for a font that is not known or a place without a letter.
///
/// Word writes codes of symbol fonts in the private area from F000.
pub(super) fn character(font: &str, code: u32) -> Option<char> {
    let place = if (0xf000..=0xf0ff).contains(&code) { code - 0xf000 } else { code };
    match font.to_ascii_lowercase().as_str() {
        "symbol" => symbol(place),
        // Ticks and crosses of forms carry meaning; the other ornaments do not.
        "wingdings" => match place {
            0xfb | 0xfd => Some('☒'),
            0xfc | 0xfe => Some('☑'),
            0xa8 | 0x6f => Some('☐'),
            0xe0 => Some('→'),
            _ => None,
        },
        "wingdings 2" => match place {
            0x50 | 0x52 => Some('☑'),
            0x4f | 0x51 | 0x53 | 0x54 => Some('☒'),
            0xa3 => Some('☐'),
            _ => None,
        },
        "wingdings 3" | "webdings" => None,
        _ => char::from_u32(code).filter(|c| !('\u{e000}'..='\u{f8ff}').contains(c) && !c.is_control()),
    }
}

/// Whether a font holds ornaments only, which are not text.
pub(super) fn is_ornament(font: &str) -> bool {
    let font = font.to_ascii_lowercase();
    font.starts_with("wingdings") || font == "webdings"
}

/// The Greek letters of the Symbol font, from A and from a, in the order of the Latin letters that they replace.
const CAPITALS: &str = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ";
const SMALL: &str = "αβχδεφγηιϕκλµνοπθρστυϖωξψζ";
/// From A0: what Adobe's encoding of Symbol has there; a space where a piece of a bracket stands.
const SIGNS: &str = "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…  ↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑";

fn symbol(place: u32) -> Option<char> {
    let nth = |text: &str, start: u32| text.chars().nth((place - start) as usize).filter(|c| *c != ' ');
    match place {
        0x41..=0x5a => nth(CAPITALS, 0x41),
        0x61..=0x7a => nth(SMALL, 0x61),
        0xa0..=0xe5 => nth(SIGNS, 0xa0),
        0x22 => Some('∀'),
        0x24 => Some('∃'),
        0x27 => Some('∋'),
        0x2a => Some('∗'),
        0x2d => Some('−'),
        0x40 => Some('≅'),
        0x5c => Some('∴'),
        0x5e => Some('⊥'),
        0x7e => Some('∼'),
        0xf1 => Some('〉'),
        0xf2 => Some('∫'),
        0x20..=0x7d => char::from_u32(place),
        _ => None,
    }
}
