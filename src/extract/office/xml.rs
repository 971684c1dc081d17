//! The XML of one part of an office file → calls of a reader, element by element, without what the reader leaves out.
//!
//! Damage and too deep nesting end the reading with a notice: what was read before stays.

use crate::text::{Metadata, Notice, PartialDate, normalise};
use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;

/// A choice: a real melding nests 13 deep; boxes within tables within boxes stay far below.
const DEPTH_MAX: usize = 512;

/// What is done with the elements of a part.
pub(super) trait Elements {
    /// The name by which the other functions know an element, of its namespace and its local name.
    fn name<'n>(namespace: &ResolveResult, local_name: &'n str) -> Name<'n>;
    /// Whether an element and everything in it is left out.
    fn is_left_out(&self, name: Name, tag: &BytesStart) -> bool;
    /// An element begins.
    fn start(&mut self, name: Name, tag: &BytesStart);
    /// An element ends.
    fn end(&mut self, name: Name);
    /// Text within the open elements.
    fn text(&mut self, text: &str);
}

/// The vocabulary of an element ("w", "text") and its name in it.
pub(super) type Name<'n> = (&'static str, &'n str);

/// Reads `xml` to its end or first fault, which is the notice.
pub(super) fn read<E: Elements>(xml: &str, elements: &mut E) -> Option<Notice> {
    let mut reader = NsReader::from_str(xml);
    // How many elements are open, and how many of them from the one on that is left out.
    let (mut depth, mut skipped) = (0_usize, 0_usize);
    loop {
        let (namespace, event) = match reader.read_resolved_event() {
            Ok((_, Event::Eof)) => return None,
            Ok(read) => read,
            Err(error) => {
                return Some(Notice::of_document(format!("damaged XML, the rest is not read: {error}")));
            }
        };
        match &event {
            Event::Start(tag) => {
                depth += 1;
                let local_name = tag.local_name();
                let name = E::name(&namespace, local_name.as_ref());
                if skipped > 0 || elements.is_left_out(name, tag) {
                    skipped += 1;
                } else {
                    elements.start(name, tag);
                }
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                match skipped {
                    0 => elements.end(E::name(&namespace, tag.local_name().as_ref())),
                    _ => skipped -= 1,
                }
            }
            _ if skipped > 0 => {}
            Event::Empty(tag) => {
                let local_name = tag.local_name();
                let name = E::name(&namespace, local_name.as_ref());
                if !elements.is_left_out(name, tag) {
                    elements.start(name, tag);
                    elements.end(name);
                }
            }
            Event::Text(text) => elements.text(&text.xml10_content()),
            Event::CData(text) => elements.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().ok().flatten().map(String::from);
                let named = quick_xml::escape::resolve_predefined_entity(&reference.xml10_content())
                    .map(str::to_owned);
                elements.text(&character.or(named).unwrap_or_default());
            }
            _ => {}
        }
        if depth > DEPTH_MAX {
            let notice = format!("XML nested deeper than {DEPTH_MAX}, the rest is not read");
            return Some(Notice::of_document(notice));
        }
    }
}

/// A notice for what a document has and its text does not. `None` when there is none of it.
pub(super) fn unread(count: usize, one: &str, many: &str) -> Option<Notice> {
    let what = if count == 1 { one } else { many };
    (count > 0).then(|| Notice::of_document(format!("{count} {what} not read")))
}

/// The text of a row of a table: its cells apart by tabs, the paragraphs of a cell by spaces.
pub(super) fn row_text<L>(cells: &[Vec<L>], text: impl Fn(&L) -> &str) -> String {
    let texts = cells.iter().map(|cell| cell.iter().map(&text).collect::<Vec<_>>().join(" "));
    texts.collect::<Vec<_>>().join("\t")
}

/// The metadata of Dublin Core and its neighbours in a part, by local names; the first of two creators is kept.
pub(super) fn metadata(xml: &str) -> Metadata {
    let mut metadata = Metadata::default();
    let mut name = String::new();
    for event in super::package::events(xml) {
        match &event {
            Event::Start(tag) => name = tag.local_name().as_ref().to_owned(),
            Event::End(_) => name.clear(),
            Event::Text(text) => set(&mut metadata, &name, normalise(&text.xml10_content())),
            _ => {}
        }
    }
    metadata
}

fn set(metadata: &mut Metadata, name: &str, value: String) {
    if value.is_empty() {
        return;
    }
    match name {
        "title" => metadata.title = Some(value),
        "initial-creator" => metadata.creator = Some(value),
        "creator" => drop(metadata.creator.get_or_insert(value)),
        "created" | "creation-date" => {
            metadata.created = value.get(..10).and_then(|date| date.parse::<PartialDate>().ok());
        }
        "generator" => metadata.producer = Some(value),
        _ => {}
    }
}
