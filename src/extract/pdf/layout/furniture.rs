//! Running heads and page numbers: what repeats at the same place near the top or bottom, digits aside.
//!
//! A document of few pages repeats little: there, a small line that stands apart in the margin is furniture when
//! it repeats once, when the page's number stands beside it, or when it says again what the document opens with.
//!
//! The last rows of tables repeat too. A row is kept whole when one cell of it says something of its own, and figures
//! repeat only as the figures they are: as a page's number when they count with the pages.

use super::{super::model::BlockKind, lines::Segment};
use std::collections::HashMap;

/// The share of the page's height at each end in which furniture is looked for.
const MARGIN_SHARE: f32 = 0.13;
/// The same text at the same place on as many pages is furniture.
const REPEATS_MIN: usize = 3;

/// Documents with more pages repeat their heads that often.
const FEW_PAGES: usize = 12;
/// The same for a small line that stands apart.
const APART_REPEATS_MIN: usize = 2;
/// A line apart is taller than the body by no more than this share.
const APART_SIZE_MAX: f32 = 1.05;
/// Rows at the start of the document in which its title stands.
const OPENING_ROWS: usize = 8;
/// Letters of a line that say the title again; fewer are chance.
const OPENING_LETTERS_MIN: usize = 12;

/// Baselines of a row differ by less.
const SAME_ROW_MAX: f32 = 0.5;

/// "– Side 1000 av 1000 –" with spaces to spare.
const PAGE_NUMBER_BYTES_MAX: usize = 48;

/// What is needed of a page: its segments and height.
pub(crate) struct PageView<'a> {
    pub(crate) segments: &'a [Segment],
    pub(crate) height: f32,
}

/// For each page, for each of its segments: `RunningHead`, `PageNumber` or nothing.
pub(crate) fn find(pages: &[PageView], body_size: f32) -> Vec<Vec<Option<BlockKind>>> {
    let mut keys: Vec<Vec<Option<Key>>> = (1..)
        .zip(pages)
        .map(|(number, page)| page.segments.iter().map(|segment| key(segment, page.height, number)).collect())
        .collect();
    count(&mut keys);
    let rows: Vec<Row> = pages.iter().zip(&keys).map(|(page, keys)| near(page, keys)).collect();
    let needed = REPEATS_MIN.min(pages.len().max(2));
    let known = Known {
        heights: heights(&rows, &keys, needed),
        needed,
        is_short: pages.len() <= FEW_PAGES,
        rows: head_rows(pages, &keys),
        body_size,
        opening: pages.first().map(opening).unwrap_or_default(),
    };
    let all = (1..).zip(pages).zip(keys.iter().zip(&rows));
    all.map(|((number, page), (keys, near))| of_page(page, number, keys, near, &known)).collect()
}

/// Tells each key on how many pages text like its stands at its height, give or take a step.
fn count(keys: &mut [Vec<Option<Key>>]) {
    let mut counts: HashMap<(&str, i32), usize> = HashMap::new();
    for keys in &*keys {
        let mut seen: Vec<(&str, i32)> = keys.iter().flatten().map(Key::parts).collect();
        seen.sort_unstable();
        seen.dedup();
        for key in seen {
            *counts.entry(key).or_default() += 1;
        }
    }
    let repeats =
        |key: &Key| (-1..=1).filter_map(|shift| counts.get(&(key.text.as_str(), key.height + shift))).sum();
    let found: Vec<usize> = keys.iter().flatten().flatten().map(repeats).collect();
    for (key, repeats) in keys.iter_mut().flatten().flatten().zip(found) {
        key.repeats = repeats;
    }
}

/// Of each height near the margins, on how many pages text stands there, and on how many such that repeats.
fn heights(pages: &[Row], keys: &[Vec<Option<Key>>], needed: usize) -> HashMap<i32, (usize, usize)> {
    let mut found: HashMap<i32, (usize, usize)> = HashMap::new();
    for (near, keys) in pages.iter().zip(keys) {
        let mut on_page: Vec<(i32, bool)> = Vec::new();
        for row in rows(near) {
            let cells = || row.iter().filter_map(|(_, index)| keys.get(*index)?.as_ref());
            let is_repeated = cells().all(|key| key.repeats >= needed)
                || cells().any(|key| key.counts_pages && key.repeats >= needed);
            on_page.extend(cells().map(|key| (key.height, is_repeated)));
        }
        on_page.sort_unstable();
        for row in on_page.chunk_by(|a, b| a.0 == b.0) {
            let Some((height, is_repeated)) = row.last() else { continue };
            let entry = found.entry(*height).or_default();
            *entry = (entry.0 + 1, entry.1 + usize::from(*is_repeated));
        }
    }
    found
}

/// Baselines, and which segments stand on them.
type Row = Vec<(f32, usize)>;

/// The segments near the margins by their baselines.
fn near(page: &PageView, keys: &[Option<Key>]) -> Row {
    let near = page.segments.iter().zip(keys).enumerate().filter(|(_, (_, key))| key.is_some());
    let mut near: Row = near.map(|(index, (segment, _))| (segment.baseline, index)).collect();
    near.sort_by(|a, b| a.0.total_cmp(&b.0));
    near
}

fn rows(near: &Row) -> impl Iterator<Item = &[(f32, usize)]> {
    near.chunk_by(|a, b| b.0 - a.0 < SAME_ROW_MAX)
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
    needed: usize,
    is_short: bool,
    /// Of each height, on how many pages text stands there, and on how many such that repeats.
    heights: HashMap<i32, (usize, usize)>,
    /// Heights (in steps of three points) and sizes (in tenths) where most pages have a lone row outermost.
    rows: Vec<(i32, i32)>,
    body_size: f32,
    /// The letters that the document opens with.
    opening: String,
}

/// Where most pages have a row that stands alone at the very top or bottom: heads whose text changes.
fn head_rows(pages: &[PageView], keys: &[Vec<Option<Key>>]) -> Vec<(i32, i32)> {
    let mut counts: HashMap<(i32, i32), usize> = HashMap::new();
    for (page, keys) in pages.iter().zip(keys) {
        let ends =
            page.segments.first().zip(keys.first()).into_iter().chain(page.segments.last().zip(keys.last()));
        let lone = ends.filter(|(segment, key)| key.is_some() && is_alone(page, segment));
        let mut rows: Vec<_> = lone.map(|(segment, _)| row(segment)).collect();
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

fn of_page(
    page: &PageView,
    number: usize,
    keys: &[Option<Key>],
    near: &Row,
    known: &Known,
) -> Vec<Option<BlockKind>> {
    let believes_artifacts = believes_artifacts(page, keys);
    let decide = |(segment, key): (&Segment, &Option<Key>)| {
        if segment.is_line_number {
            return Some(BlockKind::LineNumber);
        }
        let key = key.as_ref()?;
        let is_number = is_page_number(&segment.text);
        let is_furniture = segment.is_artifact && believes_artifacts
            || is_outermost(page, segment)
                && (key.repeats >= known.needed && known.is_outside_body(key.height)
                    || is_alone(page, segment)
                        && (is_number && is_last(page, segment)
                            || known.rows.contains(&row(segment))
                            || known.is_small_head(page, number, segment, key)));
        is_furniture.then_some(if is_number { BlockKind::PageNumber } else { BlockKind::RunningHead })
    };
    let mut kinds: Vec<Option<BlockKind>> = page.segments.iter().zip(keys).map(decide).collect();
    keep_whole_rows(page, keys, near, known.needed, &mut kinds);
    kinds
}

/// Whether what a page marks as an artifact is so: some producers mark a table of contents, or all text of a page.
fn believes_artifacts(page: &PageView, keys: &[Option<Key>]) -> bool {
    let (mut near, mut elsewhere, mut unmarked) = (0_usize, 0_usize, 0_usize);
    for (segment, key) in page.segments.iter().zip(keys) {
        match (segment.is_artifact, key) {
            (true, Some(_)) => near += 1,
            (true, None) => elsewhere += 1,
            (false, _) => unmarked += 1,
        }
    }
    unmarked > 0 && near >= elsewhere
}

/// A row with a cell that is no furniture is a row of the text, unless the page's number stands in it.
fn keep_whole_rows(
    page: &PageView,
    keys: &[Option<Key>],
    near: &Row,
    needed: usize,
    kinds: &mut [Option<BlockKind>],
) {
    let is_numbered = |index: usize| {
        let key = keys.get(index).and_then(Option::as_ref);
        key.is_some_and(|key| key.counts_pages && key.repeats >= needed)
    };
    for row in rows(near) {
        let is_body = |(_, index): &(f32, usize)| kinds.get(*index).is_some_and(Option::is_none);
        if !row.iter().any(is_body)
            || row.iter().all(is_body)
            || row.iter().any(|(_, index)| is_numbered(*index))
        {
            continue;
        }
        for (_, index) in row {
            let is_marked = page.segments.get(*index).is_some_and(|segment| segment.is_artifact);
            if let Some(kind) = kinds.get_mut(*index)
                && !is_marked
                && *kind != Some(BlockKind::LineNumber)
            {
                *kind = None;
            }
        }
    }
}

impl Known {
    /// Whether most of what stands at this height repeats: what repeats among body text, a table's head or its source,
    /// is body text too.
    fn is_outside_body(&self, height: i32) -> bool {
        let (all, repeated) = self.heights.get(&height).copied().unwrap_or_default();
        repeated * 2 > all
    }

    /// Whether a line that stands alone is a head of a document with few pages.
    fn is_small_head(&self, page: &PageView, number: usize, segment: &Segment, key: &Key) -> bool {
        let text = letters(&segment.text);
        let says_title =
            number > 1 && text.chars().count() >= OPENING_LETTERS_MIN && self.opening.contains(&text);
        segment.size <= APART_SIZE_MAX * self.body_size
            && (has_number(page, number, segment)
                || (key.repeats >= APART_REPEATS_MIN || says_title)
                    && (self.is_short || self.is_outside_body(key.height)))
    }
}

/// Whether the page's number stands on the line of `segment`.
fn has_number(page: &PageView, number: usize, segment: &Segment) -> bool {
    let on_line = |other: &&Segment| (other.baseline - segment.baseline).abs() < 0.5;
    let number = number.to_string();
    page.segments.iter().filter(on_line).any(|other| other.text == number)
}

/// Whether no row stands further out than `segment`.
fn is_last(page: &PageView, segment: &Segment) -> bool {
    let is_above = |other: &Segment| other.baseline < segment.baseline - 2.0;
    let is_below = |other: &Segment| other.baseline > segment.baseline + 2.0;
    !page.segments.iter().any(is_above) || !page.segments.iter().any(is_below)
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

/// What a line in the margins is known by on other pages.
struct Key {
    /// Its digits are masked, unless it says nothing else.
    text: String,
    /// Where it stands on the page, in steps of three points.
    height: i32,
    /// Whether it is a number, known by what it is ahead of the page's own.
    counts_pages: bool,
    /// On how many pages text like this stands at this height, give or take a step.
    repeats: usize,
}

impl Key {
    fn parts(&self) -> (&str, i32) {
        (&self.text, self.height)
    }
}

/// `None` away from the margins.
fn key(segment: &Segment, height: f32, number: usize) -> Option<Key> {
    let is_near =
        segment.baseline < MARGIN_SHARE * height || segment.baseline > (1.0 - MARGIN_SHARE) * height;
    if !is_near || segment.angle != 0 {
        return None;
    }
    let height = (segment.baseline / 3.0).round() as i32;
    let ahead = is_page_number(&segment.text).then(|| ahead(&segment.text, number)).flatten();
    let text = ahead.map_or_else(|| masked(&segment.text), |ahead| format!("#{ahead}"));
    Some(Key { text, height, counts_pages: ahead.is_some(), repeats: 0 })
}

/// By what a number in digits is ahead of the page it stands on.
fn ahead(text: &str, number: usize) -> Option<i64> {
    let digits = text.split(|c: char| !c.is_ascii_digit()).find(|digits| !digits.is_empty())?;
    Some(digits.parse::<i64>().ok()? - i64::try_from(number).ok()?)
}

/// Runs of digits as one sign; figures without a letter say nothing else and stay.
fn masked(text: &str) -> String {
    if is_page_number(text) {
        return "#".to_owned();
    }
    if !text.contains(char::is_alphabetic) {
        return text.to_owned();
    }
    let mut masked = String::with_capacity(text.len());
    for c in text.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }) {
        if !(c == '#' && masked.ends_with('#')) {
            masked.push(c);
        }
    }
    masked
}

/// `12`, `– 12 –`, `xiv`, `Side 3 av 10`.
fn is_page_number(text: &str) -> bool {
    // Asked of every line in the margins: most end in a word.
    let ends = |c: char| c.is_ascii_digit() || "ivxlcIVXLC-–—|".contains(c);
    if text.len() > PAGE_NUMBER_BYTES_MAX || !text.trim_end().ends_with(ends) {
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
