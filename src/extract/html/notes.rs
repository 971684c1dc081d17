//! Footnote marks and footnotes. A mark is not part of the word before it; another superscript is.

use super::tags::attribute;
use crate::extract::marks::{is_exponent, looks_like_mark};
use scraper::ElementRef;

/// Whether `element` is the mark of a note: a link to a note, or a `<sup>` that is no exponent of `before`.
pub(super) fn is_mark(element: ElementRef, before: &str) -> bool {
    if is_note_link(element) || is_hanging_link(element, before) || is_note_anchor(element) {
        return true;
    }
    if element.value().name() != "sup" {
        return false;
    }
    let text: String = element.text().collect::<String>().trim().to_owned();
    let has_link = element
        .descendent_elements()
        .any(|inner| attribute(inner, "href").is_some_and(|href| href.contains('#')));
    looks_like_mark(&text) && (has_link || !is_exponent(&text, before))
}

/// Whether `element` holds notes, so that its text is of the kind footnote.
pub(super) fn holds_notes(element: ElementRef) -> bool {
    let role = attribute(element, "role").unwrap_or_default();
    if matches!(role, "doc-endnotes" | "doc-footnote" | "doc-endnote") {
        return true;
    }
    let is_block = matches!(
        element.value().name(),
        "div" | "section" | "aside" | "li" | "ol" | "ul" | "p" | "dl" | "dd"
    );
    let class_says = element.value().classes().any(|class| {
        let class = class.to_ascii_lowercase();
        matches!(class.as_str(), "footnote" | "footnotes" | "fotnote" | "fotnoter" | "endnote" | "endnotes")
    });
    is_block && class_says
}

pub(super) fn is_note_link(element: ElementRef) -> bool {
    if element.value().name() != "a" {
        return false;
    }
    let role = attribute(element, "role").unwrap_or_default();
    let class = attribute(element, "class").unwrap_or_default().to_ascii_lowercase();
    let is_short = element.text().map(str::len).sum::<usize>() <= 8;
    let href = attribute(element, "href").unwrap_or_default().to_ascii_lowercase();
    let to_note =
        href.split_once('#').is_some_and(|(_, id)| NOTE_IDS.iter().any(|start| is_numbered(id, start)));
    matches!(role, "doc-noteref" | "doc-backlink")
        || is_short
            && (to_note
                || ["footnote-ref", "footnote-back", "footnoteref"].iter().any(|name| class.contains(name)))
}

/// Whether a link to a place of this page hangs on a word as a mark does: "Reformen<a href="#kilde12">12</a>".
fn is_hanging_link(element: ElementRef, before: &str) -> bool {
    let is_local =
        element.value().name() == "a" && attribute(element, "href").is_some_and(|href| href.starts_with('#'));
    if !is_local {
        return false;
    }
    let text: String = element.text().collect::<String>().trim().to_owned();
    let hangs =
        before.ends_with(|c: char| c.is_alphabetic() || matches!(c, '.' | ',' | ')' | '»' | '"' | '?' | '!'));
    // Back to the text from the end of a note: "↩", "↑", "^".
    let points_back =
        !text.is_empty() && text.chars().all(|c| matches!(c, '↩' | '↵' | '↑' | '⇑' | '^' | '\u{fe0e}'));
    points_back || hangs && is_number(&text)
}

/// Whether an anchor without a link is the number before the text of a note: `<a name="note-1">[1]</a>`.
fn is_note_anchor(element: ElementRef) -> bool {
    if element.value().name() != "a" || attribute(element, "href").is_some() {
        return false;
    }
    let name =
        attribute(element, "name").or(attribute(element, "id")).unwrap_or_default().to_ascii_lowercase();
    let text: String = element.text().collect();
    NOTE_IDS.iter().any(|start| is_numbered(&name, start)) && looks_like_mark(text.trim())
}

/// A number of at most three digits, in brackets or not.
fn is_number(text: &str) -> bool {
    let inner = text.trim_matches(['(', ')', '[', ']', ' ']);
    (1..=3).contains(&inner.len()) && inner.bytes().all(|b| b.is_ascii_digit())
}

const NOTE_IDS: [&str; 9] =
    ["fnref", "fn", "ftnref", "_ftn", "_ftnref", "ftn", "footnote", "fotnote", "note"];

fn is_numbered(id: &str, start: &str) -> bool {
    id.strip_prefix(start).is_some_and(|rest| {
        rest.trim_start_matches(['-', ':', '_']).starts_with(|c: char| c.is_ascii_digit())
    })
}
