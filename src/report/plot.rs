//! A chart of up to five series along time, for a page of any width or for a file: rates with their intervals, links to what is behind each
//! point, and the documents of each time below.
//!
//! The same function draws both. On a page ([`Frame::Fluid`]) places are percentages and text keeps its size from 320 to 3840 px; in a file
//! ([`Frame::Fixed`]) places are pixels and the style stands in the file. Series differ by colour, shape and name.

use super::chart::{Axis, escape, folded};
use std::fmt::Write;

/// Where a chart is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Frame {
    /// On a page, which gives it width, style and symbols.
    Fluid,
    /// In a file of this width and height of the rates, in pixels.
    Fixed(f64, f64),
}

/// One time: a year, a session, a quarter.
pub(crate) struct PlotSlot {
    pub(crate) label: String,
    /// Whether the label is written under the axis.
    pub(crate) is_labelled: bool,
    pub(crate) n_docs: u64,
    /// Those of them whose year only the file tells.
    pub(crate) n_docs_of_file: u64,
}

/// A series: a point for each time, `None` where there are no documents.
pub(crate) struct PlotSeries {
    pub(crate) name: String,
    pub(crate) points: Vec<Option<PlotPoint>>,
}

/// The value of one time.
#[derive(Debug, Clone, Default)]
pub(crate) struct PlotPoint {
    pub(crate) value: f64,
    /// The 95 % interval.
    pub(crate) interval: Option<(f64, f64)>,
    pub(crate) has_hits: bool,
    /// Whether it rests on little.
    pub(crate) is_thin: bool,
    /// Its figures in words.
    pub(crate) title: String,
    /// What is behind it.
    pub(crate) href: Option<String>,
}

/// A chart.
pub(crate) struct Plot<'p> {
    pub(crate) slots: &'p [PlotSlot],
    pub(crate) series: &'p [PlotSeries],
    /// The greatest value of the scale that several charts share. `None` for its own.
    pub(crate) highest: Option<f64>,
    /// Makes the ids of several charts on one page differ.
    pub(crate) id: &'p str,
    /// What it shows, in a few words and in a sentence.
    pub(crate) title: &'p str,
    pub(crate) description: &'p str,
    /// "no documents"
    pub(crate) none: &'p str,
    /// "documents per year"
    pub(crate) documents: &'p str,
    /// A number as the language writes it.
    pub(crate) number: &'p dyn Fn(f64) -> String,
    /// Vertical lines for intervals instead of bands: where series are many and charts small.
    pub(crate) has_whiskers: bool,
    pub(crate) frame: Frame,
}

/// The two drawings of a chart on a page.
pub(crate) struct PlotParts {
    /// The rates, as the content of an element of class `plot`.
    pub(crate) rates: String,
    /// The documents, as the content of an element of class `docs`.
    pub(crate) documents: String,
}

/// Most series of one chart: more cannot be told apart.
pub(crate) const PLOT_SERIES_MAX: usize = 5;

/// Between a chart in a file and its edges, in pixels: left the numbers of the axis, right the names of the series.
const LEFT: f64 = 56.0;
const RIGHT: f64 = 190.0;
/// Above the rates, and from them to the foot of the bars.
const TOP: f64 = 74.0;
const BARS: f64 = 92.0;
const BARS_HEIGHT: f64 = 40.0;
/// A line of text in a file.
const LINE: f64 = 17.0;
/// Between two names at the end of the series, as a share of the height: 1.2 lines of 23.
const LABEL_GAP: f64 = 0.052;

/// The chart as the parts of a page.
pub(crate) fn plot_parts(plot: &Plot<'_>) -> PlotParts {
    let drawing = ScaledPlot::of(plot);
    let mut rates = String::new();
    push(
        &mut rates,
        format_args!(
            "<svg role=\"group\" aria-labelledby=\"{0}-t {0}-d\"><title id=\"{0}-t\">{1}</title><desc id=\"{0}-d\">{2}</desc>",
            plot.id,
            escape(plot.title),
            escape(plot.description)
        ),
    );
    drawing.rates(&mut rates);
    rates.push_str("</svg>");
    let mut documents = String::new();
    let counts: Vec<String> = plot
        .slots
        .iter()
        .filter(|slot| slot.n_docs > 0)
        .map(|slot| format!("{}: {}", slot.label, slot.n_docs))
        .collect();
    let label = format!("{}: {}", plot.documents, counts.join(", "));
    push(&mut documents, format_args!("<svg role=\"img\" aria-label=\"{}\">", escape(&label)));
    drawing.bars(&mut documents);
    documents.push_str("</svg>");
    PlotParts { rates, documents }
}

/// The chart as a file of SVG, with `unit` above the axis and `caption` below.
pub(crate) fn plot_file(plot: &Plot<'_>, unit: &str, caption: &[String]) -> String {
    let Frame::Fixed(width, height) = plot.frame else { unreachable!("a file has a size") };
    let chars = ((width - 40.0) / 6.0) as usize;
    let lines: Vec<String> = caption.iter().flat_map(|line| folded(line, chars)).collect();
    let bottom = TOP + height + BARS;
    let total = bottom + 30.0 + lines.len() as f64 * LINE;
    let mut svg = String::new();
    push(
        &mut svg,
        format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 {width} {total}\" width=\"{width}\" height=\"{total}\" role=\"group\" aria-labelledby=\"p-t p-d\">\n<title id=\"p-t\">{}</title>\n<desc id=\"p-d\">{}</desc>\n{STYLE}{SYMBOLS}<rect width=\"{width}\" height=\"{total}\" fill=\"#fff\"/>\n<text class=\"big\" x=\"20\" y=\"32\">{}</text>\n<text x=\"20\" y=\"54\">{}</text>\n",
            escape(plot.title),
            escape(plot.description),
            escape(plot.title),
            escape(unit)
        ),
    );
    let drawing = ScaledPlot::of(plot);
    drawing.rates(&mut svg);
    drawing.bars(&mut svg);
    for (line, number) in lines.iter().zip(1..) {
        let y = bottom + 22.0 + f64::from(number) * LINE;
        push(&mut svg, format_args!("<text x=\"20\" y=\"{y}\">{}</text>\n", escape(line)));
    }
    svg.push_str("</svg>\n");
    svg
}

/// The colours of the light page.
const STYLE: &str = "<style>text{font:12px system-ui,'Segoe UI','Liberation Sans','DejaVu Sans',sans-serif;fill:#575d66}\
.big{font-size:18px;font-weight:600;fill:#1b1e22}.c1{color:#0b5cad}.c2{color:#b4460f}.c3{color:#00705a}.c4{color:#8a2f86}.c5{color:#4a525c}\
.grid line{stroke:#dedbd4}.base{stroke:#7a8089}.yt text{text-anchor:end}.xt text,.nl{text-anchor:middle}.none{fill:url(#hatch)}\
.band{fill:currentColor;fill-opacity:.14}.line{fill:none;stroke:currentColor;stroke-width:2.25;stroke-linejoin:round}\
.zero{fill:none;stroke:currentColor;stroke-width:1.5;stroke-dasharray:1 4;stroke-opacity:.7}.whisk{stroke:currentColor;stroke-width:1.5;stroke-opacity:.35}\
.pt use{fill:currentColor;stroke:#fff;stroke-width:1.5}.pt .thin{fill:#fff;stroke:currentColor;stroke-width:2}.cut{fill:none;stroke:currentColor;stroke-width:1.5}\
.end{fill:currentColor;font-weight:650;font-size:14px}.nlab{fill:#575d66;font-weight:400;font-size:12px}.nb{fill:#b9b6ae}.nf{fill:#fff;stroke:#7a8089}</style>\n";

const SYMBOLS: &str = "<defs><circle id=\"m1\" r=\"4.6\"/><path id=\"m2\" d=\"M-4.2-4.2h8.4v8.4h-8.4z\"/><path id=\"m3\" d=\"M0-6 6 0 0 6-6 0z\"/>\
<path id=\"m4\" d=\"M0-5.5 5.5 4.5h-11z\"/><path id=\"m5\" d=\"M-5-1.7h3.3V-5h3.4v3.3H5v3.4H1.7V5h-3.4V1.7H-5z\"/>\
<pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path d=\"M0 0V6\" stroke=\"#b9b6ae\"/></pattern></defs>\n";

/// A chart and its scale.
struct ScaledPlot<'p> {
    plot: &'p Plot<'p>,
    axis: Axis,
    n_docs_max: u64,
}

impl ScaledPlot<'_> {
    fn of<'p>(plot: &'p Plot<'p>) -> ScaledPlot<'p> {
        let points = plot.series.iter().flat_map(|series| series.points.iter().flatten());
        let highest = plot.highest.unwrap_or_else(|| points.map(|point| point.value).fold(0.0, f64::max));
        let n_docs_max = plot.slots.iter().map(|slot| slot.n_docs).max().unwrap_or(0).max(1);
        ScaledPlot { plot, axis: Axis::to(highest), n_docs_max }
    }

    /// The place from the left of a share of the width.
    fn x(&self, share: f64) -> String {
        match self.plot.frame {
            Frame::Fluid => percent(share),
            Frame::Fixed(..) => short(self.x_px(share)),
        }
    }

    /// The place from the top of a share of the height of the rates.
    fn y(&self, share: f64) -> String {
        match self.plot.frame {
            Frame::Fluid => percent(share),
            Frame::Fixed(..) => short(self.y_px(share)),
        }
    }

    fn x_px(&self, share: f64) -> f64 {
        match self.plot.frame {
            Frame::Fluid => share * 100.0,
            Frame::Fixed(width, _) => LEFT + share * (width - LEFT - RIGHT),
        }
    }

    fn y_px(&self, share: f64) -> f64 {
        match self.plot.frame {
            Frame::Fluid => share * 100.0,
            Frame::Fixed(_, height) => TOP + share * height,
        }
    }

    /// The middle of a time.
    fn slot(&self, index: usize) -> f64 {
        (index as f64 + 0.5) / self.plot.slots.len().max(1) as f64
    }

    /// From the top: 0 for what reaches it or is higher.
    fn height(&self, value: f64) -> f64 {
        1.0 - (value / self.axis.top).clamp(0.0, 1.0)
    }

    fn rates(&self, svg: &mut String) {
        self.grid(svg);
        // In small charts of parts most years have no documents; the bars below tell.
        if !self.plot.has_whiskers {
            self.gaps(svg);
        }
        match self.plot.frame {
            Frame::Fluid => svg.push_str(
                "<svg viewBox=\"0 0 100 100\" preserveAspectRatio=\"none\" width=\"100%\" height=\"100%\" overflow=\"hidden\" aria-hidden=\"true\">",
            ),
            Frame::Fixed(..) => svg.push_str("<g aria-hidden=\"true\">"),
        }
        for (series, number) in self.plot.series.iter().zip(1..) {
            if self.plot.has_whiskers {
                self.whiskers(svg, series, number)
            } else {
                self.band(svg, series, number)
            }
        }
        for (series, number) in self.plot.series.iter().zip(1..) {
            self.line(svg, series, number);
        }
        svg.push_str(if self.plot.frame == Frame::Fluid { "</svg>" } else { "</g>" });
        push(
            svg,
            format_args!(
                "<line class=\"base\" x1=\"{}\" x2=\"{}\" y1=\"{2}\" y2=\"{2}\"/>",
                self.x(0.0),
                self.x(1.0),
                self.y(1.0)
            ),
        );
        if !self.plot.has_whiskers {
            self.labels(svg, &self.y(1.0), "2em");
        }
        for (series, number) in self.plot.series.iter().zip(1..) {
            self.points(svg, series, number);
        }
        if !self.plot.has_whiskers {
            self.ends(svg);
        }
    }

    fn grid(&self, svg: &mut String) {
        let n_steps = (self.axis.top / self.axis.step).round() as u32;
        svg.push_str("<g class=\"grid\" aria-hidden=\"true\">");
        for step in 1..=n_steps {
            let y = self.y(self.height(f64::from(step) * self.axis.step));
            push(
                svg,
                format_args!("<line x1=\"{}\" x2=\"{}\" y1=\"{y}\" y2=\"{y}\"/>", self.x(0.0), self.x(1.0)),
            );
        }
        svg.push_str("</g><g class=\"yt\" aria-hidden=\"true\">");
        for value in (0..=n_steps).map(|step| f64::from(step) * self.axis.step) {
            let number = (self.plot.number)(value);
            push(
                svg,
                format_args!(
                    "<text x=\"{}\" y=\"{}\" dx=\"-8\" dy=\".32em\">{number}</text>",
                    self.x(0.0),
                    self.y(self.height(value))
                ),
            );
        }
        svg.push_str("</g>");
    }

    /// Hatches the times without documents, neighbours together.
    fn gaps(&self, svg: &mut String) {
        let slots = self.plot.slots;
        let mut start = 0;
        while start < slots.len() {
            let length = slots[start..].iter().take_while(|slot| slot.n_docs == 0).count();
            if length == 0 {
                start += 1;
                continue;
            }
            let (from, to) =
                (start as f64 / slots.len() as f64, (start + length) as f64 / slots.len() as f64);
            let labels = match length {
                1 => slots[start].label.clone(),
                _ => format!("{}–{}", slots[start].label, slots[start + length - 1].label),
            };
            let (width, height) = match self.plot.frame {
                Frame::Fluid => (percent(to - from), "100%".to_owned()),
                Frame::Fixed(_, height) => (short(self.x_px(to) - self.x_px(from)), short(height)),
            };
            push(
                svg,
                format_args!(
                    "<rect class=\"none\" x=\"{}\" y=\"{}\" width=\"{width}\" height=\"{height}\"><title>{}: {}</title></rect>",
                    self.x(from),
                    self.y(0.0),
                    escape(&labels),
                    escape(self.plot.none)
                ),
            );
            start += length;
        }
    }

    /// Bands where one of two neighbours has hits; only the upper limit, dotted, where neither has.
    fn band(&self, svg: &mut String, series: &PlotSeries, number: usize) {
        let (mut bands, mut zeros) = (String::new(), String::new());
        for run in runs(&series.points) {
            let pairs: Vec<usize> = (run.start..run.end.saturating_sub(1)).collect();
            let has_hits = |at: &usize| [*at, at + 1].iter().any(|at| point(series, *at).has_hits);
            for group in pairs.chunk_by(|a, b| has_hits(a) == has_hits(b)) {
                let ends = group[0]..=group[group.len() - 1] + 1;
                let high = ends.clone().map(|at| self.limit(series, at, 1));
                let high: Vec<String> = high.collect();
                if has_hits(&group[0]) {
                    let low: Vec<String> = ends.rev().map(|at| self.limit(series, at, 0)).collect();
                    push(&mut bands, format_args!("M{}L{}z", high.join("L"), low.join("L")));
                } else {
                    push(&mut zeros, format_args!("M{}", high.join("L")));
                }
            }
        }
        if !bands.is_empty() {
            push(svg, format_args!("<path class=\"band c{number}\" d=\"{bands}\"/>"));
        }
        if !zeros.is_empty() {
            push(svg, format_args!("<path class=\"zero c{number}\" d=\"{zeros}\"/>"));
        }
    }

    /// The lower (0) or upper (1) limit of a point.
    fn limit(&self, series: &PlotSeries, at: usize, which: usize) -> String {
        let point = point(series, at);
        let (low, high) = point.interval.unwrap_or((point.value, point.value));
        self.place(self.slot(at), self.height([low, high][which]))
    }

    fn place(&self, x: f64, y: f64) -> String {
        format!("{} {}", short(self.x_px(x)), short(self.y_px(y)))
    }

    fn whiskers(&self, svg: &mut String, series: &PlotSeries, number: usize) {
        let mut path = String::new();
        for (at, point) in series.points.iter().enumerate() {
            let Some(point) = point.as_ref().filter(|point| point.has_hits) else { continue };
            let Some((low, high)) = point.interval else { continue };
            let x = self.slot(at) + self.shift(number);
            push(
                &mut path,
                format_args!("M{}V{}", self.place(x, self.height(high)), short(self.y_px(self.height(low)))),
            );
        }
        if !path.is_empty() {
            push(svg, format_args!("<path class=\"whisk c{number}\" d=\"{path}\"/>"));
        }
    }

    /// Series of small charts stand beside each other.
    fn shift(&self, number: usize) -> f64 {
        let middle = (self.plot.series.len() as f64 + 1.0) / 2.0;
        if self.plot.has_whiskers { (number as f64 - middle) * 0.011 } else { 0.0 }
    }

    fn line(&self, svg: &mut String, series: &PlotSeries, number: usize) {
        let mut path = String::new();
        for run in runs(&series.points).filter(|run| run.len() > 1) {
            let places = run.map(|at| {
                self.place(self.slot(at) + self.shift(number), self.height(point(series, at).value))
            });
            push(&mut path, format_args!("M{}", places.collect::<Vec<_>>().join("L")));
        }
        if !path.is_empty() {
            push(svg, format_args!("<path class=\"line c{number}\" d=\"{path}\"/>"));
        }
    }

    fn labels(&self, svg: &mut String, y: &str, dy: &str) {
        svg.push_str("<g class=\"xt\" aria-hidden=\"true\">");
        for (at, slot) in self.plot.slots.iter().enumerate().filter(|(_, slot)| slot.is_labelled) {
            let (x, label) = (self.x(self.slot(at)), escape(&slot.label));
            push(svg, format_args!("<text x=\"{x}\" y=\"{y}\" dy=\"{dy}\">{label}</text>"));
        }
        svg.push_str("</g>");
    }

    fn points(&self, svg: &mut String, series: &PlotSeries, number: usize) {
        push(svg, format_args!("<g class=\"pt c{number}\">"));
        for (at, point) in series.points.iter().enumerate() {
            let Some(point) = point else { continue };
            let (x, y) = (self.x(self.slot(at) + self.shift(number)), self.y(self.height(point.value)));
            if point.has_hits
                && !self.plot.has_whiskers
                && point.interval.is_some_and(|(_, high)| high > self.axis.top)
            {
                self.cut(svg, &x);
            }
            let thin = if point.is_thin { " class=\"thin\"" } else { "" };
            let shape = format!("<use{thin} href=\"#m{number}\" x=\"{x}\" y=\"{y}\"/>");
            let title = escape(&point.title);
            match &point.href {
                // The table beside the chart is the way of the keyboard.
                Some(href) => push(
                    svg,
                    format_args!(
                        "<a href=\"{}\" tabindex=\"-1\"><title>{title}</title>{shape}</a>\n",
                        escape(href)
                    ),
                ),
                None => push(svg, format_args!("<g><title>{title}</title>{shape}</g>\n")),
            }
        }
        svg.push_str("</g>");
    }

    /// A small angle where an interval passes the top.
    fn cut(&self, svg: &mut String, x: &str) {
        match self.plot.frame {
            Frame::Fluid => push(
                svg,
                format_args!(
                    "<svg x=\"{x}\" y=\"0\" overflow=\"visible\"><path class=\"cut\" d=\"M-4 1 0-4 4 1\"/></svg>"
                ),
            ),
            Frame::Fixed(..) => push(
                svg,
                format_args!("<path class=\"cut\" transform=\"translate({x} {TOP})\" d=\"M-4 1 0-4 4 1\"/>"),
            ),
        }
    }

    /// The names of the series at their ends, pushed apart.
    fn ends(&self, svg: &mut String) {
        let mut ends: Vec<(f64, usize)> = Vec::new();
        for (index, series) in self.plot.series.iter().enumerate() {
            if let Some(last) = series.points.iter().flatten().next_back() {
                ends.push((self.height(last.value), index));
            }
        }
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        push_apart(&mut ends);
        for (y, index) in ends {
            push(
                svg,
                format_args!(
                    "<text class=\"end c{}\" x=\"{}\" y=\"{}\" dx=\"14\" dy=\".32em\" aria-hidden=\"true\">{}</text>",
                    index + 1,
                    self.x(1.0),
                    self.y(y),
                    escape(&cut_name(&self.plot.series[index].name))
                ),
            );
        }
    }

    /// The place from the top of a share of the height of the bars.
    fn bar_y(&self, share: f64) -> String {
        match self.plot.frame {
            Frame::Fluid => percent(1.0 - share),
            Frame::Fixed(_, height) => short(TOP + height + BARS - share * BARS_HEIGHT),
        }
    }

    fn bar(&self, svg: &mut String, class: &str, at: usize, (from, to): (f64, f64)) {
        let share = 0.7 / self.plot.slots.len().max(1) as f64;
        let x = self.x(self.slot(at) - share / 2.0);
        let (width, height) = match self.plot.frame {
            Frame::Fluid => (percent(share), percent(to - from)),
            Frame::Fixed(..) => (short(self.x_px(share) - self.x_px(0.0)), short((to - from) * BARS_HEIGHT)),
        };
        let y = self.bar_y(to);
        push(
            svg,
            format_args!(
                "<rect class=\"{class}\" x=\"{x}\" width=\"{width}\" y=\"{y}\" height=\"{height}\"/>"
            ),
        );
    }

    /// The documents of each time; the part whose year only the file tells is an outline.
    fn bars(&self, svg: &mut String) {
        for (at, slot) in self.plot.slots.iter().enumerate().filter(|(_, slot)| slot.n_docs > 0) {
            let share = |n: u64| n as f64 / self.n_docs_max as f64;
            let (all, known) =
                (share(slot.n_docs), share(slot.n_docs - slot.n_docs_of_file.min(slot.n_docs)));
            self.bar(svg, "nb", at, (0.0, known));
            if known < all {
                self.bar(svg, "nf", at, (known, all));
            }
            // Numbers of many years would run into each other.
            if !self.plot.has_whiskers && self.plot.slots.len() <= NUMBERED_SLOTS_MAX {
                let (x, y) = (self.x(self.slot(at)), self.bar_y(all));
                let number = (self.plot.number)(slot.n_docs as f64);
                push(
                    svg,
                    format_args!("<text class=\"nl\" x=\"{x}\" y=\"{y}\" dy=\"-.3em\">{number}</text>"),
                );
            }
        }
        let (left, right, foot) = (self.x(0.0), self.x(1.0), self.bar_y(0.0));
        push(
            svg,
            format_args!("<line class=\"base\" x1=\"{left}\" x2=\"{right}\" y1=\"{foot}\" y2=\"{foot}\"/>"),
        );
        if self.plot.has_whiskers {
            self.labels(svg, &foot, "1.25em");
        } else {
            let text = escape(self.plot.documents);
            push(
                svg,
                format_args!("<text class=\"nlab end\" x=\"{right}\" y=\"{foot}\" dx=\"14\">{text}</text>"),
            );
        }
    }
}

/// More bars have no room for their numbers.
const NUMBERED_SLOTS_MAX: usize = 32;
/// The names of series at their ends have room for so many characters.
const NAME_CHARS_MAX: usize = 24;

fn cut_name(name: &str) -> String {
    if name.chars().count() <= NAME_CHARS_MAX {
        return name.to_owned();
    }
    let start: String = name.chars().take(NAME_CHARS_MAX - 1).collect();
    format!("{}…", start.trim_end())
}

/// Moves `ends`, which are sorted, apart by [`LABEL_GAP`], and up again where they pass the foot.
fn push_apart(ends: &mut [(f64, usize)]) {
    for at in 1..ends.len() {
        ends[at].0 = ends[at].0.max(ends[at - 1].0 + LABEL_GAP);
    }
    let mut foot = 1.0;
    for end in ends.iter_mut().rev() {
        end.0 = end.0.min(foot);
        foot = end.0 - LABEL_GAP;
    }
}

/// The longest runs of times with documents.
fn runs(points: &[Option<PlotPoint>]) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
    let mut start = 0;
    std::iter::from_fn(move || {
        while start < points.len() && points[start].is_none() {
            start += 1;
        }
        let length = points.get(start..)?.iter().take_while(|point| point.is_some()).count();
        let run = start..start + length;
        start += length;
        (length > 0).then_some(run)
    })
}

fn point(series: &PlotSeries, at: usize) -> &PlotPoint {
    series.points[at].as_ref().expect("a run has only times with documents")
}

fn percent(share: f64) -> String {
    format!("{}%", short(share * 100.0))
}

/// With one decimal at most.
fn short(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn push(svg: &mut String, text: std::fmt::Arguments<'_>) {
    svg.write_fmt(text).expect("a string takes all that is written to it");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(n_docs: &[u64]) -> Vec<PlotSlot> {
        let slot = |(year, n_docs): (u32, &u64)| PlotSlot {
            label: year.to_string(),
            is_labelled: true,
            n_docs: *n_docs,
            n_docs_of_file: 0,
        };
        (2010..).zip(n_docs).map(slot).collect()
    }

    fn series(name: &str, values: &[Option<f64>]) -> PlotSeries {
        let point = |value: &Option<f64>| {
            value.map(|value| PlotPoint {
                value,
                interval: Some((value / 2.0, value * 2.0 + 1.0)),
                has_hits: value > 0.0,
                title: format!("{name} <{value}>"),
                href: Some(format!("/concordance?q={name}&from=2010")),
                ..PlotPoint::default()
            })
        };
        PlotSeries { name: name.to_owned(), points: values.iter().map(point).collect() }
    }

    fn plot<'p>(slots: &'p [PlotSlot], series: &'p [PlotSeries], frame: Frame) -> Plot<'p> {
        Plot {
            slots,
            series,
            highest: None,
            id: "p",
            title: "a & b",
            description: "d",
            none: "no documents",
            documents: "documents",
            number: &|value| value.to_string(),
            has_whiskers: false,
            frame,
        }
    }

    #[test]
    fn a_time_without_documents_is_hatched_and_breaks_line_and_band() {
        let slots = slots(&[1, 2, 0, 0, 3]);
        let series = [series("x", &[Some(4.0), Some(2.0), None, None, Some(1.0)])];
        let parts = plot_parts(&plot(&slots, &series, Frame::Fluid));
        assert!(parts.rates.contains("class=\"none\" x=\"40%\" y=\"0%\" width=\"40%\""), "{}", parts.rates);
        assert!(parts.rates.contains("2012–2013: no documents"));
        assert_eq!(parts.rates.matches("M10 0L30 50").count(), 1, "{}", parts.rates);
        assert_eq!((parts.rates.matches("<use").count(), parts.documents.matches("<rect").count()), (3, 3));
    }

    #[test]
    fn between_times_without_hits_only_the_upper_limit_is_drawn() {
        let slots = slots(&[3; 4]);
        let series = [series("x", &[Some(0.0), Some(0.0), Some(4.0), Some(4.0)])];
        let rates = plot_parts(&plot(&slots, &series, Frame::Fluid)).rates;
        assert!(rates.contains("class=\"zero c1\"") && rates.contains("class=\"band c1\""), "{rates}");
    }

    #[test]
    fn what_others_wrote_is_escaped_and_points_lead_to_their_passages() {
        let slots = slots(&[3]);
        let series = [series("x", &[Some(1.0)])];
        let rates = plot_parts(&plot(&slots, &series, Frame::Fluid)).rates;
        assert!(rates.contains("a &amp; b") && rates.contains("x &lt;1&gt;"));
        assert!(rates.contains("href=\"/concordance?q=x&amp;from=2010\" tabindex=\"-1\""), "{rates}");
    }

    #[test]
    fn names_at_the_ends_do_not_touch() {
        let mut ends = vec![(0.99, 0), (0.99, 1), (1.0, 2)];
        push_apart(&mut ends);
        assert!(ends.windows(2).all(|pair| pair[1].0 - pair[0].0 > LABEL_GAP - 1e-9), "{ends:?}");
        assert!(ends[2].0 <= 1.0);
    }

    #[test]
    fn a_file_has_its_own_style_and_its_places_in_pixels() {
        let slots = slots(&[3, 4]);
        let series = [series("x", &[Some(1.0), Some(2.0)])];
        let svg =
            plot_file(&plot(&slots, &series, Frame::Fixed(900.0, 320.0)), "per million", &["how".to_owned()]);
        assert!(svg.contains("<style>") && !svg.contains('%') && svg.contains(">how</text>"), "{svg}");
    }
}
