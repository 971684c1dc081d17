//! The cases of the Storting → the publications that each led to: innstillinger, referater, lovvedtak. One request for each case.
//!
//! The answers are kept in a file, and a case is requested again only when the list of cases has a later change. The file is a cache:
//! without it the cases are requested again. A case that cannot be read lacks its links; nothing else depends on it.

use super::interface::{address, is_id};
use crate::acquire::source::decoding::list_text;
use crate::acquire::source::listing::{Listing, ListingContext, Unlisted};
use crate::acquire::source::xml::{XmlItem, list};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use url::Url;

/// Cases that are requested in one run, the newest first: 7 minutes at one request in two seconds. A session has about 650 cases.
const CASES_PER_RUN: usize = 200;
/// The element of a publication within a case.
const REFERENCE: &str = "publikasjon_referanse";

/// A publication that a case led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CasePublication {
    /// Its id in the export interface.
    pub(super) id: String,
    /// Whether it is the minutes of a debate.
    pub(super) is_debate: bool,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct KeptCase {
    /// The time of the last change that the list of cases had.
    updated: String,
    publications: Vec<CasePublication>,
}

/// The publications of each case in `cases`, pairs of an id and the time of the last change. Cases that are not known yet are
/// requested in this order, as many as a run may.
pub(super) fn publications_of_cases(
    context: &ListingContext<'_>,
    base: &Url,
    cases: &[(String, String)],
    listing: &mut Listing,
) -> BTreeMap<String, Vec<CasePublication>> {
    let file = context.checkpoint.map(|folder| folder.with_extension("cases.json"));
    let mut kept: BTreeMap<String, KeptCase> = file.as_deref().and_then(read).unwrap_or_default();
    let is_current =
        |(id, updated): &&(String, String)| kept.get(id).is_some_and(|case| case.updated == *updated);
    let missing: Vec<_> = cases.iter().filter(|case| !is_current(case)).cloned().collect();
    let (mut n_failed, mut n_requested) = (0, 0);
    for (id, updated) in missing.iter().take(CASES_PER_RUN) {
        let url = address(base, "sak", &[("sakid", id)]);
        n_requested += 1;
        match context.get(&url) {
            Ok(exchange) => match publications(&list_text(&exchange).text) {
                Some(publications) => {
                    kept.insert(id.clone(), KeptCase { updated: updated.clone(), publications });
                }
                None => n_failed += 1,
            },
            Err(Unlisted::Cut) => {
                n_requested -= 1;
                break;
            }
            Err(Unlisted::Failed(_) | Unlisted::Unprocessable(_)) => n_failed += 1,
        }
    }
    let mut note = |text: String| listing.notices.push((String::new(), text));
    if n_failed > 0 {
        note(format!("{n_failed} cases cannot be read: their publications lack the links to debates"));
    }
    let n_waiting = missing.len() - n_requested;
    if n_waiting > 0 {
        note(format!(
            "{n_waiting} cases wait for the next run: their publications lack the links to debates"
        ));
    }
    if let Some(file) = file.filter(|_| n_requested > n_failed)
        && let Err(cause) = written(&file, &kept)
    {
        note(format!("the cases are not kept, and are requested again in the next run: {cause}"));
    }
    kept.into_iter().map(|(id, case)| (id, case.publications)).collect()
}

/// The publications that the answer for a case names. `None` when it is not that of a case.
fn publications(xml: &str) -> Option<Vec<CasePublication>> {
    let found = list(xml, &[REFERENCE]);
    let is_case = found.root.as_deref().is_some_and(|root| ["sak", "detaljert_sak"].contains(&root));
    let publication = |item: &XmlItem| {
        let id = item.own_text("eksport_id").filter(|id| is_id(id))?.to_ascii_lowercase();
        let type_name = item.own_text("type").unwrap_or_default().to_lowercase();
        Some(CasePublication { is_debate: type_name.starts_with("referat") || id.starts_with("ref"), id })
    };
    is_case.then(|| found.items.iter().filter_map(publication).collect())
}

fn read(file: &Path) -> Option<BTreeMap<String, KeptCase>> {
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

fn written(file: &PathBuf, kept: &BTreeMap<String, KeptCase>) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(&serde_json::to_vec(kept)?)?;
    temporary.as_file().sync_all()?;
    temporary.persist(file).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_publications_of_a_case_are_read_wherever_they_stand() {
        let xml = "<?xml version='1.0'?><detaljert_sak xmlns='http://data.stortinget.no'><id>80111</id><publikasjon_referanse_liste>\
            <publikasjon_referanse><eksport_id>inns-202021-191s</eksport_id><type>innstilling_s</type></publikasjon_referanse>\
            <publikasjon_referanse><eksport_id/><lenke_url>//www.regjeringen.no/id/STM</lenke_url><type>regjering</type></publikasjon_referanse>\
            <publikasjon_referanse><eksport_id>S130109</eksport_id><type>referat</type></publikasjon_referanse>\
            </publikasjon_referanse_liste></detaljert_sak>";
        let found = publications(xml).unwrap();
        let shown: Vec<(&str, bool)> =
            found.iter().map(|found| (found.id.as_str(), found.is_debate)).collect();
        assert_eq!(shown, [("inns-202021-191s", false), ("s130109", true)]);
        assert_eq!(publications("<feil><feilkode>1</feilkode></feil>"), None);
    }
}
