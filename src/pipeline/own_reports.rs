//! The reports of the user's own, from `reports.toml`: tables of queries by strata, and charts of them.

use super::Error;
use crate::config::OwnReport;
use crate::query::{Names, Query, Restriction};
use crate::report::{Cell, Chart, Heading, Panel, chart_svg, tables};
use crate::results::{Countable, DocumentTotals, Results};
use crate::text::Stratum;
use crate::trend::{self, Dimension, Sample, Strata, TimeAxis, YearRow};

/// A report of the user's own, written.
pub(super) struct OwnTable {
    pub(super) headings: Vec<Heading>,
    pub(super) rows: Vec<Vec<Cell>>,
    /// As SVG.
    pub(super) chart: Option<String>,
}

/// The table and chart of `own` in the current snapshot, whose reports have the id `snapshot_id`.
///
/// # Errors
/// When a query, a property or a measure of `own` is wrong, or the index cannot be read.
pub(super) fn own_table(results: &Results, own: &OwnReport, snapshot_id: &str) -> Result<OwnTable, Error> {
    let dimensions =
        own.by.iter().map(|name| dimension(results, own, name)).collect::<Result<Vec<_>, _>>()?;
    let restriction = restriction(results, own)?;
    let (strata, is_kept) = results.counted_where(restriction.as_ref())?;
    let sample =
        Sample { strata: &strata, entries: Some(results.documents()?), is_kept: Some(&is_kept), years: None };
    let split = Strata::new(&dimensions, TimeAxis::Analysis, sample);
    let mut totals = Vec::new();
    for text in &own.query {
        totals.push((text.as_str(), totals_of(results, own, text, restriction.as_ref())?));
    }
    let headings = tables::strata_headings(&dimensions, TimeAxis::Analysis);
    let is_shown = shown(own, &headings, dimensions.len())?;
    let of_row = |row: &trend::StratumRow<'_>| {
        let cells = tables::strata_cells(row, &dimensions, TimeAxis::Analysis).into_iter().zip(&is_shown);
        cells.filter(|(_, is_shown)| **is_shown).map(|(cell, _)| cell).collect::<Vec<Cell>>()
    };
    let rows = totals
        .iter()
        .flat_map(|(name, totals)| split.rows(name, &totals.n, &totals.n_passages))
        .map(|row| of_row(&row));
    let rows = rows.collect();
    let headings = headings.into_iter().zip(&is_shown).filter(|(_, is_shown)| **is_shown);
    let headings = headings.map(|(heading, _)| heading).collect();
    let chart = own.chart.map(|language| {
        let years = Strata::new(&[Dimension::Year], TimeAxis::Analysis, sample);
        chart(own, &years, &totals, (&strata, &is_kept), snapshot_id, language)
    });
    Ok(OwnTable { headings, rows, chart })
}

fn wrong(own: &OwnReport, cause: impl std::fmt::Display) -> Error {
    let hint = "correct reports.toml; the other reports are written without it";
    Error::new(format!("the report '{}' of reports.toml cannot be made: {cause}", own.name), hint)
}

fn dimension(results: &Results, own: &OwnReport, name: &str) -> Result<Dimension, Error> {
    if let Some(dimension) = Dimension::of_name(name) {
        return Ok(dimension);
    }
    let columns = tables::own_columns(results.documents()?);
    if columns.iter().any(|column| column == name) {
        return Ok(Dimension::Own(name.to_owned()));
    }
    let known = [Dimension::NAMES.map(str::to_owned).to_vec(), columns].concat();
    Err(wrong(own, format!("documents have no property '{name}'; they have {}", known.join(", "))))
}

/// What a query can name.
fn names<'n>(results: &'n Results, columns: &'n dyn Fn() -> Vec<String>) -> Names<'n> {
    Names { concepts: results.concepts(), columns }
}

/// The columns of the user's own; none when the documents cannot be read, which the counts then report.
fn own_columns(results: &Results) -> Vec<String> {
    results.documents().map(tables::own_columns).unwrap_or_default()
}

/// What takes part.
fn restriction(results: &Results, own: &OwnReport) -> Result<Option<Restriction>, Error> {
    let Some(text) = &own.restriction else { return Ok(None) };
    let columns = || own_columns(results);
    Restriction::parse(text, &names(results, &columns)).map(Some).map_err(|error| wrong(own, error))
}

/// How often a concept, or else a query, occurs in each document.
fn totals_of(
    results: &Results,
    own: &OwnReport,
    text: &str,
    restriction: Option<&Restriction>,
) -> Result<DocumentTotals, Error> {
    let asked = match results.concept(text) {
        Ok(_) => Countable::Concept(text.to_owned()),
        Err(_) => {
            let columns = || own_columns(results);
            let query = Query::parse_with(text, &names(results, &columns));
            Countable::Query(text.to_owned(), query.map_err(|error| wrong(own, error))?)
        }
    };
    Ok(asked.in_passages_of(results, restriction)?.totals(results)?)
}

/// For each of `headings` whether the report has it: the concept, the properties, and the measures that are wanted.
fn shown(own: &OwnReport, headings: &[Heading], n_dimensions: usize) -> Result<Vec<bool>, Error> {
    let measures = &headings[1 + n_dimensions..];
    let is_known = |name: &&String| measures.iter().any(|heading| heading.name == name.as_str());
    if let Some(unknown) = own.measures.iter().find(|name| !is_known(name)) {
        let known: Vec<&str> = measures.iter().map(|heading| heading.name.as_ref()).collect();
        return Err(wrong(own, format!("there is no measure '{unknown}'; there are {}", known.join(", "))));
    }
    let is_wanted =
        |heading: &Heading| own.measures.is_empty() || own.measures.iter().any(|name| *name == heading.name);
    let is_shown = |(index, heading): (usize, &Heading)| index <= n_dimensions || is_wanted(heading);
    Ok(headings.iter().enumerate().map(is_shown).collect())
}

fn chart(
    own: &OwnReport,
    years: &Strata,
    totals: &[(&str, DocumentTotals)],
    (strata, is_kept): (&[Stratum], &[bool]),
    snapshot_id: &str,
    language: crate::report::ChartLanguage,
) -> String {
    let series: Vec<(&str, Vec<YearRow<'_>>)> = totals
        .iter()
        .map(|(name, totals)| {
            (*name, years.rows(name, &totals.n, &totals.n_passages).into_iter().map(of_year).collect())
        })
        .collect();
    let panels = series.iter().map(|(name, rows)| Panel { name, rows: rows.iter().collect() }).collect();
    let kept: Vec<Stratum> =
        strata.iter().zip(is_kept).filter(|(_, is_kept)| **is_kept).map(|(one, _)| *one).collect();
    let incomplete_from =
        trend::documents_by_year(&kept).iter().find(|(_, year)| !year.is_complete).map(|(year, _)| *year);
    let restriction = own.restriction.as_deref().map(|text| format!(" · {text}")).unwrap_or_default();
    let caption =
        vec![format!("{} · 1 000 000 × n ÷ n_tokens{restriction} · {snapshot_id}", own.query.join(" · "))];
    chart_svg(&Chart { panels, has_one_scale: false, incomplete_from, caption, language })
}

/// The counts of a stratum of one year.
fn of_year(row: trend::StratumRow<'_>) -> YearRow<'_> {
    let year = row.values.first().copied().flatten().and_then(|year| year.parse().ok());
    let mut counts = row.counts;
    counts.year = year;
    counts
}
