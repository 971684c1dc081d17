//! What differs between two kept snapshots: which numbers, because of which documents. Reads their reports as they were written.

use super::Error;
use super::kept::KeptSnapshot;
use super::kwic::KWIC;
use super::snapshots::DESCRIPTOR;
use crate::report::{
    Table,
    ValueType::{Integer, Text},
    heading,
};
use crate::text::{Count, Entry, without_apostrophe};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Documents that a changed number names as its cause; the others are counted.
const CAUSES_MAX: usize = 5;

/// The differences between two snapshots.
#[derive(Debug, Default)]
pub struct Difference {
    /// Documents that only one of them has, or that differ, sorted by name.
    pub documents: Vec<DocumentChange>,
    /// Numbers that differ, by concept, year and kind.
    pub numbers: Vec<NumberChange>,
    /// What else the reports were made from that differs: `codebook`, `program`.
    pub made_from: Vec<&'static str>,
}

/// A document that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentChange {
    /// Its name.
    pub docname: String,
    /// `new`, `gone`, `bytes`, `record` or `counts`: the first of these that differs.
    pub change: &'static str,
    /// Its number of words before and after; `None` in the snapshot that does not have it.
    pub n_tokens: [Option<u64>; 2],
}

/// A row of `term_year.csv` that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberChange {
    /// The concept.
    pub concept: String,
    /// `None` for documents without a year.
    pub year: Option<i16>,
    /// The kind of document.
    pub kind: String,
    /// Mentions before and after.
    pub n: [u64; 2],
    /// Words before and after, also of documents without mentions.
    pub n_tokens: [u64; 2],
    /// Documents that the row counts differently.
    pub n_documents: u64,
    /// The first of them, with the change of their mentions: `kudos/1.pdf (+3)`.
    pub because_of: Vec<String>,
}

/// The counts of one document in a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Counted {
    sha256: String,
    year: Option<i16>,
    kind: String,
    n_tokens: u64,
    /// By concept, without those that are zero.
    n: BTreeMap<String, u64>,
}

impl Counted {
    /// The concepts that it mentions: "samskaping (3)".
    pub(super) fn mentions(&self) -> Vec<String> {
        self.n.iter().map(|(concept, n)| format!("{concept} ({n})")).collect()
    }

    fn is_in(&self, year: Option<i16>, kind: &str) -> bool {
        self.year == year && self.kind == kind
    }
}

/// Compares the snapshot `before` with the snapshot `after`.
///
/// # Errors
/// When their reports cannot be read.
pub fn difference(before: &KeptSnapshot, after: &KeptSnapshot) -> Result<Difference, Error> {
    let (old, new) = (counted(&before.folder)?, counted(&after.folder)?);
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut difference = Difference { made_from: made_from(before, after)?, ..Difference::default() };
    let mut cells = BTreeMap::<(String, Option<i16>, String), NumberChange>::new();
    for name in names {
        let sides = [old.get(name), new.get(name)];
        let Some(document) = named_change(name, sides) else { continue };
        difference.documents.push(document);
        add_causes(name, sides, &mut cells);
    }
    add_totals([&old, &new], &mut cells);
    difference.numbers = cells.into_values().filter(is_other).collect();
    Ok(difference)
}

/// The table of numbers that differ.
pub(crate) fn number_changes() -> Table<NumberChange> {
    let columns = vec![
        heading("concept", Text, "Name of the concept in the codebook")
            .of(|row: &NumberChange| row.concept.as_str().into()),
        heading("year", Integer, "Year of analysis; missing when unknown").of(|row| row.year.into()),
        heading("kind", Text, "Kind of document").of(|row| row.kind.as_str().into()),
        heading("n_before", Integer, "Mentions in the first snapshot").of(|row| row.n[0].into()),
        heading("n_after", Integer, "Mentions in the second snapshot").of(|row| row.n[1].into()),
        heading("n_tokens_before", Integer, "Words in the first snapshot").of(|row| row.n_tokens[0].into()),
        heading("n_tokens_after", Integer, "Words in the second snapshot").of(|row| row.n_tokens[1].into()),
        heading("n_documents", Integer, "Documents that the two count differently")
            .of(|row| row.n_documents.into()),
        heading("because_of", Text, "The first of them, each with the change of its mentions")
            .of(|row| because_of(row).into()),
    ];
    Table {
        description: "One row for each number of term_year.csv that differs between two snapshots",
        columns,
    }
}

fn because_of(row: &NumberChange) -> String {
    let n_others = row.n_documents - row.because_of.len() as u64;
    let others = if n_others > 0 { format!(" and {n_others} others") } else { String::new() };
    row.because_of.join(", ") + &others
}

/// The table of documents that differ.
pub(crate) fn document_changes() -> Table<DocumentChange> {
    let columns = vec![
        heading("docname", Text, "Name of the document")
            .of(|row: &DocumentChange| row.docname.as_str().into()),
        heading(
            "change",
            Text,
            "new, gone, bytes (the file differs), record (its year or kind differs) or counts",
        )
        .of(|row| row.change.into()),
        heading(
            "n_tokens_before",
            Integer,
            "Words in the first snapshot; missing when it lacks the document",
        )
        .of(|row| row.n_tokens[0].into()),
        heading(
            "n_tokens_after",
            Integer,
            "Words in the second snapshot; missing when it lacks the document",
        )
        .of(|row| row.n_tokens[1].into()),
    ];
    Table { description: "One row for each document that differs between two snapshots", columns }
}

/// How the document called `name` differs. `None` when it is equal in both snapshots.
pub(super) fn named_change(name: &str, sides: [Option<&Counted>; 2]) -> Option<DocumentChange> {
    let n_tokens = sides.map(|side| side.map(|counted| counted.n_tokens));
    Some(DocumentChange { docname: name.to_owned(), change: change(sides)?, n_tokens })
}

/// The kind of difference of a document. `None` when it is equal in both.
fn change(sides: [Option<&Counted>; 2]) -> Option<&'static str> {
    match sides {
        [None, _] => Some("new"),
        [_, None] => Some("gone"),
        [Some(old), Some(new)] if old.sha256 != new.sha256 => Some("bytes"),
        [Some(old), Some(new)] if (old.year, &old.kind) != (new.year, &new.kind) => Some("record"),
        [old, new] => (old != new).then_some("counts"),
    }
}

/// Notes the document in each cell that counts it differently in the two snapshots.
fn add_causes(
    name: &str,
    sides: [Option<&Counted>; 2],
    cells: &mut BTreeMap<(String, Option<i16>, String), NumberChange>,
) {
    let concepts: BTreeSet<&String> = sides.iter().flatten().flat_map(|side| side.n.keys()).collect();
    let strata: BTreeSet<(Option<i16>, &str)> =
        sides.iter().flatten().map(|side| (side.year, side.kind.as_str())).collect();
    for (year, kind) in strata {
        let here = sides.map(|side| side.filter(|side| side.is_in(year, kind)));
        for concept in &concepts {
            let n = here.map(|side| side.and_then(|side| side.n.get(*concept)).copied().unwrap_or(0));
            let cell =
                cells.entry(((*concept).clone(), year, kind.to_owned())).or_insert_with(|| NumberChange {
                    concept: (*concept).clone(),
                    year,
                    kind: kind.to_owned(),
                    n: [0; 2],
                    n_tokens: [0; 2],
                    n_documents: 0,
                    because_of: Vec::new(),
                });
            if n[0] == n[1] && n[0] == 0 {
                continue;
            }
            cell.n_documents += 1;
            if cell.because_of.len() < CAUSES_MAX {
                cell.because_of.push(format!("{name} ({:+})", i128::from(n[1]) - i128::from(n[0])));
            }
        }
    }
}

/// Sums mentions and words of the cells on both sides.
fn add_totals(
    sides: [&BTreeMap<String, Counted>; 2],
    cells: &mut BTreeMap<(String, Option<i16>, String), NumberChange>,
) {
    let mut words = HashMap::<(Option<i16>, &str), [u64; 2]>::new();
    let mut mentions = HashMap::<(&str, Option<i16>, &str), [u64; 2]>::new();
    for (side, documents) in sides.into_iter().enumerate() {
        for counted in documents.values() {
            words.entry((counted.year, &counted.kind)).or_default()[side] += counted.n_tokens;
            for (concept, n) in &counted.n {
                mentions.entry((concept, counted.year, &counted.kind)).or_default()[side] += n;
            }
        }
    }
    for cell in cells.values_mut() {
        let stratum = (cell.year, cell.kind.as_str());
        cell.n_tokens = words.get(&stratum).copied().unwrap_or_default();
        cell.n = mentions.get(&(cell.concept.as_str(), stratum.0, stratum.1)).copied().unwrap_or_default();
    }
}

/// Whether the rate of a cell differs.
fn is_other(cell: &NumberChange) -> bool {
    cell.n[0] != cell.n[1] || (cell.n[0] > 0 && cell.n_tokens[0] != cell.n_tokens[1])
}

/// The inputs that differ between two snapshots, according to their descriptions.
fn made_from(before: &KeptSnapshot, after: &KeptSnapshot) -> Result<Vec<&'static str>, Error> {
    let (old, new) = (description(&before.folder)?, description(&after.folder)?);
    let parts = [("codebook", "codebook_sha256"), ("program", "program")];
    Ok(parts.into_iter().filter(|(_, key)| old[key] != new[key]).map(|(name, _)| name).collect())
}

/// The description of the snapshot in `folder`: its `datapackage.json`.
///
/// # Errors
/// When it is missing or damaged.
pub fn description(folder: &Path) -> Result<serde_json::Value, Error> {
    let path = folder.join(DESCRIPTOR);
    let bytes = std::fs::read(&path).map_err(|e| Error::world("read", &path, &e))?;
    serde_json::from_slice(&bytes).map_err(|e| Error::world("read", &path, &e))
}

/// What a snapshot counts, by the names of its documents, without copies: the other reports count none.
pub(super) type CountedDocuments = BTreeMap<String, Counted>;

/// What the snapshot with these documents counts: what [`counted`] reads from its reports.
pub(super) fn counted_in(entries: &[Entry], counts: &[Count]) -> CountedDocuments {
    let of_entry = |entry: &Entry| Counted {
        sha256: entry.source_sha256.to_string(),
        year: entry.record.year.as_ref().map(|year| year.year),
        kind: entry.record.kind.name().to_owned(),
        n_tokens: entry.n_tokens,
        n: BTreeMap::new(),
    };
    let mut by_entry: Vec<Counted> = entries.iter().map(of_entry).collect();
    for count in counts {
        for tally in &count.tallies {
            *by_entry[tally.document as usize].n.entry(count.concept.clone()).or_default() += tally.n;
        }
    }
    let named = entries.iter().zip(by_entry).filter(|(entry, _)| entry.copy_of.is_none());
    named.map(|(entry, counted)| (entry.docname.to_string(), counted)).collect()
}

/// What the snapshot in `folder` counts.
pub(super) fn counted(folder: &Path) -> Result<CountedDocuments, Error> {
    let mut documents = BTreeMap::new();
    each_row(
        &folder.join("documents.csv"),
        ["docname", "source_sha256", "year", "kind", "n_tokens", "copy_of"],
        |row| {
            let [docname, sha256, year, kind, n_tokens, copy_of] = row;
            if !copy_of.is_empty() {
                return Some(());
            }
            let counted = Counted {
                sha256: sha256.to_owned(),
                year: year.parse().ok(),
                kind: kind.to_owned(),
                n_tokens: n_tokens.parse().ok()?,
                n: BTreeMap::new(),
            };
            documents.insert(docname.to_owned(), counted);
            Some(())
        },
    )?;
    // Its lines are the mentions that `term_document.csv` counts, which has a row for each document and concept, most of them zero.
    each_row(&folder.join(KWIC), ["docname", "concept"], |[docname, concept]| {
        if let Some(document) = documents.get_mut(docname) {
            match document.n.get_mut(concept) {
                Some(n) => *n += 1,
                None => _ = document.n.insert(concept.to_owned(), 1),
            }
        }
        Some(())
    })?;
    Ok(documents)
}

/// A report, in whichever dialect it is written, open for reading.
pub(super) fn open_table(path: &Path) -> Result<csv::Reader<BufReader<File>>, Error> {
    let fail = |cause: &dyn std::fmt::Display| Error::world("read", path, cause);
    let mut file = BufReader::new(File::open(path).map_err(|e| fail(&e))?);
    if file.fill_buf().map_err(|e| fail(&e))?.starts_with("\u{feff}".as_bytes()) {
        file.consume("\u{feff}".len());
    }
    // No heading has a semicolon.
    let begin = file.fill_buf().map_err(|e| fail(&e))?;
    let heading = begin.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let delimiter = if heading.contains(&b';') { b';' } else { b',' };
    Ok(csv::ReaderBuilder::new().delimiter(delimiter).from_reader(file))
}

/// Passes the cells of `columns` of each row of a report to `on_row`, in whichever dialect it is written.
pub(super) fn each_row<const N: usize>(
    path: &Path,
    columns: [&str; N],
    mut on_row: impl FnMut([&str; N]) -> Option<()>,
) -> Result<(), Error> {
    let fail = |cause: &dyn std::fmt::Display| Error::world("read", path, cause);
    let mut reader = open_table(path)?;
    let headers = reader.headers().map_err(|e| fail(&e))?.clone();
    let mut places = [0; N];
    for (place, column) in places.iter_mut().zip(columns) {
        let found = headers.iter().position(|heading| heading == column);
        *place = found.ok_or_else(|| fail(&format!("it has no column '{column}'")))?;
    }
    // Bytes: checking all cells for UTF-8 would take longer than reading them.
    let mut row = csv::ByteRecord::new();
    while reader.read_byte_record(&mut row).map_err(|e| fail(&e))? {
        let line = row.position().map_or(0, csv::Position::line);
        let mut cells = [""; N];
        let mut is_text = true;
        for (cell, place) in cells.iter_mut().zip(places) {
            let read = std::str::from_utf8(row.get(place).unwrap_or_default());
            is_text &= read.is_ok();
            *cell = without_apostrophe(read.unwrap_or_default());
        }
        let is_right = is_text && on_row(cells).is_some();
        is_right.then_some(()).ok_or_else(|| fail(&format!("line {line} is not as it was written")))?;
    }
    Ok(())
}
