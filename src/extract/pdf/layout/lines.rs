//! Glyphs → segments: stretches of text on one baseline without a wide gap, with note marks kept apart.

use super::{
    super::{
        content::{PageGlyphs, Style},
        model::{Line, Rect, direction},
    },
    line_numbers::with_line_numbers,
    marks::with_marks,
    runs::{GlyphRun, runs},
    segment::{
        Detail, MARK_HOST_SIZE_MAX, NOTE_INDENT_EM, SEGMENT_GAP_EM, SPACE_GLYPH_GAP_EM, TextSegment,
        WORD_GAP_EM,
    },
};

/// In ems: a narrower gap is bridged between runs that the file does not show one after the other; two cells or columns
/// can be nearer than words, but are not shown in turns.
const BRIDGE_GAP_EM: f32 = 0.35;

/// An invisible line of which visible text covers more than this share repeats that text. Less is the
/// line above or below a stamp, since boxes from OCR are some points off.
const COVERED_MAX: f32 = 0.2;
/// Visible lines near an invisible one that are compared with it: forty columns of a dense table.
const NEAR_LINES_MAX: usize = 400;

/// The segments of a page, from top to bottom and left to right, upright text first.
pub(crate) fn segments(page: &PageGlyphs, width: f32, height: f32, detail: Detail) -> Vec<TextSegment> {
    let is_shown = |is_invisible: bool| page.shown().any(|(style, _)| style.is_invisible == is_invisible);
    if is_shown(true) && is_shown(false) {
        // Without an image there is nothing that a program could have read: text hidden from the reader.
        if !page.has_image {
            return of_layer(page, width, height, detail, Some(false));
        }
        return merged(
            of_layer(page, width, height, detail, Some(false)),
            of_layer(page, width, height, detail, Some(true)),
        );
    }
    of_layer(page, width, height, detail, None)
}

/// Visible text, and what of an invisible layer stands where nothing is visible: the layer that OCR left below a stamp.
fn merged(visible: Vec<TextSegment>, invisible: Vec<TextSegment>) -> Vec<TextSegment> {
    let mut by_baseline: Vec<&TextSegment> = visible.iter().collect();
    by_baseline.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let tallest = visible.iter().map(|segment| segment.size).fold(0.0, f32::max).min(MARK_HOST_SIZE_MAX);
    let is_covered = |segment: &TextSegment| {
        let area = segment.area();
        let start = by_baseline.partition_point(|other| other.baseline < area.top - tallest);
        let near = by_baseline.iter().skip(start).take(NEAR_LINES_MAX);
        let near = near.take_while(|other| other.baseline < area.bottom + tallest);
        let near = near.filter(|other| other.angle == segment.angle);
        let covered: f32 = near.map(|other| overlap(area, other.area())).sum();
        covered > COVERED_MAX * (area.right - area.left) * (area.bottom - area.top)
    };
    let kept: Vec<TextSegment> = invisible.into_iter().filter(|segment| !is_covered(segment)).collect();
    let mut all = visible;
    all.extend(kept);
    let rank = |segment: &TextSegment| (segment.angle.abs(), segment.angle);
    all.sort_by(|a, b| {
        rank(a).cmp(&rank(b)).then(a.baseline.total_cmp(&b.baseline)).then(a.left.total_cmp(&b.left))
    });
    all
}

/// The area that two boxes share.
fn overlap(a: Rect, b: Rect) -> f32 {
    let across = a.right.min(b.right) - a.left.max(b.left);
    let along = a.bottom.min(b.bottom) - a.top.max(b.top);
    across.max(0.0) * along.max(0.0)
}

/// The segments of the visible or the invisible text, or of both.
fn of_layer(
    page: &PageGlyphs,
    width: f32,
    height: f32,
    detail: Detail,
    is_invisible: Option<bool>,
) -> Vec<TextSegment> {
    let counts =
        |style: &Style| is_invisible.is_none_or(|wanted| style.is_invisible == wanted) && style.size > 0.5;
    let mut angles: Vec<i16> = Vec::new();
    for (style, _) in page.shown().filter(|(style, _)| counts(style)) {
        if !angles.contains(&style.angle) {
            angles.push(style.angle);
        }
    }
    angles.sort_by_key(|angle| (angle.abs(), *angle));
    let is_on_page = |style: &Style| (0.0..=height + 1.0).contains(&style.y);
    let mut found = Vec::new();
    for angle in angles {
        let counts = |style: &Style| style.angle == angle && counts(style) && is_on_page(style);
        let shown = page.shown().filter(|(style, _)| counts(style));
        let run = GlyphRun::new(page, width, detail);
        let runs = runs(run, shown, angle);
        found.extend(joined_rows(with_line_numbers(with_marks(without_doubles(runs)))));
    }
    found
}

/// Runs printed twice (fake bold, shadows) once.
fn without_doubles(mut runs: Vec<TextSegment>) -> Vec<TextSegment> {
    runs.sort_by(|a, b| a.baseline.total_cmp(&b.baseline).then(a.left.total_cmp(&b.left)));
    let mut kept: Vec<TextSegment> = Vec::with_capacity(runs.len());
    for run in runs {
        let near = 0.25 * run.size;
        let doubled = kept
            .iter()
            .rev()
            .take_while(|other| run.baseline - other.baseline < near)
            .any(|other| (other.left - run.left).abs() < near && other.text == run.text);
        if !doubled {
            kept.push(run);
        }
    }
    kept
}

/// Runs on one baseline, a small gap apart → segments.
fn joined_rows(mut runs: Vec<TextSegment>) -> Vec<TextSegment> {
    runs.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut found = Vec::with_capacity(runs.len());
    let mut row: Vec<TextSegment> = Vec::new();
    for run in runs {
        let starts_row =
            row.first().is_some_and(|first| run.baseline - first.baseline > 0.25 * run.size.min(first.size));
        if starts_row {
            join_row(&mut row, &mut found);
        }
        row.push(run);
    }
    join_row(&mut row, &mut found);
    found.retain(|segment| !segment.text.is_empty() || segment.mark.is_some());
    found.iter_mut().for_each(set_right);
    found
}

/// Moves the runs of a row to `found` as segments.
fn join_row(row: &mut Vec<TextSegment>, found: &mut Vec<TextSegment>) {
    if row.len() < 2 {
        return found.append(row);
    }
    row.sort_by(|a, b| a.left.total_cmp(&b.left));
    let shown: Vec<u32> = row.iter().map(|run| run.shown.0).collect();
    let start = found.len();
    for run in row.drain(..) {
        match found.get_mut(start..).and_then(<[TextSegment]>::last_mut) {
            Some(last) if is_bridged(last, &run, &shown) => append(last, run),
            _ => found.push(run),
        }
    }
}

/// Puts a line in the order in which it is read, and its hyphen where it belongs: LibreOffice sets that at a line's end apart, and justifies
/// the gap before it.
fn set_right(segment: &mut TextSegment) {
    if direction::has_right_to_left(&segment.text) {
        segment.text = direction::read_order(&segment.text);
        for word in segment.lines.iter_mut().flat_map(|line| &mut line.words) {
            word.text = direction::read_order(&word.text);
        }
    }
    if segment.ends_in_hyphen && segment.text.ends_with(" -") {
        segment.text.truncate(segment.text.len() - 2);
        segment.text.push('-');
        if let Some(line) = segment.lines.last_mut()
            && let Some(hyphen) = line.words.pop()
        {
            let area = hyphen.area;
            line.glue(Line { page: 0, area, words: vec![hyphen] });
        }
    }
}

/// Whether `run` goes on with `last`: it was shown next, or close by with nothing but marks of this row in between.
fn is_bridged(last: &TextSegment, run: &TextSegment, row: &[u32]) -> bool {
    if last.is_line_number || run.is_line_number {
        return false;
    }
    if last.text.is_empty() && last.mark.is_some() && run.left - last.right < NOTE_INDENT_EM * run.size {
        return true;
    }
    let is_next = last.shown.1 + 1 == run.shown.0;
    let (from, to) = (last.shown.1.min(run.shown.0), last.shown.1.max(run.shown.0));
    let is_near = is_next || to - from <= 3 && (from + 1..to).all(|between| row.contains(&between));
    let reach = if is_next { SEGMENT_GAP_EM } else { BRIDGE_GAP_EM };
    is_near && run.left - last.right < reach * last.size.min(run.size)
}

/// Adds `run` behind `segment`. A mark inside the text is dropped, but the gap on its far side still counts.
fn append(segment: &mut TextSegment, run: TextSegment) {
    let gap = run.left - segment.right;
    let is_inner_mark = run.text.is_empty();
    let is_hyphen = run.text == "-";
    if !run.text.is_empty() {
        // Beside larger text the width of a space glyph is small.
        let word_gap = if segment.ends_in_space { SPACE_GLYPH_GAP_EM } else { WORD_GAP_EM };
        if gap > word_gap * segment.size.min(run.size) && !segment.text.is_empty() {
            segment.text.push(' ');
            segment.widest_space = segment.widest_space.max(gap);
            segment.go_on(run.lines);
        } else {
            segment.glue(run.lines);
        }
        segment.widest_space = segment.widest_space.max(run.widest_space);
        if segment.text.is_empty() || run.size > segment.size {
            segment.size = run.size;
            segment.is_bold = run.is_bold;
        }
        segment.text.push_str(&run.text);
    }
    if is_inner_mark && segment.text.is_empty() && segment.mark.is_none() {
        segment.mark = run.mark;
    } else if let Some(number) = run.mark.and_then(|mark| mark.parse().ok()) {
        segment.note_number = segment.note_number.max(number);
    }
    segment.note_number = segment.note_number.max(run.note_number);
    segment.ends_in_hyphen = run.ends_in_hyphen || is_hyphen && !segment.ends_in_space;
    segment.ends_in_space = run.ends_in_space;
    segment.right = segment.right.max(run.right);
    segment.shown = (segment.shown.0.min(run.shown.0), run.shown.1);
    segment.is_artifact &= run.is_artifact;
}
