//! The answers for programs: the tables of the command line with the same columns, as JSON, CSV, XLSX or Parquet.

use super::measures;
use super::problem::Problem;
use super::reply::{Reply, Rows, TableFormat};
use super::route::Question;
use super::selection::Selection;
use crate::pipeline::{self, SplitQuestion, form_row, kwic_row, search_row};
use crate::report::ValueType::Text;
use crate::report::{Cell, Heading, Table, heading, tables};
use crate::results::{Countable, Found, SortKey};
use crate::text::Entry;
use crate::trend::{Dimension, TimeAxis};

/// Rows of an answer in JSON when nothing else is said. Files have all.
const ROWS: usize = 100;
/// Most mentions of one answer.
pub(super) const MENTIONS_MAX: usize = 200_000;
/// Most documents of one answer.
const DOCUMENTS_MAX: usize = 100_000;
/// Most queries of one trend.
const QUERIES_MAX: usize = 50;

impl Question {
    /// The format that the address or the header asks for.
    pub(super) fn format(&self) -> Result<TableFormat, Problem> {
        match self.params.get("format") {
            Some(name) => TableFormat::of_name(name).ok_or_else(|| {
                Problem::parameter("format", format!("'{name}' is none of {}", TableFormat::NAMES.join(", ")))
            }),
            None => TableFormat::accepted(&self.accept).ok_or_else(|| {
                Problem::new(406, "the answer has none of these types").with_hint("use format=csv")
            }),
        }
    }

    fn rows(&self, rows: Rows) -> Result<Reply, Problem> {
        rows.reply(self.format()?, &self.view.snapshot)
    }

    /// First row and number of rows of the page that the address asks for.
    fn page(&self, limit_max: usize) -> Result<(usize, usize), Problem> {
        let is_file = self.format()? != TableFormat::Json;
        let limit = self.params.number("limit", if is_file { limit_max } else { ROWS }, (1, limit_max))?;
        let start = match self.params.get("cursor") {
            None => 0,
            Some(cursor) => {
                let read = cursor.split_once('.').and_then(|(start, tag)| Some((start.parse().ok()?, tag)));
                let (start, tag): (usize, &str) =
                    read.ok_or_else(|| Problem::parameter("cursor", "is not one of ours"))?;
                if tag != self.cursor_tag() {
                    return Err(
                        Problem::new(410, "the cursor is of an earlier snapshot").with_hint("begin again")
                    );
                }
                start
            }
        };
        Ok((start, limit))
    }

    /// The cursor of the rows from `start` on, if there are any.
    fn next(&self, start: usize, total: usize) -> Option<String> {
        (start < total).then(|| format!("{start}.{}", self.cursor_tag()))
    }

    fn cursor_tag(&self) -> &str {
        &self.view.results.snapshot_id()[..8.min(self.view.results.snapshot_id().len())]
    }
}

pub(super) fn health(question: &Question) -> Result<Reply, Problem> {
    Ok(Reply::json(&serde_json::json!({
        "status": "ok",
        "snapshot": question.view.snapshot,
        "version": env!("CARGO_PKG_VERSION"),
    })))
}

pub(super) fn search_columns() -> Vec<Heading> {
    tables::search().headings()
}

pub(super) fn search(question: &Question) -> Result<Reply, Problem> {
    let results = &question.view.results;
    let query = question.view.query(question.query_text()?)?;
    let selection = Selection::of(question)?;
    let limit = question.params.number("limit", 20, (1, 200))?;
    let answer = match question.params.get("by") {
        None | Some("passage") => results.passages_of(&query, limit, &selection.is_kept)?,
        Some("document") => results.best_documents_of(&query, limit, &selection.is_kept)?,
        Some(other) => {
            return Err(Problem::parameter("by", format!("'{other}' is neither passage nor document")));
        }
    };
    let is_by_document = question.params.get("by") == Some("document");
    let total = if is_by_document { answer.n_documents } else { answer.n_passages } as u64;
    let table = tables::search();
    let entries: Vec<Entry> =
        answer.hits.iter().map(|hit| results.document_of(&hit.context)).collect::<Result<_, _>>()?;
    let row = |((rank, hit), entry)| table.cells(&search_row(rank, hit, entry));
    let rows: Vec<Vec<Cell>> = (1..).zip(&answer.hits).zip(&entries).map(row).collect();
    question.rows(Rows { name: "search", headings: table.headings(), rows, total, next: None })
}

pub(super) fn concordance_columns() -> Vec<Heading> {
    tables::concordance().headings()
}

pub(super) fn concordance(question: &Question) -> Result<Reply, Problem> {
    let (start, limit) = question.page(MENTIONS_MAX)?;
    concordance_rows(question, start, limit).and_then(|rows| question.rows(rows))
}

/// The sort keys of the address.
pub(super) fn sort_keys(question: &Question) -> Result<Vec<SortKey>, Problem> {
    let names = question.params.all("sort").flat_map(|names| names.split(',')).map(str::trim);
    let key = |name: &str| {
        SortKey::of_name(name).ok_or_else(|| {
            Problem::parameter(
                "sort",
                format!("'{name}' is none of L1, L2, L3, R1, R2, R3, keyword, document, year"),
            )
        })
    };
    names.filter(|name| !name.is_empty()).map(key).collect()
}

/// The lines of the concordance from `start` on.
fn concordance_rows(question: &Question, start: usize, limit: usize) -> Result<Rows, Problem> {
    let (view, text) = (&question.view, question.query_text()?);
    let selection = Selection::of(question)?;
    let asked = selection.in_passages(view, view.countable(text)?)?;
    let mentions = asked.mentions(&view.results)?;
    let found = view.results.found(&mentions, Some(&selection.is_kept))?;
    rows_of(question, text, &found, start, limit)
}

/// The lines of `found`, the mentions of `text`, from `start` on, as the address sorts them.
pub(super) fn rows_of(
    question: &Question,
    text: &str,
    found: &Found<'_>,
    start: usize,
    limit: usize,
) -> Result<Rows, Problem> {
    let view = &question.view;
    let keys = sort_keys(question)?;
    let lines = view.results.page_of_lines(found, &keys, start..start.saturating_add(limit))?;
    let entries = view.results.entries_of(&lines)?;
    let table = tables::concordance();
    let rows: Vec<Vec<Cell>> =
        lines.iter().map(|line| table.cells(&kwic_row(&entries[&line.document], text, line))).collect();
    let next = question.next(start + rows.len(), found.total);
    Ok(Rows { name: "concordance", headings: table.headings(), rows, total: found.total as u64, next })
}

pub(super) fn trends_columns() -> Vec<Heading> {
    tables::strata_headings(&[Dimension::Year], TimeAxis::Analysis)
}

pub(super) fn trends(question: &Question) -> Result<Reply, Problem> {
    let selection = Selection::of(question)?;
    let dimensions = dimensions(question, &selection)?;
    let asked = all_asked(question, &selection)?;
    question.rows(trend_rows(question, &selection, &dimensions, &asked)?)
}

/// The concepts and queries of the address; all concepts without one.
pub(super) fn all_asked(question: &Question, selection: &Selection) -> Result<Vec<Countable>, Problem> {
    let view = &question.view;
    let mut texts: Vec<&str> = question.params.all("q").collect();
    if texts.is_empty() {
        texts = view.results.concepts().iter().map(|concept| concept.name.as_str()).collect();
    } else if texts.len() > QUERIES_MAX {
        return Err(Problem::new(422, format!("more than {QUERIES_MAX} queries")));
    }
    texts.iter().map(|text| selection.in_passages(view, view.countable(text)?)).collect()
}

/// The properties that the address splits counts by; the year without one.
fn dimensions(question: &Question, selection: &Selection) -> Result<Vec<Dimension>, Problem> {
    let mut dimensions = Vec::new();
    for name in question.params.all("by") {
        let dimension = dimension(question, name)?;
        if dimension == Dimension::Document {
            return Err(Problem::parameter("by", "the counts of documents are those of documents?q="));
        }
        if !dimensions.contains(&dimension) {
            dimensions.push(dimension);
        }
    }
    if dimensions.is_empty() {
        dimensions.push(Dimension::Year);
    }
    if selection.axis != TimeAxis::Analysis
        && !dimensions.contains(&Dimension::Year)
        && selection.years == (None, None)
    {
        return Err(Problem::parameter("axis", "needs by=year, or from and to"));
    }
    Ok(dimensions)
}

/// The property called `name`: a built-in one, or a column of the user's own.
pub(super) fn dimension(question: &Question, name: &str) -> Result<Dimension, Problem> {
    if let Some(dimension) = Dimension::of_name(name) {
        return Ok(dimension);
    }
    let columns = question.view.results.own_columns()?;
    match columns.iter().find(|column| column.eq_ignore_ascii_case(name)) {
        Some(column) => Ok(Dimension::Own(column.clone())),
        None => Err(Problem::parameter("by", format!("documents have no column '{name}'"))),
    }
}

/// The table of counts by `dimensions`.
pub(super) fn trend_rows(
    question: &Question,
    selection: &Selection,
    dimensions: &[Dimension],
    asked: &[Countable],
) -> Result<Rows, Problem> {
    let split = SplitQuestion {
        dimensions,
        axis: selection.axis,
        asked,
        restriction: selection.restriction.as_ref(),
        is_kept: Some(&selection.is_kept),
        years: selection.year_range(),
    };
    let split = split.count(&question.view.results)?;
    let headings = tables::strata_headings(dimensions, selection.axis);
    let rows = split.rows().iter().map(|row| tables::strata_cells(row, dimensions, selection.axis)).collect();
    Ok(Rows::all("trends", headings, rows))
}

fn concepts_table() -> Table<crate::codebook::Concept> {
    type Row = crate::codebook::Concept;
    let columns = vec![
        heading("concept", Text, "Name of the concept in the codebook")
            .of(|row: &Row| row.name.as_str().into()),
        heading("note", Text, "What counts as a mention, in words").of(|row| row.note.as_deref().into()),
        heading("parents", Text, "The wider concepts that also count its mentions, separated by |")
            .of(|row| row.parents.join(" | ").into()),
        heading("patterns", Text, "Its own patterns, separated by |")
            .of(|row| own_patterns(row).join(" | ").into()),
    ];
    Table { description: "One row for each concept", columns }
}

/// The patterns of `concept` itself, without those of narrower concepts.
pub(super) fn own_patterns(concept: &crate::codebook::Concept) -> Vec<&str> {
    let own = concept.rules.iter().filter(|rule| rule.concept == concept.name);
    own.flat_map(|rule| &rule.patterns).map(|pattern| pattern.text.as_str()).collect()
}

pub(super) fn concepts_columns() -> Vec<Heading> {
    concepts_table().headings()
}

pub(super) fn concepts(question: &Question) -> Result<Reply, Problem> {
    let table = concepts_table();
    let rows = question.view.results.concepts().iter().map(|concept| table.cells(concept)).collect();
    question.rows(Rows::all("concepts", table.headings(), rows))
}

pub(super) fn forms_columns() -> Vec<Heading> {
    tables::form_review().headings()
}

pub(super) fn forms(question: &Question) -> Result<Reply, Problem> {
    let results = &question.view.results;
    let concept = results.concept(question.query_text()?)?;
    let rows = results.forms(concept)?;
    let rows = rows.iter().map(|used| form_row(&results.concepts()[concept], used)).collect();
    question.rows(Rows::all("forms", forms_columns(), rows))
}

pub(super) fn documents_columns() -> Vec<Heading> {
    tables::documents().headings()
}

pub(super) fn documents(question: &Question) -> Result<Reply, Problem> {
    let (start, limit) = question.page(DOCUMENTS_MAX)?;
    let selection = Selection::of(question)?;
    let all = question.view.results.documents()?;
    let own = tables::own_columns(all);
    let kept: Vec<&Entry> =
        all.iter().zip(&selection.is_kept).filter(|(_, is_kept)| **is_kept).map(|(entry, _)| entry).collect();
    let table = tables::documents().with_own(&own);
    let rows: Vec<Vec<Cell>> = kept.iter().skip(start).take(limit).map(|entry| table.cells(entry)).collect();
    let (total, next) = (kept.len() as u64, question.next(start + rows.len(), kept.len()));
    question.rows(Rows { name: "documents", headings: table.headings(), rows, total, next })
}

pub(super) fn document(question: &Question) -> Result<Reply, Problem> {
    super::reading::json(question)
}

pub(super) fn status(question: &Question) -> Result<Reply, Problem> {
    let mut status = pipeline::status(&question.view.config)?;
    // Where the corpus lies on the disk is no business of those who ask from elsewhere.
    if !question.is_local {
        status["data"] = serde_json::Value::Null;
    }
    Ok(Reply::json(&status))
}

pub(super) fn snapshots_columns() -> Vec<Heading> {
    pipeline::snapshots_table().headings()
}

pub(super) fn snapshots(question: &Question) -> Result<Reply, Problem> {
    let table = pipeline::snapshots_table();
    let kept = pipeline::kept_snapshots(&question.view.corpus())?;
    let rows = kept.iter().map(|snapshot| table.cells(snapshot)).collect();
    question.rows(Rows::all("snapshots", table.headings(), rows))
}

pub(super) fn differences_columns() -> Vec<Heading> {
    pipeline::number_changes().headings()
}

pub(super) fn differences(question: &Question) -> Result<Reply, Problem> {
    let (table, corpus) = (pipeline::number_changes(), question.view.corpus());
    let [before, after] = ["before", "after"].map(|name| {
        let id = question.params.get(name).unwrap_or_default();
        pipeline::find_snapshot(&corpus, id).map_err(|error| Problem::parameter(name, error.to_string()))
    });
    let rows = pipeline::difference(&before?, &after?)?.numbers.iter().map(|row| table.cells(row)).collect();
    question.rows(Rows::all("differences", table.headings(), rows))
}

pub(super) fn collocates_columns() -> Vec<Heading> {
    tables::collocations().headings()
}

pub(super) fn collocates(question: &Question) -> Result<Reply, Problem> {
    let text = question.query_text()?;
    let table = tables::collocations();
    let rows = measures::collocates(question)?.into_iter().map(|row| table.cells(&(text, row))).collect();
    question.rows(Rows::all("collocates", collocates_columns(), rows))
}

pub(super) fn keyness_columns() -> Vec<Heading> {
    tables::keyness().headings()
}

pub(super) fn keyness(question: &Question) -> Result<Reply, Problem> {
    let table = tables::keyness();
    let rows = measures::keyness(question)?.iter().map(|row| table.cells(row)).collect();
    question.rows(Rows::all("keyness", table.headings(), rows))
}

pub(super) fn changes(question: &Question) -> Result<Reply, Problem> {
    question.rows(Rows::all("changes", measures::changes_columns(), measures::changes(question)?))
}
