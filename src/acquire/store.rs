//! The bytes and metadata of one location → records in the archive.

use super::Error;
use super::archive::warc::{
    HTTP_REQUEST, HTTP_RESPONSE, NOT_MODIFIED, SAME_CONTENT, SAME_PAYLOAD, WarcRecord,
};
use super::archive::{Capture, CaptureFacts, HoldingRow, iso};
use super::fetch::Exchange;
use super::round::{LocationOutcome, Round};
use crate::text::{Digest, SourceMetadata};
use std::path::Path;
use url::Url;

/// A file's bytes (`None` when its size and time are those of the last capture) and metadata.
pub(super) fn file(
    round: &mut Round<'_, '_, '_>,
    row: &mut HoldingRow,
    path: &Path,
    bytes: Option<Vec<u8>>,
    metadata: &SourceMetadata,
) -> Result<LocationOutcome, Error> {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let target = Url::from_file_path(absolute).map_or_else(|()| row.location.clone(), String::from);
    let media_type = media_type_of_name(&row.location);
    resource(round, row, &target, media_type, bytes, metadata)
}

/// A document that was composed of the pages of `target`.
pub(super) fn composed(
    round: &mut Round<'_, '_, '_>,
    row: &mut HoldingRow,
    target: &str,
    bytes: Vec<u8>,
    metadata: &SourceMetadata,
) -> Result<LocationOutcome, Error> {
    made(round, row, target, target, bytes, metadata)
}

/// A member of the tar at `path`; readers see `public_url`.
pub(super) fn member(
    round: &mut Round<'_, '_, '_>,
    row: &mut HoldingRow,
    path: &Path,
    public_url: &str,
    bytes: Vec<u8>,
    metadata: &SourceMetadata,
) -> Result<LocationOutcome, Error> {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let target = Url::from_file_path(absolute).map_or_else(|()| row.location.clone(), String::from);
    let target = format!("{target}#{}", row.location);
    made(round, row, &target, public_url, bytes, metadata)
}

/// Archives bytes that were made from a source or taken out of one.
fn made(
    round: &mut Round<'_, '_, '_>,
    row: &mut HoldingRow,
    target: &str,
    public_url: &str,
    bytes: Vec<u8>,
    metadata: &SourceMetadata,
) -> Result<LocationOutcome, Error> {
    let is_back = row.vanished_at.is_some();
    public_url.clone_into(&mut row.public_url);
    let media_type = if target.starts_with("file:") { "application/octet-stream" } else { "text/html" };
    let outcome = resource(round, row, target, media_type, Some(bytes), metadata)?;
    clear_failures(row);
    let is_changed = is_back && outcome == LocationOutcome::Unchanged;
    Ok(if is_changed { LocationOutcome::Changed } else { outcome })
}

/// Bytes that no server sent as they are, and metadata.
fn resource(
    round: &mut Round<'_, '_, '_>,
    row: &mut HoldingRow,
    target: &str,
    media_type: &str,
    bytes: Option<Vec<u8>>,
    metadata: &SourceMetadata,
) -> Result<LocationOutcome, Error> {
    let current = current(round, row);
    let is_new = current.is_none();
    let read = bytes.map(|bytes| (Digest::of(&bytes), bytes));
    let changed = read.filter(|(sha256, _)| current.as_ref().is_none_or(|c| c.sha256 != *sha256));
    let has_changed = changed.is_some();
    if let Some((sha256, bytes)) = changed.filter(|_| !round.options.dry_run) {
        let facts = CaptureFacts {
            media_type: Some(media_type.to_owned()),
            ..CaptureFacts::of_payload(&row.source, &row.location, sha256, bytes.len() as u64)
        };
        let record = match round.archive.with(|archive| archive.catalogue().capture_of_payload(&sha256))? {
            Some(held) => revisit(round, target, SAME_PAYLOAD, &held, Vec::new()),
            None => WarcRecord::new("resource", &iso(round.options.now), bytes)
                .with("WARC-Target-URI", target)
                .with("Content-Type", media_type)
                .with("WARC-Payload-Digest", &sha256.labelled()),
        };
        row.capture =
            Some(round.archive.with(|archive| archive.append_capture(&facts, round.options.now, record))?);
    }
    let has_new_metadata = describe(row, metadata);
    Ok(outcome(is_new, has_changed || has_new_metadata))
}

/// A response with bytes; readers see `public_url`.
pub(super) fn response(
    round: &mut Round<'_, '_, '_>,
    row: &mut HoldingRow,
    public_url: &str,
    exchange: &Exchange,
    metadata: &SourceMetadata,
) -> Result<LocationOutcome, Error> {
    let current = current(round, row);
    let is_new = current.is_none();
    let sha256 = Digest::of(&exchange.payload);
    let has_changed = current.as_ref().is_none_or(|c| c.sha256 != sha256);
    let is_back = row.vanished_at.is_some();
    public_url.clone_into(&mut row.public_url);
    let body_sha256 = Digest::of(&exchange.body);
    let record =
        match round.archive.with(|archive| archive.catalogue().capture_of_body(&body_sha256, &sha256))? {
            Some(held) => revisit(round, exchange.url.as_str(), SAME_PAYLOAD, &held, exchange.head.clone()),
            None => WarcRecord::new(
                "response",
                &iso(round.options.now),
                [&exchange.head[..], &exchange.body].concat(),
            )
            .with("WARC-Target-URI", exchange.url.as_str())
            .with("Content-Type", HTTP_RESPONSE)
            .with("WARC-Payload-Digest", &body_sha256.labelled()),
        };
    let facts = CaptureFacts {
        media_type: exchange.media_type.clone(),
        http_status: Some(exchange.status),
        etag: exchange.validators.etag.clone(),
        last_modified: exchange.validators.last_modified.clone(),
        ..CaptureFacts::of_payload(&row.source, &row.location, sha256, exchange.payload.len() as u64)
    };
    append_exchange(round, row, exchange, &facts, record)?;
    clear_failures(row);
    let has_new_metadata = describe(row, metadata);
    Ok(outcome(is_new, has_changed || has_new_metadata || is_back))
}

/// A 304: the page still has the bytes of the current capture.
pub(super) fn not_modified(
    round: &mut Round<'_, '_, '_>,
    row: &mut HoldingRow,
    exchange: &Exchange,
    metadata: &SourceMetadata,
) -> Result<LocationOutcome, Error> {
    let Some(current) = current(round, row) else {
        let attempt = format!("cannot fetch {}", row.location);
        return Ok(LocationOutcome::Failed(Error::new(
            attempt,
            "the server answered 304 to a first request",
        )));
    };
    let is_back = row.vanished_at.is_some();
    let origin_id = current.revisit_of.as_ref().unwrap_or(&current.record_id);
    let origin = round
        .archive
        .with(|archive| archive.catalogue().capture(origin_id))?
        .unwrap_or_else(|| current.clone());
    let record = revisit(round, exchange.url.as_str(), NOT_MODIFIED, &origin, exchange.head.clone());
    let facts = CaptureFacts {
        media_type: current.media_type,
        http_status: Some(exchange.status),
        etag: exchange.validators.etag.clone().or(current.etag),
        last_modified: exchange.validators.last_modified.clone().or(current.last_modified),
        ..CaptureFacts::of_payload(&row.source, &row.location, current.sha256, current.size_bytes)
    };
    append_exchange(round, row, exchange, &facts, record)?;
    clear_failures(row);
    let has_new_metadata = describe(row, metadata);
    Ok(outcome(false, has_new_metadata || is_back))
}

/// A 200 with other bytes, of which the content is that of the current capture: nonces and menus differ.
pub(super) fn same_content(
    round: &mut Round<'_, '_, '_>,
    row: &mut HoldingRow,
    exchange: &Exchange,
    current: Capture,
    metadata: &SourceMetadata,
) -> Result<LocationOutcome, Error> {
    let is_back = row.vanished_at.is_some();
    let origin_id = current.revisit_of.as_ref().unwrap_or(&current.record_id);
    let origin = round
        .archive
        .with(|archive| archive.catalogue().capture(origin_id))?
        .unwrap_or_else(|| current.clone());
    let record = revisit(round, exchange.url.as_str(), SAME_CONTENT, &origin, exchange.head.clone());
    let facts = CaptureFacts {
        media_type: current.media_type,
        http_status: Some(exchange.status),
        ..CaptureFacts::of_payload(&row.source, &row.location, current.sha256, current.size_bytes)
    };
    append_exchange(round, row, exchange, &facts, record)?;
    clear_failures(row);
    let has_new_metadata = describe(row, metadata);
    Ok(outcome(false, has_new_metadata || is_back))
}

/// The source declares the bytes of the current capture: no request is needed.
pub(super) fn as_declared(
    row: &mut HoldingRow,
    public_url: &str,
    metadata: &SourceMetadata,
) -> LocationOutcome {
    let is_back = row.vanished_at.is_some();
    clear_failures(row);
    let is_moved = row.public_url != public_url;
    public_url.clone_into(&mut row.public_url);
    let has_new_metadata = describe(row, metadata);
    outcome(false, has_new_metadata || is_back || is_moved)
}

/// The current capture. `None` when there is none, or when its record is lost: then it is captured again.
pub(super) fn current(round: &Round<'_, '_, '_>, row: &HoldingRow) -> Option<Capture> {
    row.capture.as_ref().and_then(|id| round.known.captures.get(id)).cloned()
}

fn outcome(is_new: bool, has_changed: bool) -> LocationOutcome {
    match (is_new, has_changed) {
        (true, _) => LocationOutcome::New,
        (false, true) => LocationOutcome::Changed,
        (false, false) => LocationOutcome::Unchanged,
    }
}

/// The location answered: it neither failed nor is gone.
fn clear_failures(row: &mut HoldingRow) {
    (row.vanished_at, row.gone_on, row.failure) = (None, None, None);
}

/// Archives a response or a revisit, then the request that it answers.
fn append_exchange(
    round: &mut Round<'_, '_, '_>,
    row: &mut HoldingRow,
    exchange: &Exchange,
    facts: &CaptureFacts,
    response: WarcRecord,
) -> Result<(), Error> {
    let now = round.options.now;
    let request = WarcRecord::new("request", &iso(now), exchange.request.clone())
        .with("WARC-Target-URI", exchange.url.as_str())
        .with("Content-Type", HTTP_REQUEST)
        .with("WARC-Concurrent-To", response.id());
    round.archive.with(|archive| {
        row.capture = Some(archive.append_capture(facts, now, response)?);
        archive.append(&row.source, now, request)
    })
}

fn revisit(
    round: &Round<'_, '_, '_>,
    target: &str,
    profile: &str,
    held: &Capture,
    head: Vec<u8>,
) -> WarcRecord {
    let is_http = !head.is_empty();
    let record = WarcRecord::new("revisit", &iso(round.options.now), head)
        .with("WARC-Target-URI", target)
        .with("WARC-Profile", profile)
        .with("WARC-Payload-Digest", &held.body_sha256.labelled())
        .with("WARC-Refers-To", &held.record_id)
        .with("WARC-Refers-To-Target-URI", &held.target_uri)
        .with("WARC-Refers-To-Date", &held.captured_at);
    if is_http { record.with("Content-Type", HTTP_RESPONSE) } else { record }
}

/// Replaces the metadata of the location. Returns whether they differ.
fn describe(row: &mut HoldingRow, metadata: &SourceMetadata) -> bool {
    let is_new = row.metadata != *metadata;
    row.metadata.clone_from(metadata);
    is_new
}

fn media_type_of_name(location: &str) -> &'static str {
    let extension = location.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "pdf" => "application/pdf",
        "html" | "htm" => "text/html",
        "xhtml" => "application/xhtml+xml",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "odt" => "application/vnd.oasis.opendocument.text",
        "epub" => "application/epub+zip",
        "txt" | "md" => "text/plain",
        "mht" | "mhtml" => "multipart/related",
        "gz" => "application/gzip",
        _ => "application/octet-stream",
    }
}
