//! Hostile, slow and honest answers from a server on the loopback address.

use crate::acquire::{VirtualClock, run_on};
use ordskifte::acquire::fetch::{FetchSettings, Fetched, PrivateHosts, Validators, check_host};
use ordskifte::acquire::host::Clock;
use ordskifte::acquire::source::SourceSettings;
use ordskifte::acquire::web::{Network, PageRequest};
use ordskifte::acquire::{Archive, LocationOutcome};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use url::Url;

/// Answers one request after the other with the given bytes, and passes on what was asked. There is no robots.txt.
fn serve(answers: Vec<Vec<u8>>) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/doc", listener.local_addr().unwrap());
    let (sender, asked) = channel();
    std::thread::spawn(move || {
        for given in answers {
            let (mut stream, request) = asked_page(&listener);
            let _ = sender.send(request);
            let _ = stream.write_all(&given);
        }
    });
    (address, asked)
}

/// The next connection that does not ask for robots.txt, and its request.
fn asked_page(listener: &TcpListener) -> (TcpStream, String) {
    loop {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let count = stream.read(&mut request).unwrap();
        let request = String::from_utf8_lossy(&request[..count]).into_owned();
        if !request.starts_with("GET /robots.txt ") {
            return (stream, request);
        }
        let _ = stream.write_all(&answer("404 Not Found", "", b""));
    }
}

pub fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head =
        format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

pub fn settings() -> FetchSettings {
    FetchSettings {
        contact: Some("test@example.org".into()),
        allow_private_hosts: PrivateHosts::All,
        read_timeout_ms: 300,
        size_bytes_max: 1000,
        ..FetchSettings::default()
    }
}

fn night(root: &Path, address: &str, now: &str) -> LocationOutcome {
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
        LocationOutcome::Failed(error) => error.to_string(),
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
fn a_page_is_asked_conditionally_and_gets_a_tombstone_on_the_second_night_only() {
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
    assert_eq!(night(root.path(), &address, "2026-01-01T01:00:00Z"), LocationOutcome::New);
    assert_eq!(night(root.path(), &address, "2026-01-02T01:00:00Z"), LocationOutcome::Unchanged);
    assert!(matches!(night(root.path(), &address, "2026-01-03T01:00:00Z"), LocationOutcome::Failed(_)));
    assert!(matches!(night(root.path(), &address, "2026-01-03T02:00:00Z"), LocationOutcome::Failed(_)));
    assert_eq!(night(root.path(), &address, "2026-01-04T01:00:00Z"), LocationOutcome::Vanished);
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
        assert!(check_host(&url, &PrivateHosts::None).is_err(), "{host}");
    }
    assert!(check_host(&Url::parse("https://93.184.216.34/").unwrap(), &PrivateHosts::None).is_ok());
}

/// What one address gives.
fn fetch(url: &str, settings: FetchSettings, clock: &dyn Clock) -> Result<Fetched, String> {
    let stop = AtomicBool::new(false);
    let request = PageRequest { url: Url::parse(url).unwrap(), known: Validators::default() };
    let mut answers = Vec::new();
    let network = Network::new(settings, clock, &stop);
    let web = network.web();
    let keep = &mut |_: usize, fetched: Fetched| {
        answers.push(fetched);
        Ok(())
    };
    web.fetch_all(&[request], keep).map_err(|error| error.to_string())?;
    assert_eq!(answers.len(), 1);
    Ok(answers.remove(0))
}

fn failure(fetched: Result<Fetched, String>) -> String {
    match fetched.unwrap() {
        Fetched::Failed(error) => error.cause,
        fetched => panic!("{fetched:?}"),
    }
}

#[test]
fn a_name_that_resolves_to_a_private_address_is_not_asked() {
    let (address, asked) = serve(vec![answer("200 OK", "", b"secret")]);
    let settings = FetchSettings { allow_private_hosts: PrivateHosts::None, ..settings() };
    let cause =
        failure(fetch(&address.replace("127.0.0.1", "localhost"), settings, &VirtualClock::default()));
    assert!(cause.contains("is not a public address"), "{cause}");
    assert!(asked.try_recv().is_err());
}

#[test]
fn without_a_contact_nothing_is_fetched() {
    let settings = FetchSettings { contact: None, ..settings() };
    let error = fetch("http://example.org/", settings, &VirtualClock::default()).unwrap_err();
    assert!(error.contains("no contact") && error.contains("hint: set `contact`"), "{error}");
}

/// Sends `head`, then `piece` as often as it is taken, and then nothing until the reader has gone.
fn serve_slowly(head: &'static [u8], piece: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = asked_page(&listener);
        let _ = stream.write_all(head);
        while !piece.is_empty() && stream.write_all(piece).is_ok() {}
        let _ = stream.read(&mut [0; 4096]);
    });
    address
}

/// A clock that passes a second each time that it is looked at.
#[derive(Default)]
struct TickingClock(AtomicU64);

impl Clock for TickingClock {
    fn now(&self) -> Duration {
        Duration::from_secs(self.0.fetch_add(1, Ordering::SeqCst))
    }

    fn sleep(&self, _: Duration) {}
}

#[test]
fn a_server_that_falls_silent_is_left_in_its_head_and_in_its_body() {
    for head in [&b"HTTP/1.1 200 OK\r\nX-Slow: "[..], b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nx"] {
        let settings = FetchSettings { retries_max: 0, read_timeout_ms: 50, ..settings() };
        let cause = failure(fetch(&serve_slowly(head, b""), settings, &VirtualClock::default()));
        assert!(cause.contains("timed out"), "{cause}");
    }
}

#[test]
fn a_body_that_never_ends_is_left_after_its_total_time() {
    let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let settings =
        FetchSettings { retries_max: 0, total_timeout_ms: 3_000, size_bytes_max: 100_000_000, ..settings() };
    let cause = failure(fetch(&serve_slowly(head, b"1\r\nx\r\n"), settings, &TickingClock::default()));
    assert_eq!(cause, "the body took longer than 3000 ms");
}

#[test]
fn the_guard_looks_at_each_hop() {
    for (target, wanted) in [("ftp://127.0.0.1/", "scheme 'ftp'"), ("http://a@127.0.0.1/", "user name")] {
        let redirect = answer("302 Found", &format!("Location: {target}\r\n"), b"");
        assert!(first_night(vec![redirect]).contains(wanted), "{target}");
    }
}
