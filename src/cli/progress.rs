//! Progress on stderr: a bar with rate and time left in a terminal, plain lines elsewhere; and the event log.

use crate::pipeline::Event;
use indicatif::{ProgressBar, ProgressStyle};
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

/// Shows what happens, and writes it down.
pub struct Progress {
    is_terminal: bool,
    bar: Option<ProgressBar>,
    log: Option<BufWriter<File>>,
}

impl Progress {
    /// Writes every event to the file `log` too, where one is given.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn new(log: Option<&Path>) -> io::Result<Progress> {
        let log = log.map(File::create).transpose()?.map(BufWriter::new);
        Ok(Progress { is_terminal: io::stderr().is_terminal(), bar: None, log })
    }

    /// Shows one event. What cannot be shown is not worth ending the run for.
    pub fn hear(&mut self, event: &Event) {
        if let Some(log) = &mut self.log {
            let line = serde_json::to_string(event).expect("an event has only string keys");
            let _ = writeln!(log, "{line}").and_then(|()| log.flush());
        }
        match event {
            Event::StageStarted { stage, total } => self.start(stage, *total),
            Event::Progress { done, total, .. } => self.bar.iter().for_each(|bar| {
                bar.set_length(*total);
                bar.set_position(*done);
            }),
            Event::Rejected { location, reason, .. } => self.line(&format!("rejected {location}: {reason}")),
            Event::Warning { text } => self.line(&format!("warning: {text}")),
            Event::StageFinished { stage, done, seconds } => self.finish(stage, *done, *seconds),
            Event::Acquired { .. } => {}
        }
    }

    fn start(&mut self, stage: &str, total: Option<u64>) {
        if !self.is_terminal {
            return;
        }
        let (bar, template) = match total {
            Some(total) => {
                (ProgressBar::new(total), "{prefix:8} {wide_bar} {pos}/{len} {per_sec} {eta} left")
            }
            None => (ProgressBar::new_spinner(), "{prefix:8} {spinner} {pos} {per_sec}"),
        };
        bar.set_style(ProgressStyle::with_template(template).expect("the template is right"));
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
