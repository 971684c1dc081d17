//! `ordskifte marks`: judgements of people on mentions, and what they say of a concept.

use super::args::{MarksCommand, Output};
use super::outcome::{CommandError, CommandOutcome};
use crate::config::Config;
use crate::pipeline::{MarkMeasure, Marks};
use crate::report::ValueType::{Integer, Number, Text};
use crate::report::{Table, heading};
use std::io::Write;
use std::path::Path;

/// `ordskifte marks`
pub(crate) fn marks(
    config: &Config,
    command: &MarksCommand,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    match command {
        MarksCommand::Import { file, coder } => import(config, file, coder, out),
        MarksCommand::Agreement { concept, output } => agreement(config, concept.as_deref(), output, out),
    }
}

fn import(
    config: &Config,
    file: &Path,
    coder: &str,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    if coder.trim().is_empty() {
        return Err(CommandError::new("the name of the coder is empty", None));
    }
    let mut marks = Marks::read(config)?;
    let summary = marks.import(file, coder.trim())?;
    marks.write()?;
    writeln!(
        out,
        "{}: {} new, {} changed, {} unchanged, {} removed",
        marks.file().display(),
        summary.n_new,
        summary.n_changed,
        summary.n_unchanged,
        summary.n_removed
    )?;
    let n = summary.n_new + summary.n_changed + summary.n_unchanged + summary.n_removed;
    Ok(if n == 0 { CommandOutcome::NeedsAttention } else { CommandOutcome::Done })
}

fn agreement(
    config: &Config,
    concept: Option<&str>,
    output: &Output,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let mut measures = Marks::read(config)?.measures();
    measures.retain(|measure| concept.is_none_or(|concept| measure.concept == concept));
    let n_rows = measures_table().write(&measures, output.format(), out)?;
    out.flush()?;
    writeln!(super::terminal::stderr(), "{n_rows} of {n_rows} rows")?;
    Ok(if measures.is_empty() { CommandOutcome::NeedsAttention } else { CommandOutcome::Done })
}

fn measures_table() -> Table<MarkMeasure> {
    let measure = heading(
        "measure",
        Text,
        "precision: share of judged mentions that are relevant; agreement: share of mentions that both coders judged alike; \
         cohen_kappa; krippendorff_alpha (nominal)",
    );
    let columns = vec![
        heading("concept", Text, "Concept or query").of(|row: &MarkMeasure| row.concept.as_str().into()),
        measure.of(|row| row.measure.into()),
        heading("coders", Text, "Coders, separated by |").of(|row| row.coders.as_str().into()),
        heading("n", Integer, "Mentions that it rests on").in_unit("mentions").of(|row| row.n.into()),
        heading("value", Number, "Its value; missing where it cannot be computed").of(|row| row.value.into()),
        heading("lo95", Number, "Lower limit of the 95 % interval of a precision (Wilson)")
            .of(|row| row.interval.map(|interval| interval.low).into()),
        heading("hi95", Number, "Upper limit of the 95 % interval of a precision (Wilson)")
            .of(|row| row.interval.map(|interval| interval.high).into()),
    ];
    Table { description: "One row for each measure of the marks on a concept or query", columns }
}
