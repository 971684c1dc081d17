//! Weights → the bytes of the table, and the manifest that says what it was made from.

use crate::{corpus::Corpus, measure::Check, weights::Weights};
use ordskifte::language::features::KEYS;
use ordskifte::language::table::{CLASSES, CODES, LENGTH_BINS};
use sha2::{Digest, Sha256};

/// Offset and slope of the confidence for each bin of length.
pub type Calibration = [(f32, f32); LENGTH_BINS.len() + 1];
/// The margin taken at its word.
pub const UNCALIBRATED: Calibration = [(0.0, 1.0); LENGTH_BINS.len() + 1];

/// What is believed before a text is read, in logits: Norwegian public documents are in bokmål or nynorsk (as likely as each
/// other, so that neither is favoured where a line is good in both), some in English or Sámi, few in the neighbours'.
const PRIOR: [f32; CLASSES] =
    [1.0, 1.0, 0.0, 0.0, 0.0, -0.5, -1.0, -1.0, -1.0, -1.5, -1.5, -1.5, -1.0, -1.0, -1.0, -1.5];

/// One weight in a thousand may be cut off at the ends of what eight bits hold.
const CUT_OFF: f32 = 0.001;

/// The bytes that [`ordskifte::language::table`] reads.
pub fn encode(weights: &Weights, calibration: Calibration) -> Vec<u8> {
    let units = units_per_logit(weights);
    let mut bytes = Vec::new();
    for value in
        PRIOR.iter().chain([&units]).chain(calibration.iter().flat_map(|(offset, slope)| [offset, slope]))
    {
        bytes.extend(value.to_le_bytes());
    }
    for upper in 0..KEYS >> 16 {
        let count = weights.rows.iter().filter(|(key, _)| key >> 16 == upper).count();
        bytes.extend((count as u16).to_le_bytes());
    }
    for (key, _) in &weights.rows {
        bytes.extend((*key as u16).to_le_bytes());
    }
    for weight in weights.rows.iter().flat_map(|(_, row)| row) {
        bytes.extend(((weight * units).round().clamp(-127.0, 127.0) as i8).to_le_bytes());
    }
    bytes
}

fn units_per_logit(weights: &Weights) -> f32 {
    let mut sizes: Vec<f32> = weights.rows.iter().flat_map(|(_, row)| row.map(f32::abs)).collect();
    sizes.sort_by(f32::total_cmp);
    let largest = sizes[((sizes.len() - 1) as f32 * (1.0 - CUT_OFF)) as usize];
    127.0 / largest
}

/// What the table was made from and how well it does on held-out text, as TOML.
pub fn manifest(corpus: &Corpus, table: &[u8], checked: &Check) -> String {
    let digest = |bytes: &[u8]| data_encoding::HEXLOWER.encode(&Sha256::digest(bytes));
    let mut text = format!(
        "# Made by `cargo run --release --example train_languages -- train FOLDER`: table.bin, figures only.\n\
         # Where the inputs come from: see \"Languages\" in the README.\n\n\
         [table]\nbytes = {}\nsha256 = \"{}\"\nlanguages = {:?}\n\n[held_out]\n# accuracy in per cent: five parts of the \
         text, each judged by a table made from the other four;\n# sentences by language, and by letters these, their \
         first one to six words, and whole lines\n",
        table.len(),
        digest(table),
        CODES,
    );
    text += &checked.toml();
    for (name, bytes, sha256) in &corpus.inputs {
        text += &format!("\n[[input]]\nfile = \"{name}\"\nbytes = {bytes}\nsha256 = \"{sha256}\"\n");
    }
    text
}
