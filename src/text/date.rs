//! A calendar date known to the day, the month or the year: ISO 8601 with reduced precision.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A date as precise as its source: `2020`, `2020-06` or `2020-06-19`.
///
/// Ordered by year, then month, then day; a less precise date comes before the more precise ones it contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

impl PartialDate {
    /// The date of a whole year.
    pub(crate) fn from_year(year: i16) -> PartialDate {
        PartialDate { year, month: None, day: None }
    }

    /// The date of a day. `None` when there is no such day (2019-02-29).
    pub(crate) fn from_day(year: i16, month: i8, day: i8) -> Option<PartialDate> {
        jiff::civil::Date::new(year, month, day).ok()?;
        Some(PartialDate { year, month: Some(month), day: Some(day) })
    }

    /// The date of a month. `None` when `month` is not in 1–12.
    pub(crate) fn from_month(year: i16, month: i8) -> Option<PartialDate> {
        (1..=12).contains(&month).then_some(PartialDate { year, month: Some(month), day: None })
    }

    /// The date that a spreadsheet or a person wrote into a cell: as in ISO 8601, or as in Norwegian, `4.12.2024` or
    /// `04.12.24`, with or without a time of day. Dates with slashes are refused: `04/12/2024` is two dates.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn of_cell(text: &str) -> Result<PartialDate, NotADate> {
        let day = text.split(['T', ' ']).next().unwrap_or_default();
        if let Ok(date) = day.parse::<PartialDate>() {
            return Ok(date);
        }
        let parts: Vec<&str> = day.trim_end_matches('.').split('.').collect();
        let number = |part: &str| part.parse::<i16>().ok().filter(|_| part.len() <= 4);
        let year = |part: &str| match (part.len(), number(part)?) {
            (4, year) => Some(year),
            // Excel's rule for years of two digits.
            (2, short) => Some(short + if short < 30 { 2000 } else { 1900 }),
            _ => None,
        };
        let date = match parts.as_slice() {
            [day, month, written] => year(written).zip(number(month)).zip(number(day)),
            _ => None,
        };
        let date = date.and_then(|((year, month), day)| {
            PartialDate::from_day(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
        });
        date.ok_or_else(|| NotADate(text.to_owned()))
    }

    pub(crate) fn year(self) -> i16 {
        self.year
    }

    /// The month, 1–12. `None` when only the year is known.
    pub(crate) fn month(self) -> Option<i8> {
        self.month
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        for part in [self.month, self.day].into_iter().flatten() {
            write!(f, "-{part:02}")?;
        }
        Ok(())
    }
}

/// The text is not a date of the calendar in the form that is read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a date as 2020, 2020-06 or 2020-06-19")]
pub struct NotADate(pub(super) String);

impl FromStr for PartialDate {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<PartialDate, NotADate> {
        let wrong = || NotADate(text.to_owned());
        let parts: Vec<&str> = text.split('-').collect();
        let widths_fit = parts.iter().zip([4, 2, 2]).all(|(part, width)| part.len() == width);
        let digits_only = parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
        if parts.len() > 3 || !widths_fit || !digits_only {
            return Err(wrong());
        }
        let number = |i: usize| parts.get(i).and_then(|part| part.parse::<i16>().ok());
        let date = match (number(0), number(1), number(2)) {
            (Some(year), None, None) => Some(PartialDate::from_year(year)),
            (Some(year), Some(month), None) => PartialDate::from_month(year, month as i8),
            (Some(year), Some(month), Some(day)) => PartialDate::from_day(year, month as i8, day as i8),
            _ => None,
        };
        date.ok_or_else(wrong)
    }
}

impl TryFrom<String> for PartialDate {
    type Error = NotADate;

    fn try_from(text: String) -> Result<PartialDate, NotADate> {
        text.parse()
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> String {
        date.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_precisely_as_it_is_known() {
        for text in ["2020", "2020-06", "2020-06-19"] {
            assert_eq!(text.parse::<PartialDate>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_cell_has_a_date_as_spreadsheets_write_it() {
        for (text, wanted) in [
            ("2024", "2024"),
            ("2024-12", "2024-12"),
            ("2024-12-04 00:00:00", "2024-12-04"),
            ("04.12.2024", "2024-12-04"),
            ("4.12.2024 00:00", "2024-12-04"),
            ("04.12.24", "2024-12-04"),
            ("31.01.98", "1998-01-31"),
        ] {
            assert_eq!(PartialDate::of_cell(text).unwrap().to_string(), wanted, "{text}");
        }
        for text in ["", "04/12/2024", "31.02.2024", "12.2024", "45630", "desember 2024", "4.12"] {
            assert!(PartialDate::of_cell(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_day_is_refused() {
        for text in ["", "20", "2020-13", "2019-02-29", "2020-6-19", "2020-06-19-01", "19.06.2020", "-020"] {
            assert!(text.parse::<PartialDate>().is_err(), "{text}");
        }
    }
}
