//! What one question may cost, for a program that answers many at once: processor time of the thread that computes the answer, and words
//! of the vocabulary in memory.
//!
//! The limits belong to a thread, so that they need not be handed down to each loop; work that is shared between threads must stay on this
//! one, in a rayon pool of its own. Where none are set nothing is limited: the command
//! line answers one question, and who asked can end it.

use rustix::time::{ClockId, clock_gettime};
use std::cell::{Cell, RefCell};
use std::io;
use std::time::Duration;

/// The limits of one question.
pub(crate) struct Budget {
    /// Maximum processor time.
    pub(crate) time_max: Duration,
    /// Maximum number of words that its patterns match or nearly match, each counted for each pattern: some 200 bytes each.
    pub(crate) forms_max: u64,
    /// `on_slow` is called once, after so much processor time.
    pub(crate) slow_after: Duration,
    /// May wait. Returns whether the question may go on.
    pub(crate) on_slow: Box<dyn FnOnce() -> bool>,
    /// Whether nobody waits for the answer any more.
    pub(crate) is_given_up: Box<dyn Fn() -> bool>,
}

/// Why a question was ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Exceeded {
    #[error("the question takes too much processor time")]
    Time,
    #[error("the words of the question match too many words of the texts")]
    Forms,
    #[error("there is no room for another slow question")]
    Room,
    #[error("nobody waits for the answer any more")]
    GivenUp,
}

/// A step is about ten nanoseconds: a posting is one, the text of a passage a thousand. The clock is read after so many, which is half a
/// millisecond; reading it costs less than a microsecond.
const STEPS_PER_LOOK: u64 = 50_000;
/// Steps of reading a passage and splitting it into words: 10 to 20 µs.
pub(crate) const PASSAGE_STEPS: u64 = 1_000;

struct Running {
    budget: Budget,
    on_slow: Option<Box<dyn FnOnce() -> bool>>,
    start: Duration,
    n_forms: u64,
    exceeded: Option<Exceeded>,
}

thread_local! {
    static RUNNING: RefCell<Option<Running>> = const { RefCell::new(None) };
    /// Steps until the next look at the clock.
    static STEPS_LEFT: Cell<u64> = const { Cell::new(0) };
}

/// What `work` gives when this thread computes it within `budget`; and the limit that it exceeded, if any: its result is not to be used
/// then.
pub(crate) fn within<T>(mut budget: Budget, work: impl FnOnce() -> T) -> (T, Option<Exceeded>) {
    let on_slow = std::mem::replace(&mut budget.on_slow, Box::new(|| true));
    let running =
        Running { budget, on_slow: Some(on_slow), start: thread_time(), n_forms: 0, exceeded: None };
    RUNNING.set(Some(running));
    STEPS_LEFT.set(STEPS_PER_LOOK);
    let _end = End;
    let result = work();
    (result, RUNNING.take().and_then(|running| running.exceeded))
}

/// Ends the limits of this thread, also when the work panics.
struct End;

impl Drop for End {
    fn drop(&mut self) {
        RUNNING.set(None);
    }
}

/// Counts `steps` that are about to be done.
///
/// # Errors
/// When the budget of this thread is exceeded.
pub(crate) fn spend(steps: u64) -> io::Result<()> {
    let left = STEPS_LEFT.get();
    if steps < left {
        STEPS_LEFT.set(left - steps);
        return Ok(());
    }
    STEPS_LEFT.set(STEPS_PER_LOOK);
    look(false)
}

/// Counts `n` words that a pattern matches or nearly matches.
///
/// # Errors
/// When the budget of this thread is exceeded.
pub(crate) fn spend_forms(n: u64) -> io::Result<()> {
    RUNNING.with_borrow_mut(|running| {
        let Some(running) = running else { return Ok(()) };
        running.n_forms += n;
        if running.n_forms > running.budget.forms_max {
            running.exceeded.get_or_insert(Exceeded::Forms);
        }
        running.exceeded.map_or(Ok(()), |exceeded| Err(io::Error::other(exceeded)))
    })
}

/// Says that what follows takes long, whatever the clock of this thread says: another process does it.
///
/// # Errors
/// When the budget of this thread is exceeded, or there is no room for another slow question.
pub(crate) fn is_slow_now() -> io::Result<()> {
    look(true)
}

fn look(is_slow: bool) -> io::Result<()> {
    let on_slow = RUNNING.with_borrow_mut(|running| {
        let running = running.as_mut()?;
        let time = thread_time().saturating_sub(running.start);
        if time > running.budget.time_max {
            running.exceeded.get_or_insert(Exceeded::Time);
        }
        if (running.budget.is_given_up)() {
            running.exceeded.get_or_insert(Exceeded::GivenUp);
        }
        running.on_slow.take_if(|_| is_slow || time > running.budget.slow_after)
    });
    // It may wait: nothing is borrowed.
    let has_room = on_slow.is_none_or(|on_slow| on_slow());
    RUNNING.with_borrow_mut(|running| {
        let Some(running) = running else { return Ok(()) };
        if !has_room {
            running.exceeded.get_or_insert(Exceeded::Room);
        }
        let Some(exceeded) = running.exceeded else { return Ok(()) };
        // Each later step fails at once.
        STEPS_LEFT.set(0);
        Err(io::Error::other(exceeded))
    })
}

/// Processor time of this thread.
fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Snapshot;
    use crate::query::{Query, expand, mentions};

    fn budget(time_max: Duration, forms_max: u64) -> Budget {
        Budget {
            time_max,
            forms_max,
            slow_after: Duration::MAX,
            on_slow: Box::new(|| true),
            is_given_up: Box::new(|| false),
        }
    }

    /// Works until the budget is exceeded.
    fn endless() -> u64 {
        (0..).find(|_| spend(STEPS_PER_LOOK).is_err()).unwrap_or_default()
    }

    #[test]
    fn work_ends_at_its_processor_time_and_the_next_begins_anew() {
        let (_, exceeded) = within(budget(Duration::from_millis(2), 0), endless);
        assert_eq!(exceeded, Some(Exceeded::Time));
        let (result, exceeded) = within(budget(Duration::from_mins(1), 0), || spend(10 * STEPS_PER_LOOK));
        assert!(result.is_ok() && exceeded.is_none());
        assert!(spend(10 * STEPS_PER_LOOK).is_ok() && spend_forms(u64::MAX).is_ok());
    }

    #[test]
    fn work_that_nobody_waits_for_ends() {
        let given_up = Budget { is_given_up: Box::new(|| true), ..budget(Duration::MAX, 0) };
        assert_eq!(within(given_up, endless).1, Some(Exceeded::GivenUp));
    }

    #[test]
    fn slow_work_asks_once_for_room() {
        let with_room = |has_room| {
            let slow_after = Duration::from_millis(1);
            let time_max = Duration::from_millis(5);
            let budget = Budget { slow_after, on_slow: Box::new(move || has_room), ..budget(time_max, 0) };
            within(budget, endless).1
        };
        assert_eq!(with_room(false), Some(Exceeded::Room));
        assert_eq!(with_room(true), Some(Exceeded::Time));
    }

    #[test]
    fn every_step_of_an_answer_is_part_of_its_budget() {
        let words: Vec<String> = (0..2_000).map(|n| format!("ord{n}x")).collect();
        let text = words.join(" ");
        let snapshot = Snapshot::of_texts(&[&text, &text]);
        let query = [Query::parse("/.*o.*x/ NEAR/5 *ord*").unwrap(), Query::parse("/ord.*/ /.*x/").unwrap()];
        let ask = || {
            // A look at each step: the budget is exceeded at the first.
            STEPS_LEFT.set(0);
            let expansions = expand(&snapshot, &query).ok()?;
            mentions(&snapshot, &expansions[0]).ok()
        };
        let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let ask_within = |time_max, forms_max| {
            let (answer, exceeded) = one_thread.install(|| within(budget(time_max, forms_max), ask));
            (answer.is_some(), exceeded)
        };
        assert_eq!(ask_within(Duration::ZERO, u64::MAX), (false, Some(Exceeded::Time)));
        assert_eq!(ask_within(Duration::MAX, 3_000), (false, Some(Exceeded::Forms)));
        assert_eq!(ask_within(Duration::MAX, 20_000), (true, None));
        let expansions = expand(&snapshot, &query).unwrap();
        for expansion in &expansions {
            let ask = || {
                STEPS_LEFT.set(0);
                mentions(&snapshot, expansion).is_ok()
            };
            assert_eq!(within(budget(Duration::ZERO, 0), ask), (false, Some(Exceeded::Time)));
        }
    }
}
