//! Pages that list other pages: results of a search are refused, a page of links gets a notice.

use super::outline::PageOutline;
use crate::text::{Notice, Rejection};
use regex::Regex;
use std::sync::LazyLock;

/// "Viser 1-20 av 6960 treff", "Side 1 av 35", "Showing 1 to 10 of 57 results"
static RESULT_COUNT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^(?:viser|syner|showing|displaying)\s+\d+\s*(?:-|–|to|til)\s*\d+\s+(?:av|of)\s+[\d  .,]+|^[\d  .,]+\s+(?:treff|resultater|resultat|results|hits)\b",
    )
    .expect("a constant pattern")
});

/// Refuses a page of results: it counts them, and most of what it keeps are links with a few lines each.
pub(super) fn refuse(outline: &PageOutline) -> Result<(), Rejection> {
    // A report that ends in "Viser 1-3 av 3 vedlegg" has few links for its text; a page of 20 results has 20.
    const LINKS_MIN: usize = 5;
    let counts_results = |index: usize| {
        let parent = outline.items[index].parent;
        outline.element(index).is_none()
            && outline.tally(parent).letters <= 100
            && RESULT_COUNT.is_match(outline.text(index).as_str())
    };
    let (_, links, longest) = kept(outline);
    let is_list = links >= LINKS_MIN && longest < 600;
    if is_list && (0..outline.items.len()).any(counts_results) {
        return Err(Rejection::new(
            "list of results: the page only leads to documents",
            "take the pages that it lists as sources",
        ));
    }
    Ok(())
}

/// A notice when what is kept is mostly links to other pages.
pub(super) fn notice(outline: &PageOutline) -> Option<Notice> {
    let (plain, linked) = text_and_links(outline);
    (linked > 0 && linked >= plain)
        .then(|| Notice::of_document("a page of links: most of its text names other pages"))
}

/// Letters outside and within links in what is kept, headings not counted.
fn text_and_links(outline: &PageOutline) -> (usize, usize) {
    let mut letters = (0, 0);
    for_each_kept(outline, |index| {
        let in_heading =
            outline.ancestors(index).take(4).any(|outer| super::tags::is_heading(outline.name(outer)));
        let tally = outline.tally(index);
        if outline.element(index).is_none() && !in_heading {
            letters.0 += tally.letters - tally.linked;
            letters.1 += tally.linked;
        }
    });
    letters
}

/// Letters, links and the longest run of letters between two links in what is kept.
fn kept(outline: &PageOutline) -> (usize, usize, usize) {
    let (mut letters, mut links, mut run, mut longest) = (0, 0, 0, 0);
    for_each_kept(outline, |index| {
        let own = outline.tally_between(index, index + 1);
        letters += own.letters;
        links += own.links;
        run = if own.links > 0 { 0 } else { run + own.letters - own.linked };
        longest = longest.max(run);
    });
    (letters, links, longest)
}

fn for_each_kept(outline: &PageOutline, mut visit: impl FnMut(usize)) {
    let mut next = 0;
    while next < outline.items.len() {
        if outline.items[next].left_out.is_some() {
            next = outline.items[next].end;
        } else {
            visit(next);
            next += 1;
        }
    }
}
