//! What a page shows: glyphs in the order in which they are shown, those of one style together.

use super::rules::{Rule, Rules, Upright};

/// Tags of a page: what [`Style::tag`] can count.
pub(crate) const TAGS_MAX: usize = u16::MAX as usize;

/// One glyph of what is [`Shown`]: points, origin at the top left of the page as it is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Glyph {
    pub(crate) x: f32,
    pub(crate) width: f32,
    pub(crate) written: Written,
}

/// What a glyph stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Written {
    One(char),
    /// Several characters: an index in [`PageGlyphs::texts`].
    Text(u32),
}

/// What glyphs shown one after the other have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Style {
    /// The baseline.
    pub(crate) y: f32,
    pub(crate) size: f32,
    /// Degrees, clockwise, of the baseline: 0 for upright text.
    pub(crate) angle: i16,
    pub(crate) is_bold: bool,
    pub(crate) is_invisible: bool,
    pub(crate) is_artifact: bool,
    /// Number in [`PageGlyphs::tags`], from 1; 0 for text that no tag names.
    pub(crate) tag: u16,
}

/// Glyphs of one style, shown one after the other.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) style: Style,
    /// Where they start in [`PageGlyphs::glyphs`]; they end where the next start.
    pub(crate) start: usize,
}

/// A piece of content as the page names it: a number, and whose numbers these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MarkedPiece {
    /// `StructParents` of the page or form.
    pub(crate) owner: i64,
    /// Its `MCID`.
    pub(crate) number: u32,
}

/// A piece of marked content.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tag {
    /// What the structure tree knows it by; `None` without a number.
    pub(crate) piece: Option<MarkedPiece>,
    /// The language that the content itself declares.
    pub(crate) language: Option<String>,
}

/// What a page shows.
#[derive(Debug, Default)]
pub(crate) struct PageGlyphs {
    pub(crate) shown: Vec<Shown>,
    pub(crate) glyphs: Vec<Glyph>,
    texts: Vec<String>,
    /// In the order in which they are shown.
    pub(crate) tags: Vec<Tag>,
    /// Glyphs in white that nothing dark lies under.
    pub(crate) white_count: usize,
    /// Glyphs that their fonts give no character, in fonts that give others one.
    pub(crate) nameless_count: usize,
    /// Each limit that was reached, by its name.
    pub(crate) limits_reached: Vec<&'static str>,
    /// Pieces of edges, in the order in which they are painted.
    pub(crate) rules: Rules,
    pub(crate) has_image: bool,
    /// The area of the largest image, in square points.
    pub(crate) image_area: f32,
    pub(crate) has_drawing: bool,
}

impl PageGlyphs {
    /// The room of a page for the next one.
    pub(crate) fn emptied(self) -> PageGlyphs {
        let PageGlyphs { mut shown, mut glyphs, .. } = self;
        shown.clear();
        glyphs.clear();
        PageGlyphs { shown, glyphs, ..PageGlyphs::default() }
    }

    /// The glyphs in the order in which they were shown, those of one style together.
    pub(crate) fn shown(&self) -> impl Iterator<Item = (&Style, &[Glyph])> {
        let ends = self.shown.iter().skip(1).map(|next| next.start).chain([self.glyphs.len()]);
        let shown =
            self.shown.iter().zip(ends).map(|(shown, end)| (shown, self.glyphs.get(shown.start..end)));
        shown
            .filter_map(|(shown, glyphs)| Some((&shown.style, glyphs?)))
            .filter(|(_, glyphs)| !glyphs.is_empty())
    }

    pub(crate) fn written(&mut self, text: &str) -> Option<Written> {
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
    pub(crate) fn text(&self, index: u32) -> &str {
        self.texts.get(index as usize).map_or("", String::as_str)
    }

    /// Adds what `other` shows.
    pub(crate) fn append(&mut self, other: &PageGlyphs) {
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
        self.nameless_count += other.nameless_count;
        self.rules.level.extend_from_slice(&other.rules.level);
        self.rules.uprights.extend_from_slice(&other.rules.uprights);
        for limit in &other.limits_reached {
            if !self.limits_reached.contains(limit) {
                self.limits_reached.push(limit);
            }
        }
        self.has_image |= other.has_image;
        self.image_area = self.image_area.max(other.image_area);
        self.has_drawing |= other.has_drawing;
    }

    /// What the page takes in memory beside its glyphs, in bytes.
    pub(crate) fn text_bytes(&self) -> usize {
        let edges =
            self.rules.level.len() * size_of::<Rule>() + self.rules.uprights.len() * size_of::<Upright>();
        self.texts.iter().map(String::len).sum::<usize>() + edges
    }

    pub(crate) fn glyph_count(&self) -> usize {
        self.glyphs.len()
    }

    /// The style of the glyphs that follow.
    pub(crate) fn set_style(&mut self, style: &Style) {
        let start = self.glyphs.len();
        match self.shown.last_mut() {
            Some(last) if last.style == *style => {}
            Some(last) if last.start == start => last.style = *style,
            _ => self.shown.push(Shown { style: *style, start }),
        }
    }
}

/// The number of a tag after `count` others; 0 for none, and beyond those that a page can have.
pub(crate) fn shifted(tag: u16, count: usize) -> u16 {
    if tag == 0 { 0 } else { u16::try_from(usize::from(tag) + count).unwrap_or(0) }
}
