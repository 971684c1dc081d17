//! Sources that list pages instead of documents: a page → the editions that it names, and documents that are composed of
//! several pages.

use super::archive::{Archive, iso};
use super::fetch::Exchange;
use super::round::{FoundEditions, LocationOutcome, Round};
use super::source::{Composed, ListedDocument, Listing, Origin, joined_pages, page_of_document, page_text};
use super::{Error, is_held, store};
use std::collections::BTreeSet;
use url::Url;

impl Round<'_, '_, '_> {
    /// Notes the editions of a page that was fetched now.
    pub(super) fn note_editions(&mut self, entry: &ListedDocument, exchange: &Exchange, has_changed: bool) {
        if !self.is_page(&entry.location) {
            return;
        }
        if let Some(editions) = self.kind.editions(entry, &exchange.payload, &exchange.url) {
            self.editions.push(FoundEditions { page: entry.location.clone(), editions, has_changed });
        }
    }

    /// Reads the editions that the pages of this run named, and those of pages whose document is still missing. Returns how many
    /// were not reached.
    pub(super) fn read_editions(&mut self, source: &str, listing: &Listing) -> Result<u64, Error> {
        if !self.kind.lists_pages() || self.is_stopped() {
            return Ok(0);
        }
        // Pages that were archived in this run are read back.
        self.archive.with(Archive::commit)?;
        self.mark_documents_of_gone_pages(source)?;
        self.find_missing(source, listing)?;
        let found = std::mem::take(&mut self.editions);
        let mut asked = Vec::new();
        for FoundEditions { editions, has_changed, .. } in &found {
            let is_new = |part: &&ListedDocument| *has_changed || !self.has_capture(&part.location);
            let parts = editions.parts.iter().filter(is_new);
            for entry in editions.files.iter().chain(parts) {
                if let Origin::Web { url, .. } = &entry.origin {
                    asked.push((entry, url));
                }
            }
        }
        let mut n_waiting = self.pages(source, asked)?;
        if !self.is_stopped() {
            self.archive.with(Archive::commit)?;
            for composed in found.iter().filter_map(|found| found.editions.composed.as_ref()) {
                n_waiting += u64::from(!self.compose(source, composed)?);
            }
        }
        Ok(n_waiting)
    }

    fn is_page(&self, location: &str) -> bool {
        self.kind.lists_pages() && location == page_of_document(location)
    }

    fn has_capture(&self, location: &str) -> bool {
        self.known.rows.get(location).is_some_and(|row| row.capture.is_some())
    }

    /// Adds the editions of pages that were not fetched in this run and whose document is missing, because a run was cut off before it.
    fn find_missing(&mut self, source: &str, listing: &Listing) -> Result<(), Error> {
        let found: BTreeSet<String> = self.editions.iter().map(|found| found.page.clone()).collect();
        for entry in listing.entries.iter().filter(|entry| !found.contains(&entry.location)) {
            let document = entry.location.split('/').next().unwrap_or_default();
            let is_missing = self
                .known
                .rows
                .get(document)
                .is_none_or(|row| row.capture.is_none() || row.failure.is_some());
            let Some(capture) = self.capture_of(source, &entry.location)?.filter(|_| is_missing) else {
                continue;
            };
            let payload = self.archive.with(|archive| archive.payload(&capture.sha256))?;
            let Ok(url) = Url::parse(&capture.target_uri) else { continue };
            if let Some(editions) = self.kind.editions(entry, &payload, &url) {
                let page = entry.location.clone();
                self.editions.push(FoundEditions { page, editions, has_changed: false });
            }
        }
        Ok(())
    }

    /// The current capture of a location, also one of this run.
    fn capture_of(&self, source: &str, location: &str) -> Result<Option<super::archive::Capture>, Error> {
        self.archive.with(|archive| {
            let catalogue = archive.catalogue();
            let row = catalogue.holding(source, location)?.filter(|row| row.vanished_at.is_none());
            row.and_then(|row| row.capture).map(|id| catalogue.capture(&id)).transpose().map(Option::flatten)
        })
    }

    /// Archives a document that is composed of pages. Returns whether all of them are there.
    fn compose(&mut self, source: &str, composed: &Composed) -> Result<bool, Error> {
        let mut pages = Vec::new();
        for location in &composed.parts {
            match self.capture_of(source, location)? {
                Some(capture) => pages.push(self.archive.with(|archive| archive.payload(&capture.sha256))?),
                None => return self.cannot_compose(source, composed, location),
            }
        }
        let bytes = match &mut pages[..] {
            [page] => std::mem::take(page),
            pages => {
                let texts: Vec<String> = pages.iter().map(|page| page_text(page)).collect();
                joined_pages(&texts).into_bytes()
            }
        };
        let mut row = self.row(source, &composed.location);
        let before = row.clone();
        let archive = self.archive;
        let _held = archive.hold();
        let outcome = store::composed(self, &mut row, &composed.public_url, bytes, &composed.metadata)?;
        if row != before {
            self.put(&row)?;
        }
        self.emit(source, &composed.location, outcome);
        Ok(true)
    }

    /// A page is missing: because it failed, or because the run did not reach it.
    fn cannot_compose(&mut self, source: &str, composed: &Composed, part: &str) -> Result<bool, Error> {
        let row = self.archive.with(|archive| archive.catalogue().holding(source, part))?;
        let Some(failure) = row.and_then(|row| row.failure) else { return Ok(false) };
        let cause = format!("its part {part} cannot be read: {}", failure.reason);
        let error = Error::new(format!("cannot compose {}", composed.public_url), cause)
            .hint("it is tried again in the next run");
        let outcome = self.failed(source, &composed.location, error)?;
        self.emit(source, &composed.location, outcome);
        Ok(true)
    }

    /// A document is gone when its page is.
    fn mark_documents_of_gone_pages(&mut self, source: &str) -> Result<(), Error> {
        let of_documents =
            self.known.rows.values().filter(|row| is_held(row) && !self.is_page(&row.location));
        let held: Vec<_> = of_documents.cloned().collect();
        for mut row in held {
            let page = page_of_document(&row.location);
            let page = self.archive.with(|archive| archive.catalogue().holding(source, &page))?;
            if page.is_some_and(|page| page.vanished_at.is_some()) {
                row.vanished_at = Some(iso(self.options.now));
                row.failure = None;
                self.put(&row)?;
                self.emit(source, &row.location, LocationOutcome::Vanished);
            }
        }
        Ok(())
    }
}
