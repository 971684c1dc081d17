//! Addresses of pages on regjeringen.no → the number that names the page, and the one form of its address. Pure.

use crate::acquire::source::address::{rebased, same_service};
use crate::text::Kind;
use regex::Regex;
use std::sync::LazyLock;
use url::Url;

/// The site itself.
pub(super) const BASE: &str = "https://www.regjeringen.no/";

/// A page with a number of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PageAddress {
    /// "id3118916": the only part of the address that does not change.
    pub(super) id: String,
    /// Without chapter, query and fragment, on the site itself.
    pub(super) public: Url,
}

/// The page that `url` is of. `None` for other addresses, and for those of other languages than Norwegian.
///
/// `regjeringen.no`, `www.`, `cms12.`, with `:443` or http, `/nb/` for `/no/`, without the last slash, with `?ch=2&q=x`: one page.
pub(super) fn page_address(url: &Url, base: &Url) -> Option<PageAddress> {
    static PATH: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^/(no|nb|nn)/(.+/)?id([0-9]{3,9})(?:/|$)").expect("it is a pattern")
    });
    if !is_of_site(url, base) {
        return None;
    }
    let path = path_below(url, base)?;
    let found = PATH.captures(&path)?;
    let middle = found.get(2).map_or("", |middle| middle.as_str());
    let id = format!("id{}", &found[3]);
    let public = Url::parse(BASE).and_then(|site| site.join(&format!("no/{middle}{id}/"))).ok()?;
    Some(PageAddress { id, public })
}

/// The end of the location of a page, after the id of its document.
pub(super) const PAGE: &str = "side";

/// The location of the page that the document at `location` was found on.
pub(in crate::acquire) fn page_of_document(location: &str) -> String {
    format!("{}/{PAGE}", location.split('/').next().unwrap_or_default())
}

/// The address at which the page is requested.
pub(super) fn request_address(public: &Url, base: &Url) -> Url {
    rebased(public, BASE, base)
}

/// The public address of a page, also when a mirror stands in for the site.
pub(super) fn public_address(url: &Url, base: &Url) -> Url {
    let site = Url::parse(BASE).expect("it is an address");
    let path = if is_of_site(url, base) { path_below(url, base) } else { None };
    let joined = path.and_then(|path| site.join(&path).ok());
    let mut public = joined.unwrap_or_else(|| url.clone());
    public.set_fragment(None);
    if is_of_site(url, base) {
        public.set_query(None);
    }
    public
}

/// Whether it is an address of the site or of what stands in for it.
pub(super) fn is_of_site(url: &Url, base: &Url) -> bool {
    let site = Url::parse(BASE).expect("it is an address");
    let host = url.host_str().unwrap_or_default();
    same_service(url, &site) || host == "cms12.regjeringen.no" || same_service(url, base)
}

/// The path below the base, with a slash before it.
fn path_below(url: &Url, base: &Url) -> Option<String> {
    if same_service(url, base) {
        return url.path().strip_prefix(base.path()).map(|path| format!("/{path}"));
    }
    Some(url.path().to_owned())
}

/// The kind of a document of a numbered series, by the words that the site makes its address of. `None` for all others.
pub(super) fn kind_of_slug(url: &Url) -> Option<Kind> {
    static SLUG: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)/dokumenter/(?:(meld\.?-?st|st-?\.?-?meld|ot-?\.?-?meld)|(prop|st-?\.?-?prp|ot-?\.?-?prp)|(nou))\b[.-]")
            .expect("it is a pattern")
    });
    let found = SLUG.captures(url.path())?;
    let kinds = [Kind::Stortingsmelding, Kind::Proposisjon, Kind::Nou];
    (1..).zip(kinds).find_map(|(group, kind)| found.get(group).map(|_| kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Url {
        Url::parse(BASE).unwrap()
    }

    #[test]
    fn all_forms_of_an_address_are_one_page() {
        let page = "https://www.regjeringen.no/no/dokumenter/nou-2025-8/id3118916/";
        for url in [
            page,
            "http://regjeringen.no/no/dokumenter/nou-2025-8/id3118916",
            "https://www.regjeringen.no:443/nb/dokumenter/nou-2025-8/id3118916/?ch=8&q=arbeidsliv",
            "https://cms12.regjeringen.no/nn/dokumenter/nou-2025-8/id3118916/?utm_source=rss#KAPITTEL_2",
        ] {
            let found = page_address(&Url::parse(url).unwrap(), &site()).unwrap();
            assert_eq!((found.id.as_str(), found.public.as_str()), ("id3118916", page), "{url}");
        }
        for url in [
            "https://www.regjeringen.no/en/dokumenter/nou-2025-8/id3118916/",
            "https://www.regjeringen.no/no/tema/",
            "https://regjeringen.example/no/dokumenter/nou-2025-8/id3118916/",
            "https://www.regjeringen.no/contentassets/id3118916/a.pdf",
        ] {
            assert_eq!(page_address(&Url::parse(url).unwrap(), &site()), None, "{url}");
        }
    }

    #[test]
    fn a_mirror_has_the_same_pages() {
        let base = Url::parse("http://127.0.0.1:8080/speil/").unwrap();
        let asked = Url::parse("http://127.0.0.1:8080/speil/no/dokumenter/brev/id1234/?ch=2").unwrap();
        let page = page_address(&asked, &base).unwrap();
        assert_eq!(page.public.as_str(), "https://www.regjeringen.no/no/dokumenter/brev/id1234/");
        assert_eq!(
            request_address(&page.public, &base).as_str(),
            "http://127.0.0.1:8080/speil/no/dokumenter/brev/id1234/"
        );
        let file = Url::parse("http://127.0.0.1:8080/speil/contentassets/1/a.pdf?v=2").unwrap();
        assert_eq!(public_address(&file, &base).as_str(), "https://www.regjeringen.no/contentassets/1/a.pdf");
    }

    #[test]
    fn the_words_of_an_address_tell_a_numbered_series() {
        let of = |slug: &str| {
            kind_of_slug(&Url::parse(BASE).unwrap().join(&format!("no/dokumenter/{slug}/id1/")).unwrap())
        };
        for slug in
            ["meld.-st.-30-20192020", "meld-st-12-20122013", "stmeld-nr-19-2008-2009-", "st.meld.-nr.-2"]
        {
            assert_eq!(of(slug), Some(Kind::Stortingsmelding), "{slug}");
        }
        for slug in ["prop.-108-l-20252026", "otprp-nr-5-2003-2004-", "stprp-nr-1"] {
            assert_eq!(of(slug), Some(Kind::Proposisjon), "{slug}");
        }
        assert_eq!(of("nou-2020-15"), Some(Kind::Nou));
        assert_eq!([of("horing-prop"), of("propaganda-x"), of("melding-til-x")], [None; 3]);
    }
}
