//! Refuses error pages that a server has sent with status 200, and pages without text.

use crate::text::{Passage, PassageKind, Rejection, normalise};
use scraper::{Html, Selector};

/// A page with more letters than this is not an error page, even with such a title: a report may be about errors.
// A choice: a few times the text of a usual error page.
const ERROR_PAGE_LETTERS_MAX: usize = 1500;

/// Phrases that only the title of an error page has, anywhere in it.
const SENTENCES: [&str; 17] = [
    "siden finnes ikke",
    "sida finst ikkje",
    "siden du leter etter",
    "sida du leitar etter",
    "fant ikke siden",
    "fann ikkje sida",
    "siden ble ikke funnet",
    "sida vart ikkje funnen",
    "finner ikke siden",
    "finn ikkje sida",
    "dokumentet finnes ikke",
    "page not found",
    "page cannot be found",
    "page can't be found",
    "internal server error",
    "service unavailable",
    "bad gateway",
];

/// Phrases that are the whole title of an error page, or a whole part of it. The titles of reports can begin with them.
const WHOLE: [&str; 16] = [
    "feil",
    "404",
    "403",
    "500",
    "not found",
    "forbidden",
    "access denied",
    "ingen tilgang",
    "just a moment",
    "attention required",
    "en feil har oppstått",
    "det oppstod en feil",
    "det har oppstått en feil",
    "noe gikk galt",
    "noko gjekk gale",
    "something went wrong",
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

/// Whether a title is that of an error page. "Kapittel 404" and "Noe gikk galt i saken" are not: they go on or begin
/// with something else.
fn is_error(text: &str) -> bool {
    let text = text.to_lowercase();
    SENTENCES.iter().any(|sentence| text.contains(sentence)) || parts(&text).any(is_error_part)
}

/// The parts of a title that its site joins by signs: "404 - Not found | Etaten".
fn parts(title: &str) -> impl Iterator<Item = &str> {
    title
        .split([':', '|', '–', '—', '»', '·', '•'])
        .flat_map(|part| part.split(" - "))
        .map(|part| part.trim_matches(|c: char| !c.is_alphanumeric()))
}

fn is_error_part(part: &str) -> bool {
    // "HTTP error 404", "Feil 500", "404 not found"
    let words: Vec<&str> = part.split_whitespace().collect();
    let is_status =
        |word: &str| matches!(word, "400" | "401" | "403" | "404" | "410" | "500" | "502" | "503" | "504");
    let is_label = |word: &str| {
        matches!(
            word,
            "error"
                | "feil"
                | "feilkode"
                | "http"
                | "status"
                | "not"
                | "found"
                | "forbidden"
                | "code"
                | "gone"
        )
    };
    let is_numbered = words.len() > 1
        && words.iter().any(|word| is_status(word))
        && words.iter().all(|word| is_status(word) || is_label(word));
    is_numbered || WHOLE.contains(&part.trim_end_matches(['.', '!', '…']))
}

fn title(tree: &Html) -> Option<String> {
    let selector = Selector::parse("title").expect("a constant selector");
    let title = normalise(&tree.select(&selector).next()?.text().collect::<String>());
    (!title.is_empty()).then_some(title)
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphabetic()).count()
}
