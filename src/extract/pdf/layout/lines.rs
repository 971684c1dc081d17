//! Glyphs → segments: stretches of text on one baseline without a wide gap, with note marks kept apart.

use super::{
    super::{
        content::{Glyph, PageGlyphs, Style, Written},
        model::{BlockSource, Line, Rect, Word},
    },
    direction,
};
use std::ops::Range;

/// In ems: a gap as wide as this ends a segment; it may be a gutter, a table cell or a wide justified space, which
/// the layout decides.
const SEGMENT_GAP_EM: f32 = 0.9;
/// In ems, above the line's usual gap: kerning stays below it, the tightest justified space above.
const WORD_GAP_EM: f32 = 0.16;
/// The same in a run without a space glyph whose gaps show two humps: letters below [`VALLEY_EM`], words above. MuPDF and
/// pdfium read words from 0.15, poppler from 0.12; no kerning pair of the fonts seen moves letters apart by 0.1.
const HUMP_GAP_EM: f32 = 0.1;
/// In ems: between the two humps lies nothing from here to [`HUMP_GAP_EM`].
const VALLEY_EM: f32 = 0.055;
/// Fewer gaps between letters show no humps.
const HUMP_GAPS_MIN: usize = 8;
/// Of the letters of a run so many are printed twice when the font is thickened by hand; a lone pair is a tight "ff".
const DOUBLES_SHARE_MIN: f32 = 0.3;
/// In ems: a glyph printed again nearer than this is the same one, in any run.
const SAME_PLACE_EM: f32 = 0.01;
/// In ems: a spacing accent stands over the middle of its letter, give or take so much.
const ACCENT_SHIFT_EM: f32 = 0.2;
/// In ems: TeX raises the accents of capitals by a quarter.
const ACCENT_RISE_EM: f32 = 0.6;
/// Units whose raised figure is no note mark: "120 m²".
const UNITS: [&str; 8] = ["m", "km", "dm", "cm", "mm", "µm", "s", "hm"];
/// In ems: a narrower gap is bridged between runs that the file does not show one after the other; two cells or columns
/// can be nearer than words, but are not shown in turns.
const BRIDGE_GAP_EM: f32 = 0.35;
/// The same between the number of a heading and its first letter, which nothing but a narrow tab parts: "1.2.1 Innledning".
const NUMBER_GAP_EM: f32 = 0.08;
/// In ems: a narrower gap between letters is rounding, not letter-spacing.
const LETTER_GAP_EM: f32 = 0.01;
/// The same as [`WORD_GAP_EM`] where the file itself has a space glyph.
const SPACE_GLYPH_GAP_EM: f32 = 0.04;
/// Raised text up to this share of its neighbour's size can be a note mark; browsers raise at 0.833.
const MARK_SIZE_MAX: f32 = 0.86;
/// Small text nearer to its neighbour's size than this is raised only when it stands clearly higher.
const SMALL_SIZE_MAX: f32 = 0.8;

/// In ems: the text of a note at the foot begins no further behind its raised mark than this.
const NOTE_INDENT_EM: f32 = 3.0;
/// In ems: such a mark is raised by a quarter or more; a small figure in a table is not.
const NOTE_RISE_MIN_EM: f32 = 0.2;

/// A longer run beside larger text is no mark or index but a line of its own, in the next column perhaps.
const RAISED_CHARS_MAX: usize = 6;

/// Room made for the glyphs of a run: a line of text has 70 to 110.
const GLYPHS_EXPECTED: usize = 128;
/// Line numbers are set in this share of their line's size or smaller: Word and LaTeX's `lineno` set 8 or 7 points beside 11 and 10.
const LINE_NUMBER_SIZE_MAX: f32 = 0.85;
/// Fewer numbers are not taken for line numbers: a page with four lines at least counts 5, 10, 15, 20 or each line.
const LINE_NUMBERS_MIN: usize = 4;
/// Numbers in the size of the text count the lines when there are so many; a list of as many items that begin with small
/// letters, and nothing else on the page, was not seen.
const ALL_LINES_MIN: usize = 10;
/// In points: note marks are not looked for beside larger text than this, the size of a title page. It bounds how many lines each
/// small run is compared with.
const MARK_HOST_SIZE_MAX: f32 = 40.0;

/// An invisible line of which visible text covers more than this share repeats that text. Less is the
/// line above or below a stamp, since boxes from OCR are some points off.
const COVERED_MAX: f32 = 0.2;
/// Visible lines near an invisible one that are compared with it: forty columns of a dense table.
const NEAR_LINES_MAX: usize = 400;

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
    fn stands_before(&self, x: f32, y: f32) -> bool {
        (y - self.baseline).abs() < 0.3 * self.size && (x - self.right).abs() < WORD_GAP_EM * self.size
    }

    fn is_mark_text(&self) -> bool {
        let text = self.text.trim().trim_end_matches([')', '.', ',']);
        let count = text.chars().count();
        (1..=3).contains(&count) && text.chars().all(|c| c.is_ascii_digit() || "*∗†‡§¶‖¹²³".contains(c))
    }
}

/// The box around text: what most letters reach above and below the baseline.
fn area(left: f32, right: f32, baseline: f32, size: f32) -> Rect {
    Rect { left, top: baseline - 0.8 * size, right, bottom: baseline + 0.2 * size }
}

/// The segments of a page, from top to bottom and left to right, upright text first.
pub(crate) fn segments(page: &PageGlyphs, width: f32, height: f32, detail: Detail) -> Vec<TextSegment> {
    let is_shown = |is_invisible: bool| page.shown().any(|(style, _)| style.is_invisible == is_invisible);
    if is_shown(true) && is_shown(false) {
        // Without an image there is nothing that a program could have read: text hidden from the reader.
        if !page.has_image {
            return of_layer(page, width, height, detail, Some(false));
        }
        return merged(
            of_layer(page, width, height, detail, Some(false)),
            of_layer(page, width, height, detail, Some(true)),
        );
    }
    of_layer(page, width, height, detail, None)
}

/// Visible text, and what of an invisible layer stands where nothing is visible: the layer that OCR left below a stamp.
fn merged(visible: Vec<TextSegment>, invisible: Vec<TextSegment>) -> Vec<TextSegment> {
    let mut by_baseline: Vec<&TextSegment> = visible.iter().collect();
    by_baseline.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let tallest = visible.iter().map(|segment| segment.size).fold(0.0, f32::max).min(MARK_HOST_SIZE_MAX);
    let is_covered = |segment: &TextSegment| {
        let area = segment.area();
        let start = by_baseline.partition_point(|other| other.baseline < area.top - tallest);
        let near = by_baseline.iter().skip(start).take(NEAR_LINES_MAX);
        let near = near.take_while(|other| other.baseline < area.bottom + tallest);
        let near = near.filter(|other| other.angle == segment.angle);
        let covered: f32 = near.map(|other| overlap(area, other.area())).sum();
        covered > COVERED_MAX * (area.right - area.left) * (area.bottom - area.top)
    };
    let kept: Vec<TextSegment> = invisible.into_iter().filter(|segment| !is_covered(segment)).collect();
    let mut all = visible;
    all.extend(kept);
    let rank = |segment: &TextSegment| (segment.angle.abs(), segment.angle);
    all.sort_by(|a, b| {
        rank(a).cmp(&rank(b)).then(a.baseline.total_cmp(&b.baseline)).then(a.left.total_cmp(&b.left))
    });
    all
}

/// The area that two boxes share.
fn overlap(a: Rect, b: Rect) -> f32 {
    let across = a.right.min(b.right) - a.left.max(b.left);
    let along = a.bottom.min(b.bottom) - a.top.max(b.top);
    across.max(0.0) * along.max(0.0)
}

/// The segments of the visible or the invisible text, or of both.
fn of_layer(
    page: &PageGlyphs,
    width: f32,
    height: f32,
    detail: Detail,
    is_invisible: Option<bool>,
) -> Vec<TextSegment> {
    let counts =
        |style: &Style| is_invisible.is_none_or(|wanted| style.is_invisible == wanted) && style.size > 0.5;
    let mut angles: Vec<i16> = Vec::new();
    for (style, _) in page.shown().filter(|(style, _)| counts(style)) {
        if !angles.contains(&style.angle) {
            angles.push(style.angle);
        }
    }
    angles.sort_by_key(|angle| (angle.abs(), *angle));
    let is_on_page = |style: &Style| (0.0..=height + 1.0).contains(&style.y);
    let mut found = Vec::new();
    for angle in angles {
        let counts = |style: &Style| style.angle == angle && counts(style) && is_on_page(style);
        let shown = page.shown().filter(|(style, _)| counts(style));
        let run = GlyphRun::new(page, width, detail);
        let runs = runs(run, shown, angle);
        found.extend(joined_rows(with_line_numbers(with_marks(without_doubles(runs)))));
    }
    found
}

/// A glyph of a run.
#[derive(Clone, Copy)]
struct RunGlyph {
    written: Written,
    left: f32,
    right: f32,
    sign: Sign,
    /// Whether it is the glyph before it, printed again.
    is_double: bool,
}

/// What a character is to the spacing of its line.
#[derive(Clone, Copy, PartialEq)]
enum Sign {
    Letter,
    /// Leaders' dots are spaced for themselves.
    Dot,
    /// It leaves no ink.
    Blank,
    /// See [`combining`].
    Accent,
}

impl Sign {
    fn of(page: &PageGlyphs, written: Written) -> Sign {
        match written {
            Written::One(character) => Sign::of_one(character),
            Written::Text(index) if page.text(index).trim().is_empty() => Sign::Blank,
            Written::Text(_) => Sign::Letter,
        }
    }

    #[inline(always)]
    fn of_one(character: char) -> Sign {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' => Sign::Letter,
            ' ' => Sign::Blank,
            '.' => Sign::Dot,
            _ if character.is_whitespace() => Sign::Blank,
            _ if combining(character).is_some() => Sign::Accent,
            _ => Sign::Letter,
        }
    }
}

/// The gaps that do not end a segment, both ends excluded.
#[inline(always)]
fn segment_gaps(size: f32) -> Range<f32> {
    -0.6 * size..SEGMENT_GAP_EM * size
}

impl RunGlyph {
    #[inline(always)]
    fn new(sign: Sign, written: Written, left: f32, right: f32) -> RunGlyph {
        RunGlyph { written, left, right, sign, is_double: false }
    }

    fn is_blank(&self) -> bool {
        self.sign == Sign::Blank
    }

    /// Whether the gaps beside it tell how the letters are spaced.
    fn is_spaced(&self) -> bool {
        !matches!(self.sign, Sign::Blank | Sign::Dot)
    }

    /// How far `next` begins from where this begins, if it is close enough to be this again.
    #[inline(always)]
    fn shift_to(&self, next: &RunGlyph) -> Option<f32> {
        let shift = (next.left - self.left).abs();
        (shift < 0.2 * (next.right - next.left)).then_some(shift)
    }
}

fn is_same(page: &PageGlyphs, a: Written, b: Written) -> bool {
    match (a, b) {
        (Written::One(a), Written::One(b)) => a == b,
        (Written::Text(a), Written::Text(b)) => page.text(a) == page.text(b),
        _ => false,
    }
}

/// A run under construction: glyphs of one size on one baseline, in the order they were shown.
struct GlyphRun<'a> {
    page: &'a PageGlyphs,
    /// That of the page: what stands beside it is not shown.
    width: f32,
    detail: Detail,
    pieces: Vec<RunGlyph>,
    segment: TextSegment,
    bold_count: usize,
    artifact_count: usize,
    double_count: usize,
    /// Whether the glyphs of the present style stand on the baseline of the segment, in its size. Of upright text only: the
    /// baseline of turned text is computed for each glyph.
    is_level: bool,
    /// A spacing accent that waits for the letter it stands over.
    accent: Option<(RunGlyph, f32, Style)>,
}

fn runs<'a>(
    mut run: GlyphRun,
    shown: impl Iterator<Item = (&'a Style, &'a [Glyph])>,
    angle: i16,
) -> Vec<TextSegment> {
    let (sin, cos) = f32::from(-angle).to_radians().sin_cos();
    let mut finished = Vec::new();
    for (style, glyphs) in shown {
        run.set_style(style);
        let mut rest = glyphs;
        loop {
            rest = rest.get(run.add_plain(rest, style)..).unwrap_or_default();
            let Some((glyph, after)) = rest.split_first() else { break };
            rest = after;
            if !run.is_on_page(glyph) {
                continue;
            }
            let place = if angle == 0 {
                (glyph.x, style.y)
            } else {
                (glyph.x * cos - style.y * sin, glyph.x * sin + style.y * cos)
            };
            run.add_with_accent(glyph, place, style, &mut finished);
        }
    }
    if let Some((accent, y, style)) = run.accent.take() {
        run.add(accent, y, &style, &mut finished);
    }
    run.finish(&mut finished);
    finished
}

/// The combining mark that a spacing accent stands for.
fn combining(accent: char) -> Option<char> {
    Some(match accent {
        '`' => '\u{300}',
        '´' => '\u{301}',
        'ˆ' | '^' => '\u{302}',
        '˜' | '~' => '\u{303}',
        '¯' => '\u{304}',
        '˘' => '\u{306}',
        '˙' => '\u{307}',
        '¨' => '\u{308}',
        '˚' | '°' => '\u{30a}',
        '˝' => '\u{30b}',
        'ˇ' => '\u{30c}',
        '¸' => '\u{327}',
        '˛' => '\u{328}',
        _ => return None,
    })
}

/// The letter that an accent and a letter make where the one stands over the other.
fn accented(accent: &RunGlyph, letter: &RunGlyph, size: f32) -> Option<char> {
    let (Written::One(accent_sign), Written::One(base)) = (accent.written, letter.written) else {
        return None;
    };
    let middle = |piece: &RunGlyph| (piece.left + piece.right) / 2.0;
    if (middle(accent) - middle(letter)).abs() > ACCENT_SHIFT_EM * size {
        return None;
    }
    let base = if base == 'ı' { 'i' } else { base };
    unicode_normalization::char::compose(base, combining(accent_sign)?)
}

impl<'a> GlyphRun<'a> {
    fn new(page: &'a PageGlyphs, width: f32, detail: Detail) -> GlyphRun<'a> {
        GlyphRun {
            page,
            width,
            detail,
            pieces: Vec::with_capacity(GLYPHS_EXPECTED),
            segment: TextSegment::default(),
            bold_count: 0,
            artifact_count: 0,
            double_count: 0,
            is_level: false,
            accent: None,
        }
    }

    /// Notes that glyphs of `style` follow.
    fn set_style(&mut self, style: &Style) {
        self.is_level = style.angle == 0 && self.stands_level(style.y, style.size);
    }

    #[inline(always)]
    fn is_on_page(&self, glyph: &Glyph) -> bool {
        (0.0..=self.width).contains(&(glyph.x + glyph.width / 2.0))
    }

    /// Takes up those first ones of `glyphs` that go on with the segment and ask for nothing else, which are nearly all; how many.
    fn add_plain(&mut self, glyphs: &[Glyph], style: &Style) -> usize {
        let Some(mut last) = self.pieces.last().copied().filter(|_| self.is_level && self.accent.is_none())
        else {
            return 0;
        };
        self.pieces.reserve(glyphs.len());
        let gap_range = segment_gaps(style.size);
        let mut end = self.segment.right;
        let before = self.pieces.len();
        for glyph in glyphs {
            let Written::One(character) = glyph.written else { break };
            let sign = Sign::of_one(character);
            let gap = glyph.x - end;
            let piece = RunGlyph::new(sign, glyph.written, glyph.x, glyph.x + glyph.width);
            let is_plain = sign != Sign::Accent
                && gap_range.start < gap
                && gap < gap_range.end
                && self.is_on_page(glyph)
                && last.shift_to(&piece).is_none();
            if !is_plain {
                break;
            }
            if !piece.is_blank() {
                end = end.max(piece.right);
            }
            self.pieces.push(piece);
            last = piece;
        }
        self.segment.right = end;
        let count = self.pieces.len() - before;
        self.bold_count += if style.is_bold { count } else { 0 };
        self.artifact_count += if style.is_artifact { count } else { 0 };
        count
    }

    /// Takes up a glyph; an accent that is set for itself goes with the letter it stands over, which TeX sets after it and
    /// others before it.
    fn add_with_accent(
        &mut self,
        glyph: &Glyph,
        (x, y): (f32, f32),
        style: &Style,
        finished: &mut Vec<TextSegment>,
    ) {
        let sign = Sign::of(self.page, glyph.written);
        let piece = RunGlyph::new(sign, glyph.written, x, x + glyph.width);
        if sign == Sign::Accent || self.accent.is_some() {
            self.compose(piece, y, style, finished);
        } else {
            self.add(piece, y, style, finished);
        }
    }

    /// Puts an accent and a letter together, or takes both up as they are.
    #[cold]
    fn compose(&mut self, piece: RunGlyph, y: f32, style: &Style, finished: &mut Vec<TextSegment>) {
        // The accent may be of another style than the letter.
        self.is_level = false;
        self.put_together(piece, y, style, finished);
        self.set_style(style);
    }

    fn put_together(&mut self, mut piece: RunGlyph, y: f32, style: &Style, finished: &mut Vec<TextSegment>) {
        let is_near = |at: f32| (at - y).abs() < ACCENT_RISE_EM * style.size;
        if let Some((accent, at, accent_style)) = self.accent.take() {
            match accented(&accent, &piece, style.size).filter(|_| is_near(at)) {
                Some(letter) => piece.written = Written::One(letter),
                None => self.add(accent, at, &accent_style, finished),
            }
            return self.add(piece, y, style, finished);
        }
        let is_level = is_near(self.segment.baseline);
        let last = self.pieces.last_mut().filter(|_| is_level);
        let letter = last.as_ref().and_then(|last| accented(&piece, last, style.size));
        match (last, letter) {
            (Some(last), Some(letter)) => last.written = Written::One(letter),
            _ => self.accent = Some((piece, y, *style)),
        }
    }

    fn add(&mut self, piece: RunGlyph, y: f32, style: &Style, finished: &mut Vec<TextSegment>) {
        if !self.continues(piece.left, y, style.size) {
            self.finish(finished);
            if piece.is_blank() {
                if let Some(last) = finished.last_mut() {
                    last.ends_in_space |= last.stands_before(piece.left, y);
                }
                return;
            }
            self.begin(piece.left, y, style);
        }
        if self.push(piece) {
            self.bold_count += usize::from(style.is_bold);
            self.artifact_count += usize::from(style.is_artifact);
        }
    }

    /// Begins a segment with its first glyph.
    fn begin(&mut self, left: f32, y: f32, style: &Style) {
        self.segment = TextSegment {
            left,
            right: left,
            baseline: y,
            size: style.size,
            angle: style.angle,
            tag: style.tag,
            is_invisible: style.is_invisible,
            ..TextSegment::default()
        };
        self.is_level = style.angle == 0 && self.accent.is_none();
    }

    fn continues(&self, x: f32, y: f32, size: f32) -> bool {
        let (gap, gaps) = (x - self.segment.right, segment_gaps(size));
        !self.pieces.is_empty()
            && gaps.start < gap
            && gap < gaps.end
            && (self.is_level || self.stands_level(y, size))
    }

    fn stands_level(&self, y: f32, size: f32) -> bool {
        let segment = &self.segment;
        (y - segment.baseline).abs() < 0.08 * segment.size
            && (size - segment.size).abs() < 0.06 * segment.size
    }

    /// Takes up a glyph, unless it is the last one printed again at its place.
    fn push(&mut self, piece: RunGlyph) -> bool {
        if let Some(last) = self.pieces.last() {
            let shift = last.shift_to(&piece);
            if let Some(shift) = shift.filter(|_| is_same(self.page, last.written, piece.written)) {
                return self.push_double(piece, shift);
            }
        }
        if !piece.is_blank() {
            self.segment.right = self.segment.right.max(piece.right);
        }
        self.pieces.push(piece);
        true
    }

    /// Takes up the last glyph printed again `shift` beside it.
    #[cold]
    fn push_double(&mut self, piece: RunGlyph, shift: f32) -> bool {
        if piece.is_blank() || shift < SAME_PLACE_EM * self.segment.size {
            return false;
        }
        self.double_count += 1;
        self.segment.right = self.segment.right.max(piece.right);
        self.pieces.push(RunGlyph { is_double: true, ..piece });
        true
    }

    /// Adds the segment of this run to `finished`. The run is empty afterwards; its room stays.
    fn finish(&mut self, finished: &mut Vec<TextSegment>) {
        let mut segment = std::mem::take(&mut self.segment);
        segment.is_bold = self.bold_count * 2 > self.pieces.len();
        segment.is_artifact = self.artifact_count * 2 > self.pieces.len();
        segment.shown = (finished.len() as u32, finished.len() as u32);
        segment.ends_in_space = self.pieces.last().is_some_and(|piece| piece.is_blank());
        segment.ends_in_hyphen = self.ends_in_hyphen();
        if self.double_count as f32 >= DOUBLES_SHARE_MIN * self.pieces.len() as f32 && self.double_count > 0 {
            self.pieces.retain(|piece| !piece.is_double);
        }
        let word_gap = self.word_gap(segment.size);
        let usual = self.usual_gap(segment.size).clamp(0.0, 0.5 * segment.size);
        (segment.text, segment.widest_space) = match self.detail {
            Detail::Blocks => self.spaced(segment.size, usual, word_gap, |_, _| {}),
            Detail::Words => {
                let mut words = Vec::new();
                let spaced = self.spaced(segment.size, usual, word_gap, |piece, opens| {
                    self.set_word(&mut words, &segment, piece, opens);
                });
                segment.lines.extend(Line::of(words));
                spaced
            }
        };
        if !segment.text.is_empty() {
            finished.push(segment);
        }
        self.pieces.clear();
        (self.bold_count, self.artifact_count, self.double_count) = (0, 0, 0);
    }

    /// The gaps between glyphs that no space glyph parts, leaders aside: their dots are spaced for themselves.
    fn gaps(&self) -> impl Iterator<Item = f32> {
        let pairs = self.pieces.array_windows().filter(|[last, next]| last.is_spaced() && next.is_spaced());
        pairs.map(|[last, next]| next.left - last.right)
    }

    /// From which gap on a word ends, in ems: lower where the gaps themselves show two humps.
    fn word_gap(&self, size: f32) -> f32 {
        if self.pieces.iter().any(|piece| piece.is_blank()) {
            return WORD_GAP_EM;
        }
        let count_between =
            |low: f32, high: f32| self.gaps().filter(|gap| (low * size..high * size).contains(gap)).count();
        let count = self.gaps().count();
        let has_humps = count >= HUMP_GAPS_MIN
            && count_between(HUMP_GAP_EM, WORD_GAP_EM + 0.001) > 0
            && count_between(VALLEY_EM, HUMP_GAP_EM) == 0;
        // Letter-spaced text has its only hump above the valley.
        if has_humps && 2 * count_between(f32::MIN, VALLEY_EM) > count { HUMP_GAP_EM } else { WORD_GAP_EM }
    }

    /// The median of the gaps between glyphs that no space glyph parts; 0 for a run too short to have one.
    ///
    /// A short run counts as letter-spaced when all its gaps are alike and wide: "N å".
    fn usual_gap(&self, size: f32) -> f32 {
        let (mut count, mut none) = (0, 0);
        for gap in self.gaps() {
            count += 1;
            none += usize::from(gap <= LETTER_GAP_EM * size);
        }
        if count == 0 || none * 2 > count {
            return 0.0;
        }
        let mut gaps: Vec<f32> = self.gaps().collect();
        if gaps.len() < 4 {
            let (least, most) = gaps
                .iter()
                .fold((f32::MAX, f32::MIN), |(least, most), gap| (least.min(*gap), most.max(*gap)));
            let is_even = least > 0.12 * size && most - least < 0.1 * size;
            let has_spaces = || self.pieces.iter().any(|piece| piece.is_blank());
            let are_letters = || self.pieces.iter().all(|piece| matches!(piece.written, Written::One(_)));
            if !(is_even && (has_spaces() || are_letters())) {
                return 0.0;
            }
        }
        // Of few letters half may end words ("If k is"): letter-spacing is in three of four gaps.
        let (middle, quarter) = (gaps.len() / 2, gaps.len() / 4);
        let (lower, median, _) = gaps.select_nth_unstable_by(middle, f32::total_cmp);
        let median = *median;
        let quartile =
            if quarter < middle { *lower.select_nth_unstable_by(quarter, f32::total_cmp).1 } else { median };
        median.min(quartile + 0.05 * size)
    }

    #[inline]
    fn write(&self, written: Written, out: &mut String) {
        match written {
            Written::One(character) => out.push(character),
            Written::Text(index) => write_text(self.page.text(index), out),
        }
    }

    fn ends_in_hyphen(&self) -> bool {
        let is_parted =
            |[before, last]: &[RunGlyph; 2]| matches!(last.written, Written::One('-')) && !before.is_blank();
        self.pieces.last_chunk().is_some_and(is_parted) && self.pieces.iter().any(|piece| piece.is_blank())
    }

    /// The text of a run, with spaces where gaps or space glyphs say so, and the widest of these gaps.
    ///
    /// Calls `place` for each glyph with ink, with whether it begins a word.
    fn spaced(
        &self,
        size: f32,
        usual: f32,
        word_gap: f32,
        mut place: impl FnMut(&RunGlyph, bool),
    ) -> (String, f32) {
        // Letters as far apart as this are letter-spaced on purpose: a space glyph between two of them is no word space.
        let is_tracked = usual > 0.12 * size;
        let mut out = String::with_capacity(self.pieces.len() + self.pieces.len() / 4);
        let mut end: Option<f32> = None;
        let mut has_space = false;
        let mut widest = 0.0f32;
        for piece in &self.pieces {
            if piece.is_blank() {
                has_space = true;
                continue;
            }
            let gap = end.map_or(0.0, |end| piece.left - end) - usual;
            let threshold = if has_space && !is_tracked { SPACE_GLYPH_GAP_EM } else { word_gap } * size;
            let opens_word = (gap > threshold || gap > NUMBER_GAP_EM * size && follows_number(&out, piece))
                && !out.ends_with(' ');
            if opens_word {
                out.push(' ');
                widest = widest.max(gap + usual);
            }
            place(piece, opens_word);
            self.write(piece.written, &mut out);
            end = Some(piece.right);
            has_space = false;
        }
        let trimmed = out.trim();
        let text = if trimmed.len() == out.len() { out } else { trimmed.to_owned() };
        (text, widest)
    }
}

/// Whether a capital stands behind the number of a section, which opens its run.
fn follows_number(text: &str, piece: &RunGlyph) -> bool {
    matches!(piece.written, Written::One(letter) if letter.is_uppercase())
        && text.contains('.')
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

impl GlyphRun<'_> {
    /// Adds a glyph to the last of `words`, or to one that it opens.
    fn set_word(&self, words: &mut Vec<Word>, segment: &TextSegment, piece: &RunGlyph, opens: bool) {
        let area = turned(area(piece.left, piece.right, segment.baseline, segment.size), segment.angle);
        match words.last_mut().filter(|_| !opens) {
            Some(word) => word.area = word.area.union(area),
            None => words.push(Word { text: String::new(), area }),
        }
        if let Some(word) = words.last_mut() {
            self.write(piece.written, &mut word.text);
        }
    }
}

/// The box on the page around one in the frame of text at `angle`.
fn turned(area: Rect, angle: i16) -> Rect {
    if angle == 0 {
        return area;
    }
    let (sin, cos) = f32::from(angle).to_radians().sin_cos();
    let corners =
        [(area.left, area.top), (area.right, area.top), (area.left, area.bottom), (area.right, area.bottom)];
    let boxes = corners.map(|(x, y)| {
        let (x, y) = (x * cos - y * sin, x * sin + y * cos);
        Rect { left: x, top: y, right: x, bottom: y }
    });
    boxes.into_iter().reduce(Rect::union).unwrap_or(area)
}

/// Writes the characters of a glyph that stands for several.
#[inline(never)]
fn write_text(text: &str, out: &mut String) {
    if direction::has_right_to_left(text) {
        // The line is turned round when all of it is there.
        out.push_str(&direction::read_order(text));
    } else {
        out.push_str(text);
    }
}

/// Runs printed twice (fake bold, shadows) once.
fn without_doubles(mut runs: Vec<TextSegment>) -> Vec<TextSegment> {
    runs.sort_by(|a, b| a.baseline.total_cmp(&b.baseline).then(a.left.total_cmp(&b.left)));
    let mut kept: Vec<TextSegment> = Vec::with_capacity(runs.len());
    for run in runs {
        let near = 0.25 * run.size;
        let doubled = kept
            .iter()
            .rev()
            .take_while(|other| run.baseline - other.baseline < near)
            .any(|other| (other.left - run.left).abs() < near && other.text == run.text);
        if !doubled {
            kept.push(run);
        }
    }
    kept
}

/// Puts small raised or lowered runs on the baseline of the text they belong to; note marks become marks.
fn with_marks(mut runs: Vec<TextSegment>) -> Vec<TextSegment> {
    let letters = note_letters(&runs);
    let hosts: Vec<Option<usize>> = (0..runs.len()).map(|index| host(&runs, index, &letters)).collect();
    for (index, host) in hosts.into_iter().enumerate() {
        let Some(host) = host.and_then(|host| runs.get(host)) else { continue };
        let baseline = host.baseline;
        let is_power = runs.get(index).is_some_and(|run| is_power(host, run));
        let Some(run) = runs.get_mut(index) else { continue };
        let is_raised = run.baseline < baseline;
        run.baseline = baseline;
        if is_raised && (run.is_mark_text() || letters.contains(&run.text)) && !is_power {
            run.mark = Some(std::mem::take(&mut run.text));
            run.lines.clear();
        }
    }
    runs
}

/// The letters that mark notes below a table: raised, one in front of each note, from "a" on.
fn note_letters(runs: &[TextSegment]) -> Vec<String> {
    let is_letter = |run: &&TextSegment| matches!(run.text.as_bytes(), [b'a'..=b'z']);
    let opens_note = |letter: &&TextSegment| {
        runs.iter().any(|note| {
            let (rise, indent) = (note.baseline - letter.baseline, note.left - letter.right);
            letter.size <= MARK_SIZE_MAX * note.size
                && (NOTE_RISE_MIN_EM * note.size..0.75 * note.size).contains(&rise)
                && (0.0..NOTE_INDENT_EM * note.size).contains(&indent)
        })
    };
    let openers = runs.iter().filter(is_letter).filter(opens_note);
    let mut letters: Vec<String> = openers.map(|letter| letter.text.clone()).collect();
    letters.sort_unstable();
    letters.dedup();
    let in_order =
        letters.iter().zip('a'..='z').take_while(|(letter, wanted)| letter.starts_with(*wanted)).count();
    letters.truncate(in_order);
    letters
}

/// Whether a raised figure belongs to a unit: "120 m²".
fn is_power(host: &TextSegment, run: &TextSegment) -> bool {
    let unit = host.text.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    UNITS.contains(&unit)
        && ["2", "3"].contains(&run.text.as_str())
        && (run.left - host.right).abs() < WORD_GAP_EM * host.size
}

/// The larger run that a small one is raised or lowered beside.
fn host(runs: &[TextSegment], index: usize, letters: &[String]) -> Option<usize> {
    let is_small =
        |text: &str| text.len() <= 4 * RAISED_CHARS_MAX && text.chars().count() <= RAISED_CHARS_MAX;
    let small = runs.get(index).filter(|run| is_small(&run.text))?;
    // The mark of a note at the foot stands in front of it, at the indentation of its lines.
    let is_note_mark = |other: &TextSegment| {
        let rise = other.baseline - small.baseline;
        (small.is_mark_text() || letters.contains(&small.text))
            && small.right <= other.left
            && rise > NOTE_RISE_MIN_EM * other.size
    };
    let near = |other: &TextSegment| {
        let rise = other.baseline - small.baseline;
        let reach = 0.5 * other.size;
        small.size <= MARK_SIZE_MAX * other.size
            && rise > -0.35 * other.size
            && rise < 0.75 * other.size
            && rise.abs() > if small.size <= SMALL_SIZE_MAX * other.size { 0.03 } else { 0.2 } * other.size
            && small.left < other.right + reach
            && small.right
                > other.left - if is_note_mark(other) { NOTE_INDENT_EM * other.size } else { reach }
    };
    let distance = |other: &TextSegment| {
        let across = (small.left - other.right).max(other.left - small.right).max(0.0);
        across + (other.baseline - small.baseline).abs()
    };
    // The runs are sorted by baseline: only those nearby are looked at.
    let reach = 0.75 * MARK_HOST_SIZE_MAX;
    let start = runs.partition_point(|other| other.baseline < small.baseline - reach);
    let near_runs = runs.iter().enumerate().skip(start);
    let near_runs = near_runs.take_while(|(_, other)| other.baseline < small.baseline + reach);
    let found = near_runs.filter(|(at, other)| *at != index && near(other));
    found.min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b))).map(|(at, _)| at)
}

/// Finds the small numbers beside the lines: the first or the last of their rows, each a step further than the one above.
fn with_line_numbers(mut runs: Vec<TextSegment>) -> Vec<TextSegment> {
    let is_number = |run: &&TextSegment| line_number(run).is_some();
    if runs.iter().filter(is_number).count() < LINE_NUMBERS_MIN {
        return runs;
    }
    let mut rows: Vec<usize> = (0..runs.len()).collect();
    rows.sort_by(|a, b| {
        runs[*a].baseline.total_cmp(&runs[*b].baseline).then(runs[*a].left.total_cmp(&runs[*b].left))
    });
    let is_level = |a: &usize, b: &usize| (runs[*a].baseline - runs[*b].baseline).abs() < 1.0;
    let first = |row: &[usize]| {
        let [first, next, ..] = row else { return None };
        Some((*first, *next, line_number(&runs[*first])?))
    };
    let last = |row: &[usize]| {
        let [first, .., last] = row else { return None };
        Some((*last, *first, line_number(&runs[*last])?))
    };
    let row_count = rows.chunk_by(is_level).count();
    let left: Vec<(usize, usize, u32)> = rows.chunk_by(is_level).filter_map(first).collect();
    let right: Vec<(usize, usize, u32)> = rows.chunk_by(is_level).filter_map(last).collect();
    let found = counting(&left, row_count, &runs)
        .or_else(|| counting(&right, row_count, &runs))
        .or_else(|| in_margin(&left, &runs));
    for index in found.unwrap_or_default() {
        runs[index].is_line_number = true;
    }
    runs
}

/// The number that counts a line: "12", or "12:".
fn line_number(run: &TextSegment) -> Option<u32> {
    run.text.strip_suffix(':').unwrap_or(&run.text).parse().ok()
}

/// Those of `all`, the numbers at one end of the rows with what stands beside them, that count the lines; `None` when they do not.
fn counting(all: &[(usize, usize, u32)], row_count: usize, runs: &[TextSegment]) -> Option<Vec<usize>> {
    let is_small = |at: usize, next: usize| runs[at].size <= LINE_NUMBER_SIZE_MAX * runs[next].size;
    let count_all_lines = count_all_lines(all, row_count, runs);
    let numbers: Vec<(usize, u32)> = all
        .iter()
        .filter(|(at, next, _)| count_all_lines || is_small(*at, *next))
        .map(|(at, _, number)| (*at, *number))
        .collect();
    let steps: Vec<u32> = numbers.windows(2).map(|pair| pair[1].1.wrapping_sub(pair[0].1)).collect();
    let is_counting =
        steps.iter().filter(|step| [1, 2, 5, 10].contains(*step)).count() * 10 >= steps.len() * 8;
    if numbers.len() < LINE_NUMBERS_MIN || !is_counting {
        return None;
    }
    // "4938" that opens a row of a table is none of them.
    let mut rights: Vec<f32> = numbers.iter().map(|(at, _)| runs[*at].right).collect();
    let middle = rights.len() / 2;
    let edge = *rights.select_nth_unstable_by(middle, f32::total_cmp).1;
    let is_in_column = |(at, _): &(usize, u32)| (runs[*at].right - edge).abs() < runs[*at].size;
    Some(numbers.into_iter().filter(is_in_column).map(|(index, _)| index).collect())
}

/// Whether numbers in the size of the text count the lines of a page, and not the items of a list: nearly every row has
/// one, and many of the rows begin in the middle of a sentence.
fn count_all_lines(numbers: &[(usize, usize, u32)], row_count: usize, runs: &[TextSegment]) -> bool {
    numbers.len() * 10 >= row_count * 8 && count_lines(numbers, runs)
}

/// Whether numbers step by one, and many of the rows beside them begin in the middle of a sentence.
fn count_lines(numbers: &[(usize, usize, u32)], runs: &[TextSegment]) -> bool {
    let starts_within =
        |next: &usize| runs.get(*next).is_some_and(|run| run.text.starts_with(char::is_lowercase));
    let within = numbers.iter().filter(|(_, next, _)| starts_within(next)).count();
    let steps = numbers.windows(2).filter(|pair| pair[1].2 == pair[0].2.wrapping_add(1)).count();
    numbers.len() >= ALL_LINES_MIN
        && (steps + 1) * 10 >= numbers.len() * 9
        && within * 10 >= numbers.len() * 3
}

/// The numbers left of all text, beside a line or not, where they count lines: rows of a table between them have none.
fn in_margin(left: &[(usize, usize, u32)], runs: &[TextSegment]) -> Option<Vec<usize>> {
    let is_number = |run: &TextSegment| line_number(run).is_some();
    let text_left = runs.iter().filter(|run| !is_number(run)).map(|run| run.left).fold(f32::MAX, f32::min);
    let is_outside = |index: &usize| runs[*index].right <= text_left && is_number(&runs[*index]);
    let outside: Vec<_> = left.iter().filter(|(at, _, _)| is_outside(at)).copied().collect();
    count_lines(&outside, runs).then(|| (0..runs.len()).filter(is_outside).collect())
}

/// Runs on one baseline, a small gap apart → segments.
fn joined_rows(mut runs: Vec<TextSegment>) -> Vec<TextSegment> {
    runs.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut found = Vec::with_capacity(runs.len());
    let mut row: Vec<TextSegment> = Vec::new();
    for run in runs {
        let starts_row =
            row.first().is_some_and(|first| run.baseline - first.baseline > 0.25 * run.size.min(first.size));
        if starts_row {
            join_row(&mut row, &mut found);
        }
        row.push(run);
    }
    join_row(&mut row, &mut found);
    found.retain(|segment| !segment.text.is_empty() || segment.mark.is_some());
    found.iter_mut().for_each(set_right);
    found
}

/// Moves the runs of a row to `found` as segments.
fn join_row(row: &mut Vec<TextSegment>, found: &mut Vec<TextSegment>) {
    if row.len() < 2 {
        return found.append(row);
    }
    row.sort_by(|a, b| a.left.total_cmp(&b.left));
    let shown: Vec<u32> = row.iter().map(|run| run.shown.0).collect();
    let start = found.len();
    for run in row.drain(..) {
        match found.get_mut(start..).and_then(<[TextSegment]>::last_mut) {
            Some(last) if is_bridged(last, &run, &shown) => append(last, run),
            _ => found.push(run),
        }
    }
}

/// Puts a line in the order in which it is read, and its hyphen where it belongs: LibreOffice sets that at a line's end apart, and justifies
/// the gap before it.
fn set_right(segment: &mut TextSegment) {
    if direction::has_right_to_left(&segment.text) {
        segment.text = direction::read_order(&segment.text);
        for word in segment.lines.iter_mut().flat_map(|line| &mut line.words) {
            word.text = direction::read_order(&word.text);
        }
    }
    if segment.ends_in_hyphen && segment.text.ends_with(" -") {
        segment.text.truncate(segment.text.len() - 2);
        segment.text.push('-');
        if let Some(line) = segment.lines.last_mut()
            && let Some(hyphen) = line.words.pop()
        {
            let area = hyphen.area;
            line.glue(Line { page: 0, area, words: vec![hyphen] });
        }
    }
}

/// Whether `run` goes on with `last`: it was shown next, or close by with nothing but marks of this row in between.
fn is_bridged(last: &TextSegment, run: &TextSegment, row: &[u32]) -> bool {
    if last.is_line_number || run.is_line_number {
        return false;
    }
    if last.text.is_empty() && last.mark.is_some() && run.left - last.right < NOTE_INDENT_EM * run.size {
        return true;
    }
    let is_next = last.shown.1 + 1 == run.shown.0;
    let (from, to) = (last.shown.1.min(run.shown.0), last.shown.1.max(run.shown.0));
    let is_near = is_next || to - from <= 3 && (from + 1..to).all(|between| row.contains(&between));
    let reach = if is_next { SEGMENT_GAP_EM } else { BRIDGE_GAP_EM };
    is_near && run.left - last.right < reach * last.size.min(run.size)
}

/// Adds `run` behind `segment`. A mark inside the text is dropped, but the gap on its far side still counts.
fn append(segment: &mut TextSegment, run: TextSegment) {
    let gap = run.left - segment.right;
    let is_inner_mark = run.text.is_empty();
    let is_hyphen = run.text == "-";
    if !run.text.is_empty() {
        // Beside larger text the width of a space glyph is small.
        let word_gap = if segment.ends_in_space { SPACE_GLYPH_GAP_EM } else { WORD_GAP_EM };
        if gap > word_gap * segment.size.min(run.size) && !segment.text.is_empty() {
            segment.text.push(' ');
            segment.widest_space = segment.widest_space.max(gap);
            segment.go_on(run.lines);
        } else {
            segment.glue(run.lines);
        }
        segment.widest_space = segment.widest_space.max(run.widest_space);
        if segment.text.is_empty() || run.size > segment.size {
            segment.size = run.size;
            segment.is_bold = run.is_bold;
        }
        segment.text.push_str(&run.text);
    }
    if is_inner_mark && segment.text.is_empty() && segment.mark.is_none() {
        segment.mark = run.mark;
    } else if let Some(number) = run.mark.and_then(|mark| mark.parse().ok()) {
        segment.note_number = segment.note_number.max(number);
    }
    segment.note_number = segment.note_number.max(run.note_number);
    segment.ends_in_hyphen = run.ends_in_hyphen || is_hyphen && !segment.ends_in_space;
    segment.ends_in_space = run.ends_in_space;
    segment.right = segment.right.max(run.right);
    segment.shown = (segment.shown.0.min(run.shown.0), run.shown.1);
    segment.is_artifact &= run.is_artifact;
}
