//! Segments of a page → columns in reading order, each a list of lines.

use super::lines::Segment;

/// Rows that both sides of a gutter need before it is believed.
const COLUMN_ROWS_MIN: usize = 3;
/// In ems: a median line shorter than this is a table cell, not a column of text.
const COLUMN_WIDTH_EM: f32 = 10.0;
/// In ems: lines of one table cell follow each other in smaller steps than this, rows in larger ones.
const ROW_STEP_EM: f32 = 1.45;
/// In ems: pieces of a stretched line stand at least so far apart.
const STRETCHED_GAP_EM: f32 = 0.85;
/// The same as a share of the usual distance of lines.
const ROW_STEP_SHARE: f32 = 1.15;
/// More lines than this are a paragraph, not a cell.
const CELL_LINES_MAX: usize = 16;
/// Words too long for their cell hang over the next by no more than this share.
const CELL_OVERLAP_MAX: f32 = 0.3;
/// A word that is too long for its column hangs over the gutter by no more than this share of its line.
const OVERHANG_SHARE_MAX: f32 = 0.2;
/// The same in ems.
const OVERHANG_EM_MAX: f32 = 2.5;
/// Columns within columns, and columns above and below others.
const CUTS_MAX: usize = 8;

/// In points: columns of different pages that start as near belong together.
const GRID_TOLERANCE: f32 = 2.0;
/// In points: a gutter is looked for so far left of the column that it ends at.
const GUTTER_WIDTH: f32 = 5.0;
/// In points: no column of the grid is narrower.
const GRID_WIDTH_MIN: f32 = 60.0;
/// So many segments on one page make a column of the grid.
const GRID_SEGMENTS_MIN: usize = 30;

/// A line of a column: its segments joined, cells parted by a tab.
pub(super) type Line = Segment;

/// Where the columns of a document start, in points from the left: what its pages agree on.
#[derive(Debug, Default)]
pub(super) struct Grid {
    starts: Vec<f32>,
}

impl Grid {
    /// The left edges of right-hand columns that stand on several pages, or tall on one.
    pub(super) fn of<'a>(pages: impl Iterator<Item = &'a [Segment]>) -> Grid {
        let mut starts: Vec<(f32, usize)> = Vec::new();
        for page in pages {
            let upright: Vec<Segment> = page.iter().filter(|segment| segment.angle == 0).cloned().collect();
            starts.extend(column_starts(upright));
        }
        starts.sort_by(|a, b| a.0.total_cmp(&b.0));
        let groups = starts.chunk_by(|a, b| b.0 - a.0 < GRID_TOLERANCE);
        let counts = |group: &&[(f32, usize)]| {
            group.len() >= 2 || group.iter().any(|(_, segments)| *segments >= GRID_SEGMENTS_MIN)
        };
        let found = groups.filter(counts).filter_map(|group| group.get(group.len() / 2).map(|start| start.0));
        Grid { starts: found.collect() }
    }

    /// Gutters left of the columns.
    fn gutters(&self) -> impl Iterator<Item = f32> {
        self.starts.iter().map(|start| start - GUTTER_WIDTH)
    }
}

/// The left edges of the right-hand columns of a page, and how many segments tell.
fn column_starts(segments: Vec<Segment>) -> Vec<(f32, usize)> {
    let mut found = Vec::new();
    let mut parts = vec![(segments, CUTS_MAX)];
    while let Some((mut part, cuts_left)) = parts.pop() {
        let Some(band) = tallest_band(&part).filter(|_| cuts_left > 0) else { continue };
        let below = part.split_off(band.end);
        let inside = part.split_off(band.start);
        let (left, right): (Vec<_>, Vec<_>) =
            inside.into_iter().partition(|segment| side(segment, band.gutter) == Side::Left);
        let start = right.iter().map(|segment| segment.left).fold(f32::MAX, f32::min);
        found.push((start, band.len()));
        parts.extend([part, left, right, below].map(|part| (part, cuts_left - 1)));
    }
    found
}

/// The columns of a page in reading order.
pub(super) fn columns(segments: Vec<Segment>, grid: &Grid) -> Vec<Vec<Line>> {
    let mut found = Vec::new();
    let (upright, turned): (Vec<_>, Vec<_>) = segments.into_iter().partition(|segment| segment.angle == 0);
    cut(upright, grid, CUTS_MAX, &mut found);
    let mut rest = turned;
    while let Some(angle) = rest.first().map(|segment| segment.angle) {
        let (same, others) = rest.into_iter().partition(|segment| segment.angle == angle);
        cut(same, &Grid::default(), CUTS_MAX, &mut found);
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
    let overhang = segment.right - gutter;
    let is_left = segment.left < gutter && overhang <= OVERHANG_SHARE_MAX * (segment.right - segment.left);
    if overhang <= 0.5 || is_left && overhang <= OVERHANG_EM_MAX * segment.size {
        Side::Left
    } else if segment.left >= gutter + 0.3 * segment.size {
        Side::Right
    } else {
        Side::Across
    }
}

/// The side of each segment; the short last line of a heading or paragraph that goes across goes across too.
fn sides(segments: &[Segment], gutter: f32) -> Vec<Side> {
    let mut sides: Vec<Side> = segments.iter().map(|segment| side(segment, gutter)).collect();
    for index in 1..segments.len() {
        let (Some(last), Some(next)) = (segments.get(index - 1), segments.get(index)) else { continue };
        let stands_alone = segments.get(index + 1).is_none_or(|after| after.baseline - next.baseline > 2.0);
        if sides.get(index - 1) == Some(&Side::Across) && stands_alone && goes_on(last, next) {
            sides[index] = Side::Across;
        }
    }
    sides
}

/// Whether `next` is the line below `last` in the same style and at the same left edge or centre.
fn goes_on(last: &Segment, next: &Segment) -> bool {
    let step = next.baseline - last.baseline;
    let shift =
        (next.left - last.left).abs().min((next.left + next.right - last.left - last.right).abs() / 2.0);
    next.size == last.size
        && next.is_bold == last.is_bold
        && step > 2.0
        && step < 1.7 * next.size
        && shift < 1.0
}

/// Cuts `segments`, sorted by baseline, at the tallest columns among them: what stands above, the left side, the right
/// side, what stands below, each cut in turn.
fn cut(mut segments: Vec<Segment>, grid: &Grid, cuts_left: usize, found: &mut Vec<Vec<Line>>) {
    let band = || grid_band(&segments, grid).or_else(|| tallest_band(&segments));
    let band = if cuts_left > 0 { band() } else { None };
    let Some(band) = band else {
        if !segments.is_empty() {
            found.push(lines(segments));
        }
        return;
    };
    let below = segments.split_off(band.end);
    let inside = segments.split_off(band.start);
    let (left, right) = inside.into_iter().partition(|segment| side(segment, band.gutter) == Side::Left);
    for part in [segments, left, right, below] {
        cut(part, grid, cuts_left - 1, found);
    }
}

/// Segments that a gutter parts into columns: `start..end` of those in order.
#[derive(Clone, Copy)]
struct Band {
    gutter: f32,
    start: usize,
    end: usize,
}

impl Band {
    fn len(&self) -> usize {
        self.end - self.start
    }
}

/// The same where the document's grid says that there are columns: then everything beside a gutter stands in them but a
/// table that goes across.
fn grid_band(segments: &[Segment], grid: &Grid) -> Option<Band> {
    let bands = grid.gutters().flat_map(|gutter| bands(segments, gutter));
    let is_parted = |band: &Band| {
        let inside = segments.get(band.start..band.end).unwrap_or_default();
        let (left, right): (Vec<_>, Vec<_>) =
            inside.iter().partition(|segment| side(segment, band.gutter) == Side::Left);
        let start = band.gutter + GUTTER_WIDTH;
        let begins =
            right.iter().filter(|segment| (segment.left - start).abs() < 2.0 * GRID_TOLERANCE).count();
        left.len() >= 2 && begins >= 2 && extent(&right) > GRID_WIDTH_MIN && !is_level_table(&left, &right)
    };
    bands.filter(is_parted).max_by_key(Band::len)
}

/// The columns with the most segments; of equals those that the leftmost gutter parts.
fn tallest_band(segments: &[Segment]) -> Option<Band> {
    let mut edges: Vec<i32> = segments.iter().map(|segment| segment.right.ceil() as i32).collect();
    edges.sort_unstable();
    edges.dedup();
    let mut best: Option<Band> = None;
    for edge in edges {
        for band in bands(segments, edge as f32) {
            let is_taller =
                band.len() >= 2 * COLUMN_ROWS_MIN && best.is_none_or(|best| band.len() > best.len());
            let inside = segments.get(band.start..band.end).unwrap_or_default();
            if is_taller && is_columns(inside, band.gutter) {
                best = Some(band);
            }
        }
    }
    best
}

/// The stretches between segments that go across the gutter.
fn bands(segments: &[Segment], gutter: f32) -> Vec<Band> {
    let sides = sides(segments, gutter);
    let mut found = Vec::new();
    let mut start = 0;
    for (index, side) in sides.iter().enumerate() {
        if *side == Side::Across {
            found.push(Band { gutter, start, end: index });
            start = index + 1;
        }
    }
    found.push(Band { gutter, start, end: segments.len() });
    found.retain(|band| band.len() >= 2);
    found
}

fn is_columns(band: &[Segment], gutter: f32) -> bool {
    let (left, right): (Vec<_>, Vec<_>) =
        band.iter().partition(|segment| side(segment, gutter) == Side::Left);
    is_column(&left) && is_column(&right) && !is_table(&left, &right)
}

/// Whether the two sides are cells of one table: of single lines, or of paragraphs that start level.
fn is_table(left: &[&Segment], right: &[&Segment]) -> bool {
    let (left_rows, right_rows) = (row_starts(left), row_starts(right));
    let shared_starts = level_share(&left_rows, &right_rows).min(level_share(&right_rows, &left_rows));
    is_level_table(left, right) || left_rows.len() >= 3 && right_rows.len() >= 3 && shared_starts >= 0.8
}

/// Whether rows stand at the same heights on both sides, and nearly all begin as a cell does, not in the middle of a
/// sentence.
fn is_level_table(left: &[&Segment], right: &[&Segment]) -> bool {
    let starts = left.iter().chain(right).filter(|segment| starts_cell(&segment.text)).count();
    level_share(left, right).max(level_share(right, left)) >= 0.8
        && starts * 100 >= (left.len() + right.len()) * 75
}

/// The share of `some` that have one of `others` on their baseline.
fn level_share(some: &[&Segment], others: &[&Segment]) -> f32 {
    let is_level = |a: &Segment, b: &Segment| (a.baseline - b.baseline).abs() < 0.25 * a.size;
    let partners = some.iter().filter(|a| others.iter().any(|b| is_level(a, b))).count();
    partners as f32 / some.len().max(1) as f32
}

fn starts_cell(text: &str) -> bool {
    !text.chars().next().is_some_and(char::is_lowercase)
}

/// The segments that stand below a gap wider than the line distance: the first lines of cells.
fn row_starts<'a>(side: &[&'a Segment]) -> Vec<&'a Segment> {
    let mut steps: Vec<f32> =
        side.windows(2).map(|pair| pair[1].baseline - pair[0].baseline).filter(|step| *step > 2.0).collect();
    let usual = median(&mut steps);
    let opens = |pair: &[&'a Segment]| {
        let [last, next] = pair else { return None };
        (next.baseline - last.baseline > 1.15 * usual).then_some(*next)
    };
    side.first().copied().into_iter().chain(side.windows(2).filter_map(opens)).collect()
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

/// The segments of one column → its lines from top to bottom; a table row whose cells wrap is one line.
fn lines(segments: Vec<Segment>) -> Vec<Line> {
    let segments = whole_rows(segments);
    let usual = usual_step(&segments);
    let is_close = |a: &Segment, b: &Segment| {
        let step = b.baseline - a.baseline;
        step < ROW_STEP_EM * b.size && step < ROW_STEP_SHARE * usual.max(b.size)
            || step < ROW_STEP_SHARE * usual
    };
    let groups = segments.chunk_by(is_close);
    groups
        .flat_map(|group| wrapped_row(group).map_or_else(|| level_lines(group.to_vec()), |row| vec![row]))
        .collect()
}

/// The lower quartile of the distances between lines, in points.
fn usual_step(segments: &[Segment]) -> f32 {
    let steps = segments.windows(2).map(|pair| (pair[1].baseline - pair[0].baseline, pair[1].size));
    let mut steps: Vec<f32> = steps.filter(|(step, size)| *step > 0.5 * size).map(|(step, _)| step).collect();
    steps.sort_by(f32::total_cmp);
    steps.get(steps.len() / 4).copied().unwrap_or(0.0)
}

/// Rows whose pieces are one line of text become one segment each; table rows stay in cells.
fn whole_rows(segments: Vec<Segment>) -> Vec<Segment> {
    let mut found: Vec<Segment> = Vec::new();
    for row in rows(segments) {
        let is_text = row.len() > 1 && (is_stretched(&row) || is_marked(&row));
        if is_text { found.push(joined(&row, ' ')) } else { found.extend(row) }
    }
    found
}

/// Segments by baseline.
fn rows(segments: Vec<Segment>) -> Vec<Vec<Segment>> {
    let mut rows: Vec<Vec<Segment>> = Vec::new();
    for segment in segments {
        match rows.last_mut() {
            Some(row) if is_level(row, &segment) => row.push(segment),
            _ => rows.push(vec![segment]),
        }
    }
    rows
}

/// A row of cells of which some wrap and some do not, as one line: cells parted by tabs, their lines by line feeds.
///
/// Where all cells have as many lines, as in a table of contents, each line is a row of its own: `None`.
fn wrapped_row(group: &[Segment]) -> Option<Line> {
    let mut cells: Vec<(f32, f32, Vec<&Segment>)> = Vec::new();
    for segment in group {
        let (mut left, mut right, mut parts) = (segment.left, segment.right, Vec::new());
        cells.retain_mut(|cell| {
            let width = (cell.1 - cell.0).min(segment.right - segment.left);
            let overlap = cell.1.min(segment.right) - cell.0.max(segment.left);
            let overlaps = overlap > CELL_OVERLAP_MAX * width;
            if overlaps {
                (left, right) = (left.min(cell.0), right.max(cell.1));
                parts.append(&mut cell.2);
            }
            !overlaps
        });
        parts.push(segment);
        cells.push((left, right, parts));
    }
    let least = cells.iter().map(|cell| cell.2.len()).min()?;
    let most = cells.iter().map(|cell| cell.2.len()).max()?;
    let goes_on = |pair: &[&Segment]| {
        pair[0].text.ends_with(['-', '\u{ad}', '\u{2010}'])
            || !starts_cell(&pair[1].text)
            || pair[1].text.starts_with('(')
    };
    let pairs = || cells.iter().flat_map(|cell| cell.2.windows(2));
    let is_wrapped = 2 * pairs().filter(|pair| goes_on(pair)).count() >= pairs().count().max(1);
    let is_uneven = least < most || pairs().all(goes_on);
    if cells.len() < 2 || !(2..=CELL_LINES_MAX).contains(&most) || !is_wrapped || !is_uneven {
        return None;
    }
    cells.sort_by(|a, b| a.0.total_cmp(&b.0));
    let text = |cell: &[&Segment]| cell.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join("\n");
    let texts: Vec<String> = cells.iter().map(|cell| text(&cell.2)).collect();
    let mut row = group.first()?.clone();
    row.left = cells.first()?.0;
    row.right = cells.last()?.1;
    row.is_bold = group.iter().all(|segment| segment.is_bold);
    row.text = texts.join("\t");
    Some(row)
}

/// Segments on one baseline → lines; the second line of a cell goes into its row.
fn level_lines(segments: Vec<Segment>) -> Vec<Line> {
    let mut whole: Vec<Vec<Segment>> = Vec::new();
    for mut row in rows(segments) {
        let cell = whole.last_mut().and_then(|last| wrapped_cell(last, &row));
        match (cell, row.pop()) {
            (Some(cell), Some(rest)) => {
                cell.text.push('\n');
                cell.text.push_str(&rest.text);
            }
            (_, last) => {
                row.extend(last);
                whole.push(row);
            }
        }
    }
    whole.iter().map(|row| joined(row, '\t')).collect()
}

fn is_level(row: &[Segment], next: &Segment) -> bool {
    row.last()
        .is_some_and(|last| (next.baseline - last.baseline).abs() < 0.25 * last.size && next.left > last.left)
}

/// The cell of the row above that a lone segment goes on with: it stands below it, and a sentence or word was open.
fn wrapped_cell<'a>(above: &'a mut [Segment], row: &[Segment]) -> Option<&'a mut Segment> {
    let [next] = row else { return None };
    if above.len() < 2 {
        return None;
    }
    let cell = above.iter_mut().find(|cell| cell.left < next.right && next.left < cell.right)?;
    let is_close = next.baseline - cell.baseline < ROW_STEP_EM * next.size;
    let is_open = cell.text.ends_with(['-', '\u{ad}', '\u{2010}']) || !starts_cell(&next.text);
    (is_close && is_open && (next.left - cell.left).abs() < next.size).then_some(cell)
}

/// A row of segments as one.
fn joined(row: &[Segment], between: char) -> Line {
    let mut line = row.first().cloned().unwrap_or_default();
    for next in row.iter().skip(1) {
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
fn is_stretched(row: &[Segment]) -> bool {
    let row = if row.first().is_some_and(is_bullet) { row.get(1..).unwrap_or_default() } else { row };
    if row.len() < 2 {
        return true;
    }
    let gaps = row.windows(2).map(|pair| pair[1].left - pair[0].right);
    let (least, most) = gaps.fold((f32::MAX, 0.0f32), |(least, most), gap| (least.min(gap), most.max(gap)));
    let is_item = |segment: &&Segment| segment.text.starts_with(|c: char| "•–-".contains(c));
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
fn is_marked(row: &[Segment]) -> bool {
    let [marker, text] = row else { return false };
    let parts = marker.text.trim_end_matches(['.', ')']).split('.');
    let is_number = parts.into_iter().all(|part| (1..=2).contains(&part.chars().count()))
        && marker.text.chars().all(|c| c.is_alphanumeric() || ".)(".contains(c));
    (is_number || is_bullet(marker))
        && text.text.chars().next().is_some_and(|c| c.is_alphabetic() || c == '«')
}

fn is_bullet(segment: &Segment) -> bool {
    segment.text.chars().count() == 1 && !segment.text.chars().any(char::is_alphanumeric)
}
