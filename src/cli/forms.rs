//! `ordskifte forms`: a list of words → those that have a term as a constituent, or those that only have its letters.

use super::args::Forms;
use super::{Failure, Outcome};
use crate::morphology::{Refusal, Term};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

/// `ordskifte forms --term TERM --words FILE`
pub fn forms(args: &Forms, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let term = Term::new(&args.term);
    if term.needs_exceptions() {
        warn_of_short_term(&args.term);
    }
    let mut outcome = Outcome::Lacking;
    each_line(&args.words, |word| {
        match (term.member(word), args.refused) {
            (Ok(member), false) => writeln!(out, "{word}\t{}\t{}", member.position.name(), member.why)?,
            (Err(refusal), true) if refusal != Refusal::Absent => writeln!(out, "{word}\tno\t{refusal}")?,
            _ => return Ok(()),
        }
        outcome = Outcome::Well;
        Ok(())
    })?;
    Ok(outcome)
}

fn warn_of_short_term(term: &str) {
    let mut err = io::stderr().lock();
    let _ = writeln!(
        err,
        "note: '{term}' has five letters or fewer, which stand in many other words by accident: read the list and keep \
         exceptions"
    );
}

/// Calls `use_line` with each line of the file, or of stdin for `-`, trimmed; empty lines are passed over.
pub fn each_line(path: &Path, mut use_line: impl FnMut(&str) -> Result<(), Failure>) -> Result<(), Failure> {
    let cannot = |error: io::Error| Failure::new(format!("cannot read {}: {error}", path.display()), None);
    let mut input: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(BufReader::new(File::open(path).map_err(cannot)?))
    };
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line).map_err(cannot)? > 0 {
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        if !text.is_empty() {
            use_line(text)?;
        }
        line.clear();
    }
    Ok(())
}
