//! The language of a passage. The only user of `whatlang`.
//!
//! whatlang knows neither nynorsk nor any Sámi language: it calls nynorsk `nb`, and Sámi nothing in five of six
//! paragraphs and something wrong in the sixth. It cannot tell Danish from bokmål either: with Danish among the candidates
//! more than half of the bokmål paragraphs come out as unsure (97 % are recognised without), so Danish is not one.

use crate::text::{Document, Language};
use whatlang::{Detector, Lang};

/// Changes whenever [`identify`] would answer differently for the same text.
pub const IDENTIFIER_VERSION: u32 = 1;

/// The language of `text`, `None` when unsure (short, mixed, tables of figures).
pub fn identify(text: &str) -> Option<Language> {
    let found = Detector::with_denylist(vec![Lang::Dan]).detect(text)?;
    found.is_reliable().then(|| tag(found.lang()))?
}

/// Gives each passage of `document` its language.
pub fn label(document: &mut Document) {
    for page in &mut document.pages {
        for passage in &mut page.passages {
            passage.language = identify(&passage.text);
        }
    }
}

/// The BCP 47 tag of a language that occurs in Norwegian policy documents; the others by their three letters.
fn tag(lang: Lang) -> Option<Language> {
    let code = match lang {
        Lang::Nob => "nb",
        Lang::Eng => "en",
        Lang::Swe => "sv",
        Lang::Fin => "fi",
        Lang::Deu => "de",
        Lang::Fra => "fr",
        Lang::Nld => "nl",
        Lang::Spa => "es",
        Lang::Pol => "pl",
        other => other.code(),
    };
    code.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_of_bokmal_english_or_german_is_recognised() {
        let cases = [
            (
                "Direktoratet skal legge til rette for at de ansatte får større handlingsrom i det daglige arbeidet.",
                "nb",
            ),
            (
                "The agency shall report on its results at the end of the year, and explain how they were reached.",
                "en",
            ),
            (
                "Die Behörde soll am Ende des Jahres über ihre Ergebnisse berichten und erklären, wie sie erreicht wurden.",
                "de",
            ),
        ];
        for (text, wanted) in cases {
            assert_eq!(
                identify(text).map(|language| language.to_string()).as_deref(),
                Some(wanted),
                "{text}"
            );
        }
    }

    #[test]
    fn figures_have_no_language() {
        assert_eq!(identify("12 345 67 890"), None);
        assert_eq!(identify(""), None);
    }
}
