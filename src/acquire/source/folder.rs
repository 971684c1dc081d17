//! A folder of files → the files in it and what their sidecars say. Reads names and sidecars, never documents.

use crate::acquire::Error;
use crate::text::SourceMetadata;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// A file of the folder.
#[derive(Debug, Clone)]
pub struct FolderFile {
    /// Path relative to the folder, with `/`.
    pub location: String,
    /// Where it can be opened.
    pub path: PathBuf,
    /// What its sidecar says, or why the sidecar cannot be read.
    pub metadata: Result<SourceMetadata, Error>,
}

/// What a folder holds.
#[derive(Debug, Default)]
pub struct Listing {
    /// The files by location.
    pub files: Vec<FolderFile>,
    /// Locations that cannot be listed. While there are any, a file that is missing may only be hidden.
    pub failures: Vec<(String, Error)>,
}

/// The files under `root` with an extension in `include`, sorted; hidden files and loops of links are skipped.
pub fn list(root: &Path, include: &[String]) -> Listing {
    let mut listing = Listing::default();
    let walk = WalkDir::new(root).follow_links(true).sort_by_file_name();
    for entry in walk.into_iter().filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry)) {
        match entry {
            Ok(entry) if entry.file_type().is_file() && is_included(entry.path(), include) => {
                add_file(&mut listing, root, entry.path());
            }
            Err(error) if error.loop_ancestor().is_none() => {
                let location = location(root, error.path().unwrap_or(root));
                let error = Error::new(format!("cannot list {}", root.display()), &error)
                    .hint("check the path and the permissions");
                listing.failures.push((location.unwrap_or_default(), error));
            }
            _ => {}
        }
    }
    listing.files.sort_by(|a, b| a.location.cmp(&b.location));
    listing
}

fn add_file(listing: &mut Listing, root: &Path, path: &Path) {
    match location(root, path) {
        Some(location) => {
            listing.files.push(FolderFile {
                location,
                path: path.to_path_buf(),
                metadata: sidecar_metadata(path),
            });
        }
        None => {
            let error = Error::new(format!("cannot name {}", path.display()), "its name is not UTF-8")
                .hint("rename the file");
            listing.failures.push((path.to_string_lossy().into_owned(), error));
        }
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

fn is_included(path: &Path, include: &[String]) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| include.iter().any(|wanted| wanted.eq_ignore_ascii_case(extension)))
}

fn location(root: &Path, path: &Path) -> Option<String> {
    let parts = path.strip_prefix(root).ok()?.iter();
    let parts: Option<Vec<&str>> = parts.map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}

/// What `NAME.toml` or `NAME.pdf.toml` beside `NAME.pdf` says; nothing when there is neither.
fn sidecar_metadata(path: &Path) -> Result<SourceMetadata, Error> {
    let mut long_name = path.as_os_str().to_os_string();
    long_name.push(".toml");
    let candidates = [PathBuf::from(long_name), path.with_extension("toml")];
    let Some(sidecar) = candidates.into_iter().find(|candidate| candidate.exists()) else {
        return Ok(SourceMetadata::default());
    };
    let attempt = || format!("cannot read the sidecar {}", sidecar.display());
    let text = std::fs::read_to_string(&sidecar).map_err(|e| Error::new(attempt(), e))?;
    toml::from_str(&text).map_err(|e| {
        let line = e.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        Error::new(attempt(), format!("line {line}: {}", e.message()))
            .hint("kind, designation, title, issuer, addressee, published, year, language and url are known")
    })
}
