//! The researcher's decisions on single forms: a CSV file with the columns concept, form and decision, and any others.

use super::concept::Concept;
use super::error::{DecisionError, Error};
use super::pattern::Pattern;
use crate::text::{Sheet, SheetError};
use std::collections::HashMap;

/// Columns that a file of decisions must have.
pub(crate) const DECISION_COLUMNS: [&str; 3] = ["concept", "form", "decision"];

/// Applies the decisions of the CSV file `bytes` to `concepts`: `yes` admits a form, `no` refuses it, an empty one leaves it
/// to the patterns.
///
/// # Errors
/// Says which line is wrong, and why.
pub(super) fn apply(concepts: &mut [Concept], bytes: &[u8]) -> Result<(), Error> {
    let [name, form, decision] = DECISION_COLUMNS;
    let sheet = Sheet::read(bytes, decision)?;
    let column = |name: &str| sheet.column(name).ok_or_else(|| SheetError::MissingColumn(name.to_owned()));
    let columns = [column(name)?, column(form)?, column(decision)?];
    let places: HashMap<String, usize> =
        concepts.iter().enumerate().map(|(place, concept)| (concept.name.to_lowercase(), place)).collect();
    let place = |name: &str| places.get(&name.to_lowercase()).copied();
    for row in &sheet.rows {
        let (line, decided) = match row {
            Ok(row) => (row.line, decide(concepts, place, columns.map(|column| row.cells[column].as_str()))),
            Err(error) => (error.line, Err(DecisionError::from(error.clone()))),
        };
        decided.map_err(|cause| Error::Decision { line, cause })?;
    }
    Ok(())
}

fn decide(
    concepts: &mut [Concept],
    place: impl Fn(&str) -> Option<usize>,
    [name, form, decision]: [&str; 3],
) -> Result<(), DecisionError> {
    if decision.is_empty() {
        return Ok(());
    }
    let place = place(name).ok_or_else(|| DecisionError::UnknownConcept(name.to_owned()))?;
    let concept = &mut concepts[place];
    let pattern = Pattern::of_form(form);
    match decision.to_lowercase().as_str() {
        "yes" | "y" | "ja" => concept.admitted.push(pattern),
        "no" | "n" | "nei" => concept.refused.push(pattern),
        _ => return Err(DecisionError::NotADecision(decision.to_owned())),
    }
    Ok(())
}
