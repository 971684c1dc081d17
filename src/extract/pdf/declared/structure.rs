//! The structure tree of a tagged file → what its elements say a piece of text is.
//!
//! An element is read when a piece of marked content asks for it, and from there upwards: `ParentTree` names the element of
//! each piece, `P` what the element stands in. Of each element two values are read, straight from the file: files have
//! tens of thousands. A type that is not one of the standard's is looked up in `RoleMap`; what stands there neither has the
//! role of what it stands in.
//!
//! Not read in files that declare their tags unreliable (`Suspects`).

use super::super::{
    content::{MarkedPiece, Tag},
    objects::{
        Objects,
        lexer::{self, Token},
    },
};
use lopdf::{Dictionary, Object};
use std::{borrow::Cow, cell::RefCell, collections::HashMap};

/// Elements within elements; real files stay below twenty.
const DEPTH_MAX: usize = 64;
/// Steps through `RoleMap`; more are a cycle.
const ROLE_STEPS_MAX: usize = 8;

/// What a piece of content is for its author.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// With its level, from 1.
    Heading(u8),
    Paragraph,
    ListItem,
    /// Of a table.
    Cell,
    Note,
    Caption,
    ContentsEntry,
}

/// How a type of the standard takes part in the search for a role.
#[derive(Clone, Copy)]
enum Type {
    Is(Role),
    /// A paragraph, unless it stands in something that says more.
    Paragraph,
    /// A heading as deep as its sections.
    UnnumberedHeading,
    /// Has no role of its own: the element around it decides.
    Part,
    /// Groups other elements: the search for a role ends here.
    Group,
    /// The same, and counts for the depth of headings.
    Section,
}

/// An element: what it is, and the number of what it stands in.
struct Element {
    kind: Type,
    parent: Option<u32>,
}

/// The tree, read as far as it was asked for.
pub(crate) struct Structure<'a> {
    objects: &'a Objects<'a>,
    role_map: Option<&'a Dictionary>,
    /// The elements of the pieces, by owner.
    parents: HashMap<i64, &'a Object>,
    /// The array read last, by its number, and the elements in it.
    current: RefCell<(u32, Vec<u32>)>,
    known: RefCell<HashMap<u32, Option<Role>>>,
}

/// Opens the tree; `None` when there is none, or when the file declares it unreliable.
pub(crate) fn open<'a>(objects: &'a Objects<'a>) -> Option<Structure<'a>> {
    let catalog = objects.catalog()?;
    let root = objects.dictionary(catalog, b"StructTreeRoot")?;
    let mark_info = objects.dictionary(catalog, b"MarkInfo");
    let is_suspect = mark_info.and_then(|info| objects.get(info, b"Suspects")?.as_bool().ok());
    if is_suspect == Some(true) {
        return None;
    }
    Some(Structure {
        objects,
        role_map: objects.dictionary(root, b"RoleMap"),
        parents: objects.number_tree(objects.dictionary(root, b"ParentTree")?).into_iter().collect(),
        current: RefCell::default(),
        known: RefCell::default(),
    })
}

impl Structure<'_> {
    /// The roles of the tags of a page; none when the tree does not know one in ten of their pieces.
    pub(crate) fn roles(&self, tags: &[Tag]) -> Vec<Option<Role>> {
        let elements: Vec<Option<u32>> = tags.iter().map(|tag| self.element(tag.piece?)).collect();
        let asked = tags.iter().filter(|tag| tag.piece.is_some()).count();
        if (asked - elements.iter().flatten().count()) * 10 > asked {
            return Vec::new();
        }
        elements.into_iter().map(|element| self.role(element?)).collect()
    }

    /// The element that a piece belongs to; `None` when the tree knows nothing of it.
    fn element(&self, piece: MarkedPiece) -> Option<u32> {
        let index = piece.number as usize;
        let found = match self.parents.get(&piece.owner)? {
            Object::Array(items) => items.get(index)?.as_reference().ok()?.0,
            Object::Reference((array, _)) => {
                let mut current = self.current.borrow_mut();
                if current.0 != *array {
                    *current = (*array, self.objects.tokens(*array).and_then(elements).unwrap_or_default());
                }
                *current.1.get(index)?
            }
            _ => return None,
        };
        Some(found).filter(|number| *number > 0)
    }

    /// What the element is; `None` when neither it nor what it stands in says so.
    fn role(&self, element: u32) -> Option<Role> {
        let mut climbed = Vec::new();
        let mut is_paragraph = false;
        let mut next = Some(element);
        let mut found = None;
        while let Some(number) = next.filter(|_| climbed.len() < DEPTH_MAX) {
            if let Some(known) = self.known.borrow().get(&number) {
                found = *known;
                break;
            }
            let Some(element) = self.read(number) else { break };
            climbed.push((number, is_paragraph));
            match element.kind {
                Type::Part => {}
                Type::Paragraph => is_paragraph = true,
                Type::Group | Type::Section => break,
                Type::Is(role) => {
                    found = Some(role);
                    break;
                }
                Type::UnnumberedHeading => {
                    found = Some(Role::Heading(self.section_depth(element.parent)));
                    break;
                }
            }
            next = element.parent;
        }
        let answer = found.or(is_paragraph.then_some(Role::Paragraph));
        // The elements above the paragraph are not paragraphs themselves.
        let answers =
            climbed.into_iter().map(|(number, is_above)| (number, if is_above { found } else { answer }));
        self.known.borrow_mut().extend(answers);
        answer
    }

    /// Type and parent of an element; its other values are passed over.
    fn read(&self, number: u32) -> Option<Element> {
        let mut tokens = self.objects.tokens(number)?;
        if tokens.next() != Some(Token::DictStart) {
            return None;
        }
        let (mut kind, mut parent) = (None, None);
        while let Some(Token::Name(key)) =
            tokens.find(|token| matches!(token, Token::Name(_) | Token::DictEnd))
        {
            match (key, tokens.next()?) {
                (b"S", Token::Name(name)) => kind = Some(self.type_of(name)),
                (b"P", Token::Integer(number)) => parent = u32::try_from(number).ok(),
                (_, Token::ArrayStart | Token::DictStart) => skip(&mut tokens),
                (_, Token::DictEnd) => break,
                _ => {}
            }
            if kind.is_some() && parent.is_some() {
                break;
            }
        }
        Some(Element { kind: kind?, parent })
    }

    fn type_of(&self, raw: &[u8]) -> Type {
        let mut name = lexer::name(raw);
        for _ in 0..ROLE_STEPS_MAX {
            if let Some(known) = standard(&name) {
                return known;
            }
            let Some(mapped) = self.role_map.and_then(|map| self.objects.name(map, &name)) else { break };
            name = Cow::Owned(mapped.to_vec());
        }
        Type::Part
    }

    /// How many sections an element stands in; 1 at least.
    fn section_depth(&self, parent: Option<u32>) -> u8 {
        let mut depth = 0;
        let mut next = parent;
        for _ in 0..DEPTH_MAX {
            let Some(element) = next.and_then(|number| self.read(number)) else { break };
            depth += u8::from(matches!(element.kind, Type::Section));
            next = element.parent;
        }
        depth.max(1)
    }
}

/// The numbers of the objects that an array refers to; 0 for what is no reference.
fn elements<'a>(mut tokens: impl Iterator<Item = Token<'a>>) -> Option<Vec<u32>> {
    let mut found = Vec::new();
    if tokens.next()? != Token::ArrayStart {
        return None;
    }
    while let Some(token) = tokens.next() {
        match token {
            Token::Integer(number) => {
                found.push(u32::try_from(number).unwrap_or(0));
                // Generation and `R`.
                tokens.nth(1);
            }
            Token::ArrayEnd => break,
            _ => found.push(0),
        }
    }
    Some(found)
}

/// Passes over an array or dictionary whose start was read.
fn skip<'a>(tokens: &mut impl Iterator<Item = Token<'a>>) {
    let mut depth = 1;
    while depth > 0 {
        match tokens.next() {
            Some(Token::ArrayStart | Token::DictStart) => depth += 1,
            Some(Token::ArrayEnd | Token::DictEnd) => depth -= 1,
            Some(_) => {}
            None => return,
        }
    }
}

/// The types of the standard (ISO 32000-1, 14.8.4, and 32000-2) that decide something.
fn standard(name: &[u8]) -> Option<Type> {
    Some(match name {
        b"P" => Type::Paragraph,
        b"H" => Type::UnnumberedHeading,
        b"Title" => Type::Is(Role::Heading(1)),
        b"LI" => Type::Is(Role::ListItem),
        b"TR" | b"TH" | b"TD" => Type::Is(Role::Cell),
        b"Note" | b"FENote" => Type::Is(Role::Note),
        b"Caption" => Type::Is(Role::Caption),
        b"TOCI" | b"TOC" => Type::Is(Role::ContentsEntry),
        b"Span" | b"Link" | b"NonStruct" | b"Lbl" | b"LBody" | b"Reference" | b"Quote" => Type::Part,
        b"Document" | b"DocumentFragment" | b"Part" | b"Art" | b"Div" | b"BlockQuote" | b"L" | b"Table"
        | b"TBody" | b"THead" | b"TFoot" | b"Figure" | b"Formula" | b"Form" | b"Index" => Type::Group,
        b"Sect" => Type::Section,
        [b'H', digits @ ..] => Type::Is(Role::Heading(heading_level(digits)?)),
        _ => return None,
    })
}

fn heading_level(digits: &[u8]) -> Option<u8> {
    std::str::from_utf8(digits).ok()?.parse().ok().filter(|level| *level > 0)
}
