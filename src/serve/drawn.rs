//! Pages of documents that were drawn lately.

use crate::pipeline::PageView;
use crate::text::Digest;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// Pages that are kept: a reader goes forth and back, and the picture and the places of words are asked for one after the other.
const KEPT_MAX: usize = 12;

/// Pages that were drawn lately. One is drawn at a time: a page may need all the memory of a child.
#[derive(Default)]
pub(super) struct Pages(Mutex<VecDeque<Drawn>>);

/// The bytes of the file, the number of the page, the page.
type Drawn = (Digest, u32, Arc<PageView>);

impl Pages {
    /// The page `number` of the file with the digest `sha256`, drawn by `draw` when it is not kept.
    ///
    /// # Errors
    /// Those of `draw`.
    pub(super) fn get<E>(
        &self,
        sha256: Digest,
        number: u32,
        draw: impl FnOnce() -> Result<PageView, E>,
    ) -> Result<Arc<PageView>, E> {
        let mut kept = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let is_it = |(digest, page, _): &&Drawn| *digest == sha256 && *page == number;
        if let Some((_, _, found)) = kept.iter().find(is_it) {
            return Ok(Arc::clone(found));
        }
        let drawn = Arc::new(draw()?);
        kept.push_back((sha256, number, Arc::clone(&drawn)));
        if kept.len() > KEPT_MAX {
            kept.pop_front();
        }
        Ok(drawn)
    }
}
