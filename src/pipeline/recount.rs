//! Numbers of the reports, counted again from the archived bytes by a plain path: the text is extracted anew, and its words are read
//! one by one. Index, stored texts and tables have no part in it.

use super::Error;
use super::corpus::Corpus;
use super::difference::each_row;
use super::ocr::read_as_stored;
use super::parsers::Parsers;
use super::snapshots::current_folder;
use super::store::{digest_of_file, plain_path};
use crate::acquire::Archive;
use crate::config::Config;
use crate::query::PlainCounter;
use crate::stats::Random;
use crate::text::{Digest, is_counted, words};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The same rows are drawn from the same reports.
const SEED: u64 = 1;

/// What a recount found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Recount {
    pub(crate) n_rows: u64,
    pub(crate) n_equal: u64,
    /// A sentence on each row that differs.
    pub(crate) differences: Vec<String>,
}

/// A row of `term_document.csv`.
struct CountedRow {
    concept: String,
    docname: String,
    n: u64,
    n_tokens: u64,
    sha256: Digest,
}

/// Counts about `n_rows` rows of `term_document.csv` again, drawn at random; half of them have a mention, as far as there are enough.
///
/// # Errors
/// When the reports or the archive cannot be read, or no parser can be started.
pub(crate) fn recount(config: &Config, worker_program: PathBuf, n_rows: usize) -> Result<Recount, Error> {
    let corpus = Corpus::new(config);
    let rows = drawn(rows(&corpus)?, n_rows);
    let archive = Archive::open_read_only(&corpus.archive_folder())?;
    let parsers = Parsers::new(worker_program, config.settings.worker);
    let mut by_document = BTreeMap::<(String, Digest), Vec<CountedRow>>::new();
    for row in rows {
        by_document.entry((row.docname.clone(), row.sha256)).or_default().push(row);
    }
    let mut recount = Recount::default();
    for ((docname, sha256), rows) in by_document {
        let bytes = archive.payload(&sha256)?;
        let stored = digest_of_file(&plain_path(&corpus.text_folder(), &sha256));
        let read = read_as_stored(&corpus, &parsers, &bytes, stored);
        let read = read.map_err(|e| Error::world("run", std::path::Path::new("the parser"), &e))?;
        recount.n_rows += rows.len() as u64;
        let document = match read {
            Ok(extracted) => extracted.document,
            Err(rejection) => {
                recount.differences.push(format!("{docname}: {}", rejection.reason));
                continue;
            }
        };
        let passages: Vec<_> = document.passages().map(|(_, passage)| passage).collect();
        let tokens = |text: &str| words(text).filter(|word| is_counted(word.text)).count() as u64;
        let n_tokens: u64 = passages.iter().map(|passage| tokens(&passage.text)).sum();
        for row in rows {
            let Some(concept) = config.codebook.concept(&row.concept) else {
                let text = format!("{docname}: the codebook no longer has the concept '{}'", row.concept);
                recount.differences.push(text);
                continue;
            };
            let query = PlainCounter::query_of(concept);
            let counter = PlainCounter::new(&query);
            let count = |text: &str, language| counter.count(text, language).unwrap_or_default();
            let n: u64 = passages.iter().map(|passage| count(&passage.text, passage.language)).sum();
            match (n, n_tokens) == (row.n, row.n_tokens) {
                true => recount.n_equal += 1,
                false => recount.differences.push(format!(
                    "{docname}, {}: the report has {} mentions in {} words, the recount {n} in {n_tokens}",
                    row.concept, row.n, row.n_tokens
                )),
            }
        }
    }
    Ok(recount)
}

fn rows(corpus: &Corpus<'_>) -> Result<Vec<CountedRow>, Error> {
    let file = current_folder(corpus).join("term_document.csv");
    let mut rows = Vec::new();
    let columns = ["concept", "docname", "n", "n_tokens", "source_sha256"];
    each_row(&file, columns, |[concept, docname, n, n_tokens, sha256]| {
        rows.push(CountedRow {
            concept: concept.to_owned(),
            docname: docname.to_owned(),
            n: n.parse().ok()?,
            n_tokens: n_tokens.parse().ok()?,
            sha256: sha256.parse().ok()?,
        });
        Some(())
    })?;
    Ok(rows)
}

/// About `n_rows` of `rows`, half of them with a mention.
fn drawn(rows: Vec<CountedRow>, n_rows: usize) -> Vec<CountedRow> {
    let mut random = Random::new(SEED);
    let (with, without): (Vec<CountedRow>, Vec<CountedRow>) = rows.into_iter().partition(|row| row.n > 0);
    let mut chosen = some(with, n_rows.div_ceil(2), &mut random);
    let rest = n_rows - chosen.len();
    chosen.extend(some(without, rest, &mut random));
    chosen
}

fn some(mut rows: Vec<CountedRow>, count: usize, random: &mut Random) -> Vec<CountedRow> {
    random.shuffle(&mut rows);
    rows.truncate(count);
    rows
}
