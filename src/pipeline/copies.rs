//! Which documents of a corpus are copies of which: values.

use crate::text::Digest;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a copy relates to the text that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Relation {
    /// The same words in the same order.
    Same,
    /// All of its sentences are among those of the other.
    Within,
    /// The sources say that both are the same work.
    Edition,
}

/// The copies of a corpus.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copies {
    /// Each copy with the text that is counted, which is no copy itself.
    pub of: BTreeMap<Digest, (Digest, Relation)>,
    /// For each copy that is an [`Relation::Edition`], what its sources and those of the counted text have in common.
    #[serde(default)]
    pub keys: BTreeMap<Digest, String>,
}
