//! The elements of a container → passages in reading order, each under its headings.

use super::content::{has_any, is_furniture, is_furniture_text, is_heading};
use super::notes;
use crate::text::{LineEnd, Passage, PassageKind, hyphen_at_line_end, normalise};
use scraper::ElementRef;

/// The passages of `container`.
pub(super) fn of(container: &ElementRef) -> Vec<Passage> {
    let mut writer = Writer::default();
    writer.children(*container, PassageKind::Paragraph);
    writer.flush(PassageKind::Paragraph);
    writer.passages
}

#[derive(Default)]
struct Writer {
    passages: Vec<Passage>,
    line: String,
    /// The headings that are open, with their level.
    section: Vec<(u8, String)>,
}

impl Writer {
    fn children(&mut self, element: ElementRef, kind: PassageKind) {
        for child in element.children() {
            if let Some(text) = child.value().as_text() {
                self.line.push_str(&joined_lines(text));
            } else if let Some(inner) = ElementRef::wrap(child) {
                self.element(inner, kind);
            }
        }
    }

    fn element(&mut self, element: ElementRef, kind: PassageKind) {
        let name = element.value().name();
        if notes::is_mark(element, &self.line) {
            return;
        }
        if is_furniture(element) {
            return if is_inline(name) { self.line.push(' ') } else { self.flush(kind) };
        }
        match name {
            "br" => self.line.push(' '),
            "table" if !is_layout(element) => self.table(element, kind),
            _ if is_heading(name) => self.heading(element, kind),
            _ if is_inline(name) => self.children(element, kind),
            _ => self.block(element, kind),
        }
    }

    fn block(&mut self, element: ElementRef, kind: PassageKind) {
        self.flush(kind);
        let inner = kind_of(element, kind);
        self.children(element, inner);
        self.flush(inner);
    }

    fn heading(&mut self, element: ElementRef, kind: PassageKind) {
        self.flush(kind);
        let level = element.value().name().as_bytes()[1] - b'0';
        let text = normalise(&text_of(element));
        if text.is_empty() || is_furniture_text(&text) {
            return;
        }
        self.section.retain(|(outer, _)| *outer < level);
        self.push(PassageKind::Heading, text.clone());
        self.section.push((level, text));
    }

    fn table(&mut self, table: ElementRef, kind: PassageKind) {
        self.flush(kind);
        for part in table.descendent_elements() {
            match part.value().name() {
                "caption" => self.push_text(PassageKind::Caption, &text_of(part)),
                "tr" => self.row(part),
                _ => {}
            }
        }
    }

    fn row(&mut self, row: ElementRef) {
        let is_cell = |element: &ElementRef| matches!(element.value().name(), "td" | "th");
        let cells: Vec<String> =
            row.child_elements().filter(is_cell).map(|cell| normalise(&text_of(cell))).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            self.push(PassageKind::Table, cells.join("\t"));
        }
    }

    fn flush(&mut self, kind: PassageKind) {
        let line = std::mem::take(&mut self.line);
        self.push_text(kind, &line);
    }

    fn push_text(&mut self, kind: PassageKind, text: &str) {
        let text = normalise(text);
        let is_repeated = self.passages.last().is_some_and(|last| last.text == text && is_caption(&text));
        if !text.is_empty() && !is_furniture_text(&text) && !is_repeated {
            let kind =
                if kind == PassageKind::Paragraph && is_caption(&text) { PassageKind::Caption } else { kind };
            self.push(kind, text);
        }
    }

    fn push(&mut self, kind: PassageKind, text: String) {
        let section = self.section.iter().map(|(_, heading)| heading.clone()).collect();
        self.passages.push(Passage { section, ..Passage::new(kind, text) });
    }
}

fn kind_of(element: ElementRef, outer: PassageKind) -> PassageKind {
    if notes::holds_notes(element) {
        return PassageKind::Footnote;
    }
    match element.value().name() {
        _ if outer == PassageKind::Footnote => outer,
        "li" | "dt" | "dd" => PassageKind::ListItem,
        "figcaption" | "caption" => PassageKind::Caption,
        _ => outer,
    }
}

/// "Figur 7.1", the whole caption that a page prints beside the figure of the same name.
fn is_caption(text: &str) -> bool {
    let mut words = text.split(' ');
    let is_name = matches!(words.next(), Some("Figur" | "Tabell" | "Figure" | "Table" | "Boks"));
    let is_number = words.next().is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    is_name && is_number && words.next().is_none()
}

/// A table that only places things: nested tables, headings, or a single cell.
fn is_layout(table: ElementRef) -> bool {
    let cells = table
        .descendent_elements()
        .filter(|element| matches!(element.value().name(), "td" | "th"))
        .take(2)
        .count();
    cells < 2
        || table.attr("role") == Some("presentation")
        || has_any(table, &["table", "h1", "h2", "h3", "h4"])
}

/// The text of `element` on one line; blocks within it are kept apart by a space.
fn text_of(element: ElementRef) -> String {
    let mut text = String::new();
    collect(element, &mut text);
    text
}

fn collect(element: ElementRef, text: &mut String) {
    for child in element.children() {
        if let Some(piece) = child.value().as_text() {
            text.push_str(&joined_lines(piece));
        } else if let Some(inner) = ElementRef::wrap(child)
            && !notes::is_mark(inner, text)
        {
            let gap = if is_inline(inner.value().name()) { "" } else { " " };
            text.push_str(gap);
            if !is_furniture(inner) {
                collect(inner, text);
            }
            text.push_str(gap);
        }
    }
}

fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "button"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "nobr"
            | "q"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "wbr"
    )
}

/// `text` with words joined that its source breaks over lines with a hyphen.
fn joined_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find("-\n") {
        let (left, right) = (&rest[..place], rest[place + 2..].trim_start());
        let left_word = left.rsplit(char::is_whitespace).next().unwrap_or_default();
        let right_word = right.split(char::is_whitespace).next().unwrap_or_default();
        out.push_str(left);
        if left_word.is_empty() || right_word.is_empty() {
            out.push_str("- ");
        } else {
            out.push_str(match hyphen_at_line_end(left_word, right_word, None) {
                LineEnd::Join => "",
                LineEnd::Keep => "-",
                LineEnd::Hang => "- ",
            });
        }
        rest = right;
    }
    out.push_str(rest);
    out
}
