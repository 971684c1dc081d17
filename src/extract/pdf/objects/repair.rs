//! A file whose cross-references are wrong → its objects, found by their headers (`12 0 obj`).
//!
//! Of several objects with one number the last counts, as with updates.

use super::{
    super::model::Limits,
    budget::Budget,
    file::{self, File, ObjectPlace},
    lexer::{Lexer, Token},
    syntax,
};
use lopdf::{Dictionary, Object};

/// Heads of objects looked at: more than the largest real file has.
const HEADS_MAX: usize = 1_000_000;

/// Finds the objects of a file; `None` when there are none.
pub(crate) fn rebuild<'a>(bytes: &'a [u8], limits: &Limits) -> Option<File<'a>> {
    let (heads, is_cut) = heads(bytes);
    let highest = heads.iter().map(|(number, _)| *number).max()?;
    let mut places = vec![ObjectPlace::Unknown; highest + 1];
    for (number, offset) in &heads {
        places[*number] = ObjectPlace::At(*offset);
    }
    let mut file = File::new(bytes, places, limits);
    if is_cut {
        file.budget.reach("objects per document");
    }
    let mut trailer = last_trailer(bytes, &file.budget);
    let mut containers = Vec::new();
    let mut encryption = None;
    for (number, _) in heads {
        let Some(found) = file.object((number as u32, 0)) else { continue };
        match found {
            Object::Stream(stream) if stream.dict.has_type(b"ObjStm") => containers.push(number as u32),
            Object::Stream(stream) if stream.dict.has_type(b"XRef") && !trailer.has(b"Root") => {
                trailer = stream.dict.clone();
            }
            Object::Dictionary(found) if is_encryption(found) => encryption = Some((number as u32, 0)),
            _ => {}
        }
    }
    // A file that was cut off has lost its trailer, but not what that refers to.
    if let Some(id) = encryption.filter(|_| !trailer.has(b"Root")) {
        trailer.set("Encrypt", Object::Reference(id));
    }
    file.trailer = trailer;
    file.unlock();
    for container in containers {
        file.add_container(container);
    }
    if !file.trailer.has(b"Root")
        && let Some(catalog) = file.catalog()
    {
        file.trailer.set("Root", Object::Reference(catalog));
    }
    Some(file)
}

fn is_encryption(dictionary: &Dictionary) -> bool {
    let is_standard =
        dictionary.get(b"Filter").and_then(Object::as_name).is_ok_and(|name| name == b"Standard");
    is_standard && dictionary.has(b"O") && dictionary.has(b"U")
}

/// Number and place of everything that looks like the head of an object, in order, and whether there were more or higher
/// numbers than are read.
fn heads(bytes: &[u8]) -> (Vec<(usize, usize)>, bool) {
    let mut found = Vec::new();
    let mut is_cut = false;
    let mut from = 0;
    while let Some(at) = bytes.get(from..).and_then(|rest| syntax::find(rest, b"obj")) {
        let end = from + at;
        if let Some((number, start)) = head_before(bytes, end) {
            if number > file::OBJECTS_MAX || found.len() >= HEADS_MAX {
                is_cut = true;
            } else {
                found.push((number, start));
            }
        }
        from = end + 3;
    }
    (found, is_cut)
}

/// The `12 0 ` that ends at `end`: the number and where it starts.
fn head_before(bytes: &[u8], end: usize) -> Option<(usize, usize)> {
    let before = bytes.get(end.saturating_sub(24)..end)?;
    let trimmed = before.trim_ascii_end();
    let generation_start = digits_start(trimmed)?;
    let between = trimmed.get(..generation_start)?.trim_ascii_end();
    if between.len() == generation_start {
        return None;
    }
    let number_start = digits_start(between)?;
    let number = std::str::from_utf8(between.get(number_start..)?).ok()?.parse().ok()?;
    Some((number, end - before.len() + number_start))
}

/// Where the digits at the end start; `None` when there are none.
fn digits_start(bytes: &[u8]) -> Option<usize> {
    let count = bytes.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    (count > 0).then(|| bytes.len() - count)
}

/// The last trailer that names a catalog; empty when there is none.
fn last_trailer(bytes: &[u8], budget: &Budget) -> Dictionary {
    let mut last = Dictionary::new();
    let mut from = 0;
    while let Some(at) = bytes.get(from..).and_then(|rest| syntax::find(rest, b"trailer")) {
        from += at + 7;
        let mut lexer = Lexer::at(bytes, from);
        if lexer.clone().next() == Some(Token::DictStart)
            && let Some(Object::Dictionary(found)) = syntax::object(&mut lexer, budget)
            && (found.has(b"Root") || found.has(b"Encrypt"))
        {
            last = found;
        }
    }
    last
}
