//! Containers of one document, gzip and web pages saved as one MIME message (.mht) → the bytes of the document.

use crate::text::Rejection;
use data_encoding::BASE64_MIME_PERMISSIVE;
use encoding_rs::Encoding;
use std::borrow::Cow;
use std::io::Read;

/// A gzip file that inflates to more is refused. A choice: the largest PDF that we read has 60 MB.
const INFLATED_BYTES_MAX: u64 = 512 << 20;
/// The headers of a message are looked for in this many bytes.
const HEADER_BYTES_MAX: usize = 16 << 10;

/// The bytes of the document within `bytes`; `bytes` themselves when they are not a container.
///
/// # Errors
/// A rejection when the container is damaged or too large, or holds no page.
pub(super) fn unwrapped(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Rejection> {
    if bytes.starts_with(&[0x1f, 0x8b, 8]) {
        let inner = inflated(bytes)?;
        let page = message_page(&inner);
        return Ok(Cow::Owned(page.unwrap_or(inner)));
    }
    Ok(message_page(bytes).map_or(Cow::Borrowed(bytes), Cow::Owned))
}

fn inflated(bytes: &[u8]) -> Result<Vec<u8>, Rejection> {
    let mut inner = Vec::new();
    let reader = flate2::read::MultiGzDecoder::new(bytes);
    let damaged = |error| Rejection::new(format!("damaged gzip file: {error}"), "fetch or copy it again");
    reader.take(INFLATED_BYTES_MAX + 1).read_to_end(&mut inner).map_err(damaged)?;
    if inner.len() as u64 > INFLATED_BYTES_MAX {
        let reason = format!("too large: the gzip file inflates to more than {INFLATED_BYTES_MAX} bytes");
        return Err(Rejection::new(reason, "split the document"));
    }
    Ok(inner)
}

/// The first HTML page of a MIME message, in UTF-8 with a byte order mark where its encoding is declared.
fn message_page(bytes: &[u8]) -> Option<Vec<u8>> {
    let head = &bytes[..bytes.len().min(HEADER_BYTES_MAX)];
    let is_message = head.first().is_some_and(u8::is_ascii_alphabetic)
        && String::from_utf8_lossy(head).to_ascii_lowercase().contains("mime-version:");
    if !is_message {
        return None;
    }
    html_part(bytes, 0)
}

/// The first HTML part of a message or of a part of one.
fn html_part(part: &[u8], depth: usize) -> Option<Vec<u8>> {
    // A page in an alternative in a related set: mail programs nest no deeper.
    const DEPTH_MAX: usize = 4;
    let (headers, body) = split_headers(part)?;
    let content_type = header(&headers, "content-type").unwrap_or_default();
    let kind = content_type.to_ascii_lowercase();
    if kind.starts_with("multipart/") && depth < DEPTH_MAX {
        let boundary = format!("--{}", parameter(&content_type, "boundary")?);
        return parts(body, boundary.as_bytes()).into_iter().find_map(|inner| html_part(inner, depth + 1));
    }
    if !kind.starts_with("text/html") && !kind.starts_with("application/xhtml") {
        return None;
    }
    let coding = header(&headers, "content-transfer-encoding").unwrap_or_default().to_ascii_lowercase();
    let decoded = match coding.trim() {
        "base64" => BASE64_MIME_PERMISSIVE.decode(body).ok()?,
        "quoted-printable" => unquoted(body),
        _ => body.to_vec(),
    };
    let charset = parameter(&content_type, "charset").and_then(|label| Encoding::for_label(label.as_bytes()));
    let Some(encoding) = charset else { return Some(decoded) };
    Some(format!("\u{feff}{}", encoding.decode(&decoded).0).into_bytes())
}

/// The headers of a part, folded lines joined, and its body.
fn split_headers(part: &[u8]) -> Option<(String, &[u8])> {
    let blank = |mark: &[u8]| {
        part.windows(mark.len()).position(|window| window == mark).map(|at| (at, at + mark.len()))
    };
    let (end, start) = match (blank(b"\r\n\r\n"), blank(b"\n\n")) {
        (Some(crlf), Some(lf)) => crlf.min(lf),
        (crlf, lf) => crlf.or(lf)?,
    };
    let headers = String::from_utf8_lossy(&part[..end]).replace("\r\n", "\n");
    Some((headers.replace("\n ", " ").replace("\n\t", " "), &part[start..]))
}

fn header(headers: &str, name: &str) -> Option<String> {
    headers.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })
}

/// `boundary="x"` of a header's value.
fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_owned())
    })
}

/// The parts between lines that begin with `boundary`.
fn parts<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut starts: Vec<usize> = Vec::new();
    let mut line_start = 0;
    for (at, byte) in body.iter().enumerate() {
        if *byte == b'\n' {
            line_start = at + 1;
        } else if at == line_start && body[at..].starts_with(boundary) {
            starts.push(at);
        }
    }
    starts.push(body.len());
    let after_line = |start: usize| {
        body[start..].iter().position(|byte| *byte == b'\n').map_or(body.len(), |end| start + end + 1)
    };
    starts.windows(2).map(|pair| &body[after_line(pair[0]).min(pair[1])..pair[1]]).collect()
}

/// Quoted-printable → bytes.
fn unquoted(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'=' {
            out.push(*first);
            continue;
        }
        let line_end = [b"\r\n".as_slice(), b"\n"].into_iter().find(|end| after.starts_with(end));
        let digits = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        if let Some(end) = line_end {
            rest = &after[end.len()..];
        } else if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            out.push(byte);
            rest = &after[2..];
        } else {
            out.push(b'=');
        }
    }
    out
}
