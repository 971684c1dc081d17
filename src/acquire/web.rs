//! Addresses → the response of each, at the pace and by the robots.txt of each host. Decides the order and the repetition of requests.
//!
//! The state of a host lasts as long as the [`Network`], which is one run: all its sources and all hops of redirects share
//! it. A host gets one request at a time, several hosts are fetched in parallel. While one host has to wait, the
//! others go on. Sources that are read at the same time have a [`Web`] each: requests and a budget of their own. Before the first address of an origin its robots.txt is read, as a request to the host like any other.

use super::Error;
use super::fetch::{
    FailureReason, FetchSettings, Fetched, Fetcher, RequestFailure, RequestOutcome, Validators, check_host,
    whole,
};
use super::host::{Clock, Health, Host, host_key};
use super::robots::RobotsFile;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;
use url::Url;

const REDIRECTS_MAX: u32 = 10;
/// More redirects than these mean that there is no robots.txt (RFC 9309, 2.3.1.2).
const ROBOTS_REDIRECTS_MAX: u32 = 5;
/// A stop takes effect within this time.
const STOP_CHECK: Duration = Duration::from_millis(250);

/// An address to be fetched, and its validators.
#[derive(Debug, Clone)]
pub struct PageRequest {
    /// Where.
    pub url: Url,
    /// For a conditional request.
    pub known: Validators,
}

/// The largest cost of a source in one run. The rest waits for the next run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SourceBudget {
    /// Requests, those for robots.txt and repetitions included.
    pub(crate) requests: u64,
    /// Bytes of bodies, as sent.
    pub(crate) bytes: u64,
    /// Minutes since the first request for the source.
    pub(crate) minutes: u64,
}

impl Default for SourceBudget {
    /// Eight hours, which is a night, at most at the default pace of a request each two seconds.
    fn default() -> SourceBudget {
        SourceBudget { requests: 14_400, bytes: 20_000_000_000, minutes: 480 }
    }
}

/// The network as one run sees it.
pub struct Network<'a> {
    settings: FetchSettings,
    clock: &'a dyn Clock,
    stop: &'a AtomicBool,
    /// Set when a source ended with an error: the others end too.
    is_ended: AtomicBool,
    schedule: Mutex<Schedule>,
    has_changed: Condvar,
    /// Clients that no worker uses at the moment: each costs a table of certificates.
    idle_clients: Mutex<Vec<Fetcher>>,
}

/// The network as one source sees it.
pub struct Web<'a> {
    network: &'a Network<'a>,
    /// Its requests among those of all sources.
    lane: usize,
}

/// The hosts, and the requests that wait for them.
#[derive(Default)]
struct Schedule {
    hosts: BTreeMap<String, Host>,
    busy: BTreeSet<String>,
    /// By origin.
    robots: BTreeMap<String, Robots>,
    /// One for each source.
    lanes: Vec<Lane>,
}

/// The robots.txt of an origin.
enum Robots {
    /// On its way, for the source of this lane.
    Reading(usize),
    Read(RobotsFile),
}

/// The requests of one source.
#[derive(Default)]
struct Lane {
    queues: BTreeMap<String, VecDeque<FetchTask>>,
    /// Requests without a final answer, waiting or under way.
    n_open: usize,
    budget: SourceBudget,
    spent: Spent,
}

/// The cost of the requests since the last [`Web::begin_budget`].
#[derive(Debug, Clone, Copy, Default)]
struct Spent {
    n_requests: u64,
    n_bytes: u64,
    begun: Duration,
}

/// A request on its way.
#[derive(Clone)]
struct FetchTask {
    purpose: Purpose,
    /// The address of the current hop.
    here: Url,
    n_redirects: u32,
    n_attempts: u32,
}

/// The purpose of a request.
#[derive(Clone)]
enum Purpose {
    /// The request of this index.
    Page(usize),
    /// The robots.txt of this origin.
    Robots(String),
}

/// A task and the time at which its host may get a request, or the reason why it gets none.
struct Turn {
    host: String,
    task: FetchTask,
    may_ask: Result<Duration, HostRefusal>,
}

/// Why an address is not requested.
enum HostRefusal {
    /// Its host is closed, for this reason.
    Closed(String),
    /// robots.txt forbids it.
    Disallowed,
    /// robots.txt could not be read, for this reason.
    RobotsUnreachable(String),
}

/// How a turn ended.
enum TurnEnd {
    /// A page has its final answer.
    Answer(usize, Fetched),
    /// A robots.txt was read.
    RobotsRead,
    /// Another request must follow: a redirect, or a repetition.
    Continues,
}

impl<'a> Network<'a> {
    /// The network within the limits of `settings`. Makes no request yet.
    pub fn new(settings: FetchSettings, clock: &'a dyn Clock, stop: &'a AtomicBool) -> Network<'a> {
        let (schedule, has_changed, idle_clients) = (Mutex::default(), Condvar::new(), Mutex::default());
        let is_ended = AtomicBool::new(false);
        Network { settings, clock, stop, is_ended, schedule, has_changed, idle_clients }
    }

    /// The network for one source.
    pub fn web(&'a self) -> Web<'a> {
        let mut schedule = self.lock();
        schedule.lanes.push(Lane::default());
        Web { network: self, lane: schedule.lanes.len() - 1 }
    }

    /// No source gets a further response.
    pub(super) fn end(&self) {
        self.is_ended.store(true, Ordering::Relaxed);
        self.has_changed.notify_all();
    }

    /// Whether the run was stopped, or ended by an error.
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.is_ended.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().expect("no worker panics with the schedule")
    }

    fn keep_clients(&self, clients: Vec<Fetcher>) {
        self.idle_clients.lock().expect("no worker panics with the clients").extend(clients);
    }

    /// A client for each worker: resolving a name blocks the client's thread.
    fn clients(&self, n_workers: usize) -> Result<Vec<Fetcher>, Error> {
        let mut idle = self.idle_clients.lock().expect("no worker panics with the clients");
        let first = idle.len().saturating_sub(n_workers);
        let mut clients = idle.split_off(first);
        drop(idle);
        while clients.len() < n_workers {
            clients.push(Fetcher::new(&self.settings)?);
        }
        Ok(clients)
    }
}

impl Web<'_> {
    /// From now on at most `budget` is spent; requests beyond it get no response.
    pub(super) fn begin_budget(&self, budget: SourceBudget) {
        let begun = self.network.clock.now();
        let lane = &mut self.lock().lanes[self.lane];
        lane.budget = budget;
        lane.spent = Spent { begun, ..Spent::default() };
    }

    /// The part of the budget that is used up: "100 requests". `None` while some is left.
    pub(super) fn spent_budget(&self) -> Option<String> {
        self.lock().lanes[self.lane].spent_budget(self.network.clock.now())
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.network.is_stopped()
    }

    /// Errors: no contact is configured.
    pub(super) fn check_contact(&self) -> Result<(), Error> {
        self.network.keep_clients(self.network.clients(1)?);
        Ok(())
    }

    /// The response of one address. `None` after a stop, or when the budget is used up.
    ///
    /// Errors: no contact is configured.
    pub(super) fn fetch(&self, url: &Url) -> Result<Option<Fetched>, Error> {
        let request = PageRequest { url: url.clone(), known: Validators::default() };
        let mut answer = None;
        self.fetch_all(&[request], &mut |_, fetched| {
            answer = Some(fetched);
            Ok(())
        })?;
        Ok(answer)
    }

    /// Calls `on_answer` with the index of each request and its final response, in the order in which these arrive.
    ///
    /// A request that a stop or the end of the budget cut off has none. Errors: no contact is configured; the first error of
    /// `on_answer`, which ends all.
    pub fn fetch_all(
        &self,
        requests: &[PageRequest],
        on_answer: &mut dyn FnMut(usize, Fetched) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let n_hosts = self.fill_queues(requests);
        let n_workers = self.network.settings.hosts_max.clamp(1, n_hosts.max(1));
        let mut clients = self.network.clients(n_workers)?;
        let (sender, answers) = sync_channel(n_workers);
        let outcome = std::thread::scope(|scope| {
            for client in &mut clients {
                let (sender, client) = (sender.clone(), &*client);
                scope.spawn(move || self.work(client, requests, &sender));
            }
            drop(sender);
            // An error drops the receiver, which ends the workers.
            answers.into_iter().try_for_each(|(index, fetched)| on_answer(index, fetched))
        });
        self.network.keep_clients(clients);
        // A robots.txt that the end of the budget or a stop cut off is read by whoever needs it next.
        self.lock().robots.retain(|_, robots| !matches!(robots, Robots::Reading(lane) if *lane == self.lane));
        self.network.has_changed.notify_all();
        outcome
    }

    /// Returns how many hosts there are.
    fn fill_queues(&self, requests: &[PageRequest]) -> usize {
        let lane = &mut self.lock().lanes[self.lane];
        lane.queues.clear();
        lane.n_open = requests.len();
        for (index, request) in requests.iter().enumerate() {
            let purpose = Purpose::Page(index);
            let task = FetchTask { purpose, here: request.url.clone(), n_redirects: 0, n_attempts: 0 };
            lane.queues.entry(host_key(&request.url)).or_default().push_back(task);
        }
        lane.queues.len()
    }

    fn work(&self, client: &Fetcher, requests: &[PageRequest], sender: &SyncSender<(usize, Fetched)>) {
        // Without it a panic would leave its host busy and the other workers waiting.
        let _abort = AbortOnPanic(self);
        while let Some(turn) = self.next_turn() {
            let end = match (&turn.may_ask, &turn.task.purpose) {
                (Err(refusal), Purpose::Page(index)) => {
                    let error = not_requested(&requests[*index].url, &turn.host, refusal);
                    TurnEnd::Answer(*index, Fetched::Failed(error))
                }
                (Err(refusal), Purpose::Robots(origin)) => {
                    let file = RobotsFile::Unreachable(refusal.cause(&turn.host));
                    self.end_robots(&mut self.lock(), origin, file);
                    TurnEnd::RobotsRead
                }
                (Ok(from), _) => {
                    self.wait_until(*from);
                    if self.network.is_stopped() {
                        self.end_turn(&turn.host, false);
                        return;
                    }
                    self.ask(client, &turn, requests)
                }
            };
            self.end_turn(&turn.host, !matches!(end, TurnEnd::Continues));
            if let TurnEnd::Answer(index, fetched) = end
                && sender.send((index, fetched)).is_err()
            {
                self.abort();
            }
        }
    }

    /// Waits for the free host whose turn comes first, and takes its next request. `None` when all is done, or after a stop.
    fn next_turn(&self) -> Option<Turn> {
        let mut schedule = self.lock();
        loop {
            let now = self.network.clock.now();
            let lane = &schedule.lanes[self.lane];
            if lane.n_open == 0 || self.network.is_stopped() || lane.spent_budget(now).is_some() {
                return None;
            }
            if let Some(turn) = schedule.take(self.lane, &self.network.settings, now) {
                return Some(turn);
            }
            let waited = self.network.has_changed.wait_timeout(schedule, STOP_CHECK);
            schedule = waited.expect("no worker panics with the schedule").0;
        }
    }

    /// One request.
    fn ask(&self, client: &Fetcher, turn: &Turn, requests: &[PageRequest]) -> TurnEnd {
        let no_validators = Validators::default();
        let known = match turn.task.purpose {
            Purpose::Page(index) => &requests[index].known,
            Purpose::Robots(_) => &no_validators,
        };
        let clock = self.network.clock;
        let started = clock.now();
        let answer = client.request(&turn.task.here, known, clock);
        let ended = clock.now();
        let mut schedule = self.lock();
        schedule.lanes[self.lane].note_cost(&answer);
        let host = schedule.hosts.get_mut(&turn.host).expect("a turn is of a known host");
        host.note_request(started, ended);
        match &turn.task.purpose {
            Purpose::Page(index) => {
                let answer = answer.and_then(checked);
                self.conclude_page(&mut schedule, turn, ended, (*index, &requests[*index].url), answer)
            }
            Purpose::Robots(origin) => self.conclude_robots(&mut schedule, turn, ended, origin, answer),
        }
    }

    fn conclude_page(
        &self,
        schedule: &mut Schedule,
        turn: &Turn,
        ended: Duration,
        (index, url): (usize, &Url),
        answer: Result<RequestOutcome, RequestFailure>,
    ) -> TurnEnd {
        let host = schedule.hosts.get_mut(&turn.host).expect("a turn is of a known host");
        let next = match answer {
            Ok(RequestOutcome::Final(fetched)) => {
                host.note(Health::Answers, "");
                return TurnEnd::Answer(index, fetched);
            }
            Ok(RequestOutcome::Redirect(_)) if turn.task.n_redirects >= REDIRECTS_MAX => {
                host.note(Health::Answers, "");
                let cause = format!("more than {REDIRECTS_MAX} redirects");
                let error = Error::new(format!("cannot fetch {url}"), cause);
                return TurnEnd::Answer(index, Fetched::Failed(error.hint("check the address in a browser")));
            }
            Ok(RequestOutcome::Redirect(here)) => {
                host.note(Health::Answers, "");
                turn.task.redirected(here)
            }
            Err(failure) => match self.note_failure(host, ended, &turn.task, failure) {
                Some(error) => return TurnEnd::Answer(index, Fetched::Failed(error)),
                None => turn.task.repeated(),
            },
        };
        schedule.lanes[self.lane].queues.entry(host_key(&next.here)).or_default().push_front(next);
        TurnEnd::Continues
    }

    fn conclude_robots(
        &self,
        schedule: &mut Schedule,
        turn: &Turn,
        ended: Duration,
        origin: &str,
        answer: Result<RequestOutcome, RequestFailure>,
    ) -> TurnEnd {
        let host = schedule.hosts.get_mut(&turn.host).expect("a turn is of a known host");
        let (file, next) = match answer {
            Ok(RequestOutcome::Redirect(here)) => {
                host.note(Health::Answers, "");
                let is_lost = turn.task.n_redirects >= ROBOTS_REDIRECTS_MAX;
                let file = is_lost.then(RobotsFile::absent);
                (file, turn.task.redirected(here))
            }
            Ok(RequestOutcome::Final(fetched)) => {
                host.note(Health::Answers, "");
                let file = match fetched {
                    Fetched::Given(exchange) => RobotsFile::parse(&exchange.payload),
                    _ => RobotsFile::absent(),
                };
                (Some(file), turn.task.clone())
            }
            Err(failure) => {
                let reason = failure.reason;
                let file = self.note_failure(host, ended, &turn.task, failure).map(|error| match reason {
                    // 429 means "not now", which does not mean that there is no robots.txt.
                    FailureReason::Status(400..=428 | 430..=499) => RobotsFile::absent(),
                    // The pages of the host are refused for the same reason, and their failures name it.
                    FailureReason::Forbidden => RobotsFile::absent(),
                    _ => RobotsFile::Unreachable(error.cause),
                });
                (file, turn.task.repeated())
            }
        };
        match file {
            Some(file) => {
                self.end_robots(schedule, origin, file);
                TurnEnd::RobotsRead
            }
            None => {
                schedule.lanes[self.lane].queues.entry(host_key(&next.here)).or_default().push_front(next);
                TurnEnd::Continues
            }
        }
    }

    /// Records the rules of the robots.txt of `origin`.
    fn end_robots(&self, schedule: &mut Schedule, origin: &str, file: RobotsFile) {
        let host = Url::parse(origin).ok().map(|url| host_key(&url));
        let host = host.and_then(|key| schedule.hosts.get_mut(&key));
        if let Some((host, delay)) = host.zip(file.crawl_delay()) {
            host.slow_down(self.network.clock.now(), delay);
        }
        schedule.robots.insert(origin.to_owned(), Robots::Read(file));
    }

    /// Updates the host after a failure. `None` when the request is to be repeated.
    fn note_failure(
        &self,
        host: &mut Host,
        now: Duration,
        task: &FetchTask,
        failure: RequestFailure,
    ) -> Option<Error> {
        let RequestFailure { error, health, is_passing, retry_after, .. } = failure;
        host.note(health, &error.cause);
        let bound = Duration::from_secs(self.network.settings.retry_after_s_max);
        if let Some(pause) = retry_after.filter(|pause| *pause > bound) {
            let (asked, bound) = (pause.as_secs(), bound.as_secs());
            let reason =
                format!("wants no requests for {asked} s (Retry-After); a run waits {bound} s at most");
            let cause = format!("{}; the host {reason}", error.cause);
            host.close(now, pause, reason);
            return Some(Error { cause, ..error });
        }
        let is_repeated = is_passing && task.n_attempts < self.network.settings.retries_max;
        if let Some(pause) = retry_after.or(is_repeated.then(|| self.backoff(task.n_attempts))) {
            host.hold(now, pause);
        }
        (!is_repeated).then_some(error)
    }

    fn backoff(&self, n_attempts: u32) -> Duration {
        Duration::from_millis(self.network.settings.backoff_ms.saturating_mul(1 << n_attempts.min(16)))
    }

    fn end_turn(&self, host: &str, is_final: bool) {
        let mut schedule = self.lock();
        schedule.busy.remove(host);
        let lane = &mut schedule.lanes[self.lane];
        lane.n_open = lane.n_open.saturating_sub(usize::from(is_final));
        drop(schedule);
        self.network.has_changed.notify_all();
    }

    fn abort(&self) {
        self.lock().lanes[self.lane].n_open = 0;
        self.network.has_changed.notify_all();
    }

    fn wait_until(&self, time: Duration) {
        while !self.network.is_stopped() {
            let left = time.saturating_sub(self.network.clock.now());
            if left.is_zero() {
                return;
            }
            self.network.clock.sleep(left.min(STOP_CHECK));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Schedule> {
        self.network.lock()
    }
}

impl FetchTask {
    fn redirected(&self, here: Url) -> FetchTask {
        FetchTask { here, n_redirects: self.n_redirects + 1, ..self.clone() }
    }

    fn repeated(&self) -> FetchTask {
        FetchTask { n_attempts: self.n_attempts + 1, ..self.clone() }
    }
}

impl Schedule {
    /// The next request of `lane` to the free host whose turn comes first; a closed host comes before all, since it costs no request.
    fn take(&mut self, lane: usize, settings: &FetchSettings, now: Duration) -> Option<Turn> {
        let Schedule { hosts, busy, robots, lanes } = self;
        if busy.len() >= settings.hosts_max.max(1) {
            return None;
        }
        let queues = &mut lanes[lane].queues;
        queues.retain(|_, queue| !queue.is_empty());
        let gap_min = Duration::from_millis(settings.gap_ms);
        let attempts_per_url = settings.retries_max.saturating_add(1);
        for name in queues.keys() {
            hosts.entry(name.clone()).or_insert_with(|| Host::new(gap_min, attempts_per_url));
        }
        // Whether the robots.txt of the task's origin is on its way.
        let waits_for_robots = |task: &FetchTask| {
            matches!(task.purpose, Purpose::Page(_))
                && matches!(robots.get(&origin(&task.here)), Some(Robots::Reading(_)))
        };
        let free = queues.iter().filter(|(name, queue)| {
            !busy.contains(*name) && queue.front().is_some_and(|task| !waits_for_robots(task))
        });
        let host = free.map(|(name, _)| name).min_by_key(|name| {
            let host = &hosts[*name];
            if host.closed(now).is_some() { Duration::ZERO } else { host.next() }
        })?;
        let host = host.clone();
        let task = queues.get_mut(&host)?.pop_front()?;
        busy.insert(host.clone());
        let (task, may_ask) = self.admitted(lane, &host, task, now, settings);
        Some(Turn { host, task, may_ask })
    }

    /// The task, or the robots.txt that has to be read before it, and whether it may be requested.
    fn admitted(
        &mut self,
        lane: usize,
        host: &str,
        task: FetchTask,
        now: Duration,
        settings: &FetchSettings,
    ) -> (FetchTask, Result<Duration, HostRefusal>) {
        let known = &self.hosts[host];
        if let Some(reason) = known.closed(now) {
            return (task, Err(HostRefusal::Closed(reason.to_owned())));
        }
        let next = known.next();
        // An address that the guard refuses gets no request, and neither does its robots.txt.
        let is_refused = check_host(&task.here, &settings.allow_private_hosts).is_err();
        if is_refused || matches!(task.purpose, Purpose::Robots(_)) {
            return (task, Ok(next));
        }
        let origin = origin(&task.here);
        match self.robots.get(&origin) {
            Some(Robots::Read(file)) if file.allows(&task.here) => (task, Ok(next)),
            Some(Robots::Read(RobotsFile::Unreachable(cause))) => {
                let refusal = HostRefusal::RobotsUnreachable(cause.clone());
                (task, Err(refusal))
            }
            Some(_) => (task, Err(HostRefusal::Disallowed)),
            None => match Url::parse(&origin).and_then(|url| url.join("/robots.txt")) {
                Ok(here) => {
                    self.robots.insert(origin.clone(), Robots::Reading(lane));
                    let lane = &mut self.lanes[lane];
                    lane.queues.entry(host.to_owned()).or_default().push_front(task);
                    lane.n_open += 1;
                    let purpose = Purpose::Robots(origin);
                    (FetchTask { purpose, here, n_redirects: 0, n_attempts: 0 }, Ok(next))
                }
                // Without an origin the address is refused before any request.
                Err(_) => (task, Ok(next)),
            },
        }
    }
}

impl Lane {
    fn note_cost(&mut self, answer: &Result<RequestOutcome, RequestFailure>) {
        self.spent.n_requests += 1;
        if let Ok(RequestOutcome::Final(Fetched::Given(exchange))) = answer {
            self.spent.n_bytes += exchange.body.len() as u64;
        }
    }

    fn spent_budget(&self, now: Duration) -> Option<String> {
        let minutes = now.saturating_sub(self.spent.begun).as_secs() / 60;
        let parts = [
            (self.budget.requests, self.spent.n_requests, "requests"),
            (self.budget.bytes, self.spent.n_bytes, "bytes"),
            (self.budget.minutes, minutes, "minutes"),
        ];
        parts.into_iter().find_map(|(limit, spent, unit)| (spent >= limit).then(|| format!("{limit} {unit}")))
    }
}

/// The part of an address that has a robots.txt of its own.
fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The response for a page; a body that is known to be cut short is a failure.
fn checked(outcome: RequestOutcome) -> Result<RequestOutcome, RequestFailure> {
    match outcome {
        RequestOutcome::Final(Fetched::Given(exchange)) => {
            Ok(RequestOutcome::Final(Fetched::Given(Box::new(whole(*exchange)?))))
        }
        outcome => Ok(outcome),
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

impl HostRefusal {
    fn cause(&self, host: &str) -> String {
        match self {
            HostRefusal::Closed(reason) => format!("not requested, since {host} {reason}"),
            HostRefusal::Disallowed => format!("the robots.txt of {host} forbids it"),
            HostRefusal::RobotsUnreachable(cause) => {
                format!("not requested, since the robots.txt of {host} cannot be read: {cause}")
            }
        }
    }
}

/// The failure of an address that is not requested.
fn not_requested(url: &Url, host: &str, refusal: &HostRefusal) -> Error {
    let hint = match refusal {
        HostRefusal::Disallowed => "the site's owner excludes robots: ask the owner for the documents",
        HostRefusal::Closed(_) | HostRefusal::RobotsUnreachable(_) => "it is tried again in the next run",
    };
    Error::new(format!("cannot fetch {url}"), refusal.cause(host)).hint(hint)
}
