//! The plain text of whole documents.

use super::{Error, Results};
use crate::index::NO_DOCUMENT;

impl Results {
    /// Calls `each` with the index and the plain text of each kept document, in their order: a line for each passage.
    ///
    /// # Errors
    /// When the index cannot be read, or `each` fails.
    pub(crate) fn each_text<E: From<Error>>(
        &self,
        is_kept: &[bool],
        mut each: impl FnMut(usize, &str) -> Result<(), E>,
    ) -> Result<(), E> {
        // For each document its passages: ordinal, segment, row.
        let mut places: Vec<Vec<(u32, usize, u32)>> = vec![Vec::new(); is_kept.len()];
        for (number, segment) in self.snapshot.segments.iter().enumerate() {
            let mut rows = segment.rows().map_err(Error::reading)?;
            for row in 0..segment.n_rows() as u32 {
                let document = rows.at(row).map_err(Error::reading)?.document;
                if document != NO_DOCUMENT && is_kept[document as usize] {
                    let ordinal = segment.place(row).map_err(Error::reading)?.ordinal;
                    places[document as usize].push((ordinal, number, row));
                }
            }
        }
        for (document, mut places) in
            places.into_iter().enumerate().filter(|(document, _)| is_kept[*document])
        {
            places.sort_unstable();
            let mut text = String::new();
            for (_, segment, row) in places {
                text.push_str(&self.snapshot.segments[segment].passage(row).map_err(Error::from)?.text);
                text.push('\n');
            }
            each(document, &text)?;
        }
        Ok(())
    }
}
