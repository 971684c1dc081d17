//! `ordskifte archive`

use super::args::{ArchiveCommand, Output};
use super::outcome::{CommandError, CommandOutcome};
use super::terminal;
use crate::acquire::archive::{Capture, RecordLocation};
use crate::acquire::{self, Archive};
use crate::config::Config;
use crate::pipeline::Corpus;
use crate::report::{
    Format, Table,
    ValueType::{Integer, Text},
    heading,
};
use crate::text::{Digest, DocName};
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Runs one of the commands on the archive.
pub(crate) fn archive(
    config: &Config,
    command: &ArchiveCommand,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let folder = Corpus::new(config).archive_folder();
    let open = || Archive::open_read_only(&folder);
    match command {
        ArchiveCommand::Reindex { accept_loss } => reindex(&folder, *accept_loss, out),
        ArchiveCommand::List { document, output } => list(&open()?, document.as_deref(), output, out),
        ArchiveCommand::Get { document, at, file } => {
            get(&open()?, document, at.as_deref(), file.as_deref(), out)
        }
        ArchiveCommand::Export { wacz, cdxj } => export(&open()?, wacz.as_deref(), cdxj.as_deref(), out),
    }
}

fn reindex(folder: &Path, accepts_loss: bool, out: &mut dyn Write) -> Result<CommandOutcome, CommandError> {
    let archive = Archive::reindex(folder, accepts_loss)?;
    for notice in archive.notices() {
        writeln!(out, "{notice}")?;
    }
    let n_held = archive.holdings()?.len();
    let lost = archive.lost_locations()?;
    writeln!(out, "{n_held} locations with archived bytes, {} whose bytes are lost", lost.len())?;
    for row in &lost {
        writeln!(out, "lost: {}", row.docname())?;
    }
    Ok(if lost.is_empty() { CommandOutcome::Done } else { CommandOutcome::NeedsAttention })
}

/// A capture and where its record is.
type Captured = (Capture, RecordLocation);

fn captures() -> Table<Captured> {
    let columns = vec![
        heading("captured_at", Text, "").of(|(capture, _): &Captured| capture.captured_at.as_str().into()),
        heading("docname", Text, "").of(|(capture, _)| docname(capture).to_string().into()),
        heading("bytes", Integer, "").of(|(capture, _)| capture.size_bytes.into()),
        heading("sha256", Text, "").of(|(capture, _)| capture.sha256.to_string().into()),
        heading("url", Text, "").of(|(capture, _)| capture.target_uri.as_str().into()),
        heading("media_type", Text, "").of(|(capture, _)| capture.media_type.as_deref().into()),
        heading("http_status", Integer, "").of(|(capture, _)| capture.http_status.map(u64::from).into()),
        heading("record_type", Text, "").of(|(_, place)| place.kind.as_str().into()),
        heading("warc_file", Text, "").of(|(_, place)| place.warc_file.as_str().into()),
        heading("warc_offset", Integer, "").of(|(_, place)| place.warc_offset.into()),
        heading("warc_length", Integer, "").of(|(_, place)| place.warc_length.into()),
    ];
    Table { description: "One row for each capture, by address and time", columns }
}

fn list(
    archive: &Archive,
    document: Option<&str>,
    output: &Output,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let mut found = archive.captures()?;
    if let Some(document) = document {
        found.retain(|(capture, _)| is_of(capture, document));
    }
    let mut table = captures();
    if output.format() == Format::Text {
        // No line has room for the rest.
        table.columns.truncate(4);
    }
    let n_rows = table.write(&found, output.format(), out)?;
    Ok(if n_rows > 0 { CommandOutcome::Done } else { CommandOutcome::NeedsAttention })
}

fn docname(capture: &Capture) -> DocName {
    DocName::new(&capture.source, &capture.location)
}

/// Whether `document` names what was captured: by docname, address or digest.
fn is_of(capture: &Capture, document: &str) -> bool {
    docname(capture).as_str() == document
        || capture.target_uri == document
        || capture.location == document
        || document.parse::<Digest>().is_ok_and(|digest| digest == capture.sha256)
}

fn get(
    archive: &Archive,
    document: &str,
    at: Option<&str>,
    file: Option<&Path>,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let mut found: Vec<Capture> = archive.captures()?.into_iter().map(|(capture, _)| capture).collect();
    found.retain(|capture| is_of(capture, document));
    found.sort_by(|a, b| a.captured_at.cmp(&b.captured_at));
    let Some(first) = found.first().map(|capture| capture.captured_at.clone()) else {
        let hint = "`ordskifte archive list` lists all captures".to_owned();
        return Err(CommandError::new(format!("there is no capture of '{document}'"), Some(hint)));
    };
    let end = at.map(end_of).transpose()?;
    let is_in_time = |capture: &&Capture| end.as_ref().is_none_or(|end| capture.captured_at <= *end);
    let Some(capture) = found.iter().rfind(is_in_time) else {
        let message = format!("'{document}' was not captured before {}", at.unwrap_or_default());
        return Err(CommandError::new(message, Some(format!("its first capture is of {first}"))));
    };
    let bytes = archive.payload(&capture.sha256)?;
    match file {
        Some(path) => write_file(path, |out| out.write_all(&bytes).map_err(CommandError::from))?,
        None if !io::stdout().is_terminal() => terminal::write_bytes(&bytes)?,
        None if std::str::from_utf8(&bytes).is_ok() => out.write_all(&bytes)?,
        None => {
            let hint = format!("write them to a file: `ordskifte archive get {document} -o FILE`");
            return Err(CommandError::new("these bytes are not text for a terminal", Some(hint)));
        }
    }
    Ok(CommandOutcome::Done)
}

/// The last moment of `date`, as captures write their time.
fn end_of(date: &str) -> Result<String, CommandError> {
    let wrong = || {
        let hint = "write 2026-11-26 or 2026-11-26T04:00:00Z".to_owned();
        CommandError::new(format!("'{date}' is not a date"), Some(hint))
    };
    if let Ok(day) = date.parse::<jiff::civil::Date>()
        && date.len() == "2026-11-26".len()
    {
        return Ok(format!("{day}T23:59:59Z"));
    }
    let moment: jiff::Timestamp = date.parse().map_err(|_| wrong())?;
    Ok(acquire::archive::iso(moment))
}

fn export(
    archive: &Archive,
    wacz: Option<&Path>,
    cdxj: Option<&Path>,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    if let Some(path) = wacz {
        let summary = write_file(path, |file| Ok(archive.write_wacz(file, jiff::Timestamp::now())?))?;
        writeln!(
            out,
            "{}: {} captures in {} WARC files, {} bytes",
            path.display(),
            summary.n_captures,
            summary.n_files,
            summary.warc_bytes
        )?;
    }
    if let Some(path) = cdxj {
        let n_captures = write_file(path, |file| {
            let mut file = io::BufWriter::new(file);
            let n_captures = archive.write_cdxj(&mut file)?;
            file.flush()?;
            Ok(n_captures)
        })?;
        writeln!(out, "{}: {n_captures} captures", path.display())?;
    }
    Ok(CommandOutcome::Done)
}

/// Writes the file at `path` through a temporary file, so that it appears under its name only when complete.
fn write_file<T>(
    path: &Path,
    write: impl FnOnce(&mut fs::File) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let fail = |e: io::Error| CommandError::new(format!("cannot write {}: {e}", path.display()), None);
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .permissions(fs::Permissions::from_mode(0o644))
        .tempfile_in(folder)
        .map_err(fail)?;
    let result = write(file.as_file_mut())?;
    file.as_file().sync_all().map_err(fail)?;
    file.persist(path).map_err(|e| fail(e.error))?;
    Ok(result)
}
