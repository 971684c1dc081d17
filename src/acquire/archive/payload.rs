//! The place of a record → the bytes that it holds, content-decoded and checked. Needs no catalogue, so several threads can read.

use super::Error;
use super::catalogue::RecordLocation;
use super::files::{PAYLOAD_BYTES_MAX, member_at};
use super::warc::WarcRecord;
use crate::text::Digest;
use std::io;
use std::path::{Path, PathBuf};

/// The hint for a damaged record.
pub(super) const DAMAGED_HINT: &str = "restore the WARC file from a backup and run `ordskifte archive reindex`; `ordskifte verify` lists all damage";

/// Reads payloads of one archive.
#[derive(Debug, Clone)]
pub struct PayloadReader {
    folder: PathBuf,
}

impl PayloadReader {
    pub(crate) fn new(folder: &Path) -> PayloadReader {
        PayloadReader { folder: folder.to_path_buf() }
    }

    /// The bytes with the digest `sha256`, whose record is at `place`; `None` when the catalogue knows no such record.
    ///
    /// The kind of the error is `Damaged` when the archive does not hold them as they were written.
    pub(crate) fn payload(&self, sha256: &Digest, place: Option<&RecordLocation>) -> Result<Vec<u8>, Error> {
        let attempt = || format!("cannot read {sha256} from the archive");
        let damaged = |cause: String| Error::new(attempt(), cause).damaged().hint(DAMAGED_HINT);
        let place = place.ok_or_else(|| damaged("no record of it is known".to_owned()))?;
        let payload = self.record(place)?.into_payload(PAYLOAD_BYTES_MAX);
        let payload = payload.map_err(|cause| damaged(cause.to_string()))?;
        let found = Digest::of(&payload);
        if found != *sha256 {
            return Err(damaged(format!("the bytes have the digest {found}")));
        }
        Ok(payload)
    }

    /// The record at a place, with its own digests checked.
    pub fn record(&self, place: &RecordLocation) -> Result<WarcRecord, Error> {
        let attempt = || format!("cannot read {} at byte {}", place.warc_file, place.warc_offset);
        let (member, _) = member_at(&self.folder, place).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::NotFound => {
                Error::new(attempt(), error).damaged().hint(DAMAGED_HINT)
            }
            _ => Error::new(attempt(), error).hint("check the permissions and the disk"),
        })?;
        WarcRecord::from_member(&member)
            .map_err(|cause| Error::new(attempt(), cause).damaged().hint(DAMAGED_HINT))
    }
}
