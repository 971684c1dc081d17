//! What people correct: records in `metadata.csv` beside the files, decisions on forms in the file that the codebook names. Other rows and
//! columns of these files stay as they are.

use super::params::Params;
use super::problem::Problem;
use super::reply::{Reply, back};
use super::route::Question;
use super::saved_pattern;
use crate::codebook::DECISION_COLUMNS;
use crate::config::Config;
use crate::pipeline::replace;
use crate::text::{Entry, Kind, Sheet};
use std::fs;
use std::path::{Path, PathBuf};

const METADATA_FILE: &str = "metadata.csv";
/// Characters of a corrected value.
const VALUE_MAX: usize = 300;

/// Where a correction of the record of `entry` is written, and how the document is called there. `None` when it is no file of a folder, or
/// when a file of its own beside it says what it is.
pub(super) fn metadata_file(config: &Config, entry: &Entry) -> Option<(PathBuf, String)> {
    let source = config.settings.sources.iter().find(|source| source.name == entry.docname.source())?;
    let folder = config.root.join(source.kind.folder()?);
    let location = entry.docname.location();
    if folder.join(location).with_extension("toml").exists() {
        return None;
    }
    // Of two tables that describe a file the nearer is believed.
    let mut below = Path::new(location).parent();
    while let Some(inner) = below {
        let table = folder.join(inner).join(METADATA_FILE);
        if inner.as_os_str().is_empty() || table.exists() {
            let name = Path::new(location).strip_prefix(inner).ok()?;
            return Some((table, name.to_str()?.to_owned()));
        }
        below = inner.parent();
    }
    None
}

/// `POST /corpus`: values of issuer, kind and year of documents.
pub(super) fn correct(question: &Question, form: &Params) -> Result<Reply, Problem> {
    let view = &question.view;
    let mut n_saved = 0;
    for entry in view.results.documents()? {
        let docname = entry.docname.as_str();
        let record = &entry.record;
        let year = record.year.as_ref().filter(|year| !year.is_of_file()).map(|year| year.year.to_string());
        let kind = (record.kind != Kind::Annet).then(|| record.kind.name().to_owned());
        let known = [("issuer", record.issuer.clone()), ("kind", kind), ("year", year)];
        let mut changed = Vec::new();
        for (column, known) in known {
            let Some(value) = form.get(&format!("{column}.{docname}")) else { continue };
            if Some(value) != known.as_deref() {
                changed.push((column, checked(column, value)?));
            }
        }
        if changed.is_empty() {
            continue;
        }
        let (file, name) = metadata_file(&view.config, entry).ok_or_else(|| {
            Problem::new(409, format!("the record of {docname} is not corrected by a table"))
        })?;
        let mut table = CsvTable::read(&file, "file")?;
        table.set(&[("file", &name)], &changed);
        table.write(&file)?;
        n_saved += 1;
    }
    Ok(Reply::see_other(with_saved(&back(form, "/corpus"), n_saved)))
}

/// `value` of a record, if it is one.
fn checked(column: &str, value: &str) -> Result<String, Problem> {
    let wrong = |cause: &str| Problem::parameter(column, format!("'{value}' is {cause}"));
    if value.chars().count() > VALUE_MAX {
        return Err(Problem::parameter(column, format!("is longer than {VALUE_MAX} characters")));
    }
    match column {
        "year" => {
            value
                .parse::<i16>()
                .ok()
                .filter(|year| (1000..=9999).contains(year))
                .ok_or_else(|| wrong("not a year"))?;
        }
        "kind" => {
            Kind::of_name(value).ok_or_else(|| wrong("not a kind of document"))?;
        }
        _ => {}
    }
    Ok(value.to_owned())
}

/// `POST /codebook/{concept}`: decisions on forms, or a pattern that was tried.
pub(super) fn decide(question: &Question, form: &Params) -> Result<Reply, Problem> {
    if let Some(pattern) = form.get("pattern") {
        return saved_pattern::save(question, form, pattern);
    }
    let view = &question.view;
    let index = view.results.concept(&question.rest)?;
    let concept = &view.results.concepts()[index];
    let mut changed = Vec::new();
    for (name, value) in form.pairs() {
        let Some(of_form) = name.strip_prefix("decide.") else { continue };
        let before = crate::pipeline::decision(concept, of_form).unwrap_or("-");
        if !["yes", "no", "-"].contains(&value.as_str()) {
            return Err(Problem::parameter(name, format!("'{value}' is not a decision")));
        }
        if value != before {
            changed.push((of_form, if value == "-" { "" } else { value.as_str() }));
        }
    }
    let back = with_saved(&back(form, "/codebook"), changed.len());
    if changed.is_empty() {
        return Ok(Reply::see_other(back));
    }
    let file = decisions_file(&view.config)?;
    let [of_concept, of_form, of_decision] = DECISION_COLUMNS;
    let mut table = CsvTable::read(&file, of_decision)?;
    for (form, decision) in changed {
        table.set(&[(of_concept, &concept.name), (of_form, form)], &[(of_decision, decision.to_owned())]);
    }
    table.write(&file)?;
    Ok(Reply::see_other(back))
}

/// The file of decisions; a codebook that names none gets the line that does.
fn decisions_file(config: &Config) -> Result<PathBuf, Problem> {
    if let Some(file) = &config.decisions_file {
        return Ok(file.clone());
    }
    let file = config.codebook_file.with_file_name("decisions.csv");
    if !file.exists() {
        replace(&file, format!("{}\r\n", DECISION_COLUMNS.join(",")).as_bytes())?;
    }
    let text = fs::read_to_string(&config.codebook_file)?;
    replace(&config.codebook_file, format!("decisions = \"decisions.csv\"\n{text}").as_bytes())?;
    Ok(file)
}

/// `address` with the number of what was saved.
fn with_saved(address: &str, n: usize) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let params = Params::read(query).unwrap_or_default();
    params.with("saved", &n.to_string()).to(path)
}

/// A CSV file of people: its columns and rows, its separator.
struct CsvTable {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
    delimiter: u8,
    has_mark: bool,
}

impl CsvTable {
    /// The table in `file`, which has the column `wanted`; an empty one when there is no file.
    fn read(file: &Path, wanted: &str) -> Result<CsvTable, Problem> {
        let bytes = match fs::read(file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(CsvTable {
                    columns: vec![wanted.to_owned()],
                    rows: Vec::new(),
                    delimiter: b',',
                    has_mark: false,
                });
            }
            Err(error) => return Err(Problem::new(500, format!("cannot read {}: {error}", file.display()))),
        };
        let wrong = |error: &dyn std::fmt::Display| {
            Problem::new(409, format!("cannot read {}: {error}", file.display()))
                .with_hint("correct the file first")
        };
        let sheet = Sheet::read(&bytes, wanted).map_err(|error| wrong(&error))?;
        let mut rows = Vec::new();
        for row in sheet.rows {
            rows.push(row.map_err(|error| wrong(&error))?.cells);
        }
        let head = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let count = |wanted: u8| head.iter().filter(|byte| **byte == wanted).count();
        let delimiter =
            [b',', b';', b'\t'].into_iter().max_by_key(|byte| (count(*byte), *byte == b',')).unwrap_or(b',');
        Ok(CsvTable { columns: sheet.columns, rows, delimiter, has_mark: bytes.starts_with(b"\xef\xbb\xbf") })
    }

    fn column(&mut self, name: &str) -> usize {
        let found = self.columns.iter().position(|column| column.trim().eq_ignore_ascii_case(name));
        found.unwrap_or_else(|| {
            self.columns.push(name.to_owned());
            self.columns.len() - 1
        })
    }

    /// Sets `values` in the row that has the values `keys`, a new one when there is none.
    fn set(&mut self, keys: &[(&str, &str)], values: &[(&str, String)]) {
        let keys: Vec<(usize, &str)> = keys.iter().map(|(name, value)| (self.column(name), *value)).collect();
        let values: Vec<(usize, &String)> =
            values.iter().map(|(name, value)| (self.column(name), value)).collect();
        let width = self.columns.len();
        self.rows.iter_mut().for_each(|row| row.resize(width, String::new()));
        let is_it =
            |row: &Vec<String>| keys.iter().all(|(column, value)| row[*column].eq_ignore_ascii_case(value));
        let at = self.rows.iter().position(is_it).unwrap_or_else(|| {
            let mut row = vec![String::new(); width];
            keys.iter().for_each(|(column, value)| row[*column] = (*value).to_owned());
            self.rows.push(row);
            self.rows.len() - 1
        });
        for (column, value) in values {
            self.rows[at][column].clone_from(value);
        }
    }

    fn write(&self, file: &Path) -> Result<(), Problem> {
        let in_memory = "writing to memory does not fail";
        let start = if self.has_mark { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
        let mut writer = csv::WriterBuilder::new()
            .delimiter(self.delimiter)
            .terminator(csv::Terminator::CRLF)
            .from_writer(start);
        std::iter::once(&self.columns)
            .chain(&self.rows)
            .for_each(|row| writer.write_record(row).expect(in_memory));
        Ok(replace(file, &writer.into_inner().expect(in_memory))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_changes_one_cell_and_keeps_the_rest_of_a_table() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("metadata.csv");
        fs::write(&file, "\u{feff}file;mine;issuer\r\na.pdf;x, y;\r\n").unwrap();
        let mut table = CsvTable::read(&file, "file").unwrap();
        table.set(&[("file", "a.pdf")], &[("issuer", "Etaten".to_owned()), ("year", "2012".to_owned())]);
        table.set(&[("file", "b.pdf")], &[("year", "2013".to_owned())]);
        table.write(&file).unwrap();
        let wanted = "\u{feff}file;mine;issuer;year\r\na.pdf;x, y;Etaten;2012\r\nb.pdf;;;2013\r\n";
        assert_eq!(fs::read_to_string(&file).unwrap(), wanted);
    }

    #[test]
    fn the_number_of_saved_rows_is_part_of_the_address() {
        assert_eq!(with_saved("/corpus?a=b&saved=1", 2), "/corpus?a=b&saved=2");
    }
}
