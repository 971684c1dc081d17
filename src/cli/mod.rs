//! The command line: arguments → one call of the library → results on stdout, progress and warnings on stderr, an exit code.

mod archive;
mod args;
mod chart;
mod codebook;
mod collocates;
mod columns;
mod concordance;
mod cooccur;
mod dispersion;

mod distributed;
mod documents;
mod export;
mod export_args;
mod forms;
mod init;
mod keyness;
mod language;
mod lemma;
mod manual;
mod marks;
mod measure_args;
mod ngrams;
mod outcome;
mod output;
mod page;
mod progress;
mod refresh;
mod search;
mod serve;
mod show;
mod show_document;
mod sidecar;
mod snapshot;
mod status_json;
mod terminal;
mod trends;
mod why;
mod words;

use args::{Cli, Command, StatusFormat};
use clap::Parser;
use outcome::{CommandError, CommandOutcome, load, report};
use std::io::Write;
use std::process::ExitCode;

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // Help and version contain only our own text.
        Err(error) if !error.use_stderr() => {
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            let _ = write!(terminal::stderr(), "{}", error.render());
            return ExitCode::from(2);
        }
    };
    let mut out = terminal::stdout();
    // The parent of a parsing child reads its panic message in the form of the standard library.
    if !matches!(cli.command, Command::ParseWorker(_)) {
        std::panic::set_hook(Box::new(|info| drop(writeln!(terminal::stderr(), "{info}"))));
    }
    let result = without_panic(|| run_command(cli, &mut out)).and_then(|outcome| {
        out.flush()?;
        Ok(outcome)
    });
    match result {
        Ok(CommandOutcome::Done) => ExitCode::SUCCESS,
        Ok(CommandOutcome::NeedsAttention) => ExitCode::from(1),
        Err(failure) if failure.is_closed_pipe => ExitCode::SUCCESS,
        Err(failure) => {
            report(&failure);
            ExitCode::from(2)
        }
    }
}

/// The result of `work`; an error when it panics, which is a mistake of ours.
fn without_panic(
    work: impl FnOnce() -> Result<CommandOutcome, CommandError>,
) -> Result<CommandOutcome, CommandError> {
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    result.unwrap_or_else(|_| {
        let hint = "please report it with the lines above; the archive is not affected";
        Err(CommandError::new("a bug in this program ended the command", Some(hint.to_owned())))
    })
}

/// Runs the command; its table goes into the file of `--output`, if there is one.
fn run_command(cli: Cli, out: &mut (dyn Write + Send)) -> Result<CommandOutcome, CommandError> {
    let Some(file) = cli.command.output_file().map(ToOwned::to_owned) else {
        if cli.command.output().is_some_and(output::Output::is_binary) {
            let hint = "name it with --output";
            return Err(CommandError::new("this format needs a file", Some(hint.to_owned())));
        }
        return dispatch(cli, out);
    };
    let corpus = cli.corpus.clone();
    sidecar::to_file(&file, &corpus, |out| dispatch(cli, out))
}

fn dispatch(cli: Cli, out: &mut (dyn Write + Send)) -> Result<CommandOutcome, CommandError> {
    let corpus = cli.corpus.as_path();
    match cli.command {
        Command::Init(args) => init::init(&args, out),
        Command::Refresh(args) => refresh::refresh(&load(corpus)?, args, out),
        Command::Extract(args) => show::extract(&args, out),
        Command::Language(args) => language::language(&args, out),
        Command::Search(args) => search::search(&load(corpus)?, &args, out),
        Command::Concordance(args) => concordance::concordance(&load(corpus)?, &args, out),
        Command::Trends(args) => trends::trends(&load(corpus)?, &args, out),
        Command::Collocates(args) => collocates::collocates(&load(corpus)?, &args, out),
        Command::Cooccur(args) => cooccur::cooccur(&load(corpus)?, &args, out),
        Command::Dispersion(args) => dispersion::dispersion(&load(corpus)?, &args, out),
        Command::Ngrams(args) => ngrams::ngrams(&load(corpus)?, &args, out),
        Command::Export(args) => export::export(&load(corpus)?, &args.command, out),
        Command::Chart(args) => chart::chart(&load(corpus)?, &args, out),
        Command::Words(args) => words::words(&load(corpus)?, &args, out),
        Command::Keyness(args) => keyness::keyness(&load(corpus)?, &args, out),
        Command::Why(args) => why::why(&load(corpus)?, &args, out),
        Command::Marks(args) => marks::marks(&load(corpus)?, &args.command, out),
        Command::Serve(args) => serve::serve(corpus, &args, out),
        Command::Completions(args) => manual::completions(&args, out),
        Command::Man(args) => manual::man(&args, out),
        Command::Forms(args) => forms::forms(corpus, &args, out),
        Command::Codebook(args) => codebook::codebook(corpus, &args.command, out),
        Command::Lemma(args) => lemma::lemmas(&args, out),
        Command::Columns(args) => columns::columns(&args, out),
        Command::Documents(args) => documents::documents(&load(corpus)?, &args, out),
        Command::Status(args) => match args.format {
            StatusFormat::Text => show::status(&load(corpus)?, out),
            StatusFormat::Json => status_json::status(&load(corpus)?, out),
        },
        Command::Verify(args) => show::verify(&load(corpus)?, &args, out),
        Command::Snapshot(args) => snapshot::snapshot(&load(corpus)?, &args.command, out),
        Command::Archive(args) => archive::archive(&load(corpus)?, &args.command, out),
        Command::Plan => distributed::plan(&load(corpus)?, out),
        Command::Worker(args) => distributed::worker(&args, out),
        Command::Commit(args) => distributed::commit(&load(corpus)?, &args, out),
        Command::ParseWorker(args) => parse_worker(&args),
        Command::ConvertWorker(args) => convert_worker(args),
    }
}

fn parse_worker(args: &args::ParseWorkerArgs) -> Result<CommandOutcome, CommandError> {
    let settings =
        crate::sandbox::ChildSettings { memory_mb: args.memory_mb, life_s: args.life_s, parent: args.parent };
    crate::pipeline::serve_parser(&settings)?;
    Ok(CommandOutcome::Done)
}

fn convert_worker(args: args::ConvertWorkerArgs) -> Result<CommandOutcome, CommandError> {
    let args::ConvertWorkerArgs { memory_mb, time_s, folder, command } = args;
    let settings = crate::sandbox::SupervisorSettings { memory_mb, time_s, folder, command };
    std::process::exit(crate::sandbox::supervise(&settings)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_failure_with_a_hint() {
        let failure = without_panic(|| panic!("a mistake of ours")).unwrap_err();
        assert!(failure.message.contains("bug") && failure.hint.unwrap().contains("report it"));
        assert_eq!(without_panic(|| Ok(CommandOutcome::Done)).ok(), Some(CommandOutcome::Done));
    }
}
