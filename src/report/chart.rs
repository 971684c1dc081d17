//! `trends.svg`: small multiples, one panel a concept, all over the same years.
//!
//! Points and lines show mentions per million words; the bars below show the number of documents, on one scale for all panels. A
//! year without documents breaks the line: nothing is interpolated. Each point has its figures as a tooltip, and the
//! whole chart a description, so that it can be read without seeing it.

use crate::text::visible;
use crate::trend::YearRow;
use std::fmt::Write;

const COLUMNS: usize = 3;
const PANEL_WIDTH: f64 = 330.0;
const PANEL_HEIGHT: f64 = 190.0;
const HEAD: f64 = 74.0;
const FOOT: f64 = 40.0;
/// A line of the list of concepts without mentions: text of 11 px, some 5.5 px a character on a width of 1,010.
const NOTE_HEIGHT: f64 = 16.0;
const NOTE_CHARS: usize = 170;
/// Inside a panel: room for the title above, the years below, the scales left and right.
const PLOT: Plot = Plot { left: 44.0, top: 30.0, width: 262.0, height: 116.0 };
/// The share of the plot that the tallest bar takes.
const BAR_SHARE: f64 = 0.35;
/// Okabe–Ito blue: told apart from the grey bars by lightness too.
const LINE_COLOUR: &str = "#0072b2";

struct Plot {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

/// The chart of `rows` (all kinds together; rows without a year are left out). `caption` stands underneath.
///
/// A concept without a mention in any year has no panel, and is named below them. An empty chart says that there is nothing to show.
pub(crate) fn trends_svg(rows: &[YearRow<'_>], caption: &str) -> String {
    let dated: Vec<&YearRow<'_>> = rows.iter().filter(|row| row.year.is_some() && row.n_docs > 0).collect();
    let (panels, absent): (Vec<&[&YearRow<'_>]>, Vec<_>) = dated
        .chunk_by(|a, b| a.concept == b.concept)
        .partition(|rows| rows.iter().any(|row| row.frequency.n > 0));
    let absent: Vec<&str> = absent.iter().map(|rows| rows[0].concept).collect();
    let notes = if absent.is_empty() { Vec::new() } else { wrapped("No mentions", &absent, NOTE_CHARS) };
    let lines = panels.len().div_ceil(COLUMNS).max(1);
    let width = COLUMNS as f64 * PANEL_WIDTH + 20.0;
    let panels_end = HEAD + lines as f64 * PANEL_HEIGHT;
    let height = panels_end + notes.len() as f64 * NOTE_HEIGHT + FOOT;
    let mut svg = String::new();
    head(&mut svg, width, height, &panels);
    match Scale::of(&dated) {
        Some(scale) => {
            for (index, panel) in panels.iter().enumerate() {
                let x = 10.0 + (index % COLUMNS) as f64 * PANEL_WIDTH;
                let y = HEAD + (index / COLUMNS) as f64 * PANEL_HEIGHT;
                push(&mut svg, format_args!("<g transform=\"translate({x} {y})\">\n"));
                draw_panel(&mut svg, panel, &scale);
                svg.push_str("</g>\n");
            }
        }
        None => svg.push_str("<text x=\"20\" y=\"100\">No document has a year.</text>\n"),
    }
    for (note, index) in notes.iter().zip(1..) {
        let y = panels_end + f64::from(index) * NOTE_HEIGHT;
        push(&mut svg, format_args!("<text class=\"note\" x=\"20\" y=\"{y}\">{}</text>\n", escape(note)));
    }
    push(
        &mut svg,
        format_args!(
            "<text class=\"note\" x=\"20\" y=\"{}\">{}</text>\n</svg>\n",
            height - 14.0,
            escape(caption)
        ),
    );
    svg
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
struct Scale {
    year_first: i16,
    year_last: i16,
    n_docs_max: u64,
}

impl Scale {
    fn of(rows: &[&YearRow<'_>]) -> Option<Scale> {
        let years = || rows.iter().filter_map(|row| row.year);
        let n_docs_max = rows.iter().map(|row| row.n_docs).max()?;
        Some(Scale { year_first: years().min()?, year_last: years().max()?, n_docs_max: n_docs_max.max(1) })
    }

    /// The middle of a year's column.
    fn x(&self, year: i16) -> f64 {
        PLOT.left + (f64::from(year - self.year_first) + 0.5) * self.year_width()
    }

    fn year_width(&self) -> f64 {
        PLOT.width / f64::from(self.year_last - self.year_first + 1)
    }

    /// The years that are written under the axis: the first, the last, and a few round ones between them.
    fn ticks(&self) -> Vec<i16> {
        let span = self.year_last - self.year_first;
        let step = [1, 2, 5, 10, 20, 50].into_iter().find(|step| span / step <= 5).unwrap_or(100);
        let inner = (self.year_first..=self.year_last).filter(|year| year % step == 0);
        inner.filter(|year| self.x(*year) - PLOT.left >= 14.0 || span == 0).collect()
    }
}

fn head(svg: &mut String, width: f64, height: f64, panels: &[&[&YearRow<'_>]]) {
    push(
        svg,
        format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"title desc\">\n"
        ),
    );
    let names: Vec<&str> = panels.iter().map(|panel| panel[0].concept).collect();
    push(svg, format_args!("<title id=\"title\">Mentions per million words, by year</title>\n"));
    push(
        svg,
        format_args!(
            "<desc id=\"desc\">One panel for each of: {}. The figures are in term_year.csv.</desc>\n",
            escape(&names.join(", "))
        ),
    );
    svg.push_str(
        "<style>text{font:12px system-ui,'Segoe UI','Liberation Sans',sans-serif;fill:#222}.name{font-weight:600;font-size:13px}.big{font-size:18px;font-weight:600}.note,.tick{fill:#666;font-size:11px}.grid{stroke:#e4e4e4}.bar{fill:#d5d5d5}</style>\n",
    );
    push(svg, format_args!("<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n"));
    svg.push_str("<text class=\"big\" x=\"20\" y=\"32\">Mentions per million words, by year</text>\n");
    svg.push_str("<text class=\"note\" x=\"20\" y=\"52\">Line: rate, each panel on a scale of its own. Bars: documents of the year; the number at the right is the most. A gap is a year without documents.</text>\n");
}

fn draw_panel(svg: &mut String, rows: &[&YearRow<'_>], scale: &Scale) {
    let rate = |row: &YearRow<'_>| row.frequency.per_million().unwrap_or(0.0);
    let top = round_up(rows.iter().map(|row| rate(row)).fold(0.0, f64::max));
    let bottom = PLOT.top + PLOT.height;
    push(
        svg,
        format_args!(
            "<text class=\"name\" x=\"{}\" y=\"18\">{}</text>\n",
            PLOT.left,
            escape(rows[0].concept)
        ),
    );
    for (value, y) in [(0.0, bottom), (top / 2.0, PLOT.top + PLOT.height / 2.0), (top, PLOT.top)] {
        push(
            svg,
            format_args!(
                "<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{y}\" y2=\"{y}\"/>",
                PLOT.left,
                PLOT.left + PLOT.width
            ),
        );
        push(
            svg,
            format_args!(
                "<text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n",
                PLOT.left - 6.0,
                y + 4.0,
                short(value)
            ),
        );
    }
    for year in scale.ticks() {
        push(
            svg,
            format_args!(
                "<text class=\"tick\" x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{year}</text>\n",
                scale.x(year),
                bottom + 16.0
            ),
        );
    }
    draw_bars(svg, rows, scale, bottom);
    let y_of = |row: &YearRow<'_>| bottom - rate(row) / top * PLOT.height;
    draw_line(svg, rows, scale, &y_of);
    for row in rows {
        let year = row.year.expect("rows without a year were left out");
        let (x, y) = (scale.x(year), y_of(row));
        push(
            svg,
            format_args!(
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{LINE_COLOUR}\"><title>{year}: {} mentions in {} words, {} per million; {} of {} documents</title></circle>\n",
                row.frequency.n,
                row.frequency.n_tokens,
                short(rate(row)),
                row.n_docs_with,
                row.n_docs
            ),
        );
    }
}

fn draw_bars(svg: &mut String, rows: &[&YearRow<'_>], scale: &Scale, bottom: f64) {
    let width = (scale.year_width() * 0.7).min(18.0);
    for row in rows {
        let height = row.n_docs as f64 / scale.n_docs_max as f64 * PLOT.height * BAR_SHARE;
        let x = scale.x(row.year.unwrap_or(scale.year_first)) - width / 2.0;
        push(
            svg,
            format_args!(
                "<rect class=\"bar\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"><title>{} documents</title></rect>\n",
                bottom - height,
                row.n_docs
            ),
        );
    }
    let y = bottom - PLOT.height * BAR_SHARE + 4.0;
    push(
        svg,
        format_args!(
            "<text class=\"tick\" x=\"{}\" y=\"{y:.1}\">{}<title>documents of the year with most</title></text>\n",
            PLOT.left + PLOT.width + 4.0,
            scale.n_docs_max
        ),
    );
}

/// One line for each run of years without a gap.
fn draw_line(svg: &mut String, rows: &[&YearRow<'_>], scale: &Scale, y_of: &dyn Fn(&YearRow<'_>) -> f64) {
    let follows = |a: &&YearRow<'_>, b: &&YearRow<'_>| a.year.map(|year| year + 1) == b.year;
    for run in rows.chunk_by(follows) {
        let points: Vec<String> = run
            .iter()
            .map(|row| format!("{:.1},{:.1}", scale.x(row.year.unwrap_or(scale.year_first)), y_of(row)))
            .collect();
        push(
            svg,
            format_args!(
                "<polyline fill=\"none\" stroke=\"{LINE_COLOUR}\" stroke-width=\"1.6\" points=\"{}\"/>\n",
                points.join(" ")
            ),
        );
    }
}

/// The next of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10 times a power of ten: the top of an axis. 1 for nothing at all.
fn round_up(value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(value.log10().floor());
    [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0]
        .into_iter()
        .map(|step| step * power)
        .find(|top| *top >= value)
        .unwrap_or(value)
}

/// A number rounded for reading: no decimals above ten, thousands separated by a thin space.
fn short(value: f64) -> String {
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

    fn row(year: i16, n: u64) -> YearRow<'static> {
        named("mål & <mening>", year, n)
    }

    fn named(concept: &'static str, year: i16, n: u64) -> YearRow<'static> {
        let documents = [n, 0].map(|n| DocumentCount { n, n_tokens: 500 }).to_vec();
        YearRow::new(concept, Some(year), None, documents)
    }

    #[test]
    fn a_year_without_documents_breaks_the_line() {
        let svg = trends_svg(&[row(2010, 1), row(2011, 2), row(2014, 3)], "");
        assert_eq!(svg.matches("<polyline").count(), 2);
        assert_eq!(svg.matches("<circle").count(), 3);
    }

    #[test]
    fn names_are_escaped() {
        let svg = trends_svg(&[row(2010, 1)], "a < b");
        assert!(svg.contains("mål &amp; &lt;mening&gt;") && svg.contains("a &lt; b"));
    }

    #[test]
    fn no_name_makes_the_chart_invalid() {
        let hostile = "a\u{1}b\u{1b}\u{fffe}\u{202e}]]>";
        let svg = trends_svg(&[named(hostile, 2010, 1)], hostile);
        assert!(svg.contains("a\\u{1}b\\u{1b}\\u{fffe}\\u{202e}]]&gt;"));
        assert!(!svg.contains(|c| c != '\n' && crate::text::is_steering(c)));
    }

    #[test]
    fn a_concept_without_mentions_is_named_and_not_drawn() {
        let absent = named("autonomi", 2010, 0);
        let svg = trends_svg(&[absent, row(2010, 1)], "");
        assert_eq!(svg.matches("class=\"name\"").count(), 1);
        assert!(svg.contains(">No mentions: autonomi<"));
        assert_eq!(wrapped("No mentions", &["aa", "bb", "cc"], 18), ["No mentions: aa,", "bb, cc"]);
    }

    #[test]
    fn nothing_to_show_is_said() {
        assert!(trends_svg(&[], "").contains("No document has a year."));
    }

    #[test]
    fn axes_end_at_round_numbers() {
        for (value, top) in [(0.0, 1.0), (0.3, 0.3), (7.0, 8.0), (1_234.0, 1_500.0), (100.0, 100.0)] {
            assert!((round_up(value) - top).abs() < 1e-9, "{value}");
        }
        assert_eq!(short(12_345.6), "12\u{2009}346");
    }
}
