//! A page's content stream, and the forms it draws, → glyphs in place.

use super::{
    font::{self, Font},
    lexer::{Lexer, Token},
    objects::Objects,
};
use lopdf::{Dictionary, Object, ObjectId};
use std::{borrow::Cow, collections::HashMap, rc::Rc};

/// Operands kept for an operator; further ones are dropped (no text operator has more than six).
const OPERANDS_MAX: usize = 8;
/// How digits that are raised within the font itself are placed, as shares of the font size.
const SUPERIOR_RISE: f32 = 0.35;
const SUPERIOR_SIZE: f32 = 0.65;
/// Glyphs of an ordinary page.
const PAGE_GLYPHS: usize = 4096;
/// `q` nested deeper than this is not saved.
const SAVED_STATES_MAX: usize = 512;

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
    /// Byte range in [`PageGlyphs::text`].
    pub(super) start: u32,
    pub(super) end: u32,
}

/// What a page shows.
#[derive(Debug, Default)]
pub(super) struct PageGlyphs {
    pub(super) glyphs: Vec<Glyph>,
    pub(super) text: String,
    /// How many fonts with text on the page give no way to Unicode.
    pub(super) unreadable_fonts: usize,
    pub(super) limit_reached: Option<&'static str>,
    pub(super) has_image: bool,
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
}

/// Fonts already read, by object.
pub(super) type FontCache = HashMap<ObjectId, Rc<Font>>;

/// A marked-content level: whether it is an artifact or in a layer that is off, and the text that stands for what it shows.
struct Marked {
    is_artifact: bool,
    is_hidden: bool,
    actual_text: Option<String>,
}

struct Interpreter<'a> {
    objects: &'a Objects,
    fonts: &'a mut FontCache,
    page: PageGlyphs,
    operators: usize,
    forms: Vec<ObjectId>,
    unreadable: Vec<*const Font>,
    state: State,
    text_matrix: Matrix,
    line_matrix: Matrix,
    marked: Vec<Marked>,
}

/// Interprets the page; `base` maps its user space to points from the top left corner as shown.
pub(super) fn interpret(
    objects: &Objects,
    fonts: &mut FontCache,
    page: &Dictionary,
    base: Matrix,
) -> PageGlyphs {
    let empty = Dictionary::new();
    let resources =
        objects.inherited(page, b"Resources").and_then(|found| found.as_dict().ok()).unwrap_or(&empty);
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
    };
    let mut interpreter = Interpreter {
        objects,
        fonts,
        page: PageGlyphs {
            glyphs: Vec::with_capacity(PAGE_GLYPHS),
            text: String::with_capacity(PAGE_GLYPHS),
            ..PageGlyphs::default()
        },
        operators: 0,
        forms: Vec::new(),
        unreadable: Vec::new(),
        state,
        text_matrix: IDENTITY,
        line_matrix: IDENTITY,
        marked: Vec::new(),
    };
    interpreter.run(&content, resources);
    interpreter.page.unreadable_fonts = interpreter.unreadable.len();
    interpreter.page
}

/// The operands of one operator.
#[derive(Default)]
struct Operands<'a> {
    items: Vec<Token<'a>>,
}

impl<'a> Operands<'a> {
    fn number(&self, index: usize) -> f32 {
        match self.items.get(index) {
            Some(Token::Number(value)) => *value,
            _ => 0.0,
        }
    }

    fn name(&self, index: usize) -> &'a [u8] {
        match self.items.get(index) {
            Some(Token::Name(name)) => name,
            _ => b"",
        }
    }

    fn last_text(&self) -> &[u8] {
        match self.items.last() {
            Some(Token::Text(text)) => text,
            _ => b"",
        }
    }

    fn matrix(&self) -> Matrix {
        std::array::from_fn(|index| self.number(index))
    }
}

impl Interpreter<'_> {
    fn run(&mut self, content: &[u8], resources: &Dictionary) {
        let mut lexer = Lexer::new(content);
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
                _ => self.operator(operator, &operands, resources),
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
        } else if self.page.glyphs.len() >= limits.page_glyphs_max {
            self.page.limit_reached = Some("glyphs per page");
        }
        self.page.limit_reached.is_some_and(|name| name != "form depth")
    }

    fn operator(&mut self, operator: &[u8], operands: &Operands, resources: &Dictionary) {
        match operator {
            b"cm" => self.state.ctm = multiply(&operands.matrix(), &self.state.ctm),
            b"BT" => self.set_matrix(IDENTITY),
            b"Tf" => self.set_font(operands, resources),
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
            b"Tj" => self.show(operands.last_text()),
            b"TJ" => self.show_array(&operands.items),
            b"'" => {
                self.next_line();
                self.show(operands.last_text());
            }
            b"\"" => {
                self.state.word_space = operands.number(0);
                self.state.character_space = operands.number(1);
                self.next_line();
                self.show(operands.last_text());
            }
            b"Do" => self.draw(operands.name(0), resources),
            b"BMC" | b"BDC" => self.begin_marked(operands, resources),
            b"EMC" => self.end_marked(),
            _ => {}
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

    fn set_font(&mut self, operands: &Operands, resources: &Dictionary) {
        self.state.size = operands.number(1);
        let Some(fonts) = self.objects.dictionary(resources, b"Font") else { return };
        let Ok(entry) = fonts.get(operands.name(0)) else { return };
        let id = entry.as_reference().ok();
        if let Some(known) = id.and_then(|id| self.fonts.get(&id)) {
            self.state.font = Some(known.clone());
            return;
        }
        let Some(dictionary) = self.objects.resolve(entry).and_then(|entry| entry.as_dict().ok()) else {
            return;
        };
        let font = Rc::new(font::read(self.objects, dictionary));
        if let Some(id) = id {
            self.fonts.insert(id, font.clone());
        }
        self.state.font = Some(font);
    }

    fn show_array(&mut self, items: &[Token]) {
        for item in items {
            match item {
                Token::Text(text) => self.show(text),
                Token::Number(back) => {
                    let shift = -back / 1000.0 * self.state.size * self.state.scale;
                    self.advance(shift);
                }
                _ => {}
            }
        }
    }

    fn advance(&mut self, shift: f32) {
        self.text_matrix[4] += shift * self.text_matrix[0];
        self.text_matrix[5] += shift * self.text_matrix[1];
    }

    fn show(&mut self, bytes: &[u8]) {
        let Some(font) = self.state.font.clone() else { return };
        if font.is_unreadable && !self.unreadable.contains(&Rc::as_ptr(&font)) {
            self.unreadable.push(Rc::as_ptr(&font));
        }
        let matrix = multiply(&self.text_matrix, &self.state.ctm);
        let (along_x, along_y) = (matrix[0], matrix[1]);
        let stretch = along_x.hypot(along_y);
        let size = (self.state.size * matrix[2].hypot(matrix[3])).abs();
        let angle = along_y.atan2(along_x).to_degrees().round() as i16;
        let mut shift = 0.0;
        for code in bytes.chunks(font.code_bytes) {
            let code_value = code.iter().fold(0, |value, byte| value << 8 | u32::from(*byte));
            let width = font.width(code_value) * self.state.size * self.state.scale;
            if let Some(text) = font.character(code_value) {
                let rise = self.state.rise;
                let x = matrix[4] + shift * along_x + rise * matrix[2];
                let is_superior = font.is_superior(code_value);
                let lift = if is_superior { SUPERIOR_RISE * size } else { 0.0 };
                let size = if is_superior { SUPERIOR_SIZE * size } else { size };
                let y = matrix[5] + shift * along_y + rise * matrix[3] - lift;
                self.glyph(Placed { x, y, width: width * stretch, size, angle, is_bold: font.is_bold }, text);
            }
            let word = if code == [32] { self.state.word_space } else { 0.0 };
            shift += width + (self.state.character_space + word) * self.state.scale;
        }
        self.advance(shift);
    }

    fn glyph(&mut self, placed: Placed, text: &str) {
        if self.page.glyphs.len() >= self.objects.limits.page_glyphs_max
            || !placed.x.is_finite()
            || !placed.y.is_finite()
            || self.marked.iter().any(|level| level.is_hidden)
        {
            return;
        }
        let substitute = self.marked.iter_mut().rev().find_map(|level| level.actual_text.as_mut());
        let text = match substitute {
            // The first glyph of the span carries the whole text, the others none.
            Some(actual) => Cow::Owned(std::mem::take(actual)),
            None => Cow::Borrowed(text),
        };
        if text.is_empty() {
            if let Some(last) =
                self.page.glyphs.last_mut().filter(|last| last.angle == 0 && last.y == placed.y)
            {
                last.width = last.width.max(placed.x + placed.width - last.x);
            }
            return;
        }
        let start = self.page.text.len() as u32;
        self.page.text.push_str(&text);
        self.page.glyphs.push(Glyph {
            x: placed.x,
            y: placed.y,
            width: placed.width,
            size: placed.size,
            angle: placed.angle,
            is_bold: placed.is_bold,
            is_invisible: self.state.mode == 3 || self.state.mode == 7,
            is_artifact: self.marked.iter().any(|level| level.is_artifact),
            start,
            end: self.page.text.len() as u32,
        });
    }

    fn draw(&mut self, name: &[u8], resources: &Dictionary) {
        let Some(forms) = self.objects.dictionary(resources, b"XObject") else { return };
        let Some(id) = forms.get(name).ok().and_then(|form| form.as_reference().ok()) else { return };
        let Ok(stream) = self.objects.document.get_object(id).and_then(Object::as_stream) else {
            // Images are left out when the objects are loaded.
            self.page.has_image = true;
            return;
        };
        if self.objects.name(&stream.dict, b"Subtype") != Some(b"Form") {
            self.page.has_image = true;
            return;
        }
        let is_hidden = stream.dict.get(b"OC").is_ok_and(|content| self.objects.is_hidden(content));
        if is_hidden || self.forms.contains(&id) {
            return;
        }
        if self.forms.len() >= self.objects.limits.form_depth_max {
            self.page.limit_reached = Some("form depth");
            return;
        }
        let content = self.objects.inflate(stream);
        let matrix = self.objects.numbers(&stream.dict, b"Matrix");
        let matrix = matrix.and_then(|numbers| Matrix::try_from(numbers).ok()).unwrap_or(IDENTITY);
        let before = (self.state.clone(), self.text_matrix, self.line_matrix);
        self.state.ctm = multiply(&matrix, &self.state.ctm);
        self.forms.push(id);
        self.run(&content, self.objects.dictionary(&stream.dict, b"Resources").unwrap_or(resources));
        self.forms.pop();
        (self.state, self.text_matrix, self.line_matrix) = before;
    }

    fn begin_marked(&mut self, operands: &Operands, resources: &Dictionary) {
        let is_artifact = operands.name(0) == b"Artifact";
        let inline = operands.items.windows(2).find_map(|pair| match pair {
            [Token::Name(b"ActualText"), Token::Text(text)] => Some(text.to_vec()),
            _ => None,
        });
        let bytes = inline.or_else(|| {
            let named = self
                .objects
                .dictionary(self.objects.dictionary(resources, b"Properties")?, operands.name(1))?;
            self.objects.get(named, b"ActualText")?.as_str().ok().map(<[u8]>::to_vec)
        });
        let text = bytes.and_then(|bytes| lopdf::decode_text_string(&Object::string_literal(bytes)).ok());
        let is_hidden = operands.name(0) == b"OC"
            && self
                .objects
                .dictionary(resources, b"Properties")
                .and_then(|properties| properties.get(operands.name(1)).ok())
                .is_some_and(|content| self.objects.is_hidden(content));
        self.marked.push(Marked { is_artifact, is_hidden, actual_text: text });
    }

    fn end_marked(&mut self) {
        self.marked.pop();
    }
}

/// Where a glyph goes and how it looks.
struct Placed {
    x: f32,
    y: f32,
    width: f32,
    size: f32,
    angle: i16,
    is_bold: bool,
}
