//! `ordskifte collocates`: the words around the mentions of a concept or query.

use super::measure_args::{CollocatesArgs, OrderName};
use super::outcome::{CommandError, CommandOutcome};
use super::show::{asked, suggest};
use super::words::{counted_documents, unit};
use crate::config::Config;
use crate::pipeline::{self, CollocateChoice, Corpus, Years};
use crate::report::{Format, tables};
use crate::results::{Countable, Span};
use crate::trend::CollocateOrder;
use std::io::Write;

/// The columns that a terminal has room for.
const SHOWN: [&str; 11] = [
    "year_first",
    "year_last",
    "collocate",
    "n",
    "n_collocate",
    "n_docs_with",
    "log_dice",
    "mi",
    "t_score",
    "g2",
    "dp_norm",
];

/// `ordskifte collocates QUERY`
pub fn collocates(
    config: &Config,
    args: &CollocatesArgs,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let asked = asked(config, &args.query)?;
    let periods: Vec<Years> = args.period.iter().map(|text| years(text)).collect::<Result<_, _>>()?;
    let results = pipeline::open_results(&Corpus::new(config))?;
    let strata = results.strata()?;
    let is_kept = counted_documents(config, &results, strata, args.restriction.as_deref())?;
    let window = usize::from(args.window);
    let choice = CollocateChoice {
        span: if args.sentence { Span::Sentence } else { Span::Window { left: window, right: window } },
        unit: unit(&args.unit),
        n_min: args.min,
        order: order(args.sort),
        limit: args.limit,
    };
    let mentions = asked.mentions(&results)?;
    let rows = pipeline::collocates(&results, &mentions, (strata, &is_kept), &periods, choice)?;
    let n_rows = rows.len();
    let rows = rows.into_iter().map(|row| (args.query.as_str(), row));
    let table = match args.output.format() {
        Format::Text if periods.is_empty() => tables::collocations().only(&SHOWN[2..]),
        Format::Text => tables::collocations().only(&SHOWN),
        _ => tables::collocations(),
    };
    table.write(rows, args.output.format(), out)?;
    if n_rows == 0 {
        if let Countable::Query(_, query) = &asked {
            suggest(&results, query)?;
        }
        return Ok(CommandOutcome::NeedsAttention);
    }
    Ok(CommandOutcome::Done)
}

fn order(name: OrderName) -> CollocateOrder {
    match name {
        OrderName::LogDice => CollocateOrder::LogDice,
        OrderName::G2 => CollocateOrder::G2,
        OrderName::Mi => CollocateOrder::Mi,
        OrderName::T => CollocateOrder::TScore,
        OrderName::N => CollocateOrder::Count,
    }
}

/// The period `2015..2019`, `..2014`, `2020..` or `2020`.
pub(super) fn years(text: &str) -> Result<Years, CommandError> {
    let year = |text: &str| match text.trim() {
        "" => Ok(None),
        digits => digits.parse::<i16>().map(Some),
    };
    let read = || -> Result<Years, std::num::ParseIntError> {
        match text.split_once("..") {
            Some((first, last)) => Ok((year(first)?, year(last)?)),
            None => Ok((year(text)?, year(text)?)),
        }
    };
    let hint = "a period is written 2015..2019, ..2014 or 2020..";
    match read() {
        Ok((Some(first), Some(last))) if first > last => {
            Err(CommandError::new(format!("the period {text} ends before it begins"), Some(hint.to_owned())))
        }
        Ok(years) => Ok(years),
        Err(_) => Err(CommandError::new(format!("cannot read the period '{text}'"), Some(hint.to_owned()))),
    }
}
