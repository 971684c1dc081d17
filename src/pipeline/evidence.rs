//! The passages behind a number of the reports, from the files of its snapshot alone: so a kept snapshot answers as it did when it was
//! made, whatever has changed since.

use super::difference::open_table;
use super::kept::KeptSnapshot;
use super::{Error, ErrorKind};
use std::collections::BTreeSet;
use std::path::Path;

/// The reports whose rows are counts of mentions.
const REPORTS: [&str; 4] = ["term_year", "term_document", "trend_test", "kwic"];

/// A row of a report, and the lines of `kwic.csv` behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// The row, by column.
    pub(crate) row: Vec<(String, String)>,
    /// The columns of `kwic.csv`.
    pub(crate) columns: Vec<String>,
    pub(crate) lines: Vec<Vec<String>>,
    /// The mentions that the row counts. `None` when it has no column `n`.
    pub(crate) n: Option<u64>,
}

/// The row that a user means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RowChoice {
    /// The line of the file, the header being line 1.
    Line(u64),
    /// The values that its columns have.
    Values(Vec<(String, String)>),
}

/// The row of `report` that `choice` means in `snapshot`, with its passages.
///
/// # Errors
/// When there is no such report or row, several rows have the values, or a file cannot be read.
pub(crate) fn evidence(snapshot: &KeptSnapshot, report: &str, choice: &RowChoice) -> Result<Evidence, Error> {
    let name = report.strip_suffix(".csv").unwrap_or(report);
    if !REPORTS.contains(&name) {
        let message = format!("there are no passages behind the rows of '{report}'");
        return Err(Error::new(message, hint_of(name)));
    }
    let row = chosen_row(&snapshot.folder.join(format!("{name}.csv")), choice)?;
    let value = |column: &str| row.iter().find(|(name, _)| name == column).map(|(_, value)| value.as_str());
    let documents = documents(&snapshot.folder, &value, name)?;
    let (columns, lines) = read_lines(&snapshot.folder.join("kwic.csv"), |columns, cells| {
        let cell = |column: &str| columns.iter().position(|name| name == column).map(|at| cells[at].as_str());
        let is_mention =
            name != "kwic" || (cell("char_start"), cell("page")) == (value("char_start"), value("page"));
        is_mention
            && cell("concept") == value("concept")
            && cell("docname").is_some_and(|docname| documents.contains(docname))
    })?;
    let n = value("n").and_then(|n| n.parse().ok());
    Ok(Evidence { columns, lines, n, row })
}

/// Where the passages are found of a report whose rows are not counts of mentions.
fn hint_of(report: &str) -> String {
    let command = match report {
        "collocations" => r#"concordance 'concept:"CONCEPT" NEAR/10 COLLOCATE'"#,
        "cooccurrence" => r#"concordance 'concept:"CONCEPT_A" NEAR/50 concept:"CONCEPT_B"'"#,
        "keyness" => "concordance FEATURE --where year:FIRST..LAST",
        "coverage" | "documents" => "documents --format csv",
        "forms" => "forms CONCEPT",
        _ => "concordance QUERY",
    };
    format!("choose a row of {}; for '{report}' try `ordskifte {command}`", REPORTS.join(", "))
}

/// The one row of the table at `path` that is meant.
fn chosen_row(path: &Path, choice: &RowChoice) -> Result<Vec<(String, String)>, Error> {
    let fail = |cause: &dyn std::fmt::Display| Error::world("read", path, cause);
    let mut reader = open_table(path)?;
    let headers = reader.headers().map_err(|e| fail(&e))?.clone();
    if let RowChoice::Values(values) = choice
        && let Some((column, _)) =
            values.iter().find(|(column, _)| !headers.iter().any(|name| name == column))
    {
        let names: Vec<&str> = headers.iter().collect();
        let message = format!("{} has no column '{column}'", path.display());
        return Err(Error::new(message, format!("its columns are {}", names.join(", "))));
    }
    let mut found = Vec::new();
    // A row is one line; csv would count the line end before it as its own.
    for (line, record) in (2..).zip(reader.records()) {
        let record = record.map_err(|e| fail(&e))?;
        let row: Vec<(String, String)> =
            headers.iter().zip(&record).map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect();
        let is_meant = match choice {
            RowChoice::Line(wanted) => line == *wanted,
            RowChoice::Values(values) => values.iter().all(|value| row.contains(value)),
        };
        if is_meant {
            found.push(row);
        }
    }
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(Error {
            kind: ErrorKind::Settings,
            message: format!("{} has no such row", path.display()),
            hint: Some("give the line of the file, as term_year:17, or values of its columns".to_owned()),
        }),
        n => Err(Error {
            kind: ErrorKind::Settings,
            message: format!("{n} rows of {} have these values", path.display()),
            hint: Some("add values of more columns, or give the line of the file".to_owned()),
        }),
    }
}

/// The documents that the row counts.
fn documents<'r>(
    folder: &Path,
    value: &impl Fn(&str) -> Option<&'r str>,
    report: &str,
) -> Result<BTreeSet<String>, Error> {
    if let Some(docname) = value("docname") {
        return Ok(BTreeSet::from([docname.to_owned()]));
    }
    let (columns, lines) = read_lines(&folder.join("documents.csv"), |columns, cells| {
        let cell = |column: &str| columns.iter().position(|name| name == column).map(|at| cells[at].as_str());
        let has_same = |column: &str| report != "term_year" || cell(column) == value(column);
        // Copies of other documents count in no total.
        cell("copy_of") == Some("") && has_same("year") && has_same("kind")
    })?;
    let at = columns.iter().position(|name| name == "docname").unwrap_or_default();
    Ok(lines.into_iter().map(|mut cells| cells.swap_remove(at)).collect())
}

/// The columns of the table at `path`, and its rows that are wanted.
fn read_lines(
    path: &Path,
    is_wanted: impl Fn(&[String], &[String]) -> bool,
) -> Result<(Vec<String>, Vec<Vec<String>>), Error> {
    let fail = |cause: &dyn std::fmt::Display| Error::world("read", path, cause);
    let mut reader = open_table(path)?;
    let columns: Vec<String> = reader.headers().map_err(|e| fail(&e))?.iter().map(str::to_owned).collect();
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| fail(&e))?;
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        if is_wanted(&columns, &cells) {
            lines.push(cells);
        }
    }
    Ok((columns, lines))
}
