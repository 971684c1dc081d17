//! `ordskifte status --format json`: the state of the corpus and of each source, for programs that watch a nightly run.

use super::outcome::{CommandError, CommandOutcome};
use crate::config::Config;
use crate::pipeline;
use std::io::Write;

pub(crate) fn status(config: &Config, out: &mut dyn Write) -> Result<CommandOutcome, CommandError> {
    let status = pipeline::status(config)?;
    writeln!(out, "{}", serde_json::to_string_pretty(&status).expect("it has only string keys"))?;
    Ok(CommandOutcome::Done)
}
