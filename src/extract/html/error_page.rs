//! Refuses pages that say, with status 200, that there is no page; and pages without text.

use crate::text::{Passage, PassageKind, Rejection, normalise};
use scraper::{Html, Selector};

/// A page with more letters than this is no error page, whatever its title says: a report may be about errors.
// A choice: a few times the text of a usual error page.
const ERROR_PAGE_LETTERS_MAX: usize = 1500;

const PHRASES: [&str; 24] = [
    "siden finnes ikke",
    "sida finst ikkje",
    "fant ikke siden",
    "fann ikkje sida",
    "siden ble ikke funnet",
    "finner ikke siden",
    "finn ikkje sida",
    "page not found",
    "access denied",
    "just a moment",
    "attention required",
    "ingen tilgang",
    "403 forbidden",
    "404",
    "not found",
    "internal server error",
    "service unavailable",
    "bad gateway",
    "forbidden",
    "en feil har oppstått",
    "det oppstod en feil",
    "noe gikk galt",
    "error 5",
    "dokumentet finnes ikke",
];

/// Refuses an error page (its title or first heading says so, and its text is short) and a page without text.
pub(super) fn refuse(tree: &Html, passages: &[Passage]) -> Result<(), Rejection> {
    let letters: usize = passages.iter().map(|passage| letters(&passage.text)).sum();
    let heading = passages.iter().find(|passage| passage.kind == PassageKind::Heading);
    let said = [title(tree), heading.map(|passage| passage.text.clone())];
    if letters <= ERROR_PAGE_LETTERS_MAX
        && let Some(phrase) = said.into_iter().flatten().find(|text| is_error(text))
    {
        return Err(Rejection::new(format!("error page: «{phrase}»"), "look for the document's new address"));
    }
    if letters == 0 {
        return Err(Rejection::new(
            "no text: the page has no readable content",
            "its text may arrive by script: take the PDF instead",
        ));
    }
    Ok(())
}

fn is_error(text: &str) -> bool {
    let text = text.to_lowercase();
    let is_number_alone =
        |phrase: &str| phrase == "404" && !text.starts_with("404") && !text.ends_with("404");
    text == "feil" || PHRASES.iter().any(|phrase| text.contains(phrase) && !is_number_alone(phrase))
}

fn title(tree: &Html) -> Option<String> {
    let selector = Selector::parse("title").expect("a constant selector");
    let title = normalise(&tree.select(&selector).next()?.text().collect::<String>());
    (!title.is_empty()).then_some(title)
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphabetic()).count()
}
