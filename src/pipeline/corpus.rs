//! What the archive holds, as documents: one for each different file, however many places have it.

use super::copies::{Copies, Relation};
use super::job::{Extracted, Job, Settings};
use super::store::TextStore;
use super::{Error, ErrorKind};
use crate::acquire::{Archive, Extraction, Holding, HoldingRow, Inventory, Scope};
use crate::config::{Config, Duplicates};
use crate::extract::record;
use crate::index::{CutDocument, INDEX_FORMAT, Snapshot};
use crate::text::{Digest, DocName, Entry, Language, MediaType, Notice, Rejected, main_language};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

/// The folders of a corpus.
pub struct Corpus<'a> {
    /// Its configuration.
    pub config: &'a Config,
}

impl<'a> Corpus<'a> {
    /// The corpus that `config` describes.
    pub fn new(config: &'a Config) -> Corpus<'a> {
        Corpus { config }
    }

    /// Where the WARC files and the catalogue are.
    pub fn archive_folder(&self) -> PathBuf {
        self.config.data().join("archive")
    }

    /// Where the texts are.
    pub(super) fn text_folder(&self) -> PathBuf {
        self.config.data().join("text")
    }

    /// Where the pages are that OCR has read.
    pub(super) fn ocr_folder(&self) -> PathBuf {
        self.config.data().join("ocr")
    }

    /// Where the index is.
    pub fn index_folder(&self) -> PathBuf {
        self.config.data().join("index")
    }

    /// Which documents belong to the corpus, as its configuration says.
    pub fn scope(&self) -> Scope {
        let config = self.config;
        Scope::new(&config.settings.sources, &config.root, config.excluded.clone())
    }

    /// The same, but a list of addresses that lost a large part of the current snapshot is ignored. Also returns a warning for each
    /// such list.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn scope_without_large_loss(&self) -> Result<(Scope, Vec<String>), Error> {
        let mut scope = self.scope();
        let Some(snapshot) = Snapshot::open(&self.index_folder())? else { return Ok((scope, Vec::new())) };
        let docnames = snapshot.docnames()?;
        let held = docnames.iter().map(|name| (name.source(), name.location()));
        let alarms = scope.distrust_short_lists(held).into_iter().map(|(source, lost, of)| {
            format!(
                "{source}: its list no longer has {lost} of its {of} documents; all are kept, since the list may not be \
                 whole: run `ordskifte refresh --accept-loss` if they were removed"
            )
        });
        Ok((scope, alarms.collect()))
    }
}

/// What the archive holds: the files to read, and the places that gave nothing.
pub struct Holdings {
    /// The places of each different file, keyed by the digest of its bytes; the first place names the
    /// document.
    pub files: BTreeMap<Digest, Vec<Holding>>,
    /// Places whose last attempt failed, and those whose bytes the archive has lost.
    failures: Vec<Rejected>,
    /// How the extractions by the current rules ended.
    extractions: HashMap<Digest, Extraction>,
}

impl Holdings {
    /// Reads the catalogue of `archive`, as far as it is in `scope`.
    ///
    /// # Errors
    /// When the catalogue cannot be read.
    pub fn read(archive: &Archive, scope: &Scope) -> Result<Holdings, Error> {
        Ok(Holdings::of(archive.inventory(&Settings::current().name())?, scope))
    }

    /// The part of the holdings that [`Holdings::rejected`] lists, without reading the rest of the catalogue.
    ///
    /// # Errors
    /// When the catalogue cannot be read.
    pub fn read_rejected(archive: &Archive, scope: &Scope) -> Result<Holdings, Error> {
        Ok(Holdings::of(archive.rejected_inventory(&Settings::current().name())?, scope))
    }

    fn of(mut inventory: Inventory, scope: &Scope) -> Holdings {
        inventory.holdings.retain(|place| scope.has(&place.source, &place.location));
        inventory.failed.retain(|row| scope.has_place(&row.source, &row.location) || is_of_list(row, scope));
        inventory.lost.retain(|row| scope.has(&row.source, &row.location));
        let failures = failures(&inventory);
        let mut files = BTreeMap::<Digest, Vec<Holding>>::new();
        for holding in inventory.holdings {
            files.entry(holding.sha256).or_default().push(holding);
        }
        for places in files.values_mut() {
            places.sort_by_cached_key(|place| (place.is_vanished, place.docname()));
        }
        Holdings { files, failures, extractions: inventory.extractions }
    }

    /// How the extraction of a file by the current rules ended. `None` when it was not tried.
    pub fn extraction(&self, sha256: &Digest) -> Option<&Extraction> {
        self.extractions.get(sha256)
    }

    /// Passes to `store` which files were converted, and by which program.
    pub(super) fn tell_converters(&self, store: &mut TextStore) {
        self.extractions.values().for_each(|extraction| store.note_converter(extraction));
    }

    /// The job that a file was read by.
    fn job(&self, sha256: &Digest) -> Job {
        let read = self.extraction(sha256);
        let settings = read.map_or_else(Settings::current, |read| Settings::named(&read.extractor_version));
        Job { sha256: *sha256, settings }
    }

    /// Adds extractions that ended after the catalogue was read.
    pub(super) fn note(&mut self, extractions: Vec<Extraction>) {
        self.extractions.extend(extractions.into_iter().map(|extraction| (extraction.sha256, extraction)));
    }

    /// The files that were extracted, with their places.
    pub(super) fn with_text(&self) -> impl Iterator<Item = (&Digest, &Vec<Holding>)> {
        self.files.iter().filter(|(sha256, _)| {
            self.extraction(sha256).is_some_and(|extraction| extraction.rejection.is_none())
        })
    }

    /// The documents that the index should have: every file that was extracted, by docname. The `copies` are told apart, unless
    /// the configuration says that they count.
    pub(super) fn plan(&self, copies: &Copies, config: &Config) -> Vec<Planned<'_>> {
        let settings = &config.settings;
        let are_counted = settings.duplicates == Duplicates::Count;
        let mut notes = self.notes_on_copies(copies, are_counted);
        let mut planned: Vec<Planned<'_>> = self
            .with_text()
            .map(|(sha256, places)| {
                let notes = notes.remove(sha256).unwrap_or_default();
                Planned::new(self.job(sha256), places, notes, settings.year_from_file)
            })
            .collect();
        planned.sort_by(|a, b| a.docname.cmp(&b.docname));
        planned
    }

    /// The notices on copies: for each file the sentences for its readers, and the document that is counted in its place.
    fn notes_on_copies(&self, copies: &Copies, are_counted: bool) -> HashMap<Digest, CopyNotes> {
        let mut notes = HashMap::<Digest, CopyNotes>::new();
        for (copy, (counted, relation)) in &copies.of {
            let (Some(places), Some(counteds)) = (self.files.get(copy), self.files.get(counted)) else {
                continue;
            };
            let (copy_name, counted_name) = (places[0].docname(), counteds[0].docname());
            let by_key = copies.keys.get(copy).map_or("", String::as_str);
            let edition = format!("another, not longer, edition by its {by_key} is");
            let of_edition = format!("an edition by its {by_key} of");
            let (here, there) = match relation {
                Relation::Same => ("the same text in other bytes is", "the same text in other bytes as"),
                Relation::Within => ("holds the whole text of", "its whole text is in"),
                Relation::Edition => (edition.as_str(), of_edition.as_str()),
            };
            let end = if are_counted { "both are counted" } else { "counted once" };
            notes.entry(*counted).or_default().texts.push(format!("{here} {copy_name}: {end}"));
            let of_copy = notes.entry(*copy).or_default();
            of_copy.texts.push(format!("{there} {counted_name}: {end}"));
            of_copy.copy_of = (!are_counted).then_some(counted_name);
        }
        notes
    }

    /// The rows of `rejected.csv`, sorted by location.
    pub fn rejected(&self) -> Vec<Rejected> {
        let mut rejected = self.failures.clone();
        for (sha256, places) in &self.files {
            let Some(extraction) = self.extraction(&places[0].sha256) else { continue };
            let Some(rejection) = &extraction.rejection else { continue };
            // A vanished place is listed only when its archived bytes are lost: the source can no longer replace them.
            let is_listed = |place: &&Holding| !place.is_vanished || !extraction.is_archived;
            rejected.extend(places.iter().filter(is_listed).map(|place| Rejected {
                location: place.docname(),
                stage: stage_of(extraction).to_owned(),
                reason: rejection.reason.clone(),
                hint: rejection.hint.clone(),
                source_sha256: Some(*sha256),
            }));
        }
        rejected.sort();
        rejected
    }
}

/// Whether the failure concerns a line of a list of addresses rather than the location of a document.
fn is_of_list(row: &HoldingRow, scope: &Scope) -> bool {
    row.capture.is_none() && scope.has_source(&row.source) && row.location.starts_with("line ")
}

/// The notices on the copies of one document.
#[derive(Debug, Default)]
struct CopyNotes {
    texts: Vec<String>,
    /// The document that counts in its place.
    copy_of: Option<DocName>,
}

/// The places whose last attempt failed, and those whose bytes the archive has lost, as rows of `rejected.csv`.
fn failures(inventory: &Inventory) -> Vec<Rejected> {
    let failed = inventory.failed.iter().filter_map(|row| {
        let failure = row.failure.clone()?;
        Some(Rejected {
            location: row.docname(),
            stage: "acquire".to_owned(),
            reason: failure.reason,
            hint: failure.hint,
            source_sha256: None,
        })
    });
    let lost = inventory.lost.iter().map(|row| Rejected {
        location: row.docname(),
        stage: "archive".to_owned(),
        reason: "its archived bytes are lost: no whole WARC record holds them".to_owned(),
        hint: "restore the WARC file from a backup and run `ordskifte archive reindex`".to_owned(),
        source_sha256: None,
    });
    failed.chain(lost).collect()
}

/// The stage that rejected a file: its bytes could not be read from the archive, or gave no text.
pub(super) fn stage_of(extraction: &Extraction) -> &'static str {
    if extraction.is_archived { "extract" } else { "archive" }
}

/// A document that the index should have.
pub(super) struct Planned<'a> {
    /// Its name.
    pub(super) docname: DocName,
    /// The digest of its bytes.
    pub(super) sha256: Digest,
    /// Where its bytes are found; the first place names it.
    pub(super) places: &'a [Holding],
    /// The digest of all inputs of its entry and its passages.
    pub(super) made_from: Digest,
    notes: CopyNotes,
    /// Whether a year that is known only from the metadata of the file is used.
    year_from_file: bool,
}

impl<'a> Planned<'a> {
    fn new(job: Job, places: &'a [Holding], notes: CopyNotes, year_from_file: bool) -> Planned<'a> {
        let mut hasher = Sha256::new();
        let version = format!("record {}", record::RECORDER_VERSION);
        let metadata = format!("{:?} {notes:?} {year_from_file}", places[0].metadata);
        let parts = [job.id().to_string(), version, places[0].public_url.clone(), metadata];
        let names = places.iter().map(|place| format!("{} {}", place.docname(), place.is_vanished));
        for part in parts.into_iter().chain(names) {
            hasher.update(part.as_bytes());
            hasher.update([0]);
        }
        let (made_from, sha256) = (Digest::from_hasher(hasher), job.sha256);
        Planned { docname: places[0].docname(), sha256, places, made_from, notes, year_from_file }
    }

    /// The entry of the document and its text with the words cut: its text is read once, and its words are cut once.
    ///
    /// # Errors
    /// When the text is missing or damaged.
    pub(super) fn read(&self, store: &TextStore) -> Result<(Entry, CutDocument), Error> {
        let Extracted { media_type, document, .. } = text(store, &self.sha256)?;
        let cut = CutDocument::new(document);
        Ok((self.entry(media_type, &cut), cut))
    }

    fn entry(&self, media_type: MediaType, cut: &CutDocument) -> Entry {
        let (place, document) = (&self.places[0], cut.document());
        let (mut described, mut findings) = record::describe(document, &place.metadata, &place.location);
        if !self.year_from_file {
            record::leave_out_year_of_file(&mut described, &mut findings);
        }
        findings.extend(self.notes.texts.iter().cloned().map(Notice::of_document));
        let mut notices: Vec<Notice> = document.notices.iter().cloned().chain(findings).collect();
        notices.sort();
        notices.dedup();
        let pages = document.pages.iter().filter(|page| page.number.is_some()).count() as u32;
        let shares = document.language_shares();
        Entry {
            docname: self.docname.clone(),
            record: described,
            language: place.metadata.language.or_else(|| main_language(&shares)),
            language_shares: thousandths(&shares),
            media_type,
            n_pages: (pages > 0).then_some(pages),
            n_passages: document.passages().count() as u32,
            n_tokens: cut.n_tokens(),
            n_tokens_ocr: cut.n_tokens_ocr(),
            source_url: place.public_url.clone(),
            source_sha256: self.sha256,
            also_at: self.places[1..].iter().map(Holding::docname).collect(),
            copy_of: self.notes.copy_of.clone(),
            is_vanished: place.is_vanished,
            notices,
            made_from: self.made_from,
        }
    }
}

/// The text of a file that was extracted.
fn text(store: &TextStore, sha256: &Digest) -> Result<Extracted, Error> {
    store.get(sha256)?.ok_or_else(|| {
        let message =
            format!("the text of {sha256} in {} is missing or damaged", store.path(sha256).display());
        let hint = "run `ordskifte refresh`: it extracts the text again from the archive";
        Error::new(message, hint).of_kind(ErrorKind::DamagedText)
    })
}

/// The name of the state in which the index has just `planned`: equal documents, equal name.
pub(super) fn snapshot_id<'a>(planned: impl Iterator<Item = &'a Planned<'a>>) -> String {
    let mut hasher = Sha256::new();
    hasher.update(format!("index {INDEX_FORMAT}"));
    for document in planned {
        hasher.update(format!("\0{}\0{}", document.docname, document.made_from));
    }
    data_encoding::HEXLOWER.encode(&hasher.finalize()[..8])
}

/// Shares in thousandths; those that round to zero are left out.
fn thousandths(shares: &[(Language, f64)]) -> Vec<(Language, u16)> {
    let rounded = shares.iter().map(|(language, share)| (*language, (share * 1000.0).round() as u16));
    rounded.filter(|(_, share)| *share > 0).collect()
}
