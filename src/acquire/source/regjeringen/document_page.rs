//! A page of regjeringen.no → the editions of its document and what the page declares of it. Pure.
//!
//! The text that counts is, in this order: the PDF named by a publication code; the PDF that the page offers as the document; the
//! Word file that it offers; its chapters; the page itself. PDF goes before chapters because it is one request and has the page
//! numbers that the document is cited by.

use super::code::{PublicationCode, publication_code};
use super::page_address::{
    PAGE, PageAddress, page_address, page_of_document, public_address, request_address,
};
use crate::acquire::source::listing::{Composed, Editions, ListedDocument, Origin};
use crate::acquire::source::page::{Link, WebPage};
use crate::text::{KINDS, Kind, Language, PartialDate, SourceMetadata};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use url::Url;

/// Chapters of a document that are read. The longest seen has about 40.
const CHAPTERS_MAX: usize = 300;
/// Files that are attached to one page. Hearings have some ten.
const ATTACHMENTS_MAX: usize = 200;
/// Labels of departments are rewritten to today's names when departments change: on 1 January 2024 last. A page of that day or
/// later was labelled with the name that the department had.
const LABELS_SINCE: &str = "2024-01-01";

/// The part of a location before the number of a chapter, and before the name of an attached file.
const CHAPTER: &str = "kapittel";
const ATTACHMENT: &str = "vedlegg";

/// Whether a location is that of a page or a chapter that a document was read from, and not of a document.
pub(super) fn is_part(location: &str) -> bool {
    matches!(location.split('/').nth(1), Some(PAGE | CHAPTER))
}

/// Which editions a page offers.
pub(super) struct PageReader<'a> {
    pub(super) page: &'a WebPage,
    pub(super) address: PageAddress,
    pub(super) base: &'a Url,
    /// The metadata of the page in the list.
    pub(super) listed: SourceMetadata,
}

impl PageReader<'_> {
    /// The document of the page. `None`: it is not of one of the `kinds`, where there are some.
    pub(super) fn editions(&self, kinds: &[Kind]) -> Option<Editions> {
        let files = self.files();
        let main = main_file(&files);
        let code = main.and_then(|file| publication_code(file.url.path()));
        let metadata = self.metadata(code.as_ref());
        let is_wanted = kinds.is_empty() || metadata.kind.is_none_or(|kind| kinds.contains(&kind));
        if !is_wanted {
            return None;
        }
        let chapters = self.chapters();
        let mut editions = Editions::default();
        if let Some(file) = main {
            let edition = if is_pdf(&file.url) { "pdf" } else { "word" };
            let document = self.document(file, self.address.id.clone(), with_edition(metadata, edition));
            editions.files.push(document);
        } else {
            let edition = if chapters.is_empty() { "page" } else { "chapters" };
            let first = page_of_document(&self.address.id);
            let parts = std::iter::once(first).chain(chapters.iter().map(|part| part.location.clone()));
            editions.composed = Some(Composed {
                location: self.address.id.clone(),
                public_url: self.address.public.to_string(),
                metadata: with_edition(metadata, edition),
                parts: parts.collect(),
            });
            editions.parts = chapters;
        }
        editions.files.extend(self.attachments(&files, main));
        Some(editions)
    }

    /// The links to PDF and Word files in the content, each address once.
    fn files(&self) -> Vec<&Link> {
        let mut seen = BTreeSet::new();
        let is_file = |link: &&Link| {
            let path = link.url.path().to_lowercase();
            link.is_in_content
                && path.contains("/contentassets/")
                && [".pdf", ".docx"].iter().any(|end| path.ends_with(end))
        };
        self.page
            .links
            .iter()
            .filter(is_file)
            .filter(|link| seen.insert(link.url.path().to_owned()))
            .collect()
    }

    /// The chapters by their numbers in the address, which are not those of the chapters.
    fn chapters(&self) -> Vec<ListedDocument> {
        let mut numbers = BTreeSet::new();
        for link in &self.page.links {
            let is_own = page_address(&link.url, self.base).is_some_and(|page| page.id == self.address.id);
            let number = link.url.query_pairs().find(|(name, _)| name == "ch");
            let number = number.and_then(|(_, value)| value.parse::<u32>().ok()).filter(|number| *number > 0);
            numbers.extend(number.filter(|_| is_own));
        }
        let chapter = |number: u32| {
            let mut public = self.address.public.clone();
            public.set_query(Some(&format!("ch={number}")));
            let mut asked = request_address(&self.address.public, self.base);
            asked.set_query(Some(&format!("ch={number}")));
            ListedDocument {
                location: format!("{}/{CHAPTER}/{number}", self.address.id),
                origin: Origin::web(asked),
                public_url: public.to_string(),
                metadata: SourceMetadata::default(),
            }
        };
        numbers.into_iter().take(CHAPTERS_MAX).map(chapter).collect()
    }

    /// The other files, documents of their own that are part of this one.
    fn attachments(&self, files: &[&Link], main: Option<&Link>) -> Vec<ListedDocument> {
        let main_code = main.and_then(|file| publication_code(file.url.path()));
        let is_main = |link: &Link| {
            main.is_some_and(|main| main.url == link.url)
                // The Word file of what counts as PDF.
                || main.is_some() && is_offered(link)
                || main_code.is_some() && publication_code(link.url.path()) == main_code
        };
        let mut names = BTreeSet::new();
        let attachments = files.iter().filter(|link| !is_main(link)).take(ATTACHMENTS_MAX);
        attachments
            .filter_map(|link| {
                let mut segments = link.url.path().rsplit('/');
                let (name, folder) = (segments.next()?.to_lowercase(), segments.next().unwrap_or_default());
                // Two files can have the same name in different folders.
                let name = if names.insert(name.clone()) { name } else { format!("{folder}-{name}") };
                let metadata = SourceMetadata {
                    title: title_of_link(&link.text),
                    published: self.published(),
                    own: BTreeMap::from([("part_of".to_owned(), self.address.id.clone())]),
                    ..SourceMetadata::default()
                };
                Some(self.document(link, format!("{}/{ATTACHMENT}/{name}", self.address.id), metadata))
            })
            .collect()
    }

    fn document(&self, link: &Link, location: String, metadata: SourceMetadata) -> ListedDocument {
        let public = public_address(&link.url, self.base);
        let asked = request_address(&public, self.base);
        ListedDocument { location, origin: Origin::web(asked), public_url: public.to_string(), metadata }
    }

    fn metadata(&self, code: Option<&PublicationCode>) -> SourceMetadata {
        let declared = |name: &str| self.page.declared.get(name).map(String::as_str);
        let kind = declared("dc.type").and_then(kind_of_type);
        let kind = code.map(|code| code.kind).or(kind).or(self.listed.kind);
        let department = declared("dc.creator").filter(|name| !name.eq_ignore_ascii_case("regjeringen.no"));
        let published = self.published();
        let is_of_today = published.is_some_and(|date| date.to_string().as_str() >= LABELS_SINCE);
        let mut own = BTreeMap::new();
        own.extend(department.map(|name| ("issuer_today".to_owned(), name.to_owned())));
        own.extend(code.map(|code| ("publication_code".to_owned(), code.code.clone())));
        own.insert("regjeringen_id".to_owned(), self.address.id.clone());
        SourceMetadata {
            kind,
            designation: code.and_then(|code| code.designation.clone()),
            title: declared("dc.title")
                .or(declared("og:title"))
                .map(str::to_owned)
                .or(self.listed.title.clone()),
            issuer: department.filter(|_| is_of_today).map(str::to_owned),
            published,
            language: declared("dc.language").or(self.page.language.as_deref()).and_then(language),
            own,
            ..SourceMetadata::default()
        }
    }

    fn published(&self) -> Option<PartialDate> {
        let declared = self.page.declared.get("dc.date").and_then(|date| date.get(..10)?.parse().ok());
        declared.or(self.listed.published)
    }
}

fn with_edition(mut metadata: SourceMetadata, edition: &str) -> SourceMetadata {
    metadata.own.insert("edition".to_owned(), edition.to_owned());
    metadata
}

/// The file that is the document: named by a code, else offered as the document, PDF before Word.
fn main_file<'a>(files: &[&'a Link]) -> Option<&'a Link> {
    let mut coded: Vec<(&Link, PublicationCode)> = files
        .iter()
        .filter(|link| is_pdf(&link.url))
        .filter_map(|link| Some((*link, publication_code(link.url.path())?)))
        .collect();
    // The whole document before its parts.
    coded.sort_by_key(|(_, code)| !code.part.is_empty());
    let coded = coded.first().map(|(link, _)| *link);
    let offered = |wants_pdf: bool| {
        files.iter().copied().find(|link| is_offered(link) && is_pdf(&link.url) == wants_pdf)
    };
    coded.or_else(|| offered(true)).or_else(|| offered(false))
}

fn is_pdf(url: &Url) -> bool {
    url.path().to_lowercase().ends_with(".pdf")
}

/// "Dokumentet i PDF format (9,1 MB)"
fn is_offered(link: &Link) -> bool {
    static OFFER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:dokumentet|meldingen|meldinga|proposisjonen|utredningen|utgreiinga)\b.*\bi\s+(?:pdf|word)")
            .expect("it is a pattern")
    });
    OFFER.is_match(&link.text)
}

fn title_of_link(text: &str) -> Option<String> {
    static REMARK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\s*(?:\((?:pdf|docx)\b[^)]*\)|\.(?:pdf|docx))\s*$").expect("it is a pattern")
    });
    let title = REMARK.replace(text, "").replace('_', " ").trim().to_owned();
    (title.chars().filter(|c| c.is_alphabetic()).count() > 3).then_some(title)
}

/// "Horing", "Melding til Stortinget"
pub(super) fn kind_of_type(name: &str) -> Option<Kind> {
    let name = name.trim().to_lowercase();
    KINDS.iter().find(|row| row.source_types.contains(&name.as_str())).map(|row| row.kind)
}

fn language(tag: &str) -> Option<Language> {
    tag.split('-').next()?.to_lowercase().parse().ok().filter(|language: &Language| {
        [Language::BOKMAL, Language::NYNORSK, Language::ENGLISH].contains(language)
    })
}
