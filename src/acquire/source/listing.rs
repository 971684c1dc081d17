//! The list of a source: documents by location, the places of their bytes, and failures.

use super::tar_index::TarPlace;
use crate::acquire::Error;
use crate::acquire::archive::HoldingRow;
use crate::acquire::fetch::{Exchange, Fetched};
use crate::acquire::web::Web;
use crate::text::{Digest, Kind, SourceMetadata};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use url::Url;

/// The context in which a source lists its documents.
pub(in crate::acquire) struct ListingContext<'a> {
    /// Paths in settings are relative to it.
    pub(in crate::acquire) corpus_root: &'a Path,
    /// The network.
    pub(in crate::acquire) web: &'a Web<'a>,
    /// A folder in which the source keeps the pages of an unfinished list. It is removed when the source was read to its end.
    pub(in crate::acquire) checkpoint: Option<&'a Path>,
    /// Metadata of each of its documents for which the source has no other.
    pub(in crate::acquire) defaults: &'a SourceMetadata,
    /// The state of its locations, by location.
    pub(in crate::acquire) known: &'a BTreeMap<String, HoldingRow>,
    /// The time of the run.
    pub(in crate::acquire) now: Timestamp,
}

/// Why a page of a listing was not read.
pub(super) enum Unlisted {
    /// A stop, or the end of the budget: no further requests in this run.
    Cut,
    /// The server refuses the parameters of the request; the body names them.
    Unprocessable(Vec<u8>),
    /// Anything else.
    Failed(Error),
}

impl ListingContext<'_> {
    /// The response of the page at `url`.
    pub(super) fn get(&self, url: &Url) -> Result<Exchange, Unlisted> {
        let answered = |cause: String| {
            let error = Error::new(format!("cannot fetch {url}"), cause);
            Err(Unlisted::Failed(error.hint("check the address in a browser")))
        };
        match self.web.fetch(url) {
            Ok(Some(Fetched::Given(exchange))) => Ok(*exchange),
            Ok(Some(Fetched::Unprocessable(body))) => Err(Unlisted::Unprocessable(body)),
            Ok(Some(Fetched::Gone(status))) => answered(format!("the server answered {status}")),
            Ok(Some(Fetched::NotModified(_))) => {
                answered("the server answered 304 to a first request".to_owned())
            }
            Ok(Some(Fetched::Failed(error))) | Err(error) => Err(Unlisted::Failed(error)),
            Ok(None) => Err(Unlisted::Cut),
        }
    }

    /// The response of `url`, a part of the list. `None` when there is none; the listing then has the failure.
    pub(super) fn get_part(&self, url: &Url, listing: &mut Listing) -> Option<Exchange> {
        match self.get(url) {
            Ok(exchange) => return Some(exchange),
            Err(Unlisted::Cut) => listing.cut(),
            Err(Unlisted::Failed(error)) => listing.failed_part(url.as_str(), error),
            Err(Unlisted::Unprocessable(_)) => {
                listing.unusable_part(url, "the server refuses the address (400 or 422)");
            }
        }
        None
    }
}

/// The documents of a source, as far as they can be listed.
#[derive(Debug)]
pub(in crate::acquire) struct Listing {
    /// The documents that can be read, each location once.
    pub(in crate::acquire) entries: Vec<ListedDocument>,
    /// Locations with metadata that cannot be used, and the reason: rows of `rejected.csv`.
    pub(in crate::acquire) failures: Vec<(String, Error)>,
    /// Beginnings of locations below which the source may have more than is listed. An empty one stands for the whole
    /// source: the listing is partial, and a location's absence means nothing.
    pub(in crate::acquire) unread: Vec<String>,
    /// The number of documents that the source declares, list by list.
    pub(in crate::acquire) declared: Vec<DeclaredCount>,
    /// How many files the source's own settings leave out, by extension in small letters.
    pub(in crate::acquire) skipped: BTreeMap<String, u64>,
    /// How many files and folders are hidden: their names begin with a dot.
    pub(in crate::acquire) n_hidden: u64,
    /// The documents that the patterns of the source leave out.
    pub(in crate::acquire) excluded: Vec<String>,
    /// Notices for the user, each with its location.
    pub(in crate::acquire) notices: Vec<(String, String)>,
    /// Whether a stop or the end of the budget cut it off: the next run goes on with it.
    pub(in crate::acquire) is_cut: bool,
    /// The meaning of a location that is neither listed nor below an unread part.
    pub(in crate::acquire) absence: Absence,
}

/// A number of documents that a source declares for one of its lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeclaredCount {
    /// The name of the list, unique within the source.
    pub(crate) list: String,
    /// The kind of all its documents. `None` when they are of several or unknown kinds.
    pub(crate) kind: Option<Kind>,
    /// The year in which all its documents were published.
    pub(crate) year: Option<i16>,
    pub(crate) n_declared: u64,
    /// How many the list had when it was read. `None` when it was not read to its end.
    pub(crate) n_listed: Option<u64>,
}

/// The meaning of a location that is absent from a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::acquire) enum Absence {
    /// The source no longer has it.
    Gone,
    /// Its row was removed from the list: it is not fetched any more, but may still exist.
    NotFetched,
    /// The service no longer lists it, which can be a gap in its list: it is gone when a listing on another date lacks it
    /// too and its page answers 404 or 410.
    RequestPage,
}

impl Listing {
    /// A listing without any entry yet.
    pub(in crate::acquire) fn new(absence: Absence) -> Listing {
        Listing {
            entries: Vec::new(),
            failures: Vec::new(),
            unread: Vec::new(),
            declared: Vec::new(),
            skipped: BTreeMap::new(),
            n_hidden: 0,
            excluded: Vec::new(),
            notices: Vec::new(),
            is_cut: false,
            absence,
        }
    }

    /// The listing of a source that cannot be read at all.
    pub(super) fn unreadable(absence: Absence, error: Error) -> Listing {
        Listing {
            failures: vec![(String::new(), error)],
            unread: vec![String::new()],
            ..Listing::new(absence)
        }
    }

    /// The number of files of the source that the corpus does not take, by reason.
    pub(in crate::acquire) fn left_out(&self) -> BTreeMap<String, u64> {
        let by_extension = self.skipped.iter().map(|(extension, count)| {
            let name = if extension.is_empty() { "no extension" } else { extension.as_str() };
            (format!("not in `include`: {name}"), *count)
        });
        let others = [
            ("matches a pattern of `exclude`", self.excluded.len() as u64),
            ("hidden, its name begins with a dot", self.n_hidden),
        ];
        let others = others.into_iter().map(|(reason, count)| (reason.to_owned(), count));
        by_extension.chain(others).filter(|(_, count)| *count > 0).collect()
    }

    /// A stop or the end of the budget came before the end of the list.
    pub(super) fn cut(&mut self) {
        self.is_cut = true;
        self.unread.push(String::new());
    }

    /// A list of the source, at `address`, was not read: its documents are not known.
    pub(super) fn failed_part(&mut self, address: &str, error: Error) {
        self.failures.push((address.to_owned(), error));
        self.unread.push(String::new());
    }

    /// The response of a part of the list cannot be used.
    pub(super) fn unusable_part(&mut self, url: &Url, cause: &str) {
        let error = Error::new(format!("cannot read the list at {url}"), cause);
        self.failed_part(url.as_str(), error.hint("check the address in a browser"));
    }

    /// Whether the listing does not show if the source has `location`.
    pub(in crate::acquire) fn is_unread(&self, location: &str) -> bool {
        self.unread.iter().any(|prefix| {
            let rest = location.strip_prefix(prefix.as_str());
            rest.is_some_and(|rest| prefix.is_empty() || rest.is_empty() || rest.starts_with('/'))
        })
    }
}

/// A document of a source, and what is known before it is read.
#[derive(Debug)]
pub(in crate::acquire) struct ListedDocument {
    /// The permanent name of the document within its source: a path, an address, an identifier of the site. Not the address of a request.
    pub(in crate::acquire) location: String,
    /// Where its bytes are.
    pub(in crate::acquire) origin: Origin,
    /// The address shown to readers.
    pub(in crate::acquire) public_url: String,
    /// The metadata that the source declares.
    pub(in crate::acquire) metadata: SourceMetadata,
}

/// The document of a page that has it in several editions or parts.
#[derive(Debug, Default)]
pub(in crate::acquire) struct Editions {
    /// Files: the edition that counts, when it is one, and what is attached to the document.
    pub(in crate::acquire) files: Vec<ListedDocument>,
    /// Further pages that the document is composed of.
    pub(in crate::acquire) parts: Vec<ListedDocument>,
    /// The document, when its text is that of pages.
    pub(in crate::acquire) composed: Option<Composed>,
}

/// A document whose text is that of one or more pages.
#[derive(Debug)]
pub(in crate::acquire) struct Composed {
    pub(in crate::acquire) location: String,
    pub(in crate::acquire) public_url: String,
    pub(in crate::acquire) metadata: SourceMetadata,
    /// The locations of its pages, in order.
    pub(in crate::acquire) parts: Vec<String>,
}

/// The place of the bytes of a document, and how a change is detected.
#[derive(Debug)]
pub(in crate::acquire) enum Origin {
    /// In a file. Unchanged while its stamp is, unless the run is told to read all files again.
    File {
        /// The path of the file.
        path: PathBuf,
        /// Its stamp when it was listed.
        stamp: FileStamp,
    },
    /// In a tar file.
    Member {
        /// The tar.
        tar: PathBuf,
        /// Where it has the bytes.
        place: TarPlace,
        /// The digest that the source declares. Nothing is read while the last capture has it.
        sha256: Digest,
    },
    /// At an address.
    Web {
        /// The address of the request.
        url: Url,
        /// The digest that the source declares. No request is made while the last capture has it, and other bytes
        /// than these are refused.
        sha256: Option<Digest>,
        /// The time of the last change that the source declares. No request is made when the last capture is later.
        /// Without both, a conditional request finds out whether the bytes changed since the last capture.
        modified: Option<Timestamp>,
    },
}

impl Origin {
    /// An address without digest and time of change.
    pub(super) fn web(url: Url) -> Origin {
        Origin::Web { url, sha256: None, modified: None }
    }
}

/// Size and modification time of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::acquire) struct FileStamp {
    /// Bytes.
    pub(in crate::acquire) size: u64,
    /// In nanoseconds since 1970. `None` when the file system has none.
    pub(in crate::acquire) mtime_ns: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unread_folder_hides_what_is_below_it_and_nothing_else() {
        let listing = Listing { unread: vec!["a/b".to_string()], ..Listing::new(Absence::Gone) };
        let hidden = ["a/b", "a/b/c.pdf", "a/bc.pdf", "a/c.pdf"].map(|location| listing.is_unread(location));
        assert_eq!(hidden, [true, true, false, false]);
        let partial = Listing { unread: vec![String::new()], ..Listing::new(Absence::Gone) };
        assert!(partial.is_unread("a.pdf"));
    }
}
