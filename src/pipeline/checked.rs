//! Which derived files were found whole, so that a run does not read again what has not changed since.
//!
//! A file is recognised by inode, size and time of change (ctime, which no program can set). Damage below the file system changes
//! none of them. Therefore each run also reads the files again whose last check is longest ago, up to [`REREAD_BYTES`].
//! A reader of a text or of the index does not rely on this list: it checks what it reads.

use super::Error;
use super::durable::replace;
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Mutex;

/// The name of the list in the data folder. Without the list every file is read once.
const FILE: &str = "checked-files";
/// SHA-256 takes about 20 ms for this. A corpus of up to 32 MiB is checked completely in every run, one of 10 GiB in 320 runs.
const REREAD_BYTES: u64 = 32 << 20;

/// The files that were found whole, by this run or an earlier one.
pub(super) struct CheckedFiles {
    data_folder: PathBuf,
    now_s: i64,
    earlier: Mutex<HashMap<OsString, Stamp>>,
    current: Mutex<HashMap<OsString, Stamp>>,
}

/// The properties by which a file is recognised, and the time when it was last read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    checked_s: i64,
    inode: u64,
    size_bytes: u64,
    changed: (i64, i64),
}

impl CheckedFiles {
    /// Reads the list in `data_folder` and drops the files that are due to be read again. Empty when there is no list.
    pub(super) fn load(data_folder: &Path, now: jiff::Timestamp) -> CheckedFiles {
        let text = fs::read_to_string(data_folder.join(FILE)).unwrap_or_default();
        let mut known: Vec<(OsString, Stamp)> = text.lines().filter_map(parse_line).collect();
        known.sort_by(|(path_a, a), (path_b, b)| (a.checked_s, path_a).cmp(&(b.checked_s, path_b)));
        let mut reread_bytes = 0;
        let earlier = known
            .into_iter()
            .skip_while(|(_, stamp)| {
                let is_due = reread_bytes < REREAD_BYTES;
                reread_bytes += stamp.size_bytes;
                is_due
            })
            .collect();
        CheckedFiles {
            data_folder: data_folder.to_path_buf(),
            now_s: now.as_second(),
            earlier: Mutex::new(earlier),
            current: Mutex::default(),
        }
    }

    /// Whether the file at `path` is whole: it exists and is known, or `check` finds it whole now.
    pub(super) fn is_whole(&self, path: &Path, check: impl FnOnce() -> bool) -> bool {
        let Some(stamp) = self.stamp(path) else { return false };
        let name = self.name(path);
        let known = |list: &Mutex<HashMap<OsString, Stamp>>| {
            let list = list.lock().expect("no thread panics while it holds the lock");
            list.get(&name).copied().filter(|known| Stamp { checked_s: stamp.checked_s, ..*known } == stamp)
        };
        if let Some(known) = known(&self.current).or_else(|| known(&self.earlier)) {
            self.insert(name, known);
            return true;
        }
        // A file that changes while it is read is not marked.
        let is_whole = check() && self.stamp(path) == Some(stamp);
        if is_whole {
            self.insert(name, stamp);
        }
        is_whole
    }

    /// Records that the file at `path` has just been written and synced.
    pub(super) fn mark_whole(&self, path: &Path) {
        if let Some(stamp) = self.stamp(path) {
            self.insert(self.name(path), stamp);
        }
    }

    /// Clears the list, so that all files are read again.
    pub(super) fn clear(&self) {
        for list in [&self.earlier, &self.current] {
            list.lock().expect("no thread panics while it holds the lock").clear();
        }
    }

    /// Saves the list of the files that this run has looked up.
    pub(super) fn save(&self) -> Result<(), Error> {
        let current = self.current.lock().expect("no thread panics while it holds the lock");
        let mut lines: Vec<String> = current.iter().filter_map(|(name, stamp)| line(name, stamp)).collect();
        lines.sort();
        let text = lines.concat();
        let path = self.data_folder.join(FILE);
        if fs::read(&path).is_ok_and(|kept| kept == text.as_bytes()) {
            return Ok(());
        }
        replace(&path, text.as_bytes())
    }

    fn insert(&self, name: OsString, stamp: Stamp) {
        self.current.lock().expect("no thread panics while it holds the lock").insert(name, stamp);
    }

    /// A string: hashing a `Path` splits it into components, which is slow.
    fn name(&self, path: &Path) -> OsString {
        path.strip_prefix(&self.data_folder).unwrap_or(path).as_os_str().to_owned()
    }

    fn stamp(&self, path: &Path) -> Option<Stamp> {
        let metadata = fs::metadata(path).ok()?;
        Some(Stamp {
            checked_s: self.now_s,
            inode: metadata.ino(),
            size_bytes: metadata.size(),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        })
    }
}

fn line(name: &OsStr, stamp: &Stamp) -> Option<String> {
    let Stamp { checked_s, inode, size_bytes, changed: (s, ns) } = stamp;
    Some(format!("{checked_s} {inode} {size_bytes} {s} {ns} {}\n", name.to_str()?))
}

fn parse_line(line: &str) -> Option<(OsString, Stamp)> {
    fn next<T: FromStr>(cells: &mut std::str::SplitN<'_, char>) -> Option<T> {
        cells.next()?.parse().ok()
    }
    let mut cells = line.splitn(6, ' ');
    let stamp = Stamp {
        checked_s: next(&mut cells)?,
        inode: next(&mut cells)?,
        size_bytes: next(&mut cells)?,
        changed: (next(&mut cells)?, next(&mut cells)?),
    };
    Some((OsString::from(cells.next()?), stamp))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unchanged_file_is_read_once_and_a_changed_one_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let (first, second) = (folder.path().join("1"), folder.path().join("2"));
        // Sparse, and so large that each run reads only one of them again.
        let make = |path: &Path| {
            let file = fs::File::create(path).expect("a new file");
            file.set_len(2 * REREAD_BYTES).expect("a size");
        };
        make(&first);
        make(&second);
        let is_read = |checked: &CheckedFiles, path: &Path| {
            let mut was_read = false;
            assert!(checked.is_whole(path, || {
                was_read = true;
                true
            }));
            was_read
        };
        let run = || CheckedFiles::load(folder.path(), jiff::Timestamp::UNIX_EPOCH);
        let checked = run();
        assert!(is_read(&checked, &first) && is_read(&checked, &second));
        assert!(!is_read(&checked, &first) && !is_read(&checked, &second));
        checked.save().expect("room");
        let checked = run();
        assert!(is_read(&checked, &first) && !is_read(&checked, &second));
        // Another file under the name, of the same size.
        make(&folder.path().join("new"));
        fs::rename(folder.path().join("new"), &second).expect("room");
        assert!(is_read(&run(), &second));
    }

    #[test]
    fn small_files_are_read_in_every_run() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        fs::write(&path, "text").expect("room");
        let first = CheckedFiles::load(folder.path(), jiff::Timestamp::UNIX_EPOCH);
        first.mark_whole(&path);
        first.save().expect("room");
        let second = CheckedFiles::load(folder.path(), jiff::Timestamp::UNIX_EPOCH);
        assert!(!second.is_whole(&path, || false));
    }

    #[test]
    fn a_damaged_or_missing_file_is_not_marked() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        let checked = CheckedFiles::load(folder.path(), jiff::Timestamp::UNIX_EPOCH);
        assert!(!checked.is_whole(&path, || true));
        fs::write(&path, "text").expect("room");
        assert!(!checked.is_whole(&path, || false) && !checked.is_whole(&path, || false));
    }
}
