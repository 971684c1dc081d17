//! `ordskifte dispersion`: how evenly mentions are spread over and within documents.

use super::measure_args::DispersionArgs;
use super::outcome::{CommandError, CommandOutcome};
use super::show::asked;
use super::words::counted_documents;
use crate::config::Config;
use crate::pipeline::{self, Corpus};
use crate::report::{Format, tables};
use crate::results::Strip;
use crate::stats::DocumentCount;
use crate::trend::YearRow;
use std::io::Write;

/// The columns that a terminal has room for.
const SHOWN: [&str; 6] = ["docname", "year", "n", "n_tokens", "per_million", "strip"];

/// `ordskifte dispersion QUERY...`
pub fn dispersion(
    config: &Config,
    args: &DispersionArgs,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let asked = args.query.iter().map(|text| asked(config, text)).collect::<Result<Vec<_>, _>>()?;
    let results = pipeline::open_results(&Corpus::new(config))?;
    let strata = results.strata()?;
    let is_kept = counted_documents(config, &results, strata, args.restriction.as_deref())?;
    let mut found: Vec<Vec<Strip>> = Vec::new();
    for asked in &asked {
        found.push(results.strips(&asked.mentions(&results)?, &is_kept)?);
    }
    let format = args.output.format();
    if args.strips {
        let entries = results.documents()?;
        let row = |(concept, strip): (&'_ String, &'_ Strip)| (concept.clone(), strip.clone());
        let rows: Vec<(String, Strip)> = args
            .query
            .iter()
            .zip(&found)
            .flat_map(|(concept, strips)| strips.iter().map(move |strip| row((concept, strip))))
            .collect();
        let rows = rows.iter().map(|(concept, strip)| tables::StripRow {
            concept,
            entry: &entries[strip.document as usize],
            parts: &strip.parts,
        });
        let table = match format {
            Format::Text => tables::strips().only(&SHOWN),
            _ => tables::strips(),
        };
        table.write(rows, format, out)?;
    } else {
        let of_kept = strata.iter().zip(&is_kept).filter(|(_, is_kept)| **is_kept);
        let n_tokens_ocr = of_kept.map(|(stratum, _)| stratum.n_tokens_ocr).sum();
        let rows = args.query.iter().zip(&found).map(|(concept, strips)| {
            let mut counts: Vec<DocumentCount> =
                strata.iter().map(|stratum| DocumentCount { n: 0, n_tokens: stratum.n_tokens }).collect();
            for strip in strips {
                counts[strip.document as usize].n = strip.parts.iter().sum();
            }
            let kept = counts.into_iter().zip(&is_kept).filter(|(_, is_kept)| **is_kept);
            let mut row = YearRow::new(concept, None, None, kept.map(|(count, _)| count).collect());
            row.n_tokens_ocr = Some(n_tokens_ocr);
            row
        });
        tables::dispersion().write(rows, format, out)?;
    }
    let is_empty = found.iter().all(Vec::is_empty);
    Ok(if is_empty { CommandOutcome::NeedsAttention } else { CommandOutcome::Done })
}
