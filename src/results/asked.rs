//! What a user asks for, as text: the name of a concept, a query, a restriction of documents.

use super::{DocumentTotals, Error, Results};
use crate::codebook::Concept;
use crate::query::{Mentions, Names, Query, Restriction};

/// What can be counted and listed.
#[derive(Debug, Clone)]
pub(crate) enum Countable {
    /// The concept of this name.
    Concept(String),
    /// A query, and how it is written.
    Query(String, Query),
}

impl Countable {
    /// Parses `text` as the name of one of `concepts` or as a query. A query contains an operator, a field or the signs of a pattern. A
    /// plain word is the name of a concept, so that a misspelt name is an error and not a count of zero.
    ///
    /// # Errors
    /// When there is no such concept, or the query has a mistake.
    pub(crate) fn parse(text: &str, names: &Names<'_>) -> Result<Countable, Error> {
        if has_concept(names.concepts, text) {
            return Ok(Countable::Concept(text.to_owned()));
        }
        let has_operator = text.split([' ', '(', ')']).any(|word| ["AND", "OR", "NOT"].contains(&word));
        if has_operator || text.contains(['*', '[', '/', '"', '«', '“', '„', '~', ':']) {
            return Ok(Countable::Query(text.to_owned(), parse_query(text, names)?));
        }
        Err(Error::neither_concept_nor_query(text, names.concepts))
    }

    /// As [`Countable::parse`], but a plain word that is no concept is a query.
    ///
    /// # Errors
    /// When the query has a mistake.
    pub(crate) fn parse_word(text: &str, names: &Names<'_>) -> Result<Countable, Error> {
        if has_concept(names.concepts, text) {
            return Ok(Countable::Concept(text.to_owned()));
        }
        Ok(Countable::Query(text.to_owned(), parse_query(text, names)?))
    }

    /// As the user wrote it.
    pub(crate) fn name(&self) -> &str {
        match self {
            Countable::Concept(name) | Countable::Query(name, _) => name,
        }
    }

    /// The same, in the passages only that `restriction` is about.
    ///
    /// # Errors
    /// When there is no such concept.
    pub(crate) fn in_passages_of(
        self,
        results: &Results,
        restriction: Option<&Restriction>,
    ) -> Result<Countable, Error> {
        let Some(condition) = restriction.and_then(Restriction::passages) else { return Ok(self) };
        let (name, query) = match self {
            Countable::Concept(name) => {
                let query = Query::of_concept(&results.concepts()[results.concept(&name)?]);
                (name, query)
            }
            Countable::Query(name, query) => (name, query),
        };
        Ok(Countable::Query(name, query.in_passages(condition.clone())))
    }

    /// Where it is mentioned.
    ///
    /// # Errors
    /// When the index cannot be read, or a limit is reached.
    pub(crate) fn mentions(&self, results: &Results) -> Result<Mentions, Error> {
        match self {
            Countable::Concept(name) => results.mentions(results.concept(name)?),
            Countable::Query(_, query) => results.mentions_of(query),
        }
    }

    /// How often it occurs in each document, in the order of [`Results::documents`].
    ///
    /// # Errors
    /// When the index cannot be read, or a limit is reached.
    pub(crate) fn totals(&self, results: &Results) -> Result<DocumentTotals, Error> {
        match self {
            Countable::Concept(name) => results.totals(results.concept(name)?),
            Countable::Query(_, query) => results.totals_of(query),
        }
    }
}

fn has_concept(concepts: &[Concept], name: &str) -> bool {
    let wanted = name.to_lowercase();
    concepts.iter().any(|concept| concept.name.to_lowercase() == wanted)
}

/// The query `text`, which may refer to what `names` has.
///
/// # Errors
/// When it has a mistake.
pub(crate) fn parse_query(text: &str, names: &Names<'_>) -> Result<Query, Error> {
    Query::parse_with(text, names).map_err(Error::syntax)
}

/// The documents that `text` names.
///
/// # Errors
/// When it has a mistake.
pub(crate) fn parse_restriction(text: &str, names: &Names<'_>) -> Result<Restriction, Error> {
    Restriction::parse(text, names).map_err(Error::syntax)
}
