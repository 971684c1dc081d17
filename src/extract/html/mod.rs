//! HTML → one page of passages: decoded, cut to a bounded depth, main content only. Refuses error pages and empty ones.
//!
//! Runs no script and fetches nothing: a page whose text arrives by script has no text here.

mod content;
mod decode;
mod depth;
mod error_page;
mod metadata;
mod notes;
mod passages;

use crate::text::{Document, Notice, Page, Rejection};
use scraper::Html;

/// Larger pages are refused. A choice, not a measurement: a hundred times the largest of our real pages (268 kB).
const HTML_BYTES_MAX: usize = 32 << 20;

/// The document of an HTML page.
pub(super) fn read(bytes: &[u8]) -> Result<Document, Rejection> {
    if bytes.len() > HTML_BYTES_MAX {
        return Err(Rejection::new(
            format!("too large: more than {HTML_BYTES_MAX} bytes of HTML"),
            "split the page",
        ));
    }
    let (text, mut notices) = decode::decode(bytes);
    let (bounded, is_cut) = depth::bound(&text);
    if is_cut {
        let limit = depth::DEPTH_MAX;
        notices.push(Notice::of_document(format!("elements nested deeper than {limit} are flattened")));
    }
    let tree = Html::parse_document(&bounded);
    let passages = passages::of(&content::container(&tree));
    error_page::refuse(&tree, &passages)?;
    let metadata = metadata::of(&tree);
    Ok(Document { metadata, pages: vec![Page { number: None, label: None, passages }], notices })
}

/// Whether `bytes` begin as an HTML page does, after a byte order mark, white space, comments and an XML declaration.
pub(super) fn is_html(bytes: &[u8]) -> bool {
    let head =
        String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).replace('\0', "").to_ascii_lowercase();
    let mut rest = head.trim_start_matches(['\u{feff}', '\u{fffd}']).trim_start();
    while let Some((_, after)) = skip_prologue(rest) {
        rest = after.trim_start();
    }
    const OPENINGS: [&str; 12] = [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<title",
        "<meta",
        "<h1",
        "<p>",
        "<div",
        "<main",
        "<article",
        "<table",
    ];
    OPENINGS.iter().any(|opening| rest.starts_with(opening))
}

/// A leading comment or processing instruction, and what follows it.
fn skip_prologue(text: &str) -> Option<(&str, &str)> {
    let end = if text.starts_with("<!--") {
        text.find("-->")? + 3
    } else if text.starts_with("<?") {
        text.find('>')? + 1
    } else {
        return None;
    };
    Some(text.split_at(end))
}
