//! The cost of questions in corpora of two sizes. A question with the same answer in both should cost the same in both.
//!
//! `cargo bench --bench questions`. The texts are drawn from a vocabulary by Zipf's law; the phrase *samskaping praksis* occurs in
//! as many passages of the large corpus as of the small one. Each question opens the snapshot, as a command does.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use ordskifte::codebook::Codebook;
use ordskifte::index::{self, Changes, CutDocument, Snapshot};
use ordskifte::query::{self, Query};
use ordskifte::results::{Results, ResultsSource};
use ordskifte::text::{
    AnalysisYear, Digest, DocName, Document, Entry, MediaType, Page, Passage, PassageKind, Record,
};
use ordskifte::trend;
use std::hint::black_box;
use std::path::Path;
use std::sync::atomic::AtomicBool;

const PASSAGES: usize = 20;
const WORDS: usize = 70;
const VOCABULARY: u64 = 50_000;

/// A generator with a seed (Knuth's MMIX constants).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    /// The n-th word of the vocabulary with a probability like 1/n.
    fn word(&mut self) -> String {
        const ENDINGS: [&str; 6] = ["styring", "en", "er", "ledelse", "het", "arbeid"];
        let rank = self.below(self.0 % VOCABULARY + 1);
        let letters: String =
            (0..4).map(|place| char::from(b'a' + (rank / 13u64.pow(place) % 13) as u8)).collect();
        format!("{letters}{}", ENDINGS[(rank % 6) as usize])
    }
}

fn document(number: usize) -> Document {
    let mut random = Random(number as u64);
    let passages = (0..PASSAGES).map(|_| {
        let mut words: Vec<String> = (0..WORDS).map(|_| random.word()).collect();
        words[0] = FREQUENT.to_owned();
        if number < 50 {
            words[WORDS / 2] = "samskaping".to_owned();
            words[WORDS / 2 + 1] = "praksis".to_owned();
        }
        Passage::new(PassageKind::Paragraph, words.join(" "))
    });
    let page = Page { number: None, label: None, passages: passages.collect() };
    Document { pages: vec![page], ..Document::default() }
}

fn entry(number: usize) -> Entry {
    Entry {
        record: Record {
            year: Some(AnalysisYear { year: 2000 + (number % 25) as i16, basis: "published".to_owned() }),
            ..Record::default()
        },
        n_passages: PASSAGES as u32,
        n_tokens: (PASSAGES * WORDS) as u64,
        source_url: number.to_string(),
        ..Entry::new(DocName::new("bench", &format!("{number:06}")), MediaType::Html)
    }
}

/// *samskaping*, and 49 concepts that are compounds with two given letters.
fn codebook() -> String {
    let concept = |name: &str, pattern: &str| {
        format!("[[concept]]\nname = \"{name}\"\npatterns = [\"{pattern}\", \"samskaping {pattern}\"]\n")
    };
    let mut text = concept("samskaping", "samskaping");
    for number in 0..49u8 {
        let letters: String = [number / 7, number % 7].map(|at| char::from(b'a' + at)).iter().collect();
        text += &concept(&format!("concept {number}"), &format!("/{letters}.*/"));
    }
    text
}

fn source(folder: &Path, n_documents: usize) -> ResultsSource {
    let added: Vec<usize> = (0..n_documents).collect();
    let load = |number: &usize| -> Result<_, index::Error> {
        Ok((entry(*number), CutDocument::new(document(*number))))
    };
    let changes = Changes { removed: &[], added: &added, load, snapshot_id: "bench" };
    index::update(folder, &changes, 100 << 20, &AtomicBool::new(false)).expect("room for an index");
    ResultsSource {
        index: folder.to_owned(),
        forms: folder.join("expansion.json"),
        codebook: Codebook::parse(&codebook()).expect("the codebook is right"),
        codebook_sha256: Digest::of(b""),
    }
}

/// A word of every passage.
const FREQUENT: &str = "og";

/// Reads what is needed to count `word` and nothing else: the floor of a count.
fn postings(index: &Path, word: &str) -> u64 {
    let snapshot = Snapshot::open(index).expect("readable").expect("a commit");
    let mut total = 0;
    for segment in &snapshot.segments {
        query::frequencies(segment, word, |_, n| {
            total += n;
            Ok(())
        })
        .expect("readable");
    }
    assert!(total > 0, "{word} occurs");
    total
}

fn bench_questions(c: &mut Criterion) {
    let mut group = c.benchmark_group("questions");
    group.sample_size(20);
    for n_documents in [100, 1_000] {
        let folder = tempfile::tempdir().expect("a folder");
        let source = source(folder.path(), n_documents);
        let open = || Results::open(source.clone()).expect("the index opens");
        group.bench_function(BenchmarkId::new("open", n_documents), |b| b.iter(|| black_box(open())));
        group.bench_function(BenchmarkId::new("trends of a concept", n_documents), |b| {
            b.iter(|| {
                let results = open();
                black_box((
                    results.counts(&[0]).expect("readable"),
                    results.strata().expect("readable").to_vec(),
                ))
            });
        });
        group.bench_function(BenchmarkId::new("trends of 50 concepts by year", n_documents), |b| {
            let concepts: Vec<usize> = (0..50).collect();
            b.iter(|| {
                let results = open();
                let counts = results.counts(&concepts).expect("readable");
                black_box(trend::by_year(results.strata().expect("readable"), &counts).len())
            });
        });
        group.bench_function(BenchmarkId::new("postings of a frequent word alone", n_documents), |b| {
            b.iter(|| black_box(postings(&source.index, FREQUENT)));
        });
        let questions = [
            ("word", "samskaping"),
            ("frequent word", FREQUENT),
            ("phrase", "\"samskaping praksis\""),
            ("infix", "*ledelse"),
            ("prefix", "/samska.*/"),
            ("two regular expressions", "\"/.*en/ /.*er/\""),
        ];
        for (name, text) in questions {
            let query = Query::parse(text).expect("the query is right");
            group.bench_function(BenchmarkId::new(name, n_documents), |b| {
                b.iter(|| black_box(open().passages(&query, 10).expect("readable")));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, bench_questions);
criterion_main!(benches);
