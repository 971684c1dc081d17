//! Phrases, gaps, exceptions, overlaps, counting and snapshots on indexes in memory.

use super::{Error, ErrorKind, Results, ResultsSource, count};
use crate::codebook::{Codebook, SyntaxError};
use crate::index::{Snapshot, TestDocument};
use crate::query::{Query, expand, work};
use crate::text::{Count, Digest, Language, TestRandom};
use std::path::PathBuf;

pub(super) fn results(snapshot: Snapshot, codebook: &str) -> Results {
    let source = ResultsSource {
        index: PathBuf::from("no such index"),
        forms: PathBuf::from("no such folder/expansion.json"),
        codebook: Codebook::parse(codebook).unwrap(),
        codebook_sha256: Digest::of(b""),
    };
    Results::of_snapshot(source, snapshot)
}

/// The forms that the one concept of `rule` counts in `texts`, each with its mentions.
fn counted(rule: &str, texts: &[&str]) -> String {
    let results = results(Snapshot::of_texts(texts), &format!("[[concept]]\nname = \"c\"\n{rule}"));
    shown(&results.counts(&[0]).unwrap()[0])
}

fn shown(count: &Count) -> String {
    let n = |form: usize| -> u64 {
        count.tallies.iter().filter(|tally| tally.form as usize == form).map(|tally| tally.n).sum()
    };
    let forms = count.forms.iter().enumerate().map(|(index, form)| format!("{form} {}", n(index)));
    forms.collect::<Vec<_>>().join(", ")
}

#[test]
fn a_phrase_stays_within_its_passage() {
    let texts = ["Mål- og resultatstyring.", "Mål- og", "resultatstyring er mål."];
    assert_eq!(counted("patterns = [\"mål- og resultatstyring\"]", &texts), "mål- og resultatstyring 1");
}

#[test]
fn a_gap_has_its_least_and_its_most_words() {
    let texts = ["tillit ledelse", "tillit en ledelse", "tillit en to ledelse", "tillit en to tre ledelse"];
    assert_eq!(counted("patterns = [\"tillit *{1,2} ledelse\"]", &texts), "tillit * ledelse 2");
    assert_eq!(counted("patterns = [\"tillit * ledelse\"]", &texts), "tillit * ledelse 1");
    assert_eq!(counted("patterns = [\"tillit *{0,1} * ledelse\"]", &texts), "tillit * ledelse 2");
}

#[test]
fn of_overlapping_mentions_the_leftmost_and_longest_counts() {
    let rule = "patterns = [\"ny offentlig\", \"offentlig styring\", \"ny offentlig styring\"]";
    assert_eq!(
        counted(rule, &["ny offentlig styring, offentlig styring"]),
        "ny offentlig styring 1, offentlig styring 1"
    );
}

#[test]
fn an_exception_may_be_longer_than_the_mention_and_stand_around_it() {
    let rule = "patterns = [\"*innovasjon*\"]\nexcept = [\"støtte fra innovasjon norge\"]";
    assert_eq!(counted(rule, &["Støtte fra Innovasjon Norge til innovasjon."]), "innovasjon 1");
}

#[test]
fn a_language_limits_the_passages_of_a_concept() {
    let passages = [
        ("handlingsrom", Some(Language::BOKMAL)),
        ("handlingsrom", Some(Language::ENGLISH)),
        ("handlingsrom", None),
    ];
    let document = TestDocument { docname: "a", year: 2020, passages: &passages };
    let codebook = "[[concept]]\nname = \"c\"\npatterns = [\"handlingsrom\"]\nlanguages = [\"nb\"]";
    let results = results(Snapshot::in_memory(&[&[document]]), codebook);
    assert_eq!(shown(&results.counts(&[0]).unwrap()[0]), "handlingsrom 1");
}

#[test]
fn what_counts_is_what_the_denominator_counts() {
    let text = "I 2019 var 3,5 prosent av 1 157 532 i mål- og resultatstyring, § 4-1.";
    let results = results(Snapshot::of_texts(&[text]), "[[concept]]\nname = \"c\"\npatterns = [\"/.*/\"]");
    let count = &results.counts(&[0]).unwrap()[0];
    let n: u64 = count.tallies.iter().map(|tally| tally.n).sum();
    assert_eq!(n, results.documents().unwrap()[0].n_tokens);
    let by_mentions = results.count_of(0, |_| Ok::<_, Error>(())).unwrap();
    assert_eq!(n, by_mentions.tallies.iter().map(|t| t.n).sum::<u64>());
    // A search finds numbers, and a phrase may have them.
    assert_eq!(results.passages(&Query::parse("2019").unwrap(), 1).unwrap().n_passages, 1);
    assert_eq!(
        counted("patterns = [\"agenda /20[0-9]+/\", \"2030\"]", &["Agenda 2030 i 2030."]),
        "agenda 2030 1"
    );
    let refused = &results.forms(0).unwrap();
    assert!(
        refused.iter().any(|form| !form.is_counted && form.form == "2019" && form.why.contains("number"))
    );
}

#[test]
fn documents_in_several_segments_are_counted_by_document_and_page() {
    let passages = [("tillit og tillit", Some(Language::BOKMAL)), ("Tillit", Some(Language::NYNORSK))];
    let document = |docname| TestDocument { docname, year: 2020, passages: &passages };
    let snapshot = Snapshot::in_memory(&[&[document("b")], &[document("a"), document("c")]]);
    let results = results(snapshot, "[[concept]]\nname = \"c\"\npatterns = [\"tillit\"]");
    let count = &results.counts(&[0]).unwrap()[0];
    let cells: Vec<(u32, u64, Option<u32>)> =
        count.tallies.iter().map(|tally| (tally.document, tally.n, tally.page_first)).collect();
    let first = [(0, 2, Some(1)), (0, 1, Some(2))];
    assert_eq!(cells[..2], first);
    assert_eq!((cells.len(), count.forms.as_slice()), (6, &["tillit".to_owned()][..]));
    let mentions = results.mentions(0).unwrap();
    let by_document = results.by_document(&mentions).unwrap();
    let lines: Vec<_> = by_document.flat_map(|found| results.concordance(&found).unwrap()).collect();
    let places: Vec<(u32, Option<u32>, &str)> =
        lines.iter().map(|line| (line.document, line.page, line.keyword.as_str())).collect();
    assert_eq!(places[..3], [(0, Some(1), "tillit"), (0, Some(1), "tillit"), (0, Some(2), "Tillit")]);
    assert_eq!(lines.len(), 9);
}

#[test]
fn a_mention_has_the_page_of_its_first_word() {
    let passages = [
        ("uten", Some(Language::BOKMAL)),
        ("i tillit og \u{c}fri tillit uten \u{c}tillit til alle", Some(Language::BOKMAL)),
    ];
    let earlier = TestDocument { docname: "a", year: 2020, passages: &passages[..1] };
    let document = TestDocument { docname: "b", year: 2020, passages: &passages };
    let snapshot = Snapshot::in_memory(&[&[earlier, document]]);
    let codebook = "[[concept]]\nname = \"word\"\npatterns = [\"tillit\"]\n\
                    [[concept]]\nname = \"phrase\"\npatterns = [\"og fri\", \"til alle\"]\n\
                    [[concept]]\nname = \"later\"\npatterns = [\"alle\"]\n";
    let results = results(snapshot, codebook);
    let places = |concept: usize| -> Vec<(u32, Option<u32>, Option<String>)> {
        let mentions = results.mentions(concept).unwrap();
        let found = results.by_document(&mentions).unwrap();
        let lines = found.flat_map(|found| results.concordance(&found).unwrap());
        lines.map(|line| (line.document, line.page, line.page_label)).collect()
    };
    let place = |page: u32, label: &str| (1, Some(page), Some(label.to_owned()));
    assert_eq!(places(0), [place(2, "ii"), place(3, "1"), place(4, "2")]);
    assert_eq!(places(1), [place(2, "ii"), place(4, "2")]);
    let first = |concept: usize| -> Vec<Option<u32>> {
        let counts = &results.counts(&[concept]).unwrap()[0];
        let listed = results.count_of(concept, |_| Ok::<_, Error>(())).unwrap();
        assert_eq!(counts.tallies, listed.tallies, "from frequencies as from mentions");
        counts.tallies.iter().map(|tally| tally.page_first).collect()
    };
    assert_eq!(first(0), [Some(2)]);
    assert_eq!(first(2), [Some(4)]);
    let hits = results.passages(&Query::parse("\"til alle\"").unwrap(), 1).unwrap().hits;
    assert_eq!((hits[0].context.page, hits[0].context.page_label.as_deref()), (Some(4), Some("2")));
}

#[test]
fn the_fast_count_is_the_plain_count_in_every_cell() {
    let mut random = TestRandom(11);
    let vocabulary = [
        "styring",
        "Styring",
        "målstyring",
        "mål-",
        "resultatstyring",
        "og",
        "tillit",
        "Tillit",
        "2019",
        "mistillit",
        "styringen",
        "bruker-",
        "-medvirkning",
        "brukerstyring",
    ];
    let mut text =
        || (0..random.below(30)).map(|_| vocabulary[random.below(14)]).collect::<Vec<_>>().join(" ");
    let texts: Vec<String> = (0..60).map(|_| text()).collect();
    let languages = [Some(Language::BOKMAL), Some(Language::NYNORSK), None];
    let passages: Vec<(&str, Option<Language>)> = texts
        .iter()
        .zip(languages.iter().cycle())
        .map(|(text, language)| (text.as_str(), *language))
        .collect();
    let documents: Vec<TestDocument<'_>> = ["a", "b", "c", "d", "e", "f"]
        .iter()
        .zip(passages.chunks(10))
        .map(|(docname, passages)| TestDocument { docname, year: 2020, passages })
        .collect();
    let snapshot = Snapshot::in_memory(&[&documents[..2], &documents[2..5], &documents[5..]]);
    for pattern in
        ["*styring*", "*styring", "/.*/", "tillit*", "[lemma=styring]", "*medvirkning", "/.*-/", "mål-"]
    {
        let query = Query::parse(pattern).unwrap().counted();
        let expansion = &expand(&snapshot, &[query]).unwrap()[0];
        assert!(expansion.plain_words().is_some(), "{pattern} is counted by the fast path");
        let fast = count::count(&snapshot, "c", expansion).unwrap();
        let plain = count::count_mentions(&snapshot, "c", expansion, |_| Ok::<_, Error>(())).unwrap();
        assert_eq!(fast, plain, "{pattern}");
    }
}

#[test]
fn a_search_ranks_the_passages_that_have_every_clause() {
    let texts =
        ["tillit og god ledelse", "tillit", "tillit, tillit og ledelse og mye mer enn det som skal til"];
    let results = results(Snapshot::of_texts(&texts), "concept = []");
    let found = results.passages(&Query::parse("ledelse tillit").unwrap(), 10).unwrap();
    let (hits, total) = (found.hits, found.n_passages);
    let pages: Vec<Option<u32>> = hits.iter().map(|hit| hit.context.page).collect();
    assert_eq!((total, pages), (2, vec![Some(1), Some(3)]));
    assert_eq!((hits[1].n, hits[1].context.keyword.as_str()), (3, "tillit"));
}

#[test]
fn what_is_counted_is_listed_and_highlighted() {
    let mut random = TestRandom(31);
    let vocabulary = ["xa", "xb", "xc", "XA", "xd", "mål-", "og", "xstyring", "2019"];
    let text = |random: &mut TestRandom| -> String {
        let sentences = (0..1 + random.below(3)).map(|_| {
            let words: Vec<&str> = (0..1 + random.below(7)).map(|_| vocabulary[random.below(9)]).collect();
            format!("Det {}.", words.join(" "))
        });
        sentences.collect::<Vec<_>>().join(" ")
    };
    let texts: Vec<String> = (0..90).map(|_| text(&mut random)).collect();
    let passages: Vec<(&str, Option<Language>)> =
        texts.iter().map(|text| (text.as_str(), Some(Language::BOKMAL))).collect();
    let documents: Vec<TestDocument<'_>> = ["a", "b", "c", "d", "e", "f", "g", "h", "i"]
        .iter()
        .zip(passages.chunks(10))
        .map(|(docname, passages)| TestDocument { docname, year: 2020, passages })
        .collect();
    let snapshot = Snapshot::in_memory(&[&documents[..4], &documents[4..]]);
    let results = results(snapshot, "[[concept]]\nname = \"c\"\npatterns = [\"/x.*/\"]");
    let leaves = ["xa", "/x.*/", "/x[bc]/", "\"xa *{0,2} xb\"", "*styring", "xd", "og"];
    let operators = [" ", " OR ", " NOT ", " NEAR/2 ", " THEN/3 ", " NEAR/s ", " THEN/1/s ", " NEAR/p "];
    let mut n_found = 0;
    for _ in 0..300 {
        let mut written = leaves[random.below(7)].to_owned();
        for _ in 0..random.below(3) {
            written = format!("({written}{}{})", operators[random.below(8)], leaves[random.below(7)]);
        }
        let query = Query::parse(&written).unwrap();
        let counted: u64 = results.totals_of(&query).unwrap().n.iter().sum();
        let mentions = results.mentions_of(&query).unwrap();
        let by_document = results.by_document(&mentions).unwrap();
        let n_lines: usize = by_document.map(|found| results.concordance(&found).unwrap().len()).sum();
        let passages = results.passages(&query, 1_000).unwrap();
        let highlighted: u32 = passages.hits.iter().map(|hit| hit.n).sum();
        let in_documents: u32 =
            results.best_documents(&query, 1_000).unwrap().hits.iter().map(|hit| hit.n).sum();
        let marks: usize = passages.hits.iter().map(|hit| hit.snippet.matches('[').count()).sum();
        assert_eq!(
            (n_lines as u64, u64::from(highlighted), u64::from(in_documents)),
            (counted, counted, counted),
            "{written}"
        );
        assert!(marks as u64 <= counted, "{written}");
        assert_eq!(passages.hits.len(), passages.n_passages, "{written}");
        n_found += counted;
    }
    assert!(n_found > 5_000, "{n_found}");
}

#[test]
fn the_passages_of_a_document_stand_together() {
    let passages = [("tillit", None), ("mye annet og så kom tillit", None), ("noe helt annet her", None)];
    let better = [("tillit tillit", None), ("ord ord ord ord ord ord ord ord tillit", None)];
    let documents = [
        TestDocument { docname: "a", year: 2020, passages: &passages },
        TestDocument { docname: "b", year: 2020, passages: &better },
    ];
    let results = results(Snapshot::in_memory(&[&documents]), "concept = []");
    let found = results.passages(&Query::parse("tillit").unwrap(), 10).unwrap();
    let places: Vec<(u32, u32)> =
        found.hits.iter().map(|hit| (hit.context.document, hit.context.ordinal)).collect();
    // The bare words come last, though they have the better scores; each document is at the place of its best passage.
    assert_eq!(places, [(0, 1), (0, 0), (1, 1), (1, 0)]);
    assert_eq!((found.n_passages, found.n_documents), (4, 2));
}

#[test]
fn results_without_an_index_say_what_to_do() {
    let source = ResultsSource {
        index: PathBuf::from("no such index"),
        forms: PathBuf::new(),
        codebook: Codebook::parse("concept = []").unwrap(),
        codebook_sha256: Digest::of(b""),
    };
    let error = Results::open(source).err().unwrap();
    assert_eq!(error.kind, ErrorKind::NoIndex);
    assert!(error.hint.unwrap().contains("ordskifte refresh"));
    let results =
        results(Snapshot::of_texts(&["a"]), "[[concept]]\nname = \"tillit\"\npatterns = [\"tillit\"]");
    let error = results.chosen(&["Tilit".to_owned()]).unwrap_err();
    assert_eq!(
        (error.kind, error.hint.as_deref()),
        (ErrorKind::UnknownConcept, Some("did you mean tillit? The codebook has: tillit"))
    );
}

/// Hostile and random queries: each is refused with a short message, or answered.
#[test]
fn five_hundred_hostile_queries_are_refused_or_answered() {
    let text = "ord tillit styring mål- og resultatstyring 2019 ".repeat(50);
    let results = results(Snapshot::of_texts(&[&text, &text]), "concept = []");
    let positions = 2 * crate::text::words(&text).count() as u64;
    let mut random = TestRandom(3);
    let mut answered = 0;
    for _ in 0..500 {
        let text = hostile(&mut random);
        let query: Result<Query, SyntaxError> = Query::parse(&text);
        match query {
            Ok(query) => {
                let n_words: usize = query.clauses().iter().map(Query::n_words).sum();
                let expansion = &expand(&results.snapshot, &[query]).unwrap()[0];
                let steps = work(&results.snapshot, expansion).unwrap();
                // Each word reads each position once; joining it to the next visits each at most twice more.
                assert!(steps <= 4 * positions * n_words as u64, "{steps} steps for {text}");
                answered += 1;
            }
            Err(error) => {
                let message = error.to_string();
                assert!(message.chars().count() < 400, "{message}");
            }
        }
    }
    assert!((50..450).contains(&answered), "{answered} of 500 were answered");
}

/// A query put together from pieces that have cost other programs much.
fn hostile(random: &mut TestRandom) -> String {
    const PIECES: [&str; 24] = [
        "/.+/",
        "/.*/",
        "*{0,20}",
        "*",
        "/(.*)*x/",
        "/(a|aa)+b/",
        "/[a-z]{50}/",
        "/\\w{30}\\w{30}/",
        "/(/",
        "/a)|(?:b/",
        "*og*",
        "*rd*",
        "[lemma=ord]",
        "[part=\"styring\"",
        "[x=y]",
        "og",
        "ord",
        "mål-",
        "\u{202e}",
        "\u{1b}[31m",
        "«",
        "2019",
        "/(?i)[^a]*/",
        "/(?x)#/",
    ];
    let quote = random.below(3);
    let count = 1 + random.below(if quote == 0 { 60 } else { 16 });
    let pieces: Vec<&str> = (0..count)
        .map(|_| {
            // Most pieces are harmless apart, or no query would pass the grammar.
            let piece = PIECES[random.below(24)];
            let is_faulty = Query::parse(piece).is_err() && piece != "*{0,20}" && piece != "*";
            if is_faulty && random.below(20) > 0 { "/.+/" } else { piece }
        })
        .collect();
    match quote {
        0 => pieces.join(" "),
        1 => format!("\"ord {} ord\"", pieces.join(" ")),
        _ => format!("\"/.+/ {} innovasjon\"", pieces.join(" *{0,20} ")),
    }
}
