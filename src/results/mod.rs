//! Answers questions about one snapshot of a corpus: concepts, counts, mentions, forms, passages, documents.
//!
//! [`Results`] owns all that it needs and can be reloaded when a new snapshot is written, so a long-running program can keep it.
//! `cli` and the reports of `pipeline` present its answers. Every number comes from postings; the text of a passage is read
//! only to show it.

mod asked;
mod concordance;
mod cooccurrence;
mod count;
mod error;
mod forms;
mod frequencies;
mod kept;
mod lines;
mod neighbours;
mod ngrams;
mod passages;
#[cfg(test)]
mod plain_count;
mod questions;
mod reading;
mod strips;
#[cfg(test)]
mod tests;
mod texts;

pub(crate) use asked::{Countable, parse_query, parse_restriction};
pub(crate) use concordance::{CONTEXT_WORDS, Context, InDocument};
pub(crate) use cooccurrence::{UnitOfText, Within};
pub(crate) use count::DocumentTotals;
pub(crate) use error::{Error, ErrorKind};
pub(crate) use forms::FormUse;
pub(crate) use frequencies::{DocumentFrequency, WantedWords, WordUnit};
pub(crate) use lines::{Found, SortKey, sort_lines};
pub(crate) use neighbours::{Neighbours, Span, WordsAround};
pub(crate) use passages::{Answer, Hit};
pub(crate) use reading::{MarkedPassage, ReadPassage};
pub(crate) use strips::Strip;

use crate::codebook::{Codebook, Concept};
use crate::index::Snapshot;
use crate::query::{Expansion, KnownForms, Mentions, Query, cost, expand_with, mentions};
use crate::text::{Count, Digest, DocName, Entry, Stratum};
use rayon::prelude::*;
use std::path::PathBuf;
use std::sync::OnceLock;

/// Where the results of a corpus come from.
#[derive(Debug, Clone)]
pub struct ResultsSource {
    /// The folder of the index.
    pub index: PathBuf,
    /// The file that stores which forms the codebook matches; see [`Results::forms_to_keep`]. It can be deleted.
    pub forms: PathBuf,
    /// The researcher's dictionary.
    pub codebook: Codebook,
    /// SHA-256 of the codebook and its decisions, in hexadecimal.
    pub codebook_sha256: Digest,
}

/// One snapshot of a corpus, open for questions.
pub struct Results {
    source: ResultsSource,
    snapshot: Snapshot,
    /// Of all concepts, in their order; each made when the first question needs it.
    expansions: Vec<OnceLock<Expansion>>,
    /// Read when the first question needs all of them.
    documents: OnceLock<Vec<Entry>>,
    strata: OnceLock<Vec<Stratum>>,
    /// Most postings of a query whose mentions are kept in memory.
    postings_max: u64,
    /// What patterns match, when many questions are asked.
    known_forms: KnownForms,
}

impl Results {
    /// The latest snapshot of the corpus in `source`.
    ///
    /// # Errors
    /// When there is none yet, or the index cannot be read.
    pub fn open(source: ResultsSource) -> Result<Results, Error> {
        let snapshot = Snapshot::open(&source.index)?.ok_or_else(Error::no_index)?;
        Ok(Results::of_snapshot(source, snapshot))
    }

    /// Whether the file of [`ResultsSource::forms`] is intact and belongs to the snapshot `snapshot_id`. Does not read the index.
    pub(crate) fn forms_are_kept(source: &ResultsSource, snapshot_id: &str) -> bool {
        kept::is_kept(source, snapshot_id)
    }

    fn of_snapshot(source: ResultsSource, snapshot: Snapshot) -> Results {
        let expansions = source.codebook.concepts.iter().map(|_| OnceLock::new()).collect();
        Results {
            source,
            snapshot,
            expansions,
            documents: OnceLock::new(),
            strata: OnceLock::new(),
            postings_max: u64::MAX,
            known_forms: KnownForms::default(),
        }
    }

    /// The same, refusing to list the mentions of a query whose words stand in more than `postings_max` passages: for a program that
    /// answers many at once. `forms_max` forms of the patterns of earlier questions are kept.
    pub(crate) fn within(self, postings_max: u64, forms_max: usize) -> Results {
        // What cannot be read now is read, and fails, when a question needs it.
        let _ = self.snapshot.keep_documents();
        Results { postings_max, known_forms: KnownForms::up_to(forms_max), ..self }
    }

    fn expand_queries(&self, queries: &[Query]) -> Result<Vec<Expansion>, Error> {
        expand_with(&self.snapshot, &self.known_forms, queries).map_err(Error::reading)
    }

    fn check_cost(&self, expansion: &Expansion) -> Result<(), Error> {
        let postings = cost(&self.snapshot, expansion).map_err(Error::reading)?;
        if postings > self.postings_max {
            Err(Error::too_costly(postings, self.postings_max))
        } else {
            Ok(())
        }
    }

    /// Switches to the latest snapshot. Returns whether it differs from the one before.
    ///
    /// # Errors
    /// As [`Results::open`]; the results are unchanged then.
    pub fn reload(&mut self) -> Result<bool, Error> {
        let fresh = Results::open(self.source.clone())?;
        let is_new = fresh.snapshot.id != self.snapshot.id;
        if is_new {
            *self = fresh;
        }
        Ok(is_new)
    }

    /// The id of the snapshot. Snapshots with the same id give the same answers.
    pub fn snapshot_id(&self) -> &str {
        &self.snapshot.id
    }

    /// The documents, sorted by docname. Reads all of them: [`Results::strata`] is enough to count.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn documents(&self) -> Result<&[Entry], Error> {
        if let Some(documents) = self.documents.get() {
            return Ok(documents);
        }
        let documents = self.snapshot.entries()?;
        Ok(self.documents.get_or_init(|| documents))
    }

    /// The names of the documents, sorted.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn docnames(&self) -> Result<Vec<DocName>, Error> {
        Ok(self.snapshot.docnames()?)
    }

    /// Year, kind, language and words of each document, in the order of [`Results::documents`].
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn strata(&self) -> Result<&[Stratum], Error> {
        if let Some(strata) = self.strata.get() {
            return Ok(strata);
        }
        let strata = self.snapshot.strata()?;
        Ok(self.strata.get_or_init(|| strata))
    }

    /// The concepts of the codebook, in its order.
    pub(crate) fn concepts(&self) -> &[Concept] {
        &self.source.codebook.concepts
    }

    /// The concept called `name`, in any case, as its index in [`Results::concepts`].
    ///
    /// # Errors
    /// When there is none; the hint lists the concepts of the codebook.
    pub(crate) fn concept(&self, name: &str) -> Result<usize, Error> {
        let wanted = name.to_lowercase();
        let found = self.concepts().iter().position(|concept| concept.name.to_lowercase() == wanted);
        found.ok_or_else(|| Error::unknown_concept(name, self.concepts()))
    }

    /// The concepts called `names` as indices in [`Results::concepts`]; all concepts when `names` is empty.
    ///
    /// # Errors
    /// When a name is not a concept of the codebook.
    pub(crate) fn chosen(&self, names: &[String]) -> Result<Vec<usize>, Error> {
        match names {
            [] => Ok((0..self.concepts().len()).collect()),
            names => names.iter().map(|name| self.concept(name)).collect(),
        }
    }

    /// How often each of `concepts` occurs.
    ///
    /// # Errors
    /// When the index cannot be read, or a limit is reached.
    pub fn counts(&self, concepts: &[usize]) -> Result<Vec<Count>, Error> {
        self.expand(concepts)?;
        let count = |&concept: &usize| {
            count::count(&self.snapshot, &self.concepts()[concept].name, self.expansion(concept)?)
        };
        concepts.par_iter().map(count).collect()
    }

    /// How often each of `questions`, pairs of a name and a query, occurs.
    ///
    /// # Errors
    /// When the index cannot be read, or a limit is reached.
    pub(crate) fn counts_of_queries(&self, questions: Vec<(String, Query)>) -> Result<Vec<Count>, Error> {
        let (names, queries): (Vec<String>, Vec<Query>) =
            questions.into_iter().map(|(name, query)| (name, query.counted())).unzip();
        let expansions = self.expand_queries(&queries)?;
        let questions: Vec<(&String, &Expansion)> = names.iter().zip(&expansions).collect();
        let count = |(name, expansion): &(&String, &Expansion)| count::count(&self.snapshot, name, expansion);
        questions.par_iter().map(count).collect()
    }

    /// How often `concept` occurs in each document, in the order of [`Results::documents`].
    ///
    /// # Errors
    /// When the index cannot be read, or a limit is reached.
    pub(crate) fn totals(&self, concept: usize) -> Result<DocumentTotals, Error> {
        count::totals(&self.snapshot, self.expansion(concept)?)
    }

    /// Where `concept` is mentioned.
    ///
    /// # Errors
    /// When the index cannot be read, or a limit is reached.
    pub(crate) fn mentions(&self, concept: usize) -> Result<Mentions, Error> {
        let expansion = self.expansion(concept)?;
        self.check_cost(expansion)?;
        Ok(mentions(&self.snapshot, expansion)?)
    }

    /// How often `concept` occurs. Calls `each` with its mentions, some documents at a time in the order of [`Results::documents`], so
    /// that those of a frequent word need not be in memory together.
    ///
    /// # Errors
    /// When the index cannot be read, a limit is reached, or `each` fails.
    pub(crate) fn count_of<E: From<Error>>(
        &self,
        concept: usize,
        each: impl FnMut(&Mentions) -> Result<(), E>,
    ) -> Result<Count, E> {
        let name = &self.concepts()[concept].name;
        count::count_mentions(&self.snapshot, name, self.expansion(concept)?, each)
    }

    /// The `mentions` by document, in the order of [`Results::documents`].
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn by_document<'m>(
        &self,
        mentions: &'m Mentions,
    ) -> Result<impl Iterator<Item = InDocument<'m>> + use<'m>, Error> {
        concordance::by_document(&self.snapshot, mentions)
    }

    /// The mentions in a document with the words around them, in the order of its text.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn concordance(&self, mentions: &InDocument<'_>) -> Result<Vec<Context>, Error> {
        mentions.lines(&self.snapshot)
    }

    /// The forms of `concept`, then its near misses, then the phrases that were excepted; of each the most frequent first.
    ///
    /// # Errors
    /// When the index cannot be read, or a limit is reached.
    pub fn forms(&self, concept: usize) -> Result<Vec<FormUse>, Error> {
        forms::forms(&self.snapshot, self.expansion(concept)?)
    }

    /// For each of `forms` of `concept` where its term stands in the word: simplex, first, middle, last. `None` for phrases.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn positions(
        &self,
        concept: usize,
        forms: &[String],
    ) -> Result<Vec<Option<&'static str>>, Error> {
        Ok(forms::positions(self.expansion(concept)?, forms))
    }

    /// As [`Results::forms`], for concepts that are not in the codebook.
    ///
    /// # Errors
    /// When the index cannot be read, or a limit is reached.
    pub(crate) fn forms_of(&self, concepts: &[Concept]) -> Result<Vec<Vec<FormUse>>, Error> {
        let queries: Vec<Query> = concepts.iter().map(Query::of_concept).collect();
        let expansions = self.expand_queries(&queries)?;
        expansions.iter().map(|expansion| forms::forms(&self.snapshot, expansion)).collect()
    }

    /// How often each of `concepts` occurs, which are not in the codebook.
    ///
    /// # Errors
    /// When the index cannot be read, or a limit is reached.
    pub fn counts_of(&self, concepts: &[Concept]) -> Result<Vec<Count>, Error> {
        let named = |concept: &Concept| (concept.name.clone(), Query::of_concept(concept));
        self.counts_of_queries(concepts.iter().map(named).collect())
    }

    /// The `limit` best passages for `query`, those of one document together.
    ///
    /// # Errors
    /// When the index cannot be read, or a limit is reached.
    pub fn passages(&self, query: &Query, limit: usize) -> Result<Answer, Error> {
        passages::search(self, query, limit, None)
    }

    /// As [`Results::passages`], in the documents that are kept.
    ///
    /// # Errors
    /// When the index cannot be read, or a limit is reached.
    pub(crate) fn passages_of(&self, query: &Query, limit: usize, is_kept: &[bool]) -> Result<Answer, Error> {
        passages::search(self, query, limit, Some(is_kept))
    }

    /// The `limit` best documents for `query`, each with its best passage.
    ///
    /// # Errors
    /// When the index cannot be read, or a limit is reached.
    pub(crate) fn best_documents(&self, query: &Query, limit: usize) -> Result<Answer, Error> {
        passages::search_documents(self, query, limit, None)
    }

    /// As [`Results::best_documents`], of the documents that are kept.
    ///
    /// # Errors
    /// When the index cannot be read, or a limit is reached.
    pub(crate) fn best_documents_of(
        &self,
        query: &Query,
        limit: usize,
        is_kept: &[bool],
    ) -> Result<Answer, Error> {
        passages::search_documents(self, query, limit, Some(is_kept))
    }

    /// The document of a concordance line.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn document_of(&self, context: &Context) -> Result<Entry, Error> {
        Ok(self.snapshot.entry(context.document)?)
    }

    /// The content of the file [`ResultsSource::forms`], which spares later questions from matching the vocabulary again. `None` when the
    /// file is intact and current.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn forms_to_keep(&self) -> Result<Option<Vec<u8>>, Error> {
        if kept::is_kept(&self.source, &self.snapshot.id) {
            return Ok(None);
        }
        let (bytes, expansions) = kept::matched(&self.source, &self.snapshot)?;
        // So the vocabulary is matched once a run: the run counts what it has just stored.
        for (known, expansion) in self.expansions.iter().zip(expansions) {
            known.get_or_init(|| expansion);
        }
        Ok(Some(bytes))
    }

    fn expansion(&self, concept: usize) -> Result<&Expansion, Error> {
        self.expand(&[concept])?;
        Ok(self.expansions[concept].get().expect("it has just been made"))
    }

    /// Makes the missing expansions of `concepts` in one pass over the vocabulary.
    fn expand(&self, concepts: &[usize]) -> Result<(), Error> {
        let is_missing = |concept: &usize| self.expansions[*concept].get().is_none();
        let missing: Vec<usize> = concepts.iter().copied().filter(is_missing).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let made = kept::expand_concepts(&self.source, &self.snapshot, &missing)?;
        for (concept, expansion) in missing.into_iter().zip(made) {
            self.expansions[concept].get_or_init(|| expansion);
        }
        Ok(())
    }
}
