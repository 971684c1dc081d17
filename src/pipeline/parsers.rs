//! Jobs handed to parsing children, and the loop of such a child.

use super::job::{Extracted, Job, Outcome, Scan, Settings, head_and_rest, line};
use super::page_job::{PageJob, PageView};
use crate::extract::{self, OcrPage, OcrSurvey};
use crate::sandbox::{
    ChildSettings, Confinement, ConversionError, Converter, ConverterSettings, Limits, Loss, OCR_DPI, Pool,
    serve,
};
use crate::text::{Digest, Limit, Rejection};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::PathBuf;
use std::sync::OnceLock;

/// What a child is asked for; the bytes of the file follow its line.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Request {
    /// The text of a file.
    Text(Job),
    /// The text of a PDF, pages of which OCR has read.
    Scan(Job, Scan),
    /// A page of it as it is shown.
    Page(PageJob),
    /// Which pages of a PDF OCR can read.
    OcrSurvey,
    /// The picture of this page for OCR.
    OcrPicture(u32),
    /// The page in hOCR of a picture of this width.
    OcrPage(u32),
}

/// Parsing children, and the program that converts files of formats that they do not read.
pub struct Parsers {
    pool: Pool,
    program: PathBuf,
    converter_settings: ConverterSettings,
    /// Set when the first file needs it.
    converter: OnceLock<Option<Converter>>,
}

impl Parsers {
    /// Children are started when they are needed, by running `program` with its hidden command `parse-worker`.
    pub fn new(program: PathBuf, limits: Limits) -> Parsers {
        Parsers::with_converter(program, limits, ConverterSettings::default())
    }

    /// The same with other settings of the converter.
    pub fn with_converter(
        program: PathBuf,
        limits: Limits,
        converter_settings: ConverterSettings,
    ) -> Parsers {
        let pool = Pool::new(program.clone(), vec!["parse-worker".into()], limits);
        Parsers { pool, program, converter_settings, converter: OnceLock::new() }
    }

    /// The outcome that a child computes for `job`, whose bytes are `bytes`: a rejection when they are too much for it. A file that must be
    /// converted first is converted when the converter is installed; the job that is given back names it then.
    ///
    /// # Errors
    /// When no child can be started.
    pub(super) fn run(&self, job: Job, bytes: &[u8]) -> io::Result<(Job, Outcome)> {
        let outcome = self.parse(&job, bytes)?;
        let limit = match &outcome {
            Outcome::Rejected(rejection) => rejection.limit,
            Outcome::Extracted(_) => None,
        };
        let is_wanted = limit == Some(Limit::Unwanted) && self.reads_spreadsheets_and_slides();
        let needs_converter = is_wanted || limit == Some(Limit::Converter);
        match needs_converter.then(|| self.converter()).transpose()?.flatten() {
            Some(converter) => self.convert_and_parse(job, bytes, converter, is_wanted),
            None if is_wanted => Ok((job, Outcome::Rejected(extract::refusal_without_converter(bytes)))),
            None => Ok((job, outcome)),
        }
    }

    /// Whether the settings ask for old spreadsheets and slides.
    pub(super) fn reads_spreadsheets_and_slides(&self) -> bool {
        self.converter_settings.spreadsheets_and_slides
    }

    fn convert_and_parse(
        &self,
        job: Job,
        bytes: &[u8],
        converter: &Converter,
        is_of_low_value: bool,
    ) -> io::Result<(Job, Outcome)> {
        let settings = job.settings.clone();
        let settings = match is_of_low_value {
            true => settings.with_spreadsheet_converter(converter.version()),
            false => settings.with_converter(converter.version()),
        };
        let job = Job { settings, ..job };
        let extract::Conversion { document, extension, wanted } = extract::conversion(bytes);
        let outcome = match converter.convert(&document, extension, wanted)? {
            Ok(converted) => match self.parse(&job, &converted)? {
                // Recorded, so that a converter that returns its input unchanged is not run again every night.
                Outcome::Rejected(rejection)
                    if matches!(rejection.limit, Some(Limit::Converter | Limit::Unwanted)) =>
                {
                    Outcome::Rejected(Rejection { limit: None, ..rejection })
                }
                outcome => outcome,
            },
            Err(error) => Outcome::Rejected(not_converted(&error)),
        };
        Ok((job, outcome))
    }

    /// The same for a PDF, pages of which OCR has read.
    pub(super) fn run_scan(&self, job: &Job, bytes: &[u8], scan: &Scan) -> io::Result<Outcome> {
        self.outcome(&Request::Scan(job.clone(), scan.clone()), bytes)
    }

    fn parse(&self, job: &Job, bytes: &[u8]) -> io::Result<Outcome> {
        self.outcome(&Request::Text(job.clone()), bytes)
    }

    fn outcome(&self, request: &Request, bytes: &[u8]) -> io::Result<Outcome> {
        match self.pool.run(&[&line(request), bytes])? {
            Ok(message) => Outcome::read(&message).ok_or_else(not_an_outcome),
            Err(loss) => Ok(Outcome::Rejected(rejection(&loss, self.pool.limits()))),
        }
    }

    /// The converter; `None` when it is not installed.
    ///
    /// # Errors
    /// When it cannot be looked for.
    pub fn converter(&self) -> io::Result<Option<&Converter>> {
        if let Some(known) = self.converter.get() {
            return Ok(known.as_ref());
        }
        let found = Converter::find(self.program.clone(), &self.converter_settings)?;
        Ok(self.converter.get_or_init(|| found).as_ref())
    }

    /// The text in `bytes`, or why there is none.
    ///
    /// # Errors
    /// When no child can be started.
    pub fn read(&self, bytes: &[u8]) -> io::Result<Result<Extracted, Rejection>> {
        let job = Job { sha256: Digest::of(bytes), settings: Settings::current() };
        match self.run(job, bytes)?.1 {
            Outcome::Extracted(text) => text.unpack().map(Ok).ok_or_else(not_an_outcome),
            Outcome::Rejected(rejection) => Ok(Err(rejection)),
        }
    }

    /// Page `number` of the PDF in `bytes`, counted from 1, as a picture `width_px` wide, with its words; or why it cannot be shown.
    ///
    /// # Errors
    /// When no child can be started.
    pub fn page_view(
        &self,
        bytes: &[u8],
        number: u32,
        width_px: u32,
    ) -> io::Result<Result<PageView, Rejection>> {
        self.scan_view(bytes, number, width_px, Scan::default())
    }

    /// The same of a PDF, pages of which OCR has read.
    pub(super) fn scan_view(
        &self,
        bytes: &[u8],
        number: u32,
        width_px: u32,
        scan: Scan,
    ) -> io::Result<Result<PageView, Rejection>> {
        let job = PageJob { page: number, width_px, scan };
        match self.pool.run(&[&line(&Request::Page(job)), bytes])? {
            Ok(message) => PageJob::answer(&message).ok_or_else(not_an_outcome),
            Err(loss) => Ok(Err(rejection(&loss, self.pool.limits()))),
        }
    }

    /// Which pages of a PDF OCR can read; none when that is too much for a child.
    pub(super) fn ocr_survey(&self, bytes: &[u8]) -> io::Result<OcrSurvey> {
        let answer = self.pool.run(&[&line(&Request::OcrSurvey), bytes])?;
        let survey = answer.ok().map(|message| head_and_rest(&message).map(|(survey, _)| survey));
        survey.map_or_else(|| Ok(OcrSurvey::default()), |survey| survey.ok_or_else(not_an_outcome))
    }

    /// The picture of a page for OCR and its width, or the rejection of the page.
    pub(super) fn ocr_picture(
        &self,
        bytes: &[u8],
        number: u32,
    ) -> io::Result<Result<(u32, Vec<u8>), Rejection>> {
        match self.pool.run(&[&line(&Request::OcrPicture(number)), bytes])? {
            Ok(message) => {
                let (width, picture) =
                    head_and_rest::<Result<u32, Rejection>>(&message).ok_or_else(not_an_outcome)?;
                Ok(width.map(|width_px| (width_px, picture.to_vec())))
            }
            Err(loss) => Ok(Err(rejection(&loss, self.pool.limits()))),
        }
    }

    /// The page in hOCR of a picture that is `width_px` wide, or the rejection of the page.
    pub(super) fn ocr_page(&self, hocr: &[u8], width_px: u32) -> io::Result<Result<OcrPage, Rejection>> {
        match self.pool.run(&[&line(&Request::OcrPage(width_px)), hocr])? {
            Ok(message) => Ok(head_and_rest(&message).ok_or_else(not_an_outcome)?.0),
            Err(loss) => Ok(Err(rejection(&loss, self.pool.limits()))),
        }
    }

    /// The confinement of the children, in words.
    ///
    /// # Errors
    /// When no child can be started.
    pub fn confinement(&self) -> io::Result<Confinement> {
        self.pool.confinement()
    }
}

fn not_an_outcome() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "its answer is not an outcome")
}

/// The row of `rejected.csv` for a file that the converter did not convert.
fn not_converted(error: &ConversionError) -> Rejection {
    let rejection = |hint: &str| Rejection::new(error.to_string(), hint);
    match error {
        ConversionError::Time { seconds } => rejection(
            "it is tried again at the next refresh; raise converter.time_s in ordskifte.toml, or save the file as DOCX",
        )
        .with_limit(Limit::Time { seconds: *seconds }),
        ConversionError::Failed(_) => rejection("open the file in LibreOffice and save it as DOCX"),
    }
}

/// The row of `rejected.csv` for a file for which a child returned no outcome.
fn rejection(loss: &Loss, limits: Limits) -> Rejection {
    let another_program = "open and save the file with another program";
    match loss {
        Loss::Time => Rejection::new(
            format!("parsing took longer than {} s", limits.time_s),
            format!("it is tried again at the next refresh; raise worker.time_s in ordskifte.toml, or {another_program}"),
        )
        .with_limit(Limit::Time { seconds: limits.time_s }),
        Loss::Memory => Rejection::new(
            format!("parsing needs more than {} MiB of memory", limits.memory_mb),
            format!("it is tried again at the next refresh; raise worker.memory_mb in ordskifte.toml, or {another_program}"),
        )
        .with_limit(Limit::Memory { mebibytes: limits.memory_mb }),
        Loss::Killed => Rejection::new(
            "the parser was killed from outside, perhaps because the machine ran out of memory",
            "it is tried again at the next refresh; use fewer threads, or a smaller worker.memory_mb",
        )
        .with_limit(Limit::Outside),
        Loss::Stack => {
            Rejection::new("parsing overflowed the stack: the file is nested too deeply", another_program)
        }
        Loss::ForbiddenCall => Rejection::new(
            "the parser was stopped: it made a system call that no parser makes",
            "the file may be an attack; do not open it, and please report it",
        ),
        Loss::Crash(how) => Rejection::new(
            format!("the parser died ({how})"),
            format!("{another_program}; please report it as a bug"),
        ),
    }
}

/// The loop of a parsing child.
///
/// # Errors
/// When a limit cannot be set, or the parent is gone.
pub fn serve_parser(settings: &ChildSettings) -> io::Result<()> {
    serve(settings, &|message| {
        let (request, bytes) = head_and_rest(message).expect("the parent sends requests");
        match request {
            Request::Text(job) => job.run(bytes).message(),
            Request::Scan(job, scan) => job.run_scan(bytes, &scan).message(),
            Request::Page(job) => job.run(bytes),
            Request::OcrSurvey => line(&extract::ocr_survey(bytes)),
            Request::OcrPicture(number) => picture_message(bytes, number),
            Request::OcrPage(width_px) => {
                let page = OcrPage::of_hocr(bytes, width_px);
                let hint = "install another version of tesseract";
                line(&page.ok_or_else(|| Rejection::new("its answer is no hOCR", hint)))
            }
        }
    })
}

fn picture_message(bytes: &[u8], number: u32) -> Vec<u8> {
    match extract::ocr_picture(bytes, number, OCR_DPI) {
        Ok((width_px, picture)) => [line(&Ok::<u32, Rejection>(width_px)), picture].concat(),
        Err(rejection) => line(&Err::<u32, Rejection>(rejection)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_that_is_no_property_of_the_file_names_its_limit() {
        let limits = Limits { memory_mb: 64, time_s: 2, ..Limits::default() };
        let limit = |loss| rejection(&loss, limits).limit;
        assert_eq!(limit(Loss::Time), Some(Limit::Time { seconds: 2 }));
        assert_eq!(limit(Loss::Memory), Some(Limit::Memory { mebibytes: 64 }));
        assert_eq!(limit(Loss::Killed), Some(Limit::Outside));
        assert_eq!(limit(Loss::Stack), None);
    }
}
