//! The judgements of people on single mentions: relevant or not, with a note. They are kept in `marks.csv` in the folder of the corpus,
//! a table that a person can read and correct.
//!
//! A mark names its mention by the digest of the document's bytes and the characters of its plain text, so it survives a refresh. When
//! another version of the program extracts the text differently, the mention is found again by the words around it; where these words
//! occur more than once, the mark is given to none.

use super::durable::replace;
use super::{Error, ErrorKind};
use crate::acquire::read_document_file;
use crate::config::Config;
use crate::results::Context;
use crate::stats::{Interval, cohen_kappa, krippendorff_alpha, observed_agreement, wilson};
use crate::text::{Digest, Entry, Sheet};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

const FILE_NAME: &str = "marks.csv";
const COLUMNS: [&str; 12] = [
    "coder",
    "concept",
    "mark",
    "note",
    "docname",
    "page",
    "pre",
    "keyword",
    "post",
    "char_start",
    "char_end",
    "source_sha256",
];
/// In a table to be imported: takes a mark away.
const REMOVED: &str = "-";

/// The judgement of one coder on one mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) coder: String,
    /// The concept or query whose mention it is, as it was written.
    pub(crate) concept: String,
    pub(crate) is_relevant: bool,
    pub(crate) note: String,
    docname: String,
    page: String,
    /// The words of the mention and those around it.
    words: [String; 3],
    chars: (u32, u32),
    source_sha256: Digest,
}

/// What is written for a judgement.
pub(crate) fn mark_name(is_relevant: bool) -> &'static str {
    if is_relevant { "relevant" } else { "not relevant" }
}

/// The judgement in a cell. `None` when it is none.
fn parsed_mark(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "relevant" | "yes" | "ja" | "1" => Some(true),
        "not relevant" | "not" | "no" | "nei" | "0" | "irrelevant" => Some(false),
        _ => None,
    }
}

/// The file of the marks of a corpus.
pub(crate) fn marks_file(config: &Config) -> PathBuf {
    config.root.join(FILE_NAME)
}

/// Coder, concept, bytes and first character.
type MarkPlace = (String, String, Digest, u32);
/// Coder, concept, bytes and words.
type MarkWords = (String, String, Digest, [String; 3]);

/// All marks of a corpus.
pub(crate) struct Marks {
    file: PathBuf,
    marks: BTreeMap<(String, String, Digest, u32, u32), Mark>,
    by_place: HashMap<MarkPlace, Mark>,
    /// `None` for words that several marks have.
    by_words: HashMap<MarkWords, Option<Mark>>,
}

/// What an import changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct MarksSummary {
    pub(crate) n_new: u64,
    pub(crate) n_changed: u64,
    pub(crate) n_removed: u64,
    pub(crate) n_unchanged: u64,
}

impl Marks {
    /// The marks of the corpus of `config`; none when it has no file of marks.
    ///
    /// # Errors
    /// When the file cannot be read, or a row is not a mark.
    pub(crate) fn read(config: &Config) -> Result<Marks, Error> {
        let file = marks_file(config);
        let mut marks = Marks {
            file: file.clone(),
            marks: BTreeMap::new(),
            by_place: HashMap::new(),
            by_words: HashMap::new(),
        };
        if file.symlink_metadata().is_err() {
            return Ok(marks);
        }
        for row in rows(&file)? {
            let mark = row.mark(None).map_err(|cause| wrong(&file, row.line, &cause))?;
            if let Some(mark) = mark {
                marks.marks.insert(mark.key(), mark);
            }
        }
        for mark in marks.marks.values() {
            let of = (mark.coder.clone(), mark.concept.clone(), mark.source_sha256);
            marks.by_place.insert((of.0.clone(), of.1.clone(), of.2, mark.chars.0), mark.clone());
            let words = (of.0, of.1, of.2, mark.words.clone());
            let known = marks.by_words.contains_key(&words);
            marks.by_words.insert(words, (!known).then(|| mark.clone()));
        }
        Ok(marks)
    }

    /// The documents, by the digests of their bytes, in which `coder` has judged mentions of `concept`.
    pub(crate) fn documents(&self, coder: &str, concept: &str) -> BTreeSet<Digest> {
        let of_both = |mark: &&Mark| mark.coder == coder && mark.concept == concept;
        self.marks.values().filter(of_both).map(|mark| mark.source_sha256).collect()
    }

    /// The mark of `coder` on a mention of `concept` in the document with the bytes `sha256`.
    pub(crate) fn find(&self, coder: &str, concept: &str, sha256: Digest, line: &Context) -> Option<&Mark> {
        let place = (coder.to_owned(), concept.to_owned(), sha256, line.char_start);
        let at_place = self.by_place.get(&place).filter(|mark| mark.words[1] == line.keyword);
        at_place.or_else(|| {
            let words = [&line.pre, &line.keyword, &line.post].map(|text| trimmed(text));
            self.by_words.get(&(place.0, place.1, sha256, words))?.as_ref()
        })
    }

    /// Takes over the marks of a table that `concordance --coder` wrote and a person filled in. An empty cell changes nothing.
    ///
    /// # Errors
    /// When the table cannot be read, lacks a column, or has something else than a mark in a row.
    pub(crate) fn import(&mut self, table: &Path, coder: &str) -> Result<MarksSummary, Error> {
        let mut summary = MarksSummary::default();
        for row in rows(table)? {
            let mark = row.mark(Some(coder)).map_err(|cause| wrong(table, row.line, &cause))?;
            match mark {
                Some(mark) => match self.marks.insert(mark.key(), mark.clone()) {
                    None => summary.n_new += 1,
                    Some(before) if before == mark => summary.n_unchanged += 1,
                    Some(_) => summary.n_changed += 1,
                },
                None if row.cells["mark"] == REMOVED => {
                    let key = row.key(coder).map_err(|cause| wrong(table, row.line, &cause))?;
                    summary.n_removed += u64::from(self.marks.remove(&key).is_some());
                }
                None => {}
            }
        }
        Ok(summary)
    }

    /// Sets what `coder` judges of the mention of `concept` at `line`, which is in the document of `entry`; `None` takes the judgement
    /// away.
    pub(crate) fn set(
        &mut self,
        (coder, concept): (&str, &str),
        entry: &Entry,
        line: &Context,
        judged: Option<(bool, &str)>,
    ) {
        let chars = (line.char_start, line.char_end);
        let key = (coder.to_owned(), concept.to_owned(), entry.source_sha256, chars.0, chars.1);
        let Some((is_relevant, note)) = judged else {
            self.marks.remove(&key);
            return;
        };
        let mark = Mark {
            coder: coder.to_owned(),
            concept: concept.to_owned(),
            is_relevant,
            note: trimmed(note),
            docname: entry.docname.to_string(),
            page: line.page.map(|page| page.to_string()).unwrap_or_default(),
            words: [&line.pre, &line.keyword, &line.post].map(|text| trimmed(text)),
            chars,
            source_sha256: entry.source_sha256,
        };
        self.marks.insert(key, mark);
    }

    /// The coders who have judged something, sorted.
    pub(crate) fn coders(&self) -> BTreeSet<&str> {
        self.marks.values().map(|mark| mark.coder.as_str()).collect()
    }

    /// Writes the file of marks.
    ///
    /// # Errors
    /// When it cannot be written; the file before it stays.
    pub(crate) fn write(&self) -> Result<(), Error> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        let in_memory = "writing to memory does not fail";
        writer.write_record(COLUMNS).expect(in_memory);
        for mark in self.marks.values() {
            let [pre, keyword, post] = &mark.words;
            let (start, end) = (mark.chars.0.to_string(), mark.chars.1.to_string());
            let sha256 = mark.source_sha256.to_string();
            let cells: [&str; 12] = [
                &mark.coder,
                &mark.concept,
                mark_name(mark.is_relevant),
                &mark.note,
                &mark.docname,
                &mark.page,
                pre,
                keyword,
                post,
                &start,
                &end,
                &sha256,
            ];
            writer.write_record(cells).expect(in_memory);
        }
        replace(&self.file, &writer.into_inner().expect(in_memory))
    }

    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Precision of each coder and agreement of coders, by concept or query.
    pub(crate) fn measures(&self) -> Vec<MarkMeasure> {
        let concepts: BTreeSet<&str> = self.marks.values().map(|mark| mark.concept.as_str()).collect();
        concepts.into_iter().flat_map(|concept| self.measures_of(concept)).collect()
    }

    fn measures_of(&self, concept: &str) -> Vec<MarkMeasure> {
        let mut by_coder = BTreeMap::<&str, BTreeMap<(Digest, u32, u32), u32>>::new();
        let mut units = BTreeMap::<(Digest, u32, u32), Vec<u32>>::new();
        for mark in self.marks.values().filter(|mark| mark.concept == concept) {
            let unit = (mark.source_sha256, mark.chars.0, mark.chars.1);
            by_coder.entry(&mark.coder).or_default().insert(unit, u32::from(mark.is_relevant));
            units.entry(unit).or_default().push(u32::from(mark.is_relevant));
        }
        let measure = |name, coders: &[&str], n, value, interval| MarkMeasure {
            concept: concept.to_owned(),
            measure: name,
            coders: coders.join(" | "),
            n,
            value,
            interval,
        };
        let mut measures = Vec::new();
        for (coder, judged) in &by_coder {
            let (n, n_relevant) =
                (judged.len() as u64, judged.values().map(|mark| u64::from(*mark)).sum::<u64>());
            let precision = (n > 0).then(|| n_relevant as f64 / n as f64);
            measures.push(measure("precision", &[coder], n, precision, wilson(n_relevant, n)));
        }
        let coders: Vec<&str> = by_coder.keys().copied().collect();
        for (index, first) in coders.iter().enumerate() {
            for second in &coders[index + 1..] {
                let (ours, theirs) = (&by_coder[first], &by_coder[second]);
                let pairs: Vec<(u32, u32)> =
                    ours.iter().filter_map(|(unit, mark)| Some((*mark, *theirs.get(unit)?))).collect();
                let (both, n) = ([*first, *second], pairs.len() as u64);
                measures.push(measure("agreement", &both, n, observed_agreement(&pairs), None));
                measures.push(measure("cohen_kappa", &both, n, cohen_kappa(&pairs), None));
            }
        }
        if coders.len() > 1 {
            let units: Vec<Vec<u32>> = units.into_values().filter(|unit| unit.len() > 1).collect();
            let n = units.len() as u64;
            measures.push(measure("krippendorff_alpha", &coders, n, krippendorff_alpha(&units), None));
        }
        measures
    }
}

/// A measure of the marks on one concept or query.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MarkMeasure {
    pub(crate) concept: String,
    /// `precision`, `agreement`, `cohen_kappa` or `krippendorff_alpha`.
    pub(crate) measure: &'static str,
    /// Separated by `|`.
    pub(crate) coders: String,
    /// Mentions that it rests on.
    pub(crate) n: u64,
    /// `None` where it cannot be computed.
    pub(crate) value: Option<f64>,
    /// 95 %, of a precision.
    pub(crate) interval: Option<Interval>,
}

impl Mark {
    fn key(&self) -> (String, String, Digest, u32, u32) {
        (self.coder.clone(), self.concept.clone(), self.source_sha256, self.chars.0, self.chars.1)
    }
}

/// A row of a table of marks, by column.
struct MarkRow {
    line: u64,
    cells: BTreeMap<&'static str, String>,
}

impl MarkRow {
    /// The mark in the row; of `coder` when one is given. `None` when nobody has judged it.
    fn mark(&self, coder: Option<&str>) -> Result<Option<Mark>, String> {
        let cell = self.cells["mark"].as_str();
        if cell.is_empty() || cell == REMOVED {
            return Ok(None);
        }
        let is_relevant = parsed_mark(cell)
            .ok_or_else(|| format!("'{cell}' is not a mark; write relevant, not relevant or {REMOVED}"))?;
        let (coder, concept, source_sha256, start, end) = self.key(coder.unwrap_or(&self.cells["coder"]))?;
        let words = ["pre", "keyword", "post"].map(|column| trimmed(&self.cells[column]));
        Ok(Some(Mark {
            coder,
            concept,
            is_relevant,
            note: self.cells["note"].clone(),
            docname: self.cells["docname"].clone(),
            page: self.cells["page"].clone(),
            words,
            chars: (start, end),
            source_sha256,
        }))
    }

    fn key(&self, coder: &str) -> Result<(String, String, Digest, u32, u32), String> {
        if coder.is_empty() {
            return Err("the coder is missing".to_owned());
        }
        let number = |column: &str| {
            let cell = self.cells[column].as_str();
            cell.parse::<u32>().map_err(|_| format!("column '{column}': '{cell}' is not a number"))
        };
        let sha256 = self.cells["source_sha256"].parse().map_err(|error| format!("{error}"))?;
        let concept = self.cells["concept"].clone();
        Ok((coder.to_owned(), concept, sha256, number("char_start")?, number("char_end")?))
    }
}

/// A text as a cell keeps it.
fn trimmed(text: &str) -> String {
    text.trim().replace(['\n', '\r'], " ")
}

/// The rows of a table of marks.
fn rows(path: &Path) -> Result<Vec<MarkRow>, Error> {
    let bytes = read_document_file(path).map_err(Error::from)?;
    let read = |cause: &dyn std::fmt::Display| Error::world("read", path, cause);
    let sheet = Sheet::read(&bytes, "mark").map_err(|error| read(&error))?;
    let needed = ["concept", "keyword", "char_start", "char_end", "source_sha256"];
    if let Some(missing) = needed.iter().find(|column| sheet.column(column).is_none()) {
        return Err(Error {
            kind: ErrorKind::Settings,
            message: format!("{} has no column '{missing}'", path.display()),
            hint: Some("`ordskifte concordance QUERY --coder NAME --format csv` writes the table".to_owned()),
        });
    }
    let places: Vec<(&'static str, Option<usize>)> =
        COLUMNS.iter().map(|column| (*column, sheet.column(column))).collect();
    let mut found = Vec::new();
    for row in sheet.rows {
        let row = row.map_err(|error| read(&error))?;
        let cell =
            |place: Option<usize>| place.and_then(|place| row.cells.get(place)).cloned().unwrap_or_default();
        let cells = places.iter().map(|(column, place)| (*column, cell(*place))).collect();
        found.push(MarkRow { line: row.line, cells });
    }
    Ok(found)
}

fn wrong(path: &Path, line: u64, cause: &str) -> Error {
    Error {
        kind: ErrorKind::Settings,
        message: format!("{}, line {line}: {cause}", path.display()),
        hint: Some("correct the row, or leave its mark empty".to_owned()),
    }
}
