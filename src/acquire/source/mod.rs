//! Sources of documents: each kind is a file here that turns its settings into a [`Listing`].
//!
//! A new kind is a file with its settings and their `list`, a variant of [`SourceKind`], and a line in
//! [`SourceKind::list`]. Nothing else depends on what kinds there are.

mod address;
mod choice;
mod decoding;
mod feed;
mod folder;
mod forvaltningsdatabasen;
mod kudos;
mod listing;
mod names;
mod page;
mod page_links;
mod sitemap;
mod urls;
mod xml;

pub(super) use listing::{Absence, FileStamp, ListedDocument, Listing, ListingContext, Origin};

use super::Error;
use super::web::Budget;
use feed::Feed;
use folder::Folder;
use forvaltningsdatabasen::Forvaltningsdatabasen;
use jiff::Timestamp;
use kudos::Kudos;
use page_links::PageLinks;
use serde::Deserialize;
use sitemap::Sitemap;
use std::collections::BTreeSet;
use std::path::Path;
use urls::Urls;

/// A source as the configuration declares it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SourceSettings {
    /// Unique; small letters, digits, `_` and `-`.
    pub name: String,
    /// Whether it is read; true unless it says otherwise.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// How much it may cost in one run.
    #[serde(default)]
    pub budget: Budget,
    /// What it is. Its own fields stand next to `kind`; unknown fields are refused.
    #[serde(flatten)]
    pub kind: SourceKind,
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
    /// Pages that are watched for links to documents.
    PageLinks(PageLinks),
    /// A sitemap.
    Sitemap(Sitemap),
    /// An RSS or Atom feed.
    Feed(Feed),
}

/// What a run would ask for at least.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Pages of lists.
    pub(super) n_lists: usize,
    /// Addresses of documents. `None`: those that are held, and what is new.
    pub(super) n_addresses: Option<usize>,
}

impl SourceKind {
    /// What the source has.
    pub(super) fn list(&self, context: &ListingContext<'_>) -> Listing {
        match self {
            SourceKind::Folder(folder) => folder.list(context.corpus_root),
            SourceKind::Urls(urls) => urls.list(context.corpus_root),
            SourceKind::Kudos(kudos) => kudos.list(context),
            SourceKind::Forvaltningsdatabasen(units) => units.list(context),
            SourceKind::PageLinks(pages) => pages.list(context),
            SourceKind::Sitemap(sitemap) => sitemap.list(context),
            SourceKind::Feed(feed) => feed.list(context),
        }
    }

    /// What a run asks for at least, as far as it can be told without asking anything.
    pub(super) fn plan(&self, corpus_root: &Path, now: Timestamp) -> Plan {
        let lists = |n_lists: usize| Plan { n_lists, ..Plan::default() };
        match self {
            SourceKind::Folder(_) => Plan::default(),
            SourceKind::Urls(urls) => {
                Plan { n_addresses: Some(urls.list(corpus_root).entries.len()), n_lists: 0 }
            }
            SourceKind::Kudos(kudos) => Plan { n_addresses: Some(0), n_lists: kudos.n_slices(now) },
            SourceKind::Forvaltningsdatabasen(units) => lists(units.n_pages()),
            SourceKind::PageLinks(pages) => lists(pages.n_pages()),
            SourceKind::Sitemap(_) | SourceKind::Feed(_) => lists(1),
        }
    }

    /// Whether its documents, or its listing, come from the network.
    pub(super) fn is_remote(&self) -> bool {
        !matches!(self, SourceKind::Folder(_))
    }
}

fn yes() -> bool {
    true
}

/// Checks that names are well formed and unique.
pub fn check_names(sources: &[SourceSettings]) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    for SourceSettings { name, .. } in sources {
        let attempt = format!("cannot use the source '{name}'");
        let is_allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-');
        if name.is_empty() || !name.bytes().all(is_allowed) {
            return Err(Error::new(attempt, "its name is not of small letters, digits, '_' and '-'")
                .hint("rename it in the configuration"));
        }
        if !seen.insert(name) {
            return Err(Error::new(attempt, "two sources have this name").hint("rename one of them"));
        }
    }
    Ok(())
}
