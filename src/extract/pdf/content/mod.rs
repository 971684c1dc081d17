//! A page's content stream, and the forms it draws, → glyphs in place.

mod annotations;
mod draw;
mod forms;
mod glyphs;
mod layers;
mod marked;
mod rules;
mod shape;
mod show;

pub(crate) use glyphs::{Glyph, MarkedPiece, PageGlyphs, Style, Tag, Written};
pub(crate) use layers::{Layers, read as layers};
use rules::Paint;
pub(crate) use rules::{Rule, Rules, Upright, joined as joined_rules};

use super::{
    font::{self, Font},
    model::{IDENTITY, Matrix, multiply},
    objects::{
        Objects,
        lexer::{self, Lexer, Token},
    },
};
use forms::FormCache;
use lopdf::{Dictionary, ObjectId};
use shape::{Box2, Path};
use std::{collections::HashMap, rc::Rc};

/// Operands kept for an operator outside arrays and dictionaries; further ones are dropped (no text operator has more
/// than six, an inline image a dozen keys and values).
const OPERANDS_MAX: usize = 24;
/// How digits that are raised within the font itself are placed, as shares of the font size.
const SUPERIOR_RISE: f32 = 0.35;
const SUPERIOR_SIZE: f32 = 0.65;
/// Room made for operands: most arrays of text have fewer items.
const OPERANDS_EXPECTED: usize = 128;
/// Operands within an array or dictionary: a line of text takes some hundred.
const ARRAY_ITEMS_MAX: usize = 100_000;
/// Marked content within marked content; real files stay below twenty.
const MARKED_LEVELS_MAX: usize = 1_024;
/// The length that BCP 47 (4.4.1) asks readers to take.
const LANGUAGE_BYTES_MAX: usize = 35;
/// `q` nested deeper than this is not saved.
const SAVED_STATES_MAX: usize = 512;

/// Fonts of a page that are found by going through a list; the others are looked up by their names.
const FONTS_REMEMBERED_MAX: usize = 64;

/// Painted areas remembered per page for what lies under white text; on pages with more, nothing is said of white text.
const DARK_AREAS_MAX: usize = 1_000;

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

/// Fonts and forms that were read for earlier pages.
#[derive(Default)]
pub(crate) struct Cache {
    /// By their dictionaries, which stay where they are while the file is open.
    fonts: HashMap<*const Dictionary, Rc<Font>>,
    forms: FormCache,
    /// Room of an earlier page, empty.
    room: PageGlyphs,
}

impl Cache {
    /// Takes the room of a page whose glyphs are no longer needed.
    pub(crate) fn take_back(&mut self, page: PageGlyphs) {
        self.room = page.emptied();
    }

    /// Fonts with text that give no way to Unicode.
    pub(crate) fn unreadable_font_count(&self) -> usize {
        self.fonts.values().filter(|font| font.has_unread_text()).count()
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
struct TextSetting {
    /// Where the first glyph stands.
    start_x: f32,
    start_y: f32,
    /// Where a step of one unit along the baseline leads.
    along_x: f32,
    along_y: f32,
    /// 1, or -1 where text runs against the direction of its matrix.
    direction: f32,
    /// How long that step is.
    stretch: f32,
    /// How many units along the baseline the strings have led until now.
    walked: f32,
    style: Style,
    /// The room that the line of the last string gives to plain characters.
    room: Option<PlainRoom>,
    is_clipped: bool,
}

/// Where a glyph of a plain string can be seen, and how many glyphs a page may have.
struct PlainRoom {
    left: f32,
    right: f32,
    glyphs_max: usize,
}

/// Where on its baseline a glyph stands.
struct GlyphPlace {
    x: f32,
    width: f32,
}

struct Interpreter<'a> {
    objects: &'a Objects<'a>,
    cache: &'a mut Cache,
    page: PageGlyphs,
    operators: usize,
    page_resources: &'a Dictionary,
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
    /// Whether the page's own content is done and its annotations are drawn.
    is_annotation: bool,
}

/// Interprets the page; `base` maps its user space to points from the top left corner as shown.
pub(crate) fn interpret<'a>(
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
        page: std::mem::take(&mut cache.room),
        cache,
        operators: 0,
        page_resources: resources,
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
        is_annotation: false,
    };
    let start = interpreter.state.clone();
    interpreter.run(&content, resources);
    interpreter.draw_annotations(page, &start);
    objects.operators.set(objects.operators.get() + interpreter.operators);
    interpreter.page
}

/// The operands of one operator.
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
        let mut operands = Operands { items: Vec::with_capacity(OPERANDS_EXPECTED) };
        let mut saved: Vec<State> = Vec::new();
        let mut depth = 0usize;
        while let Some(token) = lexer.next() {
            // A lone "-" or a stray name within an array is no operator; an operator of text ends an array left open.
            if depth > 0 && matches!(token, Token::Word(word) if !ends_array(word)) {
                continue;
            }
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
                    if depth > 0 {
                        lexer.text_items(&mut operands.items, ARRAY_ITEMS_MAX);
                    }
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
            b"m" => self.path.begin(operands.number(0), operands.number(1)),
            b"l" => self.path.point(operands.number(0), operands.number(1)),
            b"re" => {
                let (x, y) = (operands.number(0), operands.number(1));
                self.path.begin(x, y);
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
                self.keep_rules(Paint::Stroked);
                self.paint(false);
            }
            b"f*" if !self.state.is_white && self.path.is_frame(&self.state.ctm, rules::LINE_WIDTH_MAX) => {
                self.keep_rules(Paint::Stroked);
                self.paint(true);
            }
            b"f" | b"F" | b"f*" => self.paint(true),
            b"B" | b"B*" | b"b" | b"b*" => {
                self.keep_rules(Paint::Stroked);
                self.paint(true);
            }
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

    /// Keeps the edges of the path that is painted.
    fn keep_rules(&mut self, paint: Paint) {
        if self.hidden_levels > 0 {
            return;
        }
        for part in self.path.parts(&self.state.ctm) {
            rules::add(&part.intersection(&self.state.clip), paint, &mut self.page.rules);
        }
    }

    fn paint(&mut self, fills: bool) {
        if fills && !self.state.is_white {
            self.keep_rules(Paint::Filled);
        }
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
        // Read in the font before, the text of one that is missing would be other letters.
        self.state.font = font;
    }

    /// The font of that name; a form that lacks it takes the page's, as other readers do.
    fn find_font(&mut self, name: &[u8], resources: &'a Dictionary) -> Option<Rc<Font>> {
        let objects = self.objects;
        let find = |resources| objects.dictionary(objects.dictionary(resources, b"Font")?, name);
        let dictionary = find(resources).or_else(|| find(self.page_resources))?;
        let known = self.cache.fonts.entry(std::ptr::from_ref(dictionary));
        Some(known.or_insert_with(|| Rc::new(font::read(self.objects, dictionary))).clone())
    }
}

/// Whether a word within an array is the operator after an array that was not closed.
fn ends_array(word: &[u8]) -> bool {
    matches!(
        word,
        b"TJ"
            | b"Tj"
            | b"BT"
            | b"ET"
            | b"BMC"
            | b"Tf"
            | b"Td"
            | b"TD"
            | b"Tm"
            | b"T*"
            | b"BDC"
            | b"EMC"
            | b"ID"
    )
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
