//! What the tests share: a corpus folder of its own, the program run in it, golden files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// A corpus folder that goes away with the test.
pub struct Corpus {
    folder: tempfile::TempDir,
}

/// What a run of the program gave.
#[derive(Debug)]
pub struct Run {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// The sample corpus after its first refresh, for tests that change nothing in it.
pub static SAMPLE: LazyLock<Corpus> = LazyLock::new(|| {
    let corpus = Corpus::of_sample();
    corpus.refresh(&[]);
    corpus
});

/// The rows that a command printed as JSON.
pub fn rows(run: &Run) -> Vec<serde_json::Value> {
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {run:?}"))
}

impl Corpus {
    /// A corpus of the sample documents.
    pub fn of_sample() -> Corpus {
        Corpus::of_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/documents"))
    }

    /// A corpus of the documents in `folder`. Scans are not read, so that it is the same whatever version of tesseract is installed.
    pub fn of_folder(folder: &Path) -> Corpus {
        Corpus::with_scans(folder, "mode = 'never'")
    }

    /// A corpus of the documents in `folder`, with settings of OCR.
    pub fn with_scans(folder: &Path, ocr: &str) -> Corpus {
        let corpus = Corpus { folder: tempfile::tempdir().unwrap() };
        let made = run(&["init", corpus.text(), "--folder", folder.to_str().unwrap()]);
        assert_eq!(made.code, 0, "{}", made.err);
        corpus.set_ocr(ocr);
        corpus
    }

    /// Replaces the settings of OCR.
    pub fn set_ocr(&self, ocr: &str) {
        let path = self.path("ordskifte.toml");
        let text = fs::read_to_string(&path).unwrap();
        let (before, after) = text.split_once("[ocr]\n").unwrap();
        let rest: Vec<&str> = after.lines().skip_while(|line| !line.starts_with('#')).collect();
        fs::write(&path, format!("{before}[ocr]\n{ocr}\n{}\n", rest.join("\n"))).unwrap();
    }

    /// A corpus of files that are written now: (name, content).
    pub fn of_files(files: &[(&str, &str)]) -> (Corpus, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            fs::write(folder.path().join(name), content).unwrap();
        }
        (Corpus::of_folder(folder.path()), folder)
    }

    fn text(&self) -> &str {
        self.folder.path().to_str().unwrap()
    }

    /// A path in the corpus folder.
    pub fn path(&self, inner: &str) -> PathBuf {
        self.folder.path().join(inner)
    }

    /// Runs the program on this corpus.
    pub fn run(&self, args: &[&str]) -> Run {
        run(&[args, &["--corpus", self.text()]].concat())
    }

    /// A refresh that must not fail.
    pub fn refresh(&self, args: &[&str]) -> Run {
        let run = self.run(&[&["refresh"], args].concat());
        assert!(run.code <= 1, "{}{}", run.out, run.err);
        run
    }

    /// A report file.
    pub fn report(&self, name: &str) -> String {
        let path = self.path("data/reports").join(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The rows of a CSV report as maps from column to cell.
    pub fn rows(&self, name: &str) -> Vec<std::collections::HashMap<String, String>> {
        let text = self.report(name);
        csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
    }

    /// Every report file and its bytes.
    pub fn reports(&self) -> std::collections::BTreeMap<String, Vec<u8>> {
        let files = fs::read_dir(self.path("data/reports")).unwrap().flatten();
        files.map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap())).collect()
    }
}

/// Runs the program.
pub fn run(args: &[&str]) -> Run {
    let output = Command::new(program()).args(args).output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The program under test.
pub fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_ordskifte"))
}

/// Compares `found` with `tests/golden/NAME`, or writes it there when `UPDATE_GOLDEN` is set.
pub fn golden(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, found).unwrap();
        return;
    }
    let wanted = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    for (line, (found, wanted)) in (1..).zip(found.lines().zip(wanted.lines())) {
        assert_eq!(found, wanted, "{} line {line}", path.display());
    }
    assert_eq!(found.lines().count(), wanted.lines().count(), "lines of {}", path.display());
}
