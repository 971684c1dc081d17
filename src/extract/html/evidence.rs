//! Evidence for furniture in an element's tag, role, class and identifier: a rule with points.
//!
//! No name decides alone: [`super::content`] weighs the points against the text within the element and its place.

use super::rule::FurnitureRule;
use super::tags::attribute;
use scraper::ElementRef;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A rule with its points. Three are enough for a box of neutral shape inside the main text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Evidence {
    pub(super) rule: FurnitureRule,
    pub(super) points: i32,
}

/// What the classes and identifiers of a page say: its boxes share few of them.
#[derive(Default)]
pub(super) struct Names<'a> {
    known: HashMap<(&'a str, &'a str), NameEvidence>,
}

/// What class and identifier of an element say.
#[derive(Clone, Copy)]
struct NameEvidence {
    of_furniture: Option<Evidence>,
    is_content: bool,
}

impl<'a> Names<'a> {
    /// The strongest evidence of `element`. `None` without evidence for furniture.
    pub(super) fn evidence(&mut self, element: ElementRef<'a>) -> Option<Evidence> {
        let by_tag = by_tag(element);
        let class = attribute(element, "class").unwrap_or_default();
        let id = attribute(element, "id").unwrap_or_default();
        if class.is_empty() && id.is_empty() {
            return by_tag;
        }
        let by_name = *self.known.entry((class, id)).or_insert_with(|| by_name(element, class, id));
        match (by_name.of_furniture, by_tag) {
            _ if by_name.is_content => None,
            // Two kinds of evidence support each other: an `aside` of class "related".
            (Some(name), Some(tag)) => {
                Some(Evidence { rule: name.rule, points: name.points.max(tag.points) + 1 })
            }
            (name, tag) => name.or(tag),
        }
    }
}

/// Whether a class names a part of a document that stands beside its text: a box of facts, a lead, an appendix.
fn is_named_content(element: ElementRef) -> bool {
    const PARTS: [&str; 13] = [
        "faktaboks",
        "factbox",
        "faktarute",
        "infoboks",
        "ingress",
        "preamble",
        "standfirst",
        "vedlegg",
        "appendix",
        "sammendrag",
        "samandrag",
        "abstract",
        "kapittel",
    ];
    element.value().classes().any(|class| {
        let class = class.to_ascii_lowercase();
        PARTS.iter().any(|part| class.contains(part))
    })
}

fn by_tag(element: ElementRef) -> Option<Evidence> {
    let (rule, points) = match attribute(element, "role").unwrap_or_default() {
        "navigation" | "menubar" | "menu" => (FurnitureRule::Menu, 4),
        "search" => (FurnitureRule::Form, 4),
        "dialog" | "alertdialog" => (FurnitureRule::Dialog, 4),
        "doc-toc" => (FurnitureRule::Contents, 4),
        "contentinfo" => (FurnitureRule::Footer, 3),
        "banner" => (FurnitureRule::Header, 2),
        "complementary" => (FurnitureRule::Sidebar, 2),
        _ => match element.value().name() {
            "nav" => (FurnitureRule::Menu, 4),
            "dialog" => (FurnitureRule::Dialog, 4),
            "search" => (FurnitureRule::Form, 4),
            "menu" => (FurnitureRule::Menu, 3),
            "footer" => (FurnitureRule::Footer, 3),
            "aside" => (FurnitureRule::Sidebar, 2),
            "header" => (FurnitureRule::Header, 1),
            "a" if attribute(element, "rel").is_some_and(|rel| rel.contains("tag")) => {
                (FurnitureRule::Tags, 3)
            }
            "a" if attribute(element, "rel").is_some_and(|rel| rel.contains("author")) => {
                (FurnitureRule::Byline, 3)
            }
            "time" => (FurnitureRule::Byline, 1),
            _ if is_author(element) => (FurnitureRule::Byline, 3),
            _ => return None,
        },
    };
    Some(Evidence { rule, points })
}

fn is_author(element: ElementRef) -> bool {
    attribute(element, "itemprop").is_some_and(|name| {
        name.split_whitespace().any(|name| matches!(name, "author" | "datePublished" | "dateModified"))
    })
}

fn by_name(element: ElementRef, class: &str, id: &str) -> NameEvidence {
    let joined = format!("{class} {id}").replace(['-', '_'], "").to_ascii_lowercase();
    let phrase = PHRASES.iter().find(|(phrase, _)| joined.contains(phrase));
    let phrase = phrase.map(|(_, rule)| Evidence { rule: *rule, points: 3 });
    let site = element.value().classes().find_map(site_class);
    let names = element.value().classes().chain(id.split_whitespace());
    // A phrase says more than its words: "author-box" is not a byline.
    let of_furniture = phrase
        .into_iter()
        .chain(names.flat_map(evidence_of_name))
        .chain(site)
        .reduce(|best, next| if next.points > best.points { next } else { best });
    let is_weak = of_furniture.is_none_or(|name| name.points < 3);
    NameEvidence { of_furniture, is_content: is_weak && is_named_content(element) }
}

/// Sequences of words that are evidence together, written without hyphens.
const PHRASES: [(&str, FurnitureRule); 46] = [
    ("tableofcontents", FurnitureRule::Contents),
    ("innholdsfortegnelse", FurnitureRule::Contents),
    ("innhaldsliste", FurnitureRule::Contents),
    ("articleinfo", FurnitureRule::Byline),
    ("articlemeta", FurnitureRule::Byline),
    ("entrymeta", FurnitureRule::Byline),
    ("postmeta", FurnitureRule::Byline),
    ("postedon", FurnitureRule::Byline),
    ("postprofile", FurnitureRule::Byline),
    ("userinfo", FurnitureRule::Byline),
    // These hold sentences about the author, so that they are not a line of labels.
    ("authorbio", FurnitureRule::Related),
    ("authorbox", FurnitureRule::Related),
    ("aboutauthor", FurnitureRule::Related),
    ("abouttheauthor", FurnitureRule::Related),
    ("authordescription", FurnitureRule::Related),
    ("authorprofile", FurnitureRule::Related),
    ("articlebyline", FurnitureRule::Byline),
    ("readingtime", FurnitureRule::Byline),
    ("posttaxonomy", FurnitureRule::Tags),
    ("filedunder", FurnitureRule::Tags),
    ("entrycomments", FurnitureRule::Comments),
    ("postcomments", FurnitureRule::Comments),
    ("commentslink", FurnitureRule::Comments),
    ("commentcount", FurnitureRule::Comments),
    ("relatedposts", FurnitureRule::Related),
    ("relatedarticles", FurnitureRule::Related),
    ("relatedcontent", FurnitureRule::Related),
    ("relatedlinks", FurnitureRule::Related),
    ("calltoaction", FurnitureRule::Advertisement),
    ("sitenotice", FurnitureRule::Header),
    ("mostread", FurnitureRule::Related),
    ("mestlest", FurnitureRule::Related),
    ("mostpopular", FurnitureRule::Related),
    ("readmore", FurnitureRule::Related),
    ("readalso", FurnitureRule::Related),
    ("lesogsa", FurnitureRule::Related),
    ("seeogsa", FurnitureRule::Related),
    ("lesmer", FurnitureRule::Related),
    ("youmaylike", FurnitureRule::Related),
    ("youmightlike", FurnitureRule::Related),
    ("postnav", FurnitureRule::Menu),
    ("pagenav", FurnitureRule::Menu),
    ("postnavigation", FurnitureRule::Menu),
    ("skiptocontent", FurnitureRule::Menu),
    ("totop", FurnitureRule::Menu),
    ("siteheader", FurnitureRule::Header),
];

/// Boxes of particular sites, where the general words are not enough evidence.
fn site_class(class: &str) -> Option<Evidence> {
    let rule = match class {
        // regjeringen.no: type, date and owner are read as metadata.
        "article-info" => FurnitureRule::Byline,
        "article-sidebar" => FurnitureRule::Sidebar,
        "horing-cta" | "page-survey" => FurnitureRule::Form,
        // stortinget.no: the list of speakers repeats the names that stand before the speeches.
        "bigdoc-navigation-actions" => FurnitureRule::Menu,
        "listing-speakers" => FurnitureRule::Contents,
        "speaker-type-small" => FurnitureRule::Line,
        "block-article-list-box" => FurnitureRule::Related,
        _ => return None,
    };
    Some(Evidence { rule, points: 4 })
}

/// The evidence of the words of one class or identifier. `no-sidebar` and `has-menu` describe a layout, not the box itself.
fn evidence_of_name(name: &str) -> impl Iterator<Item = Evidence> {
    let words = words(name);
    let is_layout = words.first().is_some_and(|first| {
        let first = first.as_str();
        matches!(first, "no" | "has" | "with" | "without" | "is" | "layout" | "hide" | "hidden" | "col")
    });
    // "category-news" and "tag-budget" on the article of a blog name its topics.
    let is_topic =
        words.len() > 1 && words.first().is_some_and(|first| matches!(first.as_str(), "category" | "tag"));
    let count = if is_layout || is_topic { 0 } else { words.len() };
    words.into_iter().take(count).filter_map(|word| evidence_of_word(&word))
}

/// The words of `postMeta--top`, in small letters.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut was_small = false;
    for c in name.chars() {
        let starts_word = c.is_uppercase() && was_small;
        if (!c.is_alphanumeric() || starts_word) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        was_small = c.is_lowercase();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// What a word of a class or id is evidence for, how strong it is, and the words.
const WORDS: [(FurnitureRule, i32, &str); 28] = [
    (
        FurnitureRule::Menu,
        3,
        "nav navbar navigation navigasjon navigering subnav topnav menu meny submenu mainmenu topmenu \
         sidemenu megamenu hovedmeny venstremeny breadcrumb breadcrumbs crumb crumbs brodsmule brodsmuler \
         brodsmulesti pagination pager paging skip skiplink skiplinks sitemap toolbar topbar quicklinks \
         navbox hurtiglenker snarveier",
    ),
    (FurnitureRule::Menu, 1, "language languages login tabs prev next previous"),
    (
        FurnitureRule::Sharing,
        3,
        "share shares sharing sharebar sharebox sharedaddy shariff addthis addtoany social socials \
         socialmedia some follow printfriendly",
    ),
    (FurnitureRule::Sharing, 2, "print tools actions rating likes reactions feedback survey"),
    (FurnitureRule::Tags, 3, "tags catlinks taglist tagcloud hashtags emneord stikkord keywords topiclist"),
    (FurnitureRule::Tags, 2, "tag categories topics"),
    (FurnitureRule::Byline, 3, "byline dateline authors author forfatter timestamp pubdate vcard submitted"),
    (FurnitureRule::Byline, 1, "date dato meta metadata"),
    (
        FurnitureRule::Related,
        3,
        "related relatert relaterte relevante recommended recommendations recirc recirculation trending \
         popular outbrain taboola similar upsell",
    ),
    (FurnitureRule::Related, 1, "teaser teasers latest recent more card cards promo promos carousel stories"),
    (
        FurnitureRule::Comments,
        4,
        "comments cmts kommentare commentaires commentlist disqus respond kommentarer commentform",
    ),
    (FurnitureRule::Comments, 2, "comment cmt kommentar reply"),
    (
        FurnitureRule::Newsletter,
        3,
        "newsletter nyhetsbrev nyheitsbrev subscribe subscription signup abonner mailchimp mc4wp optin donate \
         donation",
    ),
    (
        FurnitureRule::Advertisement,
        3,
        "ad ads adbox advert adverts advertisement advertising sponsor sponsored sponsors annonse annonser \
         reklame adsense dfp",
    ),
    (FurnitureRule::Advertisement, 3, "cta"),
    (FurnitureRule::Advertisement, 2, "banner promotion contributions paywall"),
    (
        FurnitureRule::Cookies,
        3,
        "cookie cookies cookiebar consent gdpr informasjonskapsler onetrust cookiebot ccpa",
    ),
    (FurnitureRule::Footer, 3, "footer sitefooter pagefooter bunntekst bunnfelt colophon copyright"),
    (FurnitureRule::Footer, 2, "foot bunn"),
    (FurnitureRule::Footer, 1, "disclaimer legal"),
    (
        FurnitureRule::Sidebar,
        3,
        "sidebar sidebars sidefelt sidespalte rail rightrail widget widgets rightcol leftcol sidecol \
         sidecolumn hoyrespalte venstrespalte",
    ),
    (FurnitureRule::Sidebar, 2, "aside secondary"),
    (FurnitureRule::Contents, 3, "toc"),
    (FurnitureRule::Control, 3, "editsection"),
    (FurnitureRule::Dialog, 3, "modal popup lightbox popover tooltip offcanvas drawer"),
    (FurnitureRule::Header, 3, "masthead topplinje"),
    (FurnitureRule::Header, 1, "header hode top"),
    (FurnitureRule::Form, 3, "search searchbox searchform sok"),
];

fn evidence_of_word(word: &str) -> Option<Evidence> {
    static BY_WORD: LazyLock<HashMap<&str, Evidence>> = LazyLock::new(|| {
        let of_row = |(rule, points, words): &'static (FurnitureRule, i32, &str)| {
            words.split(' ').map(|word| (word, Evidence { rule: *rule, points: *points }))
        };
        WORDS.iter().flat_map(of_row).collect()
    });
    BY_WORD.get(word).copied()
}
