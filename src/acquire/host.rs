//! The time of the next request to a host, and whether the host is still worth a request. Pure: the time is an argument.

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
pub(crate) struct SystemClock(Instant);

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

/// Answers of 403 in a row after which a host counts as closed to us for this run: a wall against robots answers so to
/// everything, and each further request makes it higher.
const BLOCKED_MAX: u32 = 3;

/// The gap grows with each failure by the factor 8/5, up to [`SLOW_GAP`], and is the configured one again after
/// [`GOOD_ANSWERS`] in a row: what a harvester of Kudos found to keep a server alive that stalls under load.
const SLOWER: (u32, u32) = (8, 5);
const SLOW_GAP: Duration = Duration::from_secs(15);
const GOOD_ANSWERS: u32 = 15;

/// How a request ended, as far as its host is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    /// It answered, be it that there is nothing.
    Answers,
    /// It answered 403: a wall against robots, or a page that is not for us.
    Blocks,
    /// It answered with an error of its own, or not to the end.
    Fails,
    /// It did not respond.
    Silent,
}

/// The state of one host in a run: pace and circuit breaker.
#[derive(Debug, Clone)]
pub(super) struct Host {
    gap_min: Duration,
    attempts_per_url: u32,
    next: Duration,
    n_unanswered: u32,
    n_failed: u32,
    n_blocked: u32,
    /// Answers in a row.
    n_good: u32,
    /// The gap that failures have made longer.
    slow_gap: Duration,
    closed: Option<Closed>,
}

#[derive(Debug, Clone)]
struct Closed {
    /// `None`: for the rest of the run.
    until: Option<Duration>,
    reason: String,
}

impl Host {
    /// A host with at least `gap_min` between the end of a request and the next; an address is requested at most
    /// `attempts_per_url` times.
    pub(super) fn new(gap_min: Duration, attempts_per_url: u32) -> Host {
        let next = Duration::ZERO;
        let slow_gap = gap_min;
        let (n_unanswered, n_failed, n_blocked, n_good) = (0, 0, 0, 0);
        Host {
            gap_min,
            attempts_per_url,
            next,
            n_unanswered,
            n_failed,
            n_blocked,
            n_good,
            slow_gap,
            closed: None,
        }
    }

    /// The earliest time of the next request.
    pub(super) fn next(&self) -> Duration {
        self.next
    }

    /// Takes the `Crawl-delay` of the host's robots.txt for the shortest gap, where it is longer than the configured one.
    pub(super) fn slow_down(&mut self, now: Duration, crawl_delay: Duration) {
        self.gap_min = self.gap_min.max(crawl_delay);
        self.slow_gap = self.slow_gap.max(self.gap_min);
        self.hold(now, self.gap_min);
    }

    /// Notes a request: the next may begin max(gap, 2 × its duration) after it ended.
    pub(super) fn note_request(&mut self, started: Duration, ended: Duration) {
        let gap = self.slow_gap.max(ended.saturating_sub(started).saturating_mul(2));
        self.next = self.next.max(ended.saturating_add(gap));
    }

    /// Makes no request to the host until `pause` after `now`: a back-off, or its own Retry-After.
    pub(super) fn hold(&mut self, now: Duration, pause: Duration) {
        self.next = self.next.max(now.saturating_add(pause));
    }

    /// Closes the host until `pause` after `now`: requests that are due before then fail.
    pub(super) fn close(&mut self, now: Duration, pause: Duration, reason: String) {
        self.hold(now, pause);
        self.closed = Some(Closed { until: Some(self.next), reason });
    }

    /// Counts failures in a row; too many close the host for the rest of the run.
    ///
    /// One address alone cannot do it, however often it is repeated: a single page may be broken.
    pub(super) fn note(&mut self, health: Health, cause: &str) {
        self.n_blocked = if health == Health::Blocks { self.n_blocked + 1 } else { 0 };
        if matches!(health, Health::Answers | Health::Blocks) {
            (self.n_unanswered, self.n_failed) = (0, 0);
            self.n_good += 1;
            if self.n_good >= GOOD_ANSWERS {
                self.slow_gap = self.gap_min;
            }
            if self.n_blocked >= BLOCKED_MAX {
                self.close_for_good(format!("answered 403 {BLOCKED_MAX} times in a row"));
            }
            return;
        }
        self.n_good = 0;
        // In whole milliseconds, as all pauses.
        let slower = (self.slow_gap.min(SLOW_GAP) * SLOWER.0 / SLOWER.1).as_millis();
        self.slow_gap = Duration::from_millis(slower as u64).min(SLOW_GAP).max(self.gap_min);
        self.n_failed += 1;
        self.n_unanswered = if health == Health::Silent { self.n_unanswered + 1 } else { 0 };
        let reason = if self.n_unanswered >= UNANSWERED_MAX.max(self.attempts_per_url.saturating_add(1)) {
            format!("did not answer {} times in a row", self.n_unanswered)
        } else if self.n_failed >= FAILED_MAX.max(self.attempts_per_url.saturating_mul(5)) {
            format!("failed {} times in a row", self.n_failed)
        } else {
            return;
        };
        self.close_for_good(format!("{reason}, the last time: {cause}"));
    }

    /// Closes the host for the rest of the run.
    fn close_for_good(&mut self, reason: String) {
        self.closed = Some(Closed { until: None, reason });
    }

    /// Why the host gets no request at `now`. `None` when it may get one, after the wait of [`Host::next`].
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
        host.note_request(S(10), S(10));
        assert_eq!(host.next(), S(12));
        host.note_request(S(12), S(17));
        assert_eq!(host.next(), S(27));
        host.hold(S(17), S(60));
        assert_eq!(host.next(), S(77));
        host.note_request(S(17), S(18));
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
    fn three_blocked_requests_in_a_row_close_a_host_and_an_answer_between_them_does_not() {
        let mut host = host();
        let mut note = |health: Health| {
            host.note(health, "the server answered 403");
            host.closed(S(1_000_000)).map(str::to_owned)
        };
        assert_eq!(note(Health::Blocks).or(note(Health::Blocks)).or(note(Health::Answers)), None);
        assert_eq!(note(Health::Blocks).or(note(Health::Blocks)), None);
        assert_eq!(note(Health::Blocks).as_deref(), Some("answered 403 3 times in a row"));
    }

    #[test]
    fn failures_make_the_gap_longer_until_the_host_answers_again() {
        let mut host = host();
        let gap = |host: &mut Host, health: Health| {
            host.note(health, "");
            let ended = host.next();
            host.note_request(ended, ended);
            (host.next() - ended).as_millis()
        };
        let gaps: Vec<u128> = (0..6).map(|_| gap(&mut host, Health::Fails)).collect();
        assert_eq!(gaps, [3200, 5120, 8192, 13_107, 15_000, 15_000]);
        let gaps: Vec<u128> = (0..15).map(|_| gap(&mut host, Health::Answers)).collect();
        assert!(gaps[..14].iter().all(|gap| *gap == 15_000) && gaps[14] == 2000, "{gaps:?}");
    }

    #[test]
    fn a_crawl_delay_is_kept_also_when_it_is_longer_than_the_slowest_gap() {
        let mut host = host();
        host.note_request(S(0), S(0));
        host.slow_down(S(0), S(60));
        assert_eq!(host.next(), S(60));
        host.note(Health::Fails, "");
        host.note_request(S(60), S(60));
        assert_eq!(host.next(), S(120));
        host.slow_down(S(120), S(1));
        assert_eq!(host.next(), S(180));
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
