//! Hosts over a whole run, against servers on the loopback address and a virtual clock.

use crate::acquire::{VirtualClock, failures, notices, options, rows_with_failure, run_with};
use crate::fetch::{answer, settings};
use ordskifte::acquire::fetch::FetchSettings;
use ordskifte::acquire::host::Clock;
use ordskifte::acquire::source::SourceSettings;
use ordskifte::acquire::{AcquireOptions, AcquireSummary, Archive, SourceEvent};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

/// A server that notes the time of each request in milliseconds, and its path.
pub struct Site {
    pub address: String,
    asked: Arc<Mutex<Vec<(u64, String)>>>,
}

impl Site {
    /// A site without robots.txt; that it is asked for it is not noted. `answers` gets the path and how many requests came
    /// before.
    pub fn new(clock: &Arc<VirtualClock>, answers: impl Fn(&str, usize) -> Vec<u8> + Send + 'static) -> Site {
        Site::serve(clock, false, answers)
    }

    /// A site whose robots.txt is one of the answers.
    pub fn with_robots(
        clock: &Arc<VirtualClock>,
        answers: impl Fn(&str, usize) -> Vec<u8> + Send + 'static,
    ) -> Site {
        Site::serve(clock, true, answers)
    }

    fn serve(
        clock: &Arc<VirtualClock>,
        has_robots: bool,
        answers: impl Fn(&str, usize) -> Vec<u8> + Send + 'static,
    ) -> Site {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<_>>>::default();
        let (notes, clock) = (Arc::clone(&asked), Arc::clone(clock));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream: TcpStream = stream.unwrap();
                let mut request = [0; 4096];
                let count = stream.read(&mut request).unwrap_or(0);
                let line = String::from_utf8_lossy(&request[..count]);
                let path = line.split(' ').nth(1).unwrap_or_default().to_string();
                if path == "/robots.txt" && !has_robots {
                    let _ = stream.write_all(&answer("404 Not Found", "", b""));
                    continue;
                }
                let time = clock.now().as_millis() as u64;
                let mut notes = notes.lock().unwrap();
                let answer = answers(&path, notes.len());
                notes.push((time, path));
                drop(notes);
                let _ = stream.write_all(&answer);
            }
        });
        Site { address, asked }
    }

    pub fn asked(&self) -> Vec<(u64, String)> {
        self.asked.lock().unwrap().clone()
    }

    pub fn times(&self) -> Vec<u64> {
        self.asked().into_iter().map(|(time, _)| time).collect()
    }

    pub fn urls(&self, paths: &[&str]) -> Vec<String> {
        paths.iter().map(|path| format!("{}/{path}", self.address)).collect()
    }
}

/// A night over sources that are lists of addresses, one host at a time.
pub struct Night {
    pub root: tempfile::TempDir,
    pub clock: Arc<VirtualClock>,
    pub fetch: FetchSettings,
}

impl Night {
    pub fn new() -> Night {
        let fetch = FetchSettings { hosts_max: 1, ..settings() };
        Night { root: tempfile::tempdir().unwrap(), clock: Arc::default(), fetch }
    }

    pub fn archive(&self) -> Archive {
        Archive::open(&self.root.path().join("archive")).unwrap()
    }

    pub fn run(&self, lists: &[Vec<String>]) -> (AcquireSummary, Vec<SourceEvent>) {
        let sources: Vec<SourceSettings> = (0..lists.len()).map(source).collect();
        for (number, urls) in lists.iter().enumerate() {
            write_list(self.root.path(), number, &format!("url\n{}\n", urls.join("\n")));
        }
        let stop = AtomicBool::new(false);
        let options = AcquireOptions { fetch: self.fetch.clone(), ..options(&self.clock, &stop) };
        run_with(&mut self.archive(), self.root.path(), &sources, &options)
    }
}

fn source(number: usize) -> SourceSettings {
    toml::from_str(&format!("name = 'web-{number}'\nkind = 'urls'\nfile = '{number}.csv'")).unwrap()
}

fn write_list(root: &Path, number: usize, text: &str) {
    std::fs::write(root.join(format!("{number}.csv")), text).unwrap();
}

fn page(path: &str) -> Vec<u8> {
    answer("200 OK", "", path.as_bytes())
}

#[test]
fn two_sources_and_a_redirect_share_the_pace_of_a_host() {
    let night = Night::new();
    let site = Site::new(&night.clock, |path, _| match path {
        "/moved" => answer("302 Found", "Location: /there\r\n", b""),
        _ => page(path),
    });
    let (summary, _) = night.run(&[site.urls(&["a", "moved"]), site.urls(&["b"])]);
    assert_eq!(summary.n_new, 3);
    let wanted = [(2000, "/a"), (4000, "/moved"), (6000, "/there"), (8000, "/b")];
    assert_eq!(site.asked(), wanted.map(|(time, path)| (time, path.to_string())));
}

#[test]
fn sources_on_different_hosts_are_read_at_the_same_time() {
    let mut night = Night::new();
    night.fetch.hosts_max = 4;
    let (asked, is_asked) = std::sync::mpsc::channel();
    // The first host answers when the second has been asked: with one source after the other it never would.
    let first = Site::new(&night.clock, move |path, _| {
        is_asked
            .recv_timeout(std::time::Duration::from_secs(60))
            .expect("the other source is read meanwhile");
        page(path)
    });
    let second = Site::new(&night.clock, move |path, _| {
        asked.send(()).unwrap();
        page(path)
    });
    let (summary, _) = night.run(&[first.urls(&["a"]), second.urls(&["a"])]);
    assert_eq!((summary.n_new, summary.n_failed), (2, 0));
    assert_eq!(night.archive().holdings().unwrap().len(), 2);
}

#[test]
fn sources_that_are_read_at_the_same_time_share_the_pace_and_the_robots_txt_of_a_host() {
    let mut night = Night::new();
    night.fetch.hosts_max = 4;
    let robots = || answer("200 OK", "", b"User-agent: *\nDisallow: /no\n");
    let site = Site::serve(&night.clock, true, move |path, _| match path {
        "/robots.txt" => robots(),
        _ => page(path),
    });
    let lists = ["a", "b", "c", "d"].map(|name| site.urls(&[name, &format!("no/{name}")]));
    let (summary, events) = night.run(&lists);
    assert_eq!((summary.n_new, summary.n_failed), (4, 4));
    assert!(failures(&events).iter().all(|(_, reason)| reason.contains("forbids it")), "{events:?}");
    let asked = site.asked();
    assert_eq!(asked.iter().filter(|(_, path)| path == "/robots.txt").count(), 1, "{asked:?}");
    assert!(asked.windows(2).all(|pair| pair[1].0 - pair[0].0 >= 2000), "{asked:?}");
}

#[test]
fn the_same_document_of_two_sources_is_archived_once() {
    let mut night = Night::new();
    night.fetch.hosts_max = 4;
    let body = |_: &str, _: usize| answer("200 OK", "", &[b'x'; 900]);
    let (first, second) = (Site::new(&night.clock, body), Site::new(&night.clock, body));
    let (summary, events) = night.run(&[first.urls(&["a", "b"]), second.urls(&["a", "b"])]);
    assert_eq!(summary.n_new, 4, "{events:?}");
    let archive = night.archive();
    assert_eq!(archive.holdings().unwrap().len(), 4);
    archive.verify(&mut |fault| panic!("{fault:?}")).unwrap();
    // The payload is in one record; the three other captures refer to it.
    let records = |kind: &str| {
        let files = std::fs::read_dir(night.root.path().join("archive")).unwrap();
        let warcs =
            files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "gz"));
        let text = |path: std::path::PathBuf| {
            let mut bytes = Vec::new();
            let file = std::fs::File::open(path).unwrap();
            flate2::read::MultiGzDecoder::new(file).read_to_end(&mut bytes).unwrap();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        warcs.map(|path| text(path).matches(&format!("WARC-Type: {kind}\r\n")).count()).sum::<usize>()
    };
    assert_eq!((records("response"), records("revisit")), (1, 3));
}

#[test]
fn a_redirect_to_another_host_waits_for_that_host() {
    let night = Night::new();
    let second = Site::new(&night.clock, |path, _| page(path));
    let target = second.address.clone();
    let first = Site::new(&night.clock, move |_, _| {
        answer("301 Moved", &format!("Location: {target}/there\r\n"), b"")
    });
    let (summary, _) = night.run(&[second.urls(&["a"]), first.urls(&["moved"])]);
    assert_eq!(summary.n_new, 2);
    assert_eq!((second.times(), first.times()), (vec![2000, 4000], vec![4000]));
}

#[test]
fn a_host_is_left_alone_for_its_retry_after_while_another_goes_on() {
    let night = Night::new();
    let busy = Site::new(&night.clock, |path, n_before| match n_before {
        0 => answer("503 Busy", "Retry-After: 60\r\n", b""),
        _ => page(path),
    });
    let other = Site::new(&night.clock, |path, _| page(path));
    let lists = [[busy.urls(&["a", "b"]), other.urls(&["a", "b", "c"])].concat(), busy.urls(&["c", "d"])];
    let (summary, _) = night.run(&lists);
    assert_eq!((summary.n_new, summary.n_failed), (7, 0));
    assert_eq!(busy.times(), [2000, 62_000, 65_200, 68_400, 71_600]);
    assert_eq!(other.times(), [2000, 4000, 6000]);
}

#[test]
fn after_a_long_retry_after_no_url_of_the_host_is_asked_in_this_run() {
    for status in ["429 Too Many Requests", "503 Busy"] {
        let night = Night::new();
        let busy = Site::new(&night.clock, move |_, _| answer(status, "Retry-After: 86400\r\n", b""));
        let other = Site::new(&night.clock, |path, _| page(path));
        let lists = [
            [busy.urls(&["a", "b", "c"]), other.urls(&["a"])].concat(),
            [busy.urls(&["d", "e", "f"]), other.urls(&["b"])].concat(),
        ];
        let (summary, events) = night.run(&lists);
        assert_eq!((summary.n_new, summary.n_failed), (2, 6));
        assert_eq!(busy.asked().len(), 1);
        let wanted = "wants no requests for 86400 s (Retry-After); a run waits 120 s at most";
        assert!(failures(&events).iter().all(|(_, reason)| reason.contains(wanted)), "{events:?}");
        assert_eq!(rows_with_failure(&night.archive()).len(), 6);
    }
}

#[test]
fn retry_after_as_a_date_is_read_by_the_clock_of_the_server() {
    let night = Night::new();
    let head = "Date: Thu, 01 Jan 1998 00:00:00 GMT\r\nRetry-After: Thu, 01 Jan 1998 00:01:30 GMT\r\n";
    let site = Site::new(&night.clock, move |path, n_before| match n_before {
        0 => answer("429 Too Many Requests", head, b""),
        _ => page(path),
    });
    night.run(&[site.urls(&["a", "b"])]);
    assert_eq!(site.times(), [2000, 92_000, 95_200]);
}

#[test]
fn any_retry_after_is_survived() {
    for value in ["18446744073709551615", "-5", "soon", "0", "Thu, 01 Jan 1970 00:00:00 GMT", ""] {
        let night = Night::new();
        let head = format!("Retry-After: {value}\r\n");
        let site = Site::new(&night.clock, move |path, n_before| match n_before {
            0 => answer("503 Busy", &head, b""),
            _ => page(path),
        });
        let (summary, _) = night.run(&[site.urls(&["a", "b"])]);
        assert_eq!(summary.n_new + summary.n_failed, 2, "{value}");
        assert!(site.times().windows(2).all(|pair| pair[1] - pair[0] >= 2000), "{value}");
    }
}

/// Sources with a thousand addresses of one host.
fn thousand(address: &str) -> [Vec<String>; 2] {
    let urls: Vec<String> = (0..1000).map(|number| format!("{address}/{number}")).collect();
    let (first, second) = urls.split_at(600);
    [first.to_vec(), second.to_vec()]
}

#[test]
fn a_dead_host_with_a_thousand_urls_is_asked_five_times() {
    let night = Night::new();
    let silent = Site::new(&night.clock, |_, _| Vec::new());
    let other = Site::new(&night.clock, |path, _| page(path));
    let [first, second] = thousand(&silent.address);
    let (summary, events) = night.run(&[[first, other.urls(&["a"])].concat(), second]);
    assert_eq!((summary.n_new, summary.n_failed), (1, 1000));
    // Back-off of 5, 10 and 20 s; the fifth is the next address, after a gap that has grown with the failures.
    assert_eq!(silent.times(), [2000, 7000, 17_000, 37_000, 45_192]);
    let wanted = "did not answer 5 times in a row, the last time: ";
    let n_explained = failures(&events).iter().filter(|(_, reason)| reason.contains(wanted)).count();
    assert_eq!(n_explained, 999);
    assert_eq!(rows_with_failure(&night.archive()).len(), 1000);
}

#[test]
fn of_a_closed_port_and_a_name_that_does_not_exist_only_robots_txt_is_asked() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for host in [format!("127.0.0.1:{port}"), "name.invalid".to_string()] {
        let night = Night::new();
        let (summary, events) = night.run(&thousand(&format!("http://{host}")));
        assert_eq!(summary.n_failed, 1000);
        assert_eq!(night.clock.now().as_secs(), 35);
        assert!(failures(&events)[999].1.contains("cannot be read: "), "{host}");
    }
}

#[test]
fn a_host_that_answers_500_to_everything_is_given_up_after_twenty() {
    let night = Night::new();
    let broken = Site::new(&night.clock, |_, _| answer("500 Broken", "", b""));
    let (summary, events) = night.run(&thousand(&broken.address));
    assert_eq!((summary.n_failed, broken.asked().len()), (1000, 20));
    let reason = &failures(&events)[999].1;
    assert!(reason.contains("failed 20 times in a row, the last time: the server answered 500"), "{reason}");
}

#[test]
fn one_broken_page_closes_nothing() {
    let night = Night::new();
    let site = Site::new(&night.clock, |path, _| if path == "/b" { Vec::new() } else { page(path) });
    let (summary, _) = night.run(&[site.urls(&["a", "b", "c", "d"])]);
    assert_eq!((summary.n_new, summary.n_failed), (3, 1));
}

/// What a body becomes: `Ok` with the notices, or the reason.
fn outcome_of(answer: &'static [u8]) -> Result<Vec<String>, String> {
    let night = Night { fetch: FetchSettings { retries_max: 0, ..settings() }, ..Night::new() };
    let site = Site::new(&night.clock, |_, _| answer.to_vec());
    let (summary, events) = night.run(&[site.urls(&["a"])]);
    match failures(&events).pop() {
        Some((_, reason)) => Err(reason),
        None => {
            assert_eq!(summary.n_new, 1);
            Ok(notices(&events))
        }
    }
}

#[test]
fn a_body_that_is_cut_short_is_not_archived_as_whole() {
    let cut: [(&[u8], &str); 8] = [
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n<html></html>",
            "error reading a body from connection",
        ),
        (
            b"HTTP/1.0 200 OK\r\nContent-Length: 50\r\n\r\n%PDF-1.4 %%EOF",
            "error reading a body from connection",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<html\r\n",
            "error reading a body from connection",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n<html",
            "error reading a body from connection",
        ),
        (b"HTTP/1.1 200 OK\r\n\r\n<!doctype html><html><p>Half a", "cut short: a page without </html>"),
        (b"HTTP/1.0 200 OK\r\n\r\n%PDF-1.4\n1 0 obj", "cut short: a PDF without %%EOF"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\x03", "damaged"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "the body is empty"),
    ];
    for (answer, wanted) in cut {
        let reason = outcome_of(answer).unwrap_err();
        assert!(reason.contains(wanted), "{reason}");
    }
}

#[test]
fn a_body_without_length_is_archived_when_its_format_shows_its_end_and_noted_when_not() {
    let whole: [&[u8]; 2] = [
        b"HTTP/1.1 200 OK\r\n\r\n<!doctype html><html><p>Whole</p></html>\n",
        b"HTTP/1.0 200 OK\r\n\r\n%PDF-1.4\n1 0 obj\n%%EOF\n",
    ];
    for answer in whole {
        assert_eq!(outcome_of(answer), Ok(Vec::new()));
    }
    let notices = outcome_of(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\ntext").unwrap();
    assert!(notices[0].contains("not known whether it is whole"), "{notices:?}");
}

#[test]
fn the_archived_head_says_that_the_end_is_not_known() {
    let night = Night::new();
    let site = Site::new(&night.clock, |_, _| b"HTTP/1.0 200 OK\r\nX-A: b\r\n\r\ntext".to_vec());
    night.run(&[site.urls(&["a"])]);
    let archive = night.archive();
    let capture = archive.holdings().unwrap()[0].sha256;
    let capture = archive.catalogue().capture_of_payload(&capture).unwrap().unwrap();
    let place = archive.catalogue().place(&capture.record_id).unwrap().unwrap();
    let block = archive.payload_reader().record(&place).unwrap();
    let wanted = "HTTP/1.1 200 OK\r\nx-a: b\r\n\
                  X-Archive-Body-Length: not declared; the connection was closed after it\r\n\r\ntext";
    assert_eq!(String::from_utf8_lossy(&block.block), wanted);
}

#[test]
fn bad_rows_of_a_list_are_rejected_by_line_until_they_are_corrected() {
    let night = Night::new();
    let site = Site::new(&night.clock, |path, _| page(path));
    let address = &site.address;
    let text = format!(
        "url,year,title\n{address}/a,2020,A\nnot an address,,\n{address}/b,MMXX,B\n,,\n{address}/c\n\
         {address}/a#part,2020,A\n{address}/a,2021,A\n{address}/d,,\"2014\"\n"
    );
    let run = |text: &str| {
        write_list(night.root.path(), 0, text);
        let stop = AtomicBool::new(false);
        let options = AcquireOptions { fetch: settings(), ..options(&night.clock, &stop) };
        run_with(&mut night.archive(), night.root.path(), &[source(0)], &options)
    };
    let (summary, events) = run(&text);
    assert_eq!((summary.n_new, summary.n_failed), (3, 3));
    let wanted = [
        ("line 3", "'not an address' is not an address"),
        ("line 4", "column 'year': 'MMXX' is not a year"),
        ("line 8", "line 2 has the same address with other columns"),
    ];
    for ((location, reason), (line, wanted)) in failures(&events).iter().zip(wanted) {
        assert!(location == line && reason.contains(wanted), "{location}: {reason}");
    }
    assert_eq!(rows_with_failure(&night.archive()), wanted.map(|(line, _)| line.to_string()));
    let (summary, _) = run(&format!("url,year,title\n{address}/d,,\"2014\"\n"));
    assert_eq!(summary, AcquireSummary { n_unchanged: 1, ..AcquireSummary::default() });
    assert_eq!(rows_with_failure(&night.archive()), Vec::<String>::new());
    assert!(night.archive().holdings().unwrap().iter().all(|holding| !holding.is_vanished));
    assert_eq!(night.archive().holdings().unwrap()[2].metadata.title.as_deref(), Some("2014"));
}

#[test]
fn a_list_that_cannot_be_read_is_rejected_as_a_whole() {
    let cases = [("address\nhttp://127.0.0.1/\n", "the column 'url' is missing"), ("", "it is empty")];
    for (text, wanted) in cases {
        let night = Night::new();
        write_list(night.root.path(), 0, text);
        let stop = AtomicBool::new(false);
        let options = AcquireOptions { fetch: settings(), ..options(&night.clock, &stop) };
        let (_, events) = run_with(&mut night.archive(), night.root.path(), &[source(0)], &options);
        assert!(failures(&events)[0].1.contains(wanted), "{events:?}");
        assert_eq!(rows_with_failure(&night.archive()), [""]);
    }
}
