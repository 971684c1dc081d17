//! The passages that answer a query, best first.

use super::concordance::{Context, contexts};
use super::expand::{Expansion, expand};
use super::mention::{Mention, mentions};
use crate::codebook::{Concept, Pattern};
use crate::index::{Error, Segment, Snapshot};
use std::collections::HashMap;

/// A longer query is a mistake or an attack.
const QUERY_BYTES_MAX: usize = 4_096;
/// More clauses than any question has.
const CLAUSES_MAX: usize = 64;

/// What is asked: a passage answers when it has every clause.
#[derive(Debug, Clone)]
pub struct Query {
    /// Words and phrases in quotation marks, written as the patterns of a codebook.
    pub clauses: Vec<Concept>,
}

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

impl Query {
    /// The query that `text` writes down: `samskaping kommune*`, `"tillitsbasert* ledelse"`, `«mål- og resultatstyring»`.
    ///
    /// # Errors
    /// Says what is wrong with it, for people.
    pub fn parse(text: &str) -> Result<Query, String> {
        if text.len() > QUERY_BYTES_MAX {
            return Err(format!("the query has {} bytes, more than {QUERY_BYTES_MAX}", text.len()));
        }
        let text = text.replace(['«', '»', '“', '”', '„'], "\"");
        let mut clauses = Vec::new();
        for (index, part) in text.split('"').enumerate() {
            let is_quoted = index % 2 == 1;
            if is_quoted {
                clauses.push(clause(part)?);
            } else {
                for word in part.split_whitespace() {
                    clauses.push(clause(word)?);
                }
            }
        }
        match clauses.len() {
            0 => Err("the query is empty".to_owned()),
            1..=CLAUSES_MAX => Ok(Query { clauses }),
            count => Err(format!("{count} words and phrases are more than {CLAUSES_MAX}")),
        }
    }
}

fn clause(text: &str) -> Result<Concept, String> {
    Pattern::parse(text).map(Concept::of_pattern).map_err(|reason| format!("'{text}': {reason}"))
}

/// The `limit` best passages for `query`, and how many passages answer it in all.
///
/// # Errors
/// When the index cannot be read.
pub fn search(snapshot: &Snapshot, query: &Query, limit: usize) -> Result<(Vec<Hit>, usize), Error> {
    let clauses = expand(snapshot, &query.clauses).map_err(|cause| Error::reading(&cause))?;
    let mut frequencies = vec![0; clauses.len()];
    let mut candidates = Vec::new();
    for segment in &snapshot.segments {
        let answers = answers(segment, &clauses, &mut frequencies)?;
        candidates.extend(answers.into_iter().map(|answer| (segment, answer)));
    }
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

/// The passages of `segment` that have every clause; adds to `frequencies` the passages that have each.
fn answers(
    segment: &Segment,
    clauses: &[Expansion<'_>],
    frequencies: &mut [u64],
) -> Result<Vec<Answer>, Error> {
    let mut answers: Vec<Answer> = Vec::new();
    for (index, clause) in clauses.iter().enumerate() {
        let found = mentions(segment, clause).map_err(|cause| Error::reading(&cause))?;
        let passages: Vec<&[Mention]> = found.mentions.chunk_by(|a, b| a.row == b.row).collect();
        frequencies[index] += passages.len() as u64;
        if index == 0 {
            let first = |mentions: &&[Mention]| Answer {
                row: mentions[0].row,
                first: mentions[0],
                counts: Vec::new(),
            };
            answers = passages.iter().map(first).collect();
        }
        let n: HashMap<u32, u32> = passages.iter().map(|of| (of[0].row, of.len() as u32)).collect();
        answers.retain(|answer| n.contains_key(&answer.row));
        answers.iter_mut().for_each(|answer| answer.counts.push(n[&answer.row]));
    }
    Ok(answers)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_words_and_quoted_phrases() {
        let query = Query::parse("samskaping «mål- og resultatstyring» kommune*").unwrap();
        let lengths: Vec<usize> =
            query.clauses.iter().map(|clause| clause.rules[0].patterns[0].slots.len()).collect();
        assert_eq!(lengths, [1, 3, 1]);
    }

    #[test]
    fn a_hostile_query_is_refused_with_its_reason() {
        for text in ["", "\"\"", "*", "/(/", &"(".repeat(5_000), &"ord ".repeat(65)] {
            assert!(Query::parse(text).is_err(), "{}", &text[..text.len().min(20)]);
        }
    }
}
