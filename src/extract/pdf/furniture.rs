//! Running heads and page numbers: what repeats at the same place near the top or bottom, digits aside.
//!
//! A document of two or three pages repeats little: there, a small line that stands apart in the margin is furniture when
//! it repeats once, when the page's number stands beside it, or when it says again what the document opens with.

use super::{BlockKind, lines::Segment};
use std::collections::HashMap;

/// The share of the page's height at each end in which furniture is looked for.
const MARGIN_SHARE: f32 = 0.13;
/// The same text at the same place on as many pages is furniture.
const REPEATS_MIN: usize = 3;

/// The same for a small line that stands apart.
const APART_REPEATS_MIN: usize = 2;
/// A line apart is taller than the body by no more than this share.
const APART_SIZE_MAX: f32 = 1.05;
/// Rows at the start of the document in which its title stands.
const OPENING_ROWS: usize = 8;
/// Letters of a line that say the title again; fewer are chance.
const OPENING_LETTERS_MIN: usize = 12;

/// A longer text is no page number.
const PAGE_NUMBER_BYTES_MAX: usize = 32;

/// What is needed of a page: its segments and height.
pub(super) struct PageView<'a> {
    pub(super) segments: &'a [Segment],
    pub(super) height: f32,
}

/// For each page, for each of its segments: `RunningHead`, `PageNumber` or nothing.
pub(super) fn find(pages: &[PageView], body_size: f32) -> Vec<Vec<Option<BlockKind>>> {
    let mut counts: HashMap<(String, i32), usize> = HashMap::new();
    for page in pages {
        let mut seen: Vec<(String, i32)> =
            page.segments.iter().filter_map(|segment| key(segment, page.height)).collect();
        seen.sort();
        seen.dedup();
        for key in seen {
            *counts.entry(key).or_default() += 1;
        }
    }
    let needed = REPEATS_MIN.min(pages.len().max(2));
    let known = Known {
        heights: heights(pages, &counts, needed),
        counts,
        needed,
        rows: head_rows(pages),
        body_size,
        opening: pages.first().map(opening).unwrap_or_default(),
    };
    (1..).zip(pages).map(|(number, page)| of_page(page, number, &known)).collect()
}

/// On how many pages text like this stands at this height, give or take a step.
fn repeats(counts: &HashMap<(String, i32), usize>, key: &(String, i32)) -> usize {
    (-1..=1).filter_map(|shift| counts.get(&(key.0.clone(), key.1 + shift))).sum()
}

/// Of each height near the margins, on how many pages text stands there, and on how many such that repeats.
fn heights(
    pages: &[PageView],
    counts: &HashMap<(String, i32), usize>,
    needed: usize,
) -> HashMap<i32, (usize, usize)> {
    let mut found: HashMap<i32, (usize, usize)> = HashMap::new();
    for page in pages {
        let mut on_page: HashMap<i32, bool> = HashMap::new();
        for key in page.segments.iter().filter_map(|segment| key(segment, page.height)) {
            *on_page.entry(key.1).or_default() |= repeats(counts, &key) >= needed;
        }
        for (height, is_repeated) in on_page {
            let entry = found.entry(height).or_default();
            *entry = (entry.0 + 1, entry.1 + usize::from(is_repeated));
        }
    }
    found
}

/// The letters of the document's first rows.
fn opening(first: &PageView) -> String {
    first.segments.iter().take(OPENING_ROWS).map(|segment| letters(&segment.text)).collect()
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

/// What repeats in a document.
struct Known {
    counts: HashMap<(String, i32), usize>,
    needed: usize,
    /// Of each height, on how many pages text stands there, and on how many such that repeats.
    heights: HashMap<i32, (usize, usize)>,
    /// Heights (in steps of three points) and sizes (in tenths) where most pages have a lone row outermost.
    rows: Vec<(i32, i32)>,
    body_size: f32,
    /// The letters that the document opens with.
    opening: String,
}

/// Where most pages have a row that stands alone at the very top or bottom: heads whose text changes.
fn head_rows(pages: &[PageView]) -> Vec<(i32, i32)> {
    let mut counts: HashMap<(i32, i32), usize> = HashMap::new();
    for page in pages {
        let ends = [page.segments.first(), page.segments.last()];
        let lone = ends.into_iter().flatten().filter(|segment| is_alone(page, segment));
        let mut rows: Vec<_> = lone.filter(|segment| key(segment, page.height).is_some()).map(row).collect();
        rows.dedup();
        for row in rows {
            *counts.entry(row).or_default() += 1;
        }
    }
    let needed = REPEATS_MIN.max(pages.len() * 6 / 10);
    counts.into_iter().filter(|(_, count)| *count >= needed).map(|(row, _)| row).collect()
}

fn row(segment: &Segment) -> (i32, i32) {
    ((segment.baseline / 3.0).round() as i32, (segment.size * 10.0).round() as i32)
}

fn of_page(page: &PageView, number: usize, known: &Known) -> Vec<Option<BlockKind>> {
    let decide = |segment: &Segment| {
        if segment.is_line_number {
            return Some(BlockKind::LineNumber);
        }
        let key = key(segment, page.height)?;
        let is_number = is_page_number(&segment.text);
        let is_furniture = segment.is_artifact
            || is_outermost(page, segment)
                && (known.repeats(&key) >= known.needed && known.is_outside_body(key.1)
                    || is_alone(page, segment)
                        && (is_number
                            || known.rows.contains(&row(segment))
                            || known.is_small_head(page, number, segment, &key)));
        is_furniture.then_some(if is_number { BlockKind::PageNumber } else { BlockKind::RunningHead })
    };
    page.segments.iter().map(decide).collect()
}

impl Known {
    /// On how many pages text like this stands at this height.
    fn repeats(&self, key: &(String, i32)) -> usize {
        repeats(&self.counts, key)
    }

    /// Whether most of what stands at this height repeats: what repeats among body text, a table's head or its source,
    /// is body text too.
    fn is_outside_body(&self, height: i32) -> bool {
        let (all, repeated) = self.heights.get(&height).copied().unwrap_or_default();
        repeated * 2 > all
    }

    /// Whether a line that stands alone is a head of a document with few pages.
    fn is_small_head(&self, page: &PageView, number: usize, segment: &Segment, key: &(String, i32)) -> bool {
        let text = letters(&segment.text);
        let says_title =
            number > 1 && text.chars().count() >= OPENING_LETTERS_MIN && self.opening.contains(&text);
        segment.size <= APART_SIZE_MAX * self.body_size
            && (self.repeats(key) >= APART_REPEATS_MIN || says_title || has_number(page, number, segment))
    }
}

/// Whether the page's number stands on the line of `segment`.
fn has_number(page: &PageView, number: usize, segment: &Segment) -> bool {
    let on_line = |other: &&Segment| (other.baseline - segment.baseline).abs() < 0.5;
    let number = number.to_string();
    page.segments.iter().filter(on_line).any(|other| other.text == number)
}

fn is_outermost(page: &PageView, segment: &Segment) -> bool {
    let above = page.segments.iter().filter(|other| other.baseline < segment.baseline - 2.0).count();
    let below = page.segments.iter().filter(|other| other.baseline > segment.baseline + 2.0).count();
    above.min(below) <= 3
}

fn is_alone(page: &PageView, segment: &Segment) -> bool {
    let gap = |other: &Segment| (other.baseline - segment.baseline).abs();
    page.segments.iter().all(|other| gap(other) < 0.5 || gap(other) > 1.6 * segment.size)
}

/// Text with its digits masked, and its height on the page in steps of three points; `None` away from the margins.
fn key(segment: &Segment, height: f32) -> Option<(String, i32)> {
    let is_near =
        segment.baseline < MARGIN_SHARE * height || segment.baseline > (1.0 - MARGIN_SHARE) * height;
    let masked = || {
        if is_page_number(&segment.text) {
            return "#".to_owned();
        }
        let mut masked = String::with_capacity(segment.text.len());
        for c in segment.text.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }) {
            if c != '#' || !masked.ends_with('#') {
                masked.push(c);
            }
        }
        masked
    };
    (is_near && segment.angle == 0).then(|| (masked(), (segment.baseline / 3.0).round() as i32))
}

/// `12`, `– 12 –`, `xiv`, `Side 3 av 10`.
fn is_page_number(text: &str) -> bool {
    if text.len() > PAGE_NUMBER_BYTES_MAX {
        return false;
    }
    let bare = text.trim_matches(|c: char| c.is_whitespace() || "-–—|".contains(c)).to_lowercase();
    let bare = bare.trim_start_matches("side").trim_start_matches("page").trim_start();
    let is_digits = |text: &str| (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let is_roman = |text: &str| (1..=6).contains(&text.len()) && text.chars().all(|c| "ivxlc".contains(c));
    let parts: Vec<&str> = bare.split([' ', '/']).filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [one] => is_digits(one) || is_roman(one),
        [one, "av" | "of" | "/", all] => is_digits(one) && is_digits(all),
        [one, all] => text.contains('/') && is_digits(one) && is_digits(all),
        _ => false,
    }
}
