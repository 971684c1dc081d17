//! `ordskifte archive`

use super::args::ArchiveCommand;
use super::outcome::{CommandError, CommandOutcome};
use crate::acquire::Archive;
use crate::config::Config;
use crate::pipeline::{self, Corpus};
use std::io::Write;

/// Runs one of the commands on the archive.
pub fn archive(
    config: &Config,
    command: &ArchiveCommand,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    match command {
        ArchiveCommand::Reindex { accept_loss } => reindex(config, *accept_loss, out),
    }
}

fn reindex(config: &Config, accepts_loss: bool, out: &mut dyn Write) -> Result<CommandOutcome, CommandError> {
    let folder = Corpus::new(config).archive_folder();
    let archive = Archive::reindex(&folder, accepts_loss).map_err(pipeline::Error::from)?;
    for notice in archive.notices() {
        writeln!(out, "{notice}")?;
    }
    let n_held = archive.holdings().map_err(pipeline::Error::from)?.len();
    let lost = archive.lost_locations().map_err(pipeline::Error::from)?;
    writeln!(out, "{n_held} locations with archived bytes, {} whose bytes are lost", lost.len())?;
    for row in &lost {
        writeln!(out, "lost: {}", row.docname())?;
    }
    Ok(if lost.is_empty() { CommandOutcome::Done } else { CommandOutcome::LookAtIt })
}
