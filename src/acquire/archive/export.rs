//! The archive as one file for other programs: a WACZ package of all its whole records.
//!
//! Source: WACZ 1.1.1 (Webrecorder, 2021): a ZIP archive of WARC files, stored without further compression so that a reader can seek
//! in them, a CDXJ index, a list of pages and a Frictionless Data Package with the SHA-256 of each file.

use super::files::{bytes_at, failed};
use super::payload::DAMAGED_HINT;
use super::{Archive, Capture, Error, RecordLocation, cdxj, iso};
use crate::text::{Digest, DigestWriter};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{Seek, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The size of an export.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExportSummary {
    pub(crate) n_files: u64,
    /// Captures in the index.
    pub(crate) n_captures: u64,
    /// Bytes of the WARC files.
    pub(crate) warc_bytes: u64,
}

impl Archive {
    /// All captures with the places of their records, by the key and the time of the index.
    pub(crate) fn captures(&self) -> Result<Vec<(Capture, RecordLocation)>, Error> {
        let (captures, places) = self
            .catalogue
            .in_one_reading(|| Ok((self.catalogue.all_captures()?, self.catalogue.places_of_captures()?)))?;
        let mut places: HashMap<String, RecordLocation> =
            places.into_iter().map(|place| (place.record_id.clone(), place)).collect();
        let found =
            captures.into_iter().filter_map(|capture| Some((places.remove(&capture.record_id)?, capture)));
        let mut found: Vec<(Capture, RecordLocation)> =
            found.map(|(place, capture)| (capture, place)).collect();
        found.sort_by_cached_key(|(capture, place)| {
            (cdxj::search_key(&capture.target_uri), capture.captured_at.clone(), place.warc_offset)
        });
        Ok(found)
    }

    /// Writes a CDXJ index of the archive in its folder.
    pub(crate) fn write_cdxj(&self, out: &mut dyn Write) -> Result<u64, Error> {
        let captures = self.captures()?;
        let indexed = captures.iter().filter(|(capture, _)| cdxj::is_indexed(capture));
        let mut lines: Vec<String> = indexed.map(|(capture, place)| cdxj::line(capture, place)).collect();
        lines.sort_unstable();
        for line in &lines {
            writeln!(out, "{line}").map_err(|e| Error::new("cannot write the index", e))?;
        }
        Ok(lines.len() as u64)
    }

    /// Writes all whole records of the archive to `out` as a WACZ package. Each record is compared with its digest; a damaged one
    /// ends the export with an error, since a copy would hide the damage.
    pub(crate) fn write_wacz(&self, out: impl Write + Seek, now: Timestamp) -> Result<ExportSummary, Error> {
        let captures = self.captures()?;
        let mut package = WaczPackage { zip: ZipWriter::new(out), resources: Vec::new() };
        let mut summary = ExportSummary::default();
        // The places of records in the package: bytes between records are not copied.
        let mut moved = HashMap::<String, RecordLocation>::new();
        for name in self.catalogue.file_lengths()?.into_keys() {
            let places = self.catalogue.places_in(&name)?;
            let warc = package.add(&format!("archive/{name}"), CompressionMethod::Stored, |out| {
                self.copy_records(&name, places, &mut moved, out)
            })?;
            summary.n_files += 1;
            summary.warc_bytes += warc;
        }
        let indexed = captures.iter().filter(|(capture, _)| cdxj::is_indexed(capture));
        let lines = indexed.map(|(capture, place)| {
            let place = moved.get(&capture.record_id).unwrap_or(place);
            cdxj::line(capture, place)
        });
        let mut lines: Vec<String> = lines.collect();
        lines.sort_unstable();
        summary.n_captures = lines.len() as u64;
        // Not ".cdxj": pywb looks for this name, and ReplayWeb.page reads it too.
        package.add_lines("indexes/index.cdx", lines)?;
        package.add_lines("pages/pages.jsonl", self.pages(&captures)?)?;
        package.finish(now)?;
        Ok(summary)
    }

    /// Copies the records at `places` of one WARC file, and notes their places in the copy. Returns the length of the copy.
    fn copy_records(
        &self,
        name: &str,
        places: Vec<RecordLocation>,
        moved: &mut HashMap<String, RecordLocation>,
        out: &mut dyn Write,
    ) -> Result<u64, Error> {
        let path = self.folder.join(name);
        let mut file = File::open(&path).map_err(failed("open", &path))?;
        let mut length = 0;
        for place in places {
            let attempt = || format!("cannot export {name} at byte {}", place.warc_offset);
            let member = bytes_at(&mut file, place.warc_offset, place.warc_length);
            let member = member.map_err(|e| Error::new(attempt(), e).damaged().hint(DAMAGED_HINT))?;
            if Digest::of(&member) != place.sha256 {
                let error = Error::new(attempt(), "the record differs from its digest");
                return Err(error.damaged().hint(DAMAGED_HINT));
            }
            out.write_all(&member).map_err(|e| Error::new("cannot write the package", e))?;
            moved.insert(place.record_id.clone(), RecordLocation { warc_offset: length, ..place });
            length += member.len() as u64;
        }
        Ok(length)
    }

    /// The current capture of each location, as lines of `pages.jsonl`: what a person opens first.
    fn pages(&self, captures: &[(Capture, RecordLocation)]) -> Result<Vec<String>, Error> {
        let captures: BTreeMap<&str, &Capture> =
            captures.iter().map(|(capture, _)| (capture.record_id.as_str(), capture)).collect();
        let header = json!({ "format": "json-pages-1.0", "id": "pages", "title": "Documents" });
        let mut lines = vec![header.to_string()];
        for row in self.catalogue.holding_rows()? {
            let capture = row.capture.as_deref().and_then(|id| captures.get(id));
            lines.extend(capture.map(|capture| {
                let title = row.metadata.title.clone().unwrap_or_else(|| row.docname().to_string());
                let page = json!({
                    "id": capture.record_id, "url": capture.target_uri, "ts": capture.captured_at, "title": title,
                });
                page.to_string()
            }));
        }
        Ok(lines)
    }
}

/// A package that is being written.
struct WaczPackage<W: Write + Seek> {
    zip: ZipWriter<W>,
    resources: Vec<Value>,
}

impl<W: Write + Seek> WaczPackage<W> {
    /// Adds a file whose content `write` writes, with its size and digest.
    fn add<T>(
        &mut self,
        path: &str,
        compression: CompressionMethod,
        write: impl FnOnce(&mut dyn Write) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let options = SimpleFileOptions::default().compression_method(compression).large_file(true);
        self.zip.start_file(path, options).map_err(cannot_write)?;
        let mut out = DigestWriter::new(&mut self.zip);
        let result = write(&mut out)?;
        let (_, length, sha256) = out.finish();
        let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy();
        self.resources
            .push(json!({ "name": name, "path": path, "hash": sha256.labelled(), "bytes": length }));
        Ok(result)
    }

    fn add_lines(&mut self, path: &str, lines: Vec<String>) -> Result<(), Error> {
        self.add(path, CompressionMethod::Deflated, |out| {
            lines.iter().try_for_each(|line| writeln!(out, "{line}").map_err(cannot_write))
        })
    }

    /// Adds the description of the package, and its digest, and ends the ZIP archive.
    fn finish(mut self, now: Timestamp) -> Result<(), Error> {
        let description = json!({
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": "Archive of an ordskifte corpus",
            "software": concat!("ordskifte ", env!("CARGO_PKG_VERSION")),
            "created": iso(now),
            "resources": std::mem::take(&mut self.resources),
        });
        let description = format!("{description:#}\n");
        let digest =
            json!({ "path": "datapackage.json", "hash": Digest::of(description.as_bytes()).labelled() });
        self.add_lines("datapackage.json", vec![description.trim_end().to_owned()])?;
        self.add_lines("datapackage-digest.json", vec![digest.to_string()])?;
        self.zip.finish().map_err(cannot_write)?.flush().map_err(cannot_write)
    }
}

fn cannot_write(error: impl std::fmt::Display) -> Error {
    Error::new("cannot write the package", error)
}
