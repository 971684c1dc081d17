//! WARC 1.1 records to and from bytes: one gzip member a record, with block and payload digests.
//!
//! Knows the format only: where records are stored is known to the archive and its catalogue.
//! Source: The WARC Format 1.1, IIPC 2017.

use crate::text::Digest;
use flate2::bufread;
use libdeflater::{CompressionLvl, Compressor};
use std::io::{BufRead, Read};

/// The longest record that is read: above any size limit of fetching, below the memory of a small machine.
pub(crate) const RECORD_BYTES_MAX: u64 = 1 << 30;

/// Profile of a revisit whose payload is held already.
pub(crate) const SAME_PAYLOAD: &str = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";
/// Profile of a revisit that has other bytes of the same content. WARC 1.1 (6.7) leaves it to programs to define such profiles; a
/// reader that does not know it follows `WARC-Refers-To`, as for all revisits.
pub(crate) const SAME_CONTENT: &str = "urn:ordskifte:revisit:same-content";
/// Profile of a revisit that the server answered with 304.
pub(crate) const NOT_MODIFIED: &str = "http://netpreserve.org/warc/1.1/revisit/server-not-modified";
/// Content type of an archived HTTP response.
pub(crate) const HTTP_RESPONSE: &str = "application/http; msgtype=response";
/// Content type of an archived HTTP request.
pub(crate) const HTTP_REQUEST: &str = "application/http; msgtype=request";

/// One record: named fields in order, and the block that they describe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WarcRecord {
    /// Names and values, without block digest and length, which are computed when it is written.
    pub fields: Vec<(String, String)>,
    /// The content as archived; for HTTP the head and the body.
    pub block: Vec<u8>,
}

/// Why bytes are not a record.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// The bytes end before the gzip member does, as after a crash.
    #[error("not a whole gzip member: {0}")]
    CutShort(std::io::Error),
    /// The bytes are no gzip member.
    #[error("not a whole gzip member: {0}")]
    NotGzip(std::io::Error),
    /// Other bytes follow the gzip member.
    #[error("stray bytes after the gzip member")]
    StrayBytes,
    /// The record is longer than [`RECORD_BYTES_MAX`].
    #[error("a record over 1 GiB")]
    TooLong,
    /// The gzip member holds something else than a WARC record.
    #[error("{0}")]
    NotARecord(&'static str),
    /// The block does not have the digest in the record.
    #[error("block digest differs: the block has {0}")]
    BlockDigest(String),
    /// The payload does not have the digest in the record.
    #[error("payload digest differs: the payload has {0}")]
    PayloadDigest(String),
}

/// Why a payload cannot be content-decoded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ContentError {
    /// An unknown encoding.
    #[error("content encoding '{0}' is not read, only gzip and deflate")]
    UnknownEncoding(String),
    /// The bytes are not of their encoding.
    #[error("content encoding is damaged: {0}")]
    Damaged(std::io::Error),
    /// The payload is too long.
    #[error("inflates to more than {bytes_max} bytes")]
    TooLong {
        /// The limit.
        bytes_max: u64,
    },
}

/// On 174 real PDFs libdeflate compresses 158 MB/s at level 1, 110 at level 6, and zlib-rs 67 at level 6; the files shrink to 82.9, 81.7
/// and 82.6 %. Most of an archive is PDF, whose streams are compressed already, so a higher level gains nothing.
const COMPRESSION_LEVEL: i32 = 1;

/// `bytes` as one gzip member. Its header has no time and no operating system: the same record becomes the same bytes.
fn compressed(bytes: &[u8]) -> Vec<u8> {
    let level = CompressionLvl::new(COMPRESSION_LEVEL).expect("libdeflate has this level");
    let mut compressor = Compressor::new(level);
    let mut member = vec![0; compressor.gzip_compress_bound(bytes.len())];
    let length = compressor.gzip_compress(bytes, &mut member).expect("the buffer has the size for any input");
    member.truncate(length);
    member
}

impl WarcRecord {
    /// A record of `kind` ("response") made at `date` (ISO 8601, UTC), with a random id.
    pub fn new(kind: &str, date: &str, block: Vec<u8>) -> WarcRecord {
        let id = format!("<urn:uuid:{}>", uuid::Uuid::new_v4());
        let record = WarcRecord { fields: Vec::new(), block };
        record.with("WARC-Type", kind).with("WARC-Record-ID", &id).with("WARC-Date", date)
    }

    /// The record with one more field. Line breaks in `value` become spaces: they would end the field.
    pub fn with(mut self, name: &str, value: &str) -> WarcRecord {
        self.fields.push((name.to_string(), value.replace(['\r', '\n'], " ")));
        self
    }

    /// The value of a field, by its name in any case.
    pub fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(field, _)| field.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The record's id, `<urn:uuid:…>`; empty when it has none.
    pub fn id(&self) -> &str {
        self.field("WARC-Record-ID").unwrap_or_default()
    }

    /// The type: `response`, `resource`, …; empty when it has none.
    pub(crate) fn kind(&self) -> &str {
        self.field("WARC-Type").unwrap_or_default()
    }

    /// The archived bytes without an HTTP head; still content-encoded.
    pub(crate) fn payload(&self) -> &[u8] {
        &self.block[self.head_length()..]
    }

    /// The payload without its content encoding, at most `bytes_max` long.
    ///
    /// # Errors
    /// When its content encoding is unknown or damaged.
    pub(crate) fn decoded_payload(&self, bytes_max: u64) -> Result<Vec<u8>, ContentError> {
        let head = String::from_utf8_lossy(&self.block[..self.head_length()]);
        content_decoded(&head_field(&head, "content-encoding").unwrap_or_default(), self.payload(), bytes_max)
    }

    /// The same, without a copy where the block is the payload.
    ///
    /// # Errors
    /// As of [`WarcRecord::decoded_payload`].
    pub(super) fn into_payload(self, bytes_max: u64) -> Result<Vec<u8>, ContentError> {
        if self.is_http() { self.decoded_payload(bytes_max) } else { Ok(self.block) }
    }

    /// The record as one gzip member.
    pub fn to_member(&self) -> Vec<u8> {
        let mut text = String::from("WARC/1.1\r\n");
        for (name, value) in &self.fields {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        let digest = self.block_digest();
        text.push_str(&format!(
            "WARC-Block-Digest: {digest}\r\nContent-Length: {}\r\n\r\n",
            self.block.len()
        ));
        compressed(&[text.as_bytes(), &self.block, b"\r\n\r\n"].concat())
    }

    fn block_digest(&self) -> String {
        match self.field("WARC-Payload-Digest") {
            // The block of a resource is its payload, which was hashed when it was read.
            Some(digest) if self.kind() == "resource" => digest.to_owned(),
            _ => Digest::of(&self.block).labelled(),
        }
    }

    /// The record in `member`, which must be exactly one gzip member, with its digests checked.
    pub fn from_member(mut member: &[u8]) -> Result<WarcRecord, MemberError> {
        let record = WarcRecord::read(&mut member)?;
        match member {
            [] => Ok(record),
            _ => Err(MemberError::StrayBytes),
        }
    }

    /// The record in the gzip member that `input` begins with, with its digests checked. Reads just this member.
    pub(crate) fn read(input: &mut dyn BufRead) -> Result<WarcRecord, MemberError> {
        let mut plain = Vec::new();
        let mut decoder = bufread::GzDecoder::new(input).take(RECORD_BYTES_MAX + 1);
        decoder.read_to_end(&mut plain).map_err(|error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof => MemberError::CutShort(error),
            _ => MemberError::NotGzip(error),
        })?;
        if plain.len() as u64 > RECORD_BYTES_MAX {
            return Err(MemberError::TooLong);
        }
        let record = WarcRecord::from_plain(plain)?;
        record.check_digests()?;
        Ok(record)
    }

    fn from_plain(mut plain: Vec<u8>) -> Result<WarcRecord, MemberError> {
        let no = MemberError::NotARecord;
        let end = head_end(&plain).ok_or(no("the record has no end of header"))?;
        let head = std::str::from_utf8(&plain[..end]).map_err(|_| no("the record's header is not UTF-8"))?;
        let mut lines = head.trim_end_matches("\r\n").split("\r\n");
        if lines.next() != Some("WARC/1.1") {
            return Err(no("not a WARC/1.1 record"));
        }
        let fields: Option<Vec<(String, String)>> = lines.map(field_of_line).collect();
        let fields = fields.ok_or(no("a header line without a colon"))?;
        let mut record = WarcRecord { fields, block: Vec::new() };
        let length = record.field("Content-Length").and_then(|length| length.parse::<usize>().ok());
        let length = length.ok_or(no("no Content-Length"))?;
        let after = plain[end..].get(length..).ok_or(no("shorter than its Content-Length"))?;
        if after != b"\r\n\r\n" {
            return Err(no("the record does not end with its Content-Length"));
        }
        plain.truncate(end + length);
        plain.drain(..end);
        record.block = plain;
        Ok(record)
    }

    fn check_digests(&self) -> Result<(), MemberError> {
        let block = Digest::of(&self.block).labelled();
        if self.field("WARC-Block-Digest") != Some(&block) {
            return Err(MemberError::BlockDigest(block));
        }
        // The payload digest of a revisit is that of the record it refers to.
        let Some(declared) = self.field("WARC-Payload-Digest").filter(|_| self.kind() != "revisit") else {
            return Ok(());
        };
        let payload = if self.is_http() { Digest::of(self.payload()).labelled() } else { block };
        if declared == payload { Ok(()) } else { Err(MemberError::PayloadDigest(payload)) }
    }

    fn is_http(&self) -> bool {
        self.field("Content-Type").is_some_and(|kind| kind.starts_with("application/http"))
    }

    fn head_length(&self) -> usize {
        if self.is_http() { head_end(&self.block).unwrap_or(self.block.len()) } else { 0 }
    }
}

fn field_of_line(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    Some((name.to_string(), value.trim().to_string()))
}

/// Where the block begins: after the first empty line.
fn head_end(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4)
}

/// All values of a field of an HTTP head, joined by commas.
fn head_field(head: &str, name: &str) -> Option<String> {
    let lines = head.lines().skip(1).filter_map(field_of_line);
    let values: Vec<String> =
        lines.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect();
    (!values.is_empty()).then(|| values.join(","))
}

/// `body` without its content encodings (gzip, deflate, identity), at most `bytes_max` long.
///
/// # Errors
/// When an encoding is unknown or damaged, or the result is too long.
pub(crate) fn content_decoded(encodings: &str, body: &[u8], bytes_max: u64) -> Result<Vec<u8>, ContentError> {
    let mut bytes = body.to_vec();
    for encoding in encodings.rsplit(',').map(|name| name.trim().to_ascii_lowercase()) {
        bytes = match encoding.as_str() {
            "" | "identity" => bytes,
            "gzip" | "x-gzip" => inflated(bufread::MultiGzDecoder::new(&bytes[..]), bytes_max)?,
            // "deflate" is zlib by the standard and raw by some servers.
            "deflate" => match inflated(bufread::ZlibDecoder::new(&bytes[..]), bytes_max) {
                Err(_) => inflated(bufread::DeflateDecoder::new(&bytes[..]), bytes_max)?,
                Ok(plain) => plain,
            },
            _ => return Err(ContentError::UnknownEncoding(encoding)),
        };
    }
    Ok(bytes)
}

fn inflated(decoder: impl Read, bytes_max: u64) -> Result<Vec<u8>, ContentError> {
    let mut plain = Vec::new();
    decoder.take(bytes_max + 1).read_to_end(&mut plain).map_err(ContentError::Damaged)?;
    if plain.len() as u64 > bytes_max {
        return Err(ContentError::TooLong { bytes_max });
    }
    Ok(plain)
}
