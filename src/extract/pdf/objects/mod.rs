//! Lookups in the objects of a file. None of them fails: what is missing or of the wrong type is `None`.
//!
//! The objects are in lopdf's terms and come from our own reader ([`file`](super::file)).

pub(crate) mod budget;
mod decryption;
pub(crate) mod file;
mod filters;
pub(crate) mod frame;
pub(crate) mod lexer;
pub(crate) mod repair;
pub(crate) mod syntax;

use super::model::Limits;
use budget::Budget;
use file::File;
use filters::Decoded;
use lexer::Token;
use lopdf::{Dictionary, Object, ObjectId, Stream};
use std::{borrow::Cow, cell::Cell, collections::HashSet, rc::Rc};

/// References that refer to references: more than this is a cycle.
const REFERENCES_MAX: usize = 32;

/// As many tokens cost as much as one value: no object is built from them.
const TOKENS_PER_VALUE: usize = 8;

/// Entries of a dictionary that are gone through in order; a page has a dozen.
const SHORT_DICTIONARY_MAX: usize = 16;

/// How far a page looks up its tree for what it inherits.
const TREE_DEPTH_MAX: usize = 64;

/// The objects of a file, and what has been read of it.
pub(crate) struct Objects<'a> {
    file: File<'a>,
    pub(crate) limits: Limits,
    /// Operators read on all pages until now.
    pub(crate) operators: Cell<usize>,
    /// Whether content was met that cannot be decoded, or is not there.
    has_lost_content: Cell<bool>,
    pub(crate) budget: Rc<Budget>,
}

/// The value of `key`. Most dictionaries are short: to go through them costs less than a hash, and nothing where the key is missing.
fn entry<'a>(dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    if dictionary.len() > SHORT_DICTIONARY_MAX {
        return dictionary.get(key).ok();
    }
    dictionary.iter().find(|(found, _)| found.as_slice() == key).map(|(_, value)| value)
}

impl<'f> Objects<'f> {
    pub(crate) fn new(file: File<'f>, limits: &Limits) -> Objects<'f> {
        Objects {
            limits: limits.clone(),
            operators: Cell::new(0),
            has_lost_content: Cell::new(false),
            budget: file.budget.clone(),
            file,
        }
    }

    pub(crate) fn trailer(&self) -> &Dictionary {
        &self.file.trailer
    }

    /// Whether a password is needed to read them.
    pub(crate) fn is_locked(&self) -> bool {
        self.file.is_locked()
    }

    /// The tokens of an object, one by one, until the file may cost no more. Strings are as they stand in the file, encrypted perhaps.
    pub(crate) fn tokens(&self, number: u32) -> Option<impl Iterator<Item = Token<'_>>> {
        let file = &self.file;
        let mut lexer = file.lexer(number)?;
        let mut count = 0usize;
        Some(std::iter::from_fn(move || {
            count += 1;
            let is_paid = count % TOKENS_PER_VALUE != 1 || file.budget.take_value();
            lexer.next().filter(|token| is_paid && *token != Token::Word(b"endobj"))
        }))
    }

    /// What the reference leads to.
    pub(crate) fn referred(&self, id: ObjectId) -> Option<&Object> {
        self.resolve(self.file.object(id)?)
    }

    /// The dictionary with this id; empty if there is none.
    pub(crate) fn dictionary_of(&self, id: ObjectId) -> Option<&Dictionary> {
        self.referred(id)?.as_dict().ok()
    }

    /// `object` itself, or what it refers to.
    pub(crate) fn resolve<'a>(&'a self, object: &'a Object) -> Option<&'a Object> {
        let mut object = object;
        for _ in 0..REFERENCES_MAX {
            let Object::Reference(id) = object else { return Some(object) };
            object = self.file.object(*id)?;
        }
        None
    }

    pub(crate) fn get<'a>(&'a self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
        self.resolve(entry(dictionary, key)?)
    }

    pub(crate) fn dictionary<'a>(&'a self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
        match self.get(dictionary, key)? {
            Object::Dictionary(found) => Some(found),
            Object::Stream(stream) => Some(&stream.dict),
            _ => None,
        }
    }

    pub(crate) fn name<'a>(&'a self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a [u8]> {
        self.get(dictionary, key)?.as_name().ok()
    }

    pub(crate) fn number(&self, dictionary: &Dictionary, key: &[u8]) -> Option<f32> {
        self.get(dictionary, key)?.as_float().ok()
    }

    pub(crate) fn array<'a>(&'a self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a [Object]> {
        self.get(dictionary, key)?.as_array().ok().map(Vec::as_slice)
    }

    pub(crate) fn numbers(&self, dictionary: &Dictionary, key: &[u8]) -> Option<Vec<f32>> {
        let array = self.array(dictionary, key)?;
        array.iter().map(|item| self.resolve(item)?.as_float().ok()).collect()
    }

    pub(crate) fn stream<'a>(&'a self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Stream> {
        self.get(dictionary, key)?.as_stream().ok()
    }

    /// A text string of the file, decoded. `None` when it is missing or blank.
    pub(crate) fn text(&self, dictionary: &Dictionary, key: &[u8]) -> Option<String> {
        let text = lopdf::decode_text_string(self.get(dictionary, key)?).ok()?;
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The entries of a number tree; nodes that come twice are passed over.
    pub(crate) fn number_tree<'a>(&'a self, tree: &'a Dictionary) -> Vec<(i64, &'a Object)> {
        let mut entries = Vec::new();
        let mut seen = HashSet::new();
        let mut open = vec![tree];
        while let Some(node) = open.pop() {
            let pairs = self.array(node, b"Nums").unwrap_or_default();
            let kids = self.array(node, b"Kids").unwrap_or_default();
            // Many nodes may share one list.
            if !self.budget.take_lookups(pairs.len() + kids.len()) {
                break;
            }
            let numbered = pairs.chunks_exact(2).filter_map(|pair| match pair {
                [number, value] => Some((self.resolve(number)?.as_i64().ok()?, value)),
                _ => None,
            });
            entries.extend(numbered);
            let kids = kids.iter().rev().filter_map(|kid| kid.as_reference().ok());
            open.extend(kids.filter(|id| seen.insert(*id)).filter_map(|id| self.dictionary_of(id)));
        }
        entries
    }

    /// The bytes of a stream, within what the document may still inflate.
    pub(crate) fn inflate(&self, stream: &Stream) -> Vec<u8> {
        let mut out = Vec::new();
        self.inflate_into(stream, &mut out);
        out
    }

    /// The bytes of a stream of page content; notes when they cannot be had.
    pub(crate) fn content(&self, stream: &Stream) -> Vec<u8> {
        let mut out = Vec::new();
        self.content_into(stream, &mut out);
        out
    }

    fn content_into(&self, stream: &Stream, out: &mut Vec<u8>) {
        if self.inflate_into(stream, out) == Decoded::Broken {
            self.has_lost_content.set(true);
        }
    }

    /// Whether content could not be read since this was last asked.
    pub(crate) fn take_lost_content(&self) -> bool {
        self.has_lost_content.take()
    }

    fn inflate_into(&self, stream: &Stream, out: &mut Vec<u8>) -> Decoded {
        // What the entries refer to may have to be inflated itself.
        let dictionary = self.filter_entries(&stream.dict);
        let mut inflater = self.file.inflater.borrow_mut();
        let left = self.limits.document_bytes_max.saturating_sub(inflater.written);
        let max = left.min(self.limits.stream_bytes_max.saturating_sub(out.len()));
        let outcome = filters::decode(self.file.raw(stream), &dictionary, &mut inflater, max, out);
        if outcome == Decoded::Cut {
            let document_is_full = left < self.limits.stream_bytes_max;
            self.budget.reach(if document_is_full {
                "inflated bytes per document"
            } else {
                "inflated bytes per stream"
            });
        }
        outcome
    }

    /// The dictionary of a stream, its filters and their parameters in place of references to them.
    fn filter_entries<'a>(&self, dictionary: &'a Dictionary) -> Cow<'a, Dictionary> {
        let is_reference = |object: &Object| match object {
            Object::Array(items) => items.iter().any(|item| item.as_reference().is_ok()),
            object => object.as_reference().is_ok(),
        };
        let is_elsewhere = |key: &&[u8]| entry(dictionary, key).is_some_and(is_reference);
        let keys: [&[u8]; 2] = [b"Filter", b"DecodeParms"];
        if !keys.iter().any(is_elsewhere) {
            return Cow::Borrowed(dictionary);
        }
        let mut resolved = dictionary.clone();
        for key in keys {
            let value = match self.get(dictionary, key) {
                Some(Object::Array(items)) => {
                    Object::Array(items.iter().filter_map(|item| self.resolve(item).cloned()).collect())
                }
                Some(other) => other.clone(),
                None => continue,
            };
            resolved.set(key, value);
        }
        Cow::Owned(resolved)
    }

    pub(crate) fn catalog(&self) -> Option<&Dictionary> {
        self.dictionary(self.trailer(), b"Root")
    }

    /// Whether the page tree holds a page.
    pub(crate) fn has_page_tree(&self) -> bool {
        !self.tree_pages(1).is_empty()
    }

    /// The pages in order, at most `pages_max`; cycles and doubled kids are passed over.
    pub(crate) fn page_ids(&self) -> Vec<ObjectId> {
        let pages = self.tree_pages(self.limits.pages_max);
        if pages.is_empty() { self.stray_pages() } else { pages }
    }

    fn tree_pages(&self, pages_max: usize) -> Vec<ObjectId> {
        let root = self.catalog().and_then(|catalog| catalog.get(b"Pages").ok()?.as_reference().ok());
        let mut stack: Vec<ObjectId> = root.into_iter().collect();
        let mut seen = HashSet::new();
        let mut pages = Vec::new();
        while let Some(id) = stack.pop() {
            if pages.len() >= pages_max || !seen.insert(id) {
                continue;
            }
            let Some(node) = self.dictionary_of(id) else { continue };
            match self.array(node, b"Kids") {
                Some(kids) => stack.extend(kids.iter().rev().filter_map(|kid| kid.as_reference().ok())),
                None => pages.push(id),
            }
        }
        pages
    }

    /// Every object of type `Page`: what is left when the page tree is broken.
    fn stray_pages(&self) -> Vec<ObjectId> {
        let is_page = |id: &ObjectId| {
            let node = self.file.object(*id).and_then(|object| object.as_dict().ok());
            node.is_some_and(|node| node.has_type(b"Page"))
        };
        self.file.ids().filter(is_page).take(self.limits.pages_max).collect()
    }

    /// What a page says of `key`, or inherits from the nodes above it.
    pub(crate) fn inherited<'a>(&'a self, page: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
        let mut node = page;
        for _ in 0..TREE_DEPTH_MAX {
            if let Some(found) = self.get(node, key) {
                return Some(found);
            }
            node = self.dictionary(node, b"Parent")?;
        }
        self.budget.reach("levels of the page tree");
        None
    }

    /// The content of a page: its streams with a line break between.
    pub(crate) fn page_content(&self, page: &Dictionary) -> Vec<u8> {
        match self.get(page, b"Contents") {
            Some(Object::Stream(stream)) => self.content(stream),
            Some(Object::Array(parts)) => {
                let mut out = Vec::new();
                // A part costs as much as some look-ups, be it empty.
                if !self.budget.take_lookups(parts.len().saturating_mul(8)) {
                    return out;
                }
                for stream in parts.iter().filter_map(|part| self.resolve(part)?.as_stream().ok()) {
                    self.content_into(stream, &mut out);
                    out.push(b'\n');
                }
                out
            }
            _ => {
                self.has_lost_content.set(page.has(b"Contents"));
                Vec::new()
            }
        }
    }
}
