//! `ordskifte columns`: the columns of the reports, from the tables that write them.

use super::args::ColumnsArgs;
use super::outcome::{CommandError, CommandOutcome};
use crate::report::Format;
use crate::report::tables::{self, ColumnRow};
use std::io::Write;

pub(crate) fn columns(args: &ColumnsArgs, out: &mut dyn Write) -> Result<CommandOutcome, CommandError> {
    let mut rows = tables::column_rows();
    if let Some(report) = &args.report {
        let wanted = report.strip_suffix(".csv").unwrap_or(report);
        let mut known: Vec<&str> = rows.iter().map(|row| name(row)).collect();
        known.dedup();
        if !known.contains(&wanted) {
            let hint = format!("the reports are: {}", known.join(", "));
            return Err(CommandError::new(format!("there is no report '{report}'"), Some(hint)));
        }
        rows.retain(|row| name(row) == wanted);
    }
    match args.output.format() {
        Format::Text => write_text(&rows, out)?,
        format => drop(tables::columns().write(rows, format, out)?),
    }
    Ok(CommandOutcome::Done)
}

fn name(row: &ColumnRow) -> &'static str {
    row.report.strip_suffix(".csv").unwrap_or(row.report)
}

/// Each report with its columns; descriptions are not cut, as they are in a table.
fn write_text(rows: &[ColumnRow], out: &mut dyn Write) -> Result<(), CommandError> {
    for report in rows.chunk_by(|a, b| a.report == b.report) {
        writeln!(out, "{}", report[0].report)?;
        for row in report {
            let unit = row.heading.unit.map(|unit| format!(", {unit}")).unwrap_or_default();
            writeln!(out, "  {} ({}{unit})", row.heading.name, row.heading.value_type.name())?;
            writeln!(out, "      {}", row.heading.description)?;
        }
        writeln!(out)?;
    }
    Ok(())
}
