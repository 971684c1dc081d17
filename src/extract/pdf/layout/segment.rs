//! A stretch of text on one baseline, and the gaps that decide where it ends.

use super::super::model::{BlockSource, Line, Rect};

/// In ems: a gap as wide as this ends a segment; it may be a gutter, a table cell or a wide justified space, which
/// the layout decides.
pub(crate) const SEGMENT_GAP_EM: f32 = 0.9;
/// In ems, above the line's usual gap: kerning stays below it, the tightest justified space above.
pub(crate) const WORD_GAP_EM: f32 = 0.16;
/// The same as [`WORD_GAP_EM`] where the file itself has a space glyph.
pub(crate) const SPACE_GLYPH_GAP_EM: f32 = 0.04;
/// In ems: the text of a note at the foot, and its further lines, begin no further right of its mark than this.
pub(crate) const NOTE_INDENT_EM: f32 = 3.0;
/// In points: note marks are not looked for beside larger text than this, the size of a title page. It bounds how many lines each
/// small run is compared with.
pub(crate) const MARK_HOST_SIZE_MAX: f32 = 40.0;
/// In ems: the middle of a line of text above its baseline. What a rule lies below is above it: an underline is, too.
pub(crate) const MIDDLE_EM: f32 = 0.35;

/// Whether the boxes of words are computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Detail {
    Blocks,
    Words,
}

/// Text on one baseline without a wide gap.
#[derive(Debug, Clone, Default)]
pub(crate) struct TextSegment {
    pub(crate) left: f32,
    pub(crate) right: f32,
    pub(crate) baseline: f32,
    pub(crate) size: f32,
    pub(crate) is_bold: bool,
    pub(crate) is_artifact: bool,
    /// Whether it leaves no ink.
    pub(crate) is_invisible: bool,
    /// Whether it counts the lines of the page.
    pub(crate) is_line_number: bool,
    /// The widest space between two of its words, in points.
    pub(crate) widest_space: f32,
    /// Whether it ends in a hyphen that no space glyph parts from what is before it, though it has space glyphs or the hyphen is a run of its
    /// own: only a gap makes it look like a dash.
    pub(crate) ends_in_hyphen: bool,
    /// Whether a space glyph follows it.
    pub(crate) ends_in_space: bool,
    /// Whether the text is so far from the page's main direction that it has a frame of its own.
    pub(crate) angle: i16,
    /// Places of its first and last run in the order in which the file shows them.
    pub(crate) shown: (u32, u32),
    /// The tag of its first glyph; 0 for none.
    pub(crate) tag: u16,
    /// The raised mark that it opens with.
    pub(crate) mark: Option<String>,
    /// The highest of the raised numbers within it, which are no part of its text; 0 for none.
    pub(crate) note_number: u16,
    pub(crate) text: String,
    /// Where its words stand, if that is asked for: one line, or those of the cells that it was made of.
    pub(crate) lines: Vec<Line>,
}

impl TextSegment {
    /// Adds what stands on the baseline of the last line behind a space.
    pub(crate) fn go_on(&mut self, lines: Vec<Line>) {
        for next in lines {
            match self.lines.last_mut() {
                Some(last) => last.go_on(next),
                None => self.lines.push(next),
            }
        }
    }

    /// The same without a space.
    pub(crate) fn glue(&mut self, lines: Vec<Line>) {
        for next in lines {
            match self.lines.last_mut() {
                Some(last) => last.glue(next),
                None => self.lines.push(next),
            }
        }
    }

    pub(crate) fn area(&self) -> Rect {
        area(self.left, self.right, self.baseline, self.size)
    }

    /// Whether the page shows it.
    pub(crate) fn source(&self) -> BlockSource {
        if self.is_invisible { BlockSource::InvisibleLayer } else { BlockSource::Visible }
    }

    /// Whether what begins at this place follows it at once.
    pub(crate) fn stands_before(&self, x: f32, y: f32) -> bool {
        (y - self.baseline).abs() < 0.3 * self.size && (x - self.right).abs() < WORD_GAP_EM * self.size
    }
}

/// The box around text: what most letters reach above and below the baseline.
pub(crate) fn area(left: f32, right: f32, baseline: f32, size: f32) -> Rect {
    Rect { left, top: baseline - 0.8 * size, right, bottom: baseline + 0.2 * size }
}

/// Whether text is the number of a section: "4", "4.2", "4.2.".
pub(crate) fn is_section_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}
