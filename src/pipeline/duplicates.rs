//! The texts of a corpus → which of them are copies: the same text from other bytes, a text that another edition holds whole, or an
//! edition of a work that the sources name alike. Compares words and sentences, never layout; the longest text is counted.
//!
//! What is compared of each text is kept in the file `fingerprints`, and the result in `copies`, both in the data folder. The latter
//! begins with the SHA-256 of the rest; if it is missing or damaged, it is made again.

use super::Error;
use super::copies::{Copies, Relation};
use super::corpus::{Corpus, Holdings};
use super::durable::replace;
use super::fingerprints::{Fingerprint, Fingerprints};
use super::identity::{Identity, identity};
use super::job::Settings;
use super::store::TextStore;
use crate::acquire::Holding;
use crate::text::Digest;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::{fs, io};

/// Raised when the rules change by which texts are recognised as copies.
const DUPLICATES_VERSION: u32 = 4;
const FINGERPRINTS_FILE: &str = "fingerprints";
const COPIES_FILE: &str = "copies";

/// Minimum number of words of a text that is compared. Covers and forms with fewer words are equal without being copies ("Se vedlegg");
/// a short letter that was sent twice has about fifteen.
const WORDS_MIN: usize = 10;
/// Minimum number of sentences of a text that is searched for in other texts.
const SENTENCES_MIN: usize = 5;
/// One sentence in so many may be missing in the edition that holds the text: PDF and HTML of one report differ in the
/// sentences that a page ends in. None of those may have a digit: the yearly letters to one agency differ in years and sums.
const MISSING_ONE_IN: usize = 50;

/// Number of sentences of a text by which longer texts that may contain it are found: those with the smallest numbers. This is as
/// good as a random choice, since the numbers are checksums.
const PROBES: usize = 8;
/// Number of texts whose fingerprints are computed before they are written, which bounds the memory.
const CHUNK_TEXTS: usize = 256;

#[derive(Serialize, Deserialize)]
struct KeptCopies {
    made_from: Digest,
    copies: Copies,
    /// The same copies by document name, sorted.
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

/// The copies among the texts of `holdings`. Writes nothing to the data folder.
///
/// # Errors
/// When a temporary file cannot be written, or the fingerprints cannot be read.
pub(super) fn copies(corpus: &Corpus<'_>, store: &TextStore, holdings: &Holdings) -> Result<Copies, Error> {
    let files = named_files(holdings);
    match kept_copies(corpus, &files) {
        Some(copies) => Ok(copies),
        None => Ok(found(corpus, store, &files)?.0),
    }
}

/// The copies that the last refresh found. `None` when it kept none.
pub fn last_copies(corpus: &Corpus<'_>) -> Option<Vec<NamedCopy>> {
    Some(read_kept(corpus)?.named)
}

fn named(copies: &Copies, files: &[NamedFile]) -> Vec<NamedCopy> {
    let names: HashMap<&Digest, &String> = files.iter().map(|file| (&file.sha256, &file.name)).collect();
    let named = copies.of.iter().filter_map(|(copy, (counted, relation))| {
        let [copy, counted] = [names.get(copy)?, names.get(counted)?].map(|name| (*name).clone());
        Some(NamedCopy { copy, counted, relation: *relation })
    });
    let mut named: Vec<NamedCopy> = named.collect();
    named.sort();
    named
}

/// The same, and stores the fingerprints and the result for the next run.
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
    let (copies, mut fingerprints) = found(corpus, store, &files)?;
    fingerprints.save()?;
    // A text that could not be read is tried again by the next run, so the result is not stored.
    if files.iter().all(|file| fingerprints.has(&store.job(file.sha256).id())) {
        let kept = KeptCopies {
            made_from: made_from(&files),
            copies: copies.clone(),
            named: named(&copies, &files),
        };
        let bytes = with_digest(serde_json::to_vec(&kept).expect("it is JSON"));
        replace(&corpus.config.data().join(COPIES_FILE), &bytes)?;
    }
    Ok(copies)
}

/// A file that has a text, with the name of its document.
struct NamedFile {
    sha256: Digest,
    name: String,
    identity: Identity,
}

/// The files that have a text, in the order in which the first of equals is counted.
fn named_files(holdings: &Holdings) -> Vec<NamedFile> {
    let of_file = |(sha256, places): (&Digest, &Vec<Holding>)| {
        let name = places[0].docname().to_string();
        (places[0].is_vanished, NamedFile { sha256: *sha256, name, identity: identity(places) })
    };
    let mut files: Vec<(bool, NamedFile)> = holdings.with_text().map(of_file).collect();
    files.sort_by(|(a_vanished, a), (b_vanished, b)| {
        (a_vanished, &a.name, a.sha256).cmp(&(b_vanished, &b.name, b.sha256))
    });
    files.into_iter().map(|(_, file)| file).collect()
}

fn made_from(files: &[NamedFile]) -> Digest {
    let line = |file: &NamedFile| format!("{} {} {:?}", file.sha256, file.name, file.identity);
    let names: Vec<String> = files.iter().map(line).collect();
    Digest::of(format!("{} {}", versions(), names.join("\n")).as_bytes())
}

fn versions() -> String {
    format!("duplicates {DUPLICATES_VERSION}, {}", Settings::current().name())
}

fn read_kept(corpus: &Corpus<'_>) -> Option<KeptCopies> {
    let bytes = fs::read(corpus.config.data().join(COPIES_FILE)).ok()?;
    serde_json::from_slice(without_digest(&bytes)?).ok()
}

fn kept_copies(corpus: &Corpus<'_>, files: &[NamedFile]) -> Option<Copies> {
    let kept = read_kept(corpus)?;
    (kept.made_from == made_from(files)).then_some(kept.copies)
}

/// The copies among `files`, and the fingerprints that were compared.
fn found(
    corpus: &Corpus<'_>,
    store: &TextStore,
    files: &[NamedFile],
) -> Result<(Copies, Fingerprints), Error> {
    let path = corpus.config.data().join(FINGERPRINTS_FILE);
    let mut fingerprints = Fingerprints::open(path.clone(), &versions());
    fingerprints.forget_if_old(files.len());
    let mut find = || -> io::Result<Copies> {
        make_missing(&mut fingerprints, store, files)?;
        let jobs: Vec<(Digest, Digest)> =
            files.iter().map(|file| (file.sha256, store.job(file.sha256).id())).collect();
        let mut copies = find(&jobs, &fingerprints)?;
        join_editions(files, &jobs, &fingerprints, &mut copies)?;
        Ok(copies)
    };
    let copies = find().map_err(|cause| Error::world("read", &path, &cause))?;
    Ok((copies, fingerprints))
}

fn make_missing(fingerprints: &mut Fingerprints, store: &TextStore, files: &[NamedFile]) -> io::Result<()> {
    let jobs = files.iter().map(|file| (&file.sha256, store.job(file.sha256).id()));
    let missing: Vec<(&Digest, Digest)> = jobs.filter(|(_, job)| !fingerprints.has(job)).collect();
    for chunk in missing.chunks(CHUNK_TEXTS) {
        let made = chunk.par_iter().filter_map(|(sha256, job)| {
            // A text that is missing or damaged is made by the next refresh.
            let extracted = store.get(sha256).ok().flatten()?;
            Some((*job, Fingerprint::of(&extracted.document)))
        });
        fingerprints.add(&made.collect::<Vec<_>>())?;
    }
    Ok(())
}

/// A text that is no exact copy of another.
struct DistinctText {
    sha256: Digest,
    job: Digest,
    n_sentences: usize,
    /// The smallest numbers of its sentences; none when it has too few sentences to be looked for.
    probes: Vec<u32>,
    /// Longer texts that have most of the probes, as indices among all texts.
    candidates: Vec<u32>,
}

/// The copies among the files and their `jobs`: of equal texts all but the first, of editions all but the longest.
fn find(jobs: &[(Digest, Digest)], fingerprints: &Fingerprints) -> io::Result<Copies> {
    let mut heads = HashMap::new();
    fingerprints.each(|job, fingerprint| {
        if fingerprint.n_words as usize >= WORDS_MIN {
            let n_probes = if fingerprint.sentences.len() < SENTENCES_MIN { 0 } else { PROBES };
            let probes: Vec<u32> = fingerprint.sentences.iter().copied().take(n_probes).collect();
            heads.insert(*job, (fingerprint.words, fingerprint.sentences.len(), probes));
        }
    })?;
    let mut copies = Copies::default();
    let mut first_with = HashMap::<Digest, Digest>::new();
    let mut texts = Vec::new();
    for (sha256, job) in jobs {
        let Some((words, n_sentences, probes)) = heads.remove(job) else { continue };
        match first_with.get(&words) {
            Some(first) => {
                copies.of.insert(*sha256, (*first, Relation::Same));
            }
            None => {
                first_with.insert(words, *sha256);
                let candidates = Vec::new();
                texts.push(DistinctText { sha256: *sha256, job: *job, n_sentences, probes, candidates });
            }
        }
    }
    // Longest first: a text can lie in a longer one only. The sort is stable, so that of equals the first stays first.
    texts.sort_by_key(|text| std::cmp::Reverse(text.n_sentences));
    find_candidates(&mut texts, fingerprints)?;
    find_editions(&texts, fingerprints, &mut copies)?;
    Ok(copies)
}

/// Finds for each of `texts`, which are in the order of their length, the longer ones that have at least half of its probes. At most
/// one sentence in [`MISSING_ONE_IN`] may be missing, so that an edition lacks half of them in one case of 100,000.
fn find_candidates(texts: &mut [DistinctText], fingerprints: &Fingerprints) -> io::Result<()> {
    let index_of: HashMap<Digest, u32> =
        (0..).zip(texts.iter()).map(|(index, text)| (text.job, index)).collect();
    let mut with_probe = HashMap::<u32, Vec<u32>>::new();
    for (index, text) in (0..).zip(texts.iter()) {
        text.probes.iter().for_each(|probe| with_probe.entry(*probe).or_default().push(index));
    }
    let filter = ProbeFilter::new(with_probe.keys());
    let mut found = HashMap::<u32, usize>::new();
    fingerprints.each(|job, fingerprint| {
        let Some(&index) = index_of.get(job) else { return };
        for number in fingerprint.sentences.iter().filter(|number| filter.may_have(**number)) {
            let shorter = with_probe.get(number).into_iter().flatten().filter(|other| **other > index);
            shorter.for_each(|other| *found.entry(*other).or_default() += 1);
        }
        for (other, count) in found.drain() {
            let text = &mut texts[other as usize];
            if 2 * count >= text.probes.len() {
                text.candidates.push(index);
            }
        }
    })
}

/// A bit set that excludes most numbers that are not probes, without a look-up in the map: of 60 million sentences of 45,000 reports 360,000 are probes.
struct ProbeFilter(Vec<bool>);

impl ProbeFilter {
    const BITS: u32 = 22;

    fn new<'n>(probes: impl Iterator<Item = &'n u32>) -> ProbeFilter {
        let mut filter = ProbeFilter(vec![false; 1 << ProbeFilter::BITS]);
        probes.for_each(|probe| filter.0[ProbeFilter::place(*probe)] = true);
        filter
    }

    /// The lowest bit says whether the sentence has a digit, and probes are small.
    fn place(number: u32) -> usize {
        (number >> 1) as usize & ((1 << ProbeFilter::BITS) - 1)
    }

    fn may_have(&self, number: u32) -> bool {
        self.0[ProbeFilter::place(number)]
    }
}

/// Adds those of the different `texts` that lie within one of their candidates that is no copy itself: the longest of them.
fn find_editions(texts: &[DistinctText], fingerprints: &Fingerprints, copies: &mut Copies) -> io::Result<()> {
    for text in texts {
        let mut candidates = text.candidates.clone();
        candidates.sort_unstable();
        let Some(fingerprint) =
            (!candidates.is_empty()).then(|| fingerprints.get(&text.job)).transpose()?.flatten()
        else {
            continue;
        };
        for candidate in candidates {
            let edition = &texts[candidate as usize];
            if copies.of.contains_key(&edition.sha256) {
                continue;
            }
            if fingerprints.get(&edition.job)?.is_some_and(|edition| is_within(&fingerprint, &edition)) {
                copies.of.insert(text.sha256, (edition.sha256, Relation::Within));
                break;
            }
        }
    }
    // A copy of a copy is recorded as a copy of the text that is counted.
    let counted = copies.of.clone();
    for (edition, relation) in copies.of.values_mut() {
        if let Some((further, _)) = counted.get(edition) {
            (*edition, *relation) = (*further, Relation::Within);
        }
    }
    Ok(())
}

/// Adds the documents that their sources name as the same work as a longer one, or as an equally long one that comes before them.
fn join_editions(
    files: &[NamedFile],
    jobs: &[(Digest, Digest)],
    fingerprints: &Fingerprints,
    copies: &mut Copies,
) -> io::Result<()> {
    let mut with_key = BTreeMap::<&String, Vec<usize>>::new();
    for (index, file) in files.iter().enumerate().filter(|(_, file)| !copies.of.contains_key(&file.sha256)) {
        file.identity.keys.iter().for_each(|key| with_key.entry(key).or_default().push(index));
    }
    with_key.retain(|_, members| members.len() > 1);
    for mut members in with_key.into_values() {
        let mut n_sentences = HashMap::new();
        for index in &members {
            let fingerprint = fingerprints.get(&jobs[*index].1)?;
            n_sentences.insert(*index, fingerprint.map_or(0, |fingerprint| fingerprint.sentences.len()));
        }
        members.sort_by_key(|index| (std::cmp::Reverse(n_sentences[index]), *index));
        for (at, index) in members.iter().enumerate() {
            let file = &files[*index];
            let mut longer = members[..at].iter().map(|other| &files[*other]);
            let counted = longer.find_map(|other| {
                let key = file.identity.shared_with(&other.identity)?;
                (!copies.of.contains_key(&other.sha256)).then_some((other.sha256, key))
            });
            if let Some((counted, key)) = counted.filter(|_| !copies.of.contains_key(&file.sha256)) {
                copies.of.insert(file.sha256, (counted, Relation::Edition));
                copies.keys.insert(file.sha256, key.clone());
            }
        }
    }
    // What was a copy of an edition is one of the text that is counted now.
    let editions = copies.of.clone();
    for (counted, _) in copies.of.values_mut() {
        let mut n_steps = 0;
        while let Some((further, _)) = editions.get(counted).filter(|_| n_steps <= editions.len()) {
            *counted = *further;
            n_steps += 1;
        }
    }
    Ok(())
}

/// Whether `edition` contains the text, within the tolerance of [`MISSING_ONE_IN`].
fn is_within(text: &Fingerprint, edition: &Fingerprint) -> bool {
    let mut missing = 0;
    for number in &text.sentences {
        if edition.sentences.binary_search(number).is_err() {
            missing += 1;
            let has_digit = number & 1 == 1;
            if has_digit || missing > text.sentences.len() / MISSING_ONE_IN {
                return false;
            }
        }
    }
    true
}

const DIGEST_CHARS: usize = 64;

fn digest(bytes: &[u8]) -> Option<Digest> {
    std::str::from_utf8(bytes).ok()?.parse().ok()
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
    use crate::stats::Random;

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
        let (mut files, mut jobs) = (Vec::new(), Vec::new());
        let folder = tempfile::tempdir().unwrap();
        let mut fingerprints = Fingerprints::open(folder.path().join(FINGERPRINTS_FILE), "rules");
        for (index, text) in texts.iter().enumerate() {
            let html = format!("<html lang=\"nb\"><p>{}</p></html>", text.replace('\n', "</p><p>"));
            let extracted = super::super::extracted(html.as_bytes()).expect("it is HTML");
            let sha256 = Digest::of(&[index as u8]);
            files.push((sha256, index.to_string()));
            let job = Digest::of(text.as_bytes());
            jobs.push((sha256, job));
            fingerprints.add(&[(job, Fingerprint::of(&extracted.document))]).unwrap();
        }
        let name = |sha256: &Digest| {
            files.iter().find(|(other, _)| other == sha256).map(|(_, name)| name.clone()).unwrap()
        };
        let found = find(&jobs, &fingerprints).unwrap();
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
        // A letter of ten words counts, a reference of two does not.
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
    fn editions_that_the_sources_name_alike_are_joined_and_the_longest_counts() {
        let folder = tempfile::tempdir().unwrap();
        let mut fingerprints = Fingerprints::open(folder.path().join(FINGERPRINTS_FILE), "rules");
        let file = |index: u8, key: &str| NamedFile {
            sha256: Digest::of(&[index]),
            name: index.to_string(),
            identity: Identity { keys: [key.to_owned()].into(), language: None },
        };
        let files = [file(0, "page id1"), file(1, "page id1"), file(2, "page id2"), file(3, "page id1")];
        let jobs: Vec<(Digest, Digest)> = files.iter().map(|file| (file.sha256, file.sha256)).collect();
        for (index, n_sentences) in [(0_u8, 5_u32), (1, 9), (2, 7), (3, 9)] {
            let sentences = (0..n_sentences).map(|number| 100 * u32::from(index) + number).collect();
            let fingerprint = Fingerprint { words: Digest::of(&[index]), n_words: 99, sentences };
            fingerprints.add(&[(Digest::of(&[index]), fingerprint)]).unwrap();
        }
        let mut copies = Copies::default();
        join_editions(&files, &jobs, &fingerprints, &mut copies).unwrap();
        let of = |index: u8| copies.of.get(&Digest::of(&[index])).copied();
        let counted = Some((Digest::of(&[1]), Relation::Edition));
        assert_eq!([of(0), of(1), of(2), of(3)], [counted, None, None, counted]);
        assert_eq!(copies.keys[&Digest::of(&[0])], "page id1");
    }

    #[test]
    fn yearly_letters_that_differ_in_a_sum_are_no_copies() {
        let letter = SENTENCES.join(" ");
        assert_eq!(copies(&[&letter, &letter.replace("120", "140")]), Vec::<String>::new());
        let part = SENTENCES[..4].join(" ");
        assert_eq!(copies(&[&part, &letter]), Vec::<String>::new(), "four sentences are too few");
    }

    #[test]
    fn editions_are_those_that_comparing_all_pairs_finds() {
        let folder = tempfile::tempdir().unwrap();
        let mut fingerprints = Fingerprints::open(folder.path().join(FINGERPRINTS_FILE), "rules");
        let mut random = Random::new(4);
        let mut all: Vec<(Digest, Fingerprint)> = Vec::new();
        for index in 0..120_u8 {
            // A text of its own, or a part of an earlier one, or that part with some sentences of its own.
            let mut sentences: Vec<u32> = (0..random.below(200))
                .map(|_| random.bits() as u32 & !u32::from(random.below(9) > 0))
                .collect();
            if let Some((_, other)) = all.get(random.below(all.len().max(1))).filter(|_| index % 3 > 0) {
                let n_own = if index % 3 == 1 { 0 } else { random.below(4) };
                let n_shared = random.below(other.sentences.len() + 1);
                sentences.truncate(n_own);
                sentences.extend(other.sentences.iter().rev().take(n_shared));
            }
            sentences.sort_unstable();
            sentences.dedup();
            let fingerprint = Fingerprint { words: Digest::of(&[index]), n_words: 99, sentences };
            all.push((Digest::of(&[index, 1]), fingerprint));
        }
        fingerprints.add(&all).unwrap();
        let jobs: Vec<(Digest, Digest)> = all.iter().map(|(job, _)| (*job, *job)).collect();
        let found = find(&jobs, &fingerprints).unwrap();
        let mut sorted: Vec<&(Digest, Fingerprint)> = all.iter().collect();
        sorted.sort_by_key(|(_, fingerprint)| std::cmp::Reverse(fingerprint.sentences.len()));
        let mut counted: Vec<&(Digest, Fingerprint)> = Vec::new();
        let mut n_copies = 0;
        for text in sorted {
            let is_copy = text.1.sentences.len() >= SENTENCES_MIN;
            let edition = counted.iter().find(|edition| is_copy && is_within(&text.1, &edition.1));
            let wanted = edition.map(|(sha256, _)| (*sha256, Relation::Within));
            assert_eq!(found.of.get(&text.0).copied(), wanted, "{text:?}");
            match wanted {
                Some(_) => n_copies += 1,
                None => counted.push(text),
            }
        }
        assert!(n_copies > 20 && n_copies < 80, "{n_copies}");
    }
}
