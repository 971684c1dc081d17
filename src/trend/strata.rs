//! Counts by strata: by year, kind, issuer, a column of the user's own, or any combination of these.
//!
//! Each row has the documents and words of the same stratum as its denominators. Along an axis of time every year, quarter or
//! session of the range has a row: a stratum without mentions, one without documents and one with few documents are three
//! different things ([`Coverage`]). Copies of other documents count in no row.

use super::YearRow;
use crate::stats::{DocumentCount, THIN_DOCUMENTS};
use crate::text::{Entry, Stratum};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A property of documents by which counts are split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Dimension {
    Year,
    /// Of the date of publication.
    Quarter,
    Document,
    Kind,
    Issuer,
    IssuerToday,
    Addressee,
    AddresseeToday,
    Language,
    Source,
    /// A column of the user's own, by its name.
    Own(String),
}

/// The year that the dimension [`Dimension::Year`] uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeAxis {
    /// The year of analysis: published or concerned, by the kind of document.
    Analysis,
    /// The year of publication.
    Published,
    /// The year that the document is about. `None` for a document that is about several years.
    Concerned,
    /// The session of the Storting in the designation.
    Session,
}

impl TimeAxis {
    /// The names that stand for an axis.
    pub(crate) const NAMES: [&str; 4] = ["analysis", "published", "concerned", "session"];

    /// The axis of this name. `None` for other names.
    pub(crate) fn of_name(name: &str) -> Option<TimeAxis> {
        Some(match name {
            "analysis" => TimeAxis::Analysis,
            "published" => TimeAxis::Published,
            "concerned" => TimeAxis::Concerned,
            "session" => TimeAxis::Session,
            _ => return None,
        })
    }
}

impl Dimension {
    /// The names that stand for a dimension; every other name is a column of the user's own.
    pub(crate) const NAMES: [&str; 10] = [
        "year",
        "quarter",
        "document",
        "kind",
        "issuer",
        "issuer_today",
        "addressee",
        "addressee_today",
        "language",
        "source",
    ];

    /// What `entry` is along the dimension. `None` where it is not known, and along time, which is a number.
    pub(crate) fn text(&self, entry: &Entry) -> Option<String> {
        let record = &entry.record;
        match self {
            Dimension::Kind => Some(record.kind.name().to_owned()),
            Dimension::Language => entry.language.map(|language| language.to_string()),
            Dimension::Document => Some(entry.docname.to_string()),
            Dimension::Source => Some(entry.docname.source().to_owned()),
            Dimension::Issuer => record.issuer.clone(),
            Dimension::IssuerToday => record.issuer_today.clone(),
            Dimension::Addressee => record.addressee.clone(),
            Dimension::AddresseeToday => record.addressee_today.clone(),
            Dimension::Own(column) => record.own.get(column).cloned(),
            Dimension::Year | Dimension::Quarter => None,
        }
    }

    /// The dimension of this name. `None` for other names.
    pub(crate) fn of_name(name: &str) -> Option<Dimension> {
        Some(match name {
            "year" => Dimension::Year,
            "quarter" => Dimension::Quarter,
            "document" => Dimension::Document,
            "kind" => Dimension::Kind,
            "issuer" => Dimension::Issuer,
            "issuer_today" => Dimension::IssuerToday,
            "addressee" => Dimension::Addressee,
            "addressee_today" => Dimension::AddresseeToday,
            "language" => Dimension::Language,
            "source" => Dimension::Source,
            _ => return None,
        })
    }

    /// Whether its values follow from the strata of the documents, so that no entry has to be read.
    pub(crate) fn is_of_stratum(&self, axis: TimeAxis) -> bool {
        match self {
            Dimension::Year => axis == TimeAxis::Analysis,
            Dimension::Kind | Dimension::Language => true,
            _ => false,
        }
    }
}

/// What the numbers of a stratum rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coverage {
    /// No document, so there is no rate.
    None,
    /// Fewer than [`THIN_DOCUMENTS`] documents, or much less text than its neighbours in time.
    Thin,
    Full,
}

impl Coverage {
    /// Its name in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Coverage::None => "none",
            Coverage::Thin => "thin",
            Coverage::Full => "full",
        }
    }
}

/// A year with less than this share of the words of the median year is thin: the current year in March has about a quarter of a
/// year's documents, since most letters and propositions appear in the autumn.
const THIN_SHARE_OF_MEDIAN: f64 = 0.25;

/// The documents to be split.
#[derive(Clone, Copy)]
pub(crate) struct Sample<'a> {
    pub(crate) strata: &'a [Stratum],
    /// The same documents. Needed for every dimension that is not of the stratum.
    pub(crate) entries: Option<&'a [Entry]>,
    /// For each document whether it takes part.
    pub(crate) is_kept: Option<&'a [bool]>,
    /// First and last year that shall have rows whether or not there are documents.
    pub(crate) years: Option<(i16, i16)>,
}

/// The row of one query in one stratum.
pub(crate) struct StratumRow<'a> {
    /// The value of each dimension. `None` where the documents have none.
    pub(crate) values: Vec<Option<&'a str>>,
    pub(crate) coverage: Coverage,
    /// Passages of the documents.
    pub(crate) n_passages: u64,
    pub(crate) n_passages_with: u64,
    /// The counts. Its year and kind are not set.
    pub(crate) counts: YearRow<'a>,
}

/// The sums of one stratum.
#[derive(Default)]
struct StratumPart {
    documents: Vec<DocumentCount>,
    n_tokens_ocr: u64,
    n_passages: u64,
    n_passages_with: u64,
}

/// Documents that are split into strata.
pub(crate) struct Strata {
    /// For each dimension its values, sorted; `None` last.
    labels: Vec<Vec<Option<String>>>,
    /// The strata in the order of the rows: for each dimension the index of the value.
    cells: Vec<Vec<u32>>,
    /// For each document the index of its stratum. `None` when the document does not take part.
    cell_of: Vec<Option<u32>>,
    documents: Vec<Stratum>,
    coverage: Vec<Coverage>,
}

impl Strata {
    /// Splits the documents of `sample` by `dimensions`.
    pub(crate) fn new(dimensions: &[Dimension], axis: TimeAxis, sample: Sample<'_>) -> Strata {
        let n_documents = sample.strata.len();
        let takes_part = |document: usize| {
            sample.is_kept.is_none_or(|is_kept| is_kept[document]) && !sample.strata[document].is_copy
        };
        let documents: Vec<usize> = (0..n_documents).filter(|document| takes_part(*document)).collect();
        let mut labels = Vec::new();
        let mut numbers = Vec::new();
        for dimension in dimensions {
            let values = values(dimension, axis, sample, &documents);
            let (of_dimension, of_documents) = values.numbered(dimension, axis, sample.years);
            labels.push(of_dimension);
            numbers.push(of_documents);
        }
        let keys: Vec<Vec<u32>> =
            (0..documents.len()).map(|index| numbers.iter().map(|of| of[index]).collect()).collect();
        let cells = all_cells(dimensions, &labels, &keys);
        let index_of: HashMap<&Vec<u32>, u32> = cells.iter().zip(0..).collect();
        let mut cell_of = vec![None; n_documents];
        for (document, key) in documents.iter().zip(&keys) {
            cell_of[*document] = index_of.get(key).copied();
        }
        let documents = sample.strata.to_vec();
        let mut strata = Strata { labels, cells, cell_of, documents, coverage: Vec::new() };
        strata.coverage = strata.coverage(dimensions);
        strata
    }

    /// The rows of the query `concept`, which has so many mentions, and passages with mentions, in each document.
    pub(crate) fn rows<'a>(
        &'a self,
        concept: &'a str,
        mentions: &[u64],
        passages_with: &[u32],
    ) -> Vec<StratumRow<'a>> {
        let mut parts: Vec<StratumPart> = self.cells.iter().map(|_| StratumPart::default()).collect();
        let documents = self.documents.iter().zip(mentions).zip(passages_with);
        for (cell, ((document, n), n_passages_with)) in self.cell_of.iter().zip(documents) {
            if let Some(cell) = cell {
                let part = &mut parts[*cell as usize];
                part.documents.push(DocumentCount { n: *n, n_tokens: document.n_tokens });
                part.n_tokens_ocr += document.n_tokens_ocr;
                part.n_passages += u64::from(document.n_passages);
                part.n_passages_with += u64::from(*n_passages_with);
            }
        }
        let cells = self.cells.iter().zip(&self.coverage).zip(parts);
        cells
            .map(|((key, coverage), part)| StratumRow {
                values: key.iter().zip(&self.labels).map(|(n, of)| of[*n as usize].as_deref()).collect(),
                coverage: *coverage,
                n_passages: part.n_passages,
                n_passages_with: part.n_passages_with,
                counts: YearRow {
                    n_tokens_ocr: Some(part.n_tokens_ocr),
                    ..YearRow::new(concept, None, None, part.documents)
                },
            })
            .collect()
    }

    /// The coverage of each stratum.
    fn coverage(&self, dimensions: &[Dimension]) -> Vec<Coverage> {
        let mut sizes = vec![(0u64, 0u64); self.cells.len()];
        for (cell, document) in self.cell_of.iter().zip(&self.documents) {
            if let Some(cell) = cell {
                let (n_docs, sum) = &mut sizes[*cell as usize];
                (*n_docs, *sum) = (*n_docs + 1, *sum + document.n_tokens);
            }
        }
        let time = dimensions.iter().position(is_time);
        // Strata that differ only in time are compared with each other.
        let series_of = |key: &[u32]| -> Vec<u32> {
            key.iter().enumerate().filter(|(at, _)| Some(*at) != time).map(|(_, number)| *number).collect()
        };
        let mut series = BTreeMap::<Vec<u32>, Vec<u64>>::new();
        for (key, (n_docs, n_tokens)) in self.cells.iter().zip(&sizes) {
            if *n_docs > 0 && time.is_some() {
                series.entry(series_of(key)).or_default().push(*n_tokens);
            }
        }
        let medians: BTreeMap<Vec<u32>, u64> =
            series.into_iter().map(|(key, sizes)| (key, median(sizes))).collect();
        let coverage = |(key, (n_docs, n_tokens)): (&Vec<u32>, &(u64, u64))| {
            let usual = medians.get(&series_of(key)).copied().unwrap_or_default() as f64;
            match n_docs {
                0 => Coverage::None,
                n if *n < THIN_DOCUMENTS as u64 => Coverage::Thin,
                _ if (*n_tokens as f64) < THIN_SHARE_OF_MEDIAN * usual => Coverage::Thin,
                _ => Coverage::Full,
            }
        };
        self.cells.iter().zip(&sizes).map(coverage).collect()
    }
}

fn median(mut sizes: Vec<u64>) -> u64 {
    sizes.sort_unstable();
    sizes[sizes.len() / 2]
}

fn is_time(dimension: &Dimension) -> bool {
    matches!(dimension, Dimension::Year | Dimension::Quarter)
}

/// The strata that have rows: those with documents, and along the one axis of time all others of each combination.
fn all_cells(dimensions: &[Dimension], labels: &[Vec<Option<String>>], keys: &[Vec<u32>]) -> Vec<Vec<u32>> {
    let mut cells: BTreeSet<Vec<u32>> = keys.iter().cloned().collect();
    let times: Vec<usize> =
        dimensions.iter().enumerate().filter(|(_, of)| is_time(of)).map(|(at, _)| at).collect();
    let is_filled = !dimensions.contains(&Dimension::Document);
    if let ([time], true) = (times.as_slice(), is_filled) {
        let dated = labels[*time].iter().filter(|label| label.is_some()).count() as u32;
        let others = match dimensions.len() {
            1 => BTreeSet::from([vec![0]]),
            _ => cells.clone(),
        };
        for mut key in others {
            for number in 0..dated {
                key[*time] = number;
                cells.insert(key.clone());
            }
        }
    }
    cells.into_iter().collect()
}

/// The values of documents in one dimension.
enum Values {
    /// Years, sessions by their first year, or quarters (four times the year and 0 to 3).
    Times(Vec<Option<i32>>),
    Texts(Vec<Option<String>>),
}

/// Over a longer range times without documents have no rows: one wrong year must not cause a thousand rows.
const RANGE_MAX: i32 = 300;

impl Values {
    /// The different values as labels, sorted, `None` last; and for each document the index of its label.
    fn numbered(
        self,
        dimension: &Dimension,
        axis: TimeAxis,
        years: Option<(i16, i16)>,
    ) -> (Vec<Option<String>>, Vec<u32>) {
        match self {
            Values::Times(times) => {
                let mut all: BTreeSet<i32> = times.iter().flatten().copied().collect();
                let is_year = *dimension == Dimension::Year;
                if let Some((first, last)) = years.filter(|_| is_year && axis == TimeAxis::Analysis) {
                    all.extend([i32::from(first), i32::from(last)]);
                }
                if let (Some(&first), Some(&last)) = (all.first(), all.last())
                    && last - first < if is_year { RANGE_MAX } else { 4 * RANGE_MAX }
                {
                    all.extend(first..=last);
                }
                numbered(&all, &times, |time| shown_time(*time, dimension, axis))
            }
            Values::Texts(texts) => {
                let all: BTreeSet<String> = texts.iter().flatten().cloned().collect();
                numbered(&all, &texts, String::clone)
            }
        }
    }
}

fn numbered<T: Ord>(
    all: &BTreeSet<T>,
    values: &[Option<T>],
    shown: impl Fn(&T) -> String,
) -> (Vec<Option<String>>, Vec<u32>) {
    let index_of: BTreeMap<&T, u32> = all.iter().zip(0..).collect();
    let none = all.len() as u32;
    let numbers = values.iter().map(|value| value.as_ref().map_or(none, |value| index_of[value])).collect();
    let labels = all.iter().map(|value| Some(shown(value))).chain([None]).collect();
    (labels, numbers)
}

fn shown_time(time: i32, dimension: &Dimension, axis: TimeAxis) -> String {
    match (dimension, axis) {
        (Dimension::Quarter, _) => format!("{}-Q{}", time.div_euclid(4), time.rem_euclid(4) + 1),
        (_, TimeAxis::Session) => format!("{time}–{}", time + 1),
        _ => time.to_string(),
    }
}

/// The values of `documents` in `dimension`.
fn values(dimension: &Dimension, axis: TimeAxis, sample: Sample<'_>, documents: &[usize]) -> Values {
    let stratum = |document: &usize| &sample.strata[*document];
    let of_entry = |value: &dyn Fn(&Entry) -> Option<String>| {
        let entries = sample.entries.expect("the entries are given for this dimension");
        Values::Texts(documents.iter().map(|document| value(&entries[*document])).collect())
    };
    let time = |value: &dyn Fn(&Entry) -> Option<i32>| {
        let entries = sample.entries.expect("the entries are given for this dimension");
        Values::Times(documents.iter().map(|document| value(&entries[*document])).collect())
    };
    match dimension {
        Dimension::Year if axis == TimeAxis::Analysis => {
            Values::Times(documents.iter().map(|document| stratum(document).year.map(i32::from)).collect())
        }
        Dimension::Year => time(&|entry| year(entry, axis).map(i32::from)),
        Dimension::Quarter => time(&|entry| {
            let date = entry.record.published.as_ref()?.date;
            Some(4 * i32::from(date.year()) + (i32::from(date.month()?) - 1) / 3)
        }),
        Dimension::Kind => Values::Texts(
            documents.iter().map(|document| Some(stratum(document).kind.name().to_owned())).collect(),
        ),
        Dimension::Language => Values::Texts(
            documents.iter().map(|document| Some(stratum(document).language?.to_string())).collect(),
        ),
        Dimension::Document
        | Dimension::Source
        | Dimension::Issuer
        | Dimension::IssuerToday
        | Dimension::Addressee
        | Dimension::AddresseeToday
        | Dimension::Own(_) => of_entry(&|entry| dimension.text(entry)),
    }
}

/// The year of a document along `axis`; of a session its first year.
pub(crate) fn year(entry: &Entry, axis: TimeAxis) -> Option<i16> {
    let record = &entry.record;
    match axis {
        TimeAxis::Analysis => record.year.as_ref().map(|year| year.year),
        TimeAxis::Published => record.published.as_ref().map(|dated| dated.date.year()),
        TimeAxis::Concerned => record.concerned.filter(|(first, last)| first == last).map(|(first, _)| first),
        // The session of a NOU is a year, and no session of the Storting.
        TimeAxis::Session => {
            let session = record.designation.as_ref()?.session?;
            (session.last == session.first + 1).then_some(session.first)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Kind;

    fn stratum(year: Option<i16>, kind: Kind, n_tokens: u64) -> Stratum {
        Stratum {
            year,
            is_year_of_file: false,
            kind,
            language: None,
            n_tokens,
            n_tokens_ocr: 0,
            n_passages: 0,
            is_copy: false,
        }
    }

    fn sample(strata: &[Stratum]) -> Sample<'_> {
        Sample { strata, entries: None, is_kept: None, years: None }
    }

    /// Values, mentions, words, documents and coverage of each row.
    fn shown(strata: &Strata, mentions: &[u64]) -> Vec<String> {
        let rows = strata.rows("c", mentions, &vec![0; mentions.len()]);
        let line = |row: &StratumRow<'_>| {
            let values: Vec<&str> = row.values.iter().map(|value| value.unwrap_or("-")).collect();
            let counts = &row.counts;
            let numbers = (counts.frequency.n, counts.frequency.n_tokens, counts.n_docs);
            format!("{} {numbers:?} {}", values.join(" "), row.coverage.name())
        };
        rows.iter().map(line).collect()
    }

    #[test]
    fn no_mention_no_document_and_few_documents_are_three_things() {
        let documents: Vec<Stratum> = [2019, 2019, 2019, 2021, 2021, 2021, 2022]
            .iter()
            .map(|year| stratum(Some(*year), Kind::Nou, 100))
            .collect();
        let strata = Strata::new(&[Dimension::Year], TimeAxis::Analysis, sample(&documents));
        assert_eq!(
            shown(&strata, &[1, 1, 1, 0, 0, 0, 5]),
            [
                "2019 (3, 300, 3) full",
                "2020 (0, 0, 0) none",
                "2021 (0, 300, 3) full",
                "2022 (5, 100, 1) thin"
            ]
        );
    }

    #[test]
    fn a_year_with_little_text_is_thin_however_many_documents_it_has() {
        let years =
            [2019, 2020, 2021].iter().flat_map(|year| [(*year, 1_000), (*year, 1_000), (*year, 1_000)]);
        let short = [(2022, 200); 3];
        let documents: Vec<Stratum> =
            years.chain(short).map(|(year, n)| stratum(Some(year), Kind::Nou, n)).collect();
        let strata = Strata::new(&[Dimension::Year], TimeAxis::Analysis, sample(&documents));
        let coverage: Vec<&str> = strata.coverage.iter().map(|coverage| coverage.name()).collect();
        assert_eq!(coverage, ["full", "full", "full", "thin"]);
    }

    #[test]
    fn each_combination_has_every_year_and_its_own_denominator() {
        let documents = [
            stratum(Some(2019), Kind::Nou, 10),
            stratum(Some(2021), Kind::Tildelingsbrev, 20),
            stratum(None, Kind::Nou, 40),
        ];
        let by = [Dimension::Year, Dimension::Kind];
        let strata = Strata::new(&by, TimeAxis::Analysis, sample(&documents));
        assert_eq!(
            shown(&strata, &[1, 2, 3]),
            [
                "2019 nou (1, 10, 1) thin",
                "2019 tildelingsbrev (0, 0, 0) none",
                "2020 nou (0, 0, 0) none",
                "2020 tildelingsbrev (0, 0, 0) none",
                "2021 nou (0, 0, 0) none",
                "2021 tildelingsbrev (2, 20, 1) thin",
                "- nou (3, 40, 1) thin",
            ]
        );
    }

    #[test]
    fn the_years_that_were_asked_for_have_rows_and_other_documents_have_none() {
        let mut documents = [2019, 2020, 2021].map(|year| stratum(Some(year), Kind::Nou, 10));
        documents[2].is_copy = true;
        let is_kept = [false, true, true];
        let sample = Sample { is_kept: Some(&is_kept), years: Some((2018, 2020)), ..sample(&documents) };
        let strata = Strata::new(&[Dimension::Year], TimeAxis::Analysis, sample);
        assert_eq!(
            shown(&strata, &[7, 1, 9]),
            ["2018 (0, 0, 0) none", "2019 (0, 0, 0) none", "2020 (1, 10, 1) thin"]
        );
    }

    #[test]
    fn quarters_and_sessions_are_written_as_they_are_called() {
        assert_eq!(shown_time(4 * 2019 + 2, &Dimension::Quarter, TimeAxis::Analysis), "2019-Q3");
        assert_eq!(shown_time(2019, &Dimension::Year, TimeAxis::Session), "2019–2020");
    }
}
