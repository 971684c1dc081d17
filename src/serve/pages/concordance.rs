//! Every mention with the words around it: sorted, restricted by facets, judged, each a way to its place in the document.

use super::super::api;
use super::super::params::{Params, path_segments};
use super::super::problem::Problem;
use super::super::reply::{Reply, TableFormat};
use super::super::route::Question;
use super::super::selection::{self, Selection, UNKNOWN};
use super::super::words::Words;
use super::controls::{Choice, SelectOption, axes, controls, selection_params};
use super::{Link, Shell, kind_name, language_name};
use crate::pipeline::Marks;
use crate::query::Mentions;
use crate::results::{Context, Countable, Found, SortKey};
use crate::text::{Entry, words as words_of};
use crate::trend::Dimension;
use askama::Template;
use std::collections::BTreeMap;

/// Mentions of one page.
const PAGE_ROWS: usize = 25;
/// Pages that an address can name.
const PAGES_MAX: usize = 1_000_000;
/// Values of a facet, the most frequent ones.
const FACET_VALUES: usize = 8;
/// Characters that are sent on either side; the page fades out what does not fit.
const CONTEXT_CHARS: usize = 120;
/// Concepts that are offered when nothing was asked.
const SUGGESTIONS: usize = 12;
/// The coder whose marks are shown when the address names none and nobody has judged anything.
const DEFAULT_CODER: &str = "web";

struct FacetValue {
    text: String,
    count: String,
    share: usize,
    href: String,
    is_chosen: bool,
}

struct Facet {
    name: String,
    values: Vec<FacetValue>,
}

struct Bar {
    title: String,
    href: String,
    x: String,
    slot: String,
    width: String,
    y: String,
    height: String,
}

/// A side of a line: before, the word that it is sorted by, after.
type LineSide = (String, String, String);

struct LineRow {
    /// Names the mention in the form.
    id: String,
    year: String,
    lang: String,
    pre: LineSide,
    keyword: String,
    post: LineSide,
    /// Between the mention and what follows it.
    gap: &'static str,
    href: String,
    document: String,
    document_href: String,
    title: String,
    page: String,
    is_relevant: bool,
    is_refused: bool,
    note: String,
    yes: String,
    no: String,
    note_label: String,
}

struct List {
    counted: String,
    trend: String,
    years: Vec<Bar>,
    first_year: String,
    last_year: String,
    facets: Vec<Facet>,
    hidden: Vec<(&'static str, String)>,
    sorts: Vec<Choice>,
    coder: String,
    form_token: String,
    here: String,
    may_edit: bool,
    width: &'static str,
    caption: String,
    rows: Vec<LineRow>,
    shown: String,
    pages: Vec<Link>,
    take_all: String,
    files: Vec<Link>,
    permanent: String,
}

#[derive(Template)]
#[template(path = "concordance.html")]
struct ConcordancePage<'a> {
    w: &'a Words,
    shell: Shell,
    heading: String,
    q: String,
    concepts: Vec<&'a str>,
    controls: String,
    notes: Vec<String>,
    list: Option<List>,
    suggestions: Vec<Link>,
}

/// `GET /concordance`
pub(in super::super) fn concordance(question: &Question) -> Result<Reply, Problem> {
    let (words, params, view) = (question.words(), &question.params, &question.view);
    let text = super::terms(params).into_iter().next().unwrap_or_default();
    if let Some(format) = params.get("format") {
        let format = TableFormat::of_name(format).ok_or_else(|| {
            Problem::parameter("format", format!("'{format}' is not a format of this page"))
        })?;
        return file(question, &text, format);
    }
    let selection = Selection::of(question)?;
    let concepts: Vec<&str> = view.results.concepts().iter().map(|concept| concept.name.as_str()).collect();
    let hidden = ["sort", "coder", "form", "mark"];
    let controls = controls(question, &selection, vec![axes(question)], &hidden)?;
    let mut notes = super::other_snapshot(question);
    let mut list = None;
    if !text.is_empty() {
        let asked = selection.in_passages(view, view.countable(&text)?)?;
        let shown = List::of(question, &selection, &text, &asked)?;
        let is_whole = ["page", "mark", "form"].iter().all(|name| params.get(name).is_none());
        if shown.rows.is_empty() && is_whole {
            notes.push(super::start::nothing_found(question, &text, &asked)?);
        }
        list = Some(shown);
    }
    let suggestions = concepts.iter().take(SUGGESTIONS);
    let page = ConcordancePage {
        w: words,
        shell: Shell::new(question, "/concordance", "/concordance"),
        heading: if text.is_empty() {
            words.t("menu-concordance")
        } else {
            words.about("in-context", "name", &text)
        },
        suggestions: suggestions
            .map(|name| Link::new(*name, params.with("q", name).to("/concordance")))
            .collect(),
        q: text,
        concepts,
        controls,
        notes,
        list,
    };
    Ok(Reply::html(page.render()?))
}

/// The mentions of the page as a file: all of them, with the form and the marks that it is restricted to.
fn file(question: &Question, text: &str, format: TableFormat) -> Result<Reply, Problem> {
    let view = &question.view;
    question.query_text()?;
    let selection = Selection::of(question)?;
    let asked = selection.in_passages(view, view.countable(text)?)?;
    let mut mentions = asked.mentions(&view.results)?;
    if let Some(form) = question.params.get("form") {
        only_form(&mut mentions, form);
    }
    let marks = Marks::read(&view.config)?;
    let coder = coder(question, &marks);
    let found = view.results.found(&mentions, Some(&selection.is_kept))?;
    let found =
        Marked::of(question, text, &found, (&marks, &coder))?.chosen(question, &found)?.unwrap_or(found);
    api::rows_of(question, text, &found, 0, api::MENTIONS_MAX)?.reply(format, &view.snapshot)
}

/// The names of judgements in an address.
const MARKS: [&str; 4] = ["relevant", "not", "note", "unmarked"];

/// How each mention is judged by one coder, in the order of the texts.
struct Marked(Vec<Judgement>);

#[derive(Debug, Clone, Copy, Default)]
struct Judgement {
    is_relevant: Option<bool>,
    has_note: bool,
}

impl Judgement {
    fn is(self, name: &str) -> bool {
        match name {
            "relevant" => self.is_relevant == Some(true),
            "not" => self.is_relevant == Some(false),
            "note" => self.has_note,
            _ => self.is_relevant.is_none(),
        }
    }
}

impl Marked {
    /// Only documents with marks are read.
    fn of(
        question: &Question,
        text: &str,
        found: &Found<'_>,
        (marks, coder): (&Marks, &str),
    ) -> Result<Marked, Problem> {
        let results = &question.view.results;
        let mut judged = vec![Judgement::default(); found.total];
        let documents = marks.documents(coder, text);
        if documents.is_empty() {
            return Ok(Marked(judged));
        }
        let entries = results.documents()?;
        let has_marks = |document: u32| documents.contains(&entries[document as usize].source_sha256);
        let is_read: Vec<bool> = found
            .by_document()
            .flat_map(|(document, n)| std::iter::repeat_n(has_marks(document), n))
            .collect();
        let lines = results.lines(found, &is_read)?;
        let places = judged.iter_mut().zip(&is_read).filter(|(_, is_read)| **is_read).map(|(place, _)| place);
        for (place, line) in places.zip(&lines) {
            if let Some(mark) = marks.find(coder, text, entries[line.document as usize].source_sha256, line) {
                *place = Judgement { is_relevant: Some(mark.is_relevant), has_note: !mark.note.is_empty() };
            }
        }
        Ok(Marked(judged))
    }

    /// For each judgement the number of mentions.
    fn counts(&self) -> BTreeMap<Option<String>, usize> {
        let count = |name: &str| self.0.iter().filter(|judged| judged.is(name)).count();
        MARKS.iter().map(|name| (Some((*name).to_owned()), count(name))).filter(|(_, n)| *n > 0).collect()
    }

    /// The mentions with the judgement that the address names. `None` when it names none.
    fn chosen<'m>(&self, question: &Question, found: &Found<'m>) -> Result<Option<Found<'m>>, Problem> {
        let Some(name) = question.params.get("mark") else { return Ok(None) };
        if !MARKS.contains(&name) {
            return Err(Problem::parameter("mark", format!("'{name}' is none of {}", MARKS.join(", "))));
        }
        let is_wanted: Vec<bool> = self.0.iter().map(|judged| judged.is(name)).collect();
        Ok(Some(found.only(&is_wanted)))
    }
}

impl List {
    fn of(
        question: &Question,
        selection: &Selection,
        text: &str,
        asked: &Countable,
    ) -> Result<List, Problem> {
        let (words, params, view) = (question.words(), &question.params, &question.view);
        let mut mentions = asked.mentions(&view.results)?;
        let all_forms = view.results.found(&mentions, Some(&selection.is_kept))?.by_form();
        let form_names = mentions.forms.clone();
        if let Some(form) = params.get("form") {
            only_form(&mut mentions, form);
        }
        let found = view.results.found(&mentions, Some(&selection.is_kept))?;
        let marks = Marks::read(&view.config)?;
        let coder = coder(question, &marks);
        let marked = Marked::of(question, text, &found, (&marks, &coder))?;
        let found = marked.chosen(question, &found)?.unwrap_or(found);
        let number = params.number("page", 1, (1, PAGES_MAX))?;
        let start = (number - 1) * PAGE_ROWS;
        let keys = api::sort_keys(question)?;
        let lines = view.results.page_of_lines(&found, &keys, start..start + PAGE_ROWS)?;
        let rows = rows(question, text, (start + 1, &lines), &keys, (&marks, &coder))?;
        let here = params.without(&["ui"]);
        let sorted = keys.iter().map(|key| sort_name(words, *key)).collect::<Vec<_>>().join(", ");
        let mut facets = facets(question, &found, (&form_names, &all_forms))?;
        facets.push(facet(question, "mark", words.about("marked-by", "coder", &coder), marked.counts()));
        let (years, range) = years(question, &found)?;
        let files = [("CSV", "csv"), ("Excel", "xlsx"), ("Parquet", "parquet")];
        Ok(List {
            counted: counted(words, &found, selection),
            trend: selection_params(question).with("q", text).to("/"),
            years,
            first_year: range.map(|(first, _)| first.to_string()).unwrap_or_default(),
            last_year: range.map(|(_, last)| last.to_string()).unwrap_or_default(),
            facets,
            hidden: hidden(params),
            sorts: sorts(question, &keys),
            form_token: question.app.form_token.clone(),
            here: params.to("/concordance"),
            may_edit: question.may_edit,
            width: width(&lines),
            caption: words.with("kwic-caption", &[("name", text), ("sorted", &sorted)]),
            shown: range_shown(words, (start + 1).min(found.total), start + rows.len(), found.total),
            pages: pages(words, params, number, found.total.div_ceil(PAGE_ROWS)),
            take_all: words.count("take-all-hits", found.total as i64),
            files: files
                .map(|(text, format)| {
                    Link::new(text, here.without(&["page"]).with("format", format).to("/concordance"))
                })
                .into(),
            permanent: here.with("snapshot", &view.snapshot).to("/concordance"),
            rows,
            coder,
        })
    }
}

/// The lines of the page, of which the first has the number `first`, with the marks of `coder`.
fn rows(
    question: &Question,
    text: &str,
    (first, lines): (usize, &[Context]),
    keys: &[SortKey],
    (marks, coder): (&Marks, &str),
) -> Result<Vec<LineRow>, Problem> {
    let entries = question.view.results.entries_of(lines)?;
    let row = |(number, line): (usize, &Context)| {
        let entry = &entries[&line.document];
        let mark = marks.find(coder, text, entry.source_sha256, line);
        let judged = mark.map(|mark| (mark.is_relevant, mark.note.as_str()));
        row(question, text, (number, line, entry), keys, judged)
    };
    Ok((first..).zip(lines).map(row).collect())
}

/// How many mentions there are in how many of the documents.
fn counted(words: &Words, found: &Found<'_>, selection: &Selection) -> String {
    words.with(
        "hits-in-documents",
        &[
            ("hits", &words.count("n-hits", found.total as i64)),
            ("with", &words.n(found.by_document().count() as i64)),
            ("documents", &words.count("of-documents", selection.n_documents() as i64)),
        ],
    )
}

/// The class of the column of the mentions: as wide as the longest of the page needs.
fn width(lines: &[Context]) -> &'static str {
    match lines.iter().map(|line| line.keyword.chars().count()).max().unwrap_or(0) {
        0..=13 => "k7",
        14..=18 => "k9",
        _ => "k11",
    }
}

/// "1–25 of 37"
pub(super) fn range_shown(words: &Words, first: usize, last: usize, total: usize) -> String {
    let [first, last, total] = [first, last, total].map(|n| words.n(n as i64));
    words.with("rows-shown", &[("first", &first), ("last", &last), ("total", &total)])
}

/// The coder whose marks are shown: that of the address, or the first who has judged something.
fn coder(question: &Question, marks: &Marks) -> String {
    let named = question.params.get("coder").map(str::to_owned);
    named
        .or_else(|| marks.coders().first().map(|coder| (*coder).to_owned()))
        .unwrap_or_else(|| DEFAULT_CODER.to_owned())
}

/// Leaves the mentions of one form.
fn only_form(mentions: &mut Mentions, form: &str) {
    let wanted = mentions.forms.iter().position(|other| other == form);
    for segment in &mut mentions.segments {
        segment.retain(|mention| Some(mention.form as usize) == wanted);
    }
}

/// The parameters that the form for sorting takes along.
fn hidden(params: &Params) -> Vec<(&'static str, String)> {
    let names = [&selection::NAMES[..], &["q", "form", "mark", "ui"]].concat();
    names.into_iter().flat_map(|name| params.all(name).map(move |value| (name, value.to_owned()))).collect()
}

/// The keys that a list can be sorted by, with the names that the address has.
const SORTS: [(&str, SortKey); 9] = [
    ("document", SortKey::Document),
    ("year", SortKey::Year),
    ("R1", SortKey::Right(0)),
    ("R2", SortKey::Right(1)),
    ("R3", SortKey::Right(2)),
    ("L1", SortKey::Left(0)),
    ("L2", SortKey::Left(1)),
    ("L3", SortKey::Left(2)),
    ("keyword", SortKey::Keyword),
];

fn sort_name(words: &Words, key: SortKey) -> String {
    let name = SORTS.iter().find(|(_, other)| *other == key).map_or("document", |(name, _)| name);
    words.t(&format!("sort-{}", name.to_lowercase()))
}

fn sorts(question: &Question, keys: &[SortKey]) -> Vec<Choice> {
    let words = question.words();
    let choice = |index: usize, label: &str| {
        let chosen = keys.get(index);
        let none =
            SelectOption { value: String::new(), text: words.t("sort-none"), is_chosen: chosen.is_none() };
        let options = SORTS.iter().map(|(name, key)| SelectOption {
            value: (*name).to_owned(),
            text: sort_name(words, *key),
            is_chosen: chosen == Some(key),
        });
        Choice {
            name: "sort",
            label: words.t(label),
            options: std::iter::once(none).chain(options).collect(),
        }
    };
    vec![choice(0, "sort-by"), choice(1, "then-by")]
}

fn row(
    question: &Question,
    text: &str,
    (number, line, entry): (usize, &Context, &Entry),
    keys: &[SortKey],
    judged: Option<(bool, &str)>,
) -> LineRow {
    let words = question.words();
    let docname = entry.docname.as_str();
    let params = question.params.only(&["ui"]).with("q", text);
    let path = format!("/documents/{}", path_segments(docname));
    let label = line.page_label.clone().or_else(|| line.page.map(|page| page.to_string()));
    let number = words.n(number as i64);
    LineRow {
        id: format!("{}|{docname}", line.char_start),
        year: entry.record.year.as_ref().map(|year| year.year.to_string()).unwrap_or_default(),
        lang: line
            .language
            .map(|language| language.to_string())
            .filter(|code| code != words.code)
            .unwrap_or_default(),
        pre: left_side(&line.pre, keys),
        keyword: line.keyword.clone(),
        post: right_side(&line.post, keys),
        gap: if line.post.starts_with(|c: char| ".,;:!?)»”".contains(c)) { "" } else { " " },
        href: format!("{}#c{}", params.to(&path), line.char_start),
        document: name_of(entry),
        document_href: params.to(&path),
        title: entry.record.title.clone().unwrap_or_default(),
        page: label.map(|label| words.about("page-short", "page", &label)).unwrap_or_default(),
        is_relevant: judged.is_some_and(|(is_relevant, _)| is_relevant),
        is_refused: judged.is_some_and(|(is_relevant, _)| !is_relevant),
        note: judged.map(|(_, note)| note.to_owned()).unwrap_or_default(),
        yes: words.about("mark-yes", "row", &number),
        no: words.about("mark-no", "row", &number),
        note_label: words.about("mark-note", "row", &number),
    }
}

/// What a document is called in a list: its designation, else its title.
pub(super) fn name_of(entry: &Entry) -> String {
    let record = &entry.record;
    let name = record.designation.as_ref().map(ToString::to_string).or_else(|| record.title.clone());
    name.unwrap_or_else(|| entry.docname.location().to_owned())
}

/// The right end of `text`, with the word that is sorted by apart.
fn left_side(text: &str, keys: &[SortKey]) -> LineSide {
    let skipped = text.chars().count().saturating_sub(CONTEXT_CHARS);
    let text: String = text.chars().skip(skipped).collect();
    let found: Vec<_> = words_of(&text).map(|word| word.range).collect();
    let sorted = keys.iter().find_map(|key| match key {
        SortKey::Left(index) => found.iter().rev().nth(*index),
        _ => None,
    });
    parts(&text, sorted.cloned())
}

/// The left end of `text`, in the same way.
fn right_side(text: &str, keys: &[SortKey]) -> LineSide {
    let text: String = text.chars().take(CONTEXT_CHARS).collect();
    let sorted = keys.iter().find_map(|key| match key {
        SortKey::Right(index) => words_of(&text).nth(*index).map(|word| word.range),
        _ => None,
    });
    parts(&text, sorted)
}

fn parts(text: &str, sorted: Option<std::ops::Range<usize>>) -> LineSide {
    match sorted {
        Some(range) => {
            (text[..range.start].to_owned(), text[range.clone()].to_owned(), text[range.end..].to_owned())
        }
        None => (text.to_owned(), String::new(), String::new()),
    }
}

/// Bars, and the first and the last year.
type YearBars = (Vec<Bar>, Option<(i16, i16)>);

/// The mentions by year.
fn years(question: &Question, found: &Found<'_>) -> Result<YearBars, Problem> {
    let words = question.words();
    let strata = question.view.results.strata()?;
    let mut counts = BTreeMap::<i16, usize>::new();
    for (document, n) in found.by_document() {
        if let Some(year) = strata[document as usize].year {
            *counts.entry(year).or_default() += n;
        }
    }
    let (Some((&first, _)), Some((&last, _))) = (counts.first_key_value(), counts.last_key_value()) else {
        return Ok((Vec::new(), None));
    };
    let highest = counts.values().copied().max().unwrap_or(1) as f64;
    let slot = 100.0 / f64::from(last - first + 1);
    let params = question.params.without(&["page"]);
    let bar = |(year, n): (&i16, &usize)| {
        let height = 100.0 * *n as f64 / highest;
        let text = year.to_string();
        Bar {
            title: format!("{year}: {}", words.count("n-hits", *n as i64)),
            href: params.with("from", &text).with("to", &text).to("/concordance"),
            x: format!("{:.2}", f64::from(year - first) * slot),
            slot: format!("{:.2}", slot * 0.98),
            width: format!("{:.2}", slot * 0.82),
            y: format!("{:.1}", 100.0 - height),
            height: format!("{height:.1}"),
        }
    };
    Ok((counts.iter().map(bar).collect(), Some((first, last))))
}

fn facets(
    question: &Question,
    found: &Found<'_>,
    (form_names, forms): (&[String], &BTreeMap<u32, usize>),
) -> Result<Vec<Facet>, Problem> {
    let words = question.words();
    let entries = question.view.results.documents()?;
    let by_property = |property: Dimension| {
        let mut counts = BTreeMap::<Option<String>, usize>::new();
        for (document, n) in found.by_document() {
            *counts.entry(property.text(&entries[document as usize])).or_default() += n;
        }
        counts
    };
    let by_form = forms.iter().map(|(form, n)| (Some(form_names[*form as usize].clone()), *n)).collect();
    let facets = [
        ("kind", by_property(Dimension::Kind)),
        ("form", by_form),
        ("issuer", by_property(Dimension::Issuer)),
        ("language", by_property(Dimension::Language)),
    ];
    Ok(facets.into_iter().map(|(name, counts)| facet(question, name, words.t(name), counts)).collect())
}

fn facet(
    question: &Question,
    name: &'static str,
    heading: String,
    counts: BTreeMap<Option<String>, usize>,
) -> Facet {
    let words = question.words();
    let params = question.params.without(&["page"]);
    let total: usize = counts.values().sum();
    let mut counts: Vec<(Option<String>, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let value = |(value, n): (Option<String>, usize)| {
        let text = match (name, value.as_deref()) {
            ("language", code) => language_name(words, code),
            ("kind", Some(kind)) => kind_name(kind),
            ("mark", Some(mark)) => words.t(&format!("marked-{mark}")),
            (_, Some(value)) => value.to_owned(),
            (_, None) => words.t("unknown"),
        };
        let value = value.unwrap_or_else(|| UNKNOWN.to_owned());
        let is_chosen = params.all(name).any(|chosen| chosen == value);
        let href = if is_chosen { params.without(&[name]) } else { params.with(name, &value) };
        FacetValue {
            text,
            count: words.n(n as i64),
            share: 100 * n / total.max(1),
            href: href.to("/concordance"),
            is_chosen,
        }
    };
    Facet { name: heading, values: counts.into_iter().take(FACET_VALUES).map(value).collect() }
}

/// Links to the pages around page `number` of `n_pages`; the current one has no address.
fn pages(words: &Words, params: &Params, number: usize, n_pages: usize) -> Vec<Link> {
    let href = |page: usize| {
        params
            .with("page", if page == 1 { String::new() } else { page.to_string() }.as_str())
            .to("/concordance")
    };
    let mut links = Vec::new();
    if n_pages < 2 {
        return links;
    }
    if number > 1 {
        links.push(Link::new(words.t("previous"), href(number - 1)));
    }
    let near = number.saturating_sub(2).max(1)..=(number + 2).min(n_pages);
    if *near.start() > 1 {
        links.push(Link::new("1", href(1)));
    }
    for page in near.clone() {
        links.push(Link::new(words.n(page as i64), if page == number { String::new() } else { href(page) }));
    }
    if *near.end() < n_pages {
        links.push(Link::new(words.n(n_pages as i64), href(n_pages)));
    }
    if number < n_pages {
        links.push(Link::new(words.t("next"), href(number + 1)));
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_that_is_sorted_by_stands_apart() {
        let left = left_side("mer av det gode", &[SortKey::Left(1)]);
        assert_eq!(left, ("mer av ".to_owned(), "det".to_owned(), " gode".to_owned()));
        let right = right_side("i staten er", &[SortKey::Year, SortKey::Right(0)]);
        assert_eq!(right, (String::new(), "i".to_owned(), " staten er".to_owned()));
    }
}
