//! A web page → its links, each with the headings above it. Pure. One of the two places that use `scraper`.

use super::decoding::list_text;
use crate::acquire::fetch::Exchange;
use regex::Regex;
use scraper::{ElementRef, Html};
use std::sync::LazyLock;
use url::Url;

/// Links of one page that are read. The longest page of letters known has some hundreds.
const LINKS_MAX: usize = 20_000;

/// What a page links to.
pub(super) struct WebPage {
    pub(super) heading: Option<String>,
    pub(super) links: Vec<Link>,
    /// The next page of a list that goes over several.
    pub(super) next: Option<Url>,
    text: String,
}

impl WebPage {
    /// What follows `words` in the text of the page, up to the end of the sentence. `None` when it has not these words.
    pub(super) fn text_after(&self, words: &str) -> Option<&str> {
        let (_, rest) = self.text.split_once(words)?;
        rest.split(['.', '\n']).next().map(str::trim)
    }
}

/// A link in the text of a page.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) url: Url,
    pub(super) text: String,
    /// The headings that it stands under, the nearest one first.
    pub(super) headings: Vec<String>,
}

/// The links of the page that was fetched.
pub(super) fn web_page(exchange: &Exchange) -> WebPage {
    links_of(&list_text(exchange).text, &exchange.url)
}

fn links_of(html: &str, address: &Url) -> WebPage {
    let tree = Html::parse_document(html);
    let text_of_page = tree.root_element().text().collect::<String>();
    let mut page = WebPage { heading: None, links: Vec::new(), next: None, text: text_of_page };
    let mut base = address.clone();
    let mut headings: Vec<(u32, String)> = Vec::new();
    for element in tree.tree.root().descendants().filter_map(ElementRef::wrap) {
        let name = element.value().name();
        if name == "base" {
            base = element.attr("href").and_then(|href| address.join(href).ok()).unwrap_or(base);
        } else if let Some(level) = heading_level(name) {
            if level == 1 {
                page.heading.get_or_insert_with(|| text(&element));
            }
            headings.retain(|(above, _)| *above < level);
            headings.push((level, text(&element)));
        } else if matches!(name, "a" | "link")
            && let Some(url) = element.attr("href").and_then(|href| target(&base, href))
        {
            let is_next =
                element.attr("rel").is_some_and(|rel| rel.split_whitespace().any(|it| it == "next"))
                    || in_next_item(&element);
            if is_next {
                page.next.get_or_insert(url);
            } else if name == "a" && page.links.len() < LINKS_MAX {
                let headings = headings.iter().rev().map(|(_, text)| text.clone()).collect();
                page.links.push(Link { url, text: text(&element), headings });
            }
        }
    }
    page
}

/// Pages of letters are grouped by headings, by boxes that open (`summary`) and by lists of terms.
fn heading_level(name: &str) -> Option<u32> {
    match name {
        "h1" => Some(1),
        "h2" => Some(2),
        "h3" => Some(3),
        "h4" => Some(4),
        "h5" => Some(5),
        "h6" => Some(6),
        "summary" | "dt" | "caption" => Some(7),
        _ => None,
    }
}

/// `li.next > a`, as regjeringen.no has it.
fn in_next_item(element: &ElementRef<'_>) -> bool {
    let parent = element.parent().and_then(ElementRef::wrap);
    parent.is_some_and(|parent| {
        parent.value().name() == "li" && parent.value().classes().any(|it| it == "next")
    })
}

fn target(base: &Url, href: &str) -> Option<Url> {
    let mut url = base.join(href.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    url.set_fragment(None);
    Some(url)
}

/// The text of an element, else what its attributes say.
fn text(element: &ElementRef<'_>) -> String {
    let shown = element.text().collect::<String>();
    let said = || element.attr("title").or_else(|| element.attr("aria-label")).unwrap_or_default().to_owned();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(words(&shown)).filter(|text| !text.is_empty()).unwrap_or_else(|| words(&said()))
}

/// The one year of a text: `None` when it has none, or several. Dates do not count: they say when a file was laid out.
pub(super) fn only_year(text: &str) -> Option<i16> {
    static DATE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b\d{1,2}\.\s?(?:\d{1,2}\.|\p{L}+)\s?\d{4}\b").expect("it is a pattern")
    });
    static YEAR: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?:^|[^\d.,])((?:19[5-9]|20\d)\d)(?:$|\D)").expect("it is a pattern"));
    let text = DATE.replace_all(text, " ");
    // A year may end one match and begin the next.
    let spaced = text.replace(['–', '-', '/', '_', ' '], "  ");
    let mut years: Vec<i16> = YEAR.captures_iter(&spaced).filter_map(|found| found[1].parse().ok()).collect();
    years.dedup();
    if let [year] = years[..] { Some(year) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_has_its_text_and_the_headings_above_it() {
        let html = "<base href='/no/'><h1>Brev</h1><a href=a.pdf> Et\n brev </a><h2>Etat</h2><details><summary>2024\
            </summary><a href='../b.pdf#s' title='Et til'><img></a></details><h2>To</h2><a href='mailto:a@b'>c</a>\
            <a href='//c.example/c.pdf'>C</a><ul><li class='next'><a href='?page=2'>Neste</a>";
        let page = links_of(html, &Url::parse("https://a.example/x").unwrap());
        let shown: Vec<String> =
            page.links.iter().map(|link| format!("{} {} {:?}", link.url, link.text, link.headings)).collect();
        assert_eq!(
            shown,
            [
                r#"https://a.example/no/a.pdf Et brev ["Brev"]"#,
                r#"https://a.example/b.pdf Et til ["2024", "Etat", "Brev"]"#,
                r#"https://c.example/c.pdf C ["To", "Brev"]"#,
            ]
        );
        assert_eq!(page.next.unwrap().as_str(), "https://a.example/no/?page=2");
    }

    #[test]
    fn a_year_is_taken_from_a_text_that_has_one() {
        for (text, year) in [
            ("Tildelingsbrev 2024", Some(2024)),
            ("Etatsinstruks for Kystverket (2020) (pdf)", Some(2020)),
            ("tildelingsbrev_2019.pdf", Some(2019)),
            ("2024 – Oppdragsbrev 2024", Some(2024)),
            ("Rapport 2019–2020", None),
            ("Tildelingsbrev 2024 (12.01.2025)", Some(2024)),
            ("Brev av 3. mars 2021", None),
            ("Kap. 20241, 2.024 og 12024", None),
            ("", None),
        ] {
            assert_eq!(only_year(text), year, "{text}");
        }
    }
}
