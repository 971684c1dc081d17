//! The forms of a concept for a person to review, and the file that holds the decisions.

use super::CONCEPT;
use crate::report::table::ValueType::{Boolean, Integer, Text};
use crate::report::table::{Table, heading};
use crate::text::Language;

/// A form of a concept, with the decision of a person. A form with a decision that no longer occurs in any text has only the
/// first three values.
#[derive(Default)]
pub(crate) struct FormReview<'a> {
    pub(crate) concept: &'a str,
    pub(crate) form: &'a str,
    pub(crate) decision: Option<&'static str>,
    /// Whether it is counted.
    pub(crate) is_counted: Option<bool>,
    pub(crate) n: Option<u64>,
    /// The same by language.
    pub(crate) languages: &'a [(Option<Language>, u64)],
    pub(crate) year_first: Option<i16>,
    /// Place of the term.
    pub(crate) position: Option<&'static str>,
    pub(crate) pattern: &'a str,
    pub(crate) why: &'a str,
}

impl FormReview<'_> {
    fn languages(&self) -> String {
        let shares = self.languages.iter().map(|(language, n)| match language {
            Some(language) => format!("{language} {n}"),
            None => format!("? {n}"),
        });
        shares.collect::<Vec<_>>().join(", ")
    }
}

pub(crate) fn form_review<'a>() -> Table<FormReview<'a>> {
    type Row<'a> = FormReview<'a>;
    let columns = vec![
        CONCEPT.of(|row: &Row<'_>| row.concept.into()),
        heading(
            "form",
            Text,
            "A form in the texts, in small letters; a conjunct has the word that shares its part in parentheses",
        )
        .of(|row: &Row<'_>| row.form.into()),
        heading(
            "decision",
            Text,
            "Of a person: yes, the form counts; no, it does not; missing: the patterns decide",
        )
        .of(|row: &Row<'_>| row.decision.into()),
        heading("is_counted", Boolean, "Whether the form is counted now; otherwise it is a near miss")
            .of(|row: &Row<'_>| row.is_counted.into()),
        heading("n", Integer, "Mentions; of a near miss, occurrences")
            .in_unit("mentions").of(|row: &Row<'_>| row.n.into()),
        heading("languages", Text, "Mentions by language of the passage, as nb 12, nn 3; ? where it is unsure")
            .of(|row: &Row<'_>| row.languages().into()),
        heading(
            "year_first",
            Integer,
            "First year of a document that has the form; missing when no such year is known",
        )
        .of(|row: &Row<'_>| row.year_first.into()),
        heading(
            "position",
            Text,
            "Where the pattern's term stands in the form: simplex, first, middle, last; missing for phrases",
        )
        .of(|row: &Row<'_>| row.position.into()),
        heading("pattern", Text, "The pattern that the form matches, or nearly")
            .of(|row: &Row<'_>| row.pattern.into()),
        heading("why", Text, "The analysis that admitted the form, or why it was refused")
            .of(|row: &Row<'_>| row.why.into()),
    ];
    Table { description: "One row for each concept and form", columns }
}
