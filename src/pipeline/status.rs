//! The state of the corpus and of each source, for programs that watch a nightly run.

use super::corpus::{Corpus, Holdings};
use super::left_out::LeftOut;
use super::ocr_state::ocr_state;
use super::snapshots::current_id;
use super::{Error, open_results};
use crate::acquire::{Archive, HoldingRow, Run, SourceCoverage, SourceSettings, coverage_cells};
use crate::config::Config;
use crate::text::{DocName, Kind, Stratum};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Runs that are shown, the newest first.
const RUNS: usize = 10;
/// Causes of failures that are shown of a source, the most frequent first.
const CAUSES_MAX: usize = 20;

/// The state of the corpus of `config`.
///
/// # Errors
/// When there is no snapshot yet, or the archive or the index cannot be read.
pub(crate) fn status(config: &Config) -> Result<Value, Error> {
    let corpus = Corpus::new(config);
    let results = open_results(&corpus)?;
    let archive = Archive::open_read_only(&corpus.archive_folder())?;
    let runs = archive.catalogue().runs(RUNS)?;
    let holdings = Holdings::read_rejected(&archive, &corpus.scope())?;
    let left_out = LeftOut::read(&corpus);
    let state = |source: &SourceSettings| source_state(config, &archive, source, &left_out);
    let sources = config.settings.sources.iter().map(state);
    let strata = results.strata()?;
    Ok(json!({
        "snapshot": current_id(&corpus),
        "data": config.data().display().to_string(),
        "documents": strata.len(),
        "words": strata.iter().map(|stratum| stratum.n_tokens).sum::<u64>(),
        "coverage": coverage(&results.docnames()?, strata),
        "sources": sources.collect::<Result<Vec<Value>, Error>>()?,
        "rejected": holdings.rejected().len(),
        "ocr": ocr_state(&corpus, &archive, &holdings)?.map(|state| state.json()),
        "runs": runs.iter().map(run).collect::<Vec<_>>(),
    }))
}

/// The number of documents of each source, by kind and year.
fn coverage(docnames: &[DocName], strata: &[Stratum]) -> Vec<Value> {
    let mut counts = BTreeMap::<(&str, &str, Option<i16>), (u64, u64)>::new();
    for (docname, stratum) in docnames.iter().zip(strata) {
        let key = (docname.source(), stratum.kind.name(), stratum.year);
        let (documents, words) = counts.entry(key).or_default();
        *documents += 1;
        *words += stratum.n_tokens;
    }
    let cell = |((source, kind, year), (documents, words)): (_, (u64, u64))| {
        let (source, kind, year): (&str, &str, Option<i16>) = (source, kind, year);
        json!({"source": source, "kind": kind, "year": year, "documents": documents, "words": words})
    };
    counts.into_iter().map(cell).collect()
}

/// The holdings of a source, the time of its last capture, and the causes of its failures.
fn source_state(
    config: &Config,
    archive: &Archive,
    source: &SourceSettings,
    left_out: &LeftOut,
) -> Result<Value, Error> {
    let name = source.name.as_str();
    let rows = archive.catalogue().holding_rows_of(name)?;
    let captures = archive.catalogue().current_captures(Some(name))?;
    let mut causes = BTreeMap::<&str, u64>::new();
    for failure in rows.values().filter_map(|row| row.failure.as_ref()) {
        // "cannot fetch ADDRESS: the server answered 403": the cause is the same for many addresses.
        let cause = failure.reason.rsplit_once("): ").or_else(|| failure.reason.split_once(": "));
        *causes.entry(cause.map_or(failure.reason.as_str(), |(_, cause)| cause)).or_default() += 1;
    }
    let n_failed: u64 = causes.values().sum();
    let mut causes: Vec<(&str, u64)> = causes.into_iter().collect();
    causes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let causes = causes.into_iter().take(CAUSES_MAX);
    Ok(json!({
        "name": name,
        "last_capture": captures.values().map(|capture| capture.captured_at.as_str()).max(),
        "held": rows.values().filter(|row| row.capture.is_some() && row.vanished_at.is_none()).count(),
        "vanished": rows.values().filter(|row| row.vanished_at.is_some()).count(),
        "not_listed_or_gone_once": rows.values().filter(|row| row.gone_on.is_some() && row.vanished_at.is_none()).count(),
        "failed": n_failed,
        "lists": lists(config, source, &rows),
        "left_out": left_out.of(name),
        "causes": causes.map(|(cause, count)| json!({"cause": cause, "locations": count})).collect::<Vec<_>>(),
    }))
}

/// The numbers of documents that the source declares, lists and has in the archive, by list and by kind and year of publication.
fn lists(config: &Config, source: &SourceSettings, rows: &BTreeMap<String, HoldingRow>) -> Value {
    let coverage = SourceCoverage::read(&config.listings(), &source.name);
    let cells = coverage_cells(coverage.as_ref(), rows.values(), &source.kind);
    let by_kind_and_year = cells.iter().map(|cell| {
        json!({"kind": cell.kind.as_ref().map(Kind::name), "year": cell.year, "chosen": cell.n_chosen, "held": cell.n_held})
    });
    let by_kind_and_year = by_kind_and_year.collect::<Vec<_>>();
    let Some(coverage) = coverage else { return json!({"by_kind_and_year": by_kind_and_year}) };
    let declared = coverage.declared.iter().map(|count| {
        let (chosen, held) = count.of_cells(&cells);
        json!({
            "list": count.list,
            "kind": count.kind.as_ref().map(Kind::name),
            "year": count.year,
            "declared": count.n_declared,
            "listed": count.n_listed,
            "chosen": chosen,
            "held": held,
        })
    });
    json!({
        "read_at": coverage.read_at,
        "is_complete": coverage.is_complete,
        "alarms": coverage.alarms,
        "declared": declared.collect::<Vec<_>>(),
        "by_kind_and_year": by_kind_and_year,
    })
}

fn run(run: &Run) -> Value {
    json!({
        "started": run.started_at,
        "ended": run.ended_at,
        "outcome": run.outcome.as_deref().unwrap_or("not ended"),
        "new": run.counts.n_new,
        "changed": run.counts.n_changed,
        "unchanged": run.counts.n_unchanged,
        "vanished": run.counts.n_vanished,
        "failed": run.counts.n_failed,
        "rejected": run.counts.n_rejected,
    })
}
