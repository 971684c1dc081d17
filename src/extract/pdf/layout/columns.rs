//! Segments of a page → columns in reading order, each a list of lines.

use super::{
    super::content::Rule,
    gutters::{self, Band, CUTS_MAX, Grid, SegmentBox, Side, starts_cell},
    hyphen,
    hyphens::COORDINATORS,
    segment::{MIDDLE_EM, TextSegment},
};
use std::ops::Range;

/// In ems: lines of one table cell follow each other in smaller steps than this, rows in larger ones. Word's single spacing is
/// 1.15 (Times) to 1.22 (Calibri); the padding of cells comes on top between rows.
pub(crate) const ROW_STEP_EM: f32 = 1.45;
/// In ems: in a wider column no word space grows until it looks like a gap between cells: 26 em hold seven words or
/// more, and the room that a long word leaves is shared by their spaces.
const NARROW_COLUMN_EM: f32 = 26.0;
/// In ems: within a line that begins in the middle of a sentence, below a full one, words of another font are as far apart.
const INNER_GAP_EM: f32 = 2.0;
/// In ems: pieces of a stretched line stand at least so far apart; nearer ones were one segment (`SEGMENT_GAP_EM`, less rounding).
const STRETCHED_GAP_EM: f32 = 0.85;
/// The same as a share of the usual distance of lines, for text with double line spacing.
const ROW_STEP_SHARE: f32 = 1.15;
/// Fewer rows of names and figures are chance: a line of text level with a number in the next column.
const TABLE_ROWS_MIN: usize = 3;
/// Times the usual distance of lines: boxes below each other are further apart than that.
const BOX_GAP: f32 = 1.3;
/// Gaps that are tried as one between boxes, each by all segments: slides have one or two.
const BOX_STARTS_MAX: usize = 40;
/// Segments of a row that are looked at for one on the other side.
const ROW_SEGMENTS_MAX: usize = 20;
/// Lines that the name of a row takes, the one with the figures included.
const TABLE_NAME_LINES_MAX: usize = 3;
/// Lines of the heads above figures: "Mill. kroner", "Saldert", "budsjett 2025".
const TABLE_HEADS_MAX: usize = 4;
/// "Saldert budsjett 2025", "Endring i pst. fra saldert".
const TABLE_HEAD_CHARS_MAX: usize = 40;
/// More lines than this are a paragraph, not a cell.
const CELL_LINES_MAX: usize = 16;
/// Two segments stand in one cell when they overlap by more than this share of the narrower one: a long word hangs over the next cell
/// by less.
const CELL_OVERLAP_MAX: f32 = 0.3;
/// In ems: the second line of a row's name stands no further right than this: behind the number of "22 Drift av fylkes-".
const LABEL_INDENT_EM: f32 = 3.0;
/// Stands behind a bullet that is set apart from its text: it is the list's, not the text's.
pub(crate) const SET_APART: char = '\u{2003}';
/// In ems: a line of the same paragraph is no further above or below.
const NEXT_LINE_EM: f32 = 1.6;
/// In ems: left edges nearer than this are one.
const SAME_EDGE_EM: f32 = 0.3;
/// In points: the edges of cells that differ by less are one.
const SAME_STOP: f32 = 1.5;
/// In ems: a number and a word further apart are the first and last cell of a row, with nothing or a cell that is not level in between:
/// "3.2.30" and "B", in a table of requirements.
const MARKER_GAP_EM: f32 = 6.0;
/// So many steps up to [`CELL_STEP_SHARE`] of the usual one are those between lines of cells: one alone may be a head of two lines. In
/// the budget the lines of names and heads are 12 points apart, the rows 18.
const CELL_STEPS_MIN: usize = 2;
const CELL_STEP_SHARE: f32 = 0.75;

/// The columns of a page in reading order; `tallest` is the tallest band of its upright segments.
pub(crate) fn columns(
    segments: Vec<TextSegment>,
    grid: &Grid,
    tallest: Option<Band>,
    rules: &[Rule],
) -> Vec<Vec<TextSegment>> {
    let mut found = Vec::new();
    let (upright, turned): (Vec<_>, Vec<_>) = segments.into_iter().partition(|segment| segment.angle == 0);
    let page = PageShape { grid, rules };
    let band = gutters::grid_band(&places(&upright), grid, rules).or(tallest);
    cut_at(band, upright, page, CUTS_MAX, &mut found);
    let no_grid = Grid::default();
    let mut rest = turned;
    while let Some(angle) = rest.first().map(|segment| segment.angle) {
        let (same, others) = rest.into_iter().partition(|segment| segment.angle == angle);
        cut(same, PageShape { grid: &no_grid, rules: &[] }, CUTS_MAX, &mut found);
        rest = others;
    }
    found
}

/// What is known of the page whose segments are cut.
#[derive(Clone, Copy)]
struct PageShape<'a> {
    grid: &'a Grid,
    rules: &'a [Rule],
}

fn places(segments: &[TextSegment]) -> Vec<SegmentBox> {
    segments.iter().map(SegmentBox::of).collect()
}

/// Cuts `segments`, sorted by baseline, at the tallest columns among them.
fn cut(segments: Vec<TextSegment>, page: PageShape, cuts_left: usize, found: &mut Vec<Vec<TextSegment>>) {
    let band = || {
        let places = places(&segments);
        let found = gutters::grid_band(&places, page.grid, page.rules);
        found.or_else(|| gutters::tallest_band(&places, page.rules))
    };
    let band = if cuts_left > 0 { band() } else { None };
    cut_at(band, segments, page, cuts_left, found);
}

/// What stands above a band, its left side, its right side, what stands below, each cut in turn.
fn cut_at(
    band: Option<Band>,
    mut segments: Vec<TextSegment>,
    page: PageShape,
    cuts_left: usize,
    found: &mut Vec<Vec<TextSegment>>,
) {
    let Some(band) = band else {
        if !segments.is_empty() {
            found.push(lines(segments, page.rules));
        }
        return;
    };
    let below = segments.split_off(band.end);
    let inside = segments.split_off(band.start);
    cut(segments, page, cuts_left - 1, found);
    cut_inside(inside, band.gutter, page, cuts_left, found);
    cut(below, page, cuts_left - 1, found);
}

/// What stands within a band: the left side, then the right side, above and below each table that goes across.
fn cut_inside(
    mut inside: Vec<TextSegment>,
    gutter: f32,
    page: PageShape,
    cuts_left: usize,
    found: &mut Vec<Vec<TextSegment>>,
) {
    if let Some(start) = lower_boxes(&inside, gutter).filter(|_| cuts_left > 0) {
        let below = inside.split_off(start);
        cut_inside(inside, gutter, page, cuts_left - 1, found);
        return cut_inside(below, gutter, page, cuts_left - 1, found);
    }
    let mut after = Vec::new();
    let table = table_across(&inside, gutter).filter(|_| cuts_left > 0).map(|table| {
        after = inside.split_off(table.end);
        inside.split_off(table.start)
    });
    let (left, right) =
        inside.into_iter().partition(|segment| gutters::side(&SegmentBox::of(segment), gutter) == Side::Left);
    cut(left, page, cuts_left.saturating_sub(1), found);
    cut(right, page, cuts_left.saturating_sub(1), found);
    if let Some(table) = table {
        found.push(lines(table, page.rules));
        cut_inside(after, gutter, page, cuts_left - 1, found);
    }
}

/// Where boxes begin below others, as on slides with four: both sides go on level below a gap, and the file shows the two boxes above one
/// after the other, and then those below. Of columns with a heading on one height it shows the whole left one first.
fn lower_boxes(inside: &[TextSegment], gutter: f32) -> Option<usize> {
    let steps = || inside.windows(2).map(|pair| pair[1].baseline - pair[0].baseline);
    let mut line_steps: Vec<f32> = steps().filter(|step| *step > 2.0).collect();
    let middle = line_steps.len() / 2;
    if middle == 0 {
        return None;
    }
    let usual = *line_steps.select_nth_unstable_by(middle, f32::total_cmp).1;
    let side = |segment: &TextSegment| gutters::side(&SegmentBox::of(segment), gutter);
    let shown = |part: &[TextSegment], of_left: bool| {
        let of_side = part.iter().filter(|segment| (side(segment) == Side::Left) == of_left);
        of_side.map(|segment| segment.shown).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    };
    let is_start = |start: &usize| {
        let (above, below) = inside.split_at(*start);
        let is_level = |segment: &TextSegment| {
            segment.baseline - below[0].baseline < 0.25 * segment.size && side(segment) != side(&below[0])
        };
        let boxes = || [shown(above, true), shown(above, false), shown(below, true), shown(below, false)];
        below.iter().take(ROW_SEGMENTS_MAX).any(is_level)
            && boxes().windows(2).all(|pair| matches!(pair, [Some(a), Some(b)] if a.1 < b.0))
    };
    let wide = steps().enumerate().filter(|(_, step)| *step > BOX_GAP * usual).map(|(above, _)| above + 1);
    wide.take(BOX_STARTS_MAX).find(is_start)
}

/// The rows of a table that goes across a gutter: names on its left, nothing but figures on its right, as in the tables of a
/// budget between text in two columns. Their heads stand right of the gutter too.
fn table_across(inside: &[TextSegment], gutter: f32) -> Option<Range<usize>> {
    let rows: Vec<&[TextSegment]> =
        inside.chunk_by(|a, b| (b.baseline - a.baseline).abs() < 0.25 * a.size).collect();
    let is_right = |segment: &TextSegment| gutters::side(&SegmentBox::of(segment), gutter) == Side::Right;
    let is_numeric = |row: &&[TextSegment]| {
        let (right, left): (Vec<&TextSegment>, Vec<&TextSegment>) =
            row.iter().partition(|segment| is_right(segment));
        !left.is_empty() && !right.is_empty() && right.iter().all(|segment| is_figures(&segment.text))
    };
    let first = rows.iter().position(is_numeric)?;
    let mut last = first;
    while let Some(step) = rows.iter().skip(last + 1).take(TABLE_NAME_LINES_MAX).position(is_numeric) {
        last += step + 1;
    }
    let edge = rows.get(first)?.last()?.right;
    let is_head = |row: &&&[TextSegment]| {
        let is_alone = |segment: &TextSegment| (segment.right - edge).abs() < 0.5 * segment.size;
        row.iter().all(is_right)
            && (row.len() >= 2 || row.iter().all(is_alone))
            && row.iter().all(|segment| segment.text.chars().count() <= TABLE_HEAD_CHARS_MAX)
    };
    let heads = rows[..first].iter().rev().take(TABLE_HEADS_MAX).take_while(is_head).count();
    let count = rows[first..=last].iter().filter(|row| is_numeric(row)).count();
    let start = rows[..first - heads].iter().map(|row| row.len()).sum::<usize>();
    let end = rows[..=last].iter().map(|row| row.len()).sum();
    (count >= TABLE_ROWS_MIN).then_some(start..end)
}

/// Whether a cell holds a figure and no word.
fn is_figures(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || " ,.-–−+%()/*".contains(c))
        && text.contains(|c: char| c.is_ascii_digit() || "-–−".contains(c))
}

/// The segments of one column → its lines from top to bottom; a table row whose cells wrap is one line.
fn lines(segments: Vec<TextSegment>, rules: &[Rule]) -> Vec<TextSegment> {
    let segments = whole_rows(segments);
    let stops = Stops::of(segments.iter());
    let lengths = group_lengths(&segments, rules);
    let mut found = Vec::with_capacity(segments.len());
    let mut rest = segments.into_iter();
    for length in lengths {
        let group = rest.as_slice().get(..length).unwrap_or_default();
        let (row, has_rows) = (wrapped_row(group), has_rows(group));
        let group = rest.by_ref().take(length);
        match row {
            Some(row) => {
                found.push(row);
                group.for_each(drop);
            }
            None if has_rows => level_lines(group.collect(), &stops, &mut found),
            None => found.extend(group),
        }
    }
    found
}

/// How many segments each group has: in it, rows follow each other as lines of a cell do.
///
/// The cells of a row need not be level: the step is taken from the lowest of them.
fn group_lengths(segments: &[TextSegment], rules: &[Rule]) -> Vec<usize> {
    let usual = usual_step(segments);
    let separating = separating_rules(segments, rules);
    let usual_line = cell_line_step(segments, usual).unwrap_or(usual);
    let is_close = |step: f32, size: f32| {
        step < ROW_STEP_EM * size && step < ROW_STEP_SHARE * usual.max(size)
            || step < ROW_STEP_SHARE * usual_line
    };
    let mut lowest = f32::MIN;
    let goes_on = |last: &TextSegment, next: &TextSegment| {
        let step = next.baseline - last.baseline.max(lowest);
        let above = last.baseline.max(lowest);
        lowest = if is_level(last, next) { last.baseline.max(lowest) } else { f32::MIN };
        let is_parted = separating.iter().any(|y| (above..next.baseline - MIDDLE_EM * next.size).contains(y));
        is_close(step, next.size) && !is_parted
    };
    segments.chunk_by(goes_on).map(<[TextSegment]>::len).collect()
}

/// The distance of the lines of cells where rows are further apart than these, however usual that is; in points.
fn cell_line_step(segments: &[TextSegment], usual: f32) -> Option<f32> {
    let rows: Vec<&[TextSegment]> = segments.chunk_by(is_level).collect();
    let step = |pair: &[&[TextSegment]]| {
        let (last, next) = (pair[0].first()?, pair[1].first()?);
        let step = next.baseline - last.baseline;
        (pair.iter().any(|row| row.len() > 1) && step > 0.5 * next.size).then_some(step)
    };
    let mut steps: Vec<f32> = rows.windows(2).filter_map(step).collect();
    steps.sort_by(f32::total_cmp);
    let line_step = *steps.get(CELL_STEPS_MIN - 1)?;
    (line_step < CELL_STEP_SHARE * usual).then_some(line_step)
}

/// The heights of the rules that go across most of a column: they separate the rows of its tables.
fn separating_rules(segments: &[TextSegment], rules: &[Rule]) -> Vec<f32> {
    let left = segments.iter().map(|segment| segment.left).fold(f32::MAX, f32::min);
    let right = segments.iter().map(|segment| segment.right).fold(f32::MIN, f32::max);
    let is_wide = |rule: &&Rule| rule.right.min(right) - rule.left.max(left) > 0.5 * (right - left);
    rules.iter().filter(is_wide).map(|rule| rule.y).collect()
}

/// The edges of a table's columns: those that at least three segments share.
struct Stops {
    lefts: Vec<f32>,
    /// Of figures: the words of justified text end at the edge of their cell, too.
    rights: Vec<f32>,
}

impl Stops {
    fn of<'a>(segments: impl Iterator<Item = &'a TextSegment> + Clone) -> Stops {
        let shared = |edges: &mut Vec<f32>| {
            edges.sort_by(f32::total_cmp);
            let shared = edges.chunk_by(|a, b| b - a < 1.0).filter(|group| group.len() >= TABLE_ROWS_MIN);
            shared.filter_map(|group| group.first().copied()).collect()
        };
        let figures = segments.clone().filter(|segment| is_figures(&segment.text));
        Stops {
            lefts: shared(&mut segments.clone().map(|segment| segment.left).collect()),
            rights: shared(&mut figures.map(|segment| segment.right).collect()),
        }
    }

    fn has_left(&self, segment: &TextSegment) -> bool {
        self.lefts.iter().any(|stop| (segment.left - stop).abs() < SAME_STOP)
    }

    fn has_right(&self, segment: &TextSegment) -> bool {
        self.rights.iter().any(|stop| (segment.right - stop).abs() < SAME_STOP)
    }

    /// Whether a number and what stands beside it are cells, not an item and its text.
    fn are_cells(&self, row: &[TextSegment]) -> bool {
        matches!(row, [number, text] if self.has_left(number) && self.has_left(text))
    }
}

/// The lower quartile of the distances between lines, in points.
fn usual_step(segments: &[TextSegment]) -> f32 {
    let steps = segments.windows(2).map(|pair| (pair[1].baseline - pair[0].baseline, pair[1].size));
    let mut steps: Vec<f32> = steps.filter(|(step, size)| *step > 0.5 * size).map(|(step, _)| step).collect();
    steps.sort_by(f32::total_cmp);
    steps.get(steps.len() / 4).copied().unwrap_or(0.0)
}

/// Rows whose pieces are one line of text become one segment each; table rows stay in cells.
fn whole_rows(segments: Vec<TextSegment>) -> Vec<TextSegment> {
    if !has_rows(&segments) {
        return segments;
    }
    let mut found: Vec<TextSegment> = Vec::new();
    let rows = rows(segments);
    let edges = narrow_edges(&rows);
    let stops = Stops::of(rows.iter().filter(|row| is_row_of_figures(row)).flatten());
    let are_beside_full: Vec<bool> = (0..rows.len()).map(|index| is_beside_full(&rows, index)).collect();
    for (row, is_beside_full) in rows.into_iter().zip(are_beside_full) {
        let fills = || edges.is_some_and(|edges| fills_column(&row, edges));
        let is_item = is_marked(&row) && !stops.are_cells(&row);
        let is_stretched = || !has_cut_cell(&row) && (is_stretched(&row) || fills() || is_beside_full);
        let is_text = row.len() > 1 && (is_item || is_stretched());
        if is_text { found.push(joined(row, ' ')) } else { found.extend(row) }
    }
    found
}

/// Whether a word is cut within a row: a line breaks words at its end only, so "End-" beside "skap" are cells. What hangs ("mål- og") is
/// not cut.
fn has_cut_cell(row: &[TextSegment]) -> bool {
    row.windows(2).any(|pair| {
        let next = pair[1].text.split(' ').next().unwrap_or_default();
        let is_cut = pair[0].text.strip_suffix('-').is_some_and(|word| word.ends_with(char::is_alphabetic));
        is_cut && !COORDINATORS.contains(&next)
    })
}

/// Whether a row has cells, the last of them a figure, and is no entry of a table of contents.
fn is_row_of_figures(row: &[TextSegment]) -> bool {
    let has_leaders =
        || row.iter().any(|segment| segment.text.contains("..") || segment.text.contains(". ."));
    row.len() > 2 && row.last().is_some_and(|last| is_figures(&last.text)) && !has_leaders()
}

/// Left and right edge of a narrow column of justified text; `None` of anything else.
fn narrow_edges(rows: &[Vec<TextSegment>]) -> Option<(f32, f32)> {
    let all = || rows.iter().flatten();
    let left = all().map(|segment| segment.left).fold(f32::MAX, f32::min);
    let right = all().map(|segment| segment.right).fold(f32::MIN, f32::max);
    let is_full = |row: &&Vec<TextSegment>| match row.as_slice() {
        [line] => line.left - left < 0.3 * line.size && right - line.right < 0.3 * line.size,
        _ => false,
    };
    let size = all().next()?.size;
    let full = rows.iter().filter(is_full).count();
    (right - left < NARROW_COLUMN_EM * size && full >= 3 && full * 10 >= rows.len() * 3)
        .then_some((left, right))
}

/// Whether words far apart are a justified line all the same: they reach from edge to edge of the column. A note's number
/// may stand before them, a dash between them; numbers among them only where all gaps are alike.
fn fills_column(row: &[TextSegment], (left, right): (f32, f32)) -> bool {
    let (Some(first), Some(last)) = (row.first(), row.last()) else { return false };
    if first.left - left >= 2.5 * first.size || right - last.right >= 0.3 * last.size {
        return false;
    }
    let words = if row.len() > 2 && is_marker(first) { row.get(1..).unwrap_or_default() } else { row };
    let is_word = |segment: &TextSegment| segment.text.chars().any(char::is_alphabetic);
    let are_words =
        words.iter().all(|segment| is_word(segment) || ["–", "—"].contains(&segment.text.as_str()));
    let (least, most) = gaps(words);
    are_words && is_word(last) || words.len() > 2 && most - least < 0.1 * most && words.iter().any(is_word)
}

/// Whether the words of a row reach from edge to edge of the full line above or below, and are as far apart from each other, most of them
/// words ("Postene   90–99   inneholder   bevilgninger   som"), or go on with the line above and are hardly further apart than words:
/// "profilene, som   sitesummary" with a command in another font.
fn is_beside_full(rows: &[Vec<TextSegment>], index: usize) -> bool {
    let Some([first, middle @ .., last]) = rows.get(index).map(Vec::as_slice) else { return false };
    let is_full = |row: &Vec<TextSegment>| match row.as_slice() {
        [line] => {
            (line.left - first.left).abs() < SAME_EDGE_EM * line.size
                && (line.right - last.right).abs() < SAME_EDGE_EM * line.size
                && (line.baseline - first.baseline).abs() < NEXT_LINE_EM * line.size
        }
        _ => false,
    };
    let is_below = index.checked_sub(1).and_then(|above| rows.get(above)).is_some_and(is_full);
    let (least, most) = gaps(&rows[index]);
    let words = rows[index].iter().filter(|segment| segment.text.chars().any(char::is_alphabetic)).count();
    let is_even = || {
        !middle.is_empty()
            && most - least < 0.1 * most
            && 2 * words > rows[index].len()
            && (is_below || rows.get(index + 1).is_some_and(is_full))
    };
    is_below && most < INNER_GAP_EM * first.size && first.text.starts_with(char::is_lowercase) || is_even()
}

/// The narrowest and the widest gap between the segments of a row.
fn gaps(row: &[TextSegment]) -> (f32, f32) {
    let gaps = row.windows(2).map(|pair| pair[1].left - pair[0].right);
    gaps.fold((f32::MAX, 0.0f32), |(least, most), gap| (least.min(gap), most.max(gap)))
}

/// Segments by baseline.
fn rows(segments: Vec<TextSegment>) -> Vec<Vec<TextSegment>> {
    let mut rows: Vec<Vec<TextSegment>> = Vec::new();
    for segment in segments {
        match rows.last_mut() {
            Some(row) if row.last().is_some_and(|last| is_level(last, &segment)) => row.push(segment),
            _ => rows.push(vec![segment]),
        }
    }
    rows
}

/// Segments that stand below each other.
struct Cell<'a> {
    left: f32,
    right: f32,
    parts: Vec<&'a TextSegment>,
}

/// The cells of a group, from left to right.
fn cells(group: &[TextSegment]) -> Vec<Cell<'_>> {
    let mut cells: Vec<Cell> = Vec::new();
    for segment in group {
        let mut whole = Cell { left: segment.left, right: segment.right, parts: Vec::new() };
        cells.retain_mut(|cell| {
            let overlaps = overlaps((cell.left, cell.right), segment);
            if overlaps {
                (whole.left, whole.right) = (whole.left.min(cell.left), whole.right.max(cell.right));
                whole.parts.append(&mut cell.parts);
            }
            !overlaps
        });
        whole.parts.push(segment);
        cells.push(whole);
    }
    cells.sort_by(|a, b| a.left.total_cmp(&b.left));
    cells
}

/// A row of cells of which some wrap and some do not, as one line: cells parted by tabs, their lines by line feeds.
fn wrapped_row(group: &[TextSegment]) -> Option<TextSegment> {
    if is_one_cell(group) {
        return None;
    }
    let cells = cells(group);
    if cells.len() < 2 || !are_wrapped(&cells, group) {
        return None;
    }
    let text = |cell: &Cell| cell.parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join("\n");
    let mut row = group.first()?.clone();
    row.left = cells.first()?.left;
    row.right = cells.last()?.right;
    row.is_bold = group.iter().all(|segment| segment.is_bold);
    row.text = cells.iter().map(text).collect::<Vec<_>>().join("\t");
    row.lines =
        cells.iter().flat_map(|cell| &cell.parts).flat_map(|part| part.lines.iter().cloned()).collect();
    Some(row)
}

/// Whether the lines of the cells of a group are those of one row.
///
/// Where all cells have as many lines, as in a table of contents, each line is a row of its own.
fn are_wrapped(cells: &[Cell], group: &[TextSegment]) -> bool {
    let line_counts = || cells.iter().map(|cell| cell.parts.len());
    let (least, most) = (line_counts().min().unwrap_or(0), line_counts().max().unwrap_or(0));
    let goes_on = |pair: &[&TextSegment]| {
        pair[0].text.ends_with(hyphen::LINE_HYPHENS)
            || !starts_cell(&pair[1].text)
            || pair[1].text.starts_with('(')
            || hyphen::ends_openly(&pair[0].text)
    };
    let pairs = || cells.iter().flat_map(|cell| cell.parts.windows(2));
    let is_wrapped = 2 * pairs().filter(|pair| goes_on(pair)).count() >= pairs().count().max(1);
    // "Etter fast-" above "satte satser": a row that ends a word of the one above does not start another, though the name of the row
    // stands level with its last line.
    let ends_word = |segment: &TextSegment| {
        let ends = |pair: &[&TextSegment]| std::ptr::eq(pair[1], segment) && is_cut(pair[0], pair[1]);
        pairs().any(ends)
    };
    let goes_on_as_head = |pair: &[&TextSegment]| goes_on(pair) || is_year(&pair[1].text);
    // "Programområde", "budsjett 2025" and "2026" below "Saldert" and "Gul bok": what stands alone in its column is level with the last line
    // of the heads.
    let ends_heads = |row: &[TextSegment]| {
        let above = |segment: &TextSegment| pairs().find(|pair| std::ptr::eq(pair[1], segment));
        let [first, rest @ ..] = row else { return false };
        above(first).is_none() && rest.iter().all(|segment| above(segment).is_some_and(goes_on_as_head))
    };
    let starts_row = |row: &&[TextSegment]| {
        row.len() >= 2.max(cells.len() - 1)
            && row.first().is_some_and(|first| starts_cell(&first.text))
            && !row.iter().any(ends_word)
            && !ends_heads(row)
    };
    if group.chunk_by(is_level).filter(starts_row).count() > 1 {
        return false;
    }
    let goes_on_in_word = || group.chunk_by(is_level).skip(1).all(|row| row.iter().any(ends_word));
    let is_uneven = least < most
        || goes_on_in_word()
        || pairs().all(goes_on_as_head) && !are_full_rows(group, cells.len());
    (2..=CELL_LINES_MAX).contains(&most) && (is_wrapped || goes_on_in_word()) && is_uneven
}

/// Whether a number is a year, as "2026" below "Gul bok" is.
pub(crate) fn is_year(text: &str) -> bool {
    text.len() == 4
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text.starts_with("19") || text.starts_with("20"))
}

/// Whether a group is rows further apart than lines, of a segment in each of `count` cells: "kap. 41 post 01" and "kap. 3041 post 01" above
/// others of the kind, which do not begin as cells do.
fn are_full_rows(group: &[TextSegment], count: usize) -> bool {
    let rows: Vec<&[TextSegment]> = group.chunk_by(is_level).collect();
    let is_apart = |pair: &[&[TextSegment]]| match (pair[0].first(), pair[1].first()) {
        (Some(last), Some(next)) => next.baseline - last.baseline >= ROW_STEP_EM * next.size,
        _ => false,
    };
    rows.len() >= TABLE_ROWS_MIN && rows.iter().all(|row| row.len() == count) && rows.windows(2).all(is_apart)
}

/// Whether a word that the end of `above` cuts goes on in `below`.
fn is_cut(above: &TextSegment, below: &TextSegment) -> bool {
    let stem = above.text.strip_suffix(hyphen::LINE_HYPHENS);
    stem.is_some_and(|stem| stem.ends_with(char::is_alphabetic)) && !starts_cell(&below.text)
}

/// Whether each segment stands below the others, as those of a paragraph do.
fn is_one_cell(group: &[TextSegment]) -> bool {
    let Some(first) = group.first() else { return true };
    let mut cell = (first.left, first.right);
    group.iter().all(|segment| {
        let is_below = overlaps(cell, segment);
        cell = (cell.0.min(segment.left), cell.1.max(segment.right));
        is_below
    })
}

/// Whether a segment stands below or above a cell from `left` to `right`.
fn overlaps((left, right): (f32, f32), segment: &TextSegment) -> bool {
    let width = (right - left).min(segment.right - segment.left);
    right.min(segment.right) - left.max(segment.left) > CELL_OVERLAP_MAX * width
}

/// Segments on one baseline → lines; the further lines of cells go into their row.
fn level_lines(segments: Vec<TextSegment>, stops: &Stops, found: &mut Vec<TextSegment>) {
    let mut whole: Vec<(Vec<TextSegment>, f32)> = Vec::new();
    let rows = rows(segments);
    let row_step = least_row_step(&rows);
    for row in rows {
        let is_line = row.len() == 1;
        let row = at_stops(row, stops);
        let baseline = row.first().map_or(0.0, |segment| segment.baseline);
        match whole.last_mut() {
            Some((above, last))
                if continues(above, *last, &row, row_step) && !(is_line && spans_cells(above, &row)) =>
            {
                extend_cells(above, &row);
                *last = baseline;
            }
            Some((above, last)) if is_completed_by(above, *last, &row) => {
                let mut row = row.into_iter();
                let first: Vec<TextSegment> = row.by_ref().take(1).collect();
                extend_cells(above, &first);
                above.extend(row);
                *last = baseline;
            }
            Some((above, last)) if is_opened_by(&row, above, *last) => {
                let row = std::mem::replace(above, row);
                open_cell(above, row);
                *last = baseline;
            }
            _ => whole.push((row, baseline)),
        }
    }
    found.extend(whole.into_iter().map(|(row, _)| joined(row, '\t')));
}

/// A row whose cells start at stops: words between them belong to the cell before.
///
/// Cells that end at stops are cells too: "2026" and "i pst." above figures that are set flush right.
fn at_stops(row: Vec<TextSegment>, stops: &Stops) -> Vec<TextSegment> {
    let mut found: Vec<TextSegment> = Vec::new();
    for segment in row {
        let ends_at_stops =
            found.last().is_some_and(|last| stops.has_right(last)) && stops.has_right(&segment);
        let is_stop = stops.has_left(&segment) || ends_at_stops;
        match found.last_mut() {
            Some(last) if stops.lefts.len() >= 2 && !is_stop && !starts_cell(&segment.text) => {
                last.text.push(' ');
                last.text.push_str(&segment.text);
                last.right = segment.right;
                last.go_on(segment.lines);
            }
            _ => found.push(segment),
        }
    }
    found
}

/// Whether any of `segments` stands beside the one before.
fn has_rows(segments: &[TextSegment]) -> bool {
    segments.windows(2).any(|pair| is_level(&pair[0], &pair[1]))
}

fn is_level(last: &TextSegment, next: &TextSegment) -> bool {
    (next.baseline - last.baseline).abs() < 0.25 * last.size && next.left > last.left
}

/// The least step between rows of several cells; 0 where fewer than [`TABLE_ROWS_MIN`] follow each other.
fn least_row_step(rows: &[Vec<TextSegment>]) -> f32 {
    let step = |pair: &[Vec<TextSegment>]| {
        let [[above, _, ..], [below, _, ..]] = [pair[0].as_slice(), pair[1].as_slice()] else { return None };
        Some(below.baseline - above.baseline)
    };
    let steps: Vec<f32> = rows.windows(2).filter_map(step).collect();
    if steps.len() < TABLE_ROWS_MIN { 0.0 } else { steps.into_iter().fold(f32::MAX, f32::min) }
}

/// Whether a row goes on with the cells of the one above: fewer cells, each below one, and a word or sentence is open, or the row
/// stands nearer than any two rows of several cells do.
fn continues(above: &[TextSegment], last_baseline: f32, row: &[TextSegment], row_step: f32) -> bool {
    let Some(first) = row.first() else { return false };
    let step = first.baseline - last_baseline;
    let is_open = |cell: &TextSegment| {
        cell.text.ends_with(hyphen::LINE_HYPHENS)
            || !starts_cell(&first.text)
            || first.text.starts_with('(')
            || hyphen::ends_openly(&cell.text)
            || step < row_step - SAME_STOP
    };
    above.len() >= 2
        && row.len() < above.len()
        && step < ROW_STEP_EM * first.size
        && cell_above(above, first).and_then(|index| above.get(index)).is_some_and(is_open)
        && row.iter().all(|segment| cell_above(above, segment).is_some())
}

/// Whether a line reaches from below one cell to below the next: "eller flere enn det" below "5", tab, "Vi vil ha flere".
fn spans_cells(above: &[TextSegment], line: &[TextSegment]) -> bool {
    let Some(line) = line.first() else { return false };
    let next = cell_above(above, line).and_then(|index| above.get(index + 1));
    next.is_some_and(|next| overlaps((line.left, line.right), next))
}

/// Whether a row ends the last cell of the one above, which is open, and adds the figures beside it: "71", "Tvungen omsorg for psykisk
/// utviklings-" above "hemmede" and "617 195 000".
fn is_completed_by(above: &[TextSegment], last_baseline: f32, row: &[TextSegment]) -> bool {
    let ([_, .., name], [first, figures @ ..]) = (above, row) else { return false };
    (is_cut(name, first) || first.text.starts_with(char::is_lowercase) || hyphen::ends_openly(&name.text))
        && !figures.is_empty()
        && figures.iter().all(|cell| is_figures(&cell.text))
        && (first.left - name.left).abs() < SAME_EDGE_EM * first.size
        && first.left < name.right
        && (first.size - name.size).abs() < 0.5
        && first.baseline - last_baseline < ROW_STEP_EM * first.size
}

/// Whether the first cell of a row goes on with the lone line above, which ends within a word: a name of two lines whose
/// figures stand beside the second.
fn is_opened_by(row: &[TextSegment], above: &[TextSegment], last_baseline: f32) -> bool {
    let ([line], [first, _, ..]) = (above, row) else { return false };
    let stem = line.text.strip_suffix(hyphen::LINE_HYPHENS);
    stem.is_some_and(|stem| stem.ends_with(char::is_alphabetic))
        && first.text.starts_with(char::is_lowercase)
        && (-SAME_EDGE_EM..LABEL_INDENT_EM).contains(&((first.left - line.left) / first.size))
        && first.left < line.right
        && (first.size - line.size).abs() < 0.5
        && first.baseline - last_baseline < ROW_STEP_EM * first.size
}

/// Puts the lone line above in front of the row's first cell.
fn open_cell(row: &mut [TextSegment], above: Vec<TextSegment>) {
    for mut line in above {
        let Some(first) = row.first_mut() else { return };
        line.text.push('\n');
        line.text.push_str(&first.text);
        line.right = line.right.max(first.right);
        line.lines.append(&mut first.lines);
        line.is_bold &= first.is_bold;
        *first = line;
    }
}

/// Which cell of the row above starts where `segment` does.
fn cell_above(above: &[TextSegment], segment: &TextSegment) -> Option<usize> {
    above.iter().position(|cell| (segment.left - cell.left).abs() < segment.size && segment.left < cell.right)
}

fn extend_cells(above: &mut [TextSegment], row: &[TextSegment]) {
    for segment in row {
        if let Some(cell) = cell_above(above, segment).and_then(|index| above.get_mut(index)) {
            cell.text.push('\n');
            cell.text.push_str(&segment.text);
            cell.right = cell.right.max(segment.right);
            cell.lines.extend(segment.lines.iter().cloned());
        }
    }
}

/// Joins the segments of a row, with `between` between them.
fn joined(row: Vec<TextSegment>, between: char) -> TextSegment {
    let mut row = row.into_iter();
    let mut line = row.next().unwrap_or_default();
    for next in row {
        match between {
            ' ' if next.text == "-" => line.glue(next.lines),
            ' ' if is_bullet(&line) => {
                line.text.push(SET_APART);
                line.text.push_str(&next.text);
                line.lines.extend(next.lines);
                line.right = line.right.max(next.right);
                line.is_bold &= next.is_bold;
                continue;
            }
            ' ' => line.go_on(next.lines),
            _ => line.lines.extend(next.lines),
        }
        if !(between == ' ' && next.text == "-") {
            line.text.push(between);
        }
        line.text.push_str(&next.text);
        line.right = line.right.max(next.right);
        line.is_bold &= next.is_bold;
    }
    line
}

/// Whether a justified line was stretched until its words stand as far apart as cells do: all its gaps are alike.
fn is_stretched(row: &[TextSegment]) -> bool {
    let row = if row.first().is_some_and(is_bullet) { row.get(1..).unwrap_or_default() } else { row };
    if row.len() < 2 {
        return true;
    }
    let (least, most) = gaps(row);
    let is_item = |segment: &&TextSegment| segment.text.starts_with(|c: char| "•–-".contains(c));
    let spaces = row.iter().filter(|segment| !is_item(segment)).map(|segment| segment.widest_space);
    let widest_space = spaces.fold(0.0, f32::max);
    // Nearer pieces were not shown one after the other: cells without a space between.
    if least < STRETCHED_GAP_EM * row.first().map_or(0.0, |segment| segment.size) {
        return false;
    }
    if widest_space > 0.0 {
        return widest_space >= 0.75 * most;
    }
    let is_words = row.iter().all(|segment| segment.text.chars().any(char::is_alphabetic));
    row.len() > 2 && most - least < 0.1 * most && is_words
}

/// Whether a row is the number or bullet of an item or heading, and its text.
fn is_marked(row: &[TextSegment]) -> bool {
    let [marker, text] = row else { return false };
    (is_marker(marker) || is_bullet(marker))
        && text.left - marker.right < MARKER_GAP_EM * text.size
        && text.text.chars().next().is_some_and(|c| c.is_alphabetic() || c == '«')
}

fn is_marker(segment: &TextSegment) -> bool {
    let parts = segment.text.trim_end_matches(['.', ')']).split('.');
    parts.into_iter().all(|part| (1..=2).contains(&part.chars().count()))
        && segment.text.chars().all(|c| c.is_alphanumeric() || ".)(".contains(c))
}

fn is_bullet(segment: &TextSegment) -> bool {
    segment.text.chars().count() == 1 && !segment.text.chars().any(char::is_alphanumeric)
}
