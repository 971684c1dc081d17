//! A well-formed file → its objects, each read when it is first asked for.
//!
//! lopdf parses every object of a file when it opens it; text needs one in ten. Refuses (and leaves to `repair`) files whose
//! cross-references are wrong for any object, and objects numbered beyond [`OBJECTS_MAX`].

use super::{
    super::model::Limits,
    budget::Budget,
    decryption::{self, Protection},
    filters::{self, Decoded, Inflater},
    lexer::{Lexer, Token},
    syntax,
};
use lopdf::{Dictionary, Object, ObjectId, Stream};
use std::{
    cell::{OnceCell, RefCell},
    collections::HashSet,
    rc::Rc,
};

/// The highest number of an object: a million, ten times the largest real file seen.
pub(crate) const OBJECTS_MAX: usize = 1_000_000;
/// Sections of cross-references followed; an update adds one.
const SECTIONS_MAX: usize = 1_000;
/// Where the last `startxref` is looked for, from the end.
const TAIL_BYTES: usize = 2_048;

/// Where an object is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum ObjectPlace {
    Unknown,
    Free,
    At(usize),
    In { container: u32, index: u32 },
}

/// An object stream, inflated, with number and place of each object in it.
#[derive(Debug)]
struct Container {
    bytes: Vec<u8>,
    places: Vec<(u32, usize)>,
}

/// A file whose cross-references have been read.
pub(crate) struct File<'a> {
    bytes: &'a [u8],
    places: Vec<ObjectPlace>,
    objects: Vec<OnceCell<Option<Box<Object>>>>,
    containers: Vec<(u32, OnceCell<Container>)>,
    stream_bytes_max: usize,
    /// One for all: to make one takes as long as to inflate a small object stream.
    pub(super) inflater: RefCell<Inflater>,
    pub(crate) budget: Rc<Budget>,
    pub(crate) trailer: Dictionary,
    protection: Protection,
}

/// Reads the cross-references; `None` when something about them is not as it should be.
pub(crate) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Option<File<'a>> {
    let mut file = File::new(bytes, Vec::new(), limits);
    file.read_sections(start(bytes)?)?;
    if !file.holds() {
        return None;
    }
    let mut containers: Vec<u32> = file
        .places
        .iter()
        .filter_map(|place| match place {
            ObjectPlace::In { container, .. } => Some(*container),
            _ => None,
        })
        .collect();
    containers.sort_unstable();
    containers.dedup();
    file.containers = containers.into_iter().map(|number| (number, OnceCell::new())).collect();
    file.objects.resize_with(file.places.len(), OnceCell::new);
    file.unlock();
    Some(file)
}

/// The offset that the last `startxref` names.
fn start(bytes: &[u8]) -> Option<usize> {
    let from = bytes.len().saturating_sub(TAIL_BYTES);
    let tail = bytes.get(from..)?;
    let at = tail.windows(9).rposition(|window| window == b"startxref")?;
    let mut lexer = Lexer::at(tail, at + 9);
    match lexer.next() {
        Some(Token::Integer(offset)) => usize::try_from(offset).ok().filter(|offset| *offset < bytes.len()),
        _ => None,
    }
}

impl<'a> File<'a> {
    /// A file with its objects at these places.
    pub(crate) fn new(bytes: &'a [u8], places: Vec<ObjectPlace>, limits: &Limits) -> File<'a> {
        File {
            bytes,
            objects: places.iter().map(|_| OnceCell::new()).collect(),
            places,
            containers: Vec::new(),
            stream_bytes_max: limits.stream_bytes_max,
            inflater: RefCell::default(),
            budget: Rc::new(Budget::new(limits, bytes.len())),
            trailer: Dictionary::new(),
            protection: Protection::None,
        }
    }

    /// Whether a password is needed.
    pub(crate) fn is_locked(&self) -> bool {
        matches!(self.protection, Protection::Locked)
    }

    /// An object with all that it refers to in place of the references.
    fn whole(&self, object: &Object, depth: usize) -> Object {
        /// An encryption dictionary holds a list of filters, and each of these is a dictionary; each can stand elsewhere.
        const DEPTH_MAX: usize = 8;
        let next = |object: &Object| self.whole(object, depth + 1);
        match object {
            _ if depth > DEPTH_MAX || !self.budget.take_value() => Object::Null,
            Object::Reference(id) => self.object(*id).map_or(Object::Null, next),
            Object::Array(items) => Object::Array(items.iter().map(next).collect()),
            Object::Dictionary(entries) => {
                Object::Dictionary(entries.iter().map(|(key, value)| (key.clone(), next(value))).collect())
            }
            other => other.clone(),
        }
    }

    /// Finds out how the file is encrypted; objects that were read before are read again.
    pub(crate) fn unlock(&mut self) {
        let entry = |key: &[u8]| self.trailer.get(key).ok().map(|entry| self.whole(entry, 0));
        let Some(Object::Dictionary(dictionary)) = entry(b"Encrypt") else { return };
        let file_id = match entry(b"ID") {
            Some(Object::Array(parts)) => parts.into_iter().next(),
            _ => None,
        };
        self.protection = decryption::protection(dictionary, file_id);
        self.objects.iter_mut().for_each(|object| *object = OnceCell::new());
        self.containers.iter_mut().for_each(|(_, container)| *container = OnceCell::new());
    }

    /// Makes the objects of an object stream known that are found nowhere else.
    pub(crate) fn add_container(&mut self, container: u32) {
        let Some(found) = self.container(container) else { return };
        for (index, (number, _)) in (0u32..).zip(&found.places) {
            let is_known =
                self.places.get(*number as usize).is_some_and(|place| matches!(place, ObjectPlace::At(_)));
            if *number as usize > OBJECTS_MAX {
                self.budget.reach("objects per document");
            } else if !is_known {
                self.put(*number as usize, ObjectPlace::In { container, index });
            }
        }
        if let Err(at) = self.containers.binary_search_by_key(&container, |(number, _)| *number) {
            self.containers.insert(at, (container, OnceCell::from(found)));
        }
    }

    fn put(&mut self, number: usize, place: ObjectPlace) {
        if number >= self.places.len() {
            self.places.resize(number + 1, ObjectPlace::Unknown);
            self.objects.resize_with(number + 1, OnceCell::new);
        }
        self.places[number] = place;
        self.objects[number] = OnceCell::new();
    }

    /// The object that says it is the catalog; the last of several.
    pub(crate) fn catalog(&self) -> Option<ObjectId> {
        let is_catalog = |id: &ObjectId| {
            let object = self.object(*id).and_then(|object| object.as_dict().ok());
            object.is_some_and(|dictionary| dictionary.has_type(b"Catalog"))
        };
        self.ids().filter(is_catalog).last()
    }

    fn read_sections(&mut self, start: usize) -> Option<()> {
        let mut seen = HashSet::new();
        let mut next = Some(start);
        while let Some(offset) = next {
            if !seen.insert(offset) || seen.len() > SECTIONS_MAX {
                return None;
            }
            let trailer = self.read_section(offset)?;
            next = offset_at(&trailer, b"Prev");
            if self.trailer.is_empty() {
                self.trailer = trailer;
            }
        }
        Some(())
    }

    fn read_section(&mut self, offset: usize) -> Option<Dictionary> {
        let mut lexer = Lexer::at(self.bytes, offset);
        if lexer.next()? != Token::Word(b"xref") {
            return self.read_xref_stream(offset);
        }
        let mut free = Vec::new();
        while let Some(Token::Integer(first)) = lexer.next_if_number() {
            let Some(Token::Integer(count)) = lexer.next() else { return None };
            self.read_entries(&mut lexer, usize::try_from(first).ok()?, count, &mut free)?;
        }
        if lexer.next()? != Token::Word(b"trailer") {
            return None;
        }
        let Some(Object::Dictionary(trailer)) = syntax::object(&mut lexer, &self.budget) else { return None };
        // What a hybrid file's table lists as free may be in its stream.
        if let Some(hybrid) = offset_at(&trailer, b"XRefStm") {
            self.read_xref_stream(hybrid)?;
        }
        free.into_iter().try_for_each(|number| self.place(number, ObjectPlace::Free))?;
        Some(trailer)
    }

    fn read_entries(
        &mut self,
        lexer: &mut Lexer,
        first: usize,
        count: i64,
        free: &mut Vec<usize>,
    ) -> Option<()> {
        for index in 0..usize::try_from(count).ok()? {
            let Some(Token::Integer(offset)) = lexer.next() else { return None };
            let Some(Token::Integer(_)) = lexer.next() else { return None };
            let number = first.checked_add(index)?;
            match lexer.next()? {
                // Zero is how some producers write "free".
                Token::Word(b"n") if offset == 0 => self.place(number, ObjectPlace::Free)?,
                Token::Word(b"n") => self.place(number, ObjectPlace::At(usize::try_from(offset).ok()?))?,
                Token::Word(b"f") => free.push(number),
                _ => return None,
            }
        }
        Some(())
    }

    /// Notes where an object is, unless a newer section has said so.
    fn place(&mut self, number: usize, place: ObjectPlace) -> Option<()> {
        if number > OBJECTS_MAX {
            return None;
        }
        if number >= self.places.len() {
            self.places.resize(number + 1, ObjectPlace::Unknown);
        }
        if let Some(slot @ ObjectPlace::Unknown) = self.places.get_mut(number) {
            *slot = place;
        }
        Some(())
    }

    fn read_xref_stream(&mut self, offset: usize) -> Option<Dictionary> {
        let mut lexer = Lexer::at(self.bytes, offset);
        syntax::header(&mut lexer)?;
        let Some(Object::Stream(stream)) = syntax::indirect(self.bytes, &mut lexer, &self.budget, |_| None)
        else {
            return None;
        };
        if !stream.dict.has_type(b"XRef") {
            return None;
        }
        let table = self.decoded(&stream);
        let widths = integers(&stream.dict, b"W")?;
        let [a, b, c] = <[usize; 3]>::try_from(widths).ok()?;
        if a.max(b).max(c) > 8 || a + b + c == 0 {
            return None;
        }
        let size = offset_at(&stream.dict, b"Size")?;
        let ranges = integers(&stream.dict, b"Index").unwrap_or_else(|| vec![0, size]);
        let numbers = ranges.chunks_exact(2).flat_map(|range| range[0]..range[0].saturating_add(range[1]));
        for (number, row) in numbers.zip(table.chunks_exact(a + b + c)) {
            let (kind, rest) = row.split_at(a);
            let (second, third) = rest.split_at(b);
            let kind = if a == 0 { 1 } else { big_endian(kind) };
            self.place(number, place_of(kind, big_endian(second), big_endian(third))?)?;
        }
        Some(stream.dict)
    }

    /// Whether every object starts where the cross-references say.
    fn holds(&self) -> bool {
        let starts = |number: usize, offset: usize| {
            let mut lexer = Lexer::at(self.bytes, offset);
            syntax::header(&mut lexer).is_some_and(|(found, _)| found as usize == number)
        };
        let mut places = self.places.iter().enumerate();
        places.all(|(number, place)| match place {
            ObjectPlace::At(offset) => starts(number, *offset),
            _ => true,
        })
    }

    /// The object of that number, read at the first call.
    pub(crate) fn object(&self, (number, _): ObjectId) -> Option<&Object> {
        let cell = self.objects.get(number as usize)?;
        if cell.get().is_none() {
            // Not `get_or_init`: a file that refers to itself while it is read must not panic.
            let _ = cell.set(self.read(number).map(Box::new));
        }
        cell.get()?.as_deref()
    }

    /// The numbers of all objects.
    pub(crate) fn ids(&self) -> impl Iterator<Item = ObjectId> + '_ {
        let is_used = |place: &ObjectPlace| matches!(place, ObjectPlace::At(_) | ObjectPlace::In { .. });
        (0u32..).zip(&self.places).filter(move |(_, place)| is_used(place)).map(|(number, _)| (number, 0))
    }

    fn read(&self, number: u32) -> Option<Object> {
        match *self.places.get(number as usize)? {
            ObjectPlace::Unknown | ObjectPlace::Free => None,
            ObjectPlace::At(offset) => self.read_at(offset),
            ObjectPlace::In { container, index } => self.read_in(container, index, number),
        }
    }

    fn read_at(&self, offset: usize) -> Option<Object> {
        let mut lexer = Lexer::at(self.bytes, offset);
        let id = syntax::header(&mut lexer)?;
        let mut object = syntax::indirect(self.bytes, &mut lexer, &self.budget, |id| self.length(id))?;
        if let Protection::Open(state) = &self.protection {
            let raw = object.as_stream().map(|stream| self.raw_in_file(stream)).unwrap_or_default();
            decryption::decrypt(state, id, &mut object, raw);
        }
        Some(object)
    }

    /// A stream's `Length` that stands elsewhere: a bare number, looked up without the reading of other streams.
    fn length(&self, (number, _): ObjectId) -> Option<i64> {
        match *self.places.get(number as usize)? {
            ObjectPlace::At(offset) => {
                let mut lexer = Lexer::at(self.bytes, offset);
                syntax::header(&mut lexer)?;
                match syntax::counted(&mut lexer, &self.budget, Lexer::next)? {
                    Token::Integer(length) => Some(length),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn read_in(&self, container: u32, index: u32, number: u32) -> Option<Object> {
        syntax::object(&mut self.lexer_in(container, index, number)?, &self.budget)
    }

    fn lexer_in(&self, container: u32, index: u32, number: u32) -> Option<Lexer<'_>> {
        let at = self.containers.binary_search_by_key(&container, |(number, _)| *number).ok()?;
        let cell = &self.containers.get(at)?.1;
        if cell.get().is_none() {
            let _ = cell.set(self.container(container)?);
        }
        let container = cell.get()?;
        let listed = container.places.get(index as usize).filter(|(listed, _)| *listed == number);
        let anywhere = || {
            self.budget.take_lookups(container.places.len()).then_some(())?;
            container.places.iter().find(|(listed, _)| *listed == number)
        };
        let (_, offset) = listed.or_else(anywhere)?;
        Some(Lexer::at(&container.bytes, *offset))
    }

    /// A lexer before an object, for those that need one or two of its values and never again.
    pub(crate) fn lexer(&self, number: u32) -> Option<Lexer<'_>> {
        match *self.places.get(number as usize)? {
            ObjectPlace::Unknown | ObjectPlace::Free => None,
            ObjectPlace::At(offset) => {
                let mut lexer = Lexer::at(self.bytes, offset);
                syntax::header(&mut lexer).map(|_| lexer)
            }
            ObjectPlace::In { container, index } => self.lexer_in(container, index, number),
        }
    }

    fn container(&self, number: u32) -> Option<Container> {
        let ObjectPlace::At(offset) = *self.places.get(number as usize)? else { return None };
        let Some(Object::Stream(stream)) = self.read_at(offset) else { return None };
        let first = offset_at(&stream.dict, b"First")?;
        let count = offset_at(&stream.dict, b"N")?;
        let bytes = self.decoded(&stream);
        let mut lexer = Lexer::new(&bytes);
        let mut places = Vec::new();
        while places.len() < count.min(OBJECTS_MAX) {
            let (Some(Token::Integer(number)), Some(Token::Integer(offset))) = (lexer.next(), lexer.next())
            else {
                break;
            };
            places.push((u32::try_from(number).ok()?, first.checked_add(usize::try_from(offset).ok()?)?));
        }
        Some(Container { bytes, places })
    }

    /// The bytes of a stream, decrypted.
    pub(crate) fn raw<'s>(&'s self, stream: &'s Stream) -> &'s [u8] {
        if stream.content.is_empty() { self.raw_in_file(stream) } else { &stream.content }
    }

    /// The bytes of a stream as they stand in the file.
    fn raw_in_file(&self, stream: &Stream) -> &'a [u8] {
        let range = || {
            let start = stream.start_position?;
            Some(start..start.checked_add(offset_at(&stream.dict, b"Length")?)?)
        };
        range().and_then(|range| self.bytes.get(range)).unwrap_or_default()
    }

    fn decoded(&self, stream: &Stream) -> Vec<u8> {
        let mut out = Vec::new();
        let max = self.stream_bytes_max.min(self.budget.structure_bytes());
        let outcome =
            filters::decode(self.raw(stream), &stream.dict, &mut self.inflater.borrow_mut(), max, &mut out);
        self.budget.take_structure(out.len(), outcome == Decoded::Cut);
        out
    }
}

fn place_of(kind: u64, second: u64, third: u64) -> Option<ObjectPlace> {
    Some(match kind {
        0 => ObjectPlace::Free,
        1 if second > 0 => ObjectPlace::At(usize::try_from(second).ok()?),
        2 => ObjectPlace::In { container: u32::try_from(second).ok()?, index: u32::try_from(third).ok()? },
        // Kinds that are not known yet stand for null; an object at the start of the file is a free one, as in tables.
        _ => ObjectPlace::Free,
    })
}

fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

fn offset_at(dictionary: &Dictionary, key: &[u8]) -> Option<usize> {
    usize::try_from(dictionary.get(key).ok()?.as_i64().ok()?).ok()
}

fn integers(dictionary: &Dictionary, key: &[u8]) -> Option<Vec<usize>> {
    let items = dictionary.get(key).ok()?.as_array().ok()?;
    items.iter().map(|item| usize::try_from(item.as_i64().ok()?).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::{Document, Object};

    fn sample_files() -> Vec<std::path::PathBuf> {
        let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/documents")];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("the sample corpus is committed").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|ending| ending == "pdf") {
                    found.push(path);
                }
            }
        }
        found
    }

    /// Both readers' objects in one form: streams as their dictionary without `Length` and their bytes.
    fn same(ours: &Object, theirs: &Object, file: &File) -> bool {
        match (ours, theirs) {
            (Object::Stream(ours), Object::Stream(theirs)) => {
                let without_length = |stream: &Stream| {
                    let mut entries: Vec<_> =
                        stream.dict.iter().filter(|(key, _)| *key != b"Length").collect();
                    entries.sort_by_key(|(key, _)| *key);
                    format!("{entries:?}")
                };
                file.raw(ours) == theirs.content && without_length(ours) == without_length(theirs)
            }
            _ => ours == theirs,
        }
    }

    #[test]
    fn the_objects_of_all_sound_sample_files_are_those_that_lopdf_reads() {
        let mut object_count = 0;
        for path in sample_files() {
            let bytes = std::fs::read(&path).expect("a file");
            let Some(file) = open(&bytes, &Limits::default()) else { continue };
            let document = Document::load_mem(&bytes).expect("lopdf reads it too");
            for (id, theirs) in &document.objects {
                let ours = file.object(*id);
                let is_same = ours.is_some_and(|ours| same(ours, theirs, &file));
                assert!(is_same, "{}: {id:?}: {ours:?} is not {theirs:?}", path.display());
                object_count += 1;
            }
        }
        assert!(object_count > 1_000, "only {object_count} objects compared");
    }
}
