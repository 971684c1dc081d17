//! Progress on stderr: a bar with rate and time left in a terminal, plain lines elsewhere; and the event log.

use crate::pipeline::Event;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// Without a terminal a long stage gets a line so often.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Shows what happens, and writes it down.
pub struct Progress {
    is_terminal: bool,
    bar: Option<ProgressBar>,
    /// When the stage began, and when it last got a line of its own.
    started: Instant,
    told: Instant,
    log: Option<BufWriter<File>>,
}

impl Progress {
    /// Writes every event to the file `log` too, where one is given.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn new(log: Option<&Path>) -> io::Result<Progress> {
        let log = log.map(File::create).transpose()?.map(BufWriter::new);
        let now = Instant::now();
        Ok(Progress { is_terminal: io::stderr().is_terminal(), bar: None, started: now, told: now, log })
    }

    /// Shows one event. What cannot be shown is not worth ending the run for.
    pub fn hear(&mut self, event: &Event) {
        if let Some(log) = &mut self.log {
            let line = serde_json::to_string(event).expect("an event has only string keys");
            let _ = writeln!(log, "{line}").and_then(|()| log.flush());
        }
        match event {
            Event::StageStarted { stage, total } => self.start(stage, *total),
            Event::Progress { stage, done, total } => self.progress(stage, *done, *total),
            Event::Rejected { location, reason, .. } => self.line(&format!("rejected {location}: {reason}")),
            Event::Warning { text } => self.line(&format!("warning: {text}")),
            Event::StageFinished { stage, done, seconds } => self.finish(stage, *done, *seconds),
            Event::Acquired { .. } => {}
        }
    }

    fn progress(&mut self, stage: &str, done: u64, total: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(total);
            bar.set_position(done);
        } else if self.told.elapsed() >= LINE_EVERY && done > 0 {
            self.told = Instant::now();
            let seconds = self.started.elapsed().as_secs_f64();
            let left = seconds / done as f64 * total.saturating_sub(done) as f64;
            self.line(&format!("{stage:8} {done}/{total}, {:.0}/s, {left:.0} s left", done as f64 / seconds));
        }
    }

    fn start(&mut self, stage: &str, total: Option<u64>) {
        (self.started, self.told) = (Instant::now(), Instant::now());
        if !self.is_terminal {
            return;
        }
        let style = ProgressStyle::with_template("{prefix:8} {wide_bar} {pos}/{len}  {rate}  {eta} left");
        let rate = |state: &ProgressState, out: &mut dyn fmt::Write| {
            let _ = write!(out, "{:.0}/s", state.per_sec());
        };
        let bar = ProgressBar::new(total.unwrap_or(0));
        bar.set_style(style.expect("the template is right").with_key("rate", rate));
        bar.set_prefix(stage.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        self.bar = Some(bar);
    }

    fn finish(&mut self, stage: &str, done: u64, seconds: f64) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        let rate = done as f64 / seconds.max(0.001);
        self.line(&format!("{stage:8} {done} in {seconds:.1} s ({rate:.0}/s)"));
    }

    fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(text),
            None => {
                let _ = writeln!(io::stderr().lock(), "{text}");
            }
        }
    }
}
