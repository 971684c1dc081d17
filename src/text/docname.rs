//! The name of a document in a corpus.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The unique name of a document: its source and its location within the source, written `sample/letters/2014.pdf`.
///
/// The name of a source has no slash (`acquire::source::check_names`), so that the written form can be read back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct DocName {
    written: String,
    source_bytes: usize,
}

impl DocName {
    /// The name of the document that `source` has at `location`.
    pub fn new(source: &str, location: &str) -> DocName {
        DocName { written: format!("{source}/{location}"), source_bytes: source.len() }
    }

    /// The name of the source.
    pub(crate) fn source(&self) -> &str {
        &self.written[..self.source_bytes]
    }

    /// The location within the source.
    pub(crate) fn location(&self) -> &str {
        self.written[self.source_bytes..].trim_start_matches('/')
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.written
    }
}

impl fmt::Display for DocName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl From<String> for DocName {
    /// Reads the written form.
    fn from(written: String) -> DocName {
        let source_bytes = written.find('/').unwrap_or(written.len());
        DocName { written, source_bytes }
    }
}

impl From<DocName> for String {
    fn from(name: DocName) -> String {
        name.written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_back_from_its_written_form() {
        let name = DocName::new("kudos", "2014/brev/nav.pdf");
        assert_eq!(name.to_string(), "kudos/2014/brev/nav.pdf");
        assert_eq!(DocName::from(name.to_string()), name);
        assert_eq!((name.source(), name.location()), ("kudos", "2014/brev/nav.pdf"));
    }
}
