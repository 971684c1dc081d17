//! Evidence about a document in its URL or file name.

/// The path of a URL or file name as words.
pub(super) fn file_name(location: &str) -> String {
    let path = location.split(['?', '#']).next().unwrap_or(location);
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let last = parts.iter().rev().find(|part| !is_page_id(part)).copied().unwrap_or(path);
    last.to_owned()
}

fn is_page_id(part: &str) -> bool {
    part.strip_prefix("id").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}
