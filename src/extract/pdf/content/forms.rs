//! Forms that were drawn before → what they show, without reading their content again.
//!
//! A form that is drawn for the third time in the same state (letterheads, watermarks) is replayed; what differs in
//! anything that decides how its text comes out is read again, up to a limit per document. Forms drawn once, which are
//! most, cost nothing here.

use super::{
    super::{font::Font, model::Matrix},
    glyphs::PageGlyphs,
    shape::Box2,
};
use lopdf::ObjectId;
use std::{collections::HashMap, rc::Rc};

/// Ways of drawing one form that are kept: odd and even pages, and a first and a last one.
const DRAWINGS_MAX: usize = 4;
/// Glyphs kept of all forms of a document; letterheads have some hundred.
const KEPT_GLYPHS_MAX: usize = 100_000;
/// Bytes kept of the contents and the texts of all forms of a document.
const KEPT_BYTES_MAX: usize = 16 << 20;

/// Everything that decides how the text of a form comes out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Situation {
    pub(crate) ctm: Matrix,
    pub(crate) clip: Box2,
    /// Size, character and word space, scale, leading and rise.
    pub(crate) text: [f32; 6],
    pub(crate) mode: u8,
    pub(crate) is_white: bool,
    pub(crate) is_artifact: bool,
    /// The font's address: fonts live as long as their document.
    pub(crate) font: Option<*const Font>,
}

/// What a form showed.
#[derive(Debug, Default)]
pub(crate) struct Drawing {
    pub(crate) page: PageGlyphs,
    pub(crate) dark: Vec<Box2>,
}

#[derive(Default)]
struct Form {
    drawn_count: usize,
    content: Option<Rc<Vec<u8>>>,
    drawings: Vec<(Situation, Rc<Drawing>)>,
}

/// The forms of a document.
#[derive(Default)]
pub(crate) struct FormCache {
    forms: HashMap<ObjectId, Form>,
    kept_glyphs: usize,
    kept_bytes: usize,
    /// Operators read in forms that had been drawn before.
    pub(crate) repeated_operators: usize,
}

impl FormCache {
    /// Notes that the form is drawn; whether it was before.
    pub(crate) fn is_repeated(&mut self, id: ObjectId) -> bool {
        let form = self.forms.entry(id).or_default();
        form.drawn_count += 1;
        form.drawn_count > 1
    }

    /// The form's content; what `read` gives is kept from the second time on.
    pub(crate) fn content(&mut self, id: ObjectId, read: impl FnOnce() -> Vec<u8>) -> Rc<Vec<u8>> {
        let form = self.forms.entry(id).or_default();
        if let Some(content) = &form.content {
            return content.clone();
        }
        let content = Rc::new(read());
        if form.drawn_count > 1 && self.kept_bytes + content.len() <= KEPT_BYTES_MAX {
            self.kept_bytes += content.len();
            form.content = Some(content.clone());
        }
        content
    }

    /// What the form showed when it was drawn like this.
    pub(crate) fn drawing(&self, id: ObjectId, situation: &Situation) -> Option<Rc<Drawing>> {
        let mut drawings = self.forms.get(&id)?.drawings.iter();
        drawings.find(|(known, _)| known == situation).map(|(_, drawing)| drawing.clone())
    }

    /// Keeps what the form showed, as far as there is room.
    pub(crate) fn keep(&mut self, id: ObjectId, situation: Situation, drawing: Drawing) {
        let form = self.forms.entry(id).or_default();
        let glyphs = self.kept_glyphs + drawing.page.glyph_count();
        let bytes = self.kept_bytes + drawing.page.text_bytes();
        if form.drawings.len() < DRAWINGS_MAX && glyphs <= KEPT_GLYPHS_MAX && bytes <= KEPT_BYTES_MAX {
            (self.kept_glyphs, self.kept_bytes) = (glyphs, bytes);
            form.drawings.push((situation, Rc::new(drawing)));
        }
    }
}
