//! All documents of the collection, page by page: year by year, then once without a year for those without a date.
//!
//! Newest first, since the order of the API's list shifts while it is read: a slice of one year is short, and what one slice
//! misses the last one may have. A page that fails is requested once more at the end. Never relies on a count: every loop ends
//! at the end of the pages, or at a limit.

use super::document::KudosDocument;
use crate::acquire::Error;
use crate::acquire::source::checkpoint::Checkpoint;
use crate::acquire::source::listing::{DeclaredCount, Listing, ListingContext, Unlisted};
use jiff::Timestamp;
use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use url::Url;

/// The first year of publication with a slice of its own; older documents come with those without a date.
const YEAR_FIRST: i16 = 1990;
/// Documents on a page: the largest number that the API is known to return.
const PER_PAGE: u64 = 50;
/// Pages of a slice. The whole collection had 903 in 2026.
const PAGES_MAX: u64 = 10_000;
/// Pages in a row without a document that the slice does not have yet, after which it is at its end: a server that does
/// not understand `page` returns the same one for ever. Single ones come from shifts of the list.
const REPEATED_MAX: u32 = 3;
/// Failed pages in a row after which a slice is left to the second attempt.
const FAILED_IN_A_ROW_MAX: u32 = 3;

/// The parameters of a sweep.
#[derive(Debug)]
pub(super) struct SweepQuery<'a> {
    /// First year of publication.
    pub(super) year_from: Option<i16>,
    /// Last year of publication.
    pub(super) year_to: Option<i16>,
    /// A name that the service itself is to look for.
    pub(super) actor_name: Option<&'a str>,
}

impl SweepQuery<'_> {
    /// The years from the newest on, then all: without limits of years only, since a document without a date is of none.
    pub(super) fn slices(&self, now: Timestamp) -> Vec<Slice> {
        // A letter of allocation can be dated ahead.
        let next_year = jiff::tz::Offset::UTC.to_datetime(now).year() + 1;
        let last = self.year_to.unwrap_or(next_year);
        let first = self.year_from.unwrap_or(YEAR_FIRST.min(last));
        let years = (first..=last).rev().map(Slice::Year);
        years.chain((!self.has_limits()).then_some(Slice::All)).collect()
    }

    fn has_limits(&self) -> bool {
        self.year_from.is_some() || self.year_to.is_some()
    }
}

/// The result of a sweep.
#[derive(Debug, Default)]
pub(super) struct SweepResult {
    pub(super) documents: BTreeMap<String, KudosDocument>,
    /// The number that the service declares, where one slice has all wanted documents.
    pub(super) n_declared: Option<u64>,
    /// The number that the service declares for each slice.
    pub(super) declared: BTreeMap<Slice, u64>,
    /// Whether each slice was read to its end.
    pub(super) is_complete: bool,
}

/// A part of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slice {
    /// Documents published in this year.
    Year(i16),
    /// All documents.
    All,
}

/// A page of the list, as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct SweepPage {
    last_page: Option<u64>,
    total: Option<u64>,
    documents: Vec<Value>,
}

/// Why a page was not read.
enum NoPage {
    /// A stop, or the end of the budget: no further requests.
    Cut,
    /// The service refuses this parameter or these.
    Refused(String),
    Failed(Error),
}

/// A sweep under way.
pub(super) struct Sweep<'a> {
    context: &'a ListingContext<'a>,
    base: &'a Url,
    query: SweepQuery<'a>,
    checkpoint: Checkpoint,
    per_page: u64,
    result: SweepResult,
    /// Pages that failed once.
    failed: BTreeMap<(Slice, u64), Error>,
    is_cut: bool,
    /// The service returns documents of all years for a request of one year.
    ignores_years: bool,
    n_without_id: u64,
}

impl<'a> Sweep<'a> {
    pub(super) fn new(context: &'a ListingContext<'a>, base: &'a Url, query: SweepQuery<'a>) -> Sweep<'a> {
        let name = format!("{base} {query:?}");
        let checkpoint = Checkpoint::open(context.checkpoint, &name, context.now);
        let result = SweepResult { is_complete: true, ..SweepResult::default() };
        let (failed, per_page) = (BTreeMap::new(), PER_PAGE);
        let (is_cut, ignores_years, n_without_id) = (false, false, 0);
        Sweep {
            context,
            base,
            query,
            checkpoint,
            per_page,
            result,
            failed,
            is_cut,
            ignores_years,
            n_without_id,
        }
    }

    /// Reads all slices. A page that could not be read is a failure in `listing`.
    pub(super) fn run(mut self, listing: &mut Listing) -> SweepResult {
        for slice in self.query.slices(self.context.now) {
            if self.ignores_years && slice != Slice::All {
                continue;
            }
            self.slice(slice, 1, listing);
            if self.is_cut {
                break;
            }
        }
        if self.ignores_years && self.query.has_limits() {
            self.slice(Slice::All, 1, listing);
        }
        for (slice, page) in std::mem::take(&mut self.failed).into_keys() {
            // The slice continues after the page, in case it stopped there; kept pages cost no request.
            if !self.is_cut {
                self.slice(slice, page, listing);
            }
        }
        for ((slice, page), error) in std::mem::take(&mut self.failed) {
            self.result.is_complete = false;
            listing.failures.push((format!("{}, page {page}", slice.name()), error));
        }
        self.result.is_complete &= !self.is_cut;
        listing.is_cut = self.is_cut;
        self.note_oddities(listing);
        self.result
    }

    /// Reads a slice from page `first` to its end.
    fn slice(&mut self, slice: Slice, first: u64, listing: &mut Listing) {
        let mut seen = BTreeSet::new();
        let (mut n_repeated, mut n_failed) = (0, 0);
        let mut last_page = None;
        for number in first..=PAGES_MAX {
            if last_page.is_some_and(|last| number > last) {
                return;
            }
            match self.page(slice, number) {
                Ok(page) => {
                    n_failed = 0;
                    last_page = page.last_page.or(last_page);
                    let (n_documents, n_new) = self.take(slice, &page, &mut seen);
                    n_repeated = if n_new == 0 { n_repeated + 1 } else { 0 };
                    if n_documents == 0 || (self.ignores_years && slice != Slice::All) {
                        return;
                    }
                    if n_repeated >= REPEATED_MAX {
                        self.failed.insert((slice, number), repeated(slice));
                        return;
                    }
                }
                Err(NoPage::Cut) => {
                    self.is_cut = true;
                    return;
                }
                Err(NoPage::Refused(cause)) => {
                    self.refused(slice, &cause, listing);
                    return;
                }
                Err(NoPage::Failed(error)) => {
                    n_failed += 1;
                    self.failed.insert((slice, number), error);
                    // Without a first page it is not known how many there are.
                    if last_page.is_none() || n_failed >= FAILED_IN_A_ROW_MAX {
                        return;
                    }
                }
            }
        }
        let text = format!("{}: only the first {PAGES_MAX} pages are read", slice.name());
        listing.notices.push((String::new(), text));
        self.result.is_complete = false;
    }

    /// The service does not know the parameters of a slice: the list without them is read instead.
    fn refused(&mut self, slice: Slice, cause: &str, listing: &mut Listing) {
        if slice == Slice::All {
            let error = Error::new("cannot list Kudos", format!("it refuses the request: {cause}"))
                .hint("its interface has changed: look for a newer version of this program");
            listing.failures.push((String::new(), error));
            self.result.is_complete = false;
            return;
        }
        if !self.ignores_years {
            self.ignores_years = true;
            let text = format!("the service no longer lists by year: {cause}");
            listing.notices.push((String::new(), text));
        }
    }

    /// Adds the documents of a page. Returns how many it has, and how many of these the slice had not yet.
    fn take(&mut self, slice: Slice, page: &SweepPage, seen: &mut BTreeSet<String>) -> (usize, usize) {
        let documents: Vec<KudosDocument> =
            page.documents.iter().filter_map(KudosDocument::of_json).collect();
        self.n_without_id += (page.documents.len() - documents.len()) as u64;
        if let Slice::Year(year) = slice {
            let dated = documents.iter().filter_map(|document| document.published);
            let (of_year, others): (Vec<_>, Vec<_>) = dated.partition(|date| date.year() == year);
            // At the turn of a year a time zone can move a document or two.
            self.ignores_years |= others.len() > of_year.len() && others.len() > 2;
        } else if page.total.is_some() {
            self.result.n_declared = page.total;
        }
        if let Some(total) = page.total.filter(|_| slice == Slice::All || !self.ignores_years) {
            self.result.declared.insert(slice, total);
        }
        let n_new = documents.iter().filter(|document| seen.insert(document.uuid.clone())).count();
        for document in documents {
            self.result.documents.insert(document.uuid.clone(), document);
        }
        (page.documents.len(), n_new)
    }

    /// A page, from the checkpoint or the network.
    fn page(&mut self, slice: Slice, number: u64) -> Result<SweepPage, NoPage> {
        // A change of `per_page` moves all pages: pages kept with another value cannot be used.
        for _ in 0..3 {
            let name = format!("{}-{number}-{}.json", slice.name(), self.per_page);
            if let Some(page) = self.checkpoint.get(&name) {
                return Ok(page);
            }
            let url = self.address(slice, number);
            let body = match self.context.get(&url) {
                Ok(exchange) => exchange.payload,
                Err(Unlisted::Cut) => return Err(NoPage::Cut),
                Err(Unlisted::Failed(error)) => return Err(NoPage::Failed(error)),
                Err(Unlisted::Unprocessable(body)) => {
                    match limit_of_page(&body).filter(|limit| *limit < self.per_page && *limit > 0) {
                        Some(limit) => self.per_page = limit,
                        None => return Err(NoPage::Refused(excerpt(&body))),
                    }
                    continue;
                }
            };
            let page = SweepPage::of_json(&body).map_err(|cause| {
                let error = Error::new(format!("cannot list {url}"), cause);
                NoPage::Failed(error.hint("it is tried again in the next run"))
            })?;
            if page.documents.is_empty() && page.last_page.is_some_and(|last| number < last) {
                let error =
                    Error::new(format!("cannot list {url}"), "the page is empty, and others come after it");
                return Err(NoPage::Failed(error.hint("it is tried again in the next run")));
            }
            self.checkpoint.put(&name, &page);
            return Ok(page);
        }
        Err(NoPage::Refused(format!("{} documents on a page are too many", self.per_page)))
    }

    fn address(&self, slice: Slice, number: u64) -> Url {
        let mut url = self.base.join("api/v0/documents").expect("it is a path");
        let mut query = url.query_pairs_mut();
        if let Slice::Year(year) = slice {
            query.append_pair("published_year_from", &year.to_string());
            query.append_pair("published_year_to", &year.to_string());
        }
        if let Some(name) = self.query.actor_name {
            query.append_pair("actor_name", name);
        }
        query.append_pair("page", &number.to_string()).append_pair("per_page", &self.per_page.to_string());
        drop(query);
        url
    }

    fn note_oddities(&mut self, listing: &mut Listing) {
        let mut note = |text: String| listing.notices.push((String::new(), text));
        if self.n_without_id > 0 {
            note(format!("{} documents of the list have no usable id and are left out", self.n_without_id));
            self.result.is_complete = false;
        }
        if let Some(cause) = self.checkpoint.failure.take() {
            note(format!(
                "the pages of the list are not kept, so that a run that is cut off begins anew: {cause}"
            ));
        }
    }
}

impl SweepResult {
    /// The numbers that the service declares, by year of publication and in all.
    pub(super) fn declared_counts(&self) -> Vec<DeclaredCount> {
        let count = |(slice, total): (&Slice, &u64)| {
            let year = match slice {
                Slice::Year(year) => Some(*year),
                Slice::All => None,
            };
            let is_of_slice = |document: &&KudosDocument| {
                year.is_none() || document.published.map(|date| date.year()) == year
            };
            let n_listed = self.documents.values().filter(is_of_slice).count() as u64;
            DeclaredCount {
                list: slice.name(),
                kind: None,
                year,
                n_declared: *total,
                n_listed: self.is_complete.then_some(n_listed),
            }
        };
        // The slices begin years before the first document.
        self.declared.iter().filter(|(_, total)| **total > 0).map(count).collect()
    }
}

impl Slice {
    fn name(self) -> String {
        match self {
            Slice::Year(year) => year.to_string(),
            Slice::All => "all".to_owned(),
        }
    }
}

/// The failure of a slice without an end.
fn repeated(slice: Slice) -> Error {
    let cause = format!("page after page of {} has the same documents", slice.name());
    Error::new("cannot list Kudos", cause).hint("it is tried again in the next run")
}

/// The reason why a response is not a page of the list.
#[derive(Debug, thiserror::Error)]
enum NotAPage {
    #[error("the answer is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("the answer has no list of documents")]
    NoList,
}

impl SweepPage {
    fn of_json(body: &[u8]) -> Result<SweepPage, NotAPage> {
        let mut value: Value = serde_json::from_slice(body)?;
        let Some(Value::Array(documents)) = value.get_mut("data").map(Value::take) else {
            return Err(NotAPage::NoList);
        };
        // Laravel, which Kudos is built with, has the same fields at the top in its other form.
        let number = |name: &str| {
            let field = [&value["meta"][name], &value[name]].into_iter().find(|field| !field.is_null())?;
            field.as_u64().or_else(|| field.as_str()?.parse().ok())
        };
        Ok(SweepPage { last_page: number("last_page"), total: number("total"), documents })
    }
}

/// "The per page may not be greater than 50." → 50
fn limit_of_page(body: &[u8]) -> Option<u64> {
    static LIMIT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?i)per[ _]?page\D{1,60}?(\d{1,4})\b").expect("it is a pattern"));
    LIMIT.captures(&String::from_utf8_lossy(body))?[1].parse().ok()
}

/// The beginning of a refusal, for a message.
fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_of_a_page_is_read_from_the_refusal() {
        let limit = |text: &str| limit_of_page(text.as_bytes());
        let body = r#"{"message":"The per page may not be greater than 25.","errors":{"per_page":["x"]}}"#;
        assert_eq!(limit(body), Some(25));
        assert_eq!(limit(r#"{"errors":{"per_page":["The per_page field must not exceed 10."]}}"#), Some(10));
        assert_eq!(
            limit(r#"{"message":"Unknown parameter sort","allowed_parameters":["page","per_page"]}"#),
            None
        );
    }

    #[test]
    fn a_page_is_read_in_both_forms_and_nothing_else_is_one() {
        let page = SweepPage::of_json(br#"{"data":[{}],"meta":{"last_page":3,"total":"7"}}"#).unwrap();
        assert_eq!((page.last_page, page.total, page.documents.len()), (Some(3), Some(7), 1));
        let page = SweepPage::of_json(br#"{"data":[],"last_page":1,"total":0}"#).unwrap();
        assert_eq!((page.last_page, page.total, page.documents.len()), (Some(1), Some(0), 0));
        assert_eq!(SweepPage::of_json(br#"{"data":[]}"#).unwrap().last_page, None);
        for wrong in ["", "<html></html>", "[]", "{}", r#"{"data":null}"#, r#"{"data":{"0":{}}}"#] {
            assert!(SweepPage::of_json(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
