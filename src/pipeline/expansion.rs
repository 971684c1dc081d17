//! What the codebook matches in the vocabulary of a snapshot, kept beside the index until either changes.

use super::Error;
use super::corpus::Corpus;
use super::store::replace;
use crate::codebook::MATCHER_VERSION;
use crate::index::{INDEX_FORMAT, Snapshot};
use crate::search::{Expansion, Forms, expansions, match_vocabulary};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs;

/// The file under the data folder. It can be deleted at any time.
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
    let file = corpus.config.data().join(FILE);
    let made_from = made_from(corpus, snapshot);
    let kept = fs::read(&file).ok().and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).ok());
    let known = kept.filter(|kept| kept.made_from == made_from);
    if let Some(known) = known.and_then(|kept| expansions(concepts, kept.forms)) {
        return Ok(known);
    }
    let forms = match_vocabulary(snapshot, concepts).map_err(|e| crate::index::Error::reading(&e))?;
    let kept = Kept { made_from, forms };
    let json = serde_json::to_vec(&kept).expect("forms have only string keys");
    // A corpus that cannot be written is matched anew each time.
    let _ = replace(&file, &json);
    Ok(expansions(concepts, kept.forms).expect("the forms are of these concepts"))
}

fn made_from(corpus: &Corpus<'_>, snapshot: &Snapshot) -> String {
    let program = env!("CARGO_PKG_VERSION");
    let parts = format!(
        "{} {} index {INDEX_FORMAT}, matcher {MATCHER_VERSION} of ordskifte {program}",
        snapshot.id, corpus.config.codebook_sha256
    );
    data_encoding::HEXLOWER.encode(&Sha256::digest(parts))
}
