//! The commands that display results: `extract`, `search`, `status`, `verify`.

use super::args::{ExtractArgs, ExtractFormat, VerifyArgs};
use super::outcome::{CommandError, CommandOutcome, this_program};
use crate::acquire::{Archive, CoverageCell, Run, SourceCoverage, coverage_cells, read_document_file};
use crate::config::{Config, Duplicates};
use crate::pipeline::{self, Corpus, Holdings, LeftOut, NamedCopy, OcrState, Parsers, Relation};
use crate::query::{Names, Query, Restriction};
use crate::report::ValueType::{Integer, Text};
use crate::report::{Format, Table, heading, tables};
use crate::results::{self, Countable, Results, parse_query, parse_restriction};
use crate::sandbox::{Limits, OcrSettings};
use crate::text::Stratum;
use std::collections::BTreeMap;
use std::io::Write;

pub(crate) fn extract(args: &ExtractArgs, out: &mut dyn Write) -> Result<CommandOutcome, CommandError> {
    let bytes = read_document_file(&args.file)?;
    let parsers = Parsers::new(this_program()?, Limits::default());
    let no_parser = |e: std::io::Error| CommandError::new(format!("cannot run the parser: {e}"), None);
    if let Some(number) = args.page.number {
        let view = parsers.page_view(&bytes, number, args.page.width).map_err(no_parser)?;
        return super::page::write_page(view, args.page.png.as_deref(), out);
    }
    let read = match args.ocr {
        true => pipeline::read_with_ocr(&parsers, this_program()?, &OcrSettings::default(), &bytes)?,
        false => parsers.read(&bytes).map_err(no_parser)?,
    };
    match read {
        Err(rejection) => {
            super::outcome::report(&CommandError::new(
                format!("{} is rejected: {}", args.file.display(), rejection.reason),
                Some(rejection.hint),
            ));
            Ok(CommandOutcome::NeedsAttention)
        }
        Ok(extracted) => {
            match args.format {
                _ if args.furniture => out.write_all(extracted.document.furniture_text().as_bytes())?,
                ExtractFormat::Text => out.write_all(extracted.document.plain_text().as_bytes())?,
                ExtractFormat::Json => {
                    let json =
                        serde_json::to_string_pretty(&extracted).expect("a document has only string keys");
                    writeln!(out, "{json}")?;
                }
            }
            Ok(CommandOutcome::Done)
        }
    }
}

/// Names the words that a query without mentions was probably about, on stderr.
pub(super) fn suggest(results: &Results, query: &Query) -> Result<(), CommandError> {
    let words = results.suggestions(query)?;
    if !words.is_empty() {
        let words: Vec<String> = words.iter().map(|found| format!("{} ({})", found.word, found.n)).collect();
        writeln!(super::terminal::stderr(), "hint: the texts have {}", words.join(", "))?;
    }
    Ok(())
}

/// Parses a query that may refer to the concepts of the codebook.
pub(super) fn parsed(config: &Config, text: &str) -> Result<Query, CommandError> {
    Ok(parse_query(text, &Names { concepts: &config.codebook.concepts, columns: &|| own_columns(config) })?)
}

/// The columns of the user's own in the index; none when there is no index yet.
fn own_columns(config: &Config) -> Vec<String> {
    let results = pipeline::open_results(&Corpus::new(config)).ok();
    results.and_then(|results| results.own_columns().ok()).unwrap_or_default()
}

/// The page of a mention; the printed number too where it is another.
pub(super) fn page_of(row: &tables::KwicRow<'_>) -> Option<String> {
    let page = row.page?;
    let label = row.page_label.filter(|label| *label != page.to_string());
    Some(label.map_or_else(|| format!("p. {page}"), |label| format!("p. {page} (printed {label})")))
}

/// The documents that `--where` names.
pub(super) fn restriction(config: &Config, text: &str) -> Result<Restriction, CommandError> {
    let names = Names { concepts: &config.codebook.concepts, columns: &|| own_columns(config) };
    Ok(parse_restriction(text, &names)?)
}

/// Parses `text` as the name of a concept or as a query.
pub(super) fn asked(config: &Config, text: &str) -> Result<Countable, CommandError> {
    let names = Names { concepts: &config.codebook.concepts, columns: &|| own_columns(config) };
    Ok(Countable::parse(text, &names)?)
}

/// Fails when the codebook has no concept of one of `names`.
pub(super) fn check_names(config: &Config, names: &[String]) -> Result<(), CommandError> {
    match names.iter().find(|name| config.codebook.concept(name).is_none()) {
        Some(name) => Err(results::Error::unknown_concept(name, &config.codebook.concepts).into()),
        None => Ok(()),
    }
}

/// The number of documents and words in one group.
struct Total {
    what: &'static str,
    value: String,
    n_documents: u64,
    n_words: u64,
}

fn totals() -> Table<Total> {
    let columns = vec![
        heading("what", Text, "").of(|row: &Total| row.what.into()),
        heading("value", Text, "").of(|row| row.value.as_str().into()),
        heading("documents", Integer, "").of(|row| row.n_documents.into()),
        heading("words", Integer, "").of(|row| row.n_words.into()),
    ];
    Table { description: "One row for each group of documents", columns }
}

fn runs() -> Table<Run> {
    let columns = vec![
        heading("started", Text, "").of(|run: &Run| run.started_at.as_str().into()),
        heading("ended", Text, "").of(|run| run.ended_at.as_deref().into()),
        heading("outcome", Text, "").of(|run| run.outcome.as_deref().unwrap_or("not ended").into()),
        heading("new", Integer, "").of(|run| run.counts.n_new.into()),
        heading("changed", Integer, "").of(|run| run.counts.n_changed.into()),
        heading("unchanged", Integer, "").of(|run| run.counts.n_unchanged.into()),
        heading("vanished", Integer, "").of(|run| run.counts.n_vanished.into()),
        heading("rejected", Integer, "").of(|run| run.counts.n_rejected.into()),
    ];
    Table { description: "One row for each run, newest first", columns }
}

pub(crate) fn status(config: &Config, out: &mut dyn Write) -> Result<CommandOutcome, CommandError> {
    let corpus = Corpus::new(config);
    let results = pipeline::open_results(&corpus)?;
    let (docnames, strata) = (results.docnames()?, results.strata()?);
    let archive = Archive::open_read_only(&corpus.archive_folder()).map_err(pipeline::Error::from)?;
    let id = pipeline::current_id(&corpus).unwrap_or_else(|| "without reports".to_owned());
    writeln!(out, "Snapshot {id} in {}\n", config.data().display())?;
    let mut rows = Vec::new();
    rows.extend(counted(strata, "all", |_| String::new()));
    rows.extend(counted(strata, "kind", |document| strata[document].kind.name().to_owned()));
    rows.extend(counted(strata, "year", |document| {
        strata[document].year.map_or("unknown".to_owned(), |year| year.to_string())
    }));
    if strata.iter().any(|stratum| stratum.is_year_of_file) {
        rows.extend(counted(strata, "year known from", |document| {
            match strata[document] {
                Stratum { is_year_of_file: true, .. } => "the file's metadata only",
                Stratum { year: None, .. } => "nothing: no year",
                _ => "the document",
            }
            .to_owned()
        }));
    }
    rows.extend(counted(strata, "language", |document| {
        strata[document].language.map_or("unsure".to_owned(), |language| language.to_string())
    }));
    rows.extend(counted(strata, "source", |document| docnames[document].source().to_owned()));
    totals().write(rows, Format::Text, out)?;
    write_lists(config, &archive, out)?;
    let last = archive.catalogue().runs(5).map_err(pipeline::Error::from)?;
    writeln!(out, "\nLast runs")?;
    runs().write(last, Format::Text, out)?;
    let holdings = Holdings::read_rejected(&archive, &corpus.scope())?;
    let rejected = holdings.rejected();
    writeln!(out, "\nRejected: {}", rejected.len())?;
    if !rejected.is_empty() {
        let mut table = tables::rejected();
        // Without the digest, which no line has room for.
        table.columns.truncate(4);
        table.write(&rejected, Format::Text, out)?;
    }
    write_left_out(&corpus, out)?;
    if let Some(state) = pipeline::ocr_state(&corpus, &archive, &holdings)? {
        write_scans(&state, strata, out)?;
    }
    write_copies(&corpus, out)?;
    write_limits(config, &holdings, out)?;
    Ok(CommandOutcome::Done)
}

/// The numbers of one list of a source.
struct ListRow {
    source: String,
    list: String,
    n_declared: Option<u64>,
    n_listed: Option<u64>,
    n_chosen: Option<u64>,
    n_held: u64,
}

fn list_table() -> Table<ListRow> {
    let columns = vec![
        heading("source", Text, "").of(|row: &ListRow| row.source.as_str().into()),
        heading("list", Text, "").of(|row| row.list.as_str().into()),
        heading("declared", Integer, "").of(|row| row.n_declared.into()),
        heading("listed", Integer, "").of(|row| row.n_listed.into()),
        heading("chosen", Integer, "").of(|row| row.n_chosen.into()),
        heading("held", Integer, "").of(|row| row.n_held.into()),
    ];
    Table { description: "One row for each list of a source", columns }
}

/// Writes the numbers that the sources on the network declare, beside those that are held, and the alarms.
fn write_lists(config: &Config, archive: &Archive, out: &mut dyn Write) -> Result<(), CommandError> {
    let (mut rows, mut alarms) = (Vec::new(), Vec::new());
    for source in &config.settings.sources {
        let Some(coverage) = SourceCoverage::read(&config.listings(), &source.name) else { continue };
        let holdings = archive.catalogue().holding_rows_of(&source.name).map_err(pipeline::Error::from)?;
        let cells = coverage_cells(Some(&coverage), holdings.values(), &source.kind);
        let sum = |n: fn(&CoverageCell) -> u64| cells.iter().map(n).sum::<u64>();
        let name = source.name.clone();
        rows.push(ListRow {
            source: name.clone(),
            list: format!("chosen, read {}", coverage.read_at.get(..10).unwrap_or_default()),
            n_declared: None,
            n_listed: None,
            n_chosen: Some(sum(|cell| cell.n_chosen.unwrap_or(0))),
            n_held: sum(|cell| cell.n_held),
        });
        for count in &coverage.declared {
            let (chosen, held) = count.of_cells(&cells);
            let (n_declared, n_chosen) = (Some(count.n_declared), Some(chosen));
            let list = count.list.clone();
            rows.push(ListRow {
                source: name.clone(),
                list,
                n_declared,
                n_listed: count.n_listed,
                n_chosen,
                n_held: held,
            });
        }
        alarms.extend(coverage.alarms.iter().map(|alarm| format!("{name}: {alarm}")));
    }
    if !rows.is_empty() {
        writeln!(out, "\nWhat the sources have (declared: as the source says; chosen: by the settings)")?;
        list_table().write(rows, Format::Text, out)?;
    }
    for alarm in alarms {
        writeln!(out, "  ALARM {alarm}")?;
    }
    Ok(())
}

/// The files of the sources that the corpus does not take, by reason.
fn write_left_out(corpus: &Corpus<'_>, out: &mut dyn Write) -> Result<(), CommandError> {
    let left_out = LeftOut::read(corpus);
    let of_source = |source: &str| -> Vec<String> {
        left_out.of(source).iter().map(|(reason, count)| format!("  {source}: {count} {reason}")).collect()
    };
    let sources = &corpus.config.settings.sources;
    let lines: Vec<String> = sources.iter().flat_map(|source| of_source(&source.name)).collect();
    if !lines.is_empty() {
        writeln!(out, "\nFiles left out at the last refresh\n{}", lines.join("\n"))?;
    }
    Ok(())
}

/// What OCR has read, what waits for it, and how long that takes.
fn write_scans(state: &OcrState, strata: &[Stratum], out: &mut dyn Write) -> Result<(), CommandError> {
    let words: u64 = strata.iter().map(|stratum| stratum.n_tokens_ocr).sum();
    let documents = strata.iter().filter(|stratum| stratum.n_tokens_ocr > 0).count();
    let confidence = state.confidence.map(|mean| format!(", mean confidence {mean:.0}")).unwrap_or_default();
    writeln!(
        out,
        "\nOCR: {} pages read{confidence}, {} pages not worth reading; {words} words in {documents} documents",
        state.n_pages, state.n_pages_not_worth
    )?;
    let how = if state.is_measured { "as measured here" } else { "as usual" };
    let pages = state.minutes as f64 * 60.0 / state.page_s;
    let left = match (state.off, state.refreshes_left()) {
        (Some(off), _) => off.to_owned(),
        (None, None) => "nothing is read (ocr.minutes = 0 in ordskifte.toml)".to_owned(),
        (None, Some(0)) => format!("{:.1} s a page {how}", state.page_s),
        (None, Some(refreshes)) => format!(
            "{:.1} s a page {how}, {} minutes or {pages:.0} pages in a refresh: {:.1} hours in {refreshes} refreshes are left",
            state.page_s,
            state.minutes,
            state.hours_left(),
        ),
    };
    writeln!(
        out,
        "     {} documents with {} pages waiting; {left}",
        state.n_waiting_documents, state.n_waiting_pages
    )?;
    Ok(())
}

/// The texts that the corpus has more than once, and how they are counted.
fn write_copies(corpus: &Corpus<'_>, out: &mut dyn Write) -> Result<(), CommandError> {
    let how = match corpus.config.settings.duplicates {
        Duplicates::Once => "counted once",
        Duplicates::Count => "each counted",
    };
    let Some(copies) = pipeline::last_copies(corpus) else {
        writeln!(out, "\nCopies of other documents: unknown until the next refresh")?;
        return Ok(());
    };
    writeln!(out, "\nCopies of other documents: {} ({how})", copies.len())?;
    for NamedCopy { copy, relation, counted } in copies {
        let relation = match relation {
            Relation::Same => "the same text as",
            Relation::Within => "its text is in",
            Relation::Edition => "another edition of",
        };
        writeln!(out, "  {copy}: {relation} {counted}")?;
    }
    Ok(())
}

/// Writes the limits of parsing, the active sandbox, and the documents that reached a limit.
fn write_limits(config: &Config, holdings: &Holdings, out: &mut dyn Write) -> Result<(), CommandError> {
    let limits = config.settings.worker;
    let confinement = Parsers::new(this_program()?, limits).confinement();
    let confinement = confinement.map_or_else(|e| format!("unknown: {e}"), |found| found.to_string());
    writeln!(
        out,
        "\nParsing: {} s of processor time and {} MiB for a document; sandbox: {confinement}",
        limits.time_s, limits.memory_mb
    )?;
    let mut retried = Vec::new();
    for places in holdings.files.values() {
        let known = holdings.extraction(&places[0].sha256);
        let rejection = known.and_then(|known| known.rejection.as_ref());
        if let Some(rejection) = rejection.filter(|rejection| rejection.limit.is_some()) {
            retried.push(format!("{}: {}", places[0].docname(), rejection.reason));
        }
    }
    retried.sort();
    writeln!(out, "The next refresh tries again: {}", retried.len())?;
    for line in retried {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

/// Documents and words by the value that `value_of` gives for the index of each document.
fn counted(documents: &[Stratum], what: &'static str, value_of: impl Fn(usize) -> String) -> Vec<Total> {
    let mut totals = BTreeMap::<String, (u64, u64)>::new();
    for (index, document) in documents.iter().enumerate() {
        let (documents, words) = totals.entry(value_of(index)).or_default();
        *documents += 1;
        *words += document.n_tokens;
    }
    totals
        .into_iter()
        .map(|(value, (n_documents, n_words))| Total { what, value, n_documents, n_words })
        .collect()
}

pub(crate) fn verify(
    config: &Config,
    args: &VerifyArgs,
    out: &mut (dyn Write + Send),
) -> Result<CommandOutcome, CommandError> {
    if let Some(n_rows) = args.recount {
        return recount(config, n_rows, args.quiet, out);
    }
    let mut lines = Lines { out, failure: None };
    let summary = pipeline::verify(config, this_program()?, &mut |fault| {
        lines.write(format_args!("fault: {}: {}", fault.object, fault.text));
    })?;
    let out = lines.end()?;
    if args.quiet && summary.faults == 0 {
        return Ok(CommandOutcome::Done);
    }
    if summary.is_refresh_running {
        writeln!(out, "a refresh is running: index and reports were not compared")?;
    }
    writeln!(
        out,
        "{} WARC records ({} bytes), {} texts, {} documents of the index, {} report files: {} faults",
        summary.records,
        summary.archive_bytes,
        summary.texts,
        summary.documents,
        summary.reports,
        summary.faults
    )?;
    match summary.faults {
        0 => Ok(CommandOutcome::Done),
        count => {
            let hint = "`ordskifte refresh` rebuilds derived files and the catalogue; \
                        restore damaged WARC files from a backup, then run `ordskifte archive reindex`";
            let s = if count == 1 { "" } else { "s" };
            Err(CommandError::new(format!("{count} fault{s}"), Some(hint.to_owned())))
        }
    }
}

/// `ordskifte verify --recount`
fn recount(
    config: &Config,
    n_rows: usize,
    is_quiet: bool,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let recount = pipeline::recount(config, this_program()?, n_rows)?;
    for difference in &recount.differences {
        writeln!(out, "differs: {difference}")?;
    }
    if !is_quiet || recount.n_equal < recount.n_rows {
        writeln!(out, "{} of {} recounted rows agree", recount.n_equal, recount.n_rows)?;
    }
    match recount.n_rows - recount.n_equal {
        0 => Ok(CommandOutcome::Done),
        n => {
            let hint = "run `ordskifte refresh` if the codebook or the program has changed".to_owned();
            Err(CommandError::new(format!("{n} numbers differ from the recount"), Some(hint)))
        }
    }
}

/// Writes and flushes lines one by one; keeps the first failure until the end.
struct Lines<'a> {
    out: &'a mut (dyn Write + Send),
    failure: Option<std::io::Error>,
}

impl<'a> Lines<'a> {
    fn write(&mut self, line: std::fmt::Arguments<'_>) {
        let written = writeln!(self.out, "{line}").and_then(|()| self.out.flush());
        self.failure = self.failure.take().or(written.err());
    }

    fn end(self) -> Result<&'a mut (dyn Write + Send), CommandError> {
        match self.failure {
            Some(failure) => Err(failure.into()),
            None => Ok(self.out),
        }
    }
}
