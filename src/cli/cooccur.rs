//! `ordskifte cooccur`: which concepts occur together.

use super::measure_args::{CooccurArgs, UnitName};
use super::outcome::{CommandError, CommandOutcome};
use super::show::asked;
use super::words::counted_documents;
use crate::config::Config;
use crate::pipeline::{self, Corpus};
use crate::report::{graph_ml, tables};
use crate::results::{Results, Within};
use crate::trend::pairs;
use std::io::Write;

/// `ordskifte cooccur [CONCEPT...]`
pub fn cooccur(
    config: &Config,
    args: &CooccurArgs,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let names: Vec<String> = match args.concept.as_slice() {
        [] => config.codebook.concepts.iter().map(|concept| concept.name.clone()).collect(),
        names => names.to_vec(),
    };
    let asked = names.iter().map(|text| asked(config, text)).collect::<Result<Vec<_>, _>>()?;
    let results = pipeline::open_results(&Corpus::new(config))?;
    let strata = results.strata()?;
    let is_kept = counted_documents(config, &results, strata, args.restriction.as_deref())?;
    let within = match args.within {
        UnitName::Sentence => Within::Sentence,
        UnitName::Passage => Within::Passage,
        UnitName::Document => Within::Document,
    };
    let mut units = Vec::new();
    for asked in &asked {
        units.push(results.units(&asked.mentions(&results)?, within, &is_kept)?);
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let rows = pairs(&names, &units, n_units(&results, within, &is_kept)?);
    match args.graphml {
        true => out.write_all(graph_ml(&rows).as_bytes())?,
        false => drop(tables::cooccurrence().write(&rows, args.output.format(), out)?),
    }
    let n_pairs = names.len() * names.len().saturating_sub(1) / 2;
    writeln!(super::terminal::stderr(), "{} of {n_pairs} pairs occur together", rows.len())?;
    Ok(if rows.is_empty() { CommandOutcome::NeedsAttention } else { CommandOutcome::Done })
}

/// The units of the kept documents. `None` for sentences, which are not counted.
fn n_units(results: &Results, within: Within, is_kept: &[bool]) -> Result<Option<u64>, CommandError> {
    let kept = || is_kept.iter().enumerate().filter(|(_, is_kept)| **is_kept).map(|(document, _)| document);
    Ok(match within {
        Within::Sentence => None,
        Within::Passage => {
            let entries = results.documents()?;
            Some(kept().map(|document| u64::from(entries[document].n_passages)).sum())
        }
        Within::Document => Some(kept().count() as u64),
    })
}
