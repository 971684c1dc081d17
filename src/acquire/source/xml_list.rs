//! An address → the items of the XML list there (a sitemap, a feed, a response of an interface). Failures go into the listing.

use super::decoding::list_text;
use super::listing::{Listing, ListingContext};
use super::xml::{XmlItem, list};
use url::Url;

/// The form of a list.
pub(super) struct ListForm {
    /// "a sitemap"
    pub(super) name: &'static str,
    /// Its outermost element is one of these.
    pub(super) roots: &'static [&'static str],
    /// Its items are these elements.
    pub(super) items: &'static [&'static str],
}

/// The items at `url`. `None` when there is no such list; the listing then has the failure. Of a list that is cut short, the whole items
/// are returned, and the listing records that there are more.
pub(super) fn fetched_items(
    context: &ListingContext<'_>,
    url: &Url,
    form: &ListForm,
    listing: &mut Listing,
) -> Option<Vec<XmlItem>> {
    let text = list_text(&context.get_part(url, listing)?);
    let found = list(&text.text, form.items);
    if !found.root.as_deref().is_some_and(|root| form.roots.contains(&root)) {
        listing.unusable_part(url, &format!("it is not {}", form.name));
        return None;
    }
    if text.is_cut || !found.is_whole {
        listing.unusable_part(url, "it is cut short; what it lacks stays as it was");
    }
    Some(found.items)
}
