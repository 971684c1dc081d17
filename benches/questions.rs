//! The cost of questions in corpora of two sizes. A question with the same answer in both should cost the same in both.
//!
//! `cargo bench --bench questions`. The texts are drawn from a vocabulary by Zipf's law; the word *samskaping* stands in as many
//! passages of the large corpus as of the small one.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use ordskifte::codebook::Codebook;
use ordskifte::index::{self, Changes, CutDocument};
use ordskifte::query::Query;
use ordskifte::results::{Results, Source};
use ordskifte::text::{Digest, DocName, Document, Entry, MediaType, Page, Passage, PassageKind, Record};
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
        if number < 50 {
            words[WORDS / 2] = "samskaping".to_owned();
        }
        Passage::new(PassageKind::Paragraph, words.join(" "))
    });
    let page = Page { number: None, label: None, passages: passages.collect() };
    Document { pages: vec![page], ..Document::default() }
}

fn entry(number: usize) -> Entry {
    Entry {
        docname: DocName::new("bench", &format!("{number:06}")),
        record: Record::default(),
        language: None,
        media_type: MediaType::Html,
        n_pages: None,
        language_shares: Vec::new(),
        n_passages: PASSAGES as u32,
        n_tokens: (PASSAGES * WORDS) as u64,
        source_url: number.to_string(),
        source_sha256: Digest::of(b""),
        also_at: Vec::new(),
        is_vanished: false,
        notices: Vec::new(),
        made_from: Digest::of(b""),
    }
}

fn source(folder: &Path, n_documents: usize) -> Source {
    let added: Vec<usize> = (0..n_documents).collect();
    let load = |number: &usize| -> Result<_, index::Error> {
        Ok((entry(*number), CutDocument::new(document(*number))))
    };
    let changes = Changes { removed: &[], added: &added, load, snapshot_id: "bench" };
    index::update(folder, &changes, 100 << 20, &AtomicBool::new(false)).expect("room for an index");
    let codebook = Codebook::parse("[[concept]]\nname = \"samskaping\"\npatterns = [\"samskaping\"]");
    Source {
        index: folder.to_owned(),
        forms: folder.join("expansion.json"),
        codebook: codebook.expect("the codebook is right"),
        codebook_sha256: Digest::of(b""),
    }
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
                black_box((results.counts(&[0]).expect("readable"), results.strata().expect("readable")))
            });
        });
        let questions = [
            ("word", "samskaping"),
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
