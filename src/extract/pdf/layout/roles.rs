//! Blocks as the layout shows them, and the roles that their tags declare → blocks with the better kind of the two.
//!
//! Which of the two is better was measured (README). Tags distinguish what looks alike: the levels of headings, a cell in bold
//! from a heading, items without bullets, notes beside tables. The layout finds what authors do not tag: headings that are
//! paragraphs in bold. A tag never removes text, and only notes change their place.

use super::{
    super::{
        declared::structure::Role,
        model::{Block, BlockKind, PdfPage},
    },
    blocks::{self, HEADING_CHARS_MAX, HEADING_SIZE_MIN},
    hyphen,
    segment::TextSegment,
};

/// Of a hundred headings that the tags declare, as many must look like headings; in one file in nine the tags are shifted
/// against the text.
const PLAUSIBLE_MIN_PERCENT: usize = 75;
/// Notes of a page whose place among the text is looked at; the densest real page has some forty.
const NOTES_MAX: usize = 500;
/// What ends a sentence, and no heading.
const STOPS: [char; 4] = ['.', ':', ';', ','];
/// A block of more lines is not made a cell by its tag: some letters are tagged as one large cell.
const CELL_LINES_MAX: usize = 2;
/// Tags are used when as many times more text has tags than has none; otherwise they are not those of the page.
const COVERED_MIN: usize = 19;

/// Whether nearly all text of a page is tagged.
pub(crate) fn covers<'a>(body: impl Iterator<Item = &'a TextSegment>) -> bool {
    let (mut tagged, mut untagged) = (0, 0);
    for segment in body.filter(|segment| !segment.is_artifact) {
        *if segment.tag > 0 { &mut tagged } else { &mut untagged } += segment.text.len();
    }
    tagged > 0 && tagged >= COVERED_MIN * untagged
}

/// Whether the headings that the tags of a document declare look like headings, most of them.
#[derive(Debug, Default)]
pub(crate) struct Headings {
    count: usize,
    plausible_count: usize,
}

impl Headings {
    /// Takes up those of a page, by the lines of its body before they are laid out.
    pub(crate) fn add<'a>(
        &mut self,
        roles: &[Option<Role>],
        body: impl Iterator<Item = &'a TextSegment>,
        body_size: f32,
    ) {
        let mut looks = vec![Looks::default(); roles.len()];
        for segment in body {
            if let Some(Role::Heading(_)) = role(roles, segment.tag) {
                looks[usize::from(segment.tag) - 1].add(segment, body_size);
            }
        }
        self.count += looks.iter().filter(|looks| looks.char_count > 0).count();
        self.plausible_count += looks.iter().filter(|looks| looks.are_of_heading()).count();
    }

    pub(crate) fn are_plausible(&self) -> bool {
        self.plausible_count * 100 >= PLAUSIBLE_MIN_PERCENT * self.count
    }
}

/// How the lines of one tag look.
#[derive(Debug, Clone, Default)]
struct Looks {
    char_count: usize,
    has_plain: bool,
    is_stopped: bool,
}

impl Looks {
    fn add(&mut self, segment: &TextSegment, body_size: f32) {
        self.char_count += segment.text.chars().count();
        self.has_plain |= !segment.is_bold && segment.size < HEADING_SIZE_MIN * body_size;
        self.is_stopped = segment.text.ends_with(STOPS);
    }

    fn are_of_heading(&self) -> bool {
        (1..=HEADING_CHARS_MAX).contains(&self.char_count) && !(self.has_plain && self.is_stopped)
    }
}

fn role(roles: &[Option<Role>], tag: u16) -> Option<Role> {
    *roles.get(usize::from(tag).checked_sub(1)?)?
}

/// Revises the kinds of the blocks of a page; `roles` are those of its tags.
pub(crate) fn revise(page: &mut PdfPage, roles: &[Option<Role>], body_size: f32) {
    for block in &mut page.blocks {
        if let Some(role) = role(roles, block.tag).filter(|_| is_open(block)) {
            revise_block(block, role, body_size);
        }
    }
    order(&mut page.blocks);
}

/// Puts the notes at the foot of a page behind its text, and furniture last. Notes of a table stay below it, where text follows.
pub(crate) fn order(blocks: &mut Vec<Block>) {
    let (mut note_count, mut is_below_table) = (0, false);
    let mut place = |block: &Block| match block.kind {
        kind if kind.is_furniture() => 2,
        BlockKind::Footnote => {
            note_count += 1;
            u8::from(!is_below_table || note_count > NOTES_MAX || is_at_foot(block, blocks))
        }
        kind => {
            is_below_table = kind == BlockKind::TableRow;
            0
        }
    };
    let places: Vec<u8> = blocks.iter().map(&mut place).collect();
    let mut placed: Vec<(u8, Block)> = places.into_iter().zip(blocks.drain(..)).collect();
    placed.sort_by_key(|(place, _)| *place);
    blocks.extend(placed.into_iter().map(|(_, block)| block));
}

/// Whether no text stands below a note.
fn is_at_foot(note: &Block, blocks: &[Block]) -> bool {
    let is_text = |block: &Block| block.kind != BlockKind::Footnote && !block.kind.is_furniture();
    let is_below = |block: &Block| {
        block.area.top > note.area.bottom - 1.0
            && block.area.left < note.area.right
            && block.area.right > note.area.left
    };
    !blocks.iter().any(|block| is_text(block) && is_below(block))
}

fn revise_block(block: &mut Block, role: Role, body_size: f32) {
    use BlockKind::{Caption, ContentsEntry, Footnote, Heading, ListItem, Paragraph, TableRow};
    let is_large = block.font_size >= HEADING_SIZE_MIN * body_size;
    match (role, block.kind) {
        (Role::Heading(level), Heading | Paragraph | ListItem | TableRow) if can_be_heading(block) => {
            block.level = Some(level);
            set(block, Heading);
        }
        // What begins in the middle of a sentence, or ends in a word, is half of something: the whole is not known yet.
        (Role::ListItem | Role::Cell | Role::Caption, Paragraph) if is_half(&block.text) => {}
        (Role::ListItem, Paragraph) => set(block, ListItem),
        (Role::ListItem, Heading) if !is_large => set(block, ListItem),
        (Role::ListItem, TableRow) if blocks::is_bulleted(&block.text) => set(block, ListItem),
        (Role::Cell, Heading) if !is_large => set(block, TableRow),
        (Role::Cell, Paragraph) if block.line_count <= CELL_LINES_MAX => set(block, TableRow),
        (Role::Note, Paragraph | ListItem | TableRow) => set(block, Footnote),
        (Role::Caption, Paragraph | ListItem) if is_short(block) => set(block, Caption),
        (Role::ContentsEntry, Heading | Paragraph | ListItem | TableRow) => {
            if let Some(entry) = blocks::entry_without_leaders(&block.text) {
                block.text = entry;
                set(block, ContentsEntry);
            }
        }
        _ => {}
    }
}

/// Whether a role can change anything: rows of several cells and captions are known by their looks.
fn is_open(block: &Block) -> bool {
    match block.kind {
        BlockKind::TableRow => block.text.matches('\t').count() <= 1,
        kind => matches!(kind, BlockKind::Heading | BlockKind::Paragraph | BlockKind::ListItem),
    }
}

/// Changes the kind, and takes off what belongs to the kind and not to the text.
fn set(block: &mut Block, kind: BlockKind) {
    if !matches!(kind, BlockKind::TableRow | BlockKind::ContentsEntry) && block.kind == BlockKind::TableRow {
        block.text = block.text.replace('\t', " ");
    }
    block.kind = kind;
    blocks::strip_marker(block);
}

fn is_half(text: &str) -> bool {
    blocks::starts_lower(text) || text.ends_with(hyphen::LINE_HYPHENS)
}

fn is_short(block: &Block) -> bool {
    block.text.chars().count() <= HEADING_CHARS_MAX
}

/// Whether a block that the tags call a heading looks like one.
fn can_be_heading(block: &Block) -> bool {
    block.kind == BlockKind::Heading || is_short(block) && !block.text.ends_with(STOPS)
}
