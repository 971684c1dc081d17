//! Scores of sentences → languages of passages. A single sentence has little weight, several in a row have much.
//!
//! A text seldom changes its language from one sentence to the next. So the languages of a document's sentences are the
//! path with the highest score, where each change has a cost (Viterbi 1967): a short or doubtful sentence takes the
//! language of its neighbours, a whole paragraph in another language does not.

use super::table::CLASSES;

/// The cost of a change of language from one passage to the next, in logits (odds of e⁵ ≈ 150 to one against).
const SWITCH_BETWEEN: f32 = 5.0;
/// The cost within a passage: the most that one sentence can contribute, so that a quotation is not a change.
const SWITCH_WITHIN: f32 = -FLOOR;

/// The strongest evidence of one sentence against a language: one line of names must not decide for its paragraph.
const FLOOR: f32 = -12.0;

/// Overlapping n-grams count the same evidence more than once; half of their sum is closer to the measured probabilities.
const SHARPNESS: f32 = 0.5;

/// The logarithm of each class's share, for a sentence of these `logits`.
pub(crate) fn evidence(logits: &[f32; CLASSES]) -> [f32; CLASSES] {
    let highest = logits.iter().copied().fold(f32::MIN, f32::max);
    let sum: f32 = logits.iter().map(|logit| ((logit - highest) * SHARPNESS).exp()).sum();
    logits.map(|logit| ((logit - highest) * SHARPNESS - sum.ln()).max(FLOOR))
}

/// The evidence of one sentence.
pub(crate) struct Sentence {
    /// Whether a passage begins with it.
    pub(crate) opens_passage: bool,
    /// For each class, see [`evidence`].
    pub(crate) evidence: [f32; CLASSES],
}

/// The class of each sentence on the best path through `sentences`, which starts from `prior`.
pub(crate) fn best_path(prior: &[f32; CLASSES], sentences: &[Sentence]) -> Vec<usize> {
    let mut scores = *prior;
    let mut came_from = Vec::with_capacity(sentences.len());
    for sentence in sentences {
        let switch = if sentence.opens_passage { SWITCH_BETWEEN } else { SWITCH_WITHIN };
        let highest = best(&scores);
        let mut from = [0; CLASSES];
        let mut next = [0.0; CLASSES];
        for class in 0..CLASSES {
            let stays = scores[class] >= scores[highest] - switch;
            from[class] = if stays { class } else { highest };
            next[class] =
                sentence.evidence[class] + if stays { scores[class] } else { scores[highest] - switch };
        }
        came_from.push(from);
        scores = next;
    }
    let mut path = vec![0; sentences.len()];
    let mut class = best(&scores);
    for (place, from) in path.iter_mut().zip(&came_from).rev() {
        *place = class;
        class = from[class];
    }
    path
}

fn best(scores: &[f32; CLASSES]) -> usize {
    (0..CLASSES).rev().max_by(|a, b| scores[*a].total_cmp(&scores[*b])).expect("there are classes")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A passage of one sentence with this much evidence for `class`.
    fn passage(class: usize, strength: f32) -> Sentence {
        let mut logits = [0.0; CLASSES];
        logits[class] = strength / SHARPNESS;
        Sentence { opens_passage: true, evidence: evidence(&logits) }
    }

    fn further(class: usize, strength: f32) -> Sentence {
        Sentence { opens_passage: false, ..passage(class, strength) }
    }

    #[test]
    fn a_doubtful_passage_takes_the_language_round_it() {
        let sentences = [passage(0, 8.0), passage(1, 2.0), passage(0, 8.0)];
        assert_eq!(best_path(&[0.0; CLASSES], &sentences), [0, 0, 0]);
    }

    #[test]
    fn a_clear_passage_keeps_its_own_but_a_clear_sentence_within_one_does_not() {
        let sentences =
            [passage(0, 8.0), passage(5, 20.0), passage(0, 8.0), passage(1, 9.0), passage(1, 9.0)];
        assert_eq!(best_path(&[0.0; CLASSES], &sentences), [0, 5, 0, 1, 1]);
        let sentences = [passage(0, 8.0), further(5, 20.0), further(0, 8.0), passage(0, 9.0)];
        assert_eq!(best_path(&[0.0; CLASSES], &sentences), [0, 0, 0, 0]);
    }

    #[test]
    fn without_sentences_there_is_no_path() {
        assert_eq!(best_path(&[0.0; CLASSES], &[]), [0; 0]);
    }
}
