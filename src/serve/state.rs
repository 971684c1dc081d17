//! What all requests share: the open snapshot, which is replaced when a refresh has written another, and the rights of who asks.

use super::cache::Cache;
use super::drawn::Pages;
use super::problem::Problem;
use super::words::Words;
use super::work::{LIMITS, Pool};
use crate::config::Config;
use crate::pipeline::{self, Corpus};
use crate::results::Results;
use crate::text::{Digest, Entry};
use crate::trend::Dimension;
use std::collections::BTreeMap;
use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, RwLock};
use std::time::SystemTime;

/// A mention takes some 60 bytes while it is found: a quarter of a gigabyte for each of a few threads at most.
const POSTINGS_MAX: u64 = 4_000_000;

/// Forms of patterns that are kept for the next question, some 200 bytes each.
const KNOWN_FORMS_MAX: usize = 300_000;

/// One snapshot of the corpus with the settings and the codebook that it is read by. A request keeps the one that it began with.
pub(super) struct View {
    pub(super) config: Config,
    pub(super) results: Arc<Results>,
    /// The id of the snapshot of the reports, as `ordskifte status` names it; that of the index before there are reports.
    pub(super) snapshot: String,
    /// Names all that an answer depends on: snapshot, codebook, marks, program.
    pub(super) tag: String,
    /// When the reports were made, as far as the disk tells.
    pub(super) made_at: Option<String>,
    pub(super) n_documents: usize,
    /// First and last year of documents.
    pub(super) years: Option<(i16, i16)>,
    /// For each document whether it counts: copies of others do not.
    pub(super) is_counted: Vec<bool>,
    property_counts: OnceLock<Vec<PropertyCounts>>,
}

impl View {
    /// The latest snapshot of the corpus in `folder`; with the results of `earlier`, when these are still the latest.
    fn open(folder: &Path, earlier: Option<Arc<Results>>) -> Result<View, Problem> {
        let config =
            Config::load(folder).map_err(|error| Problem::new(500, &error).with_hint(&error.hint))?;
        let corpus = Corpus::new(&config);
        let results = match earlier {
            Some(results) => results,
            None => Arc::new(pipeline::open_results(&corpus)?.within(POSTINGS_MAX, KNOWN_FORMS_MAX)),
        };
        let snapshot = pipeline::current_id(&corpus).unwrap_or_else(|| results.snapshot_id().to_owned());
        let made_at = fs::symlink_metadata(pipeline::current_folder(&corpus)).ok();
        let made_at = made_at.and_then(|link| link.modified().ok()).and_then(iso);
        let marks = format!("{:?}", beside_index(&config).map(|file| stamp(&file)));
        let codebook = config.codebook_sha256.to_string();
        let parts = [results.snapshot_id(), &codebook, env!("CARGO_PKG_VERSION"), &marks];
        let tag = format!("{snapshot}.{}", &Digest::of(parts.join(" ").as_bytes()).to_string()[..8]);
        let strata = results.strata()?;
        let years = || strata.iter().filter(|stratum| !stratum.is_copy).filter_map(|stratum| stratum.year);
        let years = years().min().zip(years().max());
        let is_counted: Vec<bool> = strata.iter().map(|stratum| !stratum.is_copy).collect();
        let n_documents = is_counted.iter().filter(|is_counted| **is_counted).count();
        Ok(View {
            config,
            results,
            snapshot,
            tag,
            made_at,
            n_documents,
            years,
            is_counted,
            property_counts: OnceLock::new(),
        })
    }

    /// For kind, issuer, addressee and language the values that documents have, the most frequent first, with the number of documents.
    pub(super) fn property_counts(&self) -> Result<&[PropertyCounts], Problem> {
        if let Some(counts) = self.property_counts.get() {
            return Ok(counts);
        }
        let counts = property_counts(self.results.documents()?);
        Ok(self.property_counts.get_or_init(|| counts))
    }

    pub(super) fn corpus(&self) -> Corpus<'_> {
        Corpus::new(&self.config)
    }
}

/// The values of a property, `None` where it is not known, with the number of documents.
pub(super) type PropertyCounts = Vec<(Option<String>, u64)>;

fn property_counts(entries: &[Entry]) -> Vec<PropertyCounts> {
    let properties = [Dimension::Kind, Dimension::Issuer, Dimension::Addressee, Dimension::Language];
    let counts = properties.map(|property| {
        let mut counts = BTreeMap::<Option<String>, u64>::new();
        for entry in entries.iter().filter(|entry| entry.copy_of.is_none()) {
            *counts.entry(property.text(entry)).or_default() += 1;
        }
        let mut counts: PropertyCounts = counts.into_iter().collect();
        counts.sort_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.cmp(b)));
        counts
    });
    counts.into()
}

/// To the minute, in UTC.
fn iso(time: SystemTime) -> Option<String> {
    let time = jiff::Timestamp::try_from(time).ok()?;
    Some(time.strftime("%Y-%m-%d %H:%M").to_string())
}

/// The files that a view is made from and when they were changed; a refresh, an import of marks or an editor changes them.
type Stamps = Vec<(PathBuf, FileStamp)>;
type FileStamp = Option<(SystemTime, u64)>;

/// How the server behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Names that it is called by, besides localhost and its numbers.
    pub hosts: Vec<String>,
    /// Threads that compute answers.
    pub threads: usize,
    /// Who has it may change marks, decisions and metadata from another machine.
    pub edit_token: Option<String>,
}

/// What all requests share.
pub(super) struct App {
    pub(super) folder: PathBuf,
    pub(super) settings: Settings,
    view: RwLock<Arc<View>>,
    stamps: Mutex<Stamps>,
    pub(super) pool: Pool,
    pub(super) cache: Cache,
    pub(super) words: [Words; 3],
    /// In each form that changes something: a page of another site cannot read it.
    pub(super) form_token: String,
    pub(super) pages: Pages,
    /// Held while a file of the corpus is changed.
    pub(super) writing: Mutex<()>,
    /// This program, to be run as parsing children.
    pub(super) program: PathBuf,
}

impl App {
    /// # Errors
    /// When the corpus cannot be opened.
    pub(super) fn open(folder: &Path, settings: Settings, program: PathBuf) -> Result<App, Problem> {
        let view = View::open(folder, None)?;
        let stamps = stamps(&view);
        let form_token = uuid::Uuid::new_v4().simple().to_string();
        Ok(App {
            folder: folder.to_owned(),
            pool: Pool::new(settings.threads, LIMITS),
            settings,
            view: RwLock::new(Arc::new(view)),
            stamps: Mutex::new(stamps),
            cache: Cache::default(),
            words: Words::all(),
            form_token,
            pages: Pages::default(),
            writing: Mutex::new(()),
            program,
        })
    }

    /// The view of now.
    pub(super) fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.read().expect("no thread panics while it replaces the view"))
    }

    /// Opens the corpus again when one of its files has changed. A snapshot or a setting that cannot be read leaves the view as it was;
    /// the next call tries again.
    pub(super) fn reload_if_changed(&self) -> Result<bool, Problem> {
        let mut known = self.stamps.lock().expect("no thread panics while it holds the stamps");
        let now = stamps(&self.view());
        if *known == now {
            return Ok(false);
        }
        let view = self.view();
        // Marks and captures change often and the index seldom: the documents that were read are kept then.
        let beside = beside_index(&view.config);
        let is_of_marks = known.len() == now.len()
            && known.iter().zip(&now).all(|(before, after)| before == after || beside.contains(&after.0));
        let fresh = View::open(&self.folder, is_of_marks.then(|| Arc::clone(&view.results)))?;
        *known = stamps(&fresh);
        *self.view.write().expect("no thread panics while it replaces the view") = Arc::new(fresh);
        self.cache.clear();
        Ok(true)
    }

    /// Who may change files of the corpus: programs and people on this machine, and those who know the token of `--allow-edits`.
    pub(super) fn may_edit(&self, peer: IpAddr, is_forwarded: bool, token: Option<&str>) -> bool {
        let is_local = peer.is_loopback() && !is_forwarded;
        let wanted = self.settings.edit_token.as_deref();
        is_local || wanted.is_some_and(|wanted| token.is_some_and(|token| are_equal(token, wanted)))
    }
}

/// Compares in the same time wherever the difference is.
pub(super) fn are_equal(a: &str, b: &str) -> bool {
    let difference = a.bytes().zip(b.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    a.len() == b.len() && difference == 0
}

/// Files that answers depend on and the results do not: marks and the catalogue of captures.
fn beside_index(config: &Config) -> [PathBuf; 2] {
    [pipeline::marks_file(config), Corpus::new(config).archive_folder().join("catalogue.sqlite")]
}

fn stamps(view: &View) -> Stamps {
    let config = &view.config;
    let corpus = Corpus::new(config);
    let index = corpus.index_folder();
    let mut files = vec![
        config.file.clone(),
        config.codebook_file.clone(),
        config.excluded_file.clone(),
        index.join("meta.json"),
        pipeline::current_folder(&corpus),
    ];
    files.extend(beside_index(config));
    files.extend(config.decisions_file.clone());
    files
        .into_iter()
        .map(|file| {
            let of_file = stamp(&file);
            (file, of_file)
        })
        .collect()
}

/// When a file was changed, and its size. `None` when there is none.
fn stamp(file: &Path) -> FileStamp {
    let found = fs::symlink_metadata(file).ok()?;
    Some((found.modified().ok()?, found.len()))
}
