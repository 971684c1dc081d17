//! Where the columns of a page part: gutters between places of text, and the grid that a document's pages agree on.

use super::{
    super::content::Rule,
    segment::{MIDDLE_EM, NOTE_INDENT_EM, TextSegment},
};
use std::ops::Range;

/// Rows that both sides of a gutter need: two level rows are often a letterhead (sender and date, address and reference).
const COLUMN_ROWS_MIN: usize = 3;
/// In ems: a median line shorter than this is a table cell, not a column of text. Three columns of
/// 10-point text on A4 are 15 em wide each; a cell of a figure or a name has 3 to 9.
const COLUMN_WIDTH_EM: f32 = 10.0;
/// A word that is too long for its column (an address) hangs over the gutter by no more than this share of its line: more is a line
/// that goes across.
const OVERHANG_SHARE_MAX: f32 = 0.3;
/// The same in ems.
const OVERHANG_EM_MAX: f32 = 4.0;
/// Maximum depth of columns within columns, and of columns above and below others: a page with a title,
/// two columns, and a box of two columns among them takes four.
pub(crate) const CUTS_MAX: usize = 8;
/// In points: nearer edges are tried as one: ragged lines end everywhere, and no gutter is as narrow.
const EDGE_STEP: i32 = 3;
/// In points: columns of different pages whose left edges differ by less are the same column.
const GRID_TOLERANCE: f32 = 2.0;
/// In points: a gutter of the grid lies so far left of its column. Half of a narrow gutter of 10 points.
const GUTTER_WIDTH: f32 = 5.0;
/// In points: a rule goes across a gutter when it reaches so far into the columns on both sides. An underlined heading may end a little
/// behind its column.
const RULE_REACH_MIN: f32 = 12.0;
/// Rows that stand above the first rule of a table: a caption or heading of up to three lines, and the unit.
const HEAD_ROWS_MAX: usize = 5;
/// Times the usual distance of lines: above a caption is a wider gap than between paragraphs.
const HEAD_GAP: f32 = 1.5;
/// In points: no column of the grid is narrower: a tenth of the width of A4.
const GRID_WIDTH_MIN: f32 = 60.0;
/// Of the heads in each of two columns so many may be level by chance; the first ones are.
const OWN_STARTS_MAX: f32 = 0.4;
/// As many segments beside one gutter make a column of the grid without a second page: half a page of lines.
const GRID_SEGMENTS_MIN: usize = 30;

/// What layout needs of a segment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SegmentBox {
    left: f32,
    right: f32,
    baseline: f32,
    size: f32,
    is_bold: bool,
    starts_cell: bool,
    /// Whether it begins with the mark of a note, which stands left of the note's other lines.
    has_mark: bool,
    contents: ContentsPart,
}

/// What a segment is of an entry of a table of contents.
#[derive(Debug, Clone, Copy, PartialEq)]
enum ContentsPart {
    /// Leaders without the page that they lead to.
    Leaders,
    /// Leaders and the page.
    Entry,
    /// A number alone: the page, where a gap parts it from the leaders; or the number of a section.
    Number,
    Other,
}

impl ContentsPart {
    fn of(text: &str) -> ContentsPart {
        let bare = text.trim_end_matches(|c: char| c.is_ascii_digit());
        let leads = bare.trim_end().ends_with("...") || bare.trim_end().ends_with(". . .");
        match (leads, bare.len() < text.len()) {
            (true, true) => ContentsPart::Entry,
            (true, false) => ContentsPart::Leaders,
            (false, true) if bare.is_empty() => ContentsPart::Number,
            _ => ContentsPart::Other,
        }
    }
}

impl SegmentBox {
    pub(crate) fn of(segment: &TextSegment) -> SegmentBox {
        SegmentBox {
            left: segment.left,
            right: segment.right,
            baseline: segment.baseline,
            size: segment.size,
            is_bold: segment.is_bold,
            starts_cell: starts_cell(&segment.text),
            has_mark: segment.mark.is_some(),
            contents: ContentsPart::of(&segment.text),
        }
    }
}

/// Whether text begins as a cell or sentence does.
pub(crate) fn starts_cell(text: &str) -> bool {
    !text.chars().next().is_some_and(char::is_lowercase)
}

/// Where the columns of a document start, in points from the left: what its pages agree on.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    starts: Vec<f32>,
}

impl Grid {
    /// From what [`column_starts`] found on each page: the left edges of right-hand columns that stand on several
    /// pages, or tall on one.
    pub(crate) fn of(mut starts: Vec<(f32, usize)>) -> Grid {
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

/// Adds the left edges of the right-hand columns of a page, and how many places tell, to `found`; the tallest band of
/// the whole page.
pub(crate) fn column_starts(
    places: Vec<SegmentBox>,
    rules: &[Rule],
    found: &mut Vec<(f32, usize)>,
) -> Option<Band> {
    let tallest = tallest_band(&places, rules);
    let mut parts: Vec<_> = tallest.map(|band| (places, band, CUTS_MAX)).into_iter().collect();
    while let Some((mut part, band, cuts_left)) = parts.pop() {
        let (left, right) = parted(&part, &band);
        let start = right.iter().map(|place| place.left).fold(f32::MAX, f32::min);
        found.push((start, band.len()));
        if cuts_left > 1 {
            let below = part.split_off(band.end);
            part.truncate(band.start);
            let bands = [part, left, right, below].map(|part| (tallest_band(&part, rules), part));
            parts.extend(bands.into_iter().filter_map(|(band, part)| Some((part, band?, cuts_left - 1))));
        }
    }
    tallest
}

/// On which side of a gutter a place stands.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Side {
    Left,
    Right,
    Across,
}

pub(crate) fn side(place: &SegmentBox, gutter: f32) -> Side {
    if is_left(place, gutter) {
        Side::Left
    } else if is_right(place, gutter) {
        Side::Right
    } else {
        Side::Across
    }
}

fn is_left(place: &SegmentBox, gutter: f32) -> bool {
    let overhang = place.right - gutter;
    let begins_left = place.left < gutter && overhang <= OVERHANG_SHARE_MAX * (place.right - place.left);
    overhang <= 0.5 || begins_left && overhang <= OVERHANG_EM_MAX * place.size
}

fn is_right(place: &SegmentBox, gutter: f32) -> bool {
    // However large, what begins at the edge of a column of the grid stands right of its gutter.
    place.left >= gutter + (0.3 * place.size).min(GUTTER_WIDTH - 1.0)
}

/// Whether `next` is the line below `last` in the same style and at the same left edge or centre.
fn goes_on(last: &SegmentBox, next: &SegmentBox) -> bool {
    let step = next.baseline - last.baseline;
    let shift =
        (next.left - last.left).abs().min((next.left + next.right - last.left - last.right).abs() / 2.0);
    let is_below_note = last.has_mark && (0.0..NOTE_INDENT_EM * last.size).contains(&(next.left - last.left));
    next.size == last.size
        && next.is_bold == last.is_bold
        && step > 2.0
        && step < 1.7 * next.size
        && (shift < 1.0 || is_below_note)
}

/// Places that a gutter parts into columns: `start..end` of those in order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Band {
    pub(crate) gutter: f32,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Band {
    fn len(&self) -> usize {
        self.end - self.start
    }
}

/// The tallest band at a gutter of the document's grid. The columns need not look like columns on this page alone: everything beside
/// the gutter belongs to them, except a table that goes across.
pub(crate) fn grid_band(places: &[SegmentBox], grid: &Grid, rules: &[Rule]) -> Option<Band> {
    let mut best: Option<Band> = None;
    let bands_at = |gutter| {
        let goes_across = move |index: usize| side(&places[index], gutter) == Side::Across;
        bands(places, gutter, goes_across, rules)
    };
    for band in grid.gutters().flat_map(bands_at) {
        let is_as_tall = best.is_none_or(|best| band.len() >= best.len());
        if is_as_tall && is_parted(places, &band) {
            best = Some(band);
        }
    }
    best
}

fn is_parted(places: &[SegmentBox], band: &Band) -> bool {
    let start = band.gutter + GUTTER_WIDTH;
    let begins = |place: &&SegmentBox| {
        (place.left - start).abs() < 2.0 * GRID_TOLERANCE && side(place, band.gutter) != Side::Left
    };
    let inside = places.get(band.start..band.end).unwrap_or_default();
    if inside.iter().filter(begins).count() < 2 {
        return false;
    }
    let (left, right) = parted(places, band);
    let (left_rows, right_rows) = parted(places, &whole_rows(places, band));
    left.len() >= 2
        && extent(&right) > GRID_WIDTH_MIN
        && (are_contents(&left, &right)
            || !is_level_table(&left_rows, &right_rows) && !are_cells_beside(&right, &left))
}

/// A band without what is left of the rows that its edges cut: figures right of one that goes across are rows of a table, whose
/// names stand outside of the band. The band itself where it has no whole row.
fn whole_rows(places: &[SegmentBox], band: &Band) -> Band {
    let is_level = |a: &SegmentBox, b: &SegmentBox| (a.baseline - b.baseline).abs() < 1.0;
    let before = band.start.checked_sub(1).and_then(|at| places.get(at));
    let after = places.get(band.end);
    let inside = places.get(band.start..band.end).unwrap_or_default();
    let cut_above =
        before.map_or(0, |before| inside.iter().take_while(|place| is_level(before, place)).count());
    let cut_below =
        after.map_or(0, |after| inside.iter().rev().take_while(|place| is_level(after, place)).count());
    match cut_above + cut_below < inside.len() {
        true => Band { start: band.start + cut_above, end: band.end - cut_below, ..*band },
        false => *band,
    }
}

/// The columns with the most places; of equals those that the leftmost gutter parts, or another one nearby that fewer hang
/// over.
pub(crate) fn tallest_band(places: &[SegmentBox], rules: &[Rule]) -> Option<Band> {
    let mut best: Option<Band> = None;
    let edges = edges(places);
    let crossed = crossed(places, &edges);
    for (index, (edge, longest_run)) in edges.iter().zip(longest_runs(&crossed, edges.len())).enumerate() {
        // Most edges are ragged ends of lines that others go across: no band there is as long as the best.
        let needed = best.map_or(0, |best| best.len()).max(2 * COLUMN_ROWS_MIN);
        if longest_run < needed {
            continue;
        }
        let goes_across = |place: usize| crossed[place].contains(&index);
        for band in bands(places, *edge as f32, goes_across, rules) {
            let is_better = band.len() >= 2 * COLUMN_ROWS_MIN
                && best.is_none_or(|best| band.len() > best.len() || is_clearer(places, &band, &best));
            if is_better && is_columns(places, &band) {
                best = Some(band);
            }
        }
    }
    best
}

/// For each place the gutters that it goes across, as a range of `edges`, which are in order: it is right of the first edges and left of
/// the last.
fn crossed(places: &[SegmentBox], edges: &[i32]) -> Vec<Range<usize>> {
    let crossed = |place: &SegmentBox| {
        let first = edges.partition_point(|edge| is_right(place, *edge as f32));
        first..edges.partition_point(|edge| !is_left(place, *edge as f32))
    };
    places.iter().map(crossed).collect()
}

/// For each edge the most places one after the other of which none goes across a gutter there: no band is longer.
fn longest_runs(crossed: &[Range<usize>], edge_count: usize) -> Vec<usize> {
    let mut longest = vec![0; edge_count];
    let mut starts = vec![0; edge_count];
    for (index, crossed) in crossed.iter().enumerate() {
        for (longest, start) in longest.iter_mut().zip(&mut starts).take(crossed.end).skip(crossed.start) {
            *longest = index.saturating_sub(*start).max(*longest);
            *start = index + 1;
        }
    }
    let ends = longest.into_iter().zip(starts);
    ends.map(|(longest, start)| longest.max(crossed.len() - start)).collect()
}

/// Whether the gutter of `band` parts the same columns as that of `best`, and fewer places hang over it: the last word of a
/// stretched line stands apart and must not be taken for the next column's.
fn is_clearer(places: &[SegmentBox], band: &Band, best: &Band) -> bool {
    let Some(first) = places.get(band.start) else { return false };
    band.start == best.start
        && band.end == best.end
        && band.gutter - best.gutter <= OVERHANG_EM_MAX * first.size
        && overhanging(places, band) < overhanging(places, best)
}

/// How many places of a band hang over its gutter.
fn overhanging(places: &[SegmentBox], band: &Band) -> usize {
    let inside = places.get(band.start..band.end).unwrap_or_default();
    inside.iter().filter(|place| place.left < band.gutter && place.right > band.gutter + 0.5).count()
}

/// Right edges of places that can be those of a column with another one beside it.
fn edges(places: &[SegmentBox]) -> Vec<i32> {
    if places.len() < 2 * COLUMN_ROWS_MIN {
        return Vec::new();
    }
    // An edge that too little stands right of parts nothing.
    let mut lefts: Vec<f32> = places.iter().map(|place| place.left).collect();
    let (_, last, _) = lefts.select_nth_unstable_by(places.len() - COLUMN_ROWS_MIN, f32::total_cmp);
    // A column is wide: nothing narrower is left on either side.
    let size = places.iter().map(|place| place.size).fold(f32::MAX, f32::min);
    let largest = places.iter().map(|place| place.size).fold(0.0, f32::max);
    let first = places.iter().map(|place| place.left).fold(f32::MAX, f32::min) + COLUMN_WIDTH_EM * size
        - OVERHANG_EM_MAX * largest;
    let last =
        last.min(places.iter().map(|place| place.right).fold(f32::MIN, f32::max) - COLUMN_WIDTH_EM * size);
    let mut edges: Vec<i32> = places.iter().map(|place| place.right.ceil() as i32).collect();
    edges.sort_unstable();
    // What ends a little further hangs over by less than is allowed.
    edges.dedup_by(|edge, kept| *edge - *kept < EDGE_STEP);
    edges.retain(|edge| (first..last).contains(&(*edge as f32)));
    edges
}

/// The stretches between places and rules that go across the gutter.
fn bands(
    places: &[SegmentBox],
    gutter: f32,
    goes_across: impl Fn(usize) -> bool,
    rules: &[Rule],
) -> impl Iterator<Item = Band> {
    let crossing = rules.iter().filter(move |rule| {
        rule.left < gutter - RULE_REACH_MIN && rule.right > gutter + GUTTER_WIDTH + RULE_REACH_MIN
    });
    let mut barriers: Vec<usize> = crossing.map(|rule| first_below(places, rule)).collect();
    barriers.sort_unstable();
    let mut barriers = barriers.into_iter().peekable();
    let mut start = 0;
    // The next place that goes across: the same for all bands up to it.
    let mut across = 0;
    let next = move || {
        (start <= places.len()).then(|| {
            if across < start || start == 0 {
                across = (start..places.len()).find(|place| goes_across(*place)).unwrap_or(places.len());
            }
            let across = if ends_what_goes_across(places, start) { start } else { across };
            while barriers.next_if(|barrier| *barrier <= start).is_some() {}
            let barrier = barriers.next_if(|barrier| *barrier <= across);
            let band = match barrier {
                Some(end) => Band { gutter, start, end: head_start(places, gutter, start..end) },
                None => Band { gutter, start, end: across },
            };
            start = barrier.unwrap_or(across + 1);
            band
        })
    };
    std::iter::from_fn(next).filter(|band| band.len() >= 2)
}

/// The index of the first of `places`, which are sorted by baseline, that stands below a rule.
pub(crate) fn first_below(places: &[SegmentBox], rule: &Rule) -> usize {
    places.partition_point(|place| place.baseline - MIDDLE_EM * place.size < rule.y)
}

/// Where the heading and the unit of what begins below `above` start: rows on one side only, below a wide gap.
///
/// "Tabell 3.2 Statsbudsjettets utgifter", on the left, and "Mrd. kroner", on the right, belong to the table below them, and not to the
/// columns above.
fn head_start(places: &[SegmentBox], gutter: f32, above: Range<usize>) -> usize {
    let inside = places.get(above.clone()).unwrap_or_default();
    let is_one_sided = |row: &&[SegmentBox]| {
        let on_right = row.iter().filter(|place| side(place, gutter) == Side::Right).count();
        on_right == 0 || on_right == row.len()
    };
    let rows_up = || inside.chunk_by(|a, b| (a.baseline - b.baseline).abs() < 1.0).rev();
    let one_sided = rows_up().take(HEAD_ROWS_MAX).take_while(is_one_sided).count();
    if one_sided == 0 {
        return above.end;
    }
    let mut steps = row_steps(inside);
    // The lower quartile: between two tables there may be three lines of text and as many heads.
    let quarter = steps.len() / 4;
    let usual = match steps.is_empty() {
        true => 1.0,
        false => *steps.select_nth_unstable_by(quarter, f32::total_cmp).1,
    };
    let mut length = 0;
    let mut found = 0;
    let mut rows = rows_up().peekable();
    for _ in 0..one_sided {
        let Some(row) = rows.next() else { break };
        length += row.len();
        let gap = rows.peek().map_or(f32::MAX, |above| row[0].baseline - above[0].baseline);
        if gap > HEAD_GAP * usual && row[0].starts_cell {
            found = length;
        }
    }
    above.end - found
}

fn row_steps(places: &[SegmentBox]) -> Vec<f32> {
    let steps = places.windows(2).map(|pair| pair[1].baseline - pair[0].baseline);
    steps.filter(|step| *step > 2.0).collect()
}

/// Whether the place at `start` is the short last line of a heading or paragraph that goes across: it goes across too.
fn ends_what_goes_across(places: &[SegmentBox], start: usize) -> bool {
    let Some(last) = start.checked_sub(1).and_then(|at| places.get(at)) else { return false };
    match places.get(start..) {
        Some([next, after @ ..]) => {
            after.first().is_none_or(|after| after.baseline - next.baseline > 2.0) && goes_on(last, next)
        }
        _ => false,
    }
}

/// What stands left and right of the gutter of a band.
fn parted(places: &[SegmentBox], band: &Band) -> (Vec<SegmentBox>, Vec<SegmentBox>) {
    (left_of(places, band), right_of(places, band))
}

fn left_of(places: &[SegmentBox], band: &Band) -> Vec<SegmentBox> {
    let inside = places.get(band.start..band.end).unwrap_or_default();
    let mut left = Vec::with_capacity(inside.len());
    left.extend(inside.iter().filter(|place| side(place, band.gutter) == Side::Left));
    left
}

fn right_of(places: &[SegmentBox], band: &Band) -> Vec<SegmentBox> {
    let inside = places.get(band.start..band.end).unwrap_or_default();
    let mut right = Vec::with_capacity(inside.len());
    right.extend(inside.iter().filter(|place| side(place, band.gutter) != Side::Left));
    right
}

fn is_columns(places: &[SegmentBox], band: &Band) -> bool {
    let left = left_of(places, band);
    if !is_column(&left) {
        return false;
    }
    let right = right_of(places, band);
    is_column(&right) && (are_contents(&left, &right) || !is_table(&left, &right))
}

fn are_contents(left: &[SegmentBox], right: &[SegmentBox]) -> bool {
    is_contents(left) && is_contents(right)
}

/// Whether a side is a column of a table of contents: leaders in a third of its rows, each with the page that they lead to. The
/// rows of two such columns are level and begin as cells do.
fn is_contents(side: &[SegmentBox]) -> bool {
    let rows = || side.chunk_by(|a, b| (a.baseline - b.baseline).abs() < 1.0);
    let is_entry = |row: &&[SegmentBox]| match row {
        [.., last] if last.contents == ContentsPart::Entry => true,
        [.., leaders, page] => {
            leaders.contents == ContentsPart::Leaders && page.contents == ContentsPart::Number
        }
        _ => false,
    };
    let ends_open =
        |row: &[SegmentBox]| row.last().is_some_and(|last| last.contents == ContentsPart::Leaders);
    let entries = rows().filter(is_entry).count();
    entries >= COLUMN_ROWS_MIN && 3 * entries >= rows().count() && !rows().any(ends_open)
}

/// Whether the two sides are cells of one table: of single lines, or of paragraphs that start level.
fn is_table(left: &[SegmentBox], right: &[SegmentBox]) -> bool {
    let (left_rows, right_rows) = (row_starts(left), row_starts(right));
    let shares = [level_share(&left_rows, &right_rows), level_share(&right_rows, &left_rows)];
    let have_rows = left_rows.len() >= 3 && right_rows.len() >= 3;
    // Lists with heads in two columns stand on one grid of lines, but the heads of one are not level with those of the other.
    let are_lists = have_rows
        && shares.iter().all(|share| *share <= OWN_STARTS_MAX)
        && left_rows.iter().chain(&right_rows).all(|place| place.is_bold);
    !are_lists && is_level_table(left, right)
        || have_rows && shares.iter().all(|share| *share >= 0.8)
        || are_cells_beside(right, left)
}

/// Whether `cells` are those of a table whose first column is the text of `text`: fewer lines, a third of them of several cells, and each part
/// that is set apart begins level with a line that begins as a cell does. Nothing need part the rows of the text.
fn are_cells_beside(cells: &[SegmentBox], text: &[SegmentBox]) -> bool {
    let rows = || cells.chunk_by(|a, b| (a.baseline - b.baseline).abs() < 1.0);
    let several = rows().filter(|row| row.len() > 1).count();
    let line_count = text.chunk_by(|a, b| (a.baseline - b.baseline).abs() < 1.0).count();
    let starts: Vec<SegmentBox> = text.iter().filter(|place| place.starts_cell).copied().collect();
    let heads = row_starts(cells);
    heads.len() >= 3
        && 3 * several >= rows().count()
        && rows().count() * 10 <= line_count * 7
        && level_share(cells, text) >= 0.95
        && level_share(&heads, &starts) >= 0.95
}

/// Whether rows stand at the same heights on both sides, and nearly all begin as a cell does, not in the middle of a
/// sentence.
fn is_level_table(left: &[SegmentBox], right: &[SegmentBox]) -> bool {
    let starts = left.iter().chain(right).filter(|place| place.starts_cell).count();
    level_share(left, right).max(level_share(right, left)) >= 0.8
        && starts * 100 >= (left.len() + right.len()) * 75
}

/// The share of `some` that have one of `others` on their baseline.
fn level_share(some: &[SegmentBox], others: &[SegmentBox]) -> f32 {
    let mut baselines: Vec<f32> = others.iter().map(|place| place.baseline).collect();
    baselines.sort_by(f32::total_cmp);
    let is_level = |place: &&SegmentBox| {
        let near = 0.25 * place.size;
        let above = baselines.partition_point(|baseline| *baseline <= place.baseline - near);
        baselines.get(above).is_some_and(|baseline| *baseline < place.baseline + near)
    };
    some.iter().filter(is_level).count() as f32 / some.len().max(1) as f32
}

/// The places that stand below a gap wider than the line distance: the first lines of cells.
fn row_starts(side: &[SegmentBox]) -> Vec<SegmentBox> {
    let usual = median(&mut row_steps(side));
    let opens = |pair: &[SegmentBox]| {
        let [last, next] = pair else { return None };
        (next.baseline - last.baseline > 1.15 * usual).then_some(*next)
    };
    side.first().copied().into_iter().chain(side.windows(2).filter_map(opens)).collect()
}

/// Whether places fill a column as running text does: enough rows, most of them nearly full.
///
/// Wide spaces cut a justified row in pieces, so rows are tried as a whole too; but where a side holds two columns
/// whose lines are not level, single places tell.
fn is_column(side: &[SegmentBox]) -> bool {
    let width = |place: &SegmentBox| place.right - place.left;
    let rows = || side.chunk_by(|a, b| (a.baseline - b.baseline).abs() < 1.0);
    let widest = side.iter().map(width).fold(0.0, f32::max);
    let widest_row = rows().map(extent).fold(0.0, f32::max);
    let smallest = side.iter().map(|place| place.size).fold(f32::MAX, f32::min);
    if side.len() < COLUMN_ROWS_MIN || widest.max(widest_row) < COLUMN_WIDTH_EM * smallest {
        return false;
    }
    let mut sizes: Vec<f32> = side.iter().map(|place| place.size).collect();
    let least = COLUMN_WIDTH_EM * median(&mut sizes);
    let row_width = |row: &[SegmentBox]| row.iter().map(width).sum();
    widest >= least && is_full(side.iter().map(width), widest)
        || widest_row >= least && is_full(rows().map(row_width), widest_row)
}

/// Whether at least three of `widths` come near the `widest`, and make up half of all that is set.
fn is_full(widths: impl Iterator<Item = f32>, widest: f32) -> bool {
    let (mut all, mut full, mut full_count) = (0.0, 0.0, 0);
    for width in widths {
        all += width;
        if width >= 0.7 * widest {
            full += width;
            full_count += 1;
        }
    }
    full_count >= COLUMN_ROWS_MIN && full >= 0.5 * all
}

fn median(values: &mut [f32]) -> f32 {
    let middle = values.len() / 2;
    if values.is_empty() { 0.0 } else { *values.select_nth_unstable_by(middle, f32::total_cmp).1 }
}

/// From the left edge of a row to its right edge.
fn extent(row: &[SegmentBox]) -> f32 {
    let left = row.iter().map(|place| place.left).fold(f32::MAX, f32::min);
    row.iter().map(|place| place.right).fold(f32::MIN, f32::max) - left
}
