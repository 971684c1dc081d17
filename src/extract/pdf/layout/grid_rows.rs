//! Segments between the lines of a ruled grid → the rows of its table, each one segment of cells.
//!
//! Where a horizontal line, the next one below it and upright lines between them enclose cells, the file itself says which lines belong
//! together: those of a cell that is centred beside a taller one are not level with it. What is not enclosed on all sides stays as
//! it is, and so do rows that no line parts: their baselines tell.

use super::{
    super::content::{Rule, Rules, Upright},
    columns::ROW_STEP_EM,
    gutters::starts_cell,
    hyphen,
    segment::{MIDDLE_EM, TextSegment},
};
use std::collections::BTreeMap;

/// Lines of a cell; a taller one is a column of text in a frame.
const CELL_LINES_MAX: usize = 16;
/// In points: borders of one cell miss each other by less at the corners.
const CORNER_GAP_MAX: f32 = 3.0;
/// Lines above and below a segment that are tried; tables side by side have a few that do not reach it.
const RULES_TRIED_MAX: usize = 40;
/// Baselines of a row differ by less, in ems.
const SAME_ROW_EM: f32 = 0.25;

/// `segments`, sorted by baseline, with those of each row of a grid as one: cells parted by tabs, their lines by line feeds. The second of
/// each pair says whether the segment takes part.
pub(crate) fn join(segments: Vec<TextSegment>, is_body: &[bool], rules: &Rules) -> Vec<(TextSegment, bool)> {
    let rows = if rules.uprights.is_empty() { Vec::new() } else { rows(&segments, is_body, rules) };
    if rows.is_empty() {
        return segments.into_iter().zip(is_body.iter().copied()).collect();
    }
    let mut joined: BTreeMap<usize, TextSegment> = BTreeMap::new();
    let mut is_taken = vec![false; segments.len()];
    for cells in rows {
        let first = cells.iter().flatten().copied().min().unwrap_or(0);
        cells.iter().flatten().for_each(|index| is_taken[*index] = true);
        joined.insert(first, row(&cells, &segments));
    }
    let mut found = Vec::with_capacity(segments.len());
    for (index, segment) in segments.into_iter().enumerate() {
        match joined.remove(&index) {
            Some(row) => found.push((row, true)),
            None if is_taken[index] => {}
            None => found.push((segment, is_body[index])),
        }
    }
    found
}

/// The rows of the page's grids: the cells of each from left to right, with the places of their segments.
fn rows(segments: &[TextSegment], is_body: &[bool], rules: &Rules) -> Vec<Vec<Vec<usize>>> {
    let levels = levels(&rules.level);
    // By the levels above and below.
    let mut bands: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (index, segment) in segments.iter().enumerate().filter(|(index, _)| is_body[*index]) {
        if segment.angle == 0
            && let Some((above, below)) = enclosing(segment, &rules.level)
        {
            bands.entry((levels[above], levels[below])).or_default().push(index);
        }
    }
    let of_band = |((above, below), members): ((usize, usize), Vec<usize>)| {
        let (above, below) = (rules.level[above].y, rules.level[below].y);
        cells(&members, segments, &walls(&rules.uprights, above, below))
    };
    bands.into_iter().filter_map(of_band).collect()
}

/// For each line, which one it stands level with: the borders of cells in one row differ by the width of a line.
fn levels(level: &[Rule]) -> Vec<usize> {
    let mut first = 0;
    (0..level.len())
        .map(|index| {
            if level[index].y - level[first].y >= CORNER_GAP_MAX {
                first = index;
            }
            first
        })
        .collect()
}

/// The nearest lines above and below a segment.
fn enclosing(segment: &TextSegment, level: &[Rule]) -> Option<(usize, usize)> {
    let (x, y) = (middle(segment), segment.baseline - MIDDLE_EM * segment.size);
    let split = level.partition_point(|rule| rule.y < y);
    let reaches =
        |rule: &&Rule| rule.is_line && rule.left - CORNER_GAP_MAX < x && x < rule.right + CORNER_GAP_MAX;
    let above = level[..split].iter().rev().take(RULES_TRIED_MAX).position(|rule| reaches(&rule))?;
    let below = level[split..].iter().take(RULES_TRIED_MAX).position(|rule| reaches(&rule))?;
    Some((split - 1 - above, split + below))
}

fn middle(segment: &TextSegment) -> f32 {
    (segment.left + segment.right) / 2.0
}

/// Where upright lines stand that reach from `above` to `below`, from left to right.
fn walls(uprights: &[Upright], above: f32, below: f32) -> Vec<f32> {
    let reaches =
        |upright: &&Upright| upright.top < above + CORNER_GAP_MAX && upright.bottom > below - CORNER_GAP_MAX;
    let mut walls: Vec<f32> = uprights.iter().filter(reaches).map(|upright| upright.x).collect();
    walls.sort_by(f32::total_cmp);
    walls
}

/// The members of a band by cells, where walls part them and they are one row.
fn cells(members: &[usize], segments: &[TextSegment], walls: &[f32]) -> Option<Vec<Vec<usize>>> {
    let mut cells: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for index in members {
        let segment = &segments[*index];
        let cell = walls.partition_point(|wall| *wall < middle(segment));
        // Left of the first wall and right of the last one is no cell.
        if cell == 0 || cell == walls.len() {
            return None;
        }
        cells.entry(cell).or_default().push(*index);
    }
    let cells: Vec<Vec<usize>> = cells.into_values().collect();
    let most = cells.iter().map(Vec::len).max()?;
    let is_row = cells.len() > 1 && (2..=CELL_LINES_MAX).contains(&most);
    (is_row && !has_rows(&cells, segments)).then_some(cells)
}

/// Whether lines of the cells are level more than once: rows that no line parts, or cells that begin and end level.
///
/// Lines that follow each other closely in all cells are those of one row where some have more than the others, or where the first cell and
/// most of them go on in the middle of a sentence.
fn has_rows(cells: &[Vec<usize>], segments: &[TextSegment]) -> bool {
    let lines = |cell: &[usize]| -> Vec<f32> {
        let mut lines: Vec<f32> = cell.iter().map(|index| segments[*index].baseline).collect();
        lines.dedup_by(|next, last| *next - *last < 1.0);
        lines
    };
    let all: Vec<Vec<f32>> = cells.iter().map(|cell| lines(cell)).collect();
    let Some((first, rest)) = all.split_first() else { return false };
    let size = cells.iter().flatten().map(|index| segments[*index].size).fold(f32::MAX, f32::min);
    let is_level = |line: &&f32| {
        rest.iter().all(|lines| lines.iter().any(|other| (other - **line).abs() < SAME_ROW_EM * size))
    };
    let level_count = first.iter().filter(is_level).count();
    let is_close = |lines: &Vec<f32>| lines.windows(2).all(|pair| pair[1] - pair[0] < ROW_STEP_EM * size);
    let goes_on = |cell: &&Vec<usize>| {
        cell.windows(2).all(|pair| {
            let [last, next] = [&segments[pair[0]].text, &segments[pair[1]].text];
            !starts_cell(next) || last.ends_with(hyphen::LINE_HYPHENS) || hyphen::ends_openly(last)
        })
    };
    let are_sentences = || {
        cells.first().is_some_and(|first| goes_on(&first))
            && 2 * cells.iter().filter(goes_on).count() >= cells.len()
    };
    let are_wrapped =
        all.iter().all(is_close) && (all.iter().any(|lines| lines.len() > level_count) || are_sentences());
    level_count > 1 && !are_wrapped
}

/// The cells of a row as one segment.
fn row(cells: &[Vec<usize>], segments: &[TextSegment]) -> TextSegment {
    let all = || cells.iter().flatten().map(|index| &segments[*index]);
    let text = |cell: &Vec<usize>| {
        let mut text = String::new();
        for (at, index) in cell.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| segments[cell[at]].baseline);
            let is_beside = before.is_some_and(|baseline| segments[*index].baseline - baseline < 1.0);
            text.push_str(if at == 0 {
                ""
            } else if is_beside {
                " "
            } else {
                "\n"
            });
            text.push_str(&segments[*index].text);
        }
        text
    };
    let first = all().min_by(|a, b| a.baseline.total_cmp(&b.baseline)).cloned().unwrap_or_default();
    TextSegment {
        left: all().map(|segment| segment.left).fold(f32::MAX, f32::min),
        right: all().map(|segment| segment.right).fold(f32::MIN, f32::max),
        is_bold: all().all(|segment| segment.is_bold),
        mark: None,
        text: cells.iter().map(text).collect::<Vec<_>>().join("\t"),
        lines: all().flat_map(|segment| segment.lines.iter().cloned()).collect(),
        ..first
    }
}
