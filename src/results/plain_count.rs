//! Counts by reading every text: the slow and plain reference for what is counted from postings.

use super::tests::results;
use super::{DocumentTotals, Error};
use crate::index::{Snapshot, TestDocument};
use crate::text::{Count, Language, Tally, TestRandom, words};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A pattern as it is written, the words that each of its slots admits, and how many words may stand before each slot but the
/// first.
type PlainPattern = (&'static str, &'static [&'static [&'static str]], &'static [(u32, u32)]);

const PATTERNS: [PlainPattern; 8] = [
    ("xa", &[&["xa"]], &[]),
    ("/x[cd]/", &[&["xc", "xd"]], &[]),
    ("xa xb", &[&["xa"], &["xb"]], &[(0, 0)]),
    ("xa *{0,2} xc", &[&["xa"], &["xc"]], &[(0, 2)]),
    ("xa xc", &[&["xa"], &["xc"]], &[(0, 0)]),
    ("/x[ab]/ xd", &[&["xa", "xb"], &["xd"]], &[(0, 0)]),
    ("xb * /x[cd]/ xa", &[&["xb"], &["xc", "xd"], &["xa"]], &[(1, 1), (0, 0)]),
    ("xd *{1,3} xd", &[&["xd"], &["xd"]], &[(1, 3)]),
];

/// First word, end and form of a match.
type PlainMatch = (u32, u32, String);

/// The matches of `pattern` in a passage: one for each start, with the narrowest gaps that lead to the end.
fn matches(text: &[String], (_, slots, steps): &PlainPattern) -> Vec<PlainMatch> {
    fn follow(text: &[String], slots: &[&[&str]], steps: &[(u32, u32)], at: u32) -> Option<Vec<u32>> {
        if !text.get(at as usize).is_some_and(|word| slots[0].contains(&word.as_str())) {
            return None;
        }
        let Some((&(min, max), steps)) = steps.split_first() else { return Some(vec![at]) };
        let rest = (min..=max).find_map(|gap| follow(text, &slots[1..], steps, at + 1 + gap))?;
        Some([vec![at], rest].concat())
    }
    let found = (0..text.len() as u32).filter_map(|start| follow(text, slots, steps, start));
    let shown = |places: Vec<u32>| {
        let mut form = text[places[0] as usize].clone();
        for (place, (_, max)) in places[1..].iter().zip(*steps) {
            form.push_str(if *max > 0 { " * " } else { " " });
            form.push_str(&text[*place as usize]);
        }
        (places[0], places[places.len() - 1] + 1, form)
    };
    found.map(shown).collect()
}

/// The forms that count in a passage.
fn counted(text: &str, patterns: &[PlainPattern], exceptions: &[PlainPattern]) -> Vec<String> {
    let text: Vec<String> = words(text).map(|word| word.text.to_lowercase()).collect();
    let all = |patterns: &[PlainPattern]| -> Vec<PlainMatch> {
        patterns.iter().flat_map(|pattern| matches(&text, pattern)).collect()
    };
    let excepted = all(exceptions);
    let mut found = all(patterns);
    found.retain(|(start, end, _)| !excepted.iter().any(|(from, to, _)| from < end && start < to));
    found.sort_by_key(|(start, end, form)| (*start, Reverse(*end), form.contains('*'), form.clone()));
    let mut free_from = 0;
    found.retain(|(start, end, _)| {
        let is_free = *start >= free_from;
        free_from = if is_free { *end } else { free_from };
        is_free
    });
    found.into_iter().map(|(_, _, form)| form).collect()
}

/// The count in `documents`, which are sorted by name.
fn plain_count(
    documents: &[&TestDocument<'_>],
    patterns: &[PlainPattern],
    exceptions: &[PlainPattern],
) -> Count {
    let mut cells = BTreeMap::<(u32, String, Option<Language>), (u64, u32)>::new();
    for (number, document) in (0..).zip(documents) {
        for (page, (text, language)) in (1..).zip(document.passages) {
            for form in counted(text, patterns, exceptions) {
                let (n, page_first) = cells.entry((number, form, *language)).or_insert((0, page));
                (*n, *page_first) = (*n + 1, page.min(*page_first));
            }
        }
    }
    let mut forms: Vec<String> = cells.keys().map(|(_, form, _)| form.clone()).collect();
    forms.sort();
    forms.dedup();
    let tallies = cells.into_iter().map(|((document, form, language), (n, page))| Tally {
        document,
        form: forms.iter().position(|known| *known == form).expect("it is one of them") as u32,
        language,
        n,
        page_first: Some(page),
    });
    let tallies = tallies.collect();
    Count { concept: "c".to_owned(), forms, tallies }
}

/// Passages of random words; some in capitals, some empty.
fn random_passages(random: &mut TestRandom) -> Vec<(String, Option<Language>)> {
    const WORDS: [&str; 7] = ["xa", "xb", "xc", "xd", "xe", "XA", "Xb"];
    const LANGUAGES: [Option<Language>; 3] = [Some(Language::BOKMAL), Some(Language::NYNORSK), None];
    let text = |random: &mut TestRandom| -> String {
        (0..random.below(25)).map(|_| WORDS[random.below(7)]).collect::<Vec<_>>().join(" ")
    };
    (0..6).map(|_| (text(random), LANGUAGES[random.below(3)])).collect()
}

/// Up to `count_max` of the patterns, each once.
fn some_patterns(random: &mut TestRandom, count_max: usize) -> Vec<PlainPattern> {
    let mut left = PATTERNS.to_vec();
    (0..random.below(count_max + 1)).map(|_| left.swap_remove(random.below(left.len()))).collect()
}

#[test]
fn counts_from_postings_are_those_of_reading_every_text() {
    let mut random = TestRandom(23);
    for round in 0..60 {
        let texts: Vec<_> = (0..8).map(|_| random_passages(&mut random)).collect();
        let passages: Vec<Vec<(&str, Option<Language>)>> = texts
            .iter()
            .map(|passages| passages.iter().map(|(text, language)| (text.as_str(), *language)).collect())
            .collect();
        let document =
            |docname, index: usize| TestDocument { docname, year: 2020, passages: &passages[index] };
        // The second "b" and the second "d" replace those of earlier segments.
        let segments = [
            vec![document("d", 0), document("b", 1)],
            vec![document("a", 2), document("e", 3), document("c", 4)],
            vec![document("d", 5), document("f", 6), document("b", 7)],
        ];
        let current = [
            &segments[1][0],
            &segments[2][2],
            &segments[1][2],
            &segments[2][0],
            &segments[1][1],
            &segments[2][1],
        ];
        let patterns = [some_patterns(&mut random, 3), vec![PATTERNS[round % 8]]].concat();
        let exceptions = some_patterns(&mut random, 2);
        let written = |patterns: &[PlainPattern]| {
            patterns.iter().map(|(text, ..)| format!("'{text}'")).collect::<Vec<_>>().join(", ")
        };
        let codebook = format!(
            "[[concept]]\nname = \"c\"\npatterns = [{}]\nexcept = [{}]",
            written(&patterns),
            written(&exceptions)
        );
        let snapshot = Snapshot::in_memory(&[&segments[0], &segments[1], &segments[2]]);
        let results = results(snapshot, &codebook);
        let found = results.counts(&[0]).unwrap().remove(0);
        assert_eq!(found, plain_count(&current, &patterns, &exceptions), "{codebook}");
        let mut n_lines = 0;
        let by_mentions = results.count_of(0, |mentions| {
            for found in results.by_document(mentions)? {
                n_lines += results.concordance(&found)?.len();
            }
            Ok::<_, Error>(())
        });
        assert_eq!(by_mentions.unwrap(), found, "{codebook}");
        let mut totals = vec![0; current.len()];
        found.tallies.iter().for_each(|tally| totals[tally.document as usize] += tally.n);
        let has_mention = |text: &str| !counted(text, &patterns, &exceptions).is_empty();
        let n_passages: Vec<u32> = current
            .iter()
            .map(|document| document.passages.iter().filter(|(text, _)| has_mention(text)).count() as u32)
            .collect();
        let expected = DocumentTotals { n: totals, n_passages };
        assert_eq!(results.totals(0).unwrap(), expected, "{codebook}");
        assert_eq!(n_lines as u64, found.tallies.iter().map(|tally| tally.n).sum::<u64>(), "{codebook}");
    }
}
