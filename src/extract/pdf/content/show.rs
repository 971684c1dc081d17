//! Strings of a content stream → glyphs in place: what a font's codes stand for, and whether it can be seen.

use super::{
    super::{
        font::{Characters, Font},
        model::multiply,
        objects::lexer::Token,
    },
    DARK_AREAS_MAX, GlyphPlace, Interpreter, Operands, SUPERIOR_RISE, SUPERIOR_SIZE, TextSetting,
    glyphs::{Glyph, Style, Written},
    length,
    shape::Box2,
};

impl Interpreter<'_> {
    pub(crate) fn show_last(&mut self, operands: &Operands) {
        self.show(operands.items.last().into_iter().filter(|item| matches!(item, Token::Text(_))));
    }

    pub(crate) fn show_array(&mut self, items: &[Token]) {
        self.show(items.iter());
    }

    /// Shows strings, and moves by the numbers between them.
    fn show<'t>(&mut self, items: impl Iterator<Item = &'t Token<'t>>) {
        let Some(font) = self.state.font.take() else { return };
        font.is_shown.set(true);
        let setting = self.setting(&font);
        let mut scratch = std::mem::take(&mut self.scratch);
        for item in items {
            if let Token::Text(text) = item {
                let bytes = text.bytes_in(&mut scratch);
                self.show_string(&font, &setting, bytes);
            } else if let Some(back) = item.number() {
                self.advance(-back / 1000.0 * self.state.size * self.state.scale);
            }
        }
        self.scratch = scratch;
        self.state.font = Some(font);
    }

    fn setting(&self, font: &Font) -> TextSetting {
        let matrix = multiply(&self.text_matrix, &self.state.ctm);
        let (along_x, along_y) = (matrix[0], matrix[1]);
        let is_upright = along_y == 0.0 && along_x > 0.0;
        let style = Style {
            y: 0.0,
            size: (self.state.size * font.em * length(matrix[2], matrix[3])).abs(),
            angle: if is_upright { 0 } else { along_y.atan2(along_x).to_degrees().round() as i16 },
            is_bold: font.is_bold,
            is_invisible: self.state.mode == 3 || self.state.mode == 7,
            is_artifact: self.artifact_levels > 0,
            tag: self.tag,
        };
        TextSetting {
            along_x,
            along_y,
            stretch: length(along_x, along_y),
            rise_x: self.state.rise * matrix[2],
            rise_y: self.state.rise * matrix[3],
            style,
            is_clipped: self.state.clip != Box2::EVERYTHING,
        }
    }

    fn advance(&mut self, shift: f32) {
        self.text_matrix[4] += shift * self.text_matrix[0];
        self.text_matrix[5] += shift * self.text_matrix[1];
    }

    fn show_string(&mut self, font: &Font, setting: &TextSetting, bytes: &[u8]) {
        let bytes = &bytes[..self.objects.budget.take_shown_bytes(bytes.len())];
        if font.code_bytes == 1 {
            self.show_codes(font, setting, bytes.iter().map(|byte| u32::from(*byte)), true);
        } else {
            font.learn(bytes);
            let mut rest = bytes;
            let codes = std::iter::from_fn(|| {
                let (code, after) = rest.split_at(font.code_length(rest).min(rest.len()));
                rest = after;
                let value = code.iter().fold(0, |value, byte| value << 8 | u32::from(*byte));
                (!code.is_empty()).then_some(value)
            });
            self.show_codes(font, setting, codes, false);
        }
    }

    fn show_codes(
        &mut self,
        font: &Font,
        setting: &TextSetting,
        codes: impl Iterator<Item = u32>,
        has_word_space: bool,
    ) {
        let (matrix, ctm) = (&self.text_matrix, &self.state.ctm);
        let origin_x = matrix[4] * ctm[0] + matrix[5] * ctm[2] + ctm[4];
        let origin_y = matrix[4] * ctm[1] + matrix[5] * ctm[3] + ctm[5];
        let (scale, font_size) = (self.state.scale, self.state.size);
        let (character_space, word_space) = (self.state.character_space, self.state.word_space);
        let mut style = Style { y: origin_y + setting.rise_y, ..setting.style };
        let size = style.size;
        if self.hidden_levels == 0 {
            self.page.set_style(&style);
        }
        let mut shift = 0.0;
        for code in codes {
            let (mut characters, width) = font.code(code);
            if characters == Characters::None {
                characters = font.by_program(self.objects, code);
                let is_seen = self.hidden_levels + self.text_levels == 0 && width > 0.0;
                self.page.nameless_count +=
                    usize::from(is_seen && characters == Characters::None && font.has_words());
            }
            let width = width * font_size * scale;
            let is_superior = font.is_superior(code);
            let lift = if is_superior { SUPERIOR_RISE * size } else { 0.0 };
            let y = origin_y + shift * setting.along_y + setting.rise_y - lift;
            if y != style.y && self.hidden_levels == 0 {
                style.size = if is_superior { SUPERIOR_SIZE * size } else { size };
                style.y = y;
                self.page.set_style(&style);
            }
            let x = origin_x + shift * setting.along_x + setting.rise_x;
            let place = GlyphPlace { x, width: width * setting.stretch };
            if !(setting.is_clipped && self.is_clipped(&place, &style)) {
                self.push(&place, &style, characters);
            }
            let word = if has_word_space && code == 32 { word_space } else { 0.0 };
            shift += width + (character_space + word) * scale;
        }
        self.advance(shift);
    }

    #[inline]
    fn push(&mut self, place: &GlyphPlace, style: &Style, characters: Characters) {
        // A glyph that its font does not name can still stand in a span with a text of its own.
        if characters == Characters::None && self.text_levels == 0
            || self.hidden_levels > 0
            || self.glyph_count() >= self.objects.limits.page_glyphs_max
            || !place.x.is_finite()
            || !style.y.is_finite()
        {
            return;
        }
        if self.state.is_white
            && self.dark.len() < DARK_AREAS_MAX
            && !style.is_invisible
            && characters != Characters::One(' ')
        {
            self.has_shown_white = true;
            let (x, y) = (place.x + place.width / 2.0, style.y - 0.3 * style.size);
            let can_tell = self.objects.budget.take_areas(self.dark.len());
            let is_on_white = can_tell && !self.dark.iter().any(|area| area.contains(x, y));
            self.page.white_count += usize::from(is_on_white);
        }
        let written = match characters {
            _ if self.text_levels > 0 => self.actual_text(),
            Characters::None => None,
            Characters::One(character) => Some(Written::One(character)),
            Characters::Some(text) => self.page.written(text),
        };
        match written {
            Some(written) => self.page.glyphs.push(Glyph { x: place.x, width: place.width, written }),
            None => self.widen_last(place, style),
        }
    }

    /// Whether nothing of the glyph can be seen through the clip.
    fn is_clipped(&self, place: &GlyphPlace, style: &Style) -> bool {
        let area = if style.angle == 0 {
            let (top, bottom) = (style.y - style.size, style.y + 0.3 * style.size);
            Box2 { left: place.x, top, right: place.x + place.width.max(0.0), bottom }
        } else {
            let reach = style.size + place.width.abs();
            Box2 {
                left: place.x - reach,
                top: style.y - reach,
                right: place.x + reach,
                bottom: style.y + reach,
            }
        };
        !area.meets(&self.state.clip)
    }

    /// The first glyph of a span with a text of its own carries the whole text, the others none.
    fn actual_text(&mut self) -> Option<Written> {
        let actual = self.marked.iter_mut().rev().find_map(|level| level.actual_text.as_mut());
        let text = actual.map(std::mem::take).unwrap_or_default();
        self.page.written(&text)
    }

    /// Adds the room of a glyph without a text of its own to the one before it.
    fn widen_last(&mut self, place: &GlyphPlace, style: &Style) {
        let is_level = self.page.shown.last().is_some_and(|last| last.start < self.page.glyphs.len());
        if let Some(last) = self.page.glyphs.last_mut().filter(|_| is_level && style.angle == 0) {
            last.width = last.width.max(place.x + place.width - last.x);
        }
    }
}
