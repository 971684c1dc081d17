//! Whether two mentions stand in one sentence, from the postings of the starts of sentences.

use super::mention::Mention;
use crate::index::{SENTENCE_TERM, Segment};
use std::io;
use tantivy::DocSet;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;

/// The starts of the sentences of passages, read in the order of the rows.
pub(super) struct SentenceStarts {
    /// `None` when no passage has more than one sentence.
    postings: Option<SegmentPostings>,
    row: Option<u32>,
    /// The first word of each sentence of the passage `row` but the first.
    starts: Vec<u32>,
}

impl SentenceStarts {
    /// Those of `segment`.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(super) fn of(segment: &Segment) -> io::Result<SentenceStarts> {
        let info = segment.sentences.terms().get(SENTENCE_TERM)?;
        let read = |info| {
            segment.sentences.read_postings_from_terminfo(&info, IndexRecordOption::WithFreqsAndPositions)
        };
        Ok(SentenceStarts { postings: info.map(read).transpose()?, row: None, starts: Vec::new() })
    }

    /// For operators that do not need them.
    pub(super) fn unread() -> SentenceStarts {
        SentenceStarts { postings: None, row: None, starts: Vec::new() }
    }

    /// Whether no sentence begins after the first word of `left` and up to the last word of `right`. Both are in one passage, and the
    /// passages of successive calls are in order.
    pub(super) fn are_together(&mut self, left: &Mention, right: &Mention) -> bool {
        if self.row != Some(left.row) {
            self.read(left.row);
        }
        let next = self.starts.partition_point(|start| *start <= left.position);
        self.starts.get(next).is_none_or(|start| *start >= right.end())
    }

    fn read(&mut self, row: u32) {
        self.row = Some(row);
        self.starts.clear();
        let Some(postings) = &mut self.postings else { return };
        if postings.doc() < row {
            postings.seek(row);
        }
        if postings.doc() == row {
            postings.positions(&mut self.starts);
        }
    }
}
