//! The outcome of a command: a result, a result that needs attention, or an error; and helpers of all commands.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;

/// How a command ended, when it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommandOutcome {
    /// The command succeeded: exit code 0.
    Done,
    /// The command succeeded, but its result needs attention: a source that could not be read, nothing found, something rejected
    /// in `extract` or with `--fail-on-rejected`: exit code 1.
    NeedsAttention,
}

/// Why a command failed: exit code 2.
#[derive(Debug)]
pub(super) struct CommandError {
    pub(super) message: String,
    pub(super) hint: Option<String>,
    /// Whether the reader of standard output closed the pipe (`ordskifte trends | head`), which is no failure.
    pub(super) is_closed_pipe: bool,
}

impl CommandError {
    /// An error with an optional hint.
    pub(super) fn new(message: impl Display, hint: Option<String>) -> CommandError {
        CommandError { message: message.to_string(), hint, is_closed_pipe: false }
    }
}

impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> CommandError {
        let is_closed_pipe = error.kind() == io::ErrorKind::BrokenPipe;
        CommandError { is_closed_pipe, ..CommandError::new(format!("cannot write: {error}"), None) }
    }
}

impl From<crate::acquire::Error> for CommandError {
    fn from(error: crate::acquire::Error) -> CommandError {
        CommandError::new(format!("{}: {}", error.attempt, error.cause), error.hint)
    }
}

impl From<crate::pipeline::Error> for CommandError {
    fn from(error: crate::pipeline::Error) -> CommandError {
        CommandError::new(&error, error.hint.clone())
    }
}

impl From<crate::results::Error> for CommandError {
    fn from(error: crate::results::Error) -> CommandError {
        CommandError::new(&error, error.hint.clone())
    }
}

/// The configuration of the corpus in the folder `corpus`.
pub(super) fn load(corpus: &Path) -> Result<crate::config::Config, CommandError> {
    crate::config::Config::load(corpus).map_err(|error| CommandError::new(&error, Some(error.hint.clone())))
}

/// This program, to be run as parsing children.
pub(super) fn this_program() -> Result<std::path::PathBuf, CommandError> {
    std::env::current_exe()
        .map_err(|error| CommandError::new(format!("cannot find this program: {error}"), None))
}

/// Writes the failure to stderr.
pub(super) fn report(failure: &CommandError) {
    let mut err = super::terminal::stderr();
    let _ = writeln!(err, "error: {}", failure.message);
    if let Some(hint) = failure.hint.as_ref().filter(|hint| !hint.is_empty()) {
        let _ = writeln!(err, "hint: {hint}");
    }
}
