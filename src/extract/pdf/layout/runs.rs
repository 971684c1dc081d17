//! Glyphs → runs: text of one size on one baseline, as the file shows it, with spaces where gaps say so.

use super::{
    super::{
        content::{Glyph, PageGlyphs, Style, Written},
        model::{Line, Rect, Word, direction},
    },
    segment::{
        Detail, SEGMENT_GAP_EM, SPACE_GLYPH_GAP_EM, TextSegment, WORD_GAP_EM, area, is_section_number,
    },
};
use std::ops::Range;

/// In ems: a gap as wide as this ends a word in a run without a space glyph whose gaps show two humps: letters below [`VALLEY_EM`], words above. MuPDF and
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
/// In ems: the gap between the number of a heading and its first letter, which nothing but a narrow tab parts: "1.2.1 Innledning".
const NUMBER_GAP_EM: f32 = 0.08;
/// In ems: a narrower gap between letters is rounding, not letter-spacing.
const LETTER_GAP_EM: f32 = 0.01;
/// Room made for the glyphs of a run: a line of text has 70 to 110.
const GLYPHS_EXPECTED: usize = 128;

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
pub(super) struct GlyphRun<'a> {
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

pub(super) fn runs<'a>(
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
    pub(super) fn new(page: &'a PageGlyphs, width: f32, detail: Detail) -> GlyphRun<'a> {
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
        && is_section_number(text)
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
