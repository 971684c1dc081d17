//! Hostile, slow and honest answers from a server on the loopback address.

use crate::acquire::run_on;
use ordskifte::acquire::fetch::{FetchSettings, Fetched, Fetcher, Validators, check_host};
use ordskifte::acquire::host::Pace;
use ordskifte::acquire::source::SourceSettings;
use ordskifte::acquire::{Archive, Outcome};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use url::Url;

/// Answers one connection after the other with the given bytes, and passes on what was asked.
fn serve(answers: Vec<Vec<u8>>) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/doc", listener.local_addr().unwrap());
    let (sender, asked) = channel();
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            let count = stream.read(&mut request).unwrap();
            let _ = sender.send(String::from_utf8_lossy(&request[..count]).into_owned());
            let _ = stream.write_all(&answer);
        }
    });
    (address, asked)
}

fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head =
        format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn settings() -> FetchSettings {
    FetchSettings {
        contact: Some("test@example.org".into()),
        allow_private_hosts: true,
        read_timeout_ms: 300,
        size_bytes_max: 1000,
        ..FetchSettings::default()
    }
}

fn night(root: &Path, address: &str, now: &str) -> Outcome {
    std::fs::write(root.join("list.csv"), format!("url,year\n{address}#part,2020\n")).unwrap();
    let source: SourceSettings = toml::from_str("name = 'web'\nkind = 'urls'\nfile = 'list.csv'").unwrap();
    let mut archive = Archive::open(&root.join("archive")).unwrap();
    let (_, news) = run_on(&mut archive, root, &[source], settings(), now);
    assert_eq!(archive.verify(&mut |fault| panic!("{fault:?}")).unwrap().n_faults, 0);
    news.into_iter().next_back().unwrap().outcome
}

fn first_night(answers: Vec<Vec<u8>>) -> String {
    let root = tempfile::tempdir().unwrap();
    match night(root.path(), &serve(answers).0, "2026-01-02T03:04:05Z") {
        Outcome::Failed(error) => error.to_string(),
        outcome => format!("{outcome:?}"),
    }
}

#[test]
fn a_busy_server_is_asked_again_and_a_broken_one_given_up() {
    let busy = answer("429 Too Many", "Retry-After: 7\r\n", b"");
    assert_eq!(first_night(vec![busy, answer("200 OK", "", b"text")]), "New");
    let broken = answer("500 Broken", "", b"");
    assert!(first_night(vec![broken; 4]).contains("the server answered 500"));
    let long = answer("503 Later", "Retry-After: 86400\r\n", b"");
    assert!(first_night(vec![long]).contains("the server answered 503"));
}

#[test]
fn what_is_too_large_truncated_or_endless_is_bounded() {
    assert!(first_night(vec![answer("200 OK", "", &[b'x'; 2000])]).contains("larger than 1000 bytes"));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&[0; 100_000]).unwrap();
    let bomb = answer("200 OK", "Content-Encoding: gzip\r\n", &gzip.finish().unwrap());
    assert!(first_night(vec![bomb]).contains("inflates to more than 1000 bytes"));
    let short = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort".to_vec();
    assert!(first_night(vec![short; 4]).contains("cannot fetch"));
    let redirect = answer("302 Found", "Location: /doc\r\n", b"");
    assert!(first_night(vec![redirect; 12]).contains("more than 10 redirects"));
}

#[test]
fn a_page_is_asked_conditionally_and_buried_on_the_second_night_only() {
    let root = tempfile::tempdir().unwrap();
    let gone = || answer("404 Not Found", "", b"");
    let first = answer("200 OK", "ETag: \"v1\"\r\n", b"text");
    let (address, asked) = serve(vec![
        first,
        b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n".to_vec(),
        gone(),
        gone(),
        gone(),
    ]);
    assert_eq!(night(root.path(), &address, "2026-01-01T01:00:00Z"), Outcome::New);
    assert_eq!(night(root.path(), &address, "2026-01-02T01:00:00Z"), Outcome::Unchanged);
    assert!(matches!(night(root.path(), &address, "2026-01-03T01:00:00Z"), Outcome::Failed(_)));
    assert!(matches!(night(root.path(), &address, "2026-01-03T02:00:00Z"), Outcome::Failed(_)));
    assert_eq!(night(root.path(), &address, "2026-01-04T01:00:00Z"), Outcome::Vanished);
    let requests: Vec<String> = asked.try_iter().collect();
    assert!(requests[0].contains("user-agent: ordskifte/0.1.0 (+test@example.org)"));
    assert!(requests[1].contains("if-none-match: \"v1\""));
}

#[test]
fn no_form_of_a_private_address_passes() {
    let hosts = "127.0.0.1 127.1 2130706433 0x7f000001 0177.0.0.1 0 10.0.0.1 10.255.255.255 172.16.0.1 172.31.9.9
        192.168.1.1 169.254.169.254 100.64.0.1 100.127.255.255 0.0.0.0 198.18.0.1 192.0.2.1 203.0.113.1 224.0.0.1
        240.0.0.1 255.255.255.255 [::1] [::] [::ffff:127.0.0.1] [::ffff:10.0.0.1] [::127.0.0.1] [fe80::1] [fc00::1]
        [fd00::1] [ff02::1] [64:ff9b::7f00:1] [2002:7f00:1::] [2001:db8::1] user@127.0.0.1 example.org@10.0.0.1";
    assert_eq!(hosts.split_whitespace().count(), 35);
    for host in hosts.split_whitespace() {
        let url = Url::parse(&format!("http://{host}/")).unwrap();
        assert!(check_host(&url, false).is_err(), "{host}");
    }
    assert!(check_host(&Url::parse("https://93.184.216.34/").unwrap(), false).is_ok());
}

#[test]
fn a_name_that_resolves_to_a_private_address_is_not_asked() {
    let (address, asked) = serve(vec![answer("200 OK", "", b"secret")]);
    let url = Url::parse(&address.replace("127.0.0.1", "localhost")).unwrap();
    let fetcher = Fetcher::new(&FetchSettings { allow_private_hosts: false, ..settings() }).unwrap();
    let (clock, stop) = (crate::acquire::VirtualClock::default(), std::sync::atomic::AtomicBool::new(false));
    let mut pace = Pace::new(std::time::Duration::ZERO);
    match fetcher.fetch(&url, &Validators::default(), &mut pace, &clock, &stop) {
        Fetched::Failed(error) => assert!(error.cause.contains("is not a public address"), "{error}"),
        fetched => panic!("{fetched:?}"),
    }
    assert!(asked.try_recv().is_err());
}

#[test]
fn without_a_contact_nothing_is_fetched() {
    let error = Fetcher::new(&FetchSettings::default()).unwrap_err().to_string();
    assert!(error.contains("no contact") && error.contains("hint: set `contact`"), "{error}");
}

/// Sends `head` at once, then one byte every 20 ms, a hundred times at most.
fn drip(head: &'static [u8]) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request);
        let _ = stream.write_all(head);
        for _ in 0..100 {
            std::thread::sleep(std::time::Duration::from_millis(20));
            if stream.write_all(b"x").is_err() {
                return;
            }
        }
    });
    Url::parse(&address).unwrap()
}

#[test]
fn a_slow_server_is_left_in_its_head_and_in_its_body() {
    let cases = [
        (&b"HTTP/1.1 200 OK\r\nX-Slow: "[..], "timed out"),
        (&b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"[..], "longer than 100 ms"),
    ];
    for (head, wanted) in cases {
        let patience =
            FetchSettings { retries_max: 0, total_timeout_ms: 100, read_timeout_ms: 150, ..settings() };
        let fetcher = Fetcher::new(&patience).unwrap();
        let (clock, stop) =
            (crate::acquire::VirtualClock::default(), std::sync::atomic::AtomicBool::new(false));
        let mut pace = Pace::new(std::time::Duration::ZERO);
        match fetcher.fetch(&drip(head), &Validators::default(), &mut pace, &clock, &stop) {
            Fetched::Failed(error) => assert!(error.cause.contains(wanted), "{error}"),
            fetched => panic!("{fetched:?}"),
        }
    }
}

#[test]
fn the_guard_looks_at_each_hop() {
    for (target, wanted) in [("ftp://127.0.0.1/", "scheme 'ftp'"), ("http://a@127.0.0.1/", "user name")] {
        let redirect = answer("302 Found", &format!("Location: {target}\r\n"), b"");
        assert!(first_night(vec![redirect]).contains(wanted), "{target}");
    }
}
