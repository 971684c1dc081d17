//! The arguments of the command line.

use super::export_args::ExportArgs;
use super::measure_args::{CollocatesArgs, CooccurArgs, DispersionArgs, KeynessArgs, NgramsArgs, WordsArgs};
pub use super::output::{DialectName, Output};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// How the words of policy change: term trends over policy documents, each number traceable to its page and bytes.
#[derive(Parser)]
#[command(
    name = "ordskifte",
    version,
    max_term_width = 100,
    after_help = "\
Example: the sample corpus, from documents to trends
  ordskifte refresh
  ordskifte trends innovasjon

Exit codes: 0 done · 1 done, but the result needs attention: a source could not be read, nothing was found, \
documents were rejected (extract; refresh --fail-on-rejected) · 2 failed"
)]
pub struct Cli {
    /// The corpus folder, with ordskifte.toml or config/ordskifte.toml in it
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    pub corpus: PathBuf,
    /// The command
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Create a corpus folder
    Init(InitArgs),
    /// Update archive, text, index and reports from the sources
    Refresh(RefreshArgs),
    /// Show the text and structure that are extracted from a document
    Extract(ExtractArgs),
    /// Identify the languages of a document, or of each line of a text
    Language(LanguageArgs),
    /// Find passages, most relevant first
    Search(SearchArgs),
    /// List every mention of a concept or query with the words around it (KWIC)
    Concordance(ConcordanceArgs),
    /// Show how often concepts occur, by year or document
    Trends(TrendsArgs),
    /// List the words around the mentions of a concept or query
    Collocates(CollocatesArgs),
    /// Show which concepts occur together, as a table or a network
    Cooccur(CooccurArgs),
    /// Show how evenly mentions are spread over and within documents
    Dispersion(DispersionArgs),
    /// List the most frequent runs of words
    Ngrams(NgramsArgs),
    /// Write citations, a document–feature matrix or plain texts for other programs
    Export(ExportArgs),
    /// List the most frequent words, with documents and dispersion
    Words(WordsArgs),
    /// Compare the words of two groups of documents
    Keyness(KeynessArgs),
    /// List the forms that a concept counts, each with the reason, and the near misses
    Forms(FormsArgs),
    /// Check the codebook; import and export dictionaries of other programs
    Codebook(CodebookArgs),
    /// Show the dictionary forms of words
    Lemma(LemmaArgs),
    /// List the documents with what is known of each; leave some out
    Documents(DocumentsArgs),
    /// Summarise the corpus: documents, last runs, rejected documents
    #[command(after_help = "Example:\n  ordskifte status")]
    Status,
    /// List the columns of the reports: type, unit and definition
    Columns(ColumnsArgs),
    /// Check every archived byte, and every derived file against its source
    Verify(VerifyArgs),
    /// List, name, compare and export kept snapshots of the reports
    Snapshot(SnapshotArgs),
    /// List, give out and export what was captured; rebuild the catalogue
    Archive(ArchiveArgs),
    /// Parse documents from stdin, within limits (the program starts itself with this command)
    #[command(hide = true)]
    ParseWorker(ParseWorkerArgs),
    /// Runs a converter for the program itself
    #[command(hide = true)]
    ConvertWorker(ConvertWorkerArgs),
}

#[derive(Args)]
#[command(after_help = "\
Examples: a corpus with the sample documents; the letters to NAV and its reports, from Kudos
  ordskifte init my-corpus --folder corpus/documents
  ordskifte refresh --corpus my-corpus
  ordskifte init nav --sources kudos --addressee NAV --contact me@university.example")]
pub struct InitArgs {
    /// The folder to create
    pub dir: PathBuf,
    /// A folder with documents (PDF, HTML, Word, ODT, EPUB, text), read with its subfolders; may be given more than once
    #[arg(long, value_name = "PATH")]
    pub folder: Vec<PathBuf>,
    /// Sources on the network: kudos
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub sources: Vec<String>,
    /// Only letters to this institution, and what it has issued or written; may be given more than once
    #[arg(long, value_name = "NAME", requires = "sources")]
    pub addressee: Vec<String>,
    /// E-mail address or URL at which the owners of the sites reach you; without it nothing is fetched
    #[arg(long, value_name = "CONTACT")]
    pub contact: Option<String>,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  ordskifte refresh
  ordskifte refresh --dry-run
  ordskifte refresh --offline --threads 2 --events events.jsonl")]
pub struct RefreshArgs {
    /// Read only this source, even if it is not enabled; may be given more than once
    #[arg(long, value_name = "NAME")]
    pub source: Vec<String>,
    /// Fetch nothing from the network
    #[arg(long)]
    pub offline: bool,
    /// Change nothing; show which documents are new, changed or gone
    #[arg(long, short = 'n')]
    pub dry_run: bool,
    /// Accept that a source has lost a third of its documents or more
    #[arg(long)]
    pub accept_loss: bool,
    /// Read all files again, even if size and modification time are unchanged
    #[arg(long)]
    pub rehash: bool,
    /// Number of threads [default: number of cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
    /// Dialect of the CSV reports [default: as configured]
    #[arg(long, value_name = "DIALECT")]
    pub dialect: Option<DialectName>,
    /// Print nothing when the exit code is 0 (for cron)
    #[arg(long, short)]
    pub quiet: bool,
    /// Exit with 1 when any document of the corpus is rejected
    #[arg(long)]
    pub fail_on_rejected: bool,
    /// Write events to FILE as JSON Lines
    #[arg(long, value_name = "FILE")]
    pub events: Option<PathBuf>,
}

#[derive(Args)]
#[command(after_help = "\
With --format csv the table can be corrected in a spreadsheet and put beside the files of its source as metadata.csv; the next
refresh reads it. For a list of addresses the first column is url.

Examples:
  ordskifte documents --source sample --format csv > corpus/documents/metadata.csv
  ordskifte documents exclude sample/meldinger/meldst-28-2019-2020.html --reason draft")]
#[command(args_conflicts_with_subcommands = true)]
pub struct DocumentsArgs {
    /// What to change; without it the documents are listed
    #[command(subcommand)]
    pub command: Option<DocumentsCommand>,
    /// Only those of this source
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  ordskifte columns term_year
  ordskifte columns --format csv")]
pub struct ColumnsArgs {
    /// Only the columns of this report, as term_year or term_year.csv
    pub report: Option<String>,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Subcommand)]
pub enum DocumentsCommand {
    /// Leave documents out of the next snapshot; their bytes stay in the archive
    Exclude(ExcludeArgs),
    /// Take documents in again that were left out
    Include(IncludeArgs),
}

#[derive(Args)]
pub struct ExcludeArgs {
    /// The documents, by docname
    #[arg(required = true, value_name = "DOCNAME")]
    pub docnames: Vec<String>,
    /// Why, for those who read excluded.csv
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub reason: String,
}

#[derive(Args)]
pub struct IncludeArgs {
    /// The documents, by docname
    #[arg(required = true, value_name = "DOCNAME")]
    pub docnames: Vec<String>,
}

#[derive(Args)]
#[command(after_help = "Example:\n  ordskifte verify")]
pub struct VerifyArgs {
    /// Print faults only
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Args)]
#[command(after_help = "\
Example:
  ordskifte extract corpus/documents/meldinger/meldst-28-2019-2020.html")]
pub struct ExtractArgs {
    /// A document: PDF, HTML, DOCX, ODT, EPUB or text
    pub file: PathBuf,
    /// text: one passage per line, pages separated by form feed; json: everything
    #[arg(long, value_enum, default_value = "text")]
    pub format: ExtractFormat,
    /// Show the page furniture that was left out of the text (running heads, page numbers, menus) instead of the text
    #[arg(long, conflicts_with = "format")]
    pub furniture: bool,
}

#[derive(Args)]
#[command(after_help = "\
Prints each language and its share of the letters, separated by a tab; with --lines, the language and confidence (0 to 1) of
each line, und where it cannot be identified.

Examples:
  ordskifte language corpus/documents/meldinger/meldst-28-2019-2020.html
  ordskifte language --lines corpus/truth/nou/nou-2022-30.pdf.txt")]
pub struct LanguageArgs {
    /// A document: PDF, HTML, DOCX, ODT, EPUB or text; standard input when not given
    pub file: Option<PathBuf>,
    /// Identify the language of each line separately
    #[arg(long)]
    pub lines: bool,
}

#[derive(Args)]
#[command(after_help = "\
A query has words and phrases in quotation marks, written as the patterns of a codebook, and
operators in capitals:
  tillit, [lemma=tillit]   this form; all its inflections
  tillit*, *tillit*        and the compounds that begin with it; that contain it
  /tillits.*/              what the regular expression matches
  innovasjn~1              with at most one letter added, missing or exchanged
  \"tillit *{0,2} leder\"    a phrase, here with up to two words between
  concept:innovasjon       a concept of the codebook
  a b, a AND b             both, in the same passage
  a OR b                   either
  a NOT b                  a, in passages without b
  a NEAR/5 b, a THEN/3 b   at most so many words between; in this order only
  ( )                      groups
Fields restrict the documents: kind:nou year:2015..2023 issuer:finans addressee:nav lang:nn
designation:\"meld. st.\" title:reform source:sample. For issuer, addressee, designation and title
a part of the value is enough.

Examples:
  ordskifte search 'samskaping kommune*'
  ordskifte search '(tillit* NEAR/5 ledelse) NOT kind:nou year:2015..'
  ordskifte search '\"tillitsbasert *{0,2} ledelse\"' --limit 5 --format csv")]
pub struct SearchArgs {
    /// The query
    pub query: String,
    /// Maximum number of passages
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub limit: usize,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
#[command(after_help = "\
Every mention that `trends` counts is listed. L1 to L3 and R1 to R3 are words to the left and
right. Queries are described by `ordskifte search --help`.

Examples:
  ordskifte concordance 'samskaping*' --sort R1
  ordskifte concordance 'tillit* NEAR/3 leder*' --where year:2015.. --format csv
  ordskifte concordance innovasjon --random 20 --seed 7")]
pub struct ConcordanceArgs {
    /// Name of a concept in the codebook, or a query
    pub query: String,
    /// Sort keys, the first decides; may be given more than once
    #[arg(long, value_enum, value_name = "KEY", value_delimiter = ',')]
    pub sort: Vec<SortKey>,
    /// Words shown on either side
    #[arg(long, value_name = "WORDS", default_value_t = 10, value_parser = clap::value_parser!(u8).range(0..=10))]
    pub width: u8,
    /// Only N mentions, drawn at random
    #[arg(long, value_name = "N")]
    pub random: Option<usize>,
    /// Seed of --random: the same seed draws the same mentions
    #[arg(long, value_name = "N", default_value_t = 1, requires = "random")]
    pub seed: u64,
    /// Only mentions in documents that match QUERY
    #[arg(long = "where", value_name = "QUERY")]
    pub restriction: Option<String>,
    #[command(flatten)]
    pub output: Output,
}

/// What lines of a concordance are sorted by.
#[derive(Clone, Copy, ValueEnum)]
pub enum SortKey {
    /// First word to the left
    #[value(name = "L1")]
    Left1,
    /// Second word to the left
    #[value(name = "L2")]
    Left2,
    /// Third word to the left
    #[value(name = "L3")]
    Left3,
    /// First word to the right
    #[value(name = "R1")]
    Right1,
    /// Second word to the right
    #[value(name = "R2")]
    Right2,
    /// Third word to the right
    #[value(name = "R3")]
    Right3,
    /// The matched words
    Keyword,
    /// Name of the document
    Document,
    /// Year of analysis
    Year,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  ordskifte trends detaljstyring tillitsbasert
  ordskifte trends innovasjon --by document --format csv -o innovasjon.csv
  ordskifte trends 'tillit*' '\"[lemma=mål] og resultat*\"'
  ordskifte trends 'tillit* NEAR/3 leder*'
  ordskifte trends innovasjon --where 'kind:tildelingsbrev year:2015..2023'")]
pub struct TrendsArgs {
    /// Names of concepts in the codebook, or queries as for search; all concepts when not given
    pub concept: Vec<String>,
    /// What a row is
    #[arg(long, value_enum, default_value = "year")]
    pub by: By,
    /// Count only in documents that match QUERY: numerators and denominators
    #[arg(long = "where", value_name = "QUERY")]
    pub restriction: Option<String>,
    #[command(flatten)]
    pub output: Output,
    /// Write to FILE and not to the terminal
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub file: Option<PathBuf>,
}

#[derive(Args)]
#[command(after_help = "\
A decision of yes or no in the file that --review writes is kept by the codebook: decisions = \"FILE\" at its top.

Examples:
  ordskifte forms innovasjon
  ordskifte forms innovasjon --refused --format csv
  ordskifte forms --review codebook.decisions.csv
  ordskifte forms --term tillit --words - <<< tillitsreform")]
pub struct FormsArgs {
    /// Names of concepts in the codebook; all of them when not given
    #[arg(conflicts_with_all = ["term", "words"])]
    pub concept: Vec<String>,
    /// Show the near misses: forms that contain the letters but not the term, each with the reason
    #[arg(long)]
    pub refused: bool,
    /// Write all forms and near misses to FILE (CSV), to be decided on
    #[arg(long, value_name = "FILE", conflicts_with_all = ["term", "words", "refused"])]
    pub review: Option<PathBuf>,
    /// Look for this term in the words of --words instead of the corpus
    #[arg(long, value_name = "TERM", requires = "words")]
    pub term: Option<String>,
    /// A file with one word per line; - is stdin
    #[arg(long, value_name = "FILE", requires = "term")]
    pub words: Option<PathBuf>,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  ordskifte codebook check
  ordskifte codebook export --as liwc")]
pub struct CodebookArgs {
    /// What to do with it
    #[command(subcommand)]
    pub command: CodebookCommand,
}

#[derive(Subcommand)]
pub enum CodebookCommand {
    /// Report patterns that match nothing, add nothing, or match too much
    #[command(after_help = "Example:\n  ordskifte codebook check")]
    Check,
    /// Convert a dictionary to a codebook
    #[command(after_help = "Example:\n  ordskifte codebook import styring.yml > codebook.toml")]
    Import {
        /// A dictionary: .yml or .yaml of quanteda, .dic of LIWC
        file: PathBuf,
    },
    /// Print the counted forms as a dictionary
    #[command(after_help = "Example:\n  ordskifte codebook export --as liwc > styring.dic")]
    Export {
        /// Format of the dictionary
        #[arg(long = "as", value_enum, default_value = "quanteda")]
        format: DictionaryName,
    },
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  ordskifte archive list --format csv
  ordskifte archive export --wacz corpus.wacz")]
pub struct ArchiveArgs {
    /// What to do with it
    #[command(subcommand)]
    pub command: ArchiveCommand,
}

#[derive(Subcommand)]
pub enum ArchiveCommand {
    /// List all captures, also earlier ones
    #[command(after_help = "\
Examples:
  ordskifte archive list
  ordskifte archive list sample/nou/nou-2022-30.pdf --format json")]
    List {
        /// Only captures of this document: its docname, its address, or the SHA-256 of its bytes
        document: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Print the bytes of a document as they were captured
    #[command(after_help = "\
Examples:
  ordskifte archive get sample/nou/nou-2022-30.pdf -o nou.pdf
  ordskifte archive get sample/meldinger/meldst-28-2019-2020.html | head -3")]
    Get {
        /// Its docname, its address, or the SHA-256 of its bytes
        document: String,
        /// The last capture on this date or before, 2026-11-26 or 2026-11-26T04:00:00Z (UTC); the newest when not given
        #[arg(long, value_name = "DATE")]
        at: Option<String>,
        /// Write to FILE and not to the terminal
        #[arg(short = 'o', long = "output", value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Write the archive, or an index of it, for other programs
    #[command(after_help = "\
A WACZ package has all WARC records, an index and a list of pages; ReplayWeb.page and pywb show it. A CDXJ index tells where each capture
lies in the WARC files of the archive.

Examples:
  ordskifte archive export --wacz corpus.wacz
  ordskifte archive export --cdxj corpus.cdxj")]
    Export {
        /// Write a WACZ package
        #[arg(long, value_name = "FILE", required_unless_present = "cdxj")]
        wacz: Option<PathBuf>,
        /// Write a CDXJ index
        #[arg(long, value_name = "FILE")]
        cdxj: Option<PathBuf>,
    },
    /// Rebuild the catalogue from the WARC files
    #[command(after_help = "\
The catalogue is a cache of what the WARC files say. The one before is kept under another name.
A refresh does this by itself when the catalogue is missing or damaged.
Run it after WARC files were restored from a backup.

Example:
  ordskifte archive reindex")]
    Reindex {
        /// Go on when WARC files that the catalogue knows are missing; what only they held is listed as rejected
        #[arg(long)]
        accept_loss: bool,
    },
}

#[derive(Args)]
#[command(after_help = "\
A snapshot is the reports of one state of the corpus with the codebook, the decisions and the settings that they were made with. The id is
printed below each chart. SNAPSHOT is an id or its beginning, a name, or 'current'.

Examples:
  ordskifte snapshot list
  ordskifte snapshot name current thesis")]
pub struct SnapshotArgs {
    /// What to do with them
    #[command(subcommand)]
    pub command: SnapshotCommand,
}

#[derive(Subcommand)]
pub enum SnapshotCommand {
    /// List the snapshots that are kept, the newest first
    #[command(after_help = "Example:\n  ordskifte snapshot list")]
    List {
        #[command(flatten)]
        output: Output,
    },
    /// Show what a snapshot was made from, and its files
    #[command(after_help = "Example:\n  ordskifte snapshot show current")]
    Show { snapshot: String },
    /// Give a snapshot a name; a refresh never removes it then
    #[command(after_help = "Example:\n  ordskifte snapshot name current thesis")]
    Name { snapshot: String, name: String },
    /// Show which numbers differ between two snapshots, because of which documents
    #[command(after_help = "\
Exit code 1 when they differ.

Examples:
  ordskifte snapshot diff current current
  ordskifte snapshot diff current current --documents --format csv")]
    Diff {
        before: String,
        after: String,
        /// Show the documents that differ, and not the numbers
        #[arg(long)]
        documents: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Copy the files of a snapshot into a new folder
    #[command(after_help = "Example:\n  ordskifte snapshot export current reports-for-my-thesis")]
    Export { snapshot: String, folder: PathBuf },
    /// Remove a snapshot with its names
    #[command(after_help = "Example:\n  ordskifte snapshot remove 0123456789abcdef")]
    Remove { snapshot: String },
}

#[derive(Clone, Copy, ValueEnum)]
pub enum DictionaryName {
    /// YAML
    Quanteda,
    /// .dic
    Liwc,
}

#[derive(Args)]
#[command(after_help = "\
Prints a line for each word: the word, its lemma, its class and the basis of the analysis (lexicon, compound, rule), separated
by tabs.

Examples:
  ordskifte lemma <<< innovasjonene
  ordskifte lemma --language nn <<< tenestene")]
pub struct LemmaArgs {
    /// A file with one word per line; - is stdin
    #[arg(default_value = "-")]
    pub file: PathBuf,
    /// The written form: nb or nn
    #[arg(long, value_name = "CODE", default_value = "nb")]
    pub language: crate::text::Language,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum ExtractFormat {
    /// One passage per line, pages separated by form feed
    Text,
    /// Pages, passages with kind, section, language and place, metadata, notices
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum By {
    /// Concept and year, all kinds of documents together
    Year,
    /// Concept, year and kind, as in term_year.csv
    Kind,
    /// Concept and document, as in term_document.csv
    Document,
}

#[derive(Args)]
pub struct ParseWorkerArgs {
    /// Address space in MiB
    #[arg(long)]
    pub memory_mb: u64,
    /// Processor time of its whole life in seconds
    #[arg(long)]
    pub life_s: u64,
    /// Process id of the parent
    #[arg(long)]
    pub parent: u32,
}

#[derive(Args)]
pub struct ConvertWorkerArgs {
    /// Address space of each process in MiB
    #[arg(long)]
    pub memory_mb: u64,
    /// Processor time of each process in seconds
    #[arg(long)]
    pub time_s: u64,
    /// The folder that may be written to
    #[arg(long)]
    pub folder: PathBuf,
    /// The program and its arguments
    #[arg(last = true, required = true)]
    pub command: Vec<std::ffi::OsString>,
}
