//! The arguments of the command line.

use super::export_args::{ExportArgs, ExportCommand};
use super::measure_args::{
    ChartArgs, CollocatesArgs, CooccurArgs, DispersionArgs, KeynessArgs, NgramsArgs, WordsArgs,
};
pub use super::output::{DialectName, Output};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};

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
pub(crate) struct Cli {
    /// The corpus folder, with ordskifte.toml or config/ordskifte.toml in it
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    pub(crate) corpus: PathBuf,
    /// The command
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
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
    /// Draw concepts or queries by year, as SVG or PNG
    Chart(ChartArgs),
    /// List the most frequent words, with documents and dispersion
    Words(WordsArgs),
    /// Compare the words of two groups of documents
    Keyness(KeynessArgs),
    /// Show the passages behind a row of a report, with page, address and digest
    Why(WhyArgs),
    /// Import judgements on mentions; show the precision of a concept and the agreement of coders
    Marks(MarksArgs),
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
    Status(StatusArgs),
    /// List the columns of the reports: type, unit and definition
    Columns(ColumnsArgs),
    /// Check every archived byte, and every derived file against its source
    Verify(VerifyArgs),
    /// List, name, compare and export kept snapshots of the reports
    Snapshot(SnapshotArgs),
    /// List, print and export captures; rebuild the catalogue
    Archive(ArchiveArgs),
    /// Show the corpus in a browser, and answer programs over HTTP
    Serve(ServeArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write one for each command
    Man(ManArgs),
    /// Write a plan of the files that have no text yet, for workers on other machines
    #[command(after_help = "Example:\n  ordskifte plan > jobs.jsonl")]
    Plan,
    /// Do jobs of a plan: extract their texts, on this or another machine
    Worker(WorkerArgs),
    /// Take in what workers have extracted
    Commit(CommitArgs),
    /// Parse documents from stdin, within limits (the program starts itself with this command)
    #[command(hide = true)]
    ParseWorker(ParseWorkerArgs),
    /// Run a converter in a sandbox (the program starts itself with this command)
    #[command(hide = true)]
    ConvertWorker(ConvertWorkerArgs),
}

impl Command {
    /// How its table is written. `None` for a command without a table.
    pub(crate) fn output(&self) -> Option<&Output> {
        Some(match self {
            Command::Search(args) => &args.output,
            Command::Concordance(args) => &args.output,
            Command::Trends(args) => &args.output,
            Command::Collocates(args) => &args.output,
            Command::Cooccur(args) => &args.output,
            Command::Dispersion(args) => &args.output,
            Command::Ngrams(args) => &args.output,
            Command::Words(args) => &args.output,
            Command::Keyness(args) => &args.output,
            Command::Why(args) => &args.output,
            Command::Forms(args) => &args.output,
            Command::Documents(args) => &args.output,
            Command::Columns(args) => &args.output,
            Command::Export(ExportArgs { command: ExportCommand::Features(args) }) => &args.output,
            Command::Marks(MarksArgs { command: MarksCommand::Agreement { output, .. } })
            | Command::Snapshot(SnapshotArgs {
                command: SnapshotCommand::List { output } | SnapshotCommand::Diff { output, .. },
            })
            | Command::Archive(ArchiveArgs { command: ArchiveCommand::List { output, .. } }) => output,
            _ => return None,
        })
    }

    /// The file that its table is written to.
    pub(crate) fn output_file(&self) -> Option<&Path> {
        self.output()?.file.as_deref()
    }
}

#[derive(Args)]
#[command(after_help = "\
Examples: a corpus with the sample documents; the letters to NAV and its reports, from Kudos
  ordskifte init my-corpus --folder corpus/documents
  ordskifte refresh --corpus my-corpus
  ordskifte init nav --sources kudos --addressee NAV --contact me@university.example")]
pub(crate) struct InitArgs {
    /// The folder to create
    pub(crate) dir: PathBuf,
    /// A folder with documents (PDF, HTML, Word, ODT, EPUB, text), read with its subfolders; may be given more than once
    #[arg(long, value_name = "PATH")]
    pub(crate) folder: Vec<PathBuf>,
    /// Sources on the network: kudos, regjeringen, stortinget
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) sources: Vec<String>,
    /// Only letters to this institution, and documents that it issued; may be given more than once
    #[arg(long, value_name = "NAME", requires = "sources")]
    pub(crate) addressee: Vec<String>,
    /// E-mail address or URL at which the owners of the sites reach you; without it nothing is fetched
    #[arg(long, value_name = "CONTACT")]
    pub(crate) contact: Option<String>,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  ordskifte refresh
  ordskifte refresh --dry-run
  ordskifte refresh --offline --threads 2 --events events.jsonl")]
pub(crate) struct RefreshArgs {
    /// Read only this source, even if it is not enabled; may be given more than once
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Vec<String>,
    /// Fetch nothing from the network
    #[arg(long)]
    pub(crate) offline: bool,
    /// Only archive what the sources give; texts, index and reports follow with the next run, or with plan, worker and commit
    #[arg(long, conflicts_with = "offline")]
    pub(crate) archive_only: bool,
    /// Do nothing when the last run that ended well began less than 20 hours ago (for a timer that fires often)
    #[arg(long)]
    pub(crate) if_due: bool,
    /// Change nothing; show which documents are new, changed or gone
    #[arg(long, short = 'n')]
    pub(crate) dry_run: bool,
    /// Accept that a source has lost a third of its documents or more
    #[arg(long)]
    pub(crate) accept_loss: bool,
    /// Read all files again, even if size and modification time are unchanged
    #[arg(long)]
    pub(crate) rehash: bool,
    /// Number of threads [default: number of cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
    /// Dialect of the CSV reports [default: as configured]
    #[arg(long, value_name = "DIALECT")]
    pub(crate) dialect: Option<DialectName>,
    /// Print nothing when the exit code is 0 (for cron)
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// Exit with 1 when any document of the corpus is rejected
    #[arg(long)]
    pub(crate) fail_on_rejected: bool,
    /// Write events to FILE as JSON Lines
    #[arg(long, value_name = "FILE")]
    pub(crate) events: Option<PathBuf>,
}

#[derive(Args)]
#[command(after_help = "\
Without options only this machine can reach the server. A refresh that runs meanwhile switches it to the new snapshot.

Examples:
  ordskifte serve
  ordskifte serve --listen 0.0.0.0 --host corpus.university.example")]
pub(crate) struct ServeArgs {
    /// Port; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 8017)]
    pub(crate) port: u16,
    /// Address to listen at: another one than that of this machine alone opens the corpus to others
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub(crate) listen: std::net::IpAddr,
    /// Name that the server is called by, besides localhost; may be given more than once
    #[arg(long, value_name = "NAME")]
    pub(crate) host: Vec<String>,
    /// Let those who have a token change marks, decisions and metadata from other machines; prints the token
    #[arg(long)]
    pub(crate) allow_edits: bool,
    /// Number of threads that compute answers [default: number of cores and one]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
}

#[derive(Args)]
#[command(after_help = "\
With --format csv the table can be corrected in a spreadsheet and put beside the files of its source as metadata.csv; the next
refresh reads it. For a list of addresses the first column is url.

Examples:
  ordskifte documents --source sample --format csv > corpus/documents/metadata.csv
  ordskifte documents exclude sample/meldinger/meldst-28-2019-2020.html --reason draft")]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct DocumentsArgs {
    /// The change; without it the documents are listed
    #[command(subcommand)]
    pub(crate) command: Option<DocumentsCommand>,
    /// Only those of this source
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  ordskifte columns term_year
  ordskifte columns --format csv")]
pub(crate) struct ColumnsArgs {
    /// Only the columns of this report, as term_year or term_year.csv
    pub(crate) report: Option<String>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Subcommand)]
pub(crate) enum DocumentsCommand {
    /// Show all that is known of a document: its record, the editions that were joined and why, every capture
    Show(ShowDocumentArgs),
    /// Leave documents out of the next snapshot; their bytes stay in the archive
    Exclude(ExcludeArgs),
    /// Take documents in again that were left out
    Include(IncludeArgs),
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  ordskifte documents show sample/nou/nou-2022-30.pdf
  ordskifte documents show sample/nou/nou-2022-30.pdf --page 2 --png page.png")]
pub(crate) struct ShowDocumentArgs {
    /// The document: its docname, its location, a publication code, an id of Kudos or regjeringen.no
    #[arg(value_name = "DOCUMENT")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) page: PageArgs,
}

#[derive(Args)]
pub(crate) struct ExcludeArgs {
    /// The documents, by docname
    #[arg(required = true, value_name = "DOCNAME")]
    pub(crate) docnames: Vec<String>,
    /// The reason, written to excluded.csv
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) reason: String,
}

#[derive(Args)]
pub(crate) struct IncludeArgs {
    /// The documents, by docname
    #[arg(required = true, value_name = "DOCNAME")]
    pub(crate) docnames: Vec<String>,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  ordskifte verify
  ordskifte verify --recount 20")]
pub(crate) struct VerifyArgs {
    /// Print faults only
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// Only count N rows of term_document.csv again, from the archived bytes and without the index
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "100")]
    pub(crate) recount: Option<usize>,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  ordskifte extract corpus/documents/meldinger/meldst-28-2019-2020.html
  ordskifte extract corpus/documents/nou/nou-2022-30.pdf --page 2 --png page.png")]
pub(crate) struct ExtractArgs {
    /// A document: PDF, HTML, DOCX, ODT, EPUB or text
    pub(crate) file: PathBuf,
    /// text: one passage per line, pages separated by form feed; json: everything
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ExtractFormat,
    /// Show the page furniture that was left out of the text (running heads, page numbers, menus) instead of the text
    #[arg(long, conflicts_with = "format")]
    pub(crate) furniture: bool,
    /// Read pages without text by OCR, if tesseract is installed
    #[arg(long, conflicts_with = "number")]
    pub(crate) ocr: bool,
    #[command(flatten)]
    pub(crate) page: PageArgs,
}

/// A page of a PDF as it is shown.
#[derive(Args)]
pub(crate) struct PageArgs {
    /// Show page N of a PDF, counted from 1, as JSON: its size in points, its words, where each stands on the page and in the text
    #[arg(long = "page", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) number: Option<u32>,
    /// With --page: write the picture of the page to FILE instead
    #[arg(long, value_name = "FILE", requires = "number")]
    pub(crate) png: Option<PathBuf>,
    /// The width of the picture in pixels
    #[arg(long, value_name = "PIXELS", default_value = "1200", value_parser = clap::value_parser!(u32).range(16..=8_000))]
    pub(crate) width: u32,
}

#[derive(Args)]
#[command(after_help = "\
Prints each language and its share of the letters, separated by a tab; with --lines, the language and confidence (0 to 1) of
each line, und where it cannot be identified.

Examples:
  ordskifte language corpus/documents/meldinger/meldst-28-2019-2020.html
  ordskifte language --lines corpus/truth/nou/nou-2022-30.pdf.txt")]
pub(crate) struct LanguageArgs {
    /// A document: PDF, HTML, DOCX, ODT, EPUB or text; standard input when not given
    pub(crate) file: Option<PathBuf>,
    /// Identify the language of each line separately
    #[arg(long)]
    pub(crate) lines: bool,
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
  a NEAR/s b, a NEAR/5/s b both in one sentence; and at most so many words between
  ( )                      groups
Fields restrict the documents: kind:nou year:2015..2023 issuer:finans addressee:nav lang:nn
designation:\"meld. st.\" title:reform source:sample, and COLUMN:value for a column of your own
metadata; issuer_today: and addressee_today: for the names of today. Fields restrict the passages: section:innovasjon (text of a heading above it),
passage:body (paragraphs and list items; also heading, paragraph, list, table, footnote, caption), source:ocr (text that OCR read).
For issuer, addressee (also _today), designation, title and section a part of the value is enough.

Passages that are headings come last, and the passages of one document stand together.

Examples:
  ordskifte search 'samskaping kommune*'
  ordskifte search '(tillit* NEAR/5 ledelse) NOT kind:nou year:2015..'
  ordskifte search '\"tillitsbasert *{0,2} ledelse\"' --limit 5 --format csv
  ordskifte search 'innovasjon* NEAR/s kommune*' --by document
  ordskifte search 'samskaping* passage:body' --facets")]
pub(crate) struct SearchArgs {
    /// The query
    pub(crate) query: String,
    /// Maximum number of passages or documents
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub(crate) limit: usize,
    /// Rank passages, or documents with their best passage
    #[arg(long, value_enum, default_value = "passage", conflicts_with = "facets")]
    pub(crate) by: SearchUnit,
    /// Show how many passages and documents there are by kind, year, issuer and language, instead of the passages
    #[arg(long)]
    pub(crate) facets: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args)]
#[command(after_help = "\
Every mention that `trends` counts is listed. L1 to L3 and R1 to R3 are words to the left and
right. Queries are described by `ordskifte search --help`.

Examples:
  ordskifte concordance 'samskaping*' --sort R1
  ordskifte concordance 'tillit* NEAR/3 leder*' --where year:2015.. --format csv
  ordskifte concordance innovasjon --random 20 --seed 7
  ordskifte concordance innovasjon --random 50 --coder anna --format csv -o to-read.csv")]
pub(crate) struct ConcordanceArgs {
    /// Name of a concept in the codebook, or a query
    pub(crate) query: String,
    /// Sort keys, the first decides; may be given more than once
    #[arg(long, value_enum, value_name = "KEY", value_delimiter = ',')]
    pub(crate) sort: Vec<SortKey>,
    /// Words shown on either side
    #[arg(long, value_name = "WORDS", default_value_t = 10, value_parser = clap::value_parser!(u8).range(0..=10))]
    pub(crate) width: u8,
    /// Only N mentions, drawn at random
    #[arg(long, value_name = "N")]
    pub(crate) random: Option<usize>,
    /// Seed of --random: the same seed draws the same mentions
    #[arg(long, value_name = "N", default_value_t = 1, requires = "random")]
    pub(crate) seed: u64,
    /// Only mentions in documents that match QUERY
    #[arg(long = "where", value_name = "QUERY")]
    pub(crate) restriction: Option<String>,
    /// Add columns with the marks and notes of this coder, to be filled in and imported by `marks import`
    #[arg(long, value_name = "NAME")]
    pub(crate) coder: Option<String>,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Sort keys of a concordance.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum SortKey {
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

impl From<SortKey> for crate::results::SortKey {
    fn from(key: SortKey) -> crate::results::SortKey {
        use crate::results::SortKey as Key;
        match key {
            SortKey::Left1 => Key::Left(0),
            SortKey::Left2 => Key::Left(1),
            SortKey::Left3 => Key::Left(2),
            SortKey::Right1 => Key::Right(0),
            SortKey::Right2 => Key::Right(1),
            SortKey::Right3 => Key::Right(2),
            SortKey::Keyword => Key::Keyword,
            SortKey::Document => Key::Document,
            SortKey::Year => Key::Year,
        }
    }
}

#[derive(Args)]
#[command(after_help = "\
Each row has the documents and words of its own stratum (n_docs, n_tokens). Every year of the range has
a row: coverage is none where there is no document, thin where there are few, and full otherwise.

Examples:
  ordskifte trends detaljstyring tillitsbasert
  ordskifte trends innovasjon --by document --format csv -o innovasjon.csv
  ordskifte trends 'tillit*' '\"[lemma=mål] og resultat*\"'
  ordskifte trends 'tillit* NEAR/3 leder*'
  ordskifte trends innovasjon --where 'kind:tildelingsbrev year:2015..2023'
  ordskifte trends innovasjon --by year,kind --axis published
  ordskifte trends samskaping --by issuer --format csv
  ordskifte trends innovasjon --standardise kind")]
pub(crate) struct TrendsArgs {
    /// Names of concepts in the codebook, or queries as for search; all concepts when not given
    pub(crate) concept: Vec<String>,
    /// Properties of documents by which the counts are split, separated by commas: year, quarter, document, kind, issuer,
    /// issuer_today, addressee, addressee_today, language, source, or a column of your own metadata
    #[arg(long, value_name = "PROPERTY", value_delimiter = ',', default_value = "year")]
    pub(crate) by: Vec<String>,
    /// The year of --by year
    #[arg(long, value_enum, default_value = "analysis")]
    pub(crate) axis: TrendsAxis,
    /// Count only in documents that match QUERY: numerators and denominators
    #[arg(long = "where", value_name = "QUERY")]
    pub(crate) restriction: Option<String>,
    /// Add the rate at a fixed composition of the documents by PROPERTY, as kind: the rate of each group with the group's share in
    /// all words of the table as its weight
    #[arg(long, value_name = "PROPERTY")]
    pub(crate) standardise: Option<String>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args)]
#[command(after_help = "\
Write yes or no in the column decision of the file that --review writes. The codebook uses these decisions when it has
decisions = \"FILE\" at its top.

Examples:
  ordskifte forms innovasjon
  ordskifte forms innovasjon --refused --format csv
  ordskifte forms --review codebook.decisions.csv
  ordskifte forms --term tillit --words - <<< tillitsreform")]
pub(crate) struct FormsArgs {
    /// Names of concepts in the codebook; all of them when not given
    #[arg(conflicts_with_all = ["term", "words"])]
    pub(crate) concept: Vec<String>,
    /// Show the near misses: forms that contain the letters but not the term, each with the reason
    #[arg(long)]
    pub(crate) refused: bool,
    /// Write all forms and near misses to FILE (CSV), with a column for decisions
    #[arg(long, value_name = "FILE", conflicts_with_all = ["term", "words", "refused"])]
    pub(crate) review: Option<PathBuf>,
    /// Search for this term in the words of --words instead of the corpus
    #[arg(long, value_name = "TERM", requires = "words")]
    pub(crate) term: Option<String>,
    /// A file with one word per line; - is stdin
    #[arg(long, value_name = "FILE", requires = "term")]
    pub(crate) words: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  ordskifte codebook check
  ordskifte codebook export --as liwc")]
pub(crate) struct CodebookArgs {
    /// The action
    #[command(subcommand)]
    pub(crate) command: CodebookCommand,
}

#[derive(Subcommand)]
pub(crate) enum CodebookCommand {
    /// Report patterns that match nothing, add nothing to other patterns, or match too much
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
pub(crate) struct ArchiveArgs {
    /// What to do with it
    #[command(subcommand)]
    pub(crate) command: ArchiveCommand,
}

#[derive(Subcommand)]
pub(crate) enum ArchiveCommand {
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
A WACZ package has all WARC records, an index and a list of pages; ReplayWeb.page and pywb show it. A CDXJ index lists the position of each capture
in the WARC files of the archive.

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
The catalogue is a cache of the facts in the WARC files. The previous catalogue is kept under
another name. A refresh rebuilds a catalogue that is missing or damaged. Run this command after
WARC files were restored from a backup.

Example:
  ordskifte archive reindex")]
    Reindex {
        /// Continue when WARC files that the catalogue lists are missing; documents that only they contained are listed as rejected
        #[arg(long)]
        accept_loss: bool,
    },
}

#[derive(Args)]
#[command(after_help = "\
A snapshot has the reports of one state of the corpus, and the codebook, decisions and settings that they were made with. The id is
printed below each chart. SNAPSHOT is an id or its beginning, a name, or 'current'.

Examples:
  ordskifte snapshot list
  ordskifte snapshot name current thesis")]
pub(crate) struct SnapshotArgs {
    /// What to do with them
    #[command(subcommand)]
    pub(crate) command: SnapshotCommand,
}

#[derive(Subcommand)]
pub(crate) enum SnapshotCommand {
    /// List the snapshots that are kept, the newest first
    #[command(after_help = "Example:\n  ordskifte snapshot list")]
    List {
        #[command(flatten)]
        output: Output,
    },
    /// Show the inputs and the files of a snapshot
    #[command(after_help = "Example:\n  ordskifte snapshot show current")]
    Show { snapshot: String },
    /// Name a snapshot, so that no refresh removes it
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
pub(crate) enum DictionaryName {
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
pub(crate) struct LemmaArgs {
    /// A file with one word per line; - is stdin
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,
    /// The written form: nb or nn
    #[arg(long, value_name = "CODE", default_value = "nb")]
    pub(crate) language: crate::text::Language,
}

#[derive(Args)]
#[command(after_help = "Examples:\n  ordskifte status\n  ordskifte status --format json")]
pub(crate) struct StatusArgs {
    /// How it is shown
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: StatusFormat,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum StatusFormat {
    /// For people
    Text,
    /// For programs: each source with its last capture, failures and their causes; documents by source, kind and year; runs
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ExtractFormat {
    /// One passage per line, pages separated by form feed
    Text,
    /// Pages, passages with kind, section, language and place, metadata, notices
    Json,
}

#[derive(Args)]
#[command(after_help = "\
A row is named by its report and line (the header is line 1), or by values of its columns. Reports: term_year, term_document,
trend_test, kwic. The answer comes from the files of the snapshot, so that a kept one answers as it did when it was made.

Examples:
  ordskifte why term_year:2
  ordskifte why term_year concept=innovasjon year=2016 kind=tildelingsbrev
  ordskifte why trend_test concept=samskaping --snapshot current --format csv")]
pub(crate) struct WhyArgs {
    /// The report, with the line of the row: term_year:17
    #[arg(value_name = "REPORT[:LINE]")]
    pub(crate) report: String,
    /// Values of columns, in place of the line
    #[arg(value_name = "COLUMN=VALUE")]
    pub(crate) values: Vec<String>,
    /// The snapshot: an id or its beginning, a name, or 'current'
    #[arg(long, value_name = "ID", default_value = "current")]
    pub(crate) snapshot: String,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args)]
#[command(after_help = "\
`concordance --coder NAME --format csv` writes a table with a column mark. Write 'relevant' or 'not relevant' into it, or '-' to take a
mark away, and import the table. The marks are kept in marks.csv in the folder of the corpus, by the digest of the document and the
place in its text, so that they survive a refresh.

Examples:
  ordskifte concordance innovasjon --random 50 --coder anna --format csv -o to-read.csv
  ordskifte marks import to-read.csv --coder anna
  ordskifte marks agreement")]
pub(crate) struct MarksArgs {
    /// The action
    #[command(subcommand)]
    pub(crate) command: MarksCommand,
}

#[derive(Subcommand)]
pub(crate) enum MarksCommand {
    /// Import the marks of a coder from a table that `concordance --coder` wrote
    #[command(after_help = "\
Examples:
  ordskifte concordance innovasjon --random 50 --coder anna --format csv -o to-read.csv
  ordskifte marks import to-read.csv --coder anna")]
    Import {
        /// The table, as a spreadsheet saves it
        file: PathBuf,
        /// Name of the coder
        #[arg(long, value_name = "NAME")]
        coder: String,
    },
    /// Show the precision of each concept, and the agreement of coders (Cohen's kappa, Krippendorff's alpha)
    #[command(after_help = "\
Examples:
  ordskifte marks agreement
  ordskifte marks agreement innovasjon --format csv")]
    Agreement {
        /// Only of this concept or query; all when not given
        concept: Option<String>,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  ordskifte completions bash > ordskifte.bash
  ordskifte completions zsh > _ordskifte")]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  ordskifte man > ordskifte.1
  ordskifte man man-pages")]
pub(crate) struct ManArgs {
    /// A folder for a page of each command; without it the page of the program is printed
    pub(crate) folder: Option<PathBuf>,
}

/// What a search ranks.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SearchUnit {
    /// Passages
    Passage,
    /// Documents
    Document,
}

/// The year by which trends are split.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum TrendsAxis {
    /// The year of analysis, as in the reports
    Analysis,
    /// The year of publication
    Published,
    /// The year that the document is about
    Concerned,
    /// The session of the Storting
    Session,
}

#[derive(Args)]
#[command(after_help = "\
The jobs are read from stdin, one a line, as `ordskifte plan` writes them. Each gives a file in the folder of outcomes and a row on
stdout; the last row gives the number of rows. Without it the worker has not read all of its input.

Example:
  ordskifte plan > jobs.jsonl
  ordskifte worker --archive data/archive --outcomes outcomes < jobs.jsonl
  ordskifte commit jobs.jsonl --outcomes outcomes && ordskifte refresh --offline")]
pub(crate) struct WorkerArgs {
    /// The folder of the WARC files
    #[arg(long, value_name = "DIR")]
    pub(crate) archive: PathBuf,
    /// The folder of the outcomes, on storage that the machine which commits can read
    #[arg(long, value_name = "DIR")]
    pub(crate) outcomes: PathBuf,
    /// Do no job; write for each that has no outcome yet that it is given up, for this reason
    #[arg(long, value_name = "REASON")]
    pub(crate) give_up: Option<String>,
    /// Memory for the parsing of one document in MiB
    #[arg(long, value_name = "MIB", default_value = "2048", value_parser = clap::value_parser!(u64).range(64..))]
    pub(crate) memory_mb: u64,
    /// Processor time for the parsing of one document in seconds
    #[arg(long, value_name = "S", default_value = "20", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) time_s: u64,
}

#[derive(Args)]
#[command(after_help = "\
Jobs whose outcome is missing or damaged are written to stdout, as a plan of what is to be done again; the exit code is then 1.

Example:
  ordskifte commit jobs.jsonl --outcomes outcomes > again.jsonl")]
pub(crate) struct CommitArgs {
    /// The plan whose jobs were done; - is stdin
    pub(crate) plan: PathBuf,
    /// The folder of the outcomes
    #[arg(long, value_name = "DIR")]
    pub(crate) outcomes: PathBuf,
}

#[derive(Args)]
pub(crate) struct ParseWorkerArgs {
    /// Address space in MiB
    #[arg(long)]
    pub(crate) memory_mb: u64,
    /// Processor time of the process in seconds, for all its documents
    #[arg(long)]
    pub(crate) life_s: u64,
    /// Process id of the parent
    #[arg(long)]
    pub(crate) parent: u32,
}

#[derive(Args)]
pub(crate) struct ConvertWorkerArgs {
    /// Address space of each process in MiB
    #[arg(long)]
    pub(crate) memory_mb: u64,
    /// Processor time of each process in seconds
    #[arg(long)]
    pub(crate) time_s: u64,
    /// The folder that may be written to
    #[arg(long)]
    pub(crate) folder: PathBuf,
    /// The program and its arguments
    #[arg(last = true, required = true)]
    pub(crate) command: Vec<std::ffi::OsString>,
}
