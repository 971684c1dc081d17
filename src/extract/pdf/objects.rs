//! Small questions to lopdf's object layer, none of which can fail: what is missing or of the wrong type is `None`.

use super::Limits;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, Stream};
use std::collections::HashSet;

/// How far a page looks up its tree for what it inherits.
const TREE_DEPTH_MAX: usize = 64;

/// The objects of a file, and how many bytes of it have been inflated.
pub(super) struct Objects {
    pub(super) document: Document,
    pub(super) inflated_bytes: std::cell::Cell<usize>,
    pub(super) limits: Limits,
    /// Which limit stopped the inflation of a stream, if any did.
    pub(super) limit_reached: std::cell::Cell<Option<&'static str>>,
}

/// Loads everything that text may need; the bytes of images are left behind.
pub(super) fn load(bytes: &[u8], limits: &Limits, force_reconstruct: bool) -> lopdf::Result<Document> {
    let options = LoadOptions {
        filter: Some(without_images),
        max_decompressed_size: Some(limits.stream_bytes_max),
        force_reconstruct,
        ..LoadOptions::default()
    };
    Document::load_mem_with_options(bytes, options)
}

/// Leaves out what no text comes from: images, elements of the structure tree, annotations.
///
/// lopdf keeps a top-level object in place and asks only whether there is an answer; of objects in object streams it
/// keeps the answer.
fn without_images(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    match object {
        Object::Stream(stream) => {
            let is_image =
                stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Image");
            (!is_image).then_some((id, Object::Null))
        }
        Object::Dictionary(dictionary) if is_beside_text(dictionary) => None,
        other => Some((id, other.clone())),
    }
}

fn is_beside_text(dictionary: &Dictionary) -> bool {
    match dictionary.get(b"Type").and_then(Object::as_name) {
        Ok(name) => name == b"StructElem" || name == b"Annot" || name == b"OBJR",
        Err(_) => dictionary.has(b"S") && dictionary.has(b"P") && dictionary.has(b"K"),
    }
}

impl Objects {
    /// `object` itself, or what it refers to.
    pub(super) fn resolve<'a>(&'a self, object: &'a Object) -> Option<&'a Object> {
        self.document.dereference(object).ok().map(|(_, object)| object)
    }

    pub(super) fn get<'a>(&'a self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
        self.resolve(dictionary.get(key).ok()?)
    }

    pub(super) fn dictionary<'a>(&'a self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
        match self.get(dictionary, key)? {
            Object::Dictionary(found) => Some(found),
            Object::Stream(stream) => Some(&stream.dict),
            _ => None,
        }
    }

    pub(super) fn name<'a>(&'a self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a [u8]> {
        self.get(dictionary, key)?.as_name().ok()
    }

    pub(super) fn number(&self, dictionary: &Dictionary, key: &[u8]) -> Option<f32> {
        self.get(dictionary, key)?.as_float().ok()
    }

    pub(super) fn array<'a>(&'a self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a [Object]> {
        self.get(dictionary, key)?.as_array().ok().map(Vec::as_slice)
    }

    pub(super) fn numbers(&self, dictionary: &Dictionary, key: &[u8]) -> Option<Vec<f32>> {
        let array = self.array(dictionary, key)?;
        array.iter().map(|item| self.resolve(item)?.as_float().ok()).collect()
    }

    pub(super) fn stream<'a>(&'a self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Stream> {
        self.get(dictionary, key)?.as_stream().ok()
    }

    /// A text string of the file, decoded. `None` when it is missing or blank.
    pub(super) fn text(&self, dictionary: &Dictionary, key: &[u8]) -> Option<String> {
        let text = lopdf::decode_text_string(self.get(dictionary, key)?).ok()?;
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The bytes of a stream, within what the document may still inflate.
    pub(super) fn inflate(&self, stream: &Stream) -> Vec<u8> {
        let left = self.limits.document_bytes_max.saturating_sub(self.inflated_bytes.get());
        let max = left.min(self.limits.stream_bytes_max);
        match stream.get_plain_content_with_limit(max) {
            Ok(bytes) => {
                self.inflated_bytes.set(self.inflated_bytes.get() + bytes.len());
                bytes
            }
            Err(lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. })) => {
                let document_is_full = left < self.limits.stream_bytes_max;
                let name = if document_is_full {
                    "inflated bytes per document"
                } else {
                    "inflated bytes per stream"
                };
                self.limit_reached.set(Some(name));
                Vec::new()
            }
            Err(_) => Vec::new(),
        }
    }

    /// Whether optional content, a group or a membership of groups, is switched off when the file is opened.
    pub(super) fn is_hidden(&self, content: &Object) -> bool {
        let off = || {
            let properties = self.dictionary(self.catalog()?, b"OCProperties")?;
            self.array(self.dictionary(properties, b"D")?, b"OFF")
        };
        let Some(off) = off().filter(|off| !off.is_empty()) else { return false };
        if off.contains(content) {
            return true;
        }
        let groups = self.resolve(content).and_then(|content| content.as_dict().ok()?.get(b"OCGs").ok());
        match groups {
            Some(Object::Array(groups)) => {
                !groups.is_empty() && groups.iter().all(|group| off.contains(group))
            }
            Some(group) => off.contains(group),
            None => false,
        }
    }

    pub(super) fn catalog(&self) -> Option<&Dictionary> {
        self.dictionary(&self.document.trailer, b"Root")
    }

    /// The pages in order, at most `pages_max`; cycles and doubled kids are passed over.
    pub(super) fn page_ids(&self) -> Vec<ObjectId> {
        let root = self.catalog().and_then(|catalog| catalog.get(b"Pages").ok()?.as_reference().ok());
        let mut stack: Vec<ObjectId> = root.into_iter().collect();
        let mut seen = HashSet::new();
        let mut pages = Vec::new();
        while let Some(id) = stack.pop() {
            let Ok(node) = self.document.get_dictionary(id) else { continue };
            if pages.len() >= self.limits.pages_max || !seen.insert(id) {
                continue;
            }
            match self.array(node, b"Kids") {
                Some(kids) => stack.extend(kids.iter().rev().filter_map(|kid| kid.as_reference().ok())),
                None => pages.push(id),
            }
        }
        if pages.is_empty() { self.stray_pages() } else { pages }
    }

    /// Every object of type `Page`: what is left when the page tree is broken.
    fn stray_pages(&self) -> Vec<ObjectId> {
        let is_page = |object: &Object| object.as_dict().is_ok_and(|dictionary| dictionary.has_type(b"Page"));
        let pages = self.document.objects.iter().filter(|(_, object)| is_page(object));
        pages.map(|(id, _)| *id).take(self.limits.pages_max).collect()
    }

    /// What a page says of `key`, or inherits from the nodes above it.
    pub(super) fn inherited<'a>(&'a self, page: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
        let mut node = page;
        for _ in 0..TREE_DEPTH_MAX {
            if let Some(found) = self.get(node, key) {
                return Some(found);
            }
            node = self.dictionary(node, b"Parent")?;
        }
        None
    }

    /// The content of a page: its streams with a line break between.
    pub(super) fn page_content(&self, page: &Dictionary) -> Vec<u8> {
        let Some(contents) = self.get(page, b"Contents") else { return Vec::new() };
        match contents {
            Object::Stream(stream) => self.inflate(stream),
            Object::Array(parts) => {
                let streams = parts.iter().filter_map(|part| self.resolve(part)?.as_stream().ok());
                streams.map(|stream| self.inflate(stream)).collect::<Vec<_>>().join(&b'\n')
            }
            _ => Vec::new(),
        }
    }
}
