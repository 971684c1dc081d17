//! The passages or documents that answer a query, best first.

use super::concordance::{CONTEXT_WORDS, Context, contexts};
use super::{Error, Results};
use crate::index::{NO_DOCUMENT, Segment, Snapshot};
use crate::query::{Expansion, Mention, Mentions, Query, cost, mentions};
use crate::text::{PassageKind, is_counted, words};
use std::collections::BTreeMap;
use std::io;

/// A passage that answers the query.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Okapi BM25 over the clauses, higher is better. Comparable within one answer only.
    pub(crate) score: f64,
    /// The first mention in the passage with its context.
    pub(crate) context: Context,
    /// Mentions in the passage, or of a document in all passages that answer the query: those that `trends` counts.
    pub(crate) n: u32,
    /// Passages of the document that answer the query; 1 for a passage.
    pub(crate) n_passages: u32,
    /// The words around the first mention, with every mention between [ and ].
    pub(crate) snippet: String,
}

/// The best passages or documents, and how many there are in all.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The hits of one document are together.
    pub(crate) hits: Vec<Hit>,
    pub(crate) n_passages: usize,
    pub(crate) n_documents: usize,
    /// For each document that answers the query its index and its passages.
    pub(crate) documents: BTreeMap<u32, u32>,
}

/// The `limit` best passages for `query`. Headings and bare labels come after all other passages; the hits of one document stand together, at
/// the place of the best of them.
///
/// # Errors
/// When the index cannot be read.
pub(super) fn search(
    results: &Results,
    query: &Query,
    limit: usize,
    is_kept: Option<&[bool]>,
) -> Result<Answer, Error> {
    let snapshot = &results.snapshot;
    let found = Matched::new(results, query)?;
    let (mut best, documents) = found.scored(snapshot, is_kept).map_err(Error::reading)?;
    keep_best(&mut best, limit);
    let best = in_order(snapshot, &found, best).map_err(Error::reading)?;
    let mut hits = Vec::new();
    for scored in together(best, limit) {
        hits.extend(found.hit(snapshot, &scored)?);
    }
    Ok(Matched::answer(hits, documents))
}

/// The `limit` best documents for `query`, each with its best passage.
///
/// The score is that of BM25 with the mentions and the length of the document; the weights of the clauses are those of passages.
///
/// # Errors
/// When the index cannot be read.
pub(super) fn search_documents(
    results: &Results,
    query: &Query,
    limit: usize,
    is_kept: Option<&[bool]>,
) -> Result<Answer, Error> {
    let snapshot = &results.snapshot;
    let found = Matched::new(results, query)?;
    let (passages, documents) = found.scored(snapshot, is_kept).map_err(Error::reading)?;
    let strata = results.strata()?;
    let length_mean = snapshot.n_tokens() as f64 / snapshot.n_documents().max(1) as f64;
    let mut of_documents = BTreeMap::<u32, (Scored, Vec<u32>)>::new();
    for scored in passages {
        let counts = found.answers[scored.segment].counts_of(scored.index);
        match of_documents.get_mut(&scored.document) {
            Some((best, sums)) => {
                sums.iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
                if scored.order(best).is_lt() {
                    *best = scored;
                }
            }
            None => {
                of_documents.insert(scored.document, (scored, counts.to_vec()));
            }
        }
    }
    let mut ranked: Vec<(f64, Scored)> = of_documents
        .into_values()
        .map(|(best, sums)| {
            let n_tokens = strata[best.document as usize].n_tokens as f64;
            (found.weights.score(n_tokens / length_mean.max(1.0), &sums), best)
        })
        .collect();
    ranked.sort_by(|(a, x), (b, y)| b.total_cmp(a).then(x.document.cmp(&y.document)));
    ranked.truncate(limit);
    let mut mentions: BTreeMap<u32, u32> = ranked.iter().map(|(_, best)| (best.document, 0)).collect();
    found.add_mentions(snapshot, &mut mentions).map_err(Error::reading)?;
    let mut hits = Vec::new();
    for (score, best) in ranked {
        let (n, n_passages) = (mentions[&best.document], documents[&best.document]);
        hits.extend(found.hit(snapshot, &best)?.map(|hit| Hit { score, n, n_passages, ..hit }));
    }
    Ok(Matched::answer(hits, documents))
}

/// What the clauses of a query match.
struct Matched {
    clauses: Vec<Mentions>,
    /// By segment.
    answers: Vec<Answers>,
    weights: Weights,
}

impl Matched {
    fn new(results: &Results, query: &Query) -> Result<Matched, Error> {
        let (snapshot, postings_max) = (&results.snapshot, results.postings_max);
        let expansions: Vec<Expansion> = results.expand_queries(query.clauses())?;
        let costs: Result<Vec<u64>, _> =
            expansions.iter().map(|expansion| cost(snapshot, expansion)).collect();
        let postings = costs.map_err(Error::reading)?.iter().sum();
        if postings > postings_max {
            return Err(Error::too_costly(postings, postings_max));
        }
        let mut clauses = Vec::new();
        for expansion in &expansions {
            clauses.push(mentions(snapshot, expansion)?);
        }
        let mut frequencies = vec![0; clauses.len()];
        let answers = answers(snapshot, &clauses, &mut frequencies);
        let weights = Weights::of(snapshot, &frequencies);
        Ok(Matched { clauses, answers, weights })
    }

    /// All passages of kept documents that answer the query, scored; and for each document how many of them it has.
    fn scored(
        &self,
        snapshot: &Snapshot,
        is_kept: Option<&[bool]>,
    ) -> io::Result<(Vec<Scored>, BTreeMap<u32, u32>)> {
        let (mut scored, mut documents) = (Vec::new(), BTreeMap::<u32, u32>::new());
        // The passages of a document follow each other in a segment: a look-up for each document and not for each passage.
        let (mut last, mut n_of_last) = (NO_DOCUMENT, 0);
        for (number, (segment, answers)) in snapshot.segments.iter().zip(&self.answers).enumerate() {
            let mut rows = segment.rows()?;
            for (index, row_number) in answers.rows.iter().enumerate() {
                let row = rows.at(*row_number)?;
                if is_kept.is_some_and(|is_kept| !is_kept[row.document as usize]) {
                    continue;
                }
                // A list item of five words is no better an answer than a paragraph: shorter ones count as of mean length.
                let length = (f64::from(row.n_tokens) / self.weights.length_mean.max(1.0)).max(1.0);
                let score = self.weights.score(length, answers.counts_of(index));
                if row.document != last {
                    *documents.entry(last).or_default() += std::mem::take(&mut n_of_last);
                    last = row.document;
                }
                n_of_last += 1;
                let is_bare = row.kind == PassageKind::Heading || row.n_tokens <= BARE_WORDS;
                scored.push(Scored { is_bare, score, segment: number, index, document: row.document });
            }
        }
        *documents.entry(last).or_default() += n_of_last;
        documents.remove(&NO_DOCUMENT);
        Ok((scored, documents))
    }

    /// The mentions in the passage `row` that count, in order; all when none of them does, as for a number.
    fn mentions_in(&self, segment: usize, row: u32) -> Vec<Mention> {
        let mut found: Vec<(bool, Mention)> = Vec::new();
        for clause in &self.clauses {
            let mentions = &clause.segments[segment];
            let start = mentions.partition_point(|mention| mention.row < row);
            let here = mentions[start..].iter().take_while(|mention| mention.row == row);
            let counts = |mention: &Mention| clause.forms[mention.form as usize].split(' ').any(is_counted);
            found.extend(here.map(|mention| (counts(mention), *mention)));
        }
        if found.iter().any(|(counts, _)| *counts) {
            found.retain(|(counts, _)| *counts);
        }
        let mut found: Vec<Mention> = found.into_iter().map(|(_, mention)| mention).collect();
        found.sort_by_key(|mention| (mention.position, std::cmp::Reverse(mention.length)));
        let mut end = 0;
        found.retain(|mention| {
            let is_free = mention.position >= end;
            end = if is_free { mention.end() } else { end };
            is_free
        });
        found
    }

    fn hit(&self, snapshot: &Snapshot, scored: &Scored) -> Result<Option<Hit>, Error> {
        let row = self.answers[scored.segment].rows[scored.index];
        let (segment, mentions) = (&snapshot.segments[scored.segment], self.mentions_in(scored.segment, row));
        let Some(first) = mentions.first() else { return Ok(None) };
        let snippet = snippet(&segment.passage(row)?.text, &mentions);
        let context = contexts(segment, std::slice::from_ref(first))?.into_iter().next();
        let n = mentions.len() as u32;
        Ok(context.map(|context| Hit { score: scored.score, context, n, n_passages: 1, snippet }))
    }

    /// Adds to each of `documents` the mentions in its passages that answer the query.
    fn add_mentions(&self, snapshot: &Snapshot, documents: &mut BTreeMap<u32, u32>) -> io::Result<()> {
        for (number, (segment, answers)) in snapshot.segments.iter().zip(&self.answers).enumerate() {
            let mut rows = segment.rows()?;
            for row in &answers.rows {
                if let Some(n) = documents.get_mut(&rows.at(*row)?.document) {
                    *n += self.mentions_in(number, *row).len() as u32;
                }
            }
        }
        Ok(())
    }

    fn answer(hits: Vec<Hit>, documents: BTreeMap<u32, u32>) -> Answer {
        let n_passages = documents.values().map(|n| *n as usize).sum();
        Answer { hits, n_passages, n_documents: documents.len(), documents }
    }
}

/// Words of a snippet after the first mention.
const SNIPPET_WORDS: usize = 25;

/// The words around the first of `mentions`, with every mention among them between [ and ]: « and » are the
/// quotation marks of Norwegian texts.
fn snippet(text: &str, mentions: &[Mention]) -> String {
    let ranges: Vec<_> = words(text).map(|word| word.range).collect();
    let first = mentions[0].position as usize;
    let from = first.saturating_sub(CONTEXT_WORDS);
    let to = (first + mentions[0].length as usize + SNIPPET_WORDS).min(ranges.len());
    let start = if from == 0 { 0 } else { ranges[from].start };
    let end = if to == ranges.len() { text.len() } else { ranges[to - 1].end };
    let mut shown = if from == 0 { String::new() } else { "… ".to_owned() };
    let mut at = start;
    for mention in mentions.iter().filter(|mention| mention.end() as usize <= to) {
        let (begin, stop) = (ranges[mention.position as usize].start, ranges[mention.end() as usize - 1].end);
        shown.extend([&text[at..begin], "[", &text[begin..stop], "]"]);
        at = stop;
    }
    shown.push_str(&text[at..end]);
    if to < ranges.len() {
        shown.push_str(" …");
    }
    shown
}

/// The passages of a segment that match every clause.
struct Answers {
    /// In order.
    rows: Vec<u32>,
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
fn answers(snapshot: &Snapshot, clauses: &[Mentions], frequencies: &mut [u64]) -> Vec<Answers> {
    let of_segment = |segment: usize| {
        let lists: Vec<Vec<(u32, u32)>> = clauses
            .iter()
            .map(|clause| {
                let passages = clause.segments[segment].chunk_by(|a, b| a.row == b.row);
                passages.map(|of| (of[0].row, of.len() as u32)).collect()
            })
            .collect();
        frequencies.iter_mut().zip(&lists).for_each(|(sum, list)| *sum += list.len() as u64);
        with_every_clause(&lists)
    };
    (0..snapshot.segments.len()).map(of_segment).collect()
}

/// The passages that are in every one of `lists`, which are in the order of the rows.
fn with_every_clause(lists: &[Vec<(u32, u32)>]) -> Answers {
    let mut answers = Answers { rows: Vec::new(), counts: Vec::new(), n_clauses: lists.len() };
    let mut next = vec![0; lists.len()];
    for (row, _) in &lists[0] {
        for (list, next) in lists.iter().zip(&mut next) {
            while list.get(*next).is_some_and(|(other, _)| other < row) {
                *next += 1;
            }
        }
        let here = lists.iter().zip(&next).map(|(list, next)| list.get(*next));
        let here = here.map(|passage| passage.filter(|(other, _)| other == row).map(|(_, n)| *n));
        if let Some(counts) = here.collect::<Option<Vec<u32>>>() {
            answers.rows.push(*row);
            answers.counts.extend(counts);
        }
    }
    answers
}

/// A passage of so few words says nothing about them: "Digitalisering" alone, bold above its paragraph, is the best answer to
/// `digital*` by its score.
const BARE_WORDS: u32 = 3;

/// A passage with its score: its segment, its index among the answers of that, and its document.
struct Scored {
    /// Whether it is a heading or a label, and no text.
    is_bare: bool,
    score: f64,
    segment: usize,
    index: usize,
    document: u32,
}

impl Scored {
    /// The better first: text before bare headings, whose few words would give them the best scores.
    fn order(&self, other: &Scored) -> std::cmp::Ordering {
        let by_kind = self.is_bare.cmp(&other.is_bare);
        by_kind.then(other.score.total_cmp(&self.score)).then(self.document.cmp(&other.document))
    }
}

/// Drops all but the `limit` best, and those that are equal to the last of them: their places decide.
fn keep_best(scored: &mut Vec<Scored>, limit: usize) {
    if limit == 0 {
        scored.clear();
    }
    if (1..scored.len()).contains(&limit) {
        let (_, last, _) = scored.select_nth_unstable_by(limit - 1, Scored::order);
        let last = Scored { ..*last };
        scored.retain(|passage| passage.order(&last).is_le());
    }
}

/// Best first; equal ones by their place in the document.
fn in_order(snapshot: &Snapshot, found: &Matched, scored: Vec<Scored>) -> io::Result<Vec<Scored>> {
    let mut placed = Vec::new();
    for passage in scored {
        let segment: &Segment = &snapshot.segments[passage.segment];
        let row = found.answers[passage.segment].rows[passage.index];
        placed.push((segment.place(row)?.ordinal, passage));
    }
    placed.sort_by(|(place_a, a), (place_b, b)| a.order(b).then(place_a.cmp(place_b)));
    Ok(placed.into_iter().map(|(_, passage)| passage).collect())
}

/// The first `limit`, those of one document at the place of the first of them.
fn together(best: Vec<Scored>, limit: usize) -> Vec<Scored> {
    let mut place_of = BTreeMap::new();
    for (place, scored) in best.iter().take(limit).enumerate() {
        place_of.entry(scored.document).or_insert(place);
    }
    let mut kept: Vec<Scored> = best.into_iter().take(limit).collect();
    // Stable: within a document the order stays.
    kept.sort_by_key(|scored| place_of[&scored.document]);
    kept
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

    /// Okapi BM25 with k1 = 1.2 and b = 0.75 (Robertson and Zaragoza 2009, Found. Trends Inf. Retr. 3:333), of a text of `length`
    /// times the mean with `counts` mentions of each clause.
    fn score(&self, length: f64, counts: &[u32]) -> f64 {
        let saturation = 1.2 * (0.25 + 0.75 * length);
        let clauses = counts.iter().zip(&self.idf);
        clauses.map(|(&n, idf)| idf * f64::from(n) * 2.2 / (f64::from(n) + saturation)).sum()
    }
}
