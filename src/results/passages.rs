//! The passages that answer a query, best first.

use super::Error;
use super::concordance::{Context, contexts};
use crate::index::{Segment, Snapshot};
use crate::query::{Expansion, Mention, Query, expand, mentions};
use std::io;

/// A passage that answers the query.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Okapi BM25 over the clauses, higher is better. Comparable within one answer only.
    pub(crate) score: f64,
    /// The first mention in the passage with its context.
    pub(crate) context: Context,
    /// Mentions of all clauses in the passage.
    pub(crate) n: u32,
}

/// The `limit` best passages for `query`, and how many passages answer it in all.
///
/// # Errors
/// When the index cannot be read.
pub(super) fn search(snapshot: &Snapshot, query: &Query, limit: usize) -> Result<(Vec<Hit>, usize), Error> {
    let clauses = expand(snapshot, query.clauses()).map_err(Error::reading)?;
    let mut frequencies = vec![0; clauses.len()];
    let of_segments = answers(snapshot, &clauses, &mut frequencies)?;
    let total = of_segments.iter().map(|answers| answers.first.len()).sum();
    let weights = Weights::of(snapshot, &frequencies);
    let best = best(snapshot, &of_segments, &weights, limit).map_err(Error::reading)?;
    let mut hits = Vec::new();
    for Scored { score, segment, index, .. } in best {
        let answers = &of_segments[segment];
        let context = contexts(&snapshot.segments[segment], &[answers.first[index]])?.into_iter().next();
        hits.extend(context.map(|context| Hit { score, context, n: answers.counts_of(index).iter().sum() }));
    }
    Ok((hits, total))
}

/// The passages of a segment that match every clause.
struct Answers {
    /// Of each passage the first mention of the first clause, in the order of the rows.
    first: Vec<Mention>,
    /// For each passage the mentions of each clause.
    counts: Vec<u32>,
    n_clauses: usize,
}

impl Answers {
    fn counts_of(&self, index: usize) -> &[u32] {
        &self.counts[index * self.n_clauses..(index + 1) * self.n_clauses]
    }
}

/// The passages that match every clause, by segment. Adds to `frequencies` the number of passages that match each clause.
fn answers(
    snapshot: &Snapshot,
    clauses: &[Expansion],
    frequencies: &mut [u64],
) -> Result<Vec<Answers>, Error> {
    // For each clause and segment the first mention in each passage, and how many it has.
    let mut found = Vec::new();
    for (clause, frequency) in clauses.iter().zip(frequencies) {
        let passages: Vec<Vec<(Mention, u32)>> = mentions(snapshot, clause)?
            .segments
            .iter()
            .map(|mentions| {
                mentions.chunk_by(|a, b| a.row == b.row).map(|of| (of[0], of.len() as u32)).collect()
            })
            .collect();
        *frequency += passages.iter().map(|passages| passages.len() as u64).sum::<u64>();
        found.push(passages);
    }
    let of_segment = |segment: usize| {
        let lists: Vec<&[(Mention, u32)]> = found.iter().map(|clause| clause[segment].as_slice()).collect();
        with_every_clause(&lists)
    };
    Ok((0..snapshot.segments.len()).map(of_segment).collect())
}

/// The passages that are in every one of `lists`, which are in the order of the rows.
fn with_every_clause(lists: &[&[(Mention, u32)]]) -> Answers {
    let mut answers = Answers { first: Vec::new(), counts: Vec::new(), n_clauses: lists.len() };
    let mut next = vec![0; lists.len()];
    for (first, _) in lists[0] {
        for (list, next) in lists.iter().zip(&mut next) {
            while list.get(*next).is_some_and(|(mention, _)| mention.row < first.row) {
                *next += 1;
            }
        }
        let here = lists.iter().zip(&next).map(|(list, next)| list.get(*next));
        let here =
            here.map(|passage| passage.filter(|(mention, _)| mention.row == first.row).map(|(_, n)| *n));
        if let Some(counts) = here.collect::<Option<Vec<u32>>>() {
            answers.first.push(*first);
            answers.counts.extend(counts);
        }
    }
    answers
}

/// A passage with its score: its segment, its index among the answers of that, and its document.
struct Scored {
    score: f64,
    segment: usize,
    index: usize,
    document: u32,
}

/// The `limit` best answers, best first; equal ones by document and place.
fn best(
    snapshot: &Snapshot,
    of_segments: &[Answers],
    weights: &Weights,
    limit: usize,
) -> io::Result<Vec<Scored>> {
    let mut scored = Vec::new();
    for (number, (segment, answers)) in snapshot.segments.iter().zip(of_segments).enumerate() {
        let mut rows = segment.rows()?;
        for (index, first) in answers.first.iter().enumerate() {
            let row = rows.at(first.row)?;
            let score = weights.score(row.n_tokens, answers.counts_of(index));
            scored.push(Scored { score, segment: number, index, document: row.document });
        }
    }
    let order = |a: &Scored, b: &Scored| b.score.total_cmp(&a.score).then(a.document.cmp(&b.document));
    if (1..scored.len()).contains(&limit) {
        let (_, last, _) = scored.select_nth_unstable_by(limit - 1, order);
        let last = Scored { ..*last };
        // Keeps ties of document and score too: the position in the document decides between them.
        scored.retain(|passage| order(passage, &last).is_le());
    }
    let place = |passage: &Scored| -> io::Result<u32> {
        let segment: &Segment = &snapshot.segments[passage.segment];
        Ok(segment.place(of_segments[passage.segment].first[passage.index].row)?.ordinal)
    };
    let mut placed = Vec::new();
    for passage in scored {
        placed.push((place(&passage)?, passage));
    }
    placed.sort_by(|(place_a, a), (place_b, b)| order(a, b).then(place_a.cmp(place_b)));
    placed.truncate(limit);
    Ok(placed.into_iter().map(|(_, passage)| passage).collect())
}

/// The statistics that BM25 needs of the collection: mean length of a passage, inverse document frequency of each clause.
struct Weights {
    length_mean: f64,
    idf: Vec<f64>,
}

impl Weights {
    fn of(snapshot: &Snapshot, frequencies: &[u64]) -> Weights {
        let (passages, tokens) = (snapshot.n_passages() as f64, snapshot.n_tokens() as f64);
        let idf = |&frequency: &u64| ((passages - frequency as f64 + 0.5) / (frequency as f64 + 0.5)).ln_1p();
        Weights { length_mean: tokens / f64::max(passages, 1.0), idf: frequencies.iter().map(idf).collect() }
    }

    /// Okapi BM25 with k1 = 1.2 and b = 0.75 (Robertson and Zaragoza 2009, Found. Trends Inf. Retr. 3:333), of a passage of
    /// `n_tokens` words with `counts` mentions of each clause.
    fn score(&self, n_tokens: u32, counts: &[u32]) -> f64 {
        let length = f64::from(n_tokens) / self.length_mean.max(1.0);
        let saturation = 1.2 * (0.25 + 0.75 * length);
        let clauses = counts.iter().zip(&self.idf);
        clauses.map(|(&n, idf)| idf * f64::from(n) * 2.2 / (f64::from(n) + saturation)).sum()
    }
}
