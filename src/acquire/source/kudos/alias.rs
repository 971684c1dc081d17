//! The names that Kudos has given to one document: the numbers of its old site, and UUIDs. Pure.
//!
//! The site redirects `/documents/NUMBER` to `/dokument/UUID`. It answers 404 to `/documents/UUID`, also when it has the document, so
//! that this address proves nothing.

use url::Url;

/// The column with the id of a document.
pub(crate) const ID_COLUMN: &str = "kudos_id";
/// The column with the id to which the page of an older id redirects.
pub(crate) const MOVED_COLUMN: &str = "kudos_moved_to";

const HOST: &str = "kudos.dfo.no";

/// The id in the address of the page of a document: a UUID at any mirror of Kudos, an old number at Kudos itself. `None` for the
/// address of a file, which may be an attachment.
pub(crate) fn document_id(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let mut segments = url.path_segments()?.filter(|segment| !segment.is_empty());
    let is_page = matches!(segments.next(), Some("dokument" | "documents"));
    let id = segments.next().filter(|_| is_page && segments.next().is_none())?;
    let is_of_kudos = url.host_str().is_some_and(|host| host.trim_start_matches("www.") == HOST);
    (is_uuid(id) || is_of_kudos && is_number(id)).then(|| id.to_ascii_lowercase())
}

/// The path of the page of a document. An old number has a redirect in place of a page.
pub(super) fn page_path(id: &str) -> String {
    if is_number(id) { format!("documents/{id}") } else { format!("dokument/{id}") }
}

fn is_number(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// "0a1b2c3d-0000-4000-8000-00000000000a"
fn is_uuid(id: &str) -> bool {
    let lengths = id.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_read_from_all_addresses_of_a_page_and_from_none_of_a_file() {
        let uuid = "0a1b2c3d-0000-4000-8000-00000000000a";
        for address in [
            format!("https://kudos.dfo.no/dokument/{uuid}"),
            format!("https://www.kudos.dfo.no/documents/{}/?a=b#x", uuid.to_uppercase()),
            format!("http://127.0.0.1:8080/dokument/{uuid}"),
        ] {
            assert_eq!(document_id(&address).as_deref(), Some(uuid), "{address}");
        }
        assert_eq!(document_id("https://kudos.dfo.no/dokument/379135").as_deref(), Some("379135"));
        for address in [
            format!("https://kudos.dfo.no/dokument/{uuid}/filer/{uuid}.pdf"),
            "https://eksempel.example/dokument/379135".to_owned(),
            "https://kudos.dfo.no/dokument/en-evaluering?evalueringsportalen=1".to_owned(),
            "https://kudos.dfo.no/artikkel/379135".to_owned(),
            "379135".to_owned(),
        ] {
            assert_eq!(document_id(&address), None, "{address}");
        }
    }
}
