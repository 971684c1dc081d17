//! The headings that are open at a point of a document.

/// The open headings, outermost first, each with its level.
#[derive(Debug, Default)]
pub(super) struct OpenSections {
    open: Vec<(u8, String)>,
}

impl OpenSections {
    /// Closes the sections that a heading of `level` ends, and gives the path that it stands under.
    pub(super) fn close(&mut self, level: u8) -> Vec<String> {
        self.open.retain(|(outer, _)| *outer < level);
        self.path()
    }

    /// Opens the section of a heading.
    pub(super) fn open(&mut self, level: u8, heading: &str) {
        self.open.push((level, heading.to_owned()));
    }

    /// The open headings, outermost first.
    pub(super) fn path(&self) -> Vec<String> {
        self.open.iter().map(|(_, heading)| heading.clone()).collect()
    }
}
