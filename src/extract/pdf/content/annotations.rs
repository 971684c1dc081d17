//! What a reader sees of a page's annotations: values of form fields, free text and stamps → glyphs in place.
//!
//! An annotation is drawn by its appearance; a field or a free text without one by its value, in its rectangle. Refuses
//! hidden annotations, buttons, passwords, and what is shown only when it is opened (comments, links).

use super::{
    super::{
        model::{IDENTITY, Matrix, direction, multiply},
        objects::{Objects, lexer::Token},
    },
    Interpreter, State,
    glyphs::{Glyph, Style, Written},
    shape::Box2,
};
use lopdf::{Dictionary, Object, ObjectId, Stream};

/// Annotations looked at on one page: a form of many pages on one has some hundred.
const ANNOTATIONS_MAX: usize = 10_000;
/// Fields within fields; forms seen have up to four.
const FIELD_LEVELS_MAX: usize = 32;
/// Flags of an annotation (ISO 32000-1, table 165) with which it is not shown: hidden, and no view.
const NOT_SHOWN: i64 = 1 << 1 | 1 << 5;
/// Flag of a text field whose value is a password.
const PASSWORD: i64 = 1 << 13;
/// Choices shown of a list: as many as fit on a page.
const CHOICES_MAX: usize = 100;
/// In points: the size of a value without an appearance, at most.
const VALUE_SIZE_MAX: f32 = 11.0;
/// In ems: the advance of a letter of such a value, and where its baseline stands above the lower edge.
const VALUE_ADVANCE_EM: f32 = 0.5;
const VALUE_BASELINE_EM: f32 = 0.35;

impl<'a> Interpreter<'a> {
    /// Draws the annotations of `page` as the page's content leaves them: in the page's own space, with nothing set.
    pub(super) fn draw_annotations(&mut self, page: &'a Dictionary, start: &State) {
        let objects = self.objects;
        let annotations = objects.array(page, b"Annots").unwrap_or_default();
        if annotations.is_empty() {
            return;
        }
        (self.artifact_levels, self.text_levels, self.hidden_levels, self.tag) = (0, 0, 0, 0);
        self.marked.clear();
        self.is_annotation = true;
        for item in annotations.iter().take(ANNOTATIONS_MAX).filter(|item| may_show_text(objects, item)) {
            if let Some(annotation) = objects.resolve(item).and_then(|item| item.as_dict().ok()) {
                self.state = start.clone();
                self.draw_annotation(annotation);
            }
        }
    }

    fn draw_annotation(&mut self, annotation: &'a Dictionary) {
        let objects = self.objects;
        let flags = objects.number(annotation, b"F").unwrap_or(0.0) as i64;
        let is_off = annotation.get(b"OC").is_ok_and(|group| self.layers.hides(objects, group));
        if flags & NOT_SHOWN != 0 || is_off {
            return;
        }
        let key: &[u8] = match objects.name(annotation, b"Subtype") {
            Some(b"Widget") if is_read(objects, annotation) => b"V",
            Some(b"FreeText" | b"Stamp") => b"Contents",
            _ => return,
        };
        let Some(rectangle) = rectangle(objects, annotation) else { return };
        if let Some((id, stream)) = appearance(objects, annotation) {
            let (count, ctm) = (self.glyph_count(), self.state.ctm);
            self.draw_appearance(id, stream, &rectangle);
            self.state.ctm = ctm;
            // Programs that fill in forms may leave it to the viewer to draw the value.
            if self.glyph_count() > count || !needs_appearances(objects) {
                return;
            }
        }
        // Viewers draw a stamp without an appearance in their own way: its text is not known.
        if objects.name(annotation, b"Subtype") != Some(b"Stamp")
            && let Some(value) = inherited(objects, annotation, key).and_then(|value| text(objects, value))
        {
            self.show_value(&value, &rectangle);
        } else if let Some(rich) = objects.get(annotation, b"RC").and_then(|rich| text(objects, rich)) {
            self.show_value(&without_markup(&rich), &rectangle);
        }
    }

    /// Draws a form so that its box comes to stand in the rectangle (ISO 32000-1, 12.5.5).
    fn draw_appearance(&mut self, id: ObjectId, stream: &'a Stream, rectangle: &Box2) {
        let objects = self.objects;
        let matrix = objects.numbers(&stream.dict, b"Matrix");
        let matrix = matrix.and_then(|numbers| Matrix::try_from(numbers).ok()).unwrap_or(IDENTITY);
        let numbers = objects.numbers(&stream.dict, b"BBox").and_then(|box_| <[f32; 4]>::try_from(box_).ok());
        let Some([x0, y0, x1, y1]) = numbers else { return };
        let area = Box2 { left: x0.min(x1), top: y0.min(y1), right: x0.max(x1), bottom: y0.max(y1) };
        let area = area.transformed(&matrix);
        let scale = |to: f32, from: f32| if from > 0.0 { to / from } else { 1.0 };
        let across = scale(rectangle.right - rectangle.left, area.right - area.left);
        let along = scale(rectangle.bottom - rectangle.top, area.bottom - area.top);
        let onto =
            [across, 0.0, 0.0, along, rectangle.left - area.left * across, rectangle.top - area.top * along];
        self.state.ctm = multiply(&onto, &self.state.ctm);
        self.draw_form(id, stream, &stream.dict);
    }

    /// Shows a value line by line from the top of its rectangle on, all of it within the rectangle.
    fn show_value(&mut self, value: &str, rectangle: &Box2) {
        let (width, height) = (rectangle.right - rectangle.left, rectangle.bottom - rectangle.top);
        let lines = broken(value, width, height);
        let count = lines.len().max(1) as f32;
        let size = (height / count / 1.2).min(VALUE_SIZE_MAX);
        let shown = self.objects.budget.take_shown_bytes(value.len());
        if shown < value.len() || size <= 0.0 {
            return;
        }
        let ctm = self.state.ctm;
        let at = |x: f32, y: f32| (x * ctm[0] + y * ctm[2] + ctm[4], x * ctm[1] + y * ctm[3] + ctm[5]);
        // In the middle of its rectangle, as viewers set it: on one line with the label beside it.
        let top = rectangle.bottom - (height - count * 1.2 * size) / 2.0;
        for (line, index) in lines.iter().zip(0u16..) {
            let low = top - (f32::from(index) + 1.0) * 1.2 * size + VALUE_BASELINE_EM * size;
            let (mut x, y) = at(rectangle.left, low);
            let style =
                Style { y, size, angle: 0, is_bold: false, is_invisible: false, is_artifact: false, tag: 0 };
            self.page.set_style(&style);
            // The layout takes characters as they stand on the page; these are in the order in which they are read.
            if direction::has_right_to_left(line) {
                let written = self.page.written(line);
                self.page.glyphs.extend(written.map(|written| Glyph { x, width, written }));
                continue;
            }
            for character in line.chars().filter(|character| !character.is_control()) {
                if self.glyph_count() >= self.objects.limits.page_glyphs_max {
                    return;
                }
                let width = (VALUE_ADVANCE_EM * size).min(width / line.chars().count().max(1) as f32);
                self.page.glyphs.push(Glyph { x, width, written: Written::One(character) });
                x += width;
            }
        }
    }
}

/// The lines in which a value is shown in a rectangle: broken at spaces where it is longer than the rectangle is wide, as far as there is
/// room for more lines.
fn broken(value: &str, width: f32, height: f32) -> Vec<String> {
    let own_lines: Vec<&str> = value.lines().collect();
    let room = (height / (1.2 * VALUE_SIZE_MAX)).max(1.0) as usize;
    let in_width = (width / (VALUE_ADVANCE_EM * VALUE_SIZE_MAX)).max(1.0) as usize;
    let per_line = in_width.max(value.chars().count().div_ceil(room));
    if own_lines.len() >= room {
        return own_lines.into_iter().map(str::to_owned).collect();
    }
    let mut lines: Vec<String> = Vec::new();
    for own_line in own_lines {
        let start = lines.len();
        for word in own_line.split_whitespace() {
            match lines.get_mut(start..).and_then(<[String]>::last_mut) {
                Some(line) if line.chars().count() + word.chars().count() < per_line => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
    }
    lines
}

/// The text of a rich text (XHTML): without its tags, paragraphs on lines of their own.
fn without_markup(rich: &str) -> String {
    let pieces = rich.split('<').map(|piece| match piece.split_once('>') {
        Some((tag, text)) if tag.starts_with("p") || tag.starts_with("br") => format!("\n{text}"),
        Some((_, text)) => text.to_owned(),
        None => String::new(),
    });
    let text: String = pieces.collect();
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    entities.iter().fold(text, |text, (entity, sign)| text.replace(entity, sign)).trim().to_owned()
}

/// Whether viewers draw the values of the form anew.
fn needs_appearances(objects: &Objects) -> bool {
    let form = objects.catalog().and_then(|catalog| objects.dictionary(catalog, b"AcroForm"));
    let needs = form.and_then(|form| objects.get(form, b"NeedAppearances")?.as_bool().ok());
    needs == Some(true)
}

/// Whether an annotation is of a kind that is read: asked before it is built, since most are links.
fn may_show_text(objects: &Objects, item: &Object) -> bool {
    let Some(mut tokens) = item.as_reference().ok().and_then(|(number, _)| objects.tokens(number)) else {
        return true;
    };
    let mut depth = 0;
    while let Some(token) = tokens.next() {
        match token {
            Token::DictStart | Token::ArrayStart => depth += 1,
            Token::DictEnd | Token::ArrayEnd => depth -= 1,
            Token::Name(b"Subtype") if depth == 1 => {
                let kinds: [&[u8]; 3] = [b"Widget", b"FreeText", b"Stamp"];
                return matches!(tokens.next(), Some(Token::Name(kind)) if kinds.contains(&kind));
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    false
}

/// Whether the value of a field is text that a reader sees.
fn is_read(objects: &Objects, field: &Dictionary) -> bool {
    let kind = inherited(objects, field, b"FT").and_then(|kind| kind.as_name().ok());
    let flags = inherited(objects, field, b"Ff").and_then(|flags| flags.as_i64().ok()).unwrap_or(0);
    match kind {
        Some(b"Tx") => flags & PASSWORD == 0,
        Some(b"Ch" | b"Sig") => true,
        _ => false,
    }
}

/// What a field, or one that it belongs to, says of `key`.
fn inherited<'a>(objects: &'a Objects, field: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let mut node = field;
    for _ in 0..FIELD_LEVELS_MAX {
        if let Some(found) = objects.get(node, key) {
            return Some(found);
        }
        node = objects.dictionary(node, b"Parent")?;
    }
    None
}

/// A text string, the lines of a list of them, or a stream.
fn text(objects: &Objects, value: &Object) -> Option<String> {
    match value {
        Object::String(..) => lopdf::decode_text_string(value).ok(),
        Object::Array(items) => {
            let items = items.iter().take(CHOICES_MAX).filter_map(|item| objects.resolve(item));
            let texts = items.filter_map(|item| lopdf::decode_text_string(item).ok());
            Some(texts.collect::<Vec<_>>().join("\n"))
        }
        Object::Stream(stream) => {
            lopdf::decode_text_string(&Object::string_literal(objects.inflate(stream))).ok()
        }
        _ => None,
    }
}

fn rectangle(objects: &Objects, annotation: &Dictionary) -> Option<Box2> {
    let [x0, y0, x1, y1] = <[f32; 4]>::try_from(objects.numbers(annotation, b"Rect")?).ok()?;
    Some(Box2 { left: x0.min(x1), top: y0.min(y1), right: x0.max(x1), bottom: y0.max(y1) })
}

/// The normal appearance, of several that of the state the annotation is in.
fn appearance<'a>(objects: &'a Objects, annotation: &'a Dictionary) -> Option<(ObjectId, &'a Stream)> {
    let normal = objects.dictionary(annotation, b"AP")?.get(b"N").ok()?;
    let of = |entry: &Object| {
        let id = entry.as_reference().ok()?;
        match objects.referred(id)? {
            Object::Stream(stream) => Some((id, stream)),
            _ => None,
        }
    };
    of(normal).or_else(|| {
        let states = objects.resolve(normal)?.as_dict().ok()?;
        of(states.get(objects.name(annotation, b"AS")?).ok()?)
    })
}
