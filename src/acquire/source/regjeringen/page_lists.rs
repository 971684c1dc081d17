//! The lists of regjeringen.no (pages of lists, the sitemap, the feed) → the pages that they name, each once.

use super::found_page::{FoundPage, n_known, of_kind};
use super::page_address::{kind_of_slug, page_address, page_of_document};
use crate::acquire::source::checkpoint::Checkpoint;
use crate::acquire::source::feed;
use crate::acquire::source::listing::{DeclaredCount, Listing, ListingContext};
use crate::acquire::source::page::{Link, web_page};
use crate::acquire::source::sitemap;
use crate::text::{Kind, PartialDate, SourceMetadata};
use jiff::Timestamp;
use regex::Regex;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use url::Url;

/// The lists without a filter, and the kind of their documents. Only the number in an address is stable.
pub(super) const LISTS: [(&str, Kind); 4] = [
    ("no/dokument/meldst/id1754/", Kind::Stortingsmelding),
    ("no/dokument/prop/id1753/", Kind::Proposisjon),
    ("no/dokument/nou-ar/id1767/", Kind::Nou),
    ("no/dokument/hoyringar/id1763/", Kind::Horing),
];
/// The newest pages of the site, without a filter.
const FEED: &str = "no/rss/Rss/2581966/";
const SITEMAP: &str = "globalassets/sitemap/sitemap.xml";
/// Pages of a list. The longest had 348 in 2026.
const PAGES_MAX: u32 = 3000;
/// A list of which more is held than this share is read only as far as it has new pages. The rest is what vanished, and what
/// two lists count differently.
const HELD_MIN_PERCENT: u64 = 97;

/// A page of a list, as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct ListPage {
    pages: BTreeMap<String, FoundPage>,
    n_total: Option<u64>,
    has_next: bool,
}

/// The lists and the choice of their pages.
pub(super) struct PageLists<'a> {
    pub(super) context: &'a ListingContext<'a>,
    pub(super) base: &'a Url,
    pub(super) kinds: &'a [Kind],
    pub(super) reads_sitemap: bool,
    /// Lists need not be read further when all of a page is older.
    pub(super) year_from: Option<i16>,
}

impl PageLists<'_> {
    /// All pages, by id. A list that cannot be read is a failure in `listing`.
    pub(super) fn read(&self, listing: &mut Listing) -> BTreeMap<String, FoundPage> {
        let mut found = BTreeMap::new();
        let mut checkpoint = Checkpoint::open(self.context.checkpoint, self.base.as_str(), self.context.now);
        self.feed(&mut found, listing);
        for (path, kind) in LISTS.iter().filter(|(_, kind)| self.takes(*kind)) {
            if listing.is_cut {
                break;
            }
            self.list(path, *kind, &mut checkpoint, &mut found, listing);
        }
        if self.reads_sitemap && !listing.is_cut {
            self.sitemap(&mut found, listing);
        }
        if let Some(cause) = checkpoint.failure.take() {
            listing.notices.push((String::new(), format!("the pages of the lists are not kept: {cause}")));
        }
        found
    }

    fn takes(&self, kind: Kind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// Adds the newest pages: those of a series that is taken, and changes of pages that are held.
    fn feed(&self, found: &mut BTreeMap<String, FoundPage>, listing: &mut Listing) {
        let url = self.base.join(FEED).expect("it is a path");
        for item in feed::items(self.context, &url, listing).unwrap_or_default() {
            let kind = kind_of_slug(&item.link);
            let metadata = SourceMetadata { title: item.title, published: item.published, ..of_kind(kind) };
            self.add_unlisted(&item.link, metadata, item.updated, found);
        }
    }

    fn sitemap(&self, found: &mut BTreeMap<String, FoundPage>, listing: &mut Listing) {
        let url = self.base.join(SITEMAP).expect("it is a path");
        let mut addresses = Vec::new();
        sitemap::each_address(self.context, &url, listing, &mut |address, modified| {
            addresses.push((address, modified));
        });
        if !listing.is_cut {
            let n_addresses = addresses.len() as u64;
            listing.declared.push(DeclaredCount {
                list: "sitemap".to_owned(),
                kind: None,
                year: None,
                n_declared: n_addresses,
                n_listed: Some(n_addresses),
            });
        }
        for (address, modified) in addresses {
            self.add_unlisted(&address, of_kind(kind_of_slug(&address)), modified, found);
        }
    }

    /// Adds a page whose kind no list has, if it may be of a kind that is taken.
    fn add_unlisted(
        &self,
        url: &Url,
        metadata: SourceMetadata,
        modified: Option<Timestamp>,
        found: &mut BTreeMap<String, FoundPage>,
    ) {
        let Some(page) = page_address(url, self.base) else { return };
        let is_held = self.context.known.contains_key(&page_of_document(&page.id));
        let is_of_series = metadata.kind.is_some_and(|kind| self.takes(kind));
        let has_list = |kind: &Kind| LISTS.iter().any(|(_, listed)| listed == kind);
        // Kinds without a list can be any page of a document.
        let takes_all = self.reads_sitemap && !self.kinds.iter().all(has_list);
        let may_be_other =
            takes_all && metadata.kind.is_none() && page.public.path().contains("/dokumenter/");
        if is_held || is_of_series || may_be_other {
            add(
                found,
                page.id,
                FoundPage { public: page.public.to_string(), metadata, departments: Vec::new(), modified },
            );
        }
    }

    /// Reads a list to its end, or as far as it has pages that are not held when nearly all of it is.
    fn list(
        &self,
        path: &str,
        kind: Kind,
        checkpoint: &mut Checkpoint,
        found: &mut BTreeMap<String, FoundPage>,
        listing: &mut Listing,
    ) {
        let n_held = n_known(self.context.known, kind);
        let (mut is_mostly_held, mut n_total) = (false, 0);
        let mut previous: Vec<String> = Vec::new();
        let mut listed = BTreeSet::new();
        for number in 1..=PAGES_MAX {
            let Some(page) = self.list_page(path, kind, number, checkpoint, listing) else { return };
            if let Some(total) = page.n_total.filter(|_| number == 1) {
                listing.declared.push(DeclaredCount {
                    list: path.to_owned(),
                    kind: Some(kind),
                    year: None,
                    n_declared: total,
                    n_listed: None,
                });
                n_total = total;
                is_mostly_held = n_held * 100 >= n_total * HELD_MIN_PERCENT;
            }
            let ids: Vec<String> = page.pages.keys().cloned().collect();
            let is_held = |id: &String| self.context.known.contains_key(&page_of_document(id));
            let is_known = !ids.is_empty() && ids.iter().all(is_held);
            // A site that does not understand `page` returns the first one for ever.
            let is_repeated = ids == previous;
            let is_past = page.pages.values().all(|page| self.is_too_old(page));
            listed.extend(ids.iter().cloned());
            for (id, page) in page.pages {
                add(found, id, page);
            }
            if !page.has_next || is_repeated {
                let n_listed = listed.len() as u64;
                for count in listing.declared.iter_mut().filter(|count| count.list == path) {
                    count.n_listed = Some(n_listed);
                }
                note_missing(path, n_listed, n_total, listing);
                return;
            }
            // The newest documents come first.
            if is_past || is_known && is_mostly_held {
                return;
            }
            previous = ids;
        }
        listing.notices.push((path.to_owned(), format!("only the first {PAGES_MAX} pages are read")));
    }

    fn is_too_old(&self, page: &FoundPage) -> bool {
        self.year_from.zip(page.metadata.published).is_some_and(|(from, date)| date.year() < from)
    }

    /// A page of a list, from the checkpoint or the network.
    fn list_page(
        &self,
        path: &str,
        kind: Kind,
        number: u32,
        checkpoint: &mut Checkpoint,
        listing: &mut Listing,
    ) -> Option<ListPage> {
        let name = format!("{}-{number}.json", kind.name());
        // The first page is always requested: new documents appear there.
        if let Some(kept) = checkpoint.get(&name).filter(|_| number > 1) {
            return Some(kept);
        }
        let mut url = self.base.join(path).expect("it is a path");
        if number > 1 {
            url.set_query(Some(&format!("page={number}")));
        }
        let exchange = self.context.get_part(&url, listing)?;
        let page = web_page(&exchange);
        let pages: BTreeMap<String, FoundPage> =
            page.links.iter().filter_map(|link| self.listed(link, kind)).collect();
        let n_total = page.text_after("Viser ").and_then(n_total);
        if pages.is_empty() && n_total != Some(0) {
            listing.unusable_part(&url, "it lists no documents: the site may have been rebuilt");
            return None;
        }
        let kept = ListPage { pages, n_total, has_next: page.next.is_some() };
        checkpoint.put(&name, &kept);
        Some(kept)
    }

    /// The document that an item of a list names.
    fn listed(&self, link: &Link, kind: Kind) -> Option<(String, FoundPage)> {
        let item = link.item.as_ref().filter(|_| link.is_in_content)?;
        let page =
            page_address(&link.url, self.base).filter(|page| page.public.path().contains("/dokumenter/"))?;
        let published = date_in(item);
        let title = Some(link.text.clone()).filter(|title| !title.is_empty());
        let metadata = SourceMetadata { title, published, ..of_kind(Some(kind)) };
        let departments = vec![item.clone()];
        Some((page.id, FoundPage { public: page.public.to_string(), metadata, departments, modified: None }))
    }
}

/// Adds a notice when a list ended before the number of documents that it declares.
fn note_missing(path: &str, n_listed: u64, n_total: u64, listing: &mut Listing) {
    if n_listed * 100 < n_total * HELD_MIN_PERCENT {
        let text = format!("it says that it has {n_total} documents, and lists {n_listed}");
        listing.notices.push((path.to_owned(), text));
    }
}

fn add(found: &mut BTreeMap<String, FoundPage>, id: String, page: FoundPage) {
    let page = match found.remove(&id) {
        Some(known) => known.merged(page),
        None => page,
    };
    found.insert(id, page);
}

/// "1-20 av 6960 treff" → 6960; the digits may be grouped.
fn n_total(text: &str) -> Option<u64> {
    let text = text.replace('\u{a0}', " ");
    let (_, rest) = text.split_once(" av ")?;
    let digits: String =
        rest.chars().take_while(|c| !c.is_alphabetic()).filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// "03.07.2026"
fn date_in(text: &str) -> Option<PartialDate> {
    static DATE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\b(\d{2})\.(\d{2})\.((?:19|20)\d\d)\b").expect("it is a pattern"));
    let found = DATE.captures(text)?;
    format!("{}-{}-{}", &found[3], &found[2], &found[1]).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_hits_and_the_date_of_an_item_are_read() {
        assert_eq!(n_total("1-20 av 6960 treff"), Some(6960));
        assert_eq!(n_total("1-20 av\u{a0}6\u{a0}960 treff"), Some(6960));
        assert_eq!(n_total("alle"), None);
        assert_eq!(date_in("Brev 03.07.2026 Høyring").unwrap().to_string(), "2026-07-03");
        assert_eq!(date_in("Frist 3. juli"), None);
    }
}
