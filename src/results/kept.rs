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
    if let Some(known) = kept(source, &snapshot.id).and_then(|kept| expansions(&queries, kept.forms)) {
        return Ok(known);
    }
    let forms = match_vocabulary(snapshot, &queries).map_err(Error::reading)?;
    Ok(expansions(&queries, forms).expect("the forms are of these queries"))
}

/// What the file should hold, and the expansions of all concepts that it gives.
///
/// # Errors
/// When the index cannot be read.
pub(super) fn matched(source: &Source, snapshot: &Snapshot) -> Result<(Vec<u8>, Vec<Expansion>), Error> {
    let queries = queries(source);
    let forms = match_vocabulary(snapshot, &queries).map_err(Error::reading)?;
    let kept = Kept { made_from: made_from(source, &snapshot.id), forms };
    let json = serde_json::to_string(&kept).expect("forms have only string keys");
    let bytes = format!("{}\n{json}", digest(&json)).into_bytes();
    Ok((bytes, expansions(&queries, kept.forms).expect("the forms are of these queries")))
}

/// Whether the file is whole, and of that snapshot and codebook. Parses none of it: `made_from` is the first member.
pub(super) fn is_kept(source: &Source, snapshot_id: &str) -> bool {
    let begin = format!("{{\"made_from\":\"{}\"", made_from(source, snapshot_id));
    let text = fs::read_to_string(&source.forms).ok();
    let parts = text.as_deref().and_then(|text| text.split_once('\n'));
    parts.is_some_and(|(sha256, json)| json.starts_with(&begin) && sha256 == digest(json))
}

fn queries(source: &Source) -> Vec<Query> {
    source.codebook.concepts.iter().map(Query::of_concept).collect()
}

/// What the file holds. `None` when it is missing, damaged, or of another snapshot or codebook.
fn kept(source: &Source, snapshot_id: &str) -> Option<Kept> {
    let text = fs::read_to_string(&source.forms).ok()?;
    let (sha256, json) = text.split_once('\n')?;
    if sha256 != digest(json) {
        return None;
    }
    let kept: Kept = serde_json::from_str(json).ok()?;
    (kept.made_from == made_from(source, snapshot_id)).then_some(kept)
}

fn made_from(source: &Source, snapshot_id: &str) -> String {
    let program = env!("CARGO_PKG_VERSION");
    digest(&format!(
        "{snapshot_id} {} forms {FORMS_FORMAT}, index {INDEX_FORMAT}, matcher {MATCHER_VERSION} of ordskifte {program}",
        source.codebook_sha256
    ))
}

fn digest(text: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(text))
}
