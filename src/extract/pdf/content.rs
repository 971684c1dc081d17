//! A page's content stream, and the forms it draws, → glyphs in place.

use super::{
    font::{self, Characters, Font},
    forms::{Drawing, Forms, Situation},
    layers::Layers,
    lexer::{self, Lexer, Text, Token},
    objects::Objects,
    shape::{Box2, Path},
    structure::Piece,
};
use lopdf::{Dictionary, Object, ObjectId, Stream};
use std::{collections::HashMap, rc::Rc};

/// Operands kept for an operator outside arrays and dictionaries; further ones are dropped (no text operator has more
/// than six, an inline image a dozen keys and values).
const OPERANDS_MAX: usize = 24;
/// How digits that are raised within the font itself are placed, as shares of the font size.
const SUPERIOR_RISE: f32 = 0.35;
const SUPERIOR_SIZE: f32 = 0.65;
/// Operands within an array or dictionary: a line of text takes some hundred.
const ARRAY_ITEMS_MAX: usize = 100_000;
/// Marked content within marked content; real files stay below twenty.
const MARKED_LEVELS_MAX: usize = 1_024;
/// The length that BCP 47 (4.4.1) asks readers to take.
const LANGUAGE_BYTES_MAX: usize = 35;
/// Tags of a page: what [`Style::tag`] can count.
const TAGS_MAX: usize = u16::MAX as usize;
/// `q` nested deeper than this is not saved.
const SAVED_STATES_MAX: usize = 512;

/// Fonts of a page that are found by going through a list; the others are looked up by their names.
const FONTS_REMEMBERED_MAX: usize = 64;

/// Room made for the glyphs of a page before it is read: a dense page.
const GLYPHS_EXPECTED_MAX: usize = 8_192;

/// Painted areas remembered per page for what lies under white text; on pages with more, nothing is said of white text.
const DARK_AREAS_MAX: usize = 1_000;

/// One glyph of what is [`Shown`]: points, origin at the top left of the page as it is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    pub(super) x: f32,
    pub(super) width: f32,
    pub(super) written: Written,
}

/// What a glyph stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Written {
    One(char),
    /// Several characters: an index in [`PageGlyphs::texts`].
    Text(u32),
}

/// What glyphs shown one after the other have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    /// The baseline.
    pub(super) y: f32,
    pub(super) size: f32,
    /// Degrees, clockwise, of the baseline: 0 for upright text.
    pub(super) angle: i16,
    pub(super) is_bold: bool,
    pub(super) is_invisible: bool,
    pub(super) is_artifact: bool,
    /// Number in [`PageGlyphs::tags`], from 1; 0 for text that no tag names.
    pub(super) tag: u16,
}

/// Glyphs of one style, shown one after the other.
#[derive(Debug)]
struct Shown {
    style: Style,
    /// Where they start in [`PageGlyphs::glyphs`]; they end where the next start.
    start: usize,
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
    shown: Vec<Shown>,
    glyphs: Vec<Glyph>,
    texts: Vec<String>,
    /// In the order in which they are shown.
    pub(super) tags: Vec<Tag>,
    /// Glyphs in white that nothing dark lies under.
    pub(super) white_count: usize,
    /// Each limit that was reached, by its name.
    pub(super) limits_reached: Vec<&'static str>,
    pub(super) has_image: bool,
    pub(super) has_drawing: bool,
}

impl PageGlyphs {
    /// The glyphs in the order in which they were shown, those of one style together.
    pub(super) fn shown(&self) -> impl Iterator<Item = (&Style, &[Glyph])> {
        let ends = self.shown.iter().skip(1).map(|next| next.start).chain([self.glyphs.len()]);
        let shown =
            self.shown.iter().zip(ends).map(|(shown, end)| (shown, self.glyphs.get(shown.start..end)));
        shown
            .filter_map(|(shown, glyphs)| Some((&shown.style, glyphs?)))
            .filter(|(_, glyphs)| !glyphs.is_empty())
    }

    fn written(&mut self, text: &str) -> Option<Written> {
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(one), None) => Some(Written::One(one)),
            (None, _) => None,
            _ => {
                self.texts.push(text.to_owned());
                Some(Written::Text(self.texts.len() as u32 - 1))
            }
        }
    }

    /// What a glyph stands for where that is more than one character.
    pub(super) fn text(&self, index: u32) -> &str {
        self.texts.get(index as usize).map_or("", String::as_str)
    }

    /// Adds what `other` shows.
    fn append(&mut self, other: &PageGlyphs) {
        let texts = self.texts.len() as u32;
        let tags = self.tags.len();
        for (style, glyphs) in other.shown() {
            self.set_style(&Style { tag: shifted(style.tag, tags), ..*style });
            self.glyphs.extend(glyphs.iter().map(|glyph| match glyph.written {
                Written::One(_) => *glyph,
                Written::Text(index) => Glyph { written: Written::Text(texts + index), ..*glyph },
            }));
        }
        self.texts.extend_from_slice(&other.texts);
        self.tags.extend(other.tags.iter().take(TAGS_MAX.saturating_sub(tags)).cloned());
        self.white_count += other.white_count;
        for limit in &other.limits_reached {
            if !self.limits_reached.contains(limit) {
                self.limits_reached.push(limit);
            }
        }
        self.has_image |= other.has_image;
        self.has_drawing |= other.has_drawing;
    }

    /// What the page takes in memory beside its glyphs, in bytes.
    pub(super) fn text_bytes(&self) -> usize {
        self.texts.iter().map(String::len).sum()
    }

    pub(super) fn glyph_count(&self) -> usize {
        self.glyphs.len()
    }

    /// The style of the glyphs that follow.
    fn set_style(&mut self, style: &Style) {
        let start = self.glyphs.len();
        match self.shown.last_mut() {
            Some(last) if last.style == *style => {}
            Some(last) if last.start == start => last.style = *style,
            _ => self.shown.push(Shown { style: *style, start }),
        }
    }
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

/// What was read for pages before this one.
#[derive(Default)]
pub(super) struct Cache {
    /// By their dictionaries, which stay where they are while the file is open.
    fonts: HashMap<*const Dictionary, Rc<Font>>,
    forms: Forms,
}

impl Cache {
    /// Fonts with text that give no way to Unicode.
    pub(super) fn unreadable_font_count(&self) -> usize {
        self.fonts.values().filter(|font| font.is_unreadable && font.is_shown.get()).count()
    }
}

/// A marked-content level: whether it is an artifact or off, and the text that stands for what it shows.
struct Marked {
    is_artifact: bool,
    is_hidden: bool,
    actual_text: Option<String>,
    /// The tag in force before.
    tag_before: u16,
}

/// How strings are set until the state changes.
struct Setting {
    /// Where a step of one unit along the baseline leads.
    along_x: f32,
    along_y: f32,
    /// How long that step is.
    stretch: f32,
    rise_x: f32,
    rise_y: f32,
    style: Style,
    is_clipped: bool,
}

/// Where on its baseline a glyph stands.
struct Place {
    x: f32,
    width: f32,
}

struct Interpreter<'a> {
    objects: &'a Objects<'a>,
    cache: &'a mut Cache,
    page: PageGlyphs,
    operators: usize,
    /// The forms being drawn, from the outermost on.
    forms: Vec<ObjectId>,
    /// Whether one of them was drawn before.
    is_in_repeated: bool,
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
    /// Whether text in white was shown since this was last asked.
    has_shown_white: bool,
    /// Glyphs of the page around the form that is being recorded.
    glyphs_around: usize,
    /// Where strings with escapes are decoded.
    scratch: Vec<u8>,
}

/// Interprets the page; `base` maps its user space to points from the top left corner as shown.
pub(super) fn interpret<'a>(
    objects: &'a Objects<'a>,
    cache: &'a mut Cache,
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
        cache,
        // A glyph takes six bytes of content or more; growing step by step would copy each glyph twice.
        page: PageGlyphs {
            glyphs: Vec::with_capacity((content.len() / 6).min(GLYPHS_EXPECTED_MAX)),
            ..PageGlyphs::default()
        },
        operators: 0,
        forms: Vec::new(),
        is_in_repeated: false,
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
        has_shown_white: false,
        glyphs_around: 0,
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

    /// How many bytes the inline image takes that they describe; `None` when it is compressed or in many colours.
    fn image_bytes(&self) -> Option<usize> {
        let value = |short: &[u8], long: &[u8]| {
            self.items.windows(2).find_map(|pair| match pair {
                [Token::Name(key), value] if *key == short || *key == long => Some(*value),
                _ => None,
            })
        };
        let count = |short: &[u8], long: &[u8]| match value(short, long)? {
            Token::Integer(count) => usize::try_from(count).ok().filter(|count| *count <= 1 << 20),
            _ => None,
        };
        let is_mask = value(b"IM", b"ImageMask") == Some(Token::Word(b"true"));
        let bits = match value(b"CS", b"ColorSpace") {
            _ if value(b"F", b"Filter").is_some() => return None,
            _ if is_mask => 1,
            Some(Token::Name(b"G" | b"DeviceGray")) => count(b"BPC", b"BitsPerComponent")?,
            Some(Token::Name(b"RGB" | b"DeviceRGB")) => 3 * count(b"BPC", b"BitsPerComponent")?,
            Some(Token::Name(b"CMYK" | b"DeviceCMYK")) => 4 * count(b"BPC", b"BitsPerComponent")?,
            _ => return None,
        };
        Some((count(b"W", b"Width")? * bits).div_ceil(8) * count(b"H", b"Height")?)
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
                        self.reach("operands of an operator");
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
                b"q" => self.reach("saved states"),
                b"Q" => {
                    if let Some(state) = saved.pop() {
                        self.state = state;
                    }
                }
                b"ID" => lexer.skip_inline_image(operands.image_bytes()),
                _ => self.operator(operator, &operands, &mut scope),
            }
            operands.items.clear();
            depth = 0;
        }
    }

    /// Counts an operator; whether that was one too many, or too much was shown.
    fn is_over_limit(&mut self) -> bool {
        self.operators += 1;
        let limits = &self.objects.limits;
        let name = if self.operators > limits.page_operators_max {
            "operators per page"
        } else if self.objects.operators.get() + self.operators > limits.document_operators_max {
            "operators per document"
        } else if self.page.glyphs.len() >= limits.page_glyphs_max {
            "glyphs per page"
        } else {
            return false;
        };
        self.reach(name);
        true
    }

    fn reach(&mut self, limit: &'static str) {
        if !self.page.limits_reached.contains(&limit) {
            self.page.limits_reached.push(limit);
        }
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
                if scope.fonts.len() < FONTS_REMEMBERED_MAX {
                    scope.fonts.push((name, font.clone()));
                }
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
        let known = self.cache.fonts.entry(std::ptr::from_ref(dictionary));
        Some(known.or_insert_with(|| Rc::new(font::read(self.objects, dictionary))).clone())
    }

    fn show_last(&mut self, operands: &Operands) {
        self.show(operands.items.last().into_iter().filter(|item| matches!(item, Token::Text(_))));
    }

    fn show_array(&mut self, items: &[Token]) {
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

    fn setting(&self, font: &Font) -> Setting {
        let matrix = multiply(&self.text_matrix, &self.state.ctm);
        let (along_x, along_y) = (matrix[0], matrix[1]);
        let is_upright = along_y == 0.0 && along_x > 0.0;
        let style = Style {
            y: 0.0,
            size: (self.state.size * length(matrix[2], matrix[3])).abs(),
            angle: if is_upright { 0 } else { along_y.atan2(along_x).to_degrees().round() as i16 },
            is_bold: font.is_bold,
            is_invisible: self.state.mode == 3 || self.state.mode == 7,
            is_artifact: self.artifact_levels > 0,
            tag: self.tag,
        };
        Setting {
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

    fn show_string(&mut self, font: &Font, setting: &Setting, bytes: &[u8]) {
        let bytes = &bytes[..self.objects.budget.take_shown_bytes(bytes.len())];
        if font.code_bytes == 1 {
            self.show_codes(font, setting, bytes.iter().map(|byte| u32::from(*byte)), true);
        } else {
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
        setting: &Setting,
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
            let (characters, width) = font.code(code);
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
            let place = Place { x, width: width * setting.stretch };
            if !(setting.is_clipped && self.is_clipped(&place, &style)) {
                self.push(&place, &style, characters);
            }
            let word = if has_word_space && code == 32 { word_space } else { 0.0 };
            shift += width + (character_space + word) * scale;
        }
        self.advance(shift);
    }

    #[inline]
    fn push(&mut self, place: &Place, style: &Style, characters: Characters) {
        if characters == Characters::None
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
    fn is_clipped(&self, place: &Place, style: &Style) -> bool {
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
    fn widen_last(&mut self, place: &Place, style: &Style) {
        let is_level = self.page.shown.last().is_some_and(|last| last.start < self.page.glyphs.len());
        if let Some(last) = self.page.glyphs.last_mut().filter(|_| is_level && style.angle == 0) {
            last.width = last.width.max(place.x + place.width - last.x);
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
            self.state.clip = self.state.clip.intersection(&area.transformed(&self.state.ctm));
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
        let content = self.cache.forms.content(id, || self.objects.inflate(stream));
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
    fn glyph_count(&self) -> usize {
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

    fn begin_marked(&mut self, operands: &Operands, resources: &Dictionary) {
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
            self.tag = level.tag_before;
            self.artifact_levels -= usize::from(level.is_artifact);
            self.hidden_levels -= usize::from(level.is_hidden);
            self.text_levels -= usize::from(level.actual_text.is_some());
        }
    }
}

/// The number of a tag after `count` others; 0 for none, and beyond those that a page can have.
fn shifted(tag: u16, count: usize) -> u16 {
    if tag == 0 { 0 } else { u16::try_from(usize::from(tag) + count).unwrap_or(0) }
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
