//! Lines of a page's columns → blocks, each with what it is.

use super::{
    super::model::{Block, BlockKind, BlockSource, Rect},
    columns::SET_APART,
    gutters::{Band, Grid},
    hyphen::{self, Vocabulary},
    segment::TextSegment,
};
use regex::Regex;
use std::{borrow::Cow, sync::LazyLock};

/// Text up to this share of the body's size can be a footnote: 9 points below
/// 10, or 8 below 11; 10 beside 10.5 is a second size of the body.
pub(crate) const NOTE_SIZE_MAX: f32 = 0.95;
/// Text from this share of the body's size on is a heading: 12 points above 10.5 are 1.14; 11 beside 10 is a
/// second size of running text, in boxes and leads.
pub(crate) const HEADING_SIZE_MIN: f32 = 1.12;
/// A longer block is not a heading, however it is set: that is three lines of a page's width.
pub(crate) const HEADING_CHARS_MAX: usize = 250;

/// In ems: a line of justified text that ends so far before the edge is the last of its paragraph.
const JUSTIFIED_REST_EM: f32 = 0.8;
/// In ems: a line that ends so far before the edge, in the middle of a sentence, is a line of its own when a capital
/// follows: the lines of a letterhead.
const LETTER_REST_EM: f32 = 5.0;

static CAPTION: LazyLock<Regex> = LazyLock::new(|| {
    // "Figur 9.2 viser" begins a sentence.
    Regex::new(r"^(?:Figur|Tabell|Boks|Figure|Table|Box|Diagram|Kart)\s+\d+(?:[.-]\d+)*[a-z]?(?:[.:]?(?:\s+[^\p{Ll}\s]|\s*$)|:\s)")
        .expect("a fixed pattern")
});
static NUMBERING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:\d{1,2}(?:\.\d{1,3})*\.?|[IVX]{1,5}\.?|Kapittel \d+)\s+\p{Lu}").expect("a fixed pattern")
});
/// The number of a heading of a scan, where bold type cannot be told: "1 Innledning", "2.1 Fra regler til mål"; "2." is an item's.
static SCANNED_NUMBERING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:\d{1,2}(?:\.\d{1,3})*|Kapittel \d+)\s+\p{Lu}\p{Ll}").expect("a fixed pattern")
});
static BULLET: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:[•‣◦▪■□●○–—·*-]|\(?[a-z0-9]{1,2}\)|(?:[a-z]|[ivx]{2}|\d{1,2})\.)\s+\S")
        .expect("a fixed pattern")
});
static NOTE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(\d{1,3}|[*∗†‡¶‖]+)(?:[.)]?\s+\S|\p{Lu}\p{Ll})").expect("a fixed pattern")
});

/// What the line below a table or figure begins with that names its source.
const SOURCES: [&str; 5] = ["Kilde:", "Kilder:", "Kjelde:", "Kjelder:", "Source:"];

const BULLETS: [char; 13] = ['•', '‣', '◦', '▪', '■', '□', '●', '○', '·', '–', '—', '-', '*'];

/// Leaders and the page that they lead to.
static LEADERS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:\s?[.…·_]){4,}\s*(\d{1,4}|[ivxlc]{1,6})?\s*$").expect("a fixed pattern")
});

/// A title, and the page behind a gap or a few leaders: "Sammendrag og anbefalinger ... 7".
static SHORT_LEADERS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(.*\p{L}.*?)(?:\s?\.{2,}\s*|\t)(\d{1,4})$").expect("a fixed pattern"));
/// Fewer entries make no column of contents.
const CONTENTS_ENTRIES_MIN: usize = 4;
/// Blocks from the first to the last entry of a column of contents, for each entry: the first lines of long titles stand between.
const CONTENTS_BLOCKS_MAX: usize = 3;
/// Lines of an entry of contents: titles of tables take five in a narrow column.
const ENTRY_LINES_MAX: usize = 6;
/// In ems: lines of an entry are no further apart; the next chapter's is, or its number begins it.
const ENTRY_GAP_EM: f32 = 0.6;
/// In ems: two further lines of a row of cells.
const ROW_LINES_EM: f32 = 2.6;

/// What is known of the page and of the whole document while the blocks of a page are made.
pub(crate) struct PageContext<'a> {
    pub(crate) vocabulary: &'a Vocabulary,
    /// The font size that most characters have.
    pub(crate) body_size: f32,
    pub(crate) page_height: f32,
    pub(crate) grid: &'a Grid,
    /// The tallest columns of the page, without the grid.
    pub(crate) tallest: Option<Band>,
    /// The highest raised number of the page: that of its last note.
    pub(crate) note_number: u16,
}

/// The blocks of one column in order.
pub(crate) fn blocks(lines: Vec<TextSegment>, context: &PageContext) -> Vec<Block> {
    let column = ColumnShape::of(&lines);
    let mut found = Vec::new();
    let mut group: Vec<TextSegment> = Vec::new();
    let mut lines = lines.into_iter().peekable();
    while let Some(line) = lines.next() {
        if let Some(last) = group.last()
            && (breaks(last, &line, column, context)
                || column.opens(&group, &line, lines.peek())
                || is_next_item(&group, &line)
                || is_next_note(&group, &line, context))
        {
            found.push(block(std::mem::take(&mut group), context));
        }
        group.push(line);
    }
    if !group.is_empty() {
        found.push(block(group, context));
    }
    contents_entries(&mut found, context.vocabulary);
    notes_at_end(&mut found, context);
    note_tails(&mut found, context);
    found
}

#[derive(Clone, Copy)]
struct ColumnShape {
    left: f32,
    right: f32,
    leading: f32,
    /// Whether most lines end at the right edge: then one that does not is the last of its paragraph.
    is_justified: bool,
}

impl ColumnShape {
    fn of(lines: &[TextSegment]) -> ColumnShape {
        let right = lines.iter().map(|line| line.right).fold(f32::MIN, f32::max);
        let left = lines.iter().map(|line| line.left).fold(f32::MAX, f32::min);
        let is_run = |pair: &&[TextSegment]| {
            pair.iter().all(|line| line.size == pair[0].size) && starts_lower(&pair[1].text)
        };
        let runs = lines.windows(2).filter(is_run);
        let at_edge = runs.clone().filter(|pair| right - pair[0].right < 0.3 * pair[0].size).count();
        let is_justified = at_edge >= 2 && at_edge * 10 >= runs.count() * 8;
        ColumnShape { left, right, leading: usual_leading(lines), is_justified }
    }

    /// Whether `line` opens a paragraph by its indentation: the lines around it stand further left.
    fn opens(&self, group: &[TextSegment], line: &TextSegment, next: Option<&TextSegment>) -> bool {
        let Some(last) = group.last() else { return false };
        // The first line of a note begins with its mark, left of the others.
        if group.len() == 1 && last.mark.is_some() {
            return false;
        }
        let indent = 0.8 * line.size;
        let is_indented = line.left > self.left + indent
            && next.is_some_and(|next| next.left < line.left - indent && next.left < self.left + indent);
        // A paragraph of one line is indented itself.
        let is_lone = group.len() == 1 && last.left > self.left + indent;
        let ends = is_lone || last.left < line.left - 0.5 * indent || self.is_short(last, line);
        is_indented && ends && starts_upper(&line.text)
    }

    /// Whether the first word of `next` would still have stood on the line of `last`.
    fn is_short(&self, last: &TextSegment, next: &TextSegment) -> bool {
        let left_over = self.right - last.right;
        let word = next.text.split_whitespace().next().unwrap_or_default().chars().count() as f32;
        let letter = (last.right - last.left) / last.text.chars().count().max(1) as f32;
        left_over > (word + 1.5) * letter || self.is_justified && left_over > JUSTIFIED_REST_EM * last.size
    }
}

/// The lower quartile of line distances: the leading within paragraphs.
fn usual_leading(lines: &[TextSegment]) -> f32 {
    let mut steps: Vec<f32> = lines
        .windows(2)
        .map(|pair| (pair[1].baseline - pair[0].baseline) / pair[1].size.max(1.0))
        .filter(|step| *step > 0.5)
        .collect();
    steps.sort_by(f32::total_cmp);
    steps.get(steps.len() / 4).copied().unwrap_or(1.3).clamp(1.0, 2.2)
}

/// Whether a new block starts with `line`.
fn breaks(last: &TextSegment, line: &TextSegment, column: ColumnShape, context: &PageContext) -> bool {
    let size = last.size.max(line.size);
    let step = (line.baseline - last.baseline) / line.size.max(1.0);
    let is_cells = line.text.contains('\t') || last.text.contains('\t');
    let is_indented = line.left > last.left + 0.8 * size && line.left < column.left + 4.0 * size;
    let is_short = column.is_short(last, line);
    let is_heading = line.is_bold || line.size >= HEADING_SIZE_MIN * context.body_size;
    let is_very_short = last.right < column.right - LETTER_REST_EM * size;
    // What ends within a word goes on below, however short the line: "Nord-" above "Norge".
    let is_short = is_short && !ends_within_word(&last.text);
    is_cells
        || ends_in_leaders(&last.text)
        || (line.size - last.size).abs() > 0.06 * size
        || (line.is_bold != last.is_bold && (is_short || last.is_bold))
        || step > column.leading * 1.3
        || step < 0.0
        || (line.size < NOTE_SIZE_MAX * context.body_size
            && (line.mark.is_some() || line.left < last.left - 0.3 * size && NOTE.is_match(&line.text)))
        || may_be_bullet(&line.text)
            && BULLET.is_match(&line.text)
            && (line.left < last.left - 0.3 * size || is_short || ends_sentence(&last.text))
        || (ends_sentence(&last.text) && (is_indented || is_short) && !starts_lower(&line.text))
        || (is_short && is_very_short && starts_upper(&line.text) && !is_heading)
        || (is_heading && NUMBERING.is_match(&line.text))
}

/// Whether `line` begins with the bullet and at the edge of the item that `group` is, whose further lines are indented.
fn is_next_item(group: &[TextSegment], line: &TextSegment) -> bool {
    let [first, rest @ ..] = group else { return false };
    let tolerance = 0.3 * line.size;
    may_be_bullet(&line.text)
        && line.text.starts_with(BULLETS)
        && first.text.chars().next() == line.text.chars().next()
        && (line.left - first.left).abs() < tolerance
        && rest.iter().all(|rest| rest.left > first.left + tolerance)
        && [first, line].iter().all(|line| BULLET.is_match(&line.text))
}

/// Whether `line` begins with the number after that of the note that `group` is: "17 Av disse …" below "16 Se kapittel 3 for".
fn is_next_note(group: &[TextSegment], line: &TextSegment, context: &PageContext) -> bool {
    let Some(first) = group.first().filter(|_| line.size < NOTE_SIZE_MAX * context.body_size) else {
        return false;
    };
    (first.size - line.size).abs() < 0.06 * line.size
        && (first.left - line.left).abs() < line.size
        && note_number(&line.text)
            .is_some_and(|next| note_number(&first.text).is_some_and(|number| next == number + 1))
}

/// Whether a line ends in a hyphen or slash that follows a letter or digit.
fn ends_within_word(text: &str) -> bool {
    // An address that ends in a slash is whole: what stands below is the next reference.
    let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let stem = word.strip_suffix(['-', '\u{ad}', '\u{2010}', '\u{2011}', '/']);
    stem.is_some_and(|stem| stem.ends_with(char::is_alphanumeric) && !stem.contains(['.', ':']))
}

fn ends_in_leaders(text: &str) -> bool {
    may_end_in_leaders(text)
        && ((text.contains("...") || text.contains(". . .")) && LEADERS.is_match(text)
            || text.contains("..") && SHORT_LEADERS.is_match(text))
}

/// Asked of every line, before the pattern: most begin with a word.
fn may_be_bullet(text: &str) -> bool {
    match text.as_bytes() {
        [b'(' | b'*' | b'-' | 0x80.., ..] => true,
        [first, rest @ ..] if first.is_ascii_alphanumeric() => {
            rest.iter().take(2).any(|byte| matches!(byte, b'.' | b')'))
        }
        _ => false,
    }
}

/// Asked of every line, before the pattern: most have no dot before what may be a page.
fn may_end_in_leaders(text: &str) -> bool {
    let bare = text.trim_end().trim_end_matches(|c: char| c.is_ascii_digit() || "ivxlc".contains(c));
    bare.trim_end().ends_with(['.', '…', '·', '_'])
}

pub(crate) fn starts_lower(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_lowercase)
}

fn starts_upper(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_uppercase)
}

/// Whether `text` ends as a sentence does.
pub(crate) fn ends_sentence(text: &str) -> bool {
    let bare = text.trim_end_matches(['"', '»', '”', ')', '’', ' ']);
    bare.ends_with(['.', '!', '?', ':', '…'])
}

fn block(lines: Vec<TextSegment>, context: &PageContext) -> Block {
    let mut text = String::with_capacity(lines.iter().map(|line| line.text.len() + 1).sum());
    for line in &lines {
        hyphen::append(&mut text, &cells(&line.text, context.vocabulary), context.vocabulary);
    }
    let text = hyphen::settled(text);
    let empty = TextSegment::default();
    let first = lines.first().unwrap_or(&empty);
    let area = lines.iter().map(TextSegment::area).reduce(Rect::union).unwrap_or_default();
    let mut block = Block {
        kind: BlockKind::Paragraph,
        text,
        line_count: lines.len(),
        area,
        font_size: first.size,
        is_bold: lines.iter().all(|line| line.is_bold),
        mark: first.mark.clone(),
        level: None,
        language: None,
        source: first.source(),
        overleaf: Vec::new(),
        tag: first.tag,
        lines: lines.into_iter().flat_map(|line| line.lines).collect(),
    };
    match contents_entry(&block.text) {
        Some(entry) => {
            block.text = entry;
            block.kind = BlockKind::ContentsEntry;
        }
        None => block.kind = kind(&block, context),
    }
    strip_marker(&mut block);
    block
}

/// The title and the page of a line of a table of contents, parted by a tab, without the leaders.
fn contents_entry(text: &str) -> Option<String> {
    if !may_end_in_leaders(text) {
        return None;
    }
    let found = LEADERS.captures(text)?;
    let title = text.get(..found.get(0)?.start())?.trim().replace('\t', " ");
    let page = found.get(1).map(|page| page.as_str())?;
    let is_title = !title.contains("  ") && title.chars().any(char::is_alphabetic);
    is_title.then(|| format!("{title}\t{page}"))
}

/// The same of a line that ends in a page number without leaders.
pub(crate) fn entry_without_leaders(text: &str) -> Option<String> {
    let (title, page) = text.trim_end().rsplit_once([' ', '\t'])?;
    let is_page = (1..=4).contains(&page.len()) && page.bytes().all(|byte| byte.is_ascii_digit())
        || (1..=6).contains(&page.len()) && page.bytes().all(|byte| b"ivxlc".contains(&byte));
    let title = title.trim().replace('\t', " ");
    (is_page && title.chars().any(char::is_alphabetic)).then(|| format!("{title}\t{page}"))
}

/// Whether a row is a bullet and its text.
pub(crate) fn is_bulleted(row: &str) -> bool {
    row.split_once('\t')
        .is_some_and(|(first, text)| first.trim_matches(BULLETS).is_empty() && !text.contains('\t'))
}

/// The text of a line; the lines within its cells are joined.
fn cells<'a>(line: &'a str, vocabulary: &Vocabulary) -> Cow<'a, str> {
    if !line.contains('\n') {
        return Cow::Borrowed(line);
    }
    let joined = |cell: &str| {
        let mut text = String::new();
        cell.split('\n').for_each(|part| hyphen::append(&mut text, part, vocabulary));
        text
    };
    Cow::Owned(line.split('\t').map(joined).collect::<Vec<_>>().join("\t"))
}

fn kind(block: &Block, context: &PageContext) -> BlockKind {
    let text = block.text.as_str();
    let is_small = block.font_size < NOTE_SIZE_MAX * context.body_size;
    let is_low = block.area.top > 0.35 * context.page_height;
    let is_short = text.chars().count() <= HEADING_CHARS_MAX;
    let is_heavy = block.font_size >= HEADING_SIZE_MIN * context.body_size
        || (block.is_bold && block.line_count <= 3 && !text.ends_with(['.', ',', ';']))
        || (block.is_bold && NUMBERING.is_match(text))
        || (block.source == BlockSource::InvisibleLayer
            && block.line_count <= 2
            && SCANNED_NUMBERING.is_match(text)
            && !text.ends_with(['.', ',', ';', ':', '-']));
    if text.contains('\t') {
        BlockKind::TableRow
    } else if is_small && is_low && (block.mark.is_some() || !block.is_bold && NOTE.is_match(text)) {
        BlockKind::Footnote
    } else if CAPTION.is_match(text) && is_short {
        BlockKind::Caption
    } else if is_heavy && is_short && text.chars().any(char::is_alphabetic) {
        BlockKind::Heading
    } else if BULLET.is_match(text) {
        BlockKind::ListItem
    } else {
        BlockKind::Paragraph
    }
}

/// Takes the mark off a note, and the bullet off a list item.
pub(crate) fn strip_marker(block: &mut Block) {
    match block.kind {
        BlockKind::Footnote if block.mark.is_none() => {
            let Some(end) = NOTE.captures(&block.text).and_then(|found| found.get(1)).map(|mark| mark.end())
            else {
                return;
            };
            block.mark = Some(block.text[..end].to_owned());
            block.text = block.text[end..].trim_start_matches(['.', ')', ' ']).to_owned();
        }
        BlockKind::ListItem => {
            let bare = block.text.trim_start_matches(BULLETS);
            let bullet = block.text.get(..block.text.len() - bare.len()).unwrap_or_default();
            if !bullet.is_empty() {
                block.mark = (!bare.starts_with(SET_APART)).then(|| bullet.to_owned());
                block.text = bare.trim_start().to_owned();
            }
        }
        _ => {}
    }
}

/// In a column of contents, what ends in a page is an entry however short its leaders are, and the lines above the one with the page
/// belong to it: "1.2 Utvalgets vurderinger og" above "anbefalinger .... 7".
fn contents_entries(blocks: &mut Vec<Block>, vocabulary: &Vocabulary) {
    let is_entry = |block: &Block| block.kind == BlockKind::ContentsEntry;
    let count = blocks.iter().filter(|block| is_entry(block)).count();
    let (Some(first), Some(last)) = (blocks.iter().position(is_entry), blocks.iter().rposition(is_entry))
    else {
        return;
    };
    if count < CONTENTS_ENTRIES_MIN || CONTENTS_BLOCKS_MAX * count < last - first {
        return;
    }
    let mut found: Vec<Block> = Vec::with_capacity(blocks.len());
    for (index, mut block) in blocks.drain(..).enumerate() {
        if !is_entry(&block)
            && (first.saturating_sub(1)..=last + 1).contains(&index)
            && let Some(entry) = SHORT_LEADERS.captures(&block.text)
        {
            block.text = format!("{}\t{}", entry[1].replace('\t', " "), &entry[2]);
            block.kind = BlockKind::ContentsEntry;
        }
        while is_entry(&block)
            && let Some(above) = found.pop_if(|above| is_entry_above(above, &block))
        {
            block = under(above, block, vocabulary);
        }
        found.push(block);
    }
    *blocks = found;
}

/// Whether `above` is the first line or lines of an entry of contents.
fn is_entry_above(above: &Block, entry: &Block) -> bool {
    let step = entry.area.top - above.area.bottom;
    // A row of cells of several lines stands where its first line does.
    let gap_max = if above.kind == BlockKind::TableRow { ENTRY_GAP_EM + ROW_LINES_EM } else { ENTRY_GAP_EM };
    !matches!(above.kind, BlockKind::ContentsEntry | BlockKind::Footnote)
        && above.line_count + entry.line_count <= ENTRY_LINES_MAX
        && (above.font_size - entry.font_size).abs() < 0.06 * entry.font_size
        && (-0.5..gap_max).contains(&(step / entry.font_size.max(1.0)))
        // "Nybygg, anlegg mv." above "(postene 30–49) .... 47".
        && (!ends_sentence(&above.text) || entry.text.starts_with('(') || starts_lower(&entry.text))
}

/// The entry whose first lines are `above`.
fn under(above: Block, entry: Block, vocabulary: &Vocabulary) -> Block {
    let mut text = above.text.replace('\t', " ");
    hyphen::append(&mut text, &entry.text, vocabulary);
    let mut lines = above.lines;
    lines.extend(entry.lines);
    Block {
        text,
        area: above.area.union(entry.area),
        line_count: above.line_count + entry.line_count,
        lines,
        tag: above.tag,
        ..entry
    }
}

/// Paragraphs with a mark are notes, however high on the page, when nothing stands below them and they are small, or their numbers end
/// with the last that is raised on the page.
fn notes_at_end(blocks: &mut [Block], context: &PageContext) {
    let mut next_number = context.note_number;
    for block in blocks.iter_mut().rev() {
        let is_small = block.font_size < NOTE_SIZE_MAX * context.body_size;
        let is_note = block.mark.is_some() || NOTE.is_match(&block.text);
        let is_next = next_number > 0 && note_number(&block.text) == Some(next_number);
        match block.kind {
            BlockKind::Footnote => next_number = 0,
            BlockKind::Paragraph | BlockKind::ListItem if is_small && is_note || is_next => {
                block.kind = BlockKind::Footnote;
                strip_marker(block);
                next_number = if is_next { next_number - 1 } else { 0 };
            }
            _ => return,
        }
    }
}

fn note_number(text: &str) -> Option<u16> {
    NOTE.captures(text)?.get(1)?.as_str().parse().ok()
}

/// Small text below a note at the foot of its column goes on with it.
fn note_tails(blocks: &mut Vec<Block>, context: &PageContext) {
    let mut index = 1;
    while index < blocks.len() {
        let (head, tail) = blocks.split_at_mut(index);
        let (Some(last), Some(next)) = (head.last_mut(), tail.first()) else { return };
        let goes_on = last.kind == BlockKind::Footnote
            && matches!(next.kind, BlockKind::Paragraph | BlockKind::ListItem)
            && (next.font_size - last.font_size).abs() < 0.06 * last.font_size
            && next.area.top - last.area.bottom < last.font_size
            && !SOURCES.iter().any(|source| next.text.starts_with(source));
        if goes_on {
            hyphen::append(&mut last.text, &next.text, context.vocabulary);
            last.area = last.area.union(next.area);
            last.line_count += next.line_count;
            last.lines.extend(next.lines.iter().cloned());
            blocks.remove(index);
        } else {
            index += 1;
        }
    }
}
