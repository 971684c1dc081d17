//! The arguments of the commands that measure words: frequency lists, collocates, keyness, co-occurrence, dispersion.

use super::output::Output;
use crate::report::ChartLanguage;
use clap::Args;

/// Words as they are written, or their lemmas.
#[derive(Args)]
pub struct UnitArgs {
    /// Count lemmas and not forms: a word by its dictionary form, in nynorsk passages that of nynorsk
    #[arg(long)]
    pub lemma: bool,
}

#[derive(Args)]
#[command(after_help = "\
Words without a letter and addresses are not counted. Copies of other documents are left out.

Examples:
  ordskifte words --limit 20
  ordskifte words --lemma --where 'kind:tildelingsbrev year:2015..' --format csv")]
pub struct WordsArgs {
    #[command(flatten)]
    pub unit: UnitArgs,
    /// Only words with at least N occurrences
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub min: u64,
    /// Maximum number of words
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: usize,
    /// Only words that match the regular expression, in small letters and as a whole
    #[arg(long, value_name = "REGEX")]
    pub matching: Option<String>,
    /// Only documents that match QUERY
    #[arg(long = "where", value_name = "QUERY")]
    pub restriction: Option<String>,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
#[command(after_help = "\
Compares the words of two groups of documents. Without --target, the latest three complete years are compared with those before;
a latest year is complete when it has half as many documents as the median year. Without --reference, the reference is all
other documents, except copies. Words in both
groups together below --min or --min-docs are left out before anything is tested.

Examples:
  ordskifte keyness
  ordskifte keyness --target year:2018.. --reference year:..2017
  ordskifte keyness --target kind:tildelingsbrev --lemma --limit 20 --format csv")]
pub struct KeynessArgs {
    /// The documents of the target, as a query
    #[arg(long, value_name = "QUERY")]
    pub target: Option<String>,
    /// The documents of the reference, as a query
    #[arg(long, value_name = "QUERY", requires = "target")]
    pub reference: Option<String>,
    #[command(flatten)]
    pub unit: UnitArgs,
    /// Minimum number of occurrences of a word
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub min: u64,
    /// Minimum number of documents that have the word
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub min_docs: u64,
    /// Maximum number of words in either direction
    #[arg(long, value_name = "N", default_value_t = 25)]
    pub limit: usize,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
#[command(after_help = "\
Counted are words around mentions: a place in the windows of two mentions counts once, and windows stay within the passage.

Examples:
  ordskifte collocates innovasjon --window 4
  ordskifte collocates 'samskaping*' --sentence --lemma --sort g2
  ordskifte collocates 'tillit*' --period ..2016 --period 2017.. --limit 10 --format csv")]
pub struct CollocatesArgs {
    /// Name of a concept in the codebook, or a query
    pub query: String,
    /// Words on either side of a mention
    #[arg(long, value_name = "WORDS", default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub window: u8,
    /// The words of the sentence, instead of a window
    #[arg(long, conflicts_with = "window")]
    pub sentence: bool,
    #[command(flatten)]
    pub unit: UnitArgs,
    /// Only these years, as 2015..2019; may be given more than once, to compare periods
    #[arg(long, value_name = "YEARS")]
    pub period: Vec<String>,
    /// Only words that are around mentions at least N times
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub min: u64,
    /// What the words are ordered by
    #[arg(long, value_enum, default_value = "log-dice", value_name = "MEASURE")]
    pub sort: OrderName,
    /// Maximum number of words for each period
    #[arg(long, value_name = "N", default_value_t = 25)]
    pub limit: usize,
    /// Only documents that match QUERY
    #[arg(long = "where", value_name = "QUERY")]
    pub restriction: Option<String>,
    #[command(flatten)]
    pub output: Output,
}

/// What collocates are ordered by.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum OrderName {
    /// logDice: comparable between corpora
    LogDice,
    /// Log-likelihood
    G2,
    /// Mutual information
    Mi,
    /// t-score
    T,
    /// Times around a mention
    N,
}

#[derive(Args)]
#[command(after_help = "\
An n-gram is within one sentence and has only words with a letter. Copies of other documents are left out.

Examples:
  ordskifte ngrams 2 --limit 20
  ordskifte ngrams 3 --min 5 --where kind:tildelingsbrev --format csv")]
pub struct NgramsArgs {
    /// Number of words
    #[arg(value_name = "LENGTH", value_parser = clap::value_parser!(u8).range(2..=8))]
    pub length: u8,
    #[command(flatten)]
    pub unit: UnitArgs,
    /// Only n-grams with at least N occurrences
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub min: u64,
    /// Maximum number of n-grams
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: usize,
    /// Only documents that match QUERY
    #[arg(long = "where", value_name = "QUERY")]
    pub restriction: Option<String>,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  ordskifte cooccur
  ordskifte cooccur innovasjon samskaping 'tillit*' --within sentence
  ordskifte cooccur --graphml > concepts.graphml")]
pub struct CooccurArgs {
    /// Names of concepts in the codebook, or queries; all concepts when not given
    pub concept: Vec<String>,
    /// The unit of text in which two concepts occur together
    #[arg(long, value_enum, default_value = "passage", value_name = "UNIT")]
    pub within: UnitName,
    /// Write a network in GraphML instead of a table
    #[arg(long, conflicts_with = "format")]
    pub graphml: bool,
    /// Only documents that match QUERY
    #[arg(long = "where", value_name = "QUERY")]
    pub restriction: Option<String>,
    #[command(flatten)]
    pub output: Output,
}

/// A unit of text.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum UnitName {
    /// The sentence
    Sentence,
    /// The passage: a paragraph, heading, list item, table row or footnote
    Passage,
    /// The document
    Document,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  ordskifte dispersion innovasjon 'samskaping*'
  ordskifte dispersion innovasjon --strips
  ordskifte dispersion innovasjon --strips --where year:2018.. --format csv")]
pub struct DispersionArgs {
    /// Names of concepts in the codebook, or queries
    #[arg(required = true)]
    pub query: Vec<String>,
    /// A row for each document that has mentions, with a strip that shows where in the document they are
    #[arg(long)]
    pub strips: bool,
    /// Only documents that match QUERY
    #[arg(long = "where", value_name = "QUERY")]
    pub restriction: Option<String>,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
#[command(after_help = "\
With --by, the first panel has all documents, the others the largest kinds or issuers, all on one scale.

Examples:
  ordskifte chart innovasjon samskaping -o trends.svg
  ordskifte chart 'tillit*' --by kind --language nb -o tillit.png
  ordskifte chart styring tillit innovasjon --overlay -o lines.svg
  ordskifte chart innovasjon --where 'kind:tildelingsbrev' -o letters.svg")]
pub struct ChartArgs {
    /// Names of concepts in the codebook, or queries
    #[arg(required = true)]
    pub query: Vec<String>,
    /// A panel for each kind or issuer
    #[arg(long, value_enum, value_name = "PROPERTY")]
    pub by: Option<ChartBy>,
    /// One drawing with a line for each query, at most five
    #[arg(long, conflicts_with = "by")]
    pub overlay: bool,
    /// Language of the words in the chart: en or nb
    #[arg(long, value_name = "CODE", default_value = "en")]
    pub language: ChartLanguage,
    /// Only documents that match QUERY
    #[arg(long = "where", value_name = "QUERY")]
    pub restriction: Option<String>,
    /// The file to write, .svg or .png
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub file: std::path::PathBuf,
}

/// What the panels of a chart are.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum ChartBy {
    /// The kind of document
    Kind,
    /// The issuer
    Issuer,
}
