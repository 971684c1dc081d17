//! `ordskifte export`: the corpus for other programs: citations, a document–feature matrix, plain texts.

use super::export_args::{ExportCommand, FeaturesArgs, TextsArgs};
use super::outcome::{CommandError, CommandOutcome};
use super::words::{counted_documents, unit};
use crate::config::Config;
use crate::pipeline::{self, Corpus};
use crate::report::{Dialect, Format, bibtex, citation_cff, csl_json, tables};
use crate::results::{DocumentFrequency, Results, WantedWords};
use crate::text::Entry;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

/// `ordskifte export WHAT`
pub fn export(
    config: &Config,
    command: &ExportCommand,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let corpus = Corpus::new(config);
    let results = pipeline::open_results(&corpus)?;
    let strata = results.strata()?;
    let kept = |text: Option<&str>| counted_documents(config, &results, strata, text);
    match command {
        ExportCommand::Bibtex { restriction } => {
            let is_kept = kept(restriction.as_deref())?;
            out.write_all(bibtex(entries(&results, &is_kept)?).as_bytes())?;
        }
        ExportCommand::Csl { restriction } => {
            let is_kept = kept(restriction.as_deref())?;
            out.write_all(csl_json(entries(&results, &is_kept)?).as_bytes())?;
        }
        ExportCommand::Citation => {
            let id = pipeline::current_id(&corpus).unwrap_or_else(|| results.snapshot_id().to_owned());
            let licence = &config.settings.report.licence.name;
            out.write_all(citation_cff(&id, env!("CARGO_PKG_VERSION"), licence).as_bytes())?;
        }
        ExportCommand::Features(args) => {
            let is_kept = kept(args.restriction.as_deref())?;
            return features(&results, &is_kept, args, out);
        }
        ExportCommand::Texts(args) => {
            let is_kept = kept(args.restriction.as_deref())?;
            return texts(&results, &is_kept, args, out);
        }
    }
    Ok(CommandOutcome::Done)
}

/// The entries of the kept documents.
fn entries<'r>(
    results: &'r Results,
    is_kept: &'r [bool],
) -> Result<impl Iterator<Item = &'r Entry>, CommandError> {
    Ok(results.documents()?.iter().zip(is_kept).filter(|(_, is_kept)| **is_kept).map(|(entry, _)| entry))
}

/// Each feature with the documents that have it.
type Features = Vec<(String, Vec<DocumentFrequency>)>;

fn features(
    results: &Results,
    is_kept: &[bool],
    args: &FeaturesArgs,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let mut features =
        if args.concepts { concepts(results, is_kept)? } else { words(results, is_kept, args)? };
    features.retain(|(_, documents)| documents.len() as u64 >= args.min_docs);
    let docnames = results.docnames()?;
    let n_features = features.len();
    if args.wide {
        write_wide(&features, &docnames, is_kept, out)?;
    } else {
        let rows = features.iter().flat_map(|(feature, documents)| {
            documents.iter().map(|(document, n)| tables::FeatureRow {
                docname: docnames[*document as usize].as_str(),
                feature,
                n: *n,
            })
        });
        tables::features().write(rows, args.output.format(), out)?;
    }
    let n_documents = is_kept.iter().filter(|is_kept| **is_kept).count();
    writeln!(super::terminal::stderr(), "{n_features} features of {n_documents} documents")?;
    Ok(if n_features == 0 { CommandOutcome::NeedsAttention } else { CommandOutcome::Done })
}

fn words(results: &Results, is_kept: &[bool], args: &FeaturesArgs) -> Result<Features, CommandError> {
    let listed = |word: &str, found: &[DocumentFrequency]| {
        (found.len() as u64 >= args.min_docs).then(|| (word.to_owned(), found.to_vec()))
    };
    Ok(results.each_frequency(unit(&args.unit), is_kept, WantedWords::All, listed)?)
}

fn concepts(results: &Results, is_kept: &[bool]) -> Result<Features, CommandError> {
    let counts = results.counts(&results.chosen(&[])?)?;
    let documents = |count: &crate::text::Count| {
        let mut documents = BTreeMap::<u32, u64>::new();
        for tally in count.tallies.iter().filter(|tally| is_kept[tally.document as usize]) {
            *documents.entry(tally.document).or_default() += tally.n;
        }
        documents.into_iter().collect()
    };
    Ok(counts.iter().map(|count| (count.concept.clone(), documents(count))).collect())
}

/// A row for each document and a column for each feature, as `as.dfm` of quanteda reads it.
fn write_wide(
    features: &Features,
    docnames: &[crate::text::DocName],
    is_kept: &[bool],
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let mut next = vec![0; features.len()];
    let mut writer = csv::Writer::from_writer(out);
    writer.write_field("doc_id").map_err(wide_failure)?;
    writer.write_record(features.iter().map(|(feature, _)| feature)).map_err(wide_failure)?;
    for (document, docname) in (0..).zip(docnames) {
        if !is_kept[document as usize] {
            continue;
        }
        writer.write_field(docname.as_str()).map_err(wide_failure)?;
        let counts =
            features.iter().zip(&mut next).map(|((_, documents), next)| match documents.get(*next) {
                Some((found, n)) if *found == document => {
                    *next += 1;
                    n.to_string()
                }
                _ => "0".to_owned(),
            });
        writer.write_record(counts).map_err(wide_failure)?;
    }
    Ok(writer.flush()?)
}

fn wide_failure(error: csv::Error) -> CommandError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        kind => CommandError::new(format!("cannot write: {kind:?}"), None),
    }
}

/// Writes each kept document as `NAME.txt`, and `metadata.csv` with the record of each under the name of its file.
fn texts(
    results: &Results,
    is_kept: &[bool],
    args: &TextsArgs,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let fail = |path: &Path, error: std::io::Error| {
        CommandError::new(format!("cannot write {}: {error}", path.display()), None)
    };
    if args.folder.exists() {
        let hint = "name a folder that does not exist yet";
        let message = format!("{} already exists", args.folder.display());
        return Err(CommandError::new(message, Some(hint.to_owned())));
    }
    fs::create_dir_all(&args.folder).map_err(|error| fail(&args.folder, error))?;
    let all = results.documents()?;
    let names = file_names(all);
    results.each_text(is_kept, |document, text| {
        let path = args.folder.join(&names[document]);
        fs::write(&path, text).map_err(|error| fail(&path, error))
    })?;
    let own = tables::own_columns(all);
    let path = args.folder.join("metadata.csv");
    let mut file = fs::File::create(&path).map_err(|error| fail(&path, error))?;
    let rows: Vec<(String, Entry)> = (names.into_iter().zip(all).zip(is_kept))
        .filter(|(_, is_kept)| **is_kept)
        .map(|((name, entry), _)| (name, entry.clone()))
        .collect();
    let table = tables::text_metadata(&own);
    table.write(&rows, Format::Csv(Dialect::Standard), &mut file).map_err(|error| fail(&path, error))?;
    writeln!(out, "{}: {} texts and metadata.csv", args.folder.display(), rows.len())?;
    Ok(if rows.is_empty() { CommandOutcome::NeedsAttention } else { CommandOutcome::Done })
}

/// For each of `entries` a file name that no other has: letters, digits, `-`, `_` and `.` of its name in the corpus.
fn file_names(entries: &[Entry]) -> Vec<String> {
    let mut taken = std::collections::BTreeSet::new();
    let name = |entry: &Entry| {
        let letter = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
        let base: String = entry.docname.as_str().chars().map(letter).take(FILE_NAME_CHARS_MAX).collect();
        let base = base.trim_start_matches('.').to_owned();
        let mut name = format!("{base}.txt");
        let mut number = 2;
        while !taken.insert(name.to_lowercase()) {
            name = format!("{base}-{number}.txt");
            number += 1;
        }
        name
    };
    entries.iter().map(name).collect()
}

/// File systems take 255 bytes; a letter has up to four, and a number is added.
const FILE_NAME_CHARS_MAX: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_matrix_has_a_zero_where_a_document_lacks_a_feature() {
        let features = vec![("a".to_owned(), vec![(0, 2), (2, 1)]), ("b".to_owned(), vec![(2, 5)])];
        let docnames: Vec<crate::text::DocName> =
            ["s/x", "s/y", "s/z"].map(|name| name.to_owned().into()).to_vec();
        let mut out = Vec::new();
        write_wide(&features, &docnames, &[true, false, true], &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "doc_id,a,b\ns/x,2,0\ns/z,1,5\n");
    }
}
