//! Sikt's Forvaltningsdatabasen: a unit of the state → its letters of allocation, annual reports and instructions by year.
//!
//! One page for each series of a unit. Addressee and year are certain here; who issued a letter stands in the letter. A unit
//! without letters of its own is shown those of the unit above it: these are left out, since they go to another addressee.

use super::address::{BaseUrl, rooted};
use super::listing::{Absence, ListedDocument, Listing, ListingContext, Origin};
use super::page::{WebPage, only_year, web_page};
use crate::text::{Kind, Language, SourceMetadata};
use serde::Deserialize;
use std::collections::BTreeSet;
use url::Url;

/// The service itself.
const BASE: &str = "https://forvaltningsdatabasen.sikt.no/";

/// The series of a unit: the last part of its page's address, and the kind of its documents.
const SERIES: [(&str, Kind); 3] = [
    ("tildelingsbrev", Kind::Tildelingsbrev),
    ("aarsmelding", Kind::Arsrapport),
    ("instruks", Kind::Instruks),
];

/// Settings of Forvaltningsdatabasen.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forvaltningsdatabasen {
    /// The numbers of the units: what stands after "Enhet #" on their pages.
    units: Vec<u32>,
    /// Takes these kinds of document: tildelingsbrev, årsrapport, instruks. Empty: all three.
    #[serde(default)]
    kinds: Vec<Kind>,
    /// Whether editions in English are taken as well.
    #[serde(default)]
    english: bool,
    /// A mirror of the service.
    #[serde(default)]
    base_url: Option<BaseUrl>,
}

impl Forvaltningsdatabasen {
    /// The files of all units, each address once.
    pub(super) fn list(&self, context: &ListingContext<'_>) -> Listing {
        let base = rooted(self.base_url.as_ref(), BASE);
        let mut listing = Listing::new(Absence::NotFetched);
        let mut seen = BTreeSet::new();
        for unit in &self.units {
            for (series, kind) in self.series() {
                let url = base.join(&format!("data/enhet/{unit}/{series}")).expect("it is a path");
                match context.get_part(&url, &mut listing) {
                    Some(exchange) => self.add(&url, kind, &web_page(&exchange), &mut seen, &mut listing),
                    None if listing.is_cut => return listing,
                    None => {}
                }
            }
        }
        listing
    }

    /// How many pages a run reads.
    pub(super) fn n_pages(&self) -> usize {
        self.units.len() * self.series().count()
    }

    fn series(&self) -> impl Iterator<Item = (&'static str, Kind)> {
        SERIES.into_iter().filter(|(_, kind)| self.kinds.is_empty() || self.kinds.contains(kind))
    }

    /// Adds the files of one page.
    fn add(&self, url: &Url, kind: Kind, page: &WebPage, seen: &mut BTreeSet<Url>, listing: &mut Listing) {
        let Some(unit) = page.heading.clone().filter(|name| !name.is_empty()) else {
            listing
                .unusable_part(url, "it has no heading that names the unit: the site may have been rebuilt");
            return;
        };
        if let Some(other) = page.text_after("Siden viser ") {
            listing.notices.push((
                url.to_string(),
                format!("'{unit}' has none of its own and is left out; the page shows {other}"),
            ));
            return;
        }
        for link in page.links.iter().filter(|link| link.url.path().contains("/filer/")) {
            let is_english = link.text.to_lowercase().contains("engelsk");
            if (is_english && !self.english) || !seen.insert(link.url.clone()) {
                continue;
            }
            let metadata = SourceMetadata {
                kind: Some(kind),
                year: only_year(&link.text),
                addressee: (kind != Kind::Arsrapport).then(|| unit.clone()),
                issuer: (kind == Kind::Arsrapport).then(|| unit.clone()),
                language: is_english.then_some(Language::ENGLISH),
                ..SourceMetadata::default()
            };
            listing.entries.push(ListedDocument {
                location: link.url.to_string(),
                public_url: link.url.to_string(),
                origin: Origin::web(link.url.clone()),
                metadata,
            });
        }
    }
}
