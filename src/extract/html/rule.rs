//! The reasons for which a part of a page is left out, with the names under which they are shown.

/// Why a part of a page is not text of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FurnitureRule {
    Hidden,
    Menu,
    Header,
    Footer,
    Sidebar,
    Sharing,
    Related,
    Comments,
    Newsletter,
    Advertisement,
    Cookies,
    Dialog,
    Tags,
    Byline,
    Contents,
    Control,
    Form,
    Links,
    Outside,
    Line,
    BeforePage,
}

impl FurnitureRule {
    /// The name of the rule.
    pub(super) fn name(self) -> &'static str {
        match self {
            FurnitureRule::Hidden => "hidden",
            FurnitureRule::Menu => "menu",
            FurnitureRule::Header => "header",
            FurnitureRule::Footer => "footer",
            FurnitureRule::Sidebar => "sidebar",
            FurnitureRule::Sharing => "sharing",
            FurnitureRule::Related => "related",
            FurnitureRule::Comments => "comments",
            FurnitureRule::Newsletter => "newsletter",
            FurnitureRule::Advertisement => "advertisement",
            FurnitureRule::Cookies => "cookies",
            FurnitureRule::Dialog => "dialog",
            FurnitureRule::Tags => "tags",
            FurnitureRule::Byline => "byline",
            FurnitureRule::Contents => "contents",
            FurnitureRule::Control => "control",
            FurnitureRule::Form => "form",
            FurnitureRule::Links => "links",
            FurnitureRule::Outside => "outside",
            FurnitureRule::Line => "line",
            FurnitureRule::BeforePage => "before page",
        }
    }

    /// Whether such a box consists of links and labels, so that running text without links speaks against it.
    pub(super) fn is_of_links(self) -> bool {
        matches!(
            self,
            FurnitureRule::Menu
                | FurnitureRule::Sharing
                | FurnitureRule::Tags
                | FurnitureRule::Contents
                | FurnitureRule::Byline
                | FurnitureRule::Header
        )
    }

    /// Whether the heading above such a box belongs to the box: "Comments", "Related articles".
    pub(super) fn takes_its_heading(self) -> bool {
        matches!(
            self,
            FurnitureRule::Related
                | FurnitureRule::Comments
                | FurnitureRule::Newsletter
                | FurnitureRule::Contents
                | FurnitureRule::Tags
                | FurnitureRule::Links
                | FurnitureRule::Form
                | FurnitureRule::Sharing
        )
    }
}
