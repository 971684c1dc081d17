//! When may a host be asked again, and is it still worth asking? Pure: the time is an argument.
//!
//! robots.txt is not read yet: a URL list names each address by hand. It must be before pages are found by crawling.

use std::time::{Duration, Instant};
use url::Url;

/// The clock and the sleeper of fetching: the system's, or a test's that passes time without sleeping.
pub trait Clock: Sync {
    /// Time since some fixed moment.
    fn now(&self) -> Duration;
    /// Returns when `duration` has passed.
    fn sleep(&self, duration: Duration);
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

/// The host that an address belongs to, as far as pace and breaker are concerned.
///
/// `http` and `https`, and a name with and without `www.`, are usually one machine and count as one host. A port other
/// than 80 and 443 is a service of its own.
pub(super) fn host_key(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default().trim_end_matches('.');
    let name = name.strip_prefix("www.").unwrap_or(name);
    match url.port_or_known_default() {
        None | Some(80 | 443) => name.to_string(),
        Some(port) => format!("{name}:{port}"),
    }
}

/// Requests in a row without any answer after which a host counts as dead for this run. Five span 35 s at the default
/// back-off (5, 10 and 20 s), which a restarting server survives.
const UNANSWERED_MAX: u32 = 5;

/// Failed requests in a row, errors of the server included, after which a host counts as out of order for this run:
/// five addresses with four attempts each at the default settings.
const FAILED_MAX: u32 = 20;

/// How a request ended, as far as its host is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    /// It answered, be it with a refusal.
    Answers,
    /// It answered with an error of its own, or not to the end.
    Fails,
    /// It gave no answer at all.
    Silent,
}

/// What a run knows of one host: pace and breaker.
#[derive(Debug, Clone)]
pub(super) struct Host {
    gap_min: Duration,
    attempts_per_url: u32,
    next: Duration,
    n_unanswered: u32,
    n_failed: u32,
    closed: Option<Closed>,
}

#[derive(Debug, Clone)]
struct Closed {
    /// `None`: for the rest of the run.
    until: Option<Duration>,
    reason: String,
}

impl Host {
    /// A host that is given at least `gap_min` between the end of a request and the next; an address is asked at most
    /// `attempts_per_url` times.
    pub(super) fn new(gap_min: Duration, attempts_per_url: u32) -> Host {
        let next = Duration::ZERO;
        Host { gap_min, attempts_per_url, next, n_unanswered: 0, n_failed: 0, closed: None }
    }

    /// The earliest time of the next request.
    pub(super) fn next(&self) -> Duration {
        self.next
    }

    /// Notes a request: the next may begin max(configured gap, 2 × its duration) after it ended.
    pub(super) fn asked(&mut self, started: Duration, ended: Duration) {
        let gap = self.gap_min.max(ended.saturating_sub(started).saturating_mul(2));
        self.next = self.next.max(ended.saturating_add(gap));
    }

    /// Leaves the host alone until `pause` after `now`: a back-off, or its own Retry-After.
    pub(super) fn hold(&mut self, now: Duration, pause: Duration) {
        self.next = self.next.max(now.saturating_add(pause));
    }

    /// Closes the host until `pause` after `now`: what is due before then is given up.
    pub(super) fn close(&mut self, now: Duration, pause: Duration, reason: String) {
        self.hold(now, pause);
        self.closed = Some(Closed { until: Some(self.next), reason });
    }

    /// Counts failures in a row; too many close the host for the rest of the run.
    ///
    /// One address alone cannot do it, however often it is repeated: a single page may be broken.
    pub(super) fn note(&mut self, health: Health, cause: &str) {
        if health == Health::Answers {
            (self.n_unanswered, self.n_failed) = (0, 0);
            return;
        }
        self.n_failed += 1;
        self.n_unanswered = if health == Health::Silent { self.n_unanswered + 1 } else { 0 };
        let reason = if self.n_unanswered >= UNANSWERED_MAX.max(self.attempts_per_url.saturating_add(1)) {
            format!("did not answer {} times in a row", self.n_unanswered)
        } else if self.n_failed >= FAILED_MAX.max(self.attempts_per_url.saturating_mul(5)) {
            format!("failed {} times in a row", self.n_failed)
        } else {
            return;
        };
        self.closed = Some(Closed { until: None, reason: format!("{reason}, the last time: {cause}") });
    }

    /// Why the host is not asked at `now`. `None` when it may be, after the wait that [`Host::next`] says.
    pub(super) fn closed(&self, now: Duration) -> Option<&str> {
        let closed = self.closed.as_ref()?;
        let is_over = closed.until.is_some_and(|until| until <= now);
        (!is_over).then_some(closed.reason.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: fn(u64) -> Duration = Duration::from_secs;

    fn host() -> Host {
        Host::new(S(2), 4)
    }

    #[test]
    fn the_gap_grows_with_the_response_time() {
        let mut host = host();
        assert_eq!(host.next(), S(0));
        host.asked(S(10), S(10));
        assert_eq!(host.next(), S(12));
        host.asked(S(12), S(17));
        assert_eq!(host.next(), S(27));
        host.hold(S(17), S(60));
        assert_eq!(host.next(), S(77));
        host.asked(S(17), S(18));
        assert_eq!(host.next(), S(77));
    }

    #[test]
    fn schemes_and_www_are_one_host_and_ports_are_not() {
        let key = |text: &str| host_key(&Url::parse(text).unwrap());
        assert_eq!(key("http://www.Example.no/a"), key("https://example.no./b"));
        assert_eq!(key("https://example.no:443/"), key("http://example.no:80/"));
        assert_ne!(key("http://example.no:8080/"), key("http://example.no/"));
        assert_ne!(key("http://data.example.no/"), key("http://example.no/"));
        assert_eq!(key("http://[::1]:8080/"), "[::1]:8080");
    }

    #[test]
    fn silence_closes_a_host_for_the_run_and_an_answer_forgives() {
        let mut host = host();
        let silent = |host: &mut Host| host.note(Health::Silent, "connection refused");
        (0..4).for_each(|_| silent(&mut host));
        assert_eq!(host.closed(S(0)), None);
        host.note(Health::Answers, "");
        (0..4).for_each(|_| silent(&mut host));
        assert_eq!(host.closed(S(0)), None);
        silent(&mut host);
        let reason = "did not answer 5 times in a row, the last time: connection refused";
        assert_eq!(host.closed(S(1_000_000)), Some(reason));
    }

    #[test]
    fn one_address_with_many_attempts_does_not_close_its_host() {
        let mut host = Host::new(S(2), 10);
        (0..10).for_each(|_| host.note(Health::Silent, ""));
        assert_eq!(host.closed(S(0)), None);
        host.note(Health::Silent, "");
        assert!(host.closed(S(0)).is_some());
    }

    #[test]
    fn errors_of_the_server_close_a_host_after_twenty() {
        let mut host = host();
        (0..19).for_each(|_| host.note(Health::Fails, "the server answered 500"));
        assert_eq!(host.closed(S(0)), None);
        host.note(Health::Fails, "the server answered 500");
        assert!(host.closed(S(0)).unwrap().starts_with("failed 20 times in a row"));
    }

    #[test]
    fn a_host_that_asked_for_time_opens_again_after_it() {
        let mut host = host();
        host.close(S(10), S(600), "asked for 600 s".into());
        assert_eq!((host.closed(S(609)), host.closed(S(610))), (Some("asked for 600 s"), None));
        host.close(S(610), S(u64::MAX), "asked for ever".into());
        assert_eq!(host.closed(S(1 << 40)), Some("asked for ever"));
    }
}
