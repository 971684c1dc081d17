//! How soon may a host be asked again? Pure: the time is an argument.
//!
//! robots.txt is not read yet: a URL list names each address by hand. It must be before pages are found by crawling.

use std::time::Duration;

/// The clock and the sleeper of fetching: the system's, or a test's that passes time without sleeping.
pub trait Clock: Sync {
    /// Time since some fixed moment.
    fn now(&self) -> Duration;
    /// Returns when `duration` has passed.
    fn sleep(&self, duration: Duration);
}

/// The pace of one host: one request at a time, and a gap after each.
#[derive(Debug, Clone)]
pub struct Pace {
    gap_min: Duration,
    next: Duration,
}

impl Pace {
    /// A pace with at least `gap_min` between the end of a request and the next.
    pub fn new(gap_min: Duration) -> Pace {
        Pace { gap_min, next: Duration::ZERO }
    }

    /// How long to wait at `now` before the next request.
    pub fn wait(&self, now: Duration) -> Duration {
        self.next.saturating_sub(now)
    }

    /// Notes a request: the next may begin max(configured gap, 2 × its duration) after it ended.
    pub fn asked(&mut self, started: Duration, ended: Duration) {
        self.next = ended + self.gap_min.max(ended.saturating_sub(started) * 2);
    }

    /// Holds the host back until `duration` after `now`: a back-off, or its own Retry-After.
    pub fn hold(&mut self, now: Duration, duration: Duration) {
        self.next = self.next.max(now + duration);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gap_grows_with_the_response_time() {
        let second = Duration::from_secs;
        let mut pace = Pace::new(second(2));
        assert_eq!(pace.wait(second(0)), second(0));
        pace.asked(second(10), second(10));
        assert_eq!(pace.wait(second(10)), second(2));
        pace.asked(second(12), second(17));
        assert_eq!(pace.wait(second(17)), second(10));
        pace.hold(second(17), second(60));
        assert_eq!(pace.wait(second(27)), second(50));
    }
}
