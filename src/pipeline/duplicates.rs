//! The texts of a corpus → which of them are copies: the same text from other bytes, or a text that another edition holds
//! whole. Compares words and sentences, never layout.
//!
//! What is compared of each text is kept in the file `fingerprints`, and the result in `copies`, both in the data folder. Each
//! begins with the SHA-256 of the rest; one that is missing or damaged is made again.

use super::Error;
use super::copies::{Copies, Relation};
use super::corpus::{Corpus, Holdings};
use super::durable::replace;
use super::job::Settings;
use super::store::TextStore;
use crate::text::{Digest, Document, sentences, words};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs;

/// Changes whenever other texts count as copies.
const DUPLICATES_VERSION: u32 = 1;
const FINGERPRINTS_FILE: &str = "fingerprints";
const COPIES_FILE: &str = "copies";

/// Words of a text that is compared. Covers and forms of fewer words are equal without being copies ("Se vedlegg").
const WORDS_MIN: usize = 20;
/// Words of a sentence that is compared: shorter ones stand in many documents.
const SENTENCE_WORDS_MIN: usize = 6;
/// Sentences that a text has at least to be looked for in another.
const SENTENCES_MIN: usize = 5;
/// One sentence in so many may be missing in the edition that holds the text: PDF and HTML of one report differ in the
/// sentences that a page ends in. None of those may have a digit: the yearly letters to one agency differ in years and sums.
const MISSING_ONE_IN: usize = 50;

/// What is compared of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Fingerprint {
    /// Of its words, in small letters.
    words: Digest,
    n_words: u32,
    /// Numbers of its sentences, sorted, each once; odd where the sentence has a digit.
    sentences: Vec<u32>,
}

#[derive(Serialize, Deserialize)]
struct KeptCopies {
    made_from: Digest,
    copies: Copies,
    /// The same by name, sorted.
    named: Vec<NamedCopy>,
}

/// A document that is a copy, and the one that is counted in its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NamedCopy {
    /// The name of the copy.
    pub copy: String,
    /// The name of the document that is counted.
    pub counted: String,
    /// What they have in common.
    pub relation: Relation,
}

/// The copies among the texts of `holdings`. Writes nothing.
pub(super) fn copies(corpus: &Corpus<'_>, store: &TextStore, holdings: &Holdings) -> Copies {
    let files = named_files(holdings);
    kept_copies(corpus, &files).unwrap_or_else(|| find(&files, &fingerprints(corpus, store, &files).0))
}

/// The copies that the last refresh found. `None` when it kept none.
pub fn last_copies(corpus: &Corpus<'_>) -> Option<Vec<NamedCopy>> {
    Some(read_kept(corpus)?.named)
}

fn named(copies: &Copies, files: &[(Digest, String)]) -> Vec<NamedCopy> {
    let names: HashMap<&Digest, &String> = files.iter().map(|(sha256, name)| (sha256, name)).collect();
    let named = copies.of.iter().filter_map(|(copy, (counted, relation))| {
        let [copy, counted] = [names.get(copy)?, names.get(counted)?].map(|name| (*name).clone());
        Some(NamedCopy { copy, counted, relation: *relation })
    });
    let mut named: Vec<NamedCopy> = named.collect();
    named.sort();
    named
}

/// The same, and keeps what was compared for the next time.
///
/// # Errors
/// When the data folder cannot be written.
pub(super) fn update_copies(
    corpus: &Corpus<'_>,
    store: &TextStore,
    holdings: &Holdings,
) -> Result<Copies, Error> {
    let files = named_files(holdings);
    if let Some(copies) = kept_copies(corpus, &files) {
        return Ok(copies);
    }
    let (fingerprints, is_new) = fingerprints(corpus, store, &files);
    let data = corpus.config.data();
    if is_new {
        replace(&data.join(FINGERPRINTS_FILE), &encode(&fingerprints))?;
    }
    let copies = find(&files, &fingerprints);
    // A text that could not be read is looked at again.
    if files.iter().all(|(sha256, _)| fingerprints.contains_key(sha256)) {
        let kept = KeptCopies {
            made_from: made_from(&files),
            copies: copies.clone(),
            named: named(&copies, &files),
        };
        replace(&data.join(COPIES_FILE), &with_digest(serde_json::to_vec(&kept).expect("it is JSON")))?;
    }
    Ok(copies)
}
/// The files that have a text, with the name of the document, in the order in which the first of equals is counted.
fn named_files(holdings: &Holdings) -> Vec<(Digest, String)> {
    let mut files: Vec<(bool, String, Digest)> = holdings
        .with_text()
        .map(|(sha256, places)| (places[0].is_vanished, places[0].docname().to_string(), *sha256))
        .collect();
    files.sort();
    files.into_iter().map(|(_, name, sha256)| (sha256, name)).collect()
}

fn made_from(files: &[(Digest, String)]) -> Digest {
    let names: Vec<String> = files.iter().map(|(sha256, name)| format!("{sha256} {name}")).collect();
    Digest::of(format!("{} {}", versions(), names.join("\n")).as_bytes())
}

fn versions() -> String {
    format!("duplicates {DUPLICATES_VERSION}, {}", Settings::current().name())
}

fn read_kept(corpus: &Corpus<'_>) -> Option<KeptCopies> {
    let bytes = fs::read(corpus.config.data().join(COPIES_FILE)).ok()?;
    serde_json::from_slice(without_digest(&bytes)?).ok()
}

fn kept_copies(corpus: &Corpus<'_>, files: &[(Digest, String)]) -> Option<Copies> {
    let kept = read_kept(corpus)?;
    (kept.made_from == made_from(files)).then_some(kept.copies)
}

type Fingerprints = HashMap<Digest, Fingerprint>;

/// The fingerprints of `files`, and whether any of them was not kept.
fn fingerprints(corpus: &Corpus<'_>, store: &TextStore, files: &[(Digest, String)]) -> (Fingerprints, bool) {
    let kept = fs::read(corpus.config.data().join(FINGERPRINTS_FILE)).ok();
    let mut kept = kept.and_then(|bytes| decode(&bytes)).unwrap_or_default();
    let known: Fingerprints =
        files.iter().filter_map(|(sha256, _)| Some((*sha256, kept.remove(sha256)?))).collect();
    let missing: Vec<Digest> =
        files.iter().map(|(sha256, _)| *sha256).filter(|sha256| !known.contains_key(sha256)).collect();
    let made = missing.par_iter().filter_map(|sha256| {
        // A text that is missing or damaged is made by the next refresh.
        let extracted = store.get(sha256).ok().flatten()?;
        Some((*sha256, Fingerprint::of(&extracted.document)))
    });
    let made: Fingerprints = made.collect();
    let is_new = !made.is_empty();
    (known.into_iter().chain(made).collect(), is_new)
}

impl Fingerprint {
    fn of(document: &Document) -> Fingerprint {
        let (mut all, mut n_words, mut numbers) = (String::new(), 0, Vec::new());
        for (_, passage) in document.passages() {
            for range in sentences(&passage.text) {
                let start = all.len();
                let mut count = 0;
                for word in words(&passage.text[range.clone()]) {
                    all.push_str(&word.text.to_lowercase());
                    all.push(' ');
                    count += 1;
                }
                n_words += count;
                if count as usize >= SENTENCE_WORDS_MIN {
                    let sentence = &all[start..];
                    let has_digit = sentence.bytes().any(|byte| byte.is_ascii_digit());
                    numbers.push(crc32fast::hash(sentence.as_bytes()) & !1 | u32::from(has_digit));
                }
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        Fingerprint { words: Digest::of(all.as_bytes()), n_words, sentences: numbers }
    }

    /// Whether all that matters of this text is in `other`.
    fn is_within(&self, other: &Fingerprint) -> bool {
        let mut missing = 0;
        for number in &self.sentences {
            if other.sentences.binary_search(number).is_err() {
                missing += 1;
                let has_digit = number & 1 == 1;
                if has_digit || missing > self.sentences.len() / MISSING_ONE_IN {
                    return false;
                }
            }
        }
        true
    }
}

/// The copies among `files`: of equal texts all but the first, of editions all but the longest.
fn find(files: &[(Digest, String)], fingerprints: &Fingerprints) -> Copies {
    let mut copies = Copies::default();
    let mut first_with = HashMap::<Digest, Digest>::new();
    let mut open = Vec::new();
    for (sha256, _) in files {
        let Some(fingerprint) = fingerprints.get(sha256) else { continue };
        if (fingerprint.n_words as usize) < WORDS_MIN {
            continue;
        }
        match first_with.get(&fingerprint.words) {
            Some(first) => {
                copies.of.insert(*sha256, (*first, Relation::Same));
            }
            None => {
                first_with.insert(fingerprint.words, *sha256);
                open.push((*sha256, fingerprint));
            }
        }
    }
    find_editions(open, &mut copies);
    copies
}

/// Adds those of the different texts `open` that lie within another one.
fn find_editions(mut open: Vec<(Digest, &Fingerprint)>, copies: &mut Copies) {
    // Longest first: a text can lie in a longer one only. The sort is stable, so that of equals the first stays first.
    open.sort_by_key(|(_, fingerprint)| std::cmp::Reverse(fingerprint.sentences.len()));
    // For each sentence, which of the texts that are no copies have it.
    let mut places = HashMap::<u32, Vec<u32>>::new();
    for (index, (sha256, fingerprint)) in open.iter().enumerate() {
        if let Some(edition) = edition_of(fingerprint, &open, &places) {
            copies.of.insert(*sha256, (edition, Relation::Within));
            continue;
        }
        for number in &fingerprint.sentences {
            places.entry(*number).or_default().push(index as u32);
        }
    }
    // What was a copy of a copy is one of the text that is counted.
    let counted = copies.of.clone();
    for (edition, relation) in copies.of.values_mut() {
        if let Some((further, _)) = counted.get(edition) {
            (*edition, *relation) = (*further, Relation::Within);
        }
    }
}

/// The first of the texts in `places` that has `fingerprint` within it.
fn edition_of(
    fingerprint: &Fingerprint,
    open: &[(Digest, &Fingerprint)],
    places: &HashMap<u32, Vec<u32>>,
) -> Option<Digest> {
    if fingerprint.sentences.len() < SENTENCES_MIN {
        return None;
    }
    let texts_with = |number: &u32| places.get(number).map_or(&[][..], Vec::as_slice);
    let mut by_rarity: Vec<&[u32]> = fingerprint.sentences.iter().map(texts_with).collect();
    by_rarity.sort_by_key(|texts| texts.len());
    // A text that lacks all of these lacks too many.
    let n_probes = fingerprint.sentences.len() / MISSING_ONE_IN + 1;
    let mut candidates: Vec<u32> = by_rarity.into_iter().take(n_probes).flatten().copied().collect();
    candidates.sort_unstable();
    candidates.dedup();
    let found = candidates.into_iter().find(|index| fingerprint.is_within(open[*index as usize].1));
    found.map(|index| open[index as usize].0)
}

fn encode(fingerprints: &Fingerprints) -> Vec<u8> {
    let mut sorted: Vec<(&Digest, &Fingerprint)> = fingerprints.iter().collect();
    sorted.sort_by_key(|(sha256, _)| **sha256);
    let mut rest = versions().into_bytes();
    rest.push(b'\n');
    for (sha256, fingerprint) in sorted {
        let Fingerprint { words, n_words, sentences } = fingerprint;
        rest.extend(sha256.to_string().bytes().chain(words.to_string().bytes()));
        rest.extend(n_words.to_le_bytes().into_iter().chain((sentences.len() as u32).to_le_bytes()));
        rest.extend(sentences.iter().flat_map(|number| number.to_le_bytes()));
    }
    with_digest(rest)
}

/// What [`encode`] wrote. `None` when it is damaged, or of other rules.
fn decode(bytes: &[u8]) -> Option<Fingerprints> {
    let mut rest = without_digest(bytes)?.strip_prefix(versions().as_bytes())?.strip_prefix(b"\n")?;
    let mut fingerprints = Fingerprints::new();
    while !rest.is_empty() {
        let sha256 = digest(take(&mut rest, DIGEST_CHARS)?)?;
        let words = digest(take(&mut rest, DIGEST_CHARS)?)?;
        let n_words = number(take(&mut rest, 4)?);
        let count = number(take(&mut rest, 4)?) as usize;
        let sentences = take(&mut rest, 4 * count)?.chunks_exact(4).map(number).collect();
        fingerprints.insert(sha256, Fingerprint { words, n_words, sentences });
    }
    Some(fingerprints)
}

const DIGEST_CHARS: usize = 64;

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(count)?;
    *rest = left;
    Some(taken)
}

fn digest(bytes: &[u8]) -> Option<Digest> {
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

fn number(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(bytes.try_into().expect("four bytes were taken"))
}

fn with_digest(rest: Vec<u8>) -> Vec<u8> {
    [Digest::of(&rest).to_string().as_bytes(), &rest].concat()
}

fn without_digest(bytes: &[u8]) -> Option<&[u8]> {
    let (kept, rest) = bytes.split_at_checked(DIGEST_CHARS)?;
    (digest(kept)? == Digest::of(rest)).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENTENCES: [&str; 7] = [
        "Departementet legger vekt på samskaping med innbyggerne i kommunen.",
        "Etaten skal rapportere om arbeidet med tillit to ganger i året.",
        "Styringen skal bygge på tillit til de ansatte i tjenestene.",
        "Ledere skal gi rom for faglig skjønn i det daglige arbeidet.",
        "Innbyggerne skal møte en åpen og tilgjengelig forvaltning her.",
        "Rapporten skal sendes til departementet innen utgangen av året.",
        "Etaten skal bruke 120 millioner kroner til dette formålet i år.",
    ];

    /// Files of these texts, in order, and which are copies: as `copy: counted relation`.
    fn copies(texts: &[&str]) -> Vec<String> {
        let mut files = Vec::new();
        let mut fingerprints = Fingerprints::new();
        for (index, text) in texts.iter().enumerate() {
            let html = format!("<html lang=\"nb\"><p>{}</p></html>", text.replace('\n', "</p><p>"));
            let extracted = super::super::extracted(html.as_bytes()).expect("it is HTML");
            let sha256 = Digest::of(&[index as u8]);
            files.push((sha256, index.to_string()));
            fingerprints.insert(sha256, Fingerprint::of(&extracted.document));
        }
        let name = |sha256: &Digest| {
            files.iter().find(|(other, _)| other == sha256).map(|(_, name)| name.clone()).unwrap()
        };
        let found = find(&files, &fingerprints);
        let mut lines: Vec<String> = found
            .of
            .iter()
            .map(|(copy, (counted, how))| format!("{}: {} {how:?}", name(copy), name(counted)))
            .collect();
        lines.sort();
        lines
    }

    #[test]
    fn the_same_words_in_other_bytes_are_a_copy_of_the_first() {
        let one = SENTENCES.join(" ");
        let by_paragraph = SENTENCES.join("\n");
        assert_eq!(copies(&[&one, &by_paragraph, SENTENCES[0]]), ["1: 0 Same"]);
        let short = "Se vedlegg.";
        assert_eq!(copies(&[short, short]), Vec::<String>::new());
    }

    #[test]
    fn a_text_within_another_edition_is_a_copy_of_it() {
        let inner = SENTENCES[..6].join(" ");
        let edition = format!("Forord av ministeren om denne nye utgaven her.\n{}", SENTENCES.join("\n"));
        assert_eq!(copies(&[&inner, &edition]), ["0: 1 Within"]);
        let longest = format!("{edition}\nEtterord av utvalgets leder om arbeidet med utredningen.");
        assert_eq!(
            copies(&[&inner, &edition, &longest, &inner.replace(' ', "  ")]),
            ["0: 2 Within", "1: 2 Within", "3: 2 Within"]
        );
    }

    #[test]
    fn yearly_letters_that_differ_in_a_sum_are_no_copies() {
        let letter = SENTENCES.join(" ");
        assert_eq!(copies(&[&letter, &letter.replace("120", "140")]), Vec::<String>::new());
        let part = SENTENCES[..4].join(" ");
        assert_eq!(copies(&[&part, &letter]), Vec::<String>::new(), "four sentences are too few");
    }

    #[test]
    fn fingerprints_are_read_as_they_were_kept_or_not_at_all() {
        let fingerprint = Fingerprint { words: Digest::of(b"a"), n_words: 30, sentences: vec![2, 5, 8] };
        let kept = Fingerprints::from([(Digest::of(b"1"), fingerprint)]);
        let bytes = encode(&kept);
        assert_eq!(decode(&bytes), Some(kept));
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1;
            assert!(decode(&flipped).is_none() && decode(&bytes[..at]).is_none(), "byte {at}");
        }
    }
}
