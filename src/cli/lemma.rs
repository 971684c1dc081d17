//! `ordskifte lemma`: words → their dictionary forms.

use super::args::Lemma;
use super::forms::each_line;
use super::{Failure, Outcome};
use crate::morphology::lemma;
use std::io::Write;

/// `ordskifte lemma [FILE]`
pub fn lemmas(args: &Lemma, out: &mut dyn Write) -> Result<Outcome, Failure> {
    each_line(&args.file, |word| {
        let found = lemma(word, args.language);
        writeln!(out, "{word}\t{}\t{}\t{}", found.lemma, found.class.name(), found.basis.name())?;
        Ok(())
    })?;
    Ok(Outcome::Done)
}
