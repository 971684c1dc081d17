//! Stage 4: counts → tidy tables of frequency and relative frequency, by document and by year. Pure.
//!
//! A rate is pooled: `1,000,000 × mentions ÷ words` over all documents of its row, not the mean of the documents' rates.
//! Documents without mentions count in the denominators.

use crate::text::{Count, Entry, Kind, Language, Stratum};
use std::collections::{BTreeMap, BTreeSet};

/// The frequency of a concept in one document.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DocumentRow<'a> {
    /// The concept's name.
    pub concept: &'a str,
    /// The document.
    pub entry: &'a Entry,
    /// Mentions.
    pub n: u64,
    /// The first page with a mention. `None` without mentions, or without pages.
    pub page_first: Option<u32>,
}

/// The frequency of a concept in the documents of one kind and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YearRow<'a> {
    /// The concept's name.
    pub concept: &'a str,
    /// Year of analysis. `None` for the documents whose year cannot be told.
    pub year: Option<i16>,
    /// The kind of document. `None` for all kinds together.
    pub kind: Option<Kind>,
    /// Mentions and words.
    pub frequency: Frequency,
    /// Documents.
    pub n_docs: u64,
    /// Documents with at least one mention.
    pub n_docs_with: u64,
}

/// Mentions in so many words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Frequency {
    /// Mentions.
    pub n: u64,
    /// Word tokens: those with a letter.
    pub n_tokens: u64,
}

impl Frequency {
    /// Mentions per million words. `None` without words.
    pub fn per_million(self) -> Option<f64> {
        (self.n_tokens > 0).then(|| 1e6 * self.n as f64 / self.n_tokens as f64)
    }
}

/// How often a form of a concept occurs in passages of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormRow<'a> {
    /// The concept's name.
    pub concept: &'a str,
    /// What was matched, in small letters.
    pub form: &'a str,
    /// `None` where it is unsure.
    pub language: Option<Language>,
    /// Mentions.
    pub n: u64,
}

/// One row for each concept and document, by concept in the order of `counts`, then in the order of `entries`.
pub fn by_document<'a>(entries: &'a [Entry], counts: &'a [Count]) -> Vec<DocumentRow<'a>> {
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

/// One row for each concept, kind and year that has documents; by concept in the order of `counts`, then year, then kind.
/// Documents without a year come last.
pub fn by_year_and_kind<'a>(documents: &[Stratum], counts: &'a [Count]) -> Vec<YearRow<'a>> {
    year_rows(documents, counts, |document| Some(document.kind))
}

/// As [`by_year_and_kind`], with all kinds together.
pub fn by_year<'a>(documents: &[Stratum], counts: &'a [Count]) -> Vec<YearRow<'a>> {
    year_rows(documents, counts, |_| None)
}

/// One row for each concept, form and language, the most frequent form first.
pub fn forms(counts: &[Count]) -> Vec<FormRow<'_>> {
    let rows = counts.iter().flat_map(|count| {
        let mut totals = BTreeMap::<(u32, Option<Language>), u64>::new();
        for tally in &count.tallies {
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

fn year_rows<'a>(
    documents: &[Stratum],
    counts: &'a [Count],
    kind_of: impl Fn(&Stratum) -> Option<Kind>,
) -> Vec<YearRow<'a>> {
    let stratum = |document: &Stratum| (document.year.is_none(), document.year, kind_of(document));
    let strata: BTreeSet<_> = documents.iter().map(stratum).collect();
    let mut rows = Vec::new();
    for count in counts {
        let mut sums: BTreeMap<_, (Frequency, u64, u64)> =
            strata.iter().map(|stratum| (*stratum, Default::default())).collect();
        for (document, (n, _)) in documents.iter().zip(document_totals(documents.len(), count)) {
            let (frequency, n_docs, n_docs_with) = sums.entry(stratum(document)).or_default();
            frequency.n += n;
            frequency.n_tokens += document.n_tokens;
            *n_docs += 1;
            *n_docs_with += u64::from(n > 0);
        }
        rows.extend(sums.into_iter().map(|((_, year, kind), (frequency, n_docs, n_docs_with))| YearRow {
            concept: &count.concept,
            year,
            kind,
            frequency,
            n_docs,
            n_docs_with,
        }));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{AnalysisYear, Digest, MediaType, Record, Tally};

    fn entry(docname: &str, kind: Kind, year: Option<i16>, n_tokens: u64) -> Entry {
        let year = year.map(|year| AnalysisYear { year, basis: "published".to_owned() });
        Entry {
            docname: docname.to_owned().into(),
            record: Record { kind, year, ..Record::default() },
            language: None,
            media_type: MediaType::Pdf,
            n_pages: Some(1),
            language_shares: Vec::new(),
            n_passages: 1,
            n_tokens,
            source_url: docname.to_owned(),
            source_sha256: Digest::of(b""),
            also_at: Vec::new(),
            is_vanished: false,
            notices: Vec::new(),
            made_from: Digest::of(b""),
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
    fn forms_are_listed_by_frequency() {
        let (_, counts) = sample();
        let found: Vec<_> = forms(&counts).iter().map(|row| (row.form, row.n)).collect();
        assert_eq!(found, [("innovasjon", 5), ("innovasjoner", 1)]);
    }

    #[test]
    fn without_words_there_is_no_rate() {
        assert_eq!(Frequency { n: 0, n_tokens: 0 }.per_million(), None);
    }
}
