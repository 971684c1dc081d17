//! The outline of a page → passages in reading order, each under its headings, and the furniture between them.

use super::lines;
use super::notes;
use super::outline::{PageNode, PageOutline};
use super::rule::FurnitureRule;
use super::tables;
use super::tags::{attribute, is_block, is_heading};
use crate::text::{LineEnd, Passage, PassageKind, hyphen_at_line_end, normalise};

/// Text that was left out, and why.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LeftOut {
    pub(super) rule: FurnitureRule,
    pub(super) text: String,
}

/// The passages of `outline`, and what is left out of it.
pub(super) fn of(outline: &PageOutline) -> (Vec<Passage>, Vec<LeftOut>) {
    let mut writer = PageWriter {
        outline,
        passages: Vec::new(),
        left_out: Vec::new(),
        line: String::new(),
        section: Vec::new(),
        doubted: None,
    };
    writer.children(0, PassageKind::Paragraph);
    writer.flush(PassageKind::Paragraph);
    writer.drop_doubted_heading();
    (writer.passages, writer.left_out)
}

struct PageWriter<'o, 'a> {
    outline: &'o PageOutline<'a>,
    passages: Vec<Passage>,
    left_out: Vec<LeftOut>,
    line: String,
    /// The headings that are open, with their level.
    section: Vec<(u8, String)>,
    /// The level of the last heading and the rule of the box after it, while nothing else follows: "Related articles".
    doubted: Option<(u8, FurnitureRule)>,
}

impl PageWriter<'_, '_> {
    fn children(&mut self, index: usize, kind: PassageKind) {
        let outline = self.outline;
        for child in outline.children(index) {
            match outline.items[child].node {
                _ if outline.items[child].left_out.is_some() => self.leave_out(child, kind),
                PageNode::Text(text) => self.line.push_str(&joined_lines(text)),
                PageNode::Element(_) => self.element(child, kind),
            }
        }
    }

    fn element(&mut self, index: usize, kind: PassageKind) {
        let Some(element) = self.outline.element(index) else { return };
        if notes::is_mark(element, &self.line) {
            return;
        }
        match element.value().name() {
            "br" => self.line.push(' '),
            "table" if !tables::is_layout(self.outline, index) => self.table(index, kind),
            name if is_heading(name) => self.heading(index, name.as_bytes()[1] - b'0', kind),
            name if is_block(name) => self.block(index, kind),
            _ => {
                let gap = if is_displayed_as_block(element) { " " } else { "" };
                self.line.push_str(gap);
                self.children(index, kind);
                self.line.push_str(gap);
            }
        }
    }

    fn block(&mut self, index: usize, kind: PassageKind) {
        self.flush(kind);
        let inner = self.outline.element(index).map_or(kind, |element| kind_of(element, kind));
        self.children(index, inner);
        self.flush(inner);
    }

    fn heading(&mut self, index: usize, level: u8, kind: PassageKind) {
        self.flush(kind);
        let text = normalise(&text_of(self.outline, index));
        if text.is_empty() {
            return;
        }
        if lines::is_furniture(&text) {
            return self.left_out.push(LeftOut { rule: FurnitureRule::Line, text });
        }
        if self.doubted.is_some_and(|(doubted, _)| level <= doubted) {
            self.drop_doubted_heading();
        }
        self.section.retain(|(outer, _)| *outer < level);
        self.push(PassageKind::Heading, text.clone());
        self.section.push((level, text));
    }

    fn table(&mut self, table: usize, kind: PassageKind) {
        self.flush(kind);
        let mut next = table + 1;
        while next < self.outline.items[table].end {
            if self.outline.items[next].left_out.is_some() {
                self.leave_out(next, kind);
                next = self.outline.items[next].end;
                continue;
            }
            match self.outline.name(next) {
                "caption" => self.push_text(PassageKind::Caption, &text_of(self.outline, next)),
                "tr" => self.row(next),
                _ => {}
            }
            next += 1;
        }
    }

    fn row(&mut self, row: usize) {
        let outline = self.outline;
        let is_cell = |cell: &usize| {
            matches!(outline.name(*cell), "td" | "th") && outline.items[*cell].left_out.is_none()
        };
        let cells: Vec<String> =
            outline.children(row).filter(is_cell).map(|cell| normalise(&text_of(outline, cell))).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            self.push(PassageKind::Table, cells.join("\t"));
        }
    }

    /// Notes what is left out; a box ends the line, a label within a line does not.
    fn leave_out(&mut self, index: usize, kind: PassageKind) {
        let Some(rule) = self.outline.items[index].left_out else { return };
        let ends_line = self.outline.element(index).is_some_and(|element| is_block(element.value().name()));
        if ends_line {
            self.flush(kind);
        }
        let text = all_text(self.outline, index);
        if text.is_empty() {
            return;
        }
        let last_heading = self.passages.last().filter(|last| last.kind == PassageKind::Heading);
        let level = self.section.last().map(|(level, _)| *level).filter(|level| *level > 1);
        if let (Some(_), Some(level), true) = (last_heading, level, rule.takes_its_heading() && ends_line) {
            self.doubted = Some((level, rule));
        }
        self.left_out.push(LeftOut { rule, text });
    }

    /// Takes out a heading under which only furniture stood.
    fn drop_doubted_heading(&mut self) {
        if let Some((_, rule)) = self.doubted.take()
            && let Some(heading) = self.passages.pop()
        {
            self.section.pop();
            self.left_out.push(LeftOut { rule, text: heading.text });
        }
    }

    fn flush(&mut self, kind: PassageKind) {
        let line = std::mem::take(&mut self.line);
        self.push_text(kind, &line);
    }

    fn push_text(&mut self, kind: PassageKind, text: &str) {
        let text = normalise(text);
        if text.is_empty() {
            return;
        }
        if lines::is_furniture(&text) {
            return self.left_out.push(LeftOut { rule: FurnitureRule::Line, text });
        }
        let is_repeated = self.passages.last().is_some_and(|last| last.text == text && is_caption(&text));
        if !is_repeated {
            let is_named = kind == PassageKind::Paragraph && is_caption(&text);
            self.push(if is_named { PassageKind::Caption } else { kind }, text);
        }
    }

    fn push(&mut self, kind: PassageKind, text: String) {
        self.doubted = None;
        let section = self.section.iter().map(|(_, heading)| heading.clone()).collect();
        self.passages.push(Passage { section, ..Passage::new(kind, text) });
    }
}

fn kind_of(element: scraper::ElementRef, outer: PassageKind) -> PassageKind {
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

/// Whether an element that stands in the line by its name is a block by its style: its words are apart from the next.
fn is_displayed_as_block(element: scraper::ElementRef) -> bool {
    attribute(element, "style").is_some_and(|style| {
        let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
        ["display:block", "display:flex", "display:grid", "display:table", "display:list-item"]
            .iter()
            .any(|display| style.contains(display))
    })
}

/// The text of `index` on one line; blocks within it are kept apart by a space, note marks are left out.
fn text_of(outline: &PageOutline, index: usize) -> String {
    let mut text = String::new();
    collect(outline, index, &mut text);
    text
}

fn collect(outline: &PageOutline, index: usize, text: &mut String) {
    for child in outline.children(index) {
        match outline.items[child].node {
            _ if outline.items[child].left_out.is_some() => {}
            PageNode::Text(piece) => text.push_str(&joined_lines(piece)),
            PageNode::Element(element) if notes::is_mark(element, text) => {}
            PageNode::Element(element) => {
                let name = element.value().name();
                let is_apart = is_block(name) || name == "br" || is_displayed_as_block(element);
                let gap = if is_apart { " " } else { "" };
                text.push_str(gap);
                collect(outline, child, text);
                text.push_str(gap);
            }
        }
    }
}

/// All text of a part that is left out, on one line.
fn all_text(outline: &PageOutline, index: usize) -> String {
    let mut text = String::new();
    for inner in index..outline.items[index].end {
        match outline.items[inner].node {
            PageNode::Text(piece) => text.push_str(piece),
            PageNode::Element(element) if is_block(element.value().name()) => text.push(' '),
            PageNode::Element(_) => {}
        }
    }
    normalise(&text)
}

/// `text` with words joined that its source breaks over lines with a hyphen.
fn joined_lines(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains("-\n") {
        return text.into();
    }
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
    out.into()
}
