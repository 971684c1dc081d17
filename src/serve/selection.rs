//! Which documents a question is about: the parameters that every view of the corpus takes.

use super::problem::Problem;
use super::route::Question;
use super::state::View;
use crate::query::{Names, Query, Restriction};
use crate::results::{Countable, parse_query, parse_restriction};
use crate::text::{Entry, Kind, Language, Stratum};
use crate::trend::{TimeAxis, year_on_axis};

/// The parameters of a selection.
pub(super) const NAMES: [&str; 12] = [
    "where",
    "kind",
    "issuer",
    "issuer_today",
    "addressee",
    "addressee_today",
    "language",
    "source",
    "document",
    "axis",
    "from",
    "to",
];

/// The value of a parameter for documents that have none.
pub(super) const UNKNOWN: &str = "-";

/// Documents, and the passages of them that count.
pub(super) struct Selection {
    /// For each document whether it takes part. Copies of others do not.
    pub(super) is_kept: Vec<bool>,
    pub(super) restriction: Option<Restriction>,
    pub(super) axis: TimeAxis,
    /// First and last year.
    pub(super) years: (Option<i16>, Option<i16>),
}

impl Selection {
    /// The documents that the parameters of `question` name.
    ///
    /// # Errors
    /// When a parameter is wrong, or the index cannot be read.
    pub(super) fn of(question: &Question) -> Result<Selection, Problem> {
        let (view, params) = (&question.view, &question.params);
        let restriction = params.get("where").map(|text| view.restriction(text)).transpose()?;
        let axis = match params.get("axis") {
            None => TimeAxis::Analysis,
            Some(name) => TimeAxis::of_name(name).ok_or_else(|| {
                Problem::parameter("axis", format!("'{name}' is none of {}", TimeAxis::NAMES.join(", ")))
            })?,
        };
        let years = (params.year("from")?, params.year("to")?);
        if let (Some(first), Some(last)) = years
            && first > last
        {
            return Err(Problem::parameter("to", format!("{last} is before {first}")));
        }
        let filter = Filter::of(question, axis, years)?;
        if restriction.is_none() && filter.is_empty() {
            return Ok(Selection { is_kept: view.is_counted.clone(), restriction, axis, years });
        }
        let mut is_kept = match &restriction {
            Some(restriction) => view.results.documents_where(restriction)?,
            None => vec![true; view.is_counted.len()],
        };
        let strata = view.results.strata()?;
        let entries = if filter.needs_entries() { Some(view.results.documents()?) } else { None };
        for (document, (is_kept, stratum)) in is_kept.iter_mut().zip(strata).enumerate() {
            *is_kept = *is_kept
                && !stratum.is_copy
                && filter.holds(stratum, entries.map(|entries| &entries[document]));
        }
        Ok(Selection { is_kept, restriction, axis, years })
    }

    /// The number of its documents.
    pub(super) fn n_documents(&self) -> usize {
        self.is_kept.iter().filter(|is_kept| **is_kept).count()
    }

    /// First and last year when both are given.
    pub(super) fn year_range(&self) -> Option<(i16, i16)> {
        self.years.0.zip(self.years.1)
    }

    /// `asked` in the passages that count.
    pub(super) fn in_passages(&self, view: &View, asked: Countable) -> Result<Countable, Problem> {
        Ok(asked.in_passages_of(&view.results, self.restriction.as_ref())?)
    }
}

/// The parameters that are about single documents.
struct Filter {
    kinds: Vec<Kind>,
    issuers: Vec<String>,
    issuers_today: Vec<String>,
    addressees: Vec<String>,
    addressees_today: Vec<String>,
    /// `None` for documents whose language is unsure.
    languages: Vec<Option<Language>>,
    sources: Vec<String>,
    docnames: Vec<String>,
    axis: TimeAxis,
    years: (Option<i16>, Option<i16>),
}

impl Filter {
    fn of(question: &Question, axis: TimeAxis, years: (Option<i16>, Option<i16>)) -> Result<Filter, Problem> {
        let texts = |name| question.params.all(name).map(str::to_owned).collect::<Vec<_>>();
        let kind = |name: &str| {
            Kind::of_name(&name.to_lowercase())
                .ok_or_else(|| Problem::parameter("kind", format!("'{name}' is not a kind of document")))
        };
        let language = |code: &str| match code {
            UNKNOWN => Ok(None),
            code => code
                .parse::<Language>()
                .map(Some)
                .map_err(|_| Problem::parameter("language", format!("'{code}' is not a code as nb or nn"))),
        };
        Ok(Filter {
            kinds: question.params.all("kind").map(kind).collect::<Result<_, _>>()?,
            issuers: texts("issuer"),
            issuers_today: texts("issuer_today"),
            addressees: texts("addressee"),
            addressees_today: texts("addressee_today"),
            languages: question.params.all("language").map(language).collect::<Result<_, _>>()?,
            sources: texts("source"),
            docnames: texts("document"),
            axis,
            years,
        })
    }

    fn is_empty(&self) -> bool {
        self.years == (None, None)
            && self.kinds.is_empty()
            && self.languages.is_empty()
            && !self.needs_entries()
    }

    fn needs_entries(&self) -> bool {
        let has_years = self.years != (None, None);
        !self.issuers.is_empty()
            || !self.issuers_today.is_empty()
            || !self.addressees.is_empty()
            || !self.addressees_today.is_empty()
            || !self.sources.is_empty()
            || !self.docnames.is_empty()
            || (has_years && self.axis != TimeAxis::Analysis)
    }

    fn holds(&self, stratum: &Stratum, entry: Option<&Entry>) -> bool {
        let year = || match self.axis {
            TimeAxis::Analysis => stratum.year,
            axis => entry.and_then(|entry| year_on_axis(entry, axis)),
        };
        let (first, last) = self.years;
        let is_in_years = self.years == (None, None)
            || year().is_some_and(|year| {
                first.is_none_or(|first| year >= first) && last.is_none_or(|last| year <= last)
            });
        let is_one = |wanted: &[String], value: Option<&str>| {
            wanted.is_empty() || wanted.iter().any(|wanted| wanted == value.unwrap_or(UNKNOWN))
        };
        let record = entry.map(|entry| &entry.record);
        is_in_years
            && (self.kinds.is_empty() || self.kinds.contains(&stratum.kind))
            && (self.languages.is_empty() || self.languages.contains(&stratum.language))
            && is_one(&self.issuers, record.and_then(|record| record.issuer.as_deref()))
            && is_one(&self.issuers_today, record.and_then(|record| record.issuer_today.as_deref()))
            && is_one(&self.addressees, record.and_then(|record| record.addressee.as_deref()))
            && is_one(&self.addressees_today, record.and_then(|record| record.addressee_today.as_deref()))
            && is_one(&self.sources, entry.map(|entry| entry.docname.source()))
            && is_one(&self.docnames, entry.map(|entry| entry.docname.as_str()))
    }
}

impl View {
    /// The concept or query `text`; a plain word that is no concept is a query.
    ///
    /// # Errors
    /// When it has a mistake.
    pub(super) fn countable(&self, text: &str) -> Result<Countable, Problem> {
        Ok(Countable::parse_word(text, &self.names(&|| self.own_columns()))?)
    }

    /// The query `text`.
    pub(super) fn query(&self, text: &str) -> Result<Query, Problem> {
        Ok(parse_query(text, &self.names(&|| self.own_columns()))?)
    }

    /// The documents that `text` names.
    pub(super) fn restriction(&self, text: &str) -> Result<Restriction, Problem> {
        Ok(parse_restriction(text, &self.names(&|| self.own_columns()))?)
    }

    fn names<'n>(&'n self, columns: &'n dyn Fn() -> Vec<String>) -> Names<'n> {
        Names { concepts: self.results.concepts(), columns }
    }

    fn own_columns(&self) -> Vec<String> {
        self.results.own_columns().unwrap_or_default()
    }
}
