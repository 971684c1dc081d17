//! `ordskifte ngrams`: frequency lists of runs of words.

use super::measure_args::NgramsArgs;
use super::outcome::{CommandError, CommandOutcome};
use super::words::{counted_documents, unit};
use crate::config::Config;
use crate::pipeline::{self, Corpus};
use crate::report::tables;
use std::io::Write;

/// `ordskifte ngrams LENGTH`
pub fn ngrams(
    config: &Config,
    args: &NgramsArgs,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let results = pipeline::open_results(&Corpus::new(config))?;
    let strata = results.strata()?;
    let is_kept = counted_documents(config, &results, strata, args.restriction.as_deref())?;
    let (rows, total) = pipeline::ngrams(
        &results,
        (strata, &is_kept),
        usize::from(args.length),
        (unit(&args.unit), args.min, args.limit),
    )?;
    tables::word_list().write(&rows, args.output.format(), out)?;
    writeln!(super::terminal::stderr(), "{} of {total} n-grams", rows.len())?;
    Ok(if rows.is_empty() { CommandOutcome::NeedsAttention } else { CommandOutcome::Done })
}
