//! The predefined CMaps for Chinese, Japanese and Korean (PDF 32000-1, 9.7.5.2) → characters of their codes.
//!
//! Their codes are those of national encodings or of UTF-16, so they need no tables of glyph numbers. Refuses CNS-EUC and
//! what it does not know by name.

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, SHIFT_JIS};

/// What the codes of a predefined CMap are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Codes {
    Utf16,
    /// One byte below the lead bytes, otherwise two (four in GB 18030).
    Bytes(&'static Encoding),
    /// Two bytes of JIS X 0208 without the high bits that EUC sets.
    Jis,
}

/// The codes of the CMap called `name`; the vertical ones (`-V`) have those of the horizontal ones.
pub(crate) fn codes(name: &[u8]) -> Option<Codes> {
    let name = std::str::from_utf8(name).ok()?;
    let name = name.strip_suffix('V').or_else(|| name.strip_suffix('H'))?;
    Some(match name {
        "" | "Add-" | "Ext-" => Codes::Jis,
        "EUC-" => Codes::Bytes(EUC_JP),
        _ if name.contains("UCS2-") || name.contains("UTF16-") => Codes::Utf16,
        _ if name.contains("-RKSJ-") => Codes::Bytes(SHIFT_JIS),
        _ if name.contains("B5pc-") || name.contains("-B5-") => Codes::Bytes(BIG5),
        _ if name.starts_with("GB") => Codes::Bytes(GB18030),
        _ if name.starts_with("KSC") => Codes::Bytes(EUC_KR),
        _ => return None,
    })
}

impl Codes {
    /// How many bytes the code at the start of `bytes` takes.
    pub(crate) fn length(self, bytes: &[u8]) -> usize {
        match (self, bytes) {
            (Codes::Utf16, [0xd8..=0xdb, ..]) => 4,
            (Codes::Utf16 | Codes::Jis, _) => 2,
            (Codes::Bytes(encoding), [lead, ..]) if !is_lead(encoding, *lead) => 1,
            (Codes::Bytes(encoding), [_, b'0'..=b'9', ..]) if encoding == GB18030 => 4,
            _ => 2,
        }
    }

    /// The character of a code; `None` when the encoding has none there.
    pub(crate) fn character(self, code: u32) -> Option<char> {
        let all = code.to_be_bytes();
        let bytes = &all[all.iter().position(|byte| *byte != 0).unwrap_or(3)..];
        match self {
            Codes::Utf16 => {
                let units = [(code >> 16) as u16, code as u16];
                let units = if units[0] == 0 { &units[1..] } else { &units[..] };
                char::decode_utf16(units.iter().copied()).next()?.ok()
            }
            Codes::Jis => of_bytes(EUC_JP, &[(code >> 8) as u8 | 0x80, code as u8 | 0x80]),
            Codes::Bytes(encoding) => of_bytes(encoding, bytes),
        }
        .filter(|character| !character.is_control())
    }
}

fn is_lead(encoding: &'static Encoding, byte: u8) -> bool {
    match byte {
        // Half-width katakana take one byte.
        0xa0..=0xdf => encoding != SHIFT_JIS,
        0x8e => true,
        0x80 | 0xff => false,
        _ => byte > 0x80,
    }
}

fn of_bytes(encoding: &'static Encoding, bytes: &[u8]) -> Option<char> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    text.chars().next()
}
