//! Converts a file of a format that only another program can read into a format that we read. The other program is LibreOffice.
//!
//! Each conversion has its own folder and its own profile, because LibreOffice passes the files of a second process with the same
//! profile to the first.

use super::external::{ConversionError, External, OUTPUT_BYTES_MAX};
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Longest name of a version that is kept. LibreOffice 7.4 has 53 characters.
const VERSION_CHARS_MAX: usize = 120;

/// The converting program and its limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConverterSettings {
    /// Name or path of LibreOffice. Empty: nothing is converted.
    pub program: PathBuf,
    /// Whether old spreadsheets and slides (.xls, .ppt) are converted too.
    pub spreadsheets_and_slides: bool,
    /// Address space of each of its processes, in MiB.
    pub memory_mb: u64,
    /// Processor time of each of its processes, in seconds. It may last ten times as long.
    pub time_s: u64,
}

impl Default for ConverterSettings {
    // LibreOffice 7.4 converts a letter in 1 s with 220 MB in use, of an address space that is several times larger.
    fn default() -> ConverterSettings {
        ConverterSettings {
            program: PathBuf::from("soffice"),
            spreadsheets_and_slides: false,
            memory_mb: 4_096,
            time_s: 60,
        }
    }
}

/// An installed LibreOffice.
#[derive(Debug)]
pub struct Converter {
    program: External,
    version: String,
}

impl Converter {
    /// The program that `settings` name; `None` when it is not installed or does not report its version. `supervisor` is the
    /// path of this program.
    ///
    /// # Errors
    /// When no process or temporary folder can be made.
    pub(crate) fn find(supervisor: PathBuf, settings: &ConverterSettings) -> io::Result<Option<Converter>> {
        let ConverterSettings { program, memory_mb, time_s, .. } = settings;
        let Some(program) = External::find(supervisor, program, *memory_mb, *time_s) else { return Ok(None) };
        let mut converter = Converter { program, version: String::new() };
        let folder = tempfile::tempdir()?;
        let Ok(answer) = converter.run(folder.path(), &["--version".into()])? else { return Ok(None) };
        let line = answer.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let printable = line.trim().chars().filter(|c| !c.is_control());
        converter.version = printable.take(VERSION_CHARS_MAX).collect();
        Ok((!converter.version.is_empty()).then_some(converter))
    }

    /// The name and version that the program reports.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// The document in `bytes`, a file with this extension, as a file with the extension `wanted`.
    ///
    /// # Errors
    /// When no process or temporary folder can be made.
    pub(crate) fn convert(
        &self,
        bytes: &[u8],
        extension: &str,
        wanted: &str,
    ) -> io::Result<Result<Vec<u8>, ConversionError>> {
        let folder = tempfile::tempdir()?;
        let input = folder.path().join("document").with_extension(extension);
        let output = folder.path().join("converted");
        fs::write(&input, bytes)?;
        let mut arguments: Vec<OsString> =
            ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--convert-to", wanted, "--outdir"]
                .map(OsString::from)
                .to_vec();
        arguments.extend([output.clone().into_os_string(), input.into_os_string()]);
        let mut result = self.run(folder.path(), &arguments)?;
        if matches!(result, Err(ConversionError::Failed(_))) {
            // With a new profile LibreOffice starts a second time by itself and fails, since it cannot remove the socket of its
            // first start (see `remove_sockets`). The profile is there now.
            result = self.run(folder.path(), &arguments)?;
        }
        let log = match result {
            Ok(log) => log,
            Err(error) => return Ok(Err(error)),
        };
        let output = output.join("document").with_extension(wanted);
        // A converter under the control of an attacker may have made a link or a pipe there.
        if !fs::symlink_metadata(&output).is_ok_and(|found| found.is_file()) {
            let line = log.lines().find(|line| line.contains("rror")).unwrap_or("it wrote no file");
            return Ok(Err(ConversionError::Failed(line.trim().to_owned())));
        }
        let mut converted = Vec::new();
        File::open(&output)?.take(OUTPUT_BYTES_MAX + 1).read_to_end(&mut converted)?;
        let is_too_large = converted.len() as u64 > OUTPUT_BYTES_MAX;
        let too_large = || ConversionError::Failed(format!("more than {OUTPUT_BYTES_MAX} bytes"));
        Ok(if is_too_large { Err(too_large()) } else { Ok(converted) })
    }

    /// Runs the program with all its files in `folder`.
    fn run(&self, folder: &Path, arguments: &[OsString]) -> io::Result<Result<String, ConversionError>> {
        // On file systems with a resolution of one second the socket would appear to be older.
        let started = SystemTime::now() - Duration::from_secs(1);
        let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
        let arguments: Vec<OsString> =
            std::iter::once(profile.into()).chain(arguments.iter().cloned()).collect();
        let run = self.program.run(folder, &arguments);
        remove_sockets(started);
        Ok(run?.result)
    }
}

/// Removes the sockets in `/tmp` that LibreOffice has made since then and on which no process listens any more: the confinement
/// allows it to make them, but not to remove files.
fn remove_sockets(since: SystemTime) {
    for file in fs::read_dir("/tmp").into_iter().flatten().flatten() {
        let is_of_office = file.file_name().as_encoded_bytes().starts_with(b"OSL_PIPE_");
        let is_new = || file.metadata().and_then(|found| found.modified()).is_ok_and(|time| time >= since);
        let is_left = || {
            UnixStream::connect(file.path())
                .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
        };
        if is_of_office && is_new() && is_left() {
            let _ = fs::remove_file(file.path());
        }
    }
}
