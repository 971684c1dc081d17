//! A document of the API → our record of it. Pure. Reads defensively: every field but `uuid` may be missing or of another type.

use super::alias::ID_COLUMN;
use crate::acquire::source::names::{InstitutionNames, is_same_name, normal};
use crate::acquire::source::regjeringen;
use crate::text::{Digest, KINDS, Kind, Language, PartialDate, SourceMetadata, YearRule};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// A document as the API describes it.
#[derive(Debug, Clone)]
pub(super) struct KudosDocument {
    pub(super) uuid: String,
    pub(super) title: Option<String>,
    pub(super) type_name: Option<String>,
    pub(super) language: Option<String>,
    pub(super) published: Option<PartialDate>,
    pub(super) concerned: (Option<i16>, Option<i16>),
    /// The number that the old site had for it: its addresses are still cited.
    pub(super) number: Option<String>,
    /// Where the document was published first.
    pub(super) external_url: Option<String>,
    pub(super) files: Vec<DocumentFile>,
    /// Who issued it; of a letter, the ministry.
    pub(super) owners: Vec<Actor>,
    pub(super) publishers: Vec<Actor>,
    /// Whom a letter is addressed to.
    pub(super) recipients: Vec<Actor>,
    /// Who wrote it: of an evaluation, often a consultancy.
    pub(super) authors: Vec<Actor>,
}

/// An institution.
#[derive(Debug, Clone)]
pub(super) struct Actor {
    name: String,
    other_names: Vec<String>,
    org_number: Option<String>,
}

/// A file of a document.
#[derive(Debug, Clone)]
pub(super) struct DocumentFile {
    uuid: Option<String>,
    filename: Option<String>,
    url: Option<String>,
    pub(super) sha256: Option<Digest>,
    media_type: Option<String>,
    description: Option<String>,
    /// Where Kudos took it from.
    source_url: Option<String>,
    is_primary: bool,
}

impl KudosDocument {
    /// `None` without an id, since no address can be formed.
    pub(super) fn of_json(value: &Value) -> Option<KudosDocument> {
        let uuid = text(value, "uuid").or_else(|| text(value, "id"))?;
        // It becomes a part of addresses and of names of documents.
        let is_id = uuid.len() <= 64 && uuid.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        is_id.then(|| KudosDocument {
            uuid: uuid.to_ascii_lowercase(),
            title: text(value, "title").map(|title| normal(&title)),
            type_name: text(value, "type").or_else(|| text(&value["type"], "name")),
            language: text(value, "language"),
            published: date(value, "publish_date").or_else(|| date(value, "published_at")),
            concerned: (year(value, "concerned_year_from"), year(value, "concerned_year_to")),
            number: old_number(value),
            external_url: text(value, "external_public_url"),
            files: items(value, "files").map(DocumentFile::of_json).collect(),
            owners: actors(value, "owners"),
            publishers: actors(value, "publishers"),
            recipients: actors(value, "recipients"),
            authors: actors(value, "authoring_actors"),
        })
    }

    /// All its actors, in whatever role.
    pub(super) fn actors(&self) -> impl Iterator<Item = &Actor> {
        self.recipients.iter().chain(&self.owners).chain(&self.authors).chain(&self.publishers)
    }

    /// The kind that its type names. `None` for a type that is none of ours.
    pub(super) fn kind(&self) -> Option<Kind> {
        let name = self.type_name.as_deref()?.to_lowercase();
        // "Norges offentlige utredninger (NOU)"
        let name = name.split(" (").next().unwrap_or_default().trim();
        let row = KINDS.iter().find(|row| row.source_types.contains(&name) || row.name == name);
        row.map(|row| row.kind)
    }

    /// The files that can be read: the PDFs, the main one first; without one, documents of a word processor.
    pub(super) fn readable_files(&self) -> Vec<&DocumentFile> {
        let of = |extensions: &[&str]| {
            let mut seen = BTreeSet::new();
            let is_one = |file: &&DocumentFile| extensions.contains(&file.extension().as_str());
            let mut files: Vec<&DocumentFile> = self.files.iter().filter(is_one).collect();
            files.sort_by_key(|file| !file.is_primary);
            files.retain(|file| file.sha256.is_none_or(|sha256| seen.insert(sha256)));
            files
        };
        let pdfs = of(&["pdf"]);
        if pdfs.is_empty() { of(&["docx", "odt"]) } else { pdfs }
    }

    /// The metadata of the document at Kudos, as the record of one of its files.
    pub(super) fn metadata(&self, file: &DocumentFile, is_main: bool) -> SourceMetadata {
        let kind = self.kind();
        let year = kind.filter(|kind| kind.row().year == YearRule::Concerned).and(self.concerned_year());
        let title = match (&self.title, &file.description) {
            (Some(title), Some(description)) if !is_main => Some(format!("{title}: {}", normal(description))),
            (title, _) => title.clone(),
        };
        let issuers =
            [&self.owners, &self.publishers, &self.authors].into_iter().find(|list| !list.is_empty());
        SourceMetadata {
            kind,
            title,
            issuer: issuers.and_then(|actors| joined(actors)),
            addressee: joined(&self.recipients),
            published: self.published,
            year,
            language: self.language.as_deref().and_then(language),
            own: self.own(file, is_main),
            ..SourceMetadata::default()
        }
    }

    /// Further metadata of Kudos, as columns of the reports, and the keys by which other sources name the same document.
    fn own(&self, file: &DocumentFile, is_main: bool) -> BTreeMap<String, String> {
        let numbers = |actors: &[Actor]| {
            let numbers: Vec<&str> = actors.iter().filter_map(|actor| actor.org_number.as_deref()).collect();
            (!numbers.is_empty()).then(|| numbers.join("; "))
        };
        let addresses = [file.source_url.as_deref(), self.external_url.as_deref()];
        let found = |read: fn(&str) -> Option<String>| {
            addresses.into_iter().flatten().find_map(read).filter(|_| is_main)
        };
        let fields = [
            (ID_COLUMN, is_main.then(|| self.uuid.clone())),
            ("kudos_type", self.type_name.clone()),
            ("kudos_number", self.number.clone()),
            ("issuer_org_number", numbers(&self.owners)),
            ("addressee_org_number", numbers(&self.recipients)),
            ("kudos_year_from", self.concerned.0.map(|year| year.to_string())),
            ("kudos_year_to", self.concerned.1.map(|year| year.to_string())),
            ("regjeringen_id", found(regjeringen::id_in)),
            ("publication_code", found(regjeringen::code_in)),
            ("part_of", (!is_main).then(|| self.uuid.clone())),
        ];
        fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }

    /// The one year that it is about.
    fn concerned_year(&self) -> Option<i16> {
        match self.concerned {
            (Some(from), Some(to)) => (from == to).then_some(from),
            (from, to) => from.or(to),
        }
    }
}

impl Actor {
    fn of_json(value: &Value) -> Option<Actor> {
        let name = text(value, "name").or_else(|| text(value, "entity_name"));
        let name = name.or_else(|| value.as_str().map(str::to_owned))?;
        let entity = text(value, "entity_name").into_iter();
        let others = items(value, "alternative_names")
            .filter_map(|item| text(item, "name").or_else(|| item.as_str().map(str::to_owned)));
        let number = &value["org_number"];
        let org_number =
            number.as_u64().map(|number| number.to_string()).or_else(|| text(value, "org_number"));
        Some(Actor { name: normal(&name), other_names: entity.chain(others).collect(), org_number })
    }

    /// Whether it is called so, in any of its names, or has the organisation number.
    pub(super) fn is_called(&self, name: &str) -> bool {
        let digits: String = name.chars().filter(|c| !c.is_whitespace()).collect();
        let is_number = self.org_number.as_deref().is_some_and(|number| number == digits);
        let mut names = std::iter::once(&self.name).chain(&self.other_names);
        is_number || names.any(|own| is_same_name(own, name))
    }

    pub(super) fn is_one_of(&self, names: &InstitutionNames) -> bool {
        names.iter().any(|name| self.is_called(name))
    }
}

impl DocumentFile {
    fn of_json(value: &Value) -> DocumentFile {
        DocumentFile {
            uuid: text(value, "uuid"),
            filename: text(value, "filename"),
            url: text(value, "url"),
            sha256: text(value, "sha256").and_then(|digest| digest.to_ascii_lowercase().parse().ok()),
            media_type: text(value, "mimetype"),
            description: text(value, "description"),
            source_url: text(value, "source_file_url"),
            is_primary: value["is_primary"].as_bool().unwrap_or(value["is_primary"] == 1),
        }
    }

    /// The extension of its name or address, or that of its media type; in small letters, empty when unknown.
    pub(super) fn extension(&self) -> String {
        let of_type =
            match self.media_type.as_deref().map(|name| name.split(';').next().unwrap_or_default().trim()) {
                Some("application/pdf" | "application/x-pdf") => Some("pdf".to_owned()),
                Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document") => {
                    Some("docx".to_owned())
                }
                Some("application/vnd.oasis.opendocument.text") => Some("odt".to_owned()),
                _ => None,
            };
        let of_name = |name: &str| {
            let last =
                name.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
            last.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase())
        };
        let names = [&self.filename, &self.url].into_iter().flatten();
        of_type.or_else(|| names.filter_map(|name| of_name(name)).next()).unwrap_or_default()
    }

    /// A name that distinguishes it from the other files of its document.
    pub(super) fn name_in_document(&self) -> String {
        let sha256 = || self.sha256.map(|sha256| sha256.to_string());
        self.uuid.clone().or_else(|| self.filename.clone()).or_else(sha256).unwrap_or_default()
    }

    /// Where it is published: the address in the API, else the one that Kudos forms from ids.
    pub(super) fn address(&self, base: &Url, document: &str) -> Option<Url> {
        let given = self.url.as_deref().and_then(|url| base.join(url).ok());
        let given = given.filter(|url| matches!(url.scheme(), "http" | "https"));
        given.or_else(|| base.join(&format!("dokument/{document}/filer/{}.pdf", self.uuid.as_deref()?)).ok())
    }
}

/// The names of `actors`, separated by semicolons.
fn joined(actors: &[Actor]) -> Option<String> {
    let mut names: Vec<&str> = actors.iter().map(|actor| actor.name.as_str()).collect();
    names.dedup();
    (!names.is_empty()).then(|| names.join("; "))
}

fn actors(value: &Value, field: &str) -> Vec<Actor> {
    items(value, field).filter_map(Actor::of_json).collect()
}

fn items<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    value[field].as_array().into_iter().flatten()
}

/// A text that is not empty. `None` for null, numbers and blanks.
fn text(value: &Value, field: &str) -> Option<String> {
    value[field].as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// `/dokument/379135`, or a number as `id` next to the UUID.
fn old_number(value: &Value) -> Option<String> {
    let number = ["legacy_id", "id", "number"].into_iter().find_map(|field| {
        let number = &value[field];
        number.as_u64().map(|number| number.to_string()).or_else(|| text(value, field))
    })?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some(number)
}

/// "2026-02-01", with or without a time after it. `None` for what stands for no date: the year 0 or 1.
fn date(value: &Value, field: &str) -> Option<PartialDate> {
    let text = text(value, field)?;
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    day.parse::<PartialDate>().ok().filter(|date| is_year(date.year()))
}

fn year(value: &Value, field: &str) -> Option<i16> {
    let number = value[field].as_i64().or_else(|| text(value, field)?.parse().ok())?;
    i16::try_from(number).ok().filter(|year| is_year(*year))
}

/// Years before the state and far ahead are mistakes.
fn is_year(year: i16) -> bool {
    (1800..2200).contains(&year)
}

fn language(name: &str) -> Option<Language> {
    match name.to_lowercase().as_str() {
        "nb" | "nob" | "nb-no" | "bokmål" | "norsk bokmål" => "nb".parse().ok(),
        "nn" | "nno" | "nn-no" | "nynorsk" | "norsk nynorsk" => "nn".parse().ok(),
        "en" | "eng" | "engelsk" | "english" => "en".parse().ok(),
        // "no" can be either of the two.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_letter_has_the_ministry_as_issuer_and_the_agency_as_addressee() {
        let document = KudosDocument::of_json(&json!({
            "uuid": "0A-1", "title": "Tildelingsbrev  Eksempeldirektoratet 2026", "type": "Tildelingsbrev",
            "language": "nb", "publish_date": "2026-02-01T00:00:00.000000Z",
            "concerned_year_from": 2026, "concerned_year_to": "2026",
            "id": 379_135, "external_public_url": "https://www.regjeringen.no/no/dokumenter/brev/id3100005/",
            "owners": [{"name": "Departementet for eksempler", "org_number": 999_888_777}],
            "recipients": [{"name": "Eksempel\u{2010}direktoratet",
                "alternative_names": [{"type": "short_name", "name": "EKS"}]}],
            "files": [{"uuid": "f", "filename": "a.PDF", "url": "https://kudos.dfo.no/dokument/0a-1/filer/f.pdf",
                "sha256": "AB".repeat(32), "is_primary": true}],
        }))
        .unwrap();
        let file = document.readable_files()[0];
        let metadata = document.metadata(file, true);
        assert_eq!(metadata.kind, Some(Kind::Tildelingsbrev));
        assert_eq!(metadata.title.as_deref(), Some("Tildelingsbrev Eksempeldirektoratet 2026"));
        assert_eq!(metadata.issuer.as_deref(), Some("Departementet for eksempler"));
        assert_eq!(metadata.addressee.as_deref(), Some("Eksempel-direktoratet"));
        assert_eq!(metadata.published.unwrap().to_string(), "2026-02-01");
        assert_eq!((metadata.year, metadata.language), (Some(2026), Some(Language::BOKMAL)));
        assert_eq!(file.sha256.unwrap().to_string(), "ab".repeat(32));
        let own = |name: &str| metadata.own.get(name).map(String::as_str);
        assert_eq!((own("kudos_number"), own("regjeringen_id")), (Some("379135"), Some("id3100005")));
        assert_eq!((own("issuer_org_number"), own("addressee_org_number")), (Some("999888777"), None));
        assert_eq!((own("kudos_year_from"), own("part_of")), (Some("2026"), None));
        let actor = &document.recipients[0];
        assert!(
            actor.is_called("eks")
                && actor.is_called("eksempel-direktoratet")
                && !actor.is_called("Eksempel")
        );
        assert!(document.owners[0].is_called("999 888 777"));
    }

    #[test]
    fn a_document_without_anything_but_its_id_is_read() {
        let empty = json!({"uuid": "1", "title": null, "type": 7, "publish_date": "0001-01-01", "files": null,
            "owners": [null, {}, 3], "concerned_year_from": 1, "concerned_year_to": "i fjor"});
        let document = KudosDocument::of_json(&empty).unwrap();
        assert!(document.readable_files().is_empty() && document.kind().is_none());
        assert_eq!((document.published, document.concerned), (None, (None, None)));
        for wrong in [json!({}), json!(null), json!([]), json!({"uuid": "../../a"}), json!({"uuid": ""})] {
            assert!(KudosDocument::of_json(&wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn the_main_pdf_comes_first_and_the_same_bytes_once() {
        let document = KudosDocument::of_json(&json!({"uuid": "1", "files": [
            {"uuid": "x", "filename": "a.docx"},
            {"uuid": "y", "filename": "vedlegg.pdf", "sha256": "00".repeat(32)},
            {"uuid": "z", "url": "/dokument/1/filer/z.pdf?a=b", "sha256": "11".repeat(32), "is_primary": 1},
            {"uuid": "w", "mimetype": "application/pdf", "sha256": "00".repeat(32)},
        ]}))
        .unwrap();
        let names: Vec<String> =
            document.readable_files().iter().map(|file| file.name_in_document()).collect();
        assert_eq!(names, ["z", "y"]);
        let base = Url::parse("http://127.0.0.1:1/").unwrap();
        let address =
            |index: usize| document.readable_files()[index].address(&base, "1").unwrap().to_string();
        assert_eq!(address(0), "http://127.0.0.1:1/dokument/1/filer/z.pdf?a=b");
        assert_eq!(address(1), "http://127.0.0.1:1/dokument/1/filer/y.pdf");
    }

    #[test]
    fn only_the_kinds_that_are_about_a_year_take_the_concerned_one() {
        let year = |type_name: &str, from: Value, to: Value| {
            let value = json!({"uuid": "1", "type": type_name, "concerned_year_from": from, "concerned_year_to": to,
                "files": [{"uuid": "a", "filename": "a.pdf"}]});
            let document = KudosDocument::of_json(&value).unwrap();
            document.metadata(document.readable_files()[0], true).year
        };
        assert_eq!(year("Årsrapport", json!(2024), json!(2024)), Some(2024));
        assert_eq!(year("Årsrapport", json!(2024), json!(null)), Some(2024));
        assert_eq!(year("Årsrapport", json!(2023), json!(2024)), None);
        assert_eq!(year("Evaluering", json!(2024), json!(2024)), None);
        assert_eq!(year("Norges offentlige utredninger (NOU)", json!(2024), json!(2024)), None);
    }
}
