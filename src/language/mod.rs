//! The language of a text and of a document's passages. The only user of `whatlang`.
//!
//! A table of our own tells the languages of Norwegian public documents apart (bokmål, nynorsk, Northern, Lule and South
//! Sámi, Kven, Danish, Swedish, English) and knows their neighbours (Finnish, Icelandic, Faroese, German, Dutch, French) so
//! as not to take them for one. whatlang names the rest of the world: it knows neither nynorsk nor Sámi.
//!
//! The README has the measurements; `tools/train_languages` makes the table.

pub mod features;
mod smoothing;
pub mod table;
mod world;

use crate::text::{Document, Language, LanguageBasis, Passage, PassageKind, sentences};
use smoothing::{Sentence, best_path, evidence};
use table::{CLASSES, CODES, OTHER, Scores, Table};

/// Changes whenever [`identify`] or [`label`] would answer differently for the same text.
pub(crate) const IDENTIFIER_VERSION: u32 = 3;

/// A passage whose own language has this confidence is not smoothed with its neighbours.
const SURE: f32 = 0.9;

/// A language with a smaller share of a passage's letters is not the language of the passage, which is mixed.
const MAIN_SHARE: f64 = 0.6;

/// The language of a text with its confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess {
    /// The most likely language.
    pub language: Language,
    /// The share of such answers that are right, from 0 to 1: calibrated on held-out text for the languages of the table, and
    /// whatlang's own value for the others.
    pub confidence: f32,
}

/// The most likely language of the normalised `text`.
///
/// `None` without letters, for a list of names that the table is not sure of, and for a language that neither the table nor
/// whatlang knows. Otherwise the best guess, however low its confidence.
pub fn identify(text: &str) -> Option<Guess> {
    let table = Table::embedded();
    let scores = table.scores(text);
    if may_be_other_script(text, scores.letters)
        && let Some((language, confidence)) = world::of_other_script(text)
    {
        return Some(Guess { language, confidence });
    }
    if scores.letters == 0 {
        return None;
    }
    let sure = table.confidence(&scores);
    if sure < SURE && is_list_of_names(text) {
        return None;
    }
    let (language, confidence) = in_latin_letters(text, scores.best())?;
    Some(Guess { language, confidence: confidence.min(sure) })
}

/// Whether `text` has two or more words and each is a name: "Kari Nordmann, Per Hansen". Headings in sentence case have words
/// in small letters; words in capitals only are not names.
fn is_list_of_names(text: &str) -> bool {
    let mut n_names = 0;
    for word in crate::text::words(text).filter(|word| word.is_counted) {
        let mut letters = word.text.chars().filter(|c| c.is_alphabetic());
        if !letters.next().is_some_and(char::is_uppercase) || !letters.any(char::is_lowercase) {
            return false;
        }
        n_names += 1;
    }
    n_names >= 2
}

/// The language of a text in Latin letters of this class. `None` when it is not known.
fn in_latin_letters(text: &str, class: usize) -> Option<(Language, f32)> {
    match CODES[class] {
        OTHER => world::named(text),
        "fkv" | "fi" if world::is_estonian(text) => world::named(text),
        code => Some((language(code), 1.0)),
    }
}

/// Whether so few of the bytes are Latin letters that the script must be determined.
fn may_be_other_script(text: &str, latin_letters: usize) -> bool {
    !text.is_ascii() && latin_letters * 2 < text.len()
}

fn language(code: &str) -> Language {
    code.parse().expect("the codes of the table are tags")
}

/// Sets the language of each passage of `document` and the evidence for it.
///
/// Sentences are classified together with those before and after them (see `smoothing`): a quotation or a title in another
/// language does not change the language of its passage. A passage of a few words takes the language of the passages around it
/// (*inherited*) if the document has a passage that is surely in that language. A passage gets no language when it has no
/// letters, when no language has three fifths of its letters, or when it is short and no language around it is sure.
pub fn label(document: &mut Document) {
    let table = Table::embedded();
    let all = document.pages.iter_mut().flat_map(|page| page.passages.iter_mut());
    let mut passages: Vec<&mut Passage> =
        all.filter(|passage| passage.kind != PassageKind::Furniture).collect();
    let parts: Vec<Vec<Scores>> = passages.iter().map(|passage| scored(table, &passage.text)).collect();
    let chain: Vec<Sentence> = parts.iter().flat_map(|parts| chained(table, parts)).collect();
    let mut path = best_path(&table.prior(), &chain).into_iter();
    let findings: Vec<Option<Finding>> = parts.iter().map(|parts| finding(table, parts, &mut path)).collect();
    let sure: Vec<usize> =
        findings.iter().flatten().filter(|finding| finding.is_sure).map(|finding| finding.class).collect();
    for ((passage, parts), finding) in passages.iter_mut().zip(&parts).zip(findings) {
        let found = settle(&passage.text, parts, finding, &sure);
        passage.language = found.map(|(language, _)| language);
        passage.language_basis = found.map(|(_, basis)| basis);
    }
}

/// The result of the sentences of a passage together.
struct Finding {
    /// The language of most of its letters.
    class: usize,
    /// Whether the passage alone gives this language with a high confidence.
    is_sure: bool,
}

/// The scores of each sentence that has Latin letters.
fn scored(table: &Table, text: &str) -> Vec<Scores> {
    let scores = sentences(text).map(|range| table.scores(&text[range]));
    scores.filter(|scores| scores.letters > 0).collect()
}

/// The sentences of a passage as elements of the document's chain.
fn chained<'a>(table: &'a Table, parts: &'a [Scores]) -> impl Iterator<Item = Sentence> + 'a {
    let links = parts.iter().enumerate();
    links.map(|(index, scores)| Sentence {
        opens_passage: index == 0,
        evidence: evidence(&table.logits_without_prior(scores)),
    })
}

/// The main language of a passage by the classes of its sentences, which are the next ones on `path`. `None` if it is mixed.
fn finding(table: &Table, parts: &[Scores], path: &mut impl Iterator<Item = usize>) -> Option<Finding> {
    let mut letters = [0usize; CLASSES];
    for (scores, class) in parts.iter().zip(path.by_ref().take(parts.len())) {
        letters[class] += scores.letters;
    }
    let total: usize = letters.iter().sum();
    let class = (0..CLASSES).rev().max_by_key(|class| letters[*class]).filter(|_| total > 0)?;
    if (letters[class] as f64) < MAIN_SHARE * total as f64 {
        return None;
    }
    let whole = table.together(parts);
    Some(Finding { class, is_sure: whole.best() == class && table.confidence(&whole) >= SURE })
}

/// The language of a passage and its evidence, given the languages that are `sure` elsewhere in the document.
fn settle(
    text: &str,
    parts: &[Scores],
    finding: Option<Finding>,
    sure: &[usize],
) -> Option<(Language, LanguageBasis)> {
    let latin = parts.iter().map(|scores| scores.letters).sum();
    if may_be_other_script(text, latin)
        && let Some((language, _)) = world::of_other_script(text)
    {
        return Some((language, LanguageBasis::Identified));
    }
    let Finding { class, is_sure } = finding?;
    let (language, _) = in_latin_letters(text, class)?;
    let basis = if is_sure { LanguageBasis::Identified } else { LanguageBasis::Inherited };
    (is_sure || sure.contains(&class)).then_some((language, basis))
}
