//! Progress on stderr: a bar with rate and time left in a terminal, plain lines elsewhere; and the event log.

use crate::pipeline::Event;
use crate::text::visible;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// How often a long stage gets a line where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Shows events and writes them to the event log.
pub struct Progress {
    is_quiet: bool,
    /// What a quiet run would have shown of warnings and rejections.
    held_back: Vec<String>,
    is_terminal: bool,
    bar: Option<ProgressBar>,
    /// When the stage began, and when it last got a line of its own.
    started: Instant,
    last_line: Instant,
    log: Option<BufWriter<File>>,
}

impl Progress {
    /// Writes every event to the file `log` too, where one is given. A quiet one shows nothing.
    ///
    /// # Errors
    /// When the file cannot be created.
    pub fn new(is_quiet: bool, log: Option<&Path>) -> io::Result<Progress> {
        let log = log.map(File::create).transpose()?.map(BufWriter::new);
        let now = Instant::now();
        let is_terminal = io::stderr().is_terminal();
        Ok(Progress {
            is_quiet,
            held_back: Vec::new(),
            is_terminal,
            bar: None,
            started: now,
            last_line: now,
            log,
        })
    }

    /// Shows one event. What cannot be shown is not worth ending the run for.
    pub fn on_event(&mut self, event: &Event) {
        if let Some(log) = &mut self.log {
            let line = serde_json::to_string(event).expect("an event has only string keys");
            let _ = writeln!(log, "{}", visible(&line)).and_then(|()| log.flush());
        }
        if self.is_quiet {
            self.held_back.extend(warning(event));
            return;
        }
        match event {
            Event::StageStarted { stage, total } => self.start(stage, *total),
            Event::Progress { stage, done, total } => self.progress(stage, *done, *total),
            Event::Rejected { .. } | Event::Warning { .. } => {
                self.line(&warning(event).unwrap_or_default());
            }
            Event::StageFinished { stage, done, seconds } => self.finish(stage, *done, *seconds),
            Event::Acquired { .. } => {}
        }
    }

    /// Shows the warnings and rejections that a quiet run has held back.
    pub fn show_held_back(&mut self) {
        for line in std::mem::take(&mut self.held_back) {
            self.line(&line);
        }
    }

    fn progress(&mut self, stage: &str, done: u64, total: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(total);
            bar.set_position(done);
        } else if self.last_line.elapsed() >= LINE_EVERY && done > 0 {
            self.last_line = Instant::now();
            let seconds = self.started.elapsed().as_secs_f64();
            let left = seconds / done as f64 * total.saturating_sub(done) as f64;
            self.line(&format!("{stage:8} {done}/{total}, {:.0}/s, {left:.0} s left", done as f64 / seconds));
        }
    }

    fn start(&mut self, stage: &str, total: Option<u64>) {
        (self.started, self.last_line) = (Instant::now(), Instant::now());
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
            Some(bar) => bar.println(visible(text)),
            None => {
                let _ = writeln!(super::terminal::stderr(), "{text}");
            }
        }
    }
}

/// What the user should know of an event that is more than progress.
fn warning(event: &Event) -> Option<String> {
    match event {
        Event::Rejected { location, reason, .. } => Some(format!("rejected {location}: {reason}")),
        Event::Warning { text } => Some(format!("warning: {text}")),
        _ => None,
    }
}
