//! The threads that compute answers: few, so that each is fast, with a short queue before them.

use super::problem::Problem;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Requests that wait for a thread, for each thread. More are refused at once: they would not be answered in time.
const WAITING_PER_THREAD: usize = 128;
/// How long a request waits for its answer. What a thread computes is bounded by the limits of queries.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// Threads for the computing of answers.
pub(super) struct Pool {
    threads: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Pool {
    /// A pool of `n_threads`.
    pub(super) fn new(n_threads: usize) -> Pool {
        Pool {
            threads: Arc::new(Semaphore::new(n_threads)),
            waiting: Arc::new(Semaphore::new(n_threads * WAITING_PER_THREAD)),
        }
    }

    /// The result of `work`, which runs on a thread of the pool.
    ///
    /// # Errors
    /// 503 when too many are waiting, 504 when it took too long, 500 when it panicked.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let Ok(place) = Arc::clone(&self.waiting).try_acquire_owned() else {
            return Err(Problem::overload());
        };
        let threads = Arc::clone(&self.threads);
        let answer = async move {
            let thread = threads.acquire_owned().await.expect("the pool is never closed");
            drop(place);
            // The thread is given back when the work has ended, also when nobody waits for it any more.
            let work = move || {
                let result = work();
                drop(thread);
                result
            };
            match tokio::task::spawn_blocking(work).await {
                Ok(result) => result,
                Err(_) => Err(Problem::new(500, "a bug in this program ended the request")),
            }
        };
        match tokio::time::timeout(ANSWER_MAX, answer).await {
            Ok(result) => result,
            Err(_) => {
                let detail = format!("the answer took more than {} seconds", ANSWER_MAX.as_secs());
                Err(Problem::new(504, detail).with_hint("make the query more specific"))
            }
        }
    }
}
