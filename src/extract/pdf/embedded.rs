//! An embedded font program → which characters its codes and glyphs stand for: the way out where a font dictionary has
//! neither `ToUnicode` nor a full encoding.
//!
//! Reads the encoding of Type 1, charset and encoding of CFF, `cmap` and `post` of TrueType. It draws nothing. Every
//! offset is checked; what does not fit the format is nothing read.

use super::encoding;
use std::collections::HashMap;

/// Glyphs of one font at most: what an index of two bytes can name.
const GLYPHS_MAX: usize = 65_536;

/// What a font program says of its codes and glyphs.
#[derive(Debug, Default)]
pub(super) struct Embedded {
    /// Characters by code of a simple font.
    pub(super) by_code: HashMap<u32, String>,
    /// Characters by glyph index.
    pub(super) by_glyph: HashMap<u32, String>,
}

/// Reads a font program of any of the three kinds, told by its first bytes.
pub(super) fn read(bytes: &[u8]) -> Embedded {
    match bytes {
        [b'%', b'!', ..] | [0x80, 1, ..] => type1(bytes),
        [b'O', b'T', b'T', b'O', ..] | [0, 1, 0, 0, ..] | [b't', b'r', b'u', b'e', ..] => sfnt(bytes),
        [1, 0, ..] => cff(bytes).unwrap_or_default(),
        _ => Embedded::default(),
    }
}

/// `dup 27 /ff put` in the clear-text part of a Type 1 program.
fn type1(bytes: &[u8]) -> Embedded {
    let end = find(bytes, b"eexec").unwrap_or(bytes.len());
    let text = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned();
    let Some(start) = text.find("/Encoding") else { return Embedded::default() };
    let words: Vec<&str> = text[start..].split_ascii_whitespace().collect();
    let entry = |window: &[&str]| match window {
        ["dup", code, name, "put", ..] => {
            Some((code.parse::<u32>().ok()?, encoding::of_glyph_name(name.strip_prefix('/')?)?))
        }
        _ => None,
    };
    Embedded { by_code: words.windows(4).filter_map(entry).collect(), by_glyph: HashMap::new() }
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

/// Big-endian numbers at checked offsets.
fn number(bytes: &[u8], at: usize, size: usize) -> Option<usize> {
    let digits = bytes.get(at..at.checked_add(size)?)?;
    Some(digits.iter().fold(0, |value, byte| value << 8 | usize::from(*byte)))
}

/// The items of a CFF INDEX at `at`, and where it ends.
fn index(bytes: &[u8], at: usize) -> Option<(Vec<&[u8]>, usize)> {
    let count = number(bytes, at, 2)?;
    if count == 0 {
        return Some((Vec::new(), at + 2));
    }
    let size = number(bytes, at + 2, 1).filter(|size| (1..=4).contains(size))?;
    let base = at + 2 + (count + 1) * size;
    let offset = |n: usize| number(bytes, at + 3 + n * size, size);
    let item = |n: usize| bytes.get(base + offset(n)?..base + offset(n + 1)?);
    Some(((0..count).map_while(item).collect(), base + offset(count)?))
}

/// The integers of a Top DICT by operator; escaped operators as 1200 and up.
fn dictionary(bytes: &[u8]) -> HashMap<usize, Vec<i64>> {
    let (mut found, mut operands, mut at) = (HashMap::new(), Vec::new(), 0);
    while let Some(first) = bytes.get(at).copied().map(usize::from) {
        let next = |n: usize| bytes.get(at + n).map_or(0, |byte| i64::from(*byte));
        let (value, size) = match first {
            28 => (Some(i64::from((next(1) << 8 | next(2)) as i16)), 3),
            29 => (Some(i64::from((next(1) << 24 | next(2) << 16 | next(3) << 8 | next(4)) as i32)), 5),
            30 => (Some(0), 1 + real_size(bytes.get(at + 1..).unwrap_or_default())),
            32..=246 => (Some(first as i64 - 139), 1),
            247..=250 => (Some((first as i64 - 247) * 256 + next(1) + 108), 2),
            251..=254 => (Some(-(first as i64 - 251) * 256 - next(1) - 108), 2),
            12 => (None, 2),
            _ => (None, 1),
        };
        match value {
            Some(value) => operands.push(value),
            None => {
                let operator = if first == 12 { 1200 + next(1) as usize } else { first };
                found.insert(operator, std::mem::take(&mut operands));
            }
        }
        at += size;
    }
    found
}

/// How many bytes a real number takes: to the nibble that ends it.
fn real_size(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| byte & 15 == 15 || byte >> 4 == 15).map_or(bytes.len(), |end| end + 1)
}

fn cff(bytes: &[u8]) -> Option<Embedded> {
    let (_, at) = index(bytes, number(bytes, 2, 1)?)?;
    let (tops, at) = index(bytes, at)?;
    let (strings, _) = index(bytes, at)?;
    let top = dictionary(tops.first()?);
    let value = |operator: usize| top.get(&operator).and_then(|values| values.first()).copied();
    if top.contains_key(&1230) {
        // Of a CID font the charset names no glyphs.
        return None;
    }
    let (glyphs, _) = index(bytes, usize::try_from(value(17)?).ok()?)?;
    let charset = charset(bytes, usize::try_from(value(15).unwrap_or(0)).ok()?, glyphs.len());
    let standard: Vec<&str> = include_str!("cff_strings.txt").split_ascii_whitespace().collect();
    let name = |sid: usize| match standard.get(sid) {
        Some(name) => Some((*name).to_owned()),
        None => Some(String::from_utf8_lossy(strings.get(sid.checked_sub(standard.len())?)?).into_owned()),
    };
    let text = |sid: usize| encoding::of_glyph_name(&name(sid)?);
    let by_glyph: HashMap<u32, String> =
        (0u32..).zip(&charset).filter_map(|(glyph, sid)| Some((glyph, text(*sid)?))).collect();
    let codes = codes(bytes, usize::try_from(value(16).unwrap_or(0)).ok()?);
    let by_code = codes.into_iter().filter_map(|(code, glyph)| Some((code, by_glyph.get(&glyph)?.clone())));
    Some(Embedded { by_code: by_code.collect(), by_glyph })
}

/// The string number of each glyph.
fn charset(bytes: &[u8], at: usize, glyph_count: usize) -> Vec<usize> {
    let mut found = vec![0];
    if at <= 2 {
        // The predefined charsets begin with the standard strings in order.
        return (0..glyph_count.min(229)).collect();
    }
    let format = number(bytes, at, 1).unwrap_or(0);
    let mut at = at + 1;
    while found.len() < glyph_count.min(GLYPHS_MAX) {
        let Some(sid) = number(bytes, at, 2) else { break };
        let left_size = match format {
            0 => 0,
            1 => 1,
            _ => 2,
        };
        let left = if left_size == 0 { 0 } else { number(bytes, at + 2, left_size).unwrap_or(0) };
        found.extend(sid..=sid + left);
        at += 2 + left_size;
    }
    found.truncate(glyph_count);
    found
}

/// Code and glyph of a custom CFF encoding; the predefined ones are left to the font dictionary.
fn codes(bytes: &[u8], at: usize) -> Vec<(u32, u32)> {
    if at <= 1 {
        return Vec::new();
    }
    let format = number(bytes, at, 1).unwrap_or(0) & 0x7f;
    let count = number(bytes, at + 1, 1).unwrap_or(0);
    let mut found = Vec::new();
    let mut glyph = 1;
    for n in 0..count {
        let size = if format == 0 { 1 } else { 2 };
        let Some(code) = number(bytes, at + 2 + n * size, 1) else { break };
        let left = if format == 0 { 0 } else { number(bytes, at + 3 + n * size, 1).unwrap_or(0) };
        for step in 0..=left {
            found.push(((code + step) as u32, glyph));
            glyph += 1;
        }
    }
    found
}

/// The tables of an OpenType or TrueType file that tell characters.
fn sfnt(bytes: &[u8]) -> Embedded {
    let mut found = Embedded::default();
    if let Some(outlines) = table(bytes, b"CFF ").and_then(cff) {
        found = outlines;
    }
    found.by_glyph.extend(table(bytes, b"post").map(post).unwrap_or_default());
    let maps = table(bytes, b"cmap").map(cmaps).unwrap_or_default();
    for (kind, pairs) in &maps {
        if matches!(kind, (3, 1 | 10) | (0, _)) {
            let named = pairs.iter().filter_map(|(code, glyph)| {
                let character = char::from_u32(*code).filter(|c| !('\u{e000}'..='\u{f8ff}').contains(c))?;
                Some((*glyph, character.to_string()))
            });
            found.by_glyph.extend(named);
        }
    }
    for (kind, pairs) in &maps {
        if matches!(kind, (3, 0) | (1, 0)) {
            let coded = pairs.iter().filter_map(|(code, glyph)| {
                let code = if *code >= 0xf000 { code - 0xf000 } else { *code };
                Some((code, found.by_glyph.get(glyph)?.clone()))
            });
            found.by_code.extend(coded.filter(|(code, _)| *code < 256).collect::<Vec<_>>());
        }
    }
    found
}

fn table<'a>(bytes: &'a [u8], tag: &[u8; 4]) -> Option<&'a [u8]> {
    let count = number(bytes, 4, 2)?.min(64);
    let records = (0..count).map(|n| 12 + 16 * n);
    let record = records.into_iter().find(|at| bytes.get(*at..at + 4) == Some(tag.as_slice()))?;
    let (start, size) = (number(bytes, record + 8, 4)?, number(bytes, record + 12, 4)?);
    bytes.get(start..start.checked_add(size)?.min(bytes.len()))
}

/// Glyph names of a `post` table of format 2, as characters; its first 258 names are the standard Macintosh order, which
/// a `cmap` covers in practice.
fn post(bytes: &[u8]) -> HashMap<u32, String> {
    if number(bytes, 0, 4) != Some(0x0002_0000) {
        return HashMap::new();
    }
    let count = number(bytes, 32, 2).unwrap_or(0);
    let mut names = Vec::new();
    let mut at = 34 + 2 * count;
    while let Some(size) = number(bytes, at, 1) {
        let Some(name) = bytes.get(at + 1..at + 1 + size) else { break };
        names.push(String::from_utf8_lossy(name).into_owned());
        at += 1 + size;
    }
    let named = |glyph: usize| {
        let own = number(bytes, 34 + 2 * glyph, 2)?.checked_sub(258)?;
        Some((glyph as u32, encoding::of_glyph_name(names.get(own)?)?))
    };
    (0..count).filter_map(named).collect()
}

/// Platform and encoding of a `cmap` subtable, and its pairs of code and glyph.
type CodeMap = ((usize, usize), Vec<(u32, u32)>);

fn cmaps(bytes: &[u8]) -> Vec<CodeMap> {
    let count = number(bytes, 2, 2).unwrap_or(0).min(32);
    let subtable = |n: usize| {
        let record = 4 + 8 * n;
        let kind = (number(bytes, record, 2)?, number(bytes, record + 2, 2)?);
        let start = number(bytes, record + 4, 4)?;
        Some((kind, pairs(bytes.get(start..)?)))
    };
    (0..count).filter_map(subtable).collect()
}

fn pairs(bytes: &[u8]) -> Vec<(u32, u32)> {
    let found = match number(bytes, 0, 2) {
        Some(0) => Some((0..256).filter_map(|code| Some((code, number(bytes, 6 + code, 1)?))).collect()),
        Some(4) => segment_pairs(bytes),
        Some(6) => trimmed_pairs(bytes),
        Some(12) => group_pairs(bytes),
        _ => None,
    };
    let found: Vec<(usize, usize)> = found.unwrap_or_default();
    found.into_iter().filter(|pair| pair.1 != 0).map(|(code, glyph)| (code as u32, glyph as u32)).collect()
}

fn segment_pairs(bytes: &[u8]) -> Option<Vec<(usize, usize)>> {
    let size = number(bytes, 6, 2)?;
    let mut found = Vec::new();
    for at in (0..size).step_by(2) {
        let (end, start) = (number(bytes, 14 + at, 2)?, number(bytes, 16 + size + at, 2)?);
        let (delta, offset) = (number(bytes, 16 + 2 * size + at, 2)?, number(bytes, 16 + 3 * size + at, 2)?);
        for code in start..=end.min(0xfffe) {
            let glyph = if offset == 0 {
                code + delta
            } else {
                match number(bytes, 16 + 3 * size + at + offset + 2 * (code - start), 2) {
                    Some(0) | None => continue,
                    Some(glyph) => glyph + delta,
                }
            };
            found.push((code, glyph & 0xffff));
            if found.len() > GLYPHS_MAX {
                return Some(found);
            }
        }
    }
    Some(found)
}

fn trimmed_pairs(bytes: &[u8]) -> Option<Vec<(usize, usize)>> {
    let (first, count) = (number(bytes, 6, 2)?, number(bytes, 8, 2)?);
    Some((0..count).filter_map(|n| Some((first + n, number(bytes, 10 + 2 * n, 2)?))).collect())
}

fn group_pairs(bytes: &[u8]) -> Option<Vec<(usize, usize)>> {
    let count = number(bytes, 12, 4)?.min(GLYPHS_MAX);
    let mut found = Vec::new();
    for n in 0..count {
        let at = 16 + 12 * n;
        let (start, end, glyph) =
            (number(bytes, at, 4)?, number(bytes, at + 4, 4)?, number(bytes, at + 8, 4)?);
        found.extend((start..=end).zip(glyph..).take(GLYPHS_MAX));
        if found.len() > GLYPHS_MAX {
            break;
        }
    }
    Some(found)
}
