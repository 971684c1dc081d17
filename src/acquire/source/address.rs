//! Addresses of a source's service, or of a mirror of it. Pure.

use serde::Deserialize;
use url::Url;

/// The address of a mirror of a service, in a setting.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct BaseUrl(Url);

/// A setting that is not the address of a service.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not an address as https://eksempel.example/")]
pub(crate) struct NotABase(String);

impl TryFrom<String> for BaseUrl {
    type Error = NotABase;

    fn try_from(text: String) -> Result<BaseUrl, NotABase> {
        let url = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        url.map(BaseUrl).ok_or(NotABase(text))
    }
}

impl BaseUrl {
    pub(super) fn url(&self) -> &Url {
        &self.0
    }
}

/// The address without parameters that track readers (`utm_source=rss`), and without its fragment.
pub(super) fn without_tracking(mut url: Url) -> Url {
    url.set_fragment(None);
    let is_tracking = |pair: &str| pair.starts_with("utm_");
    let Some(query) = url.query().filter(|query| query.split('&').any(is_tracking)) else { return url };
    let kept: Vec<&str> = query.split('&').filter(|pair| !is_tracking(pair)).collect();
    let kept = kept.join("&");
    url.set_query((!kept.is_empty()).then_some(kept.as_str()));
    url
}

/// The base of the service's addresses, with a slash at its end: the one that is configured, else `standard`.
pub(super) fn rooted(configured: Option<&BaseUrl>, standard: &str) -> Url {
    let mut base = configured
        .map(|base| base.0.clone())
        .unwrap_or_else(|| Url::parse(standard).expect("it is an address"));
    base.set_query(None);
    base.set_fragment(None);
    if !base.path().ends_with('/') {
        let path = format!("{}/", base.path());
        base.set_path(&path);
    }
    base
}

/// Whether two addresses are of one service, with or without `www.`.
pub(super) fn same_service(a: &Url, b: &Url) -> bool {
    let name = |url: &Url| url.host_str().unwrap_or_default().trim_start_matches("www.").to_owned();
    name(a) == name(b) && a.port() == b.port()
}

/// The address on the mirror `base` of an address of the service at `standard`; other addresses stay.
pub(super) fn rebased(url: &Url, standard: &str, base: &Url) -> Url {
    let standard = Url::parse(standard).expect("it is an address");
    if !same_service(url, &standard) || same_service(base, &standard) {
        return url.clone();
    }
    let rest = url[url::Position::BeforePath..].trim_start_matches('/');
    // Not as "a:b", which would be an address of its own.
    base.join(&format!("./{rest}")).unwrap_or_else(|_| url.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_where_a_reader_came_from_is_left_out() {
        let of = |url: &str| without_tracking(Url::parse(url).unwrap()).to_string();
        assert_eq!(of("https://a/b?utm_source=rss&ch=2&utm_medium=x#y"), "https://a/b?ch=2");
        assert_eq!(of("https://a/b?utm_source=rss"), "https://a/b");
        assert_eq!(of("https://a/b?a=%20&b"), "https://a/b?a=%20&b");
    }

    #[test]
    fn a_mirror_stands_in_for_the_service_and_for_nothing_else() {
        let base = rooted(
            Some(&"http://127.0.0.1:80/speil?x".to_owned().try_into().unwrap()),
            "https://kudos.dfo.no/",
        );
        assert_eq!(base.as_str(), "http://127.0.0.1/speil/");
        let of = |url: &str| rebased(&Url::parse(url).unwrap(), "https://kudos.dfo.no/", &base).to_string();
        assert_eq!(
            of("https://kudos.dfo.no/dokument/1.pdf?a=b"),
            "http://127.0.0.1/speil/dokument/1.pdf?a=b"
        );
        assert_eq!(of("https://www.kudos.dfo.no/a:b"), "http://127.0.0.1/speil/a:b");
        assert_eq!(of("https://eksempel.example/a"), "https://eksempel.example/a");
        let standard = rooted(None, "https://kudos.dfo.no/");
        let url = Url::parse("https://kudos.dfo.no/a").unwrap();
        assert_eq!(rebased(&url, "https://kudos.dfo.no/", &standard), url);
    }
}
