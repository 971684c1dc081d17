//! The arguments of `ordskifte export`.

use super::measure_args::UnitArgs;
use super::output::Output;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "\
Copies of other documents are left out. --where takes queries as `ordskifte search --help` describes.

Examples:
  ordskifte export bibtex --where kind:nou > sources.bib
  ordskifte export features --min-docs 5 --format csv > features.csv
  ordskifte export texts texts-for-r --where kind:tildelingsbrev")]
pub struct ExportArgs {
    /// What is written
    #[command(subcommand)]
    pub command: ExportCommand,
}

#[derive(Subcommand)]
pub enum ExportCommand {
    /// The documents as BibTeX
    #[command(after_help = "Example:\n  ordskifte export bibtex > sources.bib")]
    Bibtex {
        /// Only documents that match QUERY
        #[arg(long = "where", value_name = "QUERY")]
        restriction: Option<String>,
    },
    /// The documents as CSL-JSON, for Zotero and others
    #[command(after_help = "Example:\n  ordskifte export csl > sources.json")]
    Csl {
        /// Only documents that match QUERY
        #[arg(long = "where", value_name = "QUERY")]
        restriction: Option<String>,
    },
    /// How to cite the current snapshot, as CITATION.cff
    #[command(after_help = "Example:\n  ordskifte export citation > CITATION.cff")]
    Citation,
    /// How often each document has each word or concept: a document–feature matrix
    #[command(after_help = "\
Without --wide there is a row for each document and feature, which tidytext reads: cast_dfm(read.csv(\"features.csv\"), docname, feature, n).
With --wide there is a column for each feature, which quanteda reads: as.dfm(data.frame).

Examples:
  ordskifte export features --concepts --format csv > concepts.csv
  ordskifte export features --lemma --min-docs 5 --wide > matrix.csv")]
    Features(FeaturesArgs),
    /// The plain text of each document, with a table of their records
    #[command(after_help = "Example:\n  ordskifte export texts texts-since-2018 --where year:2018..")]
    Texts(TextsArgs),
}

#[derive(Args)]
pub struct FeaturesArgs {
    /// The concepts of the codebook instead of words
    #[arg(long, conflicts_with = "lemma")]
    pub concepts: bool,
    #[command(flatten)]
    pub unit: UnitArgs,
    /// Only features that at least N documents have
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub min_docs: u64,
    /// CSV with a column for each feature
    #[arg(long, conflicts_with = "format")]
    pub wide: bool,
    /// Only documents that match QUERY
    #[arg(long = "where", value_name = "QUERY")]
    pub restriction: Option<String>,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
pub struct TextsArgs {
    /// The folder to create
    pub folder: PathBuf,
    /// Only documents that match QUERY
    #[arg(long = "where", value_name = "QUERY")]
    pub restriction: Option<String>,
}
