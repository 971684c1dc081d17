//! `ordskifte concordance`: every mention of a concept or query with the words around it.

use super::args::ConcordanceArgs;
use super::outcome::{CommandError, CommandOutcome};
use super::show::{asked, page_of, restriction, suggest};
use crate::config::Config;
use crate::pipeline::{self, Corpus, Marks, kwic_row, mark_name};
use crate::report::{Format, tables, write};
use crate::results::{self, CONTEXT_WORDS, Context, Countable, sort_lines};
use crate::stats::Random;
use crate::text::{Entry, words};
use std::collections::BTreeMap;
use std::io::Write;

pub(crate) fn concordance(
    config: &Config,
    args: &ConcordanceArgs,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let asked = asked(config, &args.query)?;
    let restriction = args.restriction.as_deref().map(|text| restriction(config, text)).transpose()?;
    let results = pipeline::open_results(&Corpus::new(config))?;
    let is_kept = restriction.as_ref().map(|restriction| results.documents_where(restriction)).transpose()?;
    let asked = asked.in_passages_of(&results, restriction.as_ref())?;
    let mentions = asked.mentions(&results)?;
    let found = results.found(&mentions, is_kept.as_deref())?;
    let total = found.total;
    let is_shown = args.random.map_or_else(|| vec![true; total], |count| drawn(total, count, args.seed));
    let mut lines = results.lines(&found, &is_shown)?;
    let entries = results.entries_of(&lines)?;
    let keys: Vec<results::SortKey> = args.sort.iter().map(|key| (*key).into()).collect();
    sort_lines(&mut lines, &entries, &keys);
    if usize::from(args.width) < CONTEXT_WORDS {
        lines.iter_mut().for_each(|line| narrow(line, usize::from(args.width)));
    }
    match args.output.format() {
        Format::Text => write_text(&lines, &entries, args, out)?,
        _ => write_table(config, &lines, &entries, args, out)?,
    }
    out.flush()?;
    writeln!(super::terminal::stderr(), "{} of {total} mentions", lines.len())?;
    if total == 0 {
        if let Countable::Query(_, query) = &asked {
            suggest(&results, query)?;
        }
        return Ok(CommandOutcome::NeedsAttention);
    }
    Ok(CommandOutcome::Done)
}

/// Which `count` of `total` mentions are drawn, each choice with the same probability.
fn drawn(total: usize, count: usize, seed: u64) -> Vec<bool> {
    let mut numbers: Vec<usize> = (0..total).collect();
    Random::new(seed).shuffle(&mut numbers);
    let mut is_drawn = vec![false; total];
    numbers.into_iter().take(count).for_each(|number| is_drawn[number] = true);
    is_drawn
}

/// Cuts the context of `line` to `width` words on either side.
fn narrow(line: &mut Context, width: usize) {
    let starts: Vec<usize> = words(&line.pre).map(|word| word.range.start).collect();
    let kept = starts.len().checked_sub(width).and_then(|first| starts.get(first)).copied();
    line.pre = match (width, kept) {
        (0, _) => String::new(),
        (_, Some(start)) => line.pre[start..].to_owned(),
        (_, None) => std::mem::take(&mut line.pre),
    };
    let end = width.checked_sub(1).map(|last| words(&line.post).nth(last).map(|word| word.range.end));
    line.post = match end {
        None => String::new(),
        Some(Some(end)) => line.post[..end].to_owned(),
        Some(None) => std::mem::take(&mut line.post),
    };
}

/// Writes `lines` as a table; with a coder, the marks of that coder are its last columns.
fn write_table(
    config: &Config,
    lines: &[Context],
    entries: &BTreeMap<u32, Entry>,
    args: &ConcordanceArgs,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let table = tables::concordance();
    let rows: Vec<tables::KwicRow<'_>> =
        lines.iter().map(|line| kwic_row(&entries[&line.document], &args.query, line)).collect();
    let Some(coder) = &args.coder else {
        table.write(&rows, args.output.format(), out)?;
        return Ok(());
    };
    let marks = Marks::read(config)?;
    let headings = [table.headings(), tables::mark_headings().to_vec()].concat();
    let with_mark = rows.iter().zip(lines).map(|(row, line)| {
        let mark = marks.find(coder, &args.query, row.entry.source_sha256, line);
        let mut cells = table.cells(row);
        cells.push(mark.map(|mark| mark_name(mark.is_relevant)).into());
        cells.push(mark.map(|mark| mark.note.as_str()).into());
        cells
    });
    write(&headings, with_mark, args.output.format(), out)?;
    Ok(())
}

/// Lines with the key words below each other, each with its year and document.
fn write_text(
    lines: &[Context],
    entries: &BTreeMap<u32, Entry>,
    args: &ConcordanceArgs,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let rows: Vec<tables::KwicRow<'_>> =
        lines.iter().map(|line| kwic_row(&entries[&line.document], &args.query, line)).collect();
    let width = |index: usize| rows.iter().map(|row| row.words[index].chars().count()).max().unwrap_or(0);
    let (pre_width, keyword_width) = (width(0), width(1));
    for row in rows {
        let [pre, keyword, post] = row.words;
        let year =
            row.entry.record.year.as_ref().map_or_else(|| "    ".to_owned(), |year| year.year.to_string());
        let page = page_of(&row).map(|page| format!(" {page}")).unwrap_or_default();
        writeln!(
            out,
            "{year}  {pre:>pre_width$}  {keyword:<keyword_width$}  {post}  [{}{page}]",
            row.entry.docname
        )?;
    }
    Ok(())
}
