//! `ordskifte words`: frequency lists of words or lemmas.

use super::measure_args::{UnitArgs, WordsArgs};
use super::outcome::{CommandError, CommandOutcome};
use super::show::restriction;
use crate::config::Config;
use crate::morphology;
use crate::pipeline::{self, Corpus};
use crate::report::tables;
use crate::results::{Results, WordUnit};
use crate::text::{Language, Stratum};
use std::io::Write;

/// `ordskifte words`
pub fn words(config: &Config, args: &WordsArgs, out: &mut dyn Write) -> Result<CommandOutcome, CommandError> {
    let matching = args.matching.as_deref().map(whole_word).transpose()?;
    let results = pipeline::open_results(&Corpus::new(config))?;
    let strata = results.strata()?;
    let is_kept = counted_documents(config, &results, strata, args.restriction.as_deref())?;
    let is_wanted = |word: &str| matching.as_ref().is_none_or(|pattern| pattern.is_match(word));
    let (rows, total) =
        pipeline::words(&results, (strata, &is_kept), (unit(&args.unit), args.min, args.limit), &is_wanted)?;
    tables::word_list().write(&rows, args.output.format(), out)?;
    writeln!(super::terminal::stderr(), "{} of {total} words", rows.len())?;
    Ok(if rows.is_empty() { CommandOutcome::NeedsAttention } else { CommandOutcome::Done })
}

/// The regular expression `text`, which has to match the whole word.
fn whole_word(text: &str) -> Result<regex::Regex, CommandError> {
    regex::Regex::new(&format!("^(?:{text})$"))
        .map_err(|error| CommandError::new(format!("cannot read the regular expression: {error}"), None))
}

/// What a command counts as one word.
pub(super) fn unit(args: &UnitArgs) -> WordUnit {
    fn lemma(word: &str, language: Language) -> String {
        morphology::lemma(word, language).lemma
    }
    if args.lemma { WordUnit::Lemma(lemma) } else { WordUnit::Form }
}

/// For each document whether it is counted: it matches the restriction, and no other document counts in its place.
pub(super) fn counted_documents(
    config: &Config,
    results: &Results,
    strata: &[Stratum],
    text: Option<&str>,
) -> Result<Vec<bool>, CommandError> {
    let mut is_kept = match text {
        Some(text) => results.whole_documents_where(&restriction(config, text)?)?,
        None => vec![true; strata.len()],
    };
    is_kept.iter_mut().zip(strata).for_each(|(is_kept, stratum)| *is_kept &= !stratum.is_copy);
    Ok(is_kept)
}
