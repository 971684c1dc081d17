//! A parsed page → one flat list of what it shows, in document order, with sums of text for any part of it.
//!
//! Scripts, styles, controls, deleted text and the like are not in the list. Parts that the page hides are in it, marked.

use super::hidden::{self, Visibility};
use super::rule::FurnitureRule;
use super::tags::{attribute, is_block};
use scraper::{ElementRef, Html};
use std::collections::HashSet;

/// A block with fewer letters outside its links is a label, even with a full stop.
// "Høringsfrist: 01.10.2026" has 22, "Ingressen om tillit." 18; the shortest sentences of our letters have 30 to 40.
const PROSE_LETTERS_MIN: usize = 25;
/// A block with this many letters outside its links is running text although no full stop ends it.
// List items and broken-off leads; the longest line of a menu on our pages has 71.
const PROSE_LETTERS_SURE: usize = 80;

/// A piece of text or an element.
#[derive(Clone, Copy)]
pub(super) enum PageNode<'a> {
    Text(&'a str),
    Element(ElementRef<'a>),
}

/// One node of the page with its place in the list.
pub(super) struct OutlineItem<'a> {
    pub(super) node: PageNode<'a>,
    /// Index of the element that it stands in. The root is its own parent.
    pub(super) parent: usize,
    /// Index after the last item within it.
    pub(super) end: usize,
    /// Why it and all in it are left out. `None` when they are not.
    pub(super) left_out: Option<FurnitureRule>,
}

/// Sums over a part of the page; letters are characters other than white space.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct TextSums {
    pub(super) letters: usize,
    /// Letters within links to other pages.
    pub(super) linked: usize,
    /// Letters within links to places of this page.
    pub(super) anchored: usize,
    /// Letters outside links in blocks of running text.
    pub(super) prose: usize,
    /// Links to other pages.
    pub(super) links: usize,
    /// Links to places of this page.
    pub(super) anchors: usize,
    /// Fields and buttons that a visitor fills in or presses.
    pub(super) controls: usize,
}

impl TextSums {
    /// The share of letters within links to other pages.
    pub(super) fn link_density(&self) -> f64 {
        self.linked as f64 / self.letters.max(1) as f64
    }

    fn plus(self, other: TextSums) -> TextSums {
        TextSums {
            letters: self.letters + other.letters,
            linked: self.linked + other.linked,
            anchored: self.anchored + other.anchored,
            prose: self.prose + other.prose,
            links: self.links + other.links,
            anchors: self.anchors + other.anchors,
            controls: self.controls + other.controls,
        }
    }

    fn minus(self, other: TextSums) -> TextSums {
        TextSums {
            letters: self.letters - other.letters,
            linked: self.linked - other.linked,
            anchored: self.anchored - other.anchored,
            prose: self.prose - other.prose,
            links: self.links - other.links,
            anchors: self.anchors - other.anchors,
            controls: self.controls - other.controls,
        }
    }
}

/// Everything that a page shows.
pub(super) struct PageOutline<'a> {
    pub(super) items: Vec<OutlineItem<'a>>,
    /// `sums[i]` is the tally of all items before `i`.
    sums: Vec<TextSums>,
}

impl<'a> PageOutline<'a> {
    /// The outline of the page's body. With `shows_hidden`, nothing counts as hidden by a style.
    pub(super) fn of(tree: &'a Html, shows_hidden: bool) -> PageOutline<'a> {
        let body = body(tree);
        let mut builder = Builder {
            items: Vec::new(),
            own: Vec::new(),
            block: TextBlock::default(),
            opened: hidden::opened_by_click(body),
            shows_hidden,
        };
        builder.element(body, 0, TextPlace::default());
        builder.end_block();
        let mut sums = Vec::with_capacity(builder.own.len() + 1);
        let mut sum = TextSums::default();
        sums.push(sum);
        for own in &builder.own {
            sum = sum.plus(*own);
            sums.push(sum);
        }
        PageOutline { items: builder.items, sums }
    }

    /// The sums of the items from `start` up to `end`.
    pub(super) fn tally_between(&self, start: usize, end: usize) -> TextSums {
        self.sums[end].minus(self.sums[start])
    }

    /// The sums of the item at `index` with all in it.
    pub(super) fn tally(&self, index: usize) -> TextSums {
        self.tally_between(index, self.items[index].end)
    }

    pub(super) fn element(&self, index: usize) -> Option<ElementRef<'a>> {
        match self.items[index].node {
            PageNode::Element(element) => Some(element),
            PageNode::Text(_) => None,
        }
    }

    /// The name of the element at `index`; empty for text.
    pub(super) fn name(&self, index: usize) -> &'a str {
        match self.items[index].node {
            PageNode::Element(element) => element.value().name(),
            PageNode::Text(_) => "",
        }
    }

    /// The items directly within `index`.
    pub(super) fn children(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        let end = self.items[index].end;
        let first = (index + 1 < end).then_some(index + 1);
        std::iter::successors(first, move |child| {
            let next = self.items[*child].end;
            (next < end).then_some(next)
        })
    }

    /// The items within `index`, at any depth, in order.
    pub(super) fn within(&self, index: usize) -> std::ops::Range<usize> {
        index + 1..self.items[index].end
    }

    /// Whether `inner` is `outer` or stands in it.
    pub(super) fn holds(&self, outer: usize, inner: usize) -> bool {
        outer <= inner && inner < self.items[outer].end
    }

    /// The elements that `index` stands in, the innermost first.
    pub(super) fn ancestors(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        let parent_of = |index: usize| (index > 0).then(|| self.items[index].parent);
        std::iter::successors(parent_of(index), move |outer| parent_of(*outer))
    }

    /// The visible text of `index` without regard to blocks; text that is left out is not in it.
    pub(super) fn text(&self, index: usize) -> String {
        let mut text = String::new();
        let mut next = index;
        while next < self.items[index].end {
            let item = &self.items[next];
            if item.left_out.is_some() {
                next = item.end;
                continue;
            }
            match item.node {
                PageNode::Text(piece) => text.push_str(piece),
                PageNode::Element(element) if is_block(element.value().name()) => text.push(' '),
                PageNode::Element(_) => {}
            }
            next += 1;
        }
        crate::text::normalise(&text)
    }
}

/// The page's body, or its root where it has none (a frameset).
pub(super) fn body(tree: &Html) -> ElementRef<'_> {
    let root = tree.root_element();
    root.child_elements().find(|element| element.value().name() == "body").unwrap_or(root)
}

/// The number of characters of `text` other than white space.
fn letters(text: &str) -> usize {
    text.bytes().filter(|byte| !byte.is_ascii_whitespace() && (*byte & 0xc0) != 0x80).count()
}

#[derive(Clone, Copy, Default)]
struct TextPlace {
    link: LinkTarget,
    is_hidden: bool,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum LinkTarget {
    #[default]
    None,
    OtherPage,
    ThisPage,
}

/// The block of text that is being read.
#[derive(Default)]
struct TextBlock {
    /// Index of its first text.
    start: Option<usize>,
    letters: usize,
    linked: usize,
    ends_as_sentence: bool,
}

struct Builder<'a> {
    items: Vec<OutlineItem<'a>>,
    own: Vec<TextSums>,
    block: TextBlock,
    /// Identifiers of the parts that a click shows.
    opened: HashSet<&'a str>,
    shows_hidden: bool,
}

impl<'a> Builder<'a> {
    fn element(&mut self, element: ElementRef<'a>, parent: usize, place: TextPlace) {
        let shown = hidden::shown(element, &self.opened);
        if shown == Visibility::Never {
            if is_control(element) && !place.is_hidden {
                self.add_control();
            }
            return;
        }
        let name = element.value().name();
        let starts_hidden = shown == Visibility::Hidden && !self.shows_hidden && !place.is_hidden;
        let is_hidden = place.is_hidden || starts_hidden;
        let is_block = is_block(name);
        if is_block {
            self.end_block();
        }
        let index =
            self.push(PageNode::Element(element), parent, starts_hidden.then_some(FurnitureRule::Hidden));
        let link = self.link(element, index, place.link, is_hidden);
        for child in element.children() {
            if let Some(text) = child.value().as_text() {
                self.text(text, index, TextPlace { link, is_hidden });
            } else if let Some(inner) = ElementRef::wrap(child) {
                self.element(inner, index, TextPlace { link, is_hidden });
            }
        }
        if is_block {
            self.end_block();
        }
        self.items[index].end = self.items.len();
    }

    fn link(&mut self, element: ElementRef, index: usize, outer: LinkTarget, is_hidden: bool) -> LinkTarget {
        let name = element.value().name();
        if name == "button" && !is_hidden {
            self.own[index].controls = 1;
        }
        let Some(href) = (name == "a").then(|| attribute(element, "href")).flatten() else { return outer };
        let tally = &mut self.own[index];
        if href.trim_start().starts_with('#') {
            tally.anchors += usize::from(!is_hidden);
            LinkTarget::ThisPage
        } else {
            tally.links += usize::from(!is_hidden);
            LinkTarget::OtherPage
        }
    }

    fn text(&mut self, text: &'a str, parent: usize, place: TextPlace) {
        let index = self.push(PageNode::Text(text), parent, None);
        let letters = letters(text);
        if letters == 0 || place.is_hidden {
            return;
        }
        let tally = &mut self.own[index];
        tally.letters = letters;
        match place.link {
            LinkTarget::OtherPage => tally.linked = letters,
            LinkTarget::ThisPage => tally.anchored = letters,
            LinkTarget::None => {}
        }
        let block = &mut self.block;
        block.start.get_or_insert(index);
        block.letters += letters;
        block.linked += if place.link == LinkTarget::None { 0 } else { letters };
        block.ends_as_sentence = text.trim_end().ends_with(['.', '!', '?', ':', ';', '…', '»', '”', '"']);
    }

    fn push(&mut self, node: PageNode<'a>, parent: usize, left_out: Option<FurnitureRule>) -> usize {
        let index = self.items.len();
        self.items.push(OutlineItem { node, parent, end: index + 1, left_out });
        self.own.push(TextSums::default());
        index
    }

    fn add_control(&mut self) {
        if let Some(tally) = self.own.last_mut() {
            tally.controls += 1;
        }
    }

    /// Adds the running text of the block that ends here to the sums of its first text.
    fn end_block(&mut self) {
        let block = std::mem::take(&mut self.block);
        let Some(start) = block.start else { return };
        let plain = block.letters - block.linked;
        let is_long = plain >= PROSE_LETTERS_SURE || block.ends_as_sentence && plain >= PROSE_LETTERS_MIN;
        if is_long && plain > block.linked {
            self.own[start].prose = plain;
        }
    }
}

fn is_control(element: ElementRef) -> bool {
    match element.value().name() {
        "input" => !matches!(attribute(element, "type"), Some("hidden")),
        "select" | "textarea" => true,
        _ => false,
    }
}
