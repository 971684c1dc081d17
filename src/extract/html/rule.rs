//! The reasons for which a part of a page is left out, with the names under which they are shown.

/// Why a part of a page is no text of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rule {
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

impl Rule {
    /// The name of the rule.
    pub(super) fn name(self) -> &'static str {
        match self {
            Rule::Hidden => "hidden",
            Rule::Menu => "menu",
            Rule::Header => "header",
            Rule::Footer => "footer",
            Rule::Sidebar => "sidebar",
            Rule::Sharing => "sharing",
            Rule::Related => "related",
            Rule::Comments => "comments",
            Rule::Newsletter => "newsletter",
            Rule::Advertisement => "advertisement",
            Rule::Cookies => "cookies",
            Rule::Dialog => "dialog",
            Rule::Tags => "tags",
            Rule::Byline => "byline",
            Rule::Contents => "contents",
            Rule::Control => "control",
            Rule::Form => "form",
            Rule::Links => "links",
            Rule::Outside => "outside",
            Rule::Line => "line",
            Rule::BeforePage => "before page",
        }
    }

    /// Whether such a box consists of links and labels, so that running text without links speaks against it.
    pub(super) fn is_of_links(self) -> bool {
        matches!(self, Rule::Menu | Rule::Sharing | Rule::Tags | Rule::Contents | Rule::Byline | Rule::Header)
    }

    /// Whether the heading above such a box belongs to the box: "Comments", "Related articles".
    pub(super) fn takes_its_heading(self) -> bool {
        matches!(
            self,
            Rule::Related
                | Rule::Comments
                | Rule::Newsletter
                | Rule::Contents
                | Rule::Tags
                | Rule::Links
                | Rule::Form
                | Rule::Sharing
        )
    }
}
