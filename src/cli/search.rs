//! `ordskifte search`: the passages or documents that answer a query, best first; or how many there are by kind, year, issuer and
//! language.

use super::args::{SearchArgs, SearchUnit};
use super::outcome::{CommandError, CommandOutcome};
use super::show::{parsed, suggest};
use crate::config::Config;
use crate::pipeline::{self, Corpus, search_row};
use crate::report::{Format, tables};
use crate::results::{Answer, Hit, Results};
use crate::text::Entry;
use crate::trend::Dimension;
use std::collections::BTreeMap;
use std::io::Write;

/// `ordskifte search`
pub(crate) fn search(
    config: &Config,
    args: &SearchArgs,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let query = parsed(config, &args.query)?;
    let results = pipeline::open_results(&Corpus::new(config))?;
    let answer = match args.by {
        SearchUnit::Passage => results.passages(&query, if args.facets { 0 } else { args.limit })?,
        SearchUnit::Document => results.best_documents(&query, args.limit)?,
    };
    let told = match (args.facets, args.by) {
        (true, _) => {
            let n_rows = write_facets(&results, &answer, args, out)?;
            format!("{n_rows} of {n_rows} rows")
        }
        (false, SearchUnit::Passage) => {
            write_hits(&results, &answer.hits, args, out)?;
            format!("{} of {} passages", answer.hits.len(), answer.n_passages)
        }
        (false, SearchUnit::Document) => {
            write_hits(&results, &answer.hits, args, out)?;
            format!("{} of {} documents", answer.hits.len(), answer.n_documents)
        }
    };
    out.flush()?;
    writeln!(super::terminal::stderr(), "{told}")?;
    if answer.n_passages == 0 {
        suggest(&results, &query)?;
        return Ok(CommandOutcome::NeedsAttention);
    }
    Ok(CommandOutcome::Done)
}

fn write_hits(
    results: &Results,
    hits: &[Hit],
    args: &SearchArgs,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let entries: Vec<Entry> =
        hits.iter().map(|hit| results.document_of(&hit.context)).collect::<Result<_, _>>()?;
    let rows = (1..).zip(hits).zip(&entries).map(|((rank, hit), entry)| search_row(rank, hit, entry));
    match args.output.format() {
        Format::Text => {
            let rows: Vec<tables::SearchRow<'_>> = rows.collect();
            rows.chunk_by(|a, b| a.line.entry.docname == b.line.entry.docname)
                .try_for_each(|of_document| write_document(of_document, args.by, out))
        }
        format => {
            tables::search().write(rows, format, out)?;
            Ok(())
        }
    }
}

/// Writes the hits of one document as text: what it is, then for each passage where it is and the words around the mentions.
fn write_document(
    rows: &[tables::SearchRow<'_>],
    by: SearchUnit,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let entry = rows[0].line.entry;
    let record = &entry.record;
    let year = record.year.as_ref().map(|year| format!(", {}", year.year)).unwrap_or_default();
    let name = record.designation.as_ref().map(ToString::to_string).or_else(|| record.title.clone());
    let mentions = match by {
        SearchUnit::Passage => String::new(),
        SearchUnit::Document => format!(": {} mentions in {} passages", rows[0].n, rows[0].n_passages),
    };
    writeln!(out, "{}{year}{mentions}", name.as_deref().unwrap_or(entry.docname.as_str()))?;
    writeln!(out, "     {}", entry.source_url)?;
    for row in rows {
        let page = super::show::page_of(&row.line);
        let section = (!row.line.section.is_empty()).then(|| row.line.section.join(" › "));
        let place: Vec<String> = page.into_iter().chain(section).collect();
        if !place.is_empty() {
            writeln!(out, "     {}", place.join(", "))?;
        }
        writeln!(out, "{:>3}. {}", row.rank, row.snippet)?;
    }
    writeln!(out)?;
    Ok(())
}

/// Writes how many passages and documents answer the query by kind, year, issuer and language; returns the number of rows.
fn write_facets(
    results: &Results,
    answer: &Answer,
    args: &SearchArgs,
    out: &mut dyn Write,
) -> Result<u64, CommandError> {
    let entries = results.documents()?;
    let mut rows = Vec::new();
    for facet in ["kind", "year", "issuer", "language"] {
        let value_of = |entry: &Entry| match facet {
            "year" => Some(entry.record.year.as_ref()?.year.to_string()),
            property => Dimension::of_name(property)?.text(entry),
        };
        let mut counts = BTreeMap::<(bool, Option<String>), (u64, u64)>::new();
        for (document, n_passages) in &answer.documents {
            let value = value_of(&entries[*document as usize]);
            let (passages, docs) = counts.entry((value.is_none(), value)).or_default();
            (*passages, *docs) = (*passages + u64::from(*n_passages), *docs + 1);
        }
        let row = |((_, value), (n_passages, n_docs))| tables::FacetRow { facet, value, n_passages, n_docs };
        rows.extend(counts.into_iter().map(row));
    }
    Ok(tables::facets().write(&rows, args.output.format(), out)?)
}
