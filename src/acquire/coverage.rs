//! The documents that a source declares, lists and has in the archive, as numbers. A file for each source beside its checkpoint.
//!
//! The file is written after each reading of the list and is not needed by a run. It remembers the largest numbers, so that a source
//! that shrinks is noticed also some nights later.

use super::archive::{HoldingRow, iso};
use super::round::{LocationOutcome, Round};
use super::source::{DeclaredCount, Listing, SourceKind, SourceSettings, is_large_loss};
use super::{Error, is_held};
use crate::text::{Digest, Kind, SourceMetadata};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The state of the lists of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SourceCoverage {
    /// When its lists were read last.
    pub(crate) read_at: String,
    /// Whether they were read to their end.
    pub(crate) is_complete: bool,
    /// The number of documents that the source declares, list by list.
    pub(crate) declared: Vec<DeclaredCount>,
    /// The documents that its lists had and that the settings choose.
    chosen: Vec<ChosenCount>,
    /// Lists that have become much shorter.
    pub(crate) alarms: Vec<String>,
    /// The largest number of each list.
    largest: BTreeMap<String, Largest>,
    /// Of the settings: other settings choose other documents, and nothing is lost.
    settings: Option<Digest>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ChosenCount {
    kind: Option<Kind>,
    year: Option<i16>,
    documents: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Largest {
    documents: u64,
    read_at: String,
}

/// Chosen and held documents of one kind and year of publication, by the metadata that the source declares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct CoverageCell {
    pub(crate) kind: Option<Kind>,
    pub(crate) year: Option<i16>,
    /// `None` when the lists of the source have not been read.
    pub(crate) n_chosen: Option<u64>,
    pub(crate) n_held: u64,
}

/// The name under which the number of all chosen documents is remembered; lists have other names.
const CHOSEN: &str = "";

impl SourceCoverage {
    /// The kept coverage of the source called `name`. `None` before the first reading of its lists.
    pub(crate) fn read(listings: &Path, name: &str) -> Option<SourceCoverage> {
        serde_json::from_slice(&std::fs::read(file(listings, name)).ok()?).ok()
    }

    /// The coverage after a reading of the lists, with the alarms that follow from the numbers before.
    fn after(self, settings: Digest, read_at: &str, listing: &Listing, kind: &SourceKind) -> SourceCoverage {
        let is_complete = !listing.is_cut && !listing.unread.iter().any(String::is_empty);
        let before = if self.settings == Some(settings) { self } else { SourceCoverage::default() };
        let chosen =
            if is_complete || before.chosen.is_empty() { chosen(listing, kind) } else { before.chosen };
        // A list that was not read this time keeps its number.
        let mut declared = listing.declared.clone();
        let is_read = |known: &DeclaredCount| listing.declared.iter().any(|new| new.list == known.list);
        if !is_complete {
            declared.extend(before.declared.into_iter().filter(|known| !is_read(known)));
        }
        declared.sort_by(|a, b| a.list.cmp(&b.list));
        let mut coverage = SourceCoverage {
            read_at: read_at.to_owned(),
            is_complete,
            declared,
            chosen,
            alarms: Vec::new(),
            largest: before.largest,
            settings: Some(settings),
        };
        for count in coverage.declared.clone() {
            coverage.compare(&count.list, count.n_declared);
        }
        // A feed has only the newest entries, so that its length means nothing.
        if is_complete && !matches!(kind, SourceKind::Feed(_)) {
            let n_chosen = coverage.chosen.iter().map(|count| count.documents).sum();
            coverage.compare(CHOSEN, n_chosen);
        }
        coverage
    }

    /// Remembers the number of a list when it is the largest; adds an alarm when it is much less than the largest.
    fn compare(&mut self, list: &str, documents: u64) {
        let largest = self
            .largest
            .entry(list.to_owned())
            .or_insert(Largest { documents, read_at: self.read_at.clone() });
        if documents >= largest.documents {
            *largest = Largest { documents, read_at: self.read_at.clone() };
        } else if is_large_loss(largest.documents - documents, largest.documents) {
            let before = largest.documents;
            let date = largest.read_at.get(..10).unwrap_or(&largest.read_at);
            let text = match list {
                CHOSEN => {
                    format!("its lists have {documents} of the chosen documents, and had {before} on {date}")
                }
                list => format!(
                    "{list}: the source says that it has {documents} documents, and said {before} on {date}"
                ),
            };
            self.alarms.push(text);
        }
    }
}

/// The documents that the lists have and the settings choose, by kind and year of publication.
fn chosen(listing: &Listing, kind: &SourceKind) -> Vec<ChosenCount> {
    let mut counts = BTreeMap::<(Option<Kind>, Option<i16>), u64>::new();
    let entries = listing.entries.iter().filter(|entry| !is_attachment(&entry.metadata));
    // A list of pages names each document by its page.
    for entry in entries.filter(|entry| kind.lists_pages() || !kind.is_part(&entry.location)) {
        *counts.entry((entry.metadata.kind, year(&entry.metadata))).or_default() += 1;
    }
    counts.into_iter().map(|((kind, year), documents)| ChosenCount { kind, year, documents }).collect()
}

/// Chosen and held documents of a source by kind and year of publication, in this order.
pub(crate) fn coverage_cells<'a>(
    coverage: Option<&SourceCoverage>,
    rows: impl Iterator<Item = &'a HoldingRow>,
    kind: &SourceKind,
) -> Vec<CoverageCell> {
    let mut cells = BTreeMap::<(Option<Kind>, Option<i16>), CoverageCell>::new();
    let unseen = |kind, year| CoverageCell { kind, year, n_chosen: coverage.map(|_| 0), n_held: 0 };
    for count in coverage.iter().flat_map(|coverage| &coverage.chosen) {
        let cell = CoverageCell { n_chosen: Some(count.documents), ..unseen(count.kind, count.year) };
        cells.insert((count.kind, count.year), cell);
    }
    let is_document =
        |row: &&HoldingRow| is_held(row) && !is_attachment(&row.metadata) && !kind.is_part(&row.location);
    for row in rows.filter(is_document) {
        let key = (row.metadata.kind, year(&row.metadata));
        cells.entry(key).or_insert_with(|| unseen(key.0, key.1)).n_held += 1;
    }
    cells.into_values().collect()
}

impl DeclaredCount {
    /// How many of the documents that this list is about are in `cells`: chosen, and held.
    pub(crate) fn of_cells(&self, cells: &[CoverageCell]) -> (u64, u64) {
        let is_of_list = |cell: &&CoverageCell| {
            self.kind.is_none_or(|kind| cell.kind == Some(kind))
                && self.year.is_none_or(|year| cell.year == Some(year))
        };
        let cells = cells.iter().filter(is_of_list);
        cells.fold((0, 0), |(chosen, held), cell| (chosen + cell.n_chosen.unwrap_or(0), held + cell.n_held))
    }
}

/// A file that belongs to another document is not counted by the source.
fn is_attachment(metadata: &SourceMetadata) -> bool {
    metadata.own.contains_key("part_of")
}

fn year(metadata: &SourceMetadata) -> Option<i16> {
    metadata.published.map(|date| date.year())
}

fn file(listings: &Path, name: &str) -> PathBuf {
    listings.join(format!("{name}.json"))
}

impl Round<'_, '_, '_> {
    /// Keeps the numbers of the lists of the source, and reports those that are much smaller than before.
    pub(super) fn note_coverage(
        &mut self,
        settings: &SourceSettings,
        listing: &Listing,
    ) -> Result<(), Error> {
        let Some(folder) = self.options.listings.as_ref().filter(|_| settings.kind.is_listed_on_network())
        else {
            return Ok(());
        };
        let source = settings.name.as_str();
        let mut before = SourceCoverage::read(folder, source).unwrap_or_default();
        if self.options.accept_loss {
            before.largest.clear();
        }
        let digest = Digest::of(format!("{:?} {:?}", settings.kind, settings.exclude).as_bytes());
        let coverage = before.after(digest, &iso(self.options.now), listing, &settings.kind);
        for alarm in &coverage.alarms {
            let text = format!("{alarm}; `ordskifte refresh --accept-loss` takes it for the new number");
            self.emit(source, "", LocationOutcome::Notice(text));
        }
        let path = file(folder, source);
        written(folder, &path, &coverage)
            .map_err(|cause| Error::new(format!("cannot write {}", path.display()), cause))
    }
}

fn written(folder: &Path, path: &Path, coverage: &SourceCoverage) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(&serde_json::to_vec_pretty(coverage)?)?;
    temporary.as_file().sync_all()?;
    temporary.persist(path).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use super::super::source::Absence;
    use super::*;

    fn kind() -> SourceKind {
        toml::from_str("kind = 'sitemap'\nurl = 'https://example.no/sitemap.xml'").unwrap()
    }

    fn listing(n_declared: u64) -> Listing {
        let declared = DeclaredCount {
            list: "2024".to_owned(),
            kind: None,
            year: Some(2024),
            n_declared,
            n_listed: None,
        };
        Listing { declared: vec![declared], ..Listing::new(Absence::NotFetched) }
    }

    fn after(coverage: SourceCoverage, settings: &[u8], day: u8, listing: &Listing) -> SourceCoverage {
        coverage.after(Digest::of(settings), &format!("2026-01-0{day}T01:00:00Z"), listing, &kind())
    }

    #[test]
    fn a_list_that_shrinks_is_an_alarm_until_it_grows_again_or_the_settings_change() {
        let first = after(SourceCoverage::default(), b"a", 1, &listing(900));
        assert_eq!(first.alarms, Vec::<String>::new());
        let second = after(first, b"a", 2, &listing(500));
        let alarm = "2024: the source says that it has 500 documents, and said 900 on 2026-01-01";
        assert_eq!(second.alarms, [alarm]);
        let third = after(second.clone(), b"a", 3, &listing(500));
        assert_eq!(third.alarms, [alarm]);
        assert_eq!(after(third, b"a", 4, &listing(880)).alarms, Vec::<String>::new());
        assert_eq!(after(second, b"b", 3, &listing(500)).alarms, Vec::<String>::new());
    }

    #[test]
    fn a_list_that_was_not_read_keeps_its_number() {
        let first = after(SourceCoverage::default(), b"a", 1, &listing(900));
        let cut = Listing { is_cut: true, ..Listing::new(Absence::NotFetched) };
        let second = after(first.clone(), b"a", 2, &cut);
        assert_eq!((second.declared, second.is_complete, second.alarms), (first.declared, false, Vec::new()));
    }
}
