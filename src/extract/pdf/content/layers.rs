//! Optional content (PDF 32000-1, 8.11) → which groups are off when the file is opened.
//!
//! Reads the default configuration only. Refuses visibility expressions (`VE`): their content counts as shown.

use super::super::objects::Objects;
use lopdf::{Dictionary, Object, ObjectId};
use std::collections::HashSet;

/// The groups that are off.
#[derive(Debug, Default)]
pub(crate) struct Layers {
    off: HashSet<ObjectId>,
}

/// Reads `OCProperties`.
pub(crate) fn read(objects: &Objects) -> Layers {
    let properties = objects.catalog().and_then(|catalog| objects.dictionary(catalog, b"OCProperties"));
    let Some(properties) = properties else { return Layers::default() };
    let Some(default) = objects.dictionary(properties, b"D") else { return Layers::default() };
    let list = |dictionary, key: &[u8]| {
        let items = objects.array(dictionary, key).unwrap_or_default();
        items.iter().filter_map(|item| item.as_reference().ok())
    };
    let mut off = HashSet::new();
    if objects.name(default, b"BaseState") == Some(b"OFF") {
        off.extend(list(properties, b"OCGs"));
        list(default, b"ON").for_each(|id| {
            off.remove(&id);
        });
    }
    off.extend(list(default, b"OFF"));
    Layers { off }
}

impl Layers {
    /// Whether `entry`, a group or a membership dictionary, is off.
    pub(crate) fn hides(&self, objects: &Objects, entry: &Object) -> bool {
        if self.off.is_empty() {
            return false;
        }
        let is_off = |id: &ObjectId| self.off.contains(id);
        if entry.as_reference().is_ok_and(|id| is_off(&id)) {
            return true;
        }
        let membership = objects.resolve(entry).and_then(|entry| entry.as_dict().ok());
        membership.is_some_and(|membership| self.hides_members(objects, membership))
    }

    fn hides_members(&self, objects: &Objects, membership: &Dictionary) -> bool {
        let count = objects.array(membership, b"OCGs").map_or(1, <[Object]>::len);
        if !objects.budget.take_lookups(count) {
            return false;
        }
        let ids: Vec<ObjectId> = match membership.get(b"OCGs") {
            Ok(Object::Reference(id)) if objects.array(membership, b"OCGs").is_none() => vec![*id],
            Ok(_) => {
                let items = objects.array(membership, b"OCGs").unwrap_or_default();
                items.iter().filter_map(|item| item.as_reference().ok()).collect()
            }
            Err(_) => return false,
        };
        if ids.is_empty() || membership.has(b"VE") {
            return false;
        }
        let off_count = ids.iter().filter(|id| self.off.contains(id)).count();
        match objects.name(membership, b"P").unwrap_or(b"AnyOn") {
            b"AllOn" => off_count > 0,
            b"AnyOff" => off_count == 0,
            b"AllOff" => off_count < ids.len(),
            _ => off_count == ids.len(),
        }
    }
}
