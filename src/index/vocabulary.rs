//! The distinct words of a segment as one block of text, so that the cost of a look-up depends on the words that match.
//!
//! A line is a word in small letters and, where it is written otherwise, a tab and the word as it is written. The lines are
//! sorted, so all spellings of a word and all words with a prefix follow each other; words that contain some letters are found
//! by one scan of the text. The start of every [`GROUP_LINES`]-th line is listed, for binary searches.

use super::numbers::u64_at;
use aho_corasick::{AhoCorasick, Input};
use std::io::{self, Write};
use tantivy::directory::{FileSlice, OwnedBytes};
use tantivy::{HasLen, InvertedIndexReader};

/// A group is read as a whole: 64 words are about a kilobyte, a sixteenth of the block that is checked for it anyway.
const GROUP_LINES: usize = 64;

/// The words of a segment.
pub(crate) struct Vocabulary {
    lines: FileSlice,
    /// Where each group begins in `lines`, eight bytes.
    groups: FileSlice,
}

impl Vocabulary {
    pub(super) fn new(lines: FileSlice, groups: FileSlice) -> Vocabulary {
        Vocabulary { lines, groups }
    }

    /// Calls `each` with every word that is `folded` in small letters.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn spellings(&self, folded: &str, mut each: impl FnMut(&str)) -> io::Result<()> {
        self.lines_from(folded.as_bytes(), |line| {
            let is_same = key(line) == folded.as_bytes();
            if is_same {
                written(line).into_iter().for_each(&mut each);
            }
            is_same
        })
    }

    /// Calls `each` with every word that begins with `prefix` in small letters.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn with_prefix(&self, prefix: &str, mut each: impl FnMut(&str)) -> io::Result<()> {
        self.lines_from(prefix.as_bytes(), |line| {
            let has_prefix = line.starts_with(prefix.as_bytes());
            if has_prefix {
                written(line).into_iter().for_each(&mut each);
            }
            has_prefix
        })
    }

    /// Calls `each` with every word that has one of `literals` in small letters.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn containing(&self, literals: &AhoCorasick, mut each: impl FnMut(&str)) -> io::Result<()> {
        let text = self.lines.read_bytes()?;
        let mut at = 0;
        while let Some(found) = literals.find(Input::new(&text[..]).range(at..)) {
            let start =
                text[..found.start()].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            let rest = &text[found.end()..];
            at = found.end() + rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
            written(text[start..at].trim_ascii_end()).into_iter().for_each(&mut each);
        }
        Ok(())
    }

    /// Calls `each` with every word.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn all(&self, mut each: impl FnMut(&str)) -> io::Result<()> {
        let text = self.lines.read_bytes()?;
        lines(&text).filter_map(written).for_each(&mut each);
        Ok(())
    }

    /// Calls `each` with the lines from the first whose key is not below `wanted`, until it returns false.
    fn lines_from(&self, wanted: &[u8], mut each: impl FnMut(&[u8]) -> bool) -> io::Result<()> {
        let starts = self.groups.read_bytes()?;
        let count = starts.len() / 8;
        let group = |index: usize| -> io::Result<OwnedBytes> {
            let start = u64_at(&starts, 8 * index) as usize;
            let end =
                if index + 1 < count { u64_at(&starts, 8 * index + 8) as usize } else { self.lines.len() };
            self.lines.read_bytes_slice(start..end)
        };
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = usize::midpoint(low, high);
            let is_below = lines(&group(middle)?).next().is_some_and(|line| key(line) < wanted);
            if is_below { low = middle + 1 } else { high = middle }
        }
        // The last group that begins below may have the first line.
        for index in low.saturating_sub(1)..count {
            for line in lines(&group(index)?).skip_while(|line| key(line) < wanted) {
                if !each(line) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty())
}

/// The word of a line in small letters.
fn key(line: &[u8]) -> &[u8] {
    line.split(|byte| *byte == b'\t').next().unwrap_or(line)
}

/// The word of a line as it is written.
fn written(line: &[u8]) -> Option<&str> {
    std::str::from_utf8(line.split(|byte| *byte == b'\t').next_back()?).ok()
}

/// Writes the lines of the words that `segment` has; returns where their groups begin.
pub(super) fn write_lines(segment: &InvertedIndexReader, out: &mut dyn Write) -> io::Result<Vec<u8>> {
    let mut others = Vec::new();
    each_word(segment, |word| {
        others.extend(folded(word).map(|folded| format!("{folded}\t{word}")));
        Ok(())
    })?;
    others.sort_unstable_by(|a, b| key(a.as_bytes()).cmp(key(b.as_bytes())).then_with(|| a.cmp(b)));
    let (mut groups, mut count, mut length) = (Vec::new(), 0, 0u64);
    let mut write = |line: &str| {
        if count % GROUP_LINES == 0 {
            groups.extend(length.to_le_bytes());
        }
        count += 1;
        length += line.len() as u64 + 1;
        out.write_all(line.as_bytes())?;
        out.write_all(b"\n")
    };
    let mut others = others.iter().peekable();
    each_word(segment, |word| {
        if folded(word).is_some() {
            return Ok(());
        }
        while let Some(line) = others.next_if(|line| key(line.as_bytes()) < word.as_bytes()) {
            write(line)?;
        }
        write(word)
    })?;
    others.try_for_each(|line| write(line))?;
    Ok(groups)
}

/// A word in small letters. `None` when it is written so.
fn folded(word: &str) -> Option<String> {
    let has_upper = word.chars().any(char::is_uppercase);
    has_upper.then(|| word.to_lowercase()).filter(|folded| folded != word)
}

fn each_word(segment: &InvertedIndexReader, mut each: impl FnMut(&str) -> io::Result<()>) -> io::Result<()> {
    let mut stream = segment.terms().stream()?;
    while stream.advance() {
        if let Ok(word) = std::str::from_utf8(stream.key()) {
            each(word)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::index::Snapshot;
    use aho_corasick::AhoCorasick;

    #[test]
    #[allow(clippy::type_complexity)]
    fn words_are_found_by_spelling_beginning_and_letters() {
        // More than one group, and capitals that sort elsewhere than their small letters.
        let many: Vec<String> = (0..300).map(|number| format!("ord{number}")).collect();
        let text =
            format!("Årsrapport årsrapport ÅRSRAPPORT årsrapporten delårsrapport mål- {}", many.join(" "));
        let snapshot = Snapshot::of_texts(&[&text]);
        let vocabulary = snapshot.segments[0].vocabulary();
        let found = |look: &dyn Fn(&mut dyn FnMut(&str))| {
            let mut words = Vec::new();
            look(&mut |word: &str| words.push(word.to_owned()));
            words
        };
        let spellings = found(&|each| vocabulary.spellings("årsrapport", each).unwrap());
        assert_eq!(spellings, ["årsrapport", "ÅRSRAPPORT", "Årsrapport"]);
        let begun = found(&|each| vocabulary.with_prefix("årsrapport", each).unwrap());
        assert_eq!(begun, ["årsrapport", "ÅRSRAPPORT", "Årsrapport", "årsrapporten"]);
        let letters = AhoCorasick::new(["srapport"]).unwrap();
        assert_eq!(found(&|each| vocabulary.containing(&letters, each).unwrap()).len(), 5);
        for word in &many {
            assert_eq!(found(&|each| vocabulary.spellings(word, each).unwrap()), [word.as_str()]);
        }
        assert_eq!(found(&|each| vocabulary.spellings("ord", each).unwrap()), [""; 0]);
        assert_eq!(found(&|each| vocabulary.with_prefix("ord29", each).unwrap()).len(), 11);
        assert_eq!(found(&|each| vocabulary.all(each).unwrap()).len(), 306);
    }
}
