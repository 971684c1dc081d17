//! Strings of a content stream → glyphs in place: what a font's codes stand for, and whether it can be seen.

use super::{
    super::{
        font::{Characters, Font},
        model::multiply,
        objects::lexer::Token,
    },
    DARK_AREAS_MAX, GlyphPlace, Interpreter, Operands, PlainRoom, SUPERIOR_RISE, SUPERIOR_SIZE, TextSetting,
    glyphs::{Glyph, Style, Written},
    length,
    shape::Box2,
};

impl PlainRoom {
    /// Whether any of the glyph can be seen; never of a place that is no number, since no clip is boundless.
    #[inline(always)]
    fn holds(&self, place: &GlyphPlace) -> bool {
        place.x <= self.right && self.left <= place.x + place.width.max(0.0)
    }
}

/// A code of a string, what it stands for, and where on the page.
struct ShownCode<'a> {
    code: u32,
    characters: Characters<'a>,
    place: GlyphPlace,
    /// Its advance, in the units of the text.
    width: f32,
    y: f32,
}

impl Interpreter<'_> {
    pub(crate) fn show_last(&mut self, operands: &Operands) {
        self.show(operands.items.last().into_iter().filter(|item| matches!(item, Token::Text(_))));
    }

    pub(crate) fn show_array(&mut self, items: &[Token]) {
        self.show(items.iter());
    }

    /// Shows strings, and moves by the numbers between them.
    fn show<'t>(&mut self, items: impl Iterator<Item = &'t Token<'t>>) {
        let Some(font) = self.state.font.take() else { return self.lose(items) };
        font.is_shown.set(true);
        let mut setting = self.setting(&font);
        let mut scratch = std::mem::take(&mut self.scratch);
        for item in items {
            if let Token::Text(text) = item {
                let bytes = text.bytes_in(&mut scratch);
                self.show_string(&font, &mut setting, bytes);
            } else if let Some(back) = item.number() {
                setting.walked -= setting.direction * back / 1000.0 * self.state.size * self.state.scale;
            }
        }
        let walked = setting.direction * setting.walked;
        self.text_matrix[4] += walked * self.text_matrix[0];
        self.text_matrix[5] += walked * self.text_matrix[1];
        self.scratch = scratch;
        self.state.font = Some(font);
    }

    /// Counts the text of a font that is not in the file.
    #[cold]
    fn lose<'t>(&mut self, items: impl Iterator<Item = &'t Token<'t>>) {
        let length = |item: &Token| if let Token::Text(text) = item { text.bytes().len() } else { 0 };
        let count: usize = items.map(length).sum();
        let count = self.objects.budget.take_shown_bytes(count);
        self.page.nameless_count += if self.hidden_levels + self.text_levels == 0 { count } else { 0 };
    }

    fn setting(&self, font: &Font) -> TextSetting {
        let matrix = multiply(&self.text_matrix, &self.state.ctm);
        // Text of a negative size, or scale, runs the other way.
        let direction = if self.state.size * self.state.scale < 0.0 { -1.0 } else { 1.0 };
        let (along_x, along_y) = (direction * matrix[0], direction * matrix[1]);
        let is_upright = along_y == 0.0 && along_x > 0.0;
        let style = Style {
            y: f32::NAN,
            size: (self.state.size * font.em * length(matrix[2], matrix[3])).abs(),
            angle: if is_upright { 0 } else { along_y.atan2(along_x).to_degrees().round() as i16 },
            is_bold: font.is_bold,
            is_invisible: self.state.mode == 3 || self.state.mode == 7,
            is_artifact: self.artifact_levels > 0,
            tag: self.tag,
        };
        TextSetting {
            start_x: matrix[4] + self.state.rise * matrix[2],
            start_y: matrix[5] + self.state.rise * matrix[3],
            along_x,
            along_y,
            stretch: length(along_x, along_y),
            direction,
            walked: 0.0,
            style,
            room: None,
            is_clipped: self.state.clip != Box2::EVERYTHING,
        }
    }

    fn show_string(&mut self, font: &Font, setting: &mut TextSetting, bytes: &[u8]) {
        let bytes = &bytes[..self.objects.budget.take_shown_bytes(bytes.len())];
        if font.code_bytes == 1 {
            return self.show_codes(font, setting, bytes.iter().map(|byte| u32::from(*byte)), true);
        }
        font.learn(bytes);
        if font.has_pairs() {
            let pair = |code: &[u8]| code.iter().fold(0, |value, byte| value << 8 | u32::from(*byte));
            return self.show_codes(font, setting, bytes.chunks(2).map(pair), false);
        }
        let mut rest = bytes;
        let codes = std::iter::from_fn(|| {
            let (code, after) = rest.split_at(font.code_length(rest).min(rest.len()));
            rest = after;
            let value = code.iter().fold(0, |value, byte| value << 8 | u32::from(*byte));
            (!code.is_empty()).then_some(value)
        });
        self.show_codes(font, setting, codes, false);
    }

    #[inline(always)]
    fn show_codes(
        &mut self,
        font: &Font,
        setting: &mut TextSetting,
        codes: impl Iterator<Item = u32>,
        has_word_space: bool,
    ) {
        let (scale, font_size) = (setting.direction * self.state.scale, self.state.size);
        let (character_space, word_space) = (self.state.character_space, self.state.word_space);
        let y = setting.start_y + setting.walked * setting.along_y;
        // The strings of an array stand on one line: what the line decides is decided once.
        if setting.room.is_none() || y != setting.style.y {
            setting.style.y = y;
            if self.hidden_levels == 0 {
                self.page.set_style(&setting.style);
            }
            setting.room = self.plain_room(font, setting);
        }
        let mut style = setting.style;
        let mut walked = setting.walked;
        for code in codes {
            let (characters, width) = font.code(code);
            let width = width * font_size * scale;
            let x = setting.start_x + walked * setting.along_x;
            let place = GlyphPlace { x, width: width * setting.stretch };
            match (characters, &setting.room) {
                (Characters::One(character), Some(room)) => {
                    if room.holds(&place) && self.page.glyphs.len() < room.glyphs_max {
                        let written = Written::One(character);
                        self.page.glyphs.push(Glyph { x, width: place.width, written });
                    }
                }
                _ => {
                    let y = setting.start_y + walked * setting.along_y;
                    let glyph = ShownCode { code, characters, place, width, y };
                    self.show_code(font, setting, glyph, &mut style);
                }
            }
            let word = if has_word_space && code == 32 { word_space } else { 0.0 };
            walked += width + (character_space + word) * scale;
        }
        setting.walked = walked;
    }

    /// The room for the characters of a string of which only the places along the line are left to be decided, as of nearly all;
    /// `None` where each glyph has to be looked at.
    fn plain_room(&self, font: &Font, setting: &TextSetting) -> Option<PlainRoom> {
        let style = &setting.style;
        let is_plain = style.angle == 0
            && setting.along_y == 0.0
            && style.y.is_finite()
            && !self.state.is_white
            && self.hidden_levels + self.text_levels == 0
            && !font.has_superiors();
        let clip = self.state.clip;
        let (top, bottom) = (style.y - style.size, style.y + 0.3 * style.size);
        let glyphs_max = self.objects.limits.page_glyphs_max.saturating_sub(self.glyphs_around);
        is_plain.then_some(if top <= clip.bottom && clip.top <= bottom {
            PlainRoom { left: clip.left, right: clip.right, glyphs_max }
        } else {
            PlainRoom { left: f32::MAX, right: f32::MIN, glyphs_max }
        })
    }

    /// Shows one code whatever it stands for and however it is set.
    #[inline(never)]
    fn show_code(&mut self, font: &Font, setting: &TextSetting, glyph: ShownCode, style: &mut Style) {
        let ShownCode { code, mut characters, place, width, y } = glyph;
        if characters == Characters::None {
            characters = font.by_program(self.objects, code);
            let is_seen = self.hidden_levels + self.text_levels == 0 && width > 0.0;
            self.page.nameless_count +=
                usize::from(is_seen && characters == Characters::None && font.has_words());
        }
        let size = setting.style.size;
        let is_superior = font.is_superior(code);
        let lift = if is_superior { SUPERIOR_RISE * size } else { 0.0 };
        let y = y - lift;
        if y != style.y && self.hidden_levels == 0 {
            style.size = if is_superior { SUPERIOR_SIZE * size } else { size };
            style.y = y;
            self.page.set_style(style);
        }
        if !(setting.is_clipped && self.is_clipped(&place, style)) {
            self.push(&place, style, characters);
        }
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
