//! Two snapshots in a row → what is new in the corpus, for people: `changes.csv` has the documents that are new, changed and gone since the
//! last snapshot, with the concepts that each mentions; `changes.atom` has those of the last snapshots, for a feed reader.
//!
//! Both lie in the data folder and not among the reports, which depend on the corpus alone and not on what it was before.

use super::corpus::Corpus;
use super::difference::{CountedDocuments, DocumentChange, counted, each_row, named_change};
use super::durable::replace;
use super::run::{Options, emit};
use super::{Error, Event};
use crate::report::Format;
use crate::report::tables::{self, ChangeRow};
use crate::text::{Digest, Entry};
use jiff::Timestamp;
use quick_xml::escape::escape;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const CHANGES_FILE: &str = "changes.csv";
const FEED_FILE: &str = "changes.atom";
/// Entries of the feed; a reader that comes once a week misses none of 50 documents a night.
const ENTRIES_MAX: usize = 500;

/// The file of what changed in the last step.
pub(crate) fn changes_file(corpus: &Corpus<'_>) -> std::path::PathBuf {
    corpus.config.data().join(CHANGES_FILE)
}

/// The snapshot after the step.
pub(super) struct After<'a> {
    /// The name of its folder.
    pub(super) id: &'a str,
    pub(super) entries: &'a [Entry],
    pub(super) counted: CountedDocuments,
}

/// Writes both files. The reports are there without them, so that a failure is a warning.
pub(super) fn write_or_warn(
    corpus: &Corpus<'_>,
    before: Option<&Path>,
    after: &After<'_>,
    options: &Options<'_>,
) {
    if let Err(error) = write(corpus, before, after, options.now) {
        let text = format!("{CHANGES_FILE} and {FEED_FILE} are not written: {error}");
        emit(options, Event::Warning { text });
    }
}

/// Writes both files for the step from the reports in `before` (`None`: there were none) to the snapshot `after`.
///
/// # Errors
/// When reports cannot be read, or the files cannot be written.
fn write(corpus: &Corpus<'_>, before: Option<&Path>, after: &After<'_>, now: Timestamp) -> Result<(), Error> {
    let changes = changes(before, after)?;
    let data = corpus.config.data();
    let mut table = Vec::new();
    let format = Format::Csv(corpus.config.settings.report.dialect);
    tables::changes().write(&changes, format, &mut table).expect("writing to memory does not fail");
    replace(&data.join(CHANGES_FILE), &table)?;
    let path = data.join(FEED_FILE);
    let kept = fs::read_to_string(&path).unwrap_or_default();
    replace(&path, feed(&changes, &kept, after.id, now).as_bytes())
}

fn changes(before: Option<&Path>, after: &After<'_>) -> Result<Vec<ChangeRow>, Error> {
    let old = before.map(counted).transpose()?.unwrap_or_default();
    let new = &after.counted;
    let mut shown = BTreeMap::new();
    // A document that is gone is described by the earlier reports only.
    if let Some(folder) = before {
        each_row(&folder.join("documents.csv"), ["docname", "title", "source_url"], |[name, title, url]| {
            shown.insert(name.to_owned(), (title.to_owned(), url.to_owned()));
            Some(())
        })?;
    }
    shown.extend(after.entries.iter().map(|entry| {
        let title = entry.record.title.clone().unwrap_or_default();
        (entry.docname.to_string(), (title, entry.source_url.clone()))
    }));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let change = |name: &String| {
        let sides = [old.get(name), new.get(name)];
        let DocumentChange { docname, change, n_tokens } = named_change(name, sides)?;
        let concepts = sides[1].or(sides[0]).map(|counted| counted.mentions()).unwrap_or_default();
        let (title, url) = shown.get(name).cloned().unwrap_or_default();
        Some(ChangeRow { docname, change, title, url, n_tokens, concepts })
    };
    Ok(names.into_iter().filter_map(change).collect())
}

/// The feed with entries for `changes` before those that it has `kept`.
fn feed(changes: &[ChangeRow], kept: &str, snapshot: &str, now: Timestamp) -> String {
    let time = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let mut entries: Vec<String> = changes.iter().map(|change| entry(change, snapshot, &time)).collect();
    let known: BTreeSet<String> =
        entries.iter().filter_map(|entry| id_of(entry)).map(str::to_owned).collect();
    let earlier = kept.split_inclusive("</entry>\n").filter_map(|part| Some(&part[part.find("<entry>")?..]));
    let earlier = earlier.filter(|entry| entry.ends_with("</entry>\n"));
    let earlier = earlier.filter(|entry| id_of(entry).is_some_and(|id| !known.contains(id)));
    entries.extend(earlier.map(str::to_owned));
    entries.truncate(ENTRIES_MAX);
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <title>Changes of the corpus</title>\n<id>urn:ordskifte:changes</id>\n<updated>{time}</updated>\n\
         <author><name>ordskifte</name></author>\n{}</feed>\n",
        entries.concat()
    )
}

fn id_of(entry: &str) -> Option<&str> {
    let (_, rest) = entry.split_once("<id>")?;
    rest.split_once("</id>").map(|(id, _)| id)
}

fn entry(change: &ChangeRow, snapshot: &str, time: &str) -> String {
    let ChangeRow { docname, change: what, .. } = change;
    let title = if change.title.is_empty() { docname } else { &change.title };
    let id = Digest::of(format!("{docname}\0{snapshot}").as_bytes());
    let mut text =
        format!("<entry><id>urn:sha256:{id}</id><title>{what}: {}</title>", escape(title.as_str()));
    let is_address = change.url.starts_with("http://") || change.url.starts_with("https://");
    if is_address {
        write!(text, "<link href=\"{}\"/>", escape(change.url.as_str())).expect("a string takes all");
    }
    let concepts = match change.concepts.is_empty() {
        true => "mentions no concept".to_owned(),
        false => format!("mentions {}", change.concepts.join(", ")),
    };
    let summary = format!("{docname}: {concepts}");
    text + &format!("<updated>{time}</updated><summary>{}</summary></entry>\n", escape(summary.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(docname: &str, what: &'static str) -> ChangeRow {
        ChangeRow {
            docname: docname.to_owned(),
            change: what,
            n_tokens: [None, Some(7)],
            title: "Mål & <midler>".to_owned(),
            url: "https://eksempel.example/?a=1&b".to_owned(),
            concepts: vec!["samskaping (3)".to_owned()],
        }
    }

    #[test]
    fn the_feed_has_the_newest_first_and_is_not_longer_than_its_limit() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let first = feed(&[change("a/1", "new")], "", "s1", at("2026-01-01T01:00:00Z"));
        let second = feed(&[change("a/2", "gone")], &first, "s2", at("2026-01-02T01:00:00Z"));
        let place = |text: &str| second.find(text).unwrap();
        assert!(place("gone: Mål &amp; &lt;midler&gt;") < place("new: Mål"), "{second}");
        assert!(
            second.contains("href=\"https://eksempel.example/?a=1&amp;b\"")
                && second.contains("mentions samskaping (3)")
        );
        // The same step again adds nothing.
        let again = feed(&[change("a/2", "gone")], &second, "s2", at("2026-01-02T01:00:00Z"));
        assert_eq!(again, second);
        let many: Vec<ChangeRow> = (0..600).map(|number| change(&format!("b/{number}"), "new")).collect();
        let full = feed(&many, &second, "s3", at("2026-01-03T01:00:00Z"));
        assert_eq!(full.matches("<entry>").count(), 500);
        let mut reader = quick_xml::Reader::from_str(&full);
        while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
    }
}
