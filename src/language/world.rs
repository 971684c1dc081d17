//! The languages that the table does not have, by whatlang: other scripts, and the rest of the world in Latin letters.

use crate::text::Language;
use whatlang::{Detector, Info, Lang, Script};

/// The language of a text in Latin letters that is in none of the table's, with whatlang's confidence. `None` when
/// whatlang is unsure.
pub(crate) fn named(text: &str) -> Option<(Language, f32)> {
    let found = Detector::with_denylist(OURS.to_vec()).detect(text).filter(Info::is_reliable)?;
    Some((tag(found.lang())?, found.confidence() as f32))
}

/// The language of a text most of whose letters are of another script than the Latin one, with whatlang's confidence. Even
/// an unsure guess: the script alone rules the table's languages out.
pub(crate) fn of_other_script(text: &str) -> Option<(Language, f32)> {
    let found = Detector::new().detect(text).filter(|found| found.script() != Script::Latin)?;
    Some((tag(found.lang())?, found.confidence() as f32))
}

/// Whether `text`, which looks Kven or Finnish, is Estonian: a relative that the table does not have.
pub(crate) fn is_estonian(text: &str) -> bool {
    let found = Detector::with_allowlist(vec![Lang::Fin, Lang::Est]).detect(text);
    found.is_some_and(|found| found.lang() == Lang::Est && found.is_reliable())
}

/// The languages for which the table is the better classifier.
const OURS: [Lang; 8] =
    [Lang::Nob, Lang::Dan, Lang::Swe, Lang::Eng, Lang::Fin, Lang::Deu, Lang::Nld, Lang::Fra];

/// The BCP 47 tag: two letters where the language has them (ISO 639-1), else its three (ISO 639-3).
fn tag(lang: Lang) -> Option<Language> {
    let three = lang.code();
    let two = TWO_LETTERS.iter().find(|(long, _)| *long == three).map(|(_, short)| *short);
    two.unwrap_or(three).parse().ok()
}

#[rustfmt::skip]
const TWO_LETTERS: [(&str, &str); 70] = [
    ("afr", "af"), ("aka", "ak"), ("amh", "am"), ("ara", "ar"), ("aze", "az"), ("bel", "be"), ("ben", "bn"),
    ("bul", "bg"), ("cat", "ca"), ("ces", "cs"), ("cmn", "zh"), ("cym", "cy"), ("dan", "da"), ("deu", "de"), ("ell", "el"), ("eng", "en"),
    ("epo", "eo"), ("est", "et"), ("fin", "fi"), ("fra", "fr"), ("guj", "gu"), ("heb", "he"), ("hin", "hi"),
    ("hrv", "hr"), ("hun", "hu"), ("hye", "hy"), ("ind", "id"), ("ita", "it"), ("jav", "jv"), ("jpn", "ja"),
    ("kan", "kn"), ("kat", "ka"), ("khm", "km"), ("kor", "ko"), ("lat", "la"), ("lav", "lv"), ("lit", "lt"),
    ("mal", "ml"), ("mar", "mr"), ("mkd", "mk"), ("mya", "my"), ("nep", "ne"), ("nld", "nl"), ("nob", "nb"),
    ("ori", "or"), ("pan", "pa"), ("pes", "fa"), ("pol", "pl"), ("por", "pt"), ("ron", "ro"), ("rus", "ru"),
    ("sin", "si"), ("slk", "sk"), ("slv", "sl"), ("sna", "sn"), ("spa", "es"), ("srp", "sr"), ("swe", "sv"),
    ("tam", "ta"), ("tel", "te"), ("tgl", "tl"), ("tha", "th"), ("tuk", "tk"), ("tur", "tr"), ("ukr", "uk"),
    ("urd", "ur"), ("uzb", "uz"), ("vie", "vi"), ("yid", "yi"), ("zul", "zu"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_of_whatlang_has_the_tag_of_bcp_47() {
        for lang in Lang::all() {
            let code = tag(*lang).expect("a tag").code().to_owned();
            assert!(code.len() == 2, "{code} of {}", lang.eng_name());
        }
    }
}
