//! The settings of a source, and the kinds of source.

use super::feed::Feed;
use super::folder::Folder;
use super::forvaltningsdatabasen::Forvaltningsdatabasen;
use super::kudos::{self, Kudos};
use super::listing::{Editions, ListedDocument, Listing, ListingContext};
use super::page_links::PageLinks;
use super::regjeringen::{self, Regjeringen};
use super::sitemap::Sitemap;
use super::stortinget::Stortinget;
use super::urls::Urls;
use crate::acquire::fetch::Exchange;
use crate::acquire::web::SourceBudget;
use crate::text::SourceMetadata;
use jiff::Timestamp;
use serde::Deserialize;
use std::path::Path;
use url::Url;

/// A source as the configuration declares it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SourceSettings {
    /// Unique; small letters, digits, `_` and `-`.
    pub(crate) name: String,
    /// Whether it is read; true by default.
    #[serde(default = "yes")]
    pub(crate) enabled: bool,
    /// Metadata of each of its documents for which neither the source nor a table has other values.
    #[serde(default)]
    pub(crate) defaults: SourceMetadata,
    /// Documents that are left out, as patterns of their locations: `*.xlsx`, `utkast`, `2014/**/vedlegg-*`.
    #[serde(default)]
    pub(crate) exclude: Vec<String>,
    /// The largest cost of the source in one run.
    #[serde(default)]
    pub(crate) budget: SourceBudget,
    /// The kind of source. Its own fields stand next to `kind`; unknown fields are refused.
    #[serde(flatten)]
    pub(crate) kind: SourceKind,
}

/// The kinds of source and the settings of each.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SourceKind {
    /// A folder of files, read recursively.
    Folder(Folder),
    /// A list of addresses.
    Urls(Urls),
    /// DFØ's collection of documents.
    Kudos(Kudos),
    /// Sikt's database of the state's units.
    Forvaltningsdatabasen(Forvaltningsdatabasen),
    /// The site of the government and its departments.
    Regjeringen(Regjeringen),
    /// The Storting's export interface.
    Stortinget(Stortinget),
    /// Pages that are watched for links to documents.
    PageLinks(PageLinks),
    /// A sitemap.
    Sitemap(Sitemap),
    /// An RSS or Atom feed.
    Feed(Feed),
}

/// The requests that a run makes at least.
#[derive(Debug, Default)]
pub(in crate::acquire) struct Plan {
    /// Pages of lists.
    pub(in crate::acquire) n_lists: usize,
    /// Addresses of documents. `None`: those that are held, and what is new.
    pub(in crate::acquire) n_addresses: Option<usize>,
}

impl SourceKind {
    /// The documents that the source has.
    pub(super) fn list(&self, context: &ListingContext<'_>) -> Listing {
        match self {
            SourceKind::Folder(folder) => folder.list(context.corpus_root),
            SourceKind::Urls(urls) => urls.list(context.corpus_root),
            SourceKind::Kudos(kudos) => kudos.list(context),
            SourceKind::Forvaltningsdatabasen(units) => units.list(context),
            SourceKind::Regjeringen(site) => site.list(context),
            SourceKind::Stortinget(service) => service.list(context),
            SourceKind::PageLinks(pages) => pages.list(context),
            SourceKind::Sitemap(sitemap) => sitemap.list(context),
            SourceKind::Feed(feed) => feed.list(context),
        }
    }

    /// The requests that a run makes at least, as far as they are known without a request.
    pub(in crate::acquire) fn plan(&self, corpus_root: &Path, now: Timestamp) -> Plan {
        let lists = |n_lists: usize| Plan { n_lists, ..Plan::default() };
        match self {
            SourceKind::Folder(_) => Plan::default(),
            SourceKind::Urls(urls) => {
                Plan { n_addresses: Some(urls.list(corpus_root).entries.len()), n_lists: 0 }
            }
            SourceKind::Kudos(kudos) => Plan { n_addresses: Some(0), n_lists: kudos.n_slices(now) },
            SourceKind::Forvaltningsdatabasen(units) => lists(units.n_pages()),
            SourceKind::Regjeringen(site) => lists(site.n_lists()),
            SourceKind::Stortinget(service) => lists(service.n_lists()),
            SourceKind::PageLinks(pages) => lists(pages.n_pages()),
            SourceKind::Sitemap(_) | SourceKind::Feed(_) => lists(1),
        }
    }

    /// The name of the column that identifies the documents in a table.
    pub(crate) fn location_column(&self) -> &'static str {
        match self {
            SourceKind::Folder(_) => "file",
            SourceKind::Kudos(_) | SourceKind::Regjeringen(_) | SourceKind::Stortinget(_) => "id",
            _ => "url",
        }
    }

    /// The folder of its files, relative to that of the corpus. `None` when it is no folder.
    pub(crate) fn folder(&self) -> Option<&std::path::Path> {
        match self {
            SourceKind::Folder(folder) => Some(folder.path()),
            _ => None,
        }
    }

    /// The page of a document, which answers 404 or 410 when the document is gone.
    pub(in crate::acquire) fn page_address(&self, location: &str) -> Option<Url> {
        match self {
            SourceKind::Kudos(kudos) => kudos.page_address(location),
            SourceKind::Stortinget(service) => service.page_address(location),
            _ => Url::parse(location).ok(),
        }
    }

    /// The id that the document at `location` has now, when its page redirects to the page `answered` of another id.
    pub(in crate::acquire) fn moved_to(&self, location: &str, answered: &Url) -> Option<String> {
        let SourceKind::Kudos(_) = self else { return None };
        kudos::document_id(answered.as_str()).filter(|id| location.split('/').next() != Some(id.as_str()))
    }

    /// Whether what it lists are pages that only lead to the documents.
    pub(in crate::acquire) fn lists_pages(&self) -> bool {
        matches!(self, SourceKind::Regjeringen(_))
    }

    /// The document of a listed page, fetched from `url`. `None` when the page has none that is taken.
    pub(in crate::acquire) fn editions(
        &self,
        entry: &ListedDocument,
        html: &[u8],
        url: &Url,
    ) -> Option<Editions> {
        match self {
            SourceKind::Regjeringen(site) => site.editions(entry, html, url),
            _ => None,
        }
    }

    /// The reason why a response of the service is not the requested document.
    pub(in crate::acquire) fn refusal(&self, exchange: &Exchange) -> Option<String> {
        match self {
            SourceKind::Stortinget(service) => service.refusal(exchange),
            _ => None,
        }
    }

    /// Whether the location is archived without being a document: a page that leads to one.
    pub(in crate::acquire) fn is_part(&self, location: &str) -> bool {
        self.lists_pages() && regjeringen::is_part(location)
    }

    /// Whether its list has to be fetched.
    pub(in crate::acquire) fn is_listed_on_network(&self) -> bool {
        self.is_remote() && !matches!(self, SourceKind::Urls(_))
    }

    /// Whether its documents, or its listing, come from the network.
    pub(in crate::acquire) fn is_remote(&self) -> bool {
        match self {
            SourceKind::Folder(_) => false,
            SourceKind::Kudos(kudos) => !kudos.is_offline(),
            _ => true,
        }
    }
}

fn yes() -> bool {
    true
}
