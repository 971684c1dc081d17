//! What the codebook matches in the vocabulary of a snapshot. A refresh keeps it in a file until either changes; a reader uses the
//! file when it is whole and current, and writes nothing.

use super::{Error, Source};
use crate::codebook::MATCHER_VERSION;
use crate::index::{INDEX_FORMAT, Snapshot};
use crate::query::{Expansion, Forms, Query, expansions, match_vocabulary};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs;

/// Changes whenever the words of a codebook are kept in another order or shape.
const FORMS_FORMAT: u32 = 3;

/// The file holds the SHA-256 of its second line, then this as one line of JSON.
#[derive(Serialize, Deserialize)]
struct Kept {
    made_from: String,
    forms: Vec<Forms>,
}

/// The expansions of all concepts of the codebook in `snapshot`, in their order.
///
/// # Errors
/// When the index cannot be read.
pub(super) fn expand_codebook(source: &Source, snapshot: &Snapshot) -> Result<Vec<Expansion>, Error> {
    let queries = queries(source);
    if let Some(known) = kept(source, snapshot).and_then(|kept| expansions(&queries, kept.forms)) {
        return Ok(known);
    }
    let forms = match_vocabulary(snapshot, &queries).map_err(Error::reading)?;
    Ok(expansions(&queries, forms).expect("the forms are of these queries"))
}

/// What the file should hold. `None` when it is whole and current.
///
/// # Errors
/// When the index cannot be read.
pub(super) fn forms_to_keep(source: &Source, snapshot: &Snapshot) -> Result<Option<Vec<u8>>, Error> {
    if kept(source, snapshot).is_some() {
        return Ok(None);
    }
    let forms = match_vocabulary(snapshot, &queries(source)).map_err(Error::reading)?;
    let kept = Kept { made_from: made_from(source, snapshot), forms };
    let json = serde_json::to_string(&kept).expect("forms have only string keys");
    Ok(Some(format!("{}\n{json}", digest(&json)).into_bytes()))
}

fn queries(source: &Source) -> Vec<Query> {
    source.codebook.concepts.iter().map(Query::of_concept).collect()
}

/// What the file holds. `None` when it is missing, damaged, or of another snapshot or codebook.
fn kept(source: &Source, snapshot: &Snapshot) -> Option<Kept> {
    let text = fs::read_to_string(&source.forms).ok()?;
    let (sha256, json) = text.split_once('\n')?;
    if sha256 != digest(json) {
        return None;
    }
    let kept: Kept = serde_json::from_str(json).ok()?;
    (kept.made_from == made_from(source, snapshot)).then_some(kept)
}

fn made_from(source: &Source, snapshot: &Snapshot) -> String {
    let program = env!("CARGO_PKG_VERSION");
    digest(&format!(
        "{} {} forms {FORMS_FORMAT}, index {INDEX_FORMAT}, matcher {MATCHER_VERSION} of ordskifte {program}",
        snapshot.id, source.codebook_sha256
    ))
}

fn digest(text: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(text))
}
