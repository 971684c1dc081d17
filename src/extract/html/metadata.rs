//! The metadata of a page: `DC.*`, Open Graph, `lang`, and regjeringen.no's line of type, date and owner.

use super::tags::attribute;
use crate::text::{Language, Metadata, PartialDate, normalise};
use scraper::{ElementRef, Html, Selector};
use std::sync::LazyLock;

static META: LazyLock<Selector> = LazyLock::new(|| selector("meta[content]"));
static H1: LazyLock<Selector> = LazyLock::new(|| selector("h1"));
static TITLE: LazyLock<Selector> = LazyLock::new(|| selector("title"));
static CANONICAL: LazyLock<Selector> = LazyLock::new(|| selector("link[rel=canonical]"));
static ARTICLE_INFO: LazyLock<Selector> = LazyLock::new(|| selector(".article-info"));
static INFO_OWNER: LazyLock<Selector> = LazyLock::new(|| selector(".article-info .owner a"));
static INFO_TYPE: LazyLock<Selector> = LazyLock::new(|| selector(".article-info .type"));
static INFO_DATE: LazyLock<Selector> = LazyLock::new(|| selector(".article-info .date"));

fn selector(text: &str) -> Selector {
    Selector::parse(text).expect("a constant selector")
}

/// The metadata of the page without values that are known to be meaningless.
pub(super) fn of(tree: &Html) -> Metadata {
    let page = PageHead::of(tree);
    Metadata {
        title: page
            .meta("DC.Title")
            .or_else(|| page.first(&H1))
            .or_else(|| page.meta("og:title"))
            .or_else(|| page.first(&TITLE)),
        creator: page.info(&INFO_OWNER).or_else(|| page.creator()),
        document_type: page
            .info(&INFO_TYPE)
            .and_then(|text| kept(text.trim_end_matches(['|', ' '])))
            .or_else(|| page.meta("DC.Type")),
        published: page.published(),
        created: ["last-modified", "revised"]
            .iter()
            .find_map(|name| page.meta(name))
            .and_then(|text| date(&text)),
        language: page.language(),
        url: ["og:url", "DC.Identifier.URL"]
            .iter()
            .find_map(|name| page.meta(name))
            .or_else(|| page.canonical()),
        producer: page.meta("generator"),
    }
}

/// A page with its `meta` elements.
struct PageHead<'a> {
    tree: &'a Html,
    /// In order, those with a content.
    metas: Vec<ElementRef<'a>>,
    /// Whether it has regjeringen.no's line of type, date and owner.
    has_info: bool,
}

impl<'a> PageHead<'a> {
    fn of(tree: &'a Html) -> PageHead<'a> {
        let has_info = tree.select(&ARTICLE_INFO).next().is_some();
        PageHead { tree, metas: tree.select(&META).collect(), has_info }
    }

    /// The name of a site is not an author.
    fn creator(&self) -> Option<String> {
        let is_site = |name: &String| name.contains(".no") || name.contains("://");
        ["DC.Creator", "author", "DC.Publisher"]
            .iter()
            .filter_map(|name| self.meta(name))
            .find(|name| !is_site(name))
    }

    fn published(&self) -> Option<PartialDate> {
        let shown = self.info(&INFO_DATE).and_then(|text| date(&text));
        shown
            .or_else(|| ["DC.Date", "article:published_time"].iter().find_map(|name| date(&self.meta(name)?)))
    }

    fn language(&self) -> Option<Language> {
        let of_root = attribute(self.tree.root_element(), "lang").map(str::to_owned);
        let tag = of_root.or_else(|| self.meta("DC.Language"))?.to_ascii_lowercase();
        let primary = tag.split(['-', '_']).next()?;
        // "no" can be either written form, so it declares nothing.
        (primary != "no").then(|| primary.parse().ok())?
    }

    fn canonical(&self) -> Option<String> {
        kept(attribute(self.tree.select(&CANONICAL).next()?, "href")?)
    }

    fn meta(&self, name: &str) -> Option<String> {
        let has_name = |element: &&ElementRef| {
            ["name", "property"]
                .iter()
                .any(|key| attribute(**element, key).is_some_and(|value| value.eq_ignore_ascii_case(name)))
        };
        kept(attribute(*self.metas.iter().find(has_name)?, "content")?)
    }

    fn info(&self, selector: &Selector) -> Option<String> {
        if self.has_info { self.first(selector) } else { None }
    }

    fn first(&self, selector: &Selector) -> Option<String> {
        kept(&self.tree.select(selector).next()?.text().collect::<String>())
    }
}

fn kept(text: &str) -> Option<String> {
    let text = normalise(text);
    (!text.is_empty()).then_some(text)
}

/// A date written as 2026-07-03…, 03.07.2026 or in the form of e-mail ("Fri, 03 Jul 2026 …").
fn date(text: &str) -> Option<PartialDate> {
    let iso = text.get(..10).and_then(|head| head.parse().ok());
    iso.or_else(|| crate::extract::record::date_in(text))
}
