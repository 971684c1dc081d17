//! robots.txt → whether an address may be requested, and how fast. Pure. RFC 9309 by `robotxt`, with what that crate misses.

use robotxt::Robots;
use std::time::Duration;
use url::{Position, Url};

/// Our name as a robots.txt addresses us.
const PRODUCT: &str = "ordskifte";
/// A longer `Crawl-delay` is a mistake; it is kept to a day, so that arithmetic with it cannot overflow.
const CRAWL_DELAY_MAX: Duration = Duration::from_secs(86_400);

/// The rules of the robots.txt of an origin.
#[derive(Debug, Clone)]
pub(super) enum RobotsFile {
    /// It was read, or there is none.
    Rules(Robots),
    /// It could not be read (no answer, 5xx, 429), for this reason: everything is disallowed (RFC 9309, 2.3.1.4).
    Unreachable(String),
}

impl RobotsFile {
    /// The rules of a file that the server has.
    pub(super) fn parse(text: &[u8]) -> RobotsFile {
        RobotsFile::Rules(Robots::parse(&corrected(text), PRODUCT))
    }

    /// There is no file, which allows everything (RFC 9309, 2.3.1.3).
    pub(super) fn absent() -> RobotsFile {
        RobotsFile::Rules(Robots::allow_all())
    }

    /// Whether `url`, which is of this file's origin, may be requested.
    pub(super) fn allows(&self, url: &Url) -> bool {
        let RobotsFile::Rules(rules) = self else { return false };
        // `%2A` and `%24` in a rule stand for the characters themselves, which in a path are not encoded.
        let path = &url[Position::BeforePath..Position::AfterQuery];
        rules.is_allowed(&path.replace('*', "%2A").replace('$', "%24"))
    }

    /// The pause between two requests that the site demands.
    pub(super) fn crawl_delay(&self) -> Option<Duration> {
        let RobotsFile::Rules(rules) = self else { return None };
        rules.crawl_delay().map(|delay| delay.min(CRAWL_DELAY_MAX))
    }
}

/// The text with its lines written as `robotxt` reads them: the names of agents without a version
/// (`User-agent: ordskifte/1.0`), a `$` within a rule as `%24`, since only a last one is an anchor.
fn corrected(text: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
        let (content, ending) = match line.split_last() {
            Some((b'\n' | b'\r', content)) => (content, &line[content.len()..]),
            _ => (line, &[][..]),
        };
        let end = content.iter().position(|byte| *byte == b'#').unwrap_or(content.len());
        lines.extend(corrected_line(content[..end].trim_ascii_end()));
        lines.extend(ending);
    }
    lines
}

fn corrected_line(line: &[u8]) -> Vec<u8> {
    let Some(colon) = line.iter().position(|byte| *byte == b':') else { return line.to_vec() };
    let (name, value) = (&line[..=colon], line[colon + 1..].trim_ascii());
    let key = line[..colon].trim_ascii().to_ascii_lowercase();
    let is_agent = key.starts_with(b"user") || key.ends_with(b"user-agent");
    if is_agent {
        let is_token = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_');
        let length = value.iter().take_while(|byte| is_token(byte)).count();
        let token = if value.starts_with(b"*") { &b"*"[..] } else { &value[..length] };
        return [name, b" ", token].concat();
    }
    match value.split_last() {
        Some((last, rest)) => {
            let rest = rest.iter().flat_map(|byte| if *byte == b'$' { b"%24".to_vec() } else { vec![*byte] });
            [name, b" ", &rest.collect::<Vec<u8>>(), &[*last]].concat()
        }
        None => line.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(robots: &str, path: &str) -> bool {
        let url = Url::parse("https://eksempel.example").unwrap().join(path).unwrap();
        RobotsFile::parse(robots.as_bytes()).allows(&url)
    }

    /// Rules for all agents, a path, and whether it may be requested.
    const CASES: [(&str, &str, bool); 34] = [
        ("", "/a", true),
        ("Disallow:", "/a", true),
        ("Disallow: /", "/a", false),
        ("Disallow: /", "/robots.txt", true),
        ("Disallow: /a", "/a/b", false),
        ("Disallow: /a", "/b/a", true),
        ("Disallow: /A", "/a", true),
        ("Disallow: /a/", "/a", true),
        ("Disallow: *", "/a", false),
        ("Disallow: /*/?topic", "/no/dokument/?topic=1", false),
        ("Disallow: /*/?topic", "/no/dokument/?page=2&topic=1", true),
        ("Disallow: /*/?topic", "/no/dokument/?page=2", true),
        ("Disallow: /*.xhtml$", "/a.xhtml", false),
        ("Disallow: /*.xhtml$", "/a.xhtml?b", true),
        ("Disallow: /a*b*c", "/a1b2c3", false),
        ("Disallow: /a*b*c", "/a1c2b3", true),
        ("Disallow: /a$", "/a", false),
        ("Disallow: /a$", "/ab", true),
        ("Disallow: /a%2Ab", "/a*b", false),
        ("Disallow: /a%2Ab", "/axb", true),
        ("Disallow: /a%2ab", "/a%2Ab", false),
        ("Disallow: /pris%24", "/pris$", false),
        ("Disallow: /pris%24", "/pris", true),
        ("Disallow: /a$b", "/a$b", false),
        ("Disallow: /a$b", "/a", true),
        ("Disallow: /a\nAllow: /a/b", "/a/b/c", true),
        ("Allow: /a\nDisallow: /a", "/a", true),
        ("Allow: /\nDisallow: /a", "/a", false),
        ("Disallow: /ø", "/%C3%B8", false),
        ("Disallow: /%C3%B8", "/ø", false),
        ("Disallow: /%61", "/a", false),
        ("Disallow: /a # not /b", "/a", false),
        ("disallow : /a", "/a", false),
        ("Sitemap: https://eksempel.example/$.xml\nDisallow: /a", "/a", false),
    ];

    #[test]
    fn a_rule_matches_as_the_standard_says() {
        for (rules, path, is_allowed) in CASES {
            assert_eq!(allows(&format!("User-agent: *\n{rules}\n"), path), is_allowed, "{rules} for {path}");
            assert_eq!(allows(&format!("user-agent:*\r\n{rules}"), path), is_allowed, "{rules} for {path}");
        }
    }

    #[test]
    fn the_group_of_our_name_is_ours_in_every_spelling_of_it() {
        let groups: [(&str, bool); 9] = [
            ("User-agent: ordskifte\nDisallow: /\n\nUser-agent: *\nDisallow:", false),
            ("User-agent: Ordskifte/1.0\nDisallow: /", false),
            ("User-agent: ordskifte (research)\nDisallow: /", false),
            ("User-agent: *\nDisallow: /\n\nUser-agent: ordskifte/2\nDisallow: /b", true),
            ("User-agent: a\nUser-agent: ordskifte\nDisallow: /", false),
            ("User-agent: ordskifte-news\nDisallow: /", true),
            ("User-agent: ord\nDisallow: /", true),
            ("\u{feff}User-agent: *\nDisallow: /", false),
            (
                "User-agent: ordskifte\nAllow: /\nUser-agent: b\nDisallow: /\nUser-agent: ordskifte\nDisallow: /a",
                false,
            ),
        ];
        for (text, is_allowed) in groups {
            assert_eq!(allows(text, "/a"), is_allowed, "{text}");
        }
    }

    #[test]
    fn the_delay_is_that_of_our_group() {
        let delay = |text: &str| RobotsFile::parse(text.as_bytes()).crawl_delay();
        assert_eq!(delay("User-agent: *\nCrawl-delay: 2.5"), Some(Duration::from_millis(2500)));
        assert_eq!(delay("User-agent: other\nCrawl-delay: 10"), None);
        assert_eq!(delay("User-agent: *\nCrawl-delay: soon"), None);
        assert_eq!(delay("User-agent: *\nCrawl-delay: -1"), None);
        assert_eq!(delay("User-agent: *\nCrawl-delay: 1e12"), Some(CRAWL_DELAY_MAX));
    }

    #[test]
    fn a_page_in_place_of_the_file_forbids_nothing_and_an_unreachable_one_everything() {
        assert!(allows("<!doctype html><html><body>Ikke funnet</body></html>", "/a"));
        let url = Url::parse("https://eksempel.example/a").unwrap();
        assert!(RobotsFile::absent().allows(&url));
        assert!(!RobotsFile::Unreachable("the server answered 503".to_owned()).allows(&url));
    }
}
