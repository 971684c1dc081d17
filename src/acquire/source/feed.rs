//! An RSS or Atom feed → the pages or files that its entries link to, with title and date. Reads no page.
//!
//! A feed has only the newest entries: an entry that is no longer in it has not been withdrawn.

use super::address::{BaseUrl, without_tracking};
use super::choice::Choice;
use super::listing::{Absence, ListedDocument, Listing, ListingContext, Origin};
use super::xml::XmlItem;
use super::xml_list::{ListForm, fetched_items};
use crate::text::{PartialDate, SourceMetadata};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde::Deserialize;
use std::collections::BTreeSet;
use url::Url;

/// RSS 1.0 has its items next to the channel, in an `RDF` element.
const FORM: ListForm =
    ListForm { name: "an RSS or Atom feed", roots: &["rss", "feed", "RDF"], items: &["item", "entry"] };

/// Settings of a feed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    /// The address of the feed.
    url: BaseUrl,
    /// Which addresses are taken.
    #[serde(default)]
    choose: Choice,
}

impl Feed {
    /// The links of the entries, each once.
    pub(super) fn list(&self, context: &ListingContext<'_>) -> Listing {
        let mut listing = Listing::new(Absence::NotFetched);
        let url = self.url.url();
        let mut seen = BTreeSet::new();
        for item in items(context, url, &mut listing).unwrap_or_default() {
            if self.choose.takes(item.link.as_str()) && seen.insert(item.link.clone()) {
                listing.entries.push(entry(item));
            }
        }
        listing
    }
}

/// An entry of a feed.
pub(super) struct FeedItem {
    pub(super) link: Url,
    pub(super) title: Option<String>,
    pub(super) published: Option<PartialDate>,
    /// When what it links to was changed last.
    pub(super) updated: Option<Timestamp>,
}

/// The entries of the feed at `url` that have a link. `None` when there is no feed; the listing then has the failure.
pub(super) fn items(context: &ListingContext<'_>, url: &Url, listing: &mut Listing) -> Option<Vec<FeedItem>> {
    let found = fetched_items(context, url, &FORM, listing)?;
    let item = |item: &XmlItem| {
        let dates = ["pubDate", "published", "date", "updated"];
        Some(FeedItem {
            link: link(item, url)?,
            title: item.text("title").map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")),
            published: dates.into_iter().find_map(|name| date(item.text(name)?)),
            updated: item.text("updated").and_then(|text| text.parse().ok()),
        })
    };
    Some(found.iter().filter_map(item).collect())
}

fn entry(item: FeedItem) -> ListedDocument {
    ListedDocument {
        location: item.link.to_string(),
        public_url: item.link.to_string(),
        origin: Origin::web(item.link),
        metadata: SourceMetadata {
            title: item.title,
            published: item.published,
            ..SourceMetadata::default()
        },
    }
}

/// The page of an entry: RSS has it as text, Atom as an attribute; where there is none, the identifier may be one.
fn link(item: &XmlItem, base: &Url) -> Option<Url> {
    let of_atom = || {
        let mut links = item.fields("link").filter(|link| link.attribute("href").is_some());
        let is_page =
            |link: &&super::xml::XmlField| matches!(link.attribute("rel"), None | Some("alternate"));
        links.find(is_page)?.attribute("href")
    };
    let of_id = || item.text("guid").or_else(|| item.text("id")).filter(|id| id.starts_with("http"));
    let written = item.text("link").or_else(of_atom).or_else(of_id)?;
    let url = base.join(written).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    Some(without_tracking(url))
}

/// A date as RSS (RFC 2822) or Atom (RFC 3339) writes it.
fn date(text: &str) -> Option<PartialDate> {
    if let Some(date) = text.get(..10).and_then(|day| day.parse::<PartialDate>().ok()) {
        return Some(date);
    }
    let day = rfc2822::parse(text).ok()?.date();
    PartialDate::from_day(day.year(), day.month(), day.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_both_forms_are_read() {
        let of = |text: &str| date(text).map(|date| date.to_string());
        assert_eq!(of("Fri, 03 Jul 2026 08:00:00 +0200").as_deref(), Some("2026-07-03"));
        assert_eq!(of("Fri, 03 Jul 2026 08:00:00 GMT").as_deref(), Some("2026-07-03"));
        assert_eq!(of("2026-07-03T23:30:00+02:00").as_deref(), Some("2026-07-03"));
        assert_eq!((of("3. juli 2026"), of("")), (None, None));
    }
}
