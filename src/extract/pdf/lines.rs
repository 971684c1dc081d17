//! Glyphs → segments: stretches of text on one baseline without a wide gap, with note marks kept apart.

use super::{
    Rect,
    content::{Glyph, PageGlyphs},
};

/// In ems: a gap as wide as this ends a segment; it may be a gutter, a table cell or a wide justified space, which
/// the layout decides.
const SEGMENT_GAP_EM: f32 = 0.9;
/// In ems, above the line's usual gap: kerning stays below it, the tightest justified space above.
const WORD_GAP_EM: f32 = 0.16;
/// In ems: a narrower gap is bridged between runs that the file does not show one after the other; two cells or columns
/// can be nearer than words, but are not shown in turns.
const BRIDGE_GAP_EM: f32 = 0.35;
/// The same where the file itself has a space glyph.
const SPACE_GLYPH_GAP_EM: f32 = 0.04;
/// Raised text up to this share of its neighbour's size can be a note mark; browsers raise at 0.833.
const MARK_SIZE_MAX: f32 = 0.86;
/// Small text nearer to its neighbour's size than this is raised only when it stands clearly higher.
const SMALL_SIZE_MAX: f32 = 0.8;

/// A longer run beside larger text is no mark or index but a line of its own, in the next column perhaps.
const RAISED_CHARS_MAX: usize = 6;

/// Line numbers are set in this share of their line's size or smaller.
const LINE_NUMBER_SIZE_MAX: f32 = 0.85;
/// Fewer numbers in a row are something else.
const LINE_NUMBERS_MIN: usize = 4;
/// In points: note marks are not looked for beside larger text than this.
const MARK_HOST_SIZE_MAX: f32 = 40.0;

/// Text on one baseline without a wide gap.
#[derive(Debug, Clone, Default)]
pub(super) struct Segment {
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) baseline: f32,
    pub(super) size: f32,
    pub(super) is_bold: bool,
    pub(super) is_artifact: bool,
    /// Whether it counts the lines of the page.
    pub(super) is_line_number: bool,
    /// The widest space between two of its words, in points.
    pub(super) widest_space: f32,
    /// Whether the text is so far from the page's main direction that it has a frame of its own.
    pub(super) angle: i16,
    /// Places of its first and last run in the order in which the file shows them.
    pub(super) shown: (u32, u32),
    /// The tags of its first and last glyph; 0 for none.
    pub(super) tags: (u16, u16),
    /// The raised mark that it opens with.
    pub(super) mark: Option<String>,
    pub(super) text: String,
}

impl Segment {
    pub(super) fn area(&self) -> Rect {
        let (top, bottom) = (self.baseline - 0.8 * self.size, self.baseline + 0.2 * self.size);
        Rect { left: self.left, top, right: self.right, bottom }
    }

    fn is_mark_text(&self) -> bool {
        let text = self.text.trim().trim_end_matches([')', '.', ',']);
        let count = text.chars().count();
        (1..=3).contains(&count) && text.chars().all(|c| c.is_ascii_digit() || "*†‡§¹²³".contains(c))
    }
}

/// The segments of a page, from top to bottom and left to right, upright text first.
pub(super) fn segments(page: &PageGlyphs, width: f32, height: f32) -> Vec<Segment> {
    let has_visible = page.glyphs.iter().any(|glyph| !glyph.is_invisible);
    let counts = |glyph: &&Glyph| !(glyph.is_invisible && has_visible) && is_on_page(glyph, width, height);
    let glyphs: Vec<&Glyph> = page.glyphs.iter().filter(counts).collect();
    let mut angles: Vec<i16> = Vec::new();
    for glyph in &glyphs {
        if !angles.contains(&glyph.angle) {
            angles.push(glyph.angle);
        }
    }
    angles.sort_by_key(|angle| (angle.abs(), *angle));
    let mut found = Vec::new();
    for angle in angles {
        let runs = runs(&glyphs, angle, &page.text);
        found.extend(joined_rows(with_line_numbers(with_marks(without_doubles(runs)))));
    }
    found
}

fn is_on_page(glyph: &Glyph, width: f32, height: f32) -> bool {
    let middle = glyph.x + glyph.width / 2.0;
    (0.0..=width).contains(&middle) && (0.0..=height + 1.0).contains(&glyph.y) && glyph.size > 0.5
}

/// Whether a glyph leaves no ink; asked of every glyph.
fn is_blank(piece: &str) -> bool {
    !piece.as_bytes().first().is_some_and(u8::is_ascii_graphic) && piece.trim().is_empty()
}

/// A run under construction: glyphs of one size on one baseline, in the order they were shown.
#[derive(Default)]
struct Run<'a> {
    pieces: Vec<(&'a str, f32, f32)>,
    segment: Segment,
    bold_count: usize,
    artifact_count: usize,
}

fn runs(glyphs: &[&Glyph], angle: i16, text: &str) -> Vec<Segment> {
    let (sin, cos) = f32::from(-angle).to_radians().sin_cos();
    let mut finished = Vec::new();
    let mut run = Run::default();
    for glyph in glyphs.iter().filter(|glyph| glyph.angle == angle) {
        let (x, y) = if angle == 0 {
            (glyph.x, glyph.y)
        } else {
            (glyph.x * cos - glyph.y * sin, glyph.x * sin + glyph.y * cos)
        };
        let piece = text.get(glyph.start as usize..glyph.end as usize).unwrap_or_default();
        if !run.continues(x, y, glyph.size) {
            let shown = finished.len() as u32;
            finished.extend(run.finish().map(|segment| Segment { shown: (shown, shown), ..segment }));
            run.restart();
            if is_blank(piece) {
                continue;
            }
            run.segment =
                Segment { left: x, right: x, baseline: y, size: glyph.size, angle, ..Segment::default() };
            run.segment.tags.0 = glyph.tag;
        }
        run.push(glyph, piece, x);
    }
    let shown = finished.len() as u32;
    finished.extend(run.finish().map(|segment| Segment { shown: (shown, shown), ..segment }));
    finished
}

impl<'a> Run<'a> {
    fn continues(&self, x: f32, y: f32, size: f32) -> bool {
        let segment = &self.segment;
        let gap = x - segment.right;
        !self.pieces.is_empty()
            && (y - segment.baseline).abs() < 0.08 * segment.size
            && (size - segment.size).abs() < 0.06 * segment.size
            && gap > -0.6 * size
            && gap < SEGMENT_GAP_EM * size
    }

    fn push(&mut self, glyph: &Glyph, piece: &'a str, x: f32) {
        if let Some((last, last_x, _)) = self.pieces.last()
            && *last == piece
            && (x - last_x).abs() < 0.2 * glyph.width
        {
            return;
        }
        self.pieces.push((piece, x, x + glyph.width));
        if !is_blank(piece) {
            self.segment.right = self.segment.right.max(x + glyph.width);
            self.segment.tags.1 = glyph.tag;
        }
        self.bold_count += usize::from(glyph.is_bold);
        self.artifact_count += usize::from(glyph.is_artifact);
    }

    /// Empty again; the room for glyphs stays.
    fn restart(&mut self) {
        self.pieces.clear();
        *self = Run { pieces: std::mem::take(&mut self.pieces), ..Run::default() };
    }

    fn finish(&mut self) -> Option<Segment> {
        let mut segment = std::mem::take(&mut self.segment);
        segment.is_bold = self.bold_count * 2 > self.pieces.len();
        segment.is_artifact = self.artifact_count * 2 > self.pieces.len();
        (segment.text, segment.widest_space) = spaced(&self.pieces, segment.size);
        (!segment.text.is_empty()).then_some(segment)
    }
}

/// The text of a run, with spaces where gaps or space glyphs say so, and the widest of these gaps.
fn spaced(pieces: &[(&str, f32, f32)], size: f32) -> (String, f32) {
    let usual = usual_gap(pieces, size).clamp(0.0, 0.5 * size);
    // Letters as far apart as this are letter-spaced on purpose: a space glyph between two of them is no word space.
    let is_tracked = usual > 0.12 * size;
    let mut out = String::new();
    let mut end: Option<f32> = None;
    let mut has_space = false;
    let mut widest = 0.0f32;
    for (piece, left, right) in pieces {
        if is_blank(piece) {
            has_space = true;
            continue;
        }
        let gap = end.map_or(0.0, |end| left - end) - usual;
        let threshold = if has_space && !is_tracked { SPACE_GLYPH_GAP_EM } else { WORD_GAP_EM } * size;
        if gap > threshold && !out.ends_with(' ') {
            out.push(' ');
            widest = widest.max(gap + usual);
        }
        out.push_str(piece);
        end = Some(*right);
        has_space = false;
    }
    (out.trim().to_owned(), widest)
}

/// The median of the gaps between glyphs that no space glyph parts; 0 for a run too short to have one.
///
/// A short run counts as letter-spaced when all its gaps are alike and wide: "N å".
fn usual_gap(pieces: &[(&str, f32, f32)], size: f32) -> f32 {
    let is_inked = |piece: &(&str, f32, f32)| !is_blank(piece.0);
    // The dots of leaders are spaced for themselves.
    let is_leader = |pair: &&[(&str, f32, f32)]| pair.iter().any(|piece| piece.0 == ".");
    let pairs = pieces.windows(2).filter(|pair| pair.iter().all(is_inked) && !is_leader(pair));
    let mut gaps: Vec<f32> = pairs.map(|pair| pair[1].1 - pair[0].2).collect();
    let (Some(least), Some(most)) =
        (gaps.iter().copied().reduce(f32::min), gaps.iter().copied().reduce(f32::max))
    else {
        return 0.0;
    };
    let is_even = least > 0.12 * size && most - least < 0.1 * size;
    let has_spaces = pieces.iter().any(|piece| !is_inked(piece));
    if gaps.len() < 4 && !(is_even && (has_spaces || pieces.iter().all(|piece| piece.0.chars().count() == 1)))
    {
        return 0.0;
    }
    // Of few letters half may end words ("If k is"): letter-spacing is in three of four gaps.
    let (middle, quarter) = (gaps.len() / 2, gaps.len() / 4);
    let (lower, median, _) = gaps.select_nth_unstable_by(middle, f32::total_cmp);
    let median = *median;
    let quartile =
        if quarter < middle { *lower.select_nth_unstable_by(quarter, f32::total_cmp).1 } else { median };
    median.min(quartile + 0.05 * size)
}

/// Runs printed twice (fake bold, shadows) once.
fn without_doubles(mut runs: Vec<Segment>) -> Vec<Segment> {
    runs.sort_by(|a, b| a.baseline.total_cmp(&b.baseline).then(a.left.total_cmp(&b.left)));
    let mut kept: Vec<Segment> = Vec::with_capacity(runs.len());
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

/// Puts small raised or lowered runs on the baseline of the text they belong to; note marks become marks.
fn with_marks(mut runs: Vec<Segment>) -> Vec<Segment> {
    let hosts: Vec<Option<usize>> = (0..runs.len()).map(|index| host(&runs, index)).collect();
    for (index, host) in hosts.into_iter().enumerate() {
        let Some(baseline) = host.and_then(|host| runs.get(host)).map(|host| host.baseline) else { continue };
        let Some(run) = runs.get_mut(index) else { continue };
        let is_raised = run.baseline < baseline;
        run.baseline = baseline;
        if is_raised && run.is_mark_text() {
            run.mark = Some(std::mem::take(&mut run.text));
        }
    }
    runs
}

/// The larger run that a small one is raised or lowered beside.
fn host(runs: &[Segment], index: usize) -> Option<usize> {
    let small = runs.get(index).filter(|run| run.text.chars().count() <= RAISED_CHARS_MAX)?;
    let near = |other: &Segment| {
        let rise = other.baseline - small.baseline;
        let reach = 0.5 * other.size;
        small.size <= MARK_SIZE_MAX * other.size
            && rise > -0.35 * other.size
            && rise < 0.75 * other.size
            && rise.abs() > if small.size <= SMALL_SIZE_MAX * other.size { 0.03 } else { 0.2 } * other.size
            && small.left < other.right + reach
            && small.right > other.left - reach
    };
    let distance = |other: &Segment| {
        let across = (small.left - other.right).max(other.left - small.right).max(0.0);
        across + (other.baseline - small.baseline).abs()
    };
    // The runs are sorted by baseline: only those nearby are looked at.
    let reach = 0.75 * MARK_HOST_SIZE_MAX;
    let start = runs.partition_point(|other| other.baseline < small.baseline - reach);
    let near_runs = runs.iter().enumerate().skip(start);
    let near_runs = near_runs.take_while(|(_, other)| other.baseline < small.baseline + reach);
    let found = near_runs.filter(|(at, other)| *at != index && near(other));
    found.min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b))).map(|(at, _)| at)
}

/// Finds the small numbers beside the lines: the first of their rows, each a step further than the one above.
fn with_line_numbers(mut runs: Vec<Segment>) -> Vec<Segment> {
    let mut rows: Vec<usize> = (0..runs.len()).collect();
    rows.sort_by(|a, b| {
        runs[*a].baseline.total_cmp(&runs[*b].baseline).then(runs[*a].left.total_cmp(&runs[*b].left))
    });
    let is_level = |a: &usize, b: &usize| (runs[*a].baseline - runs[*b].baseline).abs() < 1.0;
    let first = |row: &[usize]| {
        let [first, next, ..] = row else { return None };
        let number = runs[*first].text.parse::<u32>().ok()?;
        (runs[*first].size <= LINE_NUMBER_SIZE_MAX * runs[*next].size).then_some((*first, number))
    };
    let numbers: Vec<(usize, u32)> = rows.chunk_by(is_level).filter_map(first).collect();
    let steps: Vec<u32> = numbers.windows(2).map(|pair| pair[1].1.wrapping_sub(pair[0].1)).collect();
    let is_counting =
        steps.iter().filter(|step| [1, 2, 5, 10].contains(*step)).count() * 10 >= steps.len() * 8;
    if numbers.len() >= LINE_NUMBERS_MIN && is_counting {
        for (index, _) in numbers {
            runs[index].is_line_number = true;
        }
    }
    runs
}

/// Runs on one baseline, a small gap apart → segments.
fn joined_rows(mut runs: Vec<Segment>) -> Vec<Segment> {
    runs.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut found = Vec::new();
    let mut row: Vec<Segment> = Vec::new();
    for run in runs {
        let starts_row =
            row.first().is_some_and(|first| run.baseline - first.baseline > 0.25 * run.size.min(first.size));
        if starts_row {
            found.append(&mut joined_row(std::mem::take(&mut row)));
        }
        row.push(run);
    }
    found.append(&mut joined_row(row));
    found
}

fn joined_row(mut row: Vec<Segment>) -> Vec<Segment> {
    row.sort_by(|a, b| a.left.total_cmp(&b.left));
    let shown: Vec<u32> = row.iter().map(|run| run.shown.0).collect();
    let mut found: Vec<Segment> = Vec::new();
    for run in row {
        match found.last_mut() {
            Some(last) if is_bridged(last, &run, &shown) => append(last, run),
            _ => found.push(run),
        }
    }
    found.retain(|segment| !segment.text.is_empty() || segment.mark.is_some());
    for last in found.iter_mut().filter(|last| last.text.ends_with(" -") && last.shown.0 < last.shown.1) {
        // LibreOffice sets the hyphen at a line's end apart, and justifies the gap before it.
        last.text.truncate(last.text.len() - 2);
        last.text.push('-');
    }
    found
}

/// Whether `run` goes on with `last`: it was shown next, or close by with nothing but marks of this row in between.
fn is_bridged(last: &Segment, run: &Segment, row: &[u32]) -> bool {
    if last.is_line_number {
        return false;
    }
    let is_next = last.shown.1 + 1 == run.shown.0;
    let (from, to) = (last.shown.1.min(run.shown.0), last.shown.1.max(run.shown.0));
    let is_near = is_next || to - from <= 3 && (from + 1..to).all(|between| row.contains(&between));
    let reach = if is_next { SEGMENT_GAP_EM } else { BRIDGE_GAP_EM };
    is_near && run.left - last.right < reach * last.size.min(run.size)
}

/// Adds `run` behind `segment`. A mark inside the text is dropped, but the gap on its far side still counts.
fn append(segment: &mut Segment, run: Segment) {
    let gap = run.left - segment.right;
    let is_inner_mark = run.text.is_empty();
    if !run.text.is_empty() {
        if gap > WORD_GAP_EM * segment.size.min(run.size) && !segment.text.is_empty() {
            segment.text.push(' ');
            segment.widest_space = segment.widest_space.max(gap);
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
    }
    segment.right = segment.right.max(run.right);
    segment.shown = (segment.shown.0.min(run.shown.0), run.shown.1);
    segment.tags.1 = run.tags.1;
    segment.is_artifact &= run.is_artifact;
}
