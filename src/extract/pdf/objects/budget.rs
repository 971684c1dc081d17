//! The remaining budget for reading the objects of one file.
//!
//! Readers take from it. When a part of it is used up, they return what they have read until then, and the name of the limit
//! is kept for a notice.

use super::super::model::Limits;
use std::cell::{Cell, RefCell};

/// Codes and glyphs looked up in font programs, character maps and lists: three thousand whole fonts, three seconds of work.
const LOOKUPS_MAX: usize = 200_000_000;

/// Painted areas looked at for what lies under white text: fifty times a hundred busy slides, half a second of work.
const AREAS_MAX: usize = 500_000_000;

/// What is left.
#[derive(Debug)]
pub(crate) struct Budget {
    values: Cell<usize>,
    structure_bytes: Cell<usize>,
    searched_bytes: Cell<usize>,
    font_bytes: Cell<usize>,
    lookups: Cell<usize>,
    shown_bytes: Cell<usize>,
    areas: Cell<usize>,
    /// The limits that were reached, each once.
    reached: RefCell<Vec<&'static str>>,
}

impl Budget {
    /// Everything that `limits` allow for a file of that size.
    pub(crate) fn new(limits: &Limits, file_bytes: usize) -> Budget {
        Budget {
            values: Cell::new(limits.values_max),
            structure_bytes: Cell::new(limits.structure_bytes_max),
            // Each byte is looked at a few times in files that are damaged all over; more is an attack.
            searched_bytes: Cell::new(file_bytes.saturating_mul(8).saturating_add(1 << 20)),
            font_bytes: Cell::new(limits.font_bytes_max),
            lookups: Cell::new(LOOKUPS_MAX),
            shown_bytes: Cell::new(limits.shown_bytes_max),
            areas: Cell::new(AREAS_MAX),
            reached: RefCell::default(),
        }
    }

    /// Takes one value of an object; `false` when none is left.
    pub(crate) fn take_value(&self) -> bool {
        self.take(&self.values, 1, "values in objects")
    }

    /// Takes bytes searched for the end of a stream or a long object.
    pub(crate) fn take_searched(&self, count: usize) -> bool {
        self.take(&self.searched_bytes, count, "bytes searched for the ends of objects")
    }

    /// Whether bytes may still be searched.
    pub(crate) fn can_search(&self) -> bool {
        self.searched_bytes.get() > 0
    }

    /// Takes bytes of what is kept of fonts.
    pub(crate) fn take_font_bytes(&self, count: usize) -> bool {
        self.take(&self.font_bytes, count, "bytes of font tables")
    }

    /// Takes look-ups in a font or a list. Once it returned `false`, no look-ups are left.
    pub(crate) fn take_lookups(&self, count: usize) -> bool {
        self.take(&self.lookups, count, "look-ups in fonts and lists")
    }

    /// Takes bytes of text that is shown; returns how many of them were left.
    pub(crate) fn take_shown_bytes(&self, count: usize) -> usize {
        let left = self.shown_bytes.get();
        self.take(&self.shown_bytes, count, "bytes of shown text per document");
        count.min(left)
    }

    /// Takes areas that are compared with the place of a white glyph.
    pub(crate) fn take_areas(&self, count: usize) -> bool {
        self.take(&self.areas, count, "areas under white text")
    }

    /// How many bytes object streams and cross-references may still inflate to.
    pub(crate) fn structure_bytes(&self) -> usize {
        self.structure_bytes.get()
    }

    /// Takes inflated bytes of object streams and cross-references.
    pub(crate) fn take_structure(&self, count: usize, was_cut: bool) {
        if !self.take(&self.structure_bytes, count, "inflated bytes of object streams") || was_cut {
            self.reach("inflated bytes of object streams");
        }
    }

    /// Notes that a limit was reached.
    pub(crate) fn reach(&self, name: &'static str) {
        let mut reached = self.reached.borrow_mut();
        if !reached.contains(&name) {
            reached.push(name);
        }
    }

    /// Which limits were reached since the last call.
    pub(crate) fn take_reached(&self) -> Vec<&'static str> {
        self.reached.take()
    }

    #[inline]
    fn take(&self, left: &Cell<usize>, count: usize, name: &'static str) -> bool {
        let rest = left.get().checked_sub(count);
        left.set(rest.unwrap_or(0));
        if rest.is_none() {
            self.reach(name);
        }
        rest.is_some()
    }
}
