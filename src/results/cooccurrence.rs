//! Where mentions are, by the unit of text in which concepts can occur together.

use super::{Error, Results, neighbours::sentence_numbers};
use crate::query::Mentions;
use crate::text::{Word, words};

/// The unit of text in which two concepts occur together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Within {
    Sentence,
    Passage,
    Document,
}

/// A unit of text: the index of its document, of its passage in the document, and of its sentence in the passage; 0 where the unit
/// is larger.
pub(crate) type UnitOfText = [u32; 3];

impl Results {
    /// The units of the kept documents that have one of `mentions`, each once, in order.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn units(
        &self,
        mentions: &Mentions,
        within: Within,
        is_kept: &[bool],
    ) -> Result<Vec<UnitOfText>, Error> {
        let mut units = Vec::new();
        for found in self.by_document(mentions)?.filter(|found| is_kept[found.document as usize]) {
            match within {
                Within::Document => units.push([found.document, 0, 0]),
                Within::Passage => units.extend(found.passages()),
                Within::Sentence => {
                    for (ordinal, segment, mentions) in &found.passages {
                        let text = self.snapshot.segments[*segment].passage(mentions[0].row)?.text;
                        let tokens: Vec<Word<'_>> = words(&text).collect();
                        let numbers = sentence_numbers(&text, &tokens);
                        let sentence = |position: u32| numbers.get(position as usize).copied().unwrap_or(0);
                        let of_passage = mentions.iter().map(|mention| sentence(mention.position) as u32);
                        units.extend(of_passage.map(|number| [found.document, *ordinal, number]));
                    }
                }
            }
        }
        units.dedup();
        Ok(units)
    }
}
