//! The passages that answer a query, best first.

use super::Error;
use super::concordance::{Context, contexts};
use crate::index::{Segment, Snapshot};
use crate::query::{Expansion, Mention, Query, expand, mentions};
use std::collections::HashMap;

/// A passage that answers the query.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Okapi BM25 over the clauses; the higher, the better. Comparable within one answer only.
    pub score: f64,
    /// The first mention in the passage with its context.
    pub context: Context,
    /// Mentions of all clauses in the passage.
    pub n: u32,
}

/// The `limit` best passages for `query`, and how many passages answer it in all.
///
/// # Errors
/// When the index cannot be read.
pub(super) fn search(snapshot: &Snapshot, query: &Query, limit: usize) -> Result<(Vec<Hit>, usize), Error> {
    let clauses = expand(snapshot, query.clauses()).map_err(Error::reading)?;
    let mut frequencies = vec![0; clauses.len()];
    let candidates = answers(snapshot, &clauses, &mut frequencies)?;
    let total = candidates.len();
    let weights = Weights::of(snapshot, &frequencies);
    let mut scored: Vec<(f64, &Segment, Answer)> = candidates
        .into_iter()
        .map(|(segment, answer)| (weights.score(segment, &answer), segment, answer))
        .collect();
    let place = |segment: &Segment, row: u32| (segment.document[row as usize], segment.ordinal(row));
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| place(a.1, a.2.row).cmp(&place(b.1, b.2.row))));
    scored.truncate(limit);
    let mut hits = Vec::new();
    for (score, segment, answer) in scored {
        let context = contexts(segment, &[answer.first])?.into_iter().next();
        hits.extend(context.map(|context| Hit { score, context, n: answer.counts.iter().sum() }));
    }
    Ok((hits, total))
}

/// A passage that has every clause.
struct Answer {
    row: u32,
    /// The first mention of the first clause.
    first: Mention,
    /// Mentions by clause.
    counts: Vec<u32>,
}

/// The passages that have every clause; adds to `frequencies` the passages that have each.
fn answers<'s>(
    snapshot: &'s Snapshot,
    clauses: &[Expansion],
    frequencies: &mut [u64],
) -> Result<Vec<(&'s Segment, Answer)>, Error> {
    let mut of_segments: Vec<Vec<Answer>> = snapshot.segments.iter().map(|_| Vec::new()).collect();
    for (index, clause) in clauses.iter().enumerate() {
        let found = mentions(snapshot, clause)?;
        for (answers, mentions) in of_segments.iter_mut().zip(&found.segments) {
            let passages: Vec<&[Mention]> = mentions.chunk_by(|a, b| a.row == b.row).collect();
            frequencies[index] += passages.len() as u64;
            if index == 0 {
                let first = |mentions: &&[Mention]| Answer {
                    row: mentions[0].row,
                    first: mentions[0],
                    counts: Vec::new(),
                };
                *answers = passages.iter().map(first).collect();
            }
            let n: HashMap<u32, u32> = passages.iter().map(|of| (of[0].row, of.len() as u32)).collect();
            answers.retain(|answer| n.contains_key(&answer.row));
            answers.iter_mut().for_each(|answer| answer.counts.push(n[&answer.row]));
        }
    }
    let with_segment = snapshot.segments.iter().zip(of_segments);
    Ok(with_segment.flat_map(|(segment, answers)| answers.into_iter().map(move |a| (segment, a))).collect())
}

/// What BM25 knows of the collection: the mean length of a passage, and the inverse document frequency of each clause.
struct Weights {
    length_mean: f64,
    idf: Vec<f64>,
}

impl Weights {
    fn of(snapshot: &Snapshot, frequencies: &[u64]) -> Weights {
        let (mut passages, mut tokens) = (0.0, 0.0);
        for segment in &snapshot.segments {
            for (row, _) in segment.passages() {
                passages += 1.0;
                tokens += segment.n_tokens(row) as f64;
            }
        }
        let idf = |&frequency: &u64| ((passages - frequency as f64 + 0.5) / (frequency as f64 + 0.5)).ln_1p();
        Weights { length_mean: tokens / f64::max(passages, 1.0), idf: frequencies.iter().map(idf).collect() }
    }

    /// Okapi BM25 with k1 = 1.2 and b = 0.75 (Robertson and Zaragoza 2009, Found. Trends Inf. Retr. 3:333).
    fn score(&self, segment: &Segment, answer: &Answer) -> f64 {
        let length = segment.n_tokens(answer.row) as f64 / self.length_mean.max(1.0);
        let saturation = 1.2 * (0.25 + 0.75 * length);
        let clauses = answer.counts.iter().zip(&self.idf);
        clauses.map(|(&n, idf)| idf * f64::from(n) * 2.2 / (f64::from(n) + saturation)).sum()
    }
}
