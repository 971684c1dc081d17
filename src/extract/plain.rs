//! Plain text and Markdown → one page of passages. Blank lines separate paragraphs; the lines of a paragraph are joined.

use super::html;
use super::legibility::wrong_encoding;
use crate::text::{
    Document, LineEnd, Metadata, Notice, Page, Passage, PassageKind, Rejection, hyphen_at_line_end, normalise,
};

/// Larger files are refused. A choice: some ten times the longest document in words.
const TEXT_BYTES_MAX: usize = 64 << 20;
/// Number of bytes by which text is recognised.
const SAMPLE_BYTES: usize = 64 << 10;

/// Whether `bytes` are written text: mostly letters, without control characters, and not the data of a program.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let text = html::decode(sample).0;
    // Programs for DOS end a file with Ctrl-Z.
    let text = text.trim_start_matches('\u{feff}').trim_start().trim_end_matches('\u{1a}');
    let is_program_data = text.starts_with('<')
        || text.starts_with("%!")
        || text.starts_with("{\\rtf")
        || text.starts_with("BEGIN:V")
        || (text.starts_with(['{', '[']) && text.contains("\":"));
    let (mut all, mut letters, mut wrong) = (0usize, 0usize, 0usize);
    for c in text.chars() {
        all += 1;
        letters += usize::from(c.is_alphabetic());
        wrong += usize::from(c == '\u{fffd}' || c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}'));
    }
    // Prose has 75 to 85 % letters, tables of figures 20; random bytes read as windows-1252 have 10 % control characters.
    !is_program_data && letters * 4 >= all && letters > 0 && wrong * 200 <= all
}

/// The document of a text file.
pub(super) fn read(bytes: &[u8]) -> Result<Document, Rejection> {
    if bytes.len() > TEXT_BYTES_MAX {
        let reason = format!("too large: more than {TEXT_BYTES_MAX} bytes of text");
        return Err(Rejection::new(reason, "split the document"));
    }
    let (mut text, mut notices) = html::decode(bytes);
    if let Some(wrong) = wrong_encoding(text.lines()) {
        let (righted, count) = wrong.righted(&text);
        notices.retain(|notice| !notice.text.contains(wrong.name));
        notices.push(Notice::of_document(format!("{count} letters set right: {}", wrong.name)));
        text = righted;
    }
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let mut writer = PlainWriter { is_markdown: is_markdown(&text), ..PlainWriter::default() };
    for line in front_matter_skipped(&text).lines() {
        writer.line(line);
    }
    writer.flush();
    if writer.passages.is_empty() {
        return Err(Rejection::new("no text: the file has no readable content", "fetch or copy it again"));
    }
    let title = writer.passages.iter().find(|passage| passage.kind == PassageKind::Heading);
    let metadata = Metadata { title: title.map(|passage| passage.text.clone()), ..Metadata::default() };
    Ok(Document {
        metadata,
        pages: vec![Page { number: None, label: None, passages: writer.passages }],
        notices,
        ..Document::default()
    })
}

/// `text` after the settings between two lines `---` that site generators read.
fn front_matter_skipped(text: &str) -> &str {
    let end = text.strip_prefix("---\n").and_then(|rest| rest.find("\n---\n"));
    end.map_or(text, |end| &text[end + 9..])
}

/// Whether a text is Markdown: a heading with `#`, or a link with its address in brackets.
fn is_markdown(text: &str) -> bool {
    text.lines().any(|line| heading(line).is_some()) || text.contains("](http")
}

/// The level and text of a line such as "## Bakgrunn".
fn heading(line: &str) -> Option<(u8, &str)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let rest = line[level..].strip_prefix(' ')?;
    (1..=6).contains(&level).then(|| (level as u8, rest.trim().trim_end_matches('#').trim_end()))
}

#[derive(Default)]
struct PlainWriter {
    is_markdown: bool,
    passages: Vec<Passage>,
    paragraph: String,
    kind: Option<PassageKind>,
    section: Vec<(u8, String)>,
    in_code: bool,
}

impl PlainWriter {
    fn line(&mut self, line: &str) {
        let trimmed = line.trim();
        if self.is_markdown && trimmed.starts_with("```") {
            self.flush();
            self.in_code = !self.in_code;
            return;
        }
        if trimmed.is_empty() || is_rule(trimmed) {
            return self.end_paragraph(trimmed);
        }
        if let Some((level, text)) = heading(line).filter(|_| self.is_markdown && !self.in_code) {
            self.flush();
            return self.heading(level, text);
        }
        let is_row = trimmed.contains('\t') || self.is_markdown && trimmed.starts_with('|');
        if is_row {
            self.flush();
            return self.row(trimmed);
        }
        if let Some(item) = list_item(trimmed) {
            self.flush();
            self.kind = Some(PassageKind::ListItem);
            return self.paragraph.push_str(item);
        }
        // A line that is longer than a line of typewritten text is a paragraph of its own.
        const WRAPPED_CHARS_MAX: usize = 200;
        if self.paragraph.chars().count() > WRAPPED_CHARS_MAX && !self.paragraph.contains('\n') {
            self.flush();
        }
        if !self.paragraph.is_empty() {
            self.paragraph.push('\n');
        }
        self.paragraph.push_str(trimmed);
    }

    /// A blank line ends a paragraph; a line of `=` or `-` below one makes it a heading in Markdown.
    fn end_paragraph(&mut self, rule: &str) {
        let is_underlined = self.is_markdown
            && !rule.is_empty()
            && !self.paragraph.is_empty()
            && !self.paragraph.contains('\n');
        if is_underlined {
            let text = std::mem::take(&mut self.paragraph);
            return self.heading(if rule.starts_with('=') { 1 } else { 2 }, &text);
        }
        self.flush();
    }

    fn heading(&mut self, level: u8, text: &str) {
        let text = normalise(&unmarked(text));
        self.section.retain(|(outer, _)| *outer < level);
        self.push(PassageKind::Heading, text.clone());
        self.section.push((level, text));
    }

    fn row(&mut self, line: &str) {
        let sign = if line.starts_with('|') { '|' } else { '\t' };
        let cells: Vec<String> =
            line.trim_matches('|').split(sign).map(|cell| normalise(&unmarked(cell))).collect();
        let is_line = cells.iter().all(|cell| cell.chars().all(|c| matches!(c, '-' | ':' | ' ')));
        if !is_line {
            self.push(PassageKind::Table, cells.join("\t"));
        }
    }

    fn flush(&mut self) {
        let text = joined(&std::mem::take(&mut self.paragraph));
        let text = normalise(&if self.is_markdown && !self.in_code { unmarked(&text) } else { text });
        let kind = self.kind.take().unwrap_or(PassageKind::Paragraph);
        self.push(kind, text);
    }

    fn push(&mut self, kind: PassageKind, text: String) {
        if !text.is_empty() {
            let section = self.section.iter().map(|(_, heading)| heading.clone()).collect();
            self.passages.push(Passage { section, ..Passage::new(kind, text) });
        }
    }
}

/// A line of signs only: "-----", "=====", "* * *".
fn is_rule(line: &str) -> bool {
    line.len() >= 3 && line.chars().all(|c| matches!(c, '-' | '=' | '*' | '_' | ' '))
}

/// The text after the sign of a list: "- a", "* a", "• a", "3. a", "b) a".
fn list_item(line: &str) -> Option<&str> {
    if let Some(rest) = ["- ", "* ", "• ", "– "].iter().find_map(|sign| line.strip_prefix(sign)) {
        return Some(rest.trim_start());
    }
    let (number, rest) = line.split_once(' ')?;
    let inner = number.strip_suffix(['.', ')'])?;
    let is_number = inner.len() <= 2 && !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_digit());
    let is_letter =
        number.ends_with(')') && inner.len() == 1 && inner.bytes().all(|byte| byte.is_ascii_lowercase());
    (is_number || is_letter).then_some(rest.trim_start())
}

/// Lines of a paragraph as one, words joined that a hyphen breaks over lines.
fn joined(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let left = out
            .strip_suffix('-')
            .and_then(|before| before.rsplit(char::is_whitespace).next())
            .map(str::to_owned);
        let right = line.split(char::is_whitespace).next().unwrap_or_default();
        match left.filter(|left| !left.is_empty()).map(|left| hyphen_at_line_end(&left, right, None)) {
            Some(LineEnd::Join) => drop(out.pop()),
            Some(LineEnd::Keep) => {}
            Some(LineEnd::Hang) | None if out.is_empty() => {}
            Some(LineEnd::Hang) | None => out.push(' '),
        }
        out.push_str(line);
    }
    out
}

/// Markdown without its signs: emphasis, code, links to their text, pictures to nothing.
fn unmarked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.trim_start_matches("> ");
    while let Some(at) = rest.find(['[', '*', '_', '`', '!']) {
        let (before, sign) = (&rest[..at], rest[at..].chars().next().unwrap_or_default());
        out.push_str(before);
        rest = &rest[at + 1..];
        match sign {
            '!' if rest.starts_with('[') => match link(&rest[1..]) {
                Some((_, after)) => rest = after,
                None => out.push('!'),
            },
            '[' => match link(rest) {
                Some((label, after)) => (out.push_str(label), rest = after).0,
                None => out.push('['),
            },
            // An underscore or star within a word is its own: `NO_x`, `innovasjon*`.
            '*' | '_'
                if before.ends_with(char::is_alphanumeric) && rest.starts_with(char::is_alphanumeric) =>
            {
                out.push(sign)
            }
            '*' | '_' | '`' => {}
            sign => out.push(sign),
        }
    }
    out.push_str(rest);
    out
}

/// The label of a link whose `[` is passed, and what follows its address.
fn link(text: &str) -> Option<(&str, &str)> {
    let (label, rest) = text.split_once(']')?;
    let rest = rest.strip_prefix('(')?;
    let (_, after) = rest.split_once(')')?;
    Some((label, after))
}
