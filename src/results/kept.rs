//! The words of a snapshot that the codebook matches. A refresh stores them in a file and reuses it until snapshot or codebook
//! change. A reader uses the file when it is intact and current, and never writes it. After a change of the snapshot only the
//! vocabularies of its new segments are matched.
//!
//! The file holds the SHA-256 of its second line, then [`Contents`] as one line of JSON, then for each concept its forms as one
//! line of JSON. A question reads only the lines of its concepts.

use super::{Error, ResultsSource};
use crate::codebook::MATCHER_VERSION;
use crate::index::{INDEX_FORMAT, Segment, Snapshot};
use crate::query::{Expansion, Forms, Query, expansion, match_vocabulary};
use crate::text::Digest;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};

/// Raised when the file stores the words in another order or shape.
const FORMS_FORMAT: u32 = 5;

#[derive(Serialize, Deserialize)]
struct Contents {
    snapshot: String,
    /// What the forms of a vocabulary depend on: the codebook and the versions.
    rules: Digest,
    /// The segments whose vocabularies are matched.
    segments: BTreeSet<String>,
    /// For each concept, in their order, the bytes of its forms without the line end, and their SHA-256.
    concepts: Vec<(u64, Digest)>,
}

/// The open file with the forms of all concepts of the codebook.
struct Kept {
    file: BufReader<File>,
    contents: Contents,
    /// Where the forms of the first concept begin.
    start: u64,
}

/// The expansions of `concepts` of the codebook in `snapshot`, in their order.
///
/// # Errors
/// When the index cannot be read.
pub(super) fn expand_concepts(
    source: &ResultsSource,
    snapshot: &Snapshot,
    concepts: &[usize],
) -> Result<Vec<Expansion>, Error> {
    let queries = queries(source, concepts);
    let mut kept = Kept::open(source).filter(|kept| kept.contents.snapshot == snapshot.id);
    let known = queries.iter().zip(concepts).map(|(query, &concept)| {
        let forms = serde_json::from_slice(&kept.as_mut()?.forms(concept)?).ok()?;
        expansion(query, forms)
    });
    if let Some(known) = known.collect::<Option<Vec<Expansion>>>() {
        return Ok(known);
    }
    let segments: Vec<&Segment> = snapshot.segments.iter().collect();
    let forms = match_vocabulary(&segments, &queries).map_err(Error::reading)?;
    let of_query = |(query, forms)| expansion(query, forms).expect("the forms are of this query");
    Ok(queries.iter().zip(forms).map(of_query).collect())
}

/// The content that the file should have, and the expansions of all concepts.
///
/// # Errors
/// When the index cannot be read.
pub(super) fn matched(
    source: &ResultsSource,
    snapshot: &Snapshot,
) -> Result<(Vec<u8>, Vec<Expansion>), Error> {
    let concepts: Vec<usize> = (0..source.codebook.concepts.len()).collect();
    let queries = queries(source, &concepts);
    let segments: BTreeSet<String> = snapshot.segments.iter().map(Segment::name).collect();
    let known = known(source, &segments, queries.len());
    let is_new =
        |segment: &&Segment| known.as_ref().is_none_or(|known| !known.segments.contains(&segment.name()));
    let new: Vec<&Segment> = snapshot.segments.iter().filter(is_new).collect();
    let mut forms = match_vocabulary(&new, &queries).map_err(Error::reading)?;
    let known = known.into_iter().flat_map(|known| known.forms);
    for (more, forms) in known.zip(&mut forms) {
        more.into_iter().zip(forms).for_each(|(more, forms)| forms.extend(more));
    }
    let json = |forms: &Vec<Forms>| serde_json::to_string(forms).expect("forms have only string keys");
    let lines: Vec<String> = forms.iter().map(json).collect();
    let concepts = lines.iter().map(|line| (line.len() as u64, Digest::of(line.as_bytes()))).collect();
    let contents = Contents { snapshot: snapshot.id.clone(), rules: rules(source), segments, concepts };
    let contents = serde_json::to_string(&contents).expect("it has only string keys");
    let all = [Digest::of(contents.as_bytes()).to_string(), contents].into_iter().chain(lines);
    let bytes = all.flat_map(|line| [line, "\n".to_owned()]).collect::<String>().into_bytes();
    let of_query = |(query, forms)| expansion(query, forms).expect("the forms are of this query");
    Ok((bytes, queries.iter().zip(forms).map(of_query).collect()))
}

/// Whether the file is intact and belongs to that snapshot and codebook.
pub(super) fn is_kept(source: &ResultsSource, snapshot_id: &str) -> bool {
    let kept = Kept::open(source).filter(|kept| kept.contents.snapshot == snapshot_id);
    let n_concepts = source.codebook.concepts.len();
    kept.is_some_and(|mut kept| (0..n_concepts).all(|concept| kept.forms(concept).is_some()))
}

fn queries(source: &ResultsSource, concepts: &[usize]) -> Vec<Query> {
    concepts.iter().map(|&concept| Query::of_concept(&source.codebook.concepts[concept])).collect()
}

/// The forms of segments that an earlier snapshot had too.
struct Known {
    segments: BTreeSet<String>,
    /// For each query the forms of its words.
    forms: Vec<Vec<Forms>>,
}

/// What the file tells about some of `segments`. `None` when it tells nothing, or also about a segment that is gone: its words need not
/// be in the others.
fn known(source: &ResultsSource, segments: &BTreeSet<String>, n_queries: usize) -> Option<Known> {
    let mut kept = Kept::open(source).filter(|kept| kept.contents.segments.is_subset(segments))?;
    let of_query = |concept: usize| serde_json::from_slice(&kept.forms(concept)?).ok();
    let forms = (0..n_queries).map(of_query).collect::<Option<_>>()?;
    Some(Known { segments: kept.contents.segments, forms })
}

impl Kept {
    /// `None` when the file is missing, damaged, or made by another codebook or version.
    fn open(source: &ResultsSource) -> Option<Kept> {
        let mut file = BufReader::new(File::open(&source.forms).ok()?);
        let (mut sha256, mut contents) = (String::new(), String::new());
        let start = file.read_line(&mut sha256).ok()? + file.read_line(&mut contents).ok()?;
        let json = contents.strip_suffix('\n')?;
        if sha256.strip_suffix('\n')? != Digest::of(json.as_bytes()).to_string() {
            return None;
        }
        let contents: Contents = serde_json::from_str(json).ok()?;
        let is_current = contents.rules == rules(source);
        is_current.then_some(Kept { file, contents, start: start as u64 })
    }

    /// The forms of a concept as JSON. `None` when they are missing or damaged.
    fn forms(&mut self, concept: usize) -> Option<Vec<u8>> {
        let (length, sha256) = *self.contents.concepts.get(concept)?;
        let before: u64 = self.contents.concepts[..concept].iter().map(|(length, _)| length + 1).sum();
        self.file.seek(SeekFrom::Start(self.start + before)).ok()?;
        let mut json = Vec::new();
        (&mut self.file).take(length).read_to_end(&mut json).ok()?;
        (Digest::of(&json) == sha256).then_some(json)
    }
}

fn rules(source: &ResultsSource) -> Digest {
    let program = env!("CARGO_PKG_VERSION");
    let parts = format!(
        "{} forms {FORMS_FORMAT}, index {INDEX_FORMAT}, matcher {MATCHER_VERSION} of ordskifte {program}",
        source.codebook_sha256
    );
    Digest::of(parts.as_bytes())
}
