//! Bounds the depth of a page before a tree is built, since tree building takes time quadratic in depth.
//!
//! Removes the tags of bold, italics and the like, which are not used here and which the parser opens again in every
//! paragraph that follows: a few hundred of them left open multiply a page by hundreds.
//! Counts open tags in the stream of tokens. Where the count may differ from that of the parser it is too high, never too low.

use std::borrow::Cow;

/// Deeper elements are flattened: their tags become a space, their text stays.
pub(super) const DEPTH_MAX: usize = 512;
/// Longer tags become a space: the parser compares each attribute with all before it.
const TAG_BYTES_MAX: usize = 1 << 16;
/// How many open tags are searched for the start tag of an end tag.
const LOOK_BACK: usize = 1024;

const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];
const RAW: [&str; 7] = ["script", "style", "textarea", "title", "xmp", "iframe", "noframes"];
/// Elements that the parser opens again after the block that they were left open in; links (`a`) too, but only one at a time.
const FORMATTING: [&str; 13] =
    ["b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// `html` with its elements at most [`DEPTH_MAX`] deep, and whether anything had to be flattened.
pub(super) fn bound(html: &str) -> (String, bool) {
    let mut scanner = Scanner {
        out: String::with_capacity(html.len()),
        open: Vec::new(),
        is_cut: false,
        is_xhtml: declares_xhtml(html),
    };
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        scanner.out.push_str(&rest[..start]);
        rest = scanner.token(&rest[start..]);
    }
    scanner.out.push_str(rest);
    (scanner.out, scanner.is_cut)
}

struct Scanner<'a> {
    out: String,
    open: Vec<Cow<'a, str>>,
    is_cut: bool,
    /// `<title/>` and `<a name="x"/>` have no content; a browser that takes the page for HTML reads on in them.
    is_xhtml: bool,
}

/// Whether a page says at its start that it is XML.
fn declares_xhtml(html: &str) -> bool {
    const HEAD_BYTES: usize = 1024;
    let head = html.as_bytes();
    let head = String::from_utf8_lossy(&head[..head.len().min(HEAD_BYTES)]);
    head.contains("<?xml") || head.contains("http://www.w3.org/1999/xhtml") || head.contains("//DTD XHTML")
}

impl<'a> Scanner<'a> {
    /// Takes the token that `text` begins with and gives what follows it.
    fn token(&mut self, text: &'a str) -> &'a str {
        let end = token_end(text);
        let (token, rest) = text.split_at(end);
        let Some(name) = tag_name(token) else {
            self.out.push_str(token);
            return rest;
        };
        if FORMATTING.contains(&&*name) {
            return rest;
        }
        if self.is_xhtml && token.ends_with("/>") && !VOID.contains(&&*name) && token.len() <= TAG_BYTES_MAX {
            self.empty_element(token, &name);
            return rest;
        }
        let keep = if token.starts_with("</") { self.close(&name) } else { self.start(name.clone()) };
        let fits = token.len() <= TAG_BYTES_MAX;
        self.is_cut |= !keep;
        self.out.push_str(if keep && fits { token } else { " " });
        if token.starts_with("</") || !RAW.contains(&&*name) {
            return rest;
        }
        let length = raw_length(rest, &name);
        if keep && fits {
            self.out.push_str(&rest[..length]);
        }
        &rest[length..]
    }

    /// Writes an element of XHTML that is empty by its tag, with its end.
    fn empty_element(&mut self, token: &str, name: &str) {
        self.out.push_str(token[..token.len() - 2].trim_end());
        self.out.push_str("></");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// Whether the start tag stays.
    fn start(&mut self, name: Cow<'a, str>) -> bool {
        if VOID.contains(&&*name) {
            return true;
        }
        self.imply_ends(&name);
        self.open.push(name);
        self.open.len() <= DEPTH_MAX
    }

    /// Whether the end tag stays.
    fn close(&mut self, name: &str) -> bool {
        let floor = self.open.len().saturating_sub(LOOK_BACK);
        let Some(place) = self.open[floor..].iter().rposition(|open| open == name) else { return true };
        self.pop_to(floor + place);
        floor + place < DEPTH_MAX
    }

    fn pop_to(&mut self, place: usize) {
        let above = self.open.split_off(place);
        self.open.extend(above.into_iter().skip(1).filter(|name| &**name == "a"));
    }

    /// A link ends the link before it, as in old pages full of `<a name=…>` without an end; not across a cell's edge.
    fn end_link(&mut self) {
        let floor = self.open.len().saturating_sub(LOOK_BACK);
        for place in (floor..self.open.len()).rev() {
            match &*self.open[place] {
                "a" => return drop(self.open.remove(place)),
                "td" | "th" | "caption" | "object" | "marquee" | "applet" | "template" => return,
                _ => {}
            }
        }
    }

    /// Ends the elements that a start tag ends implicitly: an item before the next item, a cell before the next cell.
    fn imply_ends(&mut self, name: &str) {
        if name == "a" {
            return self.end_link();
        }
        let (ended, boundary): (&[&str], &[&str]) = match name {
            "p" => (&["p"], &[]),
            "li" => (&["li"], &["ul", "ol"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl"]),
            "td" | "th" => (&["td", "th"], &["tr", "table"]),
            "tr" => (&["tr"], &["table", "tbody", "thead", "tfoot"]),
            "tbody" | "thead" | "tfoot" => (&["tbody", "thead", "tfoot"], &["table"]),
            "option" => (&["option"], &["select"]),
            _ => return,
        };
        let floor = self.open.len().saturating_sub(LOOK_BACK);
        for place in (floor..self.open.len()).rev() {
            let open = &*self.open[place];
            if ended.contains(&open) {
                return self.pop_to(place);
            }
            let passes =
                INLINE.contains(&open) || (name != "p" && matches!(open, "p" | "span" | "td" | "th" | "tr"));
            if boundary.contains(&open) || !passes {
                return;
            }
        }
    }
}

/// Elements that hold no blocks: the next paragraph ends them with its own start.
const INLINE: [&str; 14] =
    ["a", "span", "label", "abbr", "cite", "q", "sub", "sup", "ins", "del", "mark", "time", "var", "kbd"];

/// The name of a start or end tag in small letters. `None` for comments, declarations and stray `<`.
fn tag_name(token: &str) -> Option<Cow<'_, str>> {
    let inner = token.strip_prefix("</").or_else(|| token.strip_prefix('<'))?;
    let is_name = inner.starts_with(|c: char| c.is_ascii_alphabetic());
    let end = inner.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>')).unwrap_or(inner.len());
    let name = &inner[..end];
    let is_small = !name.bytes().any(|byte| byte.is_ascii_uppercase());
    is_name.then(|| if is_small { Cow::Borrowed(name) } else { Cow::Owned(name.to_ascii_lowercase()) })
}

/// The length of the token at the start of `text`, which begins with `<`.
fn token_end(text: &str) -> usize {
    if let Some(comment) = text.strip_prefix("<!--") {
        return comment.find("-->").map_or(text.len(), |end| end + 7);
    }
    let second = text.as_bytes().get(1).copied().unwrap_or(b' ');
    match second {
        b'!' | b'?' => text.find('>').map_or(text.len(), |end| end + 1),
        b'/' | b'a'..=b'z' | b'A'..=b'Z' => tag_end(text),
        _ => 1,
    }
}

/// The length of a tag, `>` in quoted attribute values passed over.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    let mut previous = b' ';
    for (index, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return index + 1,
            (None, b'"' | b'\'') if previous == b'=' => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            previous = byte;
        }
    }
    text.len()
}

/// How much of `text` is raw text of the element `name`, up to its end tag.
fn raw_length(text: &str, name: &str) -> usize {
    let mut from = 0;
    while let Some(place) = text[from..].find("</") {
        let at = from + place;
        let is_end = text.as_bytes().get(at + 2..at + 2 + name.len());
        if is_end.is_some_and(|bytes| bytes.eq_ignore_ascii_case(name.as_bytes())) {
            return at;
        }
        from = at + 2;
    }
    text.len()
}
