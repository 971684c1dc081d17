//! robots.txt, walls against robots and budgets over a whole run, against servers on the loopback address and a virtual clock.

use crate::acquire::{failures, notices, options, run_with};
use crate::fetch::answer;
use crate::network::{Night, Site};
use ordskifte::acquire::source::SourceSettings;
use ordskifte::acquire::{AcquireOptions, LocationOutcome};
use std::sync::atomic::AtomicBool;

fn page(path: &str) -> Vec<u8> {
    answer("200 OK", "", path.as_bytes())
}

/// A site with this answer for its robots.txt, and a page at every other path.
fn site(night: &Night, robots: Vec<u8>) -> Site {
    Site::with_robots(
        &night.clock,
        move |path, _| if path == "/robots.txt" { robots.clone() } else { page(path) },
    )
}

fn rules(text: &str) -> Vec<u8> {
    answer("200 OK", "Content-Type: text/plain\r\n", text.as_bytes())
}

fn paths(site: &Site) -> Vec<String> {
    site.asked().into_iter().map(|(_, path)| path).collect()
}

#[test]
fn a_disallowed_page_is_not_asked_and_the_reason_is_given() {
    let night = Night::new();
    let site = site(&night, rules("User-agent: *\nDisallow: /*/?topic\nDisallow: /api/*\n"));
    let (summary, events) = night.run(&[site.urls(&["no/?topic=1", "api/a", "no/?page=2"])]);
    assert_eq!((summary.n_new, summary.n_failed), (1, 2));
    assert_eq!(paths(&site), ["/robots.txt", "/no/?page=2"]);
    assert!(
        failures(&events).iter().all(|(_, reason)| reason.contains("forbids it\nhint: the site's owner")),
        "{events:?}"
    );
}

#[test]
fn robots_txt_is_read_once_in_a_run_and_also_before_a_hop() {
    let night = Night::new();
    let second = site(&night, rules("User-agent: ordskifte\nDisallow: /secret\n"));
    let target = second.address.clone();
    let first = Site::with_robots(&night.clock, move |path, _| match path {
        "/robots.txt" => answer("404 Not Found", "", b""),
        "/hop" => answer("302 Found", &format!("Location: {target}/secret\r\n"), b""),
        _ => page(path),
    });
    let (summary, events) =
        night.run(&[first.urls(&["hop", "a"]), [first.urls(&["b"]), second.urls(&["c"])].concat()]);
    assert_eq!((summary.n_new, summary.n_failed), (3, 1));
    assert_eq!(paths(&first), ["/robots.txt", "/hop", "/a", "/b"]);
    assert_eq!(paths(&second), ["/robots.txt", "/c"]);
    let (location, reason) = &failures(&events)[0];
    assert!(location.ends_with("/hop") && reason.contains("robots.txt of 127.0.0.1"), "{reason}");
}

#[test]
fn without_a_file_all_is_allowed_and_while_it_cannot_be_read_nothing() {
    for (status, n_new) in [
        ("404 Not Found", 2),
        ("410 Gone", 2),
        ("401 Unauthorized", 2),
        ("403 Forbidden", 2),
        ("451 Unavailable", 2),
        ("200 OK", 2),
        ("500 Broken", 0),
        ("503 Busy", 0),
        ("429 Too Many", 0),
    ] {
        let night = Night::new();
        let site = site(&night, answer(status, "", b""));
        let (summary, events) = night.run(&[site.urls(&["a", "b"])]);
        assert_eq!(summary.n_new, n_new, "{status}");
        let n_explained =
            failures(&events).iter().filter(|(_, reason)| reason.contains("cannot be read: the")).count();
        assert_eq!(n_explained as u64, 2 - n_new, "{status}");
        let n_robots = paths(&site).iter().filter(|path| *path == "/robots.txt").count();
        assert_eq!(n_robots, if n_new == 0 { 4 } else { 1 }, "{status}");
    }
}

#[test]
fn the_redirects_of_robots_txt_are_followed_to_another_host_and_not_for_ever() {
    let night = Night::new();
    let second = site(&night, rules("User-agent: *\nDisallow: /a\n"));
    let target = second.address.clone();
    let moved = move |path: &str, _: usize| match path {
        "/robots.txt" => answer("301 Moved", &format!("Location: {target}/robots.txt\r\n"), b""),
        _ => page(path),
    };
    let first = Site::with_robots(&night.clock, moved);
    let (summary, _) = night.run(&[first.urls(&["a", "b"])]);
    assert_eq!((summary.n_new, summary.n_failed), (1, 1));
    let turning = Site::with_robots(&night.clock, |path, _| match path {
        "/robots.txt" => answer("301 Moved", "Location: /robots.txt\r\n", b""),
        _ => page(path),
    });
    let (summary, _) = night.run(&[turning.urls(&["a"])]);
    assert_eq!((summary.n_new, turning.asked().len()), (1, 7));
}

#[test]
fn a_crawl_delay_is_the_pace_of_its_host() {
    let night = Night::new();
    let slow = site(&night, rules("User-agent: *\nCrawl-delay: 30\n"));
    night.run(&[slow.urls(&["a", "b"])]);
    assert_eq!(slow.times(), [0, 30_000, 60_000]);
}

#[test]
fn three_403_in_a_row_close_a_host_for_the_night_and_mean_nothing_of_its_pages() {
    let night = Night::new();
    let wall = Site::new(&night.clock, |path, n_before| match n_before {
        0 => page(path),
        _ => answer("403 Forbidden", "Server: wall\r\n", b"<html>Are you human?</html>"),
    });
    let other = Site::new(&night.clock, |path, _| page(path));
    let lists = [[wall.urls(&["a"]), other.urls(&["a"])].concat(), wall.urls(&["b", "c", "d", "e", "f"])];
    let (summary, events) = night.run(&lists);
    assert_eq!((summary.n_new, summary.n_failed, summary.n_vanished), (2, 5, 0));
    assert_eq!(wall.asked().len(), 4);
    let reasons = failures(&events);
    assert!(reasons[2].1.contains("the server answered 403: blocked"), "{reasons:?}");
    assert!(reasons[4].1.contains("answered 403 3 times in a row"), "{reasons:?}");
    assert!(night.archive().holdings().unwrap().iter().all(|holding| !holding.is_vanished));
}

#[test]
fn what_a_budget_does_not_reach_waits_and_comes_first_in_the_next_run() {
    let night = Night::new();
    let site = Site::new(&night.clock, |path, _| page(path));
    let list = format!("url\n{}\n", site.urls(&["a", "b", "c", "d"]).join("\n"));
    std::fs::write(night.root.path().join("list.csv"), list).unwrap();
    let text = "name = 'web'\nkind = 'urls'\nfile = 'list.csv'\nbudget = { requests = 3 }";
    let source: SourceSettings = toml::from_str(text).unwrap();
    let run = || {
        let stop = AtomicBool::new(false);
        let options = AcquireOptions { fetch: night.fetch.clone(), ..options(&night.clock, &stop) };
        run_with(&mut night.archive(), night.root.path(), std::slice::from_ref(&source), &options)
    };
    let (summary, events) = run();
    // The third request is the one for robots.txt.
    assert_eq!((summary.n_new, summary.n_failed), (2, 0));
    assert_eq!(notices(&events), ["the budget of 3 requests is used up: 2 documents wait for the next run"]);
    let (summary, _) = run();
    assert_eq!((summary.n_new, summary.n_unchanged), (2, 0));
    assert_eq!(paths(&site), ["/a", "/b", "/c", "/d"]);
    let is_failed = |outcome: &LocationOutcome| matches!(outcome, LocationOutcome::Failed(_));
    assert!(!events.iter().any(|event| is_failed(&event.outcome)));
}
