//! Writes all reports of a snapshot into a folder of their own, then points `reports` at it.

use super::changes::{self, After};
use super::checked::CheckedFiles;
use super::corpus::Corpus;
use super::difference::counted_in;
use super::durable::{create_folder, replace, sync};
use super::kwic::{EarlierLines, KWIC, KeptLines, LinesWriter};
use super::measures::{AllWords, Gathered, OfConcept, all_words};
use super::own_reports::{OwnTable, own_table};
use super::run::{Options, emit, stage};
use super::snapshots::{self, DESCRIPTOR, current_folder, descriptor_digest, descriptor_digest_path, files};
use super::{Error, Event, kept};
use crate::codebook::MATCHER_VERSION;
use crate::config::{OwnReport, ReportSettings};
use crate::index::INDEX_FORMAT;
use crate::report::{
    Chart, ChartLanguage, Dialect, Format, Heading, IndexPage, Package, Panel, Resource, Table, bibtex,
    chart_svg, data_package, index_html, tables, write, write_csv_header,
};
use crate::results::{Results, ResultsSource};
use crate::text::{Count, Digest, DigestWriter, DocName, Entry, Notice, Rejected, Stratum};
use crate::trend;
use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The reports are rewritten when this changes.
const REPORT_VERSION: u32 = 12;

/// The file under the data folder that keeps which forms the codebook matches.
const FORMS_FILE: &str = "expansion.json";

/// The results of the snapshot that the index holds.
///
/// # Errors
/// When there is none yet, or it cannot be read.
pub fn open_results(corpus: &Corpus<'_>) -> Result<Results, Error> {
    Ok(Results::open(source(corpus))?)
}

fn source(corpus: &Corpus<'_>) -> ResultsSource {
    let config = corpus.config;
    ResultsSource {
        index: corpus.index_folder(),
        forms: config.data().join(FORMS_FILE),
        codebook: config.codebook.clone(),
        codebook_sha256: config.codebook_sha256,
    }
}

/// The counts of a refresh, so that its command can show them without counting again.
#[derive(Debug, Clone)]
pub struct Counted {
    /// The documents of the snapshot.
    pub documents: Vec<Stratum>,
    /// Every concept of the codebook.
    pub counts: Vec<Count>,
}

/// What was done about the reports.
#[derive(Default)]
pub(super) struct ReportsWritten {
    /// `None` when they existed and were intact.
    pub(super) counted: Option<Counted>,
    /// Reports of the user's own that could not be made.
    pub(super) n_failed: u64,
}

/// Writes the reports of `snapshot_id`, the current snapshot of the index, unless they exist and are intact.
pub(super) fn write_all(
    corpus: &Corpus<'_>,
    snapshot_id: &str,
    rejected: &[Rejected],
    checked: &CheckedFiles,
    options: &Options<'_>,
) -> Result<ReportsWritten, Error> {
    let made_from = made_from(corpus, snapshot_id, rejected, corpus.config.settings.report.dialect);
    let id = snapshots::id_of(made_from);
    let target = Path::new(snapshots::FOLDER).join(&id);
    let is_current = fs::read_link(current_folder(corpus)).is_ok_and(|current| current == target);
    let are_whole = is_current && snapshots::are_whole(corpus, checked);
    let missing = || own_reports_missing(corpus);
    if are_whole && missing().next().is_none() && Results::forms_are_kept(&source(corpus), snapshot_id) {
        return Ok(ReportsWritten::default());
    }
    let results = open_results(corpus)?;
    if let Some(forms) = results.forms_to_keep()? {
        replace(&corpus.config.data().join(FORMS_FILE), &forms)?;
    }
    if are_whole {
        // They could not be made when the others were; the mistake is named as long as it is there.
        let n_failed = missing().filter(|own| own_or_warn(&results, own, &id, options).is_none()).count();
        return Ok(ReportsWritten { counted: None, n_failed: n_failed as u64 });
    }
    if is_current {
        let text = "reports are missing or damaged and are written again".to_owned();
        emit(options, Event::Warning { text });
    }
    let earlier = EarlierLines::open(&corpus.config.data(), &current_folder(corpus));
    stage(options, "report", None, || {
        let home = corpus.config.data().join(snapshots::FOLDER);
        create_folder(&home)?;
        let folder =
            tempfile::tempdir_in(&home).map_err(|e| Error::world("create a folder in", &home, &e))?;
        // Other users may read the reports, but tempfile creates folders for their owner only.
        fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755))
            .map_err(|e| Error::world("open to others", folder.path(), &e))?;
        let mut report = Report {
            folder: folder.path(),
            dialect: corpus.config.settings.report.dialect,
            resources: Vec::new(),
        };
        let mut own = Vec::new();
        for wanted in &corpus.config.own_reports {
            own.extend(own_or_warn(&results, wanted, &id, options).map(|made| (wanted.name.as_str(), made)));
        }
        let n_failed = (corpus.config.own_reports.len() - own.len()) as u64;
        let (counts, lines) = write_tables(&mut report, corpus, &results, rejected, &id, (earlier, own))?;
        write_settings(&mut report, corpus)?;
        let digests = report.resources.iter().map(|resource| (resource.path.as_str(), resource.sha256));
        snapshots::share(folder.path(), digests, &files(corpus).unwrap_or_default())?;
        let descriptor = write_package(&report, corpus, &id, results.snapshot_id())?;
        let digest = descriptor_digest(&target, descriptor.as_bytes());
        replace(&descriptor_digest_path(&corpus.config.data().join(&target)), digest.as_bytes())?;
        let n_files = report.resources.len() as u64 + 1;
        sync(folder.path())?;
        let kwic = report.resources.iter().find(|resource| resource.path == KWIC);
        let kwic_sha256 = kwic.expect("it was written").sha256;
        let before = fs::read_link(current_folder(corpus)).ok().map(|link| corpus.config.data().join(link));
        let before = before.filter(|folder| !is_current && folder.join(DESCRIPTOR).exists());
        snapshots::point_link(corpus, folder.keep(), &target)?;
        if !is_current {
            let entries = results.documents()?;
            let counted = counted_in(entries, &counts);
            changes::write_or_warn(corpus, before.as_deref(), &After { id: &id, entries, counted }, options);
        }
        kept::clean(corpus)?;
        if is_current {
            kept::repair_shared(corpus)?;
        }
        // After the link: a run that is killed here makes all lines again.
        lines.keep(&corpus.config.data(), kwic_sha256)?;
        for file in files(corpus).into_iter().flatten() {
            checked.mark_whole(&file.path);
        }
        let counted = Some(Counted { documents: results.strata()?.to_vec(), counts });
        Ok((ReportsWritten { counted, n_failed }, n_files))
    })
}

/// The digest of everything that the reports are made from.
pub(super) fn made_from(
    corpus: &Corpus<'_>,
    snapshot_id: &str,
    rejected: &[Rejected],
    dialect: Dialect,
) -> Digest {
    let settings = ReportSettings { dialect, ..corpus.config.settings.report.clone() };
    let parts = [
        versions(),
        snapshot_id.to_owned(),
        corpus.config.codebook_sha256.to_string(),
        format!("{settings:?}"),
        format!("{rejected:?}"),
        format!("{:?}", corpus.config.own_reports),
    ];
    Digest::of(parts.join("\0").as_bytes())
}

/// A file of the reports while it is written. The buffer is before the digest, which is slow with many small pieces.
type ReportWriter = BufWriter<DigestWriter<File>>;
const BUFFER_BYTES: usize = 1 << 16;

/// A folder of reports that is being written.
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
        let format = Format::Csv(self.dialect);
        self.file(name, table.description, Some(table.headings()), |out| {
            table.write(rows, format, out).map(|_| ())
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
        let mut out = self.begin(name)?;
        write(&mut out).map_err(fail)?;
        self.end(name, description, columns, out)
    }

    fn begin(&self, name: &str) -> Result<ReportWriter, Error> {
        let path = self.folder.join(name);
        let file = File::create(&path).map_err(|e| Error::world("write", &path, &e))?;
        Ok(BufWriter::with_capacity(BUFFER_BYTES, DigestWriter::new(file)))
    }

    /// Makes a file durable and lists it.
    fn end(
        &mut self,
        name: &str,
        description: &'static str,
        columns: Option<Vec<Heading>>,
        out: ReportWriter,
    ) -> Result<(), Error> {
        let path = self.folder.join(name);
        let fail = |e: io::Error| Error::world("write", &path, &e);
        let (file, bytes, sha256) = out.into_inner().map_err(|e| fail(e.into_error()))?.finish();
        file.sync_all().map_err(fail)?;
        self.resources.push(Resource { path: name.to_owned(), description, columns, bytes, sha256 });
        Ok(())
    }
}

fn write_tables(
    report: &mut Report<'_>,
    corpus: &Corpus<'_>,
    results: &Results,
    rejected: &[Rejected],
    id: &str,
    (earlier, own_reports): (EarlierLines, Vec<(&str, OwnTable)>),
) -> Result<(Vec<Count>, KeptLines), Error> {
    let (entries, strata) = (results.documents()?, results.strata()?);
    let own = tables::own_columns(entries);
    let AllWords { keyness, totals } = all_words(results, strata)?;
    let mut gathered = Gathered::new(results, strata, totals);
    let (counts, lines) = write_kwic(report, results, &own, (earlier, &corpus.config.data()), &mut gathered)?;
    let kwic = report.resources.pop().expect("kwic.csv was written");
    write_term_document(report, entries, &counts, &own)?;
    write_term_year(report, results, strata, &counts)?;
    let records = entries.iter().map(|entry| &entry.record);
    let issuers: Vec<Option<&str>> =
        records.map(|record| record.issuer_today.as_deref().or(record.issuer.as_deref())).collect();
    let tests = trend::trend_tests(strata, &issuers, &counts);
    report.table("trend_test.csv", &tables::trend_test(), &tests)?;
    report.table("forms.csv", &tables::forms(), trend::forms(strata, &counts))?;
    report.resources.push(kwic);
    report.table("keyness.csv", &tables::keyness(), &keyness)?;
    let names: Vec<&str> = counts.iter().map(|count| count.concept.as_str()).collect();
    let (collocates, pairs) = gathered.rows(&names)?;
    report.table("collocations.csv", &tables::collocations(), &collocates)?;
    report.table("cooccurrence.csv", &tables::cooccurrence(), &pairs)?;
    report.table("documents.csv", &tables::documents().with_own(&own), with_shared_designations(entries))?;
    let coverage = trend::coverage(strata);
    report.table("coverage.csv", &tables::coverage(), &coverage)?;
    report.table("rejected.csv", &tables::rejected(), rejected)?;
    report.table("codebook.csv", &tables::columns(), tables::column_rows())?;
    let sources = "The documents as BibTeX, without copies of others";
    report.file("sources.bib", sources, None, |out| {
        out.write_all(bibtex(entries.iter().filter(|entry| entry.copy_of.is_none())).as_bytes())
    })?;
    write_own(report, own_reports)?;
    let chart = write_charts(report, strata, &counts, id)?;
    let page = IndexPage {
        snapshot_id: id,
        program_version: env!("CARGO_PKG_VERSION"),
        licence: &corpus.config.settings.report.licence,
        chart: &chart,
        tests: &tests,
        keyness: &keyness,
        collocates: &collocates,
        coverage: &coverage,
        n_rejected: rejected.len(),
        files: report.resources.iter().map(|file| (file.path.as_str(), file.description)).collect(),
    };
    let html = index_html(&page);
    report.file("index.html", "The reports on one page, in bokmål", None, |out| {
        out.write_all(html.as_bytes())
    })?;
    Ok((counts, lines))
}

/// The reports of the user's own that the current reports lack.
fn own_reports_missing<'c>(corpus: &'c Corpus<'_>) -> impl Iterator<Item = &'c OwnReport> {
    let folder = current_folder(corpus);
    let is_missing = move |own: &&OwnReport| !folder.join(own_file(&own.name)).exists();
    corpus.config.own_reports.iter().filter(is_missing)
}

fn own_file(name: &str) -> String {
    format!("own-{name}.csv")
}

/// A report of the user's own. A mistake in its description costs this report only, and a warning.
fn own_or_warn(results: &Results, own: &OwnReport, id: &str, options: &Options<'_>) -> Option<OwnTable> {
    let warn = |error: &Error| emit(options, Event::Warning { text: error.to_string() });
    own_table(results, own, id).inspect_err(warn).ok()
}

/// Writes the reports of the user's own: `own-NAME.csv`, and `own-NAME.svg` where a chart is wanted.
fn write_own(report: &mut Report<'_>, own_reports: Vec<(&str, OwnTable)>) -> Result<(), Error> {
    let dialect = report.dialect;
    for (name, OwnTable { headings, rows, chart }) in own_reports {
        let description = "A report of the user's own, from reports.toml";
        report.file(&own_file(name), description, Some(headings.clone()), |out| {
            write(&headings, rows.into_iter(), Format::Csv(dialect), out).map(|_| ())
        })?;
        if let Some(svg) = chart {
            let description = "Chart of a report of the user's own";
            report
                .file(&format!("own-{name}.svg"), description, None, |out| out.write_all(svg.as_bytes()))?;
        }
    }
    Ok(())
}

fn write_term_document(
    report: &mut Report<'_>,
    entries: &[Entry],
    counts: &[Count],
    own: &[String],
) -> Result<(), Error> {
    let dialect = report.dialect;
    let table = tables::term_document().with_own(own);
    report.file("term_document.csv", table.description, Some(table.headings()), |out| {
        tables::write_term_document_csv(entries, counts, own, dialect, out)
    })
}

fn write_term_year(
    report: &mut Report<'_>,
    results: &Results,
    strata: &[Stratum],
    counts: &[Count],
) -> Result<(), Error> {
    let index = |name: &str| trend::POSITIONS.iter().position(|known| *known == name);
    let mut positions = Vec::new();
    for (concept, count) in counts.iter().enumerate() {
        let of_forms = results.positions(concept, &count.forms)?.into_iter();
        positions.push(of_forms.map(|name| name.and_then(index)).collect());
    }
    let mut rows = trend::by_year_and_kind(strata, counts);
    trend::add_positions(&mut rows, strata, counts, &positions);
    report.table("term_year.csv", &tables::term_year(), rows)
}

/// Writes the chart in English and in bokmål, and returns the latter.
fn write_charts(
    report: &mut Report<'_>,
    strata: &[Stratum],
    counts: &[Count],
    id: &str,
) -> Result<String, Error> {
    let rows = trend::by_year(strata, counts);
    let years = trend::documents_by_year(strata);
    let incomplete_from = years.iter().find(|(_, year)| !year.is_complete).map(|(year, _)| *year);
    let n = strata.iter().filter(|stratum| !stratum.is_copy).count();
    let chart = |language: ChartLanguage, caption: String| {
        let panels = rows
            .chunk_by(|a, b| a.concept == b.concept)
            .map(|rows| Panel { name: rows[0].concept, rows: rows.iter().collect() });
        let panels = panels.collect();
        chart_svg(&Chart { panels, has_one_scale: false, incomplete_from, caption: vec![caption], language })
    };
    let english = format!(
        "1,000,000 × mentions ÷ words, all kinds of documents together · the concepts of the codebook · {n} documents · snapshot {id} · figures: term_year.csv"
    );
    let bokmal = format!(
        "1 000 000 × treff ÷ ord, alle dokumentslag samlet · begrepene i kodeboken · {n} dokumenter · øyeblikksbilde {id} · tallene: term_year.csv"
    );
    let (english, bokmal) = (chart(ChartLanguage::En, english), chart(ChartLanguage::Nb, bokmal));
    let files = [
        ("trends.svg", "Chart of term_year.csv, all kinds together", &english),
        ("trends.nb.svg", "The same chart in bokmål", &bokmal),
    ];
    for (name, description, svg) in files {
        report.file(name, description, None, |out| out.write_all(svg.as_bytes()))?;
    }
    Ok(bokmal)
}

/// Writes the concordance and counts what it lists. In memory are the mentions of one concept in one batch of documents, and the
/// lines of one of [`super::kwic`]'s chunks of documents.
fn write_kwic<'r>(
    report: &mut Report<'_>,
    results: &'r Results,
    own: &[String],
    earlier: (EarlierLines, &Path),
    gathered: &mut Gathered<'r>,
) -> Result<(Vec<Count>, KeptLines), Error> {
    let (table, dialect) = (tables::kwic().with_own(own), report.dialect);
    let headings = table.headings();
    let mut out = report.begin(KWIC)?;
    write_csv_header(&headings, dialect, &mut out)
        .and_then(|()| out.flush())
        .map_err(|e| Error::world("write", &report.folder.join(KWIC), &e))?;
    let rules = (rules(dialect, own), own);
    let mut writer = LinesWriter::new(results, rules, dialect, earlier, out.get_ref().n_bytes())?;
    let mut counts = Vec::new();
    for (index, concept) in results.concepts().iter().enumerate() {
        let mut of_concept = OfConcept::default();
        let count = results.count_of(index, |mentions| {
            writer.write(&concept.name, results.by_document(mentions)?, &mut out, |found, around| {
                gathered.add(&mut of_concept, found, around);
            })
        });
        counts.push(count?);
        gathered.end(&concept.name, of_concept)?;
    }
    report.end(KWIC, table.description, Some(headings), out)?;
    Ok((counts, writer.finish()))
}

/// The versions that every report depends on.
fn versions() -> String {
    let program = env!("CARGO_PKG_VERSION");
    format!("report {REPORT_VERSION}, index {INDEX_FORMAT}, matcher {MATCHER_VERSION} of ordskifte {program}")
}

/// What a line of `kwic.csv` depends on besides its text and its mention.
fn rules(dialect: Dialect, own: &[String]) -> String {
    format!("{}, {dialect:?}, {own:?}", versions())
}

/// The entries, with a notice on each whose designation another document has too. Such documents are editions or chapters of one
/// work, and the words of each are counted.
fn with_shared_designations(entries: &[Entry]) -> impl Iterator<Item = Entry> + '_ {
    let mut works = BTreeMap::<(String, Option<&str>), DesignatedWork<'_>>::new();
    for entry in entries {
        if let Some(work) = work_of(entry) {
            let work = works.entry(work).or_default();
            work.n_documents += 1;
            // One more than is named, since a document does not name itself.
            if work.first_names.len() <= SAME_DESIGNATION_NAMES_MAX {
                work.first_names.push(&entry.docname);
            }
        }
    }
    entries.iter().map(move |entry| {
        let mut listed = entry.clone();
        let work = work_of(entry).map(|work| &works[&work]);
        listed.notices.extend(work.and_then(|work| work.notice_for(&entry.docname)));
        listed
    })
}

/// Documents with the same designation and issuer belong to one work.
fn work_of(entry: &Entry) -> Option<(String, Option<&str>)> {
    let designation = entry.record.designation.as_ref()?.to_string();
    Some((designation, entry.record.issuer.as_deref()))
}

/// The number of documents that a notice names. If it named all, the table would grow with the square of the chapters of a work:
/// a budget proposition of 1,000 files gave cells of 46 kB.
const SAME_DESIGNATION_NAMES_MAX: usize = 5;

/// The documents of one designation.
#[derive(Default)]
struct DesignatedWork<'a> {
    first_names: Vec<&'a DocName>,
    n_documents: usize,
}

impl DesignatedWork<'_> {
    /// The notice on the document called `docname`. `None` when it is the only one.
    fn notice_for(&self, docname: &DocName) -> Option<Notice> {
        let others = self.first_names.iter().filter(|name| **name != docname);
        let named: Vec<&str> = others.take(SAME_DESIGNATION_NAMES_MAX).map(|name| name.as_str()).collect();
        let n_others = self.n_documents - 1 - named.len();
        let rest = if n_others > 0 { format!(" and {n_others} others") } else { String::new() };
        let text = format!("same designation as {}{rest}", named.join(", "));
        (!named.is_empty()).then(|| Notice::of_document(text))
    }
}

/// Copies the codebook, the decisions and the configuration to the reports that are made with them.
fn write_settings(report: &mut Report<'_>, corpus: &Corpus<'_>) -> Result<(), Error> {
    let config = corpus.config;
    let own_reports =
        (!config.own_reports.is_empty()).then(|| config.file.with_file_name(crate::config::OWN_REPORTS_FILE));
    let settings = [
        ("codebook.toml", "The codebook", Some(&config.codebook_file)),
        ("decisions.csv", "The decisions of the codebook", config.decisions_file.as_ref()),
        ("reports.toml", "The reports of the user's own", own_reports.as_ref()),
        ("ordskifte.toml", "The configuration, as it was when these reports were made", Some(&config.file)),
    ];
    for (name, description, file) in settings {
        let Some(file) = file else { continue };
        let bytes = fs::read(file).map_err(|e| Error::world("read", file, &e))?;
        report.file(name, description, None, |out| out.write_all(&bytes))?;
    }
    Ok(())
}

/// Writes `datapackage.json` and returns its content.
fn write_package(
    report: &Report<'_>,
    corpus: &Corpus<'_>,
    snapshot_id: &str,
    documents_id: &str,
) -> Result<String, Error> {
    let package = Package {
        snapshot_id,
        documents_id,
        program_version: env!("CARGO_PKG_VERSION"),
        codebook_sha256: corpus.config.codebook_sha256,
        licence: &corpus.config.settings.report.licence,
        dialect: report.dialect,
        resources: &report.resources,
    };
    let descriptor = data_package(&package);
    replace(&report.folder.join(DESCRIPTOR), descriptor.as_bytes())?;
    Ok(descriptor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_five_documents_of_the_same_designation_are_named() {
        let notice = |names: &[&str], n_documents, docname: &str| {
            let names: Vec<DocName> = names.iter().map(|name| DocName::from((*name).to_owned())).collect();
            let work = DesignatedWork { first_names: names.iter().collect(), n_documents };
            work.notice_for(&docname.to_owned().into()).map(|notice| notice.text).unwrap_or_default()
        };
        assert_eq!(notice(&["a"], 1, "a"), "");
        assert_eq!(notice(&["a", "b"], 2, "b"), "same designation as a");
        let six = ["a", "b", "c", "d", "e", "f"];
        assert_eq!(notice(&six, 6, "c"), "same designation as a, b, d, e, f");
        assert_eq!(notice(&six, 9, "c"), "same designation as a, b, d, e, f and 3 others");
        assert_eq!(notice(&six, 9, "g"), "same designation as a, b, c, d, e and 3 others");
    }
}
