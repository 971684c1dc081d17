//! Where the columns of a page part: gutters between places of text, and the grid that a document's pages agree on.

use super::lines::Segment;

/// Rows that both sides of a gutter need before it is believed.
const COLUMN_ROWS_MIN: usize = 3;
/// In ems: a median line shorter than this is a table cell, not a column of text.
const COLUMN_WIDTH_EM: f32 = 10.0;
/// A word that is too long for its column hangs over the gutter by no more than this share of its line.
const OVERHANG_SHARE_MAX: f32 = 0.3;
/// The same in ems.
const OVERHANG_EM_MAX: f32 = 4.0;
/// Columns within columns, and columns above and below others.
pub(super) const CUTS_MAX: usize = 8;
/// In points: nearer edges are tried as one.
const EDGE_STEP: i32 = 3;
/// In points: columns of different pages that start as near belong together.
const GRID_TOLERANCE: f32 = 2.0;
/// In points: a gutter is looked for so far left of the column that it ends at.
const GUTTER_WIDTH: f32 = 5.0;
/// In points: no column of the grid is narrower.
const GRID_WIDTH_MIN: f32 = 60.0;
/// So many segments on one page make a column of the grid.
const GRID_SEGMENTS_MIN: usize = 30;

/// What layout needs of a segment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    left: f32,
    right: f32,
    baseline: f32,
    size: f32,
    is_bold: bool,
    starts_cell: bool,
}

impl Place {
    pub(super) fn of(segment: &Segment) -> Place {
        Place {
            left: segment.left,
            right: segment.right,
            baseline: segment.baseline,
            size: segment.size,
            is_bold: segment.is_bold,
            starts_cell: starts_cell(&segment.text),
        }
    }
}

/// Whether text begins as a cell or sentence does.
pub(super) fn starts_cell(text: &str) -> bool {
    !text.chars().next().is_some_and(char::is_lowercase)
}

/// Where the columns of a document start, in points from the left: what its pages agree on.
#[derive(Debug, Default)]
pub(super) struct Grid {
    starts: Vec<f32>,
}

impl Grid {
    /// The left edges of right-hand columns that stand on several pages, or tall on one.
    pub(super) fn of(pages: impl Iterator<Item = Vec<Place>>) -> Grid {
        let mut starts: Vec<(f32, usize)> = pages.flat_map(column_starts).collect();
        starts.sort_by(|a, b| a.0.total_cmp(&b.0));
        let groups = starts.chunk_by(|a, b| b.0 - a.0 < GRID_TOLERANCE);
        let counts = |group: &&[(f32, usize)]| {
            group.len() >= 2 || group.iter().any(|(_, places)| *places >= GRID_SEGMENTS_MIN)
        };
        let found = groups.filter(counts).filter_map(|group| group.get(group.len() / 2).map(|start| start.0));
        Grid { starts: found.collect() }
    }

    /// Gutters left of the columns.
    fn gutters(&self) -> impl Iterator<Item = f32> {
        self.starts.iter().map(|start| start - GUTTER_WIDTH)
    }
}

/// The left edges of the right-hand columns of a page, and how many places tell.
fn column_starts(places: Vec<Place>) -> Vec<(f32, usize)> {
    let mut found = Vec::new();
    let mut parts = vec![(places, CUTS_MAX)];
    while let Some((mut part, cuts_left)) = parts.pop() {
        let Some(band) = tallest_band(&part).filter(|_| cuts_left > 0) else { continue };
        let below = part.split_off(band.end);
        let inside = part.split_off(band.start);
        let (left, right): (Vec<_>, Vec<_>) =
            inside.into_iter().partition(|place| side(place, band.gutter) == Side::Left);
        let start = right.iter().map(|place| place.left).fold(f32::MAX, f32::min);
        found.push((start, band.len()));
        parts.extend([part, left, right, below].map(|part| (part, cuts_left - 1)));
    }
    found
}

/// On which side of a gutter a place stands.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Side {
    Left,
    Right,
    Across,
}

pub(super) fn side(place: &Place, gutter: f32) -> Side {
    let overhang = place.right - gutter;
    let is_left = place.left < gutter && overhang <= OVERHANG_SHARE_MAX * (place.right - place.left);
    if overhang <= 0.5 || is_left && overhang <= OVERHANG_EM_MAX * place.size {
        Side::Left
    } else if place.left >= gutter + 0.3 * place.size {
        Side::Right
    } else {
        Side::Across
    }
}

/// The side of each place; the short last line of a heading or paragraph that goes across goes across too.
fn sides(places: &[Place], gutter: f32) -> Vec<Side> {
    let mut sides: Vec<Side> = places.iter().map(|place| side(place, gutter)).collect();
    for index in 1..places.len() {
        let (Some(last), Some(next)) = (places.get(index - 1), places.get(index)) else { continue };
        let stands_alone = places.get(index + 1).is_none_or(|after| after.baseline - next.baseline > 2.0);
        if sides.get(index - 1) == Some(&Side::Across) && stands_alone && goes_on(last, next) {
            sides[index] = Side::Across;
        }
    }
    sides
}

/// Whether `next` is the line below `last` in the same style and at the same left edge or centre.
fn goes_on(last: &Place, next: &Place) -> bool {
    let step = next.baseline - last.baseline;
    let shift =
        (next.left - last.left).abs().min((next.left + next.right - last.left - last.right).abs() / 2.0);
    next.size == last.size
        && next.is_bold == last.is_bold
        && step > 2.0
        && step < 1.7 * next.size
        && shift < 1.0
}

/// Segments that a gutter parts into columns: `start..end` of those in order.
#[derive(Clone, Copy)]
pub(super) struct Band {
    pub(super) gutter: f32,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Band {
    fn len(&self) -> usize {
        self.end - self.start
    }
}

/// The same where the document's grid says that there are columns: then everything beside a gutter stands in them but a
/// table that goes across.
pub(super) fn grid_band(places: &[Place], grid: &Grid) -> Option<Band> {
    let bands = grid.gutters().flat_map(|gutter| bands(places, gutter));
    let is_parted = |band: &Band| {
        let inside = places.get(band.start..band.end).unwrap_or_default();
        let (left, right): (Vec<_>, Vec<_>) =
            inside.iter().copied().partition(|place| side(place, band.gutter) == Side::Left);
        let start = band.gutter + GUTTER_WIDTH;
        let begins = right.iter().filter(|place| (place.left - start).abs() < 2.0 * GRID_TOLERANCE).count();
        left.len() >= 2 && begins >= 2 && extent(&right) > GRID_WIDTH_MIN && !is_level_table(&left, &right)
    };
    bands.filter(is_parted).max_by_key(Band::len)
}

/// The columns with the most places; of equals those that the leftmost gutter parts.
pub(super) fn tallest_band(places: &[Place]) -> Option<Band> {
    let mut edges: Vec<i32> = places.iter().map(|place| place.right.ceil() as i32).collect();
    edges.sort_unstable();
    edges.dedup();
    // What ends a little further hangs over by less than is allowed.
    edges.dedup_by(|edge, kept| *edge - *kept < EDGE_STEP);
    // An edge that too little stands right of parts nothing.
    let mut lefts: Vec<f32> = places.iter().map(|place| place.left).collect();
    lefts.sort_by(f32::total_cmp);
    let last = lefts.iter().rev().nth(COLUMN_ROWS_MIN - 1).copied().unwrap_or(f32::MIN);
    edges.retain(|edge| (*edge as f32) < last);
    let mut best: Option<Band> = None;
    for edge in edges {
        for band in bands(places, edge as f32) {
            let is_taller =
                band.len() >= 2 * COLUMN_ROWS_MIN && best.is_none_or(|best| band.len() > best.len());
            let inside = places.get(band.start..band.end).unwrap_or_default();
            if is_taller && is_columns(inside, band.gutter) {
                best = Some(band);
            }
        }
    }
    best
}

/// The stretches between places that go across the gutter.
fn bands(places: &[Place], gutter: f32) -> Vec<Band> {
    let sides = sides(places, gutter);
    let mut found = Vec::new();
    let mut start = 0;
    for (index, side) in sides.iter().enumerate() {
        if *side == Side::Across {
            found.push(Band { gutter, start, end: index });
            start = index + 1;
        }
    }
    found.push(Band { gutter, start, end: places.len() });
    found.retain(|band| band.len() >= 2);
    found
}

fn is_columns(band: &[Place], gutter: f32) -> bool {
    let (left, right): (Vec<_>, Vec<_>) =
        band.iter().copied().partition(|place| side(place, gutter) == Side::Left);
    is_column(&left) && is_column(&right) && !is_table(&left, &right)
}

/// Whether the two sides are cells of one table: of single lines, or of paragraphs that start level.
fn is_table(left: &[Place], right: &[Place]) -> bool {
    let (left_rows, right_rows) = (row_starts(left), row_starts(right));
    let shared_starts = level_share(&left_rows, &right_rows).min(level_share(&right_rows, &left_rows));
    is_level_table(left, right) || left_rows.len() >= 3 && right_rows.len() >= 3 && shared_starts >= 0.8
}

/// Whether rows stand at the same heights on both sides, and nearly all begin as a cell does, not in the middle of a
/// sentence.
fn is_level_table(left: &[Place], right: &[Place]) -> bool {
    let starts = left.iter().chain(right).filter(|place| place.starts_cell).count();
    level_share(left, right).max(level_share(right, left)) >= 0.8
        && starts * 100 >= (left.len() + right.len()) * 75
}

/// The share of `some` that have one of `others` on their baseline.
fn level_share(some: &[Place], others: &[Place]) -> f32 {
    let is_level = |a: &Place, b: &Place| (a.baseline - b.baseline).abs() < 0.25 * a.size;
    let partners = some.iter().filter(|a| others.iter().any(|b| is_level(a, b))).count();
    partners as f32 / some.len().max(1) as f32
}

/// The places that stand below a gap wider than the line distance: the first lines of cells.
fn row_starts(side: &[Place]) -> Vec<Place> {
    let mut steps: Vec<f32> =
        side.windows(2).map(|pair| pair[1].baseline - pair[0].baseline).filter(|step| *step > 2.0).collect();
    let usual = median(&mut steps);
    let opens = |pair: &[Place]| {
        let [last, next] = pair else { return None };
        (next.baseline - last.baseline > 1.15 * usual).then_some(*next)
    };
    side.first().copied().into_iter().chain(side.windows(2).filter_map(opens)).collect()
}

/// Whether places fill a column as running text does: enough rows, most of them nearly full.
///
/// Wide spaces cut a justified row in pieces, so rows are tried as a whole too; but where a side holds two columns
/// whose lines are not level, single places tell.
fn is_column(side: &[Place]) -> bool {
    let mut sizes: Vec<f32> = side.iter().map(|place| place.size).collect();
    let size = median(&mut sizes);
    let width = |place: &Place| place.right - place.left;
    let rows = side.chunk_by(|a, b| (a.baseline - b.baseline).abs() < 1.0);
    let row_widths: Vec<f32> = rows.clone().map(|row| row.iter().map(width).sum()).collect();
    let place_widths: Vec<f32> = side.iter().map(width).collect();
    let widest = place_widths.iter().copied().fold(0.0, f32::max);
    is_full(place_widths, widest, size) || is_full(row_widths, rows.map(extent).fold(0.0, f32::max), size)
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
fn extent(row: &[Place]) -> f32 {
    let left = row.iter().map(|place| place.left).fold(f32::MAX, f32::min);
    row.iter().map(|place| place.right).fold(f32::MIN, f32::max) - left
}
