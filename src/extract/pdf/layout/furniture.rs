//! Page furniture (running heads, page numbers, watermarks) told apart from text, over the whole document.
//!
//! Lost text is worse than a running head that is counted, so a line is furniture only on evidence:
//! - its text repeats at the same place, digits included or stepping with the page;
//! - it is a page number: it steps with the page;
//! - the file marks it as an artifact;
//! - its text differs from page to page, but it stands alone at the same place on most pages and is set smaller than the
//!   body, or says a heading again.
//!
//! What repeats in larger type than the body (a heading that goes on over several slides) stays text in short documents and
//! is kept once in long ones. Heads and last rows of tables are kept. A document that would lose all of its text keeps it.

use super::{
    super::model::BlockKind,
    blocks::HEADING_SIZE_MIN,
    segment::{NOTE_INDENT_EM, TextSegment, is_section_number},
};
use std::collections::{HashMap, HashSet};

/// The share of the page's height at each end in which furniture is looked for: 109 points of A4, two
/// or three lines next to a margin of 25 millimetres.
const MARGIN_SHARE: f32 = 0.13;
/// The same for the number of the page alone, which KOMA-Script sets 117 points above the edge of A4.
const FOLIO_MARGIN_SHARE: f32 = 0.16;
/// The same text at the same place on as many pages is furniture: two pages can begin with one heading by chance.
const REPEATS_MIN: usize = 3;

/// Documents with more pages are long: a head that does not repeat [`REPEATS_MIN`] times in them is text.
const FEW_PAGES: usize = 12;
/// The same for a small line that stands apart.
const APART_REPEATS_MIN: usize = 2;
/// A line that stands apart is furniture only up to this share of the body's size: heads are seldom larger, titles always.
const APART_SIZE_MAX: f32 = 1.05;
/// The document's title stands within as many rows at its start: logo, issuer, number and up to four lines of title.
const OPENING_ROWS: usize = 8;
/// A line repeats the title when it has as many letters of it: "Digitalisering" has 14, "Innledning", which can be both, ten.
const OPENING_LETTERS_MIN: usize = 12;

/// Steps of three points: a kilometre.
const STEPS_MAX: f32 = 1e6;

/// In points: edges of line numbers differ by less.
const SAME_EDGE_MAX: f32 = 1.0;
/// Baselines of a row differ by less.
const SAME_ROW_MAX: f32 = 0.5;

/// A line set in this share of the body's size or smaller is set apart from the body by its type: heads and feet of the real
/// files stand at 0.75–0.9, a second size of body text (tables, boxes) seldom below.
const SMALL_SIZE_MAX: f32 = 0.95;
/// In ems: a folio stands at the page's edge, far from the head beside it; a chapter's number ("3", tab, "Innovasjon") near
/// its title.
const FOLIO_GAP_EM: f32 = 6.0;
/// Letters of a head that says a heading again: "Tillit" has six.
const QUOTED_LETTERS_MIN: usize = 4;
/// In ems: edges of a table's head and of the cells below differ by less.
const CELL_EDGE_EM: f32 = 0.3;
/// In ems: the first row of a table stands no further below its head.
const HEAD_ROW_STEP_EM: f32 = 2.5;
/// The foot of a letter is set in this share of the body's size or smaller: 8 or 7 points below text of 11 or 10.
const FOOT_SIZE_MAX: f32 = 0.85;
/// In ems: the foot of a letter stands so far below its text, where a note at the foot stands nearer or has a mark.
const FOOT_GAP_EM: f32 = 4.0;
/// Of these the foot of a letter has one: "Postadresse: Postboks 8129 Dep, 0032 Oslo".
const CONTACT_WORDS: [&str; 9] = [
    "postadresse",
    "kontoradresse",
    "besøksadresse",
    "telefon",
    "tlf",
    "org.nr",
    "org. nr",
    "orgnr",
    "postboks",
];
/// Times the body's size: "UTKAST" across a page is set in 50 to 100 points; titles stay below 36.
const WATERMARK_SIZE_MIN: f32 = 3.5;
/// In degrees from the horizontal and the vertical: text is turned on purpose. Scans are turned by less.
const OBLIQUE_MIN: i16 = 10;
/// Words that only a page number stands with.
const PAGE_WORDS: [&str; 7] = ["side", "sida", "page", "siidu", "s", "p", "pg"];

/// "– Side 1000 av 1000 –" with spaces to spare.
const PAGE_NUMBER_BYTES_MAX: usize = 48;

/// What is needed of a page: its segments and height.
pub(crate) struct PageView<'a> {
    pub(crate) segments: &'a [TextSegment],
    pub(crate) height: f32,
}

/// For each page, for each of its segments: `RunningHead`, `PageNumber`, `LineNumber` or nothing.
pub(crate) fn find(pages: &[PageView], body_size: f32) -> Vec<Vec<Option<BlockKind>>> {
    let mut keys: Vec<Vec<Option<Key>>> = (1..)
        .zip(pages)
        .map(|(number, page)| {
            page.segments.iter().map(|segment| key(segment, page.height, number, body_size)).collect()
        })
        .collect();
    count(&mut keys);
    let rows: Vec<NearSegments> = pages.iter().zip(&keys).map(|(page, keys)| near(page, keys)).collect();
    let needed = REPEATS_MIN.min(pages.len().max(2));
    let known = DocumentFacts {
        heights: heights(&rows, &keys, needed),
        needed,
        is_short: pages.len() <= FEW_PAGES,
        rows: head_rows(pages, &keys),
        body_size,
        opening: pages.first().map(|first| opening(first, body_size)).unwrap_or_default(),
        headings: headings(pages, body_size),
        line_numbers: line_numbers(pages),
    };
    let all = pages.iter().zip(keys.iter().zip(&rows));
    let mut kinds: Vec<Vec<Option<BlockKind>>> =
        all.map(|(page, (keys, near))| of_page(page, keys, near, &known)).collect();
    keep_first(pages, &known, &mut kinds);
    keep_only_text(&mut kinds);
    kinds
}

/// Sets for each key on how many pages the same text stands at the same height (one step of three points more or less).
fn count(keys: &mut [Vec<Option<Key>>]) {
    let mut counts: HashMap<(&str, i32), usize> = HashMap::new();
    for keys in &*keys {
        let mut seen: Vec<(&str, i32)> = keys.iter().flatten().flat_map(Key::parts).collect();
        seen.sort_unstable();
        seen.dedup();
        for key in seen {
            *counts.entry(key).or_default() += 1;
        }
    }
    let repeats = |text: &str, height: i32| -> usize {
        (-1..=1).filter_map(|shift| counts.get(&(text, height + shift))).sum()
    };
    let of_key = |key: &Key| {
        let stepping = key.stepping.iter().map(|text| repeats(text, key.height)).max();
        (repeats(&key.text, key.height), stepping.unwrap_or(0))
    };
    let found: Vec<(usize, usize)> = keys.iter().flatten().flatten().map(of_key).collect();
    for (key, (exact, stepping)) in keys.iter_mut().flatten().flatten().zip(found) {
        key.repeats = exact.max(stepping);
        key.only_steps = stepping > exact;
    }
}

/// Of each height near the margins, on how many pages text stands there, and on how many such that repeats.
fn heights(pages: &[NearSegments], keys: &[Vec<Option<Key>>], needed: usize) -> HashMap<i32, (usize, usize)> {
    let mut found: HashMap<i32, (usize, usize)> = HashMap::new();
    for (near, keys) in pages.iter().zip(keys) {
        let mut on_page: Vec<(i32, bool)> = Vec::new();
        for row in rows(near) {
            let cells = || row.iter().filter_map(|(_, index)| keys.get(*index)?.as_ref());
            let is_repeated = cells().all(|key| key.repeats >= needed)
                || cells().any(|key| key.ahead.is_some() && key.repeats >= needed);
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

/// The letters of what is set as a heading, line by line.
fn headings(pages: &[PageView], body_size: f32) -> HeadingTexts {
    let all = pages.iter().flat_map(|page| page.segments);
    let set_apart = all.filter(|segment| segment.is_bold || segment.size >= HEADING_SIZE_MIN * body_size);
    let mut found = HeadingTexts::default();
    for text in set_apart.map(|segment| letters(&segment.text)) {
        found.text.push_str(&text);
        found.lines.insert(text);
    }
    found
}

/// What is set as a heading somewhere in the document, letters only.
#[derive(Default)]
struct HeadingTexts {
    lines: HashSet<String>,
    /// All lines in order: a head may say a heading of several lines.
    text: String,
}

impl HeadingTexts {
    fn say(&self, text: &str) -> bool {
        let count = text.chars().count();
        count >= QUOTED_LETTERS_MIN && self.lines.contains(text)
            || count >= OPENING_LETTERS_MIN && self.text.contains(text)
    }
}

/// Of what repeats in larger type than the body, the first is text: the only place where a title may stand.
fn keep_first(pages: &[PageView], known: &DocumentFacts, kinds: &mut [Vec<Option<BlockKind>>]) {
    let mut seen: HashSet<&str> = HashSet::new();
    for (page, kinds) in pages.iter().zip(kinds) {
        for (segment, kind) in page.segments.iter().zip(kinds) {
            let is_large = segment.size >= HEADING_SIZE_MIN * known.body_size && !segment.is_artifact;
            if *kind == Some(BlockKind::RunningHead) && is_large && seen.insert(&segment.text) {
                *kind = None;
            }
        }
    }
}

/// A document whose only text looks like furniture keeps all of it but page numbers.
fn keep_only_text(kinds: &mut [Vec<Option<BlockKind>>]) {
    if kinds.iter().flatten().all(Option::is_some) {
        for kind in kinds.iter_mut().flatten().filter(|kind| **kind == Some(BlockKind::RunningHead)) {
            *kind = None;
        }
    }
}

/// Baselines, and which segments stand on them.
type NearSegments = Vec<(f32, usize)>;

/// The segments near the margins by their baselines.
fn near(page: &PageView, keys: &[Option<Key>]) -> NearSegments {
    let near = page.segments.iter().zip(keys).enumerate().filter(|(_, (_, key))| key.is_some());
    let mut near: NearSegments = near.map(|(index, (segment, _))| (segment.baseline, index)).collect();
    near.sort_by(|a, b| a.0.total_cmp(&b.0));
    near
}

fn rows(near: &NearSegments) -> impl Iterator<Item = &[(f32, usize)]> {
    near.chunk_by(|a, b| b.0 - a.0 < SAME_ROW_MAX)
}

/// The letters of the title among the document's first rows.
fn opening(first: &PageView, body_size: f32) -> String {
    let rows = first.segments.iter().take(OPENING_ROWS);
    let set_apart = rows.filter(|row| row.is_bold || row.size > APART_SIZE_MAX * body_size);
    set_apart.map(|row| letters(&row.text)).collect()
}

fn letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'a'..='z' => out.push(c),
            _ if c.is_alphabetic() => out.extend(c.to_lowercase()),
            _ => {}
        }
    }
    out
}

/// What repeats in a document.
struct DocumentFacts {
    needed: usize,
    is_short: bool,
    /// Of each height, on how many pages text stands there, and on how many such that repeats.
    heights: HashMap<i32, (usize, usize)>,
    /// Heights (in steps of three points) and sizes (in tenths) where most pages have a lone row outermost.
    rows: Vec<(i32, i32)>,
    body_size: f32,
    /// The letters that the document opens with.
    opening: String,
    headings: HeadingTexts,
    /// Right edges and sizes of the numbers that count lines.
    line_numbers: Vec<(f32, f32)>,
}

/// Where numbers count lines on several pages, one after the other from left to right.
fn line_numbers(pages: &[PageView]) -> Vec<(f32, f32)> {
    let of_page = |page: &PageView| {
        let mut places: Vec<(i32, i32)> = page
            .segments
            .iter()
            .filter(|segment| segment.is_line_number)
            .map(|segment| (segment.right.round() as i32, (segment.size * 10.0).round() as i32))
            .collect();
        places.sort_unstable();
        places.dedup();
        places
    };
    let mut all: Vec<(i32, i32)> = pages.iter().flat_map(of_page).collect();
    all.sort_unstable();
    let repeated = all.chunk_by(|a, b| a == b).filter(|same| same.len() >= REPEATS_MIN);
    repeated.map(|same| (same[0].0 as f32, same[0].1 as f32 / 10.0)).collect()
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
    let near = |(height, size): (i32, i32)| -> usize {
        (-1..=1).filter_map(|shift| counts.get(&(height + shift, size))).sum()
    };
    counts.keys().copied().filter(|row| near(*row) >= needed).collect()
}

/// Where a line stands, in steps of three points; pages that are higher than any printer's are cut off.
fn step(baseline: f32) -> i32 {
    (baseline / 3.0).round().clamp(-STEPS_MAX, STEPS_MAX) as i32
}

fn row(segment: &TextSegment) -> (i32, i32) {
    (step(segment.baseline), (segment.size * 10.0).round() as i32)
}

fn of_page(
    page: &PageView,
    keys: &[Option<Key>],
    near: &NearSegments,
    known: &DocumentFacts,
) -> Vec<Option<BlockKind>> {
    let believes_artifacts = believes_artifacts(page, keys);
    let decide = |(segment, key): (&TextSegment, &Option<Key>)| {
        if known.is_line_number(segment) {
            return Some(BlockKind::LineNumber);
        }
        if known.is_watermark(page, segment, key.as_ref()) {
            return Some(BlockKind::RunningHead);
        }
        let key = key.as_ref()?;
        let is_furniture = segment.is_artifact && believes_artifacts
            || segment.angle != 0
                && key.repeats >= known.needed.max(REPEATS_MIN)
                && is_apart_from_turned(page, keys, segment)
            || segment.angle == 0
                && is_outermost(page, segment)
                && known.is_furniture(page, keys, segment, key);
        let is_number = || is_page_number(&segment.text);
        is_furniture.then(|| if is_number() { BlockKind::PageNumber } else { BlockKind::RunningHead })
    };
    let mut kinds: Vec<Option<BlockKind>> = page.segments.iter().zip(keys).map(decide).collect();
    keep_chapter_numbers(page, near, &mut kinds);
    take_numbers_of_heads(page, near, &mut kinds);
    keep_whole_rows(page, keys, near, known.needed, &mut kinds);
    kinds
}

/// Whether turned text is not part of a page that is turned as a whole: the heads of a table on its side repeat, its rows do not.
/// The head and the foot of such a page are its outermost rows.
fn is_apart_from_turned(page: &PageView, keys: &[Option<Key>], segment: &TextSegment) -> bool {
    let turned = || page.segments.iter().zip(keys).filter(|(other, _)| other.angle == segment.angle);
    let own = turned().filter(|(_, key)| key.as_ref().is_some_and(|key| key.repeats < REPEATS_MIN)).count();
    let beyond = |is_beyond: fn(f32) -> bool| {
        turned().filter(|(other, _)| is_beyond(other.baseline - segment.baseline)).count()
    };
    let is_outermost = || beyond(|step| step < -2.0).min(beyond(|step| step > 2.0)) == 0;
    2 * own <= turned().count() || is_outermost() && !is_table_edge(page, segment)
}

/// A number near text of its own size that is no furniture is that text's number: "3", tab, "Innovasjon" on page 3.
fn keep_chapter_numbers(page: &PageView, near: &NearSegments, kinds: &mut [Option<BlockKind>]) {
    for row in rows(near).filter(|row| row.len() > 1) {
        let numbers = row.iter().filter(|(_, index)| kinds.get(*index) == Some(&Some(BlockKind::PageNumber)));
        let is_of_text = |at: usize| {
            let Some(number) = page.segments.get(at) else { return false };
            !number.is_artifact
                && row.iter().any(|(_, index)| {
                    page.segments.get(*index).is_some_and(|other| is_beside(number, other))
                        && kinds.get(*index).is_some_and(Option::is_none)
                })
        };
        let kept: Vec<usize> = numbers.map(|(_, index)| *index).filter(|index| is_of_text(*index)).collect();
        for index in kept {
            if let Some(kind) = kinds.get_mut(index) {
                *kind = None;
            }
        }
    }
}

/// The number of a section near the title of it that is a running head is furniture too: "4", "Innovasjon" above page 9.
fn take_numbers_of_heads(page: &PageView, near: &NearSegments, kinds: &mut [Option<BlockKind>]) {
    let is_head =
        |kinds: &[Option<BlockKind>], index: usize| kinds.get(index) == Some(&Some(BlockKind::RunningHead));
    for row in rows(near).filter(|row| row.len() > 1) {
        for (_, index) in row {
            let Some(number) = page.segments.get(*index).filter(|segment| is_section_number(&segment.text))
            else {
                continue;
            };
            let is_of_head = row.iter().any(|(_, other)| {
                is_head(kinds, *other)
                    && page.segments.get(*other).is_some_and(|head| is_beside(number, head))
            });
            if let Some(kind) = kinds.get_mut(*index).filter(|kind| is_of_head && kind.is_none()) {
                *kind = Some(BlockKind::RunningHead);
            }
        }
    }
}

/// Whether `text` stands right of `number` in the same size, nearer than a head stands to a folio.
fn is_beside(number: &TextSegment, text: &TextSegment) -> bool {
    let gap = text.left - number.right;
    (0.0..FOLIO_GAP_EM * number.size).contains(&gap) && (text.size - number.size).abs() < 0.06 * number.size
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
    near: &NearSegments,
    needed: usize,
    kinds: &mut [Option<BlockKind>],
) {
    let kinds_before = kinds.to_vec();
    let is_numbered = |index: usize| {
        let key = keys.get(index).and_then(Option::as_ref);
        key.is_some_and(|key| key.ahead.is_some() && key.repeats >= needed)
            && kinds_before.get(index).is_some_and(Option::is_some)
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

impl DocumentFacts {
    /// Whether a number counts a line: its page shows that, or it stands where such numbers stand on other pages, which have more lines.
    fn is_line_number(&self, segment: &TextSegment) -> bool {
        let is_there = |(right, size): &(f32, f32)| {
            (segment.right - right).abs() < SAME_EDGE_MAX && (segment.size - size).abs() < 0.1
        };
        segment.is_line_number
            || self.line_numbers.iter().any(is_there)
                && segment.angle == 0
                && !segment.text.is_empty()
                && segment.text.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// Whether a line is large text behind or across the page's own: turned to an angle of neither zero nor ninety degrees, or on
    /// several pages where other text stands.
    fn is_watermark(&self, page: &PageView, segment: &TextSegment, key: Option<&Key>) -> bool {
        if segment.size < WATERMARK_SIZE_MIN * self.body_size {
            return false;
        }
        let from_axis = segment.angle.rem_euclid(90);
        if (OBLIQUE_MIN..=90 - OBLIQUE_MIN).contains(&from_axis) {
            return true;
        }
        let area = segment.area();
        let is_covered = |other: &TextSegment| {
            let other_area = other.area();
            other.angle == 0
                && other.size < segment.size / 2.0
                && other_area.left < area.right
                && area.left < other_area.right
                && other_area.top < area.bottom
                && area.top < other_area.bottom
        };
        segment.angle == 0
            && key.is_some_and(|key| key.repeats >= self.needed)
            && page.segments.iter().any(is_covered)
    }

    /// Whether most of what stands at this height repeats: what repeats among body text, a table's head or its source,
    /// is body text too.
    fn is_outside_body(&self, height: i32) -> bool {
        let (all, repeated) = self.heights.get(&height).copied().unwrap_or_default();
        repeated * 2 > all
    }

    /// Whether a line near the margin, outermost on its page, is furniture.
    fn is_furniture(&self, page: &PageView, keys: &[Option<Key>], segment: &TextSegment, key: &Key) -> bool {
        if is_page_number(&segment.text) {
            return self.is_folio(page, segment, key);
        }
        let is_large = segment.size >= HEADING_SIZE_MIN * self.body_size;
        let is_edge = || !self.has_folio(page, keys, segment) && is_table_edge(page, segment);
        if is_large && (self.is_short || key.only_steps) || is_edge() || opens_or_ends_text(page, segment) {
            return false;
        }
        let is_small = segment.size <= SMALL_SIZE_MAX * self.body_size;
        if key.repeats >= self.needed && self.is_outside_body(key.height) {
            return is_small || !key.only_steps || !is_ordinal_heading(&segment.text);
        }
        is_alone(page, segment)
            && !is_note(page, segment)
            && (self.is_quoted(segment) && self.has_folio(page, keys, segment)
                || self.rows.contains(&row(segment))
                    && (is_small && segment.mark.is_none()
                        || self.is_quoted(segment)
                        || !is_large && self.stands_with_head(page, keys, segment))
                || self.is_small_head(page, segment, key)
                || self.is_letter_foot(page, segment))
    }

    /// Whether a line is the foot of a letter, which says on the first page where its sender is found.
    fn is_letter_foot(&self, page: &PageView, segment: &TextSegment) -> bool {
        let rest = page.segments.iter().filter(|other| other.baseline < segment.baseline - SAME_ROW_MAX);
        let above = rest.map(|other| other.baseline).fold(f32::MIN, f32::max);
        let has_contact = || {
            let lower = segment.text.to_lowercase();
            CONTACT_WORDS.iter().any(|word| lower.contains(word))
        };
        self.is_short
            && segment.baseline > (1.0 - MARGIN_SHARE) * page.height
            && segment.size <= FOOT_SIZE_MAX * self.body_size
            && segment.baseline - above > FOOT_GAP_EM * segment.size
            && is_last(page, segment)
            && has_contact()
    }

    /// Whether a number is the page's: it steps with the pages, or stands alone and is the page's own.
    fn is_folio(&self, page: &PageView, segment: &TextSegment, key: &Key) -> bool {
        key.repeats >= self.needed && self.is_outside_body(key.height)
            || is_alone(page, segment)
                && is_last(page, segment)
                && (key.repeats >= APART_REPEATS_MIN
                    || key.ahead == Some(0)
                    || segment.text.contains(char::is_alphabetic)
                    || segment.text.contains(['-', '–', '—', '|', '/']))
    }

    /// Whether a number that steps with the pages stands on the line of `segment`: then it is no row of a table.
    fn has_folio(&self, page: &PageView, keys: &[Option<Key>], segment: &TextSegment) -> bool {
        let is_level = |other: &TextSegment| (other.baseline - segment.baseline).abs() < SAME_ROW_MAX;
        page.segments.iter().zip(keys).any(|(other, key)| {
            let steps = key.as_ref().is_some_and(|key| key.ahead.is_some() && key.repeats >= self.needed);
            steps && is_level(other)
        })
    }

    /// Whether a head that repeats stands on the line of `segment`, at the other edge of the page.
    fn stands_with_head(&self, page: &PageView, keys: &[Option<Key>], segment: &TextSegment) -> bool {
        page.segments.iter().zip(keys).any(|(other, key)| {
            let repeats = key
                .as_ref()
                .is_some_and(|key| key.repeats >= self.needed && !key.only_steps && key.ahead.is_none());
            let gap = (other.left - segment.right).max(segment.left - other.right);
            repeats
                && (other.baseline - segment.baseline).abs() < SAME_ROW_MAX
                && gap >= FOLIO_GAP_EM * segment.size
        })
    }

    /// Whether a line says again what is set as a heading somewhere.
    fn is_quoted(&self, segment: &TextSegment) -> bool {
        segment.size < HEADING_SIZE_MIN * self.body_size
            && !segment.is_bold
            && self.headings.say(&letters(&segment.text))
    }

    /// Whether a line that stands alone is a head of a document with few pages, or stands on the line of the page's number.
    fn is_small_head(&self, page: &PageView, segment: &TextSegment, key: &Key) -> bool {
        let text = letters(&segment.text);
        let says_title =
            key.number > 1 && text.chars().count() >= OPENING_LETTERS_MIN && self.opening.contains(&text);
        let is_small = segment.size <= SMALL_SIZE_MAX * self.body_size;
        segment.size <= APART_SIZE_MAX * self.body_size
            && (has_number(page, key.number, segment, is_small)
                || (key.repeats >= APART_REPEATS_MIN
                    && !(key.only_steps && is_ordinal_heading(&segment.text))
                    || says_title)
                    && (self.is_short || self.is_outside_body(key.height)))
    }
}

/// Whether the page's number stands on the line of `segment`: at the other edge, unless the line is small.
fn has_number(page: &PageView, number: usize, segment: &TextSegment, is_small: bool) -> bool {
    let on_line =
        |other: &&TextSegment| (other.baseline - segment.baseline).abs() < 0.5 && !other.is_line_number;
    let number = number.to_string();
    let is_apart = |other: &TextSegment| {
        let gap = (other.left - segment.right).max(segment.left - other.right);
        is_small || gap >= FOLIO_GAP_EM * segment.size
    };
    page.segments.iter().filter(on_line).any(|other| other.text == number && is_apart(other))
}

/// Whether a line at the foot of the page has a number close before it, or a mark, as a note has.
fn is_note(page: &PageView, segment: &TextSegment) -> bool {
    let is_number = |other: &TextSegment| {
        (other.baseline - segment.baseline).abs() < SAME_ROW_MAX
            && (0.0..NOTE_INDENT_EM * segment.size).contains(&(segment.left - other.right))
            && (1..=3).contains(&other.text.len())
            && other.text.bytes().all(|byte| byte.is_ascii_digit())
    };
    segment.baseline > 0.5 * page.height && (segment.mark.is_some() || page.segments.iter().any(is_number))
}

/// Whether a text whose number steps with the pages is a heading all the same: "Kort 3", but not "Side 3".
fn is_ordinal_heading(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let (count, has_page_word) = words.fold((0, false), |(count, has), word| {
        (count + 1, has || PAGE_WORDS.contains(&word.to_lowercase().as_str()))
    });
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty()).count();
    (1..=2).contains(&count) && numbers == 1 && !has_page_word
}

/// Whether a row of cells is the head of a table, or its last row: its cells begin where those of the next row do.
fn is_table_edge(page: &PageView, segment: &TextSegment) -> bool {
    let turned_alike = || page.segments.iter().filter(|other| other.angle == segment.angle);
    let row =
        |baseline: f32| turned_alike().filter(move |other| (other.baseline - baseline).abs() < SAME_ROW_MAX);
    if row(segment.baseline).count() < 2 {
        return false;
    }
    let reach = HEAD_ROW_STEP_EM * segment.size;
    let edge = CELL_EDGE_EM * segment.size;
    let is_aligned_with = |next: f32| {
        let is_shared = |cell: &TextSegment, of: fn(&TextSegment) -> f32| {
            row(next).any(|below| (of(below) - of(cell)).abs() < edge)
        };
        let (lefts, others): (Vec<&TextSegment>, Vec<&TextSegment>) =
            row(segment.baseline).partition(|cell| is_shared(cell, |cell| cell.left));
        let rights = others.iter().filter(|cell| is_shared(cell, |cell| cell.right)).count();
        lefts.len() >= 2 || lefts.len() + rights >= 3
    };
    let gaps = turned_alike().map(|other| other.baseline - segment.baseline);
    let below = gaps.clone().filter(|gap| *gap > SAME_ROW_MAX).fold(f32::MAX, f32::min);
    let above = gaps.filter(|gap| *gap < -SAME_ROW_MAX).fold(f32::MIN, f32::max);
    below < reach && is_aligned_with(segment.baseline + below)
        || above > -reach && is_aligned_with(segment.baseline + above)
}

/// Whether a line is the first or the last of the lines of a text: in their size, at their left edge, and as far from the next as that is
/// from the one after it. Pages that are copies of each other repeat such lines.
fn opens_or_ends_text(page: &PageView, segment: &TextSegment) -> bool {
    let is_of_text = |other: &&TextSegment| {
        other.angle == segment.angle
            && (other.size - segment.size).abs() < 0.02 * segment.size
            && (other.left - segment.left).abs() < 1.0
    };
    let next = |from: f32, down: bool| {
        let steps = page.segments.iter().filter(is_of_text).map(|other| other.baseline - from);
        let ahead = steps.map(|step| if down { step } else { -step }).filter(|step| *step > SAME_ROW_MAX);
        ahead.min_by(f32::total_cmp)
    };
    let is_alone = page.segments.iter().all(|other| {
        std::ptr::eq(other, segment) || (other.baseline - segment.baseline).abs() >= SAME_ROW_MAX
    });
    let goes_on = |down: bool| {
        let step = next(segment.baseline, down)?;
        let after = next(segment.baseline + if down { step } else { -step }, down)?;
        Some((step - after).abs() < 0.05 * after)
    };
    is_alone && (goes_on(true) == Some(true) || goes_on(false) == Some(true))
}

/// Whether no row stands further out than `segment`.
fn is_last(page: &PageView, segment: &TextSegment) -> bool {
    let is_above = |other: &TextSegment| other.baseline < segment.baseline - 2.0;
    let is_below = |other: &TextSegment| other.baseline > segment.baseline + 2.0;
    !page.segments.iter().any(is_above) || !page.segments.iter().any(is_below)
}

fn is_outermost(page: &PageView, segment: &TextSegment) -> bool {
    let above = page.segments.iter().filter(|other| other.baseline < segment.baseline - 2.0).count();
    let below = page.segments.iter().filter(|other| other.baseline > segment.baseline + 2.0).count();
    above.min(below) <= 3
}

fn is_alone(page: &PageView, segment: &TextSegment) -> bool {
    let gap = |other: &TextSegment| (other.baseline - segment.baseline).abs();
    page.segments.iter().all(|other| gap(other) < 0.5 || gap(other) > 1.6 * segment.size)
}

/// What a line in the margins, or turned text anywhere, is known by on other pages.
struct Key {
    /// As it stands; of a page number, by how much it is ahead of the page.
    text: String,
    /// The same with its first or its last number as what it is ahead of the page.
    stepping: Vec<String>,
    /// Where it stands on the page, in steps of three points.
    height: i32,
    /// Its page, counted from 1.
    number: usize,
    /// By how much a page number is ahead of its page.
    ahead: Option<i64>,
    /// On how many pages text like this stands at this height, give or take a step.
    repeats: usize,
    /// Whether it repeats on so many only when its number steps with the pages.
    only_steps: bool,
}

impl Key {
    fn parts(&self) -> impl Iterator<Item = (&str, i32)> {
        let texts = std::iter::once(&self.text).chain(&self.stepping);
        texts.map(|text| (text.as_str(), self.height))
    }
}

/// `None` of upright text away from the margins that is not as large as a watermark.
fn key(segment: &TextSegment, height: f32, number: usize, body_size: f32) -> Option<Key> {
    if segment.is_line_number {
        return None;
    }
    let is_within = |share: f32| !(share * height..=(1.0 - share) * height).contains(&segment.baseline);
    let is_near = is_within(MARGIN_SHARE) || is_within(FOLIO_MARGIN_SHARE) && is_page_number(&segment.text);
    if !is_near && segment.angle == 0 && segment.size < WATERMARK_SIZE_MIN * body_size {
        return None;
    }
    let height = step(segment.baseline);
    let ahead = is_page_number(&segment.text).then(|| ahead(&segment.text, number)).flatten();
    let text = ahead.map_or_else(|| segment.text.clone(), |ahead| format!("#{ahead}"));
    let stepping = if ahead.is_some() { Vec::new() } else { stepping(&segment.text, number) };
    Some(Key { text, stepping, height, number, ahead, repeats: 0, only_steps: false })
}

/// By what a page number, in digits or Roman, is ahead of the page it stands on.
pub(crate) fn ahead(text: &str, number: usize) -> Option<i64> {
    let digits = text.split(|c: char| !c.is_ascii_digit()).find(|digits| !digits.is_empty());
    let value = match digits {
        Some(digits) => digits.parse::<i64>().ok()?,
        None => roman(text.trim_matches(|c: char| !c.is_alphabetic()))?,
    };
    Some(value - i64::try_from(number).ok()?)
}

/// The number within a page number, as it is printed: "12" of "– 12 –" and of "Side 12 av 40".
pub(crate) fn printed_number(text: &str) -> Option<&str> {
    let digits = text.split(|c: char| !c.is_ascii_digit()).find(|digits| !digits.is_empty());
    let roman = || {
        let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
        roman(bare).filter(|value| *value > 0).map(|_| bare)
    };
    digits.or_else(roman)
}

/// The value of a Roman number up to 399.
fn roman(text: &str) -> Option<i64> {
    let value = |c: char| match c.to_ascii_lowercase() {
        'i' => Some(1),
        'v' => Some(5),
        'x' => Some(10),
        'l' => Some(50),
        'c' => Some(100),
        _ => None,
    };
    let values = text.chars().map(value).collect::<Option<Vec<i64>>>()?;
    let signs = values.iter().zip(values.iter().skip(1).chain([&0]));
    Some(signs.map(|(value, next)| if value < next { -value } else { *value }).sum())
}

/// `text` with its first number as what it is ahead of the page, and the same of its last.
fn stepping(text: &str, number: usize) -> Vec<String> {
    let is_digit = |c: char| c.is_ascii_digit();
    let Some(start) = text.find(is_digit) else { return Vec::new() };
    let end = text[start..].find(|c| !is_digit(c)).map_or(text.len(), |length| start + length);
    let last_end = text.rfind(is_digit).map_or(end, |at| at + 1);
    let last_start = text[..last_end]
        .rfind(|c| !is_digit(c))
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let with = |start: usize, end: usize| {
        let value = text[start..end].parse::<i64>().ok()? - i64::try_from(number).ok()?;
        Some(format!("{}#{value}{}", &text[..start], &text[end..]))
    };
    let mut found: Vec<String> = with(start, end).into_iter().collect();
    if last_start != start {
        found.extend(with(last_start, last_end));
    }
    found
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
