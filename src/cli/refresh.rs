//! `ordskifte refresh`

use super::args::RefreshArgs;
use super::outcome::{CommandError, CommandOutcome, this_program};
use super::progress::Progress;
use crate::acquire::Archive;
use crate::config::Config;
use crate::pipeline::{self, Corpus, Counted, Event, Options, RefreshSummary};
use crate::report::wrapped;
use crate::trend::{Frequency, YearRow, by_year};
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// Runs the refresh and shows a summary.
pub(crate) fn refresh(
    config: &Config,
    args: RefreshArgs,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let mut config = config.clone();
    if let Some(dialect) = args.dialect {
        config.settings.report.dialect = dialect.into();
    }
    if args.if_due && !is_due(&config)? {
        return Ok(CommandOutcome::Done);
    }
    let stop = stop_on_ctrl_c()?;
    let progress = Progress::new(args.quiet, args.events.as_deref())
        .map_err(|e| CommandError::new(format!("cannot write the event log: {e}"), None))?;
    let progress = Arc::new(Mutex::new(progress));
    let shared = Arc::clone(&progress);
    let listener = Mutex::new(move |event: Event| shown(&shared).on_event(&event));
    let options = Options {
        sources: args.source,
        offline: args.offline,
        archive_only: args.archive_only,
        dry_run: args.dry_run,
        rehash: args.rehash,
        accept_loss: args.accept_loss,
        worker_program: this_program()?,
        now: now()?,
        stop: &stop,
        listener: &listener,
    };
    let threads = args.threads.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|e| CommandError::new(format!("cannot start threads: {e}"), None))?;
    let summary = pool
        .install(|| pipeline::refresh(&config, &options))
        .inspect_err(|_| shown(&progress).show_held_back())?;
    shown(&progress).log(summary_line(&summary));
    if summary.was_stopped {
        let hint = "what was done is kept; run `ordskifte refresh` again to continue".to_owned();
        return Err(CommandError::new("interrupted", Some(hint)));
    }
    let outcome = outcome(&summary, args.fail_on_rejected);
    if !args.quiet || outcome == CommandOutcome::NeedsAttention {
        shown(&progress).show_held_back();
        show_summary(&config, &summary, (options.dry_run, options.archive_only), out)?;
    }
    Ok(outcome)
}

/// The last line of the event log.
fn summary_line(summary: &RefreshSummary) -> serde_json::Value {
    let acquired = summary.acquired;
    serde_json::json!({
        "event": "summary",
        "outcome": if summary.was_stopped { "stopped" } else { "done" },
        "new": acquired.n_new,
        "changed": acquired.n_changed,
        "unchanged": acquired.n_unchanged,
        "vanished": acquired.n_vanished,
        "failed": acquired.n_failed,
        "extracted": summary.n_extracted,
        "indexed": summary.n_indexed,
        "documents": summary.n_documents,
        "rejected": summary.rejected.len(),
        "warnings": summary.n_warnings,
        "snapshot": summary.snapshot_id,
    })
}

/// A night may begin some hours earlier or later than the one before, and a timer that fires each hour is to find one a day.
const DUE_AFTER_HOURS: i64 = 20;

/// Whether no run that ended well began within the last [`DUE_AFTER_HOURS`]. One that was stopped or failed is repeated.
fn is_due(config: &Config) -> Result<bool, CommandError> {
    let folder = Corpus::new(config).archive_folder();
    if !folder.exists() {
        return Ok(true);
    }
    let archive = Archive::open_read_only(&folder).map_err(pipeline::Error::from)?;
    // More runs than these within a day are made by hand, and each of them counts.
    let runs = archive.catalogue().runs(50).map_err(pipeline::Error::from)?;
    let last = runs.iter().find(|run| run.outcome.as_deref() == Some("done"));
    let began = last.and_then(|run| run.started_at.parse::<jiff::Timestamp>().ok());
    let age = began.map(|began| now().map(|now| now.duration_since(began).as_hours())).transpose()?;
    Ok(age.is_none_or(|hours| hours >= DUE_AFTER_HOURS))
}

fn shown(progress: &Mutex<Progress>) -> MutexGuard<'_, Progress> {
    progress.lock().expect("progress does not panic")
}

/// Rejected documents are normal, unless the user has chosen otherwise; a source that could not be read is not.
fn outcome(summary: &RefreshSummary, fail_on_rejected: bool) -> CommandOutcome {
    let is_too_much = fail_on_rejected && !summary.rejected.is_empty();
    if summary.n_warnings > 0 || is_too_much { CommandOutcome::NeedsAttention } else { CommandOutcome::Done }
}

/// The flag that Ctrl-C sets. A second Ctrl-C ends the program at once, which loses nothing that was acknowledged.
fn stop_on_ctrl_c() -> Result<Arc<AtomicBool>, CommandError> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(2);
        }
        let _ = writeln!(super::terminal::stderr(), "stopping; press Ctrl-C again to end immediately");
    })
    .map_err(|e| CommandError::new(format!("cannot listen for Ctrl-C: {e}"), None))?;
    Ok(stop)
}

/// The time, or the one that `SOURCE_DATE_EPOCH` fixes for reproducible archives.
fn now() -> Result<jiff::Timestamp, CommandError> {
    let Ok(fixed) = std::env::var("SOURCE_DATE_EPOCH") else { return Ok(jiff::Timestamp::now()) };
    let seconds = fixed.parse().ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    seconds.ok_or_else(|| {
        CommandError::new(format!("SOURCE_DATE_EPOCH is '{fixed}', not a number of seconds"), None)
    })
}

fn show_summary(
    config: &Config,
    summary: &RefreshSummary,
    (was_dry, was_archived_only): (bool, bool),
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let acquired = &summary.acquired;
    let changes = format!(
        "{} new, {} changed, {} unchanged, {} vanished",
        acquired.n_new, acquired.n_changed, acquired.n_unchanged, acquired.n_vanished
    );
    if was_dry {
        writeln!(out, "Nothing was done. A refresh would find: {changes}, {} failed", acquired.n_failed)?;
        return Ok(());
    }
    if was_archived_only {
        writeln!(out, "Only archived: {changes}, {} failed", acquired.n_failed)?;
        writeln!(out, "Next: ordskifte refresh --offline; on other machines: ordskifte plan")?;
        return Ok(());
    }
    let is_idle =
        acquired.n_new + acquired.n_changed + acquired.n_vanished + summary.n_extracted + summary.n_indexed
            == 0;
    if is_idle && summary.counted.is_none() {
        writeln!(
            out,
            "Nothing changed: {} documents, {} rejected, snapshot {}",
            summary.n_documents,
            summary.rejected.len(),
            summary.snapshot_id
        )?;
        return list_rejected(summary, out);
    }
    show_trends(config, summary.counted.as_ref(), out)?;
    let rejected = summary.rejected.len();
    writeln!(out, "\nDocuments: {changes}, {rejected} rejected; {} in the index", summary.n_documents)?;
    list_rejected(summary, out)?;
    let reports = pipeline::current_folder(&Corpus::new(config));
    writeln!(out, "Reports:   {} (snapshot {})", reports.display(), summary.snapshot_id)?;
    let first = config.codebook.concepts.first().map_or("", |concept| concept.name.as_str());
    let corpus = match config.root.to_str() {
        Some("") | None => String::new(),
        Some(root) => format!(" --corpus '{root}'"),
    };
    writeln!(out, "Next:      ordskifte trends '{first}'{corpus}")?;
    writeln!(out, "           ordskifte search '{first}*'{corpus}")?;
    writeln!(out, "           ordskifte status{corpus}")?;
    Ok(())
}

fn list_rejected(summary: &RefreshSummary, out: &mut dyn Write) -> Result<(), CommandError> {
    const SHOWN_MAX: usize = 10;
    for row in summary.rejected.iter().take(SHOWN_MAX) {
        writeln!(out, "  rejected {}: {}", row.location, row.reason)?;
    }
    if summary.rejected.len() > SHOWN_MAX {
        writeln!(out, "  … and {} more in rejected.csv", summary.rejected.len() - SHOWN_MAX)?;
    }
    Ok(())
}

/// One line a concept: mentions, rate, and the course of the rate over the years.
fn show_trends(config: &Config, counted: Option<&Counted>, out: &mut dyn Write) -> Result<(), CommandError> {
    let Some(Counted { documents, counts }) = counted else {
        let results = pipeline::open_results(&Corpus::new(config))?;
        let counts = results.counts(&results.chosen(&[])?)?;
        let counted = Counted { documents: results.strata()?.to_vec(), counts };
        return show_trends(config, Some(&counted), out);
    };
    let mut rows = by_year(documents, counts);
    rows.retain(|row| row.n_docs > 0);
    let years: Vec<i16> = rows.iter().filter_map(|row| row.year).collect();
    let (Some(first), Some(last)) = (years.iter().min().copied(), years.iter().max().copied()) else {
        writeln!(out, "No document has a year.")?;
        return Ok(());
    };
    let names = config.codebook.concepts.iter().map(|concept| concept.name.chars().count());
    let width = names.max().unwrap_or(0).max("concept".len());
    writeln!(
        out,
        "{:width$}  {:>8}  {:>11}  rate by year {first}–{last}",
        "concept", "mentions", "per million"
    )?;
    let mut absent = Vec::new();
    for of_concept in rows.chunk_by(|a, b| a.concept == b.concept) {
        let all = of_concept.iter().fold(Frequency::default(), |sum, row| Frequency {
            n: sum.n + row.frequency.n,
            n_tokens: sum.n_tokens + row.frequency.n_tokens,
        });
        if all.n == 0 {
            absent.push(of_concept[0].concept);
            continue;
        }
        let rate = all.per_million().unwrap_or(0.0);
        let course = sparkline(of_concept, first, last);
        writeln!(out, "{:width$}  {:>8}  {rate:>11.0}  {course}", of_concept[0].concept, all.n)?;
    }
    if !absent.is_empty() {
        for line in wrapped("No mentions", &absent, LINE_CHARS) {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// The list of concepts without mentions is cut into lines of this length, as wide as a common terminal.
const LINE_CHARS: usize = 100;

/// A character a year, its height the rate relative to the highest; a point for a year without mentions, a space for one without
/// documents.
fn sparkline(rows: &[YearRow<'_>], first: i16, last: i16) -> String {
    const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let rate = |row: &YearRow<'_>| row.frequency.per_million().unwrap_or(0.0);
    let top = rows.iter().filter(|row| row.year.is_some()).map(rate).fold(0.0, f64::max);
    let height = |row: &YearRow<'_>| if top > 0.0 { (rate(row) / top * 7.0).round() as usize } else { 0 };
    let of_year = |year: i16| rows.iter().find(|row| row.year == Some(year));
    let shown = |row: &YearRow<'_>| if row.frequency.n == 0 { '·' } else { HEIGHTS[height(row).min(7)] };
    (first..=last).map(|year| of_year(year).map_or(' ', shown)).collect()
}
