//! What word patterns match in a vocabulary; kept for a program that is asked the same words again and again: to find the compounds of a
//! word takes some 50 ms in the vocabulary of 30,000 documents.

use crate::codebook::{Admission, WordKey};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a word pattern matches in a vocabulary.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Forms {
    /// Words as they stand in the vocabulary, and the analysis of each.
    pub(crate) admitted: BTreeMap<String, Admission>,
    /// Near misses, and why they do not match.
    pub(crate) refused: BTreeMap<String, String>,
}

impl Forms {
    /// Adds what the same pattern matches in another vocabulary.
    pub(crate) fn extend(&mut self, more: Forms) {
        self.admitted.extend(more.admitted);
        self.refused.extend(more.refused);
    }
}

/// The forms of the patterns that were asked for lately, up to a number of forms in all; the oldest leave first.
#[derive(Default)]
pub(crate) struct KnownForms {
    kept: Mutex<Kept>,
    n_max: usize,
}

#[derive(Default)]
struct Kept {
    forms: HashMap<WordKey, Arc<Forms>>,
    order: VecDeque<WordKey>,
    n: usize,
}

impl KnownForms {
    /// Keeps `n_max` forms, some 200 bytes each.
    pub(crate) fn up_to(n_max: usize) -> KnownForms {
        KnownForms { n_max, ..KnownForms::default() }
    }

    pub(super) fn get(&self, key: &WordKey) -> Option<Arc<Forms>> {
        self.kept().forms.get(key).cloned()
    }

    pub(super) fn keep(&self, key: WordKey, forms: &Arc<Forms>) {
        let size = size(forms);
        let mut kept = self.kept();
        if size > self.n_max || kept.forms.contains_key(&key) {
            return;
        }
        kept.n += size;
        kept.order.push_back(key.clone());
        kept.forms.insert(key, Arc::clone(forms));
        while kept.n > self.n_max {
            let Some(oldest) = kept.order.pop_front() else { return };
            kept.n -= kept.forms.remove(&oldest).map_or(0, |forms| self::size(&forms));
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A pattern that matches nothing is kept too.
fn size(forms: &Forms) -> usize {
    1 + forms.admitted.len() + forms.refused.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Snapshot;
    use crate::query::{Query, expand_with};

    #[test]
    fn known_forms_are_those_of_the_vocabulary_and_the_oldest_leave_first() {
        let snapshot =
            Snapshot::of_texts(&["tillit tillitsreform tillitsvalgt mistillit styring målstyring"]);
        let known = KnownForms::up_to(6);
        let ask = |text: &str| {
            let query = [Query::parse(text).unwrap()];
            let fresh = expand_with(&snapshot, &KnownForms::default(), &query).unwrap();
            for _ in 0..2 {
                let found = expand_with(&snapshot, &known, &query).unwrap();
                assert_eq!(format!("{found:?}"), format!("{fresh:?}"), "{text}");
            }
        };
        let has = |text: &str| {
            let query = Query::parse(text).unwrap();
            let words = query.words();
            known.get(&words[0].0.key(words[0].1)).is_some()
        };
        ask("tillit*");
        assert!(has("tillit*") && !has("*tillit") && !has("tillit"));
        ask("*styring \"ny styring\"");
        assert!(!has("tillit*") && has("styring"));
    }
}
