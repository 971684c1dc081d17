//! Queries against a plain evaluation of the same grammar: texts as lists of words, without index, postings or cleverness.

use super::{Mention, MentionBatches, Mentions, Query, expand, mentions};
use crate::index::{Snapshot, TestDocument};
use crate::text::TestRandom;

const WORDS: [&str; 4] = ["xa", "xb", "xc", "xd"];

/// A query of single words as the test makes it.
enum Plain {
    Word(usize),
    Or(Box<Plain>, Box<Plain>),
    And(Box<Plain>, Box<Plain>),
    Not(Box<Plain>, Box<Plain>),
    Near(Box<Plain>, Box<Plain>, u32),
    Then(Box<Plain>, Box<Plain>, u32),
}

impl Plain {
    fn random(random: &mut TestRandom, depth: usize) -> Plain {
        if depth == 0 || random.below(4) == 0 {
            return Plain::Word(random.below(WORDS.len()));
        }
        let kind = random.below(5);
        let mut operand = || Box::new(Plain::random(random, depth - 1));
        let (a, b) = (operand(), operand());
        let reach = random.below(4) as u32;
        match kind {
            0 => Plain::Or(a, b),
            1 => Plain::And(a, b),
            2 => Plain::Not(a, b),
            3 => Plain::Near(a, b, reach),
            _ => Plain::Then(a, b, reach),
        }
    }

    fn written(&self) -> String {
        match self {
            Plain::Word(word) => WORDS[*word].to_owned(),
            Plain::Or(a, b) => format!("({} OR {})", a.written(), b.written()),
            Plain::And(a, b) => format!("({} AND {})", a.written(), b.written()),
            Plain::Not(a, b) => format!("({} NOT {})", a.written(), b.written()),
            Plain::Near(a, b, reach) => format!("({} NEAR/{reach} {})", a.written(), b.written()),
            Plain::Then(a, b, reach) => format!("({} THEN/{reach} {})", a.written(), b.written()),
        }
    }

    /// Every match in the passage `words`: first word, and one past the last.
    fn matches(&self, words: &[&str]) -> Vec<(u32, u32)> {
        let mut found = match self {
            Plain::Word(word) => {
                let places = (0..).zip(words).filter(|(_, other)| **other == WORDS[*word]);
                places.map(|(place, _)| (place, place + 1)).collect()
            }
            Plain::Or(a, b) => [a.matches(words), b.matches(words)].concat(),
            Plain::And(a, b) => {
                let (a, b) = (a.matches(words), b.matches(words));
                if a.is_empty() || b.is_empty() { Vec::new() } else { [a, b].concat() }
            }
            Plain::Not(a, b) => {
                if b.matches(words).is_empty() {
                    a.matches(words)
                } else {
                    Vec::new()
                }
            }
            Plain::Near(a, b, reach) => {
                let (a, b) = (a.matches(words), b.matches(words));
                a.iter().filter_map(|one| joined(*one, &b, *reach, true)).collect()
            }
            Plain::Then(a, b, reach) => {
                let (a, b) = (a.matches(words), b.matches(words));
                a.iter().filter_map(|one| joined(*one, &b, *reach, false)).collect()
            }
        };
        found.sort_by_key(|(start, end)| (*start, std::cmp::Reverse(*end)));
        found
    }
}

/// From `one` to the nearest of `others`: of two as near the later, of those that begin or end together the longer.
fn joined(one: (u32, u32), others: &[(u32, u32)], reach: u32, is_either_order: bool) -> Option<(u32, u32)> {
    let candidates = others.iter().filter_map(|other| match other {
        (start, end) if *start >= one.1 => Some((start - one.1, 0, u32::MAX - end, (one.0, *end))),
        (start, end) if *end <= one.0 && is_either_order => {
            Some((one.0 - end, 1, u32::MAX - start, (*start, one.1)))
        }
        _ => None,
    });
    let nearest = candidates.min().filter(|(gap, ..)| *gap <= reach)?;
    Some(nearest.3)
}

/// Without those that overlap an earlier one.
fn resolved(matches: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    let mut end = 0;
    matches.into_iter().filter(|(start, to)| (*start >= end).then(|| end = *to).is_some()).collect()
}

#[test]
fn mentions_are_those_of_a_plain_evaluation() {
    let mut random = TestRandom(11);
    let texts: Vec<Vec<&str>> = (0..60)
        .map(|_| {
            (0..1 + random.below(12))
                .map(|_| [WORDS[0], WORDS[1], WORDS[2], WORDS[3], "xx"][random.below(5)])
                .collect()
        })
        .collect();
    let joined: Vec<String> = texts.iter().map(|words| words.join(" ")).collect();
    let snapshot = Snapshot::of_texts(&joined.iter().map(String::as_str).collect::<Vec<_>>());
    let mut n_mentions = 0;
    for _ in 0..400 {
        let plain = Plain::random(&mut random, 3);
        let written = plain.written();
        let query = Query::parse(&written).unwrap();
        let expansion = expand(&snapshot, &[query]).unwrap();
        let found = mentions(&snapshot, &expansion[0]).unwrap();
        let found: Vec<(u32, u32, u32)> =
            found.segments[0].iter().map(|mention| (mention.row, mention.position, mention.end())).collect();
        // Row 0 is the entry of the document.
        let wanted = (1..).zip(&texts).flat_map(|(row, words)| {
            resolved(plain.matches(words)).into_iter().map(move |(start, end)| (row, start, end))
        });
        assert_eq!(found, wanted.collect::<Vec<_>>(), "{written}");
        n_mentions += found.len();
    }
    assert!(n_mentions > 1_000, "{n_mentions}");
}

#[test]
fn batches_of_documents_together_have_all_mentions() {
    let passages = [("tillit til ledelse", None), ("ledelse og tillit, tillit", None)];
    let document = |docname| TestDocument { docname, year: 2020, passages: &passages };
    let snapshot =
        Snapshot::in_memory(&[&[document("d"), document("a")], &[document("c")], &[document("b")]]);
    let places = |forms: &[String], segments: Vec<Vec<Mention>>| -> Vec<Vec<(u32, u32, u32, String)>> {
        let place = |m: Mention| (m.row, m.position, m.length, forms[m.form as usize].clone());
        let mut places: Vec<Vec<_>> =
            segments.into_iter().map(|found| found.into_iter().map(place).collect()).collect();
        places.iter_mut().for_each(|segment| segment.sort());
        places
    };
    for written in ["tillit", "/.*/", "\"tillit *{0,1} ledelse\"", "(tillit OR ledelse) NEAR/2 og"] {
        let expansion = &expand(&snapshot, &[Query::parse(written).unwrap()]).unwrap()[0];
        let Mentions { forms, segments } = mentions(&snapshot, expansion).unwrap();
        let all = places(&forms, segments);
        for (batch_postings, n_batches) in [(1, 4), (4, 2), (100, 1)] {
            let mut batches = MentionBatches::of_size(&snapshot, expansion, batch_postings).unwrap();
            let (mut together, mut forms, mut n_found) = (vec![Vec::new(); 3], Vec::new(), 0);
            while let Some(batch) = batches.next_batch().unwrap() {
                together.iter_mut().zip(batch.segments).for_each(|(all, more)| all.extend(more));
                (forms, n_found) = (batch.forms, n_found + 1);
            }
            assert_eq!(places(&forms, together), all, "{written} {batch_postings}");
            assert!(n_found >= n_batches, "{written} {batch_postings}: {n_found}");
        }
    }
}

#[test]
fn near_in_a_sentence_does_not_cross_its_end() {
    let text = "Mer tillit til ledelse. Mindre styring? Ledelse og tillit, jf. kap. 3, og styring.";
    let snapshot = Snapshot::of_texts(&[text, "tillit og styring", "Én tillit. Én styring."]);
    let count = |text: &str| {
        let expansion = expand(&snapshot, &[Query::parse(text).unwrap()]).unwrap();
        mentions(&snapshot, &expansion[0]).unwrap().segments[0].len()
    };
    assert_eq!((count("tillit NEAR/p styring"), count("tillit NEAR/s styring")), (3, 2));
    assert_eq!((count("styring NEAR/3 ledelse"), count("styring NEAR/3/s ledelse")), (1, 0));
    assert_eq!((count("tillit THEN/s styring"), count("styring THEN/s tillit")), (2, 0));
}

#[test]
fn a_number_beside_a_word_is_counted_with_it() {
    let snapshot = Snapshot::of_texts(&["budsjettet for 2019 er vedtatt", "i 2019 kom 2020"]);
    let count = |text: &str| {
        let query = Query::parse(text).unwrap().counted();
        let expansion = expand(&snapshot, &[query]).unwrap();
        mentions(&snapshot, &expansion[0]).unwrap().segments[0].len()
    };
    assert_eq!(count("budsjettet NEAR/3 2019"), 1);
    assert_eq!(count("budsjettet AND 2019"), 1);
    assert_eq!((count("2019"), count("2019 NEAR/3 2020")), (0, 0));
}

#[test]
fn a_misspelt_word_is_found_with_one_difference() {
    let snapshot = Snapshot::of_texts(&["tillit tilit tillitt tillat tiltil mistillit tillits tllit"]);
    let expansion = expand(&snapshot, &[Query::parse("tillit~1").unwrap()]).unwrap();
    let found: Vec<&str> = expansion[0].words().into_iter().collect();
    assert_eq!(found, ["tilit", "tillat", "tillit", "tillits", "tillitt", "tllit"]);
}
