//! What all stages of a run share: its options, and the emission of its events.

use super::{Error, Event};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// The options of a run.
pub struct Options<'a> {
    /// Only the sources of these names; all enabled ones when empty.
    pub sources: Vec<String>,
    /// Fetch nothing from the network.
    pub offline: bool,
    /// Only archive what the sources give: no text, no index, no reports.
    pub archive_only: bool,
    /// Change nothing; find out what a run would do.
    pub dry_run: bool,
    /// A source may have lost most of its documents.
    pub accept_loss: bool,
    /// Read files again, of the sources and of our own, although size and time say that they are as before.
    pub rehash: bool,
    /// The program that is run as parsing child: ourselves.
    pub worker_program: PathBuf,
    /// The time of the run.
    pub now: jiff::Timestamp,
    /// Set from outside to end the run early and cleanly.
    pub stop: &'a AtomicBool,
    /// Is called for each event; from several threads, never from two at once.
    pub listener: &'a Mutex<dyn FnMut(Event) + Send>,
}

/// Hands `event` to the listener.
pub(super) fn emit(options: &Options<'_>, event: Event) {
    let mut listener = options.listener.lock().expect("a listener does not panic");
    listener(event);
}

/// Runs a stage between its two events; `work` returns its result and the steps done.
pub(super) fn stage<T>(
    options: &Options<'_>,
    name: &'static str,
    total: Option<u64>,
    work: impl FnOnce() -> Result<(T, u64), Error>,
) -> Result<T, Error> {
    emit(options, Event::StageStarted { stage: name, total });
    let started = Instant::now();
    let (result, done) = work()?;
    emit(options, Event::StageFinished { stage: name, done, seconds: started.elapsed().as_secs_f64() });
    Ok(result)
}
