//! Where in its document each mention is: the document is cut into parts with the same number of words.

use super::{Error, Results};
use crate::index::NO_DOCUMENT;
use crate::query::Mentions;
use std::collections::HashMap;

/// Parts of a document.
pub(crate) const STRIP_PARTS: usize = 20;

/// The mentions in each part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Strip {
    /// Its index in [`Results::documents`].
    pub(crate) document: u32,
    pub(crate) parts: [u64; STRIP_PARTS],
}

impl Results {
    /// A strip for each kept document that has one of `mentions`, in the order of the documents.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn strips(&self, mentions: &Mentions, is_kept: &[bool]) -> Result<Vec<Strip>, Error> {
        let found: Vec<_> = self
            .by_document(mentions)?
            .filter(|found| found.document != NO_DOCUMENT && is_kept[found.document as usize])
            .collect();
        let lengths = self.passage_lengths(found.iter().map(|found| found.document))?;
        let strip = |found: &super::InDocument<'_>| {
            let starts = &lengths[&found.document];
            let total = starts.last().copied().unwrap_or(0).max(1);
            let mut parts = [0; STRIP_PARTS];
            for [ordinal, position, _] in found.places() {
                let ordinal = (ordinal as usize).min(starts.len().saturating_sub(2));
                let end = starts.get(ordinal + 1).copied().unwrap_or(total).saturating_sub(1);
                // Positions count numbers too, words do not: the last word of its passage at most.
                let word = (starts[ordinal] + u64::from(position)).min(end.max(starts[ordinal]));
                parts[(word * STRIP_PARTS as u64 / total).min(STRIP_PARTS as u64 - 1) as usize] += 1;
            }
            Strip { document: found.document, parts }
        };
        Ok(found.iter().map(strip).collect())
    }

    /// For each of `documents` the words before each of its passages, and at the end all its words.
    fn passage_lengths(&self, documents: impl Iterator<Item = u32>) -> Result<HashMap<u32, Vec<u64>>, Error> {
        let mut passages: HashMap<u32, Vec<(u32, u32)>> =
            documents.map(|document| (document, Vec::new())).collect();
        for segment in &self.snapshot.segments {
            let mut rows = segment.rows().map_err(Error::reading)?;
            for row in 0..segment.n_rows() as u32 {
                let passage = rows.at(row).map_err(Error::reading)?;
                if let Some(of_document) = passages.get_mut(&passage.document) {
                    let ordinal = segment.place(row).map_err(Error::reading)?.ordinal;
                    of_document.push((ordinal, passage.n_tokens));
                }
            }
        }
        let summed = |mut passages: Vec<(u32, u32)>| {
            passages.sort_unstable();
            let mut starts = vec![0_u64];
            for (_, n_tokens) in passages {
                starts.push(starts[starts.len() - 1] + u64::from(n_tokens));
            }
            starts
        };
        Ok(passages.into_iter().map(|(document, passages)| (document, summed(passages))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::results;
    use super::*;
    use crate::index::Snapshot;

    #[test]
    fn mentions_are_in_the_part_of_their_words() {
        let codebook = "[[concept]]\nname = \"c\"\npatterns = [\"tillit\"]";
        let filler = ["ord"; 49].join(" ");
        let texts = [format!("tillit {filler}"), format!("{filler} tillit")];
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let results = results(Snapshot::of_texts(&texts), codebook);
        let strips = results.strips(&results.mentions(0).unwrap(), &[true]).unwrap();
        let mut wanted = [0; STRIP_PARTS];
        (wanted[0], wanted[STRIP_PARTS - 1]) = (1, 1);
        assert_eq!(strips, [Strip { document: 0, parts: wanted }]);
        assert!(results.strips(&results.mentions(0).unwrap(), &[false]).unwrap().is_empty());
    }
}
