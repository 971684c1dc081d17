//! HTML → one page of passages: decoded, cut to a bounded depth, without the page's furniture. Refuses error pages, lists
//! of search results and pages without text.
//!
//! Runs no script and fetches nothing: a page whose text arrives by script has no text here.

mod content;
mod decode;
mod depth;
mod error_page;
mod evidence;
mod hidden;
mod lines;
mod links;
mod listing;
mod metadata;
mod notes;
mod outline;
mod passages;
mod rule;
mod sniff;
mod tables;
mod tags;

use crate::text::{Document, Notice, Page, Passage, PassageKind, Rejection};
use outline::PageOutline;
use passages::LeftOut;
use rule::FurnitureRule;
use scraper::Html;

pub(super) use decode::decode;
pub(super) use sniff::is_html;

/// Larger pages are refused. A choice, not a measurement: a hundred times the largest of our real pages (268 kB).
const HTML_BYTES_MAX: usize = 32 << 20;
/// A page that shows less than this beside text hidden by styles shows its text by a script.
const SHOWN_LETTERS_MIN: usize = 200;
/// When less than this share of the text outside links is kept, a notice says so.
// Half: our pages of regjeringen.no and stortinget.no keep 60 to 99 %, the rest being addresses and labels of menus.
const KEPT_SHARE_MIN: f64 = 0.5;

/// The document of an HTML page.
pub(super) fn read(bytes: &[u8]) -> Result<Document, Rejection> {
    if bytes.len() > HTML_BYTES_MAX {
        return Err(Rejection::new(
            format!("too large: more than {HTML_BYTES_MAX} bytes of HTML"),
            "split the page",
        ));
    }
    let (text, mut notices) = decode(bytes);
    let (before, text) = sniff::without_preamble(&text);
    let (bounded, is_cut) = depth::bound(text);
    if is_cut {
        let limit = depth::DEPTH_MAX;
        notices.push(Notice::of_document(format!("elements nested deeper than {limit} are flattened")));
    }
    let tree = Html::parse_document(&bounded);
    let mut outline = outline(&tree, &mut notices);
    content::mark(&mut outline);
    let (mut passages, mut left_out) = passages::of(&outline);
    if let Some(text) = before {
        left_out.insert(0, LeftOut { rule: FurnitureRule::BeforePage, text });
    }
    error_page::refuse(&tree, &passages)?;
    listing::refuse(&outline)?;
    notices.extend(listing::notice(&outline));
    notices.extend(small_share(&outline));
    let metadata = metadata::of(&tree);
    passages.extend(left_out.into_iter().map(furniture));
    Ok(Document {
        metadata,
        pages: vec![Page { number: None, label: None, passages }],
        notices,
        ..Document::default()
    })
}

/// What is left out, under the name of the rule that left it out.
fn furniture(left_out: LeftOut) -> Passage {
    let section = vec![left_out.rule.name().to_owned()];
    Passage { section, ..Passage::new(PassageKind::Furniture, left_out.text) }
}

/// The outline of what the page shows, or of all its text where it hides nearly all until a script runs.
fn outline<'a>(tree: &'a Html, notices: &mut Vec<Notice>) -> PageOutline<'a> {
    let outline = PageOutline::of(tree, false);
    if outline.tally(0).letters >= SHOWN_LETTERS_MIN {
        return outline;
    }
    let whole = PageOutline::of(tree, true);
    if whole.tally(0).prose < outline.tally(0).prose + 2 * SHOWN_LETTERS_MIN {
        return outline;
    }
    notices.push(Notice::of_document("the page hides its text until a script runs; the hidden text is read"));
    whole
}

/// A notice when little of the text outside links is kept.
fn small_share(outline: &PageOutline) -> Option<Notice> {
    let plain = |index: usize| {
        let tally = outline.tally(index);
        tally.letters - tally.linked - tally.anchored
    };
    let all = plain(0);
    let mut left_out = 0;
    let mut next = 0;
    while next < outline.items.len() {
        let item = &outline.items[next];
        left_out += if item.left_out.is_some() { plain(next) } else { 0 };
        next = if item.left_out.is_some() { item.end } else { next + 1 };
    }
    let share = (all - left_out) as f64 / all.max(1) as f64;
    (share < KEPT_SHARE_MIN).then(|| {
        let percent = (share * 100.0).round();
        Notice::of_document(format!(
            "{percent} % of the visible text outside links is kept; the rest was taken for furniture"
        ))
    })
}
