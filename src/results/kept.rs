//! What the codebook matches in the vocabulary of a snapshot, kept beside the index until either changes.

use super::{Error, Source};
use crate::codebook::MATCHER_VERSION;
use crate::index::{INDEX_FORMAT, Snapshot};
use crate::query::{Expansion, Forms, Query, expansions, match_vocabulary};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Write;
use std::path::Path;

/// Changes whenever the words of a codebook are kept in another order or shape.
const FORMS_FORMAT: u32 = 2;

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
    let queries: Vec<Query> = source.codebook.concepts.iter().map(Query::of_concept).collect();
    let made_from = made_from(source, snapshot);
    let kept = fs::read(&source.forms).ok().and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).ok());
    let known = kept.filter(|kept| kept.made_from == made_from);
    if let Some(known) = known.and_then(|kept| expansions(&queries, kept.forms)) {
        return Ok(known);
    }
    let forms = match_vocabulary(snapshot, &queries).map_err(Error::reading)?;
    let kept = Kept { made_from, forms };
    // A corpus that cannot be written is matched anew each time.
    let _ = replace(&source.forms, &serde_json::to_vec(&kept).expect("forms have only string keys"));
    Ok(expansions(&queries, kept.forms).expect("the forms are of these queries"))
}

fn made_from(source: &Source, snapshot: &Snapshot) -> String {
    let program = env!("CARGO_PKG_VERSION");
    let parts = format!(
        "{} {} forms {FORMS_FORMAT}, index {INDEX_FORMAT}, matcher {MATCHER_VERSION} of ordskifte {program}",
        snapshot.id, source.codebook_sha256
    );
    data_encoding::HEXLOWER.encode(&Sha256::digest(parts))
}

/// Replaces `file` in one step. It need not survive a crash: what cannot be read is made again.
fn replace(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut fresh = tempfile::NamedTempFile::new_in(folder)?;
    fresh.write_all(bytes)?;
    fresh.persist(file)?;
    Ok(())
}
