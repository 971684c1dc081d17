//! `ordskifte snapshot`

use super::args::{Output, SnapshotCommand};
use super::outcome::{CommandError, CommandOutcome};
use crate::config::Config;
use crate::pipeline::{self, Corpus, Difference, KeptSnapshot};
use crate::report::Format;
use std::io::Write;

/// Runs one of the commands on snapshots.
pub(crate) fn snapshot(
    config: &Config,
    command: &SnapshotCommand,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let corpus = Corpus::new(config);
    match command {
        SnapshotCommand::List { output } => {
            pipeline::snapshots_table().write(pipeline::kept_snapshots(&corpus)?, output.format(), out)?;
        }
        SnapshotCommand::Show { snapshot } => show(&pipeline::find_snapshot(&corpus, snapshot)?, out)?,
        SnapshotCommand::Name { snapshot, name } => {
            let named = pipeline::name_snapshot(&corpus, snapshot, name)?;
            writeln!(out, "{} is named '{name}'", named.id)?;
        }
        SnapshotCommand::Diff { before, after, documents, output } => {
            let [before, after] = [before, after].map(|text| pipeline::find_snapshot(&corpus, text));
            return diff(&before?, &after?, *documents, output, out);
        }
        SnapshotCommand::Export { snapshot, folder } => {
            let snapshot = pipeline::find_snapshot(&corpus, snapshot)?;
            let n_files = pipeline::export_snapshot(&snapshot, folder)?;
            writeln!(out, "{}: {n_files} files of {}", folder.display(), snapshot.id)?;
        }
        SnapshotCommand::Remove { snapshot } => {
            writeln!(out, "{} is removed", pipeline::remove_snapshot(&corpus, snapshot)?.id)?;
        }
    }
    Ok(CommandOutcome::Done)
}

fn show(snapshot: &KeptSnapshot, out: &mut dyn Write) -> Result<(), CommandError> {
    let description = pipeline::description(&snapshot.folder)?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let program =
        format!("{} {}", text(&description["program"]["name"]), text(&description["program"]["version"]));
    let lines = [
        ("snapshot", snapshot.id.clone()),
        ("names", snapshot.names.join(", ")),
        ("made at", snapshot.made_at_text().unwrap_or_default()),
        ("program", program),
        ("documents", text(&description["documents_id"])),
        ("codebook", text(&description["codebook_sha256"])),
        ("folder", snapshot.folder.display().to_string()),
    ];
    for (name, value) in lines {
        writeln!(out, "{name:<10} {value}")?;
    }
    for file in description["resources"].as_array().into_iter().flatten() {
        writeln!(out, "  {:<18} {:>12} bytes  {}", text(&file["path"]), file["bytes"], text(&file["hash"]))?;
    }
    Ok(())
}

fn diff(
    before: &KeptSnapshot,
    after: &KeptSnapshot,
    shows_documents: bool,
    output: &Output,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let difference = pipeline::difference(before, after)?;
    if output.format() == Format::Text {
        summarise(&difference, out)?;
    }
    let n_rows = match shows_documents {
        true => pipeline::document_changes().write(&difference.documents, output.format(), out)?,
        false => pipeline::number_changes().write(&difference.numbers, output.format(), out)?,
    };
    let is_same = n_rows == 0 && difference.documents.is_empty() && difference.made_from.is_empty();
    Ok(if is_same { CommandOutcome::Done } else { CommandOutcome::NeedsAttention })
}

fn summarise(difference: &Difference, out: &mut dyn Write) -> Result<(), CommandError> {
    let count = |change| difference.documents.iter().filter(|document| document.change == change).count();
    writeln!(
        out,
        "Documents: {} new, {} gone, {} with other bytes, {} with another year or kind, {} counted differently",
        count("new"),
        count("gone"),
        count("bytes"),
        count("record"),
        count("counts")
    )?;
    if !difference.made_from.is_empty() {
        writeln!(out, "Other:     {}", difference.made_from.join(", "))?;
    }
    writeln!(out, "Numbers:   {} differ\n", difference.numbers.len())?;
    Ok(())
}
