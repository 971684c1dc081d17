//! The numbers of a trend as a figure: a chart, a table with the same numbers, and the chart as a file.

use super::super::params::Params;
use super::super::problem::Problem;
use super::super::route::Question;
use super::super::selection::Selection;
use super::super::words::Words;
use super::controls::selection_params;
use crate::pipeline::{Split, SplitQuestion};
use crate::report::{Frame, PLOT_SERIES_MAX, Plot, PlotParts, PlotPoint, PlotSeries, PlotSlot, plot_parts};
use crate::results::{Countable, DocumentTotals};
use crate::trend::{Coverage, Dimension, StratumRow, TimeAxis};

/// What a number of a trend is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    Per10k,
    PerMillion,
    /// Share of documents with a mention, in per cent.
    Documents,
    Count,
}

impl Measure {
    /// The names that the address has, the default first.
    pub(super) const NAMES: [&str; 4] = ["per10k", "permillion", "docs", "count"];

    /// The measure that the address names.
    pub(super) fn of(question: &Question) -> Result<Measure, Problem> {
        Ok(match question.params.get("measure").unwrap_or("per10k") {
            "per10k" => Measure::Per10k,
            "permillion" => Measure::PerMillion,
            "docs" => Measure::Documents,
            "count" => Measure::Count,
            other => {
                return Err(Problem::parameter(
                    "measure",
                    format!("'{other}' is none of per10k, permillion, docs, count"),
                ));
            }
        })
    }

    pub(super) fn name(self) -> &'static str {
        Measure::NAMES[match self {
            Measure::Per10k => 0,
            Measure::PerMillion => 1,
            Measure::Documents => 2,
            Measure::Count => 3,
        }]
    }

    pub(super) fn has_interval(self) -> bool {
        self != Measure::Count
    }

    /// The value of `row` and its 95 % interval. `None` where there is nothing to divide by.
    fn value(self, row: &StratumRow<'_>) -> Option<(f64, Option<(f64, f64)>)> {
        let counts = &row.counts;
        let rate = |factor: f64| {
            let interval = counts.estimate().interval;
            let value = counts.frequency.per_million()? * factor;
            Some((value, interval.map(|interval| (interval.low * factor, interval.high * factor))))
        };
        match self {
            Measure::Per10k => rate(0.01),
            Measure::PerMillion => rate(1.0),
            Measure::Documents if counts.n_docs > 0 => {
                let interval = counts.estimate().doc_prop;
                let share = 100.0 * counts.n_docs_with as f64 / counts.n_docs as f64;
                Some((share, interval.map(|interval| (interval.low * 100.0, interval.high * 100.0))))
            }
            Measure::Documents => None,
            Measure::Count => (counts.n_docs > 0).then_some((counts.frequency.n as f64, None)),
        }
    }

    /// A value as it is written.
    pub(super) fn written(self, words: &Words, value: f64) -> String {
        match self {
            Measure::Count => words.number(value, 0),
            _ if value == 0.0 => "0".to_owned(),
            Measure::PerMillion if value >= 100.0 => words.number(value, 0),
            _ => words.number(value, 1),
        }
    }

    fn interval(self, words: &Words, interval: Option<(f64, f64)>) -> String {
        interval.map_or_else(String::new, |(low, high)| {
            let decimals = usize::from(high < 10.0);
            format!("{}–{}", words.number(low, decimals), words.number(high, decimals))
        })
    }
}

/// A number in a table, with what is behind it.
pub(super) struct Number {
    pub(super) text: String,
    pub(super) interval: String,
    pub(super) href: String,
}

/// A time in the table.
pub(super) struct TimeRow {
    pub(super) slot: String,
    /// "incomplete", in words. That a year is thin is told by its documents.
    pub(super) mark: String,
    pub(super) is_empty: bool,
    pub(super) documents: String,
    pub(super) documents_href: String,
    pub(super) cells: Vec<Number>,
}

/// A series of a trend: a value for each time that has one.
pub(super) struct Series {
    pub(super) name: String,
    pub(super) values: Vec<Value>,
}

/// The numbers of one query at one time.
#[derive(Debug, Clone)]
pub(super) struct Value {
    /// `None` for documents without a year.
    pub(super) label: Option<String>,
    pub(super) value: Option<(f64, Option<(f64, f64)>)>,
    pub(super) n: u64,
    pub(super) n_docs: u64,
    pub(super) n_docs_with: u64,
    pub(super) is_thin: bool,
    pub(super) is_incomplete: bool,
}

/// What is counted, of which documents, and how numbers are written.
pub(super) struct Figure<'q> {
    pub(super) question: &'q Question,
    pub(super) selection: &'q Selection,
    pub(super) measure: Measure,
    pub(super) asked: &'q [Countable],
    /// As the user wrote them.
    pub(super) names: &'q [String],
    /// How often each occurs in each document.
    pub(super) totals: &'q [(String, DocumentTotals)],
    /// The first year that is incomplete.
    pub(super) incomplete_from: Option<i16>,
}

impl Figure<'_> {
    fn words(&self) -> &Words {
        self.question.words()
    }

    /// The counts by `dimensions` of the documents `is_kept`.
    pub(super) fn split(&self, dimensions: &[Dimension], is_kept: &[bool]) -> Result<Split, Problem> {
        let split = SplitQuestion {
            dimensions,
            axis: self.selection.axis,
            asked: self.asked,
            restriction: self.selection.restriction.as_ref(),
            is_kept: Some(is_kept),
            years: self.selection.year_range(),
        };
        Ok(split.of_totals(&self.question.view.results, self.totals.to_vec())?)
    }

    /// The series by year of the documents `is_kept`.
    pub(super) fn series(&self, is_kept: &[bool]) -> Result<Vec<Series>, Problem> {
        let split = self.split(&[Dimension::Year], is_kept)?;
        let rows = split.rows();
        let of_query = rows.chunk_by(|a, b| std::ptr::eq(a.counts.concept, b.counts.concept));
        let series = of_query.zip(self.names).map(|(rows, name)| Series {
            name: name.clone(),
            values: rows.iter().map(|row| self.value(row)).collect(),
        });
        Ok(series.collect())
    }

    /// The numbers over all times.
    pub(super) fn pooled(&self, is_kept: &[bool]) -> Result<Vec<Value>, Problem> {
        let split = self.split(&[], is_kept)?;
        Ok(split.rows().iter().map(|row| self.value(row)).collect())
    }

    fn value(&self, row: &StratumRow<'_>) -> Value {
        let label = row.values.first().copied().flatten().map(str::to_owned);
        let year = label.as_deref().and_then(first_year);
        let is_incomplete = self.selection.axis == TimeAxis::Analysis
            && year.zip(self.incomplete_from).is_some_and(|(year, from)| year >= from);
        Value {
            label,
            value: self.measure.value(row),
            n: row.counts.frequency.n,
            n_docs: row.counts.n_docs,
            n_docs_with: row.counts.n_docs_with,
            is_thin: row.coverage == Coverage::Thin,
            is_incomplete,
        }
    }

    /// Where the mentions behind a number are: those of the query `name` at the time `label`, with the parameters `of_part`.
    pub(super) fn href(&self, name: &str, label: Option<&str>, of_part: &Params) -> String {
        of_time(&of_part.with("q", name), label).to("/concordance")
    }

    /// The parameters that all links take along.
    pub(super) fn params(&self) -> Params {
        selection_params(self.question)
    }

    /// The figures of a point in words.
    fn title(&self, name: &str, value: &Value) -> String {
        let words = self.words();
        let label = value.label.as_deref().unwrap_or_default();
        let Some((number, interval)) = value.value else { return format!("{name} {label}") };
        let interval = self.measure.interval(words, interval);
        let interval = if interval.is_empty() { interval } else { format!(" [{interval}]") };
        format!(
            "{name} {label}: {}{interval}, {}, {}",
            self.measure.written(words, number),
            words.count("n-hits", value.n as i64),
            words.count("n-documents", value.n_docs as i64)
        )
    }

    fn plot_series(&self, series: &Series, of_part: &Params, has_links: bool) -> PlotSeries {
        let dated = series.values.iter().filter(|value| value.label.is_some());
        let point = |value: &Value| {
            let (number, interval) = value.value?;
            Some(PlotPoint {
                value: number,
                interval,
                has_hits: value.n > 0,
                is_thin: value.is_thin || value.is_incomplete,
                title: self.title(&series.name, value),
                href: has_links.then(|| self.href(&series.name, value.label.as_deref(), of_part)),
            })
        };
        PlotSeries { name: series.name.clone(), points: dated.map(point).collect() }
    }

    /// The times of `series`, each with its documents.
    pub(super) fn slots(&self, series: &[Series], n_of_file: &dyn Fn(&str) -> u64) -> Vec<PlotSlot> {
        let Some(first) = series.first() else { return Vec::new() };
        let dated: Vec<&Value> = first.values.iter().filter(|value| value.label.is_some()).collect();
        let every = label_step(dated.len());
        let slot = |value: &&Value| {
            let label = value.label.clone().unwrap_or_default();
            let is_labelled =
                first_year(&label).is_some_and(|year| i32::from(year) % every == 0) || dated.len() == 1;
            PlotSlot { n_docs_of_file: n_of_file(&label), label, is_labelled, n_docs: value.n_docs }
        };
        dated.iter().map(slot).collect()
    }

    /// The chart of `series` as parts of a page.
    pub(super) fn parts(
        &self,
        (id, title): (&str, &str),
        series: &[Series],
        slots: &[PlotSlot],
        (highest, has_whiskers): (Option<f64>, bool),
        of_part: &Params,
    ) -> PlotParts {
        let drawn = self.drawn(series, of_part, true);
        self.with_plot((id, title), &drawn, slots, (highest, has_whiskers), Frame::Fluid, plot_parts)
    }

    /// The series that a chart has room for.
    pub(super) fn drawn(&self, series: &[Series], of_part: &Params, has_links: bool) -> Vec<PlotSeries> {
        series
            .iter()
            .take(PLOT_SERIES_MAX)
            .map(|series| self.plot_series(series, of_part, has_links))
            .collect()
    }

    /// What `draw` makes of the chart of `drawn`.
    pub(super) fn with_plot<T>(
        &self,
        (id, title): (&str, &str),
        drawn: &[PlotSeries],
        slots: &[PlotSlot],
        (highest, has_whiskers): (Option<f64>, bool),
        frame: Frame,
        draw: impl Fn(&Plot<'_>) -> T,
    ) -> T {
        let words = self.words();
        let names: Vec<String> = drawn.iter().map(|series| series.name.clone()).collect();
        let range = match slots {
            [first, .., last] => format!("{}–{}", first.label, last.label),
            [one] => one.label.clone(),
            [] => String::new(),
        };
        let description =
            words.with("chart-description", &[("names", &words.list(&names)), ("range", &range)]);
        draw(&Plot {
            slots,
            series: drawn,
            highest,
            id,
            title,
            description: &description,
            none: &words.t("no-documents-small"),
            documents: &words.t("documents-per-year"),
            number: &|value| words.number(value, decimals(value)),
            has_whiskers,
            frame,
        })
    }

    /// The rows of the table beside the chart.
    pub(super) fn rows(&self, series: &[Series]) -> Vec<TimeRow> {
        let (words, params) = (self.words(), self.params());
        let Some(first) = series.first() else { return Vec::new() };
        let row = |(at, value): (usize, &Value)| {
            let label = value.label.as_deref();
            let mark = match value {
                value if value.is_incomplete && value.n_docs > 0 => words.t("incomplete"),
                _ => String::new(),
            };
            let cells = series.iter().map(|series| self.number(&series.name, &series.values[at], &params));
            TimeRow {
                slot: label.map_or_else(|| words.t("without-year"), str::to_owned),
                mark,
                is_empty: value.n_docs == 0,
                documents: words.n(value.n_docs as i64),
                documents_href: format!("{}#dokumenter", of_time(&params, label).to("/corpus")),
                cells: cells.collect(),
            }
        };
        first.values.iter().enumerate().map(row).collect()
    }

    /// A number of a table.
    pub(super) fn number(&self, name: &str, value: &Value, of_part: &Params) -> Number {
        let words = self.words();
        let (text, interval) = match value.value {
            Some((number, interval)) => {
                (self.measure.written(words, number), self.measure.interval(words, interval))
            }
            None => ("–".to_owned(), String::new()),
        };
        Number { text, interval, href: self.href(name, value.label.as_deref(), of_part) }
    }
}

/// `params` with the year of `label` only.
fn of_time(params: &Params, label: Option<&str>) -> Params {
    match label.and_then(first_year) {
        Some(year) => params.with("from", &year.to_string()).with("to", &year.to_string()),
        None => params.clone(),
    }
}

/// The year with which a label begins.
pub(super) fn first_year(label: &str) -> Option<i16> {
    label.get(..4)?.parse().ok()
}

/// Every how many years a label is written.
fn label_step(n_slots: usize) -> i32 {
    match n_slots {
        0..=8 => 1,
        9..=14 => 2,
        15..=60 => 5,
        61..=120 => 10,
        _ => 50,
    }
}

/// The decimals of a number of the axis.
fn decimals(value: f64) -> usize {
    match value {
        value if value.fract() == 0.0 => 0,
        value if value < 0.1 => 2,
        _ => 1,
    }
}
