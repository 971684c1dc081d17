//! Segments of a page → columns in reading order, each a list of lines.

use super::lines::Segment;

/// Rows that both sides of a gutter need before it is believed.
const COLUMN_ROWS_MIN: usize = 3;
/// In ems: a median line shorter than this is a table cell, not a column of text.
const COLUMN_WIDTH_EM: f32 = 8.0;
/// In ems: a gap within a line from which on its parts are cells.
const CELL_GAP_EM: f32 = 1.6;
/// Columns within columns: four cuts make up to sixteen columns.
const CUTS_MAX: usize = 4;

/// A line of a column: its segments joined, cells parted by a tab.
pub(super) type Line = Segment;

/// The columns of a page in reading order.
pub(super) fn columns(segments: Vec<Segment>) -> Vec<Vec<Line>> {
    let mut found = Vec::new();
    let (upright, turned): (Vec<_>, Vec<_>) = segments.into_iter().partition(|segment| segment.angle == 0);
    cut(upright, CUTS_MAX, &mut found);
    let mut rest = turned;
    while let Some(angle) = rest.first().map(|segment| segment.angle) {
        let (same, others) = rest.into_iter().partition(|segment| segment.angle == angle);
        cut(same, CUTS_MAX, &mut found);
        rest = others;
    }
    found
}

/// On which side of a gutter a segment stands.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Left,
    Right,
    Across,
}

fn side(segment: &Segment, gutter: f32) -> Side {
    if segment.right <= gutter + 0.5 {
        Side::Left
    } else if segment.left >= gutter + 0.3 * segment.size {
        Side::Right
    } else {
        Side::Across
    }
}

fn cut(segments: Vec<Segment>, cuts_left: usize, found: &mut Vec<Vec<Line>>) {
    let gutter = if cuts_left > 0 { best_gutter(&segments) } else { None };
    let Some(gutter) = gutter else {
        if !segments.is_empty() {
            found.push(lines(segments));
        }
        return;
    };
    let mut left = Vec::new();
    let mut right = Vec::new();
    let mut across = Vec::new();
    for segment in segments {
        let side = side(&segment, gutter);
        if side == Side::Across {
            flush(&mut left, &mut right, cuts_left, found);
        } else if !across.is_empty() {
            found.push(lines(std::mem::take(&mut across)));
        }
        match side {
            Side::Left => left.push(segment),
            Side::Right => right.push(segment),
            Side::Across => across.push(segment),
        }
    }
    flush(&mut left, &mut right, cuts_left, found);
    if !across.is_empty() {
        found.push(lines(across));
    }
}

fn flush(left: &mut Vec<Segment>, right: &mut Vec<Segment>, cuts_left: usize, found: &mut Vec<Vec<Line>>) {
    cut(std::mem::take(left), cuts_left - 1, found);
    cut(std::mem::take(right), cuts_left - 1, found);
}

/// Where the most lines stand in columns on both sides; `None` where none do.
fn best_gutter(segments: &[Segment]) -> Option<f32> {
    let mut edges: Vec<i32> = segments.iter().map(|segment| segment.right.ceil() as i32).collect();
    edges.sort_unstable();
    edges.dedup();
    let scored = edges.into_iter().map(|edge| (score(segments, edge as f32), edge));
    let best = scored
        .filter(|(score, _)| *score * 4 >= segments.len() && *score > 0)
        .max_by_key(|(score, edge)| (*score, -edge))?;
    Some(best.1 as f32)
}

/// How many segments stand in bands that the gutter divides into columns of text.
fn score(segments: &[Segment], gutter: f32) -> usize {
    let bands = segments.split(|segment| side(segment, gutter) == Side::Across);
    bands.filter(|band| is_columns(band, gutter)).map(<[Segment]>::len).sum()
}

fn is_columns(band: &[Segment], gutter: f32) -> bool {
    let (left, right): (Vec<_>, Vec<_>) =
        band.iter().partition(|segment| side(segment, gutter) == Side::Left);
    is_column(&left) && is_column(&right)
}

/// Whether segments fill a column as running text does: enough rows, most of them nearly full.
///
/// Wide spaces cut a justified row in pieces, so rows are tried as a whole too; but where a side holds two columns
/// whose lines are not level, single segments tell.
fn is_column(side: &[&Segment]) -> bool {
    let mut sizes: Vec<f32> = side.iter().map(|segment| segment.size).collect();
    let size = median(&mut sizes);
    let width = |segment: &&Segment| segment.right - segment.left;
    let rows = side.chunk_by(|a, b| (a.baseline - b.baseline).abs() < 1.0);
    let row_widths: Vec<f32> = rows.clone().map(|row| row.iter().map(width).sum()).collect();
    let segment_widths: Vec<f32> = side.iter().map(width).collect();
    let widest = segment_widths.iter().copied().fold(0.0, f32::max);
    is_full(segment_widths, widest, size) || is_full(row_widths, rows.map(extent).fold(0.0, f32::max), size)
}

/// Whether at least three of `widths` come near the `widest`, and make up half of all that is set.
fn is_full(widths: Vec<f32>, widest: f32, size: f32) -> bool {
    let all: f32 = widths.iter().sum();
    let full: Vec<f32> = widths.into_iter().filter(|width| *width >= 0.7 * widest).collect();
    widest >= COLUMN_WIDTH_EM * size && full.len() >= COLUMN_ROWS_MIN && full.iter().sum::<f32>() >= 0.5 * all
}

fn median(values: &mut [f32]) -> f32 {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// From the left edge of a row to its right edge.
fn extent(row: &[&Segment]) -> f32 {
    let left = row.iter().map(|segment| segment.left).fold(f32::MAX, f32::min);
    row.iter().map(|segment| segment.right).fold(f32::MIN, f32::max) - left
}

/// The segments of one column → its lines from top to bottom.
fn lines(segments: Vec<Segment>) -> Vec<Line> {
    let mut found: Vec<Line> = Vec::new();
    for segment in segments {
        match found.last_mut() {
            Some(last)
                if (segment.baseline - last.baseline).abs() < 0.25 * last.size
                    && segment.left > last.left =>
            {
                let gap = segment.left - last.right;
                last.text.push(if gap > CELL_GAP_EM * last.size { '\t' } else { ' ' });
                last.text.push_str(&segment.text);
                last.right = last.right.max(segment.right);
                last.is_bold &= segment.is_bold;
            }
            _ => found.push(segment),
        }
    }
    found
}
