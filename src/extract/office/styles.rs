//! The styles of a Word file → what a paragraph of each style is.

use super::package::{attribute, events};
use crate::text::PassageKind;
use quick_xml::events::{BytesStart, Event};
use std::collections::{HashMap, HashSet};

/// How many styles a style may be based on, one upon the other.
const STYLE_CHAIN_MAX: usize = 16;

/// What a paragraph style makes of its paragraphs.
#[derive(Debug, Clone, Default)]
struct WordStyle {
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
    is_numbered: bool,
    is_hidden: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ParagraphRole {
    Heading(u8),
    Plain(PassageKind),
    /// A line of a table of contents.
    Contents,
}

/// What the styles of a file make of text.
#[derive(Debug, Default)]
pub(super) struct WordStyles {
    roles: HashMap<String, ParagraphRole>,
    /// Character and paragraph styles whose text is hidden.
    hidden: HashSet<String>,
}

impl WordStyles {
    /// The role of the paragraphs of a style. `None` for a style that is not declared.
    pub(super) fn role(&self, id: &str) -> Option<ParagraphRole> {
        self.roles.get(id).copied()
    }

    /// Whether text of a style is hidden.
    pub(super) fn is_hidden(&self, id: &str) -> bool {
        self.hidden.contains(id)
    }
}

/// The styles of `styles.xml`.
pub(super) fn styles(xml: &str) -> WordStyles {
    let declared = declared_styles(xml);
    let roles = declared.keys().map(|id| (id.clone(), role(id, &declared))).collect();
    let hidden = declared.iter().filter(|(_, style)| style.is_hidden).map(|(id, _)| id.clone()).collect();
    WordStyles { roles, hidden }
}

fn declared_styles(xml: &str) -> HashMap<String, WordStyle> {
    let mut styles = HashMap::new();
    let mut id = String::new();
    let mut style = WordStyle::default();
    for event in events(xml) {
        match &event {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "style" => {
                    (id, style) = (attribute(tag, "styleId").unwrap_or_default(), WordStyle::default())
                }
                "name" => style.name = attribute(tag, "val").unwrap_or_default().to_lowercase(),
                "basedOn" => style.based_on = attribute(tag, "val"),
                "outlineLvl" => style.outline = attribute(tag, "val").and_then(|level| level.parse().ok()),
                "numPr" => style.is_numbered = true,
                "vanish" => style.is_hidden = is_on(tag),
                _ => {}
            },
            Event::End(tag) if tag.local_name().as_ref() == "style" => {
                styles.insert(std::mem::take(&mut id), std::mem::take(&mut style));
            }
            _ => {}
        }
    }
    styles
}

/// The role of the style `id`: its own, or that of the style that it is based on.
fn role(id: &str, styles: &HashMap<String, WordStyle>) -> ParagraphRole {
    let mut next = Some(id.to_owned());
    for _ in 0..STYLE_CHAIN_MAX {
        let Some(id) = next else { break };
        let style = styles.get(&id).cloned().unwrap_or_default();
        if let Some(role) = role_by_name(&id.to_lowercase(), &style.name) {
            return role;
        }
        match style.outline {
            Some(level @ 0..9) => return ParagraphRole::Heading(level + 1),
            _ if style.is_numbered => return ParagraphRole::Plain(PassageKind::ListItem),
            _ => next = style.based_on,
        }
    }
    ParagraphRole::Plain(PassageKind::Paragraph)
}

/// The role that a style's id or name tells, in English or Norwegian. `None` when they tell none.
fn role_by_name(id: &str, name: &str) -> Option<ParagraphRole> {
    let level = |word: &str| {
        let rest = id.strip_prefix(word).or_else(|| name.strip_prefix(word))?.trim();
        rest.parse::<u8>().ok().filter(|level| (1..=9).contains(level))
    };
    if let Some(level) = level("heading").or_else(|| level("overskrift")) {
        return Some(ParagraphRole::Heading(level));
    }
    let is_contents = ["toc", "innh"].iter().any(|word| level(word).is_some())
        || matches!(name, "toc heading" | "table of figures");
    let is_caption = matches!(name, "caption" | "bildetekst") || matches!(id, "caption" | "bildetekst");
    let is_list = ["list ", "liste", "opplisting", "alfaliste", "nummerert", "romertall"]
        .iter()
        .any(|word| name.starts_with(word));
    match (name, id) {
        _ if is_contents => Some(ParagraphRole::Contents),
        ("title" | "tittel", _) | (_, "title" | "tittel") => Some(ParagraphRole::Heading(1)),
        _ if is_caption || id.contains("tabell-tit") || id.contains("figur-tit") => {
            Some(ParagraphRole::Plain(PassageKind::Caption))
        }
        _ if is_list => Some(ParagraphRole::Plain(PassageKind::ListItem)),
        _ => None,
    }
}

/// Whether a property that is switched by its presence is on: `<w:vanish/>`, not `<w:vanish w:val="false"/>`.
pub(super) fn is_on(tag: &BytesStart) -> bool {
    attribute(tag, "val").is_none_or(|value| !matches!(value.as_str(), "0" | "false" | "off"))
}
