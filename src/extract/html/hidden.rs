//! Which parts of a page a reader can see, at once or after a click that unfolds them.

use super::tags::attribute;
use scraper::ElementRef;
use std::collections::HashSet;

/// How an element and all in it are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visibility {
    /// Seen at once or after a click.
    Yes,
    /// Kept from view by an attribute, a style or a class for screen readers.
    Hidden,
    /// Not text: scripts, fields, pictures; deleted text; the pronunciation beside a word (`rt`).
    Never,
}

/// How `element` is shown. `opened` are the identifiers of parts that a click unfolds.
pub(super) fn shown(element: ElementRef, opened: &HashSet<&str>) -> Visibility {
    if is_without_text(element.value().name()) {
        return Visibility::Never;
    }
    if is_for_screen_readers(element) {
        return Visibility::Hidden;
    }
    if !is_declared_hidden(element) || is_unfolded(element, opened) {
        return Visibility::Yes;
    }
    Visibility::Hidden
}

/// `noscript` repeats what scripts show; `rt` and `rp` are the pronunciation of a word.
fn is_without_text(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "noscript"
            | "template"
            | "svg"
            | "iframe"
            | "object"
            | "embed"
            | "canvas"
            | "select"
            | "datalist"
            | "textarea"
            | "input"
            | "meter"
            | "progress"
            | "audio"
            | "video"
            | "head"
            | "title"
            | "link"
            | "meta"
            | "del"
            | "rt"
            | "rp"
            | "map"
            | "img"
            | "frameset"
            | "noframes"
    )
}

fn is_for_screen_readers(element: ElementRef) -> bool {
    const CLASSES: [&str; 7] = [
        "sr-only",
        "visuallyhidden",
        "visually-hidden",
        "screen-reader-text",
        "screenreader",
        "element-invisible",
        "offscreen",
    ];
    element.value().classes().any(|class| CLASSES.iter().any(|known| class.eq_ignore_ascii_case(known)))
}

/// `aria-hidden` does not hide anything from the eye: only icons and their names are marked by it in the line.
fn is_declared_hidden(element: ElementRef) -> bool {
    let style = attribute(element, "style").unwrap_or_default();
    let is_styled = !style.is_empty() && {
        let style: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
        style.contains("display:none") || style.contains("visibility:hidden")
    };
    let is_icon_name = attribute(element, "aria-hidden") == Some("true")
        && !super::tags::is_block(element.value().name())
        && !element.text().any(|text| text.trim().contains(' '));
    is_styled
        || is_icon_name
        || attribute(element, "hidden").is_some_and(|value| !value.eq_ignore_ascii_case("until-found"))
}

/// Whether a click unfolds a hidden part: something points at it, or its class says what it is. Dialogs and menus open
/// on a click too, and are no text.
fn is_unfolded(element: ElementRef, opened: &HashSet<&str>) -> bool {
    const PARTS: [&str; 9] = [
        "collaps",
        "accordion",
        "expand",
        "factbox",
        "faktaboks",
        "tabpanel",
        "tab-pane",
        "toggle",
        "trekkspill",
    ];
    const OVERLAYS: [&str; 7] = ["modal", "dialog", "popup", "lightbox", "menu", "nav", "overlay"];
    let class = attribute(element, "class").unwrap_or_default().to_ascii_lowercase();
    let role = attribute(element, "role").unwrap_or_default();
    if matches!(role, "dialog" | "alertdialog" | "menu") || OVERLAYS.iter().any(|word| class.contains(word)) {
        return false;
    }
    role == "tabpanel"
        || PARTS.iter().any(|word| class.contains(word))
        || attribute(element, "id").is_some_and(|id| opened.contains(id))
}

/// The identifiers that buttons and tabs under `root` name as what they show.
pub(super) fn opened_by_click(root: ElementRef<'_>) -> HashSet<&str> {
    let mut opened = HashSet::new();
    for element in root.descendent_elements() {
        for name in ["aria-controls", "data-target", "data-bs-target"] {
            if let Some(target) = attribute(element, name) {
                opened.extend(target.split_whitespace().map(|id| id.trim_start_matches('#')));
            }
        }
        let is_switch = attribute(element, "role").is_some_and(|role| matches!(role, "tab" | "button"))
            || attribute(element, "data-toggle").is_some();
        if let Some(id) = attribute(element, "href").and_then(|href| href.strip_prefix('#'))
            && is_switch
        {
            opened.insert(id);
        }
    }
    opened
}
