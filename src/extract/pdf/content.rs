//! A page's content stream, and the forms it draws, → glyphs in place.

use super::{
    font::{self, Characters, Font},
    layers::Layers,
    lexer::{self, Lexer, Text, Token},
    objects::Objects,
    shape::{Box2, Path},
    structure::Piece,
};
use lopdf::{Dictionary, Object, ObjectId};
use std::{collections::HashMap, rc::Rc};

/// Operands kept for an operator outside arrays and dictionaries; further ones are dropped (no text operator has more
/// than six).
const OPERANDS_MAX: usize = 8;
/// How digits that are raised within the font itself are placed, as shares of the font size.
const SUPERIOR_RISE: f32 = 0.35;
const SUPERIOR_SIZE: f32 = 0.65;
/// Operands within an array or dictionary: a line of text takes some hundred.
const ARRAY_ITEMS_MAX: usize = 100_000;
/// Marked content within marked content; real files stay below twenty.
const MARKED_LEVELS_MAX: usize = 1_024;
/// The length that BCP 47 (4.4.1) asks readers to take.
const LANGUAGE_BYTES_MAX: usize = 35;
/// `q` nested deeper than this is not saved.
const SAVED_STATES_MAX: usize = 512;

/// Room made for the glyphs of a page before it is read: a dense page.
const GLYPHS_EXPECTED_MAX: usize = 8_192;

/// Painted areas remembered per page for what lies under white text; on pages with more, nothing is said of white text.
const DARK_AREAS_MAX: usize = 1_000;

/// One glyph where it stands: points, origin at the top left of the page as it is shown.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    pub(super) x: f32,
    /// The baseline.
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) size: f32,
    /// Degrees, clockwise, of the baseline: 0 for upright text.
    pub(super) angle: i16,
    pub(super) is_bold: bool,
    pub(super) is_invisible: bool,
    pub(super) is_artifact: bool,
    /// Number in [`PageGlyphs::tags`], from 1; 0 for text that no tag names.
    pub(super) tag: u16,
    /// Byte range in [`PageGlyphs::text`].
    pub(super) start: u32,
    pub(super) end: u32,
}

/// A piece of marked content.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tag {
    /// What the structure tree knows it by; `None` without a number.
    pub(super) piece: Option<Piece>,
    /// The language that the content itself declares.
    pub(super) language: Option<String>,
}

/// What a page shows.
#[derive(Debug, Default)]
pub(super) struct PageGlyphs {
    pub(super) glyphs: Vec<Glyph>,
    /// In the order in which they are shown.
    pub(super) tags: Vec<Tag>,
    pub(super) text: String,
    /// Fonts with text on the page that give no way to Unicode.
    pub(super) unreadable_fonts: Vec<Rc<Font>>,
    /// Glyphs in white that nothing dark lies under.
    pub(super) white_count: usize,
    pub(super) limit_reached: Option<&'static str>,
    pub(super) has_image: bool,
    pub(super) has_drawing: bool,
}

pub(super) type Matrix = [f32; 6];

/// `a` applied first, then `b`.
fn multiply(a: &Matrix, b: &Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// Where an image is drawn, in its own space.
const UNIT_SQUARE: Box2 = Box2 { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 };

#[derive(Clone)]
struct State {
    ctm: Matrix,
    font: Option<Rc<Font>>,
    size: f32,
    character_space: f32,
    word_space: f32,
    scale: f32,
    leading: f32,
    rise: f32,
    mode: u8,
    is_white: bool,
    clip: Box2,
}

/// Fonts already read, by their dictionaries, which stay where they are while the file is open.
pub(super) type FontCache = HashMap<*const Dictionary, Rc<Font>>;

/// A marked-content level: whether it is an artifact or off, and the text that stands for what it shows.
struct Marked {
    is_artifact: bool,
    is_hidden: bool,
    actual_text: Option<String>,
    /// The tag in force before.
    tag_before: u16,
}

struct Interpreter<'a> {
    objects: &'a Objects<'a>,
    fonts: &'a mut FontCache,
    page: PageGlyphs,
    operators: usize,
    forms: Vec<ObjectId>,
    state: State,
    text_matrix: Matrix,
    line_matrix: Matrix,
    marked: Vec<Marked>,
    /// Levels of `marked` that are artifacts, those with a text of their own, and those that are off.
    artifact_levels: usize,
    text_levels: usize,
    hidden_levels: usize,
    /// The tag in force, and `StructParents` of the page or form that is read.
    tag: u16,
    owner: i64,
    layers: &'a Layers,
    path: Path,
    /// What is painted in another colour than white: white text on it can be read.
    dark: Vec<Box2>,
    /// Where strings with escapes are decoded.
    scratch: Vec<u8>,
}

/// Interprets the page; `base` maps its user space to points from the top left corner as shown.
pub(super) fn interpret<'a>(
    objects: &'a Objects<'a>,
    fonts: &'a mut FontCache,
    layers: &'a Layers,
    page: &'a Dictionary,
    base: Matrix,
) -> PageGlyphs {
    let resources =
        objects.inherited(page, b"Resources").and_then(|found| found.as_dict().ok()).unwrap_or(page);
    let content = objects.page_content(page);
    let state = State {
        ctm: base,
        font: None,
        size: 0.0,
        character_space: 0.0,
        word_space: 0.0,
        scale: 1.0,
        leading: 0.0,
        rise: 0.0,
        mode: 0,
        is_white: false,
        clip: Box2::EVERYTHING,
    };
    let mut interpreter = Interpreter {
        objects,
        fonts,
        // A glyph takes six bytes of content or more; growing step by step would copy each glyph twice.
        page: PageGlyphs {
            glyphs: Vec::with_capacity((content.len() / 6).min(GLYPHS_EXPECTED_MAX)),
            text: String::with_capacity((content.len() / 6).min(GLYPHS_EXPECTED_MAX)),
            ..PageGlyphs::default()
        },
        operators: 0,
        forms: Vec::new(),
        state,
        text_matrix: IDENTITY,
        line_matrix: IDENTITY,
        marked: Vec::new(),
        artifact_levels: 0,
        text_levels: 0,
        hidden_levels: 0,
        tag: 0,
        owner: struct_parents(objects, page).unwrap_or(-1),
        layers,
        path: Path::default(),
        dark: Vec::new(),
        scratch: Vec::new(),
    };
    interpreter.run(&content, resources);
    objects.operators.set(objects.operators.get() + interpreter.operators);
    interpreter.page
}

/// The operands of one operator.
#[derive(Default)]
struct Operands<'a> {
    items: Vec<Token<'a>>,
}

impl<'a> Operands<'a> {
    fn number(&self, index: usize) -> f32 {
        self.items.get(index).and_then(Token::number).unwrap_or(0.0)
    }

    fn name(&self, index: usize) -> &'a [u8] {
        match self.items.get(index) {
            Some(Token::Name(name)) => name,
            _ => b"",
        }
    }

    /// Whether there are operands, and all are this number.
    fn are_all(&self, number: f32) -> bool {
        !self.items.is_empty() && self.items.iter().all(|item| item.number() == Some(number))
    }

    fn matrix(&self) -> Matrix {
        std::array::from_fn(|index| self.number(index))
    }
}

/// The resources of a content stream, and its fonts by the names that were asked for.
struct Scope<'a, 'c> {
    resources: &'a Dictionary,
    fonts: Vec<(&'c [u8], Option<Rc<Font>>)>,
}

impl<'a> Interpreter<'a> {
    fn run(&mut self, content: &[u8], resources: &'a Dictionary) {
        let mut lexer = Lexer::new(content);
        let mut scope = Scope { resources, fonts: Vec::new() };
        let mut operands = Operands::default();
        let mut saved: Vec<State> = Vec::new();
        let mut depth = 0usize;
        while let Some(token) = lexer.next() {
            let Token::Word(operator) = token else {
                match token {
                    Token::ArrayStart | Token::DictStart => depth += 1,
                    Token::ArrayEnd | Token::DictEnd => depth = depth.saturating_sub(1),
                    _ => {}
                }
                // The array of TJ and the dictionary of BDC are longer than any operand list.
                if operands.items.len() < OPERANDS_MAX || depth > 0 {
                    if operands.items.len() >= ARRAY_ITEMS_MAX {
                        self.page.limit_reached = Some("operands of an operator");
                        return;
                    }
                    operands.items.push(token);
                }
                continue;
            };
            if self.is_over_limit() {
                return;
            }
            match operator {
                b"q" if saved.len() < SAVED_STATES_MAX => saved.push(self.state.clone()),
                b"Q" => {
                    if let Some(state) = saved.pop() {
                        self.state = state;
                    }
                }
                b"ID" => lexer.skip_inline_image(),
                _ => self.operator(operator, &operands, &mut scope),
            }
            operands.items.clear();
            depth = 0;
        }
    }

    fn is_over_limit(&mut self) -> bool {
        self.operators += 1;
        let limits = &self.objects.limits;
        if self.operators > limits.page_operators_max {
            self.page.limit_reached = Some("operators per page");
        } else if self.objects.operators.get() + self.operators > limits.document_operators_max {
            self.page.limit_reached = Some("operators per document");
        } else if self.page.glyphs.len() >= limits.page_glyphs_max {
            self.page.limit_reached = Some("glyphs per page");
        }
        self.page.limit_reached.is_some_and(|name| name != "form depth")
    }

    fn operator<'c>(&mut self, operator: &[u8], operands: &Operands<'c>, scope: &mut Scope<'a, 'c>) {
        match operator {
            b"cm" => self.state.ctm = multiply(&operands.matrix(), &self.state.ctm),
            b"BT" => self.set_matrix(IDENTITY),
            b"Tf" => self.set_font(operands, scope),
            b"Tm" => self.set_matrix(operands.matrix()),
            b"Td" => self.move_line(operands.number(0), operands.number(1)),
            b"TD" => {
                self.state.leading = -operands.number(1);
                self.move_line(operands.number(0), operands.number(1));
            }
            b"T*" => self.next_line(),
            b"Tc" => self.state.character_space = operands.number(0),
            b"Tw" => self.state.word_space = operands.number(0),
            b"Tz" => self.state.scale = operands.number(0) / 100.0,
            b"TL" => self.state.leading = operands.number(0),
            b"Ts" => self.state.rise = operands.number(0),
            b"Tr" => self.state.mode = operands.number(0) as u8,
            b"Tj" => self.show_last(operands),
            b"TJ" => self.show_array(&operands.items),
            b"'" => {
                self.next_line();
                self.show_last(operands);
            }
            b"\"" => {
                self.state.word_space = operands.number(0);
                self.state.character_space = operands.number(1);
                self.next_line();
                self.show_last(operands);
            }
            b"Do" => self.draw(operands.name(0), scope.resources),
            b"BMC" | b"BDC" => self.begin_marked(operands, scope.resources),
            b"EMC" => self.end_marked(),
            _ => self.graphics(operator, operands),
        }
    }

    /// Paths and colours, as far as they decide what can be seen.
    fn graphics(&mut self, operator: &[u8], operands: &Operands) {
        match operator {
            b"m" | b"l" => self.path.point(operands.number(0), operands.number(1)),
            b"re" => {
                let (x, y) = (operands.number(0), operands.number(1));
                self.path.point(x, y);
                self.path.point(x + operands.number(2), y + operands.number(3));
            }
            b"c" | b"v" | b"y" => {
                for pair in operands.items.chunks_exact(2) {
                    if let [Some(x), Some(y)] = [pair[0].number(), pair[1].number()] {
                        self.path.point(x, y);
                    }
                }
            }
            b"W" | b"W*" => self.path.clips = true,
            b"n" => self.paint(false),
            b"S" | b"s" => {
                self.page.has_drawing = true;
                self.paint(false);
            }
            b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" => self.paint(true),
            b"sh" => self.darken(self.state.clip),
            b"g" | b"rg" => self.state.is_white = operands.are_all(1.0),
            b"k" => self.state.is_white = operands.are_all(0.0),
            b"cs" => self.state.is_white = false,
            b"sc" | b"scn" => {
                let is_additive = operands.items.len() != 4;
                self.state.is_white = operands.are_all(if is_additive { 1.0 } else { 0.0 });
            }
            _ => {}
        }
    }

    fn paint(&mut self, fills: bool) {
        let clips = self.path.clips;
        let Some(area) = self.path.take(&self.state.ctm) else { return };
        if fills && !self.state.is_white && self.hidden_levels == 0 {
            self.page.has_drawing = true;
            self.darken(area);
        }
        if clips {
            self.state.clip = self.state.clip.intersection(&area);
        }
    }

    fn darken(&mut self, area: Box2) {
        if self.dark.len() < DARK_AREAS_MAX {
            self.dark.push(area.intersection(&self.state.clip));
        }
    }

    fn set_matrix(&mut self, matrix: Matrix) {
        self.text_matrix = matrix;
        self.line_matrix = matrix;
    }

    fn move_line(&mut self, x: f32, y: f32) {
        let matrix = multiply(&[1.0, 0.0, 0.0, 1.0, x, y], &self.line_matrix);
        self.set_matrix(matrix);
    }

    fn next_line(&mut self) {
        self.move_line(0.0, -self.state.leading);
    }

    fn set_font<'c>(&mut self, operands: &Operands<'c>, scope: &mut Scope<'a, 'c>) {
        self.state.size = operands.number(1);
        let name = operands.name(0);
        let known = scope.fonts.iter().find(|(known, _)| *known == name);
        let font = match known {
            Some((_, font)) => font.clone(),
            None => {
                let font = self.find_font(&lexer::name(name), scope.resources);
                scope.fonts.push((name, font.clone()));
                font
            }
        };
        if font.is_some() {
            self.state.font = font;
        }
    }

    fn find_font(&mut self, name: &[u8], resources: &Dictionary) -> Option<Rc<Font>> {
        let fonts = self.objects.dictionary(resources, b"Font")?;
        let dictionary = self.objects.dictionary(fonts, name)?;
        let known = self.fonts.entry(std::ptr::from_ref(dictionary));
        Some(known.or_insert_with(|| Rc::new(font::read(self.objects, dictionary))).clone())
    }

    fn show_last(&mut self, operands: &Operands) {
        if let Some(Token::Text(text)) = operands.items.last() {
            self.show(*text);
        }
    }

    fn show_array(&mut self, items: &[Token]) {
        for item in items {
            if let Token::Text(text) = item {
                self.show(*text);
            } else if let Some(back) = item.number() {
                let shift = -back / 1000.0 * self.state.size * self.state.scale;
                self.advance(shift);
            }
        }
    }

    fn advance(&mut self, shift: f32) {
        self.text_matrix[4] += shift * self.text_matrix[0];
        self.text_matrix[5] += shift * self.text_matrix[1];
    }

    fn show(&mut self, text: Text) {
        let Some(font) = self.state.font.take() else { return };
        let is_known = |known: &Rc<Font>| Rc::ptr_eq(known, &font);
        if font.is_unreadable && !self.page.unreadable_fonts.iter().any(is_known) {
            self.page.unreadable_fonts.push(font.clone());
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        let bytes = text.bytes_in(&mut scratch);
        if font.code_bytes == 1 {
            self.show_codes(&font, bytes.iter().map(|byte| u32::from(*byte)), true);
        } else {
            let pair = |code: &[u8]| code.iter().fold(0, |value, byte| value << 8 | u32::from(*byte));
            self.show_codes(&font, bytes.chunks(2).map(pair), false);
        }
        self.scratch = scratch;
        self.state.font = Some(font);
    }

    fn show_codes(&mut self, font: &Font, codes: impl Iterator<Item = u32>, has_word_space: bool) {
        let matrix = multiply(&self.text_matrix, &self.state.ctm);
        let (along_x, along_y) = (matrix[0], matrix[1]);
        let stretch = length(along_x, along_y);
        let (rise, scale, font_size) = (self.state.rise, self.state.scale, self.state.size);
        let (character_space, word_space) = (self.state.character_space, self.state.word_space);
        let (rise_x, rise_y) = (rise * matrix[2], rise * matrix[3]);
        let is_upright = along_y == 0.0 && along_x > 0.0;
        let mut glyph = Glyph {
            x: 0.0,
            y: 0.0,
            width: 0.0,
            size: (font_size * length(matrix[2], matrix[3])).abs(),
            angle: if is_upright { 0 } else { along_y.atan2(along_x).to_degrees().round() as i16 },
            is_bold: font.is_bold,
            is_invisible: self.state.mode == 3 || self.state.mode == 7,
            is_artifact: self.artifact_levels > 0,
            tag: self.tag,
            start: 0,
            end: 0,
        };
        let mut shift = 0.0;
        let size = glyph.size;
        for code in codes {
            let (characters, width) = font.code(code);
            let width = width * font_size * scale;
            let is_superior = font.is_superior(code);
            let lift = if is_superior { SUPERIOR_RISE * size } else { 0.0 };
            glyph.size = if is_superior { SUPERIOR_SIZE * size } else { size };
            glyph.x = matrix[4] + shift * along_x + rise_x;
            glyph.y = matrix[5] + shift * along_y + rise_y - lift;
            glyph.width = width * stretch;
            self.push(&glyph, characters);
            let word = if has_word_space && code == 32 { word_space } else { 0.0 };
            shift += width + (character_space + word) * scale;
        }
        self.advance(shift);
    }

    fn push(&mut self, glyph: &Glyph, characters: Characters) {
        if characters == Characters::None
            || self.hidden_levels > 0
            || self.is_clipped(glyph)
            || self.page.glyphs.len() >= self.objects.limits.page_glyphs_max
            || !glyph.x.is_finite()
            || !glyph.y.is_finite()
        {
            return;
        }
        if self.state.is_white
            && self.dark.len() < DARK_AREAS_MAX
            && !glyph.is_invisible
            && characters != Characters::One(' ')
        {
            let (x, y) = (glyph.x + glyph.width / 2.0, glyph.y - 0.3 * glyph.size);
            self.page.white_count += usize::from(!self.dark.iter().any(|area| area.contains(x, y)));
        }
        let start = self.page.text.len() as u32;
        if self.text_levels > 0 {
            self.push_actual_text();
        } else {
            match characters {
                Characters::None => {}
                Characters::One(character) => self.page.text.push(character),
                Characters::Some(text) => self.page.text.push_str(text),
            }
        }
        let end = self.page.text.len() as u32;
        if start == end {
            self.widen_last(glyph);
        } else {
            self.page.glyphs.push(Glyph { start, end, ..glyph.clone() });
        }
    }

    /// Whether nothing of the glyph can be seen through the clip.
    fn is_clipped(&self, glyph: &Glyph) -> bool {
        if self.state.clip == Box2::EVERYTHING {
            return false;
        }
        let area = if glyph.angle == 0 {
            let (top, bottom) = (glyph.y - glyph.size, glyph.y + 0.3 * glyph.size);
            Box2 { left: glyph.x, top, right: glyph.x + glyph.width.max(0.0), bottom }
        } else {
            let reach = glyph.size + glyph.width.abs();
            Box2 {
                left: glyph.x - reach,
                top: glyph.y - reach,
                right: glyph.x + reach,
                bottom: glyph.y + reach,
            }
        };
        !area.meets(&self.state.clip)
    }

    /// The first glyph of a span with a text of its own carries the whole text, the others none.
    fn push_actual_text(&mut self) {
        let actual = self.marked.iter_mut().rev().find_map(|level| level.actual_text.as_mut());
        self.page.text.push_str(&actual.map(std::mem::take).unwrap_or_default());
    }

    fn widen_last(&mut self, glyph: &Glyph) {
        let last = self.page.glyphs.last_mut();
        if let Some(last) = last.filter(|last| last.angle == 0 && last.y == glyph.y) {
            last.width = last.width.max(glyph.x + glyph.width - last.x);
        }
    }

    fn draw(&mut self, name: &[u8], resources: &'a Dictionary) {
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
            self.darken(UNIT_SQUARE.transformed(&self.state.ctm));
            return;
        }
        if self.forms.contains(&id) {
            return;
        }
        if self.forms.len() >= objects.limits.form_depth_max {
            self.page.limit_reached = Some("form depth");
            return;
        }
        let content = objects.inflate(stream);
        let matrix = objects.numbers(&stream.dict, b"Matrix");
        let matrix = matrix.and_then(|numbers| Matrix::try_from(numbers).ok()).unwrap_or(IDENTITY);
        let before = (self.state.clone(), self.text_matrix, self.line_matrix);
        self.state.ctm = multiply(&matrix, &self.state.ctm);
        if let Some([x0, y0, x1, y1]) =
            objects.numbers(&stream.dict, b"BBox").and_then(|box_| <[f32; 4]>::try_from(box_).ok())
        {
            let area = Box2 { left: x0.min(x1), top: y0.min(y1), right: x0.max(x1), bottom: y0.max(y1) };
            self.state.clip = self.state.clip.intersection(&area.transformed(&self.state.ctm));
        }
        self.forms.push(id);
        let owner = struct_parents(objects, &stream.dict).unwrap_or(self.owner);
        let owner = std::mem::replace(&mut self.owner, owner);
        self.run(&content, objects.dictionary(&stream.dict, b"Resources").unwrap_or(resources));
        self.owner = owner;
        self.forms.pop();
        (self.state, self.text_matrix, self.line_matrix) = before;
    }

    fn begin_marked(&mut self, operands: &Operands, resources: &Dictionary) {
        if self.marked.len() >= MARKED_LEVELS_MAX {
            return;
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
            actual_text: self.objects.get(properties, b"ActualText").and_then(decoded),
            language: self.objects.get(properties, b"Lang").and_then(decoded).filter(|tag| is_language(tag)),
        }
    }

    /// The tag of what is marked so; that of the level around it where the marks name none.
    fn tagged(&mut self, marks: &Marks) -> u16 {
        if marks.number.is_none() && marks.language.is_none() {
            return self.tag;
        }
        if self.page.tags.len() >= usize::from(u16::MAX) {
            return 0;
        }
        let around = usize::from(self.tag).checked_sub(1).and_then(|index| self.page.tags.get(index));
        let piece = marks.number.map(|number| Piece { owner: self.owner, number });
        let tag = Tag {
            piece: piece.or(around.and_then(|tag| tag.piece)),
            language: marks.language.clone().or_else(|| around.and_then(|tag| tag.language.clone())),
        };
        self.page.tags.push(tag);
        u16::try_from(self.page.tags.len()).unwrap_or(0)
    }

    fn end_marked(&mut self) {
        if let Some(level) = self.marked.pop() {
            self.artifact_levels -= usize::from(level.is_artifact);
            self.hidden_levels -= usize::from(level.is_hidden);
            self.text_levels -= usize::from(level.actual_text.is_some());
            self.tag = level.tag_before;
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

fn struct_parents(objects: &Objects, dictionary: &Dictionary) -> Option<i64> {
    objects.get(dictionary, b"StructParents")?.as_i64().ok()
}

/// The length of a vector; exact, and without a root, where it lies on an axis.
fn length(x: f32, y: f32) -> f32 {
    if y == 0.0 {
        x.abs()
    } else if x == 0.0 {
        y.abs()
    } else {
        x.hypot(y)
    }
}
