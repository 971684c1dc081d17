//! A page as OCR read it → segments of text, as if the page had a text layer.
//!
//! The page is set upright: a scan that was laid on the glass a little turned has lines that rise or fall, and columns that lean.
//! Sizes are noisy by some per cent from line to line: those near the size of the body become that size, since the layout ends
//! paragraphs where the size changes.

use super::super::model::{Line, Rect, ScannedLine, ScannedPage, ScannedWord, Word};
use super::segment::{Detail, TextSegment};
use std::collections::BTreeMap;

/// Sizes nearer to the body's than this share are the body's: tesseract's sizes of lines in one type differ by up to a tenth,
/// by whether they have ascenders; headings are a fifth larger, notes a fifth smaller.
const SAME_SIZE: f32 = 0.13;
/// The slope of a shorter line, in widths of the page, says little of the page.
const SLOPE_LINE_MIN: f32 = 0.2;

/// In ems: words further apart are cells. More than in drawn text (0.9), since sizes are noisy: in small type the same head, with a dash that
/// was not read in it, was one piece on one page and two on the next. From 1.0 to 1.4 the sample scans do not differ.
const SCAN_GAP_EM: f32 = 1.1;
/// In ems: a head and the number of its page are further apart, and the text is further below them.
const HEAD_GAP_EM: f32 = 6.0;
const HEAD_STEP_EM: f32 = 1.6;
/// A head has more letters than the words beside a figure.
const HEAD_LETTERS_MIN: usize = 8;

/// The segments of a page that is `width` points wide; `body` is the size of the document's body in points.
pub(crate) fn segments(page: &ScannedPage, width: f32, body: f32, detail: Detail) -> Vec<TextSegment> {
    let scale = width / page.width.max(1.0);
    let slope = slope(page);
    let mut found: Vec<TextSegment> = Vec::new();
    for line in &page.lines {
        let size = snapped(line.size * scale, body);
        let goes_on = |a: &ScannedWord, b: &ScannedWord| {
            (b.area.left - a.area.right) * scale < SCAN_GAP_EM * size && !parts_cells(a, b)
        };
        for words in line.words.chunk_by(goes_on) {
            found.extend(segment(line, words, scale, slope, size, detail));
        }
    }
    found.sort_by(|a, b| a.baseline.total_cmp(&b.baseline).then(a.left.total_cmp(&b.left)));
    found = on_common_baselines(found);
    for (index, segment) in (0..).zip(&mut found) {
        segment.shown = (index, index);
    }
    found
}

/// Marks the head and the number of a page as such where the number was misread: two segments alone in the first or last row, far from
/// each other, of which one is a sign or two and no number. A small "2" is read as "N" on every second page of a bad scan, and the head
/// beside it would be counted as text.
pub(crate) fn mark_misread_folio(segments: &mut [TextSegment]) {
    let row_of = |at: usize, segments: &[TextSegment]| -> Vec<usize> {
        let Some(baseline) = segments.get(at).map(|segment| segment.baseline) else { return Vec::new() };
        let is_level = |index: &usize| segments.get(*index).is_some_and(|other| other.baseline == baseline);
        (0..segments.len()).filter(is_level).collect()
    };
    let ends = [row_of(0, segments), row_of(segments.len().saturating_sub(1), segments)];
    for row in ends {
        let [first, second] = row.as_slice() else { continue };
        let (Some(first), Some(second)) = (segments.get(*first), segments.get(*second)) else { continue };
        let gap = second.left - first.right;
        let is_apart = |segment: &TextSegment| {
            let steps = segments.iter().map(|other| (other.baseline - segment.baseline).abs());
            steps.filter(|step| *step > 0.0).fold(f32::MAX, f32::min) > HEAD_STEP_EM * segment.size
        };
        let is_head = |head: &TextSegment, number: &TextSegment| {
            head.text.chars().filter(|c| c.is_alphabetic()).count() >= HEAD_LETTERS_MIN
                && number.text.chars().count() <= 2
                && !number.text.contains(|c: char| c.is_ascii_digit())
        };
        if gap > HEAD_GAP_EM * first.size
            && is_apart(first)
            && (is_head(first, second) || is_head(second, first))
        {
            row.iter().for_each(|index| segments[*index].is_artifact = true);
        }
    }
}

/// The size in points in which most characters of the pages are set.
pub(crate) fn body_size<'a>(pages: impl Iterator<Item = (&'a ScannedPage, f32)>) -> f32 {
    let mut counts = BTreeMap::<i32, usize>::new();
    for (page, width) in pages {
        for line in &page.lines {
            let characters: usize = line.words.iter().map(|word| word.text.len()).sum();
            let size = line.size * width / page.width.max(1.0);
            *counts.entry((size * 10.0).round() as i32).or_default() += characters;
        }
    }
    let total: usize = counts.values().sum();
    let mut below = 0;
    let median = counts.into_iter().find(|(_, count)| {
        below += count;
        2 * below >= total
    });
    median.map_or(10.0, |(size, _)| size as f32 / 10.0)
}

/// Whether a word that the end of its cell cuts stands before the figure of the next cell: "vedli-" and "93 800", above "kehold".
fn parts_cells(word: &ScannedWord, next: &ScannedWord) -> bool {
    let is_cut = word.text.strip_suffix('-').is_some_and(|stem| stem.ends_with(char::is_alphabetic));
    is_cut && next.text.starts_with(|c: char| c.is_ascii_digit())
}

fn snapped(size: f32, body: f32) -> f32 {
    if (size / body - 1.0).abs() < SAME_SIZE { body } else { (2.0 * size).round() / 2.0 }
}

/// How much the lines fall from left to right: the median of the long ones.
fn slope(page: &ScannedPage) -> f32 {
    let is_long = |line: &&ScannedLine| line.area.right - line.area.left > SLOPE_LINE_MIN * page.width;
    let mut slopes: Vec<f32> = page.lines.iter().filter(is_long).map(|line| line.slope).collect();
    slopes.sort_by(f32::total_cmp);
    slopes.get(slopes.len() / 2).copied().unwrap_or(0.0)
}

fn segment(
    line: &ScannedLine,
    words: &[ScannedWord],
    scale: f32,
    slope: f32,
    size: f32,
    detail: Detail,
) -> Option<TextSegment> {
    let (first, last) = (words.first()?, words.last()?);
    let gaps = words.windows(2).map(|pair| (pair[1].area.left - pair[0].area.right) * scale);
    let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    // The baseline at the left end, turned about the corner of the page by the slope of the page.
    let rise = (first.area.left - line.area.left) * line.slope;
    let baseline = line.baseline + rise - slope * first.area.left;
    let shift = slope * line.baseline;
    let placed = |word: &ScannedWord| Word { text: word.text.clone(), area: scaled(word.area, scale) };
    let lines = match detail {
        Detail::Blocks => Vec::new(),
        Detail::Words => Line::of(words.iter().map(placed).collect()).into_iter().collect(),
    };
    Some(TextSegment {
        left: (first.area.left + shift) * scale,
        right: (last.area.right + shift) * scale,
        baseline: baseline * scale,
        size,
        // Furniture and headings are told by their place and size; the layer that came with a scan is marked in the same way.
        is_invisible: true,
        widest_space: gaps.fold(0.0, f32::max),
        text,
        lines,
        ..TextSegment::default()
    })
}

fn scaled(area: Rect, scale: f32) -> Rect {
    let Rect { left, top, right, bottom } = area;
    Rect { left: left * scale, top: top * scale, right: right * scale, bottom: bottom * scale }
}

/// Segments side by side whose baselines differ by less than a fifth of their size stand on one: cells of a row are read apart.
fn on_common_baselines(mut sorted: Vec<TextSegment>) -> Vec<TextSegment> {
    for index in 1..sorted.len() {
        let (before, rest) = sorted.split_at_mut(index);
        let (Some(last), Some(next)) = (before.last(), rest.first_mut()) else { break };
        let is_beside = next.left >= last.right || next.right <= last.left;
        if is_beside && (next.baseline - last.baseline).abs() < 0.2 * next.size.min(last.size) {
            next.baseline = last.baseline;
        }
    }
    sorted.sort_by(|a, b| a.baseline.total_cmp(&b.baseline).then(a.left.total_cmp(&b.left)));
    sorted
}
