//! A job → its outcome: the pure map from the bytes of one file to its text, or to the reason why it has none.
//!
//! A job and the head of its outcome are one line of JSON each; the bytes of the file and the packed text follow on the same
//! channel. So a job can be done by a child process of this run, or by the same program on another machine. No file, clock or
//! setting of the environment is read here: what an outcome depends on is in the job.

use super::rules_version;
use crate::extract::{self, OcrPages};
use crate::language;
use crate::text::{Digest, Document, Limit, MediaType, Notice, Page, Passage, Rejection};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

/// The inputs of an outcome other than the bytes of the file. Another value gives another [`Job::id`], so that a text is never
/// taken for one that was made in another way.
///
/// The limits of memory and time are not among them: a rejection that names a limit is tried again by every run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Settings {
    /// Names the rules that turn bytes into text.
    rules: String,
    /// The other program that has a part in it, with its version: the one that converts the file first, or OCR. `None` for files that
    /// are read as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    program: Option<String>,
}

/// What the name of the program begins with when it is OCR.
const OCR: &str = "OCR ";
/// What the name of the program ends with when it converts a spreadsheet or slides.
const SPREADSHEET: &str = " for spreadsheets and slides";
/// What stands for the version of OCR that has not read the file yet.
const WAITING: &str = "waiting";
/// What stands for that of the program that left its text as a hidden layer.
const LAYER: &str = "of the file";

impl Settings {
    /// The settings of this program.
    pub(super) fn current() -> Settings {
        Settings { rules: rules_version(), program: None }
    }

    /// The same settings for a file that `converter` converts first.
    pub(super) fn with_converter(self, converter: &str) -> Settings {
        Settings { program: Some(converter.to_owned()), ..self }
    }

    /// The same for a spreadsheet or slides, which are converted only where the settings ask for them.
    pub(super) fn with_spreadsheet_converter(self, converter: &str) -> Settings {
        self.with_converter(&format!("{converter}{SPREADSHEET}"))
    }

    /// The same settings for a file whose pages the OCR of that version has read.
    pub(super) fn with_ocr(self, version: &str) -> Settings {
        Settings { program: Some(format!("{OCR}{version}")), ..self }
    }

    /// The same settings for what came of a file that was read without OCR: whether OCR can add to it.
    pub(super) fn noting(self, text: &PackedText) -> Settings {
        match (text.n_pages_for_ocr, text.has_ocr_layer, &self.program) {
            (0, true, None) => self.with_ocr(LAYER),
            (0, _, _) | (_, _, Some(_)) => self,
            (pages, _, None) => self.with_ocr(&format!("{WAITING} for {pages} pages")),
        }
    }

    /// The program that converts the file first.
    pub(super) fn converter(&self) -> Option<&str> {
        let program = self.program.as_deref().filter(|program| !program.starts_with(OCR))?;
        Some(program.strip_suffix(SPREADSHEET).unwrap_or(program))
    }

    /// Whether the file is a spreadsheet or slides.
    pub(super) fn are_of_spreadsheet(&self) -> bool {
        self.program.as_deref().is_some_and(|program| program.ends_with(SPREADSHEET))
    }

    /// The version of OCR that read pages of the file.
    pub(super) fn ocr(&self) -> Option<&str> {
        self.ocr_name().filter(|name| *name != LAYER && !name.starts_with(WAITING))
    }

    /// Whether text of the file is a hidden layer, as the program of a scanner leaves it, and no page is waiting for OCR.
    pub(super) fn have_ocr_layer(&self) -> bool {
        self.ocr_name() == Some(LAYER)
    }

    /// Whether the file has pages for OCR that it has not read.
    pub(super) fn are_waiting_for_ocr(&self) -> bool {
        self.waiting_pages().is_some()
    }

    /// How many pages OCR has not read of a file that waits for it.
    pub(super) fn waiting_pages(&self) -> Option<u32> {
        let number =
            self.ocr_name()?.strip_prefix(WAITING)?.split_whitespace().find_map(|word| word.parse().ok());
        Some(number.unwrap_or(1))
    }

    /// Finds in the catalogue the settings of files that were read by these rules and wait for OCR.
    pub(super) fn waiting_for_ocr_glob() -> String {
        format!("{}; {OCR}{WAITING}*", rules_version())
    }

    fn ocr_name(&self) -> Option<&str> {
        self.program.as_deref()?.strip_prefix(OCR)
    }

    /// The other program that has a part in the text.
    pub(super) fn program(&self) -> Option<&str> {
        self.program.as_deref()
    }

    /// Their representation in the catalogue.
    pub(super) fn name(&self) -> String {
        let program = self.program.iter().map(|program| format!("; {program}"));
        std::iter::once(self.rules.clone()).chain(program).collect()
    }

    /// The settings with this representation in the catalogue.
    pub(super) fn named(name: &str) -> Settings {
        match name.split_once("; ") {
            Some((rules, program)) => Settings { rules: rules.to_owned(), program: Some(program.to_owned()) },
            None => Settings { rules: name.to_owned(), program: None },
        }
    }

    /// What names the rules in the text store: texts of one file of it have them in common, whatever converted the documents.
    pub(super) fn digest(&self) -> Digest {
        Digest::of(self.rules.as_bytes())
    }
}

/// A file to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Job {
    /// Of its bytes.
    pub(super) sha256: Digest,
    /// How it is to be read.
    pub(super) settings: Settings,
}

impl Job {
    /// The digest under which the text is stored: of the bytes and of all settings.
    pub(super) fn id(&self) -> Digest {
        let mut hasher = sha2::Sha256::new();
        hasher.update(self.sha256.as_bytes());
        hasher.update(self.settings.digest().as_bytes());
        hasher.update(self.settings.program().unwrap_or_default());
        Digest::from_hasher(hasher)
    }

    /// Reads `bytes`, those of the job.
    pub(super) fn run(&self, bytes: &[u8]) -> Outcome {
        self.outcome(|| extracted(bytes))
    }

    /// The same with the text of `scan` on the pages that OCR has read.
    pub(super) fn run_scan(&self, bytes: &[u8], scan: &Scan) -> Outcome {
        self.outcome(|| extracted_scan(bytes, scan))
    }

    fn outcome(&self, extracted: impl FnOnce() -> Result<Extracted, Rejection>) -> Outcome {
        if self.settings.rules != rules_version() {
            let reason = format!(
                "the job is for the rules '{}'; this program has '{}'",
                self.settings.rules,
                rules_version()
            );
            let hint = "use the same version of the program for planning and for reading";
            return Outcome::Rejected(Rejection::new(reason, hint).with_limit(Limit::Outside));
        }
        match extracted() {
            Ok(extracted) => Outcome::Extracted(PackedText::pack(&extracted)),
            Err(rejection) => Outcome::Rejected(rejection),
        }
    }
}

/// The outcome of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// The text of the file.
    Extracted(PackedText),
    /// The reason why it has no text.
    Rejected(Rejection),
}

impl Outcome {
    /// The outcome as one message: its line, then the packed text and the plain text.
    pub(super) fn message(&self) -> Vec<u8> {
        let mut message = line(self);
        if let Outcome::Extracted(text) = self {
            message.extend_from_slice(&text.packed);
            message.extend_from_slice(&text.plain);
        }
        message
    }

    /// What [`Outcome::message`] made. `None` when it is something else.
    pub(super) fn read(message: &[u8]) -> Option<Outcome> {
        let (outcome, rest) = head_and_rest(message)?;
        let Outcome::Extracted(text) = outcome else { return Some(outcome) };
        let (packed, plain) = rest.split_at_checked(usize::try_from(text.packed_bytes).ok()?)?;
        let text = PackedText { packed: packed.to_vec(), plain: plain.to_vec(), ..text };
        text.is_whole().then_some(Outcome::Extracted(text))
    }
}

/// A text as it is stored, and its plain text. The line of an outcome has the sizes and digests; the bytes travel beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PackedText {
    /// Of the packed text.
    pub(super) packed_sha256: Digest,
    /// Of the plain text.
    pub(super) plain_sha256: Digest,
    packed_bytes: u64,
    plain_bytes: u64,
    /// How many of its pages OCR can read.
    pub(super) n_pages_for_ocr: u32,
    /// Whether some of it is a hidden layer that came with a scan.
    pub(super) has_ocr_layer: bool,
    /// An [`Extracted`] as JSON, compressed with LZ4.
    #[serde(skip)]
    pub(super) packed: Vec<u8>,
    /// The text that the character offsets of `kwic.csv` point into.
    #[serde(skip)]
    pub(super) plain: Vec<u8>,
}

impl PackedText {
    /// Packs a text.
    pub(super) fn pack(extracted: &Extracted) -> PackedText {
        let json = serde_json::to_vec(extracted).expect("a document has only string keys");
        let packed = lz4_flex::block::compress_prepend_size(&json);
        let plain = extracted.document.plain_text().into_bytes();
        PackedText {
            packed_sha256: Digest::of(&packed),
            plain_sha256: Digest::of(&plain),
            packed_bytes: packed.len() as u64,
            plain_bytes: plain.len() as u64,
            n_pages_for_ocr: extracted.document.pages_for_ocr.len() as u32,
            has_ocr_layer: extracted.document.has_ocr_layer(),
            packed,
            plain,
        }
    }

    /// The text. `None` when the bytes are not those of a text.
    pub(super) fn unpack(&self) -> Option<Extracted> {
        unpack(&self.packed)
    }

    fn is_whole(&self) -> bool {
        self.plain.len() as u64 == self.plain_bytes
            && Digest::of(&self.packed) == self.packed_sha256
            && Digest::of(&self.plain) == self.plain_sha256
    }
}

/// Unpacks a text. `None` when the bytes are damaged.
pub(super) fn unpack(packed: &[u8]) -> Option<Extracted> {
    // No more than a child may send, so that a false size cannot ask for more memory than the text itself could.
    const JSON_BYTES_MAX: u32 = 1 << 30;
    let size = packed.first_chunk().map(|size| u32::from_le_bytes(*size))?;
    if size > JSON_BYTES_MAX {
        return None;
    }
    let json = lz4_flex::block::decompress_size_prepended(packed).ok()?;
    serde_json::from_slice(&json).ok()
}

/// A document as it was extracted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Extracted {
    /// Names the rules that made it, see [`super::rules_version`].
    pub made_with: String,
    /// The format of the bytes.
    pub media_type: MediaType,
    /// The text, with the language of each passage.
    pub document: Document,
}

/// The document in `bytes`, with the language of each passage.
///
/// # Errors
/// When it has no text that can be read: why.
pub fn extracted(bytes: &[u8]) -> Result<Extracted, Rejection> {
    let media_type = extract::sniff(bytes).ok_or_else(|| extract::refusal(bytes))?;
    let mut document = extract::document(bytes, media_type)?;
    language::label(&mut document);
    Ok(Extracted { made_with: rules_version(), media_type, document })
}

/// What OCR read of a PDF.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Scan {
    pub(super) pages: OcrPages,
    /// Pages of a lower mean confidence, from 0 to 100, are not counted.
    pub(super) confidence_min: u8,
}

/// The document in the PDF `bytes`, pages of which OCR has read.
fn extracted_scan(bytes: &[u8], scan: &Scan) -> Result<Extracted, Rejection> {
    let mut document = extract::scanned_document(bytes, &scan.pages, scan.confidence_min)?;
    language::label(&mut document);
    note_sami(&mut document);
    Ok(Extracted { made_with: rules_version(), media_type: MediaType::Pdf, document })
}

/// Says which pages in Sámi OCR has read: the Norwegian model does not know their letters.
fn note_sami(document: &mut Document) {
    let is_sami = |passage: &Passage| {
        passage.confidence.is_some() && passage.language.is_some_and(|language| language.is_sami())
    };
    let of_page = |page: &Page| page.number.filter(|_| page.counted().any(is_sami));
    let notices: Vec<Notice> = document
        .pages
        .iter()
        .filter_map(of_page)
        .map(|number| {
            Notice::of_page(
                number,
                "text in Sámi read by OCR that does not know its letters: words are wrong",
            )
        })
        .collect();
    document.notices.extend(notices);
}

/// Whether `bytes` are of a format that is read and more than plain text.
pub fn is_document(bytes: &[u8]) -> bool {
    extract::sniff(bytes).is_some_and(|media_type| media_type != MediaType::Text)
}

/// A head as one line of JSON.
pub(super) fn line(head: &impl Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(head).expect("jobs and outcomes have only string keys");
    line.push(b'\n');
    line
}

/// A head and what follows its line. `None` when the line is something else.
pub(super) fn head_and_rest<T: DeserializeOwned>(message: &[u8]) -> Option<(T, &[u8])> {
    let end = message.iter().position(|byte| *byte == b'\n')?;
    Some((serde_json::from_slice(&message[..end]).ok()?, &message[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &[u8] = b"<html lang=\"nb\"><p>Samskaping i kommunen.</p></html>";

    fn job() -> Job {
        Job { sha256: Digest::of(PAGE), settings: Settings::current() }
    }

    #[test]
    fn a_job_and_its_outcome_are_one_line_each_and_are_read_back() {
        let message = [line(&job()), PAGE.to_vec()].concat();
        assert_eq!(head_and_rest(&message), Some((job(), PAGE)));
        let outcome = job().run(PAGE);
        let Outcome::Extracted(text) = &outcome else { panic!("it is HTML") };
        assert_eq!(text.plain, b"Samskaping i kommunen.\n");
        assert_eq!(text.unpack().expect("it is whole").document.plain_text().as_bytes(), text.plain);
        assert_eq!(Outcome::read(&outcome.message()), Some(outcome));
        let rejected = job().run(b"\0 no document");
        assert!(matches!(rejected, Outcome::Rejected(_)));
        assert_eq!(Outcome::read(&rejected.message()), Some(rejected));
    }

    #[test]
    fn an_outcome_with_a_flipped_byte_or_cut_short_is_none() {
        let whole = job().run(PAGE).message();
        let line = whole.iter().position(|byte| *byte == b'\n').expect("a line");
        for at in line..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            assert_eq!((Outcome::read(&flipped), Outcome::read(&whole[..at])), (None, None), "byte {at}");
        }
    }

    #[test]
    fn other_settings_are_another_job_that_this_program_does_not_do() {
        let other = Job { settings: Settings { rules: "extract 0".to_owned(), program: None }, ..job() };
        assert_ne!(other.id(), job().id());
        let Outcome::Rejected(rejection) = other.run(PAGE) else { panic!("it is for another program") };
        assert_eq!(rejection.limit, Some(Limit::Outside));
    }
}
