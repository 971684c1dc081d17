//! `ordskifte init`: creates a corpus folder with a configuration and a codebook to edit.

use super::args::InitArgs;
use super::outcome::{CommandError, CommandOutcome};
use crate::config::FILE_NAME;
use crate::sandbox::OcrSettings;
use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The settings of the sample corpus, whose comments explain each.
const SETTINGS: &str = include_str!("../../config/ordskifte.toml");
/// The codebook that a new corpus starts with.
const CODEBOOK: &str = include_str!("../../config/codebook.toml");
/// The explained settings of each source on the network, by the name that `--sources` takes.
const SOURCES: [(&str, &str); 3] = [
    ("kudos", include_str!("../../config/sources/kudos.toml")),
    ("regjeringen", include_str!("../../config/sources/regjeringen.toml")),
    ("stortinget", include_str!("../../config/sources/stortinget.toml")),
];
/// The text after this line in [`SETTINGS`] is about the sample corpus.
const SOURCES_MARK: &str = "# Sources of this corpus\n";

/// Makes the folder and its two files.
pub(crate) fn init(args: &InitArgs, out: &mut dyn Write) -> Result<CommandOutcome, CommandError> {
    let settings = args.dir.join(FILE_NAME);
    let codebook = args.dir.join("codebook.toml");
    for file in [&settings, &codebook] {
        if file.exists() {
            let hint = "choose another folder, or edit the file".to_owned();
            return Err(CommandError::new(format!("{} already exists", file.display()), Some(hint)));
        }
    }
    let folders = args.folder.iter().map(|folder| absolute(folder)).collect::<Result<Vec<_>, _>>()?;
    let sources = args.sources.iter().map(|name| source_text(name, &args.addressee));
    let sources = sources.collect::<Result<Vec<_>, _>>()?;
    let explained = SETTINGS.split(SOURCES_MARK).next().unwrap_or(SETTINGS);
    let explained = match &args.contact {
        Some(contact) => with_value(explained, "contact", &toml_text(contact)),
        None => explained.to_owned(),
    };
    let text = format!("{explained}{SOURCES_MARK}{}{}", folder_sources(&folders), sources.concat());
    create(&args.dir, &settings, &text)?;
    create(&args.dir, &codebook, CODEBOOK)?;
    writeln!(out, "Created {} and {}", settings.display(), codebook.display())?;
    if folders.is_empty() && sources.is_empty() {
        writeln!(out, "Next:  add a source to {}", settings.display())?;
    }
    if !sources.is_empty() && args.contact.is_none() {
        writeln!(out, "Next:  set `contact` in {} to your e-mail address", settings.display())?;
    }
    if !OcrSettings::default().is_installed() {
        let package = "tesseract (Debian: tesseract-ocr, tesseract-ocr-nor)";
        writeln!(out, "Scans are not read: install {package} to have their text read by OCR")?;
    }
    writeln!(out, "Next:  ordskifte refresh --corpus '{}'", args.dir.display())?;
    Ok(CommandOutcome::Done)
}

fn absolute(folder: &Path) -> Result<PathBuf, CommandError> {
    let hint = "give a folder that contains documents".to_owned();
    let fail = |reason: String| CommandError::new(reason, Some(hint.clone()));
    let path = folder.canonicalize().map_err(|e| fail(format!("cannot find {}: {e}", folder.display())))?;
    if path.is_dir() { Ok(path) } else { Err(fail(format!("{} is not a folder", folder.display()))) }
}

fn create(dir: &Path, file: &Path, text: &str) -> Result<(), CommandError> {
    let fail = |e| CommandError::new(format!("cannot write {}: {e}", file.display()), None);
    fs::create_dir_all(dir).map_err(fail)?;
    fs::write(file, text).map_err(fail)
}

/// A folder source for each of `folders`.
fn folder_sources(folders: &[PathBuf]) -> String {
    let mut text = String::new();
    let mut names: Vec<String> = SOURCES.iter().map(|(name, _)| (*name).to_owned()).collect();
    for folder in folders {
        let name = unique(source_name(folder), &names);
        let path = toml_text(&folder.display().to_string());
        write!(text, "\n[[source]]\nname = \"{name}\"\nkind = \"folder\"\npath = {path}\n")
            .expect("a string takes all that is written to it");
        names.push(name);
    }
    text
}

/// The explained settings of the source called `name`, for these addressees only when there are any.
fn source_text(name: &str, addressees: &[String]) -> Result<String, CommandError> {
    let Some((_, text)) = SOURCES.iter().find(|(known, _)| *known == name) else {
        let names: Vec<&str> = SOURCES.iter().map(|(name, _)| *name).collect();
        let hint = format!("choose among {}; other kinds are explained in README.md", names.join(", "));
        return Err(CommandError::new(format!("there is no source '{name}'"), Some(hint)));
    };
    let names: Vec<String> = addressees.iter().map(|name| toml_text(name)).collect();
    let value = format!("[{}]", names.join(", "));
    let text = if names.is_empty() { (*text).to_owned() } else { with_value(text, "addressees", &value) };
    Ok(format!("\n{text}"))
}

/// `text` with the setting `key`, which it shows after a '#', set to `value`.
fn with_value(text: &str, key: &str, value: &str) -> String {
    let shown = format!("# {key} = ");
    let lines = text.split_inclusive('\n').map(|line| match line.strip_prefix(&shown) {
        Some(_) => format!("{key} = {value}\n"),
        None => line.to_owned(),
    });
    lines.collect()
}

fn toml_text(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// The folder's name in the letters that a source's name may have.
fn source_name(folder: &Path) -> String {
    let name = folder.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let spelt = name.replace('æ', "ae").replace('ø', "o").replace('å', "a");
    let kept: String = spelt.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let kept = kept.trim_matches('-').to_owned();
    if kept.is_empty() { "documents".to_owned() } else { kept }
}

fn unique(name: String, taken: &[String]) -> String {
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    std::iter::once(name.clone())
        .chain(numbered)
        .find(|name| !taken.contains(name))
        .expect("numbers do not end")
}
