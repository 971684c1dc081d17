//! Where the slots of a phrase follow each other within a passage. The work is linear in the positions read: each slot is
//! read once, and one walk from the last slot to the first finds which occurrences can be continued to the end.

use super::budget::spend;
use super::postings::{IndexTerm, STEPS_PER_TERM, read};
use crate::index::Segment;
use std::io;
use std::ops::Range;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::{DocSet, TERMINATED};

/// A term of a slot at one place of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct SlotOccurrence {
    /// The passage, as its row in the segment.
    row: u32,
    /// The word, counted from 0 in the passage.
    position: u32,
    /// The index of the term in its slot.
    term: u32,
}

impl SlotOccurrence {
    /// Orders by passage, then by place in it.
    fn place(self) -> u64 {
        u64::from(self.row) << 32 | u64::from(self.position)
    }
}

/// A phrase in a segment: its start, and for each slot the place and the term that stands there.
pub(super) struct PhraseMatch<'m> {
    /// The passage, as its row in the segment.
    pub(crate) row: u32,
    /// For each slot the position of its word.
    pub(crate) positions: &'m [u32],
    /// For each slot the index of its term.
    pub(crate) terms: &'m [u32],
}

/// The number of steps done, so that a test can bound the work without a clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct StepCount {
    /// Postings visited, each a term in a passage.
    pub(crate) postings: u64,
    /// Positions read, and places visited while slots are joined.
    pub(crate) positions: u64,
}

/// Calls `each` with every match of a phrase: for each start the narrowest gaps, in the order of the starts. `None` when the
/// slots together stand at more than `positions_max` places of the segment.
///
/// `slots` has the terms of each word of the phrase, in the order of their letters. `steps` has, for each word but the
/// first, how few and how many words may stand between it and the one before.
pub(super) fn phrase_matches(
    segment: &Segment,
    documents: &Range<u32>,
    slots: &[Vec<IndexTerm>],
    steps: &[(u32, u32)],
    positions_max: u64,
    mut each: impl FnMut(&PhraseMatch<'_>),
) -> io::Result<Option<StepCount>> {
    let mut work = StepCount::default();
    let Some(found) = occurrences(segment, documents, slots, positions_max, &mut work)? else {
        return Ok(None);
    };
    let next = continuations(&found, steps, &mut work);
    let (mut positions, mut terms) = (vec![0; slots.len()], vec![0; slots.len()]);
    for (start, occurrence) in found[0].iter().enumerate() {
        let mut at = start as u32;
        for (slot, list) in found.iter().enumerate() {
            let Some(here) = list.get(at as usize) else { break };
            (positions[slot], terms[slot]) = (here.position, here.term);
            at = next.get(slot).map_or(at, |next| next[at as usize]);
        }
        work.positions += 1;
        if at != NONE {
            each(&PhraseMatch { row: occurrence.row, positions: &positions, terms: &terms });
        }
    }
    Ok(Some(work))
}

/// No occurrence of the next slot can follow.
const NONE: u32 = u32::MAX;

/// For each slot but the last and each of its occurrences, the nearest occurrence of the next slot from which the phrase
/// can be completed, or [`NONE`].
fn continuations(found: &[Vec<SlotOccurrence>], steps: &[(u32, u32)], work: &mut StepCount) -> Vec<Vec<u32>> {
    let mut all = vec![Vec::new(); steps.len()];
    // Occurrences of the next slot that lead to the end of the phrase.
    let mut open: Vec<u32> = (0..found[found.len() - 1].len() as u32).collect();
    for (slot, &(min, max)) in steps.iter().enumerate().rev() {
        let (here, after) = (&found[slot], &found[slot + 1]);
        let mut next = vec![NONE; here.len()];
        let mut first = 0;
        for (occurrence, next) in here.iter().zip(&mut next) {
            let nearest = occurrence.place() + 1 + u64::from(min);
            // Both lists are in order, so `first` only moves forward.
            while open.get(first).is_some_and(|&at| after[at as usize].place() < nearest) {
                first += 1;
                work.positions += 1;
            }
            let furthest = nearest + u64::from(max - min);
            if let Some(&at) = open.get(first).filter(|&&at| after[at as usize].place() <= furthest) {
                *next = at;
            }
        }
        work.positions += here.len() as u64;
        open = (0..).zip(&next).filter(|(_, next)| **next != NONE).map(|(at, _)| at).collect();
        all[slot] = next;
    }
    all
}

/// Where each slot stands, in passages that have all of them. `None` when that is more than `positions_max` places.
fn occurrences(
    segment: &Segment,
    documents: &Range<u32>,
    slots: &[Vec<IndexTerm>],
    positions_max: u64,
    work: &mut StepCount,
) -> io::Result<Option<Vec<Vec<SlotOccurrence>>>> {
    let cost = |slot: usize| slots[slot].iter().map(|(_, info)| u64::from(info.doc_freq)).sum::<u64>();
    let mut order: Vec<usize> = (0..slots.len()).collect();
    order.sort_by_key(|&slot| cost(slot));
    let mut rows = None;
    let mut found = vec![Vec::new(); slots.len()];
    // The rarest slot first: the others are read only in the passages that it leaves.
    for slot in order {
        let wanted = rows.as_ref().map_or(WantedPassages::Documents(documents), WantedPassages::Rows);
        let Some(list) = occurrences_in(segment, &slots[slot], &wanted, positions_max, work)? else {
            return Ok(None);
        };
        spend(10 * list.len() as u64)?;
        rows = Some(RowSet::of(segment, &list));
        found[slot] = list;
    }
    for list in &mut found {
        list.retain(|occurrence| rows.as_ref().is_some_and(|rows| rows.has(occurrence.row)));
    }
    Ok(Some(found))
}

/// The passages that can have a match.
enum WantedPassages<'w> {
    /// Those of these documents.
    Documents(&'w Range<u32>),
    /// These: the other slots have been found there.
    Rows(&'w RowSet),
}

/// Where in the passages `wanted` any of `terms` stands, by row and position. Of two terms at one place the later:
/// that is the completed conjunct `mål-(styring)`, not the bare `mål-`.
fn occurrences_in(
    segment: &Segment,
    terms: &[IndexTerm],
    wanted: &WantedPassages<'_>,
    positions_max: u64,
    work: &mut StepCount,
) -> io::Result<Option<Vec<SlotOccurrence>>> {
    let mut found = Vec::new();
    let mut positions = Vec::new();
    if matches!(wanted, WantedPassages::Rows(rows) if rows.list.is_empty()) {
        return Ok(Some(found));
    }
    let mut all = segment.rows()?;
    for (term, (_, info)) in (0..).zip(terms) {
        let mut postings = read(segment, info)?;
        let mut add = |row: u32, postings: &mut SegmentPostings| {
            postings.positions(&mut positions);
            work.positions += positions.len() as u64;
            found.extend(positions.iter().map(|&position| SlotOccurrence { row, position, term }));
        };
        match wanted {
            WantedPassages::Rows(rows) if info.doc_freq as usize > SEEK_RATIO * rows.list.len() => {
                for &row in &rows.list {
                    work.postings += 1;
                    if postings.doc() < row {
                        postings.seek(row);
                    }
                    if postings.doc() == row {
                        add(row, &mut postings);
                    }
                }
            }
            wanted => {
                let mut row = postings.doc();
                while row != TERMINATED {
                    work.postings += 1;
                    let is_wanted = match wanted {
                        WantedPassages::Rows(rows) => rows.has(row),
                        WantedPassages::Documents(documents) => all.is_in(documents, row)?,
                    };
                    if is_wanted {
                        add(row, &mut postings);
                    }
                    row = postings.advance();
                }
            }
        }
        spend(STEPS_PER_TERM + u64::from(info.doc_freq))?;
        if work.positions > positions_max {
            return Ok(None);
        }
    }
    Ok(Some(in_order(segment, found)))
}

/// A posting that is walked costs about 5 ns, one that is looked up about 40 (a block of 128 is unpacked for it).
const SEEK_RATIO: usize = 8;

/// The occurrences by row and position, one for each place.
fn in_order(segment: &Segment, mut found: Vec<SlotOccurrence>) -> Vec<SlotOccurrence> {
    if found.len() < segment.n_rows() / SPARSE_RATIO {
        found.sort_unstable_by_key(|here| (here.place(), std::cmp::Reverse(here.term)));
    } else {
        found = sorted_by_counting(segment, found);
    }
    found.dedup_by_key(|occurrence| occurrence.place());
    found
}

/// With fewer occurrences than one in so many rows a sort costs less than counting all rows (log₂ of a million is 20).
const SPARSE_RATIO: usize = 20;

/// The occurrences by row and position. Counts rows: the time is linear.
fn sorted_by_counting(segment: &Segment, found: Vec<SlotOccurrence>) -> Vec<SlotOccurrence> {
    let mut ends = vec![0u32; segment.n_rows() + 1];
    for occurrence in &found {
        ends[occurrence.row as usize + 1] += 1;
    }
    for row in 1..ends.len() {
        ends[row] += ends[row - 1];
    }
    let mut ordered = vec![SlotOccurrence { row: 0, position: 0, term: 0 }; found.len()];
    for occurrence in found {
        let at = &mut ends[occurrence.row as usize];
        ordered[*at as usize] = occurrence;
        *at += 1;
    }
    for passage in ordered.chunk_by_mut(|a, b| a.row == b.row) {
        passage.sort_unstable_by_key(|here| (here.position, std::cmp::Reverse(here.term)));
    }
    ordered
}

/// A set of passages: their rows in order, and a bit for each row of the segment.
struct RowSet {
    list: Vec<u32>,
    bits: Vec<u64>,
}

impl RowSet {
    /// The passages of `found`, which is in order.
    fn of(segment: &Segment, found: &[SlotOccurrence]) -> RowSet {
        let mut list: Vec<u32> = found.iter().map(|occurrence| occurrence.row).collect();
        list.dedup();
        let mut bits = vec![0; segment.n_rows().div_ceil(64)];
        list.iter().for_each(|&row| bits[row as usize / 64] |= 1 << (row % 64));
        RowSet { list, bits }
    }

    fn has(&self, row: u32) -> bool {
        self.bits[row as usize / 64] >> (row % 64) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::super::postings::terms;
    use super::*;
    use crate::index::Snapshot;
    use crate::text::TestRandom;

    /// The matches of a phrase of single words in the one segment of `snapshot`: row and positions; and the work.
    fn matches(
        snapshot: &Snapshot,
        slots: &[&[&str]],
        steps: &[(u32, u32)],
    ) -> (Vec<(u32, Vec<u32>)>, StepCount) {
        let segment = &snapshot.segments[0];
        let slots: Vec<Vec<IndexTerm>> =
            slots.iter().map(|words| terms(segment, words.iter().copied()).unwrap()).collect();
        let mut found = Vec::new();
        let work = phrase_matches(segment, &snapshot.documents(), &slots, steps, u64::MAX, |phrase| {
            found.push((phrase.row, phrase.positions.to_vec()));
        });
        (found, work.unwrap().unwrap())
    }

    /// Every start from which the slots can be completed, found by trying all gaps: the rule without its cleverness.
    fn plain_matches(words: &[&str], slots: &[&[&str]], steps: &[(u32, u32)]) -> Vec<Vec<u32>> {
        fn follow(words: &[&str], slots: &[&[&str]], steps: &[(u32, u32)], at: u32) -> Option<Vec<u32>> {
            if !words.get(at as usize).is_some_and(|word| slots[0].contains(word)) {
                return None;
            }
            let Some((&(min, max), steps)) = steps.split_first() else { return Some(vec![at]) };
            let rest = (min..=max).find_map(|gap| follow(words, &slots[1..], steps, at + 1 + gap))?;
            Some([vec![at], rest].concat())
        }
        (0..words.len() as u32).filter_map(|start| follow(words, slots, steps, start)).collect()
    }

    #[test]
    fn a_phrase_takes_the_narrowest_gaps_that_lead_to_its_end() {
        // From the first "a" the nearest "b" is followed by no "c" in reach, so the second "b" is taken.
        let snapshot = Snapshot::of_texts(&["xa xb xx xb xc", "xb xc xa"]);
        let slots: [&[&str]; 3] = [&["xa"], &["xb"], &["xc"]];
        let (found, _) = matches(&snapshot, &slots, &[(0, 2), (0, 0)]);
        // Row 0 is the entry of the document.
        assert_eq!(found, [(1, vec![0, 3, 4])]);
    }

    #[test]
    fn phrases_are_those_that_trying_every_gap_finds() {
        let mut random = TestRandom(7);
        let letters = ["xa", "xb", "xc"];
        let texts: Vec<Vec<&str>> =
            (0..100).map(|_| (0..1 + random.below(14)).map(|_| letters[random.below(3)]).collect()).collect();
        let joined: Vec<String> = texts.iter().map(|words| words.join(" ")).collect();
        let snapshot = Snapshot::of_texts(&joined.iter().map(String::as_str).collect::<Vec<_>>());
        for _ in 0..100 {
            let sets: [&[&str]; 5] = [&["xa"], &["xb"], &["xc"], &["xa", "xb"], &["xb", "xc"]];
            let slots: Vec<&[&str]> = (0..2 + random.below(3)).map(|_| sets[random.below(5)]).collect();
            let mut step = || {
                let min = random.below(3) as u32;
                (min, min + random.below(3) as u32)
            };
            let steps: Vec<(u32, u32)> = slots[1..].iter().map(|_| step()).collect();
            let (found, _) = matches(&snapshot, &slots, &steps);
            // Row 0 is the entry of the document.
            let wanted = (1..).zip(&texts).flat_map(|(row, words)| {
                let all = plain_matches(words, &slots, &steps);
                all.into_iter().map(move |positions| (row, positions))
            });
            assert_eq!(found, wanted.collect::<Vec<_>>(), "{slots:?} {steps:?}");
        }
    }

    #[test]
    fn the_work_of_a_phrase_is_linear_in_its_positions() {
        // Sixteen words with gaps that never end: trying every gap takes 21^15 steps from each start.
        let slots: Vec<&[&str]> =
            (0..15).map(|_| &["ord"] as &[&str]).chain([&["slutt"] as &[&str]]).collect();
        let steps = vec![(0, 20); 15];
        let work = |words: usize| {
            let text = format!("{}slutt", "ord ".repeat(words));
            let hopeless = format!("slutt {}", "ord ".repeat(words));
            let (found, work) = matches(&Snapshot::of_texts(&[&text, &hopeless]), &slots, &steps);
            // The first start is fifteen of the widest steps before the end, the last has fourteen words after it.
            assert_eq!(found.len(), 15 * 21 - 14);
            work.postings + work.positions
        };
        assert!(work(1_000) <= 100 * 1_000, "{} steps", work(1_000));
        assert!(work(2_000) <= 2 * work(1_000) + 100, "{} after {}", work(2_000), work(1_000));
    }
}
