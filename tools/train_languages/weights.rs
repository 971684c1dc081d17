//! From text to weights: naive Bayes first, logistic regression after it, on fewer features in the end.

use crate::corpus::{Corpus, Line, other};
use ordskifte::language::features;
use ordskifte::language::table::{CLASSES, CODES};
use std::collections::HashMap;

/// Rows of the table: 18 bytes each and less than 400,000 bytes in all.
const ROWS: usize = 22_100;
/// Features rarer than this among all texts are names and slips.
const OCCURRENCES_MIN: f32 = 3.0;
/// Naive Bayes counts overlapping n-grams as if they were independent; a third of its weight is nearer to the truth.
const BAYES_SCALE: f32 = 0.3;
/// Added to each count, in units of the square root of how much smaller a language's text is than the largest.
const SMOOTHING: f32 = 0.1;
/// A word list counts as much as a text of so many words.
const LIST_WORDS: f32 = 300_000.0;
/// How quickly a word of the Norwegian list is given wholly to the written form that its n-grams look like.
const SPLIT_SHARPNESS: f32 = 0.6;
/// Passes over the text on all features, and on those that are left, with their steps.
const PASSES: [(usize, f32); 2] = [(4, 0.05), (3, 0.03)];
/// Descents whose mean is taken, and moments of the last pass of each.
const RUNS: usize = 4;
const SNAPSHOTS: usize = 12;
/// How many of ten samples are a fragment of one to eight words and not a whole sentence: most doubt is in the short.
const FRAGMENTS_OF_TEN: u64 = 9;

/// Rows of weights by feature.
pub struct Weights {
    /// Sorted by key.
    pub rows: Vec<(u32, [f32; CLASSES])>,
}

/// What a sample is to be recognised as.
#[derive(Clone, Copy, PartialEq)]
enum Target {
    Class(usize),
    /// Words of the Norwegian list: bokmål or nynorsk, as the list does not say which.
    Norwegian,
}

struct Sample {
    target: Target,
    /// How much it teaches; more where a language has little text.
    gain: f32,
    words: Vec<u32>,
}

/// Word types and their features, both by number.
#[derive(Default)]
struct Vocabulary {
    words: HashMap<String, u32>,
    features_of: Vec<Vec<u32>>,
    features: HashMap<u32, u32>,
}

impl Vocabulary {
    /// The words of `text` by number.
    fn words(&mut self, text: &str) -> Vec<u32> {
        let mut found = Vec::new();
        features::words(text, |word| {
            let name: String = word.iter().filter_map(|c| char::from_u32(*c)).collect();
            let next = self.words.len() as u32;
            let number = *self.words.entry(name).or_insert(next);
            if number == next {
                let mut list = Vec::new();
                features::of_word(word, |key| {
                    let next = self.features.len() as u32;
                    list.push(*self.features.entry(key).or_insert(next));
                });
                self.features_of.push(list);
            }
            found.push(number);
        });
        found
    }
}

/// xorshift64 (Marsaglia 2003), for the order of samples.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    fn share(&mut self) -> f32 {
        self.below(1 << 24) as f32 / (1 << 24) as f32
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}

/// Trains on the lines that `sees` says yes to, and on the word lists.
pub fn train(corpus: &Corpus, sees: impl Fn(&Line) -> bool) -> Weights {
    let mut vocabulary = Vocabulary::default();
    let mut samples = text_samples(corpus, sees, &mut vocabulary);
    let of_text = counts(&samples, &vocabulary);
    let counts = with_lists(of_text, corpus, &mut vocabulary);
    let mut random = Random(88_172_645_463_325_252);
    samples.extend(list_samples(corpus, &mut vocabulary, &mut random));
    let mut weights = bayes(&counts);
    weights.resize(vocabulary.features.len(), [0.0; CLASSES]);
    let is_live: Vec<bool> = (0..weights.len())
        .map(|feature| counts.get(feature).is_some_and(|row| row.iter().sum::<f32>() >= OCCURRENCES_MIN))
        .collect();
    keep(&is_live, &mut weights, &mut vocabulary);
    weights = regress(&weights, &vocabulary, &mut samples, PASSES[0], &mut random);
    let is_kept = most_important(&weights, &counts);
    keep(&is_kept, &mut weights, &mut vocabulary);
    weights = regress(&weights, &vocabulary, &mut samples, PASSES[1], &mut random);
    let kept = vocabulary.features.iter().filter(|(_, feature)| is_kept[**feature as usize]);
    let mut rows: Vec<_> = kept.map(|(key, feature)| (*key, weights[*feature as usize])).collect();
    rows.sort_by_key(|(key, _)| *key);
    Weights { rows }
}

fn text_samples(corpus: &Corpus, sees: impl Fn(&Line) -> bool, vocabulary: &mut Vocabulary) -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut sizes = [0f32; CLASSES];
    for line in corpus.lines.iter().filter(|line| sees(line)) {
        for sentence in &line.sentences {
            let words = vocabulary.words(sentence);
            if !words.is_empty() {
                sizes[line.class] += 1.0;
                samples.push(Sample { target: Target::Class(line.class), gain: 1.0, words });
            }
        }
    }
    // A language of few sentences is heard louder, but not as loud as if it had many: they would be learnt by heart.
    for sample in &mut samples {
        if let Target::Class(class) = sample.target {
            sample.gain = (6000.0 / sizes[class]).min(8.0).sqrt();
        }
    }
    samples
}

fn counts(samples: &[Sample], vocabulary: &Vocabulary) -> Vec<[f32; CLASSES]> {
    let mut counts = vec![[0.0; CLASSES]; vocabulary.features.len()];
    for sample in samples {
        let Target::Class(class) = sample.target else { continue };
        for feature in sample.words.iter().flat_map(|word| &vocabulary.features_of[*word as usize]) {
            counts[*feature as usize][class] += 1.0;
        }
    }
    counts
}

/// Adds the word lists. The Norwegian one is of both written forms: each word goes to bokmål and nynorsk by how much its
/// n-grams look like either in the texts.
fn with_lists(
    of_text: Vec<[f32; CLASSES]>,
    corpus: &Corpus,
    vocabulary: &mut Vocabulary,
) -> Vec<[f32; CLASSES]> {
    let totals = totals(&of_text);
    let rate = |row: &[f32; CLASSES], class: usize| row[class] / totals[class] + 1e-8;
    let mut counts = of_text.clone();
    for (class, list) in &corpus.words {
        let size = LIST_WORDS / corpus.words.iter().filter(|(other, _)| other == class).count() as f32;
        for (word, share) in list {
            for number in vocabulary.words(word) {
                counts.resize(vocabulary.features.len(), [0.0; CLASSES]);
                let features = &vocabulary.features_of[number as usize];
                let known = features.iter().filter_map(|feature| of_text.get(*feature as usize));
                let odds: f32 = known.map(|row| (rate(row, BOKMAL) / rate(row, NYNORSK)).ln()).sum();
                let of_bokmal = if *class == BOKMAL { logistic(SPLIT_SHARPNESS * odds) } else { 1.0 };
                for feature in features {
                    counts[*feature as usize][*class] += share * size * of_bokmal;
                    counts[*feature as usize][NYNORSK] += share * size * (1.0 - of_bokmal);
                }
            }
        }
    }
    counts
}

const BOKMAL: usize = 0;
const NYNORSK: usize = 1;

fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

fn totals(counts: &[[f32; CLASSES]]) -> [f32; CLASSES] {
    let mut totals = [0.0; CLASSES];
    for row in counts {
        for (total, count) in totals.iter_mut().zip(row) {
            *total += count;
        }
    }
    totals.map(|total| total.max(1.0))
}

/// Sentences that nobody wrote: words drawn from the lists, so that also languages with little text have seen many words.
fn list_samples(corpus: &Corpus, vocabulary: &mut Vocabulary, random: &mut Random) -> Vec<Sample> {
    let mut samples = Vec::new();
    for (class, list) in &corpus.words {
        let (target, count) = match CODES[*class] {
            "nb" => (Target::Norwegian, 12_000),
            "da" | "sv" | "en" => (Target::Class(*class), 6_000),
            _ if *class == other() => (Target::Class(*class), 600),
            _ => (Target::Class(*class), 1_500),
        };
        let mut reached = 0.0;
        // Drawn a little more evenly than they occur: frequent words are in the texts already.
        let ladder: Vec<(f32, Vec<u32>)> = list
            .iter()
            .map(|(word, share)| {
                reached += share.powf(0.8);
                (reached, vocabulary.words(word))
            })
            .collect();
        for _ in 0..count {
            let mut words = Vec::new();
            for _ in 0..2 + random.below(9) {
                let at = random.share() * reached;
                let drawn = ladder.partition_point(|(reached, _)| *reached < at).min(ladder.len() - 1);
                words.extend(&ladder[drawn].1);
            }
            samples.push(Sample { target, gain: 1.0, words });
        }
    }
    samples
}

/// Logarithms of the rates of each feature, about their mean: naive Bayes with all languages taken as equally large.
fn bayes(counts: &[[f32; CLASSES]]) -> Vec<[f32; CLASSES]> {
    let totals = totals(counts);
    let largest = totals.iter().copied().fold(0.0, f32::max);
    let row = |row: &[f32; CLASSES]| {
        let mut logs = [0.0; CLASSES];
        for (class, log) in logs.iter_mut().enumerate() {
            let larger = largest / totals[class];
            *log = (row[class] * larger + SMOOTHING * larger.sqrt()).ln();
        }
        let mean = logs.iter().sum::<f32>() / CLASSES as f32;
        logs.map(|log| (log - mean) * BAYES_SCALE)
    };
    counts.iter().map(row).collect()
}

/// Forgets the features that are not to be kept.
fn keep(is_kept: &[bool], weights: &mut [[f32; CLASSES]], vocabulary: &mut Vocabulary) {
    for (row, is_kept) in weights.iter_mut().zip(is_kept) {
        if !is_kept {
            *row = [0.0; CLASSES];
        }
    }
    for features in &mut vocabulary.features_of {
        features.retain(|feature| is_kept[*feature as usize]);
    }
}

/// The mean of [`RUNS`] descents from `start`, each through the samples in its own order: one order favours what came last.
fn regress(
    start: &[[f32; CLASSES]],
    vocabulary: &Vocabulary,
    samples: &mut [Sample],
    passes: (usize, f32),
    random: &mut Random,
) -> Vec<[f32; CLASSES]> {
    let mut sum = vec![[0.0; CLASSES]; start.len()];
    let mut count = 0.0;
    for _ in 0..RUNS {
        count += descend(start.to_vec(), vocabulary, samples, passes, random, &mut sum);
    }
    sum.into_iter().map(|row| row.map(|total| total / count)).collect()
}

/// Stochastic gradient descent on the log loss, with steps that shrink to nothing. Adds what the weights are at several
/// moments of the last pass to `sum`, and says how many.
fn descend(
    mut weights: Vec<[f32; CLASSES]>,
    vocabulary: &Vocabulary,
    samples: &mut [Sample],
    (passes, step): (usize, f32),
    random: &mut Random,
    sum: &mut [[f32; CLASSES]],
) -> f32 {
    let size = samples.len();
    let every = (size / SNAPSHOTS).max(1);
    let mut count = 0.0;
    for pass in 0..passes {
        random.shuffle(samples);
        for (index, sample) in samples.iter().enumerate() {
            let done = (pass as f32 + index as f32 / size as f32) / passes as f32;
            learn(&mut weights, vocabulary, sample, step * (1.0 - done).max(0.02), random);
            if pass + 1 == passes && (index + 1) % every == 0 {
                add(sum, &weights);
                count += 1.0;
            }
        }
    }
    count
}

fn add(sum: &mut [[f32; CLASSES]], weights: &[[f32; CLASSES]]) {
    for (sum, row) in sum.iter_mut().zip(weights) {
        for (total, weight) in sum.iter_mut().zip(row) {
            *total += weight;
        }
    }
}

/// One step towards recognising `sample`, or a fragment of it.
fn learn(
    weights: &mut [[f32; CLASSES]],
    vocabulary: &Vocabulary,
    sample: &Sample,
    step: f32,
    random: &mut Random,
) {
    let words = fragment(&sample.words, random);
    let features = || words.iter().flat_map(|word| &vocabulary.features_of[*word as usize]);
    let shares = shares(weights, features());
    let right = match sample.target {
        Target::Class(class) => shares[class],
        Target::Norwegian => shares[BOKMAL] + shares[NYNORSK],
    };
    if right > 0.999 {
        return;
    }
    let count = features().count() as f32;
    let step = step * sample.gain * 4.0 / count.sqrt().max(4.0);
    let mut change = shares.map(|share| -step * share);
    match sample.target {
        Target::Class(class) => change[class] += step,
        Target::Norwegian => {
            change[BOKMAL] += step * shares[BOKMAL] / right;
            change[NYNORSK] += step * shares[NYNORSK] / right;
        }
    }
    for feature in features() {
        for (weight, change) in weights[*feature as usize].iter_mut().zip(change) {
            *weight += change;
        }
    }
}

fn fragment<'a>(words: &'a [u32], random: &mut Random) -> &'a [u32] {
    if random.below(10) as u64 >= FRAGMENTS_OF_TEN {
        return words;
    }
    let length = (1 + random.below(8)).min(words.len());
    let start = random.below(words.len() - length + 1);
    &words[start..start + length]
}

/// The share of each class (softmax).
fn shares<'a>(weights: &[[f32; CLASSES]], features: impl Iterator<Item = &'a u32>) -> [f32; CLASSES] {
    let mut logits = [0.0; CLASSES];
    for feature in features {
        for (logit, weight) in logits.iter_mut().zip(&weights[*feature as usize]) {
            *logit += weight;
        }
    }
    let highest = logits.iter().copied().fold(f32::MIN, f32::max);
    let odds = logits.map(|logit| (logit - highest).exp());
    let sum: f32 = odds.iter().sum();
    odds.map(|odd| odd / sum)
}

/// The [`ROWS`] features that move most: how often they occur, times how far they tell classes apart, with the close
/// ones (bokmål, nynorsk, Danish, Swedish) counted again.
fn most_important(weights: &[[f32; CLASSES]], counts: &[[f32; CLASSES]]) -> Vec<bool> {
    const CLOSE: [(usize, usize, f32); 4] = [(0, 1, 1.0), (0, 2, 0.5), (1, 2, 0.25), (2, 3, 0.25)];
    let totals = totals(counts);
    let largest = totals.iter().copied().fold(0.0, f32::max);
    let frequency = |row: &[f32; CLASSES]| -> f32 {
        let heard = |class: usize| {
            if class < 2 {
                2.0
            } else if class < 6 {
                1.0
            } else {
                0.7
            }
        };
        (0..CLASSES).map(|class| row[class] / totals[class] * largest * heard(class)).sum()
    };
    let mut order: Vec<(f32, usize)> = (0..counts.len())
        .map(|feature| {
            let row = &weights[feature];
            let mean = row.iter().sum::<f32>() / CLASSES as f32;
            let spread = (row.iter().map(|w| (w - mean).powi(2)).sum::<f32>() / CLASSES as f32).sqrt();
            let close: f32 = CLOSE.iter().map(|(a, b, share)| share * (row[*a] - row[*b]).abs()).sum();
            (frequency(&counts[feature]).powf(0.6) * (spread + close), feature)
        })
        .collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut is_kept = vec![false; weights.len()];
    for (_, feature) in order.iter().take(ROWS) {
        is_kept[*feature] = true;
    }
    is_kept
}
