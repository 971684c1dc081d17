//! `ordskifte why`: the passages behind a row of a report.

use super::args::WhyArgs;
use super::outcome::{CommandError, CommandOutcome};
use crate::config::Config;
use crate::pipeline::{self, Corpus, Evidence, RowChoice};
use crate::report::ValueType::{Integer, Text};
use crate::report::{Cell, Format, Heading, write};
use std::io::Write;

/// `ordskifte why ROW`
pub(crate) fn why(
    config: &Config,
    args: &WhyArgs,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let (report, choice) = choice(args)?;
    let snapshot = pipeline::find_snapshot(&Corpus::new(config), &args.snapshot)?;
    let evidence = pipeline::evidence(&snapshot, &report, &choice)?;
    match args.output.format() {
        Format::Text => write_text(&snapshot.id, &evidence, out)?,
        format => {
            let headings: Vec<Heading> = evidence.columns.iter().map(|column| heading(column)).collect();
            let rows = evidence.lines.iter().map(|cells| typed(&headings, cells));
            write(&headings, rows, format, out)?;
        }
    }
    out.flush()?;
    let n_lines = evidence.lines.len() as u64;
    let n = evidence.n.unwrap_or(n_lines);
    writeln!(super::terminal::stderr(), "{n_lines} of {n} mentions")?;
    match evidence.n {
        Some(n) if n != n_lines => {
            let message = format!("the row counts {n} mentions, and kwic.csv lists {n_lines}");
            Err(CommandError::new(message, Some("run `ordskifte verify`".to_owned())))
        }
        _ if n_lines == 0 => Ok(CommandOutcome::NeedsAttention),
        _ => Ok(CommandOutcome::Done),
    }
}

/// The report and the row of it that the arguments name.
fn choice(args: &WhyArgs) -> Result<(String, RowChoice), CommandError> {
    if let Some((report, line)) = args.report.rsplit_once(':')
        && let Ok(line) = line.parse()
    {
        return Ok((report.to_owned(), RowChoice::Line(line)));
    }
    let pair = |text: &String| {
        let (column, value) = text.split_once('=').ok_or_else(|| {
            let hint = "write COLUMN=VALUE, as concept=innovasjon year=2015".to_owned();
            CommandError::new(format!("'{text}' is not a value of a column"), Some(hint))
        })?;
        Ok((column.to_owned(), value.to_owned()))
    };
    let values: Vec<(String, String)> = args.values.iter().map(pair).collect::<Result<_, CommandError>>()?;
    if values.is_empty() {
        let hint = format!("write {0}:LINE, or {0} concept=innovasjon year=2015", args.report);
        return Err(CommandError::new("no row is named", Some(hint)));
    }
    Ok((args.report.clone(), RowChoice::Values(values)))
}

/// Whether the column of `kwic.csv` holds numbers.
fn heading(column: &str) -> Heading {
    let value_type = if ["page", "char_start", "char_end"].contains(&column) { Integer } else { Text };
    Heading { name: column.to_owned().into(), value_type, unit: None, description: "" }
}

fn typed(headings: &[Heading], cells: &[String]) -> Vec<Cell> {
    let cell = |(heading, text): (&Heading, &String)| match (heading.value_type, text.parse::<u64>()) {
        (Integer, Ok(number)) => Cell::from(number),
        _ => Cell::from(text.as_str()),
    };
    headings.iter().zip(cells).map(cell).collect()
}

/// Writes the row, then each mention with its words, page, address and digest.
fn write_text(snapshot_id: &str, evidence: &Evidence, out: &mut dyn Write) -> Result<(), CommandError> {
    let shown = evidence.row.iter().filter(|(_, value)| !value.is_empty());
    let shown: Vec<String> = shown.map(|(column, value)| format!("{column}={value}")).collect();
    writeln!(out, "Snapshot {snapshot_id}\n{}\n", shown.join(" "))?;
    for cells in &evidence.lines {
        let cell = |column: &str| {
            let at = evidence.columns.iter().position(|name| name == column);
            at.map_or("", |at| cells[at].as_str())
        };
        let page = match (cell("page"), cell("page_label")) {
            ("", _) => String::new(),
            (page, label) if label.is_empty() || label == page => format!(", p. {page}"),
            (page, label) => format!(", p. {page} (printed {label})"),
        };
        writeln!(out, "{} [{}] {}", cell("pre"), cell("keyword"), cell("post"))?;
        writeln!(
            out,
            "     {}{page}, characters {}–{}",
            cell("docname"),
            cell("char_start"),
            cell("char_end")
        )?;
        writeln!(out, "     {}\n     sha256 {}\n", cell("source_url"), cell("source_sha256"))?;
    }
    Ok(())
}
