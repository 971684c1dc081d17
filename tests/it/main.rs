//! The integration tests: one binary.

mod docx;
mod html;
mod record;
/// Stage 1: folder sources, the archive and its catalogue.
mod acquire;
/// Fetching against a fixture server on the loopback address.
mod fetch;
/// WARC records, and every damage found.
mod warc;
