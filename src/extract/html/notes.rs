//! Footnote marks and footnotes: a mark is no part of the word it hangs on, a real superscript is.

use scraper::ElementRef;

/// Whether `element` is the mark of a note: a link to a note, or a `<sup>` that is no exponent of `before`.
pub(super) fn is_mark(element: ElementRef, before: &str) -> bool {
    if is_note_link(element) {
        return true;
    }
    if element.value().name() != "sup" {
        return false;
    }
    let text: String = element.text().collect::<String>().trim().to_owned();
    let has_link =
        element.descendent_elements().any(|inner| inner.attr("href").is_some_and(|href| href.contains('#')));
    looks_like_mark(&text) && (has_link || !is_exponent(&text, before))
}

/// Whether `element` holds notes, so that its text is of the kind footnote.
pub(super) fn holds_notes(element: ElementRef) -> bool {
    let role = element.attr("role").unwrap_or_default();
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

fn is_note_link(element: ElementRef) -> bool {
    if element.value().name() != "a" {
        return false;
    }
    let role = element.attr("role").unwrap_or_default();
    let class = element.attr("class").unwrap_or_default().to_ascii_lowercase();
    let is_short = element.text().map(str::len).sum::<usize>() <= 8;
    let href = element.attr("href").unwrap_or_default().to_ascii_lowercase();
    let to_note =
        href.split_once('#').is_some_and(|(_, id)| NOTE_IDS.iter().any(|start| is_numbered(id, start)));
    matches!(role, "doc-noteref" | "doc-backlink")
        || is_short
            && (to_note
                || ["footnote-ref", "footnote-back", "footnoteref"].iter().any(|name| class.contains(name)))
}

const NOTE_IDS: [&str; 9] =
    ["fnref", "fn", "ftnref", "_ftn", "_ftnref", "ftn", "footnote", "fotnote", "note"];

fn is_numbered(id: &str, start: &str) -> bool {
    id.strip_prefix(start).is_some_and(|rest| {
        rest.trim_start_matches(['-', ':', '_']).starts_with(|c: char| c.is_ascii_digit())
    })
}

fn looks_like_mark(text: &str) -> bool {
    let inner = text.trim_matches(['(', ')', '[', ']', ' ']);
    let is_number = inner.len() <= 3 && inner.bytes().all(|b| b.is_ascii_digit());
    let is_list = !inner.is_empty()
        && inner.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' ' | '*' | '†' | '‡'));
    let is_letter = inner.len() == 1 && inner.bytes().all(|b| b.is_ascii_lowercase());
    !inner.is_empty() && (is_number || is_list || is_letter)
}

/// Whether `text` after `before` is an exponent or an ordinal: m², 10⁶, 2ᵃ.
fn is_exponent(text: &str, before: &str) -> bool {
    let base: String = before
        .chars()
        .rev()
        .take_while(|c| c.is_alphanumeric())
        .take(20)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let is_letter = text.bytes().all(|b| b.is_ascii_lowercase());
    if is_letter {
        return base.chars().count() < 3;
    }
    const UNITS: [&str; 10] = ["m", "km", "cm", "dm", "mm", "s", "sm", "Sm", "x", "n"];
    let is_small = matches!(text, "2" | "3");
    let unit = base.trim_start_matches(|c: char| c.is_ascii_digit());
    is_small && UNITS.contains(&unit) || base == "10"
}
