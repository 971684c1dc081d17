//! The outline of a file (its bookmarks) → entries with level, page and place; blocks they lead to → headings.
//!
//! Reads destinations that stand in the entry, in a `GoTo` action, or under a name (`Names` and `Dests`). Refuses other
//! files and web addresses: such an entry has no page. Items that come twice (cycles) are passed over.

use super::super::{
    model::{Block, BlockKind, PdfPage, Rect},
    objects::{Objects, frame::frame},
};
use lopdf::{Dictionary, Object, ObjectId};
use std::{
    cell::OnceCell,
    collections::{HashMap, HashSet},
};

/// Blocks that one title may be set in: number, title and subtitle.
const TITLE_BLOCKS_MAX: usize = 3;
/// Bytes that a block may have beyond the longest title: a number, spaces.
const NUMBER_BYTES_MAX: usize = 40;
/// Entries looked for on one page: forty times a page full of headings.
const PAGE_ENTRIES_MAX: usize = 1_000;

/// A bookmark of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct OutlineEntry {
    /// As a reader shows it, on one line.
    pub title: String,
    /// From 1, the outermost.
    pub level: u8,
    /// The page it leads to, counted from 1; `None` when it leads out of the file or nowhere.
    pub page: Option<u32>,
    /// Where on the page, in points from the top as shown; `None` when it only names the page.
    pub top: Option<f32>,
}

/// The entries in order, and which limit ended them.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    pub(crate) entries: Vec<OutlineEntry>,
    pub(crate) limit_reached: Option<&'static str>,
}

/// Reads `Outlines`; `pages` are the file's pages in order.
pub(crate) fn read(objects: &Objects, pages: &[ObjectId]) -> Outline {
    let root = objects.catalog().and_then(|catalog| objects.dictionary(catalog, b"Outlines"));
    let first = root.and_then(|root| root.get(b"First").ok()?.as_reference().ok());
    let destinations = Destinations { objects, pages, numbers: OnceCell::new(), names: OnceCell::new() };
    let mut outline = Outline::default();
    let mut seen = HashSet::new();
    let mut open: Vec<(ObjectId, u8)> = first.into_iter().map(|id| (id, 1)).collect();
    while let Some((id, level)) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        if seen.len() > objects.limits.outline_entries_max {
            outline.limit_reached = Some("entries of the outline");
            break;
        }
        let Some(item) = objects.dictionary_of(id) else { continue };
        let link = |key: &[u8]| item.get(key).ok()?.as_reference().ok();
        open.extend(link(b"Next").map(|id| (id, level)));
        open.extend(link(b"First").map(|id| (id, level.saturating_add(1))));
        outline.entries.extend(entry(&destinations, item, level));
    }
    if destinations.names.get().is_some_and(|names| names.was_cut) {
        outline.limit_reached = Some("names of destinations");
    }
    outline
}

fn entry<'a>(destinations: &Destinations<'a>, item: &'a Dictionary, level: u8) -> Option<OutlineEntry> {
    let title = destinations.objects.text(item, b"Title")?;
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let place = destinations.of_item(item);
    let page = place.and_then(|(page, _)| u32::try_from(page + 1).ok());
    Some(OutlineEntry { title, level, page, top: place.and_then(|(_, top)| top) })
}

/// What names lead to, and whether there were more than the limit.
#[derive(Default)]
struct DestinationNames<'a> {
    targets: HashMap<Vec<u8>, &'a Object>,
    was_cut: bool,
}

/// Where destinations lead: indices of pages, and places on them.
struct Destinations<'a> {
    objects: &'a Objects<'a>,
    pages: &'a [ObjectId],
    numbers: OnceCell<HashMap<ObjectId, usize>>,
    names: OnceCell<DestinationNames<'a>>,
}

impl<'a> Destinations<'a> {
    fn of_item(&self, item: &'a Dictionary) -> Option<(usize, Option<f32>)> {
        if let Some(destination) = self.objects.get(item, b"Dest") {
            return self.place(destination);
        }
        let action = self.objects.dictionary(item, b"A")?;
        let is_here = self.objects.name(action, b"S") == Some(b"GoTo");
        self.place(self.objects.get(action, b"D").filter(|_| is_here)?)
    }

    /// A destination, by its name or as it is.
    fn place(&self, destination: &'a Object) -> Option<(usize, Option<f32>)> {
        let target = match destination {
            Object::Name(name) | Object::String(name, _) => self.named(name)?,
            other => other,
        };
        let array = match target {
            Object::Dictionary(holder) => self.objects.array(holder, b"D")?,
            other => other.as_array().ok()?.as_slice(),
        };
        let index = match array.first()? {
            Object::Reference(id) => *self.numbers().get(id)?,
            // Against the standard, some producers count the pages.
            Object::Integer(index) => usize::try_from(*index).ok()?,
            _ => return None,
        };
        let page = *self.pages.get(index)?;
        Some((index, self.top(page, array)))
    }

    fn numbers(&self) -> &HashMap<ObjectId, usize> {
        self.numbers.get_or_init(|| self.pages.iter().zip(0..).map(|(id, index)| (*id, index)).collect())
    }

    /// How far below the top of the page as shown.
    fn top(&self, page: ObjectId, destination: &[Object]) -> Option<f32> {
        let number = |index| self.objects.resolve(destination.get(index)?)?.as_float().ok();
        let (x, y) = match self.objects.resolve(destination.get(1)?)?.as_name().ok()? {
            b"XYZ" => (number(2).unwrap_or(0.0), number(3)?),
            b"FitH" | b"FitBH" => (0.0, number(2)?),
            b"FitR" => (number(2)?, number(5)?),
            _ => return None,
        };
        let (_, _, base) = frame(self.objects, self.objects.dictionary_of(page)?);
        Some(base[1] * x + base[3] * y + base[5]).filter(|top| top.is_finite())
    }

    fn named(&self, name: &[u8]) -> Option<&'a Object> {
        self.objects.resolve(self.names.get_or_init(|| self.read_names()).targets.get(name)?)
    }

    /// The name tree, and the dictionary that stood for it before PDF 1.2.
    fn read_names(&self) -> DestinationNames<'a> {
        let mut names = DestinationNames::default();
        let Some(catalog) = self.objects.catalog() else { return names };
        let max = self.objects.limits.outline_entries_max;
        if let Some(old) = self.objects.dictionary(catalog, b"Dests") {
            names.targets.extend(old.iter().take(max).map(|(name, target)| (name.clone(), target)));
        }
        let tree = self.objects.dictionary(catalog, b"Names");
        let mut seen = HashSet::new();
        let mut open: Vec<&Dictionary> =
            tree.and_then(|tree| self.objects.dictionary(tree, b"Dests")).into_iter().collect();
        while let Some(node) = open.pop() {
            for pair in self.objects.array(node, b"Names").unwrap_or_default().chunks_exact(2) {
                if let Some(Object::String(name, _)) = self.objects.resolve(&pair[0]) {
                    names.targets.insert(name.clone(), &pair[1]);
                }
            }
            if names.targets.len() > max || seen.len() > max {
                names.was_cut = true;
                return names;
            }
            let kids = self.objects.array(node, b"Kids").unwrap_or_default();
            let new = kids.iter().filter_map(|kid| kid.as_reference().ok()).filter(|id| seen.insert(*id));
            open.extend(new.filter_map(|id| self.objects.dictionary_of(id)));
        }
        names
    }
}

/// Makes headings of the blocks that entries lead to: same page, same letters. `entries` are those of the page.
pub(crate) fn mark_headings(page: &mut PdfPage, entries: &[OutlineEntry]) {
    let longest = entries.iter().map(|entry| entry.title.len()).max().unwrap_or(0) + NUMBER_BYTES_MAX;
    let mut keys: Vec<String> = page.blocks.iter().map(|block| key(block, longest)).collect();
    for entry in entries.iter().take(PAGE_ENTRIES_MAX) {
        let wanted = letters(&entry.title);
        let Some((mut start, mut count)) = found(page, &keys, &wanted, entry.top) else { continue };
        if start > 0 && page.blocks.get(start - 1).is_some_and(|above| is_number_line(above, &entry.title)) {
            (start, count) = (start - 1, count + 1);
        }
        let level = Some(entry.level);
        let heading = page.blocks.drain(start..start + count).reduce(joined);
        let heading = heading.map(|block| Block {
            kind: BlockKind::Heading,
            text: block.text.replace('\t', " "),
            level,
            ..block
        });
        page.blocks.splice(start..start, heading);
        // What is a heading of one entry is none of the next.
        keys.splice(start..start + count, [String::new()]);
    }
}

/// The blocks whose letters are `wanted`: where they start and how many they are; of several the nearest to `top`.
fn found(page: &PdfPage, keys: &[String], wanted: &str, top: Option<f32>) -> Option<(usize, usize)> {
    let starts =
        (0..keys.len()).filter(|start| !keys[*start].is_empty() && wanted.starts_with(&keys[*start]));
    let matching = starts.filter_map(|start| Some((start, count(keys.get(start..)?, wanted)?)));
    let distance = |(start, _): &(usize, usize)| {
        top.zip(page.blocks.get(*start)).map_or(0.0, |(top, block)| (block.area.top - top).abs())
    };
    matching.min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

/// Whether a block is "Kapittel 7", set above the title of "7 Kultur og idrett".
fn is_number_line(block: &Block, title: &str) -> bool {
    let mut words = block.text.split_whitespace();
    let number =
        title.split_whitespace().next().filter(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let is_number = |word: Option<&str>| word.is_some() && word == number;
    block.kind == BlockKind::Heading
        && block.level.is_none()
        && words.clone().count() == 2
        && is_number(words.nth(1))
}

/// How many of the first keys say `wanted` together.
fn count(keys: &[String], wanted: &str) -> Option<usize> {
    let mut rest = wanted;
    for (count, key) in (1..=TITLE_BLOCKS_MAX).zip(keys) {
        rest = rest.strip_prefix(key.as_str()).filter(|_| !key.is_empty())?;
        if rest.is_empty() {
            return Some(count);
        }
    }
    None
}

/// What a block is known by; empty when it cannot be a heading, or is longer than any title.
fn key(block: &Block, bytes_max: usize) -> String {
    let can_be = matches!(
        block.kind,
        BlockKind::Heading | BlockKind::Paragraph | BlockKind::ListItem | BlockKind::TableRow
    );
    if can_be && block.text.len() <= bytes_max { letters(&block.text) } else { String::new() }
}

/// Letters in lower case, without a number in front ("B.1"): numbers are set apart, or stand only in the outline.
fn letters(text: &str) -> String {
    let text = text.trim_start();
    let (first, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    let is_number = first.bytes().any(|byte| byte.is_ascii_digit())
        && first.chars().filter(|c| c.is_alphabetic()).count() <= 1;
    let title = if is_number && !rest.is_empty() { rest } else { text };
    title.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

fn joined(mut above: Block, below: Block) -> Block {
    let mut lines = std::mem::take(&mut above.lines);
    lines.extend(below.lines);
    Block {
        lines,
        text: format!("{} {}", above.text, below.text),
        line_count: above.line_count + below.line_count,
        area: Rect::union(above.area, below.area),
        ..above
    }
}
