//! The classifier's table: for each feature sixteen small weights, one for each language; their sum gives the language of a text.
//!
//! The table holds figures only. `tools/train_languages` makes it; `table.toml` beside it lists the texts it was made from.
//!
//! Layout (little-endian): 16 × f32 priors (natural logarithms) · f32 units of a weight to one logit · for each bin of
//! length two f32 (see [`Table::confidence`]) · 256 × u16: how many features have this upper byte · for each feature, in
//! order, the lower 16 bits of its key as u16 · for each feature 16 × i8.

use super::features;
use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

/// The languages of the table by their BCP 47 tags. The last one stands for all others with Latin letters.
pub const CODES: [&str; CLASSES] =
    ["nb", "nn", "da", "sv", "en", "se", "smj", "sma", "fkv", "fi", "is", "fo", "de", "nl", "fr", OTHER];
/// How many languages the table distinguishes.
pub const CLASSES: usize = 16;
/// The tag of a text whose language the table does not have: BCP 47 "undetermined".
pub const OTHER: &str = "und";

/// Upper ends of the bins of length, in letters. The last bin has none.
pub const LENGTH_BINS: [usize; 5] = [15, 30, 60, 120, 240];

/// Weights of features, and the constants that turn their sums into a language with its confidence.
pub struct Table {
    prior: [f32; CLASSES],
    units_per_logit: f32,
    calibration: [(f32, f32); LENGTH_BINS.len() + 1],
    /// For the upper 16 bits of a key: the first row that has them or more. One more at the end.
    starts: Vec<u16>,
    /// The lower 8 bits of each row's key.
    lower: Vec<u8>,
    rows: Vec<[i8; CLASSES]>,
    remembered: Mutex<Remembered>,
}

/// The evidence for each language in a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scores {
    /// For each class the natural logarithm of its likelihood times prior, up to a constant.
    pub(crate) logits: [f32; CLASSES],
    /// The number of letters that were read.
    pub letters: usize,
}

impl Table {
    /// The embedded table.
    pub fn embedded() -> &'static Table {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| Table::parse(include_bytes!("table.bin")).expect("the embedded table is whole"))
    }

    /// Reads a table. `None` when `bytes` are not a table.
    pub fn parse(bytes: &[u8]) -> Option<Table> {
        let mut rest = bytes;
        let mut prior = [0.0; CLASSES];
        for value in &mut prior {
            *value = f32::from_le_bytes(take(&mut rest)?);
        }
        let units_per_logit = f32::from_le_bytes(take(&mut rest)?);
        let mut calibration = [(0.0, 0.0); LENGTH_BINS.len() + 1];
        for (offset, slope) in &mut calibration {
            *offset = f32::from_le_bytes(take(&mut rest)?);
            *slope = f32::from_le_bytes(take(&mut rest)?);
        }
        let mut keys = Vec::new();
        let counts: Vec<u16> =
            (0..256).map(|_| take(&mut rest).map(u16::from_le_bytes)).collect::<Option<_>>()?;
        for (upper, count) in (0u32..).zip(counts) {
            for _ in 0..count {
                keys.push(upper << 16 | u32::from(u16::from_le_bytes(take(&mut rest)?)));
            }
        }
        let rows: Vec<[i8; CLASSES]> = keys
            .iter()
            .map(|_| take::<CLASSES>(&mut rest).map(|row| row.map(|b| b as i8)))
            .collect::<Option<_>>()?;
        let sound = rest.is_empty() && keys.len() < usize::from(u16::MAX) && keys.is_sorted();
        sound.then(|| Table::new(prior, units_per_logit, calibration, &keys, rows))
    }

    fn new(
        prior: [f32; CLASSES],
        units_per_logit: f32,
        calibration: [(f32, f32); LENGTH_BINS.len() + 1],
        keys: &[u32],
        rows: Vec<[i8; CLASSES]>,
    ) -> Table {
        let mut starts = Vec::with_capacity(1 + (features::KEYS >> 8) as usize);
        let mut row = 0;
        for upper in 0..=(features::KEYS >> 8) {
            while keys.get(row).is_some_and(|key| key >> 8 < upper) {
                row += 1;
            }
            starts.push(row as u16);
        }
        let lower = keys.iter().map(|key| *key as u8).collect();
        let remembered = Mutex::default();
        Table { prior, units_per_logit, calibration, starts, lower, rows, remembered }
    }

    /// The evidence for each language in the normalised `text`.
    pub fn scores(&self, text: &str) -> Scores {
        let mut sums = [0i32; CLASSES];
        let mut letters = 0;
        let mut remembered = self.remembered.lock().expect("no thread panics while it adds weights");
        features::words(text, |word| {
            letters += word.len() - 2;
            let of_word = remembered.sums(word, || self.sums_of_word(word));
            sums.iter_mut().zip(of_word).for_each(|(sum, of_word)| *sum += of_word);
        });
        drop(remembered);
        let mut logits = self.prior;
        for (logit, sum) in logits.iter_mut().zip(sums) {
            *logit += sum as f32 / self.units_per_logit;
        }
        Scores { logits, letters }
    }

    /// The weights of all features of a word together.
    fn sums_of_word(&self, word: &[u32]) -> [i32; CLASSES] {
        let mut sums = [0i32; CLASSES];
        features::of_word(word, |key| {
            if let Some(row) = self.row(key) {
                sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += i32::from(*weight));
            }
        });
        sums
    }

    /// The scores of several parts of a text together.
    pub(crate) fn together(&self, parts: &[Scores]) -> Scores {
        let mut whole = Scores { logits: self.prior, letters: 0 };
        for part in parts {
            whole.letters += part.letters;
            for class in 0..CLASSES {
                whole.logits[class] += part.logits[class] - self.prior[class];
            }
        }
        whole
    }

    /// The scores of a text before it is read: the priors.
    pub(crate) fn prior(&self) -> [f32; CLASSES] {
        self.prior
    }

    /// The logits of one sentence for each class, without the prior.
    pub(crate) fn logits_without_prior(&self, scores: &Scores) -> [f32; CLASSES] {
        let mut logits = scores.logits;
        for (logit, prior) in logits.iter_mut().zip(self.prior) {
            *logit -= prior;
        }
        logits
    }

    /// The weights of the feature `key`.
    #[inline]
    fn row(&self, key: u32) -> Option<&[i8; CLASSES]> {
        let upper = (key >> 8) as usize;
        let (start, end) = (usize::from(self.starts[upper]), usize::from(self.starts[upper + 1]));
        let lower = key as u8;
        let found = self.lower[start..end].iter().position(|candidate| *candidate == lower)?;
        Some(&self.rows[start + found])
    }

    /// How likely the class of the highest score is the right one, from 0 to 1.
    ///
    /// Logistic regression on the logit of the highest class, a line for each bin of length (Platt 1999), fitted on parts
    /// of the training text that the weights had not seen. 0 for a text without letters.
    pub fn confidence(&self, scores: &Scores) -> f32 {
        if scores.letters == 0 {
            return 0.0;
        }
        let (offset, slope) = self.calibration[length_bin(scores.letters)];
        1.0 / (1.0 + (-(offset + slope * scores.margin())).exp())
    }
}

/// The sums of words that have occurred: most words of a text have occurred before.
#[derive(Default)]
struct Remembered(HashMap<Box<[u32]>, [i32; CLASSES]>);

impl Remembered {
    /// About four megabytes; the words that occur first are the frequent ones.
    const WORDS_MAX: usize = 1 << 15;

    /// The result of `sum` for `word`, which depends on the word only.
    fn sums(&mut self, word: &[u32], sum: impl FnOnce() -> [i32; CLASSES]) -> [i32; CLASSES] {
        if let Some(sums) = self.0.get(word) {
            return *sums;
        }
        let sums = sum();
        if self.0.len() < Remembered::WORDS_MAX {
            self.0.insert(word.into(), sums);
        }
        sums
    }
}

impl Scores {
    /// The class with the highest score, as an index into [`CODES`].
    pub fn best(&self) -> usize {
        (0..CLASSES)
            .rev()
            .max_by(|a, b| self.logits[*a].total_cmp(&self.logits[*b]))
            .expect("there are classes")
    }

    /// The natural logarithm of the odds of the best class against all the others together.
    pub fn margin(&self) -> f32 {
        let best = self.best();
        let others = (0..CLASSES).filter(|class| *class != best);
        let sum: f32 = others.map(|class| (self.logits[class] - self.logits[best]).exp()).sum();
        -sum.max(f32::MIN_POSITIVE).ln()
    }
}

/// The bin of length of a text with this many letters.
pub fn length_bin(letters: usize) -> usize {
    LENGTH_BINS.partition_point(|end| *end <= letters)
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = bytes.split_first_chunk::<N>()?;
    *bytes = tail;
    Some(*head)
}
