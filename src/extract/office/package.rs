//! A zip with named parts: what kind of office file it is, and its parts within limits of number and size.

use crate::text::Rejection;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// A choice far above a real melding (26 entries, ten of them pictures).
const ENTRIES_MAX: usize = 10_000;
/// A choice: some sixty times the text of a real melding (1.1 MB of XML).
const PART_BYTES_MAX: u64 = 64 << 20;

/// What a zip file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum OfficeFormat {
    /// WordprocessingML, with or without macros.
    Word,
    /// OpenDocument text.
    OpenDocumentText,
    /// An electronic book.
    Epub,
    /// An office file or archive that is not read, with its name.
    Other(&'static str),
}

/// What the zip in `bytes` is. `None` when they are no zip.
pub(in crate::extract) fn format(bytes: &[u8]) -> Option<OfficeFormat> {
    if !bytes.starts_with(b"PK\x03\x04") {
        return None;
    }
    let Ok(mut zip) = ZipArchive::new(Cursor::new(bytes)) else {
        return Some(OfficeFormat::Other("damaged ZIP file"));
    };
    let kind = small_part(&mut zip, "mimetype").unwrap_or_default();
    let kind = kind.trim();
    if kind.starts_with("application/vnd.oasis.opendocument.text") {
        return Some(OfficeFormat::OpenDocumentText);
    }
    if kind == "application/epub+zip" {
        return Some(OfficeFormat::Epub);
    }
    if kind.starts_with("application/vnd.oasis.opendocument") {
        return Some(OfficeFormat::Other("OpenDocument file that is not text"));
    }
    let has = |name: &str| zip.index_for_name(name).is_some();
    let types = if has("word/document.xml") { None } else { small_part(&mut zip, "[Content_Types].xml") };
    let format = match types {
        None if zip.index_for_name("word/document.xml").is_some() => OfficeFormat::Word,
        Some(types) if types.contains("wordprocessingml") || types.contains("ms-word") => OfficeFormat::Word,
        Some(types) if types.contains("spreadsheetml") || types.contains("ms-excel") => {
            OfficeFormat::Other("Excel workbook")
        }
        Some(types) if types.contains("presentationml") => OfficeFormat::Other("PowerPoint presentation"),
        _ => OfficeFormat::Other("ZIP archive"),
    };
    Some(format)
}

fn small_part(zip: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Option<String> {
    const BYTES_MAX: u64 = 1 << 20;
    zip.index_for_name(name)?;
    let mut bytes = Vec::new();
    zip.by_name(name).ok()?.take(BYTES_MAX).read_to_end(&mut bytes).ok()?;
    Some(encoding_rs::UTF_8.decode(&bytes).0.into_owned())
}

/// An open file of parts.
pub(super) struct OfficePackage<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// The format's name in rejections.
    name: &'static str,
}

impl<'a> OfficePackage<'a> {
    /// Opens the zip in `bytes`, an office file called `name`.
    pub(super) fn open(bytes: &'a [u8], name: &'static str) -> Result<OfficePackage<'a>, Rejection> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(name, &error.to_string()))?;
        if zip.len() > ENTRIES_MAX {
            return Err(Rejection::new(
                format!("too many entries: more than {ENTRIES_MAX}"),
                "save it again from the program that made it",
            ));
        }
        Ok(OfficePackage { zip, name })
    }

    /// The bytes of one part. `None` when there is no such part.
    pub(super) fn bytes(&mut self, part: &str) -> Result<Option<Vec<u8>>, Rejection> {
        if self.zip.index_for_name(part).is_none() {
            return Ok(None);
        }
        let fault = |error: &dyn std::fmt::Display| damaged(self.name, &format!("{part}: {error}"));
        let entry = self.zip.by_name(part).map_err(|error| match error {
            zip::result::ZipError::UnsupportedArchive(zip::result::ZipError::PASSWORD_REQUIRED) => {
                Rejection::new(
                    "encrypted: a password is needed",
                    "ask the issuer for a file without a password",
                )
            }
            error => fault(&error),
        })?;
        let mut bytes = Vec::new();
        entry.take(PART_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|error| fault(&error))?;
        if bytes.len() as u64 > PART_BYTES_MAX {
            return Err(Rejection::new(
                format!("too large: {part} inflates to more than {PART_BYTES_MAX} bytes"),
                "split the document",
            ));
        }
        Ok(Some(bytes))
    }

    /// The XML of one part.
    pub(super) fn text(&mut self, part: &str) -> Result<Option<String>, Rejection> {
        let bytes = self.bytes(part)?;
        Ok(bytes.map(|bytes| encoding_rs::UTF_8.decode(&bytes).0.into_owned()))
    }

    /// The rejection for a part that must be there.
    pub(super) fn missing(&self, part: &str) -> Rejection {
        damaged(self.name, &format!("{part} is missing"))
    }

    /// What `part` ("" for the package itself) is related to.
    pub(super) fn relations(&mut self, part: &str) -> Result<Vec<PartRelation>, Rejection> {
        let (folder, file) = part.rsplit_once('/').map_or(("", part), |(folder, file)| (folder, file));
        let slash = if folder.is_empty() { "" } else { "/" };
        let xml = self.text(&format!("{folder}{slash}_rels/{file}.rels"))?.unwrap_or_default();
        let mut relations = Vec::new();
        for event in events(&xml) {
            if let Event::Start(tag) | Event::Empty(tag) = &event
                && tag.local_name().as_ref() == "Relationship"
                && attribute(tag, "TargetMode").as_deref() != Some("External")
            {
                let kind = attribute(tag, "Type").unwrap_or_default();
                let target = attribute(tag, "Target").unwrap_or_default();
                relations.push(PartRelation {
                    id: attribute(tag, "Id").unwrap_or_default(),
                    kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                    part: resolved(folder, &target),
                });
            }
        }
        Ok(relations)
    }
}

/// One entry of a part's relationships.
pub(super) struct PartRelation {
    pub(super) id: String,
    /// The last word of its type: `officeDocument`, `styles`, `footnotes`.
    pub(super) kind: String,
    /// The part that it leads to.
    pub(super) part: String,
}

fn damaged(name: &str, cause: &str) -> Rejection {
    Rejection::new(format!("damaged {name}: {cause}"), "fetch or save the file again")
}

/// `target` as seen from `folder`.
pub(super) fn resolved(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The value of the attribute with the local name `name`, entities resolved.
pub(super) fn attribute(tag: &BytesStart, name: &str) -> Option<String> {
    let found = tag
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)?;
    let raw = found.value.to_string();
    Some(quick_xml::escape::unescape(&raw).map(std::borrow::Cow::into_owned).unwrap_or(raw))
}

/// The events of a part up to its end or first fault.
pub(super) fn events(xml: &str) -> impl Iterator<Item = Event<'_>> {
    let mut reader = Reader::from_str(xml);
    std::iter::from_fn(move || reader.read_event().ok().filter(|event| *event != Event::Eof))
}
