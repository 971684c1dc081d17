//! The input: text and word lists by language, with the digests of the files.

use crate::Result;
use ordskifte::language::table::{CODES, OTHER};
use ordskifte::text::{normalise, sentences};
use sha2::{Digest, Sha256};
use std::{fs, path::Path};

/// Held out in turn: one of so many parts.
pub const FOLDS: usize = 5;
/// Each file is cut into so many pieces of neighbouring lines, so that what is held out is not the neighbour of what is seen.
const PIECES: usize = 25;
/// Of a word list only so many words: rarer ones are names and other languages.
const WORDS_MAX: usize = 20_000;

/// All that is learnt from.
pub struct Corpus {
    /// Lines of text.
    pub lines: Vec<Line>,
    /// Words with their share of all words of their language: class, word, share.
    pub words: Vec<(usize, Vec<(String, f32)>)>,
    /// File name, bytes, digest.
    pub inputs: Vec<(String, u64, String)>,
}

/// One line of text.
pub struct Line {
    /// Index into [`CODES`].
    pub class: usize,
    /// Which part it is held out with.
    pub fold: usize,
    /// Its sentences.
    pub sentences: Vec<String>,
    /// All of it.
    pub text: String,
}

impl Corpus {
    /// Reads `CODE.txt` and `CODE.words` of `folder`.
    pub fn read(folder: &Path) -> Result<Corpus> {
        let mut corpus = Corpus { lines: Vec::new(), words: Vec::new(), inputs: Vec::new() };
        let mut paths: Vec<_> =
            fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
        paths.sort();
        for path in paths {
            let (Some(code), Some(kind)) = (path.file_stem(), path.extension()) else { continue };
            let code = crate::measure::bcp47(code.to_str().ok_or("a file name that is not UTF-8")?);
            let class = CODES.iter().position(|known| *known == code);
            let text = fs::read_to_string(&path)?;
            match (class, kind.to_str()) {
                (Some(class), Some("txt")) => corpus.add_lines(class, &text),
                (class, Some("words")) => corpus.words.push((class.unwrap_or(other()), words(&text)?)),
                _ => continue,
            }
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(text.as_bytes()));
            corpus.inputs.push((name, text.len() as u64, digest));
        }
        Ok(corpus)
    }

    fn add_lines(&mut self, class: usize, text: &str) {
        let lines: Vec<&str> = text.lines().collect();
        let piece = lines.len().div_ceil(PIECES).max(1);
        for (index, line) in lines.into_iter().enumerate() {
            let text = normalise(line);
            let sentences = sentences(&text).map(|range| text[range].to_owned()).collect();
            self.lines.push(Line { class, fold: index / piece % FOLDS, sentences, text });
        }
    }
}

/// The class of the languages that the table does not have.
pub fn other() -> usize {
    CODES.iter().position(|code| *code == OTHER).expect("there is a class for the others")
}

fn words(text: &str) -> Result<Vec<(String, f32)>> {
    let rows =
        text.lines().take(WORDS_MAX).map(|line| line.split_once('\t').ok_or("a word without its share"));
    rows.map(|row| row.map_err(Into::into).and_then(|(word, share)| Ok((normalise(word), share.parse()?))))
        .collect()
}
