//! The settings of the sources → which documents belong to the corpus. An archived document that no longer belongs to it keeps its
//! bytes, and leaves the next snapshot.

use super::listing::{ListedDocument, Listing, ListingContext};
use super::settings::{SourceKind, SourceSettings};
use crate::acquire::Error;
use crate::text::{DocName, Kind};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The documents that belong to the corpus.
pub struct Scope {
    sources: BTreeMap<String, SourceScope>,
    excluded: BTreeSet<DocName>,
}

struct SourceScope {
    /// Tells the pages that documents were found on from the documents.
    kind: SourceKind,
    exclude: GlobSet,
    /// The locations that the source lists. `None` when they are not known, or not needed: a file that is gone is marked as such.
    listed: Option<BTreeSet<String>>,
}

impl Scope {
    /// The documents of `sources` but those `excluded` by name. Reads lists of addresses, and nothing from the network.
    pub(crate) fn new(sources: &[SourceSettings], corpus_root: &Path, excluded: BTreeSet<DocName>) -> Scope {
        let of_source = |source: &SourceSettings| {
            let listed = match &source.kind {
                SourceKind::Urls(urls) => urls.locations(corpus_root),
                _ => None,
            };
            let exclude = globs(&source.exclude).unwrap_or_else(|_| GlobSet::empty());
            (source.name.clone(), SourceScope { kind: source.kind.clone(), exclude, listed })
        };
        Scope { sources: sources.iter().map(of_source).collect(), excluded }
    }

    /// Whether the document that `source` has at `location` belongs to the corpus.
    pub(crate) fn has(&self, source: &str, location: &str) -> bool {
        let is_part = self.sources.get(source).is_some_and(|scope| scope.kind.is_part(location));
        !is_part && self.has_place(source, location)
    }

    /// Whether what `source` has at `location` is read for the corpus: a document, or a page that leads to one.
    pub(crate) fn has_place(&self, source: &str, location: &str) -> bool {
        self.is_wanted(source, location) && self.is_listed(source, location)
    }

    /// Whether the configuration has `source`.
    pub(crate) fn has_source(&self, source: &str) -> bool {
        self.sources.contains_key(source)
    }

    /// Whether it is neither excluded nor of a source that the configuration no longer has.
    fn is_wanted(&self, source: &str, location: &str) -> bool {
        let scope = self.sources.get(source);
        scope.is_some_and(|scope| !scope.exclude.is_match(location))
            && !self.excluded.contains(&DocName::new(source, location))
    }

    /// Whether the list of its source, where it has one, has it.
    fn is_listed(&self, source: &str, location: &str) -> bool {
        let listed = self.sources.get(source).and_then(|scope| scope.listed.as_ref());
        listed.is_none_or(|listed| listed.contains(location))
    }

    /// Adds the documents `held` to each list that lost far too many of them, and returns for each the name of its source, how many it lost,
    /// and of how many. What left the corpus before is not held, and does not come back.
    pub(crate) fn distrust_short_lists<'a>(
        &mut self,
        held: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Vec<(String, u64, u64)> {
        let mut counts = BTreeMap::<&str, (u64, u64)>::new();
        let held: Vec<_> = held.filter(|(source, location)| self.is_wanted(source, location)).collect();
        for (source, location) in &held {
            let (lost, of) = counts.entry(source).or_default();
            *of += 1;
            *lost += u64::from(!self.is_listed(source, location));
        }
        let alarming = counts.into_iter().filter(|(_, (lost, of))| is_large_loss(*lost, *of));
        let alarming: Vec<(String, u64, u64)> =
            alarming.map(|(source, (lost, of))| (source.to_owned(), lost, of)).collect();
        for (source, ..) in &alarming {
            let scope = self.sources.get_mut(source).expect("it was counted");
            let of_source =
                held.iter().filter(|(of, _)| of == source).map(|(_, location)| (*location).to_owned());
            scope.listed.get_or_insert_default().extend(of_source);
        }
        alarming
    }
}

/// Whether it is more likely that a source is not whole than that `lost` of `of` documents are gone: a share that is not
/// mounted, a list that was cut. Fewer than three are within what a person removes by hand in a day.
pub(in crate::acquire) fn is_large_loss(lost: u64, of: u64) -> bool {
    lost >= 3 && lost * 3 >= of
}

/// Checks the settings that all kinds of source have.
pub(super) fn check(source: &SourceSettings) -> Result<(), SettingsFault> {
    let defaults = &source.defaults;
    let of_one_document = [
        ("title", defaults.title.is_some()),
        ("designation", defaults.designation.is_some()),
        ("url", defaults.url.is_some()),
    ];
    if let Some((name, _)) = of_one_document.into_iter().find(|(_, is_set)| *is_set) {
        return Err(SettingsFault::DefaultOfOne(name));
    }
    globs(&source.exclude).map(|_| ()).map_err(SettingsFault::Pattern)
}

/// A fault in the settings of a source.
#[derive(Debug, thiserror::Error)]
pub(super) enum SettingsFault {
    #[error("`defaults` has a {0}, which no two documents share")]
    DefaultOfOne(&'static str),
    #[error("`exclude` has a pattern that is not one: {0}")]
    Pattern(globset::Error),
}

/// The patterns as one. One without a slash is looked for in any folder, and what matches a folder takes what is in it.
fn globs(patterns: &[String]) -> Result<GlobSet, globset::Error> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
        let anywhere = if pattern.contains('/') { pattern.to_owned() } else { format!("**/{pattern}") };
        for glob in [format!("{anywhere}/**"), anywhere] {
            set.add(GlobBuilder::new(&glob).literal_separator(true).build()?);
        }
    }
    set.build()
}

impl SourceSettings {
    /// The documents of the source, without those left out, and with its defaults. A kind that neither the program nor
    /// `own_kinds` knows is a failure of its document.
    pub(in crate::acquire) fn list(&self, context: &ListingContext<'_>, own_kinds: &[String]) -> Listing {
        let mut listing = self.kind.list(context);
        let exclude = globs(&self.exclude).unwrap_or_else(|_| GlobSet::empty());
        for mut entry in std::mem::take(&mut listing.entries) {
            if exclude.is_match(&entry.location) {
                listing.excluded.push(entry.location);
                continue;
            }
            entry.metadata = entry.metadata.or(self.defaults.clone());
            match unknown_kind(&entry, own_kinds) {
                None => listing.entries.push(entry),
                Some(error) => listing.failures.push((entry.location, error)),
            }
        }
        listing.failures.retain(|(location, _)| location.is_empty() || !exclude.is_match(location));
        listing
    }
}

fn unknown_kind(entry: &ListedDocument, own_kinds: &[String]) -> Option<Error> {
    let Some(Kind::Own(own)) = entry.metadata.kind else { return None };
    let is_declared = own_kinds.iter().any(|kind| kind == own.name());
    (!is_declared).then(|| {
        let attempt = format!("cannot read the kind of {}", entry.location);
        Error::new(attempt, format!("'{}' is not a kind of document", own.name())).hint(format!(
            "the kinds are: {}; one of your own is declared in ordskifte.toml: kinds = [\"{}\"]",
            crate::text::KINDS.each_ref().map(|row| row.name).join(", "),
            own.name()
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_leaves_out_files_anywhere_and_what_is_in_a_folder() {
        let patterns = ["*.xlsx", "utkast", "2014/**/vedlegg-*", "./brev/gammelt/"].map(str::to_owned);
        let globs = globs(&patterns).unwrap();
        for (location, is_out) in [
            ("a.xlsx", true),
            ("brev/b.xlsx", true),
            ("brev/utkast/c.pdf", true),
            ("utkast.pdf", false),
            ("2014/nav/vedlegg-1.pdf", true),
            ("2014/vedlegg-1.pdf", true),
            ("2015/nav/vedlegg-1.pdf", false),
            ("brev/gammelt/d.pdf", true),
            ("brev/gammelt.pdf", false),
        ] {
            assert_eq!(globs.is_match(location), is_out, "{location}");
        }
    }

    #[test]
    fn a_list_that_is_cut_keeps_what_is_held_and_brings_nothing_back() {
        let folder = tempfile::tempdir().unwrap();
        let list = "url\nhttps://a.example/1\n";
        std::fs::write(folder.path().join("list.csv"), list).unwrap();
        let source = toml::from_str("name = 'web'\nkind = 'urls'\nfile = 'list.csv'").unwrap();
        let mut scope = Scope::new(&[source], folder.path(), BTreeSet::new());
        let held = ["1", "2", "3", "4"].map(|name| format!("https://a.example/{name}"));
        let alarms = scope.distrust_short_lists(held.iter().map(|location| ("web", location.as_str())));
        assert_eq!(alarms, [("web".to_owned(), 3, 4)]);
        assert!(held.iter().all(|location| scope.has("web", location)));
        assert!(!scope.has("web", "https://a.example/left-before"));
    }

    #[test]
    fn a_loss_is_large_when_it_is_a_third_of_the_source() {
        let large = [(59, 59), (59, 60), (20, 60), (3, 3)].map(|(lost, of)| is_large_loss(lost, of));
        assert_eq!(large, [true; 4]);
        let small = [(1, 1), (2, 2), (3, 10), (0, 0)].map(|(lost, of)| is_large_loss(lost, of));
        assert_eq!(small, [false; 4]);
    }
}
