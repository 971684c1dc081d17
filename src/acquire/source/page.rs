//! A web page → its links with the headings above them, what its head declares, and what of it counts as content. Pure.
//! One of the two places that use `scraper`.

use super::decoding::{list_text, text_of};
use crate::acquire::fetch::Exchange;
use regex::Regex;
use scraper::{ElementRef, Html, Selector};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use url::Url;

/// Links of one page that are read. The longest page of letters known has some hundreds.
const LINKS_MAX: usize = 20_000;

/// The links of a page.
pub(super) struct WebPage {
    pub(super) heading: Option<String>,
    pub(super) links: Vec<Link>,
    /// The next page of a list that goes over several.
    pub(super) next: Option<Url>,
    /// The declarations of the `meta` elements of its head, the first of each name in small letters.
    pub(super) declared: BTreeMap<String, String>,
    /// `lang` of the page.
    pub(super) language: Option<String>,
    text: String,
}

impl WebPage {
    /// The text of the page after `words`, up to the end of the sentence. `None` when it does not have these words.
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
    /// Whether it stands in the content of the page, not in a menu, a margin or a footer.
    pub(super) is_in_content: bool,
    /// The text of the item of a list that it stands in: date, type and department in the lists of regjeringen.no.
    pub(super) item: Option<String>,
}

/// The links of the page that was fetched.
pub(super) fn web_page(exchange: &Exchange) -> WebPage {
    links_of(&list_text(exchange).text, &exchange.url)
}

/// The links of a page that was archived.
pub(super) fn page_of(html: &[u8], address: &Url) -> WebPage {
    links_of(&text_of(html, "").text, address)
}

fn links_of(html: &str, address: &Url) -> WebPage {
    let tree = Html::parse_document(html);
    let text_of_page = tree.root_element().text().collect::<String>();
    let mut page = WebPage {
        heading: None,
        links: Vec::new(),
        next: None,
        declared: declared(&tree),
        language: tree.root_element().attr("lang").map(str::to_owned),
        text: text_of_page,
    };
    let content = content_of(&tree);
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
                page.links.push(Link {
                    url,
                    text: text(&element),
                    headings,
                    is_in_content: is_content(&element, content),
                    item: item_of(&element),
                });
            }
        }
    }
    page
}

fn declared(tree: &Html) -> BTreeMap<String, String> {
    let mut declared = BTreeMap::new();
    for element in tree.select(&selector("meta[content]")) {
        let name = element.attr("name").or_else(|| element.attr("property")).unwrap_or_default();
        let content = element.attr("content").unwrap_or_default().trim();
        if !name.is_empty() && !content.is_empty() {
            declared.entry(name.to_lowercase()).or_insert_with(|| content.to_owned());
        }
    }
    declared
}

/// The element that holds the content: `main`, else the whole page.
fn content_of(tree: &Html) -> ElementRef<'_> {
    tree.select(&selector("main, [role=main]")).next().unwrap_or_else(|| tree.root_element())
}

/// Parts of a page besides its content, which change without it: menus, margins, forms, related pages, scripts.
fn is_furniture(element: &ElementRef<'_>) -> bool {
    let name = element.value().name();
    let is_role =
        |role: &str| matches!(role, "navigation" | "complementary" | "search" | "dialog" | "contentinfo");
    matches!(
        name,
        "nav" | "aside" | "footer" | "form" | "script" | "style" | "noscript" | "template" | "iframe"
    ) || element.attr("role").is_some_and(is_role)
        || element.attr("aria-live").is_some()
}

fn is_content(element: &ElementRef<'_>, content: ElementRef<'_>) -> bool {
    let mut above = element.ancestors().filter_map(ElementRef::wrap);
    let mut is_inside = false;
    let is_outside = above.any(|above| {
        is_inside |= above.id() == content.id();
        !is_inside && is_furniture(&above)
    });
    is_inside && !is_outside
}

fn item_of(element: &ElementRef<'_>) -> Option<String> {
    let mut above = element.ancestors().filter_map(ElementRef::wrap);
    let item = above.find(|above| above.value().name() == "li")?;
    Some(item.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" "))
}

fn selector(text: &str) -> Selector {
    Selector::parse(text).expect("it is a selector")
}

/// The parts of a page that are compared with an earlier state of it: its title, the words of its content and where its links
/// lead, one per line. Not scripts, styles, menus, margins and forms, nor attributes: nonces, versions of assets and session
/// marks stand there.
pub(in crate::acquire) fn content_lines(html: &str) -> String {
    let tree = Html::parse_document(html);
    let title = tree.select(&selector("title")).next().map(|title| text(&title));
    let mut lines = vec![title.unwrap_or_default()];
    // The site's own time of the last change is a change.
    lines.extend(declared(&tree).remove("last-modified"));
    add_lines(content_of(&tree), &mut lines, 0);
    lines.join("\n")
}

fn add_lines(element: ElementRef<'_>, lines: &mut Vec<String>, depth: usize) {
    // Deeper elements are those of damaged or hostile pages; the reader of pages has the same limit.
    const DEPTH_MAX: usize = 400;
    if depth > DEPTH_MAX {
        return;
    }
    for child in element.children() {
        if let Some(text) = child.value().as_text() {
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            lines.extend(Some(words).filter(|words| !words.is_empty()));
        } else if let Some(child) = ElementRef::wrap(child).filter(|child| !is_furniture(child)) {
            if child.value().name() == "a" {
                let target = child.attr("href").unwrap_or_default();
                let path = target.split(['?', '#']).next().unwrap_or_default();
                // The query of a page's own chapters and pages is a part of the address; of files it is a version.
                let is_page = target.contains("?ch=") || target.contains("?page=");
                lines.push(if is_page { target } else { path }.to_owned());
            }
            add_lines(child, lines, depth + 1);
        }
    }
}

/// A document of several pages as one page: the head of the first, and the content of each in order.
pub(in crate::acquire) fn joined_pages(pages: &[String]) -> String {
    let mut joined = String::from("<!doctype html>\n");
    for (index, page) in pages.iter().enumerate() {
        let tree = Html::parse_document(page);
        if index == 0 {
            let language = tree.root_element().attr("lang").unwrap_or("nb").to_owned();
            let parts = selector("head > title, head > meta[name]");
            let head = tree.select(&parts).map(|element| element.html());
            let head: String = head.filter(|element| !element.contains("nonce")).collect();
            joined +=
                &format!("<html lang=\"{}\"><head>{head}</head><body><main>", language.replace('"', ""));
        }
        joined += &format!("<section>{}</section>\n", content_html(content_of(&tree)));
    }
    joined + "</main></body></html>\n"
}

/// The inner HTML of the content without furniture and the links from chapter to chapter.
fn content_html(content: ElementRef<'_>) -> String {
    const TO_OTHER_CHAPTERS: [&str; 5] =
        ["til innholdsfortegnelse", "til innhaldsliste", "til forsiden", "til framsida", "til toppen"];
    let mut html = String::new();
    for child in content.children() {
        match ElementRef::wrap(child) {
            Some(element) if is_furniture(&element) => {}
            Some(element) if TO_OTHER_CHAPTERS.contains(&text(&element).to_lowercase().as_str()) => {}
            Some(element)
                if element.descendants().filter_map(ElementRef::wrap).any(|inner| is_furniture(&inner)) =>
            {
                html += &format!("<div>{}</div>", content_html(element));
            }
            Some(element) => html += &element.html(),
            None => {
                let text =
                    child.value().as_text().map(|text| quick_xml::escape::escape(&**text).into_owned());
                html += &text.unwrap_or_default();
            }
        }
    }
    html
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

/// The text of an element, else that of its attributes.
fn text(element: &ElementRef<'_>) -> String {
    let shown = element.text().collect::<String>();
    let said = || element.attr("title").or_else(|| element.attr("aria-label")).unwrap_or_default().to_owned();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(words(&shown)).filter(|text| !text.is_empty()).unwrap_or_else(|| words(&said()))
}

/// The one year of a text: `None` when it has none, or several. Dates do not count: they are those of the layout of a file.
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
    fn nonces_menus_and_versions_of_assets_are_no_content() {
        let page = |nonce: &str, menu: &str, text: &str| {
            format!(
                "<html><head><title>T</title><meta name='csp-nonce' content='{nonce}'><script nonce='{nonce}'>a()</script>\
                 <link href='/main.css?v={nonce}'></head><body><nav>{menu}</nav><main id='m{nonce}'><h1>Brev</h1>\
                 <p class='x{nonce}'>{text} <a href='/a.pdf?v={nonce}'>Vedlegg</a></p><aside>{menu}</aside>\
                 <form><input type=hidden value='{nonce}'>{menu}</form></main><footer>{menu}</footer></body></html>"
            )
        };
        let first = content_lines(&page("1", "Nytt", "Målet er nådd."));
        assert_eq!(first, "T\nBrev\nMålet er nådd.\n/a.pdf\nVedlegg");
        assert_eq!(first, content_lines(&page("2", "Mest lest", "Målet  er\nnådd.")));
        assert_ne!(first, content_lines(&page("1", "Nytt", "Målet er ikke nådd.")));
    }

    #[test]
    fn pages_are_joined_in_order_without_menus() {
        let page = |text: &str| {
            format!(
                "<html lang=nn><head><title>T</title><meta name=DC.Date content=2020-06-19></head><body><nav>Meny</nav>\
                 <main><div><a href='..'>Til innholdsfortegnelse</a><h2>{text}</h2><aside>Relatert</aside>A &amp; B</div></main>"
            )
        };
        assert_eq!(
            joined_pages(&[page("Forord"), page("1 Mål")]),
            "<!doctype html>\n<html lang=\"nn\"><head><title>T</title><meta content=\"2020-06-19\" name=\"DC.Date\">\
             </head><body><main><section><div><h2>Forord</h2>A &amp; B</div></section>\n\
             <section><div><h2>1 Mål</h2>A &amp; B</div></section>\n</main></body></html>\n"
        );
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
