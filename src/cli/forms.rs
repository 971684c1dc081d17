//! `ordskifte forms`: the forms that a concept counts and refuses; or the words of a list that contain a term.

use super::args::FormsArgs;
use super::language::read_line;
use super::outcome::{CommandError, CommandOutcome};
use super::show::check_names;
use crate::acquire::open_regular_file;
use crate::config::Config;
use crate::morphology::{Refusal, Term};
use crate::pipeline::{self, Corpus, decided_rows, form_row};
use crate::report::{Format, tables, write};
use crate::results::{FormUse, Results};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

/// Maximum number of near misses for each concept in a table without --refused.
const NEAR_MISSES_SHOWN: usize = 10;

/// `ordskifte forms`
pub fn forms(corpus: &Path, args: &FormsArgs, out: &mut dyn Write) -> Result<CommandOutcome, CommandError> {
    if let (Some(term), Some(words)) = (&args.term, &args.words) {
        return words_with_term(term, words, args.refused, out);
    }
    let config = super::outcome::load(corpus)?;
    check_names(&config, &args.concept)?;
    let results = pipeline::open_results(&Corpus::new(&config))?;
    let chosen = results.chosen(&args.concept)?;
    if let Some(file) = &args.review {
        return review(&config, &results, &chosen, args, file);
    }
    let is_text = args.output.format() == Format::Text;
    let mut rows = Vec::new();
    let mut left_out = 0;
    for index in chosen {
        let (concept, uses) = (&results.concepts()[index], results.forms(index)?);
        let (counted, refused): (Vec<FormUse>, Vec<FormUse>) =
            uses.into_iter().partition(|used| used.is_counted);
        if args.refused {
            rows.extend(refused.iter().map(|used| form_row(concept, used)));
            continue;
        }
        rows.extend(counted.iter().map(|used| form_row(concept, used)));
        let shown = if is_text { NEAR_MISSES_SHOWN.min(refused.len()) } else { refused.len() };
        left_out += refused.len() - shown;
        rows.extend(refused[..shown].iter().map(|used| form_row(concept, used)));
    }
    let outcome = if rows.is_empty() { CommandOutcome::NeedsAttention } else { CommandOutcome::Done };
    write(&tables::form_review().headings(), rows.into_iter(), args.output.format(), out)?;
    if left_out > 0 {
        out.flush()?;
        let _ = writeln!(super::terminal::stderr(), "{left_out} more near misses: --refused shows them");
    }
    Ok(outcome)
}

/// Writes the list of forms for a person to decide on. Decisions on other concepts are kept.
fn review(
    config: &Config,
    results: &Results,
    chosen: &[usize],
    args: &FormsArgs,
    file: &Path,
) -> Result<CommandOutcome, CommandError> {
    let is_ours = config.decisions_file.as_deref().is_some_and(|ours| is_same_file(ours, file));
    if file.exists() && !is_ours {
        let hint = "name a new file, or the one that the codebook reads its decisions from";
        return Err(CommandError::new(format!("{} already exists", file.display()), Some(hint.to_owned())));
    }
    let mut rows = Vec::new();
    for &index in chosen {
        let (concept, uses) = (&results.concepts()[index], results.forms(index)?);
        rows.extend(uses.iter().map(|used| form_row(concept, used)));
        rows.extend(decided_rows(concept, |form| uses.iter().all(|used| used.form != form)));
    }
    let others = (0..).zip(results.concepts()).filter(|(index, _)| !chosen.contains(index));
    rows.extend(others.flat_map(|(_, concept)| decided_rows(concept, |_| true)));
    let mut written = Vec::new();
    let format = Format::Csv(args.output.dialect.into());
    let n = write(&tables::form_review().headings(), rows.into_iter(), format, &mut written)?;
    // The file may hold a person's decisions, so it is replaced atomically.
    pipeline::replace(file, &written)?;
    let named = if is_ours { String::new() } else { hint_to_name(file) };
    let _ = writeln!(super::terminal::stderr(), "{}: {n} forms to decide on{named}", file.display());
    Ok(CommandOutcome::Done)
}

fn hint_to_name(file: &Path) -> String {
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    format!("; put it beside codebook.toml, with decisions = \"{name}\" at the top of that")
}

fn is_same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// `ordskifte forms --term TERM --words FILE`
fn words_with_term(
    term: &str,
    words: &Path,
    refused: bool,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let matched = Term::new(term);
    if matched.needs_exceptions() {
        warn_of_short_term(term);
    }
    let mut outcome = CommandOutcome::NeedsAttention;
    each_line(words, |word| {
        match (matched.member(word), refused) {
            (Ok(member), false) => writeln!(out, "{word}\t{}\t{}", member.position.name(), member.why)?,
            (Err(refusal), true) if refusal != Refusal::Absent => writeln!(out, "{word}\tno\t{refusal}")?,
            _ => return Ok(()),
        }
        outcome = CommandOutcome::Done;
        Ok(())
    })?;
    Ok(outcome)
}

fn warn_of_short_term(term: &str) {
    let mut err = super::terminal::stderr();
    let _ = writeln!(
        err,
        "note: '{term}' has five letters or fewer, and many unrelated words contain such a term: check the list, and \
         define exceptions"
    );
}

/// Calls `use_line` with each line of the file, or of stdin for `-`, trimmed; empty lines are skipped.
pub(crate) fn each_line(
    path: &Path,
    mut use_line: impl FnMut(&str) -> Result<(), CommandError>,
) -> Result<(), CommandError> {
    let cannot =
        |error: io::Error| CommandError::new(format!("cannot read {}: {error}", path.display()), None);
    let mut input: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(BufReader::new(open_regular_file(path)?))
    };
    let mut line = Vec::new();
    while read_line(&mut input, &mut line).map_err(cannot)? {
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        if !text.is_empty() {
            use_line(text)?;
        }
    }
    Ok(())
}
