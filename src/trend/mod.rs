//! Stage 4: counts → tidy tables of frequency and relative frequency, by document and by year. Pure.
//!
//! A rate is pooled: `1,000,000 × mentions ÷ words` over all documents of its row, not the mean of the documents' rates.
//! Documents without mentions count in the denominators; copies of other documents count in neither.

mod collocates;
mod cooccurrence;
mod coverage;
mod estimate;
mod keyness;
mod standardise;
mod strata;
mod trend_test;
mod word_list;

pub(crate) use collocates::{CollocateOrder, CollocateRow, Surroundings, first_collocates};
pub(crate) use cooccurrence::{PairRow, pairs};
pub(crate) use coverage::{CoverageRow, coverage};
pub(crate) use estimate::Estimate;
pub(crate) use keyness::{
    Candidate, Comparison, Floor, KEYNESS_SEED, KeynessRow, documents_by_year, recent_groups, strongest,
};
pub(crate) use standardise::{StandardisedRate, standardised};
pub(crate) use strata::{Coverage, Dimension, Sample, Strata, StratumRow, TimeAxis, year as year_on_axis};
pub(crate) use trend_test::{TEST_SEED, TrendTest, trend_tests};
pub(crate) use word_list::{ListedDocuments, WordRow, sort_by_frequency};

use crate::stats::{DocumentCount, Resamples};
use crate::text::{Count, Entry, Kind, Language, Stratum};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// The frequency of a concept in one document.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct DocumentRow<'a> {
    pub(crate) concept: &'a str,
    pub(crate) entry: &'a Entry,
    pub(crate) n: u64,
    /// The first page with a mention. `None` without mentions, or without pages.
    pub(crate) page_first: Option<u32>,
}

/// The frequency of a concept in the documents of one kind and year.
#[derive(Debug, Clone)]
pub struct YearRow<'a> {
    pub(crate) concept: &'a str,
    /// Year of analysis. `None` for the documents whose year cannot be told.
    pub(crate) year: Option<i16>,
    /// The kind of document. `None` for all kinds together.
    pub(crate) kind: Option<Kind>,
    pub(crate) frequency: Frequency,
    pub(crate) n_docs: u64,
    /// Documents with at least one mention.
    pub(crate) n_docs_with: u64,
    /// Documents whose year only the metadata of their file give. `None` where that was not counted.
    pub(crate) n_docs_of_file: Option<u64>,
    /// Words that OCR read. `None` where that was not counted.
    pub(crate) n_tokens_ocr: Option<u64>,
    /// Mentions by the position of the term in the word, in the order of [`POSITIONS`]. `None` where that was not counted.
    pub(crate) by_position: Option<[u64; POSITIONS.len()]>,
    documents: Vec<DocumentCount>,
    resamples: Arc<Resamples>,
    /// Computed on first use, because the summary of a run does not need it.
    estimate: OnceLock<Estimate>,
}

impl<'a> YearRow<'a> {
    /// The row of `concept` in the `documents` of a year and kind.
    pub(crate) fn new(
        concept: &'a str,
        year: Option<i16>,
        kind: Option<Kind>,
        documents: Vec<DocumentCount>,
    ) -> YearRow<'a> {
        let frequency = Frequency {
            n: documents.iter().map(|document| document.n).sum(),
            n_tokens: documents.iter().map(|document| document.n_tokens).sum(),
        };
        let n_docs_with = documents.iter().filter(|document| document.n > 0).count() as u64;
        let (n_docs, estimate) = (documents.len() as u64, OnceLock::new());
        YearRow {
            concept,
            year,
            kind,
            frequency,
            n_docs,
            n_docs_with,
            n_docs_of_file: None,
            n_tokens_ocr: None,
            by_position: None,
            documents,
            resamples: estimate::resamples(),
            estimate,
        }
    }

    /// The same row for the name `concept`.
    pub(crate) fn renamed<'b>(self, concept: &'b str) -> YearRow<'b> {
        let YearRow {
            year,
            kind,
            frequency,
            n_docs,
            n_docs_with,
            n_docs_of_file,
            n_tokens_ocr,
            by_position,
            documents,
            resamples,
            estimate,
            ..
        } = self;
        YearRow {
            concept,
            year,
            kind,
            frequency,
            n_docs,
            n_docs_with,
            n_docs_of_file,
            n_tokens_ocr,
            by_position,
            documents,
            resamples,
            estimate,
        }
    }

    /// The uncertainty of the rate, and the dispersion of the mentions.
    pub(crate) fn estimate(&self) -> &Estimate {
        self.estimate.get_or_init(|| Estimate::of(&self.documents, &self.resamples))
    }
}

/// Mentions in so many words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Frequency {
    pub(crate) n: u64,
    /// Word tokens: those with a letter.
    pub(crate) n_tokens: u64,
}

impl Frequency {
    /// Mentions per million words. `None` without words.
    pub(crate) fn per_million(self) -> Option<f64> {
        (self.n_tokens > 0).then(|| 1e6 * self.n as f64 / self.n_tokens as f64)
    }
}

/// How often a form of a concept occurs in passages of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FormRow<'a> {
    pub(crate) concept: &'a str,
    /// What was matched, in small letters.
    pub(crate) form: &'a str,
    /// `None` where it is unsure.
    pub(crate) language: Option<Language>,
    pub(crate) n: u64,
}

/// One row for each concept and document, by concept in the order of `counts`, then in the order of `entries`.
pub(crate) fn by_document<'a>(entries: &'a [Entry], counts: &'a [Count]) -> Vec<DocumentRow<'a>> {
    let rows = counts.iter().flat_map(|count| {
        let totals = document_totals(entries.len(), count);
        entries.iter().zip(totals).map(|(entry, (n, page_first))| DocumentRow {
            concept: &count.concept,
            entry,
            n,
            page_first,
        })
    });
    rows.collect()
}

/// One row for each concept, kind, and year from the first of that kind to its last; by concept in the order of `counts`, then year,
/// then kind. Documents without a year come last. A year without documents has a row too: no documents and no mentions are two
/// things.
pub(crate) fn by_year_and_kind<'a>(documents: &[Stratum], counts: &'a [Count]) -> Vec<YearRow<'a>> {
    year_rows(documents, counts, |document| Some(document.kind))
}

/// As [`by_year_and_kind`], with all kinds together.
pub fn by_year<'a>(documents: &[Stratum], counts: &'a [Count]) -> Vec<YearRow<'a>> {
    year_rows(documents, counts, |_| None)
}

/// One row for each concept, form and language, the most frequent form first.
pub(crate) fn forms<'a>(documents: &[Stratum], counts: &'a [Count]) -> Vec<FormRow<'a>> {
    let rows = counts.iter().flat_map(|count| {
        let mut totals = BTreeMap::<(u32, Option<Language>), u64>::new();
        for tally in count.tallies.iter().filter(|tally| !documents[tally.document as usize].is_copy) {
            *totals.entry((tally.form, tally.language)).or_default() += tally.n;
        }
        let mut rows: Vec<FormRow<'_>> = totals
            .into_iter()
            .map(|((form, language), n)| FormRow {
                concept: &count.concept,
                form: &count.forms[form as usize],
                language,
                n,
            })
            .collect();
        rows.sort_by(|a, b| b.n.cmp(&a.n).then((a.form, a.language).cmp(&(b.form, b.language))));
        rows
    });
    rows.collect()
}

/// For each document the mentions of `count` in it and the first page that has one.
fn document_totals(n_documents: usize, count: &Count) -> Vec<(u64, Option<u32>)> {
    let mut totals = vec![(0, None); n_documents];
    for tally in &count.tallies {
        let (n, page_first): &mut (u64, Option<u32>) = &mut totals[tally.document as usize];
        *n += tally.n;
        *page_first = [*page_first, tally.page_first].into_iter().flatten().min();
    }
    totals
}

/// The positions of a term in a word, as lists of forms name them. A phrase has none.
pub(crate) const POSITIONS: [&str; 4] = ["simplex", "first", "middle", "last"];

/// Adds to `rows` of years and kinds the mentions by position. `positions` has for each of `counts` and each of its forms the index
/// in [`POSITIONS`], `None` for a phrase.
pub(crate) fn add_positions(
    rows: &mut [YearRow<'_>],
    documents: &[Stratum],
    counts: &[Count],
    positions: &[Vec<Option<usize>>],
) {
    let mut sums = BTreeMap::<(&str, Option<i16>, Option<Kind>), [u64; POSITIONS.len()]>::new();
    for (count, positions) in counts.iter().zip(positions) {
        for tally in &count.tallies {
            let document = &documents[tally.document as usize];
            let Some(position) = positions[tally.form as usize].filter(|_| !document.is_copy) else {
                continue;
            };
            for kind in [None, Some(document.kind)] {
                let key = (count.concept.as_str(), document.year, kind);
                sums.entry(key).or_default()[position] += tally.n;
            }
        }
    }
    for row in rows {
        row.by_position = Some(sums.get(&(row.concept, row.year, row.kind)).copied().unwrap_or_default());
    }
}

/// Over a longer range years without documents have no rows: one wrong year must not make a thousand rows.
const RANGE_YEARS_MAX: i16 = 300;

fn year_rows<'a>(
    documents: &[Stratum],
    counts: &'a [Count],
    kind_of: impl Fn(&Stratum) -> Option<Kind>,
) -> Vec<YearRow<'a>> {
    let stratum = |document: &Stratum| (document.year.is_none(), document.year, kind_of(document));
    let mut strata: BTreeSet<_> =
        documents.iter().filter(|document| !document.is_copy).map(stratum).collect();
    let mut ranges = BTreeMap::new();
    for (_, year, kind) in &strata {
        let Some(year) = *year else { continue };
        let (first, last) = ranges.entry(*kind).or_insert((year, year));
        (*first, *last) = (year.min(*first), year.max(*last));
    }
    ranges.retain(|_, (first, last)| *last - *first < RANGE_YEARS_MAX);
    strata.extend(
        ranges
            .into_iter()
            .flat_map(|(kind, (first, last))| (first..=last).map(move |year| (false, Some(year), kind))),
    );
    let number_of: BTreeMap<_, usize> = strata.iter().copied().zip(0..).collect();
    let number = |document: &Stratum| (!document.is_copy).then(|| number_of[&stratum(document)]);
    let numbers: Vec<Option<usize>> = documents.iter().map(number).collect();
    let mut sums = vec![(0, 0); strata.len()];
    for (document, number) in documents.iter().zip(&numbers) {
        let Some((n_of_file, n_tokens_ocr)) = number.map(|number| &mut sums[number]) else { continue };
        *n_of_file += u64::from(document.is_year_of_file);
        *n_tokens_ocr += document.n_tokens_ocr;
    }
    let resamples: Vec<_> = strata.iter().map(|_| estimate::resamples()).collect();
    let mut rows = Vec::new();
    for count in counts {
        let mut parts = vec![Vec::new(); strata.len()];
        let totals = document_totals(documents.len(), count);
        for ((document, number), (n, _)) in documents.iter().zip(&numbers).zip(totals) {
            if let Some(number) = *number {
                parts[number].push(DocumentCount { n, n_tokens: document.n_tokens });
            }
        }
        for (number, ((_, year, kind), part)) in strata.iter().zip(parts).enumerate() {
            let (n_of_file, n_tokens_ocr) = sums[number];
            rows.push(YearRow {
                n_docs_of_file: Some(n_of_file),
                n_tokens_ocr: Some(n_tokens_ocr),
                resamples: Arc::clone(&resamples[number]),
                ..YearRow::new(&count.concept, *year, *kind, part)
            });
        }
    }
    rows
}

/// `items`, one for each document, and `counts` of those documents for which `is_kept` is true: numerators and denominators alike.
pub(crate) fn restricted<T: Clone>(items: &[T], counts: &[Count], is_kept: &[bool]) -> (Vec<T>, Vec<Count>) {
    let mut next = 0;
    let number_of = is_kept.iter().map(|kept| {
        next += u32::from(*kept);
        kept.then(|| next - 1)
    });
    let number_of: Vec<Option<u32>> = number_of.collect();
    let kept = items.iter().zip(is_kept).filter(|(_, kept)| **kept).map(|(item, _)| item.clone()).collect();
    let count = |count: &Count| {
        let tallies = count.tallies.iter().filter_map(|tally| {
            let document = number_of[tally.document as usize]?;
            Some(crate::text::Tally { document, ..*tally })
        });
        Count { tallies: tallies.collect(), ..count.clone() }
    };
    (kept, counts.iter().map(count).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{AnalysisYear, MediaType, Record, Tally};

    fn entry(docname: &str, kind: Kind, year: Option<i16>, n_tokens: u64) -> Entry {
        let year = year.map(|year| AnalysisYear { year, basis: "published".to_owned() });
        Entry {
            record: Record { kind, year, ..Record::default() },
            n_passages: 1,
            n_tokens,
            source_url: docname.to_owned(),
            ..Entry::new(docname.to_owned().into(), MediaType::Pdf)
        }
    }

    fn tally(document: u32, form: u32, n: u64, page: u32) -> Tally {
        Tally { document, form, language: None, n, page_first: Some(page) }
    }

    fn sample() -> (Vec<Entry>, Vec<Count>) {
        let entries = vec![
            entry("a", Kind::Nou, Some(2020), 1_000),
            entry("b", Kind::Tildelingsbrev, Some(2020), 3_000),
            entry("c", Kind::Nou, None, 500),
        ];
        let forms = vec!["innovasjon".to_owned(), "innovasjoner".to_owned()];
        let tallies = vec![tally(0, 0, 3, 7), tally(0, 1, 1, 4), tally(2, 0, 2, 1)];
        (entries, vec![Count { concept: "innovasjon".to_owned(), forms, tallies }])
    }

    #[test]
    fn a_year_pools_mentions_and_words_of_all_its_documents() {
        let (entries, counts) = sample();
        let strata: Vec<Stratum> = entries.iter().map(Entry::stratum).collect();
        let rows = by_year(&strata, &counts);
        let found: Vec<_> = rows
            .iter()
            .map(|row| (row.year, row.frequency.n, row.frequency.n_tokens, row.n_docs, row.n_docs_with))
            .collect();
        assert_eq!(found, [(Some(2020), 4, 4_000, 2, 1), (None, 2, 500, 1, 1)]);
        assert_eq!(rows[0].frequency.per_million(), Some(1_000.0));
    }

    #[test]
    fn a_kind_without_mentions_keeps_its_row() {
        let (entries, counts) = sample();
        let strata: Vec<Stratum> = entries.iter().map(Entry::stratum).collect();
        let rows = by_year_and_kind(&strata, &counts);
        let found: Vec<_> = rows.iter().map(|row| (row.year, row.kind, row.frequency.n)).collect();
        let nou = Some(Kind::Nou);
        assert_eq!(
            found,
            [(Some(2020), nou, 4), (Some(2020), Some(Kind::Tildelingsbrev), 0), (None, nou, 2)]
        );
    }

    #[test]
    fn a_document_row_has_the_first_page_of_any_form() {
        let (entries, counts) = sample();
        let rows = by_document(&entries, &counts);
        let found: Vec<_> =
            rows.iter().map(|row| (row.entry.docname.as_str(), row.n, row.page_first)).collect();
        assert_eq!(found, [("a", 4, Some(4)), ("b", 0, None), ("c", 2, Some(1))]);
    }

    #[test]
    fn a_year_without_documents_has_a_row_without_a_rate() {
        let entries = [entry("a", Kind::Nou, Some(2018), 10), entry("b", Kind::Nou, Some(2020), 10)];
        let strata: Vec<Stratum> = entries.iter().map(Entry::stratum).collect();
        let counts = [Count { concept: "x".to_owned(), forms: Vec::new(), tallies: Vec::new() }];
        let rows = by_year_and_kind(&strata, &counts);
        let found: Vec<_> =
            rows.iter().map(|row| (row.year, row.n_docs, row.frequency.per_million())).collect();
        assert_eq!(found, [(Some(2018), 1, Some(0.0)), (Some(2019), 0, None), (Some(2020), 1, Some(0.0))]);
        assert_eq!(rows[1].estimate().interval, None);
    }

    #[test]
    fn mentions_are_counted_by_the_position_of_the_term() {
        let (entries, counts) = sample();
        let strata: Vec<Stratum> = entries.iter().map(Entry::stratum).collect();
        let mut rows = by_year_and_kind(&strata, &counts);
        add_positions(&mut rows, &strata, &counts, &[vec![Some(0), None]]);
        let found: Vec<_> = rows.iter().map(|row| row.by_position.unwrap()).collect();
        assert_eq!(found, [[3, 0, 0, 0], [0; 4], [2, 0, 0, 0]]);
    }

    #[test]
    fn a_restriction_takes_documents_from_numerator_and_denominator() {
        let (entries, counts) = sample();
        let (entries, counts) = restricted(&entries, &counts, &[false, true, true]);
        let strata: Vec<Stratum> = entries.iter().map(Entry::stratum).collect();
        let rows = by_year(&strata, &counts);
        let found: Vec<_> =
            rows.iter().map(|row| (row.year, row.frequency.n, row.frequency.n_tokens)).collect();
        assert_eq!(found, [(Some(2020), 0, 3_000), (None, 2, 500)]);
    }

    #[test]
    fn forms_are_listed_by_frequency() {
        let (entries, counts) = sample();
        let strata: Vec<Stratum> = entries.iter().map(Entry::stratum).collect();
        let found: Vec<_> = forms(&strata, &counts).iter().map(|row| (row.form, row.n)).collect();
        assert_eq!(found, [("innovasjon", 5), ("innovasjoner", 1)]);
    }

    #[test]
    fn a_copy_has_its_own_row_and_counts_in_no_total() {
        let (mut entries, counts) = sample();
        entries[0].copy_of = Some("b".to_owned().into());
        let strata: Vec<Stratum> = entries.iter().map(Entry::stratum).collect();
        let years: Vec<_> = by_year(&strata, &counts)
            .iter()
            .map(|row| (row.year, row.frequency.n, row.frequency.n_tokens, row.n_docs))
            .collect();
        assert_eq!(years, [(Some(2020), 0, 3_000, 1), (None, 2, 500, 1)]);
        let found: Vec<_> = forms(&strata, &counts).iter().map(|row| (row.form, row.n)).collect();
        assert_eq!(found, [("innovasjon", 2)]);
        assert_eq!(by_document(&entries, &counts)[0].n, 4);
    }

    #[test]
    fn without_words_there_is_no_rate() {
        assert_eq!(Frequency { n: 0, n_tokens: 0 }.per_million(), None);
    }
}
