//! When a document was published, which years it is about, and the year that its words are counted in.
//!
//! A session is two years. It is never reduced to one of them without a notice.

use super::dates::date_in;
use super::designation::session_fault;
use super::head::DocumentHead;
use super::location::file_name;
use crate::text::{
    AnalysisYear, Dated, Designation, Document, Kind, PartialDate, Record, Series, SourceMetadata, YearRule,
};
use regex::Regex;
use std::sync::LazyLock;

/// When the document was published, and where that was read. A date outside the session is a notice; a file's own date
/// outside the session is not used.
pub(super) fn published(
    document: &Document,
    source: &SourceMetadata,
    head: &DocumentHead,
    record: &Record,
    notices: &mut Vec<String>,
) -> Option<Dated> {
    let dated = |date, basis: &str| Dated { date, basis: basis.to_owned() };
    let declared = source.published.map(|date| dated(date, "declared"));
    // Minutes are published again years later: their day is the meeting's, and that of a speech when it was held.
    let of_meeting = || {
        let is_of_day = matches!(record.kind, Kind::Referat | Kind::Protokoll | Kind::Tale);
        let title = record.title.as_deref().filter(|_| is_of_day)?;
        Some(dated(date_in(title)?, "title"))
    };
    let of_head = || head.date(record.kind).map(|(date, basis)| dated(date, basis));
    let of_file = || document.metadata.published.map(|date| dated(date, "dc.date"));
    // A letter or annual report names its year; the date of a copy says nothing about it.
    let is_yearly = matches!(record.kind, Kind::Tildelingsbrev | Kind::Arsrapport);
    let created = || document.metadata.created.filter(|_| !is_yearly).map(|date| dated(date, Dated::OF_FILE));
    // "Strategi for eksempler 2012–2016" was adopted by its first year.
    let of_title = || {
        let title = record.title.as_deref().filter(|_| record.kind == Kind::Strategi)?;
        first_year(title).map(|year| dated(PartialDate::from_year(year), "title"))
    };
    let found =
        declared.or_else(of_meeting).or_else(of_head).or_else(of_file).or_else(of_title).or_else(created)?;
    let Some(designation) =
        record.designation.as_ref().filter(|designation| !is_within(found.date, designation))
    else {
        return Some(found);
    };
    notices.push(format!("date {} ({}) is outside the session of {designation}", found.date, found.basis));
    (!found.is_of_file()).then_some(found)
}

/// Whether `date` lies in the session of `designation`, October to September. True without a session, or with a wrong one.
fn is_within(date: PartialDate, designation: &Designation) -> bool {
    let Some(session) = designation.session else { return true };
    if designation.series == Series::Nou || session_fault(designation).is_some() {
        return true;
    }
    // The budget is recommended in August or September, before the session that it is laid before.
    let is_budget = designation.number == "1" && matches!(designation.series, Series::Prop | Series::StPrp);
    if is_budget && date.year() == session.first && date.month().is_some_and(|month| month >= 8) {
        return true;
    }
    match date.month() {
        None => date.year() == session.first || date.year() == session.last,
        Some(month) if month >= 10 => date.year() == session.first,
        Some(_) => date.year() == session.last,
    }
}

/// The years that the document is about: a letter's and a report's own year, a budget's year, a NOU's number.
pub(super) fn concerned(
    record: &Record,
    head: &DocumentHead,
    document: &Document,
    location: &str,
) -> Option<(i16, i16)> {
    let one = |year| (year, year);
    let session = record.designation.as_ref().and_then(|designation| designation.session);
    let is_budget = record
        .designation
        .as_ref()
        .is_some_and(|d| d.number == "1" && matches!(d.series, Series::Prop | Series::StPrp));
    if is_budget {
        return session.map(|session| one(session.last));
    }
    if !matches!(record.kind, Kind::Tildelingsbrev | Kind::Arsrapport) {
        return None;
    }
    let head_text = head.text();
    let texts = [record.title.as_deref(), document.metadata.title.as_deref(), head.first_heading()];
    let in_title = texts.into_iter().flatten().find_map(only_year);
    in_title.or_else(|| named_year(&head_text)).or_else(|| only_year(&file_name(location))).map(one)
}

static YEAR: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:^|[^\d.])((?:19|20)\d\d)(?:$|[^\d])").expect("a constant pattern"));
static NAMED_YEAR: LazyLock<Regex> = LazyLock::new(|| {
    let genres = r"(?:tildelingsbrev|oppdragsbrev|oppdragsdokument|årsrapport|årsmelding|årsberetning|annual report)(?:et)?";
    let text = format!(
        r"(?i)(?:budsjettåret|statsbudsjettet(?:\s+for)?|{genres}(?:\s+(?:for|til))?(?:\s+[\p{{L}}-]+){{0,6}}?)\s+((?:19|20)\d\d)\b"
    );
    Regex::new(&text).expect("a constant pattern")
});

/// The year in a title that has only one. A date is not a year.
fn only_year(text: &str) -> Option<i16> {
    let mut years: Vec<i16> =
        YEAR.captures_iter(text).filter_map(|captures| captures[1].parse().ok()).collect();
    years.dedup();
    (years.len() == 1).then(|| years[0])
}

/// The year before a dash and another year.
fn first_year(text: &str) -> Option<i16> {
    static RANGE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b((?:19|20)\d\d)\s?[–-]\s?(?:(?:19|20)\d\d)\b").expect("a constant pattern")
    });
    RANGE.captures(text)?[1].parse().ok()
}

fn named_year(text: &str) -> Option<i16> {
    NAMED_YEAR.captures(text)?[1].parse().ok()
}

/// The year of analysis by the rule of the document's kind. `None`, with a notice, when the rule lacks its date.
pub(super) fn analysis(
    record: &Record,
    head: &DocumentHead,
    source: &SourceMetadata,
    notices: &mut Vec<String>,
) -> Option<AnalysisYear> {
    let by = |year, basis: &str| AnalysisYear { year, basis: basis.to_owned() };
    if let Some(year) = source.year {
        return Some(by(year, "declared"));
    }
    let session = record.designation.as_ref().and_then(|designation| designation.session);
    let of_date = |dated: &Dated| {
        by(dated.date.year(), if dated.is_of_file() { AnalysisYear::OF_FILE } else { "published" })
    };
    let published = record.published.as_ref().map(of_date);
    let found = match record.kind.row().year {
        YearRule::Number => session.map(|session| by(session.first, "number")).or(published),
        YearRule::Concerned => {
            record.concerned.map(|(year, _)| by(year, "concerned")).or_else(|| letter_year(record))
        }
        // The number of a report is surer than the day its file was made.
        YearRule::PublishedOrNumber => {
            let printed = published.clone().filter(|year| !year.is_of_file());
            printed.or_else(|| report_number_year(head).map(|year| by(year, "number"))).or(published)
        }
        YearRule::Published => published,
    };
    if let Some(year) = found.as_ref().filter(|year| year.is_of_file()) {
        notices.push(doubt(year.year));
    }
    if found.is_none() {
        notices.push(match session {
            Some(session) => {
                format!("year not known: published in the session {}–{}", session.first, session.last)
            }
            None => "year not known: no date was found".to_owned(),
        });
    }
    found
}

/// The notice about a year that only the file's metadata give.
pub(super) fn doubt(year: i16) -> String {
    format!("year {year} is known from the file's metadata only, which may be those of a copy")
}

/// The year of a report in a series that is numbered by year: "Rapport 2010:5", "DFØ-notat 2025/5", "Eksempel-publikasjon
/// nr. 45/2019".
fn report_number_year(head: &DocumentHead) -> Option<i16> {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        let year = r"(?:19|20)\d\d";
        let text = format!(
            r"(?i)(?:rapport|notat|publikasjon|report)(?:\s+(?:nr\.?|number))? (?:({year})\s?[:/–-]\s?\d{{1,3}}|\d{{1,3}}\s?[:/–-]\s?({year}))\b"
        );
        Regex::new(&text).expect("a constant pattern")
    });
    let text = head.text();
    let found = NUMBER.captures(&text)?;
    found.get(1).or(found.get(2))?.as_str().parse().ok()
}

/// A letter that names no year is of the year it is dated in, unless the date is so late that the next may be meant.
fn letter_year(record: &Record) -> Option<AnalysisYear> {
    let date = record.published.as_ref()?.date;
    let is_sure = record.kind == Kind::Tildelingsbrev && date.month().is_some_and(|month| month < 10);
    is_sure.then(|| AnalysisYear { year: date.year(), basis: "published".to_owned() })
}
