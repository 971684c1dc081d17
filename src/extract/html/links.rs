//! What kind of links a box holds: a list of contents, a list of other pages, teasers, or documents to fetch.

use super::lines;
use super::outline::PageOutline;
use super::tags::{attribute, is_block, is_heading};

/// Whether most links of a box lead to documents: a list of attachments is content.
pub(super) fn to_documents(outline: &PageOutline, index: usize) -> bool {
    const ENDINGS: [&str; 13] = [
        ".pdf", ".doc", ".docx", ".odt", ".rtf", ".xls", ".xlsx", ".ods", ".ppt", ".pptx", ".odp", ".zip",
        ".csv",
    ];
    let tally = outline.tally(index);
    if tally.links + tally.anchors == 0 {
        return false;
    }
    let (mut documents, mut all) = (0, 0);
    for element in outline.within(index).chain([index]).filter_map(|inner| outline.element(inner)) {
        let Some(href) = attribute(element, "href") else { continue };
        let path = href.split(['?', '#']).next().unwrap_or(href).to_ascii_lowercase();
        all += 1;
        documents += usize::from(ENDINGS.iter().any(|ending| path.ends_with(ending)));
    }
    documents > 0 && documents * 2 >= all
}

/// Whether a box is a list of contents: links to places of this page, or the words of its headings again.
pub(super) fn is_contents(outline: &PageOutline, index: usize) -> bool {
    let tally = outline.tally(index);
    if !matches!(outline.name(index), "ul" | "ol" | "div" | "section" | "dl" | "p" | "aside" | "table") {
        return false;
    }
    let of_this_page = tally.anchors >= 2 && tally.anchored * 10 >= tally.letters * 7;
    of_this_page && tally.prose == 0
        || tally.links >= 3 && tally.prose == 0 && repeats_headings(outline, index)
}

fn repeats_headings(outline: &PageOutline, index: usize) -> bool {
    if outline.tally(index).link_density() < 0.7 {
        return false;
    }
    let is_link =
        |inner: &usize| outline.element(*inner).is_some_and(|element| attribute(element, "href").is_some());
    let links: Vec<String> = outline.within(index).filter(is_link).map(|link| outline.text(link)).collect();
    let headings: Vec<String> = (outline.items[index].end..outline.items.len())
        .filter(|inner| is_heading(outline.name(*inner)))
        .map(|heading| outline.text(heading))
        .collect();
    let repeated = links.iter().filter(|link| headings.contains(link)).count();
    repeated * 10 >= links.len() * 7
}

/// Whether a box consists of links to other pages only.
pub(super) fn is_list(outline: &PageOutline, index: usize) -> bool {
    let tally = outline.tally(index);
    let name = outline.name(index);
    if tally.prose > 0 || to_documents(outline, index) || follows_name_of_documents(outline, index) {
        return false;
    }
    match name {
        "ul" | "ol" | "div" | "section" | "dl" | "aside" | "center" | "p" if tally.links >= 2 => {
            tally.link_density() >= 0.8
        }
        "p" | "li" | "h2" | "h3" | "h4" | "div" => {
            tally.links >= 1 && tally.link_density() >= 0.6 && lines::points_elsewhere(&outline.text(index))
        }
        _ => false,
    }
}

/// Whether the heading or line before a list says that documents follow: "Vedlegg", "Saksdokumenter".
fn follows_name_of_documents(outline: &PageOutline, index: usize) -> bool {
    const WORDS: [&str; 9] = [
        "vedlegg",
        "dokument",
        "attachment",
        "annex",
        "last ned",
        "lenker til",
        "rapporter",
        "høring",
        "instans",
    ];
    let before = (1..index)
        .rev()
        .take(12)
        .find(|inner| outline.element(*inner).is_none() && outline.tally(*inner).letters > 0);
    let line = before.map(|text| outline.text(text).to_lowercase());
    line.is_some_and(|line| line.len() <= 80 && WORDS.iter().any(|word| line.contains(word)))
}

/// Whether an item is a heading that is a link.
pub(super) fn is_linked_heading(outline: &PageOutline, index: usize) -> bool {
    let heading = outline.tally(index);
    let has_link = || outline.ancestors(index).take(3).any(|outer| outline.name(outer) == "a");
    is_heading(outline.name(index)) && heading.letters > 0 && (heading.link_density() >= 0.9 || has_link())
}

/// Whether a box is a row of teasers: three or more items alike, each a heading that is a link, with little text.
pub(super) fn are_teasers(outline: &PageOutline, index: usize) -> bool {
    // A teaser's text is cut to two or three lines; a section of a document has more than its heading and 300 letters.
    const TEASER_LETTERS_MAX: usize = 300;
    if !is_block(outline.name(index)) || outline.name(index) == "table" {
        return false;
    }
    let items: Vec<usize> =
        outline.children(index).filter(|child| outline.tally(*child).letters > 0).collect();
    let is_teaser = |item: &usize| {
        let tally = outline.tally(*item);
        tally.letters <= TEASER_LETTERS_MAX
            && outline.within(*item).any(|inner| is_linked_heading(outline, inner))
    };
    let teasers = items.iter().filter(|item| is_teaser(item)).count();
    teasers >= 3 && teasers * 10 >= items.len() * 8
}
