//! A chart of rates by year as SVG with one line for each concept, so that they can be compared.

use super::chart::{Chart, ChartYears, Panel, rate, year};
use super::plot::{Frame, Plot, PlotPoint, PlotSeries, PlotSlot, plot_file};

/// The rates, in pixels.
const FRAME: Frame = Frame::Fixed(900.0, 320.0);

/// The panels of `chart` as lines of one drawing.
pub(crate) fn overlay_svg(chart: &Chart<'_>) -> String {
    let words = chart.language.words();
    let years = ChartYears::of(chart.panels.iter().flat_map(|panel| &panel.rows));
    let slots = years.as_ref().map_or_else(Vec::new, |years| slots(chart, years));
    let series: Vec<PlotSeries> = match &years {
        Some(years) => chart.panels.iter().map(|panel| series(chart, panel, years)).collect(),
        None => Vec::new(),
    };
    let names: Vec<&str> = chart.panels.iter().map(|panel| panel.name).collect();
    let mut caption = vec![if years.is_some() { words.key_of_lines } else { words.nothing }.to_owned()];
    caption.extend(chart.caption.iter().cloned());
    let plot = Plot {
        slots: &slots,
        series: &series,
        highest: None,
        id: "p",
        title: words.title,
        description: &names.join(", "),
        none: words.no_documents,
        documents: words.documents_by_year,
        number: &|value| chart.language.number(value),
        has_whiskers: false,
        frame: FRAME,
    };
    plot_file(&plot, words.unit, &caption)
}

/// All years from the first to the last, with the documents of each, which are the same for all panels.
fn slots(chart: &Chart<'_>, years: &ChartYears) -> Vec<PlotSlot> {
    let labelled = years.labelled();
    let slot = |of_year: i16| {
        let row = chart.panels.first().and_then(|panel| row_of(panel, of_year));
        PlotSlot {
            label: of_year.to_string(),
            is_labelled: labelled.contains(&of_year),
            n_docs: row.map_or(0, |row| row.n_docs),
            n_docs_of_file: row.and_then(|row| row.n_docs_of_file).unwrap_or(0),
        }
    };
    (years.first..=years.last).map(slot).collect()
}

fn series(chart: &Chart<'_>, panel: &Panel<'_>, years: &ChartYears) -> PlotSeries {
    let point = |of_year: i16| {
        let row = row_of(panel, of_year).filter(|row| row.frequency.n_tokens > 0)?;
        Some(PlotPoint {
            value: rate(row),
            interval: row.estimate().interval.map(|interval| (interval.low, interval.high)),
            has_hits: row.frequency.n > 0,
            is_thin: chart.is_unsure(row),
            title: format!("{} {}", panel.name, chart.language.figures(row)),
            href: None,
        })
    };
    PlotSeries { name: panel.name.to_owned(), points: (years.first..=years.last).map(point).collect() }
}

fn row_of<'p>(panel: &'p Panel<'_>, of_year: i16) -> Option<&'p crate::trend::YearRow<'p>> {
    panel.rows.iter().copied().find(|row| row.year.is_some() && year(row) == of_year)
}
