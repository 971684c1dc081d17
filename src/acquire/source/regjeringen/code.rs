//! Publication codes, the names of the PDF files of numbered series on regjeringen.no → series, session, number. Pure.
//!
//! `stm201920200030000dddpdfs.pdf` is Meld. St. 30 (2019–2020): type, the two years of the session, number, part, format.

use crate::text::Kind;
use regex::Regex;
use std::sync::LazyLock;

/// The parts of a publication code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PublicationCode {
    /// The code without format, in small letters: "stm201920200030000".
    pub(super) code: String,
    pub(super) kind: Kind,
    /// "Meld. St. 30 (2019–2020)". `None` for propositions: the code does not contain whether they are S, L or LS.
    pub(super) designation: Option<String>,
    /// "kd" for the part of a ministry in Prop. 1 S; empty for a whole document.
    pub(super) part: String,
}

/// The code in the last part of an address. `None` when it has none, or one that contradicts itself.
pub(super) fn publication_code(path: &str) -> Option<PublicationCode> {
    static CODE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^(stm|prp|nou)(\d{4})(\d{4})(\d{4})([a-z0-9_]{3})ddd(?:pdfs|epis|docs)?(?:\.\w+)?$")
            .expect("it is a pattern")
    });
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let found = CODE.captures(name)?;
    let years: [i16; 2] = [found[2].parse().ok()?, found[3].parse().ok()?];
    let number: u32 = found[4].parse().ok()?;
    let series = found[1].to_ascii_lowercase();
    let part = found[5].trim_matches('_').to_ascii_lowercase();
    let [first, last] = years;
    // A session is of two years in a row; a NOU repeats its year.
    let is_sound = if series == "nou" { first == last } else { last == first + 1 };
    if !is_sound || number == 0 || !(1945..2200).contains(&first) {
        return None;
    }
    let (kind, designation) = match series.as_str() {
        "nou" => (Kind::Nou, Some(format!("NOU {first}: {number}"))),
        // The series was renamed with the session that began on 1 October 2009.
        "stm" if first >= 2009 => {
            (Kind::Stortingsmelding, Some(format!("Meld. St. {number} ({first}–{last})")))
        }
        "stm" => (Kind::Stortingsmelding, Some(format!("St.meld. nr. {number} ({first}–{last})"))),
        _ => (Kind::Proposisjon, None),
    };
    let code = format!("{series}{first}{last}{number:04}{}", found[5].to_ascii_lowercase());
    let part = if part.bytes().all(|byte| byte == b'0') { String::new() } else { part };
    Some(PublicationCode { code, kind, designation, part })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_says_series_session_number_and_part() {
        let of = |name: &str| {
            publication_code(name).map(|it| (it.kind, it.designation.unwrap_or_default(), it.part))
        };
        let (melding, nou, prop) = (Kind::Stortingsmelding, Kind::Nou, Kind::Proposisjon);
        for (name, wanted) in [
            (
                "/contentassets/1/no/pdfs/stm201920200030000dddpdfs.pdf",
                (melding, "Meld. St. 30 (2019–2020)", ""),
            ),
            ("stm200820090009000dddpdfs.pdf", (melding, "St.meld. nr. 9 (2008–2009)", "")),
            ("/id/STM200820090009000DDDEPIS", (melding, "St.meld. nr. 9 (2008–2009)", "")),
            ("nou201920190003000dddpdfs.pdf", (nou, "NOU 2019: 3", "")),
            ("prp201020110103000dddpdfs.pdf", (prop, "", "")),
            ("prp202420250001_kddddpdfs.pdf", (prop, "", "kd")),
            ("prp202020210001oeddddpdfs.pdf", (prop, "", "oed")),
            ("prp202420250001ls0dddpdfs.pdf", (prop, "", "ls0")),
        ] {
            assert_eq!(of(name), Some((wanted.0, wanted.1.to_owned(), wanted.2.to_owned())), "{name}");
        }
    }

    #[test]
    fn a_name_that_is_no_code_or_contradicts_itself_says_nothing() {
        for name in [
            "tildelingsbrev-2026.pdf",
            "stm201920220030000dddpdfs.pdf",
            "nou201920200003000dddpdfs.pdf",
            "stm201920200000000dddpdfs.pdf",
            "stm20192020.pdf",
            "",
        ] {
            assert_eq!(publication_code(name), None, "{name}");
        }
    }
}
