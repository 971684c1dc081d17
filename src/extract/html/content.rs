//! Which parts of a page are the document, and which are furniture, each with the rule that left it out.
//!
//! First the core is found: the innermost box with most of the running text. Then each box beside the way to the core is
//! judged by its name, the share of links in it, its text and its place. No single word of a class decides, and a box
//! with much of the page's running text is never furniture.

use super::evidence::{self, Evidence};
use super::lines;
use super::links;
use super::notes;
use super::outline::{PageOutline, TextSums};
use super::rule::FurnitureRule;
use super::tables;
use super::tags::{attribute, is_block, is_heading};
use std::collections::HashSet;

/// A box with this share of the page's running text is never furniture.
// Half: a theme whose article has the class "share" or "pagination-first" loses nothing; comments of a news page that
// are longer than the article are kept unless they stand after it and are named as such.
const PROSE_SHARE_KEPT: f64 = 0.5;
/// Above this share the evidence of a name must be supported by the shape or the place of the box.
const PROSE_SHARE_DOUBTED: f64 = 0.25;
/// The core is entered as long as one box has this share of the running text around it.
// 0.8: an article with a box of facts outside its body keeps both; two articles of equal length are never parted.
const CORE_SHARE_MIN: f64 = 0.8;
/// A box outside the core is part of the document when it has this share of the core's running text: an appendix, a
/// second article, a summary. Teasers and addresses in footers have less.
const OUTSIDE_SHARE_MIN: f64 = 0.15;
/// A box with this many points is furniture.
const POINTS_MIN: i32 = 3;
/// Boxes are teasers only on pages with at least this much running text. A choice: three sentences.
const PROSE_BESIDE_TEASERS: usize = 200;
/// Letters of running text that speak against a box being a list of links or labels.
const PROSE_OF_TEXT: usize = 60;

/// Marks all furniture in `outline` and gives the index of the core.
pub(super) fn mark(outline: &mut PageOutline) -> usize {
    let mut names = evidence::Names::default();
    let evidence: Vec<Option<Evidence>> = (0..outline.items.len())
        .map(|index| outline.element(index).and_then(|element| names.evidence(element)))
        .collect();
    let suspects = suspects(outline, &evidence);
    let main = declared_main(outline, &suspects);
    let core = core(outline, &suspects, main);
    let title = title(outline, core);
    let page = Judge {
        evidence: &evidence,
        prose: outline.tally(0).prose,
        core_prose: prose_without(outline, core, &suspects),
        main,
        core,
        title,
        titles: outline
            .within(main)
            .filter(|index| outline.name(*index) == "h1" && is_title(outline, *index))
            .collect(),
        data_tables: outline
            .within(0)
            .filter(|index| outline.name(*index) == "table" && !tables::is_layout(outline, *index))
            .collect(),
        marks: Vec::new(),
        outline,
    };
    let mut marks = page.marks();
    if letters_within(outline, &marks) >= outline.tally(0).letters {
        // Nothing would be left: a page with its menus is better than a lost document.
        marks.retain(|(index, _)| !outline.holds(main, *index) && !outline.holds(*index, main));
    }
    for (index, rule) in marks {
        outline.items[index].left_out.get_or_insert(rule);
    }
    core
}

/// The letters within the marked items, each counted once.
fn letters_within(outline: &PageOutline, marks: &[(usize, FurnitureRule)]) -> usize {
    let mut places: Vec<usize> = marks.iter().map(|(index, _)| *index).collect();
    places.sort_unstable();
    let (mut letters, mut end) = (0, 0);
    for index in places {
        if index >= end {
            letters += outline.tally(index).letters;
            end = outline.items[index].end;
        }
    }
    letters
}

/// The boxes that are furniture by their names, without those that hold the title or much of the running text.
fn suspects(outline: &PageOutline, evidence: &[Option<Evidence>]) -> Vec<usize> {
    let total = outline.tally(0).prose.max(1) as f64;
    let mut suspects = Vec::new();
    let mut next = 1;
    while next < outline.items.len() {
        let is_suspect = evidence[next].is_some_and(|found| {
            let tally = outline.tally(next);
            let is_much = tally.prose as f64 >= PROSE_SHARE_KEPT * total && tally.link_density() < 0.5;
            found.points >= POINTS_MIN && !is_much
        });
        if outline.items[next].left_out.is_some() {
            next = outline.items[next].end;
        } else if is_suspect && !holds_title(outline, next) {
            suspects.push(next);
            next = outline.items[next].end;
        } else {
            next += 1;
        }
    }
    suspects
}

fn holds_title(outline: &PageOutline, index: usize) -> bool {
    outline.within(index).any(|inner| outline.name(inner) == "h1" && is_title(outline, inner))
}

/// The running text of `index` outside the suspects.
fn prose_without(outline: &PageOutline, index: usize, suspects: &[usize]) -> usize {
    let from = suspects.partition_point(|suspect| *suspect < index);
    let inner = suspects[from..].iter().take_while(|suspect| outline.holds(index, **suspect));
    outline.tally(index).prose - inner.map(|suspect| outline.tally(*suspect).prose).sum::<usize>()
}

/// The box that the page itself declares to be its main part, or the body: the surest declaration that holds half of
/// the running text outside the suspects, or half of the letters outside links where there is no running text.
fn declared_main(outline: &PageOutline, suspects: &[usize]) -> usize {
    let total = prose_without(outline, 0, suspects);
    let plain = |index: usize| {
        let tally = outline.tally(index);
        tally.letters - tally.linked
    };
    let holds_half = |index: usize| {
        let prose = prose_without(outline, index, suspects);
        let is_sure = outline.element(index).and_then(main_rank).is_some_and(|rank| rank < 2);
        match total {
            0 => plain(index) > 0 && (is_sure || plain(index) * 4 >= plain(0)),
            _ => prose * 2 >= total,
        }
    };
    let mut best: Option<(u8, usize)> = None;
    for index in outline.within(0) {
        let Some(rank) = outline.element(index).and_then(main_rank) else { continue };
        if best.is_none_or(|(other, _)| rank < other)
            && outline.items[index].left_out.is_none()
            && holds_half(index)
        {
            best = Some((rank, index));
        }
    }
    best.map_or(0, |(_, index)| index)
}

/// How surely an element is declared to be the main part, the surest first. `None` when it is not declared.
fn main_rank(element: scraper::ElementRef) -> Option<u8> {
    const IDENTIFIERS: [&str; 8] = [
        "maincontent",
        "main-content",
        "main",
        "content",
        "innhold",
        "hovedinnhold",
        "hovudinnhald",
        "main_content",
    ];
    let id = attribute(element, "id").unwrap_or_default();
    match element.value().name() {
        "main" => Some(0),
        _ if attribute(element, "role") == Some("main") => Some(1),
        "article" => Some(2),
        _ if IDENTIFIERS.iter().any(|known| id.eq_ignore_ascii_case(known)) => Some(3),
        _ => None,
    }
}

/// The innermost box in `main` with most of its running text.
fn core(outline: &PageOutline, suspects: &[usize], main: usize) -> usize {
    let mut core = main;
    loop {
        let total = prose_without(outline, core, suspects);
        let is_entered = |child: &usize| {
            let prose = prose_without(outline, *child, suspects);
            is_box(outline, *child) && prose > 0 && prose as f64 >= CORE_SHARE_MIN * total as f64
        };
        let is_whole = outline.name(core) == "article" || holds_text_itself(outline, core);
        let inner = outline.children(core).find(is_entered);
        match inner {
            Some(child) if !is_whole || holds_whole(outline, child) => core = child,
            _ => return core,
        }
    }
}

/// Whether a box marks the document itself, so that it is a better core than the box around it.
fn holds_whole(outline: &PageOutline, index: usize) -> bool {
    outline.name(index) == "article" || outline.within(index).any(|inner| outline.name(inner) == "article")
}

/// Whether a box has text of its own beside the boxes in it: then it is where the document was written.
fn holds_text_itself(outline: &PageOutline, index: usize) -> bool {
    // More than a label: "Side 1 av 3" has 8 letters.
    const LETTERS_MIN: usize = 12;
    outline.children(index).any(|child| {
        let tally = outline.tally(child);
        let is_text =
            matches!(outline.name(child), "" | "p" | "blockquote" | "h2" | "h3" | "h4" | "h5" | "h6");
        is_text && outline.items[child].left_out.is_none() && tally.letters - tally.linked >= LETTERS_MIN
    })
}

/// Whether the core can be found within `index`: a box that groups others.
fn is_box(outline: &PageOutline, index: usize) -> bool {
    match outline.name(index) {
        "p" | "li" | "dt" | "dd" | "pre" | "ul" | "ol" | "dl" | "blockquote" | "details" | "figure" => false,
        "table" => tables::is_layout(outline, index),
        name => is_block(name) && !is_heading(name) || name.contains('-') || name == "span",
    }
}

/// The first heading of the page that is the document's title: in the core, or the last one before it.
fn title(outline: &PageOutline, core: usize) -> Option<usize> {
    let is_h1 = |index: &usize| outline.name(*index) == "h1" && is_title(outline, *index);
    if outline.within(core).any(|index| is_h1(&index)) {
        return None;
    }
    let before = (1..core).rev().find(is_h1);
    before.or_else(|| (1..core).rev().find(|index| outline.name(*index) == "h2" && is_title(outline, *index)))
}

/// Whether a heading has text that is no link and is shown: the name of the site is often an `h1` that links to its front page.
fn is_title(outline: &PageOutline, index: usize) -> bool {
    let tally = outline.tally(index);
    let is_shown = outline.items[index].left_out.is_none()
        && outline.ancestors(index).all(|outer| outline.items[outer].left_out.is_none());
    let in_menu =
        || outline.ancestors(index).any(|outer| matches!(outline.name(outer), "nav" | "aside" | "footer"));
    tally.letters > 0 && tally.linked == 0 && is_shown && !in_menu()
}

/// Where a box stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zone {
    /// On the way to the core or to the title: it holds them.
    Path,
    /// In the core, between title and core, or within a box outside that was found to be content.
    Inside,
    /// Beside the core in the page's declared main part.
    Margin,
    Outside,
}

struct Judge<'o, 'a> {
    outline: &'o PageOutline<'a>,
    /// The evidence of the names of each item.
    evidence: &'o [Option<Evidence>],
    /// The page's running text in letters.
    prose: usize,
    /// The core's running text in letters, suspects left out.
    core_prose: usize,
    /// The page's declared main part; the body when it declares none.
    main: usize,
    core: usize,
    title: Option<usize>,
    /// The main headings of the main part. The boxes that hold them are not furniture.
    titles: Vec<usize>,
    /// The tables of data. Decided once for each table: deciding it for each cell would take time quadratic in its size.
    data_tables: HashSet<usize>,
    marks: Vec<(usize, FurnitureRule)>,
}

impl Judge<'_, '_> {
    fn marks(mut self) -> Vec<(usize, FurnitureRule)> {
        let start = if self.core == 0 { Zone::Inside } else { Zone::Path };
        self.walk(0, start);
        self.marks
    }

    fn walk(&mut self, index: usize, zone: Zone) {
        let outline = self.outline;
        let mut children = outline.children(index).peekable();
        while let Some(child) = children.next() {
            if outline.items[child].left_out.is_some() {
                continue;
            }
            let zone = self.zone(child, zone);
            if zone == Zone::Path {
                self.walk(child, if child == self.core { Zone::Inside } else { zone });
            } else if let Some(rule) = self.judge(child, zone) {
                self.marks.push((child, rule));
            } else {
                if is_heading(outline.name(child)) && children.peek().is_some() {
                    self.named_box(child);
                }
                self.walk(child, Zone::Inside);
            }
        }
    }

    fn zone(&self, index: usize, outer: Zone) -> Zone {
        let outline = self.outline;
        if outer == Zone::Inside {
            return Zone::Inside;
        }
        if outline.holds(index, self.core) || self.title.is_some_and(|title| outline.holds(index, title)) {
            return Zone::Path;
        }
        let follows_title = self.title.is_some_and(|title| title < index);
        match () {
            () if follows_title && index < self.core => Zone::Inside,
            () if self.main > 0 && outline.holds(self.main, index) => Zone::Margin,
            () => Zone::Outside,
        }
    }

    /// Why the item at `index` is furniture. `None` when it is not.
    fn judge(&self, index: usize, zone: Zone) -> Option<FurnitureRule> {
        let tally = self.outline.tally(index);
        if tally.letters == 0 {
            return None;
        }
        let Some(element) = self.outline.element(index) else {
            return (zone == Zone::Outside && tally.prose == 0).then_some(FurnitureRule::Outside);
        };
        if notes::holds_notes(element) || notes::is_note_link(element) {
            return None;
        }
        if zone != Zone::Outside && self.titles.iter().any(|title| self.outline.holds(index, *title)) {
            return None;
        }
        let found = self.evidence[index];
        if !is_block(element.value().name()) && zone != Zone::Outside {
            return self.judge_inline(index, found, tally);
        }
        if self.is_protected(tally, found, zone) {
            return None;
        }
        let Evidence { rule, points } = self.strongest(index, found, zone);
        let points =
            points + self.points_of_shape(index, rule, tally) + self.points_of_place(index, found, zone);
        if points >= POINTS_MIN { Some(rule) } else { self.judge_shape(index, tally, zone) }
    }

    /// Whether a box has so much running text that it is not furniture by its name.
    fn is_protected(&self, tally: TextSums, found: Option<Evidence>, zone: Zone) -> bool {
        let is_much = tally.prose as f64 >= PROSE_SHARE_KEPT * self.prose.max(1) as f64;
        // Readers' comments may be longer than a whole article before them.
        let are_comments = zone == Zone::Outside
            && found.is_some_and(|found| found.rule == FurnitureRule::Comments && found.points > POINTS_MIN)
            && self.core_prose >= 500;
        let core = self.outline.tally(self.core);
        let outweighs_core =
            zone != Zone::Outside || tally.letters - tally.linked >= core.letters - core.linked;
        tally.prose > 0 && is_much && tally.link_density() < 0.5 && outweighs_core && !are_comments
    }

    /// The evidence of the element itself, or of the words that its box begins with.
    fn strongest(&self, index: usize, found: Option<Evidence>, zone: Zone) -> Evidence {
        let none = Evidence {
            rule: if zone == Zone::Outside { FurnitureRule::Outside } else { FurnitureRule::Links },
            points: 0,
        };
        let found = found.unwrap_or(none);
        if self.begins_as_box(index) {
            let rule = if found.points > 0 { found.rule } else { FurnitureRule::Related };
            return Evidence { rule, points: found.points + 2 };
        }
        found
    }

    fn begins_as_box(&self, index: usize) -> bool {
        let first = self.outline.within(index).find(|inner| {
            self.outline.tally(*inner).letters > 0
                && (is_heading(self.outline.name(*inner)) || self.outline.element(*inner).is_none())
        });
        first.is_some_and(|first| {
            // Most begin with running text, which is not written out to be asked.
            self.outline.tally(first).letters <= lines::BOX_BYTES_MAX
                && lines::names_a_box(&self.outline.text(first))
        })
    }

    fn points_of_shape(&self, index: usize, rule: FurnitureRule, tally: TextSums) -> i32 {
        let density = tally.link_density();
        let is_data = self.is_in_table(index);
        let mut points = match density {
            _ if is_data => 0,
            _ if density >= 0.6 && tally.links >= 2 && tally.prose < PROSE_OF_TEXT => 2,
            _ if density >= 0.35 => 1,
            _ => 0,
        };
        let is_linked = |inner: &usize| links::is_linked_heading(self.outline, *inner);
        if rule == FurnitureRule::Related && self.outline.within(index).filter(is_linked).take(2).count() == 2
        {
            points += 1;
        }
        if links::to_documents(self.outline, index) {
            points -= 2;
        }
        if rule.is_of_links() && tally.prose >= PROSE_OF_TEXT && density < 0.15 {
            points -= 2;
        }
        if tally.prose as f64 >= PROSE_SHARE_DOUBTED * self.prose.max(1) as f64 {
            points -= 1;
        }
        points
    }

    /// Whether an item is a part of a table of data.
    fn is_in_table(&self, index: usize) -> bool {
        let is_part = matches!(self.outline.name(index), "table" | "tbody" | "tr" | "td" | "th" | "thead");
        let mut outer = std::iter::once(index).chain(self.outline.ancestors(index));
        is_part
            && outer
                .find(|outer| self.outline.name(*outer) == "table")
                .is_none_or(|table| self.data_tables.contains(&table))
    }

    fn points_of_place(&self, index: usize, found: Option<Evidence>, zone: Zone) -> i32 {
        let (of_text, of_others) = match zone {
            Zone::Outside => (2, 3),
            Zone::Margin => (0, 1),
            Zone::Path | Zone::Inside => return 0,
        };
        let tally = self.outline.tally(index);
        let is_weighty = tally.prose as f64 >= OUTSIDE_SHARE_MIN * self.core_prose.max(1) as f64;
        let is_text = tally.prose > 0 && is_weighty && tally.link_density() < 0.4;
        // A signature or date beside the body of a letter: unnamed, without links, in the same box.
        // The title of an old page is a row of its own above the row with the text.
        let parent = self.outline.items[index].parent;
        let is_row_above =
            self.outline.name(index) == "tr" && index < self.core && self.outline.holds(parent, self.core);
        let is_beside = self.core > 0
            && (parent == self.outline.items[self.core].parent || is_row_above)
            && found.is_none()
            && tally.links + tally.anchors + tally.controls == 0;
        if is_text || is_beside { of_text } else { of_others }
    }

    /// Labels and links within a line of text are left out only when their names are sure evidence and they are short.
    fn judge_inline(&self, index: usize, found: Option<Evidence>, tally: TextSums) -> Option<FurnitureRule> {
        // The longest label of a link to share, skip or page on our pages has 34 letters.
        const LABEL_LETTERS_MAX: usize = 60;
        if self.outline.name(index) == "button" {
            return (!self.is_switch(index)).then_some(FurnitureRule::Control);
        }
        if self.outline.name(index) == "time" && self.is_alone(index) {
            return Some(FurnitureRule::Byline);
        }
        let Evidence { rule, points } = found?;
        (points >= POINTS_MIN
            && tally.letters <= LABEL_LETTERS_MAX
            && tally.prose == 0
            && !self.is_in_sentence(index))
        .then_some(rule)
    }

    /// Whether an inline element is all that its block says.
    fn is_alone(&self, index: usize) -> bool {
        let block = self.outline.ancestors(index).find(|outer| is_block(self.outline.name(*outer)));
        let letters = self.outline.tally(index).letters;
        block.is_some_and(|block| self.outline.tally(block).letters == letters)
    }

    /// Whether the block around an inline element is running text.
    fn is_in_sentence(&self, index: usize) -> bool {
        let block = self.outline.ancestors(index).find(|outer| is_block(self.outline.name(*outer)));
        block.is_some_and(|block| {
            matches!(self.outline.name(block), "p" | "li" | "td" | "dd" | "blockquote")
                && self.outline.tally(block).prose > 0
        })
    }

    /// Whether a button is the heading of what it unfolds.
    fn is_switch(&self, index: usize) -> bool {
        let outline = self.outline;
        let Some(button) = outline.element(index) else { return false };
        if outline.ancestors(index).take(4).any(|outer| is_heading(outline.name(outer))) {
            return true;
        }
        let says_so = ["aria-expanded", "aria-controls", "data-toggle", "data-target", "data-bs-target"]
            .iter()
            .any(|name| attribute(button, name).is_some())
            || button.value().classes().any(|class| class.contains("accordion") || class.contains("collaps"));
        // What it unfolds follows it, or follows the box that it fills.
        let mut places = std::iter::once(index).chain(outline.ancestors(index)).take(3);
        says_so
            && places.any(|place| {
                let after = outline.items[place].end;
                let parent_end = outline.items[outline.items[place].parent].end;
                outline.tally_between(after.min(parent_end), parent_end).prose > 0
            })
    }

    /// Furniture without evidence in names: forms, lists of contents, lists of links before or after all text.
    fn judge_shape(&self, index: usize, tally: TextSums, zone: Zone) -> Option<FurnitureRule> {
        let outline = self.outline;
        if zone != Zone::Outside && outline.name(index) == "form" && tally.controls > 0 && tally.prose < 300 {
            return Some(FurnitureRule::Form);
        }
        if tally.controls > 0 && tally.prose < 200 && asks_for_address(outline, index) {
            return Some(FurnitureRule::Newsletter);
        }
        if links::is_contents(outline, index) {
            return Some(FurnitureRule::Contents);
        }
        let has_text = self.core_prose > 0;
        // An agenda consists of linked headings with a line each: only beside other text are they teasers.
        let is_minor =
            tally.prose * 2 < self.core_prose && self.core_prose - tally.prose >= PROSE_BESIDE_TEASERS;
        (has_text && zone != Zone::Outside && self.is_at_edge(index) && links::is_list(outline, index))
            .then_some(FurnitureRule::Links)
            .or_else(|| (is_minor && links::are_teasers(outline, index)).then_some(FurnitureRule::Related))
    }

    /// Whether no running text stands before, or none after a box within the core.
    fn is_at_edge(&self, index: usize) -> bool {
        let (start, end) =
            (self.title.unwrap_or(self.core).min(self.core), self.outline.items[self.core].end);
        let (from, to) = (index.max(start), self.outline.items[index].end.min(end));
        self.outline.tally_between(start.min(from), from).prose == 0
            || self.outline.tally_between(to, end.max(to)).prose == 0
    }

    /// Marks what follows a heading such as "Related articles" up to the next heading, where it is links; after the heading of
    /// readers' comments all that follows, where the text of the page stands before it.
    fn named_box(&mut self, heading: usize) {
        let outline = self.outline;
        let text = outline.text(heading);
        let parent_end = outline.items[outline.items[heading].parent].end;
        if lines::names_comments(&text) && outline.tally_between(0, heading).prose >= PROSE_BESIDE_TEASERS {
            let mut next = heading;
            while next < parent_end {
                self.marks.push((next, FurnitureRule::Comments));
                next = outline.items[next].end;
            }
        }
        if !lines::names_a_box(&text) {
            return;
        }
        let mut end = outline.items[heading].end;
        while end < parent_end && !is_heading(outline.name(end)) {
            end = outline.items[end].end;
        }
        let tally = outline.tally_between(outline.items[heading].end, end);
        if tally.letters == 0 || tally.link_density() < 0.5 && tally.anchored * 2 < tally.letters {
            return;
        }
        let mut next = heading;
        while next < end {
            self.marks.push((next, FurnitureRule::Related));
            next = outline.items[next].end;
        }
    }
}

/// Whether a box has a field for an address of e-mail, which shows that it offers a newsletter.
fn asks_for_address(outline: &PageOutline, index: usize) -> bool {
    let is_field = |field: scraper::ElementRef| {
        field.value().name() == "input"
            && (attribute(field, "type") == Some("email")
                || attribute(field, "name").is_some_and(|name| name.to_ascii_lowercase().contains("email")))
    };
    outline.element(index).is_some_and(|element| element.descendent_elements().any(is_field))
}
