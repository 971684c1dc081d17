//! The researcher's decisions on single forms: a CSV file with the columns concept, form and decision, and any others.

use super::Concept;
use super::pattern::Pattern;
use csv::StringRecord;
use std::collections::HashMap;

/// Columns that a file of decisions must have.
pub const DECISION_COLUMNS: [&str; 3] = ["concept", "form", "decision"];

/// Applies the decisions of the CSV `text` to `concepts`: `yes` admits a form, `no` refuses it, an empty one leaves it to
/// the patterns. Comma or semicolon, with or without a byte order mark: as spreadsheets save it.
///
/// # Errors
/// Says which line is wrong, and why.
pub(super) fn apply(concepts: &mut [Concept], text: &str) -> Result<(), String> {
    let text = text.trim_start_matches('\u{feff}');
    let header = text.lines().next().unwrap_or_default();
    let delimiter = if header.contains(';') { b';' } else { b',' };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let columns = columns(reader.headers().map_err(|e| e.to_string())?)?;
    let places: HashMap<String, usize> =
        concepts.iter().enumerate().map(|(place, concept)| (concept.name.to_lowercase(), place)).collect();
    let place = |name: &str| places.get(&name.to_lowercase()).copied();
    for row in reader.records() {
        let row = row.map_err(|e| e.to_string())?;
        let line = row.position().map_or(0, csv::Position::line);
        decide(concepts, place, &row, columns).map_err(|reason| format!("line {line}: {reason}"))?;
    }
    Ok(())
}

fn columns(header: &StringRecord) -> Result<[usize; 3], String> {
    let mut places = [0; 3];
    for (place, wanted) in places.iter_mut().zip(DECISION_COLUMNS) {
        let found = header.iter().position(|name| name.trim() == wanted);
        *place = found.ok_or_else(|| format!("the column '{wanted}' is missing"))?;
    }
    Ok(places)
}

fn decide(
    concepts: &mut [Concept],
    place: impl Fn(&str) -> Option<usize>,
    row: &StringRecord,
    columns: [usize; 3],
) -> Result<(), String> {
    let [name, form, decision] = columns.map(|column| row.get(column).unwrap_or_default().trim());
    if decision.is_empty() {
        return Ok(());
    }
    // For Excel an apostrophe stands before what it would take for a formula ("-medvirkning").
    let form = form.strip_prefix('\'').unwrap_or(form);
    let place = place(name).ok_or_else(|| format!("there is no concept '{name}' in the codebook"))?;
    let concept = &mut concepts[place];
    let pattern = Pattern::of_form(form);
    match decision.to_lowercase().as_str() {
        "yes" | "y" | "ja" => concept.admitted.push(pattern),
        "no" | "n" | "nei" => concept.refused.push(pattern),
        other => return Err(format!("the decision '{other}' is neither yes nor no")),
    }
    Ok(())
}
