//! Painted paths and images → the edges on a page: lines of tables, frames of boxes, borders of figures.
//!
//! What stands above a horizontal edge is read before what stands below it, wherever the columns are. Upright edges part the cells of
//! a grid.

use super::shape::Box2;

/// In points: a shape that is no higher, or no wider, is a line.
pub(super) const LINE_WIDTH_MAX: f32 = 3.0;
/// In points: shorter pieces are strokes of drawings and letters. Tables with a border for each cell have pieces of a cell's width.
const PIECE_MIN: f32 = 8.0;
/// In points: pieces of one rule differ in height by less, and are no further apart.
const PIECE_GAP_MAX: f32 = 3.0;
/// In points: a shorter rule crosses no gutter between columns that are wide enough for text.
const RULE_MIN: f32 = 60.0;
/// Pieces kept of a page: a full page of a table with ten bordered cells in a row has some 1,200.
const PIECES_MAX: usize = 4_000;
/// Upright edges of a page, which are looked through for each row of cells: a dense table has a hundred.
const UPRIGHTS_MAX: usize = 500;

/// A horizontal edge, in points from the top left of the page as shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rule {
    pub(crate) left: f32,
    pub(crate) right: f32,
    pub(crate) y: f32,
    /// Whether it is a line, and not the edge of a filled area: Word fills each line of a shaded cell for itself.
    pub(crate) is_line: bool,
}

/// An upright line, in points from the top left of the page as shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Upright {
    pub(crate) x: f32,
    pub(crate) top: f32,
    pub(crate) bottom: f32,
}

/// The edges of a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rules {
    pub(crate) level: Vec<Rule>,
    pub(crate) uprights: Vec<Upright>,
}

/// How a shape is painted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Paint {
    /// Its edges are lines.
    Stroked,
    /// It is a line only where it is thin.
    Filled,
}

/// Adds the edges of a shape to `rules`.
pub(super) fn add(shape: &Box2, paint: Paint, rules: &mut Rules) {
    add_uprights(shape, paint, &mut rules.uprights);
    add_level(shape, paint, &mut rules.level);
}

fn add_uprights(shape: &Box2, paint: Paint, uprights: &mut Vec<Upright>) {
    let Box2 { left, right, top, bottom } = *shape;
    if bottom - top < PIECE_MIN || left > right || uprights.len() >= PIECES_MAX {
        return;
    }
    if right - left <= LINE_WIDTH_MAX {
        uprights.push(Upright { x: (left + right) / 2.0, top, bottom });
    } else if paint == Paint::Stroked {
        uprights.extend([left, right].map(|x| Upright { x, top, bottom }));
    }
}

fn add_level(shape: &Box2, paint: Paint, rules: &mut Vec<Rule>) {
    let Box2 { left, right, top, bottom } = *shape;
    if right - left < PIECE_MIN || top > bottom || rules.len() >= PIECES_MAX {
        return;
    }
    if bottom - top <= LINE_WIDTH_MAX {
        rules.push(Rule { left, right, y: (top + bottom) / 2.0, is_line: true });
    } else {
        let is_line = paint == Paint::Stroked;
        rules.extend([top, bottom].map(|y| Rule { left, right, y, is_line }));
    }
}

/// The edges that pieces make up: the horizontal ones from top to bottom, the upright ones from left to right.
pub(crate) fn joined(pieces: Rules) -> Rules {
    Rules { level: joined_level(pieces.level), uprights: joined_uprights(pieces.uprights) }
}

/// The first [`UPRIGHTS_MAX`] of a page are kept.
fn joined_uprights(mut pieces: Vec<Upright>) -> Vec<Upright> {
    pieces.retain(|piece| [piece.x, piece.top, piece.bottom].iter().all(|edge| edge.is_finite()));
    pieces.sort_by(|a, b| a.x.total_cmp(&b.x));
    let mut found: Vec<Upright> = Vec::new();
    for level in pieces.chunk_by_mut(|a, b| b.x - a.x < 1.0) {
        level.sort_by(|a, b| a.top.total_cmp(&b.top));
        let start = found.len();
        for piece in level {
            match found.get_mut(start..).and_then(<[Upright]>::last_mut) {
                Some(last) if piece.top - last.bottom < PIECE_GAP_MAX => {
                    last.bottom = last.bottom.max(piece.bottom);
                }
                _ => found.push(*piece),
            }
        }
    }
    found.truncate(UPRIGHTS_MAX);
    found
}

fn joined_level(mut pieces: Vec<Rule>) -> Vec<Rule> {
    pieces.retain(|piece| [piece.left, piece.right, piece.y].iter().all(|edge| edge.is_finite()));
    pieces.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut found: Vec<Rule> = Vec::new();
    for level in pieces.chunk_by_mut(|a, b| b.y - a.y < 1.0) {
        level.sort_by(|a, b| a.left.total_cmp(&b.left));
        let start = found.len();
        for piece in level {
            match found.get_mut(start..).and_then(<[Rule]>::last_mut) {
                Some(last) if piece.left - last.right < PIECE_GAP_MAX => {
                    last.right = last.right.max(piece.right);
                    last.is_line |= piece.is_line;
                }
                _ => found.push(*piece),
            }
        }
    }
    found.retain(|rule| rule.right - rule.left >= RULE_MIN);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_borders_of_cells_side_by_side_are_one_rule() {
        let mut pieces = Rules::default();
        for (left, right) in [(140.0, 200.0), (100.0, 139.0), (300.0, 320.0)] {
            add(&Box2 { left, right, top: 50.0, bottom: 50.4 }, Paint::Filled, &mut pieces);
        }
        add(&Box2 { left: 100.0, right: 200.0, top: 70.0, bottom: 90.0 }, Paint::Stroked, &mut pieces);
        let found: Vec<(f32, f32, f32)> =
            joined(pieces).level.iter().map(|rule| (rule.left, rule.right, rule.y)).collect();
        assert_eq!(found, [(100.0, 200.0, 50.2), (100.0, 200.0, 70.0), (100.0, 200.0, 90.0)]);
    }

    #[test]
    fn the_borders_of_cells_below_each_other_are_one_upright_edge() {
        let mut pieces = Rules::default();
        for (top, bottom) in [(62.0, 90.0), (40.0, 60.0), (120.0, 140.0)] {
            add(&Box2 { left: 100.0, right: 100.5, top, bottom }, Paint::Filled, &mut pieces);
        }
        let found: Vec<(f32, f32)> =
            joined(pieces).uprights.iter().map(|upright| (upright.top, upright.bottom)).collect();
        assert_eq!(found, [(40.0, 90.0), (120.0, 140.0)]);
    }
}
