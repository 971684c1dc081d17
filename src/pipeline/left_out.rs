//! What sources have and the corpus does not take, as the last refresh of each source found it: for `status`.
//!
//! Kept in the file `left-out` of the data folder. If it is missing or damaged, the next refresh makes it again.

use super::Error;
use super::corpus::Corpus;
use super::durable::replace;
use std::collections::BTreeMap;

const FILE: &str = "left-out";

/// Source → reason → number of files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LeftOut(BTreeMap<String, BTreeMap<String, u64>>);

impl LeftOut {
    /// What the last refresh kept; nothing when there is no readable file.
    pub(crate) fn read(corpus: &Corpus<'_>) -> LeftOut {
        let bytes = std::fs::read(corpus.config.data().join(FILE)).unwrap_or_default();
        LeftOut(serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// The reasons of `source` and how many files each leaves out. Empty when nothing is left out, or it was never listed.
    pub(crate) fn of(&self, source: &str) -> BTreeMap<String, u64> {
        self.0.get(source).cloned().unwrap_or_default()
    }

    pub(super) fn set(&mut self, source: &str, counts: &BTreeMap<String, u64>) {
        self.0.insert(source.to_owned(), counts.clone());
    }

    /// Keeps what is known of the sources that the configuration has.
    pub(super) fn save(mut self, corpus: &Corpus<'_>) -> Result<(), Error> {
        let sources = &corpus.config.settings.sources;
        self.0.retain(|name, counts| !counts.is_empty() && sources.iter().any(|source| source.name == *name));
        if self == LeftOut::read(corpus) {
            return Ok(());
        }
        let bytes = serde_json::to_vec(&self.0).expect("it has only string keys");
        replace(&corpus.config.data().join(FILE), &bytes)
    }
}
