//! Files that another program converts first. The program is a script of the test, and LibreOffice where it is installed.

use crate::support::{Corpus, program};
use ordskifte::pipeline::Parsers;
use ordskifte::sandbox::{ConverterSettings, Enforcement, Limits};
use ordskifte::text::{Limit, Rejection};
use std::fs;
use std::io::{BufRead, BufReader, Cursor, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use zip::write::{SimpleFileOptions, ZipWriter};

const RTF: &[u8] = b"{\\rtf1\\ansi Samskaping i kommunen.\\par}";

/// A Word file of one paragraph.
fn docx(text: &str) -> Vec<u8> {
    let namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let xml = format!(
        "<w:document xmlns:w=\"{namespace}\"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    );
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("word/document.xml", SimpleFileOptions::default()).expect("an entry");
    zip.write_all(xml.as_bytes()).expect("memory");
    zip.finish().expect("memory").into_inner()
}

/// Puts a converter into `folder`: it says that it is `version`, and runs the shell commands `body`, which find the folder for the
/// result in `$out` and the file `answer.docx` with `text` in `$here`.
fn converter(folder: &Path, version: &str, text: &str, body: &str) -> PathBuf {
    let script = format!(
        "#!/bin/sh\nhere=$(dirname \"$0\")\ncase \"$*\" in *--version*) echo '{version}'; exit 0;; esac\n\
         while [ $# -gt 0 ]; do case \"$1\" in --outdir) out=$2;; esac; shift; done\nmkdir -p \"$out\"\n{body}\n"
    );
    fs::write(folder.join("answer.docx"), docx(text)).expect("a folder of the test");
    let path = folder.join("office");
    fs::write(&path, script).expect("a folder of the test");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("our file");
    path
}

const ANSWER: &str = "cp \"$here/answer.docx\" \"$out/document.docx\"";

fn parsers(program_of_converter: PathBuf) -> Parsers {
    let settings =
        ConverterSettings { program: program_of_converter, time_s: 1, ..ConverterSettings::default() };
    Parsers::with_converter(program().to_owned(), Limits::default(), settings)
}

/// The text of an RTF file by way of a converter with this body.
fn read_by(body: &str) -> Result<String, Rejection> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let parsers = parsers(converter(folder.path(), "Office 1", "Et avsnitt.", body));
    parsers.read(RTF).expect("children start").map(|extracted| extracted.document.plain_text())
}

#[test]
fn an_rtf_file_is_read_by_way_of_the_converter() {
    assert_eq!(read_by(ANSWER), Ok("Et avsnitt.\n".to_owned()));
}

#[test]
fn a_gzip_file_is_unpacked_before_it_is_converted() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(RTF).expect("memory");
    let packed = packed.finish().expect("memory");
    let folder = tempfile::tempdir().expect("a temporary folder");
    // The script converts only a file that begins as RTF does, under that extension.
    let body = format!("grep -q '^{{.rtf1' \"$out/../document.rtf\" || exit 1\n{ANSWER}");
    let parsers = parsers(converter(folder.path(), "Office 1", "Et avsnitt.", &body));
    let text =
        parsers.read(&packed).expect("children start").map(|extracted| extracted.document.plain_text());
    assert_eq!(text, Ok("Et avsnitt.\n".to_owned()));
}

#[test]
fn without_a_converter_the_rejection_names_the_package() {
    let rejection = parsers(PathBuf::new()).read(RTF).expect("children start").expect_err("no converter");
    assert_eq!(rejection.reason, "RTF document: not read without LibreOffice");
    assert!(rejection.hint.contains("libreoffice-writer-nogui"), "{}", rejection.hint);
    assert_eq!(rejection.limit, Some(Limit::Converter));
}

#[test]
fn a_converter_that_fails_costs_its_document() {
    let rejection = read_by("echo 'Error: source file could not be loaded' >&2").expect_err("no file");
    let wanted = "the converter gave no document: Error: source file could not be loaded";
    assert_eq!((rejection.reason.as_str(), rejection.limit), (wanted, None));
    assert_eq!(
        read_by("echo broken; exit 7").expect_err("it failed").reason,
        "the converter gave no document: broken"
    );
    assert_eq!(read_by("ln -s /etc/passwd \"$out/document.docx\"").expect_err("a link").limit, None);
}

#[test]
fn a_converter_over_its_processor_time_is_ended() {
    let rejection = read_by("while :; do :; done").expect_err("it never ends");
    assert_eq!(rejection.reason, "converting took longer than 1 s");
    assert_eq!(rejection.limit, Some(Limit::Time { seconds: 1 }));
}

#[test]
fn a_converter_reads_no_file_of_the_user_and_writes_only_its_folder() {
    let confinement = parsers(PathBuf::new()).confinement().expect("children start");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let secret = folder.path().join("secret");
    fs::write(&secret, "hemmelig").expect("our folder");
    let (secret, other) = (secret.display(), folder.path().join("other"));
    let body =
        format!("cat '{secret}' 2>/dev/null && exit 1\necho > '{}' && exit 1\n{ANSWER}", other.display());
    let is_confined = confinement.landlock != Enforcement::Absent;
    assert_eq!(read_by(&body).is_ok(), is_confined);
    assert!(!is_confined || !other.exists());
}

#[test]
fn nothing_is_left_of_a_converter_whose_parent_is_gone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let script = "tail -f /dev/null & echo $! ; wait";
    let mut supervisor = Command::new(program())
        .args(["convert-worker", "--memory-mb", "4096", "--time-s", "60", "--folder"])
        .arg(folder.path())
        .args(["--", "/bin/sh", "-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    let mut output = BufReader::new(supervisor.stdout.take().expect("a pipe"));
    output.read_line(&mut line).expect("the script writes the number of its own child");
    let process = Path::new("/proc").join(line.trim());
    assert!(process.join("stat").exists() || !Path::new("/proc/self").exists());
    // As it happens when the parent is killed.
    drop(supervisor.stdin.take());
    supervisor.wait().expect("it ends");
    // The pipe has no writer any more when the process is gone.
    let mut rest = String::new();
    assert_eq!(output.read_line(&mut rest).expect("a pipe"), 0);
}

#[test]
fn a_file_is_read_when_the_converter_appears_and_again_when_its_version_changes() {
    let office = tempfile::tempdir().expect("a temporary folder");
    let (corpus, _documents) = Corpus::of_files(&[("brev.rtf", std::str::from_utf8(RTF).expect("ASCII"))]);
    let settings = corpus.path("ordskifte.toml");
    let settings = if settings.exists() { settings } else { corpus.path("config/ordskifte.toml") };
    let path = office.path().join("office");
    let text = fs::read_to_string(&settings).expect("settings").replace("[converter]\n", "");
    fs::write(&settings, format!("[converter]\nprogram = '{}'\n{text}", path.display())).expect("settings");
    corpus.refresh(&["--quiet"]);
    assert!(corpus.report("rejected.csv").contains("not read without LibreOffice"));
    for (version, words) in [("Office 1", "Første utgave."), ("Office 2", "Andre utgave er lengre.")] {
        converter(office.path(), version, words, ANSWER);
        corpus.refresh(&["--quiet"]);
        assert_eq!(corpus.rows("rejected.csv").len(), 0, "{version}");
        assert_eq!(corpus.rows("documents.csv").len(), 1, "{version}");
        let found = corpus.run(&["search", words.split(' ').next().expect("a word")]);
        assert_eq!((found.code, found.out.contains("utgave")), (0, true), "{}{}", found.out, found.err);
        assert_eq!(corpus.run(&["verify"]).code, 0, "{version}");
    }
    // Neither a fault nor a loss when the converter is gone.
    fs::remove_file(path).expect("our file");
    corpus.refresh(&["--quiet"]);
    assert_eq!(corpus.rows("documents.csv").len(), 1);
    assert_eq!(corpus.run(&["verify"]).code, 0);
}

/// Where LibreOffice is installed; elsewhere the same file is rejected with its name.
#[test]
fn libreoffice_reads_an_rtf_file_where_it_is_installed() {
    let parsers = Parsers::new(program().to_owned(), Limits::default());
    let is_installed = parsers.converter().expect("children start").is_some();
    match parsers.read(RTF).expect("children start") {
        Ok(extracted) => assert_eq!(extracted.document.plain_text(), "Samskaping i kommunen.\n"),
        Err(rejection) => {
            assert!(!is_installed && rejection.limit == Some(Limit::Converter), "{rejection:?}")
        }
    }
}

/// An OLE container with a stream called `name`.
fn ole(name: &str) -> Vec<u8> {
    let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    bytes.resize(512, 0);
    let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let length = entry.len() as u8 + 2;
    entry.resize(128, 0);
    entry[64] = length;
    bytes.extend(entry);
    bytes.resize(1024, 0);
    bytes
}

#[test]
fn spreadsheets_and_slides_are_converted_only_where_the_settings_ask_for_them() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sheet =
        "echo '<!DOCTYPE html><html><body><table><tr><td>Tiltak</td><td>12</td></tr></table></body></html>'";
    let body = format!("{sheet} > \"$out/document.html\"");
    let path = converter(folder.path(), "Office 1", "", &body);
    let settings = ConverterSettings { program: path, ..ConverterSettings::default() };
    let read = |settings: ConverterSettings, name: &str| {
        let parsers = Parsers::with_converter(program().to_owned(), Limits::default(), settings);
        parsers.read(&ole(name)).expect("children start").map(|extracted| extracted.document.plain_text())
    };
    for (name, reason) in
        [("Workbook", "old Excel format (.xls)"), ("PowerPoint Document", "old PowerPoint format (.ppt)")]
    {
        let rejection = read(settings.clone(), name).expect_err("it is off");
        assert_eq!(rejection.reason, format!("{reason}: not read"));
        assert!(rejection.hint.contains("converter.spreadsheets_and_slides = true"), "{}", rejection.hint);
        assert_eq!(rejection.limit, Some(Limit::Unwanted));
    }
    let on = ConverterSettings { spreadsheets_and_slides: true, ..settings };
    assert_eq!(read(on.clone(), "Workbook"), Ok("Tiltak\t12\n".to_owned()));
    let without =
        read(ConverterSettings { program: PathBuf::new(), ..on }, "Workbook").expect_err("no converter");
    assert_eq!(without.reason, "old Excel format (.xls): not read without LibreOffice");
    assert!(without.hint.contains("libreoffice-calc-nogui"), "{}", without.hint);
}

#[test]
fn turning_spreadsheets_on_and_off_reads_and_drops_them_at_the_next_refresh() {
    let office = tempfile::tempdir().expect("a temporary folder");
    let (corpus, folder) =
        Corpus::of_files(&[("brev.txt", "Samskaping i kommunen gir bedre tjenester for alle.")]);
    fs::write(folder.path().join("tall.xls"), ole("Workbook")).expect("our folder");
    let sheet = "echo '<!DOCTYPE html><html><body><table><tr><td>Samskaping</td><td>12</td></tr></table></body></html>'";
    let path = converter(office.path(), "Office 1", "", &format!("{sheet} > \"$out/document.html\""));
    let settings = corpus.path("ordskifte.toml");
    let text = fs::read_to_string(&settings).expect("settings").replace("[converter]\n", "");
    for (is_on, count) in [(false, 1), (true, 2), (false, 1)] {
        let converter =
            format!("[converter]\nprogram = '{}'\nspreadsheets_and_slides = {is_on}\n", path.display());
        fs::write(&settings, format!("{converter}{text}")).expect("settings");
        corpus.refresh(&["--quiet"]);
        assert_eq!(corpus.rows("documents.csv").len(), count, "on: {is_on}");
        assert_eq!(corpus.rows("rejected.csv").len(), 2 - count, "on: {is_on}");
    }
    assert_eq!(corpus.run(&["verify"]).code, 0);
}
