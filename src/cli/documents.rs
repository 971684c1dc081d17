//! `ordskifte documents`: lists the records of documents, also as a table to correct; excludes documents.

use super::args::{DocumentsArgs, DocumentsCommand};
use super::outcome::{CommandError, CommandOutcome};
use super::show_document;
use crate::acquire::{Archive, read_settings_file};
use crate::config::Config;
use crate::pipeline::{self, Corpus, Holdings, replace};
use crate::report::{Format, tables};
use crate::text::{DocName, Entry, Sheet};
use std::collections::BTreeSet;
use std::io::Write;

/// Lists the documents, or changes which are left out.
pub(crate) fn documents(
    config: &Config,
    args: &DocumentsArgs,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    match &args.command {
        None => list(config, args, out),
        Some(DocumentsCommand::Show(args)) => show_document::show(config, args, out),
        Some(DocumentsCommand::Exclude(args)) => exclude(config, &args.docnames, &args.reason, out),
        Some(DocumentsCommand::Include(args)) => include(config, &args.docnames, out),
    }
}

fn list(config: &Config, args: &DocumentsArgs, out: &mut dyn Write) -> Result<CommandOutcome, CommandError> {
    let results = pipeline::open_results(&Corpus::new(config))?;
    let is_wanted = |entry: &&Entry| args.source.as_deref().is_none_or(|name| entry.docname.source() == name);
    let entries: Vec<&Entry> = results.documents()?.iter().filter(is_wanted).collect();
    let own = tables::own_columns(entries.iter().copied());
    let table = match args.output.format() {
        Format::Csv(_) => tables::metadata(location_column(config, &entries)?),
        _ => tables::document_list(),
    };
    table.with_own(&own).write(entries.iter().copied(), args.output.format(), out)?;
    Ok(if entries.is_empty() { CommandOutcome::NeedsAttention } else { CommandOutcome::Done })
}

/// The name of the first column. It depends on the source, so the documents must be of one source.
fn location_column(config: &Config, entries: &[&Entry]) -> Result<&'static str, CommandError> {
    let sources: BTreeSet<&str> = entries.iter().map(|entry| entry.docname.source()).collect();
    if sources.len() > 1 {
        let names: Vec<&str> = sources.into_iter().collect();
        return Err(CommandError::new(
            "a table of metadata is of one source, and the corpus has several",
            Some(format!("choose one with --source: {}", names.join(", "))),
        ));
    }
    let source = config.settings.sources.iter().find(|source| sources.contains(source.name.as_str()));
    Ok(source.map_or("file", |source| source.kind.location_column()))
}

fn exclude(
    config: &Config,
    docnames: &[String],
    reason: &str,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let known = known_docnames(config)?;
    if let Some(unknown) = docnames.iter().find(|name| !known.contains(*name)) {
        return Err(CommandError::new(
            format!("there is no document '{unknown}'"),
            Some("`ordskifte documents` lists them; a docname is source/location".to_owned()),
        ));
    }
    let mut list = ExclusionList::read(config)?;
    for docname in docnames.iter().filter(|name| !config.excluded.contains(&DocName::from((*name).clone()))) {
        list.add(docname, reason);
    }
    list.write(config)?;
    writeln!(
        out,
        "{} documents are left out by the next refresh; see {}",
        list.rows.len(),
        config.excluded_file.display()
    )?;
    Ok(CommandOutcome::Done)
}

fn include(
    config: &Config,
    docnames: &[String],
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let mut list = ExclusionList::read(config)?;
    for docname in docnames {
        if !list.remove(docname) {
            let hint = format!("{} lists those that are", config.excluded_file.display());
            return Err(CommandError::new(format!("'{docname}' is not excluded"), Some(hint)));
        }
    }
    list.write(config)?;
    writeln!(out, "{} documents are still left out", list.rows.len())?;
    Ok(CommandOutcome::Done)
}

/// The names of all documents that are archived or were tried.
fn known_docnames(config: &Config) -> Result<BTreeSet<String>, CommandError> {
    let corpus = Corpus::new(config);
    let archive = Archive::open_read_only(&corpus.archive_folder()).map_err(pipeline::Error::from)?;
    let holdings = Holdings::read(&archive, &corpus.scope())?;
    let places = holdings.files.values().flatten().map(|place| place.docname().to_string());
    let rejected = holdings.rejected().into_iter().map(|rejected| rejected.location.to_string());
    let excluded = config.excluded.iter().map(ToString::to_string);
    Ok(places.chain(rejected).chain(excluded).collect())
}

/// The file of documents that are left out, with any columns that people added to it.
struct ExclusionList {
    columns: Vec<String>,
    docname: usize,
    rows: Vec<Vec<String>>,
}

impl ExclusionList {
    fn read(config: &Config) -> Result<ExclusionList, CommandError> {
        let columns = ["docname", "reason"].map(str::to_owned).to_vec();
        if config.excluded_file.symlink_metadata().is_err() {
            return Ok(ExclusionList { columns, docname: 0, rows: Vec::new() });
        }
        let bytes = read_settings_file(&config.excluded_file)?;
        let sheet = Sheet::read(&bytes, "docname").map_err(|error| {
            CommandError::new(format!("cannot read {}: {error}", config.excluded_file.display()), None)
        })?;
        let docname = sheet.column("docname").expect("a sheet has the column that it is read for");
        // The configuration was read, so that no row is wrong.
        let rows = sheet.rows.into_iter().flatten().map(|row| row.cells).collect();
        Ok(ExclusionList { columns: sheet.columns, docname, rows })
    }

    fn add(&mut self, docname: &str, reason: &str) {
        let mut row = vec![String::new(); self.columns.len()];
        if let Some(column) = self.columns.iter().position(|column| column.eq_ignore_ascii_case("reason")) {
            row[column] = reason.to_owned();
        }
        row[self.docname] = docname.to_owned();
        self.rows.push(row);
    }

    fn remove(&mut self, docname: &str) -> bool {
        let count = self.rows.len();
        let column = self.docname;
        self.rows.retain(|row| row[column] != docname);
        self.rows.len() < count
    }

    fn write(&self, config: &Config) -> Result<(), CommandError> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        let records = std::iter::once(&self.columns).chain(&self.rows);
        let in_memory = "writing to memory does not fail";
        records.for_each(|record| writer.write_record(record).expect(in_memory));
        Ok(replace(&config.excluded_file, &writer.into_inner().expect(in_memory))?)
    }
}
