//! Collocates, keyness and what changed lately: the tables of the command line.

use super::params::Params;
use super::problem::Problem;
use super::route::Question;
use super::selection::Selection;
use crate::morphology;
use crate::pipeline::{self, CollocateChoice, Years, changes_file};
use crate::report::{Cell, Heading, ValueType, tables};
use crate::results::{Span, WordUnit};
use crate::text::Language;
use crate::trend::{CollocateOrder, CollocateRow, Floor, KeynessRow, recent_groups};

/// The orders of collocates, the default first.
pub(super) const ORDERS: [&str; 5] = ["log-dice", "g2", "mi", "t", "n"];

/// Words or lemmas, as the address says.
fn unit(params: &Params) -> WordUnit {
    fn lemma(word: &str, language: Language) -> String {
        morphology::lemma(word, language).lemma
    }
    if params.get("unit") == Some("lemma") { WordUnit::Lemma(lemma) } else { WordUnit::Form }
}

/// The words around the mentions of the query of the address.
pub(super) fn collocates(question: &Question) -> Result<Vec<CollocateRow>, Problem> {
    let (view, params) = (&question.view, &question.params);
    let selection = Selection::of(question)?;
    let asked = selection.in_passages(view, view.countable(question.query_text()?)?)?;
    let window = params.number("window", 5, (1, 100))?;
    let choice = CollocateChoice {
        span: match params.get("span") {
            Some("sentence") => Span::Sentence,
            None | Some("window") => Span::Window { left: window, right: window },
            Some(other) => {
                return Err(Problem::parameter("span", format!("'{other}' is neither window nor sentence")));
            }
        },
        unit: unit(params),
        n_min: params.number("min", 3, (1, 1_000_000))? as u64,
        order: order(params)?,
        limit: params.number("limit", 25, (1, 1_000))?,
    };
    let periods: Vec<Years> = params.all("period").map(period).collect::<Result<_, _>>()?;
    let mentions = asked.mentions(&view.results)?;
    let strata = view.results.strata()?;
    Ok(pipeline::collocates(&view.results, &mentions, (strata, &selection.is_kept), &periods, choice)?)
}

fn order(params: &Params) -> Result<CollocateOrder, Problem> {
    Ok(match params.get("order").unwrap_or("log-dice") {
        "log-dice" => CollocateOrder::LogDice,
        "g2" => CollocateOrder::G2,
        "mi" => CollocateOrder::Mi,
        "t" => CollocateOrder::TScore,
        "n" => CollocateOrder::Count,
        other => {
            return Err(Problem::parameter("order", format!("'{other}' is none of {}", ORDERS.join(", "))));
        }
    })
}

/// `2015..2019`, `..2014`, `2020..` or `2020`.
fn period(text: &str) -> Result<Years, Problem> {
    let wrong = || Problem::parameter("period", format!("'{text}' is not a period as 2015..2019"));
    let year = |text: &str| match text {
        "" => Ok(None),
        digits => digits.parse::<i16>().map(Some).map_err(|_| wrong()),
    };
    let years = match text.split_once("..") {
        Some((first, last)) => (year(first)?, year(last)?),
        None => (year(text)?, year(text)?),
    };
    if years == (None, None) || years.0.zip(years.1).is_some_and(|(first, last)| first > last) {
        return Err(wrong());
    }
    Ok(years)
}

/// The words that distinguish the documents of `target` from those of `reference`, or from all others; without a target the latest years
/// from those before.
pub(super) fn keyness(question: &Question) -> Result<Vec<KeynessRow>, Problem> {
    let (view, params) = (&question.view, &question.params);
    let strata = view.results.strata()?;
    let [is_target, is_reference] = match params.get("target") {
        Some(target) => groups(question, target, params.get("reference"))?,
        None => recent_groups(strata).ok_or_else(|| {
            Problem::new(422, "the corpus has fewer than two complete years")
                .with_hint("name the documents with target")
        })?,
    };
    let floor = Floor {
        n_min: params.number("min", 10, (1, 1_000_000))? as u64,
        n_docs_min: params.number("mindocs", 3, (1, 1_000_000))? as u64,
    };
    let limit = params.number("limit", 25, (1, 500))?;
    let rows =
        pipeline::keyness(&view.results, strata, (&is_target, &is_reference), (unit(params), floor, limit))?;
    rows.ok_or_else(|| Problem::new(422, "the target or the reference has no words"))
}

fn groups(question: &Question, target: &str, reference: Option<&str>) -> Result<[Vec<bool>; 2], Problem> {
    let view = &question.view;
    let documents = |text: &str| -> Result<Vec<bool>, Problem> {
        Ok(view.results.whole_documents_where(&view.restriction(text)?)?)
    };
    let is_target = documents(target)?;
    let is_reference = match reference {
        Some(text) => documents(text)?,
        None => is_target.iter().map(|is_target| !is_target).collect(),
    };
    let n_both =
        is_target.iter().zip(&is_reference).filter(|(target, reference)| **target && **reference).count();
    if n_both > 0 {
        return Err(Problem::parameter("reference", format!("{n_both} documents are in the target too")));
    }
    Ok([is_target, is_reference])
}

/// The columns of what changed.
pub(super) fn changes_columns() -> Vec<Heading> {
    tables::changes().headings()
}

/// The documents that are new, changed or gone since the snapshot before, as the last refresh wrote them.
pub(super) fn changes(question: &Question) -> Result<Vec<Vec<Cell>>, Problem> {
    let file = changes_file(&question.view.corpus());
    let bytes = match std::fs::read(&file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let sheet = crate::text::Sheet::read(&bytes, "docname")
        .map_err(|error| Problem::new(500, format!("cannot read {}: {error}", file.display())))?;
    let headings = changes_columns();
    let cell = |(heading, text): (&Heading, &String)| match (heading.value_type, text.parse::<u64>()) {
        (_, _) if text.is_empty() => Cell::Empty,
        (ValueType::Integer, Ok(number)) => Cell::from(number),
        _ => Cell::from(text.as_str()),
    };
    let row = |row: &Vec<String>| headings.iter().zip(row).map(cell).collect();
    Ok(sheet.rows.iter().flatten().map(|found| row(&found.cells)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_read_or_refused() {
        assert_eq!(period("2015..2019").ok(), Some((Some(2015), Some(2019))));
        assert_eq!(period("..2014").ok(), Some((None, Some(2014))));
        assert!(period("2019..2015").is_err() && period("..").is_err() && period("last year").is_err());
    }
}
