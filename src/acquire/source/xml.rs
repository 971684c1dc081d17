//! XML lists (sitemaps, feeds) → their items with fields. Of a list that is cut short, reads the part that is there and reports the cut. Pure.
//!
//! Names are taken without their prefix. Entities that a document defines itself are left as they are written.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// A list with more items is cut. The sitemap protocol allows 50,000 in a file.
const ITEMS_MAX: usize = 200_000;

/// The contents of a list.
pub(super) struct XmlList {
    /// The name of the outermost element. `None`: it is not XML.
    pub(super) root: Option<String>,
    pub(super) items: Vec<XmlItem>,
    /// Whether it was read to the end of its outermost element.
    pub(super) is_whole: bool,
}

/// An item of a list.
pub(super) struct XmlItem {
    pub(super) name: String,
    fields: Vec<XmlField>,
}

/// An element within an item.
pub(super) struct XmlField {
    pub(super) name: String,
    pub(super) text: String,
    attributes: Vec<(String, String)>,
    /// 1 for an element that stands directly in the item.
    depth: usize,
}

impl XmlItem {
    pub(super) fn fields(&self, name: &str) -> impl Iterator<Item = &XmlField> {
        self.fields.iter().filter(move |field| field.name == name)
    }

    /// The text of the first field called `name` that has one and stands directly in the item, not in an element of it.
    pub(super) fn own_text(&self, name: &str) -> Option<&str> {
        let own = self.fields(name).filter(|field| field.depth == 1);
        own.map(|field| field.text.trim()).find(|text| !text.is_empty())
    }

    /// The text of the first field called `name` that has one.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.fields(name).map(|field| field.text.trim()).find(|text| !text.is_empty())
    }
}

impl XmlField {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.trim())
    }
}

/// The elements called as one of `names`, with all elements in them.
pub(super) fn list(xml: &str, names: &[&str]) -> XmlList {
    let mut reader = Reader::from_str(xml.trim_start());
    let mut list = XmlList { root: None, items: Vec::new(), is_whole: false };
    let mut item: Option<XmlItem> = None;
    let mut open: Vec<String> = Vec::new();
    let mut item_depth = 0;
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) => {
                let name = tag.local_name().as_ref().to_owned();
                list.root.get_or_insert_with(|| name.clone());
                item_depth = if item.is_none() { open.len() } else { item_depth };
                begin(&tag, &name, names, &mut item, open.len() - item_depth);
                open.push(name);
            }
            Event::Empty(tag) => {
                let name = tag.local_name().as_ref().to_owned();
                list.is_whole |= open.is_empty();
                list.root.get_or_insert_with(|| name.clone());
                // An empty item has no fields.
                if item.is_some() {
                    begin(&tag, &name, &[], &mut item, open.len() - item_depth);
                }
            }
            Event::End(_) => {
                let Some(name) = open.pop() else { break };
                if names.contains(&name.as_str()) && open.iter().all(|name| !names.contains(&name.as_str())) {
                    list.items.extend(item.take());
                }
                list.is_whole |= open.is_empty();
                if list.is_whole || list.items.len() >= ITEMS_MAX {
                    break;
                }
            }
            Event::Text(text) => add(&mut item, &text.xml10_content()),
            Event::CData(text) => add(&mut item, &text.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(character)) => add(&mut item, character.encode_utf8(&mut [0; 4])),
                _ => {
                    let written = format!("&{};", &*reference);
                    let known = quick_xml::escape::unescape(&written).map(std::borrow::Cow::into_owned);
                    add(&mut item, &known.unwrap_or(written));
                }
            },
            Event::Eof => break,
            _ => {}
        }
    }
    list
}

fn begin(tag: &BytesStart<'_>, name: &str, names: &[&str], item: &mut Option<XmlItem>, depth: usize) {
    match item {
        None if names.contains(&name) => *item = Some(XmlItem { name: name.to_owned(), fields: Vec::new() }),
        None => {}
        Some(item) => {
            let mut attributes = Vec::new();
            for attribute in tag.attributes().with_checks(false).flatten() {
                let raw = attribute.value.to_string();
                let value =
                    quick_xml::escape::unescape(&raw).map(std::borrow::Cow::into_owned).unwrap_or(raw);
                attributes.push((attribute.key.local_name().as_ref().to_owned(), value));
            }
            item.fields.push(XmlField { name: name.to_owned(), text: String::new(), attributes, depth });
        }
    }
}

/// Text belongs to the element that was begun last: fields of lists have no text after inner elements.
fn add(item: &mut Option<XmlItem>, text: &str) {
    if let Some(field) = item.as_mut().and_then(|item| item.fields.last_mut()) {
        field.text.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_have_their_fields_without_prefixes_and_with_resolved_entities() {
        let xml = "\n<?xml version='1.0'?><!DOCTYPE x><r:rss xmlns:r='x'><channel><title>no</title>\
            <item><title>A &amp; B&#248;</title><link><![CDATA[https://a/?b=1&c]]></link>\
            <enclosure url='https://a/x.pdf?a&amp;b'/><list><link>https://b/</link><id>2</id></list><id>1</id></item><item/></channel></r:rss>";
        let list = list(xml, &["item"]);
        assert_eq!((list.root.as_deref(), list.is_whole, list.items.len()), (Some("rss"), true, 1));
        let item = &list.items[0];
        assert_eq!((item.text("title"), item.text("link")), (Some("A & Bø"), Some("https://a/?b=1&c")));
        assert_eq!((item.text("id"), item.own_text("id")), (Some("2"), Some("1")));
        assert_eq!(item.fields("enclosure").next().unwrap().attribute("url"), Some("https://a/x.pdf?a&b"));
    }

    #[test]
    fn of_a_list_that_is_cut_short_the_whole_items_are_read() {
        let whole = "<urlset><url><loc>a</loc></url><url><loc>b</loc></url></urlset>";
        for end in 1..whole.len() {
            let list = list(&whole[..end], &["url"]);
            assert!(!list.is_whole && list.items.len() <= 2, "{end}");
        }
        assert_eq!(list(&whole[..35], &["url"]).items.len(), 1);
        for text in ["", "Ikke funnet", "<!doctype html>", "&&&", "</a>"] {
            assert!(!list(text, &["url"]).is_whole, "{text}");
        }
    }
}
