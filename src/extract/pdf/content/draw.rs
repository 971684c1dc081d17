//! Forms and images that a content stream draws; a form that comes again is replayed.

use super::{
    super::{
        model::{IDENTITY, Matrix, multiply},
        objects::lexer,
    },
    DARK_AREAS_MAX, Interpreter, State, UNIT_SQUARE,
    forms::{Drawing, Situation},
    glyphs::shifted,
    rules,
    shape::Box2,
    struct_parents,
};
use lopdf::{Dictionary, Object, ObjectId, Stream};
use std::rc::Rc;

impl<'a> Interpreter<'a> {
    pub(crate) fn draw(&mut self, name: &[u8], resources: &'a Dictionary) {
        let objects = self.objects;
        let Some(forms) = objects.dictionary(resources, b"XObject") else { return };
        let Some(id) = forms.get(&lexer::name(name)).ok().and_then(|form| form.as_reference().ok()) else {
            return;
        };
        let Some(Object::Stream(stream)) = objects.referred(id) else { return };
        if stream.dict.get(b"OC").is_ok_and(|group| self.layers.hides(objects, group)) {
            return;
        }
        if objects.name(&stream.dict, b"Subtype") != Some(b"Form") {
            self.page.has_image = true;
            let area = UNIT_SQUARE.transformed(&self.state.ctm).intersection(&self.state.clip);
            let size = (area.right - area.left).max(0.0) * (area.bottom - area.top).max(0.0);
            self.page.image_area = self.page.image_area.max(size);
            rules::add(&area, rules::Paint::Filled, &mut self.page.rules);
            self.darken(area);
            return;
        }
        self.draw_form(id, stream, resources);
    }

    /// Draws a form; its own resources go before `resources`.
    pub(super) fn draw_form(&mut self, id: ObjectId, stream: &'a Stream, resources: &'a Dictionary) {
        let objects = self.objects;
        if self.forms.contains(&id) {
            return;
        }
        if self.forms.len() >= objects.limits.form_depth_max {
            return self.reach("forms drawn within forms");
        }
        let matrix = objects.numbers(&stream.dict, b"Matrix");
        let matrix = matrix.and_then(|numbers| Matrix::try_from(numbers).ok()).unwrap_or(IDENTITY);
        let before = (self.state.clone(), self.text_matrix, self.line_matrix);
        self.set_matrix(IDENTITY);
        self.state.ctm = multiply(&matrix, &self.state.ctm);
        if let Some([x0, y0, x1, y1]) =
            objects.numbers(&stream.dict, b"BBox").and_then(|box_| <[f32; 4]>::try_from(box_).ok())
        {
            let area = Box2 { left: x0.min(x1), top: y0.min(y1), right: x0.max(x1), bottom: y0.max(y1) };
            // The value of a field is longer than its box where it scrolls: all of it is the value.
            if !self.is_annotation {
                self.state.clip = self.state.clip.intersection(&area.transformed(&self.state.ctm));
            }
        }
        self.forms.push(id);
        let resources = objects.dictionary(&stream.dict, b"Resources").unwrap_or(resources);
        let owner = struct_parents(objects, &stream.dict).unwrap_or(self.owner);
        let owner = std::mem::replace(&mut self.owner, owner);
        if self.cache.forms.is_repeated(id) {
            self.draw_again(id, stream, resources);
        } else {
            self.run_form(id, stream, resources);
        }
        self.owner = owner;
        self.forms.pop();
        (self.state, self.text_matrix, self.line_matrix) = before;
    }

    fn run_form(&mut self, id: ObjectId, stream: &Stream, resources: &'a Dictionary) {
        let content = self.cache.forms.content(id, || self.objects.content(stream));
        self.run(&content, resources);
    }

    /// Draws a form that was drawn before: from memory where it looks the same, and otherwise by reading it again.
    fn draw_again(&mut self, id: ObjectId, stream: &Stream, resources: &'a Dictionary) {
        let situation = self.situation();
        let known = situation.as_ref().and_then(|situation| self.cache.forms.drawing(id, situation));
        if let Some(known) = known.filter(|known| self.has_room(known)) {
            return self.replay(&known);
        }
        if self.cache.forms.repeated_operators >= self.objects.limits.repeated_operators_max {
            return self.reach("operators of forms drawn again");
        }
        let was_in_repeated = std::mem::replace(&mut self.is_in_repeated, true);
        let operators = self.operators;
        match situation {
            Some(situation) => self.record(id, situation, |content| content.run_form(id, stream, resources)),
            None => self.run_form(id, stream, resources),
        }
        self.is_in_repeated = was_in_repeated;
        if !was_in_repeated {
            self.cache.forms.repeated_operators += self.operators - operators;
        }
    }

    /// What decides how the text of a form comes out; `None` within marked content that decides it too.
    fn situation(&self) -> Option<Situation> {
        let State { size, character_space, word_space, scale, leading, rise, .. } = self.state;
        let decides = self.text_levels + self.hidden_levels > 0 || self.tag > 0;
        (self.marked.len() == self.artifact_levels && !decides).then(|| Situation {
            ctm: self.state.ctm,
            clip: self.state.clip,
            text: [size, character_space, word_space, scale, leading, rise],
            mode: self.state.mode,
            is_white: self.state.is_white,
            is_artifact: self.artifact_levels > 0,
            font: self.state.font.as_ref().map(Rc::as_ptr),
        })
    }

    fn has_room(&self, drawing: &Drawing) -> bool {
        self.glyph_count() + drawing.page.glyphs.len() < self.objects.limits.page_glyphs_max
    }

    /// Glyphs on the page, those around the form that is being recorded included.
    pub(crate) fn glyph_count(&self) -> usize {
        self.glyphs_around + self.page.glyphs.len()
    }

    fn replay(&mut self, drawing: &Drawing) {
        let glyphs = drawing.page.glyphs.len();
        if self.objects.budget.take_shown_bytes(glyphs) < glyphs {
            return;
        }
        self.page.append(&drawing.page);
        let room = DARK_AREAS_MAX.saturating_sub(self.dark.len());
        self.dark.extend(drawing.dark.iter().take(room));
    }

    /// Runs `draw` on an empty page, keeps what it shows unless that depends on the page around it or was cut short, and
    /// adds it to the page.
    fn record(&mut self, id: ObjectId, situation: Situation, draw: impl FnOnce(&mut Self)) {
        let around = std::mem::take(&mut self.page);
        self.glyphs_around += around.glyphs.len();
        let marked = std::mem::take(&mut self.marked);
        let had_white = std::mem::take(&mut self.has_shown_white);
        let dark_start = self.dark.len();
        draw(self);
        let is_balanced = self.marked.is_empty();
        let mut opened = std::mem::replace(&mut self.marked, marked);
        // The tags of the form come after those of the page.
        self.tag = shifted(self.tag, around.tags.len());
        for level in &mut opened {
            level.tag_before = shifted(level.tag_before, around.tags.len());
        }
        self.marked.extend(opened);
        let is_whole = self.page.limits_reached.is_empty()
            && self.glyph_count() < self.objects.limits.page_glyphs_max
            && self.dark.len() < DARK_AREAS_MAX;
        // Without an owner of its own, pieces are numbered by what draws the form.
        let is_numbered =
            self.page.tags.iter().any(|tag| tag.piece.is_some_and(|piece| piece.owner == self.owner));
        let page = std::mem::replace(&mut self.page, around);
        self.glyphs_around -= self.page.glyphs.len();
        self.page.append(&page);
        if is_balanced && is_whole && !is_numbered && !self.has_shown_white {
            let dark = self.dark[dark_start..].to_vec();
            self.cache.forms.keep(id, situation, Drawing { page, dark });
        }
        self.has_shown_white |= had_white;
    }
}
