//! A document to be read: its text with the mentions marked, where they are, its record with the evidence for each field, its captures.

use super::super::original;
use super::super::params::path_segments;
use super::super::problem::Problem;
use super::super::reading::{Named, captures, named};
use super::super::reply::Reply;
use super::super::route::Question;
use super::super::state::View;
use super::super::words::{Said, Words};
use super::{Link, Shell, kind_name, language_name, terms};
use crate::acquire::Archive;
use crate::report::{bibtex, csl_json};
use crate::results::{MarkedPassage, ReadPassage};
use crate::text::{Area, Entry, MediaType, PassageKind, words as words_of};
use askama::Template;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Terms that are marked at once: as many as there are colours.
const MARKED_MAX: usize = 5;
/// Hexadecimal digits of a digest that are shown.
const DIGEST_SHOWN: usize = 12;

struct Tick {
    id: String,
    title: String,
    x: String,
}

/// Where in the document a term is.
struct TermStrip {
    number: usize,
    name: String,
    label: String,
    page_breaks: Vec<String>,
    ticks: Vec<Tick>,
    href: String,
    count: String,
}

struct ShownPassage {
    ordinal: u32,
    /// The page that begins with it, in words.
    page: String,
    page_number: u32,
    tag: &'static str,
    class: &'static str,
    lang: String,
    html: String,
}

struct RecordField {
    name: String,
    value: String,
    evidence: String,
    /// Whether it is a text of the source.
    is_quoted: bool,
}

struct Version {
    at: String,
    sha256: String,
    change: String,
}

/// The page of the file as it looks.
struct Original {
    pages: Vec<Link>,
    src: String,
    alt: String,
    /// The picture of the places of mentions. Empty when nothing is marked.
    boxes: String,
}

struct NoticeLine {
    page: Option<String>,
    said: Said,
}

#[derive(Template)]
#[template(path = "document.html")]
struct DocumentPage<'a> {
    w: &'a Words,
    shell: Shell,
    title: String,
    back: String,
    back_text: String,
    about: String,
    kind: String,
    language: String,
    tags: Vec<String>,
    strips: Vec<TermStrip>,
    first_hit: String,
    here: String,
    q: String,
    article_lang: String,
    passages: Vec<ShownPassage>,
    original: Option<Original>,
    fields: Vec<RecordField>,
    links: Vec<Link>,
    notices: Vec<NoticeLine>,
    versions: Vec<Version>,
    versions_count: String,
}

/// `GET /documents/{id}`
pub(in super::super) fn document(question: &Question) -> Result<Reply, Problem> {
    let view = &question.view;
    let Named { index, entry, .. } = named(view, &question.rest)?;
    match question.params.get("format") {
        None => page(question, index, entry),
        Some("bibtex") => {
            Ok(Reply::new("application/x-bibtex; charset=utf-8", bibtex([entry])).named("document.bib"))
        }
        Some("csl") => Ok(Reply::new("application/json", csl_json([entry])).named("document.json")),
        Some("file") => archived(view, entry),
        Some("page") => {
            let page = original::page(&question.app, view, entry, page_number(question, entry)?)?;
            Ok(Reply::new("image/png", page.png.clone()))
        }
        Some("boxes") => boxes(question, index, entry),
        Some(other) => Err(Problem::parameter("format", format!("'{other}' is not a format of this page"))),
    }
}

/// The archived bytes. A browser must not open what others wrote in our name, so they are always saved.
fn archived(view: &View, entry: &Entry) -> Result<Reply, Problem> {
    let archive = Archive::open_read_only(&view.corpus().archive_folder())?;
    let bytes = archive.payload(&entry.source_sha256)?;
    let name: String = entry
        .docname
        .location()
        .rsplit('/')
        .next()
        .unwrap_or("document")
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' })
        .collect();
    Ok(Reply { is_kept: false, ..Reply::new("application/octet-stream", bytes).named(name) })
}

/// The page that the address names, from 1.
fn page_number(question: &Question, entry: &Entry) -> Result<u32, Problem> {
    let n_pages = entry.n_pages.unwrap_or(1).max(1) as usize;
    Ok(question.params.number("page", 1, (1, n_pages))? as u32)
}

/// The places of the mentions on a page, as a picture that is laid over that of the page.
fn boxes(question: &Question, index: usize, entry: &Entry) -> Result<Reply, Problem> {
    let view = &question.view;
    let page = original::page(&question.app, view, entry, page_number(question, entry)?)?;
    let passages = view.results.reading(index)?;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.2} {:.2}\"><style>rect{{fill:#ffe08a;fill-opacity:.45;stroke-width:1.2}}\
         .b1{{stroke:#0b5cad}}.b2{{stroke:#b4460f}}.b3{{stroke:#00705a}}.b4{{stroke:#8a2f86}}.b5{{stroke:#4a525c}}</style>",
        page.width_pt, page.height_pt
    );
    for (number, name) in (1..).zip(terms(&question.params).iter().take(MARKED_MAX)) {
        let marked = view.results.marked(&view.countable(name)?, index, &passages)?;
        for passage in &passages {
            for range in marked.get(&passage.ordinal).into_iter().flatten() {
                let start = passage.text[..range.start].chars().count() as u32;
                let end = start + passage.text[range.clone()].chars().count() as u32;
                for area in page.areas(passage.ordinal, start, end) {
                    let Area { left, top, right, bottom } = area;
                    let _ = write!(
                        svg,
                        "<rect class=\"b{number}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"1.5\"/>",
                        left - 1.0,
                        top - 1.0,
                        right - left + 2.0,
                        bottom - top + 2.0
                    );
                }
            }
        }
    }
    svg.push_str("</svg>");
    Ok(Reply::new("image/svg+xml", svg))
}

/// A mention: its term, and bytes of the passage.
type TermMention = (usize, std::ops::Range<usize>);

fn page(question: &Question, index: usize, entry: &Entry) -> Result<Reply, Problem> {
    let (words, view) = (question.words(), &question.view);
    let passages = view.results.reading(index)?;
    let names: Vec<String> = terms(&question.params).into_iter().take(MARKED_MAX).collect();
    let mut marked = Vec::new();
    for name in &names {
        marked.push(view.results.marked(&view.countable(name)?, index, &passages)?);
    }
    let strips = strips(question, entry, &passages, &names, &marked);
    let first_hit = strips.iter().find_map(|strip| strip.ticks.first()).map(|tick| tick.id.clone());
    let by_passage = by_passage(&marked);
    let record = &entry.record;
    let ui = question.params.only(&["ui"]);
    let path = format!("/documents/{}", path_segments(entry.docname.as_str()));
    let language = entry.language.map(|language| language.to_string());
    let versions = versions(question, entry)?;
    let page = DocumentPage {
        w: words,
        shell: Shell::new(question, &path, ""),
        title: record.title.clone().unwrap_or_else(|| super::concordance::name_of(entry)),
        back: names.first().map(|name| ui.with("q", name).to("/concordance")).unwrap_or_default(),
        back_text: names.first().map(|name| words.about("back-to", "name", name)).unwrap_or_default(),
        about: about(words, entry),
        kind: kind_name(record.kind.name()),
        language: language_name(words, language.as_deref()),
        tags: tags(words, entry),
        first_hit: first_hit.unwrap_or_default(),
        strips,
        here: path.clone(),
        q: names.join(", "),
        article_lang: language.clone().filter(|code| code != words.code).unwrap_or_default(),
        passages: shown(words, &passages, &by_passage, language.as_deref()),
        original: original(question, entry, &passages, &by_passage, &path)?,
        fields: fields(words, entry),
        links: links(question, entry, &path),
        notices: notices(words, entry),
        versions_count: words.count("n-captures", versions.len() as i64),
        versions,
    };
    Ok(Reply::html(page.render()?))
}

/// The page of the file: the one that the address names, else that of the first mention. `None` for a file without pages.
fn original(
    question: &Question,
    entry: &Entry,
    passages: &[ReadPassage],
    mentions: &BTreeMap<u32, Vec<TermMention>>,
    path: &str,
) -> Result<Option<Original>, Problem> {
    let Some(n_pages) = entry.n_pages.filter(|_| entry.media_type == MediaType::Pdf) else { return Ok(None) };
    let words = question.words();
    let first = passages.iter().find(|passage| mentions.contains_key(&passage.ordinal));
    let shown = match question.params.get("page") {
        Some(_) => page_number(question, entry)?,
        None => first.and_then(|passage| passage.page).unwrap_or(1),
    };
    let params = question.params.only(&["q", "ui"]);
    let with_hits: std::collections::BTreeSet<u32> = passages
        .iter()
        .filter(|passage| mentions.contains_key(&passage.ordinal))
        .filter_map(|passage| passage.page)
        .collect();
    let near =
        |page: u32| page.abs_diff(shown) <= 2 || page == 1 || page == n_pages || with_hits.contains(&page);
    let link = |page: u32| {
        let href = format!("{}#original", params.with("page", &page.to_string()).to(path));
        let label = passages
            .iter()
            .find(|passage| passage.page == Some(page))
            .and_then(|passage| passage.page_label.clone());
        let text = label.unwrap_or_else(|| page.to_string());
        Link::new(text, if page == shown { String::new() } else { href })
    };
    let pages: Vec<Link> = (1..=n_pages).filter(|page| near(*page)).take(PAGE_LINKS_MAX).map(link).collect();
    let of_page = params.without(&["ui"]).with("page", &shown.to_string());
    Ok(Some(Original {
        pages,
        src: of_page.without(&["q"]).with("format", "page").to(path),
        alt: words.about("original-alt", "page", &shown.to_string()),
        boxes: if mentions.is_empty() { String::new() } else { of_page.with("format", "boxes").to(path) },
    }))
}

/// Links to pages beside the original.
const PAGE_LINKS_MAX: usize = 24;

/// Designation, issuer and date in one line.
fn about(words: &Words, entry: &Entry) -> String {
    let record = &entry.record;
    let parts = [
        record.designation.as_ref().map(ToString::to_string),
        record.issuer.clone(),
        record.published.as_ref().map(|dated| words.date(&dated.date.to_string())),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn tags(words: &Words, entry: &Entry) -> Vec<String> {
    let mut tags = Vec::new();
    if entry.is_vanished {
        tags.push(words.t("vanished"));
    }
    if entry.copy_of.is_some() {
        tags.push(words.t("copy"));
    }
    if entry.record.year.as_ref().is_some_and(crate::text::AnalysisYear::is_of_file) {
        tags.push(words.t("year-of-file"));
    }
    tags
}

/// For each passage its mentions of all terms, in the order of the text; of two that overlap the first.
fn by_passage(marked: &[BTreeMap<u32, MarkedPassage>]) -> BTreeMap<u32, Vec<TermMention>> {
    let mut by_passage = BTreeMap::<u32, Vec<TermMention>>::new();
    for (term, of_term) in marked.iter().enumerate() {
        for (ordinal, ranges) in of_term {
            by_passage.entry(*ordinal).or_default().extend(ranges.iter().map(|range| (term, range.clone())));
        }
    }
    for mentions in by_passage.values_mut() {
        mentions.sort_by_key(|(term, range)| (range.start, *term));
        let mut end = 0;
        mentions.retain(|(_, range)| {
            let is_free = range.start >= end;
            end = if is_free { range.end } else { end };
            is_free
        });
    }
    by_passage
}

/// The id of a mention: the first character of it in the plain text, so that a line of a concordance can name it.
fn mention_id(passage: &ReadPassage, start: usize) -> String {
    format!("c{}", passage.char_start as usize + passage.text[..start].chars().count())
}

fn strips(
    question: &Question,
    entry: &Entry,
    passages: &[ReadPassage],
    names: &[String],
    marked: &[BTreeMap<u32, MarkedPassage>],
) -> Vec<TermStrip> {
    let words = question.words();
    let total = passages.iter().map(|passage| u64::from(passage.n_tokens)).sum::<u64>().max(1) as f64;
    let mut starts = BTreeMap::new();
    let mut sum = 0_u64;
    for passage in passages {
        starts.insert(passage.ordinal, sum);
        sum += u64::from(passage.n_tokens);
    }
    let breaks = passages.windows(2).filter(|pair| pair[0].page != pair[1].page && pair[1].page.is_some());
    let breaks: Vec<String> =
        breaks.map(|pair| format!("{:.2}", 100.0 * starts[&pair[1].ordinal] as f64 / total)).collect();
    let strip = |(number, (name, of_term)): (usize, (&String, &BTreeMap<u32, MarkedPassage>))| {
        let mut ticks = Vec::new();
        for passage in passages {
            for range in of_term.get(&passage.ordinal).into_iter().flatten() {
                let before =
                    words_of(&passage.text[..range.start]).filter(|word| word.is_counted).count() as u64;
                let place = starts[&passage.ordinal] + before.min(u64::from(passage.n_tokens));
                let x = 100.0 * place as f64 / total;
                ticks.push(Tick {
                    id: mention_id(passage, range.start),
                    title: words.with("tick", &[("name", name), ("share", &words.number(x, 0))]),
                    x: format!("{x:.2}"),
                });
            }
        }
        let count = words.count("n-hits", ticks.len() as i64);
        let params = question.params.only(&["ui"]).with("q", name);
        TermStrip {
            number,
            label: format!("{name}: {count}"),
            name: name.clone(),
            // Many pages would make one grey strip of them.
            page_breaks: if breaks.len() <= PAGE_BREAKS_MAX { breaks.clone() } else { Vec::new() },
            ticks,
            href: params.with("document", entry.docname.as_str()).to("/concordance"),
            count,
        }
    };
    (1..).zip(names.iter().zip(marked)).map(strip).collect()
}

/// Page breaks of a strip that can be told apart.
const PAGE_BREAKS_MAX: usize = 80;

fn shown(
    words: &Words,
    passages: &[ReadPassage],
    mentions: &BTreeMap<u32, Vec<TermMention>>,
    language: Option<&str>,
) -> Vec<ShownPassage> {
    let mut page = None;
    let mut shown = Vec::new();
    for passage in passages {
        let begins = passage.page.filter(|number| page != Some(*number));
        page = passage.page.or(page);
        let label = begins.map(|number| page_text(words, number, passage.page_label.as_deref()));
        let of_passage = passage.language.map(|language| language.to_string());
        let (tag, class) = element(passage);
        shown.push(ShownPassage {
            ordinal: passage.ordinal,
            page: label.unwrap_or_default(),
            page_number: begins.unwrap_or_default(),
            tag,
            class,
            lang: of_passage.filter(|code| Some(code.as_str()) != language).unwrap_or_default(),
            html: html(passage, mentions.get(&passage.ordinal).map_or(&[], Vec::as_slice)),
        });
    }
    shown
}

/// The number of a page, and the one that is printed on it where that is another.
fn page_text(words: &Words, number: u32, label: Option<&str>) -> String {
    let number = number.to_string();
    match label.filter(|label| *label != number) {
        Some(label) => words.with("page-printed", &[("page", &number), ("label", label)]),
        None => words.about("page", "page", &number),
    }
}

fn element(passage: &ReadPassage) -> (&'static str, &'static str) {
    match passage.kind {
        PassageKind::Heading if passage.section.is_empty() => ("h3", ""),
        PassageKind::Heading => ("h3", "sub"),
        PassageKind::ListItem => ("p", "item"),
        PassageKind::Table => ("p", "cells"),
        PassageKind::Footnote => ("p", "foot"),
        PassageKind::Caption => ("p", "caption"),
        PassageKind::Paragraph | PassageKind::Furniture => ("p", ""),
    }
}

/// The text of `passage`, escaped, with its mentions marked.
fn html(passage: &ReadPassage, mentions: &[TermMention]) -> String {
    let (mut html, mut end) = (String::new(), 0);
    for (term, range) in mentions {
        html.push_str(&escaped(&passage.text[end..range.start]));
        let _ = write!(
            html,
            "<mark class=\"c{}\" id=\"{}\"><span>{}</span></mark>",
            term + 1,
            mention_id(passage, range.start),
            escaped(&passage.text[range.clone()])
        );
        end = range.end;
    }
    html.push_str(&escaped(&passage.text[end..]));
    html
}

fn escaped(text: &str) -> String {
    let visible = crate::text::visible(text);
    visible
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace("\\u{9}", " · ")
        .replace('\t', " · ")
}

fn fields(words: &Words, entry: &Entry) -> Vec<RecordField> {
    let record = &entry.record;
    let mut fields = Vec::new();
    let mut add = |key: &str, value: Option<String>, evidence: String, is_quoted: bool| {
        let (value, evidence) = match value {
            Some(value) => (value, evidence),
            None => (words.t("unknown"), String::new()),
        };
        fields.push(RecordField { name: words.t(key), value, evidence, is_quoted });
    };
    let basis = |basis: &str| words.about("basis", "basis", basis);
    add("title", record.title.clone(), String::new(), true);
    add("designation", record.designation.as_ref().map(ToString::to_string), String::new(), false);
    add("kind", Some(kind_name(record.kind.name())), String::new(), false);
    add("issuer", record.issuer.clone(), String::new(), false);
    if record.addressee.is_some() {
        add("addressee", record.addressee.clone(), String::new(), false);
    }
    let published = record.published.as_ref();
    add(
        "published",
        published.map(|dated| words.date(&dated.date.to_string())),
        published.map(|dated| basis(&dated.basis)).unwrap_or_default(),
        false,
    );
    let year = record.year.as_ref();
    add(
        "year-of-analysis",
        year.map(|year| year.year.to_string()),
        year.map(|year| basis(&year.basis)).unwrap_or_default(),
        false,
    );
    let shares: Vec<String> = entry
        .language_shares
        .iter()
        .map(|(language, share)| {
            let name = language_name(words, Some(&language.to_string()));
            format!("{name} {} %", words.number(f64::from(*share) / 10.0, 0))
        })
        .collect();
    add("language", Some(shares.join(", ")).filter(|text| !text.is_empty()), String::new(), false);
    add("length", Some(words.count("n-words", entry.n_tokens as i64)), String::new(), false);
    if let Some(n_pages) = entry.n_pages {
        add("n-of-pages", Some(words.n(i64::from(n_pages))), String::new(), false);
    }
    for (name, value) in &record.own {
        fields.push(RecordField {
            name: name.clone(),
            value: value.clone(),
            evidence: words.t("declared"),
            is_quoted: true,
        });
    }
    fields
}

fn links(question: &Question, entry: &Entry, path: &str) -> Vec<Link> {
    let (words, params) = (question.words(), question.params.only(&["ui"]));
    let mut links = vec![Link::new(words.t("archived-file"), params.with("format", "file").to(path))];
    if entry.source_url.starts_with("https://") || entry.source_url.starts_with("http://") {
        links.push(Link::new(words.t("at-source"), entry.source_url.clone()));
    }
    links.push(Link::new("BibTeX", params.with("format", "bibtex").to(path)));
    links.push(Link::new("CSL-JSON", params.with("format", "csl").to(path)));
    links.push(Link::new("JSON", format!("/api/v1{path}")));
    links
}

fn notices(words: &Words, entry: &Entry) -> Vec<NoticeLine> {
    let line = |notice: &crate::text::Notice| NoticeLine {
        page: notice.page.map(|page| words.about("page-short", "page", &page.to_string())),
        said: words.said(&notice.text),
    };
    entry.notices.iter().map(line).collect()
}

/// The captures, the newest first. The catalogue may be locked or missing: then none are shown.
fn versions(question: &Question, entry: &Entry) -> Result<Vec<Version>, Problem> {
    let words = question.words();
    let mut captures = captures(&question.view, entry)?;
    captures.reverse();
    let digests: Vec<String> = captures.iter().map(|capture| capture.sha256.to_string()).collect();
    let version = |(at, capture): (usize, &crate::acquire::Capture)| {
        let is_used = digests[at] == entry.source_sha256.to_string();
        let change = match digests.get(at + 1) {
            None => words.t("first-capture"),
            Some(before) if *before == digests[at] => words.t("unchanged"),
            Some(_) => words.t("changed"),
        };
        Version {
            at: words.date(capture.captured_at.get(..10).unwrap_or_default()),
            sha256: digests[at][..DIGEST_SHOWN].to_owned(),
            change: if is_used { format!("{}; {change}", words.t("in-use")) } else { change },
        }
    };
    Ok(captures.iter().enumerate().map(version).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(text: &str) -> ReadPassage {
        ReadPassage {
            ordinal: 0,
            page: None,
            page_label: None,
            kind: PassageKind::Paragraph,
            language: None,
            section: Vec::new(),
            text: text.to_owned(),
            n_tokens: 3,
            char_start: 10,
        }
    }

    #[test]
    fn mentions_are_marked_and_what_others_wrote_is_escaped() {
        let html = html(&passage("å <b> tillit & mer"), &[(1, 7..13)]);
        assert_eq!(html, "å &lt;b&gt; <mark class=\"c2\" id=\"c16\"><span>tillit</span></mark> &amp; mer");
    }

    #[test]
    fn of_two_mentions_that_overlap_the_first_is_marked() {
        let marked = [BTreeMap::from([(0, vec![0..6, 20..25])]), BTreeMap::from([(0, vec![3..9, 10..12])])];
        assert_eq!(by_passage(&marked)[&0], [(0, 0..6), (1, 10..12), (0, 20..25)]);
    }
}
