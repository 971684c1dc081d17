//! `ordskifte completions` and `ordskifte man`: what a shell and man(1) need to know of the commands.

use super::args::{Cli, CompletionsArgs, ManArgs};
use super::outcome::{CommandError, CommandOutcome};
use clap::CommandFactory;
use std::io::Write;

/// `ordskifte completions SHELL`
pub(crate) fn completions(
    args: &CompletionsArgs,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "ordskifte", &mut script);
    out.write_all(&script)?;
    Ok(CommandOutcome::Done)
}

/// `ordskifte man [FOLDER]`
pub(crate) fn man(args: &ManArgs, out: &mut dyn Write) -> Result<CommandOutcome, CommandError> {
    let Some(folder) = &args.folder else {
        clap_mangen::Man::new(Cli::command()).render(out)?;
        return Ok(CommandOutcome::Done);
    };
    let fail = |e| CommandError::new(format!("cannot write to {}: {e}", folder.display()), None);
    std::fs::create_dir_all(folder).map_err(fail)?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(fail)?;
    let n_pages = std::fs::read_dir(folder).map_err(fail)?.count();
    writeln!(out, "{}: {n_pages} man pages", folder.display())?;
    Ok(CommandOutcome::Done)
}
