//! Painted paths and images → the horizontal edges on a page: lines of tables, frames of boxes, borders of figures.
//!
//! What stands above such an edge is read before what stands below it, wherever the columns are. Vertical edges are not used: few
//! tables have them.

use super::shape::Box2;

/// In points: a shape that is no higher is a line.
const LINE_HEIGHT_MAX: f32 = 3.0;
/// In points: shorter pieces are strokes of drawings and letters. Tables with a border for each cell have pieces of a cell's width.
const PIECE_MIN: f32 = 8.0;
/// In points: pieces of one rule differ in height by less, and are no further apart.
const PIECE_GAP_MAX: f32 = 3.0;
/// In points: a shorter rule crosses no gutter between columns that are wide enough for text.
const RULE_MIN: f32 = 60.0;
/// Pieces kept of a page: a full page of a table with ten bordered cells in a row has some 1,200.
const PIECES_MAX: usize = 4_000;

/// A horizontal edge, in points from the top left of the page as shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rule {
    pub(crate) left: f32,
    pub(crate) right: f32,
    pub(crate) y: f32,
}

/// Adds the edges of a shape to `rules`.
pub(super) fn add(shape: &Box2, rules: &mut Vec<Rule>) {
    let Box2 { left, right, top, bottom } = *shape;
    if right - left < PIECE_MIN || top > bottom || rules.len() >= PIECES_MAX {
        return;
    }
    if bottom - top <= LINE_HEIGHT_MAX {
        rules.push(Rule { left, right, y: (top + bottom) / 2.0 });
    } else {
        rules.extend([top, bottom].map(|y| Rule { left, right, y }));
    }
}

/// The rules that pieces make up, from top to bottom.
pub(crate) fn joined(mut pieces: Vec<Rule>) -> Vec<Rule> {
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
        let mut pieces = Vec::new();
        for (left, right) in [(140.0, 200.0), (100.0, 139.0), (300.0, 320.0)] {
            add(&Box2 { left, right, top: 50.0, bottom: 50.4 }, &mut pieces);
        }
        add(&Box2 { left: 100.0, right: 200.0, top: 70.0, bottom: 90.0 }, &mut pieces);
        let found: Vec<(f32, f32, f32)> =
            joined(pieces).iter().map(|rule| (rule.left, rule.right, rule.y)).collect();
        assert_eq!(found, [(100.0, 200.0, 50.2), (100.0, 200.0, 70.0), (100.0, 200.0, 90.0)]);
    }
}
