//! The metadata of a page: `DC.*`, Open Graph, `lang`, and regjeringen.no's line of type, date and owner.

use crate::text::{Language, Metadata, PartialDate, normalise};
use scraper::{Html, Selector};

/// The metadata of the page without values that are known to be meaningless.
pub(super) fn of(tree: &Html) -> Metadata {
    Metadata {
        title: meta(tree, "DC.Title")
            .or_else(|| first(tree, "h1"))
            .or_else(|| meta(tree, "og:title"))
            .or_else(|| first(tree, "title")),
        creator: first(tree, ".article-info .owner a").or_else(|| creator(tree)),
        document_type: first(tree, ".article-info .type")
            .and_then(|text| kept(text.trim_end_matches(['|', ' '])))
            .or_else(|| meta(tree, "DC.Type")),
        published: published(tree),
        created: ["last-modified", "revised"]
            .iter()
            .find_map(|name| meta(tree, name))
            .and_then(|text| date(&text)),
        language: language(tree),
        url: ["og:url", "DC.Identifier.URL"]
            .iter()
            .find_map(|name| meta(tree, name))
            .or_else(|| canonical(tree)),
        producer: meta(tree, "generator"),
    }
}

/// The name of a site is not an author.
fn creator(tree: &Html) -> Option<String> {
    let is_site = |name: &String| name.contains(".no") || name.contains("://");
    ["DC.Creator", "author", "DC.Publisher"]
        .iter()
        .filter_map(|name| meta(tree, name))
        .find(|name| !is_site(name))
}

fn published(tree: &Html) -> Option<PartialDate> {
    let shown = first(tree, ".article-info .date").and_then(|text| date(&text));
    shown.or_else(|| ["DC.Date", "article:published_time"].iter().find_map(|name| date(&meta(tree, name)?)))
}

fn language(tree: &Html) -> Option<Language> {
    let of_root = tree.root_element().attr("lang").map(str::to_owned);
    let tag = of_root.or_else(|| meta(tree, "DC.Language"))?.to_ascii_lowercase();
    let primary = tag.split(['-', '_']).next()?;
    // "no" can be either written form, so it declares nothing.
    (primary != "no").then(|| primary.parse().ok())?
}

fn canonical(tree: &Html) -> Option<String> {
    let selector = Selector::parse("link[rel=canonical]").expect("a constant selector");
    kept(tree.select(&selector).next()?.attr("href")?)
}

fn meta(tree: &Html, name: &str) -> Option<String> {
    let selector = Selector::parse("meta[content]").expect("a constant selector");
    let has_name = |element: &scraper::ElementRef| {
        ["name", "property"]
            .iter()
            .any(|key| element.attr(key).is_some_and(|value| value.eq_ignore_ascii_case(name)))
    };
    let content = tree.select(&selector).find(has_name)?.attr("content")?;
    kept(content)
}

fn first(tree: &Html, selector: &str) -> Option<String> {
    let selector = Selector::parse(selector).expect("a constant selector");
    kept(&tree.select(&selector).next()?.text().collect::<String>())
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
