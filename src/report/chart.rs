//! Charts of rates by year as SVG: small multiples, each with rates and their intervals, and the documents of each year below.
//!
//! Four different things look different: a rate; a rate of 0, which is a point on the axis; a year with few documents, a hollow
//! point; and a year without documents, which is hatched and breaks line and band. Each point has its figures as a tooltip, and the
//! chart a description, so that it can be read without seeing it.

use crate::stats::THIN_DOCUMENTS;
use crate::text::visible;
use crate::trend::YearRow;
use std::fmt::Write;

/// The language of the words in a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChartLanguage {
    /// English.
    En,
    /// Bokmål.
    Nb,
}

impl std::str::FromStr for ChartLanguage {
    type Err = String;

    fn from_str(code: &str) -> Result<ChartLanguage, String> {
        match code {
            "en" => Ok(ChartLanguage::En),
            "nb" => Ok(ChartLanguage::Nb),
            _ => Err("the languages of charts are en and nb".to_owned()),
        }
    }
}

/// One series by year.
pub(crate) struct Panel<'a> {
    pub(crate) name: &'a str,
    /// By year. Rows without a year are left out.
    pub(crate) rows: Vec<&'a YearRow<'a>>,
}

/// What a chart shows.
pub(crate) struct Chart<'a> {
    /// Panels without a mention in any year are named below the others and not drawn.
    pub(crate) panels: Vec<Panel<'a>>,
    /// Whether all panels have the same scale of rates: so for parts of one concept.
    pub(crate) has_one_scale: bool,
    /// The first of the latest years that are incomplete.
    pub(crate) incomplete_from: Option<i16>,
    /// How it was counted: query, restriction, snapshot, formula. A line each.
    pub(crate) caption: Vec<String>,
    pub(crate) language: ChartLanguage,
}

impl Chart<'_> {
    /// Whether the rate of a year rests on little: few documents, or the year is not over.
    pub(super) fn is_unsure(&self, row: &YearRow<'_>) -> bool {
        row.n_docs < THIN_DOCUMENTS as u64 || self.is_incomplete(row)
    }

    fn is_incomplete(&self, row: &YearRow<'_>) -> bool {
        row.year.is_some_and(|year| self.incomplete_from.is_some_and(|from| year >= from))
    }
}

/// The words of a chart in one language.
pub(super) struct ChartWords {
    pub(super) title: &'static str,
    pub(super) unit: &'static str,
    pub(super) documents: &'static str,
    documents_short: &'static str,
    key: [&'static str; 2],
    pub(super) incomplete: &'static str,
    pub(super) absent: &'static str,
    pub(super) nothing: &'static str,
    pub(super) no_documents: &'static str,
    pub(super) documents_by_year: &'static str,
    pub(super) key_of_lines: &'static str,
    pub(super) description: &'static str,
    decimal: &'static str,
}

const ENGLISH: ChartWords = ChartWords {
    title: "Mentions per million words, by year",
    unit: "mentions per million words",
    documents: "documents",
    documents_short: "docs",
    key: [
        "Band: 95 % interval, cut at the top of the panel. Hollow point: fewer than three documents. Hatched: no documents.",
        "Bars: documents of the year, all panels on one scale; outlined: the year is known only from the file. Dotted: upper limit between years without mentions.",
    ],
    incomplete: "Dashed line, hollow point: the year is incomplete.",
    absent: "No mentions",
    nothing: "No document has a year.",
    no_documents: "no documents",
    documents_by_year: "documents by year",
    key_of_lines: "Bands: 95 % intervals. Hollow points: fewer than three documents, or the year is incomplete. Bars: documents of the year; outlined: the year is known only from the file.",
    description: "One panel for each of",
    decimal: ".",
};

const BOKMAL: ChartWords = ChartWords {
    title: "Treff per million ord, etter år",
    unit: "treff per million ord",
    documents: "dokumenter",
    documents_short: "dok.",
    key: [
        "Bånd: 95 % intervall, kuttet øverst i ruten. Åpent punkt: færre enn tre dokumenter. Skravert: ingen dokumenter.",
        "Søyler: årets dokumenter, alle ruter på samme skala; omriss: året er bare kjent fra filen. Prikket: øvre grense mellom år uten treff.",
    ],
    incomplete: "Stiplet linje, åpent punkt: året er ufullstendig.",
    absent: "Ingen treff",
    nothing: "Ingen dokumenter har årstall.",
    no_documents: "ingen dokumenter",
    documents_by_year: "dokumenter etter år",
    key_of_lines: "Bånd: 95 % intervaller. Åpne punkter: færre enn tre dokumenter, eller året er ufullstendig. Søyler: årets dokumenter; omriss: året er bare kjent fra filen.",
    description: "En rute for hver av",
    decimal: ",",
};

impl ChartLanguage {
    pub(super) fn words(self) -> &'static ChartWords {
        match self {
            ChartLanguage::En => &ENGLISH,
            ChartLanguage::Nb => &BOKMAL,
        }
    }

    pub(super) fn number(self, value: f64) -> String {
        short(value).replace('.', self.words().decimal)
    }

    /// The figures of a point, as its tooltip.
    pub(super) fn figures(self, row: &YearRow<'_>) -> String {
        let interval = row.estimate().interval.map_or_else(String::new, |interval| {
            format!(" [{}–{}]", self.number(interval.low), self.number(interval.high))
        });
        let (n, n_tokens) = (row.frequency.n, self.number(row.frequency.n_tokens as f64));
        let (year, rate) = (year(row), self.number(rate(row)));
        let (with, n_docs) = (row.n_docs_with, row.n_docs);
        match self {
            ChartLanguage::En => format!(
                "{year}: {rate}{interval} per million; {n} mentions in {n_tokens} words, {with} of {n_docs} documents"
            ),
            ChartLanguage::Nb => format!(
                "{year}: {rate}{interval} per million; {n} treff i {n_tokens} ord, {with} av {n_docs} dokumenter"
            ),
        }
    }
}

/// Where things are, in pixels.
struct Layout {
    columns: usize,
    panel_width: f64,
    panel_height: f64,
    /// The rates, within a panel.
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

const HEAD: f64 = 92.0;
const LINE_HEIGHT: f64 = 16.0;
/// Text of 11 px has some 5.5 px a character.
const CHAR_WIDTH: f64 = 5.5;
/// Between the axis of rates and the bars below, and the height of the highest bar. Above the bars are their numbers.
const BARS_GAP: f64 = 26.0;
const BARS_HEIGHT: f64 = 26.0;
/// A number of documents of 9 px has room above a bar from this width of a year on.
const BAR_LABEL_WIDTH_MIN: f64 = 11.0;

impl Layout {
    fn of(n_panels: usize) -> Layout {
        let (columns, panel_width, height) = match n_panels {
            0 | 1 => (1, 800.0, 230.0),
            2 => (2, 500.0, 170.0),
            _ => (3, 340.0, 116.0),
        };
        let (left, top) = (50.0, 42.0);
        let panel_height = top + height + BARS_GAP + BARS_HEIGHT + 34.0;
        Layout { columns, panel_width, panel_height, left, top, width: panel_width - left - 26.0, height }
    }

    fn bottom(&self) -> f64 {
        self.top + self.height
    }

    fn bars_bottom(&self) -> f64 {
        self.bottom() + BARS_GAP + BARS_HEIGHT
    }
}

/// The chart as SVG.
pub(crate) fn chart_svg(chart: &Chart<'_>) -> String {
    let words = chart.language.words();
    let has_mentions = |panel: &&Panel<'_>| panel.rows.iter().any(|row| row.frequency.n > 0);
    let (drawn, absent): (Vec<&Panel<'_>>, Vec<&Panel<'_>>) = chart.panels.iter().partition(has_mentions);
    let layout = Layout::of(drawn.len());
    let width = layout.columns as f64 * layout.panel_width + 20.0;
    let lines = drawn.len().div_ceil(layout.columns);
    let panels_end = HEAD + lines as f64 * layout.panel_height;
    let notes = notes(chart, words, &absent, (width / CHAR_WIDTH) as usize);
    let height = panels_end + (notes.len() + 1) as f64 * LINE_HEIGHT + 8.0;
    let mut svg = String::new();
    head(&mut svg, (width, height), words, &drawn);
    match ChartYears::of(chart.panels.iter().flat_map(|panel| &panel.rows)) {
        Some(years) => {
            for (index, panel) in drawn.iter().enumerate() {
                let x = 10.0 + (index % layout.columns) as f64 * layout.panel_width;
                let y = HEAD + (index / layout.columns) as f64 * layout.panel_height;
                let of_scale =
                    if chart.has_one_scale { drawn.as_slice() } else { std::slice::from_ref(panel) };
                let drawing =
                    PanelDrawing { layout: &layout, years: &years, axis: Axis::of(of_scale), chart, words };
                push(&mut svg, format_args!("<g transform=\"translate({x} {y})\">\n"));
                drawing.panel(&mut svg, panel);
                svg.push_str("</g>\n");
            }
        }
        None => {
            push(&mut svg, format_args!("<text x=\"20\" y=\"{}\">{}</text>\n", HEAD + 8.0, words.nothing))
        }
    }
    for (note, index) in notes.iter().zip(1..) {
        let y = panels_end + f64::from(index) * LINE_HEIGHT;
        push(&mut svg, format_args!("<text class=\"note\" x=\"20\" y=\"{y}\">{}</text>\n", escape(note)));
    }
    svg.push_str("</svg>\n");
    svg
}

/// The lines below the panels.
fn notes(chart: &Chart<'_>, words: &ChartWords, absent: &[&Panel<'_>], chars_max: usize) -> Vec<String> {
    let names: Vec<&str> = absent.iter().map(|panel| panel.name).collect();
    let mut notes = if names.is_empty() { Vec::new() } else { wrapped(words.absent, &names, chars_max) };
    if chart.incomplete_from.is_some() {
        notes.push(words.incomplete.to_owned());
    }
    for line in &chart.caption {
        notes.extend(folded(line, chars_max));
    }
    notes
}

/// `text` in lines of at most `chars_max` characters, cut at spaces.
pub(super) fn folded(text: &str, chars_max: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("it begins with one");
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > chars_max {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

/// `LABEL: name, name, …` in lines of at most `chars_max` characters, cut between names.
pub(crate) fn wrapped(label: &str, names: &[&str], chars_max: usize) -> Vec<String> {
    let mut lines = vec![format!("{label}:")];
    for (index, name) in names.iter().enumerate() {
        let separator = if index + 1 < names.len() { "," } else { "" };
        let line = lines.last_mut().expect("it begins with one");
        if line.chars().count() + name.chars().count() + 2 > chars_max && !line.ends_with(':') {
            lines.push(format!("{name}{separator}"));
        } else {
            line.push_str(&format!(" {name}{separator}"));
        }
    }
    lines
}

/// The years and the greatest number of documents, shared by all panels.
pub(super) struct ChartYears {
    pub(super) first: i16,
    pub(super) last: i16,
    n_docs_max: u64,
}

impl ChartYears {
    pub(super) fn of<'a>(rows: impl Iterator<Item = &'a &'a YearRow<'a>> + Clone) -> Option<ChartYears> {
        let years = rows.clone().filter(|row| row.n_docs > 0).filter_map(|row| row.year);
        let n_docs_max = rows.map(|row| row.n_docs).max()?;
        Some(ChartYears { first: years.clone().min()?, last: years.max()?, n_docs_max: n_docs_max.max(1) })
    }

    /// The years that are written under the axis: a few round ones.
    pub(super) fn labelled(&self) -> Vec<i16> {
        let span = self.last - self.first;
        let step = [1, 2, 5, 10, 20, 50].into_iter().find(|step| span / step <= 5).unwrap_or(100);
        (self.first..=self.last).filter(|year| year % step == 0 || span == 0).collect()
    }
}

/// The axis of rates: from 0 to a round number.
pub(super) struct Axis {
    pub(super) top: f64,
    pub(super) step: f64,
}

impl Axis {
    /// Ends above the highest rate: intervals never squeeze the points.
    fn of(panels: &[&Panel<'_>]) -> Axis {
        let rates = panels.iter().flat_map(|panel| &panel.rows).filter_map(|row| row.frequency.per_million());
        Axis::to(rates.fold(0.0, f64::max))
    }

    /// Ends at or above `highest`.
    pub(super) fn to(highest: f64) -> Axis {
        if highest <= 0.0 {
            return Axis { top: 1.0, step: 0.5 };
        }
        let power = 10f64.powf((highest / 4.0).log10().floor());
        let step =
            [1.0, 2.0, 5.0, 10.0].into_iter().map(|digit| digit * power).find(|step| highest / step <= 4.0);
        let step = step.unwrap_or(10.0 * power);
        Axis { top: (highest / step).ceil() * step, step }
    }
}

fn head(svg: &mut String, (width, height): (f64, f64), words: &ChartWords, panels: &[&Panel<'_>]) {
    let names: Vec<&str> = panels.iter().map(|panel| panel.name).collect();
    push(
        svg,
        format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"group\" aria-labelledby=\"title desc\">\n\
             <title id=\"title\">{}</title>\n<desc id=\"desc\">{}: {}.</desc>\n",
            words.title,
            words.description,
            escape(&names.join(", "))
        ),
    );
    svg.push_str(STYLE);
    push(svg, format_args!("<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n"));
    push(svg, format_args!("<text class=\"big\" x=\"20\" y=\"30\">{}</text>\n", words.title));
    for (line, y) in words.key.iter().zip([52.0, 68.0]) {
        push(svg, format_args!("<text class=\"note\" x=\"20\" y=\"{y}\">{line}</text>\n"));
    }
}

/// Okabe–Ito blue for rates, told apart from the grey of the documents by lightness too.
const STYLE: &str = "<style>text{font:12px system-ui,'Segoe UI','Liberation Sans','DejaVu Sans',sans-serif;fill:#222}\
.name{font-weight:600;font-size:13px}.big{font-size:18px;font-weight:600}.note,.tick{fill:#555;font-size:11px}.n{fill:#555;font-size:9px}\
.grid{stroke:#e4e4e4}.axis{stroke:#888}.bar{fill:#c9c9c9}.of-file{fill:#fff;stroke:#999;stroke-width:1}\
.band{fill:#0072b2;fill-opacity:.14}.limit{fill:none;stroke:#0072b2;stroke-opacity:.5;stroke-dasharray:1 3}\
.line{fill:none;stroke:#0072b2;stroke-width:1.6}.dashed{stroke-dasharray:5 3}.interval{stroke:#0072b2;stroke-opacity:.45}\
.point{fill:#0072b2;stroke:#0072b2;stroke-width:1.5}.hollow{fill:#fff}.cut{fill:none;stroke:#0072b2}</style>\n\
<defs><pattern id=\"none\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
<line x1=\"0\" x2=\"0\" y1=\"0\" y2=\"5\" stroke=\"#ddd\" stroke-width=\"2\"/></pattern></defs>\n";

/// One panel with its scales.
struct PanelDrawing<'d> {
    layout: &'d Layout,
    years: &'d ChartYears,
    axis: Axis,
    chart: &'d Chart<'d>,
    words: &'d ChartWords,
}

impl PanelDrawing<'_> {
    fn year_width(&self) -> f64 {
        self.layout.width / f64::from(self.years.last - self.years.first + 1)
    }

    /// The middle of the column of a year.
    fn x(&self, year: i16) -> f64 {
        self.layout.left + (f64::from(year - self.years.first) + 0.5) * self.year_width()
    }

    /// The height of a rate; one above the axis is cut.
    fn y(&self, rate: f64) -> f64 {
        self.layout.bottom() - (rate / self.axis.top).min(1.0) * self.layout.height
    }

    fn panel(&self, svg: &mut String, panel: &Panel<'_>) {
        let dated: Vec<&YearRow<'_>> = panel.rows.iter().copied().filter(|row| row.year.is_some()).collect();
        let rated: Vec<&YearRow<'_>> =
            dated.iter().copied().filter(|row| row.frequency.n_tokens > 0).collect();
        let left = self.layout.left;
        push(svg, format_args!("<text class=\"name\" x=\"{left}\" y=\"16\">{}</text>\n", escape(panel.name)));
        push(svg, format_args!("<text class=\"tick\" x=\"{left}\" y=\"31\">{}</text>\n", self.words.unit));
        self.gaps(svg, &rated);
        self.axes(svg);
        for pair in rated.windows(2).filter(|pair| follows(pair[0], pair[1])) {
            self.band(svg, pair[0], pair[1]);
        }
        for pair in rated.windows(2).filter(|pair| follows(pair[0], pair[1])) {
            self.line(svg, pair[0], pair[1]);
        }
        for (index, row) in rated.iter().enumerate() {
            let has_before = index > 0 && follows(rated[index - 1], row);
            let has_after = rated.get(index + 1).is_some_and(|next| follows(row, next));
            if !has_before && !has_after {
                self.lone_interval(svg, row);
            }
            self.point(svg, row);
        }
        self.bars(svg, &dated);
    }

    /// Hatches the years without documents.
    fn gaps(&self, svg: &mut String, rated: &[&YearRow<'_>]) {
        let width = self.year_width();
        for year in (self.years.first..=self.years.last)
            .filter(|year| !rated.iter().any(|row| row.year == Some(*year)))
        {
            push(
                svg,
                format_args!(
                    "<rect x=\"{:.1}\" y=\"{}\" width=\"{width:.1}\" height=\"{}\" fill=\"url(#none)\"/>\n",
                    self.x(year) - width / 2.0,
                    self.layout.top,
                    self.layout.height
                ),
            );
        }
    }

    fn axes(&self, svg: &mut String) {
        let (left, right) = (self.layout.left, self.layout.left + self.layout.width);
        let n_steps = (self.axis.top / self.axis.step).round() as u32;
        for value in (0..=n_steps).map(|step| f64::from(step) * self.axis.step) {
            let (y, class) = (self.y(value), if value == 0.0 { "axis" } else { "grid" });
            push(
                svg,
                format_args!(
                    "<line class=\"{class}\" x1=\"{left}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>"
                ),
            );
            push(
                svg,
                format_args!(
                    "<text class=\"tick\" x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\n",
                    left - 6.0,
                    y + 4.0,
                    self.chart.language.number(value)
                ),
            );
        }
        let bottom = self.layout.bars_bottom();
        push(
            svg,
            format_args!(
                "<line class=\"axis\" x1=\"{left}\" x2=\"{right}\" y1=\"{bottom}\" y2=\"{bottom}\"/>"
            ),
        );
        for year in self.years.labelled() {
            push(
                svg,
                format_args!(
                    "<text class=\"tick\" x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{year}</text>\n",
                    self.x(year),
                    bottom + 14.0
                ),
            );
        }
    }

    /// The interval between two years: a band where either has mentions, otherwise its upper limit.
    fn band(&self, svg: &mut String, a: &YearRow<'_>, b: &YearRow<'_>) {
        let (Some(of_a), Some(of_b)) = (a.estimate().interval, b.estimate().interval) else { return };
        let (x_a, x_b) = (self.x(year(a)), self.x(year(b)));
        let [high_a, high_b, low_b, low_a] =
            [of_a.high, of_b.high, of_b.low, of_a.low].map(|rate| self.y(rate));
        if a.frequency.n == 0 && b.frequency.n == 0 {
            push(
                svg,
                format_args!("<path class=\"limit\" d=\"M{x_a:.1} {high_a:.1}L{x_b:.1} {high_b:.1}\"/>\n"),
            );
            return;
        }
        push(
            svg,
            format_args!(
                "<path class=\"band\" d=\"M{x_a:.1} {high_a:.1}L{x_b:.1} {high_b:.1}L{x_b:.1} {low_b:.1}L{x_a:.1} {low_a:.1}Z\"/>\n"
            ),
        );
    }

    fn line(&self, svg: &mut String, a: &YearRow<'_>, b: &YearRow<'_>) {
        let dashed = if self.chart.is_incomplete(b) { " dashed" } else { "" };
        let [from, to] = [a, b].map(|row| (self.x(year(row)), self.y(rate(row))));
        push(
            svg,
            format_args!(
                "<path class=\"line{dashed}\" d=\"M{:.1} {:.1}L{:.1} {:.1}\"/>\n",
                from.0, from.1, to.0, to.1
            ),
        );
    }

    /// The interval of a year between two without documents, which no band shows.
    fn lone_interval(&self, svg: &mut String, row: &YearRow<'_>) {
        if let Some(interval) = row.estimate().interval {
            let (x, low, high) = (self.x(year(row)), self.y(interval.low), self.y(interval.high));
            push(svg, format_args!("<path class=\"interval\" d=\"M{x:.1} {low:.1}V{high:.1}\"/>"));
        }
    }

    fn point(&self, svg: &mut String, row: &YearRow<'_>) {
        let (x, y) = (self.x(year(row)), self.y(rate(row)));
        if row.frequency.n > 0
            && row.estimate().interval.is_some_and(|interval| interval.high > self.axis.top)
        {
            let top = self.layout.top;
            push(
                svg,
                format_args!(
                    "<path class=\"cut\" d=\"M{:.1} {:.1}L{x:.1} {top:.1}L{:.1} {:.1}\"/>",
                    x - 3.0,
                    top + 4.0,
                    x + 3.0,
                    top + 4.0
                ),
            );
        }
        let hollow = if self.chart.is_unsure(row) { " hollow" } else { "" };
        push(
            svg,
            format_args!(
                "<circle class=\"point{hollow}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"><title>{}</title></circle>\n",
                self.chart.language.figures(row)
            ),
        );
    }

    /// The documents of each year. The part whose year only the file gives is an outline.
    fn bars(&self, svg: &mut String, rows: &[&YearRow<'_>]) {
        let (bottom, width) = (self.layout.bars_bottom(), (self.year_width() * 0.7).min(26.0));
        let height_of = |n: u64| n as f64 / self.years.n_docs_max as f64 * BARS_HEIGHT;
        for row in rows.iter().filter(|row| row.n_docs > 0) {
            let (x, height) = (self.x(year(row)), height_of(row.n_docs));
            let of_file = height_of(row.n_docs_of_file.unwrap_or(0));
            let mut bar = |class: &str, top: f64, height: f64| {
                push(
                    svg,
                    format_args!(
                        "<rect class=\"{class}\" x=\"{:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"><title>{}: {} {}</title></rect>",
                        x - width / 2.0,
                        year(row),
                        row.n_docs,
                        self.words.documents
                    ),
                );
            };
            bar("bar", bottom - height + of_file, height - of_file);
            if of_file > 0.0 {
                bar("of-file", bottom - height, of_file);
            }
            if self.year_width() >= BAR_LABEL_WIDTH_MIN {
                push(
                    svg,
                    format_args!(
                        "<text class=\"n\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                        bottom - height - 3.0,
                        row.n_docs
                    ),
                );
            }
            svg.push('\n');
        }
        if self.year_width() < BAR_LABEL_WIDTH_MIN {
            push(
                svg,
                format_args!(
                    "<text class=\"n\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n",
                    self.layout.left - 6.0,
                    bottom - BARS_HEIGHT + 6.0,
                    self.years.n_docs_max
                ),
            );
        }
        push(
            svg,
            format_args!(
                "<text class=\"n\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n",
                self.layout.left - 6.0,
                bottom,
                self.words.documents_short
            ),
        );
    }
}

/// Whether the second year is the one after the first.
fn follows(a: &YearRow<'_>, b: &YearRow<'_>) -> bool {
    a.year.map(|year| year + 1) == b.year
}

pub(super) fn year(row: &YearRow<'_>) -> i16 {
    row.year.expect("rows without a year were left out")
}

pub(super) fn rate(row: &YearRow<'_>) -> f64 {
    row.frequency.per_million().unwrap_or(0.0)
}

/// A number rounded for reading: no decimals above ten, thousands separated by a thin space.
pub(super) fn short(value: f64) -> String {
    if value < 10.0 && value.fract() > 0.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap_or("")).collect();
    groups.join("\u{2009}")
}

/// `text` as character data of XML, which has no place for control characters, not even as references.
pub(super) fn escape(text: &str) -> String {
    visible(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn push(svg: &mut String, text: std::fmt::Arguments<'_>) {
    svg.write_fmt(text).expect("a string takes all that is written to it");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::DocumentCount;

    fn named(concept: &'static str, year: i16, counts: &[u64]) -> YearRow<'static> {
        let documents = counts.iter().map(|n| DocumentCount { n: *n, n_tokens: 500 }).collect();
        YearRow::new(concept, Some(year), None, documents)
    }

    fn row(year: i16, n: u64) -> YearRow<'static> {
        named("mål & <mening>", year, &[n, 0, 1])
    }

    fn svg(rows: &[YearRow<'_>], caption: &str) -> String {
        let panels = rows
            .chunk_by(|a, b| a.concept == b.concept)
            .map(|rows| Panel { name: rows[0].concept, rows: rows.iter().collect() })
            .collect();
        let caption = vec![caption.to_owned()];
        let language = ChartLanguage::En;
        chart_svg(&Chart { panels, has_one_scale: false, incomplete_from: None, caption, language })
    }

    #[test]
    fn a_year_without_documents_breaks_line_and_band_and_is_hatched() {
        let svg = svg(&[row(2010, 1), row(2011, 2), row(2014, 3)], "");
        assert_eq!((svg.matches("class=\"line").count(), svg.matches("class=\"band").count()), (1, 1));
        assert_eq!((svg.matches("<circle").count(), svg.matches("url(#none)").count()), (3, 2));
    }

    #[test]
    fn a_year_with_few_documents_has_a_hollow_point() {
        let thin = named("x", 2011, &[1]);
        let svg = svg(&[named("x", 2010, &[1, 1, 0]), thin], "");
        assert_eq!((svg.matches("point\"").count(), svg.matches("point hollow").count()), (1, 1));
    }

    #[test]
    fn between_years_without_mentions_there_is_an_upper_limit_and_no_band() {
        let rows = [2010, 2011].map(|year| named("x", year, &[0; 3]));
        let svg = svg(&[&rows[..], &[named("x", 2012, &[5, 2, 2])]].concat(), "");
        assert_eq!((svg.matches("class=\"limit").count(), svg.matches("class=\"band").count()), (1, 1));
    }

    #[test]
    fn documents_dated_by_their_file_are_an_outlined_part_of_the_bar() {
        let mut row = row(2010, 1);
        row.n_docs_of_file = Some(1);
        let svg = svg(&[row], "");
        assert_eq!((svg.matches("class=\"of-file").count(), svg.matches("class=\"bar").count()), (1, 1));
    }

    #[test]
    fn names_are_escaped() {
        let svg = svg(&[row(2010, 1)], "a < b");
        assert!(svg.contains("mål &amp; &lt;mening&gt;") && svg.contains("a &lt; b"));
    }

    #[test]
    fn no_name_makes_the_chart_invalid() {
        let hostile = "a\u{1}b\u{1b}\u{fffe}\u{202e}]]>";
        let svg = svg(&[named(hostile, 2010, &[1])], hostile);
        assert!(svg.contains("a\\u{1}b\\u{1b}\\u{fffe}\\u{202e}]]&gt;"));
        assert!(!svg.contains(|c| c != '\n' && crate::text::is_steering(c)));
    }

    #[test]
    fn a_concept_without_mentions_is_named_and_not_drawn() {
        let absent = named("autonomi", 2010, &[0]);
        let svg = svg(&[absent, row(2010, 1)], "");
        assert_eq!(svg.matches("class=\"name\"").count(), 1);
        assert!(svg.contains(">No mentions: autonomi<"));
        assert_eq!(wrapped("No mentions", &["aa", "bb", "cc"], 18), ["No mentions: aa,", "bb, cc"]);
    }

    #[test]
    fn nothing_to_show_is_said() {
        assert!(svg(&[], "").contains("No document has a year."));
    }

    #[test]
    fn axes_end_at_round_numbers() {
        for (highest, top) in [(0.0, 1.0), (0.3, 0.3), (7.0, 8.0), (1_234.0, 1_500.0), (100.0, 100.0)] {
            assert!((Axis::to(highest).top - top).abs() < 1e-9, "{highest}: {}", Axis::to(highest).top);
        }
        assert_eq!(short(12_345.6), "12\u{2009}346");
    }
}
