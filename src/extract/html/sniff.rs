//! Whether bytes are HTML, as browsers decide it, and the text that a server has written before a page by mistake.

use crate::text::normalise;

/// Text before the page is looked for in this many characters at its start.
// Warnings of PHP are a line or two each, "<br />\n<b>Warning</b>: …"; a licence in a comment is passed over first.
const PREAMBLE_MAX: usize = 16 << 10;

/// Elements that a page or a part of one may begin with.
// The WHATWG MIME Sniffing standard's list, and the blocks that a page without a head begins with.
const OPENINGS: [&str; 34] = [
    "html", "head", "script", "iframe", "h1", "h2", "h3", "h4", "h5", "h6", "div", "font", "table", "a",
    "style", "title", "b", "body", "br", "p", "main", "article", "section", "header", "nav", "meta", "link",
    "base", "center", "span", "ul", "ol", "form", "strong",
];

/// Whether `bytes` begin as an HTML page does, or hold the beginning of one after a server's warnings.
pub(in crate::extract) fn is_html(bytes: &[u8]) -> bool {
    let head = head(bytes);
    let rest = after_prologue(&head);
    if let Some(name) = rest.strip_prefix("<!doctype") {
        return name.trim_start().starts_with("html");
    }
    let is_xml = head.trim_start_matches(IGNORED).starts_with("<?xml");
    if is_xml {
        return starts_with_tag(rest, &["html"]);
    }
    starts_with_tag(rest, &OPENINGS) || page_start(&head).is_some()
}

/// The first characters of `bytes` in small letters, comments not counted; zeros of UTF-16 are left out.
fn head(bytes: &[u8]) -> String {
    let mut start = 0;
    // A licence or a build's log in a comment may be longer than any prefix that we look at.
    let text_start = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
    if bytes[text_start..].starts_with(b"<!--") {
        let end = bytes.windows(3).position(|window| window == b"-->");
        start = end.map_or(0, |end| end + 3);
    }
    let end = bytes.len().min(start + PREAMBLE_MAX);
    String::from_utf8_lossy(&bytes[start..end]).replace('\0', "").to_ascii_lowercase()
}

const IGNORED: [char; 9] = ['\u{feff}', '\u{fffd}', ' ', '\t', '\n', '\r', '\u{c}', 'ÿ', 'þ'];

/// `text` after byte order marks, white space, comments and processing instructions.
fn after_prologue(text: &str) -> &str {
    let mut rest = text.trim_start_matches(IGNORED);
    loop {
        let end = if rest.starts_with("<!--") {
            rest.find("-->").map(|end| end + 3)
        } else if rest.starts_with("<?") {
            rest.find('>').map(|end| end + 1)
        } else {
            None
        };
        let Some(end) = end else { return rest };
        rest = rest[end..].trim_start();
    }
}

fn starts_with_tag(text: &str, names: &[&str]) -> bool {
    let Some(inner) = text.strip_prefix('<') else { return false };
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
    let ends_name = inner[end..].starts_with([' ', '>', '/', '\t', '\n', '\r']);
    ends_name && names.contains(&&inner[..end])
}

/// Where in `small`, text in small letters, the page itself begins: its doctype, or its `html` element.
fn page_start(small: &str) -> Option<usize> {
    let starts = ["<!doctype html", "<html>", "<html "];
    starts.iter().filter_map(|start| small.find(start)).min()
}

/// What stands before the page, if it is text, and the page. Scripts and comments before a page stay with it.
pub(super) fn without_preamble(text: &str) -> (Option<String>, &str) {
    let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= PREAMBLE_MAX).last().unwrap_or(0);
    let small = text[..end].to_ascii_lowercase();
    let Some(start) = page_start(&small) else { return (None, text) };
    let before = visible(&text[..start]);
    if before.is_empty() {
        return (None, text);
    }
    (Some(before), &text[start..])
}

/// `html` without its tags, comments and scripts.
fn visible(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = [("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>"), ("<", ">")]
            .iter()
            .find(|(open, _)| rest.starts_with(open))
            .and_then(|(_, close)| rest.find(close).map(|at| at + close.len()));
        let Some(end) = end else { return normalise(&out) };
        out.push(' ');
        rest = &rest[end..];
    }
    out.push_str(rest);
    normalise(&out)
}
