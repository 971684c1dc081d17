//! Tables of data and tables for layout.

use super::outline::PageOutline;
use super::tags::{attribute, is_heading};

/// Whether a table is for layout: it declares that, holds tables or headings, has a single cell or row of text, or a cell with
/// paragraphs of running text.
pub(super) fn is_layout(outline: &PageOutline, index: usize) -> bool {
    // Two paragraphs of a document; notes in a cell of a table of measures are shorter.
    const CELL_PROSE_MIN: usize = 120;
    let table = outline.element(index);
    if table.is_some_and(|table| matches!(attribute(table, "role"), Some("presentation" | "none"))) {
        return true;
    }
    let (mut rows, mut cells, mut paragraphs_max) = (0, 0, 0);
    let mut is_data = false;
    for inner in outline.within(index) {
        match outline.name(inner) {
            "table" => return true,
            "th" | "caption" | "thead" => is_data = true,
            "tr" => rows += 1,
            _ => {}
        }
        if matches!(outline.name(inner), "td" | "th") {
            cells += 1;
            paragraphs_max = paragraphs_max.max(paragraphs(outline, inner));
        }
        if matches!(outline.name(inner), "h1" | "h2" | "h3" | "h4") && outline.tally(inner).letters > 0 {
            return true;
        }
    }
    if !is_data && has_main_cell(outline, index) {
        return true;
    }
    let is_single = cells < 2;
    let holds_page = rows == 1 && paragraphs_max >= 2 && outline.tally(index).prose >= CELL_PROSE_MIN;
    let holds_text = paragraphs_max >= 4 && rows <= 3;
    is_single || !is_data && (holds_page || holds_text)
}

/// Whether one cell holds nearly all of the running text of a table, and much of it: the text of an old page stands in a
/// cell, its lines ended by `br`, with menus in the cells around it.
fn has_main_cell(outline: &PageOutline, table: usize) -> bool {
    // A cell of a table of measures has a few sentences; three paragraphs of a page have 600 letters.
    const PROSE_MIN: usize = 500;
    let total = outline.tally(table).prose;
    let is_main = |cell: usize| {
        let breaks = || {
            let element = outline.element(cell);
            element.map_or(0, |cell| cell.descendent_elements().filter(|e| e.value().name() == "br").count())
        };
        outline.name(cell) == "td" && outline.tally(cell).prose * 10 >= total * 8 && breaks() >= 2
    };
    total >= PROSE_MIN && outline.within(table).any(is_main)
}

/// How many blocks of text stand directly in a cell.
fn paragraphs(outline: &PageOutline, cell: usize) -> usize {
    let is_block = |child: &usize| {
        let name = outline.name(*child);
        (matches!(name, "p" | "div" | "ul" | "ol" | "section") || is_heading(name))
            && outline.tally(*child).letters > 0
    };
    outline.children(cell).filter(is_block).count()
}
