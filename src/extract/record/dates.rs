//! Dates as Norwegian documents write them: "23.03.2015", "4. desember 2020", "12. juni 2020", "2020-06-12".

use crate::text::PartialDate;
use regex::{Captures, Regex};
use std::sync::LazyLock;

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    let text = r"(?i)\b(?:(?P<d1>\d{1,2})\.\s?(?P<m1>\d{1,2})\.\s?(?P<y1>(?:19|20)\d\d)|(?P<y2>(?:19|20)\d\d)-(?P<m2>\d\d)-(?P<d2>\d\d)|(?P<d3>\d{1,2})\.?\s+(?P<m3>[a-z]{3,10})\.?\s+(?P<y3>(?:19|20)\d\d))\b";
    Regex::new(text).expect("a constant pattern")
});

/// The first full date in `text`. `None` when there is none, or no such day.
pub(in crate::extract) fn date_in(text: &str) -> Option<PartialDate> {
    DATE.captures_iter(text).find_map(|captures| read(&captures))
}

fn read(captures: &Captures) -> Option<PartialDate> {
    let number = |name: &str| captures.name(name)?.as_str().parse::<i16>().ok();
    let day = number("d1").or(number("d2")).or(number("d3"))?;
    let year = number("y1").or(number("y2")).or(number("y3"))?;
    let named = || month(captures.name("m3")?.as_str());
    let month = number("m1").or(number("m2")).map(|month| month as i8).or_else(named)?;
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
