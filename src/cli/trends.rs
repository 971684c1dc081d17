//! `ordskifte trends`: how often concepts or queries occur, by year or by other properties of the documents.

use super::args::{TrendsArgs, TrendsAxis};
use super::outcome::{CommandError, CommandOutcome};
use super::show::{asked, restriction};
use crate::config::Config;
use crate::pipeline::{self, Corpus, SplitQuestion};
use crate::query::Restriction;
use crate::report::{Cell, tables, write};
use crate::results::{self, Countable, Results};
use crate::text::{Count, Entry};
use crate::trend::{self, Dimension, TimeAxis};
use std::io::Write;

/// `ordskifte trends`
pub(crate) fn trends(
    config: &Config,
    args: &TrendsArgs,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let asked = args.concept.iter().map(|text| asked(config, text)).collect::<Result<Vec<_>, _>>()?;
    let restriction = args.restriction.as_deref().map(|text| restriction(config, text)).transpose()?;
    let results = pipeline::open_results(&Corpus::new(config))?;
    let dimensions = dimensions(&results, &args.by)?;
    let question = TrendQuestion {
        standard: standard(&results, (&dimensions, &args.by), args.standardise.as_deref())?,
        dimensions,
        axis: axis(args.axis),
        asked: all_concepts_if_none(&results, asked)
            .into_iter()
            .map(|asked| asked.in_passages_of(&results, restriction.as_ref()))
            .collect::<Result<_, results::Error>>()?,
        restriction,
    };
    let is_found = question.answer(&results, args, out)?;
    Ok(if is_found { CommandOutcome::Done } else { CommandOutcome::NeedsAttention })
}

/// What is counted, in which documents, and how the counts are split.
struct TrendQuestion {
    dimensions: Vec<Dimension>,
    /// The composition that rates are standardised to.
    standard: Option<Dimension>,
    axis: TimeAxis,
    asked: Vec<Countable>,
    restriction: Option<Restriction>,
}

impl TrendQuestion {
    /// Writes the table to `out`; returns whether anything was counted.
    fn answer(
        &self,
        results: &Results,
        args: &TrendsArgs,
        out: &mut dyn Write,
    ) -> Result<bool, CommandError> {
        let is_kept = self.restriction.as_ref().map(|restriction| results.documents_where(restriction));
        let is_kept = is_kept.transpose()?;
        let (n_rows, is_found) = match self.dimensions.as_slice() {
            [Dimension::Document] => self.by_document(results, is_kept.as_deref(), args, out)?,
            _ => self.by_strata(results, is_kept.as_deref(), args, out)?,
        };
        out.flush()?;
        writeln!(super::terminal::stderr(), "{n_rows} of {n_rows} rows")?;
        Ok(is_found)
    }

    fn by_strata(
        &self,
        results: &Results,
        is_kept: Option<&[bool]>,
        args: &TrendsArgs,
        out: &mut dyn Write,
    ) -> Result<(u64, bool), CommandError> {
        let question = SplitQuestion {
            dimensions: &self.dimensions,
            axis: self.axis,
            asked: &self.asked,
            restriction: self.restriction.as_ref(),
            is_kept,
            years: None,
        };
        let split = question.count(results)?;
        let rows = split.rows();
        let is_found = rows.iter().any(|row| row.counts.frequency.n > 0);
        let mut headings = tables::strata_headings(&self.dimensions, self.axis);
        let mut cells: Vec<Vec<Cell>> =
            rows.iter().map(|row| tables::strata_cells(row, &self.dimensions, self.axis)).collect();
        if let Some(standard) = &self.standard {
            let dimensions = [&self.dimensions[..], std::slice::from_ref(standard)].concat();
            let crossed = SplitQuestion { dimensions: &dimensions, ..question };
            let crossed = crossed.of_totals(results, split.totals())?;
            headings.extend(tables::standard_headings());
            for (cells, rate) in cells.iter_mut().zip(trend::standardised(&rows, &crossed.rows())) {
                cells.extend(tables::standard_cells(&rate));
            }
        }
        Ok((write(&headings, cells.into_iter(), args.output.format(), out)?, is_found))
    }

    fn by_document(
        &self,
        results: &Results,
        is_kept: Option<&[bool]>,
        args: &TrendsArgs,
        out: &mut dyn Write,
    ) -> Result<(u64, bool), CommandError> {
        let mut counts = Vec::new();
        for asked in &self.asked {
            counts.extend(match asked {
                Countable::Concept(name) => results.counts(&[results.concept(name)?])?,
                Countable::Query(name, query) => {
                    results.counts_of_queries(vec![(name.clone(), query.clone())])?
                }
            });
        }
        let entries = self.entries(results)?;
        let (entries, counts): (_, Vec<Count>) = match is_kept {
            Some(is_kept) => trend::restricted(&entries, &counts, is_kept),
            None => (entries, counts),
        };
        let rows = trend::by_document(&entries, &counts);
        let n_rows = tables::term_document().write(rows, args.output.format(), out)?;
        Ok((n_rows, counts.iter().any(|count| !count.tallies.is_empty())))
    }

    /// The documents, each with the words in the passages that the restriction is about.
    fn entries(&self, results: &Results) -> Result<Vec<Entry>, CommandError> {
        let mut entries = results.documents()?.to_vec();
        if let Some(restriction) = &self.restriction {
            for (entry, stratum) in entries.iter_mut().zip(results.strata_where(Some(restriction))?) {
                (entry.n_tokens, entry.n_tokens_ocr) = (stratum.n_tokens, stratum.n_tokens_ocr);
            }
        }
        Ok(entries)
    }
}

fn all_concepts_if_none(results: &Results, asked: Vec<Countable>) -> Vec<Countable> {
    if !asked.is_empty() {
        return asked;
    }
    results.concepts().iter().map(|concept| Countable::Concept(concept.name.clone())).collect()
}

/// The dimension called `name` that rates are standardised by, when rows are split by `dimensions`.
fn standard(
    results: &Results,
    (dimensions, by): (&[Dimension], &[String]),
    name: Option<&str>,
) -> Result<Option<Dimension>, CommandError> {
    let Some(name) = name else { return Ok(None) };
    let standard = match Dimension::of_name(name) {
        Some(Dimension::Year | Dimension::Quarter | Dimension::Document) => {
            let hint =
                "--standardise takes what documents have in common, as kind, issuer or language".to_owned();
            return Err(CommandError::new(format!("a rate cannot be standardised by '{name}'"), Some(hint)));
        }
        Some(standard) => standard,
        None => own_dimension(results, name)?,
    };
    if dimensions.contains(&standard) || dimensions.contains(&Dimension::Document) {
        let text = format!("rows --by {} cannot be standardised by '{name}'", by.join(","));
        let hint = "split them by time, say, and standardise by kind".to_owned();
        return Err(CommandError::new(text, Some(hint)));
    }
    Ok(Some(standard))
}

/// The dimensions called `names`: a built-in one, or a column of the user's own in any case of letters.
fn dimensions(results: &Results, names: &[String]) -> Result<Vec<Dimension>, CommandError> {
    let mut dimensions = Vec::new();
    for name in names {
        let dimension = match Dimension::of_name(name) {
            Some(dimension) => dimension,
            None => own_dimension(results, name)?,
        };
        if dimensions.contains(&dimension) {
            return Err(CommandError::new(format!("--by has '{name}' twice"), None));
        }
        dimensions.push(dimension);
    }
    Ok(dimensions)
}

fn own_dimension(results: &Results, name: &str) -> Result<Dimension, CommandError> {
    let columns = results.own_columns()?;
    let small = name.to_lowercase();
    match columns.iter().find(|column| column.to_lowercase() == small) {
        Some(column) => Ok(Dimension::Own(column.clone())),
        None => {
            let own = if columns.is_empty() { String::new() } else { format!(", {}", columns.join(", ")) };
            let hint = format!("--by takes {}{own}", Dimension::NAMES.join(", "));
            Err(CommandError::new(format!("documents have no column '{name}'"), Some(hint)))
        }
    }
}

fn axis(axis: TrendsAxis) -> TimeAxis {
    match axis {
        TrendsAxis::Analysis => TimeAxis::Analysis,
        TrendsAxis::Published => TimeAxis::Published,
        TrendsAxis::Concerned => TimeAxis::Concerned,
        TrendsAxis::Session => TimeAxis::Session,
    }
}
