//! Marked content: what it says of the text within, and which piece of the structure tree that is.

use super::{
    super::objects::lexer::{self, Text, Token},
    Interpreter, LANGUAGE_BYTES_MAX, MARKED_LEVELS_MAX, Marked, Operands,
    glyphs::{MarkedPiece, TAGS_MAX, Tag},
};
use lopdf::{Dictionary, Object};

impl Interpreter<'_> {
    pub(crate) fn begin_marked(&mut self, operands: &Operands, resources: &Dictionary) {
        if self.marked.len() >= MARKED_LEVELS_MAX {
            return self.reach("marked content within marked content");
        }
        let is_artifact = operands.name(0) == b"Artifact";
        // A list of properties stands in the content, or in the resources under a name.
        let named = match operands.items.get(1) {
            Some(Token::Name(name)) => {
                let properties = self.objects.dictionary(resources, b"Properties");
                properties.and_then(|properties| properties.get(&lexer::name(name)).ok())
            }
            _ => None,
        };
        let properties = named.and_then(|named| self.objects.resolve(named)?.as_dict().ok());
        let marks = match properties {
            Some(properties) => self.named_marks(properties),
            None => inline_marks(operands),
        };
        let is_hidden =
            operands.name(0) == b"OC" && named.is_some_and(|group| self.layers.hides(self.objects, group));
        self.artifact_levels += usize::from(is_artifact);
        self.hidden_levels += usize::from(is_hidden);
        self.text_levels += usize::from(marks.actual_text.is_some());
        let tag_before = self.tag;
        self.tag = self.tagged(&marks);
        self.marked.push(Marked { is_artifact, is_hidden, actual_text: marks.actual_text, tag_before });
    }

    fn named_marks(&self, properties: &Dictionary) -> Marks {
        let number = self.objects.get(properties, b"MCID").and_then(|number| number.as_i64().ok());
        Marks {
            number: number.and_then(|number| u32::try_from(number).ok()),
            actual_text: self.named_text(properties, b"ActualText"),
            language: self.named_text(properties, b"Lang").filter(|tag| is_language(tag)),
        }
    }

    /// A text of named properties, decoded. Many levels may name one, so it counts as shown.
    fn named_text(&self, properties: &Dictionary, key: &[u8]) -> Option<String> {
        let text = self.objects.get(properties, key)?;
        let length = text.as_str().ok()?.len();
        (self.objects.budget.take_shown_bytes(length) == length).then_some(())?;
        decoded(text)
    }

    /// The tag of what is marked so; that of the level around it where the marks name none.
    fn tagged(&mut self, marks: &Marks) -> u16 {
        if marks.number.is_none() && marks.language.is_none() {
            return self.tag;
        }
        if self.page.tags.len() >= TAGS_MAX {
            return 0;
        }
        let around = usize::from(self.tag).checked_sub(1).and_then(|index| self.page.tags.get(index));
        let piece = marks.number.map(|number| MarkedPiece { owner: self.owner, number });
        let tag = Tag {
            piece: piece.or(around.and_then(|tag| tag.piece)),
            language: marks.language.clone().or_else(|| around.and_then(|tag| tag.language.clone())),
        };
        self.page.tags.push(tag);
        u16::try_from(self.page.tags.len()).unwrap_or(0)
    }

    pub(crate) fn end_marked(&mut self) {
        if let Some(level) = self.marked.pop() {
            self.tag = level.tag_before;
            self.artifact_levels -= usize::from(level.is_artifact);
            self.hidden_levels -= usize::from(level.is_hidden);
            self.text_levels -= usize::from(level.actual_text.is_some());
        }
    }
}

/// What the properties of marked content say, as far as text needs it.
#[derive(Default)]
struct Marks {
    number: Option<u32>,
    actual_text: Option<String>,
    language: Option<String>,
}

fn inline_marks(operands: &Operands) -> Marks {
    let mut marks = Marks::default();
    for pair in operands.items.windows(2) {
        match pair {
            [Token::Name(b"MCID"), Token::Integer(number)] => marks.number = u32::try_from(*number).ok(),
            [Token::Name(b"ActualText"), Token::Text(text)] => marks.actual_text = decoded_text(*text),
            [Token::Name(b"Lang"), Token::Text(text)] => {
                marks.language = decoded_text(*text).filter(|tag| is_language(tag))
            }
            _ => {}
        }
    }
    marks
}

/// A longer string is no language, and would be kept for each tag.
fn is_language(tag: &str) -> bool {
    (1..=LANGUAGE_BYTES_MAX).contains(&tag.len())
}

fn decoded_text(text: Text) -> Option<String> {
    decoded(&Object::string_literal(text.bytes().into_owned()))
}

fn decoded(text: &Object) -> Option<String> {
    lopdf::decode_text_string(text).ok()
}
