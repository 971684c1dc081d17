//! `train_languages`: makes the table that tells languages apart, and measures what is made.
//!
//! - `train_languages train FOLDER`: writes `src/language/table.bin` and, beside it, `table.toml` with the digest of every
//!   input; prints the digests and the accuracy on held-out text.
//! - `train_languages check FOLDER`: only the accuracy on held-out text.
//! - `train_languages sentences FILE`: precision and recall of the sentence splitter; `train_languages mixed FILE`: of the
//!   labels of sentences in documents of two languages; `train_languages calibration FILE`: how far confidence is from
//!   accuracy. FILE has `code TAB text` a line.
//!
//! FOLDER holds `CODE.txt` (a paragraph or sentence a line) for the languages of the table, and word lists `CODE.words`
//! (`word TAB share of all words`, the most frequent first) for any language; those of languages that the table does not
//! have teach it what none of its own looks like.
//!
//! The weights start as naive Bayes on character n-grams and words, and are then bent by logistic regression (stochastic
//! gradient descent on fragments of sentences) until the text they have not seen is told apart best; the features that
//! matter least are dropped, the rest trained again and rounded to eight bits. One seed, so the same input gives the same
//! table.

mod corpus;
mod measure;
mod table_file;
mod weights;

use corpus::Corpus;
use ordskifte::language::table::Table;
use std::{env, error::Error, fs, io::Write, path::Path};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const USAGE: &str =
    "usage: train_languages train|check FOLDER, or train_languages sentences|mixed|calibration FILE";

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [command, path] = arguments.as_slice() else { return Err(USAGE.into()) };
    let path = Path::new(path);
    let report = match command.as_str() {
        "train" => train(path)?,
        "check" => check(&Corpus::read(path)?).report(),
        "sentences" => measure::sentences(&labelled(path)?),
        "mixed" => measure::mixed(&labelled(path)?),
        "calibration" => measure::calibration(&labelled(path)?),
        _ => return Err(USAGE.into()),
    };
    Ok(write!(std::io::stdout(), "{report}")?)
}

/// Trains on all of the text, with the calibration that text from farther away gives.
fn train(folder: &Path) -> Result<String> {
    let corpus = Corpus::read(folder)?;
    let checked = check(&corpus);
    let weights = weights::train(&corpus, |_| true);
    let bytes = table_file::encode(&weights, calibration(&corpus));
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/language");
    fs::write(home.join("table.bin"), &bytes)?;
    let manifest = table_file::manifest(&corpus, &bytes, &checked);
    fs::write(home.join("table.toml"), &manifest)?;
    Ok(manifest)
}

/// What tables that have not seen one fifth of the text make of it, for each fifth.
fn check(corpus: &Corpus) -> measure::Check {
    let mut check = measure::Check::default();
    for fold in 0..corpus::FOLDS {
        check.add(&uncalibrated(corpus, |line| line.fold != fold), corpus, |line| line.fold == fold);
    }
    check
}

/// The calibration by tables that have seen one fifth of the text only, and judge the rest: a new document is farther from
/// the text of training than one part of that is from another, and a table that knows less stands as far off.
fn calibration(corpus: &Corpus) -> table_file::Calibration {
    let mut check = measure::Check::default();
    for fold in 0..corpus::FOLDS {
        check.add(&uncalibrated(corpus, |line| line.fold == fold), corpus, |line| line.fold != fold);
    }
    check.calibration()
}

fn uncalibrated(corpus: &Corpus, sees: impl Fn(&corpus::Line) -> bool) -> Table {
    let bytes = table_file::encode(&weights::train(corpus, sees), table_file::UNCALIBRATED);
    Table::parse(&bytes).expect("what was encoded can be read")
}

/// The lines of a file of `code TAB text`.
fn labelled(path: &Path) -> Result<Vec<(String, String)>> {
    let text = fs::read_to_string(path)?;
    let rows = text.lines().filter_map(|line| line.split_once('\t'));
    Ok(rows.map(|(code, text)| (measure::bcp47(code).to_owned(), ordskifte::text::normalise(text))).collect())
}
