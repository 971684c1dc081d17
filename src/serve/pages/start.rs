//! The first page: terms and concepts over time, as a chart and as a table with the same numbers, each a way to its passages.

use super::super::api;
use super::super::params::Params;
use super::super::problem::Problem;
use super::super::reply::{Reply, TableFormat};
use super::super::route::Question;
use super::super::selection::{Selection, UNKNOWN};
use super::super::words::Words;
use super::citation::{self, Cited};
use super::controls::{Choice, active, axes, controls, selection_params};
use super::trend_figure::{Figure, Measure, Number, Series, TimeRow, first_year};
use super::{Link, Shell, kind_name, language_name, terms, vega};
use crate::pipeline::{self, totals};
use crate::report::{Frame, PLOT_SERIES_MAX, PlotParts, PlotSlot, plot_file};
use crate::results::{Countable, DocumentTotals};
use crate::text::Stratum;
use crate::trend::{self, Dimension, TimeAxis};
use askama::Template;
use std::collections::BTreeMap;

/// Terms of one page.
const TERMS_MAX: usize = 12;
/// Concepts that are offered below the field.
const SUGGESTIONS: usize = 6;
/// Parts of a split that have a chart of their own; the others are drawn together.
const PARTS_MAX: usize = 5;
/// Concepts that are shown when nothing was asked.
const FIRST_CONCEPTS: usize = 3;
/// Width of a chart as a file, and height of its rates.
const FILE_SIZE: (f64, f64) = (960.0, 340.0);

struct Chip {
    number: usize,
    name: String,
    without: String,
    remove: String,
}

struct Multiple {
    name: String,
    documents: String,
    parts: PlotParts,
}

/// The chart and the table.
struct TrendShown {
    unit: String,
    sample: String,
    parts: PlotParts,
    /// The first and the last year along the chart, when it has a place for each year between.
    range: Option<(i16, i16)>,
    has_intervals: bool,
    has_years_of_file: bool,
    how: String,
    queries: String,
    filters: String,
    tables: Vec<Link>,
    files: Vec<Link>,
    permanent: String,
    citation: String,
    bibtex: String,
    csl: String,
    table_note: String,
    slot_name: String,
    rows: Vec<TimeRow>,
    totals: Vec<Number>,
    hits: Vec<Number>,
    total_documents: String,
    multiples: Vec<Multiple>,
    split_heading: String,
    split_table: String,
}

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage<'a> {
    w: &'a Words,
    shell: Shell,
    heading: String,
    chips: Vec<Chip>,
    concepts: Vec<&'a str>,
    suggestions: Vec<Link>,
    all_concepts: String,
    codebook: String,
    controls: String,
    notes: Vec<String>,
    figure: Option<TrendShown>,
}

/// What the page is about.
struct Asked {
    names: Vec<String>,
    countables: Vec<Countable>,
    totals: Vec<(String, DocumentTotals)>,
}

impl Asked {
    fn of(question: &Question, selection: &Selection) -> Result<Asked, Problem> {
        let view = &question.view;
        let mut names = terms(&question.params);
        if names.is_empty() {
            names = view
                .results
                .concepts()
                .iter()
                .take(FIRST_CONCEPTS)
                .map(|concept| concept.name.clone())
                .collect();
        }
        if names.len() > TERMS_MAX {
            return Err(Problem::new(422, format!("more than {TERMS_MAX} terms")));
        }
        let countables: Vec<Countable> = names
            .iter()
            .map(|name| selection.in_passages(view, view.countable(name)?))
            .collect::<Result<_, _>>()?;
        let totals = totals(&view.results, &countables)?;
        Ok(Asked { names, countables, totals })
    }
}

/// `GET /`
pub(in super::super) fn start(question: &Question) -> Result<Reply, Problem> {
    let selection = Selection::of(question)?;
    let measure = Measure::of(question)?;
    let asked = Asked::of(question, &selection)?;
    let strata = question.view.results.strata()?;
    let kept: Vec<Stratum> = strata
        .iter()
        .zip(&selection.is_kept)
        .filter(|(_, is_kept)| **is_kept)
        .map(|(stratum, _)| *stratum)
        .collect();
    let years = trend::documents_by_year(&kept);
    let figure = Figure {
        question,
        selection: &selection,
        measure,
        asked: &asked.countables,
        names: &asked.names,
        totals: &asked.totals,
        incomplete_from: years.iter().find(|(_, year)| !year.is_complete).map(|(year, _)| *year),
    };
    match question.params.get("format") {
        Some(format) => file(question, &figure, &kept, format),
        None => page(question, &figure, &kept),
    }
}

fn page(question: &Question, figure: &Figure<'_>, kept: &[Stratum]) -> Result<Reply, Problem> {
    let words = question.words();
    let params = &question.params;
    let concepts: Vec<&str> =
        question.view.results.concepts().iter().map(|concept| concept.name.as_str()).collect();
    let with_names = figure.names.iter().fold(params.without(&["q"]), |params, name| params.and("q", name));
    let chip = |(number, name): (usize, &String)| Chip {
        number: number.min(PLOT_SERIES_MAX),
        name: name.clone(),
        without: figure
            .names
            .iter()
            .filter(|other| *other != name)
            .fold(params.without(&["q"]), |params, name| params.and("q", name))
            .to("/"),
        remove: words.about("remove", "name", name),
    };
    let others = concepts.iter().filter(|name| !figure.names.iter().any(|chosen| chosen == *name));
    let suggestions =
        others.take(SUGGESTIONS).map(|name| Link::new(*name, with_names.and("q", name).to("/")));
    let mut notes = super::other_snapshot(question);
    if figure.names.len() > PLOT_SERIES_MAX {
        notes.push(words.about("more-than-five", "n", &PLOT_SERIES_MAX.to_string()));
    }
    for ((name, totals), asked) in figure.totals.iter().zip(figure.asked) {
        if totals.n.iter().all(|n| *n == 0) {
            notes.push(nothing_found(question, name, asked)?);
        }
    }
    let page = StartPage {
        w: words,
        shell: Shell::new(question, "/", "/"),
        heading: if figure.names.is_empty() { words.t("menu-trends") } else { words.list(figure.names) },
        chips: (1..).zip(figure.names).map(chip).collect(),
        suggestions: suggestions.collect(),
        all_concepts: words.count("all-concepts", concepts.len() as i64),
        concepts,
        codebook: params.only(&["ui"]).to("/codebook"),
        controls: controls(question, figure.selection, choices(question)?, &[])?,
        notes,
        figure: if figure.names.is_empty() { None } else { Some(shown(question, figure, kept)?) },
    };
    Ok(Reply::html(page.render()?))
}

/// A term without hits, and what the texts have instead.
pub(super) fn nothing_found(question: &Question, name: &str, asked: &Countable) -> Result<String, Problem> {
    let words = question.words();
    let documents = words.n(question.view.n_documents as i64);
    let nothing = words.with("nothing-found", &[("name", name), ("documents", &documents)]);
    let Countable::Query(_, query) = asked else { return Ok(nothing) };
    let near = question.view.results.suggestions(query)?;
    if near.is_empty() {
        return Ok(nothing);
    }
    let near: Vec<String> =
        near.iter().map(|found| format!("{} ({})", found.word, words.n(found.n as i64))).collect();
    Ok(format!("{nothing} {}", words.about("nearest", "words", &near.join(", "))))
}

fn choices(question: &Question) -> Result<Vec<Choice>, Problem> {
    let words = question.words();
    let measures = Measure::NAMES.map(|name| (name, words.t(&format!("measure-{name}"))));
    let mut splits: Vec<(String, String)> =
        ["", "kind", "issuer", "issuer_today", "addressee", "addressee_today", "language", "source"]
            .map(|name| (name.to_owned(), words.t(if name.is_empty() { "not-split" } else { name })))
            .into();
    let own = question.view.results.own_columns()?;
    splits.extend(own.into_iter().map(|column| (column.clone(), column)));
    let splits: Vec<(&str, String)> =
        splits.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    Ok(vec![
        Choice::new(question, "measure", words.t("measure"), &measures),
        Choice::new(question, "by", words.t("split-by"), &splits),
        axes(question),
    ])
}

fn shown(question: &Question, figure: &Figure<'_>, kept: &[Stratum]) -> Result<TrendShown, Problem> {
    let (words, selection, measure) = (question.words(), figure.selection, figure.measure);
    let series = figure.series(&selection.is_kept)?;
    let of_file = years_of_file(selection, kept);
    let slots = figure.slots(&series, &|label| {
        first_year(label).and_then(|year| of_file.get(&year)).copied().unwrap_or_default()
    });
    let params = figure.params();
    let unit = words.t(&format!("unit-{}", measure.name()));
    let title = format!("{unit}: {}", words.list(figure.names));
    let parts = figure.parts(("d", &title), &series, &slots, (None, false), &params);
    let pooled = figure.pooled(&selection.is_kept)?;
    let here = question.params.without(&["format", "snapshot"]);
    let formats = [("CSV", "csv"), ("Excel", "xlsx"), ("Parquet", "parquet")];
    let files = [("SVG", "svg"), ("PNG", "png"), ("Vega-Lite", "vega")];
    let link = |(text, format): (&str, &str)| Link::new(text, here.with("format", format).to("/"));
    let n_tokens: u64 = kept.iter().map(|stratum| stratum.n_tokens).sum();
    let (multiples, split_heading) = multiples(question, figure, &slots)?;
    let split_table = api_params(question, figure).to("/api/v1/trends");
    Ok(TrendShown {
        sample: sample(words, &slots, kept.len()),
        parts,
        range: range(&slots),
        has_intervals: measure.has_interval(),
        has_years_of_file: !of_file.is_empty(),
        how: how(words, measure, kept.len(), n_tokens),
        queries: figure.names.join(" | "),
        filters: format!(
            "{} · {}",
            words.t(&format!("axis-{}", axis_name(selection.axis))),
            active(question, selection)
        ),
        tables: formats.map(link).into(),
        files: files.map(link).into(),
        permanent: here.with("snapshot", &question.view.snapshot).to("/"),
        citation: citation::text(question, &cited(question, figure)),
        bibtex: here.with("format", "bibtex").to("/"),
        csl: here.with("format", "csl").to("/"),
        table_note: words.t(if measure.has_interval() { "table-note" } else { "table-note-plain" }),
        slot_name: words.t(if selection.axis == TimeAxis::Session { "session" } else { "year" }),
        rows: figure.rows(&series),
        totals: pooled
            .iter()
            .zip(figure.names)
            .map(|(value, name)| figure.number(name, value, &params))
            .collect(),
        hits: pooled
            .iter()
            .map(|value| Number {
                text: words.n(value.n as i64),
                interval: words.count("in-documents", value.n_docs_with as i64),
                href: String::new(),
            })
            .collect(),
        total_documents: words.n(kept.len() as i64),
        multiples,
        split_heading,
        split_table,
        unit,
    })
}

/// The first and the last year of `slots`. `None` when they are not one for each year.
fn range(slots: &[PlotSlot]) -> Option<(i16, i16)> {
    let (first, last) = (first_year(&slots.first()?.label)?, first_year(&slots.last()?.label)?);
    (usize::try_from(last - first + 1).ok()? == slots.len()).then_some((first, last))
}

fn axis_name(axis: TimeAxis) -> &'static str {
    TimeAxis::NAMES[match axis {
        TimeAxis::Analysis => 0,
        TimeAxis::Published => 1,
        TimeAxis::Concerned => 2,
        TimeAxis::Session => 3,
    }]
}

fn sample(words: &Words, slots: &[PlotSlot], n_documents: usize) -> String {
    let documents = words.count("n-documents", n_documents as i64);
    match slots {
        [first, .., last] => format!("{}–{}, {documents}", first.label, last.label),
        [one] => format!("{}, {documents}", one.label),
        [] => documents,
    }
}

fn how(words: &Words, measure: Measure, n_documents: usize, n_tokens: u64) -> String {
    let documents = words.count("n-documents", n_documents as i64);
    let tokens = words.count("n-words", n_tokens as i64);
    words.with(&format!("how-{}", measure.name()), &[("documents", &documents), ("words", &tokens)])
}

/// Documents by year whose year only the file tells, along the axis of analysis.
fn years_of_file(selection: &Selection, kept: &[Stratum]) -> BTreeMap<i16, u64> {
    let mut counts = BTreeMap::new();
    if selection.axis == TimeAxis::Analysis {
        for stratum in kept.iter().filter(|stratum| stratum.is_year_of_file) {
            if let Some(year) = stratum.year {
                *counts.entry(year).or_default() += 1;
            }
        }
    }
    counts
}

/// The charts of the largest parts, then of the others together, and the heading above them.
fn multiples(
    question: &Question,
    figure: &Figure<'_>,
    all_slots: &[PlotSlot],
) -> Result<(Vec<Multiple>, String), Problem> {
    let words = question.words();
    let Some(by) = question.params.get("by") else { return Ok((Vec::new(), String::new())) };
    let dimension = api::dimension(question, by)?;
    let parts = parts(question, figure.selection, &dimension)?;
    let mut of_parts = Vec::new();
    for (name, is_kept) in &parts {
        of_parts.push((name, is_kept, figure.series(is_kept)?));
    }
    let values = of_parts.iter().flat_map(|(_, _, series)| series.iter().flat_map(|series| &series.values));
    let highest = values.filter_map(|value| value.value).map(|(value, _)| value).fold(0.0, f64::max);
    let mut multiples = Vec::new();
    for (number, (name, is_kept, series)) in of_parts.iter().enumerate() {
        let series: Vec<Series> = series.iter().map(|series| aligned(series, all_slots)).collect();
        let slots = figure.slots(&series, &|_| 0);
        let of_part = match name {
            Some(value) if super::super::selection::NAMES.contains(&by) => figure.params().with(by, value),
            Some(value) => figure.params().with("where", &format!("{by}:\"{value}\"")),
            None => figure.params(),
        };
        let shown = match (name.as_deref(), by) {
            (None, _) => words.t("others"),
            (Some(UNKNOWN), "language") => words.t("unsure"),
            (Some(UNKNOWN), _) => words.t("unknown"),
            (Some(kind), "kind") => kind_name(kind),
            (Some(code), "language") => language_name(words, Some(code)),
            (Some(value), _) => value.to_owned(),
        };
        let n_documents = is_kept.iter().filter(|is_kept| **is_kept).count();
        let id = format!("p{number}");
        multiples.push(Multiple {
            documents: words.count("n-documents", n_documents as i64),
            parts: figure.parts((&id, &shown), &series, &slots, (Some(highest), true), &of_part),
            name: shown,
        });
    }
    let known = Dimension::of_name(by).is_some();
    let property = if known { words.t(by).to_lowercase() } else { by.to_owned() };
    Ok((multiples, words.about("split-heading", "property", &property)))
}

/// `series` with a value for each of `slots`: a part need not have the years of the whole.
fn aligned(series: &Series, slots: &[PlotSlot]) -> Series {
    let value = |slot: &PlotSlot| {
        let found = series.values.iter().find(|value| value.label.as_deref() == Some(&slot.label));
        found.cloned().unwrap_or(super::trend_figure::Value {
            label: Some(slot.label.clone()),
            value: None,
            n: 0,
            n_docs: 0,
            n_docs_with: 0,
            is_thin: false,
            is_incomplete: false,
        })
    };
    Series { name: series.name.clone(), values: slots.iter().map(value).collect() }
}

/// A part of a split: its value, `None` for all others, and for each document whether it is in it.
type SplitPart = (Option<String>, Vec<bool>);

/// The largest parts of the kept documents by `dimension`, then the others together.
fn parts(
    question: &Question,
    selection: &Selection,
    dimension: &Dimension,
) -> Result<Vec<SplitPart>, Problem> {
    let entries = question.view.results.documents()?;
    let value = |entry| dimension.text(entry).unwrap_or_else(|| UNKNOWN.to_owned());
    let values: Vec<String> = entries.iter().map(value).collect();
    let mut sizes = BTreeMap::<&str, usize>::new();
    for (value, _) in values.iter().zip(&selection.is_kept).filter(|(_, is_kept)| **is_kept) {
        *sizes.entry(value).or_default() += 1;
    }
    let mut sizes: Vec<(&str, usize)> = sizes.into_iter().collect();
    sizes.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let n_shown = if sizes.len() > PARTS_MAX + 1 { PARTS_MAX } else { sizes.len() };
    let (shown, others) = sizes.split_at(n_shown);
    let of = |is_in: &dyn Fn(&str) -> bool| -> Vec<bool> {
        values.iter().zip(&selection.is_kept).map(|(value, is_kept)| *is_kept && is_in(value)).collect()
    };
    let mut parts: Vec<SplitPart> =
        shown.iter().map(|(name, _)| (Some((*name).to_owned()), of(&|value| value == *name))).collect();
    if !others.is_empty() {
        parts.push((None, of(&|value| others.iter().any(|(other, _)| *other == value))));
    }
    Ok(parts)
}

/// The parameters of the same numbers at the API.
fn api_params(question: &Question, figure: &Figure<'_>) -> Params {
    let params = figure
        .names
        .iter()
        .fold(selection_params(question).without(&["ui"]), |params, name| params.and("q", name));
    let params = match question.params.get("by") {
        Some(by) => params.and("by", by).and("by", "year"),
        None => params,
    };
    params.and("format", "csv")
}

/// The numbers or the chart of the page as a file.
fn file(question: &Question, figure: &Figure<'_>, kept: &[Stratum], format: &str) -> Result<Reply, Problem> {
    let snapshot = &question.view.snapshot;
    if let Some(format) = TableFormat::of_name(format) {
        let mut dimensions = vec![Dimension::Year];
        if let Some(by) = question.params.get("by") {
            dimensions.insert(0, api::dimension(question, by)?);
        }
        return api::trend_rows(question, figure.selection, &dimensions, figure.asked)?
            .reply(format, snapshot);
    }
    match format {
        "svg" => Ok(Reply::new("image/svg+xml", chart_file(question, figure, kept)?)
            .named(format!("trend-{snapshot}.svg"))),
        "png" => {
            let png = pipeline::png_of(&chart_file(question, figure, kept)?)?;
            Ok(Reply::new("image/png", png).named(format!("trend-{snapshot}.png")))
        }
        "vega" => {
            let series = figure.series(&figure.selection.is_kept)?;
            let unit = question.words().t(&format!("unit-{}", figure.measure.name()));
            let spec =
                vega::specification(&series, &unit, &citation::text(question, &cited(question, figure)));
            Ok(Reply::json(&spec).named(format!("trend-{snapshot}.vl.json")))
        }
        "bibtex" => Ok(citation::bibtex(question, &cited(question, figure))),
        "csl" => Ok(citation::csl(question, &cited(question, figure))),
        other => Err(Problem::parameter("format", format!("'{other}' is not a format of this page"))),
    }
}

fn chart_file(question: &Question, figure: &Figure<'_>, kept: &[Stratum]) -> Result<String, Problem> {
    let words = question.words();
    let series = figure.series(&figure.selection.is_kept)?;
    let of_file = years_of_file(figure.selection, kept);
    let slots = figure.slots(&series, &|label| {
        first_year(label).and_then(|year| of_file.get(&year)).copied().unwrap_or_default()
    });
    let n_tokens: u64 = kept.iter().map(|stratum| stratum.n_tokens).sum();
    let caption = [
        how(words, figure.measure, kept.len(), n_tokens),
        format!("{} {} · {}", words.t("query"), figure.names.join(" | "), active(question, figure.selection)),
        citation::text(question, &cited(question, figure)),
    ];
    let unit = words.t(&format!("unit-{}", figure.measure.name()));
    let drawn = figure.drawn(&series, &figure.params(), false);
    let title = words.list(figure.names);
    let frame = Frame::Fixed(FILE_SIZE.0, FILE_SIZE.1);
    let draw = |plot: &crate::report::Plot<'_>| plot_file(plot, &unit, &caption);
    Ok(figure.with_plot(("d", &title), &drawn, &slots, (None, false), frame, draw))
}

/// What a citation of the page names.
fn cited(question: &Question, figure: &Figure<'_>) -> Cited {
    let words = question.words();
    Cited {
        title: words.with(
            "cite-title",
            &[
                ("names", &words.list(figure.names)),
                ("unit", &words.t(&format!("unit-{}", figure.measure.name())).to_lowercase()),
            ],
        ),
        address: question
            .params
            .without(&["format", "snapshot"])
            .with("snapshot", &question.view.snapshot)
            .to("/"),
    }
}
