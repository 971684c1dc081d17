//! The pages of a sweep that is not yet at its end, so that the next run goes on where this one was cut off.
//!
//! A folder with a file for each page. Each is written whole or not at all. It is only a cache: what cannot be read or
//! belongs to another sweep is requested again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Pages older than this are requested again, since the list has changed.
const AGE_MAX_HOURS: i64 = 72;
/// The file that describes the sweep of the pages.
const HEAD: &str = "sweep.json";

/// The parameters of a sweep, and when it began.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    query: String,
    begun: Timestamp,
}

/// The pages kept so far.
#[derive(Debug)]
pub(super) struct Checkpoint {
    /// `None`: nothing is kept.
    folder: Option<PathBuf>,
    /// Why nothing more could be kept.
    pub(super) failure: Option<String>,
}

impl Checkpoint {
    /// The pages in `folder` of the sweep for `query`; those of another or older sweep are removed.
    pub(super) fn open(folder: Option<&Path>, query: &str, now: Timestamp) -> Checkpoint {
        let mut checkpoint = Checkpoint { folder: folder.map(Path::to_path_buf), failure: None };
        let Some(folder) = folder else { return checkpoint };
        let head: Option<Head> = read(&folder.join(HEAD));
        let is_same = head.is_some_and(|head| {
            let hours = (now.as_second() - head.begun.as_second()) / 3600;
            head.query == query && (0..AGE_MAX_HOURS).contains(&hours)
        });
        if !is_same {
            let removed = if folder.exists() { std::fs::remove_dir_all(folder) } else { Ok(()) };
            let made = removed.and_then(|()| std::fs::create_dir_all(folder));
            checkpoint.keep(made);
            checkpoint.put(HEAD, &Head { query: query.to_owned(), begun: now });
        }
        checkpoint
    }

    /// The page kept as `name`.
    pub(super) fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        read(&self.folder.as_ref()?.join(name))
    }

    /// Keeps a page as `name`.
    pub(super) fn put<T: Serialize>(&mut self, name: &str, page: &T) {
        let Some(folder) = &self.folder else { return };
        let written = written(folder, name, page);
        self.keep(written);
    }

    /// After a failure nothing more is kept: the sweep itself goes on.
    fn keep(&mut self, outcome: std::io::Result<()>) {
        if let (Err(error), Some(folder)) = (outcome, &self.folder) {
            self.failure = Some(format!("cannot write in {}: {error}", folder.display()));
            self.folder = None;
        }
    }
}

fn written<T: Serialize>(folder: &Path, name: &str, page: &T) -> std::io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&serde_json::to_vec(page)?)?;
    file.as_file().sync_all()?;
    file.persist(folder.join(name)).map(drop).map_err(|error| error.error)
}

fn read<T: DeserializeOwned>(file: &Path) -> Option<T> {
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_kept_for_the_same_query_and_not_for_ever() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("a/b");
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let open = |query: &str, now: &str| Checkpoint::open(Some(&folder), query, at(now));
        let mut first = open("q", "2026-01-01T00:00:00Z");
        first.put("1.json", &vec![1, 2]);
        assert_eq!(open("q", "2026-01-03T00:00:00Z").get::<Vec<u32>>("1.json"), Some(vec![1, 2]));
        std::fs::write(folder.join("1.json"), "[1,").unwrap();
        assert_eq!(open("q", "2026-01-03T00:00:00Z").get::<Vec<u32>>("1.json"), None);
        first.put("1.json", &vec![3]);
        assert_eq!(open("q", "2026-01-04T00:00:00Z").get::<Vec<u32>>("1.json"), None);
        open("q", "2026-01-04T00:00:00Z").put("1.json", &vec![4]);
        assert_eq!(open("other", "2026-01-04T00:00:00Z").get::<Vec<u32>>("1.json"), None);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_said_and_stops_nothing() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        std::fs::write(&file, "").unwrap();
        let mut checkpoint = Checkpoint::open(Some(&file.join("below")), "q", Timestamp::UNIX_EPOCH);
        checkpoint.put("1.json", &1);
        assert!(checkpoint.failure.is_some_and(|cause| cause.contains("cannot write in")));
    }
}
