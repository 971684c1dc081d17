//! What it costs to ask 50 concepts about every word of a vocabulary of two million forms, beside reading the vocabulary.

use criterion::{Criterion, criterion_group, criterion_main};
use ordskifte::codebook::{Codebook, Matcher, Pattern, Verdict, WordPattern};
use std::collections::BTreeSet;
use std::fs;
use std::hint::black_box;
use std::path::Path;

const FORMS: usize = 2_000_000;
const CONCEPTS: usize = 50;

/// One form in so many has the letters of a pattern: in Storting speeches 20 concepts reach 165 of 44,285 forms.
const FORMS_PER_HIT: usize = 100;

/// Every word of the sample corpus.
fn words() -> Vec<String> {
    let mut words = BTreeSet::new();
    let truth = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/truth");
    for file in walkdir::WalkDir::new(truth).sort_by_file_name().into_iter().flatten() {
        let text = fs::read_to_string(file.path()).unwrap_or_default();
        let found = ordskifte::text::words(&text).filter(|word| word.is_counted);
        words.extend(found.map(|word| word.text.to_lowercase()));
    }
    words.into_iter().collect()
}

/// The patterns of the shipped codebook, and as many more of `words` as make 50 concepts.
fn patterns(words: &[String]) -> Vec<Pattern> {
    let codebook = Codebook::parse(include_str!("../config/codebook.toml")).expect("the codebook is right");
    let missing = CONCEPTS.saturating_sub(codebook.concepts.len());
    let shipped = codebook.concepts.into_iter().flat_map(|concept| concept.rules[0].patterns.clone());
    let long = words.iter().filter(|word| word.chars().count() > 8 && word.chars().all(char::is_alphabetic));
    let more = long.step_by(17).take(missing).filter_map(|word| Pattern::parse(&format!("*{word}*")).ok());
    shipped.chain(more).collect()
}

/// Compounds of two of `words`; one in a hundred with the letters of a pattern.
fn vocabulary(words: &[String], patterns: &[Pattern]) -> Vec<String> {
    let letters: Vec<&str> = patterns
        .iter()
        .flat_map(Pattern::words)
        .filter_map(|word| word.literal())
        .map(|literal| literal.folded.as_str())
        .filter(|letters| letters.chars().count() > 3)
        .collect();
    let (hits, plain): (Vec<&String>, Vec<&String>) =
        words.iter().partition(|word| letters.iter().any(|letters| word.contains(letters)));
    let compounds = |firsts: Vec<&String>, n: usize| -> Vec<String> {
        let pairs =
            firsts.into_iter().flat_map(|first| plain.iter().map(move |last| format!("{first}{last}")));
        let step = (plain.len() * plain.len() / FORMS).max(1);
        pairs.step_by(step).take(n).collect()
    };
    let mut all = compounds(plain.clone(), FORMS - FORMS / FORMS_PER_HIT);
    all.extend(compounds(hits, FORMS / FORMS_PER_HIT));
    all
}

fn bench_expansion(c: &mut Criterion) {
    let words = words();
    let patterns = patterns(&words);
    let vocabulary = vocabulary(&words, &patterns);
    let words: Vec<(&WordPattern, bool)> =
        patterns.iter().flat_map(Pattern::words).map(|word| (word, false)).collect();
    let mut group = c.benchmark_group(format!("{} forms, {} word patterns", vocabulary.len(), words.len()));
    group.sample_size(10);
    group.bench_function("read", |b| {
        b.iter(|| vocabulary.iter().map(|word| black_box(word).len()).sum::<usize>());
    });
    group.bench_function("expand", |b| {
        b.iter(|| {
            let matcher = Matcher::new(words.clone());
            let mut admitted = 0;
            for word in &vocabulary {
                matcher.verdicts(word, |_, verdict| {
                    admitted += usize::from(matches!(black_box(verdict), Verdict::Admitted(_)))
                });
            }
            admitted
        });
    });
    group.finish();
}

criterion_group!(benches, bench_expansion);
criterion_main!(benches);
