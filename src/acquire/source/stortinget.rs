//! The Storting's export interface: sessions → their publications (innstillinger, Dokument 8, referater, …) as XML, with the cases
//! that link a publication to the documents that it treats.
//!
//! The interface has no meldinger and proposisjoner: it knows them as cases only, and their text is on regjeringen.no. It answers
//! errors with status 200, which are recognised by their element.

mod debates;
mod interface;

use super::address::{BaseUrl, rooted};
use super::listing::{Absence, DeclaredCount, ListedDocument, Listing, ListingContext, Origin};
use super::xml::XmlItem;
use super::xml_list::{ListForm, fetched_items};
use crate::acquire::fetch::Exchange;
use crate::text::{Kind, PartialDate, SourceMetadata};
use debates::{CasePublication, publications_of_cases};
use interface::{address, is_id};
use jiff::{SignedDuration, Timestamp};
use regex::Regex;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use url::Url;

/// The service itself.
const BASE: &str = "https://data.stortinget.no/";
/// The part of an address before the id of a publication.
const PUBLICATION: &str = "eksport/publikasjon?publikasjonid=";
/// A publication is printed anew for some weeks: a provisional edition comes within hours, the final one replaces it.
const NEW_DAYS: i64 = 60;
const RECHECK_NEW_DAYS: i64 = 2;
/// The element that an error has, wherever it stands: the form of the rest is not documented.
const ERROR_ELEMENT: &str = "<feilkode";

/// The types of publication, and the kind of their documents.
const TYPES: [(&str, Kind); 6] = [
    ("innstilling", Kind::Innstilling),
    ("dok8", Kind::Dokument),
    ("dok12", Kind::Dokument),
    ("dokumentserie", Kind::Dokument),
    ("lovvedtak", Kind::Dokument),
    ("referat", Kind::Referat),
];

const SESSIONS: ListForm =
    ListForm { name: "a list of sessions", roots: &["sesjoner_oversikt"], items: &["sesjon"] };
const PUBLICATIONS: ListForm =
    ListForm { name: "a list of publications", roots: &["publikasjoner_oversikt"], items: &["publikasjon"] };
const CASES: ListForm = ListForm { name: "a list of cases", roots: &["saker_oversikt"], items: &["sak"] };

/// Settings of the Storting.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Stortinget {
    /// The service, or a mirror of it.
    base_url: Option<BaseUrl>,
    /// The types of publication: innstilling, dok8, dok12, dokumentserie, lovvedtak, referat.
    publications: BTreeSet<PublicationType>,
    /// First year of the first session that is taken.
    year_from: Option<i16>,
    /// First year of the last session that is taken.
    year_to: Option<i16>,
    /// After how many days a publication is requested again. One of the last two months is requested every second day.
    recheck_days: u16,
    /// Whether each case is requested for the debates that it led to.
    debates: bool,
}

/// A type of publication, in a setting.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct PublicationType(String);

/// A setting that is not a type of publication.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a type of publication: choose among {1}")]
pub struct NotAType(String, String);

impl TryFrom<String> for PublicationType {
    type Error = NotAType;

    fn try_from(text: String) -> Result<PublicationType, NotAType> {
        let known = TYPES.iter().find(|(name, _)| *name == text);
        let names = TYPES.map(|(name, _)| name).join(", ");
        if known.is_some() { Ok(PublicationType(text)) } else { Err(NotAType(text, names)) }
    }
}

impl Default for Stortinget {
    fn default() -> Stortinget {
        Stortinget {
            base_url: None,
            publications: ["innstilling", "dok8", "referat"]
                .map(|name| PublicationType(name.to_owned()))
                .into(),
            year_from: None,
            year_to: None,
            recheck_days: 90,
            debates: true,
        }
    }
}

/// A case, as the list of a session has it.
#[derive(Debug)]
struct Case {
    id: String,
    /// When it was changed last, as the list writes it.
    updated: String,
    title: Option<String>,
    /// "Meld. St. 30 (2019-2020)", "Innst. 191 S (2020-2021)"
    references: Vec<String>,
}

/// The cases of all sessions, the newest session first.
#[derive(Debug, Default)]
struct Cases {
    all: Vec<Case>,
    /// The indices of those that name a document, by the key of the document.
    of_document: BTreeMap<String, Vec<usize>>,
    /// The publications of each, by its id.
    publications: BTreeMap<String, Vec<CasePublication>>,
    /// The indices of those that led to a publication, by the id of the publication.
    of_publication: BTreeMap<String, Vec<usize>>,
}

impl Stortinget {
    /// The publications of all chosen sessions, each once.
    pub(super) fn list(&self, context: &ListingContext<'_>) -> Listing {
        let base = rooted(self.base_url.as_ref(), BASE);
        let mut listing = Listing::new(Absence::RequestPage);
        let sessions = self.sessions(context, &base, &mut listing);
        let mut cases = Cases::default();
        let mut seen = BTreeSet::new();
        for session in &sessions {
            self.cases(context, &base, session, &mut cases, &mut listing);
            for PublicationType(name) in &self.publications {
                if listing.is_cut {
                    return listing;
                }
                let query = [("publikasjontype", name.as_str()), ("sesjonid", session.as_str())];
                let url = address(&base, "publikasjoner", &query);
                for item in fetched_items(context, &url, &PUBLICATIONS, &mut listing).unwrap_or_default() {
                    let Some(id) = item.own_text("id").filter(|id| is_id(id)) else { continue };
                    if seen.insert(id.to_owned()) {
                        listing.entries.push(self.entry(context.now, &base, name, session, id, &item));
                    }
                }
            }
        }
        if listing.unread.is_empty() {
            listing.declared = declared_counts(&listing.entries);
        }
        if self.debates {
            let named: Vec<(String, String)> =
                cases.all.iter().map(|case| (case.id.clone(), case.updated.clone())).collect();
            cases.take(publications_of_cases(context, &base, &named, &mut listing));
        }
        // A case of one session has its innstilling in the next: all cases are known only now.
        for entry in &mut listing.entries {
            cases.add_to(entry);
        }
        listing
    }

    /// The address of a publication.
    pub(super) fn page_address(&self, id: &str) -> Option<Url> {
        rooted(self.base_url.as_ref(), BASE).join(&format!("{PUBLICATION}{id}")).ok()
    }

    /// How many lists a run reads: that of the sessions, and those of the last two sessions at least.
    pub(super) fn n_lists(&self) -> usize {
        1 + 2 * (1 + self.publications.len())
    }

    /// The reason why a response is not a publication.
    pub(in crate::acquire) fn refusal(&self, exchange: &Exchange) -> Option<String> {
        let media_type = exchange.media_type.as_deref().unwrap_or("unknown");
        let name = media_type.split(';').next().unwrap_or_default().trim();
        if !["text/xml", "application/xml"].contains(&name) {
            return Some(format!("it is not XML but {media_type}"));
        }
        error_code(&String::from_utf8_lossy(&exchange.payload))
            .map(|code| format!("the service answered with the error code {code} (feilkode)"))
    }

    /// The ids of the sessions that are chosen, the newest first. They change their form: "1998-99", "1999-2000".
    fn sessions(&self, context: &ListingContext<'_>, base: &Url, listing: &mut Listing) -> Vec<String> {
        let url = address(base, "sesjoner", &[]);
        let (from, to) = (self.year_from.unwrap_or(i16::MIN), self.year_to.unwrap_or(i16::MAX));
        let mut sessions: Vec<(i16, String)> = Vec::new();
        for item in fetched_items(context, &url, &SESSIONS, listing).unwrap_or_default() {
            let id = item.own_text("id").unwrap_or_default();
            let first = id.get(..4).and_then(|year| year.parse::<i16>().ok());
            match first.filter(|_| id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')) {
                Some(first) if (from..=to).contains(&first) => sessions.push((first, id.to_owned())),
                Some(_) => {}
                None => {
                    let text = format!("the session '{id}' has an id that is not known and is left out");
                    listing.notices.push((url.to_string(), text));
                }
            }
        }
        sessions.sort_by(|a, b| b.cmp(a));
        sessions.dedup();
        sessions.into_iter().map(|(_, id)| id).collect()
    }

    /// Adds the cases of a session, by each document that they name.
    fn cases(
        &self,
        context: &ListingContext<'_>,
        base: &Url,
        session: &str,
        cases: &mut Cases,
        listing: &mut Listing,
    ) {
        let url = address(base, "saker", &[("sesjonid", session)]);
        // Without its cases a publication lacks its title and links; it is listed all the same.
        for item in fetched_items(context, &url, &CASES, listing).unwrap_or_default() {
            let Some(id) = item.own_text("id") else { continue };
            let references = references(item.own_text("henvisning").unwrap_or_default());
            // A case without documents links nothing: a question, an election.
            if references.is_empty() || !is_id(id) {
                continue;
            }
            for reference in &references {
                cases.of_document.entry(key(reference)).or_default().push(cases.all.len());
            }
            let title =
                item.own_text("tittel").map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
            let updated = item.own_text("sist_oppdatert_dato").unwrap_or_default().to_owned();
            cases.all.push(Case { id: id.to_owned(), updated, title, references });
        }
    }

    fn entry(
        &self,
        now: Timestamp,
        base: &Url,
        type_name: &str,
        session: &str,
        id: &str,
        item: &XmlItem,
    ) -> ListedDocument {
        let published = ["dato", "tilgjengelig_dato"].into_iter().find_map(|name| date(item.own_text(name)?));
        let days = match published.and_then(|date| date.to_string().parse().ok()) {
            Some(day) if is_within(day, now, NEW_DAYS) => RECHECK_NEW_DAYS,
            _ => i64::from(self.recheck_days),
        };
        let kind = TYPES.iter().find(|(name, _)| *name == type_name).map(|(_, kind)| *kind);
        let title = item.own_text("tittel").map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
        let is_designation = title.as_deref().is_some_and(|title| references(title).len() == 1);
        let (designation, title) = if is_designation { (title, None) } else { (None, title) };
        let url =
            base.join(&format!("{PUBLICATION}{id}")).expect("an id has only letters, digits and hyphens");
        let mut own = BTreeMap::from([("session".to_owned(), session.to_owned())]);
        own.extend(item.own_text("legacy_id").map(|id| ("legacy_id".to_owned(), id.to_owned())));
        ListedDocument {
            location: id.to_owned(),
            public_url: public_address(type_name, session, id).unwrap_or_else(|| url.to_string()),
            origin: Origin::Web {
                url,
                sha256: None,
                modified: now.checked_sub(SignedDuration::from_hours(24 * days)).ok(),
            },
            metadata: SourceMetadata {
                kind,
                title,
                designation,
                published,
                own,
                ..SourceMetadata::default()
            },
        }
    }
}

/// How many publications of each kind the sessions have.
fn declared_counts(entries: &[ListedDocument]) -> Vec<DeclaredCount> {
    let mut counts = BTreeMap::<Option<Kind>, u64>::new();
    for entry in entries {
        *counts.entry(entry.metadata.kind).or_default() += 1;
    }
    let count = |(kind, n_listed): (Option<Kind>, u64)| DeclaredCount {
        list: kind.map_or("publikasjoner".to_owned(), |kind| format!("publikasjoner: {}", kind.name())),
        kind,
        year: None,
        n_declared: n_listed,
        n_listed: Some(n_listed),
    };
    counts.into_iter().map(count).collect()
}

impl Cases {
    fn take(&mut self, publications: BTreeMap<String, Vec<CasePublication>>) {
        for (index, case) in self.all.iter().enumerate() {
            for publication in publications.get(&case.id).into_iter().flatten() {
                self.of_publication.entry(publication.id.clone()).or_default().push(index);
            }
        }
        self.publications = publications;
    }

    /// Adds the title and the links of the cases that name the publication or led to it.
    fn add_to(&self, entry: &mut ListedDocument) {
        let own_key = entry.metadata.designation.as_deref().map(key);
        let named: BTreeSet<usize> = own_key
            .as_ref()
            .and_then(|key| self.of_document.get(key))
            .into_iter()
            .flatten()
            .copied()
            .collect();
        let led =
            self.of_publication.get(&entry.location.to_ascii_lowercase()).into_iter().flatten().copied();
        let found: BTreeSet<usize> = led.chain(named.iter().copied()).collect();
        if found.is_empty() {
            return;
        }
        let found: Vec<&Case> = found.into_iter().map(|index| &self.all[index]).collect();
        let titles: BTreeSet<&str> =
            named.iter().filter_map(|index| self.all[*index].title.as_deref()).collect();
        let is_other = |reference: &&String| own_key.as_ref() != Some(&key(reference));
        let treated = found.iter().flat_map(|case| &case.references).filter(is_other).map(String::as_str);
        let publications = found.iter().filter_map(|case| self.publications.get(&case.id)).flatten();
        let is_other = |publication: &&CasePublication| !publication.id.eq_ignore_ascii_case(&entry.location);
        let debates = publications.filter(|publication| publication.is_debate).filter(is_other);
        let columns = [
            ("case_id", joined(found.iter().map(|case| case.id.as_str()))),
            ("case_documents", joined(treated)),
            ("case_debates", joined(debates.map(|publication| publication.id.as_str()))),
        ];
        // One innstilling can be of several cases: then none of their titles is its own.
        if let (1, Some(title), None) = (titles.len(), titles.first(), &entry.metadata.title) {
            entry.metadata.title = Some((*title).to_owned());
        }
        for (name, value) in columns {
            entry.metadata.own.extend(value.map(|value| (name.to_owned(), value)));
        }
    }
}

/// Each text once, sorted, separated by semicolons. `None` when there are none.
fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> Option<String> {
    let texts: BTreeSet<&str> = texts.collect();
    (!texts.is_empty()).then(|| texts.into_iter().collect::<Vec<_>>().join("; "))
}

/// The page for readers, where its address is known.
fn public_address(type_name: &str, session: &str, id: &str) -> Option<String> {
    let folder = match type_name {
        "innstilling" => "Innstillinger/Stortinget",
        "referat" => "Referater/Stortinget",
        _ => return None,
    };
    Some(format!(
        "https://www.stortinget.no/no/Saker-og-publikasjoner/Publikasjoner/{folder}/{session}/{id}/?all=true"
    ))
}

/// The code of an error, which may stand anywhere in the answer.
fn error_code(text: &str) -> Option<String> {
    let (_, rest) = text.split_once(ERROR_ELEMENT)?;
    let (_, content) = rest.split_once('>')?;
    Some(content.split('<').next().unwrap_or_default().trim().chars().take(40).collect())
}

/// The documents that a text names: "Prop. 101 LS (2019-2012), Innst. 526 S (2020-2021)". The years are kept as they are written.
fn references(text: &str) -> Vec<String> {
    static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?:Budsjett-innst\. S\.|Innst\. [SO]\.|Innst\.|Meld\. St\.|St\.\s?meld\.|Ot\.\s?meld\.|Prop\.|St\.\s?prp\.|Ot\.\s?prp\.|Dokument|Dok\.|Lovvedtak)\s(?:nr\.\s)?\d+(?::\d+)?(?:\s(?:LS|S|L))?\s\(\d{4}\s?[-–]\s?\d{2,4}\)",
        )
        .expect("it is a pattern")
    });
    let text = text.replace('\u{a0}', " ");
    REFERENCE.find_iter(&text).map(|found| found.as_str().to_owned()).collect()
}

/// One form for all ways to write a reference.
fn key(reference: &str) -> String {
    let plain = reference.to_lowercase().replace('–', "-");
    plain.chars().filter(|c| !c.is_whitespace()).collect()
}

/// "2016-05-12T00:00:00" or ".NET" as "/Date(1571000000000+0200)/". `None` for the year 1, which stands for no date.
fn date(text: &str) -> Option<PartialDate> {
    if let Some(rest) = text.strip_prefix("/Date(") {
        let end =
            rest.char_indices().skip(1).find(|(_, c)| !c.is_ascii_digit()).map_or(rest.len(), |(at, _)| at);
        let milliseconds: i64 = rest[..end].parse().ok()?;
        // Days are Norwegian: midnight in Oslo is the day before in UTC.
        let hours = rest[end..].get(..3).and_then(|offset| offset.parse::<i64>().ok()).unwrap_or(0);
        let time = Timestamp::from_millisecond(milliseconds).ok()?;
        let local = time.checked_add(SignedDuration::from_hours(hours)).ok()?;
        return local.strftime("%Y-%m-%d").to_string().parse().ok().filter(is_real);
    }
    if let Some((day, rest)) = text.split_once('.').filter(|(day, _)| day.len() == 2) {
        let (month, year) = rest.split_once('.')?;
        return format!("{}-{month}-{day}", year.get(..4)?).parse().ok().filter(is_real);
    }
    text.get(..10)?.parse().ok().filter(is_real)
}

fn is_real(date: &PartialDate) -> bool {
    date.year() > 1800
}

fn is_within(day: jiff::civil::Date, now: Timestamp, days: i64) -> bool {
    let today = jiff::tz::Offset::UTC.to_datetime(now).date();
    day.checked_add(jiff::Span::new().days(days)).is_ok_and(|end| end >= today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_all_forms_are_read_and_the_year_one_is_none() {
        let of = |text: &str| date(text).map(|date| date.to_string());
        assert_eq!(of("2016-05-12T00:00:00").as_deref(), Some("2016-05-12"));
        assert_eq!(of("/Date(1571004000000+0200)/").as_deref(), Some("2019-10-14"));
        assert_eq!(of("/Date(-62135596800000+0100)/"), None);
        assert_eq!(of("12.05.2016").as_deref(), Some("2016-05-12"));
        for none in ["0001-01-01T00:00:00", "01.01.0001", "", "i dag", "/Date(x)/"] {
            assert_eq!(of(none), None, "{none}");
        }
    }

    #[test]
    fn references_are_found_as_they_are_written() {
        assert_eq!(
            references(
                "Prop. 101 LS (2019-2012), Innst. 526 S (2020–2021), unntatt kap. 480, Dokument 8:135 S (2019-2020)"
            ),
            ["Prop. 101 LS (2019-2012)", "Innst. 526 S (2020–2021)", "Dokument 8:135 S (2019-2020)"]
        );
        assert_eq!(references("Innst. S. nr. 210 (2002-2003)"), ["Innst. S. nr. 210 (2002-2003)"]);
        assert_eq!(key("Innst. 191\u{a0}S (2020–2021)"), key("Innst. 191 S (2020-2021)"));
        assert_ne!(key("Innst. 191 S (2019-2020)"), key("Innst. 191 S (2020-2021)"));
    }

    #[test]
    fn an_error_is_found_wherever_it_stands() {
        assert_eq!(error_code("<a><feil><feilkode>7</feilkode></feil></a>").as_deref(), Some("7"));
        assert_eq!(error_code("<feilkode xmlns='x'> 3 </feilkode>").as_deref(), Some("3"));
        assert_eq!(error_code("<Innstilling/>"), None);
    }
}
