//! `ordskifte plan`, `worker` and `commit`: extraction on other machines.

use super::args::{CommitArgs, WorkerArgs};
use super::outcome::{CommandError, CommandOutcome, this_program};
use crate::config::Config;
use crate::pipeline::{self, Corpus, Parsers};
use crate::sandbox::Limits;
use std::io::{self, Write};

pub(super) fn plan(config: &Config, out: &mut dyn Write) -> Result<CommandOutcome, CommandError> {
    let n_jobs = pipeline::plan(&Corpus::new(config), out)?;
    out.flush()?;
    writeln!(super::terminal::stderr(), "{n_jobs} jobs")?;
    Ok(CommandOutcome::Done)
}

pub(super) fn worker(args: &WorkerArgs, out: &mut dyn Write) -> Result<CommandOutcome, CommandError> {
    let mut jobs = io::stdin().lock();
    if let Some(reason) = &args.give_up {
        let n_jobs = pipeline::give_up(&mut jobs, &args.outcomes, reason)?;
        writeln!(super::terminal::stderr(), "{n_jobs} jobs are given up")?;
        return Ok(CommandOutcome::Done);
    }
    let limits = Limits { memory_mb: args.memory_mb, time_s: args.time_s, ..Limits::default() };
    let parsers = Parsers::new(this_program()?, limits);
    pipeline::work(&mut jobs, (&args.archive, &args.outcomes), &parsers, out)?;
    Ok(CommandOutcome::Done)
}

pub(super) fn commit(
    config: &Config,
    args: &CommitArgs,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let mut plan = pipeline::open_plan(&args.plan)?;
    let committed = pipeline::commit(&Corpus::new(config), &mut *plan, &args.outcomes)?;
    for job in &committed.missing {
        writeln!(out, "{job}")?;
    }
    out.flush()?;
    let n_missing = committed.missing.len();
    writeln!(
        super::terminal::stderr(),
        "{} outcomes taken in, {} were there already, {n_missing} are missing",
        committed.n_committed,
        committed.n_known
    )?;
    Ok(if n_missing == 0 { CommandOutcome::Done } else { CommandOutcome::NeedsAttention })
}
