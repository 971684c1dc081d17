//! Writes all reports of a snapshot into a folder of their own, then turns `reports` to it.
//!
//! `reports` is a symbolic link: whoever opens it sees the old reports or the new ones, never some of each.

use super::Error;
use super::corpus::Corpus;
use super::refresh::{Options, stage};
use super::store::{replace, sync};
use crate::codebook::MATCHER_VERSION;
use crate::config::ReportSettings;
use crate::index::INDEX_FORMAT;
use crate::query::Mentions;
use crate::report::{
    self, Column, Dialect, Format, Package, Resource, Table, data_package, tables, trends_svg,
};
use crate::results::{Context, Results, Source};
use crate::text::{Count, Entry, Notice, Rejected};
use crate::trend;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The reports are rewritten when this changes.
const REPORT_VERSION: u32 = 2;

/// The folder under the data folder that holds the reports of each snapshot.
const SNAPSHOTS: &str = "report-snapshots";

/// The file under the data folder that keeps which forms the codebook matches.
const FORMS_FILE: &str = "expansion.json";

/// Where the current reports are.
pub fn current_folder(corpus: &Corpus<'_>) -> PathBuf {
    corpus.config.data().join("reports")
}

/// The results of the snapshot that the index holds.
///
/// # Errors
/// When there is none yet, or it cannot be read.
pub fn open_results(corpus: &Corpus<'_>) -> Result<Results, Error> {
    let config = corpus.config;
    let source = Source {
        index: corpus.index_folder(),
        forms: config.data().join(FORMS_FILE),
        codebook: config.codebook.clone(),
        codebook_sha256: config.codebook_sha256.clone(),
    };
    Ok(Results::open(source)?)
}

/// What a refresh counted for its reports, to be shown without counting again.
#[derive(Debug, Clone)]
pub struct Counted {
    /// The documents of the snapshot.
    pub documents: Vec<Entry>,
    /// Every concept of the codebook.
    pub counts: Vec<Count>,
}

/// Writes the reports of the snapshot in the index, unless they are there already: `None` then.
pub(super) fn write_all(
    corpus: &Corpus<'_>,
    rejected: &[Rejected],
    options: &Options<'_>,
) -> Result<Option<Counted>, Error> {
    let results = open_results(corpus)?;
    let made_from = made_from(corpus, results.snapshot_id(), rejected, corpus.config.settings.report.dialect);
    let target = Path::new(SNAPSHOTS).join(&made_from[..16]);
    let link = current_folder(corpus);
    if fs::read_link(&link).is_ok_and(|current| current == target) && link.join("datapackage.json").exists() {
        return Ok(None);
    }
    stage(options, "report", None, || {
        let home = corpus.config.data().join(SNAPSHOTS);
        fs::create_dir_all(&home).map_err(|e| Error::world("create", &home, &e))?;
        let folder =
            tempfile::tempdir_in(&home).map_err(|e| Error::world("create a folder in", &home, &e))?;
        let mut report = Report {
            folder: folder.path(),
            dialect: corpus.config.settings.report.dialect,
            resources: Vec::new(),
        };
        let counts = write_tables(&mut report, &results, rejected)?;
        write_package(&report, corpus, results.snapshot_id())?;
        let files = report.resources.len() as u64 + 1;
        sync(folder.path())?;
        turn_link(corpus, folder.keep(), &target)?;
        Ok((Some(Counted { documents: results.documents().to_vec(), counts }), files))
    })
}

/// A digest of all that the reports are made from.
pub(super) fn made_from(
    corpus: &Corpus<'_>,
    snapshot_id: &str,
    rejected: &[Rejected],
    dialect: Dialect,
) -> String {
    let settings = ReportSettings { dialect, ..corpus.config.settings.report.clone() };
    let parts = [
        format!(
            "report {REPORT_VERSION}, index {INDEX_FORMAT}, matcher {MATCHER_VERSION} of ordskifte {}",
            env!("CARGO_PKG_VERSION")
        ),
        snapshot_id.to_owned(),
        corpus.config.codebook_sha256.clone(),
        format!("{settings:?}"),
        format!("{rejected:?}"),
    ];
    data_encoding::HEXLOWER.encode(&Sha256::digest(parts.join("\0").as_bytes()))
}

/// Gives the finished `folder` its name, points `reports` at it, and removes the reports of earlier snapshots.
fn turn_link(corpus: &Corpus<'_>, folder: PathBuf, target: &Path) -> Result<(), Error> {
    let data = corpus.config.data();
    let home = data.join(SNAPSHOTS);
    let named = data.join(target);
    if named.exists() {
        fs::remove_dir_all(&named).map_err(|e| Error::world("remove", &named, &e))?;
    }
    fs::rename(&folder, &named).map_err(|e| Error::world("rename", &folder, &e))?;
    sync(&home)?;
    let (link, fresh) = (current_folder(corpus), data.join("reports.new"));
    let _ = fs::remove_file(&fresh);
    std::os::unix::fs::symlink(target, &fresh).map_err(|e| Error::world("create", &fresh, &e))?;
    fs::rename(&fresh, &link).map_err(|e| Error::world("replace", &link, &e))?;
    sync(&data)?;
    let others = fs::read_dir(&home).map_err(|e| Error::world("list", &home, &e))?.flatten();
    for other in others.map(|entry| entry.path()).filter(|path| *path != named) {
        fs::remove_dir_all(&other).map_err(|e| Error::world("remove", &other, &e))?;
    }
    Ok(())
}

/// A folder of reports as it grows.
struct Report<'a> {
    folder: &'a Path,
    dialect: Dialect,
    resources: Vec<Resource>,
}

impl Report<'_> {
    /// Writes a table and lists it.
    fn table<Rows>(
        &mut self,
        name: &str,
        description: &'static str,
        columns: &'static [Column],
        rows: Rows,
    ) -> Result<(), Error>
    where
        Rows: IntoIterator<Item = Vec<report::Cell>>,
    {
        let format = Format::Csv(self.dialect);
        self.file(name, description, Some(columns), |out| {
            report::write(Table { columns, rows }, format, out).map(|_| ())
        })
    }

    fn file(
        &mut self,
        name: &str,
        description: &'static str,
        columns: Option<&'static [Column]>,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        let path = self.folder.join(name);
        let fail = |e: io::Error| Error::world("write", &path, &e);
        let file = File::create(&path).map_err(fail)?;
        let mut out = Hashing { out: BufWriter::new(file), hasher: Sha256::new(), bytes: 0 };
        write(&mut out).map_err(fail)?;
        out.out.into_inner().map_err(|e| fail(e.into_error()))?.sync_all().map_err(fail)?;
        let sha256 = data_encoding::HEXLOWER.encode(&out.hasher.finalize());
        self.resources.push(Resource {
            path: name.to_owned(),
            description,
            columns,
            bytes: out.bytes,
            sha256,
        });
        Ok(())
    }
}

/// Counts and hashes what passes through.
struct Hashing<W> {
    out: W,
    hasher: Sha256,
    bytes: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn write_tables(
    report: &mut Report<'_>,
    results: &Results,
    rejected: &[Rejected],
) -> Result<Vec<Count>, Error> {
    let concepts: Vec<usize> = (0..results.concepts().len()).collect();
    // Found once: the counts are what the concordance lists.
    let mentions: Vec<Mentions> =
        concepts.par_iter().map(|concept| results.mentions(*concept)).collect::<Result<_, _>>()?;
    let counts: Vec<Count> = concepts
        .iter()
        .zip(&mentions)
        .map(|(concept, mentions)| results.count_of(*concept, mentions))
        .collect();
    let entries = results.documents();
    report.table(
        "term_document.csv",
        "One row for each concept and document, with and without mentions",
        tables::TERM_DOCUMENT,
        trend::by_document(entries, &counts).iter().map(tables::term_document),
    )?;
    report.table(
        "term_year.csv",
        "One row for each concept, year and kind of document that the corpus has; without a year come the documents whose year is unknown",
        tables::TERM_YEAR,
        trend::by_year_and_kind(entries, &counts).iter().map(tables::term_year),
    )?;
    report.table(
        "forms.csv",
        "One row for each concept, matched form and language: what was counted, for the eye to check",
        tables::FORMS,
        trend::forms(&counts).iter().map(tables::forms),
    )?;
    write_kwic(report, results, &mentions)?;
    let listed = with_shared_designations(entries);
    report.table(
        "documents.csv",
        "One row for each document",
        tables::DOCUMENTS,
        listed.iter().map(tables::documents),
    )?;
    report.table(
        "rejected.csv",
        "One row for each document or location that was left out, and why",
        tables::REJECTED,
        rejected.iter().map(tables::rejected),
    )?;
    let caption = format!(
        "{} documents · snapshot {} · term_year.csv has the figures",
        entries.len(),
        results.snapshot_id()
    );
    let chart = trends_svg(&trend::by_year(entries, &counts), &caption);
    report.file("trends.svg", "Chart of term_year.csv, all kinds together", None, |out| {
        out.write_all(chart.as_bytes())
    })?;
    Ok(counts)
}

/// The concordance of each concept; the lines of one concept at a time are in memory.
fn write_kwic(report: &mut Report<'_>, results: &Results, mentions: &[Mentions]) -> Result<(), Error> {
    let mut failure = None;
    let rows = results.concepts().iter().zip(mentions).flat_map(|(concept, mentions)| {
        let lines = results.concordance(mentions).unwrap_or_else(|error| {
            failure = Some(error);
            Vec::new()
        });
        lines.into_iter().map(|line| tables::kwic(&concept.name, &kwic_row(results, &line)))
    });
    report.table("kwic.csv", "One row for each mention: the key word in its context", tables::KWIC, rows)?;
    failure.map_or(Ok(()), |error| Err(error.into()))
}

/// A concordance line as a row of a table.
pub fn kwic_row<'a>(results: &'a Results, line: &'a Context) -> tables::KwicRow<'a> {
    tables::KwicRow {
        entry: results.document_of(line),
        page: line.page,
        section: &line.section,
        words: [&line.pre, &line.keyword, &line.post],
        chars: (line.char_start, line.char_end),
    }
}

/// The entries, with a notice on each whose designation another document has too: editions or chapters of one work, whose
/// words count once for each.
fn with_shared_designations(entries: &[Entry]) -> Vec<Entry> {
    let mut works = BTreeMap::<(String, Option<&str>), Vec<&str>>::new();
    let work = |entry: &Entry| entry.record.designation.as_ref().map(ToString::to_string);
    for entry in entries {
        if let Some(designation) = work(entry) {
            works.entry((designation, entry.record.issuer.as_deref())).or_default().push(&entry.docname);
        }
    }
    let mut listed = entries.to_vec();
    for (copy, entry) in listed.iter_mut().zip(entries) {
        let Some(designation) = work(entry) else { continue };
        let others = works[&(designation, entry.record.issuer.as_deref())]
            .iter()
            .filter(|name| **name != entry.docname);
        let others: Vec<&str> = others.copied().collect();
        if !others.is_empty() {
            copy.notices.push(Notice::of_document(format!("same designation as {}", others.join(", "))));
        }
    }
    listed
}

fn write_package(report: &Report<'_>, corpus: &Corpus<'_>, snapshot_id: &str) -> Result<(), Error> {
    let package = Package {
        snapshot_id,
        program_version: env!("CARGO_PKG_VERSION"),
        codebook_sha256: &corpus.config.codebook_sha256,
        licence: &corpus.config.settings.report.licence,
        dialect: report.dialect,
        resources: &report.resources,
    };
    replace(&report.folder.join("datapackage.json"), data_package(&package).as_bytes())
}
