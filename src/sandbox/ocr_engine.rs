//! OCR by tesseract, an optional program: the picture of a page → hOCR.

use super::external::{ConversionError, External, OUTPUT_BYTES_MAX, Run};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The language of the model: bokmål and nynorsk.
const LANGUAGE: &str = "nor";
/// The resolution of the pictures. Seconds a page and precision at 150, 200 and 300 dpi: 2.9, 2.4, 3.7; 200 is enough.
pub(crate) const OCR_DPI: u32 = 200;

/// Which pages are read by OCR.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OcrMode {
    /// Those without legible text.
    #[default]
    Missing,
    /// Those whose text is a hidden layer, as the program of a scanner leaves it, too.
    Always,
    /// None.
    Never,
}

/// OCR and its limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OcrSettings {
    /// Which pages are read.
    pub mode: OcrMode,
    /// Name or path of tesseract.
    pub program: PathBuf,
    /// Minutes of processor time for tesseract in one refresh, all its processes together.
    pub minutes: u64,
    /// Address space of each of its processes, in MiB.
    pub memory_mb: u64,
    /// Processor time for one page, in seconds.
    pub time_s: u64,
    /// Pages of a lower mean confidence, from 0 to 100, are not counted.
    pub confidence_min: u8,
}

impl Default for OcrSettings {
    // A page of A4 takes 2.4 s and 300 MB of address space.
    fn default() -> OcrSettings {
        OcrSettings {
            mode: OcrMode::Missing,
            program: PathBuf::from("tesseract"),
            minutes: 60,
            memory_mb: 2_048,
            time_s: 60,
            confidence_min: 60,
        }
    }
}

impl OcrSettings {
    /// Whether the program is there; not whether it has the Norwegian model.
    pub(crate) fn is_installed(&self) -> bool {
        External::find(PathBuf::new(), &self.program, self.memory_mb, self.time_s).is_some()
    }
}

/// An installed tesseract with its Norwegian model.
#[derive(Debug)]
pub struct OcrEngine {
    program: External,
    version: String,
}

impl OcrEngine {
    /// The program that `settings` name; `None` when it or its model is not installed. `supervisor` is the path of this program.
    ///
    /// # Errors
    /// When no process or temporary folder can be made.
    pub(crate) fn find(supervisor: PathBuf, settings: &OcrSettings) -> io::Result<Option<OcrEngine>> {
        let OcrSettings { program, memory_mb, time_s, .. } = settings;
        let Some(program) = External::find(supervisor, program, *memory_mb, *time_s) else { return Ok(None) };
        let folder = tempfile::tempdir()?;
        let Ok(answer) = program.run(folder.path(), &["--version".into()])?.result else { return Ok(None) };
        let Ok(languages) = program.run(folder.path(), &["--list-langs".into()])?.result else {
            return Ok(None);
        };
        let (Some(name), Some(model)) = (answer.lines().next(), model_digest(&languages)) else {
            return Ok(None);
        };
        let version = format!("{} {LANGUAGE} {model} {OCR_DPI} dpi", name.trim());
        Ok(Some(OcrEngine { program, version }))
    }

    /// Names the program, its model and the resolution of the pictures: other ones read other words.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// The hOCR of a picture, a file in a format of Netpbm, and the processor time that it took.
    ///
    /// # Errors
    /// When no process or temporary folder can be made.
    pub(crate) fn read(&self, picture: &[u8]) -> io::Result<(Result<Vec<u8>, ConversionError>, Duration)> {
        let folder = tempfile::tempdir()?;
        let input = folder.path().join("page.pgm");
        fs::write(&input, picture)?;
        let output = folder.path().join("page");
        let dpi = OCR_DPI.to_string();
        let mut arguments: Vec<OsString> = vec![input.into(), output.clone().into()];
        arguments.extend(["-l", LANGUAGE, "--dpi", &dpi, "hocr"].map(OsString::from));
        let Run { result, cpu } = self.program.run(folder.path(), &arguments)?;
        if let Err(error) = result {
            return Ok((Err(error), cpu));
        }
        let output = output.with_extension("hocr");
        // A program under the control of an attacker may have made a link or a pipe there.
        if !fs::symlink_metadata(&output).is_ok_and(|found| found.is_file()) {
            return Ok((Err(ConversionError::Failed("it wrote no file".to_owned())), cpu));
        }
        let mut hocr = Vec::new();
        File::open(&output)?.take(OUTPUT_BYTES_MAX).read_to_end(&mut hocr)?;
        Ok((Ok(hocr), cpu))
    }
}

/// The beginning of the digest of the model in the folder that `--list-langs` names; `None` when it has none.
fn model_digest(languages: &str) -> Option<String> {
    let is_there = languages.lines().any(|line| line.trim() == LANGUAGE);
    let folder = languages.lines().next()?.split('"').nth(1)?;
    let model = fs::read(Path::new(folder).join(LANGUAGE).with_extension("traineddata")).ok()?;
    let digest = data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(&model)[..4]);
    is_there.then_some(digest)
}
