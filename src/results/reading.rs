//! One document to be read: its passages in their order, with the mentions of a query in each.

use super::{Countable, Error, Results};
use crate::query::{Mentions, mentions_in};
use crate::text::{Language, PassageKind, words};
use std::collections::BTreeMap;
use std::ops::Range;

/// A passage of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadPassage {
    /// Its index in the document.
    pub(crate) ordinal: u32,
    /// The page where it begins, from 1. `None` without pages.
    pub(crate) page: Option<u32>,
    /// The number that is printed on that page, where it is known.
    pub(crate) page_label: Option<String>,
    pub(crate) kind: PassageKind,
    pub(crate) language: Option<Language>,
    /// The headings above it, outermost first.
    pub(crate) section: Vec<String>,
    pub(crate) text: String,
    /// Words: tokens with a letter.
    pub(crate) n_tokens: u32,
    /// The first character in the document's plain text, from 0.
    pub(crate) char_start: u32,
}

/// The mentions in one passage: bytes of its text, in order.
pub(crate) type MarkedPassage = Vec<Range<usize>>;

impl Results {
    /// The document called `docname`, as its index in [`Results::documents`].
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn document_called(&self, docname: &str) -> Result<Option<usize>, Error> {
        let documents = self.documents()?;
        Ok(documents.binary_search_by(|entry| entry.docname.as_str().cmp(docname)).ok())
    }

    /// The passages of a document in their order.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn reading(&self, document: usize) -> Result<Vec<ReadPassage>, Error> {
        let mut passages = Vec::new();
        for segment in &self.snapshot.segments {
            let mut rows = segment.rows().map_err(Error::reading)?;
            for number in 0..segment.n_rows() as u32 {
                let row = rows.at(number).map_err(Error::reading)?;
                if row.document as usize != document {
                    continue;
                }
                let place = segment.place(number).map_err(Error::reading)?;
                let page = segment.page_of_word(&place, row, 0).map_err(Error::reading)?;
                let passage = segment.passage(number)?;
                passages.push(ReadPassage {
                    ordinal: place.ordinal,
                    page: page.page,
                    page_label: page.label,
                    kind: row.kind,
                    language: row.language,
                    section: passage.section,
                    text: passage.text,
                    n_tokens: row.n_tokens,
                    char_start: place.char_start,
                });
            }
        }
        passages.sort_by_key(|passage| passage.ordinal);
        Ok(passages)
    }

    /// The mentions of `asked` in the `passages` of a document, by the ordinal of the passage.
    ///
    /// # Errors
    /// When the index cannot be read, or a limit is reached.
    pub(crate) fn marked(
        &self,
        asked: &Countable,
        document: usize,
        passages: &[ReadPassage],
    ) -> Result<BTreeMap<u32, MarkedPassage>, Error> {
        let mentions = self.mentions_in(asked, document)?;
        let texts: BTreeMap<u32, &str> =
            passages.iter().map(|passage| (passage.ordinal, passage.text.as_str())).collect();
        let mut marked = BTreeMap::<u32, MarkedPassage>::new();
        for found in self.by_document(&mentions)?.filter(|found| found.document as usize == document) {
            for [ordinal, position, length] in found.places() {
                let Some(text) = texts.get(&ordinal) else { continue };
                let mut tokens = words(text).skip(position as usize).take(length as usize);
                let Some(first) = tokens.next() else { continue };
                let end = tokens.last().map_or(first.range.end, |last| last.range.end);
                marked.entry(ordinal).or_default().push(first.range.start..end);
            }
        }
        Ok(marked)
    }

    pub(super) fn mentions_in(&self, asked: &Countable, document: usize) -> Result<Mentions, Error> {
        let documents = document as u32..document as u32 + 1;
        Ok(match asked {
            Countable::Concept(name) => {
                let concept = self.concept(name)?;
                mentions_in(&self.snapshot, self.expansion(concept)?, documents)?
            }
            Countable::Query(_, query) => {
                let query = query.clone().counted();
                let expansion = self.expand_queries(std::slice::from_ref(&query))?;
                mentions_in(&self.snapshot, &expansion[0], documents)?
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::results;
    use super::*;
    use crate::index::Snapshot;
    use crate::query::Query;

    #[test]
    fn the_mentions_of_a_document_are_marked_in_its_passages() {
        let texts = ["mer tillit", "og tillit til tillit"];
        let results = results(Snapshot::of_texts(&texts), "[[concept]]\nname = \"c\"\npatterns = [\"x\"]");
        let passages = results.reading(0).unwrap();
        let asked = Countable::Query("tillit".to_owned(), Query::parse("tillit").unwrap());
        let marked = results.marked(&asked, 0, &passages).unwrap();
        let shown: Vec<&str> = passages
            .iter()
            .flat_map(|passage| {
                let ranges = marked.get(&passage.ordinal).cloned().unwrap_or_default();
                ranges.into_iter().map(|range| &passage.text[range]).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(shown, ["tillit"; 3]);
    }
}
