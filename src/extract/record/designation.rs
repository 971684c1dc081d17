//! Written forms of designations → [`Designation`]: "Meld. St. 30 (2019–2020)", "St.meld. nr. 29 (2000- 2001)", slugs, file codes.
//!
//! Nothing is repaired: an impossible session is kept as it is written, and [`session_fault`] reports it.

use crate::text::{Designation, Series, Session};
use regex::{Captures, Regex};
use std::ops::Range;
use std::sync::LazyLock;

/// A designation and the bytes of the text that it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What was read.
    pub designation: Designation,
    pub(crate) range: Range<usize>,
}

/// The first designation in `text`, in any of its written forms. `None` when there is none.
pub fn parse(text: &str) -> Option<Designation> {
    find_all(text).into_iter().next().map(|found| found.designation)
}

/// All designations in `text`, in order, without overlaps.
///
/// "Dokument 12" needs a part ("12:3"), a chamber or a session: without them it is a common noun and a number.
pub fn find_all(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = PATTERNS.iter().flat_map(|pattern| pattern.find_all(text)).collect();
    found.sort_by_key(|found| (found.range.start, std::cmp::Reverse(found.range.end)));
    let mut last = 0..0;
    found.retain(|found| {
        // "Lovvedtak 71–76" gives six from one place.
        let is_kept = found.range.start >= last.end || found.range == last;
        last = if is_kept { found.range.clone() } else { last.clone() };
        is_kept
    });
    found
}

/// Why the session of `designation` cannot be right: it does not end in the year after its first. `None` when it can.
pub fn session_fault(designation: &Designation) -> Option<String> {
    let session = designation.session?;
    let is_wrong = designation.series != Series::Nou && session.last != session.first + 1;
    is_wrong.then(|| format!("session of {designation} does not end in the year after its first"))
}

/// A written form: what matches it, and how the match is read.
struct DesignationPattern {
    regex: Regex,
    form: WrittenForm,
}

#[derive(Clone, Copy)]
enum WrittenForm {
    /// "Meld. St. 30 (2019–2020)" and its slugs.
    Written(Series),
    /// "NOU 2020: 15", `nou-2020-15`.
    Nou,
    /// `stm201920200030000ddd`.
    FileCode,
    /// `inns-201920-191s`.
    StortingId,
}

impl WrittenForm {
    fn read(self, captures: &Captures) -> Option<Designation> {
        match self {
            WrittenForm::Written(series) => written(series, captures),
            WrittenForm::Nou => nou(captures),
            WrittenForm::FileCode => file_code(captures),
            WrittenForm::StortingId => storting_id(captures),
        }
    }
}

impl DesignationPattern {
    fn find_all(&self, text: &str) -> Vec<Found> {
        let found = self.regex.captures_iter(text).filter_map(|captures| {
            let range = captures.get(0)?.range();
            // A digit right after is a longer number: no designation but a code or a telephone number.
            let is_cut = text[range.end..].starts_with(|c: char| c.is_ascii_digit());
            let designation = if is_cut { None } else { self.form.read(&captures) }?;
            Some(
                series_of(designation, &captures)
                    .into_iter()
                    .map(move |designation| Found { designation, range: range.clone() }),
            )
        });
        found.flatten().collect()
    }
}

/// "71–76" names all from the first to the last number.
const RUN_MAX: u32 = 100;

/// `designation`, and those after it when the text names a run of numbers.
fn series_of(designation: Designation, captures: &Captures) -> Vec<Designation> {
    let number = |text: &str| text.parse::<u32>().ok();
    let last = captures.name("to").and_then(|last| number(last.as_str()));
    match (number(&designation.number), last) {
        (Some(first), Some(last)) if first < last && last - first < RUN_MAX => (first..=last)
            .map(|number| Designation { number: number.to_string(), ..designation.clone() })
            .collect(),
        _ => vec![designation],
    }
}

/// Between the parts of a written form or a slug.
const GAP: &str = r"[\s._\-]*";
/// "(2019–2020)", "(2019 – 2020)", "for 2013–2014", "2019-2020", "1988–89", "20192020".
const SESSION: &str = r"(?:[\s._\-]*(?:for\s+)?\(?\s*\b(?P<first>1[89]\d\d|20\d\d)\s*[–—−‐‑/-]?\s*(?P<last>(?:1[89]|20)\d\d|\d\d)\b\s*\)?)?";

static PATTERNS: LazyLock<Vec<DesignationPattern>> = LazyLock::new(|| {
    let compiled = |text: String, form| DesignationPattern {
        regex: Regex::new(&text).expect("a constant pattern"),
        form,
    };
    let names = [
        (r"(?:meld\.?GAPst\.?|melding\s+til\s+stortinget)GAP(?:nr\.?)?", Series::MeldSt),
        (r"(?:st|stortings)\.?GAPmeld(?:ing)?\.?GAP(?:nr\.?)?", Series::StMeld),
        (r"(?:ot|odelstings)\.?GAPmeld(?:ing)?\.?GAP(?:nr\.?)?", Series::OtMeld),
        // "Prop. L 45 (2025–2026)" is written in that session.
        (r"prop(?:osisjon(?:\s+til\s+stortinget)?)?\.?(?:\s+\b(?P<before>LS|S|L)\b)?", Series::Prop),
        (r"(?:st\.?GAPprp\.?|stortingsproposisjon)GAP(?:nr\.?)?", Series::StPrp),
        (r"(?:ot\.?GAPprp\.?|odelstingsproposisjon)GAP(?:nr\.?)?", Series::OtPrp),
        (r"innst\.?", Series::Innst),
        (r"innst\.?GAPs\.?GAPnr\.?", Series::InnstS),
        (r"innst\.?GAPo\.?GAPnr\.?", Series::InnstO),
        (r"(?:budsjett|b\.?)-?GAPinnst\.?GAPs\.?GAP(?:nr\.?)?", Series::BudsjettInnstS),
        (r"dok(?:\.|ument)?GAP(?:nr\.?)?", Series::Dokument),
        (r"lovvedtak", Series::Lovvedtak),
    ];
    let mut patterns: Vec<DesignationPattern> = names
        .into_iter()
        .map(|(name, series)| {
            // Only the Dokument series have numbers of two parts.
            let second = if series == Series::Dokument { r"(?:\s?:\s?\d{1,4})?" } else { "" };
            let number = format!(r"(?P<number>\d{{1,3}}{second})");
            let run = r"(?:\s?[–-]\s?(?P<to>\d{1,3})\b)?";
            let chamber = r"(?:[\s_\-]*\b(?P<chamber>LS|S|L)\b)?";
            let chamber_glued = r"(?P<glued>LS|S|L)?\b";
            let part = r"(?:[\s,_.\-]*(?P<part>Tillegg[\s_\-]*\d+))?";
            let text = format!(r"(?i)\b{name}GAP{number}{chamber_glued}{run}{chamber}{part}{SESSION}");
            compiled(text.replace("GAP", GAP), WrittenForm::Written(series))
        })
        .collect();
    patterns.push(compiled(
        r"(?i)\b(?:NOU|Nor(?:ges|egs) offent(?:lige|lege) ut(?:redninger|greiingar))[\s_\-]*(?P<first>(?:19|20)\d\d)(?:\s?:\s?|[\-_])(?P<number>\d{1,3})\b".into(),
        WrittenForm::Nou,
    ));
    patterns.push(compiled(
        r"(?i)\b(?P<type>stm|prp|nou)(?P<first>(?:19|20)\d\d)(?P<last>(?:19|20)\d\d)(?P<number>\d{4})(?P<part>[_0-9a-z]{3})[a-z]{3}"
            .into(),
        WrittenForm::FileCode,
    ));
    patterns.push(compiled(
        r"(?i)\b(?P<type>inns|dok\d{1,2})-(?P<first>(?:19|20)\d\d)(?P<last>\d\d)-(?P<number>\d{1,4})(?P<chamber>ls|s|l)?\b".into(),
        WrittenForm::StortingId,
    ));
    patterns
});

fn written(series: Series, captures: &Captures) -> Option<Designation> {
    let session = session(captures);
    let number: String = captures["number"].chars().filter(|c| !c.is_whitespace()).collect();
    let chamber = chamber(series, captures);
    let part = captures.name("part").map(|part| part_name(part.as_str())).unwrap_or_default();
    if series == Series::Dokument && session.is_none() && chamber.is_empty() && !number.contains(':') {
        return None;
    }
    let series =
        if session.is_some_and(|session| session.first >= NEW_NAMES_FROM) { renamed(series) } else { series };
    Some(Designation { series, number: trimmed(&number), chamber, part, session })
}

/// The series have new names since 1 October 2009.
const NEW_NAMES_FROM: i16 = 2009;

/// The name of `series` today: "Stortingsmelding nr. 30 (2019–2020)" and "St.meld. 29 (2016–2017)" are Meld. St. St.prp.
/// and Ot.prp. stay: their successor has S and L, which the old name shows only by custom.
fn renamed(series: Series) -> Series {
    match series {
        Series::StMeld => Series::MeldSt,
        series => series,
    }
}

/// S, L or LS. A small letter counts only in a slug: "Innst. 5 s. 12" names a page.
fn chamber(series: Series, captures: &Captures) -> String {
    let has_chamber = matches!(series, Series::Prop | Series::Innst | Series::Dokument);
    let is_slug = !captures[0].contains(' ');
    let letters = captures
        .name("chamber")
        .or(captures.name("glued"))
        .or_else(|| captures.name("before"))
        .map(|letters| letters.as_str());
    let is_sure = |letters: &&str| has_chamber && (is_slug || letters.chars().all(char::is_uppercase));
    letters.filter(is_sure).map(str::to_uppercase).unwrap_or_default()
}

fn part_name(text: &str) -> String {
    let number: String = text.chars().filter(char::is_ascii_digit).collect();
    format!("Tillegg {number}")
}

/// The session as written; "1988–89" and "1999–00" get their century.
fn session(captures: &Captures) -> Option<Session> {
    let first: i16 = captures.name("first")?.as_str().parse().ok()?;
    let written = captures.name("last")?.as_str();
    let last: i16 = written.parse().ok()?;
    let century = first / 100 * 100;
    let last = match written.len() {
        4 => last,
        _ if last == 0 && first % 100 == 99 => century + 100,
        _ => century + last,
    };
    Some(Session { first, last })
}

/// A number without leading zeros, part by part: "0030" → "30".
fn trimmed(number: &str) -> String {
    let parts = number.split(':').map(|part| match part.trim_start_matches('0') {
        "" => "0",
        kept => kept,
    });
    parts.collect::<Vec<_>>().join(":")
}

fn nou(captures: &Captures) -> Option<Designation> {
    let year: i16 = captures["first"].parse().ok()?;
    Some(plain(Series::Nou, &captures["number"], Some(Session { first: year, last: year })))
}

/// The publication code of regjeringen.no's files, `stm201920200030000ddd`. It does not tell the chamber of most propositions.
fn file_code(captures: &Captures) -> Option<Designation> {
    let session = session(captures)?;
    let is_old = session.first < 2009;
    let series = match captures["type"].to_ascii_lowercase().as_str() {
        "stm" if is_old => Series::StMeld,
        "stm" => Series::MeldSt,
        "nou" => Series::Nou,
        // St.prp. and Ot.prp. have the same code.
        _ if is_old => return None,
        _ => Series::Prop,
    };
    let mut designation = plain(series, &captures["number"], Some(session));
    if series == Series::Prop && captures["part"].eq_ignore_ascii_case("ls0") {
        designation.chamber = "LS".into();
    }
    Some(designation)
}

/// The publication id of stortinget.no: `inns-201920-191s`, `dok8-201617-002`.
fn storting_id(captures: &Captures) -> Option<Designation> {
    let session = session(captures);
    let kind = captures["type"].to_ascii_lowercase();
    let chamber = captures.name("chamber").map(|letters| letters.as_str().to_uppercase()).unwrap_or_default();
    let is_old = session.is_some_and(|session| session.first < 2009);
    if let Some(collection) = kind.strip_prefix("dok") {
        let number = format!("{collection}:{}", &captures["number"]);
        return Some(Designation { chamber, ..plain(Series::Dokument, &number, session) });
    }
    // Before 2009 the id does not tell Innst. S. from Innst. O.
    (!is_old).then(|| Designation { chamber, ..plain(Series::Innst, &captures["number"], session) })
}

fn plain(series: Series, number: &str, session: Option<Session>) -> Designation {
    Designation { series, number: trimmed(number), chamber: String::new(), part: String::new(), session }
}

/// The designation that `text` begins with.
pub(super) fn own(text: &str) -> Option<Designation> {
    find_all(text).into_iter().next().filter(|found| found.range.start == 0).map(|found| found.designation)
}
