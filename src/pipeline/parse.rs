//! Bytes → [`Reply`]: the job of the parsing children, and its typed face in the parent.

use super::store::Extracted;
use crate::extract;
use crate::language;
use crate::sandbox::{ChildSettings, Confinement, Limits, Loss, Pool, serve};
use crate::text::MediaType;
use crate::text::{Limit, Rejection};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::PathBuf;

/// What a child makes of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// Its text.
    Extracted(Box<Extracted>),
    /// Why it has none.
    Rejected(Rejection),
}

/// Parsing children.
pub struct Parsers {
    pool: Pool,
}

impl Parsers {
    /// Children are started when they are needed, by running `program` with its hidden command `parse-worker`.
    pub fn new(program: PathBuf, limits: Limits) -> Parsers {
        Parsers { pool: Pool::new(program, vec!["parse-worker".into()], limits) }
    }

    /// What a child makes of `bytes`: a rejection when they are too much for it.
    ///
    /// # Errors
    /// When no child can be started.
    pub fn parse(&self, bytes: &[u8]) -> io::Result<Reply> {
        Ok(match self.pool.run(bytes)? {
            Ok(reply) => serde_json::from_slice(&reply)?,
            Err(loss) => Reply::Rejected(rejection(&loss, self.pool.limits())),
        })
    }

    /// What the children are confined by.
    ///
    /// # Errors
    /// When no child can be started.
    pub fn confinement(&self) -> io::Result<Confinement> {
        self.pool.confinement()
    }
}

/// What is written in `rejected.csv` for a file that a child has no answer to.
fn rejection(loss: &Loss, limits: Limits) -> Rejection {
    let another_program = "open and save the file with another program";
    match loss {
        Loss::Time => Rejection::new(
            format!("parsing took longer than {} s", limits.time_s),
            format!("it is tried again at the next refresh; raise worker.time_s in ordskifte.toml, or {another_program}"),
        )
        .with_limit(Limit::Time { seconds: limits.time_s }),
        Loss::Memory => Rejection::new(
            format!("parsing needs more than {} MiB of memory", limits.memory_mb),
            format!("it is tried again at the next refresh; raise worker.memory_mb in ordskifte.toml, or {another_program}"),
        )
        .with_limit(Limit::Memory { mebibytes: limits.memory_mb }),
        Loss::Killed => Rejection::new(
            "the parser was killed from outside, perhaps because the machine ran out of memory",
            "it is tried again at the next refresh; use fewer threads, or a smaller worker.memory_mb",
        )
        .with_limit(Limit::Outside),
        Loss::Stack => {
            Rejection::new("parsing overflowed the stack: the file is nested too deeply", another_program)
        }
        Loss::ForbiddenCall => Rejection::new(
            "the parser was stopped: it made a system call that no parser makes",
            "the file may be an attack; do not open it, and please report it",
        ),
        Loss::Crash(how) => Rejection::new(
            format!("the parser died ({how})"),
            format!("{another_program}; please report it as a bug"),
        ),
    }
}

/// The loop of a parsing child.
///
/// # Errors
/// When a limit cannot be set, or the parent is gone.
pub fn serve_parser(settings: &ChildSettings) -> io::Result<()> {
    serve(settings, &|bytes| serde_json::to_vec(&parse(bytes)).expect("a document has only string keys"))
}

/// Whether `bytes` are of a format that is read and more than plain text.
pub fn is_document(bytes: &[u8]) -> bool {
    extract::sniff(bytes).is_some_and(|media_type| media_type != MediaType::Text)
}

/// The document in `bytes`, with the language of each passage.
pub fn parse(bytes: &[u8]) -> Reply {
    let Some(media_type) = extract::sniff(bytes) else { return Reply::Rejected(extract::refusal(bytes)) };
    match extract::document(bytes, media_type) {
        Ok(mut document) => {
            language::label(&mut document);
            let made_with = super::rules_version();
            Reply::Extracted(Box::new(Extracted { made_with, media_type, document }))
        }
        Err(rejection) => Reply::Rejected(rejection),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_that_is_no_property_of_the_file_names_its_limit() {
        let limits = Limits { memory_mb: 64, time_s: 2, ..Limits::default() };
        let limit = |loss| rejection(&loss, limits).limit;
        assert_eq!(limit(Loss::Time), Some(Limit::Time { seconds: 2 }));
        assert_eq!(limit(Loss::Memory), Some(Limit::Memory { mebibytes: 64 }));
        assert_eq!(limit(Loss::Killed), Some(Limit::Outside));
        assert_eq!(limit(Loss::Stack), None);
    }
}
