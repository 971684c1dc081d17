//! Refuses error pages that a server has sent with status 200, and pages without text.

use crate::text::{Passage, PassageKind, Rejection, normalise};
use scraper::{Html, Selector};

/// A page with more letters than this is not an error page, even with such a title: a report may be about errors.
// A choice: a few times the text of a usual error page.
const ERROR_PAGE_LETTERS_MAX: usize = 1500;

/// Phrases that only the title of an error page has, anywhere in it.
const SENTENCES: [&str; 33] = [
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
    "siden eksisterer ikke",
    "sida eksisterer ikkje",
    "siden kan ikke vises",
    "sida kan ikkje visast",
    "siden er flyttet",
    "fant ikke dokumentet",
    "ikke tilgang til denne siden",
    "page doesn't exist",
    "page does not exist",
    "page could not be found",
    "resource cannot be found",
    "temporarily unavailable",
    "gateway timeout",
    "establishing a database connection",
    "seite nicht gefunden",
    "page introuvable",
];

/// Phrases that are the whole title of an error page, or a whole part of it. The titles of reports can begin with them.
const WHOLE: [&str; 37] = [
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
    "error",
    "feilmelding",
    "serverfeil",
    "teknisk feil",
    "runtime error",
    "fatal error",
    "database error",
    "server error",
    "server error in '/' application",
    "bad request",
    "request rejected",
    "object moved",
    "vedlikehold pågår",
    "vedlikehald pågår",
    "under vedlikehold",
    "are you a robot",
    "ugyldig lenke",
    "session expired",
    "sesjonen er utløpt",
    "side ikke funnet",
    "side ikkje funnen",
];

/// Refuses an error page (its title or first heading says so, and its text is short) and a page without text.
pub(super) fn refuse(tree: &Html, passages: &[Passage]) -> Result<(), Rejection> {
    let letters = letters(passages);
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

/// The parts of a title that its site joins by signs: "404 - Not found | Etaten", "Oops! 404".
fn parts(title: &str) -> impl Iterator<Item = &str> {
    title
        .split([':', '|', '–', '—', '»', '·', '•', '!', '…'])
        .flat_map(|part| part.split(" - "))
        .map(|part| part.trim_matches(|c: char| !c.is_alphanumeric()))
}

/// Whether a part of a title is that of an error page as a whole: "HTTP error 404", "Feil 500", "404 not found", "Error 1020".
fn is_error_part(part: &str) -> bool {
    const STATUSES: [&str; 11] =
        ["400", "401", "403", "404", "408", "410", "429", "500", "502", "503", "504"];
    // Words beside the number that say nothing of what a document is about: "Kapittel 404" and "Rundskriv 500" have others.
    const ERROR_WORDS: [&str; 6] = ["error", "feil", "feilkode", "serverfeil", "oops", "whoops"];
    const LABELS: [&str; 17] = [
        "http",
        "status",
        "not",
        "found",
        "forbidden",
        "code",
        "gone",
        "page",
        "server",
        "internal",
        "intern",
        "gateway",
        "time",
        "out",
        "timeout",
        "bad",
        "request",
    ];
    let words: Vec<&str> =
        part.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_code =
        |word: &str| (3..=4).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    let is_label = |word: &&str| LABELS.contains(word) || ERROR_WORDS.contains(word);
    let has_status = words.iter().any(|word| STATUSES.contains(word));
    let is_named = words.iter().any(|word| ERROR_WORDS.contains(word));
    let has_code = words.iter().any(|word| is_code(word));
    let is_numbered = words.len() > 1
        && (has_status || is_named && has_code)
        && words.iter().all(|word| is_code(word) || is_label(word));
    // "Oops! 404" and "Intern serverfeil" are cut into parts of one or two such words.
    let is_named_only = is_named && words.len() == 2 && words.iter().all(is_label);
    is_numbered || is_named_only || WHOLE.contains(&part.trim_end_matches(['.', '?']))
}

fn title(tree: &Html) -> Option<String> {
    let selector = Selector::parse("title").expect("a constant selector");
    let title = normalise(&tree.select(&selector).next()?.text().collect::<String>());
    (!title.is_empty()).then_some(title)
}

/// The letters of the page, counted until they are too many for an error page.
fn letters(passages: &[Passage]) -> usize {
    let letters = passages.iter().flat_map(|passage| passage.text.chars()).filter(|c| c.is_alphabetic());
    letters.take(ERROR_PAGE_LETTERS_MAX + 1).count()
}
