//! The head of a document: its first passages, where a letter names sender and date and a report its title.

use super::{designation, kind, own};
use crate::text::{Designation, Document, Kind, PassageKind, Record};
use regex::Regex;
use std::sync::LazyLock;

/// How many passages the head has at most. A choice: room for a letterhead or a title page, not for a chapter.
const PASSAGES_MAX: usize = 40;
/// A longer passage is running text and no line of a head.
const LINE_CHARS_MAX: usize = 250;

/// The first passages of a document.
pub(super) struct Head<'a> {
    lines: Vec<(PassageKind, &'a str)>,
}

static TILRADING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^Tilråding fr[aå]\s+(?P<issuer>\D{4,80}?)\s+(?:av\s+|den\s+)?(?P<date>\d{1,2}\.\s?\w+\s\d{4})",
    )
    .expect("a constant pattern")
});
static DATE_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:Vår dato|Dato|Date)\b(?P<rest>.{0,60})").expect("a constant pattern")
});
static PLACE_AND_DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\p{Lu}[\p{L} ]{1,30}, (?:den )?(?P<date>\d{1,2}\.\s?(?:\p{L}+ |\d{1,2}\.\s?)\d{4})\.?$")
        .expect("a constant pattern")
});
static DEPARTMENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:DET KONGELIGE |DET KONGELEGE |Det kongelige |Det kongelege )?(?P<name>\p{Lu}[\p{L}, -]{2,60}(?:departementet?|DEPARTEMENT(?:ET)?)(?: \([\p{L} ]{3,20}\))?|Departementet for [\p{L} ,-]{3,60}(?: \([\p{L} ]{3,20}\))?|Statsministerens kontor)$")
        .expect("a constant pattern")
});
static TO_IN_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i:(?:tildelingsbrev|oppdragsbrev|oppdragsdokument|instruks)(?:et)?)(?: nr\. \d+)?(?: (?:for )?(?:19|20)\d\d)?(?:\s*[–—:-]\s*| til | for | )(?P<name>\p{Lu}[\p{L} ,()-]{2,80}?)(?:\s+(?:for\s+)?(?:budsjettåret\s+)?(?:19|20)\d\d.*)?$")
        .expect("a constant pattern")
});

/// "Til Finansdepartementet", also where the committee's words follow at once.
static TO_DEPARTMENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^Til (?P<name>(?:\p{Lu}[\p{L}, -]{2,60}departementet|Departementet for [\p{Ll} ]{3,50}?)(?: \([\p{L} ]{3,20}\))?)(?: \p{Lu}|$)")
        .expect("a constant pattern")
});
/// "Årsrapport 2012 – Etaten for eksempler": who reports.
static OF_IN_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i:årsrapport|årsmelding|annual report)(?:en|a)? (?:(?:for )?(?:19|20)\d\d)\s*[–—:-]\s*(?P<name>\p{Lu}[\p{L} ,()-]{2,80})$")
        .expect("a constant pattern")
});
/// "Avgitt til Eksempeldepartementet 15. mars 2013."
static DELIVERED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i:avgitt|gitt|gjeve|overlevert|levert|overrakt)(?: til)? (?P<name>\p{Lu}\D{3,90}?) (?:den )?(?P<date>\d{1,2}\.\s?\p{L}+ \d{4})")
        .expect("a constant pattern")
});
/// "Innstilling fra kommunal- og forvaltningskomiteen om …"
static COMMITTEE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?i:(?:budsjett-)?innstilling fr[aå]) (?P<name>[\p{L} ,-]{5,80}?komit[eé]en(?: \([\p{L} ]{3,20}\))?)(?: |$)")
        .expect("a constant pattern")
});

impl<'a> Head<'a> {
    /// The head of `document`.
    pub(super) fn of(document: &'a Document) -> Head<'a> {
        let passages =
            document.passages().take(PASSAGES_MAX).map(|(_, passage)| (passage.kind, passage.text.as_str()));
        Head { lines: passages.collect() }
    }

    fn short_lines(&self) -> impl Iterator<Item = &'a str> {
        self.lines.iter().map(|(_, text)| *text).filter(|text| text.chars().count() <= LINE_CHARS_MAX)
    }

    /// All of the head, a line a passage.
    pub(super) fn text(&self) -> String {
        self.lines.iter().map(|(_, text)| *text).collect::<Vec<_>>().join("\n")
    }

    pub(super) fn first_heading(&self) -> Option<&'a str> {
        self.lines.iter().find(|(kind, _)| *kind == PassageKind::Heading).map(|(_, text)| *text)
    }

    /// The designation that a line of the head begins with; its session may stand on the next line.
    pub(super) fn designation(&self) -> Option<Designation> {
        self.designation_line().map(|(_, designation)| designation)
    }

    fn designation_line(&self) -> Option<(usize, Designation)> {
        let lines = self
            .lines
            .iter()
            .take(12)
            .enumerate()
            .filter(|(_, (_, text))| text.chars().count() <= LINE_CHARS_MAX);
        lines.into_iter().find_map(|(index, (_, text))| {
            let alone = own(text).filter(|_| !continues_as_sentence(text))?;
            let next = self.lines.get(index + 1).map(|(_, next)| *next).unwrap_or_default();
            let with_next = own(&format!("{text} {next}")).filter(|_| next.starts_with('('));
            Some((index, if alone.session.is_none() { with_next.unwrap_or(alone) } else { alone }))
        })
    }

    /// The title without its designation: after the designation's line, or the first heading, or what the file says.
    pub(super) fn title(&self, document: &Document) -> Option<String> {
        let after = self
            .designation_line()
            .and_then(|(index, _)| self.lines[index..].iter().take(6).find_map(|(_, text)| title_of(text)));
        let before = self.designation_line().and_then(|(index, _)| heading_title(&self.lines[..index]));
        let of_heading = || heading_title(&self.lines);
        let of_file = || title_of(document.metadata.title.as_deref()?);
        // The file may know more than the page shows: "Møte 16. juni – Sak nr. 2" under the heading "Møte 16. juni".
        let longer =
            of_file().filter(|title| of_heading().is_some_and(|heading| title.starts_with(&heading)));
        before.or(after).or(longer).or_else(of_heading).or_else(of_file)
    }

    /// The kind that a heading names, or a short line that names a letter or annual report: other genres are common nouns.
    pub(super) fn kind(&self) -> Option<Kind> {
        let lines = self.lines.iter().take(15).filter(|(_, text)| text.chars().count() <= 120);
        lines.into_iter().find_map(|(line, text)| {
            let is_sure = |kind: &Kind| matches!(kind, Kind::Tildelingsbrev | Kind::Arsrapport);
            kind::of_title(text).filter(|kind| *line == PassageKind::Heading || is_sure(kind))
        })
    }

    /// The department that recommends a melding, the agency that a report's title names, the committee of an innstilling,
    /// or the department whose name is a line of the head.
    pub(super) fn issuer(&self, record: &Record) -> Option<String> {
        let in_title =
            |pattern: &Regex| Some(pattern.captures(record.title.as_deref()?)?["name"].trim().to_owned());
        match record.kind {
            Kind::Arsrapport => return in_title(&OF_IN_TITLE),
            // The departments that a NOU names are those that appointed the committee, or the series' list.
            Kind::Nou => return None,
            Kind::Innstilling => return in_title(&COMMITTEE).map(|name| in_small_letters(&name)),
            _ => {}
        }
        let recommends =
            self.short_lines().find_map(|line| Some(TILRADING.captures(line)?["issuer"].to_owned()));
        let named = || {
            self.short_lines()
                .take(8)
                .filter(|line| !line.starts_with("Til"))
                .find_map(|line| Some(DEPARTMENT.captures(line)?["name"].to_owned()))
        };
        recommends.or_else(named).map(|name| in_small_letters(&name))
    }

    /// Whom a letter or a NOU is addressed to: a line "Til …", or its title.
    pub(super) fn addressee(&self, record: &Record) -> Option<String> {
        let is_letter = matches!(record.kind, Kind::Tildelingsbrev | Kind::Instruks);
        if record.kind == Kind::Arsrapport {
            return self
                .short_lines()
                .take(8)
                .find_map(|line| Some(DELIVERED.captures(line)?["name"].to_owned()));
        }
        if !is_letter && record.kind != Kind::Nou {
            return None;
        }
        let to_department = || self.lines.iter().find_map(|(_, text)| TO_DEPARTMENT.captures(text));
        let line = self.short_lines().take(25).find_map(addressed);
        let line = line.or_else(|| Some(to_department()?["name"].to_owned()));
        let in_title = || {
            let title = record.title.as_deref().filter(|_| is_letter)?;
            Some(TO_IN_TITLE.captures(title)?["name"].trim().to_owned())
        };
        line.or_else(in_title)
    }

    /// The date of the head and where it stood: recommendation, date label, place and date.
    pub(super) fn date(&self, kind: Kind) -> Option<(crate::text::PartialDate, &'static str)> {
        let date_in = super::date_in;
        let recommended = self.short_lines().find_map(|line| date_in(&TILRADING.captures(line)?["date"]));
        let delivered = || {
            let line = self.short_lines().take(8).find_map(|line| DELIVERED.captures(line))?;
            date_in(&line["date"]).filter(|_| kind == Kind::Arsrapport)
        };
        let signed = || self.short_lines().find_map(|line| date_in(&PLACE_AND_DATE.captures(line)?["date"]));
        let label = if matches!(kind, Kind::Tildelingsbrev | Kind::Instruks | Kind::Annet) {
            "letter head"
        } else {
            "page info"
        };
        let found = recommended.map(|date| (date, "tilråding"));
        found
            .or_else(|| Some((self.labelled_date()?, label)))
            .or_else(|| Some((signed()?, "place and date")))
            .or_else(|| Some((delivered()?, "delivery")))
    }

    /// The date after a label "Dato": in its line, or in one of the next where label and value are rows of a table.
    fn labelled_date(&self) -> Option<crate::text::PartialDate> {
        let lines: Vec<&str> = self.short_lines().take(25).collect();
        lines.iter().enumerate().find_map(|(index, line)| {
            let rest = DATE_LABEL.captures(line)?;
            let below = || {
                let next = lines[index + 1..].iter().take(3);
                next.take_while(|line| !line.ends_with('.')).find_map(|line| super::date_in(line))
            };
            super::date_in(rest.name("rest")?.as_str()).or_else(below)
        })
    }
}

/// The issuer that the file names, where it is an institution and no person.
pub(super) fn issuer_of(document: &Document) -> Option<String> {
    const INSTITUTIONS: [&str; 11] = [
        "departement",
        "direktorat",
        "tilsyn",
        "komite",
        "kontor",
        "verket",
        "rådet",
        "etaten",
        "stortinget",
        "ministry",
        "agency",
    ];
    let creator = document.metadata.creator.clone()?;
    let small = creator.to_lowercase();
    let royal = ["det kongelige ", "det kongelege "].into_iter().find(|royal| small.starts_with(royal));
    let name = royal.map_or(creator.as_str(), |royal| &creator[royal.len()..]);
    INSTITUTIONS.iter().any(|word| small.contains(word)).then(|| in_small_letters(name))
}

/// The title among the headings of `lines`. A department's name is none.
fn heading_title(lines: &[(PassageKind, &str)]) -> Option<String> {
    let headings =
        lines.iter().filter(|(kind, text)| *kind == PassageKind::Heading && !DEPARTMENT.is_match(text));
    headings.into_iter().find_map(|(_, text)| title_of(text))
}

/// regjeringen.no labels old documents with the departments of today.
pub(super) fn label_doubt(issuer: Option<&str>, document: &Document) -> Option<String> {
    let is_label = document.metadata.url.as_deref().is_some_and(|url| url.contains("regjeringen.no/"));
    issuer
        .filter(|_| is_label)
        .map(|name| format!("issuer «{name}» is the site's label, which may be a later name"))
}

fn addressed(line: &str) -> Option<String> {
    let name = line.strip_prefix("Til:").or_else(|| line.strip_prefix("Til "))?.trim();
    let is_name = name.starts_with(char::is_uppercase)
        && name.chars().count() <= 90
        && !name.ends_with('.')
        && name.split(' ').count() <= 9;
    is_name.then(|| name.to_owned())
}

/// Whether text goes on in small letters after the designation, so that it only mentions it.
fn continues_as_sentence(text: &str) -> bool {
    let Some(found) = designation::find_all(text).into_iter().next() else { return false };
    text[found.range.end..].trim_start().starts_with(char::is_lowercase)
}

/// `text` without a designation at its beginning. `None` when nothing is left that could be a title.
fn title_of(text: &str) -> Option<String> {
    let start = designation::find_all(text)
        .first()
        .filter(|found| found.range.start == 0)
        .map_or(0, |found| found.range.end);
    let title = text[start..].trim_matches([' ', '-', '–', '—', ':', '|', ',', '\t']);
    const GENRES: [&str; 6] = [
        "melding til stortinget",
        "proposisjon til stortinget",
        "norges offentlige utredninger",
        "noregs offentlege utgreiingar",
        "innhold",
        "innhald",
    ];
    let small = title.to_lowercase();
    let unmarked = small.strip_prefix("nou ").unwrap_or(&small);
    let is_genre = small == "nou" || GENRES.iter().any(|genre| unmarked.starts_with(genre));
    let is_session = title.starts_with('(') && title.ends_with(')');
    let fits = (3..=300).contains(&title.chars().count());
    (fits && !is_genre && !is_session && !TILRADING.is_match(title)).then(|| title.to_owned())
}

/// "HELSE- OG OMSORGSDEPARTEMENT" → "Helse- og omsorgsdepartementet"; other names stay.
fn in_small_letters(name: &str) -> String {
    let is_shouted = !name.chars().any(char::is_lowercase);
    let name = if is_shouted { name.to_lowercase() } else { name.to_owned() };
    let name = if name.ends_with("departement") { name + "et" } else { name };
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
