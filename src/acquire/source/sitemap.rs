//! A sitemap, or an index of sitemaps → the addresses that it lists. Reads no page.

use super::address::BaseUrl;
use super::choice::Choice;
use super::listing::{Absence, DeclaredCount, ListedDocument, Listing, ListingContext, Origin};
use super::xml_list::{ListForm, fetched_items};
use crate::text::SourceMetadata;
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::{BTreeSet, VecDeque};
use url::Url;

/// Sitemaps that are read of one source. An index may name 50,000; the largest site seen has two.
const SITEMAPS_MAX: usize = 1000;

const FORM: ListForm =
    ListForm { name: "a sitemap", roots: &["urlset", "sitemapindex"], items: &["url", "sitemap"] };

/// Settings of a sitemap.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sitemap {
    /// The address of the sitemap or of the index.
    url: BaseUrl,
    /// Which addresses are taken.
    #[serde(default)]
    choose: Choice,
}

impl Sitemap {
    /// The addresses of all sitemaps, each once.
    pub(super) fn list(&self, context: &ListingContext<'_>) -> Listing {
        let mut listing = Listing::new(Absence::RequestPage);
        let mut entries = Vec::new();
        let mut n_addresses = 0;
        each_address(context, self.url.url(), &mut listing, &mut |address, modified| {
            n_addresses += 1;
            if self.choose.takes(address.as_str()) {
                entries.push(entry(address, modified));
            }
        });
        listing.entries = entries;
        if listing.unread.is_empty() {
            listing.declared.push(DeclaredCount {
                list: self.url.url().to_string(),
                kind: None,
                year: None,
                n_declared: n_addresses,
                n_listed: Some(n_addresses),
            });
        }
        listing
    }
}

/// Calls `on_address` once for each address of the sitemap at `first`, or of all sitemaps of the index there, with the time of
/// its last change. A sitemap that cannot be read is a failure in `listing`.
pub(super) fn each_address(
    context: &ListingContext<'_>,
    first: &Url,
    listing: &mut Listing,
    on_address: &mut dyn FnMut(Url, Option<Timestamp>),
) {
    let mut waiting = VecDeque::from([first.clone()]);
    let mut known: BTreeSet<Url> = waiting.iter().cloned().collect();
    let mut addresses = BTreeSet::new();
    while let Some(url) = waiting.pop_front() {
        let found = match fetched_items(context, &url, &FORM, listing) {
            Some(found) => found,
            None if listing.is_cut => break,
            None => continue,
        };
        for item in found {
            let Some(mut address) = item.text("loc").and_then(|text| url.join(text).ok()) else {
                continue;
            };
            address.set_fragment(None);
            if item.name == "sitemap" {
                if known.len() < SITEMAPS_MAX && known.insert(address.clone()) {
                    waiting.push_back(address);
                }
            } else if addresses.insert(address.clone()) {
                on_address(address, item.text("lastmod").and_then(modified));
            }
        }
    }
    if known.len() >= SITEMAPS_MAX {
        let text = format!("only the first {SITEMAPS_MAX} sitemaps are read");
        listing.notices.push((String::new(), text));
        listing.unread.push(String::new());
    }
}

fn entry(url: Url, modified: Option<Timestamp>) -> ListedDocument {
    ListedDocument {
        location: url.to_string(),
        public_url: url.to_string(),
        origin: Origin::Web { url, sha256: None, modified },
        metadata: SourceMetadata::default(),
    }
}

/// The moment after which a capture has the change: of a date without a time, the end of the day anywhere on earth.
fn modified(text: &str) -> Option<Timestamp> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    let day: jiff::civil::Date = text.get(..10)?.parse().ok()?;
    let midnight = jiff::tz::Offset::UTC.to_timestamp(day.to_datetime(jiff::civil::Time::midnight())).ok()?;
    midnight.checked_add(jiff::SignedDuration::from_hours(36)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_a_day_is_captured_when_the_day_is_over_everywhere() {
        let of = |text: &str| modified(text).map(|time| time.to_string());
        assert_eq!(of("2026-01-02T03:04:05+01:00").as_deref(), Some("2026-01-02T02:04:05Z"));
        assert_eq!(of("2026-01-02").as_deref(), Some("2026-01-03T12:00:00Z"));
        assert_eq!(of("2026-01-02T03:04").as_deref(), Some("2026-01-03T12:00:00Z"));
        assert_eq!((of("i går"), of("")), (None, None));
    }
}
