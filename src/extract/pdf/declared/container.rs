//! A file whose pages are only a placeholder → what for: an XFA form, or a portfolio of files.

use super::super::objects::Objects;
use lopdf::Dictionary;
use std::collections::HashSet;

/// Nodes of the tree of attachments looked at: a portfolio of some thousand files has some hundred.
const NODES_MAX: usize = 1_000;

/// What the pages of a file stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placeholder {
    /// A form that a viewer makes from XML; the pages say "Please wait".
    XfaForm,
    /// A cover for the files that are attached.
    Portfolio,
}

/// What the pages stand for; `None` when they are the document.
pub(crate) fn placeholder(objects: &Objects) -> Option<Placeholder> {
    let catalog = objects.catalog()?;
    let form = objects.dictionary(catalog, b"AcroForm");
    let has_xfa = form.is_some_and(|form| objects.get(form, b"XFA").is_some());
    let needs_rendering = objects.get(catalog, b"NeedsRendering").and_then(|needs| needs.as_bool().ok());
    if has_xfa && needs_rendering == Some(true) {
        return Some(Placeholder::XfaForm);
    }
    objects.dictionary(catalog, b"Collection").map(|_| Placeholder::Portfolio)
}

/// How many files are attached to the document as a whole.
pub(crate) fn attachment_count(objects: &Objects) -> usize {
    let names = objects.catalog().and_then(|catalog| objects.dictionary(catalog, b"Names"));
    let root = names.and_then(|names| objects.dictionary(names, b"EmbeddedFiles"));
    let mut open: Vec<&Dictionary> = root.into_iter().collect();
    let mut seen = HashSet::new();
    let mut count = 0;
    while let Some(node) = open.pop().filter(|_| seen.len() < NODES_MAX) {
        count += objects.array(node, b"Names").unwrap_or_default().len() / 2;
        let kids = objects.array(node, b"Kids").unwrap_or_default();
        let new = kids.iter().filter_map(|kid| kid.as_reference().ok()).filter(|id| seen.insert(*id));
        open.extend(new.filter_map(|id| objects.dictionary_of(id)));
    }
    count
}
