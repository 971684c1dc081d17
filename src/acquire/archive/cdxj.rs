//! A CDXJ index of captures: one line for each, by which other programs (pywb, ReplayWeb.page, Solr Wayback) find a capture by
//! its address and time.
//!
//! Source: the CDXJ specification 1.0 (Webrecorder, 2023); keys are SURTs in the canonical form of `surt`.

use super::{Capture, RecordLocation};
use serde_json::json;
use url::Url;

/// The line of a capture whose record is at `place`, without line end.
pub(super) fn line(capture: &Capture, place: &RecordLocation) -> String {
    let mut entry = json!({
        "url": capture.target_uri,
        "mime": if place.kind == "revisit" { "warc/revisit" } else { media_type(capture) },
    });
    let mut add = |name: &str, value: serde_json::Value| entry[name] = value;
    if let Some(status) = capture.http_status {
        add("status", status.to_string().into());
    }
    add("digest", capture.body_sha256.labelled().into());
    // Numbers are strings, as all programs write them.
    add("length", place.warc_length.to_string().into());
    add("offset", place.warc_offset.to_string().into());
    add("filename", place.warc_file.as_str().into());
    format!("{} {} {entry}", search_key(&capture.target_uri), timestamp(&capture.captured_at))
}

/// Whether an index has the capture. A 304 has no body: pywb 2.10 shows it as an empty page, although the revisit names the record with
/// the bytes. Without it the capture before is found. The record stays in the WARC file.
pub(super) fn is_indexed(capture: &Capture) -> bool {
    capture.http_status != Some(304)
}

/// The media type without its parameters.
fn media_type(capture: &Capture) -> &str {
    let declared = capture.media_type.as_deref().unwrap_or_default();
    let name = declared.split(';').next().unwrap_or_default().trim();
    if name.is_empty() { "unk" } else { name }
}

/// `2026-11-26T23:28:49Z` as `20261126232849`.
fn timestamp(captured_at: &str) -> String {
    captured_at.chars().filter(char::is_ascii_digit).take(14).collect()
}

/// The key by which an address is looked up (SURT, "sort-friendly URI reordering transform"): the labels of the host in reverse,
/// then path and query in small letters, with the parts of the query sorted: `no,regjeringen)/dokument?id=1`.
pub(super) fn search_key(address: &str) -> String {
    let Ok(url) = Url::parse(address) else { return address.to_ascii_lowercase() };
    let path = single_slashes(&url.path().to_ascii_lowercase());
    let Some(host) = url.host_str().filter(|_| matches!(url.scheme(), "http" | "https")) else {
        return format!("{}:{path}", url.scheme());
    };
    let mut labels: Vec<&str> = without_www(host).split('.').collect();
    labels.reverse();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = match path.trim_end_matches('/') {
        "" => "/",
        path => path,
    };
    let key = format!("{}{port}){path}", labels.join(","));
    let Some(query) = url.query().filter(|query| !query.is_empty()) else { return key };
    let query = query.to_ascii_lowercase();
    let mut parts: Vec<&str> = query.split('&').collect();
    parts.sort_unstable();
    format!("{key}?{}", parts.join("&"))
}

/// The host without `www.`, `www1.` and the like.
fn without_www(host: &str) -> &str {
    let rest = host.strip_prefix("www").map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    rest.and_then(|rest| rest.strip_prefix('.')).unwrap_or(host)
}

fn single_slashes(path: &str) -> String {
    let mut previous = ' ';
    path.chars().filter(|&c| std::mem::replace(&mut previous, c) != '/' || c != '/').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_an_address_is_that_of_other_programs() {
        // As `surt` 0.3.1 writes them.
        let keys = [
            (
                "https://www.regjeringen.example/no/dokument/Meld.-St.-30/id2715113/",
                "example,regjeringen)/no/dokument/meld.-st.-30/id2715113",
            ),
            ("http://storting.example", "example,storting)/"),
            ("http://storting.example:8080/a?b=2&A=1", "example,storting:8080)/a?a=1&b=2"),
            ("https://www2.nav.example/%C3%A5rsrapport.pdf", "example,nav)/%c3%a5rsrapport.pdf"),
            ("http://127.0.0.1:4000/x", "1,0,0,127:4000)/x"),
            ("https://www.no/a//b/?x=1&x=0#c", "no)/a/b?x=0&x=1"),
            ("https://nav.example/bl\u{e5}b\u{e6}r", "example,nav)/bl%c3%a5b%c3%a6r"),
            ("file:///home/Me/A b.pdf", "file:/home/me/a%20b.pdf"),
        ];
        for (address, key) in keys {
            assert_eq!(search_key(address), key);
        }
    }

    #[test]
    fn a_time_has_fourteen_digits() {
        assert_eq!(timestamp("2026-11-26T23:28:49Z"), "20261126232849");
    }
}
