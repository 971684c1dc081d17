//! Sheets of segments → finished pages, one by one.
//!
//! First the whole document is surveyed: its body size, what repeats, the grid of its columns, its words. Then each sheet is
//! laid out and dropped. A page is held back while its last paragraph may continue on the next page.

use super::{
    super::{
        content::Tag,
        declared::{
            OutlineEntry, outline,
            structure::{Role, Structure},
        },
        model::{Block, BlockKind, Overleaf, PdfNotice, PdfPage},
    },
    blocks, columns,
    furniture::{self, PageView},
    grid_rows,
    gutters::{self, Band, Grid, SegmentBox},
    hyphen::{self, Vocabulary},
    labels,
    roles::{self, Headings},
    segment::TextSegment,
    sheet::Sheet,
};
use std::{
    collections::{BTreeMap, VecDeque},
    vec,
};

/// A paragraph goes on over no more pages than this: tables and figures between its halves.
const OPEN_PAGES_MAX: usize = 8;

/// Lines of what goes on with a capital or a number: one line below a column can be the unit of a table, "Mill. kroner".
const OPEN_LINES_MIN: usize = 2;

/// What stands behind the number of a day.
pub(crate) const MONTHS: [&str; 12] = [
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
];

/// The pages of a file, one by one.
pub struct Pages {
    sheets: vec::IntoIter<Survey>,
    labels: vec::IntoIter<Option<String>>,
    /// The bookmarks by the page that they lead to.
    outline: BTreeMap<u32, Vec<OutlineEntry>>,
    vocabulary: Vocabulary,
    body_size: f32,
    grid: Grid,
    notices: Vec<PdfNotice>,
    /// Pages laid out and not yet handed out.
    waiting: VecDeque<PdfPage>,
    /// How many pages were handed out.
    given: usize,
    /// Index of page and block of the paragraph that may go on.
    open: Option<(usize, usize)>,
    /// The same of a paragraph behind that one, while half a word waits for its other half.
    rival: Option<(usize, usize)>,
    /// The same of the last note of a page when it ends within a word: it goes on at the foot of the next.
    open_note: Option<(usize, usize)>,
}

/// A sheet, and what the document says of it.
struct Survey {
    sheet: Sheet,
    furniture: Vec<Option<BlockKind>>,
    tallest: Option<Band>,
    /// Of its tags, as far as they are believed.
    roles: Vec<Option<Role>>,
}

impl Survey {
    /// What is not furniture.
    fn body(&self) -> impl Iterator<Item = &TextSegment> {
        let segments = self.sheet.segments.iter().zip(&self.furniture);
        segments.filter(|(_, kind)| kind.is_none()).map(|(segment, _)| segment)
    }
}

impl Pages {
    pub(crate) fn new(
        sheets: Vec<Sheet>,
        labels: Vec<String>,
        outline: Vec<OutlineEntry>,
        structure: Option<&Structure>,
    ) -> Pages {
        let views: Vec<_> =
            sheets.iter().map(|sheet| PageView { segments: &sheet.segments, height: sheet.height }).collect();
        let body_size = body_size(&sheets);
        let furniture = furniture::find(&views, body_size);
        let labels = labels::labels(&page_numbers(&sheets, &furniture), labels);
        let mut vocabulary = Vocabulary::default();
        for segment in sheets.iter().flat_map(|sheet| &sheet.segments) {
            vocabulary.add_line(&segment.text);
        }
        let mut starts = Vec::new();
        let survey = |(sheet, furniture): (Sheet, Vec<Option<BlockKind>>)| {
            let (sheet, furniture) = with_grid_rows(sheet, furniture);
            let tallest = gutters::column_starts(places(&sheet, &furniture), &sheet.rules.level, &mut starts);
            Survey { sheet, furniture, tallest, roles: Vec::new() }
        };
        let mut sheets: Vec<Survey> = sheets.into_iter().zip(furniture).map(survey).collect();
        if let Some(structure) = structure {
            find_roles(&mut sheets, structure, body_size);
        }
        Pages {
            sheets: sheets.into_iter(),
            labels: labels.into_iter(),
            outline: by_page(outline),
            vocabulary,
            body_size,
            grid: Grid::of(starts),
            notices: Vec::new(),
            waiting: VecDeque::new(),
            given: 0,
            open: None,
            rival: None,
            open_note: None,
        }
    }

    /// What was noticed in the whole file.
    pub fn notices(&self) -> &[PdfNotice] {
        &self.notices
    }

    pub(crate) fn set_notices(&mut self, notices: Vec<PdfNotice>) {
        self.notices = notices;
    }

    pub(crate) fn take_notices(&mut self) -> Vec<PdfNotice> {
        std::mem::take(&mut self.notices)
    }

    fn lay_out(&mut self, survey: Survey) -> PdfPage {
        let context = blocks::PageContext {
            vocabulary: &self.vocabulary,
            body_size: self.body_size,
            page_height: survey.sheet.height,
            grid: &self.grid,
            tallest: survey.tallest,
            note_number: survey.sheet.segments.iter().map(|segment| segment.note_number).max().unwrap_or(0),
        };
        let number = (self.given + self.waiting.len() + 1) as u32;
        let mut page = page(number, self.labels.next().flatten(), survey.sheet, survey.furniture, &context);
        if !survey.roles.is_empty() {
            roles::revise(&mut page, &survey.roles, self.body_size);
        }
        if let Some(entries) = self.outline.get(&number) {
            outline::mark_headings(&mut page, entries);
        }
        page
    }

    /// Takes up the next page. A paragraph that goes on in the next column or on the next page is joined; the whole
    /// belongs to where it starts.
    fn take_up(&mut self, mut page: PdfPage) {
        let page_index = self.given + self.waiting.len();
        let number = page.number;
        self.open = self.open.filter(|(at, _)| page_index - at <= OPEN_PAGES_MAX);
        self.open_note = self.open_note.filter(|(at, _)| page_index - at <= 1);
        let blocks = std::mem::take(&mut page.blocks);
        self.waiting.push_back(page);
        for block in blocks {
            let Some(block) = self.without_rest_of_note(block, number) else { continue };
            self.prefer_rival(&block);
            let head_page = self.open.map_or(number, |(page, _)| page as u32 + 1);
            let head = self.open.and_then(|(page, index)| {
                self.waiting.get_mut(page.checked_sub(self.given)?)?.blocks.get_mut(index)
            });
            if let Some(head) = head {
                if goes_on(head, &block) {
                    let last = head.overleaf.last().map_or(head_page, |overleaf| overleaf.page);
                    join(head, block, Some(number).filter(|number| *number > last), &self.vocabulary);
                    let is_open = !blocks::ends_sentence(&head.text) || ends_in_day(&head.text);
                    self.open = self.open.filter(|_| is_open);
                    continue;
                } else if self.open.is_some_and(|(page, _)| page + 1 >= page_index) && is_torn(&head.text) {
                    // Half a word waits for its other half past captions, tables and boxes.
                    self.note_rival(page_index, &block);
                    self.keep(block);
                    continue;
                }
            }
            self.rival = None;
            match block.kind {
                BlockKind::Paragraph | BlockKind::ListItem => {
                    let index = self.waiting.back().map_or(0, |page| page.blocks.len());
                    let is_open = !blocks::ends_sentence(&block.text) || ends_in_day(&block.text);
                    self.open = is_open.then_some((page_index, index));
                }
                BlockKind::Heading => self.open = None,
                BlockKind::Footnote => {
                    let index = self.waiting.back().map_or(0, |page| page.blocks.len());
                    self.open_note = is_torn(&block.text).then_some((page_index, index));
                }
                _ => {}
            }
            self.keep(block);
        }
    }

    /// `block` of page `number`, unless it is the rest of the last note of the page before: small text low on the page that begins in
    /// small letters.
    fn without_rest_of_note(&mut self, block: Block, number: u32) -> Option<Block> {
        let Some((page, index)) = self.open_note else { return Some(block) };
        let is_low = self.waiting.back().is_some_and(|page| block.area.top > 0.5 * page.height);
        let place = page.checked_sub(self.given);
        let note = place.and_then(|at| self.waiting.get_mut(at)?.blocks.get_mut(index));
        let goes_on = |note: &Block| {
            is_low
                && matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem)
                && block.font_size < blocks::NOTE_SIZE_MAX * self.body_size
                && (note.font_size - block.font_size).abs() < 0.06 * note.font_size
                && blocks::starts_lower(&block.text)
        };
        match note {
            Some(note) if page as u32 + 1 < number && goes_on(note) => {
                join(note, block, Some(number), &self.vocabulary);
                self.open_note = None;
                None
            }
            _ => Some(block),
        }
    }

    /// Remembers `block`, on page `page_index`, as what goes on next, if its text does not end.
    fn note_rival(&mut self, page_index: usize, block: &Block) {
        let index = self.waiting.back().map_or(0, |page| page.blocks.len());
        match block.kind {
            BlockKind::Paragraph | BlockKind::ListItem => {
                self.rival = (!blocks::ends_sentence(&block.text)).then_some((page_index, index));
            }
            BlockKind::Heading => self.rival = None,
            _ => {}
        }
    }

    /// Of half a word and a later paragraph that does not end, the nearer one goes on with `block`.
    fn prefer_rival(&mut self, block: &Block) {
        let Some((page, index)) = self.rival else { return };
        let place = page.checked_sub(self.given);
        let rival = place.and_then(|at| self.waiting.get(at)?.blocks.get(index));
        if self.open.is_none() || rival.is_some_and(|rival| goes_on(rival, block)) {
            self.open = self.open.and(self.rival);
            self.rival = None;
        }
    }

    fn keep(&mut self, block: Block) {
        if let Some(page) = self.waiting.back_mut() {
            page.blocks.push(block);
        }
    }

    /// The first waiting page, once nothing can be added to it.
    fn settled(&mut self) -> Option<PdfPage> {
        let waits = [self.open, self.open_note].iter().flatten().any(|(page, _)| *page <= self.given);
        let is_settled = self.sheets.len() == 0 || !waits;
        let page = if is_settled { self.waiting.pop_front() } else { None };
        self.given += usize::from(page.is_some());
        page
    }
}

impl Iterator for Pages {
    type Item = PdfPage;

    fn next(&mut self) -> Option<PdfPage> {
        loop {
            if let Some(page) = self.settled() {
                return Some(page);
            }
            let survey = self.sheets.next()?;
            let page = self.lay_out(survey);
            self.take_up(page);
        }
    }
}

fn by_page(outline: Vec<OutlineEntry>) -> BTreeMap<u32, Vec<OutlineEntry>> {
    let mut pages = BTreeMap::<u32, Vec<OutlineEntry>>::new();
    for entry in outline {
        pages.entry(entry.page.unwrap_or(0)).or_default().push(entry);
    }
    pages
}

/// What the tags of all pages declare, headings only when most of the document's look like headings.
fn find_roles(sheets: &mut [Survey], structure: &Structure, body_size: f32) {
    let mut headings = Headings::default();
    for survey in sheets.iter_mut().filter(|survey| roles::covers(survey.body())) {
        survey.roles = structure.roles(&survey.sheet.tags);
        headings.add(&survey.roles, survey.body(), body_size);
    }
    if !headings.are_plausible() {
        for role in sheets.iter_mut().flat_map(|survey| &mut survey.roles) {
            *role = role.filter(|role| !matches!(role, Role::Heading(_)));
        }
    }
}

/// The font size in which most characters of the document are set.
fn body_size(sheets: &[Sheet]) -> f32 {
    let mut counts = BTreeMap::<i32, usize>::new();
    for segment in sheets.iter().flat_map(|sheet| &sheet.segments) {
        *counts.entry((segment.size * 5.0).round() as i32).or_default() += segment.text.len();
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map_or(10.0, |(size, _)| size as f32 / 5.0)
}

fn page(
    number: u32,
    label: Option<String>,
    sheet: Sheet,
    kinds: Vec<Option<BlockKind>>,
    context: &blocks::PageContext,
) -> PdfPage {
    let mut body = Vec::with_capacity(sheet.segments.len());
    let mut furniture = Vec::new();
    for (segment, kind) in sheet.segments.into_iter().zip(kinds) {
        match kind {
            Some(kind) => furniture.push(furniture_block(segment, kind)),
            None => body.push(segment),
        }
    }
    let columns = columns::columns(body, context.grid, context.tallest, &sheet.rules.level);
    let mut all: Vec<Block> = columns.into_iter().flat_map(|lines| blocks::blocks(lines, context)).collect();
    all.extend(furniture);
    roles::order(&mut all);
    for block in &mut all {
        block.language = language(block, &sheet.tags);
        for line in &mut block.lines {
            line.page = number;
        }
    }
    let (has_image, is_scan, has_drawing) = (sheet.has_image, sheet.is_scan, sheet.has_drawing);
    PdfPage {
        number,
        label,
        width: sheet.width,
        height: sheet.height,
        blocks: all,
        has_image,
        is_scan,
        has_drawing,
    }
}

/// The sheet with each row of a ruled grid as one segment, and the kinds of its segments.
fn with_grid_rows(mut sheet: Sheet, kinds: Vec<Option<BlockKind>>) -> (Sheet, Vec<Option<BlockKind>>) {
    if sheet.rules.uprights.is_empty() {
        return (sheet, kinds);
    }
    let is_body: Vec<bool> = kinds.iter().map(Option::is_none).collect();
    let joined = grid_rows::join(std::mem::take(&mut sheet.segments), &is_body, &sheet.rules);
    let mut furniture = kinds.into_iter().flatten();
    let mut kinds = Vec::with_capacity(joined.len());
    for (segment, is_body) in joined {
        kinds.push(if is_body { None } else { furniture.next() });
        sheet.segments.push(segment);
    }
    (sheet, kinds)
}

/// What was found to be the number of each page.
fn page_numbers<'a>(sheets: &'a [Sheet], kinds: &[Vec<Option<BlockKind>>]) -> Vec<Vec<&'a str>> {
    let of_page = |(sheet, kinds): (&'a Sheet, &Vec<Option<BlockKind>>)| {
        let segments = sheet.segments.iter().zip(kinds);
        let numbers = segments.filter(|(_, kind)| **kind == Some(BlockKind::PageNumber));
        numbers.map(|(segment, _)| segment.text.as_str()).collect()
    };
    sheets.iter().zip(kinds).map(of_page).collect()
}

/// Where the upright text of a page stands, without furniture.
fn places(sheet: &Sheet, kinds: &[Option<BlockKind>]) -> Vec<SegmentBox> {
    let body =
        sheet.segments.iter().zip(kinds).filter(|(segment, kind)| kind.is_none() && segment.angle == 0);
    body.map(|(segment, _)| SegmentBox::of(segment)).collect()
}

/// The language that the tag of a block declares.
fn language(block: &Block, tags: &[Tag]) -> Option<String> {
    tags.get(usize::from(block.tag).checked_sub(1)?)?.language.clone()
}

fn furniture_block(segment: TextSegment, kind: BlockKind) -> Block {
    Block {
        kind,
        area: segment.area(),
        line_count: 1,
        font_size: segment.size,
        is_bold: segment.is_bold,
        mark: None,
        level: None,
        language: None,
        source: segment.source(),
        overleaf: Vec::new(),
        tag: segment.tag,
        lines: segment.lines,
        text: segment.text,
    }
}

/// Whether `next` can be the rest of `head`: it begins in the middle of a sentence, or of a range of numbers; or is more than a line, and
/// the last word of `head` wants another, or a number, behind it; or is a number and what it counts.
fn goes_on(head: &Block, next: &Block) -> bool {
    let first = next.text.chars().next();
    let begins_with_digit = first.is_some_and(|c| c.is_ascii_digit());
    let begins_within = match hyphen::ends_in_range(&head.text) {
        true => begins_with_digit,
        false if ends_in_day(&head.text) => MONTHS.iter().any(|month| next.text.starts_with(month)),
        false if first.is_some_and(char::is_lowercase) => true,
        false if ends_in_half_name(&head.text) => first.is_some_and(char::is_uppercase),
        false if next.line_count < OPEN_LINES_MIN || head.is_bold != next.is_bold => false,
        false if begins_with_digit => {
            hyphen::wants_number(&head.text)
                || begins_with_quantity(&next.text)
                || hyphen::ends_openly(&head.text) && begins_with_year(&next.text)
        }
        false => first.is_some_and(char::is_uppercase) && hyphen::ends_openly(&head.text),
    };
    next.kind == BlockKind::Paragraph && begins_within && (head.font_size - next.font_size).abs() < 0.6
}

/// Whether `text` ends in the first half of a name, "Nord-": the other half has a capital too.
fn ends_in_half_name(text: &str) -> bool {
    let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let half = word.strip_suffix('-').unwrap_or_default();
    half.starts_with(char::is_uppercase) && half.chars().all(char::is_alphabetic)
}

/// Whether `text` begins with a number and a word in small letters, as a sentence does not: "45,7 pst. av bevilgningene".
fn begins_with_quantity(text: &str) -> bool {
    let after = text.trim_start_matches(|c: char| c.is_ascii_digit() || ",.-–\u{a0} ".contains(c));
    after.starts_with(char::is_lowercase)
}

/// Whether `text` begins with a year: "2029. Mesteparten av økningen", behind "frem til".
fn begins_with_year(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit()).next().is_some_and(columns::is_year)
}

/// Whether `text` ends in the number of a day, "i perioden 1. januar – 30.": the month stands in the next column.
fn ends_in_day(text: &str) -> bool {
    let day = text.strip_suffix('.').and_then(|text| text.rsplit([' ', '\u{a0}', '–', '-']).next());
    day.is_some_and(|day| day.parse().is_ok_and(|day: u8| (1..=31).contains(&day)))
}

/// Whether `text` ends in the middle of a word or of a range of numbers.
fn is_torn(text: &str) -> bool {
    text.ends_with(hyphen::LINE_HYPHENS) || hyphen::ends_in_range(text)
}

/// Adds `tail`; `page` is its page, unless the text before it ends on the same one.
fn join(head: &mut Block, tail: Block, page: Option<u32>, vocabulary: &Vocabulary) {
    hyphen::append(&mut head.text, &tail.text, vocabulary);
    let start = head.text.len() - tail.text.trim().len();
    head.overleaf.extend(page.map(|page| Overleaf { page, start }));
    head.line_count += tail.line_count;
    head.lines.extend(tail.lines);
}
