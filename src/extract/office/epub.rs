//! EPUB → one page of passages: its chapters in the order of its spine, each read as an HTML page.

use super::package::{OfficePackage, attribute, events, resolved};
use crate::text::{Document, MediaType, Metadata, Notice, Page, PartialDate, Rejection, normalise};
use quick_xml::events::Event;
use std::collections::HashMap;

/// A book with more parts is cut. A choice: a part per section of a long report is some hundreds.
const CHAPTERS_MAX: usize = 5_000;

/// The document of an EPUB.
pub(in crate::extract) fn read(bytes: &[u8]) -> Result<Document, Rejection> {
    let mut package = OfficePackage::open(bytes, "EPUB")?;
    let container = package.text("META-INF/container.xml")?.unwrap_or_default();
    let book_part = root_file(&container).ok_or_else(|| package.missing("META-INF/container.xml"))?;
    let xml = package.text(&book_part)?.ok_or_else(|| package.missing(&book_part))?;
    let folder = book_part.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (chapters, metadata) = book(&xml);
    let mut passages = Vec::new();
    let mut notices = Vec::new();
    if chapters.len() > CHAPTERS_MAX {
        notices.push(Notice::of_document(format!("more than {CHAPTERS_MAX} chapters, the rest is not read")));
    }
    for href in chapters.iter().take(CHAPTERS_MAX) {
        let part = resolved(folder, &percent_decoded(href.split('#').next().unwrap_or(href)));
        let Some(bytes) = package.bytes(&part)? else {
            notices.push(Notice::of_document(format!("chapter {part} is missing")));
            continue;
        };
        // A cover has no text; leaving it out loses nothing.
        if let Ok(document) = crate::extract::document(&bytes, MediaType::Html) {
            passages.extend(document.pages.into_iter().flat_map(|page| page.passages));
        }
    }
    let page = Page { number: None, label: None, passages };
    if page.counted().next().is_none() {
        return Err(Rejection::new("no text: the book has no readable chapter", "it may hold pictures only"));
    }
    Ok(Document { metadata, pages: vec![page], notices, ..Document::default() })
}

fn root_file(xml: &str) -> Option<String> {
    events(xml).find_map(|event| match &event {
        Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "rootfile" => {
            attribute(tag, "full-path")
        }
        _ => None,
    })
}

/// The addresses of the chapters in reading order, and the metadata of the book.
fn book(xml: &str) -> (Vec<String>, Metadata) {
    let mut items = HashMap::new();
    let mut spine = Vec::new();
    let mut metadata = Metadata::default();
    let mut name = String::new();
    for event in events(xml) {
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                name = tag.local_name().as_ref().to_owned();
                match name.as_str() {
                    "item" if !attribute(tag, "properties").unwrap_or_default().contains("nav") => {
                        items.extend(attribute(tag, "id").zip(attribute(tag, "href")));
                    }
                    "itemref" => spine.extend(attribute(tag, "idref")),
                    _ => {}
                }
            }
            Event::End(_) => name.clear(),
            Event::Text(text) => set(&mut metadata, &name, normalise(&text.xml10_content())),
            _ => {}
        }
    }
    (spine.iter().filter_map(|id| items.get(id).cloned()).collect(), metadata)
}

fn set(metadata: &mut Metadata, name: &str, value: String) {
    if value.is_empty() {
        return;
    }
    match name {
        "title" if metadata.title.is_none() => metadata.title = Some(value),
        "creator" if metadata.creator.is_none() => metadata.creator = Some(value),
        "language" => {
            metadata.language =
                value.split('-').next().filter(|tag| *tag != "no").and_then(|tag| tag.parse().ok())
        }
        "date" => metadata.published = value.get(..10).and_then(|date| date.parse::<PartialDate>().ok()),
        _ => {}
    }
}

/// `text` with `%20` and the like resolved.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = (*first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|pair| std::str::from_utf8(pair).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => (bytes.push(byte), rest = &after[2..]).0,
            None => (bytes.push(*first), rest = after).0,
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
