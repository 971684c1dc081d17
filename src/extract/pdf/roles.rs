//! Blocks as the layout shows them, and the roles that their tags declare → blocks with the better kind of the two.
//!
//! Which of the two is better was measured (README). The tags know what looks alike: the levels of headings, a cell in bold
//! that is none, items without bullets, notes beside tables. The layout knows what authors forget to tag: headings that are
//! paragraphs in bold. Text is never left out on the word of a tag, and nothing changes its place but notes.

use super::{
    Block, BlockKind, Page,
    blocks::{self, HEADING_CHARS_MAX, HEADING_SIZE_MIN},
    content::Tag,
    structure::{Role, Structure},
};

/// Of a hundred headings that the tags declare, as many must look like headings; in one file in nine the tags are shifted
/// against the text.
const PLAUSIBLE_MIN_PERCENT: usize = 75;
/// A cell is known by its tag only while it looks like one: a letter may be one large cell.
const CELL_LINES_MAX: usize = 2;

/// Revises the kinds of all blocks that have a tag.
pub(super) fn revise(pages: &mut [Page], tags: &[Vec<Tag>], structure: &Structure, body_size: f32) {
    let mut roles: Vec<Vec<Option<Role>>> = pages
        .iter()
        .zip(tags)
        .map(|(page, tags)| {
            let tag =
                |block: &Block| tags.get(usize::from(block.tag).checked_sub(1)?).filter(|_| is_open(block));
            structure.roles(&page.blocks.iter().map(tag).collect::<Vec<_>>())
        })
        .collect();
    let all = || pages.iter().flat_map(|page| &page.blocks).zip(roles.iter().flatten());
    let headings = || all().filter(|(_, role)| matches!(role, Some(Role::Heading(_))));
    let plausible = headings().filter(|(block, _)| can_be_heading(block)).count();
    if plausible * 100 < PLAUSIBLE_MIN_PERCENT * headings().count() {
        for role in roles.iter_mut().flatten() {
            *role = role.filter(|role| !matches!(role, Role::Heading(_)));
        }
    }
    for (page, roles) in pages.iter_mut().zip(roles) {
        for (block, role) in page.blocks.iter_mut().zip(roles) {
            if let Some(role) = role {
                revise_block(block, role, body_size);
            }
        }
        page.blocks.sort_by_key(|block| (block.kind.is_furniture(), block.kind == BlockKind::Footnote));
    }
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
    blocks::starts_lower(text) || text.ends_with(['-', '\u{ad}', '\u{2010}'])
}

fn is_short(block: &Block) -> bool {
    block.text.chars().count() <= HEADING_CHARS_MAX
}

/// Whether a block that the tags call a heading looks like one.
fn can_be_heading(block: &Block) -> bool {
    block.kind == BlockKind::Heading || is_short(block) && !block.text.ends_with(['.', ':', ';', ','])
}
