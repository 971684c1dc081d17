//! What the corpus has, what it lacks, and what happened lately: coverage, runs, sources, rejected and doubtful documents.

use super::super::measures;
use super::super::params::path_segments;
use super::super::problem::Problem;
use super::super::reply::Reply;
use super::super::route::Question;
use super::super::selection::{self, Selection};
use super::super::words::{Said, Words};
use super::concordance::{name_of, range_shown};
use super::controls::active;
use super::{Link, Shell, kind_name};
use crate::acquire::{Archive, Run};
use crate::pipeline::{self, Holdings};
use crate::stats::THIN_DOCUMENTS;
use crate::text::{AnalysisYear, Entry, KINDS, Kind, Stratum};
use askama::Template;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Documents in the list of a selection, runs, doubtful records.
const LISTED_MAX: usize = 200;
const RUNS: usize = 10;
const CHANGES_MAX: usize = 20;
const DOUBTFUL_MAX: usize = 40;
const REJECTED_MAX: usize = 100;
/// More years have no room beside each other.
const YEARS_MAX: i16 = 60;

struct Fact {
    name: String,
    value: String,
    note: String,
    href: String,
}

#[derive(Default)]
struct CoverageCell {
    class: &'static str,
    text: String,
    label: String,
    href: String,
}

struct CoverageLine {
    name: String,
    cells: Vec<CoverageCell>,
    total: String,
}

struct DocumentLine {
    year: String,
    name: String,
    title: String,
    href: String,
    kind: String,
    issuer: String,
    words: String,
}

struct Listed {
    filters: String,
    counted: String,
    all: String,
    rows: Vec<DocumentLine>,
    shown: String,
    files: Vec<Link>,
}

struct RunLine {
    at: String,
    numbers: [String; 4],
    outcome: String,
    class: &'static str,
}

struct SnapshotLine {
    id: String,
    made: String,
    names: String,
    is_current: bool,
}

/// A document that the last step changed.
struct ChangeLine {
    name: String,
    href: String,
    change: String,
    concepts: String,
}

struct SourceLine {
    name: String,
    href: String,
    held: String,
    last: String,
    state: String,
    class: &'static str,
}

struct Doubtful {
    docname: String,
    name: String,
    href: String,
    doubt: String,
    is_fixable: bool,
    issuer: String,
    kind: String,
    year: String,
}

struct RejectedLine {
    location: String,
    reason: Said,
    hint: Said,
}

#[derive(Template)]
#[template(path = "corpus.html")]
struct CorpusPage<'a> {
    w: &'a Words,
    shell: Shell,
    notes: Vec<String>,
    facts: Vec<Fact>,
    list: Option<Listed>,
    years: Vec<(i16, String)>,
    coverage: Vec<CoverageLine>,
    sums: Vec<CoverageLine>,
    runs: Vec<RunLine>,
    snapshots: Vec<SnapshotLine>,
    compare_snapshots: String,
    changes: Vec<ChangeLine>,
    sources: Vec<SourceLine>,
    rejected: Vec<RejectedLine>,
    doubtful: Vec<Doubtful>,
    kinds: Vec<&'static str>,
    form_token: String,
    here: String,
    may_edit: bool,
}

/// `GET /corpus`
pub(in super::super) fn corpus(question: &Question) -> Result<Reply, Problem> {
    let (words, view) = (question.words(), &question.view);
    let strata = view.results.strata()?;
    let counted: Vec<Stratum> = strata.iter().filter(|stratum| !stratum.is_copy).copied().collect();
    let corpus = view.corpus();
    let archive = Archive::open_read_only(&corpus.archive_folder())?;
    let runs = archive.catalogue().runs(RUNS)?;
    let rejected = Holdings::read_rejected(&archive, &corpus.scope())?.rejected();
    let status = pipeline::status(&view.config)?;
    let years = years(&counted);
    let doubtful = doubtful(question)?;
    let page = CorpusPage {
        w: words,
        shell: Shell::new(question, "/corpus", "/corpus"),
        notes: question
            .params
            .get("saved")
            .map(|n| words.about("corrections-saved", "n", n))
            .into_iter()
            .collect(),
        facts: facts(words, &counted, runs.first(), rejected.len(), doubtful.len()),
        list: list(question)?,
        coverage: coverage(question, &counted, &years),
        sums: sums(words, &counted, &years),
        years: years.iter().map(|year| (*year, short_year(*year))).collect(),
        runs: runs.iter().map(|run| run_line(words, run)).collect(),
        snapshots: snapshots(question)?,
        compare_snapshots: question.params.only(&["ui"]).to("/snapshots"),
        changes: changes(question)?,
        sources: sources(question, &status),
        rejected: rejected
            .iter()
            .take(REJECTED_MAX)
            .map(|row| RejectedLine {
                location: row.location.to_string(),
                reason: words.said(&row.reason),
                hint: words.said(&row.hint),
            })
            .collect(),
        doubtful,
        kinds: KINDS.iter().map(|row| row.name).collect(),
        form_token: question.app.form_token.clone(),
        here: question.params.without(&["saved"]).to("/corpus"),
        may_edit: question.may_edit,
    };
    Ok(Reply::html(page.render()?))
}

/// The years of the documents, without gaps; the latest ones where they are many.
fn years(counted: &[Stratum]) -> Vec<i16> {
    let known: BTreeSet<i16> = counted.iter().filter_map(|stratum| stratum.year).collect();
    let (Some(&first), Some(&last)) = (known.first(), known.last()) else { return Vec::new() };
    (first.max(last - YEARS_MAX)..=last).collect()
}

/// Each fifth year in full.
fn short_year(year: i16) -> String {
    if year % 5 == 0 { year.to_string() } else { format!("’{:02}", year % 100) }
}

fn facts(
    words: &Words,
    counted: &[Stratum],
    last: Option<&Run>,
    n_rejected: usize,
    n_doubtful: usize,
) -> Vec<Fact> {
    let mut by_year = BTreeMap::<i16, usize>::new();
    for year in counted.iter().filter_map(|stratum| stratum.year) {
        *by_year.entry(year).or_default() += 1;
    }
    let range = by_year
        .first_key_value()
        .zip(by_year.last_key_value())
        .map(|((first, _), (last, _))| (*first, *last));
    let n_years = range.map_or(0, |(first, last)| (last - first + 1) as usize);
    let n_thin = by_year.values().filter(|n| **n < THIN_DOCUMENTS).count();
    let n_tokens: u64 = counted.iter().map(|stratum| stratum.n_tokens).sum();
    let mut by_language = BTreeMap::<Option<String>, usize>::new();
    for stratum in counted {
        *by_language.entry(stratum.language.map(|language| language.to_string())).or_default() += 1;
    }
    let mut languages: Vec<(Option<String>, usize)> = by_language.into_iter().collect();
    languages.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let languages: Vec<String> = languages
        .iter()
        .take(3)
        .map(|(code, n)| format!("{} {}", words.n(*n as i64), super::language_name(words, code.as_deref())))
        .collect();
    let fact = |key: &str, value: String, note: String, href: &str| Fact {
        name: words.t(key),
        value,
        note,
        href: href.to_owned(),
    };
    let news = last.map(|run| {
        let numbers = [("new", run.counts.n_new), ("changed", run.counts.n_changed)];
        let numbers = numbers.map(|(name, n)| (name, words.n(n as i64)));
        words.with("last-run", &[("new", &numbers[0].1), ("changed", &numbers[1].1)])
    });
    vec![
        fact("documents", words.n(counted.len() as i64), news.unwrap_or_default(), ""),
        fact("words", words.n(n_tokens as i64), languages.join(", "), ""),
        fact(
            "years",
            range.map(|(first, last)| format!("{first}–{last}")).unwrap_or_default(),
            words.count("years-without", (n_years - by_year.len()) as i64),
            "",
        ),
        fact(
            "thin-years",
            words.with("n-of-m", &[("n", &words.n(n_thin as i64)), ("m", &words.n(by_year.len() as i64))]),
            words.t("thin-note"),
            "",
        ),
        fact("rejected", words.n(n_rejected as i64), words.t("see-why"), "#avvist"),
        fact("doubtful-short", words.n(n_doubtful as i64), words.t("correct-them"), "#tvil"),
    ]
}

/// The documents of the selection in the address. `None` when it selects nothing.
fn list(question: &Question) -> Result<Option<Listed>, Problem> {
    if !selection::NAMES.iter().any(|name| question.params.get(name).is_some()) {
        return Ok(None);
    }
    let (words, selection) = (question.words(), Selection::of(question)?);
    let mut kept: Vec<&Entry> = question
        .view
        .results
        .documents()?
        .iter()
        .zip(&selection.is_kept)
        .filter(|(_, is_kept)| **is_kept)
        .map(|(entry, _)| entry)
        .collect();
    kept.sort_by_key(|entry| entry.record.year.as_ref().map(|year| year.year));
    let params = question.params.only(&selection::NAMES);
    let files = [("CSV", "csv"), ("Excel", "xlsx"), ("Parquet", "parquet")];
    Ok(Some(Listed {
        filters: active(question, &selection),
        counted: words.count("n-documents", kept.len() as i64),
        all: question.params.only(&["ui"]).to("/corpus"),
        shown: range_shown(words, kept.len().min(1), kept.len().min(LISTED_MAX), kept.len()),
        rows: kept.iter().take(LISTED_MAX).map(|entry| document_line(question, entry)).collect(),
        files: files
            .map(|(text, format)| Link::new(text, params.with("format", format).to("/api/v1/documents")))
            .into(),
    }))
}

fn document_line(question: &Question, entry: &Entry) -> DocumentLine {
    let record = &entry.record;
    let title = record.title.clone().filter(|_| record.designation.is_some());
    DocumentLine {
        year: record.year.as_ref().map(|year| year.year.to_string()).unwrap_or_default(),
        name: name_of(entry),
        title: title.unwrap_or_default(),
        href: href(question, entry),
        kind: kind_name(record.kind.name()),
        issuer: record.issuer.clone().unwrap_or_default(),
        words: question.words().n(entry.n_tokens as i64),
    }
}

fn href(question: &Question, entry: &Entry) -> String {
    question.params.only(&["ui"]).to(&format!("/documents/{}", path_segments(entry.docname.as_str())))
}

fn coverage(question: &Question, counted: &[Stratum], years: &[i16]) -> Vec<CoverageLine> {
    let words = question.words();
    let mut cells = BTreeMap::<(&str, i16), usize>::new();
    let mut totals = BTreeMap::<&str, usize>::new();
    for stratum in counted {
        *totals.entry(stratum.kind.name()).or_default() += 1;
        if let Some(year) = stratum.year {
            *cells.entry((stratum.kind.name(), year)).or_default() += 1;
        }
    }
    let is_empty = |year: i16| !counted.iter().any(|stratum| stratum.year == Some(year));
    let empty: BTreeSet<i16> = years.iter().copied().filter(|year| is_empty(*year)).collect();
    let mut kinds: Vec<(&str, usize)> = totals.into_iter().collect();
    kinds.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let line = |(kind, total): (&str, usize)| {
        let cell = |year: &i16| {
            let n = cells.get(&(kind, *year)).copied().unwrap_or_default();
            if n == 0 {
                return CoverageCell {
                    class: if empty.contains(year) { "nix" } else { "h0" },
                    ..CoverageCell::default()
                };
            }
            let text = year.to_string();
            let params =
                question.params.only(&["ui"]).with("kind", kind).with("from", &text).with("to", &text);
            CoverageCell {
                class: shade(n),
                text: words.n(n as i64),
                label: format!("{} {year}: {n}", kind_name(kind)),
                href: format!("{}#dokumenter", params.to("/corpus")),
            }
        };
        CoverageLine {
            name: kind_name(kind),
            cells: years.iter().map(cell).collect(),
            total: words.n(total as i64),
        }
    };
    kinds.into_iter().map(line).collect()
}

fn shade(n: usize) -> &'static str {
    match n {
        0 => "h0",
        1 => "h1",
        2 => "h2",
        3..=5 => "h3",
        6..=20 => "h4",
        _ => "h5",
    }
}

/// Documents and thousands of words of each year.
fn sums(words: &Words, counted: &[Stratum], years: &[i16]) -> Vec<CoverageLine> {
    let mut by_year = BTreeMap::<i16, (u64, u64)>::new();
    for stratum in counted {
        let (n_docs, n_tokens) = by_year.entry(stratum.year.unwrap_or_default()).or_default();
        (*n_docs, *n_tokens) = (*n_docs + 1, *n_tokens + stratum.n_tokens);
    }
    let line = |key: &str, value: &dyn Fn((u64, u64)) -> String| {
        let cell = |year: &i16| {
            let found = by_year.get(year).copied();
            CoverageCell { text: found.map_or_else(|| "–".to_owned(), value), ..CoverageCell::default() }
        };
        let all = by_year.values().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        CoverageLine { name: words.t(key), cells: years.iter().map(cell).collect(), total: value(all) }
    };
    let thousands = |n: u64| {
        let value = n as f64 / 1e3;
        words.number(value, usize::from(value < 100.0))
    };
    vec![
        line("documents-small", &|(n_docs, _)| words.n(n_docs as i64)),
        line("thousand-words", &|(_, n_tokens)| thousands(n_tokens)),
    ]
}

fn run_line(words: &Words, run: &Run) -> RunLine {
    let outcome = run.outcome.as_deref().unwrap_or("not ended");
    let class = if outcome == "done" { "good" } else { "warn" };
    let counts = &run.counts;
    RunLine {
        at: moment(words, &run.started_at),
        numbers: [counts.n_new, counts.n_changed, counts.n_vanished, counts.n_rejected]
            .map(|n| words.n(n as i64)),
        outcome: if outcome == "done" { words.t("done") } else { outcome.to_owned() },
        class,
    }
}

/// `2026-11-26T02:14:05Z` in words, to the minute.
pub(super) fn moment(words: &Words, iso: &str) -> String {
    let (date, time) = iso.split_once('T').unwrap_or((iso, ""));
    format!("{} {}", words.date(date), time.get(..5).unwrap_or_default())
}

fn snapshots(question: &Question) -> Result<Vec<SnapshotLine>, Problem> {
    let kept = pipeline::kept_snapshots(&question.view.corpus())?;
    let line = |snapshot: &pipeline::KeptSnapshot| SnapshotLine {
        id: snapshot.id.clone(),
        made: snapshot.made_at_text().map(|at| moment(question.words(), &at)).unwrap_or_default(),
        names: snapshot.names.join(", "),
        is_current: snapshot.is_current,
    };
    Ok(kept.iter().map(line).collect())
}

/// What the last refresh changed, the first of them.
fn changes(question: &Question) -> Result<Vec<ChangeLine>, Problem> {
    let words = question.words();
    let text = |cell: &crate::report::Cell| match cell {
        crate::report::Cell::Text(text) => text.clone(),
        _ => String::new(),
    };
    let line = |cells: &Vec<crate::report::Cell>| {
        let [docname, change, title, .., concepts] = cells.as_slice() else { return None };
        let (docname, title) = (text(docname), text(title));
        let path = format!("/documents/{}", path_segments(&docname));
        let change = text(change);
        let is_gone = change == "gone";
        Some(ChangeLine {
            name: if title.is_empty() { docname } else { title },
            href: if is_gone { String::new() } else { question.params.only(&["ui"]).to(&path) },
            change: words.t(&format!("change-{change}")),
            concepts: text(concepts),
        })
    };
    Ok(measures::changes(question)?.iter().filter_map(line).take(CHANGES_MAX).collect())
}

fn sources(question: &Question, status: &Value) -> Vec<SourceLine> {
    let words = question.words();
    let line = |source: &Value| {
        let name = source["name"].as_str().unwrap_or_default();
        let (failed, vanished) =
            (source["failed"].as_u64().unwrap_or(0), source["vanished"].as_u64().unwrap_or(0));
        let (state, class) = match (failed, source["last_capture"].is_null()) {
            (_, true) => (words.t("never-read"), "warn"),
            (0, _) if vanished == 0 => (words.t("works"), "good"),
            (0, _) => (words.count("n-gone", vanished as i64), "warn"),
            (failed, _) => (words.count("n-failed", failed as i64), "bad"),
        };
        SourceLine {
            href: format!("{}#dokumenter", question.params.only(&["ui"]).with("source", name).to("/corpus")),
            name: name.to_owned(),
            held: words.n(source["held"].as_i64().unwrap_or(0)),
            last: source["last_capture"].as_str().map(|at| moment(words, at)).unwrap_or_default(),
            state,
            class,
        }
    };
    status["sources"].as_array().into_iter().flatten().map(line).collect()
}

/// Documents whose issuer, kind or year is not known or only by the file.
fn doubtful(question: &Question) -> Result<Vec<Doubtful>, Problem> {
    let words = question.words();
    let mut found = Vec::new();
    for entry in question.view.results.documents()?.iter().filter(|entry| entry.copy_of.is_none()) {
        let record = &entry.record;
        let doubts = [
            (record.issuer.is_none(), "doubt-issuer"),
            (record.kind == Kind::Annet, "doubt-kind"),
            (record.year.is_none(), "doubt-year"),
            (record.year.as_ref().is_some_and(AnalysisYear::is_of_file), "doubt-year-of-file"),
        ];
        let doubts: Vec<String> =
            doubts.iter().filter(|(is_doubt, _)| *is_doubt).map(|(_, key)| words.t(key)).collect();
        if doubts.is_empty() || found.len() >= DOUBTFUL_MAX {
            continue;
        }
        found.push(Doubtful {
            docname: entry.docname.as_str().to_owned(),
            name: record.title.clone().unwrap_or_else(|| name_of(entry)),
            href: href(question, entry),
            doubt: doubts.join(", "),
            is_fixable: super::super::correction::metadata_file(&question.view.config, entry).is_some(),
            issuer: record.issuer.clone().unwrap_or_default(),
            kind: if record.kind == Kind::Annet { String::new() } else { record.kind.name().to_owned() },
            year: record
                .year
                .as_ref()
                .filter(|year| !year.is_of_file())
                .map(|year| year.year.to_string())
                .unwrap_or_default(),
        });
    }
    Ok(found)
}
