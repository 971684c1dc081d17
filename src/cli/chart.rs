//! `ordskifte chart`: concepts or queries by year as SVG or PNG.

use super::measure_args::{ChartArgs, ChartBy};
use super::outcome::{CommandError, CommandOutcome};
use super::show::{asked, restriction};
use crate::config::Config;
use crate::pipeline::{self, Corpus};
use crate::report::{Chart, ChartLanguage, PLOT_SERIES_MAX, Panel, chart_svg, overlay_svg};
use crate::results::{Countable, Results};
use crate::text::{Count, Stratum};
use crate::trend::{self, YearRow};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;

/// Parts of a split that have a panel of their own; the others are drawn together.
const PARTS_MAX: usize = 8;

/// `ordskifte chart QUERY... -o FILE`
pub fn chart(config: &Config, args: &ChartArgs, out: &mut dyn Write) -> Result<CommandOutcome, CommandError> {
    let ending = args.file.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
    if !["svg", "png"].contains(&ending.as_str()) {
        let hint = "end its name in .svg or .png";
        let message = format!("{} is neither SVG nor PNG", args.file.display());
        return Err(CommandError::new(message, Some(hint.to_owned())));
    }
    if args.overlay && args.query.len() > PLOT_SERIES_MAX {
        let message = format!("--overlay has room for {PLOT_SERIES_MAX} queries, not {}", args.query.len());
        return Err(CommandError::new(message, Some("leave --overlay out: each gets a panel".to_owned())));
    }
    let asked = args.query.iter().map(|text| asked(config, text)).collect::<Result<Vec<_>, _>>()?;
    let corpus = Corpus::new(config);
    let results = pipeline::open_results(&corpus)?;
    let restriction = args.restriction.as_deref().map(|text| restriction(config, text)).transpose()?;
    let (all_strata, is_kept) = results.counted_where(restriction.as_ref())?;
    let asked = asked.into_iter().map(|asked| asked.in_passages_of(&results, restriction.as_ref()));
    let counts = counts(&results, asked.collect::<Result<_, _>>()?)?;
    let parts = parts(&results, &all_strata, &is_kept, (args.by, args.language))?;
    let rows: Vec<(String, Vec<YearRow<'_>>)> =
        parts.iter().flat_map(|part| part_rows(part, &all_strata, &counts)).collect();
    let panels = rows.iter().map(|(name, rows)| Panel { name, rows: rows.iter().collect() }).collect();
    let kept: Vec<Stratum> =
        all_strata.iter().zip(&is_kept).filter(|(_, kept)| **kept).map(|(one, _)| *one).collect();
    let years = trend::documents_by_year(&kept);
    let chart = Chart {
        panels,
        has_one_scale: args.by.is_some(),
        incomplete_from: years.iter().find(|(_, year)| !year.is_complete).map(|(year, _)| *year),
        caption: caption(args, kept.len(), pipeline::current_id(&corpus).as_deref()),
        language: args.language,
    };
    let svg = if args.overlay { overlay_svg(&chart) } else { chart_svg(&chart) };
    let bytes = if ending == "png" { pipeline::png_of(&svg)? } else { svg.into_bytes() };
    fs::write(&args.file, bytes)
        .map_err(|error| CommandError::new(format!("cannot write {}: {error}", args.file.display()), None))?;
    let shape = if args.overlay { "lines" } else { "panels" };
    writeln!(out, "{}: {} {shape}", args.file.display(), rows.len())?;
    let is_found = counts.iter().any(|count| !count.tallies.is_empty());
    Ok(if is_found { CommandOutcome::Done } else { CommandOutcome::NeedsAttention })
}

fn counts(results: &Results, asked: Vec<Countable>) -> Result<Vec<Count>, CommandError> {
    let mut counts = Vec::new();
    for asked in asked {
        counts.extend(match asked {
            Countable::Concept(name) => results.counts(&[results.concept(&name)?])?,
            Countable::Query(name, query) => results.counts_of_queries(vec![(name, query)])?,
        });
    }
    Ok(counts)
}

/// Documents that have panels of their own: a name, `None` for all documents, and for each document whether it is one of them.
type PanelPart = (Option<String>, Vec<bool>);

/// All documents together, then the largest parts of the split, then the others together.
fn parts(
    results: &Results,
    strata: &[Stratum],
    is_kept: &[bool],
    (by, language): (Option<ChartBy>, ChartLanguage),
) -> Result<Vec<PanelPart>, CommandError> {
    let mut parts = vec![(None, is_kept.to_vec())];
    let names: Vec<String> = match by {
        None => return Ok(parts),
        Some(ChartBy::Kind) => strata.iter().map(|stratum| stratum.kind.name().to_owned()).collect(),
        Some(ChartBy::Issuer) => {
            let issuer = |entry: &crate::text::Entry| entry.record.issuer.clone();
            results.documents()?.iter().map(|entry| issuer(entry).unwrap_or_else(|| "–".to_owned())).collect()
        }
    };
    let mut sizes = BTreeMap::<&str, usize>::new();
    for (name, _) in names.iter().zip(is_kept).filter(|(_, is_kept)| **is_kept) {
        *sizes.entry(name).or_default() += 1;
    }
    let mut sizes: Vec<(&str, usize)> = sizes.into_iter().collect();
    sizes.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let n_shown = if sizes.len() > PARTS_MAX + 1 { PARTS_MAX } else { sizes.len() };
    let (shown, others) = sizes.split_at(n_shown);
    let of = |is_in: &dyn Fn(&str) -> bool| -> Vec<bool> {
        names.iter().zip(is_kept).map(|(name, is_kept)| *is_kept && is_in(name)).collect()
    };
    parts.extend(shown.iter().map(|(name, _)| (Some((*name).to_owned()), of(&|other| other == *name))));
    if !others.is_empty() {
        let is_other = |name: &str| others.iter().any(|(other, _)| *other == name);
        let label = if language == ChartLanguage::Nb { "andre" } else { "others" };
        parts.push((Some(format!("{label} ({})", others.len())), of(&is_other)));
    }
    Ok(parts)
}

/// The series of each of `counts` in the documents of `part`, under the name of its panel.
fn part_rows<'c>(
    (name, is_kept): &PanelPart,
    strata: &[Stratum],
    counts: &'c [Count],
) -> Vec<(String, Vec<YearRow<'c>>)> {
    let series = counts.iter().map(|count| {
        let (strata, restricted) = trend::restricted(strata, std::slice::from_ref(count), is_kept);
        let rows = trend::by_year(&strata, &restricted);
        let rows = rows.into_iter().map(|row| row.renamed(&count.concept)).collect();
        let name = match name {
            Some(name) if counts.len() > 1 => format!("{} · {name}", count.concept),
            Some(name) => name.clone(),
            None => count.concept.clone(),
        };
        (name, rows)
    });
    series.collect()
}

/// The lines below the chart: formula, query, restriction, snapshot.
fn caption(args: &ChartArgs, n_documents: usize, snapshot: Option<&str>) -> Vec<String> {
    let queries = args.query.join(" · ");
    let snapshot = snapshot.unwrap_or("–");
    let restriction = args.restriction.as_deref();
    match args.language {
        ChartLanguage::En => {
            let pooled = if args.by.is_some() {
                "first panel: all documents together"
            } else {
                "all kinds of documents together"
            };
            vec![
                format!("1,000,000 × mentions ÷ words of the year, {pooled} · query: {queries}"),
                format!(
                    "{n_documents} documents{} · snapshot {snapshot} · intervals: documents resampled (BCa), or Poisson with few",
                    restriction.map(|text| format!(" where {text}")).unwrap_or_default()
                ),
            ]
        }
        ChartLanguage::Nb => {
            let pooled = if args.by.is_some() {
                "første rute: alle dokumenter samlet"
            } else {
                "alle dokumentslag samlet"
            };
            vec![
                format!("1 000 000 × treff ÷ årets ord, {pooled} · søk: {queries}"),
                format!(
                    "{n_documents} dokumenter{} · øyeblikksbilde {snapshot} · intervaller: dokumenter trukket på nytt (BCa), Poisson ved få",
                    restriction.map(|text| format!(" der {text}")).unwrap_or_default()
                ),
            ]
        }
    }
}
