//! regjeringen.no → its documents by the numbers of their pages: lists, sitemap and news feed name the pages, each
//! page names the place of its document.
//!
//! Requests only what the site's robots.txt allows: the bare feed, the sitemap, `?page=N` of the unfiltered lists, `?ch=N` of
//! documents, files. The filters and the API of the site are closed to robots.

mod code;
mod document_page;
mod found_page;
mod page_address;
mod page_lists;

use super::address::{BaseUrl, rooted};
use super::listing::{Absence, Editions, ListedDocument, Listing, ListingContext, Origin};
use super::names::InstitutionNames;
use super::page::page_of;
use crate::text::{Kind, SourceMetadata};
use document_page::PageReader;
use found_page::{FoundPage, is_known_page, known_page};
use jiff::{SignedDuration, Timestamp};
pub(in crate::acquire) use page_address::page_of_document;
use page_address::{BASE, page_address, request_address};
use page_lists::{LISTS, PageLists};
use serde::Deserialize;
use url::Url;

/// Settings of regjeringen.no.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Regjeringen {
    /// The site, or a mirror of it.
    base_url: Option<BaseUrl>,
    /// Takes these kinds of document. stortingsmelding, proposisjon, nou and høring have lists of their own; others come from
    /// the sitemap.
    kinds: Vec<Kind>,
    /// Takes the pages that the site labels with these departments of today. Empty: all.
    #[serde(alias = "issuer")]
    issuers: InstitutionNames,
    /// First year of publication.
    year_from: Option<i16>,
    /// Last year of publication.
    year_to: Option<i16>,
    /// Whether the sitemap is read as well: it has pages that the lists lack, and lacks some that they have.
    sitemap: bool,
    /// Whether the files that a page links to besides its document are taken, as documents of their own.
    attachments: bool,
    /// After how many days a page and its files are requested again, unless the site declares a change.
    recheck_days: u16,
}

impl Default for Regjeringen {
    fn default() -> Regjeringen {
        Regjeringen {
            base_url: None,
            kinds: LISTS.map(|(_, kind)| kind).to_vec(),
            issuers: InstitutionNames::default(),
            year_from: None,
            year_to: None,
            sitemap: false,
            attachments: true,
            recheck_days: 7,
        }
    }
}

/// Whether a location is that of a page or a chapter, which is archived but is not a document.
pub(super) fn is_part(location: &str) -> bool {
    document_page::is_part(location)
}

/// The id of the page at an address in another source: "id3118916".
pub(super) fn id_in(address: &str) -> Option<String> {
    let site = Url::parse(BASE).ok()?;
    page_address(&site.join(address).ok()?, &site).map(|page| page.id)
}

/// The publication code in the address of a file in another source.
pub(super) fn code_in(address: &str) -> Option<String> {
    code::publication_code(address.split(['?', '#']).next()?).map(|code| code.code)
}

impl Regjeringen {
    /// The pages that the settings choose: those that lists have, and those that are held.
    pub(super) fn list(&self, context: &ListingContext<'_>) -> Listing {
        let base = self.base();
        // A document that is gone is noticed when its page is requested, since all pages that are held are listed.
        let mut listing = Listing::new(Absence::NotFetched);
        let lists = PageLists {
            context,
            base: &base,
            kinds: &self.kinds,
            reads_sitemap: self.sitemap,
            year_from: self.year_from,
        };
        let found = lists.read(&mut listing);
        let recheck = SignedDuration::from_hours(24 * i64::from(self.recheck_days));
        let requested_before = context.now.checked_sub(recheck).unwrap_or(context.now);
        for (id, page) in &found {
            if self.is_wanted(page) {
                let known = context.known.get(&page_of_document(id)).map(|row| row.metadata.clone());
                // The feed does not have the kind of a page; the list that named it first does.
                let metadata = page.metadata.clone().or(known.unwrap_or_default());
                let page = FoundPage { metadata, ..page.clone() };
                listing.entries.extend(entry(&base, id, &page, requested_before));
            }
        }
        for row in context.known.values().filter(|row| is_known_page(row)) {
            let id = row.location.split('/').next().unwrap_or_default();
            let page = known_page(row, &base).filter(|page| self.is_chosen(&page.metadata));
            if let Some(page) = page.filter(|_| !found.contains_key(id)) {
                listing.entries.extend(entry(&base, id, &page, requested_before));
            }
        }
        listing
    }

    /// The editions that the page `html`, fetched for `entry`, offers. `None` when it is not of a kind that is taken.
    pub(in crate::acquire) fn editions(
        &self,
        entry: &ListedDocument,
        html: &[u8],
        url: &Url,
    ) -> Option<Editions> {
        let (base, page) = (self.base(), page_of(html, url));
        // The requested page, also when the site sent it under another address.
        let public = Url::parse(&entry.public_url).ok()?;
        let address = page_address(&public, &base)?;
        let listed = entry.metadata.clone();
        let reader = PageReader { page: &page, address, base: &base, listed };
        let mut editions = reader.editions(&self.kinds)?;
        if !self.attachments {
            editions.files.truncate(usize::from(editions.composed.is_none()));
        }
        Some(editions)
    }

    /// How many pages of lists a run reads at least.
    pub(super) fn n_lists(&self) -> usize {
        let n_lists = LISTS.iter().filter(|(_, kind)| self.takes(*kind)).count();
        n_lists + 1 + usize::from(self.sitemap)
    }

    fn base(&self) -> Url {
        rooted(self.base_url.as_ref(), BASE)
    }

    fn takes(&self, kind: Kind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// A page is left out only by metadata that the lists have, never for want of it.
    fn is_wanted(&self, page: &FoundPage) -> bool {
        let is_issuer = self.issuers.is_empty()
            || page
                .departments
                .iter()
                .any(|name| self.issuers.iter().any(|issuer| name.contains(issuer.as_str())));
        is_issuer && self.is_chosen(&page.metadata)
    }

    /// Whether kind and year of publication, where they are known, are those that are taken.
    fn is_chosen(&self, metadata: &SourceMetadata) -> bool {
        let (from, to) = (self.year_from.unwrap_or(i16::MIN), self.year_to.unwrap_or(i16::MAX));
        let is_in_years = metadata.published.is_none_or(|date| (from..=to).contains(&date.year()));
        is_in_years && metadata.kind.is_none_or(|kind| self.takes(kind))
    }
}

/// A page, requested when its last capture is older than `requested_before` or than its change.
fn entry(base: &Url, id: &str, page: &FoundPage, requested_before: Timestamp) -> Option<ListedDocument> {
    let public = Url::parse(&page.public).ok()?;
    let modified = page.modified.map_or(requested_before, |modified| modified.max(requested_before));
    let url = request_address(&public, base);
    Some(ListedDocument {
        location: page_of_document(id),
        origin: Origin::Web { url, sha256: None, modified: Some(modified) },
        public_url: page.public.clone(),
        metadata: page.metadata.clone(),
    })
}
