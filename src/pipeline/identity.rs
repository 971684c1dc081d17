//! The metadata and addresses of a document → the keys that name the same work: the id of a site, a publication code, a designation with
//! its session. Never a title, and never a number alone.

use crate::acquire::{Holding, ID_COLUMN, MOVED_COLUMN, document_id};
use crate::extract::record::{find_all, session_fault};
use crate::text::{Designation, Language, Series};
use std::collections::BTreeSet;

/// By what a document is recognised in other sources.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Identity {
    /// "publication code stm201920200030000"; in the form of notices.
    pub(super) keys: BTreeSet<String>,
    /// The declared language: a translation is another text.
    pub(super) language: Option<Language>,
}

/// The identity of a file by all places that hold it.
pub(super) fn identity(places: &[Holding]) -> Identity {
    let keys = places.iter().flat_map(keys).collect();
    Identity { keys, language: places.iter().find_map(|place| place.metadata.language) }
}

const KUDOS: &str = "Kudos id";

fn keys(place: &Holding) -> Vec<String> {
    let metadata = &place.metadata;
    // An attachment has the site's id and the title of the document that it belongs to.
    if metadata.own.contains_key("part_of") {
        return Vec::new();
    }
    let own = |name: &str, shown: &str| metadata.own.get(name).map(|value| format!("{shown} {value}"));
    let declared = metadata.designation.as_deref().and_then(own_designation);
    // Kudos writes the designation before the title.
    let of_title = || metadata.title.as_deref().and_then(own_designation);
    let designation = declared.or_else(of_title).and_then(|designation| key_of(&designation));
    // Kudos has had two sorts of ids, and redirects from one to the other.
    let kudos = [ID_COLUMN, MOVED_COLUMN, "kudos_number"].map(|column| own(column, KUDOS));
    let addresses = [&place.public_url, &place.answered_at, &place.location];
    let addresses = addresses.map(|address| document_id(address).map(|id| format!("{KUDOS} {id}")));
    let keys = [own("regjeringen_id", "page"), own("publication_code", "publication code"), designation];
    keys.into_iter().chain(kudos).chain(addresses).flatten().collect()
}

/// The designation that a text begins with.
fn own_designation(text: &str) -> Option<Designation> {
    find_all(text.trim())
        .into_iter()
        .next()
        .filter(|found| found.range.start == 0)
        .map(|found| found.designation)
}

/// `None` where number and session do not name one document: "Prop. 1 S" is one for each ministry, and a session that cannot be right
/// may be any.
fn key_of(designation: &Designation) -> Option<String> {
    let is_one_for_each_ministry =
        matches!(designation.series, Series::Prop | Series::StPrp) && designation.number == "1";
    let is_sound = designation.session.is_some() && session_fault(designation).is_none();
    (is_sound && !is_one_for_each_ministry).then(|| format!("designation {designation}"))
}

impl Identity {
    /// A key that both have. `None` when they are of two languages, or have no key in common.
    pub(super) fn shared_with<'a>(&'a self, other: &'a Identity) -> Option<&'a String> {
        let is_translation =
            self.language.is_some() && other.language.is_some() && self.language != other.language;
        self.keys.intersection(&other.keys).next().filter(|_| !is_translation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Digest, SourceMetadata};

    fn of(metadata: SourceMetadata) -> Identity {
        identity(&[Holding {
            source: "a".to_owned(),
            location: "b".to_owned(),
            public_url: String::new(),
            answered_at: String::new(),
            sha256: Digest::of(b""),
            is_vanished: false,
            metadata,
        }])
    }

    fn titled(title: &str) -> Identity {
        of(SourceMetadata { title: Some(title.to_owned()), ..SourceMetadata::default() })
    }

    fn coded(name: &str, value: &str) -> SourceMetadata {
        SourceMetadata { own: [(name.to_owned(), value.to_owned())].into(), ..SourceMetadata::default() }
    }

    #[test]
    fn a_designation_with_its_session_is_a_key_and_a_title_is_none() {
        let kudos = titled("Meld. St. 30 (2019–2020) En innovativ offentlig sektor");
        let declared = SourceMetadata {
            designation: Some("Meld. St. 30 (2019-2020)".to_owned()),
            ..SourceMetadata::default()
        };
        assert_eq!(kudos.shared_with(&of(declared)).unwrap(), "designation Meld. St. 30 (2019–2020)");
        for title in [
            "Nordisk samarbeid",
            "Prop. 1 S (2024–2025)",
            "Meld. St. 23 Nordisk samarbeid",
            "Prop. 101 LS (2019-2012)",
            "Svar på Meld. St. 30 (2019–2020)",
        ] {
            assert!(titled(title).keys.is_empty(), "{title}");
        }
        assert_ne!(titled("Meld. St. 23 (2018–2019)").keys, titled("Meld. St. 23 (2019–2020)").keys);
    }

    #[test]
    fn the_numbers_ids_and_redirects_of_kudos_are_keys_of_one_document() {
        let uuid = "0a1b2c3d-0000-4000-8000-00000000000a";
        let listed = of(coded("kudos_id", uuid));
        let mut old = Holding {
            source: "links".to_owned(),
            location: "https://kudos.dfo.no/documents/379135".to_owned(),
            public_url: "https://kudos.dfo.no/documents/379135".to_owned(),
            answered_at: format!("https://kudos.dfo.no/dokument/{uuid}"),
            sha256: Digest::of(b""),
            is_vanished: false,
            metadata: SourceMetadata::default(),
        };
        assert!(listed.shared_with(&identity(&[old.clone()])).is_some());
        assert!(of(coded("kudos_number", "379135")).shared_with(&identity(&[old.clone()])).is_some());
        assert!(of(coded("kudos_moved_to", uuid)).shared_with(&listed).is_some());
        old.answered_at = "https://kudos.dfo.no/".to_owned();
        assert!(listed.shared_with(&identity(&[old])).is_none());
    }

    #[test]
    fn ids_and_codes_are_keys_but_not_those_of_an_attachment_or_a_translation() {
        let page = of(coded("regjeringen_id", "id1"));
        assert_eq!(page.keys.first().unwrap(), "page id1");
        let mut attached = coded("regjeringen_id", "id1");
        attached.own.insert("part_of".to_owned(), "a/id1".to_owned());
        assert!(of(attached).keys.is_empty());
        let bokmal = SourceMetadata { language: Some(Language::BOKMAL), ..coded("publication_code", "stm1") };
        let nynorsk =
            SourceMetadata { language: Some(Language::NYNORSK), ..coded("publication_code", "stm1") };
        assert!(of(bokmal.clone()).shared_with(&of(nynorsk)).is_none());
        assert!(of(bokmal).shared_with(&of(coded("publication_code", "stm1"))).is_some());
    }
}
