//! Where a page's content is, and what on it is furniture: site layouts first, a general rule as fallback.

use scraper::{ElementRef, Html, Selector};

/// The sites' own containers, then what any page may have. The first one that holds enough of the page's text is taken.
const CONTAINERS: [&str; 9] = [
    "#mainContent .article-content", // regjeringen.no
    "#mainContent",
    ".page-publication",    // stortinget.no, minutes
    ".publication-content", // stortinget.no, other publications
    "main",
    "[role=main]",
    "article",
    "#content",
    "body",
];

/// A container with less than this share of the body's text is a teaser: the next is tried.
// A choice, not yet measured on sites other than the two with layouts of their own.
const TEXT_SHARE_MIN: f64 = 0.3;

/// The element whose text is the document's.
pub(super) fn container(tree: &Html) -> ElementRef<'_> {
    let body = select(tree, "body").unwrap_or_else(|| tree.root_element());
    let total = text_length(body);
    let is_site = |place: usize| place < 4;
    for (place, selector) in CONTAINERS.iter().enumerate() {
        let Some(element) = select(tree, selector) else { continue };
        // A list page has such a box too, but its title stands outside it.
        if place == 0 && !has_any(element, &["h1"]) {
            continue;
        }
        let length = text_length(element);
        if length > 0 && (is_site(place) || length as f64 >= TEXT_SHARE_MIN * total as f64) {
            return element;
        }
    }
    body
}

fn select<'a>(tree: &'a Html, selector: &str) -> Option<ElementRef<'a>> {
    tree.select(&Selector::parse(selector).expect("a constant selector")).next()
}

/// The length of the text that is shown and no menu.
fn text_length(element: ElementRef) -> usize {
    let mut length = 0;
    let mut waiting = vec![element];
    while let Some(element) = waiting.pop() {
        for child in element.children() {
            if let Some(text) = child.value().as_text() {
                length += text.trim().len();
            } else if let Some(inner) = ElementRef::wrap(child)
                && !is_furniture(inner)
            {
                waiting.push(inner);
            }
        }
    }
    length
}

/// Whether `element` and all in it is furniture: menus, sharing, hidden parts, scripts.
pub(super) fn is_furniture(element: ElementRef) -> bool {
    is_furniture_by_name(element) || is_hidden(element) || is_furniture_by_class(element)
}

fn is_furniture_by_name(element: ElementRef) -> bool {
    let role = element.attr("role").unwrap_or_default();
    match element.value().name() {
        "script" | "style" | "noscript" | "template" | "nav" | "svg" | "iframe" | "object" | "select"
        | "textarea" | "input" | "dialog" | "audio" | "video" | "head" => true,
        "aside" | "footer" => !super::notes::holds_notes(element),
        // The header of an article is its title; the header of a page is its menu.
        "header" => !has_any(element, &["h1"]),
        "button" => !is_in_heading(element),
        // Some sites wrap the whole page in one form.
        "form" => !has_any(element, &["p", "h1", "h2", "li"]) || text_of(element).len() < 500,
        _ => matches!(
            role,
            "navigation" | "banner" | "contentinfo" | "search" | "complementary" | "alertdialog"
        ),
    }
}

fn is_hidden(element: ElementRef) -> bool {
    // Boxes that a click unfolds are content.
    if element
        .value()
        .classes()
        .any(|class| class == "factbox-content" || class.contains("collaps") || class.contains("accordion"))
    {
        return false;
    }
    let style = element.attr("style").unwrap_or_default().replace(' ', "").to_ascii_lowercase();
    element.attr("hidden").is_some()
        || element.attr("aria-hidden") == Some("true")
        || style.contains("display:none")
}

fn is_furniture_by_class(element: ElementRef) -> bool {
    const STARTS: [&str; 15] = [
        "header-container",
        "footer",
        // Type, date and owner of a page of regjeringen.no: read as metadata, and no text of the document.
        "article-info",
        "breadcrumb",
        "cookie",
        "share-",
        "sharing",
        "social",
        "skip-",
        "skiplink",
        "pagination",
        "to-top",
        "page-survey",
        "bigdoc-navigation-actions",
        "article-sidebar",
    ];
    const WHOLE: [&str; 14] = [
        "share",
        "print",
        "menu",
        "nav",
        "navbar",
        "sidebar",
        "sr-only",
        "visuallyhidden",
        "visually-hidden",
        "screen-reader-text",
        "listing-speakers",
        "block-article-list-box",
        "speaker-type-small",
        "toc",
    ];
    if matches!(element.value().name(), "html" | "body" | "main") {
        return false;
    }
    let is_known = |class: &str| {
        let class = class.to_ascii_lowercase();
        WHOLE.contains(&class.as_str()) || STARTS.iter().any(|start| class.starts_with(start))
    };
    element.value().classes().any(is_known) && !has_any(element, &["h1"])
}

/// Whether a passage is a line that the site prints on every page.
pub(super) fn is_furniture_text(text: &str) -> bool {
    const LINES: [&str; 33] = [
        "til innholdsfortegnelse",
        "til innhaldsliste",
        "til innhaldslista",
        "til forsiden",
        "til framsida",
        "til toppen",
        "vis tabellen i full bredde",
        "vis tabellen i full breidde",
        "last ned bilde",
        "last ned bilete",
        "forstørr bilde",
        "forstørr bilete",
        "lukk fotnote",
        "lukk fotnoten",
        "vis hele innholdsfortegnelsen",
        "vis heile innhaldslista",
        "vis innholdsfortegnelse og søk",
        "vis innhald og søk",
        "skriv ut",
        "hopp til innholdet",
        "fotnoter",
        "fotnotar",
        "footnotes",
        "følg oss",
        "neste >",
        "talere",
        "forrige sak",
        "neste sak",
        "førre sak",
        "neste side",
        "se video",
        "send inn høringssvar",
        "send inn høyringssvar",
    ];
    LINES.contains(&text.to_lowercase().as_str())
}

fn is_in_heading(element: ElementRef) -> bool {
    element.ancestors().filter_map(ElementRef::wrap).take(4).any(|outer| is_heading(outer.value().name()))
}

/// Whether `name` is `h1` … `h6`.
pub(super) fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Whether an element with one of `names` is within `element`.
pub(super) fn has_any(element: ElementRef, names: &[&str]) -> bool {
    element.descendent_elements().skip(1).any(|inner| names.contains(&inner.value().name()))
}

fn text_of(element: ElementRef) -> String {
    element.text().collect()
}
