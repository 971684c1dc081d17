//! Paths → the rectangles around them: what a clip leaves, what a fill covers.
//!
//! Curves are not computed: a path is represented by the box around its points, so that a clip never hides more than in a viewer.

use super::super::model::Matrix;

/// A box in device space, or an empty one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Box2 {
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) right: f32,
    pub(crate) bottom: f32,
}

impl Box2 {
    pub(crate) const EVERYTHING: Box2 =
        Box2 { left: f32::MIN, top: f32::MIN, right: f32::MAX, bottom: f32::MAX };
    const NOTHING: Box2 = Box2 { left: f32::MAX, top: f32::MAX, right: f32::MIN, bottom: f32::MIN };

    fn add(&mut self, x: f32, y: f32) {
        self.left = self.left.min(x);
        self.right = self.right.max(x);
        self.top = self.top.min(y);
        self.bottom = self.bottom.max(y);
    }

    /// The box around this one's corners under `matrix`.
    pub(crate) fn transformed(&self, matrix: &Matrix) -> Box2 {
        let mut out = Box2::NOTHING;
        for (x, y) in [
            (self.left, self.top),
            (self.right, self.top),
            (self.left, self.bottom),
            (self.right, self.bottom),
        ] {
            out.add(x * matrix[0] + y * matrix[2] + matrix[4], x * matrix[1] + y * matrix[3] + matrix[5]);
        }
        out
    }

    pub(crate) fn intersection(&self, other: &Box2) -> Box2 {
        Box2 {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        }
    }

    pub(crate) fn meets(&self, other: &Box2) -> bool {
        self.left <= other.right
            && other.left <= self.right
            && self.top <= other.bottom
            && other.top <= self.bottom
    }

    pub(crate) fn contains(&self, x: f32, y: f32) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }
}

/// Subpaths whose boxes are kept of one path; the rest counts for the last: a table drawn as one path has some hundred lines.
const PARTS_MAX: usize = 1_000;

/// The path under construction, in user space.
#[derive(Debug)]
pub(crate) struct Path {
    area: Box2,
    /// The boxes of its subpaths, as many as are kept.
    parts: Vec<Box2>,
    /// Whether `W` or `W*` was seen: the next painting operator makes the path a clip.
    pub(crate) clips: bool,
}

impl Default for Path {
    fn default() -> Path {
        Path { area: Box2::NOTHING, parts: Vec::new(), clips: false }
    }
}

impl Path {
    /// Begins a subpath.
    pub(crate) fn begin(&mut self, x: f32, y: f32) {
        if self.parts.len() < PARTS_MAX {
            self.parts.push(Box2::NOTHING);
        }
        self.point(x, y);
    }

    pub(crate) fn point(&mut self, x: f32, y: f32) {
        self.area.add(x, y);
        if let Some(part) = self.parts.last_mut() {
            part.add(x, y);
        }
    }

    /// The boxes of its subpaths in device space.
    pub(crate) fn parts(&self, matrix: &Matrix) -> impl Iterator<Item = Box2> {
        self.parts.iter().filter(|part| part.left <= part.right).map(|part| part.transformed(matrix))
    }

    /// Whether it is two boxes, the one within the other and its edges no further than `width` from the other's: filled by the even-odd
    /// rule, they are the border of a cell.
    pub(crate) fn is_frame(&self, matrix: &Matrix, width: f32) -> bool {
        let [a, b] = self.parts[..] else { return false };
        let (a, b) = (a.transformed(matrix), b.transformed(matrix));
        let borders = [a.left - b.left, a.top - b.top, b.right - a.right, b.bottom - a.bottom];
        let is_within = |sign: f32| borders.iter().all(|border| (0.0..=width).contains(&(sign * border)));
        is_within(1.0) || is_within(-1.0)
    }

    /// The box of the path in device space; `None` without points. The path is empty afterwards.
    pub(crate) fn take(&mut self, matrix: &Matrix) -> Option<Box2> {
        let area = std::mem::replace(&mut self.area, Box2::NOTHING);
        self.parts.clear();
        self.clips = false;
        (area.left <= area.right).then(|| area.transformed(matrix))
    }
}
