//! One location → one response, within limits of time, size, redirects and address. The only user of reqwest.
//!
//! Refuses addresses that are not public, on every hop: the host when it is a literal, and every address that a name
//! resolves to; the connection goes to the addresses that were checked. robots.txt is not read yet (see `host`).

use super::Error;
use super::archive::warc::content_decoded;
use super::host::{Clock, Pace};
use jiff::{Timestamp, fmt::rfc2822};
use reqwest::blocking::{Client, Response};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{self, HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};
use url::{Host, Url};

const REDIRECTS_MAX: usize = 10;

/// The limits of fetching.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FetchSettings {
    /// E-mail address or URL at which the owners of sites reach us. Without it nothing is fetched.
    pub contact: Option<String>,
    /// Shortest pause between two requests to a host.
    pub gap_ms: u64,
    /// Longest wait for a connection.
    pub connect_timeout_ms: u64,
    /// Longest wait for a response to begin, or between two pieces of it.
    pub read_timeout_ms: u64,
    /// Longest time that one response may take.
    pub total_timeout_ms: u64,
    /// Largest body, as sent and as inflated.
    pub size_bytes_max: u64,
    /// How often a request is repeated after 429, 5xx or a failed connection.
    pub retries_max: u32,
    /// First pause before a repetition; each further one is twice as long.
    pub backoff_ms: u64,
    /// Longest Retry-After that is waited for; a longer one means: not tonight.
    pub retry_after_s_max: u64,
    /// How many hosts are asked at the same time.
    pub hosts_max: usize,
    /// Whether loopback and private addresses may be asked: for an intranet, never for lists from strangers.
    pub allow_private_hosts: bool,
}

impl Default for FetchSettings {
    fn default() -> FetchSettings {
        FetchSettings {
            contact: None,
            gap_ms: 2_000,
            connect_timeout_ms: 10_000,
            read_timeout_ms: 30_000,
            total_timeout_ms: 300_000,
            size_bytes_max: 100_000_000,
            retries_max: 3,
            backoff_ms: 5_000,
            retry_after_s_max: 120,
            hosts_max: 4,
            allow_private_hosts: false,
        }
    }
}

/// What the last capture's server gave for a conditional request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`
    pub etag: Option<String>,
    /// `Last-Modified`
    pub last_modified: Option<String>,
}

/// One request and its answer, as archived.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The address that answered, after redirects.
    pub url: Url,
    /// The request's head.
    pub request: Vec<u8>,
    /// The status code.
    pub status: u16,
    /// The response's head, up to and with the empty line.
    pub head: Vec<u8>,
    /// The body without transfer-encoding, still content-encoded.
    pub body: Vec<u8>,
    /// The body content-decoded.
    pub payload: Vec<u8>,
    /// `Content-Type`
    pub media_type: Option<String>,
    /// For the next conditional request.
    pub validators: Validators,
}

/// How a location answered.
#[derive(Debug, Clone)]
pub enum Fetched {
    /// 200: there are bytes.
    Given(Box<Exchange>),
    /// 304 to a conditional request.
    NotModified(Box<Exchange>),
    /// 404 or 410: perhaps gone.
    Gone(u16),
    /// Not this time: blocked, out of order, too large, refused by a guard.
    Failed(Error),
}

/// One attempt that gave no answer, and whether another may.
struct Failure {
    error: Error,
    is_passing: bool,
    retry_after: Option<Duration>,
}

/// A client with limits.
#[derive(Debug)]
pub struct Fetcher {
    client: Client,
    settings: FetchSettings,
    user_agent: String,
}

impl Fetcher {
    /// A client; refuses to be made without a contact.
    pub fn new(settings: &FetchSettings) -> Result<Fetcher, Error> {
        let attempt = "cannot fetch from the network";
        let contact = settings.contact.as_deref().map(str::trim).filter(|contact| !contact.is_empty());
        let contact = contact.ok_or_else(|| {
            Error::new(attempt, "no contact is configured")
                .hint("set `contact` to your e-mail address or a URL, so that sites can reach you")
        })?;
        let user_agent = format!("ordskifte/{} (+{contact})", env!("CARGO_PKG_VERSION"));
        install_provider();
        let client = Client::builder()
            .user_agent(&user_agent)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_millis(settings.connect_timeout_ms))
            // In the blocking client this bounds the head and each read of the body, not their sum.
            .timeout(Duration::from_millis(settings.read_timeout_ms))
            .dns_resolver(Arc::new(PublicResolver { allow_private: settings.allow_private_hosts }))
            .build()
            .map_err(|e| Error::new(attempt, causes(&e)))?;
        Ok(Fetcher { client, settings: settings.clone(), user_agent })
    }

    /// The answer of `url`, with redirects followed, failures repeated, and the host's pace kept.
    pub fn fetch(
        &self,
        url: &Url,
        known: &Validators,
        pace: &mut Pace,
        clock: &dyn Clock,
        stop: &AtomicBool,
    ) -> Fetched {
        let mut attempts = 0;
        loop {
            wait(clock, pace.wait(clock.now()), stop);
            if stop.load(Ordering::Relaxed) {
                return Fetched::Failed(Error::new(format!("cannot fetch {url}"), "stopped"));
            }
            let started = clock.now();
            let answer = self.follow(url, known, pace, clock);
            pace.asked(started, clock.now());
            let failure = match answer {
                Ok(fetched) => return fetched,
                Err(failure) => failure,
            };
            let pause = failure.retry_after.unwrap_or(self.backoff(attempts));
            let is_too_long = pause > Duration::from_secs(self.settings.retry_after_s_max);
            if !failure.is_passing || attempts >= self.settings.retries_max || is_too_long {
                return Fetched::Failed(failure.error);
            }
            attempts += 1;
            pace.hold(clock.now(), pause);
        }
    }

    fn backoff(&self, attempts: u32) -> Duration {
        Duration::from_millis(self.settings.backoff_ms.saturating_mul(1 << attempts.min(16)))
    }

    fn follow(
        &self,
        url: &Url,
        known: &Validators,
        pace: &mut Pace,
        clock: &dyn Clock,
    ) -> Result<Fetched, Failure> {
        let mut here = url.clone();
        for _ in 0..=REDIRECTS_MAX {
            check_host(&here, self.settings.allow_private_hosts).map_err(|e| lasting(url, e))?;
            let started = clock.now();
            let response = self.ask(&here, known).map_err(|e| passing(url, causes(&e)))?;
            let status = response.status().as_u16();
            match status {
                301 | 302 | 303 | 307 | 308 => {
                    pace.asked(started, clock.now());
                    here = redirected(&here, response.headers()).map_err(|e| lasting(url, e))?;
                    clock.sleep(pace.wait(clock.now()));
                }
                200 => return Ok(Fetched::Given(Box::new(self.exchange(here, known, response)?))),
                304 => return Ok(Fetched::NotModified(Box::new(self.exchange(here, known, response)?))),
                404 | 410 => return Ok(Fetched::Gone(status)),
                _ => return Err(refused(url, status, response.headers())),
            }
        }
        Err(lasting(url, format!("more than {REDIRECTS_MAX} redirects")))
    }

    fn ask(&self, url: &Url, known: &Validators) -> Result<Response, reqwest::Error> {
        self.client.get(url.clone()).headers(conditional(known)).send()
    }

    /// Reads the body within the limits of size and time.
    fn exchange(&self, url: Url, known: &Validators, response: Response) -> Result<Exchange, Failure> {
        let head = response_head(&response);
        let text =
            |name| response.headers().get(name).map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned());
        let validators = Validators { etag: text(header::ETAG), last_modified: text(header::LAST_MODIFIED) };
        let (media_type, encodings) = (text(header::CONTENT_TYPE), text(header::CONTENT_ENCODING));
        let status = response.status().as_u16();
        let request = self.request_head(&url, known);
        let body = self.body(&url, response)?;
        let payload = content_decoded(&encodings.unwrap_or_default(), &body, self.settings.size_bytes_max)
            .map_err(|e| lasting(&url, e))?;
        Ok(Exchange { url, request, status, head, body, payload, media_type, validators })
    }

    fn body(&self, url: &Url, mut response: Response) -> Result<Vec<u8>, Failure> {
        let deadline = Instant::now() + Duration::from_millis(self.settings.total_timeout_ms);
        let mut body = Vec::new();
        let mut piece = [0; 16 * 1024];
        loop {
            let count = response.read(&mut piece).map_err(|e| passing(url, causes(&e)))?;
            if count == 0 {
                return Ok(body);
            }
            body.extend_from_slice(&piece[..count]);
            if body.len() as u64 > self.settings.size_bytes_max {
                let limit = self.settings.size_bytes_max;
                return Err(lasting(url, format!("the body is larger than {limit} bytes")));
            }
            if Instant::now() > deadline {
                let limit = self.settings.total_timeout_ms;
                return Err(passing(url, format!("the response took longer than {limit} ms")));
            }
        }
    }

    fn request_head(&self, url: &Url, known: &Validators) -> Vec<u8> {
        let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let mut head = format!(
            "GET {path} HTTP/1.1\r\nhost: {host}\r\nuser-agent: {}\r\naccept: */*\r\n",
            self.user_agent
        );
        for (name, value) in &conditional(known) {
            head.push_str(&format!("{name}: {}\r\n", String::from_utf8_lossy(value.as_bytes())));
        }
        (head + "\r\n").into_bytes()
    }
}

/// The system's clock.
#[derive(Debug)]
pub struct SystemClock(Instant);

impl Default for SystemClock {
    fn default() -> SystemClock {
        SystemClock(Instant::now())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

/// Sleeps in pieces, so that a stop is heard within a quarter of a second.
fn wait(clock: &dyn Clock, duration: Duration, stop: &AtomicBool) {
    let mut left = duration;
    while !left.is_zero() && !stop.load(Ordering::Relaxed) {
        let piece = left.min(Duration::from_millis(250));
        clock.sleep(piece);
        left -= piece;
    }
}

fn install_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // An error says that the program has chosen a provider already, which then is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

fn conditional(known: &Validators) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    let pairs = [(header::IF_NONE_MATCH, &known.etag), (header::IF_MODIFIED_SINCE, &known.last_modified)];
    for (name, value) in pairs {
        if let Some(value) = value.as_ref().and_then(|value| HeaderValue::from_bytes(value.as_bytes()).ok()) {
            headers.insert(name, value);
        }
    }
    headers
}

/// The head as it came, but for the transfer-encoding, which the archived body no longer has.
fn response_head(response: &Response) -> Vec<u8> {
    let status = response.status();
    let reason = status.canonical_reason().unwrap_or_default();
    let mut head = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).into_bytes();
    for (name, value) in response.headers() {
        let is_transfer = name == header::TRANSFER_ENCODING;
        head.extend(if is_transfer { "X-Archive-Orig-Transfer-Encoding" } else { name.as_str() }.bytes());
        head.extend(b": ");
        head.extend(value.as_bytes());
        head.extend(b"\r\n");
    }
    head.extend(b"\r\n");
    head
}

fn lasting(url: &Url, cause: impl std::fmt::Display) -> Failure {
    let error = Error::new(format!("cannot fetch {url}"), cause).hint("check the address in a browser");
    Failure { error, is_passing: false, retry_after: None }
}

fn passing(url: &Url, cause: String) -> Failure {
    let is_guard = cause.contains(NOT_PUBLIC);
    let error = Error::new(format!("cannot fetch {url}"), cause).hint("it is tried again in the next run");
    Failure { error, is_passing: !is_guard, retry_after: None }
}

fn refused(url: &Url, status: u16, headers: &HeaderMap) -> Failure {
    let failure = passing(url, format!("the server answered {status}"));
    let is_passing = status == 429 || status >= 500;
    Failure { is_passing, retry_after: retry_after(headers), ..failure }
}

/// How long the server asks us to wait, in seconds or until a date.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    // An HTTP date is an RFC 2822 date with the zone written GMT.
    let until = rfc2822::parse(value).ok()?.timestamp();
    let seconds = until.as_second() - Timestamp::now().as_second();
    Some(Duration::from_secs(seconds.max(0) as u64))
}

fn redirected(here: &Url, headers: &HeaderMap) -> Result<Url, String> {
    let location = headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
    let location = location.ok_or("a redirect without a location")?;
    let mut next = here.join(location).map_err(|e| format!("a redirect to '{location}': {e}"))?;
    if here.scheme() == "https" && next.scheme() == "http" {
        return Err(format!("a redirect from https to {next}"));
    }
    next.set_fragment(None);
    Ok(next)
}

/// An error with its causes, outermost first.
fn causes(error: &dyn std::error::Error) -> String {
    let chain = std::iter::successors(Some(error), |error| error.source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

const NOT_PUBLIC: &str = "is not a public address";

/// Refuses what is neither http nor https, has a user name, or names an address that is not public.
pub fn check_host(url: &Url, allow_private: bool) -> Result<(), String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("the scheme '{}' is not http or https", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the address has a user name".to_string());
    }
    let address = match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
        Some(Host::Domain(_)) => return Ok(()),
        None => return Err("the address has no host".to_string()),
    };
    if allow_private || is_public(address) { Ok(()) } else { Err(format!("{address} {NOT_PUBLIC}")) }
}

/// Whether an address is one of the public network; in doubt it is not.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    // IANA IPv4 Special-Purpose Address Registry.
    let is_special = match address.octets() {
        [0 | 10 | 127, ..] | [169, 254, ..] | [192, 168, ..] | [192, 88, 99, _] => true,
        [100, b, ..] => (64..128).contains(&b),
        [172, b, ..] => (16..32).contains(&b),
        [192, 0, 0 | 2, _] | [198, 18 | 19, ..] | [198, 51, 100, _] | [203, 0, 113, _] => true,
        [a, ..] => a >= 224,
    };
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // Only 2000::/3 is given out; mapped, compatible, translated (64:ff9b::), ULA, link-local and multicast lie outside.
    let is_global = segments[0] & 0xe000 == 0x2000;
    let is_special = match segments {
        // Teredo, benchmarking, ORCHID and the rest of 2001::/23; documentation; 6to4, which embeds any IPv4 address.
        [0x2001, b, ..] => b < 0x200 || b == 0xdb8,
        [0x2002, ..] => true,
        [0x3fff, b, ..] => b < 0x1000,
        _ => false,
    };
    is_global && !is_special
}

/// Resolves names to addresses of which every one is public; the connection is made to just these.
struct PublicResolver {
    allow_private: bool,
}

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            // Blocks this client's own thread only: each host is asked by a client of its own.
            let addresses: Vec<SocketAddr> = (name.as_str(), 0).to_socket_addrs()?.collect();
            match addresses.iter().find(|address| !allow_private && !is_public(address.ip())) {
                Some(address) => Err(format!("{}: {} {NOT_PUBLIC}", name.as_str(), address.ip()).into()),
                None => Ok(Box::new(addresses.into_iter()) as Addrs),
            }
        })
    }
}
