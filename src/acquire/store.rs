//! What was read of one location → records in the archive and rows in its catalogue.

use super::archive::warc::{HTTP_REQUEST, HTTP_RESPONSE, NOT_MODIFIED, Record, SAME_PAYLOAD};
use super::archive::{Capture, Digest, HoldingRow, Place, iso};
use super::fetch::Exchange;
use super::{Error, Outcome, Round, metadata_text};
use crate::text::SourceMetadata;
use std::path::Path;
use url::Url;

/// A file's bytes (`None` when its size and time are those of the last capture) and metadata.
pub(super) fn file(
    round: &mut Round<'_, '_>,
    row: &mut HoldingRow,
    path: &Path,
    bytes: Option<Vec<u8>>,
    metadata: &SourceMetadata,
) -> Result<Outcome, Error> {
    let current = current(round, row)?;
    let is_new = current.is_none();
    let changed = bytes.filter(|bytes| current.as_ref().is_none_or(|c| c.sha256 != Digest::of(bytes)));
    let has_changed = changed.is_some();
    if let Some(bytes) = changed.filter(|_| !round.options.dry_run) {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let target = Url::from_file_path(absolute).map_or_else(|()| row.location.clone(), String::from);
        let media_type = media_type_of_name(&row.location);
        let sha256 = Digest::of(&bytes);
        let draft =
            Draft { target, media_type: Some(media_type.to_string()), sha256, size: bytes.len(), http: None };
        let held = round.archive.catalogue().capture_of_body(&sha256)?;
        let record = match &held {
            Some(held) => revisit(round, &draft.target, SAME_PAYLOAD, held, Vec::new())?,
            None => Record::new("resource", &iso(round.options.now), bytes)
                .with("WARC-Target-URI", &draft.target)
                .with("Content-Type", media_type)
                .with("WARC-Payload-Digest", &sha256.labelled()),
        };
        let place = round.archive.append(&row.source, round.options.now, &record)?;
        capture(round, row, draft, sha256, place, held.map(|held| held.id))?;
    }
    let has_new_metadata = describe(round, row, metadata, has_changed)?;
    Ok(outcome(is_new, has_changed || has_new_metadata))
}

/// A response with bytes.
pub(super) fn response(
    round: &mut Round<'_, '_>,
    row: &mut HoldingRow,
    url: &Url,
    exchange: &Exchange,
    metadata: &SourceMetadata,
) -> Result<Outcome, Error> {
    let current = current(round, row)?;
    let is_new = current.is_none();
    let has_changed = current.as_ref().is_none_or(|c| c.sha256 != Digest::of(&exchange.payload));
    let is_back = row.vanished_at.is_some();
    row.public_url = url.to_string();
    let body_sha256 = Digest::of(&exchange.body);
    let held = round.archive.catalogue().capture_of_body(&body_sha256)?;
    let record = match &held {
        Some(held) => revisit(round, exchange.url.as_str(), SAME_PAYLOAD, held, exchange.head.clone())?,
        None => {
            Record::new("response", &iso(round.options.now), [&exchange.head[..], &exchange.body].concat())
                .with("WARC-Target-URI", exchange.url.as_str())
                .with("Content-Type", HTTP_RESPONSE)
                .with("WARC-Payload-Digest", &body_sha256.labelled())
        }
    };
    let place = append_exchange(round, row, exchange, &record)?;
    let draft = Draft {
        target: exchange.url.to_string(),
        media_type: exchange.media_type.clone(),
        sha256: Digest::of(&exchange.payload),
        size: exchange.payload.len(),
        http: Some(exchange),
    };
    capture(round, row, draft, body_sha256, place, held.map(|held| held.id))?;
    settle(row);
    let has_new_metadata = describe(round, row, metadata, has_changed)?;
    Ok(outcome(is_new, has_changed || has_new_metadata || is_back))
}

/// A 304: the capture's bytes are still the page's.
pub(super) fn not_modified(
    round: &mut Round<'_, '_>,
    row: &mut HoldingRow,
    exchange: &Exchange,
    metadata: &SourceMetadata,
) -> Result<Outcome, Error> {
    let Some(current) = current(round, row)? else {
        let attempt = format!("cannot fetch {}", row.location);
        return Ok(Outcome::Failed(Error::new(attempt, "the server answered 304 to a first request")));
    };
    let is_back = row.vanished_at.is_some();
    let origin = round.archive.catalogue().capture(current.revisit_of.unwrap_or(current.id))?;
    let origin = origin.unwrap_or_else(|| current.clone());
    let record = revisit(round, exchange.url.as_str(), NOT_MODIFIED, &origin, exchange.head.clone())?;
    let place = append_exchange(round, row, exchange, &record)?;
    let etag = exchange.validators.etag.clone().or(current.etag.clone());
    let last_modified = exchange.validators.last_modified.clone().or(current.last_modified.clone());
    let again = Capture {
        target_uri: exchange.url.to_string(),
        captured_at: iso(round.options.now),
        http_status: Some(exchange.status),
        etag,
        last_modified,
        place,
        revisit_of: Some(origin.id),
        ..current
    };
    row.capture = Some(round.archive.add_capture(&again)?);
    settle(row);
    let has_new_metadata = describe(round, row, metadata, false)?;
    Ok(outcome(false, has_new_metadata || is_back))
}

/// What a capture's row says beside its place.
struct Draft<'a> {
    target: String,
    media_type: Option<String>,
    sha256: Digest,
    size: usize,
    http: Option<&'a Exchange>,
}

fn current(round: &Round<'_, '_>, row: &HoldingRow) -> Result<Option<Capture>, Error> {
    Ok(row.capture.map(|id| round.archive.catalogue().capture(id)).transpose()?.flatten())
}

fn outcome(is_new: bool, has_changed: bool) -> Outcome {
    match (is_new, has_changed) {
        (true, _) => Outcome::New,
        (false, true) => Outcome::Changed,
        (false, false) => Outcome::Unchanged,
    }
}

/// The location answered: neither failed nor gone.
fn settle(row: &mut HoldingRow) {
    (row.vanished_at, row.gone_on, row.failure) = (None, None, None);
}

fn append_exchange(
    round: &mut Round<'_, '_>,
    row: &HoldingRow,
    exchange: &Exchange,
    response: &Record,
) -> Result<Place, Error> {
    let now = round.options.now;
    let request = Record::new("request", &iso(now), exchange.request.clone())
        .with("WARC-Target-URI", exchange.url.as_str())
        .with("Content-Type", HTTP_REQUEST)
        .with("WARC-Concurrent-To", response.id());
    let place = round.archive.append(&row.source, now, response)?;
    round.archive.append(&row.source, now, &request)?;
    Ok(place)
}

fn revisit(
    round: &Round<'_, '_>,
    target: &str,
    profile: &str,
    held: &Capture,
    head: Vec<u8>,
) -> Result<Record, Error> {
    let is_http = !head.is_empty();
    let record = Record::new("revisit", &iso(round.options.now), head)
        .with("WARC-Target-URI", target)
        .with("WARC-Profile", profile)
        .with("WARC-Payload-Digest", &held.body_sha256.labelled())
        .with("WARC-Refers-To", &held.place.record_id)
        .with("WARC-Refers-To-Target-URI", &held.target_uri)
        .with("WARC-Refers-To-Date", &held.captured_at);
    Ok(if is_http { record.with("Content-Type", HTTP_RESPONSE) } else { record })
}

fn capture(
    round: &mut Round<'_, '_>,
    row: &mut HoldingRow,
    draft: Draft<'_>,
    body_sha256: Digest,
    place: Place,
    revisit_of: Option<i64>,
) -> Result<(), Error> {
    let capture = Capture {
        id: 0,
        source: row.source.clone(),
        location: row.location.clone(),
        target_uri: draft.target,
        captured_at: iso(round.options.now),
        media_type: draft.media_type,
        http_status: draft.http.map(|exchange| exchange.status),
        sha256: draft.sha256,
        body_sha256,
        size_bytes: draft.size as u64,
        etag: draft.http.and_then(|exchange| exchange.validators.etag.clone()),
        last_modified: draft.http.and_then(|exchange| exchange.validators.last_modified.clone()),
        place,
        revisit_of,
    };
    row.capture = Some(round.archive.add_capture(&capture)?);
    Ok(())
}

/// Archives the metadata when it is new, or speaks of a new capture; says whether it is new.
fn describe(
    round: &mut Round<'_, '_>,
    row: &mut HoldingRow,
    metadata: &SourceMetadata,
    has_changed: bool,
) -> Result<bool, Error> {
    let text = metadata_text(metadata);
    let is_new = row.metadata != text;
    let is_written = is_new || (has_changed && !text.is_empty());
    row.metadata.clone_from(&text);
    if let Some(capture) = current(round, row)?.filter(|_| is_written && !round.options.dry_run) {
        let record = Record::new("metadata", &iso(round.options.now), text.into_bytes())
            .with("WARC-Target-URI", &capture.target_uri)
            .with("WARC-Refers-To", &capture.place.record_id)
            .with("Content-Type", "application/toml");
        round.archive.append(&row.source, round.options.now, &record)?;
    }
    Ok(is_new)
}

fn media_type_of_name(location: &str) -> &'static str {
    let extension = location.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "pdf" => "application/pdf",
        "html" | "htm" => "text/html",
        "xhtml" => "application/xhtml+xml",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _ => "application/octet-stream",
    }
}
