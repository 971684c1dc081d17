//! The configuration of a corpus: `ordskifte.toml` and the codebook beside it → the settings of each stage.

use crate::acquire::{self, FetchSettings, SourceSettings, read_settings_file, read_settings_text};
use crate::codebook::Codebook;
use crate::report::{ChartLanguage, Dialect, Licence};
use crate::sandbox;
use crate::text::{Digest, DocName, Kind, OwnKind, RowError, Sheet, SheetRow, with_short_lines};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fmt;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

/// The name of the configuration file.
pub(crate) const FILE_NAME: &str = "ordskifte.toml";
/// The name of the file beside it that lists documents which are left out: `ordskifte documents exclude` writes it.
pub(crate) const EXCLUDED_FILE: &str = "excluded.csv";

/// The name of the file beside it that describes reports of the user's own.
pub(crate) const OWN_REPORTS_FILE: &str = "reports.toml";

/// A report of the user's own: queries, counted by properties of documents.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnReport {
    /// The name of its files: letters, digits, `-` and `_`.
    pub(crate) name: String,
    /// Names of concepts, or queries.
    pub(crate) query: Vec<String>,
    /// Properties of documents by which the counts are split, as `trends --by` takes them.
    #[serde(default = "by_year")]
    pub(crate) by: Vec<String>,
    /// Only documents that match this query.
    #[serde(default, rename = "where")]
    pub(crate) restriction: Option<String>,
    /// Columns besides the properties, as `trends` writes them; all when empty.
    #[serde(default)]
    pub(crate) measures: Vec<String>,
    /// The language of a chart by year. `None` for no chart.
    #[serde(default)]
    pub(crate) chart: Option<ChartLanguage>,
}

fn by_year() -> Vec<String> {
    vec!["year".to_owned()]
}

/// `reports.toml`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnReports {
    #[serde(default, rename = "report")]
    reports: Vec<OwnReport>,
}

/// The reports that `file` describes; none when there is no such file.
fn own_reports(file: &Path) -> Result<Vec<OwnReport>, Error> {
    if !file.exists() {
        return Ok(Vec::new());
    }
    let reports =
        toml::from_str::<OwnReports>(&read(file)?).map_err(|e| wrong(file, &e.to_string()))?.reports;
    let mut names = BTreeSet::new();
    for report in &reports {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if report.name.is_empty() || !report.name.chars().all(is_plain) {
            let message = format!("the name '{}' is not of letters, digits, - and _", report.name);
            return Err(wrong(file, &message));
        }
        if !names.insert(report.name.to_lowercase()) {
            return Err(wrong(file, &format!("'{}' is the name of two reports", report.name)));
        }
    }
    Ok(reports)
}

/// A corpus: its folder, its settings, and its codebook.
#[derive(Debug, Clone)]
pub struct Config {
    /// The corpus folder; every relative path in the configuration starts here.
    pub root: PathBuf,
    /// The settings as written, defaults filled in.
    pub settings: Settings,
    /// The researcher's dictionary.
    pub codebook: Codebook,
    /// SHA-256 of the codebook file, in hexadecimal.
    pub codebook_sha256: Digest,
    /// The configuration file.
    pub file: PathBuf,
    /// The codebook file.
    pub codebook_file: PathBuf,
    /// The file of decisions that the codebook names.
    pub decisions_file: Option<PathBuf>,
    /// The documents that are left out, by name.
    pub excluded: BTreeSet<DocName>,
    /// The file that lists them, which need not exist.
    pub excluded_file: PathBuf,
    /// The reports of the user's own.
    pub(crate) own_reports: Vec<OwnReport>,
}

/// `ordskifte.toml`, every key of it. The file that `ordskifte init` writes explains each.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where archive, text, index and reports are kept.
    #[serde(default = "default_data")]
    pub data: PathBuf,
    /// The codebook file; beside the configuration file when not given.
    #[serde(default)]
    pub codebook: Option<PathBuf>,
    /// Kinds of document of the user's own.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Whether a year that only the metadata of a file give counts.
    #[serde(default = "yes")]
    pub year_from_file: bool,
    /// How texts are counted that the corpus has more than once.
    #[serde(default)]
    pub duplicates: Duplicates,
    /// Where documents come from.
    #[serde(default, rename = "source")]
    pub sources: Vec<SourceSettings>,
    /// How pages are fetched.
    #[serde(default)]
    pub fetch: FetchSettings,
    /// Limits of the parsing children.
    #[serde(default)]
    pub worker: sandbox::Limits,
    /// The program that converts old office files.
    #[serde(default)]
    pub converter: sandbox::ConverterSettings,
    /// OCR of scans.
    #[serde(default)]
    pub ocr: sandbox::OcrSettings,
    /// The index.
    #[serde(default)]
    pub index: IndexSettings,
    /// The reports.
    #[serde(default)]
    pub report: ReportSettings,
    /// The snapshots.
    #[serde(default)]
    pub snapshots: SnapshotSettings,
}

/// Settings of the snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SnapshotSettings {
    /// How many are kept, besides those with a name.
    pub(crate) kept: NonZeroUsize,
}

impl Default for SnapshotSettings {
    fn default() -> SnapshotSettings {
        SnapshotSettings { kept: const { NonZeroUsize::new(10).expect("ten is not zero") } }
    }
}

/// How texts are counted that the corpus has more than once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    /// Once: the first of equal texts, and the longest edition.
    #[default]
    Once,
    /// Each time.
    Count,
}

/// Settings of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IndexSettings {
    /// Memory for words not yet written, shared by all threads, in MiB.
    pub(crate) heap_mb: usize,
}

impl Default for IndexSettings {
    fn default() -> IndexSettings {
        IndexSettings { heap_mb: 256 }
    }
}

/// Settings of the reports.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReportSettings {
    /// How CSV files are written.
    pub(crate) dialect: Dialect,
    /// What others may do with the reports.
    pub(crate) licence: Licence,
}

impl Default for ReportSettings {
    fn default() -> ReportSettings {
        let licence = Licence {
            name: "CC-BY-4.0".to_owned(),
            url: "https://creativecommons.org/licenses/by/4.0/".to_owned(),
        };
        ReportSettings { dialect: Dialect::Standard, licence }
    }
}

fn yes() -> bool {
    true
}

fn default_data() -> PathBuf {
    PathBuf::from("data")
}

/// A configuration that cannot be used, and what to do about it.
#[derive(Debug)]
pub struct Error {
    message: String,
    /// The hint: what the user can do.
    pub hint: String,
}

impl Error {
    fn new(message: String, hint: &str) -> Error {
        Error { message, hint: hint.to_owned() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl Config {
    /// The corpus in `folder`: its `ordskifte.toml`, or `config/ordskifte.toml`.
    ///
    /// # Errors
    /// When there is none, or a setting or a concept is wrong; the message names file and place.
    pub fn load(folder: &Path) -> Result<Config, Error> {
        let candidates = [folder.join(FILE_NAME), folder.join("config").join(FILE_NAME)];
        let Some(file) = candidates.iter().find(|file| file.exists()) else {
            let message = format!("cannot find {FILE_NAME} in {0} or {0}/config", folder.display());
            return Err(Error::new(
                message,
                "name a corpus folder with --corpus, or make one with `ordskifte init`",
            ));
        };
        let settings: Settings = toml::from_str(&read(file)?).map_err(|e| wrong(file, &e.to_string()))?;
        let beside = file.with_file_name("codebook.toml");
        let codebook_file = settings.codebook.as_ref().map_or(beside, |path| folder.join(path));
        let (codebook, codebook_sha256) = codebook(&codebook_file)?;
        let decisions_file = codebook.decisions.as_ref().map(|name| codebook_file.with_file_name(name));
        acquire::source::check_names(&settings.sources).map_err(|e| wrong(file, &e.to_string()))?;

        check_kinds(file, &settings.kinds)?;
        let excluded_file = file.with_file_name(EXCLUDED_FILE);
        let excluded = excluded(&excluded_file)?;
        let own_reports = own_reports(&file.with_file_name(OWN_REPORTS_FILE))?;
        let root = if folder == Path::new(".") { PathBuf::new() } else { folder.to_owned() };
        Ok(Config {
            root,
            settings,
            codebook,
            codebook_sha256,
            file: file.clone(),
            codebook_file,
            decisions_file,
            excluded,
            excluded_file,
            own_reports,
        })
    }

    /// Where sources keep what they know of their lists.
    pub(crate) fn listings(&self) -> PathBuf {
        self.data().join("listings")
    }

    /// Where archive, text, index and reports are kept.
    pub(crate) fn data(&self) -> PathBuf {
        self.root.join(&self.settings.data)
    }
}

/// Refuses names that cannot be those of kinds, and those that the program has.
fn check_kinds(file: &Path, kinds: &[String]) -> Result<(), Error> {
    let is_own = |name: &String| matches!(Kind::of_name(name), Some(Kind::Own(_)));
    kinds.iter().find(|name| !is_own(name)).map_or(Ok(()), |name| {
        let reason = format!(
            "`kinds` has '{name}', which the program has already or which is not of at most {} small letters, digits, \
             spaces and -_/.",
            OwnKind::BYTES_MAX
        );
        Err(wrong(file, &reason))
    })
}

/// The documents that `file` lists in its column `docname`; none when there is no such file.
fn excluded(file: &Path) -> Result<BTreeSet<DocName>, Error> {
    if file.symlink_metadata().is_err() {
        return Ok(BTreeSet::new());
    }
    let sheet = Sheet::read(&read_bytes(file)?, "docname").map_err(|e| wrong(file, &e.to_string()))?;
    let column = sheet.column("docname").expect("a sheet has the column that it is read for");
    let name = |row: &Result<SheetRow, RowError>| match row {
        Ok(row) => Ok(DocName::from(row.cells[column].clone())),
        Err(error) => Err(wrong(file, &format!("line {}: {error}", error.line))),
    };
    sheet.rows.iter().map(name).collect()
}

/// The codebook in `file` with the decisions that it names, and a digest of both.
fn codebook(file: &Path) -> Result<(Codebook, Digest), Error> {
    let text = read(file)?;
    let mut codebook = Codebook::parse(&text).map_err(|e| wrong(file, &e.to_string()))?;
    let mut hasher = Sha256::new_with_prefix(&text);
    if let Some(decisions) = codebook.decisions.clone() {
        let decisions = file.with_file_name(decisions);
        let bytes = read_bytes(&decisions)?;
        codebook = codebook.with_decisions(&bytes).map_err(|e| wrong(&decisions, &e.to_string()))?;
        hasher.update(&bytes);
    }
    Ok((codebook, Digest::from_hasher(hasher)))
}

fn read(file: &Path) -> Result<String, Error> {
    read_settings_text(file).map_err(unreadable)
}

fn read_bytes(file: &Path) -> Result<Vec<u8>, Error> {
    read_settings_file(file).map_err(unreadable)
}

fn unreadable(error: acquire::Error) -> Error {
    let hint = error.hint.unwrap_or_else(|| "write a smaller file, of text alone".to_owned());
    Error::new(format!("{}: {}", error.attempt, error.cause), &hint)
}

fn wrong(file: &Path, reason: &str) -> Error {
    let message = format!("{} is wrong: {}", file.display(), with_short_lines(reason));
    Error::new(message, "correct it; `ordskifte init` writes an example with every setting")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The settings of the sample corpus with every default written out.
    fn explained() -> String {
        let text = include_str!("../config/ordskifte.toml");
        let (settings, _) = text.split_once("# Sources of this corpus").expect("the sources come last");
        let is_default = |line: &str| {
            let key = line.strip_prefix("# ").and_then(|rest| rest.split_once(" = ")).map(|(key, _)| key);
            key.is_some_and(|key| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
        };
        let lines = settings.lines().map(|line| if is_default(line) { &line[2..] } else { line });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_explained_settings_are_the_defaults() {
        let mut written: Settings = toml::from_str(&explained()).unwrap();
        assert!(written.fetch.contact.take().is_some() && written.codebook.take().is_some());
        let defaults: Settings = toml::from_str("").unwrap();
        assert_eq!(format!("{written:?}"), format!("{defaults:?}"));
    }

    #[test]
    fn the_explained_sources_are_read_also_with_every_setting_written_out() {
        for entry in std::fs::read_dir("config/sources").unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let is_setting = |line: &str| {
                let key = line.strip_prefix("# ").and_then(|rest| rest.split_once(" = ")).map(|(key, _)| key);
                key.is_some_and(|key| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
            };
            let written = text.lines().map(|line| if is_setting(line) { &line[2..] } else { line });
            let written: String = written.map(|line| format!("{line}\n")).collect();
            for text in [&text, &written] {
                let settings: Settings =
                    toml::from_str(text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
                assert_eq!(settings.sources.len(), 1, "{}", path.display());
            }
        }
    }

    #[test]
    fn every_setting_is_explained() {
        let written = explained();
        let defaults: Settings = toml::from_str("").unwrap();
        let shown = format!("{defaults:?}");
        let keys = shown.split([' ', '{', ',']).filter_map(|word| word.strip_suffix(':'));
        for key in keys.filter(|key| !["sources", "name", "url"].contains(key)) {
            let is_there = written.contains(&format!("{key} = ")) || written.contains(&format!("[{key}]"));
            assert!(is_there, "{key} is not explained in config/ordskifte.toml");
        }
    }
}
