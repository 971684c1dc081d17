//! An ordinary page that is watched for links to documents → these, with year and addressee from link text and headings.
//!
//! The ministries' pages of letters are made by hand: lists of links to PDFs, grouped by agency and year. What the texts do
//! not state plainly stays empty, and is then read from the document itself.

use super::address::{BaseUrl, without_tracking};
use super::choice::Choice;
use super::listing::{Absence, ListedDocument, Listing, ListingContext, Origin};
use super::page::{Link, only_year, web_page};
use crate::text::{Kind, SourceMetadata, YearRule};
use regex::Regex;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use url::Url;

/// Pages of a list that goes over several.
const PAGES_MAX: usize = 500;

/// Settings of watched pages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageLinks {
    /// The addresses of the pages.
    pages: Vec<BaseUrl>,
    /// Which links are taken, by the ends of their addresses.
    #[serde(default = "default_extensions")]
    extensions: Vec<String>,
    /// Which addresses are taken.
    #[serde(default)]
    choose: Choice,
}

fn default_extensions() -> Vec<String> {
    ["pdf", "docx", "odt"].map(str::to_owned).to_vec()
}

impl PageLinks {
    /// The links of all pages, each address once.
    pub(super) fn list(&self, context: &ListingContext<'_>) -> Listing {
        // A link is taken away when a letter is replaced; the letter is mostly still there.
        let mut listing = Listing::new(Absence::NotFetched);
        let mut seen = BTreeSet::new();
        let mut visited = BTreeSet::new();
        for first in &self.pages {
            let mut here = Some(first.url().clone());
            while let Some(url) = here.take().filter(|url| visited.insert(url.clone())) {
                if visited.len() > PAGES_MAX {
                    listing
                        .notices
                        .push((String::new(), format!("only the first {PAGES_MAX} pages are read")));
                    listing.unread.push(String::new());
                    return listing;
                }
                let Some(exchange) = context.get_part(&url, &mut listing) else { break };
                let page = web_page(&exchange);
                let n_before = listing.entries.len();
                for link in page.links.iter().filter(|link| self.takes(&link.url)) {
                    let target = without_tracking(link.url.clone());
                    if seen.insert(target.clone()) {
                        listing.entries.push(entry(target, link, context.defaults.kind));
                    }
                }
                if listing.entries.len() == n_before && visited.len() == 1 && page.next.is_none() {
                    let text = "it has no link to a document: has the page been moved or rebuilt?".to_owned();
                    listing.notices.push((url.to_string(), text));
                }
                // A next page elsewhere is not of this list.
                here = page.next.filter(|next| next.host() == url.host());
            }
            if listing.is_cut {
                break;
            }
        }
        listing
    }

    /// How many pages a run reads at least.
    pub(super) fn n_pages(&self) -> usize {
        self.pages.len()
    }

    fn takes(&self, url: &Url) -> bool {
        let name = url.path().rsplit('/').next().unwrap_or_default();
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        let is_document = extension.is_some_and(|extension| self.extensions.contains(&extension));
        is_document && self.choose.takes(url.as_str())
    }
}

/// A document of the kind that the source has by default: of yearly kinds with a year, of letters with an addressee.
fn entry(url: Url, link: &Link, kind: Option<Kind>) -> ListedDocument {
    let is_yearly = kind.is_some_and(|kind| kind.row().year == YearRule::Concerned);
    let is_letter = matches!(kind, Some(Kind::Tildelingsbrev | Kind::Instruks));
    let metadata = SourceMetadata {
        title: title(link),
        year: if is_yearly { year(link) } else { None },
        addressee: if is_letter { addressee(link) } else { None },
        ..SourceMetadata::default()
    };
    ListedDocument {
        location: url.to_string(),
        public_url: url.to_string(),
        origin: Origin::web(url),
        metadata,
    }
}

/// Of the link's text, else of the nearest heading that has one year.
fn year(link: &Link) -> Option<i16> {
    only_year(&link.text).or_else(|| link.headings.iter().find_map(|heading| only_year(heading)))
}

/// The link's text without the remark on its format. `None` for texts that name nothing ("Last ned", "2024").
fn title(link: &Link) -> Option<String> {
    static REMARK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\s*(?:[(\[](?:pdf|docx?|odt)\b[^)\]]*[)\]]|\.(?:pdf|docx?|odt))\s*$")
            .expect("it is a pattern")
    });
    let text = REMARK.replace(&link.text, "").trim().to_owned();
    let n_letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let is_empty =
        ["last ned", "les mer", "les her", "åpne", "pdf", "her"].contains(&text.to_lowercase().as_str());
    (n_letters > 3 && !is_empty).then_some(text)
}

/// "Tildelingsbrev til X 2024", "Instruks for X (2020)", or the nearest heading that is a name: of one that names a group
/// of links ("Tildelingsbrev 2024", "Avviklede virksomheter") it is not known whether it is one.
fn addressee(link: &Link) -> Option<String> {
    static NAMED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i:tildelingsbrev|oppdragsbrev|oppdragsdokument|instruks)\w*\s+(?:\d{4}\s+)?(?:til|for)\s+(\p{Lu}[\p{L}\d ,.&–-]*?\p{L})\s*(?:,|–|\(|\[|\b(?:for\s+)?\d{4}|$)")
            .expect("it is a pattern")
    });
    if let Some(named) = NAMED.captures(&link.text) {
        return Some(named[1].to_owned());
    }
    let is_general = |text: &str| {
        let text = text.to_lowercase();
        let words = [
            "brev",
            "rapport",
            "instruks",
            "oppdrag",
            "dokument",
            "vedlegg",
            "avvikl",
            "virksomhe",
            "verksemd",
        ];
        let more = ["etater", "kontakt", "relatert", "lenke", "arkiv", "tidligere", "innhold", "departement"];
        words.iter().chain(&more).any(|word| text.contains(word))
    };
    // A heading with a year is one of years within those of agencies.
    let mut names = link.headings.iter().filter(|text| !text.chars().any(|c| c.is_ascii_digit()));
    let name = names.next().filter(|text| text.starts_with(char::is_uppercase) && !is_general(text))?;
    // The page's own heading is not that of a group.
    (link.headings.last() != Some(name)).then(|| name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(text: &str, headings: &[&str]) -> Link {
        let url = Url::parse("https://a.example/a.pdf").unwrap();
        Link {
            url,
            text: text.to_owned(),
            headings: headings.iter().map(|text| (*text).to_owned()).collect(),
            is_in_content: true,
            item: None,
        }
    }

    #[test]
    fn the_addressee_is_named_by_the_link_or_by_its_group() {
        let of = |text: &str, headings: &[&str]| addressee(&link(text, headings));
        let page = "Tildelingsbrev";
        assert_eq!(
            of("Tildelingsbrev til Eksempeldirektoratet 2024 (pdf)", &[page]).as_deref(),
            Some("Eksempeldirektoratet")
        );
        assert_eq!(of("Etatsinstruks for Kystetaten (2020)", &[page]).as_deref(), Some("Kystetaten"));
        assert_eq!(
            of("Tildelingsbrev 2023 til Etat for luft- og sjøfart", &[page]).as_deref(),
            Some("Etat for luft- og sjøfart")
        );
        assert_eq!(of("2024", &["Eksempeldirektoratet", page]).as_deref(), Some("Eksempeldirektoratet"));
        assert_eq!(
            of("Supplerende brev nr. 1", &["2024", "Eksempeltilsynet", page]).as_deref(),
            Some("Eksempeltilsynet")
        );
        for headings in
            [&["Avviklede virksomheter", page][..], &[page], &["2024", "Eksempeldirektoratet"], &[]]
        {
            assert_eq!(of("2024", headings), None, "{headings:?}");
        }
    }

    #[test]
    fn a_title_is_a_text_that_names_something() {
        let of = |text: &str| title(&link(text, &[]));
        assert_eq!(of("Tildelingsbrev 2024 (pdf, 1,2 MB)").as_deref(), Some("Tildelingsbrev 2024"));
        assert_eq!(of("tildelingsbrev-2024.pdf").as_deref(), Some("tildelingsbrev-2024"));
        assert_eq!([of("Last ned"), of("2024"), of("PDF"), of("")], [None, None, None, None]);
    }

    #[test]
    fn the_year_of_the_link_goes_before_that_of_its_group() {
        assert_eq!(year(&link("Tildelingsbrev 2024", &["2023"])), Some(2024));
        assert_eq!(year(&link("Tillegg", &["Etat", "2023"])), Some(2023));
        assert_eq!(year(&link("Tillegg", &["2021–2022", "Etat"])), None);
    }
}
