//! What the codebook matches in the vocabulary of a snapshot. A refresh keeps it in a file until either changes; a reader uses the
//! file when it is whole and current, and writes nothing.

use super::Error;
use super::corpus::Corpus;
use super::durable::replace;
use crate::codebook::MATCHER_VERSION;
use crate::index::{INDEX_FORMAT, Snapshot};
use crate::search::{Expansion, Forms, expansions, match_vocabulary};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::PathBuf;

/// The file in the data folder: the SHA-256 of the second line, then [`Kept`] as one line of JSON.
const FILE: &str = "expansion.json";

#[derive(Serialize, Deserialize)]
struct Kept {
    made_from: String,
    forms: Vec<Forms>,
}

/// The expansions of all concepts of the codebook in `snapshot`, in their order.
///
/// # Errors
/// When the index cannot be read.
pub fn expand_codebook<'a>(corpus: &Corpus<'a>, snapshot: &Snapshot) -> Result<Vec<Expansion<'a>>, Error> {
    let concepts = &corpus.config.codebook.concepts;
    if let Some(known) = kept(corpus, snapshot).and_then(|kept| expansions(concepts, kept.forms)) {
        return Ok(known);
    }
    let forms = match_vocabulary(snapshot, concepts).map_err(|e| crate::index::Error::reading(&e))?;
    Ok(expansions(concepts, forms).expect("the forms are of these concepts"))
}

/// Writes the file, unless it is whole and current.
///
/// # Errors
/// When the index cannot be read or the file not be written.
pub(super) fn keep(corpus: &Corpus<'_>, snapshot: &Snapshot) -> Result<(), Error> {
    if kept(corpus, snapshot).is_some() {
        return Ok(());
    }
    let concepts = &corpus.config.codebook.concepts;
    let forms = match_vocabulary(snapshot, concepts).map_err(|e| crate::index::Error::reading(&e))?;
    let json = serde_json::to_string(&Kept { made_from: made_from(corpus, snapshot), forms })
        .expect("forms have only string keys");
    replace(&path(corpus), format!("{}\n{json}", digest(&json)).as_bytes())
}

fn path(corpus: &Corpus<'_>) -> PathBuf {
    corpus.config.data().join(FILE)
}

/// What the file holds. `None` when it is missing, damaged, or of another snapshot or codebook.
fn kept(corpus: &Corpus<'_>, snapshot: &Snapshot) -> Option<Kept> {
    let text = fs::read_to_string(path(corpus)).ok()?;
    let (sha256, json) = text.split_once('\n')?;
    if sha256 != digest(json) {
        return None;
    }
    let kept: Kept = serde_json::from_str(json).ok()?;
    (kept.made_from == made_from(corpus, snapshot)).then_some(kept)
}

fn digest(text: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(text))
}

fn made_from(corpus: &Corpus<'_>, snapshot: &Snapshot) -> String {
    let program = env!("CARGO_PKG_VERSION");
    let parts = format!(
        "{} {} index {INDEX_FORMAT}, matcher {MATCHER_VERSION} of ordskifte {program}",
        snapshot.id, corpus.config.codebook_sha256
    );
    digest(&parts)
}
