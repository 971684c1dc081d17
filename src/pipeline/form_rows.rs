//! The forms of a concept as rows of a table for a person to review.

use crate::codebook::{Concept, Pattern};
use crate::report::{Cell, tables};
use crate::results::FormUse;

/// `used` of `concept` as a row.
pub(crate) fn form_row(concept: &Concept, used: &FormUse) -> Vec<Cell> {
    tables::form_review().cells(&tables::FormReview {
        concept: &concept.name,
        form: &used.form,
        decision: decision(concept, &used.form),
        is_counted: Some(used.is_counted),
        n: Some(used.n),
        languages: &used.languages,
        year_first: used.year_first,
        position: used.position,
        pattern: &used.pattern,
        why: &used.why,
    })
}

/// The decision of a person on `form`.
pub(crate) fn decision(concept: &Concept, form: &str) -> Option<&'static str> {
    let has = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.text.to_lowercase() == form);
    match (has(&concept.admitted), has(&concept.refused)) {
        (_, true) => Some("no"),
        (true, false) => Some("yes"),
        (false, false) => None,
    }
}

/// Decisions on forms of `concept` that the texts no longer have.
pub(crate) fn decided_rows(concept: &Concept, is_wanted: impl Fn(&str) -> bool) -> Vec<Vec<Cell>> {
    let decided = concept.admitted.iter().chain(&concept.refused).map(|pattern| pattern.text.to_lowercase());
    decided
        .filter(|form| is_wanted(form))
        .map(|form| {
            tables::form_review().cells(&tables::FormReview {
                concept: &concept.name,
                form: &form,
                decision: decision(concept, &form),
                ..tables::FormReview::default()
            })
        })
        .collect()
}
