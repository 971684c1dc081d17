//! One address → one answer, within limits of time, size and address. The only user of reqwest.
//!
//! Refuses addresses that are not public, on every hop: the host when it is a literal, and every address that a name
//! resolves to; the connection goes to the addresses that were checked. The time of a request, and its repetition, are
//! decided in `web`.

mod ending;
mod guard;

pub use guard::{Forbidden, PrivateHosts, check_host};

use super::Error;
use super::archive::warc::content_decoded;
use super::host::{Clock, Health};
use ending::{Ending, ending};
use guard::CheckedResolver;
use jiff::{Timestamp, fmt::rfc2822};
use reqwest::blocking::{Client, Response};
use reqwest::header::{self, HeaderMap, HeaderValue};
use serde::Deserialize;
use std::io::Read;
use std::sync::{Arc, Once};
use std::time::Duration;
use url::Url;

/// The limits of fetching.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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
    /// Longest Retry-After that is waited for; after a longer one the host is left alone in this run.
    pub retry_after_s_max: u64,
    /// Hosts that get requests at the same time, over all sources. With 1 the sources are read one after the other.
    pub hosts_max: usize,
    /// Which loopback and private addresses may be requested: for an intranet.
    pub allow_private_hosts: PrivateHosts,
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
            allow_private_hosts: PrivateHosts::None,
        }
    }
}

/// The validators that the server sent with the last capture, for a conditional request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
}

/// One request and its answer, as archived.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The address that answered, after redirects.
    pub(crate) url: Url,
    pub(crate) request: Vec<u8>,
    pub(crate) status: u16,
    /// The response's head, up to and with the empty line.
    pub(crate) head: Vec<u8>,
    /// The body without transfer-encoding, still content-encoded.
    pub(crate) body: Vec<u8>,
    pub(crate) payload: Vec<u8>,
    pub(crate) media_type: Option<String>,
    /// For the next conditional request.
    pub(crate) validators: Validators,
    /// Whether it is unknown that the body is whole: it came without a length, in a format without an end.
    pub(crate) is_end_unknown: bool,
}

/// The final response of an address.
#[derive(Debug, Clone)]
pub enum Fetched {
    /// 200: there are bytes.
    Given(Box<Exchange>),
    /// 304 to a conditional request.
    NotModified(Box<Exchange>),
    /// 404 or 410: perhaps gone.
    Gone(u16),
    /// 400 or 422: the server refuses the parameters of the request; the body has the reason.
    Unprocessable(Vec<u8>),
    /// A failure: blocked, out of order, too large, cut short, or refused by a guard.
    Failed(Error),
}

/// The outcome of one request.
pub(super) enum RequestOutcome {
    /// The final response.
    Final(Fetched),
    /// The address of a redirect.
    Redirect(Url),
}

/// A request without a usable answer.
pub(super) struct RequestFailure {
    pub(super) error: Error,
    /// What it means for the host.
    pub(super) health: Health,
    /// Whether the same request may succeed later in this run.
    pub(super) is_passing: bool,
    /// How long the server wants no requests (`Retry-After`).
    pub(super) retry_after: Option<Duration>,
    /// The cause of the failure.
    pub(super) reason: FailureReason,
}

/// Why a request has no usable answer, as far as `web` decides on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FailureReason {
    /// No request was made: the address is not permitted.
    Forbidden,
    /// The server answered with this status.
    Status(u16),
    /// Anything else: no answer, or one that cannot be used.
    Other,
}

/// A client with limits.
#[derive(Debug)]
pub(super) struct Fetcher {
    client: Client,
    settings: FetchSettings,
    user_agent: String,
}

impl Fetcher {
    /// A client. Errors: no contact is configured.
    pub(super) fn new(settings: &FetchSettings) -> Result<Fetcher, Error> {
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
            .dns_resolver(Arc::new(CheckedResolver { allowed: settings.allow_private_hosts.clone() }))
            .build()
            .map_err(|e| Error::new(attempt, causes(&e)))?;
        Ok(Fetcher { client, settings: settings.clone(), user_agent })
    }

    /// The response of `url` to one request. The body may be incomplete: see [`whole`].
    pub(super) fn request(
        &self,
        url: &Url,
        known: &Validators,
        clock: &dyn Clock,
    ) -> Result<RequestOutcome, RequestFailure> {
        check_host(url, &self.settings.allow_private_hosts).map_err(|e| forbidden(url, e))?;
        let response = self.client.get(url.clone()).headers(conditional(known)).send();
        let response = response.map_err(|e| unanswered(url, &e))?;
        let status = response.status().as_u16();
        match status {
            301 | 302 | 303 | 307 | 308 => {
                redirected(url, response.headers()).map(RequestOutcome::Redirect).map_err(|e| lasting(url, e))
            }
            200 => {
                let exchange = self.exchange(url, known, response, clock)?;
                Ok(RequestOutcome::Final(Fetched::Given(Box::new(exchange))))
            }
            304 => {
                let exchange = self.exchange(url, known, response, clock)?;
                Ok(RequestOutcome::Final(Fetched::NotModified(Box::new(exchange))))
            }
            400 | 422 => {
                let exchange = self.exchange(url, known, response, clock)?;
                Ok(RequestOutcome::Final(Fetched::Unprocessable(exchange.payload)))
            }
            404 | 410 => Ok(RequestOutcome::Final(Fetched::Gone(status))),
            _ => Err(refused(url, status, response.headers())),
        }
    }

    /// Reads the body within the limits of size and time.
    fn exchange(
        &self,
        url: &Url,
        known: &Validators,
        response: Response,
        clock: &dyn Clock,
    ) -> Result<Exchange, RequestFailure> {
        let head = response_head(&response);
        let text =
            |name| response.headers().get(name).map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned());
        let validators = Validators { etag: text(header::ETAG), last_modified: text(header::LAST_MODIFIED) };
        let (media_type, encodings) = (text(header::CONTENT_TYPE), text(header::CONTENT_ENCODING));
        let is_end_unknown = !has_length(response.headers());
        let status = response.status().as_u16();
        let request = self.request_head(url, known);
        let body = self.body(url, response, clock)?;
        let payload = content_decoded(&encodings.unwrap_or_default(), &body, self.settings.size_bytes_max);
        // Without a length, a compressed body that cannot be read may have been cut short.
        let payload = payload.map_err(|e| if is_end_unknown { passing(url, e) } else { lasting(url, e) })?;
        let url = url.clone();
        Ok(Exchange { url, request, status, head, body, payload, media_type, validators, is_end_unknown })
    }

    fn body(&self, url: &Url, mut response: Response, clock: &dyn Clock) -> Result<Vec<u8>, RequestFailure> {
        let deadline = clock.now() + Duration::from_millis(self.settings.total_timeout_ms);
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
            if clock.now() > deadline {
                let limit = self.settings.total_timeout_ms;
                return Err(passing(url, format!("the body took longer than {limit} ms")));
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

fn install_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // An error means that the program has chosen a provider already, which then is used.
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

/// A 200 with its body, refused when it is known not to be whole.
pub(super) fn whole(exchange: Exchange) -> Result<Exchange, RequestFailure> {
    if exchange.payload.is_empty() {
        return Err(passing(&exchange.url, "the body is empty".to_string()));
    }
    if !exchange.is_end_unknown {
        return Ok(exchange);
    }
    match ending(&exchange.payload) {
        Ending::Whole => Ok(Exchange { is_end_unknown: false, ..exchange }),
        Ending::Unknown => Ok(Exchange { head: with_unknown_end(&exchange.head), ..exchange }),
        Ending::CutShort(missing) => {
            let cause = format!("the body came without a length and is cut short: {missing}");
            let hint =
                "it is tried again in the next run; if it is whole in a browser, save it to a folder source";
            let failure = passing(&exchange.url, cause);
            Err(RequestFailure { error: failure.error.hint(hint), ..failure })
        }
    }
}

/// Whether the end of the body is declared: by its length, or by the last chunk.
fn has_length(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter().filter_map(|it| it.to_str().ok());
    let is_chunked =
        codings.next_back().is_some_and(|it| it.trim().to_ascii_lowercase().ends_with("chunked"));
    is_chunked || headers.contains_key(header::CONTENT_LENGTH)
}

/// Notes in the archived head that the end of the body is not known, for later readers of the archive.
fn with_unknown_end(head: &[u8]) -> Vec<u8> {
    let fields = head.strip_suffix(b"\r\n").unwrap_or(head);
    [fields, b"X-Archive-Body-Length: not declared; the connection was closed after it\r\n\r\n"].concat()
}

/// The address fails for a reason that does not pass within a run.
fn lasting(url: &Url, cause: impl std::fmt::Display) -> RequestFailure {
    let error = Error::new(format!("cannot fetch {url}"), cause).hint("check the address in a browser");
    let (health, reason) = (Health::Answers, FailureReason::Other);
    RequestFailure { error, health, is_passing: false, retry_after: None, reason }
}

/// No request is made to the address.
fn forbidden(url: &Url, cause: impl std::fmt::Display) -> RequestFailure {
    let failure = lasting(url, cause);
    let hint = "check the address; a host of an intranet is allowed by `allow_private_hosts` under [fetch]";
    RequestFailure { error: failure.error.hint(hint), reason: FailureReason::Forbidden, ..failure }
}

/// The host answered, but not as it should.
fn passing(url: &Url, cause: impl std::fmt::Display) -> RequestFailure {
    let error = Error::new(format!("cannot fetch {url}"), cause).hint("it is tried again in the next run");
    let (health, reason) = (Health::Fails, FailureReason::Other);
    RequestFailure { error, health, is_passing: true, retry_after: None, reason }
}

/// There was no answer: no address, no connection, or no response on it.
fn unanswered(url: &Url, error: &reqwest::Error) -> RequestFailure {
    let cause = causes(error);
    if chain(error).any(|error| error.is::<Forbidden>()) {
        return forbidden(url, cause);
    }
    RequestFailure { health: Health::Silent, ..passing(url, cause) }
}

fn refused(url: &Url, status: u16, headers: &HeaderMap) -> RequestFailure {
    let cause = match status {
        // The answer of a protection against robots. It does not mean that the document is gone.
        403 => "the server answered 403: blocked, which does not mean gone".to_owned(),
        _ => format!("the server answered {status}"),
    };
    let failure = passing(url, cause);
    let is_passing = status == 429 || status >= 500;
    let health = match status {
        403 => Health::Blocks,
        _ if is_passing => failure.health,
        _ => Health::Answers,
    };
    let reason = FailureReason::Status(status);
    RequestFailure { health, is_passing, retry_after: retry_after(headers), reason, ..failure }
}

/// The value of `Retry-After`: seconds, or a date, which is compared with the server's own clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    // An HTTP date is an RFC 2822 date with the zone written GMT.
    let date = |text: &str| rfc2822::parse(text).ok().map(|date| date.timestamp().as_second());
    let now = headers.get(header::DATE).and_then(|value| date(value.to_str().ok()?.trim()));
    let seconds = date(value)? - now.unwrap_or_else(|| Timestamp::now().as_second());
    Some(Duration::from_secs(seconds.max(0) as u64))
}

/// A redirect that is not followed.
#[derive(Debug, thiserror::Error)]
enum BadRedirect {
    #[error("a redirect without a location")]
    NoLocation,
    #[error("a redirect to '{0}': {1}")]
    NoAddress(String, url::ParseError),
    #[error("a redirect from https to {0}")]
    Downgrade(Url),
}

fn redirected(here: &Url, headers: &HeaderMap) -> Result<Url, BadRedirect> {
    // Servers write the bytes of their file names into it, in UTF-8.
    let location = headers.get(header::LOCATION).and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
    let location = location.ok_or(BadRedirect::NoLocation)?;
    let mut next = here.join(location).map_err(|e| BadRedirect::NoAddress(location.to_owned(), e))?;
    if here.scheme() == "https" && next.scheme() == "http" {
        return Err(BadRedirect::Downgrade(next));
    }
    next.set_fragment(None);
    Ok(next)
}

/// An error with its causes, outermost first.
fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    chain(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn chain<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source())
}
