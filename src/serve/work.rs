//! The threads that compute answers: few, so that each is fast, with a short queue before them. A question that turns out to be slow gives
//! its place to others and goes on with the few that are slow, within a budget of processor time.

use super::problem::Problem;
use crate::query::{Budget, Exceeded, within};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// Requests that wait for a thread, for each thread. More are refused at once: they would not be answered in time.
const WAITING_PER_THREAD: usize = 128;
/// Slow requests that wait for each other, besides the one that is computed; each holds what it has found so far.
const SLOW_WAITING_MAX: usize = 32;
/// How long a request waits for its answer.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// What one request may cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Maximum processor time.
    pub(super) time_max: Duration,
    /// After so much processor time a request is slow.
    pub(super) slow_after: Duration,
    /// Maximum number of words that the patterns of a request match or nearly match.
    pub(super) forms_max: u64,
}

/// Measured on 30,000 documents on a busy machine: a search for a word takes 2 to 20 ms of processor time, for compounds that nobody asked
/// for before 50 to 150, the words that distinguish two groups of documents 5 s. A million
/// forms take some 200 MB; `/.*en/` has 200,000 there.
pub(super) const LIMITS: Limits = Limits {
    time_max: Duration::from_secs(10),
    slow_after: Duration::from_millis(250),
    forms_max: 1_000_000,
};

/// Threads for the computing of answers.
pub(super) struct Pool {
    limits: Limits,
    /// A place for each request that is computed and not slow.
    fast: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    slow: Arc<SlowLane>,
    /// Threads without work. Each is a rayon pool of one, so that all the work of a request is done, and its time measured, on its own
    /// thread.
    idle: Arc<Mutex<Vec<Arc<rayon::ThreadPool>>>>,
}

/// A request that is computed: its place, and where its answer goes.
struct Running<T> {
    place: Option<OwnedSemaphorePermit>,
    answer: oneshot::Sender<Result<T, Problem>>,
}

/// The place of the slow request that is computed, and those of the ones that wait for it.
struct SlowLane {
    running: Arc<Semaphore>,
    waiting: Semaphore,
}

impl SlowLane {
    /// Gives the place of `request` to others and waits for that of a slow one. Returns whether it has it: there may be no room, or nobody
    /// waits for the answer any more.
    async fn enter<T>(&self, request: &mut Running<T>) -> bool {
        let Ok(_waiting) = self.waiting.try_acquire() else { return false };
        request.place = None;
        request.place = tokio::select! {
            place = Arc::clone(&self.running).acquire_owned() => place.ok(),
            () = request.answer.closed() => None,
        };
        request.place.is_some()
    }
}

impl Pool {
    /// A pool that computes `n_threads` answers at once, and a slow one.
    pub(super) fn new(n_threads: usize, limits: Limits) -> Pool {
        let slow =
            SlowLane { running: Arc::new(Semaphore::new(1)), waiting: Semaphore::new(SLOW_WAITING_MAX) };
        Pool {
            limits,
            fast: Arc::new(Semaphore::new(n_threads)),
            waiting: Arc::new(Semaphore::new(n_threads * WAITING_PER_THREAD)),
            slow: Arc::new(slow),
            idle: Arc::default(),
        }
    }

    /// The result of `work`, which runs on a thread of the pool.
    ///
    /// # Errors
    /// 422 when it exceeded its budget, 503 when too many are waiting, 504 when it took too long, 500 when it panicked.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let Ok(waiting) = Arc::clone(&self.waiting).try_acquire_owned() else {
            return Err(Problem::overload());
        };
        let answer = async {
            let place = Arc::clone(&self.fast).acquire_owned().await.expect("the pool is never closed");
            drop(waiting);
            self.start(place, work)?.await.unwrap_or_else(|_| Err(Problem::bug()))
        };
        match tokio::time::timeout(ANSWER_MAX, answer).await {
            Ok(result) => result,
            Err(_) => {
                let detail = format!("the answer took more than {} seconds", ANSWER_MAX.as_secs());
                Err(Problem::new(504, detail).with_hint("make the query more specific"))
            }
        }
    }

    /// Starts `work`, which has `place`. Its result comes where this points to; when that is dropped, the work ends soon.
    fn start<T: Send + 'static>(
        &self,
        place: OwnedSemaphorePermit,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, Problem>>, Problem> {
        let (answer, receiver) = oneshot::channel();
        let (limits, slow, idle) = (self.limits, Arc::clone(&self.slow), Arc::clone(&self.idle));
        let runtime = Handle::current();
        let thread = self.thread()?;
        let same_thread = Arc::clone(&thread);
        thread.spawn(move || {
            let request = Rc::new(RefCell::new(Running { place: Some(place), answer }));
            let (of_slow, of_look) = (Rc::clone(&request), Rc::clone(&request));
            let budget = Budget {
                time_max: limits.time_max,
                forms_max: limits.forms_max,
                slow_after: limits.slow_after,
                on_slow: Box::new(move || runtime.block_on(slow.enter(&mut of_slow.borrow_mut()))),
                is_given_up: Box::new(move || of_look.borrow().answer.is_closed()),
            };
            let result = match catch_unwind(AssertUnwindSafe(|| within(budget, work))) {
                Ok((_, Some(exceeded))) => Err(limits.problem(exceeded)),
                Ok((result, None)) => result,
                Err(_) => Err(Problem::bug()),
            };
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(same_thread);
            if let Some(Running { answer, .. }) = Rc::into_inner(request).map(RefCell::into_inner) {
                let _ = answer.send(result);
            }
        });
        Ok(receiver)
    }

    /// A thread without work.
    fn thread(&self) -> Result<Arc<rayon::ThreadPool>, Problem> {
        let known = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let start = || rayon::ThreadPoolBuilder::new().num_threads(1).build().map(Arc::new);
        known
            .map_or_else(start, Ok)
            .map_err(|error| Problem::new(503, format!("cannot start a thread: {error}")))
    }
}

impl Limits {
    /// What is answered when a request exceeded one of them.
    fn problem(&self, exceeded: Exceeded) -> Problem {
        let too_costly = |detail: String| {
            Problem::new(422, detail)
                .with_hint("make the query more specific; the command line has no such limit")
        };
        match exceeded {
            Exceeded::Time => too_costly(format!(
                "the answer takes more than {} seconds of processor time",
                self.time_max.as_secs()
            )),
            Exceeded::Forms => too_costly(format!(
                "the patterns of the query match more than {} words of the texts",
                self.forms_max
            )),
            Exceeded::Room | Exceeded::GivenUp => Problem::overload(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::spend;
    use std::sync::mpsc;

    const SMALL: Limits =
        Limits { time_max: Duration::from_millis(40), slow_after: Duration::from_millis(1), forms_max: 10 };

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
    }

    /// Works until its budget is exceeded.
    fn endless() -> Result<(), Problem> {
        while spend(1_000).is_ok() {}
        Ok(())
    }

    #[test]
    fn work_over_its_budget_is_refused_with_the_reason() {
        let pool = Pool::new(1, SMALL);
        let problem = runtime().block_on(pool.run(endless)).unwrap_err();
        assert_eq!(problem.status, 422);
        assert!(problem.detail.contains("seconds of processor time"), "{}", problem.detail);
        assert_eq!(runtime().block_on(pool.run(|| Ok(7))).ok(), Some(7));
    }

    #[test]
    fn slow_work_gives_its_place_to_others_and_ends_when_nobody_waits() {
        let limits = Limits { time_max: Duration::MAX, ..SMALL };
        let pool = Arc::new(Pool::new(1, limits));
        let (ended, is_ended) = mpsc::channel();
        runtime().block_on(async {
            // As many as there is room for, and one whose place has been taken.
            let slow = (0..=SLOW_WAITING_MAX).map(|_| {
                let ended = ended.clone();
                tokio::spawn({
                    let pool = Arc::clone(&pool);
                    async move {
                        pool.run(move || {
                            let result = endless();
                            let _ = ended.send(());
                            result
                        })
                        .await
                    }
                })
            });
            let slow: Vec<_> = slow.collect();
            tokio::task::yield_now().await;
            for number in 0..20 {
                assert_eq!(pool.run(move || Ok(number)).await.ok(), Some(number));
            }
            slow.iter().for_each(tokio::task::JoinHandle::abort);
        });
        // Each of them sees that its answer is not waited for.
        for _ in 0..=SLOW_WAITING_MAX {
            is_ended.recv_timeout(Duration::from_secs(60)).unwrap();
        }
    }

    #[test]
    fn a_panic_costs_one_answer() {
        let pool = Pool::new(1, SMALL);
        let problem = runtime().block_on(pool.run::<()>(|| panic!("a bug"))).unwrap_err();
        assert_eq!(problem.status, 500);
        assert_eq!(runtime().block_on(pool.run(|| Ok(7))).ok(), Some(7));
    }
}
