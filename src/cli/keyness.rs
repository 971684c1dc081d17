//! `ordskifte keyness`: the words that distinguish two groups of documents.

use super::measure_args::KeynessArgs;
use super::outcome::{CommandError, CommandOutcome};
use super::show::restriction;
use super::words::unit;
use crate::config::Config;
use crate::pipeline::{self, Corpus};
use crate::report::{Format, tables};
use crate::results::Results;
use crate::trend::{Floor, recent_groups};
use std::io::Write;

/// The columns that a terminal has room for.
const SHOWN: [&str; 11] = [
    "feature",
    "n_target",
    "n_reference",
    "docfreq_target",
    "docfreq_reference",
    "log_ratio",
    "log_ratio_lo95",
    "log_ratio_hi95",
    "g2",
    "perm_p",
    "q_bh",
];

/// `ordskifte keyness`
pub fn keyness(
    config: &Config,
    args: &KeynessArgs,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let results = pipeline::open_results(&Corpus::new(config))?;
    let strata = results.strata()?;
    let [is_target, is_reference] = match &args.target {
        Some(target) => queried_groups(config, &results, target, args.reference.as_deref())?,
        None => recent_groups(strata).ok_or_else(too_few_years)?,
    };
    let floor = Floor { n_min: args.min, n_docs_min: args.min_docs };
    let rows = pipeline::keyness(
        &results,
        strata,
        (&is_target, &is_reference),
        (unit(&args.unit), floor, args.limit),
    )?;
    let Some(rows) = rows else {
        return Err(CommandError::new(
            "the target or the reference has no words",
            Some("`ordskifte status` shows the kinds and years of the corpus".to_owned()),
        ));
    };
    let table = match args.output.format() {
        Format::Text => tables::keyness().only(&SHOWN),
        _ => tables::keyness(),
    };
    table.write(&rows, args.output.format(), out)?;
    let family = rows.first().map_or(0, |row| row.family_size);
    writeln!(super::terminal::stderr(), "{} of {family} words that were compared", rows.len())?;
    Ok(if rows.is_empty() { CommandOutcome::NeedsAttention } else { CommandOutcome::Done })
}

/// The documents that `target` names, and those that `reference` names or all others.
fn queried_groups(
    config: &Config,
    results: &Results,
    target: &str,
    reference: Option<&str>,
) -> Result<[Vec<bool>; 2], CommandError> {
    let is_target = results.whole_documents_where(&restriction(config, target)?)?;
    let is_reference = match reference {
        Some(text) => results.whole_documents_where(&restriction(config, text)?)?,
        None => is_target.iter().map(|is_target| !is_target).collect(),
    };
    let pairs = is_target.iter().zip(&is_reference);
    let n_both = pairs.filter(|(target, reference)| **target && **reference).count();
    if n_both > 0 {
        let hint = "make the queries exclude each other, for example year:2018.. and year:..2017";
        let message = format!("{n_both} documents are in the target and in the reference");
        return Err(CommandError::new(message, Some(hint.to_owned())));
    }
    Ok([is_target, is_reference])
}

fn too_few_years() -> CommandError {
    let hint = "name the documents with --target, for example --target kind:tildelingsbrev";
    CommandError::new("the corpus has fewer than two complete years", Some(hint.to_owned()))
}
