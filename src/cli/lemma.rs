//! `ordskifte lemma`: words → their dictionary forms.

use super::args::LemmaArgs;
use super::forms::each_line;
use super::outcome::{CommandError, CommandOutcome};
use crate::morphology::lemma;
use std::io::Write;

pub(crate) fn lemmas(args: &LemmaArgs, out: &mut dyn Write) -> Result<CommandOutcome, CommandError> {
    each_line(&args.file, |word| {
        let found = lemma(word, args.language);
        writeln!(out, "{word}\t{}\t{}\t{}", found.lemma, found.class.name(), found.basis.name())?;
        Ok(())
    })?;
    Ok(CommandOutcome::Done)
}
