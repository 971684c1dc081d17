//! Dates as Norwegian documents write them: "23.03.2015", "20.11 2024", "5/6-2018", "4. desember 2020", "18. des 2024", "2020-06-12",
//! and where a line is nothing but place and date also "16.06.24" and "november 2011".

use crate::text::PartialDate;
use regex::{Captures, Regex};
use std::sync::LazyLock;

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    let text = r"(?i)\b(?:(?P<d1>\d{1,2})\.\s?(?P<m1>\d{1,2})[.\s]\s?(?P<y1>(?:19|20)\d\d)|(?P<y2>(?:19|20)\d\d)-(?P<m2>\d\d)-(?P<d2>\d\d)|(?P<d4>\d{1,2})/(?P<m4>\d{1,2})[- ](?P<y4>(?:19|20)\d\d)|(?P<d3>\d{1,2})\.?\s+(?P<m3>[a-z]{3,10})\.?\s+(?P<y3>(?:19|20)\d\d))\b";
    Regex::new(text).expect("a constant pattern")
});

/// The first full date in `text`. `None` when there is none, or no such day.
pub(in crate::extract) fn date_in(text: &str) -> Option<PartialDate> {
    DATE.captures_iter(text).find_map(|captures| read(&captures))
}

static SHORT_DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^\d.])(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d\d)(?:$|[^\d.:])")
        .expect("a constant pattern")
});
static MONTH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?P<month>[a-z]{3,9}) (?P<year>(?:19|20)\d\d)\b").expect("a constant pattern")
});

/// As [`date_in`], also where the year has two digits or the day is not given. Only for text that is known to be a date:
/// elsewhere "1.2.10" numbers a section, and "mai 2011" is what the text is about.
pub(super) fn date_of_line(text: &str) -> Option<PartialDate> {
    date_in(text).or_else(|| short_date(text)).or_else(|| month_number(text)).or_else(|| {
        let captures = MONTH.captures(text)?;
        PartialDate::from_month(captures["year"].parse().ok()?, month(&captures["month"])?)
    })
}

/// "11/2016", as the page of an imprint has it.
fn month_number(text: &str) -> Option<PartialDate> {
    static MONTH_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^[\s:]*(?P<month>\d{1,2})\s?/\s?(?P<year>(?:19|20)\d\d)\b").expect("a constant pattern")
    });
    let captures = MONTH_NUMBER.captures(text)?;
    PartialDate::from_month(captures["year"].parse().ok()?, captures["month"].parse().ok()?)
}

fn short_date(text: &str) -> Option<PartialDate> {
    let captures = SHORT_DATE.captures(text)?;
    let year: i16 = captures["year"].parse().ok()?;
    let century = if year < CENTURY_TURN { 2000 } else { 1900 };
    PartialDate::from_day(century + year, captures["month"].parse().ok()?, captures["day"].parse().ok()?)
}

/// "40" and later are of the last century: files of before 1940 are not text.
const CENTURY_TURN: i16 = 40;

fn read(captures: &Captures) -> Option<PartialDate> {
    let number = |name: &str| captures.name(name)?.as_str().parse::<i16>().ok();
    let day = number("d1").or(number("d2")).or(number("d3")).or(number("d4"))?;
    let year = number("y1").or(number("y2")).or(number("y3")).or(number("y4"))?;
    let named = || month(captures.name("m3")?.as_str());
    let month = number("m1").or(number("m2")).or(number("m4")).map(|month| month as i8).or_else(named)?;
    PartialDate::from_day(year, month, day as i8)
}

/// The number of a month by its bokmål, nynorsk or English name, or the first three letters of it.
fn month(name: &str) -> Option<i8> {
    const NAMES: [&[&str]; 12] = [
        &["januar", "january", "jan"],
        &["februar", "february", "feb"],
        &["mars", "march", "mar"],
        &["april", "apr"],
        &["mai", "may"],
        &["juni", "june", "jun"],
        &["juli", "july", "jul"],
        &["august", "aug"],
        &["september", "sept", "sep"],
        &["oktober", "october", "okt", "oct"],
        &["november", "nov"],
        &["desember", "december", "des", "dec"],
    ];
    let name = name.to_lowercase();
    let place = NAMES.iter().position(|names| names.contains(&name.as_str()))?;
    Some(place as i8 + 1)
}
