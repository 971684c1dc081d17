//! Kudos, DFØ's collection of the administration's documents: its JSON API → a listing of PDFs with their records.
//!
//! The listing is made by a [`sweep`] of the whole collection, since the API has no list by addressee that is complete:
//! an actor is written in several ways. The wanted documents are chosen here. Reads no text and no web page.

mod alias;
mod bulk;
mod document;
mod sweep;

use super::address::{BaseUrl, rebased, rooted};
use super::listing::{Absence, ListedDocument, Listing, ListingContext, Origin};
use super::names::InstitutionNames;
use crate::acquire::Error;
use crate::text::Kind;
pub(crate) use alias::{ID_COLUMN, MOVED_COLUMN, document_id};
use bulk::Bulk;
use document::{DocumentFile, KudosDocument};
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::BTreeSet;
use sweep::{Sweep, SweepQuery, SweepResult};
use url::Url;

/// The service itself.
const BASE: &str = "https://kudos.dfo.no/";
/// A listing with a smaller share of the declared number of documents is partial. The best harvest known to us lacked 26 of 7,138
/// (0.4 %): the order of the list shifts while it is read.
const COVERAGE_MIN_PERCENT: u64 = 98;

/// Settings of Kudos.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Kudos {
    /// The service, or a mirror of it.
    base_url: Option<BaseUrl>,
    /// Takes letters to one of these and what one of these has issued or written: names, short names or organisation
    /// numbers. Empty: from and to all.
    #[serde(alias = "addressee")]
    addressees: InstitutionNames,
    /// Takes what one of these has issued. Empty: all issuers.
    #[serde(alias = "issuer")]
    issuers: InstitutionNames,
    /// Takes these kinds of document. Empty: all kinds.
    kinds: Vec<Kind>,
    /// First year of publication. With it or `year_to`, documents without a date of publication are left out.
    year_from: Option<i16>,
    /// Last year of publication.
    year_to: Option<i16>,
    /// Has the service itself look for an actor of this name: fewer requests, but documents that write it otherwise are
    /// missed.
    actor_name: Option<String>,
    /// The bulk release, read in place of the service: `{ tar = "kudos.tar", csv = "documents.csv.gz" }`.
    bulk: Option<Bulk>,
}

impl Kudos {
    /// The PDFs of all documents that the settings choose.
    pub(super) fn list(&self, context: &ListingContext<'_>) -> Listing {
        let base = rooted(self.base_url.as_ref(), BASE);
        if let Some(bulk) = &self.bulk {
            return self.list_release(context, &base, bulk);
        }
        let mut listing = Listing::new(Absence::RequestPage);
        let result = Sweep::new(context, &base, self.query()).run(&mut listing);
        listing.declared = result.declared_counts();
        self.judge(&result, &mut listing);
        let mut names = BTreeSet::new();
        for document in result.documents.values().filter(|document| self.is_wanted(document)) {
            names.extend(self.matching_names(document));
            add(&base, document, &mut listing);
        }
        self.note_unmatched(&names, &result, &mut listing);
        listing.entries.sort_by(|a, b| a.location.cmp(&b.location));
        listing
    }

    /// The chosen documents of the bulk release. It is of one day: documents that it lacks may be in the service.
    fn list_release(&self, context: &ListingContext<'_>, base: &Url, bulk: &Bulk) -> Listing {
        let attempt = "cannot read the bulk release of Kudos";
        let release = match bulk.read(context.corpus_root) {
            Ok(release) => release,
            Err(fault) => {
                let error =
                    Error::new(attempt, fault).hint("check `bulk` of the source in the configuration");
                return Listing::unreadable(Absence::NotFetched, error);
            }
        };
        let mut listing = Listing::new(Absence::NotFetched);
        for (line, cause) in release.faults {
            let error =
                Error::new(format!("{attempt}, line {line}"), cause).hint("correct the line in the table");
            listing.failures.push((format!("line {line}"), error));
        }
        for document in release.documents.iter().filter(|document| self.is_wanted(document)) {
            add(base, document, &mut listing);
        }
        for mut entry in std::mem::take(&mut listing.entries) {
            let sha256 = match &entry.origin {
                Origin::Web { sha256, .. } => *sha256,
                _ => None,
            };
            match sha256.and_then(|sha256| Some((sha256, *release.places.get(&sha256)?))) {
                Some((sha256, place)) => {
                    entry.origin = Origin::Member { tar: context.corpus_root.join(&bulk.tar), place, sha256 };
                    listing.entries.push(entry);
                }
                None => {
                    let error = Error::new(
                        format!("{attempt}: {}", entry.location),
                        "the tar does not have its file",
                    )
                    .hint("is it the tar of another release than the table?");
                    listing.failures.push((entry.location, error));
                }
            }
        }
        listing
    }

    /// The page of the document with this location, for readers.
    pub(super) fn page_address(&self, location: &str) -> Option<Url> {
        let id = location.split('/').next().unwrap_or_default();
        rooted(self.base_url.as_ref(), BASE).join(&alias::page_path(id)).ok()
    }

    /// Whether it is read from files.
    pub(super) fn is_offline(&self) -> bool {
        self.bulk.is_some()
    }

    /// In how many parts the list is read, each of a page or more.
    pub(super) fn n_slices(&self, now: Timestamp) -> usize {
        self.query().slices(now).len()
    }

    fn query(&self) -> SweepQuery<'_> {
        SweepQuery {
            year_from: self.year_from,
            year_to: self.year_to,
            actor_name: self.actor_name.as_deref(),
        }
    }

    fn is_wanted(&self, document: &KudosDocument) -> bool {
        let is_addressee = self.addressees.is_empty() || !self.matching_names(document).is_empty();
        let mut issuers = document.owners.iter().chain(&document.publishers);
        let is_issuer = self.issuers.is_empty() || issuers.any(|actor| actor.is_one_of(&self.issuers));
        let is_kind = self.kinds.is_empty() || document.kind().is_some_and(|kind| self.kinds.contains(&kind));
        is_addressee && is_issuer && is_kind && self.is_in_years(document)
    }

    fn is_in_years(&self, document: &KudosDocument) -> bool {
        let (from, to) = (self.year_from.unwrap_or(i16::MIN), self.year_to.unwrap_or(i16::MAX));
        let has_limits = self.year_from.is_some() || self.year_to.is_some();
        !has_limits || document.published.is_some_and(|date| (from..=to).contains(&date.year()))
    }

    /// Which of the wanted addressees the document has as an actor in any role.
    fn matching_names(&self, document: &KudosDocument) -> BTreeSet<String> {
        self.addressees
            .iter()
            .filter(|name| document.actors().any(|actor| actor.is_called(name)))
            .cloned()
            .collect()
    }

    /// Whether the sweep was complete enough to conclude something from what it lacks.
    fn judge(&self, result: &SweepResult, listing: &mut Listing) {
        let n_listed = result.documents.len() as u64;
        let n_declared = result.n_declared.unwrap_or(n_listed);
        if n_listed.saturating_mul(100) < n_declared.saturating_mul(COVERAGE_MIN_PERCENT) {
            listing.notices.push((
                String::new(),
                format!("only {n_listed} of the {n_declared} documents that the service says it has could be listed"),
            ));
            listing.unread.push(String::new());
        }
        if !result.is_complete && !listing.unread.iter().any(String::is_empty) {
            listing.unread.push(String::new());
        }
    }

    /// A name that nothing has is probably misspelt.
    fn note_unmatched(&self, found: &BTreeSet<String>, result: &SweepResult, listing: &mut Listing) {
        if !result.is_complete || result.documents.is_empty() {
            return;
        }
        for name in self.addressees.iter().filter(|name| !found.contains(*name)) {
            let text = format!("no document of the chosen kinds and years has an actor called '{name}'");
            listing.notices.push((String::new(), text));
        }
    }
}

/// Adds the files of a document: the main one under the document's id, others below it.
fn add(base: &Url, document: &KudosDocument, listing: &mut Listing) {
    let files = document.readable_files();
    if files.is_empty() {
        let extension = document.files.first().map(DocumentFile::extension).unwrap_or_default();
        *listing.skipped.entry(extension).or_default() += 1;
    }
    for (index, file) in files.into_iter().enumerate() {
        let location = match index {
            0 => document.uuid.clone(),
            _ => format!("{}/{}", document.uuid, file.name_in_document()),
        };
        match file.address(base, &document.uuid) {
            Some(public) => listing.entries.push(ListedDocument {
                location,
                public_url: public.to_string(),
                origin: Origin::Web {
                    url: rebased(&public, BASE, base),
                    sha256: file.sha256,
                    modified: None,
                },
                metadata: document.metadata(file, index == 0),
            }),
            None => {
                let error =
                    Error::new(format!("cannot fetch {location}"), "Kudos has no usable address of its file")
                        .hint("look at it in a browser");
                listing.failures.push((location, error));
            }
        }
    }
}
