//! Addresses → what each gave, with every host's pace kept. Decides whom to ask next, and whether to ask again.
//!
//! What is known of a host lasts as long as the [`Web`], which is a run: all its sources and all hops of redirects share
//! it. A host is asked one request at a time, several hosts side by side. While one host has to be left alone, the
//! others go on.

use super::Error;
use super::fetch::{FetchSettings, Fetched, Fetcher, RequestFailure, RequestOutcome, Validators};
use super::host::{Clock, Health, Host, host_key};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;
use url::Url;

const REDIRECTS_MAX: u32 = 10;
/// A stop takes effect within this time.
const STOP_CHECK: Duration = Duration::from_millis(250);

/// An address to be asked, and what is known of it.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where.
    pub url: Url,
    /// For a conditional request.
    pub known: Validators,
}

/// The network as one run sees it.
pub struct Web<'a> {
    settings: FetchSettings,
    clock: &'a dyn Clock,
    stop: &'a AtomicBool,
    schedule: Mutex<Schedule>,
    has_changed: Condvar,
}

/// The hosts, and the requests that wait for them.
#[derive(Default)]
struct Schedule {
    hosts: BTreeMap<String, Host>,
    queues: BTreeMap<String, VecDeque<Task>>,
    busy: BTreeSet<String>,
    /// Requests without a final answer, waiting or under way.
    n_open: usize,
}

/// A request on its way.
#[derive(Clone)]
struct Task {
    index: usize,
    /// The address of the current hop.
    here: Url,
    n_redirects: u32,
    n_attempts: u32,
}

/// A task and when its host may be asked, or why it is not.
struct Turn {
    host: String,
    task: Task,
    may_ask: Result<Duration, String>,
}

impl<'a> Web<'a> {
    /// The network within the limits of `settings`; nothing is asked yet.
    pub fn new(settings: FetchSettings, clock: &'a dyn Clock, stop: &'a AtomicBool) -> Web<'a> {
        Web { settings, clock, stop, schedule: Mutex::default(), has_changed: Condvar::new() }
    }

    /// Calls `on_answer` with the index of each request and its final answer, in the order in which these come.
    ///
    /// A request that a stop cut off has none. Errors: no contact is configured; the first of `on_answer`, which ends all.
    pub fn fetch_all(
        &self,
        requests: &[Request],
        on_answer: &mut dyn FnMut(usize, Fetched) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let n_hosts = self.fill_queues(requests);
        let n_workers = self.settings.hosts_max.clamp(1, n_hosts.max(1));
        // A client for each worker: resolving a name blocks the client's thread.
        let fetchers = (0..n_workers).map(|_| Fetcher::new(&self.settings));
        let fetchers = fetchers.collect::<Result<Vec<_>, _>>()?;
        let (sender, answers) = sync_channel(n_workers);
        std::thread::scope(|scope| {
            for fetcher in fetchers {
                let sender = sender.clone();
                scope.spawn(move || self.work(&fetcher, requests, &sender));
            }
            drop(sender);
            // An error drops the receiver, which ends the workers.
            answers.into_iter().try_for_each(|(index, fetched)| on_answer(index, fetched))
        })
    }

    /// Returns how many hosts there are.
    fn fill_queues(&self, requests: &[Request]) -> usize {
        let mut schedule = self.lock();
        schedule.queues.clear();
        schedule.busy.clear();
        schedule.n_open = requests.len();
        for (index, request) in requests.iter().enumerate() {
            let task = Task { index, here: request.url.clone(), n_redirects: 0, n_attempts: 0 };
            schedule.queues.entry(host_key(&request.url)).or_default().push_back(task);
        }
        schedule.queues.len()
    }

    fn work(&self, fetcher: &Fetcher, requests: &[Request], sender: &SyncSender<(usize, Fetched)>) {
        // Without it a panic would leave its host busy and the other workers waiting.
        let _abort = AbortOnPanic(self);
        while let Some(turn) = self.next_turn() {
            let index = turn.task.index;
            let outcome = match &turn.may_ask {
                Err(reason) => Some(Fetched::Failed(given_up(&requests[index].url, &turn.host, reason))),
                Ok(from) => {
                    self.wait_until(*from);
                    if self.is_stopped() {
                        return;
                    }
                    self.ask(fetcher, &turn, &requests[index])
                }
            };
            self.end_turn(&turn.host, outcome.is_some());
            let is_received = outcome.is_none_or(|fetched| sender.send((index, fetched)).is_ok());
            if !is_received {
                self.abort();
            }
        }
    }

    /// Waits for the free host that may be asked first, and takes its next request. `None`: all is done, or a stop.
    fn next_turn(&self) -> Option<Turn> {
        let mut schedule = self.lock();
        loop {
            if schedule.n_open == 0 || self.is_stopped() {
                return None;
            }
            if let Some(turn) = schedule.take(&self.settings, self.clock.now()) {
                return Some(turn);
            }
            let waited = self.has_changed.wait_timeout(schedule, STOP_CHECK);
            schedule = waited.expect("no worker panics with the schedule").0;
        }
    }

    /// One request. `None` when another must follow: a redirect, or a repetition.
    fn ask(&self, fetcher: &Fetcher, turn: &Turn, request: &Request) -> Option<Fetched> {
        let started = self.clock.now();
        let answer = fetcher.request(&turn.task.here, &request.known, self.clock);
        let ended = self.clock.now();
        let mut schedule = self.lock();
        let host = schedule.hosts.get_mut(&turn.host).expect("a turn is of a known host");
        host.asked(started, ended);
        let next = match answer {
            Ok(RequestOutcome::Final(fetched)) => {
                host.note(Health::Answers, "");
                return Some(fetched);
            }
            Ok(RequestOutcome::Redirect(_)) if turn.task.n_redirects >= REDIRECTS_MAX => {
                host.note(Health::Answers, "");
                let cause = format!("more than {REDIRECTS_MAX} redirects");
                let error = Error::new(format!("cannot fetch {}", request.url), cause);
                return Some(Fetched::Failed(error.hint("check the address in a browser")));
            }
            Ok(RequestOutcome::Redirect(here)) => {
                host.note(Health::Answers, "");
                Task { here, n_redirects: turn.task.n_redirects + 1, ..turn.task.clone() }
            }
            Err(failure) => match self.note_failure(host, ended, &turn.task, failure) {
                Some(error) => return Some(Fetched::Failed(error)),
                None => Task { n_attempts: turn.task.n_attempts + 1, ..turn.task.clone() },
            },
        };
        schedule.queues.entry(host_key(&next.here)).or_default().push_front(next);
        None
    }

    /// Draws the host's conclusions from a failure. `None` when the request is to be repeated.
    fn note_failure(
        &self,
        host: &mut Host,
        now: Duration,
        task: &Task,
        failure: RequestFailure,
    ) -> Option<Error> {
        let RequestFailure { error, health, is_passing, retry_after } = failure;
        host.note(health, &error.cause);
        let bound = Duration::from_secs(self.settings.retry_after_s_max);
        if let Some(pause) = retry_after.filter(|pause| *pause > bound) {
            let (asked, bound) = (pause.as_secs(), bound.as_secs());
            let reason =
                format!("asked to be left alone for {asked} s (Retry-After); a run waits {bound} s at most");
            let cause = format!("{}; the host {reason}", error.cause);
            host.close(now, pause, reason);
            return Some(Error { cause, ..error });
        }
        let is_repeated = is_passing && task.n_attempts < self.settings.retries_max;
        if let Some(pause) = retry_after.or(is_repeated.then(|| self.backoff(task.n_attempts))) {
            host.hold(now, pause);
        }
        (!is_repeated).then_some(error)
    }

    fn backoff(&self, n_attempts: u32) -> Duration {
        Duration::from_millis(self.settings.backoff_ms.saturating_mul(1 << n_attempts.min(16)))
    }

    fn end_turn(&self, host: &str, is_final: bool) {
        let mut schedule = self.lock();
        schedule.busy.remove(host);
        schedule.n_open = schedule.n_open.saturating_sub(usize::from(is_final));
        drop(schedule);
        self.has_changed.notify_all();
    }

    fn abort(&self) {
        self.lock().n_open = 0;
        self.has_changed.notify_all();
    }

    fn wait_until(&self, time: Duration) {
        while !self.is_stopped() {
            let left = time.saturating_sub(self.clock.now());
            if left.is_zero() {
                return;
            }
            self.clock.sleep(left.min(STOP_CHECK));
        }
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().expect("no worker panics with the schedule")
    }
}

impl Schedule {
    /// The next request of the free host that may be asked first; a closed host comes before all, since it costs nothing.
    fn take(&mut self, settings: &FetchSettings, now: Duration) -> Option<Turn> {
        self.queues.retain(|_, queue| !queue.is_empty());
        let gap_min = Duration::from_millis(settings.gap_ms);
        let attempts_per_url = settings.retries_max.saturating_add(1);
        for name in self.queues.keys() {
            self.hosts.entry(name.clone()).or_insert_with(|| Host::new(gap_min, attempts_per_url));
        }
        let free = self.queues.keys().filter(|name| !self.busy.contains(*name));
        let host = free.min_by_key(|name| {
            let host = &self.hosts[*name];
            if host.closed(now).is_some() { Duration::ZERO } else { host.next() }
        })?;
        let host = host.clone();
        let task = self.queues.get_mut(&host)?.pop_front()?;
        self.busy.insert(host.clone());
        let known = &self.hosts[&host];
        let may_ask = known.closed(now).map_or(Ok(known.next()), |reason| Err(reason.to_string()));
        Some(Turn { host, task, may_ask })
    }
}

/// Wakes the other workers when one panics, so that the panic is reported.
struct AbortOnPanic<'a>(&'a Web<'a>);

impl Drop for AbortOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.abort();
        }
    }
}

/// The failure of an address whose host is closed.
fn given_up(url: &Url, host: &str, reason: &str) -> Error {
    Error::new(format!("cannot fetch {url}"), format!("not asked, since {host} {reason}"))
        .hint("it is tried again in the next run")
}
