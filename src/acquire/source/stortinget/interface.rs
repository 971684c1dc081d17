//! The addresses and ids of the Storting's export interface. Pure.

use url::Url;

/// The address of an endpoint below `base`.
pub(super) fn address(base: &Url, endpoint: &str, query: &[(&str, &str)]) -> Url {
    let mut url = base.join(&format!("eksport/{endpoint}")).expect("it is a path");
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url
}

/// Whether a text can be an id: it becomes a part of addresses and of names of documents.
pub(super) fn is_id(id: &str) -> bool {
    id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
