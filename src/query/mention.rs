//! One mention of a query.

/// A run of words in one passage that matches a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mention {
    /// The passage, as its row in the segment.
    pub(crate) row: u32,
    /// The first word, counted from 0 in the passage.
    pub(crate) position: u32,
    pub(crate) length: u32,
    /// What was matched, as an index into the forms of its [`Mentions`](super::Mentions).
    pub(crate) form: u32,
}

impl Mention {
    /// By passage and first word; of mentions that start together the longer first, then the form that was found first.
    pub(super) fn order(&self) -> (u32, u32, std::cmp::Reverse<u32>, u32) {
        (self.row, self.position, std::cmp::Reverse(self.length), self.form)
    }

    /// One past the last word.
    pub(crate) fn end(&self) -> u32 {
        self.position + self.length
    }
}
