//! What the corpus holds by kind and year: how far its numbers reach.

use super::documents_by_year;
use crate::text::{Kind, Stratum};
use std::collections::BTreeMap;

/// The documents of one kind and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CoverageRow {
    /// `None` for all kinds together.
    pub(crate) kind: Option<Kind>,
    pub(crate) year: Option<i16>,
    /// Documents that count, without copies of others.
    pub(crate) n_docs: u64,
    pub(crate) n_tokens: u64,
    /// Those that OCR read.
    pub(crate) n_tokens_ocr: u64,
    pub(crate) n_docs_of_file: u64,
    pub(crate) n_copies: u64,
    /// False for the latest years while they have few documents; see [`documents_by_year`]. `None` without a year.
    pub(crate) is_complete: Option<bool>,
}

/// A row for each kind and year of the range of its documents, those without a year last; first all kinds together.
pub(crate) fn coverage(documents: &[Stratum]) -> Vec<CoverageRow> {
    let mut kinds: Vec<Kind> = documents.iter().map(|document| document.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let kinds = std::iter::once(None).chain(kinds.into_iter().map(Some));
    kinds.flat_map(|kind| of_kind(documents, kind)).collect()
}

fn of_kind(documents: &[Stratum], kind: Option<Kind>) -> Vec<CoverageRow> {
    let of_kind: Vec<Stratum> =
        documents.iter().filter(|document| kind.is_none_or(|kind| document.kind == kind)).copied().collect();
    let empty = |year: Option<i16>| CoverageRow {
        kind,
        year,
        n_docs: 0,
        n_tokens: 0,
        n_tokens_ocr: 0,
        n_docs_of_file: 0,
        n_copies: 0,
        is_complete: None,
    };
    let mut rows = BTreeMap::new();
    let years = documents_by_year(&of_kind);
    if let (Some((first, _)), Some((last, _))) = (years.first(), years.last()) {
        let range = (*first..=*last).take(super::RANGE_YEARS_MAX as usize);
        rows.extend(range.map(|year| ((false, Some(year)), empty(Some(year)))));
    }
    for document in &of_kind {
        let key = (document.year.is_none(), document.year);
        let row = rows.entry(key).or_insert_with(|| empty(document.year));
        if document.is_copy {
            row.n_copies += 1;
            continue;
        }
        row.n_docs += 1;
        row.n_tokens += document.n_tokens;
        row.n_tokens_ocr += document.n_tokens_ocr;
        row.n_docs_of_file += u64::from(document.is_year_of_file);
    }
    for (year, of_year) in years {
        if let Some(row) = rows.get_mut(&(false, Some(year))) {
            row.is_complete = Some(of_year.is_complete);
        }
    }
    rows.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_year_of_the_range_has_a_row_and_copies_are_counted_apart() {
        let document = |year, is_copy| Stratum {
            year,
            kind: Kind::Nou,
            language: None,
            n_tokens: 100,
            n_tokens_ocr: if year.is_none() { 40 } else { 0 },
            n_passages: 4,
            is_year_of_file: year == Some(2012),
            is_copy,
        };
        let documents = [
            document(Some(2010), false),
            document(Some(2010), true),
            document(Some(2012), false),
            document(None, false),
        ];
        let rows = coverage(&documents);
        let found: Vec<_> = rows
            .iter()
            .map(|row| (row.kind, row.year, row.n_docs, row.n_copies, row.n_docs_of_file, row.n_tokens_ocr))
            .collect();
        let of_kind = |kind| {
            [
                (kind, Some(2010), 1, 1, 0, 0),
                (kind, Some(2011), 0, 0, 0, 0),
                (kind, Some(2012), 1, 0, 1, 0),
                (kind, None, 1, 0, 0, 40),
            ]
        };
        assert_eq!(found, [of_kind(None), of_kind(Some(Kind::Nou))].concat());
    }
}
