//! Writes all reports of a snapshot into a folder of their own, then points `reports` at it.
//!
//! `reports` is a symbolic link: a reader sees the old reports or the new ones, never some of each. `datapackage.json` has the digest of
//! each report, a file beside their folder that of `datapackage.json`; a report that differs is written again by the next refresh.

use super::checked::CheckedFiles;
use super::corpus::Corpus;
use super::durable::{create_folder, remove, replace, sync};
use super::refresh::{Options, emit, stage};
use super::store::digest_of_file;
use super::{Error, Event};
use crate::codebook::MATCHER_VERSION;
use crate::config::ReportSettings;
use crate::index::INDEX_FORMAT;
use crate::query::Mentions;
use crate::report::{
    self, Cell, Dialect, Format, Heading, Package, Resource, Table, data_package, tables, trends_svg,
};
use crate::results::{Context, Results, Source};
use crate::text::{Count, Entry, Notice, Rejected, Stratum};
use crate::trend;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The reports are rewritten when this changes.
const REPORT_VERSION: u32 = 3;

/// The folder under the data folder that holds the reports of each snapshot.
const SNAPSHOTS: &str = "report-snapshots";
/// The link to the new reports, before it replaces `reports`.
const FRESH_LINK: &str = "reports.new";
const DESCRIPTOR: &str = "datapackage.json";
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
    pub documents: Vec<Stratum>,
    /// Every concept of the codebook.
    pub counts: Vec<Count>,
}

/// Writes the reports of the snapshot in the index, unless they exist and are whole: `None` then.
pub(super) fn write_all(
    corpus: &Corpus<'_>,
    rejected: &[Rejected],
    checked: &CheckedFiles,
    options: &Options<'_>,
) -> Result<Option<Counted>, Error> {
    let results = open_results(corpus)?;
    if let Some(forms) = results.forms_to_keep()? {
        replace(&corpus.config.data().join(FORMS_FILE), &forms)?;
    }
    let made_from = made_from(corpus, results.snapshot_id(), rejected, corpus.config.settings.report.dialect);
    let target = Path::new(SNAPSHOTS).join(&made_from[..16]);
    let is_current = fs::read_link(current_folder(corpus)).is_ok_and(|current| current == target);
    if is_current && are_whole(corpus, checked) {
        return Ok(None);
    }
    if is_current {
        let text = "reports are missing or damaged and are written again".to_owned();
        emit(options, Event::Warning { text });
    }
    stage(options, "report", None, || {
        let home = corpus.config.data().join(SNAPSHOTS);
        create_folder(&home)?;
        let folder =
            tempfile::tempdir_in(&home).map_err(|e| Error::world("create a folder in", &home, &e))?;
        // Others may read the reports; tempfile makes folders for nobody else.
        fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755))
            .map_err(|e| Error::world("open to others", folder.path(), &e))?;
        let mut report = Report {
            folder: folder.path(),
            dialect: corpus.config.settings.report.dialect,
            resources: Vec::new(),
        };
        let counts = write_tables(&mut report, &results, rejected)?;
        let descriptor = write_package(&report, corpus, results.snapshot_id())?;
        let digest = descriptor_digest(&target, descriptor.as_bytes());
        replace(&descriptor_digest_path(&corpus.config.data().join(&target)), digest.as_bytes())?;
        let n_files = report.resources.len() as u64 + 1;
        sync(folder.path())?;
        point_link(corpus, folder.keep(), &target)?;
        for file in files(corpus).into_iter().flatten() {
            checked.mark_whole(&file.path);
        }
        Ok((Some(Counted { documents: results.strata()?, counts }), n_files))
    })
}

/// A file of the reports and the digest that it should have.
pub(super) struct ReportFile {
    pub(super) path: PathBuf,
    sha256: String,
}

impl ReportFile {
    /// Whether it has its digest. Reads all of it.
    pub(super) fn is_whole(&self) -> bool {
        digest_of_file(&self.path).is_some_and(|found| found == self.sha256)
    }
}

/// The current report files as `datapackage.json` lists them. `None` when that is missing or damaged.
pub(super) fn files(corpus: &Corpus<'_>) -> Option<Vec<ReportFile>> {
    let target = fs::read_link(current_folder(corpus)).ok()?;
    let folder = corpus.config.data().join(&target);
    let descriptor = fs::read(folder.join(DESCRIPTOR)).ok()?;
    let digest = fs::read(descriptor_digest_path(&folder)).ok()?;
    if digest != descriptor_digest(&target, &descriptor).as_bytes() {
        return None;
    }
    let package: serde_json::Value = serde_json::from_slice(&descriptor).ok()?;
    let file = |resource: &serde_json::Value| {
        let sha256 = resource["hash"].as_str()?.strip_prefix("sha256:")?.to_owned();
        Some(ReportFile { path: folder.join(resource["path"].as_str()?), sha256 })
    };
    package["resources"].as_array()?.iter().map(file).collect()
}

/// The file with the digest of `datapackage.json` in `folder`: beside it, since the folder has the reports and nothing else.
fn descriptor_digest_path(folder: &Path) -> PathBuf {
    folder.with_extension("sha256")
}

/// The content of that file, as `sha256sum -c` reads it in the folder of all reports.
fn descriptor_digest(target: &Path, descriptor: &[u8]) -> String {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    format!("{}  {name}/{DESCRIPTOR}\n", data_encoding::HEXLOWER.encode(&Sha256::digest(descriptor)))
}

fn are_whole(corpus: &Corpus<'_>, checked: &CheckedFiles) -> bool {
    let is_whole = |file: &ReportFile| checked.is_whole(&file.path, || file.is_whole());
    files(corpus).is_some_and(|files| files.iter().all(is_whole))
}

/// Removes what killed runs left among the reports: all that does not belong to the folder to which `reports` points.
pub(super) fn remove_leftovers(corpus: &Corpus<'_>) -> Result<(), Error> {
    let data = corpus.config.data();
    let fresh = data.join(FRESH_LINK);
    if fresh.symlink_metadata().is_ok() {
        remove(&fresh)?;
    }
    let current = fs::read_link(current_folder(corpus)).ok().map(|target| data.join(target));
    let Ok(folders) = fs::read_dir(data.join(SNAPSHOTS)) else { return Ok(()) };
    let paths = folders.flatten().map(|folder| folder.path());
    let kept = current.map(|folder| [descriptor_digest_path(&folder), folder]).unwrap_or_default();
    paths.filter(|path| !kept.contains(path)).try_for_each(|path| remove(&path))
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
fn point_link(corpus: &Corpus<'_>, folder: PathBuf, target: &Path) -> Result<(), Error> {
    let data = corpus.config.data();
    let (home, named) = (data.join(SNAPSHOTS), data.join(target));
    if named.exists() {
        // Damaged reports of the same name: moved aside, so that readers miss them only for a moment.
        let aside = home.join(".tmp-damaged");
        fs::rename(&named, &aside).map_err(|e| Error::world("rename", &named, &e))?;
    }
    fs::rename(&folder, &named).map_err(|e| Error::world("rename", &folder, &e))?;
    sync(&home)?;
    let (link, fresh) = (current_folder(corpus), data.join(FRESH_LINK));
    std::os::unix::fs::symlink(target, &fresh).map_err(|e| Error::world("create", &fresh, &e))?;
    fs::rename(&fresh, &link).map_err(|e| Error::world("replace", &link, &e))?;
    sync(&data)?;
    remove_leftovers(corpus)
}

/// A folder of reports as it grows.
struct Report<'a> {
    folder: &'a Path,
    dialect: Dialect,
    resources: Vec<Resource>,
}

impl Report<'_> {
    /// Writes a table and lists it.
    fn table<Row, R: Borrow<Row>>(
        &mut self,
        name: &str,
        table: &Table<Row>,
        rows: impl IntoIterator<Item = R>,
    ) -> Result<(), Error> {
        self.cells(name, table, rows.into_iter().map(|row| table.cells(row.borrow())))
    }

    /// Writes a table from the cells of its rows and lists it.
    fn cells<Row>(
        &mut self,
        name: &str,
        table: &Table<Row>,
        rows: impl Iterator<Item = Vec<Cell>>,
    ) -> Result<(), Error> {
        let format = Format::Csv(self.dialect);
        let headings = table.headings();
        self.file(name, table.description, Some(headings.clone()), |out| {
            report::write(&headings, rows, format, out).map(|_| ())
        })
    }

    fn file(
        &mut self,
        name: &str,
        description: &'static str,
        columns: Option<Vec<Heading>>,
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
        .collect::<Result<_, _>>()?;
    let (entries, strata) = (results.documents()?, results.strata()?);
    report.table("term_document.csv", &tables::term_document(), trend::by_document(entries, &counts))?;
    report.table("term_year.csv", &tables::term_year(), trend::by_year_and_kind(&strata, &counts))?;
    report.table("forms.csv", &tables::forms(), trend::forms(&counts))?;
    write_kwic(report, results, entries, &mentions)?;
    report.table("documents.csv", &tables::documents(), with_shared_designations(entries))?;
    report.table("rejected.csv", &tables::rejected(), rejected)?;
    let (n, id) = (entries.len(), results.snapshot_id());
    let caption = format!("{n} documents · snapshot {id} · term_year.csv has the figures");
    let chart = trends_svg(&trend::by_year(&strata, &counts), &caption);
    report.file("trends.svg", "Chart of term_year.csv, all kinds together", None, |out| {
        out.write_all(chart.as_bytes())
    })?;
    Ok(counts)
}

/// The concordance of each concept; the lines of one concept at a time are in memory.
fn write_kwic(
    report: &mut Report<'_>,
    results: &Results,
    entries: &[Entry],
    mentions: &[Mentions],
) -> Result<(), Error> {
    let mut failure = None;
    let rows = results.concepts().iter().zip(mentions).flat_map(|(concept, mentions)| {
        let lines = results.concordance(mentions).unwrap_or_else(|error| {
            failure = Some(error);
            Vec::new()
        });
        // The table is made for each line, since it may not outlive what its rows borrow from.
        lines.into_iter().map(|line| {
            let entry = &entries[line.document as usize];
            tables::kwic().cells(&kwic_row(entry, &concept.name, &line))
        })
    });
    report.cells("kwic.csv", &tables::kwic(), rows)?;
    failure.map_or(Ok(()), |error| Err(error.into()))
}

/// A concordance line of the document of `entry` as a row of a table.
pub fn kwic_row<'a>(entry: &'a Entry, concept: &'a str, line: &'a Context) -> tables::KwicRow<'a> {
    tables::KwicRow {
        concept,
        entry,
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

/// Writes `datapackage.json` and returns its content.
fn write_package(report: &Report<'_>, corpus: &Corpus<'_>, snapshot_id: &str) -> Result<String, Error> {
    let package = Package {
        snapshot_id,
        program_version: env!("CARGO_PKG_VERSION"),
        codebook_sha256: &corpus.config.codebook_sha256,
        licence: &corpus.config.settings.report.licence,
        dialect: report.dialect,
        resources: &report.resources,
    };
    let descriptor = data_package(&package);
    replace(&report.folder.join(DESCRIPTOR), descriptor.as_bytes())?;
    Ok(descriptor)
}
