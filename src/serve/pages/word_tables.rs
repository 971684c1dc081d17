//! Words with a measure: collocates of a query, and the words that distinguish two groups of documents. A table, and beside each word its
//! measure as a point with its interval on one common axis.

use super::super::measures;
use super::super::params::Params;
use super::super::problem::Problem;
use super::super::reply::Reply;
use super::super::route::Question;
use super::super::words::Words;
use super::controls::Choice;
use super::{Link, Shell};
use askama::Template;
use std::collections::BTreeMap;

struct TextField {
    name: &'static str,
    label: String,
    value: String,
    example: &'static str,
}

struct WordLine {
    word: String,
    href: String,
    cells: Vec<String>,
    label: String,
    x: String,
    low: String,
    high: String,
    has_interval: bool,
}

struct WordTable {
    heading: String,
    note: String,
    columns: Vec<String>,
    axis: String,
    /// Where 0 is, in per cent of the width.
    zero: String,
    rows: Vec<WordLine>,
}

#[derive(Template)]
#[template(path = "words.html")]
struct WordTablesPage<'a> {
    w: &'a Words,
    shell: Shell,
    path: &'static str,
    heading: String,
    about: String,
    note: String,
    hidden: Vec<(&'static str, String)>,
    fields: Vec<TextField>,
    choices: Vec<Choice>,
    tables: Vec<WordTable>,
    files: Vec<Link>,
}

/// A value with its interval and its place on a common axis.
struct Scale {
    min: f64,
    max: f64,
}

impl Scale {
    fn of(values: impl Iterator<Item = f64>) -> Scale {
        let (min, max) =
            values.fold((0.0_f64, 0.0_f64), |(min, max), value| (min.min(value), max.max(value)));
        Scale { min, max: if max > min { max } else { min + 1.0 } }
    }

    /// In per cent of the width, with room for the points at the ends.
    fn x(&self, value: f64) -> String {
        format!("{:.1}", 3.0 + 94.0 * ((value - self.min) / (self.max - self.min)).clamp(0.0, 1.0))
    }
}

/// A text field with the value that the address has.
fn field(question: &Question, name: &'static str, label: &str, example: &'static str) -> TextField {
    let value = question.params.all(name).collect::<Vec<_>>().join(", ");
    TextField { name, label: question.words().t(label), value, example }
}

fn files(params: &Params, path: &str) -> Vec<Link> {
    let formats = [("CSV", "csv"), ("Excel", "xlsx"), ("Parquet", "parquet")];
    formats
        .map(|(text, format)| Link::new(text, params.without(&["ui"]).with("format", format).to(path)))
        .into()
}

fn units(question: &Question) -> Choice {
    let words = question.words();
    Choice::new(
        question,
        "unit",
        words.t("unit"),
        &[("form", words.t("unit-form")), ("lemma", words.t("unit-lemma"))],
    )
}

/// `GET /collocates`
pub(in super::super) fn collocates(question: &Question) -> Result<Reply, Problem> {
    let (words, params) = (question.words(), &question.params);
    let text = params.get("q").unwrap_or_default().to_owned();
    let rows = if text.is_empty() { Vec::new() } else { measures::collocates(question)? };
    let mut by_period =
        BTreeMap::<Option<(Option<i16>, Option<i16>)>, Vec<&crate::trend::CollocateRow>>::new();
    for row in &rows {
        by_period.entry(row.years).or_default().push(row);
    }
    let scale = Scale::of(rows.iter().map(crate::trend::CollocateRow::log_dice));
    let tables = by_period.iter().map(|(years, rows)| WordTable {
        heading: years.map_or_else(|| words.t("all-years"), |(first, last)| period_name(first, last)),
        note: words.count("n-hits", rows.first().map_or(0, |row| row.n_mentions) as i64),
        columns: ["times-near", "n-expected", "n-all", "docs-short"].map(|key| words.t(key)).into(),
        axis: "logDice".to_owned(),
        zero: scale.x(0.0),
        rows: rows.iter().map(|row| collocate_line(question, &text, row, &scale)).collect(),
    });
    let spans = [("window", words.t("span-window")), ("sentence", words.t("span-sentence"))];
    let orders = measures::ORDERS.map(|name| (name, words.t(&format!("order-{name}"))));
    let page = WordTablesPage {
        w: words,
        shell: Shell::new(question, "/collocates", "/collocates"),
        path: "/collocates",
        heading: if text.is_empty() {
            words.t("menu-collocates")
        } else {
            words.about("words-around", "name", &text)
        },
        about: words.t("collocates-about"),
        note: words.t("collocates-note"),
        hidden: params.get("ui").map(|code| ("ui", code.to_owned())).into_iter().collect(),
        fields: vec![
            field(question, "q", "term-label", "tillit*"),
            field(question, "window", "window", "5"),
            field(question, "period", "period", "2015..2019"),
            field(question, "where", "where", "kind:nou"),
        ],
        choices: vec![
            Choice::new(question, "span", words.t("span"), &spans),
            units(question),
            Choice::new(question, "order", words.t("sort-by"), &orders),
        ],
        tables: tables.collect(),
        files: if text.is_empty() { Vec::new() } else { files(params, "/api/v1/collocates") },
    };
    Ok(Reply::html(page.render()?))
}

fn period_name(first: Option<i16>, last: Option<i16>) -> String {
    let year = |year: Option<i16>| year.map(|year| year.to_string()).unwrap_or_default();
    format!("{}–{}", year(first), year(last))
}

fn collocate_line(
    question: &Question,
    text: &str,
    row: &crate::trend::CollocateRow,
    scale: &Scale,
) -> WordLine {
    let words = question.words();
    let value = row.log_dice();
    // Both in one sentence: the passages behind the number.
    let both = match text.contains([' ', '"']) {
        true => format!("({text}) NEAR/s {}", row.word),
        false => format!("{} NEAR/s {}", as_query(question, text), row.word),
    };
    WordLine {
        word: row.word.clone(),
        href: question.params.only(&["ui", "where"]).with("q", &both).to("/concordance"),
        cells: vec![
            words.n(row.collocation.n_both as i64),
            words.number(row.collocation.expected(), 1),
            words.n(row.collocation.n_collocate as i64),
            words.n(row.n_docs as i64),
        ],
        label: format!("logDice {}", words.number(value, 1)),
        x: scale.x(value),
        low: String::new(),
        high: String::new(),
        has_interval: false,
    }
}

/// A concept as part of a query.
fn as_query(question: &Question, text: &str) -> String {
    match question.view.results.concept(text) {
        Ok(_) => format!("concept:{text}"),
        Err(_) => text.to_owned(),
    }
}

/// `GET /compare`
pub(in super::super) fn compare(question: &Question) -> Result<Reply, Problem> {
    let (words, params) = (question.words(), &question.params);
    let (rows, notice) = match measures::keyness(question) {
        Ok(rows) => (rows, None),
        Err(problem) if problem.status == 422 => (Vec::new(), Some(problem.in_language(words.code).detail)),
        Err(problem) => return Err(problem),
    };
    let is_more = |row: &&crate::trend::KeynessRow| row.keyness.log_ratio().unwrap_or(0.0) > 0.0;
    let values = rows.iter().flat_map(|row| {
        let interval = row.interval.map(|interval| [interval.low, interval.high]);
        row.keyness.log_ratio().into_iter().chain(interval.into_iter().flatten())
    });
    let scale = Scale::of(values);
    let table = |heading: &str, rows: Vec<&crate::trend::KeynessRow>| WordTable {
        heading: words.t(heading),
        note: words.t("log-ratio-note"),
        columns: ["in-target", "in-reference", "docs-target", "docs-reference"]
            .map(|key| words.t(key))
            .into(),
        axis: words.t("log-ratio"),
        zero: scale.x(0.0),
        rows: rows.into_iter().map(|row| keyness_line(question, row, &scale)).collect(),
    };
    let (more, less): (Vec<_>, Vec<_>) = rows.iter().partition(is_more);
    let mut tables = Vec::new();
    if !more.is_empty() {
        tables.push(table("more-in-target", more));
    }
    if !less.is_empty() {
        tables.push(table("less-in-target", less));
    }
    let page = WordTablesPage {
        w: words,
        shell: Shell::new(question, "/compare", "/compare"),
        path: "/compare",
        heading: words.t("menu-compare"),
        about: notice.unwrap_or_else(|| {
            words.t(if params.get("target").is_some() { "compare-about" } else { "compare-recent" })
        }),
        note: words.t("compare-note"),
        hidden: params.get("ui").map(|code| ("ui", code.to_owned())).into_iter().collect(),
        fields: vec![
            field(question, "target", "target", "year:2018.."),
            field(question, "reference", "reference", "year:..2017"),
            field(question, "min", "min", "10"),
        ],
        choices: vec![units(question)],
        tables,
        files: files(params, "/api/v1/keyness"),
    };
    Ok(Reply::html(page.render()?))
}

fn keyness_line(question: &Question, row: &crate::trend::KeynessRow, scale: &Scale) -> WordLine {
    let words = question.words();
    let value = row.keyness.log_ratio().unwrap_or(0.0);
    let interval = row.interval.map(|interval| (interval.low, interval.high));
    let signed = |value: f64| words.number(value, 2);
    let shown =
        interval.map(|(low, high)| format!(" [{}–{}]", signed(low), signed(high))).unwrap_or_default();
    let params = question.params.only(&["ui"]).with("q", &format!("\"{}\"", row.word));
    let params = question.params.get("target").map_or(params.clone(), |target| params.with("where", target));
    WordLine {
        word: row.word.clone(),
        href: params.to("/concordance"),
        cells: vec![
            words.n(row.keyness.n_target as i64),
            words.n(row.keyness.n_reference as i64),
            words.n(row.n_docs_with[0] as i64),
            words.n(row.n_docs_with[1] as i64),
        ],
        label: format!("{}{shown}", signed(value)),
        x: scale.x(value),
        low: interval.map(|(low, _)| scale.x(low)).unwrap_or_default(),
        high: interval.map(|(_, high)| scale.x(high)).unwrap_or_default(),
        has_interval: interval.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_their_place_on_one_axis_that_has_zero() {
        let scale = Scale::of([-1.0, 3.0].into_iter());
        assert_eq!(
            (scale.x(-1.0), scale.x(3.0), scale.x(1.0)),
            ("3.0".to_owned(), "97.0".to_owned(), "50.0".to_owned())
        );
        assert_eq!(Scale::of([2.0].into_iter()).x(0.0), "3.0");
    }
}
