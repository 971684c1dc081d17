//! What a page shows: glyphs in the order in which they are shown, those of one style together.

use super::super::structure::Piece;
use super::TAGS_MAX;

/// One glyph of what is [`Shown`]: points, origin at the top left of the page as it is shown.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Glyph {
    pub(in super::super) x: f32,
    pub(in super::super) width: f32,
    pub(in super::super) written: Written,
}

/// What a glyph stands for.
#[derive(Debug, Clone, Copy)]
pub(in super::super) enum Written {
    One(char),
    /// Several characters: an index in [`PageGlyphs::texts`].
    Text(u32),
}

/// What glyphs shown one after the other have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) struct Style {
    /// The baseline.
    pub(in super::super) y: f32,
    pub(in super::super) size: f32,
    /// Degrees, clockwise, of the baseline: 0 for upright text.
    pub(in super::super) angle: i16,
    pub(in super::super) is_bold: bool,
    pub(in super::super) is_invisible: bool,
    pub(in super::super) is_artifact: bool,
    /// Number in [`PageGlyphs::tags`], from 1; 0 for text that no tag names.
    pub(in super::super) tag: u16,
}

/// Glyphs of one style, shown one after the other.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) style: Style,
    /// Where they start in [`PageGlyphs::glyphs`]; they end where the next start.
    pub(super) start: usize,
}

/// A piece of marked content.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Tag {
    /// What the structure tree knows it by; `None` without a number.
    pub(in super::super) piece: Option<Piece>,
    /// The language that the content itself declares.
    pub(in super::super) language: Option<String>,
}

/// What a page shows.
#[derive(Debug, Default)]
pub(in super::super) struct PageGlyphs {
    pub(super) shown: Vec<Shown>,
    pub(super) glyphs: Vec<Glyph>,
    texts: Vec<String>,
    /// In the order in which they are shown.
    pub(in super::super) tags: Vec<Tag>,
    /// Glyphs in white that nothing dark lies under.
    pub(in super::super) white_count: usize,
    /// Each limit that was reached, by its name.
    pub(in super::super) limits_reached: Vec<&'static str>,
    pub(in super::super) has_image: bool,
    pub(in super::super) has_drawing: bool,
}

impl PageGlyphs {
    /// An empty page with room for so many glyphs.
    pub(super) fn with_capacity(glyphs: usize) -> PageGlyphs {
        PageGlyphs { glyphs: Vec::with_capacity(glyphs), ..PageGlyphs::default() }
    }

    /// The glyphs in the order in which they were shown, those of one style together.
    pub(in super::super) fn shown(&self) -> impl Iterator<Item = (&Style, &[Glyph])> {
        let ends = self.shown.iter().skip(1).map(|next| next.start).chain([self.glyphs.len()]);
        let shown =
            self.shown.iter().zip(ends).map(|(shown, end)| (shown, self.glyphs.get(shown.start..end)));
        shown
            .filter_map(|(shown, glyphs)| Some((&shown.style, glyphs?)))
            .filter(|(_, glyphs)| !glyphs.is_empty())
    }

    pub(super) fn written(&mut self, text: &str) -> Option<Written> {
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(one), None) => Some(Written::One(one)),
            (None, _) => None,
            _ => {
                self.texts.push(text.to_owned());
                Some(Written::Text(self.texts.len() as u32 - 1))
            }
        }
    }

    /// What a glyph stands for where that is more than one character.
    pub(in super::super) fn text(&self, index: u32) -> &str {
        self.texts.get(index as usize).map_or("", String::as_str)
    }

    /// Adds what `other` shows.
    pub(super) fn append(&mut self, other: &PageGlyphs) {
        let texts = self.texts.len() as u32;
        let tags = self.tags.len();
        for (style, glyphs) in other.shown() {
            self.set_style(&Style { tag: shifted(style.tag, tags), ..*style });
            self.glyphs.extend(glyphs.iter().map(|glyph| match glyph.written {
                Written::One(_) => *glyph,
                Written::Text(index) => Glyph { written: Written::Text(texts + index), ..*glyph },
            }));
        }
        self.texts.extend_from_slice(&other.texts);
        self.tags.extend(other.tags.iter().take(TAGS_MAX.saturating_sub(tags)).cloned());
        self.white_count += other.white_count;
        for limit in &other.limits_reached {
            if !self.limits_reached.contains(limit) {
                self.limits_reached.push(limit);
            }
        }
        self.has_image |= other.has_image;
        self.has_drawing |= other.has_drawing;
    }

    /// What the page takes in memory beside its glyphs, in bytes.
    pub(in super::super) fn text_bytes(&self) -> usize {
        self.texts.iter().map(String::len).sum()
    }

    pub(in super::super) fn glyph_count(&self) -> usize {
        self.glyphs.len()
    }

    /// The style of the glyphs that follow.
    pub(super) fn set_style(&mut self, style: &Style) {
        let start = self.glyphs.len();
        match self.shown.last_mut() {
            Some(last) if last.style == *style => {}
            Some(last) if last.start == start => last.style = *style,
            _ => self.shown.push(Shown { style: *style, start }),
        }
    }
}

/// The number of a tag after `count` others; 0 for none, and beyond those that a page can have.
pub(super) fn shifted(tag: u16, count: usize) -> u16 {
    if tag == 0 { 0 } else { u16::try_from(usize::from(tag) + count).unwrap_or(0) }
}
