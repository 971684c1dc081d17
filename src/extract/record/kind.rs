//! A series, a type of a source or a title in bokmål, nynorsk or English → the [`Kind`] that it names, by the table [`KINDS`].
//! A title that mentions a kind is not of it: "Innspill til strategien" is not a strategy.

use crate::text::{KINDS, Kind, Series};

/// The kind of the documents of a series.
pub(super) fn of_series(series: Series) -> Kind {
    let row = KINDS.iter().find(|row| row.series.contains(&series));
    row.map(|row| row.kind).expect("every series has a kind; the table's test counts them")
}

/// The kind behind a source's own type, as in `DC.Type`. `None` for types that are not a genre ("Brev").
pub(super) fn of_type(text: &str) -> Option<Kind> {
    let text = text.trim().to_lowercase();
    KINDS.iter().find(|row| row.source_types.contains(&text.as_str())).map(|row| row.kind)
}

/// What follows one of these is what the document is about or to whom it goes, not what it is.
const PREPOSITIONS: [&str; 15] =
    ["til", "om", "av", "for", "fra", "frå", "på", "mot", "i", "ved", "med", "to", "of", "on", "for"];
/// "Tillegg til tildelingsbrev" is a tildelingsbrev all the same.
const PARTS_OF_ITS_KIND: [&str; 4] = ["tillegg", "supplement", "endring", "endringer"];

/// The kind that a title names: the first one in a part of it, before the preposition there. `None` when it names none.
pub(super) fn of_title(text: &str) -> Option<Kind> {
    let text = crate::text::normalise(text).to_lowercase().replace('_', " ");
    // "Stortinget - Møte" is a phrase, "Statsbudsjettet 2014 – Tildelingsbrev til Etaten" has two parts.
    let text =
        text.replace("stortinget - møte", "stortinget møte").replace("stortinget – møte", "stortinget møte");
    // "Tillegg nr. 3 til tildelingsbrev": the point ends no part.
    let text = text.replace('-', " ").replace("nr. ", "nr ");
    let kind = text.split(['–', '—', ':', '|', '(', '«', '/', '.', ',']).find_map(of_part)?;
    // "Høring – ny opplæringslov. Svar fra Eksempelforbundet"
    let is_answer = text.contains("svar fra ") || text.contains("svar frå ");
    Some(if kind == Kind::Horing && is_answer { Kind::Horingssvar } else { kind })
}

fn of_part(part: &str) -> Option<Kind> {
    let words: Vec<&str> =
        part.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())).collect();
    let mut is_open = true;
    for (index, word) in words.iter().enumerate() {
        if is_open && let Some(kind) = kind_at(&words, index) {
            return Some(kind);
        }
        let is_number = |word: &&&str| **word == "nr" || word.starts_with(|c: char| c.is_ascii_digit());
        let before = words[..index].iter().rev().find(|word| !is_number(word));
        let is_own_part = before.is_some_and(|word| PARTS_OF_ITS_KIND.contains(word));
        is_open &= !PREPOSITIONS.contains(word) || is_own_part;
    }
    None
}

/// The kind that a line names which has nothing else but perhaps a number: "Notat", "Rundskriv R-4/2011", "Pressemelding nr. 44", or
/// "Protokoll fra møte i …". `None` for other lines: in running text these words are common nouns.
pub(super) fn of_label(line: &str) -> Option<Kind> {
    let line = crate::text::normalise(line).to_lowercase();
    let words: Vec<&str> =
        line.split_whitespace().map(|word| word.trim_end_matches([':', '.', ','])).collect();
    let (first, rest) = words.split_first()?;
    let is_number = |word: &&str| *word == "nr" || word.contains(|c: char| c.is_ascii_digit());
    let is_of_meeting = matches!(rest, ["fra" | "frå", next, ..] if next.starts_with("møte"));
    (rest.iter().all(is_number) || is_of_meeting).then(|| kind_at(&[first], 0))?
}

/// The kind that the words name at `index`; of two the one with the longer name there: *høringsnotat*, not *notat*.
fn kind_at(words: &[&str], index: usize) -> Option<Kind> {
    let named = KINDS.iter().flat_map(|row| row.titles.iter().map(move |title| (*title, row.kind)));
    let here = named.filter(|(title, _)| is_title_at(title, words, index));
    here.max_by_key(|(title, _)| title.len()).map(|(_, kind)| kind)
}

fn is_title_at(title: &str, words: &[&str], index: usize) -> bool {
    let (title, is_first_only) = match title.strip_prefix('^') {
        Some(title) => (title, true),
        None => (title, false),
    };
    let mut parts = title.split(' ').enumerate();
    (!is_first_only || index == 0)
        && parts.all(|(offset, part)| {
            let is_phrase = title.contains(' ');
            words.get(index + offset).is_some_and(|word| match is_phrase || is_first_only {
                true => has_form(word, part),
                false => word.char_indices().any(|(start, _)| has_form(&word[start..], part)),
            })
        })
}

/// Whether `word` is `title` in one of its forms.
fn has_form(word: &str, title: &str) -> bool {
    const ENDINGS: [&str; 16] =
        ["", "en", "et", "a", "er", "ar", "ene", "ane", "n", "r", "s", "ens", "ets", "ne", "ingar", "t"];
    word.strip_prefix(title).is_some_and(|rest| ENDINGS.contains(&rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_of_a_kind_leads_to_its_own_row() {
        for row in &KINDS {
            for title in row.titles {
                let title = title.trim_start_matches('^');
                assert_eq!(of_title(title), Some(row.kind), "{title}");
                assert_eq!(of_title(&format!("Statsbudsjettet – {title} 2014")), Some(row.kind), "{title}");
            }
            for name in row.source_types {
                assert_eq!(of_type(name), Some(row.kind), "{name}");
            }
            for series in row.series {
                assert_eq!(of_series(*series), row.kind);
            }
        }
        assert_eq!(of_title("Stortinget - Møte tirsdag den 5. mars 2019"), Some(Kind::Referat));
    }

    #[test]
    fn a_line_that_is_only_a_genre_names_the_kind() {
        for (line, kind) in [
            ("Notat", Some(Kind::Notat)),
            ("Rundskriv R-4/2011", Some(Kind::Rundskriv)),
            ("PRESSEMELDING Nr. 44/2010", Some(Kind::Pressemelding)),
            ("Møtereferat", Some(Kind::Referat)),
            ("Protokoll fra møte i Prøveforum", Some(Kind::Protokoll)),
            ("Rapport om eksempler", None),
            ("Rundskriv skal følges", None),
            ("Notatet fra i fjor", None),
        ] {
            assert_eq!(of_label(line), kind, "{line}");
        }
    }

    #[test]
    fn a_title_that_mentions_a_kind_is_not_of_it() {
        for (title, kind) in [
            ("Innspill fra Strategisk samarbeidsutvalg til Eksempelutvalget", None),
            ("Innspill til strategi for eksempler", None),
            ("Oppfølging av tildelingsbrevet", None),
            ("Høringssvar til strategi for eksempler", Some(Kind::Horingssvar)),
            ("Evaluering av instruksen", Some(Kind::Rapport)),
            ("Statsbudsjettet 2010 kap. 1 – tillegg til tildelingsbrev", Some(Kind::Tildelingsbrev)),
            (
                "Statsbudsjettet 2021 – tillegg nr. 3 til tildelingsbrev for Prøveetaten",
                Some(Kind::Tildelingsbrev),
            ),
            ("Svar nr. 3 til tildelingsbrev", None),
            ("Høring – ny opplæringslov. Svar fra Prøveforbundet", Some(Kind::Horingssvar)),
            ("Høring – ny opplæringslov", Some(Kind::Horing)),
            ("Hovedinstruksen for Etaten", Some(Kind::Instruks)),
            ("Digitaliseringsstrategi 2020–2025", Some(Kind::Strategi)),
            ("Høringsnotat om endringer", Some(Kind::Horing)),
        ] {
            assert_eq!(of_title(title), kind, "{title}");
        }
    }
}
