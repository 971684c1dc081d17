//! What a PDF says of itself: Info dictionary, XMP, language, page labels.

use super::super::objects::Objects;
use lopdf::{Dictionary, Object};

/// Characters of a page label before its number: each page keeps its own.
const LABEL_CHARACTERS_MAX: usize = 100;

/// As the file says it: nothing is checked here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// Title, from XMP `dc:title`, else Info.
    pub title: Option<String>,
    /// Author, from Info.
    pub author: Option<String>,
    /// When the file was made: the first of `CreationDate` and XMP `CreateDate`, as written (`D:2020…` or ISO 8601).
    pub created: Option<String>,
    /// The program that made the file.
    pub producer: Option<String>,
    /// The declared language of the whole document (`nb-NO`).
    pub language: Option<String>,
}

pub(crate) fn read(objects: &Objects) -> Metadata {
    let empty = Dictionary::new();
    let info = objects.dictionary(objects.trailer(), b"Info").unwrap_or(&empty);
    let catalog = objects.catalog().unwrap_or(&empty);
    let xmp = objects.stream(catalog, b"Metadata").map(|stream| objects.inflate(stream)).unwrap_or_default();
    let xmp = String::from_utf8_lossy(&xmp);
    Metadata {
        title: element(&xmp, "dc:title").or_else(|| objects.text(info, b"Title")),
        author: objects.text(info, b"Author").or_else(|| element(&xmp, "dc:creator")),
        created: objects.text(info, b"CreationDate").or_else(|| element(&xmp, "xmp:CreateDate")),
        producer: objects.text(info, b"Producer"),
        language: objects.text(catalog, b"Lang"),
    }
}

/// The text of an XMP element, its markup removed; of several languages or authors the first.
fn element(xmp: &str, name: &str) -> Option<String> {
    let inner = xmp.split_once(&format!("<{name}>"))?.1.split_once(&format!("</{name}>"))?.0;
    let items = inner.split("</rdf:li>");
    items.map(plain).find(|text| !text.is_empty())
}

/// XML without its tags, entities resolved, on one line.
fn plain(xml: &str) -> String {
    let mut out = String::new();
    for (index, piece) in xml.split('<').enumerate() {
        // The first piece stands before the first tag.
        let text = if index == 0 { piece } else { piece.split_once('>').map_or("", |(_, text)| text) };
        out.push(' ');
        out.push_str(text);
    }
    resolved(&out).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The five entities of XML and characters by their numbers.
fn resolved(text: &str) -> String {
    let mut pieces = text.split('&');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let known = piece.split_once(';').and_then(|(name, rest)| Some((entity(name)?, rest)));
        match known {
            Some((character, rest)) => {
                out.push(character);
                out.push_str(rest);
            }
            None => {
                out.push('&');
                out.push_str(piece);
            }
        }
    }
    out
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

/// The printed labels of the pages, by index; empty without `PageLabels`.
pub(crate) fn page_labels(objects: &Objects, page_count: usize) -> Vec<String> {
    let found = objects.catalog().and_then(|catalog| objects.dictionary(catalog, b"PageLabels"));
    let Some(tree) = found else { return Vec::new() };
    let mut starts: Vec<(usize, &Dictionary)> = objects
        .number_tree(tree)
        .into_iter()
        .filter_map(|(start, style)| {
            Some((usize::try_from(start).ok()?, objects.resolve(style)?.as_dict().ok()?))
        })
        .collect();
    starts.sort_by_key(|(start, _)| *start);
    (0..page_count)
        .map(|index| match starts.partition_point(|(start, _)| *start <= index).checked_sub(1) {
            Some(at) => label(objects, starts[at].1, index - starts[at].0),
            None => (index + 1).to_string(),
        })
        .collect()
}

fn label(objects: &Objects, style: &Dictionary, offset: usize) -> String {
    let first = objects.get(style, b"St").and_then(|start| Object::as_i64(start).ok()).unwrap_or(1);
    let number = usize::try_from(first).unwrap_or(1).saturating_add(offset);
    let digits = match objects.name(style, b"S") {
        Some(b"D") => number.to_string(),
        Some(b"r") => roman(number),
        Some(b"R") => roman(number).to_uppercase(),
        Some(b"a") => letters(number),
        Some(b"A") => letters(number).to_uppercase(),
        _ => String::new(),
    };
    // Untrimmed: a space at its end parts it from the number.
    let bytes = objects.get(style, b"P").and_then(|prefix| prefix.as_str().ok()).unwrap_or_default();
    // Two bytes each, and the mark before them; cut before it is decoded, since each page does so.
    let bytes = bytes.get(..2 * LABEL_CHARACTERS_MAX + 4).unwrap_or(bytes);
    let prefix = lopdf::decode_text_string(&Object::string_literal(bytes));
    let mut prefix = prefix.unwrap_or_default();
    if let Some((end, _)) = prefix.char_indices().nth(LABEL_CHARACTERS_MAX) {
        prefix.truncate(end);
        objects.budget.reach("characters of a page label");
    }
    prefix + &digits
}

/// a to z, then aa to zz, and so on (PDF 32000-1, table 159).
fn letters(number: usize) -> String {
    let index = number.saturating_sub(1);
    let letter = char::from(b'a' + (index % 26) as u8);
    std::iter::repeat_n(letter, (index / 26 + 1).min(LABEL_CHARACTERS_MAX)).collect()
}

fn roman(number: usize) -> String {
    const STEPS: [(usize, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    let mut left = number.min(9999);
    let mut out = String::new();
    for (value, digits) in STEPS {
        while left >= value {
            out.push_str(digits);
            left -= value;
        }
    }
    out
}
