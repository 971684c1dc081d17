//! One mention of a query: a run of words in one passage.

/// One mention: a run of words in one passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    /// The passage, as its row in the segment.
    pub row: u32,
    /// The first word, counted from 0 in the passage.
    pub position: u32,
    /// Number of words.
    pub length: u32,
    /// What was matched, as an index into the forms of its [`Mentions`](super::Mentions).
    pub form: u32,
}

impl Mention {
    /// By passage and first word; of mentions that start together the longer first, then the form that was found first.
    pub(super) fn order(&self) -> (u32, u32, std::cmp::Reverse<u32>, u32) {
        (self.row, self.position, std::cmp::Reverse(self.length), self.form)
    }

    /// One past the last word.
    pub fn end(&self) -> u32 {
        self.position + self.length
    }
}
